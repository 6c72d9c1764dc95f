"""Faults provoked for real: a disk that fills up at every step, no permission, a read-only file system, a locked
catalog, files that vanish. Each gives one sentence and exit status 3 (the world's fault) or 4 (damage), leaves the
tables as they were, and the same command finishes once the fault is gone."""
# SPDX-License-Identifier: Apache-2.0
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import tempfile
import time

import pytest

from disk import as_nobody, give_to_nobody, read_only, require_root, small_disk
from large_table import large_purchases
from pausing import let_go, pause
from repository import PROJECT, Repository
from test_faults import BACKFILL_COMMAND, FEATURES, SOURCE, STAGING_COMMAND, UPLOAD_COMMAND

FETCH = ("run.py", "--mode=fetch", "--type=group-by", "--name=user_purchase_features", "-k", '{"user_id":"user_1"}')


def sentence(done):
    """The one error sentence of a failed command."""
    errors = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1, done.stderr
    assert " - " in errors[0], errors
    return errors[0]


def run(repository, *command):
    return subprocess.run(command, cwd=repository.root, env=repository.environment, text=True, capture_output=True,
                          timeout=300)


def unnamed_files(repository):
    """The data files that no snapshot names. Of everything else that a failed run writes nothing may be left."""
    state = repository.root / ".gnomon"
    catalog = repository.catalog()
    names = [name for space in catalog.list_namespaces() for name in catalog.list_tables(space)]
    tables = [catalog.load_table(name) for name in names]
    named = {path.rpartition("/")[2] for table in tables for snapshot in table.snapshots()
             for path in table.inspect.files(snapshot.snapshot_id)["file_path"].to_pylist()}
    assert list(state.glob("tmp/scratch-*")) == []
    assert len([folder for folder in state.glob("kv/*/*") if folder.is_dir()]) <= 1
    return {file.name for file in state.glob("warehouse/**/*.parquet")} - named


def fill_up(repository, disk, command):
    """Runs a command on a full disk, then with some pages more, until it succeeds. Returns what failed on the way."""
    seen = set()
    kept = unnamed_files(repository)
    first_kb = used_kb = size_kb = disk.used_kb()
    while True:
        disk.grow(size_kb)
        done = run(repository, *command)
        if done.returncode == 0:
            return seen
        assert done.returncode == 3, (size_kb, done.returncode, done.stderr)
        text = sentence(done)
        assert "the disk is full" in text or "No space left" in text, text
        seen.add(text)
        # Whether a commit that failed in the catalog came through is not known to the writer: its files stay.
        left = unnamed_files(repository) - kept
        assert not left or "catalog" in text, (text, left)
        kept |= left
        # Each run leaves its report, which would eat up what is added here.
        for log in (repository.root / ".gnomon/logs").iterdir():
            log.unlink()
        # What a run has committed before it failed stays, and takes room.
        grown_kb, used_kb = disk.used_kb() - used_kb, disk.used_kb()
        size_kb += max(grown_kb, 0) + 4
        assert size_kb < first_kb + 4000, text


def test_full_disk_at_every_step(tmp_path):
    require_root()
    repository = Repository.bootcamp(tmp_path / "repo", golden=True)
    with small_disk(repository.root / ".gnomon", 1024) as disk:
        run(repository, "gnomon", "doctor")
        seen = fill_up(repository, disk, STAGING_COMMAND)
        assert repository.table(SOURCE).num_rows == 155
        seen |= fill_up(repository, disk, BACKFILL_COMMAND)
        assert repository.table(FEATURES).num_rows == 406
        seen |= fill_up(repository, disk, UPLOAD_COMMAND)
        disk.grow(4096)
        assert "127.66" in run(repository, *FETCH).stdout
    for what in ("writing a data file", "writing a file", "catalog"):
        assert any(what in text for text in seen), (what, seen)


def test_full_disk_of_the_online_store(tmp_path, provoked):
    """What was served before is served still."""
    repository = Repository.bootcamp(tmp_path / "repo", golden=True)
    repository.staging()
    repository.upload("--end-date=2023-12-06")
    with small_disk(repository.root / ".gnomon/kv", 1024) as disk:
        before = run(repository, *FETCH).stdout.partition("Fetched in")[0]
        disk.grow(disk.used_kb() + 4)
        done = run(repository, *UPLOAD_COMMAND)
        batches = {part: "2023-12-08-batch" for part in re.findall(r"2023-12-08-\w+-\d+-\d+", done.stderr)}
        text = provoked(done, when="the disk is full while the online store is loaded", hide=batches)
        assert ".gnomon/kv" in text
        assert run(repository, *FETCH).stdout.partition("Fetched in")[0] == before
        disk.grow(1024)
        repository.upload()
        assert "127.66" in run(repository, *FETCH).stdout


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    repository = Repository.bootcamp(tmp_path_factory.mktemp("large") / "repo")
    large_purchases(repository, rows=2_000_000, users=2_000_000)
    repository.run(*STAGING_COMMAND)
    return repository


def test_full_disk_while_spilling(large, provoked):
    require_root()
    large.environment["EXECUTOR_MEMORY"] = "64M"
    with small_disk(large.root / ".gnomon/tmp", 2048) as disk:
        done = run(large, *BACKFILL_COMMAND)
        assert done.returncode == 3, done.stderr
        assert ".gnomon/tmp" in provoked(done, when="the disk is full while a run puts rows aside")
        assert disk.used_kb() < 100
        # DuckDB's spilling, too.
        done = run(large, "spark-sql", "-e", f"SELECT user_id, ts FROM {SOURCE} ORDER BY purchase_price, user_id, ts")
        assert done.returncode == 3, (done.returncode, done.stderr[-500:])
        spilled = {part: "scratch" for part in re.findall(r"scratch-\w+", done.stderr)}
        assert "EXECUTOR_MEMORY" in provoked(done, when="the disk is full while a query spills", hide=spilled)
        disk.grow(2_000_000)
        large.run(*BACKFILL_COMMAND)
    del large.environment["EXECUTOR_MEMORY"]


ENGINE = os.environ.get("GNOMON_BIN", str(PROJECT / "build/release/gnomon"))


def engine(mode, conf, *days):
    """A run without Python, which another user may not be able to reach."""
    return as_nobody(ENGINE, "run", f"--mode={mode}", f"--conf=production/{conf}.v1", *days)


@pytest.fixture
def others():
    """A repository with compiled configs that belongs to a user without rights, outside of pytest's closed folder."""
    require_root()
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        yield repository_of_nobody(pathlib.Path(folder) / "repo")


def repository_of_nobody(root):
    repository = Repository.bootcamp(root, golden=True)
    repository.run("run.py", "--mode=compile", "--conf=staging_queries/bootcamp/purchases_from_s3.py")
    repository.run("run.py", "--mode=compile", "--conf=group_bys/bootcamp/user_purchase_features.py")
    give_to_nobody(repository.root)
    if run(repository, *as_nobody(ENGINE, "--version")).returncode != 0:
        pytest.skip("the engine is not open to other users")
    return repository


def test_no_permission(others, provoked):
    hidden = {others.root: "/home/you/repo"}
    days = ("--start-date=2023-12-01", "--end-date=2023-12-07")
    staging = engine("staging-query-backfill", "staging_queries/bootcamp/purchases_from_s3", *days)
    backfill = engine("group-by-backfill", "group_bys/bootcamp/user_purchase_features", *days)
    upload = engine("group-by-upload", "group_bys/bootcamp/user_purchase_features", days[1])
    source = others.root / ".gnomon/buckets/chronon/warehouse/data/purchases"
    for secret, mode in ((source / "purchases.parquet", 0o600), (source, 0o700)):
        os.chown(secret, 0, 0)
        secret.chmod(mode)
        done = run(others, *staging)
        what = "file" if secret.suffix else "folder"
        text = provoked(done, when=f"the {what} of the data may not be read", hide=hidden)
        assert "no permission" in text and "data/purchases" in text and done.returncode == 3
    give_to_nobody(others.root)
    load = as_nobody(ENGINE, "import", "data.more", str(source / "purchases.parquet"))
    for folder, command in (("warehouse", staging), ("tmp", backfill), ("kv", upload), ("", load)):
        closed = others.root / ".gnomon" / folder
        closed.chmod(0o500)
        done = run(others, *command)
        text = provoked(done, when=f"the folder .gnomon/{folder} may not be written", hide=hidden)
        assert "permission" in text and f".gnomon/{folder}" in text and done.returncode == 3
        # Looking still works.
        assert folder == "warehouse" or others.sql(f"SELECT count(*) FROM {SOURCE}") == [["155"]]
        closed.chmod(0o700)
        done = run(others, *command)
        assert done.returncode == 0, (folder, done.stderr)


def test_read_only_file_system(tmp_path, provoked):
    repository = Repository.bootcamp(tmp_path / "repo", golden=True)
    repository.staging()
    with read_only(repository.root):
        for command in (BACKFILL_COMMAND, UPLOAD_COMMAND):
            done = run(repository, *command)
            assert "read-only" in provoked(done, when="the file system is read-only").lower()
        assert repository.sql(f"SELECT count(*) FROM {SOURCE}") == [["155"]]
    repository.backfill()


def test_locked_catalog(tmp_path, provoked):
    repository = Repository.bootcamp(tmp_path / "repo", golden=True)
    repository.staging()
    holder = sqlite3.connect(repository.root / ".gnomon/catalog.db", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    done = run(repository, *BACKFILL_COMMAND)
    assert done.returncode == 3
    text = provoked(done, when="another program holds the catalog", hide={f"process {os.getpid()}": "process 4711"})
    assert f"process {os.getpid()}" in text
    assert "waiting for the catalog" in done.stderr
    # One that gives the lock back in time is waited for.
    process = repository.start(*BACKFILL_COMMAND)
    line = process.stderr.readline()
    assert line.startswith("waiting for the catalog"), line
    holder.execute("ROLLBACK")
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors


@pytest.mark.parametrize("lock,words,leaves_files", [
    # Others may read: what the catalog holds settles that nothing was committed.
    ("BEGIN IMMEDIATE", "stayed locked", False),
    ("BEGIN EXCLUSIVE", "is unknown, and its files stay in", True)])
def test_a_commit_into_a_locked_catalog(tmp_path, provoked, lock, words, leaves_files):
    repository = Repository.bootcamp(tmp_path / "repo", golden=True)
    repository.staging()
    repository.backfill("--start-date=2023-12-01", "--end-date=2023-12-05")
    process, marker = pause(repository, tmp_path, "commit.swap", BACKFILL_COMMAND)
    holder = sqlite3.connect(repository.root / ".gnomon/catalog.db", isolation_level=None)
    holder.execute(lock)
    errors = let_go(process, marker)
    holder.execute("ROLLBACK")
    done = subprocess.CompletedProcess(BACKFILL_COMMAND, process.returncode, "", errors)
    assert words in provoked(done, when=f"a commit into a catalog that is locked ({lock})",
                             hide={f"process {os.getpid()}": "process 4711"})
    assert bool(unnamed_files(repository)) == leaves_files
    repository.backfill()
    assert repository.sql(f"SELECT count(DISTINCT ds) FROM {FEATURES}") == [["7"]]


def files_of(repository, name):
    rows = repository.sql(f"SELECT file_path FROM {name}.files")
    return [pathlib.Path(row[0].removeprefix("file:").replace("//", "/")) for row in rows]


def test_a_data_file_that_vanished(tmp_path, provoked):
    repository = Repository.bootcamp(tmp_path / "repo", golden=True)
    repository.staging()
    gone = files_of(repository, SOURCE)[3]
    kept = gone.read_bytes()
    gone.unlink()
    done = run(repository, *BACKFILL_COMMAND)
    assert done.returncode == 4, done.stderr
    text = provoked(done, when="a data file was removed from outside", hide={gone.name: "00003-<uuid>.parquet"})
    assert gone.name in text and SOURCE in text
    done = run(repository, "spark-sql", "-e", f"SELECT sum(purchase_price) FROM {SOURCE}")
    assert done.returncode == 4 and gone.name in sentence(done), done.stderr
    gone.write_bytes(kept)
    repository.backfill()
    assert repository.table(FEATURES).num_rows == 406


def overwrite(repository):
    """Writes the days of the source again, with twice the rows."""
    from pyiceberg.expressions import AlwaysTrue
    table = repository.catalog().load_table(SOURCE)
    rows = table.scan().to_arrow()
    import pyarrow
    table.overwrite(pyarrow.concat_tables([rows, rows]), AlwaysTrue())


def test_a_source_that_is_overwritten_while_it_is_read(tmp_path):
    """A run reads the snapshot with which it began."""
    reference = Repository.bootcamp(tmp_path / "reference", golden=True)
    reference.staging()
    reference.backfill()
    repository = Repository.bootcamp(tmp_path / "repo", golden=True)
    repository.staging()
    process, marker = pause(repository, tmp_path, "backfill.planned", BACKFILL_COMMAND)
    overwrite(repository)
    errors = let_go(process, marker)
    assert process.returncode == 0, errors
    same = [sorted(map(str, one.table(FEATURES).to_pylist())) for one in (reference, repository)]
    assert same[0] == same[1]


def test_a_source_whose_old_files_are_removed_while_it_is_read(tmp_path, provoked):
    repository = Repository.bootcamp(tmp_path / "repo", golden=True)
    repository.staging()
    process, marker = pause(repository, tmp_path, "backfill.planned", BACKFILL_COMMAND)
    old = files_of(repository, SOURCE)
    overwrite(repository)
    for file in old:
        file.unlink()
    errors = let_go(process, marker)
    done = subprocess.CompletedProcess(BACKFILL_COMMAND, process.returncode, "", errors)
    days = re.findall(r"ds=2023-12-0\d/0000\d", errors)
    text = provoked(done, when="the source was overwritten and its old files removed during the run",
                    hide={day: "ds=2023-12-01/00000" for day in days})
    assert "were replaced" in text and "run the command again" in text
    repository.backfill()


def test_two_uploads_and_two_imports_at_once(tmp_path, provoked):
    repository = Repository.bootcamp(tmp_path / "repo", golden=True)
    repository.staging()
    repository.upload("--end-date=2023-12-06")
    process, marker = pause(repository, tmp_path, "commit.swap", UPLOAD_COMMAND)
    repository.run(*UPLOAD_COMMAND)
    errors = let_go(process, marker)
    done = subprocess.CompletedProcess(UPLOAD_COMMAND, process.returncode, "", errors)
    assert "another run" in provoked(done, when="another run wrote the same rows first")
    assert "127.66" in run(repository, *FETCH).stdout

    file = str(repository.root / ".gnomon/buckets/chronon/warehouse/data/purchases/purchases.parquet")
    process, marker = pause(repository, tmp_path, "commit.swap", ("gnomon", "import", "data.twice", file))
    repository.run("gnomon", "import", "data.twice", file)
    errors = let_go(process, marker)
    assert process.returncode in (2, 3) and "error: " in errors, errors
    assert repository.sql("SELECT count(*) FROM data.twice") == [["155"]]
    # Appends of two at once both count.
    process, marker = pause(repository, tmp_path, "commit.swap", ("gnomon", "import", "data.twice", file, "--append"))
    repository.run("gnomon", "import", "data.twice", file, "--append")
    errors = let_go(process, marker)
    assert process.returncode == 0, errors
    assert repository.sql("SELECT count(*) FROM data.twice") == [["465"]]


def test_a_run_and_the_archive_of_its_table(tmp_path):
    """A changed query archives the table while a run of the old one is about to commit: that must not write into it."""
    repository = Repository.bootcamp(tmp_path / "repo", golden=True)
    repository.staging("--start-date=2023-12-01", "--end-date=2023-12-03")
    process, marker = pause(repository, tmp_path, "commit.swap", STAGING_COMMAND)
    conf = repository.root / "staging_queries/bootcamp/purchases_from_s3.py"
    conf.write_text(conf.read_text().replace("            item_category,\n", ""))
    repository.run(*STAGING_COMMAND)
    errors = let_go(process, marker)
    assert process.returncode in (2, 3), errors
    assert "error: " in errors and "Traceback" not in errors
    names = [row[1] for row in repository.sql("SHOW TABLES IN bootcamp")] or []
    archives = [row for row in repository.sql("SHOW TABLES IN bootcamp") if "purchases_from_s3_2" in row[1]]
    assert len(archives) == 1, names
    archived = repository.table(f"bootcamp.{archives[0][1]}")
    assert {str(row["ds"]) for row in archived.to_pylist()} == {"2023-12-01", "2023-12-02", "2023-12-03"}
    assert "item_category" not in repository.table(SOURCE).column_names


def test_what_a_killed_run_left_is_removed_by_the_next(large):
    """Spill files of DuckDB have names; those of a dead process go, those of a living one stay."""
    tmp = large.root / ".gnomon/tmp"
    query = f"SELECT user_id, ts FROM {SOURCE} ORDER BY purchase_price, user_id, ts"
    environment = {"EXECUTOR_MEMORY": "64M"}
    dead = large.start("spark-sql", "-e", query, environment=environment)
    living = large.start("spark-sql", "-e", query, environment=environment)
    deadline = time.monotonic() + 60
    while len([f for f in tmp.glob("scratch-*/*")]) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    folders = set(tmp.glob("scratch-*"))
    assert len(folders) == 2
    dead.kill()
    dead.communicate()
    large.run("spark-sql", "-e", f"SELECT count(*) FROM {SOURCE}")
    left = set(tmp.glob("scratch-*"))
    assert len(left) == 1 and left < folders
    living.terminate()
    living.communicate(timeout=60)
    assert living.returncode == 130
    assert list(tmp.glob("scratch-*")) == []


def test_cleaning_leaves_other_things_alone(tmp_path):
    repository = Repository.bootcamp(tmp_path / "repo", golden=True)
    (repository.root / ".gnomon/tmp").mkdir(mode=0o700, exist_ok=True)
    (repository.root / ".gnomon/tmp/of-a-user").write_text("kept")
    repository.staging()
    assert (repository.root / ".gnomon/tmp/of-a-user").read_text() == "kept"
    shutil.rmtree(repository.root / ".gnomon/tmp")
    repository.backfill()
