# SPDX-License-Identifier: Apache-2.0
"""Runs in a notebook: the pipeline run from one, the reports that runs leave, and what a failed run raises."""
import pytest
from repository import PROJECT, Repository

if not list((PROJECT / "python/gnomon").glob("_engine.*.so")):
    pytest.skip("gnomon._engine is not built: run `make build`", allow_module_level=True)

import gnomon  # noqa: E402

WEEK = ("2023-12-01", "2023-12-07")


@pytest.fixture(scope="module")
def repo(tmp_path_factory):
    repository = Repository.bootcamp(tmp_path_factory.mktemp("notebook") / "repo", golden=True)
    return gnomon.connect(repository.root)


def test_a_run_that_fails_raises_its_sentence(repo):
    group_by = repo.group_by("user_purchase_features")
    with pytest.raises(gnomon.NotFoundError, match="purchases_from_s3") as caught:
        group_by.backfill(*WEEK, quiet=True)
    assert "\n" not in str(caught.value)
    (run,) = group_by.runs()
    assert (run.status, run.error) == ("failed", str(caught.value))
    with pytest.raises(gnomon.InvalidArgumentError, match="after the end"):
        group_by.backfill("2023-12-07", "2023-12-01")
    with pytest.raises(ValueError, match="start_date='YYYY-MM-DD'"):
        group_by.backfill("1 December")


def test_the_pipeline_from_a_notebook(repo, capfd):
    group_by = repo.group_by("user_purchase_features")
    with pytest.raises(gnomon.NotFoundError, match=r"\.backfill\(\)"):
        group_by.features()
    run = repo.staging_query("purchases_from_s3").run(*WEEK)
    assert run.status == "succeeded" and run.rows_written == 155
    assert "155 rows" in capfd.readouterr().out
    assert group_by.backfill(*WEEK, quiet=True).rows_written == 406
    assert capfd.readouterr() == ("", "")
    assert group_by.backfill(*WEEK).days["already_filled"] == ["2023-12-01..2023-12-07"]
    assert group_by.upload("2023-12-07").status == "succeeded"
    assert group_by.features(ds="2023-12-07").to_pandas().shape[0] > 0
    assert group_by.fetch({"user_id": "user_1"})


@pytest.fixture(scope="module")
def filled(repo):
    """The repository after the week's pipeline, whichever tests ran before."""
    group_by = repo.group_by("user_purchase_features")
    repo.staging_query("purchases_from_s3").run(*WEEK, quiet=True)
    group_by.backfill(*WEEK, quiet=True)
    group_by.upload("2023-12-07", quiet=True)
    return repo


def test_runs(filled):
    upload, backfill = filled.runs()[:2]
    assert (upload.mode, backfill.mode) == ("group-by-upload", "group-by-backfill")
    assert backfill.status == "succeeded" and backfill.name == "bootcamp.user_purchase_features.v1"
    assert backfill.begin.tzinfo is not None and backfill.begin <= backfill.end
    assert {run.mode for run in filled.group_by("user_purchase_features").runs()} == {upload.mode, backfill.mode}
    assert filled.runs(limit=1)[0].id == upload.id
    assert "succeeded" in filled.group_by("user_purchase_features")._repr_html_()


def test_runs_as_frames(filled):
    runs = filled.runs()
    pandas, arrow, polars = runs.to_pandas(), runs.to_arrow(), runs.to_polars()
    assert list(pandas["id"]) == arrow["id"].to_pylist() == polars["id"].to_list()
    assert list(pandas.columns) == arrow.column_names == polars.columns
    assert str(pandas["begin"].dt.tz) == "UTC" and polars["rows_written"].sum() > 0
    assert set(pandas["status"]) <= {"succeeded", "failed"}


def test_a_stop_reaches_the_run(filled, monkeypatch):
    """Ctrl-C while the child runs: it is told, and its end is waited for."""
    from gnomon.notebook import commands

    real_wait = commands.subprocess.Popen.wait
    pressed = []

    def wait(child, timeout=None):
        if not pressed:
            pressed.append(child)
            raise KeyboardInterrupt
        return real_wait(child, timeout)

    monkeypatch.setattr(commands.subprocess.Popen, "wait", wait)
    with pytest.raises(KeyboardInterrupt):
        filled.group_by("user_purchase_features").backfill(*WEEK, quiet=True)
    assert pressed[0].returncode is not None
