"""Tables of different engines made comparable: Spark's names of their Arrow types, and their rows exactly, by value."""
# SPDX-License-Identifier: Apache-2.0
import collections
import math

import pyarrow
import pyarrow.types as types

_SIMPLE = {
    "bool": "boolean", "int8": "tinyint", "int16": "smallint", "int32": "int", "int64": "bigint", "float": "float",
    "double": "double", "string": "string", "large_string": "string", "string_view": "string", "binary": "binary",
    "large_binary": "binary", "date32[day]": "date", "null": "void"}


def type_name(kind):
    """Spark's name of an Arrow type; where engines spell one type in several ways (large_string), the same name."""
    if types.is_map(kind):
        return f"map<{type_name(kind.key_type)},{type_name(kind.item_type)}>"
    if types.is_list(kind) or types.is_large_list(kind):
        return f"array<{type_name(kind.value_type)}>"
    if types.is_struct(kind):
        return f"struct<{','.join(f'{field.name}:{type_name(field.type)}' for field in kind)}>"
    if types.is_decimal(kind):
        return f"decimal({kind.precision},{kind.scale})"
    if types.is_timestamp(kind):
        assert kind.unit == "us", kind
        return "timestamp" if kind.tz else "timestamp_ntz"
    return _SIMPLE[str(kind)]


def schema_of(table):
    return [(field.name, type_name(field.type)) for field in table.schema]


def _exact(value):
    """A value with a spelling that tells -0.0 from 0.0 and makes NaN equal to itself."""
    if isinstance(value, float):
        return "NaN" if math.isnan(value) else repr(value)
    if isinstance(value, dict):
        return tuple(f"{name}={_exact(child)}" for name, child in value.items())
    if isinstance(value, (list, tuple)):
        return tuple(_exact(child) for child in value)
    return repr(value)


def rows_of(table):
    """The rows with how often each occurs: tables have no order."""
    columns = [[_exact(value) for value in _in_utc(column).to_pylist()] for column in table.columns]
    return collections.Counter(zip(*columns)) if columns else collections.Counter()


def _in_utc(column):
    """UTC has many names (UTC, Etc/UTC, +00:00): one instant is one value."""
    if types.is_timestamp(column.type) and column.type.tz:
        return column.cast(pyarrow.timestamp("us", "UTC"))
    return column


def assert_same(expected, actual):
    """Names, types and rows of two Arrow tables are the same."""
    assert schema_of(actual) == schema_of(expected)
    missing, unexpected = rows_of(expected) - rows_of(actual), rows_of(actual) - rows_of(expected)
    assert not missing and not unexpected, f"missing {list(missing)[:3]}, unexpected {list(unexpected)[:3]}"
