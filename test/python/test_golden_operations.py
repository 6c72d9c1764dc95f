"""Every operation on the recorded inputs, beside the naive model, with ties as gnomon settles them.

test_golden_group_bys.py compares with what Chronon answered, where ties may differ; here nothing may. The element-wise
configs, on which Chronon fails, have no other answer than the model's.
"""
# SPDX-License-Identifier: Apache-2.0
import pytest

import golden
from oracle import tables
from oracle.comparison import differences
from oracle.group_by import GroupBy
from oracle.rules import Rules
from repository import GOLDEN

CASES = ["gb_moments", "gb_first_last", "gb_top_bottom", "gb_unique", "gb_percentile", "gb_histogram", "gb_buckets",
         "gb_map_inputs", "gb_array_inputs", "gb_elementwise", "gb_elementwise_nowin", "gb_types", "gb_nan_inf",
         "gb_unbounded"]


@pytest.mark.parametrize("case", CASES)
def test_operations_equal_the_naive_model(tmp_path, case):
    repository = golden.prepare(tmp_path, case)
    repository.run("run.py", "--mode", "backfill", "--conf", golden.conf_path(case), "--ds", golden.END_DATE)
    inputs = {f"gold.{name}": tables.read(GOLDEN / f"inputs/{name}.parquet") for name in golden.INDEX[case]["inputs"]}
    model = GroupBy(golden.conf(case), inputs, Rules())
    expected = model.backfill(golden.END_DATE)
    assert len(expected) > 20
    actual = tables.rows_of(repository.table(f"gold.cases_{case}"))
    assert differences(expected, actual, [*model.keys, "ds"]) == []
