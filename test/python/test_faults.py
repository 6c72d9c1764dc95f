"""A run that is killed at any of its phases leaves nothing to repair: the same command again gives the same tables.

Two identical runs at once leave one right result, and the loser says what happened. Here the moments that differ most;
all others are in test_slow_kill_points.py.
"""
# SPDX-License-Identifier: Apache-2.0
import pytest

from answers import differences
from pausing import kill, pause
from repository import Repository

SOURCE = "bootcamp.purchases_from_s3"
FEATURES = "bootcamp_features.user_purchase_features"
# Before the pointer of the table is swapped, and after.
STAGING = ["commit.swap"]
BACKFILL = ["write.data", "commit.done"]
UPLOAD = ["upload.committed"]


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    """The tables of undisturbed runs on the recorded purchases."""
    repository = Repository.bootcamp(tmp_path_factory.mktemp("reference") / "repo", golden=True)
    repository.staging()
    repository.backfill()
    repository.upload()
    return {name: repository.table(name) for name in (SOURCE, FEATURES, FEATURES + "_upload")}


STAGING_COMMAND = ("run.py", "--mode=staging-query-backfill", "--conf=staging_queries/bootcamp/purchases_from_s3.py",
                   "--start-date=2023-12-01", "--end-date=2023-12-07")
BACKFILL_COMMAND = ("run.py", "--mode=backfill", "--conf=group_bys/bootcamp/user_purchase_features.py",
                    "--start-date=2023-12-01", "--end-date=2023-12-07")
UPLOAD_COMMAND = ("run.py", "--mode=upload", "--conf=group_bys/bootcamp/user_purchase_features.py",
                  "--end-date=2023-12-07")


def same_rows(expected, actual):
    assert sorted(map(str, expected.to_pylist())) == sorted(map(str, actual.to_pylist()))


def check_killed_staging(tmp_path, reference, point):
    repository = Repository.bootcamp(tmp_path / "repo", golden=True)
    kill(pause(repository, tmp_path, point, STAGING_COMMAND)[0])
    repository.staging()
    same_rows(reference[SOURCE], repository.table(SOURCE))
    assert "7 already filled" in repository.staging().stderr


@pytest.mark.parametrize("point", STAGING)
def test_killed_staging(tmp_path, reference, point):
    check_killed_staging(tmp_path, reference, point)


def check_killed_backfill(tmp_path, reference, point):
    repository = Repository.bootcamp(tmp_path / "repo", golden=True)
    repository.staging()
    kill(pause(repository, tmp_path, point, BACKFILL_COMMAND)[0])
    repository.backfill()
    assert differences(reference[FEATURES], repository.table(FEATURES), ["user_id", "ds"]) == []
    assert "7 already filled" in repository.backfill().stderr


@pytest.mark.parametrize("point", BACKFILL)
def test_killed_backfill(tmp_path, reference, point):
    check_killed_backfill(tmp_path, reference, point)


def check_killed_upload(tmp_path, reference, point):
    repository = Repository.bootcamp(tmp_path / "repo", golden=True)
    repository.staging()
    kill(pause(repository, tmp_path, point, UPLOAD_COMMAND)[0])
    repository.upload()
    same_rows(reference[FEATURES + "_upload"], repository.table(FEATURES + "_upload"))
    fetched = repository.run("run.py", "--mode=fetch", "--type=group-by", "--name=user_purchase_features",
                             "-k", '{"user_id":"user_1"}').stdout
    assert "127.66" in fetched


@pytest.mark.parametrize("point", UPLOAD)
def test_killed_upload(tmp_path, reference, point):
    check_killed_upload(tmp_path, reference, point)


@pytest.mark.parametrize("command,prepare,table", [
    (STAGING_COMMAND, [], SOURCE),
    (BACKFILL_COMMAND, ["staging"], FEATURES),
])
def test_two_at_once(tmp_path, reference, command, prepare, table):
    repository = Repository.bootcamp(tmp_path / "repo", golden=True)
    for step in prepare:
        getattr(repository, step)()
    # The first stands just before its commit while the second runs through; then it finds that it lost.
    process, marker = pause(repository, tmp_path, "commit.swap", command)
    repository.run(*command)
    marker.unlink()
    _, errors = process.communicate(timeout=60)
    same_rows(reference[table], repository.table(table))
    assert process.returncode == 3, errors
    assert "another run" in errors, errors
    assert len([s for s in repository.catalog().load_table(table).snapshots()]) == 1
