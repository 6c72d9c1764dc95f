"""Spark, pyiceberg and DuckDB read every kind of table that we write, and agree with us by value and by type.

Ours is compared with Spark as text, since both print by Hive's rules and must print the same; Spark with the others as
Arrow, exactly. So all four agree.
"""
# SPDX-License-Identifier: Apache-2.0
import pyarrow
import pytest

import bootcamp_tables
from arrow_values import assert_same
from peers import Spark, assert_same_types, assert_spark_and_we_agree, duckdb_with_iceberg, our_outputs

TABLES = ["bootcamp.purchases_from_s3", "bootcamp.users_from_s3",
          "bootcamp_features.user_purchase_features", "bootcamp_features.user_purchase_features@archive",
          "bootcamp_features.user_purchase_features_upload", "data.imported", "data.no_rows", "data.types"]
METADATA_TABLES = ["history", "snapshots", "files", "partitions"]


class Company:
    """The repository and all who read it."""

    def __init__(self, folder):
        self.spark = Spark(folder / "spark")
        self.repository, self.tables = bootcamp_tables.make(folder / "repo")
        self.session = self.spark.open(self.repository.root)
        self.duckdb = duckdb_with_iceberg()
        self._spark_tables = {}

    def name(self, kind):
        """The table that a name of TABLES means: archives have the time in theirs."""
        name, _, archive = kind.partition("@")
        if not archive:
            return name
        return next(table for table in self.tables if table.startswith(name + "_20"))

    def from_spark(self, table):
        if table not in self._spark_tables:
            frame = self.session.sql(f"SELECT * FROM {table}")
            batches = frame._collect_as_arrow()
            schema = batches[0].schema if batches else to_arrow_schema(frame.schema)
            self._spark_tables[table] = pyarrow.Table.from_batches(batches, schema=schema)
        return self._spark_tables[table]

    def from_pyiceberg(self, table):
        return self.repository.table(table)

    def from_duckdb(self, table):
        location = self.repository.catalog().load_table(table).metadata_location
        return self.duckdb.execute(f"SELECT * FROM iceberg_scan('{location}')").to_arrow_table()


    def from_polars(self, table):
        import polars
        return polars.scan_iceberg(self.repository.catalog().load_table(table)).collect().to_arrow()


def to_arrow_schema(schema):
    from pyspark.sql.pandas.types import to_arrow_schema as convert
    return convert(schema)


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    company = Company(tmp_path_factory.mktemp("company"))
    yield company
    company.spark.stop()


def test_every_table_has_a_name_here(company):
    assert sorted(map(company.name, TABLES)) == company.tables


def test_spark_lists_our_tables(company):
    spaces = {row[0] for row in company.session.sql("SHOW NAMESPACES").collect()}
    assert {"bootcamp", "bootcamp_features", "data"} <= spaces
    found = [f"{row.namespace}.{row.tableName}" for space in sorted(spaces)
             for row in company.session.sql(f"SHOW TABLES IN {space}").collect()]
    assert sorted(found) == company.tables


@pytest.mark.parametrize("kind", TABLES)
def test_spark_prints_what_we_print(company, kind):
    table = company.name(kind)
    assert_spark_and_we_agree(company.spark, company.session, company.repository, f"SELECT * FROM {table}")
    assert_same_types(company.session, company.repository, table)


@pytest.mark.parametrize("kind", TABLES)
def test_pyiceberg_reads_what_spark_reads(company, kind):
    expected = company.from_spark(company.name(kind))
    if "points" in expected.column_names:
        # A fault of pyiceberg 0.12 (docs/peers.md): pyarrow, which it reads with, has the nulls as nulls.
        points = expected["points"].to_pylist()
        assert not points or None in points
        emptied = [[] if value is None else value for value in points]
        column = pyarrow.array(emptied, expected.schema.field("points").type)
        expected = expected.set_column(expected.column_names.index("points"), "points", column)
    assert_same(expected, company.from_pyiceberg(company.name(kind)))


@pytest.mark.parametrize("kind", TABLES)
def test_duckdb_reads_what_spark_reads(company, kind):
    assert_same(company.from_spark(company.name(kind)), company.from_duckdb(company.name(kind)))


@pytest.mark.parametrize("kind", TABLES)
def test_polars_reads_what_spark_reads(company, kind):
    table = company.name(kind)
    assert_same(company.from_spark(table), company.from_polars(table))


@pytest.mark.parametrize("kind", TABLES)
def test_spark_prints_our_metadata_tables(company, kind):
    tables = [f"{company.name(kind)}.{metadata}" for metadata in METADATA_TABLES]
    chosen, everything = [], []
    for table in tables:
        # Spark's last column of `files` puts other columns in plain words.
        columns = [name for name in company.session.table(table).columns if name != "readable_metrics"]
        chosen.append(f"SELECT {', '.join(columns)} FROM {table}")
        everything.append(f"SELECT * FROM {table}")
    assert_spark_and_we_agree(company.spark, company.session, company.repository, *chosen)
    # And these are all our columns, in Spark's order.
    assert our_outputs(company.repository, everything) == our_outputs(company.repository, chosen)


@pytest.mark.parametrize("kind", TABLES)
def test_pyiceberg_and_duckdb_see_our_history_and_files(company, kind):
    table = company.name(kind)
    ids, files = (company.spark.texts(company.session.sql(query)) for query in (
        f"SELECT snapshot_id FROM {table}.snapshots ORDER BY committed_at, snapshot_id",
        f"SELECT file_path, record_count FROM {table}.files ORDER BY file_path"))
    theirs = company.repository.catalog().load_table(table)
    assert sorted(str(i) for i in theirs.inspect.snapshots()["snapshot_id"].to_pylist()) == sorted(ids)
    assert [str(i) for i in theirs.inspect.history()["snapshot_id"].to_pylist()] == company.spark.texts(
        company.session.sql(f"SELECT snapshot_id FROM {table}.history"))
    found = theirs.inspect.files().select(["file_path", "record_count"]).to_pylist()
    assert sorted("\t".join(map(str, row.values())) for row in found) == files
    if theirs.spec().fields and ids:
        partitions = theirs.inspect.partitions().select(["record_count", "file_count"]).to_pylist()
        assert sorted(map(str, (tuple(row.values()) for row in partitions))) == sorted(
            str(tuple(row)) for row in company.session.sql(
                f"SELECT record_count, file_count FROM {table}.partitions").collect())
    location = theirs.metadata_location
    snapshots = company.duckdb.execute(f"SELECT snapshot_id FROM iceberg_snapshots('{location}')").fetchall()
    assert sorted(str(row[0]) for row in snapshots) == sorted(ids)
    paths = company.duckdb.execute(f"SELECT file_path, record_count FROM iceberg_metadata('{location}') "
                                   "WHERE status <> 'DELETED'").fetchall() if ids else []
    assert sorted("\t".join(map(str, row)) for row in paths) == files
