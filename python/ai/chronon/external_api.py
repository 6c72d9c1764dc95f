# SPDX-License-Identifier: Apache-2.0
# Which columns a Join has, told from its config alone.
import enum

from ai.chronon import utils
from ai.chronon.group_by import get_output_columns


class FeatureDisplayKeys(str, enum.Enum):
    """The kinds of columns, as `--feature-display` heads them."""

    KEY_COLUMNS = "Key Columns"
    LEFT_COLUMNS = "Left Columns"
    INTERNAL_COLUMNS = "Internal Columns"
    EXTERNAL_COLUMNS = "External Columns"
    DERIVED_COLUMNS = "Derived Columns"
    OUTPUT_COLUMNS = "Output Columns"

    __str__ = str.__str__


def get_join_output_columns(join):
    """Returns kind -> columns of a Join whose GroupBys have their names. Output columns are the
    features; the left side's columns come beside them.
    """
    internal = [column for part in join.joinParts or [] for column in get_part_columns(part)]
    external = [c for part in join.onlineExternalParts or [] for c in get_external_columns(part)]
    derived = [d.name for d in join.derivations or [] if d.name != "*"]
    keys = FeatureDisplayKeys
    return {
        keys.KEY_COLUMNS: get_join_keys(join),
        keys.LEFT_COLUMNS: utils.get_columns(join.left),
        keys.INTERNAL_COLUMNS: internal,
        keys.EXTERNAL_COLUMNS: external,
        keys.DERIVED_COLUMNS: derived,
        keys.OUTPUT_COLUMNS: _output_columns(join, internal + external, derived),
    }


def get_part_columns(join_part):
    """Returns the columns that a part gives the join, with their prefix."""
    prefix = utils.full_prefix(join_part)
    return [f"{prefix}_{column}" for column in get_output_columns(join_part.groupBy)]


def get_external_columns(external_part):
    """Returns the columns of an external part, with their prefix."""
    prefix = utils.get_external_prefix(external_part)
    schema = external_part.source.valueSchema
    return [f"{prefix}_{field.name}" for field in (schema.params if schema else None) or []]


def get_join_keys(join):
    """Returns the columns of the left side that the parts are looked up by."""
    found = {}
    for part in join.joinParts or []:
        found.update(dict.fromkeys(_left_names(part.groupBy.keyColumns, part.keyMapping)))
    for part in join.onlineExternalParts or []:
        schema = part.source.keySchema
        names = [field.name for field in (schema.params if schema else None) or []]
        found.update(dict.fromkeys(_left_names(names, part.keyMapping)))
    return list(found)


def _left_names(keys, key_mapping):
    lefts = {}
    for left, right in (key_mapping or {}).items():
        lefts.setdefault(right, left)
    return [lefts.get(key, key) for key in keys]


def _output_columns(join, columns, derived):
    derivations = join.derivations or []
    if not derivations:
        return columns
    if not any(d.name == "*" for d in derivations):
        return derived
    renamed = {d.expression for d in derivations}
    return [c for c in columns if c not in renamed and c not in derived] + derived
