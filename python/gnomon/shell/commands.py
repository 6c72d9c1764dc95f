# SPDX-License-Identifier: Apache-2.0
"""The backslash commands, named as psql names them. One function and one line in COMMANDS each."""

import os
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass

from ai.chronon.errors import did_you_mean
from gnomon.errors import CommandError
from gnomon.shell.script import read_script, translated
from gnomon.shell.session import Leave, Session

FORMATS = ("aligned", "vertical", "tabs", "csv", "json", "markdown")  # sql/print_styles/
_KEYS = """keys:
  Tab                 complete keywords, functions, tables, columns
  Enter               run the statement if it ends in ;, else go on with it in a new line
  Ctrl-C              stop the statement that runs, or clear the input
  Ctrl-D, exit, quit  leave
  Up, Ctrl-R          earlier statements, search in them
"""


@dataclass(frozen=True)
class Command:
    usage: str  # with its argument
    doc: str
    argument: str  # what completion offers: "table", "namespace", "format" or ""
    run: Callable[[Session, str], None]

    @property
    def name(self) -> str:
        return self.usage.split()[0]


def run_command(session: Session, text: str) -> None:
    """Runs one line that begins with a backslash. Raises CommandError, Leave."""
    name, _, argument = text.rstrip(";").partition(" ")
    command = next((command for command in COMMANDS if command.name == name), None)
    if command is None:
        names = [command.name for command in COMMANDS]
        raise CommandError(
            f"there is no command {name}", "", did_you_mean(name, names, "\\? lists them"))
    command.run(session, argument.strip())


def _help(session: Session, argument: str) -> None:
    del session, argument
    width = max(len(command.usage) for command in COMMANDS)
    print("Statements of Spark SQL end in ;. Commands of the shell:")
    for command in COMMANDS:
        print(f"  {command.usage:<{width}}  {command.doc}")
    print(_KEYS, end="")


def _quit(session: Session, argument: str) -> None:
    del session, argument
    raise Leave


def _namespaces(session: Session, argument: str) -> None:
    del argument
    session.run_script("SHOW DATABASES")


def _tables(session: Session, argument: str) -> None:
    namespace = argument or session.namespace
    session.run_script(f"SHOW TABLES IN {namespace}")
    views = f"SHOW VIEWS IN {namespace}"
    if any(session.rows(statement) for statement in translated(views)):
        session.run_script(views)


def _describe(session: Session, argument: str) -> None:
    if argument:
        session.run_script(f"DESCRIBE TABLE {argument}")
    else:
        _tables(session, "")


def _describe_extended(session: Session, argument: str) -> None:
    if not argument:
        raise CommandError("\\d+ needs a table", "", "write \\d+ namespace.table")
    session.run_script(f"DESCRIBE TABLE EXTENDED {argument}")


def _format(session: Session, argument: str) -> None:
    if argument and argument not in FORMATS:
        raise CommandError(
            f"there is no output format '{argument}'", "",
            did_you_mean(argument, FORMATS, f"the formats are {', '.join(FORMATS)}"))
    session.style = argument or session.style
    print(f"rows are printed as {session.style}")


def _vertical(session: Session, argument: str) -> None:
    del argument
    _format(session, "aligned" if session.style == "vertical" else "vertical")


def _switched(name: str, argument: str, now: bool) -> bool:
    if argument not in ("", "on", "off"):
        raise CommandError(f"{name} takes on or off", "", f"write {name} on")
    value = argument == "on" if argument else not now
    print(f"{name[1:]} is {'on' if value else 'off'}")
    return value


def _timing(session: Session, argument: str) -> None:
    session.shows_timing = _switched("\\timing", argument, session.shows_timing)


def _pager(session: Session, argument: str) -> None:
    session.pages = _switched("\\pager", argument, session.pages)


def _include(session: Session, argument: str) -> None:
    if not argument:
        raise CommandError("\\i needs a file", "", "write \\i queries.sql")
    path = os.path.expanduser(argument)
    session.run_script(read_script(path), path)


def _output(session: Session, argument: str) -> None:
    if session.output is not None:
        session.output.close()
        session.output = None
    if argument:
        path = os.path.expanduser(argument)
        try:
            session.output = open(path, "wb")
        except OSError as error:
            raise CommandError("rows cannot be written", path, error.strerror) from None
    print(f"rows go to {argument or 'the terminal'}")


def _edit(session: Session, argument: str) -> None:
    """The editor's text stands in the next prompt, where Enter runs it."""
    del argument
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    with tempfile.NamedTemporaryFile("w+", suffix=".sql", encoding="utf-8") as file:
        file.write(session.last_text)
        file.flush()
        done = subprocess.run(["sh", "-c", f'{editor} "$1"', "edit", file.name])
        if done.returncode != 0:
            raise CommandError("the editor failed", editor, "set EDITOR to one that is installed")
        with open(file.name, encoding="utf-8") as edited:  # an editor may replace the file
            session.next_text = edited.read().strip()


COMMANDS = (
    Command("\\?", "this help", "", _help),
    Command("\\q", "leave", "", _quit),
    Command("\\l", "list the namespaces", "", _namespaces),
    Command("\\dt [NAMESPACE]", "list the tables and views", "namespace", _tables),
    Command("\\d [TABLE]", "describe a table", "table", _describe),
    Command("\\d+ TABLE", "describe it with its properties", "table", _describe_extended),
    Command("\\format [FORMAT]", f"print rows as {', '.join(FORMATS)}", "format", _format),
    Command("\\x", "switch between vertical and aligned", "", _vertical),
    Command("\\timing [on|off]", "print the time of each statement", "", _timing),
    Command("\\pager [on|off]", "show long answers in $PAGER", "", _pager),
    Command("\\i FILE", "run the statements of a file", "", _include),
    Command("\\o [FILE]", "write rows to a file, or to the terminal again", "", _output),
    Command("\\e", "edit the last statement in $EDITOR", "", _edit),
)
