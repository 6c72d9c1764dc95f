# SPDX-License-Identifier: Apache-2.0
"""The relational half of the translation: recorded queries run in DuckDB must give Spark's names
and rows. The evaluator's functions are stood in for by DuckDB macros that are exact for what these
queries hold; queries with other functions are left to the engine's tests, and counted."""

import datetime
import json
import math
import re
import sys
from pathlib import Path

import duckdb
import pytest

ANSWERS = Path(__file__).resolve().parents[1] / "spark_answers"
sys.path.append(str(ANSWERS.parents[1] / "tools" / "spark_answers"))

import aggregate_queries  # noqa: E402
import relational_queries  # noqa: E402

# What the engine makes of DuckDB's plan is not in the text.
PLANS = frozenset((*relational_queries.queries(), *aggregate_queries.queries()))
EPOCH = datetime.date(1970, 1, 1)

MACROS = {
    "eq(a, b)": "a = b",
    "ne(a, b)": "a <> b",
    "lt(a, b)": "a < b",
    "le(a, b)": "a <= b",
    "gt(a, b)": "a > b",
    "ge(a, b)": "a >= b",
    "eq_null_safe(a, b)": "a IS NOT DISTINCT FROM b",
    "and(a, b)": "a AND b",
    "or(a, b)": "a OR b",
    "not(a)": "NOT a",
    "is_null(a)": "a IS NULL",
    "is_not_null(a)": "a IS NOT NULL",
    "if(a, b, c)": "CASE WHEN a THEN b ELSE c END",
    "in(a, b, c)": "a IN (b, c)",
    "divide(a, b)": "CAST(a AS DOUBLE) / b",
    "modulo(a, b)": "a % b",
    "sum_result(a, b)": "a",
    "avg_result(a, b, c)": "a / b",
    "avg_input(a)": "CAST(a AS DOUBLE)",
    # Spark's int wraps around; the queries compute with int only.
    **{
        f"{name}(a, b)":
            f"CAST(((CAST(a AS HUGEINT) {sign} b + 2147483648) % 4294967296 + 4294967296) % "
            f"4294967296 - 2147483648 AS BIGINT)" for name, sign in (("add", "+"), ("subtract",
            "-"), ("multiply", "*"))
    },
    "negative(a)": "spark_subtract(0, a)",
}
# What these need is the evaluator's: implicit casts, negation at the ends of the range.
EVALUATORS = ('spark_sum_result(sum("ns"', 'spark_eq("ns"', 'spark_eq("x"."ns"', 'spark_ge("dt"',
              "spark_multiply(\"i\", 2)", "spark_modulo(\"i\", 7)", 'spark_sum_result(sum("l")',
              'spark_add("total"', "spark_in(\"ns\"")
KNOWN = {signature.partition("(")[0] for signature in MACROS}
# Rows that DuckDB alone cannot bring to Spark's types or order: the engine's test has them.
ENGINES_OWN = ("OVER (", "in at ", "list(", "LATERAL", "first(", "arg_m", "stddev", "var_", "quantile_cont", "corr(",
               "covar", "GROUPING", "(\"ai\")", "X'00ff'", "struct", '"dc"', "decimal")


def queries():
    return [
        json.loads(line)
        for line in (ANSWERS / "queries.jsonl").read_text("utf-8").split("\n")
        if line
    ]


def left_to_the_engine(line):
    """test_spark_queries.py runs all of them."""
    if line["query"] in PLANS:
        return True
    if line["translation"] is None:
        return False
    sql = line["translation"]["sql"]
    return (any(name in sql for name in EVALUATORS + ENGINES_OWN) or
            not set(re.findall(r"spark_(\w+)\(", sql)) <= KNOWN)


@pytest.fixture(scope="module")
def connection():
    with duckdb.connect() as found:
        found.execute("SET TimeZone = 'UTC'")
        found.execute(
            f"CREATE VIEW inputs AS SELECT * FROM read_parquet('{ANSWERS / 'inputs.parquet'}')")
        for signature, body in MACROS.items():
            found.execute(f"CREATE MACRO spark_{signature} AS {body}")
        yield found


def comparable(value):
    """Values of DuckDB and those recorded in one form; an integer's width is the evaluator's
    business."""
    if isinstance(value, bool) or value is None:
        return (str(value), 0.0)
    if isinstance(value, datetime.datetime):
        return ("", (value.replace(tzinfo=None) - datetime.datetime(1970, 1, 1)) //
                datetime.timedelta(microseconds=1))
    if isinstance(value, datetime.date):
        return ("", float((value - EPOCH).days))
    try:
        number = float(value)
    except ValueError:
        return (value, 0.0)
    if math.isnan(number):
        return ("nan", 0.0)
    if number.is_integer() and not isinstance(
            value, float) and abs(number) > 2**53 and "e" not in str(value):
        number = int(value)
    return ("", number + 0.0 if isinstance(number, float) else number)


@pytest.mark.parametrize("line", [
    line for line in queries()
    if "error" not in line and "refused" not in line and not left_to_the_engine(line)
],
                         ids=lambda line: line["query"][:70])
def test_duckdb_answers_as_spark(connection, line):
    result = connection.execute(line["translation"]["sql"]).to_arrow_table()
    assert result.column_names == [column["name"] for column in line["columns"]]
    found = [[comparable(value.as_py()) for value in row] for row in zip(*result.columns)]
    wanted = [[comparable(value) for value in row] for row in line["rows"]]
    if not line["ordered"]:
        found, wanted = sorted(found, key=repr), sorted(wanted, key=repr)
    assert found == wanted


def test_most_queries_are_compared():
    lines = queries()
    compared = [
        line for line in lines
        if "error" not in line and "refused" not in line and not left_to_the_engine(line)
    ]
    assert len(compared) >= 70
    refused = {line["query"][:60] for line in lines if "refused" in line and line["query"] not in PLANS}
    assert len(refused) <= 7, refused
