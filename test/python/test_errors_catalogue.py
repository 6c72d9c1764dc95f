"""docs/errors.md tells the truth: it is what the sources and the tests' records give, and a planted lie is found."""
# SPDX-License-Identifier: Apache-2.0
import json
import pathlib
import shutil
import subprocess
import sys

import pytest
from provoked import FORM, PROJECT, error_line

import catalogue
import templates


@pytest.fixture
def project(tmp_path):
    """A project of one C++ file, one Python file and one test that provoked a sentence of each."""
    root = tmp_path / "project"
    for folder in ("src/base", "src/run", "python/gnomon", "docs", "test/errors", "test/python"):
        (root / folder).mkdir(parents=True)
    shutil.copy(PROJECT / "src/base/error_code.h", root / "src/base")
    (root / "src/run/x.cc").write_text('// NotFound("a comment is no sentence - at all")\n'
                                       'return NotFound("table {} does not "\n   "exist: {} - run: {{x}}", a, b);\n')
    (root / "python/gnomon/x.py").write_text('raise CommandError(f"no {word} given", where, "add --conf=FILE")\n')
    (root / "test/python/test_x.py").write_text("def test_table(provoked):\n    pass\n")
    record(root, "error: reading: table db.t does not exist: x.py:3 v1 - run: {x}", 2)
    assert catalogue.main(["--write", str(root)]) == 0
    return root


def record(root, sentence, status, test="test_table"):
    records = {test: [{"when": "a table is missing", "sentence": sentence, "status": status}]}
    (root / "test/errors/test_x.json").write_text(json.dumps(records))


def test_the_page_is_what_sources_and_records_give():
    done = subprocess.run([sys.executable, "tools/error_catalogue/catalogue.py", "--check"], cwd=PROJECT, text=True,
                          capture_output=True)
    assert done.returncode == 0, done.stderr


def test_a_page_holds_what_was_provoked(project):
    assert catalogue.main(["--check", str(project)]) == 0
    text = (project / "docs/errors.md").read_text()
    assert "### `table {} does not exist: {} - run: {x}`" in text and "error: reading: table db.t does" in text
    assert "NotFound, exit status 2; said by `src/run/x.cc`" in text
    assert "| Commands and flags | 1 | 0 | 1 InvalidArgument |" in text and "a comment" not in text


def plant(project, path, old, new):
    file = project / path
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))


@pytest.mark.parametrize("path, old, new, words", [
    ("src/run/x.cc", "does not ", "is not to ", "no source says this any more"),
    ("src/run/x.cc", "NotFound(\"table", "Conflict(\"table", "exited with 2, but Conflict is 3"),
    ("test/python/test_x.py", "test_table", "test_chair", "has no test test_table"),
    ("test/errors/test_x.json", "table db.t", "chair db.t", "no source says this any more"),
    ("python/gnomon/x.py", "no {word} given", "no {word} is given", ""),
    ("python/gnomon/x.py", "raise", "raise CommandError('a new sentence')\nraise", "is stale"),
    ("docs/errors.md", "reading: table", "writing: table", "is stale"),
])
def test_a_planted_fault_is_found(project, capsys, path, old, new, words):
    plant(project, path, old, new)
    # A sentence that nobody provoked may change its words: the page does not show it.
    assert catalogue.main(["--check", str(project)]) == (1 if words else 0)
    assert words in capsys.readouterr().err


def test_a_sentence_out_of_form_is_found(provoked):
    for sentence in ("error: it failed", "error: it failed: there", "it failed: there - mend it"):
        assert not FORM.fullmatch(sentence)
        with pytest.raises(AssertionError):
            provoked(subprocess.CompletedProcess([], 2, "", sentence + "\n"))
    two = "error: a b: c - do this\nerror: a b: c - do this\n"
    for stderr in (two, "error: a b: c - do this\nTraceback\n", ""):
        with pytest.raises(AssertionError):
            error_line(stderr)


def test_a_sentence_that_no_source_says_is_found(provoked):
    with pytest.raises(AssertionError, match="no source says this"):
        provoked(subprocess.CompletedProcess([], 2, "", "error: the moon is full: tonight - sleep\n"))


def test_a_wrong_exit_status_is_found(provoked):
    sentence = "error: the config does not exist: x.py - use one of: y.py\n"
    with pytest.raises(AssertionError):
        provoked(subprocess.CompletedProcess([], 3, "", sentence))


def test_every_area_is_of_this_project():
    for prefix in templates.AREAS:
        folder = pathlib.Path(PROJECT, prefix)
        exists = folder.exists() or any(folder.parent.glob(folder.name + "*"))
        assert exists or prefix in ("src/engine_python/", "python/gnomon/notebook/"), prefix
