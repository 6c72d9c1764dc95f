"""Ctrl-C at every named moment of every command, and in the middle of real work on a large table: the tables are as
before or as after, never between, and the same command again finishes."""
# SPDX-License-Identifier: Apache-2.0
import shutil
import signal

import pytest

from large_table import large_purchases
from pausing import pause, stop, wait_for
from repository import Repository
from test_faults import BACKFILL, FEATURES, SOURCE, STAGING, UPLOAD
from test_faults import BACKFILL_COMMAND, STAGING_COMMAND, UPLOAD_COMMAND
from test_stopping import cpu_seconds, read_command

PREPARED = {"staging": [], "backfill": ["staging"], "upload": ["staging"]}
COMMANDS = {"staging": STAGING_COMMAND, "backfill": BACKFILL_COMMAND, "upload": UPLOAD_COMMAND}
TABLES = {"staging": SOURCE, "backfill": FEATURES, "upload": FEATURES + "_upload"}
MOMENTS = [*(("staging", point) for point in STAGING), *(("backfill", point) for point in BACKFILL),
           *(("upload", point) for point in UPLOAD)]
# From these on the table has changed.
COMMITTED = {"commit.done", "upload.committed", "upload.load", "upload.publish"}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A repository for each command, ready for it; and the table that the command makes when nothing disturbs it."""
    made = {}
    for name, steps in PREPARED.items():
        # A table names absolute paths, so each test gets its repository by moving it to the same place.
        folder = tmp_path_factory.mktemp(name)
        repository = Repository.bootcamp(folder / "repo", golden=True)
        for step in steps:
            getattr(repository, step)()
        shutil.copytree(repository.root, folder / "fresh")
        getattr(repository, name)()
        made[name] = (repository, folder / "fresh", rows_of(repository, TABLES[name]))
    return made


def rows_of(repository, name):
    return sorted(map(str, repository.table(name).to_pylist()))


@pytest.mark.parametrize("name,point", MOMENTS)
def test_stopped_at(prepared, tmp_path, name, point):
    repository, fresh, expected = prepared[name]
    shutil.rmtree(repository.root)
    shutil.copytree(fresh, repository.root)
    process, marker = pause(repository, tmp_path, point, COMMANDS[name])
    if point == "commit.done" and name != "upload":
        # Nothing is left to stop: the command ends as if nobody had asked.
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        assert process.returncode == 0
    else:
        stop(process)
    marker.unlink()
    if point in COMMITTED and name != "staging":
        assert rows_of(repository, TABLES[name]) == expected
    elif repository.catalog().table_exists(TABLES[name]):
        assert rows_of(repository, TABLES[name]) in ([], expected)
    assert list((repository.root / ".gnomon/tmp").iterdir()) == []
    getattr(repository, name)()
    assert rows_of(repository, TABLES[name]) == expected


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    repository = Repository.bootcamp(tmp_path_factory.mktemp("large") / "repo")
    large_purchases(repository, rows=3_000_000, users=1_000_000)
    return repository


def is_working(pid, cpu_s):
    return read_command(pid).rpartition(b"/")[2].startswith(b"gnomon") and cpu_seconds(pid) > cpu_s


def stop_in_the_middle(repository, command, cpu_s, environment=None):
    process = repository.start(*command, environment=environment)
    wait_for(lambda: is_working(process.pid, cpu_s), process, "work")
    stop(process)


def test_in_the_middle_of_work(large):
    """Real work, with spilling; each command is stopped at several ages before it may finish."""
    small = {"EXECUTOR_MEMORY": "128M"}
    for cpu_s in (0.1, 0.5, 1):
        stop_in_the_middle(large, STAGING_COMMAND, cpu_s, small)
    assert not large.catalog().table_exists(SOURCE) or large.table(SOURCE).num_rows == 0
    large.run(*STAGING_COMMAND)
    rows = large.table(SOURCE).num_rows
    assert rows == 3_000_000
    for cpu_s in (0.1, 0.7, 1.5):
        stop_in_the_middle(large, BACKFILL_COMMAND, cpu_s, small)
        assert list((large.root / ".gnomon/tmp").iterdir()) == []
    large.run(*BACKFILL_COMMAND, environment=small)
    counted = large.sql(f"SELECT count(*), count(DISTINCT ds) FROM {FEATURES}")
    assert counted[0][1] == "7"
    for cpu_s in (0.2, 1):
        stop_in_the_middle(large, UPLOAD_COMMAND, cpu_s)
    large.run(*UPLOAD_COMMAND)
