# SPDX-License-Identifier: Apache-2.0
"""One statement that runs in a thread of its own, so that Ctrl-C, which reaches the main thread, can
stop it."""

import json
import os
import threading

_STOP_INTERVAL_S = 0.05


class StatementThread(threading.Thread):
    """Executes a translated statement and writes its rows, in a style, to a descriptor, which it
    closes."""

    def __init__(self, engine, statement: dict, style: str, descriptor: int) -> None:
        super().__init__(daemon=True)
        self._engine, self._statement = engine, json.dumps(statement)
        self._style, self._descriptor = style, descriptor
        self.row_count = 0
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self.row_count = self._engine.execute(self._statement).print(
                self._style, self._descriptor)
        except BaseException as error:  # handed to the main thread
            self.error = error
        finally:
            os.close(self._descriptor)

    def stop(self) -> None:
        """Ends the statement. An interrupt is lost on an engine that has not begun yet, so there is
        more than one."""
        while self.is_alive():
            self._engine.interrupt()
            self.join(_STOP_INTERVAL_S)
