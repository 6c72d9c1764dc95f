# SPDX-License-Identifier: Apache-2.0
# The checks of a config that its constructor cannot make, and what may change in a config that is
# served (SPEC 2.7).
import re

from ai.chronon import group_by as group_by_api
from ai.chronon import utils
from ai.chronon.api import ttypes
from ai.chronon.errors import ConfigError, closest_name, did_you_mean
from ai.chronon.group_by_rules import check_group_by

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
    if isinstance(conf, ttypes.StagingQuery):
        _check_staging_query(conf)
    else:
        check_group_by(conf)  # Python may have changed it since GroupBy() did so.
        _check_date(conf.backfillStartDate, "backfillStartDate")
        check_derivations(conf)


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


def check_derivations(group_by):
    """Checks names that derivations read and write; expressions beyond a name are the translator's
    matter.
    """
    derivations = group_by.derivations or []
    if not derivations:
        return
    without = group_by.clone()
    without.derivations = None
    columns = group_by_api.get_output_columns(without)
    readable = {*columns, *group_by.keyColumns, "ds", "ts", "*"}
    taken = set()
    if any(d.name == "*" for d in derivations):
        taken = set(columns) - {d.expression for d in derivations}
    for i, derivation in enumerate(derivations):
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
        if derivation.name != "*" and derivation.name in taken - set(group_by.keyColumns):
            raise ConfigError(
                f"the derivation's name '{derivation.name}' is already an output column",
                f"{path}.name",
                "choose another name",
            )
        taken.add(derivation.name)


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
    plain = group_by.clone()
    plain.derivations = None
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
