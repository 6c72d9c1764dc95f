"""The design's invariant 7: with EXECUTOR_MEMORY=512M and 10 million rows a run's peak resident memory stays below the
budget + 256 MiB, as its report says and as the kernel tells from outside; and EXECUTOR_CORES=1 keeps one thread busy.
"""
# SPDX-License-Identifier: Apache-2.0
import json
import os
import subprocess
import time

import numpy
import pyarrow
import pyarrow.parquet
import pytest

from repository import Repository

MIB = 1 << 20
BUDGET_BYTES = 512 * MIB
BOUND_BYTES = BUDGET_BYTES + 256 * MIB
ROWS = 10_000_000
FILE_ROWS = 1_000_000
FIRST_DAY_MS = 1_701_388_800_000  # 2023-12-01
DAYS = ("--start-date=2023-12-01", "--end-date=2023-12-07")

STAGING = '''
from ai.chronon.api.ttypes import MetaData, StagingQuery

SETUP = """CREATE OR REPLACE TEMPORARY VIEW raw USING parquet OPTIONS (path 's3a://data/events/*.parquet')"""
DAY = "DATE(FROM_UNIXTIME(ts / 1000))"
WHERE = f"WHERE {DAY} BETWEEN '{{{{ start_date }}}}' AND '{{{{ end_date }}}}'"


def query(name, text):
    return StagingQuery(metaData=MetaData(name=name, outputNamespace="mem"), startPartition="2023-12-01",
                        setups=[SETUP], query=text)


events = query("events", f"SELECT user_id, ts, price, item, {DAY} AS ds FROM raw {WHERE}")
# Every row is a group or nearly so, and all are sorted: DuckDB has to spill.
totals = query("totals", f"SELECT user_id, item, SUM(price) AS price, MAX(ts) AS ts, {DAY} AS ds FROM raw {WHERE} "
                         f"GROUP BY user_id, item, {DAY} ORDER BY price, user_id")
'''
GROUP_BY = """
from ai.chronon.group_by import Aggregation, GroupBy, Operation, TimeUnit, Window
from ai.chronon.query import Query, select
from ai.chronon.staging_query import StagingQueryEventSource
from staging_queries.mem.events import events

windows = [Window(length=days, timeUnit=TimeUnit.DAYS) for days in (1, 3, 7)]
numbers = (Operation.SUM, Operation.COUNT, Operation.AVERAGE, Operation.MAX)
v1 = GroupBy(
    sources=[StagingQueryEventSource(staging_query=events, query=Query(
        selects=select("user_id", "price", "item"), time_column="ts"))],
    keys=["user_id"],
    aggregations=[Aggregation(input_column="price", operation=one, windows=windows) for one in numbers]
    + [Aggregation(input_column="item", operation=one, windows=windows) for one in (Operation.LAST, Operation.MIN)],
    online=True,
    output_namespace="mem",
    backfill_start_date="2023-12-01",
)
"""


def events(seed, keys):
    rng = numpy.random.default_rng(seed)
    users = rng.integers(0, keys, FILE_ROWS).astype("U10")
    return pyarrow.table({
        "user_id": pyarrow.array(numpy.char.add("user_", users)),
        "ts": pyarrow.array(FIRST_DAY_MS + rng.integers(0, 7 * 86_400_000, FILE_ROWS)),
        "price": pyarrow.array(numpy.round(rng.gamma(2, 20, FILE_ROWS), 2)),
        "item": pyarrow.array(numpy.char.add("item_", rng.integers(0, 5000, FILE_ROWS).astype("U6"))),
    })


def repository_with(root, keys):
    repository = Repository.empty(root)
    (root / "teams.json").write_text(json.dumps({"mem": {"namespace": "mem"}}))
    for path, text in (("staging_queries/mem/events.py", STAGING), ("group_bys/mem/users.py", GROUP_BY)):
        file = root / path
        file.parent.mkdir(parents=True)
        for folder in (root, file.parent, file.parent.parent):
            (folder / "__init__.py").touch()
        file.write_text(text)
    bucket = root / ".gnomon/buckets/data/events"
    bucket.mkdir(parents=True)
    for index in range(ROWS // FILE_ROWS):
        pyarrow.parquet.write_table(events(index, keys), bucket / f"{index:03}.parquet")
    return repository


def measured(repository, *arguments, **environment):
    """Runs run.py; returns the report, the kernel's account of the child, and the seconds that passed."""
    command = ["run.py", "--json", *arguments]
    with open(repository.root / "stdout", "w+b") as stdout, open(repository.root / "stderr", "w+b") as stderr:
        begin_s = time.monotonic()
        child = subprocess.Popen(command, cwd=repository.root, stdout=stdout, stderr=stderr,
                                 env={**repository.environment, "EXECUTOR_MEMORY": "512M", **environment})
        _, status, usage = os.wait4(child.pid, 0)
        elapsed_s = time.monotonic() - begin_s
        child.returncode = os.waitstatus_to_exitcode(status)
        stdout.seek(0)
        stderr.seek(0)
        assert child.returncode == 0, stderr.read().decode()
        return json.loads(stdout.read()), usage, elapsed_s


def check_bound(report, usage):
    assert report["memory_budget_bytes"] == BUDGET_BYTES
    assert report["memory_peak_bytes"] <= BOUND_BYTES, report["memory_peak_bytes"] / MIB
    # From outside it is the larger one of the engine and of run.py's Python, which became it.
    assert report["memory_peak_bytes"] <= usage.ru_maxrss * 1024 <= BOUND_BYTES


@pytest.mark.parametrize("keys", [100_000, 1_000_000_000], ids=["100k keys", "a key per row"])
def test_peak_memory(tmp_path, keys):
    repository = repository_with(tmp_path / "repo", keys)
    staging = "--conf=staging_queries/mem/events.py"
    report, usage, _ = measured(repository, f"{staging}:events", *DAYS)
    check_bound(report, usage)
    assert report["rows_read"] == report["rows_written"] == ROWS
    sources = list((repository.root / ".gnomon/buckets/data/events").iterdir())
    size = sum(file.stat().st_size for file in sources)
    assert 0.9 * size < report["bytes_read"] <= 1.1 * size
    # A thread per core has its buffers, and takes spilled keys back: many cores must not break the bound.
    cores = {"EXECUTOR_CORES": "8"}
    features = "--conf=group_bys/mem/users.py"
    last_day = ("--start-date=2023-12-07", "--end-date=2023-12-07")
    days = DAYS if keys < ROWS else last_day
    report, usage, _ = measured(repository, features, *days, **cores)
    check_bound(report, usage)
    assert report["rows_read"] == ROWS
    users = report["rows_written"] // (7 if keys < ROWS else 1)
    assert users == keys if keys < ROWS else 0.99 * ROWS < users <= ROWS
    report, usage, _ = measured(repository, "--mode=upload", features, last_day[1])
    check_bound(report, usage)
    assert report["rows_written"] == users
    report, usage, _ = measured(repository, f"{staging}:totals", *DAYS, **cores)
    check_bound(report, usage)
    repository.run("spark-sql", "-e", "DROP TABLE mem.users")
    report, usage, elapsed_s = measured(repository, features, *last_day, EXECUTOR_CORES="1")
    check_bound(report, usage)
    # One busy thread cannot use more processor time than passes (a twentieth for the clocks).
    assert usage.ru_utime + usage.ru_stime <= 1.05 * elapsed_s
    assert [one["value"] for one in report["settings"] if one["name"] == "EXECUTOR_CORES"] == ["1"]
    assert not list((repository.root / ".gnomon/tmp").iterdir())
