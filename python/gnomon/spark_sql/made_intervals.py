# SPDX-License-Identifier: Apache-2.0
"""make_dt_interval, make_ym_interval and make_interval: intervals of columns, as sums of multiples."""

from . import nodes

_MICROS_IN_DAY = 86_400_000_000


def shifted(parser, begin: int, time: nodes.Node, interval: nodes.MakeInterval, sign: int) -> nodes.Node:
    """time + make_interval(years, months, weeks, days, hours, minutes, seconds): months first, then days,
    then what is shorter; a date has none of those here."""
    years, months, weeks, days, hours, minutes, seconds = (
        [_int(parser, arg) for arg in interval.args[:6]] + interval.args[6:] + [None] * 7)[:7]
    result = time
    if years is not None:
        total = _sum(parser, begin, [(years, 12), (months, 1)], "int")
        result = parser.call(begin, "add_months_interval", result, _signed(parser, begin, total, sign))
    if weeks is not None:
        total = _sum(parser, begin, [(weeks, 7 * _MICROS_IN_DAY), (days, _MICROS_IN_DAY)], "bigint")
        result = parser.call(begin, "add_days_interval", result, _signed(parser, begin, total, sign))
    if hours is None:
        return result
    shorter = _interval(parser, begin, ((hours, "hour", 3_600_000_000), (minutes, "minute", 60_000_000),
                                        (_seconds(parser, seconds), "second", 1_000_000)))
    # Only timestamps have microseconds: Spark leaves a date a date.
    micros = parser.call(begin, "unix_micros", result)
    start = parser.call(begin, "timestamp_micros", micros)
    return parser.call(begin, "add" if sign > 0 else "subtract", start, shorter)


def _make_dt_interval(parser, begin: int) -> nodes.Node:
    args = _arguments(parser, begin, "make_dt_interval(days, hours, minutes, seconds)", 4)
    numbers = [_int(parser, arg) for arg in args[:3]] + [_seconds(parser, arg) for arg in args[3:]]
    units = (("day", _MICROS_IN_DAY), ("hour", 3_600_000_000), ("minute", 60_000_000), ("second", 1_000_000))
    return _interval(parser, begin, [(number, *unit) for number, unit in zip(numbers, units)])


def _make_ym_interval(parser, begin: int) -> nodes.Node:
    args = _arguments(parser, begin, "make_ym_interval(years, months)", 2)
    return _interval(parser, begin, [(_int(parser, arg), unit, months)
                                     for arg, unit, months in zip(args, ("year", "month"), (12, 1))])


def _make_interval(parser, begin: int) -> nodes.Node:
    args = _arguments(parser, begin, "make_interval(years, months, weeks, days, hours, minutes, seconds)", 7)
    return parser.make(nodes.MakeInterval(begin, args), *args)


def _arguments(parser, begin: int, form: str, most: int) -> list[nodes.Node]:
    args = parser.expressions_until_parenthesis()
    if not 1 <= len(args) <= most:
        raise parser.error(f"{form.partition('(')[0]} has {len(args)} arguments - write {form}", begin)
    return args


def _interval(parser, begin: int, parts) -> nodes.Node:
    """number * INTERVAL '1' DAY + ..., which Spark's arithmetic checks as these functions do."""
    result = None
    for number, unit, length in parts:
        if number is None:
            continue
        is_months = unit in ("year", "month")
        one = nodes.Interval(begin, length if is_months else None, 0 if is_months else length, unit == "day",
                             f"interval {unit}")
        part = parser.call(begin, "multiply", number, one)
        result = part if result is None else parser.call(begin, "add", result, part)
    return result


def _sum(parser, begin: int, parts, type_name: str) -> nodes.Node:
    result = None
    for number, factor in parts:
        if number is None:
            continue
        value = factor if type_name == "int" else str(factor)
        part = parser.call(begin, "multiply", number, nodes.Literal(begin, type_name, value, str(factor)))
        result = part if result is None else parser.call(begin, "add", result, part)
    return result


def _signed(parser, begin: int, number: nodes.Node, sign: int) -> nodes.Node:
    return number if sign > 0 else parser.call(begin, "negative", number)


def _int(parser, node: nodes.Node) -> nodes.Node:
    return parser.make(nodes.Cast(node.begin, "int", node), node)


def _seconds(parser, node: nodes.Node | None) -> nodes.Node | None:
    return None if node is None else parser.make(nodes.Cast(node.begin, "decimal(18,6)", node), node)


FORMS = {
    "make_dt_interval": _make_dt_interval,
    "make_ym_interval": _make_ym_interval,
    "make_interval": _make_interval,
}
