# SPDX-License-Identifier: Apache-2.0
# The side file of a compiled config whose Python file is not compiled now, and may not exist: what
# Chronon's own compiler wrote runs as it is.
import os

from ai.chronon import utils
from ai.chronon.api import ttypes
from ai.chronon.errors import ConfigError
from ai.chronon.repo.serializer import from_plain
from gnomon import conf_files, conf_parts, naming, side_file
from gnomon.config_import import ConfigFile
from gnomon.errors import CommandError
from gnomon.source_tables import group_bys_of


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
            "the file is not a compiled config", relative, _how_to_compile(root, path)
        )
    struct, conf_type = _type_of(conf)
    folder = os.path.basename(os.path.dirname(os.path.dirname(path)))
    if folder != conf_type:
        raise CommandError(
            f"the file holds a {struct.__name__} but lies in {folder}",
            relative,
            f"move it to {conf_type}/",
        )
    try:
        typed = from_plain(conf, struct)
        naming.custom_values(typed.metaData.customJson)
        _require_complete(typed, "")
    except ConfigError as error:
        raise CommandError(error.what, f"{relative} {error.field}", error.remedy) from None
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
    before = _side_before(path, text)
    if source and before.get("source_file") == file:
        # A GroupBy that only its Join names has no variable: compiling the Join found its lines.
        lines = lines or before.get("lines") or {}
    writers = {
        one.get("table"): one.get("conf")
        for one in before.get("dependencies") or []
        if isinstance(one, dict) and _exists(root, one.get("conf"))
    }
    side = side_file.side_text(root, path, text, source, lines, writers, existing)
    conf_files.write_if_changed(conf_files.side_path_of(path), side)
    return conf


def _how_to_compile(root, path):
    """The remedy for a damaged file, whose name `<type>/<team>/<file>.<variable>` tells its source."""
    *_, conf_type, team, name = path.split(os.sep)
    source = f"{conf_type}/{team}/{name.rpartition('.')[0]}.py"
    if not _exists(root, source):
        return "compile its .py file again"
    return f"run: run.py --mode=compile --conf={source}"


def _exists(root, conf):
    """Whether the file of `file.py` or `file.py:variable` is there."""
    return isinstance(conf, str) and os.path.isfile(os.path.join(root, conf.partition(":")[0]))


def _side_before(path, text):
    """Returns the side file that is there, {} if it is of another text."""
    side = conf_files.read_json(conf_files.side_path_of(path)) or {}
    return side if side.get("conf_sha256") == side_file.digest_of(text) else {}


def _type_of(conf):
    if conf_parts.is_join(conf):
        return ttypes.Join, "joins"
    if conf_parts.is_staging_query(conf):
        return ttypes.StagingQuery, "staging_queries"
    return ttypes.GroupBy, "group_bys"


def _require_complete(conf, path):
    """Checks of a config in JSON what the translation needs; the engine validates the rest."""
    remedy = "compile its .py file again"
    prefix = f"{path}." if path else ""
    if isinstance(conf, ttypes.GroupBy):
        if not conf.sources:
            raise ConfigError("a GroupBy needs sources", f"{prefix}sources", remedy)
        for i, source in enumerate(conf.sources):
            _require_complete_source(source, f"{prefix}sources[{i}]")
    elif isinstance(conf, ttypes.Join):
        if conf.left is None:
            raise ConfigError("a Join needs a left side", f"{prefix}left", remedy)
        _require_complete_source(conf.left, f"{prefix}left")
        for where, group_by in group_bys_of(conf):
            if group_by is None:
                raise ConfigError("the part has no GroupBy", f"{prefix}{where}", remedy)
            _require_complete(group_by, f"{prefix}{where}")


def _require_complete_source(source, path):
    inner = utils.get_underlying_source(source)
    if not isinstance(inner, ttypes.JoinSource):
        return
    field = f"{path}.joinSource.join"
    if not (inner.join and inner.join.left):
        raise ConfigError("the source's join is incomplete", field, "compile its .py file again")
    _require_complete(inner.join, field)
