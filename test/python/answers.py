"""Compares answers: sets of rows with doubles to a relative tolerance, everything else exactly."""
# SPDX-License-Identifier: Apache-2.0
import math

import pyarrow as pa

DOUBLE_TOLERANCE = 1e-9


def same_value(left, right):
    if isinstance(left, float) and isinstance(right, float):
        return left == right or math.isclose(left, right, rel_tol=DOUBLE_TOLERANCE) or (left != left and right != right)
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same_value(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same_value, left, right))
    return left == right


def has_map(of_type):
    if pa.types.is_map(of_type):
        return True
    return pa.types.is_nested(of_type) and any(has_map(of_type.field(i).type) for i in range(of_type.num_fields))


def with_dicts(value, of_type):
    """A value as to_pylist gives it, with maps as dicts: their entries have no order."""
    if value is None or not has_map(of_type):
        return value
    if pa.types.is_map(of_type):
        return {key: with_dicts(item, of_type.item_type) for key, item in value}
    if pa.types.is_struct(of_type):
        return {field.name: with_dicts(value[field.name], field.type) for field in of_type}
    return [with_dicts(item, of_type.value_type) for item in value]


def keyed_rows(table, keys):
    """Rows of an Arrow table by their key values; a key must occur once."""
    rows = {}
    mapped = [field for field in table.schema if has_map(field.type)]
    for row in table.to_pylist():
        row.update({field.name: with_dicts(row[field.name], field.type) for field in mapped})
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
