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


def test_a_dry_run_plans_the_parent_and_then_the_child(empty):
    before = tables(empty)
    said = [line for line in run(empty, "backfill", JOIN, "--dry-run").stderr.splitlines() if "would compute" in line]
    # Of events, what a left row sees of its own day must not depend on how much of the day is there.
    assert [line.split(":")[0] for line in said] == [PARENT, CHILD]
    assert said[0].endswith("would compute 6 days (2024-03-04..2024-03-09)")
    assert said[1].endswith("would compute 7 days (2024-03-04..2024-03-10)")
    assert tables(empty) == before


@pytest.mark.parametrize("mode,words", [
    ("backfill", "would compute 6 days (2024-03-05..2024-03-10)"),
    ("upload", "would upload 2024-03-10"),
])
def test_a_dry_run_of_a_group_by_over_a_join(empty, mode, words):
    before = tables(empty)
    done = run(empty, mode, GROUP_BY, "--dry-run")
    assert "gold.cases_up_join_chained: a dry run" in done.stderr and words in done.stderr
    assert tables(empty) == before


def test_a_dry_run_after_the_parent_changed_plans_by_its_config(tmp_path):
    repository = golden.prepare(tmp_path, CASE)
    run(repository, "backfill", JOIN)
    done = run(repository, "backfill", JOIN, "--dry-run")
    assert "would compute" not in done.stderr and "7 days already filled" in done.stderr
    conf = golden.conf(CASE)
    source = conf["joinParts"][0]["groupBy"]["sources"][0]["joinSource"]
    source["join"]["joinParts"][0]["groupBy"]["aggregations"][0]["windows"][0]["length"] = 2
    source["query"]["selects"]["s"] = "cases_g_ch_price_sum_2d"
    golden.write_conf(repository, JOIN, conf)
    done = run(repository, "backfill", JOIN, "--dry-run")
    assert f"{PARENT}: a dry run, nothing was changed; without --dry-run it would compute 6 days" in done.stderr
    assert f"{CHILD}: a dry run, nothing was changed; without --dry-run it would compute 7 days" in done.stderr
    run(repository, "backfill", JOIN)
    assert repository.table(PARENT).column_names[-2] == "cases_g_ch_price_sum_2d"


def test_a_missing_table_of_the_parent_is_told_with_its_place(tmp_path, provoked):
    repository = golden.prepare(tmp_path, CASE, inputs=["events"])
    sentence = provoked(run(repository, "backfill", JOIN, "--dry-run", status=2),
                        when="a join reads a join whose left table is not there")
    assert "gold.left_events" in sentence
