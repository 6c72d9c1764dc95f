# SPDX-License-Identifier: Apache-2.0
# What is embedded in a compiled config, given as plain JSON: a Join holds its GroupBys, a GroupBy may
# hold the Join that it reads. Everything comes in the order in which the engine meets it: a parent
# before its reader, the left side before the parts.
from gnomon import naming

_TABLE_FIELDS = ("table", "snapshotTable", "mutationTable")


def is_join(conf):
    return "left" in conf or "joinParts" in conf


def is_staging_query(conf):
    return conf.get("query") is not None


def embedded_confs(conf, path=""):
    """Yields (path, conf) of each GroupBy and Join inside a config, a parent before its reader."""
    if is_join(conf):
        yield from _confs_of_source(conf.get("left") or {}, _join_path(path, "left"))
        for part, group_by in _part_group_bys(conf, path):
            yield from embedded_confs(group_by, part)
            yield part, group_by
    else:
        for i, source in enumerate(conf.get("sources") or []):
            yield from _confs_of_source(source, _join_path(path, f"sources[{i}]"))


def expression_texts(conf, path=""):
    """Yields (path, text) of every Spark SQL expression of a config, those of embedded ones too."""
    for where, query in queries(conf, path):
        yield from _texts_of_query(where, query)
    for where, one in [*embedded_confs(conf, path), (path, conf)]:
        for i, derivation in enumerate(one.get("derivations") or []):
            if derivation.get("name") != "*":
                place = _join_path(where, f"derivations[{i}].expression")
                yield place, derivation.get("expression") or ""
        for key, literals in (one.get("skewKeys") or {}).items():
            for i, literal in enumerate(literals):
                yield _join_path(where, f"skewKeys.{key}[{i}]"), literal


def setup_texts(conf):
    """Yields (path, text) of every setup of a config, those of embedded ones too."""
    if is_staging_query(conf):
        yield from ((f"setups[{i}]", text) for i, text in enumerate(conf.get("setups") or []))
        return
    for path, query in queries(conf):
        for i, text in enumerate(query.get("setups") or []):
            yield f"{path}.setups[{i}]", text


def tables(conf):
    """Yields the tables that a GroupBy or a Join reads, without sub-partitions; those of the Join that
    a source reads come before the table of that Join.
    """
    if is_join(conf):
        yield from _tables_of_source(conf.get("left") or {})
        yield from (part["table"] for part in conf.get("bootstrapParts") or [] if part.get("table"))
        for _, group_by in _part_group_bys(conf, ""):
            yield from tables(group_by)
    else:
        for source in conf.get("sources") or []:
            yield from _tables_of_source(source)


def translated_tables(translated):
    """Yields the tables with a namespace that the SQL of a config reads: its query and its setups."""
    for statement in [translated, *(translated.get("setups") or [])]:
        query = statement.get("query") or {}
        yield from (table for table in query.get("tables") or [] if "." in table)


def _tables_of_source(source):
    for kind, inner in source.items():
        if kind == "joinSource" and inner.get("join"):
            yield from tables(inner["join"])
            yield naming.output_table(inner["join"])
            continue
        for field in _TABLE_FIELDS:
            if inner.get(field):
                yield inner[field].split("/")[0]


def queries(conf, path=""):
    """Yields (path, query) of every query of a config, those of embedded ones too."""
    for where, inner in _read(conf, path):
        yield f"{where}.query", inner.get("query") or {}


def _read(conf, path):
    """Yields (path, what has a query) of the sources and bootstraps of a config, those of embedded
    ones too.
    """
    if is_join(conf):
        yield from _of_source(conf.get("left") or {}, _join_path(path, "left"))
        for i, part in enumerate(conf.get("bootstrapParts") or []):
            if part.get("query"):
                yield _join_path(path, f"bootstrapParts[{i}]"), part
        for part, group_by in _part_group_bys(conf, path):
            yield from _read(group_by, part)
    else:
        for i, source in enumerate(conf.get("sources") or []):
            yield from _of_source(source, _join_path(path, f"sources[{i}]"))


def source_tables(conf):
    """Yields (path, table) of every source of a GroupBy or a Join, those of embedded ones too."""
    for path, inner in _read(conf, ""):
        for field in _TABLE_FIELDS:
            if inner.get(field):
                yield f"{path}.{field}", inner[field]


def _part_group_bys(join, path):
    """Yields (path, GroupBy) of the parts of a join, its external sources and its labels."""
    for i, part in enumerate(join.get("joinParts") or []):
        if part.get("groupBy"):
            yield _join_path(path, f"joinParts[{i}].groupBy"), part["groupBy"]
    for i, part in enumerate(join.get("onlineExternalParts") or []):
        if (part.get("source") or {}).get("offlineGroupBy"):
            where = _join_path(path, f"onlineExternalParts[{i}].source.offlineGroupBy")
            yield where, part["source"]["offlineGroupBy"]
    for i, label in enumerate((join.get("labelPart") or {}).get("labels") or []):
        if label.get("groupBy"):
            yield _join_path(path, f"labelPart.labels[{i}].groupBy"), label["groupBy"]


def _confs_of_source(source, path):
    join = (source.get("joinSource") or {}).get("join")
    if join:
        where = f"{path}.joinSource.join"
        yield from embedded_confs(join, where)
        yield where, join


def _of_source(source, path):
    for kind, inner in source.items():
        if kind == "joinSource" and inner.get("join"):
            yield from _read(inner["join"], f"{path}.joinSource.join")
        yield f"{path}.{kind}", inner


def _texts_of_query(path, query):
    yield from ((f"{path}.selects.{k}", v) for k, v in (query.get("selects") or {}).items())
    yield from ((f"{path}.wheres[{i}]", w) for i, w in enumerate(query.get("wheres") or []))
    for field in ("timeColumn", "mutationTimeColumn", "reversalColumn"):
        if query.get(field):
            yield f"{path}.{field}", query[field]


def _join_path(path, field):
    return f"{path}.{field}" if path else field
