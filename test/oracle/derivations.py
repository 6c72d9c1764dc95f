"""Derivations of GroupBys (SPEC 6, 7) and Joins (8.9)."""
# SPDX-License-Identifier: Apache-2.0
from .expected import Close, plain
from .expressions import evaluate


def derived(derivations, base, context, names_only=False):
    """Name -> value of the derivations in their order, over the columns of `base` and `context` (keys, ts, ds).

    `*` stands for every base column that no derivation uses verbatim as its expression.
    """
    verbatim = {d["expression"] for d in derivations if d["name"] != "*"}
    values = {name: plain(value) for name, value in {**context, **base}.items()}
    found = {}
    for derivation in derivations:
        name, expression = derivation["name"], derivation["expression"]
        if name == "*":
            found.update({column: value for column, value in base.items() if column not in verbatim})
        elif names_only:
            found[name] = None
        elif expression in base:
            found[name] = base[expression]
        else:
            value = evaluate(expression, values)
            found[name] = Close(value, 1e-8 * abs(value)) if isinstance(value, float) else value
    return found
