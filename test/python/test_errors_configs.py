"""What the compiler says to a wrong config, through run.py: the first errors that a user meets, each at its line."""
# SPDX-License-Identifier: Apache-2.0
import sys

import pytest

from mishaps import GROUP_BY, STAGING, configs_only, edited, line_of, paste, written

WINDOW = "Window(length=7, timeUnit=TimeUnit.DAYS),"


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    return configs_only(tmp_path_factory.mktemp("configs") / "repo")


def compiled(repository, path=GROUP_BY, status=2):
    return repository.run("run.py", "--mode=compile", f"--conf={path}", status=status)


# when, file, edits, a piece of the line that is named, words of the sentence
WRONG = [
    ("a name in Python is misspelled", GROUP_BY, ["windows=window_sizes", "windows=window_size"],
     "windows=window_size,", "NameError: name 'window_size' is not defined"),
    ("a bracket is not closed", GROUP_BY, ['keys=["user_id"],', 'keys=["user_id",'], 'keys=["user_id",',
     "not valid Python"),
    ("an argument of GroupBy is misspelled", GROUP_BY, ["output_namespace=", "output_namespce="], "v1 = GroupBy(",
     "did you mean 'output_namespace'?"),
    ("an argument of Query is misspelled", GROUP_BY, ["time_column=", "time_colum="], "query=Query(",
     "did you mean 'time_column'?"),
    ("an argument of StagingQuery is misspelled", STAGING, ["startPartition=", "startPartiton="], "v1 = StagingQuery(",
     "did you mean 'startPartition'?"),
    ("an unknown operation", GROUP_BY, ["Operation.COUNT", "Operation.CUONT"], "Operation.CUONT",
     "did you mean 'COUNT'?"),
    ("an unknown unit of a window", GROUP_BY, ["length=7, timeUnit=TimeUnit.DAYS", "length=7, timeUnit=TimeUnit.WEEKS"],
     "TimeUnit.WEEKS", "DAYS"),
    ("a window without a unit", GROUP_BY, ["length=7, timeUnit=TimeUnit.DAYS", "length=7"], "Window(length=7)",
     "a window has no unit"),
    ("a window of no length", GROUP_BY, ["length=7", "length=0"], "length=0", "must be a positive whole number: 0"),
    ("a window in hours", GROUP_BY, ["length=7, timeUnit=TimeUnit.DAYS", "length=7, timeUnit=TimeUnit.HOURS"],
     "TimeUnit.HOURS", "windows in hours do not go with backfill_start_date"),
    ("a k beyond all bounds", GROUP_BY, ["Operation.COUNT", "Operation.LAST_K(10_000_000)"], "Operation.LAST_K",
     "k of LAST_K must be a whole number of 1 to 1000000: 10000000"),
    ("keys that are no list", GROUP_BY, ['keys=["user_id"]', 'keys="user_id"'], "keys=", "write keys=['user_id']"),
    ("a source without a time column", GROUP_BY, ['        time_column="ts",\n', ""], "query=Query(",
     "set time_column in its Query"),
    ("an input column that is not selected", GROUP_BY,
     ['input_column="purchase_price",\n            operation=Operation.COUNT',
      'input_column="purchase_prise",\n            operation=Operation.COUNT'], '"purchase_prise"',
     "did you mean 'purchase_price'?"),
    ("two aggregations of one name", GROUP_BY,
     ['        Aggregation(\n            input_column="purchase_price",\n            operation=Operation.COUNT',
      '        Aggregation(  # 2\n            input_column="purchase_price",\n            operation=Operation.SUM'],
     "# 2", "remove one of them"),
    ("a key named ds", GROUP_BY, ['keys=["user_id"]', 'keys=["user_id", "ds"]'], "keys=",
     "select it under another name"),
    ("a date that is none, in the config", GROUP_BY, ["2023-12-01", "2023-13-01"], "2023-13-01", "write YYYY-MM-DD"),
    ("a date that is none, in a staging query", STAGING, ['"2023-12-01"', '"12/01/2023"'], "12/01/2023",
     "write YYYY-MM-DD"),
    ("a function that gnomon lacks, in a select", GROUP_BY,
     ['"item_category")', '"item_category", x="sentences(user_id)")'],
     "sentences", "sentences"),
    ("a syntax error in a select", GROUP_BY, ['"item_category")', '"item_category", x="purchase_price +")'],
     "purchase_price +", "complete it"),
    ("a syntax error in a staging query", STAGING, ["FROM purchases_raw", "FORM purchases_raw"],
     "FORM purchases_raw", "did you mean FROM in place of FORM?"),
    ("an aggregate in a select", GROUP_BY, ['"item_category")', '"item_category", x="sum(purchase_price)")'],
     "sum(purchase_price)", "looks at many rows"),
    ("a staging query without text", STAGING, ['query="""\n        SELECT', 'query="" and """SELECT'], "query=",
     "write query='SELECT ...'"),
    ("a source that is no source", GROUP_BY, ["sources=[source]", "sources=[purchases_staging_query]"], "sources=",
     "a source of a GroupBy is StagingQuery"),
    ("a staging query's module in place of its variable", GROUP_BY, ["staging_query=purchases_staging_query",
     "staging_query='bootcamp.purchases_from_s3'"], "StagingQueryEventSource(", "import the variable"),
    ("an import of a file that is not there", GROUP_BY, ["purchases_from_s3 import", "purchase_from_s3 import"],
     "purchase_from_s3 import", "did you mean 'staging_queries.bootcamp.purchases_from_s3'?"),
    ("an import of a file that is not there at all", GROUP_BY, ["purchases_from_s3 import", "orders import"],
     "bootcamp.orders import", "create staging_queries/bootcamp/orders.py"),
    ("an import of a name that is not there", GROUP_BY, ["import v1 as", "import v9 as"], "import v9",
     "use one of: v1"),
    ("an import of a package that is not installed", GROUP_BY,
     ["from ai.chronon.query", "import tensorflow_nope\nfrom ai.chronon.query"], "import tensorflow_nope",
     "-m pip install tensorflow_nope"),
    ("a macro that does not exist", STAGING, ["{{ start_date }}", "{{ strat_date }}"], "{{ strat_date }}",
     "did you mean start_date?"),
    ("a macro that is not closed", STAGING, ["{{ start_date }}", "{{ start_date"], "{{ start_date", "is not closed"),
    ("a table of another provider", STAGING, ['"provider": "iceberg"', '"provider": "hive"'], '"provider"', "iceberg"),
    ("a misspelled property of the table", STAGING, ['"provider": "iceberg"', '"providers": "iceberg"'], '"providers"',
     "did you mean 'provider'?"),
    ("a misspelled provider", STAGING, ['"provider": "iceberg"', '"provider": "icberg"'], '"provider"', "iceberg"),
    ("a format of tables that gnomon does not write", STAGING, ['"format-version": "2"', '"format-version": "9"'],
     '"format-version"', "format-version"),
    ("a file format that gnomon does not write", STAGING, ['"write.format.default": "parquet"',
     '"write.format.default": "orc"'], '"write.format.default"', "parquet"),
]


@pytest.mark.parametrize("when, path, edits, piece, words", WRONG, ids=[case[0].replace(" ", "-") for case in WRONG])
def test_a_wrong_config(repository, provoked, when, path, edits, piece, words):
    with edited(repository, path, *edits):
        sentence = provoked(compiled(repository, path), when=when, hide={sys.executable: "python"})
        assert words in sentence
        assert f"{path}:{line_of(repository, path, piece)}" in sentence
    assert not (repository.root / "production").exists()


def test_a_missing_package_mark(repository, provoked):
    """The folder has no __init__.py"""
    with written(repository, **{"group_bys/bootcamp/__init__.py": None}):
        sentence = provoked(compiled(repository), when="a folder without __init__.py")
        assert f"{GROUP_BY} - run: touch " in sentence
        paste(repository, sentence)
        compiled(repository, status=0)


def test_configs_that_import_one_another(repository, provoked):
    other = "group_bys/bootcamp/other.py"
    texts = {other: f"from {GROUP_BY[:-3].replace('/', '.')} import v1 as theirs\n\nv1 = theirs\n"}
    with written(repository, **texts), edited(repository, GROUP_BY, "from ai.chronon.query",
                                              "from group_bys.bootcamp.other import v1 as o\nfrom ai.chronon.query"):
        sentence = provoked(compiled(repository), when="two files import one another")
        assert f"{other}:1 - " in sentence
        assert f"{GROUP_BY} -> {other} -> {GROUP_BY}" in sentence


def test_two_configs_with_one_table(repository, provoked):
    other = "group_bys/bootcamp/other.py"
    text = (repository.root / GROUP_BY).read_text()
    text = text.replace("online=True", 'online=True,\n    name="user_purchase_features"')
    with written(repository, **{other: text}):
        compiled(repository, status=0)
        sentence = provoked(compiled(repository, other), when="two configs write one table")
        assert f"{other}:{line_of(repository, other, 'name=')}" in sentence and GROUP_BY in sentence


def test_a_file_without_configs(repository, provoked):
    with written(repository, **{"group_bys/bootcamp/empty.py": "x = 1\n"}):
        provoked(compiled(repository, "group_bys/bootcamp/empty.py"), when="a file that defines no config")


@pytest.mark.parametrize("text, words", [
    ('{"bootcamp": {"namespace": "bootcamp"},}', "teams.json:1 - mend that line"),
    ("[]", 'write {"team": {...}}'),
    ('{"bootcmp": {"namespace": "bootcamp"}}', "did you mean 'bootcmp'?"),
    ('{"shop": {"namespace": "shop"}}', 'add "bootcamp": {"namespace": "bootcamp"}'),
    ('{"bootcamp": {"naming": "mine"}}', "use documented or chronon"),
    (None, "create it, for example"),
], ids=["not-JSON", "no-object", "misspelled-team", "unknown-team", "unknown-rule", "missing"])
def test_teams_json(repository, provoked, text, words):
    environment = {"CHRONON_REPO_PATH": str(repository.root)}
    with written(repository, **{"teams.json": text}):
        done = repository.run("run.py", "--mode=compile", f"--conf={GROUP_BY}", status=2, environment=environment)
        assert words in provoked(done, when="teams.json is wrong or lacks the team")


def test_a_config_without_namespace(repository, provoked):
    with written(repository, **{"teams.json": '{"bootcamp": {}}'}), \
            edited(repository, GROUP_BY, '    output_namespace="bootcamp_features",\n', ""):
        assert '"namespace" of team bootcamp' in provoked(compiled(repository), when="no namespace is given anywhere")


@pytest.mark.parametrize("when, path, words", [
    ("a file's name is misspelled", GROUP_BY.replace("user_", "usr_"), f"did you mean '{GROUP_BY}'?"),
    ("a folder's name is misspelled", GROUP_BY.replace("bootcamp", "botcamp"), f"did you mean '{GROUP_BY}'?"),
    ("a variable's name is wrong", GROUP_BY + ":v9", "v1"),
    ("a compiled file that is not there", "production/group_bys/bootcamp/user_purchase_feature.v1",
     f"did you mean '{GROUP_BY}'?"),
    ("a config beside the folders of configs", "teams.json", "group_bys"),
], ids=["file", "folder", "variable", "compiled", "elsewhere"])
def test_a_config_that_is_not_there(repository, provoked, when, path, words):
    assert words in provoked(compiled(repository, path), when=when)


def test_a_config_outside_of_the_repository(repository, provoked, tmp_path):
    (tmp_path / "x.py").write_text("")
    sentence = provoked(compiled(repository, str(tmp_path / "x.py")), when="a config outside of the repository")
    assert "or give --repo" in sentence
