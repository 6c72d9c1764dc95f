"""Runs on files of the user's own machine: what becomes which table, that the repository's own tables stay as they are,
files that are exported, and the comparison with an expected result."""
# SPDX-License-Identifier: Apache-2.0
import csv
import json

import pyarrow.parquet
import pytest

from repository import Repository

FEATURES = "--conf=group_bys/bootcamp/user_purchase_features.py"
DAYS = ("--start-date=2023-12-01", "--end-date=2023-12-02")
PURCHASES = """user_id,purchase_price,item_category,ts,ds
user_1,1.5,books,2023-12-01 10:00:00,2023-12-01
user_1,2.5,books,2023-12-02 00:00:00,2023-12-02
user_2,4.0,,2023-12-02 23:59:59,2023-12-02
"""
# user, ds: sum over one day, over seven.
EXPECTED = {("user_1", "2023-12-01"): (1.5, 1.5), ("user_1", "2023-12-02"): (2.5, 4.0),
            ("user_2", "2023-12-02"): (4.0, 4.0)}


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    return Repository.bootcamp(tmp_path_factory.mktemp("local") / "repo")


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "bootcamp.purchases_from_s3.csv").write_text(PURCHASES)
    return folder


def backfill(repository, *flags, status=0):
    return repository.run("run.py", "--mode=backfill", FEATURES, *DAYS, *flags, status=status)


def sums(rows):
    prefix = "user_purchase_features_purchase_price_sum_"
    return {(row["user_id"], str(row["ds"])): (float(row[prefix + "1d"]), float(row[prefix + "7d"])) for row in rows}


def test_a_backfill_on_local_files_touches_no_table_of_the_repository(repository, data, tmp_path):
    before = repository.sql("SHOW NAMESPACES")
    out = tmp_path / "out"
    done = backfill(repository, f"--local-data-path={data}", f"--local-table-export-path={out}")
    assert "bootcamp.purchases_from_s3: 3 rows of" in done.stderr
    with open(out / "bootcamp_features.user_purchase_features.csv", newline="") as file:
        assert sums(csv.DictReader(file)) == EXPECTED
    assert repository.sql("SHOW NAMESPACES") == before
    # The scratch warehouse is gone with the run; its report is kept with all others.
    assert not list((repository.root / ".gnomon/tmp").glob("scratch-*"))
    assert "bootcamp_features.user_purchase_features" in repository.run("gnomon", "runs", "show", "last").stdout


@pytest.mark.parametrize("format_", ["parquet", "json"])
def test_export_formats_and_prefix(repository, data, tmp_path, format_):
    backfill(repository, f"--local-data-path={data}", f"--local-table-export-path={tmp_path}",
             f"--local-table-export-format={format_}", "--local-table-export-prefix=try")
    path = tmp_path / f"try.bootcamp_features.user_purchase_features.{format_}"
    rows = (pyarrow.parquet.read_table(path).to_pylist() if format_ == "parquet"
            else [json.loads(line) for line in path.read_text().splitlines()])
    assert sums(rows) == EXPECTED


def test_names_of_tables_and_types(repository, tmp_path):
    folder, warehouse = tmp_path / "data", tmp_path / "warehouse"
    (folder / "eu/west").mkdir(parents=True)
    (folder / "plain.csv").write_text("n,ts\n1,1701388800000\n")
    (folder / "eu/clicks.jsonl").write_text('{"user": "a", "tags": ["x", "y"], "ts": "2023-12-01 00:00:01"}\n')
    (folder / "eu/west/shop.items.json").write_text('[{"id": 7, "ds": "2023-12-01"}, {"id": 8, "ds": "2023-12-02"}]')
    (folder / "notes.txt").write_text("no table")
    (folder / "bootcamp.purchases_from_s3.csv").write_text(PURCHASES)
    flags = [f"--local-data-path={folder}", f"--local-warehouse-location={warehouse}"]
    backfill(repository, *flags)
    from pyiceberg.catalog.sql import SqlCatalog
    catalog = SqlCatalog("gnomon", uri=f"sqlite:///{warehouse / 'catalog.db'}", warehouse=f"file://{warehouse}")
    assert catalog.load_table("default.plain").scan().to_arrow().to_pylist() == [{"n": 1, "ts": 1701388800000}]
    assert catalog.load_table("eu.clicks").scan().to_arrow().to_pylist() == [
        {"user": "a", "tags": ["x", "y"], "ts": 1701388801000}]
    items = catalog.load_table("eu_west_shop.items")
    assert [field.name for field in items.spec().fields] == ["ds"]
    assert sorted(map(str, items.scan().to_arrow().to_pylist())) == [
        "{'id': 7, 'ds': '2023-12-01'}", "{'id': 8, 'ds': '2023-12-02'}"]
    # Again with other files: what the warehouse has is left alone, and the run finds its days filled.
    (folder / "plain.csv").write_text("n,ts\n2,1701388800000\n")
    assert "default.plain: is there and left alone" in backfill(repository, *flags).stderr
    assert catalog.load_table("default.plain").scan().to_arrow().to_pylist() == [{"n": 1, "ts": 1701388800000}]


def test_a_mapped_file_comes_before_the_folder(repository, data, tmp_path):
    other = tmp_path / "other.csv"
    other.write_text(PURCHASES.replace("1.5", "10.5"))
    backfill(repository, f"--local-data-path={data}", f"--local-table-export-path={tmp_path}",
             f"--local-table-mapping=bootcamp.purchases_from_s3={other}")
    with open(tmp_path / "bootcamp_features.user_purchase_features.csv", newline="") as file:
        assert sums(csv.DictReader(file))["user_1", "2023-12-01"] == (10.5, 10.5)


def test_expected_result(repository, data, tmp_path, provoked):
    head = "user_id,user_purchase_features_purchase_price_sum_1d,user_purchase_features_purchase_price_sum_7d," \
        "user_purchase_features_purchase_price_count_1d,user_purchase_features_purchase_price_count_7d," \
        "user_purchase_features_purchase_price_average_1d,user_purchase_features_purchase_price_average_7d,ds\n"
    rows = ["user_1,1.5,1.5,1,1,1.5,1.5,2023-12-01\n", "user_1,2.5,4.0,1,2,2.5,2.0,2023-12-02\n",
            "user_2,4.0,4.0,1,1,4.0,4.0,2023-12-02\n"]
    expected = data / "test.expected.csv"
    flags = [f"--local-data-path={data}", "--expected-result-table=test.expected"]
    expected.write_text(head + "".join(rows))
    done = backfill(repository, *flags)
    assert "all 3 rows are equal" in done.stdout
    # A value, a row too few and one too many.
    expected.write_text(head + rows[0] + rows[1].replace("4.0", "4.5") + rows[2].replace("user_2", "user_3"))
    done = backfill(repository, *flags, status=2)
    assert "1 row differs, 1 row only in computed, 1 row only in expected" in provoked(
        done, when="the output is not what --expected-result-table holds")
    assert "user_purchase_features_purchase_price_sum_7d" in done.stdout and "4.5" in done.stdout
    answer = json.loads(backfill(repository, *flags, "--json", status=2).stdout)["result"]["comparison"]
    assert answer["rows"] == {"both": 2, "differing": 1, "only_left": 1, "only_right": 1}
    assert {"keys": {"user_id": "user_1", "ds": "2023-12-02"}, "column": "user_purchase_features_purchase_price_sum_7d",
            "left": "4.0", "right": "4.5"} in answer["samples"]
    # A column too few.
    expected.write_text("user_id,ds\nuser_1,2023-12-01\nuser_1,2023-12-02\nuser_2,2023-12-02\n")
    assert "6 columns only in computed" in backfill(repository, *flags, status=2).stderr


@pytest.mark.parametrize("flags,sentence", [
    (["--local-data-path=nowhere"], "the folder of local data does not exist"),
    (["--local-table-mapping=x"], "takes a table and its file"),
    (["--local-table-mapping=a.b=none.csv"], "the local file of a table does not exist"),
    (["--local-table-export-path=out"], "has an effect with local data only"),
    (["--enable-hitter"], "--enable-hitter has no meaning for the mode group-by-backfill"),
    (["--selected-join-parts=x"], "--selected-join-parts has no meaning for the mode group-by-backfill"),
    (["--expected-result-table=no.where"], "does not exist"),
    (["--expected-result-table="], "the value is missing: --expected-result-table"),
])
def test_refused_flags(repository, provoked, flags, sentence):
    if "expected" in flags[0]:
        repository.staging(*DAYS)
    done = backfill(repository, *flags, status=2)
    assert sentence in provoked(done, when=f"flags of local runs: {flags[0]}")
    assert "computing" not in done.stderr  # It is told before the work.


def test_an_export_that_cannot_be_written_is_told_before_the_work(repository, data, tmp_path, provoked):
    (tmp_path / "file").touch()
    flags = [f"--local-data-path={data}", f"--local-table-export-path={tmp_path / 'file' / 'out'}"]
    done = backfill(repository, *flags, status=2)
    sentence = provoked(done, when="a file lies where the folder of an export must be")
    assert f"{tmp_path / 'file' / 'out'} - a file lies where a folder must be" in sentence
    assert "computing" not in done.stderr


def test_flags_that_change_nothing_are_told(repository, data):
    flags = [f"--local-data-path={data}", "--local-table-export-format=json", "--join-part-parallelism=2"]
    told = backfill(repository, *flags).stderr
    assert "warning: --local-table-export-format has no effect without --local-table-export-path\n" in told
    assert "--join-part-parallelism" not in told  # A source may be a join.
    done = repository.run("run.py", "--mode=upload", "--conf=group_bys/bootcamp/user_purchase_features.py", flags[0],
                          "--start-date=2023-12-01", "--end-date=2023-12-02")
    assert "warning: --start-date has no effect on the mode group-by-upload\n" in done.stderr
    assert "warning" not in backfill(repository, *flags, "--quiet").stderr


def test_a_value_that_is_no_time_is_named_with_its_line(repository, data, provoked):
    (data / "bootcamp.purchases_from_s3.csv").write_text(PURCHASES.replace("2023-12-02 23:59:59", "yesterday"))
    sentence = provoked(backfill(repository, f"--local-data-path={data}", status=2),
                        when="a time in a local file is none")
    assert "yesterday" in sentence and "line 4" in sentence


def test_two_files_of_one_table(repository, data, provoked):
    (data / "bootcamp.purchases_from_s3.jsonl").write_text('{"a": 1}\n')
    sentence = provoked(backfill(repository, f"--local-data-path={data}", status=2), when="two files of one table")
    assert "two local files are the table bootcamp.purchases_from_s3" in sentence
