# Workload: the features of group_by_backfill for each left row, point in time (TEMPORAL accuracy).
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import argparse
import statistics

from group_by_backfill import events
from measure import RELATIVE_ERROR, build, summary
from temporal_join import duckdb_sql, kernel, queries

# A formulation that takes longer is given up; its time is then "more than".
LIMIT_SECONDS = 120.0


def compare(contender: str, ours: str, theirs: str) -> int:
    """Returns the number of rows; raises when the answers differ."""
    import duckdb

    differs = []
    for days in duckdb_sql.WINDOWS:
        differs.append(f"a.price_count_{days}d IS DISTINCT FROM b.price_count_{days}d")
        for name in ("sum", "average"):
            column = f"price_{name}_{days}d"
            # Of differences of running sums: relative to what was subtracted, at most a user's sum.
            differs.append(f"(a.{column} IS NULL) <> (b.{column} IS NULL) OR abs(a.{column} - b.{column}) > "
                           f"{RELATIVE_ERROR} * greatest(abs(a.{column}), b.price_sum_30d, 1)")
    total, unmatched, different = duckdb.connect().execute(
        f"""SELECT count(*), count(*) FILTER (a.ts IS NULL OR b.ts IS NULL), count(*) FILTER ({" OR ".join(differs)})
            FROM read_parquet('{ours}') a FULL JOIN read_parquet('{theirs}') b
              ON a."user" = b."user" AND a.ts = b.ts""").fetchone()
    if total == 0 or unmatched or different:
        raise SystemExit(f"the answers of the kernel and {contender} differ: "
                         f"{total} rows, {unmatched} unmatched, {different} not equal")
    return total


class TemporalJoin:
    """The workload's contenders over one input; every file of theirs lies under options.data."""

    def __init__(self, options: argparse.Namespace):
        law = "zipf" if options.zipf else "uniform"
        self.left_rows = options.left_rows or (1_000_000 if options.zipf else 100_000)
        self.threads, self.runs, self.data = options.threads, options.runs, options.data
        self.events = self.data / f"events_{options.events}_{options.users}_{law}_{options.seed}.parquet"
        self.queries = self.data / f"queries_{self.left_rows}_{options.users}_{law}_{options.seed}.parquet"
        self.program = build(options.build, "temporal_kernel_bench")
        events.make(self.events, options.events, options.users, options.seed, options.zipf)
        queries.make(self.queries, self.left_rows, options.users, options.seed, options.zipf)
        self.kinds = list(duckdb_sql.KINDS)
        self.given_up: list[str] = []
        self.seconds: dict[str, list[float]] = {}

    def more_input(self) -> dict[str, int]:
        return {"left_rows": self.left_rows}

    def check_answers(self) -> int:
        ours = self.data / "answer_temporal_kernel.parquet"
        kernel.run(self.program, self.queries, self.events, ours, self.threads)
        rows = 0
        for kind in duckdb_sql.KINDS:
            theirs = self.data / f"answer_temporal_{kind}.parquet"
            taken = duckdb_sql.run(kind, self.queries, [str(self.events)], theirs, self.threads, LIMIT_SECONDS)
            if taken is None:
                self.kinds.remove(kind)
                self.given_up.append(kind)
            else:
                rows = compare(f"DuckDB ({kind})", str(ours), str(theirs))
        return rows

    def measure(self) -> dict[str, object]:
        for _ in range(self.runs):
            taken = kernel.run(self.program, self.queries, self.events, None, self.threads)
            for part in ("queries", "consume", "finish"):
                self._add(f"kernel {part}", taken[part])
            self._add("kernel in memory", taken["queries"] + taken["consume"] + taken["finish"])
            for kind in self.kinds:
                self._add(f"duckdb {kind}", duckdb_sql.run(
                    kind, self.queries, [str(self.events)], None, self.threads, LIMIT_SECONDS) or LIMIT_SECONDS)
        median = {contender: statistics.median(taken) for contender, taken in self.seconds.items()}
        best = min((median[f"duckdb {kind}"] for kind in self.kinds), default=LIMIT_SECONDS)
        return {
            "seconds": {contender: summary(taken) for contender, taken in self.seconds.items()},
            "given_up": {kind: f"more than {LIMIT_SECONDS:.0f} s" for kind in self.given_up},
            "ratios": {"best duckdb / kernel in memory": round(best / median["kernel in memory"], 2)},
        }

    def _add(self, contender: str, seconds: float) -> None:
        self.seconds.setdefault(contender, []).append(seconds)
