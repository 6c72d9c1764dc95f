# What the workloads share: the machine, the kernels' programs, times and what they say.
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import contextlib
import fcntl
import os
import pathlib
import platform
import resource
import statistics
import subprocess
import threading
import time

RELATIVE_ERROR = 1e-9


def machine() -> dict[str, object]:
    model = platform.processor()
    info = pathlib.Path("/proc/cpuinfo")
    if info.exists():
        lines = info.read_text().splitlines()
        model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), model)
    return {"cpu": model, "cores": os.cpu_count(), "system": platform.platform()}


def build(folder: pathlib.Path, name: str) -> pathlib.Path:
    """Returns a kernel's benchmark program, built when it is missing or older than its sources."""
    with open(folder / "bench.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # Two builds in one folder would be in each other's way.
        done = subprocess.run(["ninja", "-C", str(folder), name], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"building {name} failed:\n{done.stdout}{done.stderr}")
    return folder / "bench" / "offline" / name


def cpu_seconds() -> float:
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, kinds))


def summary(values: list[float]) -> dict[str, float]:
    taken = {"median": statistics.median(values), "min": min(values), "max": max(values)}
    return {name: round(value, 4) for name, value in taken.items()}


@contextlib.contextmanager
def limited(connection, limit_seconds: float):
    """What takes longer inside raises TimeoutError; DuckDB's statements are interrupted."""
    import duckdb

    done = threading.Event()

    def interrupt() -> None:
        passed = done.wait(limit_seconds)
        while not passed:  # An interrupt between two statements is lost.
            connection.interrupt()
            passed = done.wait(0.1)

    watcher = threading.Thread(target=interrupt)
    begin = time.perf_counter()
    watcher.start()
    try:
        yield
    except duckdb.InterruptException:
        raise TimeoutError from None
    finally:
        done.set()
        watcher.join()
    if time.perf_counter() - begin > limit_seconds:
        raise TimeoutError


class Timings:
    """Seconds of contenders. One that raises TimeoutError is given up: from then on it is not run again."""

    def __init__(self, limit_seconds: float):
        self.limit_seconds = limit_seconds
        self.seconds: dict[str, list[float]] = {}
        self.cpu: dict[str, list[float]] = {}
        self.given_up: dict[str, str] = {}

    def try_once(self, contender: str, work) -> bool:
        """Whether it kept within the limit; what it took counts nowhere."""
        try:
            work()
        except TimeoutError:
            self.given_up[contender] = f"more than {self.limit_seconds:.0f} s"
        return contender not in self.given_up

    def time(self, contender: str, work) -> None:
        """`work` returns its seconds, or those of its parts. What the CPUs did in it says more on a busy machine."""
        if contender in self.given_up:
            return
        before = cpu_seconds()
        try:
            taken = work()
        except TimeoutError:
            self.given_up[contender] = f"more than {self.limit_seconds:.0f} s"
            self.seconds.pop(contender, None)
            self.cpu.pop(contender, None)
            return
        if not isinstance(taken, dict):
            self.cpu.setdefault(contender, []).append(cpu_seconds() - before)
            taken = {"": taken}
        for part, seconds in taken.items():
            self.seconds.setdefault(f"{contender} {part}".strip(), []).append(seconds)

    def median(self, contender: str) -> float:
        return statistics.median(self.seconds[contender])

    def fastest(self, contenders: list[str]) -> str | None:
        """The one with the least median; None if all of them were given up."""
        return min((one for one in contenders if one in self.seconds), key=self.median, default=None)

    def ratios(self, pairs: list[tuple[str, str]]) -> dict[str, object]:
        """Of medians; of a contender that was given up, what is known from its limit."""
        found: dict[str, object] = {}
        for slow, fast in pairs:
            if fast not in self.seconds:
                continue
            if slow in self.seconds:
                found[f"{slow} / {fast}"] = round(self.median(slow) / self.median(fast), 2)
            elif slow in self.given_up:
                found[f"{slow} / {fast}"] = f"more than {self.limit_seconds / self.median(fast):.2f}"
        return found

    def result(self) -> dict[str, object]:
        return {
            "seconds": {contender: summary(taken) for contender, taken in self.seconds.items()},
            "cpu_seconds": {contender: summary(taken) for contender, taken in self.cpu.items()},
            "given_up": self.given_up,
        }
