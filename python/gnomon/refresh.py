# SPDX-License-Identifier: Apache-2.0
# The side file of a compiled config whose Python file is not compiled now, and may not exist: what
# Chronon's own compiler wrote runs as it is.
import os

from ai.chronon.api import ttypes
from ai.chronon.errors import ConfigError
from ai.chronon.repo.serializer import from_plain
from gnomon import conf_files, naming, side_file
from gnomon.config_import import ConfigFile
from gnomon.errors import CommandError
from gnomon.staging_sources import dependencies_of


def refresh_compiled(root, path):
    """Writes the side file of a compiled config if it is missing or stale, from the JSON and
    whatever source there is.
    """
    text = conf_files.read_text(path)
    conf = conf_files.read_json(path)
    relative = os.path.relpath(path, root)
    if (
        conf is None
        or not isinstance(conf.get("metaData"), dict)
        or not conf["metaData"].get("name")
    ):
        raise CommandError(
            "the file is not a compiled config", relative, "compile its .py file again"
        )
    if "joinParts" in conf or "left" in conf:
        raise CommandError(
            "Joins are not supported yet", relative, "run GroupBys and StagingQueries"
        )
    is_staging_query = conf.get("query") is not None
    struct = ttypes.StagingQuery if is_staging_query else ttypes.GroupBy
    try:
        typed = from_plain(conf, struct)
        naming.custom_values(typed.metaData.customJson)
        if not is_staging_query:
            _require_sources(typed)
    except ConfigError as error:
        raise CommandError(error.what, f"{relative} {error.field}", error.remedy) from None
    conf_type = "staging_queries" if is_staging_query else "group_bys"
    existing = conf_files.CompiledConfs(
        root, os.path.dirname(os.path.dirname(os.path.dirname(path)))
    )
    file, variable = existing.source_of(path, conf_type, conf)
    source, lines = (ConfigFile(root, file), {}) if file else (None, {})
    if source:
        try:
            lines = source.source_lines.lines_of(variable, struct.__name__)
        except (SyntaxError, UnicodeDecodeError):
            source = None
    dependencies = dependencies_of(typed, {}, existing) if struct is ttypes.GroupBy else []
    side = side_file.side_text(path, text, source, lines, dependencies)
    conf_files.write_if_changed(conf_files.side_path_of(path), side)
    return conf


def _require_sources(group_by):
    """Checks of a GroupBy in JSON what the translation needs; the engine validates the rest."""
    if not group_by.sources:
        raise ConfigError("a GroupBy needs sources", "sources", "compile its .py file again")
    for i, source in enumerate(group_by.sources):
        if source.joinSource and not (source.joinSource.join and source.joinSource.join.left):
            field = f"sources[{i}].joinSource.join"
            raise ConfigError(
                "the source's join is incomplete", field, "compile its .py file again"
            )
