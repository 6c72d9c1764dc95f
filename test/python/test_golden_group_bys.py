"""The recorded GroupBy backfills of the real Chronon."""
# SPDX-License-Identifier: Apache-2.0
import re

import pyarrow as pa
import pytest

import golden
from answers import differences, same_value
from repository import PROJECT

CASES = sorted(case for case, entry in golden.INDEX.items()
               if entry["kind"] == "group_by" and case.startswith("gb_") and "ERROR CASE" not in entry["description"])


def built_operations():
    """The numbers of the operations that this program has."""
    names = re.findall(r"AGGREGATION\((\w+)\)", (PROJECT / "src/aggregate/functions/list.inc").read_text())
    snake = [re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower() for name in names]
    return {golden.OPERATIONS.index(name) for name in snake if name in golden.OPERATIONS}


def with_known_operations(conf):
    """The config without the aggregations that do not exist here yet."""
    if conf.get("aggregations"):
        conf["aggregations"] = [a for a in conf["aggregations"] if a["operation"] in built_operations()]
    return conf


def backfill_case(tmp_path, case):
    """Runs a recorded config on its recorded inputs; returns (recorded, our) answer over the operations that exist."""
    conf = with_known_operations(golden.conf(case))
    repository = golden.prepare(tmp_path, case, config=conf)
    repository.run("run.py", "--mode", "backfill", "--conf", golden.conf_path(case), "--ds", golden.END_DATE)
    recorded, actual = golden.answer(case), repository.table(f"gold.cases_{case}")
    if conf != golden.conf(case):
        keys, columns = conf["keyColumns"] + ["ds"], list(golden.output_columns(conf))
        recorded, actual = recorded.select(keys + columns), actual.select(keys + columns)
        # Rows of which only left-out features are not null do not exist here.
        recorded = recorded.filter(pa.array([any(row[name] is not None for name in columns)
                                             for row in recorded.to_pylist()]))
    assert recorded.num_rows > 0
    return recorded, actual


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
    assert differences(expected, actual, keys, allowed=golden.settled_ties(case)) == []
