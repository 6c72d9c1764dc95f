"""The mission's "Development Workflow", typed as it stands there, and the other changes of a first week: each is
announced before it is done, and what was there before stays readable."""
# SPDX-License-Identifier: Apache-2.0
import datetime
import re

import pytest

from filled_bootcamp import filled, repository  # noqa: F401
from mishaps import DAYS, FEATURES, GROUP_BY, PURCHASES, STAGING, change, configs_only, edited, paste, tables
from repository import Repository

PREFIX = "user_purchase_features_purchase_price"
MAX = """        # Add a new aggregation
        Aggregation(
            input_column="purchase_price",
            operation=Operation.MAX,
            windows=window_sizes
        ),
    ],
    online=True,
"""
NEW_SOURCE = '''from ai.chronon.api.ttypes import MetaData, StagingQuery

v1 = StagingQuery(
    query="SELECT user_id, city, signup_date, signup_date AS ds FROM new_data_raw "
          "WHERE age > 20 AND signup_date BETWEEN '{{ start_date }}' AND '{{ end_date }}'",
    setups=["CREATE TEMP VIEW new_data_raw USING parquet "
            "OPTIONS (path 's3a://chronon/warehouse/data/users/users.parquet')"],
    startPartition="2023-01-01",
    metaData=MetaData(outputNamespace="bootcamp", tableProperties={"provider": "iceberg"}),
)
'''
NEW_GROUP_BY = '''from ai.chronon.group_by import Aggregation, GroupBy, Operation
from ai.chronon.query import Query, select
from ai.chronon.staging_query import StagingQueryEventSource
from staging_queries.bootcamp.new_source import v1 as new_source_sq

source = StagingQueryEventSource(
    staging_query=new_source_sq,
    query=Query(
        selects=select("city", "user_id"),
        time_column="unix_timestamp(signup_date) * 1000",
    )
)

v1 = GroupBy(
    sources=[source],
    keys=["city"],
    aggregations=[Aggregation(input_column="user_id", operation=Operation.COUNT)],
    backfill_start_date="2023-11-01",
    output_namespace="bootcamp_features",
)
'''


def announced(done, table):
    """The line about a changed config, which stands before that of the computation."""
    lines = done.stderr.splitlines()
    found = [line for line in lines if line.startswith(f"{table}: ") and ("archive" in line or " - the " in line)]
    assert len(found) == 1, done.stderr
    computing = [i for i, line in enumerate(lines) if line.startswith(f"{table}: computing ")]
    assert computing and lines.index(found[0]) < computing[0], done.stderr
    return found[0]


def archive_of(repository, line, table, rows, beside=()):
    """The archive that a line names: it is listed, and readable by SQL. `beside` are the namespace's other tables."""
    archive = re.search(rf"kept as ({re.escape(table)}_\d{{14}}) and built anew", line)[1]
    namespace, name = archive.split(".")
    assert sorted(tables(repository, namespace)) == sorted([table.split(".")[1], name, *beside])
    assert repository.sql(f"SELECT COUNT(*) FROM {archive}") == [[str(rows)]]
    return archive


# --- "Adding a New Feature" ---


def test_adding_a_new_feature(repository):
    before = repository.sql(f"SELECT * FROM {FEATURES} ORDER BY ds, user_id")
    # 1. Modify the GroupBy
    change(repository, GROUP_BY, "    ],\n    online=True,\n", MAX)
    # 2. Recompile: an online config accepts added columns without force
    done = repository.run("run.py", "--mode=compile", "--conf=group_bys/bootcamp/user_purchase_features.py")
    assert "Successfully wrote 1 GroupBy objects" in done.stdout
    # 3. Backfill
    done = repository.run("run.py", "--mode=backfill", "--conf=group_bys/bootcamp/user_purchase_features.py")
    assert announced(done, FEATURES) == (
        f"{FEATURES}: {PREFIX}_max_1d, {PREFIX}_max_7d were added - the 7 days (2023-12-01..2023-12-07) that are "
        "filled are computed again")
    assert "7 days computed (2023-12-01..2023-12-07)" in done.stderr
    assert repository.sql(f"SELECT COUNT(DISTINCT ds), COUNT(*) = COUNT({PREFIX}_max_7d) FROM {FEATURES}") == [
        ["7", "true"]]
    # A maximum is at least the average, of the same rows; what was there is there as before.
    assert repository.sql(f"SELECT COUNT(*) FROM {FEATURES} WHERE {PREFIX}_max_7d < {PREFIX}_average_7d") == [["0"]]
    columns = [row[0] for row in repository.sql(f"DESCRIBE {FEATURES}") if row[0] and "_max_" not in row[0]]
    old = ", ".join(columns[:columns.index("ds") + 1])
    assert repository.sql(f"SELECT {old} FROM {FEATURES} ORDER BY ds, user_id") == before
    assert tables(repository, "bootcamp_features") == ["user_purchase_features"]
    again = repository.backfill()
    assert "7 already filled" in again.stderr and "added" not in again.stderr


def test_days_outside_of_the_range_are_told_and_filled_later(repository):
    change(repository, GROUP_BY, "    ],\n    online=True,\n", MAX)
    done = repository.backfill("--start-date=2023-12-06", "--end-date=2023-12-07")
    assert "the 2 days (2023-12-06..2023-12-07) that are filled are computed again" in done.stderr
    assert "the 5 days (2023-12-01..2023-12-05) outside of this run's range stay without it" in done.stderr
    assert "5 days computed (2023-12-01..2023-12-05), 2 already filled" in repository.backfill().stderr


# --- "Adding a New Data Source" ---


def test_adding_a_new_data_source(repository, provoked):
    # 1. Create a StagingQuery, 2. Create a GroupBy that uses it
    (repository.root / "staging_queries/bootcamp/new_source.py").write_text(NEW_SOURCE)
    (repository.root / "group_bys/bootcamp/city_features.py").write_text(NEW_GROUP_BY)
    backfill = ("run.py", "--mode=backfill", "--conf=group_bys/bootcamp/city_features.py", "--end-date=2023-11-30")
    # 3. Run: staging query first, then GroupBy; the other way round it says so
    sentence = provoked(repository.run(*backfill, status=2), when="the staging query did not run yet")
    assert "group_bys/bootcamp/city_features.py:7 sources[0].events.table" in sentence
    paste(repository, sentence)
    repository.run(*backfill)
    users, days = repository.sql("SELECT MAX(total), COUNT(*) FROM (SELECT ds, SUM(city_features_user_id_count) AS "
                                 "total FROM bootcamp_features.city_features GROUP BY ds)")[0]
    assert [[users]] == repository.sql("SELECT COUNT(*) FROM bootcamp.new_source WHERE ds <= '2023-11-30'")
    assert int(days) > 0


# --- what an online config may change ---


@pytest.mark.parametrize("naming", ["documented", "chronon"])
@pytest.mark.parametrize("mode", [["--mode=compile"], ["--mode=backfill", *DAYS]], ids=["compile", "backfill"])
def test_a_change_of_what_is_served_asks_for_force(tmp_path, provoked, naming, mode):
    if mode == ["--mode=compile"]:
        repository = configs_only(tmp_path / "repo", naming)
    else:
        repository = Repository.bootcamp(tmp_path / "repo", naming=naming)
        repository.staging()
    repository.run("run.py", "--mode=compile", f"--conf={GROUP_BY}")
    change(repository, GROUP_BY, "operation=Operation.AVERAGE", "operation=Operation.MIN", "length=7", "length=3")
    done = repository.run("run.py", f"--conf={GROUP_BY}", *mode, status=2)
    sentence = provoked(done, when="served columns are removed")
    for column in ("sum_7d", "count_7d", "average_1d", "average_7d"):
        assert f"purchase_price_{column}" in sentence
    assert f"{GROUP_BY}:" in sentence and "purchase_price_min" not in sentence
    paste(repository, sentence)
    repository.run("run.py", f"--conf={GROUP_BY}", *mode)


@pytest.mark.parametrize("edits, words", [
    (["keys=[\"user_id\"]", "keys=[\"item_category\"]"], "keys"),
    (["time_column=\"ts\"", "time_column=\"ts + 1\""], "timeColumn"),
    (['"purchase_price", "item_category")', '"item_category", purchase_price="purchase_price * 2")'],
     "selects.purchase_price"),
    (["time_column=\"ts\"", "time_column=\"ts\", wheres=[\"purchase_price > 10\"]"], "wheres"),
], ids=["key", "time", "select", "where"])
def test_a_changed_meaning_asks_for_force(repository, provoked, edits, words):
    with edited(repository, GROUP_BY, *edits):
        sentence = provoked(repository.backfill(status=2), when="what a served column means changed")
        assert words in sentence
    assert "7 already filled" in repository.backfill().stderr


def test_a_config_that_is_not_online_may_change(repository):
    change(repository, GROUP_BY, "    online=True,\n", "")
    repository.run("run.py", "--mode=compile", f"--conf={GROUP_BY}", "--force-overwrite")
    change(repository, GROUP_BY, "length=7", "length=3")
    assert "kept as" in announced(repository.backfill(), FEATURES)


# --- changes that rebuild ---


@pytest.mark.parametrize("edits, what", [
    (["operation=Operation.AVERAGE", "operation=Operation.MIN"],
     f"{PREFIX}_average_1d, {PREFIX}_average_7d are gone, {PREFIX}_min_1d, {PREFIX}_min_7d are new"),
    (["        Aggregation(\n            input_column=\"purchase_price\",\n            operation=Operation.AVERAGE,\n"
      "            windows=window_sizes,\n        ),\n", ""], f"{PREFIX}_average_1d, {PREFIX}_average_7d are gone"),
    (["length=7", "length=3"], f"{PREFIX}_average_7d, {PREFIX}_count_7d, {PREFIX}_sum_7d are gone, "
     f"{PREFIX}_average_3d, {PREFIX}_count_3d, {PREFIX}_sum_3d are new"),
    (["keys=[\"user_id\"]", "keys=[\"item_category\"]"], "keyColumns[0] changed from user_id to item_category"),
    (["time_column=\"ts\"", "time_column=\"ts\", wheres=[\"purchase_price > 10\"]"],
     "sources[0].events.query.wheres was added"),
    (["\"item_category\")", "\"item_category\", purchase_price=\"purchase_price * 2\")", '"purchase_price", ', ""],
     "sources[0].events.query.selects.purchase_price changed from purchase_price to purchase_price * 2"),
], ids=["renamed-feature", "dropped-feature", "changed-window", "changed-key", "added-where", "changed-select"])
def test_a_change_is_announced_and_archived(repository, edits, what):
    change(repository, GROUP_BY, *edits)
    line = announced(repository.backfill(*DAYS, "--force-overwrite"), FEATURES)
    assert line.startswith(f"{FEATURES}: {what} - the table is kept as ")
    assert line.endswith(" and built anew for 2023-12-01..2023-12-07")
    archive_of(repository, line, FEATURES, 399)
    assert repository.sql(f"SELECT COUNT(DISTINCT ds) FROM {FEATURES}") == [["7"]]


def test_an_archive_takes_the_next_free_name(repository):
    """Several runs within a second, say: names of archives have seconds."""
    now = datetime.datetime.now(datetime.timezone.utc)
    taken = [f"{FEATURES}_{now + datetime.timedelta(seconds=i):%Y%m%d%H%M%S}" for i in range(90)]
    statements = [f"CREATE TABLE {name} USING iceberg AS SELECT 1 AS a" for name in taken]
    repository.run("spark-sql", "-e", "; ".join(statements))
    change(repository, GROUP_BY, "length=7", "length=3")
    line = announced(repository.backfill(*DAYS, "--force-overwrite"), FEATURES)
    beside = [name.split(".")[1] for name in taken]
    assert archive_of(repository, line, FEATURES, 399, beside) > taken[-1]


def test_a_changed_source_is_announced(repository):
    repository.run("spark-sql", "-e", "CREATE TABLE bootcamp.other USING iceberg PARTITIONED BY (ds) AS "
                   f"SELECT * FROM {PURCHASES}")
    change(repository, GROUP_BY,
           "from staging_queries.bootcamp.purchases_from_s3 import v1 as purchases_staging_query\n",
           "from ai.chronon.api.ttypes import EventSource, Source\n",
           "source = StagingQueryEventSource(\n    staging_query=purchases_staging_query,",
           "source = Source(events=EventSource(table='bootcamp.other',",
           "    ),\n)\n\nwindow", "    ),\n))\n\nwindow")
    line = announced(repository.backfill(*DAYS, "--force-overwrite"), FEATURES)
    assert "sources[0].events.table changed from bootcamp.purchases_from_s3 to bootcamp.other" in line
    archive_of(repository, line, FEATURES, 399)


def test_days_that_are_not_rebuilt_are_told(repository):
    change(repository, GROUP_BY, "length=7", "length=3")
    done = repository.backfill("--start-date=2023-12-06", "--end-date=2023-12-07", "--force-overwrite")
    assert "5 days (2023-12-01..2023-12-05) outside of this run's range stay in the kept table alone" in done.stderr


def test_a_changed_text_of_a_staging_query(repository):
    change(repository, STAGING, "            purchase_price,", "            purchase_price * 2 AS purchase_price,")
    line = announced(repository.staging(), PURCHASES)
    assert line.startswith(f"{PURCHASES}: query changed - the table is kept as ")
    archive = archive_of(repository, line, PURCHASES, 155)
    assert repository.sql(f"SELECT ROUND(SUM(new.purchase_price) / SUM(old.purchase_price), 6) FROM {PURCHASES} new, "
                          f"{archive} old WHERE new.ds = old.ds") is not None


def test_a_column_added_to_a_staging_query(repository):
    change(repository, STAGING, "            item_category,", "            item_category, upper(item_category) AS big,")
    done = repository.run("run.py", "--mode=staging-query-backfill", f"--conf={STAGING}", "--end-date=2023-12-07")
    assert announced(done, PURCHASES) == (f"{PURCHASES}: big was added - the 7 days (2023-12-01..2023-12-07) that are "
                                          "filled are computed again")
    assert repository.sql(f"SELECT COUNT(*) FROM {PURCHASES} WHERE big = upper(item_category)") == [["155"]]
    assert tables(repository, "bootcamp") == ["purchases_from_s3"]


# --- nothing is lost on the way ---


def test_a_dry_run_announces_and_changes_nothing(repository):
    state = sorted(path for path in (repository.root / ".gnomon").rglob("*") if "/logs" not in str(path))
    compiled = repository.root / "production/group_bys/bootcamp/user_purchase_features.v1"
    before = compiled.read_bytes()
    change(repository, GROUP_BY, "length=7", "length=3")
    done = repository.backfill(*DAYS, "--force-overwrite", "--dry-run")
    assert "3d are new - the table is kept as" in done.stderr
    assert "without --dry-run it would compute 7 days (2023-12-01..2023-12-07)" in done.stderr
    done = repository.staging(*DAYS[:1], "--end-date=2023-12-09", "--dry-run")
    assert "a dry run, nothing was changed" in done.stderr
    planned = repository.upload("--end-date=2023-12-07", "--force-overwrite", "--dry-run")
    assert "it would upload 2023-12-07" in planned.stderr
    now = sorted(path for path in (repository.root / ".gnomon").rglob("*") if "/logs" not in str(path))
    assert now == state
    assert f"{PREFIX}_sum_7d" in [row[0] for row in repository.sql(f"DESCRIBE {FEATURES}")]
    # The change that was only looked at is not accepted by that.
    assert compiled.read_bytes() == before
    assert "--force-overwrite" in repository.backfill(*DAYS, status=2).stderr


def test_a_dry_run_refuses_what_the_run_refuses(repository):
    """An online config that changes what it serves: the dry run said that the table would be built anew."""
    change(repository, GROUP_BY, "length=7", "length=3")
    planned = repository.backfill(*DAYS, "--dry-run", status=2).stderr.splitlines()
    refused = repository.backfill(*DAYS, status=2).stderr.splitlines()
    assert planned[-1] == refused[-1] and "would alter what an online config serves" in planned[-1]


def test_a_run_that_can_compute_nothing_archives_nothing(repository):
    change(repository, GROUP_BY, "length=7", "length=3")
    done = repository.backfill("--start-date=2024-01-01", "--end-date=2024-01-02", "--force-overwrite", status=2)
    assert "nothing can be computed" in done.stderr
    assert tables(repository, "bootcamp_features") == ["user_purchase_features"]
    assert repository.sql(f"SELECT COUNT(*) FROM {FEATURES}") == [["399"]]
