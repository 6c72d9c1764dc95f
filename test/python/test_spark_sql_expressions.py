# SPDX-License-Identifier: Apache-2.0
"""Row expressions: what the translator makes of them, and that the rest is refused by name, with a
place."""

import json
from pathlib import Path

import pytest
from gnomon.spark_sql import SqlError, translate_expression, translate_query
from gnomon.spark_sql.expression_parser import ExpressionParser
from gnomon.spark_sql.names import column_name

ANSWERS = Path(__file__).resolve().parents[1] / "spark_answers"


def column(name):
    return {"op": "column", "name": name}


def literal(type_, value):
    return {"op": "literal", "type": type_, "value": value}


def call(name, *args):
    return {"op": "call", "name": name, "args": list(args)}


def cast(type_, arg):
    return {"op": "cast", "type": type_, "arg": arg}


A, B, C = column("a"), column("b"), column("c")
ONE, TWO = literal("int", 1), literal("int", 2)


@pytest.mark.parametrize(
    "text, tree",
    [("1", ONE), ("-1", literal("int", -1)), ("2147483648", literal("bigint", "2147483648")),
     ("-9223372036854775808", literal("bigint", "-9223372036854775808")),
     ("1L", literal("bigint", "1")), ("2S", cast("smallint", TWO)), ("1Y", cast("tinyint", ONE)),
     ("1.5", literal("decimal(2,1)", "1.5")), ("0.05", literal("decimal(2,2)", "0.05")),
     ("1.5D", literal("double", 1.5)), ("1e3", literal("double", 1000.0)),
     ("1.5F", cast("float", literal("string", "1.5"))), ("1.5BD", literal("decimal(2,1)", "1.5")),
     ("9223372036854775808", literal("decimal(19,0)", "9223372036854775808")),
     ("true", literal("boolean", True)), ("NULL", literal("void", None)),
     ("DATE '2020-1-2'", literal("date", "2020-01-02")),
     ("TIMESTAMP '2020-01-01 10:00:00.5+01:00'", literal("timestamp", "2020-01-01 09:00:00.5")),
     (r"'it\'s\n\u0041'", literal("string", "it's\nA")), ('"double"', literal("string", "double")),
     ("'a''b'", literal("string", "ab")), (r"r'\n'", literal("string", r"\n")),
     (r"'100\%'", literal("string", r"100\%")),])
def test_literals_have_sparks_types(text, tree):
    assert translate_expression(text) == tree


@pytest.mark.parametrize("text, tree",
                         [("a = b = c", call("eq", call("eq", A, B), C)),
                          ("a = b < c", call("lt", call("eq", A, B), C)),
                          ("NOT a = b", call("not", call("eq", A, B))),
                          ("!a = b", call("not", call("eq", A, B))),
                          ("NOT a AND b OR c", call("or", call("and", call("not", A), B), C)),
                          ("a || b + c", call("add", call("concat", A, B), C)),
                          ("a + b || c", call("concat", call("add", A, B), C)),
                          ("-a * b", call("multiply", call("negative", A), B)),
                          ("a -1", call("subtract", A, ONE)),
                          ("a - -1", call("subtract", A, literal("int", -1))),
                          ("a = b IS NULL", call("is_null", call("eq", A, B))),
                          ("a * b % c", call("modulo", call("multiply", A, B), C)),])
def test_precedence_is_sparks(text, tree):
    assert translate_expression(text) == tree


@pytest.mark.parametrize(
    "text, tree",
    [("a BETWEEN 1 AND 2", call("and", call("ge", A, ONE), call("le", A, TWO))),
     ("a NOT IN (1, 2)", call("not", call("in", A, ONE, TWO))),
     ("a NOT LIKE 'x%'", call("not", call("like", A, literal("string", "x%")))),
     ("a LIKE 'x' ESCAPE '!'", call("like", A, literal("string", "x"), literal("string", "!"))),
     ("CASE WHEN a THEN 1 WHEN b THEN 2 END",
      call("case_when", A, ONE, B, TWO, literal("void", None))),
     ("CASE a WHEN 1 THEN b ELSE c END", call("if", call("eq", A, ONE), B, C)),
     ("a IS NOT TRUE", call("not", call("eq_null_safe", A, literal("boolean", True)))),
     ("a IS DISTINCT FROM b", call("not", call("eq_null_safe", A, B))),
     ("a <> b", call("ne", A, B)), ("a != b", call("ne", A, B)), ("a == b", call("eq", A, B)),
     ("isnan(a)", call("is_nan", A)), ("mod(a, b)", call("modulo", A, B)),
     ("isnotnull(a)", call("is_not_null", A)),
     ("IF(a, b, NULL)", call("if", A, B, literal("void", None))),
     ("date_sub(a, 1)", call("date_sub", A, ONE)), ("from_unixtime(a)", call("from_unixtime", A)),
     ("date_format(a, 'yyyy')", call("date_format", A, literal("string", "yyyy"))),
     ("LCASE(a)", call("lower", A)), ("ceiling(a)", call("ceil", A)),
     ("CAST(a AS LONG)", cast("bigint", A)), ("CAST(a AS decimal)", cast("decimal(10,0)", A)),
     ("date(a)", cast("date", A)), ("int(a)", cast("int", A)), ("`a b`", column("a b")),
     ("Date", column("Date")), ("a & b | 1", call("bit_or", call("bit_and", A, B), ONE)),
     ("a DIV b", call("div", A, B)), ("a RLIKE 'x'", call("rlike", A, literal("string", "x"))),
     ("~a", call("bit_not", A)), ("a[1]", call("get_item", A, ONE)),
     ("a.b", call("get_field", A, literal("string", "b"))),
     ("a ILIKE 'X'", call("like", call("lower", A), call("lower", literal("string", "X")))),
     ("trim(BOTH 'x' FROM a)", call("trim_characters", A, literal("string", "x"))),
     ("a + INTERVAL '2' MONTH", call("add_months_interval", A, literal("int", 2))),
     ("a - INTERVAL 1 DAY", call("add_days_interval", A, literal("bigint", "-86400000000"))),
     ("INTERVAL 1 HOUR + a", call("add_time_interval", A, literal("bigint", "3600000000"))),
     ("a - INTERVAL '1 02:00' DAY TO MINUTE", call("add_time_interval", A, literal("bigint", "-93600000000"))),
     ("a > INTERVAL '1-2' YEAR TO MONTH",
      call("gt", A, {"op": "cast", "type": "interval year to month", "arg": literal("int", 14)})),
     ("INTERVAL 2 DAYS * a",
      call("multiply", {"op": "cast", "type": "interval day", "arg": literal("bigint", "172800000000")}, A)),
     ("struct(a, 1, b AS c)",
      call("named_struct", literal("string", "a"), A, literal("string", "col2"), ONE,
           literal("string", "c"), B)),
     ("decode(a, 1, b)",
      call("if", call("eq_null_safe", A, ONE), B, cast("string", literal("void", None)))),
     ("extract(YEAR FROM a)", call("year", A)), ("X'0aF'", literal("binary", "00af")),
     ("CAST(a AS map<string, array<int>>)", cast("map<string,array<int>>", A)),])
def test_operators_and_functions(text, tree):
    assert translate_expression(text) == tree


def test_lambdas_bind_their_parameters():
    x = {"op": "variable", "name": "x"}
    body = call("add", call("get_field", x, literal("string", "f")), B)
    tree = call("transform", A, {"op": "lambda", "params": ["x"], "body": body})
    assert translate_expression("transform(a, x -> X.f + b)") == tree
    two = {"op": "lambda", "params": ["s", "x"], "body": call("add", {"op": "variable", "name": "s"}, x)}
    assert translate_expression("reduce(a, 1, (s, x) -> s + x)") == call("aggregate", A, ONE, two)


@pytest.mark.parametrize(
    "text, message, place",
    [("histogram_numeric(a, 5)", "the function histogram_numeric is not proven equal to Spark's",
      (1, 1)), ("1 +\n  uper(a)", "did you mean upper?", (2, 3)),
     ("a::int", ":: is no operator of Spark 3.5", (1, 2)), ("INTERVAL 1 DAY", "Interval", (1, 1)),
     ("a + INTERVAL '1-13' YEAR TO MONTH", "no interval of YEAR TO MONTH", (1, 5)),
     ("a + INTERVAL '1' DAY TO YEAR", "an INTERVAL of DAY TO YEAR", (1, 5)),
     ("(a, b) = (c, d)", "a row of several values", (1, 1)),
     ("a + INTERVAL 1 MONTH 1 DAY", "an INTERVAL of months and days together", (1, 5)),
     ("a + INTERVAL (b) DAY", "a computed INTERVAL", (1, 5)),
     ("a -> b", "a lambda, ->, stands where a value should", (1, 3)),
     ("TRY_CAST(a AS interval)", "the type interval", (1, 15)), ("explode(a)", "makes several rows of one", (1, 1)),
     ("CAST(a AS array<int,int>)", "array<...> has 2 types", (1, 25)),
     ("sum(a)", "the function sum looks at many rows", (1, 1)),
     ("(SELECT 1)", "a query stands inside", (1, 1)),
     ("a b", "b stands where the end of the text should", (1, 3)),
     ("a +", "the SQL text ends where an expression should stand", (1, 4)),
     ("'open", "has no closing '", (1, 1)), ("add(a, b)", "the function add", (1, 1)),
     ("sum_result(a)", "the function sum_result", (1, 1)),
     ("upper(DISTINCT a)", "DISTINCT stands in upper", (1, 7)),
     ("'{{ start_date }}'", "macros work in the query", (1, 1)),
     ("from", "from stands where an expression should", (1, 1)),
     ("a ? b", "? stands where the end of the text should", (1, 3)),
     ("a \x01", "has no meaning in Spark SQL", (1, 3)),
     ("9e999", "outside of the range of double", (1, 1)),
     ("DATE '2023-02-30'", "is not a date", (1, 1)), ("", "ends", (1, 1)),
     ("200Y", "is not a tinyint", (1, 1)), ("a IN ()", "IN has an empty list", (1, 3)),
     ("/* open", "the comment that begins here has no end", (1, 1)), ("TIMESTAMP_NTZ '2023'",
                                                                      "TIMESTAMP_NTZ '2023' is not a time", (1, 1)),
     ("CASE a END", "WHEN", (1, 8)), ("reflect(a)", "the function reflect", (1, 1)),
     ("nvl(a)", "the function nvl has 1 arguments", (1, 1)),])
def test_the_rest_is_refused_by_name(text, message, place):
    with pytest.raises(SqlError) as caught:
        translate_expression(text)
    assert message in caught.value.message
    assert " - " in caught.value.message
    assert (caught.value.line, caught.value.column) == place


@pytest.mark.parametrize("text", [
    "(" * 10_000 + "a" + ")" * 10_000, "-" * 100_000 + "a", "NOT " * 100_000 + "a",
    "a" + " + a" * 100_000, "f(" * 5_000, "CASE " * 5_000, "'" + "x" * 1_000_001 + "'",
    "a" + "=a" * 50_000, "CASE" + " WHEN a THEN b" * 5_000 + " END", "/*" * 100_000, "`" * 99_999,
])
def test_size_and_depth_are_bounded(text):
    with pytest.raises(SqlError):
        translate_expression(text)


@pytest.mark.parametrize("begin, end", [("(", " BETWEEN a AND b)"), ("CASE (", ") WHEN 1 THEN 2 "
                                                                               "WHEN 3 THEN 4 END")])
def test_what_is_written_once_and_compared_often_stays_bounded(begin, end):
    with pytest.raises(SqlError) as caught:
        translate_expression(begin * 25 + "a" + end * 25)
    assert "parts" in caught.value.message


def test_long_chains_of_and_stay_shallow():
    tree = translate_expression(" AND ".join(f"a{i} = {i}" for i in range(10_000)))

    def depth(node):
        return 1 + max((depth(arg) for arg in node.get("args", ())), default=0)

    assert depth(tree) < 20


def recorded():
    return [
        json.loads(line)
        for name in ("expressions", "functions", "generated", "library", "written")
        for line in (ANSWERS / f"{name}.jsonl").read_text("utf-8").split("\n")
        if line
    ]


def test_recorded_trees_are_todays():
    """Else: tools/spark_answers/record.py --retranslate."""
    lines = recorded()
    assert len(lines) > 1500
    for line in lines:
        try:
            tree = translate_expression(line["expression"])
        except SqlError:
            tree = None
        assert tree == line["tree"], line["expression"]


# Names that Spark gives after looking at types; the text alone does not tell.
NAMES_BY_TYPE = {"b = 1", "b <> 1", "b <=> 1", "b != 1", "b == 1", "dt + 1", "dt - 1", "dt + i",
                 "t + dt", "sm + dt", "dt + t", "dt + sm", "dt - i",
                 "dt - t", "dt - sm", "i + dt", "date '2023-01-31' + 1", "lpad(bn, 4)",
                 "rpad(bn, 2)", "1 + dt", "dt + n"}


def test_names_of_columns_are_sparks():
    compared = 0
    for line in recorded():
        if "error" in line or line["tree"] is None or line["expression"] in NAMES_BY_TYPE:
            continue
        name = column_name(ExpressionParser(line["expression"]).expression())
        if name is not None:
            assert name == line["name"], line["expression"]
            compared += 1
    assert compared > 1000


def test_names_of_aggregates_are_sparks():
    """As Spark 3.5 named them."""
    for text, name in {"max_by(k,s)": "max_by(k, s)",
                       "MIN_BY(k, s) FILTER (WHERE k > 1)": "min_by(k, s) FILTER (WHERE (k > 1))",
                       "max_by(k+1, upper(s))": "max_by((k + 1), upper(s))"}.items():
        assert f'AS "{name}"' in translate_query(f"SELECT {text} FROM t")["sql"]
