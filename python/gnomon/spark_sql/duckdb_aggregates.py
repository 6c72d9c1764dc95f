# SPDX-License-Identifier: Apache-2.0
"""Aggregate and window functions as DuckDB computes them, with Spark's types and its way with NULL."""

from . import nodes

# Spark's int and tinyint where DuckDB counts with a bigint.
_AS_INT = frozenset(("row_number", "rank", "dense_rank", "ntile"))
# Of doubles on both sides, to within rounding.
_OF_DOUBLES = frozenset(
    "stddev_samp stddev_pop var_samp var_pop corr covar_samp covar_pop".split())


def aggregate(node: nodes.Aggregate, arguments: list[str], condition: str | None,
              over: str | None) -> str:
    """`condition` of FILTER; `over` is the window's text, None for an aggregate of a group."""
    over = over or ""

    def call(function: str, *args: str, also: str | None = None) -> str:
        tests = " AND ".join(test for test in (condition, also) if test is not None)
        filtered = f" FILTER (WHERE {tests})" if tests else ""
        distinct = "DISTINCT " if node.distinct else ""
        return f"{function}({distinct}{', '.join(args) or '*'}){filtered}{over}"

    name = node.name
    if name == "sum":
        # What is summed tells the type of the sum.
        sample = arguments[0] if over else f"first({arguments[0]})"
        return f"spark_sum_result({call('sum', *arguments)}, {sample})"
    if name == "avg":
        sample = arguments[0] if over else f"first({arguments[0]})"
        value = f"spark_avg_input({arguments[0]})"
        return (f"spark_avg_result({call('sum', value)}, {call('count', *arguments)}, {sample})")
    if name in ("first", "last"):
        also = f"{arguments[0]} IS NOT NULL" if node.ignore_nulls else None
        if over:
            nulls = " IGNORE NULLS" if node.ignore_nulls else ""
            return f"{name}_value({arguments[0]}{nulls}){over}"
        return call(name, *arguments, also=also)
    if name == "collect_list":
        collected = call("list", *arguments, also=f"{arguments[0]} IS NOT NULL")
        return f"coalesce({collected}, [])"
    if name == "collect_set":
        tests = f"{arguments[0]} IS NOT NULL" + ("" if condition is None else f" AND {condition}")
        collected = f"list(DISTINCT {arguments[0]}) FILTER (WHERE {tests}){over}"
        return f"coalesce({collected}, [])"
    if name in ("max_by", "min_by"):
        ordered = f"spark_ordered_input({arguments[1]})"
        return call(f"arg_{name[:3]}_null", arguments[0], ordered,
                    also=f"{arguments[1]} IS NOT NULL")
    if name in ("min", "max"):
        return call(name, f"spark_ordered_input({arguments[0]})")
    if name == "count_if":
        return call("count", also=f"coalesce({arguments[0]}, false)")
    if name in ("bool_and", "bool_or"):
        return call(name, *arguments)
    if name in _OF_DOUBLES:
        return call(name, *(f"spark_avg_input({argument})" for argument in arguments))
    if name in ("percentile", "median"):
        share = arguments[1] if name == "percentile" else "0.5"
        return call("quantile_cont", f"spark_avg_input({arguments[0]})", f"CAST({share} AS DOUBLE)")
    if name == "grouping":
        return f"CAST(GROUPING({arguments[0]}) AS TINYINT)"
    return call(name, *arguments)  # count


def window_function(node: nodes.WindowFunction, arguments: list[str], over: str) -> str:
    nulls = " IGNORE NULLS" if node.ignore_nulls else ""
    text = f"{node.name}({', '.join(arguments)}{nulls}){over}"
    return f"CAST({text} AS INTEGER)" if node.name in _AS_INT else text
