# SPDX-License-Identifier: Apache-2.0
# As test_api_golden.py for the recorded Joins; and the very Python that the golden cases were recorded
# from, where it is there.
import os
import pathlib

import pytest
from test_api_golden import BASIC, CASES, OP, PROJECT, agg, days, events, group_by, hours

from ai.chronon.api import ttypes
from ai.chronon.api.ttypes import EntitySource, EventSource, JoinSource, Source
from ai.chronon.group_by import Accuracy, Derivation
from ai.chronon.join import BootstrapPart, Join, JoinPart, LabelPart
from ai.chronon.query import Query, select
from ai.chronon.repo.serializer import json2thrift, thrift_simple_json

# The recorder's own configs are no part of the project: they may lie beside it.
RECORDED_FROM = PROJECT.parent / "shared" / "golden" / "configs.py"


def named(conf, name):
    conf.metaData.name, conf.metaData.team = f"cases.{name}", "cases"  # The compiler's part.
    return conf


def left(*columns, table="gold.left_events", topic=None, **more):
    query = Query(
        selects=select(*columns, **more), start_partition="2024-03-04", time_column="ts"
    )
    return Source(events=EventSource(table=table, topic=topic, query=query))


def feature(name, aggregations, accuracy=Accuracy.TEMPORAL, columns=("price", "item"), **kwargs):
    """A GroupBy of events by user; windows in hours have no backfill of their own."""
    hourly = any(w.timeUnit == 0 for a in aggregations for w in a.windows or [])
    start = None if hourly else "2024-03-05"
    made = group_by(
        events("user", *columns),
        aggregations,
        accuracy=accuracy,
        backfill_start_date=start,
        **kwargs,
    )
    return named(made, name)


def users(name, accuracy, aggregations=None, mutated=False):
    query = Query(
        selects=select("user", "city", "age", "tier"),
        start_partition="2024-03-01",
        time_column="upd" if aggregations else None,
        mutation_time_column="mutation_ts" if mutated else None,
        reversal_column="is_before" if mutated else None,
    )
    source = EntitySource(
        snapshotTable="gold.user_dim",
        mutationTable="gold.user_mut" if mutated else None,
        mutationTopic="t" if mutated else None,
        query=query,
    )
    return named(group_by(Source(entities=source), aggregations, accuracy=accuracy), name)


def join(left_side, *group_bys, **kwargs):
    parts = [g if isinstance(g, ttypes.JoinPart) else JoinPart(group_by=g) for g in group_bys]
    return Join(left=left_side, right_parts=parts, output_namespace="gold", **kwargs)


def all_operations():
    windows = [*hours(6), *days(2)]
    on_price = [*(OP.MIN, OP.MAX, OP.FIRST, OP.LAST, OP.COUNT, OP.SUM, OP.AVERAGE, OP.VARIANCE)]
    on_price += [OP.SKEW, OP.KURTOSIS, OP.APPROX_PERCENTILE([0.5, 0.9]), OP.FIRST_K(2)]
    on_price += [OP.LAST_K(2), OP.TOP_K(2), OP.BOTTOM_K(2)]
    on_item = [OP.UNIQUE_COUNT, OP.APPROX_UNIQUE_COUNT, OP.HISTOGRAM]
    on_item += [OP.APPROX_HISTOGRAM_K(3), OP.BOUNDED_UNIQUE_COUNT_K(2)]
    made = agg("price", on_price, windows) + agg("item", on_item, windows)
    made += agg("price", OP.SUM, windows, buckets=["region"])
    made += agg("attrs", OP.SUM, windows) + agg("tags", OP.COUNT, windows)
    columns = ("price", "item", "qty", "attrs", "tags", "region")
    return join(left("row_id", "user"), feature("g_all", made, columns=columns))


def windows():
    made = agg("price", [OP.SUM, OP.COUNT, OP.MAX], [*hours(1, 6), *days(1, 3, 7)])
    made += agg("price", [OP.COUNT, OP.AVERAGE])
    return join(left("row_id", "user", "item", "ctx"), feature("g_tw", made))


def left_entities():
    query = Query(selects=select("user", "segment"), start_partition="2024-03-04")
    made = feature("g_le", agg("price", [OP.SUM, OP.COUNT], days(1, 7)), Accuracy.SNAPSHOT)
    source = EntitySource(snapshotTable="gold.left_entities", query=query)
    return join(Source(entities=source), made)


def mutations():
    made = agg("tier", OP.SUM) + agg("age", OP.AVERAGE) + agg("tier", OP.COUNT)
    made += agg("city", OP.LAST) + agg("tier", OP.SUM, days(3))
    return join(left("row_id", "user"), users("g_em", Accuracy.TEMPORAL, made, mutated=True))


def key_mapping_and_prefix():
    made = group_by(
        events("item", "price"),
        agg("price", [OP.SUM, OP.COUNT], days(1)),
        keys=("item",),
        accuracy=Accuracy.TEMPORAL,
    )
    named(made, "g_km")
    return join(
        left("row_id", "user", fav="item", other="'kiwi'"),
        JoinPart(group_by=made, key_mapping={"fav": "item"}, prefix="fav"),
        JoinPart(group_by=made, key_mapping={"other": "item"}, prefix="oth"),
    )


def several_parts():
    first = agg("price", OP.SUM, days(1, 7)) + agg("price", OP.COUNT, days(7))
    last = agg("price", OP.LAST, days(7))
    return join(
        left("row_id", "user", "ctx"),
        feature("g_m1", first),
        feature("g_m2", last, Accuracy.SNAPSHOT),
        users("g_m3", Accuracy.SNAPSHOT),
        row_ids=["row_id"],
        derivations=[
            Derivation("*", "*"),
            Derivation("ratio", "cases_g_m1_price_sum_1d / cases_g_m1_price_count_7d"),
            Derivation("city_uc", "upper(cases_g_m3_city)"),
            Derivation("s7", "cases_g_m1_price_sum_7d"),
        ],
    )


def sum_and_count(name):
    return feature(name, agg("price", [OP.SUM, OP.COUNT], days(1)))


def derived_only():
    return join(
        left("row_id", "user"),
        sum_and_count("g_do"),
        row_ids=["row_id"],
        derivations=[
            Derivation("avg1", "cases_g_do_price_sum_1d / cases_g_do_price_count_1d"),
            Derivation("plus", "coalesce(cases_g_do_price_count_1d,0)+1"),
        ],
    )


def bootstrap():
    query = Query(
        selects=select("row_id", cases_g_bs_price_sum_1d="boot_price"),
        start_partition="2024-03-01",
    )
    return join(
        left("row_id", "user"),
        sum_and_count("g_bs"),
        row_ids=["row_id"],
        bootstrap_parts=[BootstrapPart(table="gold.boot_tbl", query=query)],
    )


def derived_group_by():
    made = agg("price", OP.SUM, days(1, 3)) + agg("price", OP.COUNT, days(3))
    derivations = [
        Derivation("avg3", "price_sum_3d/price_count_3d"),
        Derivation("sum1", "price_sum_1d"),
    ]
    one = feature("g_gd", made, columns=("price",), derivations=derivations)
    return join(left("row_id", "user"), one)


def labels():
    label = feature("g_lab", agg("price", OP.SUM, days(1)), Accuracy.SNAPSHOT, ("price",))
    made = join(
        left("row_id", "user"),
        feature("g_lj", agg("price", OP.COUNT, days(1))),
        row_ids=["row_id", "user"],
        label_part=LabelPart([JoinPart(group_by=label)], left_start_offset=1, left_end_offset=1),
    )
    # The recorder named it.
    made.labelPart.metaData.name = "cases.join_label.label"
    made.labelPart.metaData.outputNamespace = "gold"
    return made


def chained():
    parent = join(
        left("row_id", "user", "item", topic="t"),
        feature("g_ch", agg("price", OP.SUM, days(1))),
    )
    query = Query(
        selects=select("item", s="cases_g_ch_price_sum_1d"),
        time_column="ts",
        start_partition="2024-03-04",
    )
    made = group_by(
        Source(joinSource=JoinSource(join=named(parent, "up_join_chained"), query=query)),
        agg("s", [OP.MAX, OP.COUNT], days(2)),
        keys=("item",),
        accuracy=Accuracy.TEMPORAL,
    )
    return join(left("row_id", "item"), named(made, "g_ch2"))


def null_time_on_the_left():
    made = feature("g_nt", agg("price", OP.SUM, days(1)), columns=("price",))
    return join(left("row_id", "user", table="gold.left_nullts"), made)


SNAPSHOT_OPS = [OP.SUM, OP.COUNT, OP.LAST]
JOINS = {
    "join_temporal_windows": windows,
    "join_temporal_all_ops": all_operations,
    "join_snapshot_events": lambda: join(
        left("row_id", "user"),
        feature("g_sn", agg("price", SNAPSHOT_OPS, days(1, 7)), Accuracy.SNAPSHOT),
    ),
    "join_left_entities": left_entities,
    "join_entity_snapshot": lambda: join(
        left("row_id", "user"), users("g_es", Accuracy.SNAPSHOT)
    ),
    "join_entity_mutations": mutations,
    "join_keymap_prefix": key_mapping_and_prefix,
    "join_multi_derived": several_parts,
    "join_derived_only": derived_only,
    "join_bootstrap": bootstrap,
    "join_gb_derivations": derived_group_by,
    "join_label": labels,
    "join_chained": chained,
    "err_join_null_left_ts": null_time_on_the_left,
}


def test_every_recorded_join_has_its_config():
    recorded = (p.name for p in CASES.iterdir() if p.name.startswith(("join_", "err_join")))
    assert sorted(JOINS) == sorted(recorded)
    assert len(BASIC) == 5


@pytest.mark.parametrize("case", sorted(JOINS))
def test_same_python_gives_the_recorded_json(case):
    made = named(JOINS[case](), case)
    assert thrift_simple_json(made) == (CASES / case / "conf.json").read_text()


@pytest.mark.parametrize("case", sorted(JOINS))
def test_recorded_json_survives_a_round_trip(case):
    text = (CASES / case / "conf.json").read_text()
    assert thrift_simple_json(json2thrift(text, ttypes.Join)) == text


def test_the_recorders_own_python_gives_the_recorded_json():
    if not RECORDED_FROM.exists():
        message = f"the recorder's configs are not installed here: {RECORDED_FROM}"
        assert not os.environ.get("GNOMON_REQUIRE_PEERS"), message
        pytest.skip(message)
    names = {"__name__": "recorded"}
    exec(compile(pathlib.Path(RECORDED_FROM).read_text(), str(RECORDED_FROM), "exec"), names)
    cases = names["CASES"]
    assert sorted(cases) == sorted(p.name for p in CASES.iterdir())
    for case, (_, _, _, make) in cases.items():
        text = thrift_simple_json(make(case))
        assert text == (CASES / case / "conf.json").read_text(), case
