# SPDX-License-Identifier: Apache-2.0
"""Parsed expressions as the trees of docs/formats/compiled.md."""

from . import nodes
from .errors import error_at


def expression_tree(text: str, node: nodes.Node) -> dict:
    if isinstance(node, nodes.Column):
        if len(node.parts) != 1:
            raise error_at(
                text, node.begin,
                f"{'.'.join(node.parts)} is a field of a struct, or a column with its table, "
                "and neither is supported in a row's expression - name a column alone")
        return {"op": "column", "name": node.parts[0]}
    if isinstance(node, nodes.Literal):
        return {"op": "literal", "type": node.type, "value": node.value}
    if isinstance(node, nodes.Call):
        return call(node.name, *(expression_tree(text, arg) for arg in node.args))
    if isinstance(node, nodes.Cast):
        return {"op": "cast", "type": node.type, "arg": expression_tree(text, node.arg)}
    if isinstance(node, nodes.Case):
        result = (expression_tree(text, node.otherwise) if node.otherwise is not None else {
            "op": "literal",
            "type": "void",
            "value": None
        })
        for condition, value in reversed(node.whens):
            result = call("if", expression_tree(text, condition), expression_tree(text, value),
                          result)
        return result
    raise error_at(
        text, node.begin,
        f"{type(node).__name__} cannot stand in a row's expression - use a StagingQuery")


def call(name: str, *args: dict) -> dict:
    return {"op": "call", "name": name, "args": list(args)}
