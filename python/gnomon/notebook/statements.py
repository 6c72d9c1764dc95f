# SPDX-License-Identifier: Apache-2.0
# From Spark SQL text to answers.
from gnomon.exceptions import InvalidArgumentError
from gnomon.notebook.answer import Answer


def run_script(engine, text):
    """Runs the statements of a text, separated by semicolons; returns the last one's Answer. All
    are translated before the first one runs.
    """
    translated = _translated(text)
    if not translated:
        raise InvalidArgumentError("the text holds no statement - write for example: SHOW TABLES")
    for statement in translated[:-1]:
        Answer(engine, statement)
    return Answer(engine, translated[-1])


def _translated(text):
    from gnomon.spark_sql import SqlError, split_statements, translate_statement

    number = 1
    statements = []
    try:
        for number, statement in enumerate(split_statements(text), 1):
            statements.append(translate_statement(statement))
    except SqlError as error:
        what, dash, remedy = error.message.partition(" - ")
        place = f"statement {number}, line {error.line}, column {error.column}"
        remedy = remedy if dash else "change the statement"
        raise InvalidArgumentError(f"{what}: {place} - {remedy}") from None
    return statements


def quoted(name):
    """Returns a column's name, or the parts of a table's, as an identifier."""
    return "`" + name.replace("`", "``") + "`"


def quoted_table(name):
    return ".".join(quoted(part) for part in name.split("."))


def literal(text):
    """Returns text as a SQL literal."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def select(engine, table, columns=None, where=None, limit=None):
    """Returns the Answer of a SELECT over one table. `where` is a Spark SQL condition."""
    if isinstance(columns, str):
        columns = [columns]
    listed = ", ".join(quoted(name) for name in columns) if columns else "*"
    text = f"SELECT {listed} FROM {quoted_table(table)}"
    if where is not None:
        _require_condition(where)
        text += f" WHERE {where}"
    if limit is not None:
        text += f" LIMIT {_whole_number(limit)}"
    return run_script(engine, text)


def _require_condition(where):
    from gnomon.spark_sql import SqlError, translate_expression

    try:
        translate_expression(where)
    except SqlError as error:
        what, dash, remedy = error.message.partition(" - ")
        remedy = remedy if dash else "write a condition such as \"ds = '2023-12-07'\""
        raise InvalidArgumentError(f"{what}: where, column {error.column} - {remedy}") from None


def _whole_number(limit):
    if isinstance(limit, bool) or not hasattr(limit, "__index__") or limit.__index__() < 0:
        raise InvalidArgumentError(f"limit is no number of rows: {limit!r} - write limit=10")
    return limit.__index__()
