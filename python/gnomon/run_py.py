# SPDX-License-Identifier: Apache-2.0
# run.py: checks the command, compiles the config in process, and becomes the engine. Several
# objects, and dependencies with --with-dependencies, run as children one after the other; the last
# one replaces this process.
import os
import sys

from gnomon import conf_path, naming
from gnomon.engine_flags import additional_arguments, engine_flags, flags_not_for_dependency
from gnomon.errors import EXIT_STOPPED, CommandError, give_repository, print_warning
from gnomon.repository import Teams, find_root
from gnomon.run_flags import (
    ADDITIONAL_ARGUMENT_MODES,
    CONF_TYPE_WORDS,
    RANGE_MODES,
    engine_mode,
    parse_flags,
    split_range,
)
from gnomon.run_settings import SETTING_MODES, run_settings, with_origins

class _Task:
    """One call of the engine."""

    def __init__(self, mode, conf_type, path, conf):
        self.mode, self.conf_type, self.path, self.conf = mode, conf_type, path, conf
        self.is_dependency = False  # Of what the user named.

    def can_wait(self):
        """A staging query that names no dependencies knows nothing to wait for: it is refused when it is
        named, and runs at once when others need it."""
        return not self.is_dependency or bool(
            self.conf_type != "staging_queries" or self.conf["metaData"].get("dependencies")
        )


def main(arguments):
    """Runs one command line. Returns an exit status, or does not return."""
    flags = parse_flags(arguments)
    give_repository(flags.repo)
    if flags.sub_help:
        from gnomon.engine import become_engine

        become_engine(["--help"])
    _tell_without_effect(flags, flags.without_effect)
    if flags.mode == "compile":
        return _compile(flags)
    if flags.mode == "fetch":
        return _fetch(flags)
    return _run(flags)


def _tell_without_effect(flags, given, when=""):
    for flag in given if not flags.quiet else []:
        print_warning(f"{flag} has no effect on the mode {flags.mode}{when}")


def _compile(flags):
    from gnomon import compile as compiler

    given = [f"--output_root={flags.output_root}"]
    given += [f"--conf={flags.conf}"] if flags.conf else []
    given += [f"--repo={find_root(flags.repo)}"]
    for name in ("force_overwrite", "feature_display", "table_display", "json", "quiet", "yes"):
        given += ["--" + name.replace("_", "-")] if getattr(flags, name) else []
    return compiler.main(given, is_own_program=False)


def _fetch(flags):
    from gnomon.engine import become_engine

    root = find_root(flags.repo)
    kind = flags.type or ("group-by" if flags.conf_type == "group_bys" else None)
    name = flags.name
    if flags.conf:
        named = _named_conf(root, flags)
        kind = kind or {"group_bys": "group-by", "joins": "join"}.get(named.conf_type)
        name = name or _name_to_fetch(named)
    if not name:
        raise CommandError("no config to fetch", "", "add --name=team/file.v1, or --conf")
    if not (flags.key_json or flags.key_json_file):
        raise CommandError("no keys to fetch", "", """add -k '{"user_id": "user_1"}', or -f FILE""")
    command = ["fetch", f"--repo={root}", f"--type={kind or 'join'}", f"--name={name}"]
    for flag in ("key_json", "key_json_file", "at_millis", "interval"):
        value = getattr(flags, flag)
        command += [f"--{flag.replace('_', '-')}={value}"] if value else []
    for name in ("loop", "json", "quiet", "verbose"):
        command += [f"--{name}"] if getattr(flags, name) else []
    become_engine(command, _flag_settings(flags))


def _named_conf(root, flags):
    """Returns what --conf names; --conf-type, which Chronon needs in places, must agree."""
    named = conf_path.resolve(root, flags.conf)
    if flags.conf_type not in (None, named.conf_type):
        word, other = (CONF_TYPE_WORDS[one] for one in (named.conf_type, flags.conf_type))
        raise CommandError(f"the config is {word}, not {other}", flags.conf, "drop --conf-type")
    return named


def _name_to_fetch(named):
    """Returns `team/file.variable` of a config that the user gave by its path."""
    folder, file = os.path.split(named.path)
    if named.kind == conf_path.PYTHON:
        file = f"{file[: -len('.py')]}.{named.variable or 'v1'}"
    return f"{os.path.basename(folder)}/{file}"


def _run(flags):
    root = find_root(flags.repo)
    if not flags.conf and flags.mode == "metadata-export":
        return _export_metadata(root, flags)
    if not flags.conf:
        raise CommandError("no config given", "", "add --conf=group_bys/team/file.py")
    named = _named_conf(root, flags)
    if named.kind == conf_path.FOLDER:
        raise CommandError("the config is a folder", flags.conf, "give one file")
    mode = engine_mode(flags.mode, named.conf_type, flags.conf)
    if mode not in RANGE_MODES and "parallelism" in flags.given:
        _tell_without_effect(flags, ["--parallelism"])
    if not flags.dry_run:
        return _run_tasks(root, named, mode, flags)
    import shutil
    import tempfile

    # What a dry run compiles is compiled beside a copy of all that is compiled: a change that the
    # run would refuse is refused, and one that it would take stays unaccepted.
    with tempfile.TemporaryDirectory(prefix="gnomon-dry-run-") as folder:
        compiled = os.path.join(root, flags.output_root)
        if os.path.isdir(compiled):
            shutil.copytree(compiled, folder, ignore_dangling_symlinks=True, dirs_exist_ok=True)
        flags.output_root = folder
        return _run_tasks(root, named, mode, flags)


def _export_metadata(root, flags):
    """All compiled configs of a folder at once: there is no config whose settings would count."""
    from gnomon.engine import become_engine

    of_a_config = ("env", "app_name", "parallelism", "with_dependencies", "conf_type")
    idle = [flags.given[name] for name in of_a_config if name in flags.given]
    _tell_without_effect(flags, idle, " without --conf")
    if flags.input_root_path:  # Else the engine says what is missing.
        _describe_foreign(root, flags.input_root_path)
    command = ["run", "--mode=metadata-export", f"--repo={root}"]
    command += _range_arguments(flags, flags.start, flags.end)
    command += [f"--wait={flags.wait}"] if flags.wait else []
    become_engine(command + engine_flags(flags) + _common_arguments(flags), _flag_settings(flags))


def _describe_foreign(root, folder):
    """Writes the side files of compiled configs that have none: Chronon's own compiler wrote them."""
    from gnomon import conf_files
    from gnomon.refresh import refresh_compiled

    for conf_type in conf_files.CONF_TYPES:
        for parent, _, files in os.walk(os.path.join(root, folder, conf_type)):
            for path in (os.path.join(parent, file) for file in files if file[0] != "."):
                if os.path.exists(conf_files.side_path_of(path)):
                    continue
                try:
                    refresh_compiled(root, path)
                except CommandError:
                    continue  # The engine tells of it, and exports the others.


def _run_tasks(root, named, mode, flags):
    tasks = _tasks(root, named, mode, flags)
    if flags.query_conf:
        query = conf_path.resolve(root, flags.query_conf)
        if query.conf_type == "staging_queries" and query.kind != conf_path.FOLDER:
            flags.query_conf = _tasks(root, query, "staging-query-backfill", flags)[0].path
    if flags.with_dependencies:
        tasks = _with_dependencies(root, tasks, flags)
    teams = Teams.load(root) if os.path.exists(os.path.join(root, "teams.json")) else Teams("", {})
    return _execute(root, tasks, flags, teams)


def _tasks(root, named, mode, flags):
    if named.kind == conf_path.COMPILED:
        from gnomon.refresh import refresh_compiled

        conf = refresh_compiled(root, named.path)
        return [_Task(mode, named.conf_type, named.path, conf)]
    from gnomon import compile as compiler

    options = compiler.CompileOptions(flags.output_root, flags.force_overwrite, for_run=True)
    compiled = compiler.compile_conf(root, named.path, options, named.variable)
    return [
        _Task(mode, named.conf_type, one.path, {"metaData": vars(one.conf.metaData)})
        for one in compiled
    ]


def _with_dependencies(root, tasks, flags):
    """Returns the tasks, each after those of the configs that write what it reads; every config runs
    once.
    """
    from gnomon import conf_files

    ordered, seen = [], set()

    def add(task):
        if task.path in seen:
            return
        seen.add(task.path)
        side = conf_files.read_json(conf_files.side_path_of(task.path)) or {}
        for file in dict.fromkeys(one["conf"] for one in side.get("dependencies", [])):
            named = conf_path.resolve(root, file)
            mode = engine_mode("backfill", named.conf_type, file)
            for other in _tasks(root, named, mode, flags):
                other.is_dependency = True
                add(other)
        ordered.append(task)

    for task in tasks:
        add(task)
    return ordered


def _execute(root, tasks, flags, teams):
    from gnomon.engine import become_engine, run_engine

    commands = [
        (task, command) for task in tasks for command in _engine_commands(root, task, flags)
    ]
    for i, (task, command) in enumerate(commands):
        settings = _settings(root, task, flags, teams)
        if i + 1 == len(commands) and not flags.dry_run:
            become_engine(command, settings)
        status = run_engine(command, settings)
        if status == EXIT_STOPPED:
            return status
        if status != 0 and i + 1 == len(commands):
            return status
        if status != 0:
            left = len(commands) - i - 1
            name = task.conf["metaData"]["name"]
            rest = "config after it was" if left == 1 else f"{left} configs after it were"
            print(f"error: {name} failed - the {rest} not run", file=sys.stderr)
            return status
    return 0


def _engine_commands(root, task, flags):
    """Returns the command lines of a task: one, or one for each range of --parallelism."""
    flags = _with_additional_arguments(task, flags)
    if task.mode not in RANGE_MODES or (flags.parallelism or 1) == 1:
        return [_engine_arguments(root, task, flags, flags.start, flags.end)]
    ranges = split_range(flags.start, flags.end, flags.parallelism)
    return [_engine_arguments(root, task, flags, first, last) for first, last in ranges]


def _with_additional_arguments(task, flags):
    """Returns the flags with those that the config asks for; the user's own come first."""
    if task.mode not in ADDITIONAL_ARGUMENT_MODES:
        return flags
    name = task.conf["metaData"]["name"]
    custom = naming.custom_values(task.conf["metaData"].get("customJson"))
    more = additional_arguments(custom, name)
    if not more:
        return flags
    try:
        merged = parse_flags([*more, *flags.arguments])
    except CommandError as error:
        where = f"{name} additional_args"
        raise CommandError(error.what, error.where or where, error.remedy) from None
    merged.output_root = flags.output_root
    return merged


def _engine_arguments(root, task, flags, start, end):
    command = ["run", f"--mode={task.mode}", f"--repo={root}", f"--conf={task.path}"]
    command += _range_arguments(flags, start, end)
    command += [f"--wait={flags.wait}"] if flags.wait and task.can_wait() else []
    left_out = flags_not_for_dependency(task.conf_type) if task.is_dependency else ()
    return command + engine_flags(flags, left_out) + _common_arguments(flags)


def _range_arguments(flags, start, end):
    arguments = []
    values = (("start-date", start), ("end-date", end), ("step-days", flags.step_days))
    for name, value in values:
        arguments += [f"--{name}={value}"] if value else []
    for name in ("run_first_hole", "dry_run"):
        arguments += ["--" + name.replace("_", "-")] if getattr(flags, name) else []
    return arguments


def _common_arguments(flags):
    arguments = []
    for name in ("memory", "cores"):
        arguments += [f"--{name}={value}"] if (value := getattr(flags, name)) else []
    for name in ("json", "quiet", "verbose"):
        arguments += [f"--{name}"] if getattr(flags, name) else []
    return arguments


def _flag_settings(flags):
    """What flags put into the environment: secrets travel there, never in arguments."""
    return {"CHRONON_ONLINE_ARGS": flags.online_args} if flags.online_args else {}


def _settings(root, task, flags, teams):
    """Returns the environment to add: the run's settings and where each comes from."""
    settings = run_settings(root, task.path, task.conf, task.mode, flags.env, teams)
    settings["APP_NAME"] = (
        (flags.app_name, "--app-name")
        if flags.app_name
        else settings.get("APP_NAME", (_app_name(task, flags), "the config's name"))
    )
    if not flags.app_name and "APP_NAME" in os.environ:
        del settings["APP_NAME"]
    for key, value in _flag_settings(flags).items():
        settings[key] = (value, "--online-args")
    return {**with_origins(settings), "CHRONON_CONF_PATH": task.path}


def _app_name(task, flags):
    mode = SETTING_MODES[task.mode][0]
    return f"chronon_{task.conf_type}_{mode}_{flags.env}_{task.conf['metaData']['name']}"


if __name__ == "__main__":
    from gnomon.errors import run_main

    run_main(main)
