"""Other engines read the bootcamp's tables and agree with us.

pyiceberg reads through the same catalog file, DuckDB's iceberg_scan from the metadata. A missing peer fails where
GNOMON_REQUIRE_PEERS is set (CI), and is skipped with its name elsewhere.
"""
# SPDX-License-Identifier: Apache-2.0
import pytest

from peers import duckdb_with_iceberg
from repository import Repository

TABLES = ["bootcamp.purchases_from_s3", "bootcamp_features.user_purchase_features",
          "bootcamp_features.user_purchase_features_upload"]


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    repository = Repository.bootcamp(tmp_path_factory.mktemp("peers") / "repo")
    # Two commits of the same table, so that the peers see a history.
    repository.staging("--start-date=2023-12-01", "--end-date=2023-12-03")
    repository.staging()
    repository.backfill()
    repository.upload()
    return repository


def own_rows(repository, table):
    return sorted(tuple(row) for row in repository.sql(f"SELECT * FROM {table}"))


def as_texts(rows):
    """Rows of Python values in the spelling of spark-sql in a pipe."""
    def text(value):
        if value is None:
            return "NULL"
        if isinstance(value, (bytes, bytearray)):
            return bytes(value).decode("utf-8", "replace")
        return str(value)
    return sorted(tuple(text(value) for value in row) for row in rows)


def comparable(rows):
    """Doubles by value: Java and Python may spell the same number differently."""
    def number(text):
        try:
            return float(text)
        except ValueError:
            return text
    return sorted(tuple(str(number(value)) for value in row) for row in rows)


@pytest.mark.parametrize("table", TABLES[:2])
def test_pyiceberg_agrees(repository, table):
    pytest.importorskip("pyiceberg")
    rows = [tuple(row.values()) for row in repository.table(table).to_pylist()]
    assert comparable(as_texts(rows)) == comparable(own_rows(repository, table))


def test_pyiceberg_sees_the_history_and_the_partitions(repository):
    pytest.importorskip("pyiceberg")
    table = repository.catalog().load_table("bootcamp.purchases_from_s3")
    assert [s.snapshot_id for s in table.snapshots()] == [
        int(row[1]) for row in repository.sql("SELECT * FROM bootcamp.purchases_from_s3.history")]
    assert table.inspect.partitions().num_rows == 7
    assert table.scan(row_filter="ds = '2023-12-05'").to_arrow().num_rows == int(
        repository.sql("SELECT COUNT(*) FROM bootcamp.purchases_from_s3 WHERE ds = '2023-12-05'")[0][0])
    files = table.inspect.files()
    assert sum(files["record_count"].to_pylist()) == 155


@pytest.mark.parametrize("table", TABLES)
def test_duckdb_agrees(repository, table):
    pytest.importorskip("duckdb_extension_iceberg")
    connection = duckdb_with_iceberg()
    location = repository.catalog().load_table(table).metadata_location
    count = connection.execute(f"SELECT count(*) FROM iceberg_scan('{location}')").fetchone()[0]
    assert count == int(repository.sql(f"SELECT COUNT(*) FROM {table}")[0][0])
    if table != TABLES[2]:  # Its bytes are no text.
        rows = connection.execute(f"SELECT * FROM iceberg_scan('{location}')").fetchall()
        assert comparable(as_texts(rows)) == comparable(own_rows(repository, table))


def test_what_pyiceberg_writes_is_read(repository):
    pytest.importorskip("pyiceberg")
    catalog = repository.catalog()
    table = catalog.load_table("bootcamp.purchases_from_s3")
    before = repository.sql("SELECT COUNT(*) FROM bootcamp.purchases_from_s3")
    rows = table.scan(row_filter="ds = '2023-12-01'").to_arrow().slice(0, 2)
    table.append(rows)
    assert int(repository.sql("SELECT COUNT(*) FROM bootcamp.purchases_from_s3")[0][0]) == int(before[0][0]) + 2
