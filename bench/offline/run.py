#!/usr/bin/env python3
# Offline benchmarks. Workloads:
#   group_by_backfill   SUM, COUNT, AVERAGE of price over 1, 7, 30 days; 30 output days; 10 M events of 100,000 users
# Contenders answer first and their answers are compared; only then they are timed: medians of some
# runs with their spread, the runs of all contenders in turn.
# SPDX-License-Identifier: Apache-2.0
"""python bench/offline/run.py [--events 10000000] [--zipf] [--runs 5] [--data DIR] [--build DIR] [--output FILE]"""
from __future__ import annotations

import argparse
import datetime
import json
import os
import pathlib
import platform
import resource
import statistics
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from group_by_backfill import duckdb_sql, events, floor, gnomon_run, kernel, polars_frame  # noqa: E402

PROJECT = pathlib.Path(__file__).resolve().parents[2]
RELATIVE_ERROR = 1e-9


def machine() -> dict[str, object]:
    model = platform.processor()
    info = pathlib.Path("/proc/cpuinfo")
    if info.exists():
        lines = info.read_text().splitlines()
        model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), model)
    return {"cpu": model, "cores": os.cpu_count(), "system": platform.platform()}


def build(folder: pathlib.Path) -> pathlib.Path:
    """Returns the kernel's benchmark program, built when it is missing."""
    program = folder / "bench" / "offline" / "group_by_kernel_bench"
    if not program.exists():
        done = subprocess.run(["ninja", "-C", str(folder), program.name], capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"building {program.name} failed:\n{done.stdout}{done.stderr}")
    return program


def compare(contender: str, ours: list[str], theirs: list[str], hive: bool) -> int:
    """Returns the number of rows; raises when the answers differ. Columns go by their names."""
    import duckdb

    connection = duckdb.connect()
    for name, files, is_hive in (("a", ours, False), ("b", theirs, hive)):
        connection.execute(f"""CREATE VIEW {name} AS SELECT * REPLACE (CAST(ds AS VARCHAR) AS ds)
                               FROM read_parquet({files}, hive_partitioning = {is_hive})""")
    names = [row[0] for row in connection.execute("DESCRIBE a").fetchall()]
    if sorted(names) != sorted(row[0] for row in connection.execute("DESCRIBE b").fetchall()):
        raise SystemExit(f"the answers of gnomon and {contender} have different columns: {names}")
    differs = []
    for name in names:
        if "count" in name:
            differs.append(f"a.{name} IS DISTINCT FROM b.{name}")
        elif name.startswith("price_"):
            differs.append(f"(a.{name} IS NULL) <> (b.{name} IS NULL) OR "
                           f"abs(a.{name} - b.{name}) > {RELATIVE_ERROR} * greatest(abs(a.{name}), 1)")
    total, unmatched, different = connection.execute(
        f"""SELECT count(*), count(*) FILTER (a."user" IS NULL OR b."user" IS NULL),
                   count(*) FILTER ({" OR ".join(differs)})
            FROM a FULL JOIN b ON a."user" = b."user" AND a.ds = b.ds""").fetchone()
    if total == 0 or unmatched or different:
        raise SystemExit(f"the answers of gnomon and {contender} differ: "
                         f"{total} rows, {unmatched} unmatched, {different} not equal")
    return total


def cpu_seconds() -> float:
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, kinds))


def summary(values: list[float]) -> dict[str, float]:
    taken = {"median": statistics.median(values), "min": min(values), "max": max(values)}
    return {name: round(value, 4) for name, value in taken.items()}


class GroupByBackfill:
    """The workload's contenders over one input; every file of theirs lies under options.data."""

    def __init__(self, options: argparse.Namespace):
        law = "zipf" if options.zipf else "uniform"
        name = f"events_{options.events}_{options.users}_{law}_{options.seed}"
        self.threads, self.runs, self.data = options.threads, options.runs, options.data
        self.source = self.data / f"{name}.parquet"
        self.program = build(options.build)
        events.make(self.source, options.events, options.users, options.seed, options.zipf)
        self.gnomon = gnomon_run.GnomonRun(options.build / "gnomon", self.data / f"repository_{name}", self.threads)
        self.gnomon.prepare(self.source)
        # All end to end contenders read the same bytes: the table's data files.
        self.files = self.gnomon.source_files()
        self.seconds: dict[str, list[float]] = {}
        self.cpu: dict[str, list[float]] = {}

    def check_answers(self) -> int:
        self.gnomon.run()
        ours, kernels = self.gnomon.answer_files(), self.data / "answer_kernel.parquet"
        kernel.run(self.program, self.source, kernels, self.threads)
        compare("the kernel alone", ours, [str(kernels)], hive=False)
        duckdb_sql.run(self.files, self.data / "answer_duckdb", self.threads)
        rows = compare("DuckDB", ours, [f"{self.data}/answer_duckdb/*/*.parquet"], hive=True)
        if polars_frame.is_there():
            polars_frame.run(self.files, self.data / "answer_polars", self.threads)
            compare("Polars", ours, [f"{self.data}/answer_polars/*/*.parquet"], hive=True)
        return rows

    def measure(self) -> dict[str, object]:
        for _ in range(self.runs):
            self._time("gnomon run", self.gnomon.run)
            self._time("duckdb end to end", lambda: duckdb_sql.run(
                self.files, self.data / "answer_duckdb", self.threads))
            if polars_frame.is_there():
                self._time("polars end to end", lambda: polars_frame.run(
                    self.files, self.data / "answer_polars", self.threads))
            answer = self.gnomon.answer_files()
            self._time("floor", lambda: floor.run(self.files, answer, self.data / "answer_floor", self.threads))
            self._time("kernel", lambda: kernel.run(self.program, self.source, None, self.threads))
            self._time("duckdb in memory", lambda: duckdb_sql.run([str(self.source)], None, self.threads))
        return {
            "seconds": {contender: summary(taken) for contender, taken in self.seconds.items()},
            "cpu_seconds": {contender: summary(taken) for contender, taken in self.cpu.items()},
            "ratios": self._ratios(),
        }

    def _time(self, contender: str, work) -> None:
        before = cpu_seconds()
        taken = work()
        # A process of its own, or all of it timed: what the CPUs did says more on a busy machine.
        if contender in ("gnomon run", "duckdb end to end", "polars end to end"):
            self.cpu.setdefault(contender, []).append(cpu_seconds() - before)
        if not isinstance(taken, dict):
            taken = {"": taken}
        elif contender == "floor":
            taken[""] = taken["decode"] + taken["write"]
        else:
            taken = {"consume": taken["consume"], "finish": taken["finish"],
                     "in memory": taken["consume"] + taken["finish"]}
        for part, seconds in taken.items():
            self.seconds.setdefault(f"{contender} {part}".strip(), []).append(seconds)

    def _ratios(self) -> dict[str, float]:
        median = {contender: statistics.median(taken) for contender, taken in self.seconds.items()}
        pairs = [("duckdb end to end", "gnomon run"), ("polars end to end", "gnomon run"), ("gnomon run", "floor"),
                 ("duckdb in memory", "kernel in memory")]
        return {f"{a} / {b}": round(median[a] / median[b], 2) for a, b in pairs if a in median}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("/tmp/gnomon-bench"),
                        help="folder for inputs and answers, kept between runs")
    parser.add_argument("--build", type=pathlib.Path, default=PROJECT / "build/release", help="CMake's build folder")
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--zipf", action="store_true", help="users by Zipf's law instead of evenly")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--output", type=pathlib.Path, help="also write the result here")
    options = parser.parse_args()
    options.data.mkdir(parents=True, exist_ok=True)
    workload = GroupByBackfill(options)
    result = {
        "workload": "group_by_backfill",
        "date": datetime.date.today().isoformat(),
        "machine": machine(),
        "input": {"events": options.events, "users": options.users, "seed": options.seed, "zipf": options.zipf},
        "threads": options.threads,
        "runs": options.runs,
        "rows_out": workload.check_answers(),
    }
    begin, load = time.time(), os.getloadavg()
    result |= workload.measure()
    # Beside our own threads: a load of more than them says that the figures are not to be trusted.
    result["load_average"] = {"before": load[0], "after": os.getloadavg()[0], "seconds": round(time.time() - begin)}
    text = json.dumps(result, indent=2)
    if options.output:
        options.output.write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    main()
