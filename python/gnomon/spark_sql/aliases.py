# SPDX-License-Identifier: Apache-2.0
"""Aliases of a SELECT in place of which stands what they name."""

from . import nodes


def with_aliases(node: nodes.Node, select: nodes.Select) -> nodes.Node:
    """ORDER BY sees the columns of the SELECT first, also inside of an expression, where DuckDB
    would see the table's."""
    if isinstance(node, nodes.Column) and len(node.parts) == 1:
        return node
    aliases = {p.alias.lower(): p.expression for p in select.projections if p.alias is not None}
    return substitute(node, aliases)


def substitute(node: nodes.Node, aliases: dict[str, nodes.Node]) -> nodes.Node:
    if isinstance(node, nodes.Column):
        return aliases.get(node.parts[0].lower(), node) if len(node.parts) == 1 else node
    if isinstance(node, nodes.Call):
        return nodes.Call(node.begin, node.name, [substitute(arg, aliases) for arg in node.args],
                          node.shown)
    if isinstance(node, nodes.Cast):
        return nodes.Cast(node.begin, node.type, substitute(node.arg, aliases), node.shown)
    if isinstance(node, nodes.Case):
        whens = [(substitute(condition, aliases), substitute(value, aliases))
                 for condition, value in node.whens]
        otherwise = None if node.otherwise is None else substitute(node.otherwise, aliases)
        return nodes.Case(node.begin, whens, otherwise)
    if isinstance(node, nodes.Lambda):
        return nodes.Lambda(node.begin, node.parameters, substitute(node.body, aliases))
    return node
