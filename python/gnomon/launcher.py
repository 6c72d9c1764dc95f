# SPDX-License-Identifier: Apache-2.0
# Starts a program of bin/ in the project's own Python. It runs first in whatever `python3` is, so
# it keeps to old syntax and imports next to nothing.
import errno
import os
import sys


def _require(python, project):
    """Ends the program with one sentence unless `python` can be started."""
    try:
        os.stat(python)
        if os.access(python, os.X_OK):
            return
        denied = True
    except OSError as error:
        denied = error.errno == errno.EACCES
    if denied:
        sentence = "the project is not open to this user: %s - ask the owner of %s for access"
    else:
        sentence = "the project is not set up: %s is missing - run: make -C %s setup"
    sys.stderr.write("error: " + sentence % (python, project) + "\n")
    sys.exit(2)


def launch(script, module, function="main"):
    """Runs `module.function` if this is the project's Python, else starts `script` again in that
    one.
    """
    project = os.path.dirname(os.path.dirname(os.path.realpath(script)))
    environment = os.path.join(project, ".deps", "venv")
    if os.path.realpath(sys.prefix) != os.path.realpath(environment):
        python = os.path.join(environment, "bin", "python")
        _require(python, project)
        # -P: the folder of this script is no place for the user's imports; -s: nor is the user's
        # site.
        os.execv(python, [python, "-s", "-P", os.path.realpath(script)] + sys.argv[1:])
    try:
        import importlib

        from gnomon.errors import run_main

        main = getattr(importlib.import_module(module), function)
    except KeyboardInterrupt:
        os._exit(130)
    run_main(main)
