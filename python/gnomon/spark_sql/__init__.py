# SPDX-License-Identifier: Apache-2.0
"""Spark SQL as users write it, checked and translated: row expressions to trees, queries to DuckDB,
statements to what the engine runs. Formats: docs/formats/compiled.md. Reference: Spark 3.5,
ansi.enabled=false, UTC. What is not on the closed list is refused by name.

It has its own parser: sqlglot folds Spark's functions and literals into generic nodes and gives =,
< and || other precedence than Spark does, so what the user wrote could not be told from its tree.
"""

from .errors import SqlError
from .expression_parser import ExpressionParser
from .tree import expression_tree

__all__ = [
    "SqlError", "locate_statements", "split_statements", "translate_expression", "translate_query",
    "translate_source_expression",
    "translate_statement"
]


def translate_source_expression(text: str) -> dict:
    """As translate_expression, of a source: {{ CHRONON_RUN_DS }} may stand in its strings."""
    return _expression(text, run_day=True)


def translate_expression(text: str) -> dict:
    """The tree of one expression over one row."""
    return _expression(text, run_day=False)


def _expression(text: str, run_day: bool) -> dict:
    try:
        parser = ExpressionParser(text)
        parser.allows_run_day = run_day
        node = parser.expression()
        parser.expect_end()
        return expression_tree(text, node)
    except RecursionError:
        raise SqlError(
            "the expression is nested too deeply - split it into several columns") from None


def translate_query(text: str) -> dict:
    """A SELECT for DuckDB, with the tables and paths that it reads."""
    from .statements import query_of_text

    return query_of_text(text)


def translate_statement(text: str) -> dict:
    from .statements import statement

    return statement(text)


def split_statements(text: str) -> list[str]:
    """The statements of a script, without their semicolons; comments and strings may hold
    semicolons."""
    return [statement for statement, _, _ in locate_statements(text)]


def locate_statements(text: str) -> list[tuple[str, int, int]]:
    """The same, each with the offset at which it begins and that of its first token, which
    comments may precede."""
    from .statements import split

    return split(text)
