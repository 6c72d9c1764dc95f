# SPDX-License-Identifier: Apache-2.0
"""Whole queries over the view `inputs`, in the shapes that staging queries have. A query whose end
is an ORDER BY has one order only (it ends in id), so that rows can be compared in place."""

import aggregate_queries
import relational_queries


def queries() -> list[str]:
    return list(
        dict.fromkeys((*_names(), *_shapes(), *_aggregates(), *_shadows(), *_joins(), *_sets_and_windows(),
                       *_nested(), *_generators(), *_groupings(), *_subqueries(), *_more_aggregates(),
                       *_more_windows(), *relational_queries.queries(), *aggregate_queries.queries())))


def _names():
    yield from (
        "SELECT COUNT(*), MIN(ds), MAX(ds) FROM inputs",
        "SELECT count(i), Count(DISTINCT s), SUM(i), avg(d), mean(i) FROM inputs WHERE id < 3",
        "SELECT i + 1, -i, i * (j - 2), upper(s), `i`, NULL, 'x', 1.50, true FROM inputs ORDER BY "
        "id",
        "SELECT i AS I2, s text, INPUTS.J FROM inputs ORDER BY id",
        "SELECT t.i, t.s FROM inputs t ORDER BY t.id",
        "SELECT count(1), count(i + j), sum(if(b, 1, 0)), max(upper(s)) FROM inputs",
        "SELECT CAST(i AS bigint), date(ts), int(ns), i BETWEEN 0 AND 5, i IN (1, 2), NOT b, i <> "
        "j, s LIKE 'a%', i IS NULL, "
        "CASE WHEN b THEN 1 ELSE 2 END, s || 'x', if(b, 1, 2), DATE '2020-01-01', i <=> j, mod(i, "
        "3) FROM inputs ORDER BY id",
        "SELECT 1 AS one, 2L two, 'a' AS `three four`",
        "SELECT count(*) FILTER (WHERE b) FROM inputs",
    )


def _shapes():
    yield from (
        "SELECT id, i, ts, DATE(FROM_UNIXTIME(l / 1000)) as ds2 FROM inputs WHERE "
        "DATE(FROM_UNIXTIME(l / 1000)) BETWEEN "
        "'1960-01-01' AND '2023-12-31' ORDER BY id",
        "SELECT id, date_format(ts, 'yyyy-MM-dd') AS ds2 FROM inputs WHERE i > 0 AND s IS NOT "
        "NULL ORDER BY id",
        "SELECT id, i + j AS total, total * 2 AS twice FROM inputs ORDER BY id",
        "SELECT * FROM (SELECT id, i, s FROM inputs WHERE i > 0) x ORDER BY id",
        "WITH a AS (SELECT id, i FROM inputs WHERE i > 0), b AS (SELECT id, i * 2 AS i2 FROM a) "
        "SELECT b.id, a.i, b.i2 FROM a JOIN b "
        "ON a.id = b.id ORDER BY b.id",
        "WITH a(x, y) AS (SELECT id, i FROM inputs) SELECT x, y FROM a WHERE y IS NOT NULL ORDER "
        "BY x",
        "SELECT id FROM inputs ORDER BY i, id", "SELECT id FROM inputs ORDER BY i DESC, id",
        "SELECT id FROM inputs ORDER BY d ASC NULLS LAST, id DESC",
        "SELECT id, i FROM inputs ORDER BY d DESC NULLS FIRST, id LIMIT 5",
        "SELECT id, -i AS i FROM inputs ORDER BY i, id",
        "SELECT id, -i AS k FROM inputs ORDER BY k + 0, id",
        "SELECT id, -i AS i FROM inputs ORDER BY i + 0, id",
        "SELECT id, i FROM inputs ORDER BY 2, 1",
        "SELECT id FROM inputs ORDER BY id LIMIT 3 OFFSET 2",
        "SELECT id FROM inputs ORDER BY s, id", "SELECT DISTINCT b FROM inputs",
        "SELECT DISTINCT d FROM inputs",
        "SELECT id FROM inputs WHERE d = double('NaN') ORDER BY id",
        "SELECT id FROM inputs WHERE ns = 1 ORDER BY id",
        "SELECT id FROM inputs WHERE dt >= '2000-01-01' ORDER BY id",
        "SELECT id FROM inputs WHERE i = (SELECT max(j) FROM inputs WHERE j < 100) ORDER BY id",
        "SELECT id FROM inputs a WHERE EXISTS (SELECT 1 FROM inputs c WHERE c.j = a.i) ORDER BY id",
        "SELECT a.* FROM (SELECT id, b FROM inputs) AS a ORDER BY a.id",
        "SELECT id, s FROM inputs WHERE s = 'x\\'y\"z' OR s = \"aaa\" ORDER BY id",
        "VALUES (1, 'a'), (2, NULL)",
        "SELECT * FROM VALUES (1, 'a'), (2, 'b') AS t(n, w) ORDER BY n",
        "SELECT col1 FROM VALUES (1), (2)", "SELECT id FROM inputs WHERE b ORDER BY id",
        "SELECT id, i / 2, l / 1000, i % 7 FROM inputs ORDER BY id", "SELECT 1 WHERE 1 = 2",
        "(SELECT id FROM inputs ORDER BY id LIMIT 2)",
        "SELECT /*+ BROADCAST(x) */ id -- comment\n FROM inputs x ORDER BY id",
    )


def _aggregates():
    yield from (
        "SELECT b, count(*) AS n, sum(l) AS total, sum(d) FROM inputs WHERE id < 4 GROUP BY b "
        "ORDER BY b",
        "SELECT i % 3 AS r, count(*) FROM inputs GROUP BY i % 3 ORDER BY r",
        "SELECT i % 3 AS r, count(*) FROM inputs GROUP BY r ORDER BY r",
        "SELECT i % 3, count(*) c FROM inputs GROUP BY 1 ORDER BY 1",
        "SELECT b, count(*) c FROM inputs GROUP BY b HAVING c > 1 ORDER BY b",
        "SELECT b, count(*) c FROM inputs GROUP BY b HAVING count(*) > 1 ORDER BY count(*), b",
        "SELECT b, max(i) AS i FROM inputs GROUP BY b HAVING i > 5 ORDER BY b",
        "SELECT -i AS i, count(*) FROM inputs GROUP BY i ORDER BY i",
        "SELECT sum(i), sum(t), sum(sm), sum(l) FROM inputs WHERE id < 3",
        "SELECT sum(l) FROM inputs WHERE id IN (3, 1)",
        "SELECT sum(CAST(i AS decimal(10,2))), avg(i), avg(t), avg(CAST(i AS decimal(10,2))) FROM "
        "inputs WHERE id < 3",
        "SELECT min(d), max(d), min(s), max(s), min(b), max(dt), min(ts), max(f) FROM inputs",
        "SELECT avg(e), sum(e), count(DISTINCT e), count(e) FROM inputs WHERE id < 7",
        "SELECT sum(ns), avg(ns), avg(f), sum(f) FROM inputs WHERE id < 3",
        "SELECT sum(NULL), count(NULL), max(NULL) FROM inputs",
        "SELECT sum(i), avg(i), min(i), count(*) FROM inputs WHERE false",
        "SELECT count(*) AS n FROM inputs GROUP BY b ORDER BY n, b LIMIT 1",
        "SELECT upper(s) u, count(*) FROM inputs GROUP BY upper(s) ORDER BY u",
        "SELECT d, count(*) FROM inputs GROUP BY d ORDER BY d",
        "SELECT dt, sum(i) AS total, total + 1 AS more FROM inputs GROUP BY dt ORDER BY dt",
        "SELECT sum(i) + count(*) * 2 AS k FROM inputs WHERE id < 3",
        "SELECT sum(DISTINCT j), count(DISTINCT j), avg(DISTINCT j) FROM inputs WHERE id < 6",
    )


def _shadows():
    """Names that mean a column and an alias."""
    yield from (
        "SELECT i % 3 AS i, count(*) AS c FROM inputs GROUP BY i HAVING i > 5 ORDER BY i, c",
        "SELECT i % 3 AS i, count(*) AS c FROM inputs GROUP BY i ORDER BY i, c",
        "SELECT i % 3 AS i, count(*) AS c FROM inputs GROUP BY i % 3 HAVING i > 0",
        "SELECT i % 3 AS i, count(*) AS c FROM inputs GROUP BY inputs.i HAVING inputs.i > 5",
        "SELECT b, max(i) AS i FROM inputs GROUP BY b ORDER BY max(i)",
        "SELECT b, max(i) AS i FROM inputs GROUP BY b ORDER BY max(i) + 0, b",
        "SELECT b, 0 - max(i) AS j FROM inputs GROUP BY b HAVING j < 0",
        "SELECT b, 0 - max(i) AS j FROM inputs GROUP BY b HAVING max(j) > 0",
        "SELECT id, -i AS i FROM inputs WHERE i > 0 ORDER BY id",
        "SELECT id, i AS a, a + 1 AS j, j AS k FROM inputs ORDER BY id",
        "SELECT id, i AS a, a AS c, c = i AS same FROM inputs ORDER BY id",
        "SELECT DISTINCT i % 3 AS r FROM inputs ORDER BY r",
        "SELECT id AS i FROM inputs ORDER BY i DESC",
        "SELECT id AS i, j FROM inputs ORDER BY inputs.i, j, id",
        "SELECT id, row_number() OVER (ORDER BY i, id) AS i FROM inputs ORDER BY id",
        "SELECT id, i + 1 AS n, row_number() OVER (ORDER BY n DESC, id) AS r FROM inputs ORDER BY "
        "id",
        "SELECT x.*, y.j AS yj FROM (SELECT id, i FROM inputs) x JOIN inputs y ON x.id = y.id "
        "ORDER BY x.id",
        "SELECT count(DISTINCT if(b, 1, NULL)) AS n FROM inputs",
        "SELECT NULL AS n UNION ALL SELECT 1",
        "SELECT id FROM inputs x WHERE NOT EXISTS (SELECT 1 FROM inputs y WHERE y.j = x.i AND "
        "y.id < x.id) ORDER BY id",
        "SELECT (SELECT max(i) FROM inputs WHERE id < 3) AS m, (SELECT i FROM inputs WHERE id = "
        "100) AS none",
        "SELECT s, count(*) AS c FROM inputs GROUP BY s HAVING count(*) = 1 ORDER BY s DESC LIMIT 5",
        "SELECT b, count(*) FROM inputs WHERE i IS NOT NULL OR j IS NOT NULL GROUP BY b ORDER BY "
        "2 DESC, 1",
    )


def _joins():
    a, b = "(SELECT id, i FROM inputs WHERE id < 8)", "(SELECT id, j AS k FROM inputs WHERE id > 4 AND id < 12)"
    for kind in ("JOIN", "INNER JOIN", "LEFT JOIN", "RIGHT OUTER JOIN", "FULL OUTER JOIN"):
        yield f"SELECT x.id AS xid, y.id AS yid, i, k FROM {a} x {kind} {b} y ON x.id = y.id ORDER BY xid, yid"
        yield f"SELECT id, i, k FROM {a} x {kind} {b} y USING (id) ORDER BY id"
        yield f"SELECT * FROM (SELECT i, id FROM inputs WHERE id < 8) x {kind} {b} y USING (id) ORDER BY id"
    for kind in ("LEFT SEMI JOIN", "LEFT ANTI JOIN", "SEMI JOIN", "ANTI JOIN"):
        yield f"SELECT x.id, i FROM {a} x {kind} {b} y ON x.id = y.id ORDER BY x.id"
        yield f"SELECT * FROM {a} x {kind} {b} y USING (id) ORDER BY id"
    yield from (
        "SELECT x.id, y.id AS yid FROM inputs x CROSS JOIN inputs y WHERE x.id < 2 AND y.id < 2 "
        "ORDER BY x.id, y.id",
        "SELECT x.id, y.id AS yid FROM inputs x, inputs y WHERE x.i = y.j AND x.id < 9 ORDER BY "
        "x.id, y.id",
        "SELECT x.id, y.id AS yid FROM inputs x JOIN inputs y ON x.d = y.e ORDER BY x.id, y.id",
        "SELECT x.id, y.id AS yid FROM inputs x JOIN inputs y ON x.i <=> y.j WHERE x.id < 12 AND "
        "y.id < 12 ORDER BY x.id, y.id",
        "SELECT x.id, y.id AS yid FROM inputs x LEFT JOIN inputs y ON x.ns = y.i ORDER BY x.id, "
        "y.id",
        "SELECT x.id, y.id AS yid FROM inputs x JOIN inputs y ON x.i = y.l AND x.s IS NOT NULL "
        "ORDER BY x.id, y.id",
    )


def _sets_and_windows():
    yield from (
        "SELECT i FROM inputs UNION ALL SELECT j FROM inputs",
        "SELECT i FROM inputs UNION SELECT j FROM inputs",
        "SELECT i FROM inputs UNION SELECT l FROM inputs ORDER BY i",
        "SELECT i FROM inputs UNION ALL SELECT d FROM inputs ORDER BY i DESC LIMIT 4",
        "SELECT i FROM inputs WHERE id < 3 UNION ALL SELECT s FROM inputs WHERE id < 3",
        "SELECT dt FROM inputs WHERE id < 3 UNION ALL SELECT ds FROM inputs WHERE id < 3",
        "SELECT i AS a FROM inputs UNION SELECT j FROM inputs UNION ALL SELECT id FROM inputs "
        "ORDER BY a + 1, a LIMIT 10",
        "(SELECT i FROM inputs ORDER BY id LIMIT 2) UNION ALL (SELECT j FROM inputs ORDER BY id "
        "LIMIT 2)",
        "SELECT t FROM inputs WHERE id < 3 UNION ALL SELECT 1.5 UNION ALL SELECT NULL",
        "SELECT id, row_number() OVER (PARTITION BY b ORDER BY id DESC) AS rn FROM inputs ORDER "
        "BY id",
        "SELECT id, rank() OVER (ORDER BY j) AS r, dense_rank() OVER (ORDER BY j) AS dr FROM "
        "inputs ORDER BY id",
        "SELECT id, lag(i) OVER (ORDER BY id) AS p, lead(i, 2) OVER (ORDER BY id) AS q, lag(i, 1, "
        "0) OVER (ORDER BY id) z FROM inputs "
        "ORDER BY id",
        "SELECT * FROM (SELECT id, j, row_number() OVER (PARTITION BY j ORDER BY id) AS rn FROM "
        "inputs) WHERE rn = 1 ORDER BY id",
        "SELECT row_number() OVER (PARTITION BY b ORDER BY id) FROM inputs",
    )


def _nested():
    yield from (
        "SELECT id, transform(ai, x -> x + i) AS t, filter(sa, x -> x > 'a') AS f FROM inputs ORDER BY id",
        "SELECT id, ai[0] AS a, st.b, st.c[0] AS c, inputs.st.a AS sa, mi['a'] AS m FROM inputs ORDER BY id",
        "SELECT id, size(ai) AS n FROM inputs WHERE array_contains(ai, 1) ORDER BY id",
        "SELECT id, aggregate(ai, 0L, (s, x) -> s + coalesce(x, 0)) AS total FROM inputs ORDER BY id",
        "SELECT id, named_struct('a', i, 'b', s) AS st, map('k', j) AS m, array(i, j) AS a FROM inputs WHERE id < "
        "5 ORDER BY id",
        "SELECT x.id, x.t[0] AS first FROM (SELECT id, array(i, j) AS t FROM inputs) x WHERE x.t[1] > 0 ORDER BY "
        "x.id",
        "SELECT id, map_keys(mi) AS k, map_values(mi) AS v FROM inputs ORDER BY id",
        "SELECT max(size(ai)) AS longest, sum(ai[0]) AS firsts FROM inputs",
        "SELECT id, exists(sl, x -> x.k = 'a') AS e, sl.v AS vs FROM inputs ORDER BY id",
        "SELECT id, transform(ai, x -> transform(aj, y -> x + y + id)) AS t FROM inputs ORDER BY id",
        "SELECT count(*) AS n FROM inputs a JOIN inputs b ON a.st.a = b.st.a",
        "SELECT id, dc + 1 AS p, dc * dd AS q, dc / 3 AS r FROM inputs ORDER BY id",
        "SELECT id, X'00ff' AS x, CAST(s AS binary) AS b FROM inputs WHERE id < 4 ORDER BY id",
        "SELECT id, dt + INTERVAL 1 DAY AS d, ts - INTERVAL 2 HOURS AS t FROM inputs ORDER BY id",
        "SELECT id, CASE WHEN b THEN i WHEN id < 3 THEN l ELSE d END AS c FROM inputs ORDER BY id",
    )


def _generators():
    yield from (
        "SELECT * FROM range(5) ORDER BY id", "SELECT id FROM range(2, 5) ORDER BY id", "SELECT id FROM range(5, 2)",
        "SELECT id FROM range(10, 0, -3) ORDER BY id", "SELECT t.x + 1 AS y FROM range(1, 10, 4) AS t(x) ORDER BY y",
        "SELECT count(*) AS n, sum(id) AS s FROM range(0, 1000000, 1, 7)", "SELECT id FROM range(0)",
        "SELECT id FROM range(-2) ",
        "SELECT id FROM RANGE(9223372036854775805, 9223372036854775807) ORDER BY id", "SELECT id FROM range(1, 2, 0)",
        "SELECT id FROM range(-9223372036854775808, -9223372036854775806) ORDER BY id", "SELECT id FROM range(1.5)",
        "SELECT r.id, i FROM range(3) r JOIN inputs ON r.id = inputs.id ORDER BY r.id", "SELECT id FROM range()",
        "SELECT a.id AS x, b.id AS y FROM range(2) a CROSS JOIN range(2) b ORDER BY x, y",
        "SELECT date_add(DATE'2023-01-30', CAST(id AS int)) AS day FROM range(3) ORDER BY day",
        "SELECT * FROM explode(array(1, NULL, 2)) AS t(x) ORDER BY x",
        "SELECT col FROM explode(array('a', 'b')) ORDER BY col",
        "SELECT * FROM explode_outer(CAST(NULL AS array<int>))", "SELECT * FROM posexplode(array(7, 8)) ORDER BY pos",
        "SELECT * FROM explode(map('a', 1, 'b', 2)) AS t(k, v) ORDER BY k",
        "SELECT * FROM stack(2, 1, 'a', 2, 'b') ORDER BY 1",
        "SELECT t.* FROM explode(sequence(DATE'2023-01-01', DATE'2023-01-03')) AS t(ds) ORDER BY ds",
        "SELECT explode(array(1, 2)) AS x", "SELECT posexplode(array('a', 'b')) AS (p, x)",
        "SELECT 1 AS one, explode(array(1, 2)) AS x",
        "SELECT explode(sequence(DATE'2023-01-01', DATE'2023-01-03')) AS ds",
        "SELECT explode_outer(CAST(NULL AS array<int>)) AS x",
        "SELECT count(*) AS n FROM (SELECT explode(sequence(1, 100)) AS x)", "SELECT *, explode(array(1)) AS x",
        "SELECT id, x FROM inputs LATERAL VIEW explode(ai) t AS x ORDER BY id, x",
        "SELECT id, x FROM inputs LATERAL VIEW OUTER explode(ai) t AS x ORDER BY id, x",
        "SELECT id, p, x FROM inputs LATERAL VIEW posexplode(ai) t AS p, x ORDER BY id, p",
        "SELECT id, p, x FROM inputs LATERAL VIEW OUTER posexplode(sa) t AS p, x ORDER BY id, p",
        "SELECT id, k, v FROM inputs LATERAL VIEW explode(mi) t AS k, v ORDER BY id, k",
        "SELECT id, t.k, t.v FROM inputs LATERAL VIEW OUTER explode(mi) t AS k, v ORDER BY id, t.k",
        "SELECT id, p, k, v FROM inputs LATERAL VIEW posexplode(mi) t AS p, k, v ORDER BY id, p",
        "SELECT id, p, q FROM inputs LATERAL VIEW inline(sl) t AS p, q ORDER BY id, p, q",
        "SELECT id, p, q FROM inputs LATERAL VIEW stack(2, 'i', i, 'j', j) t AS p, q ORDER BY id, p",
        "SELECT id, x, y FROM inputs LATERAL VIEW explode(ai) t AS x LATERAL VIEW explode(aj) u AS y ORDER BY id, "
        "x, y",
        "SELECT id, x, y FROM inputs LATERAL VIEW explode(aa) t AS x LATERAL VIEW explode(x) u AS y ORDER BY id, y",
        "SELECT id, explode(ai) AS x FROM inputs ORDER BY id, x",
        "SELECT id, explode(ai) FROM inputs ORDER BY id, col",
        "SELECT id, explode_outer(sa) AS x FROM inputs ORDER BY id, x",
        "SELECT id, explode(mi) AS (k, v) FROM inputs ORDER BY id, k",
        "SELECT id, posexplode(ai) AS (p, x) FROM inputs ORDER BY id, p",
        "SELECT x, count(*) AS n FROM inputs LATERAL VIEW explode(ai) t AS x GROUP BY x ORDER BY x",
        "SELECT id, w2 FROM inputs LATERAL VIEW explode(split(w, ',')) t AS w2 WHERE id < 12 ORDER BY id, w2",
        "SELECT id, x FROM inputs LATERAL VIEW explode(transform(ai, y -> y + 1)) t AS x WHERE x > 2 ORDER BY id, x",
        "SELECT id, explode(array(1, 2)) AS x FROM inputs WHERE id < 3 ORDER BY id, x",
        "SELECT * FROM (SELECT id, ai FROM inputs) q LATERAL VIEW explode(ai) t AS x ORDER BY id, x",
        "SELECT s.id, x FROM (SELECT id, explode(ai) AS x FROM inputs) s WHERE x = 1 ORDER BY s.id",
    )


def _groupings():
    yield from (
        "SELECT b, id % 2 AS p, count(*) AS n FROM inputs GROUP BY ROLLUP(b, id % 2) ORDER BY b, p, n",
        "SELECT b, id % 2 AS p, count(*) AS n FROM inputs GROUP BY CUBE(b, id % 2) ORDER BY b, p, n",
        "SELECT b, count(*) AS n FROM inputs GROUP BY b WITH ROLLUP ORDER BY b, n",
        "SELECT b, j, sum(i) AS n FROM inputs WHERE id < 6 GROUP BY b, j WITH CUBE ORDER BY b, j, n",
        "SELECT b, j, count(*) AS n FROM inputs WHERE id < 6 GROUP BY GROUPING SETS ((b, j), (b), ()) ORDER BY b, "
        "j, n",
        "SELECT b, j, count(*) AS n FROM inputs WHERE id < 6 GROUP BY b, j GROUPING SETS ((b), (j)) ORDER BY b, j, n",
        "SELECT b, grouping(b) AS g, count(*) AS n FROM inputs GROUP BY ROLLUP(b) ORDER BY b, g",
        "SELECT b, count(*) AS n FROM inputs GROUP BY CUBE(b) HAVING count(*) > 3 ORDER BY b, n",
    )


def _subqueries():
    yield from (
        "SELECT id FROM inputs WHERE i IN (SELECT j FROM inputs) ORDER BY id",
        "SELECT id FROM inputs WHERE i NOT IN (SELECT j FROM inputs) ORDER BY id",
        "SELECT id FROM inputs WHERE i NOT IN (SELECT j FROM inputs WHERE j IS NOT NULL) ORDER BY id",
        "SELECT id FROM inputs WHERE NOT i IN (SELECT 7) ORDER BY id",
        "SELECT id FROM inputs WHERE i IN (SELECT l FROM inputs) AND b ORDER BY id",
        "SELECT id FROM inputs WHERE ns IN (SELECT i FROM inputs WHERE id < 3) ORDER BY id",
        "SELECT id FROM inputs a WHERE i IN (SELECT j FROM inputs c WHERE c.id < a.id) ORDER BY id",
        "SELECT id FROM inputs WHERE i IN (SELECT j FROM inputs) OR id = 0 ORDER BY id",
        "SELECT id FROM inputs a WHERE i = (SELECT max(j) FROM inputs c WHERE c.id = a.id) ORDER BY id",
        "SELECT id, (SELECT count(*) FROM inputs c WHERE c.j = a.i) AS n FROM inputs a ORDER BY id",
        "SELECT id FROM inputs a WHERE EXISTS (SELECT 1 FROM inputs c WHERE c.j = a.i AND c.id <> a.id) ORDER BY id",
        "SELECT i FROM inputs INTERSECT SELECT j FROM inputs",
        "SELECT i FROM inputs EXCEPT SELECT j FROM inputs",
        "SELECT i FROM inputs MINUS SELECT j FROM inputs",
        "SELECT b FROM inputs INTERSECT ALL SELECT b FROM inputs WHERE id < 2",
        "SELECT j FROM inputs EXCEPT ALL SELECT i FROM inputs",
        "SELECT i FROM inputs UNION SELECT j FROM inputs INTERSECT SELECT id FROM inputs",
        "SELECT d FROM inputs INTERSECT SELECT d FROM inputs",
        "WITH a AS (SELECT i FROM inputs), b AS (SELECT i FROM a WHERE i > 0) SELECT * FROM b WHERE i IN (SELECT i "
        "FROM a) ORDER BY i",
    )


def _more_aggregates():
    yield from (
        "SELECT b, sort_array(collect_list(i)) AS l, sort_array(collect_set(j)) AS s FROM inputs GROUP BY b ORDER "
        "BY b",
        "SELECT collect_list(i) AS l, collect_set(i) AS s FROM inputs WHERE false",
        "SELECT max_by(s, i) AS a, min_by(s, i) AS b, max_by(id, d) AS c FROM inputs",
        "SELECT count_if(i > 0) AS a, bool_and(b) AS x, bool_or(b) AS y, every(b) AS z, some(b) AS w, any(b) AS v "
        "FROM inputs",
        "SELECT stddev(i) AS a, stddev_pop(i) AS b, variance(i) AS c, var_pop(i) AS d, stddev_samp(e) AS f FROM "
        "inputs WHERE id < 6",
        "SELECT stddev(i) AS a, var_samp(i) AS b, var_pop(i) AS c FROM inputs WHERE id = 1",
        "SELECT corr(i, j) AS a, covar_samp(i, j) AS b, covar_pop(i, j) AS c FROM inputs WHERE id < 6",
        "SELECT percentile(j, 0.3) AS a, median(j) AS b, percentile(e, 0.5) AS c FROM inputs WHERE id < 6",
        "SELECT sum(dc) AS a, avg(dc) AS b, min(dc) AS c, max(dd) AS d, sum(dd) AS e, avg(dd) AS f, avg(dg) AS g "
        "FROM inputs",
        "SELECT b, sum(dc) AS a, avg(dc * 2) AS c FROM inputs GROUP BY b ORDER BY b",
        "SELECT sum(dc) AS a, avg(dc) AS b FROM inputs WHERE false",
        "SELECT first(i, true) AS a FROM (SELECT i FROM inputs WHERE id = 3)",
        "SELECT sum(DISTINCT dc) AS a, count(DISTINCT i) AS c FROM inputs",
        "SELECT count(DISTINCT b, j) AS n FROM inputs",
        "SELECT sum(i) FILTER (WHERE b) AS a, collect_list(i) FILTER (WHERE id < 3) AS c, max_by(i, id) FILTER "
        "(WHERE b) AS m FROM inputs",
        "SELECT min(ai) AS a, max(st) AS s FROM inputs",
        "SELECT approx_count_distinct(i) AS n FROM inputs",
        "SELECT bit_and(i) AS a, bit_or(i) AS b FROM inputs WHERE id < 3",
        "SELECT kurtosis(i) AS k, skewness(i) AS s FROM inputs WHERE id < 4",
    )


def _more_windows():
    yield from (
        "SELECT id, sum(i) OVER (PARTITION BY b ORDER BY id) AS s FROM inputs ORDER BY id",
        "SELECT id, sum(i) OVER () AS s, count(*) OVER (PARTITION BY b) AS n, avg(i) OVER (PARTITION BY b) AS a "
        "FROM inputs ORDER BY id",
        "SELECT id, sum(j) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS s FROM inputs ORDER BY id",
        "SELECT id, sum(j) OVER (ORDER BY id ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS s FROM inputs "
        "ORDER BY id",
        "SELECT id, max(j) OVER (ORDER BY j RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS s FROM inputs "
        "ORDER BY id",
        "SELECT id, sum(j) OVER (ORDER BY id ROWS 1 PRECEDING) AS s FROM inputs ORDER BY id",
        "SELECT id, first_value(i) OVER (ORDER BY id) AS f, last_value(i) OVER (ORDER BY id) AS l FROM inputs "
        "ORDER BY id",
        "SELECT id, first_value(i) IGNORE NULLS OVER (ORDER BY id DESC) AS f FROM inputs ORDER BY id",
        "SELECT id, first(i, true) OVER (ORDER BY id DESC) AS f, last(i, true) OVER (ORDER BY id) AS l FROM inputs "
        "ORDER BY id",
        "SELECT id, lag(i, 1) IGNORE NULLS OVER (ORDER BY id) AS a, lead(i, 1, -7) OVER (ORDER BY id) AS c FROM "
        "inputs ORDER BY id",
        "SELECT id, nth_value(i, 2) OVER (ORDER BY id) AS a, ntile(4) OVER (ORDER BY id) AS n FROM inputs ORDER BY "
        "id",
        "SELECT id, percent_rank() OVER (ORDER BY j) AS p, cume_dist() OVER (ORDER BY j) AS c FROM inputs ORDER BY "
        "id",
        "SELECT id, sum(dc) OVER (PARTITION BY b ORDER BY id) AS s FROM inputs ORDER BY id",
        "SELECT id, row_number() OVER w AS r, sum(i) OVER w AS s FROM inputs WINDOW w AS (PARTITION BY b ORDER BY "
        "id) ORDER BY id",
        "SELECT b, sum(count(*)) OVER () AS t, count(*) AS n FROM inputs GROUP BY b ORDER BY b",
        "SELECT id, collect_list(j) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS l FROM inputs "
        "ORDER BY id",
        "SELECT id, count(i) OVER (PARTITION BY b ORDER BY j DESC NULLS FIRST, id) AS c FROM inputs ORDER BY id",
        "SELECT id, rank() OVER (PARTITION BY b ORDER BY j DESC) AS r FROM inputs ORDER BY id",
        "SELECT * FROM (SELECT id, rank() OVER (PARTITION BY b ORDER BY id) AS r FROM inputs) WHERE r <= 2 ORDER "
        "BY id",
        "SELECT id, min(i) OVER (ORDER BY id ROWS BETWEEN 3 PRECEDING AND 1 PRECEDING) AS m FROM inputs ORDER BY id",
    )
