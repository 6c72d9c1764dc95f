"""Spark, pyiceberg and DuckDB write, and we read what they wrote and work on with it.

Spark itself tells what a table holds; we must print the same.
"""
# SPDX-License-Identifier: Apache-2.0
import datetime
import sqlite3
import threading
import time

import pyarrow
import pyarrow.parquet
import pytest

import bootcamp_tables
from pausing import pause
from peers import Spark, as_lines, assert_same_types, assert_spark_and_we_agree, duckdb_with_iceberg
from repository import Repository
from test_faults import BACKFILL_COMMAND, STAGING_COMMAND

ALL_TYPES = ("b boolean, i int, l bigint, f float, d double, s string, x binary, day date, ts timestamp, "
             "ntz timestamp_ntz, dec decimal(10,2), huge decimal(38,10), a array<int>, m map<string,double>, "
             "st struct<x:int,y:array<string>>")
VALUES = ("(true, -1, 9223372036854775807L, float('NaN'), -0.0D, 'Grüße 😀', X'00ff61', DATE'1969-12-31', "
          "TIMESTAMP'1969-12-31 23:59:59.999999', TIMESTAMP_NTZ'2023-12-01 00:00:00.5', -12.34BD, 0.0000000001BD, "
          "array(1, NULL), map('k', 1.5D, 'l', NULL), named_struct('x', 1, 'y', array('q', NULL)))")


class Writers:
    """One Spark for the suite, and the repositories that it opens."""

    def __init__(self, folder):
        self.spark = Spark(folder)

    def open(self, repository):
        return Shared(self.spark, repository)


class Shared:
    """A repository that we and Spark work in."""

    def __init__(self, spark, repository):
        self.repository = repository
        repository.sql("SHOW NAMESPACES")  # The first command makes the catalog.
        self._spark = spark
        self.session = spark.open(repository.root)

    def spark(self, *statements):
        """The rows of the last of some statements in Spark."""
        return [tuple(row) for row in [self.session.sql(text).collect() for text in statements][-1]]

    def agree(self, table, *queries):
        """What Spark and we read is the same, by value and by type."""
        assert_same_types(self.session, self.repository, table)
        assert_spark_and_we_agree(self._spark, self.session, self.repository, f"SELECT * FROM {table}", *queries)

    def texts(self, frame):
        return self._spark.texts(frame)

    def refused(self, statement):
        """What our shell says when it does not run a statement."""
        errors = self.repository.run("spark-sql", "-e", statement, status=2).stderr
        assert errors.startswith("error: ") and "Traceback" not in errors, errors
        return errors


@pytest.fixture(scope="module")
def writers(tmp_path_factory):
    writers = Writers(tmp_path_factory.mktemp("spark"))
    yield writers
    writers.spark.stop()


@pytest.fixture(scope="module", autouse=True)
def locked_out(tmp_path_factory):
    """A command on a catalog that somebody else keeps reading: it waits for half a minute, so it starts here and is
    looked at by the last test."""
    repository = Repository.empty(tmp_path_factory.mktemp("locked") / "repo")
    repository.sql("SHOW NAMESPACES")
    reader = sqlite3.connect(repository.root / ".gnomon/catalog.db")
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM iceberg_tables").fetchall()
    process = repository.start("spark-sql", "-e", "CREATE NAMESPACE db")
    yield process, repository
    process.communicate()
    reader.close()


@pytest.fixture(scope="module")
def shared(writers, tmp_path_factory):
    """A repository without configs: each test has tables of its own."""
    shared = writers.open(Repository.empty(tmp_path_factory.mktemp("shared") / "repo"))
    shared.spark("CREATE NAMESPACE db")
    return shared


def test_spark_creates_and_appends_every_type(shared):
    shared.spark(f"CREATE TABLE db.types ({ALL_TYPES}, ds date) USING iceberg PARTITIONED BY (ds)",
                 f"INSERT INTO db.types SELECT *, DATE'2023-12-01' FROM VALUES {VALUES}",
                 f"INSERT INTO db.types SELECT {', '.join(['NULL'] * 15)}, DATE'2023-12-02'")
    shared.agree("db.types", *(f"SELECT * FROM db.types.{name}" for name in ("history", "snapshots", "partitions")))


def test_spark_overwrites_partitions(shared):
    shared.spark("CREATE TABLE db.days (id int, ds date) USING iceberg PARTITIONED BY (ds)",
                 "INSERT INTO db.days VALUES (1, DATE'2023-12-01'), (2, DATE'2023-12-02')",
                 "SET spark.sql.sources.partitionOverwriteMode = dynamic",
                 "INSERT OVERWRITE db.days VALUES (3, DATE'2023-12-02'), (4, DATE'2023-12-03')")
    assert shared.repository.sql("SELECT * FROM db.days ORDER BY id") == [
        ["1", "2023-12-01"], ["3", "2023-12-02"], ["4", "2023-12-03"]]
    shared.agree("db.days", "SELECT * FROM db.days.partitions")


def test_spark_evolves_a_schema(shared):
    shared.spark("CREATE TABLE db.evolved (a int, b float, c decimal(5,2), gone string, st struct<x:int>) "
                 "USING iceberg",
                 "INSERT INTO db.evolved VALUES (1, 0.1, 1.25, 'g', named_struct('x', 1))",
                 "ALTER TABLE db.evolved ADD COLUMN added string",
                 "ALTER TABLE db.evolved ADD COLUMN st.y double",
                 "ALTER TABLE db.evolved RENAME COLUMN a TO id",
                 "ALTER TABLE db.evolved ALTER COLUMN id TYPE bigint",
                 "ALTER TABLE db.evolved ALTER COLUMN b TYPE double",
                 "ALTER TABLE db.evolved ALTER COLUMN c TYPE decimal(9,2)",
                 "ALTER TABLE db.evolved DROP COLUMN gone",
                 "ALTER TABLE db.evolved ALTER COLUMN added FIRST",
                 # The name comes back as another column: its old values must not.
                 "ALTER TABLE db.evolved ADD COLUMN gone string",
                 "INSERT INTO db.evolved VALUES ('new', 3000000000, 0.1, 1234567.89, "
                 "named_struct('x', 2, 'y', 2.5), 'back')")
    shared.agree("db.evolved", "SELECT id FROM db.evolved WHERE id = 1", "SELECT id FROM db.evolved WHERE c > 1.00",
                 "SELECT gone FROM db.evolved WHERE gone IS NULL")


def test_spark_partitions_by_transforms_and_changes_them(shared):
    shared.spark("CREATE TABLE db.hidden (id bigint, name string, ts timestamp) USING iceberg "
                 "PARTITIONED BY (days(ts), bucket(4, id))",
                 "INSERT INTO db.hidden VALUES (1, 'one', TIMESTAMP'1969-12-31 23:00:00'), "
                 "(2, 'two', TIMESTAMP'2023-12-01 12:00:00')",
                 "ALTER TABLE db.hidden REPLACE PARTITION FIELD days(ts) WITH months(ts)",
                 "ALTER TABLE db.hidden ADD PARTITION FIELD truncate(2, name)",
                 "INSERT INTO db.hidden VALUES (3, 'three', TIMESTAMP'2023-12-31 23:59:59'), (NULL, NULL, NULL)")
    shared.agree("db.hidden", "SELECT id FROM db.hidden WHERE ts < TIMESTAMP'1970-01-01 00:00:00'",
                 "SELECT id FROM db.hidden WHERE name = 'three'", "SELECT id FROM db.hidden WHERE id = 2",
                 "SELECT id FROM db.hidden WHERE ts IS NULL", "SELECT * FROM db.hidden.partitions")


@pytest.mark.parametrize("codec", ["zstd", "snappy", "gzip", "uncompressed"])
def test_spark_compresses(shared, codec):
    shared.spark(f"CREATE TABLE db.{codec} USING iceberg TBLPROPERTIES ('write.parquet.compression-codec'='{codec}', "
                 "'write.metadata.compression-codec'='gzip') AS SELECT id, CAST(id AS string) AS s FROM range(1000)")
    shared.agree(f"db.{codec}")


@pytest.mark.parametrize("file_format", ["orc", "avro"])
def test_data_files_that_are_not_parquet_are_refused(shared, file_format):
    shared.spark(f"CREATE TABLE db.as_{file_format} USING iceberg "
                 f"TBLPROPERTIES ('write.format.default'='{file_format}') AS SELECT 1 AS id")
    assert f"has format {file_format.upper()} - rewrite the table as parquet" in shared.refused(
        f"SELECT * FROM db.as_{file_format}")


def test_a_table_of_format_version_1_is_read_and_after_its_upgrade_written(shared):
    shared.spark("CREATE TABLE db.old (id int, ds date) USING iceberg PARTITIONED BY (ds) "
                 "TBLPROPERTIES ('format-version'='1')",
                 "INSERT INTO db.old VALUES (1, DATE'2023-12-01')")
    shared.agree("db.old")
    shared.spark("ALTER TABLE db.old SET TBLPROPERTIES ('format-version'='2')",
                 "INSERT INTO db.old VALUES (2, DATE'2023-12-02')")
    shared.agree("db.old")


def test_a_table_of_format_version_3_is_refused(shared):
    shared.spark("CREATE TABLE db.new USING iceberg TBLPROPERTIES ('format-version'='3') AS SELECT 1 AS id")
    assert "version 3" in shared.refused("SELECT * FROM db.new")


def test_copy_on_write_changes_are_read(shared):
    shared.spark("CREATE TABLE db.cow USING iceberg AS SELECT id, id * 2 AS v FROM range(10)",
                 "DELETE FROM db.cow WHERE id IN (2, 3)",
                 "UPDATE db.cow SET v = -1 WHERE id = 4",
                 "MERGE INTO db.cow t USING (SELECT 5 AS id, 50 AS v UNION ALL SELECT 99, 99) s ON t.id = s.id "
                 "WHEN MATCHED THEN UPDATE SET v = s.v WHEN NOT MATCHED THEN INSERT *")
    assert len(shared.repository.sql("SELECT * FROM db.cow")) == 9
    shared.agree("db.cow", "SELECT * FROM db.cow.snapshots")


def test_merge_on_read_deletes_are_refused_until_the_named_remedy_ran(shared):
    shared.spark("CREATE TABLE db.mor USING iceberg TBLPROPERTIES ('write.delete.mode'='merge-on-read') "
                 "AS SELECT id, id % 2 AS part FROM range(10)",
                 "DELETE FROM db.mor WHERE id = 2")
    sentence = shared.refused("SELECT * FROM db.mor")
    assert "table db.mor has delete files, which cannot be read yet" in sentence
    shared.spark(sentence[sentence.index("INSERT OVERWRITE "):].strip())
    shared.agree("db.mor")
    assert len(shared.repository.sql("SELECT * FROM db.mor")) == 9


def test_we_go_on_after_sparks_maintenance(shared):
    shared.spark("CREATE TABLE db.kept (id bigint, ds date) USING iceberg PARTITIONED BY (ds)",
                 *(f"INSERT INTO db.kept VALUES ({i}, DATE'2023-12-0{i % 3 + 1}')" for i in range(4)),
                 "ALTER TABLE db.kept CREATE TAG release",
                 "ALTER TABLE db.kept CREATE BRANCH audit",
                 "INSERT INTO db.kept.branch_audit VALUES (100, DATE'2023-12-09')",
                 "CALL gnomon.system.compute_table_stats(table => 'db.kept')",
                 "CALL gnomon.system.rewrite_data_files(table => 'db.kept', options => map('rewrite-all', 'true'))",
                 "CALL gnomon.system.rewrite_manifests('db.kept')")
    shared.agree("db.kept", "SELECT * FROM db.kept.snapshots")
    path = shared.repository.root / "more.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"id": pyarrow.array([7], pyarrow.int64()),
                                               "ds": [datetime.date(2023, 12, 1)]}), path)
    shared.repository.run("gnomon", "import", "db.kept", str(path), "--append")
    shared.agree("db.kept")
    # What we do not understand, we leave as it was.
    assert set(shared.spark("SELECT name FROM db.kept.refs")) == {("main",), ("release",), ("audit",)}
    assert len(shared.spark("SELECT * FROM db.kept VERSION AS OF 'audit'")) == 5
    metadata = shared.repository.catalog().load_table("db.kept").metadata
    assert len(metadata.statistics) == 1
    shared.spark("CALL gnomon.system.expire_snapshots(table => 'db.kept', "
                 "older_than => TIMESTAMP'2100-01-01 00:00:00', retain_last => 1)")
    shared.agree("db.kept", "SELECT * FROM db.kept.history")


def test_spark_renames_and_drops(shared):
    shared.spark("CREATE TABLE db.a USING iceberg AS SELECT 1 AS id", "ALTER TABLE db.a RENAME TO db.z")
    assert shared.repository.sql("SELECT * FROM db.z") == [["1"]]
    shared.spark("DROP TABLE db.z PURGE")
    assert "db.z" in shared.refused("SELECT * FROM db.z")


def test_namespaces_below_namespaces(shared):
    shared.spark("CREATE NAMESPACE db.inner", "CREATE TABLE db.inner.t USING iceberg AS SELECT 1 AS id")
    assert ["db"] in shared.repository.sql("SHOW NAMESPACES")
    assert shared.repository.sql("SHOW TABLES IN db")


def test_pyiceberg_writes(shared):
    catalog = shared.repository.catalog()
    rows = bootcamp_tables.types_table()
    rows = rows.set_column(2, "tiny", rows["tiny"].cast("int32")).set_column(3, "small", rows["small"].cast("int32"))
    table = catalog.create_table("db.python", schema=rows.schema)
    with table.update_spec() as spec:
        spec.add_identity("ds")
        spec.add_identity("region")
    table.append(rows)
    shared.agree("db.python", "SELECT id FROM db.python WHERE region = 'a b/c'")
    table.dynamic_partition_overwrite(rows.filter(pyarrow.compute.field("region") == "a b/c").slice(0, 1))
    table.delete("id = 2")
    shared.agree("db.python")
    with table.update_schema() as schema:
        schema.add_column("more", pyiceberg_type("string"))
        schema.rename_column("text", "words")
        schema.update_column("int", pyiceberg_type("long"))
        schema.delete_column("bool")
    shared.agree("db.python", "SELECT id FROM db.python WHERE more IS NULL")


def pyiceberg_type(name):
    from pyiceberg.types import LongType, StringType
    return {"string": StringType(), "long": LongType()}[name]


def test_duckdb_writes_a_table_that_is_registered(shared):
    """Spark does not read such a table (DuckDB leaves last-sequence-number out), so it reads the Parquet file."""
    path = shared.repository.root / ".gnomon/warehouse/db/duck"
    connection = duckdb_with_iceberg()
    connection.register("rows_in", bootcamp_tables.types_table())
    connection.execute(f"COPY (SELECT * EXCLUDE (tiny, small) FROM rows_in) TO '{path}' (FORMAT iceberg)")
    metadata = next((path / "metadata").glob("*.metadata.json"))
    shared.repository.catalog().register_table("db.duck", f"file://{metadata}")
    written = shared.session.read.option("datetimeRebaseMode", "CORRECTED").parquet(f"file://{path}/data")
    assert as_lines(shared.repository.run("spark-sql", "-e", "SELECT * FROM db.duck").stdout) == as_lines(
        "\n".join(shared.texts(written)))
    assert [tuple(row[:2]) for row in shared.repository.sql("DESCRIBE db.duck")][:len(written.dtypes)] == written.dtypes
    assert shared.repository.sql("SELECT id FROM db.duck WHERE region = 'ü=%'") == [["2"]]


# ---- The pipeline goes on with what others wrote.


@pytest.fixture
def bootcamp(writers, tmp_path):
    repository = Repository.bootcamp(tmp_path / "repo")
    repository.staging()
    return writers.open(repository)


# The documented features in Spark's own SQL: for each day and each user who bought in its window.
FEATURES_IN_SPARK = """
    SELECT user_id, SUM(purchase_price) AS total, COUNT(purchase_price) AS number
    FROM bootcamp.purchases_from_s3 WHERE ds BETWEEN DATE'2023-12-01' AND DATE'{day}' GROUP BY user_id"""
PREFIX = "user_purchase_features_purchase_price"


def assert_features_are_sparks(shared, day):
    expected = {row.user_id: (row.number, pytest.approx(row.total, rel=1e-9))
                for row in shared.session.sql(FEATURES_IN_SPARK.format(day=day)).collect()}
    rows = shared.session.sql(f"SELECT user_id, {PREFIX}_count_7d AS number, {PREFIX}_sum_7d AS total "
                              f"FROM bootcamp_features.user_purchase_features WHERE ds = DATE'{day}'").collect()
    assert {row.user_id: (row.number, row.total) for row in rows} == expected


def test_a_backfill_reads_the_source_day_that_spark_overwrote(bootcamp):
    bootcamp.spark("SET spark.sql.sources.partitionOverwriteMode = dynamic",
                   "INSERT OVERWRITE bootcamp.purchases_from_s3 "
                   "SELECT user_id, purchase_price * 10, item_category, ts, ds FROM bootcamp.purchases_from_s3 "
                   "WHERE ds = DATE'2023-12-03'",
                   "INSERT INTO bootcamp.purchases_from_s3 VALUES "
                   "('spark', 1.25, 'books', 1701734400000, DATE'2023-12-05')")
    bootcamp.repository.backfill()
    for day in ("2023-12-03", "2023-12-05", "2023-12-07"):
        assert_features_are_sparks(bootcamp, day)
    # What Spark wrote counts as filled for the staging query too.
    assert "7 already filled" in bootcamp.repository.staging().stderr


def test_days_that_spark_wrote_into_our_output_are_adopted(bootcamp):
    bootcamp.repository.backfill("--start-date=2023-12-01", "--end-date=2023-12-02")
    table = "bootcamp_features.user_purchase_features"
    bootcamp.spark(f"INSERT INTO {table} SELECT 'spark', 1.0D, 2.0D, 3L, 4L, 5.0D, 6.0D, DATE'2023-12-03'")
    told = bootcamp.repository.backfill().stderr
    assert "3 already filled" in told and "4 days computed" in told, told
    bootcamp.agree(table)
    assert bootcamp.repository.sql(f"SELECT user_id FROM {table} WHERE ds = '2023-12-03'") == [["spark"]]


def test_an_output_table_that_spark_made_is_adopted(writers, tmp_path):
    shared = writers.open(Repository.bootcamp(tmp_path / "repo"))
    table = "bootcamp.purchases_from_s3"
    shared.spark("CREATE NAMESPACE bootcamp",
                 f"CREATE TABLE {table} (user_id string, purchase_price double, item_category string, ts bigint, "
                 "ds date) USING iceberg PARTITIONED BY (ds)",
                 f"INSERT INTO {table} VALUES ('spark', 1.5, 'books', 1701388800000, DATE'2023-12-01')")
    assert "1 already filled" in shared.repository.staging().stderr
    assert len(shared.repository.sql(f"SELECT * FROM {table}.partitions")) == 7
    shared.agree(table)
    shared.repository.backfill()
    assert_features_are_sparks(shared, "2023-12-07")


def test_spark_goes_on_with_a_table_that_we_evolved(bootcamp):
    bootcamp_tables.add_column(bootcamp.repository)
    bootcamp.repository.staging("--start-date=2023-12-01", "--end-date=2023-12-08")
    columns = [name for name, _ in bootcamp.session.table("bootcamp.purchases_from_s3").dtypes]
    assert "double_price" in columns
    bootcamp.spark("DELETE FROM bootcamp.purchases_from_s3 WHERE ds = DATE'2023-12-02'")
    bootcamp.agree("bootcamp.purchases_from_s3")
    assert "1 day computed (2023-12-02)" in bootcamp.repository.staging().stderr


# ---- Commits at the same time.


def resume(process, marker):
    """Lets a paused run go on, also when it tries a second time; returns what it said."""
    while process.poll() is None:
        marker.unlink(missing_ok=True)
        time.sleep(0.01)
    return process.communicate(timeout=60)[1]


def test_we_land_after_a_commit_of_sparks_to_another_partition(bootcamp, tmp_path):
    bootcamp.spark("DELETE FROM bootcamp.purchases_from_s3 WHERE ds >= DATE'2023-12-06'")
    process, marker = pause(bootcamp.repository, tmp_path, "commit.swap", STAGING_COMMAND)
    bootcamp.spark("INSERT INTO bootcamp.purchases_from_s3 VALUES ('spark', 1.0, 'books', 1, DATE'2023-12-01')")
    errors = resume(process, marker)
    assert process.returncode == 0, errors
    assert bootcamp.repository.sql("SELECT COUNT(*) FROM bootcamp.purchases_from_s3") == [["156"]]
    bootcamp.agree("bootcamp.purchases_from_s3")


def test_we_give_way_to_a_commit_of_sparks_to_the_same_partition(bootcamp, tmp_path):
    bootcamp.spark("DELETE FROM bootcamp.purchases_from_s3 WHERE ds >= DATE'2023-12-06'")
    process, marker = pause(bootcamp.repository, tmp_path, "commit.swap", STAGING_COMMAND)
    bootcamp.spark("INSERT INTO bootcamp.purchases_from_s3 VALUES ('spark', 1.0, 'books', 1, DATE'2023-12-06')")
    errors = resume(process, marker)
    assert process.returncode == 3, errors
    assert "another run wrote ds=2023-12-06 of bootcamp.purchases_from_s3 at the same time" in errors
    assert bootcamp.repository.sql(
        "SELECT user_id FROM bootcamp.purchases_from_s3 WHERE ds = '2023-12-06'") == [["spark"]]
    # The same command again fills what is missing and keeps what Spark wrote.
    assert "1 day computed (2023-12-07)" in bootcamp.repository.staging().stderr


def test_a_backfill_gives_way_to_a_spark_that_evolves_its_table(bootcamp, tmp_path):
    bootcamp.repository.backfill("--start-date=2023-12-01", "--end-date=2023-12-02")
    table = "bootcamp_features.user_purchase_features"
    process, marker = pause(bootcamp.repository, tmp_path, "commit.swap", BACKFILL_COMMAND)
    bootcamp.spark(f"ALTER TABLE {table} ADD COLUMN note string")
    errors = resume(process, marker)
    assert process.returncode == 0, errors
    assert bootcamp.repository.sql(f"SELECT COUNT(DISTINCT ds), COUNT(note) FROM {table}") == [["7", "0"]]
    bootcamp.agree(table)


def test_no_append_is_lost_when_all_write_at_once(shared, tmp_path):
    """Spark, pyiceberg and we append to one table at the same time: each append that succeeded is there, once."""
    shared.spark("CREATE TABLE db.race (who string, n bigint) USING iceberg "
                 "TBLPROPERTIES ('commit.retry.num-retries'='20')")
    landed = []

    def write(who, append, rounds):
        for n in range(rounds):
            try:
                append(n)
            except Exception as error:  # a lost race; what counts is that it is told
                print(f"{who} {n}: {type(error).__name__}: {str(error)[:200]}")
            else:
                landed.append((who, n))

    def rows(who, n):
        return pyarrow.table({"who": [who], "n": pyarrow.array([n], pyarrow.int64())})

    def ours(n):
        path = tmp_path / f"{n}.parquet"
        pyarrow.parquet.write_table(rows("gnomon", n), path)
        shared.repository.run("gnomon", "import", "db.race", str(path), "--append")

    def pyiceberg(n):
        shared.repository.catalog().load_table("db.race").append(rows("pyiceberg", n))

    threads = [threading.Thread(target=write, args=arguments) for arguments in (
        ("spark", lambda n: shared.spark(f"INSERT INTO db.race VALUES ('spark', {n})"), 8),
        ("gnomon", ours, 12),
        ("pyiceberg", pyiceberg, 8))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = [(row[0], int(row[1])) for row in shared.repository.sql("SELECT who, n FROM db.race")]
    assert sorted(found) == sorted(landed)
    assert {who for who, _ in landed} == {"spark", "gnomon", "pyiceberg"}
    assert len([who for who, _ in landed if who == "gnomon"]) == 12
    shared.agree("db.race")


def test_a_catalog_that_stays_locked_is_told(locked_out):
    process, repository = locked_out
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 3, errors
    assert f"error: the catalog {repository.root}/.gnomon/catalog.db stayed locked for 30 s: by " in errors
    assert "jdbc.init-catalog-tables=false" in errors
