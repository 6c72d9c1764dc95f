# SPDX-License-Identifier: Apache-2.0
"""Parsed expressions as the trees of docs/formats/compiled.md."""

from . import nodes
from .errors import error_at


def expression_tree(text: str, node: nodes.Node, column=None) -> dict:
    """`column` makes the tree of what is not inside: of columns, and of what only a query has."""
    if column is not None and not isinstance(
            node, (nodes.Variable, nodes.Lambda, nodes.Literal, nodes.Call, nodes.Cast, nodes.Case)):
        return column(node)
    if isinstance(node, nodes.Column):
        tree = {"op": "column", "name": node.parts[0]}
        for part in node.parts[1:]:
            tree = call("get_field", tree, {"op": "literal", "type": "string", "value": part})
        return tree
    if isinstance(node, nodes.Variable):
        return {"op": "variable", "name": node.name}
    if isinstance(node, nodes.Lambda):
        return {"op": "lambda", "params": node.parameters, "body": expression_tree(text, node.body, column)}
    if isinstance(node, nodes.Literal):
        return {"op": "literal", "type": node.type, "value": node.value}
    if isinstance(node, nodes.Call):
        return call(node.name, *(expression_tree(text, arg, column) for arg in node.args))
    if isinstance(node, nodes.Cast):
        return {"op": "cast", "type": node.type, "arg": expression_tree(text, node.arg, column)}
    if isinstance(node, nodes.Case):
        parts = [expression_tree(text, part, column) for part in case_parts(node)]
        return call(case_name(node), *parts)
    raise error_at(
        text, node.begin,
        f"{type(node).__name__} cannot stand in a row's expression - use a StagingQuery")


def lambda_tree(text: str, node: nodes.Lambda, column) -> dict:
    """A lambda of a query; `column` as above."""
    return expression_tree(text, node, column)


def case_parts(node: nodes.Case) -> list[nodes.Node]:
    """Condition, value, condition, value, ..., and what else: as `if` and `case_when` take them."""
    otherwise = node.otherwise or nodes.Literal(node.begin, "void", None, "NULL")
    return [part for pair in node.whens for part in pair] + [otherwise]


def case_name(node: nodes.Case) -> str:
    """`if` where it is the same; unlike it CASE takes no bare NULL for a condition."""
    condition = node.whens[0][0]
    is_void = isinstance(condition, nodes.Literal) and condition.type == "void"
    return "if" if len(node.whens) == 1 and not is_void else "case_when"


def call(name: str, *args: dict) -> dict:
    return {"op": "call", "name": name, "args": list(args)}
