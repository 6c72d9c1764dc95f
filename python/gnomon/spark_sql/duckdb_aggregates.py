# SPDX-License-Identifier: Apache-2.0
"""Aggregate and window functions as DuckDB computes them, with Spark's types and its way with NULL."""

import math

from . import nodes

# Spark's int and tinyint where DuckDB counts with a bigint.
_AS_INT = frozenset(("row_number", "rank", "dense_rank", "ntile"))
# Of doubles on both sides, to within rounding.
_OF_DOUBLES = frozenset(("covar_samp", "covar_pop"))
# Our own, of doubles.
_MOMENTS = frozenset("skewness kurtosis stddev_samp stddev_pop var_samp var_pop".split())

# Of the sketch of approx_count_distinct: sql/hyperloglog.cc.
ADDRESS_BITS = range(4, 19)


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
    if name in ("sum", "try_sum"):
        # What is summed tells the type of the sum.
        sample = arguments[0] if over else f"first({arguments[0]})"
        return f"spark_{name}_result({call('sum', *arguments)}, {sample})"
    if name == "approx_count_distinct":
        counted = call(f"spark_approx_count_distinct_{address_bits(node)}", f"spark_xxhash64({arguments[0]})",
                       also=f"{arguments[0]} IS NOT NULL")
        return f"coalesce({counted}, 0)"
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
        ordered = f"spark_sort_key({arguments[1]})"
        return call(f"arg_{name[:3]}_null", arguments[0], ordered,
                    also=f"{arguments[1]} IS NOT NULL")
    if name in ("min", "max"):
        return call(name, *arguments)
    if name == "count_if":
        return call("count", also=f"spark_and({arguments[0]}, true)")
    if name in ("bool_and", "bool_or"):
        return call(name, *arguments)
    if name in _MOMENTS:
        return call(f"spark_{name}", _double(arguments[0]))
    if name in _OF_DOUBLES:
        return call(name, *map(_double, arguments))
    if name == "corr" or name.startswith("regr_"):
        return _regression(name, arguments, call)
    if name in ("percentile", "median"):
        share = f"CAST({arguments[1]} AS DOUBLE)" if name == "percentile" else "CAST(0.5 AS DOUBLE)"
        if name == "percentile" and isinstance(node.args[1], nodes.Call) and node.args[1].name == "array":
            share = f"CAST({arguments[1]} AS DOUBLE[])"
        return call("quantile_cont", _double(arguments[0]), share)
    if name == "approx_percentile":
        values = call("list", arguments[0], also=f"{arguments[0]} IS NOT NULL")
        return f"spark_approx_percentile({', '.join([values, *arguments[1:]])})"
    if name == "mode":
        # Of equally frequent values the greatest, so that results repeat.
        return call("mode", f"{arguments[0]} ORDER BY {arguments[0]} DESC")
    if name == "grouping":
        return f"spark_cast(GROUPING({arguments[0]}), 'tinyint')"
    if name == "grouping_id":
        return f"spark_cast(GROUPING({', '.join(arguments)}), 'bigint')"
    if name == "count" and len(arguments) > 1:
        present = " AND ".join(f"{argument} IS NOT NULL" for argument in arguments)
        if not node.distinct:
            return call("count", also=present)
        fields = ", ".join(f"'{i}', {argument}" for i, argument in enumerate(arguments))
        return call("count", f"spark_named_struct({fields})", also=present)
    return call(name, *arguments)  # count, bit_and and its kin


def address_bits(node: nodes.Aggregate) -> int | None:
    """How many bits of a hash HyperLogLog++ takes for the address, by Spark's formula; None where the
    wanted deviation is no constant."""
    if len(node.args) == 1:
        return math.ceil(2 * math.log(1.106 / 0.05) / math.log(2))
    wanted = node.args[1]
    if not isinstance(wanted, nodes.Literal) or not (wanted.type in ("int", "double") or
                                                     wanted.type.startswith("decimal")):
        return None
    deviation = float(wanted.value)
    return math.ceil(2 * math.log(1.106 / deviation) / math.log(2)) if deviation > 0 else None


def _double(argument: str) -> str:
    return f"spark_cast(spark_avg_input({argument}), 'double')"


def _regression(name: str, arguments: list[str], call) -> str:
    """Of y and x, by the rows where neither is NULL; without a spread of x there is no line."""
    y, x = map(_double, arguments)
    both = " AND ".join(f"{argument} IS NOT NULL" for argument in arguments)
    count, mean_y, mean_x = call("count", also=both), call("avg", y, also=both), call("avg", x, also=both)
    spread_x, spread_y = call("var_pop", x, also=both), call("var_pop", y, also=both)
    slope = f"({call('covar_pop', y, x)} / nullif({spread_x}, 0))"
    correlation = call("corr", y, x)
    return {
        "corr": f"(CASE WHEN {spread_x} > 0 AND {spread_y} > 0 THEN {correlation} END)",
        "regr_count": count,
        "regr_avgx": mean_x,
        "regr_avgy": mean_y,
        "regr_sxx": f"({count} * {spread_x})",
        "regr_syy": f"({count} * {spread_y})",
        "regr_sxy": f"({count} * {call('covar_pop', y, x)})",
        "regr_slope": slope,
        "regr_intercept": f"({mean_y} - {slope} * {mean_x})",
        "regr_r2": f"(CASE WHEN {spread_x} = 0 THEN NULL WHEN {spread_y} = 0 THEN 1.0::DOUBLE "
                   f"ELSE pow({correlation}, 2) END)",
    }[name]


def window_function(node: nodes.WindowFunction, arguments: list[str], over: str) -> str:
    nulls = " IGNORE NULLS" if node.ignore_nulls else ""
    text = f"{node.name}({', '.join(arguments)}{nulls}){over}"
    return f"spark_cast({text}, 'int')" if node.name in _AS_INT else text
