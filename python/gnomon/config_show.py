# SPDX-License-Identifier: Apache-2.0
# `gnomon config show --conf`: puts into the environment what run.py would, and becomes `gnomon
# config show`, which prints it.
import os

from gnomon import conf_path
from gnomon.arguments import ArgumentParser
from gnomon.errors import CommandError, run_main
from gnomon.repository import Teams, find_root
from gnomon.run_flags import RUN_MODES, engine_mode
from gnomon.run_settings import run_settings, with_origins


def main(arguments):
    """Runs `gnomon config show` with the settings of a config; does not return."""
    from gnomon.engine import become_engine

    parser = ArgumentParser("gnomon config show", description="Shows the settings of a config.")
    parser.add_argument("--repo")
    parser.add_argument("--conf", required=True)
    parser.add_argument("--mode")
    parser.add_argument("--env", default="dev")
    parser.add_argument("--json", action="store_true")
    flags = parser.parse_args(arguments)
    root = find_root(flags.repo)
    named = conf_path.resolve(root, flags.conf)
    if named.kind == conf_path.FOLDER:
        raise CommandError("the config is a folder", flags.conf, "give one file")
    mode = engine_mode(
        flags.mode or next(iter(RUN_MODES.get(named.conf_type, {"": ""}))), named.conf_type, flags.conf
    )
    path, conf = _compiled(root, named)
    teams = Teams.load(root) if os.path.exists(os.path.join(root, "teams.json")) else Teams("", {})
    settings = run_settings(root, path, conf, mode, flags.env, teams)
    command = ["config", "show", f"--repo={root}"] + (["--json"] if flags.json else [])
    become_engine(command, with_origins(settings))


def _compiled(root, named):
    """Returns path and content of the compiled conf; of a file with several objects the first."""
    if named.kind == conf_path.COMPILED:
        from gnomon.refresh import refresh_compiled

        return named.path, refresh_compiled(root, named.path)
    from gnomon import compile as compiler

    options = compiler.CompileOptions("production", False, for_run=True)
    one = compiler.compile_conf(root, named.path, options, named.variable)[0]
    return one.path, {"metaData": vars(one.conf.metaData)}


if __name__ == "__main__":
    run_main(main)
