# SPDX-License-Identifier: Apache-2.0
# Join and its parts. Join() completes its left side (the time column is selected as `ts`) on a copy
# and validates; the compiler names it and applies the team's settings.
import json

from ai.chronon import utils
from ai.chronon.api import ttypes
from ai.chronon.errors import ConfigError, closest_name, did_you_mean
from ai.chronon.group_by import Derivation
from ai.chronon.join_rules import check_join, check_label_part

__all__ = [
    "BootstrapPart",
    "ContextualSource",
    "DataType",
    "Derivation",
    "ExternalPart",
    "ExternalSource",
    "Join",
    "JoinPart",
    "LabelPart",
    "join_dependencies",
    "label_dependencies",
]

LOGGED_TABLE = "{{ logged_table }}"
JOIN_BACKFILL_TABLE = "{{ join_backfill_table }}"
_CONTEXTUAL = "contextual"


def _scalar(kind):
    return ttypes.TDataType(kind)


class DataType:
    """Types of the fields of external sources; BYTE, DATE and TIMESTAMP have no Avro form here."""

    BOOLEAN = _scalar(ttypes.DataKind.BOOLEAN)
    SHORT = _scalar(ttypes.DataKind.SHORT)
    INT = _scalar(ttypes.DataKind.INT)
    LONG = _scalar(ttypes.DataKind.LONG)
    FLOAT = _scalar(ttypes.DataKind.FLOAT)
    DOUBLE = _scalar(ttypes.DataKind.DOUBLE)
    STRING = _scalar(ttypes.DataKind.STRING)
    BINARY = _scalar(ttypes.DataKind.BINARY)

    @staticmethod
    def MAP(key_type, value_type):
        """Returns the type of a map; its keys are strings."""
        if key_type != DataType.STRING:
            raise ConfigError("the keys of a MAP must be strings", "", "use DataType.STRING")
        fields = [ttypes.DataField("key", key_type), ttypes.DataField("value", value_type)]
        return ttypes.TDataType(ttypes.DataKind.MAP, fields)

    @staticmethod
    def LIST(elem_type):
        """Returns the type of a list."""
        return ttypes.TDataType(ttypes.DataKind.LIST, [ttypes.DataField("elem", elem_type)])

    @staticmethod
    def STRUCT(name, *fields):
        """Returns the type of a struct; each field is a pair of name and type."""
        return ttypes.TDataType(ttypes.DataKind.STRUCT, [_field(one) for one in fields], name)


def _field(pair):
    if not (isinstance(pair, (list, tuple)) and len(pair) == 2):
        raise ConfigError(
            f"a field is {pair!r}", "", 'give pairs, for example ("user_id", DataType.LONG)'
        )
    name, kind = pair
    if not isinstance(name, str) or not isinstance(kind, ttypes.TDataType):
        raise ConfigError(f"the field {name!r} has no type", "", "give it a DataType")
    return ttypes.DataField(name, kind)


def JoinPart(group_by, key_mapping=None, prefix=None, tags=None):
    """Returns a part of a join. `key_mapping` maps columns of the left side to keys of the GroupBy."""
    if not isinstance(group_by, ttypes.GroupBy):
        raise ConfigError(
            f"a JoinPart holds {type(group_by).__name__}", "groupBy", "give a GroupBy"
        )
    if not utils.name_from_module(group_by, "group_bys"):
        raise ConfigError(
            "the GroupBy of a JoinPart has no name",
            "groupBy",
            "define it in a file under group_bys/ and import it, or write name=...",
        )
    for left, right in (key_mapping or {}).items():
        if right not in group_by.keyColumns:
            raise ConfigError(
                f"key_mapping maps '{left}' to '{right}',"
                f" which is no key of {group_by.metaData.name}",
                "keyMapping",
                did_you_mean(right, group_by.keyColumns),
            )
    part = ttypes.JoinPart(group_by, key_mapping, prefix)
    part.tags = tags
    return part


def ExternalSource(
    name,
    team,
    key_fields,
    value_fields,
    custom_json=None,
    factory_name=None,
    factory_params=None,
    offline_group_by=None,
):
    """Returns a source that a service answers online; fields are pairs of name and type."""
    if name == _CONTEXTUAL:
        raise ConfigError(
            "an external source cannot be named 'contextual'",
            "metadata.name",
            "use ContextualSource, or another name",
        )
    factory = None
    if factory_name or factory_params:
        factory = ttypes.ExternalSourceFactoryConfig(factory_name, factory_params)
    if offline_group_by is not None:
        utils.name_from_module(offline_group_by, "group_bys")
    return ttypes.ExternalSource(
        metadata=ttypes.MetaData(name=name, team=team, customJson=custom_json),
        keySchema=DataType.STRUCT(f"ext_{name}_keys", *key_fields),
        valueSchema=DataType.STRUCT(f"ext_{name}_values", *value_fields),
        factoryConfig=factory,
        offlineGroupBy=offline_group_by,
    )


def ContextualSource(fields, team="default"):
    """Returns a source whose fields come with the request itself."""
    return ttypes.ExternalSource(
        metadata=ttypes.MetaData(name=_CONTEXTUAL, team=team),
        keySchema=DataType.STRUCT("contextual_keys", *fields),
        valueSchema=DataType.STRUCT("contextual_values", *fields),
    )


def ExternalPart(source, key_mapping=None, prefix=None):
    """Returns an external part of a join."""
    return ttypes.ExternalPart(source, key_mapping, prefix)


def LabelPart(labels, left_start_offset, left_end_offset, label_offline_schedule="@daily"):
    """Returns the labels of a join: JoinParts, for the rows from `left_start_offset` to
    `left_end_offset` days before the day of the labels.
    """
    label_part = ttypes.LabelPart(
        labels,
        left_start_offset,
        left_end_offset,
        ttypes.MetaData(offlineSchedule=label_offline_schedule),
    )
    check_label_part(label_part, "")
    return label_part


def BootstrapPart(table, key_columns=None, query=None):
    """Returns a table whose columns come before what the join would compute."""
    return ttypes.BootstrapPart(table=table, query=query, keyColumns=key_columns)


def _completed_left(left):
    """Returns a copy of the left side that selects its time column as `ts`."""
    for name, kind in ttypes.Source.FIELDS:
        if isinstance(left, getattr(ttypes, kind)):
            left = ttypes.Source(**{name: left})
    if not isinstance(left, ttypes.Source) or utils.get_underlying_source(left) is None:
        raise ConfigError(
            f"the left side of a Join is {type(left).__name__}",
            "left",
            "give Source(events=EventSource(...)) or an entity source",
        )
    left = left.clone()
    if left.joinSource:
        raise ConfigError(
            "the left side of a Join cannot be a JoinSource",
            "left.joinSource",
            "read the output table of that join with an EventSource",
        )
    if left.events is None:
        return left
    if left.events.isCumulative:
        raise ConfigError(
            "the left side of a Join cannot be cumulative",
            "left.events.isCumulative",
            "use a table that has each event once",
        )
    query = left.events.query
    if query is None or not query.timeColumn:
        raise ConfigError(
            "the left side has no time column", "left.events.query", "set time_column in its Query"
        )
    if query.selects:
        if "ts" in query.selects:
            raise ConfigError(
                "the left side selects 'ts', which the join adds",
                "left.events.query.selects.ts",
                "give its expression as time_column instead",
            )
        left.events = left.events.clone()
        left.events.query = query.clone()
        left.events.query.selects = {**query.selects, "ts": query.timeColumn}
    return left


def join_dependencies(join):
    """Returns what a join waits for: its left side, its parts, and bootstrap tables unless the user
    spelled out the dependencies.
    """
    explicit = join.explicit_dependencies
    found = utils.get_dependencies(join.left, explicit, lag=join.lag)
    found = found + _part_dependencies(join.joinParts)
    if explicit is None:
        found = found + utils.get_bootstrap_dependencies(join.bootstrapParts)
    return utils.dedupe_in_order(found)


def label_dependencies(join):
    """Returns what the labels of a join wait for: the left side, the labels and the join itself."""
    found = utils.get_dependencies(join.left, join.explicit_dependencies, lag=join.lag)
    found = utils.dedupe_in_order(found + _part_dependencies(join.labelPart.labels))
    table = JOIN_BACKFILL_TABLE
    return [*found, json.dumps({"name": f"wait_for_{table}", "spec": f"{table}/ds={{{{ ds }}}}"})]


def _part_dependencies(parts):
    return [one for part in parts or [] for one in part.groupBy.metaData.dependencies or []]


def _custom_json(arguments, kwargs, join_tags, parts):
    part_tags = {}
    for part in parts:
        if getattr(part, "tags", None):
            prefix = f"{part.prefix}_" if part.prefix else ""
            part_tags[prefix + part.groupBy.metaData.name] = part.tags
    values = {**arguments, **kwargs, "join_tags": join_tags, "join_part_tags": part_tags}
    return json.dumps(values)


def _check_arguments(right_parts, kwargs):
    known = Join.__code__.co_varnames[: Join.__code__.co_argcount]
    for name in kwargs:
        match = closest_name(name, known, cutoff=0.75)
        if match:
            raise ConfigError(f"Join has no argument '{name}'", "", f"did you mean '{match}'?")
    if not isinstance(right_parts, (list, tuple)):
        raise ConfigError(
            "right_parts must be a list", "joinParts", "write right_parts=[JoinPart(...)]"
        )


def _with_log(bootstrap_parts, online, sample_percent):
    if not (online and sample_percent and sample_percent > 0):
        raise ConfigError(
            "bootstrap_from_log needs a log of what was served",
            "bootstrapParts",
            "set online=True and sample_percent to more than 0",
        )
    return [*(bootstrap_parts or []), BootstrapPart(table=LOGGED_TABLE)]


def Join(
    left,
    right_parts,
    check_consistency=False,
    additional_args=None,
    additional_env=None,
    dependencies=None,
    online=False,
    production=False,
    output_namespace=None,
    table_properties=None,
    env=None,
    lag=0,
    skew_keys=None,
    sample_percent=None,
    consistency_sample_percent=5.0,
    online_external_parts=None,
    offline_schedule="@daily",
    historical_backfill=None,
    row_ids=None,
    bootstrap_parts=None,
    bootstrap_from_log=False,
    label_part=None,
    derivations=None,
    deprecation_date=None,
    tags=None,
    description=None,
    model_transforms=None,
    **kwargs,
):
    """Returns a validated Join. Raises ConfigError. Unknown keywords go to customJson."""
    _check_arguments(right_parts, kwargs)
    custom = {"check_consistency": check_consistency, "lag": lag}
    if additional_args:
        custom["additional_args"] = additional_args
    if additional_env:
        custom["additional_env"] = additional_env
    if bootstrap_from_log:
        bootstrap_parts = _with_log(bootstrap_parts, online, sample_percent)
    join = ttypes.Join(
        left=_completed_left(left),
        joinParts=right_parts,
        skewKeys=skew_keys,
        onlineExternalParts=online_external_parts,
        labelPart=label_part.clone() if isinstance(label_part, ttypes.LabelPart) else label_part,
        bootstrapParts=bootstrap_parts,
        rowIds=row_ids,
        derivations=derivations,
        modelTransforms=model_transforms,
    )
    # The compiler computes the dependencies again when it finds out what table a source reads.
    join.explicit_dependencies, join.lag = dependencies, lag
    check_join(join)
    join.metaData = ttypes.MetaData(
        online=online,
        production=production,
        customJson=_custom_json(custom, kwargs, tags, right_parts),
        dependencies=join_dependencies(join),
        outputNamespace=output_namespace,
        tableProperties=table_properties,
        modeToEnvMap=env,
        samplePercent=sample_percent,
        offlineSchedule=offline_schedule,
        consistencySamplePercent=consistency_sample_percent if check_consistency else None,
        historicalBackfill=historical_backfill,
        deprecationDate=deprecation_date,
        description=description,
    )
    if join.labelPart:
        join.labelPart.metaData = (join.labelPart.metaData or ttypes.MetaData()).clone()
        join.labelPart.metaData.dependencies = label_dependencies(join)
    return join
