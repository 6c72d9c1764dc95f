# SPDX-License-Identifier: Apache-2.0
# Which tables the sources of a config read, and which configs write them. A source made from a Python
# staging query, or from a Join, reads the table that this one really writes, by the naming rule of
# its team; of a plain table the compiled configs tell who writes it.
import sys

from ai.chronon import utils
from ai.chronon.api import ttypes
from ai.chronon.group_by import source_dependencies
from ai.chronon.join import join_dependencies, label_dependencies
from gnomon import naming


def group_bys_of(join):
    """Yields (field path, GroupBy or None) of the parts of a Join, its external sources and labels."""
    for i, part in enumerate(join.joinParts or []):
        yield f"joinParts[{i}].groupBy", part.groupBy
    for i, part in enumerate(join.onlineExternalParts or []):
        if part.source and part.source.offlineGroupBy:
            yield f"onlineExternalParts[{i}].source.offlineGroupBy", part.source.offlineGroupBy
    for i, label in enumerate((join.labelPart.labels if join.labelPart else None) or []):
        yield f"labelPart.labels[{i}].groupBy", label.groupBy


class SourceTables:
    """Sets the tables that the sources of one config really read. `team` is that of the config;
    `prepare_join` gives the Join that a source reads, a copy, what its own compilation would.
    """

    def __init__(self, teams, team, prepare_join):
        self._teams, self._team, self._prepare_join = teams, team, prepare_join
        self.writers = {}  # Table -> file of the config that writes it, "" if it has no own file.

    def resolve(self, conf):
        """Replaces, in a config that is a copy, what holds tables by copies with the right ones."""
        if isinstance(conf, ttypes.GroupBy):
            return self._resolve_group_by(conf)
        if isinstance(conf, ttypes.Join):
            return self._resolve_join(conf)
        return False

    def _resolve_group_by(self, group_by):
        sources = [self._resolve_source(source) for source in group_by.sources]
        changed = any(was_changed for _, was_changed in sources)
        group_by.sources = [source for source, _ in sources]
        if changed:
            explicit = getattr(group_by, "explicit_dependencies", None)
            lag = getattr(group_by, "lag", 0)
            meta = group_by.metaData = group_by.metaData.clone()
            meta.dependencies = source_dependencies(group_by.sources, explicit, lag)
        return changed

    def _resolve_join(self, join):
        join.left, changed = self._resolve_source(join.left)
        join.joinParts, in_parts = self._resolve_parts(join.joinParts)
        changed |= in_parts
        if join.onlineExternalParts:
            join.onlineExternalParts = [self._external(one) for one in join.onlineExternalParts]
        if join.labelPart:
            label_part = join.labelPart = join.labelPart.clone()
            label_part.labels, in_labels = self._resolve_parts(label_part.labels)
            if (changed or in_labels) and hasattr(join, "lag"):
                label_part.metaData = label_part.metaData.clone()
                label_part.metaData.dependencies = label_dependencies(join)
        if changed and hasattr(join, "lag"):
            join.metaData = join.metaData.clone()
            join.metaData.dependencies = join_dependencies(join)
        return changed

    def _resolve_parts(self, parts):
        resolved, changed = [], False
        for part in parts or []:
            part, group_by = part.clone(), part.groupBy.clone()
            part.groupBy = group_by
            changed |= self._resolve_group_by(group_by)
            resolved.append(part)
        return resolved if parts is not None else None, changed

    def _external(self, part):
        if not (part.source and part.source.offlineGroupBy):
            return part
        part = part.clone()
        part.source = part.source.clone()
        group_by = part.source.offlineGroupBy = part.source.offlineGroupBy.clone()
        self._resolve_group_by(group_by)
        return part

    def _resolve_source(self, source):
        """Returns (the source or a copy that reads the right table, whether that is another one)."""
        if source.joinSource:
            return self._resolve_join_source(source)
        staging_query = getattr(source, "staging_query", None)
        if staging_query is None:
            return source, False
        table = naming.staging_query_table(staging_query, self._teams, self._team)
        source = source.clone()
        kind = "events" if source.events else "entities"
        inner = getattr(source, kind).clone()
        setattr(source, kind, inner)
        field = "table" if source.events else "snapshotTable"
        changed = getattr(inner, field) != table
        setattr(inner, field, table)
        self.writers[table] = _file_of(staging_query, "staging_queries")
        return source, changed

    def _resolve_join_source(self, source):
        source = source.clone()
        before = utils.get_table(source)
        source.joinSource = source.joinSource.clone()
        file = _file_of(source.joinSource.join, "joins")
        join = source.joinSource.join = self._prepare_join(source.joinSource.join)
        inner = SourceTables(self._teams, join.metaData.team or self._team, self._prepare_join)
        inner.resolve(join)
        self.writers.update(inner.writers)
        join.output_table = naming.output_table({"metaData": vars(join.metaData)})
        self.writers[join.output_table] = file
        return source, utils.get_table(source) != before


def _file_of(conf, folder):
    """Returns the file of a config that an imported module holds, with the variable if the file has
    several; "" if no module does.
    """
    found = utils.find_config(conf, folder)
    if found is None:
        return ""
    module, variable = found
    file = module.replace(".", "/") + ".py"
    others = [
        value
        for value in vars(sys.modules[module]).values()
        if isinstance(value, type(conf)) and value is not conf
    ]
    return f"{file}:{variable}" if others else file
