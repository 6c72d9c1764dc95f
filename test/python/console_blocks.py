"""The console blocks of a document, run in order in one shell: a `$ ` begins a command, the rest is its output."""
# SPDX-License-Identifier: Apache-2.0
import re
import subprocess

from repository import PROJECT

MARK = "=== end of command ==="


def console_commands(document):
    """(command, shown output) pairs of all console blocks."""
    pairs = []
    for block in re.findall(r"```console\n(.*?)```", (PROJECT / document).read_text(), re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                pairs.append((line[2:], []))
            else:
                pairs[-1][1].append(line)
    return [(command, "\n".join(lines).rstrip()) for command, lines in pairs]


def run_console(pairs, folder, environment, stderr=subprocess.PIPE):
    """Runs the commands; gives (command, shown output, output) of each."""
    script = "".join(f"{command}\necho '{MARK}'\n" for command, _ in pairs)
    done = subprocess.run(["bash", "-e"], input=script, cwd=folder, env=environment, text=True,
                          stdout=subprocess.PIPE, stderr=stderr, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + (done.stderr or "")
    return [(*pair, output) for pair, output in zip(pairs, done.stdout.split(MARK + "\n"))]
