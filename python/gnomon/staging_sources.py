# SPDX-License-Identifier: Apache-2.0
# Which staging query a source of a GroupBy reads: the table that it really writes, and the file to
# run first. A source made from a Python staging query knows it; of a plain table the compiled
# configs tell.
import sys

from ai.chronon import utils
from ai.chronon.api import ttypes
from ai.chronon.group_by import source_dependencies
from gnomon import naming


def resolve_staging_queries(group_by, teams, team):
    """Sets the table that each staging query of the sources really writes.

    Returns table -> file of the staging query, "" if it lives in no file of its own."""
    files = {}
    changed = False
    group_by.sources = list(group_by.sources)
    for i, source in enumerate(group_by.sources):
        staging_query = getattr(source, "staging_query", None)
        if staging_query is None:
            continue
        table = naming.staging_query_table(staging_query, teams, team)
        source = group_by.sources[i] = source.clone()
        kind = "events" if source.events else "entities"
        inner = getattr(source, kind).clone()
        setattr(source, kind, inner)
        field = "table" if source.events else "snapshotTable"
        changed |= getattr(inner, field) != table
        setattr(inner, field, table)
        files[table] = _file_of_staging_query(staging_query)
    if changed:
        explicit = getattr(group_by, "explicit_dependencies", None)
        lag = getattr(group_by, "lag", 0)
        group_by.metaData.dependencies = source_dependencies(group_by.sources, explicit, lag)
    return files


def _file_of_staging_query(staging_query):
    found = naming.find_staging_query(staging_query)
    if found is None:
        return ""
    module, variable = found
    file = module.replace(".", "/") + ".py"
    others = [
        value
        for value in vars(sys.modules[module]).values()
        if isinstance(value, ttypes.StagingQuery) and value is not staging_query
    ]
    return f"{file}:{variable}" if others else file


def dependencies_of(group_by, staging_files, existing):
    """Returns (table, file of the staging query that writes it) of the sources."""
    found = {}
    for source in group_by.sources:
        table = utils.get_table(source)
        file = staging_files.get(table)
        if file is None:
            writers = [e for e in existing.writers_of(table) if e[1] == "staging_queries"]
            file = next(filter(None, (existing.source_of(*e)[0] for e in writers)), None)
        if file:
            found[table] = file
    return list(found.items())
