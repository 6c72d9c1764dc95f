"""Views that last, in the shell and as staging queries with createView: Iceberg views that other engines list."""
# SPDX-License-Identifier: Apache-2.0
import json
import sqlite3
import urllib.parse

import pytest

from repository import Repository

VIEW = '''
from ai.chronon.api.ttypes import StagingQuery, MetaData

v1 = StagingQuery(
    query="""{query}""",
    createView=True,
    metaData=MetaData(name="{name}", outputNamespace="bootcamp"),
)
'''


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    repository = Repository.bootcamp(tmp_path_factory.mktemp("views") / "repo")
    repository.staging()
    repository.sql("CREATE DATABASE v")
    repository.sql("CREATE TABLE v.t AS SELECT 1 AS a, 'x' AS b UNION ALL SELECT 2, 'y'")
    return repository


def fails(repository, statement, status=2):
    return repository.run("spark-sql", "-e", statement, status=status).stderr


def metadata(repository, name):
    """The view's metadata file, by the catalog's row as JdbcCatalog has it."""
    namespace, view = name.split(".")
    with sqlite3.connect(repository.root / ".gnomon/catalog.db") as database:
        location, = database.execute("SELECT metadata_location FROM iceberg_tables WHERE catalog_name = 'gnomon' AND "
                                     "table_namespace = ? AND table_name = ? AND iceberg_type = 'VIEW'",
                                     (namespace, view)).fetchone()
    with open(urllib.parse.urlparse(location).path, encoding="utf-8") as file:
        return json.load(file)


def test_a_view_lasts(repository):
    repository.sql("CREATE VIEW v.one COMMENT 'the first' AS SELECT a, upper(b) AS b FROM v.t WHERE a = 1")
    assert repository.sql("SELECT * FROM v.one") == [["1", "X"]]
    assert repository.sql("SHOW VIEWS IN v LIKE 'on*'") == [["v", "one", "false"]]
    assert ["v", "one", "false"] not in repository.sql("SHOW TABLES IN v")
    described = [row[:2] for row in repository.sql("DESCRIBE EXTENDED v.one")]
    assert described[:2] == [["a", "int"], ["b", "string"]]
    assert ["Comment", "the first"] in described
    assert ["View Text", "SELECT a, upper(b) AS b FROM v.t WHERE a = 1"] in described


def test_its_metadata_is_the_view_spec(repository):
    repository.sql("CREATE OR REPLACE VIEW v.spec AS SELECT a FROM v.t")
    repository.sql("CREATE OR REPLACE VIEW v.spec AS SELECT b FROM v.t")
    view = metadata(repository, "v.spec")
    assert view["format-version"] == 1 and view["current-version-id"] == 2 and len(view["version-log"]) == 2
    version = next(v for v in view["versions"] if v["version-id"] == 2)
    assert {"type": "sql", "sql": "SELECT b FROM v.t", "dialect": "spark"} in version["representations"]
    assert version["default-namespace"] == ["default"] and version["summary"]["engine-name"] == "gnomon"
    schema = next(s for s in view["schemas"] if s["schema-id"] == version["schema-id"])
    assert [(f["name"], f["type"]) for f in schema["fields"]] == [("b", "string")]
    catalog = repository.catalog()
    assert ("v", "spec") not in catalog.list_tables("v") and ("v", "t") in catalog.list_tables("v")


def test_views_over_views_and_names(repository):
    repository.sql("CREATE OR REPLACE VIEW v.low AS SELECT a, b FROM v.t")
    repository.sql("CREATE OR REPLACE VIEW v.high (n, s COMMENT 'text') AS WITH x AS (SELECT * FROM v.low) "
                   "SELECT a + 1, b FROM x")
    assert repository.sql("SELECT h.n, l.a FROM v.high h JOIN v.low l ON h.n = l.a") == [["2", "2"]]
    # A session's view without namespace is another thing, and may read one that lasts.
    assert repository.sql("CREATE TEMPORARY VIEW high AS SELECT n FROM v.high WHERE n > 2; SELECT * FROM high; "
                          "DROP VIEW high; SELECT count(*) FROM v.high") == [["3"], ["2"]]


def test_a_view_keeps_its_columns(repository):
    repository.sql("CREATE TABLE v.wide AS SELECT 1 AS a")
    repository.sql("CREATE VIEW v.all AS SELECT * FROM v.wide")
    repository.sql("DROP TABLE v.wide")
    repository.sql("CREATE TABLE v.wide AS SELECT 0 AS z, 5 AS a")
    assert repository.sql("SELECT * FROM v.all") == [["5"]]


def test_what_is_refused(repository):
    repository.sql("CREATE OR REPLACE VIEW v.a AS SELECT a FROM v.t")
    repository.sql("CREATE OR REPLACE VIEW v.b AS SELECT a FROM v.a")
    assert "v.a would read itself: v.a reads v.b, v.a" in fails(repository,
                                                               "CREATE OR REPLACE VIEW v.a AS SELECT a FROM v.b")
    assert "view v.a exists - say CREATE OR REPLACE VIEW" in fails(repository, "CREATE VIEW v.a AS SELECT 1 AS a")
    assert repository.sql("CREATE VIEW IF NOT EXISTS v.a AS SELECT 1 AS a; SELECT count(*) FROM v.a") == [["2"]]
    assert "v.t is a table" in fails(repository, "CREATE OR REPLACE VIEW v.t AS SELECT 1 AS a")
    assert "v.t is a table, not a view" in fails(repository, "DROP VIEW v.t")
    assert "v.a is a view, not a table - say DROP VIEW" in fails(repository, "DROP TABLE v.a")
    assert "v.a is a view" in fails(repository, "CREATE TABLE v.a AS SELECT 1 AS a")
    assert "names its tables with their namespace" in fails(repository, "CREATE VIEW v.c AS SELECT * FROM t")
    assert "two columns 'a'" in fails(repository, "CREATE VIEW v.c AS SELECT a, a FROM v.t")
    assert "unknown column 'nope'" in fails(repository, "CREATE VIEW v.c AS SELECT nope FROM v.t")
    assert "view v.nope does not exist" in fails(repository, "DROP VIEW v.nope")
    assert repository.sql("DROP VIEW IF EXISTS v.nope; DROP VIEW v.b; SHOW VIEWS IN v LIKE 'b'") == []


def test_a_view_whose_table_is_gone(repository):
    repository.sql("CREATE TABLE v.short AS SELECT 1 AS a")
    repository.sql("CREATE VIEW v.orphan AS SELECT a FROM v.short")
    repository.sql("DROP TABLE v.short")
    message = fails(repository, "SELECT * FROM v.orphan")
    assert "view v.orphan cannot be read any more: table v.short does not exist" in message
    assert [row[:2] for row in repository.sql("DESCRIBE v.orphan")] == [["a", "int"]]


def test_a_view_of_another_engine(repository):
    """Spark stores its own dialect alone."""
    repository.sql("CREATE VIEW v.theirs AS SELECT a FROM v.t")
    view = metadata(repository, "v.theirs")
    view["versions"][0]["representations"] = [{"type": "sql", "sql": "SELECT a FROM v.t", "dialect": "spark"}]
    path = repository.root / ".gnomon/theirs.metadata.json"
    path.write_text(json.dumps(view))
    with sqlite3.connect(repository.root / ".gnomon/catalog.db") as database:
        database.execute("UPDATE iceberg_tables SET metadata_location = ? WHERE table_name = 'theirs'",
                         (f"file://{path}",))
    message = fails(repository, "SELECT * FROM v.theirs")
    remedy = "CREATE OR REPLACE VIEW v.theirs AS SELECT a FROM v.t"
    assert remedy in message
    assert repository.sql(f"{remedy}; SELECT count(*) FROM v.theirs") == [["2"]]


def add_view(repository, name, query):
    path = repository.root / f"staging_queries/bootcamp/{name}.py"
    path.write_text(VIEW.format(query=query, name=name))
    return f"--conf=staging_queries/bootcamp/{name}.py"


def test_a_staging_query_with_create_view(repository):
    conf = add_view(repository, "cheap", "SELECT user_id, purchase_price, ds FROM bootcamp.purchases_from_s3 "
                                         "WHERE purchase_price < 20")
    run = ("run.py", "--mode=staging-query-backfill", conf, "--end-date=2023-12-07")
    assert "it would make the view" in repository.run(*run, "--dry-run").stderr
    assert "cheap" not in [row[1] for row in repository.sql("SHOW VIEWS IN bootcamp")]
    done = repository.run(*run)
    assert "bootcamp.cheap" in done.stderr
    count = repository.sql("SELECT count(*) FROM bootcamp.purchases_from_s3 WHERE purchase_price < 20")
    assert repository.sql("SELECT count(*) FROM bootcamp.cheap") == count
    assert repository.sql("SHOW VIEWS IN bootcamp") == [["bootcamp", "cheap", "false"]]
    repository.run(*run)
    signal = repository.table("bootcamp.chronon_signal_partitions").to_pylist()
    assert [(row["ds"], row["table_name"]) for row in signal] == [("2023-12-07", "bootcamp.cheap")]
    assert signal[0]["created_at"].endswith("Z")
    assert [f.name for f in repository.catalog().load_table("bootcamp.chronon_signal_partitions").spec().fields] == [
        "ds", "table_name"]


def test_create_view_does_not_replace_a_table(repository):
    conf = add_view(repository, "purchases_from_s3_view", "SELECT 1 AS a, '2023-12-01' AS ds")
    text = (repository.root / conf.removeprefix("--conf=")).read_text()
    (repository.root / conf.removeprefix("--conf=")).write_text(text.replace('"purchases_from_s3_view"', '"taken"'))
    repository.sql("CREATE TABLE bootcamp.taken AS SELECT 1 AS a")
    done = repository.run("run.py", "--mode=staging-query-backfill", conf, status=2)
    assert "bootcamp.taken is a table" in done.stderr


GROUP_BY = '''
from ai.chronon.api.ttypes import EventSource, Source
from ai.chronon.group_by import Aggregation, GroupBy, Operation, TimeUnit, Window
from ai.chronon.query import Query, select

v1 = GroupBy(
    sources=[Source(events=EventSource(table="{table}", query=Query(
        selects=select("user_id", "purchase_price"), wheres=["purchase_price > 5"], time_column="ts"{more})))],
    keys=["user_id"],
    aggregations=[Aggregation(input_column="purchase_price", operation=Operation.SUM,
                              windows=[Window(length=3, timeUnit=TimeUnit.DAYS)])],
    output_namespace="bootcamp_features",
    backfill_start_date="2023-12-01",
)
'''
JOIN = '''
from ai.chronon.api.ttypes import EventSource, Source
from ai.chronon.join import Join, JoinPart
from ai.chronon.query import Query, select
from group_bys.bootcamp.{part} import v1 as part

v1 = Join(
    left=Source(events=EventSource(table="{left}", query=Query(
        selects=select("user_id"), start_partition="2023-12-01", time_column="ts"{more}))),
    right_parts=[JoinPart(group_by=part)],
    output_namespace="bootcamp_features",
)
'''
BY_DAY = ', partition_column="day"'  # Of a Query.
DAYS = ("--start-date=2023-12-03", "--end-date=2023-12-07")


def group_by(table, more=""):
    return GROUP_BY.format(table=table, more=more)


def rows_of(repository, folder, name, text):
    """Backfills a config and returns its rows."""
    path = repository.root / folder / "bootcamp" / f"{name}.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    for parent in (path.parent, path.parent.parent):
        (parent / "__init__.py").touch()
    path.write_text(text)
    repository.run("run.py", "--mode=backfill", f"--conf={path.relative_to(repository.root)}", *DAYS)
    rows = repository.sql(f"SELECT * FROM bootcamp_features.{name}")
    assert rows
    return sorted(rows)


@pytest.mark.parametrize("select", ["*", "user_id, purchase_price, ts, CAST(ds AS STRING) AS ds",
                                    "user_id, purchase_price, ts, TO_DATE(ds) AS ds"])
def test_a_view_is_a_source_like_its_table(repository, select):
    name = f"of_view_{len(select)}"
    repository.sql(f"CREATE OR REPLACE VIEW bootcamp.source AS SELECT {select} FROM bootcamp.purchases_from_s3")
    of_table = rows_of(repository, "group_bys", f"of_table_{len(select)}",
                       group_by(table="bootcamp.purchases_from_s3"))
    assert rows_of(repository, "group_bys", name, group_by(table="bootcamp.source")) == of_table
    assert not list((repository.root / ".gnomon/tmp").glob("*/*.parquet"))


def test_a_view_is_the_left_side_and_the_part_of_a_join(repository):
    repository.sql("CREATE OR REPLACE VIEW bootcamp.source AS SELECT * FROM bootcamp.purchases_from_s3")
    repository.sql("CREATE OR REPLACE VIEW bootcamp.by_day AS SELECT user_id, purchase_price, ts, ds AS day FROM "
                   "bootcamp.purchases_from_s3")
    joined = []
    for name, table, more in (("join_of_table", "bootcamp.purchases_from_s3", ""),
                              ("join_of_view", "bootcamp.source", ""),
                              ("join_of_view_by_day", "bootcamp.by_day", BY_DAY)):
        (repository.root / f"group_bys/bootcamp/part_{name}.py").write_text(group_by(table, more))
        rows = rows_of(repository, "joins", name, JOIN.format(left=table, part=f"part_{name}", more=more))
        joined.append(rows)
    assert joined[0] == joined[1] == joined[2]


def test_a_view_of_a_staging_query_is_read_by_a_staging_query_and_a_group_by(repository):
    repository.run("run.py", "--mode=staging-query-backfill",
                   add_view(repository, "dear", "SELECT * FROM bootcamp.purchases_from_s3 WHERE purchase_price > 5"),
                   "--end-date=2023-12-07")
    path = repository.root / "staging_queries/bootcamp/of_dear.py"
    path.write_text('''
from ai.chronon.api.ttypes import StagingQuery, MetaData

v1 = StagingQuery(query="SELECT user_id, count(*) AS n, ds FROM bootcamp.dear WHERE ds BETWEEN '{{ start_date }}' "
                        "AND '{{ end_date }}' GROUP BY user_id, ds",
                  startPartition="2023-12-01", metaData=MetaData(outputNamespace="bootcamp"))
''')
    repository.run("run.py", "--mode=staging-query-backfill", "--conf=staging_queries/bootcamp/of_dear.py", *DAYS)
    counted = repository.sql("SELECT sum(n), min(ds) FROM bootcamp.of_dear")
    assert counted == repository.sql("SELECT count(*), min(ds) FROM bootcamp.purchases_from_s3 "
                                     "WHERE purchase_price > 5 AND ds BETWEEN '2023-12-03' AND '2023-12-07'")
    rows_of(repository, "group_bys", "of_dear_view", group_by(table="bootcamp.dear"))


def test_only_the_days_that_are_read_are_computed(repository):
    """A row of an earlier day cannot be cast: Spark would not look at it either."""
    repository.sql("CREATE TABLE v.days AS SELECT 'u' AS user_id, 7.0D AS purchase_price, 1701561600000 AS ts, "
                   "'2023-12-03' AS ds UNION ALL SELECT 'u', 9.0D, 1701129600000, '2023-11-28'")
    repository.sql("CREATE OR REPLACE VIEW bootcamp.source AS SELECT user_id, IF(ds < '2023-11-30', "
                   "CAST(raise_error('too early') AS DOUBLE), purchase_price) AS purchase_price, ts, ds FROM v.days")
    assert "too early" in fails(repository, "SELECT sum(purchase_price) FROM bootcamp.source", status=None)
    rows = rows_of(repository, "group_bys", "of_days", group_by(table="bootcamp.source"))
    assert rows == [["u", "7.0", "2023-12-03"]]


def test_a_view_that_names_its_days_otherwise_has_these_days_only(repository):
    """Query(partition_column=...) says which column of a view holds its days, as of a table."""
    repository.sql("CREATE OR REPLACE VIEW bootcamp.source AS SELECT user_id, purchase_price, ts, ds AS day FROM "
                   "bootcamp.purchases_from_s3 WHERE ds <> '2023-12-05'")
    path = repository.root / "group_bys/bootcamp/of_day.py"
    path.write_text(group_by("bootcamp.source", BY_DAY))
    done = repository.run("run.py", "--mode=backfill", "--conf=group_bys/bootcamp/of_day.py", *DAYS)
    assert "not computed: 1 day (2023-12-05): bootcamp.source has no partitions for them" in done.stderr
    found = repository.sql("SELECT DISTINCT ds FROM bootcamp_features.of_day")
    assert sorted(found) == [["2023-12-03"], ["2023-12-04"], ["2023-12-06"], ["2023-12-07"]]


def test_a_row_of_an_empty_day_does_not_hide_the_others(repository):
    """Windows of all time read it, too: its partition is the empty text, which no other stands for."""
    repository.sql("CREATE OR REPLACE VIEW bootcamp.source AS SELECT user_id, purchase_price, ts, ds FROM "
                   "bootcamp.purchases_from_s3 UNION ALL SELECT 'nobody', 6.0D, 1701561600000L, '' AS ds")
    all_time = group_by("{table}").replace("length=3, timeUnit=TimeUnit.DAYS", "").replace(
        "windows=[Window()]", "windows=None")
    of_table = rows_of(repository, "group_bys", "all_of_table", all_time.format(table="bootcamp.purchases_from_s3"))
    of_view = rows_of(repository, "group_bys", "all_of_view", all_time.format(table="bootcamp.source"))
    assert [row for row in of_view if row[0] != "nobody"] == of_table


def test_a_view_that_fails_names_the_source(repository):
    repository.sql("CREATE TABLE v.gone AS SELECT 'u' AS user_id, 1.0D AS purchase_price, 0 AS ts, '2023-12-03' AS ds")
    repository.sql("CREATE OR REPLACE VIEW bootcamp.source AS SELECT * FROM v.gone; DROP TABLE v.gone")
    path = repository.root / "group_bys/bootcamp/of_gone.py"
    path.write_text(group_by(table="bootcamp.source"))
    done = repository.run("run.py", "--mode=backfill", "--conf=group_bys/bootcamp/of_gone.py", *DAYS, status=None)
    assert done.returncode in (2, 3)
    assert "v.gone" in done.stderr and "group_bys/bootcamp/of_gone.py" in done.stderr
