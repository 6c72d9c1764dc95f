# SPDX-License-Identifier: Apache-2.0
"""Completion in zsh and fish, which tools/peers/setup.sh installs."""
import shutil

import pexpect
import pytest
from completion_cases import JOINED, LINES, repository, scripts  # noqa: F401


def require(shell):
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")


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
    shell.send("run.py --conf=group_bys/bootcamp/user_p\t")
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
