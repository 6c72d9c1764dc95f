"""`gnomon import` of CSV, JSON and Parquet: what types it infers, how a user overrides them, what it says about values
that do not fit, and that a new table is there with all its rows or not at all."""
# SPDX-License-Identifier: Apache-2.0
import datetime
import gzip
import json
import signal
import subprocess
import time

import pytest

from repository import Repository

pyarrow = pytest.importorskip("pyarrow")
import pyarrow.parquet  # noqa: E402

MIXED = '''id,zip,price,count,big,day,at,flag,note
1,007,1.5,3,99999999999999999999,2023-12-01,2023-12-01 10:00:00,true,"two
lines"
2,08123,2,-4,1,2023-12-02,2023-12-01T11:30:00Z,false,
3,,,,,,,,"said ""yes"""
'''


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    return Repository.empty(tmp_path_factory.mktemp("import") / "repo")


def write(repository, name, text):
    path = repository.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if name.endswith(".gz"):
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return name


def types_of(repository, table):
    return {row[0]: row[1] for row in repository.sql(f"DESCRIBE {table}") if row[0] and not row[0].startswith("#")}


def run_import(repository, *arguments, status=0):
    return repository.run("gnomon", "import", *arguments, status=status)


def test_csv_types_are_inferred_over_all_rows_and_shown(repository):
    done = run_import(repository, "t.mixed", write(repository, "mixed.csv", MIXED))
    assert types_of(repository, "t.mixed") == {
        "id": "bigint", "zip": "string", "price": "double", "count": "bigint", "big": "string", "day": "date",
        "at": "timestamp", "flag": "boolean", "note": "string"}
    assert "zip" in done.stderr and "string" in done.stderr and "007" in done.stderr and done.stdout == ""
    rows = sorted(repository.table("t.mixed").to_pylist(), key=lambda row: row["id"])
    assert rows[0]["zip"] == "007" and rows[0]["note"] == "two\nlines" and rows[0]["day"] == datetime.date(2023, 12, 1)
    assert rows[1]["at"] == datetime.datetime(2023, 12, 1, 11, 30, tzinfo=datetime.timezone.utc)
    assert rows[1]["note"] is None and rows[2]["note"] == 'said "yes"' and rows[2]["price"] is None


def test_a_late_row_decides_the_type(repository):
    lines = "v\n" + "\n".join(str(i) for i in range(50_000)) + "\nx9\n"
    run_import(repository, "t.late", write(repository, "late.csv", lines))
    assert types_of(repository, "t.late") == {"v": "string"}


@pytest.mark.parametrize("values,theirs,ours", [
    (["1", "2"], "BIGINT", "bigint"), (["1.5", "2"], "DOUBLE", "double"), (["2023-12-01"], "DATE", "date"),
    (["2023-12-01 10:00:00"], "TIMESTAMP", "timestamp"), (["true", "false"], "BOOLEAN", "boolean"),
    (["a", "1"], "VARCHAR", "string"),
    # Where DuckDB loses digits we keep the text.
    (["007", "08"], "VARCHAR", "string"), (["99999999999999999999"], "DOUBLE", "string"),
])
def test_types_against_duckdb(repository, tmp_path, values, theirs, ours):
    duckdb = pytest.importorskip("duckdb")
    path = tmp_path / "v.csv"
    path.write_text("v,w\n" + "".join(f"{value},x\n" for value in values))
    assert duckdb.sql(f"FROM read_csv('{path}', header=true)").types[0] == theirs
    done = run_import(repository, "t.sniffed", str(path), "--dry-run", "--json")
    assert json.loads(done.stdout)["columns"][0]["type"] == ours


def test_dry_run_writes_nothing_and_prints_the_columns(repository):
    done = run_import(repository, "t.dry", write(repository, "dry.csv", MIXED), "--dry-run")
    assert "zip" in done.stdout
    assert "does not exist" in repository.run("spark-sql", "-e", "SELECT * FROM t.dry", status=2).stderr


def test_types_by_hand(repository):
    file = write(repository, "hand.csv", "a;b;seen\n01;1.50;2023-12-01 00:00:01\n2;3;1701388802000\n")
    run_import(repository, "t.hand", file, "--column", "b=decimal(10,2)", "--column=a=int", "--millis", "seen")
    assert types_of(repository, "t.hand") == {"a": "int", "b": "decimal(10,2)", "seen": "bigint"}
    assert repository.sql("SELECT a, b, seen FROM t.hand ORDER BY a") == [
        ["1", "1.50", "1701388801000"], ["2", "3.00", "1701388802000"]]


def test_schema_names_and_orders_columns(repository):
    file = write(repository, "named.tsv", "1\tx\tNA\n2\tNA\t3.5\n")
    run_import(repository, "t.named", file, "--no-header", "--null=NA", "--schema", "n int, s string, d double")
    assert repository.sql("SELECT s, d, n FROM t.named ORDER BY n") == [["x", "NULL", "1"], ["NULL", "3.5", "2"]]
    run_import(repository, "t.numbered", file, "--no-header")
    assert list(types_of(repository, "t.numbered")) == ["_c0", "_c1", "_c2"]


def test_timestamp_format(repository):
    file = write(repository, "times.csv", "t,u\n31/12/2023 23:59,x\n")
    run_import(repository, "t.times", file, "--millis=t", "--timestamp-format=dd/MM/yyyy HH:mm")
    assert repository.sql("SELECT t FROM t.times") == [["1704067140000"]]


MISFITS = 'id,note,price\n1,"two\nlines",5\n2,x,abc\n3,y,7\n4,z,1.234\n'


def test_a_misfit_is_named_with_its_line(repository):
    file = write(repository, "misfit.csv", MISFITS)
    done = run_import(repository, "t.misfit", file, "--column=price=decimal(10,2)", status=2)
    assert "the value 'abc' of column price is no decimal(10,2)" in done.stderr
    assert "misfit.csv line 4 (2 such rows) - " in done.stderr
    assert "does not exist" in repository.run("spark-sql", "-e", "SELECT * FROM t.misfit", status=2).stderr


def test_misfits_are_left_out_and_counted_when_asked(repository):
    file = write(repository, "skipped.csv", MISFITS)
    done = run_import(repository, "t.skipped", file, "--column=price=int", "--on-error=skip", "--json")
    report = json.loads(done.stdout)
    assert (report["rows_read"], report["rows_skipped"], report["rows_written"]) == (4, 2, 2)
    assert "2 of 4 rows were left out" in done.stderr and "'abc'" in done.stderr
    assert repository.sql("SELECT id FROM t.skipped ORDER BY id") == [["1"], ["3"]]


@pytest.mark.parametrize("name,text,message", [
    ("wide.csv", "a,b\n1,2\n3,4,5\n", "the line has 3 fields, not 2: {path} line 3"),
    ("narrow.csv", "a,b\n1,2\n3\n", "the line has 1 fields, not 2: {path} line 3"),
    ("quote.csv", 'a,b\n1,"x\n', "a quote is not closed: {path} line 2"),
    ("latin.csv", b"a,b\n1,\xff\xfe\n", "the line is not UTF-8: {path} line 2"),
    ("twice.csv", "a,a\n1,2\n", "names the column a twice"),
    ("unnamed.csv", "a,,c\n1,2,3\n", "names no column 2"),
    ("empty.csv", "", "the file is empty: {path}"),
    ("empty.jsonl", "", "the file is empty: {path}"),
    ("empty.json", "[]", "the file is empty: {path}"),
    ("header.csv", "a,b\n", "hold no rows"),
    ("broken.jsonl", '{"a":1}\n{"a":}\n{"a":3}\n', "the line is not JSON: {path} line 2"),
    ("numbers.jsonl", '{"a":1}\n5\n', "the record is no JSON object: {path} line 2: 5 - write each as"),
    ("texts.jsonl", '"a"\n"b"\n', 'the record is no JSON object: {path} line 1: "a" - write each as'),
    ("nulls.jsonl", 'null\n', "the record is no JSON object: {path} line 1: null - write each as"),
    ("lists.json", "[[1], [2]]", "the record is no JSON object: {path} record 1: [1] - write each as"),
    ("what.dat", "a", "the format of {path} is not clear from its name"),
    ("damaged.parquet", "PAR1nothing", "{path}"),
])
def test_damaged_files_are_named(repository, name, text, message):
    file = write(repository, name, text)
    done = run_import(repository, "t.damaged", file, status=4 if name.endswith("parquet") else 2)
    assert message.format(path=repository.root / file) in done.stderr
    assert done.stderr.startswith("error: ") and done.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments,message", [
    (["--column=prise=int"], "--column names a column that the files do not have: prise - did you mean 'price'?"),
    (["--column=price=intt"], "intt"),
    (["--column=price"], "--column is not column=type: price"),
    (["--schema=price"], "--schema names columns and types"),
    (["--partition-by=dss"], "--partition-by names a column"),
    (["--format=xml"], "unknown value 'xml' of --format"),
    (["--on-error=ignore"], "unknown value 'ignore' of --on-error"),
    (["--append"], "does not exist"),
])
def test_arguments_are_checked(repository, arguments, message):
    file = write(repository, "good.csv", "price,ds\n1,2023-12-01\n")
    assert message in run_import(repository, "t.checked", file, *arguments, status=2).stderr


def test_json(repository):
    rows = [{"id": 1, "code": "007", "tags": ["a"], "at": "2023-12-01 10:00:00", "in": {"x": 1.5}},
            {"id": 2, "tags": [], "extra": 12345678901234567890}]
    lines = write(repository, "rows.jsonl.gz", "\n".join(map(json.dumps, rows)))
    run_import(repository, "t.lines", lines)
    assert types_of(repository, "t.lines") == {
        "id": "bigint", "code": "string", "tags": "array<string>", "at": "timestamp", "in": "struct<x:double>",
        "extra": "string"}
    run_import(repository, "t.array", write(repository, "rows.json", json.dumps(rows)))
    read = sorted(repository.table("t.array").to_pylist(), key=lambda row: row["id"])
    assert read[0]["code"] == "007" and read[0]["tags"] == ["a"] and read[0]["in"] == {"x": 1.5}
    assert read[1]["code"] is None and read[1]["extra"] == "12345678901234567890"


def test_json_values_of_several_types_are_texts(repository):
    run_import(repository, "t.several", write(repository, "several.jsonl", "\n".join([
        '{"a":1,"b":[1,"x",null]}', '{"a":"x","b":[]}', '{"a":{"y":"z"},"b":null}', '{"a":null,"b":["w"]}'])))
    read = repository.table("t.several").to_pylist()
    assert {row["a"] for row in read} == {"1", "x", '{"y":"z"}', None}
    assert [row["b"] for row in read if row["b"] and len(row["b"]) == 3] == [["1", "x", None]]


def test_a_json_field_called_json(repository):
    run_import(repository, "t.called", write(repository, "called.jsonl", '{"json":1}\n{"json":"x"}\n'))
    assert repository.sql("SELECT json FROM t.called ORDER BY json") == [["1"], ["x"]]


def test_json_misfit(repository):
    file = write(repository, "ages.jsonl", '{"age":1}\n{"age":"old"}\n')
    done = run_import(repository, "t.ages", file, "--column=age=int", status=2)
    assert "the value 'old' of column age is no int" in done.stderr and "ages.jsonl line 2" in done.stderr


def test_hive_folders_become_partitions(repository):
    for day, rows in (("2023-12-01", "1,a"), ("2023-12-02", "2,b")):
        write(repository, f"hive/ds={day}/hr=05/part.csv", "n,s\n" + rows + "\n")
    write(repository, "hive/_SUCCESS", "")
    run_import(repository, "t.hive", "hive")
    assert types_of(repository, "t.hive") == {"n": "bigint", "s": "string", "ds": "date", "hr": "string"}
    assert repository.sql("SELECT n, ds, hr FROM t.hive ORDER BY n") == [
        ["1", "2023-12-01", "05"], ["2", "2023-12-02", "05"]]
    table = repository.catalog().load_table("t.hive")
    assert [field.name for field in table.spec().fields] == ["ds", "hr"]


def test_parquet_in_hive_folders(repository):
    for day in ("2023-12-01", "__HIVE_DEFAULT_PARTITION__"):
        folder = repository.root / f"phive/ds={day}"
        folder.mkdir(parents=True)
        pyarrow.parquet.write_table(pyarrow.table({"n": [1, 2]}), folder / "x.parquet")
    run_import(repository, "t.phive", "phive/*")
    assert repository.sql("SELECT ds, count(*) FROM t.phive GROUP BY ds ORDER BY ds") == [
        ["NULL", "2"], ["2023-12-01", "2"]]


def test_bytes_are_shown_as_hexadecimal_digits(repository):
    pyarrow.parquet.write_table(pyarrow.table({"b": [b"\xff\x00", None]}), repository.root / "bytes.parquet")
    shown = run_import(repository, "t.bytes", "bytes.parquet").stderr.split()
    assert shown[shown.index("b"):][:3] == ["b", "binary", "FF00"]


def test_a_long_example_is_cut_between_characters(repository):
    """39 bytes, then a letter of two: half of it would be no text at all."""
    done = run_import(repository, "t.long", write(repository, "long.csv", "a\n" + "x" * 39 + "ü" * 9 + "\n"))
    assert f"{'x' * 39}\n" in done.stderr and "ü" not in done.stderr


def test_append_and_replace(repository):
    first = write(repository, "first.csv", "n,ds\n1,2023-12-01\n2,2023-12-02\n")
    second = write(repository, "second.csv", "ds,n\n2023-12-02,22\n")
    run_import(repository, "t.grown", first, "--partition-by=ds")
    assert "exists already - add --append" in run_import(repository, "t.grown", first, status=2).stderr
    run_import(repository, "t.grown", second, "--append")
    assert repository.sql("SELECT n FROM t.grown ORDER BY n") == [["1"], ["2"], ["22"]]
    run_import(repository, "t.grown", second, "--replace")
    assert repository.sql("SELECT n, ds FROM t.grown ORDER BY n") == [["1", "2023-12-01"], ["22", "2023-12-02"]]
    # What is appended has the table's types: here a number would be inferred, and ids are strings.
    run_import(repository, "t.ids", write(repository, "ids.csv", "id\na1\n"))
    run_import(repository, "t.ids", write(repository, "more.csv", "id\n7\n"), "--append")
    assert repository.sql("SELECT id FROM t.ids ORDER BY id") == [["7"], ["a1"]]


def test_standard_input(repository):
    done = subprocess.run(["gnomon", "import", "t.piped", "-", "--format=csv"], input="a,b\n1,x\n", text=True,
                          cwd=repository.root, env=repository.environment, capture_output=True)
    assert done.returncode == 0, done.stderr
    assert repository.sql("SELECT a, b FROM t.piped") == [["1", "x"]]
    assert list((repository.root / ".gnomon/tmp").glob("stdin*")) == []


@pytest.mark.parametrize("point", ["write.data", "commit.manifest", "commit.metadata", "commit.swap"])
def test_killed_import_leaves_nothing(repository, tmp_path, point):
    file = write(repository, "killed.csv", "n\n1\n2\n")
    marker = tmp_path / "paused"
    process = repository.start("gnomon", "import", "t.killed", file,
                               environment={"GNOMON_PAUSE_AT": point, "GNOMON_PAUSE_FILE": str(marker)})
    deadline = time.monotonic() + 60
    while not marker.exists():
        assert process.poll() is None and time.monotonic() < deadline, process.communicate()
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert "does not exist" in repository.run("spark-sql", "-e", "SELECT * FROM t.killed", status=2).stderr


def test_two_imports_at_once(repository, tmp_path):
    file = write(repository, "once.csv", "n\n1\n2\n")
    marker = tmp_path / "paused"
    process = repository.start("gnomon", "import", "t.once", file,
                               environment={"GNOMON_PAUSE_AT": "commit.swap", "GNOMON_PAUSE_FILE": str(marker)})
    while not marker.exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.005)
    run_import(repository, "t.once", file)
    marker.unlink()
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 2 and "exists" in errors
    assert repository.sql("SELECT n FROM t.once ORDER BY n") == [["1"], ["2"]]
