# SPDX-License-Identifier: Apache-2.0
"""`gnomon functions`: the table of Spark's functions is complete, and that of the evaluator."""

import json
import sys

import pytest
from repository import PROJECT, Repository

FILE = PROJECT / "src/expr/spark_functions.inc"


def test_the_list_is_that_of_the_translator():
    """Else: tools/spark_answers/function_names.py --keep-names."""
    sys.path.insert(0, str(PROJECT / "tools/spark_answers"))
    import function_names

    written = "\n".join(function_names.lines(function_names.kept_kinds())) + "\n"
    assert written == FILE.read_text("utf-8")


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    return Repository.empty(tmp_path_factory.mktemp("functions") / "repository")


def functions(repository, *arguments):
    done = repository.run("gnomon", "functions", *arguments, "--json")
    return {entry["name"]: entry for entry in json.loads(done.stdout)["functions"]}


def test_more_than_150_functions_are_proven(repository):
    table = functions(repository)
    assert len(table) == len(FILE.read_text("utf-8").split("SPARK_NAME(")) - 1
    rows = [entry for entry in table.values() if entry["proven"] and entry["kind"] == "of a row"]
    assert len(rows) >= 150
    assert table["date_trunc"]["signatures"] == ["('constant', string | date | timestamp | timestamp_ntz)"]


def test_what_is_refused_has_a_reason(repository):
    refused = functions(repository, "--refused")
    assert "reflect" in refused and "abs" not in refused
    assert all(entry["about"].startswith("refused: ") for entry in refused.values())


def test_one_function_and_its_types(repository):
    done = repository.run("gnomon", "functions", "instr")
    assert "instr(text, part)" in done.stdout and "  instr(" in done.stdout


def test_a_mistyped_name(repository, provoked):
    done = repository.run("gnomon", "functions", "date_trnc", status=None)
    assert done.returncode != 0
    provoked(done, when="a function that Spark does not have")
    assert "date_trunc" in done.stderr
