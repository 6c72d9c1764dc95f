# SPDX-License-Identifier: Apache-2.0
"""Expressions for what users call beyond operators and plain functions: date patterns, JSON, formatted
numbers and texts, try_ arithmetic, URLs, parts of times. Column names are those of library_inputs.py."""

import itertools

import zone_cases
from nested_cases import each


def expressions():
    for group in (_written_dates, _to_json, _from_json, _json_parts, _formats, _numbers_as_text,
                  _tries, _urls, _regular_expressions, zone_cases.expressions, _types, _texts, _times, _binary,
                  _patterns, _schemas, _read_dates, _casts, _units, _arrays, _numbers):
        yield from group()


def _quoted(text: str) -> str:
    return '"' + text + '"'


LETTERS = ("y yy yyy yyyy yyyyy yyyyyy M MM MMM MMMM L LL d dd D DD DDD E EEE EEEE a h hh H HH K KK k kk m mm s ss "
           "S SSS SSSSSS SSSSSSSSS Q QQ QQQ QQQQ q qq G GGGG VV z zzzz O X XX x xx xxx Z ZZZ").split()
SHAPES = ("MMM d, yyyy", "MMMM d, yyyy", "dd MMM yyyy HH:mm", "EEE, d MMM yyyy HH:mm:ss Z", "M/d/yy h:mm a",
          "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", "yyyy-MM-dd'T'HH:mm:ssXXX", "yyyy-MM-dd HH:mm:ss.SSSSSS", "''yyyy''",
          "yyyy''MM", "'year' yyyy 'and' MM", "yyyy[MM]", "yyyyMMdd'T'HHmmss", "yyyy年MM月", "MM-yyyy", "yyyy/M/d H:m:s",
          "hh:mm:ss a", "yyyy-'Q'q", "MMMyy", "yyyyDDD", "h a", "E d")


def _written_dates():
    for pattern in (*LETTERS, 3 * "X", *SHAPES):
        quoted = _quoted(pattern)
        yield from (f"date_format(ts, {quoted})", f"date_format(dt, {quoted})")
    for pattern in ("MMM d, yyyy", "EEE", "d", "hh:mm a", "yy", "yyyy-MM", "z"):
        yield from (f"from_unixtime(l, '{pattern}')", f"from_unixtime(i, '{pattern}')",
                    f"date_format(ds, '{pattern}') IS NULL", f"date_format(tn, '{pattern}')")
    yield from ("date_format(ts, s)", "date_format(ts, NULL)", "date_format(NULL, 'yyyy')", "from_unixtime(l, NULL)",
                "date_format(ts, 'yyyy' || '-MM')", "date_format(ts, if(b, 'yyyy', 'MM'))", "date_format(dt, 'EEEE d')")


READ = ("dd/MM/yyyy", "d/M/yyyy", "M/d/yyyy", "MM/dd/yyyy", "MMM d, yyyy", "MMMM d, yyyy", "d MMM yyyy",
        "dd-MMM-yyyy", "MM/dd/yy", "M/d/yy", "HH:mm", "HH:mm:ss", "hh:mm a", "h:mm a", "yyyyMMddHHmmss",
        "yyyy-MM-dd'T'HH:mm:ssX", "yyyy-MM-dd'T'HH:mm:ssXXX", "yyyy-MM-dd'T'HH:mm:ss'Z'",
        "yyyy-MM-dd'T'HH:mm:ss.SSSX", "yyyy-MM-dd HH:mm:ss.S", "yyyy-DDD", "yyyy-D", "EEE, d MMM yyyy",
        "EEEE d MMMM yyyy", "yyyy-M-d", "yyyy-MM-dd[ HH:mm:ss]", "y-M-d")
READ_MORE = ("yyyy-MM-dd'T'HH:mm:ss.SSSSSSX", "yyyy-MM-dd", "yyyy", "yyyyMM", "yyyyMMdd", "yyyy-MM", "MM-yyyy",
             "d-M-yy", "EEE, dd MMM yyyy", "yyyy-MM-dd'T'HH:mm:ssZ", "yyyy-MM-dd'T'HH:mm:ssxx",
             "yyyy-MM-dd hh:mm:ss a", "MMM d yyyy", "MMM yyyy", "yyyy-MM-dd HH:mm:ss", "yyyy/MM/dd H:m:s",
"yyyy-MM-dd'T'HH:mm[:ss]", "kk:mm", "KK:mm a", "yyyy-LL-dd")


def _read_dates():
    for column, patterns in (("pm", READ), ("pq", READ_MORE)):
        for pattern in patterns:
            quoted = _quoted(pattern)
            yield f"to_timestamp({column}, {quoted})"
    for pattern in ("M/d/yyyy", "HH:mm", "yyyy-MM-dd'T'HH:mm:ssX"):
        yield from (f"unix_timestamp(pm, {_quoted(pattern)})", f"to_date(pm, {_quoted(pattern)})")
    for function in ("to_date", "to_timestamp", "unix_timestamp", "to_unix_timestamp", "try_to_timestamp"):
        yield from (f"{function}({column}, 'yyyy-MM-dd')" for column in ("dt", "ts", "tn", "NULL", "i", "b"))
        yield from (f"{function}(pm, NULL)", f"{function}(ds, pm)",
                    f"{function}('5/1/2023', 'd/M/yyyy')", f"{function}('Nov 5, 2023', 'MMM d, yyyy')")
    yield from ("try_to_timestamp(pq)", "try_to_timestamp(ds, 'yyyy-MM-dd')", "try_to_timestamp(pm, 'd/M/yyyy')",
                "to_timestamp_ntz(pq)", "to_timestamp_ltz(pq)", "to_timestamp_ntz(dt)", "to_timestamp_ntz(ts)",
                "to_timestamp_ltz(dt)", "to_timestamp_ltz(tn)", "to_timestamp_ntz(pq, 'yyyy-MM-dd')",
                "to_timestamp_ltz('2023-11-30 10', 'yyyy-MM-dd HH')", "to_timestamp_ntz('5/1/2023', 'd/M/yyyy')",
                "to_timestamp_ntz(tn)", "to_timestamp_ltz(ts)", "try_to_timestamp(dt)", "try_to_timestamp(ts)")


def _to_json():
    columns = ("i", "b", "t", "sm", "l", "f", "d", "s", "dt", "ts", "tn", "dc", "dd", "de", "dg", "bn", "ai", "sa",
               "da", "aa", "mi", "mk", "st", "sl", "w", "js")
    for column in columns:
        yield from (f"to_json(struct({column}))", f"to_json(array({column}))", f"to_json(map('k', {column}))")
    for column in ("ai", "sa", "da", "aa", "mi", "mk", "st", "sl", "i", "s", "NULL", "array()", "map()"):
        yield f"to_json({column})"
    yield from ("to_json(struct(i, s, d))", "to_json(struct(i, struct(s, n) AS x))", "to_json(map(i, s))",
                "to_json(map(d, 1))", "to_json(map(dt, 1))", "to_json(map(ts, 1))", "to_json(map(b, 1))",
                "to_json(map(dc, 1))", "to_json(map(st, 1))", "to_json(struct(NULL AS a, 1 AS b))",
                "to_json(struct(struct(n) AS x, sl))", "to_json(array(st, st))", "to_json(array(mi))",
                "to_json(struct(i AS `a b`, s AS `ä\"q`))", "to_json(struct(i), map('ignoreNullFields', 'false'))",
                "to_json(struct(s, st), map('ignoreNullFields', 'false'))",
                "to_json(struct(ts), map('timestampFormat', 'yyyy-MM-dd HH:mm'))",
                "to_json(struct(dt), map('dateFormat', 'dd/MM/yyyy'))", "to_json(struct(s), map('pretty', 'true'))",
                "to_json(struct(s), map('nope', '1'))", "to_json(from_json(jo, 'a int, b string'))",
                "get_json_object(to_json(struct(s)), '$.s') = s")


SCHEMAS = ("a INT", "a INT, b STRING", "a BIGINT, b STRING, c DOUBLE, d BOOLEAN", "a STRING, b STRING", "a DOUBLE",
           "a FLOAT, c FLOAT", "a TINYINT", "a SMALLINT", "b BOOLEAN", "d BOOLEAN", "c STRING, a DECIMAL(10,2)",
           "`a` int", "struct<a:int,b:string>", "a: int, b: string", "A INT", "b ARRAY<INT>", "b MAP<STRING, INT>",
           "c STRUCT<x: INT>", "array<struct<a:int,b:string>>", "map<string,string>", "map<string,int>", "zz STRING",
           "array<int>", "array<string>", "a INT, a INT", "a INT NOT NULL", "a INT COMMENT 'x'", "nonsense", "int",
           "string", "a", "", "zz ARRAY<STRUCT<y: ARRAY<INT>>>", "a LONG", "a INTEGER, b VARCHAR(3)")


def _from_json():
    for schema in SCHEMAS:
        yield f"from_json(jo, {_quoted(schema)})"
    for schema in ("t TIMESTAMP", "d DATE", "m DECIMAL(10,2)", "m DECIMAL(4,1), t STRING", "x BINARY",
                   "t TIMESTAMP_NTZ", "m DOUBLE, d STRING"):
        yield f"from_json(jt, '{schema}')"
    for schema in ("st STRUCT<p: INT, q: STRING>", "ar ARRAY<INT>", "mp MAP<STRING, INT>", "`as` ARRAY<STRUCT<p: INT>>",
                   "st STRUCT<p: INT, q: STRING>, ar ARRAY<INT>", "mp STRING, ar STRING, st STRING",
                   "st MAP<STRING, STRING>", "ar ARRAY<STRING>", "ar ARRAY<ARRAY<INT>>", "array<int>",
                   "map<string,int>", "array<struct<st:struct<p:int>>>", "map<string,map<string,int>>"):
        yield f"from_json(jn, '{schema}')"
    yield from ("from_json(jo, 'a INT').a", "from_json(jn, 'ar ARRAY<INT>').ar[0]", "from_json(NULL, 'a INT')",
                "from_json(s, 'a INT')", "from_json(jo, s)", "from_json(jo, NULL)", "from_json(i, 'a INT')",
                "from_json(jo, schema_of_json('{\"a\":1}'))", "from_json(jo, 'a INT', map('mode', 'FAILFAST'))",
                "from_json(jo, 'a INT', map('mode', 'PERMISSIVE'))",
                "from_json(jt, 'd DATE', map('dateFormat', 'yyyy-MM-dd'))",
                "from_json('{\"a\":1, \"b\":[1, 2.0, {\"c\" : \"x\"}]}', 'b STRING')",
                "from_json('{\"a\": 12345678901234567890123}', 'a STRING')", "from_json('{\"a\": 1.0}', 'a STRING')",
                "from_json(js, 'a INT, b STRING, e STRING')", "from_json(js, 'a STRING')", "from_json(js, 'a DOUBLE')",
                "from_json(js, 'b STRUCT<c: ARRAY<STRING>>')", "from_json(js, 'map<string,string>')",
                "from_json(js, 'array<string>')", "from_json(js, '`f g` INT')",
                "from_json(jo, 'a INT, _corrupt_record STRING')")


def _json_parts():
    for path in ("$.b.c[*]", "$[*].a", "$.b.*", "$[*]", "$.*", "$.b.c[*].d", "$..a", "$.a.*", "$.b[*]", "$.b.c[*][0]",
                 "$[*][*]", "$['a']", "$['b']['c'][0]", "$.e ", "$. a", "$.b .c", "$.a.", "$[a]", "$[-1]", "$[00]",
                 "$.ä", "$['*']", "$.b.c.d", "$.b.c[2].d", "$[1]", "$.A"):
        for column in ("js", "jn"):
            yield f"get_json_object({column}, {_quoted(path)})"
    for path in ("$.a", "$.b", "$.c", "$.d", "$", "$.zz[*].y", "$.zz", "$[*].b"):
        yield f"get_json_object(jo, '{path}')"
    yield from ("get_json_object(jn, '$.as[*].p')", "get_json_object(jn, '$.ar[*]')",
                    "get_json_object(jn, '$.ar[*][*]')",
                "get_json_object('[[1,2],[3,4]]', '$[*][0]')", "get_json_object('[[1,2],[3,4]]', '$[*][*]')",
                "get_json_object('[{\"a\":[1]},{\"a\":[2,3]}]', '$[*].a[*]')",
                "get_json_object('[{\"a\":\"x\"}]', '$[*].a')",
                "get_json_object('[{\"a\":\"x\"},{\"a\":\"y\"}]', '$[*].a')",
                "get_json_object('{\"a\":{\"b\":1,\"c\":2}}', '$.a.*')", "get_json_object('{\"a\":[]}', '$.a[*]')",
                "get_json_object('{\"a\":[null,1]}', '$.a[*]')", "get_json_object('{\"a\":\"1\\n2\"}', '$.a')",
                "get_json_object(js, '$.' || 'a')", "get_json_object(js, if(b, '$.a', '$.e'))")
    for function in ("json_array_length", "json_object_keys", "schema_of_json"):
        yield from (f"{function}({column})" for column in ("js", "jo", "jn", "NULL", "s", "'[]'", "'{}'", "'[1,[2,3]]'",
                                                           "'{\"a\":{\"b\":1},\"c\":2}'", "'x'"))


SCHEMA_TEXTS = (
    '1', '-0', '1.5', '1e3', 'true', 'null', '"x"', '""', '', '  ', '12 x', '1x', '[1, 2]', '[1, 2.5]', '[1, "a"]',
    '[1, true]',
    '[null, 1]', '[null]', '[[]]', '[[1], [2.5]]', '[[1], ["a"]]', '[[1], 2]', '[{}]', '[{}, {"a":1}]',
    '[{"a":1}, {"b":2}]',
    '[{"a":1}, {"a":2.5}]', '[{"a":1}, {"a":"x"}]', '[{"A":1}, {"a":2}]', '[{"A":1}, {"a":"x"}]',
    '[{"a":1,"B":2}, {"A":1.5,"b":3}]',
    '[{"a":1,"a":"x"}]', '{"a":1,"a":"x"}', '{"b":1,"a":2}', '{"b":1,"B":2,"a":3,"_":4}', '{"a":{}}', '{"a":{},"b":1}',
    '{"a":[{}]}', '{"a":[]}', '{"a":null,"b":""}', '{"":1}', '{"":1,"a":2}', '{"a":{"":1}}',
    '{"a b":1,"9":2,"a9":3,"9a":4}',
    '{"a`b":1}', '{"a.b":1,"a-b":2}', '{"é":1}', '{"a":9223372036854775807}', '{"a":9223372036854775808}',
    '{"a":-9223372036854775808,"b":-9223372036854775809}', '{"a":12345678901234567890123456789012345678}',
    '{"a":123456789012345678901234567890123456789}', '[1, 9223372036854775808]', '[9223372036854775808, 1]',
    '[1, 123456789012345678901]', '[9223372036854775808, 1.5]', '[9223372036854775808, 123456789012345678901]',
    '[9223372036854775808, "x"]', '[9223372036854775808, null]', '{"a":NaN,"b":Infinity,"c":-INF}', '{"a":1e400}',
    '{"a":1} {"b":2}',
    '{"a":1} trailing', "{'a':'x'}", '{a:1}', '{"a":01}', '{"a":1,}', '{"a"', '[1,', '{"a":tru}',
    '{"a":"2023-11-30 10:20:30"}',
    '{"a":"12.5","b":"true"}', '[{"a":{"x":1}}, {"a":{"y":[1]}}, {"a":null}]', '[{"a":[1]}, {"a":[]}, {"a":["x"]}]',
    '[{"a":1}, [1]]',
    '[{"a":1}, 1]', '[1, {"a":1}]', '{"a":[{"b":1},{"b":null,"c":[{"d":true}]}]}', '{"a":"\\u00e9"}',
    '{"e":{"z":1,"y":{"x":[[1.0]]}},"d":false}', '[true, false, null]', '[true, "x"]', '[[null], [1]]',
    '[[{}], [{"a":1}]]')


def _schemas():
    for text in SCHEMA_TEXTS:
        yield "schema_of_json('" + text.replace("'", "\\'") + "')"
    yield from ("schema_of_json('{\"a\":1}', map('prefersDecimal', 'true'))", "schema_of_json(concat('{\"a\"', ':1}'))",
                "from_json(jo, schema_of_json('{\"a\":1,\"b\":\"x\",\"c\":1.5,\"d\":true}'))",
                "from_json(jn, schema_of_json('{\"st\":{\"p\":1},\"ar\":[1],\"as\":[{\"p\":1,\"q\":\"z\"}]}'))",
                "from_json(js, schema_of_json('{\"a\":1,\"b c\":{\"d\":[1]}}'))", "schema_of_json(1)",
                "schema_of_json()",
                "schema_of_json(CAST(NULL AS STRING))", "length(schema_of_json('[1]'))")


def _formats():
    for form, columns in (("%s", "ilds"), ("%d", "il"), ("%5d", "il"), ("%-5d|", "il"), ("%05d", "il"), ("%,d", "il"),
                          ("%+d", "il"), ("%x", "il"), ("%X", "il"), ("%o", "il"), ("%%", "i"), ("%.2f", "d"),
                          ("%10.3f", "d"),
                          ("%-10.1f|", "d"), ("%f", "d"), ("%.0f", "d"), ("%s items", "is"), ("[%10s]", "is"),
                          ("[%-10s]", "is"),
                          ("%.3s", "s"), ("%S", "s"), ("%1$s %1$s", "s"), ("%n", "i"), ("no holes", "i"), ("%,.2f",
                          "d"),
                          ("%08.2f", "d"), ("%e", "d"), ("%(d", "i"), ("% d", "i"), ("%b", "i"), ("%c", "i"), ("%q",
                          "i")):
        yield from (f"format_string('{form}', {column})" for column in columns)
    for column in ("b", "t", "sm", "f", "dt", "ts", "tn", "dc", "bn", "ai", "mi", "st", "NULL", "1.5", "2L"):
        yield from (f"format_string('%s', {column})", f"printf('<%s>', {column})")
    yield from ("format_string('%s-%s', s, i)", "format_string('%2$s %1$s', s, i)", "format_string('%d of %d', i, l)",
                "format_string('%s', s, i)", "format_string('%s %s', s)", "format_string(s, i)", "format_string('x')",
                "format_string(NULL, i)", "format_string('%d', t)", "format_string('%d', sm)",
                "format_string('%d', dc)",
                "format_string('%.1f', dc)", "format_string('%.2f', f)", "format_string('%05.1f', e)",
                "format_string('%d', b)", "format_string('%s and %s and %s', s, d, dt)", "format_string('%x', l)",
                "format_string('%02d:%02d', n, j)", "format_string('%4.2f%%', e)", "format_string('%.0f', d)",
                "format_string('%.15f', e)", "format_string('%e', e)", "format_string('%.3e', d)",
                "format_string('%c', 65)", "format_string('%5s|%-5s|', n, n)", "format_string('%08d', n)",
                "format_string()", "format_string(i)", "printf('%s', i)", "printf('%03d', n)")


def _numbers_as_text():
    for column in ("i", "l", "d", "f", "t", "dc", "de", "e", "ns", "NULL"):
        for places in ("0", "2", "5", "-1", "NULL"):
            yield f"format_number({column}, {places})"
    for form in ("#,###.##", "0.00", "##.###"):
        yield from (f"format_number({column}, '{form}')" for column in ("i", "d", "dc"))
    yield from ("format_number(12332.123456, 4)", "format_number(0.5D, 0)", "format_number(1.5D, 0)",
                "format_number(2.5D, 0)", "format_number(-0.4D, 0)", "format_number(1e20D, 2)",
                "format_number(0.125D, 2)", "format_number(0.135D, 2)", "format_number(2.675D, 2)")
    for form in ("999", "99,999", "99,999.9", "$99.99", "S99,999.9", "999PR"):
        yield from (f"try_to_number(nf, '{form}')", f"to_char(n, '{form}')")
    yield from ("to_number('454', '999')", "to_number('12,454', '99,999')", "to_number('$78.12', '$99.99')",
                "to_number('454.00', '000.00')", "to_number('-12,454.8', 'S99,999.9')", "to_number('abc', '999')",
                "try_to_number('$78.12', '$99.99')", "to_char(454, '999')", "to_char(454.00, '000D00')",
                "to_char(12454, '99G999')", "to_char(78.12, '$99.99')", "to_char(-12454.8, '99G999D9S')",
                "to_varchar(454, '999')", "to_char(ts, 'yyyy-MM-dd')", "to_char(dt, 'yyyy')", "to_char(bn, 'hex')",
                "to_char(bn, 'base64')", "to_char(bn, 'utf-8')", "to_char(s, '999')")


def _tries():
    numbers = ("i", "l", "t", "d", "f", "dc", "de", "2.5", "n", "ns", "NULL")
    for function in ("try_add", "try_subtract", "try_multiply", "try_divide"):
        for a, b in itertools.product(("i", "l", "t", "sm", "d", "dc", "de"), numbers):
            yield f"{function}({a}, {b})"
        yield from (f"{function}({a}, {b})" for a, b in (("dt", "1"), ("ts", "INTERVAL 1 DAY"), ("dt", "n"), ("s", "1"),
                                                         ("NULL", "1"), ("1", "0"), ("2147483647", "1"),
                                                         ("9223372036854775807", "2"), ("b", "1")))
    yield from ("try_element_at(ai, 1)", "try_element_at(ai, 0)", "try_element_at(mi, 'a')",
                    "try_to_binary(s, 'utf-8')",
                "try_to_binary(s, 'base64')", "try_to_binary(s, 'hex')", "try_divide(i, j)", "try_divide(d, e)",
                "try_divide(dc, dd)", "try_add(i, j)", "try_multiply(l, j)", "try_subtract(l, 1)", "try_divide(1, 3)",
                "try_divide(10, 4)", "try_add(s, s)", "to_binary(s)", "to_binary(s, 'utf-8')", "to_binary(s, 'UTF-8')",
                "to_binary(ns, 'hex')", "to_binary('616263', 'hex')", "to_binary('YWJj', 'base64')",
                "to_binary('abc', 'x')", "to_binary(NULL)", "to_binary('616')", "to_binary(s, NULL)",
                "to_binary('zz', 'hex')", "to_binary(hex(s))", "try_to_binary(ns)")


def _urls():
    for part in ("HOST", "PATH", "QUERY", "REF", "PROTOCOL", "FILE", "AUTHORITY", "USERINFO"):
        yield from (f"parse_url({column}, '{part}')" for column in ("uu", "ur"))
    for key in ("q", "b", "x", "c", "d", "e", "k", ".", "", "a("):
        yield f"parse_url(uu, 'QUERY', '{key}')"
    yield from ("parse_url(ur, 'host')", "parse_url(ur, NULL)", "parse_url(NULL, 'HOST')", "parse_url(ur, s)",
                "parse_url(ur, 'HOST', 'k')", "parse_url(ur, 'QUERY', NULL)", "parse_url(ur, 'QUERY', s)",
                "parse_url(s, 'PATH')", "parse_url(w, 'PATH')", "parse_url(i, 'PATH')", "parse_url(uu, 'QUERY', w)")


def _regular_expressions():
    for pattern in ("a", "\\\\d+", "(\\\\d)(\\\\d)?", "([a-z]+)(\\\\d*)", "[A-Z]", "x*", "^a", "a|b", "日", "."):
        for function in ("regexp_extract_all", "regexp_instr"):
            yield from (f"{function}({column}, '{pattern}', {group})"
                        for column in ("w", "s") for group in (0, 1, 2))
            yield f"{function}(w, '{pattern}')"
        yield from (f"{function}({column}, '{pattern}')" for function in ("regexp_substr", "regexp_count")
                    for column in ("w", "s"))
    yield from ("regexp_extract_all(w, '(a)', -1)", "regexp_extract_all(NULL, 'a', 0)", "regexp_extract_all(w, NULL)",
                "regexp_substr(w, NULL)", "regexp_substr(NULL, 'a')", "regexp_instr(w, NULL)",
                "regexp_instr(NULL, 'a')",
                "regexp_extract_all(w, s)", "regexp_substr(w, s)", "regexp_instr(w, 'a', n)",
                "regexp_extract_all(i, '1', 0)", "size(regexp_extract_all(w, '[a-z]', 0))", "s LIKE s", "w LIKE w",
                "s LIKE NULL", "w LIKE concat('a', '%')", "w LIKE if(b, 'a%', '%b%')", "ns LIKE w", "s ILIKE s",
                "s RLIKE if(b, 'a', 'b')", "regexp_replace(w, '[aeiou]', w)", "regexp_replace(w, 'a', w, 2)",
                "regexp_replace(w, '(\\\\w)', '$0$0')", "regexp_replace(s, ' ', s)", "split(w, '^a')", "split(w, 'c$')",
                "regexp_replace(w, '[a-z]', ns)")


def _texts():
    yield from each(
        """soundex(@)
        luhn_check(@)
        mask(@)
        mask(@, 'Q')
        mask(@, 'Q', 'q')
        mask(@, 'Q', 'q', 'd')
        mask(@, 'Q', 'q', 'd', 'o')
        mask(@, NULL, NULL, NULL, NULL)
        mask(@, NULL)
        elt(1, @, 'x')
        elt(2, 'x', @)
        initcap(@)
        lower(@)
        upper(@)
        sentences(@)
        to_char(@, '9')
        quote(@)
        levenshtein(@, 'abc')
        levenshtein(@, 'kitten', 2)
        levenshtein(@, 'abc', 1)
        left(@, 2)
        right(@, 2)
        overlay(@, '__', 0)
        overlay(@, '__', -1, 1)
        overlay(@, '__', n)
        substring_index(@, ' ', 1)
        split_part(@, ' ', 1)
        repeat(@, n)
        concat_ws(',', @, ai)
        ascii(@)
        char_length(@)
        replace(@, '', 'x')
        str_to_map(@)
        str_to_map(@, ',', '=')
        len(@)""", "s", "w", "cn", "NULL")
    yield from ("elt(n, s, w)", "elt(n, s, w, ns)", "elt(1)", "elt(NULL, 'a', 'b')", "elt(2, i, l)", "elt(1, bn, bn)",
                "elt(1, bn, s)", "elt('1', 'a', 'b')", "soundex('Robert')", "soundex('Rupert')", "soundex('Ashcraft')",
                "soundex('Tymczak')", "soundex('Pfister')", "soundex('Honeyman')", "soundex('ä')", "soundex('123')",
                "soundex('o''Hara')", "soundex('a-b c')", "soundex('Miller')", "soundex('Wheaton')", "soundex('BCDF')",
                "mask('AbCD123-@$#')", "mask('AbCD123-@$#', 'Q', 'q', 'd', '*')", "mask(s, '', 'x')", "mask(s, 'XY')",
                "upper('ß')", "upper('ŉ')", "lower('ΑΣ')", "lower('ΑΣ Σ')", "lower('ΣΑ')", "lower('Α.Σ')",
                "lower('ΑΣ1')", "lower('1Σ')", "initcap('ΑΣ ΣΑ')", "initcap('éCOLE à PARIS')", "initcap('straße ǆ')",
                "initcap('o''neil mc-donald')", "lower('İI')", "initcap('İstanbul ıI')", "initcap('ﬁ ﬀ')",
                "concat_ws(',', s, ai)", "concat_ws(',', array(1.5, 2))", "concat_ws(n, s, s)",
                "levenshtein('kitten', 'sitting', 3)", "levenshtein('kitten', 'sitting', 2)",
                "levenshtein(s, w, 3)", "levenshtein(s, w, n)", "levenshtein(s, w, NULL)", "translate(s, w, ns)",
                "ucase(w) LIKE 'A%'", "replace(s, s, w)", "find_in_set(w, s)")


def _binary():
    yield from each(
        """substring(bn, @)
        left(bn, @)
        right(bn, @)
        repeat(bn, @)""", "1", "2", "0", "-1", "n")
    yield from ("concat(bn, bn)", "concat(bn, X'00', bn)", "concat(bn, s)", "concat(s, bn)", "bn || bn", "bn || s",
                "concat(bn)", "concat(bn, NULL)", "substring(bn, 1, 2)", "substring(bn, -2, 1)", "substr(bn, 2)",
                "lpad(bn, 4, X'00')", "rpad(bn, 4, X'00')", "lpad(bn, 4)", "rpad(bn, 2)", "lpad(bn, n, X'0102')",
                "rpad(bn, n, X'0102')", "lpad(bn, 5, s)", "lpad(s, 5, bn)", "reverse(bn)", "startswith(bn, X'61')",
                "endswith(bn, X'FF')", "contains(bn, X'62')", "startswith(bn, s)", "contains(s, bn)",
                "contains(bn, bn)",
                "overlay(bn PLACING X'00' FROM 2)", "overlay(bn, X'0000', 1, 1)", "overlay(bn, X'00', n)",
                "bn = s", "bn < s", "bn <=> s", "position(X'62' IN bn)", "instr(bn, 'b')", "hex(d)", "hex(f)", "hex(b)",
                "hex(dc)", "hex(dt)", "unhex(bn)", "length(concat(bn, bn))", "concat_ws(',', bn, bn)",
                "concat_ws(',', s, bn)", "replace(bn, 'a', 'b')", "upper(bn)", "trim(bn)", "bn LIKE '%b%'",
                "array_contains(array(bn), X'616263')", "nvl(bn, s)", "coalesce(s, bn)", "decode(bn, 'utf-8')",
                "decode(bn, 'iso-8859-1')", "decode(bn, 'us-ascii')", "decode(bn, 'utf-16')", "decode(bn, 'utf-16be')",
                "encode(s, 'iso-8859-1')", "encode(s, 'us-ascii')", "encode(s, 'utf-16be')", "encode(s, 'utf-16le')",
                "encode(s, 'utf-16')", "decode(encode(s, 'utf-16'), 'utf-16')",
                "decode(encode(s, 'utf-16le'), 'utf-16le')",
                "encode(s, 'nope')", "decode(bn, 'nope')")


def _arrays():
    for array, value in (("ai", "9"), ("ai", "NULL"), ("sa", "'z'"), ("ai", "9L"), ("sa", "i"), ("aa", "ai")):
        for place in ("1", "2", "5", "-1", "-2", "-7", "0", "NULL"):
            yield f"array_insert({array}, {place}, {value})"
    yield from each(
        """array_append(@, NULL)
        array_prepend(@, NULL)
        array_compact(@)
        array_size(@)
        get(@, n)
        get(@, NULL)
        element_at(@, n)
        slice(@, n, 2)
        slice(@, 1, n)
        array_repeat(@, n)
        array_join(@, ',')
        array_join(@, ',', '-')
        array_position(@, NULL)
        array_contains(@, NULL)
        sequence(1, size(@))
        sort_array(@, b)
        array_sort(@, (x, y) -> CASE WHEN x < y THEN 1 WHEN x > y THEN -1 ELSE 0 END)
        arrays_zip(@, ai)
        exists(@, x -> x IS NULL)
        forall(@, x -> x IS NOT NULL)
        filter(@, (x, k) -> k % 2 = 0)
        transform(@, (x, k) -> struct(k, x))
        zip_with(@, ai, (x, y) -> coalesce(x = x, y > 0))
        aggregate(@, 0, (s, x) -> s + 1, s -> s * 2)
        reduce(@, CAST(NULL AS int), (s, x) -> coalesce(s, 0) + 1)
        posexplode(@)
        array_max(@)
        array_min(@)
        flatten(array(@, NULL))
        concat(@, array())
        shuffle(@)""", "ai", "sa", "da", "aa")
    yield from ("transform(sequence(dt, date_add(dt, 3)), x -> unix_date(x))",
                "sequence(DATE'2023-01-30', DATE'2023-03-01', INTERVAL 1 MONTH)",
                "sequence(DATE'2023-01-01', DATE'2023-01-10', INTERVAL 3 DAYS)",
                "sequence(DATE'2023-01-10', DATE'2023-01-01', INTERVAL -3 DAYS)", "sequence(1, 10, 3)",
                "sequence(10, 1)",
                "sequence(1L, 3)", "sequence(n, n)", "sequence(n, NULL)", "sequence(1, 2, 0)", "sequence(1.5, 3)",
                "sequence(TIMESTAMP'2023-01-01 00:00:00', TIMESTAMP'2023-01-01 03:00:00', INTERVAL 1 HOUR)",
                "sequence(TIMESTAMP'2023-01-31 00:00:00', TIMESTAMP'2023-05-01 00:00:00', INTERVAL 1 MONTH)",
                "sequence(DATE'2023-01-01', DATE'2023-01-02', INTERVAL 12 HOURS)",
                "sequence(DATE'2023-01-01', DATE'2024-01-01', INTERVAL 1 YEAR)",
                "sequence(DATE'2023-01-01', DATE'2023-02-01', INTERVAL 1 WEEK)", "array_size(sequence(0, 23))",
                "map_from_arrays(sa, sa)", "map_concat(mi, NULL)", "map_concat(mi, map('zz', n))", "map_concat()",
                "element_at(mi, 'a')", "element_at(mk, n)", "map_contains_key(mk, 1)",
                "map_filter(mi, (k, v) -> k > 'a')",
                "transform_keys(mi, (k, v) -> upper(k))", "transform_values(mk, (k, v) -> length(v))",
                "map_zip_with(mi, mj, (k, x, y) -> coalesce(x, 0) + coalesce(y, 0))", "map_entries(mk)",
                "map_from_entries(map_entries(mk))", "map_keys(mk)", "map_values(mk)", "size(mk)", "mk[1]", "mi['zz']",
                "str_to_map('a=1&b=2', '&', '=')", "str_to_map('a', ',', ':')", "str_to_map('')", "str_to_map(w, s)",
                "array(1, NULL, 2.5)", "array('a', dt)",
                "transform(array(dt, ts), x -> unix_micros(x))", "map(1, 'a', 2, NULL)",
                "map(1, 'a', 2L, 'b')",
                "named_struct('a', n).a", "struct(n, s).s", "arrays_overlap(ai, array(NULL))", "array_union(sa, NULL)",
                "array_distinct(sl)", "array_sort(sl)", "sort_array(sl, false)", "array_contains(sl, sl[0])",
                "filter(sl, x -> x.v > 1)", "transform(sl, x -> x.k)", "sl.k", "sl[0].v",
                "aggregate(sl, 0, (a, x) -> a + x.v)")


def _numbers():
    for function in ("acosh", "asinh", "atanh", "floor", "ceil", "round", "bround", "abs", "isnan", "hex", "bin"):
        yield from (f"{function}({column})" for column in ("d", "e", "f", "l", "ns", "NULL", "dc", "b", "dt"))
    for function in ("ceil", "floor", "round", "bround"):
        for column, places in itertools.product(("d", "f", "i", "l", "dc", "de", "ns", "NULL"),
                                                ("0", "1", "-2", "NULL", "1L", "'1'")):
            yield f"{function}({column}, {places})"
    yield from ("dt + 1", "dt - 1", "1 + dt", "dt + n", "dt + t", "dt + l", "date_add(dt, '1')", "date_add(dt, '1.5')",
                "date_add(dt, 'x')", "date_sub(dt, '1')", "date_add(dt, NULL)", "date_sub(dt, NULL)",
                "date_add(NULL, NULL)",
                "width_bucket(n, 0, 10, 5)", "width_bucket(d, e, 10, n)", "width_bucket(dc, 0, 10, 5)",
                "bit_count(NULL)", "bit_get(NULL, 0)", "bit_get(i, NULL)", "shiftleft(NULL, 1)", "NULL & 1", "~b",
                "greatest(i, '5')", "least(s, NULL)", "greatest(ai, aj)", "greatest(st, st)", "greatest(b, NULL)",
                "nanvl(i, d)", "nanvl(f, d)", "nanvl(d, i)", "nanvl(dc, d)", "nanvl(ns, d)", "nanvl(d, dc)",
                "conv(i, 10, 2)", "conv(ns, 10, 36)", "conv(ns, 16, 10)", "conv(ns, 10, -16)", "conv('-ff', 16, -10)",
                "conv(NULL, 10, 2)", "conv('9223372036854775808', 10, -10)", "hash(b, i, s)", "hash(map_keys(mi))",
                "xxhash64(ai, st)", "crc32(NULL)", "md5(NULL)", "sha2(bn, n)", "pmod(-7, 3)", "pmod(n, -3)", "n % 0",
                "mod(d, 0)", "pow(n, n)", "power(2, 0.5)", "log(n, 8)", "log(0, 8)", "log(1, 8)", "exp(n)",
                "factorial(n)",
                "rand(1) < 2", "randn(1) IS NULL", "uniform(1, 2) IS NULL")


def _times():
    for part in ("YEARS", "Y", "YR", "YRS", "YEAROFWEEK", "QTR", "MON", "MONS", "MONTHS", "W", "WEEKS", "D", "DAYS",
    "DOW",
                 "DAYOFWEEK_ISO", "DOW_ISO", "H", "HOURS", "HR", "HRS", "M", "MIN", "MINS", "MINUTES", "SECOND", "S",
                 "SEC", "SECONDS", "SECS", "EPOCH"):
        yield from (f"extract({part} FROM ts)", f"date_part('{part}', dt)")
    for arguments in ("2023, 1, 2, 3, 4, 5.678", "2023, 13, 2, 3, 4, 5", "2023, 1, 2, 3, 4, 60",
    "2023, 1, 2, 3, 4, 60.5",
                      "2020, n, 1, n, n, dc", "i, n, n, n, n, n", "NULL, 1, 1, 1, 1, 1", "2023, 2, 29, 0, 0, 0",
                      "2023, 1, 1, 24, 0, 0", "2023, 1, 1, 23, 59, 59.999999", "9999, 12, 31, 23, 59, 59",
                      "1, 1, 1, 0, 0, 0", "0, 1, 1, 0, 0, 0", "10000, 1, 1, 0, 0, 0", "2023, n, n, n, n, e",
                      "2023, 1, 1, 1, 1, '5'", "2023, 1, 1, 1, 1, 1.1234567",
                      "2023, 1, 1, 1, 1, i", "2023, 1, 1, 1, 1, l", "2023, 1, 1, 1, 1, d", "2023, 1, 1, 1, 1, ns",
                      "300000, 1, 1, 0, 0, 0", "-300000, 1, 1, 0, 0, 0", "294247, 1, 10, 4, 0, n", "n, 1, 1, 1, 1, n",
                      "2023, 1, 1, 1, 1, b", "'2023', '1', '1', 1, 1, 1", "2023.9, 1, 1, 1, 1, 1",
                      "2023, 1, 1, 1, 1, 4294",
                      "2023, 1, 1, 1, 1, 4295", "2023, 1, 1, 0, 0, 0, 'UTC'"):
        yield from (f"{function}({arguments})" for function in ("make_timestamp", "make_timestamp_ltz",
                                                                "make_timestamp_ntz"))
    for column in ("dt", "du", "ts", "tn", "ds", "NULL"):
        yield from (f"{function}({column})" for function in ("unix_date", "unix_seconds", "unix_millis", "unix_micros",
                                                             "last_day", "weekday", "dayofyear", "weekofyear",
                                                             "quarter",
                                                             "second", "to_date", "to_timestamp", "dayofweek"))
    for months in ("1", "n", "NULL", "'1'", "1.5D", "1.9", "b", "9999999"):
        yield from (f"add_months({column}, {months})" for column in ("dt", "ts", "ds"))
    for unit in ("YEAR", "MON", "WEEK", "QUARTER", "DAY", "HOUR"):
        yield from (f"trunc(ds, '{unit}')", f"date_trunc('{unit}', ds) IS NULL", f"trunc(tn, '{unit}')")
    yield from ("date_trunc(s, ts)", "trunc(dt, s)", "date_trunc(NULL, ts)", "trunc(dt, NULL)", "trunc(NULL, 'MM')",
                "date_trunc(if(b, 'MONTH', 'DAY'), ts)", "trunc(dt, if(b, 'MM', 'YEAR'))", "next_day(dt, w)",
                "next_day(dt, if(b, 'MO', 'TU'))", "next_day(NULL, 'MO')", "make_date(n, n, n)",
                "make_date('2023', 1, 1)",
                "months_between(ts, tn, b)", "months_between('2023-03-31', '2023-02-28')", "months_between(dt, ds)",
                "timestamp_seconds(l)", "timestamp_seconds(d)", "timestamp_seconds(f)", "timestamp_seconds(dc)",
                "timestamp_seconds(de)", "timestamp_millis(l)", "timestamp_millis(t)", "timestamp_micros(NULL)",
                "date_from_unix_date(l)", "date_from_unix_date(t)", "unix_timestamp(NULL)", "to_unix_timestamp(NULL)",
                "from_unixtime(d)", "from_unixtime(ns)", "from_unixtime(dc)", "from_unixtime(t)", "to_date(s)",
                "localtimestamp() > tn", "current_timezone()", "current_date() = curdate()", "CAST(dt AS int)",
                "CAST(dt AS double)", "dt - du > INTERVAL 1 DAY", "dayofmonth(pq)", "year(pq)", "to_date(pq)",
                "to_timestamp(pq)", "date(pm)", "hour('2023-11-30 10:20:30')", "datediff('2023-11-30', dt)")


def _units():
    for unit in ("YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "DAYOFYEAR", "HOUR", "MINUTE", "SECOND", "MILLISECOND",
                 "MICROSECOND", "DECADE"):
        yield f"dateadd({unit}, n, ts)"
        yield from (f"timestampadd({unit}, {count}, {column})"
                    for count, column in (("n", "ts"), ("n", "dt"), ("n", "tn"), ("NULL", "ts")))
        yield from (f"datediff({unit}, ts, tn)", f"date_diff({unit}, du, dt)")
        yield from (f"timestampdiff({unit}, {a}, {b})"
                    for a, b in (("ts", "tn"), ("CAST(du AS timestamp)", "ts"), ("du", "dt"), ("ts", "NULL"),
                                     ("ts", "TIMESTAMP'2023-02-28 11:59:59.999999'")))
    yield "timestampadd('DAY', 1, ts)"


def _types():
    columns = ("b", "t", "sm", "i", "l", "f", "d", "s", "dt", "ts", "tn", "dc", "de", "bn", "ai", "mi", "st", "sl",
                    "NULL",
               "1", "1.5", "'x'", "array()", "map()", "INTERVAL 1 DAY", "dc * 2", "struct(i AS `a b`)")
    yield from (f"typeof({column})" for column in columns)
    yield from ("assert_true(true)", "assert_true(b)", "assert_true(NULL)", "assert_true(id >= 0)",
                "assert_true(id >= 0, 'negative')", "raise_error('no')", "raise_error(NULL)",
                "if(id < 0, raise_error('x'), 1)",
                "if(id < 0, 1, raise_error('x'))", "coalesce(raise_error('x'), 1)", "coalesce(1, raise_error('x'))",
                "CASE WHEN id >= 0 THEN 1 ELSE raise_error('x') END", "id < 0 AND raise_error('x') IS NULL",
                "id >= 0 OR raise_error('x') IS NULL", "id < 5 AND (id < 9 OR raise_error('x') IS NULL)",
                "id < 5 AND raise_error('x') IS NULL", "b AND raise_error('x') IS NULL",
                "b OR raise_error('x') IS NULL",
                "n > 0 AND assert_true(n > 0) IS NULL", "n <= 0 OR (assert_true(n > 0) IS NULL AND b)",
                "n IS NULL OR n <= 0 OR (assert_true(n > 0) IS NULL AND b)", "to_number(nf, '999') > 0 OR true",
                "nf RLIKE '^[0-9]{3}$' AND to_number(nf, '999') > 0", "assert_true(1)", "assert_true(false, s)",
                "equal_null(i, NULL)", "equal_null(ai, aj)", "equal_null(mi, mi)", "ifnull(dt, ts)",
                "nvl2(NULL, 1, 'x')",
                "nullif(s, i)", "nullif(dt, ts)", "nullif(NULL, 1)", "coalesce(dt, 'x')", "greatest(dt, ts)",
                "zeroifnull(i)", "nullifzero(i)", "isnull(NULL)", "isnotnull(array())", "NULL = NULL", "NULL <=> NULL",
                "NULL < NULL", "NULL IN (NULL)", "NULL + NULL", "-NULL", "NULL AND NULL", "NOT NULL", "NULL || NULL",
                "abs(NULL)", "round(NULL)", "b = dc", "b = 1.0", "dc = b", "s = bn", "b < true", "b = '1'", "b = i",
                "version() IS NULL", "current_user() IS NULL", "current_database()", "current_catalog()",
                "bn = s", "mi = mi", "ai = aj", "ai < aj", "st <=> st", "array(b) = array(true)")


def _casts():
    for column in ("t", "sm", "i", "l"):
        yield f"CAST({column} AS binary)"
    for target in ("boolean", "tinyint", "smallint", "int", "bigint", "float", "double", "decimal(10,2)"):
        yield f"CAST(dt AS {target})"
    for column, target in itertools.product(("nf", "pm", "pq"), ("bigint", "double", "date", "timestamp",
                                                                 "decimal(10,2)")):
        yield f"CAST({column} AS {target})"
    yield from ("CAST(ai AS array<string>)", "CAST(sa AS array<int>)", "CAST(mi AS map<string,string>)",
                "CAST(mk AS map<string,string>)", "CAST(st AS struct<x:bigint,y:string,z:array<string>>)",
                "CAST(da AS array<int>)", "CAST(aa AS array<array<bigint>>)",
                "CAST(sl AS array<struct<k:string,v:double>>)",
                "CAST(mi AS string)", "CAST(st AS string)", "CAST(bn AS string)", "CAST(ai AS string)",
                "CAST(da AS string)",
                "CAST(array(dt, NULL) AS string)", "CAST(map(n, ts) AS string)", "CAST(struct(d, f, dc) AS string)",
                "CAST(NULL AS array<int>)", "CAST(array() AS array<int>)", "CAST(array(NULL) AS array<string>)",
                "CAST(s AS char(3))", "CAST(s AS varchar(3))", "i::bigint", "CAST(s AS array<int>)")


def _patterns():
    """LIKE and RLIKE with a column for the pattern, and patterns that are not what they seem; JSON with
    characters and numbers that are beyond the usual."""
    for text in ('{"b":{"k😀":"😀é日\U0010ffff\u007f"},"c":"😀"}', '{"b":[1e400,-1e999,"\\\\uD83D\\\\uDE00"],"c":1e309}',
                 '{"b":{"x":1E-400,"y":0.1e1,"z":123456789012345678901234567890},"c":[]}'):
        for path in ("$", "$.b", "$.c", "$.b[0]", "$.b[*]", "$.b.x"):
            yield f"get_json_object('{text}', '{path}')"
        yield from (f"from_json('{text}', 'b STRING, c STRING')", f"to_json(from_json('{text}', 'c STRING'))",
                    f"from_json('{text}', 'map<string,string>')")
    yield from each(
        """s LIKE @
        w LIKE @
        ns LIKE @
        NOT s LIKE @
        s ILIKE @
        w RLIKE @
        s RLIKE @
        regexp_like(ns, @)
        s LIKE @ ESCAPE '/'
        regexp_replace(w, @, '-')
        split(w, @)
        regexp_extract(w, @, 0)
        regexp_count(w, @)""", "w", "s", "ns", "substring(w, 2)", "concat('%', s, '%')", "concat('_', substring(s, 2))",
        "if(b, 'a%', '%b')", "concat(s, '.*')", "concat('^', ns, '$')", "'.'", "'a.c'", "'[a-c]+'", "NULL", "js")
    yield from ("s LIKE ''", "s LIKE '%'", "s LIKE '%%'", "s LIKE '_'", "s LIKE '__%'", "w LIKE '%_%'", "w LIKE '日_'",
                "w LIKE '%😀%'", "s LIKE 'a\\\\%'", "s LIKE 'a\\%'", "s LIKE 'a\\'", "s LIKE '\\a'",
                "s LIKE '/%' ESCAPE '/'", "s LIKE '%/' ESCAPE '/'", "bn LIKE 'a%'", "i LIKE '1%'", "d LIKE '%.5'",
                "dt LIKE '2023%'", "b LIKE 't%'", "w LIKE '%\n%'", "js LIKE '%{%'", "js RLIKE '\\\\{.*\\\\}'",
                "s LIKE ANY ('a%', w)", "s LIKE ALL ('%', w)", "s NOT LIKE ALL (w, s)")
