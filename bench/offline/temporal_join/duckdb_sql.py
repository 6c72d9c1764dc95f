# Contender: DuckDB, by four formulations of the same answer; the fastest counts.
#   range   joins each left row with its key's events of the longest window and aggregates them by
#           filters: quadratic in the rows of a key
#   asof    running sums of each key's events, read at the bounds of each window by ASOF joins
#   window  left rows' bounds and events in one ordering per key, running sums over both
#   prefix  running sums of each key's hours, read at the bounds, and the single events of the left
#           row's own hour: windows begin at whole hours or days
# Sums are differences of running sums but for the first.
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pathlib
import shutil
import time

import duckdb

from measure import limited

DAY_MS, HOUR_MS = 86_400_000, 3_600_000
# Window in days: the hop of its tail (SPEC 5.1).
WINDOWS = {1: HOUR_MS, 7: HOUR_MS, 30: DAY_MS}


def begin(days: int, ts: str = "ts") -> str:
    """The first ts that a row at ts sees."""
    hop = WINDOWS[days]
    return f"(({ts} - {days * DAY_MS}) // {hop} * {hop})"


def outputs(sums: str, counts: str) -> str:
    """The feature columns, from expressions with {d} for the window."""
    columns = [(sums, "sum"), ("NULLIF({c}, 0)", "count"), ("{s} / NULLIF({c}, 0)", "average")]
    texts = []
    for expression, name in columns:
        for days in WINDOWS:
            s, c = sums.format(d=days), counts.format(d=days)
            value = f"CASE WHEN {c} > 0 THEN {s} END" if name == "sum" else expression.format(s=s, c=c)
            texts.append(f"{value} AS price_{name}_{days}d")
    return ", ".join(texts)


def range_join() -> str:
    bounds = ", ".join(f"{begin(d)} AS begin{d}" for d in WINDOWS)
    filters = ", ".join(f"sum(e.price) FILTER (e.ts >= l.begin{d}) AS s{d}, "
                        f"count(e.price) FILTER (e.ts >= l.begin{d}) AS c{d}" for d in WINDOWS)
    return f"""
      WITH rows AS MATERIALIZED (SELECT row_number() OVER () AS id, "user", ts, ds, {bounds} FROM queries),
      sums AS (
        SELECT l.id, {filters}
        FROM rows l JOIN events e ON e."user" = l."user" AND e.ts < l.ts AND e.ts >= l.begin{max(WINDOWS)}
        GROUP BY l.id)
      SELECT "user", ts, {outputs("s{d}", "coalesce(c{d}, 0)")}, ds FROM rows LEFT JOIN sums USING (id)"""


def asof_join() -> str:
    joins, columns = [], []
    for name, bound in [("q", "l.ts"), *((f"w{d}", begin(d, "l.ts")) for d in WINDOWS)]:
        joins.append(f'ASOF LEFT JOIN running {name} ON {name}."user" = l."user" AND {name}.ts < {bound}')
        columns += [f"coalesce({name}.s, 0) AS s_{name}", f"coalesce({name}.c, 0) AS c_{name}"]
    # Events of the same time have the same sums, so that it does not matter which of them is found.
    return f"""
      WITH running AS MATERIALIZED (
        SELECT "user", ts, sum(price) OVER w AS s, count(price) OVER w AS c FROM events
        WHERE "user" IN (SELECT "user" FROM queries) AND price IS NOT NULL
        WINDOW w AS (PARTITION BY "user" ORDER BY ts RANGE UNBOUNDED PRECEDING))
      SELECT "user", ts, {outputs("(s_q - s_w{d})", "(c_q - c_w{d})")}, ds
      FROM (SELECT l."user", l.ts, l.ds, {", ".join(columns)} FROM queries l {" ".join(joins)})"""


def window() -> str:
    bounds = [("0", "ts"), *((str(d), begin(d)) for d in WINDOWS)]
    points = " UNION ALL ".join(f'SELECT "user", {bound} AS point, ts, ds, {which} AS which, NULL AS price FROM queries'
                                for which, bound in bounds)
    sums = [f"max(s) FILTER (which = {which}) AS s{which}, max(c) FILTER (which = {which}) AS c{which}"
            for which, _ in bounds]
    return f"""
      SELECT "user", ts, {outputs("(s0 - s{d})", "(c0 - c{d})")}, ds FROM (
        SELECT "user", ts, ds, {", ".join(sums)} FROM (
          SELECT "user", ts, ds, which, coalesce(sum(price) OVER w, 0) AS s, count(price) OVER w AS c FROM (
            {points} UNION ALL
            SELECT "user", ts AS point, NULL AS ts, NULL AS ds, NULL AS which, price FROM events
            WHERE "user" IN (SELECT "user" FROM queries))
          WINDOW w AS (PARTITION BY "user" ORDER BY point RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING))
        WHERE which IS NOT NULL GROUP BY ALL)"""


def prefix_sums() -> str:
    """Users are numbered first: sorts and joins by numbers are much faster here than by strings. A point comes before
    the hour that begins with it. LEFT joins keep the order: the planner would else join the points of a user with each
    other first."""
    bounds = [(0, "l.ts"), *((d, begin(d, "l.ts")) for d in WINDOWS)]
    points = " UNION ".join(f"SELECT user_id, {bound} // {HOUR_MS} AS hour FROM rows l" for _, bound in bounds)
    joins = " ".join(f"LEFT JOIN running r{d} ON r{d}.user_id = l.user_id AND r{d}.hour = {bound} // {HOUR_MS}"
                     for d, bound in bounds)
    return f"""
      WITH users AS MATERIALIZED (
        SELECT "user", CAST(row_number() OVER () AS INTEGER) AS user_id FROM (SELECT DISTINCT "user" FROM queries)),
      rows AS MATERIALIZED (
        SELECT row_number() OVER () AS id, user_id, "user", ts, ds FROM queries JOIN users USING ("user")),
      prices AS (SELECT user_id, ts, price FROM events JOIN users USING ("user") WHERE price IS NOT NULL),
      hours AS (
        SELECT user_id, ts // {HOUR_MS} AS hour, sum(price) AS s, count(price) AS c FROM prices GROUP BY ALL),
      running AS MATERIALIZED (
        SELECT user_id, hour, s, c FROM (
          SELECT user_id, hour, is_point, coalesce(sum(s) OVER w, 0) AS s,
                 coalesce(CAST(sum(c) OVER w AS BIGINT), 0) AS c
          FROM (SELECT user_id, hour, s, c, false AS is_point FROM hours
                UNION ALL SELECT user_id, hour, NULL, NULL, true FROM ({points}))
          WINDOW w AS (PARTITION BY user_id ORDER BY hour, is_point DESC ROWS UNBOUNDED PRECEDING))
        WHERE is_point),
      heads AS (
        SELECT l.id, sum(e.price) AS s, count(e.price) AS c
        FROM rows l JOIN prices e
          ON e.user_id = l.user_id AND e.ts // {HOUR_MS} = l.ts // {HOUR_MS} AND e.ts < l.ts
        GROUP BY l.id)
      SELECT "user", ts, {outputs("(s0 - s{d})", "(c0 - c{d})")}, ds FROM (
        SELECT l."user", l.ts, l.ds, r0.s + coalesce(h.s, 0) AS s0, r0.c + coalesce(h.c, 0) AS c0,
               {", ".join(f"r{d}.s AS s{d}, r{d}.c AS c{d}" for d in WINDOWS)}
        FROM rows l {joins} LEFT JOIN heads h USING (id))"""


KINDS = {"range": range_join, "asof": asof_join, "window": window, "prefix": prefix_sums}


def run(kind: str, queries: list[str], events: list[str], output: pathlib.Path | None, threads: int,
        limit_seconds: float) -> float:
    """Returns the seconds from Parquet to Parquet in one folder per day; without an output those from tables in memory
    to the streamed answer. Raises TimeoutError when the limit is passed."""
    connection = duckdb.connect(config={"threads": threads})
    for name, files, columns in (("queries", queries, '"user", ts, ds'), ("events", events, '"user", price, ts')):
        source = f"SELECT {columns} FROM read_parquet({files}, hive_partitioning = false)"
        connection.execute(f"CREATE {'TABLE' if output is None else 'VIEW'} {name} AS {source}")
    statement = KINDS[kind]()
    if output is not None:
        shutil.rmtree(output, ignore_errors=True)
        settings = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, PARTITION_BY (ds)"
        statement = f"COPY ({statement}) TO '{output}' ({settings})"
    start = time.perf_counter()
    with limited(connection, limit_seconds):
        result = connection.execute(statement)
        if output is None:
            for _ in result.to_arrow_reader(65_536):
                pass
    return time.perf_counter() - start
