"""The recorded GroupBy backfills of the real Chronon."""
# SPDX-License-Identifier: Apache-2.0
import json

import pytest

import golden
from answers import differences, same_value
from oracle import tables
from oracle.expected import Expected, agrees
from oracle.group_by import GroupBy
from oracle.rules import Rules
from repository import GOLDEN

CASES = sorted(case for case, entry in golden.INDEX.items()
               if entry["kind"] == "group_by" and case.startswith("gb_") and "ERROR CASE" not in entry["description"])


def backfill_case(tmp_path, case):
    """Runs a recorded config on its recorded inputs; returns (recorded, our) answer."""
    repository = golden.prepare(tmp_path, case)
    repository.run("run.py", "--mode", "backfill", "--conf", golden.conf_path(case), "--ds", golden.END_DATE)
    recorded, actual = golden.answer(case), repository.table(f"gold.cases_{case}")
    assert recorded.num_rows > 0
    return recorded, actual


class Open:
    """An `allowed` of answers.differences: where the specification leaves an answer open, ours must be one that the
    naive model accepts (settled ties, sketches within their bounds, sums in their last digits)."""

    def __init__(self, case):
        inputs = {f"gold.{name}": tables.read(GOLDEN / f"inputs/{name}.parquet")
                  for name in golden.INDEX[case]["inputs"]}
        self.keys = [*golden.conf(case)["keyColumns"], "ds"]
        rows = GroupBy(golden.conf(case), inputs, Rules()).backfill(golden.END_DATE)
        self.rows = {tuple(row[name] for name in self.keys): row for row in rows}

    def __call__(self, column, row, expected, actual):
        value = self.rows[tuple(row[name] for name in self.keys)][column]
        return has_choice(value) and agrees(value, actual)


def has_choice(value):
    if isinstance(value, dict):
        return any(map(has_choice, value.values()))
    if isinstance(value, list):
        return any(map(has_choice, value))
    return isinstance(value, Expected)


def test_composite_keys_and_expressions(tmp_path):
    """gb_keys_wheres_exprs, whose answer holds keys that collided in Chronon."""
    keys = ["user", "it"]
    expected, actual = backfill_case(tmp_path, "gb_keys_wheres_exprs")
    merged, collided = golden.merge_colliding_keys(actual, keys)
    assert collided > 0 and expected.num_rows == len(merged)
    for row in expected.to_pylist():
        ours = merged[("".join(row[key] or "" for key in keys), row["ds"])]
        for name in set(row) - set(keys):
            assert same_value(row[name], ours[name]), (row, ours)
    # Where nothing collides the keys are the same, too.
    theirs, our_keys = ({tuple(row[key] for key in keys) for row in table.to_pylist()} for table in (expected, actual))
    assert theirs <= our_keys


@pytest.mark.parametrize("case", [case for case in CASES if case != "gb_keys_wheres_exprs"])
def test_case(tmp_path, case):
    expected, actual = backfill_case(tmp_path, case)
    keys = golden.conf(case)["keyColumns"] + ["ds"]
    assert differences(expected, actual, keys, allowed=Open(case)) == []


def test_columns_of_an_entity_come_in_chronons_order(tmp_path):
    """SPEC appendix I 11."""
    expected, actual = backfill_case(tmp_path, "gb_entity_noagg")
    recorded = [name for name, _ in json.loads((GOLDEN / "cases/gb_entity_noagg/schema.json").read_text())["columns"]]
    assert actual.column_names == recorded


def test_windows_in_hours_are_refused(tmp_path, provoked):
    """err_gb_hourly_snapshot, edge case 10: backfills are SNAPSHOT, whose windows are days."""
    assert "Window can only be multiples of 1d" in golden.refusal("err_gb_hourly_snapshot")
    repository = golden.prepare(tmp_path, "err_gb_hourly_snapshot")
    done = repository.run("run.py", "--mode", "backfill", "--conf", golden.conf_path("err_gb_hourly_snapshot"), "--ds",
                          golden.END_DATE, status=2)
    assert "a window in hours needs TEMPORAL accuracy" in provoked(done)
