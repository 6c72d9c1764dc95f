# SPDX-License-Identifier: Apache-2.0
"""gnomon in Python: `gnomon.connect(path)` opens a repository for a notebook or a script.

The same package turns configs and commands into work for the C++ engine.
"""
# Keep imports here at none: every command imports this, and start-up time counts.

# Part of every side file: a compiler with another number translates again. Raise it when a
# translation changes.
COMPILER_VERSION = "1"


def connect(path=None):
    """Opens the repository at `path` (its folder, with teams.json or gnomon.toml); without a path
    the one of CHRONON_REPO_PATH, else the nearest one above the current folder.

    Returns a gnomon.notebook.Repository. Raises NotFoundError (there is no repository), ImportError
    (gnomon is not built).
    """
    from gnomon.notebook import Repository

    return Repository(path)


def __getattr__(name):
    if name.endswith("Error"):
        from gnomon import exceptions

        if hasattr(exceptions, name):
            return getattr(exceptions, name)
    raise AttributeError(f"module 'gnomon' has no attribute '{name}'")
