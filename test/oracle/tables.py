"""Arrow tables as the model's rows: dicts, with maps as dicts."""
# SPDX-License-Identifier: Apache-2.0
import pyarrow as pa
import pyarrow.parquet as pq


def rows_of(table):
    """The rows of an Arrow table; dates are `yyyy-MM-dd`, maps dicts."""
    columns = [[_value(value, column.type) for value in column.to_pylist()] for column in table.columns]
    return [dict(zip(table.column_names, values)) for values in zip(*columns)]


def read(path):
    return rows_of(pq.read_table(path))


def _value(value, kind):
    if value is None:
        return None
    if pa.types.is_map(kind):
        return {key: _value(item, kind.item_type) for key, item in value}
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return [_value(item, kind.value_type) for item in value]
    if pa.types.is_struct(kind):
        return {field.name: _value(value[field.name], field.type) for field in kind}
    return value.isoformat() if pa.types.is_date(kind) else value
