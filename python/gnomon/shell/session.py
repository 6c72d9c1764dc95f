# SPDX-License-Identifier: Apache-2.0
"""What a shell is without its terminal: the engine, the settings, and running what was typed."""

import contextlib
import os
import sys
import time

from gnomon.errors import CommandError, print_error
from gnomon.shell.input import is_command, leaves
from gnomon.shell.pages import Pages
from gnomon.shell.script import translated
from gnomon.shell.statement_thread import StatementThread


class Leave(Exception):
    """The user wants to leave the shell."""


class Session:

    def __init__(self, engine, style: str) -> None:
        self.engine = engine
        self.style = style
        self.namespace = "default"
        self.shows_timing = True
        self.pages = True
        self.output = None  # an open file that rows go to instead of the terminal
        self.last_text = ""  # the last statement that was typed
        self.next_text = ""  # what stands in the next prompt already

    def run(self, text: str) -> None:
        """Runs what was typed: a command or statements. Says what fails; raises only Leave."""
        try:
            if leaves(text):
                raise Leave
            if is_command(text):
                from gnomon.shell.commands import run_command

                run_command(self, text.strip())
            elif text.strip():
                self.last_text = text
                self.run_script(text)
        except KeyboardInterrupt:
            print("cancelled", file=sys.stderr)
        except CommandError as error:
            print_error(error)

    def run_script(self, text: str, file: str | None = None) -> None:
        """Runs statements until one fails. Raises CommandError, and KeyboardInterrupt after the
        statement has ended."""
        for statement in translated(text, file):
            if statement["kind"] == "refused":
                raise CommandError(statement["message"])
            place = statement.pop("place", "")
            try:
                self.run_statement(statement)
            except CommandError as error:
                raise CommandError(f"{place}: {error}" if place else str(error)) from None

    def run_statement(self, statement: dict) -> None:
        begin_s = time.monotonic()
        row_count = self._print(statement)
        if statement["kind"] == "use":
            self.namespace = statement["namespace"]
        if self.shows_timing and row_count is not None:
            seconds = time.monotonic() - begin_s
            sys.stdout.flush()
            print(f"Time taken: {seconds:.3g} seconds, Fetched {row_count} row(s)",
                  file=sys.stderr, flush=True)

    def rows(self, statement: dict) -> list[dict]:
        """The rows of a statement that the shell itself asks, as JSON gives them."""
        import json

        reader, writer = os.pipe()
        thread = StatementThread(self.engine, statement, "json", writer)
        thread.start()
        with os.fdopen(reader, "rb") as file:
            text = file.read()
        thread.join()
        if thread.error is not None:
            raise CommandError(_sentence(thread.error))
        return json.loads(text) if text else []

    def _print(self, statement: dict) -> int | None:
        """Prints the rows and returns their number; None when the user left the pager early."""
        reader, writer = os.pipe()
        thread = StatementThread(self.engine, statement, self.style, writer)
        pages = _FileCopy(self.output) if self.output else Pages(self.pages)
        thread.start()
        try:
            is_whole = pages.copy(reader)
        except BaseException:
            thread.stop()
            with contextlib.suppress(KeyboardInterrupt):
                pages.finish()
            raise
        finally:
            os.close(reader)
        if not is_whole:
            thread.stop()
        thread.join()
        pages.finish()
        if not is_whole:
            return None
        if thread.error is not None:
            raise CommandError(_sentence(thread.error))
        return thread.row_count


class _FileCopy:
    """Copies an answer to a file; as Pages."""

    def __init__(self, file) -> None:
        self._file = file

    def copy(self, descriptor: int) -> bool:
        while chunk := os.read(descriptor, 64 * 1024):
            try:
                self._file.write(chunk)
                self._file.flush()
            except OSError as error:
                raise CommandError("rows cannot be written", self._file.name,
                                   error.strerror or str(error)) from None
        return True

    def finish(self) -> None:
        pass


def _sentence(error: BaseException) -> str:
    """The engine's errors carry a sentence as their only argument."""
    return str(error.args[0]) if error.args else type(error).__name__
