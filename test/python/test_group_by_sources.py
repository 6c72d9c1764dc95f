"""GroupBys over every kind of source, and the ranges of days that they compute (SPEC 6, 9.4, section 12)."""
# SPDX-License-Identifier: Apache-2.0
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import golden
from repository import Repository

SUM, COUNT, LAST = 7, 6, 3
DAY = 86_400_000
MARCH_1 = 1709251200000  # 2024-03-01T00:00Z


def ms(day, hour=0, more=0):
    """Milliseconds of 2024-03-<day> <hour>:00."""
    return MARCH_1 + (day - 1) * DAY + hour * 3_600_000 + more


def march(day):
    return f"2024-03-{day:02d}"


class Shop(Repository):
    """A repository of Chronon's compiled configs over small tables."""

    def add(self, table, rows, partition_by=("ds",), schema=None):
        """Makes the table ns.<table> of dicts."""
        path = self.root / f"{table}.parquet"
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)
        flags = [flag for column in partition_by for flag in ("--partition-by", column)]
        self.run("gnomon", "import", f"ns.{table}", str(path), *flags)

    def group_by(self, sources, keys=("user",), aggregations=((SUM, "v", [1]),), name="g", start=march(1), **more):
        """Writes a GroupBy's compiled config."""
        meta = {"name": f"team.{name}", "outputNamespace": "ns", "team": "team", "customJson": "{\"lag\": 0}"}
        meta.update(more.pop("meta", {}))
        conf = {"metaData": meta, "sources": sources, "keyColumns": list(keys)}
        if aggregations is not None:
            conf["aggregations"] = [
                {"inputColumn": column, "operation": operation, "argMap": {},
                 **({"windows": [{"length": length, "timeUnit": 1} for length in windows]} if windows else {})}
                for operation, column, windows in aggregations]
        if start:
            conf["backfillStartDate"] = start
        golden.write_conf(self, f"production/group_bys/team/{name}", {**conf, **more})

    def backfill(self, last, name="g", *flags, **options):
        return self.run("run.py", "--mode=backfill", f"--conf=production/group_bys/team/{name}",
                        f"--end-date={march(last)}", *flags, **options)

    def upload(self, last, name="g", **options):
        return self.run("run.py", "--mode=upload", f"--conf=production/group_bys/team/{name}",
                        f"--end-date={march(last)}", **options)

    def features(self, *columns, name="g"):
        """(key..., day of month) -> value or values."""
        table = self.table(f"ns.team_{name}")
        rows = {}
        for row in table.to_pylist():
            values = tuple(row[column] for column in columns)
            keys = tuple(value for column, value in row.items() if column in ("user", "shop"))
            rows[(*keys, int(row["ds"][-2:]))] = values[0] if len(values) == 1 else values
        return rows


@pytest.fixture
def shop(tmp_path):
    return Shop(Repository.empty(tmp_path / "repo").root)


def events(table="events", time="ts", selects=("user", "v"), **query):
    if not isinstance(selects, dict) and selects is not None:
        selects = {column: column for column in selects}
    given = {"selects": selects, "timeColumn": time}
    inner = {"setups": [], **{field: value for field, value in given.items() if value}, **query}
    outer = {key: inner.pop(key) for key in ("isCumulative", "topic") if key in inner}
    return {"events": {"table": f"ns.{table}", "query": inner, **outer}}


def entities(table="dim", selects=("user", "v"), time=None, **query):
    if selects is not None:
        selects = {column: column for column in selects}
    given = {"selects": selects, "timeColumn": time}
    inner = {"setups": [], **{field: value for field, value in given.items() if value}, **query}
    return {"entities": {"snapshotTable": f"ns.{table}", "query": inner}}


def event(user, v, day, hour=12, ds=None, **more):
    return {"user": user, "v": v, "ts": ms(day, hour), "ds": march(ds or day), **more}


# --- kinds of sources ---


def test_a_cumulative_source_is_read_from_its_last_partition(shop):
    """Edge case 57: older partitions hold nothing new, and days without a partition are computed."""
    shop.add("events", [event("a", 1, 1, ds=2), event("a", 1, 1, ds=4), event("a", 10, 3, ds=4)])
    shop.group_by([events(isCumulative=1)])
    shop.backfill(4)
    assert shop.features("v_sum_1d") == {("a", 1): 1, ("a", 3): 10}


def test_a_cumulative_table_without_partitions_is_refused(shop, provoked):
    shop.add("events", [event("a", 1, 1)], partition_by=())
    shop.group_by([events(isCumulative=1)])
    assert "must be partitioned by ds" in provoked(shop.backfill(2, status=2))
    shop.group_by([events(isCumulative=1, endPartition=march(1))])
    shop.backfill(2)
    assert shop.features("v_sum_1d") == {("a", 1): 1}


def test_events_without_time_column_happen_at_the_end_of_their_day(shop):
    """Edge case 9."""
    shop.add("events", [event("a", 1, 5, ds=1), event("a", 2, 5, ds=2)])
    shop.group_by([events(time=None)], aggregations=[(SUM, "v", [1, 2])], accuracy=1)
    shop.backfill(3)
    assert shop.features("v_sum_1d", "v_sum_2d") == {("a", 1): (1, 1), ("a", 2): (2, 3)}


def test_a_selected_ts_overrides_the_time_column(shop):
    shop.add("events", [event("a", 1, 1), event("b", 2, 2)])
    selects = {"user": "user", "v": "v", "ts": "ts + 86400000"}
    shop.group_by([events(selects=selects, wheres=["user = 'a'"])])
    shop.backfill(2)
    assert shop.features("v_sum_1d") == {("a", 2): 1}


def test_snapshots_stand_alone_and_windows_are_exact(shop):
    """Edge case 15; a key whose features are all null stays."""
    rows = [{"user": user, "v": v, "upd": upd, "ds": march(day)} for user, v, upd, day in [
        ("a", 1, ms(2), 2), ("a", 2, ms(1, 23), 2), ("b", 4, ms(1), 2), ("a", 8, ms(3), 3)]]
    shop.add("dim", rows)
    shop.group_by([entities(time="upd")], aggregations=[(SUM, "v", [1]), (COUNT, "v", None)])
    shop.backfill(3)
    assert shop.features("v_sum_1d", "v_count") == {("a", 2): (1, 2), ("b", 2): (None, 1), ("a", 3): (8, 1)}


def test_entities_pass_through_with_all_their_columns(shop):
    """Without selects all columns; rows without any key are left out, a part of a key is one (edge case 54)."""
    rows = [{"user": "a", "shop": None, "v": 1, "ds": march(1)}, {"user": None, "shop": None, "v": 2, "ds": march(1)},
            {"user": "a", "shop": "x", "v": None, "ds": march(1)}, {"user": "a", "shop": "x", "v": 3, "ds": march(2)}]
    shop.add("dim", rows)
    shop.group_by([entities(selects=None)], keys=["user", "shop"], aggregations=None)
    shop.backfill(2)
    table = shop.table("ns.team_g")
    assert table.column_names == ["user", "shop", "v", "ds"]
    assert shop.features("v") == {("a", None, 1): 1, ("a", "x", 1): None, ("a", "x", 2): 3}


def test_a_partition_column_of_another_name(shop):
    shop.add("events", [{**event("a", day, day), "day": march(day)} for day in (1, 2)], partition_by=["day"])
    shop.group_by([events(partitionColumn="day")])
    shop.backfill(2)
    assert shop.features("v_sum_1d") == {("a", 1): 1, ("a", 2): 2}


def test_sub_partitions_say_which_days_are_there_and_do_not_filter(shop):
    """SPEC 6.1: a user must repeat the sub-partition in wheres."""
    shop.add("events", [event("a", 1, 1, region="eu"), event("a", 2, 1, region="us"), event("a", 4, 2, region="us")],
             partition_by=["ds", "region"])
    shop.group_by([events("events/region=eu")])
    shop.backfill(2)
    assert shop.features("v_sum_1d") == {("a", 1): 3}
    shop.group_by([events("events/region=eu", wheres=["region = 'eu'"])], name="where")
    shop.backfill(2, "where")
    assert shop.features("v_sum_1d", name="where") == {("a", 1): 1}


def test_a_sub_partition_that_does_not_exist_is_told(shop, provoked):
    shop.add("events", [event("a", 1, 1)])
    shop.group_by([events("events/regoin=eu")])
    assert "is not partitioned by 'regoin'" in provoked(shop.backfill(1, status=2))


def test_the_macro_of_the_run_day(shop, provoked):
    """SPEC 6.1: only if one day is read."""
    shop.add("dim", [{"user": "a", "v": 1, "ds": march(day)} for day in (1, 2)])
    selects = {"user": "user", "day": "'{{ CHRONON_RUN_DS }}'"}
    source = {"entities": {"snapshotTable": "ns.dim", "query": {"selects": selects, "setups": []}}}
    shop.group_by([source], aggregations=None)
    assert "--step-days=1" in provoked(shop.backfill(2, status=2))
    shop.backfill(2, "g", "--step-days=1")
    assert shop.features("day") == {("a", 1): march(1), ("a", 2): march(2)}


def test_setups_run_before_the_sources_are_read(shop):
    shop.add("raw", [event("a", 1, 1)])
    setups = ["CREATE TABLE IF NOT EXISTS ns.events PARTITIONED BY (ds) AS SELECT * FROM ns.raw"]
    shop.group_by([events(setups=setups)])
    shop.backfill(1)
    assert shop.features("v_sum_1d") == {("a", 1): 1}


def test_a_view_that_setups_make_is_a_source(shop, provoked):
    shop.add("events", [event("a", 1, 1), event("b", 2, 1)])
    select = "SELECT * FROM ns.events WHERE user = 'a'"
    source = events(setups=[f"CREATE TEMPORARY VIEW seen AS {select}"])
    source["events"]["table"] = "seen"
    shop.group_by([source])
    assert "the source seen is a temporary view of the setups" in provoked(shop.backfill(1, status=2))
    shop.group_by([events(table="seen", setups=[f"CREATE OR REPLACE VIEW ns.seen AS {select}"])])
    shop.backfill(1)
    assert shop.features("v_sum_1d") == {("a", 1): 1}


def test_a_table_that_two_sources_read_is_named_once(shop):
    shop.add("events", [event("a", 1, 1)])
    shop.group_by([events(), events()])
    told = shop.backfill(2).stderr
    assert "ns.events has no partitions for them" in told and "ns.events, ns.events" not in told


def test_sources_add_up(shop):
    """Edge case 55: rows that two sources give count twice."""
    shop.add("events", [event("a", 1, 1)])
    shop.group_by([events(), events()])
    shop.backfill(1)
    assert shop.features("v_sum_1d") == {("a", 1): 2}


def test_events_and_entities_do_not_mix(shop, provoked):
    shop.add("events", [event("a", 1, 1)])
    shop.add("dim", [{"user": "a", "v": 1, "ds": march(1)}])
    shop.group_by([events(), entities()])
    assert "all events or all entities" in provoked(shop.backfill(1, status=2))


def test_entities_with_windows_need_a_time_column(shop, provoked):
    shop.add("dim", [{"user": "a", "v": 1, "ds": march(1)}])
    shop.group_by([entities()])
    assert "has no time column" in provoked(shop.backfill(1, status=2))


# --- which days ---


@pytest.fixture
def five_days(shop):
    shop.add("events", [event("a", day, day) for day in range(1, 6)])
    return shop


def computed(done):
    return done.stdout + done.stderr


def test_a_second_run_finds_nothing_to_do(five_days):
    """Edge case 49."""
    five_days.group_by([events()])
    five_days.backfill(3)
    before = five_days.catalog().load_table("ns.team_g").current_snapshot().snapshot_id
    five_days.backfill(3)
    assert five_days.catalog().load_table("ns.team_g").current_snapshot().snapshot_id == before


def test_an_end_partition_caps_the_scan(five_days):
    """Edge case 58."""
    five_days.group_by([events(endPartition=march(2))], aggregations=[(SUM, "v", [3])])
    five_days.backfill(5)
    assert five_days.features("v_sum_3d") == {("a", 1): 1, ("a", 2): 3, ("a", 3): 3, ("a", 4): 2}


def test_without_historical_backfill_only_the_last_day_is_computed(five_days):
    """Edge case 59."""
    five_days.group_by([events()], meta={"historicalBackfill": 0})
    five_days.backfill(4)
    assert five_days.features("v_sum_1d") == {("a", 4): 4}


def test_days_before_the_first_are_filled_on_demand_only(five_days):
    """Edge case 50."""
    five_days.group_by([events()], start=march(3))
    five_days.backfill(4)
    five_days.group_by([events()])
    five_days.backfill(5)
    assert set(five_days.features("v_sum_1d")) == {("a", 3), ("a", 4), ("a", 5)}
    five_days.backfill(5, "g", "--run-first-hole")
    assert len(five_days.features("v_sum_1d")) == 5


def test_a_day_that_no_source_has_is_not_computed(shop):
    """Edge case 51, although the window would hold something."""
    shop.add("events", [event("a", 1, 1), event("a", 4, 3)])
    shop.group_by([events()], aggregations=[(SUM, "v", [7])])
    shop.backfill(3)
    assert shop.features("v_sum_7d") == {("a", 1): 1, ("a", 3): 5}


def test_a_range_that_fails_does_not_stop_the_others(shop):
    """SPEC 6, point 5: the days between are filled, so there are two ranges, and the first has bad times."""
    shop.add("events", [event("a", day, day) for day in (1, 3, 5)])
    shop.group_by([events()])
    shop.backfill(3, "g", f"--start-date={march(3)}")
    seconds = {"user": "a", "v": 1, "ts": ms(1) // 1000, "ds": march(1)}
    shop.add("late", [seconds, event("a", 5, 5)])
    shop.group_by([events("late", time="ts")], name="late")
    shop.run("spark-sql", "-e", "CREATE TABLE ns.team_late PARTITIONED BY (ds) AS SELECT * FROM ns.team_g")
    done = shop.backfill(5, "late", "--run-first-hole", status=2)
    assert "1 of 2 ranges of days could not be computed" in done.stderr and "holds seconds" in done.stderr
    assert set(shop.features("v_sum_1d", name="late")) == {("a", 3), ("a", 5)}


# --- derivations ---


def derivations(**expressions):
    return [{"name": "*" if name == "star" else name, "expression": text} for name, text in expressions.items()]


def test_a_wildcard_drops_what_is_only_renamed(five_days):
    """Edge case 85, of a GroupBy."""
    five_days.group_by([events()], aggregations=[(SUM, "v", [1]), (COUNT, "v", [1])],
                       derivations=derivations(star="*", total="v_sum_1d", twice="v_sum_1d * 2", day="ds"))
    five_days.backfill(1)
    table = five_days.table("ns.team_g")
    assert table.column_names == ["user", "v_count_1d", "total", "twice", "day", "ds"]
    row, = table.to_pylist()
    assert row == {"user": "a", "v_count_1d": 1, "total": 1, "twice": 2, "day": march(1), "ds": march(1)}


def test_without_wildcard_only_derived_columns_stay(five_days):
    five_days.group_by([events()], derivations=derivations(v_sum_1d="v_sum_1d + 1", user="upper(user)"))
    five_days.backfill(1)
    assert five_days.table("ns.team_g").to_pylist() == [{"user": "A", "v_sum_1d": 2, "ds": march(1)}]


def test_a_documented_name_is_a_prefix_of_derived_columns(five_days):
    custom = json.dumps({"lag": 0, "gnomon_name": "features"})
    five_days.group_by([events()], derivations=derivations(total="v_sum_1d"), meta={"customJson": custom})
    five_days.backfill(1)
    assert five_days.table("ns.features").column_names == ["user", "features_total", "ds"]


@pytest.mark.parametrize("expressions,sentence", [
    ({"star": "*", "v_sum_1d": "v_sum_1d + 1"}, "two derived columns have one name"),
    ({"x": "v_sum_2d"}, "did you mean 'v_sum_1d'"),
    ({"user": "v_sum_1d"}, "a derivation makes the key user"),
    ({"x": "ts"}, "only TEMPORAL accuracy in a Join"),
], ids=["twice", "unknown", "key", "time"])
def test_a_derivation_that_cannot_be(five_days, provoked, expressions, sentence):
    five_days.group_by([events()], derivations=derivations(**expressions))
    assert sentence in provoked(five_days.backfill(1, status=2), when=f"a derivation is wrong: {sentence}")


# --- changed configs ---


def test_a_select_that_nothing_used_before_rebuilds_nothing(five_days):
    five_days.group_by([events()])
    five_days.backfill(2)
    five_days.group_by([events(selects={"user": "user", "v": "v", "w": "v * 10"})],
                       aggregations=[(SUM, "v", [1]), (SUM, "w", [1])])
    done = five_days.backfill(3)
    assert "w_sum_1d was added" in computed(done) and "built anew" not in computed(done)
    assert five_days.features("v_sum_1d", "w_sum_1d") == {("a", 1): (1, 10), ("a", 2): (2, 20), ("a", 3): (3, 30)}


def test_another_meaning_of_an_input_rebuilds(five_days):
    five_days.group_by([events()])
    five_days.backfill(2)
    five_days.group_by([events(selects={"user": "user", "v": "v * 10"})])
    done = five_days.backfill(2)
    assert "built anew" in computed(done)
    assert five_days.features("v_sum_1d") == {("a", 1): 10, ("a", 2): 20}


# --- uploads ---


def serving_info(shop, name="g"):
    rows = shop.table(f"ns.team_{name}_upload").to_pylist()
    return json.loads(next(row["value_bytes"] for row in rows if row["key_bytes"] == b"group_by_serving_info"))


def test_a_topic_makes_an_upload_temporal_and_tells_its_columns(shop, provoked):
    """SPEC 7.1, 7.2: the columns of the table that the query looks at, in the table's order."""
    shop.add("events", [event("a", 1, 1, other=5, flag=True)])
    shop.group_by([events(topic="t", selects={"user": "user", "v": "v"}, wheres=["flag"])], start=None)
    shop.upload(1)
    info = serving_info(shop)
    assert [field["name"] for field in json.loads(info["inputAvroSchema"])["fields"]] == ["user", "v", "ts", "flag"]
    assert info["batchEndDate"] == march(2)
    done = shop.run("run.py", "--mode=fetch", "--type=group-by", "--name=team.g", "-k", '{"user": "a"}', status=2)
    assert "TEMPORAL" in provoked(done)


def test_an_upload_of_entities_is_fetched(shop):
    shop.add("dim", [{"user": "a", "v": 7, "ds": march(1)}])
    shop.group_by([entities()], aggregations=None, start=None)
    shop.upload(1)
    done = shop.run("run.py", "--mode=fetch", "--type=group-by", "--name=team.g", "-k", '{"user": "a"}')
    assert '"v": 7' in done.stdout or '"v":7' in done.stdout


def test_an_upload_without_rows_still_tells_of_itself(shop):
    """Edge cases 62 and 73."""
    shop.add("events", [event(None, 1, 1), event("a", 1, 9)])
    shop.group_by([events()], start=None)
    shop.upload(1)
    assert serving_info(shop)["batchEndDate"] == march(2)
    assert shop.table("ns.team_g_upload").num_rows == 1


def test_events_of_the_next_partition_count_in_a_temporal_upload(shop):
    """SPEC appendix I 8: late rows with ts before the end of the day."""
    shop.add("events", [event("a", 1, 1), event("b", 2, 1, ds=2), event("c", 4, 2)])
    shop.group_by([events()], accuracy=0, start=None)
    shop.upload(1)
    values = {row["key_bytes"]: row["value_bytes"] for row in shop.table("ns.team_g_upload").to_pylist()}
    assert set(values) == {b"\x02\x02a", b"\x02\x02b", b"\x02\x02c", b"group_by_serving_info"}
    # As in Chronon a key of which only later rows were read is there, and holds nothing: no sum, three empty lists.
    nothing = b"\x02\x00" + b"\x02\x06\x00\x00\x00\x00"
    assert values[b"\x02\x02c"] == nothing and values[b"\x02\x02b"] != nothing


# --- incremental ---


def test_an_incremental_group_by_keeps_days_and_reads_no_history_again(shop):
    """SPEC 6.2; a late event counts for its own day, in whose partition it is not (appendix I 5)."""
    rows = [event("a", day, day) for day in range(1, 6)] + [event("b", 1, 2)]
    shop.add("events", [*rows, event("a", 100, 2, ds=3)])
    aggregations = [(SUM, "v", [1, 3]), (COUNT, "v", [3]), (8, "v", [3]), (LAST, "v", [3]), (SUM, "v", None)]
    shop.group_by([events()], aggregations=aggregations, isIncremental=1, start=march(2))
    shop.backfill(3)
    first = shop.catalog().load_table("ns.team_g_daily_inc").current_snapshot().snapshot_id
    days = shop.table("ns.team_g_daily_inc")
    assert days.column_names == ["user", "v_sum", "v_count", "v_average", "v_last", "ts", "ds"]
    assert sorted(zip(days["user"].to_pylist(), days["ts"].to_pylist(), days["ds"].to_pylist())) == [
        ("a", ms(1), march(1)), ("a", ms(2), march(2)), ("a", ms(3), march(3)), ("b", ms(2), march(2))]
    done = shop.backfill(5)
    assert "team_g_daily_inc: computing 2 days" in computed(done)
    after = shop.catalog().load_table("ns.team_g_daily_inc")
    assert after.current_snapshot().parent_snapshot_id == first
    columns = ("v_sum_1d", "v_sum_3d", "v_count_3d", "v_average_3d", "v_last_3d", "v_sum")
    found = shop.features(*columns)
    assert found["a", 2] == (2, 3, 2, 1.5, 2, 3)
    assert found["a", 5] == (5, 12, 3, 4.0, 5, 15)
    assert found["b", 4] == (None, 1, 1, 1.0, 1, 1) and found["b", 5] == (None, None, None, None, None, 1)


def test_an_incremental_upload_is_that_of_its_events(shop):
    shop.add("events", [event("a", day, day) for day in range(1, 6)])
    for name, flags in (("plain", {}), ("kept", {"isIncremental": 1})):
        shop.group_by([events()], aggregations=[(SUM, "v", [3]), (LAST, "v", [2])], name=name, start=None, **flags)
        shop.upload(4, name)
    plain, kept = ({row["key_bytes"]: row["value_bytes"] for row in shop.table(f"ns.team_{name}_upload").to_pylist()
                    if row["key_bytes"] != b"group_by_serving_info"} for name in ("plain", "kept"))
    assert plain == kept and len(plain) == 1
