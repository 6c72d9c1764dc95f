"""Edge cases 61 to 73 (SPEC 12): uploads, and what is fetched of them. Those that wait for the online work are listed
in test/oracle/README.md."""
# SPDX-License-Identifier: Apache-2.0
import json

import pytest

from ai.chronon.fetcher import Fetcher
from edge_cases import DAY, TEMPORAL, EdgeRepository, aggregation, events, group_by, ms
from oracle import uploads
from oracle.group_by import GroupBy

DS = "2023-12-07"
END = ms("2023-12-08 00:00:00")
NOON = ms(f"{DS} 12:00:00")
HOUR = DAY // 24


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    repository = EdgeRepository.empty(tmp_path_factory.mktemp("upload") / "repo")
    days = [f"2023-12-{i:02}" for i in range(1, 8)]
    rows = [(1, 10, NOON, DS), (1, 5, END - 3 * DAY, "2023-12-05"), (1, 3, END - 3 * DAY - 1, "2023-12-04"),
            (2, 7, END - 3 * DAY + 1, "2023-12-05")]
    repository.add("edge.events", "id:long v:long ts:long ds:string",
                   rows + [(9, 1, ms(f"{day} 12:00:00"), day) for day in days])
    return repository


def features(name, *aggregations, accuracy=1, selects=("id", "v"), **fields):
    return group_by(name, events("edge.events", list(selects) if isinstance(selects, tuple) else selects, **fields),
                    ["id"], list(aggregations), accuracy=accuracy)


def uploaded(repository, conf):
    """(serving info, key -> value) of an upload of DS."""
    repository.run_conf(conf, DS, mode="upload")
    rows = repository.output(conf, "_upload")
    info = [json.loads(row["value_bytes"]) for row in rows if row["key_bytes"] == b"group_by_serving_info"]
    assert len(info) == 1
    types, model = {"id": "long", "v": "long"}, GroupBy(conf, {})
    kind = uploads.value_type(model, types, info[0])
    values = {uploads.read(row["key_bytes"], ("record", [("id", "long")]))["id"]:
              uploads.value_of(model, row["value_bytes"], kind)
              for row in rows if row["key_bytes"] != b"group_by_serving_info"}
    return info[0], values


@pytest.fixture(scope="module")
def snapshot(repository):
    return uploaded(repository, features("snapshot", aggregation("v", "sum", "1d", "3d"), aggregation("v", "count")))


def test_edge_case_061_the_batch_ends_at_the_next_midnight(snapshot):
    info, _ = snapshot
    assert info["batchEndDate"] == "2023-12-08"


def test_edge_case_062_there_is_always_one_row_of_serving_info(repository, snapshot):
    info, values = snapshot
    assert info["groupBy"]["keyColumns"] == ["id"]
    assert values[1] == {"v_sum_1d": 10, "v_sum_3d": 15, "v_count": 3}
    none = features("nothing", aggregation("v", "sum", "1d"), wheres=["v > 1000"])
    info, values = uploaded(repository, none)
    assert values == {} and info["batchEndDate"] == "2023-12-08"


def test_edge_case_063_a_row_exactly_at_the_old_edge_is_kept(repository):
    """Chronon drops it (strict test) and so answers less online than offline; gnomon keeps it (appendix G 1). A row one
    millisecond older is dropped by both."""
    conf = features("tail", aggregation("v", "sum", "3d"), aggregation("v", "count", "3d"), accuracy=TEMPORAL)
    _, values = uploaded(repository, conf)
    days, hours, minutes = values[1]["tailHopIrs"]
    assert (days, minutes) == ([], [])
    assert hours == [{"v_sum": 5, "v_count": 1, "ts": END - 3 * DAY}]
    assert values[1]["collapsedIr"] == {"v_sum_3d": 10, "v_count_3d": 1}
    assert values[2]["tailHopIrs"][1] == [{"v_sum": 7, "v_count": 1, "ts": END - 3 * DAY}]


def test_edge_case_066_a_null_key_is_answered_in_its_place(repository, snapshot):
    """Chronon sends no request and leaves the entry out; gnomon keeps one per request (appendix G 10)."""
    results = Fetcher(repo=repository.root).fetch_group_bys(
        [("edge/snapshot", {"id": None}), ("edge/snapshot", {"id": 1})])
    assert len(results) == 2
    assert results[0] is None or not any(results[0].values())
    assert results[1]["v_sum_3d"] == 15


def test_edge_case_068_an_unknown_key_has_no_features(repository, snapshot):
    assert Fetcher(repo=repository.root).fetch_group_by("edge/snapshot", {"id": 12345}) is None


def test_edge_case_069_a_text_for_a_long_key_is_cast(repository, snapshot):
    fetcher = Fetcher(repo=repository.root)
    assert fetcher.fetch_group_by("edge/snapshot", {"id": "1"}) == fetcher.fetch_group_by("edge/snapshot", {"id": 1})
    with pytest.raises(ValueError):
        fetcher.fetch_group_by("edge/snapshot", {"id": "one"})


def test_edge_case_072_repeated_names_in_a_schema_are_numbered(repository):
    """Record and field names share one set: the key record is `Key`, so a key column of that name is the second."""
    conf = group_by("names", events("edge.events", {"Key": "id", "Value": "v"}), ["Key"],
                    [aggregation("Value", "sum", "1d")])
    repository.run_conf(conf, DS, mode="upload")
    info, = [json.loads(row["value_bytes"]) for row in repository.output(conf, "_upload")
             if row["key_bytes"] == b"group_by_serving_info"]
    key, selected = json.loads(info["keyAvroSchema"]), json.loads(info["selectedAvroSchema"])
    assert (key["name"], key["fields"][0]["name"]) == ("Key", "Key_REPEATED_NAME_0")
    assert (selected["name"], selected["fields"][0]["name"]) == ("Value", "Value_REPEATED_NAME_0")


def test_edge_case_072_each_aggregation_has_its_field_in_a_hop(repository):
    """Two aggregations of one column and operation: the IR is one per aggregation and bucket (7.3), each with the rows
    of its own windows' tails, and the second's name is a repeated one."""
    conf = features("apart", aggregation("v", "sum", "3d"), aggregation("v", "count", "3d"),
                    aggregation("v", "sum", "4d"), accuracy=TEMPORAL)
    _, values = uploaded(repository, conf)
    old = {"v_sum": None, "v_count": None, "v_sum_REPEATED_NAME_0": 3}
    edge = {"v_sum": 5, "v_count": 1, "v_sum_REPEATED_NAME_0": 5}
    assert values[1]["tailHopIrs"][1] == [{**old, "ts": END - 3 * DAY - HOUR}, {**edge, "ts": END - 3 * DAY}]
    assert values[1]["collapsedIr"] == {"v_sum_3d": 10, "v_count_3d": 1, "v_sum_4d": 10}


def test_edge_case_073_an_upload_without_rows_succeeds(repository):
    info, values = uploaded(repository, features("empty", aggregation("v", "last", "1d"), wheres=["id = 77"]))
    assert values == {} and info["groupBy"]["metaData"]["name"] == "edge.empty"


@pytest.mark.parametrize("accuracy,ts", [(1, NOON), (TEMPORAL, NOON), (TEMPORAL, END - 3 * DAY)],
                         ids=["snapshot", "collapsed", "hop"])
def test_a_null_inside_a_list_is_told_with_its_aggregation(repository, provoked, accuracy, ts):
    """The encoder knows columns alone: of a batch IR it named `collapsedIr`, and no place of the user's file."""
    stem = f"tags_{accuracy}_{END - ts}"
    repository.add(f"edge.{stem}", "id:long tags:strings ts:long ds:string",
                   [(1, ["a", None], ts, DS), (1, ["b"], END - 2 * DAY, DS)])
    conf = group_by(stem, events(f"edge.{stem}", ["id", "tags"]), ["id"],
                    [aggregation("tags", "count"), aggregation("tags", "first" if ts < NOON else "last", "3d")],
                    accuracy=accuracy)
    sentence = provoked(repository.run_conf(conf, DS, mode="upload", status=2),
                        when=f"a null inside a list of an upload of {'SNAPSHOT' if accuracy else 'TEMPORAL'} accuracy")
    assert f"the column tags_{'first' if ts < NOON else 'last'}" in sentence and "aggregations[1]" in sentence
