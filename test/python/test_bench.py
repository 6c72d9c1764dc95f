"""The offline benchmarks end to end on small inputs: contenders agree, the report has them. No time is asserted."""

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
    """The result of a small run, and its part of the report."""
    results, docs = folder / "results", folder / "docs"
    results.mkdir()
    file = results / "small.json"
    done = subprocess.run([sys.executable, str(RUN), *SMALL, "--data", str(folder / "data"), "--build", str(BUILD),
                           "--output", str(file), *flags], capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result == json.loads(file.read_text())
    subprocess.run([sys.executable, str(RUN.with_name("report.py")), "--results", str(results), "--docs", str(docs)],
                   check=True, timeout=60)
    return result, (docs / "performance.md").read_text()


@pytest.mark.parametrize("law", [[], ["--zipf"]])
def test_group_by_backfill(tmp_path, law):
    pytest.importorskip("duckdb")
    result, report = bench(tmp_path, *law)
    assert result["input"]["events"] == 20000
    # 700 users on 30 days; by Zipf's law many come late or never.
    assert (result["rows_out"] > 20000) if not law else (0 < result["rows_out"] < 20000)
    assert {"gnomon run", "duckdb end to end", "floor", "kernel in memory"} <= set(result["seconds"])
    assert {"duckdb end to end / gnomon run", "gnomon run / floor"} <= set(result["ratios"])
    assert "| duckdb end to end | " in report and (tmp_path / "docs/images/performance_small.svg").exists()


@pytest.mark.parametrize("law", [[], ["--zipf"]])
def test_temporal_join(tmp_path, law):
    pytest.importorskip("duckdb")
    result, report = bench(tmp_path, "--workload", "temporal_join", "--left-rows", "3000", *law)
    assert result["rows_out"] > 1000
    peers = {f"duckdb {kind}" for kind in ("range", "asof", "window", "prefix")}
    assert {"gnomon run", "kernel in memory", *peers} <= set(result["seconds"])
    assert {f"{peer} / gnomon run" for peer in peers} <= set(result["ratios"])
    assert "| duckdb prefix | " in report


def test_a_peer_that_passes_the_limit_is_given_up(tmp_path):
    pytest.importorskip("duckdb")
    result, report = bench(tmp_path, "--workload", "temporal_join", "--left-rows", "3000", "--limit", "0")
    assert result["given_up"]["duckdb range"] == "more than 0 s"
    assert "gnomon run" in result["seconds"] and "duckdb range" not in result["seconds"]
    assert result["ratios"]["duckdb range / gnomon run"].startswith("more than ")
    assert "| duckdb range | more than 0 s |" in report


def test_memory(tmp_path):
    pytest.importorskip("duckdb")
    result, report = bench(tmp_path, "--workload", "memory", "--users", "15000", "--memory", "512M")
    used = result["memory"]
    assert used["budget_bytes"] == 512 << 20
    assert 0 < used["peak_bytes"] <= used["budget_bytes"] + (256 << 20)
    # Three output days; most of the users have an event among 20,000.
    assert used["rows_read"] == 20000 and 20000 < used["rows_written"] == result["rows_out"] < 45000
    assert "| largest resident memory | 0." in report


def test_answers_that_differ_stop_the_benchmark(tmp_path, monkeypatch):
    duckdb = pytest.importorskip("duckdb")
    monkeypatch.syspath_prepend(RUN.parent)
    import answers
    columns = "1.5 AS price_sum_1d, 2 AS price_count_1d, DATE '2024-01-01' AS ds"
    files = [str(tmp_path / f"{i}.parquet") for i in range(4)]
    for file, users, extra in zip(files, ("'a'", "'a'", "'b'", "'a'"), ("", "", "", "* REPLACE (3 AS price_count_1d)")):
        query = f"SELECT {users} AS \"user\", {columns}"
        duckdb.sql(f"COPY (SELECT {extra or '*'} FROM ({query})) TO '{file}' (FORMAT parquet)")
    assert answers.compare("itself", answers.rows(files[:1]), answers.rows(files[1:2])) == 1
    for other in files[2:]:
        with pytest.raises(SystemExit, match="differ"):
            answers.compare("another", answers.rows(files[:1]), answers.rows([other]))


def test_the_report_says_which_aims_are_missed():
    sys.path.insert(0, str(RUN.parent))
    import aims

    seconds = {"gnomon run": 2.0, "floor": 1.5, "duckdb end to end": 4.9, "polars end to end": 9.0,
               "kernel in memory": 1.0, "duckdb in memory": 7.9}
    backfill = {"seconds": {one: {"median": taken} for one, taken in seconds.items()}}
    taken = {"gnomon run": 5.0, "duckdb asof": 55.0, "duckdb window": 90.0}
    join = {"seconds": {one: {"median": median} for one, median in taken.items()},
            "given_up": {"duckdb range": "more than 60 s"}}
    rows = aims.rows({"group_by_backfill_uniform": backfill, "temporal_join_zipf": join})
    assert [row[2:] for row in rows[:3]] == [["75 %", "75 %", "yes"], ["2.50 times", "2.45 times", "**missed**"],
                                            ["8.00 times", "7.90 times", "**missed**"]]
    assert rows[3][3:] == ["not measured", ""]
    assert [row[3:] for row in rows if row[0] == "temporal join zipf"][:2] == [["11.00 times", "yes"],
                                                                              ["not measured", ""]]
