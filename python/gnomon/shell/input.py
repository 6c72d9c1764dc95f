# SPDX-License-Identifier: Apache-2.0
"""What was typed: whether it is whole, and where its current statement begins. No terminal here."""

import re

from gnomon.spark_sql.errors import OpenEndError, SqlError
from gnomon.spark_sql.tokens import END, tokenize

_LEAVE = re.compile(r"\s*(?:exit|quit)\s*;?\s*", re.IGNORECASE)


def leaves(text: str) -> bool:
    return _LEAVE.fullmatch(text) is not None


def is_command(text: str) -> bool:
    """Whether the text is a backslash command: one line, without a semicolon."""
    return text.lstrip().startswith("\\")


def is_whole(text: str) -> bool:
    """Whether Enter runs the text; if not, the statement goes on in the next line."""
    if is_command(text) or leaves(text) or not text.strip():
        return True
    try:
        tokens = tokenize(text)
    except OpenEndError:
        return False  # inside a string or a comment
    except SqlError:
        return text.rstrip().endswith(";")  # runs, so that its error is shown
    if len(tokens) == 1:
        return True  # nothing but comments
    return tokens[-2].key == ";" and tokens[-1].kind == END


def statement_begin(text: str) -> int:
    """Where the statement that holds the end of `text` begins; -1 inside a string or a comment."""
    try:
        tokens = tokenize(text)
    except OpenEndError:
        return -1
    except SqlError:
        return 0
    last = [token for token in tokens if token.key == ";"]
    return last[-1].end if last else 0
