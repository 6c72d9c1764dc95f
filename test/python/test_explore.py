# SPDX-License-Identifier: Apache-2.0
# explore.py over a repository of the quickstart's shapes: what is found by which word, by whom it was
# written, and what it says when nothing is.
import json
import os
import shutil
import subprocess

import pytest
from compile_support import run
from quickstart_repository import GROUP_BYS, TRAINING_SET, quickstart


def git(repository, *arguments, author="Ada <ada@example.com>"):
    name, _, mail = author.partition(" <")
    who = ["-c", f"user.name={name}", "-c", f"user.email={mail[:-1]}"]
    subprocess.run(["git", *who, *arguments], cwd=repository.root, check=True, capture_output=True)


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    made = quickstart(tmp_path_factory.mktemp("explore") / "chronon")
    made.compile(TRAINING_SET)
    made.compile(f"{GROUP_BYS}/schema.py")
    git(made, "init", "-q")
    git(made, "add", f"{GROUP_BYS}/returns.py")
    git(made, "commit", "-q", "-m", "returns")
    git(made, "add", ".")
    git(made, "commit", "-q", "-m", "all", author="Grace <grace@example.com>")
    return made


def explore(repository, *arguments, cwd=None):
    done = run("explore.py", *arguments, cwd=cwd or repository.root)
    assert done.returncode == 0, done.stderr
    return done


def names(repository, keyword):
    document = json.loads(explore(repository, keyword, "--json").stdout)
    assert (document["format"], document["keyword"]) == (1, keyword)
    return [one["name"].split(".")[1] for one in document["group_bys"]]


@pytest.mark.parametrize(
    ("keyword", "found"),
    [
        ("refund", ["returns"]),  # An input, and a part of a topic.
        ("USER_ID", ["purchases", "returns", "users"]),  # A key.
        ("schema", ["schema"]),  # A name.
        ("data.users", ["users"]),  # A table.
        ("kafka", ["returns"]),  # A topic.
        ("training_set.v2", ["purchases", "returns"]),  # A join.
        ("nothing like it", []),
    ],
)
def test_what_a_keyword_finds(repository, keyword, found):
    assert names(repository, keyword) == found


def test_what_is_told(repository):
    assert explore(repository, "data.returns").stdout.splitlines() == [
        "quickstart.returns.v1",
        "  file:             group_bys/quickstart/returns.py",
        "  author:           Ada <ada@example.com>",
        "  json:             production/group_bys/quickstart/returns.v1",
        "  output namespace: default",
        "  sources:          data.returns, events.returns/fields=ts,return_id,user_id,product_id,"
        "refund_amt/host=kafka/port=9092",
        "  keys:             user_id",
        "  aggregated:       refund_amt",
        "  joins:            quickstart.training_set.v1, quickstart.training_set.v2",
    ]
    assert "author:           Grace <grace@example.com>" in explore(repository, "data.users").stdout


def test_events_without_topics(repository, tmp_path):
    assert names(repository, "_events_without_topics") == ["purchases", "schema"]
    report = tmp_path / "report.txt"
    handler = ("--handler-args", f"output_file={report}", "exclude_commit_message=all")
    done = explore(repository, "_events_without_topics", *handler)
    assert done.stdout == ""
    assert report.read_text().startswith("quickstart.purchases.v1\n")
    assert "author:           unknown" in report.read_text()  # Its only commit is left out.


def test_the_root_may_be_given(repository, tmp_path):
    flag = f"--conf-root={repository.root}"
    assert explore(repository, "refund", flag, cwd=tmp_path).stdout.startswith("quickstart.returns")
    done = explore(repository, "refund", f"--conf-root={tmp_path}", cwd=tmp_path)
    assert done.stdout == "" and "no teams.json" in done.stderr
    assert "no GroupBy has 'refund'" in done.stderr


def test_a_group_by_that_only_a_join_holds(repository, tmp_path):
    """Chronon's compiler writes no file of it, nor is its source here."""
    shutil.copytree(repository.root, tmp_path / "chronon", ignore=shutil.ignore_patterns(".git"))
    root = tmp_path / "chronon"
    (root / "production/group_bys/quickstart/users.v1").unlink()
    (root / TRAINING_SET).unlink()
    document = json.loads(run("explore.py", "data.users", "--json", cwd=root).stdout)
    (found,) = document["group_bys"]
    assert found["conf"] == "production/joins/quickstart/training_set.v1"
    assert (found["file"], found["author"]) == ("", "")
    # Its own namespace is that of its team.
    assert found["output_namespace"] == "default"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "required: KEYWORD"),
        ([" "], "the keyword is empty"),
        ([b"\xff"], "the keyword is no UTF-8 text"),
        (["x", "--handler-args", "output_file=y"], "--handler-args are for a handler: x"),
        (
            ["_events_without_topics", "--handler-args", "file=y"],
            "unknown handler argument 'file=y'",
        ),
        (
            ["_events_without_topics", "--handler-args", "output_file=/no/such/folder/x"],
            "the file cannot be written: /no/such/folder/x",
        ),
    ],
)
def test_mistakes(repository, arguments, message):
    done = run("explore.py", *arguments, cwd=repository.root)
    assert done.returncode == 2 and message in done.stderr and len(done.stderr.splitlines()) == 1


def test_a_word_that_no_group_by_has(repository, tmp_path):
    assert "try a shorter word, or compile what is new (4 looked at)" in explore(repository, "nothing").stderr
    (tmp_path / "teams.json").write_text("{}")
    assert "compile the configs first" in explore(repository, "user", cwd=tmp_path).stderr


def test_git_is_asked_once(repository, tmp_path):
    git_calls = tmp_path / "calls"
    program = tmp_path / "git"
    program.write_text(f'#!/bin/sh\necho call >> "{git_calls}"\nexec {shutil.which("git")} "$@"\n')
    program.chmod(0o755)
    path = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = run("explore.py", "user_id", cwd=repository.root, environment=path)
    assert done.stdout.count("author:") == 3
    assert git_calls.read_text() == "call\n"
