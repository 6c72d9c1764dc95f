"""Ctrl-C and SIGTERM: every command ends with status 130 and one sentence, nothing is half-written, and the same
command again finishes. That it takes less than a second is the engine's own clock (base/cancellation.h), not ours."""
# SPDX-License-Identifier: Apache-2.0
import os
import signal
import subprocess

import pytest

from pausing import pause, stop, wait_for
from repository import PROJECT, Repository

SOURCE = "bootcamp.purchases_from_s3"
FEATURES = "bootcamp_features.user_purchase_features"
STAGING = ("run.py", "--mode=staging-query-backfill", "--conf=staging_queries/bootcamp/purchases_from_s3.py",
           "--start-date=2023-12-01", "--end-date=2023-12-07")
BACKFILL = ("run.py", "--mode=backfill", "--conf=group_bys/bootcamp/user_purchase_features.py",
            "--start-date=2023-12-01", "--end-date=2023-12-07")
UPLOAD = ("run.py", "--mode=upload", "--conf=group_bys/bootcamp/user_purchase_features.py", "--end-date=2023-12-07")


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    return Repository.bootcamp(tmp_path_factory.mktemp("stopping") / "repo", golden=True)


def data_files(repository, name):
    return sorted((repository.root / ".gnomon/warehouse").glob(f"{name.replace('.', '/')}/**/*.parquet"))


def test_staging_stops_before_its_commit_and_goes_on(repository, tmp_path):
    process, marker = pause(repository, tmp_path, "commit.swap", STAGING)
    stop(process)
    assert data_files(repository, SOURCE) == [], "files that no snapshot names are left"
    marker.unlink()
    repository.staging()
    assert repository.table(SOURCE).num_rows == 155


def test_backfill_stops_by_sigterm_and_goes_on(repository, tmp_path):
    repository.staging()
    process, _ = pause(repository, tmp_path, "write.data", BACKFILL)
    stop(process, signal.SIGTERM)
    repository.backfill()
    assert repository.table(FEATURES).num_rows == 406


def test_upload_stops_and_what_was_served_is_served_still(repository, tmp_path):
    repository.staging()
    repository.upload("--end-date=2023-12-06")
    fetch = ("run.py", "--mode=fetch", "--type=group-by", "--name=user_purchase_features", "-k", '{"user_id":"user_1"}')
    before = [line for line in repository.run(*fetch).stdout.splitlines() if not line.startswith("Fetched in")]
    process, _ = pause(repository, tmp_path, "upload.publish", UPLOAD)
    stop(process)
    after = [line for line in repository.run(*fetch).stdout.splitlines() if not line.startswith("Fetched in")]
    assert after == before
    batches = [p for p in (repository.root / ".gnomon/kv").glob("*/*") if p.is_dir()]
    assert len(batches) == 1, "the batch that was not published is left"
    repository.upload()


def test_import_stops_and_leaves_no_table(repository, tmp_path):
    file = repository.root / ".gnomon/buckets/chronon/warehouse/data/purchases/purchases.parquet"
    process, _ = pause(repository, tmp_path, "write.data", ("gnomon", "import", "data.stopped", str(file)))
    stop(process)
    repository.run("gnomon", "import", "data.stopped", str(file))
    assert repository.sql("SELECT count(*) FROM data.stopped") == [["155"]]


def test_a_query_of_the_shell_stops(repository):
    repository.staging()
    join = " CROSS JOIN ".join(f"{SOURCE} t{i}" for i in range(8))
    process = repository.start("spark-sql", "-e", f"SELECT sum(t0.purchase_price * t7.purchase_price) FROM {join}")
    # In the middle of the work: once the engine has taken the place of Python it soon computes.
    wait_for(lambda: read_command(process.pid).rpartition(b"/")[2].startswith(b"gnomon")
             and cpu_seconds(process.pid) > 0.5, process, "the query")
    stop(process)


def read_command(pid):
    with open(f"/proc/{pid}/cmdline", "rb") as file:
        return file.read().split(b"\0")[0]


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_fetch_loop_and_waiting_run_stop(repository):
    repository.staging()
    repository.upload()
    process = repository.start("run.py", "--mode=fetch", "--type=group-by", "--name=user_purchase_features", "--loop",
                               "--interval=600", "-k", '{"user_id":"user_1"}')
    assert "START FETCHING" in process.stdout.readline()
    stop(process)
    process = repository.start("run.py", "--mode=backfill", "--conf=group_bys/bootcamp/user_purchase_features.py",
                               "--end-date=2023-12-20", "--wait=1h")
    line = process.stderr.readline()
    while not line.startswith("waiting"):
        assert line, process.communicate()
        line = process.stderr.readline()
    stop(process)


def test_run_py_stops_while_it_compiles(repository):
    """A config that takes long to import stands for any work in Python."""
    marker = repository.root / "importing"
    slow = repository.root / "staging_queries/bootcamp/slow.py"
    slow.write_text(f"import pathlib, time\npathlib.Path({str(marker)!r}).touch()\ntime.sleep(600)\n")
    for number in (signal.SIGINT, signal.SIGTERM):
        process = repository.start("run.py", "--mode=staging-query-backfill", "--conf=staging_queries/bootcamp/slow.py")
        wait_for(marker.exists, process, "the import of the config")
        stop(process, number)
        marker.unlink()
    slow.unlink()


def test_all_children_of_run_py_stop(tmp_path):
    """run.py runs what a config needs as children: a stop of run.py alone reaches them, and no other is started."""
    repository = Repository.bootcamp(tmp_path / "repo", golden=True)
    process, _ = pause(repository, tmp_path, "staging.begin", (*BACKFILL, "--with-dependencies"))
    errors = stop(process)
    assert errors.count("stopped") == 1, errors
    assert subprocess.run(["pgrep", "-f", str(repository.root)], capture_output=True).stdout == b""


def test_a_stop_that_nobody_hears_is_obeyed_all_the_same(repository):
    """A process that hangs in a library ends when its grace is over."""
    engine = os.environ.get("GNOMON_BIN", PROJECT / "build/release/gnomon")
    lines, never_written = os.pipe()
    process = subprocess.Popen([engine, "sql", "--statements=-"], cwd=repository.root, env=repository.environment,
                               text=True, stdin=lines, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    wait_for(lambda: is_reading(process.pid), process, "the wait for a statement")
    stop(process)
    os.close(lines)
    os.close(never_written)


def is_reading(pid):
    with open(f"/proc/{pid}/syscall") as file:
        return file.read().startswith("0 0x0 ")  # read() of standard input.
