"""README.md shows what works: its console blocks run, in order, in one shell.

The output of each `$` command is the one shown, times aside.
"""
# SPDX-License-Identifier: Apache-2.0
import os
import re
import subprocess

from console_blocks import console_commands, run_console
from repository import PROJECT, PYTHON


def without_times(text):
    text = re.sub(r"(in|,) \d+\.\d+ s\b", r"\1 T s", text)
    return re.sub(r"^(Fetched in: .*|note: .*|  read \d+ rows? .*)\n?", "", text, flags=re.MULTILINE).rstrip()


def test_console_blocks(tmp_path):
    pairs = console_commands("README.md")
    assert len(pairs) >= 9
    # The clone's own folder is where the reader stands; what the commands make goes elsewhere.
    (tmp_path / "bin").symlink_to(PROJECT / "bin")
    for command, shown, output in run_console(pairs, tmp_path, os.environ, stderr=subprocess.STDOUT):
        if shown:
            assert without_times(output) == without_times(shown), command
        assert "error:" not in output, output


def test_python_block(tmp_path):
    code = re.search(r"```python\n(.*?)```", (PROJECT / "README.md").read_text(), re.DOTALL).group(1)
    subprocess.run([PROJECT / "bin/gnomon", "init", tmp_path / "r"], check=True, capture_output=True)
    subprocess.run([PROJECT / "bin/run.py", "--mode=upload", "--with-dependencies", "--end-date=2023-12-07",
                    "--conf=group_bys/bootcamp/user_purchase_features.py"],
                   cwd=tmp_path / "r", check=True, capture_output=True)
    last = code.strip().splitlines()[-1]
    program = code.replace(last, f"print({last}['purchase_price_sum_7d'])")
    done = subprocess.run([PYTHON, "-c", program], cwd=tmp_path / "r", check=True, capture_output=True, text=True)
    assert float(done.stdout) > 0


def test_make_targets_exist():
    text = (PROJECT / "README.md").read_text() + (PROJECT / "CONTRIBUTING.md").read_text()
    makefile = (PROJECT / "Makefile").read_text()
    targets = set(re.findall(r"^make ([a-z-]+)", text, re.MULTILINE))
    assert {"bootcamp", "test", "test-all"} <= targets
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
