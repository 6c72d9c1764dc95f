"""The recorded Join backfills and label joins of the real Chronon."""
# SPDX-License-Identifier: Apache-2.0
import json

import pyarrow as pa
import pytest

import golden
from answers import differences, same_value

CASES = sorted(case for case, entry in golden.INDEX.items() if entry["kind"] == "join" and case.startswith("join_"))
# Appendix G 14: Chronon folds a mutation in for good that an earlier query of its key and day saw.
FOLDED_ROWS = ("r00533", "r00534", "r00535", "r00570")


def backfill(repository, case, *flags):
    return repository.run("run.py", "--mode", "backfill", "--conf", golden.conf_path(case), "--ds", golden.END_DATE,
                          *flags)


def keys_of(table):
    """What names a row of a recorded answer: its id, or all of the left side."""
    return [name for name in ("row_id", "user", "segment", "ds") if name in table.column_names]


class AllowedInJoin:
    """Documented deviations in a join's columns: settled ties of FIRST and LAST, and a folded mutation."""

    def __init__(self, case):
        self.case = case
        conf = golden.conf(case)
        self.ties = [golden.SettledTies(part["groupBy"], golden.INDEX[case]["inputs"][1:2],
                                        prefix="_".join(filter(None, [part.get("prefix"), golden_name(part)])) + "_")
                     for part in conf["joinParts"]]

    def __call__(self, column, row, expected, actual):
        if self.case == "join_entity_mutations" and column.endswith("tier_sum_3d"):
            return row["row_id"] in FOLDED_ROWS and (expected, actual) == (0, 1)
        return any(ties(column, row, expected, actual) for ties in self.ties if column in ties.columns)


def golden_name(part):
    return part["groupBy"]["metaData"]["name"].replace(".", "_")


def numbered(table, keys):
    """The table with a number for each of several rows of equal keys, so that duplicate left rows can be told apart."""
    rows = sorted(table.to_pylist(), key=lambda row: json.dumps(row, sort_keys=True, default=str))
    seen, numbers = {}, []
    for row in rows:
        key = tuple(row[name] for name in keys)
        seen[key] = seen.get(key, -1) + 1
        numbers.append(seen[key])
    ordered = pa.Table.from_pylist(rows, schema=table.schema)
    return ordered.append_column("copy", pa.array(numbers, pa.int64()))


def assert_same(expected, actual, allowed=lambda *_: False):
    keys = keys_of(expected)
    assert differences(numbered(expected, keys), numbered(actual, keys), keys + ["copy"], allowed=allowed) == []


@pytest.mark.parametrize("case", CASES)
def test_case(tmp_path, case):
    repository = golden.prepare(tmp_path, case)
    done = backfill(repository, case)
    assert "row_id" in done.stdout or "user" in done.stdout  # The sample rows.
    table = f"gold.cases_{case}"
    expected, actual = golden.answer(case), repository.table(table)
    assert_same(expected, actual, AllowedInJoin(case))
    assert actual.schema.field("ds").type in (pa.string(), pa.large_string()) and actual.column_names[-1] == "ds"
    properties = repository.catalog().load_table(table).properties
    recorded = json.loads((golden.GOLDEN / f"cases/{case}/schema.json").read_text())["tblproperties"]
    for name in ("chronon_generated", "chronon_table_type", "semantic_hash_options"):
        assert properties[name] == recorded[name]
    hashes, recorded_hashes = json.loads(properties["semantic_hash"]), json.loads(recorded["semantic_hash"])
    hashes.pop("derived", None)
    recorded_hashes.pop("derived", None)
    assert hashes == recorded_hashes
    # Twice is once.
    before = repository.catalog().load_table(table).metadata.current_snapshot_id
    again = backfill(repository, case)
    assert "0 days computed" in again.stderr or "already filled" in again.stderr, again.stderr
    assert repository.catalog().load_table(table).metadata.current_snapshot_id == before


def test_label_join(tmp_path):
    case = "join_label"
    repository = golden.prepare(tmp_path, case)
    backfill(repository, case)
    assert_same(golden.answer(case), repository.table(f"gold.cases_{case}"))
    for _ in range(2):  # Twice is once.
        repository.run("run.py", "--mode", "label-join", "--conf", golden.conf_path(case), "--ds", golden.END_DATE)
        assert_same(golden.answer(case, "output_labels"), repository.table(f"gold.cases_{case}_labels"))
    for view in ("labeled", "labeled_latest"):
        columns = ["row_id", "user", "ds", "ts", "cases_g_lj_price_count_1d", "label_cases_g_lab_price_sum_1d",
                   "label_ds"]
        rows = repository.sql(f"SELECT {', '.join(columns)} FROM gold.cases_{case}_{view}")
        expected = golden.answer(case, f"output_{view}").to_pylist()
        assert len(rows) == len(expected)
        ours = {row[0]: row for row in rows}
        for row in expected:
            for column, text in zip(columns, ours[row["row_id"]]):
                value = row[column]
                if value is None:
                    assert text == "NULL", (row, column, text)
                elif isinstance(value, float):
                    assert same_value(value, float(text)), (row, column, text)
                else:
                    assert str(value) == text, (row, column, text)


def test_edge_case_null_left_ts(tmp_path, provoked):
    """err_join_null_left_ts: refused, as the real one does, before anything is written."""
    case = "err_join_null_left_ts"
    assert "ts column cannot be null in left source" in golden.refusal(case)
    repository = golden.prepare(tmp_path, case)
    done = repository.run("run.py", "--mode", "backfill", "--conf", golden.conf_path(case), "--ds", golden.END_DATE,
                          status=None)
    provoked(done, when="a row of a join's left side has no time")
    assert "ts column cannot be null in left source or query df" in done.stderr
    assert done.returncode == 2
