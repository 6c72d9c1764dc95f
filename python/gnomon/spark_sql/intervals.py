# SPDX-License-Identifier: Apache-2.0
"""Interval literals, by Spark's two kinds: years and months, or days and times."""

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
# The units in the names of types, the longest first.
_OF_TYPES = (("YEAR", "MONTH"), ("DAY", "HOUR", "MINUTE", "SECOND"))
_SHOWN_AS = {"WEEK": "DAY", "MILLISECOND": "SECOND", "MICROSECOND": "SECOND"}
# INTERVAL '...' x TO y: how the text is written.
_RANGES = {
    ("YEAR", "MONTH"): r"(\d{1,9})-(\d{1,2})",
    ("DAY", "HOUR"): r"(\d{1,9}) +(\d{1,2})",
    ("DAY", "MINUTE"): r"(\d{1,9}) +(\d{1,2}):(\d{1,2})",
    ("DAY", "SECOND"): r"(\d{1,9}) +(\d{1,2}):(\d{1,2}):(\d{1,2}(?:\.\d{1,6})?)",
    ("HOUR", "MINUTE"): r"(\d{1,9}):(\d{1,2})",
    ("HOUR", "SECOND"): r"(\d{1,9}):(\d{1,2}):(\d{1,2}(?:\.\d{1,6})?)",
    ("MINUTE", "SECOND"): r"(\d{1,9}):(\d{1,2}(?:\.\d{1,6})?)",
}
_PARTS_MAX = {"MONTH": 11, "HOUR": 23, "MINUTE": 59, "SECOND": 59}
_PAIR = re.compile(r"\s*([+-]?\s*\d+(?:\.\d{1,6})?)\s*([A-Za-z]+)")


def interval(parser) -> nodes.Interval:
    """Reads INTERVAL '1' DAY, INTERVAL 1 DAY 2 HOURS, INTERVAL '1 day 2 hours'."""
    begin = parser.next().begin
    if parser.token.kind == STRING and parser.peek().kind == WORD and _unit(
            parser.peek().text) is not None:
        value = parser.next().value.strip()
        unit = _unit(parser.next().text)
        if parser.take("TO"):
            return _of_range(parser, begin, value, (unit, _unit(parser.next().text)))
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
        raise parser.refused("a computed INTERVAL", "multiply one, like n * INTERVAL '1' DAY", begin)
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
    return nodes.Interval(begin, months if is_months else None, micros, units <= set(_DAYS),
                          _type_of(units, is_months))


def _type_of(units: set[str], is_months: bool) -> str:
    shown = {_SHOWN_AS.get(unit, unit) for unit in units}
    found = [unit for unit in _OF_TYPES[0 if is_months else 1] if unit in shown]
    return f"interval {' to '.join(dict.fromkeys((found[0], found[-1])))}".lower()


def _of_range(parser, begin: int, text: str, units: tuple[str, str | None]) -> nodes.Interval:
    """INTERVAL '1-2' YEAR TO MONTH, INTERVAL '1 02:03:04.5' DAY TO SECOND."""
    pattern = _RANGES.get(units)
    if pattern is None:
        raise parser.refused(f"an INTERVAL of {units[0]} TO {units[1]}", "write YEAR TO MONTH or DAY TO SECOND", begin)
    match = re.fullmatch(r"([+-]?)" + pattern, text)
    order = _OF_TYPES[0 if units[1] == "MONTH" else 1]
    between = order[order.index(units[0]):order.index(units[1]) + 1]
    if match is None or any(float(part) > _PARTS_MAX[unit] for part, unit in zip(match.groups()[2:], between[1:])):
        raise parser.error(f"INTERVAL '{text}' is no interval of {units[0]} TO {units[1]} - write it like "
                           "INTERVAL '1-2' YEAR TO MONTH or INTERVAL '1 02:03:04' DAY TO SECOND", begin)
    sign = "-" if match.group(1) == "-" else ""
    return _of_pairs(parser, begin, [(sign + part, unit) for part, unit in zip(match.groups()[1:], between)])
