#!/usr/bin/env bash
# The mission's pipeline, end to end, on the embedded default, in examples/bootcamp: what `make bootcamp` shows.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
export PATH="$root/bin:$PATH"
cd examples/bootcamp

# Bold on a terminal that takes it: https://no-color.org.
bold='' plain=''
[ ! -t 1 ] || [ -n "${NO_COLOR:-}" ] || [ "${TERM:-dumb}" = dumb ] || { bold=$'\033[1m' plain=$'\033[0m'; }
show() { printf '\n%s$ %s%s\n' "$bold" "$*" "$plain"; }
run() { show "$@"; "$@"; }

if [ ! -e .gnomon/buckets/chronon/warehouse/data/purchases/purchases.parquet ]; then
  printf 'making the sample data: s3a://chronon/warehouse/data/{purchases,users}/\n'
  "$root/.deps/venv/bin/python" -m gnomon.sample_data .
fi

printf '\n1/5  Parquet on the object store -> StagingQuery -> Iceberg table\n'
run run.py --mode=staging-query-backfill --conf=staging_queries/bootcamp/purchases_from_s3.py \
  --start-date=2023-12-01 --end-date=2023-12-07
printf '\n2/5  Iceberg table -> GroupBy -> feature table\n'
run run.py --mode=backfill --conf=group_bys/bootcamp/user_purchase_features.py \
  --start-date=2023-12-01 --end-date=2023-12-07
run spark-sql -e "SELECT * FROM bootcamp_features.user_purchase_features LIMIT 10"
printf '\n3/5  features -> key-value store\n'
run run.py --mode=upload --conf=group_bys/bootcamp/user_purchase_features.py --end-date=2023-12-07
printf '\n4/5  a feature, fetched by key\n'
user=$(spark-sql -e "SELECT MIN(user_id) FROM bootcamp_features.user_purchase_features WHERE ds = '2023-12-07'")
run run.py --mode=fetch --type=group-by --name=user_purchase_features -k "{\"user_id\":\"$user\"}"
code='from ai.chronon.fetcher import Fetcher; print(Fetcher().fetch_group_by(name="user_purchase_features", keys={"user_id": "'$user'"}))'
show .deps/venv/bin/python -c "'$code'"
"$root/.deps/venv/bin/python" -c "$code"
printf '\n5/5  purchases and users -> Join -> training set\n'
run run.py --mode=staging-query-backfill --conf=staging_queries/bootcamp/users_from_s3.py --end-date=2023-12-07
run run.py --mode=backfill --conf=joins/bootcamp/training_set.py --start-date=2023-12-01 --end-date=2023-12-07
run spark-sql -e "SELECT user_id, from_unixtime(ts / 1000) AS bought, purchase_price AS price, \
bootcamp_recent_purchases_v1_purchase_price_sum_12h AS sum_12h, \
round(bootcamp_user_purchase_features_v1_purchase_price_sum_7d, 2) AS sum_7d, round(price_to_weekly_average, 2) AS to_average, \
bootcamp_users_v1_age_last AS age, bootcamp_users_v1_city_last AS city \
FROM bootcamp_features.training_set WHERE ds = '2023-12-07' ORDER BY ts LIMIT 10"
