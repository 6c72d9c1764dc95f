# SPDX-License-Identifier: Apache-2.0
"""A script of statements, translated one after the other, each with the place where it stands."""

from collections.abc import Iterator

from gnomon.errors import CommandError


def read_script(path: str) -> str:
    """The text of a file of statements. Raises CommandError."""
    try:
        with open(path, encoding="utf-8-sig") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise CommandError("the file of statements cannot be read", path, reason) from None


def translated(text: str, file: str | None = None) -> Iterator[dict]:
    """The statements as objects for the engine (docs/formats/compiled.md). One that cannot be
    translated is of the kind "refused" and carries the sentence that says why. Raises CommandError
    when the text cannot be cut into statements."""
    from gnomon.spark_sql import SqlError, locate_statements, translate_statement

    try:
        located = locate_statements(text)
    except SqlError as error:
        # Where one statement ends and the next begins is not known.
        raise _sentence(error, file, error.line, error.column, None) from None
    for number, (statement, begin, first_token) in enumerate(located, 1):
        try:
            result = translate_statement(statement)
        except SqlError as error:
            line, column = _in_text(text, begin, error)
            message = str(_sentence(error, file, line, column, number if len(located) > 1 else None))
            result = {"kind": "refused", "message": message, "source": statement}
        if len(located) > 1:
            line = text.count("\n", 0, first_token) + 1
            result["place"] = f"{file}:{line}" if file else f"statement {number}"
        yield result


def _in_text(text: str, begin: int, error) -> tuple[int, int]:
    """Line and column, in the whole text, of an error of the statement that begins at `begin`."""
    line = text.count("\n", 0, begin) + error.line
    column = error.column
    if error.line == 1:
        column += begin - (text.rfind("\n", 0, begin) + 1)
    return line, column


def _sentence(error, file: str | None, line: int, column: int, number: int | None) -> CommandError:
    what, dash, remedy = error.message.partition(" - ")
    if file:
        place = f"{file}:{line}:{column}"
    else:
        place = f"statement {number}, " if number else ""
        place += f"line {line}, column {column}"
    return CommandError(what, place, remedy if dash else "change the statement")
