# Contender: Polars, when it is installed. The same plan as the SQL: hops, a grid of users and days,
# rolling sums over it; from Parquet to one Parquet file per day.
# SPDX-License-Identifier: Apache-2.0
"""python polars_frame.py OUTPUT FILE... prints the seconds."""
from __future__ import annotations

import pathlib
import sys

import polars_process

WINDOWS = (1, 7, 30)


def run(files: list[str], output: pathlib.Path, threads: int) -> float:
    return polars_process.run(__file__, output, files, threads)


def answer(files: list[str]):
    import polars as pl

    day = (pl.col("ts") // 86_400_000).cast(pl.Int32).alias("day")
    hops = (pl.scan_parquet(files, hive_partitioning=False).select("user", day, "price")
            .filter(pl.col("user").is_not_null())
            .group_by("user", "day").agg(pl.col("price").sum().alias("s"), pl.col("price").count().alias("c"))
            .collect())
    days = pl.DataFrame({"day": pl.int_range(19723, 19753, dtype=pl.Int32, eager=True)})
    grid = (hops.select(pl.col("user").unique()).join(days, how="cross")
            .join(hops, on=["user", "day"], how="left").sort("user", "day")
            .with_columns(pl.col("s").fill_null(0.0), pl.col("c").fill_null(0).cast(pl.Int64)))
    rolled = grid.with_columns(
        [pl.col(name).rolling_sum(window_size=days, min_samples=1).over("user").alias(f"{name}{days}")
         for days in WINDOWS for name in ("s", "c")])
    some = {days: pl.col(f"c{days}") > 0 for days in WINDOWS}
    return rolled.filter(some[30]).select(
        "user",
        *[pl.when(some[d]).then(pl.col(f"s{d}")).alias(f"price_sum_{d}d") for d in WINDOWS],
        *[pl.when(some[d]).then(pl.col(f"c{d}")).alias(f"price_count_{d}d") for d in WINDOWS],
        *[pl.when(some[d]).then(pl.col(f"s{d}") / pl.col(f"c{d}")).alias(f"price_average_{d}d") for d in WINDOWS],
        (pl.lit(0, pl.Int32) + pl.col("day")).cast(pl.Date).dt.to_string("%Y-%m-%d").alias("ds"))


if __name__ == "__main__":
    polars_process.write_by_day(pathlib.Path(sys.argv[1]), lambda: answer(sys.argv[2:]))
