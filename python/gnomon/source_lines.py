# SPDX-License-Identifier: Apache-2.0
# From a field of a compiled config to its line in the user's Python file. It reads the file's
# syntax tree only, follows module-level names, and knows the helpers of ai.chronon; where code is
# too clever, the nearest enclosing line stands.
import ast

from ai.chronon.api import ttypes
from ai.chronon.struct import Struct, camel_case

_MAX_DEPTH = 20
_HELPER_PARAMETERS = {
    "GroupBy": ("sources", "keys", "aggregations", "online", "production", "backfill_start_date"),
    "Aggregation": ("input_column", "operation", "windows", "buckets"),
    "Query": (
        "selects",
        "wheres",
        "start_partition",
        "end_partition",
        "time_column",
        "setups",
        "mutation_time_column",
        "reversal_column",
        "partition_column",
    ),
    "Derivation": ("name", "expression", "description"),
    "Join": ("left", "right_parts", "check_consistency"),
    "JoinPart": ("group_by", "key_mapping", "prefix", "tags"),
    "LabelPart": ("labels", "left_start_offset", "left_end_offset", "label_offline_schedule"),
    "BootstrapPart": ("table", "key_columns", "query"),
    "ExternalPart": ("source", "key_mapping", "prefix"),
    "JoinSource": ("join", "query"),
}
_STAGING_SOURCES = {"StagingQueryEventSource": "events", "StagingQueryEntitySource": "entities"}
_SETTINGS = {
    "env": "metaData.modeToEnvMap",
    "tags": "metaData.customJson",
    "lag": "metaData.customJson",
}
_RENAMED = {
    "GroupBy": {**_SETTINGS, "keys": "keyColumns"},
    "Join": {**_SETTINGS, "right_parts": "joinParts", "check_consistency": "metaData.customJson"},
    "LabelPart": {"label_offline_schedule": "metaData.offlineSchedule"},
    "ExternalSource": {"offline_group_by": "offlineGroupBy", "name": "metadata.name"},
}


class SourceLines:
    """The lines of one Python file; `text`, str or bytes, must parse."""

    def __init__(self, text):
        self._tree = ast.parse(text)
        self._names = {}
        self._statements = {}
        self.imported_names = set()
        for statement in self._tree.body:
            self._add_statement(statement)

    def _add_statement(self, statement):
        targets = []
        if isinstance(statement, ast.Assign):
            targets = statement.targets
        elif isinstance(statement, ast.AnnAssign) and statement.value:
            targets = [statement.target]
        elif isinstance(statement, (ast.Import, ast.ImportFrom)):
            self.imported_names.update(a.asname or a.name.split(".")[0] for a in statement.names)
        for target in targets:
            if isinstance(target, ast.Name):
                self._names[target.id] = statement.value
                self._statements[target.id] = statement
                self.imported_names.discard(target.id)

    def variable_at(self, line):
        """Returns the variable whose assignment covers a line, or None."""
        for name, statement in self._statements.items():
            if statement.lineno <= line <= statement.end_lineno:
                return name
        return None

    def line_of_string(self, text):
        """Returns the first line that has `text` as a whole string, or None."""
        lines = [
            node.lineno
            for node in ast.walk(self._tree)
            if isinstance(node, ast.Constant) and node.value == text
        ]
        return min(lines, default=None)

    def lines_of(self, variable, struct_name):
        """Returns paths of the config -> lines; the path "" is the line of the variable itself."""
        if variable not in self._statements:
            return {}
        lines = {"": self._statements[variable].lineno}
        self._visit(self._names[variable], struct_name, "", lines, 0)
        lines[""] = self._statements[variable].lineno
        return lines

    def _visit(self, node, kind, path, lines, depth):
        if depth > _MAX_DEPTH:
            return
        if isinstance(node, ast.Name) and node.id in self._names:
            return self._visit(self._names[node.id], kind, path, lines, depth + 1)
        lines[path] = node.lineno
        if isinstance(kind, tuple) and kind[0] == "list":
            self._visit_list(node, kind[1], path, lines, depth + 1)
        elif isinstance(kind, tuple):
            self._visit_map(node, kind[1], path, lines, depth + 1)
        elif isinstance(node, ast.Call) and _is_struct(kind):
            self._visit_call(node, kind, path, lines, depth + 1)

    def _visit_list(self, node, kind, path, lines, depth):
        items = self._flatten(node, depth)
        if items is None and kind == "Source":
            items = [node]  # A single source need not stand in a list.
        for i, item in enumerate(items or []):
            if isinstance(item, ast.Starred):
                return
            self._visit(item, kind, f"{path}[{i}]", lines, depth)

    def _flatten(self, node, depth):
        """Returns the elements of a list, also of one put together by `+`, or None if they cannot
        be told.
        """
        if depth > _MAX_DEPTH:
            return None
        if isinstance(node, ast.Name) and node.id in self._names:
            return self._flatten(self._names[node.id], depth + 1)
        if isinstance(node, (ast.List, ast.Tuple)):
            return node.elts
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            left, right = (self._flatten(side, depth + 1) for side in (node.left, node.right))
            return None if left is None else left + (right or [])
        if isinstance(node, ast.Call) and _called_name(node) == "Aggregations":
            return [keyword.value for keyword in node.keywords]
        return None

    def _visit_map(self, node, kind, path, lines, depth):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values):
                if isinstance(key, ast.Constant):
                    self._visit(value, kind, f"{path}.{key.value}", lines, depth)
        elif isinstance(node, ast.Call):  # select(...) or dict(...)
            for argument in node.args:
                if isinstance(argument, ast.Constant):
                    lines[f"{path}.{argument.value}"] = argument.lineno
            for keyword in node.keywords:
                if keyword.arg:
                    lines[f"{path}.{keyword.arg}"] = keyword.value.lineno

    def _visit_call(self, node, kind, path, lines, depth):
        name = _called_name(node)
        if kind == "Source":
            return self._visit_source(node, name, path, lines, depth)
        positional = _HELPER_PARAMETERS.get(name) or [f for f, _ in getattr(ttypes, kind).FIELDS]
        arguments = [*zip(positional, node.args), *((k.arg, k.value) for k in node.keywords)]
        for parameter, value in arguments:
            if parameter:
                field, field_kind = _field_of(kind, parameter)
                if field:
                    where = f"{path}.{field}" if path else field
                    self._visit(value, field_kind, where, lines, depth)

    def _visit_source(self, node, name, path, lines, depth):
        members = {member: field for field, member in ttypes.Source.FIELDS}
        if name in members:
            return self._visit(node, name, f"{path}.{members[name]}", lines, depth)
        if name not in _STAGING_SOURCES:
            for keyword in node.keywords:
                kind = dict(ttypes.Source.FIELDS).get(keyword.arg)
                if kind:
                    self._visit(keyword.value, kind, f"{path}.{keyword.arg}", lines, depth)
            return None
        inner = f"{path}.{_STAGING_SOURCES[name]}"
        lines[inner] = node.lineno
        given = dict(zip(("staging_query", "query"), node.args))
        given.update((k.arg, k.value) for k in node.keywords)
        if "staging_query" in given:
            table = "table" if inner.endswith("events") else "snapshotTable"
            lines[f"{inner}.{table}"] = given["staging_query"].lineno
        if "query" in given:
            self._visit(given["query"], "Query", f"{inner}.query", lines, depth)
        return None


def _is_struct(kind):
    return (
        isinstance(kind, str)
        and isinstance(getattr(ttypes, kind, None), type)
        and issubclass(getattr(ttypes, kind), Struct)
    )


def _called_name(node):
    function = node.func
    return getattr(function, "id", None) or getattr(function, "attr", "")


def _field_of(kind, parameter):
    """Returns (path, kind) of what a keyword argument sets, or (None, None)."""
    fields = dict(getattr(ttypes, kind).FIELDS)
    name = _RENAMED.get(kind, {}).get(parameter, camel_case(parameter))
    if name in fields:
        return name, fields[name]
    meta = dict(ttypes.MetaData.FIELDS)
    name = name.removeprefix("metaData.")
    if "metaData" in fields and name in meta:
        return f"metaData.{name}", meta[name]
    return None, None


def line_at(lines, path):
    """Returns the line of a path, else of the nearest path that encloses it, else None."""
    while path not in lines and path:
        cut = max(path.rfind("."), path.rfind("["))
        path = path[:cut] if cut > 0 else ""
    return lines.get(path)
