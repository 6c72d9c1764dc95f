#!/usr/bin/env python3
# docs/performance.md and its plots from the results that run.py wrote (bench/offline/results/*.json).
# SPDX-License-Identifier: Apache-2.0
"""python bench/offline/report.py [--results DIR] [--docs DIR]"""
from __future__ import annotations

import argparse
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import aims  # noqa: E402
import plots  # noqa: E402

PROJECT = pathlib.Path(__file__).resolve().parents[2]

# What the real Chronon took on Spark local[2] for the same inputs (recorded figures, one run each).
CHRONON = {"group_by_backfill": 92.9, "temporal_join": 130.2}

HEAD = """# Performance

Written by `bench/offline/report.py` from the results of `bench/offline/run.py`; `make bench` measures again. Contenders
answer first and their answers are compared; then all run in turn, some times each; medians, with the least and the most
beside. Inputs come from a seeded generator: 30 days of events, SUM, COUNT and AVERAGE of one column over 1, 7 and 30
days. The peers are DuckDB and Polars with the best formulations that we found (`bench/offline/*/`); one that took
longer than a limit was stopped, and not run again.
"""
AIMS = """How many times faster `gnomon run` (end to end) or its kernel (in memory: no decoding, no writing) is, by
medians of the results below, and what was asked. One that was stopped counts with its limit.
"""
FORMULATIONS = """`gnomon run` and its peers go from the same Parquet files (of Iceberg tables) to a committed table,
or to one folder of Parquet for each day. DuckDB's formulations: `range` joins each row with its key's events of the
longest window; `asof` reads running sums at the bounds of the windows by ASOF joins; `window` puts rows, bounds and
events into one ordering; `prefix` reads running sums of whole hours at the bounds, and the single events of the last
hour only.
"""


class Report:
    """Plots go to a folder beside the text."""

    def __init__(self, docs: pathlib.Path):
        self.docs = docs
        (docs / "images").mkdir(parents=True, exist_ok=True)

    def write(self, results: pathlib.Path) -> None:
        sections = {"group_by_backfill": self.contenders, "temporal_join": self.contenders, "scaling": self.scaling,
                    "memory": self.memory}
        found = {path.stem: json.loads(path.read_text()) for path in sorted(results.glob("*.json"))}
        text = [HEAD, "\n".join(["## Aims", "", AIMS, *table(["workload", "aim", "asked", "reached", "met"],
                                                            aims.rows(found))])]
        for name, result in found.items():
            lines = sections[result["workload"]](name, result)
            text.append("\n".join([f"## {name.replace('_', ' ')}", "", *lines, ""]))
        (self.docs / "performance.md").write_text("\n".join(text))

    def contenders(self, name: str, result: dict) -> list[str]:
        """A table of seconds and a plot of bars."""
        given, seconds, given_up = result["input"], result["seconds"], result.get("given_up", {})
        lines = [*([FORMULATIONS] if result["workload"] == "temporal_join" else []),
                 f"{inputs(given)}. {place(result)}", ""]
        rows = [[one, f"{taken['median']:.3f}", f"{taken['min']:.3f}", f"{taken['max']:.3f}",
                 f"{result['cpu_seconds'][one]['median']:.2f}" if one in result["cpu_seconds"] else ""]
                for one, taken in seconds.items()]
        rows += [[one, words, "", "", ""] for one, words in given_up.items()]
        if not given["zipf"] and given["events"] == 10_000_000:
            rows.append(["Chronon on Spark, end to end (recorded)", str(CHRONON[result["workload"]]), "", "", ""])
        lines += table(["contender", "median s", "least", "most", "CPU s"], rows)
        ratios = ", ".join(f"{pair} {one}" for pair, one in result["ratios"].items())
        lines += [f"Ratios of medians: {ratios}.", ""]
        beyond = {one: float(words.split()[2]) for one, words in given_up.items()}
        return [*lines, self.plot(name, plots.bars({one: taken["median"] for one, taken in seconds.items()}, beyond))]

    def scaling(self, name: str, result: dict) -> list[str]:
        lines = [f"`gnomon run` of the backfill, end to end. {inputs(result['input'])}; series over "
                 f"{result['input']['sizes'][1]:,} of them. {place(result)}", ""]
        for series in ("events", "days"):
            if series in result:
                lines += table([series, "seconds", "CPU s", "output MB"],
                               [[f"{one['x']:,}", one["seconds"], one["cpu"], megabytes(one)]
                                for one in result[series]])
        if "events" in result:
            curve = [(one["x"], one["cpu"]) for one in result["events"]]
            lines += ["CPU seconds by events, both scales logarithmic:", "",
                      self.plot(name, plots.logarithmic(curve)), ""]
        for series in ("windows", "aggregations"):
            if series in result:
                lines += self.columns(name, series, result[series])
        if "daily_run" in result:
            lines += self.daily(name, result)
        return lines[:-1]

    def columns(self, name: str, series: str, points: list[dict]) -> list[str]:
        """What another window or aggregation costs, with the kernel's share and that of the output's size."""
        lines = table([series, "seconds", "CPU s", "kernel alone s", "only writing s", "output MB"],
                      [[one["x"], one["seconds"], one["cpu"], one["kernel"], one["write"], megabytes(one)]
                       for one in points])
        curves = {label: [(one["x"], one[key]) for one in points]
                  for label, key in (("gnomon run", "seconds"), ("only writing", "write"), ("kernel alone", "kernel"))}
        return [*lines, f"Seconds by {series}. Each adds its columns to every row, which has to be written:", "",
                self.plot(f"{name}_{series}", plots.curves(curves)), ""]

    def daily(self, name: str, result: dict) -> list[str]:
        points = result["daily_run"]
        lines = [f"One more day, with all days before it filled; {result['input']['events_a_day']:,} events a day:", ""]
        kinds = ("plain", "incremental")
        measured = {"s": "seconds", "CPU s": "cpu", "rows read": "rows_read"}
        heads = [f"{kind}: {what}" for kind in kinds for what in measured]
        lines += table(["days of history", *heads],
                       [[one["x"], *(f"{one[f'{kind}_{key}']:,}" for kind in kinds for key in measured.values())]
                        for one in points])
        curves = {kind: [(one["x"], one[f"{kind}_seconds"]) for one in points] for kind in kinds}
        return [*lines, "Seconds by days of history:", "", self.plot(f"{name}_daily_run", plots.curves(curves)), ""]

    def memory(self, name: str, result: dict) -> list[str]:
        taken, used = result["seconds"]["gnomon run"], result["memory"]
        given = result["input"]
        return [f"{inputs(given)}, {given['users']:,} keys; the last {given['output_days']} days, "
                f"EXECUTOR_MEMORY={given['memory']}. {place(result)}", "",
                *table(["what", "measured"], [
                    ["seconds (least, most)", f"{taken['median']:.1f} ({taken['min']:.1f}, {taken['max']:.1f})"],
                    ["CPU seconds", f"{result['cpu_seconds']['gnomon run']['median']:.1f}"],
                    ["budget", gibibytes(used["budget_bytes"])],
                    ["largest resident memory", gibibytes(used["peak_bytes"])],
                    ["spilled to disk", gibibytes(used["spilled_bytes"])],
                    ["rows read", f"{used['rows_read']:,}"],
                    ["rows written", f"{used['rows_written']:,}"],
                    ["bytes written", gibibytes(used["bytes_written"])]])][:-1]

    def plot(self, name: str, svg: str) -> str:
        path = self.docs / "images" / f"performance_{name}.svg"
        path.write_text(svg)
        return f"![{name}](images/{path.name})"


def table(heads: list[str], rows: list[list[object]]) -> list[str]:
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    return [*lines, *(f"| {' | '.join(map(str, row))} |" for row in rows), ""]


def inputs(given: dict) -> str:
    law = "by Zipf's law" if given["zipf"] else "evenly drawn"
    left = f", {given['left_rows']:,} left rows" if "left_rows" in given else ""
    return f"{given['events']:,} events, keys {law}{left}"


def place(result: dict) -> str:
    machine, load = result["machine"], result["load_average"]
    return (f"{machine['cpu']}, {result['threads']} threads, {result['date']}, runs: {result['runs']}; load average "
            f"{load['before']:.1f} before and {load['after']:.1f} after.")


def megabytes(point: dict) -> str:
    return f"{point['bytes_written'] / 1e6:.1f}"


def gibibytes(count: int) -> str:
    return f"{count / 2**30:.2f} GiB"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--results", type=pathlib.Path, default=PROJECT / "bench/offline/results")
    parser.add_argument("--docs", type=pathlib.Path, default=PROJECT / "docs")
    options = parser.parse_args()
    Report(options.docs).write(options.results)


if __name__ == "__main__":
    main()
