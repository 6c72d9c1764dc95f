"""`--mode=stats-summary`: null counts, rates and percentiles of an output table's columns in hourly buckets, day by
day, of a sample that is the same in each run."""
# SPDX-License-Identifier: Apache-2.0
import json

import pyarrow.compute as pc
import pytest

from repository import Repository

CONF = "--conf=production/group_bys/bootcamp/user_purchase_features.v1"
TABLE = "bootcamp_features.user_purchase_features"
PRICE = "user_purchase_features_purchase_price_"


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    made = Repository.bootcamp(tmp_path_factory.mktemp("stats") / "repo")
    made.staging()
    made.backfill()
    return made


def summarize(repository, *flags, status=0):
    return repository.run("run.py", "--mode=stats-summary", CONF, "--end-date=2023-12-07", *flags, status=status)


def test_statistics_equal_those_of_the_rows(repository):
    done = summarize(repository, "--sample=1")
    assert "p50" in done.stdout and "computed 7 days" in done.stderr.replace("7 days computed", "computed 7 days")
    rows = repository.table(TABLE)
    stats = {row["ds"]: row for row in repository.table(TABLE + "_daily_stats").to_pylist()}
    assert len(stats) == 7
    for day in sorted(set(map(str, rows["ds"].to_pylist()))):
        here = rows.filter(pc.equal(pc.cast(rows["ds"], "string"), day))
        one = stats[day]
        assert one["total_count"] == here.num_rows and one["JoinPath"] == "bootcamp/user_purchase_features.v1"
        values = sorted(v for v in here[PRICE + "sum_1d"].to_pylist() if v is not None)
        nulls = here.num_rows - len(values)
        assert one[PRICE + "sum_1d__null_sum"] == nulls
        assert one[PRICE + "sum_1d__null_rate"] == pytest.approx(nulls / here.num_rows)
        finalized = dict(one[PRICE + "sum_1d_approx_percentile_finalized"])
        assert list(finalized) == ["0.01", *(f"{p / 100:g}" for p in range(5, 100, 5)), "0.99"]
        # KLL keeps up to 128 values exactly; beside that its rank error is about 2 %.
        median = finalized["0.5"]
        below, upto = sum(v < median - 1e-3 for v in values), sum(v <= median + 1e-3 for v in values)
        assert below <= 0.55 * len(values) and upto >= 0.45 * len(values)
        # A table without ts has one bucket per day.
        assert one["ts"] % 86_400_000 == 0
    # Keys and ds are not described.
    names = repository.table(TABLE + "_daily_stats").column_names
    assert not any(name.startswith(("user_id", "ds_")) for name in names)


def test_the_upload_table_has_the_same_as_bytes(repository):
    summarize(repository, "--sample=1")
    rows = repository.table(TABLE + "_daily_stats_upload").to_pylist()
    assert len(rows) == 7 and sorted(rows[0]) == ["ds", "key_bytes", "key_json", "ts", "value_bytes", "value_json"]
    by_day = {row["ds"]: json.loads(row["value_json"]) for row in rows}
    stats = {row["ds"]: row for row in repository.table(TABLE + "_daily_stats").to_pylist()}
    for day, value in by_day.items():
        assert value["total_count"] == {"long": stats[day]["total_count"]}
    assert json.loads(rows[0]["key_json"]) == {"JoinPath": {"string": "bootcamp/user_purchase_features.v1"}}


def test_only_days_that_are_missing_are_computed(tmp_path):
    repository = Repository.bootcamp(tmp_path / "repo")
    repository.staging()
    repository.backfill("--start-date=2023-12-01", "--end-date=2023-12-03")
    repository.run("run.py", "--mode=stats-summary", CONF, "--end-date=2023-12-03", "--sample=1")
    repository.backfill()
    report = json.loads(summarize(repository, "--sample=1", "--json").stdout)
    assert report["days"]["computed"] == ["2023-12-04..2023-12-07"]
    assert report["days"]["already_filled"] == ["2023-12-01..2023-12-03"]
    report = json.loads(summarize(repository, "--sample=1", "--force-backfill", "--json").stdout)
    assert report["days"]["computed"] == ["2023-12-01..2023-12-07"]
    assert report["result"]["table"] == TABLE and report["result"]["sample"] == 1


def test_a_sample_is_the_same_in_each_run(repository):
    counts = []
    for _ in range(2):
        summarize(repository, "--sample=0.5", "--force-backfill")
        stats = repository.table(TABLE + "_daily_stats").to_pylist()
        counts.append(sorted((row["ds"], row["total_count"]) for row in stats))
    assert counts[0] == counts[1]
    total = sum(count for _, count in counts[0])
    assert 0.3 < total / repository.table(TABLE).num_rows < 0.7


def test_rows_with_a_time_come_in_hours(repository):
    repository.sql("CREATE TABLE t.t_hours_v1 USING iceberg PARTITIONED BY (ds) AS "
                   "SELECT 'a' AS user, 1 AS v, 1701390000000 AS ts, '2023-12-01' AS ds UNION ALL "
                   "SELECT 'b', NULL, 1701390000001, '2023-12-01' UNION ALL SELECT 'c', 3, 1701393600000, '2023-12-01'")
    conf = {"metaData": {"name": "t.hours.v1", "outputNamespace": "t", "team": "t"},
            "sources": [{"events": {"table": "t.t_hours_v1", "query": {"timeColumn": "ts", "setups": []}}}],
            "keyColumns": ["user"], "aggregations": [{"inputColumn": "v", "operation": 7, "argMap": {}}]}
    path = repository.root / "production/group_bys/t/hours.v1"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(conf, indent=2))
    repository.run("run.py", "--mode=stats-summary", "--conf=production/group_bys/t/hours.v1", "--sample=1",
                   "--end-date=2023-12-01")
    rows = sorted(repository.table("t.t_hours_v1_daily_stats").to_pylist(), key=lambda row: row["ts"])
    assert [(row["ts"], row["total_count"], row["v__null_sum"]) for row in rows] == [
        (1701388800000, 2, 1), (1701392400000, 1, 0)]


def test_nothing_to_describe(tmp_path, provoked):
    repository = Repository.bootcamp(tmp_path / "repo")
    repository.run("run.py", "--mode=compile", "--conf=group_bys/bootcamp/user_purchase_features.py")
    done = summarize(repository, status=2)
    assert "does not exist yet" in provoked(done, when="the table to describe is not there")


def test_days_that_the_table_lacks_are_an_error(repository, provoked):
    done = repository.run("run.py", "--mode=stats-summary", CONF, "--start-date=2023-12-10", "--end-date=2023-12-11",
                          status=2)
    sentence = provoked(done, when="statistics of days that the table lacks")
    assert "nothing can be described for 2023-12-10..2023-12-11" in sentence
    assert "(it has 2023-12-01..2023-12-07)" in sentence


def test_keys_of_a_join_are_not_described_beside_its_row_ids(tmp_path):
    repository = Repository.empty(tmp_path / "repo")
    repository.sql("CREATE TABLE t.t_j_v1 USING iceberg PARTITIONED BY (ds) AS "
                   "SELECT 'r' AS row, 'a' AS user, 1.5D AS t_g_v_sum, 1701390000000 AS ts, '2023-12-01' AS ds")
    meta = {"outputNamespace": "t", "team": "t"}
    source = {"events": {"table": "t.rows", "query": {"timeColumn": "ts", "setups": []}}}
    part = {"metaData": {"name": "t.g", **meta}, "sources": [source], "keyColumns": ["user"],
            "aggregations": [{"inputColumn": "v", "operation": 7, "argMap": {}}]}
    conf = {"metaData": {"name": "t.j.v1", **meta}, "left": source, "joinParts": [{"groupBy": part}],
            "rowIds": ["row"]}
    path = repository.root / "production/joins/t/j.v1"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(conf, indent=2))
    repository.run("run.py", "--mode=stats-summary", "--conf=production/joins/t/j.v1", "--sample=1",
                   "--end-date=2023-12-01")
    names = repository.table("t.t_j_v1_daily_stats").column_names
    assert "t_g_v_sum__null_sum" in names
    assert not any(name.startswith(("user_", "row_")) for name in names)
