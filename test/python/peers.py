"""The engines that our tables are compared with: where each comes from, and how it opens a repository's catalog.

A peer that is not there is a loud skip, and a failure where GNOMON_REQUIRE_PEERS is set (conftest.py).
"""
# SPDX-License-Identifier: Apache-2.0
import os
import pathlib
import shutil
import sys

import pytest

from repository import PROJECT

SPARK = pathlib.Path(os.environ.get("GNOMON_SPARK_DIR", PROJECT / ".deps/spark"))


def missing(peer, remedy):
    """Ends the test or suite: this peer is not on this machine."""
    pytest.skip(f"SKIPPED LOUDLY: {peer} is not installed - run {remedy}", allow_module_level=True)


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
    connection.execute("SET TimeZone = 'UTC'")
    return connection


class Spark:
    """A real Spark 3.5 with Iceberg's runtime in this process's one JVM, as small as it goes.

    Each repository is opened in a Spark session of its own, as the catalog `gnomon`: the name is a part of
    JdbcCatalog's keys. Nothing is cached, so that Spark sees what others commit.
    """

    @staticmethod
    def find():
        """The jars of Iceberg and of the catalog's driver."""
        jars = sorted((SPARK / "jars").glob("*.jar"))
        if not (SPARK / "python/pyspark").is_dir() or len(jars) < 2 or shutil.which("java") is None:
            missing("Spark 3.5 with Iceberg", "tools/peers/setup.sh")
        return jars

    def __init__(self, folder):
        jars = self.find()
        if str(SPARK / "python") not in sys.path:
            sys.path.append(str(SPARK / "python"))
        os.environ.update(SPARK_LOCAL_IP="127.0.0.1", SPARK_HOME=str(SPARK / "python/pyspark"),
                          PYSPARK_PYTHON=sys.executable)
        from pyspark.sql import SparkSession
        settings = {
            "spark.driver.memory": "1g",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
            "spark.driver.extraClassPath": ":".join(map(str, jars)),
            # A short life: no time is spent on optimizing code, neither by the JVM nor by Spark.
            "spark.driver.extraJavaOptions": f"-Duser.timezone=UTC -Djava.io.tmpdir={folder} -XX:+UseSerialGC "
                                             "-XX:TieredStopAtLevel=1",
            "spark.sql.codegen.wholeStage": "false",
            "spark.sql.codegen.factoryMode": "NO_CODEGEN",
            "spark.local.dir": str(folder),
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.sql.warehouse.dir": f"file://{folder}/spark-warehouse",
            "spark.sql.session.timeZone": "UTC",
            "spark.sql.shuffle.partitions": "1",
            "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
        }
        builder = SparkSession.builder.master("local[1]").appName("gnomon-peers")
        for name, value in settings.items():
            builder = builder.config(name, value)
        self._session = builder.getOrCreate()
        self._session.sparkContext.setLogLevel("OFF")

    def open(self, root):
        """A session whose catalog `gnomon`, also its default, is that of the repository `root`."""
        session = self._session.newSession()
        for name, value in spark_catalog_settings(root).items():
            session.conf.set(name, value)
        return session

    def texts(self, frame):
        """The rows as Spark's own spark-sql prints them: HiveResult is what it uses."""
        plan = frame._jdf.queryExecution().executedPlan()
        lines = self._session._jvm.org.apache.spark.sql.execution.HiveResult.hiveResultString(plan)
        return [lines.apply(i) for i in range(lines.size())]

    def stop(self):
        self._session.stop()


def spark_catalog_settings(root):
    """What docs/peers.md tells users to set."""
    state = pathlib.Path(root).resolve() / ".gnomon"
    return {
        "spark.sql.catalog.gnomon": "org.apache.iceberg.spark.SparkCatalog",
        "spark.sql.catalog.gnomon.type": "jdbc",
        "spark.sql.catalog.gnomon.uri": f"jdbc:sqlite:{state}/catalog.db",
        "spark.sql.catalog.gnomon.jdbc.schema-version": "V1",
        "spark.sql.catalog.gnomon.jdbc.init-catalog-tables": "false",
        "spark.sql.catalog.gnomon.warehouse": f"file://{state}/warehouse",
        "spark.sql.catalog.gnomon.cache-enabled": "false",
        "spark.sql.defaultCatalog": "gnomon",
    }


def as_lines(text):
    """Printed rows, sorted; the pipe they came through knows one kind of line end."""
    return sorted(text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n"))


def our_outputs(repository, queries):
    """What our shell prints for each of some queries, in one run."""
    mark = "---- the next query"
    script = f"; SELECT '{mark}'; ".join(queries)
    return [text.removeprefix("\n") for text in repository.run("spark-sql", "-e", script).stdout.split(mark)]


def assert_spark_and_we_agree(spark, session, repository, *queries):
    """The rows of each query are printed alike by Spark and by our shell: both print by Hive's rules."""
    for query, ours in zip(queries, our_outputs(repository, queries), strict=True):
        assert as_lines(ours) == as_lines("\n".join(spark.texts(session.sql(query)))), query


def assert_same_types(session, repository, table):
    """DESCRIBE tells Spark's columns and types."""
    described = repository.sql(f"DESCRIBE {table}")
    end = next((i for i, row in enumerate(described) if not row[0] or row[0].startswith("#")), len(described))
    assert [(row[0], row[1]) for row in described[:end]] == session.table(table).dtypes
