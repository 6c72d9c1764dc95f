"""Compares answers: sets of rows with doubles to a relative tolerance, everything else exactly."""
# SPDX-License-Identifier: Apache-2.0
import math

import pyarrow as pa

DOUBLE_TOLERANCE = 1e-9


def same_value(left, right):
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same_value, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same_value(left[key], right[key]) for key in left)
    if isinstance(left, float) and isinstance(right, float):
        return left == right or math.isclose(left, right, rel_tol=DOUBLE_TOLERANCE) or (left != left and right != right)
    return left == right


def as_python(value, kind):
    """A value as Arrow gives it, with maps, whose entries have no order, as dicts."""
    if value is None:
        return None
    if pa.types.is_map(kind):
        return {key: as_python(item, kind.item_type) for key, item in value}
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return [as_python(item, kind.value_type) for item in value]
    return value


def keyed_rows(table, keys):
    """Rows of an Arrow table by their key values; a key must occur once."""
    rows = {}
    for row in table.to_pylist():
        row = {name: as_python(value, table.schema.field(name).type) for name, value in row.items()}
        key = tuple(str(row[name]) if row[name] is not None else None for name in keys)
        assert key not in rows, f"two rows for {key}"
        rows[key] = row
    return rows


def differences(expected, actual, keys, allowed=lambda column, row, expected, actual: False):
    """One sentence per difference between two Arrow tables with the same column names; empty when they agree.

    `allowed` says of a difference whether it is a documented deviation.
    """
    assert set(expected.column_names) == set(actual.column_names), (
        f"columns differ: {sorted(set(expected.column_names) ^ set(actual.column_names))}")
    left, right = keyed_rows(expected, keys), keyed_rows(actual, keys)
    found = [f"missing row {key}" for key in left.keys() - right.keys()]
    found += [f"unexpected row {key}" for key in right.keys() - left.keys()]
    values = [name for name in expected.column_names if name not in keys]
    for key in left.keys() & right.keys():
        for name in values:
            if not same_value(left[key][name], right[key][name]) and not allowed(
                    name, left[key], left[key][name], right[key][name]):
                found.append(f"{key} {name}: expected {left[key][name]!r}, got {right[key][name]!r}")
    return sorted(found)
