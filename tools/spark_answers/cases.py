# SPDX-License-Identifier: Apache-2.0
"""The expressions that are put to Spark: for each operator, cast pair and function those argument
types and literals that could tell one evaluator from another. Column names are those of inputs.py.
"""

import itertools

NUMERIC = ("t", "sm", "i", "l", "f", "d")
ALL = ("b", *NUMERIC, "s", "dt", "ts", "tn")
TYPES = ("boolean", "tinyint", "smallint", "int", "bigint", "float", "double", "string", "date",
         "timestamp")


def expressions() -> list[str]:
    groups = (_literals(), _arithmetic(), _comparisons(), _logic(), _casts(), _conditionals(),
              _strings(), _mathematics(), _times(), _more(), _precedence(),
              _shapes())
    return list(dict.fromkeys(itertools.chain.from_iterable(groups)))


def _literals():
    yield from ("1", "-1", "2147483647", "-2147483648", "2147483648", "3000000000",
                "-9223372036854775808", "9223372036854775808", "1L", "-5L", "2S", "1Y", "-128Y",
                "1.5", "0.5", "-0.05", "1.50", "0.00", "1.", ".5", "1.5D", "1.5F", "1.5BD", "1e3",
                "1E-3", "1e10", "12345678.9D", "100.0D", "1e20", "true", "NULL", "'x'", "'a' 'b'",
                "'a''b'", '"double quoted"', r"'tab\tnew\nline'", r"'\u0041\101\%\_\\'", "r'a\\n'",
                "''", "DATE '2020-01-01'", "DATE '1969-1-2'", "TIMESTAMP '2020-01-01 10:00:00'",
                "TIMESTAMP '2020-01-01 10:00:00.5+01:00'", "TIMESTAMP '2020-01-01'", "'ÄÖÜ'")


def _arithmetic():
    for operator in "+-*/%":
        for a, b in itertools.product(NUMERIC, NUMERIC):
            yield f"{a} {operator} {b}"
        yield from (f"i {operator} j", f"j {operator} i", f"d {operator} e", f"l {operator} j",
                    f"i {operator} 2", f"i {operator} 0", f"l {operator} 1000", f"d {operator} 1",
                    f"i {operator} 2L", f"ns {operator} 1", f"d {operator} ns",
                    f"i {operator} NULL", f"2 {operator} i", f"i {operator} ns", f"t {operator} 1Y",
                    f"i {operator} 1.5", f"l {operator} 1.5", f"d {operator} 1.5",
                    f"i {operator} 2.0D")
    yield from ("-t", "-sm", "-i", "-l", "-f", "-d", "- - i", "-ns", "i + j * 2", "(i + j) * 2",
                "i - j - 1", "i / j / 2", "-i % 3", "ts / 1000", "l / 1000", "mod(i, j)",
                "mod(d, e)", "negative(i)", "dt + 1", "dt - 1", "dt - du", "dt + i", "l * 1.0D",
                "i % 7", "d % 1")


def _comparisons():
    for operator in ("=", "<", ">="):
        for a, b in itertools.product(ALL, ALL):
            if a == b or operator == "=" or (a in NUMERIC) == (b in NUMERIC):
                yield f"{a} {operator} {b}"
    for operator in ("=", "<>", "<", "<=", ">", ">=", "<=>", "!=", "=="):
        yield from (f"i {operator} j", f"d {operator} e", f"s {operator} 'a'", f"ns {operator} 1",
                    f"ds {operator} dt", f"ds {operator} ts", f"bs {operator} b",
                    f"i {operator} NULL", f"ns {operator} d", f"ns {operator} l",
                    f"dt {operator} '2023-11-30'", f"ts {operator} '2023-11-30'",
                    f"ts {operator} dt", f"i {operator} 1.5", f"dt {operator} DATE '2000-01-01'",
                    f"b {operator} true", f"i {operator} 7", f"l {operator} d", f"b {operator} 1",
                    f"b {operator} 'true'", f"ns {operator} '1'", f"d {operator} 1.5",
                    f"f {operator} 0.1", f"l {operator} '1'", f"dt {operator} ds",
                    f"dt {operator} du")


def _logic():
    for a, b in itertools.product(("b", "i > 0", "NULL", "true"), ("d > 0", "s = 'a'", "false")):
        yield from (f"{a} AND {b}", f"{a} OR {b}", f"NOT ({a}) OR {b}")
    yield from ("NOT b", "!b", "b AND NULL", "b OR NULL", "NOT b = true", "b IS TRUE",
                "b IS NOT TRUE", "b IS FALSE", "b IS UNKNOWN", "i IS DISTINCT FROM j",
                "i IS NOT DISTINCT FROM j", "i = j = b", "i < j = b", "b AND s", "NOT i",
                "i > 0 AND i < 100 OR b", "NOT b AND b")
    for column in ALL:
        yield from (f"{column} IS NULL", f"{column} IS NOT NULL", f"isnull({column})",
                    f"isnotnull({column})")
    yield from ("i BETWEEN 0 AND 100", "i NOT BETWEEN 0 AND 100",
                "ds BETWEEN '2000' AND '2023-11-30'", "dt BETWEEN '2000-01-01' AND '2023-12-31'",
                "d BETWEEN 0 AND 2", "i BETWEEN NULL AND 5",
                "date(ts) BETWEEN '2023-01-01' AND '2023-12-31'", "i IN (1, 7, 100)",
                "i NOT IN (1, 7)", "i IN (1, NULL)", "i NOT IN (1, NULL)", "s IN ('a', 'ABC')",
                "i IN (1, 2.5)", "ns IN (1, 2)", "i IN ('1', '7')", "d IN (1.5, 0)",
                "d IN (double('NaN'), 0D)", "dt IN ('2023-11-30', '1970-01-01')",
                "l IN (1, 2147483648)", "i IN (j, 7)", "NULL IN (1)", "b IN (true)",
                "t IN (1, 127)")


def _casts():
    for column, target in itertools.product((*ALL, "ns", "ds", "bs"), (*TYPES, "timestamp_ntz")):
        yield f"CAST({column} AS {target})"
    for target in TYPES:
        yield from (f"CAST(NULL AS {target})", f"{target}(i)", f"{target}(ns)")
    for text in ("'12.7'", "' 5 '", "2.7", "-2.7", "3000000000", "300", "1e30", "'1e2'",
                 "'2020-01-01'", "'-'", "'infinity'", "true", "'TrUe'", "128", "-129",
                 "9223372036854775808", "0.1", "'\\u20035'"):
        for target in ("int", "bigint", "double", "string", "boolean", "tinyint", "float"):
            yield f"CAST({text} AS {target})"
    yield from ("CAST(i AS decimal(10,2))", "CAST(d AS decimal(10,2))", "CAST(ns AS decimal(20,4))",
                "CAST(l AS decimal(5,0))", "CAST(1.5 AS decimal(10,2))",
                "CAST(CAST(d AS decimal(20,3)) AS string)", "decimal(i)", "CAST(d AS decimal)",
                "CAST(CAST(l AS timestamp) AS string)", "CAST(CAST(d AS float) AS string)",
                "CAST(CAST(dt AS timestamp) AS bigint)", "CAST(f AS double)",
                "CAST(CAST(ts AS date) AS string)", "date(from_unixtime(l / 1000))", "date(ds)",
                "timestamp(ds)", "CAST(b AS int) + 1", "CAST(CAST(0.1 AS float) AS double)")


def _conditionals():
    for column in ALL:
        yield from (f"if(b, {column}, NULL)", f"coalesce({column}, {column})",
                    f"nvl({column}, NULL)", f"nullif({column}, {column})")
    yield from ("if(b, i, l)", "if(b, i, d)", "if(b, i, s)", "if(b, dt, ts)", "if(b, s, dt)",
                "if(NULL, 1, 2)", "if(b, 1, 'x')", "if(b, 1, 1.5)", "if(i, 1, 2)", "if(b, f, l)",
                "if(b, t, sm)", "if(b, b, 1)", "coalesce(NULL, i, 0)", "coalesce(i, l)",
                "coalesce(i, d)", "coalesce(s, 'none')", "coalesce(i, 'none')", "coalesce(NULL)",
                "coalesce(NULL, NULL)", "coalesce(dt, ts)", "coalesce(i, 0.5)", "nvl(i, 0)",
                "ifnull(s, 'x')", "nvl(i, 'x')", "nullif(i, 1)", "nullif(s, 'a')", "nullif(d, 0)",
                "nullif(i, l)", "nullif(ns, 1)",
                "CASE WHEN i > 0 THEN 'pos' WHEN i < 0 THEN 'neg' ELSE 'zero' END",
                "CASE WHEN b THEN 1 END", "CASE i WHEN 1 THEN 'one' WHEN 7 THEN 'seven' END",
                "CASE WHEN b THEN 1 ELSE 2.5D END",
                "CASE WHEN b THEN 1 WHEN i > 0 THEN 2L ELSE 'x' END",
                "CASE WHEN b THEN i ELSE l END", "CASE s WHEN 'a' THEN i ELSE j END")
    for function in ("greatest", "least"):
        yield from (f"{function}(i, j)", f"{function}(d, e)", f"{function}(i, l)",
                    f"{function}(i, d)", f"{function}(s, ns)", f"{function}(dt, du)",
                    f"{function}(i, NULL)", f"{function}(i, j, 5)", f"{function}(f, d)",
                    f"{function}(ts, dt)", f"{function}(i, s)", f"{function}(b, true)",
                    f"{function}(i)", f"{function}(i, 1.5)")


def _strings():
    for function in ("upper", "lower", "trim", "ltrim", "rtrim", "length", "ucase", "lcase",
                     "char_length", "reverse", "initcap"):
        yield from (f"{function}(s)", f"{function}(ns)", f"{function}(i)", f"{function}(NULL)",
                    f"{function}(d)")
    for start, count in itertools.product((0, 1, 2, -1, -3, 100, -100), (0, 1, 3, 100, -1)):
        yield f"substring(s, {start}, {count})"
    yield from ("substring(s, 2)", "substr(s, 2, 3)", "substr(s, -2)", "substring(s, i, j)",
                "substring(l, 1, 2)", "substring(s, NULL, 2)",
                "substring(s, 2147483647, 2147483647)", "substring(s, -2147483648, 2147483647)",
                "substring(s, -5, 3)", "substring(ds, 1, 4)", "concat(s, ns)", "concat(s, i)",
                "concat(d, '-', f)", "concat(s)", "concat(s, NULL)", "s || ns", "s || '-' || i",
                "concat(dt, ts)", "concat(b, l)", "concat()", "'a' || 1 + 2",
                "replace(s, 'a', 'b')", "replace(s, 'a')", "replace(s, '', 'x')",
                "replace(s, 'l', 'LL')", "replace(ns, '1', s)", "replace(s, NULL, 'x')",
                "replace(i, 1, 2)")
    for function in ("startswith", "endswith", "contains"):
        yield from (f"{function}(s, 'a')", f"{function}(s, '')", f"{function}(s, ns)",
                    f"{function}(s, 'World')", f"{function}(s, NULL)", f"{function}(l, '1')",
                    f"{function}(s, '語')")
    for pattern in ("'a'", "'%a%'", "'a%'", "'%'", "''", "'_'", "'a_a'", "'a\\\\%b%'", "'%\\\\_%'",
                    "'____'", "'%語%'", "'%\\n'", "'a.a'", "'[a]'", "NULL", "s",
                    "'%World'", "'😀%'",
                    "'_ smile'", "'a\\\\\\\\b'"):
        yield f"s LIKE {pattern}"
    yield from ("s NOT LIKE '%a%'", "i LIKE '1%'", "s LIKE 'a!%b!_c' ESCAPE '!'",
                "s LIKE '%a' ESCAPE 'a'", "dt LIKE '2023%'", "like(s, 'a%')",
                "concat_ws('-', s, ns)", "lpad(s, 5, '*')", "instr(s, 'a')", "split(s, ',')[0]",
                "md5(s)")


def _mathematics():
    for function in ("abs", "sqrt", "ln", "exp", "floor", "ceil", "round", "isnan", "sign", "log10",
                     "ceiling", "log", "sin"):
        for argument in ("d", "e", "f", "i", "l", "t", "sm", "ns", "NULL", "b", "2.5", "-0.5D"):
            yield f"{function}({argument})"
    for scale in (0, 1, 2, 3, -1, -2, 10, 20):
        yield from (f"round(d, {scale})", f"round(e, {scale})", f"round(f, {scale})",
                    f"round(i, {scale})", f"round(l, {scale})", f"round(sm, {scale})")
    yield from ("round(2.675D, 2)", "round(1.005D, 2)", "round(0.5D)", "round(-0.5D)",
                "round(1.5D)", "round(2.5D)", "round(2.5)", "round(ns, 1)", "round(d, i)",
                "round(i, NULL)", "round(t, -1)", "round(t, -2)", "round(1.2345, 2)", "floor(2.7)",
                "floor(-2.7D)", "ceil(2.1)", "ceil(d, 1)", "floor(d, 1)", "pow(d, e)", "pow(i, 2)",
                "power(d, 0.5D)", "pow(d, 2)", "pow(ns, 2)", "pow(l, j)", "pow(e, d)", "sqrt(2)",
                "exp(1)", "ln(10)", "sqrt(-1)", "ln(0)", "exp(d) * 2", "abs(i - j)", "abs(d - e)",
                "abs(1.5)")


PATTERNS = ("yyyy-MM-dd", "HH:mm:ss", "yyyy-MM-dd HH:mm:ss", "yyyyMMdd", "yyyy", "MM", "dd", "HH",
            "yyyy/MM/dd", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM", "mm", "ss", "yyyy-MM-dd HH:mm:ss.SSS",
            "EEEE", "MMM", "y", "M", "d", "H", "yy", "HH:mm", "SSSSSS", "hh a", "D", "u", "QQQ",
            "yyyy-MM-dd HH:mm", "yyyyMMddHH", "")


def _times():
    for pattern in PATTERNS:
        quoted = '"' + pattern + '"'
        yield from (f"date_format(ts, {quoted})", f"date_format(dt, {quoted})",
                    f"from_unixtime(l, {quoted})")
        if pattern in ("yyyy-MM-dd", "yyyy-MM-dd HH:mm:ss", "yyyyMMdd", "yyyy", "yyyy-MM",
                       "yyyy/MM/dd", "HH:mm:ss", "yyyyMMddHH"):
            yield from (f"unix_timestamp(ds, {quoted})", f"to_date(ds, {quoted})",
                        f"to_timestamp(ds, {quoted})")
    for function in ("unix_timestamp", "to_date", "to_timestamp"):
        yield from (f"{function}(ps, 'yyyy-MM-dd')", f"{function}(pt, 'yyyy-MM-dd HH:mm:ss')",
                    f"{function}(pd, 'yyyyMMdd')", f"{function}(pt)", f"{function}(dt, 'yyyy')",
                    f"{function}(ts, 'yyyy')", f"{function}(ps, NULL)",
                    f"{function}('2023-11-30', 'yyyy-MM-dd')",
                    f"{function}('2023/11/30', 'yyyy/MM/dd')", f"{function}('2023-11', 'yyyy-MM')",
                    f"{function}('2023', 'yyyy')", f"{function}('30.11.2023', 'dd.MM.yyyy')",
                    f"{function}('2023-11-30T10:20:30', \"yyyy-MM-dd'T'HH:mm:ss\")",
                    f"{function}('10:20', 'HH:mm')",
                    f"{function}('2023-11-30 10:20:30.123', 'yyyy-MM-dd HH:mm:ss.SSS')",
                    f"{function}('2023-11-30 10', 'yyyy-MM-dd HH')",
                    f"{function}('2023-1-5', 'yyyy-M-d')",
                    f"{function}('2023-11-30 10:20 PM', 'yyyy-MM-dd hh:mm a')")
    yield from ("unix_timestamp(ps, 'yyyy-MM-dd') * 1000",
                "datediff(to_date(ps, 'yyyy-MM-dd'), dt)", "unix_timestamp(tn, 'yyyy')",
                "date_format(to_timestamp(pt, 'yyyy-MM-dd HH:mm:ss'), 'HH')", "unix_timestamp(ps)")
    yield from ("date_format(ds, 'yyyy')", "date_format(tn, 'yyyy-MM-dd HH:mm:ss')",
                "date_format(l, 'yyyy')", "date_format(ts, NULL)", "date_format(ts, s)",
                "unix_timestamp(ts)", "unix_timestamp(dt)", "unix_timestamp(ds)",
                "unix_timestamp(tn)", "unix_timestamp(NULL)", "unix_timestamp(ts, 'yyyy')",
                "unix_timestamp(l)", "unix_timestamp(ts) * 1000", "unix_timestamp(ds, ds)",
                "to_unix_timestamp(ds)", "from_unixtime(l)", "from_unixtime(i)",
                "from_unixtime(l / 1000)", "from_unixtime(d)", "from_unixtime(ns)",
                "from_unixtime(NULL)", "from_unixtime(l / 1000, 'yyyy-MM-dd')", "from_unixtime(0)",
                "from_unixtime(1701388799123 / 1000, 'yyyy-MM-dd')",
                "DATE(FROM_UNIXTIME(l / 1000))", "to_date(ds)", "to_date(ts)", "to_date(dt)",
                "to_date(tn)", "to_date(l)", "to_date(NULL)", "to_timestamp(ds)",
                "to_timestamp(dt)", "to_timestamp(ts)", "to_timestamp(l)", "to_timestamp(d)",
                "to_timestamp(i)", "CAST(l AS timestamp)", "timestamp(i)")
    for function in ("date_add", "date_sub"):
        yield from (f"{function}(dt, 1)", f"{function}(dt, -1)", f"{function}(dt, 365)",
                    f"{function}(ts, 1)", f"{function}(ds, 1)", f"{function}(dt, i)",
                    f"{function}(dt, t)", f"{function}(dt, sm)", f"{function}(dt, ns)",
                    f"{function}(dt, NULL)", f"{function}(NULL, 1)", f"{function}(dt, 1L)",
                    f"{function}(dt, 1.5D)", f"{function}(dt, '1')", f"{function}(tn, 2)")
    yield from ("datediff(dt, du)", "datediff(du, dt)", "datediff(ts, dt)", "datediff(ds, dt)",
                "datediff(ds, '2023-01-01')", "datediff(dt, NULL)", "datediff(tn, ts)",
                "date_diff(dt, du)", "dateadd(dt, 1)")
    for function in ("year", "month", "day", "dayofmonth", "dayofweek", "hour", "minute", "second",
                     "quarter", "dayofyear", "weekofyear", "last_day", "weekday"):
        for argument in ("dt", "ts", "tn", "ds", "NULL", "l"):
            yield f"{function}({argument})"
    yield from ("trunc(dt, 'MM')", "date_trunc('DAY', ts)", "timestamp_millis(l)",
                "unix_millis(ts)", "add_months(dt, 1)")


def _more():
    """Every type through every function of one argument; literals against columns; empty and
    single-row corners."""
    functions = ("upper", "lower", "trim", "length", "abs", "round", "floor", "ceil", "sqrt",
                 "isnan", "isnull", "year", "hour", "to_date", "to_timestamp", "unix_timestamp",
                 "from_unixtime", "negative", "dayofweek", "date")
    for function, column in itertools.product(functions, ALL):
        yield f"{function}({column})"
    for a, b in itertools.product(ALL, ALL):
        yield from (f"if(id < 5, {a}, {b})", f"coalesce({a}, {b})", f"nullif({a}, {b})")
        if a <= b:
            yield from (f"greatest({a}, {b})", f"{a} <=> {b}")
    for column in ALL:
        yield from (f"concat({column}, '|')", f"{column} IN ({column}, NULL)",
                    f"CASE WHEN {column} IS NULL THEN 1 ELSE 0 END",
                    f"CAST(CAST({column} AS string) AS string) = CAST({column} AS string)",
                    f"{column} = '1'", f"'1' = {column}", f"{column} BETWEEN {column} AND {column}",
                    f"{column} + 1", f"{column} * 2.0D", f"-{column}", f"least({column}, NULL)")
    yield from ("CAST(ds AS timestamp)", "CAST(ds AS date)",
                "CAST(CAST(ds AS timestamp) AS string)", "CAST(CAST(ts AS double) AS string)",
                "CAST(l AS string)", "CAST(f AS string)", "CAST(d AS string)", "CAST(ts AS string)",
                "CAST(tn AS string)", "CAST(dt AS string)", "trim(ds) = ds",
                "CAST(trim(ns) AS double)", "round(CAST(ns AS double), 2)", "nvl2(i, 1, 2)",
                "CAST(true AS string)", "1 / 0", "1 % 0", "0D / 0D", "-1D / 0D", "2 * 3 + 4",
                "5 / 2", "-7 % 3", "7 % -3", "1 = 1.0", "'a' < 'B'", "'10' < '9'", "'10' < 9",
                "1 + '1'", "'1' + '2'", "'x' * 2", "NULL = NULL", "NULL <=> NULL", "1 IS NULL",
                "NULL AND false", "NULL OR true", "length('😀')", "substring('😀ab', 1, 2)",
                "upper('ß')", "lower('İ')", "0.1 + 0.2", "0.1D + 0.2D", "1.10 * 2.20", "10.0 / 3",
                "1 / 3.0", "CAST(0.1 + 0.2 AS double)", "i * 1.5", "0.5 * d")


def _precedence():
    """Pairs of operators, whose answers and names show how Spark nests them."""
    operators = ("+", "-", "*", "/", "%", "||", "=", "<", "<=>", "<>")
    for first, second in itertools.product(operators, operators):
        yield f"i {first} j {second} id"
    for operator in operators:
        yield from (f"-i {operator} j", f"i {operator} -j", f"i {operator} j IS NULL",
        f"NOT i {operator} j",
                    f"i {operator} 1 IN (1, 2)", f"id BETWEEN i {operator} 1 AND j {operator} 1")
    for first, second in itertools.product(("AND", "OR"), ("AND", "OR")):
        yield from (f"b {first} i > 0 {second} d > 0", f"NOT b {first} NOT i > 0 {second} s LIKE "
                                                       f"'a%'",
                    f"b {first} i BETWEEN 0 AND 9 {second} b", f"b {first} (i > 0 {second} NOT b)")


def _shapes():
    """Whole expressions as configs hold them."""
    yield from ("if(i > 0, d * 0.5D, d)", "CAST(d AS string) || '-' || CAST(dt AS string)",
                "upper(trim(s))", "coalesce(CAST(ns AS double), 0.0D) * 2",
                "CASE WHEN d >= 100 THEN 'large' WHEN d >= 10 THEN 'medium' ELSE 'small' END",
                "unix_timestamp(ts) * 1000", "IF(s = 'a', 1, 0)",
                "unix_timestamp(ds, 'yyyy-MM-dd') * 1000",
                "date_format(from_unixtime(l / 1000), 'yyyy-MM-dd')", "i + CAST(ns AS int)",
                "d / nullif(e, 0)", "round(d / e, 2)", "lower(substring(s, 1, 3)) = 'hel'",
                "concat(CAST(i AS string), ':', s)", "datediff(to_date(ds), dt) > 30",
                "(i + j) / 2", "i IS NOT NULL AND length(s) > 3", "CAST(l / 1000 AS bigint)",
                "if(isnan(d), NULL, d)", "abs(round(d, 1)) < 3", "`i` + 1",
                "CAST(unix_timestamp(ds) AS timestamp)", "hour(CAST(l / 1000 AS timestamp))",
                "i * d > 0 AND NOT b", "CASE WHEN b THEN s END IS NULL",
                "from_unixtime(unix_timestamp(ts), 'yyyy-MM-dd HH:mm:ss')",
                "if(i % 2 = 0, 'even', 'odd')")
