"""Every run leaves a report under .gnomon/logs, `gnomon runs` lists and explains them, `gnomon config show` tells the
settings with their origins, and no secret is in any of it.
"""
# SPDX-License-Identifier: Apache-2.0
import json
import re
import signal

import pytest

from pausing import wait_for
from repository import Repository
from test_faults import BACKFILL_COMMAND, kill, pause

FEATURES = "group_bys/bootcamp/user_purchase_features.py"
SECRETS = {"planted-1-a", "planted-2-b", "planted-3-c", "planted-4-d"}


def reports(repository):
    files = sorted((repository.root / ".gnomon/logs").glob("*.json"))
    return [json.loads(file.read_text()) for file in files]


def edit(repository, path, old, new):
    file = repository.root / path
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    repository = Repository.bootcamp(tmp_path_factory.mktemp("reports") / "repo", golden=True)
    edit(repository, FEATURES, "online=True,",
         "online=True,\n    env={'backfill': {'EXECUTOR_MEMORY': '1G', 'EXECUTOR_CORES': '2',"
         " 'SPARK_PARALLELISM': '1', 'STORE_PASSWORD': 'planted-1-a'}},")
    teams = json.loads((repository.root / "teams.json").read_text())
    teams["bootcamp"]["production"] = {"backfill": {"EXECUTOR_MEMORY": "3G", "DRIVER_MEMORY": "1G",
                                                    "STORE_URL": "mongodb://me:planted-2-b@host/x"}}
    (repository.root / "teams.json").write_text(json.dumps(teams))
    repository.environment.update(AWS_SECRET_ACCESS_KEY="planted-3-c", CHRONON_ONLINE_ARGS="-Zpassword=planted-4-d")
    return repository


@pytest.fixture(scope="module")
def runs(repository):
    """One of each kind: staging, backfill, the same again, an upload, one that fails."""
    outputs = {"failed": repository.backfill(status=2)}
    outputs["staging"] = repository.staging()
    outputs["backfill"] = repository.backfill()
    outputs["again"] = repository.backfill("--start-date=2023-12-05", "--end-date=2023-12-09")
    outputs["upload"] = repository.upload()
    found = dict(zip(outputs, sorted(reports(repository), key=lambda report: report["begin"])))
    return outputs, found


def test_report_of_a_backfill(repository, runs):
    outputs, found = runs
    report = found["backfill"]
    assert report["status"] == "succeeded" and report["exit_status"] == 0
    assert report["mode"] == "group-by-backfill" and report["name"] == "bootcamp.user_purchase_features.v1"
    assert report["conf"] == "production/group_bys/bootcamp/user_purchase_features.v1"
    assert report["source_file"] == FEATURES
    assert report["output"] == "bootcamp_features.user_purchase_features"
    assert report["requested"] == {"start_date": "2023-12-01", "end_date": "2023-12-07", "step_days": 30}
    assert report["days"] == {"computed": ["2023-12-01..2023-12-07"], "empty": [], "already_filled": [],
                              "not_computed": []}
    assert report["rows_read"] == found["staging"]["rows_written"] > 0
    assert report["rows_written"] == repository.table(report["output"]).num_rows
    files = repository.catalog().load_table(report["output"]).inspect.files().to_pydict()
    assert report["bytes_written"] == sum(files["file_size_in_bytes"])
    source = repository.catalog().load_table(found["staging"]["output"]).inspect.files().to_pydict()
    assert 0 < report["bytes_read"] < sum(source["file_size_in_bytes"])
    assert 20 << 20 < report["memory_peak_bytes"] < (1 << 30) + (256 << 20)
    assert f"gnomon runs show {report['id']}" in outputs["backfill"].stderr


def test_report_of_a_staging_query_counts_what_duckdb_reads(repository, runs):
    report = runs[1]["staging"]
    source = repository.root / ".gnomon/buckets/chronon/warehouse/data/purchases/purchases.parquet"
    assert report["rows_read"] == report["rows_written"]
    assert 0 < report["bytes_read"] <= 2 * source.stat().st_size


def test_report_says_what_was_left_out_and_why(runs):
    report = runs[1]["again"]
    assert report["days"]["already_filled"] == ["2023-12-05..2023-12-07"]
    [left] = report["days"]["not_computed"]
    assert left["days"] == ["2023-12-08..2023-12-09"] and "run.py --mode=staging-query-backfill" in left["reason"]
    assert runs[1]["upload"]["days"]["computed"] == ["2023-12-07"]


def test_report_of_a_failed_run(runs):
    report = runs[1]["failed"]
    assert report["status"] == "failed" and report["exit_status"] == 2
    assert report["error"]["code"] == "NotFound"
    assert "run: run.py --mode=staging-query-backfill" in report["error"]["message"]
    assert report["error"]["message"] in runs[0]["failed"].stderr
    assert report["days"]["not_computed"] == [{"days": ["2023-12-01..2023-12-07"],
                                               "reason": "the run failed - see its error"}]


def test_settings_of_a_run_have_origins(runs):
    settings = {one["name"]: (one["value"], one["origin"], one["used"]) for one in runs[1]["backfill"]["settings"]}
    conf = f"env of {FEATURES}, backfill"
    assert settings["EXECUTOR_MEMORY"] == ("1G", conf, True)
    assert settings["SPARK_PARALLELISM"] == ("1", conf, True)
    assert settings["DRIVER_MEMORY"] == ("1G", "teams.json, bootcamp.production.backfill", False)
    assert settings["STORE_PASSWORD"][0] == "****"
    assert settings["STORE_URL"][0] == "mongodb://me:****@host/x"
    assert settings["AWS_SECRET_ACCESS_KEY"] == ("****", "environment", False)
    assert settings["CHRONON_ONLINE_ARGS"][0] == "-Zpassword=****"
    assert runs[1]["backfill"]["memory_budget_bytes"] == 1 << 30


def test_config_show_tells_the_order(repository, runs):
    def show(*arguments, **environment):
        out = repository.run("gnomon", "config", "show", "--json", *arguments, environment=environment).stdout
        return {one["name"]: (one["value"], one["origin"]) for one in json.loads(out)["settings"]}

    conf = f"--conf={FEATURES}"
    assert show(conf)["EXECUTOR_MEMORY"] == ("1G", f"env of {FEATURES}, backfill")
    assert show(conf, EXECUTOR_MEMORY="2G")["EXECUTOR_MEMORY"] == ("2G", "environment")
    assert show()["EXECUTOR_MEMORY"][1] == "built-in"
    (repository.root / "gnomon.toml").write_text('memory = "5G"\n')
    try:
        assert show()["EXECUTOR_MEMORY"] == ("5G", str(repository.root / "gnomon.toml"))
        # The conf's env for another mode is not this mode's; teams.json comes before gnomon.toml.
        staging = show("--conf=staging_queries/bootcamp/purchases_from_s3.py")
        assert staging["EXECUTOR_MEMORY"] == ("3G", "teams.json, bootcamp.production.backfill")
        assert show(conf, "--mode=upload")["EXECUTOR_MEMORY"][0] == "5G"
        command = ("run.py", conf, "--start-date=2023-12-01", "--end-date=2023-12-01", "--memory=600M", "--json")
        report = json.loads(repository.run(*command, environment={"EXECUTOR_MEMORY": "2G"}).stdout)
        assert report["memory_budget_bytes"] == 600 << 20
        assert report["settings"][0]["origin"] == "--memory"
    finally:
        (repository.root / "gnomon.toml").unlink()
    text = repository.run("gnomon", "config", "show", conf).stdout
    assert re.search(r"^EXECUTOR_CORES +2 +env of group_bys", text, re.MULTILINE)
    wrong = repository.run("gnomon", "config", "show", environment={"EXECUTOR_CORES": "many"}, status=0).stdout
    assert "many" in wrong
    refused = repository.backfill(environment={"EXECUTOR_CORES": "many"}, status=2).stderr
    assert "EXECUTOR_CORES (cores) is not a number: many (environment) - give one from 1 to" in refused


def test_runs_lists_and_explains(repository, runs):
    _, found = runs
    listed = json.loads(repository.run("gnomon", "runs", "--json", "--limit=0").stdout)
    assert listed["format"] == 1
    begins = [one["begin"] for one in listed["runs"]]
    assert begins == sorted(begins, reverse=True) and len(begins) >= 5
    failed = json.loads(repository.run("gnomon", "runs", "--json", "--status=failed", "--name=user_purchase").stdout)
    assert found["failed"]["id"] in [one["id"] for one in failed["runs"]]
    lines = repository.run("gnomon", "runs", "--mode=staging").stdout.splitlines()
    assert len(lines) == 2 and lines[1].startswith(found["staging"]["id"])
    story = repository.run("gnomon", "runs", "show", found["again"]["id"]).stdout
    assert re.search(r"^ +2023-12-08\.\.2023-12-09 +not computed: .* - run: run.py", story, re.MULTILINE)
    assert re.search(r"^ +2023-12-05\.\.2023-12-07 +left alone", story, re.MULTILINE)
    assert f"(env of {FEATURES}, backfill)" in story
    story = repository.run("gnomon", "runs", "show", found["failed"]["id"]).stdout
    assert "failed after" in story and found["failed"]["error"]["message"] in story
    shown = json.loads(repository.run("gnomon", "runs", "show", found["upload"]["id"], "--json").stdout)
    assert shown == found["upload"]
    missing = repository.run("gnomon", "runs", "show", "nope", status=2).stderr
    assert "there is no run 'nope' - see: gnomon runs" in missing
    unknown = repository.run("gnomon", "runs", "--status=faild", status=2).stderr
    assert "did you mean 'failed'?" in unknown


def test_a_killed_run_is_seen_as_died(repository, runs, tmp_path):
    command = (*BACKFILL_COMMAND[:3], "--start-date=2023-12-01", "--end-date=2023-12-01", "--run-first-hole")
    repository.run("spark-sql", "-e", "DROP TABLE bootcamp_features.user_purchase_features")
    process, _ = pause(repository, tmp_path, "commit.swap", command)
    running = json.loads(repository.run("gnomon", "runs", "show", "last", "--json").stdout)
    assert running["status"] == "running" and running["pid"] == process.pid
    assert running["exit_status"] is None and running["end"] is None
    kill(process)
    story = repository.run("gnomon", "runs", "show", "last").stdout
    assert story.startswith(f"run {running['id']}: died")
    assert running["id"] in repository.run("gnomon", "runs", "--status=died").stdout


def test_a_killed_run_is_reported_with_the_days_that_it_had_committed(repository, runs, tmp_path):
    """So is a run that the grace of Ctrl-C ended: its days were committed, and reported as not reached."""
    command = (*BACKFILL_COMMAND[:3], "--start-date=2023-12-01", "--end-date=2023-12-03", "--step-days=1")
    repository.run("spark-sql", "-e", "DROP TABLE bootcamp_features.user_purchase_features")
    process, marker = pause(repository, tmp_path, "commit.swap", command)
    marker.unlink()
    wait_for(marker.exists, process, "the commit of the second day")
    running = json.loads(repository.run("gnomon", "runs", "show", "last", "--json").stdout)
    assert running["status"] == "running" and running["days"]["computed"] == ["2023-12-01"]
    kill(process)
    story = repository.run("gnomon", "runs", "show", "last").stdout
    assert "died" in story.splitlines()[0]
    assert re.search(r"^ +2023-12-01 +computed", story, re.MULTILINE), story


def test_a_stopped_run_is_cancelled(repository, runs, tmp_path):
    command = (*BACKFILL_COMMAND[:3], "--start-date=2023-12-02", "--end-date=2023-12-03")
    process, _ = pause(repository, tmp_path, "backfill.computed", command)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    report = json.loads(repository.run("gnomon", "runs", "show", "last", "--json").stdout)
    assert report["pid"] == process.pid and report["status"] == "cancelled" and report["exit_status"] == 130
    assert report["error"]["code"] == "Cancelled" and report["end"] >= report["begin"]


def test_old_reports_go_and_an_unwritable_log_fails_no_run(repository, runs):
    (repository.root / "gnomon.toml").write_text("[runs]\nkeep = 3\n")
    logs = repository.root / ".gnomon/logs"
    try:
        last = repository.staging("--start-date=2023-12-07", "--end-date=2023-12-07")
        assert len(reports(repository)) == 3 and reports(repository)[-1]["id"] in last.stderr
    finally:
        (repository.root / "gnomon.toml").unlink()
    # A file in the folder's place fails for root, too.
    logs.rename(logs.with_name("logs-aside"))
    logs.write_text("")
    try:
        done = repository.staging("--start-date=2023-12-06", "--end-date=2023-12-07", status=None)
    finally:
        logs.unlink()
        logs.with_name("logs-aside").rename(logs)
    assert done.returncode == 0, done.stderr
    assert "warning: the run report is not kept: " in done.stderr and "2 already filled" in done.stderr


def test_no_secret_is_in_outputs_or_logs(repository, runs):
    outputs, _ = runs
    texts = [text for done in outputs.values() for text in (done.stdout, done.stderr)]
    for command in (("config", "show"), ("config", "show", f"--conf={FEATURES}"), ("runs", "show", "last"),
                    ("runs", "--json", "--limit=0")):
        done = repository.run("gnomon", *command)
        texts += [done.stdout, done.stderr]
    texts += [file.read_text() for file in (repository.root / ".gnomon/logs").iterdir()]
    verbose = repository.backfill("--start-date=2023-12-01", "--end-date=2023-12-01", "--verbose")
    texts += [verbose.stdout, verbose.stderr]
    for secret in SECRETS:
        assert not [text for text in texts if secret in text]
    assert any("****" in text for text in texts)
