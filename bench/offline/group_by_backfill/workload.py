# Workload: SUM, COUNT, AVERAGE of price over 1, 7, 30 days; 30 output days.
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import argparse
import statistics

from group_by_backfill import duckdb_sql, events, floor, gnomon_run, kernel, polars_frame
from measure import RELATIVE_ERROR, build, cpu_seconds, summary


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


class GroupByBackfill:
    """The workload's contenders over one input; every file of theirs lies under options.data."""

    def __init__(self, options: argparse.Namespace):
        law = "zipf" if options.zipf else "uniform"
        name = f"events_{options.events}_{options.users}_{law}_{options.seed}"
        self.threads, self.runs, self.data = options.threads, options.runs, options.data
        self.source = self.data / f"{name}.parquet"
        self.program = build(options.build, "group_by_kernel_bench")
        events.make(self.source, options.events, options.users, options.seed, options.zipf)
        self.gnomon = gnomon_run.GnomonRun(options.build / "gnomon", self.data / f"repository_{name}", self.threads)
        self.gnomon.prepare(self.source)
        # All end to end contenders read the same bytes: the table's data files.
        self.files = self.gnomon.source_files()
        self.seconds: dict[str, list[float]] = {}
        self.cpu: dict[str, list[float]] = {}

    def more_input(self) -> dict[str, int]:
        return {}

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
