# SPDX-License-Identifier: Apache-2.0
"""What FROM reads: tables, files, queries, and how they are joined."""

from . import nodes, table_functions
from .aggregate_parser import AggregateParser
from .token_stream import KEYWORDS
from .tokens import MACRO, NUMBER, QUOTED_NAME, WORD

_FILE_FORMATS = ("parquet", "csv", "json")
# Of all keywords Spark takes these alone for no table's name.
_RESERVED = frozenset("ANTI CROSS EXCEPT FULL INNER INTERSECT JOIN LATERAL LEFT MINUS NATURAL ON RIGHT SEMI UNION "
                      "USING".split())
_METADATA_TABLES = ("history", "snapshots", "files", "partitions")

_REFUSED_CLAUSES = {
    "PIVOT": "put it behind the whole FROM, and a second one into an outer query",
    "UNPIVOT": "put it behind the whole FROM, and a second one into an outer query",
    "TABLESAMPLE": "put it behind a table's name or a query in parentheses",
    "QUALIFY": "filter in an outer query",
    "NATURAL": "name the columns with USING",
    "TRANSFORM": "compute it before",
}
_JOINS = (  # words, kind
    (("LEFT", "OUTER", "JOIN"), "left"), (("LEFT", "SEMI", "JOIN"),
                                          "left semi"), (("LEFT", "ANTI", "JOIN"), "left anti"),
    (("LEFT", "JOIN"), "left"), (("SEMI", "JOIN"), "left semi"), (("ANTI", "JOIN"), "left anti"),
    (("RIGHT", "OUTER", "JOIN"), "right"), (("RIGHT", "JOIN"), "right"),
    (("FULL", "OUTER", "JOIN"), "full"), (("FULL", "JOIN"), "full"), (("INNER", "JOIN"), "inner"),
    (("JOIN",), "inner"), (("CROSS", "JOIN"), "cross"),
)


class RelationParser(AggregateParser):

    def _refuse_clauses(self) -> None:
        advice = _REFUSED_CLAUSES.get(self.token.key)
        if advice is not None:
            raise self.error(f"the clause {self.token.key} is not supported - {advice}")

    def _from(self) -> tuple[nodes.Node, list[nodes.Join]]:
        source = self._relation()
        joins = []
        while True:
            begin = self.token.begin
            if self.take(","):
                right = self._relation()
                joins.append(self.make(nodes.Join(begin, "cross", right, None, []), right))
                continue
            kind = next((kind for words, kind in _JOINS if self.take(*words)), None)
            if kind is None:
                return source, joins
            joins.append(self._join(begin, kind))

    def _join(self, begin: int, kind: str) -> nodes.Join:
        right = self._relation()
        on, using = None, []
        if self.take("ON"):
            on = self._without_aggregates("ON", self.expression)
        elif self.take("USING"):
            using = self.names_in_parentheses("a column's name")
        elif kind == "inner":
            kind = "cross"
        elif kind != "cross":
            raise self.error(
                f"the {kind.upper()} JOIN has neither ON nor USING - say which rows belong "
                "together",
                begin)
        return self.make(nodes.Join(begin, kind, right, on, using), right, on)

    def _relation(self) -> nodes.Node:
        begin = self.token.begin
        self._refuse_clauses()
        if self.at("LATERAL", "("):
            self.next()
            derived = self.derived(begin, self.parenthesized_query())
            derived.lateral = True
            return derived
        if self.at("VALUES"):
            values = self._values()
            query = self.make(nodes.Query(begin, [], values, [], None, None), values)
            return self.derived(begin, query)
        if self.at("("):
            if self.peek().key not in ("SELECT", "WITH", "VALUES", "("):
                raise self.error(
                    "a join in parentheses is not supported - write the joins one behind the other")
            query = self.parenthesized_query()
            return self._sampled(begin, query) if self.at("TABLESAMPLE") else self.derived(begin, query)
        if self.token.kind == MACRO:
            raise self.error("a macro stands in a table's name - name the table itself")
        return self._table()

    def derived(self, begin: int, query: nodes.Query) -> nodes.DerivedTable:
        alias, columns = self.table_alias()
        return self.make(nodes.DerivedTable(begin, query, alias, columns), query)

    def table_alias(self) -> tuple[str | None, list[str]]:
        alias = self._alias("the table's alias", _RESERVED)
        columns = self.names_in_parentheses(
            "a column's name") if alias is not None and self.at("(") else []
        return alias, columns

    def _table(self) -> nodes.Node:
        begin = self.token.begin
        first = self.token
        parts = self.table_name()
        if self.take("("):
            return table_functions.table_function(self, parts, begin)
        if self.at_any("VERSION", "TIMESTAMP", "FOR"):
            raise self.error("time travel is not supported - read the table as it is")
        file_format = None
        if len(parts) == 2 and first.key.lower() in _FILE_FORMATS and self._is_path(parts[1]):
            file_format, parts = parts[0].lower(), parts[1:]
        if any("{{" in part for part in parts):
            raise self.error("a macro stands in a table's name - name the table itself", begin)
        if file_format is None and any("." in part or '"' in part for part in parts):
            if len(parts) == 2 and "/" in parts[1]:
                raise self.error(
                    f"the file format {parts[0]} is not supported - read one of "
                    f"{', '.join(sorted(_FILE_FORMATS))}", begin)
            raise self.error(
                f"the table {'.'.join(parts)} has a dot or a quote inside of a name - rename the "
                f"table",
                begin)
        table = nodes.Table(begin, tuple(parts), file_format, None, [])
        if self.at("TABLESAMPLE"):
            everything = [nodes.Projection(nodes.Star(begin, ()), None)]
            select = self.make(nodes.Select(begin, False, everything, table, [], None, [], None), table)
            sampled = self._sampled(begin, self.make(nodes.Query(begin, [], select, [], None, None), select))
            sampled.alias = sampled.alias or (None if file_format else parts[-1])
            return sampled
        table.alias, table.columns = self.table_alias()
        return table

    def _sampled(self, begin: int, query: nodes.Query) -> nodes.DerivedTable:
        """TABLESAMPLE (10 PERCENT), (5 ROWS) or (BUCKET 1 OUT OF 4): any such rows are as good as others."""
        self.expect("TABLESAMPLE", "(")
        outer = self.make(nodes.Query(begin, [], query, [], None, None), query)
        if self.take("BUCKET"):
            bucket = self.integer("the bucket")
            self.expect("OUT", "OF")
            buckets = self.integer("the number of buckets")
            if not 1 <= bucket <= buckets or self.at("ON"):
                raise self.refused("this BUCKET of a TABLESAMPLE", "write TABLESAMPLE (n PERCENT)", begin)
            outer.sample = 100 / buckets
        elif self.peek().key == "ROWS":
            outer.limit = self.integer("the rows of TABLESAMPLE")
            self.next()
        else:
            outer.sample = self._percentage()
            self.expect("PERCENT")
        self.expect(")")
        if self.at("REPEATABLE"):
            raise self.refused("TABLESAMPLE with REPEATABLE", "filter by a hash, such as hash(id) % 10 = 0")
        return self.derived(begin, outer)

    def _percentage(self) -> float:
        token = self.next()
        try:
            share = float(token.text)
        except ValueError:
            share = -1.0
        if token.kind != NUMBER or not 0 <= share <= 100:
            raise self.error("TABLESAMPLE has no share of 0 to 100 PERCENT - write one, like (10 PERCENT)", token.begin)
        return share

    @staticmethod
    def _is_path(name: str) -> bool:
        return any(character in name for character in "/.:")

    def table_name(self) -> list[str]:
        """The parts of a table's name, the catalog left out."""
        begin = self.token.begin
        parts = [self.name("a table's name")]
        while self.take("."):
            token = self.token
            parts.append(self.next().text if token.kind == WORD else self.name("a table's name"))
        if parts[0].lower() == "spark_catalog" and len(parts) > 1:
            parts = parts[1:]
        if len(parts) == 3 and parts[2].lower() in _METADATA_TABLES:
            return parts[:2] + [parts[2].lower()]
        if len(parts) > 2:
            raise self.error(
                f"{'.'.join(parts)} is not a table - write namespace.table, or one of its tables "
                f"{', '.join(_METADATA_TABLES)}", begin)
        return parts

    def _alias(self, what: str, reserved: frozenset[str] = frozenset()) -> str | None:
        """Behind AS any word may stand but the reserved ones."""
        if self.take("AS"):
            if self.at("("):
                raise self.error(
                    "an alias of several columns is not supported - give each column one alias")
            is_word = self.token.kind == WORD and not self.token.text.isdigit()
            return self.next().text if is_word and self.token.key not in reserved else self.name(what)
        is_word = self.token.kind == WORD and self.token.key not in KEYWORDS
        if is_word or self.token.kind == QUOTED_NAME:
            return self.name(what)
        return None
