"""What spark-sql prints: its formats, read back by other readers, EXPLAIN, and scripts of several statements."""
# SPDX-License-Identifier: Apache-2.0
import csv
import decimal
import io
import json
import re

import pytest

from repository import Repository

# One row of values that formats tend to break.
ODD = r"""
SELECT 'a,b "c"' AS quoted, 'x
y' AS broken, '' AS nothing, CAST(NULL AS STRING) AS missing, CAST('NaN' AS DOUBLE) AS nan,
  CAST('-Infinity' AS DOUBLE) AS low, 1.5D AS plain, '日本é|*_`<b>' AS wide,
  12345678901234567890.123456789 AS big, DATE '2023-12-01' AS day, true AS yes
"""


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    repository = Repository.bootcamp(tmp_path_factory.mktemp("sql") / "repo")
    repository.staging()
    return repository


def printed(repository, text, *flags):
    return repository.run("spark-sql", "-e", text, *flags).stdout


def test_csv_is_read_back(repository):
    rows = list(csv.DictReader(io.StringIO(printed(repository, ODD, "--format=csv"))))
    assert rows == [{
        "quoted": 'a,b "c"', "broken": "x\ny", "nothing": "", "missing": "", "nan": "NaN", "low": "-Infinity",
        "plain": "1.5", "wide": "日本é|*_`<b>", "big": "12345678901234567890.123456789",
        "day": "2023-12-01", "yes": "true"}]
    # The empty text is quoted, NULL is not.
    assert printed(repository, "SELECT '' AS a, CAST(NULL AS STRING) AS b", "--format=csv") == 'a,b\n"",\n'


def test_json_is_read_back(repository):
    rows = json.loads(printed(repository, ODD, "--json"), parse_float=decimal.Decimal)
    assert rows == [{
        "quoted": 'a,b "c"', "broken": "x\ny", "nothing": "", "missing": None, "nan": "NaN", "low": "-Infinity",
        "plain": decimal.Decimal("1.5"), "wide": "日本é|*_`<b>",
        "big": decimal.Decimal("12345678901234567890.123456789"), "day": "2023-12-01", "yes": True}]
    assert printed(repository, "SELECT 1 AS a WHERE false", "--format=json") == "[]\n"


def test_json_of_many_rows_is_one_array(repository):
    rows = json.loads(printed(repository, "SELECT * FROM bootcamp.purchases_from_s3", "--json"))
    assert len(rows) == 155 and set(rows[0]) >= {"user_id", "purchase_price", "ds"}


def test_nested_values(repository):
    text = "SELECT summary FROM bootcamp.purchases_from_s3.snapshots"
    summary = json.loads(printed(repository, text, "--json"))[0]["summary"]
    assert summary["added-records"] == "155"
    row = next(csv.DictReader(io.StringIO(printed(repository, text, "--format=csv"))))
    assert json.loads(row["summary"]) == summary


def test_markdown_escapes_its_own_marks(repository):
    header, rule, row = printed(
        repository, "SELECT 'a|b*c' AS user_id, 1 AS n, 'x\ny' AS t", "--format=markdown").splitlines()
    assert (header, rule) == ("| user_id | n | t |", "| --- | ---: | --- |")
    assert row == "| a\\|b\\*c | 1 | x<br>y |"


def test_tabs_are_as_in_spark_sql(repository):
    assert printed(repository, "SELECT 'a\tb' AS x, NULL AS y, 1.5 AS z") == "a\tb\tNULL\t1.5\n"


def test_vertical_and_aligned(repository):
    assert printed(repository, "SELECT 1 AS first, 'x' AS n", "--format=vertical") == (
        "-[ row 1 ]-\nfirst | 1\nn     | x\n")
    assert printed(repository, "SELECT 1 AS first, 'x' AS n", "--format=aligned") == (
        "first  n\n-----  -\n    1  x\n")


def test_flags_that_contradict_or_are_mistyped(repository):
    done = repository.run("spark-sql", "-e", "SELECT 1", "--json", "--format=csv", status=2)
    assert "exclude each other" in done.stderr
    done = repository.run("spark-sql", "-e", "SELECT 1", "--format=cvs", status=2)
    assert done.stderr.startswith("error: ") and "csv" in done.stderr


def test_two_columns_of_one_name_are_refused_in_json(repository):
    done = repository.run("spark-sql", "-e", "SELECT 1 AS a, 2 AS a", "--json", status=2)
    assert done.stdout == "" and "two columns of the answer are called 'a'" in done.stderr


def test_a_script_stops_at_the_first_error_and_says_where(repository):
    script = repository.root / "script.sql"
    script.write_text("SELECT 1 AS a;\n\n-- the second\nSELECT * FROM bootcamp.nothing;\nSELECT 3 AS a;\n")
    done = repository.run("spark-sql", "-f", "script.sql", status=2)
    assert done.stdout == "1\n" and "error: script.sql:4: " in done.stderr
    done = repository.run("spark-sql", "-f", "script.sql", "--continue-on-error", status=2)
    assert done.stdout == "1\n3\n" and "1 of 3 statements failed" in done.stderr
    done = repository.run("spark-sql", "-e", "SELECT 1 AS a; SELECT * FROM bootcamp.nothing", status=2)
    assert "error: statement 2: " in done.stderr


def test_a_statement_that_cannot_be_translated(repository):
    script = repository.root / "refused.sql"
    script.write_text("SELECT 1 AS a;\nSELECT 2 AS a,\n  FROM x;\nSELECT 3 AS a;\n")
    done = repository.run("spark-sql", "-f", "refused.sql", status=2)
    assert done.stdout == "" and re.search(r"refused\.sql:3:3", done.stderr)
    done = repository.run("spark-sql", "-f", "refused.sql", "--continue-on-error", status=2)
    assert done.stdout == "1\n3\n" and "refused.sql:3:3" in done.stderr


def test_a_file_from_standard_input(repository):
    done = repository.run("sh", "-c", "echo 'SELECT 1 AS a; SELECT 2 AS a' | spark-sql -f -")
    assert done.stdout == "1\n2\n"


def test_views_and_use_last_for_the_script(repository):
    out = printed(repository, "USE bootcamp; CREATE TEMPORARY VIEW v AS SELECT COUNT(*) AS n FROM purchases_from_s3; "
                              "SELECT n FROM v; SHOW TABLES LIKE 'purchases*'")
    assert out == "155\nbootcamp\tpurchases_from_s3\tfalse\n"
    done = repository.run("spark-sql", "-e", "USE bootcmp", status=2)
    assert "bootcmp" in done.stderr


def test_explain_says_what_a_scan_reads_and_skips(repository):
    plan = printed(repository, "EXPLAIN SELECT user_id, SUM(purchase_price) AS s FROM bootcamp.purchases_from_s3 "
                               "WHERE ds = '2023-12-02' GROUP BY user_id")
    assert plan.startswith("== Physical Plan ==\n")
    assert "Iceberg scan of bootcamp.purchases_from_s3" in plan
    assert "Pruned by: ds = 2023-12-02" in plan
    assert re.search(r"Files: 1 read, 6 skipped", plan) and re.search(r"Manifests: \d+ read, \d+ skipped", plan)
    assert re.search(r"Size of files: [\d.]+ \w+", plan)
    assert "#" not in plan and "__internal" not in plan


def test_explain_extended_shows_the_translation(repository):
    plan = printed(repository, "EXPLAIN EXTENDED SELECT user_id FROM bootcamp.purchases_from_s3")
    assert plan.startswith("== Translated Query ==\nSELECT") and "== Physical Plan ==" in plan


def test_explain_of_a_wrong_query_is_its_error(repository):
    done = repository.run("spark-sql", "-e", "EXPLAIN SELECT user_i FROM bootcamp.purchases_from_s3", status=2)
    assert "user_i" in done.stderr and "did you mean" in done.stderr
