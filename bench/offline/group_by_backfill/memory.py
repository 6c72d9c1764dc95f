# Workload: a backfill of many keys within a budget (--memory), which it keeps by spilling. DuckDB answers for a sample
# of the keys, of which all rows are compared.
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import argparse

import configs
from answers import compare, rows
from gnomon_repository import GnomonRepository, Run
from group_by_backfill import duckdb_sql, events
from measure import Timings

SAMPLED_KEYS = 10_000


class Memory:
    """The last days of output only: each has a row for every key of the last 30 days."""

    def __init__(self, options: argparse.Namespace):
        if not options.memory:
            raise SystemExit("the workload memory needs a budget - give --memory=4G")
        self.options, self.runs = options, options.runs
        self.timings = Timings(options.limit)
        self.source = events.file(options.data, options.events, options.users, options.seed, options.zipf)
        self.gnomon = GnomonRepository(options.build / "gnomon", options.data / f"repository_{self.source.stem}",
                                       options.threads, options.memory)
        self.gnomon.import_tables({configs.SOURCE: self.source})
        self.gnomon.compile({configs.GROUP_BY_FILE: configs.group_by()})
        self.first = events.DAYS - options.output_days
        self.last_run: Run | None = None

    def more_input(self) -> dict[str, object]:
        return {"memory": self.options.memory, "output_days": self.options.output_days}

    def check_answers(self) -> int:
        self._gnomon()
        sample = f"hash(\"user\") % {max(1, self.options.users // SAMPLED_KEYS)} = 0"
        ours = rows(self.gnomon.files(configs.GROUP_BY_TABLE), prefix=configs.GROUP_BY_PREFIX, where=sample)
        theirs = duckdb_sql.query(f"read_parquet('{self.source}', hive_partitioning = false)", self.first, where=sample)
        compare("DuckDB", ours, theirs)
        return self.last_run.report["rows_written"]

    def measure(self) -> dict[str, object]:
        peaks, spilled = [self.last_run.peak_bytes], [self.last_run.spilled_bytes]
        for _ in range(self.runs):
            self.timings.time("gnomon run", self._gnomon)
            peaks.append(self.last_run.peak_bytes)
            spilled.append(self.last_run.spilled_bytes)
        report = self.last_run.report
        return self.timings.result() | {
            "memory": {"budget_bytes": report["memory_budget_bytes"], "peak_bytes": max(peaks),
                       "spilled_bytes": max(spilled), "rows_read": report["rows_read"],
                       "rows_written": report["rows_written"], "bytes_written": report["bytes_written"]},
        }

    def _gnomon(self) -> float:
        self.gnomon.drop(configs.FEATURES)
        self.last_run = self.gnomon.run("group-by-backfill", configs.GROUP_BY_CONF, events.day(self.first),
                                        events.LAST_DAY)
        return self.last_run.seconds
