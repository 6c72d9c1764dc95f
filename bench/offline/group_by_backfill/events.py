# The seeded input of the workloads: days of events sorted by ts, as the figures of the real Chronon
# were taken on. DuckDB makes it, on one thread, so that a seed always gives the same rows.
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import datetime
import pathlib

import duckdb

FIRST_DAY_MS = 1_704_067_200_000  # 2024-01-01
FIRST_DAY, LAST_DAY = "2024-01-01", "2024-01-30"
DAY_MS = 86_400_000
DAYS = 30


def day(number: int) -> str:
    """The day after `number` days of events."""
    return (datetime.date.fromisoformat(FIRST_DAY) + datetime.timedelta(days=number)).isoformat()


def file(folder: pathlib.Path, rows: int, users: int, seed: int, zipf: bool = False, days: int = DAYS) -> pathlib.Path:
    """The events as a file in this folder, made unless they lie there already."""
    law = "zipf" if zipf else "uniform"
    span = "" if days == DAYS else f"_{days}_days"
    path = folder / f"events_{rows}_{users}_{law}_{seed}{span}.parquet"
    if not path.exists():
        make(path, rows, users, seed, zipf, days)
    return path


def make(path: pathlib.Path, rows: int, users: int, seed: int, zipf: bool, days: int) -> None:
    """Writes the events: price is gamma(2, 20) in cents, 2 % null."""
    # Zipf's law with exponent 1: the logarithm of the rank is uniform.
    rank = f"pow({users}, random()) - 1" if zipf else f"random() * {users}"
    user = f"CAST(floor({rank}) AS BIGINT)"
    partial = path.with_suffix(".partial")
    connection = duckdb.connect(config={"threads": 1, "temp_directory": str(path.with_suffix(".spilled"))})
    connection.execute(f"SELECT setseed({seed % 1000 / 1000})")
    connection.execute(f"""
      CREATE TABLE drawn AS SELECT
        {user} AS user_id,
        CASE WHEN random() >= 0.02 THEN round(-20 * ln((1 - random()) * (1 - random())), 2) END AS price,
        {FIRST_DAY_MS} + (i * {days} // {rows}) * {DAY_MS} + CAST(floor(random() * {DAY_MS}) AS BIGINT) AS ts
      FROM range({rows}) t(i)""")
    connection.execute(f"""
      COPY (SELECT 'user_' || user_id AS "user", price, ts,
                   strftime(DATE '1970-01-01' + CAST(ts // {DAY_MS} AS INTEGER), '%Y-%m-%d') AS ds
            FROM drawn ORDER BY ts, user_id)
      TO '{partial}' (FORMAT parquet, ROW_GROUP_SIZE 122880)""")
    partial.rename(path)
