# Contender: DuckDB. One grouping per (user, day), a grid of users and days, and window frames over
# it. The answer goes to Parquet, one folder per day; without an output it is streamed and thrown
# away, to compare grouping and windows alone.
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pathlib
import shutil
import time

import duckdb

from configs import WINDOWS
from group_by_backfill.events import DAY_MS, DAYS, FIRST_DAY_MS

FIRST = FIRST_DAY_MS // DAY_MS


def query(events: str, first: int = 0, last: int = DAYS - 1, where: str = "true") -> str:
    """SUM, COUNT and AVERAGE of price over 1, 7 and 30 days for each user (of those that `where` keeps) and each day
    from `first` to `last`, counted from the first day of events."""
    # Days before count in windows only.
    reached = max(0, first - max(WINDOWS) + 1)
    columns = []
    for name, expression in (("sum", "{s}"), ("count", "CASE WHEN {c} > 0 THEN CAST({c} AS BIGINT) END"),
                             ("average", "{s} / {c}")):
        for days in WINDOWS:
            sums = f"sum(s) OVER w{days}"
            counts = f"sum(c) OVER w{days}"
            columns.append(expression.format(s=sums, c=counts) + f" AS price_{name}_{days}d")
    frames = ", ".join(
        f'w{d} AS (PARTITION BY "user" ORDER BY day RANGE BETWEEN {d - 1} PRECEDING AND CURRENT ROW)' for d in WINDOWS
    )
    return f"""
      WITH hops AS (
        SELECT "user", CAST(ts // {DAY_MS} AS INTEGER) AS day, sum(price) AS s, count(price) AS c
        FROM {events} WHERE "user" IS NOT NULL AND ({where}) GROUP BY ALL),
      grid AS (
        SELECT u."user", d.day, h.s, h.c
        FROM (SELECT DISTINCT "user" FROM hops) u
        CROSS JOIN (SELECT CAST(range AS INTEGER) AS day FROM range({FIRST + reached}, {FIRST + last + 1})) d
        LEFT JOIN hops h ON h."user" = u."user" AND h.day = d.day)
      SELECT * EXCLUDE (day) FROM (
        SELECT "user", {", ".join(columns)}, strftime(DATE '1970-01-01' + day, '%Y-%m-%d') AS ds, day
        FROM grid WINDOW {frames})
      WHERE price_count_30d > 0 AND day >= {FIRST + first}"""


def run(files: list[str], output: pathlib.Path | None, threads: int) -> float:
    """Returns the seconds that it took, from Parquet to Parquet, or in memory when there is no output."""
    connection = duckdb.connect(config={"threads": threads})
    if output is None:
        connection.execute(f'CREATE TABLE events AS SELECT "user", price, ts FROM read_parquet({files})')
        statement = query("events")
    else:
        shutil.rmtree(output, ignore_errors=True)
        events = f"read_parquet({files}, hive_partitioning = false)"
        # The level of the other contenders; DuckDB's own default is slower.
        settings = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, PARTITION_BY (ds)"
        statement = f"COPY ({query(events)}) TO '{output}' ({settings})"
    begin = time.perf_counter()
    result = connection.execute(statement)
    if output is None:
        for _ in result.to_arrow_reader(65_536):
            pass
    return time.perf_counter() - begin
