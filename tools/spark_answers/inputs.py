# SPDX-License-Identifier: Apache-2.0
"""The table that every recorded expression reads: a column of each type, and strings that look like
numbers, times and booleans. Rows are the same width; short lists are filled up with nulls."""

import datetime as dt

import pyarrow as pa

_NAN, _INF = float("nan"), float("inf")


def _ts(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


_TIMES = [
    "2023-11-30 23:59:59.999999", "1970-01-01 00:00:00", "1969-12-31 23:59:59.5",
    "2000-02-29 12:34:56.789", "1900-01-01 00:00:00", "0001-01-01 00:00:00",
    "9999-12-31 23:59:59.999999", "2024-12-29 01:02:03", "1582-10-15 00:00:00",
    "1582-10-04 10:00:00", "2023-03-12 09:30:00.000001", "1969-12-31 00:00:00",
    "2023-01-01 00:00:00", "2021-01-03 13:00:00.1"
]

_COLUMNS = {
    "b": (pa.bool_(), [True, False]),
    "t": (pa.int8(), [0, 1, -1, 127, -128, 5, 100]),
    "sm": (pa.int16(), [0, 1, -1, 32767, -32768, 128, 300, -129]),
    "i": (pa.int32(), [0, 1, -1, 2147483647, -2147483648, 7, 100, -13, 65536, 86400]),
    "j": (pa.int32(), [3, 0, -1, 2, -1, -2, 2147483647, 5, 31, 1]),
    "l": (pa.int64(), [
        0, 1, -1, 2**63 - 1, -(2**63), 1701388799, 1701388799123, -1, 2**31, -(2**31) - 1,
        253402300800, 2**53 + 1
    ]),
    "f": (pa.float32(), [
        0.0, -0.0, 1.5, -2.5, _NAN, _INF, -_INF, 3.4028234663852886e38, 1e-45, 0.1, 16777216.0,
        1e10, 1e-5
    ]),
    "d": (pa.float64(), [
        0.0, -0.0, 1.5, -2.5, _NAN, _INF, -_INF, 1.7976931348623157e308, 5e-324, 0.1, 2.675, 1e20,
        -0.5, 123456789.125, 1e7, 1e-3, 9.999999e-4, 2147483648.5, -9.3e18
    ]),
    "e": (pa.float64(), [2.0, 0.0, -1.5, 0.5, 1.0, -0.0, 3.0, _NAN, _INF, 0.2, -3.0, 10.0]),
    "s": (pa.string(), [
        "", "a", "Hello, World", "  padded  ", "\t tab\n", "ÄÖÜ straße", "日本語テキスト", "😀 smile",
        "a%b_c", "a\\b", "İstanbul ıI", "NULL", "x'y\"z", "aaa", "ABC", "e\u0301", "ﬁ ΣΑΣ", "World",
        "\u00a0nbsp\u00a0"
    ]),
    "ns": (pa.string(), [
        "0", "1", "-1", " 42 ", "+7", "12.7", "-0.5", "1e3", "abc", "", "2147483648",
        "9223372036854775808", "NaN", "Infinity", "-inf", "1.", ".5", "0x1F", "1L", "1d", "1,000",
        "\t9\n", "--1", "1e400", "127.9", "99999999999999999999", "-", "1e-400"
    ]),
    "ds": (pa.string(), [
        "2023-11-30", "1969-07-20", "2000-02-29", "2001-02-29", "2023-1-5", "2023", "2023-06",
        " 2023-11-30 ", "2023-11-30 10:20:30", "2023-11-30T10:20:30.123456Z",
        "2023-11-30 10:20:30+05:30", "20231130", "not a date", "", "0001-01-01", "9999-12-31",
        "10000-01-01", "2023-13-01", "2023-11-30 25:00:00", "2023-11-30 10:20", "2023-11-30x",
        "2023-11-30 ", "-0001-01-01", "10:20:30", "1582-10-10", "2023-11-30 1:2:3",
        "2023-11-30 10:20:30.1234567", "2023-11-30 10:20:30 UTC"
    ]),
    "bs": (pa.string(), [
        "true", "false", "TRUE", "t", "f", "yes", "no", "y", "n", "1", "0", "true ", " True", "2",
        "", "on"
    ]),
    # Texts that Spark's parser and its legacy parser agree on; on others functions with a pattern
    # raise.
    "ps": (pa.string(), [
        "2023-11-30", "1969-07-20", "2000-02-29", "not a date", "", "0001-01-01", "9999-12-31",
        "x2023-01-01", "1970-01-01", "1582-10-15", "-"
    ]),
    "pt": (pa.string(), [
        "2023-11-30 10:20:30", "1969-07-20 20:17:40", "2000-02-29 23:59:59", "nonsense", "",
        "1970-01-01 00:00:00", "9999-12-31 23:59:59", "0001-01-01 00:00:01"
    ]),
    "pd": (pa.string(), ["20231130", "19690720", "20000229", "", "nonsense", "19700101"]),
    "dt": (pa.date32(), [_ts(text).date() for text in _TIMES]),
    "du": (pa.date32(), [
        dt.date(2023, 11, 30),
        dt.date(1970, 1, 1),
        dt.date(1969, 12, 31),
        dt.date(2000, 3, 1), None,
        dt.date(1, 1, 1),
        dt.date(9999, 12, 31),
        dt.date(2023, 1, 31)
    ]),
    "ts": (pa.timestamp("us",
                        tz="UTC"), [_ts(text).replace(tzinfo=dt.timezone.utc) for text in _TIMES]),
    "tn": (pa.timestamp("us"), [_ts(text) for text in _TIMES]),
}


def table() -> pa.Table:
    width = max(len(values) for _, values in _COLUMNS.values()) + 1
    arrays, fields = [pa.array(range(width), pa.int32())], [pa.field("id", pa.int32())]
    for name, (type_, values) in _COLUMNS.items():
        arrays.append(pa.array(values + [None] * (width - len(values)), type_))
        fields.append(pa.field(name, type_))
    return pa.table(arrays, schema=pa.schema(fields))
