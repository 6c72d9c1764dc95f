# SPDX-License-Identifier: Apache-2.0
"""The Python fetcher: what its native module links, how it fails, and that it reads a store while other threads run.

Fetching what an upload wrote, through the whole pipeline, is tested with the bootcamp."""
import os
import pathlib
import subprocess
import sys
import threading

import pytest

PACKAGE = pathlib.Path(__file__).resolve().parents[2] / "python" / "ai" / "chronon"
MODULES = sorted(PACKAGE.glob("_fetch.*.so"))

if not MODULES:
    pytest.skip("ai.chronon._fetch is not built: run `make build`", allow_module_level=True)

from ai.chronon.fetcher import Fetcher  # noqa: E402


@pytest.fixture
def repo(tmp_path, monkeypatch):
    monkeypatch.delenv("CHRONON_REPO_PATH", raising=False)
    (tmp_path / "teams.json").write_text("{}")
    return tmp_path


def needed(path):
    """Every shared library that loading `path` brings in, by ldd: also those that others need."""
    listing = subprocess.run(["ldd", str(path)], check=True, capture_output=True, text=True).stdout
    return [line.split()[0] for line in listing.splitlines()]


def test_links_neither_duckdb_nor_a_catalog():
    libraries = needed(MODULES[0])
    assert any("lmdb" in library for library in libraries)
    # libcrypto is there for Spark's md5 and sha2, which a derivation may call.
    for unwanted in ("duckdb", "parquet", "sqlite", "python"):
        assert not [library for library in libraries if unwanted in library], unwanted


def test_holds_no_code_of_the_engine():
    content = MODULES[0].read_bytes()
    for name in (b"gnomon7iceberg", b"gnomon7catalog", b"gnomon3sql", b"gnomon3run", b"duckdb"):
        assert name not in content, name


def test_an_empty_store_is_a_key_error_that_says_what_to_do(repo):
    with pytest.raises(KeyError, match="run.py --mode=upload"):
        Fetcher(repo=repo).fetch_group_by(name="user_purchase_features", keys={"user_id": "user_1"})


def test_finds_the_repository_as_the_commands_do(repo, monkeypatch, tmp_path_factory):
    below = repo / "group_bys" / "team"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    Fetcher()
    outside = tmp_path_factory.mktemp("outside")
    monkeypatch.chdir(outside)
    with pytest.raises(KeyError, match="no repository found"):
        Fetcher()
    monkeypatch.setenv("CHRONON_REPO_PATH", str(repo))
    Fetcher()
    with pytest.raises(KeyError, match="does not exist"):
        Fetcher(repo=repo / "missing")


@pytest.mark.parametrize("keys", [["user_1"], {1: 2}, {"user_id": object()}, {"user_id": [1]}])
def test_keys_of_a_wrong_type_are_value_errors(repo, keys):
    with pytest.raises(ValueError):
        Fetcher(repo=repo).fetch_group_by(name="x", keys=keys)


def test_many_requests_fail_one_by_one(repo):
    results = Fetcher(repo=repo).fetch_group_bys([("a", {"k": 1}), ("b", {"k": None})])
    assert [type(result) for result in results] == [KeyError, KeyError]


def test_threads_share_a_fetcher(repo):
    fetcher = Fetcher(repo=repo)
    errors = []

    def ask():
        for _ in range(200):
            try:
                fetcher.fetch_group_by(name="x", keys={"k": 1})
            except KeyError:
                continue
            except BaseException as error:
                errors.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors


def test_imports_beside_pyarrow_and_duckdb():
    code = ("import pyarrow, ai.chronon._fetch, duckdb, polars; "
            "print(pyarrow.array([1]).to_pylist(), duckdb.sql('select 1').fetchall())")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=dict(os.environ))
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[1] [(1,)]"
