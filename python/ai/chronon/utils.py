# SPDX-License-Identifier: Apache-2.0
# Facts about configs that other parts rely on: tables, sources, dependencies, modes. Names are
# Chronon's; the rule that names a config's own output by its documented name is the compiler's
# (gnomon.naming), not this file's.
import json
import re
import sys

from ai.chronon.api import ttypes

MODE_BACKFILL = "backfill"
MODE_UPLOAD = "upload"
MODE_STREAMING = "streaming"


def sanitize(name):
    """Returns `name` with every character outside [A-Za-z0-9_] replaced by one underscore."""
    return re.sub(r"[^a-zA-Z0-9_]", "_", name, flags=re.ASCII) if name is not None else None


def output_table_name(obj, full_name=False):
    """Returns Chronon's output table of a config; `{{ db }}` stands for a namespace that is not
    known yet. Where the compiler has found out that another table is written, it is that one.
    """
    if full_name and getattr(obj, "output_table", None):
        return obj.output_table
    table = sanitize(obj.metaData.name if obj.metaData else None)
    if not full_name or table is None:
        return table
    return f"{obj.metaData.outputNamespace or '{{ db }}'}.{table}"


def get_underlying_source(source):
    """Returns the member of the union that is set; a bare source is returned as it is."""
    if not isinstance(source, ttypes.Source):
        return source
    return source.events or source.entities or source.joinSource


def get_query(source):
    return get_underlying_source(source).query


def get_table(source):
    """Returns the table a source reads first, without sub-partitions."""
    inner = get_underlying_source(source)
    if isinstance(inner, ttypes.EventSource):
        table = inner.table
    elif isinstance(inner, ttypes.EntitySource):
        table = inner.snapshotTable
    else:
        table = output_table_name(inner.join, full_name=True)
    return table.split("/")[0] if table else table


def get_topic(source):
    """Returns the topic that feeds a source, or None; that of a JoinSource is its left side's."""
    inner = get_underlying_source(source)
    if isinstance(inner, ttypes.EventSource):
        return inner.topic
    if isinstance(inner, ttypes.EntitySource):
        return inner.mutationTopic
    return get_topic(inner.join.left)


def is_streaming(source):
    return get_topic(source) is not None


def get_streaming_sources(group_by):
    return [source for source in group_by.sources if is_streaming(source)]


def get_columns(source):
    query = get_query(source)
    return list((query.selects if query else None) or {})


def wait_name(dependency):
    """Returns the sensor name of a dependency that the user spelled out."""
    return "wait_for_" + re.sub(r"[^a-zA-Z0-9]+", "_", dependency, flags=re.ASCII).strip("_")


def wait_for_simple_schema(table, lag, start, end, partition_column="ds"):
    """Returns the dependency on one day of a table that may carry sub-partitions, or None without
    a table.
    """
    if not table:
        return None
    name, *sub_partitions = table.split("/")
    day = f"{{{{ macros.ds_add(ds, -{lag}) }}}}" if lag else "{{ ds }}"
    return {
        "name": f"wait_for_{name}_{partition_column}" + (f"_minus_{lag}" if lag else ""),
        "spec": "/".join([name, f"{partition_column}={day}", *sub_partitions]),
        "start": start,
        "end": end,
    }


def get_dependencies(source, dependencies=None, meta_data=None, lag=0):
    """Returns what a source waits for, each as JSON text; explicit `dependencies` replace those of
    the tables.
    """
    inner = get_underlying_source(source)
    query = inner.query
    start = query.startPartition if query else None
    end = query.endPartition if query else None
    if meta_data is not None:
        return [json.dumps(found) for found in map(json.loads, meta_data.dependencies or [])]
    if dependencies:
        found = [
            {"name": wait_name(spec), "spec": spec, "start": start, "end": end}
            for spec in dependencies
        ]
        return [json.dumps(one) for one in found]
    if isinstance(inner, ttypes.EventSource):
        tables = [inner.table]
    elif isinstance(inner, ttypes.EntitySource):
        tables = [inner.snapshotTable, inner.mutationTable]
    else:
        tables = [get_table(source)]
    column = (query.partitionColumn if query else None) or "ds"
    found = [wait_for_simple_schema(table, lag, start, end, column) for table in tables]
    return [json.dumps(one) for one in found if one]


def get_bootstrap_dependencies(bootstrap_parts):
    """Returns what the bootstrap tables of a join wait for."""
    found = []
    for part in bootstrap_parts or []:
        query = part.query or ttypes.Query()
        column = query.partitionColumn or "ds"
        found.append(
            wait_for_simple_schema(part.table, 0, query.startPartition, query.endPartition, column)
        )
    return [json.dumps(one) for one in found if one]


def dedupe_in_order(items):
    return list(dict.fromkeys(items))


def find_config(conf, folder):
    """Returns (module name, variable) of a config that is a variable of an imported module of a
    folder of configs, or None. Of several the one that does not import it is meant.
    """
    found = [
        (name, variable)
        for name, module in sorted(sys.modules.items())
        if name.startswith(f"{folder}.") and module is not None
        for variable, value in list(vars(module).items())
        if value is conf
    ]
    return next(filter(_is_assigned, found), found[0]) if len(found) > 1 else next(iter(found), None)


def _is_assigned(place):
    """Whether a module assigns its variable, rather than importing it."""
    import ast  # Only ever needed where configs import one another.

    module, variable = place
    try:
        with open(sys.modules[module].__file__, "rb") as file:
            body = ast.parse(file.read()).body
    except (OSError, SyntaxError, TypeError):
        return False
    imports = (one for one in body if isinstance(one, (ast.Import, ast.ImportFrom)))
    return variable not in {alias.asname or alias.name for one in imports for alias in one.names}


def name_from_module(conf, folder):
    """Names a config, and its team, after the variable that holds it: `team.file.variable`. What the
    user named it is kept in `given_name`. Returns whether it has a name now.
    """
    found = find_config(conf, folder)
    if found:
        module, variable = found
        meta = conf.metaData
        if not hasattr(conf, "given_name"):
            conf.given_name = meta.name
        meta.name = f"{module.partition('.')[2]}.{variable}"
        meta.team = module.split(".")[1]
    return bool(conf.metaData.name)


def get_offline_schedule(conf):
    """Returns the schedule of a config, `@daily` by default, or None for `@never`."""
    schedule = conf.metaData.offlineSchedule or "@daily"
    return None if schedule == "@never" else schedule


def get_custom_json(conf):
    return json.loads(conf.metaData.customJson) if conf.metaData.customJson else {}


def get_modes_tables(conf):
    """Returns which tables each mode of a config writes."""
    if isinstance(conf, ttypes.GroupBy):
        return _group_by_modes_tables(conf)
    if isinstance(conf, ttypes.Join):
        return _join_modes_tables(conf)
    return {"backfill": [output_table_name(conf, full_name=True)]}


def _group_by_modes_tables(group_by):
    table = output_table_name(group_by, full_name=True)
    modes = {}
    if group_by.backfillStartDate:
        modes["backfill"] = [table]
    if group_by.metaData.online:
        modes["upload"] = [f"{table}_upload"]
        # Chronon tests the truth of the enum here, so it means SNAPSHOT: appendix G 8 has it right.
        if group_by.accuracy == ttypes.Accuracy.TEMPORAL or get_streaming_sources(group_by):
            modes["streaming"] = None
    return modes


def _join_modes_tables(join):
    table = output_table_name(join, full_name=True)
    modes = {}
    if get_offline_schedule(join):
        modes["backfill"] = [table]
        modes["stats-summary"] = [f"{table}_daily_stats"]
    if get_custom_json(join).get("check_consistency"):
        modes["consistency-metrics-compute"] = [f"{table}_consistency"]
    if join.metaData.samplePercent:
        modes["log-flattener"] = [f"{table}_logged"]
    if join.labelPart:
        modes["label-join"] = [f"{table}_{end}" for end in ("labels", "labeled", "labeled_latest")]
    if join.bootstrapParts:
        modes["bootstrap"] = [f"{table}_bootstrap"]
    parts = [f"{table}_{full_prefix(part)}" for part in join.joinParts or []]
    if parts:
        modes["join_parts"] = parts
    return modes


def full_prefix(join_part):
    """Returns what the columns and the table of a part of a join begin with."""
    name = sanitize(join_part.groupBy.metaData.name)
    return f"{join_part.prefix}_{name}" if join_part.prefix else name


def get_external_prefix(external_part):
    """Returns what the columns of an external part of a join begin with."""
    name = sanitize(external_part.source.metadata.name)
    return "_".join(["ext", *filter(None, [external_part.prefix]), name])
