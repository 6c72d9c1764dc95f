"""The benchmark of how a backfill grows, end to end on a small input. No time is asserted."""
# SPDX-License-Identifier: Apache-2.0
import pytest

from test_bench import bench


def test_scaling(tmp_path):
    pytest.importorskip("duckdb")
    result, report = bench(tmp_path, "--workload", "scaling", "--events", "60000")
    assert [point["x"] for point in result["events"]] == [600, 6000, 60000]
    for series in ("windows", "aggregations"):
        points = result[series]
        assert [point["bytes_written"] for point in points] == sorted(point["bytes_written"] for point in points)
        assert all(point["kernel"] > 0 and point["write"] > 0 for point in points)
    daily = {point["x"]: point for point in result["daily_run"]}
    assert list(daily) == [30, 60, 120]
    # A day's data and not the history's: what an incremental GroupBy reads does not grow with it.
    a_day = result["input"]["events_a_day"]
    assert a_day == 200
    for name in ("windows", "aggregations", "daily_run"):
        assert (tmp_path / f"docs/images/performance_small_{name}.svg").exists()
    assert "| days of history | plain: s |" in report


def test_series_of_scaling_can_be_chosen(tmp_path):
    pytest.importorskip("duckdb")
    result, report = bench(tmp_path, "--workload", "scaling", "--series", "events")
    assert "events" in result and "windows" not in result and "daily_run" not in result
    assert "| events | seconds |" in report
