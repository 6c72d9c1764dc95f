#!/usr/bin/env python3
# What the measured times were to reach, and what they reach.
# SPDX-License-Identifier: Apache-2.0
"""The aims of the offline semantics' issue, computed from the medians of the result files."""
from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class Aim:
    """Times `ours` fits into the least of `theirs`."""
    result: str  # The name of the result file.
    what: str
    ours: str
    theirs: tuple[str, ...]
    asked: float | None  # None: measured beside the aims.
    percent: bool = False

    def reached(self, result: dict) -> float | None:
        """None where a contender was not measured."""
        seconds = {one: taken["median"] for one, taken in result["seconds"].items()}
        # One that was stopped took longer than its limit.
        seconds.update((one, float(words.split()[2])) for one, words in result.get("given_up", {}).items())
        if not {self.ours, *self.theirs} <= seconds.keys():
            return None
        return min(seconds[one] for one in self.theirs) / seconds[self.ours]

    def row(self, result: dict | None) -> list[str]:
        reached = self.reached(result) if result else None
        asked = "" if self.asked is None else self.shown(self.asked)
        where = self.result.replace("_", " ")
        if reached is None:
            return [where, self.what, asked, "not measured", ""]
        met = "" if self.asked is None else "yes" if reached >= self.asked else "**missed**"
        return [where, self.what, asked, self.shown(reached), met]

    def shown(self, ratio: float) -> str:
        return f"{100 * ratio:.0f} %" if self.percent else f"{ratio:.2f} times"


def of_backfill(result: str) -> list[Aim]:
    return [
        Aim(result, "end to end, share of the floor of decoding and writing", "gnomon run", ("floor",), 0.75,
            percent=True),
        Aim(result, "end to end, against the best of DuckDB and Polars", "gnomon run",
            ("duckdb end to end", "polars end to end"), 2.5),
        Aim(result, "in memory, against DuckDB", "kernel in memory", ("duckdb in memory",), 8),
    ]


AIMS = [
    *of_backfill("group_by_backfill_uniform"),
    *of_backfill("group_by_backfill_zipf"),
    Aim("temporal_join_uniform", "end to end, against DuckDB's range join", "gnomon run", ("duckdb range",), 1.5),
    Aim("temporal_join_uniform", "in memory, against DuckDB's range join", "kernel in memory",
        ("duckdb range in memory",), 1.5),
    Aim("temporal_join_zipf", "end to end, against DuckDB's best of ASOF, range join and window", "gnomon run",
        ("duckdb asof", "duckdb range", "duckdb window"), 10),
    Aim("temporal_join_zipf", "in memory, against DuckDB's ASOF, the best of these", "kernel in memory",
        ("duckdb asof in memory",), 10),
    Aim("temporal_join_zipf", "end to end, against DuckDB's running sums (`prefix`, not among the three)", "gnomon run",
        ("duckdb prefix",), None),
    Aim("temporal_join_zipf", "in memory, against DuckDB's running sums (`prefix`, not among the three)",
        "kernel in memory", ("duckdb prefix in memory",), None),
]


def rows(results: dict[str, dict]) -> list[list[str]]:
    """Workload, aim, asked, reached, and whether; `results` by the names of their files."""
    return [aim.row(results.get(aim.result)) for aim in AIMS]
