# Contender: Polars, when it is installed. Running sums of each user's events, read at the bounds of each window by
# join_asof; from Parquet to one Parquet file per day.
# SPDX-License-Identifier: Apache-2.0
"""python polars_frame.py OUTPUT QUERIES EVENTS prints the seconds; both are JSON lists of files."""
from __future__ import annotations

import json
import pathlib
import sys

import polars_process

DAY_MS, HOUR_MS = 86_400_000, 3_600_000
WINDOWS = {1: HOUR_MS, 7: HOUR_MS, 30: DAY_MS}


def run(queries: list[str], events: list[str], output: pathlib.Path, threads: int, limit_seconds: float) -> float:
    return polars_process.run(__file__, output, [json.dumps(queries), json.dumps(events)], threads, limit_seconds)


def answer(queries: list[str], events: list[str]):
    import polars as pl

    rows = pl.scan_parquet(queries, hive_partitioning=False).select("user", "ts", "ds").collect()
    users = rows.select("user").unique().with_row_index("user_id")
    running = (pl.scan_parquet(events, hive_partitioning=False).select("user", "ts", "price")
               .filter(pl.col("price").is_not_null()).join(users.lazy(), on="user").select("user_id", "ts", "price")
               .sort("user_id", "ts")
               .with_columns(pl.col("price").cum_sum().over("user_id").alias("s"),
                             pl.int_range(1, pl.len() + 1).over("user_id").alias("c"))
               .select("user_id", "ts", "s", "c").collect())
    found = rows.join(users, on="user").with_columns(
        pl.col("ts").alias("bound0"),
        *[((pl.col("ts") - days * DAY_MS) // hop * hop).alias(f"bound{days}") for days, hop in WINDOWS.items()])
    for bound in (0, *WINDOWS):
        at = running.rename({"s": f"s{bound}", "c": f"c{bound}", "ts": "event_ts"})
        found = found.sort("user_id", f"bound{bound}").join_asof(
            at, left_on=f"bound{bound}", right_on="event_ts", by="user_id", allow_exact_matches=False,
            check_sortedness=False).drop("event_ts")
    found = found.with_columns(pl.col("^[sc][0-9]+$").fill_null(0))
    sums = {days: pl.col("s0") - pl.col(f"s{days}") for days in WINDOWS}
    counts = {days: pl.col("c0") - pl.col(f"c{days}") for days in WINDOWS}
    return found.select(
        "user", "ts", "ds",
        *[pl.when(counts[d] > 0).then(sums[d]).alias(f"price_sum_{d}d") for d in WINDOWS],
        *[pl.when(counts[d] > 0).then(counts[d]).alias(f"price_count_{d}d") for d in WINDOWS],
        *[pl.when(counts[d] > 0).then(sums[d] / counts[d]).alias(f"price_average_{d}d") for d in WINDOWS])


if __name__ == "__main__":
    polars_process.write_by_day(pathlib.Path(sys.argv[1]), lambda: answer(*map(json.loads, sys.argv[2:])))
