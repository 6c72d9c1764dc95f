# SPDX-License-Identifier: Apache-2.0
"""What users see when something is wrong, through the programs as they are run: damaged stores and
files, missing rights, conflicting columns."""
import os
import pathlib
import shutil
import subprocess
import tempfile

import pytest
from repository import PROJECT, Repository

CONF = "group_bys/bootcamp/user_purchase_features.py"
NOBODY = 65534


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """A repository whose features were uploaded."""
    repository = Repository.bootcamp(tmp_path_factory.mktemp("messages") / "repo")
    repository.staging()
    repository.upload()
    return repository


@pytest.fixture
def empty(tmp_path):
    return Repository.empty(tmp_path / "repo")


def error_of(done):
    """The one line of stderr that is the error."""
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("error: ")]
    assert len(errors) == 1 and lines[-1] == errors[0], done.stderr
    return errors[0]


def fetch(repository, status):
    return error_of(
        repository.run("run.py", "--mode=fetch", "--type=group-by", "--name=user_purchase_features",
                       "-k", '{"user_id": "user_1"}', status=status))


# --- the fetcher ---


def test_a_fetcher_refuses_text_that_is_none(loaded):
    fetcher = pytest.importorskip("ai.chronon.fetcher").Fetcher(repo=loaded.root)
    with pytest.raises(ValueError, match="a key is no valid Unicode text"):
        fetcher.fetch_group_by(name="user_purchase_features", keys={"user_id": "\ud800"})
    with pytest.raises(ValueError, match="the name of a key is no valid Unicode text"):
        fetcher.fetch_group_by(name="user_purchase_features", keys={"\ud800": "x"})
    with pytest.raises(ValueError, match="the name of the group-by is no valid Unicode text"):
        fetcher.fetch_group_by(name="\ud800", keys={})
    for name in (None, 1, b"x"):
        with pytest.raises(TypeError, match="the name of the group-by is not a str"):
            fetcher.fetch_group_by(name=name, keys={})


def test_a_fetcher_passes_on_the_error_of_a_key_that_fails(loaded):
    class Failing:
        def __index__(self):
            raise ArithmeticError("mine")

    fetcher = pytest.importorskip("ai.chronon.fetcher").Fetcher(repo=loaded.root)
    with pytest.raises(ArithmeticError, match="mine"):
        fetcher.fetch_group_by(name="user_purchase_features", keys={"user_id": Failing()})


def damage_store(dataset, damage):
    data = next(dataset.glob("*/data.mdb"))
    if damage == "cut":
        os.truncate(data, data.stat().st_size - 4096)
    elif damage == "emptied":
        os.truncate(data, 0)
    else:
        (dataset / "CURRENT").write_bytes(b"\0\xff" if damage == "pointer" else b"junk\n")


@pytest.mark.parametrize("damage", ["cut", "emptied", "pointer", "pointer to nothing"])
def test_a_damaged_store_is_not_an_empty_one(loaded, damage):
    dataset = loaded.root / ".gnomon/kv/BOOTCAMP_USER_PURCHASE_FEATURES_V1_BATCH"
    damage_store(dataset, damage)
    try:
        message = fetch(loaded, status=4)
        assert dataset.name in message and "upload" in message
        assert "is empty" not in message
        with pytest.raises(RuntimeError, match="upload"):
            pytest.importorskip("ai.chronon.fetcher").Fetcher(repo=loaded.root).fetch_group_by(
                name="user_purchase_features", keys={"user_id": "user_1"})
    finally:
        loaded.upload()
    loaded.run("run.py", "--mode=fetch", "--type=group-by", "--name=user_purchase_features", "-k",
               '{"user_id": "user_1"}')


# --- compiling ---


@pytest.mark.parametrize("flag, root", [("--output_path=production/group_bys", "production"),
                                        ("--output_path=out/group_bys/", "out"),
                                        ("--output-path=out", "out"),
                                        ("--output_root=out", "out"),
                                        ("--output_path=group_bys", "."),
                                        ("--verbose", "production")])
def test_output_path_is_the_documents_name_of_output_root(tmp_path, flag, root):
    repository = Repository.bootcamp(tmp_path / "repo")
    repository.run("run.py", "--mode=compile", f"--input_path={CONF}", flag)
    assert (repository.root / root / "group_bys/bootcamp/user_purchase_features.v1").is_file()


def compile_with(tmp_path, *edits):
    """The error of compiling the example's GroupBy after edits, each an old and a new text."""
    repository = Repository.bootcamp(tmp_path / "repo")
    path = repository.root / CONF
    text = path.read_text()
    for old, new in zip(edits[::2], edits[1::2]):
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text)
    return error_of(repository.run("run.py", "--mode=compile", f"--conf={CONF}", status=2))


def test_two_aggregations_of_one_column_are_refused(tmp_path):
    message = compile_with(tmp_path, "Operation.COUNT", "Operation.SUM")
    assert "the output column 'purchase_price_sum_1d' has the name of the output column of "\
        "aggregations[0]" in message
    assert f"{CONF}:" in message and "v1.aggregations[1] - " in message


def test_a_window_that_stands_twice_is_refused(tmp_path):
    message = compile_with(tmp_path, "length=7", "length=1")
    assert "purchase_price_sum_1d" in message and "aggregations[0].windows[1]" in message


def test_a_key_called_ds_is_refused(tmp_path):
    message = compile_with(tmp_path, 'keys=["user_id"]', 'keys=["user_id", "ds"]')
    assert "the key 'ds' has the name of the column of the day" in message and f"{CONF}:" in message


def test_an_output_column_called_as_a_key_is_refused(tmp_path):
    message = compile_with(tmp_path, '"item_category")',
                           '"item_category", purchase_price_sum_7d="user_id")',
                           'keys=["user_id"]', 'keys=["purchase_price_sum_7d"]')
    assert "'purchase_price_sum_7d' has the name of a key" in message and f"{CONF}:" in message


def test_an_unclosed_macro_is_refused_with_its_place(tmp_path):
    repository = Repository.bootcamp(tmp_path / "repo")
    path = repository.root / "staging_queries/bootcamp/purchases_from_s3.py"
    text = path.read_text()
    assert "{{ start_date }}" in text
    path.write_text(text.replace("{{ start_date }}", "{{ start_date", 1))
    done = repository.run("run.py", "--mode=staging-query-backfill",
                          f"--conf={path.relative_to(repository.root)}", status=2)
    message = error_of(done)
    assert "is not closed" in message and "purchases_from_s3.py:" in message
    assert "spark_" not in message


# --- queries ---


def test_an_unknown_column_is_called_so(loaded):
    for select, message in [
        ("nope", "unknown column 'nope' - known: "),
        ("purchase_prise", "unknown column 'purchase_prise' - did you mean 'purchase_price'?"),
        ("sum(purchase_prise)", "unknown column 'purchase_prise' - did you mean 'purchase_price'?"),
        ("p.user_idd", "unknown column 'user_idd' - did you mean 'user_id'?"),
    ]:
        done = loaded.run("spark-sql", "-e", f"SELECT {select} FROM bootcamp.purchases_from_s3 p",
                          status=2)
        assert error_of(done).startswith(f"error: {message}"), done.stderr


def test_a_missing_absolute_path_does_not_list_the_machine(empty):
    message = error_of(empty.run("spark-sql", "-e", "SELECT 1 FROM csv.`/nowhere/else`", status=2))
    assert "NoSuchKey: /nowhere/else does not exist" in message
    assert "known:" not in message and "home" not in message


def test_a_damaged_parquet_file_is_called_so(loaded, tmp_path):
    whole = next((loaded.root / ".gnomon/buckets").rglob("*.parquet")).read_bytes()
    for number, content in enumerate((whole[:2000], whole[:2000] + whole[-8:], b"", b"PAR1")):
        path = tmp_path / f"{number}.parquet"
        path.write_bytes(content)
        done = loaded.run("spark-sql", "-e", f"SELECT * FROM parquet.`{path}`", status=4)
        assert f"{path} is damaged or not a Parquet file" in error_of(done)
        assert "thrift" not in done.stderr.lower()


def test_an_unreadable_csv_file_is_one_sentence(empty, tmp_path):
    (tmp_path / "open.csv").write_text('a,b\n1,2\n"3,4\n')
    (tmp_path / "junk.csv").write_bytes(bytes(range(256)) * 40)
    for name in ("open.csv", "junk.csv"):
        view = f"CREATE TEMPORARY VIEW v USING csv OPTIONS (path '{tmp_path / name}', header "\
            "'true', inferSchema 'true'); SELECT * FROM v"
        message = error_of(empty.run("spark-sql", "-e", view, status=2))
        assert len(message) < 400, message
        for word in ("Candidates", "Possible", "ignore_errors", "strict_mode"):
            assert word not in message


# --- other users ---


def as_nobody(command, **options):
    """Runs a command as a user without rights: another one if this is root, else this one."""
    user = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    return subprocess.run(command, text=True, capture_output=True, timeout=60, **user, **options)


@pytest.fixture
def open_folder():
    """A folder that every user may enter: pytest's own belong to one."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="gnomon-messages-"))
    folder.chmod(0o755)
    yield folder
    subprocess.run(["chmod", "-R", "u+rwx", folder], check=True)
    shutil.rmtree(folder)


def system_python():
    """A Python that other users can start."""
    python = shutil.which("python3", path="/usr/bin:/bin")
    if python is None:
        pytest.skip("no python3 in /usr/bin")
    return python


@pytest.mark.parametrize("denied", [True, False])
def test_a_python_that_may_not_be_started_is_not_called_missing(open_folder, denied):
    shutil.copytree(PROJECT / "bin", open_folder / "bin")
    (open_folder / "python/gnomon").mkdir(parents=True)
    for name in ("__init__.py", "launcher.py"):
        shutil.copy(PROJECT / "python/gnomon" / name, open_folder / "python/gnomon")
    deps = open_folder / ".deps"
    if denied:
        (deps / "venv/bin").mkdir(parents=True)
        (deps / "venv/bin/python").write_text("")
        deps.chmod(0)
    for script in ("run.py", "spark-sql"):
        done = as_nobody([system_python(), str(open_folder / "bin" / script)], cwd=open_folder)
        assert done.returncode == 2
        message = error_of(done)
        assert ("is not open to this user" in message) == denied
        assert ("make -C" in message) == (not denied)


def engine_for_nobody():
    """The engine, if another user can start it where it is."""
    engine = PROJECT / "build/release/gnomon"
    try:
        done = as_nobody([str(engine), "--version"])
    except PermissionError:
        done = None
    if done is None or done.returncode != 0:
        pytest.skip(f"another user cannot start {engine}")
    return str(engine)


def test_doctor_reports_what_it_may_not_look_at(open_folder):
    engine = engine_for_nobody()
    (open_folder / "teams.json").write_text("{}")
    (open_folder / "teams.json").chmod(0o644)
    done = as_nobody([engine, "doctor", f"--repo={open_folder}"], cwd=open_folder)
    assert done.returncode in (2, 3)
    assert "filesystem error" not in done.stderr + done.stdout
    python = PROJECT / ".deps/venv/bin/python"
    denied = as_nobody(["/usr/bin/test", "-e", str(python)]).returncode != 0
    assert (f"{python} cannot be read - ask its owner" in done.stdout) == denied, done.stdout
    assert error_of(done)


def test_init_in_a_folder_without_rights_says_so(open_folder):
    engine = engine_for_nobody()
    open_folder.chmod(0o555)
    done = as_nobody([engine, "init", "mine"], cwd=open_folder)
    assert done.returncode == 3
    message = error_of(done)
    assert "the folder cannot be made" in message and "Permission denied" in message
    assert str(open_folder / "mine") in message
