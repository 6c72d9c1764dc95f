"""Disks for tests: small ones that fill up, read-only ones; and commands run as a user without rights.

All of it needs root, as CI has it; elsewhere the tests that ask for it are skipped.
"""
# SPDX-License-Identifier: Apache-2.0
import contextlib
import os
import pathlib
import subprocess

import pytest

NOBODY = 65534


def require_root():
    if os.geteuid() != 0:
        pytest.skip("mounting a disk and becoming another user needs root")


class SmallDisk:
    """A file system in memory over a folder, whose content is kept."""

    def __init__(self, folder, size_kb):
        self.folder, self.size_kb = pathlib.Path(folder), size_kb

    def grow(self, size_kb):
        self.size_kb = size_kb
        subprocess.run(["mount", "-o", f"remount,size={size_kb}k", self.folder], check=True)

    def used_kb(self):
        status = os.statvfs(self.folder)
        return (status.f_blocks - status.f_bfree) * status.f_frsize // 1024


@contextlib.contextmanager
def small_disk(folder, size_kb):
    """Puts a disk of this size over `folder`, with a copy of what lies there."""
    require_root()
    packed = subprocess.run(["tar", "-C", folder, "-cf", "-", "."], check=True, capture_output=True).stdout
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size_kb}k,mode=700", "tmpfs", folder], check=True)
    try:
        subprocess.run(["tar", "-C", folder, "-xf", "-"], input=packed, check=True)
        yield SmallDisk(folder, size_kb)
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@contextlib.contextmanager
def read_only(folder):
    require_root()
    subprocess.run(["mount", "--bind", folder, folder], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", folder], check=True)
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def as_nobody(*command):
    """The command as a user who owns nothing."""
    require_root()
    return ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *command)


def give_to_nobody(folder):
    subprocess.run(["chown", "-R", f"{NOBODY}:{NOBODY}", folder], check=True)
