#!/bin/sh
''':'
# SPDX-License-Identifier: Apache-2.0
# Starts compile.py in the project's own Python; everything else is in gnomon.compile. These lines are a shell's,
# because whatever `python3` is may take longer to start than all the rest; Python takes them for a text.
script=$(readlink -f "$0")
project=${script%/bin/*}
[ -x "$project/.deps/venv/bin/python" ] && exec "$project/.deps/venv/bin/python" -s -P "$script" "$@"
exec python3 "$script" "$@"
'''
import os
import sys

project = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
sys.path.insert(0, os.path.join(project, "python"))

from gnomon.launcher import launch  # noqa: E402

launch(__file__, "gnomon.compile")
