#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Starts run.py in the project's own Python; everything else is in gnomon.run_py.
import os
import sys

project = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
sys.path.insert(0, os.path.join(project, "python"))

from gnomon.launcher import launch  # noqa: E402

launch(__file__, "gnomon.run_py")
