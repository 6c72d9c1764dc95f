# SPDX-License-Identifier: Apache-2.0
# spark-sql: on a terminal without statements it is a shell (gnomon.shell). Else it translates the
# statements of -e, -f or standard input and becomes the engine, which reads them, one JSON object a
# line, from its standard input. All are translated before the first one runs.
import json
import os
import sys

from gnomon.arguments import ArgumentParser
from gnomon.engine import become_engine
from gnomon.errors import CommandError
from gnomon.repository import find_root
from gnomon.shell.script import read_script, translated

# What guides for Spark pass on; there is no JVM that they could configure.
_IGNORED = ("--packages", "--conf", "--master", "--jars", "--driver-memory", "--executor-memory")
_FORMATS = ("tabs", "aligned", "vertical", "csv", "json", "markdown")  # sql/print_styles/
_EXAMPLES = """examples:
  spark-sql                                        a shell; \\? in it helps
  spark-sql -e "SHOW TABLES IN bootcamp"
  spark-sql -f queries.sql --format csv > rows.csv
  echo "SELECT 1 AS a" | spark-sql --json
"""


def _parser():
    from argparse import RawDescriptionHelpFormatter

    parser = ArgumentParser(
        "spark-sql",
        description="Runs Spark SQL statements; on a terminal, without -e and -f, a shell.",
        epilog=_EXAMPLES,
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("-e", dest="texts", action="append", metavar="SQL", help="statements")
    parser.add_argument("-f", dest="file", help="a file of statements; - is standard input")
    parser.add_argument("--repo", help="the repository's root")
    parser.add_argument("--format", choices=_FORMATS, help="how rows are printed")
    parser.add_argument("--json", action="store_true", help="the same as --format json")
    parser.add_argument(
        "--continue-on-error",
        action="store_true",
        help="go on with the next statement after one that fails",
    )
    for flag in _IGNORED:
        parser.add_argument(flag, dest="ignored", help="ignored")
    return parser


def _text(flags):
    """The statements and the name of the file that holds them."""
    if flags.texts and flags.file:
        raise CommandError("-e and -f exclude each other", "", "drop one of them")
    if flags.texts:
        return ";\n".join(flags.texts), None
    if flags.file and flags.file != "-":
        return read_script(flags.file), flags.file
    try:
        return sys.stdin.read(), None
    except UnicodeDecodeError:
        raise CommandError(
            "the statements cannot be read", "standard input", "write them in UTF-8"
        ) from None


def main(arguments):
    """Runs the statements of -e, -f or standard input, or the shell."""
    flags = _parser().parse_args(arguments)
    root = find_root(flags.repo)
    if flags.json and flags.format not in (None, "json"):
        raise CommandError(
            f"--json and --format {flags.format} exclude each other", "", "drop one of them"
        )
    style = "json" if flags.json else flags.format
    if not flags.texts and not flags.file and sys.stdin.isatty() and sys.stdout.isatty():
        from gnomon.shell.loop import run_shell

        return run_shell(root, style or "aligned")
    text, file = _text(flags)
    statements = list(translated(text, file))
    refused = [s["message"] for s in statements if s["kind"] == "refused"]
    if refused and not flags.continue_on_error:
        raise CommandError(refused[0])
    if not statements:
        return 0
    _become_standard_input("".join(json.dumps(statement) + "\n" for statement in statements))
    options = [f"--format={style}"] if style else []
    if flags.continue_on_error:
        options.append("--continue-on-error")
    become_engine(["sql", f"--repo={root}", "--statements=-", *options])


def _become_standard_input(text):
    """Makes `text` the standard input of what this process becomes. A file, not a pipe: it cannot
    fill up.
    """
    if hasattr(os, "memfd_create"):
        handle = os.memfd_create("statements")
    else:
        import tempfile

        handle, path = tempfile.mkstemp()
        os.unlink(path)
    with os.fdopen(os.dup(handle), "wb") as file:
        file.write(text.encode("utf-8"))
    os.lseek(handle, 0, os.SEEK_SET)
    os.dup2(handle, 0)
    os.close(handle)
