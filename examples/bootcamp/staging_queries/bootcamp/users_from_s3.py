# SPDX-License-Identifier: Apache-2.0
"""Loads the shop's users into bootcamp.users_from_s3, one partition per day on which somebody signed up."""
from ai.chronon.api.ttypes import MetaData, StagingQuery

v1 = StagingQuery(
    metaData=MetaData(
        name="users_from_s3",
        outputNamespace="bootcamp",
        tableProperties={
            "provider": "iceberg",
            "format-version": "2",
            "write.format.default": "parquet",
        },
    ),
    startPartition="2023-01-01",
    setups=[
        """
        CREATE OR REPLACE TEMPORARY VIEW users_raw
        USING parquet
        OPTIONS (path 's3a://chronon/warehouse/data/users/users.parquet')
        """,
    ],
    query="""
        SELECT
            user_id,
            age,
            city,
            signup_date,
            signup_date AS ds
        FROM users_raw
        WHERE signup_date BETWEEN '{{ start_date }}' AND '{{ end_date }}'
    """,
)
