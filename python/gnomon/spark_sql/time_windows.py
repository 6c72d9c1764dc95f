# SPDX-License-Identifier: Apache-2.0
"""window(time, '10 minutes', '5 minutes', '1 minute') in a SELECT: its rows are joined with the windows
that they are in, and each call of it stands for the column of that join."""

import re

from . import intervals, nodes
from .tree import expression_tree

_PREFIX = re.compile(r"\s*interval\s", re.IGNORECASE)


def window(parser, begin: int) -> nodes.Node:
    """Reads what stands behind `window(`; the call becomes a column of its own."""
    if parser.time_windows is None:
        raise parser.refused("the function window outside of a SELECT's columns and GROUP BY",
                             "compute it in an inner query", begin)
    args = parser.expressions_until_parenthesis()
    if not 2 <= len(args) <= 4:
        raise parser.error(f"the function window has {len(args)} arguments - write window(time, '1 hour')", begin)
    durations = [_micros(parser, arg) for arg in args[1:]]
    length, slide, start = durations[0], (durations[1:2] or durations)[0], (durations[2:] or [0])[0]
    if not 0 < slide <= length or abs(start) >= slide:
        raise parser.error("the durations of window do not fit - the slide is at most the window, the start less than "
                           "the slide", begin)
    numbers = [nodes.Literal(begin, "bigint", str(micros), str(micros)) for micros in (length, slide, start)]
    parser.time_windows.append(parser.call(begin, "time_windows", args[0], *numbers))
    return nodes.Column(begin, (_ALIAS, "window"))


_ALIAS = "windows of time"


def view(parser, source: nodes.Node | None, projections: list[nodes.Projection]) -> list[nodes.LateralView]:
    """The join with the windows of the SELECT that was read, if it has any."""
    calls = [call for call in parser.time_windows if isinstance(call, nodes.Call)]
    if not calls:
        return []
    if source is None:
        raise parser.refused("a window of time without a table", "read one", calls[0].begin)
    first, begin = calls[0], calls[0].begin
    if any(expression_tree("", call) != expression_tree("", first) for call in calls):
        raise parser.refused("a SELECT with several windows of time", "compute one in an inner query", begin)
    star = next((p.expression for p in projections if isinstance(p.expression, nodes.Star)), None)
    if star is not None:
        raise parser.refused("* beside a window of time", "name the columns", star.begin)
    generator = parser.make(nodes.Generator(begin, "explode", False, [first]), first)
    return [parser.make(nodes.LateralView(begin, generator, _ALIAS, ["window"]), generator)]


def _micros(parser, arg: nodes.Node) -> int:
    if not isinstance(arg, nodes.Literal) or arg.type != "string":
        raise parser.refused("window with a computed duration", "write it, like '10 minutes'", arg.begin)
    return intervals.micros_of_text(parser, arg.begin, _PREFIX.sub("", arg.value))
