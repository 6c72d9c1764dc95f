# SPDX-License-Identifier: Apache-2.0
# Imports a user's config file and turns whatever goes wrong there into one located sentence.
# Modules of the repository are imported afresh each time, without writing __pycache__ into the
# user's folders.
import contextlib
import importlib
import os
import re
import sys

from ai.chronon.errors import ConfigError, closest_name, did_you_mean
from gnomon.errors import CommandError, one_line
from gnomon.source_lines import SourceLines, line_at

_OURS = ("ai", "gnomon")


class ConfigFile:
    """One .py config of a repository. `relative` has forward slashes and starts with the config
    type's folder.
    """

    def __init__(self, root, relative):
        self.root = root
        self.relative = relative
        self.path = os.path.join(root, relative)
        self.module_name = relative[: -len(".py")].replace("/", ".")
        self.team = (relative.split("/") + [""])[1]
        self.stem = os.path.basename(relative)[: -len(".py")]
        self._lines = None

    @property
    def source_lines(self):
        if self._lines is None:
            with open(self.path, "rb") as file:
                self._lines = SourceLines(file.read())
        return self._lines

    def where(self, variable, field="", struct_name="", line=None):
        """Returns `file:line object.field` for an error message."""
        if line is None and variable:
            lines = self.source_lines.lines_of(variable, struct_name)
            line = line_at(lines, field)
        place = f"{self.relative}:{line}" if line else self.relative
        named = ".".join(part for part in (variable, field) if part)
        return f"{place} {named}".rstrip()

    def load(self, struct_name):
        """Imports the file and returns its module; `struct_name` is the class of config that it
        should hold.
        """
        self._require_packages()
        forget_modules_below(self.root)
        writes_bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True
        if self.root not in sys.path:
            sys.path.insert(0, self.root)
        importlib.invalidate_caches()
        try:
            with contextlib.redirect_stdout(sys.stderr):  # Results own stdout; configs may print.
                return importlib.import_module(self.module_name)
        except CommandError:
            raise
        except (Exception, SystemExit) as error:
            raise self._import_error(error, struct_name) from None
        finally:
            sys.dont_write_bytecode = writes_bytecode

    def _require_packages(self):
        folder = os.path.dirname(self.relative)
        missing = []
        while folder:
            if not os.path.exists(os.path.join(self.root, folder, "__init__.py")):
                missing.insert(0, os.path.join(self.root, folder, "__init__.py"))
            folder = os.path.dirname(folder)
        if missing:
            first = os.path.relpath(os.path.dirname(missing[0]), self.root)
            raise CommandError(
                f"the folder {first} is not a Python package",
                self.relative,
                "run: touch " + " ".join(missing),
            )

    def _import_error(self, error, struct_name):
        if isinstance(error, SyntaxError) and error.filename:
            place = os.path.relpath(error.filename, self.root)
            opened = re.search(r"does not match opening parenthesis '(.)' on line (\d+)", error.msg)
            if opened:  # The bracket that was left open is what to mend, not the one that met it.
                what, line = f"'{opened[1]}' was never closed", int(opened[2])
            else:
                what, line = error.msg, error.lineno or 1
            return CommandError(
                f"the file is not valid Python ({what})", f"{place}:{line}", "mend that line"
            )
        if isinstance(error, ConfigError):
            file, line = self._place_of(error.__traceback__, _runs_a_file)
            return self._config_error(error, file, line, struct_name)
        file, line = self._place_of(error.__traceback__)
        place = f"{file}:{line}" if line else file
        if "partially initialized module '" in str(error):
            circle = " -> ".join(self._circle_of(error))
            remedy = "move what both need into a third file"
            return CommandError(f"configs import one another ({circle})", place, remedy)
        if isinstance(error, ImportError):
            # Python adds the path of the file, which the user knows by the module's name.
            text = re.sub(r" \(/[^)]*\)$", "", one_line(error))
            return CommandError(f"an import failed ({text})", place, self._import_remedy(error))
        match = re.search(r"(\w+)\(\) got an unexpected keyword argument '(\w+)'", str(error))
        if isinstance(error, TypeError) and match:
            remedy = did_you_mean(match[2], _parameters_of(match[1]), "drop it")
            return CommandError(f"{match[1]} has no argument '{match[2]}'", place, remedy)
        remedy = _misspelled_name_remedy(error)
        text = f"{type(error).__name__}: {one_line(error)}".rstrip(": ")
        return CommandError(f"the config cannot be evaluated ({text})", place, remedy)

    def _place_of(self, traceback, is_place=lambda frame: True):
        """Returns (relative file, line) of the innermost frame that runs the user's code and may be told."""
        file, line = self.relative, None
        while traceback is not None:
            name = traceback.tb_frame.f_code.co_filename
            frame = traceback.tb_frame
            if name.startswith(self.root + os.sep) and not _is_ours(frame) and is_place(frame):
                file, line = os.path.relpath(name, self.root), traceback.tb_lineno
            traceback = traceback.tb_next
        return file, line

    def _circle_of(self, error):
        """Returns the user's files that import one another, the first again at the end."""
        files, traceback = [], error.__traceback__
        while traceback is not None:
            name = traceback.tb_frame.f_code.co_filename
            if name.startswith(self.root + os.sep) and not _is_ours(traceback.tb_frame):
                files.append(os.path.relpath(name, self.root).replace(os.sep, "/"))
            traceback = traceback.tb_next
        module = re.search(r"partially initialized module '([\w.]+)'", str(error))[1]
        asked_for = module.replace(".", "/") + ".py"
        return files[files.index(asked_for) :] + [asked_for] if asked_for in files else files

    def _config_error(self, error, file, line, struct_name):
        """A mistake found while the file ran: the field's own line beats that of the call it was
        found in.
        """
        here = self if file == self.relative else ConfigFile(self.root, file)
        variable = here.source_lines.variable_at(line) if line else None
        field = error.field
        if field.startswith("column:"):
            found = here.source_lines.line_of_string(field.removeprefix("column:"))
            return CommandError(error.what, here.where(variable, line=found or line), error.remedy)
        if variable:
            lines = here.source_lines.lines_of(variable, struct_name)
            known = line_at(lines, field) if field else None
            line = known if known and known != lines.get("") else line
        return CommandError(error.what, here.where(variable, field, line=line), error.remedy)

    def _missing_file_remedy(self, parts):
        """A module of the repository that is not there: the file that was meant, else the missing one."""
        folder = os.path.join(self.root, *parts[:-1])
        names = os.listdir(folder) if os.path.isdir(folder) else []
        match = closest_name(parts[-1], [n.removesuffix(".py") for n in names if n.endswith(".py")])
        if match:
            return f"did you mean '{'.'.join([*parts[:-1], match])}'?"
        return f"create {'/'.join(parts)}.py, or mend the name"

    def _import_remedy(self, error):
        name = getattr(error, "name", None) or ""
        parts = name.split(".")
        if parts[:2] == ["ai", "chronon"]:
            return "this version does not have that part; remove the import"
        if parts[0] not in ("staging_queries", "group_bys", "joins"):
            install = f"install it: {sys.executable} -m pip install {parts[0]}, or mend the name"
            return install if name else "mend the import"
        if isinstance(error, ModuleNotFoundError):
            return self._missing_file_remedy(parts)
        wanted = re.search(r"cannot import name '(\w+)'", str(error))
        defined = _configs_in(sys.modules.get(name))
        if wanted and defined:
            return did_you_mean(wanted[1], defined)
        return "mend the name that is imported"


def _configs_in(module):
    """Returns the variables of a module that hold configs: what other files import."""
    from ai.chronon.struct import Struct

    return [name for name, value in vars(module or object).items() if isinstance(value, Struct)]


def _misspelled_name_remedy(error):
    """Returns the remedy for an unknown name or attribute, where Python knows which there are."""
    name = getattr(error, "name", None)
    if isinstance(error, AttributeError) and name and error.obj is not None:
        known = [one for one in dir(error.obj) if not one.startswith("_")]
        owner = (getattr(error.obj, "__module__", None) or "").split(".")[0]
        if owner in _OURS:
            return did_you_mean(name, known)
        return did_you_mean(name, known, "mend that line")
    if isinstance(error, NameError) and name:
        traceback = error.__traceback__
        while traceback.tb_next is not None:
            traceback = traceback.tb_next
        known = [one for one in traceback.tb_frame.f_globals if not one.startswith("__")]
        return did_you_mean(name, known, f"import or assign {name} before that line")
    return "mend that line"


def _is_ours(frame):
    return frame.f_globals.get("__name__", "").split(".")[0] in _OURS


def _runs_a_file(frame):
    """Whether the frame is a file's own code: a function there may make several configs."""
    return frame.f_code.co_name == "<module>"


def forget_modules_below(root):
    """Drops the user's modules of this and of other repositories, so that the next import reads
    the files.
    """
    for name, module in list(sys.modules.items()):
        top = name.split(".")[0]
        file = getattr(module, "__file__", None) or ""
        user_module = top in ("staging_queries", "group_bys", "joins")
        below = file.startswith(root + os.sep) and "site-packages" not in file
        if user_module or (below and top not in _OURS and top != "__main__"):
            del sys.modules[name]
    for path in [p for p in sys.path if p != root and _looks_like_repository(p)]:
        sys.path.remove(path)


def _looks_like_repository(path):
    return os.path.isfile(os.path.join(path, "teams.json"))


def _parameters_of(function_name):
    """Returns the parameters of a function of the API, for `did you mean`."""
    for name, module in sys.modules.items():
        function = getattr(module, function_name, None) if name.startswith("ai.chronon.") else None
        code = getattr(function, "__code__", None)
        if code is not None:
            return code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    return ()
