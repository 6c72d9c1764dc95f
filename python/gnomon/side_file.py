# SPDX-License-Identifier: Apache-2.0
# The side file of a compiled config (docs/formats/compiled.md): hashes, lines, dependencies and
# translated SQL. What is translated depends on the conf's bytes and on COMPILER_VERSION alone, so
# it is taken over while both stay the same.
import hashlib
import json
import os
import re

from ai.chronon import utils
from ai.chronon.repo.serializer import from_plain
from ai.chronon.api import ttypes
from gnomon import COMPILER_VERSION, conf_parts, naming
from gnomon.conf_files import read_json, side_path_of
from gnomon.errors import CommandError
from gnomon.source_lines import SourceLines, line_at

FORMAT = 1
_RUN_DAY = "CHRONON_RUN_DS"
# Where {{ CHRONON_RUN_DS }} may stand: the selects and wheres of a GroupBy's sources.
_OF_A_SOURCE = re.compile(r"(^|\.)sources\[\d+\]\.\w+\.query\.(selects\.|wheres\[)")
_TRANSLATED = ("expressions", "setups", "query")


def side_text(root, conf_path, conf_text, source, lines, writers, existing):
    """Returns the text of the side file of `conf_text`. Raises CommandError for SQL that is
    refused.

    `source` is a ConfigFile or None, `lines` maps paths to its lines, `writers` tables to the files
    of configs that are known to write them; `existing` are the compiled configs, `root` is the
    repository's.
    """
    digest = digest_of(conf_text)
    conf = json.loads(conf_text)
    embedded = embedded_lines(conf, root, source.relative if source else "")
    old = read_json(side_path_of(conf_path)) or {}
    fresh = (old.get("format"), old.get("conf_sha256"), old.get("compiler")) == (
        FORMAT,
        digest,
        COMPILER_VERSION,
    )
    if fresh:
        translated = {key: old[key] for key in _TRANSLATED if key in old}
    else:
        translated = translate(conf, source, lines, embedded)
    _check_sources(conf, translated, _Translator(source, lines, embedded, _name_of(conf)))
    tables = [*conf_parts.tables(conf), *conf_parts.translated_tables(translated)]
    own = naming.output_table(conf)
    tables = [table for table in tables if table != own]
    side = {
        "format": FORMAT,
        "conf_sha256": digest,
        "conf_hash": conf_hash(conf),
        "compiler": COMPILER_VERSION,
        "source_file": source.relative if source else "",
        "lines": lines,
        **({"embedded": embedded} if embedded else {}),
        "dependencies": [
            {"table": table, "conf": file} for table, file in existing.dependencies(tables, writers)
        ],
        **translated,
    }
    return json.dumps(side, indent=1) + "\n"


def _check_sources(conf, translated, translator):
    """Refuses a temporary view of the setups as the table of a source: it ends with the session that
    made it, before the source is read.
    """
    views = {
        statement["name"].lower()
        for statement in translated.get("setups") or []
        if statement["kind"] in ("create_view", "create_view_over_path")
    }
    for path, table in conf_parts.source_tables(conf) if views else []:
        if table.split("/")[0].lower() in views:
            raise CommandError(
                f"the source {table} is a temporary view of the setups, which only a staging query"
                " can read",
                translator.where(path),
                f"make it a view that lasts, CREATE OR REPLACE VIEW <namespace>.{table} AS, or let"
                " a StagingQuery write it",
            )


def _name_of(conf):
    return (conf.get("metaData") or {}).get("name") or ""


def digest_of(conf_text):
    """Returns what binds a side file to the text of its conf."""
    return hashlib.sha256(conf_text.encode("utf-8")).hexdigest()


def _setup(text):
    """A statement of a config's setups: the tables of its query have their namespaces."""
    from gnomon.spark_sql import SqlError, translate_statement

    statement = translate_statement(text)
    if statement["kind"] == "use":
        raise SqlError("USE is for the shell - write the namespace before each table")
    if statement["kind"] == "explain":
        raise SqlError("EXPLAIN is for the shell - leave it out")
    return statement


def conf_hash(conf):
    """Returns 10 characters over what the answer depends on; a GroupBy's aggregations are compared
    one by one, and so are the parts of a Join.
    """
    custom = naming.custom_values((conf.get("metaData") or {}).get("customJson"))
    if conf_parts.is_staging_query(conf):
        parts = {
            "query": conf["query"],
            "setups": conf.get("setups"),
            "createView": bool(conf.get("createView")),
            "additional_partition_cols": custom.get("additional_partition_cols"),
        }
    elif conf_parts.is_join(conf):
        parts = _answer_of_join(conf)
    else:
        parts = {**_answer_of_group_by(conf), "documented": naming.NAME_KEY in custom}
        del parts["aggregations"]
        parts["aggregated"] = conf.get("aggregations") is not None
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:10]


def _answer_of_group_by(conf):
    group_by = from_plain(conf, ttypes.GroupBy)
    streaming = bool(utils.get_streaming_sources(group_by))
    accuracy = conf.get("accuracy")
    return {
        "sources": [_answer_of_source(source) for source in conf["sources"]],
        "keyColumns": conf.get("keyColumns"),
        "aggregations": conf.get("aggregations"),
        "derivations": _derivations(conf),
        "accuracy": (0 if streaming else 1) if accuracy is None else accuracy,
    }


def _answer_of_source(source):
    """A source without its topics: they feed what is online only."""
    kept = {}
    for kind, inner in source.items():
        kept[kind] = {k: v for k, v in inner.items() if k not in ("topic", "mutationTopic")}
        if kind == "joinSource" and inner.get("join"):
            kept[kind]["join"] = _answer_of_join(inner["join"])
    return kept


def _answer_of_join(conf):
    """What the rows of a join depend on. Its labels are in tables of their own; names of GroupBys are
    in those of the columns.
    """

    def part(one):
        group_by = one.get("groupBy") or {}
        name = (group_by.get("metaData") or {}).get("name")
        return [name, one.get("prefix"), one.get("keyMapping"), _answer_of_group_by(group_by)]

    external = [
        {**one, "source": {k: v for k, v in (one.get("source") or {}).items() if k != "metadata"}}
        for one in conf.get("onlineExternalParts") or []
    ]
    bootstraps = [
        {key: value for key, value in one.items() if key != "metaData"}
        for one in conf.get("bootstrapParts") or []
    ]
    return {
        "left": _answer_of_source(conf.get("left") or {}),
        "joinParts": [part(one) for one in conf.get("joinParts") or []],
        "skewKeys": conf.get("skewKeys"),
        "onlineExternalParts": external,
        "bootstrapParts": bootstraps,
        "rowIds": conf.get("rowIds"),
        "derivations": _derivations(conf),
    }


def _derivations(conf):
    return [(d.get("name"), d.get("expression")) for d in conf.get("derivations") or []]


def translate(conf, source, lines, embedded=None):
    """Returns the translated parts of a config. Raises CommandError, at the user's line, for SQL
    that is refused.
    """
    translator = _Translator(source, lines, embedded or {}, _name_of(conf))
    if conf_parts.is_staging_query(conf):
        setups = translator.statements(conf_parts.setup_texts(conf))
        return {"setups": setups, "query": translator.query("query", conf["query"])}
    expressions = {
        path: translator.expression(path, text) for path, text in conf_parts.expression_texts(conf)
    }
    setups = {}
    for path, text in conf_parts.setup_texts(conf):
        setups.setdefault(text, path)
    statements = translator.statements((path, text) for text, path in setups.items())
    return {"expressions": expressions, "setups": statements}


def embedded_lines(conf, root, own_file):
    """Returns where the GroupBys and Joins inside a config are defined that have a file of their
    own: path -> {"source_file", "variable", "lines"}, the lines by path inside the embedded one.
    """
    found = {}
    sources = {}
    for path, one in conf_parts.embedded_confs(conf):
        module, _, variable = ((one.get("metaData") or {}).get("name") or "").rpartition(".")
        folder = "joins" if conf_parts.is_join(one) else "group_bys"
        relative = f"{folder}/{module.replace('.', '/')}.py"
        if not module or relative == own_file:
            continue
        if relative not in sources:
            sources[relative] = _source_lines(root, relative)
        struct = "Join" if conf_parts.is_join(one) else "GroupBy"
        lines = sources[relative].lines_of(variable, struct) if sources[relative] else {}
        if lines:
            found[path] = {"source_file": relative, "variable": variable, "lines": lines}
    return found


def embedded_place(embedded, path):
    """Returns (entry of embedded_lines, path inside it) of the innermost embedded config that a path
    lies in, or None.
    """
    inside = [one for one in embedded if path.startswith(one + ".")]
    return (embedded[max(inside, key=len)], path[len(max(inside, key=len)) + 1 :]) if inside else None


def _source_lines(root, relative):
    try:
        with open(os.path.join(root, relative), "rb") as file:
            return SourceLines(file.read())
    except (OSError, SyntaxError, ValueError):
        return None


class _Translator:
    """Calls gnomon.spark_sql, imported here and late because most commands translate nothing."""

    def __init__(self, source, lines, embedded, name):
        self._source, self._lines, self._embedded, self._name = source, lines, embedded, name

    def expression(self, path, text):
        from gnomon import spark_sql

        if _RUN_DAY in text and _OF_A_SOURCE.search(path):
            return self._call(spark_sql.translate_source_expression, path, text)
        return self._call(spark_sql.translate_expression, path, text)

    def query(self, path, text):
        from gnomon import spark_sql

        return self._call(spark_sql.translate_query, path, text)

    def statements(self, located_texts):
        from gnomon import spark_sql

        return [
            self._call(_setup, path, statement)
            for path, text in located_texts
            for statement in self._call(spark_sql.split_statements, path, text)
        ]

    def _call(self, function, path, text):
        from gnomon.spark_sql import SqlError

        try:
            return function(text)
        except SqlError as error:
            message = str(getattr(error, "message", error))
            what, dash, remedy = message.partition(" - ")
            raise CommandError(
                what, self.where(path, error.line), remedy if dash else "change the SQL there"
            ) from None

    def where(self, path, line_in_text=None):
        variable = self._name.rpartition(".")[2]
        inside = embedded_place(self._embedded, path)
        if inside:
            one, field = inside
            line = line_at(one["lines"], field) + max((line_in_text or 1) - 1, 0)
            return f"{one['source_file']}:{line} {one['variable']}.{field}"
        if self._source is None:
            return f"{self._name} {path}"
        line = line_at(self._lines, path)
        if line and line_in_text and line_in_text > 1:
            line += line_in_text - 1
        return self._source.where(variable, path, line=line)
