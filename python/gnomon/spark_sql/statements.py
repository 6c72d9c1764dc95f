# SPDX-License-Identifier: Apache-2.0
"""The statements of setups and of the shell. Only their headers are read here; queries go to the
query parser, which is loaded when there is one. Anything else is refused by its name."""

from .errors import SqlError
from .token_stream import TokenStream
from .tokens import END, NUMBER, QUOTED_NAME, STRING, WORD, tokenize

_QUERY_STARTS = ("SELECT", "WITH", "VALUES", "(")
_FILE_FORMATS = ("parquet", "csv", "json")
_REFUSALS = {
    "SET": "give settings in teams.json or gnomon.toml",
    "INSERT": "let a StagingQuery write the table",
    "MERGE": "let a StagingQuery write the table",
    "UPDATE": "let a StagingQuery write the table",
    "DELETE": "to compute days again, write ALTER TABLE ... DROP PARTITION (ds = '...') and run "
              "the config",
    "TRUNCATE": "drop the table and run its config again",
    "CACHE": "leave it out: nothing needs to be cached",
    "REFRESH": "leave it out: tables are always read as they are",
    "CALL": "maintain tables with gnomon's own commands",
    "FROM": "begin the query with SELECT",
    "MSCK": "leave it out: the catalog knows every partition",
}
_STATEMENTS = ("SELECT", "WITH", "VALUES", "CREATE", "SHOW", "DESCRIBE", "DROP", "ALTER")
_NO_JVM = "functions of the JVM cannot run here, use Spark's built-in functions"


def query_of_text(text: str) -> dict:
    return _guarded(_query_alone, text)


def statement(text: str) -> dict:
    return _guarded(_statement, text)


def split(text: str) -> list[tuple[str, int, int]]:
    """Of each statement its text, where that begins, and where its first token does."""
    begin = 0
    statements = []
    first_token = None
    for token in tokenize(text):
        if token.key == ";" or token.kind == END:
            if first_token is not None:
                statement = text[begin:token.begin]
                begin += len(statement) - len(statement.lstrip())
                statements.append((statement.strip(), begin, first_token))
            begin, first_token = token.end, None
        elif first_token is None:
            first_token = token.begin
    return statements


def _guarded(read, text: str) -> dict:
    try:
        return read(text)
    except RecursionError:
        raise SqlError(
            "the query is nested too deeply - split it with WITH or into several queries") from None


def _query_alone(text: str) -> dict:
    stream = TokenStream(text, _without_last_semicolon(text))
    if not stream.at_any(*_QUERY_STARTS):
        raise _refusal(stream, "a query begins with SELECT, WITH or VALUES")
    return _query(stream, text)


def _without_last_semicolon(text: str) -> list:
    tokens = tokenize(text)
    while len(tokens) > 1 and tokens[-2].key == ";":
        del tokens[-2]
    return tokens


def _query(stream: TokenStream, source: str) -> dict:
    """What is left of the stream, as a query."""
    from .duckdb_text import DuckDbText
    from .query_parser import QueryParser

    parser = QueryParser(stream.text, stream.rest())
    query = parser.query()
    parser.expect_end()
    output = DuckDbText(stream.text)
    sql = output.query(query)
    return {"sql": sql, "source": source, "tables": output.tables, "paths": output.paths}


def _statement(text: str) -> dict:
    stream = TokenStream(text, _without_last_semicolon(text))
    readers = {
        "ALTER": _alter,
        "SHOW": _show,
        "DESCRIBE": _describe,
        "DESC": _describe,
        "CREATE": _create,
        "DROP": _drop,
        "EXPLAIN": _explain,
        "USE": _use
    }
    if stream.at_any(*_QUERY_STARTS):
        result = {"kind": "query", "query": _query(stream, text)}
    elif stream.token.key in readers:
        result = readers[stream.next().key](stream, text)
        if "query" not in result:
            stream.expect_end()
    elif stream.token.kind == END:
        raise stream.error("the statement is empty - write one")
    else:
        raise _refusal(stream, "statements are SELECT, CREATE, SHOW, DESCRIBE, DROP and ALTER TABLE")
    return {**result, "source": text}


def _refusal(stream: TokenStream, otherwise: str) -> SqlError:
    word = stream.token.key
    if word == "ADD" or word == "CREATE" and any(
            stream.peek(i).key == "FUNCTION" for i in range(1, 5)):
        return stream.error(
            f"{word} {'FUNCTION' if word == 'CREATE' else stream.peek().key} is refused - {_NO_JVM}"
        )
    shown = stream.token.text[:40]
    from ai.chronon.errors import closest_name

    meant = closest_name(word, _STATEMENTS, cutoff=0.7) if word and word not in _REFUSALS else None
    if meant:
        return stream.error(f"{shown} begins no statement - did you mean {meant}?")
    return stream.error(
        f"the statement {word or shown} is not supported - {_REFUSALS.get(word, otherwise)}")


# --- SHOW, DESCRIBE, DROP ---


def _show(stream: TokenStream, text: str) -> dict:
    del text
    if stream.take("TABLES"):
        namespace = None
        if stream.take("IN") or stream.take("FROM"):
            namespace = _namespace(stream)
        return {"kind": "show_tables", "namespace": namespace, "pattern": _pattern(stream)}
    if stream.take("VIEWS"):
        namespace = None
        if stream.take("IN") or stream.take("FROM"):
            namespace = _namespace(stream)
        return {"kind": "show_views", "namespace": namespace, "pattern": _pattern(stream)}
    if stream.at_any("DATABASES", "SCHEMAS", "NAMESPACES"):
        stream.next()
        return {"kind": "show_namespaces", "pattern": _pattern(stream)}
    raise stream.error(
        f"SHOW {stream.token.text} is not supported - SHOW TABLES, SHOW VIEWS, SHOW DATABASES and "
        "DESCRIBE are")


def _pattern(stream: TokenStream) -> str | None:
    has_like = stream.take("LIKE")
    if stream.token.kind == STRING:
        return stream.next().value
    if has_like:
        raise stream.unexpected("a pattern in quotes")
    return None


def _namespace(stream: TokenStream) -> str:
    name = stream.name("a namespace")
    if name.lower() == "spark_catalog" and stream.take("."):
        name = stream.name("a namespace")
    if stream.at("."):
        raise stream.error("namespaces have one level here - name it alone")
    return name


def _describe(stream: TokenStream, text: str) -> dict:
    del text
    for word in ("DATABASE", "SCHEMA", "NAMESPACE", "FUNCTION", "QUERY"):
        if stream.at(word) and stream.peek().kind in (WORD, QUOTED_NAME):
            raise stream.error(f"DESCRIBE {word} is not supported - describe a table")
    if stream.peek().kind in (WORD, QUOTED_NAME):
        stream.take("TABLE")
    extended = stream.peek().kind in (WORD, QUOTED_NAME) and (stream.take("EXTENDED") or
                                                              stream.take("FORMATTED"))
    return {"kind": "describe", "table": _table_name(stream), "extended": extended}


def _table_name(stream: TokenStream) -> str:
    parts = [stream.name("a table's name")]
    while stream.take("."):
        parts.append(stream.next().text if stream.token.kind ==
                     WORD else stream.name("a table's name"))
    if parts[0].lower() == "spark_catalog" and len(parts) > 1:
        parts = parts[1:]
    if len(parts) > 3 or any("." in part for part in parts):
        raise stream.error(f"{'.'.join(parts)} is not a table's name - write namespace.table")
    return ".".join(parts)


def _drop(stream: TokenStream, text: str) -> dict:
    del text
    if stream.take("VIEW"):
        if_exists = stream.take("IF", "EXISTS")
        return {"kind": "drop_view", "view": _table_name(stream), "if_exists": if_exists}
    if not stream.take("TABLE"):
        raise stream.error(
            f"DROP {stream.token.text} is not supported - DROP TABLE and DROP VIEW are")
    if_exists = stream.take("IF", "EXISTS")
    table = _table_name(stream)
    stream.take("PURGE")
    return {"kind": "drop_table", "table": table, "if_exists": if_exists}


# --- ALTER TABLE ... DROP PARTITION ---


def _alter(stream: TokenStream, text: str) -> dict:
    del text
    begin = stream.token.begin
    refusal = stream.error(
        "of ALTER only ALTER TABLE ... DROP PARTITION is supported - change the config and run it "
        "again", begin)
    if not stream.take("TABLE"):
        raise refusal
    table = _table_name(stream)
    if not stream.take("DROP"):
        raise refusal
    if_exists = stream.take("IF", "EXISTS")
    if not stream.at("PARTITION"):
        raise refusal
    partitions = []
    while True:
        stream.expect("PARTITION")
        partitions.append(_partition(stream))
        if not stream.take(","):
            break
    stream.take("PURGE")
    return {
        "kind": "drop_partitions",
        "table": table,
        "if_exists": if_exists,
        "partitions": partitions
    }


def _partition(stream: TokenStream) -> list[dict]:
    """(ds = '2023-12-01', hr = 3)"""
    stream.expect("(")
    values: list[dict] = []
    while True:
        begin = stream.token.begin
        column = stream.name("a partition column")
        if any(column.lower() == known["column"].lower() for known in values):
            raise stream.error(f"the partition column {column} stands twice - leave one out", begin)
        if not stream.take("="):
            raise stream.error(
                f"a partition is named by values - write {column} = '...', and one PARTITION for "
                "each, separated by commas")
        values.append({"column": column, "value": _constant(stream, column)})
        if not stream.take(","):
            stream.expect(")")
            return values


def _constant(stream: TokenStream, column: str) -> str | None:
    """Its text; the engine reads it as the column's type."""
    if stream.take("NULL"):
        return None
    if stream.at("DATE") and stream.peek().kind == STRING:
        stream.next()
    return _constant_text(stream, column)


def _constant_text(stream: TokenStream, name: str) -> str:
    sign = "-" if stream.take("-") else ""
    token = stream.token
    if not (token.kind in (STRING, NUMBER) or
            token.key in ("TRUE", "FALSE")) or sign and token.kind != NUMBER:
        raise stream.unexpected(f"the value of {name}, in quotes,")
    stream.next()
    return token.value if token.kind == STRING else sign + token.text.lower()


def _use(stream: TokenStream, text: str) -> dict:
    del text
    for word in ("DATABASE", "SCHEMA", "NAMESPACE"):
        if stream.peek().kind in (WORD, QUOTED_NAME) and stream.take(word):
            break
    return {"kind": "use", "namespace": _namespace(stream)}


def _explain(stream: TokenStream, text: str) -> dict:
    extended = stream.take("EXTENDED")
    if not extended:
        stream.take("FORMATTED")
    if stream.at_any("CODEGEN", "COST", "LOGICAL"):
        raise stream.error(
            f"EXPLAIN {stream.token.text} is not supported - EXPLAIN, EXPLAIN EXTENDED and "
            "EXPLAIN FORMATTED are")
    if not stream.at_any(*_QUERY_STARTS):
        raise stream.error("EXPLAIN explains queries - write a SELECT after it")
    return {"kind": "explain", "extended": extended, "query": _rest_query(stream, text)}


# --- CREATE ---


def _create(stream: TokenStream, text: str) -> dict:
    begin = stream.token.begin
    replace = stream.take("OR", "REPLACE")
    if stream.at("GLOBAL"):
        raise stream.error("a GLOBAL TEMPORARY VIEW is not supported - create a TEMPORARY VIEW")
    temporary = stream.take("TEMPORARY") or stream.take("TEMP")
    if stream.at("FUNCTION"):
        raise stream.error(f"CREATE FUNCTION is refused - {_NO_JVM}", begin)
    if stream.take("VIEW"):
        if not temporary:
            return _create_stored_view(stream, text, replace)
        return _create_view(stream, text, replace)
    if stream.take("TABLE"):
        if replace:
            raise stream.error("CREATE OR REPLACE TABLE is not supported - drop the table first",
                               begin)
        return _create_table(stream, text)
    if stream.at_any("DATABASE", "SCHEMA", "NAMESPACE") and not replace:
        stream.next()
        if_not_exists = stream.take("IF", "NOT", "EXISTS")
        return {
            "kind": "create_namespace",
            "name": _namespace(stream),
            "if_not_exists": if_not_exists
        }
    raise stream.error(
        f"CREATE {stream.token.text} is not supported - CREATE VIEW, CREATE TEMPORARY VIEW, CREATE "
        "TABLE ... AS and CREATE DATABASE are")


def _create_view(stream: TokenStream, text: str, replace: bool) -> dict:
    if stream.at("IF"):
        raise stream.error(
            "a TEMPORARY VIEW knows no IF NOT EXISTS - write CREATE OR REPLACE TEMPORARY VIEW")
    name = stream.name("the view's name")
    if stream.at(".") or "." in name:
        raise stream.error("the name of a TEMPORARY VIEW has no namespace - leave it out")
    if stream.at("("):
        raise stream.error(
            "the list of a view's columns is not supported - name the columns in the query")
    if stream.take("USING"):
        return {
            "kind": "create_view_over_path",
            "name": name,
            "replace": replace,
            **_file_source(stream)
        }
    stream.expect("AS")
    return {
        "kind": "create_view",
        "name": name,
        "replace": replace,
        "query": _rest_query(stream, text)
    }


def _create_stored_view(stream: TokenStream, text: str, replace: bool) -> dict:
    begin = stream.token.begin
    if_not_exists = stream.take("IF", "NOT", "EXISTS")
    if if_not_exists and replace:
        raise stream.error("OR REPLACE and IF NOT EXISTS exclude each other - drop one of them", begin)
    name = _table_name(stream)
    if stream.at("USING"):
        raise stream.error(
            "a view that lasts reads no files by USING - create a TEMPORARY VIEW, or select from "
            "parquet.`s3a://bucket/key`")
    columns = _view_columns(stream) if stream.at("(") else []
    properties: dict[str, str] = {}
    while not stream.at("AS"):
        if stream.take("COMMENT"):
            properties["comment"] = _text(stream, "the comment, in quotes,")
        elif stream.take("TBLPROPERTIES"):
            properties.update(_pairs(stream))
        elif stream.token.kind == END:
            raise stream.unexpected("AS and a query")
        else:
            raise stream.error(
                f"the clause {stream.token.text} of CREATE VIEW is not supported - leave it out")
    stream.expect("AS")
    query = _rest_query(stream, text)
    bare = next((table for table in query["tables"] if "." not in table), None)
    if bare:
        # It would mean something else in another session.
        raise stream.error(
            f"a view that lasts names its tables with their namespace, and {bare} has none - write "
            f"namespace.{bare}, or create a TEMPORARY VIEW", begin)
    return {
        "kind": "create_stored_view",
        "name": name,
        "replace": replace,
        "if_not_exists": if_not_exists,
        "columns": columns,
        "properties": properties,
        "query": query
    }


def _text(stream: TokenStream, what: str) -> str:
    if stream.token.kind != STRING:
        raise stream.unexpected(what)
    return stream.next().value


def _view_columns(stream: TokenStream) -> list[str]:
    """(a, b COMMENT 'text'): the names; comments of columns are read over."""
    stream.expect("(")
    columns = []
    while True:
        columns.append(stream.name("a column's name"))
        if stream.take("COMMENT"):
            _text(stream, "the comment, in quotes,")
        if not stream.take(","):
            stream.expect(")")
            return columns


def _rest_query(stream: TokenStream, text: str) -> dict:
    if not stream.at_any(*_QUERY_STARTS):
        raise stream.unexpected("a query")
    return _query(stream, text[stream.token.begin:].rstrip().rstrip(";").rstrip())


def _file_source(stream: TokenStream) -> dict:
    begin = stream.token.begin
    name = stream.name("a file format").lower()
    if name not in _FILE_FORMATS:
        raise stream.error(
            f"the file format {name} is not supported - use {', '.join(_FILE_FORMATS)}", begin)
    options = _pairs(stream) if stream.take("OPTIONS") else {}
    path = next((options.pop(key) for key in list(options) if key.lower() == "path"), None)
    if not path:
        raise stream.error("the view has no path - write OPTIONS (path 's3a://bucket/key')", begin)
    return {"format": name, "path": path, "options": options}


def _pairs(stream: TokenStream) -> dict[str, str]:
    """(key 'value', key = value, 'key' = value, a.b value); of a key written twice the last counts.
    """
    pairs: dict[str, str] = {}
    stream.expect("(")
    while True:
        if stream.token.kind == STRING:
            key = stream.next().value
        else:
            key = stream.name("an option's name")
            while stream.take("."):
                key += "." + stream.name("an option's name")
        stream.take("=")
        pairs[key] = _constant_text(stream, key)
        if not stream.take(","):
            stream.expect(")")
            return pairs


def _create_table(stream: TokenStream, text: str) -> dict:
    if_not_exists = stream.take("IF", "NOT", "EXISTS")
    table = _table_name(stream)
    if stream.at("("):
        raise stream.error(
            "a CREATE TABLE with a list of columns is not supported - write CREATE TABLE ... AS "
            "SELECT"
        )
    partitioned_by: list[str] = []
    properties: dict[str, str] = {}
    while not stream.at_any("AS", *_QUERY_STARTS):
        if stream.take("USING"):
            _check_provider(stream)
        elif stream.take("PARTITIONED", "BY"):
            partitioned_by = _partition_columns(stream)
        elif stream.take("TBLPROPERTIES"):
            properties = _pairs(stream)
        elif stream.token.kind == END:
            raise stream.error(
                "a CREATE TABLE without a query is not supported - write CREATE TABLE ... AS SELECT"
            )
        else:
            raise stream.error(
                f"the clause {stream.token.text} of CREATE TABLE is not supported - leave it out")
    stream.take("AS")
    return {
        "kind": "create_table_as",
        "table": table,
        "if_not_exists": if_not_exists,
        "partitioned_by": partitioned_by,
        "properties": properties,
        "query": _rest_query(stream, text)
    }


def _check_provider(stream: TokenStream) -> None:
    begin = stream.token.begin
    provider = stream.name("a table format")
    if provider.lower() != "iceberg":
        raise stream.error(
            f"tables of the format {provider} are not supported - write USING iceberg", begin)


def _partition_columns(stream: TokenStream) -> list[str]:
    stream.expect("(")
    columns = []
    while True:
        name = stream.name("a column's name")
        if stream.at("("):
            raise stream.error(
                f"the partition transform {name} is not supported - partition by columns")
        columns.append(name)
        if not stream.take(","):
            stream.expect(")")
            return columns
