# SPDX-License-Identifier: Apache-2.0
# Configs by the names that users give them: the documented name, Chronon's, the output table, the
# path of the file.
import os

from ai.chronon.errors import did_you_mean
from gnomon import conf_files, naming
from gnomon.exceptions import InvalidArgumentError, NotFoundError
from gnomon.notebook.commands import compile_config

_WORDS = {"group_bys": "GroupBy", "staging_queries": "StagingQuery"}


class Config:
    """A compiled config: `conf` is Chronon's JSON as a dict, `stale` the reason why it is older than
    its source, or None.
    """

    def __init__(self, root, path, conf_type, conf, stale=None):
        self.root, self.path, self.conf_type, self.conf, self.stale = (
            root, path, conf_type, conf, stale)
        side = conf_files.read_json(conf_files.side_path_of(path)) or {}
        self.source_file = side.get("source_file") or ""
        self.dependencies = side.get("dependencies") or []

    @property
    def meta(self):
        return self.conf["metaData"]

    @property
    def chronon_name(self):
        """`bootcamp.user_purchase_features.v1`."""
        return self.meta["name"]

    @property
    def name(self):
        """The name that a user reads: the documented one, else Chronon's."""
        return naming.documented_name_of(self.meta) or self.chronon_name

    @property
    def output_table(self):
        return naming.output_table(self.conf)


def config_names(root, conf_type):
    """Returns `team/file.variable` of each config, those whose files are not compiled yet as
    `team/file`.
    """
    compiled = {
        _short(conf): None
        for _, found_type, conf in conf_files.CompiledConfs(root).entries()
        if found_type == conf_type
    }
    files = {name.rpartition(".")[0] for name in compiled}
    sources = [_module(file) for file in _source_files(root, conf_type)]
    return sorted([*compiled, *(name for name in sources if name not in files)])


def find_config(root, conf_type, name):
    """Returns the Config that `name` means, compiled from today's source. Raises NotFoundError with
    what is near, InvalidArgumentError for a name of several, or a source that does not compile.
    """
    sources = [file for file in _source_files(root, conf_type) if _may_define(file, name)]
    compiled = _compiled(root, conf_type, name)
    sources += [file for file in map(_source_of(root), compiled) if file and file not in sources]
    failures = {file: compile_config(root, file) for file in sources}
    found = _compiled(root, conf_type, name)
    failures = {file: failure for file, failure in failures.items() if failure}
    if not found and failures:
        raise InvalidArgumentError(next(iter(failures.values())))
    if not found:
        _raise_not_found(root, conf_type, name)
    if len(found) > 1:
        names = ", ".join(f"'{_short(conf)}'" for _, conf in found)
        raise InvalidArgumentError(f"the name means several configs: {name} - write one of {names}")
    path, conf = found[0]
    return Config(root, path, conf_type, conf, failures.get(_source_of(root)(found[0])))


def _raise_not_found(root, conf_type, name):
    names = config_names(root, conf_type)
    near = {alias: None for full in names for alias in (full, *_names_of_module(full))}
    for _, found_type, conf in conf_files.CompiledConfs(root).entries():
        if found_type == conf_type:
            near.update(dict.fromkeys(_names_of_conf(conf_type, conf)) if _is_named(conf) else {})
    otherwise = f"make one: {conf_type}/<team>/<file>.py" if not names else ""
    remedy = did_you_mean(name, near if names else [], otherwise)
    if remedy.startswith("use one of"):
        remedy = "use one of: " + ", ".join(names)
    raise NotFoundError(f"there is no {_WORDS[conf_type]} of that name: {name} - {remedy}")


def _compiled(root, conf_type, name):
    """Returns (path, conf) of the compiled configs that have the name."""
    return [
        (path, conf)
        for path, found_type, conf in conf_files.CompiledConfs(root).entries()
        if found_type == conf_type and _is_named(conf) and (
            name in _names_of_conf(conf_type, conf) or name in (path, os.path.relpath(path, root)))
    ]


def _is_named(conf):
    return isinstance(conf.get("metaData"), dict) and bool(conf["metaData"].get("name"))


def _short(conf):
    """Returns `team/file.variable`."""
    return (conf.get("metaData") or {}).get("name", "").replace(".", "/", 1)


def _names_of_conf(conf_type, conf):
    meta = conf["metaData"]
    names = {meta["name"], _short(conf), naming.output_table(conf), naming.documented_name_of(meta)}
    module, _, variable = _short(conf).rpartition(".")
    if variable == "v1":
        names |= _names_of_module(module) | {f"{conf_type}/{module.replace('.', '/')}.py"}
    return names - {None}


def _source_of(root):
    def source(entry):
        path, conf = entry
        conf_type = path.split(os.sep)[-3]
        return conf_files.CompiledConfs(root).source_of(path, conf_type, conf)[0] or None

    return source


def _source_files(root, conf_type):
    """Returns the config files of a type, relative to the root, with `/`."""
    top = os.path.join(root, conf_type)
    return sorted(
        os.path.relpath(os.path.join(folder, file), root).replace(os.sep, "/")
        for folder, _, files in os.walk(top)
        for file in files
        if file.endswith(".py") and file != "__init__.py" and folder != top
    )


def _module(file):
    """Returns `team/file` of `group_bys/team/file.py`."""
    return file.partition("/")[2][: -len(".py")].replace("/", ".").replace(".", "/", 1)


def _names_of_file(file):
    """Returns the names by which a file may be meant before it is compiled."""
    return _names_of_module(_module(file)) | {file}


def _names_of_module(module):
    """Returns what means `v1` of `team/file`."""
    stem = module.replace("/", ".").rpartition(".")[2]
    dotted = module.replace("/", ".")
    return {module, f"{module}.v1", dotted, f"{dotted}.v1", stem, f"{stem}.v1"}


def _may_define(file, name):
    """Returns whether the file may hold the config, of any variable."""
    module = _module(file)
    prefixes = (f"{module}.", f"{module.replace('/', '.')}.", f"{file}:")
    return name in _names_of_file(file) or name.startswith(prefixes)
