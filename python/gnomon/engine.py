# SPDX-License-Identifier: Apache-2.0
# The C++ program: where it is, and how a command becomes it.
import os
import signal
import sys

from gnomon.errors import CommandError

PROJECT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))


def engine_path():
    """Returns the path of the engine: GNOMON_BIN, else the release build of this project."""
    path = os.environ.get("GNOMON_BIN") or os.path.join(PROJECT, "build", "release", "gnomon")
    if not os.access(path, os.X_OK) or os.path.isdir(path):
        remedy = (
            "mend GNOMON_BIN" if os.environ.get("GNOMON_BIN") else f"run: make -C {PROJECT} build"
        )
        raise CommandError("the engine is not built", path, remedy)
    return path


def become_engine(arguments, environment=None):
    """Replaces this process by the engine."""
    path = engine_path()
    sys.stdout.flush()
    sys.stderr.flush()
    # A stop that comes while the engine is loaded waits until it listens: the mask is inherited.
    stops = {signal.SIGINT, signal.SIGTERM}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, stops)
    try:
        os.execve(path, [path, *arguments], {**os.environ, **(environment or {})})
    except OSError as error:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        raise CommandError("the engine cannot be started", path, error.strerror) from None


def run_engine(arguments, environment=None):
    """Runs the engine as a child, and stops it when this process is to stop. Returns its exit
    status.
    """
    import subprocess

    sys.stdout.flush()
    command = [engine_path(), *arguments]
    child, stopped = None, False

    def pass_on(number, frame):
        nonlocal stopped
        stopped = True
        if child:
            child.terminate()

    # The child ends, and says why, in its own time; then so does this process. That Ctrl-C in a
    # terminal has reached the child already does no harm.
    stops = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, pass_on) for number in stops]
    try:
        child = subprocess.Popen(command, env={**os.environ, **(environment or {})})
        if stopped:  # Before there was a child to tell.
            child.terminate()
        status = child.wait()
        if stopped and status == 0:  # It had ended its work already; nothing else is begun.
            raise KeyboardInterrupt
    finally:
        for number, handler in zip(stops, before, strict=True):
            signal.signal(number, handler)
    return status if status >= 0 else 128 - status
