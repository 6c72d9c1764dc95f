# SPDX-License-Identifier: Apache-2.0
"""Queries by Spark 3.5's grammar: a closed list of clauses. Each clause that Spark has beyond it is
refused by name."""

from . import exploded_aggregates, functions, nodes, pivots, session_windows, time_windows
from .aggregate_parser import aggregates_in
from .relation_parser import RelationParser
from .token_stream import KEYWORDS
from .tokens import QUOTED_NAME, WORD

# GROUP BY ALL ends there; elsewhere ALL is a column's name.
_BEHIND_GROUP_BY = frozenset(("", ")", ";", "HAVING", "ORDER", "LIMIT", "OFFSET", "WINDOW", "UNION", "EXCEPT", "MINUS",
                              "INTERSECT", "SORT", "CLUSTER", "DISTRIBUTE"))
_SET_OPERATIONS = ({"UNION": "UNION", "EXCEPT": "EXCEPT", "MINUS": "EXCEPT"}, {"INTERSECT": "INTERSECT"})


class QueryParser(RelationParser):

    _in_projection = False  # Only there a generator may stand.

    def query(self) -> nodes.Query:
        return self._without_aggregates(None, self._query)

    def _query(self) -> nodes.Query:
        self.enter()
        begin = self.token.begin
        ctes = self._ctes() if self.take("WITH") else []
        body = self._set_operation(begin)
        order_by = self._organization()
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

    def _organization(self) -> list[nodes.SortKey]:
        """Which rows lie together is of no meaning here; within their parts Spark sorts by these keys, too."""
        if self.take("ORDER", "BY"):
            return self._order_keys()
        if self.take("CLUSTER", "BY"):
            return [nodes.SortKey(key, False, True) for key in self._expressions()]
        if self.take("DISTRIBUTE", "BY"):
            self._expressions()
        return self._sort_keys() if self.take("SORT", "BY") else []

    def _order_keys(self) -> list[nodes.SortKey]:
        begin, place = self.token.begin, self.place()
        if self.take("ALL"):
            key = self._direction(nodes.AllColumns(begin))
            if not self.at(","):
                return [key]
            self.go_back(place)
        return self._sort_keys()

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
            if self.at("ALL") and self.peek().key in _BEHIND_GROUP_BY:
                group_by = self._all_keys(projections)
            else:
                group_by, grouping = self._without_aggregates("GROUP BY", self._group_by)
        having = self.expression() if self.take("HAVING") else None
        named = self._window_clause()
        for window, name, at in self._open_windows.pop():
            if name.lower() not in named:
                raise self.error(f"the window {name} does not exist - name it in WINDOW", at)
            spec = named[name.lower()]
            window.partition, window.order, window.frame = spec
        views += time_windows.view(self, source, projections)
        session = session_windows.read(self, source, projections, group_by, grouping)
        self.time_windows = None
        select = nodes.Select(begin, distinct, projections, source, joins, where, group_by, having,
                              views, grouping, pivot, session)
        self.make(select, source, where, having, pivot, session, *joins, *group_by, *views,
                  *(p.expression for p in projections))
        return exploded_aggregates.split(self, select)

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
        if in_view or not self._in_projection:
            args = self._without_aggregates(f"{name}(...)", self.expressions_until_parenthesis)
        else:
            args = self.expressions_until_parenthesis()
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
        star = self.star(begin)
        if star is not None:
            return nodes.Projection(star, None)
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

    def _group_by(self) -> tuple[list[nodes.Node], nodes.Grouping | None]:
        """The keys, and how they are grouped where that is not simply by all of them."""
        keys: list[nodes.Node] = []
        beside: list[nodes.Node] = []
        grouping = None
        while not keys or self.take(","):
            begin, kind = self.token.begin, self._grouping_kind()
            if kind is None:
                beside.append(self.expression())
                keys.append(beside[-1])
            elif grouping is None:
                grouping = nodes.Grouping(kind, self._grouping_elements())
                keys += [key for each in grouping.sets for key in each]
            else:
                raise self.refused(f"{kind} beside {grouping.kind}", "write the GROUPING SETS that they make", begin)
        if grouping is not None:
            grouping.beside = beside
            return keys, grouping
        if self.take("GROUPING", "SETS"):
            return keys, nodes.Grouping("GROUPING SETS", self._grouping_elements())
        if self.at("WITH") and self.peek().key in ("ROLLUP", "CUBE"):
            self.next()
            return keys, nodes.Grouping(self.next().key, [[key] for key in keys])
        return keys, None

    def _grouping_kind(self) -> str | None:
        for kind in ("ROLLUP", "CUBE"):
            if self.at(kind, "("):
                return self.next().key
        return "GROUPING SETS" if self.take("GROUPING", "SETS") else None

    def _all_keys(self, projections: list[nodes.Projection]) -> list[nodes.Node]:
        """GROUP BY ALL: by each column that aggregates nothing."""
        self.next()
        keys = [projection.expression for projection in projections if not aggregates_in(projection.expression)]
        for key in keys:
            if not isinstance(key, (nodes.Column, nodes.Call, nodes.Cast, nodes.Case)):
                raise self.refused(f"GROUP BY ALL of {'*' if isinstance(key, nodes.Star) else 'such a column'}",
                                   "name the columns", key.begin)
        return keys

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
