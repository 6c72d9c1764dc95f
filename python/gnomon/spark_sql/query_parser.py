# SPDX-License-Identifier: Apache-2.0
"""Queries by Spark 3.5's grammar: a closed list of clauses. Each clause that Spark has beyond it is
refused by name."""

from . import functions, macros, nodes
from .expression_parser import ExpressionParser
from .token_stream import KEYWORDS
from .tokens import MACRO, QUOTED_NAME, WORD

_FILE_FORMATS = ("parquet", "csv", "json")
_METADATA_TABLES = ("history", "snapshots", "files", "partitions")

_REFUSED_CLAUSES = {
    "INTERSECT": "write a LEFT SEMI JOIN",
    "EXCEPT": "write a LEFT ANTI JOIN",
    "MINUS": "write a LEFT ANTI JOIN",
    "LATERAL": "bring the rows into a table of their own before",
    "PIVOT": "write one if(...) inside of an aggregate for each column",
    "UNPIVOT": "write a UNION ALL",
    "TABLESAMPLE": "filter by a column",
    "CLUSTER": "use ORDER BY",
    "DISTRIBUTE": "use ORDER BY",
    "SORT": "use ORDER BY",
    "WINDOW": "write the window behind OVER",
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


class QueryParser(ExpressionParser):

    def __init__(self, text: str, tokens=None) -> None:
        super().__init__(text, tokens, with_macros=True)
        macros.check_all(text)
        self._no_aggregates_in: str | None = None

    def _without_aggregates(self, where: str, read):
        """What `read` reads, where aggregate functions have no meaning."""
        outer, self._no_aggregates_in = self._no_aggregates_in, where
        result = read()
        self._no_aggregates_in = outer
        return result

    def query(self) -> nodes.Query:
        return self._without_aggregates(None, self._query)

    def _query(self) -> nodes.Query:
        self.enter()
        begin = self.token.begin
        ctes = self._ctes() if self.take("WITH") else []
        body = self._query_term()
        while self.take("UNION"):
            keep_all = self.take("ALL")
            if not keep_all:
                self.take("DISTINCT")
            right = self._query_term()
            body = self.make(nodes.SetOperation(begin, body, right, keep_all), body, right)
        order_by = self._sort_keys() if self.take("ORDER", "BY") else []
        limit = offset = None
        if self.take("LIMIT") and not self.take("ALL"):
            limit = self.integer("LIMIT")
        if self.take("OFFSET"):
            offset = self.integer("OFFSET")
        self._refuse_clauses()
        self._nesting -= 1
        query = nodes.Query(begin, ctes, body, order_by, limit, offset)
        return self.make(query, body, *(cte for _, _, cte in ctes),
                         *(key.expression for key in order_by))

    def _refuse_clauses(self) -> None:
        advice = _REFUSED_CLAUSES.get(self.token.key)
        if advice is not None:
            raise self.error(f"the clause {self.token.key} is not supported - {advice}")

    def _ctes(self) -> list[tuple[str, list[str], nodes.Query]]:
        ctes: list[tuple[str, list[str], nodes.Query]] = []
        while True:
            begin = self.token.begin
            name = self.name("the name of a WITH query")
            if name.lower() in (other.lower() for other, _, _ in ctes):
                raise self.error(f"WITH names {name} twice - rename one", begin)
            columns = self.names_in_parentheses("a column's name") if self.at("(") else []
            self.take("AS")
            ctes.append((name, columns, self.parenthesized_query()))
            if not self.take(","):
                return ctes

    def parenthesized_query(self) -> nodes.Query:
        self.expect("(")
        query = self.query()
        self.expect(")")
        return query

    def _query_term(self) -> nodes.Node:
        if self.at("("):
            return self.parenthesized_query()
        if self.at("VALUES"):
            return self._values()
        if self.at("FROM"):
            raise self.error(
                "a query that begins with FROM is not supported - begin it with SELECT")
        return self._select()

    def _values(self) -> nodes.Values:
        begin = self.expect("VALUES").begin
        rows = []
        while True:
            if self.at("("):
                self.next()
                rows.append(self.expressions_until_parenthesis())
            else:
                rows.append([self.expression()])
            if len(rows[-1]) != len(rows[0]) or not rows[-1]:
                raise self.error(
                    "the rows of VALUES differ in length - give each the same number of values",
                    begin)
            if not self.take(","):
                return self.make(nodes.Values(begin, rows),
                                 *(value for row in rows for value in row))

    def _select(self) -> nodes.Select:
        begin = self.expect("SELECT").begin
        distinct = self.take("DISTINCT")
        if not distinct:
            self.take("ALL")
        projections = [self._projection()]
        while self.take(","):
            projections.append(self._projection())
        source, joins = self._from() if self.take("FROM") else (None, [])
        self._refuse_clauses()
        where = self._without_aggregates("WHERE", self.expression) if self.take("WHERE") else None
        group_by = self._without_aggregates("GROUP BY", self._group_by) if self.take("GROUP",
                                                                                     "BY") else []
        having = self.expression() if self.take("HAVING") else None
        select = nodes.Select(begin, distinct, projections, source, joins, where, group_by, having)
        return self.make(select, source, where, having, *joins, *group_by,
                         *(p.expression for p in projections))

    def _projection(self) -> nodes.Projection:
        begin = self.token.begin
        if self.take("*"):
            self._refuse_star_clauses()
            return nodes.Projection(nodes.Star(begin, None), None)
        if self.token.kind in (WORD,
                               QUOTED_NAME) and self.peek().key == "." and self.peek(2).key == "*":
            qualifier = self.name("a table's name")
            self.next(), self.next()
            self._refuse_star_clauses()
            return nodes.Projection(nodes.Star(begin, qualifier), None)
        expression = self.expression()
        return nodes.Projection(expression, self._alias("the column's alias"))

    def _refuse_star_clauses(self) -> None:
        if self.at_any("EXCEPT", "REPLACE", "EXCLUDE"):
            raise self.error(f"* {self.token.key} is not supported - name the columns")

    def _alias(self, what: str) -> str | None:
        if self.take("AS"):
            if self.at("("):
                raise self.error(
                    "an alias of several columns is not supported - give each column one alias")
            return self.name(what)
        is_word = self.token.kind == WORD and self.token.key not in KEYWORDS
        if is_word or self.token.kind == QUOTED_NAME:
            return self.name(what)
        return None

    def _group_by(self) -> list[nodes.Node]:
        if self.at_any("ALL", "ROLLUP", "CUBE", "GROUPING"):
            raise self.error(
                f"GROUP BY {self.token.key} is not supported - name the columns, and join "
                "several groupings with UNION ALL")
        keys = [self.expression()]
        while self.take(","):
            keys.append(self.expression())
        if self.at("WITH"):
            raise self.error(
                "GROUP BY ... WITH ROLLUP or CUBE is not supported - join several groupings with "
                "UNION ALL"
            )
        return keys

    def _sort_keys(self) -> list[nodes.SortKey]:
        keys = [self._sort_key()]
        while self.take(","):
            keys.append(self._sort_key())
        return keys

    def _sort_key(self) -> nodes.SortKey:
        expression = self.expression()
        descending = self.take("DESC")
        if not descending:
            self.take("ASC")
        nulls_first = not descending
        if self.take("NULLS", "FIRST"):
            nulls_first = True
        elif self.take("NULLS", "LAST"):
            nulls_first = False
        return nodes.SortKey(expression, descending, nulls_first)

    # --- FROM ---

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
        if self.at("VALUES"):
            values = self._values()
            query = self.make(nodes.Query(begin, [], values, [], None, None), values)
            return self._derived(begin, query)
        if self.at("("):
            if self.peek().key not in ("SELECT", "WITH", "VALUES", "("):
                raise self.error(
                    "a join in parentheses is not supported - write the joins one behind the other")
            return self._derived(begin, self.parenthesized_query())
        if self.token.kind == MACRO:
            raise self.error("a macro stands in a table's name - name the table itself")
        return self._table()

    def _derived(self, begin: int, query: nodes.Query) -> nodes.DerivedTable:
        alias, columns = self._table_alias()
        return self.make(nodes.DerivedTable(begin, query, alias, columns), query)

    def _table_alias(self) -> tuple[str | None, list[str]]:
        if self.at("TABLESAMPLE"):
            self._refuse_clauses()
        alias = self._alias("the table's alias")
        columns = self.names_in_parentheses(
            "a column's name") if alias is not None and self.at("(") else []
        return alias, columns

    def _table(self) -> nodes.Table:
        begin = self.token.begin
        first = self.token
        parts = self.table_name()
        if self.at("("):
            raise self.error(
                f"the table function {'.'.join(parts)} is not supported - read a table", begin)
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
        alias, columns = self._table_alias()
        return nodes.Table(begin, tuple(parts), file_format, alias, columns)

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

    # --- aggregates and windows ---

    def aggregate_or_window(self, name: str, begin: int) -> nodes.Node:
        if self._no_aggregates_in is not None:
            raise self.error(
                f"the function {name} looks at many rows and cannot stand in "
                f"{self._no_aggregates_in} - compute it in an inner query, or filter with "
                "HAVING", begin)
        if name in functions.WINDOW_FUNCTIONS:
            return self._window(name, begin)
        distinct = self.take("DISTINCT")
        if name == "count" and not distinct and self.take("*"):
            args = []
            self.expect(")")
        else:
            args = self._without_aggregates(f"{name}(...)", self.expressions_until_parenthesis)
            if len(args) != 1:
                raise self.error(
                    f"the aggregate function {name} has {len(args)} arguments - give it one", begin)
        condition = None
        if self.at("FILTER", "("):
            self.take("FILTER", "(")
            self.expect("WHERE")
            condition = self.expression()
            self.expect(")")
        if self.at("OVER"):
            raise self.refused(f"{name} over a window", "join the table with its own GROUP BY")
        node = nodes.Aggregate(begin, functions.AGGREGATES[name], args, distinct, condition, name)
        return self.make(node, condition, *args)

    def _window(self, name: str, begin: int) -> nodes.Window:
        args = self.expressions_until_parenthesis()
        allowed = (1, 2) if name in ("lag", "lead") else (0,)
        if len(args) not in allowed:
            raise self.refused(f"the window function {name} with {len(args)} arguments",
                               "write it without the others", begin)
        if len(args) == 2 and not (isinstance(args[1], nodes.Literal) and args[1].type == "int"):
            raise self.refused(f"the window function {name} with a computed distance",
                               "write a number", begin)
        if self.at_any("IGNORE", "RESPECT"):
            raise self.refused(f"{self.token.key} NULLS", "leave it out")
        self.expect("OVER", "(")
        partition = []
        if self.take("PARTITION", "BY"):
            partition.append(self.expression())
            while self.take(","):
                partition.append(self.expression())
        if not self.take("ORDER", "BY"):
            raise self.error(f"the window of {name} has no ORDER BY - say which row comes first")
        order = self._sort_keys()
        if self.at_any("ROWS", "RANGE"):
            raise self.refused(f"a window with {self.token.key}", "leave it out")
        self.expect(")")
        node = nodes.Window(begin, name, args, partition, order)
        return self.make(node, *args, *partition, *(key.expression for key in order))
