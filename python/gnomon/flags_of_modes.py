# SPDX-License-Identifier: Apache-2.0
# Which flag of run.py goes with which mode, as far as run.py itself takes the flag; the engine says
# the same of those that it takes (src/cli/job_flags.cc). None is dropped without a word: a flag of
# another mode is refused, and one that Chronon's run.py has for every mode is told to be without
# effect, so that commands made for Chronon run.
from gnomon.errors import CommandError

_COMPILE_DISPLAY = {"feature_display", "table_display"}
_FETCH = {"type", "name", "key_json", "key_json_file", "at_millis", "interval", "loop"}
_EVERYWHERE = {"help", "version", "quiet", "verbose", "mode", "conf", "conf_type", "repo", "sub_help", "json"}
# What else the modes without an engine's run take.
_TAKEN = {
    "compile": _COMPILE_DISPLAY | {"output_root", "force_overwrite", "yes", "debug"},
    "fetch": _FETCH | {"online_args"},
}
# Chronon's run.py has these for every mode (SPEC 3.2).
_OF_EVERY_MODE = {"start", "end", "ds", "env", "app_name", "parallelism", "online_args"}
_NEVER_NEEDED = {"ignored", "use_delta_catalog", "disable_kryo_serializer", "enable_auto_expand"}
# Scripts hand over variables that may be empty.
_MAY_BE_EMPTY = _NEVER_NEEDED | {"online_args", "app_name", "version", "conf"}


def given_flags(parser):
    """Returns the flags that stood in the arguments: name in the code -> as the user writes it."""
    found = {}
    for argument in parser.given:
        flag = argument.split("=")[0] if argument.startswith("--") else argument[:2]
        if action := parser.find_flag(flag):
            found[action.dest] = flag
    return found


def check_values(flags, given):
    """Refuses flags without a value: they would be as good as not given, or take the next one as theirs."""
    for name, flag in given.items():
        if name not in _MAY_BE_EMPTY and getattr(flags, name, None) in ("", [""]):
            raise CommandError("the value is missing", flag, "see run.py --help")


def check_flags_of_mode(mode, given):
    """Returns the flags that have no effect on the mode. Raises CommandError for one of other modes.
    `given` is that of given_flags.
    """
    without_effect = []
    for name, flag in given.items():
        if name in _EVERYWHERE | _NEVER_NEEDED or name in _TAKEN.get(mode, ()):
            continue
        if mode not in _TAKEN and name not in _FETCH | _COMPILE_DISPLAY:
            continue
        if name not in _OF_EVERY_MODE:
            raise CommandError(f"{flag} has no meaning for the mode {mode}", "", "drop it")
        without_effect.append(flag)
    return without_effect
