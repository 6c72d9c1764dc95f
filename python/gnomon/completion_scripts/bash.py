# SPDX-License-Identifier: Apache-2.0
# bash: three tables as `case`, and one function that knows where on the line the cursor is.
from gnomon.completion_scripts import REPOSITORY_WORDS

_TEMPLATE = r"""# bash completion of gnomon and the programs beside it, written by: gnomon completion bash
# Use it: source <(gnomon completion bash)

# The flags of a program or command.
_gnomon_flags() {
  case $1 in
@FLAGS@
  esac
}

# What may follow a flag: a word of the help, or "=" and the values.
_gnomon_value_of() {
  case "$1 $2" in
@VALUES@
  esac
}

# The same for arguments that are no flags.
_gnomon_arguments() {
  case $1 in
@ARGUMENTS@
  esac
}

_gnomon_add() {  # WORD: adds what may stand for it
  case $1 in
    =*) COMPREPLY+=($(compgen -W "${1#=}" -- "$cur")) ;;
    @WORDS@)
      # Not compgen -W: it would run what a name of a file says in $(...).
      local one
      while IFS= read -r one; do
        [[ $one == "$cur"* ]] && COMPREPLY+=("$(printf %q "$one")")
      done < <(gnomon completion --values "$1" $repo 2> /dev/null) ;;
    FILE) compopt -o filenames; COMPREPLY+=($(compgen -f -- "$cur")) ;;
    FOLDER) compopt -o filenames; COMPREPLY+=($(compgen -d -- "$cur")) ;;
  esac
}

_gnomon_complete() {
  local cur=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
  local program=${COMP_WORDS[0]##*/} flag= command= repo= word i
  # bash takes --flag=value for three words.
  if [[ $cur == = ]]; then flag=$before cur=
  elif [[ $before == = ]]; then flag=${COMP_WORDS[COMP_CWORD - 2]}
  elif [[ $before == -* ]]; then flag=$before
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ $word == --repo || $word == --chronon[-_]root || $word == --conf-root ]]; then
      [[ ${COMP_WORDS[i + 1]} == = ]] && ((i++))
      ((++i < COMP_CWORD)) && repo=--repo=${COMP_WORDS[i]}
    elif [[ $program == gnomon && -z $command && $word != -* && $word != = ]]; then
      command=$word
    fi
  done
  COMPREPLY=()
  local key=$program${command:+ $command} value=
  [[ -n $flag ]] && value=$(_gnomon_value_of "$key" "$flag")
  if [[ -n $value ]]; then
    _gnomon_add "$value"
  elif [[ $cur == -* ]]; then
    COMPREPLY=($(compgen -W "$(_gnomon_flags "$key")" -- "$cur"))
  else
    while read -r word; do _gnomon_add "$word"; done < <(_gnomon_arguments "$key")
  fi
}
complete -F _gnomon_complete @PROGRAMS@
"""


def script(programs):
    """Returns the script."""
    flags, values, arguments = [], [], []
    for key, described in _tables(programs):
        names = [flag for option in described["options"] for flag in option["flags"]]
        flags.append(f"    '{key}') echo '{' '.join(names)}' ;;")
        for option in described["options"]:
            if value := _value(option):
                patterns = "|".join(f"'{key} {flag}'" for flag in option["flags"])
                values.append(f"    {patterns}) echo '{value}' ;;")
        words = [value for argument in described["arguments"] if (value := _value(argument))]
        if words:
            arguments.append(f"    '{key}') printf '%s\\n' {' '.join(repr(w) for w in words)} ;;")
    return (
        _TEMPLATE.replace("@FLAGS@", "\n".join(flags))
        .replace("@PROGRAMS@", " ".join(programs))
        .replace("@VALUES@", "\n".join(values))
        .replace("@ARGUMENTS@", "\n".join(arguments))
        .replace("@WORDS@", " | ".join(REPOSITORY_WORDS))
    )


def _tables(programs):
    """Yields (program or "gnomon COMMAND", what it takes)."""
    for program, described in programs.items():
        if "commands" not in described:
            yield program, described
            continue
        names = [command["name"] for command in described["commands"]]
        first = {"choices": names, "value": "COMMAND"}
        yield program, {"options": described["options"], "arguments": [first]}
        for command in described["commands"]:
            yield f"{program} {command['name']}", command


def _value(option):
    """Returns the entry of a table, or "" if nothing can be offered. NONE keeps flags away."""
    if option["value"] is None:
        return ""
    return "=" + " ".join(option["choices"]) if option["choices"] else option["value"]
