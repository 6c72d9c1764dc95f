"""Edge cases 89 to 102 (SPEC 12): staging queries, what the compiler refuses, and the flags of run.py."""
# SPDX-License-Identifier: Apache-2.0
import json
import re

import pytest

from compile_support import FEATURES, STAGING, Repository as Configs
from repository import Repository
from test_run_commands import Shell

PURCHASES = "bootcamp.purchases_from_s3"


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """The bootcamp with its purchases loaded."""
    repository = Repository.bootcamp(tmp_path_factory.mktemp("compile") / "repo", golden=True)
    edit(repository, "{{ start_date }}", "{{start_date}}", "{{ end_date }}", "{{    end_date  }}")
    repository.staging()
    return repository


def edit(repository, *pairs, path=STAGING):
    file = repository.root / path
    text = file.read_text()
    for old, new in zip(pairs[::2], pairs[1::2]):
        assert old in text, old
        text = text.replace(old, new, 1)
    file.write_text(text)


@pytest.fixture
def configs(tmp_path):
    return Configs(tmp_path / "configs")


@pytest.fixture
def shell(tmp_path):
    return Shell(tmp_path)


def test_edge_case_089_macros_take_any_spacing(filled):
    assert filled.sql(f"SELECT COUNT(*), MIN(ds), MAX(ds) FROM {PURCHASES}") == [["155", "2023-12-01", "2023-12-07"]]


def test_edge_case_090_an_unknown_macro_is_refused(configs):
    configs.edit(STAGING, "{{ start_date }}", "{{ strat_date }}")
    error = configs.error(STAGING)
    assert "strat_date" in error and f"{STAGING}:{configs.line_of(STAGING, 'strat_date')}" in error


def test_edge_case_091_the_max_date_of_an_empty_table_is_an_error(filled, provoked):
    filled.run("spark-sql", "-e",
               "CREATE TABLE bootcamp.nothing USING iceberg PARTITIONED BY (ds) AS "
               f"SELECT user_id, ds FROM {PURCHASES} WHERE user_id = 'nobody'")
    path = "staging_queries/bootcamp/latest.py"
    text = (filled.root / STAGING).read_text().replace(
        "'{{start_date}}'", "'{{ max_date(table=bootcamp.nothing) }}'").replace('"purchases_from_s3"', '"latest"')
    (filled.root / path).write_text(text)
    done = filled.run("run.py", "--mode=staging-query-backfill", f"--conf={path}", "--end-date=2023-12-02", status=2)
    sentence = provoked(done, when="max_date of a table without partitions")
    assert "max_date" in sentence and "bootcamp.nothing" in sentence


@pytest.mark.parametrize("macro", ["start_date", "end_date"])
def test_edge_case_092_a_view_has_no_range(configs, macro):
    configs.edit(STAGING, "startPartition=", "createView=True,\n    startPartition=")
    if macro == "end_date":
        configs.edit(STAGING, "{{ start_date }}", "2023-12-01")
    error = configs.error(STAGING)
    assert "view" in error and macro in error


def test_edge_case_093_columns_of_a_staging_query_that_change(filled):
    """A new column is added to the table and filled (as in Chronon). A dropped one, or a changed type, archives the
    table and builds it anew, announced first (design, invariant 3), where Chronon writes nulls or fails."""
    edit(filled, "item_category,", "item_category, upper(item_category) AS big,")
    filled.staging()
    assert filled.sql(f"SELECT COUNT(*) FROM {PURCHASES} WHERE big IS NULL OR big <> upper(item_category)") == [["0"]]
    assert archives(filled) == []
    edit(filled, " upper(item_category) AS big,", "")
    filled.staging()
    assert len(archives(filled)) == 1 and "big" not in filled.table(PURCHASES).schema.names
    edit(filled, "purchase_price,", "CAST(purchase_price AS STRING) AS purchase_price,")
    filled.staging()
    assert len(archives(filled)) == 2
    assert "string" in str(filled.table(PURCHASES).schema.field("purchase_price").type)
    assert filled.sql(f"SELECT COUNT(*) FROM {PURCHASES}") == [["155"]]


def archives(repository):
    names = [name for _, name in repository.catalog().list_tables("bootcamp")]
    return [name for name in names if re.fullmatch(r"purchases_from_s3_\d{14}", name)]


@pytest.mark.parametrize("naming,name", [("chronon", "bootcamp.user_purchase_features.v1"), ("documented", None)])
def test_edge_case_094_a_users_name_gives_way_to_chronons(tmp_path, naming, name):
    """Under Chronon's rule `team.file.var` replaces it. Under the documented rule the table keeps the user's name
    (design, "Two names for the same things")."""
    configs = Configs(tmp_path / "configs", {"bootcamp": {"namespace": "bootcamp", "naming": naming}})
    configs.edit(FEATURES, "online=True,", 'online=True,\n    name="mine",')
    compiled, = configs.compile()
    if name:
        assert compiled.conf.metaData.name == name
        assert compiled.output_table == "bootcamp_features.bootcamp_user_purchase_features_v1"
    else:
        assert compiled.output_table == "bootcamp_features.mine"


def test_edge_case_095_teams_without_default_compile(configs):
    """Chronon dies with a KeyError; here a missing team `default` means no properties (appendix G 2)."""
    assert "default" not in json.loads((configs.root / "teams.json").read_text())
    compiled, = configs.compile()
    assert compiled.conf.metaData.tableProperties in (None, {})


def test_edge_case_096_an_unknown_team_is_refused(configs):
    configs.write("teams.json", '{"other": {"namespace": "x"}}')
    error = configs.error()
    assert "'bootcamp'" in error and "teams.json" in error


def test_edge_case_097_a_group_by_that_nobody_uses_is_skipped(configs):
    configs.edit(FEATURES, "    online=True,\n", "")
    configs.edit(FEATURES, '    backfill_start_date="2023-12-01",\n', "")
    configs.compile()
    assert not configs.conf_path().exists()
    configs.compile(force_overwrite=True)
    assert configs.conf_path().exists()


def test_edge_case_098_what_an_online_config_serves_changes_only_by_force(configs):
    configs.compile()
    before = configs.conf_path().read_text()
    configs.edit(FEATURES, "operation=Operation.SUM", "operation=Operation.MAX")
    error = configs.error()
    assert "online" in error and "--force-overwrite" in error
    assert configs.conf_path().read_text() == before
    configs.compile(force_overwrite=True)
    assert configs.conf_path().read_text() != before


@pytest.mark.parametrize("path", ["teams.json", "x/user_purchase_features.v1"])
def test_edge_case_099_a_path_that_is_too_short_is_refused(shell, path):
    (shell.repository.root / "x").mkdir()
    (shell.repository.root / "x/user_purchase_features.v1").write_text("{}")
    done = shell.run("--mode=backfill", f"--conf={path}")
    assert done.returncode == 2 and done.stderr.startswith("error: ") and path in done.stderr
    assert not shell.calls()


def test_edge_case_100_more_runs_than_days_are_refused(shell):
    done = shell.run(f"--conf={FEATURES}", "--parallelism=3", "--start-ds=2023-12-01", "--end-ds=2023-12-02")
    assert done.returncode == 2 and "more than the 2 days" in done.stderr
    assert not shell.calls()


def test_edge_case_101_fetch_is_of_a_join_unless_told_otherwise(shell):
    call = shell.call("--mode=fetch", "--name=quickstart/training_set.v2", "-k", '{"user_id":"1"}')
    assert "--type=join" in call
