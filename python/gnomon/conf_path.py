# SPDX-License-Identifier: Apache-2.0
# What the user may write for --conf: a .py file, `file.py:variable`, a folder, or a compiled file,
# relative to the repository or to the current folder. Of a compiled path the last three segments
# say which config it is, so that `production/group_bys/group_bys/bootcamp/x.v1` works as it does in
# Chronon.
import os

from ai.chronon.errors import closest_name
from gnomon.conf_files import CONF_TYPES
from gnomon.errors import CommandError


class ConfPath:
    """A config as the user named it: `path` is absolute; `variable` is None for all of a file."""

    def __init__(self, path, kind, conf_type, variable=None):
        self.path, self.kind, self.conf_type, self.variable = path, kind, conf_type, variable

    def __repr__(self):
        return f"ConfPath({self.path!r}, {self.kind!r}, {self.conf_type!r}, {self.variable!r})"


PYTHON, FOLDER, COMPILED = "python", "folder", "compiled"


def resolve(root, text):
    """Returns the ConfPath of what the user wrote. Raises CommandError with the remedy."""
    path, _, variable = text.partition(".py:")
    if variable:
        path += ".py"
        if not variable.isidentifier():
            raise CommandError(f"not a variable's name: {variable}", text, "write file.py:v1")
    found = _existing(root, path)
    if found is None and not path.endswith(".py"):
        return _missing_compiled(root, text)
    if found is None:
        raise CommandError("the config does not exist", text, _nearby(root, path))
    relative = os.path.relpath(found, root).replace(os.sep, "/")
    if found.endswith(".py") or os.path.isdir(found):
        conf_type = relative.split("/")[0]
        if conf_type not in CONF_TYPES:
            raise CommandError(
                "the config is in no folder of configs",
                text,
                "move it under " + ", ".join(f"{t}/<team>/" for t in CONF_TYPES),
            )
        if os.path.isdir(found):
            return ConfPath(found, FOLDER, conf_type)
        if len(relative.split("/")) < 3:
            raise CommandError(
                "the config is in no team's folder", text, f"move it to {conf_type}/<team>/"
            )
        if "." in relative.removesuffix(".py"):
            raise CommandError(
                "a config's path has a dot, which Python takes for a folder", text, "rename it with _"
            )
        return ConfPath(found, PYTHON, conf_type, variable or None)
    return ConfPath(found, COMPILED, _conf_type_of(found, text))


def _existing(root, path):
    for base in (root, os.getcwd()):
        candidate = os.path.normpath(os.path.join(base, path))
        if os.path.exists(candidate):
            real_root = os.path.realpath(root)
            real = os.path.realpath(candidate)
            if os.path.commonpath([real, real_root]) == real_root:
                return os.path.join(root, os.path.relpath(real, real_root))
            raise CommandError(
                "the config is outside the repository",
                path,
                f"move it below {root}, or give --repo",
            )
    return None


def _conf_type_of(path, text):
    segments = path.split(os.sep)
    conf_type = segments[-3] if len(segments) >= 4 else ""
    if conf_type not in CONF_TYPES:
        raise CommandError(
            "the path is not that of a compiled config",
            text,
            "write production/<group_bys, joins or staging_queries>/<team>/<file>.<variable>",
        )
    return conf_type


def _missing_compiled(root, text):
    """A compiled path without file: the same config elsewhere, or its source file."""
    segments = [segment for segment in text.split("/") if segment]
    if len(segments) < 3 or segments[-3] not in CONF_TYPES:
        raise CommandError("the config does not exist", text, _nearby(root, text))
    conf_type, team, name = segments[-3:]
    context = next((s for s in segments[:-3] if s not in CONF_TYPES), "production")
    for folder in dict.fromkeys((context, "production")):
        path = os.path.join(root, folder, conf_type, team, name)
        if os.path.isfile(path):
            return ConfPath(path, COMPILED, conf_type)
    module, _, variable = name.rpartition(".")
    source = os.path.join(root, conf_type, team, *module.split(".")) + ".py"
    if module and os.path.isfile(source):
        return ConfPath(source, PYTHON, conf_type, variable)
    raise CommandError("the config does not exist", text, _nearby(root, os.path.relpath(source, root)))


def _nearby(root, path):
    """Returns a remedy: what lies where the path first goes wrong."""
    folder, parts = "", [part for part in path.split("/") if part]
    for i, part in enumerate(parts):
        if os.path.exists(os.path.join(root, folder, part)):
            folder = os.path.join(folder, part)
            continue
        full = os.path.join(root, folder)
        names = os.listdir(full) if os.path.isdir(full) else []
        match = closest_name(part, [n for n in names if not n.startswith((".", "__"))])
        if match is None:
            break
        guess = os.path.join(folder, match)
        whole = os.path.join(guess, *parts[i + 1 :])
        return f"did you mean '{whole if os.path.exists(os.path.join(root, whole)) else guess}'?"
    return "give the path from the repository's root, for example group_bys/team/file.py"
