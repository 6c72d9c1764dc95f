# SPDX-License-Identifier: Apache-2.0
# The same Python as in Chronon gives the same JSON, byte for byte: the recorded configs of
# test/golden/cases.
import pytest
from compile_support import PROJECT

from ai.chronon.api import ttypes
from ai.chronon.api.ttypes import EntitySource, EventSource, Source
from ai.chronon.group_by import (
    Accuracy,
    Aggregation,
    Derivation,
    GroupBy,
    Operation,
    TimeUnit,
    Window,
)
from ai.chronon.query import Query, select
from ai.chronon.repo.serializer import json2thrift, thrift_simple_json

CASES = PROJECT / "test" / "golden" / "cases"


def days(*lengths):
    return [Window(length=n, timeUnit=TimeUnit.DAYS) for n in lengths]


def hours(*lengths):
    return [Window(length=n, timeUnit=TimeUnit.HOURS) for n in lengths]


def agg(column, operations, windows=None, **kwargs):
    if not isinstance(operations, list):
        operations = [operations]
    return [
        Aggregation(input_column=column, operation=op, windows=windows, **kwargs)
        for op in operations
    ]


def events(
    *columns,
    table="gold.events",
    time="ts",
    start="2024-03-01",
    wheres=None,
    cumulative=None,
    **more,
):
    query = Query(
        selects=select(*columns, **more), wheres=wheres, start_partition=start, time_column=time
    )
    return Source(events=EventSource(table=table, query=query, isCumulative=cumulative))


def users():
    query = Query(selects=select("user", "city", "age", "tier"), start_partition="2024-03-01")
    return Source(entities=EntitySource(snapshotTable="gold.user_dim", query=query))


def group_by(sources, aggregations, keys=("user",), **kwargs):
    kwargs = {"backfill_start_date": "2024-03-05", **kwargs}
    return GroupBy(
        sources=sources,
        keys=list(keys),
        aggregations=aggregations,
        online=True,
        output_namespace="gold",
        **kwargs,
    )


OP = Operation
BASIC = [OP.SUM, OP.COUNT, OP.AVERAGE, OP.MIN, OP.MAX]


def hourly_snapshot():
    # Python refuses it; the recorded config was changed afterwards.
    made = group_by(
        events("user", "price"),
        agg("price", OP.COUNT, hours(6)),
        backfill_start_date=None,
        accuracy=Accuracy.TEMPORAL,
    )
    made.accuracy, made.backfillStartDate = Accuracy.SNAPSHOT, "2024-03-05"
    return made


def types():
    made = []
    for column in ("qty", "amount", "score", "small"):
        made += agg(column, [OP.SUM, OP.AVERAGE, OP.MIN, OP.MAX, OP.COUNT, OP.LAST], days(2))
    made += agg("flag", [OP.SUM, OP.COUNT, OP.LAST], days(2)) + agg(
        "item", [OP.MIN, OP.MAX], days(2)
    )
    return group_by(events("user", "qty", "amount", "score", "small", "flag", "item"), made)


def unbounded():
    made = (
        agg("price", OP.SUM) + agg("price", OP.COUNT, days(2, 30)) + agg("price", [OP.MAX, OP.LAST])
    )
    return group_by(
        events("user", "price", "item"), made + agg("item", OP.HISTOGRAM) + agg("price", OP.AVERAGE)
    )


def first_last():
    ops, made = [OP.FIRST, OP.LAST, OP.FIRST_K(3), OP.LAST_K(3)], []
    for column in ("price", "item"):
        made += agg(column, ops, days(1, 3))
    made += agg("tags", [OP.LAST, OP.LAST_K(2)], days(1))
    return group_by(events("user", "price", "item", "tags"), made)


def unique():
    made = agg("item", OP.UNIQUE_COUNT, days(1, 7)) + agg("qty", OP.UNIQUE_COUNT, days(7))
    made += agg("price", OP.UNIQUE_COUNT, days(7)) + agg(
        "price", OP.APPROX_UNIQUE_COUNT, days(1, 7)
    )
    made += agg("item", OP.APPROX_UNIQUE_COUNT, days(7))
    made += agg("qty", OP.APPROX_UNIQUE_COUNT_LGK(12), days(7))
    made += agg("item", OP.BOUNDED_UNIQUE_COUNT_K(3), days(1, 7))
    return group_by(events("user", "item", "qty", "price"), made)


def histogram():
    made = agg("item", OP.HISTOGRAM, days(1, 7)) + agg("item", OP.HISTOGRAM_K(2), days(3))
    made += agg("item", OP.APPROX_HISTOGRAM_K(3), days(7)) + agg(
        "qty", OP.APPROX_HISTOGRAM_K(3), days(7)
    )
    made += agg("price", OP.APPROX_HISTOGRAM_K(3), days(1))
    return group_by(events("user", "item", "qty", amount="amount", price="price"), made)


def buckets():
    made = agg("price", OP.SUM, days(1, 7), buckets=["item"])
    made += agg("price", OP.COUNT, days(1), buckets=["item", "region"])
    made += agg("price", [OP.AVERAGE, OP.LAST, OP.TOP_K(2)], days(3), buckets=["region"])
    return group_by(
        events("user", "price", "item", "region"), made + agg("price", OP.MAX, buckets=["region"])
    )


def array_inputs():
    made = agg(
        "tags",
        [OP.COUNT, OP.UNIQUE_COUNT, OP.HISTOGRAM, OP.TOP_K(2), OP.APPROX_UNIQUE_COUNT],
        days(1),
    )
    made += agg("nums", [*BASIC, OP.VARIANCE], days(1))
    return group_by(events("user", "tags", "nums"), made)


def map_inputs():
    made = agg("attrs", BASIC, days(1, 3))
    made += agg("counts", [OP.SUM, OP.COUNT, OP.AVERAGE, OP.UNIQUE_COUNT], days(3))
    return group_by(events("user", "attrs", "counts"), made)


def multi_source():
    second = events(
        user="uid",
        item="sku",
        price="cost",
        table="gold.events2",
        time="epoch_s*1000",
        start="2024-03-03",
    )
    made = agg("price", [OP.SUM, OP.COUNT, OP.MAX], days(2)) + agg("item", OP.HISTOGRAM, days(2))
    return group_by([events("user", "item", "price"), second], made)


def keys_wheres_exprs():
    source = events(
        "user",
        it="upper(item)",
        rev="price*qty",
        big="IF(price>50,1,0)",
        wheres=["region is not null", "price > -20"],
    )
    made = [
        a
        for c, op in (("rev", OP.SUM), ("big", OP.SUM), ("rev", OP.COUNT))
        for a in agg(c, op, days(1, 3, 7))
    ]
    return group_by(source, made, keys=("user", "it"))


def up_snapshot():
    made = agg("price", OP.SUM, days(1, 7)) + agg("price", OP.AVERAGE, days(7))
    made += agg("item", [OP.LAST_K(2), OP.HISTOGRAM], days(7)) + agg("attrs", OP.SUM, days(7))
    made += agg("price", OP.COUNT, buckets=["item"])
    return group_by(
        events("user", "price", "item", "tags", "attrs"), made, accuracy=Accuracy.SNAPSHOT
    )


def up_temporal():
    made = agg("price", OP.SUM, days(1, 7)) + agg("price", OP.AVERAGE, days(2))
    made += agg("item", OP.LAST, days(7)) + agg("price", OP.COUNT, hours(6))
    return group_by(
        events("user", "price", "item"), made, accuracy=Accuracy.TEMPORAL, backfill_start_date=None
    )


CONFIGS = {
    "gb_basic_windows": lambda: group_by(
        events("user", "price"), agg("price", BASIC, days(1, 3, 7))
    ),
    "gb_unbounded": unbounded,
    "gb_types": types,
    "gb_moments": lambda: group_by(
        events("user", "price", "qty"),
        [
            a
            for c in ("price", "qty")
            for a in agg(c, [OP.VARIANCE, OP.SKEW, OP.KURTOSIS], days(1, 7))
        ],
    ),
    "gb_first_last": first_last,
    "gb_top_bottom": lambda: group_by(
        events("user", "price", "item", "qty"),
        [
            a
            for c in ("price", "item", "qty")
            for a in agg(c, [OP.TOP_K(3), OP.BOTTOM_K(3)], days(1, 3))
        ],
    ),
    "gb_unique": unique,
    "gb_percentile": lambda: group_by(
        events("user", "price", "qty"),
        agg("price", OP.APPROX_PERCENTILE([0.1, 0.5, 0.99]), days(1, 7))
        + agg("qty", OP.APPROX_PERCENTILE([0.5], k=200), days(7)),
    ),
    "gb_histogram": histogram,
    "gb_buckets": buckets,
    "gb_map_inputs": map_inputs,
    "gb_array_inputs": array_inputs,
    "gb_elementwise": lambda: group_by(
        events("user", "vec"),
        agg("vec", [OP.SUM, OP.AVERAGE, OP.MAX, OP.MIN, OP.COUNT], days(1, 3), element_wise=True),
    ),
    "gb_elementwise_nowin": lambda: group_by(
        events("user", "vec", wheres=["vec is not null"]),
        agg("vec", [OP.SUM, OP.AVERAGE, OP.MAX, OP.MIN], element_wise=True),
    ),
    "gb_multi_source": multi_source,
    "gb_keys_wheres_exprs": keys_wheres_exprs,
    "gb_nan_inf": lambda: group_by(
        events("user", "v", table="gold.nan_events"),
        agg(
            "v", [*BASIC, OP.VARIANCE, OP.UNIQUE_COUNT, OP.TOP_K(2), OP.LAST, OP.FIRST], days(1, 7)
        ),
    ),
    "gb_cumulative": lambda: group_by(
        events("user", "price", table="gold.cum_events", cumulative=True),
        agg("price", [OP.SUM, OP.COUNT], days(1, 3)),
    ),
    "gb_derivations": lambda: group_by(
        events("user", "price"),
        agg("price", [OP.SUM, OP.COUNT], days(1, 3)),
        derivations=[
            Derivation("*", "*"),
            Derivation("avg3", "price_sum_3d/price_count_3d"),
            Derivation(name="renamed", expression="price_sum_1d"),
        ],
    ),
    "gb_entity_noagg": lambda: group_by(users(), None),
    "gb_entity_agg": lambda: group_by(
        users(),
        agg("age", [OP.SUM, OP.AVERAGE]) + agg("user", [OP.COUNT, OP.UNIQUE_COUNT]),
        keys=("city",),
    ),
    "up_snapshot": up_snapshot,
    "up_temporal": up_temporal,
    "up_entity": lambda: group_by(users(), None),
    "err_gb_hourly_snapshot": hourly_snapshot,
}


def test_every_recorded_group_by_has_its_config():
    assert sorted(CONFIGS) == sorted(
        p.name for p in CASES.iterdir() if p.name[:3] in ("gb_", "up_") or p.name.startswith("err_gb")
    )


@pytest.mark.parametrize("case", sorted(CONFIGS))
def test_same_python_gives_the_recorded_json(case):
    made = CONFIGS[case]()
    made.metaData.name, made.metaData.team = f"cases.{case}", "cases"  # The compiler's part.
    assert thrift_simple_json(made) == (CASES / case / "conf.json").read_text()


@pytest.mark.parametrize("case", sorted(CONFIGS))
def test_recorded_json_survives_a_round_trip(case):
    text = (CASES / case / "conf.json").read_text()
    assert thrift_simple_json(json2thrift(text, ttypes.GroupBy)) == text
