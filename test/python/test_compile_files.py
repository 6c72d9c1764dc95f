# SPDX-License-Identifier: Apache-2.0
# What compiling writes: the conf, the side file, names and tables under both rules, and what is
# left alone.
import hashlib
import json

import pytest
from compile_support import FEATURES, STAGING, Repository, run

from gnomon import spark_sql
from gnomon.errors import CommandError
from gnomon.refresh import refresh_compiled

CHRONON = {"bootcamp": {"namespace": "bootcamp", "naming": "chronon"}}


@pytest.fixture
def repository(tmp_path):
    return Repository(tmp_path)


def test_the_missions_pipeline_under_the_documented_rule(repository):
    staging = repository.compile(STAGING)[0]
    features = repository.compile(FEATURES)[0]
    assert (staging.name, features.name) == (
        "bootcamp.purchases_from_s3.v1",
        "bootcamp.user_purchase_features.v1",
    )
    assert staging.output_table == "bootcamp.purchases_from_s3"
    assert features.output_table == "bootcamp_features.user_purchase_features"
    conf = json.loads(repository.conf_path().read_text())
    assert conf["sources"][0]["events"]["table"] == "bootcamp.purchases_from_s3"
    assert conf["metaData"] == {
        "name": "bootcamp.user_purchase_features.v1",
        "online": 1,
        "customJson": '{"lag": 0, "groupby_tags": null, "column_tags": {},'
        ' "gnomon_name": "user_purchase_features"}',
        "dependencies": [
            '{"name": "wait_for_bootcamp.purchases_from_s3_ds",'
            ' "spec": "bootcamp.purchases_from_s3/ds={{ ds }}", "start": null, "end": null}'
        ],
        "outputNamespace": "bootcamp_features",
        "team": "bootcamp",
        "offlineSchedule": "@daily",
    }
    assert conf["sources"][0]["events"]["isCumulative"] == 0
    written = json.loads(
        repository.conf_path("staging_queries", "purchases_from_s3.v1").read_text()
    )
    assert written["metaData"]["customJson"] == '{"gnomon_name": "purchases_from_s3"}'
    assert not repository.conf_path().read_text().endswith("\n")


def test_the_missions_pipeline_under_chronons_rule(tmp_path):
    repository = Repository(tmp_path, CHRONON)
    assert repository.compile(STAGING)[0].output_table == "bootcamp.bootcamp_purchases_from_s3_v1"
    features = repository.compile(FEATURES)[0]
    assert features.output_table == "bootcamp_features.bootcamp_user_purchase_features_v1"
    conf = json.loads(repository.conf_path().read_text())
    assert conf["sources"][0]["events"]["table"] == "bootcamp.bootcamp_purchases_from_s3_v1"
    assert (
        "bootcamp.bootcamp_purchases_from_s3_v1/ds={{ ds }}" in conf["metaData"]["dependencies"][0]
    )
    assert "gnomon_name" not in repository.conf_path().read_text()


@pytest.mark.parametrize(
    ("name", "variable", "expected"),
    [(None, "v1", "x"), (None, "v2", "x_v2"), ("own", "v2", "own"), ("a.b", "v1", "a_b")],
)
def test_documented_names(repository, name, variable, expected):
    repository.write(
        "staging_queries/bootcamp/x.py",
        "from ai.chronon.api.ttypes import StagingQuery, MetaData\n"
        f"{variable} = StagingQuery(query='SELECT 1 AS a', metaData=MetaData(name={name!r}))\n",
    )
    assert (
        repository.compile("staging_queries/bootcamp/x.py")[0].output_table
        == f"bootcamp.{expected}"
    )


def test_a_source_reads_an_unnamed_staging_query_by_the_rule_of_its_team(repository):
    text = (repository.root / STAGING).read_text()
    repository.write(STAGING, text.replace('name="purchases_from_s3",', ""))
    assert repository.compile()[0].conf.sources[0].events.table == "bootcamp.purchases_from_s3"
    repository.write(STAGING, text.replace('name="purchases_from_s3",', 'name="other",'))
    assert (
        repository.compile(force_overwrite=True)[0].conf.sources[0].events.table == "bootcamp.other"
    )
    repository.write(STAGING, text.replace('outputNamespace="bootcamp",', ""))
    repository.write("teams.json", '{"bootcamp": {}, "default": {"namespace": "fallback"}}')
    compiled = repository.compile(force_overwrite=True)[0]
    assert compiled.conf.sources[0].events.table == "fallback.purchases_from_s3"
    assert "fallback.purchases_from_s3/ds" in compiled.conf.metaData.dependencies[0]


def test_the_side_file_of_a_group_by(repository):
    repository.compile()
    side = repository.side()
    text = repository.conf_path().read_text()
    assert side["format"] == 1 and side["source_file"] == FEATURES
    assert side["conf_sha256"] == hashlib.sha256(text.encode()).hexdigest()
    assert len(side["conf_hash"]) == 10
    assert side["dependencies"] == [{"table": "bootcamp.purchases_from_s3", "conf": STAGING}]
    assert side["expressions"]["sources[0].events.query.selects.user_id"] == {
        "op": "column",
        "name": "user_id",
    }
    assert side["expressions"]["sources[0].events.query.timeColumn"] == {
        "op": "column",
        "name": "ts",
    }
    assert side["setups"] == []
    lines = side["lines"]
    assert lines[""] == repository.line_of(FEATURES, "v1 = GroupBy(")
    assert lines["sources[0].events.query.selects.user_id"] == repository.line_of(
        FEATURES, "selects=select"
    )
    assert lines["sources[0].events.query.timeColumn"] == repository.line_of(
        FEATURES, "time_column="
    )
    assert lines["aggregations[0]"] == repository.line_of(FEATURES, "operation=Operation.SUM")
    assert lines["aggregations[1].operation"] == repository.line_of(FEATURES, "Operation.COUNT")
    assert lines["aggregations[1].windows[1]"] == repository.line_of(FEATURES, "length=7")
    assert lines["keyColumns[0]"] == repository.line_of(FEATURES, "keys=")
    assert lines["metaData.outputNamespace"] == repository.line_of(FEATURES, "output_namespace=")


def test_the_side_file_of_a_staging_query(repository):
    repository.compile(STAGING)
    side = repository.side("staging_queries", "purchases_from_s3.v1")
    assert [s["kind"] for s in side["setups"]] == ["create_view_over_path"]
    assert side["setups"][0]["path"] == "s3a://chronon/warehouse/data/purchases/purchases.parquet"
    assert side["query"]["tables"] == ["purchases_raw"]
    assert "{{ start_date }}" in side["query"]["sql"]
    assert side["lines"]["setups[0]"] == repository.line_of(STAGING, "setups=") + 1
    assert "expressions" not in side


def test_lines_of_other_ways_to_write_a_config(repository):
    repository.write(
        FEATURES,
        "from ai.chronon.api.ttypes import Source, EventSource\n"
        "from ai.chronon.group_by import *\n"
        "from ai.chronon.query import Query\n"
        "day = Window(1, TimeUnit.DAYS)\n"
        "base = [Aggregation('a', Operation.SUM, [day])]\n"
        "v1 = GroupBy(\n"
        "    Source(events=EventSource(\n"
        "        table='t',\n"
        "        query=Query({'u': 'u',\n"
        "            'a': 'b + 1'},\n"
        "            wheres=['a > 1',\n"
        "                    'b > 2'], time_column='ts'))),\n"
        "    ['u'],\n"
        "    base + [\n"
        "        Aggregation('a', Operation.MAX)],\n"
        "    derivations=[Derivation('x', 'a_max + 1')],\n"
        "    online=True)\n",
    )
    repository.compile()
    lines = repository.side()["lines"]
    query = "sources[0].events.query"
    assert (lines["sources[0].events.table"], lines[f"{query}.selects.a"]) == (8, 10)
    assert lines[f"{query}.wheres[1]"] == 12
    assert (
        lines["aggregations[0]"],
        lines["aggregations[0].windows[0]"],
        lines["aggregations[1]"],
    ) == (5, 4, 15)
    assert lines["derivations[0].expression"] == 16
    expressions = repository.side()["expressions"]
    assert {f"{query}.selects.a", f"{query}.wheres[1]", "derivations[0].expression"} <= set(
        expressions
    )


def test_compiling_again_changes_and_translates_nothing(repository, monkeypatch):
    assert repository.compile()[0].changed
    before = repository.conf_path().stat().st_mtime_ns
    monkeypatch.setattr(
        spark_sql, "translate_expression", lambda text: pytest.fail("translated again")
    )
    assert not repository.compile()[0].changed
    assert repository.conf_path().stat().st_mtime_ns == before
    side = repository.side()
    repository.write(FEATURES, "# One line more.\n" + (repository.root / FEATURES).read_text())
    repository.compile()
    moved = repository.side()
    assert moved["lines"][""] == side["lines"][""] + 1
    assert moved["expressions"] == side["expressions"]
    assert not [p for p in repository.root.rglob("*") if p.name.endswith((".tmp", ".pyc"))]


def test_another_compiler_version_translates_again(repository, monkeypatch):
    repository.compile()
    monkeypatch.setattr("gnomon.side_file.COMPILER_VERSION", "next")
    monkeypatch.setattr(
        spark_sql, "translate_expression", lambda text: {"op": "fake", "name": text}
    )
    repository.compile()
    assert repository.side()["expressions"]["sources[0].events.query.timeColumn"] == {
        "op": "fake",
        "name": "ts",
    }


def test_conf_hash_is_about_the_answer(repository):
    def conf_hash():
        repository.compile(force_overwrite=True)
        return repository.side()["conf_hash"]

    first = conf_hash()
    repository.edit(
        FEATURES, "online=True,", "online=True, description='x', env={'backfill': {'A': '1'}},"
    )
    repository.edit(FEATURES, "Operation.SUM", "Operation.MAX")
    repository.edit(FEATURES, '"2023-12-01"', '"2023-11-01"')
    assert conf_hash() == first
    repository.edit(FEATURES, 'time_column="ts"', 'time_column="ts", wheres=["purchase_price > 0"]')
    assert conf_hash() != first


def test_a_chronon_conf_gets_its_side_file_from_the_json_alone(repository):
    repository.compile(STAGING)
    repository.compile()
    text = repository.conf_path().read_text()
    (repository.root / FEATURES).unlink()
    side_path = (
        repository.root / "production/.gnomon/group_bys/bootcamp/user_purchase_features.v1.json"
    )
    side_path.unlink()
    refresh_compiled(str(repository.root), str(repository.conf_path()))
    side = repository.side()
    assert side["source_file"] == "" and side["lines"] == {}
    assert side["dependencies"] == [{"table": "bootcamp.purchases_from_s3", "conf": STAGING}]
    assert "sources[0].events.query.timeColumn" in side["expressions"]
    repository.conf_path().write_text(text.replace('"ts"', '"ts * 1"'))
    refresh_compiled(str(repository.root), str(repository.conf_path()))
    assert repository.side()["expressions"]["sources[0].events.query.timeColumn"]["op"] == "call"


@pytest.mark.parametrize(
    ("damage", "remedy"),
    [
        (b"{", f"run: run.py --mode=compile --conf={FEATURES}"),
        (b"\xff", "delete it, and compile again"),
    ],
)
def test_a_damaged_conf_is_told_with_what_mends_it(repository, damage, remedy):
    repository.compile(FEATURES)
    text = repository.conf_path().read_text()
    repository.conf_path().write_bytes(damage)
    with pytest.raises(CommandError) as raised:
        refresh_compiled(str(repository.root), str(repository.conf_path()))
    assert str(raised.value).endswith(f" - {remedy}")
    if remedy.startswith("delete"):
        repository.conf_path().unlink()
    repository.compile(FEATURES)
    assert repository.conf_path().read_text() == text


def test_several_objects_and_imported_ones(repository):
    repository.edit(STAGING, "v1 = StagingQuery(", "def make(name):\n  return StagingQuery(")
    repository.write(
        "staging_queries/bootcamp/two.py",
        "from ai.chronon.api.ttypes import StagingQuery\n"
        "first = StagingQuery(query='SELECT 1 AS a')\nv1 = StagingQuery(query='SELECT 2 AS a')\n",
    )
    repository.write(
        "staging_queries/bootcamp/three.py",
        "from ai.chronon.api.ttypes import StagingQuery\n"
        "from staging_queries.bootcamp.two import first\nv1 = StagingQuery(query=first.query)\n",
    )
    tables = [c.output_table for c in repository.compile("staging_queries/bootcamp/two.py")]
    assert tables == ["bootcamp.two_first", "bootcamp.two"]
    assert [c.variable for c in repository.compile("staging_queries/bootcamp/two.py:first")] == [
        "first"
    ]
    assert [c.name for c in repository.compile("staging_queries/bootcamp/three.py")] == [
        "bootcamp.three.v1"
    ]


def test_team_settings(tmp_path):
    teams = {
        "default": {"table_properties": {"source": "chronon"}},
        "bootcamp": {"namespace": "ns"},
    }
    repository = Repository(tmp_path, teams)
    repository.edit(FEATURES, 'output_namespace="bootcamp_features",', "")
    meta = repository.compile()[0].conf.metaData
    assert (meta.outputNamespace, meta.tableProperties) == ("ns", {"source": "chronon"})
    assert repository.compile(STAGING)[0].conf.metaData.tableProperties["provider"] == "iceberg"


def test_added_columns_need_no_force_and_others_do(repository):
    repository.compile()
    repository.edit(
        FEATURES,
        "    aggregations=[\n",
        "    aggregations=[\n        Aggregation('item', Operation.LAST),\n",
    )
    assert repository.compile()[0].changed
    repository.edit(FEATURES, "        Aggregation('item', Operation.LAST),\n", "")
    assert "column item_last removed" in repository.error()
    assert len(json.loads(repository.conf_path().read_text())["aggregations"]) == 3
    repository.compile(force_overwrite=True)
    repository.edit(FEATURES, 'time_column="ts"', 'time_column="ts", wheres=["purchase_price > 0"]')
    error = repository.error()
    assert "sources[0].query.wheres" in error and error.endswith(
        f"run: run.py --mode=compile --conf={FEATURES} --force-overwrite"
    )
    repository.edit(FEATURES, "online=True", "online=False")
    assert "sources[0].query.wheres" in repository.error()


def test_an_offline_config_may_change(repository):
    repository.edit(FEATURES, "online=True", "online=False")
    repository.compile()
    repository.edit(FEATURES, "Operation.SUM", "Operation.MAX")
    assert repository.compile()[0].changed


def test_command_line(repository, monkeypatch):
    done = run(
        "run.py",
        "--mode=compile",
        "--conf",
        FEATURES,
        "--feature-display",
        "--table-display",
        cwd=repository.root,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith(
        "Output columns of bootcamp.user_purchase_features.v1: purchase_price_sum_1d,"
    )
    assert json.loads(lines[2])["upload"] == ["bootcamp_features.user_purchase_features_upload"]
    assert lines[-1] == f"Successfully wrote 1 GroupBy objects to {repository.root}/production"
    done = run(
        "run.py",
        "--mode=compile",
        "--conf=staging_queries",
        "--output_root=out",
        cwd=repository.root,
    )
    assert done.stdout == f"Successfully wrote 1 StagingQuery objects to {repository.root}/out\n"
    assert (
        repository.root / "out/.gnomon/staging_queries/bootcamp/purchases_from_s3.v1.json"
    ).exists()
    done = run("run.py", "--mode=compile", f"--conf={repository.conf_path()}", cwd=repository.root)
    assert done.returncode == 0 and "up to date" in done.stdout


def test_a_folder_compiles_what_it_can(repository):
    repository.write("group_bys/bootcamp/broken.py", "v1 = nothing\n")
    done = run("run.py", "--mode=compile", "--conf=group_bys", cwd=repository.root)
    assert done.returncode == 2
    assert "NameError" in done.stderr and "Successfully wrote 1 GroupBy" in done.stdout


def test_an_unused_group_by_is_skipped_with_a_word(repository):
    repository.edit(FEATURES, "online=True,", "")
    repository.edit(FEATURES, 'backfill_start_date="2023-12-01",', "")
    done = run("run.py", "--mode=compile", f"--conf={FEATURES}", cwd=repository.root)
    assert (done.returncode, done.stdout) == (0, "")
    assert "warning: skipped, neither online" in done.stderr and not repository.conf_path().exists()
    done = run(
        "run.py", "--mode=compile", f"--conf={FEATURES}", "--force-overwrite", cwd=repository.root
    )
    assert done.returncode == 0 and repository.conf_path().exists()


@pytest.mark.parametrize("table", ["tmpv", "TMPV"])
def test_a_temporary_view_of_the_setups_is_no_source(repository, table):
    """It was looked up in the catalog, as default.tmpv."""
    repository.write(
        "group_bys/bootcamp/of_view.py",
        f"""from ai.chronon.api.ttypes import EventSource
from ai.chronon.group_by import Aggregation, GroupBy, Operation
from ai.chronon.query import Query, select

v1 = GroupBy(
    sources=[EventSource(
        table="{table}",
        query=Query(
            setups=["CREATE TEMPORARY VIEW tmpv AS SELECT * FROM bootcamp.t"],
            selects=select("user_id", "price"), time_column="ts"))],
    keys=["user_id"], aggregations=[Aggregation("price", Operation.SUM)],
    backfill_start_date="2023-12-01", output_namespace="t")
""",
    )
    error = repository.error("group_bys/bootcamp/of_view.py")
    assert f"the source {table} is a temporary view of the setups" in error
    assert "group_bys/bootcamp/of_view.py:7 v1" in error
    assert f"CREATE OR REPLACE VIEW <namespace>.{table} AS" in error
