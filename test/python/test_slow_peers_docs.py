"""docs/peers.md shows what works: its blocks run in order in a bootcamp repository, and what they write is read by us.

The one change: DuckDB's extension comes from the Python packages instead of DuckDB's site (peers.py).
"""
# SPDX-License-Identifier: Apache-2.0
import os
import re
import subprocess

import pytest

from peers import SPARK, Spark
from repository import PROJECT, PYTHON, Repository

PAGE = (PROJECT / "docs/peers.md").read_text()


def blocks(language):
    found = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found, f"docs/peers.md has no block of {language}"
    return "\n".join(found)


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    repository = Repository.bootcamp(tmp_path_factory.mktemp("docs") / "repo")
    repository.staging()
    repository.backfill()
    return repository


def test_spark(repository):
    Spark.find()
    done = subprocess.run(["bash", "-e"], input=blocks("sh"), cwd=repository.root, text=True, capture_output=True,
                          env={**os.environ, "GNOMON": str(PROJECT)}, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    counts = repository.sql("SELECT ds, COUNT(*) FROM bootcamp.purchases_from_s3 GROUP BY ds ORDER BY ds")
    assert [line.split("\t") for line in done.stdout.splitlines()] == [*counts, ["append", "155"]]


def test_python_engines(repository):
    load = 'connection.execute("LOAD iceberg")'
    program = blocks("python")
    assert load in program
    program = program.replace("connection = duckdb.connect()\n", "").replace(
        load, "from peers import duckdb_with_iceberg; connection = duckdb_with_iceberg()")
    before = int(repository.sql("SELECT COUNT(*) FROM bootcamp.purchases_from_s3")[0][0])
    per_day = dict(repository.sql("SELECT ds, COUNT(*) FROM bootcamp.purchases_from_s3 GROUP BY ds"))
    done = subprocess.run([PYTHON, "-c", program], cwd=repository.root, text=True, capture_output=True, timeout=300,
                          env={**os.environ, "PYTHONPATH": str(PROJECT / "test/python")}, check=False)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].split()[0] == per_day["2023-12-05"]
    assert per_day["2023-12-05"] in lines  # polars
    assert lines[-1].count("datetime.date(2023") == 7  # DuckDB
    after = int(repository.sql("SELECT COUNT(*) FROM bootcamp.purchases_from_s3")[0][0])
    assert after == before + 1
    assert repository.sql("SELECT * FROM bootcamp.from_duckdb") == [["user_1", "9.99", "2023-12-01"]]


def test_the_versions_are_those_that_are_tested():
    named = re.findall(r"`[\w.]+:([\w.-]+):([\w.]+)`", PAGE)
    assert sorted(f"{name}-{version}.jar" for name, version in named) == sorted(
        path.name for path in (SPARK / "jars").glob("*.jar"))
