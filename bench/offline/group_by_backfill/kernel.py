# Contender: our kernel alone, over Arrow batches in memory (kernel_bench.cc).
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
import pathlib
import subprocess


def run(program: pathlib.Path, events: pathlib.Path, output: pathlib.Path | None, threads: int) -> dict[str, float]:
    """Returns the seconds of decode, consume, finish and write."""
    arguments = [str(program), str(events), str(output or ""), "2024-01-01", "2024-01-30", str(threads)]
    return json.loads(subprocess.run(arguments, check=True, capture_output=True, text=True).stdout)
