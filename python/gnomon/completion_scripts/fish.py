# SPDX-License-Identifier: Apache-2.0
# fish: one `complete` per flag.
from gnomon.completion_scripts import REPOSITORY_WORDS, one_line

_HEAD = r"""# fish completion of gnomon and the programs beside it, written by: gnomon completion fish
# Use it: gnomon completion fish > ~/.config/fish/completions/gnomon.fish, and link run.py.fish,
# compile.py.fish, explore.py.fish and spark-sql.fish there to it.

function __gnomon_values # WORD: what may stand for it in this repository
    set -l words (commandline -opc)
    set -l repo (string match -rg '^--(?:repo|chronon[-_]root|conf-root)=(.*)' -- $words)
    for flag in --repo --chronon_root --chronon-root --conf-root
        if set -l at (contains -i -- $flag $words)
            set repo $words[(math $at + 1)]
        end
    end
    test -n "$repo"; and set repo --repo=$repo[-1]
    gnomon completion --values $argv[1] $repo 2>/dev/null
end

complete @NAMES@ -f
"""


def script(programs):
    """Returns the script."""
    lines = [_HEAD.replace("@NAMES@", " ".join(f"-c {name}" for name in programs))]
    for program, described in programs.items():
        if "commands" not in described:
            lines += _table(f"complete -c {program}", described)
            continue
        start = f"complete -c {program} -n __fish_use_subcommand"
        for option in described["options"]:
            lines.append(start + _option(option))
        for command in described["commands"]:
            name, meaning = command["name"], _in_quotes(one_line(command["help"]))
            lines.append(f"{start} -a {name} -d {meaning}")
            seen = f"complete -c {program} -n '__fish_seen_subcommand_from {name}'"
            lines += _table(seen, command)
    return "\n".join(lines) + "\n"


def _in_quotes(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _table(start, described):
    lines = [start + _option(option) for option in described["options"]]
    for argument in described["arguments"]:
        lines.append(start + (" -F" if argument["value"] == "FILE" else _values(argument)))
    return lines


def _option(option):
    flags = "".join(
        f" -l {flag[2:]}" if flag.startswith("--") else f" -s {flag[1:]}"
        for flag in option["flags"]
    )
    meaning = f" -d {_in_quotes(one_line(option['help']))}"
    if option["value"] is None:
        return flags + meaning
    if option["value"] == "FILE":
        return f"{flags} -r -F{meaning}"
    return f"{flags} -x{_values(option)}{meaning}"


def _values(option):
    word = option["value"]
    if option["choices"]:
        return f" -a '{' '.join(option['choices'])}'"
    if word in REPOSITORY_WORDS:
        return f" -a '(__gnomon_values {word})'"
    return " -a '(__fish_complete_directories)'" if word == "FOLDER" else ""
