"""Plants faults into the window code, one at a time, and demands that the suites fail on each (make planted-faults).

A fault is a piece of a source file and what stands there instead. The file is changed, the kernel's tests and the
program are built, and both kinds of suites must fail: the kernel's own tests, and the random tests against the naive
model. The file is put back whatever happens. It takes minutes, so it is no part of `make test`; the same faults in the
rules of the model are (test/python/test_semantics_fuzz.py).
"""
# SPDX-License-Identifier: Apache-2.0
import argparse
import contextlib
import os
import pathlib
import subprocess
import sys

PROJECT = pathlib.Path(__file__).resolve().parents[1]
KERNELS = "src/aggregate"

# name -> (file, what is right, what is planted, kinds of random cases that must see it)
FAULTS = {
    "a hop off by one": (
        f"{KERNELS}/interval_table.cc", "return RoundToHop(tail_ms, TailHopMs(window));",
        "return RoundToHop(tail_ms, TailHopMs(window)) + TailHopMs(window);", "join"),
    "the query's own time counts": (
        f"{KERNELS}/interval_table.cc", "std::ranges::upper_bound(inside, ts, {}, &Interval::end_ms)",
        "std::ranges::lower_bound(inside, ts, {}, &Interval::end_ms)", "join"),
    "twelve hours take small hops": (
        f"{KERNELS}/interval_table.cc", "window.length_ms() >= 12 * kMillisPerHour",
        "window.length_ms() > 12 * kMillisPerHour", "join"),
    "a lost tail hop": (
        f"{KERNELS}/batch_ir_kernel.cc", "return {begin_ms, std::min(begin_ms + kTailBufferMs, batch_end_ms)};",
        "return {begin_ms + TailHopMs(window), std::min(begin_ms + kTailBufferMs, batch_end_ms)};", "upload"),
    "a swapped merge": (
        f"{KERNELS}/functions/by_time.h", "if (later.is_set) Update(later.view(), later.ts);",
        "if (later.is_set && !is_set) Update(later.view(), later.ts);", "group_by"),
    "a grid that loses its first day": (
        f"{KERNELS}/grid_sweep.h", "if (i >= grid.begin) {", "if (i > grid.begin) {", "group_by"),
    "partial results one day late": (
        f"{KERNELS}/batch_partials.cc", "hops.assign(slots, hop_);", "hops.assign(slots, hop_ + 1);", "group_by"),
    "a window one day too long": (
        f"{KERNELS}/snapshot_sweep.cc", "day - window + 1 : 1;", "day - window : 1;", "group_by"),
}


@contextlib.contextmanager
def planted(file, right, wrong):
    """The file with the fault in it; it is put back at the end."""
    path = PROJECT / file
    text = path.read_text()
    if text.count(right) != 1:
        sys.exit(f"error: the place of a planted fault is gone: {file} - find it again: {right}")
    try:
        path.write_text(text.replace(right, wrong))
        yield
    finally:
        path.write_text(text)


def build(folder, quiet=True):
    command = ["ninja", "-C", str(folder), "aggregate_test", "gnomon"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=quiet, text=True)
    if done.returncode:
        sys.exit(f"error: a planted fault does not compile: {folder} - mend tools/planted_faults.py\n{done.stdout}")


def fails(*command, **environment):
    """Whether a suite fails, in the way of a suite: an exit status of 1."""
    done = subprocess.run(command, cwd=PROJECT, env={**os.environ, **environment}, capture_output=True, text=True)
    return done.returncode == 1


def seen(folder, kind):
    """Which suites see what is planted."""
    program = {"GNOMON_BIN": str(folder / "gnomon")}
    return {
        "aggregate_test": fails(str(folder / "aggregate_test"), "--gtest_brief=1"),
        "test_semantics_fuzz": fails(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
                                     "test/python/test_semantics_fuzz.py", "-k", f"program and {kind}", **program),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=PROJECT / "build/release")
    parser.add_argument("--only", choices=sorted(FAULTS), help="plant one of them")
    arguments = parser.parse_args()
    folder = arguments.build.resolve()  # The programs run elsewhere.
    chosen = {name: fault for name, fault in FAULTS.items() if arguments.only in (None, name)}
    build(folder)
    for kind in sorted({kind for *_, kind in chosen.values()}):
        if any(seen(folder, kind).values()):
            sys.exit(f"error: a suite fails without any fault: {kind} - mend it first")
    missed = 0
    try:
        for name, (file, right, wrong, kind) in chosen.items():
            with planted(file, right, wrong):
                build(folder)
                suites = seen(folder, kind)
            missed += not all(suites.values())
            words = ", ".join(f"{suite} {'fails' if found else 'PASSES'}" for suite, found in suites.items())
            print(f"{name} ({file}): {words}", flush=True)
    finally:
        build(folder)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
