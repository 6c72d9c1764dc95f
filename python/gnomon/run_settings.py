# SPDX-License-Identifier: Apache-2.0
# The settings of a run (SPEC 1.5): what the conf and teams.json put into the environment, each with
# its origin, for run.py and `gnomon config show --conf`. What the process has already is left alone.
import os

from gnomon import conf_files

# Names of one mode under which settings may stand in modeToEnvMap and teams.json; the first found
# wins.
SETTING_MODES = {
    "group-by-backfill": ("backfill", "group-by-backfill"),
    "group-by-upload": ("upload", "group-by-upload"),
    "staging-query-backfill": ("backfill", "staging-query-backfill"),
    "join": ("backfill", "join"),
    "join-left": ("backfill-left", "join-left"),
    "join-final": ("backfill-final", "join-final"),
    "label-join": ("label-join",),
    "analyze": ("analyze",),
    "stats-summary": ("stats-summary",),
    "compare-join-query": ("compare", "compare-join-query"),
    "metadata-export": ("metadata-export",),
}
_ORIGINS = "GNOMON_SETTING_ORIGINS"


def run_settings(root, path, conf, mode, context, teams):
    """Returns name -> (value, origin) of what the environment lacks. `path` is the compiled conf's,
    `conf` its content, `mode` the engine's, `context` that of teams.json.
    """
    meta = conf["metaData"]
    modes = SETTING_MODES[mode]
    settings = {}
    for name in modes:
        for key, value in ((meta.get("modeToEnvMap") or {}).get(name) or {}).items():
            settings.setdefault(key, (str(value), f"env of {_source_of(root, path)}, {name}"))
    team = meta.get("team") or meta["name"].partition(".")[0]
    for key, setting in teams.environment(team, modes, context).items():
        settings.setdefault(key, setting)
    return {key: setting for key, setting in settings.items() if key not in os.environ}


def with_origins(settings):
    """Returns the environment to add for name -> (value, origin)."""
    lines = [f"{key}={_one_line(origin)}" for key, (_, origin) in settings.items()]
    environment = {key: value for key, (value, _) in settings.items()}
    return {**environment, _ORIGINS: ";".join(lines)}


def _source_of(root, path):
    side = conf_files.read_json(conf_files.side_path_of(path)) or {}
    return side.get("source_file") or os.path.relpath(path, root)


def _one_line(text):
    return " ".join(text.replace(";", ",").split())
