"""A rebuild that is killed at any of its phases leaves the old table or the new one; the same command finishes it."""
# SPDX-License-Identifier: Apache-2.0
import pytest

from filled_bootcamp import filled, repository  # noqa: F401
from mishaps import DAYS, FEATURES, GROUP_BY, change, tables
from pausing import kill, pause

PREFIX = "user_purchase_features_purchase_price"


@pytest.mark.parametrize("point", ["backfill.computed", "write.data", "commit.metadata", "commit.swap", "commit.done"])
def test_a_rebuild_that_is_killed_leaves_the_old_table_or_the_new(repository, tmp_path, point):
    change(repository, GROUP_BY, "length=7", "length=3")
    command = ("run.py", "--mode=backfill", f"--conf={GROUP_BY}", *DAYS, "--force-overwrite")
    kill(pause(repository, tmp_path, point, command)[0])
    columns = [row[0] for row in repository.sql(f"DESCRIBE {FEATURES}")]
    is_new = f"{PREFIX}_sum_3d" in columns
    assert is_new == (point == "commit.done")
    assert repository.sql(f"SELECT COUNT(*) = 399 FROM {FEATURES}") == [["false" if is_new else "true"]]
    assert len(tables(repository, "bootcamp_features")) == (2 if is_new else 1)
    repository.backfill()
    assert sorted(len(name) for name in tables(repository, "bootcamp_features")) == [22, 37]
    assert repository.sql(f"SELECT COUNT({PREFIX}_sum_3d) > 0 FROM {FEATURES}") == [["true"]]
