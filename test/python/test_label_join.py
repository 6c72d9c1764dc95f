"""`--mode=label-join` at the borders of its days: left rows or label rows that are not there (SPEC 8.10)."""
# SPDX-License-Identifier: Apache-2.0
import pytest

from edge_cases import TEMPORAL, EdgeRepository, aggregation, entities, events, group_by, join, ms, part

DAYS = [f"2023-04-{i:02}" for i in range(1, 11)]


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    made = EdgeRepository.empty(tmp_path_factory.mktemp("labels") / "repo")
    noon = {day: ms(f"{day} 12:00:00") for day in DAYS}
    made.add("edge.left", "row:string key:string ts:long ds:string", [(f"r{d}", "a", noon[d], d) for d in DAYS])
    made.add("edge.status", "key:string status:string ds:string", [("a", f"at {d}", d) for d in DAYS[:8]])
    made.add("edge.events", "key:string v:long ts:long ds:string", [("a", 1, noon[d], d) for d in DAYS])
    return made


def labelled(**left):
    label = group_by("label", entities("edge.status", ["key", "status"]), ["key"], None)
    feature = group_by("f", events("edge.events", ["key", "v"]), ["key"], [aggregation("v", "sum", "1d")],
                       accuracy=TEMPORAL)
    return join("labelled", events("edge.left", ["row", "key", "ts"], **{"startPartition": DAYS[0], **left}),
                [part(feature)], rowIds=["row"],
                labelPart={"labels": [part(label)], "leftStartOffset": 3, "leftEndOffset": 2})


def test_a_label_day_before_the_left_side_begins_is_refused(repository, provoked):
    done = repository.run_conf(labelled(), "2023-04-01", mode="label-join", status=2)
    sentence = provoked(done, when="labels of a day whose left rows are before startPartition")
    assert "of left rows of 2023-03-30..2023-03-31, which the left side leaves out" in sentence
    assert "startPartition" in sentence and sentence.endswith("give an --end-date of 2023-04-02 or later")
    # What the sentence says works, and a day less does not.
    repository.run_conf(labelled(), "2023-04-02", mode="label-join")
    assert {row["ds"] for row in repository.output(labelled(), "_labels")} == {"2023-04-01"}


def test_a_label_day_after_the_left_side_ends_is_refused(repository, provoked):
    done = repository.run_conf(labelled(endPartition="2023-04-05"), "2023-04-10", mode="label-join", status=2)
    sentence = provoked(done, when="labels of a day whose left rows are after endPartition")
    assert "endPartition" in sentence and "give an earlier --end-date" in sentence


def test_left_days_that_do_not_exist_are_an_error_with_what_there_is(repository, provoked):
    done = repository.run_conf(labelled(), "2023-06-01", mode="label-join", status=2)
    sentence = provoked(done, when="labels of a day that has no left rows")
    assert "nothing can be computed for 2023-05-30..2023-05-31: edge.left has no partitions for them" in sentence
    assert "(it has 2023-04-01..2023-04-10)" in sentence
    assert "run --mode=backfill and this again" not in done.stderr  # That would change nothing.


def test_a_label_day_that_its_source_lacks_is_told(repository):
    done = repository.run_conf(labelled(), "2023-04-08", mode="label-join")
    assert "is computed of what is there" not in done.stderr
    done = repository.run_conf(labelled(), "2023-04-10", mode="label-join")
    assert "note: edge_label is computed of what is there: 1 of 1 days are missing (2023-04-10 ...)" in done.stderr
    assert "edge.status has no partitions for them (it has 2023-04-01..2023-04-08) - fill it first" in done.stderr


def test_a_join_whose_part_lacks_days_says_so(repository):
    status = group_by("status", entities("edge.status", ["key", "status"]), ["key"], None)
    conf = join("noted", events("edge.left", ["row", "key", "ts"], startPartition=DAYS[0]), [part(status)],
                rowIds=["row"])
    # Rows of a day see the end of the day before, which is there.
    done = repository.run_conf(conf, "2023-04-09", "--start-date=2023-04-02")
    assert "is computed of what is there" not in done.stderr
    done = repository.run_conf(conf, "2023-04-10")
    assert "note: edge_status is computed of what is there: 1 of 1 days are missing (2023-04-09 ...)" in done.stderr
    assert "edge.status has no partitions for them" in done.stderr
    rows = {row["ds"]: row["edge_status_status"] for row in repository.output(conf)}
    assert rows["2023-04-09"] == "at 2023-04-08" and rows["2023-04-10"] is None


def test_one_left_row_whose_time_is_wrong_is_named(repository, provoked):
    # Else the days up to the year 55900 would be computed one by one.
    repository.add("edge.odd", "row:string key:string ts:long ds:string",
                   [("r1", "a", ms("2023-04-02 12:00:00"), DAYS[1]), ("r2", "a", 1701388800000000, DAYS[1])])
    feature = group_by("odd_daily", events("edge.events", ["key", "v"]), ["key"], [aggregation("v", "sum", "1d")])
    conf = join("odd", events("edge.odd", ["row", "key", "ts"], startPartition=DAYS[0]), [part(feature)],
                rowIds=["row"])
    sentence = provoked(repository.run_conf(conf, DAYS[1], status=2), when="a left row with a time of no day")
    assert "no time that has days: 1701388800000000 ms since 1970" in sentence and "left.events.query.time" in sentence


@pytest.mark.parametrize("unit,factor,remedy", [
    ("seconds", 1000, '"at * 1000"'), ("microseconds", 1 / 1000, '"CAST(at / 1000 AS BIGINT)"')])
def test_a_left_time_that_is_not_milliseconds(repository, provoked, unit, factor, remedy):
    # Else all rows lie in January 1970, or in the year 55000, and see no feature.
    repository.add(f"edge.in_{unit}", "row:string key:string at:long ds:string",
                   [(f"r{d}", "a", int(ms(f"{d} 12:00:00") / factor), d) for d in DAYS])
    feature = group_by("daily", events("edge.events", ["key", "v"]), ["key"], [aggregation("v", "sum", "1d")])
    conf = join(f"by_{unit}", events(f"edge.in_{unit}", ["row", "key"], "at", startPartition=DAYS[0]), [part(feature)],
                rowIds=["row"])
    done = repository.run_conf(conf, "2023-04-10", status=2)
    sentence = provoked(done, when=f"a left side with its time in {unit}")
    assert f"the time column at holds {unit}" in sentence and f"write time_column={remedy}" in sentence
