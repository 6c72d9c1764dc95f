# SPDX-License-Identifier: Apache-2.0
"""Output that is longer or wider than the screen goes through a pager: $PAGER, else less."""

import os
import shlex
import shutil
import subprocess
import sys

_CHUNK_BYTES = 64 * 1024
_ROWS_BESIDE = 2  # the timing line and the next prompt


class Pages:
    """Copies an answer to the terminal, or, once it outgrows the screen, to a pager."""

    def __init__(self, enabled: bool) -> None:
        self._command = _pager_command() if enabled else None
        self._size = shutil.get_terminal_size()
        self._held: list[bytes] = []
        self._lines = 0
        self._width = 0  # of the line that is not at its end yet
        self._pager: subprocess.Popen | None = None
        self._is_direct = self._command is None

    def copy(self, descriptor: int) -> bool:
        """Copies until the writer closes its end. False when the user left the pager before."""
        while chunk := os.read(descriptor, _CHUNK_BYTES):
            if not self._write(chunk):
                return False
        return True

    def finish(self) -> None:
        """Shows what is held back, and waits until the user leaves the pager."""
        if self._pager is None:
            self._flush_held()
            return
        try:
            self._pager.stdin.close()
        except BrokenPipeError:
            pass
        while True:
            try:
                self._pager.wait()
                return
            except KeyboardInterrupt:
                pass  # the pager's own

    def _write(self, chunk: bytes) -> bool:
        if self._is_direct:
            _write_all(sys.stdout.fileno(), chunk)
            return True
        if self._pager is None:
            self._held.append(chunk)
            if not self._outgrows(chunk):
                return True
            self._start()
            if self._pager is None:
                return True
            chunk, self._held = b"".join(self._held), []
        try:
            self._pager.stdin.write(chunk)
            self._pager.stdin.flush()
        except BrokenPipeError:
            return False
        return True

    def _outgrows(self, chunk: bytes) -> bool:
        lines = chunk.decode("utf-8", "replace").split("\n")
        widths = [self._width + len(lines[0])] + [len(line) for line in lines[1:]]
        self._width = widths[-1]
        self._lines += len(lines) - 1
        return self._lines > self._size.lines - _ROWS_BESIDE or max(widths) > self._size.columns

    def _start(self) -> None:
        environment = {"LESS": "-SRFX", "LESSCHARSET": "utf-8", **os.environ}
        sys.stdout.flush()
        try:
            self._pager = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, env=environment)
        except OSError:
            self._is_direct = True
            self._flush_held()

    def _flush_held(self) -> None:
        for chunk in self._held:
            _write_all(sys.stdout.fileno(), chunk)
        self._held = []


def _pager_command() -> list[str] | None:
    """None when no pager is wanted (PAGER is empty or cat) or there is none."""
    try:
        command = shlex.split(os.environ.get("PAGER", "less"))
    except ValueError:
        return None
    if not command or command[0] == "cat" or shutil.which(command[0]) is None:
        return None
    return command


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view):]
