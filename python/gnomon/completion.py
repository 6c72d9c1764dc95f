# SPDX-License-Identifier: Apache-2.0
# `gnomon completion SHELL`: writes the completion script of bash, zsh or fish for gnomon and the
# programs beside it, from the very tables that their parsers are made of. Flags and their closed values
# stand in the script; what only a repository knows (configs, tables, datasets, runs) is asked of
# `gnomon completion --values WORD` at the time.
import json
import subprocess
import sys

from gnomon.completion_scripts import bash, fish, zsh
from gnomon.engine import engine_path
from gnomon.errors import CommandError, run_main

SCRIPTS = {"bash": bash.script, "zsh": zsh.script, "fish": fish.script}


def programs():
    """Returns what each program takes, as `--help --json` tells it; gnomon has "commands" too."""
    from gnomon.compile import compile_parser
    from gnomon.explore import explore_parser
    from gnomon.run_flags import run_py_parser
    from gnomon.spark_sql_shell import spark_sql_parser

    done = subprocess.run([engine_path(), "help", "--json"], capture_output=True, check=True)
    commands = json.loads(done.stdout)["commands"]
    return {
        "gnomon": {
            "options": _shared_options(commands),
            "commands": [_without_ignored(command) for command in commands],
        },
        **{
            parser.prog: _without_ignored(parser.describe())
            for parser in (run_py_parser(), compile_parser(), explore_parser(), spark_sql_parser())
        },
    }


def _shared_options(commands):
    """What more than one command takes may stand before the command's name too."""
    by_flags, counts = {}, {}
    for option in (option for command in commands for option in command["options"]):
        flags = tuple(option["flags"])
        by_flags.setdefault(flags, option)
        counts[flags] = counts.get(flags, 0) + 1
    return [option for flags, option in by_flags.items() if counts[flags] > 1]


def _without_ignored(described):
    options = [one for one in described["options"] if not one["help"].startswith("ignored")]
    return {**described, "options": options}


def main(arguments):
    if len(arguments) != 1 or arguments[0] not in SCRIPTS:
        raise CommandError(
            "one shell is needed", "gnomon completion", "give " + " or ".join(SCRIPTS)
        )
    sys.stdout.write(SCRIPTS[arguments[0]](programs()))
    return 0


if __name__ == "__main__":
    run_main(main)
