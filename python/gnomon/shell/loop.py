# SPDX-License-Identifier: Apache-2.0
"""The terminal of the shell: prompt, history, colours, keys. Only this module imports prompt_toolkit."""

import os
import sys

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import Completer, Completion
from prompt_toolkit.filters import Condition
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.lexers import PygmentsLexer
from prompt_toolkit.output.color_depth import ColorDepth
from prompt_toolkit.styles import Style
from pygments.lexers.sql import SqlLexer

from gnomon import _engine
from gnomon.errors import CommandError, print_warning
from gnomon.shell.catalog import EngineCatalog
from gnomon.shell.commands import COMMANDS, FORMATS
from gnomon.shell.completion import candidates
from gnomon.shell.input import is_whole
from gnomon.shell.session import Leave, Session
from gnomon.terminal import takes_colours

# The terminal's own colours, so that they suit a light and a dark one.
_STYLE = Style.from_dict({
    "pygments.keyword": "bold",
    "pygments.literal.string": "ansigreen",
    "pygments.literal.number": "ansimagenta",
    "pygments.comment": "italic",
})


def run_shell(root: str, style: str) -> int:
    """Reads and runs statements until the user leaves. Returns the exit status."""
    try:
        engine = _engine.Engine(root)
    except Exception as error:
        raise CommandError(str(error.args[0] if error.args else error)) from None
    session = Session(engine, style)
    catalog = EngineCatalog(session)
    prompt = _prompt(catalog)
    print(f"spark-sql on gnomon: {root}\nStatements end in ;. \\? helps, \\q leaves.")
    while True:
        try:
            text = prompt.prompt(f"spark-sql ({session.namespace})> ", default=_taken(session))
            catalog.forget()
            session.run(text)
        except KeyboardInterrupt:
            continue
        except (EOFError, Leave):
            return 0


def _taken(session: Session) -> str:
    text, session.next_text = session.next_text, ""
    return text


def _prompt(catalog: EngineCatalog) -> PromptSession:
    is_plain = not takes_colours(sys.stdout)
    session = PromptSession(
        multiline=Condition(lambda: not is_whole(session.default_buffer.text)),
        prompt_continuation=lambda width, number, wrapped: "> ".rjust(width),
        history=_history(),
        completer=_Completer(catalog),
        complete_while_typing=False,
        lexer=None if is_plain else PygmentsLexer(SqlLexer),
        style=_STYLE,
        include_default_pygments_style=False,
        color_depth=ColorDepth.DEPTH_1_BIT if is_plain else None,
        enable_open_in_editor=True,
    )
    return session


def _history() -> History:
    """The user's own, in XDG's folder for state, for their eyes only."""
    state = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
    path = os.path.join(state, "gnomon", "shell_history")
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_APPEND, 0o600))
        os.chmod(path, 0o600)
    except OSError as error:
        print_warning(f"statements are not kept: {path}: {error.strerror}")
        return InMemoryHistory()
    return FileHistory(path)


class _Commands:

    def names(self) -> dict[str, str]:
        return {command.name: command.doc for command in COMMANDS}

    def arguments(self, name: str) -> str:
        return next((command.argument for command in COMMANDS if command.name == name), "")

    def formats(self) -> list[str]:
        return list(FORMATS)


class _Completer(Completer):

    def __init__(self, catalog: EngineCatalog) -> None:
        self._catalog = catalog

    def get_completions(self, document, complete_event):
        del complete_event
        for found in candidates(document.text_before_cursor, document.text_after_cursor,
                                self._catalog, _Commands()):
            yield Completion(found.text, start_position=-found.length, display_meta=found.meta)
