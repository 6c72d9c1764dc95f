"""The answers of the real Chronon: the bootcamp's features under both naming rules, and the recorded GroupBy backfills.

Operations that do not exist here are left out of config and answer by name.
"""
# SPDX-License-Identifier: Apache-2.0
import csv
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from answers import differences, same_value
from repository import GOLDEN, Repository

OPERATIONS = {0: "min", 1: "max", 2: "first", 3: "last", 6: "count", 7: "sum", 8: "average"}
CASES = {"gb_basic_windows": ["events"], "gb_unbounded": ["events"], "gb_types": ["events"],
         "gb_multi_source": ["events", "events2"], "gb_keys_wheres_exprs": ["events"], "gb_nan_inf": ["nan_events"]}


def is_settled_tie(case, column, row, expected, actual):
    """FIRST and LAST among events of one ts: Chronon keeps what a task saw first, we the greatest value.

    True if both values belong to events of this key at one and the same ts, and ours is the greatest of them
    (docs/deviations.md).
    """
    if not column.rsplit("_", 1)[-1] in ("first", "last") and not any(f"_{op}_" in column for op in ("first", "last")):
        return False
    inputs = ("price", "qty", "amount", "score", "small", "flag", "item", "v")
    name = next(c for c in inputs if column.startswith(c + "_"))
    by_ts = {}
    for table in CASES[case]:
        for event in pq.read_table(GOLDEN / f"inputs/{table}.parquet", columns=["user", "ts", name]).to_pylist():
            if event["user"] == row["user"] and event[name] is not None:
                by_ts.setdefault(event["ts"], []).append(event[name])
    return any(expected in values and actual in values and actual == max(values) for values in by_ts.values())


def expected_features(prefix, days):
    with open(GOLDEN / "bootcamp/expected_features.csv") as file:
        rows = [row for row in csv.DictReader(file) if row["ds"] <= days]
    def convert(name, text):
        if name in ("user_id", "ds"):
            return text
        return None if text == "" else int(text) if "_count_" in name else float(text)
    return pa.Table.from_pylist([
        {name if name in ("user_id", "ds") else prefix + name: convert(name, text) for name, text in row.items()}
        for row in rows])


@pytest.mark.parametrize("naming,prefix,table", [
    (None, "user_purchase_features_", "bootcamp_features.user_purchase_features"),
    ("chronon", "", "bootcamp_features.bootcamp_user_purchase_features_v1"),
])
def test_bootcamp_equals_chronon(tmp_path, naming, prefix, table):
    repository = Repository.bootcamp(tmp_path / "repo", naming=naming, golden=True)
    repository.staging()
    repository.backfill()
    actual = repository.table(table)
    expected = expected_features(prefix, "2023-12-07")
    assert expected.num_rows == 406
    assert differences(expected, actual, ["user_id", "ds"]) == []
    ds_type = actual.schema.field("ds").type
    if naming is None:
        assert pa.types.is_date32(ds_type)
    else:
        assert pa.types.is_string(ds_type) or pa.types.is_large_string(ds_type)


def with_known_operations(conf):
    """The config without the aggregations that do not exist here yet."""
    conf = json.loads(json.dumps(conf))
    conf["aggregations"] = [a for a in conf["aggregations"] if a["operation"] in OPERATIONS]
    return conf


def output_columns(conf):
    for aggregation in conf["aggregations"]:
        for window in aggregation.get("windows") or [None]:
            suffix = f"_{window['length']}d" if window else ""
            yield f"{aggregation['inputColumn']}_{OPERATIONS[aggregation['operation']]}{suffix}"


def merge_colliding_keys(actual, keys):
    """Our rows as Chronon would merge them: joined key -> row, and the number of keys that collided.

    Its key hash skips null parts and joins strings without a separator (SPEC appendix I 1): null equals '', and
    ("a", "bc") equals ("ab", "c"). We keep such keys apart (docs/deviations.md), so for SUM and COUNT its one row is
    the sum of ours.
    """
    merged, collided = {}, 0
    for row in actual.to_pylist():
        joined = ("".join(row[key] or "" for key in keys), row["ds"])
        if joined in merged:
            collided += 1
            before = merged[joined]
            for name in set(row) - set(keys) - {"ds"}:
                values = [value for value in (before[name], row[name]) if value is not None]
                before[name] = sum(values) if values else None
        else:
            merged[joined] = dict(row)
    return merged, collided


def test_composite_keys_and_expressions(tmp_path):
    """gb_keys_wheres_exprs, whose answer holds keys that collided in Chronon."""
    keys = ["user", "it"]
    expected, actual = backfill_case(tmp_path, "gb_keys_wheres_exprs")
    merged, collided = merge_colliding_keys(actual, keys)
    assert collided > 0 and expected.num_rows == len(merged)
    for row in expected.to_pylist():
        ours = merged[("".join(row[key] or "" for key in keys), row["ds"])]
        for name in set(row) - set(keys):
            assert same_value(row[name], ours[name]), (row, ours)
    # Where nothing collides the keys are the same, too.
    theirs, our_keys = ({tuple(row[key] for key in keys) for row in table.to_pylist()} for table in (expected, actual))
    assert theirs <= our_keys


@pytest.mark.parametrize("case", sorted(CASES.keys() - {"gb_keys_wheres_exprs"}))
def test_case(tmp_path, case):
    expected, actual = backfill_case(tmp_path, case)
    settled = lambda column, row, left, right: is_settled_tie(case, column, row, left, right)  # noqa: E731
    assert differences(expected, actual, ["user", "ds"], allowed=settled) == []


def backfill_case(tmp_path, case):
    """Runs a recorded config on its recorded inputs; returns (recorded, our) answer over the operations that exist."""
    repository = Repository.empty(tmp_path / "repo")
    for table in CASES[case]:
        recorded = str(GOLDEN / f"inputs/{table}.parquet")
        repository.run("gnomon", "import", f"gold.{table}", recorded, "--partition-by", "ds")
    conf = with_known_operations(json.loads((GOLDEN / f"cases/{case}/conf.json").read_text()))
    path = repository.root / f"production/group_bys/cases/{case}"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(conf, indent=2))
    repository.run("run.py", "--mode", "backfill", "--conf", f"production/group_bys/cases/{case}", "--ds", "2024-03-10")

    keys = conf["keyColumns"] + ["ds"]
    columns = list(output_columns(conf))
    recorded = pq.read_table(GOLDEN / f"cases/{case}/output.parquet").select(keys + columns)
    # Rows of which only left-out features are not null do not exist here.
    known = [any(row[name] is not None for name in columns) for row in recorded.to_pylist()]
    expected = recorded.filter(pa.array(known))
    actual = repository.table(f"gold.cases_{case}").select(keys + columns)
    assert expected.num_rows > 0
    return expected, actual
