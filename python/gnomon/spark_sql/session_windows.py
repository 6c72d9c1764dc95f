# SPDX-License-Identifier: Apache-2.0
"""session_window(time, '30 minutes') in a GROUP BY: the rows of a key whose times follow one another within
the gap. The sessions of each key are found first, and each row is joined with the one that it is in."""

from . import intervals, nodes
from .tree import expression_tree

_ALIAS = "sessions"
_COLUMN = "session_window"


def session_window(parser, begin: int) -> nodes.Node:
    """Reads what stands behind `session_window(`; the call becomes a column of the join."""
    if parser.time_windows is None:
        raise parser.refused("the function session_window outside of a SELECT's columns and GROUP BY",
                             "compute it in an inner query", begin)
    args = parser.expressions_until_parenthesis()
    if len(args) != 2:
        raise parser.error(f"session_window has {len(args)} arguments - write session_window(time, '30 minutes')",
                           begin)
    gap = args[1]
    if not isinstance(gap, nodes.Literal) or gap.type != "string":
        raise parser.refused("session_window with a computed gap", "write it, like '30 minutes'", gap.begin)
    micros = intervals.micros_of_text(parser, gap.begin, gap.value)
    if micros <= 0:
        raise parser.error("the gap of session_window is not positive - write a longer one", gap.begin)
    parser.time_windows.append(parser.make(nodes.SessionWindow(begin, args[0], micros), args[0]))
    return nodes.Column(begin, (_ALIAS, _COLUMN))


def read(parser, source: nodes.Node | None, projections: list[nodes.Projection], group_by: list[nodes.Node],
         grouping: nodes.Grouping | None) -> nodes.SessionWindow | None:
    """The sessions of the SELECT that was read, if it has any."""
    calls = [call for call in parser.time_windows if isinstance(call, nodes.SessionWindow)]
    if not calls:
        return None
    first, begin = calls[0], calls[0].begin
    if len(calls) != len(parser.time_windows) or any(
            call.gap_micros != first.gap_micros or _tree(call.time) != _tree(first.time) for call in calls):
        raise parser.refused("a SELECT with several windows of time", "compute one in an inner query", begin)
    if source is None or grouping is not None or not any(map(_is_session, group_by)):
        raise parser.refused("session_window without a GROUP BY of it", "group by it and by the keys", begin)
    star = next((p.expression for p in projections if isinstance(p.expression, nodes.Star)), None)
    if star is not None:
        raise parser.refused("* beside a window of time", "name the columns", star.begin)
    return first


def join(writer, select: nodes.Select, rows: str, scope) -> str:
    """The join of ` FROM ... WHERE ...` with its sessions; `writer` is the DuckDbText."""
    keys = [writer.expression(_key(key, select), scope) for key in select.group_by if not _is_session(key)]
    # Of a date, as Spark does, the timestamp.
    time = f"spark_add_time_interval({writer.expression(select.session.time, scope)}, CAST('0' AS BIGINT))"
    gap = f"CAST('{select.session.gap_micros}' AS BIGINT)"
    names = [writer.quoted(f"key {i}") for i in range(len(keys))]
    partition = f"PARTITION BY {', '.join(names)} " if names else ""
    listed = "".join(f"{name}, " for name in names)
    found = "".join(f"{key} AS {name}, " for key, name in zip(keys, names))
    begins = f"spark_gt(\"time\", spark_add_time_interval(lag(\"time\") OVER ({partition}ORDER BY \"time\"), {gap}))"
    events = f"SELECT {found}{time} AS \"time\"{rows}"
    marked = f"SELECT *, CASE WHEN {begins} THEN 1 ELSE 0 END AS \"begins\" FROM ({events}) WHERE \"time\" IS NOT NULL"
    numbered = (f"SELECT *, sum(\"begins\") OVER ({partition}ORDER BY \"time\" ROWS UNBOUNDED PRECEDING) AS \"number\" "
                f"FROM ({marked})")
    window = f"spark_named_struct('start', min(\"time\"), 'end', spark_add_time_interval(max(\"time\"), {gap}))"
    sessions = f"SELECT {listed}{window} AS {writer.quoted(_COLUMN)} FROM ({numbered}) GROUP BY {listed}\"number\""
    session = f"{writer.quoted(_ALIAS)}.{writer.quoted(_COLUMN)}"
    tests = [f"{key} IS NOT DISTINCT FROM {writer.quoted(_ALIAS)}.{name}" for key, name in zip(keys, names)]
    tests += [f"{time} >= spark_get_field({session}, 'start')", f"{time} < spark_get_field({session}, 'end')"]
    scope.relations[_ALIAS] = _ALIAS
    return f" JOIN ({sessions}) AS {writer.quoted(_ALIAS)} ON {' AND '.join(tests)}"


def _key(key: nodes.Node, select: nodes.Select) -> nodes.Node:
    """What GROUP BY 2 stands for."""
    if isinstance(key, nodes.Literal) and key.type == "int" and 1 <= key.value <= len(select.projections):
        return select.projections[key.value - 1].expression
    return key


def _is_session(key: nodes.Node) -> bool:
    return isinstance(key, nodes.Column) and key.parts == (_ALIAS, _COLUMN)


def _tree(node: nodes.Node) -> dict:
    return expression_tree("", node)
