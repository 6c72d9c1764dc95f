# SPDX-License-Identifier: Apache-2.0
# Command-line flags, `--key=value` and `--key value`, with our error sentences. Abbreviated flags
# are refused: a flag that works by accident today would mean another one tomorrow.
import argparse
import os
import re

from ai.chronon.errors import did_you_mean
from ai.chronon.repo import PRODUCTION_FOLDER
from gnomon.errors import CommandError

_EXCERPT_LENGTH = 120
_EXIT_STATUS = """
Exit status: 0 done, 2 mend the input, 3 try again, 4 damaged data, 130 stopped; more in:
gnomon help exit-codes
"""


class ArgumentParser(argparse.ArgumentParser):
    """A program's flags. `examples` are command lines, one a line; a test runs them in a bootcamp.
    `version_takes_value`: Chronon's run.py has a --version with a value, which we ignore.
    """

    def __init__(self, program, examples="", version_takes_value=False, **kwargs):
        self.examples = [line.strip() for line in examples.splitlines() if line.strip()]
        shown = "".join(f"  {line}\n" for line in self.examples)
        super().__init__(
            prog=program,
            usage=f"{program} [OPTIONS]",
            allow_abbrev=False,
            add_help=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            epilog=f"Examples:\n{shown}{_EXIT_STATUS}" if shown else _EXIT_STATUS,
            **kwargs,
        )
        self.given = []
        every = self.add_argument_group("in every program")
        every.add_argument(
            "--help", "-h", action=_Help, nargs=0, help="print this help; with --json, as JSON"
        )
        every.add_argument(
            "--version",
            action=_Version,
            nargs="?" if version_takes_value else 0,
            metavar="IGNORED",
            help="print the version",
        )
        every.add_argument(
            "--quiet", "-q", action="store_true", help="print results and errors only"
        )
        every.add_argument(
            "--verbose", "-v", action="store_true", help="print more of what is done"
        )

    def error(self, message):
        match = re.match(r"argument (\S+): (.*)", message)
        if not match:
            raise CommandError(message, "", f"see {self.prog} --help")
        flag, what = match[1].split("/")[0], match[2]
        if number := re.match(r"invalid int value: '(.*)'", what):
            raise CommandError("the value is not a whole number", f"{flag}={number[1]}", f"write {flag}=1")
        raise CommandError(f"the flag {flag}: {what}", "", f"write {flag}=VALUE")

    def _check_value(self, action, value):
        if action.choices is not None and value not in action.choices:
            raise CommandError(
                f"unknown value '{excerpt(value)}' of {action.option_strings[0]}",
                "",
                did_you_mean(value, action.choices),
            )

    def parse_known_args(self, args=None, namespace=None):
        """Lets a value begin with one dash, as Chronon does: `--online-args "-Zuser=admin"`."""
        joined, taking = [], {s for a in self._actions if a.nargs is None for s in a.option_strings}
        for arg in args:
            dashed = arg.startswith("-") and not arg.startswith("--")
            if dashed and joined and joined[-1].startswith("--") and joined[-1] in taking:
                joined[-1] += "=" + arg
            else:
                joined.append(arg)
        self.given = joined
        return super().parse_known_args(joined, namespace)

    def parse_args(self, args=None, namespace=None):
        flags, unknown = self.parse_known_args(args, namespace)
        unknown = [text for text in unknown if text != "--"]
        if unknown:
            name = unknown[0].split("=")[0]
            known = [s for action in self._actions for s in action.option_strings]
            see = f"see {self.prog} --help"
            if not name.startswith("-"):
                raise CommandError(f"unexpected argument '{excerpt(name)}'", "", see)
            raise CommandError(
                f"unknown flag {excerpt(name)}", "", did_you_mean(name, known, see)
            )
        if flags.quiet and flags.verbose:
            raise CommandError("--quiet and --verbose exclude each other", "", "drop one of them")
        return flags

    def describe(self):
        """What the program takes, as data: the shape of `--help --json` and of the engine's own
        (docs/formats/json_output.md).
        """
        return {
            "name": self.prog,
            "help": self.description,
            "arguments": [_describe_positional(a) for a in self._actions if not a.option_strings],
            "options": [_describe(action) for action in self._actions if action.option_strings],
            "examples": self.examples,
        }

    def wants_json(self):
        return "--json" in self.given

    def find_flag(self, flag):
        """Returns the action of a flag such as --quiet or -q; None if there is none."""
        return self._option_string_actions.get(flag)


def excerpt(text):
    """Returns `text`, or its beginning when it is too long for a sentence."""
    return text if len(text) <= _EXCERPT_LENGTH else text[:_EXCERPT_LENGTH] + "..."


def suggest(action, values):
    """Lets the help as JSON, and with it completion, name the values of a flag whose values another
    place checks.
    """
    action.suggested = tuple(values)


def _describe_positional(action):
    described = {"name": action.dest, **_describe(action), "required": True}
    del described["flags"]
    return described


def _describe(action):
    takes_value = action.nargs != 0
    return {
        "flags": action.option_strings,
        "value": (action.metavar or action.dest.upper()) if takes_value else None,
        "choices": list(action.choices or getattr(action, "suggested", ())),
        "required": action.required,
        "many": isinstance(action, argparse._AppendAction),
        "help": action.help or "",
    }


class _Help(argparse.Action):
    def __call__(self, parser, namespace, values, option_string=None):
        if parser.wants_json():
            import json

            print(json.dumps({"format": 1, **parser.describe()}, indent=2))
        else:
            parser.print_help()
        parser.exit()


class _Version(argparse.Action):
    def __call__(self, parser, namespace, values, option_string=None):
        if values:
            return
        from gnomon.engine import become_engine

        become_engine(["version", "--json"] if parser.wants_json() else ["version"])


def add_output_root(parser):
    """Adds --output_root, and --output_path as the bootcamp's documents write it: there the value
    ends in the folder of the config's type, which the compiler adds by itself.
    """
    parser.add_argument(
        "--output_root",
        "--output-root",
        default=PRODUCTION_FOLDER,
        metavar="FOLDER",
        help="where compiled files go, from the repository's root; production if not given",
    )
    parser.add_argument(
        "--output_path",
        "--output-path",
        dest="output_root",
        default=argparse.SUPPRESS,
        type=_root_of_output_path,
        metavar="FOLDER",
        help="the same, with or without /group_bys, /joins or /staging_queries at its end",
    )


def add_compile_flags(parser):
    """Adds the flags of compiling that are only on or off."""
    for names, meaning in (
        (("--force-overwrite",), "also write a change of what an online config serves"),
        (("--feature-display",), "print the columns of each GroupBy and Join"),
        (("--table-display",), "print the tables of each mode"),
        (("--debug",), "ignored"),
        (("--yes", "-y"), "answer each question of compiling with yes"),
    ):
        parser.add_argument(*names, action="store_true", help=meaning)


def _root_of_output_path(path):
    path = path.rstrip("/") or path
    parent, folder = os.path.split(path)
    return (parent or ".") if folder in ("group_bys", "joins", "staging_queries") else path
