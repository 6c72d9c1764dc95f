# Contender: DuckDB, by three formulations of the same answer; the fastest counts.
#   range   joins each left row with its key's events of the longest window and aggregates them by
#           filters: quadratic in the rows of a key
#   asof    running sums of each key's events, read at the bounds of each window by ASOF joins
#   window  left rows' bounds and events in one ordering per key, running sums over both
# Sums as differences of running sums lose digits; the comparison allows 1e-9 of the magnitude.
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pathlib
import time

import duckdb

DAY_MS, HOUR_MS = 86_400_000, 3_600_000
# Window in days: the hop of its tail (SPEC 5.1).
WINDOWS = {1: HOUR_MS, 7: HOUR_MS, 30: DAY_MS}
KINDS = ("range", "asof", "window")


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
    filters = [f"sum(e.price) FILTER (e.ts >= {begin(d, 'l.ts')}) AS s{d}, "
               f"count(e.price) FILTER (e.ts >= {begin(d, 'l.ts')}) AS c{d}" for d in WINDOWS]
    return f"""
      SELECT "user", ts, {outputs("s{d}", "c{d}")} FROM (
        SELECT l."user", l.ts, {", ".join(filters)}
        FROM queries l LEFT JOIN events e
          ON e."user" = l."user" AND e.ts < l.ts AND e.ts >= {begin(max(WINDOWS), 'l.ts')}
        GROUP BY ALL)"""


def asof_join() -> str:
    joins, columns = [], []
    for name, bound in [("q", "l.ts"), *((f"w{d}", begin(d, "l.ts")) for d in WINDOWS)]:
        joins.append(f'ASOF LEFT JOIN running {name} ON {name}."user" = l."user" AND {name}.ts < {bound}')
        columns += [f"coalesce({name}.s, 0) AS s_{name}", f"coalesce({name}.c, 0) AS c_{name}"]
    return f"""
      WITH running AS (
        SELECT "user", ts, max_by(s, c) AS s, max(c) AS c FROM (
          SELECT "user", ts, sum(price) OVER w AS s, count(price) OVER w AS c FROM events
          WHERE "user" IS NOT NULL AND price IS NOT NULL
          WINDOW w AS (PARTITION BY "user" ORDER BY ts ROWS UNBOUNDED PRECEDING))
        GROUP BY ALL)
      SELECT "user", ts, {outputs("(s_q - s_w{d})", "(c_q - c_w{d})")}
      FROM (SELECT l."user", l.ts, {", ".join(columns)} FROM queries l {" ".join(joins)})"""


def window() -> str:
    bounds = [("0", "ts"), *((str(d), begin(d)) for d in WINDOWS)]
    points = " UNION ALL ".join(
        f'SELECT "user", {bound} AS point, ts, {which} AS which, NULL AS price FROM queries' for which, bound in bounds)
    sums = [f"max(s) FILTER (which = {which}) AS s{which}, max(c) FILTER (which = {which}) AS c{which}"
            for which, _ in bounds]
    return f"""
      SELECT "user", ts, {outputs("(s0 - s{d})", "(c0 - c{d})")} FROM (
        SELECT "user", ts, {", ".join(sums)} FROM (
          SELECT "user", ts, which, coalesce(sum(price) OVER w, 0) AS s, count(price) OVER w AS c FROM (
            {points} UNION ALL
            SELECT "user", ts AS point, NULL AS ts, NULL AS which, price FROM events
            WHERE "user" IN (SELECT "user" FROM queries))
          WINDOW w AS (PARTITION BY "user" ORDER BY point RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING))
        WHERE which IS NOT NULL GROUP BY ALL)"""


def query(kind: str) -> str:
    return {"range": range_join, "asof": asof_join, "window": window}[kind]()


def run(kind: str, queries: pathlib.Path, events: list[str], output: pathlib.Path | None, threads: int,
        limit_seconds: float) -> float | None:
    """Returns the seconds from tables in memory to the streamed answer (with an output: Parquet to
    Parquet); None when the limit is passed."""
    connection = duckdb.connect(config={"threads": threads})
    for name, files, columns in (("queries", [str(queries)], '"user", ts'), ("events", events, '"user", price, ts')):
        source = f"SELECT {columns} FROM read_parquet({files}, hive_partitioning = false)"
        connection.execute(f"CREATE {'TABLE' if output is None else 'VIEW'} {name} AS {source}")
    statement = query(kind)
    if output is not None:
        statement = f"COPY ({statement}) TO '{output}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)"
    timer = _interrupt_after(connection, limit_seconds)
    start = time.perf_counter()
    try:
        result = connection.execute(statement)
        if output is None:
            for _ in result.to_arrow_reader(65_536):
                pass
        return time.perf_counter() - start
    except duckdb.InterruptException:
        return None
    finally:
        timer.cancel()


def _interrupt_after(connection: duckdb.DuckDBPyConnection, seconds: float):
    import threading
    timer = threading.Timer(seconds, connection.interrupt)
    timer.start()
    return timer
