# SPDX-License-Identifier: Apache-2.0
"""Statements, and the texts of queries, as the bootcamp and other users of Chronon write them."""

import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from gnomon.spark_sql import (SqlError, locate_statements, split_statements, translate_expression, translate_query,
                              translate_statement)

STAGING_QUERY = """
    SELECT
        user_id,
        purchase_price,
        item_category,
        ts,
        DATE(FROM_UNIXTIME(ts / 1000)) as ds
    FROM purchases_raw
    WHERE DATE(FROM_UNIXTIME(ts / 1000)) BETWEEN '{{ start_date }}' AND '{{ end_date }}'
"""
SETUP = """CREATE OR REPLACE TEMPORARY VIEW purchases_raw
USING parquet
OPTIONS (path 's3a://chronon/warehouse/data/purchases/purchases.parquet')"""


def test_the_bootcamps_staging_query():
    day = "spark_cast(spark_from_unixtime(spark_divide(\"ts\", 1000)), 'date')"
    assert translate_query(STAGING_QUERY) == {
        "sql":
            'SELECT "user_id" AS "user_id", "purchase_price" AS "purchase_price", "item_category" AS "item_category", '
            f'"ts" AS "ts", {day} AS "ds" FROM "purchases_raw" AS "purchases_raw" '
            f"WHERE spark_and(spark_ge({day}, '{{{{ start_date }}}}'), spark_le({day}, "
            f"'{{{{ end_date }}}}'))",
        "source": STAGING_QUERY,
        "tables": ["purchases_raw"],
        "paths": []
    }


def test_the_bootcamps_setup():
    assert translate_statement(SETUP) == {
        "kind": "create_view_over_path",
        "name": "purchases_raw",
        "replace": True,
        "format": "parquet",
        "path": "s3a://chronon/warehouse/data/purchases/purchases.parquet",
        "options": {},
        "source": SETUP
    }


def test_the_bootcamps_count():
    text = "SELECT COUNT(*), MIN(ds), MAX(ds) FROM bootcamp.purchases_from_s3"
    assert translate_statement(text) == {
        "kind": "query",
        "source": text,
        "query": {
            "sql": 'SELECT count(*) AS "count(1)", min("ds") AS "min(ds)", max("ds") AS "max(ds)" '
                   'FROM "bootcamp.purchases_from_s3" AS "purchases_from_s3"',
            "source": text,
            "tables": ["bootcamp.purchases_from_s3"],
            "paths": []
        }
    }


@pytest.mark.parametrize("text, statement", [
    ("SHOW TABLES IN bootcamp", {
        "kind": "show_tables",
        "namespace": "bootcamp",
        "pattern": None
    }),
    ("show tables from `bootcamp` like '*x*'", {
        "kind": "show_tables",
        "namespace": "bootcamp",
        "pattern": "*x*"
    }), ("SHOW TABLES;", {
        "kind": "show_tables",
        "namespace": None,
        "pattern": None
    }), ("SHOW DATABASES", {
        "kind": "show_namespaces",
        "pattern": None
    }), ("SHOW SCHEMAS LIKE 'b*'", {
        "kind": "show_namespaces",
        "pattern": "b*"
    }),
    ("DESCRIBE EXTENDED bootcamp.purchases_from_s3", {
        "kind": "describe",
        "table": "bootcamp.purchases_from_s3",
        "extended": True
    }), ("DESC TABLE FORMATTED db.t", {
        "kind": "describe",
        "table": "db.t",
        "extended": True
    }), ("desc extended", {
        "kind": "describe",
        "table": "extended",
        "extended": False
    }), ("DESCRIBE table", {
        "kind": "describe",
        "table": "table",
        "extended": False
    }),
    ("CREATE DATABASE IF NOT EXISTS db", {
        "kind": "create_namespace",
        "name": "db",
        "if_not_exists": True
    }), ("CREATE SCHEMA db", {
        "kind": "create_namespace",
        "name": "db",
        "if_not_exists": False
    }), ("DROP TABLE IF EXISTS db.t", {
        "kind": "drop_table",
        "table": "db.t",
        "if_exists": True
    }),
    ("DROP TABLE spark_catalog.db.t PURGE", {
        "kind": "drop_table",
        "table": "db.t",
        "if_exists": False
    }),
    ("alter table spark_catalog.db.t drop if exists partition (ds='2023-12-01', hr=-3), PARTITION "
     "(DS = DATE '2023-12-02', hr=null) PURGE", {
         "kind": "drop_partitions",
         "table": "db.t",
         "if_exists": True,
         "partitions": [[{
             "column": "ds",
             "value": "2023-12-01"
         }, {
             "column": "hr",
             "value": "-3"
         }], [{
             "column": "DS",
             "value": "2023-12-02"
         }, {
             "column": "hr",
             "value": None
         }]]
     }),
    ("CREATE TEMP VIEW v USING CSV OPTIONS (PATH = \"s3a://b/k\", header 'true', 'sep' '|', "
     "a.b=1, infer TRUE)",
     {
         "kind": "create_view_over_path",
         "name": "v",
         "replace": False,
         "format": "csv",
         "path": "s3a://b/k",
         "options": {
             "header": "true",
             "sep": "|",
             "a.b": "1",
             "infer": "true"
         }
     }),
])
def test_statements(text, statement):
    assert translate_statement(text) == {**statement, "source": text}


def test_views_that_last():
    view = translate_statement("CREATE OR REPLACE VIEW a.v (x, y COMMENT 'c') COMMENT 'k' TBLPROPERTIES (p = 1) AS "
                               "SELECT b, c FROM a.t")
    query = view.pop("query")
    assert query["source"] == "SELECT b, c FROM a.t" and query["tables"] == ["a.t"]
    view.pop("source")
    assert view == {
        "kind": "create_stored_view", "name": "a.v", "replace": True, "if_not_exists": False, "columns": ["x", "y"],
        "properties": {"comment": "k", "p": "1"}
    }
    assert translate_statement("CREATE VIEW IF NOT EXISTS v AS SELECT 1")["if_not_exists"]
    dropped = translate_statement("DROP VIEW IF EXISTS a.v")
    assert (dropped["kind"], dropped["view"], dropped["if_exists"]) == ("drop_view", "a.v", True)
    shown = translate_statement("SHOW VIEWS IN a LIKE 'v*'")
    assert (shown["kind"], shown["namespace"], shown["pattern"]) == ("show_views", "a", "v*")


def test_create_view_and_table():
    view = translate_statement("CREATE OR REPLACE TEMPORARY VIEW v AS SELECT a FROM db.t;")
    assert view["kind"] == "create_view" and view["replace"] and view["name"] == "v"
    assert view["query"] == {
        "sql": 'SELECT "a" AS "a" FROM "db.t" AS "t"',
        "source": "SELECT a FROM db.t",
        "tables": ["db.t"],
        "paths": []
    }
    table = translate_statement(
        "CREATE TABLE IF NOT EXISTS db.n USING iceberg PARTITIONED BY (ds, `x`) TBLPROPERTIES "
        "('a.b'='c', d = 2) AS WITH q AS (SELECT * FROM t) SELECT * FROM q")
    assert table["query"]["tables"] == ["t"]
    assert {
        key: table[key] for key in ("kind", "table", "if_not_exists", "partitioned_by",
        "properties")
    } == {
        "kind": "create_table_as",
        "table": "db.n",
        "if_not_exists": True,
        "partitioned_by": ["ds", "x"],
        "properties": {
            "a.b": "c",
            "d": "2"
        }
    }


@pytest.mark.parametrize(
    "text, message",
    [("USE a.b", "namespaces have one level"), ("SET a=b", "the statement SET"),
     ("EXPLAIN CREATE DATABASE d", "EXPLAIN explains queries"),
     ("EXPLAIN COST SELECT 1", "EXPLAIN COST is not supported"),
     ("EXPLAIN", "EXPLAIN explains queries"), ("USE", "a namespace"),
     ("INSERT INTO t VALUES (1)", "INSERT"),
     ("ADD JAR x.jar", "functions of the JVM cannot run here"), ("", "empty"),
     ("-- nothing", "empty"), ("sELEC 1", "sELEC".upper()),
     ("CREATE TEMPORARY FUNCTION f AS 'x.Y'", "functions of the JVM cannot run here"),
     ("CREATE FUNCTION f AS 'x.Y'", "functions of the JVM cannot run here"),
     ("CREATE VIEW v AS SELECT * FROM t", "write namespace.t"),
     ("CREATE VIEW v USING csv OPTIONS (path 'x')", "reads no files by USING"),
     ("CREATE OR REPLACE VIEW IF NOT EXISTS v AS SELECT 1", "exclude each other"),
     ("CREATE VIEW v PARTITIONED ON (a) AS SELECT 1", "clause PARTITIONED"),
     ("CREATE GLOBAL TEMP VIEW v AS SELECT 1", "GLOBAL"),
     ("CREATE TABLE t (a INT)", "CREATE TABLE ... AS SELECT"),
     ("CREATE TABLE t", "without a query"),
     ("CREATE TABLE t USING parquet AS SELECT 1", "write USING iceberg"),
     ("CREATE OR REPLACE TABLE t AS SELECT 1", "drop the table"),
     ("CREATE TABLE t PARTITIONED BY (days(ts)) AS SELECT 1", "transform days"),
     ("CREATE TABLE t LOCATION 'x' AS SELECT 1", "LOCATION"),
     ("CREATE TEMP VIEW v USING orc OPTIONS (path 'x')", "file format orc"),
     ("CREATE TEMP VIEW v USING csv", "no path"),
     ("CREATE TEMP VIEW a.v AS SELECT 1", "no namespace"), ("SHOW PARTITIONS t", "SHOW PARTITIONS"),
     ("SHOW TABLES IN a.b", "one level"), ("DESCRIBE DATABASE d", "DESCRIBE DATABASE"),
     ("DROP FUNCTION f", "DROP FUNCTION"), ("DROP VIEW v u", "the end of the text"),
     ("DROP TABLE t u", "the end of the text"),
     ("SELECT 1; SELECT 2", "the end of the text"), ("SHOW TABLES LIKE x", "a pattern in quotes"),])
def test_other_statements_are_refused(text, message):
    with pytest.raises(SqlError) as caught:
        translate_statement(text)
    assert message in caught.value.message and " - " in caught.value.message


def test_aliases_in_order_by_stay_bounded():
    text = f"SELECT {'+'.join('a' * 200)} AS z FROM t ORDER BY {', '.join(['z + 1'] * 2_000)}"
    with pytest.raises(SqlError) as caught:
        translate_query(text)
    assert "computes too much" in caught.value.message


def test_use_and_explain():
    assert translate_statement("USE db") == {"kind": "use", "namespace": "db", "source": "USE db"}
    assert translate_statement("use DATABASE `my db`")["namespace"] == "my db"
    assert translate_statement("USE schema")["namespace"] == "schema"
    for text, extended in [("EXPLAIN SELECT 1 AS a", False), ("EXPLAIN EXTENDED SELECT 1 AS a", True),
                           ("explain formatted SELECT 1 AS a;", False)]:
        statement = translate_statement(text)
        assert statement["kind"] == "explain" and statement["extended"] is extended
        assert statement["query"] == translate_query("SELECT 1 AS a")


def test_split_statements():
    text = "SELECT ';' ; -- a; b\nSELECT `;` /* ; */;; SHOW TABLES\n;  -- the end;"
    assert split_statements(text) == ["SELECT ';'", "-- a; b\nSELECT `;` /* ; */", "SHOW TABLES"]
    assert split_statements(" ;; ") == []
    assert locate_statements("a;\n -- b;\n c") == [("a", 0, 0), ("-- b;\n c", 4, 11)]


@pytest.mark.parametrize(
    "macro",
    ["{{ start_date }}", "{{end_date}}", "{{   latest_date   }}", "{{ max_date(table=ns.tbl) }}"])
def test_macros_stay_in_the_text(macro):
    for written in (f"'{macro}'", f'"{macro}"', macro, f"concat('x{macro}', 'y')",
                    f"DATE '{macro}'"):
        sql = translate_query(f"SELECT a FROM t WHERE ds >= {written}")["sql"]
        assert sql.count(macro) == 1, sql


@pytest.mark.parametrize("text, message",
                         [("SELECT '{{ start_dat }}'", "did you mean start_date?"),
                          ("SELECT {{ ds }}", "the macro ds does not exist"),
                          ("SELECT '{{ max_date }}'", "lacks its table"),
                          ("SELECT '{{ max_date(tbl=x) }}'", "lacks its table"),
                          ("SELECT '{{ max_date(table=t.drop, x=3) }}'",
                           "knows only the argument table, not x"),
                          ("SELECT '{{ start_date' FROM t", "is not closed"),
                          ("SELECT '{{ start_date }}', '{{ end_date }' FROM t", "is not closed"),
                          ("SELECT {{ start_date FROM t", "is not closed"),
                          ("SELECT a FROM t_{{ start_date }}", "the end of the text"),
                          ("SELECT a FROM {{ start_date }}", "a macro stands in a table's name"),
                          ("SELECT a FROM `t_{{ end_date }}`", "a macro stands in a table's name"),
                          ("SELECT ts - {{ start_date }} FROM t", "arithmetic without quotes"),
                          ("SELECT '{{ a-b }}'", "is not written as"),])
def test_wrong_macros_are_refused(text, message):
    with pytest.raises(SqlError) as caught:
        translate_query(text)
    assert message in caught.value.message


@pytest.mark.parametrize("text, sql, tables", [
    ("SELECT * FROM db.t.history", '"db.t.history" AS "history"', ["db.t.history"]),
    ("SELECT * FROM db.t.SNAPSHOTS s", '"db.t.snapshots" AS "s"', ["db.t.snapshots"]),
    ("SELECT db.t.a FROM db.t", '"t"."a" AS "a" FROM "db.t" AS "t"', ["db.t"]),
    ("SELECT t.a FROM spark_catalog.db.t", '"t"."a" AS "a" FROM "db.t" AS "t"', ["db.t"]),
    ("WITH c AS (SELECT a FROM t) SELECT C.a FROM C", 'SELECT "C"."a" AS "a" FROM "c" AS "C"',
     ["t"]),
    ("WITH a AS (SELECT 1 x) SELECT * FROM (WITH b AS (SELECT x FROM a) SELECT * FROM b JOIN u ON "
     "true) q",
     "u", ["u"]), ("SELECT a FROM t ORDER BY a DESC", 'ORDER BY "a" DESC NULLS LAST', ["t"]),
    ("SELECT a \"x\" FROM t", None, None),
    ("SELECT 'a' FROM `my table`", '"my table" AS "my table"', ["my table"]),
])
def test_tables_of_queries(text, sql, tables):
    if sql is None:
        with pytest.raises(SqlError):
            translate_query(text)
        return
    found = translate_query(text)
    assert sql in found["sql"] and found["tables"] == tables


def test_tables_that_are_paths():
    found = translate_query(
        "SELECT x.a FROM parquet.`s3a://chronon/x.parquet` x JOIN csv.`/tmp/y.csv` USING (a)")
    assert found["paths"] == [{
        "name": "parquet.s3a://chronon/x.parquet",
        "format": "parquet",
        "path": "s3a://chronon/x.parquet"
    }, {
        "name": "csv./tmp/y.csv",
        "format": "csv",
        "path": "/tmp/y.csv"
    }]
    assert found["tables"] == []
    assert 'FROM "parquet.s3a://chronon/x.parquet" AS "x" JOIN "csv./tmp/y.csv" USING ("a")' in found[
        "sql"]


@pytest.mark.parametrize(
    "text, message",
    [("SELECT a FROM t LATERAL VIEW upper(b) x AS y", "LATERAL VIEW upper"),
     ("SELECT explode(a) AS x, explode(b) AS y FROM t", "one generator"),
     ("SELECT explode(a) + 1 FROM t", "inside of an expression"),
     ("SELECT a FROM t WHERE explode(b)", "makes several rows of one"),
     ("SELECT a FROM t LATERAL VIEW explode(b) x AS k, v, w", "gives 1 or 2 columns"),
     ("SELECT a FROM t TABLESAMPLE (101 PERCENT)", "no share of 0 to 100 PERCENT"),
     ("SELECT a FROM t TABLESAMPLE (x PERCENT)", "no share of 0 to 100 PERCENT"),
     ("SELECT a FROM t TABLESAMPLE (10 PERCENT) REPEATABLE (1)", "TABLESAMPLE with REPEATABLE"),
     ("SELECT a FROM t TABLESAMPLE (BUCKET 5 OUT OF 4)", "this BUCKET of a TABLESAMPLE"),
     ("SELECT a FROM t WHERE a IN (SELECT b, c FROM u)", "other columns than the 1"),
     ("SELECT a FROM t WHERE (a, b) IN (SELECT b FROM u)", "other columns than the 2"),
     ("SELECT a FROM t WHERE (a, b) IN ((1, 2, 3))", "IN compares rows of 2 values with others"),
     ("SELECT a FROM t WHERE (a, b) = (1, 2)", "a row of several values"),
     ("SELECT sum(a) FILTER (WHERE b) OVER () AS s FROM t", "FILTER stands before OVER"),
     ("SELECT a, * FROM t GROUP BY ALL", "GROUP BY ALL of *"),
     ("SELECT a, row_number() OVER (ORDER BY a) AS r FROM t GROUP BY ALL", "GROUP BY ALL of such a column"),
     ("SELECT a FROM t GROUP BY ROLLUP(a), CUBE(b)", "CUBE beside ROLLUP"),
     ("SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY a DESC) AS p FROM t", "in descending order"),
     ("SELECT explode(max(a)), explode(b) FROM t", "explode of several aggregates"),
     ("SELECT *, explode(max(a)) FROM t", "* beside explode of an aggregate"),
     ("SELECT session_window(a, '1 hour').start AS s FROM t", "session_window without a GROUP BY of it"),
     ("SELECT 1 FROM t GROUP BY session_window(a, b)", "session_window with a computed gap"),
     ("SELECT 1 FROM t GROUP BY session_window(a, '0 hours')", "is not positive"),
     ("SELECT 1 FROM t GROUP BY session_window(a, '1 hour'), window(a, '1 hour')", "several windows of time"),
     ("SELECT a FROM t WHERE session_window(a, '1 hour').start > b", "outside of a SELECT's columns"),
     ("SELECT make_interval(1) AS i FROM t", "an INTERVAL stands alone"),
     ("SELECT make_interval(1) > make_interval(2) AS i FROM t", "make_interval here"),
     ("SELECT payload:user.id FROM t", "column:path is no operator of Spark 3.5"),
     ("SELECT sum(DISTINCT a) OVER () AS s FROM t", "no meaning over a window"),
     ("SELECT sum(a) OVER w AS s FROM t", "the window w does not exist"),
     ("SELECT sum(a) OVER (ORDER BY a RANGE 1.5 PRECEDING) AS s FROM t", "a RANGE with a computed distance"),
     ("SELECT * FROM t PIVOT (first(a) FOR b IN (1))", "this aggregate of a PIVOT"),
     ("SELECT * FROM t PIVOT (count(a), max(c) FOR b IN (1))", "a PIVOT of a count beside min or max"),
     ("SELECT * FROM t PIVOT (sum(a) FOR (b, c) IN ((1, 2)))", "PIVOT over several columns"),
     ("SELECT * FROM t PIVOT (sum(a) FOR b IN (1.5))", "this value of a PIVOT"),
     ("SELECT * FROM t UNPIVOT ((a, b) FOR c IN ((d, e)))", "UNPIVOT into several value columns"),
     ("SELECT approx_count_distinct(a, 0.5) AS n FROM t", "the deviation of approx_count_distinct"),
     ("SELECT approx_count_distinct(a, b) AS n FROM t", "the deviation of approx_count_distinct"),
     ("SELECT json_tuple(a) FROM t", "json_tuple names no field"),
     ("SELECT a FROM t LATERAL VIEW json_tuple(b, 'x') y AS c, d", "gives 1 columns"),
     ("SELECT grouping_id() AS g FROM t", "grouping_id has no columns"),
     ("SELECT INTERVAL 1 DAY AS i FROM t", "an INTERVAL stands alone"),
     ("SELECT ntile(a) OVER (ORDER BY a) FROM t", "a computed number"),
     ("SELECT row_number() OVER (ORDER BY a) FROM t", "has no name"),
     ("SELECT a FROM sql_keywords()", "the table function sql_keywords"),
     ("SELECT id FROM range(1 + 1)", "range of what is no whole number"), ("SELECT id FROM range()",
                                                                           "range has 0 arguments"),
     ("SELECT id FROM range(1, 2, 0)", "the step of range is 0"), ("SELECT *, explode(array(1))", "reads no table"),
     ("SELECT a FROM t NATURAL JOIN u", "the clause NATURAL"),
     ("SELECT a FROM a.b.c.d", "is not a table"),
     ("SELECT count(DISTINCT) FROM t", "count has 0 arguments"),
     ("SELECT a FROM t LEFT JOIN u", "neither ON nor USING"),
     ("WITH t AS (SELECT * FROM t) SELECT * FROM t", "reads a table of its own name"),
     ("SELECT (a, b) FROM t", "a row of several values"),
     ("SELECT a FROM t SORT BY a CLUSTER BY a", "CLUSTER stands"),
     ("SELECT a FROM t LIMIT a", "a whole number for LIMIT"),
     ("FROM t SELECT a", "begin the query"), ("SELECT * EXCEPT (a) FROM t", "* EXCEPT"),
     ("SELECT a FROM t FOR VERSION AS OF 1", "time travel"), ("SELECT a FROM `x\"y`", "a quote"),
     ("SELECT a < 1.5 FROM t", "has no name"), ("VALUES (1), (1, 2)", "differ in length"),
     ("SELECT a FROM t ORDER BY 'x'", "a constant"),
     ("SELECT a FROM t WHERE max(a) = 1", "cannot stand in WHERE"),
     ("SELECT sum(max(a)) FROM t", "cannot stand in sum(...)"),
     ("SELECT a FROM t JOIN u ON count(*) = 1", "cannot stand in ON"),
     ("SELECT a FROM t GROUP BY sum(a)", "cannot stand in GROUP BY"),
     ("SELECT a FROM (t JOIN u)", "a join in parentheses"),
     ("WITH a AS (SELECT 1), A AS (SELECT 2) SELECT 1", "names A twice"),
     ("(" * 10_000 + "SELECT 1" + ")" * 10_000, "nested"), ("SELECT " * 5_000, "SELECT stands"),
     ("SELECT 1" + " UNION SELECT 1" * 5_000, "nested"), ("SELECT * FROM (" * 3_000, "nested"),
     ("SELECT '" + "x" * 1_100_000 + "'", "longer than"),])
def test_other_queries_are_refused(text, message):
    with pytest.raises(SqlError) as caught:
        translate_query(text)
    assert message in caught.value.message and " - " in caught.value.message


def test_header_statements_load_no_query_parser():
    program = (
        "import sys; from gnomon.spark_sql import translate_statement; translate_statement('SHOW "
        "TABLES IN b'); "
        "sys.exit(any(name in sys.modules for name in ('sqlglot', "
        "'gnomon.spark_sql.query_parser')))"
    )
    python = Path(__file__).resolve().parents[2] / "python"
    assert subprocess.run([sys.executable, "-c", program], cwd=python, check=False).returncode == 0


PIECES = ("SELECT FROM WHERE ( ) , a t.b `c` 'x' \"y\" 1 2.5 3L NULL AND OR NOT IN BETWEEN LIKE "
          "IS CASE WHEN THEN ELSE END "
          "CAST AS int JOIN LEFT ON USING GROUP BY ORDER HAVING LIMIT UNION ALL WITH VALUES * . = "
          "< - + || ; {{ }} "
          "{{ start_date }} sum( count( OVER DATE upper( CREATE TEMPORARY VIEW TABLE USING "
          "OPTIONS SHOW TABLES DROP "
          "DESCRIBE EXISTS /* */ -- \\ ' é").split(" ")


def test_any_text_gives_an_answer_or_a_sentence():
    random = Random(7)
    answered = 0
    for _ in range(20_000):
        text = " ".join(random.choices(PIECES, k=random.randint(1, 14)))
        for translate in (translate_expression, translate_query, translate_statement, split_statements):
            try:
                translate(text)
                answered += 1
            except SqlError as error:
                assert error.message and error.line >= 1 and error.column >= 1
    assert answered > 1000
