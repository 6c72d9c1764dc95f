# SPDX-License-Identifier: Apache-2.0
"""What is said about a Join that cannot be right, and about commands on Joins; compiling alone finds it."""
import pytest
from compile_support import FEATURES, Repository, run
from mishaps import configs_only
from provoked import pasted
from test_compile_joins import CHILD, JOIN, JOIN_TEXT, with_child


@pytest.fixture
def repository(tmp_path):
    made = Repository(tmp_path / "repo")
    made.write("joins/__init__.py", "")
    made.write("joins/bootcamp/__init__.py", "")
    made.write(JOIN, JOIN_TEXT)
    return made


def compile_join(repository, *flags, conf=JOIN):
    return run("compile.py", f"--conf={conf}", *flags, cwd=repository.root)


ROW_IDS = '    row_ids=["user_id"],\n'
RULES = [
    ("a JoinPart without a GroupBy", "group_by=features", "group_by=None", "give a GroupBy"),
    ("a key that the GroupBy does not have", "group_by=features",
     'group_by=features, key_mapping={"user_id": "usr_id"}', "did you mean 'user_id'?"),
    ("one GroupBy twice", "JoinPart(group_by=features)", "JoinPart(group_by=features)] * 2 + [",
     "give one of them a prefix"),
    ("a left side that selects ts", 'select("user_id")', 'select("user_id", ts="ts")', "time_column instead"),
    ("a left side without time", '            time_column="ts",\n', "", "set time_column in its Query"),
    ("a cumulative left side", '            time_column="ts",\n        ),\n    ),',
     '            time_column="ts",\n        ),\n        is_cumulative=True,\n    ),', "has each event once"),
    ("an argument that Join does not have", "right_parts=", "right_part=[], right_parts=", "'right_parts'?"),
    ("a skew key that no part has", ROW_IDS, '    skew_keys={"city": ["NULL"]},\n', "use one of: user_id"),
    ("a bootstrap table without keys", ROW_IDS, '    bootstrap_parts=[BootstrapPart(table="a.b")],\n',
     "set key_columns, or row_ids of the Join"),
    ("labels of two windows", ROW_IDS, "    label_part=LabelPart([JoinPart(features)], 7, 7),\n", "keep one of them"),
    ("a log of what is not served", ROW_IDS, "    bootstrap_from_log=True,\n", "sample_percent to more than 0"),
    ("a derivation of no column", "{PREFIX}_sum_7d / {PREFIX}_count_7d", "{PREFIX}_sum_8d", "did you mean"),
    ("a join of no day", ROW_IDS, '    deprecation_date="2024",\n', "write YYYY-MM-DD"),
]


@pytest.mark.parametrize(("when", "old", "new", "remedy"), RULES, ids=[one[0].replace(" ", "_") for one in RULES])
def test_rules_of_a_join(repository, provoked, when, old, new, remedy):
    repository.edit(JOIN, old, new)
    repository.edit(JOIN, "import Derivation,", "import BootstrapPart, Derivation, LabelPart,")
    sentence = provoked(compile_join(repository), when=when)
    assert remedy in sentence and f"{JOIN}:" in sentence
    assert not (repository.root / "production").exists()


def test_an_online_join_of_an_offline_group_by(repository, provoked):
    repository.edit(JOIN, ROW_IDS, "    online=True,\n")
    repository.edit(FEATURES, "    online=True,\n", "")
    sentence = provoked(compile_join(repository), when="an online Join with a GroupBy that is not online")
    assert "You must make all dependent GroupBys `online`" in sentence and f"{FEATURES}:" in sentence


def test_a_group_by_that_its_joins_hold_otherwise(repository, provoked):
    assert compile_join(repository).returncode == 0
    repository.edit(FEATURES, "length=7", "length=14")
    sentence = provoked(compile_join(repository, conf=FEATURES), when="a GroupBy changes that compiled Joins hold")
    assert JOIN in sentence and sentence.endswith(f"--conf={FEATURES} --force-overwrite")


def test_a_changed_online_join(repository, provoked):
    repository.edit(JOIN, ROW_IDS, "    online=True,\n")
    assert compile_join(repository).returncode == 0
    repository.edit(JOIN, "purchase_price > 10", "purchase_price > 20")
    assert "(left)" in provoked(compile_join(repository), when="an online Join changes")


def test_a_group_by_of_a_production_join(repository, provoked):
    repository.edit(JOIN, ROW_IDS, "    production=True,\n")
    assert compile_join(repository).returncode == 0
    repository.edit(FEATURES, "online=True,", "online=True, production=False,")
    assert "set production=True" in provoked(compile_join(repository, conf=FEATURES),
                                             when="a GroupBy leaves production, its Join does not")


def test_a_production_join_of_another_group_by(repository, provoked):
    repository.edit(FEATURES, "online=True,", "online=True, production=False,")
    repository.edit(JOIN, ROW_IDS, "    production=True,\n")
    assert "set production=True" in provoked(compile_join(repository),
                                             when="a Join of production with a GroupBy that is not")


def test_a_source_that_reads_a_join_without_a_topic(repository, provoked):
    with_child(repository)
    repository.edit(JOIN, '    source.events.topic = "purchases"\n', "")
    sentence = provoked(compile_join(repository, conf=CHILD), when="a source reads a Join that nothing streams into")
    assert "give the left source a topic" in sentence


def test_tables_in_a_circle(repository, provoked):
    for name, other in (("a", "b"), ("b", "a")):
        query = f"query='SELECT * FROM bootcamp.{other}'"
        text = f"from ai.chronon.api.ttypes import StagingQuery\nv1 = StagingQuery({query})\n"
        repository.write(f"staging_queries/bootcamp/{name}.py", text)
    assert compile_join(repository, conf="staging_queries/bootcamp/a.py").returncode == 0
    done = compile_join(repository, conf="staging_queries/bootcamp/b.py")
    sentence = provoked(done, when="two queries read one another")
    assert "bootcamp.b <- bootcamp.a <- bootcamp.b" in sentence


def test_a_compiled_file_in_another_folder(repository, provoked):
    assert compile_join(repository).returncode == 0
    path = repository.conf_path("group_bys", "x.v1")
    path.write_text(repository.conf_path("joins", "training_set.v1").read_text())
    done = run("run.py", "--conf=production/group_bys/bootcamp/x.v1", cwd=repository.root)
    assert "move it to joins/" in provoked(done, when="a compiled Join lies among GroupBys")


def test_flags_that_a_config_adds(repository, provoked):
    repository.edit(JOIN, ROW_IDS, '    additional_args=["--step-day=3"],\n')
    done = run("run.py", f"--conf={JOIN}", cwd=repository.root)
    assert "did you mean '--step-days'?" in provoked(done, when="additional_args has an unknown flag")


def test_a_mode_that_comes_later(repository, provoked):
    done = run("run.py", "--mode=log-flattener", f"--conf={JOIN}", cwd=repository.root)
    assert "log-flattener is not supported yet" in provoked(done, when="a mode that comes later")


def test_explore_needs_its_own_arguments(repository, provoked):
    done = run("explore.py", "price", "--handler-args", "output_file=x", cwd=repository.root)
    provoked(done, when="arguments of a handler for a plain word")
    done = run("explore.py", "_events_without_topics", "--handler-args", "file=x", cwd=repository.root)
    provoked(done, when="an unknown argument of a handler")


def test_commands_in_sentences_find_the_repository_that_was_given(repository, provoked):
    assert compile_join(repository).returncode == 0
    repository.edit(FEATURES, "length=7", "length=14")
    given = f"--repo={repository.root.name}"
    done = run("compile.py", given, f"--conf={FEATURES}", cwd=repository.root.parent)
    sentence = provoked(done, when="the same, from another folder")
    assert f"run: run.py {given} --mode=compile --conf={FEATURES}" in sentence
    program, *words = pasted(sentence)
    assert run(program, *words, cwd=repository.root.parent).returncode == 0


def test_commands_of_the_engine_find_the_repository_that_was_given(tmp_path, provoked):
    made = configs_only(tmp_path / "my shop")
    done = made.run("run.py", "--repo=../my shop", f"--conf={FEATURES}", "--end-date=2023-12-07", status=2)
    sentence = provoked(done, when="a source is not filled, from another folder")
    assert "run: run.py --repo='../my shop' --mode=staging-query-backfill" in sentence
