"""The offline benchmark end to end on a small input: its contenders agree. Nothing is timed."""

# SPDX-License-Identifier: Apache-2.0
import json
import os
import pathlib
import subprocess
import sys

import pytest

PROJECT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("GNOMON_BUILD_DIR", PROJECT / "build/release"))
RUN = PROJECT / "bench/offline/run.py"
SMALL = ["--events", "20000", "--users", "700", "--runs", "1"]


def bench(folder, *flags):
    command = [sys.executable, str(RUN), *SMALL, "--data", str(folder), "--build", str(BUILD), *flags]
    return subprocess.run(command, capture_output=True, text=True, timeout=900)


@pytest.mark.parametrize("law", [[], ["--zipf"]])
def test_group_by_backfill(tmp_path, law):
    pytest.importorskip("duckdb")
    result_file = tmp_path / "result.json"
    done = bench(tmp_path / "data", "--output", str(result_file), *law)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result == json.loads(result_file.read_text())
    assert result["input"]["events"] == 20000
    # 700 users on 30 days; by Zipf's law many come late or never.
    assert (result["rows_out"] > 20000) if not law else (0 < result["rows_out"] < 20000)
    assert {"gnomon run", "duckdb end to end", "floor", "kernel in memory"} <= set(result["seconds"])
    assert {"duckdb end to end / gnomon run", "gnomon run / floor"} <= set(result["ratios"])


@pytest.mark.parametrize("law", [[], ["--zipf", "--left-rows", "3000"]])
def test_temporal_join(tmp_path, law):
    pytest.importorskip("duckdb")
    done = bench(tmp_path / "data", "--workload", "temporal_join", *law)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["rows_out"] > 1000
    assert {"kernel in memory", "duckdb range", "duckdb asof", "duckdb window"} <= set(result["seconds"])


def test_answers_that_differ_stop_the_benchmark(tmp_path, monkeypatch):
    duckdb = pytest.importorskip("duckdb")
    monkeypatch.syspath_prepend(RUN.parent)
    from group_by_backfill import workload
    columns = "1.5 AS price_sum_1d, 2 AS price_count_1d, DATE '2024-01-01' AS ds"
    files = [str(tmp_path / f"{i}.parquet") for i in range(4)]
    for file, users, extra in zip(files, ("'a'", "'a'", "'b'", "'a'"), ("", "", "", "* REPLACE (3 AS price_count_1d)")):
        query = f"SELECT {users} AS \"user\", {columns}"
        duckdb.sql(f"COPY (SELECT {extra or '*'} FROM ({query})) TO '{file}' (FORMAT parquet)")
    assert workload.compare("itself", files[:1], files[1:2], hive=False) == 1
    for other in files[2:]:
        with pytest.raises(SystemExit, match="differ"):
            workload.compare("another", files[:1], [other], hive=False)
