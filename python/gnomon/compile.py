# SPDX-License-Identifier: Apache-2.0
# The compiler: from Python configs to compiled files and their side files. A file's objects are all
# checked before any is written. `compile_conf` is for programs, `main` for the command line
# (`run.py --mode=compile`).
import os

from ai.chronon.api import ttypes
from ai.chronon.errors import ConfigError, did_you_mean
from ai.chronon.repo import PRODUCTION_FOLDER
from ai.chronon.repo.serializer import from_plain, json2thrift, thrift_simple_json
from gnomon import compile_display, conf_files, conf_path, conf_rules, naming, side_file
from gnomon.config_import import ConfigFile
from gnomon.errors import CommandError, print_error, print_warning, run_main
from gnomon.repository import NAMING_DOCUMENTED, Teams, find_root
from gnomon.staging_sources import dependencies_of, resolve_staging_queries

CLASSES = {"group_bys": ttypes.GroupBy, "staging_queries": ttypes.StagingQuery}


class CompileOptions:
    """`skips_unused`: leave out GroupBys neither online nor backfilled (Chronon's rule)."""

    def __init__(self, output_root=PRODUCTION_FOLDER, force_overwrite=False, skips_unused=True):
        self.output_root = output_root
        self.force_overwrite = force_overwrite
        self.skips_unused = skips_unused


class CompiledConf:
    """One compiled object: where its files are, and what it is."""

    def __init__(self, conf, source, variable):
        self.conf, self.source, self.variable = conf, source, variable
        self.text = self.path = self.output_table = None
        self.lines = {}
        self.dependencies = []
        self.changed = False

    @property
    def class_name(self):
        return type(self.conf).__name__

    @property
    def name(self):
        return self.conf.metaData.name

    def where(self, field=""):
        return self.source.where(self.variable, field, self.class_name)


def compile_conf(root, path, options=None, variable=None):
    """Compiles a .py file of a repository. Returns its CompiledConfs. Raises CommandError and then
    writes nothing.
    """
    options = options or CompileOptions()
    root = os.path.abspath(root)
    named = conf_path.resolve(root, path if variable is None else f"{path}:{variable}")
    if named.kind != conf_path.PYTHON:
        raise CommandError("the config is not a .py file", path, "give its Python file")
    relative = os.path.relpath(named.path, root).replace(os.sep, "/")
    struct = CLASSES.get(named.conf_type)
    if struct is None:
        raise CommandError(
            "Joins are not supported yet", relative, "compile GroupBys and StagingQueries"
        )
    source = ConfigFile(root, relative)
    teams = Teams.load(root)
    teams.require(source.team, relative)
    objects = _objects(source, source.load(struct.__name__), struct, named.variable)
    existing = conf_files.CompiledConfs(root, options.output_root)
    compiled = [_compile_object(source, name, obj, teams, existing) for name, obj in objects]
    compiled = [one for one in compiled if _is_used(one, options)]
    for one in compiled:
        one.path = conf_files.conf_path_of(root, options.output_root, named.conf_type, one.name)
        _check_overwrite(one, options)
    _check_tables(compiled, existing, root, {c.path for c in compiled}, [n for n, _ in objects])
    sides = [
        side_file.side_text(one.path, one.text, source, one.lines, one.dependencies)
        for one in compiled
    ]
    for one, side in zip(compiled, sides):
        one.changed = conf_files.write_if_changed(one.path, one.text)
        conf_files.write_if_changed(conf_files.side_path_of(one.path), side)
    return compiled


def _objects(source, module, struct, variable):
    """Returns (variable, object) of the configs that the file defines itself, in its order."""
    imported = source.source_lines.imported_names
    found = [
        (name, value)
        for name, value in vars(module).items()
        if isinstance(value, struct) and name not in imported
    ]
    if not found:
        raise CommandError(
            f"the file defines no {struct.__name__}",
            source.relative,
            f"assign one to a variable: v1 = {struct.__name__}(...)",
        )
    if variable is None:
        return found
    chosen = [pair for pair in found if pair[0] == variable]
    if not chosen:
        raise CommandError(
            f"the file has no {struct.__name__} named '{variable}'",
            source.relative,
            did_you_mean(variable, [name for name, _ in found]),
        )
    return chosen


def _compile_object(source, variable, obj, teams, existing):
    conf = obj.clone()
    compiled = CompiledConf(conf, source, variable)
    compiled.lines = source.source_lines.lines_of(variable, compiled.class_name)
    try:
        meta = conf.metaData = conf.metaData.clone() if conf.metaData else ttypes.MetaData()
        if not isinstance(meta, ttypes.MetaData):
            raise ConfigError("metaData must be a MetaData", "metaData", "write MetaData(...)")
        thrift_simple_json(conf)  # Checks every type, so that the rules need not.
        conf_rules.check_conf(conf)
        explicit_name = meta.name
        _apply_team(conf, source, teams)
        meta.name = f"{source.module_name.partition('.')[2]}.{variable}"
        if isinstance(conf, ttypes.GroupBy):
            staging_tables = resolve_staging_queries(conf, teams, source.team)
            compiled.dependencies = dependencies_of(conf, staging_tables, existing)
        if teams.naming(source.team) == NAMING_DOCUMENTED:
            name = naming.documented_name(explicit_name, source.stem, variable)
            meta.customJson = naming.with_documented_name(meta.customJson, name)
        naming.custom_values(meta.customJson)
        compiled.text = thrift_simple_json(conf)
        compiled.output_table = naming.output_table({"metaData": vars(meta)})
    except ConfigError as error:
        raise CommandError(error.what, compiled.where(error.field), error.remedy) from None
    return compiled


def _apply_team(conf, source, teams):
    meta = conf.metaData
    meta.team = source.team
    meta.outputNamespace = meta.outputNamespace or teams.get(source.team, "namespace")
    meta.tableProperties = meta.tableProperties or teams.get(source.team, "table_properties")
    if not meta.outputNamespace:
        argument = (
            "output_namespace" if isinstance(conf, ttypes.GroupBy) else "metaData.outputNamespace"
        )
        raise ConfigError(
            "the config has no output namespace",
            "",
            f'set {argument}, or "namespace" of team {source.team} in teams.json',
        )
    if meta.dependencies:
        meta.dependencies = [d.replace("{{ db }}", meta.outputNamespace) for d in meta.dependencies]


def _is_used(compiled, options):
    """Applies Chronon's rule that a GroupBy neither online nor backfilled is not written."""
    conf = compiled.conf
    if not isinstance(conf, ttypes.GroupBy) or options.force_overwrite or not options.skips_unused:
        return True
    if conf.metaData.online or conf.backfillStartDate:
        return True
    print_warning(
        f"skipped, neither online nor with backfill_start_date: {compiled.where()}"
        " - set one of them, or compile with --force-overwrite"
    )
    return False


def _check_overwrite(compiled, options):
    """Refuses a change of what an online GroupBy serves, unless it is forced. Added columns are no
    change.
    """
    old = conf_files.read_json(compiled.path)
    if old is None or options.force_overwrite or not isinstance(compiled.conf, ttypes.GroupBy):
        return
    try:
        old = from_plain(old, ttypes.GroupBy)
    except ConfigError:
        return  # Not a config that anything could serve.
    if not (old.metaData and old.metaData.online and old.sources):
        return
    # What was written, not what Python holds, is compared: there a tuple is a list.
    new = json2thrift(compiled.text, ttypes.GroupBy)
    changes = conf_rules.served_changes(old, new)
    if changes:
        raise CommandError(
            f"the change would alter what an online config serves ({'; '.join(changes)})",
            compiled.where(),
            "undo it, or run: run.py --mode=compile"
            f" --conf={compiled.source.relative} --force-overwrite",
        )


def _check_tables(compiled, existing, root, own_paths, variables):
    """Refuses two configs with one output table; compiled files without source do not count."""
    writers = {}
    for one in compiled:
        table = one.output_table.lower()
        if table in writers:
            raise CommandError(
                f"two configs write the table {one.output_table}",
                one.where("metaData.name"),
                f"give one another name; the other is {writers[table].where()}",
            )
        writers[table] = one
    for path, conf_type, conf in existing.entries() if writers else []:
        one = writers.get((naming.output_table(conf) or "").lower())
        if one is None or path in own_paths:
            continue
        file, variable = existing.source_of(path, conf_type, conf)
        if not file or (file == one.source.relative and variable not in variables):
            continue
        raise CommandError(
            f"two configs write the table {one.output_table}",
            one.where("metaData.name"),
            f"give one another name; the other is {os.path.relpath(path, root)} of {file}",
        )


def _python_files(folder):
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith((".", "__")))
        for name in sorted(files):
            if name.endswith(".py") and not name.startswith("__"):
                yield os.path.join(parent, name)


def _parser():
    from gnomon.arguments import ArgumentParser, add_compile_flags, add_output_root

    parser = ArgumentParser("compile.py", description="Compiles configs.")
    add = parser.add_argument
    add("--conf", "--input_path", "--input-path", dest="conf", metavar="CONF", help="the config")
    root = ("--chronon_root", "--chronon-root", "--repo")
    add(*root, dest="root", metavar="FOLDER", help="the repository's root")
    add("--json", action="store_true", help="print the result as JSON")
    add_output_root(parser)
    add_compile_flags(parser)
    return parser


def main(arguments):
    """Compiles one file or all files of a folder. Returns the exit status."""
    flags = _parser().parse_args(arguments)
    if not flags.conf:
        raise CommandError("no config given", "", "add --conf=group_bys/team/file.py")
    root = find_root(flags.root or os.environ.get("CHRONON_ROOT"))
    named = conf_path.resolve(root, flags.conf)
    if named.kind == conf_path.COMPILED:
        from gnomon.refresh import refresh_compiled

        # The engine tells users to run this when a side file is stale.
        refresh_compiled(root, named.path)
        if flags.json:
            compile_display.print_json(root, [], [], flags)
        elif not flags.quiet:
            print(f"The side file is up to date: {conf_files.side_path_of(named.path)}")
        return 0
    options = CompileOptions(flags.output_root, flags.force_overwrite)
    paths = list(_python_files(named.path)) if named.kind == conf_path.FOLDER else [named.path]
    compiled, errors = [], []
    for path in paths:
        try:
            compiled += compile_conf(root, path, options, named.variable)
        except CommandError as error:
            if named.kind != conf_path.FOLDER:
                raise
            print_error(error)
            errors.append(error)
    if flags.json:
        compile_display.print_json(root, compiled, errors, flags)
    else:
        compile_display.print_text(root, compiled, flags)
    return 2 if errors else 0


if __name__ == "__main__":
    run_main(main)
