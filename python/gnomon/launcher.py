# SPDX-License-Identifier: Apache-2.0
# Starts a program of bin/ in the project's own Python. It runs first in whatever `python3` is, so
# it keeps to old syntax and imports next to nothing.
import os
import sys


def launch(script, module, function="main"):
    """Runs `module.function` if this is the project's Python, else starts `script` again in that
    one.
    """
    project = os.path.dirname(os.path.dirname(os.path.realpath(script)))
    environment = os.path.join(project, ".deps", "venv")
    if os.path.realpath(sys.prefix) != os.path.realpath(environment):
        python = os.path.join(environment, "bin", "python")
        if not os.path.exists(python):
            sys.stderr.write(
                "error: the project is not set up: %s is missing - run: make -C %s setup\n"
                % (python, project)
            )
            sys.exit(2)
        # -P: the folder of this script is no place for the user's imports; -s: nor is the user's
        # site.
        os.execv(python, [python, "-s", "-P", os.path.realpath(script)] + sys.argv[1:])
    import importlib

    from gnomon.errors import run_main

    run_main(getattr(importlib.import_module(module), function))
