# SPDX-License-Identifier: Apache-2.0
"""The table that every recorded expression reads: a column of each type, and strings that look like
numbers, times and booleans. Rows are the same width; short lists are filled up with nulls."""

import datetime as dt
import decimal

import pyarrow as pa

_NAN, _INF = float("nan"), float("inf")
_STRUCT = pa.struct([("a", pa.int32()), ("b", pa.string()), ("c", pa.list_(pa.int32()))])
_PAIR = pa.struct([("k", pa.string()), ("v", pa.int32())])
_dec = decimal.Decimal


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
    "n": (pa.int32(), [0, 1, 2, 3, -1, -2, 5, 100, -100, 4, 7]),
    "w": (pa.string(), [
        "abc123", "foo-bar_baz", "2023-11-30", "line1\nline2", "a.b.c", "", "AbC aBc", "user@example.com",
        "  two  spaces ", "aaa", "x=1;y=22", "tab\there", "ab12cd345", "[x](y)", "a,b,,c,"
    ]),
    "ai": (pa.list_(pa.int32()), [[1, 2, 3], [], [None, 1, None, 1], [3, 1, 2, 3, 1],
                                  [2147483647, -1], [7], None, [0, -5, 10, 4], [None], [2, 2, 2]]),
    "aj": (pa.list_(pa.int32()), [[2, 3, 4], [1], [None, 2], [], [-1, -1], None, [5], [10, 0, 0], [None],
                                  [2]]),
    "sa": (pa.list_(pa.string()), [["a", "b"], [], ["b", None, "ä"], ["", "a", "a"], ["😀", "日本"],
                                   ["x,y", "z"], None, [None], ["B", "a", "C"]]),
    "da": (pa.list_(pa.float64()), [[1.5, _NAN, -0.0, 0.0, None, _NAN, _INF], [], [2.5], [0.1, -0.1, 1e300],
                                    [_NAN], None, [-0.0, 0.0]]),
    "aa": (pa.list_(pa.list_(pa.int32())), [[[1, 2], [3]], [[]], [None, [1]], [], [[1, 2], [1, 2], [0]], None,
                                            [[None, 1], [None]]]),
    "mi": (pa.map_(pa.string(), pa.int32()), [[("a", 1), ("b", 2)], [], [("a", None)], [("c", 3), ("a", 9)],
                                              None, [("x", 0), ("y", -1), ("z", 5)]]),
    "mj": (pa.map_(pa.string(), pa.int32()), [[("b", 20), ("c", 30)], [("a", 1)], [], [("a", 7)], [("q", 1)],
                                              [("y", None)]]),
    "mk": (pa.map_(pa.int32(), pa.string()), [[(1, "one"), (2, "two")], [], [(-1, None)], None, [(7, "x")]]),
    "st": (_STRUCT, [{"a": 1, "b": "x", "c": [1, 2]}, {"a": None, "b": "y", "c": None}, None,
                     {"a": -5, "b": None, "c": []}, {"a": 1, "b": "x", "c": [1, 2]}]),
    "su": (_STRUCT, [{"a": 1, "b": "x", "c": [1, 2]}, {"a": 0, "b": "y", "c": None}, {"a": 3, "b": "", "c": [0]},
                     {"a": -5, "b": None, "c": []}, {"a": 1, "b": "x", "c": [1, 3]}]),
    "sl": (pa.list_(_PAIR), [[{"k": "a", "v": 1}, {"k": "b", "v": None}], [], None,
                             [{"k": "c", "v": 3}, None], [{"k": "z", "v": 1}, {"k": "a", "v": 2}]]),
    "dc": (pa.decimal128(10, 2), list(map(_dec, ["0.00", "1.50", "-2.55", "99999999.99", "-99999999.99", "0.01",
                                                 "-0.05", "12345.67", "2.50", "3.50"]))),
    "dd": (pa.decimal128(20, 4), list(map(_dec, ["1.0000", "0.0000", "-3.1415", "9999999999999999.9999", "0.0001",
                                                 "2.5000", "-7.0000", "1234.5678"]))),
    "de": (pa.decimal128(38, 10), list(map(_dec, ["1", "-1", "1234567890123456789012345678.0123456789",
        "0.0000000001",
                                                  "0", "-9999999999999999999999999999.9999999999", "3"]))),
    "dg": (pa.decimal128(5, 0), list(map(_dec, ["0", "1", "-1", "99999", "-99999", "25", "-25", "127"]))),
    "bn": (pa.binary(), [b"", b"abc", b"\x00\xff", "ÄÖ".encode(), b"hello world", b"\x80", b"{}"]),
    "js": (pa.string(), [
        '{"a": 1, "b": {"c": [1, 2, {"d": "x"}]}, "e": "text"}', '{"a": null}', "[1, 2, 3]", '"plain"', "{bad", "",
        '{"a": 1.50, "b": true, "e": "q\\"uo\\u00e9", "f g": 5}', '[{"a": 1}, {"a": 2}]', '{"a": {"a": {"a": 7}}}',
        "null", '{"a": 12345678901234567890, "b": [], "e": ""}', '{"a": 1} trailing'
    ]),
    "ur": (pa.string(), [
        "https://user:pw@example.com:8080/path/p.php?query=1&k=v%20w#frag", "http://example.com", "not a url", "",
        "ftp://host/file", "https://example.com/?a=&b=2", "a b+c%2Fd", "100%", "%41%zz", "ä=ö&ü"
    ]),
}


def table() -> pa.Table:
    return table_of(_COLUMNS)


def table_of(columns) -> pa.Table:
    """Columns by name, each with its type and values, NULL behind them, and an `id` of the rows before."""
    width = max(len(values) for _, values in columns.values()) + 1
    arrays, fields = [pa.array(range(width), pa.int32())], [pa.field("id", pa.int32())]
    for name, (type_, values) in columns.items():
        arrays.append(pa.array(values + [None] * (width - len(values)), type_))
        fields.append(pa.field(name, type_))
    return pa.table(arrays, schema=pa.schema(fields))
