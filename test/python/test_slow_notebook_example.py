# SPDX-License-Identifier: Apache-2.0
"""The example notebook runs from top to bottom in a kernel of the project's Python, and shows what it promises."""
import sys

import pytest
from repository import PROJECT, Repository

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")

NOTEBOOK = PROJECT / "examples/notebooks/features.ipynb"


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """The notebook after its run; its kernel is this Python, whatever kernels the machine has."""
    folder = tmp_path_factory.mktemp("notebook")
    repository = Repository.bootcamp(folder / "my_features", golden=True)
    kernels = folder / "kernels/python3"
    kernels.mkdir(parents=True)
    (kernels / "kernel.json").write_text(
        '{"argv": ["%s", "-m", "ipykernel_launcher", "-f", "{connection_file}"],'
        ' "display_name": "Python 3", "language": "python"}' % sys.executable)
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    environment = {**repository.environment, "JUPYTER_PATH": str(folder), "GNOMON_EXAMPLE": str(repository.root),
                   "JUPYTER_RUNTIME_DIR": str(folder / "runtime"), "IPYTHONDIR": str(folder / "ipython")}
    with pytest.MonkeyPatch.context() as patch:
        for name in ("JUPYTER_PATH", "JUPYTER_RUNTIME_DIR"):
            patch.setenv(name, environment[name])
        nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}}).execute(
            env=environment)
    return notebook


def outputs_of(notebook, text):
    """What the one cell that holds `text` gave, as texts by type."""
    (cell,) = [cell for cell in notebook.cells if cell.cell_type == "code" and text in cell.source]
    shown = {}
    for output in cell.outputs:
        for kind, content in {**output.get("data", {}), output.get("name", "other"): output.get("text", "")}.items():
            shown[kind] = shown.get(kind, "") + content
    return shown


def test_every_cell_runs_without_an_error(executed):
    code = [cell for cell in executed.cells if cell.cell_type == "code"]
    assert [o for cell in code for o in cell.outputs if o.output_type == "error"] == []
    assert all(cell.execution_count for cell in code)
    assert [o for cell in code for o in cell.outputs if o.get("name") == "stderr"] == []


def test_it_shows_what_it_promises(executed):
    assert "155" in outputs_of(executed, "purchases_query.run")["text/html"]
    assert "155 rows" in outputs_of(executed, "purchases_query.run")["stdout"]
    assert "Snapshots" in outputs_of(executed, "purchases = repo.table")["text/html"]
    assert "purchase_price_average_7d" in outputs_of(executed, "group_by.backfill")["text/html"]
    assert "127.66" in outputs_of(executed, "group_by.fetch")["text/plain"]
    assert "did you mean" in outputs_of(executed, "except KeyError")["stdout"]


def test_it_is_stored_without_outputs():
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    assert [cell for cell in notebook.cells if cell.get("outputs") or cell.get("execution_count")] == []
