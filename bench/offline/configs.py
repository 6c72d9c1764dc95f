# The configs of the workloads, as a user writes them.
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from group_by_backfill import events

SOURCE, LEFT, FEATURES = "bench.events", "bench.queries", "bench_features"
WINDOWS = (1, 7, 30)
OPERATIONS = ("SUM", "COUNT", "AVERAGE")
GROUP_BY_FILE, JOIN_FILE = "group_bys/bench/price.py", "joins/bench/training.py"
GROUP_BY_CONF, JOIN_CONF = "production/group_bys/bench/price.v1", "production/joins/bench/training.v1"
# What stands before the features in these tables.
GROUP_BY_PREFIX, JOIN_PREFIX = "price_", "bench_price_v1_"
GROUP_BY_TABLE, JOIN_TABLE = f"{FEATURES}.price", f"{FEATURES}.training"


def group_by(windows: tuple[int, ...] = WINDOWS, operations: tuple[str, ...] = OPERATIONS,
             accuracy: str = "SNAPSHOT", incremental: bool = False) -> str:
    return f"""
from ai.chronon.api.ttypes import EventSource, Source
from ai.chronon.group_by import Accuracy, Aggregation, GroupBy, Operation, TimeUnit, Window
from ai.chronon.query import Query, select

WINDOWS = [Window(length=days, timeUnit=TimeUnit.DAYS) for days in {windows}]
v1 = GroupBy(
    sources=Source(events=EventSource(
        table="{SOURCE}", query=Query(selects=select("user", "price"), time_column="ts"))),
    keys=["user"],
    aggregations=[Aggregation(input_column="price", operation=operation, windows=WINDOWS)
                  for operation in ({" ".join(f"Operation.{name}," for name in operations)})],
    accuracy=Accuracy.{accuracy},
    backfill_start_date="{events.FIRST_DAY}",
    output_namespace="{FEATURES}",
    is_incremental={incremental},
)
"""


def join() -> str:
    return f"""
from ai.chronon.api.ttypes import EventSource, Source
from ai.chronon.join import Join, JoinPart
from ai.chronon.query import Query, select
from group_bys.bench.price import v1 as price

v1 = Join(
    left=Source(events=EventSource(
        table="{LEFT}", query=Query(selects=select("user"), time_column="ts"))),
    right_parts=[JoinPart(group_by=price)],
    output_namespace="{FEATURES}",
)
"""
