# SPDX-License-Identifier: Apache-2.0
# run.py as a child of the notebook: the same code path as on the command line. What it tells while
# it works is printed as it comes; Ctrl-C (the notebook's stop) reaches it.
import os
import signal
import subprocess
import sys
import threading

from gnomon.engine import PROJECT
from gnomon.exceptions import make_exception
from gnomon.notebook.runs import load_runs

_ERROR = "error: "
# The compiler says so of a GroupBy that nothing would use.
_SKIPPED = "warning: skipped"
# Of an exit status that several codes share, the code that is met most.
_CODE_BY_STATUS = {2: "InvalidArgument", 3: "Unavailable", 4: "Corruption", 130: "Cancelled"}


def compile_config(root, source_file):
    """Compiles a .py file quietly. Returns None, or the sentence that says why it was not."""
    arguments = ["--mode=compile", f"--conf={source_file}"]
    done = _run(root, arguments, quiet=True)
    skipped = [line for line in done.lines if line.startswith(_SKIPPED)]
    return done.sentence or (skipped[-1].partition(": ")[2] if skipped else None)


def run_config(root, arguments, *, quiet=False):
    """Runs `run.py` with `arguments` and returns its Run. Raises the error of the run's report; of
    a run that ended before it had one, that of its exit status.
    """
    done = _run(root, arguments, quiet=quiet)
    runs = load_runs(root, lambda report: report.get("pid") == done.pid)
    if done.status != 0:
        error = (runs[0].report.get("error") if runs else None) or {}
        code = error.get("code") or _CODE_BY_STATUS.get(done.status, "Internal")
        raise make_exception(code, error.get("message") or done.sentence)
    if not runs:
        raise make_exception("Internal", f"the run left no report: {root}/.gnomon/logs")
    return runs[0]


class _Done:
    """What a command that has ended told: `sentence` is its error, "" if it succeeded."""

    def __init__(self, status, pid, lines):
        self.status, self.pid, self.lines, self.sentence = status, pid, lines, ""
        if status != 0:
            errors = [line[len(_ERROR):] for line in lines if line.startswith(_ERROR)]
            last = f"run.py ended with status {status}: {' '.join(lines[-1:])}"
            self.sentence = errors[-1] if errors else last


def _run(root, arguments, quiet):
    command = [os.path.join(PROJECT, "bin", "run.py"), f"--repo={root}", *arguments]
    # A session of its own: a terminal's Ctrl-C would reach it twice, once from here.
    child = subprocess.Popen(
        command, cwd=root, start_new_session=True, stdin=subprocess.DEVNULL, text=True,
        encoding="utf-8", errors="replace", stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )
    lines = []
    readers = [
        threading.Thread(target=_follow, args=(stream, lines, quiet), daemon=True)
        for stream in (child.stdout, child.stderr)
    ]
    for reader in readers:
        reader.start()
    try:
        status = _wait(child)
    finally:
        for reader in readers:
            reader.join()
    return _Done(status, child.pid, lines)


def _wait(child):
    try:
        return child.wait()
    except KeyboardInterrupt:
        child.send_signal(signal.SIGINT)
        child.wait()
        raise


def _follow(stream, lines, quiet):
    # sys.stdout of a notebook belongs to the cell that runs.
    for line in stream:
        lines.append(line.rstrip("\n"))
        if not quiet and not line.startswith(_ERROR):
            sys.stdout.write(line)
            sys.stdout.flush()
    stream.close()
