# SPDX-License-Identifier: Apache-2.0
# The classes of ai.chronon: constructors, defaults, JSON of every kind of field, helpers and the
# rules of a GroupBy.
import json

import pytest
import compile_support  # noqa: F401  (sets the import path)

from ai.chronon import utils
from ai.chronon.api import ttypes
from ai.chronon.api.ttypes import EntitySource, EventSource, MetaData, Source, StagingQuery
from ai.chronon.errors import ConfigError
from ai.chronon.group_by import (
    Accuracy,
    Aggregation,
    Aggregations,
    DefaultAggregation,
    Derivation,
    GroupBy,
    Operation,
    TimeUnit,
    Window,
    get_output_col_names,
    get_output_columns,
)
from ai.chronon.query import Query, select
from ai.chronon.repo.serializer import from_plain, thrift_simple_json, to_plain
from ai.chronon.staging_query import StagingQueryEntitySource, StagingQueryEventSource


def source(**kwargs):
    query = Query(selects=select("user", "price"), time_column="ts")
    return Source(events=EventSource(table="ns.tbl", query=query, **kwargs))


def group_by(aggregations=None, sources=None, keys=("user",), **kwargs):
    aggregations = aggregations or [Aggregation("price", Operation.SUM)]
    return GroupBy(
        sources=sources or source(), keys=list(keys), aggregations=aggregations, **kwargs
    )


def test_structs_take_positions_by_field_id_and_both_spellings():
    assert Window(7, TimeUnit.DAYS) == Window(length=7, time_unit=TimeUnit.DAYS)
    assert MetaData(output_namespace="a") == MetaData(outputNamespace="a")
    assert EventSource("t", "topic").topic == "topic"
    assert ttypes.Query().setups == [] and Query(setups=None).setups == []
    assert ttypes.Operation._VALUES_TO_NAMES[18] == "APPROX_HISTOGRAM_K"


def test_unknown_keyword_suggests_the_right_one():
    with pytest.raises(
        ConfigError,
        match="MetaData has no argument 'outputNamespac' - did you mean 'outputNamespace'",
    ):
        MetaData(outputNamespac="x")
    with pytest.raises(TypeError, match="multiple values"):
        Window(1, length=2)


def test_json_writes_booleans_enums_doubles_and_unicode_as_chronon_does():
    meta = MetaData(
        name="a",
        online=True,
        production=False,
        samplePercent=100,
        description="é",
        modeToEnvMap={"backfill": {"A": "1"}},
    )
    assert thrift_simple_json(meta) == (
        '{\n  "name": "a",\n  "online": 1,\n  "production": 0,\n  "modeToEnvMap": {\n'
        '    "backfill": {\n      "A": "1"\n    }\n  },\n  "samplePercent": 100.0,\n'
        '  "description": "\\u00e9"\n}'
    )


def test_json_of_true_and_of_unknown_fields_is_read():
    plain = {"metaData": {"online": True, "fromTheFuture": 1}, "accuracy": "SNAPSHOT"}
    assert to_plain(from_plain(plain, ttypes.GroupBy)) == {"metaData": {"online": 1}, "accuracy": 1}


@pytest.mark.parametrize(
    ("struct", "field", "remedy"),
    [
        (Query(wheres="a > 1"), "wheres", "write \\['a > 1'\\]"),
        (Query(selects={"a": 1}), "selects.a", "give a string"),
        (MetaData(online="yes"), "online", "True or False"),
        (Window(length=1.5, timeUnit=1), "length", "whole number"),
        (ttypes.Aggregation("a", 99), "operation", "Operation.MIN"),
        (Source(), "", "set one of events, entities, joinSource"),
        (StagingQuery(metaData="x"), "metaData", "a MetaData"),
    ],
)
def test_wrong_types_are_refused_at_their_field(struct, field, remedy):
    with pytest.raises(ConfigError, match=remedy) as caught:
        to_plain(struct)
    assert caught.value.field == field


def test_join_structs_are_written():
    join = ttypes.Join(
        left=source(),
        joinParts=[ttypes.JoinPart(group_by(), prefix="p")],
        rowIds=["id"],
        skewKeys={"user": ["a"]},
    )
    plain = json.loads(thrift_simple_json(join))
    assert list(plain) == ["left", "joinParts", "skewKeys", "rowIds"]
    assert plain["joinParts"][0]["groupBy"]["keyColumns"] == ["user"]
    assert from_plain(plain, ttypes.Join) == join


def test_operations_with_arguments():
    assert Aggregation("a", Operation.LAST_K(10)).argMap == {"k": "10"}
    percentile = Aggregation("a", Operation.APPROX_PERCENTILE([0.5], k=200, x=1))
    assert list(percentile.argMap.items()) == [("k", "200"), ("percentiles", "[0.5]"), ("x", "1")]
    assert Aggregation("a").operation == Operation.LAST and Aggregation("a").argMap == {}
    with pytest.raises(ConfigError, match="call it"):
        Aggregation("a", Operation.LAST_K)


def test_output_columns():
    days = [Window(1, TimeUnit.DAYS), Window(6, TimeUnit.HOURS)]
    assert get_output_col_names(Aggregation("a", Operation.SUM, days, ["b", "c"])) == [
        "a_sum_1d_by_b",
        "a_sum_6h_by_b",
        "a_sum_1d_by_c",
        "a_sum_6h_by_c",
    ]
    assert get_output_col_names(Aggregation("a", Operation.TOP_K(3))) == ["a_top3"]
    assert get_output_col_names(Aggregation("a", Operation.HISTOGRAM_K(3))) == ["a_histogram"]
    derived = group_by(derivations=[Derivation("*", "*"), Derivation("total", "price_sum")])
    assert get_output_columns(derived) == ["total"]


def test_aggregation_builders():
    made = Aggregations(price=Aggregation(operation=Operation.SUM), b=Aggregation("a"))
    assert [a.inputColumn for a in made] == ["price", "a"]
    query = Query(selects=select("user", "a", "ts", "when", ds="d"), time_column="when")
    defaults = DefaultAggregation(["user"], Source(events=EventSource("t", query=query)))
    assert [(a.inputColumn, a.operation) for a in defaults] == [("a", Operation.LAST)]


def test_group_by_completes_a_copy_of_its_source():
    shared = Source(events=EventSource(table="t", query=Query(selects=select("ts", "item"))))
    made = group_by(sources=shared)
    assert made.sources[0].events.query.selects == {
        "item": "item",
        "user": "user",
        "price": "price",
    }
    assert made.sources[0].events.query.timeColumn == "ts"
    assert shared.events.query.selects == {"ts": "ts", "item": "item"}
    bare = group_by(sources=EventSource(table="t", query=Query(time_column="ts")))
    assert bare.sources[0].events.query.selects == {"user": "user", "price": "price"}


def test_custom_json_keeps_unknown_keywords_first():
    tagged = Aggregation("price", Operation.SUM, tags={"t": 1})
    made = group_by([tagged], lag=2, tags={"g": 1}, enable_tiling=True)
    assert made.metaData.customJson == (
        '{"enable_tiling": true, "lag": 2, "groupby_tags": {"g": 1},'
        ' "column_tags": {"price_sum": {"t": 1}}}'
    )
    assert made.metaData.team == "python"  # The folder of this file; the compiler knows better.


def test_dependencies():
    lagged = json.loads(group_by(lag=2).metaData.dependencies[0])
    assert lagged == {
        "name": "wait_for_ns.tbl_ds_minus_2",
        "spec": "ns.tbl/ds={{ macros.ds_add(ds, -2) }}",
        "start": None,
        "end": None,
    }
    parts = Source(
        events=EventSource(
            "ns.t/hr=00:00",
            query=Query(time_column="ts", start_partition="2024-01-01", partition_column="day"),
        )
    )
    assert json.loads(group_by(sources=parts).metaData.dependencies[0]) == {
        "name": "wait_for_ns.t_day",
        "spec": "ns.t/day={{ ds }}/hr=00:00",
        "start": "2024-01-01",
        "end": None,
    }
    explicit = group_by(dependencies=["ns.a/ds={{ ds }}"]).metaData.dependencies
    assert json.loads(explicit[0])["name"] == "wait_for_ns_a_ds_ds"
    entity = EntitySource("s", "m", "topic", Query(time_column="ts"))
    specs = [json.loads(d)["spec"] for d in utils.get_dependencies(entity)]
    assert specs == ["s/ds={{ ds }}", "m/ds={{ ds }}"]


def test_modes_and_schedules():
    made = group_by(
        online=True, backfill_start_date="2024-01-01", name="t.f.v1", output_namespace="ns"
    )
    assert utils.get_modes_tables(made) == {
        "backfill": ["ns.t_f_v1"],
        "upload": ["ns.t_f_v1_upload"],
    }
    made.accuracy = Accuracy.TEMPORAL
    assert utils.get_modes_tables(made)["streaming"] is None
    assert utils.get_offline_schedule(made) == "@daily"
    assert utils.get_offline_schedule(group_by(offline_schedule="@never")) is None


def test_staging_query_sources():
    staging = StagingQuery(
        metaData=MetaData(name="purchases", outputNamespace="ns"), query="SELECT 1"
    )
    events = StagingQueryEventSource(staging_query=staging, query=Query(time_column="ts"))
    assert (events.events.table, events.events.isCumulative) == ("ns.purchases", False)
    assert StagingQueryEntitySource(staging, Query()).entities.snapshotTable == "ns.purchases"
    with pytest.raises(ConfigError, match="needs a StagingQuery, not str"):
        StagingQueryEventSource("purchases", Query())


DAY, HOUR = [Window(1, TimeUnit.DAYS)], [Window(1, TimeUnit.HOURS)]


@pytest.mark.parametrize(
    ("make", "message", "field"),
    [
        (lambda: GroupBy([], ["user"], None), "needs sources", "sources"),
        (lambda: GroupBy(source(), "user", []), "write keys=", "keyColumns"),
        (lambda: group_by(historical_backfill=True), "historical_backfill needs a start", ""),
        (lambda: group_by(onlin=True), "did you mean 'online'", ""),
        (
            lambda: group_by(sources=source(topic="t"), accuracy=Accuracy.SNAPSHOT),
            "topic",
            "sources[0].events.topic",
        ),
        (
            lambda: group_by(sources=EventSource("t", query=Query())),
            "no time column",
            "sources[0].events.query",
        ),
        (lambda: group_by([Aggregation()]), "no input column", "aggregations[0]"),
        (
            lambda: group_by(
                [Aggregation("price", Operation.SUM, HOUR)], backfill_start_date="2024-01-01"
            ),
            "hours do not go with backfill_start_date",
            "aggregations[0].windows[0]",
        ),
        (
            lambda: group_by(
                [Aggregation("price", Operation.SUM, HOUR)], accuracy=Accuracy.SNAPSHOT
            ),
            "hours do not go with accuracy SNAPSHOT",
            "aggregations[0].windows[0]",
        ),
        (
            lambda: group_by([Aggregation("price", Operation.SUM, [Window(0, TimeUnit.DAYS)])]),
            "positive whole number: 0",
            "aggregations[0].windows[0]",
        ),
        (
            lambda: group_by([Aggregation("price", Operation.SUM, DAY[0])]),
            "write windows=",
            "aggregations[0].windows",
        ),
        (
            lambda: group_by([Aggregation("price", Operation.APPROX_PERCENTILE([2]))]),
            "from 0 to 1",
            "aggregations[0].operation",
        ),
        (
            lambda: group_by([Aggregation("price", Operation.LAST_K(0))]),
            "k of LAST_K must be a whole number of 1 to 1000000: 0",
            "aggregations[0].operation",
        ),
        (
            lambda: group_by([Aggregation("price", ttypes.Operation.LAST_K)]),
            "k needs to be specified for LAST_K",
            "aggregations[0].operation",
        ),
        (
            lambda: group_by([ttypes.Aggregation("price", ttypes.Operation.TOP_K, {"k": 0})]),
            "k of TOP_K must be",
            "aggregations[0].operation",
        ),
        (
            lambda: group_by([Aggregation("price", "SUM")]),
            "no operation: 'SUM'",
            "aggregations[0].operation",
        ),
        (lambda: group_by([Aggregation("prize")]), "did you mean 'price'", "column:prize"),
        (lambda: GroupBy(source(), ["user"], None), "without aggregations", "sources[0]"),
        (
            lambda: group_by(is_incremental=True, accuracy=Accuracy.TEMPORAL),
            "incremental",
            "isIncremental",
        ),
        (
            lambda: group_by(
                sources=[
                    source(),
                    EventSource("t", query=Query(select("user", "price", "z"), time_column="ts")),
                ]
            ),
            "select in both or neither: z",
            "sources[1]",
        ),
        (
            lambda: group_by(
                sources=EventSource("t", query=Query(select(ts="a"), time_column="b"))
            ),
            "ts is selected as 'a'",
            "sources",
        ),
    ],
)
def test_invalid_group_bys_are_refused_at_their_field(make, message, field):
    with pytest.raises(ConfigError, match=message) as caught:
        make()
    assert caught.value.field == field
    assert isinstance(caught.value, ValueError) and isinstance(caught.value, AssertionError)


def test_a_column_that_is_merely_like_another_is_selected_as_it_is():
    query = Query(selects=select("user", "price_1d"), time_column="ts")
    made = group_by([Aggregation("price_7d")], sources=EventSource("t", query=query))
    assert made.sources[0].events.query.selects["price_7d"] == "price_7d"
