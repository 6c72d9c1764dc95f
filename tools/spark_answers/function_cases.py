# SPDX-License-Identifier: Apache-2.0
"""Expressions for the wider library of functions: texts, hashes, regular expressions, mathematics,
decimals, dates, intervals, arrays, maps, structs, lambdas, JSON. Column names are those of
inputs.py."""

import itertools

import nested_cases
from nested_cases import each

DECIMALS = ("dc", "dd", "de", "dg")
NESTED = ("ai", "sa", "da", "aa", "mi", "st", "sl")


def expressions():
    for group in (_texts, _regular_expressions, _encodings, _hashes, _mathematics, _bits, _decimals,
                  _decimal_casts, _dates, _intervals, _conditionals, _json, _urls, _binary, nested_cases.expressions):
        yield from group()


def _texts():
    yield from each(
        """initcap(@)
        reverse(@)
        ascii(@)
        char_length(@)
        character_length(@)
        bit_length(@)
        octet_length(@)
        left(@, 3)
        right(@, 3)
        lpad(@, 5, '*')
        rpad(@, 5, '*')
        lpad(@, 5)
        rpad(@, 8, 'ab')
        repeat(@, 2)
        instr(@, 'a')
        locate('a', @)
        locate('a', @, 2)
        position('l', @)
        position('l' IN @)
        substring_index(@, ',', 1)
        substring_index(@, 'a', -1)
        translate(@, 'abl', '12')
        btrim(@)
        btrim(@, 'a ')
        trim(BOTH 'a' FROM @)
        trim(LEADING 'a' FROM @)
        trim(TRAILING FROM @)
        trim(FROM @)
        ltrim('a', @)
        rtrim('a', @)
        trim('a', @)
        split_part(@, ',', 1)
        split_part(@, 'a', -1)
        find_in_set(@, 'a,b,ABC,')
        levenshtein(@, 'abc')
        soundex(@)
        concat_ws('-', @, 'x', @)
        overlay(@ PLACING '_' FROM 2)
        startswith(@, 'a')
        @ ILIKE 'A%'
        substring(@ FROM 2 FOR 3)
        empty2null(@)
        char(length(@) + 60)
        unbase64(base64(@))
        format_string('%s-%s', @, 1)
        sentences(@)
        luhn_check(@)
        to_binary(@, 'utf-8')""", "s", "w", "ns", "NULL")
    yield from ("left(s, n)", "right(s, n)", "left(s, 0)", "left(s, -1)", "right(s, 0)", "repeat(s, n)",
                "repeat(s, 0)", "lpad(s, n, '*')", "rpad(s, n, 'xyz')", "lpad(s, 5, '')", "rpad(s, 3, NULL)",
                "instr(s, '')", "instr(s, w)", "locate('', s)", "locate('l', s, 4)", "locate('a', s, 0)",
                "locate('a', s, -1)", "locate('', s, 3)", "locate('a', s, n)", "locate('', '', 1)",
                "substring_index(w, '.', 2)", "substring_index(w, '.', -2)", "substring_index(w, '.', n)",
                "substring_index(w, '', 1)", "substring_index('a.b.c', '.', 0)", "substring_index('aaaa', 'aa', 1)",
                "substring_index('aaaa', 'aa', -1)", "substring_index('aaaaa', 'aa', 2)",
                "translate(s, 'ÄÖ', 'AO')", "translate(s, 'a', '')", "translate(s, '', 'x')",
                "translate(s, 'aab', 'xyz')",
                "split_part(w, ',', n)", "split_part(w, '.', 2)", "split_part(w, '', 1)", "split_part('a.b', '.', 3)",
                "concat_ws(',', sa)", "concat_ws('-', s, ns, sa)", "concat_ws('-')", "concat_ws(NULL, s)",
                "concat_ws(',', NULL, 'a')", "concat_ws('', s, s)", "concat_ws(s, 'a', 'b')", "concat_ws('-', i, s)",
                "concat_ws('-', dt, ts)", "concat_ws(',', ai)",
                "space(3)", "space(n)", "chr(65)", "chr(i)", "chr(l)", "char(n)", "chr(321)", "chr(200)",
                "ascii('')", "ascii('€')", "elt(1, 'a', 'b')", "elt(n, s, ns)", "elt(3, 'a', 'b')", "elt(n, 'x')",
                "initcap('hello wORLD foo-bar')", "reverse(i)", "ascii(i)", "length(bn)", "reverse(bn)",
                "levenshtein(s, ns)", "levenshtein(s, NULL)", "find_in_set('', 'a,,b')", "find_in_set('b', s)",
                "find_in_set('a,b', 'a,b')", "overlay(s PLACING 'xx' FROM 2 FOR 0)",
                "overlay('abcdef' PLACING 'X' FROM 3 FOR 2)",
                "format_number(d, 2)", "format_number(l, 0)", "format_number(i, 3)", "format_number(dc, 1)",
                "format_number(1234567.891D, 2)", "repeat('ab', 3)", "replace(w, 'a', s)", "lcase(w)", "ucase(w)",
                "substring(bn, 2, 2)", "concat(bn, bn)", "concat(bn, s)", "left(bn, 2)", "lpad(bn, 4, X'00')",
                "mask('AbCD123-@$#')", "startswith(bn, X'61')", "contains(bn, X'62')", "s ILIKE '%WORLD'",
                "w ILIKE 'abc%'", "w NOT ILIKE 'a%'", "s LIKE ANY ('a%', '%o%')", "s LIKE ALL ('%a%', '%b%')",
                "s NOT LIKE ALL ('%a%', '%b%')", "printf('%d items', i)", "format_string('%d%%', i)",
                "format_string('%s', d)", "format_string('%05d', i)", "format_string('%.2f', d)")


def _regular_expressions():
    patterns = ("a", "^a", "b$", "^$", "[0-9]+", "\\\\d+", "\\\\d{2,}", "\\\\w+", "\\\\s+", "\\\\W", "[a-c]{2}",
        "(\\\\w+)@(\\\\w+)",
                "a|b", "(?i)abc", "^[A-Z]", "\\\\.", "[^a-z]", ".", ".*", "x*", "(a)(b)?", "\\\\bfoo\\\\b", "(?<=a)b",
                "a*+",
                "(.)\\\\1", "[[:alpha:]]", "\\\\p{L}+", "(\\\\d+)-(\\\\d+)", "\\\\S+", "[\\\\w.]+", "(?:ab)+", "a{2}",
                "[a-z&&[^b]]",
                "(", "^\\\\s*$", "[.\\\\]]", "日", "[^\\\\d]+", "^(\\\\d{4})-(\\\\d{2})", "\\\\t", "a.c", "(?s)1.l",
                "(?m)^l")
    for pattern in patterns:
        yield from (f"w RLIKE '{pattern}'", f"s RLIKE '{pattern}'", f"regexp_replace(w, '{pattern}', '<>')",
                    f"regexp_replace(s, '{pattern}', '')", f"regexp_extract(w, '{pattern}', 0)",
                    f"regexp_extract(w, '{pattern}')", f"split(w, '{pattern}')")
    yield from ("regexp_like(w, 'a')", "regexp(w, '[0-9]')", "w REGEXP '^a'", "rlike(w, 'b')", "w NOT RLIKE 'a'",
                "regexp_extract(w, '(\\\\d+)-(\\\\d+)', 2)", "regexp_extract(w, '(a)(x)?', 2)",
                "regexp_extract(w, 'a', 1)",
                "regexp_extract(w, '(a)', -1)", "regexp_extract(NULL, 'a', 0)", "regexp_extract(w, NULL, 0)",
                "regexp_extract(w, s, 0)", "regexp_replace(w, '(\\\\w)(\\\\d)', '$2$1')",
                "regexp_replace(w, 'a', '\\\\$')",
                "regexp_replace(w, 'a', '$1')", "regexp_replace(w, '(a)', '[$1]')", "regexp_replace(w, 'b', 'x', 4)",
                "regexp_replace(w, NULL, 'x')", "regexp_replace(w, 'a', NULL)", "regexp_replace(w, 'a', s)",
                "regexp_replace(i, '1', 'x')", "w RLIKE NULL", "w RLIKE s", "NULL RLIKE 'a'", "i RLIKE '1'",
                "regexp_count(w, 'a')", "regexp_count(w, '[0-9]')", "regexp_extract_all(w, '(\\\\d)', 1)",
                "regexp_extract_all(w, '\\\\d+', 0)", "regexp_instr(w, '\\\\d')", "regexp_substr(w, '\\\\d+')",
                "split(w, ',')", "split(w, ',', 2)", "split(w, ',', 0)", "split(w, ',', -1)", "split(w, '')",
                "split(w, '\\\\.')", "split(w, '[,;]')", "split(s, ' ')", "split(w, '\\\\|')", "split(NULL, ',')",
                "split(w, NULL)", "split(w, s)", "split(i, '1')", "split(w, 'a', n)", "split('', ',')",
                "split(w, '\\\\s+')",
                "size(split(w, ','))", "split(w, ',')[0]", "split(w, ',')[n]", "split(w, '-')[1]",
                "split('a,b', ',', 1)")


def _encodings():
    yield from each(
        """hex(@)
        base64(@)
        encode(@, 'utf-8')
        encode(@, 'UTF-16')
        md5(@)
        sha1(@)
        sha(@)
        sha2(@, 256)
        sha2(@, 0)
        sha2(@, 512)
        sha2(@, 224)
        sha2(@, 384)
        sha2(@, 100)
        crc32(@)""", "s", "bn", "ns", "NULL", "i")
    yield from ("unbase64('YWJj')", "unbase64(s)", "unbase64('YW Jj')", "unbase64('YQ==')", "unbase64('YQ')",
                "unbase64('****')", "CAST(unbase64('YWJj') AS string)",
                "decode(unbase64('YWJj'), 'utf-8')", "decode(bn, 'utf-8')", "decode(bn, 'UTF-8')",
                "decode(bn, 'US-ASCII')",
                "decode(bn, 'iso-8859-1')", "decode(s, 'utf-8')", "decode(NULL, 'utf-8')", "hex(l)", "hex(-1)",
                "hex(17)",
                "hex(n)", "unhex('616263')", "unhex('F')", "unhex('zz')", "unhex(ns)", "unhex(hex(s))", "bin(l)",
                "bin(13)",
                "bin(-13)", "bin(n)", "conv('100', 2, 10)", "conv(ns, 10, 16)", "conv('ff', 16, 10)",
                "conv('-10', 16, -10)",
                "conv('zz', 36, 10)", "conv('', 10, 2)", "conv(i, 10, 16)", "conv('15', 10, 37)", "conv(' 7', 10, 2)",
                "conv('12ab', 10, 16)", "conv('18446744073709551616', 10, 16)", "conv(l, 10, 2)", "sha2(s, NULL)",
                "sha2(s, n)",
                "encode('abc', 'latin-xyz')", "CAST(encode(s, 'utf-8') AS string)", "hex(encode(s, 'utf-8'))",
                "hex(d)", "bin(d)", "md5(concat(s, 'x'))", "crc32('ABC')", "base64(CAST(s AS binary))")


def _hashes():
    columns = ("b", "t", "sm", "i", "l", "f", "d", "s", "dt", "ts", "tn", "bn", "dc", "dd", "de", "ai", "sa", "da",
               "aa", "st", "sl", "mi", "NULL")
    for function, column in itertools.product(("hash", "xxhash64"), columns):
        yield f"{function}({column})"
    for function in ("hash", "xxhash64"):
        yield from (f"{function}(i, s)", f"{function}(s, i, d)", f"{function}(NULL, i)", f"{function}('abc')",
                    f"{function}(w)",
                    f"{function}(ns, ds, w)", f"{function}()")
    yield from ("pmod(hash(s), 10)", "abs(hash(i)) % 7")


def _mathematics():
    functions = ("sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh cbrt log10 log2 log1p expm1 "
        "degrees radians "
                 "sign signum rint cot sec csc factorial positive bround isnan log ln exp sqrt")
    for function, column in itertools.product(functions.split(), ("d", "e", "i", "ns", "NULL", "dc")):
        yield f"{function}({column})"
    for function in ("abs", "round", "floor", "ceil", "negative", "positive", "bround", "sqrt", "sign"):
        yield from (f"{function}({column})" for column in (*DECIMALS, "1.55", "-0.5"))
    for scale in (0, 1, 2, 3, -1, -2, -3):
        for column in ("d", "e", "i", "l", "dc", "dd", "sm"):
            yield from (f"bround({column}, {scale})", f"round({column}, {scale})")
        for column in ("d", "dc", "dd", "i"):
            yield from (f"ceil({column}, {scale})", f"floor({column}, {scale})")
    for a, b in (("i", "j"), ("l", "j"), ("d", "e"), ("t", "sm"), ("i", "3"), ("d", "3"), ("dc", "dd"), ("ns", "2"),
                 ("i", "0"), ("f", "e"), ("dc", "2"), ("-7", "3"), ("7", "-3"), ("-7", "-3"), ("7.5", "2"), ("NULL",
                 "1")):
        yield from (f"pmod({a}, {b})", f"{a} DIV {b}", f"div({a}, {b})", f"atan2({a}, {b})", f"hypot({a}, {b})",
                    f"nanvl({a}, {b})",
                    f"log({a}, {b})", f"mod({a}, {b})", f"pow({a}, {b})")
    yield from ("pi()", "e()", "width_bucket(d, 0, 10, 5)", "width_bucket(i, 0, 100, 10)",
                "width_bucket(e, 10, 0, 5)",
                "width_bucket(e, 0, 0, 5)", "width_bucket(e, 0, 10, 0)", "width_bucket(i, 0, 100, n)",
                "greatest(dc, dd)",
                "least(dc, 1)", "bround(2.5)", "bround(3.5)", "bround(25, -1)", "bround(2.5D)", "rint(2.5D)",
                "rint(-0.5D)",
                "factorial(5)", "factorial(20)", "factorial(21)", "factorial(-1)", "nanvl(d, 0)", "nanvl(d, NULL)",
                "nanvl(f, 1)", "abs(-2147483648)", "negative(t)", "-dc", "+i", "+d", "+s", "round(2.5D)",
                "round(-2.5D)",
                "ceil(-0.1)", "floor(-0.1)", "ceil(9999999999999999999.5)", "try_divide(1, 0)", "try_add(i, 1)",
                "round(123456.789, -2)", "round(999.99, 1)", "round(dc, n)", "typeof(i)", "typeof(dc * 2)",
                "cbrt(27)",
                "log(2, 8)", "log(10)", "log(d, e)", "rand(1) >= 0", "uuid() IS NOT NULL", "unix_timestamp() > 0",
                "random() < 1", "current_date() > DATE '2020-01-01'", "current_timestamp() > ts", "now() IS NULL",
                "rand() < 1", "rand() = rand()", "isnan(f)", "sign(-3)", "sign(dc)", "bround(dc, 1)", "div(7, 2)",
                "7 div 2",
                "l DIV 1000", "d DIV 2", "i DIV NULL", "ts DIV 2", "monotonically_increasing_id() >= 0",
                "try_subtract(i, 1)")


def _bits():
    for a, b in itertools.product(("t", "sm", "i", "l"), ("i", "l", "5", "t")):
        yield from (f"{a} & {b}", f"{a} | {b}", f"{a} ^ {b}")
    yield from (f"~{column}" for column in ("t", "sm", "i", "l", "d", "NULL", "b"))
    for function in ("shiftleft", "shiftright", "shiftrightunsigned"):
        for column in ("i", "l", "t", "sm"):
            yield from (f"{function}({column}, {bits})" for bits in ("1", "n", "31", "33", "63", "0", "NULL", "-1"))
    yield from ("i & 1 = 1", "i | j & 1", "i ^ j | 1", "1 + 2 & 3", "NOT i & 1 = 1", "bit_count(i)", "bit_count(l)",
                "bit_count(b)",
                "bit_count(t)", "getbit(i, 0)", "bit_get(l, 63)", "getbit(i, n)", "i & 'a'", "d & 1", "i & NULL",
                "~ -1",
                "- ~i", "shiftleft(1, 4)", "ns & 1", "dc & 1", "bit_count(sm)")


def _decimals():
    for operator in "+-*/%":
        for a, b in itertools.product(DECIMALS, DECIMALS):
            yield f"{a} {operator} {b}"
        for column in DECIMALS:
            for other in ("i", "l", "t", "sm", "2", "100", "1.5", "0.01", "d", "f", "ns", "NULL", "2L", "0", "1Y",
                          "-3",
                          "12345678901", "1e0", "b", "dt", "1.0D"):
                yield f"{column} {operator} {other}"
        yield from (f"2 {operator} dc", f"i {operator} dc", f"1.5 {operator} 2.25", f"l {operator} dd",
                    f"10 {operator} 3.0",
                    f"1.1 {operator} 3", f"0.000001 {operator} de", f"s {operator} dc")
    for operator in ("=", "<", ">=", "<=>", "<>"):
        for a, b in itertools.product(DECIMALS, (*DECIMALS, "i", "l", "1.5", "2", "'1.5'", "ns", "d", "f", "0")):
            yield f"{a} {operator} {b}"
    for function in ("pmod", "greatest", "least", "coalesce", "nullif", "nvl", "div"):
        for a, b in (("dc", "dd"), ("dc", "i"), ("dg", "2"), ("de", "dc"), ("dc", "d"), ("i", "dc"), ("dc", "1.5"),
                     ("dc", "NULL"), ("dc", "l"), ("dd", "de")):
            yield f"{function}({a}, {b})"
    yield from ("if(b, dc, dd)", "if(b, dc, i)", "if(b, dc, 'x')", "if(b, dc, d)", "if(b, 1.5, 2)", "dc IN (1.5, 2)",
                "dc IN (dd, 0)", "dc IN ('1.5')", "CASE WHEN b THEN dc ELSE 0 END",
                "CASE WHEN b THEN 1.55 ELSE dd END",
                "dc * dc * dc", "(dc + dd) / 3", "dc / 3 * 3", "1 / dc", "dc + 1 - dd", "dc BETWEEN 0 AND 10",
                "-dc + 1",
                "dc * 0.1", "dc % 1", "sqrt(dc)", "pow(dc, 2)", "coalesce(dc, 0)", "coalesce(dc, 0.0)", "hash(dc)",
                "concat(dc, '')", "length(dc)", "dc || 'x'", "array(dc, dd)", "1.0 / 3.0 / 7.0", "(1 + 1) * dc",
                "array(1, 1.5)")


def _decimal_casts():
    targets = ("decimal(10,2)", "decimal(5,0)", "decimal(20,4)", "decimal(38,10)", "decimal(3,3)", "decimal(38,0)",
    "decimal(18,6)")
    for column, target in itertools.product((*DECIMALS, "i", "l", "t", "d", "f", "ns", "b", "e", "s", "ts", "dt"),
    targets):
        yield f"CAST({column} AS {target})"
    for column, target in itertools.product(
            DECIMALS, ("int", "bigint", "tinyint", "smallint", "float", "double", "string", "boolean", "timestamp",
            "date", "binary")):
        yield f"CAST({column} AS {target})"
    yield from ("CAST('1e3' AS decimal(10,2))", "CAST(' 12.345 ' AS decimal(10,2))", "CAST('abc' AS decimal(10,2))",
                "CAST('1.005' AS decimal(10,2))", "CAST('-0.005' AS decimal(10,2))",
                "CAST('123456789012' AS decimal(10,2))",
                "CAST('' AS decimal(10,2))", "CAST('+1.5' AS decimal(10,2))", "CAST('1.5E-1' AS decimal(10,4))",
                "CAST('.5' AS decimal)",
                "CAST('5.' AS decimal(3,1))", "CAST('1_0' AS decimal)", "CAST('0x10' AS decimal)",
                "CAST('1e400' AS decimal)",
                "CAST(1.5D AS decimal(3,1))", "CAST(0.1 AS double)", "CAST(2.675D AS decimal(10,2))",
                "CAST(1e20 AS decimal(38,2))",
                "CAST(0.00 AS string)", "CAST(0.0000001 AS string)", "CAST(CAST(0 AS decimal(20,10)) AS string)",
                "string(de)",
                "CAST(ns AS decimal(38,18))", "CAST(d AS decimal(38,18))", "CAST(1.50 AS boolean)", "decimal(ns)",
                "CAST('1d' AS decimal)")


def _dates():
    units = ("YEAR", "YYYY", "YY", "QUARTER", "MONTH", "MM", "MON", "WEEK", "DAY", "DD", "HOUR", "MINUTE", "SECOND",
        "MILLISECOND",
             "MICROSECOND", "day", "century", "x")
    for unit in units:
        yield from (f"date_trunc('{unit}', ts)", f"date_trunc('{unit}', dt)", f"trunc(dt, '{unit}')",
                    f"trunc(ts, '{unit}')",
                    f"date_trunc('{unit}', tn)")
    parts = ("YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "DAYOFWEEK", "DOW", "DOY", "HOUR", "MINUTE", "SECOND",
        "EPOCH", "YEAROFWEEK",
             "DAYOFWEEK_ISO", "MON", "x")
    for part in parts:
        yield from (f"extract({part} FROM ts)", f"date_part('{part}', ts)", f"extract({part} FROM dt)",
                    f"datepart('{part}', dt)")
    for function in ("quarter", "dayofyear", "weekofyear", "weekday", "last_day", "year", "month", "day", "dayofweek",
                     "hour", "minute",
                     "second", "unix_date", "unix_seconds", "unix_millis", "unix_micros", "dayname", "to_date",
                     "to_unix_timestamp",
                     "monthname", "date", "unix_timestamp"):
        yield from (f"{function}({column})" for column in ("dt", "du", "ts", "tn", "ds", "NULL", "i"))
    for months in ("1", "-1", "12", "n", "NULL", "t", "1200", "1L", "1.5", "'2'"):
        yield from (f"add_months(dt, {months})", f"add_months(du, {months})", f"add_months(ts, {months})",
                    f"add_months(ds, {months})")
    yield from each(
        """months_between(@)
        months_between(@, true)
        months_between(@, false)
        datediff(@)
        date_diff(@)""", "dt, du", "ts, dt", "ts, tn", "ds, ts", "du, ts", "dt, NULL")
    for day in ("MO", "Monday", "tue", "SU", "sat", "xx", "FR", "thursday", "WE"):
        yield from (f"next_day(dt, '{day}')", f"next_day(ts, '{day}')")
    yield from ("next_day(dt, s)", "next_day(dt, NULL)", "next_day(ds, 'MO')", "make_date(2023, 2, 28)",
                "make_date(2023, 2, 30)",
                "make_date(i, n, 1)", "make_date(2020, n, n)", "make_date(NULL, 1, 1)", "make_date(9999, 12, 31)",
                "make_date(0, 1, 1)",
                "make_timestamp(2023, 1, 2, 3, 4, 5.678)", "make_timestamp(2023, 13, 2, 3, 4, 5)",
                "make_timestamp(2023, 1, 2, 3, 4, 60)",
                "make_timestamp(2020, n, 1, n, n, dc)", "timestamp_seconds(i)", "timestamp_seconds(l / 1000000)",
                "timestamp_seconds(1.5D)",
                "timestamp_seconds(dc)", "timestamp_millis(i)", "timestamp_micros(l)", "timestamp_micros(i)",
                "timestamp_millis(1701388799123)",
                "timestamp_seconds(1701388799)", "timestamp_seconds(NULL)", "date_from_unix_date(n)",
                "date_from_unix_date(19000)",
                "date_from_unix_date(i)", "unix_millis(CAST(1 AS timestamp))", "from_utc_timestamp(ts, 'UTC')",
                "from_utc_timestamp(ts, 'Europe/Paris')", "to_utc_timestamp(ts, '+02:00')",
                "from_utc_timestamp(ts, 'GMT+1')",
                "from_utc_timestamp(ts, '-08:00')", "to_utc_timestamp(ts, 'America/New_York')", "dt - du", "ts - ts",
                "date_add(dt, 0)",
                "to_timestamp(l / 1000)", "date(l)", "to_date('2023-11-30')", "to_date(ps, 'yyyy-MM-dd')",
                "date_format(dt, 'E')",
                "date_format(ts, 'yyyyMMdd')", "date_format(ts, 'EEE')", "date_format(ts, 'EEEE')",
                "date_format(ts, 'MMM d, yyyy')",
                "date_format(ts, 'MMMM')", "date_format(ts, 'D')", "date_format(ts, 'DDD')", "date_format(ts, 'q')",
                "date_format(ts, 'QQ')",
                "date_format(ts, 'hh:mm a')", "date_format(ts, 'h a')", "date_format(ts, 'K')",
                "date_format(ts, 'kk')", "date_format(ts, 'yy')",
                "date_format(ts, 'M/d/yyyy H:m:s')", "date_format(ts, 'u')", "date_format(ts, 'w')",
                "date_format(ts, 'X' 'XX')",
                "date_format(ts, 'z')", "date_format(ts, 'SSSSSSSSS')", "date_format(ts, 'dd-MMM-yyyy')",
                "date_format(dt, 'yyyyDDD')",
                "date_trunc('MM', ts)", "date_trunc('DAY', ds)", "trunc(ds, 'MM')", "date_trunc(s, ts)",
                "date_trunc(NULL, ts)",
                "localtimestamp() IS NULL", "curdate() > du", "to_timestamp_ntz(ds)", "to_timestamp_ltz(ds)",
                "try_to_timestamp(ds)",
                "date '2023-01-31' + 1", "current_timezone()", "make_interval(1)",
                "try_to_timestamp(ps, 'yyyy-MM-dd')", "dt = ts", "dt < tn",
                "ts = tn", "window(ts, '1 day')", "to_char(ts, 'yyyy')", "dateadd(DAY, 1, dt)",
                "datediff(DAY, du, dt)",
                "timestampadd(HOUR, 2, ts)", "timestampdiff(MONTH, ts, tn)",
                "timestampdiff(DAY, CAST(du AS timestamp), ts)")


def _intervals():
    for interval in ("INTERVAL 1 DAY", "INTERVAL '1' DAY", "INTERVAL 2 DAYS", "INTERVAL -1 DAY", "INTERVAL '-3' DAY",
                     "INTERVAL 1 WEEK",
                     "INTERVAL 1 MONTH", "INTERVAL '13' MONTH", "INTERVAL 1 YEAR", "INTERVAL '1' YEAR",
                     "INTERVAL 5 HOURS", "INTERVAL 90 MINUTES",
                     "INTERVAL 1 SECOND", "INTERVAL '1 day'", "INTERVAL '1 day 2 hours'", "INTERVAL 1 DAY 2 HOURS",
                     "INTERVAL '1 2' DAY TO HOUR",
                     "INTERVAL '1-2' YEAR TO MONTH", "INTERVAL 1.5 SECONDS", "INTERVAL 100 MILLISECONDS",
                     "INTERVAL 7 MICROSECONDS",
                     "INTERVAL '1 02:03:04' DAY TO SECOND", "INTERVAL 1 MONTH 1 DAY", "INTERVAL '2' HOUR",
                     "INTERVAL '30' SECOND",
                     "INTERVAL '10' MINUTE", "INTERVAL 1 QUARTER", "INTERVAL '1 month -1 day'"):
        for column in ("dt", "ts", "tn", "ds", "du"):
            yield from (f"{column} + {interval}", f"{column} - {interval}")
        yield from (f"{interval} + dt", f"{interval} + ts")
    yield from ("ts + INTERVAL 1 DAY > ts", "dt - INTERVAL 1 DAY = date_sub(dt, 1)", "NULL + INTERVAL 1 DAY",
                "dt + INTERVAL n DAY",
                "ts >= CAST(du AS timestamp) - INTERVAL 7 DAYS", "dt + INTERVAL (1) DAY",
                "current_date() - INTERVAL 1 DAY > du")


def _conditionals():
    columns = ("b", "i", "l", "d", "s", "dt", "ts", "dc", "ai", "mi", "st")
    for column in columns:
        yield from (f"nvl2({column}, 1, 0)", f"nvl2({column}, {column}, NULL)", f"nvl({column}, {column})",
                    f"ifnull({column}, NULL)",
                    f"if({column} IS NULL, 1, 0)", f"coalesce(NULL, {column})", f"isnotnull({column})",
                    f"nullif({column}, {column})",
                    f"CASE WHEN b THEN {column} END", f"count_if({column} IS NULL)",
                    f"equal_null({column}, {column})",
                    f"{column} = {column}", f"{column} < {column}", f"{column} <=> NULL", f"{column} IN ({column})",
                    f"greatest({column}, {column})")
    yield from ("nvl2(i, s, l)", "nvl2(s, 1, 2.5)", "decode(i, 1, 'one', 7, 'seven', 'other')", "decode(s, 'a', 1)",
                "decode(i, NULL, 'null', 1, 'x')",
                "decode(NULL, NULL, 'n')", "CASE WHEN i > 0 THEN i WHEN i < 0 THEN l ELSE d END",
                "CASE WHEN b THEN i ELSE 'x' END",
                "CASE i WHEN 1 THEN 1.5 WHEN 7 THEN 2 ELSE d END", "CASE WHEN b THEN dt ELSE ts END",
                "CASE WHEN b THEN f ELSE l END",
                "CASE WHEN b THEN ai ELSE aj END", "CASE WHEN b THEN 1 WHEN i > 0 THEN 'a' ELSE 2.5 END",
                "CASE WHEN NULL THEN 1 ELSE 2 END",
                "CASE WHEN b THEN NULL ELSE NULL END", "CASE s WHEN NULL THEN 1 ELSE 0 END", "if(b, ai, aj)",
                "if(b, mi, mj)", "if(b, st, su)",
                "coalesce(ai, aj)", "coalesce(mi, mj)", "nvl(s, 'x')", "greatest(i, l, d)", "least('b', 'a', NULL)",
                "nullif(ai, aj)",
                "if(b, f, i)", "if(b, f, l)", "if(b, i, dc)", "nvl2(b, f, i)", "zeroifnull(i)", "nullifzero(i)",
                "assert_true(true)",
                "CASE WHEN b THEN bn ELSE NULL END", "if(b, bn, s)", "if(b, i, s)", "if(b, d, s)", "coalesce(i, s)",
                "ifnull(ai, array())")


def _json():
    for path in ("$.a", "$.b", "$.b.c", "$.b.c[0]", "$.b.c[2].d", "$.e", "$", "$[0]", "$.a.a.a", "$['f g']", "$.zz",
                 "a", "$.b.c[*]", "$[*].a", "$..a", "", "$.b.*", "$['a']", "$.b['c'][1]", "$.a[0]", "$[1].a"):
        quoted = '"' + path + '"'
        yield f"get_json_object(js, {quoted})"
    yield from ("get_json_object(js, s)", "get_json_object(js, NULL)", "get_json_object(NULL, '$.a')",
                "get_json_object('{\"a\":1.0}', '$.a')", "get_json_object('{\"a\":1e3}', '$.a')",
                "get_json_object('{\"a\": {\"b\" : 1 , \"c\":[ 1, 2 ]}}', '$.a')",
                "get_json_object('{\"a\":1,\"a\":2}', '$.a')", "get_json_object('{\"a\":\"\\\\u00e4\"}', '$.a')",
                "get_json_object('{\"a\":-0.0}', '$.a')", "get_json_object('{\"a\":123456789012345678901}', '$.a')",
                "get_json_object('{\"a\":1.10}', '$.a')", "get_json_object(\"{'a': 1}\", '$.a')",
                "json_array_length('[1, 2, 3]')", "json_array_length(js)", "json_array_length('{}')",
                "json_object_keys(js)", "json_object_keys('{\"a\":1,\"b\":2}')", "from_json(js, 'a INT')",
                "from_json('{\"a\":1}', 'a INT')", "from_json('[1,2]', 'array<int>')",
                "from_json('{\"a\":1}', 'map<string,int>')",
                "from_json(js, 'a INT').a", "to_json(struct(i, s))", "to_json(named_struct('a', 1, 'b', NULL))",
                "to_json(map('a', i))", "to_json(array(1, 2))", "to_json(array(struct(1)))",
                "to_json(named_struct('d', d, 'f', f))", "to_json(named_struct('t', ts, 'dt', dt))",
                "to_json(named_struct('s', s))", "to_json(named_struct('x', dc, 'n', named_struct('y', ai)))",
                "schema_of_json('{\"a\":1}')", "CAST(get_json_object(js, '$.a') AS int)")


def _urls():
    for part in ("HOST", "PATH", "QUERY", "REF", "PROTOCOL", "FILE", "AUTHORITY", "USERINFO", "x"):
        yield f"parse_url(ur, '{part}')"
    yield from ("parse_url(ur, 'QUERY', 'k')", "parse_url(ur, 'QUERY', 'zz')",
                "parse_url('http://a/b?x=1&xx=2', 'QUERY', 'x')", "parse_url(s, 'HOST')", "url_encode(ur)",
                "url_encode(s)", "url_decode(url_encode(s))", "url_decode('a%20b+c')", "url_decode('%41%42')",
                "url_decode(s)", "url_decode('%zz')", "url_encode(NULL)")


def _binary():
    yield from ("X'616263'", "X''", "x'0F'", "X'616'", "bn = X'616263'", "bn < X'62'", "CAST(bn AS string)",
                "CAST(s AS binary)", "CAST(i AS binary)", "CAST(l AS binary)", "CAST(t AS binary)", "binary('abc')",
                "bn IS NULL", "coalesce(bn, X'00')", "bn = s", "bn <=> bn", "greatest(bn, X'61')", "bn IN (X'')",
                "if(b, bn, NULL)", "CAST(d AS binary)", "concat(bn, X'00')", "bn || X'01'", "hash(bn)", "base64(bn)",
                "TIMESTAMP_NTZ '2023-01-01 10:00:00'", "TIMESTAMP_LTZ '2023-01-01'", "nullif(bn, X'')", "array(bn)",
                "bn = 'abc'", "CAST(bn AS int)", "CAST(CAST('abc' AS binary) AS string)", "TRY_CAST(ns AS int)",
                "try_cast(d AS int)", "try_cast(ds AS date)", "TRY_CAST(s AS timestamp)", "try_cast(l AS int)",
                "try_cast(ns AS double)", "try_cast(i AS tinyint)", "try_cast(ns AS decimal(5,2))")
