# SPDX-License-Identifier: Apache-2.0
"""Functions with a grammar of their own: EXTRACT(YEAR FROM x), TRIM(BOTH a FROM b), struct(a AS b).
Each reads what stands behind `(` and gives the node, or None to have it read as any function."""

from . import made_intervals, nodes, session_windows, time_windows
from .tokens import QUOTED_NAME, STRING, WORD

_PART_NAMES = {
    "year": "YEAR Y YEARS YR YRS",
    "year_of_week": "YEAROFWEEK",
    "quarter": "QUARTER QTR",
    "month": "MONTH MON MONS MONTHS",
    "weekofyear": "WEEK W WEEKS",
    "day": "DAY D DAYS",
    "dayofweek": "DAYOFWEEK DOW",
    "iso_day_of_week": "DAYOFWEEK_ISO DOW_ISO",
    "dayofyear": "DOY",
    "hour": "HOUR H HOURS HR HRS",
    "minute": "MINUTE M MIN MINS MINUTES",
    "second_with_fraction": "SECOND S SEC SECONDS SECS"
}
_PARTS = {unit: part for part, units in _PART_NAMES.items() for unit in units.split()}
_UNITS = frozenset("YEAR QUARTER MONTH WEEK DAY DAYOFYEAR HOUR MINUTE SECOND MILLISECOND MICROSECOND".split())


def _part(parser, begin: int, unit: str, value: nodes.Node) -> nodes.Node:
    name = _PARTS.get(unit.upper())
    if name is None:
        raise parser.refused(f"the part {unit} of a time",
                             f"use one of {', '.join(units.split()[0] for units in _PART_NAMES.values())}",
                             begin)
    node = parser.call(begin, name, value)
    node.shown = None
    return node


def _extract(parser, begin: int) -> nodes.Node | None:
    unit = parser.token
    if unit.kind not in (WORD, STRING) or parser.peek().key != "FROM":
        raise parser.unexpected("YEAR FROM or the like")
    parser.next(), parser.next()
    value = parser.expression()
    parser.expect(")")
    return _part(parser, begin, unit.value if unit.kind == STRING else unit.text, value)


def _date_part(parser, begin: int) -> nodes.Node | None:
    unit = parser.token
    if unit.kind != STRING:
        raise parser.refused("date_part of a computed part", "write its name, like 'YEAR'")
    parser.next()
    parser.expect(",")
    value = parser.expression()
    parser.expect(")")
    return _part(parser, begin, unit.value, value)


def _trim(parser, begin: int) -> nodes.Node | None:
    """TRIM([BOTH | LEADING | TRAILING] [characters] FROM text), or trim(text)."""
    name = "trim"
    side = parser.token.key if parser.token.key in ("BOTH", "LEADING", "TRAILING") else None
    if side is not None and parser.peek().key not in (",", ")", "."):
        parser.next()
        name = {"BOTH": "trim", "LEADING": "ltrim", "TRAILING": "rtrim"}[side]
    else:
        side = None
    characters = None if parser.at("FROM") else parser.expression()
    if characters is not None and parser.take(","):
        text = parser.expression()
    elif parser.take("FROM"):
        text = parser.expression()
    else:
        parser.expect(")")
        return parser.call(begin, name, characters, shown=name)
    parser.expect(")")
    if characters is None:
        return parser.call(begin, name, text, shown=name)
    # The evaluator takes the text first.
    return parser.call(begin, f"{name}_characters", text, characters)


def _one_side(name: str):

    def read(parser, begin: int) -> nodes.Node | None:
        args = parser.expressions_until_parenthesis()
        if len(args) == 1:
            return parser.call(begin, name, args[0], shown=name)
        if len(args) != 2:
            raise parser.error(f"{name} has {len(args)} arguments - give it one or two", begin)
        return parser.call(begin, f"{name}_characters", args[1], args[0])

    return read


def _btrim(parser, begin: int) -> nodes.Node | None:
    args = parser.expressions_until_parenthesis()
    if len(args) not in (1, 2):
        raise parser.error(f"btrim has {len(args)} arguments - give it one or two", begin)
    if len(args) == 1:
        return parser.call(begin, "trim", args[0], shown="btrim")
    return parser.call(begin, "trim_characters", *args, shown="btrim")


def _substring(parser, begin: int) -> nodes.Node | None:
    args = [parser.expression()]
    words = ("FROM", "FOR") if parser.at("FROM") else (",", ",")
    while len(args) < 3 and parser.take(words[len(args) - 1]):
        args.append(parser.expression())
    if len(args) < 2:
        raise parser.unexpected(",")
    parser.expect(")")
    return parser.call(begin, "substring", *args, shown="substring")


def _position(parser, begin: int) -> nodes.Node | None:
    part = parser.value()
    if parser.take("IN"):
        text = parser.value()
        parser.expect(")")
        return parser.call(begin, "locate", part, text)
    args = [part]
    while parser.take(","):
        args.append(parser.expression())
    parser.expect(")")
    return parser.call(begin, "locate", *args, shown="position")


def _overlay(parser, begin: int) -> nodes.Node | None:
    args = [parser.value()]
    words = ("PLACING", "FROM", "FOR") if parser.at("PLACING") else (",", ",", ",")
    while len(args) < 4 and parser.take(words[len(args) - 1]):
        args.append(parser.value())
    parser.expect(")")
    if len(args) < 3:
        raise parser.error("overlay has too few arguments - write overlay(text, with, from)", begin)
    return parser.call(begin, "overlay", *args, shown="overlay")


def _struct(parser, begin: int) -> nodes.Node | None:
    """struct(a, b AS c, 1): named_struct with the names that Spark gives."""
    fields: list[tuple[str, nodes.Node]] = []
    while not parser.at(")"):
        if fields:
            parser.expect(",")
        star = parser.star(parser.token.begin)
        fields.append(("", star) if star is not None else _field(parser, len(fields)))
    parser.expect(")")
    if any(isinstance(value, nodes.Star) for _, value in fields):
        return parser.make(nodes.StructOf(begin, fields), *(value for _, value in fields))
    args = [part for name, value in fields
            for part in (nodes.Literal(value.begin, "string", name, name), value)]
    return parser.call(begin, "named_struct", *args)


def _field(parser, place: int) -> tuple[str, nodes.Node]:
    value = parser.expression()
    name = f"col{place + 1}"
    if parser.take("AS"):
        name = parser.name("the field's name")
    elif parser.token.kind in (WORD, QUOTED_NAME):
        name = parser.name("the field's name")
    else:
        name = _own_name(value, name)
    return name, value


def _own_name(value: nodes.Node, otherwise: str) -> str:
    """Of a column, a lambda's variable or a field; other values have none."""
    if isinstance(value, nodes.Column):
        return value.parts[-1]
    if isinstance(value, nodes.Variable):
        return value.name
    if isinstance(value, nodes.Call) and value.name == "get_field":
        return value.args[1].value
    return otherwise


def _arrays_zip(parser, begin: int) -> nodes.Node | None:
    """The fields are named as the columns are, or by their place from 0."""
    args: list[nodes.Node] = []
    for place, value in enumerate(parser.expressions_until_parenthesis()):
        name = _own_name(value, str(place))
        args += [nodes.Literal(value.begin, "string", name, name), value]
    return parser.call(begin, "arrays_zip", *args)


def _decode(parser, begin: int) -> nodes.Node | None:
    """decode(bytes, charset), or decode(x, a, b, ..., else): a CASE where NULL equals NULL."""
    args = parser.expressions_until_parenthesis()
    if len(args) < 3:
        return parser.call(begin, "decode", *args, shown="decode")
    subject, rest = args[0], args[1:]
    whens = [(parser.call(begin, "eq_null_safe", subject, rest[i]), rest[i + 1])
             for i in range(0, len(rest) - 1, 2)]
    # What is missing is a NULL of type string in Spark.
    null = nodes.Literal(begin, "void", None, "NULL")
    otherwise = rest[-1] if len(rest) % 2 else parser.make(nodes.Cast(begin, "string", null), null)
    parts = [part for pair in whens for part in pair] + [otherwise]
    return parser.call(begin, "if" if len(parts) == 3 else "case_when", *parts)


def _with_unit(name: str):
    """name(DAY, a, b); None where it has no unit."""

    def read(parser, begin: int) -> nodes.Node | None:
        unit = parser.token
        if unit.kind != WORD or parser.peek().key != "," or unit.text.upper() not in _UNITS:
            return None
        place = parser.place()
        parser.next(), parser.next()
        args = parser.expressions_until_parenthesis()
        if len(args) != 2:  # a column has the name of a unit
            parser.go_back(place)
            return None
        shown = unit.text.upper()
        return parser.call(begin, name, nodes.Literal(unit.begin, "string", shown, shown), *args, shown=name)

    return read


FORMS = {
    **made_intervals.FORMS,
    "extract": _extract,
    "date_part": _date_part,
    "datepart": _date_part,
    "trim": _trim,
    "ltrim": _one_side("ltrim"),
    "rtrim": _one_side("rtrim"),
    "btrim": _btrim,
    "substring": _substring,
    "position": _position,
    "overlay": _overlay,
    "struct": _struct,
    "window": time_windows.window,
    "session_window": session_windows.session_window,
    "decode": _decode,
    "arrays_zip": _arrays_zip,
    "timestampadd": _with_unit("timestampadd"),
    "dateadd": _with_unit("timestampadd"),
    "date_add": _with_unit("timestampadd"),
    "timestampdiff": _with_unit("timestampdiff"),
    "datediff": _with_unit("timestampdiff"),
    "date_diff": _with_unit("timestampdiff"),
}
