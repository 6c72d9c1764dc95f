# SPDX-License-Identifier: Apache-2.0
"""What could stand at the cursor: keywords, functions, namespaces, tables, columns. A pure function of
the text and of a `Catalog`, so that it is tested without a terminal."""

import re
from dataclasses import dataclass
from typing import Protocol

from gnomon.shell.input import is_command, statement_begin
from gnomon.spark_sql import functions
from gnomon.spark_sql.errors import SqlError
from gnomon.spark_sql.token_stream import KEYWORDS
from gnomon.spark_sql.tokens import QUOTED_NAME, WORD, Token, tokenize

_STATEMENTS = (
    "SELECT", "WITH", "SHOW TABLES", "SHOW DATABASES", "DESCRIBE", "DESCRIBE EXTENDED", "EXPLAIN",
    "CREATE TEMPORARY VIEW", "CREATE OR REPLACE TEMPORARY VIEW", "CREATE VIEW", "CREATE TABLE",
    "CREATE DATABASE", "DROP TABLE", "DROP VIEW", "ALTER TABLE", "USE", "exit",
    "quit")
_CLAUSES = ("GROUP BY", "ORDER BY", "LEFT JOIN", "IS NOT NULL", "COUNT(*)", "ASC", "DESC", "END",
            "OVER", "PARTITION BY", "DROP PARTITION")
_BEFORE_TABLES = frozenset(
    "FROM JOIN TABLE DESCRIBE DESC EXTENDED FORMATTED VIEW INTO EXISTS".split())
METADATA_TABLES = ("files", "history", "partitions", "snapshots")
_WORD_AT_END = re.compile(r"[\w.`-]*\Z")
_PLAIN_NAME = re.compile(r"[A-Za-z_]\w*\Z")


@dataclass(frozen=True)
class Candidate:
    text: str  # what replaces the last `length` characters
    length: int
    meta: str  # what it is: a column's type, "table", "function"...


class Catalog(Protocol):
    """What names there are now. None of these raises; a name that is unknown has nothing."""

    def namespaces(self) -> list[str]:
        ...

    def tables(self, namespace: str) -> list[str]:
        """Of one namespace; of the current one, with the session's views, for ""."""

    def columns(self, table: str) -> list[tuple[str, str]]:
        """Name and type."""


class Commands(Protocol):
    """The backslash commands: their names, and what may follow one."""

    def names(self) -> dict[str, str]:
        ...

    def arguments(self, name: str) -> str:
        """What follows the command: "table", "namespace", "format" or ""."""

    def formats(self) -> list[str]:
        ...


def candidates(before: str, after: str, catalog: Catalog, commands: Commands) -> list[Candidate]:
    """The candidates for the word that ends `before`; `after` is what follows the cursor."""
    if is_command(before):
        return _of_command(before, catalog, commands)
    begin = statement_begin(before)
    if begin < 0:
        return []
    before = before[begin:]
    word = _WORD_AT_END.search(before).group()
    tokens = _tokens(before[:len(before) - len(word)])
    if tokens is None:
        return []
    statements = _statements(tokens, word)
    if not tokens or statements and not _wants_table(tokens):
        return statements
    sources = _sources(_tokens(before + after.partition(";")[0]) or tokens)
    if _wants_namespace(tokens):
        return _matching(word, [(_quoted(name), "namespace") for name in catalog.namespaces()])
    if _wants_table(tokens):
        return statements + _table_candidates(word, catalog)
    if "." in word:
        return _qualified(word, sources, catalog)
    return _matching(word, _columns(sources, catalog) + [(name, "alias") for name in sources] +
                     _functions() + [(text, "keyword") for text in _keywords()])


def _of_command(before: str, catalog: Catalog, commands: Commands) -> list[Candidate]:
    name, space, argument = before.lstrip().partition(" ")
    if not space:
        return _matching(name, list(commands.names().items()))
    kind = commands.arguments(name)
    word = _WORD_AT_END.search(argument).group()
    if kind == "table":
        return _table_candidates(word, catalog)
    if kind == "namespace":
        return _matching(word, [(_quoted(name), "namespace") for name in catalog.namespaces()])
    if kind == "format":
        return _matching(word, [(name, "format") for name in commands.formats()])
    return []


def _tokens(text: str) -> list[Token] | None:
    try:
        return tokenize(text)[:-1]
    except SqlError:
        return None


def _statements(tokens: list[Token], word: str) -> list[Candidate]:
    """How statements go on that begin with these tokens."""
    begun = "".join(token.text.upper() + " " for token in tokens)
    rests = [text[len(begun):] for text in _STATEMENTS if text.upper().startswith(begun)]
    return _matching(word, [(text, "statement") for text in rests])


def _wants_namespace(tokens: list[Token]) -> bool:
    keys = [token.key for token in tokens[-3:]]
    return keys[-1:] == ["USE"] or keys[-3:-1] == ["SHOW", "TABLES"] and keys[-1] in ("IN", "FROM")


def _wants_table(tokens: list[Token]) -> bool:
    """After FROM and its like, and after the comma of a list of tables."""
    if not tokens:
        return False
    if tokens[-1].key in _BEFORE_TABLES:
        return True
    if tokens[-1].key != ",":
        return False
    for token in reversed(tokens[:-1]):
        if token.key == "FROM":
            return True
        if token.key in KEYWORDS or token.key in ("(", ")"):
            return False
    return False


def _sources(tokens: list[Token]) -> dict[str, str]:
    """The tables of the statement by the name under which they stand: alias or last part."""
    sources: dict[str, str] = {}
    index = 0
    while index < len(tokens):
        is_source = _wants_table(tokens[:index]) and index > 0
        if is_source and _is_name(tokens[index]):
            parts = [tokens[index].value]
            while index + 2 < len(tokens) and tokens[index + 1].key == ".":
                parts.append(tokens[index + 2].value)
                index += 2
            following = tokens[index + 1:index + 3]
            if following and following[0].key == "AS":
                following = following[1:]
            alias = following[0].value if following and _is_name(following[0]) else parts[-1]
            sources[alias] = ".".join(parts)
        index += 1
    return sources


def _is_name(token: Token) -> bool:
    return token.kind == QUOTED_NAME or token.kind == WORD and token.key not in KEYWORDS


def _table_candidates(word: str, catalog: Catalog) -> list[Candidate]:
    parts = word.replace("`", "").split(".")
    if len(parts) == 1:
        names = [(_quoted(name), "table") for name in catalog.tables("")]
        return _matching(word, names + [(_quoted(name) + ".", "namespace")
                                        for name in catalog.namespaces()])
    if len(parts) == 2:
        prefix = word[:word.rindex(".") + 1]
        return _matching(word, [(prefix + _quoted(name), "table")
                                for name in catalog.tables(parts[0])])
    prefix = word[:word.rindex(".") + 1]
    return _matching(word, [(prefix + name, "metadata table") for name in METADATA_TABLES])


def _qualified(word: str, sources: dict[str, str], catalog: Catalog) -> list[Candidate]:
    prefix = word[:word.rindex(".") + 1]
    owner = prefix[:-1].replace("`", "").lower()
    for alias, table in sources.items():
        if owner in (alias.lower(), table.lower()):
            return _matching(word, [(prefix + _quoted(name), type_)
                                    for name, type_ in catalog.columns(table)])
    return []


def _columns(sources: dict[str, str], catalog: Catalog) -> list[tuple[str, str]]:
    columns: dict[str, str] = {}
    for table in sources.values():
        for name, type_ in catalog.columns(table):
            columns.setdefault(_quoted(name), type_)
    return list(columns.items())


def _functions() -> list[tuple[str, str]]:
    names = {*functions.AGGREGATES, *functions.WINDOW_FUNCTIONS, *functions.CAST_FUNCTIONS}
    for name in functions.evaluator_functions():
        if functions.resolve(name) is not None:
            names.add(name)
    return [(name + "(", "function") for name in sorted(names)]


def _keywords() -> list[str]:
    return sorted({*KEYWORDS, *_CLAUSES})


def _quoted(name: str) -> str:
    if _PLAIN_NAME.match(name) and name.upper() not in KEYWORDS:
        return name
    return "`" + name.replace("`", "``") + "`"


def _matching(word: str, offered: list[tuple[str, str]]) -> list[Candidate]:
    """Those that begin with the word, in any case; keywords in the case in which it is typed."""
    found = []
    typed = word.replace("`", "").lower()
    for text, meta in offered:
        if text.replace("`", "").lower().startswith(typed):
            if meta in ("keyword", "statement") and word and word == word.lower():
                text = text.lower()
            found.append(Candidate(text, len(word), meta))
    return found
