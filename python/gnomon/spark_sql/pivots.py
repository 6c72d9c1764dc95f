# SPDX-License-Identifier: Apache-2.0
"""PIVOT and UNPIVOT behind a FROM: aggregates with a FILTER, and rows that stack makes."""

from . import duckdb_aggregates, names, nodes
from .errors import error_at
from .token_stream import KEYWORDS
from .tokens import QUOTED_NAME, WORD

# Spark gives NULL for a group without a row of the value, also for a count. Beside a column of some
# other type than a number its counts are 0, so a count stands beside nothing whose type may be other.
_NUMBERS = frozenset("count count_if sum avg stddev_samp stddev_pop var_samp var_pop".split())
_OF_ANY_TYPE = frozenset(("min", "max"))
_VALUE_TYPES = frozenset("string int bigint boolean date".split())


def read(parser) -> nodes.Pivot | nodes.Unpivot | None:
    begin = parser.token.begin
    if parser.take("PIVOT", "("):
        return _pivot(parser, begin)
    if parser.at("UNPIVOT"):
        parser.next()
        return _unpivot(parser, begin)
    return None


def _pivot(parser, begin: int) -> nodes.Pivot:
    aggregates = [_aggregate(parser)]
    while parser.take(","):
        aggregates.append(_aggregate(parser))
    forms = {aggregate.name for aggregate, _ in aggregates}
    if forms & _OF_ANY_TYPE and forms & {"count", "count_if"}:
        raise parser.refused("a PIVOT of a count beside min or max", "write two queries and join them",
                             begin)
    parser.expect("FOR")
    if parser.at("("):
        raise parser.refused("PIVOT over several columns", "pivot over one struct or string of them")
    column = _column(parser)
    parser.expect("IN", "(")
    values = [_value(parser)]
    while parser.take(","):
        values.append(_value(parser))
    parser.expect(")", ")")
    node = nodes.Pivot(begin, aggregates, column, values)
    return parser.make(node, column, *(aggregate for aggregate, _ in aggregates))


def _aggregate(parser) -> tuple[nodes.Aggregate, str | None]:
    begin = parser.token.begin
    node = parser.expression()
    if not isinstance(node, nodes.Aggregate) or node.name not in _NUMBERS | _OF_ANY_TYPE or node.distinct:
        raise parser.refused(
            "this aggregate of a PIVOT", "use one of count, sum, avg, min, max, or write aggregates with "
            "FILTER (WHERE ...)", begin)
    return node, _alias(parser)


def _value(parser) -> tuple[nodes.Literal, str | None]:
    begin = parser.token.begin
    node = parser.expression()
    if not isinstance(node, nodes.Literal) or node.type not in _VALUE_TYPES:
        raise parser.refused("this value of a PIVOT", "write a string, a whole number, a boolean or a DATE",
                             begin)
    return node, _alias(parser)


def _unpivot(parser, begin: int) -> nodes.Unpivot:
    include_nulls = False
    if parser.at_any("INCLUDE", "EXCLUDE"):
        include_nulls = parser.next().key == "INCLUDE"
        parser.expect("NULLS")
    parser.expect("(")
    if parser.at("("):
        raise parser.refused("UNPIVOT into several value columns", "use LATERAL VIEW stack(...)")
    value = parser.name("the column of the values")
    parser.expect("FOR")
    name = parser.name("the column of the names")
    parser.expect("IN", "(")
    columns = [(_column(parser), _alias(parser))]
    while parser.take(","):
        columns.append((_column(parser), _alias(parser)))
    parser.expect(")", ")")
    node = nodes.Unpivot(begin, value, name, columns, include_nulls, _relation_alias(parser))
    return parser.make(node, *(column for column, _ in columns))


def _column(parser) -> nodes.Column:
    begin = parser.token.begin
    node = parser.value()
    if not isinstance(node, nodes.Column) or len(node.parts) > 2:
        raise parser.refused("an expression here", "name a column, computed in an inner query", begin)
    return node


def _alias(parser) -> str | None:
    if parser.take("AS") or parser.token.kind in (WORD, QUOTED_NAME) and parser.token.key not in (
            KEYWORDS | {"FOR"}):
        return parser.name("an alias")
    return None


def _relation_alias(parser) -> str | None:
    if parser.take("AS") or parser.token.kind in (WORD, QUOTED_NAME) and parser.token.key not in KEYWORDS:
        return parser.name("the alias of the rows")
    return None


# --- text ---


def select(writer, pivot: nodes.Pivot | nodes.Unpivot, source: str, scope) -> str:
    """The rows of ` FROM ...` pivoted; `writer` is the DuckDbText."""
    if isinstance(pivot, nodes.Unpivot):
        return _unpivoted(writer, pivot, source, scope)
    taken = {name_of(pivot.column, scope)}
    for aggregate, _ in pivot.aggregates:
        taken |= {name_of(column, scope) for column in _columns_of(aggregate)}
    # A field of a struct is not told from a column of a table here, and arrays are equal if what
    # they hold is: only of one type, NULLs included.
    column = writer.expression(pivot.column, scope)
    results = []
    for value, value_alias in pivot.values:
        test = f"spark_eq(spark_array({column}), spark_array({writer.expression(value, scope)}))"
        shown = value_alias if value_alias is not None else _shown(value)
        for aggregate, alias in pivot.aggregates:
            name = shown
            if len(pivot.aggregates) > 1:
                suffix = alias if alias is not None else names.column_name(aggregate)
                if suffix is None:
                    raise error_at(writer.text, aggregate.begin,
                                   "this aggregate has no name - give it one with AS")
                name = f"{shown}_{suffix}"
            results.append(f"{_only_where(writer, aggregate, test, scope)} AS {writer.quoted(name)}")
    excluded = ", ".join(sorted(writer.quoted(name) for name in taken))
    return f"SELECT * EXCLUDE ({excluded}), {', '.join(results)}{source} GROUP BY ALL"


def _only_where(writer, aggregate: nodes.Aggregate, test: str, scope) -> str:
    arguments = [writer.expression(arg, scope) for arg in aggregate.args]
    tests = test
    if aggregate.condition is not None:
        tests += f" AND {writer.expression(aggregate.condition, scope)}"
    text = duckdb_aggregates.aggregate(aggregate, arguments, tests, None)
    return f"CASE WHEN count(*) FILTER (WHERE {test}) > 0 THEN {text} END"


def _unpivoted(writer, pivot: nodes.Unpivot, source: str, scope) -> str:
    parts = []
    for column, alias in pivot.columns:
        shown = alias if alias is not None else column.parts[-1]
        parts += [writer.string(shown), writer.expression(column, scope)]
    excluded = ", ".join(sorted({writer.quoted(name_of(column, scope)) for column, _ in pivot.columns}))
    rows = f"spark_stack_rows({len(pivot.columns)}, {', '.join(parts)})"
    value = writer.quoted(pivot.value)
    text = (f"SELECT * EXCLUDE ({excluded}){source} CROSS JOIN LATERAL (SELECT unnest({rows}, max_depth := 2)) "
            f"AS {writer.quoted(f'rows at {pivot.begin}')}({writer.quoted(pivot.name)}, {value})")
    return text if pivot.include_nulls else f"{text} WHERE {value} IS NOT NULL"


def name_of(column: nodes.Column, scope) -> str:
    """The column of the FROM that is read, also where a table stands before it or a field behind."""
    is_qualified = len(column.parts) > 1 and column.parts[0].lower() in scope.relations
    return column.parts[1 if is_qualified else 0]


def _columns_of(node: nodes.Node) -> list[nodes.Column]:
    if isinstance(node, nodes.Column):
        return [node]
    if isinstance(node, (nodes.Call, nodes.Aggregate)):
        parts = list(node.args)
        if isinstance(node, nodes.Aggregate) and node.condition is not None:
            parts.append(node.condition)
    elif isinstance(node, nodes.Cast):
        parts = [node.arg]
    elif isinstance(node, nodes.Case):
        parts = [part for pair in node.whens for part in pair]
        parts += [] if node.otherwise is None else [node.otherwise]
    elif isinstance(node, nodes.Lambda):
        parts = [node.body]
    else:
        parts = []
    return [column for part in parts for column in _columns_of(part)]


def _shown(value: nodes.Literal) -> str:
    if value.type == "boolean":
        return "true" if value.value else "false"
    return str(value.value)
