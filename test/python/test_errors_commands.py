"""What run.py, gnomon and spark-sql say to a command that is wrong, and where they are started in the wrong place."""
# SPDX-License-Identifier: Apache-2.0
import datetime
import json
import shutil

import pytest

from mishaps import GROUP_BY, STAGING, paste
from repository import Repository

CONF = "production/group_bys/bootcamp/user_purchase_features.v1"
DOTTED = "group_bys/bootcamp/v1.2.py"
FETCH = ("run.py", "--mode=fetch", "--type=group-by", "--name=user_purchase_features")


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    repository = Repository.bootcamp(tmp_path_factory.mktemp("commands") / "repo")
    repository.staging()
    repository.upload()
    shutil.copy(repository.root / GROUP_BY, repository.root / DOTTED)
    return repository


WRONG = [
    ("an unknown flag of run.py", ["run.py", "--conf", GROUP_BY, "--start-dat=2023-12-01"],
     "did you mean '--start-date'?"),
    ("a value without its flag", ["run.py", GROUP_BY], "--help"),
    ("a flag without its value", ["run.py", f"--conf={GROUP_BY}", "--end-date"], "--end-date=VALUE"),
    ("no config", ["run.py", "--mode=backfill"], "add --conf="),
    ("a folder in place of a config", ["run.py", "--mode=backfill", "--conf=group_bys/bootcamp"], "give one file"),
    ("flags that exclude each other", ["run.py", f"--conf={GROUP_BY}", "--quiet", "--verbose"], "drop one of them"),
    ("an unknown command of gnomon", ["gnomon", "improt"], "did you mean 'import'?"),
    ("an unknown flag of gnomon", ["gnomon", "import", "db.t", "x.parquet", "--partition=ds"], "--partition-by"),
    ("an argument is missing", ["gnomon", "import", "db.t"], "--help"),
    ("an unknown flag of spark-sql", ["spark-sql", "--execute", "SELECT 1"], "unknown flag --execute"),
    ("no keys to fetch", list(FETCH), """add -k '{"user_id": "user_1"}'"""),
    ("no name to fetch", ["run.py", "--mode=fetch", "--type=group-by", "-k", "{}"], "add --name="),
    ("keys that are not JSON", [*FETCH, "-k", "user_id=user_1"], '{"user_id": "user_1"}'),
    ("keys that are no object", [*FETCH, "-k", "[1]"], "--key-json"),
    ("a key is missing", [*FETCH, "-k", '{"user": "user_1"}'], "user_id"),
    ("a key of another type", [*FETCH, "-k", '{"user_id": {"a": 1}}'], "user_id"),
    ("a file of keys that is not there", [*FETCH, "-f", "keys.json"], "keys.json"),
    ("a name that nobody uploaded", ["run.py", "--mode=fetch", "--type=group-by", "--name=user_purchase_feature", "-k",
                                     '{"user_id": "user_1"}'], "did you mean"),
    ("a file to import that is not there", ["gnomon", "import", "db.t", "nothing.parquet"], "nothing.parquet"),
    ("a table's name that is none", ["gnomon", "import", "../x.y", "teams.json"], "namespace.table"),
    ("a number that is none", ["gnomon", "runs", "--limit=many"], "write --limit=20"),
    ("a number below the least", ["gnomon", "run", "--mode=join", "--join-part-parallelism=0"],
     "write --join-part-parallelism=2"),
    ("a number beyond the greatest", [*FETCH, "-k", "{}", "--at-millis=99999999999999999999"], "write --at-millis="),
    ("a flag that is given twice", ["gnomon", "runs", "--limit=1", "--limit=2"], "give it once"),
    ("a mode for another type of config", ["gnomon", "run", "--mode=join", f"--conf={CONF}"], "another --mode"),
    ("a Python file where a compiled config is taken", ["gnomon", "run", "--mode=join", f"--conf={GROUP_BY}"],
     "give it to run.py"),
    ("a file whose name has a dot", ["run.py", f"--conf={DOTTED}"], "rename it with _"),
    ("a folder that is not empty", ["gnomon", "init", "."], "empty"),
]


@pytest.mark.parametrize("when, command, words", WRONG, ids=[case[0].replace(" ", "-") for case in WRONG])
def test_a_command_that_is_wrong(loaded, provoked, when, command, words):
    assert words in provoked(loaded.run(*command, status=2), when=when)


def test_outside_of_a_repository(loaded, provoked, tmp_path):
    elsewhere = Repository(tmp_path)
    for command in (["run.py", f"--conf={GROUP_BY}"], ["spark-sql", "-e", "SELECT 1"],
                    ["gnomon", "import", "db.t", "x"]):
        sentence = provoked(elsewhere.run(*command, status=2), when=f"{command[0]} outside of a repository")
        assert "teams.json" in sentence and "--repo" in sentence
    sentence = provoked(elsewhere.run("spark-sql", "--repo=/nowhere", "-e", "SELECT 1", status=2),
                        when="--repo names no folder")
    assert "/nowhere" in sentence


def test_a_fetch_before_the_upload(tmp_path, provoked):
    repository = Repository.bootcamp(tmp_path / "repo")
    keys = ("-k", json.dumps({"user_id": "user_1"}))
    sentence = provoked(repository.run(*FETCH, *keys, status=2), when="nothing was uploaded yet")
    repository.staging()
    # The command in it uploads today; the days of the sample are over.
    sentence = provoked(paste(repository, sentence, status=2), when="the upload of a day that the source lacks",
                        hide={datetime.datetime.now(datetime.timezone.utc).date().isoformat(): "2026-11-27"})
    assert "(it has 2023-12-01..2023-12-07)" in sentence
    repository.upload()
    repository.run(*FETCH, *keys)


def test_a_state_of_a_newer_version(tmp_path, provoked):
    repository = Repository.bootcamp(tmp_path / "repo")
    repository.run("spark-sql", "-e", "SELECT 1")
    (repository.root / ".gnomon/FORMAT").write_text("99\n")
    provoked(repository.run("spark-sql", "-e", "SELECT 1", status=2), when="the state is of a newer gnomon")


def test_a_moved_repository(tmp_path, provoked):
    repository = Repository.bootcamp(tmp_path / "repo")
    repository.staging()
    moved = Repository(repository.root.rename(tmp_path / "moved"))
    done = moved.run("run.py", f"--conf={STAGING}", "--end-date=2023-12-07", status=2)
    provoked(done, when="the repository was moved")
