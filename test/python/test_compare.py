"""`--mode=compare`: the rows of a Join's output against those of a staging query, and the tables that keep the result.
The join's table is written by hand here: what is under test is the comparison."""
# SPDX-License-Identifier: Apache-2.0
import json

import pyarrow as pa
import pyarrow.parquet
import pytest

from repository import Repository

JOIN = """from ai.chronon.api.ttypes import EventSource
from ai.chronon.group_by import Aggregation, GroupBy, Operation, TimeUnit, Window
from ai.chronon.join import Join, JoinPart
from ai.chronon.query import Query, select

group_by = GroupBy(
    sources=[EventSource(table="t.events", query=Query(selects=select("user", "v"), time_column="ts"))],
    keys=["user"], name="team.g",
    aggregations=[Aggregation(input_column="v", operation=Operation.SUM, windows=[Window(1, TimeUnit.DAYS)])],
    output_namespace="t")
v1 = Join(
    left=EventSource(table="t.events",
                     query=Query(selects=select("user"), start_partition="2023-12-01", time_column="ts")),
    right_parts=[JoinPart(group_by=group_by)], output_namespace="t")
"""
QUERY = """from ai.chronon.api.ttypes import MetaData, StagingQuery

v1 = StagingQuery(
    query=\"\"\"SELECT user, ts, ds, total AS team_g_v_sum_1d, tags, CAST(n AS BIGINT) AS n, extra FROM t.by_hand
              WHERE ds BETWEEN '{{ start_date }}' AND '{{ end_date }}'\"\"\",
    startPartition="2023-12-01", metaData=MetaData(outputNamespace="t"))
"""
HOUR = 3_600_000
START = 1701388800000  # 2023-12-01
# user, ts, sum, tags, n, ds: what the join has.
ROWS = [("a", START, 1.0, ["x"], 1, "2023-12-01"), ("a", START + HOUR, 2.0, ["x", "y"], 2, "2023-12-01"),
        ("b", START + HOUR + 1, None, None, 3, "2023-12-01"), ("b", START + 25 * HOUR, 4.0, [], 4, "2023-12-02"),
        (None, START + 26 * HOUR, 5.0, ["w"], 5, "2023-12-02")]


def write_table(repository, table, rows, column, **more):
    """Imports rows as a table partitioned by ds."""
    types = {"user": pa.string(), "ts": pa.int64(), column: pa.float64(), "tags": pa.list_(pa.string()),
             "n": pa.int32(), "ds": pa.string()}
    columns = {name: pa.array(values, type_) for (name, type_), values in zip(types.items(), zip(*rows))}
    columns.update({name: pa.array([value] * len(rows)) for name, value in more.items()})
    path = repository.root / f"{table}.parquet"
    pyarrow.parquet.write_table(pa.table(columns), path)
    repository.run("gnomon", "import", table, str(path), "--partition-by=ds", "--quiet")


@pytest.fixture
def repository(tmp_path):
    made = Repository.empty(tmp_path / "repo")
    for name, text in (("joins/team/training.py", JOIN), ("staging_queries/team/by_hand.py", QUERY)):
        path = made.root / name
        path.parent.mkdir(parents=True)
        for folder in (path.parent, path.parent.parent):
            (folder / "__init__.py").touch()
        path.write_text(text)
    teams = json.loads((made.root / "teams.json").read_text())
    (made.root / "teams.json").write_text(json.dumps({**teams, "team": {"namespace": "t"}}))
    write_table(made, "t.training", ROWS, "team_g_v_sum_1d")
    return made


def write_by_hand(repository, rows):
    write_table(repository, "t.by_hand", rows, "total", extra="e")


def write_join(repository, rows):
    """In place of what the fixture wrote."""
    repository.run("spark-sql", "-e", "DROP TABLE t.training")
    write_table(repository, "t.training", rows, "team_g_v_sum_1d")


def compare(repository, *flags, status=0):
    return repository.run("run.py", "--mode=compare", "--conf=joins/team/training.py", "--end-date=2023-12-05",
                          *(flags or ("--query-conf=staging_queries/team/by_hand.py",)), status=status)


def test_equal_rows(repository):
    # Within 1e-9, and int against bigint: the same numbers.
    write_by_hand(repository, [(*row[:2], row[2] and row[2] * (1 + 1e-12), *row[3:]) for row in ROWS])
    done = compare(repository)
    assert "1 column only in query" in done.stdout and "rows: 5 in join, 5 in query, 5 in both" in done.stdout
    assert "column n is int in join, bigint in query" in done.stdout


def test_one_row_and_none(repository):
    path = repository.root / "staging_queries/team/by_hand.py"
    path.write_text(path.read_text().replace(", extra FROM", " FROM"))
    write_join(repository, ROWS[:1])
    write_by_hand(repository, ROWS[:1])
    assert "the one row is equal\n" in compare(repository).stdout


def test_every_difference_is_counted_and_shown(repository):
    changed = [ROWS[0], (*ROWS[1][:2], 2.5, *ROWS[1][3:]), (*ROWS[2][:2], 3.0, *ROWS[2][3:]),
               ("c", *ROWS[3][1:]), ROWS[4], ROWS[4]]
    write_by_hand(repository, changed)
    done = compare(repository, "--query-conf=staging_queries/team/by_hand.py", "--json")
    found = json.loads(done.stdout)["result"]["comparison"]
    assert found["rows"] == {"both": 4, "differing": 2, "only_left": 1, "only_right": 2}
    sums = next(one for one in found["columns"] if one["column"] == "team_g_v_sum_1d")
    assert sums == {"column": "team_g_v_sum_1d", "both_null": 0, "left_null": 1, "right_null": 0, "mismatch": 1,
                    "left_minus_right": dict.fromkeys(["0", "0.05", "0.5", "0.95", "1"], -0.5)}
    assert {(one["keys"]["user"], one["column"], one["left"], one["right"]) for one in found["samples"]} == {
        ("a", "team_g_v_sum_1d", "2.0", "2.5"), ("b", "team_g_v_sum_1d", "NULL", "3.0"),
        ("b", None, "there", "missing"),
        ("c", None, "missing", "there"), ("NULL", None, "missing", "there")}
    assert found["only_right_columns"] == ["extra"] and not found["equal"]


def test_infinity_and_nan_are_near_nothing(repository):
    # An infinite distance is within each share of infinity, and NaN within anything: both were "equal".
    infinity, nan = float("inf"), float("nan")
    pairs = [(infinity, 5.0), (5.0, nan), (nan, 5.0), (-infinity, infinity), (infinity, infinity), (nan, nan)]
    write_join(repository, [(f"u{i}", START, left, ["x"], 1, "2023-12-01")
                                      for i, (left, _) in enumerate(pairs)])
    write_by_hand(repository, [(f"u{i}", START, right, ["x"], 1, "2023-12-01") for i, (_, right) in enumerate(pairs)])
    done = compare(repository, "--query-conf=staging_queries/team/by_hand.py", "--json")
    found = json.loads(done.stdout)["result"]["comparison"]
    assert {one["keys"]["user"] for one in found["samples"]} == {"u0", "u1", "u2", "u3"}
    assert found["rows"]["differing"] == 4


def test_whole_numbers_are_compared_exactly(repository):
    # int against bigint: 2000000000 and 2000000001 lie within 1e-9 of each other.
    write_join(repository, [(*ROWS[0][:4], 2_000_000_000, "2023-12-01")])
    write_by_hand(repository, [(*ROWS[0][:4], 2_000_000_001, "2023-12-01")])
    assert "1 row differs" in compare(repository).stdout
    path = repository.root / "staging_queries/team/by_hand.py"
    text = path.read_text()
    for number, differs in (("n - 1", False), ("n - 0.99", True)):
        path.write_text(text.replace("CAST(n AS BIGINT)", f"CAST({number} AS DECIMAL(30,2))"))
        assert ("1 row differs" in compare(repository).stdout) == differs


def test_rows_of_one_key_meet_by_their_lists(repository):
    # Duplicates that only a list tells apart, in another order on each side.
    rows = [("a", START, 1.0, [str(i)], 1, "2023-12-01") for i in range(50)]
    write_join(repository, rows)
    write_by_hand(repository, rows[::-1])
    assert "rows: 50 in join, 50 in query, 50 in both" in compare(repository).stdout
    assert "differ" not in compare(repository).stdout


def test_the_tables_keep_rows_and_statistics(repository):
    write_by_hand(repository, [ROWS[0], (*ROWS[1][:2], 6.0, *ROWS[1][3:]), *ROWS[2:4]])
    compare(repository)
    table = repository.catalog().load_table("t.compare_join_query_team_training_v1_team_by_hand_v1")
    assert table.properties["chronon_table_type"] == "comparison"
    rows = sorted(table.scan().to_arrow().to_pylist(), key=lambda row: row["ts"])
    assert [(row["user"], row["team_g_v_sum_1d_left"], row["team_g_v_sum_1d_right"]) for row in rows] == [
        ("a", 1.0, 1.0), ("a", 2.0, 6.0), ("b", None, None), ("b", 4.0, 4.0), (None, 5.0, None)]
    table = repository.catalog().load_table("t.compare_stats_join_query_team_training_v1_team_by_hand_v1")
    assert table.properties["chronon_table_type"] == "comparison_stats"
    stats = {row["ts"]: row for row in table.scan().to_arrow().to_pylist()}
    assert sorted(stats) == [START, START + HOUR, START + 25 * HOUR, START + 26 * HOUR]
    hour, last = stats[START + HOUR], stats[START + 26 * HOUR]
    counts = [hour[name] for name in ("total_count", "team_g_v_sum_1d_mismatch_sum", "team_g_v_sum_1d_both_null_sum")]
    assert counts == [2, 1, 1]
    assert hour["team_g_v_sum_1d_smape_average"] == pytest.approx(1.0)  # 2 * |2 - 6| / (2 + 6)
    assert (last["team_g_v_sum_1d_right_null_sum"], last["n_right_null_sum"]) == (1, 1)
    # 2 against 6, and null against null; percentiles at i/41.
    assert hour["team_g_v_sum_1d_left_minus_right_approx_percentile"] == [-4.0] * 42
    assert hour["team_g_v_sum_1d_left_approx_percentile"] == [2.0] * 42
    assert hour["team_g_v_sum_1d_right_approx_percentile"] == [6.0] * 42
    # ["x", "y"] and null on both sides; then a row that the query lacks.
    assert hour["tags_edit_distance_insert_approx_percentile"] == [0.0] * 42
    assert hour["tags_left_length_approx_percentile"] == [2.0] * 42
    assert last["tags_edit_distance_insert_approx_percentile"] == [1.0] * 42
    assert last["tags_edit_distance_delete_approx_percentile"] == [0.0] * 42
    assert last["tags_left_length_approx_percentile"] == [1.0] * 42
    assert last["tags_right_length_approx_percentile"] is None and last["tags_mismatch_length_sum"] == 0
    # Again: the same tables, not twice the rows.
    compare(repository)
    assert table.refresh().scan().to_arrow().num_rows == 4


def test_statistics_of_many_hours(repository):
    """More hours than are held at a time; rows of one hour do not lie together in the tables."""
    hours = range(200)
    rows = [(user, START + hour * HOUR, float(hour), ["x"], hour, f"2023-12-{1 + hour // 24:02}")
            for user in ("a", "b") for hour in hours]
    write_join(repository, rows)
    write_by_hand(repository, [(*row[:2], row[2] + 1, *row[3:]) for row in reversed(rows)])
    compare(repository, "--query-conf=staging_queries/team/by_hand.py", "--end-date=2023-12-31")
    stats = repository.table("t.compare_stats_join_query_team_training_v1_team_by_hand_v1").to_pylist()
    assert sorted(row["ts"] for row in stats) == [START + hour * HOUR for hour in hours]
    for row in stats:
        hour = (row["ts"] - START) // HOUR
        assert (row["total_count"], row["team_g_v_sum_1d_mismatch_sum"], row["n_mismatch_sum"]) == (2, 2, 0)
        assert row["ds"] == f"2023-12-{1 + hour // 24:02}"
        assert row["team_g_v_sum_1d_left_approx_percentile"] == [float(hour)] * 42
        assert row["team_g_v_sum_1d_right_approx_percentile"] == [hour + 1.0] * 42
        assert row["team_g_v_sum_1d_left_minus_right_approx_percentile"] == [-1.0] * 42


def test_how_far_values_lie_apart_is_told(repository):
    # Lists: without replacement, as Chronon counts (EditDistance).
    write_by_hand(repository, [(*ROWS[0][:3], ["y", "x", "z"], *ROWS[0][4:]),
                               (*ROWS[1][:2], 6.0, ["y", "x"], *ROWS[1][4:]), *ROWS[2:]])
    done = compare(repository, "--query-conf=staging_queries/team/by_hand.py", "--json")
    columns = {one["column"]: one for one in json.loads(done.stdout)["result"]["comparison"]["columns"]}
    assert set(columns["team_g_v_sum_1d"]["left_minus_right"].values()) == {-4.0}
    assert columns["tags"]["edit_distance_insert"] == {"0": 0.0, "0.05": 0.0, "0.5": 1.0, "0.95": 1.0, "1": 1.0}
    assert set(columns["tags"]["edit_distance_delete"]) == {"0", "0.05", "0.5", "0.95", "1"}
    assert columns["tags"]["edit_distance_delete"]["1"] == 2.0
    assert "edit_distance_insert" not in columns["n"]
    text = compare(repository).stdout
    assert "elements missing in query" in text and "join - query" in text


def test_times_before_1970_have_their_hour(repository):
    rows = [("a", -1, 1.0, ["x"], 1, "1969-12-31"), ("b", 1, 1.0, ["x"], 1, "1970-01-01")]
    write_join(repository, rows)
    path = repository.root / "staging_queries/team/by_hand.py"
    path.write_text(path.read_text().replace('startPartition="2023-12-01"', 'startPartition="1969-12-01"'))
    write_by_hand(repository, rows)
    compare(repository)
    stats = repository.table("t.compare_stats_join_query_team_training_v1_team_by_hand_v1").to_pylist()
    assert sorted((row["ts"], row["ds"]) for row in stats) == [(-HOUR, "1969-12-31"), (0, "1970-01-01")]


def test_a_query_that_loses_a_column_makes_the_tables_anew(repository):
    write_by_hand(repository, ROWS)
    compare(repository)
    path = repository.root / "staging_queries/team/by_hand.py"
    path.write_text(path.read_text().replace("tags, CAST", "CAST").replace("total AS", "CAST(total AS STRING) AS"))
    done = compare(repository)
    assert "the table is kept as t.compare_join_query_team_training_v1_team_by_hand_v1_" in done.stderr
    names = repository.table("t.compare_join_query_team_training_v1_team_by_hand_v1").column_names
    assert "tags_left" not in names and "team_g_v_sum_1d_right" in names


def test_start_date_limits_the_days(repository):
    write_by_hand(repository, ROWS)
    done = compare(repository, "--query-conf=staging_queries/team/by_hand.py", "--start-date=2023-12-02")
    assert "rows: 2 in join, 2 in query" in done.stdout


@pytest.mark.parametrize("flags,sentence", [
    (["--dry-run"], "no query to compare the join with"),
    (["--query-conf=joins/team/training.py"], "no compiled staging query"),
    (["--query-conf=staging_queries/team/by_hand.py", "--start-date=2023-12-04"], "there is nothing to compare"),
])
def test_refused(repository, provoked, flags, sentence):
    write_by_hand(repository, ROWS)
    assert sentence in provoked(compare(repository, *flags, status=2), when=f"a comparison: {flags[0]}",
                                hide={repository.root: "/home/you"})


def test_a_query_without_a_key(repository, provoked):
    write_by_hand(repository, ROWS)
    path = repository.root / "staging_queries/team/by_hand.py"
    path.write_text(path.read_text().replace("SELECT user, ts", "SELECT user AS who, ts"))
    done = compare(repository, status=2)
    assert "the query rows cannot be compared by user" in provoked(done, when="the query lacks a key")
