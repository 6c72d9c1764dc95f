# SPDX-License-Identifier: Apache-2.0
"""Which expressions can stop a query by themselves, which only the rows that reach them may do."""

from . import nodes
from .tree import case_parts

# Functions that end in an error of their own at some rows.
_RAISING = frozenset("raise_error assert_true to_number try_to_number to_binary".split())


def is_conditional(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Case) or isinstance(node, nodes.Call) and node.name in (
        "if", "coalesce", "and", "or")


def raises(node: nodes.Node) -> bool:
    """Whether it stops the query by itself, which only the rows that reach it may do."""
    if isinstance(node, nodes.Call):
        return node.name in _RAISING or any(map(raises, node.args))
    if isinstance(node, nodes.Cast):
        return raises(node.arg)
    return isinstance(node, nodes.Case) and any(map(raises, case_parts(node)))
