# SPDX-License-Identifier: Apache-2.0
"""The notebook API: tables, answers, configs, runs, features and their HTML, over the bootcamp."""
import datetime
import json
import subprocess
import sys
import threading

import pytest
from repository import PROJECT, Repository

if not list((PROJECT / "python/gnomon").glob("_engine.*.so")):
    pytest.skip("gnomon._engine is not built: run `make build`", allow_module_level=True)

import gnomon  # noqa: E402

WEEK = ("2023-12-01", "2023-12-07")
FEATURES = "bootcamp_features.user_purchase_features"
NASTY = '<script>alert("x")</script>'


@pytest.fixture(scope="module")
def shell(tmp_path_factory):
    repository = Repository.bootcamp(tmp_path_factory.mktemp("notebook") / "repo", golden=True)
    repository.staging()
    repository.backfill()
    repository.upload()
    return repository


@pytest.fixture(scope="module")
def repo(shell):
    return gnomon.connect(shell.root)


@pytest.fixture(scope="module")
def group_by(repo):
    return repo.group_by("user_purchase_features")


def test_import_alone_loads_next_to_nothing():
    code = ("import sys; before = set(sys.modules); import gnomon; "
            "print(sorted(n for n in set(sys.modules) - before if not n.startswith('gnomon')))"
            "; print(gnomon.connect.__name__, gnomon.GnomonError.__name__)")
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "[]\nconnect GnomonError\n"


def test_nothing_imports_pandas_or_polars_by_itself(shell):
    code = ("import sys, gnomon; repo = gnomon.connect(sys.argv[1]); "
            "repo.table(repo.tables()[0])._repr_html_(); repo.sql('SHOW DATABASES')._repr_html_(); "
            "repo.group_by('user_purchase_features')._repr_html_(); repo.runs()._repr_html_(); "
            "print([n for n in ('pandas', 'polars', 'pyarrow', 'IPython') if n in sys.modules])")
    done = subprocess.run([sys.executable, "-c", code, str(shell.root)], check=True, capture_output=True, text=True)
    assert done.stdout == "[]\n"


def test_tables(repo):
    assert "bootcamp.purchases_from_s3" in repo.tables()
    assert repo.tables("bootcamp") == ["bootcamp.purchases_from_s3"]
    with pytest.raises(gnomon.NotFoundError, match="did you mean 'bootcamp'"):
        repo.tables("bootcmp")


def test_a_table_in_every_form(repo):
    table = repo.table("bootcamp.purchases_from_s3")
    assert table.to_arrow().num_rows == len(table.to_pandas()) == table.to_polars().height == 155
    assert dict(table.schema)["purchase_price"] == "double"
    assert table.partition_columns == ["ds"]
    assert table.properties["write.format.default"] == "parquet"
    assert table.partitions.to_pandas()["record_count"].sum() == 155
    assert table.snapshots.to_polars().height == table.history.to_arrow().num_rows == 1
    assert sum(table.files.to_arrow()["record_count"].to_pylist()) == 155


def test_a_table_reads_only_what_is_asked(repo):
    table = repo.table("bootcamp.purchases_from_s3")
    rows = table.to_arrow(["user_id", "ds"], where="ds = '2023-12-02' AND purchase_price > 20", limit=5)
    assert rows.column_names == ["user_id", "ds"]
    assert rows.num_rows == 5
    assert set(rows["ds"].to_pylist()) == {datetime.date(2023, 12, 2)}
    assert table.to_pandas("user_id", limit=0).shape == (0, 1)


@pytest.mark.parametrize("options, sentence", [
    ({"where": "ds = "}, "where, column"),
    ({"where": "1 = 1) UNION SELECT 1 --"}, "where, column"),
    ({"columns": ["userid"]}, "did you mean 'user_id'"),
    ({"limit": -1}, "limit=10"),
    ({"limit": "1; DROP TABLE x"}, "limit=10"),
])
def test_wrong_choices_are_value_errors(repo, options, sentence):
    with pytest.raises(ValueError, match=sentence):
        repo.table("bootcamp.purchases_from_s3").to_arrow(**options)


def test_an_unknown_table_names_the_nearest(repo):
    with pytest.raises(KeyError, match="purchases_from_s3") as caught:
        repo.table("bootcamp.purchase_from_s3")
    assert isinstance(caught.value, gnomon.GnomonError)
    assert not str(caught.value).startswith("'")


def test_a_view_is_read_like_a_table(repo):
    repo.sql("CREATE OR REPLACE TEMPORARY VIEW cheap AS SELECT user_id FROM bootcamp.purchases_from_s3")
    view = repo.table("cheap")
    assert (view.schema, view.partition_columns, view.to_arrow().num_rows) == ([("user_id", "string")], [], 155)
    check_html(view._repr_html_())


def test_sql(repo):
    answer = repo.sql("SELECT ds, count(*) AS n FROM bootcamp.purchases_from_s3 GROUP BY ds ORDER BY ds")
    assert answer.columns == ["ds", "n"]
    assert "first" not in answer._repr_html_() and "7 rows" in answer._repr_html_()
    assert sum(answer.to_pandas()["n"]) == 155  # After the preview took rows.
    assert answer.to_polars()["n"].sum() == 155  # And after all were read.
    assert repr(answer).splitlines()[0].split() == ["ds", "n"]


def test_sql_of_several_statements_gives_the_last_answer(repo):
    answer = repo.sql("CREATE OR REPLACE TEMPORARY VIEW few AS SELECT 1 AS one; SELECT one + 1 AS two FROM few;")
    assert answer.to_arrow().to_pylist() == [{"two": 2}]
    assert "no answer" in repo.sql("CREATE DATABASE IF NOT EXISTS other")._repr_html_()


@pytest.mark.parametrize("text, sentence", [
    ("SELECT 1; SELEC 2", "statement 2, line 1"),
    ("", "holds no statement"),
    ("SELECT userid FROM bootcamp.purchases_from_s3", "did you mean 'user_id'"),
])
def test_wrong_sql_is_a_value_error(repo, text, sentence):
    with pytest.raises(gnomon.InvalidArgumentError, match=sentence) as caught:
        repo.sql(text)
    assert isinstance(caught.value, ValueError) and "\n" not in str(caught.value)


def test_an_answer_streams_again_and_again(repo):
    answer = repo.sql("SELECT user_id FROM bootcamp.purchases_from_s3")
    assert [sum(batch.num_rows for batch in answer.reader()) for _ in range(2)] == [155, 155]


def test_two_threads_share_a_repository(repo):
    wrong = []

    def ask(day):
        for _ in range(10):
            frame = repo.sql(f"SELECT ds FROM {FEATURES} WHERE ds = '2023-12-0{day}'").to_polars()
            if set(frame["ds"]) != {datetime.date(2023, 12, day)}:
                wrong.append(day)

    threads = [threading.Thread(target=ask, args=(day,)) for day in (2, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.parametrize("name", [
    "user_purchase_features", "bootcamp/user_purchase_features.v1", "bootcamp.user_purchase_features.v1",
    FEATURES, "group_bys/bootcamp/user_purchase_features.py", "production/group_bys/bootcamp/user_purchase_features.v1",
])
def test_a_group_by_by_any_of_its_names(repo, name):
    group_by = repo.group_by(name)
    assert (group_by.name, group_by.table) == ("user_purchase_features", FEATURES)


def test_an_unknown_group_by_names_the_nearest(repo):
    with pytest.raises(gnomon.NotFoundError, match="did you mean 'user_purchase_features'"):
        repo.group_by("user_purchase_feature")
    with pytest.raises(gnomon.NotFoundError, match="use one of: .*bootcamp/user_purchase_features.v1"):
        repo.group_by("zzz")


def test_what_a_group_by_is(group_by):
    assert group_by.keys == ["user_id"]
    assert group_by.sources == ["bootcamp.purchases_from_s3"]
    assert "purchase_price_sum_7d" in group_by.feature_names


def test_features(group_by):
    assert group_by.features(*WEEK).to_arrow().num_rows == group_by.features().to_pandas().shape[0] == 406
    day = group_by.features(ds=datetime.date(2023, 12, 7), columns=["user_id"]).to_polars()
    assert day.columns == ["user_id"] and day.height > 0
    with pytest.raises(ValueError, match="ds='YYYY-MM-DD'"):
        group_by.features(ds="yesterday")


def test_fetch(group_by):
    assert group_by.fetch({"user_id": "user_1"})["purchase_price_sum_7d"] == pytest.approx(127.66)
    assert group_by.fetch({"user_id": "nobody"}) is None
    with pytest.raises(gnomon.InvalidArgumentError):
        group_by.fetch({"user": "user_1"})


def test_html_of_a_group_by(group_by):
    html = group_by._repr_html_()
    for part in ("user_id", "bootcamp.purchases_from_s3", "purchase_price_sum_7d", "7 days", "AVERAGE",
                 "user_purchase_features_purchase_price_sum_7d", "Last runs"):
        assert part in html, part
    check_html(html)


def test_html_of_a_table(repo):
    html = repo.table(FEATURES)._repr_html_()
    for part in ("user_purchase_features_purchase_price_sum_1d", "double", "Partitions", "2023-12-07", "Snapshots",
                 "append", "406"):
        assert part in html, part
    check_html(html)


def test_html_of_the_rest(repo):
    assert "purchases_raw" in repo.staging_query("purchases_from_s3")._repr_html_()
    for view in (repo, repo.runs(), repo.tables(), repo.staging_query("purchases_from_s3")):
        check_html(view._repr_html_())
        assert repr(view)


def check_html(html):
    """Well formed, without scripts and without colours of its own."""
    from html.parser import HTMLParser

    stack = []

    class Checker(HTMLParser):
        def handle_starttag(self, tag, attributes):
            assert tag != "script" and not any(name.startswith("on") for name, _ in attributes)
            stack.extend([tag] if tag != "br" else [])

        def handle_endtag(self, tag):
            assert stack.pop() == tag

    Checker().feed(html)
    assert stack == []
    assert "#" not in html.partition("</style>")[0] and "black" not in html and "white;" not in html


def test_a_run_that_left_no_end_has_died(tmp_path):
    Repository.empty(tmp_path / "repo")
    logs = tmp_path / "repo/.gnomon/logs"
    repo = gnomon.connect(tmp_path / "repo")
    report = {"format": 1, "id": "20261127T120000Z-0001", "status": "running", "pid": 1 << 30, "mode": NASTY,
              "begin": "2026-11-27T12:00:00.000Z", "end": None, "error": {"code": "X", "message": NASTY}}
    (logs / "20261127T120000Z-0001.json").write_text(json.dumps(report))
    (logs / "damaged.json").write_text("{")
    (run,) = repo.runs()
    assert run.status == "died"
    for html in (run._repr_html_(), repo.runs()._repr_html_()):
        assert NASTY not in html and "&lt;script&gt;" in html


def test_an_empty_repository(tmp_path):
    Repository.empty(tmp_path / "repo")
    repo = gnomon.connect(tmp_path / "repo")
    assert (repo.tables(), repo.runs(), repo.group_bys(), repo.staging_queries()) == ([], [], [], [])
    assert repo.runs().to_pandas().empty and repo.runs().to_polars().is_empty()
    assert repo.runs().to_arrow().num_rows == 0
    check_html(repo._repr_html_())
    with pytest.raises(gnomon.NotFoundError, match="group_bys/<team>/<file>.py"):
        repo.group_by("x")
    with pytest.raises(gnomon.NotFoundError):
        repo.table("a.b")


def test_no_repository(tmp_path, monkeypatch):
    with pytest.raises(gnomon.NotFoundError, match="gnomon init"):
        gnomon.connect(tmp_path)
    assert not (tmp_path / ".gnomon").exists()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CHRONON_REPO_PATH", raising=False)
    with pytest.raises(KeyError, match="no repository"):
        gnomon.connect()


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    """A repository of its own, whose configs tests may change."""
    repository = Repository.bootcamp(tmp_path_factory.mktemp("fresh") / "repo", golden=True)
    return gnomon.connect(repository.root)


def test_a_source_that_does_not_compile(fresh):
    assert "bootcamp/user_purchase_features" in fresh.group_bys()  # Not compiled yet.
    assert "does not compile" not in fresh.group_by("user_purchase_features")._repr_html_()
    source = f"{fresh.root}/group_bys/bootcamp/user_purchase_features.py"
    with open(source, encoding="utf-8") as file:
        text = file.read()
    try:
        with open(source, "w", encoding="utf-8") as file:
            file.write(text.replace("GroupBy(\n", "GroupBi(\n"))
        assert "does not compile" in fresh.group_by("user_purchase_features")._repr_html_()
    finally:
        with open(source, "w", encoding="utf-8") as file:
            file.write(text)


def test_escapes_what_configs_and_tables_hold(fresh):
    source = f"{fresh.root}/group_bys/bootcamp/nasty.py"
    with open(f"{fresh.root}/group_bys/bootcamp/user_purchase_features.py", encoding="utf-8") as file:
        text = file.read()
    with open(source, "w", encoding="utf-8") as file:
        wheres = "wheres=[\"item_category <> '<script>'\"], time_column="
        file.write(text.replace("time_column=", wheres).replace(
            "online=True,", f"online=True, description={NASTY!r},"))
    html = fresh.group_by("nasty")._repr_html_()
    assert NASTY not in html and "&lt;script&gt;" in html
    check_html(html)
    fresh.sql(f"CREATE DATABASE other; CREATE TABLE other.odd AS SELECT '{NASTY}' AS `<b>bold</b>`")
    for view in (fresh.table("other.odd"), fresh.table("other.odd").select()):
        html = view._repr_html_()
        assert "<b>" not in html and "&lt;b&gt;" in html
        check_html(html)
    assert NASTY not in fresh.table("other.odd").select()._repr_html_()
