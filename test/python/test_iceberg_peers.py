# SPDX-License-Identifier: Apache-2.0
"""Other engines as oracles: pyiceberg and DuckDB read what gnomon wrote, and gnomon reads what pyiceberg wrote.

Our half is the program catalog_test (build/release, or GNOMON_BUILD_DIR), run with one filter for each direction.
"""

import datetime
import os
import pathlib
import subprocess

import pytest

from peers import duckdb_with_iceberg

pyarrow = pytest.importorskip("pyarrow")
pytest.importorskip("pyiceberg")

from pyiceberg.catalog.sql import SqlCatalog  # noqa: E402
from pyiceberg.expressions import EqualTo, GreaterThan  # noqa: E402
from pyiceberg.partitioning import PartitionField, PartitionSpec  # noqa: E402
from pyiceberg.schema import Schema  # noqa: E402
from pyiceberg.transforms import IdentityTransform  # noqa: E402
from pyiceberg.types import DateType, DoubleType, LongType, NestedField, StringType  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("GNOMON_BUILD_DIR", ROOT / "build" / "release"))
DAY = datetime.date(1970, 1, 1)
ARROW_SCHEMA = pyarrow.schema(
    [("id", pyarrow.int64()), ("price", pyarrow.float64()), ("name", pyarrow.string()), ("ds", pyarrow.date32())]
)


def day(number):
    return DAY + datetime.timedelta(days=number)


def run_ours(step, folder):
    program = BUILD / "catalog_test"
    if not program.exists():
        pytest.skip(f"SKIPPED LOUDLY: {program} is not built - ninja -C {BUILD} catalog_test")
    done = subprocess.run(
        [program, f"--gtest_filter=Peers.{step}"],
        env={**os.environ, "GNOMON_TEST_WAREHOUSE": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "[  PASSED  ] 1 test." in done.stdout, done.stdout


def open_catalog(folder):
    return SqlCatalog("gnomon", uri=f"sqlite:///{folder}/catalog.db", warehouse=f"file://{folder}/warehouse")


def rows(table, **scan):
    return sorted(table.scan(**scan).to_arrow().to_pylist(), key=lambda row: row["id"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("peers")
    run_ours("Write", path)
    return path


@pytest.fixture(scope="module")
def catalog(folder):
    return open_catalog(folder)


OURS = [
    {"id": 1, "price": 1.5, "name": "a", "ds": day(19692)},
    {"id": 3, "price": 3.0, "name": "c", "ds": None},
    {"id": 4, "price": 4.0, "name": "a long text of many characters", "ds": day(19694)},
    {"id": 5, "price": 5.0, "name": "e", "ds": day(19693)},
]


def test_pyiceberg_lists_our_tables(catalog):
    assert catalog.list_namespaces() == [("peers",)]
    assert ("peers", "ours") in catalog.list_tables("peers")


def test_pyiceberg_reads_our_rows(catalog):
    table = catalog.load_table("peers.ours")
    assert rows(table) == OURS
    assert rows(table, row_filter=EqualTo("ds", day(19693))) == [OURS[3]]
    assert rows(table, row_filter=GreaterThan("price", 3.5)) == OURS[2:]
    assert rows(table, row_filter=EqualTo("name", "a long text of many characters")) == [OURS[2]]


def test_pyiceberg_sees_our_history(catalog):
    table = catalog.load_table("peers.ours")
    assert [snapshot.summary.operation.value for snapshot in table.snapshots()] == ["append", "append", "overwrite"]
    assert [snapshot.sequence_number for snapshot in table.snapshots()] == [1, 2, 3]
    assert len(table.history()) == 3
    summary = table.current_snapshot().summary
    assert summary["total-records"] == "4"
    assert summary["deleted-records"] == "1"
    assert len(rows(table, snapshot_id=table.snapshots()[0].snapshot_id)) == 3
    assert table.refs()["main"].snapshot_id == table.current_snapshot().snapshot_id


def test_pyiceberg_sees_our_partitions_files_and_entries(catalog):
    table = catalog.load_table("peers.ours")
    partitions = table.inspect.partitions().to_pylist()
    found = {row["partition"]["ds"]: row["record_count"] for row in partitions}
    assert found == {day(19692): 1, day(19693): 1, day(19694): 1, None: 1}
    files = table.inspect.files().to_pylist()
    assert len(files) == 4
    for file in files:
        assert pathlib.Path(file["file_path"].removeprefix("file://")).stat().st_size == file["file_size_in_bytes"]
    statuses = sorted(entry["status"] for entry in table.inspect.entries().to_pylist())
    assert statuses in ([0, 0, 1, 1], [0, 0, 1, 1, 2])
    long_text = [f for f in files if f["readable_metrics"]["id"]["lower_bound"] == 4][0]
    assert long_text["readable_metrics"]["name"]["lower_bound"] == "a long text of m"
    assert long_text["readable_metrics"]["name"]["upper_bound"] == "a long text of n"


def test_pyiceberg_reads_every_type(catalog):
    table = catalog.load_table("peers.types")
    first, nulls = sorted(table.scan().to_arrow().to_pylist(), key=lambda row: row["i"] is None)
    assert set(nulls.values()) == {None}
    assert first["b"] is True and first["i"] == -5 and first["l"] == 5_000_000_000
    assert first["f"] == 1.5 and first["d"] == -2.5 and first["s"] == "text" and first["x"] == b"bytes"
    assert first["day"] == day(19692)
    assert first["ts"] == datetime.datetime(2023, 12, 1, 0, 0, 0, 1, tzinfo=datetime.timezone.utc)
    assert first["ntz"] == datetime.datetime(1969, 12, 31, 23, 59, 59, 999999)
    assert str(first["dec"]) == "-12.34"
    assert first["list"] == [1, None, 3] and first["map"] == [("k", 1.5)]
    assert first["st"] == {"a": 1, "b": "x"} and first["region"] == "a b/c"
    paths = [file["file_path"] for file in table.inspect.files().to_pylist()]
    assert any("/data/region=a+b%2Fc/dec=-12.34/" in path for path in paths)
    assert any("/data/region=null/dec=null/" in path for path in paths)
    assert table.scan(row_filter=EqualTo("region", "a b/c")).to_arrow().num_rows == 1


def test_duckdb_reads_our_rows(folder, catalog):
    pytest.importorskip("duckdb_extension_iceberg")
    connection = duckdb_with_iceberg()
    location = catalog.load_table("peers.ours").metadata_location
    found = connection.execute(f"SELECT id, price, name, ds FROM iceberg_scan('{location}') ORDER BY id").fetchall()
    assert found == [tuple(row.values()) for row in OURS]


def test_duckdb_reads_our_data_files(catalog):
    """Without its extension DuckDB still is a second opinion on the Parquet files themselves."""
    duckdb = pytest.importorskip("duckdb")
    files = catalog.load_table("peers.ours").inspect.files().to_pylist()
    paths = [file["file_path"].removeprefix("file://") for file in files]
    query = "SELECT id, price, name, ds FROM read_parquet(?, hive_partitioning=false) ORDER BY id"
    found = duckdb.connect().execute(query, [paths]).fetchall()
    assert found == [tuple(row.values()) for row in OURS]


def test_we_read_what_pyiceberg_writes(folder, catalog):
    table = catalog.load_table("peers.ours")
    table.append(
        pyarrow.Table.from_pylist([{"id": 6, "price": 6.0, "name": "f", "ds": day(19695)}], schema=ARROW_SCHEMA)
    )
    table.dynamic_partition_overwrite(
        pyarrow.Table.from_pylist([{"id": 7, "price": 7.0, "name": "g", "ds": day(19692)}], schema=ARROW_SCHEMA)
    )
    schema = Schema(
        NestedField(1, "id", LongType()),
        NestedField(2, "price", DoubleType()),
        NestedField(3, "name", StringType()),
        NestedField(4, "ds", DateType()),
    )
    spec = PartitionSpec(PartitionField(source_id=4, field_id=1000, transform=IdentityTransform(), name="ds"))
    theirs = catalog.create_table("peers.theirs", schema=schema, partition_spec=spec)
    theirs.append(
        pyarrow.Table.from_pylist(
            [
                {"id": 1, "price": 1.0, "name": "x", "ds": day(19692)},
                {"id": 2, "price": None, "name": "y", "ds": day(19693)},
            ],
            schema=ARROW_SCHEMA,
        )
    )
    run_ours("Read", folder)
    ours_on_theirs = open_catalog(folder).load_table("peers.theirs")
    assert [row["id"] for row in rows(ours_on_theirs)] == [1, 8]
