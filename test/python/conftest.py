"""Puts this folder, the model of test/oracle and the project's Python on the path, and lets no missing peer pass.

Where GNOMON_REQUIRE_PEERS is set (CI), a test that would be skipped for a missing package or program fails. Elsewhere
ctest gets a status of its own for a suite of which something was skipped so, and names it (test/CMakeLists.txt).
"""
# SPDX-License-Identifier: Apache-2.0
import os
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
for folder in (HERE, HERE.parent, HERE.parents[1] / "python"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

from provoked import provoked  # noqa: E402,F401

MISSING = ("could not import", "is not built", "is not installed")
skipped = []


def fail_if_missing(report):
    if not report.skipped or hasattr(report, "wasxfail"):
        return
    if any(words in str(report.longrepr) for words in MISSING):
        skipped.append(report.nodeid)
        if os.environ.get("GNOMON_REQUIRE_PEERS"):
            report.outcome = "failed"


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    fail_if_missing(outcome.get_result())
    if call.when == "call":
        item.has_passed = outcome.get_result().passed


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report(collector):
    outcome = yield
    fail_if_missing(outcome.get_result())


def pytest_sessionfinish(session, exitstatus):
    """A suite without a failure, but with something skipped for a missing peer, is no success."""
    succeeded = exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
    if skipped and succeeded and os.environ.get("GNOMON_SKIP_STATUS"):
        session.exitstatus = int(os.environ["GNOMON_SKIP_STATUS"])
