# SPDX-License-Identifier: Apache-2.0
# zsh: one specification of _arguments per flag.
from gnomon.completion_scripts import REPOSITORY_WORDS, one_line

_TEMPLATE = r"""#compdef @NAMES@
# zsh completion of gnomon and the programs beside it, written by: gnomon completion zsh
# Use it: source <(gnomon completion zsh), or put it into a file _gnomon in a folder of $fpath.

_gnomon_values() {  # WORD: what may stand for it in this repository
  local -a values repo
  local root
  for root in --repo --chronon_root --chronon-root --conf-root; do
    [[ -n ${opt_args[$root]} ]] && repo=(--repo=${opt_args[$root]})
  done
  values=(${(f)"$(gnomon completion --values $1 $repo 2> /dev/null)"})
  compadd -a values
}

_gnomon() {
  local state line
  local -A opt_args
  case $service in
@PROGRAMS@
    gnomon)
      _arguments -C @EVERY@ '1: :->command' '*:: :->argument'
      case $state in
        command)
          local -a commands=(
@COMMANDS@
          )
          _describe command commands ;;
        argument)
          case $words[1] in
@ARGUMENTS@
          esac ;;
      esac ;;
  esac
}

if [[ $funcstack[1] == _gnomon ]]; then _gnomon "$@"; else compdef _gnomon @NAMES@; fi
"""


def script(programs):
    """Returns the script."""
    commands = programs["gnomon"]["commands"]
    plain = [(n, described) for n, described in programs.items() if "commands" not in described]
    return (
        _TEMPLATE.replace("@NAMES@", " ".join(programs))
        .replace("@PROGRAMS@", "\n".join(_case(4, *one) for one in plain))
        .replace("@EVERY@", " ".join(_option(o) for o in programs["gnomon"]["options"]))
        .replace("@COMMANDS@", "\n".join(_command(command) for command in commands))
        .replace("@ARGUMENTS@", "\n".join(_case(12, c["name"], c) for c in commands))
    )


def _in_quotes(text):
    return "'" + text.replace("'", "'\\''") + "'"


def _command(command):
    return " " * 12 + _in_quotes(f"{command['name']}:{one_line(command['help'])}")


def _case(indent, name, described):
    specifications = [_option(option) for option in described["options"]]
    specifications += [_argument(argument) for argument in described["arguments"]]
    space = " " * indent
    lines = " \\\n".join(f"{space}    {one}" for one in specifications)
    return f"{space}{name})\n{space}  _arguments -s -S \\\n{lines} ;;"


def _option(option):
    help_text = one_line(option["help"])
    for sign in "\\[]:":
        help_text = help_text.replace(sign, "\\" + sign)
    many = "*" if option["many"] else f"({' '.join(option['flags'])})"
    specifications = []
    for flag in option["flags"]:
        takes = "" if option["value"] is None else "=" if flag.startswith("--") else "+"
        specifications.append(
            _in_quotes(f"{many}{flag}{takes}[{help_text}]{_action(option)}")
        )
    return " ".join(specifications)


def _argument(argument):
    return _in_quotes(("*" if argument["many"] else "") + _action(argument))


def _action(option):
    word = option["value"]
    if word is None:
        return ""
    if option["choices"]:
        return f":{word}:({' '.join(option['choices'])})"
    if word in REPOSITORY_WORDS:
        return f":{word}: _gnomon_values {word}"  # The space: call it with no more than that.
    return f":{word}:" + {"FILE": "_files", "FOLDER": "_files -/"}.get(word, " ")
