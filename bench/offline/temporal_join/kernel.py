# Contender: our kernel of TEMPORAL joins alone, over Arrow batches in memory (kernel_bench.cc).
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
import pathlib
import subprocess


def run(program: pathlib.Path, queries: pathlib.Path, events: pathlib.Path, output: pathlib.Path | None,
        threads: int, memory: str = "4G") -> dict[str, float]:
    """Returns the seconds of taking the queries, of consume, of finish, and of all three (in memory)."""
    arguments = [str(program), str(queries), str(events), str(output or ""), str(threads), memory]
    said = json.loads(subprocess.run(arguments, check=True, capture_output=True, text=True).stdout)
    parts = {part: said[part] for part in ("queries", "consume", "finish")}
    return {**parts, "in memory": sum(parts.values())}
