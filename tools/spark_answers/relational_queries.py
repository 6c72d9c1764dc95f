# SPDX-License-Identifier: Apache-2.0
"""More queries over `inputs`: keys and orders of values that compare in ways of their own, columns in which
several types meet, aggregates, frames and pivots."""


def queries():
    yield from (*_keys_and_orders(), *_meeting_types(), *_aggregates(), *_frames(), *_pivots_and_casts())


def _keys_and_orders():
    """NaN, -0.0 and NULL inside of what is grouped, compared, sorted."""
    yield from (
        "SELECT d, count(*) AS n FROM inputs GROUP BY d",
        "SELECT f, count(*) AS n FROM inputs GROUP BY f",
        "SELECT DISTINCT e FROM inputs",
        "SELECT e FROM inputs UNION SELECT d FROM inputs",
        "SELECT e FROM inputs INTERSECT SELECT d FROM inputs",
        "SELECT d FROM inputs EXCEPT SELECT e FROM inputs WHERE id < 2",
        "SELECT d FROM inputs INTERSECT ALL SELECT d FROM inputs",
        "SELECT d FROM inputs EXCEPT ALL SELECT e FROM inputs",
        "SELECT x.id, y.id AS yid, x.d, y.e FROM inputs x JOIN inputs y ON x.d = y.e ORDER BY x.id, y.id",
        "SELECT x.id, d FROM inputs x JOIN (SELECT e AS d, id AS k FROM inputs) y USING (d) ORDER BY x.id",
        "SELECT x.id, d FROM inputs x FULL JOIN (SELECT e AS d, id AS k FROM inputs) y USING (d) ORDER BY "
        "x.id, d",
        "SELECT id, row_number() OVER (PARTITION BY d ORDER BY id) AS r, first_value(d) OVER (PARTITION BY d "
        "ORDER BY id) AS f FROM inputs ORDER BY id",
        "SELECT id, count(*) OVER (PARTITION BY da) AS r FROM inputs ORDER BY id",
        "SELECT ai, count(*) AS n FROM inputs GROUP BY ai",
        "SELECT da, count(*) AS n FROM inputs GROUP BY da",
        "SELECT st, count(*) AS n FROM inputs GROUP BY st",
        "SELECT DISTINCT sl FROM inputs",
        "SELECT DISTINCT da FROM inputs",
        "SELECT struct(d, e) AS s, count(*) AS n FROM inputs GROUP BY struct(d, e)",
        "SELECT mi, count(*) AS n FROM inputs GROUP BY mi",
        "SELECT DISTINCT mi FROM inputs",
        "SELECT mi FROM inputs UNION SELECT mj FROM inputs",
        "SELECT mi FROM inputs INTERSECT SELECT mj FROM inputs",
        "SELECT id FROM inputs ORDER BY ai, id",
        "SELECT id FROM inputs ORDER BY ai DESC, id",
        "SELECT id FROM inputs ORDER BY da, id",
        "SELECT id FROM inputs ORDER BY st, id",
        "SELECT id FROM inputs ORDER BY st DESC NULLS FIRST, id",
        "SELECT id FROM inputs ORDER BY sl, id",
        "SELECT id FROM inputs ORDER BY aa DESC, id",
        "SELECT id FROM inputs ORDER BY mi, id",
        "SELECT id FROM inputs ORDER BY bn, id",
        "SELECT id FROM inputs ORDER BY s DESC, id",
        "SELECT id, rank() OVER (ORDER BY st) AS r FROM inputs ORDER BY id",
        "SELECT id, rank() OVER (ORDER BY ai DESC) AS r FROM inputs ORDER BY id",
        "SELECT id FROM inputs WHERE ai = aj ORDER BY id",
        "SELECT id FROM inputs WHERE st < su ORDER BY id",
        "SELECT id FROM inputs WHERE st IN (SELECT su FROM inputs) ORDER BY id",
        "SELECT id FROM inputs WHERE d IN (SELECT e FROM inputs) ORDER BY id",
        "SELECT id FROM inputs WHERE d NOT IN (SELECT e FROM inputs WHERE e IS NOT NULL) ORDER BY id",
        "SELECT count(DISTINCT d) AS a, count(DISTINCT da) AS b, count(DISTINCT st) AS c FROM inputs",
        "SELECT sum(DISTINCT e) AS a FROM inputs WHERE id < 7",
        "SELECT sort_array(collect_set(d)) AS a FROM inputs",
        "SELECT size(collect_set(d)) AS a, size(collect_set(da)) AS b, size(collect_set(st)) AS c, "
        "size(collect_set(bn)) AS e FROM inputs",
        "SELECT x.id, y.id AS yid FROM inputs x JOIN inputs y ON x.da = y.da ORDER BY x.id, y.id",
        "SELECT x.id, y.id AS yid FROM inputs x JOIN inputs y ON x.st <=> y.su ORDER BY x.id, y.id",
        "SELECT x.id, k FROM inputs x JOIN (SELECT id AS k, da FROM inputs) y USING (da) ORDER BY x.id, k",
        "SELECT x.id, k FROM inputs x JOIN (SELECT id AS k, st FROM inputs) y USING (st) ORDER BY x.id, k",
        "SELECT min(d) AS a, max(d) AS b, min(f) AS c FROM inputs",
        "SELECT min(e) AS a FROM inputs WHERE id IN (1, 5)",
        "SELECT first_value(e) OVER (ORDER BY e, id) AS f, id FROM inputs ORDER BY id",
    )


def _meeting_types():
    yield from (
        "SELECT d FROM inputs UNION ALL SELECT s FROM inputs",
        "SELECT ts FROM inputs UNION ALL SELECT s FROM inputs",
        "SELECT dt FROM inputs UNION ALL SELECT ts FROM inputs",
        "SELECT tn FROM inputs UNION ALL SELECT ts FROM inputs",
        "SELECT b FROM inputs UNION ALL SELECT i FROM inputs",
        "SELECT b FROM inputs UNION ALL SELECT s FROM inputs",
        "SELECT dc FROM inputs UNION ALL SELECT i FROM inputs",
        "SELECT dc FROM inputs UNION ALL SELECT dd FROM inputs",
        "SELECT dc FROM inputs UNION ALL SELECT de FROM inputs",
        "SELECT dc FROM inputs UNION ALL SELECT d FROM inputs",
        "SELECT dc FROM inputs UNION ALL SELECT f FROM inputs",
        "SELECT dc FROM inputs UNION ALL SELECT s FROM inputs",
        "SELECT l FROM inputs UNION ALL SELECT f FROM inputs",
        "SELECT l FROM inputs UNION ALL SELECT d FROM inputs",
        "SELECT i FROM inputs UNION ALL SELECT f FROM inputs",
        "SELECT f FROM inputs UNION ALL SELECT d FROM inputs",
        "SELECT bn FROM inputs UNION ALL SELECT s FROM inputs",
        "SELECT t FROM inputs UNION ALL SELECT sm FROM inputs",
        "SELECT ai FROM inputs UNION ALL SELECT da FROM inputs",
        "SELECT ai FROM inputs UNION ALL SELECT sa FROM inputs",
        "SELECT mi FROM inputs UNION ALL SELECT mj FROM inputs",
        "SELECT st FROM inputs UNION ALL SELECT su FROM inputs",
        "SELECT struct(i) AS x FROM inputs UNION ALL SELECT struct(l) FROM inputs",
        "SELECT struct(i) AS x FROM inputs UNION ALL SELECT struct(j) FROM inputs",
        "SELECT 1 AS x UNION ALL SELECT 'a'",
        "SELECT '12' AS x UNION ALL SELECT 1",
        "SELECT DATE '2020-01-01' AS x UNION ALL SELECT '2020-01-02'",
        "SELECT i FROM inputs UNION ALL SELECT 'a'",
        "SELECT d FROM inputs UNION ALL SELECT '1'",
        "SELECT 1 AS x UNION ALL SELECT 2L",
        "SELECT 1 AS x UNION ALL SELECT 1.5",
        "SELECT 1.5 AS x UNION ALL SELECT 2.25",
        "SELECT 1.5D AS x UNION ALL SELECT 2.25",
        "SELECT t FROM inputs UNION ALL SELECT 1",
        "SELECT * FROM VALUES (1, 'a'), ('b', 2)",
        "SELECT * FROM VALUES (1), (2.5)",
        "SELECT * FROM VALUES (1), (2.5D)",
        "SELECT * FROM VALUES (1.5), (2.25D)",
        "SELECT * FROM VALUES (DATE '2020-01-01'), ('x')",
        "SELECT * FROM VALUES (DATE '2020-01-01'), (TIMESTAMP '2020-01-01 00:00:01')",
        "SELECT * FROM VALUES (true), (1)",
        "SELECT * FROM VALUES (1), (NULL)",
        "SELECT * FROM VALUES (NULL), (NULL)",
        "SELECT * FROM VALUES (array(1)), (array('a'))",
        "SELECT * FROM VALUES (1.50), (22.5)",
        "SELECT id FROM inputs WHERE i ORDER BY id",
        "SELECT id FROM inputs WHERE s ORDER BY id",
        "SELECT id FROM inputs WHERE 'true' ORDER BY id",
        "SELECT count(*) AS n FROM inputs HAVING count(*)",
        "SELECT count(*) FILTER (WHERE i) AS n FROM inputs",
        "SELECT sum(b) AS n FROM inputs",
        "SELECT bool_and(i) AS n FROM inputs",
        "SELECT count_if(i) AS n FROM inputs",
        "SELECT x.id, i FROM inputs x JOIN (SELECT ns AS i, id AS k FROM inputs) y USING (i) ORDER BY x.id",
        "SELECT x.id, i FROM inputs x JOIN (SELECT l AS i, id AS k FROM inputs) y USING (i) ORDER BY x.id",
        "SELECT x.id, i FROM inputs x FULL JOIN (SELECT l AS i, id AS k FROM inputs) y USING (i) ORDER BY "
        "x.id, i",
        "SELECT x.id, i FROM inputs x FULL JOIN (SELECT d AS i, id AS k FROM inputs WHERE id > 3) y USING "
        "(i) ORDER BY x.id, i",
        "SELECT x.id, dt FROM inputs x JOIN (SELECT ds AS dt, id AS k FROM inputs) y USING (dt) ORDER BY x.id",
        "SELECT x.id, dt FROM inputs x JOIN (SELECT ts AS dt, id AS k FROM inputs) y USING (dt) ORDER BY x.id",
        "SELECT x.id, b FROM inputs x JOIN (SELECT i AS b, id AS k FROM inputs) y USING (b) ORDER BY x.id",
        "SELECT x.id, dc FROM inputs x JOIN (SELECT dd AS dc, id AS k FROM inputs) y USING (dc) ORDER BY x.id",
        "SELECT x.id, dc FROM inputs x JOIN (SELECT d AS dc, id AS k FROM inputs) y USING (dc) ORDER BY x.id",
        "SELECT id, lag(i, 1, 1.5) OVER (ORDER BY id) AS a FROM inputs ORDER BY id",
        "SELECT id, lag(i, 1, 'x') OVER (ORDER BY id) AS a FROM inputs ORDER BY id",
        "SELECT id, lag(t, 1, 300) OVER (ORDER BY id) AS a FROM inputs ORDER BY id",
        "SELECT id, lag(d, 1, 3) OVER (ORDER BY id) AS a FROM inputs ORDER BY id",
        "SELECT e FROM inputs WHERE id = 5 GROUP BY e",
        "SELECT id FROM inputs LIMIT 0",
        "SELECT x.id FROM inputs x JOIN inputs y ON x.i ORDER BY x.id",
        "SELECT i AS a FROM inputs UNION ALL SELECT d FROM inputs UNION ALL SELECT s FROM inputs",
        "(SELECT i AS a FROM inputs) UNION ALL ((SELECT d FROM inputs) UNION ALL (SELECT s FROM inputs))",
        "SELECT i FROM inputs INTERSECT SELECT ns FROM inputs",
        "SELECT d FROM inputs EXCEPT SELECT ns FROM inputs",
        "SELECT named_struct('a', i) AS x FROM inputs UNION ALL SELECT named_struct('a', j) FROM inputs",
        "SELECT named_struct('a', i) AS x FROM inputs UNION ALL SELECT named_struct('a', l) FROM inputs",
        "SELECT named_struct('a', i) AS x FROM inputs UNION ALL SELECT named_struct('b', j) FROM inputs",
        "SELECT e FROM inputs WHERE id = 5 UNION SELECT e FROM inputs WHERE id = 5",
        "SELECT e FROM inputs WHERE id = 5 INTERSECT SELECT e FROM inputs WHERE id = 1",
        "SELECT e FROM inputs WHERE id = 5 EXCEPT ALL SELECT e FROM inputs WHERE id = 2",
        "SELECT DISTINCT e FROM inputs WHERE id = 5",
        "SELECT DISTINCT e, count(*) OVER (PARTITION BY e) AS n FROM inputs WHERE id IN (1, 5)",
        "SELECT b, max(struct(ts, id)) AS m, min(struct(i, s)) AS n, max(ai) AS o, min(aa) AS p FROM inputs "
        "GROUP BY b ORDER BY b",
        "SELECT id, max(struct(j, id)) OVER (PARTITION BY b ORDER BY id) AS m FROM inputs ORDER BY id",
        "SELECT max(st) FILTER (WHERE id < 3) AS m, min(sl) AS n, max_by(id, st) AS o, min_by(id, da) AS p "
        "FROM inputs WHERE id < 4",
        "SELECT max(mi) AS m FROM inputs",
        "SELECT mode(d) AS m FROM inputs WHERE id = 3",
        "SELECT id, row_number() OVER (PARTITION BY b ORDER BY st DESC NULLS LAST, id) AS r FROM inputs "
        "ORDER BY id",
        "SELECT i AS k, st FROM inputs ORDER BY struct(b, -i), id",
        "SELECT DISTINCT st FROM inputs ORDER BY st",
        "SELECT id, rank() OVER (PARTITION BY mi ORDER BY id) AS r FROM inputs ORDER BY id",
    )


def _aggregates():
    yield from (
        "SELECT count(DISTINCT b, j) AS n, count(DISTINCT d, e) AS m, count(i, j) AS o, count(DISTINCT b, j) "
        "FILTER (WHERE id < 9) AS p FROM inputs",
        "SELECT b, count(DISTINCT j, st) AS n FROM inputs GROUP BY b ORDER BY b",
        "SELECT count(DISTINCT b, j) FROM inputs",
        "SELECT bit_and(i) AS a, bit_or(j) AS b, bit_xor(l) AS c, bit_and(t) AS d, bit_or(sm) AS e FROM "
        "inputs",
        "SELECT bit_and(i) AS a, bit_or(i) AS b, bit_xor(i) AS c FROM inputs WHERE false",
        "SELECT id, bit_or(n) OVER (ORDER BY id) AS a FROM inputs ORDER BY id",
        "SELECT bit_and(d) AS a FROM inputs",
        "SELECT mode(j) AS m, mode(b) FILTER (WHERE id IN (0, 2)) AS n, mode(s) FILTER (WHERE id = 3) AS o, "
        "mode(i) FILTER (WHERE false) AS p FROM inputs WHERE j = -1 OR id < 4",
        "SELECT kurtosis(i) AS k, skewness(i) AS s, kurtosis(j) AS l, skewness(dc) AS t FROM inputs WHERE id "
        "< 4",
        "SELECT id % 4 AS g, skewness(n) AS s, kurtosis(n) AS k FROM inputs GROUP BY id % 4 ORDER BY g",
        "SELECT skewness(n) AS s, kurtosis(n) AS k, skewness(e) AS t, kurtosis(e) AS u FROM inputs WHERE id "
        "= 1",
        "SELECT skewness(n) AS s, kurtosis(n) AS k FROM inputs WHERE id IN (1, 2)",
        "SELECT skewness(1000000 + n) AS s, kurtosis(1000000 + n) AS k FROM inputs",
        "SELECT skewness(i) AS s, kurtosis(i) AS k FROM inputs WHERE false",
        "SELECT skewness(5) AS s, kurtosis(5) AS k, var_pop(5) AS v, corr(5, n) AS c FROM inputs",
        "SELECT id, skewness(n) OVER (ORDER BY id) AS s, kurtosis(n) OVER (ORDER BY id) AS k FROM inputs "
        "ORDER BY id",
        "SELECT id % 3 AS g, corr(n, j) AS a, covar_samp(n, j) AS b, covar_pop(n, j) AS c, var_samp(n) AS v "
        "FROM inputs WHERE id < 8 GROUP BY id % 3 ORDER BY g",
        "SELECT corr(n, j) AS a, covar_samp(n, j) AS b, covar_pop(n, j) AS c, stddev(n) AS d, var_pop(n) AS "
        "e FROM inputs WHERE id = 1",
        "SELECT corr(n, 5) AS a, corr(5, n) AS b, corr(5, 5) AS c, covar_pop(n, 5) AS d FROM inputs",
        "SELECT corr(n, j) AS a, covar_samp(n, j) AS b, covar_pop(n, j) AS c FROM inputs WHERE false",
        "SELECT regr_count(n, j) AS a, regr_avgx(n, j) AS b, regr_avgy(n, j) AS c, regr_sxx(n, j) AS d, "
        "regr_syy(n, j) AS e, regr_sxy(n, j) AS f FROM inputs",
        "SELECT regr_slope(n, j) AS a, regr_intercept(n, j) AS b, regr_r2(n, j) AS c FROM inputs",
        "SELECT regr_count(n, j) AS a, regr_avgx(n, j) AS b, regr_avgy(n, j) AS c, regr_sxx(n, j) AS d, "
        "regr_syy(n, j) AS e, regr_sxy(n, j) AS f FROM inputs WHERE false",
        "SELECT regr_slope(n, j) AS a, regr_intercept(n, j) AS b, regr_r2(n, j) AS c FROM inputs WHERE false",
        "SELECT regr_count(n, j) AS a, regr_avgx(n, j) AS b, regr_avgy(n, j) AS c, regr_sxx(n, j) AS d, "
        "regr_syy(n, j) AS e, regr_sxy(n, j) AS f FROM inputs WHERE id = 2",
        "SELECT regr_slope(n, j) AS a, regr_intercept(n, j) AS b, regr_r2(n, j) AS c FROM inputs WHERE id = 2",
        "SELECT regr_slope(n, 5) AS a, regr_intercept(n, 5) AS b, regr_r2(n, 5) AS c, regr_slope(5, n) AS d, "
        "regr_intercept(5, n) AS e, regr_r2(5, n) AS f FROM inputs",
        "SELECT b, regr_slope(dc, n) AS a, regr_intercept(dc, n) AS c, regr_r2(dc, n) AS d FROM inputs WHERE "
        "id < 8 GROUP BY b ORDER BY b",
        "SELECT regr_sxx(e, n) AS a, regr_syy(e, n) AS b, regr_sxy(e, n) AS c FROM inputs WHERE id < 7",
        "SELECT percentile(j, array(0.3, 0.5, 1)) AS a, percentile(n, 0) AS b, percentile(n, 1) AS c, "
        "percentile(dc, 0.25) AS d FROM inputs",
        "SELECT percentile(i, 0.5) AS a, median(i) AS b FROM inputs WHERE false",
        "SELECT percentile(d, 0.9) AS a, percentile(d, 1) AS b, median(d) AS c FROM inputs",
        "SELECT percentile(i, array(0.5)) AS a FROM inputs WHERE false",
        "SELECT percentile_approx(i, 0.5) AS a, percentile_approx(d, 0.5) AS b, approx_percentile(n, 0.3) AS "
        "c, percentile_approx(t, 0.9) AS e FROM inputs",
        "SELECT percentile_approx(j, 0) AS a, percentile_approx(j, 1) AS b, percentile_approx(j, array(0.1, "
        "0.25, 0.75, 0.99)) AS c, percentile_approx(j, 0.5, 100) AS e FROM inputs",
        "SELECT percentile_approx(dt, 0.5) AS a, percentile_approx(f, 0.2) AS b, percentile_approx(ts, 0.5) "
        "FILTER (WHERE id IN (0, 1, 2, 3, 4)) AS c, percentile_approx(d, array(0.0, 0.99, 1.0)) AS e FROM "
        "inputs",
        "SELECT percentile_approx(i, 0.5) AS a, percentile_approx(i, array(0.5)) AS b FROM inputs WHERE false",
        "SELECT b, percentile_approx(n, array(0.07, 0.5)) AS a FROM inputs GROUP BY b ORDER BY b",
        "SELECT percentile_approx(n, 0.5, 20) AS a FROM inputs",
        "SELECT percentile_approx(s, 0.5) AS a FROM inputs",
        "SELECT percentile_approx(l, 0.5) AS a FROM inputs",
        "SELECT b, j, grouping_id() AS g, grouping_id(b, j) AS h, count(*) AS n FROM inputs WHERE id < 6 "
        "GROUP BY CUBE(b, j) ORDER BY b, j, g",
        "SELECT b, j, grouping_id() AS g, grouping(j) AS k FROM inputs WHERE id < 6 GROUP BY b, j WITH "
        "ROLLUP ORDER BY b, j, g",
        "SELECT any_value(i) AS a, any_value(i, true) AS b FROM inputs WHERE id = 3",
        "SELECT sum(DISTINCT e) AS a, avg(DISTINCT e) AS b, sum(DISTINCT dc) AS c, avg(DISTINCT j) AS d FROM "
        "inputs WHERE id < 7",
        "SELECT count(*) FILTER (WHERE i > 0) AS a, avg(j) FILTER (WHERE b) AS c, min(s) FILTER (WHERE id < "
        "3) AS m, count(DISTINCT j) FILTER (WHERE b) AS e, stddev(n) FILTER (WHERE id < 5) AS f FROM inputs",
        "SELECT count_if(b) AS a, count_if(i > 0) FILTER (WHERE id < 5) AS c FROM inputs",
        "SELECT array_agg(i) AS a FROM (SELECT i FROM inputs WHERE id = 3)",
        "SELECT approx_count_distinct(i) AS n, approx_count_distinct(d) AS m FROM inputs",
        "SELECT first(i) AS a, last(i) AS b, first(i, true) AS c, last(i, true) AS d, first_value(s) AS e "
        "FROM (SELECT i, s FROM inputs WHERE id < 3 ORDER BY id)",
        "SELECT sum(f) AS a, avg(f) AS b FROM inputs WHERE id < 4",
        "SELECT corr(dc, n) AS a, stddev(dc) AS b, var_pop(dc) AS c, percentile(dc, 0.3) AS e, median(f) AS "
        "g FROM inputs WHERE id < 8",
    )


def _frames():
    yield from (
        "SELECT id, sum(j) OVER (ORDER BY id RANGE BETWEEN 2 PRECEDING AND CURRENT ROW) AS s FROM inputs "
        "ORDER BY id",
        "SELECT id, count(*) OVER (ORDER BY n RANGE BETWEEN 2 PRECEDING AND 1 FOLLOWING) AS s FROM inputs "
        "ORDER BY id",
        "SELECT id, count(*) OVER (ORDER BY n DESC RANGE BETWEEN 2 PRECEDING AND 1 FOLLOWING) AS s FROM "
        "inputs ORDER BY id",
        "SELECT id, count(*) OVER (ORDER BY n NULLS LAST RANGE BETWEEN 2 PRECEDING AND CURRENT ROW) AS s "
        "FROM inputs ORDER BY id",
        "SELECT id, count(*) OVER (PARTITION BY b ORDER BY n RANGE BETWEEN UNBOUNDED PRECEDING AND 3 "
        "FOLLOWING) AS s FROM inputs ORDER BY id",
        "SELECT id, count(*) OVER (ORDER BY e RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS s FROM inputs "
        "ORDER BY id",
        "SELECT id, count(*) OVER (ORDER BY dc RANGE BETWEEN 3 PRECEDING AND 3 FOLLOWING) AS s FROM inputs "
        "ORDER BY id",
        "SELECT id, count(*) OVER (ORDER BY l RANGE BETWEEN 5 PRECEDING AND CURRENT ROW) AS s FROM inputs "
        "WHERE id IN (0, 1, 2, 5, 7, 8, 9) ORDER BY id",
        "SELECT id, count(*) OVER (ORDER BY sm RANGE BETWEEN 200 PRECEDING AND CURRENT ROW) AS s FROM inputs "
        "WHERE id NOT IN (3, 4) ORDER BY id",
        "SELECT id, count(*) OVER (ORDER BY i RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS s FROM inputs "
        "ORDER BY id",
        "SELECT id, count(*) OVER (ORDER BY dt RANGE BETWEEN 400 PRECEDING AND CURRENT ROW) AS s FROM inputs "
        "WHERE id NOT IN (5, 6) ORDER BY id",
        "SELECT id, count(*) OVER (ORDER BY dt RANGE BETWEEN INTERVAL 400 DAYS PRECEDING AND CURRENT ROW) AS "
        "s FROM inputs WHERE id NOT IN (5, 6) ORDER BY id",
        "SELECT id, count(*) OVER (ORDER BY ts RANGE BETWEEN INTERVAL 400 DAYS PRECEDING AND INTERVAL 36 "
        "HOURS FOLLOWING) AS s FROM inputs WHERE id NOT IN (5, 6) ORDER BY id",
        "SELECT id, count(*) OVER (ORDER BY ts RANGE BETWEEN INTERVAL 14 MONTHS PRECEDING AND CURRENT ROW) "
        "AS s FROM inputs WHERE id NOT IN (5, 6) ORDER BY id",
        "SELECT id, count(*) OVER (ORDER BY dt RANGE BETWEEN INTERVAL 14 MONTHS PRECEDING AND CURRENT ROW) "
        "AS s FROM inputs WHERE id NOT IN (5, 6) ORDER BY id",
        "SELECT id, count(*) OVER (ORDER BY tn RANGE BETWEEN INTERVAL 1 DAY PRECEDING AND CURRENT ROW) AS s "
        "FROM inputs WHERE id NOT IN (5, 6) ORDER BY id",
        "SELECT id, count(*) OVER (ORDER BY ts RANGE BETWEEN 5 PRECEDING AND CURRENT ROW) AS s FROM inputs "
        "ORDER BY id",
        "SELECT id, count(*) OVER (ORDER BY s RANGE BETWEEN 5 PRECEDING AND CURRENT ROW) AS s FROM inputs "
        "ORDER BY id",
        "SELECT id, first_value(n) OVER (ORDER BY n, id RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) "
        "AS s FROM inputs ORDER BY id",
        "SELECT id, sum(n) OVER (ORDER BY id RANGE 3 PRECEDING) AS s FROM inputs ORDER BY id",
        "SELECT id, count(*) OVER (ORDER BY ts RANGE BETWEEN INTERVAL 400 DAYS PRECEDING AND INTERVAL 2 DAYS "
        "FOLLOWING) AS s FROM inputs WHERE id NOT IN (5, 6) ORDER BY id",
        "SELECT id, count(*) OVER (ORDER BY ts RANGE BETWEEN INTERVAL 36 HOURS PRECEDING AND CURRENT ROW) AS "
        "s FROM inputs WHERE id NOT IN (5, 6) ORDER BY id",
    )


def _pivots_and_casts():
    yield from (
        "SELECT * FROM (SELECT b, n, j FROM inputs) PIVOT (sum(j) FOR n IN (0, 1, 2)) ORDER BY b",
        "SELECT * FROM (SELECT b, n, j FROM inputs) PIVOT (sum(j) AS s, count(*) AS c FOR n IN (0 AS zero, "
        "1, -1)) ORDER BY b",
        "SELECT * FROM (SELECT b, n, j FROM inputs) PIVOT (sum(j), avg(j) FOR n IN (0 AS zero, 1)) ORDER BY b",
        "SELECT * FROM (SELECT b, s, id FROM inputs WHERE id < 12) PIVOT (count(*) FOR s IN ('a', '' AS "
        "empty, 'none')) ORDER BY b, id",
        "SELECT * FROM (SELECT b, s, w FROM inputs) PIVOT (max(w) FOR s IN ('a', 'aaa' AS x)) ORDER BY b",
        "SELECT b, `1` AS one FROM (SELECT b, n, j FROM inputs) PIVOT (min(j) FOR n IN (1, 2)) WHERE `1` IS "
        "NOT NULL ORDER BY b",
        "SELECT * FROM (SELECT dt, j FROM inputs) PIVOT (count(j) FOR dt IN (DATE '1970-01-01', DATE "
        "'2023-01-01' AS x))",
        "SELECT * FROM (SELECT b, j FROM inputs) PIVOT (sum(j + 1) FOR b IN (true, false))",
        "SELECT * FROM (SELECT b, j FROM inputs WHERE false) PIVOT (sum(j) FOR b IN (true, false))",
        "SELECT * FROM (SELECT d, n, j FROM inputs) PIVOT (sum(j) FOR n IN (0, 1)) ORDER BY d",
        "SELECT * FROM (SELECT id, i, j FROM inputs) UNPIVOT (v FOR c IN (i, j)) ORDER BY id, c",
        "SELECT * FROM (SELECT id, i, j FROM inputs) UNPIVOT INCLUDE NULLS (v FOR c IN (i AS first, j)) AS u "
        "WHERE u.id < 14 ORDER BY u.id, u.c",
        "SELECT id, c, v FROM (SELECT id, i, l FROM inputs) UNPIVOT (v FOR c IN (i, l)) ORDER BY id, c",
        "SELECT c, sum(v) AS s FROM (SELECT id, n, j FROM inputs) UNPIVOT (v FOR c IN (n, j)) GROUP BY c "
        "ORDER BY c",
        "SELECT id, try_cast(ns AS int) AS a, try_cast(l AS int) AS b, try_cast(i AS tinyint) AS c, "
        "try_cast(d AS int) AS e, try_cast(d AS bigint) AS f, try_cast(f AS smallint) AS g FROM inputs ORDER "
        "BY id",
        "SELECT id, try_cast(ns AS double) AS a, try_cast(ds AS date) AS b, try_cast(bs AS boolean) AS c, "
        "try_cast(ns AS decimal(5,2)) AS e, try_cast(i AS string) AS f, try_cast(d AS decimal(10,2)) AS g "
        "FROM inputs ORDER BY id",
        "SELECT id, try_cast(ds AS timestamp) AS a FROM inputs WHERE id NOT IN (23) ORDER BY id",
        "SELECT id, try_cast(ns AS bigint) AS a, try_cast(ns AS tinyint) AS b, try_cast(ns AS float) AS c, "
        "try_cast(l AS smallint) AS e, try_cast(i AS double) AS g, try_cast(ts AS date) AS h FROM inputs "
        "ORDER BY id",
        "SELECT id, try_cast(dt AS int) AS a FROM inputs ORDER BY id",
        "SELECT id, try_cast(dc AS int) AS a FROM inputs ORDER BY id",
    )
