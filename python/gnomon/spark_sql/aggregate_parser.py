# SPDX-License-Identifier: Apache-2.0
"""Functions that look at many rows: aggregates of groups and functions over windows."""

from . import functions, intervals, nodes
from .duckdb_aggregates import ADDRESS_BITS, address_bits
from .errors import SqlError
from .expression_parser import ExpressionParser
from .macros import check_all
from .tree import case_parts


class AggregateParser(ExpressionParser):

    def __init__(self, text: str, tokens=None) -> None:
        super().__init__(text, tokens, with_macros=True)
        check_all(text)
        self._no_aggregates_in: str | None = None
        # Windows that WINDOW names, which stands behind what uses them.
        self._open_windows: list[list[tuple]] = []

    def _without_aggregates(self, where: str, read):
        """What `read` reads, where aggregate functions have no meaning."""
        outer = self._no_aggregates_in, self.time_windows
        self._no_aggregates_in, self.time_windows = where, self.time_windows if where == "GROUP BY" else None
        result = read()
        self._no_aggregates_in, self.time_windows = outer
        return result

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
        if name == "percentile_cont" and len(args) == 1:
            args.insert(0, self._within_group())
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

    def _within_group(self) -> nodes.Node:
        self.expect("WITHIN", "GROUP", "(", "ORDER", "BY")
        key = self._without_aggregates("WITHIN GROUP", self._sort_key)
        if key.descending:
            raise self.refused("percentile_cont in descending order", "write 1 - p in ascending order",
                               key.expression.begin)
        self.expect(")")
        return key.expression

    def _arguments_of(self, name: str) -> tuple[list[nodes.Node], SqlError | None]:
        """With what is wrong about them unless the function is over a window, which may look at the
        aggregates of groups."""
        index, nesting, time_windows = self._index, self._nesting, self.time_windows
        try:
            return self._without_aggregates(f"{name}(...)", self._aggregate_arguments), None
        except SqlError as error:
            self._index, self._nesting, self.time_windows = index, nesting, time_windows
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
        if isinstance(function, nodes.Aggregate) and function.condition is not None:
            raise self.error("FILTER stands before OVER, which Spark 3.5 cannot - write "
                             f"{function.shown}(CASE WHEN ... THEN ... END)", function.begin)
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
        partition = self._expressions() if self.take("PARTITION", "BY") else []
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

    def _expressions(self) -> list[nodes.Node]:
        expressions = [self.expression()]
        while self.take(","):
            expressions.append(self.expression())
        return expressions

    def _sort_keys(self) -> list[nodes.SortKey]:
        keys = [self._sort_key()]
        while self.take(","):
            keys.append(self._sort_key())
        return keys

    def _sort_key(self) -> nodes.SortKey:
        return self._direction(self.expression())

    def _direction(self, expression: nodes.Node) -> nodes.SortKey:
        descending = self.take("DESC")
        if not descending:
            self.take("ASC")
        nulls_first = not descending
        if self.take("NULLS", "FIRST"):
            nulls_first = True
        elif self.take("NULLS", "LAST"):
            nulls_first = False
        return nodes.SortKey(expression, descending, nulls_first)


def aggregates_in(node: nodes.Node) -> bool:
    """Whether it has the aggregates of a group. REQUIRES: no query in it has to be looked into."""
    if isinstance(node, nodes.Aggregate):
        return True
    if isinstance(node, nodes.Call):
        return any(map(aggregates_in, node.args))
    if isinstance(node, nodes.Cast):
        return aggregates_in(node.arg)
    return isinstance(node, nodes.Case) and any(map(aggregates_in, case_parts(node)))
