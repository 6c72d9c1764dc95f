"""The rule of conftest.py: a missing peer is a loud skip, and where GNOMON_REQUIRE_PEERS is set a failure. Each case
plants a missing peer in a suite of its own."""
# SPDX-License-Identifier: Apache-2.0
import os
import subprocess
import sys

import pytest

from repository import PROJECT

IMPORT = "import pytest\npytest.importorskip('no_such_engine')\ndef test_it(): pass\n"
INSIDE = "import pytest\ndef test_it(): pytest.importorskip('no_such_engine')\n"
SPARK = "import peers\ndef test_it(tmp_path): peers.Spark(tmp_path)\n"
OTHER = "import pytest\ndef test_it(): pytest.skip('no python3 in /usr/bin')\n"
GOOD = "def test_it(): pass\n"
BAD = "import pytest\ndef test_it(): pytest.importorskip('no_such_engine')\ndef test_bad(): assert False\n"


def run(tmp_path, suite, **environment):
    (tmp_path / "test_planted.py").write_text(suite)
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GNOMON_")}
    clean.update(PYTHONPATH=str(PROJECT / "test/python"), GNOMON_SPARK_DIR=str(tmp_path / "nothing"))
    return subprocess.run([sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", "-p", "conftest",
                           "test_planted.py"], cwd=tmp_path, env={**clean, **environment},
                          capture_output=True, text=True, check=False)


@pytest.mark.parametrize("suite", [IMPORT, INSIDE, SPARK])
def test_a_missing_peer_fails_where_peers_are_required(tmp_path, suite):
    done = run(tmp_path, suite, GNOMON_REQUIRE_PEERS="1", GNOMON_SKIP_STATUS="77")
    assert done.returncode not in (0, 5, 77), done.stdout
    assert "no_such_engine" in done.stdout or "tools/peers/setup.sh" in done.stdout


@pytest.mark.parametrize("suite", [IMPORT, INSIDE, SPARK])
def test_a_missing_peer_is_named_and_no_success_elsewhere(tmp_path, suite):
    done = run(tmp_path, suite, GNOMON_SKIP_STATUS="77")
    assert done.returncode == 77, done.stdout
    assert "no_such_engine" in done.stdout or "SKIPPED LOUDLY: Spark 3.5 with Iceberg is not installed" in done.stdout


def test_a_failure_beside_a_missing_peer_is_a_failure(tmp_path):
    assert run(tmp_path, BAD, GNOMON_SKIP_STATUS="77").returncode == 1


@pytest.mark.parametrize("suite", [OTHER, GOOD])
def test_what_misses_no_peer_succeeds(tmp_path, suite):
    assert run(tmp_path, suite, GNOMON_REQUIRE_PEERS="1", GNOMON_SKIP_STATUS="77").returncode == 0
