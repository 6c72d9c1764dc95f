# SPDX-License-Identifier: Apache-2.0
# Every mistake ends in one sentence: what failed, file:line and field, and what to do. Nothing is
# written then.
import pytest
from compile_support import FEATURES, STAGING, Repository, run


@pytest.fixture
def repository(tmp_path):
    return Repository(tmp_path)


def check(repository, *parts, relative=FEATURES):
    error = repository.error(relative)
    for part in parts:
        assert part in error, error
    assert not repository.conf_path().exists()


def at(repository, text, relative=FEATURES):
    return f"{relative}:{repository.line_of(relative, text)}"


def test_unknown_team(repository):
    repository.write("teams.json", '{"bootcmp": {"namespace": "x"}, "default": {}}')
    check(repository, f"team 'bootcamp' is not in teams.json: {FEATURES} - did you mean 'bootcmp'?")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "teams.json is not JSON"),
        ("[]", "must map names of teams"),
        (None, "teams.json is missing"),
    ],
)
def test_bad_teams_file(repository, text, message):
    if text is None:
        (repository.root / "teams.json").unlink()
    else:
        repository.write("teams.json", text)
    check(repository, message)


def test_unknown_naming_rule(repository):
    repository.write("teams.json", '{"bootcamp": {"naming": "mine"}}')
    check(repository, "unknown naming 'mine' of team 'bootcamp'", "use documented or chronon")


def test_missing_package_marks(repository):
    (repository.root / "group_bys/bootcamp/__init__.py").unlink()
    path = repository.root / "group_bys/bootcamp/__init__.py"
    check(repository, "the folder group_bys/bootcamp is not a Python package", f"run: touch {path}")


def test_failing_import(repository):
    repository.edit(FEATURES, "purchases_from_s3 import", "purchase_from_s3 import")
    check(
        repository,
        "No module named 'staging_queries.bootcamp.purchase_from_s3'",
        at(repository, "purchase_from_s3 import"),
        "did you mean 'staging_queries.bootcamp.purchases_from_s3'",
    )


def test_failing_import_of_a_name(repository):
    repository.edit(FEATURES, "import v1 as", "import v9 as")
    check(repository, "cannot import name 'v9'", at(repository, "import v9 as"), "use one of: v1")


def test_error_inside_an_imported_file(repository):
    repository.edit(STAGING, "StagingQuery(\n", "StagingQuery(\n    querry='x',\n")
    check(
        repository,
        "StagingQuery has no argument 'querry'",
        at(repository, "StagingQuery(", STAGING) + " v1",
        "did you mean 'query'?",
    )


def test_syntax_error(repository):
    repository.edit(FEATURES, "sources=[source],", "sources=[source,")
    check(repository, "not valid Python", f"{FEATURES}:")


def test_failing_python(repository):
    repository.edit(FEATURES, "keys=[", "keys=1/0 or [")
    check(repository, "ZeroDivisionError: division by zero", FEATURES)


def test_validation_error_names_the_fields_line(repository):
    repository.edit(FEATURES, "length=7", "length=0")
    check(
        repository,
        "a window's length must be a positive whole number: 0",
        at(repository, "length=0") + " v1.aggregations[0].windows[1] - ",
    )


def test_hours_with_a_backfill(repository):
    repository.edit(
        FEATURES, "length=1, timeUnit=TimeUnit.DAYS", "length=6, timeUnit=TimeUnit.HOURS"
    )
    check(
        repository,
        "windows in hours do not go with backfill_start_date",
        at(repository, "HOURS") + " v1.aggregations[0].windows[0] - use TimeUnit.DAYS",
    )


def test_input_column_not_selected(repository):
    repository.edit(
        FEATURES,
        'input_column="purchase_price", operation=Operation.COUNT',
        'input_column="purchase_prise", operation=Operation.COUNT',
    )
    check(
        repository,
        "column 'purchase_prise' is not selected",
        at(repository, "purchase_prise") + " v1 - ",
        "did you mean 'purchase_price'?",
    )


def test_unknown_keyword_of_a_function(repository):
    repository.edit(FEATURES, "time_column=", "time_colum=")
    check(repository, "Query has no argument 'time_colum'", FEATURES, "did you mean 'time_column'?")


def test_unknown_keyword_of_group_by(repository):
    repository.edit(FEATURES, "output_namespace=", "output_namespce=")
    check(
        repository,
        "GroupBy has no argument 'output_namespce'",
        at(repository, "v1 = GroupBy("),
        "did you mean 'output_namespace'?",
    )


def test_wrong_type_of_a_field(repository):
    repository.edit(FEATURES, 'time_column="ts"', 'time_column="ts", wheres="a > 1"')
    check(
        repository,
        "wheres must be a list",
        at(repository, "wheres=") + " v1.sources[0].events.query.wheres",
        "write ['a > 1']",
    )


def test_refused_sql_in_a_select(repository):
    repository.edit(FEATURES, '"purchase_price"),', '"purchase_price", x="no_such_function(1)"),')
    check(
        repository,
        "no_such_function",
        at(repository, "no_such_function"),
        "v1.sources[0].events.query.selects.x - ",
    )


def test_refused_sql_in_a_query_names_the_line_of_the_text(repository):
    repository.edit(STAGING, "        ts,\n", "        no_such_function(ts) AS ts,\n")
    check(
        repository,
        "no_such_function",
        at(repository, "no_such_function", STAGING) + " v1.query",
        relative=STAGING,
    )
    assert not (repository.root / "production").exists()


def test_no_namespace(repository):
    repository.write("teams.json", '{"bootcamp": {}}')
    repository.edit(FEATURES, 'output_namespace="bootcamp_features",', "")
    check(repository, "no output namespace", "set output_namespace")


def test_no_object(repository):
    repository.edit(FEATURES, "v1 = GroupBy(", "print(")
    repository.write(FEATURES, "x = 1\n")
    check(repository, f"the file defines no GroupBy: {FEATURES} - assign one")


def test_wrong_variable(repository):
    assert "no GroupBy named 'v2'" in repository.error(f"{FEATURES}:v2")


def test_wrong_places(repository, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "x.py"
    outside.write_text("")
    repository.write("other/team/x.py", "")
    repository.write("group_bys/x.py", "")
    assert "is in no folder of configs" in repository.error("other/team/x.py")
    assert "is in no team's folder" in repository.error("group_bys/x.py")
    assert "is outside the repository" in repository.error(str(outside))
    assert "did you mean 'group_bys/bootcamp/user_purchase_features.py'?" in repository.error(
        FEATURES.replace("user_", "usr_")
    )


def test_two_configs_with_one_table(repository):
    repository.compile()
    text = (repository.root / FEATURES).read_text()
    other = "group_bys/bootcamp/other.py"
    repository.write(
        other, text.replace("online=True", 'online=True, name="user_purchase_features"')
    )
    error = repository.error(other)
    assert "two configs write the table bootcamp_features.user_purchase_features" in error
    assert FEATURES in error and other in error
    (repository.root / FEATURES).unlink()
    assert repository.compile(other)


def test_two_objects_of_a_file_with_one_table(repository):
    text = (
        (repository.root / FEATURES).read_text().replace("online=True", 'online=True, name="same"')
    )
    repository.write(FEATURES, text + "v2 = v1\n")
    check(repository, "two configs write the table bootcamp_features.same", "v2", "the other is")


def test_a_renamed_variable_is_no_second_config(repository):
    repository.edit(FEATURES, "online=True", 'online=True, name="same"')
    repository.compile()
    repository.edit(FEATURES, "v1 = GroupBy", "v2 = GroupBy")
    assert [c.name for c in repository.compile()] == ["bootcamp.user_purchase_features.v2"]


@pytest.mark.parametrize(
    ("argument", "parts"),
    [
        (
            "derivations=[Derivation('x', 'purchase_price_sum_2d')]",
            ["reads 'purchase_price_sum_2d'", "derivations[0]"],
        ),
        (
            "derivations=[Derivation('*', '*'), Derivation('purchase_price_sum_1d', 'ds')]",
            ["already an output column"],
        ),
        ("deprecation_date='soon'", ["deprecation_date is not a date: soon"]),
    ],
)
def test_rules_of_the_repository(repository, argument, parts):
    repository.edit(FEATURES, "online=True,", f"online=True,\n    {argument},")
    repository.edit(FEATURES, "Aggregation, GroupBy", "Aggregation, Derivation, GroupBy")
    check(repository, f"{FEATURES}:{repository.line_of(FEATURES, argument)} v1.", *parts)


def test_bad_start_of_a_backfill(repository):
    repository.edit(FEATURES, '"2023-12-01"', '"2023-13-01"')
    check(repository, "backfillStartDate is not a date: 2023-13-01", at(repository, "2023-13-01"))


def test_a_view_with_a_range(repository):
    repository.edit(STAGING, "startPartition=", "createView=True,\n    startPartition=")
    check(
        repository,
        "a view cannot use",
        at(repository, "query=", STAGING) + " v1.query",
        relative=STAGING,
    )


def test_a_part_of_the_api_that_is_not_there(repository):
    repository.write(FEATURES, "from ai.chronon.lineages import Joyn\n")
    check(repository, "an import failed", f"{FEATURES}:1", "does not have that part")


def test_structs_made_without_the_helpers_are_checked_too(repository):
    repository.write(
        FEATURES, "from ai.chronon.api.ttypes import GroupBy\nv1 = GroupBy(keyColumns=['a'])\n"
    )
    check(repository, "a GroupBy needs sources", f"{FEATURES}:2 v1.sources")
    repository.write(
        FEATURES,
        "from ai.chronon.api.ttypes import *\n"
        "v1 = GroupBy(keyColumns=['a'], sources=[Source(events=EventSource('t'))])\n",
    )
    check(repository, "the source has no query", f"{FEATURES}:2 v1.sources[0]")


def test_a_mistake_found_in_a_function_is_told_where_the_config_is_made(repository):
    repository.write(
        FEATURES,
        "from ai.chronon.group_by import GroupBy\n"
        "def make(keys):\n    return GroupBy(sources=[], keys=keys, aggregations=None)\n\nv1 = make([])\n",
    )
    check(repository, f"{FEATURES}:5 v1.")


DAMAGED = [
    ("", "is not a compiled config"),
    ("[]", "is not a compiled config"),
    ('{"metaData": {}}', "is not a compiled config"),
    ('{"metaData": {"name": 5}}', "name must be a string"),
    ('{"metaData": {"name": "a.b.c"}, "sources": []}', "needs sources"),
    ('{"metaData": {"name": "a.b.c"}, "query": null}', "needs sources"),
    ('{"metaData": {"name": "a.b.c"}, "query": 7}', "query must be a string"),
    ('{"metaData": {"name": "a.b.c"}, "sources": [{}]}', "holds 0 of its members"),
    ('{"metaData": {"name": "a.b.c"}, "sources": ["x"]}', "sources[0] must be an object"),
    ('{"metaData": {"name": "a.b.c"}, "sources": [{"joinSource": {}}]}', "join is incomplete"),
    ('{"metaData": {"name": "a.b.c", "customJson": "[]"}, "query": "x"}', "customJson is not"),
    ('{"metaData": {"name": "a.b.c"}, "joinParts": []}', "a Join needs a left side"),
    ('{"metaData": {"name": "a.b.c"}, "left": {}, "joinParts": []}', "0 of its members"),
    (
        '{"metaData": {"name": "a.b.c"}, "left": {"events": {"table": "t"}}, "joinParts": [{}]}',
        "the part has no GroupBy: production/joins/bootcamp/x.v1 joinParts[0].groupBy",
    ),
]


@pytest.mark.parametrize(("text", "message"), DAMAGED)
def test_damaged_compiled_files(repository, text, message):
    is_query = '"query"' in text and '"query": null' not in text
    folder = "staging_queries" if is_query else "group_bys"
    path = f"production/{'joins' if 'joinParts' in text else folder}/bootcamp/x.v1"
    repository.write(path, text)
    done = run("run.py", f"--conf={path}", cwd=repository.root)
    assert done.returncode == 2 and done.stderr.startswith("error: ") and message in done.stderr
    assert path in done.stderr and done.stderr.count("\n") == 1


def test_errors_of_programs_are_one_line_and_exit_with_2(repository):
    repository.edit(FEATURES, "length=7", "length=-7")
    done = run("run.py", "--mode=compile", f"--conf={FEATURES}", cwd=repository.root)
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith("error: a window's length") and done.stderr.count("\n") == 1
