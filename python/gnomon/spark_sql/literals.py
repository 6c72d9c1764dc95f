# SPDX-License-Identifier: Apache-2.0
"""The types of Spark's literals. A decimal's precision comes from its digits; a date or time that
stands in the text is brought to one form here."""

import datetime
import re
from decimal import Decimal

from . import nodes
from .errors import error_at

_PRECISION_MAX = 38
_INT_MAX = 2**31 - 1
_LONG_MAX = 2**63 - 1
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_TIMESTAMP = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,6}))?)?"
    r"\s*(Z|UTC|[+-]\d{1,2}:\d{2})?)?")
# With what else may name a zone, a region or an offset: the evaluator knows them.
_ZONED = re.compile(r"\d{4}-\d{1,2}-\d{1,2}[ T]\d{1,2}(?::\d{1,2}){0,2}(?:\.\d*)?\s*[A-Za-z+\[-].*")


def number(text: str, begin: int, written: str, negative: bool) -> nodes.Node:
    """`written` is a number token; Spark reads a minus before it as its part."""
    digits, suffix = re.fullmatch(r"(.*?)([lLsSyYdDfF]|[bB][dD])?", written).groups()
    sign = "-" if negative else ""
    suffix = (suffix or "").upper()
    if suffix in ("L", "S", "Y"):
        return _integer_with_suffix(text, begin, sign + digits, suffix)
    if suffix == "F":
        value = nodes.Literal(begin, "string", sign + digits, java_double(float(sign + digits)))
        return nodes.Cast(begin, "float", value, shown=False)
    if suffix == "D" or (suffix == "" and re.search(r"[eE]", digits)):
        value = float(sign + digits)
        if value in (float("inf"), float("-inf")):
            raise error_at(text, begin,
                           f"{written} is outside of the range of double - write a smaller number")
        return nodes.Literal(begin, "double", value, java_double(value))
    if digits.isdigit() and suffix == "":
        value = int(sign + digits)
        if -_INT_MAX - 1 <= value <= _INT_MAX:
            return nodes.Literal(begin, "int", value, str(value))
        if -_LONG_MAX - 1 <= value <= _LONG_MAX:
            return nodes.Literal(begin, "bigint", str(value), str(value))
    return _decimal(text, begin, sign + digits)


def _integer_with_suffix(text: str, begin: int, digits: str, suffix: str) -> nodes.Node:
    name, bits = {"L": ("bigint", 63), "S": ("smallint", 15), "Y": ("tinyint", 7)}[suffix]
    if not re.fullmatch(r"-?\d+", digits) or not -(2**bits) <= int(digits) < 2**bits:
        raise error_at(text, begin,
                       f"{digits}{suffix} is not a {name} - write a number of its range")
    value = int(digits)
    if suffix == "L":
        return nodes.Literal(begin, "bigint", str(value), str(value))
    return nodes.Cast(begin, name, nodes.Literal(begin, "int", value, str(value)), shown=False)


def _decimal(text: str, begin: int, digits: str) -> nodes.Literal:
    value = Decimal(digits) or abs(Decimal(digits))  # a decimal has no zero below 0
    _, unscaled, exponent = value.as_tuple()
    precision = len(unscaled) if any(unscaled) else 1
    if exponent > 0:
        precision += exponent
    scale = max(0, -exponent)
    precision = max(precision, scale)
    if precision > _PRECISION_MAX:
        raise error_at(
            text, begin,
            f"{digits} has more than {_PRECISION_MAX} digits - write it as a double, with e0 "
            "behind it")
    plain = f"{value:f}"
    shown = plain
    if value.adjusted() < -6:  # as Java's BigDecimal writes it
        shown = f"{value:E}".replace("E-0", "E-")
    return nodes.Literal(begin, f"decimal({precision},{scale})", plain, shown)


def java_double(value: float) -> str:
    """As Java 17 writes it; names of columns show it."""
    magnitude = abs(value)
    if value == 0 or 1e-3 <= magnitude < 1e7:
        return repr(value)
    mantissa, exponent = f"{Decimal(repr(value)):E}".split("E")
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{mantissa if '.' in mantissa else mantissa + '.0'}E{int(exponent)}"


def date(text: str, begin: int, written: str) -> nodes.Literal:
    match = _DATE.fullmatch(written.strip())
    try:
        value = datetime.date(*map(int, match.groups())).isoformat()
    except (AttributeError, ValueError):
        raise error_at(text, begin,
                       f"DATE '{written}' is not a date - write it as DATE '2023-11-30'") from None
    return nodes.Literal(begin, "date", value, f"DATE '{value}'")


def names_zone(written: str) -> bool:
    """Whether a time stands beside a zone that `timestamp` does not read."""
    stripped = written.strip()
    return _TIMESTAMP.fullmatch(stripped) is None and _ZONED.fullmatch(stripped) is not None


def timestamp_ntz(text: str, begin: int, written: str) -> nodes.Node:
    read = timestamp(text, begin, written, kind="TIMESTAMP_NTZ")
    value = nodes.Literal(begin, "string", read.value, f"TIMESTAMP_NTZ '{read.value}'")
    return nodes.Cast(begin, "timestamp_ntz", value, shown=False)


def timestamp(text: str, begin: int, written: str, kind: str = "TIMESTAMP") -> nodes.Literal:
    match = _TIMESTAMP.fullmatch(written.strip())
    try:
        year, month, day, hour, minute, second, fraction, zone = match.groups()
        value = datetime.datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0),
                                  int(second or 0), int((fraction or "").ljust(6, "0")))
        offset = _offset(zone)
        if kind == "TIMESTAMP":  # else the zone is read and dropped
            value -= offset
    except (AttributeError, ValueError, OverflowError):
        raise error_at(
            text, begin,
            f"{kind} '{written}' is not a time - write it as {kind} '2023-11-30 12:00:00'"
        ) from None
    plain = value.strftime("%Y-%m-%d %H:%M:%S").rjust(19, "0")
    if value.microsecond:
        plain += f".{value.microsecond:06d}".rstrip("0")
    return nodes.Literal(begin, "timestamp", plain, f"TIMESTAMP '{plain}'")


def _offset(zone: str | None) -> datetime.timedelta:
    if zone in (None, "Z", "UTC"):
        return datetime.timedelta(0)
    hours, minutes = map(int, zone[1:].split(":"))
    if hours > 18 or minutes > 59:
        raise ValueError(zone)
    return datetime.timedelta(hours=hours, minutes=minutes) * (-1 if zone[0] == "-" else 1)
