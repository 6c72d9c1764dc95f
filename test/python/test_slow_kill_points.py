"""Every phase at which a run can be killed, beyond those of test_faults.py."""
# SPDX-License-Identifier: Apache-2.0
import pytest

import test_faults as faults
from test_faults import reference  # noqa: F401

COMMIT = ["write.data", "commit.manifest", "commit.metadata", "commit.swap", "commit.done"]
STAGING = ["staging.begin", "staging.written", *COMMIT]
BACKFILL = ["backfill.computed", *COMMIT]
UPLOAD = ["backfill.computed", "upload.loaded", *COMMIT, "upload.committed", "upload.load", "upload.publish"]


def without(points, fast):
    assert set(fast) <= set(points)
    return [point for point in points if point not in fast]


@pytest.mark.parametrize("point", without(STAGING, faults.STAGING))
def test_killed_staging(tmp_path, reference, point):  # noqa: F811
    faults.check_killed_staging(tmp_path, reference, point)


@pytest.mark.parametrize("point", without(BACKFILL, faults.BACKFILL))
def test_killed_backfill(tmp_path, reference, point):  # noqa: F811
    faults.check_killed_backfill(tmp_path, reference, point)


@pytest.mark.parametrize("point", without(UPLOAD, faults.UPLOAD))
def test_killed_upload(tmp_path, reference, point):  # noqa: F811
    faults.check_killed_upload(tmp_path, reference, point)
