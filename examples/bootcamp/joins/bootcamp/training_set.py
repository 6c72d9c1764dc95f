# SPDX-License-Identifier: Apache-2.0
"""A training set: one row for each purchase, with what was known of its user at that moment.

Of purchases and users come the parts: windows of whole days up to the last midnight, windows of hours up to the very
moment, and who the user is. No row sees itself or what came later.
"""
from ai.chronon.join import Derivation, Join, JoinPart
from ai.chronon.query import Query, select
from ai.chronon.staging_query import StagingQueryEventSource
from group_bys.bootcamp.recent_purchases import v1 as recent_purchases
from group_bys.bootcamp.user_purchase_features import v1 as user_purchase_features
from group_bys.bootcamp.users import v1 as users
from staging_queries.bootcamp.purchases_from_s3 import v1 as purchases_staging_query

v1 = Join(
    left=StagingQueryEventSource(
        staging_query=purchases_staging_query,
        query=Query(
            selects=select("user_id", "item_category", "purchase_price"),
            start_partition="2023-12-01",
            time_column="ts",
        ),
    ),
    right_parts=[
        JoinPart(group_by=user_purchase_features),
        JoinPart(group_by=recent_purchases),
        JoinPart(group_by=users),
    ],
    derivations=[
        Derivation(name="*", expression="*"),
        Derivation(
            name="price_to_weekly_average",
            expression="purchase_price / bootcamp_user_purchase_features_v1_purchase_price_average_7d",
        ),
    ],
    output_namespace="bootcamp_features",
)
