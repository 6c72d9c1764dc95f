"""Edge cases 16 to 47 (SPEC 12): what each aggregation makes of nulls, types, containers, buckets and deletions."""
# SPDX-License-Identifier: Apache-2.0
import math

import pytest

from ai.chronon.api import ttypes
from ai.chronon.errors import ConfigError
from ai.chronon.group_by import Aggregation, GroupBy
from ai.chronon.group_by_rules import K_RANGES
from ai.chronon.query import Query, select
from edge_cases import (TEMPORAL, EdgeRepository, aggregation, by, entities, events, group_by, join, ms, part)

DS = "2023-12-02"
NOON = ms(f"{DS} 12:00:00")
COLUMNS = {"key": "string", "i": "int", "f": "float", "d": "double", "flag": "bool", "text": "string",
           "region": "string", "tags": "strings", "nums": "doubles", "vec": "doubles", "counts": "string_long_map",
           "day": "date", "stamp": "timestamp", "ts": "long", "ds": "string"}


def row(key, **values):
    """A row of the table; `at` moves it by milliseconds."""
    at = values.pop("at", 0)
    return tuple({"key": key, "ts": NOON + at, "ds": DS, **values}.get(name) for name in COLUMNS)


def rows_of_events():
    rows = [row("numbers", i=2 ** 31 - 1, f=0.1, flag=True, text="b"),
            row("numbers", i=1, f=0.2, flag=False, text="B", at=1), row("numbers", flag=True, text="ä", at=2),
            row("old", d=1.0, i=1), row("one", d=7.25), row("nulls", i=None, d=None)]
    rows += [row("four", d=value) for value in (1.0, 2.0, 3.0, 4.0)]
    rows += [row("two", d=1.0), row("two", d=5.0)]
    rows += [row("constant", d=2.5) for _ in range(5)]
    rows += [row("three", d=value) for value in (1.0, 2.0, 4.0)]
    rows += [row("five", d=value) for value in (1.1, 2.2, 3.3, 4.4, 5.5)]
    rows += [row("last", text="kept", at=1), row("last", text=None, at=2)]
    rows += [row("tie", text="greatest", i=3), row("tie", text="first", i=1), row("tie", text="a", i=2)]
    rows += [row("k", text="older", i=5), row("k", text="newer", i=5, at=1), row("k", i=3, at=2)]
    rows += [row("nine", i=value, text=f"t{value % 9}") for value in range(9)]
    rows += [row("histogram", text=text) for text in "aaab"]
    rows += [row("lists", tags=["x", None, "y"], nums=[1.0, None, 3.0]), row("lists", tags=[], nums=[], at=1),
             row("empty", tags=[], nums=[])]
    rows += [row("maps", counts={"a": 1}.items()), row("maps", counts={"a": 2, "b": None}.items(), at=1)]
    rows += [row("bucket", d=1.0, region="eu"), row("bucket", d=2.0, region=None), row("bucket", d=4.0, region="us"),
             row("bucket", d=8.0, region="eu")]
    rows += [row("vectors", vec=[1.0, -1.0], day=None), row("vectors", vec=[2.0, 5.0])]
    rows += [row("nan", d=math.nan, f=math.nan), row("nan", d=1.0)]
    return [tuple(list(value) if hasattr(value, "mapping") else value for value in r) for r in rows]


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    repository = EdgeRepository.empty(tmp_path_factory.mktemp("aggregations") / "repo")
    columns = " ".join(f"{name}:{kind}" for name, kind in COLUMNS.items())
    repository.add("edge.events", columns, rows_of_events())
    repository.add("edge.uneven", columns, [row("a", vec=[1.0]), row("a", vec=[1.0, 2.0])])
    return repository


def features(name, aggregations, table="edge.events", accuracy=1):
    source = events(table, [name for name in COLUMNS if name not in ("ts", "ds")])
    return group_by(name, source, ["key"], aggregations, accuracy=accuracy)


AGGREGATIONS = [
    aggregation("i", "sum", "1d"), aggregation("i", "count", "1d"), aggregation("i", "max", "1d"),
    aggregation("i", "bounded_unique_count", "1d", k=5), aggregation("i", "top_k", "1d", k=2),
    aggregation("i", "approx_percentile", "1d"),
    aggregation("f", "sum", "1d"), aggregation("flag", "sum", "1d"), aggregation("flag", "count", "1d"),
    aggregation("d", "count", "1d"), aggregation("d", "sum", "1d"), aggregation("d", "variance", "1d"),
    aggregation("d", "skew", "1d"), aggregation("d", "kurtosis", "1d"), aggregation("d", "average", "1d"),
    aggregation("text", "min", "1d"), aggregation("text", "max", "1d"), aggregation("text", "last", "1d"),
    aggregation("text", "first", "1d"), aggregation("text", "last_k", "1d", k=3),
    aggregation("text", "histogram", "1d"), aggregation("text", "approx_histogram_k", "1d", k=16),
    aggregation("tags", "count", "1d"), aggregation("tags", "last", "1d"), aggregation("nums", "average", "1d"),
    aggregation("counts", "sum", "1d"), aggregation("d", "sum", "2d", buckets=["region"]),
    aggregation("vec", "sum", "1d", element_wise=True), aggregation("vec", "max", "1d", element_wise=True),
]


@pytest.fixture(scope="module")
def table(repository):
    repository.run_conf(features("all", AGGREGATIONS), DS)
    return repository.table("edge.edge_all")


@pytest.fixture(scope="module")
def answer(repository, table):
    """key -> features of its day."""
    return by(repository.output(features("all", AGGREGATIONS)), "key")


def test_edge_case_016_a_count_over_an_empty_window_is_null(answer):
    assert answer["four"]["i_count_1d"] is None and answer["four"]["d_count_1d"] == 4
    assert "nulls" not in answer


def test_edge_case_017_a_count_counts_what_is_not_null(answer):
    assert answer["numbers"]["i_count_1d"] == 2 and answer["numbers"]["flag_count_1d"] == 3


def test_edge_case_018_a_sum_of_ints_is_long(table, answer):
    assert str(table.schema.field("i_sum_1d").type) == "int64"
    assert answer["numbers"]["i_sum_1d"] == 2 ** 31


def test_edge_case_019_a_sum_of_floats_is_double(table, answer):
    assert str(table.schema.field("f_sum_1d").type) == "double"
    assert answer["numbers"]["f_sum_1d"] == pytest.approx(0.1 + 0.2, rel=1e-7)
    assert answer["numbers"]["f_sum_1d"] != 0.1 + 0.2, "the inputs are floats, as they were stored"


def test_edge_case_020_a_sum_of_booleans_is_the_number_of_trues(answer):
    assert answer["numbers"]["flag_sum_1d"] == 2


def refused(repository, provoked, name, when, *aggregations, **fields):
    return provoked(repository.run_conf(features(name, list(aggregations), **fields), DS, status=2), when=when)


def test_edge_case_021_a_sum_of_strings_is_refused(repository, provoked):
    sentence = refused(repository, provoked, "sum_text", "SUM of a string", aggregation("text", "sum", "1d"))
    assert "SUM" in sentence and "string" in sentence.lower() and "aggregations[0]" in sentence


def test_edge_case_022_extremes_of_strings_are_lexicographic_and_of_booleans_refused(repository, provoked, answer):
    assert (answer["numbers"]["text_min_1d"], answer["numbers"]["text_max_1d"]) == ("B", "ä")
    sentence = refused(repository, provoked, "max_flag", "MAX of a boolean", aggregation("flag", "max", "1d"))
    assert "MAX" in sentence and "bool" in sentence and "aggregations[0]" in sentence


def test_edge_case_023_024_variance_is_the_populations(answer):
    assert answer["four"]["d_variance_1d"] == 1.25
    assert answer["one"]["d_variance_1d"] == 0.0


def test_edge_case_025_skew_of_two_values_or_of_constants_is_null(answer):
    assert answer["two"]["d_skew_1d"] is None and answer["constant"]["d_skew_1d"] is None
    assert answer["three"]["d_skew_1d"] == pytest.approx(0.3818017741606064, rel=1e-9)


def test_edge_case_026_kurtosis_is_the_excess_and_needs_four_values(answer):
    assert answer["three"]["d_kurtosis_1d"] is None
    assert answer["five"]["d_kurtosis_1d"] == pytest.approx(-1.3, rel=1e-9)


def test_edge_case_027_last_skips_a_newer_null(answer):
    assert answer["last"]["text_last_1d"] == "kept"


def test_edge_case_028_among_equal_times_the_greatest_value_is_last(answer):
    """Chronon keeps what a task saw first, which depends on the order of rows; gnomon settles it by the value
    (design, invariant 5; docs/deviations.md). FIRST takes the greatest as well."""
    assert answer["tie"]["text_last_1d"] == "greatest" and answer["tie"]["text_first_1d"] == "greatest"


def test_edge_case_029_last_k_of_fewer_rows_is_shorter_and_newest_first(answer):
    assert answer["k"]["text_last3_1d"] == ["newer", "older"]


def test_edge_case_030_top_k_keeps_duplicates(answer):
    assert answer["k"]["i_top2_1d"] == [5, 5]


def test_edge_case_031_a_missing_k_is_refused(repository, provoked):
    sentence = refused(repository, provoked, "no_k", "LAST_K without k", aggregation("text", "last_k", "1d"))
    assert "LAST_K" in sentence and " k" in sentence and "aggregations[0]" in sentence


@pytest.mark.parametrize("operation", K_RANGES)
def test_compiler_and_engine_take_the_same_k(repository, operation):
    """A k beyond all bounds is refused when the config is compiled, and by the engine before it allocates anything."""
    least, greatest = K_RANGES[operation]
    column = "text" if operation == "HISTOGRAM" else "i"

    def ran(k, status):
        given = aggregation(column, operation.lower(), "1d", k=k)
        return repository.run_conf(features(f"k_{operation.lower()}", [given]), DS, status=status).stderr

    def compiled(k):
        source = ttypes.EventSource("edge.events", query=Query(selects=select(column, "key"), time_column="ts"))
        arguments = {"k": str(k), "percentiles": "[0.5]"}
        GroupBy([source], ["key"], [Aggregation(column, (getattr(ttypes.Operation, operation), arguments))])

    ran(greatest, 0)
    compiled(least)
    compiled(greatest)
    for k in (least - 1, greatest + 1, 10 ** 30, "many"):
        assert f"integer of {least} to {greatest}: {k}\n" in ran(k, 2)
        with pytest.raises(ConfigError, match=f"k of {operation} must be a whole number of {least} to {greatest}"):
            compiled(k)


def test_edge_case_032_a_bounded_unique_count_stops_at_k(answer):
    assert answer["nine"]["i_bounded_unique_count_1d"] == 5
    assert answer["tie"]["i_bounded_unique_count_1d"] == 3


def test_edge_case_033_an_approximate_histogram_is_exact_below_k(answer):
    assert answer["histogram"]["text_approx_histogram_k_1d"] == {"a": 3, "b": 1}
    assert answer["nine"]["text_approx_histogram_k_1d"] == {f"t{i}": 1 for i in range(9)}


@pytest.fixture(scope="module")
def deletions(repository):
    """key -> features after the mutations of a day: what was in the snapshot is deleted again."""
    morning, before = ms("2023-12-03 08:00:00"), ms("2023-12-02 08:00:00")
    repository.add("edge.people", "key:string v:long word:string upd:long ds:string",
                   [("gone", 5, "x", before, DS), ("less", 5, "x", before, DS), ("less", 7, "y", before, DS),
                    ("less", 6, "x", before + 1, DS)])
    repository.add("edge.changes", "key:string v:long word:string upd:long mutation_ts:long is_before:bool ds:string",
                   [("gone", 5, "x", before, morning, True, "2023-12-03"),
                    ("less", 7, "y", before, morning, True, "2023-12-03")])
    repository.add("edge.left", "key:string ts:long ds:string",
                   [(key, ms("2023-12-03 09:00:00"), "2023-12-03") for key in ("gone", "less")])
    source = entities("edge.people", ["key", "v", "word"], mutationTable="edge.changes", mutationTopic="t",
                      timeColumn="upd", mutationTimeColumn="mutation_ts", reversalColumn="is_before")
    conf = group_by("mutated", source, ["key"],
                    [aggregation("v", "count"), aggregation("v", "sum"), aggregation("v", "average"),
                     aggregation("v", "max"), aggregation("word", "histogram"), aggregation("word", "last")],
                    accuracy=TEMPORAL)
    rows = repository.answer(join("deletions", events("edge.left", ["key", "ts"], startPartition="2023-12-03"),
                                  [part(conf)]), "2023-12-03")
    return {row["key"]: {name.removeprefix("edge_mutated_"): value for name, value in row.items()} for row in rows}


def test_edge_case_034_a_histogram_count_that_reaches_zero_leaves(deletions):
    assert deletions["less"]["word_histogram"] == {"x": 2}
    assert deletions["gone"]["word_histogram"] == {}


def test_edge_case_035_after_deleting_all_the_average_is_null_and_the_count_zero(deletions):
    gone = deletions["gone"]
    assert (gone["v_average"], gone["v_count"], gone["v_sum"]) == (None, 0, 0)
    assert (deletions["less"]["v_average"], deletions["less"]["v_count"]) == (5.5, 2)


def test_edge_case_036_a_deletion_does_nothing_to_max(deletions):
    assert deletions["gone"]["v_max"] == 5 and deletions["less"]["v_max"] == 7
    assert deletions["gone"]["word_last"] == "x"


def test_edge_case_037_an_average_of_a_list_skips_nulls_and_an_empty_list_gives_null(answer):
    assert answer["lists"]["nums_average_1d"] == 2.0
    assert answer["empty"]["nums_average_1d"] is None


def test_edge_case_038_a_count_of_a_list_counts_its_elements(answer):
    assert answer["lists"]["tags_count_1d"] == 2
    assert answer["empty"]["tags_count_1d"] is None


def test_edge_case_039_a_sum_of_a_map_is_a_map_of_sums(answer):
    assert answer["maps"]["counts_sum_1d"] == {"a": 3}


def test_edge_case_040_a_null_bucket_is_left_out(answer):
    assert answer["bucket"]["d_sum_2d_by_region"] == {"eu": 9.0, "us": 4.0}
    assert answer["bucket"]["d_sum_1d"] == 15.0


def test_edge_case_041_a_bucket_that_is_no_string_is_refused(repository, provoked):
    sentence = refused(repository, provoked, "bucket_int", "a bucket of a number",
                       aggregation("d", "sum", "1d", buckets=["i"]))
    assert "bucket" in sentence and "string" in sentence and "aggregations[0]" in sentence


def test_edge_case_042_buckets_over_a_map_are_refused(repository, provoked):
    sentence = refused(repository, provoked, "bucket_map", "buckets over a map",
                       aggregation("counts", "sum", "1d", buckets=["region"]))
    assert "buckets" in sentence and "map" in sentence


def test_edge_case_043_last_of_a_list_is_the_whole_list(answer):
    assert answer["lists"]["tags_last_1d"] == []
    assert answer["empty"]["tags_last_1d"] == []


@pytest.mark.parametrize("column,operation", [("day", "last"), ("stamp", "count")])
def test_edge_case_044_dates_and_timestamps_are_refused(repository, provoked, column, operation):
    sentence = refused(repository, provoked, f"no_{column}", f"{operation.upper()} of a {column}",
                       aggregation(column, operation, "1d"))
    assert {"day": "date", "stamp": "timestamp"}[column] in sentence.lower() and "aggregations[0]" in sentence


def test_edge_case_045_percentiles_are_the_median_by_default_as_a_list_of_floats(table, answer):
    assert str(table.schema.field("i_approx_percentile_1d").type.value_type) == "float"
    assert answer["nine"]["i_approx_percentile_1d"] == [4.0]


def test_edge_case_046_element_wise_lists_of_different_lengths_are_an_error(repository, provoked, answer):
    """Chronon fails on every element-wise GroupBy (golden gb_elementwise); here equal lengths work (G 6)."""
    assert answer["vectors"]["vec_sum_1d"] == [3.0, 4.0] and answer["vectors"]["vec_max_1d"] == [2.0, 5.0]
    sentence = refused(repository, provoked, "uneven", "element-wise lists of different lengths",
                       aggregation("vec", "sum", "1d", element_wise=True), table="edge.uneven")
    assert "length" in sentence


def test_edge_case_047_a_result_that_is_not_a_number_is_null(answer):
    nan = answer["nan"]
    assert (nan["d_sum_1d"], nan["d_average_1d"], nan["d_variance_1d"]) == (None, None, None)
    assert nan["d_count_1d"] == 2
