"""Holds a command at a named moment (base/pause_point.h), to kill it, to stop it or to let another overtake."""
# SPDX-License-Identifier: Apache-2.0
import signal
import time


def pause(repository, tmp_path, point, command, environment=None):
    """Starts a command and waits until it stands at `point`; it goes on when the returned file is removed."""
    marker = tmp_path / f"paused-{point}"
    settings = {"GNOMON_PAUSE_AT": point, "GNOMON_PAUSE_FILE": str(marker), **(environment or {})}
    process = repository.start(*command, environment=settings)
    wait_for(marker.exists, process, point)
    return process, marker


def wait_for(happened, process, what):
    deadline = time.monotonic() + 120
    while not happened():
        assert process.poll() is None, f"{what} was never reached: {process.communicate()}"
        assert time.monotonic() < deadline, f"{what} was never reached"
        time.sleep(0.005)


def let_go(process, marker):
    """Lets a command go on to its end, however often it comes by that moment again; returns its stderr."""
    while process.poll() is None:
        marker.unlink(missing_ok=True)
        time.sleep(0.01)
    return process.communicate()[1]


def kill(process):
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    process.stderr.close()


def stop(process, number=signal.SIGINT):
    """Sends a stop, as Ctrl-C does, sees that the command ends as promised, and returns what it printed to stderr."""
    process.send_signal(number)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, (process.returncode, errors)
    last = errors.splitlines()[-1]
    assert last == "error: stopped: nothing is half-written - the same command again goes on", errors
    assert "Traceback" not in errors
    return errors
