"""What is known of a Join from its config and its tables is refused before anything is written, by `analyze`, too."""
# SPDX-License-Identifier: Apache-2.0
import json

import pytest

from edge_cases import SNAPSHOT, TEMPORAL, EdgeRepository, aggregation, entities, events, group_by, join, ms, part

DAY = "2023-12-04"


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    repository = EdgeRepository.empty(tmp_path_factory.mktemp("refusals") / "repo")
    rows = [("a", i, ms(f"2023-12-0{i} 12:00:00"), f"2023-12-0{i}") for i in range(1, 6)]
    repository.add("edge.events", "key:string v:long ts:long ds:string", rows)
    repository.add("edge.people", "key:string v:long ts:long ds:string", rows)
    repository.run("gnomon", "import", "edge.flat", str(repository.root / "edge.events.parquet"))
    return repository


def features(name, accuracy, source=None, **fields):
    return group_by(name, source or events("edge.events", ["key", "v"]), ["key"], [aggregation("v", "sum", "2d")],
                    accuracy=accuracy, **fields)


AGE = [{"name": "*", "expression": "*"}, {"name": "age", "expression": "ts - v_sum_2d"}]
OF_EVENTS = events("edge.events", ["key", "v"], startPartition=DAY)
OF_ENTITIES = entities("edge.people", ["key", "v"], startPartition=DAY)
WITHOUT_MUTATIONS = entities("edge.people", ["key", "v"], mutationTable="edge.nowhere", timeColumn="ts",
                             mutationTimeColumn="ts", reversalColumn="v > 0")


def refused(repository, provoked, conf, when):
    """The sentence; nothing is there that was not before."""
    before = set(repository.catalog().list_tables("edge"))
    sentence = provoked(repository.run_conf(conf, DAY, status=2), when=when)
    assert set(repository.catalog().list_tables("edge")) == before
    return sentence


@pytest.mark.parametrize("name,left,accuracy,cause", [
    ("of_entities", OF_ENTITIES, TEMPORAL, "which rows of a left side of entities do not have"),
    ("of_days", OF_EVENTS, SNAPSHOT, "which a part of SNAPSHOT accuracy does not have")])
def test_a_derivation_of_a_part_that_uses_the_time_of_rows_without_one(repository, provoked, name, left, accuracy,
                                                                      cause):
    """It failed after T_bootstrap was written and told another cause, and analyze found nothing."""
    conf = join(f"timeless_{name}", left, [part(features(name, accuracy, derivations=AGE))])
    sentence = refused(repository, provoked, conf, when=f"a part's derivation uses a time {cause}")
    assert cause in sentence and "joinParts[0].groupBy.derivations[1].expression" in sentence
    done = repository.run_conf(conf, DAY, "--json", mode="analyze", status=2)
    assert [one["message"] for one in json.loads(done.stdout)["result"]["findings"]] == [
        sentence.removeprefix("error: ")]


def test_a_derivation_finds_the_time_of_a_temporal_part(repository):
    conf = join("timely", OF_EVENTS, [part(features("timely", TEMPORAL, derivations=AGE))])
    row, = repository.answer(conf, DAY)
    assert row["edge_timely_age"] == row["ts"] - row["edge_timely_v_sum_2d"]


def test_a_group_by_whose_derivation_uses_a_time_that_its_days_lack(repository):
    conf = features("timeless", TEMPORAL, derivations=AGE, start=DAY)
    done = repository.run_conf(conf, DAY, "--json", mode="analyze", status=2)
    findings = json.loads(done.stdout)["result"]["findings"]
    assert len(findings) == 1 and "a derivation uses the column ts" in findings[0]["message"]
    refusal = repository.run_conf(conf, DAY, status=2)
    assert findings[0]["message"] in refusal.stderr
    assert ("edge", "edge_timeless") not in repository.catalog().list_tables("edge")


def test_a_mutation_table_that_is_not_there(repository, provoked):
    conf = join("unchanged", OF_EVENTS, [part(features("changes", TEMPORAL, WITHOUT_MUTATIONS))])
    assert "edge.nowhere" in refused(repository, provoked, conf, when="a part's mutation table is not there")


def test_a_cumulative_source_without_partitions(repository, provoked):
    flat = events("edge.flat", ["key", "v"], isCumulative=1)
    conf = join("flat", OF_EVENTS, [part(features("flat", SNAPSHOT, flat))])
    sentence = refused(repository, provoked, conf, when="a part's cumulative source has no partitions")
    assert "a cumulative source must be partitioned" in sentence
