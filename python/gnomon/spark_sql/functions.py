# SPDX-License-Identifier: Apache-2.0
"""Which functions exist: the evaluator's own list, src/expr/functions/list.inc, read when first
needed, so that the two can never differ. Here are only Spark's synonyms."""

import difflib
import functools
import re
from pathlib import Path

LIST = Path(__file__).resolve().parents[3] / "src" / "expr" / "functions" / "list.inc"

# Names of operators (docs/formats/compiled.md) that are no functions of Spark.
_OPERATORS_ONLY = frozenset(
    "add subtract multiply divide modulo eq ne lt le gt ge eq_null_safe is_null is_not_null is_nan "
    "in and or not sum_result avg_input".split())

# Spark's name of an operator in the form of a function.
_OPERATOR_FUNCTIONS = {
    "mod": "modulo",
    "isnull": "is_null",
    "isnotnull": "is_not_null",
    "isnan": "is_nan",
    "if": "if",
    "coalesce": "coalesce",
    "like": "like",
    "negative": "negative"
}

# Names for the same function: any of a group that the evaluator has stands for the others.
_SYNONYMS = (("upper", "ucase"), ("lower", "lcase"), ("ceil", "ceiling"), ("pow", "power"),
             ("substring", "substr"), ("length", "char_length", "character_length",
                                       "len"), ("dayofmonth", "day"), ("datediff", "date_diff"),
             ("date_add", "dateadd"), ("sign", "signum"), ("startswith", "starts_with"),
             ("endswith", "ends_with"), ("coalesce", "nvl", "ifnull"))
_SPARKS_OWN = frozenset(
    name for group in _SYNONYMS for name in group) - {"starts_with", "ends_with"}

# Functions that are casts: Spark has one for each of these types.
CAST_FUNCTIONS = frozenset(
    "boolean tinyint smallint int bigint float double string date timestamp decimal binary".split())

AGGREGATES = {
    "count": "count",
    "sum": "sum",
    "avg": "avg",
    "mean": "avg",
    "min": "min",
    "max": "max"
}
WINDOW_FUNCTIONS = frozenset(("row_number", "rank", "dense_rank", "lag", "lead"))


@functools.cache
def evaluator_functions() -> frozenset[str]:
    names = re.findall(r"SPARK_FUNCTION\(\s*(\w+)\s*\)",
                       re.sub(r"//[^\n]*", "", LIST.read_text(encoding="utf-8")))
    return frozenset(re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower() for name in names)


def resolve(name: str) -> str | None:
    """The evaluator's name of the function that Spark calls `name` (lower case), or None."""
    if name in _OPERATOR_FUNCTIONS:
        return _OPERATOR_FUNCTIONS[name]
    known = evaluator_functions() | {"coalesce"}
    group = next((group for group in _SYNONYMS if name in group), (name,))
    if len(group) > 1 and name not in _SPARKS_OWN:
        return None
    if name in _OPERATORS_ONLY:
        return None
    if name in known:
        return name
    return next((other for other in group if other in known), None)


def suggestion(name: str) -> str:
    """"did you mean x?", or nothing."""
    offered = evaluator_functions() - _OPERATORS_ONLY | set(_OPERATOR_FUNCTIONS) | set(AGGREGATES)
    close = difflib.get_close_matches(name, sorted(offered), n=1, cutoff=0.8)
    return f"did you mean {close[0]}?" if close else ""
