# Workload: SUM, COUNT, AVERAGE of price over 1, 7, 30 days; 30 output days.
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import argparse

import configs
import polars_process
from answers import compare, hive_rows, rows
from gnomon_repository import GnomonRepository
from group_by_backfill import duckdb_sql, events, floor, kernel, polars_frame
from measure import Timings, build


class GroupByBackfill:
    """The workload's contenders over one input; every file of theirs lies under options.data."""

    def __init__(self, options: argparse.Namespace):
        self.threads, self.runs, self.data = options.threads, options.runs, options.data
        self.timings = Timings(options.limit)
        self.source = events.file(self.data, options.events, options.users, options.seed, options.zipf)
        self.program = build(options.build, "group_by_kernel_bench")
        self.gnomon = GnomonRepository(
            options.build / "gnomon", self.data / f"repository_{self.source.stem}", self.threads)
        self.gnomon.import_tables({configs.SOURCE: self.source})
        self.gnomon.compile({configs.GROUP_BY_FILE: configs.group_by()})
        # All end to end contenders read the same bytes: the table's data files.
        self.files = self.gnomon.files(configs.SOURCE)

    def more_input(self) -> dict[str, int]:
        return {}

    def check_answers(self) -> int:
        self._gnomon()
        ours = rows(self.gnomon.files(configs.GROUP_BY_TABLE), prefix=configs.GROUP_BY_PREFIX)
        kernels = self.data / "answer_kernel.parquet"
        kernel.run(self.program, self.source, kernels, self.threads)
        count = compare("the kernel alone", ours, rows([str(kernels)]))
        self._duckdb()
        compare("DuckDB", ours, hive_rows(self.data / "answer_duckdb"))
        if polars_process.is_there():
            self._polars()
            compare("Polars", ours, hive_rows(self.data / "answer_polars"))
        return count

    def measure(self) -> dict[str, object]:
        for _ in range(self.runs):
            self.timings.time("gnomon run", self._gnomon)
            self.timings.time("duckdb end to end", self._duckdb)
            if polars_process.is_there():
                self.timings.time("polars end to end", self._polars)
            answer = self.gnomon.files(configs.GROUP_BY_TABLE)
            self.timings.time("floor", lambda: floor.run(self.files, answer, self.data / "answer_floor", self.threads))
            self.timings.time("kernel", lambda: kernel.run(self.program, self.source, None, self.threads))
            self.timings.time("duckdb in memory", lambda: duckdb_sql.run([str(self.source)], None, self.threads))
        return self.timings.result() | {"ratios": self.timings.ratios([
            ("duckdb end to end", "gnomon run"), ("polars end to end", "gnomon run"), ("gnomon run", "floor"),
            ("duckdb in memory", "kernel in memory")])}

    def _gnomon(self) -> float:
        self.gnomon.drop(configs.FEATURES)
        return self.gnomon.run("group-by-backfill", configs.GROUP_BY_CONF, events.FIRST_DAY, events.LAST_DAY).seconds

    def _duckdb(self) -> float:
        return duckdb_sql.run(self.files, self.data / "answer_duckdb", self.threads)

    def _polars(self) -> float:
        return polars_frame.run(self.files, self.data / "answer_polars", self.threads)
