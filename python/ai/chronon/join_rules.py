# SPDX-License-Identifier: Apache-2.0
# What makes a Join invalid (SPEC 2.3). Each rule names the field, in the compiled JSON's terms, so
# that the compiler can point at the line of the user's file.
from ai.chronon import utils
from ai.chronon.api import ttypes
from ai.chronon.errors import ConfigError


def check_join(join):
    """Raises ConfigError for the first rule that the Join breaks."""
    for i, part in enumerate(join.joinParts or []):
        _check_join_part(part, f"joinParts[{i}]")
    _check_external_parts(join.onlineExternalParts)
    _check_prefixes(join)
    for i, part in enumerate(join.bootstrapParts or []):
        _check_bootstrap_part(join, part, f"bootstrapParts[{i}]")
    if join.labelPart is not None:
        _require_type(join.labelPart, ttypes.LabelPart, "labelPart", "write LabelPart(...)")
        check_label_part(join.labelPart, "labelPart")
    _check_row_ids(join)
    _check_skew_keys(join)


def check_label_part(label_part, path):
    """Raises ConfigError unless labels with an aggregation have one window, as long as the offsets."""
    prefix = f"{path}." if path else ""
    labels = label_part.labels
    if not isinstance(labels, (list, tuple)) or not labels:
        raise ConfigError(
            "a LabelPart needs labels", f"{prefix}labels", "write labels=[JoinPart(...)]"
        )
    for name in ("leftStartOffset", "leftEndOffset"):
        value = getattr(label_part, name)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise ConfigError(
                f"{name} must be a number of days: {value!r}", f"{prefix}{name}", "give 0 or more"
            )
    if label_part.leftStartOffset < label_part.leftEndOffset:
        raise ConfigError(
            f"the labels begin {label_part.leftStartOffset} days ago and end"
            f" {label_part.leftEndOffset} days ago",
            f"{prefix}leftStartOffset",
            "give left_start_offset the greater number",
        )
    for i, label in enumerate(labels):
        _check_join_part(label, f"{prefix}labels[{i}]")
        if label.groupBy.aggregations:
            _check_label_window(label_part, label.groupBy, f"{prefix}labels[{i}].groupBy")


def _check_label_window(label_part, group_by, path):
    if len(label_part.labels) > 1:
        raise ConfigError(
            "labels with aggregations stand alone in their LabelPart",
            path,
            "give one label only, or labels without aggregations",
        )
    aggregations = group_by.aggregations
    if len(aggregations) > 1:
        raise ConfigError(
            f"a label has one aggregation, not {len(aggregations)}",
            f"{path}.aggregations",
            "keep one of them",
        )
    windows = aggregations[0].windows or []
    if len(windows) != 1 or windows[0].timeUnit != ttypes.TimeUnit.DAYS:
        raise ConfigError(
            "the aggregation of a label has one window in days",
            f"{path}.aggregations[0]",
            "write windows=[Window(length=7, timeUnit=TimeUnit.DAYS)]",
        )
    length = windows[0].length
    for name in ("leftStartOffset", "leftEndOffset"):
        if getattr(label_part, name) != length:
            raise ConfigError(
                f"{name} is {getattr(label_part, name)} but the label's window is {length} days",
                f"{path}.aggregations[0].windows[0]",
                "make left_start_offset and left_end_offset as long as the window",
            )


def _check_join_part(part, path):
    _require_type(part, ttypes.JoinPart, path, "write JoinPart(group_by=...)")
    _require_type(part.groupBy, ttypes.GroupBy, f"{path}.groupBy", "give a GroupBy")


def _check_external_parts(parts):
    seen = set()
    for i, part in enumerate(parts or []):
        path = f"onlineExternalParts[{i}]"
        _require_type(part, ttypes.ExternalPart, path, "write ExternalPart(source=...)")
        _require_type(part.source, ttypes.ExternalSource, f"{path}.source", "use ExternalSource")
        name = (part.prefix, part.source.metadata.name if part.source.metadata else None)
        if name in seen:
            raise ConfigError(
                f"the external source '{name[1]}' stands twice in the join",
                path,
                "give one of them a prefix",
            )
        seen.add(name)


def _check_prefixes(join):
    """Two parts whose columns begin alike would write one another's."""
    seen = {}
    for i, part in enumerate(join.joinParts or []):
        if not (part.groupBy.metaData and part.groupBy.metaData.name):
            continue
        prefix = utils.full_prefix(part)
        if prefix in seen:
            raise ConfigError(
                f"joinParts[{seen[prefix]}] is of the same GroupBy with the same prefix",
                f"joinParts[{i}]",
                "give one of them a prefix",
            )
        seen[prefix] = i


def _check_bootstrap_part(join, part, path):
    _require_type(part, ttypes.BootstrapPart, path, "write BootstrapPart(table=...)")
    if not part.table:
        raise ConfigError("the bootstrap part has no table", path, "set table")
    if not part.keyColumns and not join.rowIds:
        raise ConfigError(
            "the rows of a bootstrap table cannot be told apart",
            path,
            "set key_columns, or row_ids of the Join",
        )


def _check_row_ids(join):
    if isinstance(join.rowIds, str):
        raise ConfigError("row_ids must be a list", "rowIds", f"write row_ids=['{join.rowIds}']")


def _check_skew_keys(join):
    if join.skewKeys is None:
        return
    if not isinstance(join.skewKeys, dict):
        raise ConfigError("skew_keys must be a dict", "skewKeys", 'write {"user_id": ["\'x\'"]}')
    used = set()
    for part in join.joinParts or []:
        mapped = {right: left for left, right in (part.keyMapping or {}).items()}
        used.update(mapped.get(key, key) for key in part.groupBy.keyColumns)
    for key in join.skewKeys:
        if key not in used:
            raise ConfigError(
                f"the skew key '{key}' is no key of any part",
                f"skewKeys.{key}",
                "use one of: " + ", ".join(sorted(used)) if used else "drop it",
            )


def _require_type(value, kind, path, remedy):
    if not isinstance(value, kind):
        raise ConfigError(f"{path} is {type(value).__name__}", path, remedy)
