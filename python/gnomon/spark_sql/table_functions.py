# SPDX-License-Identifier: Apache-2.0
"""Functions that stand for a table in FROM: range(10), explode(sequence(...)). Each reads what stands
behind `(`."""

from . import functions, nodes
from .errors import error_at

_LONGS = range(-2**63, 2**63)


def table_function(parser, parts: list[str], begin: int) -> nodes.Node:
    name = ".".join(parts).lower()
    if name == "range":
        return _range(parser, begin)
    if name not in functions.GENERATORS:
        raise parser.error(f"the table function {name} is not supported - read a table", begin)
    generator = parser.generator(name, begin, in_view=True)
    projections = [nodes.Projection(generator, None)]
    select = parser.make(nodes.Select(begin, False, projections, None, [], None, [], None), generator)
    query = parser.make(nodes.Query(begin, [], select, [], None, None), select)
    return parser.derived(begin, query)


def makes_rows(text: str, select: nodes.Select) -> bool:
    """Whether a SELECT without FROM has a generator, which makes rows of the one that it is."""
    expressions = [projection.expression for projection in select.projections]
    made = any(isinstance(expression, nodes.Generator) for expression in expressions)
    star = next((expression for expression in expressions if isinstance(expression, nodes.Star)), None)
    if made and star is not None:
        raise error_at(text, star.begin, "* stands in a SELECT that reads no table - name the columns")
    return made


def _range(parser, begin: int) -> nodes.Range:
    """range([start,] end [, step [, partitions]]): a column `id` of bigints, the end not among them."""
    bounds = [_whole(parser, arg) for arg in parser.expressions_until_parenthesis()]
    if not 1 <= len(bounds) <= 4:
        raise parser.error(f"the function range has {len(bounds)} arguments - write range(start, end)", begin)
    if len(bounds) == 1:
        bounds.insert(0, 0)
    start, end, step = (*bounds, 1)[:3]
    if step == 0:
        raise parser.error("the step of range is 0 - write another number", begin)
    alias, columns = parser.table_alias()
    return nodes.Range(begin, start, end, step, alias, columns)


def _whole(parser, arg: nodes.Node) -> int:
    if isinstance(arg, nodes.Literal) and arg.type in ("int", "bigint") and int(arg.value) in _LONGS:
        return int(arg.value)
    raise parser.refused("range of what is no whole number in the text", "write the number, or explode a sequence",
                         arg.begin)
