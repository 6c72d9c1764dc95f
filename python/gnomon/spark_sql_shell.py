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
_EXAMPLES = """
spark-sql -e "SHOW TABLES IN bootcamp"
spark-sql -e "SELECT * FROM bootcamp.purchases_from_s3 LIMIT 3" --format csv > rows.csv
echo "SELECT 1 AS a" | spark-sql --json
"""


def spark_sql_parser():
    """Returns the parser of spark-sql's flags."""
    parser = ArgumentParser(
        "spark-sql",
        examples=_EXAMPLES,
        description="Runs Spark SQL statements; on a terminal, without -e and -f, a shell.",
    )
    add = parser.add_argument
    add("-e", dest="texts", action="append", metavar="SQL", help="statements")
    add("-f", dest="file", metavar="FILE", help="a file of statements; - is standard input")
    add("--repo", metavar="FOLDER", help="the repository's root")
    add("--format", choices=_FORMATS, metavar="FORMAT", help="how rows are printed")
    add("--json", action="store_true", help="the same as --format json")
    add(
        "--continue-on-error",
        action="store_true",
        help="go on with the next statement after one that fails",
    )
    ignored = parser.add_argument_group("ignored", "Spark's flags that nothing here needs.")
    for flag in _IGNORED:
        ignored.add_argument(flag, dest="ignored", metavar="IGNORED", help="ignored")
    return parser


def _text(flags):
    """The statements and the name of the file that holds them."""
    if flags.texts and flags.file:
        raise CommandError("-e and -f exclude each other", "", "drop one of them")
    if flags.texts:
        text = ";\n".join(flags.texts)
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            remedy = "write them in UTF-8"
            raise CommandError("the statements are no UTF-8 text", "-e", remedy) from None
        return text, None
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
    flags = spark_sql_parser().parse_args(arguments)
    root = find_root(flags.repo)
    if flags.json and flags.format not in (None, "json"):
        raise CommandError(
            f"--json and --format {flags.format} exclude each other", "", "drop one of them"
        )
    style = "json" if flags.json else flags.format
    if not flags.texts and not flags.file and sys.stdin.isatty() and sys.stdout.isatty():
        import signal

        from gnomon.shell.loop import run_shell

        signal.signal(signal.SIGPIPE, signal.SIG_IGN)  # A pager may end before its text does.
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
    options += [f"--{name}" for name in ("quiet", "verbose") if getattr(flags, name)]
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
