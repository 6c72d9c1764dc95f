# SPDX-License-Identifier: Apache-2.0
# The side file of a compiled config (docs/formats/compiled.md): hashes, lines, dependencies and
# translated SQL. What is translated depends on the conf's bytes and on COMPILER_VERSION alone, so
# it is taken over while both stay the same.
import hashlib
import json

from ai.chronon import utils
from ai.chronon.repo.serializer import from_plain
from ai.chronon.api import ttypes
from gnomon import COMPILER_VERSION, naming
from gnomon.conf_files import read_json, side_path_of
from gnomon.errors import CommandError
from gnomon.source_lines import line_at

FORMAT = 1
_TRANSLATED = ("expressions", "setups", "query")


def side_text(conf_path, conf_text, source, lines, dependencies):
    """Returns the text of the side file of `conf_text`. Raises CommandError for SQL that is
    refused.

    `source` is a ConfigFile or None, `lines` maps paths to its lines, `dependencies` are pairs of
    table and file.
    """
    digest = hashlib.sha256(conf_text.encode("utf-8")).hexdigest()
    conf = json.loads(conf_text)
    old = read_json(side_path_of(conf_path)) or {}
    fresh = (old.get("format"), old.get("conf_sha256"), old.get("compiler")) == (
        FORMAT,
        digest,
        COMPILER_VERSION,
    )
    if fresh:
        translated = {key: old[key] for key in _TRANSLATED if key in old}
    else:
        translated = translate(conf, source, lines)
    side = {
        "format": FORMAT,
        "conf_sha256": digest,
        "conf_hash": conf_hash(conf),
        "compiler": COMPILER_VERSION,
        "source_file": source.relative if source else "",
        "lines": lines,
        "dependencies": [{"table": table, "conf": file} for table, file in dependencies],
        **translated,
    }
    return json.dumps(side, indent=1) + "\n"


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
    one by one.
    """
    custom = naming.custom_values((conf.get("metaData") or {}).get("customJson"))
    if conf.get("query") is not None:
        parts = {
            "query": conf["query"],
            "setups": conf.get("setups"),
            "createView": bool(conf.get("createView")),
            "additional_partition_cols": custom.get("additional_partition_cols"),
        }
    else:
        group_by = from_plain(conf, ttypes.GroupBy)
        streaming = bool(utils.get_streaming_sources(group_by))
        accuracy = conf.get("accuracy")
        parts = {
            "sources": conf["sources"],
            "keyColumns": conf.get("keyColumns"),
            "derivations": [(d.name, d.expression) for d in group_by.derivations or []],
            "accuracy": (0 if streaming else 1) if accuracy is None else accuracy,
            "aggregated": group_by.aggregations is not None,
            "documented": naming.NAME_KEY in custom,
        }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:10]


def translate(conf, source, lines):
    """Returns the translated parts of a config. Raises CommandError, at the user's line, for SQL
    that is refused.
    """
    translator = _Translator(source, lines, (conf.get("metaData") or {}).get("name") or "")
    if conf.get("query") is not None:
        setups = translator.statements(
            (f"setups[{i}]", s) for i, s in enumerate(conf.get("setups") or [])
        )
        return {"setups": setups, "query": translator.query("query", conf["query"])}
    expressions = {}
    setups = {}
    for i, source_conf in enumerate(conf["sources"]):
        for kind, inner in source_conf.items():
            path = f"sources[{i}].{kind}.query"
            query = inner.get("query") or {}
            expressions.update(translator.query_expressions(path, query))
            for j, text in enumerate(query.get("setups") or []):
                setups.setdefault(text, f"{path}.setups[{j}]")
    for i, derivation in enumerate(conf.get("derivations") or []):
        if derivation.get("name") != "*":
            path = f"derivations[{i}].expression"
            expressions[path] = translator.expression(path, derivation.get("expression") or "")
    statements = translator.statements((path, text) for text, path in setups.items())
    return {"expressions": expressions, "setups": statements}


class _Translator:
    """Calls gnomon.spark_sql, imported here and late because most commands translate nothing."""

    def __init__(self, source, lines, name):
        self._source, self._lines, self._name = source, lines, name

    def query_expressions(self, path, query):
        texts = {f"{path}.selects.{k}": v for k, v in (query.get("selects") or {}).items()}
        texts.update({f"{path}.wheres[{i}]": w for i, w in enumerate(query.get("wheres") or [])})
        for field in ("timeColumn", "mutationTimeColumn", "reversalColumn"):
            if query.get(field):
                texts[f"{path}.{field}"] = query[field]
        return {where: self.expression(where, text) for where, text in texts.items()}

    def expression(self, path, text):
        from gnomon import spark_sql

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
                what, self._where(path, error.line), remedy if dash else "change the SQL there"
            ) from None

    def _where(self, path, line_in_text):
        variable = self._name.rpartition(".")[2]
        if self._source is None:
            return f"{self._name} {path}"
        line = line_at(self._lines, path)
        if line and line_in_text and line_in_text > 1:
            line += line_in_text - 1
        return self._source.where(variable, path, line=line)
