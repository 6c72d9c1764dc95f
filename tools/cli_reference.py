"""docs/cli.md: every program, command, flag, environment variable and exit status, as the programs tell them.

Usage: cli_reference.py [--check]. Writes the page, or says whether it is stale. GNOMON_BIN names another engine than
the release build.
"""
# SPDX-License-Identifier: Apache-2.0
import json
import pathlib
import subprocess
import sys

PROJECT = pathlib.Path(__file__).resolve().parents[1]
PAGE = PROJECT / "docs" / "cli.md"
sys.path.insert(0, str(PROJECT / "python"))

HEAD = """# The command line

<!-- Made by tools/cli_reference.py of what the programs say with --help --json; edit it there. -->

The programs are in `bin/`: `run.py` compiles and runs configs, `compile.py` compiles them alone, `explore.py` finds
features, `spark-sql` runs SQL, `gnomon` is the engine and the rest.

* Results go to stdout, everything else (notes, progress, warnings, errors) to stderr.
* `--json` prints the result as one JSON document: [json_output.md](formats/json_output.md).
* An error is one sentence, `error: <what failed>: <where> - <what to do>`, and an exit status of the table below.
* `--flag=value` and `--flag value` mean the same; flags of `gnomon` may stand before the command; `--` ends them; short
  flags combine (`-qh`). Abbreviated flags are refused.
* Colours and the status line are for terminals only: `NO_COLOR`, `CLICOLOR_FORCE` and `TERM=dumb` are obeyed.
* A pipe whose reader is gone (`| head`) ends a program quietly with status 141; a full or closed stdout is an error.
* Commands, flags, values, configs, tables and datasets are completed: `source <(gnomon completion bash)`, or zsh, fish.
"""


def programs():
    """All that the page tells, from the programs."""
    from gnomon.compile import compile_parser
    from gnomon.engine import engine_path
    from gnomon.explore import explore_parser
    from gnomon.run_flags import run_py_parser
    from gnomon.spark_sql_shell import spark_sql_parser

    done = subprocess.run([engine_path(), "help", "--json"], capture_output=True, check=True)
    parsers = (run_py_parser(), compile_parser(), explore_parser(), spark_sql_parser())
    return json.loads(done.stdout), [parser.describe() for parser in parsers]


def cell(text):
    return text.replace("|", "\\|").replace("\n", "<br>")


def table(head, rows):
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield "| " + " | ".join(cell(text) for text in row) + " |"


def value_of(option):
    if option["value"] is None:
        return ""
    return ", ".join(f"`{choice}`" for choice in option["choices"]) or f"`{option['value']}`"


def section(described, title, shared):
    yield f"\n## {title}\n"
    yield described["help"].rstrip(".") + "."
    if described["arguments"]:
        yield ""
        yield from table(
            ("argument", "value", "meaning"),
            [
                (f"`{one['name']}`" + (" ..." if one["many"] else ""), value_of(one), one["help"])
                for one in described["arguments"]
            ],
        )
    own = [one for one in described["options"] if one["flags"] not in shared and not one["help"].startswith("ignored")]
    if own:
        yield ""
        yield from table(
            ("flag", "value", "meaning"),
            [
                (", ".join(f"`{flag}`" for flag in one["flags"]), value_of(one),
                 one["help"] + (" (required)" if one["required"] else ""))
                for one in own
            ],
        )
    ignored = [one["flags"][0] for one in described["options"] if one["help"].startswith("ignored")]
    if ignored:
        yield "\nAccepted and ignored: " + ", ".join(f"`{flag}`" for flag in ignored) + "."
    yield "\n```\n" + "\n".join(described["examples"]) + "\n```"


def page():
    engine, scripts = programs()
    every = engine["commands"] + scripts
    shared = [one["flags"] for one in every[0]["options"] if all(one["flags"] in flags_of(d) for d in every)]
    lines = [HEAD + "\n## Exit status\n"]
    lines += table(("status", "meaning", "retry", "error codes"),
                   [(str(one["status"]), one["meaning"], "yes" if one["retry"] else "", ", ".join(one["error_codes"]))
                    for one in engine["exit_codes"]])
    lines.append("\n## Environment\n")
    lines += table(("variable", "meaning"), [(f"`{one['name']}`", one["meaning"]) for one in engine["environment"]])
    lines.append("\n## Flags of every program and command\n")
    lines += table(("flag", "meaning"), [(", ".join(f"`{flag}`" for flag in one["flags"]), one["help"])
                                         for one in every[0]["options"] if one["flags"] in shared])
    for described in scripts:
        lines += section(described, described["name"], shared)
    for described in engine["commands"]:
        lines += section(described, f"gnomon {described['name']}", shared)
    return "\n".join(lines) + "\n"


def flags_of(described):
    return [one["flags"] for one in described["options"]]


def main(arguments):
    text = page()
    if "--check" in arguments:
        if not PAGE.exists() or PAGE.read_text() != text:
            print("error: docs/cli.md is stale - run: .deps/venv/bin/python tools/cli_reference.py", file=sys.stderr)
            return 1
        return 0
    PAGE.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
