"""The answers of the real Chronon: the bootcamp's features under both naming rules, and the recorded GroupBy backfills as far as
the operations exist here (the others are left out of config and answer by name)."""
# SPDX-License-Identifier: Apache-2.0
import csv
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from answers import differences
from repository import GOLDEN, Repository

OPERATIONS = {0: "min", 1: "max", 2: "first", 3: "last", 6: "count", 7: "sum", 8: "average"}
CASES = {"gb_basic_windows": ["events"], "gb_unbounded": ["events"], "gb_types": ["events"],
         "gb_multi_source": ["events", "events2"], "gb_keys_wheres_exprs": ["events"], "gb_nan_inf": ["nan_events"]}

# Values where we differ on purpose, as (case, column) -> why; each is listed in docs/deviations.md.
DEVIATIONS = {}


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
    assert pa.types.is_date32(ds_type) if naming is None else pa.types.is_string(ds_type) or pa.types.is_large_string(ds_type)


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


@pytest.mark.parametrize("case", CASES)
def test_case(tmp_path, case):
    repository = Repository.empty(tmp_path / "repo")
    for table in CASES[case]:
        repository.run("gnomon", "import", f"gold.{table}", str(GOLDEN / f"inputs/{table}.parquet"), "--partition-by", "ds")
    conf = with_known_operations(json.loads((GOLDEN / f"cases/{case}/conf.json").read_text()))
    path = repository.root / f"production/group_bys/cases/{case}"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(conf, indent=2))
    repository.run("run.py", "--mode", "backfill", "--conf", f"production/group_bys/cases/{case}", "--ds", "2024-03-10")

    keys = conf["keyColumns"] + ["ds"]
    columns = [name for name in output_columns(conf) if (case, name) not in DEVIATIONS]
    recorded = pq.read_table(GOLDEN / f"cases/{case}/output.parquet").select(keys + columns)
    # Rows of which only left-out features are not null do not exist here.
    known = [any(row[name] is not None for name in columns) for row in recorded.to_pylist()]
    expected = recorded.filter(pa.array(known))
    actual = repository.table(f"gold.cases_{case}").select(keys + columns)
    assert expected.num_rows > 0
    assert differences(expected, actual, keys) == []
