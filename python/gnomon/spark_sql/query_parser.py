# SPDX-License-Identifier: Apache-2.0
"""Queries by Spark 3.5's grammar: a closed list of clauses. Each clause that Spark has beyond it is
refused by name."""

from . import functions, intervals, macros, nodes, pivots, table_functions, time_windows
from .duckdb_aggregates import ADDRESS_BITS, address_bits
from .errors import SqlError
from .expression_parser import ExpressionParser
from .token_stream import KEYWORDS
from .tokens import MACRO, QUOTED_NAME, WORD

_FILE_FORMATS = ("parquet", "csv", "json")
_METADATA_TABLES = ("history", "snapshots", "files", "partitions")

_REFUSED_CLAUSES = {
    "PIVOT": "put it behind the whole FROM, and a second one into an outer query",
    "UNPIVOT": "put it behind the whole FROM, and a second one into an outer query",
    "TABLESAMPLE": "filter by a column",
    "CLUSTER": "use ORDER BY",
    "DISTRIBUTE": "use ORDER BY",
    "SORT": "use ORDER BY",
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

_SET_OPERATIONS = ({"UNION": "UNION", "EXCEPT": "EXCEPT", "MINUS": "EXCEPT"}, {"INTERSECT": "INTERSECT"})


class QueryParser(ExpressionParser):

    def __init__(self, text: str, tokens=None) -> None:
        super().__init__(text, tokens, with_macros=True)
        macros.check_all(text)
        self._no_aggregates_in: str | None = None
        # Windows that WINDOW names, which stands behind what uses them.
        self._open_windows: list[list[tuple]] = []
        self._in_projection = False

    def _without_aggregates(self, where: str, read):
        """What `read` reads, where aggregate functions have no meaning."""
        outer = self._no_aggregates_in, self.time_windows
        self._no_aggregates_in, self.time_windows = where, self.time_windows if where == "GROUP BY" else None
        result = read()
        self._no_aggregates_in, self.time_windows = outer
        return result

    def query(self) -> nodes.Query:
        return self._without_aggregates(None, self._query)

    def _query(self) -> nodes.Query:
        self.enter()
        begin = self.token.begin
        ctes = self._ctes() if self.take("WITH") else []
        body = self._set_operation(begin)
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

    def _set_operation(self, begin: int, level: int = 0) -> nodes.Node:
        """INTERSECT binds closer than the others."""
        if level == len(_SET_OPERATIONS):
            return self._query_term()
        body = self._set_operation(begin, level + 1)
        while self.token.key in _SET_OPERATIONS[level]:
            kind = _SET_OPERATIONS[level][self.next().key]
            keep_all = self.take("ALL")
            if not keep_all:
                self.take("DISTINCT")
            right = self._set_operation(begin, level + 1)
            body = self.make(nodes.SetOperation(begin, body, right, keep_all, kind), body, right)
        return body

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
        self._open_windows.append([])
        self.time_windows = []
        distinct = self.take("DISTINCT")
        if not distinct:
            self.take("ALL")
        projections = [self._projection()]
        while self.take(","):
            projections.append(self._projection())
        source, joins = self._from() if self.take("FROM") else (None, [])
        views = self._lateral_views()
        pivot = pivots.read(self) if source is not None else None
        self._refuse_clauses()
        where = self._without_aggregates("WHERE", self.expression) if self.take("WHERE") else None
        group_by, grouping = [], None
        if self.take("GROUP", "BY"):
            group_by, grouping = self._without_aggregates("GROUP BY", self._group_by)
        having = self.expression() if self.take("HAVING") else None
        named = self._window_clause()
        for window, name, at in self._open_windows.pop():
            if name.lower() not in named:
                raise self.error(f"the window {name} does not exist - name it in WINDOW", at)
            spec = named[name.lower()]
            window.partition, window.order, window.frame = spec
        views += time_windows.view(self, source, projections)
        select = nodes.Select(begin, distinct, projections, source, joins, where, group_by, having,
                              views, grouping, pivot)
        return self.make(select, source, where, having, pivot, *joins, *group_by, *views,
                         *(p.expression for p in projections))

    def _window_clause(self) -> dict[str, tuple]:
        named: dict[str, tuple] = {}
        if not self.take("WINDOW"):
            return named
        while True:
            name = self.name("the name of a window")
            self.expect("AS", "(")
            named[name.lower()] = self._window_spec()
            if not self.take(","):
                return named

    def _lateral_views(self) -> list[nodes.LateralView]:
        views = []
        while self.at("LATERAL", "VIEW"):
            begin = self.next().begin
            self.next()
            outer = self.take("OUTER")
            name = self.name("explode or the like").lower()
            self.expect("(")
            if name not in functions.GENERATORS:
                raise self.refused(f"LATERAL VIEW {name}", "use explode, posexplode, inline, stack or json_tuple",
                                   begin)
            generator = self.generator(name, begin, in_view=True)
            generator.outer = generator.outer or outer
            alias = self._view_alias()
            columns = []
            if self.take("AS") or alias is not None and self.token.kind in (
                    WORD, QUOTED_NAME) and self.token.key not in KEYWORDS:
                columns.append(self.name("a column's name"))
                while self.take(","):
                    columns.append(self.name("a column's name"))
            views.append(self.make(nodes.LateralView(begin, generator, alias, columns), generator))
        if self.at("LATERAL"):
            raise self.error("the clause LATERAL is not supported - write LATERAL VIEW explode(...)")
        return views

    def _view_alias(self) -> str | None:
        if self.token.key in KEYWORDS or self.token.kind not in (WORD, QUOTED_NAME):
            return None
        return self.name("the view's alias")

    def generator(self, name: str, begin: int, in_view: bool = False) -> nodes.Generator:
        kind, outer = functions.GENERATORS[name]
        args = self._without_aggregates(f"{name}(...)", self.expressions_until_parenthesis)
        if not args or kind not in ("stack", "json_tuple") and len(args) != 1:
            raise self.error(f"the function {name} has {len(args)} arguments - give it one", begin)
        if kind == "json_tuple" and len(args) < 2:
            raise self.error("json_tuple names no field - write json_tuple(text, 'a', 'b')", begin)
        if not in_view and not self._in_projection:
            raise self.error(
                f"the function {name} makes several rows of one - write it as a column of the SELECT, or "
                "with LATERAL VIEW", begin)
        return self.make(nodes.Generator(begin, kind, outer, args), *args)

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
        is_generator = self.token.kind == WORD and self.token.text.lower() in functions.GENERATORS
        self._in_projection = is_generator
        expression = self.expression()
        self._in_projection = False
        if isinstance(expression, nodes.Generator):
            return nodes.Projection(expression, None, self._aliases())
        if is_generator:
            raise self.error("a generator stands inside of an expression - compute with its column in "
                             "an outer query", begin)
        return nodes.Projection(expression, self._alias("the column's alias"))

    def _aliases(self) -> tuple[str, ...]:
        """Of a generator's columns: AS a, or AS (a, b)."""
        if self.take("AS") and self.at("(") or self.at("("):
            return tuple(self.names_in_parentheses("a column's alias"))
        alias = self._alias("the column's alias") if self._tokens[
            self._index - 1].key != "AS" else self.name("the column's alias")
        return () if alias is None else (alias,)

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

    def _group_by(self) -> tuple[list[nodes.Node], nodes.Grouping | None]:
        """The keys, and how they are grouped where that is not simply by all of them."""
        if self.at("ALL"):
            raise self.error("GROUP BY ALL is not supported - name the columns")
        for kind in ("ROLLUP", "CUBE"):
            if self.at(kind, "("):
                self.next()
                return self._grouped(kind, self._grouping_elements())
        if self.at("GROUPING", "SETS"):
            self.next(), self.next()
            return self._grouped("GROUPING SETS", self._grouping_elements())
        keys = [self.expression()]
        while self.take(","):
            if self.at_any("ROLLUP", "CUBE", "GROUPING"):
                raise self.refused(f"a key beside {self.token.key}", "write all of them inside of it")
            keys.append(self.expression())
        if self.take("GROUPING", "SETS"):
            return keys, nodes.Grouping("GROUPING SETS", self._grouping_elements())
        if self.at("WITH") and self.peek().key in ("ROLLUP", "CUBE"):
            self.next()
            return keys, nodes.Grouping(self.next().key, [[key] for key in keys])
        return keys, None

    @staticmethod
    def _grouped(kind: str, sets: list[list[nodes.Node]]):
        return [key for keys in sets for key in keys], nodes.Grouping(kind, sets)

    def _grouping_elements(self) -> list[list[nodes.Node]]:
        self.expect("(")
        sets = [self._grouping_element()]
        while self.take(","):
            sets.append(self._grouping_element())
        self.expect(")")
        return sets

    def _grouping_element(self) -> list[nodes.Node]:
        if not self.at("("):
            return [self.expression()]
        self.next()
        keys = [] if self.at(")") else [self.expression()]
        while self.take(","):
            keys.append(self.expression())
        self.expect(")")
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
            return self.derived(begin, query)
        if self.at("("):
            if self.peek().key not in ("SELECT", "WITH", "VALUES", "("):
                raise self.error(
                    "a join in parentheses is not supported - write the joins one behind the other")
            return self.derived(begin, self.parenthesized_query())
        if self.token.kind == MACRO:
            raise self.error("a macro stands in a table's name - name the table itself")
        return self._table()

    def derived(self, begin: int, query: nodes.Query) -> nodes.DerivedTable:
        alias, columns = self.table_alias()
        return self.make(nodes.DerivedTable(begin, query, alias, columns), query)

    def table_alias(self) -> tuple[str | None, list[str]]:
        if self.at("TABLESAMPLE"):
            self._refuse_clauses()
        alias = self._alias("the table's alias")
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
        alias, columns = self.table_alias()
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
            return self._window(self._window_function(name, begin))
        node = self._aggregate(name, begin)
        return self._window(node) if self.at("OVER") else node

    def _aggregate(self, name: str, begin: int) -> nodes.Aggregate:
        distinct = self.take("DISTINCT")
        inner = None
        if name == "count" and not distinct and self.take("*"):
            args = []
            self.expect(")")
        else:
            args, inner = self._arguments_of(name)
        form, least, most = functions.AGGREGATES[name]
        ignore_nulls = False
        if form in ("first", "last") and len(args) == 2:
            flag = args.pop()
            if not isinstance(flag, nodes.Literal) or flag.type != "boolean":
                raise self.refused(f"{name} with a computed flag", "write true or false", begin)
            ignore_nulls = flag.value
        if not max(least, distinct) <= len(args) <= most:
            raise self.error(
                f"the aggregate function {name} has {len(args)} arguments - give it "
                f"{least if least == most else f'{least} to {most}'}", begin)
        if form in ("first", "last") and self.at_any("IGNORE", "RESPECT"):
            ignore_nulls = self.next().key == "IGNORE"
            self.expect("NULLS")
        condition = None
        if self.at("FILTER", "("):
            self.take("FILTER", "(")
            self.expect("WHERE")
            condition = self.expression()
            self.expect(")")
        if form in ("first", "last") and self.at_any("IGNORE", "RESPECT"):
            ignore_nulls = self.next().key == "IGNORE"
            self.expect("NULLS")
        if inner is not None and not self.at("OVER"):
            raise inner
        node = nodes.Aggregate(begin, form, args, distinct, condition, name, ignore_nulls)
        if form == "approx_count_distinct" and address_bits(node) not in ADDRESS_BITS:
            raise self.refused(f"the deviation of {name}", "write a number from 0.003 to 0.39", begin)
        return self.make(node, condition, *args)

    def _arguments_of(self, name: str) -> tuple[list[nodes.Node], SqlError | None]:
        """With what is wrong about them unless the function is over a window, which may look at the
        aggregates of groups."""
        index, nesting = self._index, self._nesting
        try:
            return self._without_aggregates(f"{name}(...)", self._aggregate_arguments), None
        except SqlError as error:
            self._index, self._nesting = index, nesting
            self._no_aggregates_in = None
            return self._aggregate_arguments(), error

    def _aggregate_arguments(self) -> list[nodes.Node]:
        args = []
        if self.take(")"):
            return args
        args.append(self.expression())
        while self.take(","):
            args.append(self.expression())
        if self.at_any("IGNORE", "RESPECT"):
            raise self.refused(f"{self.token.key} NULLS inside of the brackets",
                               "write it behind them")
        self.expect(")")
        return args

    def _window_function(self, name: str, begin: int) -> nodes.WindowFunction:
        args = self.expressions_until_parenthesis()
        least, most = functions.WINDOW_FUNCTIONS[name]
        if not least <= len(args) <= most:
            raise self.error(
                f"the window function {name} has {len(args)} arguments - give it {least} to {most}",
                begin)
        for arg in args[1:2] if name != "ntile" else args:
            if not (isinstance(arg, nodes.Literal) and arg.type == "int"):
                raise self.refused(f"the window function {name} with a computed number",
                                   "write a number", begin)
        ignore_nulls = False
        if self.at_any("IGNORE", "RESPECT"):
            ignore_nulls = self.next().key == "IGNORE"
            self.expect("NULLS")
        return self.make(nodes.WindowFunction(begin, name, args, ignore_nulls), *args)

    def _window(self, function: nodes.Aggregate | nodes.WindowFunction) -> nodes.Window:
        self.expect("OVER")
        if isinstance(function, nodes.Aggregate) and function.distinct:
            raise self.error("DISTINCT has no meaning over a window - remove it", function.begin)
        window = nodes.Window(function.begin, function, [], [], None)
        if not self.at("("):
            begin = self.token.begin
            self._open_windows[-1].append((window, self.name("a window"), begin))
            return self.make(window, function)
        self.next()
        window.partition, window.order, window.frame = self._window_spec()
        if isinstance(function, nodes.WindowFunction) and not window.order:
            raise self.error(
                f"the window of {function.name} has no ORDER BY - say which row comes first",
                function.begin)
        return self.make(window, function, *window.partition,
                         *(key.expression for key in window.order))

    def _window_spec(self) -> tuple[list[nodes.Node], list[nodes.SortKey], nodes.Frame | None]:
        """Up to the closing parenthesis."""
        partition: list[nodes.Node] = []
        if self.take("PARTITION", "BY"):
            partition.append(self.expression())
            while self.take(","):
                partition.append(self.expression())
        order = self._sort_keys() if self.take("ORDER", "BY") else []
        frame = None
        if self.at_any("ROWS", "RANGE"):
            unit = self.next().key
            if self.take("BETWEEN"):
                begin = self._frame_bound(unit)
                self.expect("AND")
                frame = nodes.Frame(unit, begin, self._frame_bound(unit))
                self._check_distances(frame)
            else:
                frame = nodes.Frame(unit, self._frame_bound(unit), "CURRENT ROW")
        self.expect(")")
        return partition, order, frame

    def _frame_bound(self, unit: str) -> str:
        if self.take("CURRENT", "ROW"):
            return "CURRENT ROW"
        if self.take("UNBOUNDED"):
            amount = "UNBOUNDED"
        elif unit == "RANGE" and self.at("INTERVAL"):
            amount = self._distance(intervals.interval(self))
        elif unit == "RANGE" and not self.token.text.isdigit():
            raise self.refused("a RANGE with a computed distance", "write a whole number or an INTERVAL")
        else:
            amount = str(self.integer("the rows of a window"))
        if not self.at_any("PRECEDING", "FOLLOWING"):
            raise self.unexpected("PRECEDING or FOLLOWING")
        return f"{amount} {self.next().key}"

    def _check_distances(self, frame: nodes.Frame) -> None:
        units = [bound.split()[2] for bound in (frame.begin, frame.end) if bound.startswith("INTERVAL")]
        if len(set(units)) > 1:
            raise self.error("the INTERVALs of a RANGE have different units - write both in the same one")

    def _distance(self, interval: nodes.Interval) -> str:
        if (interval.micros if interval.months is None else interval.months) < 0:
            raise self.error("the distance of a RANGE is negative - swap PRECEDING and FOLLOWING",
                             interval.begin)
        if interval.months is not None:
            return f"INTERVAL '{interval.months} months'"
        for unit, micros in (("days", 86_400_000_000), ("hours", 3_600_000_000), ("minutes", 60_000_000)):
            if interval.micros % micros == 0 and (unit != "days" or interval.days_only):
                return f"INTERVAL '{interval.micros // micros} {unit}'"
        return f"INTERVAL '{interval.micros} microseconds'"
