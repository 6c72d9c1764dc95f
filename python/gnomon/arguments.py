# SPDX-License-Identifier: Apache-2.0
# Command-line flags, `--key=value` and `--key value`, with our error sentences. Abbreviated flags
# are refused: a flag that works by accident today would mean another one tomorrow.
import argparse
import os
import re

from ai.chronon.errors import did_you_mean
from ai.chronon.repo import PRODUCTION_FOLDER
from gnomon.errors import CommandError


class ArgumentParser(argparse.ArgumentParser):
    def __init__(self, program, **kwargs):
        super().__init__(prog=program, allow_abbrev=False, **kwargs)

    def error(self, message):
        match = re.match(r"argument (\S+): (.*)", message)
        if match:
            flag = match[1].split("/")[0]
            raise CommandError(f"the flag {flag}: {match[2]}", "", f"write {flag}=VALUE")
        raise CommandError(message, "", f"see {self.prog} --help")

    def parse_known_args(self, args=None, namespace=None):
        """Lets a value begin with one dash, as Chronon does: `--online-args "-Zuser=admin"`."""
        joined, taking = [], {s for a in self._actions if a.nargs is None for s in a.option_strings}
        for arg in args:
            dashed = arg.startswith("-") and not arg.startswith("--")
            if dashed and joined and joined[-1].startswith("--") and joined[-1] in taking:
                joined[-1] += "=" + arg
            else:
                joined.append(arg)
        return super().parse_known_args(joined, namespace)

    def parse_args(self, args=None, namespace=None):
        flags, unknown = self.parse_known_args(args, namespace)
        if unknown:
            name = unknown[0].split("=")[0]
            known = [s for action in self._actions for s in action.option_strings]
            if not name.startswith("-"):
                raise CommandError(f"unexpected argument '{name}'", "", f"see {self.prog} --help")
            remedy = did_you_mean(name, known, f"see {self.prog} --help")
            raise CommandError(f"unknown flag {name}", "", remedy)
        return flags


def add_output_root(parser):
    """Adds --output_root, and --output_path as the bootcamp's documents write it: there the value
    ends in the folder of the config's type, which the compiler adds by itself.
    """
    parser.add_argument("--output_root", "--output-root", default=PRODUCTION_FOLDER)
    parser.add_argument(
        "--output_path",
        "--output-path",
        dest="output_root",
        default=argparse.SUPPRESS,
        type=_root_of_output_path,
        help="the same, with or without /group_bys, /joins or /staging_queries at its end",
    )


def _root_of_output_path(path):
    path = path.rstrip("/") or path
    parent, folder = os.path.split(path)
    return (parent or ".") if folder in ("group_bys", "joins", "staging_queries") else path
