# SPDX-License-Identifier: Apache-2.0
"""Completion: what a repository offers, and what the TAB key does in bash. Other shells: test_slow_completion.py."""
import subprocess

import pexpect
import pytest
from completion_cases import CONF, DATASET, JOINED, LINES, TABLE, repository, scripts  # noqa: F401
from repository import Repository

# --- what a repository knows ---


def test_values_of_a_repository(repository, tmp_path):
    def values(word, *flags, cwd=repository.root):
        done = subprocess.run(["gnomon", "completion", "--values", word, *flags], cwd=cwd, text=True,
                              env=repository.environment, capture_output=True)
        assert done.returncode == 0 and not done.stderr
        return done.stdout.splitlines()

    assert CONF in values("CONF") and f"production/group_bys/{DATASET}" in values("CONF")
    assert TABLE in values("TABLE")
    assert values("DATASET") == [DATASET]
    assert "last" in values("RUN")
    assert values("TABLE", f"--repo={repository.root}", cwd=tmp_path) == values("TABLE")
    assert values("TABLE", cwd=tmp_path) == [] and list(tmp_path.iterdir()) == []
    fresh = Repository.empty(tmp_path / "fresh")
    assert values("TABLE", cwd=fresh.root) == [] and not (fresh.root / ".gnomon").exists()


# --- bash ---

ASK_BASH = """
source "$1"
COMP_LINE=$2; COMP_POINT=${#2}
# bash parts words at "=" too.
read -ra COMP_WORDS <<< "${2//=/ = }"
[[ $2 == *" " ]] && COMP_WORDS+=("")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
compopt() { :; }  # It is for the terminal, which this is not.
_gnomon_complete
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.mark.parametrize("line, offered, not_offered", LINES + JOINED)
def test_bash_offers(repository, scripts, line, offered, not_offered):
    done = repository.run("bash", "-c", ASK_BASH, "bash", str(scripts / "bash"), line)
    got = set(done.stdout.split())
    assert offered <= got and not not_offered & got and not done.stderr


def test_bash_runs_nothing_that_a_name_says(repository, scripts):
    named = repository.root / "group_bys/bootcamp/$(touch ran).py"
    named.write_text("")
    try:
        done = repository.run("bash", "-c", ASK_BASH, "bash", str(scripts / "bash"), "run.py --conf=group_bys/boot")
    finally:
        named.unlink()
    assert "touch" in done.stdout and not (repository.root / "ran").exists()


def test_bash_completes_in_a_terminal(repository, scripts):
    shell = pexpect.spawn("bash", ["--norc", "--noprofile"], cwd=repository.root, timeout=60, encoding="utf-8",
                          env={**repository.environment, "PS1": "ready> ", "TERM": "dumb", "INPUTRC": "/dev/null"})
    shell.expect("ready> ")
    shell.sendline(f"source {scripts / 'bash'}; bind 'set enable-bracketed-paste off'")
    shell.expect("ready> $")
    shell.send("gnomon doc\t")
    shell.expect_exact("gnomon doctor ")
    shell.send("--he\t")
    shell.expect_exact("--help ")
    shell.sendline("")
    shell.expect("Exit status: 0 done")
    shell.send("run.py --mode=fet\t")
    shell.expect_exact("--mode=fetch ")
    shell.send("--conf group_bys/bootcamp/user_p\t")
    shell.expect_exact(CONF)
    shell.close(force=True)


def test_no_script_is_written_for_another_shell(repository):
    done = repository.run("gnomon", "completion", "tcsh", status=2)
    assert "unknown value 'tcsh' of shell" in done.stderr
    assert not done.stdout
