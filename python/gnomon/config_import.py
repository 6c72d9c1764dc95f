# SPDX-License-Identifier: Apache-2.0
# Imports a user's config file and turns whatever goes wrong there into one located sentence.
# Modules of the repository are imported afresh each time, without writing __pycache__ into the
# user's folders.
import importlib
import os
import re
import sys

from ai.chronon.errors import ConfigError, did_you_mean
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
            return CommandError(
                f"the file is not valid Python ({error.msg})",
                f"{place}:{error.lineno or 1}",
                "mend that line",
            )
        file, line = self._place_of(error.__traceback__)
        if isinstance(error, ConfigError):
            return self._config_error(error, file, line, struct_name)
        place = f"{file}:{line}" if line else file
        if isinstance(error, ImportError):
            return CommandError(
                f"an import failed ({one_line(error)})", place, self._import_remedy(error)
            )
        match = re.search(r"(\w+)\(\) got an unexpected keyword argument '(\w+)'", str(error))
        if isinstance(error, TypeError) and match:
            remedy = did_you_mean(match[2], _parameters_of(match[1]), "drop it")
            return CommandError(f"{match[1]} has no argument '{match[2]}'", place, remedy)
        text = f"{type(error).__name__}: {one_line(error)}".rstrip(": ")
        return CommandError(f"the config cannot be evaluated ({text})", place, "mend that line")

    def _place_of(self, traceback):
        """Returns (relative file, line) of the innermost frame that runs the user's code."""
        file, line = self.relative, None
        while traceback is not None:
            name = traceback.tb_frame.f_code.co_filename
            if name.startswith(self.root + os.sep) and not _is_ours(traceback.tb_frame):
                file, line = os.path.relpath(name, self.root), traceback.tb_lineno
            traceback = traceback.tb_next
        return file, line

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

    def _import_remedy(self, error):
        name = getattr(error, "name", None) or ""
        parts = name.split(".")
        if parts[:2] == ["ai", "chronon"]:
            return "this version does not have that part; remove the import"
        if parts[0] not in ("staging_queries", "group_bys", "joins"):
            return f"install {parts[0]}, or mend the name" if name else "mend the import"
        folder = os.path.join(self.root, *parts)
        if isinstance(error, ModuleNotFoundError):
            return f"create {os.path.relpath(folder, self.root)}.py, or mend the name"
        return "mend the name that is imported"


def _is_ours(frame):
    return frame.f_globals.get("__name__", "").split(".")[0] in _OURS


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
