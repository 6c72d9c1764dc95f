"""The bootcamp with its seven days computed, once for a file of tests; each test has it anew."""
# SPDX-License-Identifier: Apache-2.0
import pytest

from mishaps import restored
from repository import Repository


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A repository whose seven days are computed; tests work on copies of it, in its place."""
    repository = Repository.bootcamp(tmp_path_factory.mktemp("workflows") / "repo")
    repository.staging()
    repository.backfill()
    return repository


@pytest.fixture
def repository(filled, tmp_path):
    with restored(filled, tmp_path):
        yield filled
