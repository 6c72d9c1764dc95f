"""The answers of the real Chronon for the bootcamp: its features under both naming rules."""
# SPDX-License-Identifier: Apache-2.0
import csv

import pyarrow as pa
import pytest

from answers import differences
from repository import GOLDEN, Repository


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
