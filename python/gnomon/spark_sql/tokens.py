# SPDX-License-Identifier: Apache-2.0
"""Cuts Spark SQL into tokens by the rules of Spark 3.5's lexer (double quotes hold strings,
backticks hold names, 'a''b' are two adjacent strings). Chronon's macros, {{ ... }}, are tokens of
their own, or stay inside their string."""

import re
from dataclasses import dataclass

from .errors import OpenEndError, error_at

TEXT_LENGTH_MAX = 1_000_000

WORD = "word"
QUOTED_NAME = "quoted name"
STRING = "string"
NUMBER = "number"
MACRO = "macro"
SYMBOL = "symbol"
END = "end"

_TOKEN = re.compile(
    r"""
    (?P<space>\s+|--[^\n]*)
  | (?P<comment>/\*)
  | (?P<raw>[rR](?:'[^']*'|"[^"]*"))
  | (?P<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
  | (?P<name>`(?:[^`]|``)*`)
  | (?P<number>(?:\d+\.\d*|\.\d+|\d+)(?:[eE][+-]?\d+)?(?:[lLsSyYdDfF]|[bB][dD])?(?![A-Za-z0-9_]))
  | (?P<word>[A-Za-z0-9_]+)
  | (?P<macro>\{\{[^{}]*\}\})
  | (?P<symbol><=>|<>|!=|==|<=|>=|\|\||->|::|[-+*/%=<>!~&|^(),.;\[\]:?@{}])
    """, re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-1][0-7][0-7]|.)", re.DOTALL)
_SIMPLE_ESCAPES = {
    "0": "\0",
    "b": "\b",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "Z": "\x1a",
    "%": "\\%",
    "_": "\\_"
}


@dataclass(slots=True, frozen=True)
class Token:
    kind: str
    text: str  # as written
    value: str  # of strings and quoted names: what they hold
    begin: int
    end: int
    key: str = ""  # what grammars compare: a word in upper case or a symbol; empty for all else


def tokenize(text: str) -> list[Token]:
    if len(text) > TEXT_LENGTH_MAX:
        raise error_at(
            text, 0,
            f"the SQL text is longer than {TEXT_LENGTH_MAX:,} characters - split it into several "
            "queries")
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise _unreadable(text, position)
        kind = match.lastgroup
        position = match.end()
        if kind == "comment":
            position = _comment_end(text, match.start())
        elif kind != "space":
            tokens.append(_token(text, match))
    tokens.append(Token(END, "", "", len(text), len(text)))
    return tokens


def _token(text: str, match: re.Match) -> Token:
    written = match.group()
    kind = match.lastgroup
    begin, end = match.span()
    if kind == "word":
        return Token(WORD, written, written, begin, end, written.upper())
    if kind == "string":
        return Token(STRING, written, _unescape(text, begin, written[1:-1]), begin, end)
    if kind == "raw":
        return Token(STRING, written, written[2:-1], begin, end)
    if kind == "name":
        return Token(QUOTED_NAME, written, written[1:-1].replace("``", "`"), begin, end)
    if kind == "symbol":
        return Token(SYMBOL, written, written, begin, end, written)
    return Token(NUMBER if kind == "number" else MACRO, written, written, begin, end)


def _unescape(text: str, begin: int, body: str) -> str:
    if "\\" not in body:
        return body

    def character(match: re.Match) -> str:
        escape = match.group(1)
        if len(escape) == 1:
            return _SIMPLE_ESCAPES.get(escape, escape)
        if escape[0] not in "uU":
            return chr(int(escape, 8))
        code = int(escape[1:], 16)
        if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            raise error_at(
                text, begin,
                f"\\{escape} in a string is not a character - write the character itself")
        return chr(code)

    return _ESCAPE.sub(character, body)


def _comment_end(text: str, begin: int) -> int:
    """Past a comment; Spark's nest."""
    depth = 0
    for mark in re.compile(r"/\*|\*/").finditer(text, begin):
        depth += 1 if mark.group() == "/*" else -1
        if depth == 0:
            return mark.end()
    raise error_at(text, begin, "the comment that begins here has no end - close it with */",
                   OpenEndError)


def _unreadable(text: str, position: int) -> Exception:
    character = text[position]
    if character in "'\"`":
        return error_at(text, position,
                        f"the {character} that begins here has no closing {character} - close it",
                        OpenEndError)
    return error_at(
        text, position,
        f"the character {character!a} has no meaning in Spark SQL - remove it, or put a name "
        "that holds it into backticks")
