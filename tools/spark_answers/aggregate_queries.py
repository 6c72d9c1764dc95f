# SPDX-License-Identifier: Apache-2.0
"""Queries of approx_count_distinct, try_sum, try_avg, json_tuple and window, over the view `inputs`."""


def queries():
    for group in (_distinct_counts, _tries, _json_tuples, _time_windows, _raising):
        yield from group()


def _distinct_counts():
    columns = ("b", "t", "sm", "i", "l", "f", "d", "s", "ns", "dt", "ts", "tn", "dc", "de", "dg", "bn", "ai", "sa",
               "da", "st", "sl", "n", "id % 3", "NULL")
    for begin in range(0, len(columns), 4):
        listed = ", ".join(f"approx_count_distinct({column}) AS c{i}"
                           for i, column in enumerate(columns[begin:begin + 4]))
        yield f"SELECT {listed} FROM inputs"
    yield "SELECT approx_count_distinct(mi) AS c FROM inputs"
    for count in (1, 2, 5, 10, 50, 100, 300, 399, 450, 700, 1000, 1500, 2000, 2600, 3000, 10000, 50000):
        yield (f"SELECT approx_count_distinct(x) AS a, approx_count_distinct(CAST(x AS string)) AS b, "
               f"approx_count_distinct(x * 1.5D) AS c, approx_count_distinct(x % 7) AS e FROM "
               f"(SELECT explode(sequence(1, {count})) AS x FROM inputs WHERE id = 0)")
    for deviation in ("0.39", "0.3", "0.2D", "0.15", "0.1", "0.07", "0.05", "0.04", "0.03", "0.02", "0.015", "0.01",
                      "0.008", "0.005", "1e-2", "1"):
        for count in (20, 3000, 60000):
            yield (f"SELECT approx_count_distinct(x, {deviation}) AS a, approx_count_distinct(CAST(-x AS string), "
                   f"{deviation}) AS b FROM (SELECT explode(sequence(1, {count})) AS x FROM inputs WHERE id = 0)")
    yield from (
        "SELECT x % 10 AS k, approx_count_distinct(x * x) AS c FROM (SELECT explode(sequence(1L, 9000L)) AS x FROM "
        "inputs WHERE id = 0) GROUP BY x % 10 ORDER BY k",
        "SELECT approx_count_distinct(DISTINCT i) AS c, approx_count_distinct(i) FILTER (WHERE b) AS e FROM inputs",
        "SELECT approx_count_distinct(i) AS c FROM inputs WHERE false",
        "SELECT b, approx_count_distinct(s) AS c FROM inputs WHERE false GROUP BY b",
        "SELECT id, approx_count_distinct(s) OVER (ORDER BY id) AS c FROM inputs ORDER BY id",
        "SELECT id, approx_count_distinct(i) OVER (PARTITION BY b) AS c FROM inputs ORDER BY id",
        "SELECT id, approx_count_distinct(i) OVER (ORDER BY id ROWS BETWEEN 3 PRECEDING AND 2 PRECEDING) AS c FROM "
        "inputs ORDER BY id", "SELECT approx_count_distinct(i, s) AS c FROM inputs",
        "SELECT approx_count_distinct(i, 0.5) AS c FROM inputs", "SELECT approx_count_distinct() AS c FROM inputs",
        "SELECT approx_count_distinct(*) AS c FROM inputs", "SELECT approx_count_distinct(i, NULL) AS c FROM inputs",
        "SELECT approx_count_distinct(array(d)) AS c, approx_count_distinct(struct(d, f)) AS e, "
        "approx_count_distinct(struct(s, i)) AS g FROM inputs")


def _tries():
    for function in ("try_sum", "try_avg"):
        for column in ("t", "sm", "i", "l", "f", "d", "dc", "de", "n", "NULL", "s", "ns"):
            yield f"SELECT {function}({column}) AS c FROM inputs"
            yield f"SELECT b, {function}({column}) AS c FROM inputs GROUP BY b ORDER BY b"
        yield from (f"SELECT {function}(l) AS c FROM inputs WHERE l > 0",
                    f"SELECT {function}(DISTINCT n) AS c FROM inputs",
                    f"SELECT {function}(i) FILTER (WHERE b) AS c FROM inputs", f"SELECT {function}(i) FROM inputs",
                    f"SELECT id, {function}(n) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS c FROM "
                    "inputs ORDER BY id", f"SELECT {function}(i) AS c FROM inputs WHERE false",
                    f"SELECT {function}(x) AS c FROM (SELECT 9223372036854775807 AS x UNION ALL SELECT 1L)",
                    f"SELECT {function}(x) AS c FROM (SELECT -9223372036854775807 AS x UNION ALL SELECT -5L)")


def _json_tuples():
    for fields in ("'a', 'b'", "'a'", "'b', 'zz', 'e'", "'a', 'a'", "'A', 'B'", "'c', 'd'", "'', 'f g'"):
        names = ", ".join("vwx"[i] for i in range(fields.count(",") + 1))
        text = ("SELECT id, {names} FROM (SELECT id, {column} AS j FROM inputs) LATERAL VIEW json_tuple(j, {fields}) "
                "t AS {names} ORDER BY id")
        for column in ("js", "to_json(struct(i AS a, s AS b, d AS c, b AS d))",
                       "concat('{\"a\":', coalesce(ns, 'null'), ',\"b\":', coalesce(js, '{}'), '}')"):
            yield text.format(names=names, column=column, fields=fields)
    yield from (
        "SELECT id, json_tuple(js, 'a', 'b') FROM inputs ORDER BY id",
        "SELECT id, json_tuple(js, 'a', 'b') AS (x, y) FROM inputs ORDER BY id",
        "SELECT json_tuple('{\"a\":1.50,\"b\":{\"c\":[1, 2 ]},\"d\":\"x\\\\n\\\\u00e4\",\"e\":true,\"f\":1E3}', 'a', "
        "'b', 'd', 'e', 'f') FROM inputs WHERE id = 0",
        "SELECT json_tuple('{\"a\":1,\"a\":2,\"b\":3,\"b\":null}', 'a', 'b') FROM inputs WHERE id = 0",
        "SELECT json_tuple('[1]', 'a') FROM inputs WHERE id = 0",
        "SELECT json_tuple('x', 'a') FROM inputs WHERE id = 0",
        "SELECT json_tuple('{\"a\":1} trailing', 'a') FROM inputs WHERE id = 0",
        "SELECT json_tuple('{\"a\":1,', 'a') FROM inputs WHERE id = 0",
        "SELECT json_tuple(\"{'a':'q'}\", 'a') FROM inputs WHERE id = 0",
        "SELECT json_tuple(NULL, 'a') FROM inputs WHERE id = 0", "SELECT json_tuple(s, NULL) FROM inputs WHERE id = 0",
        "SELECT json_tuple(i, 'a') FROM inputs WHERE id = 0", "SELECT json_tuple(js) FROM inputs WHERE id = 0",
        "SELECT id, c0, c1 FROM inputs LATERAL VIEW json_tuple(js, 'a', 'b') t ORDER BY id",
        "SELECT id, x FROM inputs LATERAL VIEW OUTER json_tuple(js, 'a') t AS x ORDER BY id",
        "SELECT id, x FROM inputs LATERAL VIEW json_tuple(js, s) t AS x ORDER BY id",
        "SELECT id, x, y FROM inputs LATERAL VIEW json_tuple(js, 'a') t AS x, y ORDER BY id",
        "SELECT x, count(*) AS c FROM inputs LATERAL VIEW json_tuple(js, 'e') t AS x GROUP BY x ORDER BY x",
        "SELECT id, x, z FROM inputs LATERAL VIEW json_tuple(js, 'b') t AS x LATERAL VIEW json_tuple(x, 'c') u AS z "
        "ORDER BY id")


# Without times whose windows begin or end in a year that Python lacks.
_NEAR = ("(SELECT * FROM inputs WHERE ts IS NULL OR ts BETWEEN TIMESTAMP'1899-01-01 00:00:00' AND "
         "TIMESTAMP'2100-01-01 00:00:00') q")


def _time_windows():
    for durations in ("'1 day'", "'10 minutes'", "'1 week'", "'2 hours', '30 minutes'", "'3 days', '2 days'",
                      "'1 hour', '1 hour', '15 minutes'", "'1 day', '1 day', '-6 hours'", "'interval 3 seconds'",
                      "'365 days'", "'1 hour 30 minutes'", "'5 milliseconds'", "'7 microseconds', '3 microseconds'"):
        yield from (f"SELECT window.start AS s, window.end AS e, count(*) AS n FROM inputs GROUP BY "
                    f"window(ts, {durations}) ORDER BY s",
                    f"SELECT id, window(ts, {durations}).start AS s FROM inputs ORDER BY id, s",
                    f"SELECT id, window(tn, {durations}).end AS e FROM inputs ORDER BY id, e")
    yield from (f"SELECT window(ts, '1 day') AS w, count(*) AS n FROM {_NEAR} GROUP BY window(ts, '1 day') "
                "ORDER BY w.start",
                "SELECT window.start, window.end, count(*) FROM inputs GROUP BY window(ts, '10 minutes') "
                "ORDER BY start",
                "SELECT b, sum(i) AS n, window.start AS s FROM inputs GROUP BY b, window(ts, '365 days') ORDER BY b, s",
                f"SELECT id, window(ts, '1 hour') FROM {_NEAR} ORDER BY id",
                f"SELECT id, window(tn, '1 day') AS w FROM {_NEAR} ORDER BY id",
                f"SELECT id, window(dt, '7 days') AS w FROM {_NEAR} ORDER BY id",
                f"SELECT id, window(pt, '1 day').start AS s FROM {_NEAR} ORDER BY id",
                f"SELECT q.id, window(q.ts, '1 day') AS w FROM {_NEAR} WHERE q.id < 5 ORDER BY q.id",
                "SELECT count(*) AS n FROM (SELECT window(ts, '1 minute') AS w FROM inputs)",
                "SELECT count(*) AS n FROM inputs GROUP BY window(ts, '1 minute') HAVING window.start > "
                "TIMESTAMP'2020-01-01' ORDER BY n",
                f"SELECT window(ts, '1 day') AS w, window(dt, '1 day') AS v FROM {_NEAR} ORDER BY id",
                "SELECT id FROM inputs WHERE window(ts, '1 day').start > TIMESTAMP'2000-01-01' ORDER BY id",
                f"SELECT id, window(ts, '1 month') AS w FROM {_NEAR} ORDER BY id",
                f"SELECT id, window(ts, '1 day', '2 days') AS w FROM {_NEAR} ORDER BY id",
                f"SELECT id, window(ts, '1 day', '1 day', '1 day') AS w FROM {_NEAR} ORDER BY id",
                f"SELECT id, window(ts, '0 days') AS w FROM {_NEAR} ORDER BY id",
                "SELECT id, window(ts) AS w FROM inputs",
                "SELECT id, window(i, '1 day') AS w FROM inputs ORDER BY id",
                "SELECT id, window(ts, 'x') AS w FROM inputs",
                "SELECT date_trunc('DAY', window(ts, '1 hour').start) AS d, count(*) AS n FROM inputs GROUP BY "
                "window(ts, '1 hour') ORDER BY d, n",
                "SELECT id, date_format(window(ts, '1 day').end, 'yyyy-MM-dd') AS ds FROM inputs ORDER BY id",
                "SELECT max(n) AS m FROM (SELECT window(ts, '1 day') AS w, count(*) AS n FROM inputs GROUP BY "
                "window(ts, '1 day'))")


def _raising():
    yield from ("SELECT id, CASE WHEN id >= 0 THEN i ELSE raise_error('no') END AS c FROM inputs ORDER BY id",
                "SELECT id, if(id < 0, raise_error('no'), s) AS c FROM inputs ORDER BY id",
                "SELECT id, CASE WHEN id > 3 THEN i ELSE raise_error('no') END AS c FROM inputs ORDER BY id",
                "SELECT id, assert_true(id >= 0) AS c FROM inputs ORDER BY id",
                "SELECT id, assert_true(id > 3, 'small') AS c FROM inputs ORDER BY id",
                "SELECT id, coalesce(s, raise_error(concat('no s in ', id))) AS c FROM inputs WHERE s IS NOT NULL "
                "ORDER BY id",
                "SELECT raise_error('no') AS c FROM inputs WHERE false",
                "SELECT id, id < 0 AND raise_error('no') IS NULL AS c FROM inputs ORDER BY id",
                "SELECT id, id >= 0 OR raise_error('no') IS NULL AS c FROM inputs ORDER BY id",
                "SELECT id, id >= 3 OR raise_error('no') IS NULL AS c FROM inputs ORDER BY id",
                "SELECT id FROM inputs WHERE id < 5 AND (id < 9 OR raise_error('no') IS NULL) ORDER BY id",
                "SELECT id, if(ns RLIKE '^[0-9]{1,3}$', to_number(ns, '999'), NULL) AS c FROM inputs ORDER BY id",
                "SELECT id FROM inputs WHERE ns RLIKE '^[0-9]{1,3}$' AND to_number(ns, '999') > 0 ORDER BY id",
                "SELECT id, to_char(i, 'S999,999') AS c, try_to_number(ns, '99.9') AS d FROM inputs ORDER BY id",
                "SELECT id, ts > TIMESTAMP '2000-01-01 00:00:00 Asia/Tokyo' AS c FROM inputs ORDER BY id",
                "SELECT id, tn > TIMESTAMP_NTZ '2000-01-01 00:00:00' AS c FROM inputs ORDER BY id",
                "SELECT schema_of_json('[{\"a\":1}]') AS c",
                "SELECT from_json(js, schema_of_json('{\"a\":1}')) AS c, id FROM inputs ORDER BY id",
                "SELECT id, from_utc_timestamp(ts, 'Europe/Berlin') AS t, to_utc_timestamp(ts, 'PST') AS u, "
                "convert_timezone('UTC', 'Asia/Tokyo', tn) AS v FROM inputs ORDER BY id",
                "SELECT to_date(from_utc_timestamp(ts, 'America/New_York')) AS k, count(*) AS c FROM inputs GROUP BY "
                "to_date(from_utc_timestamp(ts, 'America/New_York')) ORDER BY k")
