"""The fixture `provoked`: checks the error sentence of a failed command, and keeps it for docs/errors.md.

    done = repository.backfill(status=2)
    sentence = provoked(done, when="the source's table is not there")

It must be one line of the form `error: <what>: <where> - <what to do>`, the last of standard error, said by a
template of the sources whose code has the command's exit status, and equal to what test/errors/<test file>.json
records of the test; GNOMON_RECORD_ERRORS=1 records anew (then `make errors` writes the page).
"""
# SPDX-License-Identifier: Apache-2.0
import json
import os
import pathlib
import re
import shlex
import sys

import pytest

PROJECT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT / "tools/error_catalogue"))
import templates  # noqa: E402

FORM = re.compile(r"error: \S.* - \S.*|error: \S.*, try again.*")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NEVER_SHOWN = ("Traceback", "terminate called", "std::", "duckdb", "arrow::", "spark_", "gnomon::")
_known = []


def known_templates():
    if not _known:
        _known.extend(templates.scan())
    return _known


def error_line(stderr):
    """The one error of a failed command: its last line that says anything."""
    lines = [line for line in stderr.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("error: ")]
    assert len(errors) == 1 and lines[-1] == errors[0], stderr
    return errors[0]


def pasted(sentence):
    """The command of a sentence, as its words: what stands behind the last `run: `."""
    command = re.search(r"(?:run|create it): ((?:run\.py|gnomon|spark-sql|touch|make|mkdir|python) .*)$", sentence)
    assert command, sentence
    return shlex.split(command[1])


class Provoked:
    """What one test provoked, in order."""

    def __init__(self, request):
        self._base = str(request.config._tmp_path_factory.getbasetemp())
        self._test = request.node.name
        self._path = PROJECT / "test/errors" / f"{pathlib.Path(str(request.node.fspath)).stem}.json"
        self._records = []

    def __call__(self, done, when=None, hide=None):
        """Returns the sentence of `done`. `when` tells a reader what was wrong; `hide` maps texts that differ from one
        run to the next to what the page shows instead."""
        sentence = error_line(done.stderr)
        assert FORM.fullmatch(sentence), f"not <what>: <where> - <what to do>: {sentence}"
        assert not any(word in done.stderr for word in NEVER_SHOWN), done.stderr
        # Commands are told with the repository that the failed one was given.
        said = re.sub(r"run\.py --repo=('[^']*'|\S+) --", "run.py --", sentence)
        template = templates.match(known_templates(), said)
        assert template is not None, f"no source says this: {sentence}"
        assert done.returncode == templates.exit_statuses()[template.code], (done.returncode, template)
        when = when or self._test.split("[")[0].removeprefix("test_").replace("_", " ")
        self._records.append({"when": when, "sentence": self._shown(said, hide or {}), "status": done.returncode})
        return sentence

    def _shown(self, sentence, hide):
        for text, shown in hide.items():
            sentence = sentence.replace(str(text), shown)
        sentence = re.sub(re.escape(self._base) + r"/[^/\s'\"]+", "/home/you", sentence)
        sentence = UUID.sub("<uuid>", sentence)
        return sentence.replace(str(PROJECT), "/opt/gnomon")

    def finish(self):
        if not self._records:
            return
        kept = json.loads(self._path.read_text()) if self._path.exists() else {}
        if os.environ.get("GNOMON_RECORD_ERRORS"):
            kept[self._test] = self._records
            text = json.dumps(dict(sorted(kept.items())), indent=1, ensure_ascii=False)
            self._path.write_text(text + "\n")
        assert kept.get(self._test) == self._records, \
            f"{self._path.name} records something else of {self._test} - if this is right, run the test with "\
            "GNOMON_RECORD_ERRORS=1, then: make errors"


@pytest.fixture
def provoked(request):
    mine = Provoked(request)
    yield mine
    if getattr(request.node, "has_passed", False):
        mine.finish()
