# SPDX-License-Identifier: Apache-2.0
# spark-sql: translates statements and becomes the engine, which reads them, one JSON object a line,
# from its standard input. All statements are translated before the first one runs.
import json
import os
import sys

from gnomon.arguments import ArgumentParser
from gnomon.engine import become_engine
from gnomon.errors import CommandError
from gnomon.repository import find_root

# What guides for Spark pass on; there is no JVM that they could configure.
_IGNORED = ("--packages", "--conf", "--master", "--jars", "--driver-memory", "--executor-memory")


_EXAMPLES = """
spark-sql -e "SHOW TABLES IN bootcamp"
"""


def spark_sql_parser():
    """Returns the parser of spark-sql's flags."""
    parser = ArgumentParser(
        "spark-sql", examples=_EXAMPLES, description="Runs Spark SQL statements."
    )
    parser.add_argument("-e", dest="texts", action="append", metavar="SQL", help="statements")
    parser.add_argument("-f", dest="file", metavar="FILE", help="a file of statements")
    parser.add_argument("--repo", metavar="FOLDER", help="the repository's root")
    ignored = parser.add_argument_group("ignored", "Spark's flags that nothing here needs.")
    for flag in _IGNORED:
        ignored.add_argument(flag, dest="ignored", metavar="IGNORED", help="ignored")
    return parser


def _text(flags):
    if flags.texts and flags.file:
        raise CommandError("-e and -f exclude each other", "", "drop one of them")
    if flags.texts:
        return ";\n".join(flags.texts)
    if flags.file:
        try:
            with open(flags.file, encoding="utf-8") as file:
                return file.read()
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(
                "the file of statements cannot be read", flags.file, str(error)
            ) from None
    return sys.stdin.read()


def translate(text):
    """Returns the statements of a script as translated objects. Raises CommandError, naming the
    statement.
    """
    from gnomon.spark_sql import SqlError, split_statements, translate_statement

    statements = []
    number = 0
    try:
        for number, statement in enumerate(split_statements(text), 1):
            statements.append(translate_statement(statement))
    except SqlError as error:
        what, dash, remedy = str(getattr(error, "message", error)).partition(" - ")
        place = f"statement {max(number, 1)}"
        if error.line:
            place += f", line {error.line}" + (f", column {error.column}" if error.column else "")
        raise CommandError(what, place, remedy if dash else "change the statement") from None
    return statements


def main(arguments):
    """Runs the statements of -e, -f or standard input."""
    flags = spark_sql_parser().parse_args(arguments)
    root = find_root(flags.repo)
    statements = translate(_text(flags))
    if not statements:
        return 0
    _become_standard_input("".join(json.dumps(statement) + "\n" for statement in statements))
    become_engine(["sql", f"--repo={root}", "--statements=-"])


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
