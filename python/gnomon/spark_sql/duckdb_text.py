# SPDX-License-Identifier: Apache-2.0
"""A parsed query as text for DuckDB. Scalars become calls of the evaluator's functions (spark_...),
so that their meaning is ours; what stays DuckDB's own is relational, with every default that
differs from Spark's written out."""

import json
from dataclasses import dataclass, field

from . import duckdb_aggregates, names, nodes, pivots, session_windows, table_functions
from .aliases import with_aliases
from .duckdb_literals import literal, quoted, string
from .errors import error_at
from .generated_rows import generated_rows
from .raising import conjuncts, is_conditional, is_meant_to_raise, raises
from .tree import case_name, case_parts, expression_tree, lambda_tree

_JOIN_WORDS = {
    "inner": "JOIN",
    "left": "LEFT JOIN",
    "right": "RIGHT JOIN",
    "full": "FULL JOIN",
    "cross": "CROSS JOIN",
    "left semi": "SEMI JOIN",
    "left anti": "ANTI JOIN"
}


_TYPES_OF_LITERALS = {"string": "VARCHAR", "int": "INTEGER"}
_SORT_KEYS_LENGTH_MAX = 4_000_000


@dataclass
class _Scope:
    """What names mean inside of one query."""

    ctes: dict[str, str] = field(default_factory=dict)  # lower case -> as declared
    relations: dict[str, str] = field(
        default_factory=dict)  # lower case -> as emitted, also of enclosing queries
    full_names: dict[tuple[str, str],
                     str] = field(default_factory=dict)  # (namespace, table) -> relation


class DuckDbText:

    quoted = staticmethod(quoted)
    string = staticmethod(string)

    def __init__(self, text: str) -> None:
        self.text = self._text = text
        self._grouped: list[nodes.Node] = []  # the keys of the SELECT that is being written
        self._views: list[str] = []  # of the SELECT that is being written
        self.tables: list[str] = []
        self.paths: list[dict] = []

    def query(self, query: nodes.Query, outer: _Scope | None = None) -> str:
        outer = outer or _Scope()
        scope = _Scope(dict(outer.ctes), outer.relations, outer.full_names)
        ctes = []
        for name, columns, cte in query.ctes:
            self._refuse_self_reference(name, cte)
            listed = f"({', '.join(map(quoted, columns))})" if columns else ""
            ctes.append(f"{quoted(name)}{listed} AS ({self.query(cte, scope)})")
            scope.ctes[name.lower()] = name
        prefix = f"WITH {', '.join(ctes)} " if ctes else ""
        return prefix + self._body_and_tail(query, scope)

    def _body_and_tail(self, query: nodes.Query, scope: _Scope) -> str:
        body = query.body
        if isinstance(body, nodes.Select):
            text, inner = self._select(body, scope)
            if self._sorts_by_fields(query.order_by, body, inner):
                text, inner, body = f"SELECT * FROM ({text}) AS {quoted('query')}", scope, None
            keys = self._sort_keys(query.order_by, inner, body)
        else:
            text, keys = self._body(body, scope), []
            if query.order_by:
                # Only so may DuckDB's sort keys be expressions of the columns.
                text = f"SELECT * FROM ({text}) AS {quoted('query')}"
                keys = self._sort_keys(query.order_by, scope, None)
        if keys:
            text += f" ORDER BY {', '.join(keys)}"
        if query.limit is not None:
            text += f" LIMIT {query.limit}"
        if query.offset is not None:
            text += f" OFFSET {query.offset}"
        if query.sample is not None:
            text = f"SELECT * FROM ({text}) AS {quoted('query')} TABLESAMPLE BERNOULLI({query.sample!r} PERCENT)"
        return text

    def _sorts_by_fields(self, keys: list[nodes.SortKey], select: nodes.Select, scope: _Scope) -> bool:
        """Whether ORDER BY names what no column of the SELECT does, but a field of a struct.* may."""
        stars = [projection.expression for projection in select.projections
                 if isinstance(projection.expression, nodes.Star) and projection.expression.path]
        if all(self._relation(star.path, scope) for star in stars):
            return False
        named = {projection.alias or names.column_name(projection.expression) for projection in select.projections
                 if not isinstance(projection.expression, (nodes.Star, nodes.Generator))}
        wanted = [key.expression.parts for key in keys if isinstance(key.expression, nodes.Column)]
        return (len(wanted) == len(keys) and all(len(parts) == 1 for parts in wanted) and
                not {parts[0].lower() for parts in wanted} <= {name.lower() for name in named if name is not None})

    def _body(self, body: nodes.Node, scope: _Scope) -> str:
        if isinstance(body, nodes.Query):
            return f"({self.query(body, scope)})"
        if isinstance(body, nodes.Select):
            return self._select(body, scope)[0]
        if isinstance(body, nodes.Values):
            columns = [f"col{i + 1}" for i in range(len(body.rows[0]))]
            return self._values(body, columns, scope)
        if isinstance(body, nodes.SetOperation):
            word = f"{body.kind} ALL" if body.keep_all else body.kind
            right = self._body(body.right, scope)
            inner = body.right.body if isinstance(body.right, nodes.Query) else body.right
            if isinstance(inner, nodes.SetOperation):
                # One set operation for DuckDB otherwise, and Spark finds the types of this one first.
                right = f"SELECT * FROM ({right}) AS {quoted('query')}"
            return f"{self._body(body.left, scope)} {word} {right}"
        raise AssertionError(type(body).__name__)

    def _values(self, values: nodes.Values, columns: list[str], scope: _Scope) -> str:
        mixed = [len({value.type if isinstance(value, nodes.Literal) else "" for value in column} - {"void"}) > 1
                 for column in zip(*values.rows)]
        rows = ", ".join(f"({', '.join(self._cell(*cell, scope) for cell in zip(row, mixed))})"
                         for row in values.rows)
        listed = ", ".join(map(quoted, columns))
        return f"SELECT * FROM (VALUES {rows}) AS {quoted('values')}({listed})"

    def _cell(self, value: nodes.Node, mixed: bool, scope: _Scope) -> str:
        """Beside other types DuckDB would take a literal for one of those."""
        text = self._expression(value, scope)
        if mixed and isinstance(value, nodes.Literal) and value.type in _TYPES_OF_LITERALS:
            return f"CAST({text} AS {_TYPES_OF_LITERALS[value.type]})"
        return text

    def _refuse_self_reference(self, name: str, cte: nodes.Query) -> None:
        for table in _tables_of(cte):
            if table.format is None and len(
                    table.parts) == 1 and table.parts[0].lower() == name.lower():
                raise error_at(
                    self._text, table.begin,
                    f"the WITH query {name} reads a table of its own name - give it another "
                    "name")

    # --- SELECT ---

    def _select(self, select: nodes.Select, outer: _Scope) -> tuple[str, _Scope]:
        scope = _Scope(outer.ctes, dict(outer.relations), dict(outer.full_names))
        outer_views, self._views = self._views, []
        source = self._from(select, scope)
        for view in select.views:
            self._lateral(view.generator, view.alias or f"view at {view.begin}", view.columns, scope)
        if select.pivot is not None:
            source = self._pivoted(select.pivot, source + "".join(self._views), scope)
            self._views = []
        outer_keys, self._grouped = self._grouped, select.group_by
        generated = self._generated_columns(select, scope)
        text = "SELECT DISTINCT " if select.distinct else "SELECT "
        text += ", ".join(
            generated.get(i) or self._projection(projection, select, scope)
            for i, projection in enumerate(select.projections))
        rows = source + "".join(self._views)
        self._views = outer_views
        where = "" if select.where is None else f" WHERE {self._condition(select.where, scope)}"
        if select.session is not None:
            rows += session_windows.join(self, select, rows + where, scope)
        text += rows + where
        if select.grouping is not None:
            text += f" GROUP BY {self._grouping(select.grouping, scope)}"
        elif select.group_by:
            keys = [self._position_or(key, scope) for key in select.group_by]
            text += f" GROUP BY {', '.join(keys)}"
        if select.having is not None:
            text += f" HAVING {self._expression(select.having, scope)}"
        self._grouped = outer_keys
        return text, scope

    def _pivoted(self, pivot: nodes.Pivot | nodes.Unpivot, source: str, scope: _Scope) -> str:
        """The FROM in place of the given one: its tables are seen no more."""
        text = pivots.select(self, pivot, source, scope)
        named = pivot.alias if isinstance(pivot, nodes.Unpivot) else None
        alias = named or f"pivot at {pivot.begin}"
        scope.relations.clear()
        scope.full_names.clear()
        scope.relations[alias.lower()] = alias
        return f" FROM ({text}) AS {quoted(alias)}"

    # --- generators ---

    def _lateral(self, generator: nodes.Generator, alias: str, columns: list[str],
                 scope: _Scope) -> None:
        """explode and its kin are a join with the rows that they make of one."""
        call, columns = generated_rows(self._text, generator, columns,
                                       [self._expression(arg, scope) for arg in generator.args])
        join = "LEFT JOIN LATERAL" if generator.outer else "CROSS JOIN LATERAL"
        listed = f"({', '.join(map(quoted, columns))})" if columns else ""
        text = f" {join} (SELECT unnest({call}, max_depth := 2)) AS {quoted(alias)}{listed}"
        self._views.append(text + (" ON true" if generator.outer else ""))
        scope.relations[alias.lower()] = alias

    def _generated_columns(self, select: nodes.Select, scope: _Scope) -> dict[int, str]:
        """The text of each projection that is a generator, which becomes a lateral join."""
        found: dict[int, str] = {}
        for i, projection in enumerate(select.projections):
            generator = projection.expression
            if not isinstance(generator, nodes.Generator):
                continue
            if found or select.group_by:
                raise error_at(self._text, generator.begin,
                               "a SELECT has one generator and does not group - use an inner query")
            alias = f"rows at {generator.begin}"
            self._lateral(generator, alias, list(projection.aliases), scope)
            _, columns = generated_rows(self._text, generator, list(projection.aliases), [""] * 9999)
            found[i] = ", ".join(f"{quoted(alias)}.{quoted(column)}" for column in columns) or f"{quoted(alias)}.*"
        return found

    def _condition(self, node: nodes.Node, scope: _Scope) -> str:
        """A filter, whose parts reach the scan one by one."""
        if isinstance(node, nodes.Call) and node.name == "and" and not raises(node):
            return f"spark_and({', '.join(self._condition(arg, scope) for arg in node.args)})"
        if isinstance(node, nodes.Call) and node.name == "and":
            # What raises nothing also stands by itself, so that it reaches the scan.
            tests = [self._condition(part, scope) for part in conjuncts(node) if not raises(part)]
            whole = self._expression(node, scope)
            return f"spark_and({self._all(tests)}, {whole})" if tests else whole
        return self._expression(node, scope)

    def _join_condition(self, node: nodes.Node, scope: _Scope) -> str:
        """Each equality by itself, so that rows are found by it: a join looks at few of all pairs of rows."""
        if is_meant_to_raise(node):
            return self._expression(node, scope)
        return self._all([self._expression(part, scope) for part in conjuncts(node)])

    def _all(self, tests: list[str]) -> str:
        while len(tests) > 1:
            pairs = [f"spark_and({a}, {b})" for a, b in zip(tests[::2], tests[1::2])]
            tests = pairs + tests[len(pairs) * 2:]
        return tests[0]

    def _in_query(self, node: nodes.InQuery, scope: _Scope, which: str) -> str:
        """The rows of the query that equal the value, or `maybe` do, as a NULL takes part."""
        body = node.query.body
        width = len(node.value.values) if isinstance(node.value, nodes.Row) else 1
        if isinstance(body, nodes.Select) and (len(body.projections) != width or any(
                isinstance(projection.expression, nodes.Star) for projection in body.projections)):
            raise error_at(self._text, node.begin,
                           f"the query of IN gives other columns than the {width} to compare with - name those")
        name, column = f"in at {node.begin}", f"value at {node.begin}"
        values = node.value.values if isinstance(node.value, nodes.Row) else [node.value]
        columns = [column] if len(values) == 1 else [f"{column}, {place}" for place in range(len(values))]
        # By the types of IN, which are not those of =.
        tests = [f"spark_in({self._expression(value, scope)}, {quoted(name)}.{quoted(each)})"
                 for value, each in zip(values, columns)]
        equal = tests[0] if len(tests) == 1 else f"spark_and({', '.join(tests)})"
        test = equal if which == "equal" else f"coalesce({equal}, true)"
        query = self.query(node.query, scope)
        listed = ", ".join(map(quoted, columns))
        return f"SELECT 1 FROM ({query}) AS {quoted(name)}({listed}) WHERE {test}"

    def _grouping(self, grouping: nodes.Grouping, scope: _Scope) -> str:
        sets = []
        for keys in grouping.sets:
            listed = ", ".join(self._position_or(key, scope) for key in keys)
            sets.append(listed if len(keys) == 1 and grouping.kind != "GROUPING SETS" else f"({listed})")
        beside = [f"{self._position_or(key, scope)}, " for key in grouping.beside]
        return f"{''.join(beside)}{grouping.kind} ({', '.join(sets)})"

    def _projection(self, projection: nodes.Projection, select: nodes.Select, scope: _Scope) -> str:
        expression = projection.expression
        if isinstance(expression, nodes.Star):
            return self._star(expression, select, scope)
        text = self._expression(expression, scope)
        alias = projection.alias if projection.alias is not None else self._spark_name(expression)
        return f"{text} AS {quoted(alias)}"

    def _spark_name(self, expression: nodes.Node) -> str:
        name = names.column_name(expression)
        if name is None:
            raise error_at(self._text, expression.begin,
                           "this column has no name - give it one with AS")
        return name

    def _star(self, star: nodes.Star, select: nodes.Select, scope: _Scope) -> str:
        using = list(dict.fromkeys(name for join in select.joins for name in join.using))
        if star.path:
            relation = self._relation(star.path, scope)
            if relation is None:
                return f"unnest({self._column(nodes.Column(star.begin, star.path), scope)})"
            return f"{quoted(relation)}.*"
        if not using:
            return "*"
        if len([join for join in select.joins if join.using]) > 1:
            raise error_at(
                self._text, star.begin,
                "* over several JOINs with USING is not proven equal to Spark's - name the columns")
        # Spark puts the columns of USING first.
        listed = ", ".join(map(quoted, using))
        return f"{listed}, * EXCLUDE ({listed})"

    def _position_or(self, key: nodes.Node, scope: _Scope) -> str:
        if isinstance(key, nodes.Literal) and key.type == "int":
            return str(key.value)
        if isinstance(key, nodes.Literal):
            raise error_at(self._text, key.begin,
                           "a constant groups or orders nothing - name a column or its position")
        return self._expression(key, scope)

    def _sort_keys(self, keys: list[nodes.SortKey], scope: _Scope,
                   select: nodes.Select | None) -> list[str]:
        """Aliases are replaced by what they stand for, so a short text can become a long one."""
        texts, length = [], 0
        for key in keys:
            texts.append(self._sort_key(key, scope, select))
            length += len(texts[-1])
            if length > _SORT_KEYS_LENGTH_MAX:
                raise error_at(self._text, key.expression.begin, "the ORDER BY computes too much "
                                                                 "- compute it in "
                               "an inner query")
        return texts

    def _sort_key(self, key: nodes.SortKey, scope: _Scope, select: nodes.Select | None) -> str:
        expression = with_aliases(key.expression, select) if select is not None else key.expression
        direction = "DESC" if key.descending else "ASC"
        nulls = "NULLS FIRST" if key.nulls_first else "NULLS LAST"
        text = "ALL" if isinstance(expression, nodes.AllColumns) else self._position_or(expression, scope)
        return f"{text} {direction} {nulls}"

    # --- FROM ---

    def _from(self, select: nodes.Select, scope: _Scope) -> str:
        if select.source is None:
            if not table_functions.makes_rows(self._text, select):
                return ""
            alias = f"one row at {select.begin}"
            scope.relations[alias] = alias
            return f" FROM (SELECT 1) AS {quoted(alias)}"
        text = f" FROM {self._source(select.source, scope)}"
        for join in select.joins:
            text += f" {_JOIN_WORDS[join.kind]} {self._source(join.right, scope)}"
            if join.on is not None:
                text += f" ON {self._join_condition(join.on, scope)}"
            elif join.using:
                text += f" USING ({', '.join(map(quoted, join.using))})"
            elif join.kind in ("left semi", "left anti"):
                raise AssertionError(join.kind)
        return text

    def _source(self, source: nodes.Node, scope: _Scope) -> str:
        if isinstance(source, nodes.Table):
            return self._table(source, scope)
        if isinstance(source, nodes.Range):
            bounds = ", ".join(f"CAST('{bound}' AS BIGINT)" for bound in (source.start, source.end, source.step))
            inner = f"SELECT range AS id FROM range({bounds})"
        elif isinstance(source, nodes.DerivedTable):
            # Derived tables see the WITH queries, and the tables beside them only where they are LATERAL.
            seen = (dict(scope.relations), dict(scope.full_names)) if source.lateral else ()
            inner = self.query(source.query, _Scope(scope.ctes, *seen))
        else:
            raise AssertionError(type(source).__name__)
        alias = source.alias or f"query at {source.begin}"
        listed = f"({', '.join(map(quoted, source.columns))})" if source.columns else ""
        if source.alias is not None:
            scope.relations[source.alias.lower()] = source.alias
        lateral = "LATERAL " if getattr(source, "lateral", False) else ""
        return f"{lateral}({inner}) AS {quoted(alias)}{listed}"

    def _table(self, table: nodes.Table, scope: _Scope) -> str:
        name = self._table_name(table, scope)
        alias = table.alias or (None if table.format else table.parts[-1])
        if alias is None:
            return quoted(name)
        scope.relations[alias.lower()] = alias
        if table.alias is None and len(table.parts) == 2:
            scope.full_names[(table.parts[0].lower(), table.parts[1].lower())] = alias
        listed = f"({', '.join(map(quoted, table.columns))})" if table.columns else ""
        return f"{quoted(name)} AS {quoted(alias)}{listed}"

    def _table_name(self, table: nodes.Table, scope: _Scope) -> str:
        if table.format is not None:
            path = table.parts[0]
            name = f"{table.format}.{path}"
            entry = {"name": name, "format": table.format, "path": path}
            if entry not in self.paths:
                self.paths.append(entry)
            return name
        name = ".".join(table.parts)
        if len(table.parts) == 1 and name.lower() in scope.ctes:
            return scope.ctes[name.lower()]
        if name not in self.tables:
            self.tables.append(name)
        return name

    # --- expressions ---

    def expression(self, node: nodes.Node, scope: _Scope) -> str:
        return self._expression(node, scope)

    def _expression(self, node: nodes.Node, scope: _Scope) -> str:
        if is_conditional(node) and raises(node):
            return self._evaluated(node, scope, whole=True)
        if isinstance(node, nodes.Call) and node.name == "not" and _asks_query(node.args[0]):
            return self._negated(node.args[0], scope)
        if isinstance(node, nodes.Call):
            if any(isinstance(arg, nodes.Lambda) for arg in node.args):
                return self._evaluated(node, scope)
            args = ", ".join(self._expression(arg, scope) for arg in node.args)
            return f"spark_{node.name}({args})"
        if isinstance(node, nodes.Column):
            return self._column(node, scope)
        if isinstance(node, nodes.Literal):
            return literal(node)
        if isinstance(node, nodes.Cast):
            return f"spark_cast({self._expression(node.arg, scope)}, {string(node.type)})"
        if isinstance(node, nodes.Macro):
            return node.text
        if isinstance(node, nodes.Case):
            return self._case(node, scope)
        if isinstance(node, nodes.Aggregate):
            return self._aggregate(node, scope)
        if isinstance(node, nodes.Window):
            return self._window(node, scope)
        if isinstance(node, nodes.ScalarQuery):
            return f"({self.query(node.query, scope)})"
        if isinstance(node, nodes.Exists):
            return f"EXISTS ({self.query(node.query, scope)})"
        if isinstance(node, nodes.InQuery):
            # Spark joins: what is found only perhaps is not found, never NULL.
            return f"EXISTS ({self._in_query(node, scope, 'equal')})"
        if isinstance(node, (nodes.Interval, nodes.MakeInterval)):
            raise error_at(self._text, node.begin,
                           "an INTERVAL stands alone - add it to a date or a timestamp")
        if isinstance(node, nodes.StructOf):
            return self._struct_of(node, scope)
        if isinstance(node, nodes.Row):
            raise error_at(self._text, node.begin,
                           "a row of several values, (a, b), stands alone - write struct(a, b)")
        raise AssertionError(type(node).__name__)

    def _struct_of(self, node: nodes.StructOf, scope: _Scope) -> str:
        fields = []
        for name, value in node.fields:
            if not isinstance(value, nodes.Star):
                fields.append(f"{quoted(name)} := {self._expression(value, scope)}")
                continue
            relation = self._relation(value.path, scope) if value.path else None
            if value.path and relation is None:
                raise error_at(self._text, value.begin, f"{'.'.join(value.path)} is no table or alias of this FROM - "
                                                        "name the fields")
            fields.append(f"*COLUMNS({'' if relation is None else f'{quoted(relation)}.'}*)")
        return f"struct_pack({', '.join(fields)})"

    def _negated(self, node: nodes.Node, scope: _Scope) -> str:
        """NOT of what has an IN with a query: where it is not sure that none is found, that is false, too. So NOT
        is brought to each IN, as Spark does."""
        if isinstance(node, nodes.InQuery):
            return f"NOT EXISTS ({self._in_query(node, scope, 'maybe')})"
        if node.name == "not":
            return self._expression(node.args[0], scope)
        parts = [self._negated(arg, scope) if _asks_query(arg) else f"spark_not({self._expression(arg, scope)})"
                 for arg in node.args]
        return f"spark_{'or' if node.name == 'and' else 'and'}({', '.join(parts)})"

    def _evaluated(self, node: nodes.Node, scope: _Scope, whole: bool = False) -> str:
        """A call with a lambda is handed over as a tree; its columns are the arguments, or, of a `whole`
        tree, the columns that stand anywhere in it."""
        arguments: list[str] = []

        def argument(inner: nodes.Node) -> dict:
            text = self._expression(inner, scope)
            if text not in arguments:
                arguments.append(text)
            return {"op": "column", "name": str(arguments.index(text))}

        if whole:
            tree = expression_tree(self._text, node, argument)
        else:
            tree = {
                "op": "call",
                "name": node.name,
                "args": [
                    lambda_tree(self._text, arg, argument)
                    if isinstance(arg, nodes.Lambda) else argument(arg) for arg in node.args
                ]
            }
        text = string(json.dumps(tree, ensure_ascii=False, separators=(",", ":")))
        return f"spark_evaluate({', '.join([text, *arguments])})"

    def _column(self, node: nodes.Column, scope: _Scope) -> str:
        """A column, with its table before it, or with fields of a struct behind it."""
        parts = node.parts
        relation, rest = None, parts
        if len(parts) > 2 and (parts[0].lower(), parts[1].lower()) in scope.full_names:
            relation, rest = scope.full_names[parts[0].lower(), parts[1].lower()], parts[2:]
        elif len(parts) > 1 and parts[0].lower() in scope.relations:
            relation, rest = scope.relations[parts[0].lower()], parts[1:]
        text = quoted(rest[0]) if relation is None else f"{quoted(relation)}.{quoted(rest[0])}"
        for field_name in rest[1:]:
            text = f"spark_get_field({text}, {string(field_name)})"
        return text

    @staticmethod
    def _relation(path: tuple[str, ...], scope: _Scope) -> str | None:
        """The table that is meant, as it is emitted; None where it is a struct."""
        if len(path) == 2 and (path[0].lower(), path[1].lower()) in scope.full_names:
            return scope.full_names[path[0].lower(), path[1].lower()]
        return scope.relations.get(path[0].lower()) if len(path) == 1 else None

    def _case(self, node: nodes.Case, scope: _Scope) -> str:
        parts = [self._expression(part, scope) for part in case_parts(node)]
        return f"spark_{case_name(node)}({', '.join(parts)})"

    def _aggregate(self, node: nodes.Aggregate, scope: _Scope) -> str:
        condition = None if node.condition is None else self._expression(node.condition, scope)
        args = node.args
        if node.name == "grouping_id" and not args:
            args = self._grouped
        arguments = [self._expression(arg, scope) for arg in args]
        if node.name == "grouping_id" and (not args or any(isinstance(arg, nodes.Literal) for arg in args)):
            raise error_at(self._text, node.begin, "grouping_id has no columns - group by columns by name")
        return duckdb_aggregates.aggregate(node, arguments, condition, None)

    def _window(self, node: nodes.Window, scope: _Scope) -> str:
        spec = []
        if node.partition:
            keys = ", ".join(self._expression(key, scope) for key in node.partition)
            spec.append(f"PARTITION BY {keys}")
        if node.order:
            keys = ", ".join(self._sort_key(key, scope, None) for key in node.order)
            spec.append(f"ORDER BY {keys}")
        if node.frame is not None:
            spec.append(f"{node.frame.unit} BETWEEN {node.frame.begin} AND {node.frame.end}")
        over = f" OVER ({' '.join(spec)})"
        function = node.function
        arguments = [self._expression(arg, scope) for arg in function.args]
        if isinstance(function, nodes.WindowFunction):
            return duckdb_aggregates.window_function(function, arguments, over)
        condition = None if function.condition is None else self._expression(
            function.condition, scope)
        return duckdb_aggregates.aggregate(function, arguments, condition, over)


def _asks_query(node: nodes.Node) -> bool:
    """Whether it is an IN with a query, or made of such by AND, OR and NOT."""
    if isinstance(node, nodes.InQuery):
        return True
    return isinstance(node, nodes.Call) and node.name in ("and", "or", "not") and any(map(_asks_query, node.args))


def _tables_of(query: nodes.Query) -> list[nodes.Table]:
    """The tables in FROM clauses, at any depth, that no WITH query inside hides."""
    found: list[nodes.Table] = []
    hidden = {name.lower() for name, _, _ in query.ctes}
    for _, _, cte in query.ctes:
        found += _tables_of(cte)
    stack: list[nodes.Node] = [query.body]
    while stack:
        node = stack.pop()
        if isinstance(node, nodes.Query):
            found += _tables_of(node)
        elif isinstance(node, nodes.SetOperation):
            stack += [node.left, node.right]
        elif isinstance(node, nodes.Select):
            stack += [
                source for source in (node.source, *(join.right for join in node.joins))
                if source is not None
            ]
        elif isinstance(node, nodes.DerivedTable):
            stack.append(node.query)
        elif isinstance(node, nodes.Table) and node.parts[0].lower() not in hidden:
            found.append(node)
    return found
