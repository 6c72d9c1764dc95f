# SPDX-License-Identifier: Apache-2.0
"""gnomon._engine: that it lives beside other native packages in one process, what it gives, how it fails and stops."""
import json
import pathlib
import subprocess
import sys
import threading

import pytest
from repository import PROJECT, Repository

MODULES = sorted((PROJECT / "python/gnomon").glob("_engine.*.so"))

if not MODULES:
    pytest.skip("gnomon._engine is not built: run `make build`", allow_module_level=True)

import pyarrow  # noqa: E402
from gnomon import _engine, exceptions  # noqa: E402
from gnomon.spark_sql import translate_statement  # noqa: E402

# 155 rows to the fifth power: no machine ends it.
ENDLESS = "SELECT count(*) FROM " + " CROSS JOIN ".join(f"bootcamp.purchases_from_s3 t{i}" for i in range(5))
HUGE = "SELECT t0.ts, t1.user_id FROM " + " CROSS JOIN ".join(f"bootcamp.purchases_from_s3 t{i}" for i in range(4))


@pytest.fixture(scope="module")
def repo(tmp_path_factory):
    repository = Repository.bootcamp(tmp_path_factory.mktemp("engine") / "repo", golden=True)
    repository.staging()
    return repository.root


@pytest.fixture(scope="module")
def engine(repo):
    return _engine.Engine(str(repo))


def statement(text):
    return json.dumps(translate_statement(text))


def rows_of(engine, text):
    return pyarrow.table(engine.execute(statement(text))).to_pylist()


def test_exports_nothing_but_its_entry():
    listing = subprocess.run(["nm", "-D", "--defined-only", str(MODULES[0])], check=True, capture_output=True,
                             text=True)
    assert [line.split()[-1] for line in listing.stdout.splitlines()] == ["PyInit__engine"]


ORDERS = ["gnomon._engine pyarrow pyarrow.compute pyarrow.parquet polars pandas duckdb",
          "duckdb pandas polars pyarrow.parquet pyarrow.compute pyarrow gnomon._engine"]


@pytest.mark.parametrize("order", ORDERS)
def test_lives_beside_other_packages(repo, order):
    code = f"""
import importlib, json, sys
for name in {order.split()}: importlib.import_module(name)
import duckdb, pandas, polars, pyarrow, pyarrow.compute
from gnomon import _engine
text = sys.argv[2]
engine = _engine.Engine(sys.argv[1])
def answer(): return engine.execute(text)
rows = pyarrow.table(answer())
assert rows.num_rows == 155
assert polars.DataFrame(answer()).height == 155
assert len(rows.to_pandas()) == 155
assert duckdb.sql("SELECT count(*) FROM rows").fetchone() == (155,)
assert pyarrow.compute.count_distinct(rows["user_id"]).as_py() > 1
try:
    engine.execute("[]")
except ValueError as error:
    print("refused")
"""
    text = statement("SELECT * FROM bootcamp.purchases_from_s3")
    done = subprocess.run([sys.executable, "-c", code, str(repo), text], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "refused\n", "")


def test_rows_stream_once_and_say_so_after_that(engine):
    answer = engine.execute(statement("SELECT user_id FROM bootcamp.purchases_from_s3"))
    assert answer.columns == [("user_id", "string")]
    assert pyarrow.table(answer).num_rows == 155
    assert answer.is_spent
    with pytest.raises(exceptions.InvalidArgumentError, match="run it again"):
        pyarrow.table(answer)


def test_kept_rows_are_shared_not_copied(engine):
    answer = engine.execute(statement("SELECT ts FROM bootcamp.purchases_from_s3"))
    answer.keep()
    first, second = pyarrow.table(answer), pyarrow.table(answer)
    addresses = [table["ts"].chunk(0).buffers()[1].address for table in (first, second)]
    assert addresses[0] == addresses[1]


def test_a_preview_takes_nothing_from_the_stream(engine):
    answer = engine.execute(statement("SELECT user_id, CAST(NULL AS INT) AS n FROM bootcamp.purchases_from_s3"))
    rows, has_more = answer.preview(3)
    assert len(rows) == 3 and rows[0][1] is None and has_more
    assert pyarrow.table(answer).num_rows == 155


def test_a_huge_result_streams(engine):
    before = peak_memory()
    reader = pyarrow.RecordBatchReader.from_stream(engine.execute(statement(HUGE)))
    rows = sum(reader.read_next_batch().num_rows for _ in range(50))
    assert rows > 1_000_000
    assert peak_memory() - before < 256 << 20  # The whole would be some 20 GB.


def peak_memory():
    import resource
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def test_a_statement_without_answer_has_no_columns(engine):
    answer = engine.execute(statement("CREATE DATABASE IF NOT EXISTS other"))
    assert answer.columns == []
    assert pyarrow.table(answer).num_columns == 0


ERRORS = [
    ("SELECT * FROM bootcamp.purchase_from_s3", exceptions.NotFoundError, KeyError, "purchases_from_s3"),
    ("SELECT userid FROM bootcamp.purchases_from_s3", exceptions.InvalidArgumentError, ValueError,
     "did you mean 'user_id'"),
]


@pytest.mark.parametrize("text, kind, builtin, sentence", ERRORS)
def test_errors_are_one_sentence(engine, text, kind, builtin, sentence):
    with pytest.raises(builtin, match=sentence) as caught:
        engine.execute(statement(text))
    assert type(caught.value) is kind
    assert "\n" not in str(caught.value) and not str(caught.value).startswith(("'", '"'))


def test_an_error_while_rows_stream_is_the_sentence_alone(engine):
    text = "SELECT t0.ts FROM " + ", ".join(f"bootcamp.purchases_from_s3 t{i}" for i in range(4))
    reader = pyarrow.RecordBatchReader.from_stream(engine.execute(statement(text)))
    reader.read_next_batch()
    engine.interrupt()
    with pytest.raises((OSError, pyarrow.ArrowException)) as caught:
        for _ in reader:
            pass
    assert "stopped" in str(caught.value) or "interrupted" in str(caught.value)
    assert "Detail" not in str(caught.value)


def test_another_thread_can_interrupt(engine):
    done = threading.Event()

    def interrupt():
        while not done.wait(0.05):
            engine.interrupt()

    thread = threading.Thread(target=interrupt)
    thread.start()
    try:
        with pytest.raises((KeyboardInterrupt, exceptions.GnomonError)):
            rows_of(engine, ENDLESS)
            pytest.fail("an endless statement ended")
    finally:
        done.set()
        thread.join()
    assert rows_of(engine, "SELECT count(*) AS n FROM bootcamp.purchases_from_s3") == [{"n": 155}]


CTRL_C = """
import os, signal, sys, threading
from gnomon import _engine
engine = _engine.Engine(sys.argv[1])
stopped = threading.Event()
def press():
    while not stopped.wait(0.2): os.kill(os.getpid(), signal.SIGINT)
def run():
    {run}
try:
    threading.Thread(target=press, daemon=True).start()
    run()
except KeyboardInterrupt:
    stopped.set()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    import pyarrow
    print(pyarrow.table(engine.execute(sys.argv[3])).num_rows)
"""
WAYS = ["engine.execute(sys.argv[2]).keep()",
        "engine.execute(sys.argv[2]).print('tabs', 1)",
        "import pyarrow; pyarrow.table(engine.execute(sys.argv[2]))"]


@pytest.mark.parametrize("way", WAYS)
def test_ctrl_c_ends_the_statement_not_the_engine(repo, way):
    done = subprocess.run([sys.executable, "-c", CTRL_C.format(run=way), str(repo), statement(ENDLESS),
                           statement("SELECT user_id FROM bootcamp.purchases_from_s3 LIMIT 3")],
                          capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout, done.stderr) == (0, "3\n", "")


def test_lists_for_completion(engine):
    assert "bootcamp" in engine.namespaces()
    assert engine.tables("bootcamp") == ["purchases_from_s3"]
    engine.execute(statement("CREATE TEMPORARY VIEW cheap AS SELECT ts AS moment FROM bootcamp.purchases_from_s3"))
    assert engine.tables("") == ["cheap"]
    assert engine.columns("cheap") == [("moment", "bigint")]
    assert ("user_id", "string") in engine.columns("bootcamp.purchases_from_s3")
    with pytest.raises(KeyError):
        engine.columns("bootcamp.nothing")


def test_table_info(engine):
    info = json.loads(engine.table_info("bootcamp.purchases_from_s3"))
    assert info["partitioning"] == [{"column": "ds", "transform": "identity"}]
    assert info["columns"][0] == {"name": "user_id", "type": "string", "nullable": True, "comment": ""}
    assert info["snapshots"][0]["summary"]["total-records"] == "155"
    assert info["current_snapshot_id"] == info["snapshots"][0]["id"]


def test_prints_to_a_descriptor(engine, tmp_path):
    path = pathlib.Path(tmp_path / "out")
    with open(path, "wb") as file:
        answer = engine.execute(statement("SELECT user_id FROM bootcamp.purchases_from_s3"))
        assert answer.print("tabs", file.fileno()) == 155
    assert len(path.read_text().splitlines()) == 155
    with pytest.raises(ValueError, match="tabs, aligned"):
        engine.execute(statement("SHOW DATABASES")).print("nope", 1)


def test_no_repository_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CHRONON_REPO_PATH", raising=False)
    with pytest.raises(KeyError, match="no repository"):
        _engine.Engine()
