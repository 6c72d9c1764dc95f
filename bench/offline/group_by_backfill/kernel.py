# Contender: our kernel alone, over Arrow batches in memory (kernel_bench.cc).
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
import pathlib
import subprocess

import configs
from group_by_backfill import events

# The enumeration of Chronon's API.
NUMBERS = {"MIN": 0, "MAX": 1, "FIRST": 2, "LAST": 3, "COUNT": 6, "SUM": 7, "AVERAGE": 8}


def run(program: pathlib.Path, source: pathlib.Path, output: pathlib.Path | None, threads: int,
        windows: tuple[int, ...] = configs.WINDOWS, operations: tuple[str, ...] = configs.OPERATIONS
        ) -> dict[str, float]:
    """Returns the seconds of consume, of finish, and of both (in memory)."""
    lists = (windows, [NUMBERS[name] for name in operations])
    arguments = [str(program), str(source), str(output or ""), events.FIRST_DAY, events.LAST_DAY, str(threads), "4G",
                 *(",".join(map(str, one)) for one in lists)]
    said = json.loads(subprocess.run(arguments, check=True, capture_output=True, text=True).stdout)
    consume, finish = said["consume"], said["finish"]
    return {"consume": consume, "finish": finish, "in memory": consume + finish}
