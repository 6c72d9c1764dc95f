# SPDX-License-Identifier: Apache-2.0
# The checks of a config that its constructor cannot make, and what may change in a config that is
# served (SPEC 2.7).
import re

from ai.chronon import external_api, utils
from ai.chronon import group_by as group_by_api
from ai.chronon.api import ttypes
from ai.chronon.errors import ConfigError, closest_name, did_you_mean
from ai.chronon.group_by_rules import check_group_by
from ai.chronon.join_rules import check_join
from gnomon.source_tables import group_bys_of

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_RANGE_MACRO = re.compile(r"\{\{\s*(start_date|end_date)\b")


def check_conf(conf):
    """Raises ConfigError for the first rule of the repository that the config breaks."""
    date = conf.metaData.deprecationDate
    if date is not None and not _DATE.fullmatch(date):
        raise ConfigError(
            f"deprecation_date is not a date: {date}",
            "metaData.deprecationDate",
            "write YYYY-MM-DD",
        )
    _check_table_properties(conf.metaData.tableProperties)
    # Python may have changed GroupBys and Joins since their constructors checked them.
    if isinstance(conf, ttypes.StagingQuery):
        _check_staging_query(conf)
    elif isinstance(conf, ttypes.Join):
        _check_join(conf)
    else:
        _check_group_by(conf)


def _check_group_by(group_by):
    check_group_by(group_by)
    _check_date(group_by.backfillStartDate, "backfillStartDate")
    for i, source in enumerate(group_by.sources):
        if source.joinSource:
            _check_at(f"sources[{i}].joinSource.join", _check_join, source.joinSource.join)
    columns = group_by_api.get_output_columns(_without_derivations(group_by))
    keys = set(group_by.keyColumns)
    _check_derivations(group_by.derivations, columns, keys, keys)


def _check_join(join):
    if join.left is None:
        raise ConfigError("a Join needs a left side", "left", "write left=Source(...)")
    check_join(join)
    for path, group_by in group_bys_of(join):
        _check_at(path, _check_group_by, group_by)
    columns = external_api.get_join_output_columns(join)
    kinds = external_api.FeatureDisplayKeys
    features = columns[kinds.INTERNAL_COLUMNS] + columns[kinds.EXTERNAL_COLUMNS]
    keys = {*columns[kinds.KEY_COLUMNS], *columns[kinds.LEFT_COLUMNS]}
    # Without selects the left side has whatever its table has.
    if utils.get_columns(join.left):
        _check_derivations(join.derivations, features, {*keys, *_contextual_fields(join)}, keys)


def _contextual_fields(join):
    """Fields of the request are read by their own names, too."""
    schemas = [
        part.source.valueSchema
        for part in join.onlineExternalParts or []
        if part.source.metadata and part.source.metadata.name == "contextual"
    ]
    return [field.name for schema in schemas if schema for field in schema.params or []]


def _check_at(path, check, conf):
    """Runs a check on an embedded config: its errors are at `path`."""
    try:
        check(conf)
    except ConfigError as error:
        # A typo of a column is found by its text, wherever it stands.
        field = error.field if error.field.startswith("column:") else f"{path}.{error.field}"
        raise ConfigError(error.what, field.rstrip("."), error.remedy) from None


# What the engine obeys in the properties of a table (src/iceberg/table.cc); here the line is known.
_ONLY_VALUES = {"provider": "iceberg", "format-version": "2", "write.format.default": "parquet"}


def _check_table_properties(properties):
    for key, value in (properties or {}).items():
        field = f"metaData.tableProperties.{key}"
        only = _ONLY_VALUES.get(key)
        if only is not None and str(value) != only:
            raise ConfigError(
                f"the table property {key} = {value} is not supported",
                field,
                f'write "{key}": "{only}"',
            )
        match = None if only else closest_name(key, _ONLY_VALUES, cutoff=0.8)
        if match:
            raise ConfigError(
                f"unknown table property '{key}'", field, f"did you mean '{match}'?"
            )


def _check_staging_query(conf):
    if not conf.query or not conf.query.strip():
        raise ConfigError("the staging query has no query", "query", "write query='SELECT ...'")
    if conf.createView and _RANGE_MACRO.search(conf.query):
        raise ConfigError(
            "a view cannot use {{ start_date }} or {{ end_date }}",
            "query",
            "drop the macros, or drop createView",
        )
    _check_date(conf.startPartition, "startPartition")


def _check_date(value, field):
    if value is None:
        return
    import datetime

    try:
        valid = _DATE.fullmatch(value) and datetime.date.fromisoformat(value)
    except (ValueError, TypeError):
        valid = False
    if not valid:
        raise ConfigError(f"{field} is not a date: {value}", field, "write YYYY-MM-DD")


def _without_derivations(group_by):
    without = group_by.clone()
    without.derivations = None
    return without


def _check_derivations(derivations, columns, others, keys):
    """Checks names that derivations read and write, given the output `columns`, what `others` they
    may read and the `keys` that they may take the place of; expressions beyond a name are the
    translator's matter.
    """
    readable = {*columns, *others, "ds", "ts", "*"}
    taken = set()
    if any(d.name == "*" for d in derivations or []):
        taken = set(columns) - {d.expression for d in derivations}
    for i, derivation in enumerate(derivations or []):
        path = f"derivations[{i}]"
        if (
            _IDENTIFIER.fullmatch(derivation.expression or "")
            and derivation.expression not in readable
        ):
            raise ConfigError(
                f"the derivation reads '{derivation.expression}', which is not an output column",
                f"{path}.expression",
                did_you_mean(derivation.expression, readable - {"*"}),
            )
        if derivation.name != "*" and derivation.name in taken - keys:
            raise ConfigError(
                f"the derivation's name '{derivation.name}' is already an output column",
                f"{path}.name",
                "choose another name",
            )
        taken.add(derivation.name)


def join_changes(old, new):
    """Returns what serving would notice between two Joins of one name, as phrases: Chronon's rule,
    which leaves out metaData and what is external.
    """
    changes = []
    for name, _ in ttypes.Join.FIELDS:
        before, after = getattr(old, name), getattr(new, name)
        if name in ("metaData", "onlineExternalParts") or before == after:
            continue
        if name == "joinParts":
            changes += _part_changes(before or [], after or [])
        else:
            changes.append(name)
    return changes


def _part_changes(old, new):
    if len(old) != len(new):
        return [f"joinParts {len(old)} -> {len(new)}"]
    changes = []
    for i, (before, after) in enumerate(zip(old, new)):
        before, after = before.clone(), after.clone()
        for part in (before, after):
            part.groupBy = part.groupBy.clone() if part.groupBy else ttypes.GroupBy()
            part.groupBy.metaData = None
        changes += [f"joinParts[{i}]"] if before != after else []
    return changes


def served_changes(old, new):
    """Returns what serving would notice between two GroupBys of one name, as phrases; added
    columns are none.
    """
    changes = []
    if old.keyColumns != new.keyColumns:
        changes.append(f"keys {old.keyColumns} -> {new.keyColumns}")
    if old.accuracy != new.accuracy:
        changes.append("accuracy")
    changes += _column_changes(_columns(old), _columns(new))
    changes += _source_changes(old, new)
    return changes


def _columns(group_by):
    """Returns served column -> what defines it."""
    plain = _without_derivations(group_by)
    columns = {}
    if group_by.aggregations:
        for agg in group_by.aggregations:
            made_of = (agg.operation, agg.inputColumn, agg.argMap or {}, bool(agg.elementWise))
            columns.update({name: made_of for name in group_by_api.get_output_col_names(agg)})
    else:
        columns = {name: None for name in group_by_api.get_output_columns(plain)}
    expressions = {d.name: d.expression for d in group_by.derivations or []}
    served = group_by_api.get_output_columns(group_by)
    return {name: expressions.get(name, columns.get(name)) for name in served}


def _column_changes(old, new):
    removed = [f"column {name} removed" for name in old if name not in new]
    return removed + [f"column {n} changed" for n in old if n in new and old[n] != new[n]]


def _source_changes(old, new):
    if len(old.sources) != len(new.sources):
        return [f"sources {len(old.sources)} -> {len(new.sources)}"]
    changes = []
    for i, (before, after) in enumerate(zip(old.sources, new.sources)):
        before, after = utils.get_underlying_source(before), utils.get_underlying_source(after)
        if type(before) is not type(after):
            changes.append(f"sources[{i}] is another kind")
            continue
        for name, _ in before.FIELDS:
            if name != "query" and getattr(before, name) != getattr(after, name):
                changes.append(f"sources[{i}].{name}")
        changes += _query_changes(before.query, after.query, f"sources[{i}].query")
    return changes


def _query_changes(before, after, path):
    before, after = before or ttypes.Query(), after or ttypes.Query()
    changes = [
        f"{path}.{name}"
        for name, _ in before.FIELDS
        if name != "selects" and (getattr(before, name) or None) != (getattr(after, name) or None)
    ]
    old, new = before.selects or {}, after.selects or {}
    # A removed select that something needs shows as a removed column, or is selected again as it
    # is.
    return changes + [f"{path}.selects.{c}" for c in old if c in new and old[c] != new[c]]
