# The seeded left side of the workload: rows over the last seven days of the events, as the figures of
# the real Chronon were taken on. DuckDB makes it, on one thread, so that a seed always gives the same.
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pathlib

import duckdb

from group_by_backfill.events import DAY_MS, DAYS, FIRST_DAY_MS

LEFT_DAYS = 7


def make(path: pathlib.Path, rows: int, users: int, seed: int, zipf: bool) -> None:
    """Writes the rows (user, ts, ds) unless they lie there already; no (user, ts) comes twice."""
    if path.exists():
        return
    rank = f"pow({users}, random()) - 1" if zipf else f"random() * {users}"
    first = FIRST_DAY_MS + (DAYS - LEFT_DAYS) * DAY_MS
    partial = path.with_suffix(".partial")
    connection = duckdb.connect(config={"threads": 1})
    connection.execute(f"SELECT setseed({(seed + 500) % 1000 / 1000})")
    connection.execute(f"""
      CREATE TABLE drawn AS SELECT CAST(floor({rank}) AS BIGINT) AS user_id,
        {first} + CAST(floor(random() * {LEFT_DAYS * DAY_MS}) AS BIGINT) AS ts
      FROM range({rows}) t(i)""")
    connection.execute(f"""
      COPY (SELECT DISTINCT 'user_' || user_id AS "user", ts,
                   strftime(DATE '1970-01-01' + CAST(ts // {DAY_MS} AS INTEGER), '%Y-%m-%d') AS ds
            FROM drawn ORDER BY ts, "user")
      TO '{partial}' (FORMAT parquet, ROW_GROUP_SIZE 122880)""")
    partial.rename(path)
