"""Folders in Hive's layout, read in place: as tables of spark-sql, of staging queries and of GroupBys, always as they
are at the moment, and never written."""
# SPDX-License-Identifier: Apache-2.0
import json
import shutil

import pytest

from repository import Repository

pyarrow = pytest.importorskip("pyarrow")
import pyarrow.parquet  # noqa: E402

BUCKET = ".gnomon/buckets/lake/events"


def add_file(folder, rows, name="part-0.parquet"):
    folder.mkdir(parents=True, exist_ok=True)
    pyarrow.parquet.write_table(pyarrow.table(rows), folder / name)


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    repository = Repository.empty(tmp_path_factory.mktemp("in_place") / "repo")
    for day in range(1, 4):
        for hour in (0, 5):
            add_file(repository.root / BUCKET / f"ds=2023-12-0{day}/hr={hour:02}",
                     {"n": [day * 10 + hour, 7], "s": ["a", None]})
    (repository.root / BUCKET / "_SUCCESS").write_text("")
    repository.run("gnomon", "import", "--in-place", "data.events", "s3a://lake/events")
    return repository


def fails(repository, statement, status=2):
    return repository.run("spark-sql", "-e", statement, status=status).stderr


def test_it_is_a_table(repository):
    assert repository.sql("SHOW TABLES IN data") == [["data", "events", "false"]]
    assert ["data"] in repository.sql("SHOW DATABASES")
    described = [row[:2] for row in repository.sql("DESCRIBE EXTENDED data.events")]
    assert ["ds", "string"] in described and ["hr", "string"] in described
    assert ["Provider", "parquet"] in described and ["Type", "EXTERNAL"] in described
    assert repository.sql("SELECT count(*) FROM data.events") == [["12"]]
    assert repository.sql("SELECT n, s, ds, hr FROM data.events WHERE ds = '2023-12-02' AND n > 7 ORDER BY n") == [
        ["20", "a", "2023-12-02", "00"], ["25", "a", "2023-12-02", "05"]]
    assert repository.sql("SELECT ds, count(*) FROM data.events WHERE hr = '05' GROUP BY ds ORDER BY ds") == [
        ["2023-12-01", "2"], ["2023-12-02", "2"], ["2023-12-03", "2"]]


def test_its_partitions_are_not_dropped(repository):
    message = fails(repository, "ALTER TABLE data.events DROP PARTITION (ds = '2023-12-01')")
    assert "table data.events is read in place and cannot be written" in message
    assert repository.sql("SELECT count(*) FROM data.events") == [["12"]]


def test_folders_that_are_not_named_as_days_are_told_so(tmp_path, provoked):
    repository = Repository.bootcamp(tmp_path / "repo")
    for day in ("20231201", "20231202"):
        add_file(repository.root / f"compact/ds={day}", {"user_id": ["a"], "v": [1], "ts": [1701388800000]})
    repository.run("gnomon", "import", "--in-place", "data.compact", "compact")
    path = repository.root / "group_bys/bootcamp/compact.py"
    path.write_text("""from ai.chronon.api.ttypes import EventSource
from ai.chronon.group_by import Aggregation, GroupBy, Operation, TimeUnit, Window
from ai.chronon.query import Query, select

v1 = GroupBy(
    sources=EventSource(table="data.compact", query=Query(selects=select("user_id", "v"), time_column="ts")),
    keys=["user_id"], aggregations=[Aggregation("v", Operation.SUM, [Window(1, TimeUnit.DAYS)])],
    backfill_start_date="2023-12-01", output_namespace="made")
""")
    done = repository.run("run.py", "--mode=backfill", f"--conf={path}", "--end-date=2023-12-02", status=2)
    sentence = provoked(done, when="partitions that are not named as days")
    assert "the partitions of table data.compact are not named as days are: ds=20231201" in sentence
    assert "days are yyyy-MM-dd, like ds=2023-12-01" in sentence and "group_bys/bootcamp/compact.py:6" in sentence


def test_only_the_wanted_folders_are_read(repository):
    damaged = repository.root / BUCKET / "ds=2023-12-02/hr=05/damaged.parquet"
    damaged.write_text("not Parquet")
    try:
        assert repository.sql("SELECT count(*) FROM data.events WHERE ds = '2023-12-03'") == [["4"]]
        assert repository.sql("SELECT sum(n) FROM data.events WHERE ds < '2023-12-02'") == [["39"]]
        done = repository.run("spark-sql", "-e", "SELECT sum(n) FROM data.events", status=4)
        assert str(damaged) in done.stderr
    finally:
        damaged.unlink()


def test_a_new_folder_is_seen_at_once(repository):
    folder = repository.root / BUCKET / "ds=2024-01-01/hr=00"
    add_file(folder, {"n": [1], "s": ["new"], "added": [1.5]})
    try:
        assert repository.sql("SELECT s, added FROM data.events WHERE ds >= '2024-01-01'") == [["new", "1.5"]]
        assert repository.sql("SELECT count(added) FROM data.events") == [["1"]]
    finally:
        shutil.rmtree(folder.parent)


def test_it_is_never_written(repository):
    for statement in ("DROP TABLE data.events", "CREATE OR REPLACE VIEW data.events AS SELECT 1 AS a"):
        assert "data.events is read in place" in fails(repository, statement)
    assert "data.events exists" in fails(repository, "CREATE TABLE data.events AS SELECT 1 AS a")
    (repository.root / "rows.csv").write_text("n\n1\n")
    for flag in ("--append", "--replace"):
        done = repository.run("gnomon", "import", "data.events", "rows.csv", flag, status=2)
        assert "data.events is read in place" in done.stderr
    assert "has no metadata table 'history'" in fails(repository, "SELECT * FROM data.events.history")


def test_names_are_suggested(repository):
    assert "did you mean 'data.events'?" in fails(repository, "SELECT * FROM data.event")


def test_registering(repository):
    again = repository.run("gnomon", "import", "--in-place", "data.events", "s3a://lake/events", status=2)
    assert "data.events exists already" in again.stderr
    gone = repository.run("gnomon", "import", "--in-place", "data.gone", "s3a://lake/nothing", status=2)
    assert "s3a://lake/nothing" in gone.stderr
    assert "gone" not in (repository.root / "gnomon.toml").read_text()
    dry = repository.run("gnomon", "import", "--in-place", "data.dry", "s3a://lake/events", "--dry-run")
    assert "not registered (a dry run)" in dry.stderr
    assert "dry" not in (repository.root / "gnomon.toml").read_text()
    useless = repository.run("gnomon", "import", "--in-place", "data.dry", "s3a://lake/events", "--append", status=2)
    assert "--in-place copies nothing" in useless.stderr
    done = repository.run("gnomon", "import", "--in-place", "data.dated", "s3a://lake/events", "--json",
                          "--partition-type=ds=date", "--partition-type=hr=int")
    assert json.loads(done.stdout)["partition_columns"] == ["ds", "hr"]
    assert repository.sql("SELECT sum(hr) FROM data.dated WHERE ds = DATE'2023-12-01'") == [["10"]]


@pytest.fixture
def fresh(tmp_path):
    return Repository.empty(tmp_path / "repo")


def settings(repository, text):
    (repository.root / "gnomon.toml").write_text(text)


def test_an_entry_by_hand(fresh):
    add_file(fresh.root / "lake/ds=a%3Ab", {"n": [1]})
    add_file(fresh.root / "lake/ds=__HIVE_DEFAULT_PARTITION__", {"n": [2]})
    settings(fresh, 'memory = "256M"\n[tables]\n"x.y" = "lake"\n[tables.z]\nw = "lake"\n')
    assert fresh.sql("SELECT n, ds FROM x.y ORDER BY n") == [["1", "a:b"], ["2", "NULL"]]
    assert fresh.sql("SELECT n FROM z.w WHERE ds IS NULL") == [["2"]]
    fresh.run("gnomon", "import", "--in-place", "x.z", "lake")
    assert fresh.sql("SHOW TABLES IN x") == [["x", "y", "false"], ["x", "z", "false"]]
    assert '"x.y" = "lake"' in (fresh.root / "gnomon.toml").read_text()


@pytest.mark.parametrize("text,message", [
    ('[tables]\n"x.y" = 5\n', "the table has no path"),
    ('[tables."x.y"]\npath = "lake"\nformt = "parquet"\n', "did you mean 'format'?"),
    ('[tables."x.y"]\npath = "lake"\nformat = "csv"\n', "only parquet is read in place"),
    ('[tables."x.y"]\npath = "lake"\npartition_types = { ds = "double" }\n', "is not for names of folders"),
    ('[tables."x y"]\npath = "lake"\n', "not a table name"),
    ('tables = 5\n', "write [tables]"),
    ('[tables."x.y"]\npath = "../../../nowhere"\n', "its folder does not exist"),
    ('[tables."x.y"]\npath = "lake"\npartition_types = { dss = "date" }\n', "did you mean 'ds'?"),
    ('[tables."x.y"]\npath = "lake"\npartition_types = { ds = "date" }\n', "is no date"),
])
def test_wrong_entries(fresh, text, message):
    add_file(fresh.root / "lake/ds=soon", {"n": [1]})
    settings(fresh, text)
    assert message in fails(fresh, "SELECT * FROM x.y")


def test_files_that_do_not_fit_together(fresh):
    add_file(fresh.root / "lake/ds=1", {"n": [1], "m": pyarrow.array([1], pyarrow.int32())})
    add_file(fresh.root / "lake/ds=2", {"n": ["text"], "m": [3]})
    add_file(fresh.root / "lake/ds=3", {"n": [3], "m": [5]})
    settings(fresh, '[tables]\n"x.y" = "lake"\n')
    # Ints of the first file are bigints here, as the last file's are.
    assert fresh.sql("SELECT sum(m) FROM x.y") == [["9"]]
    message = fails(fresh, "SELECT sum(n) FROM x.y", status=4)
    assert "column n is string in" in message and "ds=2/part-0.parquet" in message and "ds=3" in message
    add_file(fresh.root / "lake/dt=4", {"n": [1]})
    message = fails(fresh, "SELECT * FROM x.y")
    assert "same partition folders" in message and "ds=1/part-0.parquet" in message and "dt=4" in message


def test_a_source_of_a_staging_query_and_a_group_by(tmp_path):
    """The bootcamp's features from a folder in place equal those from the imported table."""
    repository = Repository.bootcamp(tmp_path / "repo")
    repository.staging()
    repository.backfill()
    expected = sorted(map(str, repository.table("bootcamp_features.user_purchase_features").to_pylist()))
    rows = repository.table("bootcamp.purchases_from_s3")
    days = sorted(set(map(str, rows["ds"].to_pylist())))
    for day in days:
        part = rows.filter([str(ds) == day for ds in rows["ds"].to_pylist()]).drop_columns(["ds"])
        add_file(repository.root / f".gnomon/buckets/lake/purchases/ds={day}", part)
    repository.sql("DROP TABLE bootcamp.purchases_from_s3")
    repository.sql("DROP TABLE bootcamp_features.user_purchase_features")
    repository.run("gnomon", "import", "--in-place", "bootcamp.purchases_from_s3", "s3a://lake/purchases")
    done = repository.backfill()
    assert f"{len(days)} days computed" in done.stderr
    actual = sorted(map(str, repository.table("bootcamp_features.user_purchase_features").to_pylist()))
    assert actual == expected
    # A folder that came since is a day that can be computed.
    assert "2023-12-08" not in done.stderr
    shutil.copytree(repository.root / ".gnomon/buckets/lake/purchases/ds=2023-12-07",
                    repository.root / ".gnomon/buckets/lake/purchases/ds=2023-12-08")
    more = repository.backfill("--start-date=2023-12-01", "--end-date=2023-12-08")
    assert "1 day computed (2023-12-08)" in more.stderr
    # The staging query that has this name may not write it.
    refused = repository.staging(status=2).stderr
    assert "bootcamp.purchases_from_s3 is read in place" in refused
