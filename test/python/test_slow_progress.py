"""The progress bar in a real terminal (a pty): what it tells, when it is silent, and that it leaves nothing behind."""
# SPDX-License-Identifier: Apache-2.0
import re

import pexpect
import pytest

from large_table import large_purchases
from repository import Repository
from test_faults import SOURCE, STAGING_COMMAND

CLEAR = "\r\x1b[K"


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    repository = Repository.bootcamp(tmp_path_factory.mktemp("progress") / "repo")
    large_purchases(repository, rows=3_000_000, users=100_000)
    return repository


def on_terminal(repository, *flags, columns=100, **environment):
    """All that a run of the staging query writes to a terminal."""
    if repository.catalog().table_exists(SOURCE):
        repository.sql(f"DROP TABLE {SOURCE}")
    child = pexpect.spawn(STAGING_COMMAND[0], [*STAGING_COMMAND[1:], *flags], cwd=repository.root, encoding="utf-8",
                          env={**repository.environment, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", **environment},
                          dimensions=(24, columns), timeout=120)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0, child.before
    return child.before


def test_a_bar_that_is_cleared_before_every_line(repository):
    out = on_terminal(repository)
    bars = [part for part in out.split(CLEAR) if re.search(r"\d+%", part)]
    assert bars, out
    for bar in bars:
        assert re.match(r"(computing|writing) \S+  .*━?.*─?.*  +\d+%  \S+ rows  \S+ rows/s", bar), bar
    assert any("left" in bar for bar in bars)
    plain = [re.sub(r"\x1b\[\d*m", "", bar).split("\r\n")[0] for bar in bars]
    assert max(map(len, plain)) < 100, plain
    # The last thing that is shown is no bar, and every line of the log stands alone.
    last = [line for line in out.split("\r\n") if "7 days computed" in line][0]
    assert last.rpartition(CLEAR)[2].startswith(SOURCE)


def test_no_colour_narrow_dumb_and_quiet(repository):
    out = on_terminal(repository, columns=40, NO_COLOR="1")
    assert "rows" in out and not re.search(r"\x1b\[\d+m", out), out
    assert max(len(part.split("\r\n")[0]) for part in out.split(CLEAR)[1:]) <= 100
    out = on_terminal(repository, TERM="dumb")
    assert "\x1b" not in out and "%" not in out, out
    assert on_terminal(repository, "--quiet") == ""


def test_verbose_tells_more(repository):
    repository.sql(f"DROP TABLE {SOURCE}")
    plain = repository.run(*STAGING_COMMAND).stderr
    repository.sql(f"DROP TABLE {SOURCE}")
    verbose = repository.run(*STAGING_COMMAND, "--verbose").stderr
    assert "commit of" not in plain and f"commit of {SOURCE}" in verbose
    assert "of memory" in verbose
