# Whether the answers of two contenders are equal: counts exactly, sums and averages to 1e-9 of the sum of magnitudes
# (all prices are positive, so that is the sum itself).
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pathlib

from measure import RELATIVE_ERROR

KEYS = ("user", "ds")


def rows(files: list[str], keys: tuple[str, ...] = KEYS, prefix: str = "", where: str = "true") -> str:
    """The rows of gnomon's data files as a query; `prefix` is cut off from the features' names."""
    return _rows(files, keys, prefix, where, hive=False)


def hive_rows(folder: pathlib.Path, keys: tuple[str, ...] = KEYS) -> str:
    """The same of a contender that wrote one folder for each day."""
    return _rows([f"{folder}/*/*.parquet"], keys, "", "true", hive=True)


def _rows(files: list[str], keys: tuple[str, ...], prefix: str, where: str, hive: bool) -> str:
    names = ", ".join('CAST(ds AS VARCHAR) AS ds' if key == "ds" else f'"{key}"' for key in keys)
    return (f"SELECT {names}, COLUMNS('^{prefix}(price_.*)$') AS '\\1' "
            f"FROM read_parquet({files}, hive_partitioning = {hive}) WHERE {where}")


def compare(contender: str, ours: str, theirs: str, keys: tuple[str, ...] = KEYS) -> int:
    """Of two queries. Returns the number of rows; raises when the answers differ. Columns go by their names."""
    import duckdb

    connection = duckdb.connect()
    for name, query in (("a", ours), ("b", theirs)):
        connection.execute(f"CREATE VIEW {name} AS {query}")
    names = [row[0] for row in connection.execute("DESCRIBE a").fetchall()]
    others = [row[0] for row in connection.execute("DESCRIBE b").fetchall()]
    if sorted(names) != sorted(others):
        raise SystemExit(f"the answers of gnomon and {contender} have different columns: {names}, {others}")
    differs = []
    for name in names:
        if "count" in name:
            differs.append(f"a.{name} IS DISTINCT FROM b.{name}")
        elif name.startswith("price_"):
            differs.append(f"(a.{name} IS NULL) <> (b.{name} IS NULL) OR "
                           f"abs(a.{name} - b.{name}) > {RELATIVE_ERROR} * greatest(abs(a.{name}), 1)")
    same = " AND ".join(f'a."{key}" = b."{key}"' for key in keys)
    total, unmatched, different = connection.execute(
        f"""SELECT count(*), count(*) FILTER (a."user" IS NULL OR b."user" IS NULL),
                   count(*) FILTER ({" OR ".join(differs)})
            FROM a FULL JOIN b ON {same}""").fetchone()
    if total == 0 or unmatched or different:
        raise SystemExit(f"the answers of gnomon and {contender} differ: "
                         f"{total} rows, {unmatched} unmatched, {different} not equal")
    return total
