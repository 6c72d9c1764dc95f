"""Puts this folder and the project's Python on the path of the tests, and lets no missing peer pass for a success where
GNOMON_REQUIRE_PEERS is set (CI): there a test that would be skipped for a missing package or program fails."""
# SPDX-License-Identifier: Apache-2.0
import os
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
for folder in (HERE, HERE.parents[1] / "python"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

from provoked import provoked  # noqa: E402,F401

MISSING = ("could not import", "is not built", "is not installed")


def fail_if_missing(report):
    if not os.environ.get("GNOMON_REQUIRE_PEERS") or not report.skipped or hasattr(report, "wasxfail"):
        return
    if any(words in str(report.longrepr) for words in MISSING):
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
