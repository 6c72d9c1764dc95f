"""Edge cases 1 to 15 (SPEC 12): windows and time. Each value is a power of two, so a sum says which events count."""
# SPDX-License-Identifier: Apache-2.0
import datetime

import pytest

from edge_cases import (DAY, TEMPORAL, EdgeRepository, aggregation, by, entities, events, group_by, join, ms, part)

HOUR = 3_600_000
QUERY = ms("2023-12-20 14:27:31.500")
WINDOWS = ("1h", "11h", "12h", "1d", "7d", "11d", "12d", "14d")
# The old edge of each window at QUERY: q - w rounded down to 5 minutes, an hour from 12h, a day from 12d.
EDGES = {"1h": "2023-12-20 13:25:00", "11h": "2023-12-20 03:25:00", "12h": "2023-12-20 02:00:00",
         "1d": "2023-12-19 14:00:00", "7d": "2023-12-13 14:00:00", "11d": "2023-12-09 14:00:00",
         "12d": "2023-12-08 00:00:00", "14d": "2023-12-06 00:00:00"}
# Appendix A: time -> value.
WORKED = {"11-19 23:59:59": 1024, "11-20 00:00:00": 512, "11-27 13:59:59": 256, "11-27 14:30:00": 128,
          "12-03 13:59:59": 64, "12-03 14:00:00": 32, "12-04 13:24:59": 1, "12-04 13:25:00": 2, "12-04 14:00:00": 4,
          "12-04 14:26:59": 8, "12-04 14:27:00": 16}


def day(ts):
    return datetime.datetime.fromtimestamp(ts / 1000, datetime.UTC).date().isoformat()


def rows_of_events():
    moments = [("query", QUERY, 1), ("query", QUERY - 1, 2), ("query", QUERY + 1, 4)]
    for window, edge in EDGES.items():
        moments += [(window, ms(edge), 1), (window, ms(edge) - 1, 2)]
    moments += [("worked", ms(f"2023-{moment}"), value) for moment, value in WORKED.items()]
    rows = [(key, value, ts, day(ts)) for key, ts, value in moments]
    # A late row: ts in 2 December, stored in the partition of 3 December; and one that is stored too early.
    rows += [("late", 1, ms("2023-12-02 10:00:00"), "2023-12-03"), ("late", 2, ms("2023-12-02 11:00:00"), "2023-12-02")]
    for ts, value in (("2023-12-07 00:00:00", 1), ("2023-12-07 23:59:59.999", 2), ("2023-12-08 00:00:00", 4),
                      ("2023-12-01 00:00:00", 8), ("2023-11-30 23:59:59.999", 16)):
        rows.append(("midnight", value, ms(ts), ts[:10]))
    # Every partition up to the last exists, so that each day is computed.
    first = ms("2023-11-15 12:00:00")
    return rows + [("filler", 0, first + i * DAY, day(first + i * DAY)) for i in range(40)]


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    repository = EdgeRepository.empty(tmp_path_factory.mktemp("windows") / "repo")
    repository.add("edge.events", "key:string v:long ts:long ds:string", rows_of_events())
    left = [(window, QUERY, "2023-12-20") for window in (*EDGES, "query")]
    left.append(("worked", ms("2023-12-04 14:27:00"), "2023-12-04"))
    repository.add("edge.left", "key:string ts:long ds:string", left)
    return repository


def features(name, accuracy, *aggregations, **fields):
    return group_by(name, events("edge.events", ["key", "v"]), ["key"], list(aggregations), accuracy=accuracy, **fields)


@pytest.fixture(scope="module")
def temporal(repository):
    """key -> the sums at its query, by the name of the window; None is the unbounded one."""
    conf = join("temporal", events("edge.left", ["key", "ts"], startPartition="2023-12-01"),
                [part(features("t", TEMPORAL, aggregation("v", "sum", *WINDOWS), aggregation("v", "count")))])
    rows = by(repository.answer(conf, "2023-12-20"), "key")
    return {key: {**{window: row[f"edge_t_v_sum_{window}"] for window in WINDOWS}, None: row["edge_t_v_count"]}
            for key, row in rows.items()}


def test_edge_case_001_an_event_at_the_rows_own_time_does_not_count(temporal):
    assert temporal["query"]["1h"] == 2
    assert temporal["query"][None] == 1


def test_edge_case_002_an_event_one_millisecond_before_counts(temporal):
    assert {window: temporal["query"][window] for window in WINDOWS} == dict.fromkeys(WINDOWS, 2)


@pytest.mark.parametrize("window", WINDOWS)
def test_edge_case_003_004_the_old_edge_is_inclusive_and_its_hop_follows_the_window(temporal, window):
    """12h takes hours and 11h five minutes; 12d takes days and 11d hours."""
    assert temporal[window][window] == 1


def test_edge_case_005_one_hour_at_14_27_begins_at_13_25(temporal):
    """And the rest of the worked example (appendix A)."""
    worked = temporal["worked"]
    assert (worked["1h"], worked["1d"], worked["7d"], worked["14d"]) == (14, 47, 239, 1007)
    assert worked[None] == 10


@pytest.fixture(scope="module")
def snapshots(repository):
    """(key, ds) -> features as of the end of ds."""
    conf = features("s", 1, aggregation("v", "sum", "1d", "7d", "14d"), aggregation("v", "count"))
    return by(repository.answer(conf, "2023-12-10"), "key", "ds")


def test_edge_case_006_a_day_holds_its_first_and_its_last_millisecond(snapshots):
    assert snapshots["midnight", "2023-12-07"]["v_sum_1d"] == 1 + 2
    assert snapshots["midnight", "2023-12-08"]["v_sum_1d"] == 4


def test_edge_case_007_seven_days_begin_at_midnight_six_days_before(snapshots):
    assert snapshots["midnight", "2023-12-07"]["v_sum_7d"] == 1 + 2 + 8
    assert [snapshots["worked", ds][f"v_sum_{window}"] for ds in ("2023-12-03", "2023-12-04")
            for window in ("1d", "7d", "14d")] == [96, 480, 992, 31, 127, 511]


def test_edge_case_008_a_late_row_belongs_to_the_day_of_its_ts(repository, snapshots):
    """It is seen for that day if its partition lies in the range of the step: a long backfill sees it, a daily one
    does not (docs/deviations.md, last paragraph)."""
    assert snapshots["late", "2023-12-02"]["v_sum_1d"] == 1 + 2
    assert ("late", "2023-12-03") in snapshots and snapshots["late", "2023-12-03"]["v_sum_1d"] is None
    daily = by(repository.answer(features("daily", 1, aggregation("v", "sum", "1d", "2d")), "2023-12-04",
                                 "--step-days=1"), "key", "ds")
    assert daily["late", "2023-12-02"]["v_sum_1d"] == 2
    assert daily["late", "2023-12-03"]["v_sum_2d"] == 1 + 2


def test_edge_case_009_without_time_column_a_row_belongs_to_its_partition(repository):
    conf = group_by("no_time", events("edge.events", ["key", "v"], timeColumn=None), ["key"],
                    [aggregation("v", "sum", "1d")])
    rows = by(repository.answer(conf, "2023-12-04"), "key", "ds")
    assert rows["late", "2023-12-03"]["v_sum_1d"] == 1
    assert rows["late", "2023-12-02"]["v_sum_1d"] == 2


def test_edge_case_010_hours_in_a_backfill_are_refused(repository, provoked):
    conf = features("hours", 1, aggregation("v", "sum", "6h"))
    done = repository.run_conf(conf, "2023-12-04", status=2)
    sentence = provoked(done, when="a window in hours in a SNAPSHOT backfill")
    assert "hours" in sentence and "aggregations[0].windows[0]" in sentence


def test_edge_case_011_an_unbounded_window_grows_daily(snapshots):
    counts = [snapshots["filler", f"2023-12-0{i}"]["v_count"] for i in range(1, 10)]
    assert counts == list(range(17, 26))


def test_edge_case_012_a_time_column_that_is_a_timestamp_is_refused(repository, provoked):
    repository.add("edge.stamped", "key:string v:long ts:timestamp ds:string",
                   [("a", 1, ms("2023-12-02 10:00:00") * 1000, "2023-12-02")])
    conf = group_by("stamped", events("edge.stamped", ["key", "v"]), ["key"], [aggregation("v", "sum", "1d")])
    sentence = provoked(repository.run_conf(conf, "2023-12-02", status=2), when="a time column of type TIMESTAMP")
    assert "timestamp" in sentence


def test_edge_case_013_a_time_in_seconds_is_rejected_by_the_analyzer(repository, provoked):
    repository.add("edge.seconds", "key:string v:long ts:long ds:string",
                   [("a", 1, ms("2023-12-02 10:00:00") // 1000, "2023-12-02")])
    conf = group_by("seconds", events("edge.seconds", ["key", "v"]), ["key"], [aggregation("v", "sum", "1d")])
    done = repository.run_conf(conf, "2023-12-02", "--start-date=2023-12-02", mode="analyze", status=2)
    finding, = [line for line in done.stdout.splitlines() if line.strip().startswith("time ")]
    assert "1701511200" in finding and "milliseconds" in finding and "31536000000" in finding
    provoked(done, when="the analyzer finds a time in seconds")


@pytest.mark.parametrize("length", [0, -1])
def test_edge_case_014_a_window_of_no_length_is_refused(repository, provoked, length):
    """Chronon computes an always empty window under a name without suffix; gnomon refuses it, as section 12 advises."""
    conf = features("empty_window", 1, aggregation("v", "sum", f"{length}d"))
    sentence = provoked(repository.run_conf(conf, "2023-12-04", status=2), when="a window that is not positive")
    assert "aggregations[0].windows[0]" in sentence


def test_edge_case_015_windows_over_entities_are_exact(repository):
    """[E - w, E) of each snapshot, without hops."""
    end = ms("2023-12-03 00:00:00")
    rows = [("a", 1, end - DAY), ("a", 2, end - DAY - 1), ("a", 4, end - 1), ("a", 8, end), ("a", 16, end - 7 * DAY),
            ("a", 32, end - 7 * DAY - 1)]
    repository.add("edge.people", "key:string v:long upd:long ds:string", [(*row, "2023-12-02") for row in rows])
    conf = group_by("people", entities("edge.people", ["key", "v"], timeColumn="upd"), ["key"],
                    [aggregation("v", "sum", "1d", "7d"), aggregation("v", "count")])
    assert repository.answer(conf, "2023-12-02") == [
        {"key": "a", "v_sum_1d": 1 + 4, "v_sum_7d": 1 + 2 + 4 + 16, "v_count": 6, "ds": "2023-12-02"}]
