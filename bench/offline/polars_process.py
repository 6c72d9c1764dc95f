# What the contenders of Polars share: each is a script in a process of its own, since the number of its threads is
# set at its start only, and writes one Parquet file per day.
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys
import time


def is_there() -> bool:
    try:
        import polars  # noqa: F401
    except ImportError:
        return False
    return True


def run(script: str, output: pathlib.Path, arguments: list[str], threads: int,
        limit_seconds: float | None = None) -> float:
    """Returns the seconds of the work alone: the process and its imports come before. Raises TimeoutError."""
    environment = {**os.environ, "POLARS_MAX_THREADS": str(threads), "PYTHONPATH": str(pathlib.Path(__file__).parent)}
    try:
        done = subprocess.run([sys.executable, script, str(output), *arguments], env=environment, capture_output=True,
                              text=True, timeout=limit_seconds)
    except subprocess.TimeoutExpired:
        raise TimeoutError from None
    if done.returncode:
        raise SystemExit(f"Polars failed:\n{done.stderr}")
    return float(done.stdout)


def write_by_day(output: pathlib.Path, answer) -> None:
    """In that process: writes the frame that `answer` returns, and prints the seconds of both."""
    import polars  # noqa: F401

    shutil.rmtree(output, ignore_errors=True)
    begin = time.perf_counter()
    for (ds,), rows in answer().partition_by("ds", as_dict=True).items():
        folder = output / f"ds={ds}"
        folder.mkdir(parents=True)
        rows.drop("ds").write_parquet(folder / "rows.parquet", compression="zstd", compression_level=1)
    print(time.perf_counter() - begin)
