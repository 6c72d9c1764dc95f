# SPDX-License-Identifier: Apache-2.0
# A repository of the shapes that Chronon's quickstart has (SPEC appendix D): purchases, returns and
# users, and two training sets that join them.
import json

from compile_support import Repository

TEAMS = {
    "default": {"namespace": "default", "table_properties": {"source": "chronon"}},
    "quickstart": {"description": "Used for the quickstart example", "naming": "chronon"},
}
GROUP_BYS = "group_bys/quickstart"
TRAINING_SET = "joins/quickstart/training_set.py"

_FEATURES = """from ai.chronon.api.ttypes import EventSource, Source
from ai.chronon.group_by import Aggregation, GroupBy, Operation, TimeUnit, Window
from ai.chronon.query import Query, select

source = Source(
    events=EventSource(
        table="data.{table}",{topic}
        query=Query(selects=select("user_id", "{column}"), time_column="ts"),
    )
)
windows = [Window(length=days, timeUnit=TimeUnit.DAYS) for days in (3, 14, 30)]

v1 = GroupBy(
    sources=[source],
    keys=["user_id"],
    online=True,
    aggregations=[
        Aggregation(input_column="{column}", operation=Operation.SUM, windows=windows),
        Aggregation(input_column="{column}", operation=Operation.COUNT, windows=windows),
        Aggregation(input_column="{column}", operation=Operation.AVERAGE, windows=windows),
        Aggregation(input_column="{column}", operation=Operation.LAST_K({k})),
    ],
)
"""
_TOPIC = """
        topic="events.returns/fields=ts,return_id,user_id,product_id,refund_amt/host=kafka/port=9092","""
_USERS = """from ai.chronon.api.ttypes import EntitySource, Source
from ai.chronon.group_by import GroupBy
from ai.chronon.query import Query, select

v1 = GroupBy(
    sources=[
        Source(
            entities=EntitySource(
                snapshotTable="data.users",
                query=Query(selects=select("user_id", "account_created_ds", "email_verified")),
            )
        )
    ],
    keys=["user_id"],
    aggregations=None,
    online=True,
)
"""
_SCHEMA = """from ai.chronon.api.ttypes import EventSource, Source
from ai.chronon.group_by import Aggregation, GroupBy, Operation
from ai.chronon.query import Query, select

v1 = GroupBy(
    sources=Source(
        events=EventSource(
            table="default.chronon_log_table",
            query=Query(
                selects=select(
                    schema_hash="decode(unbase64(key_base64), 'utf-8')",
                    schema_value="decode(unbase64(value_base64), 'utf-8')",
                ),
                wheres=["name='SCHEMA_PUBLISH_EVENT'"],
                time_column="ts_millis",
            ),
        )
    ),
    keys=["schema_hash"],
    aggregations=[Aggregation(input_column="schema_value", operation=Operation.LAST)],
    online=False,
    backfill_start_date="2023-04-09",
)
"""
_TRAINING_SET = """from ai.chronon.api.ttypes import EventSource, Source
from ai.chronon.join import Join, JoinPart
from ai.chronon.query import Query, select
from group_bys.quickstart.purchases import v1 as purchases_v1
from group_bys.quickstart.returns import v1 as returns_v1
from group_bys.quickstart.users import v1 as users

checkouts = Source(
    events=EventSource(
        table="data.checkouts", query=Query(selects=select("user_id"), time_column="ts")
    )
)

v1 = Join(
    left=checkouts,
    right_parts=[JoinPart(group_by=one) for one in (purchases_v1, returns_v1, users)],
)

v2 = Join(
    left=checkouts,
    right_parts=[JoinPart(group_by=one) for one in (purchases_v1, returns_v1)],
    online=True,
    sample_percent=100.0,
)
"""


def quickstart(root, teams=None):
    """Writes the repository below a folder and returns it."""
    repository = Repository(root, teams or TEAMS)
    for folder in ("group_bys", "joins"):
        repository.write(f"{folder}/__init__.py", "")
        repository.write(f"{folder}/quickstart/__init__.py", "")
    purchases = _FEATURES.format(table="purchases", topic="", column="purchase_price", k=10)
    returns = _FEATURES.format(table="returns", topic=_TOPIC, column="refund_amt", k=2)
    repository.write(f"{GROUP_BYS}/purchases.py", purchases)
    repository.write(f"{GROUP_BYS}/returns.py", returns)
    repository.write(f"{GROUP_BYS}/users.py", _USERS)
    repository.write(f"{GROUP_BYS}/schema.py", _SCHEMA)
    repository.write(TRAINING_SET, _TRAINING_SET)
    return repository


def _dependency(table):
    text = {"name": f"wait_for_{table}_ds", "spec": f"{table}/ds={{{{ ds }}}}", "start": None, "end": None}
    return json.dumps(text)


def _feature_group_by(name, column, topic, k):
    windows = [{"length": days, "timeUnit": 1} for days in (3, 14, 30)]
    query = {
        "selects": {"user_id": "user_id", column: column},
        "timeColumn": "ts",
        "setups": [],
    }
    return {
        "metaData": _group_by_meta(name),
        "sources": [{"events": {"table": f"data.{name}", **topic, "query": query}}],
        "keyColumns": ["user_id"],
        "aggregations": [
            *(
                {"inputColumn": column, "operation": one, "argMap": {}, "windows": windows}
                for one in (7, 6, 8)
            ),
            {"inputColumn": column, "operation": 13, "argMap": {"k": str(k)}},
        ],
    }


def _group_by_meta(name):
    return {
        "name": f"quickstart.{name}.v1",
        "online": 1,
        "customJson": '{"lag": 0, "groupby_tags": null, "column_tags": {}}',
        "dependencies": [_dependency(f"data.{name}")],
        "team": "quickstart",
        "offlineSchedule": "@daily",
    }


RETURNS_TOPIC = "events.returns/fields=ts,return_id,user_id,product_id,refund_amt/host=kafka/port=9092"


def expected_group_bys():
    """Returns the parts of the training set as they stand in its compiled file."""
    users = {
        "metaData": _group_by_meta("users"),
        "sources": [
            {
                "entities": {
                    "snapshotTable": "data.users",
                    "query": {
                        "selects": {
                            "user_id": "user_id",
                            "account_created_ds": "account_created_ds",
                            "email_verified": "email_verified",
                        },
                        "setups": [],
                    },
                }
            }
        ],
        "keyColumns": ["user_id"],
    }
    return [
        _feature_group_by("purchases", "purchase_price", {}, 10),
        _feature_group_by("returns", "refund_amt", {"topic": RETURNS_TOPIC}, 2),
        users,
    ]


def expected_join(variable, group_bys, online, more):
    """Returns the compiled training set as Chronon writes it, as plain JSON."""
    tables = [f"data.{g['metaData']['name'].split('.')[1]}" for g in group_bys]
    custom = {"check_consistency": False, "lag": 0, "join_tags": None, "join_part_tags": {}}
    query = {
        "selects": {"user_id": "user_id", "ts": "ts"},
        "timeColumn": "ts",
        "setups": [],
    }
    return {
        "metaData": {
            "name": f"quickstart.training_set.{variable}",
            "online": online,
            "production": 0,
            "customJson": json.dumps(custom),
            "dependencies": [_dependency(t) for t in ["data.checkouts", *tables]],
            "tableProperties": {"source": "chronon"},
            "outputNamespace": "default",
            "team": "quickstart",
            **more,
            "offlineSchedule": "@daily",
        },
        "left": {"events": {"table": "data.checkouts", "query": query}},
        "joinParts": [{"groupBy": one} for one in group_bys],
    }
