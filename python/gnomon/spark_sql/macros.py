# SPDX-License-Identifier: Apache-2.0
"""Chronon's macros in staging queries (SPEC 9.1). They are checked here and stay in the text: the
run knows the dates."""

import difflib
import re

from .errors import error_at

NAMES = ("start_date", "end_date", "latest_date", "max_date")
MACRO = re.compile(r"\{\{\s*(\w+)\s*(?:\(([\w .,=]*)\))?\s*\}\}")
# The day that a GroupBy's source is read for (SPEC 6.1), in strings of its selects and wheres.
RUN_DAY = re.compile(r"\{\{ *CHRONON_RUN_DS *\}\}")
_ANY = re.compile(r"\{\{[^{}]*\}\}")


def check(text: str, macro: str, begin: int) -> None:
    """Raises unless `macro` ({{ ... }} at `begin` of `text`) is one that a run can fill in."""
    match = MACRO.fullmatch(macro)
    if match is None:
        raise error_at(
            text, begin,
            f"the macro {macro} is not written as {{{{ name }}}} or {{{{ name(key=value) }}}} - "
            f"write one of {', '.join(NAMES)}")
    name, arguments = match.groups()
    if name not in NAMES:
        close = difflib.get_close_matches(name, NAMES, n=1, cutoff=0.5)
        meant = f"did you mean {close[0]}? " if close else ""
        raise error_at(
            text, begin,
            f"the macro {name} does not exist - {meant}the macros are {', '.join(NAMES)}")
    if name != "max_date":
        return
    names = [argument.partition("=")[0].strip() for argument in (arguments or "").split(",")]
    unknown = [argument for argument in names if argument not in ("table", "")]
    if unknown and "table" in names:
        raise error_at(
            text, begin, f"the macro max_date knows only the argument table, not {unknown[0]} - "
            "write {{ max_date(table=namespace.table) }}")
    if not re.match(r"\s*table\s*=\s*\w+(\.\w+)*\s*$", arguments or ""):
        raise error_at(
            text, begin,
            "the macro max_date lacks its table - write {{ max_date(table=namespace.table) }}")


def check_all(text: str) -> None:
    """Raises for the first {{ of `text` that does not begin a macro."""
    begin = text.find("{{")
    while begin >= 0:
        match = _ANY.match(text, begin)
        if match is None:
            raise error_at(
                text, begin, "the macro that begins here is not closed - write {{ name }} with one "
                f"of {', '.join(NAMES)}")
        check(text, match.group(), begin)
        begin = text.find("{{", match.end())
