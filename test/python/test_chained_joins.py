"""A Join as a source (JoinSource): what is told of it before its table is there, on the recorded inputs."""
# SPDX-License-Identifier: Apache-2.0
import copy
import json

import pytest

import golden

CASE = "join_chained"
JOIN = golden.conf_path(CASE)
GROUP_BY = "production/group_bys/cases/g_ch2"
PARENT, CHILD = "gold.cases_up_join_chained", "gold.cases_join_chained"


def group_by_conf():
    """The GroupBy of the recorded Join, as a config of its own."""
    return copy.deepcopy(golden.conf(CASE)["joinParts"][0]["groupBy"])


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """Nothing is computed yet, and no test computes here."""
    made = golden.prepare(tmp_path_factory.mktemp("chained"), CASE)
    golden.write_conf(made, GROUP_BY, group_by_conf())
    return made


def run(repository, mode, conf, *flags, **options):
    return repository.run("run.py", f"--mode={mode}", f"--conf={conf}", f"--ds={golden.END_DATE}", *flags, **options)


def analyze(repository, conf, *flags, **options):
    return json.loads(run(repository, "analyze", conf, "--json", *flags, **options).stdout)["result"]


def tables(repository):
    return sorted(name[1] for name in repository.catalog().list_tables("gold"))


def test_analyze_knows_the_columns_of_a_parent_that_is_not_computed(empty, tmp_path):
    before = analyze(empty, JOIN)
    assert before["findings"] == []
    assert before["sources"][1] == {"role": "cases_g_ch2", "table": PARENT, "kind": "join", "days": "not computed yet"}
    computed = golden.prepare(tmp_path, CASE)
    run(computed, "backfill", JOIN)
    after = analyze(computed, JOIN)
    assert after["sources"][1]["days"] == "2024-03-04..2024-03-09"
    assert {**before, "sources": None} == {**after, "sources": None}
    assert [one["name"] for one in before["output"]] == computed.table(CHILD).column_names
    # A GroupBy by itself, too.
    group_by = analyze(empty, GROUP_BY)
    assert group_by["findings"] == []
    assert [one["columnType"] for one in group_by["features"]] == ["double", "bigint"]


def test_analyze_tells_the_faults_of_a_parent_first(empty):
    conf = group_by_conf()
    parent = conf["sources"][0]["joinSource"]["join"]
    parent["joinParts"][0]["groupBy"]["sources"][0]["events"]["query"]["selects"]["price"] = "prise * 2"
    golden.write_conf(empty, "production/group_bys/cases/faulty", conf)
    [finding] = analyze(empty, "production/group_bys/cases/faulty", status=2)["findings"]
    assert "the column prise does not exist" in finding["message"]
    assert "sources[0].joinSource.join.joinParts[0].groupBy.sources[0].events.query.selects.price" in \
        finding["message"]


def test_analyze_finds_a_column_that_the_parent_does_not_give(empty):
    conf = group_by_conf()
    conf["sources"][0]["joinSource"]["query"]["selects"]["s"] = "cases_g_ch_price_sum_2d"
    golden.write_conf(empty, "production/group_bys/cases/unknown", conf)
    [finding] = analyze(empty, "production/group_bys/cases/unknown", status=2)["findings"]
    assert "did you mean 'cases_g_ch_price_sum_1d'?" in finding["message"]


def test_analyze_goes_by_the_parents_config_where_its_table_is_older(tmp_path):
    repository = golden.prepare(tmp_path, CASE)
    run(repository, "backfill", JOIN)
    conf = group_by_conf()
    window = conf["sources"][0]["joinSource"]["join"]["joinParts"][0]["groupBy"]["aggregations"][0]["windows"][0]
    window["length"] = 2
    conf["sources"][0]["joinSource"]["query"]["selects"]["s"] = "cases_g_ch_price_sum_2d"
    golden.write_conf(repository, GROUP_BY, conf)
    result = analyze(repository, GROUP_BY)
    assert result["findings"] == [] and result["sources"][0]["days"] == "not computed yet"
