"""Edge cases 48 to 60 (SPEC 12): which days a GroupBy backfill computes, from which partitions, and what a row is."""
# SPDX-License-Identifier: Apache-2.0
import datetime
import re

import pytest

from edge_cases import DAY, EdgeRepository, aggregation, by, events, group_by, ms
from repository import Repository

FIRST = "2023-12-01"


def ds(i):
    return f"2023-12-{i:02}"


def noon(i):
    return ms(f"{ds(i)} 12:00:00")


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    repository = EdgeRepository.empty(tmp_path_factory.mktemp("backfill") / "repo")
    # Days 1 to 10, but nothing was delivered for the fourth.
    days = [i for i in range(1, 11) if i != 4]
    rows = [("daily", None, 1, noon(i), ds(i)) for i in days]
    rows += [("once", None, 5, noon(2), ds(2)), (None, None, 7, noon(2), ds(2)), (None, "half", 9, noon(2), ds(2)),
             ("", None, 11, noon(2), ds(2)), ("void", None, None, noon(3), ds(3))]
    repository.add("edge.events", "key:string other:string v:long ts:long ds:string", rows)
    repository.add("edge.more", "key:string v:long ts:long ds:string",
                   [("daily", 1, noon(i), ds(i)) for i in (2, 3)] + [("more", 1, noon(4), ds(4))])
    return repository


def features(name, *aggregations, keys=("key",), source=None, **fields):
    source = source or events("edge.events", ["key", "other", "v"])
    return group_by(name, source, list(keys), list(aggregations) or [aggregation("v", "sum", "1d", "3d")], **fields)


def days_of(rows, key="daily"):
    return [row["ds"] for row in sorted(rows, key=lambda row: row["ds"]) if row["key"] == key]


def test_edge_case_048_a_group_by_without_backfill_start_is_refused(repository, provoked):
    conf = features("no_start", start=None)
    sentence = provoked(repository.run_conf(conf, ds(3), status=2), when="a backfill without backfillStartDate")
    assert "backfill" in sentence.lower() and "start" in sentence.lower()


def test_edge_case_049_a_second_run_has_nothing_to_do(repository):
    conf = features("twice")
    first = repository.answer(conf, ds(3))
    done = repository.run_conf(conf, ds(3))
    assert f"0 days computed, 3 already filled ({ds(1)}..{ds(3)})" in done.stderr + done.stdout
    key = lambda row: (row["key"], row["ds"])  # noqa: E731
    assert sorted(repository.output(conf), key=key) == sorted(first, key=key)


def test_edge_case_050_a_hole_is_filled_and_days_before_the_first_only_on_request(repository):
    conf = features("holes", start=ds(1))
    repository.run_conf(conf, ds(3), f"--start-ds={ds(3)}")
    repository.run_conf(conf, ds(7), f"--start-ds={ds(6)}")
    assert days_of(repository.output(conf)) == [ds(3), ds(6), ds(7)]
    repository.run_conf(conf, ds(7))
    assert days_of(repository.output(conf)) == [ds(3), ds(5), ds(6), ds(7)]
    repository.run_conf(conf, ds(7), "--run-first-hole")
    assert days_of(repository.output(conf)) == [ds(1), ds(2), ds(3), ds(5), ds(6), ds(7)]


def test_edge_case_051_a_day_that_no_source_has_is_not_computed(repository):
    rows = repository.answer(features("gaps"), ds(6))
    assert days_of(rows) == [ds(1), ds(2), ds(3), ds(5), ds(6)]
    assert by(rows, "key", "ds")["once", ds(3)]["v_sum_3d"] == 5
    # One of two sources is enough.
    sources = [events("edge.events", ["key", "v"]), events("edge.more", ["key", "v"])]
    both = repository.answer(features("gaps_filled", source=sources), ds(6))
    assert by(both, "key", "ds")["more", ds(4)]["v_sum_1d"] == 1
    assert by(both, "key", "ds")["daily", ds(4)]["v_sum_3d"] == 4


def test_edge_case_052_steps_cut_a_range_and_the_last_is_shorter(tmp_path_factory):
    """685 days in steps of 30 are 23."""
    repository = EdgeRepository.empty(tmp_path_factory.mktemp("steps") / "repo")
    first = ms("2023-12-01 00:00:00")
    days = [(datetime.date(2023, 12, 1) + datetime.timedelta(days=i)).isoformat() for i in range(686)]
    assert days[-1] == "2025-10-16"
    repository.add("edge.long", "key:string v:long ts:long ds:string",
                   [("a", 1, first + i * DAY, day) for i, day in enumerate(days)])
    conf = group_by("steps", events("edge.long", ["key", "v"]), ["key"], [aggregation("v", "sum", "1d")])
    done = repository.run_conf(conf, "2025-10-16")
    steps = re.findall(r"^ +(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)?", done.stdout + done.stderr, re.M)
    assert len(steps) == 23 and steps[0] == ("2023-12-01", "2023-12-30"), done.stderr
    assert len(repository.output(conf)) == 686


def test_edge_case_053_a_row_without_any_feature_does_not_exist(repository):
    rows = by(repository.answer(features("absent"), ds(6)), "key", "ds")
    assert ("once", ds(2)) in rows and ("once", ds(3)) in rows
    assert ("once", ds(5)) not in rows
    assert not [key for key, _ in rows if key == "void"]


def test_edge_case_054_a_key_of_nulls_only_is_dropped_and_half_a_key_kept(repository):
    """Chronon's hash would merge null with '' (appendix I 1); here keys are compared by value."""
    conf = features("halves", aggregation("v", "sum", "1d"), keys=("key", "other"))
    rows = by(repository.answer(conf, ds(2)), "key", "other", "ds")
    assert rows[None, "half", ds(2)]["v_sum_1d"] == 9
    assert rows["", None, ds(2)]["v_sum_1d"] == 11
    assert (None, None, ds(2)) not in rows


def test_edge_case_055_rows_of_two_sources_are_not_deduplicated(repository):
    sources = [events("edge.events", ["key", "v"]), events("edge.more", ["key", "v"])]
    rows = by(repository.answer(features("twofold", source=sources), ds(3)), "key", "ds")
    assert [rows["daily", ds(i)]["v_sum_1d"] for i in (1, 2, 3)] == [1, 2, 2]


def test_edge_case_056_columns_are_keys_then_features_then_ds_as_a_string(repository):
    conf = features("columns", aggregation("v", "sum", "3d", "1d"), aggregation("v", "count", "1d"),
                    keys=("other", "key"))
    repository.run_conf(conf, ds(2))
    schema = repository.table("edge.edge_columns").schema
    assert schema.names == ["other", "key", "v_sum_3d", "v_sum_1d", "v_count_1d", "ds"]
    assert "string" in str(schema.field("ds").type)


def test_edge_case_057_a_cumulative_source_is_read_in_its_latest_partition(repository):
    repository.add("edge.totals", "key:string v:long ts:long ds:string",
                   [("a", 100, noon(1), ds(1)), ("a", 100, noon(1), ds(2)), ("a", 1, noon(1), ds(3)),
                    ("a", 2, noon(2), ds(3)), ("a", 4, noon(3), ds(3))])
    conf = features("cumulative", source=events("edge.totals", ["key", "v"], isCumulative=1))
    rows = by(repository.answer(conf, ds(3)), "ds")
    assert [(rows[ds(i)]["v_sum_1d"], rows[ds(i)]["v_sum_3d"]) for i in (1, 2, 3)] == [(1, 1), (2, 3), (4, 7)]


def test_edge_case_058_the_end_partition_of_a_source_caps_its_scan(repository):
    conf = features("capped", source=events("edge.events", ["key", "v"], endPartition=ds(2)))
    rows = by(repository.answer(conf, ds(5)), "key", "ds")
    assert rows["daily", ds(2)]["v_sum_1d"] == 1
    assert (rows["daily", ds(3)]["v_sum_1d"], rows["daily", ds(3)]["v_sum_3d"]) == (None, 2)
    assert ("daily", ds(5)) not in rows


def test_edge_case_059_without_historical_backfill_only_the_last_day_is_computed(repository):
    rows = repository.answer(features("latest", metaData={"historicalBackfill": 0}), ds(7))
    assert days_of(rows) == [ds(7)]


def test_edge_case_060_the_bootcamps_first_user(tmp_path):
    repository = Repository.bootcamp(tmp_path / "repo", naming="chronon", golden=True)
    repository.staging()
    repository.backfill()
    rows = repository.table("bootcamp_features.bootcamp_user_purchase_features_v1").to_pylist()
    row, = [row for row in rows if row["user_id"] == "user_1" and str(row["ds"]) == "2023-12-07"]
    assert row["purchase_price_sum_7d"] == pytest.approx(127.66, abs=1e-9)
    assert row["purchase_price_count_7d"] == 3
    assert row["purchase_price_average_7d"] == pytest.approx(127.66 / 3, rel=1e-9)
    assert {row[f"purchase_price_{name}_1d"] for name in ("sum", "count", "average")} == {None}
    assert min(str(row["ds"]) for row in rows) == "2023-12-01"
