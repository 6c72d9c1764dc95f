# SPDX-License-Identifier: Apache-2.0
# Sources that read what a staging query writes. Which table that is depends on the naming rule of
# the team, which only the compiler knows: it finds the staging query on the source and sets the
# table that is really written.
import json

from ai.chronon import utils
from ai.chronon.api.ttypes import EntitySource, EventSource, MetaData, Source, StagingQuery
from ai.chronon.errors import ConfigError

__all__ = [
    "MetaData",
    "StagingQuery",
    "StagingQueryEntitySource",
    "StagingQueryEventSource",
    "get_staging_query_dependencies",
    "get_staging_query_output_table_name",
]


def get_staging_query_output_table_name(staging_query, full_name=True):
    """Returns the table as Chronon's helper has it: the user's own name where there is one."""
    meta = staging_query.metaData or MetaData()
    name = meta.name or "unnamed"
    return f"{meta.outputNamespace or '{{ db }}'}.{name}" if full_name else name


def _require_staging_query(staging_query, function):
    if not isinstance(staging_query, StagingQuery):
        raise ConfigError(
            f"{function} needs a StagingQuery, not {type(staging_query).__name__}",
            "",
            "import the variable, for example: from staging_queries.team.file import v1",
        )


def StagingQueryEventSource(staging_query, query, is_cumulative=False):
    """Returns an event source over the output table of a staging query."""
    _require_staging_query(staging_query, "StagingQueryEventSource")
    table = get_staging_query_output_table_name(staging_query)
    source = Source(events=EventSource(table=table, query=query, isCumulative=is_cumulative))
    source.staging_query = staging_query
    return source


def StagingQueryEntitySource(staging_query, query):
    """Returns an entity source over the output table of a staging query."""
    _require_staging_query(staging_query, "StagingQueryEntitySource")
    table = get_staging_query_output_table_name(staging_query)
    source = Source(entities=EntitySource(snapshotTable=table, query=query))
    source.staging_query = staging_query
    return source


def get_staging_query_dependencies(staging_query, lag=0):
    """Returns the dependency on the signal that a view-creating staging query leaves."""
    table = get_staging_query_output_table_name(staging_query)
    namespace = table.rpartition(".")[0]
    spec = f"{namespace}.chronon_signal_partitions/ds={{{{ ds }}}}/table_name={table}"
    if lag:
        spec = spec.replace("{{ ds }}", f"{{{{ macros.ds_add(ds, -{lag}) }}}}")
    return [json.dumps({"name": utils.wait_name(spec), "spec": spec, "start": None, "end": None})]
