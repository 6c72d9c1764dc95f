# SPDX-License-Identifier: Apache-2.0
# run.py and spark-sql as programs: what they hand to the engine, which a script stands in for here
# and writes down.
import json
import os

import pytest
from compile_support import FEATURES, STAGING, Repository, run

ENGINE = """#!/bin/sh
{ printf '%s\\n' "$#" "$@"; } >> "$GNOMON_TEST_CALLS"
env > "$GNOMON_TEST_CALLS.env"
[ "$1" = sql ] && cat > "$GNOMON_TEST_CALLS.stdin"
case "$*" in *"$GNOMON_TEST_FAILS"*) exit 3;; esac
"""


class Shell:
    def __init__(self, tmp_path):
        self.repository = Repository(tmp_path / "repository")
        engine = tmp_path / "engine"
        engine.write_text(ENGINE)
        engine.chmod(0o755)
        self.calls_path = tmp_path / "calls"
        self.environment = {
            "GNOMON_BIN": str(engine),
            "GNOMON_TEST_CALLS": str(self.calls_path),
            "GNOMON_TEST_FAILS": "nothing at all",
        }

    def run(self, *arguments, program="run.py", cwd=None, stdin="", **environment):
        self.calls_path.unlink(missing_ok=True)
        return run(
            program,
            *arguments,
            cwd=cwd or self.repository.root,
            environment={**self.environment, **environment},
            stdin=stdin,
        )

    def calls(self):
        """Returns the argument lists of the engine's calls."""
        lines = self.calls_path.read_text().split("\n") if self.calls_path.exists() else []
        found = []
        while lines and lines[0]:
            count = int(lines[0])
            found.append(lines[1 : count + 1])
            lines = lines[count + 1 :]
        return found

    def call(self, *arguments, **kwargs):
        """Runs a command that must call the engine once, and returns that call's arguments."""
        done = self.run(*arguments, **kwargs)
        assert done.returncode == 0, done.stderr
        assert len(self.calls()) == 1
        return self.calls()[0]

    def engine_environment(self):
        text = (self.calls_path.parent / "calls.env").read_text()
        return dict(line.split("=", 1) for line in text.splitlines() if "=" in line)


@pytest.fixture
def shell(tmp_path):
    return Shell(tmp_path)


def test_the_missions_commands(shell):
    root = shell.repository.root
    dates = ["--start-date=2023-12-01", "--end-date=2023-12-07"]
    staging = f"--conf={root}/production/staging_queries/bootcamp/purchases_from_s3.v1"
    features = f"--conf={root}/production/group_bys/bootcamp/user_purchase_features.v1"
    assert shell.call("--mode=staging-query-backfill", f"--conf={STAGING}", *dates) == [
        "run",
        "--mode=staging-query-backfill",
        f"--repo={root}",
        staging,
        *dates,
    ]
    assert shell.call("--mode=backfill", f"--conf={FEATURES}", *dates) == [
        "run",
        "--mode=group-by-backfill",
        f"--repo={root}",
        features,
        *dates,
    ]
    assert shell.call("--mode=upload", f"--conf={FEATURES}", "--end-date=2023-12-07") == [
        "run",
        "--mode=group-by-upload",
        f"--repo={root}",
        features,
        "--end-date=2023-12-07",
    ]


def test_chronons_commands(shell):
    root = shell.repository.root
    shell.call("--conf", STAGING)
    assert shell.calls()[0][1] == "--mode=staging-query-backfill"
    shell.call("--conf", FEATURES)
    for path in (
        "production/group_bys/bootcamp/user_purchase_features.v1",
        "production/group_bys/group_bys/bootcamp/user_purchase_features.v1",
        f"{root}/production/group_bys/bootcamp/user_purchase_features.v1",
    ):
        call = shell.call(
            "--mode",
            "backfill",
            "--conf",
            path,
            "--start-ds",
            "2023-12-01",
            "--ds",
            "2023-12-01",
            "--end-ds",
            "2023-12-07",
            "--repo",
            str(root),
            cwd=root.parent,
        )
        assert call[3:] == [
            f"--conf={root}/production/group_bys/bootcamp/user_purchase_features.v1",
            "--start-date=2023-12-01",
            "--end-date=2023-12-07",
        ]


def test_a_compiled_path_without_file_compiles_its_source(shell):
    call = shell.call("--conf=production/group_bys/bootcamp/user_purchase_features.v1")
    assert call[-1].endswith("production/group_bys/bootcamp/user_purchase_features.v1")
    assert shell.repository.side()["source_file"] == FEATURES


def test_flags_for_the_engine(shell):
    call = shell.call(
        f"--conf={FEATURES}",
        "--step-days",
        "7",
        "--run-first-hole",
        "--wait=48h",
        "--quiet",
        "--online-jar=x.jar",
        "--spark-version",
        "3.5.2",
        "--parallelism=1",
    )
    assert call[4:] == ["--step-days=7", "--run-first-hole", "--wait=48h", "--quiet"]


def test_fetch(shell):
    root = shell.repository.root
    keys = '{"user_id":"user_1"}'
    call = shell.call(
        "--mode",
        "fetch",
        "--conf-type",
        "group_bys",
        "--name",
        "bootcamp/user_purchase_features.v1",
        "-k",
        keys,
        "--repo",
        str(root),
    )
    name = "--name=bootcamp/user_purchase_features.v1"
    assert call == ["fetch", f"--repo={root}", "--type=group-by", name, f"--key-json={keys}"]
    assert shell.call("--mode=fetch", f"--conf={FEATURES}", "-k", keys) == call
    assert shell.call("--mode=fetch", "-n", "a", "-f", "keys.json")[2:] == [
        "--type=join",
        "--name=a",
        "--key-json-file=keys.json",
    ]


def test_settings_reach_the_engine_in_their_order(shell):
    teams = {
        "default": {
            "common_env": {
                "A": "common",
                "B": "common",
                "C": "common",
                "D": "common",
                "E": "common",
                "F": "f",
            }
        },
        "bootcamp": {
            "namespace": "bootcamp",
            "production": {
                "backfill": {
                    "A": "production",
                    "B": "production",
                    "C": "production",
                    "D": "production",
                }
            },
            "dev": {"backfill": {"A": "dev", "B": "dev", "C": "dev"}},
        },
    }
    shell.repository.write("teams.json", json.dumps(teams))
    env = "online=True, env={'backfill': {'A': 'conf', 'B': 'conf', 'EXECUTOR_MEMORY': '8G'}},"
    shell.repository.edit(FEATURES, "online=True,", env)
    shell.call(f"--conf={FEATURES}", "--online-args", "-Zpassword=secret", A="process")
    found = shell.engine_environment()
    assert [found[key] for key in "ABCDEF"] == [
        "process",
        "conf",
        "dev",
        "production",
        "common",
        "f",
    ]
    assert found["EXECUTOR_MEMORY"] == "8G"
    assert found["APP_NAME"] == "chronon_group_bys_backfill_dev_bootcamp.user_purchase_features.v1"
    assert found["CHRONON_ONLINE_ARGS"] == "-Zpassword=secret"
    assert "secret" not in str(shell.calls())


def test_dependencies_run_first_and_stop_on_failure(shell):
    arguments = [f"--conf={FEATURES}", "--with-dependencies", "--end-date=2023-12-07"]
    assert shell.run(*arguments).returncode == 0
    assert [call[1] for call in shell.calls()] == [
        "--mode=staging-query-backfill",
        "--mode=group-by-backfill",
    ]
    assert all(call[-1] == "--end-date=2023-12-07" for call in shell.calls())
    done = shell.run(*arguments, GNOMON_TEST_FAILS="staging-query-backfill")
    assert done.returncode == 3 and len(shell.calls()) == 1
    assert (
        "bootcamp.purchases_from_s3.v1 failed - the config after it was not run" in done.stderr
    )


def test_several_objects_run_in_turn_unless_one_is_named(shell):
    path = "staging_queries/bootcamp/two.py"
    shell.repository.write(
        path,
        "from ai.chronon.api.ttypes import StagingQuery\n"
        "a = StagingQuery(query='SELECT 1 AS x')\nb = StagingQuery(query='SELECT 2 AS x')\n",
    )
    assert shell.run(f"--conf={path}").returncode == 0
    assert [os.path.basename(call[3]) for call in shell.calls()] == ["two.a", "two.b"]
    assert os.path.basename(shell.call(f"--conf={path}:b")[3]) == "two.b"


def test_repository_root(shell):
    root = shell.repository.root
    inside = root / "group_bys" / "bootcamp"
    assert shell.call("--conf=user_purchase_features.py", cwd=inside)[2] == f"--repo={root}"
    assert (
        shell.call(f"--conf={FEATURES}", cwd=root.parent, CHRONON_REPO_PATH=str(root))[2]
        == f"--repo={root}"
    )
    done = shell.run(f"--conf={FEATURES}", cwd=root.parent)
    assert done.returncode == 2 and "no repository found" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--mode=bakfill"], "unknown mode 'bakfill' - did you mean 'backfill'?"),
        (["--mode=streaming"], "the mode streaming is not supported yet"),
        (["--mode=upload", f"--conf={STAGING}"], "the mode upload does not fit a StagingQuery"),
        (["--mode=staging-query-backfill", f"--conf={FEATURES}"], "does not fit a GroupBy"),
        (["--start-date=2023-02-30"], "--start-date is not a date: 2023-02-30"),
        (["--end-ds", "yesterday"], "--end-date is not a date: yesterday"),
        (["--start-ds=2023-12-02", "--ds=2023-12-01"], "the start is after the end"),
        (["--strt-date=2023-12-02"], "unknown flag --strt-date - did you mean '--start-date'?"),
        (["--parallelism=2"], "--parallelism needs a range"),
        (
            ["--parallelism=3", "--start-ds=2023-12-01", "--end-ds=2023-12-02"],
            "more than the 2 days",
        ),
        (["--memory="], "the value is missing: --memory - see run.py --help"),
        (["--expected-result-table", ""], "the value is missing: --expected-result-table"),
        (["--mode="], "the value is missing: --mode"),
        (["--parallelism=x"], "the value is not a whole number: --parallelism=x"),
        (["--step-days=0"], "--step-days must be 1 or more"),
        (["--wait=soon"], "--wait is not a duration: soon"),
        (["--quiet", "--verbose"], "exclude each other"),
        ([], "no config given"),
        (["--conf=production/x.v1"], "the config does not exist"),
        (["--conf=joins/bootcamp/x.v1"], "the config does not exist"),
        (["--conf=teams.json"], "the path is not that of a compiled config"),
        (["--conf=group_bys"], "the config is a folder"),
        (["--mode=fetch"], "no config to fetch"),
        (["--mode=fetch", "--name=x"], "no keys to fetch"),
        (
            ["--repo=/no/such/folder", f"--conf={FEATURES}"],
            "the repository does not exist: /no/such/folder",
        ),
    ],
)
def test_wrong_commands_are_refused_before_anything_runs(shell, arguments, message):
    done = shell.run(*arguments)
    assert done.returncode == 2 and message in done.stderr, done.stderr
    assert done.stderr.startswith("error: ") and done.stderr.count("\n") == 1
    assert not shell.calls() and not (shell.repository.root / "production").exists()


def test_a_missing_engine(shell):
    done = shell.run(f"--conf={FEATURES}", GNOMON_BIN="/no/engine")
    assert (
        done.returncode == 2
        and "the engine is not built: /no/engine - mend GNOMON_BIN" in done.stderr
    )


def test_spark_sql(shell):
    call = shell.call("-e", "SHOW TABLES IN bootcamp; SELECT 1 AS a;", program="spark-sql")
    assert call == ["sql", f"--repo={shell.repository.root}", "--statements=-"]
    lines = (shell.calls_path.parent / "calls.stdin").read_text().splitlines()
    assert [json.loads(line)["kind"] for line in lines] == ["show_tables", "query"]
    file = shell.repository.write("q.sql", "-- a comment; with a semicolon\nSELECT 1 AS a\n")
    shell.call("-f", str(file), program="spark-sql")
    shell.call(program="spark-sql", stdin="SELECT 2 AS a")
    assert "SELECT 2 AS a" in (shell.calls_path.parent / "calls.stdin").read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--file=x"], "unknown flag --file"),
        (["-e", "SELECT 1 AS a; FOO BAR"], "statement 2"),
        (["-e", "SELECT 1", "-f", "x"], "exclude each other"),
        (["-f", "/no/file"], "the file of statements cannot be read: /no/file"),
    ],
)
def test_spark_sql_errors(shell, arguments, message):
    done = shell.run(*arguments, program="spark-sql")
    assert done.returncode == 2 and message in done.stderr, done.stderr
    assert done.stderr.startswith("error: ") and not shell.calls()


def test_fresh_configs_import_no_translator(shell):
    shell.call(f"--conf={FEATURES}")
    done = shell.run(f"--conf={FEATURES}", PYTHONVERBOSE="1")
    assert done.returncode == 0 and "import 'gnomon.compile'" in done.stderr
    assert "import 'gnomon.spark_sql'" not in done.stderr and "sqlglot" not in done.stderr
