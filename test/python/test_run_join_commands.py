# SPDX-License-Identifier: Apache-2.0
# run.py with Joins and jobs: modes, the engine's flags, ranges and what runs first. A script stands in
# for the engine, as in test_run_commands.py.
import os

import pytest
from compile_support import FEATURES, STAGING
from test_compile_joins import CHILD, JOIN, JOIN_TEXT, with_child
from test_run_commands import Shell


@pytest.fixture
def shell(tmp_path):
    made = Shell(tmp_path)
    made.repository.write("joins/__init__.py", "")
    made.repository.write("joins/bootcamp/__init__.py", "")
    made.repository.write(JOIN, JOIN_TEXT)
    return made


@pytest.mark.parametrize(
    ("mode", "engines"),
    [
        ("backfill", "join"),
        ("backfill-left", "join-left"),
        ("backfill-final", "join-final"),
        ("label-join", "label-join"),
        ("stats-summary", "stats-summary"),
        ("analyze", "analyze"),
        ("compare", "compare-join-query"),
        ("metadata-export", "metadata-export"),
        ("join", "join"),
    ],
)
def test_modes_of_a_join(shell, mode, engines):
    call = shell.call(f"--mode={mode}", f"--conf={JOIN}", "--ds=2023-12-07")
    path = f"{shell.repository.root}/production/joins/bootcamp/training_set.v1"
    assert call[1:] == [
        f"--mode={engines}",
        f"--repo={shell.repository.root}",
        f"--conf={path}",
        "--end-date=2023-12-07",
    ]
    name = {"join": "backfill"}.get(mode, mode)
    environment = shell.engine_environment()
    assert environment["APP_NAME"] == f"chronon_joins_{name}_dev_bootcamp.training_set.v1"


@pytest.mark.parametrize(
    ("conf", "mode"),
    [(FEATURES, "analyze"), (FEATURES, "metadata-export"), (STAGING, "metadata-export")],
)
def test_jobs_of_other_configs(shell, conf, mode):
    assert shell.call(f"--mode={mode}", f"--conf={conf}")[1] == f"--mode={mode}"


def test_flags_go_to_the_engine_in_chronons_spelling(shell):
    call = shell.call(
        f"--conf={JOIN}",
        "--selected-join-parts",
        "a",
        "b",
        "--use-cached-left",
        "--unset-semantic-hash",
        "--start-partition-override=2023-12-01",
        "--run-first-hole",
        "--step-days=7",
        "--expected-result-table=ns.expected",
        "--local-data-path=data",
        "--local-table-mapping",
        "ns.a=a.csv",
        "ns.b=b.csv",
        "--local-warehouse-location=w",
        "--local-table-export-path=out",
        "--local-table-export-format=json",
        "--local-table-export-prefix=p",
        "--use-delta-catalog",
        "--memory=2G",
    )
    assert call[4:] == [
        "--start-date=2023-12-01",
        "--step-days=7",
        "--run-first-hole",
        "--expected-result-table=ns.expected",
        "--local-data-path=data",
        "--local-warehouse-location=w",
        "--local-table-export-path=out",
        "--local-table-export-format=json",
        "--local-table-export-prefix=p",
        "--selected-join-parts=a",
        "--selected-join-parts=b",
        "--local-table-mapping=ns.a=a.csv",
        "--local-table-mapping=ns.b=b.csv",
        "--use-cached-left",
        "--unset-semantic-hash",
        "--memory=2G",
    ]


def test_flags_of_jobs(shell):
    call = shell.call(
        "--mode=analyze",
        f"--conf={JOIN}",
        "--start-date=2023-12-01",
        "--enable-hitter",
        "--count=10",
        "--sample=0.5",
        "--skip-timestamp-check",
        "--skip-table-permission-check",
        "--export-schema",
    )
    assert call[4:] == [
        "--start-date=2023-12-01",
        "--sample=0.5",
        "--count=10",
        "--enable-hitter",
        "--skip-timestamp-check",
        "--skip-table-permission-check",
        "--export-schema",
    ]
    call = shell.call("--mode=compare", f"--conf={JOIN}", f"--query-conf={STAGING}")
    compiled = f"{shell.repository.root}/production/staging_queries/bootcamp/purchases_from_s3.v1"
    assert call[4:] == [f"--query-conf={compiled}"]
    call = shell.call("--mode=stats-summary", f"--conf={JOIN}", "--force-backfill")
    assert call[4:] == ["--force-backfill"]


def test_all_metadata_is_exported_without_a_config(shell):
    call = shell.call(
        "--mode=metadata-export",
        "--input-root-path=production",
        "--output-root-path=out",
        "--process-embedded-group-bys",
        "--ds=2023-12-07",
    )
    common = ["run", "--mode=metadata-export", f"--repo={shell.repository.root}"]
    assert call == [
        *common,
        "--end-date=2023-12-07",
        "--input-root-path=production",
        "--output-root-path=out",
        "--process-embedded-group-bys",
    ]
    # Whatever else is given reaches the engine, or is told to be without effect.
    given = ["--start-date=2023-12-01", "--step-days=3", "--run-first-hole", "--dry-run"]
    idle = ["--env=prod", "--with-dependencies", "--app-name=a", "--conf-type=joins"]
    done = shell.run("--mode=metadata-export", "--input-root-path=production", *given, *idle)
    assert done.returncode == 0
    assert shell.calls() == [[*common, *given, "--input-root-path=production"]]
    for flag in ("--env", "--with-dependencies", "--app-name", "--conf-type"):
        said = f"warning: {flag} has no effect on the mode metadata-export without --conf\n"
        assert said in done.stderr


@pytest.mark.parametrize(
    ("arguments", "refused"),
    [
        (["--mode=compile", f"--conf={JOIN}", "--dry-run"], "--dry-run"),
        (["--mode=compile", f"--conf={JOIN}", "--memory=1G"], "--memory"),
        (["--mode=compile", f"--conf={JOIN}", "--with-dependencies"], "--with-dependencies"),
        (["--mode=fetch", "--name=a", "-k={}", "--step-days=3"], "--step-days"),
        (["--mode=fetch", "--name=a", "-k={}", "--feature-display"], "--feature-display"),
        ([f"--conf={JOIN}", "--key-json={}"], "--key-json"),
        ([f"--conf={JOIN}", "--table-display"], "--table-display"),
    ],
)
def test_a_flag_of_another_mode_is_refused(shell, arguments, refused):
    mode = arguments[0].partition("--mode=")[2] or "backfill"
    done = shell.run(*arguments)
    assert done.returncode == 2 and not shell.calls()
    assert done.stderr == f"error: {refused} has no meaning for the mode {mode} - drop it\n"


def test_flags_of_every_mode_of_chronon_are_told_to_be_without_effect(shell):
    done = shell.run("--mode=fetch", "--name=a", "-k={}", "--ds=2023-12-07", "--env=prod")
    assert done.returncode == 0 and len(shell.calls()) == 1
    assert "warning: --ds has no effect on the mode fetch\n" in done.stderr
    assert "warning: --env has no effect on the mode fetch\n" in done.stderr


def test_the_type_of_the_config_must_be_its_own(shell):
    done = shell.run(f"--conf={JOIN}", "--conf-type=group_bys")
    assert done.returncode == 2 and not shell.calls()
    assert f"the config is a Join, not a GroupBy: {JOIN} - drop --conf-type" in done.stderr
    shell.call(f"--conf={JOIN}", "--conf-type=joins")


def ranges(shell):
    return [call[4:6] for call in shell.calls()]


def test_parallelism_splits_the_range(shell):
    arguments = [f"--conf={JOIN}", "--start-ds=2023-12-01", "--end-ds=2023-12-07"]
    assert shell.run(*arguments, "--parallelism=3").returncode == 0
    assert ranges(shell) == [
        ["--start-date=2023-12-01", "--end-date=2023-12-02"],
        ["--start-date=2023-12-03", "--end-date=2023-12-04"],
        ["--start-date=2023-12-05", "--end-date=2023-12-07"],
    ]
    assert shell.run(*arguments, "--parallelism=7").returncode == 0
    assert len(ranges(shell)) == 7 and ranges(shell)[-1][0] == "--start-date=2023-12-07"
    done = shell.run(*arguments, "--parallelism=3", GNOMON_TEST_FAILS="start-date=2023-12-03")
    assert done.returncode == 3 and len(shell.calls()) == 2
    assert "bootcamp.training_set.v1 failed" in done.stderr


def test_more_runs_than_days_are_refused(shell):
    """Edge case 100."""
    arguments = [f"--conf={JOIN}", "--start-ds=2023-12-01", "--end-ds=2023-12-02"]
    done = shell.run(*arguments, "--parallelism=3")
    assert done.returncode == 2 and not shell.calls()
    assert "--parallelism=3 is more than the 2 days of the range" in done.stderr


def test_an_upload_is_one_run(shell):
    arguments = ["--mode=upload", "--start-ds=2023-12-01", "--end-ds=2023-12-07"]
    done = shell.run(f"--conf={FEATURES}", *arguments, "--parallelism=3")
    assert done.returncode == 0
    # The engine tells that the start changes nothing.
    assert [call[4:] for call in shell.calls()] == [
        ["--start-date=2023-12-01", "--end-date=2023-12-07"]
    ]
    assert done.stderr == "warning: --parallelism has no effect on the mode upload\n"


def test_a_config_may_add_flags(shell):
    old = "    row_ids="
    new = '    additional_args=["--step-days=14", "--unset-semantic-hash"],\n    row_ids='
    shell.repository.edit(JOIN, old, new)
    assert shell.call(f"--conf={JOIN}")[4:] == ["--step-days=14", "--unset-semantic-hash"]
    # The command line comes first, and modes that compute nothing new take none.
    assert shell.call(f"--conf={JOIN}", "--step-days=3")[4] == "--step-days=3"
    assert shell.call(f"--conf={JOIN}", "--mode=analyze")[4:] == []
    more = {"CHRONON_CONFIG_ADDITIONAL_ARGS": "--run-first-hole"}
    assert shell.call(f"--conf={JOIN}", **more)[4:] == ["--run-first-hole"]
    shell.repository.edit(JOIN, '"--step-days=14"', '"--stp-days=14"')
    done = shell.run(f"--conf={JOIN}")
    assert done.returncode == 2
    assert "unknown flag --stp-days: bootcamp.training_set.v1 additional_args" in done.stderr
    shell.repository.edit(JOIN, '["--stp-days=14", "--unset-semantic-hash"]', '{"a": "b"}')
    assert "additional_args is not a list of flags" in shell.run(f"--conf={JOIN}").stderr


def test_flags_of_a_config_count_under_each_name_of_a_mode(shell):
    """--mode=staging-query-backfill and its kin dropped them without a word."""
    more = {"CHRONON_CONFIG_ADDITIONAL_ARGS": "--step-days=14"}
    modes = {
        STAGING: ("backfill", "staging-query-backfill"),
        FEATURES: ("backfill", "group-by-backfill", "upload", "group-by-upload"),
        JOIN: ("backfill", "join", "backfill-left", "join-left", "backfill-final", "join-final"),
    }
    for conf, names in modes.items():
        for mode in names:
            assert shell.call(f"--conf={conf}", f"--mode={mode}", **more)[4:] == ["--step-days=14"], mode
    for mode in ("label-join", "compare", "compare-join-query"):
        assert shell.call(f"--conf={JOIN}", f"--mode={mode}", **more)[4:] == [], mode


def run_first(shell, conf):
    done = shell.run(f"--conf={conf}", "--with-dependencies")
    assert done.returncode == 0, done.stderr
    return [(call[1][7:], os.path.basename(call[3])) for call in shell.calls()]


def test_what_a_join_reads_runs_first(shell):
    assert run_first(shell, JOIN) == [
        ("staging-query-backfill", "purchases_from_s3.v1"),
        ("join", "training_set.v1"),
    ]


def test_what_is_said_of_the_output_is_not_said_of_its_dependencies(shell):
    flags = ["--expected-result-table=a.b", "--unset-semantic-hash", "--wait=1h", "--step-days=3"]
    flags.append("--join-part-parallelism=2")
    done = shell.run(f"--conf={JOIN}", "--with-dependencies", *flags)
    assert done.returncode == 0, done.stderr
    staging, join = shell.calls()
    # The staging query names no dependencies, so that it has nothing to wait for.
    assert [one for one in flags if one in staging] == ["--step-days=3"]
    assert all(one in join for one in flags)


def test_dependencies_are_followed_through_joins_and_plain_tables(shell):
    with_child(shell.repository)
    shell.repository.write(
        "staging_queries/bootcamp/report.py",
        "from ai.chronon.api.ttypes import StagingQuery\n"
        "v1 = StagingQuery(query='SELECT * FROM bootcamp.purchases_by_user')\n",
    )
    shell.repository.write(
        "group_bys/bootcamp/purchases_by_user.py",
        "from ai.chronon.api.ttypes import EventSource, Source\n"
        "from ai.chronon.group_by import Aggregation, GroupBy, Operation\n"
        "from ai.chronon.query import Query, select\n"
        "query = Query(selects=select('user_id', 'purchase_price'), time_column='ts')\n"
        "v1 = GroupBy(Source(events=EventSource(table='bootcamp.purchases_from_s3', query=query)),\n"
        "    ['user_id'], [Aggregation('purchase_price', Operation.SUM)],\n"
        "    backfill_start_date='2023-12-01')\n",
    )
    shell.repository.compile(STAGING)
    shell.repository.compile("group_bys/bootcamp/purchases_by_user.py")
    assert run_first(shell, "staging_queries/bootcamp/report.py") == [
        ("staging-query-backfill", "purchases_from_s3.v1"),
        ("group-by-backfill", "purchases_by_user.v1"),
        ("staging-query-backfill", "report.v1"),
    ]
    assert run_first(shell, CHILD) == [
        ("staging-query-backfill", "purchases_from_s3.v1"),
        ("join", "training_set.v1"),
        ("group-by-backfill", "of_training_set.v1"),
    ]


@pytest.mark.parametrize(
    "mode",
    ["consistency-metrics-compute", "log-flattener", "log-summary", "model-transform-batch"],
)
def test_modes_that_come_later_are_refused_by_name(shell, mode):
    done = shell.run(f"--mode={mode}", f"--conf={JOIN}")
    assert done.returncode == 2 and not shell.calls()
    assert f"the mode {mode} is not supported yet" in done.stderr


def test_modes_that_do_not_fit(shell):
    done = shell.run("--mode=upload", f"--conf={JOIN}")
    assert "the mode upload does not fit a Join: joins/" in done.stderr
    assert "use --mode=backfill or --mode=label-join" in done.stderr
    done = shell.run("--mode=label-join", f"--conf={FEATURES}")
    assert "does not fit a GroupBy" in done.stderr


def test_a_run_tells_of_what_holds_its_config_as_it_was(shell):
    shell.repository.compile(JOIN)
    more = "window_sizes = [\n    Window(length=3, timeUnit=TimeUnit.DAYS),"
    shell.repository.edit(FEATURES, "window_sizes = [", more)
    done = shell.run(f"--conf={FEATURES}")
    assert done.returncode == 0 and len(shell.calls()) == 1
    held = f"other configs hold bootcamp.user_purchase_features.v1 as it was before ({JOIN})"
    assert f"warning: {held}" in done.stderr
    assert shell.run("--mode=compile", f"--conf={FEATURES}").returncode == 2
