# The seeded left side of the workload: rows over the last seven days of the events, as the figures of
# the real Chronon were taken on. DuckDB makes it, on one thread, so that a seed always gives the same.
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pathlib

import duckdb

from group_by_backfill import events
from group_by_backfill.events import DAY_MS, DAYS, FIRST_DAY_MS

LEFT_DAYS = 7
FIRST_DAY = events.day(DAYS - LEFT_DAYS)


def file(folder: pathlib.Path, rows: int, users: int, seed: int, zipf: bool) -> pathlib.Path:
    """The rows as a file in this folder, made unless they lie there already."""
    path = folder / f"queries_{rows}_{users}_{'zipf' if zipf else 'uniform'}_{seed}.parquet"
    if not path.exists():
        make(path, rows, users, seed, zipf)
    return path


def make(path: pathlib.Path, rows: int, users: int, seed: int, zipf: bool) -> None:
    """Writes the rows (user, ts, ds); no (user, ts) comes twice."""
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
