"""docs/jobs.md shows what works: its console blocks run, in order, in one shell, in the example repository."""
# SPDX-License-Identifier: Apache-2.0
import re
import subprocess

from repository import PROJECT, Repository

MARK = "=== end of command ==="
PURCHASES = "user_id,purchase_price,item_category,ts,ds\nuser_1,1.5,books,2023-12-01 10:00:00,2023-12-01\n"


def console_commands():
    """(command, shown output) pairs of all console blocks."""
    pairs = []
    for block in re.findall(r"```console\n(.*?)```", (PROJECT / "docs/jobs.md").read_text(), re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                pairs.append((line[2:], []))
            else:
                pairs[-1][1].append(line)
    return [(command, "\n".join(lines).rstrip()) for command, lines in pairs]


def test_console_blocks(tmp_path):
    pairs = console_commands()
    assert len(pairs) >= 8
    repository = Repository.bootcamp(tmp_path / "repo", golden=True)
    (repository.root / "purchases.csv").write_text(PURCHASES)
    script = "".join(f"{command}\necho '{MARK}'\n" for command, _ in pairs)
    done = subprocess.run(["bash", "-e"], input=script, cwd=repository.root, env=repository.environment, text=True,
                          capture_output=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    for (command, shown), output in zip(pairs, done.stdout.split(MARK + "\n")):
        assert not shown or output.rstrip() == shown, command
