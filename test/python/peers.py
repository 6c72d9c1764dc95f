"""The engines that our tables are compared with."""
# SPDX-License-Identifier: Apache-2.0
import pathlib


def duckdb_with_iceberg():
    """A DuckDB connection that can scan Iceberg tables; the extensions come as Python packages, since no test reaches
    DuckDB's own site."""
    import duckdb
    import duckdb_extension_avro
    import duckdb_extension_iceberg
    connection = duckdb.connect()
    for package in (duckdb_extension_avro, duckdb_extension_iceberg):
        extension = next(pathlib.Path(package.__file__).parent.glob("extensions/*/*.duckdb_extension"))
        connection.execute(f"LOAD '{extension}'")
    return connection
