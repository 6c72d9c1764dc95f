# SPDX-License-Identifier: Apache-2.0
# Compiling Joins: names and tables under both rules, what a Join brings along and what holds it, the
# rules of a repository, and what a side file knows of what a Join embeds.
import json

import pytest
from compile_support import FEATURES, STAGING, Repository, run

from gnomon.refresh import refresh_compiled

JOIN = "joins/bootcamp/training_set.py"
JOIN_TEXT = """from ai.chronon.join import Derivation, Join, JoinPart
from ai.chronon.query import Query, select
from ai.chronon.staging_query import StagingQueryEventSource
from group_bys.bootcamp.user_purchase_features import v1 as features
from staging_queries.bootcamp.purchases_from_s3 import v1 as purchases

PREFIX = "bootcamp_user_purchase_features_v1_purchase_price"

v1 = Join(
    left=StagingQueryEventSource(
        purchases,
        Query(
            selects=select("user_id"),
            wheres=["purchase_price > 10"],
            setups=["CREATE TEMPORARY VIEW big AS SELECT * FROM bootcamp.purchases"],
            time_column="ts",
        ),
    ),
    right_parts=[JoinPart(group_by=features)],
    row_ids=["user_id"],
    derivations=[
        Derivation("*", "*"),
        Derivation("mean_7d", f"{PREFIX}_sum_7d / {PREFIX}_count_7d"),
    ],
)
"""
CHILD = "group_bys/bootcamp/of_training_set.py"
CHILD_TEXT = """from ai.chronon.api.ttypes import JoinSource, Source
from ai.chronon.group_by import Accuracy, Aggregation, GroupBy, Operation
from ai.chronon.query import Query, select
from joins.bootcamp.training_set import v1 as training_set

v1 = GroupBy(
    sources=Source(
        joinSource=JoinSource(
            join=training_set,
            query=Query(selects=select("user_id", "mean_7d"), time_column="ts"),
        )
    ),
    keys=["user_id"],
    aggregations=[Aggregation(input_column="mean_7d", operation=Operation.MAX)],
    accuracy=Accuracy.TEMPORAL,
    online=True,
)
"""


@pytest.fixture
def repository(tmp_path):
    made = Repository(tmp_path)
    made.write("joins/__init__.py", "")
    made.write("joins/bootcamp/__init__.py", "")
    made.write(JOIN, JOIN_TEXT)
    return made


def with_child(repository):
    repository.edit(JOIN, "    left=StagingQuery", "    left=with_topic(StagingQuery")
    repository.edit(JOIN, '            time_column="ts",\n        ),\n    ),', TOPIC_END)
    repository.edit(JOIN, "v1 = Join(", TOPIC)
    repository.write(CHILD, CHILD_TEXT)


TOPIC_END = '            time_column="ts",\n        ),\n    )),'
TOPIC = """def with_topic(source):
    source.events.topic = "purchases"
    return source


v1 = Join("""


def conf_of(repository, name="training_set.v1", conf_type="joins"):
    return json.loads(repository.conf_path(conf_type, name).read_text())


def test_a_join_under_the_documented_rule(repository):
    compiled = repository.compile(JOIN)[0]
    assert compiled.output_table == "bootcamp.training_set"
    conf = conf_of(repository)
    meta = conf["metaData"]
    assert (meta["name"], meta["team"]) == ("bootcamp.training_set.v1", "bootcamp")
    assert meta["customJson"].endswith('"join_part_tags": {}, "gnomon_name": "training_set"}')
    # Sources read what the staging query really writes; parts keep Chronon's names.
    assert conf["left"]["events"]["table"] == "bootcamp.purchases_from_s3"
    part = conf["joinParts"][0]["groupBy"]
    assert part["metaData"]["name"] == "bootcamp.user_purchase_features.v1"
    assert "gnomon_name" not in part["metaData"]["customJson"]
    assert part["sources"][0]["events"]["table"] == "bootcamp.purchases_from_s3"
    features = conf_of(repository, "user_purchase_features.v1", "group_bys")
    assert '"gnomon_name": "user_purchase_features"' in features["metaData"]["customJson"]


def test_a_join_under_chronons_rule(tmp_path, repository):
    repository.write(
        "teams.json", json.dumps({"bootcamp": {"namespace": "bootcamp", "naming": "chronon"}})
    )
    assert repository.compile(JOIN)[0].output_table == "bootcamp.bootcamp_training_set_v1"
    table = "bootcamp.bootcamp_purchases_from_s3_v1"
    conf = conf_of(repository)
    assert conf["left"]["events"]["table"] == table
    assert [json.loads(one)["spec"] for one in conf["metaData"]["dependencies"]] == [
        f"{table}/ds={{{{ ds }}}}"
    ]
    assert "gnomon_name" not in json.dumps(conf)


def test_the_side_file_of_a_join(repository):
    repository.compile(STAGING)
    repository.compile(JOIN)
    side = repository.side("joins", "training_set.v1")
    assert side["dependencies"] == [{"table": "bootcamp.purchases_from_s3", "conf": STAGING}]
    expressions = side["expressions"]
    assert list(expressions) == [
        "left.events.query.selects.user_id",
        "left.events.query.selects.ts",
        "left.events.query.wheres[0]",
        "left.events.query.timeColumn",
        "joinParts[0].groupBy.sources[0].events.query.selects.user_id",
        "joinParts[0].groupBy.sources[0].events.query.selects.purchase_price",
        "joinParts[0].groupBy.sources[0].events.query.timeColumn",
        "derivations[1].expression",
    ]
    assert expressions["derivations[1].expression"]["name"] == "divide"
    assert [one["kind"] for one in side["setups"]] == ["create_view"]
    lines = side["lines"]
    assert lines["left.events.query.wheres[0]"] == repository.line_of(JOIN, "wheres=")
    assert lines["left.events.table"] == repository.line_of(JOIN, "        purchases,")
    assert lines["joinParts[0]"] == repository.line_of(JOIN, "right_parts=")
    assert lines["derivations[1].expression"] == repository.line_of(JOIN, '"mean_7d"')
    embedded = side["embedded"]["joinParts[0].groupBy"]
    assert (embedded["source_file"], embedded["lines"][""]) == (
        FEATURES,
        repository.line_of(FEATURES, "v1 = GroupBy("),
    )


def test_the_side_file_from_the_json_alone(repository):
    repository.compile(STAGING)
    repository.compile(JOIN)
    before = repository.side("joins", "training_set.v1")
    (repository.root / JOIN).unlink()
    side_path = repository.root / "production/.gnomon/joins/bootcamp/training_set.v1.json"
    side_path.unlink()
    refresh_compiled(str(repository.root), str(repository.conf_path("joins", "training_set.v1")))
    side = repository.side("joins", "training_set.v1")
    assert (side["source_file"], side["lines"]) == ("", {})
    for key in ("expressions", "setups", "dependencies", "conf_hash", "embedded"):
        assert side[key] == before[key], key


def test_refused_sql_in_a_part_is_told_where_the_part_is_defined(repository):
    repository.edit(FEATURES, '"purchase_price"),', '"purchase_price", x="no_such_function(1)"),')
    error = repository.error(JOIN)
    line = repository.line_of(FEATURES, "no_such_function")
    assert f"{FEATURES}:{line} v1.sources[0].events.query.selects.x" in error
    assert not (repository.root / "production").exists()


def test_a_rule_of_a_part_is_told_where_the_part_is_defined(repository):
    repository.edit(FEATURES, 'backfill_start_date="2023-12-01"', 'backfill_start_date="2023"')
    error = repository.error(JOIN)
    line = repository.line_of(FEATURES, "backfill_start_date")
    assert f"{FEATURES}:{line} v1.backfillStartDate - write YYYY-MM-DD" in error


@pytest.mark.parametrize(
    ("old", "new", "field", "message"),
    [
        ('Derivation("mean_7d"', 'Derivation("user_id"', None, None),  # A key may be replaced.
        (
            'f"{PREFIX}_sum_7d / {PREFIX}_count_7d"',
            'f"{PREFIX}_summ_7d"',
            "derivations[1].expression",
            "did you mean 'bootcamp_user_purchase_features_v1_purchase_price_sum_7d'?",
        ),
        (
            'Derivation("mean_7d"',
            'Derivation(f"{PREFIX}_sum_1d"',
            "derivations[1].name",
            "choose another name",
        ),
        (
            'row_ids=["user_id"],',
            'deprecation_date="soon",',
            "metaData.deprecationDate",
            "write YYYY-MM-DD",
        ),
    ],
)
def test_rules_of_a_join(repository, old, new, field, message):
    repository.edit(JOIN, old, new)
    if field is None:
        assert repository.compile(JOIN)
        return
    error = repository.error(JOIN)
    assert f"v1.{field} - " in error and error.endswith(message)


def test_a_group_by_inside_a_join_file(repository):
    repository.edit(
        JOIN,
        "JoinPart(group_by=features)",
        """JoinPart(
            group_by=GroupBy(
                sources=StagingQueryEventSource(
                    purchases, Query(selects=select("user_id"), time_column="ts")
                ),
                keys=["user_id"],
                aggregations=[Aggregation(input_column="user_id", operation=Operation.COUNT)],
                name="bootcamp.inline_counts",
                backfill_start_date="2023-12-01",
            )
        )""",
    )
    repository.edit(
        JOIN,
        "from ai.chronon.join",
        "from ai.chronon.group_by import Aggregation, GroupBy, Operation\nfrom ai.chronon.join",
    )
    repository.edit(JOIN, "derivations=[", "derivations=[] and [")
    repository.compile(JOIN)
    conf = conf_of(repository, "inline_counts", "group_bys")
    assert conf["metaData"]["name"] == "bootcamp.inline_counts"
    assert conf["metaData"]["outputNamespace"] == "bootcamp"
    assert conf["sources"][0]["events"]["table"] == "bootcamp.purchases_from_s3"
    side = repository.side("group_bys", "inline_counts")
    assert side["source_file"] == JOIN
    assert side["lines"][""] == repository.line_of(JOIN, "group_by=GroupBy(")
    assert side["lines"]["aggregations[0]"] == repository.line_of(JOIN, "aggregations=[Aggr")
    assert "sources[0].events.query.selects.user_id" in side["expressions"]
    path = repository.conf_path("group_bys", "inline_counts")
    refresh_compiled(str(repository.root), str(path))
    assert repository.side("group_bys", "inline_counts") == side
    repository.edit(JOIN, 'name="bootcamp.inline_counts"', 'name="inline_counts"')
    line = repository.line_of(JOIN, 'name="inline_counts"')
    assert repository.error(JOIN) == (
        f"the GroupBy's name has no team: inline_counts: {JOIN}:{line} inline_counts.metaData.name"
        " - write name='bootcamp.inline_counts'"
    )
    repository.edit(JOIN, 'name="inline_counts"', 'name="bootcmp.inline_counts"')
    assert "team 'bootcmp' is not in teams.json" in repository.error(JOIN)


def test_templates(repository):
    repository.edit(
        JOIN,
        '    row_ids=["user_id"],\n',
        """    row_ids=["user_id"],
    online=True,
    sample_percent=10.0,
    bootstrap_from_log=True,
    label_part=LabelPart([JoinPart(group_by=label)], 1, 1),
""",
    )
    repository.edit(JOIN, "import Derivation, Join, JoinPart", "import Derivation, Join, JoinPart, LabelPart")
    repository.edit(JOIN, "PREFIX =", LABEL + "PREFIX =")
    repository.compile(JOIN)
    conf = conf_of(repository)
    table = "bootcamp.training_set"
    assert conf["bootstrapParts"] == [{"table": f"{table}_logged"}]
    specs = [json.loads(one)["spec"] for one in conf["metaData"]["dependencies"]]
    assert specs[-1] == f"{table}_logged/ds={{{{ ds }}}}"
    last = json.loads(conf["labelPart"]["metaData"]["dependencies"][-1])
    assert last == {"name": f"wait_for_{table}", "spec": f"{table}/ds={{{{ ds }}}}"}
    assert "{{ logged_table }}" not in json.dumps(conf) and "{{ join_" not in json.dumps(conf)
    assert "labelPart.labels[0].groupBy.sources[0].events.query.timeColumn" in (
        repository.side("joins", "training_set.v1")["expressions"]
    )


LABEL = """from ai.chronon.group_by import Aggregation, GroupBy, Operation, TimeUnit, Window

label = GroupBy(
    sources=StagingQueryEventSource(
        purchases, Query(selects=select("user_id", "purchase_price"), time_column="ts")
    ),
    keys=["user_id"],
    aggregations=[
        Aggregation("purchase_price", Operation.SUM, [Window(1, TimeUnit.DAYS)]),
    ],
    name="bootcamp.label",
)
"""


def test_a_group_by_that_reads_a_join(repository):
    with_child(repository)
    repository.compile(STAGING)
    repository.compile(JOIN)
    repository.compile(CHILD)
    conf = conf_of(repository, "of_training_set.v1", "group_bys")
    parent = conf["sources"][0]["joinSource"]["join"]
    assert parent["metaData"]["name"] == "bootcamp.training_set.v1"
    assert parent["metaData"]["outputNamespace"] == "bootcamp"
    assert '"gnomon_name": "training_set"' in parent["metaData"]["customJson"]
    assert parent["left"]["events"]["table"] == "bootcamp.purchases_from_s3"
    specs = [json.loads(one)["spec"] for one in conf["metaData"]["dependencies"]]
    assert specs == ["bootcamp.training_set/ds={{ ds }}"]
    side = repository.side("group_bys", "of_training_set.v1")
    assert side["dependencies"] == [
        {"table": "bootcamp.purchases_from_s3", "conf": STAGING},
        {"table": "bootcamp.training_set", "conf": JOIN},
    ]
    inside = "sources[0].joinSource.join"
    assert list(side["expressions"])[0] == f"{inside}.left.events.query.selects.user_id"
    assert f"{inside}.derivations[1].expression" in side["expressions"]
    assert "sources[0].joinSource.query.selects.mean_7d" in side["expressions"]
    assert set(side["embedded"]) == {inside, f"{inside}.joinParts[0].groupBy"}
    assert len(side["setups"]) == 1


def test_what_holds_a_changed_config_is_compiled_with_it_by_force(repository):
    with_child(repository)
    for file in (STAGING, JOIN, CHILD):
        repository.compile(file)
    repository.edit(FEATURES, "length=7", "length=14")
    repository.edit(JOIN, "_7d /", "_14d /")
    repository.edit(JOIN, "_count_7d", "_count_14d")
    error = repository.error(FEATURES)
    assert "other configs hold bootcamp.user_purchase_features.v1 as it was before" in error
    assert f"({CHILD}, {JOIN})" in error and "--force-overwrite" in error
    before = conf_of(repository)
    repository.compile(FEATURES, force_overwrite=True)
    after = conf_of(repository)
    assert before != after
    windows = after["joinParts"][0]["groupBy"]["aggregations"][0]["windows"]
    assert [one["length"] for one in windows] == [1, 14]
    child = conf_of(repository, "of_training_set.v1", "group_bys")
    assert child["sources"][0]["joinSource"]["join"]["joinParts"] == after["joinParts"]
    assert not any(one.changed for one in repository.compile(FEATURES))
    # What only names or describes it leaves the others as they are.
    repository.edit(FEATURES, "online=True,", "online=True, description='new',")
    assert repository.compile(FEATURES)[0].changed


def test_a_changed_online_join_needs_force(repository):
    repository.edit(JOIN, "    row_ids=", "    online=True,\n    row_ids=")
    repository.compile(JOIN)
    repository.edit(JOIN, "online=True,", "online=True, description='x',")
    repository.compile(JOIN)
    repository.edit(JOIN, "purchase_price > 10", "purchase_price > 20")
    error = repository.error(JOIN)
    assert "would alter what an online config serves (left): joins/bootcamp" in error
    assert "--force-overwrite" in error
    assert repository.compile(JOIN, force_overwrite=True)[0].changed


def test_production_joins_make_their_group_bys_production(repository):
    repository.edit(JOIN, "    row_ids=", "    production=True,\n    row_ids=")
    repository.compile(JOIN)
    repository.compile(FEATURES)
    features = conf_of(repository, "user_purchase_features.v1", "group_bys")
    assert features["metaData"]["production"] == 1
    repository.edit(FEATURES, "online=True,", "online=True, production=False,")
    error = repository.error(FEATURES)
    assert "is not production but is part of the production join bootcamp.training_set.v1" in error
    line = repository.line_of(FEATURES, "production=False")
    assert f"{FEATURES}:{line} v1.metaData.production" in error


def test_a_production_join_needs_group_bys_of_production(repository):
    repository.edit(FEATURES, "online=True,", "online=True, production=False,")
    repository.compile(FEATURES)
    repository.edit(JOIN, "    row_ids=", "    production=True,\n    row_ids=")
    assert "the join is of production but its GroupBy" in repository.error(JOIN)


def test_a_group_by_of_an_online_join_stays_online(repository):
    repository.edit(JOIN, "    row_ids=", "    online=True,\n    row_ids=")
    repository.compile(JOIN)
    repository.edit(FEATURES, "online=True,", "online=False,")
    error = repository.error(FEATURES)
    assert "the GroupBy is not online but is part of the online join" in error


def test_deprecation_is_told_both_ways(repository, capsys):
    repository.edit(FEATURES, "online=True,", "online=True, deprecation_date='2024-06-01',")
    repository.compile(JOIN)
    warnings = capsys.readouterr().err
    assert "bootcamp.user_purchase_features.v1 is deprecated on 2024-06-01" in warnings
    repository.compile(FEATURES)
    assert "bootcamp.training_set.v1 uses a config that is deprecated" in capsys.readouterr().err
    repository.edit(JOIN, "    row_ids=", "    deprecation_date='2024-05-01',\n    row_ids=")
    repository.compile(JOIN)
    repository.compile(FEATURES)
    assert "deprecated" not in capsys.readouterr().err


def test_a_join_keeps_its_log_unless_told_otherwise(repository, capsys):
    repository.edit(JOIN, "    row_ids=", "    sample_percent=20.0,\n    row_ids=")
    repository.compile(JOIN)
    repository.edit(JOIN, "    sample_percent=20.0,\n", "")
    repository.compile(JOIN)
    assert conf_of(repository)["metaData"]["samplePercent"] == 20.0
    assert "sample_percent stays 20.0" in capsys.readouterr().err
    done = run("run.py", "--mode=compile", f"--conf={JOIN}", "--yes", cwd=repository.root)
    assert done.returncode == 0, done.stderr
    assert "samplePercent" not in conf_of(repository)["metaData"]


def test_environments_of_the_compiled_file_are_kept_on_request(repository):
    repository.edit(JOIN, "    row_ids=", "    env={'backfill': {'A': '1'}},\n    row_ids=")
    repository.edit(FEATURES, "online=True,", "online=True, env={'upload': {'B': '1'}},")
    repository.compile(JOIN)
    text = repository.conf_path("joins", "training_set.v1").read_text()
    repository.edit(JOIN, "'A': '1'", "'A': '2'")
    repository.edit(FEATURES, "'B': '1'", "'B': '2'")
    questions = []

    def no(question, default):
        questions.append((question, default))
        return False

    repository.compile(JOIN, ask=no)
    assert repository.conf_path("joins", "training_set.v1").read_text() == text
    assert len(questions) == 2 and all(default for _, default in questions)
    repository.compile(JOIN)
    conf = conf_of(repository)
    assert conf["metaData"]["modeToEnvMap"] == {"backfill": {"A": "2"}}
    part = conf["joinParts"][0]["groupBy"]["metaData"]
    assert part["modeToEnvMap"] == {"upload": {"B": "2"}}


def write_staging(repository, name, table):
    repository.write(
        f"staging_queries/bootcamp/{name}.py",
        "from ai.chronon.api.ttypes import StagingQuery\n"
        f"v1 = StagingQuery(query='SELECT * FROM {table}')\n",
    )
    return f"staging_queries/bootcamp/{name}.py"


def test_tables_in_a_circle_are_refused(repository):
    first = write_staging(repository, "first", "bootcamp.second")
    second = write_staging(repository, "second", "bootcamp.third")
    third = write_staging(repository, "third", "bootcamp.first")
    repository.compile(first)
    repository.compile(second)
    error = repository.error(third)
    assert error.startswith(
        "the config reads what it writes"
        " (bootcamp.third <- bootcamp.first <- bootcamp.second <- bootcamp.third)"
    )
    assert f": {third}:2 v1 - take one of these tables out" in error
    own = write_staging(repository, "own", "bootcamp.own")
    assert repository.compile(own)  # The days before.


def test_staging_queries_depend_on_what_their_sql_reads(repository):
    repository.compile(STAGING)
    file = write_staging(repository, "more", "bootcamp.purchases_from_s3")
    repository.compile(file)
    side = repository.side("staging_queries", "more.v1")
    assert side["dependencies"] == [{"table": "bootcamp.purchases_from_s3", "conf": STAGING}]


def test_all_configs_of_a_folder(repository):
    repository.write("joins/bootcamp/broken.py", "v1 = nothing\n")
    done = run("run.py", "--mode=compile", "--conf=joins", cwd=repository.root)
    assert done.returncode == 2
    assert "joins/bootcamp/broken.py:1" in done.stderr
    output = repository.root / "production"
    assert done.stdout.splitlines() == [
        f"Successfully wrote 1 Join objects to {output}",
        f"Successfully wrote 1 GroupBy objects to {output}",
    ]
    document = run("run.py", "--mode=compile", f"--conf={JOIN}", "--json", cwd=repository.root)
    compiled = json.loads(document.stdout)["compiled"]
    assert [one["type"] for one in compiled] == ["Join", "GroupBy"]
    assert compiled[0]["columns"][-1] == "mean_7d"
    assert compiled[0]["columns_by_kind"]["Key Columns"] == ["user_id"]
    assert compiled[0]["tables"]["join_parts"] == [
        "bootcamp.training_set_bootcamp_user_purchase_features_v1"
    ]


def test_the_join_of_another_team_keeps_its_own_namespace(repository):
    with_child(repository)
    teams = {"bootcamp": {"namespace": "bootcamp"}, "other": {"namespace": "theirs"}}
    repository.write("teams.json", json.dumps(teams))
    for folder in ("group_bys/other", "joins/other"):
        repository.write(f"{folder}/__init__.py", "")
    repository.write("group_bys/other/of_training_set.py", CHILD_TEXT)
    compiled = repository.compile("group_bys/other/of_training_set.py")[0]
    parent = compiled.conf.sources[0].joinSource.join.metaData
    assert (parent.outputNamespace, parent.team) == ("bootcamp", "bootcamp")
    specs = [json.loads(one)["spec"] for one in compiled.conf.metaData.dependencies]
    assert specs == ["bootcamp.training_set/ds={{ ds }}"]
    assert compiled.output_table == "theirs.of_training_set"
