# SPDX-License-Identifier: Apache-2.0
"""What a user bought up to the moment itself: windows of hours slide with the time of each row of a Join.

TEMPORAL accuracy means to the millisecond; user_purchase_features beside it knows the state at the last midnight.
"""
from ai.chronon.group_by import Accuracy, Aggregation, GroupBy, Operation, TimeUnit, Window
from ai.chronon.query import Query, select
from ai.chronon.staging_query import StagingQueryEventSource
from staging_queries.bootcamp.purchases_from_s3 import v1 as purchases_staging_query

source = StagingQueryEventSource(
    staging_query=purchases_staging_query,
    query=Query(
        selects=select("user_id", "purchase_price", "item_category"),
        time_column="ts",
    ),
)

window_sizes = [
    Window(length=12, timeUnit=TimeUnit.HOURS),
    Window(length=3, timeUnit=TimeUnit.DAYS),
]

v1 = GroupBy(
    sources=[source],
    keys=["user_id"],
    aggregations=[
        Aggregation(
            input_column="purchase_price",
            operation=Operation.SUM,
            windows=window_sizes,
        ),
        Aggregation(
            input_column="item_category",
            operation=Operation.LAST_K(3),
            windows=[Window(length=3, timeUnit=TimeUnit.DAYS)],
        ),
    ],
    accuracy=Accuracy.TEMPORAL,
    online=True,
    output_namespace="bootcamp_features",
)
