"""What users meet beyond the bootcamp: empty days, changed configs, odd inputs; and the sentences that answer."""

# SPDX-License-Identifier: Apache-2.0
import datetime
import re
import shutil

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from repository import Repository

FEATURES = "bootcamp_features.user_purchase_features"
GROUP_BY = "group_bys/bootcamp/user_purchase_features.py"
STAGING = "staging_queries/bootcamp/purchases_from_s3.py"


@pytest.fixture
def repository(tmp_path):
    return Repository.bootcamp(tmp_path / "repo")


def edit(repository, path, pattern, replacement):
    file = repository.root / path
    text = file.read_text()
    changed = re.sub(pattern, replacement, text, count=1)
    assert changed != text, pattern
    file.write_text(changed)


def error_of(done):
    """The one sentence of a failed command; no stack trace."""
    assert "Traceback" not in done.stderr, done.stderr
    lines = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert len(lines) == 1, done.stderr
    return lines[0]


def test_empty_days_count_as_filled_for_those_who_read_them(repository):
    done = repository.staging("--start-date=2023-12-01", "--end-date=2023-12-09")
    assert "2 found empty (2023-12-08..2023-12-09)" in done.stderr
    done = repository.staging("--start-date=2023-12-01", "--end-date=2023-12-09")
    assert "0 days computed, 2 found empty (2023-12-08..2023-12-09), 7 already filled" in done.stderr
    # Windows reach back over an empty day of the source.
    repository.backfill("--start-date=2023-12-01", "--end-date=2023-12-09")
    assert repository.sql(f"SELECT MAX(ds) FROM {FEATURES}") == [["2023-12-09"]]


def days_of(repository, table):
    return [row[0] for row in repository.sql(f"SELECT DISTINCT ds FROM {table} ORDER BY ds")]


def test_a_dropped_day_is_computed_again(repository):
    """There was no way to have a filled day computed again."""
    repository.staging()
    repository.backfill()
    # The last bits of a sum depend on which days are computed together.
    name = "user_purchase_features_purchase_price"
    select = f"SELECT user_id, round({name}_sum_7d, 6), {name}_count_7d, ds FROM {FEATURES} ORDER BY ds, user_id"
    before = repository.sql(select)
    dropped = sum(row[-1] == "2023-12-05" for row in before)
    repository.sql(f"ALTER TABLE {FEATURES} DROP IF EXISTS PARTITION (ds = '2023-12-05'), "
                   "PARTITION (DS = '2024-01-01')")
    table = repository.catalog().load_table(FEATURES)
    snapshot = table.current_snapshot()
    assert snapshot.summary.operation.value == "delete" and len(table.snapshots()) == 2
    assert snapshot.summary["deleted-data-files"] == "1" and snapshot.summary["deleted-records"] == str(dropped)
    assert snapshot.summary["total-records"] == str(len(before) - dropped)
    assert "replace-partitions" not in snapshot.summary.additional_properties
    left = table.scan().to_arrow()
    assert left.num_rows == len(before) - dropped and "2023-12-05" not in left["ds"].to_pylist()
    assert len(days_of(repository, FEATURES)) == 6
    assert "1 day computed (2023-12-05), 6 already filled" in repository.backfill().stderr
    assert repository.sql(select) == before
    # The partition column of the staging query is a DATE.
    repository.sql("ALTER TABLE bootcamp.purchases_from_s3 DROP PARTITION (ds = DATE '2023-12-02')")
    assert "1 day computed (2023-12-02), 6 already filled" in repository.staging().stderr
    # Days before all others are not filled unasked, as in Chronon.
    repository.sql(f"ALTER TABLE {FEATURES} DROP PARTITION (ds = '2023-12-01')")
    assert "1 day computed" not in repository.backfill().stderr
    days = ("--start-date=2023-12-01", "--end-date=2023-12-07", "--run-first-hole")
    assert "1 day computed (2023-12-01)" in repository.backfill(*days).stderr


def test_dropped_days_are_neither_empty_nor_stale(repository):
    range_of_days = ("--start-date=2023-12-01", "--end-date=2023-12-09")
    staging = "bootcamp.purchases_from_s3"
    repository.staging(*range_of_days)
    repository.sql(f"ALTER TABLE {staging} DROP PARTITION (ds = '2023-12-08')")
    table = repository.catalog().load_table(staging)
    assert table.properties["gnomon.empty-days"] == "2023-12-09" and len(table.snapshots()) == 1
    # Those who read the table do not take it for filled any more.
    repository.backfill(*range_of_days)
    days = days_of(repository, FEATURES)
    assert "2023-12-08" not in days and "2023-12-09" in days
    edit(repository, STAGING, r"item_category,", "item_category, upper(item_category) AS category_upper,")
    repository.staging("--start-date=2023-12-05", "--end-date=2023-12-07")
    assert repository.catalog().load_table(staging).properties["gnomon.stale-days"] == "2023-12-01..2023-12-04"
    repository.sql(f"ALTER TABLE {staging} DROP PARTITION (ds = '2023-12-01'), PARTITION (ds = '2023-12-03')")
    assert repository.catalog().load_table(staging).properties["gnomon.stale-days"] == "2023-12-02,2023-12-04"
    assert "3 days computed (2023-12-02..2023-12-04)" in repository.staging().stderr


def test_some_columns_of_a_partition_name_all_that_have_them(repository):
    rows = "(0, DATE '2023-12-01', 0), (1, DATE '2023-12-01', 1), (2, DATE '2023-12-02', 0)"
    repository.sql("CREATE TABLE bootcamp.parted PARTITIONED BY (ds, hr) AS "
                   f"SELECT * FROM VALUES {rows} AS t(n, ds, hr)")
    repository.sql("ALTER TABLE bootcamp.parted DROP PARTITION (hr = 1, ds = '2023-12-01')")
    assert repository.sql("SELECT n FROM bootcamp.parted ORDER BY n") == [["0"], ["2"]]
    wrong = "ALTER TABLE bootcamp.parted DROP PARTITION (hr = 'x')"
    assert "the value 'x' of hr is no int" in error_of(repository.run("spark-sql", "-e", wrong, status=2))
    repository.sql("ALTER TABLE bootcamp.parted DROP PARTITION (hr = 0)")
    assert repository.sql("SELECT n FROM bootcamp.parted") == []


def test_a_changed_window_archives_and_rebuilds(repository):
    repository.staging()
    repository.backfill()
    edit(repository, GROUP_BY, r"length=7", "length=3")
    done = repository.backfill(
        "--start-date=2023-12-01", "--end-date=2023-12-07", "--force-overwrite"
    )
    assert re.search(
        r"is kept as bootcamp_features\.user_purchase_features_\d{14} and built anew", done.stderr
    )
    tables = [row[1] for row in repository.sql("SHOW TABLES IN bootcamp_features")]
    assert len(tables) == 2 and "user_purchase_features" in tables
    columns = [row[0] for row in repository.sql(f"DESCRIBE {FEATURES}")]
    assert "user_purchase_features_purchase_price_sum_3d" in columns
    assert "user_purchase_features_purchase_price_sum_7d" not in columns


def test_a_column_added_to_a_staging_query_is_filled(repository):
    repository.staging()
    edit(
        repository,
        STAGING,
        r"item_category,",
        "item_category, upper(item_category) AS category_upper,",
    )
    done = repository.staging()
    assert "category_upper was added" in done.stderr
    assert repository.sql(
        "SELECT COUNT(*) FROM bootcamp.purchases_from_s3 WHERE category_upper IS NULL"
    ) == [["0"]]


def test_a_staging_query_that_adds_a_column_and_changes_another_is_rebuilt(repository):
    """It was taken for one that only grew, as all words of the old query are in the new: the days kept old values."""
    edit(repository, STAGING, r"item_category,", "item_category || '!' AS word,")
    repository.staging()
    edit(repository, STAGING, r"item_category \|\| '!' AS word,", "item_category, user_id || '!' AS word,")
    done = repository.staging()
    assert "added" not in done.stderr and "bootcamp.purchases_from_s3_" in done.stderr
    assert repository.sql("SELECT COUNT(*) FROM bootcamp.purchases_from_s3 WHERE word <> user_id || '!'") == [["0"]]


def test_a_missing_file_is_no_such_key(repository):
    (repository.root / ".gnomon/buckets/chronon/warehouse/data/purchases/purchases.parquet").rename(
        repository.root / ".gnomon/buckets/chronon/warehouse/data/purchases/purchase.parquet"
    )
    message = error_of(repository.staging(status=2))
    assert (
        "NoSuchKey" in message
        and "s3a://chronon/warehouse/data/purchases/purchase.parquet" in message
    )


def test_a_file_that_is_no_parquet(repository):
    path = repository.root / ".gnomon/buckets/chronon/warehouse/data/purchases/purchases.parquet"
    path.write_bytes(b"these are not the bytes that you are looking for")
    done = repository.run(
        "run.py",
        "--mode=staging-query-backfill",
        f"--conf={STAGING}",
        "--end-date=2023-12-07",
        status=4,
    )
    assert "purchases.parquet" in error_of(done)


def test_an_unknown_column_in_a_select(repository):
    repository.staging()
    edit(repository, GROUP_BY, r'"item_category"\)', r'"item_category", extra="purchase_pric")')
    message = error_of(repository.backfill(status=2))
    assert "purchase_pric" in message and "did you mean" in message and f"{GROUP_BY}:" in message


def test_no_source_day_at_all(repository):
    repository.staging()
    done = repository.backfill("--start-date=2024-02-01", "--end-date=2024-02-03", status=2)
    assert "nothing can be computed for 2024-02-01..2024-02-03" in error_of(done)


def test_import_refuses_and_leaves_nothing(tmp_path):
    repository = Repository.empty(tmp_path / "repo")
    data = tmp_path / "data.parquet"
    pq.write_table(pa.table({"a": [1, 2], "ds": ["2023-12-01", "2023-12-02"]}), data)
    message = error_of(
        repository.run("gnomon", "import", "db.t", str(data), "--partition-by", "d", status=2)
    )
    assert "did you mean" in message or "known" in message
    repository.run("gnomon", "import", "db.t", str(data), "--partition-by", "ds")
    assert repository.sql("SELECT a, ds FROM db.t ORDER BY a") == [
        ["1", "2023-12-01"],
        ["2", "2023-12-02"],
    ]
    assert "exists already" in error_of(
        repository.run("gnomon", "import", "db.t", str(data), status=2)
    )
    repository.run("gnomon", "import", "db.t", str(data), "--append")
    assert repository.sql("SELECT COUNT(*) FROM db.t") == [["4"]]
    error_of(repository.run("gnomon", "import", "db.u", str(tmp_path / "none.parquet"), status=2))
    error_of(repository.run("gnomon", "import", "../x.y", str(data), status=2))


def test_empty_input_gives_an_empty_table(tmp_path):
    repository = Repository.bootcamp(tmp_path / "repo")
    path = repository.root / ".gnomon/buckets/chronon/warehouse/data/purchases/purchases.parquet"
    pq.write_table(pq.read_table(path).slice(0, 0), path)
    repository.staging()
    assert repository.sql("SELECT COUNT(*) FROM bootcamp.purchases_from_s3") == [["0"]]
    repository.backfill()
    assert repository.sql(f"SELECT COUNT(*) FROM {FEATURES}") == [["0"]]
    repository.upload()


@pytest.mark.parametrize(
    "flags,words",
    [
        (["--start-date=2023-13-01"], "2023-13-01"),
        (["--start-date=2023-12-07", "--end-date=2023-12-01"], "2023-12-07"),
        (["--mode=backfil"], "did you mean"),
        (["--conf=group_bys/bootcamp/user_purchase_feature.py"], "user_purchase_feature"),
    ],
)
def test_mistyped_commands(repository, flags, words):
    command = ["run.py", "--mode=backfill", f"--conf={GROUP_BY}"]
    assert words in error_of(repository.run(*command, *flags, status=2))


def test_init_doctor_version(tmp_path):
    repository = Repository.empty(tmp_path / "outer")
    repository.run("gnomon", "init", "mine")
    assert "not an empty folder" in error_of(repository.run("gnomon", "init", "mine", status=2))
    mine = Repository(repository.root / "mine")
    mine.staging()
    mine.backfill()
    out = mine.run("gnomon", "doctor").stdout
    assert "problem" not in out and "2 tables" in out
    assert re.fullmatch(r"gnomon \d+\.\d+\.\d+\n", mine.run("gnomon", "--version").stdout)


def test_sources_that_disagree_are_refused(tmp_path):
    repository = Repository.bootcamp(tmp_path / "repo")
    repository.staging()
    other = tmp_path / "other.parquet"
    pq.write_table(
        pa.table(
            {
                "user_id": ["a"],
                "purchase_price": ["1.5"],
                "item_category": ["x"],
                "ts": pa.array([1701388800000], pa.int64()),
                "ds": ["2023-12-01"],
            }
        ),
        other,
    )
    repository.run("gnomon", "import", "bootcamp.other", str(other), "--partition-by", "ds")
    conf = repository.root / GROUP_BY
    text = conf.read_text()
    conf.write_text(text + """

from ai.chronon.api.ttypes import EventSource, Source
from ai.chronon.query import Query, select
from ai.chronon.group_by import GroupBy
v1 = GroupBy(sources=[source, Source(events=EventSource(table="bootcamp.other", query=Query(
        selects=select("user_id", "purchase_price", "item_category"), time_column="ts")))],
    keys=["user_id"], aggregations=v1.aggregations, backfill_start_date="2023-12-01",
    output_namespace="bootcamp_features", name="user_purchase_features")
""")
    message = error_of(repository.backfill(status=2))
    assert "disagree on the type of purchase_price: double" in message and "string" in message


def test_a_day_that_is_not_over_is_never_settled_as_empty(repository):
    today = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    flags = (f"--start-date={today}", f"--end-date={today}")
    assert "1 found empty" in repository.staging(*flags).stderr
    assert "1 found empty" in repository.staging(*flags).stderr


def test_late_rows_fill_a_day_that_was_empty(repository):
    """An empty day is computed again, as Chronon does: rows that arrive late are not lost."""
    path = repository.root / ".gnomon/buckets/chronon/warehouse/data/purchases/purchases.parquet"
    all_rows = pq.read_table(path)
    cutoff = 1701648000000  # 2023-12-04
    pq.write_table(all_rows.filter(pc.less(all_rows["ts"], cutoff)), path)
    assert "4 found empty (2023-12-04..2023-12-07)" in repository.staging().stderr
    snapshots = repository.sql("SELECT * FROM bootcamp.purchases_from_s3.snapshots")
    assert "4 found empty" in repository.staging().stderr
    assert repository.sql("SELECT * FROM bootcamp.purchases_from_s3.snapshots") == snapshots
    pq.write_table(all_rows, path)
    assert "4 days computed (2023-12-04..2023-12-07)" in repository.staging().stderr
    assert repository.sql("SELECT COUNT(*) FROM bootcamp.purchases_from_s3") == [["155"]]


def test_a_moved_or_copied_repository_is_told(repository):
    repository.staging()
    copy = repository.root.parent / "copy"
    shutil.copytree(repository.root, copy)
    before = sorted(repository.root.rglob("*.metadata.json"))
    message = error_of(
        Repository(copy).staging("--start-date=2023-12-01", "--end-date=2023-12-09", status=2)
    )
    assert "moved or copied from there" in message and str(repository.root) in message
    assert sorted(repository.root.rglob("*.metadata.json")) == before


def test_waiting_for_a_table_that_does_not_exist_yet(repository):
    waiting = repository.start("run.py", "--mode=backfill", f"--conf={GROUP_BY}", "--wait=60s",
                               "--start-date=2023-12-01", "--end-date=2023-12-07")
    assert "waiting, 0 s so far" in waiting.stderr.readline()
    repository.staging()
    _, errors = waiting.communicate(timeout=60)
    assert waiting.returncode == 0, errors
    assert "399 rows written" in errors


def test_an_upload_of_a_day_that_the_source_lacks_is_refused(repository):
    repository.staging()
    repository.upload()
    message = error_of(repository.upload("--end-date=2023-12-20", status=2))
    assert "nothing is uploaded for 2023-12-20" in message and "run.py --mode=staging" in message


def test_a_remedy_for_days_before_the_first(repository):
    repository.staging("--start-date=2023-12-03", "--end-date=2023-12-07")
    told = repository.backfill().stderr
    assert "--start-date=2023-12-01 --end-date=2023-12-02 --run-first-hole" in told


@pytest.mark.parametrize("day,words", [
    ("CAST(NULL AS STRING)", "day is null"),
    ("'hello'", "'hello' is not a date"),
])
def test_a_row_without_a_day_is_refused(repository, day, words):
    edit(repository, STAGING, r"DATE\(FROM_UNIXTIME\(ts / 1000\)\) AS ds", f"{day} AS ds")
    message = error_of(repository.staging(status=2))
    assert words in message and f"{STAGING}:" in message
    assert repository.sql("SELECT COUNT(*) FROM bootcamp.purchases_from_s3") == [["0"]]


def test_a_query_without_start_partition_has_no_start_date(repository):
    edit(repository, STAGING, r'    startPartition="2023-12-01",\n', "")
    assert "needs a startPartition" in error_of(
        repository.run("run.py", "--mode=staging-query-backfill", f"--conf={STAGING}", status=2))


def test_two_columns_of_one_name(repository):
    edit(repository, STAGING, r"item_category,", "item_category, user_id AS item_category,")
    assert "two columns 'item_category'" in error_of(repository.staging(status=2))


@pytest.mark.parametrize("variable,value,given", [("PARTITION_COLUMN", "ds", "day"),
                                                  ("PARTITION_FORMAT", "yyyy-MM-dd", "yyyyMMdd")])
def test_another_partition_column_or_format_is_refused_and_not_ignored(repository, variable, value, given):
    done = repository.staging(environment={variable: given}, status=2)
    assert error_of(done).startswith(f"error: {variable} is always {value} here: {given} (environment)")
    repository.staging(environment={variable: value})
