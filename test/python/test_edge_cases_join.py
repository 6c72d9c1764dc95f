"""Edge cases 74 to 88 (SPEC 12): joins. By which day or moment, what is archived, labels, bootstraps."""
# SPDX-License-Identifier: Apache-2.0
import re

import pytest

from compile_support import run
from edge_cases import (TEMPORAL, EdgeRepository, aggregation, by, entities, events, group_by, join, ms, part, query)
from quickstart_repository import GROUP_BYS, TRAINING_SET, quickstart


def ds(i):
    return f"2023-12-{i:02}"


def noon(i):
    return ms(f"{ds(i)} 12:00:00")


KEYS = ["a", "b", "o'k", "c\\d", ""]
LEFT_ROWS = [("r1", "a", ds(4)), ("r2", "nobody", ds(4)), ("r3", None, ds(4)), ("r4", "b", ds(5)), ("r4", "b", ds(5)),
             ("r5", "o'k", ds(5)), ("r6", "c\\d", ds(5)), ("r7", "", ds(5))]


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    repository = EdgeRepository.empty(tmp_path_factory.mktemp("join") / "repo")
    # Value 2^i on day i.
    repository.add("edge.events", "key:string v:long ts:long ds:string",
                   [(key, 2 ** i, noon(i), ds(i)) for i in range(1, 8) for key in KEYS])
    repository.add("edge.left", "row:string key:string other:string ts:long ds:string",
                   [(row, key, "b", noon(int(day[-2:])) + 1, day) for row, key, day in LEFT_ROWS])
    repository.add("edge.people", "key:string name:string ds:string",
                   [(key, f"name of {key}", ds(i)) for i in range(3, 6) for key in ("a", "b", "zoe")])
    return repository


def features(name, accuracy=1, windows=("1d", "2d"), operation="sum", **fields):
    return group_by(name, events("edge.events", ["key", "v"], **fields), ["key"],
                    [aggregation("v", operation, *windows)], accuracy=accuracy)


def left(**fields):
    return events("edge.left", ["row", "key", "other", "ts"], startPartition=ds(4), **fields)


def answer(repository, conf, last=5):
    return repository.answer(conf, ds(last))


@pytest.fixture(scope="module")
def joined(repository):
    """The rows of a join of every kind of part."""
    conf = join("all", left(), [part(features("snapshot")), part(features("temporal", TEMPORAL)),
                                part(features("temporal", TEMPORAL), prefix="pre", keyMapping={"other": "key"})])
    return answer(repository, conf)


def test_edge_case_074_a_snapshot_part_is_taken_at_the_end_of_the_day_before(joined):
    row = next(row for row in joined if row["row"] == "r1")
    assert (row["edge_snapshot_v_sum_1d"], row["edge_snapshot_v_sum_2d"]) == (2 ** 3, 2 ** 3 + 2 ** 2)
    assert (row["edge_temporal_v_sum_1d"], row["edge_temporal_v_sum_2d"]) == (2 ** 4 + 2 ** 3, 2 ** 4 + 2 ** 3 + 2 ** 2)


def test_edge_case_075_a_left_of_entities_sees_the_end_of_its_day(repository):
    conf = join("people", entities("edge.people", ["key", "name"], startPartition=ds(3)), [part(features("of_people"))])
    rows = by(answer(repository, conf), "key", "ds")
    assert rows["a", ds(4)]["edge_of_people_v_sum_1d"] == 2 ** 4
    assert rows["zoe", ds(4)]["edge_of_people_v_sum_1d"] is None
    assert len(rows) == 9


def test_edge_case_076_a_left_row_without_match_is_kept_with_nulls(joined):
    for name in ("r2", "r3"):
        row, = [row for row in joined if row["row"] == name]
        assert {value for column, value in row.items() if "_sum_" in column and "pre" not in column} == {None}


def test_edge_case_077_duplicate_left_rows_stay(joined):
    first, second = [row for row in joined if row["row"] == "r4"]
    assert first == second and first["edge_temporal_v_sum_1d"] == 2 ** 5 + 2 ** 4
    assert len(joined) == len(LEFT_ROWS)


def test_edge_case_078_names_of_a_part_with_prefix_and_key_mapping(joined):
    assert set(joined[0]) == {"row", "key", "other", "ts", "ds"} | {
        f"{prefix}_v_sum_{window}" for prefix in ("edge_snapshot", "edge_temporal", "pre_edge_temporal")
        for window in ("1d", "2d")}
    row = next(row for row in joined if row["row"] == "r2")
    assert row["pre_edge_temporal_v_sum_1d"] == 2 ** 4 + 2 ** 3, "the key is the column `other`"


def test_edge_case_079_keys_of_different_types_are_refused(repository, provoked):
    conf = join("types", events("edge.left", {"key": "ts", "row": "row"}, startPartition=ds(4)),
                [part(features("typed"))])
    sentence = provoked(repository.run_conf(conf, ds(5), status=2), when="a join key of another type")
    assert "bigint" in sentence and "string" in sentence and "joinParts[0]" in sentence


def test_edge_case_080_rows_of_a_skewed_key_vanish(repository):
    conf = join("skewed", left(), [part(features("skew", TEMPORAL))], skewKeys={"key": ["'b'", "'o\\'k'"]})
    assert sorted(row["row"] for row in answer(repository, conf)) == ["r1", "r2", "r6", "r7"]


@pytest.mark.parametrize("accuracy", [0, 1], ids=["temporal", "snapshot"])
def test_edge_case_080_a_row_kept_for_one_key_gets_nothing_of_a_part_by_a_skewed_one(repository, accuracy):
    """Several skew keys are OR-ed for the whole join, and each part applies its own alone (8.6)."""
    fallback = [{"name": "v_or_none", "expression": "coalesce(v_sum_1d, -1)"}]
    by_key = {**features(f"by_key_{accuracy}", accuracy), "derivations": fallback}
    parts = [part(by_key), part(features(f"by_other_{accuracy}", accuracy), keyMapping={"other": "key"})]
    conf = join(f"skewed_parts_{accuracy}", left(), parts, skewKeys={"key": ["'b'", "null"], "other": ["'zoe'"]})
    rows = {row["row"]: row for row in answer(repository, conf)}
    assert set(rows) == {row for row, _, _ in LEFT_ROWS}, "`other` keeps them all"
    values = {row: (found[f"edge_by_key_{accuracy}_v_or_none"], found[f"edge_by_other_{accuracy}_v_sum_1d"])
              for row, found in rows.items()}
    assert values["r4"][0] is None and values["r4"][1] is not None, "b has events, and the derivation no null"
    assert values["r3"][0] is None, "NOT IN of a null key"
    assert values["r1"][0] > 0 and values["r1"][1] > 0


def test_edge_case_080_skew_keys_that_keep_every_row_from_a_part(repository):
    """Then its table is not computed at all, and a join from its steps does not ask for it."""
    conf = join("skewed_away", left(), [part(features("away", TEMPORAL)),
                                        part(features("stays", TEMPORAL), keyMapping={"other": "key"})],
                skewKeys={"key": ["'a'", "'b'", "'nobody'", "'o\\'k'", "'c\\\\d'", "''"], "other": ["'zoe'"]})
    repository.run_conf(conf, ds(5), mode="backfill-left")
    repository.run_conf(conf, ds(5), "--selected-join-parts", "edge_away", "edge_stays", "--use-cached-left")
    repository.run_conf(conf, ds(5), mode="backfill-final")
    rows = repository.output(conf)
    assert len(rows) == len(LEFT_ROWS) and {row["edge_away_v_sum_1d"] for row in rows} == {None}
    assert None not in {row["edge_stays_v_sum_1d"] for row in rows}


def test_edge_case_081_no_way_of_filtering_changes_the_answer(repository):
    """Few left rows, or more than the small mode takes (5000): the rows that both have are equal. Chronon's small mode
    loses keys with a backslash (appendix I 2); here they are found."""
    many = [(f"m{i}", f"user{i}", "b", noon(4) + i, ds(4)) for i in range(5100)]
    few = [(row, key, "b", noon(int(day[-2:])) + 1, day) for row, key, day in LEFT_ROWS]
    repository.add("edge.many", "row:string key:string other:string ts:long ds:string", few + many)
    parts = [part(features("filtered", TEMPORAL)), part(features("filtered_days"))]
    small = answer(repository, join("small", left(), parts))
    large = answer(repository, join("large", events("edge.many", ["row", "key", "other", "ts"], startPartition=ds(4)),
                                    parts))
    order = lambda row: repr(sorted(row.items()))  # noqa: E731
    assert sorted(small, key=order) == sorted((row for row in large if row["row"][0] == "r"), key=order)
    assert len(large) == len(few) + len(many)
    special = by([row for row in small if row["row"] in ("r5", "r6", "r7")], "row")
    assert {row["edge_filtered_v_sum_1d"] for row in special.values()} == {2 ** 5 + 2 ** 4}


def tables_of(repository, stem):
    names = {name for _, name in repository.catalog().list_tables("edge") if name.startswith(f"edge_{stem}")}
    return names, {name for name in names if re.search(r"_\d{14}$", name)}


def test_edge_case_082_a_changed_left_archives_part_and_output_tables(repository):
    parts = [part(features("part", TEMPORAL))]
    answer(repository, join("changing", left(), parts))
    names, archived = tables_of(repository, "changing")
    assert names == {"edge_changing", "edge_changing_bootstrap", "edge_changing_edge_part"} and not archived
    rows = answer(repository, join("changing", left(wheres=["key = 'a'"]), parts))
    assert [row["row"] for row in rows] == ["r1"]
    _, archived = tables_of(repository, "changing")
    assert {re.sub(r"_\d{14}$", "", name) for name in archived} >= {"edge_changing", "edge_changing_edge_part"}


def test_edge_case_083_a_changed_topic_archives_nothing(repository):
    before = answer(repository, join("streaming", left(topic="one"), [part(features("s", TEMPORAL, topic="x"))]))
    after = answer(repository, join("streaming", left(topic="two"), [part(features("s", TEMPORAL, topic="y"))]))
    assert tables_of(repository, "streaming")[1] == set()
    order = lambda row: repr(sorted(row.items()))  # noqa: E731
    assert sorted(before, key=order) == sorted(after, key=order)


def test_edge_case_084_a_bootstrapped_null_wins_only_where_the_part_is_skipped(repository):
    """Section 12 says that it wins; the real engine (appendix I 3) keeps it only where nothing is computed for the row:
    if all rows are bootstrapped, or, of a TEMPORAL part, for a moment that no other row asks for. A SNAPSHOT part that
    is computed for other rows has the day's value of every key, and that is coalesced in."""
    repository.add("edge.boot", "row:string given:long ds:string",
                   [("r1", None, ds(4)), ("r2", 70, ds(4)), ("r3", None, ds(4)), ("r4", 71, ds(5)), ("r5", None, ds(5)),
                    ("r6", 72, ds(5)), ("r7", None, ds(5))])

    def bootstrapped(stem, accuracy, **fields):
        name = f"edge_{stem}_part_v_sum_1d"
        source = {"table": "edge.boot", "query": query({"row": "row", name: "given"}, **fields)}
        parts = [part(features(f"{stem}_part", accuracy, windows=("1d",)))]
        rows = answer(repository, join(stem, left(), parts, bootstrapParts=[source], rowIds=["row"]))
        return {row["row"]: row[name] for row in rows}

    given = {"r1": None, "r2": 70, "r3": None, "r4": 71, "r5": None, "r6": 72, "r7": None}
    assert bootstrapped("skipped", 1) == given
    assert bootstrapped("temporal", TEMPORAL, wheres=["row <> 'r7'"]) == {**given, "r7": 2 ** 5 + 2 ** 4}
    computed = {"r1": None, "r5": 2 ** 4, "r7": 2 ** 4}
    assert bootstrapped("daily", 1, wheres=["row <> 'r7'"]) == {**given, **computed}


def test_edge_case_085_a_wildcard_drops_what_is_renamed(repository):
    conf = join("renamed", left(), [part(features("r", TEMPORAL))], derivations=[
        {"name": "*", "expression": "*"}, {"name": "day_sum", "expression": "edge_r_v_sum_1d"},
        {"name": "twice", "expression": "edge_r_v_sum_2d * 2"}])
    rows = answer(repository, conf)
    assert set(rows[0]) == {"row", "key", "other", "ts", "ds", "edge_r_v_sum_2d", "day_sum", "twice"}
    row = next(row for row in rows if row["row"] == "r1")
    assert (row["day_sum"], row["twice"]) == (2 ** 4 + 2 ** 3, 2 * (2 ** 4 + 2 ** 3 + 2 ** 2))


def test_edge_case_086_the_left_range_of_a_label_day(tmp_path_factory):
    """Label day 2023-04-30 with offsets 30 and 10: rows of 2023-04-01 to 2023-04-21."""
    repository = EdgeRepository.empty(tmp_path_factory.mktemp("labels") / "repo")
    days = ["2023-03-31", *(f"2023-04-{i:02}" for i in range(1, 31))]
    moment = lambda day: ms(f"{day} 12:00:00")  # noqa: E731
    repository.add("edge.left", "row:string key:string ts:long ds:string",
                   [(f"r{day}", "a", moment(day), day) for day in days])
    repository.add("edge.status", "key:string status:string ds:string", [("a", f"at {day}", day) for day in days])
    repository.add("edge.events", "key:string v:long ts:long ds:string", [("a", 1, moment(day), day) for day in days])
    label = group_by("label", entities("edge.status", ["key", "status"]), ["key"], None)
    conf = join("labelled", events("edge.left", ["row", "key", "ts"], startPartition=days[0]),
                [part(features("f", TEMPORAL))], rowIds=["row"],
                labelPart={"labels": [part(label)], "leftStartOffset": 30, "leftEndOffset": 10})
    repository.run_conf(conf, "2023-04-30")
    repository.run_conf(conf, "2023-04-30", mode="label-join")
    rows = repository.output(conf, "_labels")
    assert sorted(row["ds"] for row in rows) == days[1:22]
    assert {row["label_ds"] for row in rows} == {"2023-04-30"}
    assert {row["edge_label_status"] for row in rows} == {"at 2023-04-30"}


def test_edge_case_087_an_online_join_with_an_offline_part_does_not_compile(tmp_path):
    repository = quickstart(tmp_path)
    repository.edit(f"{GROUP_BYS}/returns.py", "    online=True,\n", "")
    done = run("run.py", "--mode=compile", f"--conf={TRAINING_SET}", cwd=repository.root)
    assert done.returncode == 2
    assert "You must make all dependent GroupBys `online`" in done.stderr and "quickstart.returns.v1" in done.stderr
    assert not (repository.root / "production/joins").exists()


def test_edge_case_088_a_cumulative_left_is_a_value_error(tmp_path):
    from ai.chronon.api.ttypes import EventSource, Source
    from ai.chronon.join import Join
    from ai.chronon.query import Query, select
    query = Query(selects=select("a"), time_column="ts")
    source = Source(events=EventSource(table="t", isCumulative=True, query=query))
    with pytest.raises(ValueError, match="umulative"):
        Join(left=source, right_parts=[])
    repository = quickstart(tmp_path)
    repository.edit(TRAINING_SET, 'table="data.checkouts",', 'table="data.checkouts", isCumulative=True,')
    done = run("run.py", "--mode=compile", f"--conf={TRAINING_SET}", cwd=repository.root)
    assert done.returncode == 2 and "umulative" in done.stderr
    assert done.stderr.count("error: ") == 1
