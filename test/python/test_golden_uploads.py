"""The recorded uploads of the real Chronon: key bytes and serving info byte for byte, values as they decode.

Values are decoded before they are compared, because a sum of doubles may differ in its last digits and the entries of
a map have no order.
"""
# SPDX-License-Identifier: Apache-2.0
import json

import pyarrow.parquet as pq
import pytest

import golden
from answers import same_value
from oracle import tables, uploads
from oracle.expected import agrees
from oracle.group_by import GroupBy
from oracle.rules import DAY, Rules, midnight
from repository import GOLDEN

CASES = ["up_entity", "up_snapshot", "up_temporal"]
TYPES = {"user": "string", "item": "string", "city": "string", "price": "double", "age": "int", "tier": "long",
         "attrs": ("map", "double")}
SERVING_INFO = b"group_by_serving_info"


def model(case):
    inputs = {f"gold.{name}": tables.read(GOLDEN / f"inputs/{name}.parquet") for name in golden.INDEX[case]["inputs"]}
    return GroupBy(golden.conf(case), inputs, Rules())


def same(left, right):
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[name], right[name]) for name in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return same_value(left, right)


@pytest.fixture(scope="module", params=CASES)
def upload(request, tmp_path_factory):
    """(case, recorded rows, our rows), rows by their key bytes."""
    case = request.param
    repository = golden.prepare(tmp_path_factory.mktemp(case), case)
    repository.run("run.py", "--mode", "upload", "--conf", golden.conf_path(case), "--ds", golden.END_DATE)
    recorded = pq.read_table(GOLDEN / f"cases/{case}/output.parquet").to_pylist()
    actual = repository.table(f"gold.cases_{case}_upload").to_pylist()
    assert len(recorded) == len(actual) > 20
    return case, *({row["key_bytes"]: row for row in rows} for rows in (recorded, actual))


def test_serving_info(upload):
    case, recorded, actual = upload
    assert actual[SERVING_INFO] == recorded[SERVING_INFO]


def test_keys(upload):
    case, recorded, actual = upload
    assert recorded.keys() == actual.keys()
    assert {row["ds"] for row in actual.values()} == {golden.END_DATE}


def test_values(upload):
    case, recorded, actual = upload
    group_by = model(case)
    kind = uploads.value_type(group_by, TYPES, json.loads(actual[SERVING_INFO]["value_bytes"]))
    expected = uploads.expected(group_by, golden.END_DATE)
    different = set()
    for key_bytes in recorded.keys() - {SERVING_INFO}:
        key = tuple(uploads.read(key_bytes, ("record", [(name, TYPES[name]) for name in group_by.keys])).values())
        theirs, ours = (uploads.read(rows[key_bytes]["value_bytes"], kind) for rows in (recorded, actual))
        # Beside settled ties of FIRST and LAST.
        if not same(theirs, ours) and not agrees(expected[key], uploads.value_of(
                group_by, recorded[key_bytes]["value_bytes"], kind), recorded=True):
            different.add(key)
        assert agrees(expected[key], uploads.value_of(group_by, actual[key_bytes]["value_bytes"], kind)), key
    # Deviation: a row at exactly B - w counts (SPEC appendix G 1); nothing else may differ.
    tails = {midnight(golden.END_DATE) + DAY - width for *_, width in group_by.columns if width}
    seen = group_by.events(golden.END_DATE, golden.END_DATE) if case == "up_temporal" else []
    on_tail = {key for key, event in seen if event.ts in tails}
    assert different <= on_tail


def test_json_beside_the_bytes(upload):
    """For one row in a hundred; here as many as there happen to be, each as Chronon prints it."""
    case, recorded, actual = upload
    for key, row in actual.items():
        assert (row["key_json"] is None) == (row["value_json"] is None)
        if row["key_json"] is not None and key != SERVING_INFO:
            assert row["key_json"] == recorded[key]["key_json"]
