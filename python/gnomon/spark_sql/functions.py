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
    "in and or not sum_result avg_input avg_result sort_key grouping_key case_when get_field get_item "
    "try_cast approx_percentile "
    "bit_and bit_or bit_xor bit_not "
    "add_months_interval add_days_interval add_time_interval "
    "time_windows timestamp_literal timestamp_ntz_literal "
    "second_with_fraction year_of_week iso_day_of_week timestampadd timestampdiff "
    "explode_array explode_map posexplode_array posexplode_map inline_rows stack_rows json_tuple_rows "
    "try_sum_result".split())

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
             ("endswith", "ends_with"), ("coalesce", "nvl", "ifnull"),
             ("rlike", "regexp_like", "regexp"), ("sha1", "sha"), ("size", "cardinality"),
             ("aggregate", "reduce"), ("char", "chr"), ("locate", "position"),
             ("current_timestamp", "now"), ("current_date", "curdate"),
             ("eq_null_safe", "equal_null"), ("unix_timestamp", "to_unix_timestamp"),
             ("element_at", "try_element_at"), ("format_string", "printf"), ("rand", "random"), ("bit_get", "getbit"),
             ("to_char", "to_varchar"))
_SPARKS_OWN = frozenset(
    name for group in _SYNONYMS for name in group) - {"starts_with", "ends_with"}

# Functions that are casts: Spark has one for each of these types.
CAST_FUNCTIONS = frozenset(
    "boolean tinyint smallint int bigint float double string date timestamp decimal binary".split())

# Aggregate functions of queries: Spark's name -> the form of duckdb_aggregates.py, the least and the
# most arguments.
AGGREGATES = {
    "count": ("count", 0, 100),
    "grouping_id": ("grouping_id", 0, 100),
    "percentile_cont": ("percentile", 2, 2),  # the value stands in WITHIN GROUP
    **{name: ("approx_percentile", 2, 3) for name in ("approx_percentile", "percentile_approx")},
    "approx_count_distinct": ("approx_count_distinct", 1, 2),
    **{name: (form, 1, 1) for name, form in (
        ("sum", "sum"), ("avg", "avg"), ("mean", "avg"),
        ("try_sum", "try_sum"), ("try_avg", "avg"), ("min", "min"), ("max", "max"),
        ("collect_list", "collect_list"), ("array_agg", "collect_list"),
        ("collect_set", "collect_set"), ("count_if", "count_if"), ("bool_and", "bool_and"),
        ("every", "bool_and"), ("bool_or", "bool_or"), ("any", "bool_or"), ("some", "bool_or"),
        ("stddev", "stddev_samp"), ("std", "stddev_samp"), ("stddev_samp", "stddev_samp"),
        ("stddev_pop", "stddev_pop"), ("variance", "var_samp"), ("var_samp", "var_samp"),
        ("var_pop", "var_pop"), ("skewness", "skewness"), ("kurtosis", "kurtosis"),
        ("median", "median"), ("mode", "mode"), ("bit_and", "bit_and"), ("bit_or", "bit_or"),
        ("bit_xor", "bit_xor"), ("grouping", "grouping"))},
    # With whether NULLs are ignored behind.
    **{name: (form, 1, 2) for name, form in (
        ("first", "first"), ("first_value", "first"), ("any_value", "first"), ("last", "last"),
        ("last_value", "last"))},
    **{name: (name, 2, 2) for name in (
        "max_by", "min_by", "corr", "covar_samp", "covar_pop", "percentile", "regr_avgx", "regr_avgy",
        "regr_count", "regr_intercept", "regr_r2", "regr_slope", "regr_sxx", "regr_sxy", "regr_syy")},
}
# What to write instead of a function that is refused for a reason.
_INSTEAD = {
    "histogram_numeric": "group by a bucket of the value",
}
# Functions that only a window has: Spark's name -> the least and the most arguments.
WINDOW_FUNCTIONS = {
    "row_number": (0, 0),
    "rank": (0, 0),
    "dense_rank": (0, 0),
    "percent_rank": (0, 0),
    "cume_dist": (0, 0),
    "ntile": (1, 1),
    "lag": (1, 3),
    "lead": (1, 3),
    "nth_value": (2, 2),
}
GENERATORS = {
    "explode": ("explode", False),
    "explode_outer": ("explode", True),
    "posexplode": ("posexplode", False),
    "posexplode_outer": ("posexplode", True),
    "inline": ("inline", False),
    "inline_outer": ("inline", True),
    "stack": ("stack", False),
    "json_tuple": ("json_tuple", False),
}


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
    if name == "equal_null":
        return "eq_null_safe"
    if name in _OPERATORS_ONLY:
        return None
    if name in known:
        return name
    return next((other for other in group if other in known), None)


def suggestion(name: str) -> str:
    """What to write instead, "did you mean x?", or nothing."""
    if name in _INSTEAD:
        return _INSTEAD[name]
    offered = evaluator_functions() - _OPERATORS_ONLY | set(_OPERATOR_FUNCTIONS) | set(AGGREGATES)
    close = difflib.get_close_matches(name, sorted(offered), n=1, cutoff=0.8)
    return f"did you mean {close[0]}?" if close else ""
