# SPDX-License-Identifier: Apache-2.0
"""Loads the shop's purchases from a Parquet file in a bucket into the Iceberg table bootcamp.purchases_from_s3.

The file has no day column: the query derives `ds` from `ts` (milliseconds, UTC), and the table is partitioned by it.
"""
from ai.chronon.api.ttypes import MetaData, StagingQuery

v1 = StagingQuery(
    metaData=MetaData(
        name="purchases_from_s3",
        outputNamespace="bootcamp",
        tableProperties={
            "provider": "iceberg",
            "format-version": "2",
            "write.format.default": "parquet",
        },
    ),
    startPartition="2023-12-01",
    setups=[
        """
        CREATE OR REPLACE TEMPORARY VIEW purchases_raw
        USING parquet
        OPTIONS (path 's3a://chronon/warehouse/data/purchases/purchases.parquet')
        """,
    ],
    query="""
        SELECT
            user_id,
            purchase_price,
            item_category,
            ts,
            DATE(FROM_UNIXTIME(ts / 1000)) AS ds
        FROM purchases_raw
        WHERE DATE(FROM_UNIXTIME(ts / 1000)) BETWEEN '{{ start_date }}' AND '{{ end_date }}'
    """,
)
