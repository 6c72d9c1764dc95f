# SPDX-License-Identifier: Apache-2.0
"""Ctrl-C as a fact instead of an exception: an exception may be raised anywhere, also between starting
a statement and knowing that it runs, and what then still runs could not be stopped."""

import os
import select
import signal

_CHUNK_BYTES = 64 * 1024


class ControlC:
    """While it is entered, Ctrl-C only sets `is_pressed` and ends a `read` that waits."""

    def __init__(self) -> None:
        self.is_pressed = False

    def __enter__(self) -> "ControlC":
        self._woken, wake = os.pipe()
        os.set_blocking(wake, False)
        self._wake = wake
        # Written by the signal itself: one that arrives just before the wait ends it too.
        self._fd_before = signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        self._handler_before = signal.signal(signal.SIGINT, self._press)
        return self

    def __exit__(self, *exception) -> None:
        signal.signal(signal.SIGINT, self._handler_before)
        signal.set_wakeup_fd(self._fd_before)
        os.close(self._woken)
        os.close(self._wake)

    def read(self, descriptor: int) -> bytes:
        """Waits for bytes of a pipe: none at its end, and none once Ctrl-C was pressed."""
        while not self.is_pressed:
            readable, _, _ = select.select([descriptor, self._woken], [], [])
            if self._woken in readable:
                self.is_pressed |= signal.SIGINT in os.read(self._woken, _CHUNK_BYTES)
            elif not self.is_pressed:
                return os.read(descriptor, _CHUNK_BYTES)
        return b""

    def _press(self, number, frame) -> None:
        del number, frame
        self.is_pressed = True
