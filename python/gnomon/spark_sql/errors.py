# SPDX-License-Identifier: Apache-2.0
"""The one exception of this package. `message` is a sentence without a place; callers that know the
file put line and column (1-based, of the SQL text given) in front of it."""


class SqlError(Exception):

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


class OpenEndError(SqlError):
    """The text ends inside a string, a quoted name or a comment: a shell reads on."""


def error_at(text: str, offset: int, message: str, error: type[SqlError] = SqlError) -> SqlError:
    """The error for the character `offset` of `text`."""
    line_begin = text.rfind("\n", 0, offset) + 1
    return error(message, text.count("\n", 0, offset) + 1, offset - line_begin + 1)
