#!/usr/bin/env python3
# Offline benchmarks. Workloads:
#   group_by_backfill   SUM, COUNT, AVERAGE of price over 1, 7, 30 days; 30 output days; 10 M events of 100,000 users
# Contenders answer first and their answers are compared; only then they are timed: medians of some
# runs with their spread.
# SPDX-License-Identifier: Apache-2.0
"""python bench/offline/run.py --data /tmp/bench --build build/release [--rows 10000000] [--zipf] [--runs 5]"""
from __future__ import annotations

import argparse
import datetime
import json
import os
import pathlib
import platform
import statistics
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from group_by_backfill import duckdb_sql, events, floor, kernel  # noqa: E402

RELATIVE_ERROR = 1e-9


def machine() -> dict[str, object]:
    model = platform.processor()
    info = pathlib.Path("/proc/cpuinfo")
    if info.exists():
        lines = info.read_text().splitlines()
        model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), model)
    return {"cpu": model, "cores": os.cpu_count(), "system": platform.platform()}


def compare(ours: pathlib.Path, theirs: pathlib.Path) -> int:
    """Returns the number of rows; raises when the answers differ."""
    import duckdb

    connection = duckdb.connect()
    names = [row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM '{ours}'").fetchall()]
    differs = []
    for name in names[1:-1]:
        if "count" in name:
            differs.append(f"a.{name} IS DISTINCT FROM b.{name}")
        else:
            differs.append(f"(a.{name} IS NULL) <> (b.{name} IS NULL) OR "
                           f"abs(a.{name} - b.{name}) > {RELATIVE_ERROR} * greatest(abs(a.{name}), 1)")
    total, unmatched, different = connection.execute(
        f"""SELECT count(*), count(*) FILTER (a."user" IS NULL OR b."user" IS NULL),
                   count(*) FILTER ({" OR ".join(differs)})
            FROM '{ours}' a FULL JOIN '{theirs}' b ON a."user" = b."user" AND a.ds = b.ds""").fetchone()
    if total == 0 or unmatched or different:
        raise SystemExit(f"the answers differ: {total} rows, {unmatched} unmatched, {different} not equal")
    return total


def summary(seconds: list[float]) -> dict[str, float]:
    taken = {"median": statistics.median(seconds), "min": min(seconds), "max": max(seconds)}
    return {name: round(value, 4) for name, value in taken.items()}


def group_by_backfill(options: argparse.Namespace) -> dict[str, object]:
    data = options.data
    law = "zipf" if options.zipf else "uniform"
    name = f"events_{options.rows}_{options.users}_{law}_{options.seed}.parquet"
    source = data / name
    events.make(source, options.rows, options.users, options.seed, options.zipf)
    program = options.build / "bench" / "offline" / "group_by_kernel_bench"
    ours, theirs = data / "answer_kernel.parquet", data / "answer_duckdb.parquet"
    kernel.run(program, source, ours, options.threads)
    duckdb_sql.run(source, theirs, options.threads)
    rows = compare(ours, theirs)

    seconds: dict[str, list[float]] = {}
    for _ in range(options.runs):
        parts = kernel.run(program, source, ours, options.threads)
        base = floor.run(source, ours, data / "answer_floor.parquet", options.threads)
        measured = {
            "kernel alone": parts["consume"] + parts["finish"],
            "kernel consume": parts["consume"],
            "kernel finish": parts["finish"],
            "kernel with decode and write": sum(parts[p] for p in ("decode", "consume", "finish", "write")),
            "duckdb in memory": duckdb_sql.run(source, None, options.threads),
            "duckdb with decode and write": duckdb_sql.run(source, theirs, options.threads),
            "floor decode": base["decode"],
            "floor write": base["write"],
        }
        for contender, taken in measured.items():
            seconds.setdefault(contender, []).append(taken)
    medians = {contender: statistics.median(taken) for contender, taken in seconds.items()}
    return {
        "rows_out": rows,
        "seconds": {contender: summary(taken) for contender, taken in seconds.items()},
        "ratios": {
            "duckdb in memory / kernel alone": round(medians["duckdb in memory"] / medians["kernel alone"], 2),
            "kernel with decode and write / floor": round(
                medians["kernel with decode and write"] / (medians["floor decode"] + medians["floor write"]), 2),
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=pathlib.Path, required=True, help="folder for inputs and answers")
    parser.add_argument("--build", type=pathlib.Path, required=True, help="CMake's build folder")
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--zipf", action="store_true", help="users by Zipf's law (1.2) instead of evenly")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--output", type=pathlib.Path, help="also write the result here")
    options = parser.parse_args()
    options.data.mkdir(parents=True, exist_ok=True)
    result = {
        "workload": "group_by_backfill",
        "date": datetime.date.today().isoformat(),
        "machine": machine(),
        "input": {"rows": options.rows, "users": options.users, "seed": options.seed, "zipf": options.zipf},
        "threads": options.threads,
        "runs": options.runs,
        **group_by_backfill(options),
    }
    text = json.dumps(result, indent=2)
    if options.output:
        options.output.write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    main()
