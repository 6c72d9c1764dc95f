"""Runs cases through the real programs, in a repository that the caller made (test/python/repository.py)."""
# SPDX-License-Identifier: Apache-2.0
import json

import pyarrow.parquet as pq

from . import datasets, tables
from .cases import FOLDERS

MODES = {"group_by": ("backfill",), "upload": ("upload",), "join": ("backfill",), "label": ("backfill", "label-join")}


class Failed(Exception):
    """The program refused a case or broke down."""


def import_tables(repository, names_and_rows):
    """Registers tables that are not there yet, each from a Parquet file, partitioned by ds."""
    for name, rows in names_and_rows.items():
        path = repository.root / f"{name}.parquet"
        if not path.exists():
            pq.write_table(datasets.arrow_table(name, rows), path)
            partition = datasets.PARTITIONS.get(name, "ds")
            repository.run("gnomon", "import", name, str(path), *(["--partition-by", partition] if partition else []))


def answer(repository, case):
    """What the program answers: rows, or of an upload key -> value. Raises Failed with what it printed."""
    import_tables(repository, case.used_tables())
    path = repository.root / "production" / FOLDERS[case.kind] / "cases" / case.name.split(".", 1)[1]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(case.conf, indent=2))
    relative = str(path.relative_to(repository.root))
    for mode in MODES[case.kind]:
        steps = [f"--step-days={case.step_days}"] if mode == "backfill" else []
        done = repository.run("run.py", f"--mode={mode}", f"--conf={relative}", f"--ds={case.end}", *steps, status=None)
        if done.returncode:
            raise Failed(f"exit status {done.returncode}: {done.stderr}")
    if case.kind == "label" and not repository.catalog().table_exists(case.table):
        return []  # The left side has none of the days.
    rows = tables.rows_of(repository.table(case.table))
    return case.decoded(rows) if case.kind == "upload" else rows
