-- Event logs: the last state of a key, sessions, JSON, nested values.

SELECT event_id, user_id, event_type, ts, ds
  FROM (SELECT *, row_number() OVER (PARTITION BY event_id ORDER BY ts DESC) AS rn FROM events
  WHERE ds BETWEEN '{{ start_date }}' AND '{{ end_date }}') t
  WHERE rn = 1 ORDER BY event_id;

WITH ranked AS (
  SELECT u.*, ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY updated_at DESC NULLS LAST) rnk FROM users u)
  SELECT user_id, name, upper(country) AS country, attrs['tier'] AS tier, size(emails) AS n_emails
  FROM ranked WHERE rnk = 1 ORDER BY 1;

WITH lagged AS (
  SELECT user_id, event_id, event_time,
  lag(event_time) OVER (PARTITION BY user_id ORDER BY event_time, event_id) AS prev_time
  FROM events WHERE user_id IS NOT NULL),
  flagged AS (
  SELECT *, CASE WHEN prev_time IS NULL OR unix_timestamp(event_time) - unix_timestamp(prev_time) > 30 * 60
  THEN 1 ELSE 0 END AS is_new
  FROM lagged)
  SELECT user_id, event_id, event_time,
  sum(is_new) OVER (PARTITION BY user_id ORDER BY event_time, event_id ROWS UNBOUNDED PRECEDING) AS session_id
  FROM flagged ORDER BY user_id, event_time, event_id;

SELECT user_id, concat_ws('-', user_id, CAST(session AS STRING)) AS session_id, min(event_time) AS started,
  max(event_time) AS ended, count(*) AS events, count(DISTINCT event_type) AS kinds,
  (max(ts) - min(ts)) / 1000.0 AS seconds
  FROM (SELECT *, sum(IF(gap > 1800000 OR gap IS NULL, 1, 0)) OVER (PARTITION BY user_id ORDER BY ts) AS session
  FROM (SELECT *, ts - lag(ts, 1) OVER (PARTITION BY user_id ORDER BY ts) AS gap FROM events))
  WHERE user_id IS NOT NULL GROUP BY user_id, session ORDER BY user_id, started;

SELECT user_id, event_time, event_time - INTERVAL 30 MINUTES AS since,
  CASE WHEN lag(event_time) OVER w < event_time - INTERVAL 30 MINUTES THEN true ELSE false END AS gap
  FROM events WINDOW w AS (PARTITION BY user_id ORDER BY event_time) ORDER BY event_time, user_id;

SELECT event_id, get_json_object(payload, '$.user.id') AS uid, get_json_object(payload, '$.tags[0]') AS tag,
  CAST(get_json_object(payload, '$.price') AS DOUBLE) AS price
  FROM events WHERE get_json_object(payload, '$.ok') = 'true' ORDER BY ts;

SELECT event_id, p.user.id AS uid, p.user.name, p.tags[1] AS tag, p.price * 2 AS twice, p.at AS at
  FROM (SELECT event_id, ts, from_json(payload, 'user STRUCT<id: INT, name: STRING>, price DOUBLE,
    tags ARRAY<STRING>, at TIMESTAMP') AS p
  FROM events) ORDER BY ts;

SELECT event_id, j.* FROM events LATERAL VIEW json_tuple(payload, 'price', 'ok', 'at') j AS price, ok, at
  ORDER BY ts;

SELECT event_id, p.* FROM (SELECT event_id, from_json(payload, 'price DOUBLE, ok BOOLEAN') p FROM events)
  ORDER BY event_id, price;

SELECT to_json(named_struct('id', event_id, 'os', device.os, 'n', size(items))) AS j,
  to_json(device) AS device, to_json(properties) AS properties FROM events ORDER BY ts;

SELECT event_id, device.os, device.screen.w AS width, coalesce(device.version, 'unknown') AS version,
  properties['page'] AS page, element_at(properties, 'ref') AS ref, items[0].sku AS first_sku
  FROM events WHERE device IS NOT NULL ORDER BY ts;

SELECT e.event_id, e.device.*, e.ds FROM events e WHERE e.device.os <=> 'ios' ORDER BY e.ts;

SELECT event_id, item.sku, item.qty * item.price AS revenue, pos
  FROM events LATERAL VIEW OUTER posexplode(items) x AS pos, item ORDER BY ts, pos;

SELECT event_id, k, v FROM events LATERAL VIEW OUTER explode(properties) p AS k, v ORDER BY ts, k;

SELECT event_id, i.sku, t.tag FROM events
  LATERAL VIEW explode(items) AS i LATERAL VIEW OUTER explode(i.tags) t AS tag ORDER BY ts, sku, tag;

SELECT event_id, inline(items) FROM events ORDER BY ts, sku;

SELECT event_id, sku, qty FROM events LATERAL VIEW inline(items) i AS sku, qty, price, tags
  WHERE qty > 1 ORDER BY ts, sku;

SELECT event_id, transform(items, x -> x.qty * x.price) AS revenues,
  filter(items, x -> x.qty > 1) AS many, exists(items, x -> array_contains(x.tags, 'sale')) AS on_sale,
  aggregate(items, CAST(0 AS DOUBLE), (acc, x) -> acc + coalesce(x.qty, 0) * x.price, acc -> round(acc, 2)) AS total
  FROM events ORDER BY ts;

SELECT event_id, aggregate(transform(items, i -> i.qty), 0, (a, b) -> a + b) AS qty,
  array_join(transform(items, x -> upper(x.sku)), ',', '?') AS skus,
  flatten(transform(items, x -> x.tags)) AS tags, items.sku AS all_skus
  FROM events ORDER BY ts;

SELECT event_id, map_keys(properties) AS ks, map_values(properties) AS vs, map_entries(properties) AS es,
  map_filter(properties, (k, v) -> v IS NOT NULL) AS present,
  transform_values(properties, (k, v) -> concat(k, '=', v)) AS pairs,
  map_concat(properties, map('src', 'app')) AS more, map_contains_key(properties, 'ref') AS has_ref
  FROM events ORDER BY ts;

SELECT user_id, collect_list(struct(ts, event_type)) AS trail, sort_array(collect_set(event_type)) AS kinds,
  array_sort(collect_set(device.os)) AS systems, size(collect_set(ds)) AS days
  FROM (SELECT * FROM events ORDER BY ts) GROUP BY user_id ORDER BY user_id;

SELECT user_id, transform(array_sort(collect_list(struct(ts, event_type, amount)),
  (l, r) -> CASE WHEN l.ts < r.ts THEN 1 WHEN l.ts > r.ts THEN -1 ELSE 0 END), x -> x.event_type) AS latest_first
  FROM events GROUP BY user_id ORDER BY user_id;

SELECT user_id, slice(reverse(array_sort(collect_list(named_struct('ts', ts, 'type', event_type)))), 1, 3) AS last3
  FROM events WHERE user_id IS NOT NULL GROUP BY user_id ORDER BY user_id;

SELECT user_id, map_from_entries(collect_list(struct(event_id, amount))) AS amounts
  FROM (SELECT DISTINCT user_id, event_id, first(amount) OVER (PARTITION BY event_id ORDER BY ts) amount FROM events
  WHERE user_id = 'u2')
  GROUP BY user_id;

SELECT user_id, map_from_arrays(collect_list(event_type), collect_list(c)) AS counts
  FROM (SELECT user_id, event_type, count(*) c FROM events GROUP BY 1, 2) GROUP BY user_id ORDER BY user_id;

SELECT order_id, str_to_map(lines, ';', ':') AS m, split(lines, ';') AS parts, size(split(lines, ';')) AS n,
  CAST(split(split(lines, ';')[1], ':')[1] AS INT) AS b FROM orders ORDER BY order_id;

SELECT event_id, parse_url(url, 'HOST') AS host, parse_url(url, 'QUERY', 'utm_source') AS source,
  regexp_extract(url, '/p/(\\d+)', 1) AS product, regexp_replace(url, '[?#].*$', '') AS bare,
  split(parse_url(url, 'PATH'), '/')[2] AS last FROM events ORDER BY ts;

SELECT DISTINCT lower(trim(event_type)) AS event_type, substring(ds, 1, 7) AS month FROM events ORDER BY ALL;

-- Times.

SELECT event_id, to_date(event_time) AS d, date_format(event_time, 'yyyy-MM-dd HH:mm') AS minute,
  date_trunc('HOUR', event_time) AS h, trunc(to_date(ds), 'MM') AS m, hour(event_time) AS hr,
  dayofweek(event_time) AS dow, weekofyear(event_time) AS w, last_day(event_time) AS l
  FROM events ORDER BY ts;

SELECT event_id, from_unixtime(ts / 1000) AS a, from_unixtime(ts DIV 1000, 'yyyyMMdd') AS b,
  to_timestamp(ts / 1000) AS c, timestamp_millis(ts) AS d, CAST(ts / 1000 AS TIMESTAMP) AS e,
  unix_timestamp(ds, 'yyyy-MM-dd') * 1000 AS f, unix_millis(event_time) - ts AS g FROM events ORDER BY ts;

SELECT order_id, datediff(delivered_at, shipped_at) AS days, months_between(delivered_at, '2023-01-31') AS months,
  round((unix_timestamp(delivered_at) - unix_timestamp(created_at, 'yyyy-MM-dd HH:mm:ss')) / 3600, 2) AS hours,
  add_months(order_day, 3) AS plus, next_day(order_day, 'MON') AS monday, date_add(order_day, -1) AS before
  FROM orders ORDER BY order_id;

SELECT order_id FROM orders WHERE order_day >= date_sub(to_date('{{ end_date }}'), 3)
  AND order_day < DATE '{{ end_date }}' AND created_at >= '{{ start_date }} 00:00:00' ORDER BY order_id;

SELECT * FROM rates WHERE '{{ latest_date }}' BETWEEN valid_from AND coalesce(valid_to, DATE '9999-12-31')
  ORDER BY currency;

SELECT event_id, event_time + INTERVAL 7 DAYS AS a, event_time - INTERVAL '1' HOUR AS b,
  to_date(ds) + INTERVAL 1 MONTH AS c, event_time - INTERVAL '1' DAY + INTERVAL 2 HOURS AS d,
  to_date(ds) - INTERVAL '2' WEEK AS e, event_time + INTERVAL '1 02:03:04' DAY TO SECOND AS f,
  event_time + INTERVAL '1-2' YEAR TO MONTH AS g, event_time + INTERVAL 1 YEAR AS h,
  event_time + INTERVAL '10:30' HOUR TO MINUTE AS i
  FROM events ORDER BY ts;

SELECT order_id, to_date(ds) + 1 AS tomorrow, to_date(ds) - 7 AS week_ago, order_day - to_date('2023-11-01') AS
  since
  FROM orders ORDER BY order_id;

SELECT order_id, delivered_at - shipped_at > INTERVAL '1' DAY AS late FROM orders ORDER BY order_id;

SELECT order_id FROM orders WHERE delivered_at - shipped_at > INTERVAL 12 HOURS ORDER BY order_id;

SELECT order_id, extract(DAY FROM delivered_at - shipped_at) AS d, extract(HOUR FROM (delivered_at - shipped_at)) AS
  h
  FROM orders ORDER BY order_id;

SELECT order_id, shipped_at + make_interval(0, 0, 0, quantity) AS a, shipped_at + make_interval(0, 0, 0, 0,
  quantity, 30) AS b,
  shipped_at - make_dt_interval(quantity, 1) AS c, order_day + make_ym_interval(1, quantity) AS d
  FROM orders ORDER BY order_id;

SELECT order_id, shipped_at + quantity * INTERVAL 1 DAY AS a, shipped_at + INTERVAL 1 HOUR * quantity AS b
  FROM orders ORDER BY order_id;

SELECT order_id, CAST(delivered_at AS BIGINT) - CAST(shipped_at AS BIGINT) AS s,
  CAST(delivered_at AS DOUBLE) - CAST(shipped_at AS DOUBLE) AS f,
  to_unix_timestamp(shipped_at) AS u, date_part('DOY', shipped_at) AS doy, CAST(shipped_at AS DATE) AS d
  FROM orders ORDER BY order_id;

SELECT timestampdiff(MINUTE, shipped_at, delivered_at) AS m, timestampadd(HOUR, quantity, shipped_at) AS t,
  date_diff(DAY, shipped_at, delivered_at) AS d FROM orders ORDER BY order_id;

SELECT to_utc_timestamp(created_at, 'America/New_York') AS utc, from_utc_timestamp(shipped_at, 'Europe/Berlin') AS
  local,
  to_timestamp(created_at) AS t, to_timestamp(created_at, 'yyyy-MM-dd HH:mm:ss') AS p, to_date(created_at,
  'yyyy-MM-dd HH:mm:ss') AS d
  FROM orders ORDER BY order_id;

SELECT window.start AS s, window.end AS e, count(*) AS c, sum(amount) AS total FROM events
  GROUP BY window(event_time, '1 day') ORDER BY s;

SELECT user_id, window(event_time, '2 hours', '1 hour').start AS s, count(1) AS c FROM events
  WHERE user_id = 'u1' GROUP BY user_id, window(event_time, '2 hours', '1 hour') ORDER BY s;

SELECT user_id, session_window.start AS s, session_window.end AS e, count(*) AS c FROM events
  WHERE user_id IS NOT NULL GROUP BY user_id, session_window(event_time, '30 minutes') ORDER BY user_id, s;

SELECT d.ds, count(o.order_id) AS orders FROM
  (SELECT date_format(d, 'yyyy-MM-dd') AS ds FROM (SELECT explode(sequence(to_date('{{ start_date }}'), 
    to_date('{{ end_date }}'))) AS d)) d
  LEFT JOIN orders o ON o.ds = d.ds GROUP BY d.ds ORDER BY d.ds;

SELECT explode(sequence(DATE '2023-01-31', DATE '2023-06-30', INTERVAL 1 MONTH)) AS month_end;

SELECT explode(sequence(timestamp '2023-12-01 00:00:00', timestamp '2023-12-01 06:00:00', interval 90 minutes)) AS t;

SELECT year(order_day) AS y, quarter(order_day) AS q, month(order_day) AS m, date_format(order_day, 'E') AS e,
  weekday(order_day) AS w, dayofyear(order_day) AS j, count(*) AS c FROM orders GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY j;

SELECT event_time::date AS d, ts::string AS t, amount::double AS a, quantity::bigint + 1 AS q FROM events ORDER BY
  ts;

-- Aggregates.

SELECT user_id, count(*) AS n, count(amount) AS with_amount, count(DISTINCT event_type) AS kinds,
  sum(amount) AS total, avg(amount) AS mean, min(event_time) AS first_seen, max(event_time) AS last_seen,
  sum(quantity) AS quantity, max(score) AS best, sum(CASE WHEN event_type = 'purchase' THEN amount ELSE 0 END) AS
  bought
  FROM events GROUP BY user_id ORDER BY user_id;

SELECT ds, count(*) FILTER (WHERE event_type = 'view') AS views, sum(amount) FILTER (WHERE NOT is_bot) AS human,
  count_if(is_bot) AS bots, avg(IF(event_type = 'click', 1.0, 0.0)) AS ctr, bool_or(is_bot) AS any_bot,
  max_by(event_id, ts) AS last_event, min_by(event_type, ts) AS first_type
  FROM events GROUP BY ds ORDER BY ds;

SELECT user_id, first(amount, true) AS f, last(amount, true) AS l, first_value(event_type) AS t,
  any_value(user_id) AS u FROM (SELECT * FROM events ORDER BY ts) GROUP BY user_id ORDER BY user_id;

SELECT event_type, percentile_approx(amount, 0.5) AS median, percentile_approx(ts, array(0.25, 0.75), 100) AS
  quartiles,
  percentile(score, 0.9) AS p90, approx_count_distinct(user_id) AS users, stddev(amount) AS sd, variance(quantity)
  AS v
  FROM events GROUP BY event_type HAVING count(*) > 2 ORDER BY event_type;

SELECT country, tier, count(*) AS n, grouping_id() AS g, grouping(country) AS gc, grouping(tier) AS gt
  FROM (SELECT country, attrs['tier'] AS tier FROM users) GROUP BY CUBE (country, tier) ORDER BY g, country, tier;

SELECT coalesce(currency, 'ALL') AS currency, coalesce(status, 'ALL') AS status, sum(total) AS total
  FROM orders GROUP BY ROLLUP (currency, status) ORDER BY 1, 2, 3;

SELECT currency, status, ds, sum(total) AS total, grouping_id(currency, status, ds) AS g FROM orders
  GROUP BY GROUPING SETS ((currency, status), (ds), ()) ORDER BY g, currency, status, ds;

SELECT currency, status, sum(total) AS total FROM orders GROUP BY currency, ROLLUP (status) ORDER BY 1, 2, 3;

SELECT currency, sum(total) FROM orders GROUP BY currency WITH ROLLUP ORDER BY currency NULLS LAST;

SELECT currency, upper(status) AS state, count(*) AS n FROM orders GROUP BY ALL ORDER BY ALL;

SELECT upper(status) AS state, sum(total) AS total FROM orders GROUP BY state HAVING total > 100 ORDER BY total DESC;

SELECT user_id, sum(total) AS total, sum(total) / count(*) AS mean, count(*) * 1.0 / sum(count(*)) OVER () AS share,
  rank() OVER (ORDER BY sum(total) DESC) AS r FROM orders GROUP BY user_id ORDER BY r, user_id;

SELECT * FROM (SELECT user_id, event_type, amount FROM events WHERE user_id IS NOT NULL)
  PIVOT (sum(amount) AS amount, count(*) AS n FOR event_type IN ('view', 'click' AS clicks, 'purchase')) ORDER BY
  user_id;

SELECT user_id, sum(IF(event_type = 'view', 1, 0)) AS step1, sum(IF(event_type = 'add_to_cart', 1, 0)) AS step2,
  max(CASE event_type WHEN 'purchase' THEN 1 WHEN 'refund' THEN -1 ELSE 0 END) AS outcome,
  round(sum(IF(event_type = 'click', 1, 0)) / nullif(count(*), 0), 3) AS rate FROM events GROUP BY user_id ORDER BY
  user_id;

SELECT order_id, metric, value FROM (SELECT order_id, stack(2, 'total', CAST(total AS DOUBLE), 'discount', discount)
  AS (metric, value) FROM orders)
  WHERE value IS NOT NULL ORDER BY order_id, metric;

SELECT kind, sum(v) AS total FROM (SELECT quantity, CAST(total AS INT) AS whole FROM orders)
  UNPIVOT (v FOR kind IN (quantity, whole AS units)) GROUP BY kind ORDER BY kind;

SELECT ds, user_id, sum(total) AS day_total,
  sum(sum(total)) OVER (PARTITION BY user_id ORDER BY ds ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS
  running
  FROM orders GROUP BY ds, user_id ORDER BY user_id, ds;

SELECT mode(event_type) AS m, median(quantity) AS q, corr(score, quantity) AS c, skewness(quantity) AS s,
  sum(DISTINCT quantity) AS sd
  FROM events WHERE NOT isnan(score);

SELECT user_id, count(DISTINCT event_type, ds) AS pairs, concat_ws(',', sort_array(collect_set(event_type))) AS
  kinds,
  array_distinct(flatten(collect_list(items.sku))) AS skus
  FROM (SELECT * FROM events ORDER BY ts) GROUP BY user_id ORDER BY user_id;

SELECT hash(user_id) % 4 AS bucket, pmod(hash(user_id), 4) AS positive, abs(xxhash64(user_id, ds)) % 100 AS x,
  md5(user_id) AS m,
  sha2(concat_ws('|', user_id, ds), 256) AS s, crc32(user_id) AS c FROM users ORDER BY user_id, ds;

SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY score) AS p FROM events WHERE NOT isnan(score);

SELECT bool_and(quantity >= 0) AS a, every(is_bot) AS e, bit_or(quantity) AS b, kurtosis(quantity) AS k,
  covar_pop(quantity, ts) AS c, regr_slope(quantity, ts) AS r, try_sum(ts) AS s, try_avg(quantity) AS v FROM events;

-- Windows.

SELECT user_id, ts, sum(amount) OVER (PARTITION BY user_id ORDER BY ts ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS
  s,
  avg(quantity) OVER (PARTITION BY user_id ORDER BY ts ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS a,
  lead(event_type, 1, 'none') OVER (PARTITION BY user_id ORDER BY ts) AS following,
  first_value(event_type) OVER (PARTITION BY user_id ORDER BY ts) AS f,
  last_value(amount) IGNORE NULLS OVER (PARTITION BY user_id ORDER BY ts) AS filled
  FROM events ORDER BY user_id, ts;

SELECT event_id, count(*) OVER (PARTITION BY user_id ORDER BY event_time RANGE BETWEEN INTERVAL 1 HOUR PRECEDING AND
  CURRENT ROW) AS last_hour,
  sum(amount) OVER (PARTITION BY user_id ORDER BY event_time RANGE BETWEEN INTERVAL 7 DAYS PRECEDING AND INTERVAL 1
  SECOND PRECEDING) AS before
  FROM events ORDER BY event_time;

SELECT event_id, sum(amount) OVER (PARTITION BY user_id ORDER BY ts RANGE BETWEEN 3600000 PRECEDING AND CURRENT ROW)
  AS hour,
  count(*) OVER (ORDER BY unix_timestamp(event_time) RANGE BETWEEN 86399 PRECEDING AND 1 FOLLOWING) AS day FROM
  events ORDER BY ts;

SELECT order_id, sum(total) OVER (PARTITION BY user_id ORDER BY order_day RANGE BETWEEN 6 PRECEDING AND CURRENT ROW)
  AS week,
  sum(total) OVER (PARTITION BY user_id ORDER BY to_date(ds) RANGE BETWEEN INTERVAL 6 DAYS PRECEDING AND CURRENT
  ROW) AS week2
  FROM orders ORDER BY order_id;

SELECT order_id, sum(total) OVER (PARTITION BY user_id ORDER BY CAST(order_day AS timestamp) RANGE BETWEEN INTERVAL
  6 DAYS PRECEDING AND CURRENT ROW) AS week
  FROM orders ORDER BY order_id;

SELECT user_id, ts, dense_rank() OVER w AS dr, ntile(3) OVER w AS bucket, percent_rank() OVER w AS pr, cume_dist()
  OVER w AS cd,
  nth_value(event_type, 2) OVER w AS second, count(*) OVER (PARTITION BY user_id) AS n
  FROM events WINDOW w AS (PARTITION BY user_id ORDER BY ts) ORDER BY user_id, ts;

SELECT user_id, event_type, ts, max(ts) FILTER (WHERE event_type = 'view') OVER (PARTITION BY user_id ORDER BY ts)
  AS last_view
  FROM events ORDER BY user_id, ts;

SELECT user_id, ts, last(IF(event_type = 'purchase', ts, NULL), true) OVER (PARTITION BY user_id ORDER BY ts ROWS
  BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS last_purchase,
  collect_set(event_type) OVER (PARTITION BY user_id) IS NOT NULL AS c,
  size(collect_list(event_id) OVER (PARTITION BY user_id ORDER BY ts ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)) AS
  seen FROM events ORDER BY user_id, ts;

SELECT user_id, ds, total - lag(total, 1, 0) OVER (PARTITION BY user_id ORDER BY order_id) AS delta,
  total / sum(total) OVER (PARTITION BY user_id) AS share, avg(discount) OVER (PARTITION BY currency ORDER BY
  order_id) AS mean
  FROM orders ORDER BY order_id;

SELECT * FROM (SELECT user_id, status, row_number() OVER (PARTITION BY user_id, status ORDER BY order_id) AS rn FROM
  orders) WHERE rn <= 2
  ORDER BY user_id, status, rn;

-- Joins and set operations.

WITH latest AS (SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY user_id ORDER BY ds DESC) rn FROM users)
  WHERE rn = 1),
  enriched AS (SELECT e.event_id, e.user_id, l.country, e.amount * r.rate AS usd, e.ts
  FROM events e LEFT JOIN latest l ON e.user_id = l.user_id
  LEFT JOIN rates r ON r.currency = CASE WHEN l.country = 'US' THEN 'USD' ELSE 'EUR' END
  AND to_date(e.ds) >= r.valid_from AND to_date(e.ds) < coalesce(r.valid_to, DATE'9999-12-31'))
  SELECT country, count(*) AS n, sum(usd) AS usd FROM enriched GROUP BY country ORDER BY country;

SELECT u.user_id, u.name FROM users u WHERE EXISTS (SELECT 1 FROM orders o WHERE o.user_id = u.user_id AND o.total >
  50) ORDER BY 1, 2;

SELECT u.user_id FROM users u WHERE NOT EXISTS (SELECT * FROM events e WHERE e.user_id = u.user_id AND e.event_type
  = 'purchase') ORDER BY 1;

SELECT user_id FROM users WHERE user_id IN (SELECT user_id FROM events WHERE amount > 10) AND user_id NOT IN (SELECT
  user_id FROM orders WHERE user_id IS NOT NULL AND quantity = 4) ORDER BY 1;

SELECT u.user_id, (SELECT max(o.total) FROM orders o WHERE o.user_id = u.user_id) AS top, (SELECT count(*) FROM
  orders) AS n FROM users u ORDER BY 1, 2;

SELECT o.order_id, o.total FROM orders o WHERE o.total > (SELECT avg(total) FROM orders i WHERE i.currency =
  o.currency) ORDER BY 1;

SELECT user_id, e.n AS events, o.n AS orders FROM (SELECT user_id, count(*) n FROM events GROUP BY user_id) e
  FULL OUTER JOIN (SELECT user_id, count(*) n FROM orders GROUP BY user_id) o USING (user_id) ORDER BY user_id,
  events;

SELECT e.user_id, e.n, o.n AS m FROM (SELECT user_id, count(*) n FROM events GROUP BY user_id) e
  JOIN (SELECT user_id, count(*) n FROM orders GROUP BY user_id) o ON e.user_id <=> o.user_id ORDER BY 1;

SELECT /*+ BROADCAST(u) */ o.order_id, u.name FROM orders o JOIN users u ON o.user_id = u.user_id AND u.ds =
  '2023-12-01' ORDER BY 1;

SELECT o.* FROM orders o LEFT SEMI JOIN users u ON o.user_id = u.user_id AND u.country = 'US' ORDER BY order_id;

SELECT o.order_id FROM orders o LEFT ANTI JOIN rates r ON o.currency = r.currency ORDER BY order_id;

SELECT `o`.`order_id` AS `order id`, `u`.`name` AS `user-name` FROM `orders` `o` INNER JOIN `users` AS `u` USING
  (`user_id`) ORDER BY `order id`, `user-name`;

SELECT event_id AS id, CAST(amount AS STRING) AS v, 'event' AS src FROM events WHERE ds = '2023-11-29'
  UNION ALL SELECT CAST(order_id AS STRING), status, 'order' FROM orders WHERE ds = '2023-11-29' ORDER BY src, id, v;

SELECT quantity FROM events UNION SELECT quantity FROM orders UNION SELECT birth_year FROM users ORDER BY 1;

SELECT amount AS v FROM events WHERE amount > 30 UNION ALL SELECT total FROM orders WHERE total > 50 UNION ALL
  SELECT score FROM events WHERE score > 5 ORDER BY v;

SELECT ts AS x FROM events WHERE ds = '2023-11-29' UNION ALL SELECT name FROM users ORDER BY x;

SELECT user_id FROM users EXCEPT SELECT user_id FROM events ORDER BY user_id;

SELECT user_id FROM users INTERSECT SELECT user_id FROM orders ORDER BY user_id;

SELECT m.status, m.label, count(o.order_id) AS n FROM VALUES ('paid', 'Paid'), ('shipped', 'On its way'), ('lost',
  NULL) AS m(status, label)
  LEFT JOIN orders o ON lower(o.status) = m.status GROUP BY m.status, m.label ORDER BY m.status;

WITH codes(code, label) AS (VALUES (1, 'one'), (2, 'two')) SELECT o.order_id, c.label FROM orders o JOIN codes c ON
  o.quantity = c.code ORDER BY 1;

SELECT a.order_id, b.order_id AS other FROM orders a CROSS JOIN orders b WHERE a.user_id = b.user_id AND a.order_id
  < b.order_id AND b.order_day <= date_add(a.order_day, 2) ORDER BY 1, 2;

SELECT o.order_id, x.ds FROM orders o, LATERAL (SELECT max(e.ds) AS ds FROM events e WHERE e.user_id = o.user_id) x
  ORDER BY 1;

SELECT o.order_id, e.ts FROM orders o LEFT JOIN events e ON o.user_id = e.user_id AND e.event_time BETWEEN
  o.shipped_at AND o.shipped_at + INTERVAL 1 DAY ORDER BY 1, 2;

SELECT * FROM (SELECT user_id, name FROM users WHERE country = 'US') a NATURAL JOIN (SELECT user_id, order_id FROM
  orders) b ORDER BY order_id, name;

SELECT user_id, name FROM users WHERE (country, ds) IN (('US', '2023-12-01'), ('DE', '2023-12-02')) ORDER BY 1;

SELECT order_id FROM orders WHERE (user_id, ds) IN (SELECT user_id, ds FROM events) ORDER BY 1;

-- Other forms.

SELECT * EXCEPT (rn) FROM (SELECT user_id, country, row_number() OVER (PARTITION BY user_id ORDER BY ds DESC) AS rn
  FROM users) WHERE rn = 1 ORDER BY user_id;

SELECT total * (1 - coalesce(discount, 0)) AS net, net * 1.2 AS gross, net > 50 AS big FROM orders ORDER BY order_id;

SELECT order_id, total AS t, round(t / 3, 2) AS third, CASE WHEN third > 10 THEN 'high' ELSE 'low' END AS band FROM
  orders ORDER BY order_id;

SELECT order_id, total FROM orders ORDER BY total DESC, order_id LIMIT 5 OFFSET 2;

SELECT /*+ REPARTITION(4), COALESCE(1) */ count(*) AS n FROM orders TABLESAMPLE (100 PERCENT);

SELECT user_id FROM users DISTRIBUTE BY user_id SORT BY user_id;

SELECT order_id, ds FROM orders WHERE ds >= '{{ start_date }}' CLUSTER BY ds;

FROM orders SELECT order_id WHERE quantity = 3;

SELECT order_id, total * 100 AS cents, total / 3 AS third, total + 0.005 AS up, round(total, 1) AS r, bround(total,
  0) AS b,
  CAST(total * discount AS DECIMAL(12, 4)) AS cut, total % 7 AS rest, -total AS neg, CAST(total AS INT) AS i,
  ceil(total) AS c, floor(total) AS f, total * quantity AS line FROM orders ORDER BY order_id;

SELECT sum(amount * rate) AS s, avg(rate) AS a, max(amount / rate) AS m, sum(rate) / count(*) AS q
  FROM events JOIN rates ON currency = 'EUR' AND valid_to IS NULL;

SELECT order_id, nvl(status, 'n/a') AS s, nvl2(discount, 'yes', 'no') AS has, nullif(quantity, 0) AS q,
  ifnull(discount, 0) AS d,
  greatest(total, 10, quantity) AS g, least(discount, 0.5, NULL) AS l, decode(currency, 'USD', '$', 'EUR', '€', '?')
  AS sign
  FROM orders ORDER BY order_id;

SELECT user_id, initcap(name) AS n, lpad(user_id, 5, '0') AS p, rpad(country, 3, '.') AS r, instr(name, ' ') AS i,
  substring_index(emails[0], '@', -1) AS domain,
  translate(name, 'ae', '43') AS t, length(name) AS len, reverse(name) AS rev, repeat('x', birth_year - 1980) AS
  rep,
  regexp_like(name, '^[A-Z]') AS cap, name LIKE '%\\_%' AS under, name RLIKE 'Lee$' AS lee, split_part(user_id, 'u',
  2) AS num, format_string('%05d', birth_year) AS f
  FROM users ORDER BY user_id, ds;

SELECT user_id, name ILIKE '%lee' AS lee, country IN ('US', 'DE') AS c, NOT (country = 'US' OR birth_year > 1982) AS
  n, emails[0] AS e0,
  array_contains(emails, 'ann@x.com') AS a, cardinality(emails) AS size, exists(emails, e -> e LIKE '%@x.com') AS x,
  array_max(emails) AS m,
  concat(name, NULL) AS nothing, name || '!' AS loud FROM users ORDER BY user_id, ds;

SELECT order_id, CASE WHEN total >= 50 THEN 'L' WHEN total >= 20 THEN 'M' ELSE 'S' END AS size,
  IF(status IS NULL, 'none', lower(status)) AS status, CAST(discount AS STRING) AS text, CAST('12' AS INT) +
  quantity AS sum FROM orders ORDER BY order_id;

SELECT monotonically_increasing_id() >= 0 AS m, rand() < 1 AS r, length(uuid()) AS u, current_date() >= DATE
  '2023-01-01' AS d, input_file_name() IS NOT NULL AS f,
  spark_partition_id() AS p FROM users LIMIT 1;

SELECT u.user_id, e.email FROM users u LATERAL VIEW explode(filter(u.emails, x -> x IS NOT NULL)) e AS email ORDER
  BY 1, 2;

SELECT user_id, explode_outer(emails) AS email FROM users ORDER BY 1, 2;

SELECT user_id, posexplode(emails) FROM users ORDER BY 1, 2, 3;

SELECT user_id, posexplode(emails) AS (i, email) FROM users ORDER BY 1, 2, 3;

SELECT user_id, attrs.tier, attrs['missing'] AS none FROM users ORDER BY user_id, ds;

SELECT user_id, payload:user.name FROM events;

SELECT named_struct('a', 1, 'b', named_struct('c', 'x')).b.c AS c, array(1, 2, 3)[1] AS two, map('k', 1)['k'] AS k,
  struct(1 AS x, 'y' AS y) AS s,
  array(named_struct('id', 1), named_struct('id', 2)).id AS ids, sequence(1, 5, 2) AS seq, arrays_zip(array(1, 2),
  array('a', 'b')) AS z;

SELECT o.order_id, o.order_id % 2 = 0 AND o.status = 'paid' AS ok, o.`status` FROM `orders` AS o WHERE o.status !=
  'cancelled' AND o.status <> '' ORDER BY o.order_id;

-- the orders of the days that are asked for
  SELECT order_id, -- the key
  total /* in its currency */ FROM orders WHERE ds BETWEEN '{{ start_date }}' AND '{{ end_date }}' ORDER BY
  order_id;

SELECT coalesce(s, 'none') AS s, c FROM (SELECT status AS s, count(*) AS c FROM orders GROUP BY status) ORDER BY c
  DESC, s ASC NULLS LAST;

SELECT typeof(total * 2) AS a, typeof(quantity + 1) AS b, typeof(total / quantity) AS c, typeof(1.5) AS d,
  typeof(1e3) AS e, typeof(1L) AS f, typeof(sum(quantity) OVER ()) AS g FROM orders LIMIT 1;

SELECT try_divide(total, quantity) AS d, try_cast(lines AS INT) AS c, try_element_at(map('a', 1), 'b') AS e,
  try_add(quantity, 1) AS a, total / 0 AS z FROM orders ORDER BY order_id;

SELECT if(assert_true(total >= 0) IS NULL, total, 0) AS t FROM orders ORDER BY order_id;

SELECT width_bucket(CAST(total AS DOUBLE), 0, 100, 5) AS b, count(*) AS n FROM orders GROUP BY 1 ORDER BY 1;

SELECT DISTINCT currency, first_value(total) OVER (PARTITION BY currency ORDER BY order_id) AS f FROM orders ORDER
  BY 1;

SELECT count(*), count(1), sum(total), max(ds), avg(quantity) FROM orders;

SELECT a.user_id, a.cnt, b.cnt FROM (SELECT user_id, count(*) AS cnt FROM events GROUP BY user_id) a LEFT OUTER JOIN
  (SELECT user_id, count(*) AS cnt FROM orders GROUP BY user_id) b ON a.user_id = b.user_id ORDER BY 1;

SELECT order_id, to_csv(named_struct('a', order_id, 'b', status, 'c', total)) AS csv, from_csv('1,abc', 'a INT, b
  STRING').b AS b FROM orders ORDER BY order_id;

SELECT user_id, transform_keys(attrs, (k, v) -> upper(k)) AS a, map_zip_with(attrs, map('tier', 'x'), (k, a, b) ->
  concat(a, b)) AS z, zip_with(emails, emails, (x, y) -> x = y) AS w, forall(emails, x -> x IS NOT NULL) AS f FROM
  users ORDER BY user_id, ds;

SELECT array_union(emails, array('z')) AS u, array_except(emails, array('g@y.net')) AS e, array_intersect(emails,
  array('ann@x.com')) AS i, arrays_overlap(emails, array('d@x.com')) AS o,
  array_remove(emails, 'd@x.com') AS r, array_position(emails, 'ann@x.com') AS p, array_repeat(user_id, 2) AS rr,
  concat(emails, array(user_id)) AS c, array_compact(emails) AS k, array_append(emails, 'q') AS ap
  FROM users ORDER BY user_id, ds;

-- Intervals of columns.

WITH lagged AS (SELECT user_id, event_time,
    event_time - lag(event_time) OVER (PARTITION BY user_id ORDER BY event_time) AS gap FROM events)
SELECT user_id, event_time, CAST(gap AS STRING) AS gap,
  sum(CASE WHEN gap IS NULL OR gap > INTERVAL 30 MINUTES THEN 1 ELSE 0 END)
    OVER (PARTITION BY user_id ORDER BY event_time) AS session
FROM lagged ORDER BY event_time, user_id;

SELECT order_id, CAST(delivered_at - shipped_at AS STRING) AS s, CAST(order_day - DATE '2023-11-30' AS STRING) AS d,
  CAST(order_day - DATE '2023-11-30' AS INT) AS i, CAST(shipped_at - order_day AS STRING) AS m,
  typeof(delivered_at - shipped_at) AS t1, typeof(order_day - order_day) AS t2, typeof(quantity * INTERVAL 1 HOUR) AS t3
FROM orders ORDER BY order_id;

SELECT order_id, extract(DAY FROM delivered_at - shipped_at) AS d, extract(HOUR FROM delivered_at - shipped_at) AS h,
  extract(MINUTE FROM delivered_at - shipped_at) AS m, extract(SECOND FROM delivered_at - shipped_at) AS s,
  date_part('DAY', order_day - DATE '2023-12-01') AS days
FROM orders ORDER BY order_id;

SELECT order_id, CASE WHEN delivered_at - shipped_at < INTERVAL 0 DAYS THEN 'before'
    WHEN delivered_at - shipped_at BETWEEN INTERVAL '0' HOUR AND INTERVAL '1 12' DAY TO HOUR THEN 'fast'
    WHEN delivered_at - shipped_at IS NULL THEN 'open' ELSE 'slow' END AS speed,
  coalesce(delivered_at - shipped_at, INTERVAL '0' SECOND) = INTERVAL 0 SECONDS AS none
FROM orders ORDER BY order_id;

SELECT user_id, CAST(min(delivered_at - shipped_at) AS STRING) AS fastest,
  CAST(max(delivered_at - shipped_at) AS STRING) AS slowest, count(DISTINCT order_day - DATE '2023-11-25') AS days
FROM orders GROUP BY user_id ORDER BY user_id;

SELECT CAST(delivered_at - shipped_at AS STRING) AS took, count(*) AS n FROM orders
GROUP BY delivered_at - shipped_at ORDER BY delivered_at - shipped_at;

SELECT order_id FROM orders WHERE delivered_at - shipped_at > INTERVAL '1' DAY
ORDER BY delivered_at - shipped_at DESC, order_id;

SELECT order_id, shipped_at + (delivered_at - shipped_at) AS a, shipped_at - (delivered_at - shipped_at) / 2 AS b,
  CAST((delivered_at - shipped_at) * 1.5 AS STRING) AS c, CAST((delivered_at - shipped_at) * 0.333D AS STRING) AS d,
  CAST(-(delivered_at - shipped_at) AS STRING) AS e, CAST(abs(delivered_at - shipped_at) AS STRING) AS f,
  CAST((delivered_at - shipped_at) / 7 AS STRING) AS g, CAST((delivered_at - shipped_at) / 0.7 AS STRING) AS h
FROM orders ORDER BY order_id;

SELECT order_id, order_day + (order_day - DATE '2023-11-25') AS a,
  typeof(order_day + (order_day - DATE '2023-11-25')) AS t,
  order_day + quantity * INTERVAL '1' MONTH AS b, shipped_at - quantity * INTERVAL '1-1' YEAR TO MONTH AS c,
  order_day + quantity * INTERVAL '1' DAY AS d, typeof(order_day + quantity * INTERVAL '1' DAY) AS e
FROM orders ORDER BY order_id;

SELECT order_id, CAST(delivered_at - shipped_at + INTERVAL '1' HOUR AS STRING) AS a,
  CAST(delivered_at - shipped_at - INTERVAL 2 DAYS AS STRING) AS b,
  CAST(INTERVAL '1' DAY - (delivered_at - shipped_at) AS STRING) AS c,
  CAST(make_dt_interval(quantity, 3, 4, 5.678901) AS STRING) AS d, CAST(make_ym_interval(quantity, 14) AS STRING) AS e,
  CAST(make_dt_interval(quantity) + (delivered_at - shipped_at) AS STRING) AS f
FROM orders ORDER BY order_id;

SELECT order_id, shipped_at + make_interval(1, quantity) AS a, order_day - make_interval(0, 1, quantity, 3) AS b,
  shipped_at - make_interval(0, 1, 0, quantity, 2, 3, 4.5) AS c, make_interval(0, 0, 0, 1) + order_day AS d
FROM orders ORDER BY order_id;

SELECT user_id, explode(sequence(signup_date, DATE '2023-12-01', INTERVAL 3 MONTHS)) AS d FROM users
WHERE signup_date >= DATE '2022-01-01' ORDER BY user_id, d;

SELECT sequence(DATE '2023-01-31', DATE '2023-06-30', INTERVAL 1 MONTH) AS months,
  sequence(DATE '2023-03-10', DATE '2023-03-01', INTERVAL -2 DAYS) AS back,
  sequence(TIMESTAMP '2023-03-01 00:00:00', TIMESTAMP '2023-03-01 05:00:00', INTERVAL '1:30' HOUR TO MINUTE) AS hours,
  sequence(DATE '2023-01-01', DATE '2023-01-20', INTERVAL 1 WEEK) AS weeks,
  sequence(TIMESTAMP '2023-01-31 10:00:00', TIMESTAMP '2023-04-30 09:59:59', INTERVAL '1' MONTH) AS times;

SELECT ds, hour_start, count(event_id) AS n FROM
  (SELECT explode(sequence(date_trunc('HOUR', min(event_time)), max(event_time), INTERVAL 6 HOURS)) AS hour_start
    FROM events)
LEFT JOIN events ON event_time >= hour_start AND event_time < hour_start + INTERVAL 6 HOURS
GROUP BY ds, hour_start ORDER BY hour_start, ds;

SELECT u.user_id, o.order_id, datediff(o.order_day, u.signup_date) AS days,
  o.order_day - u.signup_date > INTERVAL 300 DAYS AS old FROM users u JOIN orders o ON u.user_id = o.user_id
  AND o.order_day - u.signup_date < INTERVAL '700' DAY ORDER BY order_id, u.ds;

SELECT order_id, delivered_at - shipped_at AS took FROM orders;

SELECT sum(delivered_at - shipped_at) AS total FROM orders;

-- Errors behind conditions.

SELECT order_id, CASE WHEN lines RLIKE '^a:' THEN element_at(split(lines, ';'), quantity - quantity + 1) END AS first,
  CASE WHEN quantity > 0 THEN element_at(array('x', 'y', 'z', 'w'), quantity) ELSE 'none' END AS nth
FROM orders ORDER BY order_id;

SELECT name, IF(name RLIKE '^[0-9]{4}-[0-9]{2}-[0-9]{2}$', to_date(name, 'yyyy-MM-dd'), NULL) AS d FROM users
ORDER BY user_id, ds;

SELECT order_id FROM orders WHERE ds >= '2023-11-27' AND quantity > 0 AND element_at(array(1, 2, 3, 4), quantity) = 2
ORDER BY order_id;

SELECT order_id FROM orders WHERE quantity = 0 OR element_at(array(1, 2, 3, 4), quantity) > 2 ORDER BY order_id;

SELECT user_id, CASE WHEN size(emails) > 0 THEN map_from_arrays(array_distinct(filter(emails, e -> e IS NOT NULL)),
  array_distinct(filter(emails, e -> e IS NOT NULL))) END AS m FROM users ORDER BY user_id, ds;

SELECT country, from_utc_timestamp(updated_at, CASE country WHEN 'US' THEN 'America/New_York' ELSE 'UTC' END) AS local,
  CASE WHEN country IN ('US', 'DE') 
    THEN to_utc_timestamp(updated_at, concat('Europe/', IF(country = 'US', 'London', 'Berlin'))) END AS utc
FROM users ORDER BY user_id, ds;

SELECT o.order_id, u.country FROM orders o LEFT JOIN users u ON o.user_id = u.user_id AND u.ds = '2023-12-01'
  AND to_date(o.created_at, 'yyyy-MM-dd HH:mm:ss') > u.signup_date ORDER BY order_id;

SELECT coalesce(to_timestamp(created_at, 'yyyy-MM-dd HH:mm:ss'), to_timestamp(ds, 'yyyy-MM-dd')) AS t, count(*) AS n
FROM orders GROUP BY coalesce(to_timestamp(created_at, 'yyyy-MM-dd HH:mm:ss'), to_timestamp(ds, 'yyyy-MM-dd'))
ORDER BY t;

-- Rows, stars, groups.

SELECT user_id, ds FROM users WHERE (user_id, ds) NOT IN (SELECT user_id, ds FROM orders WHERE user_id IS NOT NULL)
ORDER BY 1, 2;

SELECT user_id, ds, (user_id, country) IN (('u1', 'US'), ('u2', 'US'), ('u4', CAST(NULL AS STRING))) AS found FROM users ORDER BY 1, 2;

SELECT order_id, (user_id, quantity) IN (SELECT user_id, birth_year - 1980 FROM users) AS found FROM orders ORDER BY 1;

SELECT device.screen.*, device.os FROM events ORDER BY h, os;

SELECT DISTINCT device.* FROM events ORDER BY os NULLS LAST, version;

SELECT currency, status, user_id, count(*) AS n, grouping_id() AS g FROM orders
GROUP BY currency, GROUPING SETS ((status), (user_id)) ORDER BY g, currency, status, user_id;

SELECT currency, status, sum(total) AS total, grouping(status) AS g FROM orders GROUP BY currency, CUBE (status)
ORDER BY currency, g, status;

SELECT upper(status) AS s, currency, count(*) AS n, max(total) AS m FROM orders GROUP BY ALL HAVING count(*) > 1
ORDER BY ALL DESC;

SELECT count(*) AS n FROM orders GROUP BY ALL;

SELECT u.user_id, x.order_id, x.total FROM users u LEFT JOIN LATERAL
  (SELECT o.order_id, o.total FROM orders o WHERE o.user_id = u.user_id AND o.total > 60) x ON true
ORDER BY u.user_id, u.ds, order_id;

SELECT u.user_id, t.n FROM users u JOIN LATERAL (SELECT count(*) AS n FROM orders o WHERE o.user_id = u.user_id) t
ORDER BY 1, 2;

SELECT count(*) AS n FROM (SELECT * FROM orders) TABLESAMPLE (100 PERCENT) AS t;

SELECT count(*) AS n FROM orders TABLESAMPLE (5 ROWS) o;

SELECT i.* FROM events LATERAL VIEW inline(items) i WHERE i.sku = 'c-3' ORDER BY qty, price;

SELECT event_type, percentile_cont(0.25) WITHIN GROUP (ORDER BY quantity) AS p FROM events GROUP BY event_type
ORDER BY event_type;

SELECT initcap(name) AS n, initcap('élan ÖZEL œuvre ǆ ﬁn ß') AS m FROM users ORDER BY user_id, ds;

SELECT order_id, user_id IN (SELECT user_id FROM events) AS a, user_id NOT IN (SELECT user_id FROM events) AS b,
  (user_id IN (SELECT user_id FROM events)) IS NULL AS c,
  NOT (user_id IN (SELECT user_id FROM events) OR quantity = 1) AS d,
  CASE WHEN user_id IN (SELECT user_id FROM events) THEN 'seen' ELSE 'new' END AS e
FROM orders ORDER BY order_id;

SELECT order_id FROM orders WHERE NOT (user_id IN (SELECT user_id FROM events WHERE user_id IS NOT NULL) AND quantity > 1)
  OR status = 'paid' ORDER BY order_id;

-- What a second round of queries found.

SELECT u.*, o.order_id FROM users u JOIN orders o USING (user_id) ORDER BY order_id, u.ds;

SELECT a.*, b.*, user_id FROM (SELECT user_id, count(*) AS n FROM events GROUP BY user_id) a
FULL OUTER JOIN (SELECT user_id, count(*) AS m FROM orders WHERE quantity > 2 GROUP BY user_id) b USING (user_id)
ORDER BY n, m;

SELECT b.*, a.n FROM (SELECT user_id, count(*) AS n FROM events GROUP BY user_id) a
RIGHT JOIN (SELECT user_id, name FROM users) b USING (user_id) ORDER BY name, n;

SELECT to_json(struct(*)) AS j FROM rates ORDER BY j;

SELECT struct(u.*) AS s, to_json(struct(u.user_id, u.country AS c, u.signup_date)) AS j FROM users u ORDER BY j;

SELECT o.order_id, struct(o.*).total AS t, to_json(struct(r.*, o.quantity AS n)) AS r FROM orders o
LEFT JOIN rates r ON r.currency = o.currency AND r.valid_to IS NULL ORDER BY order_id;

SELECT user_id, max(struct(e.ts, e.event_type)).event_type AS last, to_json(max(struct(ds, amount))) AS m FROM events e
GROUP BY user_id ORDER BY user_id;

SELECT event_id, tag, n FROM
  (SELECT event_id, ts, from_json(payload, 'tags ARRAY<STRING>').tags AS tags FROM events)
LATERAL VIEW OUTER explode(tags) t AS tag LATERAL VIEW explode(array(1, 2)) x AS n ORDER BY ts, tag, n;

SELECT event_type, stddev(score) AS s, var_pop(score) AS v, stddev_pop(score) AS p, variance(score) AS w FROM events
GROUP BY event_type ORDER BY event_type;

SELECT ts, stddev(score) OVER (PARTITION BY ds) AS s, var_samp(score) OVER (ORDER BY ts ROWS 2 PRECEDING) AS v FROM events
ORDER BY ts;

SELECT count(*) AS all, max(quantity) AS order, min(ds) AS from, any_value(currency) AS any, sum(quantity) AS left
FROM orders AS select WHERE currency = 'USD';

SELECT order_id, split(lines, '') AS c, split('a,b', '')[1] AS b, size(split(lines, '')) AS n FROM orders ORDER BY order_id;

SELECT user_id, max(struct(ts, event_type)).event_type AS last_type, min(struct(ts, amount)).amount AS first_amount,
  max(named_struct('t', ts, 'd', device)).d.os AS os FROM events GROUP BY user_id ORDER BY user_id;

SELECT user_id, element_at(array_sort(collect_list(struct(ts, event_type))), -1).event_type AS last_type,
  collect_list(event_type)[0] IS NOT NULL AS any FROM (SELECT * FROM events ORDER BY ts) GROUP BY user_id ORDER BY
  user_id;

SELECT count(DISTINCT user_id) AS u, count(DISTINCT ds) AS d, sum(DISTINCT quantity) AS q, count(*) - count(amount)
  AS missing, sum(1) AS n, avg(quantity) AS a FROM events;

SELECT ds, count(DISTINCT user_id, event_type) AS n, count(DISTINCT CASE WHEN event_type = 'purchase' THEN user_id
  END) AS buyers FROM events GROUP BY ds HAVING count(*) > 1 AND buyers >= 0 ORDER BY ds;

SELECT order_id FROM orders WHERE ds = 20231127 OR order_id = '1003' OR total > '90.5' ORDER BY order_id;

SELECT order_id, shipped_at > '2023-11-28' AS a, order_day = '2023-11-28' AS b, order_day BETWEEN '2023-11-26' AND
  '2023-11-28' AS c, shipped_at >= order_day AS d, created_at < shipped_at AS e, ds > order_day AS f FROM orders ORDER
  BY order_id;

SELECT order_id, CASE WHEN quantity > 2 THEN quantity WHEN quantity = 1 THEN total ELSE 0.5 END AS mixed,
  coalesce(discount, total, 0) AS c, IF(quantity = 0, 'none', quantity) AS s, nvl(status, order_id) AS n,
  greatest(order_day, date_sub(shipped_at, 1)) AS g FROM orders ORDER BY order_id;

SELECT order_id, quantity / 2 AS half, quantity DIV 2 AS whole, quantity % 2 AS rest, order_id / 0 AS z, 7 / 2 AS x,
  round(order_id / 7, 2) AS r, round(1234.567, -2) AS m, round(quantity, -1) AS q, total / quantity AS each, 1 / 3 AS
  third, 2 * total - 1.5 AS t FROM orders ORDER BY order_id;

SELECT user_id, name FROM users WHERE user_id IN (SELECT user_id FROM orders WHERE quantity > 3 UNION SELECT user_id
  FROM events WHERE amount > 40) ORDER BY 1, 2;

SELECT u.user_id FROM users u WHERE EXISTS (SELECT 1 FROM orders o WHERE o.user_id = u.user_id AND EXISTS (SELECT 1
  FROM rates r WHERE r.currency = o.currency AND r.rate > 1.05)) ORDER BY 1;

SELECT o.order_id, (SELECT count(*) FROM events e WHERE e.user_id = o.user_id AND e.event_time < o.shipped_at) AS
  before FROM orders o ORDER BY 1;

(SELECT order_id AS id FROM orders ORDER BY total DESC, order_id LIMIT 3) UNION ALL (SELECT order_id FROM orders
  ORDER BY total, order_id LIMIT 2) ORDER BY id;

SELECT * FROM (SELECT order_id, total FROM orders ORDER BY total DESC, order_id LIMIT 5) t WHERE total < 95 ORDER BY
  order_id;

WITH a AS (SELECT user_id, count(*) AS n FROM events GROUP BY user_id), b AS (SELECT a.user_id, a.n, o.m FROM a LEFT
  JOIN (SELECT user_id, sum(total) AS m FROM orders GROUP BY user_id) o ON a.user_id = o.user_id), c AS (SELECT *,
  rank() OVER (ORDER BY coalesce(m, 0) DESC) AS r FROM b) SELECT c.*, a.n = c.n AS same FROM c JOIN a USING (user_id)
  ORDER BY r, c.user_id;

SELECT user_id, n FROM (WITH x AS (SELECT user_id, count(*) AS n FROM orders GROUP BY user_id) SELECT * FROM x WHERE
  n > 3) ORDER BY user_id;

SELECT explode(properties) AS (k, v) FROM events ORDER BY k, v;

SELECT event_id, k, v FROM events LATERAL VIEW explode(map('a', amount, 'b', amount * 2)) m AS k, v WHERE v > 30
  ORDER BY event_id, ts, k;

SELECT o.order_id, part, pos FROM orders o LATERAL VIEW posexplode(split(lines, ';')) p AS pos, part WHERE part <>
  '' ORDER BY 1, 3;

SELECT event_id, z.sku, z.tag FROM events LATERAL VIEW inline(arrays_zip(items.sku, items.tags)) z AS sku, tag ORDER
  BY ts, sku;

SELECT event_id, from_json(payload, 'MAP<STRING, STRING>')['price'] AS price, from_json(get_json_object(payload,
  '$.tags'), 'ARRAY<STRING>')[1] AS tag, get_json_object(payload, '$.tags[*]') AS all, get_json_object(payload,
  '$.user') AS u FROM events ORDER BY ts;

SELECT user_id, event_type, lag(amount, 1, 0) OVER (PARTITION BY user_id ORDER BY ts) AS prev, lag(ts, 2, -1) OVER
  (PARTITION BY user_id ORDER BY ts) AS prev2, lead(ds) OVER (PARTITION BY user_id ORDER BY ts DESC) AS next,
  first_value(amount) IGNORE NULLS OVER (PARTITION BY user_id ORDER BY ts ROWS BETWEEN CURRENT ROW AND UNBOUNDED
  FOLLOWING) AS f FROM events ORDER BY ts, user_id;

SELECT user_id, ts, row_number() OVER (PARTITION BY user_id ORDER BY CASE event_type WHEN 'purchase' THEN 0 ELSE 1
  END, ts DESC) AS rn, avg(amount) OVER (PARTITION BY user_id ORDER BY ts ROWS BETWEEN 3 PRECEDING AND 1 PRECEDING) AS
  a, stddev(score) OVER (PARTITION BY ds) IS NULL AS s, max(amount) OVER (PARTITION BY user_id, ds) - amount AS gap
  FROM events ORDER BY ts, user_id;

SELECT user_id, ds, count(*) AS n, sum(count(*)) OVER (PARTITION BY user_id ORDER BY ds) AS running, rank() OVER
  (PARTITION BY ds ORDER BY count(*) DESC, user_id) AS r, lag(count(*)) OVER (PARTITION BY user_id ORDER BY ds) AS
  prev FROM events GROUP BY user_id, ds ORDER BY user_id, ds;

SELECT date_add(ds, 1) AS a, datediff(ds, '2023-11-01') AS b, date(event_time) AS c, timestamp(ds) AS d, int(amount)
  AS e, string(quantity) AS f, bigint(score) AS g, year(ds) AS h, month('2023-12-05') AS i, date_sub('2023-03-01', 1)
  AS j, last_day(ds) AS k FROM events ORDER BY ts;

SELECT date_format(event_time, 'EEEE') AS a, date_format(event_time, 'yyyyMMddHH') AS b, date_format(ds,
  'MMM d, yyyy') AS c, date_trunc('week', event_time) AS d, date_trunc('MONTH', ds) AS e, trunc(ds, 'YEAR') AS f,
  make_date(2023, quantity + 1, 28) AS g, to_date('20231105', 'yyyyMMdd') AS h, date_format(event_time,
  'HH:mm:ss.SSS') AS i, weekofyear(ds) AS w FROM events ORDER BY ts;

SELECT from_unixtime(ts / 1000, 'yyyy-MM-dd HH') AS a, to_date(from_unixtime(ts / 1000)) AS b,
  unix_timestamp(event_time) AS c, unix_timestamp('2023-12-01 10:00:00') AS d, CAST(event_time AS BIGINT) AS e,
  CAST(ts / 1000 AS INT) AS f, floor(ts / 60000) * 60000 AS g, ts - ts % 3600000 AS h, from_unixtime(floor(ts / 1000 /
  300) * 300) AS bucket FROM events ORDER BY ts;

SELECT status, currency, CASE WHEN grouping(status) = 1 THEN 'all' ELSE coalesce(status, '?') END AS s, sum(total)
  AS total, count(DISTINCT user_id) AS users FROM orders GROUP BY status, currency WITH CUBE HAVING sum(total) > 150
  ORDER BY s, currency, total;

SELECT DISTINCT user_id, upper(substr(currency, 1, 1)) AS c FROM orders WHERE NOT (quantity BETWEEN 1 AND 3) AND
  status IS NOT NULL ORDER BY c, user_id;

SELECT * FROM orders WHERE status LIKE ANY ('%aid', 'ship%') AND NOT status LIKE 'PAID' AND lines NOT RLIKE
  ';b:(4|8)$' ORDER BY order_id;

SELECT event_id, size(filter(items, i -> i.price > 5)) AS n, array_max(transform(items, i -> i.price)) AS m,
  aggregate(map_values(properties), '', (a, v) -> concat(a, coalesce(v, '-'))) AS s, exists(map_keys(properties), k ->
  k = 'ref') AS r, transform(items, (i, n) -> concat(i.sku, '#', n)) AS t, sort_array(transform(items, i -> i.price),
  false) AS p, array_join(sort_array(map_keys(properties)), '|') AS k FROM events ORDER BY ts;

SELECT regexp_extract_all(url, '([a-z]+)=', 1) AS keys, str_to_map(parse_url(url, 'QUERY'), '&', '=')['q'] AS q, url
  LIKE 'https://%/p/_?%' AS l, replace(url, 'https://', '') AS r, substring_index(url, '/', 3) AS b, locate('?', url)
  AS p, length(url) AS n, translate(event_id, 'e0', 'E-') AS t, split(event_id, '')[1] AS c FROM events ORDER BY ts;

SELECT currency, collect_list(total) AS totals, array_agg(quantity) AS q, collect_set(status) IS NOT NULL AS s,
  sum(total) FILTER (WHERE quantity > 2 AND status IS NOT NULL) AS f, count(*) FILTER (WHERE discount IS NULL) AS n,
  max(CASE WHEN quantity > 9 THEN total END) AS none, bool_or(discount > 0.5) AS b, any_value(currency) AS c FROM
  (SELECT * FROM orders ORDER BY order_id) GROUP BY currency ORDER BY currency;

SELECT a.ds, a.n AS events, coalesce(b.n, 0) AS orders, round(coalesce(b.n, 0) / a.n, 3) AS rate FROM (SELECT ds,
  count(*) AS n FROM events GROUP BY ds) a FULL JOIN (SELECT ds, count(*) AS n FROM orders GROUP BY ds) b ON a.ds =
  b.ds ORDER BY a.ds, orders;

SELECT e.event_id, o.order_id FROM events e LEFT JOIN orders o ON e.user_id = o.user_id AND o.created_at <=
  date_format(e.event_time, 'yyyy-MM-dd HH:mm:ss') AND o.quantity IN (1, 2) WHERE e.event_type IN ('view', 'purchase')
  ORDER BY e.ts, e.event_id, o.order_id;

SELECT user_id, coalesce(e.ds, o.ds) AS day, e.n, o.n AS m FROM (SELECT user_id, ds, count(*) n FROM events GROUP BY
  user_id, ds) e FULL OUTER JOIN (SELECT user_id, ds, count(*) n FROM orders GROUP BY user_id, ds) o USING (user_id)
  WHERE user_id = 'u1' ORDER BY 2, 3, 4;

SELECT t.*, u.name FROM (SELECT user_id, ds FROM events WHERE user_id IS NOT NULL GROUP BY user_id, ds) t RIGHT JOIN
  users u ON t.user_id = u.user_id AND t.ds = u.ds ORDER BY u.user_id, u.ds, t.ds;

SELECT currency, valid_from, rate, lead(valid_from) OVER (PARTITION BY currency ORDER BY valid_from) AS until, rate
  - lag(rate) OVER (PARTITION BY currency ORDER BY valid_from) AS change, round((rate / first(rate) OVER (PARTITION BY
  currency ORDER BY valid_from) - 1) * 100, 4) AS percent, CAST(rate AS DOUBLE) AS d, rate * 100 AS c, rate * rate AS
  sq FROM rates ORDER BY currency, valid_from;

SELECT sum(total * (1 - coalesce(discount, 0))) AS a, sum(total * quantity) AS b, avg(total) AS c, avg(total * 1.1)
  AS d, sum(CAST(total AS DOUBLE)) AS e, max(total) - min(total) AS f, sum(total) / count(DISTINCT user_id) AS g,
  sum(quantity) / sum(order_id) AS h, count(nullif(quantity, 0)) AS i FROM orders;

SELECT user_id, attrs['tier'] AS tier, CASE attrs['tier'] WHEN 'gold' THEN 1 WHEN 'silver' THEN 2 END AS rank,
  map_keys(attrs)[0] AS k, coalesce(attrs, map('tier', 'none'))['tier'] AS t, size(attrs) AS n, emails[size(emails) -
  1] AS last, array_contains(emails, NULL) AS c, emails[5] AS far, slice(emails, 1, 1) AS s FROM users ORDER BY
  user_id, ds;

SELECT balance, abs(balance) AS a, sign(balance) AS s, ceil(balance) AS c, floor(balance) AS f, round(balance) AS r,
  balance % 1 AS m, power(balance, 2) AS p, sqrt(abs(balance)) AS q, CAST(balance AS BIGINT) AS b,
  format_number(balance, 2) AS t, balance = 0.5 AS e, balance + 1 AS o, -balance AS n, balance * 2.5 AS x FROM users
  ORDER BY user_id, ds;

SELECT event_id, amount FROM events WHERE amount IS NOT NULL AND (is_bot IS NULL OR NOT is_bot) AND
  coalesce(quantity, 0) != 0 AND nvl(device.os, 'x') IN ('ios', 'web', 'x') ORDER BY amount DESC NULLS LAST, event_id
  LIMIT 10;

SELECT event_type, count(*) AS n, round(100.0 * count(*) / sum(count(*)) OVER (), 2) AS pct, round(100 * count(*) /
  (SELECT count(*) FROM events), 1) AS p2 FROM events GROUP BY event_type ORDER BY n DESC, event_type;

SELECT CASE WHEN amount < 0 THEN 'neg' WHEN amount < 10 THEN 'low' ELSE 'high' END AS bucket, count(*), min(amount),
  max(amount) FROM events GROUP BY CASE WHEN amount < 0 THEN 'neg' WHEN amount < 10 THEN 'low' ELSE 'high' END ORDER
  BY bucket;

SELECT x.user_id, y.ds FROM (SELECT DISTINCT user_id FROM orders) x CROSS JOIN (SELECT DISTINCT ds FROM orders WHERE
  ds < '2023-11-27') y LEFT ANTI JOIN orders o ON o.user_id = x.user_id AND o.ds = y.ds ORDER BY 1, 2;

SELECT user_id, first_value(name) AS n, max_by(country, updated_at) AS c, min_by(struct(name, ds), updated_at) AS f,
  max(updated_at) AS u, collect_list(DISTINCT ds) IS NOT NULL AS d, last(birth_year) AS b FROM users WHERE user_id !=
  'u1' GROUP BY user_id ORDER BY user_id;

SELECT named_struct('id', order_id, 'at', named_struct('day', order_day, 'ok', status = 'paid')) AS s,
  array(named_struct('k', currency, 'v', total)) AS a, map('t', total, 'd', CAST(discount AS DECIMAL(10, 2))) AS m,
  map_from_arrays(array('a', 'b'), array(1, 2)) AS mm FROM orders ORDER BY order_id;

SELECT window.start AS s, currency, sum(total) AS t FROM orders GROUP BY window(shipped_at, '2 days', '1 day'),
  currency HAVING t > 100 ORDER BY s, currency;

SELECT user_id, session_window.start AS s, count(*) AS n, sum(amount) AS a FROM events GROUP BY user_id,
  session_window(event_time, '1 hour') HAVING count(*) > 1 ORDER BY user_id, s;

SELECT session_window(event_time, '45 minutes') AS w, count(*) AS n, max(event_type) AS t FROM events WHERE ds >
  '2023-11-28' GROUP BY session_window(event_time, '45 minutes') ORDER BY w.start;

SELECT explode(sequence(min(order_day), max(order_day), INTERVAL 2 DAYS)) AS day FROM orders;

SELECT currency, explode(collect_set(status)) AS s FROM orders GROUP BY currency ORDER BY currency, s;

SELECT user_id, ds FROM orders DISTRIBUTE BY ds SORT BY user_id DESC, ds;

SELECT user_id, datediff(max(to_date(ds)), min(to_date(ds))) + 1 AS span, count(DISTINCT ds) /
  (datediff(max(to_date(ds)), min(to_date(ds))) + 1) AS density, max(ds) > date_sub('{{ end_date }}', 2) AS recent
  FROM events WHERE ds <= '{{ end_date }}' GROUP BY user_id ORDER BY user_id;

SELECT ds, user_id, sum(amount) AS total FROM events WHERE ds = date_sub('{{ end_date }}', 2) OR ds BETWEEN
  date_add('{{ start_date }}', -1) AND '{{ start_date }}' GROUP BY ds, user_id ORDER BY ds, user_id;
