#!/usr/bin/env python3
# docs/performance.md and its plots from the results that run.py wrote (bench/offline/results/*.json).
# SPDX-License-Identifier: Apache-2.0
"""python bench/offline/report.py"""
from __future__ import annotations

import json
import math
import pathlib

PROJECT = pathlib.Path(__file__).resolve().parents[2]
RESULTS = PROJECT / "bench/offline/results"
WIDTH, HEIGHT, LEFT, TOP, BAR = 720, 24, 210, 30, 16

# What the real Chronon took on Spark local[2] for the same inputs (recorded figures, one run each).
CHRONON = {"group_by_backfill": 92.9, "temporal_join": 130.2}

HEAD = """# Performance

Written by `bench/offline/report.py` from the results of `bench/offline/run.py`; `make bench` measures again. Contenders
answer first and their answers are compared; then all run in turn, some times each; medians, with the least and the most
beside. Inputs come from a seeded generator: 30 days of events, 100,000 string keys, SUM, COUNT and AVERAGE of one
column over 1, 7 and 30 days. The peers are DuckDB and Polars with the best formulations that we found
(`bench/offline/*/`).
"""


def main() -> None:
    text = [HEAD]
    for path in sorted(RESULTS.glob("*.json")):
        result = json.loads(path.read_text())
        text.append(SECTIONS[result["workload"]](path.stem, result))
    (PROJECT / "docs/performance.md").write_text("\n".join(text))


def contenders(name: str, result: dict) -> str:
    """A section with a table of seconds and a plot of bars."""
    given = result["input"]
    law = "by Zipf's law" if given["zipf"] else "evenly drawn"
    lines = [f"## {name.replace('_', ' ')}", "",
             f"{given['events']:,} events, keys {law}"
             + (f", {given['left_rows']:,} left rows" if "left_rows" in given else "") + f". {place(result)}", "",
             "| contender | median s | least | most |", "|---|---|---|---|"]
    for contender, taken in result["seconds"].items():
        lines.append(f"| {contender} | {taken['median']:.3f} | {taken['min']:.3f} | {taken['max']:.3f} |")
    for kind, words in result.get("given_up", {}).items():
        lines.append(f"| duckdb {kind} | {words} | | |")
    if not given["zipf"] and given["events"] == 10_000_000:
        lines.append(f"| Chronon on Spark, end to end (recorded) | {CHRONON[result['workload']]} | | |")
    ratios = ", ".join(f"{pair} {ratio}" for pair, ratio in result["ratios"].items())
    lines += ["", f"Ratios of medians: {ratios}."]
    if "cpu_seconds" in result:
        lines.append("CPU seconds: " + ", ".join(
            f"{contender} {taken['median']:.2f}" for contender, taken in result["cpu_seconds"].items()) + ".")
    if "note" in result:
        lines.append(result["note"])
    bars = {contender: taken["median"] for contender, taken in result["seconds"].items()}
    return "\n".join([*lines, "", plot(name, bars_svg(bars)), ""])


def scaling(name: str, result: dict) -> str:
    lines = [f"## {name.replace('_', ' ')}", "", f"`gnomon run` of the backfill, end to end. {place(result)}", ""]
    for series in ("events", "windows", "aggregations", "days"):
        lines += [f"| {series} | seconds | CPU seconds |", "|---|---|---|"]
        lines += [f"| {point['x']:,} | {point['seconds']} | {point['cpu']} |" for point in result[series]]
        lines.append("")
    curve = [(point["x"], point["cpu"]) for point in result["events"]]
    return "\n".join([*lines, "CPU seconds by events, both scales logarithmic:", "", plot(name, curve_svg(curve)), ""])


def place(result: dict) -> str:
    machine, load = result["machine"], result["load_average"]
    return (f"{machine['cpu']}, {result['threads']} threads, {result['date']}, runs: {result['runs']}; load average "
            f"{load['before']:.1f} before and {load['after']:.1f} after.")


def plot(name: str, svg: str) -> str:
    path = PROJECT / "docs/images" / f"performance_{name}.svg"
    path.write_text(svg)
    return f"![{name}](images/{path.name})"


def bars_svg(bars: dict[str, float]) -> str:
    longest = max(bars.values())
    parts = []
    for i, (label, seconds) in enumerate(bars.items()):
        y, width = TOP + i * HEIGHT, (WIDTH - LEFT - 70) * seconds / longest
        colour = "#2b6cb0" if label.startswith(("gnomon", "kernel")) else "#a0aec0"
        parts.append(f'<text x="{LEFT - 8}" y="{y + 12}" text-anchor="end">{label}</text>'
                     f'<rect x="{LEFT}" y="{y}" width="{width:.1f}" height="{BAR}" fill="{colour}"/>'
                     f'<text x="{LEFT + width + 6:.1f}" y="{y + 12}">{seconds:.2f} s</text>')
    return svg_of(TOP + len(bars) * HEIGHT + 10, "".join(parts))


def curve_svg(points: list[tuple[float, float]]) -> str:
    low_x, high_x = math.log10(points[0][0]), math.log10(points[-1][0])
    low_y, high_y = (math.log10(extreme(y for _, y in points)) for extreme in (min, max))

    def at(x: float, y: float) -> tuple[float, float]:
        return (60 + (math.log10(x) - low_x) / (high_x - low_x) * (WIDTH - 160),
                240 - (math.log10(y) - low_y) / max(high_y - low_y, 1e-9) * 190)

    places = [at(x, y) for x, y in points]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    marks = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="#2b6cb0"/>'
                    f'<text x="{x + 8:.1f}" y="{y + 4:.1f}">{events:,.0f}: {seconds:.2f} s</text>'
                    for (x, y), (events, seconds) in zip(places, points))
    return svg_of(270, f'<polyline points="{path}" fill="none" stroke="#2b6cb0" stroke-width="2"/>{marks}')


def svg_of(height: int, inside: str) -> str:
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" font-family="sans-serif" '
            f'font-size="12"><rect width="100%" height="100%" fill="white"/>{inside}</svg>\n')


SECTIONS = {"group_by_backfill": contenders, "temporal_join": contenders, "scaling": scaling}

if __name__ == "__main__":
    main()
