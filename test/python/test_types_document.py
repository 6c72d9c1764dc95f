# SPDX-License-Identifier: Apache-2.0
"""The columns Iceberg and Parquet of docs/types.md: a table with a column of each type is written, then
its metadata and its file are read by other people's libraries."""

import pyarrow.parquet
import pytest
from repository import PROJECT, Repository


def rows():
    """Spark's name -> the cells of its row."""
    lines = [
        line for line in (PROJECT / "docs/types.md").read_text("utf-8").splitlines()
        if line.startswith("| ")
    ]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {row[0]: dict(zip(cells[0], row)) for row in cells[1:]}


WRITTEN = [name for name, row in rows().items() if row["Iceberg"] != "-"]


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    repository = Repository.empty(tmp_path_factory.mktemp("types") / "repository")
    columns = ", ".join(f"CAST(NULL AS {name}) AS c{i}" for i, name in enumerate(WRITTEN))
    repository.run("spark-sql", "-e", "CREATE DATABASE IF NOT EXISTS types")
    repository.run("spark-sql", "-e", f"CREATE TABLE types.every USING iceberg AS SELECT {columns}")
    return repository.catalog().load_table("types.every")


def parquet_type(column):
    logical = column.logical_type
    kind = logical.type
    if kind == "STRING":
        return "BYTE_ARRAY String"
    if kind == "DATE":
        return f"{column.physical_type} Date"
    if kind == "TIMESTAMP":
        utc = "UTC, " if "isAdjustedToUTC=true" in str(logical) else ""
        assert "timeUnit=microseconds" in str(logical)
        return f"{column.physical_type} Timestamp({utc}micros)"
    if kind == "DECIMAL":
        return f"Decimal({column.precision},{column.scale})"
    assert kind in ("NONE", "UNKNOWN") or column.physical_type == "INT32", kind
    return column.physical_type


def parquet_cells(schema):
    """Of each top-level column the types of its leaves."""
    leaves = {}
    for i in range(len(schema)):
        column = schema.column(i)
        leaves.setdefault(column.path.split(".")[0], []).append(parquet_type(column))
    return leaves


def test_iceberg_and_parquet_hold_what_the_table_says(table):
    fields = {field.name: str(field.field_type) for field in table.schema().fields}
    file = next(iter(table.scan().plan_files())).file.file_path.removeprefix("file://")
    leaves = parquet_cells(pyarrow.parquet.ParquetFile(file).schema)
    for i, name in enumerate(WRITTEN):
        row = rows()[name]
        wanted = row["Iceberg"]
        if wanted.startswith("struct<"):
            # pyiceberg shows ids and requiredness too.
            assert [part in fields[f"c{i}"] for part in ("a: optional int", "b: optional string")]
        else:
            assert fields[f"c{i}"] == wanted, name
        found = ", ".join(leaves[f"c{i}"])
        nested = {"list": "list of ", "map": "map of ", "struct": "struct of "}
        prefix = next((text for kind, text in nested.items() if wanted.startswith(f"{kind}<")), "")
        assert prefix + found == row["Parquet"], name
