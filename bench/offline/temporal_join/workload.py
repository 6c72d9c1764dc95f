# Workload: the features of group_by_backfill for each left row, point in time (TEMPORAL accuracy): a Join from Iceberg
# tables to a committed one, and the kernel alone in memory.
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import argparse

import configs
import polars_process
from answers import compare, hive_rows, rows
from gnomon_repository import GnomonRepository
from group_by_backfill import events
from measure import Timings, build
from temporal_join import duckdb_sql, kernel, polars_frame, queries

KEYS = ("user", "ts", "ds")
PEERS = [f"duckdb {kind}" for kind in duckdb_sql.KINDS]
# Queries that someone writes down at once; sums of prefixes are a small kernel written in SQL.
PLAIN_PEERS = ["duckdb range", "duckdb asof", "duckdb window"]


class TemporalJoin:
    """The workload's contenders over one input; every file of theirs lies under options.data."""

    def __init__(self, options: argparse.Namespace):
        self.threads, self.runs, self.data = options.threads, options.runs, options.data
        self.left_rows = options.left_rows or (1_000_000 if options.zipf else 100_000)
        self.timings = Timings(options.limit)
        self.events = events.file(self.data, options.events, options.users, options.seed, options.zipf)
        self.queries = queries.file(self.data, self.left_rows, options.users, options.seed, options.zipf)
        self.program = build(options.build, "temporal_kernel_bench")
        root = self.data / f"repository_{self.queries.stem}_{self.events.stem}"
        self.gnomon = GnomonRepository(options.build / "gnomon", root, self.threads)
        self.gnomon.import_tables({configs.SOURCE: self.events, configs.LEFT: self.queries})
        self.gnomon.compile({configs.GROUP_BY_FILE: configs.group_by(accuracy="TEMPORAL"),
                             configs.JOIN_FILE: configs.join()})
        # All end to end contenders read the same bytes: the tables' data files.
        self.inputs = self.gnomon.files(configs.LEFT), self.gnomon.files(configs.SOURCE)
        self.peers = {f"duckdb {kind}": self._duckdb(kind) for kind in duckdb_sql.KINDS}
        if polars_process.is_there():
            self.peers["polars asof"] = self._polars

    def more_input(self) -> dict[str, int]:
        return {"left_rows": self.left_rows}

    def check_answers(self) -> int:
        self._gnomon()
        ours = rows(self.gnomon.files(configs.JOIN_TABLE), KEYS, prefix=configs.JOIN_PREFIX)
        kernels = self.data / "answer_temporal_kernel.parquet"
        kernel.run(self.program, self.queries, self.events, kernels, self.threads)
        compare("the kernel alone", f"SELECT * EXCLUDE (ds) FROM ({ours})", rows([str(kernels)], KEYS[:2]), KEYS[:2])
        count = self.left_rows
        for peer, work in self.peers.items():
            if self.timings.try_once(peer, work):
                count = compare(peer, ours, hive_rows(self._output(peer), KEYS), KEYS)
        return count

    def measure(self) -> dict[str, object]:
        in_memory: list[str] = []
        for _ in range(self.runs):
            self.timings.time("gnomon run", self._gnomon)
            for peer, work in self.peers.items():
                self.timings.time(peer, work)
            self.timings.time("kernel", lambda: kernel.run(
                self.program, self.queries, self.events, None, self.threads))
            fastest = {self.timings.fastest(PEERS), self.timings.fastest(PLAIN_PEERS)}
            in_memory = in_memory or sorted(peer for peer in fastest if peer)
            for peer in in_memory:
                self.timings.time(f"{peer} in memory", self._duckdb_in_memory(peer))
        pairs = [(peer, "gnomon run") for peer in self.peers]
        pairs += [(f"{peer} in memory", "kernel in memory") for peer in in_memory]
        return self.timings.result() | {"ratios": self.timings.ratios(pairs)}

    def _output(self, peer: str):
        return self.data / f"answer_temporal_{peer.replace(' ', '_')}"

    def _gnomon(self) -> float:
        self.gnomon.drop(configs.FEATURES)
        return self.gnomon.run("join", configs.JOIN_CONF, queries.FIRST_DAY, events.LAST_DAY).seconds

    def _duckdb(self, kind: str):
        limit = self.timings.limit_seconds
        return lambda: duckdb_sql.run(kind, *self.inputs, self._output(f"duckdb {kind}"), self.threads, limit)

    def _duckdb_in_memory(self, peer: str):
        files = [str(self.queries)], [str(self.events)]
        return lambda: duckdb_sql.run(peer.split()[1], *files, None, self.threads, self.timings.limit_seconds)

    def _polars(self) -> float:
        return polars_frame.run(*self.inputs, self._output("polars asof"), self.threads, self.timings.limit_seconds)
