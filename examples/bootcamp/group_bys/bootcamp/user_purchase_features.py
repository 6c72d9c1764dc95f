# SPDX-License-Identifier: Apache-2.0
"""What a user spent lately: sum, number and average of purchases over one and seven days.

Reads the table that the staging query purchases_from_s3 writes, so that one must run first.
"""
from ai.chronon.group_by import Aggregation, GroupBy, Operation, TimeUnit, Window
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
    Window(length=1, timeUnit=TimeUnit.DAYS),
    Window(length=7, timeUnit=TimeUnit.DAYS),
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
            input_column="purchase_price",
            operation=Operation.COUNT,
            windows=window_sizes,
        ),
        Aggregation(
            input_column="purchase_price",
            operation=Operation.AVERAGE,
            windows=window_sizes,
        ),
    ],
    online=True,
    output_namespace="bootcamp_features",
    backfill_start_date="2023-12-01",
)
