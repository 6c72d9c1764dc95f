# SPDX-License-Identifier: Apache-2.0
# The compiler: from Python configs to compiled files and their side files. A file's objects are all
# checked before any is written. `compile_conf` is for programs, `main` for the command line
# (`run.py --mode=compile`).
import json
import os
import sys

from ai.chronon import utils
from ai.chronon.api import ttypes
from ai.chronon.errors import did_you_mean
from ai.chronon.repo import PRODUCTION_FOLDER
from gnomon import compile_display, conf_files, conf_path, repo_rules, side_file
from gnomon.compiled_conf import CLASSES, ObjectCompiler
from gnomon.config_import import ConfigFile
from gnomon.errors import CommandError, give_repository, print_error, print_warning, run_main
from gnomon.kept_settings import keep_settings
from gnomon.repository import Teams, find_root

_EXAMPLES = """
compile.py --conf=group_bys/bootcamp/user_purchase_features.py
compile.py --conf=staging_queries/bootcamp --output_root=compiled --json
"""


class CompileOptions:
    """`for_run`: what is compiled runs at once, so that a GroupBy neither online nor backfilled is
    written too, and other configs that hold what changed are only told of (Chronon runs what was
    compiled before). `ask` is called with a question and its default answer, and returns the
    answer.
    """

    def __init__(
        self, output_root=PRODUCTION_FOLDER, force_overwrite=False, for_run=False, ask=None
    ):
        self.output_root = output_root
        self.force_overwrite = force_overwrite
        self.for_run = for_run
        self.ask = ask or (lambda question, default: default)


class Compilation:
    """What one call compiles: `requested`, the objects of the file; `others`, the GroupBys of its
    Joins and, when forced, the configs that hold one of all these.
    """

    def __init__(self, requested, others):
        self.requested, self.others = requested, others


def compile_conf(root, path, options=None, variable=None):
    """Compiles a .py file of a repository. Returns its CompiledConfs. Raises CommandError and then
    writes nothing.
    """
    return compile_all(root, path, options, variable).requested


def compile_all(root, path, options=None, variable=None):
    """As `compile_conf`, but returns the Compilation."""
    options = options or CompileOptions()
    root = os.path.abspath(root)
    named = conf_path.resolve(root, path if variable is None else f"{path}:{variable}")
    if named.kind != conf_path.PYTHON:
        raise CommandError("the config is not a .py file", path, "give its Python file")
    relative = os.path.relpath(named.path, root).replace(os.sep, "/")
    teams = Teams.load(root)
    existing = conf_files.CompiledConfs(root, options.output_root)
    variables = {}
    waiting = [(relative, named.conf_type, named.variable)]
    found = {}  # By path, in the order in which they are written.
    requested = None
    while waiting:
        file, conf_type, one_variable = waiting.pop(0)
        source = ConfigFile(root, file)
        teams.require(source.team, file)
        compiler = ObjectCompiler(root, teams, options.output_root)
        objects, parts = _compile_file(source, conf_type, one_variable, compiler, options, variables)
        requested = objects if requested is None else requested
        added = [one for one in objects + parts if one.path not in found]
        found.update((one.path, one) for one in added)
        for one in added:
            waiting += _dependents_to_compile(one, existing, options, found, waiting)
    paths = {one.path for one in requested}
    others = [one for one in found.values() if one.path not in paths]
    written = requested + others
    _check_all(written, existing, root, variables, options)
    for one in written:
        one.changed = conf_files.write_if_changed(one.path, one.text)
        conf_files.write_if_changed(conf_files.side_path_of(one.path), one.side)
    return Compilation(requested, others)


def _compile_file(source, conf_type, variable, compiler, options, variables):
    """Returns the CompiledConfs of a file and those of the GroupBys that its Joins bring along."""
    struct = CLASSES[conf_type]
    objects = _objects(source, source.load(struct.__name__), struct, variable)
    variables.setdefault(source.relative, set()).update(name for name, _ in objects)
    compiled = [compiler.compile(source, name, obj) for name, obj in objects]
    parts = {}
    for one in compiled:
        for other in _compile_parts(one, compiler, variables):
            parts.setdefault(other.path, other)
    return [one for one in compiled if _is_used(one, options)], list(parts.values())


def _compile_parts(compiled, compiler, variables):
    """Compiles the GroupBys of a Join that are online or have a backfill of their own."""
    if not isinstance(compiled.original, ttypes.Join):
        return
    for field, group_by in repo_rules.group_bys_to_write(compiled.original):
        found = utils.find_config(group_by, "group_bys")
        if found is None:
            yield compiler.compile_inline(compiled, field, group_by)
            continue
        module, variable = found
        source = ConfigFile(compiled.source.root, module.replace(".", "/") + ".py")
        variables.setdefault(source.relative, set()).add(variable)
        yield compiler.compile(source, variable, group_by)


def _dependents_to_compile(compiled, existing, options, found, waiting):
    """Returns what else must be compiled because it holds a config as it was: (file, type, variable).
    Raises CommandError unless it is forced.
    """
    more = []
    for path, conf_type, conf in repo_rules.dependents(compiled, existing):
        file, variable = existing.source_of(path, conf_type, conf)
        one = (file, conf_type, variable)
        if file and path not in found and one not in waiting:
            more.append(one)
    if not more or options.force_overwrite:
        return more
    files = ", ".join(dict.fromkeys(file for file, _, _ in more))
    held = CommandError(
        f"other configs hold {compiled.name} as it was before ({files})",
        compiled.where(),
        "compile them too, run: run.py --mode=compile"
        f" --conf={compiled.source.relative} --force-overwrite",
    )
    if not options.for_run:
        raise held
    print_warning(held)
    return []


def _check_all(compiled, existing, root, variables, options):
    """Checks what is compiled against the rest of the repository, and translates its SQL."""
    for one in compiled:
        existing.put(one.path, one.conf_type, one.plain())
    for one in compiled:
        repo_rules.check_with_joins(one, existing)
        if not options.force_overwrite:
            repo_rules.check_overwrite(one)
        keep_settings(one, options.ask)
    repo_rules.check_tables(compiled, existing, root, variables)
    for one in compiled:
        repo_rules.warn_of_deprecation(one, existing)
        one.side = side_file.side_text(
            root, one.path, one.text, one.source, one.lines, one.writers, existing
        )
        existing.put(one.path, one.conf_type, one.plain(), json.loads(one.side))
    for one in compiled:
        tables = existing.tables_read(one.path, one.plain())
        repo_rules.check_circle(one, tables, existing)


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


def _is_used(compiled, options):
    """Applies Chronon's rule that a GroupBy neither online nor backfilled is not written."""
    conf = compiled.conf
    if not isinstance(conf, ttypes.GroupBy) or options.force_overwrite or options.for_run:
        return True
    if conf.metaData.online or conf.backfillStartDate:
        return True
    print_warning(
        f"skipped, neither online nor with backfill_start_date: {compiled.where()}"
        " - set one of them, or compile with --force-overwrite"
    )
    return False


def _python_files(folder):
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith((".", "__")))
        for name in sorted(files):
            if name.endswith(".py") and not name.startswith("__"):
                yield os.path.join(parent, name)


def compile_parser():
    """Returns the parser of compile.py."""
    from gnomon.arguments import ArgumentParser, add_compile_flags, add_output_root

    parser = ArgumentParser(
        "compile.py",
        examples=_EXAMPLES,
        description="Compiles configs: a file, or all files of a folder.",
    )
    add = parser.add_argument
    add("--conf", "--input_path", "--input-path", dest="conf", metavar="CONF", help="the config")
    root = ("--chronon_root", "--chronon-root", "--repo")
    add(*root, dest="root", metavar="FOLDER", help="the repository's root")
    add("--json", action="store_true", help="print the result as JSON")
    add_output_root(parser)
    add_compile_flags(parser)
    return parser


def _asker(flags):
    """Returns what answers questions: the user, unless --yes or no terminal is there."""
    if flags.yes:
        return lambda question, default: True
    if flags.quiet or flags.json or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None

    def ask(question, default):
        print(f"{question} [{'Y/n' if default else 'y/N'}] ", end="", file=sys.stderr, flush=True)
        answer = sys.stdin.readline().strip().lower()
        return default if not answer else answer in ("y", "yes")

    return ask


def main(arguments, is_own_program=True):
    """Compiles one file or all files of a folder. Returns the exit status."""
    flags = compile_parser().parse_args(arguments)
    if is_own_program:
        give_repository(flags.root)
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
    options = CompileOptions(flags.output_root, flags.force_overwrite, ask=_asker(flags))
    paths = list(_python_files(named.path)) if named.kind == conf_path.FOLDER else [named.path]
    compiled, others, errors = [], {}, []
    for path in paths:
        try:
            compilation = compile_all(root, path, options, named.variable)
            compiled += compilation.requested
            others.update((one.path, one) for one in compilation.others)
        except CommandError as error:
            if named.kind != conf_path.FOLDER:
                raise
            print_error(error)
            errors.append(error)
    written = {one.path for one in compiled}
    others = [one for path, one in others.items() if path not in written]
    if flags.json:
        compile_display.print_json(root, compiled + others, errors, flags)
    else:
        compile_display.print_text(root, compiled, others, flags)
    return 2 if errors else 0


if __name__ == "__main__":
    run_main(main)
