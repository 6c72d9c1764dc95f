"""Spark, pyiceberg and DuckDB read every kind of table that we write, and agree with us by value and by type.

Ours is compared with Spark as text, since both print by Hive's rules and must print the same; Spark with the others as
Arrow, exactly. So all four agree.
"""
# SPDX-License-Identifier: Apache-2.0
import pyarrow
import pytest

import bootcamp_tables
from arrow_values import assert_same
from peers import Spark, assert_same_types, assert_spark_and_we_agree, duckdb_with_iceberg

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
            schema = to_arrow_schema(frame.schema)
            self._spark_tables[table] = pyarrow.Table.from_batches(batches, schema=batches[0].schema if batches else schema)
        return self._spark_tables[table]

    def from_pyiceberg(self, table):
        return self.repository.table(table)

    def from_duckdb(self, table):
        location = self.repository.catalog().load_table(table).metadata_location
        return self.duckdb.execute(f"SELECT * FROM iceberg_scan('{location}')").to_arrow_table()


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
    assert_same(company.from_spark(company.name(kind)), company.from_pyiceberg(company.name(kind)))


@pytest.mark.parametrize("kind", TABLES)
def test_duckdb_reads_what_spark_reads(company, kind):
    assert_same(company.from_spark(company.name(kind)), company.from_duckdb(company.name(kind)))


@pytest.mark.parametrize("metadata", METADATA_TABLES)
@pytest.mark.parametrize("kind", TABLES)
def test_spark_prints_our_metadata_tables(company, kind, metadata):
    table = f"{company.name(kind)}.{metadata}"
    # Spark's last column of `files` puts other columns in plain words.
    columns = [name for name in company.session.table(table).columns if name != "readable_metrics"]
    query = f"SELECT {', '.join(columns)} FROM {table}"
    assert_spark_and_we_agree(company.spark, company.session, company.repository, query)
    chosen, everything = (company.repository.run("spark-sql", "-e", text).stdout for text in (query, f"SELECT * FROM {table}"))
    assert chosen == everything
