# SPDX-License-Identifier: Apache-2.0
"""SELECT explode(sequence(min(day), max(day))) FROM t: the aggregates are found in an inner query, of whose
rows the outer one makes others."""

from . import names, nodes
from .aggregate_parser import aggregates_in


def split(parser, select: nodes.Select) -> nodes.Select:
    """The two queries as one, or the SELECT as it is where it explodes no aggregate."""
    generators = [p.expression for p in select.projections if isinstance(p.expression, nodes.Generator)]
    generator = next((each for each in generators if any(map(aggregates_in, each.args))), None)
    if generator is None:
        return select
    if len(generators) > 1 or len(generator.args) > 1:
        raise parser.refused(f"{generator.name} of several aggregates", "compute them in an inner query",
                             generator.begin)
    inner, outer = [], []
    for projection in select.projections:
        if projection.expression is generator:
            # Where it stood, so that GROUP BY 1 means the same.
            name = f"argument at {generator.begin}"
            inner.append(nodes.Projection(generator.args[0], name))
            column = nodes.Column(generator.begin, (name,))
            made = parser.make(nodes.Generator(generator.begin, generator.name, generator.outer, [column]), column)
            outer.append(nodes.Projection(made, projection.alias, projection.aliases))
            continue
        name = _name(parser, projection)
        inner.append(nodes.Projection(projection.expression, name))
        outer.append(nodes.Projection(nodes.Column(projection.expression.begin, (name,)), name))
    begin, distinct = select.begin, select.distinct
    select.projections, select.distinct = inner, False
    query = parser.make(nodes.Query(begin, [], select, [], None, None), select)
    table = parser.make(nodes.DerivedTable(begin, query, None, []), query)
    return parser.make(nodes.Select(begin, distinct, outer, table, [], None, [], None), table,
                       *(p.expression for p in outer))


def _name(parser, projection: nodes.Projection) -> str:
    if isinstance(projection.expression, nodes.Star):
        raise parser.refused("* beside explode of an aggregate", "name the columns", projection.expression.begin)
    name = projection.alias if projection.alias is not None else names.column_name(projection.expression)
    if name is None:
        raise parser.error("this column has no name - give it one with AS", projection.expression.begin)
    return name
