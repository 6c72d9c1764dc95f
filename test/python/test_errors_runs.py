"""What a run says when tables, files, days or columns are not as the config has them; the commands in it are pasted and
help."""
# SPDX-License-Identifier: Apache-2.0
import datetime
import json
import re
import shutil

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from mishaps import DAYS, FEATURES, GROUP_BY, PURCHASES, STAGING, edited, line_of, paste, written
from repository import Repository

FILE = ".gnomon/buckets/chronon/warehouse/data/purchases/purchases.parquet"


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """A repository whose staging query ran; tests leave it as it is."""
    repository = Repository.bootcamp(tmp_path_factory.mktemp("runs") / "repo")
    repository.staging()
    return repository


@pytest.fixture(autouse=True)
def nothing_compiled(loaded):
    shutil.rmtree(loaded.root / "production", ignore_errors=True)


@pytest.fixture
def fresh(tmp_path):
    return Repository.bootcamp(tmp_path / "repo")


# --- the mission's troubleshooting table ---


def test_table_not_found(fresh, provoked):
    """Run staging query first"""
    sentence = provoked(fresh.backfill(status=2), when='"Table not found": the staging query did not run')
    assert f"table {PURCHASES} does not exist yet: {GROUP_BY}:{line_of(fresh, GROUP_BY, 'staging_query=p')}" in sentence
    paste(fresh, sentence)
    assert "7 days computed" in fresh.backfill().stderr


def test_table_not_found_in_a_query(fresh, provoked):
    done = fresh.run("spark-sql", "-e", f"SELECT * FROM {PURCHASES} LIMIT 10", status=2)
    sentence = provoked(done, when='"Table not found" in spark-sql: the staging query did not run')
    paste(fresh, sentence)
    assert len(fresh.sql(f"SELECT * FROM {PURCHASES} LIMIT 10")) == 10
    done = fresh.run("spark-sql", "-e", f"SELECT * FROM {FEATURES} LIMIT 10", status=2)
    paste(fresh, provoked(done, when='"Table not found" in spark-sql: the backfill did not run'))
    assert len(fresh.sql(f"SELECT * FROM {FEATURES} LIMIT 10")) == 10
    done = fresh.run("spark-sql", "-e", "SELECT * FROM bootcamp.purchase_from_s3", status=2)
    assert "did you mean 'bootcamp.purchases_from_s3'?" in provoked(done, when="a table's name is misspelled")
    assert "did you mean 'bootcamp'?" in provoked(fresh.run("spark-sql", "-e", "SHOW TABLES IN botcamp", status=2),
                                                 when="a namespace is misspelled")


def test_no_such_key(fresh, provoked):
    """Verify parquet file exists in the bucket"""
    path = fresh.root / FILE
    path.rename(path.with_name("purchase.parquet"))
    sentence = provoked(fresh.staging(status=2), when='"NoSuchKey": the file has another name')
    assert "NoSuchKey: s3a://chronon/warehouse/data/purchases/purchases.parquet" in sentence
    assert "did you mean s3a://chronon/warehouse/data/purchases/purchase.parquet?" in sentence
    assert f"{STAGING}:{line_of(fresh, STAGING, 'CREATE OR REPLACE') - 1} setups[0]" in sentence
    path.parent.rename(path.parent.with_name("purchase"))
    assert "did you mean s3a://chronon/warehouse/data/purchase?" in provoked(
        fresh.staging(status=2), when='"NoSuchKey": the folder has another name')
    shutil.rmtree(path.parent.with_name("purchase"))
    sentence = provoked(fresh.staging(status=2), when='"NoSuchKey": the folder is not there')
    assert "users" in sentence
    path.parent.mkdir()
    provoked(fresh.staging(status=2), when='"NoSuchKey": the folder is empty')


def test_empty_output(loaded, provoked):
    """Check date ranges match your data"""
    sentence = provoked(loaded.backfill("--start-date=2024-02-01", "--end-date=2024-02-03", status=2),
                        when='"Empty output table": no source has the days')
    assert f"{PURCHASES} has no partitions for them (it has 2023-12-01..2023-12-07)" in sentence
    assert f"{GROUP_BY}:{line_of(loaded, GROUP_BY, 'sources=[source]')} sources" in sentence


def test_empty_output_of_a_staging_query(tmp_path):
    repository = Repository.bootcamp(tmp_path / "repo")
    done = repository.staging("--start-date=2024-02-01", "--end-date=2024-02-03")
    assert "0 days computed, 3 found empty (2024-02-01..2024-02-03)" in done.stderr
    assert "note: the query gives rows from 2023-12-01 to 2023-12-07 only: staging_queries/" in done.stderr
    path = repository.root / FILE
    pq.write_table(pq.read_table(path).slice(0, 0), path)
    assert "the query gives no rows at all" in repository.staging(*DAYS, "--run-first-hole").stderr


def test_not_an_iceberg_table(loaded, provoked):
    """Verify tableProperties include "provider": "iceberg" """
    done = loaded.run("spark-sql", "-e", "CREATE TABLE bootcamp.hive USING hive AS SELECT 1 AS a", status=2)
    provoked(done, when='"Iceberg errors": CREATE TABLE with another provider')
    with edited(loaded, STAGING, '"provider": "iceberg"', '"provider": "parquet"'):
        sentence = provoked(loaded.staging(status=2), when='"Iceberg errors": another provider in tableProperties')
        assert f'{STAGING}:{line_of(loaded, STAGING, "provider")}' in sentence
        assert 'write "provider": "iceberg"' in sentence


# --- dates ---


@pytest.mark.parametrize("flags, words", [
    (["--start-date=2023-13-01"], "write --start-date=YYYY-MM-DD"),
    (["--end-date=yesterday"], "write --end-date=YYYY-MM-DD"),
    (["--ds=20231207"], "YYYY-MM-DD"),
    (["--start-date=2023-12-07", "--end-date=2023-12-01"], "swap them: --start-date=2023-12-01 --end-date=2023-12-07"),
    (["--end-date=2203-12-07"], "today is "),
    (["--start-date=2023-12-01", "--end-date=2023-12-07", "--parallelism=0"], "drop it"),
    (["--step-days=0"], "write --step-days=30"),
    (["--step-days=1.5"], "write --step-days=1"),
    (["--step-days=99999999999"], "write --step-days=30"),
    (["--wait=soon"], "--wait=48h"),
])
def test_malformed_dates_and_numbers(loaded, provoked, flags, words):
    today = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    sentence = provoked(loaded.backfill(*flags, status=2), when=" ".join(flags), hide={today: "2026-11-27"})
    assert words in sentence


def test_a_start_before_the_configs_is_no_error_and_one_after_the_end_is(loaded, provoked):
    done = loaded.backfill("--end-date=2023-11-30", status=2)
    sentence = provoked(done, when="the last day lies before backfill_start_date")
    assert "2023-12-01" in sentence and "2023-11-30" in sentence


def test_no_first_day(loaded, provoked):
    with edited(loaded, GROUP_BY, '    backfill_start_date="2023-12-01",\n', ""):
        sentence = provoked(loaded.backfill(status=2), when="a GroupBy without backfill_start_date")
        assert "set backfill_start_date" in sentence and f"{GROUP_BY}:" in sentence
    with edited(loaded, STAGING, '    startPartition="2023-12-01",\n', ""):
        provoked(loaded.staging("--start-date=2023-12-01", status=2),
                 when="--start-date for a staging query without startPartition")
        provoked(loaded.staging("--end-date=2023-12-07", status=2),
                 when="{{ start_date }} in a staging query without startPartition")


# --- columns ---


def test_an_unknown_column(loaded, provoked):
    with edited(loaded, GROUP_BY, '"item_category")', '"item_category", extra="purchase_pric * 2")'):
        sentence = provoked(loaded.backfill(status=2), when="an unknown column in a select of a GroupBy")
        assert "did you mean 'purchase_price'?" in sentence
        assert f"{GROUP_BY}:{line_of(loaded, GROUP_BY, 'extra=')} sources[0].events.query.selects.extra" in sentence
    with edited(loaded, GROUP_BY, 'time_column="ts"', 'time_column="ts", wheres=["category = \'books\'"]'):
        sentence = provoked(loaded.backfill(status=2), when="an unknown column in a where of a GroupBy")
        assert "wheres[0]" in sentence and "item_category" in sentence
    with edited(loaded, STAGING, "            item_category,", "            item_categorie,"):
        sentence = provoked(loaded.staging(status=2), when="an unknown column in a staging query")
        assert "did you mean 'item_category'?" in sentence
        assert f"{STAGING}:{line_of(loaded, STAGING, 'query=')} query" in sentence


def test_a_wrong_type_for_an_aggregation(loaded, provoked):
    added = '        Aggregation(input_column="item_category", operation=Operation.SUM),\n'
    with edited(loaded, GROUP_BY, "    ],\n    online=True", added + "    ],\n    online=True"):
        sentence = provoked(loaded.backfill(status=2), when="a sum of texts")
        assert "column item_category" in sentence and 'item_category="CAST(item_category AS DOUBLE)"' in sentence
        assert f"{GROUP_BY}:{line_of(loaded, GROUP_BY, 'Operation.SUM),')} aggregations[3]" in sentence


def test_an_operation_that_takes_no_numbers(loaded, provoked):
    with edited(loaded, GROUP_BY, "Operation.AVERAGE", "Operation.HISTOGRAM"):
        done = loaded.backfill("--force-overwrite", *DAYS, status=2)
        sentence = provoked(done, when="a histogram of numbers")
        assert "double is incompatible with HISTOGRAM: column purchase_price" in sentence
        assert f"{GROUP_BY}:" in sentence and "aggregations[2]" in sentence


def test_a_bucket_that_is_no_text(loaded, provoked):
    operation = "operation=Operation.AVERAGE"
    with edited(loaded, GROUP_BY, operation, operation + ', buckets=["purchase_price"]'):
        done = loaded.backfill("--force-overwrite", *DAYS, status=2)
        sentence = provoked(done, when="a bucket that is no text")
        assert "a bucket must be a string, and purchase_price is double" in sentence
        assert f"{GROUP_BY}:" in sentence and "aggregations[2]" in sentence


def test_a_where_that_is_no_condition(loaded, provoked):
    with edited(loaded, GROUP_BY, 'time_column="ts"', 'time_column="ts", wheres=["purchase_price"]'):
        done = loaded.backfill("--force-overwrite", status=2)
        assert "wheres[0]" in provoked(done, when="a where that compares nothing")


# --- times ---


def source_with_times(repository, column, name):
    """A table of the purchases whose `ts` is another column, and the GroupBy's edits that read it."""
    path = repository.root / f"{name}.parquet"
    table = pq.read_table(repository.root / FILE)
    days = pc.strftime(pc.cast(table["ts"], pa.timestamp("ms")), "%Y-%m-%d")
    table = table.set_column(table.column_names.index("ts"), "ts", column(table["ts"])).append_column("ds", days)
    pq.write_table(table, path)
    repository.run("gnomon", "import", f"bootcamp.{name}", str(path), "--partition-by", "ds")
    return ["from staging_queries.bootcamp.purchases_from_s3 import v1 as purchases_staging_query\n",
            "from ai.chronon.api.ttypes import EventSource, Source\n",
            "source = StagingQueryEventSource(\n    staging_query=purchases_staging_query,",
            f"source = Source(events=EventSource(\n    table='bootcamp.{name}',", "    ),\n)\n", "    ),\n))\n",
            "    online=True,\n", f'    name="by_{name}",\n']


TIMES = {
    "seconds": lambda ts: pc.cast(pc.divide(ts, 1000), pa.int64()),
    "microseconds": lambda ts: pc.multiply(ts, 1000),
    "nanoseconds": lambda ts: pc.multiply(ts, 1000000),
    "timestamps": lambda ts: pc.cast(pc.cast(ts, pa.timestamp("ms")), pa.timestamp("us", "UTC")),
    "small_numbers": lambda ts: pc.cast(pc.divide(ts, 1000), pa.int32()),
    "texts": lambda ts: pc.strftime(pc.cast(ts, pa.timestamp("ms")), "%Y-%m-%d"),
}


@pytest.mark.parametrize("name", TIMES)
def test_a_time_column_that_is_not_milliseconds(loaded, provoked, name):
    edits = source_with_times(loaded, TIMES[name], name)
    expression = "ts"
    for _ in range(2):  # A narrow number of seconds is wrong twice.
        now = [*edits, 'time_column="ts"', f'time_column="{expression}"']
        with edited(loaded, GROUP_BY, *now):
            backfill = ("run.py", "--mode=backfill", f"--conf={GROUP_BY}", *DAYS)
            done = loaded.run(*backfill, status=2)
            sentence = provoked(done, when=f"a time column of {name.replace('_', ' ')}")
            place = f"{GROUP_BY}:{line_of(loaded, GROUP_BY, 'time_column=')} sources[0].events.query.timeColumn"
            assert place in sentence and "milliseconds since 1970" in sentence
        remedy = re.search(r'write time_column="(.*)"$', sentence)
        if remedy is None:
            assert name == "texts"
            return
        with edited(loaded, GROUP_BY, *edits, 'time_column="ts"', f'time_column="{remedy[1]}"'):
            done = loaded.start(*backfill)
            _, errors = done.communicate(timeout=60)
        if done.returncode == 0:
            break
        expression = remedy[1]
    assert done.returncode == 0, errors
    assert loaded.sql(f"SELECT COUNT(*) FROM bootcamp_features.by_{name}") == [["399"]]


def test_seconds_of_an_int_that_are_multiplied(loaded, provoked):
    """`i * 1000` of an INT has wrapped before anything around it could help: the remedy goes inside."""
    edits = source_with_times(loaded, TIMES["small_numbers"], "multiplied")
    with edited(loaded, GROUP_BY, *edits, 'time_column="ts"', 'time_column="ts * 1000"'):
        done = loaded.run("run.py", "--mode=backfill", f"--conf={GROUP_BY}", *DAYS, status=2)
        sentence = provoked(done, when="seconds of an INT that are multiplied")
        assert "cast the columns in it before they are computed with" in sentence
    remedy = re.search(r"such as (CAST\(seconds AS BIGINT\) \* 1000): INT wraps$", sentence)[1].replace("seconds", "ts")
    with edited(loaded, GROUP_BY, *edits, 'time_column="ts"', f'time_column="{remedy}"'):
        loaded.run("run.py", "--mode=backfill", f"--conf={GROUP_BY}", *DAYS)
    assert loaded.sql("SELECT COUNT(*) FROM bootcamp_features.by_multiplied") == [["399"]]


# --- sources ---


def test_a_source_without_its_day(loaded, provoked):
    loaded.run("spark-sql", "-e", f"CREATE TABLE bootcamp.dayless AS SELECT user_id, purchase_price, item_category, ts "
                                  f"FROM {PURCHASES}")
    edits = source_with_times(loaded, lambda ts: ts, "milliseconds")
    with edited(loaded, GROUP_BY, *[edit.replace("milliseconds", "dayless") for edit in edits]):
        sentence = provoked(loaded.backfill(status=2), when="a source without a day column")
        assert "Query(partition_column=...)" in sentence
    with edited(loaded, GROUP_BY, *[edit.replace("bootcamp.milliseconds", "bootcamp.nowhere") for edit in edits]):
        sentence = provoked(loaded.backfill(status=2), when="a source that no config writes does not exist")
        assert f"{GROUP_BY}:{line_of(loaded, GROUP_BY, 'bootcamp.nowhere')}" in sentence


def test_an_upload_of_a_day_that_the_source_lacks(loaded, provoked):
    sentence = provoked(loaded.upload("--end-date=2023-12-20", status=2), when="an upload of a day that no source has")
    assert "nothing is uploaded for 2023-12-20" in sentence and "(it has 2023-12-01..2023-12-07)" in sentence


def test_waiting_in_vain(loaded, provoked):
    done = loaded.backfill("--start-date=2024-01-01", "--end-date=2024-01-02", "--wait=1s", status=3)
    sentence = provoked(done, when="--wait ends before the days are there")
    assert "2 of 2 days are missing" in sentence


# --- compiled files and modes ---


def test_a_mode_that_does_not_fit(loaded, provoked):
    done = loaded.run("run.py", "--mode=upload", f"--conf={STAGING}", status=2)
    assert "use --mode=backfill" in provoked(done, when="a mode that does not fit the config")
    done = loaded.run("run.py", "--mode=backfil", f"--conf={GROUP_BY}", status=2)
    assert "did you mean 'backfill'?" in provoked(done, when="a misspelled mode")
    done = loaded.run("run.py", "--mode=streaming", f"--conf={GROUP_BY}", status=2)
    provoked(done, when="a mode that is not built yet")


def test_files_of_the_compiler_that_are_stale(loaded, provoked):
    """As when the engine is called by hand: run.py makes them anew."""
    conf = loaded.root / "production/group_bys/bootcamp/user_purchase_features.v1"
    loaded.run("run.py", "--mode=compile", f"--conf={GROUP_BY}")
    run = ("gnomon", "run", "--mode=group-by-backfill", f"--conf={conf}", "--end-date=2023-12-07")
    text = conf.read_text()
    try:
        conf.write_text(text + "\n")
        sentence = provoked(loaded.run(*run, status=2), when="a compiled file was edited")
        paste(loaded, sentence)
        loaded.run(*run)
        side = loaded.root / "production/.gnomon/group_bys/bootcamp/user_purchase_features.v1.json"
        side.write_text(json.dumps({"format": 99}))
        paste(loaded, provoked(loaded.run(*run, status=2), when="a side file of another version"))
        side.write_text("{}")
        paste(loaded, provoked(loaded.run(*run, status=4), when="a damaged side file"))
        side.unlink()
        paste(loaded, provoked(loaded.run(*run, status=2), when="a side file is missing"))
        loaded.run(*run)
    finally:
        conf.write_text(text)
    provoked(loaded.run("gnomon", "run", "--mode=group-by-backfil", f"--conf={conf}", status=2),
             when="a misspelled mode of the engine")


def test_settings(loaded, provoked):
    for text, when in [('memroy = "8G"\n', "a misspelled setting in gnomon.toml"),
                       ('memory = "8 GB of it"\n', "a setting that is no amount"),
                       ("memory = \n", "gnomon.toml is not TOML"),
                       ('[online]\nstore = "redis://host"\n', "a store that gnomon does not have yet"),
                       ("memory = [1]\n", "a setting of another type"),
                       ("cores = 0\n", "a number of cores that is none")]:
        with written(loaded, **{"gnomon.toml": text}):
            # teams.json gives memory and cores to runs, and comes first.
            sentence = provoked(loaded.run("spark-sql", "-e", "SELECT 1", status=2), when=when)
            assert "gnomon.toml" in sentence
    done = loaded.backfill(status=2, environment={"EXECUTOR_MEMORY": "much"})
    assert "EXECUTOR_MEMORY" in provoked(done, when="EXECUTOR_MEMORY is no amount")
