"""`--mode=metadata-export`: compiled configs with what an analysis knows of them, as files and as a table."""
# SPDX-License-Identifier: Apache-2.0
import json

import pytest

from repository import Repository


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    made = Repository.bootcamp(tmp_path_factory.mktemp("metadata") / "repo")
    made.staging()
    made.run("run.py", "--mode=compile", "--conf=group_bys/bootcamp/user_purchase_features.py")
    return made


def export(repository, *flags, status=0):
    return repository.run("run.py", "--mode=metadata-export", *flags, "--end-date=2023-12-07", status=status)


def test_files(repository, tmp_path):
    done = export(repository, "--input-root-path=production", f"--output-root-path={tmp_path}")
    assert "GroupBy" in done.stdout and "StagingQuery" in done.stdout
    document = json.loads((tmp_path / "group_bys/bootcamp/user_purchase_features.v1").read_text())
    # The conf as it is, then what is known of it.
    conf = json.loads((repository.root / "production/group_bys/bootcamp/user_purchase_features.v1").read_text())
    assert {key: document[key] for key in conf} == conf
    assert document["outputTable"] == "bootcamp_features.user_purchase_features"
    assert document["sourceFile"] == "group_bys/bootcamp/user_purchase_features.py"
    assert document["keys"] == [{"name": "user_id", "type": "string"}] and document["findings"] == []
    assert document["features"][0] == {
        "name": "purchase_price_sum_1d", "columnType": "double", "groupBy": "bootcamp.user_purchase_features.v1",
        "operation": "SUM", "window": "1d", "bucket": None, "inputColumn": "purchase_price",
        "expression": "purchase_price", "derived": False, "sources": ["bootcamp.purchases_from_s3.purchase_price"]}
    staging = json.loads((tmp_path / "staging_queries/bootcamp/purchases_from_s3.v1").read_text())
    assert staging["confType"] == "StagingQuery" and staging["outputTable"] == "bootcamp.purchases_from_s3"


def test_a_table(repository):
    for _ in range(2):  # Again: in place of what was there.
        export(repository, "--input-root-path=production", "--output-table-name=meta.features",
               '--output-table-properties-json={"owner": "us"}')
    rows = repository.table("meta.features").to_pylist()
    assert len(rows) == len({row["name"] for row in rows}) and {row["ds"] for row in rows} == {"2023-12-07"}
    one = next(row for row in rows if row["name"] == "bootcamp.user_purchase_features.v1")
    assert (one["type"], one["team"], one["output_table"]) == (
        "GroupBy", "bootcamp", "bootcamp_features.user_purchase_features")
    assert json.loads(one["metadata"])["features"][0]["name"] == "purchase_price_sum_1d"
    assert repository.catalog().load_table("meta.features").properties["owner"] == "us"


def test_a_dry_run_exports_nothing(repository, tmp_path):
    done = export(repository, "--input-root-path=production", f"--output-root-path={tmp_path}",
                  "--output-table-name=meta.dry", "--dry-run")
    assert "a dry run, nothing was changed" in done.stderr
    assert list(tmp_path.iterdir()) == [] and not repository.catalog().table_exists("meta.dry")


def test_the_report_counts_the_tables_rows(repository):
    done = export(repository, "--input-root-path=production", "--output-table-name=meta.counted", "--json")
    report = json.loads(done.stdout)
    assert report["rows_written"] == repository.table("meta.counted").num_rows > 0
    assert report["bytes_written"] == sum(repository.catalog().load_table("meta.counted").inspect.files()[
        "file_size_in_bytes"].to_pylist())


def test_compiled_configs_are_not_overwritten(repository, provoked):
    """The documents have the configs' names: exported into production they took the configs' place."""
    conf = repository.root / "production/group_bys/bootcamp/user_purchase_features.v1"
    before = conf.read_bytes()
    for flags in (["--input-root-path=production"], [f"--conf={conf}"]):
        done = export(repository, *flags, "--output-root-path=production", status=2)
        assert "would take the place of the compiled configs" in provoked(done, when="an export into production/",
                                                                          hide={repository.root: "/home/you"})
    assert conf.read_bytes() == before


def test_a_folder_that_cannot_be_made_is_told_once(repository, tmp_path, provoked):
    (tmp_path / "file").touch()
    done = export(repository, "--input-root-path=production", f"--output-root-path={tmp_path / 'file'}", status=2)
    assert "--output-root-path" in provoked(done, when="metadata is exported to a file, not a folder")
    assert "not exported" not in done.stderr


def test_flags_that_change_nothing_are_told(repository, tmp_path):
    done = export(repository, "--conf=group_bys/bootcamp/user_purchase_features.py", f"--output-root-path={tmp_path}",
                  "--start-date=2023-12-01", "--step-days=3", "--run-first-hole", "--parallelism=2",
                  '--output-table-properties-json={"a": "b"}')
    for flag in ("--start-date", "--step-days", "--run-first-hole", "--parallelism"):
        assert f"warning: {flag} has no effect on the mode metadata-export\n" in done.stderr
    assert "warning: --output-table-properties-json has no effect without --output-table-name\n" in done.stderr
    done = export(repository, "--conf=group_bys/bootcamp/user_purchase_features.py", f"--output-root-path={tmp_path}",
                  "--input-root-path=production")
    assert "warning: --conf has no effect beside --input-root-path\n" in done.stderr


def test_one_config(repository, tmp_path):
    export(repository, "--conf=group_bys/bootcamp/user_purchase_features.py", f"--output-root-path={tmp_path}")
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["user_purchase_features.v1"]


def test_a_config_without_its_tables_is_exported_with_findings(tmp_path):
    repository = Repository.bootcamp(tmp_path / "repo")
    export(repository, "--conf=group_bys/bootcamp/user_purchase_features.py", f"--output-root-path={tmp_path / 'out'}")
    document = json.loads((tmp_path / "out/group_bys/bootcamp/user_purchase_features.v1").read_text())
    assert document["features"] == [] and document["findings"][0]["check"] == "table"


def test_a_damaged_config_keeps_no_other_back(repository, tmp_path, provoked):
    bad = repository.root / "production/group_bys/bootcamp/damaged.v1"
    bad.write_text('{"metaData": {"name": "bootcamp.damaged.v1"}, "nonsense": 1}')
    try:
        done = export(repository, "--input-root-path=production", f"--output-root-path={tmp_path}", status=2)
    finally:
        bad.unlink()
        (repository.root / "production/.gnomon/group_bys/bootcamp/damaged.v1.json").unlink(missing_ok=True)
    assert "configs were not exported" in provoked(done, when="one of the configs to export is damaged")
    assert (tmp_path / "group_bys/bootcamp/user_purchase_features.v1").exists()


@pytest.mark.parametrize("flags,sentence", [
    (["--input-root-path=production"], "nowhere to export the metadata to"),
    (["--input-root-path=nowhere", "--output-root-path=x"], "holds no compiled configs"),
    (["--input-root-path=production", "--output-table-name=a.b", "--output-table-properties-json=[1]"],
     "no object of texts"),
])
def test_refused(repository, provoked, flags, sentence):
    assert sentence in provoked(export(repository, *flags, status=2), when=f"an export of metadata: {flags[-1]}",
                                hide={repository.root: "/home/you"})
