# SPDX-License-Identifier: Apache-2.0
# `gnomon completion SHELL`: writes the completion script of bash, zsh or fish for gnomon, run.py
# and spark-sql, from the very tables that their parsers are made of. Flags and their closed values
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
    from gnomon.run_flags import run_py_parser
    from gnomon.spark_sql_shell import spark_sql_parser

    done = subprocess.run([engine_path(), "help", "--json"], capture_output=True, check=True)
    commands = json.loads(done.stdout)["commands"]
    every = [one for one in commands[0]["options"] if all(one in c["options"] for c in commands)]
    return {
        "gnomon": {"options": every, "commands": [_without_ignored(c) for c in commands]},
        "run.py": _without_ignored(run_py_parser().describe()),
        "spark-sql": _without_ignored(spark_sql_parser().describe()),
    }


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
