"""What a run says when a table is missing that a GroupBy or a Join makes: the command really makes it."""
# SPDX-License-Identifier: Apache-2.0
import shutil

import pytest

from provoked import pasted
from repository import Repository

DAYS = ("--start-date=2023-12-05", "--end-date=2023-12-07")
HEAD = """from ai.chronon.api.ttypes import EntitySource, EventSource
from ai.chronon.group_by import Aggregation, GroupBy, Operation, TimeUnit, Window
from ai.chronon.join import Join, JoinPart
from ai.chronon.query import Query, select
"""
OF_A_GROUP_BY = HEAD + """
v1 = GroupBy(
    sources=[EntitySource(snapshotTable="bootcamp_features.user_purchase_features", query=Query(
        selects=select("user_id", week="user_purchase_features_purchase_price_sum_7d")))],
    keys=["user_id"], aggregations=None, backfill_start_date="2023-12-05", output_namespace="t")
"""
OF_A_JOIN = HEAD + """
v1 = GroupBy(
    sources=[EventSource(table="bootcamp_features.training_set", query=Query(
        selects=select("user_id", ratio="price_to_weekly_average"), time_column="ts"))],
    keys=["user_id"],
    aggregations=[Aggregation(input_column="ratio", operation=Operation.MAX, windows=[Window(1, TimeUnit.DAYS)])],
    backfill_start_date="2023-12-05", output_namespace="t")
"""
JOIN_OF_A_JOIN = HEAD + """
from group_bys.bootcamp.users import v1 as users

v1 = Join(
    left=EventSource(table="bootcamp_features.training_set", query=Query(
        selects=select("user_id"), start_partition="2023-12-05", time_column="ts")),
    right_parts=[JoinPart(group_by=users)], output_namespace="t")
"""
MAKERS = [
    ("group_bys/bootcamp/of_a_group_by.py", OF_A_GROUP_BY, "group_bys/bootcamp/user_purchase_features.py"),
    ("group_bys/bootcamp/of_a_join.py", OF_A_JOIN, "joins/bootcamp/training_set.py"),
    ("joins/bootcamp/of_a_join.py", JOIN_OF_A_JOIN, "joins/bootcamp/training_set.py"),
]


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """Staging tables, and every config compiled."""
    made = Repository.bootcamp(tmp_path_factory.mktemp("remedies") / "repo")
    made.staging()
    made.run("run.py", "--mode=staging-query-backfill", "--conf=staging_queries/bootcamp/users_from_s3.py",
             "--end-date=2023-12-07")
    for maker in ("group_bys/bootcamp/user_purchase_features.py", "joins/bootcamp/training_set.py"):
        made.run("compile.py", f"--conf={maker}")
    return made


@pytest.fixture
def repository(filled, tmp_path):
    """Of each test its own; Iceberg's metadata name the first folder, so that one is moved aside and back."""
    root, kept = filled.root, tmp_path / "kept"
    shutil.copytree(root, kept, symlinks=True)
    yield filled
    shutil.rmtree(root)
    shutil.move(kept, root)


@pytest.mark.parametrize("conf,text,maker", MAKERS)
def test_the_table_of_another_config_is_made_by_the_command_that_is_told(repository, provoked, conf, text, maker):
    (repository.root / conf).write_text(text)
    command = ("run.py", "--mode=backfill", f"--conf={conf}", *DAYS)
    sentence = provoked(repository.run(*command, status=2), when=f"a table is missing that {maker.split('/')[0]} make")
    assert f"first run: run.py --mode=backfill --conf={maker} --end-date=2023-12-07" in sentence
    repository.run(*pasted(sentence))
    assert "3 days computed" in repository.run(*command).stderr


def test_days_that_a_join_lacks_are_made_by_the_command_that_is_told(repository, provoked):
    conf = "group_bys/bootcamp/of_a_join.py"
    (repository.root / conf).write_text(OF_A_JOIN)
    repository.run("run.py", "--mode=backfill", "--conf=joins/bootcamp/training_set.py", "--start-date=2023-12-06",
                   "--end-date=2023-12-07")
    command = ("run.py", "--mode=backfill", f"--conf={conf}", "--start-date=2023-12-05", "--end-date=2023-12-05")
    sentence = provoked(repository.run(*command, status=2), when="a join's table lacks the days that a GroupBy reads")
    assert "--mode=backfill --conf=joins/bootcamp/training_set.py --start-date=2023-12-05" in sentence
    assert sentence.endswith("--run-first-hole")
    repository.run(*pasted(sentence))
    assert "1 day computed" in repository.run(*command).stderr


def test_left_days_that_a_staging_query_makes_are_told_with_its_command(repository, provoked):
    command = ("run.py", "--mode=backfill", "--conf=joins/bootcamp/training_set.py", "--start-date=2023-12-08",
               "--end-date=2023-12-08")
    sentence = provoked(repository.run(*command, status=2), when="the left side of a join lacks the days")
    assert "run: run.py --mode=staging-query-backfill --conf=staging_queries/bootcamp/purchases_from_s3.py " \
        "--start-date=2023-12-08 --end-date=2023-12-08" in sentence
    pasted(sentence)


def test_the_command_names_the_repository_that_was_given(repository, tmp_path):
    conf = "group_bys/bootcamp/of_a_join.py"
    (repository.root / conf).write_text(OF_A_JOIN)
    command = ("run.py", f"--repo={repository.root}", "--mode=backfill", f"--conf={conf}", *DAYS)
    elsewhere = Repository(tmp_path)
    sentence = elsewhere.run(*command, status=2).stderr.strip()
    assert f"run.py --repo={repository.root} --mode=backfill --conf=joins/bootcamp/training_set.py" in sentence
    elsewhere.run(*pasted(sentence))
    elsewhere.run(*command)


def test_sql_names_the_join_that_makes_a_table(repository, provoked):
    sentence = provoked(repository.run("spark-sql", "-e", "SELECT * FROM bootcamp_features.training_set", status=2),
                        when="SQL reads a table that a join makes")
    assert "first run: run.py --mode=backfill --conf=joins/bootcamp/training_set.py" in sentence
