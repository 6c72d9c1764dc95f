# What the workloads share: the machine, the kernels' programs, times and what they say.
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import os
import pathlib
import platform
import resource
import statistics
import subprocess

RELATIVE_ERROR = 1e-9


def machine() -> dict[str, object]:
    model = platform.processor()
    info = pathlib.Path("/proc/cpuinfo")
    if info.exists():
        lines = info.read_text().splitlines()
        model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), model)
    return {"cpu": model, "cores": os.cpu_count(), "system": platform.platform()}


def build(folder: pathlib.Path, name: str) -> pathlib.Path:
    """Returns a kernel's benchmark program, built when it is missing."""
    program = folder / "bench" / "offline" / name
    if not program.exists():
        done = subprocess.run(["ninja", "-C", str(folder), program.name], capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"building {program.name} failed:\n{done.stdout}{done.stderr}")
    return program


def cpu_seconds() -> float:
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, kinds))


def summary(values: list[float]) -> dict[str, float]:
    taken = {"median": statistics.median(values), "min": min(values), "max": max(values)}
    return {name: round(value, 4) for name, value in taken.items()}
