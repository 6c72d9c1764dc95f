# SPDX-License-Identifier: Apache-2.0
# Chronon's quickstart, written afresh: compiled as Chronon compiles it, its columns and tables, and
# what its rules refuse.
import json

import pytest
from compile_support import run
from quickstart_repository import (
    GROUP_BYS,
    TRAINING_SET,
    expected_group_bys,
    expected_join,
    quickstart,
)


@pytest.fixture
def repository(tmp_path):
    return quickstart(tmp_path)


def text_of(repository, folder, name):
    return (repository.root / "production" / folder / "quickstart" / name).read_text()


def test_the_training_sets_are_chronons_bytes(repository):
    repository.compile(TRAINING_SET)
    parts = expected_group_bys()
    v1 = expected_join("v1", parts, 0, {})
    v2 = expected_join("v2", parts[:2], 1, {"samplePercent": 100.0})
    assert text_of(repository, "joins", "training_set.v1") == json.dumps(v1, indent=2)
    assert text_of(repository, "joins", "training_set.v2") == json.dumps(v2, indent=2)


def test_a_join_brings_its_online_group_bys_along(repository):
    done = run("run.py", "--mode=compile", f"--conf={TRAINING_SET}", cwd=repository.root)
    assert done.returncode == 0, done.stderr
    output = repository.root / "production"
    assert done.stdout.splitlines() == [
        f"Successfully wrote 2 Join objects to {output}",
        f"Successfully wrote 3 GroupBy objects to {output}",
    ]
    for group_by in expected_group_bys():
        meta = group_by["metaData"]
        tables = {"tableProperties": {"source": "chronon"}, "outputNamespace": "default"}
        order = ["name", "online", "customJson", "dependencies", "tableProperties", "outputNamespace"]
        order += ["team", "offlineSchedule"]
        group_by["metaData"] = {key: {**meta, **tables}[key] for key in order}
        name = meta["name"].partition(".")[2]
        assert text_of(repository, "group_bys", name) == json.dumps(group_by, indent=2)


def test_the_columns_of_the_training_sets(repository):
    display = ("--mode=compile", f"--conf={TRAINING_SET}", "--feature-display")
    lines = run("run.py", *display, cwd=repository.root).stdout.splitlines()
    v1 = lines[lines.index("Columns of quickstart.training_set.v1") :]
    assert v1[1:3] == ["  Key Columns: user_id", "  Left Columns: user_id, ts"]
    internal = v1[3].removeprefix("  Internal Columns: ").split(", ")
    assert "quickstart_purchases_v1_purchase_price_sum_14d" in internal
    assert "quickstart_returns_v1_refund_amt_sum_30d" in internal
    assert "quickstart_returns_v1_refund_amt_last2" in internal
    assert internal[-2:] == [
        "quickstart_users_v1_account_created_ds",
        "quickstart_users_v1_email_verified",
    ]
    assert len(internal) == 22
    assert v1[4:6] == ["  External Columns: ", "  Derived Columns: "]
    assert v1[6].removeprefix("  Output Columns: ").split(", ") == internal


def test_the_tables_of_the_training_sets(repository):
    display = ("--mode=compile", f"--conf={TRAINING_SET}:v2", "--table-display")
    lines = run("run.py", *display, cwd=repository.root).stdout.splitlines()
    tables = json.loads(lines[lines.index("json.start") + 1])
    table = "default.quickstart_training_set_v2"
    assert tables == {
        "backfill": [table],
        "stats-summary": [f"{table}_daily_stats"],
        "log-flattener": [f"{table}_logged"],
        "join_parts": [f"{table}_quickstart_purchases_v1", f"{table}_quickstart_returns_v1"],
    }


def test_the_schema_group_by(repository):
    compiled = repository.compile(f"{GROUP_BYS}/schema.py")[0]
    from ai.chronon.group_by import get_output_columns

    assert get_output_columns(compiled.conf) == ["schema_value_last"]
    assert compiled.output_table == "default.quickstart_schema_v1"


def test_an_online_join_needs_online_group_bys(repository):
    repository.edit(f"{GROUP_BYS}/returns.py", "    online=True,\n", "")
    error = repository.error(TRAINING_SET)
    assert error.startswith(
        "You must make all dependent GroupBys `online` if you want to make your join `online`:"
        " quickstart.returns.v1 is not: group_bys/quickstart/returns.py:"
    )
    assert not (repository.root / "production").exists()
    assert [one.name for one in repository.compile(f"{TRAINING_SET}:v1")]


def test_lines_of_a_training_set_are_where_its_parts_are_defined(repository):
    repository.compile(TRAINING_SET)
    path = repository.root / "production/.gnomon/joins/quickstart/training_set.v1.json"
    side = json.loads(path.read_text())
    assert side["source_file"] == TRAINING_SET
    assert side["lines"][""] == repository.line_of(TRAINING_SET, "v1 = Join(")
    assert side["lines"]["left.events.query.timeColumn"] == repository.line_of(
        TRAINING_SET, "time_column="
    )
    returns = side["embedded"]["joinParts[1].groupBy"]
    assert (returns["source_file"], returns["variable"]) == (f"{GROUP_BYS}/returns.py", "v1")
    assert returns["lines"]["sources[0].events.topic"] == repository.line_of(
        f"{GROUP_BYS}/returns.py", "topic="
    )
    assert side["expressions"]["joinParts[2].groupBy.sources[0].entities.query.selects.email_verified"] == {
        "op": "column",
        "name": "email_verified",
    }


def test_the_topic_of_a_part_does_not_change_what_the_join_answers(repository):
    path = repository.root / "production/.gnomon/joins/quickstart/training_set.v2.json"

    def conf_hash():
        repository.compile(TRAINING_SET, force_overwrite=True)
        return json.loads(path.read_text())["conf_hash"]

    first = conf_hash()
    repository.edit(f"{GROUP_BYS}/returns.py", "host=kafka", "host=other")
    repository.edit(TRAINING_SET, "sample_percent=100.0", "sample_percent=50.0, description='x'")
    assert conf_hash() == first
    repository.edit(f"{GROUP_BYS}/returns.py", "(3, 14, 30)", "(3, 14, 31)")
    assert conf_hash() != first
