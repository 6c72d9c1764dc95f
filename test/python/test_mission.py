"""The mission's document, verbatim: its commands, table names, columns and SQL, inside a copy of examples/bootcamp."""
# SPDX-License-Identifier: Apache-2.0
import json
import re

import pytest

from repository import PYTHON, Repository


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    repository = Repository.bootcamp(tmp_path_factory.mktemp("mission") / "repo")
    repository.staging()
    repository.backfill()
    repository.upload()
    return repository


def test_staging_output(repository):
    assert repository.sql("SELECT COUNT(*), MIN(ds), MAX(ds) FROM bootcamp.purchases_from_s3") == [
        ["155", "2023-12-01", "2023-12-07"]]
    assert len(repository.sql("SELECT * FROM bootcamp.purchases_from_s3.partitions")) == 7
    columns = {row[0]: row[1] for row in repository.sql("DESCRIBE bootcamp.purchases_from_s3")}
    assert [columns[c] for c in ("user_id", "purchase_price", "item_category", "ts", "ds")] == [
        "string", "double", "string", "bigint", "date"]


def test_feature_table_has_the_missions_columns(repository):
    rows = repository.sql("DESCRIBE bootcamp_features.user_purchase_features")
    names = [(row[0], row[1]) for row in rows[:8]]
    prefix = "user_purchase_features_purchase_price"
    assert names == [("user_id", "string"),
                     (f"{prefix}_sum_1d", "double"), (f"{prefix}_sum_7d", "double"),
                     (f"{prefix}_count_1d", "bigint"), (f"{prefix}_count_7d", "bigint"),
                     (f"{prefix}_average_1d", "double"), (f"{prefix}_average_7d", "double"), ("ds", "date")]


def test_debugging_commands(repository):
    assert ["bootcamp", "purchases_from_s3", "false"] in repository.sql("SHOW TABLES IN bootcamp")
    assert len(repository.sql("SELECT * FROM bootcamp.purchases_from_s3 LIMIT 10")) == 10
    assert len(repository.sql("SELECT * FROM bootcamp_features.user_purchase_features LIMIT 10")) == 10
    described = repository.run("spark-sql", "-e", "DESCRIBE EXTENDED bootcamp.purchases_from_s3").stdout
    assert re.search(r"^Provider\s+iceberg", described, re.MULTILINE)
    assert len(repository.sql("SELECT * FROM bootcamp.purchases_from_s3.history")) == 1


def test_compile(repository):
    done = repository.run("run.py", "--mode=compile", "--conf=group_bys/bootcamp/user_purchase_features.py")
    assert "Successfully wrote 1 GroupBy objects to " in done.stdout + done.stderr
    conf = json.loads((repository.root / "production/group_bys/bootcamp/user_purchase_features.v1").read_text())
    assert conf["metaData"]["name"] == "bootcamp.user_purchase_features.v1"


def test_users_staging_query(repository):
    repository.run("run.py", "--mode=staging-query-backfill", "--conf=staging_queries/bootcamp/users_from_s3.py",
                   "--end-date=2023-12-07")
    assert repository.sql("SELECT COUNT(*) FROM bootcamp.users_from_s3") == [["100"]]


def test_fetch(repository):
    user, total = repository.sql(
        "SELECT user_id, user_purchase_features_purchase_price_sum_7d FROM bootcamp_features.user_purchase_features "
        "WHERE ds = '2023-12-07' ORDER BY user_id LIMIT 1")[0]
    code = ("import json; from ai.chronon.fetcher import Fetcher; "
            f"print(json.dumps(Fetcher().fetch_group_by(name='user_purchase_features', keys={{'user_id': '{user}'}})))")
    features = json.loads(repository.run(str(PYTHON), "-c", code).stdout)
    assert features["purchase_price_sum_7d"] == float(total)
    printed = repository.run("run.py", "--mode=fetch", "--type=group-by", "--name=user_purchase_features",
                             "-k", json.dumps({"user_id": user})).stdout
    assert "--- [FETCHED RESULT] ---" in printed and '"purchase_price_sum_7d"' in printed


def test_a_second_run_does_nothing(repository):
    before = repository.sql("SELECT * FROM bootcamp.purchases_from_s3.history")
    assert "7 already filled" in repository.staging().stderr
    assert "7 already filled" in repository.backfill().stderr
    assert repository.sql("SELECT * FROM bootcamp.purchases_from_s3.history") == before


def test_missing_source_names_the_command(tmp_path):
    repository = Repository.bootcamp(tmp_path / "repo")
    done = repository.backfill(status=2)
    assert re.search(r"^error: table bootcamp.purchases_from_s3 does not exist yet: "
                     r".*run.py --mode=staging-query-backfill "
                     r"--conf=staging_queries/bootcamp/purchases_from_s3.py",
                     done.stderr, re.MULTILINE), done.stderr
    assert "Traceback" not in done.stderr


def test_with_dependencies_runs_the_staging_query_first(tmp_path):
    repository = Repository.bootcamp(tmp_path / "repo")
    repository.backfill("--start-date=2023-12-01", "--end-date=2023-12-07", "--with-dependencies")
    assert repository.sql("SELECT COUNT(DISTINCT ds) FROM bootcamp_features.user_purchase_features") == [["7"]]


def test_missing_partitions_are_told_and_waited_for(tmp_path):
    repository = Repository.bootcamp(tmp_path / "repo")
    repository.staging("--start-date=2023-12-01", "--end-date=2023-12-03")
    told = repository.backfill().stderr
    assert "4 days (2023-12-04..2023-12-07): bootcamp.purchases_from_s3 has no partitions" in told
    assert "--start-date=2023-12-04 --end-date=2023-12-07" in told
    waiting = repository.start("run.py", "--mode=backfill", "--conf=group_bys/bootcamp/user_purchase_features.py",
                               "--start-date=2023-12-01", "--end-date=2023-12-07", "--wait=60s")
    repository.staging()
    _, errors = waiting.communicate(timeout=60)
    assert waiting.returncode == 0, errors
    assert repository.sql("SELECT COUNT(DISTINCT ds) FROM bootcamp_features.user_purchase_features") == [["7"]]


def test_an_added_feature_fills_all_days(tmp_path):
    repository = Repository.bootcamp(tmp_path / "repo")
    repository.staging()
    repository.backfill()
    conf = repository.root / "group_bys/bootcamp/user_purchase_features.py"
    text = conf.read_text()
    aggregation = ("        Aggregation(input_column='purchase_price', operation=Operation.MAX, "
                   "windows=[Window(length=1, timeUnit=TimeUnit.DAYS)]),\n")
    added = re.sub(r"(aggregations=\[\n)", r"\1" + aggregation, text, count=1)
    assert added != text
    conf.write_text(added)
    told = repository.run("run.py", "--mode=backfill", "--conf=group_bys/bootcamp/user_purchase_features.py",
                          "--end-date=2023-12-07").stderr
    assert "user_purchase_features_purchase_price_max_1d was added" in told
    column = "user_purchase_features_purchase_price_max_1d"
    days = repository.sql("SELECT COUNT(DISTINCT ds) FROM bootcamp_features.user_purchase_features "
                          f"WHERE {column} IS NOT NULL")
    assert days == [["7"]]
