# Contender: Polars, when it is installed. The same plan as the SQL: hops, a grid of users and days,
# rolling sums over it; from Parquet to one Parquet file per day.
# SPDX-License-Identifier: Apache-2.0
"""python polars_frame.py OUTPUT FILE... prints the seconds; POLARS_MAX_THREADS sets the threads, at the start only."""
from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys
import time

WINDOWS = (1, 7, 30)


def is_there() -> bool:
    try:
        import polars  # noqa: F401
    except ImportError:
        return False
    return True


def run(files: list[str], output: pathlib.Path, threads: int) -> float:
    """Returns the seconds of the work alone: the process and its imports come before."""
    environment = {**os.environ, "POLARS_MAX_THREADS": str(threads)}
    done = subprocess.run([sys.executable, __file__, str(output), *files], env=environment, check=True,
                          capture_output=True, text=True)
    return float(done.stdout)


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


def main() -> None:
    import polars  # noqa: F401

    output, files = pathlib.Path(sys.argv[1]), sys.argv[2:]
    shutil.rmtree(output, ignore_errors=True)
    begin = time.perf_counter()
    for (ds,), rows in answer(files).partition_by("ds", as_dict=True).items():
        folder = output / f"ds={ds}"
        folder.mkdir(parents=True)
        rows.drop("ds").write_parquet(folder / "rows.parquet", compression="zstd", compression_level=1)
    print(time.perf_counter() - begin)


if __name__ == "__main__":
    main()
