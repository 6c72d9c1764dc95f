# SPDX-License-Identifier: Apache-2.0
"""Who a user is: age and city, as told at sign-up. A later sign-up of the same user would replace an earlier one."""
from ai.chronon.group_by import Accuracy, Aggregation, Aggregations, GroupBy, Operation
from ai.chronon.query import Query, select
from ai.chronon.staging_query import StagingQueryEventSource
from staging_queries.bootcamp.users_from_s3 import v1 as users_staging_query

v1 = GroupBy(
    sources=[
        StagingQueryEventSource(
            staging_query=users_staging_query,
            query=Query(
                selects=select("user_id", "age", "city"),
                start_partition="2023-01-01",
                time_column="unix_timestamp(signup_date) * 1000",
            ),
        )
    ],
    keys=["user_id"],
    aggregations=Aggregations(
        age=Aggregation(operation=Operation.LAST),
        city=Aggregation(operation=Operation.LAST),
    ),
    accuracy=Accuracy.SNAPSHOT,
    online=True,
    output_namespace="bootcamp_features",
)
