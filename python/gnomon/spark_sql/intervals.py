# SPDX-License-Identifier: Apache-2.0
"""Interval literals, by Spark's two kinds: years and months, or days and times. They only stand
beside + and -."""

import re

from . import nodes
from .tokens import NUMBER, STRING, WORD

_MONTHS = {"YEAR": 12, "QUARTER": 3, "MONTH": 1}
_MICROS = {
    "WEEK": 7 * 86_400_000_000,
    "DAY": 86_400_000_000,
    "HOUR": 3_600_000_000,
    "MINUTE": 60_000_000,
    "SECOND": 1_000_000,
    "MILLISECOND": 1_000,
    "MICROSECOND": 1
}
_DAYS = ("WEEK", "DAY")
_PAIR = re.compile(r"\s*([+-]?\s*\d+(?:\.\d{1,6})?)\s*([A-Za-z]+)")


def interval(parser) -> nodes.Interval:
    """Reads INTERVAL '1' DAY, INTERVAL 1 DAY 2 HOURS, INTERVAL '1 day 2 hours'."""
    begin = parser.next().begin
    if parser.token.kind == STRING and parser.peek().kind == WORD and _unit(
            parser.peek().text) is not None:
        value = parser.next().value.strip()
        unit = _unit(parser.next().text)
        if parser.at("TO"):
            raise parser.refused("INTERVAL ... TO ...", "write one unit, or add two intervals", begin)
        return _of_pairs(parser, begin, [(value, unit)])
    if parser.token.kind == STRING:
        return _of_pairs(parser, begin, _pairs_of(parser, begin, parser.next().value))
    pairs = []
    while parser.token.kind == NUMBER or parser.at("-") and parser.peek().kind == NUMBER:
        sign = "-" if parser.take("-") else ""
        value = sign + parser.next().text
        unit = _unit(parser.token.text)
        if unit is None:
            raise parser.unexpected("a unit of time, such as DAY,")
        parser.next()
        pairs.append((value, unit))
    if not pairs:
        raise parser.refused("a computed INTERVAL", "add days with date_add or months with add_months",
                             begin)
    return _of_pairs(parser, begin, pairs)


def micros_of_text(parser, begin: int, text: str) -> int:
    """Of `1 hour 30 minutes`, without months."""
    read = _of_pairs(parser, begin, _pairs_of(parser, begin, text))
    if read.months is not None:
        raise parser.error(f"'{text}' has months, which have no one length - write days", begin)
    return read.micros


def _unit(word: str) -> str | None:
    unit = word.upper()
    for known in (*_MONTHS, *_MICROS):
        if unit in (known, known + "S"):
            return known
    return None


def _pairs_of(parser, begin: int, text: str) -> list[tuple[str, str]]:
    pairs, at = [], 0
    while text[at:].strip():
        match = _PAIR.match(text, at)
        unit = _unit(match.group(2)) if match else None
        if unit is None:
            raise parser.error(f"INTERVAL '{text}' is no interval - write it like INTERVAL '1' DAY",
                               begin)
        pairs.append((match.group(1).replace(" ", ""), unit))
        at = match.end()
    if not pairs:
        raise parser.error("INTERVAL '' is no interval - write it like INTERVAL '1' DAY", begin)
    return pairs


def _of_pairs(parser, begin: int, pairs: list[tuple[str, str]]) -> nodes.Interval:
    units = {unit for _, unit in pairs}
    if "QUARTER" in units or units & set(_MONTHS) and units & set(_MICROS):
        raise parser.refused("an INTERVAL of months and days together, or of quarters,",
                             "add one after the other", begin)
    months = micros = 0
    for value, unit in pairs:
        if unit == "SECOND" and re.fullmatch(r"[+-]?\d+\.\d{1,6}", value):
            whole, fraction = value.split(".")
            part = int(fraction.ljust(6, "0"))
            micros += int(whole) * 1_000_000 + (-part if value.startswith("-") else part)
        elif not re.fullmatch(r"[+-]?\d{1,9}", value):
            raise parser.error(f"{value} is no number of {unit}S - write a whole number", begin)
        elif unit in _MONTHS:
            months += int(value) * _MONTHS[unit]
        else:
            micros += int(value) * _MICROS[unit]
    if not -2**31 <= months < 2**31 or not -2**63 <= micros < 2**63:
        raise parser.error("the INTERVAL is too long - write a shorter one", begin)
    is_months = bool(units & set(_MONTHS))
    return nodes.Interval(begin, months if is_months else None, micros, units <= set(_DAYS))
