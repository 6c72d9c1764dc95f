# SPDX-License-Identifier: Apache-2.0
"""The names that completion offers, asked from the engine as statements, so that temporary views and
the current namespace count. What was asked is kept until the next statement."""

import functools

from gnomon.errors import CommandError
from gnomon.shell.session import Session
from gnomon.spark_sql import SqlError, translate_statement


class EngineCatalog:

    def __init__(self, session: Session) -> None:
        self._session = session
        self._rows = functools.cache(self._ask)

    def forget(self) -> None:
        self._rows.cache_clear()

    def namespaces(self) -> list[str]:
        return [row["namespace"] for row in self._rows("SHOW DATABASES")]

    def tables(self, namespace: str) -> list[str]:
        rows = self._rows(f"SHOW TABLES IN {_quoted(namespace or self._session.namespace)}")
        return [row["tableName"] for row in rows if not namespace or not row["isTemporary"]]

    def columns(self, table: str) -> list[tuple[str, str]]:
        name = ".".join(map(_quoted, table.split(".")))
        columns = []
        for row in self._rows(f"DESCRIBE TABLE {name}"):
            if not row["col_name"] or row["col_name"].startswith("#"):
                break  # partitioning and more follow
            columns.append((row["col_name"], row["data_type"]))
        return columns

    def _ask(self, text: str) -> list[dict]:
        try:
            return self._session.rows(translate_statement(text))
        except (CommandError, SqlError):
            return []


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
