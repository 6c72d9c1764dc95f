# SPDX-License-Identifier: Apache-2.0
"""Completion in the real shells: what the TAB key offers for gnomon, run.py and spark-sql."""
import os
import shutil
import subprocess

import pexpect
import pytest
from repository import Repository

CONF = "group_bys/bootcamp/user_purchase_features.py"
TABLE = "bootcamp.purchases_from_s3"
DATASET = "bootcamp/user_purchase_features.v1"
# What stands before the cursor -> what is offered, and what is not.
LINES = [
    ("gnomon do", {"doctor"}, {"fetch"}),
    ("gnomon --json doc", {"doctor"}, set()),
    ("gnomon fetch --ty", {"--type"}, {"--name"}),
    ("gnomon fetch --type gr", {"group-by"}, {"join"}),
    ("gnomon fetch --type ", {"group-by", "join", "join-stats"}, set()),
    ("gnomon fetch -t jo", {"join", "join-stats"}, {"group-by"}),
    ("gnomon fetch --name boot", {DATASET}, set()),
    ("gnomon help ex", {"exit-codes"}, {"environment"}),
    ("gnomon completion ", {"bash", "zsh", "fish"}, set()),
    ("run.py --mode back", {"backfill"}, {"upload"}),
    ("run.py --conf group", {CONF}, set()),
    ("run.py --conf production/g", {f"production/group_bys/{DATASET}"}, {CONF}),
    ("run.py --start", {"--start-date", "--start-ds"}, {"--end-date", "--version"}),
    ("spark-sql --re", {"--repo"}, {"--conf"}),
]
JOINED = [(line.replace(" gr", "=gr").replace(" back", "=back").replace(" group", "=group"), offered, not_offered)
          for line, offered, not_offered in LINES if line.split()[-1] in ("gr", "back", "group")]


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    made = Repository.bootcamp(tmp_path_factory.mktemp("completion") / "repo")
    made.staging()
    made.run("run.py", "--mode=compile", f"--conf={CONF}")
    return made


@pytest.fixture(scope="module")
def scripts(repository, tmp_path_factory):
    """The scripts, as files: shell -> path."""
    folder = tmp_path_factory.mktemp("scripts")
    for shell in ("bash", "zsh", "fish"):
        (folder / shell).write_text(repository.run("gnomon", "completion", shell).stdout)
    return folder


def require(shell):
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")


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
    shell.send("--conf group_b\t")
    shell.expect_exact(CONF)
    shell.close(force=True)


# --- zsh ---



def zsh(repository, scripts):
    shell = pexpect.spawn("zsh", ["-f"], cwd=repository.root, timeout=60, encoding="utf-8", dimensions=(200, 200),
                          env={**repository.environment, "TERM": "dumb", "PS1": "ready> ", "HOME": str(scripts)})
    shell.expect("ready> ")
    start = "unset zle_bracketed_paste; autoload -Uz compinit; compinit -u -D; LISTMAX=0"
    shell.sendline(f"{start}; source {scripts / 'zsh'}; echo sour''ced")
    shell.expect("sourced\r\n.*ready> ")
    return shell


def test_zsh_offers(repository, scripts):
    """The completion system lives in the line editor: Ctrl-D lists, and prints the line anew."""
    require("zsh")
    shell = zsh(repository, scripts)
    for line, offered, not_offered in LINES + JOINED:
        shell.send(line + "\x04")
        shell.expect_exact("ready> ")
        got = {word.partition("=")[0] for word in shell.before.replace(line, "", 1).split()}
        assert offered <= got and not not_offered & got, (line, got)
        shell.send("\x03")
        shell.expect_exact("ready> ")
    shell.close(force=True)


def test_zsh_completes_in_a_terminal(repository, scripts):
    require("zsh")
    shell = zsh(repository, scripts)
    shell.send("gnomon doc\t")
    shell.expect_exact("doctor ")
    shell.send("--he\t\r")
    shell.expect("Exit status: 0 done")
    shell.send("run.py --conf=group_b\t")
    shell.expect("user_purchase_features.py")
    shell.close(force=True)


# --- fish ---


@pytest.mark.parametrize("line, offered, not_offered", LINES + JOINED)
def test_fish_offers(repository, scripts, line, offered, not_offered, tmp_path):
    require("fish")
    ask = f"source {scripts / 'fish'}; complete -C '{line}'"
    done = repository.run("fish", "--no-config", "-c", ask, environment={"HOME": str(tmp_path)})
    got = {text.split("\t")[0].rpartition("=")[2] for text in done.stdout.splitlines()}
    assert offered <= got and not not_offered & got, done.stdout
    assert not done.stderr


def test_no_script_is_written_for_another_shell(repository):
    done = repository.run("gnomon", "completion", "tcsh", status=2)
    assert "unknown value 'tcsh' of shell" in done.stderr
    assert os.linesep not in done.stdout
