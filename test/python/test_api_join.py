# SPDX-License-Identifier: Apache-2.0
# Join and its parts in Python: what they make, and every rule that they check.
import json

import pytest
from compile_support import PROJECT  # noqa: F401 - Puts the project's Python on the path.

from ai.chronon import external_api, utils
from ai.chronon.api import ttypes
from ai.chronon.api.ttypes import EntitySource, EventSource, JoinSource, Source
from ai.chronon.errors import ConfigError
from ai.chronon.group_by import Accuracy, Aggregation, Derivation, GroupBy, Operation, TimeUnit, Window
from ai.chronon.join import (
    BootstrapPart,
    ContextualSource,
    DataType,
    ExternalPart,
    ExternalSource,
    Join,
    JoinPart,
    LabelPart,
)
from ai.chronon.model import InferenceSpec, Model, ModelTransform, ModelTransforms
from ai.chronon.query import Query, select
from ai.chronon.repo.serializer import to_plain


def left(**changes):
    query = Query(selects=select("user", "item"), time_column="ts", start_partition="2024-03-01")
    return Source(events=EventSource(**{"table": "ns.clicks", "query": query, **changes}))


def features(name="t.prices.v1", operations=(Operation.SUM,), windows=(7,), **kwargs):
    windows = [Window(length=n, timeUnit=TimeUnit.DAYS) for n in windows] or None
    return GroupBy(
        sources=Source(
            events=EventSource(
                table="ns.prices", query=Query(selects=select("user", "price"), time_column="ts")
            )
        ),
        keys=["user"],
        aggregations=[
            Aggregation(input_column="price", operation=one, windows=windows) for one in operations
        ],
        name=name,
        **kwargs,
    )


def join(*parts, **kwargs):
    return Join(left=kwargs.pop("left", left()), right_parts=list(parts), **kwargs)


def refused(make):
    with pytest.raises(ConfigError) as caught:
        make()
    assert isinstance(caught.value, (ValueError, AssertionError)) and caught.value.remedy
    return f"{caught.value.field}: {caught.value.what}"


def test_the_left_side_selects_its_time_on_a_copy():
    given = left()
    made = join(JoinPart(group_by=features()), left=given)
    assert made.left.events.query.selects == {"user": "user", "item": "item", "ts": "ts"}
    assert "ts" not in given.events.query.selects
    bare = left(query=Query(time_column="event_ms"))
    assert join(JoinPart(group_by=features()), left=bare).left.events.query.selects is None


def test_custom_json_has_chronons_order():
    part = JoinPart(group_by=features(), prefix="p", tags={"owner": "x"})
    made = join(
        part,
        check_consistency=True,
        additional_args=["--step-days=14"],
        additional_env={"A": "1"},
        lag=2,
        tags={"t": 1},
        mine="kept",
    )
    assert made.metaData.customJson == json.dumps(
        {
            "check_consistency": True,
            "lag": 2,
            "additional_args": ["--step-days=14"],
            "additional_env": {"A": "1"},
            "mine": "kept",
            "join_tags": {"t": 1},
            "join_part_tags": {"p_t.prices.v1": {"owner": "x"}},
        }
    )
    assert made.metaData.consistencySamplePercent == 5.0
    assert join(part).metaData.consistencySamplePercent is None


def names_of(dependencies):
    return [json.loads(one)["name"] for one in dependencies]


def test_dependencies_of_left_parts_and_bootstraps():
    bootstrap = BootstrapPart(
        table="ns.boot",
        key_columns=["user"],
        query=Query(start_partition="2024-01-01", end_partition="2024-02-01"),
    )
    parts = [JoinPart(group_by=features()), JoinPart(group_by=features(), prefix="again")]
    made = join(*parts, bootstrap_parts=[bootstrap], lag=1)
    assert names_of(made.metaData.dependencies) == [
        "wait_for_ns.clicks_ds_minus_1",
        "wait_for_ns.prices_ds",
        "wait_for_ns.boot_ds",
    ]
    assert json.loads(made.metaData.dependencies[2])["end"] == "2024-02-01"
    explicit = join(*parts, bootstrap_parts=[bootstrap], dependencies=["ns.other/ds={{ ds }}"])
    assert names_of(explicit.metaData.dependencies) == [
        "wait_for_ns_other_ds_ds",
        "wait_for_ns.prices_ds",
    ]


def test_labels_wait_for_the_join_itself():
    label = features("t.label.v1", windows=(3,))
    label_part = LabelPart([JoinPart(group_by=label)], 3, 3, label_offline_schedule="@weekly")
    made = join(JoinPart(group_by=features()), label_part=label_part)
    meta = made.labelPart.metaData
    assert meta.offlineSchedule == "@weekly"
    assert names_of(meta.dependencies) == [
        "wait_for_ns.clicks_ds",
        "wait_for_ns.prices_ds",
        "wait_for_{{ join_backfill_table }}",
    ]
    assert label_part.metaData.dependencies is None


def test_a_log_as_bootstrap():
    part = JoinPart(group_by=features(online=True))
    made = join(
        part, online=True, sample_percent=10.0, bootstrap_from_log=True, row_ids=["request_id"]
    )
    assert [one.table for one in made.bootstrapParts] == ["{{ logged_table }}"]
    assert "needs a log" in refused(lambda: join(part, bootstrap_from_log=True, online=True))


def test_external_and_contextual_sources():
    source = ExternalSource(
        "weather",
        "sky",
        key_fields=[("city", DataType.STRING)],
        value_fields=[
            ("by_hour", DataType.MAP(DataType.STRING, DataType.DOUBLE)),
            ("history", DataType.LIST(DataType.STRUCT("day", ("rain", DataType.BOOLEAN)))),
        ],
        factory_name="http",
        factory_params={"url": "x"},
        offline_group_by=features(),
    )
    plain = to_plain(ExternalPart(source, key_mapping={"town": "city"}, prefix="w"))
    assert plain["source"]["metadata"] == {"name": "weather", "team": "sky"}
    assert plain["source"]["keySchema"] == {
        "kind": 13,
        "params": [{"name": "city", "dataType": {"kind": 7}}],
        "name": "ext_weather_keys",
    }
    values = plain["source"]["valueSchema"]["params"]
    assert [p["name"] for p in values[0]["dataType"]["params"]] == ["key", "value"]
    assert values[1]["dataType"]["params"][0]["name"] == "elem"
    assert plain["source"]["factoryConfig"]["factoryParams"] == {"url": "x"}
    context = ContextualSource([("device", DataType.STRING)])
    assert context.keySchema.name == "contextual_keys"
    assert context.metadata.team == "default"
    assert "must be strings" in refused(lambda: DataType.MAP(DataType.LONG, DataType.LONG))
    assert "no type" in refused(lambda: DataType.STRUCT("s", ("a", "LONG")))
    assert not hasattr(DataType, "DATE")
    named = lambda: ExternalSource("contextual", "t", [], [])  # noqa: E731
    assert "cannot be named 'contextual'" in refused(named)


def test_the_columns_of_a_join():
    source = ExternalSource(
        "geo-data", "t", [("zip", DataType.STRING)], [("area", DataType.DOUBLE)]
    )
    made = join(
        JoinPart(group_by=features(windows=(1, 7)), key_mapping={"item": "user"}, prefix="p"),
        online_external_parts=[
            ExternalPart(source, prefix="e"),
            ExternalPart(ContextualSource([("device", DataType.STRING)])),
        ],
        derivations=[
            Derivation("*", "*"),
            Derivation("week", "p_t_prices_v1_price_sum_7d"),
            Derivation("ratio", "p_t_prices_v1_price_sum_1d / 7"),
        ],
    )
    columns = external_api.get_join_output_columns(made)
    assert {kind.value: names for kind, names in columns.items()} == {
        "Key Columns": ["item", "zip", "device"],
        "Left Columns": ["user", "item", "ts"],
        "Internal Columns": ["p_t_prices_v1_price_sum_1d", "p_t_prices_v1_price_sum_7d"],
        "External Columns": ["ext_e_geo_data_area", "ext_contextual_device"],
        "Derived Columns": ["week", "ratio"],
        "Output Columns": [
            "p_t_prices_v1_price_sum_1d",
            "ext_e_geo_data_area",
            "ext_contextual_device",
            "week",
            "ratio",
        ],
    }


def test_modes_and_tables():
    label = JoinPart(group_by=features("t.label.v1", windows=(3,)))
    made = join(
        JoinPart(group_by=features(), prefix="p"),
        check_consistency=True,
        sample_percent=1.0,
        label_part=LabelPart([label], 3, 3),
        row_ids=["r"],
        bootstrap_parts=[BootstrapPart(table="ns.boot")],
        output_namespace="ns",
    )
    made.metaData.name = "t.j.v1"
    assert utils.get_modes_tables(made) == {
        "backfill": ["ns.t_j_v1"],
        "stats-summary": ["ns.t_j_v1_daily_stats"],
        "consistency-metrics-compute": ["ns.t_j_v1_consistency"],
        "log-flattener": ["ns.t_j_v1_logged"],
        "label-join": ["ns.t_j_v1_labels", "ns.t_j_v1_labeled", "ns.t_j_v1_labeled_latest"],
        "bootstrap": ["ns.t_j_v1_bootstrap"],
        "join_parts": ["ns.t_j_v1_p_t_prices_v1"],
    }
    made.metaData.offlineSchedule = "@never"
    assert "backfill" not in utils.get_modes_tables(made)


def test_models_are_carried_along():
    model = Model(
        "risk",
        InferenceSpec("remote", {"url": "x"}),
        [("price", DataType.DOUBLE)],
        [("score", DataType.DOUBLE)],
    )
    transforms = ModelTransforms([ModelTransform(model, {"price": "a"}, prefix="m")], ["user"])
    plain = to_plain(join(JoinPart(group_by=features()), model_transforms=transforms))
    made = plain["modelTransforms"]
    assert made["passthroughFields"] == ["user"]
    assert made["transforms"][0]["model"]["inputSchema"]["name"] == "model_risk_inputs"
    assert made["transforms"][0]["model"]["outputSchema"]["name"] == "model_risk_outputs"


def cumulative_left():
    return join(JoinPart(group_by=features()), left=left(isCumulative=True))


def join_as_left():
    inner = join(JoinPart(group_by=features()))
    source = Source(joinSource=JoinSource(join=inner, query=Query()))
    return join(JoinPart(group_by=features()), left=source)


def selected_time():
    query = Query(selects=select("user", ts="created"), time_column="created")
    return join(JoinPart(group_by=features()), left=left(query=query))


def label_part(**changes):
    offsets = {"left_start_offset": 7, "left_end_offset": 7, **changes}
    labels = offsets.pop("labels", None) or [JoinPart(group_by=features())]
    return LabelPart(labels, **offsets)


def entity_label():
    query = Query(selects=select("user", "city"))
    source = Source(entities=EntitySource(snapshotTable="ns.users", query=query))
    return JoinPart(group_by=GroupBy(source, ["user"], None, name="t.users.v1"))


def test_labels_without_aggregations_have_any_offsets():
    made = LabelPart([entity_label(), entity_label()], 30, 10)
    assert (made.leftStartOffset, made.leftEndOffset) == (30, 10)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (cumulative_left, "left.events.isCumulative: the left side of a Join cannot be cumulative"),
        (join_as_left, "left.joinSource: the left side of a Join cannot be a JoinSource"),
        (selected_time, "left.events.query.selects.ts: the left side selects 'ts'"),
        (
            lambda: join(left=left(query=Query(selects=select("user")))),
            "left.events.query: the left side has no time column",
        ),
        (lambda: join(left="ns.clicks"), "left: the left side of a Join is str"),
        (lambda: Join(left(), JoinPart(group_by=features())), "right_parts must be a list"),
        (lambda: join(right_part=[]), "Join has no argument 'right_part'"),
        (lambda: JoinPart(group_by=None), "groupBy: a JoinPart holds NoneType"),
        (lambda: JoinPart(group_by=features(name=None)), "the GroupBy of a JoinPart has no name"),
        (
            lambda: JoinPart(group_by=features(), key_mapping={"item": "usr"}),
            "keyMapping: key_mapping maps 'item' to 'usr', which is no key of t.prices.v1",
        ),
        (
            lambda: join(JoinPart(group_by=features()), JoinPart(group_by=features())),
            "joinParts[1]: joinParts[0] is of the same GroupBy with the same prefix",
        ),
        (lambda: join(features()), "joinParts[0]: joinParts[0] is GroupBy"),
        (
            lambda: join(
                JoinPart(group_by=features()), bootstrap_parts=[BootstrapPart(table="ns.b")]
            ),
            "bootstrapParts[0]: the rows of a bootstrap table cannot be told apart",
        ),
        (
            lambda: join(JoinPart(group_by=features()), skew_keys={"itm": ["'x'"]}),
            "skewKeys.itm: the skew key 'itm' is no key of any part",
        ),
        (lambda: join(JoinPart(group_by=features()), row_ids="r"), "row_ids must be a list"),
        (lambda: join(JoinPart(features()), label_part="x"), "labelPart: labelPart is str"),
        (
            lambda: label_part(left_start_offset=3),
            "leftStartOffset: the labels begin 3 days ago and end 7 days ago",
        ),
        (
            lambda: label_part(left_start_offset=9),
            "labels[0].groupBy.aggregations[0].windows[0]: leftStartOffset is 9 but the label's window",
        ),
        (
            lambda: label_part(labels=[JoinPart(features()), JoinPart(features("t.b.v1"))]),
            "labels with aggregations stand alone",
        ),
        (
            lambda: label_part(
                labels=[JoinPart(features(operations=(Operation.SUM, Operation.COUNT)))]
            ),
            "a label has one aggregation, not 2",
        ),
        (
            lambda: label_part(labels=[JoinPart(features(windows=(1, 7)))]),
            "the aggregation of a label has one window in days",
        ),
        (lambda: label_part(left_end_offset=None), "leftEndOffset must be a number of days"),
    ],
)
def test_rules(make, message):
    assert message in refused(make)


def test_an_external_source_stands_once():
    part = ExternalPart(ContextualSource([("a", DataType.LONG)]))
    message = refused(lambda: join(online_external_parts=[part, part]))
    assert "onlineExternalParts[1]: the external source 'contextual' stands twice" in message
    other = ExternalPart(ContextualSource([("a", DataType.LONG)]), prefix="x")
    assert len(join(online_external_parts=[part, other]).onlineExternalParts) == 2


def test_a_group_by_of_a_join_needs_its_name_and_a_topic():
    def group_by(parent):
        query = Query(selects=select("item", "user"), time_column="ts")
        return GroupBy(
            Source(joinSource=JoinSource(join=parent, query=query)),
            ["item"],
            [Aggregation(input_column="user", operation=Operation.COUNT)],
            accuracy=Accuracy.TEMPORAL,
        )

    parent = join(JoinPart(group_by=features()), left=left(topic="clicks"))
    assert "the join of a JoinSource has no name" in refused(lambda: group_by(parent))
    parent.metaData.name, parent.metaData.outputNamespace = "t.parent.v1", "ns"
    assert names_of(group_by(parent).metaData.dependencies) == ["wait_for_ns.t_parent_v1_ds"]
    parent.left.events.topic = None
    assert "has no topic" in refused(lambda: group_by(parent))
    assert "a JoinSource needs a Join" in refused(lambda: group_by(None))


def test_a_union_is_one_of_its_members():
    both = ttypes.Source(events=EventSource(table="a"), entities=EntitySource(snapshotTable="b"))
    with pytest.raises(ConfigError, match="holds 2 of its members"):
        to_plain(both)
