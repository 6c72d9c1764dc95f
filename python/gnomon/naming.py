# SPDX-License-Identifier: Apache-2.0
# The two names of a config (docs/formats/compiled.md). Both rules keep Chronon's
# `team.file.variable` in metaData.name; under the documented rule customJson ends with the key
# gnomon_name, and that names the output table.
import json

from ai.chronon.api import ttypes
from ai.chronon.errors import ConfigError
from ai.chronon.utils import find_config, sanitize
from gnomon.errors import CommandError
from gnomon.repository import NAMING_DOCUMENTED

NAME_KEY = "gnomon_name"


def documented_name(explicit_name, file_stem, variable):
    """Returns the documented name: the user's own, else that of the file, plus the variable unless
    it is v1.
    """
    name = explicit_name or (file_stem if variable == "v1" else f"{file_stem}_{variable}")
    return sanitize(name)


def with_documented_name(custom_json, name):
    """Returns `custom_json` (text or None) with the documented name as its last key."""
    values = custom_values(custom_json)
    values.pop(NAME_KEY, None)
    values[NAME_KEY] = name
    return json.dumps(values)


def custom_values(custom_json):
    """Returns what the text of customJson holds. Raises ConfigError if that is no JSON object."""
    try:
        values = json.loads(custom_json or "{}")
    except (ValueError, TypeError):
        values = None
    if not isinstance(values, dict):
        raise ConfigError("customJson is not a JSON object", "metaData.customJson", "write '{}'")
    return values


def output_table(conf):
    """Returns the output table of a compiled config given as plain JSON, or None if it has no
    name.
    """
    meta = conf.get("metaData") or {}
    if not meta.get("name"):
        return None
    return f"{meta.get('outputNamespace')}.{documented_name_of(meta) or sanitize(meta['name'])}"


def documented_name_of(meta):
    """Returns the documented name in a plain metaData, or None under Chronon's rule."""
    try:
        return custom_values(meta.get("customJson")).get(NAME_KEY)
    except ConfigError:
        return None


def staging_query_table(staging_query, teams, team_of_reader):
    """Returns the table that a staging query writes, by the rule of the team that owns it.

    It need not have been compiled: what names it is the module that holds it, else its own name."""
    meta = staging_query.metaData or ttypes.MetaData()
    found = find_config(staging_query, "staging_queries")
    team = found[0].split(".")[1] if found else (meta.team or team_of_reader)
    namespace = meta.outputNamespace or teams.get(team, "namespace")
    if not namespace:
        raise CommandError(
            "the staging query has no output namespace",
            found[0] if found else str(meta.name),
            f'set outputNamespace in its metaData, or "namespace" of team {team} in teams.json',
        )
    if not found and not meta.name:
        raise CommandError(
            "the staging query of the source has no name",
            "",
            "define it in a file under staging_queries/ and import it",
        )
    if not found:
        return f"{namespace}.{sanitize(meta.name)}"
    module, variable = found
    if teams.naming(team) == NAMING_DOCUMENTED:
        return f"{namespace}.{documented_name(meta.name, module.rpartition('.')[2], variable)}"
    return f"{namespace}.{sanitize(module.partition('.')[2] + '.' + variable)}"
