"""`--mode=analyze`: what a config reads and gives, everything wrong in one run with its place and a remedy, heavy
hitters, and the range of data that windows need."""
# SPDX-License-Identifier: Apache-2.0
import json

import pytest

import golden
from repository import Repository

FEATURES = "group_bys/bootcamp/user_purchase_features.py"
PREFIX = "user_purchase_features_purchase_price_"


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    made = Repository.bootcamp(tmp_path_factory.mktemp("analyze") / "repo")
    made.staging()
    made.run("run.py", "--mode=staging-query-backfill", "--conf=staging_queries/bootcamp/users_from_s3.py",
             "--end-date=2023-12-07")
    return made


def write(repository, name, text):
    """A GroupBy or Join in a file of its own."""
    path = repository.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    for folder in (path.parent, path.parent.parent):
        (folder / "__init__.py").touch()
    path.write_text(text)
    return f"--conf={name}"


def analyze(repository, conf=f"--conf={FEATURES}", *flags, status=0):
    return repository.run("run.py", "--mode=analyze", conf, "--end-date=2023-12-07", *flags, status=status)


def answer(done):
    return json.loads(done.stdout)["result"]


HEAD = """from ai.chronon.api.ttypes import EntitySource, EventSource
from ai.chronon.group_by import Aggregation, Derivation, GroupBy, Operation, TimeUnit, Window
from ai.chronon.query import Query, select
"""
GOOD = HEAD + """
v1 = GroupBy(
    sources=[EventSource(table="bootcamp.purchases_from_s3", query=Query(
        selects=select(user="user_id", price="purchase_price * 2"), time_column="ts"))],
    keys=["user"],
    aggregations=[Aggregation(input_column="price", operation=Operation.SUM,
                              windows=[Window(1, TimeUnit.DAYS), Window(7, TimeUnit.DAYS)]),
                  Aggregation(input_column="price", operation=Operation.MAX)],
    derivations=[Derivation(name="*", expression="*"),
                 Derivation(name="share", expression="price_sum_1d / price_sum_7d")],
    backfill_start_date="2023-12-07", output_namespace="t")
"""
BAD = HEAD + """
v1 = GroupBy(
    sources=[EventSource(table="bootcamp.purchases_from_s3", query=Query(
        selects=select(user="user_id", price="purchase_prise", word="item_category"),
        wheres=["purchase_price > 1", "upper(item_category)"],
        time_column="ts"))],
    keys=["user", "shop"],
    aggregations=[
        Aggregation(input_column="price", operation=Operation.SUM, windows=[Window(1, TimeUnit.DAYS)]),
        Aggregation(input_column="word", operation=Operation.SUM, windows=[Window(1, TimeUnit.DAYS)]),
    ],
    backfill_start_date="2023-12-07", output_namespace="t")
"""


def test_a_good_group_by_is_described(repository):
    conf = write(repository, "group_bys/bootcamp/good.py", GOOD)
    done = analyze(repository, conf)
    assert done.stdout.splitlines()[0] == "bootcamp.good.v1 (GroupBy, SNAPSHOT) -> t.good"
    assert "findings: none" in done.stdout
    assert "SUM of price over 7d" in done.stdout and "price_sum_1d / price_sum_7d" in done.stdout
    result = answer(analyze(repository, conf, "--json"))
    assert result["findings"] == [] and result["keys"] == [{"name": "user", "type": "string"}]
    assert [(one["name"], one["columnType"]) for one in result["features"]] == [
        ("price_sum_1d", "double"), ("price_sum_7d", "double"), ("price_max", "double"), ("share", "double")]
    total = result["features"][1]
    assert (total["operation"], total["window"], total["expression"]) == ("SUM", "7d", "purchase_price * 2")
    assert total["sources"] == ["bootcamp.purchases_from_s3.purchase_price"]
    assert result["features"][3]["derived"] and result["features"][3]["sources"] == total["sources"]
    assert result["sources"] == [{"role": "source", "table": "bootcamp.purchases_from_s3", "kind": "events",
                                  "days": "2023-12-01..2023-12-07"}]
    assert result["output"][-1] == {"name": "ds", "type": "date"}


def test_everything_wrong_is_told_in_one_run(repository, provoked):
    conf = write(repository, "group_bys/bootcamp/bad.py", BAD)
    done = analyze(repository, conf, "--json", status=2)
    assert "analyze found 4 faults in bootcamp.bad.v1" in provoked(done, when="a GroupBy has several faults")
    findings = answer(done)["findings"]
    assert [one["check"] for one in findings] == ["select", "select", "where", "aggregation"]
    price, shop, where, aggregation = (one["message"] for one in findings)
    assert "the column purchase_prise does not exist: group_bys/bootcamp/bad.py:7" in price
    assert "did you mean 'purchase_price'" in price
    assert "the column shop does not exist" in shop
    assert "a where must be a condition, this one is string: group_bys/bootcamp/bad.py:8" in where
    assert "string is incompatible with SUM" in aggregation and "aggregations[1]" in aggregation
    # The table is on stdout, the verdict on stderr.
    done = analyze(repository, conf, status=2)
    assert "findings: 4" in done.stdout and "error:" not in done.stdout


def test_a_missing_table(repository):
    conf = write(repository, "group_bys/bootcamp/no_table.py", GOOD.replace("purchases_from_s3", "no_such_table"))
    [finding] = answer(analyze(repository, conf, "--json", status=2))["findings"]
    assert finding["check"] == "table" and "does not exist" in finding["message"]
    assert "group_bys/bootcamp/no_table.py:6" in finding["message"]


@pytest.mark.parametrize("start,finding", [
    # SPEC 3.5: start + 1 - window for entities left of events.
    ("2023-12-07", None),
    ("2023-12-06", "2023-11-30 on, and bootcamp.purchases_from_s3 begins on 2023-12-01"),
])
def test_availability(repository, start, finding):
    bounded = GOOD.replace("operation=Operation.MAX", "operation=Operation.MAX, windows=[Window(7, TimeUnit.DAYS)]")
    conf = write(repository, "group_bys/bootcamp/window.py", bounded)
    done = analyze(repository, conf, f"--start-date={start}", "--json", status=None)
    messages = [one["message"] for one in answer(done)["findings"] if one["check"] == "availability"]
    assert [finding in message for message in messages] == ([] if finding is None else [True])
    # No check where a window is unbounded.
    conf = write(repository, "group_bys/bootcamp/unbounded.py", GOOD)
    assert answer(analyze(repository, conf, f"--start-date={start}", "--json"))["findings"] == []


def test_edge_case_13_seconds_are_no_milliseconds(repository):
    """SPEC 12, 13: the analyzer rejects ts in seconds; we also say what to write."""
    in_seconds = GOOD.replace('time_column="ts"', 'time_column="CAST(ts / 1000 AS BIGINT)"')
    conf = write(repository, "group_bys/bootcamp/seconds.py", in_seconds)
    [finding] = answer(analyze(repository, conf, "--json", status=2))["findings"]
    assert finding["check"] == "time"
    assert "is no time in milliseconds from 31536000000 to 4102473599999" in finding["message"]
    assert 'time_column="CAST(ts / 1000 AS BIGINT) * 1000"' in finding["message"]
    assert answer(analyze(repository, conf, "--json", "--skip-timestamp-check"))["findings"] == []


def test_times_that_are_all_null(repository):
    conf = write(repository, "group_bys/bootcamp/nulls.py",
                 GOOD.replace('time_column="ts"', 'time_column="CAST(NULL AS BIGINT)"'))
    [finding] = answer(analyze(repository, conf, "--json", status=2))["findings"]
    assert "is null in all of" in finding["message"]


@pytest.mark.parametrize("change,sentence", [
    ({}, "a window of 6 hours needs TEMPORAL accuracy"),
    # Without an accuracy and a topic it is SNAPSHOT, too.
    ({"accuracy": None, "backfillStartDate": None}, "a window of 6 hours needs TEMPORAL accuracy"),
    ({"accuracy": 0}, "a window of 6 hours does not go with backfill_start_date"),
    ({"accuracy": 0, "backfillStartDate": None}, None),
])
def test_windows_in_hours(tmp_path, change, sentence):
    """As Chronon's validator has it (SPEC 2.2); its compiler refuses them, so the config is a compiled one."""
    case = "err_gb_hourly_snapshot"
    conf = {**golden.conf(case), **change}
    repository = golden.prepare(tmp_path, case, {key: value for key, value in conf.items() if value is not None})
    done = repository.run("run.py", "--mode=analyze", f"--conf={golden.conf_path(case)}", f"--ds={golden.END_DATE}",
                          "--start-date=2024-03-10", "--json", status=2 if sentence else 0)
    messages = [one["message"] for one in answer(done)["findings"]]
    assert len(messages) == (1 if sentence else 0)
    if sentence:
        assert sentence in messages[0] and "aggregations[0].windows[0]" in messages[0]


def test_heavy_hitters(repository):
    flags = ("--enable-hitter", "--start-date=2023-12-07", "--skip-timestamp-check")
    conf = write(repository, "group_bys/bootcamp/hit.py", GOOD)
    whole = answer(analyze(repository, conf, *flags, "--sample=1", "--json"))["heavy_hitters"]
    counts = dict(repository.sql(
        "SELECT user_id, count(*) FROM bootcamp.purchases_from_s3 WHERE ds = '2023-12-07' GROUP BY user_id"))
    assert whole["rows"] == sum(map(int, counts.values()))
    values = whole["keys"][0]["values"]
    assert {one["value"]: str(one["rows"]) for one in values} == counts
    assert [one["rows"] for one in values] == sorted((one["rows"] for one in values), reverse=True)
    two = answer(analyze(repository, conf, *flags, "--sample=1", "--count=2", "--json"))["heavy_hitters"]
    assert two["keys"][0]["values"] == values[:2]
    # A sample is the same in each run, and its counts are scaled.
    half = [answer(analyze(repository, conf, *flags, "--sample=0.5", "--json"))["heavy_hitters"] for _ in range(2)]
    assert half[0] == half[1] and 0 < half[0]["rows"] < whole["rows"]
    assert all(one["rows"] % 2 == 0 for one in half[0]["keys"][0]["values"])
    assert "heavy hitters:" in analyze(repository, conf, *flags).stdout


def test_export_schema(repository):
    conf = write(repository, "group_bys/bootcamp/schema.py", GOOD)
    analyze(repository, conf, "--export-schema")
    rows = repository.sql("SELECT section, column_name, column_type, ds FROM t.schema_analyzer_schema")
    assert ["key", "user", "string", "2023-12-07"] in rows
    assert ["output", "schema_price_max", "double", "2023-12-07"] in rows


JOIN = HEAD + """from ai.chronon.join import Derivation as D, Join, JoinPart

def part(name, table, keys, **query):
    return GroupBy(sources=[EventSource(table=table, query=Query(time_column="ts", **query))], keys=keys,
                   aggregations=[Aggregation(input_column="purchase_price", operation=Operation.SUM,
                                             windows=[Window(3, TimeUnit.DAYS)])], name=name, output_namespace="t")

v1 = Join(
    left=EventSource(table="bootcamp.purchases_from_s3", query=Query(
        selects=select("user_id", "purchase_price"), start_partition="2023-12-05", time_column="ts")),
    right_parts=[
        JoinPart(group_by=part("bootcamp.one", "bootcamp.purchases_from_s3", ["user_id"],
                               selects=select("user_id", "purchase_price"))),
        JoinPart(group_by=part("bootcamp.two", "bootcamp.purchases_from_s3", ["user"],
                               selects=select("purchase_price", user="USER")),
                 key_mapping={"user_id": "user"}, prefix="p"),
    ],
    output_namespace="t")
"""


def test_a_join(repository):
    conf = write(repository, "joins/bootcamp/both.py", JOIN.replace("USER", "user_id"))
    result = answer(analyze(repository, conf, "--json"))
    assert result["left"] == [{"name": "user_id", "type": "string"}, {"name": "purchase_price", "type": "double"},
                              {"name": "ts", "type": "bigint"}, {"name": "ds", "type": "string"}]
    assert result["keys"] == [{"name": "user_id", "type": "string"}]
    assert [one["name"] for one in result["right"]] == [
        "bootcamp_one_purchase_price_sum_3d", "p_bootcamp_two_purchase_price_sum_3d"]
    assert [one["name"] for one in result["output"]] == [
        "user_id", "purchase_price", "ts", "bootcamp_one_purchase_price_sum_3d",
        "p_bootcamp_two_purchase_price_sum_3d", "ds"]
    text = analyze(repository, conf).stdout
    assert "left side" in text and "parts" in text and "findings: none" in text


def test_faults_of_a_join(repository, provoked):
    text = JOIN.replace("USER", "CAST(purchase_price AS BIGINT)").replace('["user_id"],', '["shop"],', 1).replace(
        'select("user_id", "purchase_price"))),', 'select("purchase_price", shop="item_category"))),')
    conf = write(repository, "joins/bootcamp/faults.py", text.replace("2023-12-05", "2023-12-01"))
    done = analyze(repository, conf, "--json", status=2)
    assert "4 faults" in provoked(done, when="a Join has several faults")
    messages = [one["message"] for one in answer(done)["findings"]]
    assert any("the left side has no column shop" in one and "joinParts[0]" in one for one in messages)
    assert any("the key user_id is string on the left and bigint in the part" in one for one in messages)
    # SPEC 3.5: events left, SNAPSHOT events right: start - 1 - window.
    assert sum("need data from 2023-11-27 on" in one for one in messages) == 2


def test_a_staging_query_is_refused(repository, provoked):
    done = repository.run("run.py", "--mode=analyze", "--conf=staging_queries/bootcamp/purchases_from_s3.py", status=2)
    assert "does not fit a StagingQuery" in provoked(done, when="a StagingQuery is to be analyzed")
