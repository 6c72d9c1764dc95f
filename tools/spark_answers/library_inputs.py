# SPDX-License-Identifier: Apache-2.0
"""The table of the expressions in library_cases.py: columns of inputs.py, and texts that functions of
JSON, of date patterns and of written numbers read."""

import pyarrow as pa

import inputs

_FROM_INPUTS = ("id b t sm i j l f d e s ns ds dt du ts tn n w ai aj sa da aa mi mj mk st sl dc dd de dg bn js ur"
                ).split()
_COLUMNS = {
    # Objects whose fields have every kind of JSON value, and texts that are none.
    "jo": [
        '{"a":1,"b":"x","c":1.5,"d":true}', '{"a":"1","b":2,"c":"1.5","d":"true"}', '{"a":null,"b":null}',
        '{"a":1.0,"b":1.50,"c":3,"d":0}', '{"a":2147483648,"b":true,"c":1e400}',
        '{"a":9223372036854775808,"b":[1, 2],"c":-0.0}', '{"a":[1],"b":{"k" : 1},"c":{"x":2}}', '{"A":1,"B":"x"}',
        '{"a":1,"a":2,"b":"first","b":"last"}', '{"a":1,"b":"x"', '{"b":"ok","a":tru}', '{"a":1} {"a":2}', '[]',
        '[{"a":1},{"a":2,"b":"y"}]', '"text"', "12", "null", "", "   ", "{'a':7,'b':'single'}",
        '{"a":NaN,"c":NaN,"b":"n"}', '{"c":"NaN","b":"\\u00e4\\n\\"q\\""}', '{"c":"-INF","a":-1,"b":""}',
        '{"a":"","c":"","d":""}', '{"b":"😀","c":"Infinity","d":false,"zz":[{"y":[]}]}', '{a:1}', '{"a":01}',
        '{"a":1e2,"b":1e2,"c":1E-7}'
    ],
    # Values whose dates, times, decimals and bytes are read.
    "jt": [
        '{"t":"2023-11-30 10:20:30","d":"2023-11-30","m":1.25,"x":"YWJj"}',
        '{"t":"2023-11-30T10:20:30.123Z","d":"2023-11-30T00:00:00","m":"1.255","x":"YQ=="}',
        '{"t":1701339630,"d":19000,"m":12345678901,"x":"a b"}', '{"t":"2023-11-30","d":"2023-1-5","m":"abc","x":""}',
        '{"t":"x","d":"x","m":0.005,"x":null}', '{"t":null,"d":null,"m":null}',
        '{"t":"1969-12-31T23:59:59+02:00","d":"1582-10-10","m":-99.999,"x":1}', '{"t":true,"d":true,"m":true}',
        '{"t":"2023-11-30 10:20:30.123456","d":"9999-12-31","m":1e3}', '{"t":"","d":"","m":""}'
    ],
    # Nested values.
    "jn": [
        '{"st":{"p":1,"q":"x"},"ar":[1,2,3],"mp":{"k":1,"j":2},"as":[{"p":1},{"q":"z"}]}',
        '{"st":{"p":"bad","q":"x"},"ar":[1,"x",3],"mp":{"k":"v"},"as":[{"p":"bad"},{"p":2}]}',
        '{"st":null,"ar":[],"mp":{},"as":[]}', '{"st":[],"ar":{},"mp":[],"as":{"p":5}}',
        '{"ar":[null,1],"mp":{"n":null},"as":[null,{"p":null}]}', '{"st":{"q":{"r":[1, 2.50]}},"ar":[[1]]}', "[1,2]",
        '{"mp":{"k":1,"k":2},"st":{"p":1,"p":2}}', '{"st":{"p":1', '[{"st":{"p":9}}]', '{"k":1,"j":null}', "[null,3]"
    ],
    # Dates and times in the forms that people write.
    "pm": [
        "30/11/2023", "3/1/2023", "03/01/2023", "Nov 3, 2023", "November 3, 2023", "3 Nov 2023", "03-Nov-2023",
        "nov 3, 2023", "NOV 03, 2023", "11/30/23", "1/2/70", "10:20", "10:20:30", "01:05 PM", "1:05 pm", "13:05 PM",
        "12:00 AM", "20231130102030", "2023-11-30T10:20:30Z", "2023-11-30T10:20:30+02:00",
        "2023-11-30T10:20:30.123Z", "2023-11-30 10:20:30.5", "2023-334", "Thu, 30 Nov 2023",
        "Thursday 30 November 2023", "2023-1-5", "31/2/2023", ""
    ],
    "pq": [
        "2023-11-30T10:20:30.123456Z", "2023-11-30", "2023", "202311", "20231130", "2023-11", "11-2023", "5-1-69",
        "Fri, 30 Nov 2023", "2023-11-30T10:20:30-0500", "2023-11-30T10:20:30+0000", "2023-11-30 10:20:30 PM",
        "2023-11-30 09:05:07 AM", "2023-11-30 00:00:00 AM", " 2023-11-30", "2023-11-30 ", "0000-01-01", "-2023-01-01",
        "12023-01-01", "2023-00-10", "2023-02-29", "2024-02-29", "Feb 29 2023", "May 2023", "Sept 2023", "Jun 1 2023",
        "2023-11-30 24:00:00", "2023/11/30 1:2:3"
    ],
    # Written numbers.
    "nf": [
        "454", "454.00", "12,454", "12,454.8", "$78.12", "-12,454.8", "12,454.8-", "<12>", "00123", "", "abc", " 12",
        "12 ", "+5", "-5", "5-", "99999", "100000", ".5", "0.50", "$1,234", "-$5", "$-5", "1.234", "0", "000", "1,2",
        "12.3"
    ],
    "uu": [
        "HTTP://EXAMPLE.com/A/B", "http://example.com?x=1", "http://example.com/#top", "http://[::1]:80/x",
        "mailto:a@b.c", "//host/path", "/path/only?q=1", "http://a b/", "http://ex.com/p?q=a b",
        "http://ex.com/ä?ö=ü", "http://ex_ample.com/x", "file:///etc/x", "http://ex.com:99999/", "http://ex.com:/",
        "x", "http://ex.com/a?b=1&b=2&c&d=&e==", "http://ex.com/%zz", "http://user@ex.com/", "jdbc:mysql://h/db",
        "http://ex.com/a?x=1#y?z=2", "http://1.2.3.4/x", "http://ex.com./x", "http:///x", "http://ex.com/a(b)?a(=1",
        "ftp://u:p@h/%41/?xb=1&b=2", "http://ex.com/a?b=%41&x={}", "urn:isbn:1?x=2", "http://-a.com/"
    ],
    # Numbers that cards have.
    "cn": [
        "8112189876", "79927398713", "79927398714", "4111111111111111", "0", "", " 0", "a", "12-34", "00", "59", "٥٩"
    ],
}


def table() -> pa.Table:
    given = inputs.table()
    names = list(_FROM_INPUTS)
    arrays = [given.column(name).combine_chunks() for name in names]
    for name, values in _COLUMNS.items():
        names.append(name)
        arrays.append(pa.array(values + [None] * (given.num_rows - len(values)), pa.string()))
    return pa.table(arrays, names=names)
