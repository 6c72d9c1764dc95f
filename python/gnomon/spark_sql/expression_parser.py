# SPDX-License-Identifier: Apache-2.0
"""Expressions by the grammar and precedence of Spark 3.5 (SqlBaseParser.g4). What the grammar has
and we do not is refused by name: nothing is passed on unread."""

from . import functions, made_intervals, nodes
from .primary_parser import PrimaryParser
from .tokens import NUMBER, QUOTED_NAME, STRING, WORD

_COMPARISONS = {
    "=": "eq",
    "==": "eq",
    "<=>": "eq_null_safe",
    "<>": "ne",
    "!=": "ne",
    "<": "lt",
    "<=": "le",
    ">": "gt",
    ">=": "ge"
}
_INTERVALS = (nodes.Interval, nodes.MakeInterval)
_SIGNS = {"-": "negative", "+": "positive", "~": "bit_not"}
_BITS = (("|", "bit_or"), ("^", "bit_xor"), ("&", "bit_and"))
_PRODUCTS = {"*": "multiply", "/": "divide", "%": "modulo", "DIV": "div"}


class ExpressionParser(PrimaryParser):

    def expression(self) -> nodes.Node:
        self.enter()
        result = self._chain("OR", "or", lambda: self._chain("AND", "and", self._negation))
        self._nesting -= 1
        return result

    def _chain(self, word: str, name: str, operand) -> nodes.Node:
        operands = [operand()]
        while self.take(word):
            operands.append(operand())
        # Both are associative in three-valued logic: a balanced tree bears chains of any length.
        while len(operands) > 1:
            pairs = [self.call(a.begin, name, a, b) for a, b in zip(operands[::2], operands[1::2])]
            operands = pairs + operands[len(pairs) * 2:]
        return operands[0]

    def _negation(self) -> nodes.Node:
        begins = []
        while self.at_any("NOT", "!"):
            begins.append(self.next().begin)
        result = self._predicate()
        for begin in reversed(begins):
            result = self.call(begin, "not", result)
        return result

    def _predicate(self) -> nodes.Node:
        if self.at("EXISTS", "(") and self.peek(2).key in ("SELECT", "WITH", "VALUES", "("):
            return self._exists()
        value = self.value()
        negated = self.at("NOT")
        begin = self.token.begin
        if self.at_any("IS"):
            return self._is(value)
        if negated and self.peek().key in ("BETWEEN", "IN", "LIKE", "RLIKE", "REGEXP", "ILIKE"):
            self.next()
        elif negated:
            return value
        if self.take("BETWEEN"):
            low = self.value()
            self.expect("AND")
            high = self.value()
            result = self.call(begin, "and", self.call(begin, "ge", value, low),
                               self.call(begin, "le", value, high))
        elif self.take("IN"):
            result = self._in(begin, value)
        elif self.take("LIKE"):
            result = self._like(begin, value)
        elif self.at_any("RLIKE", "REGEXP"):
            self.next()
            result = self.call(begin, "rlike", value, self.value(), shown="rlike")
        elif self.take("ILIKE"):
            result = self._like(begin, self.call(begin, "lower", value), "ilike")
        else:
            return value
        return self.call(begin, "not", result) if negated else result

    def _exists(self) -> nodes.Node:
        begin = self.next().begin
        query = self.parenthesized_query()
        return self.make(nodes.Exists(begin, query), query)

    def _is(self, value: nodes.Node) -> nodes.Node:
        begin = self.expect("IS").begin
        negated = self.take("NOT")
        if self.take("NULL"):
            return self.call(begin, "is_not_null" if negated else "is_null", value)
        if self.at_any("TRUE", "FALSE"):
            truth = self.next().key == "TRUE"
            literal = nodes.Literal(begin, "boolean", truth, str(truth).lower())
            result = self.call(begin, "eq_null_safe", value, literal)
        elif self.take("UNKNOWN"):
            return self.call(begin, "is_not_null" if negated else "is_null", value)
        elif self.take("DISTINCT", "FROM"):
            result = self.call(begin, "eq_null_safe", value, self.value())
            negated = not negated
        else:
            raise self.unexpected("NULL")
        return self.call(begin, "not", result) if negated else result

    def _in(self, begin: int, value: nodes.Node) -> nodes.Node:
        self.expect("(")
        if self.at_any("SELECT", "WITH", "VALUES"):
            self._index -= 1
            query = self.parenthesized_query()
            return self.make(nodes.InQuery(begin, value, query), value, query)
        options = self.expressions_until_parenthesis()
        if not options:
            raise self.error("IN has an empty list - name at least one value", begin)
        if isinstance(value, nodes.Row):
            width = len(value.values)
            if any(not isinstance(option, nodes.Row) or len(option.values) != width for option in options):
                raise self.error(f"IN compares rows of {width} values with others - give each {width} values", begin)
            value, *options = map(self._as_struct, (value, *options))
        return self.call(begin, "in", value, *options)

    def _as_struct(self, row: nodes.Row) -> nodes.Node:
        """Its fields have no names in Spark's comparison, so here they have the same ones."""
        args: list[nodes.Node] = []
        for place, value in enumerate(row.values):
            args += [self.string(value.begin, str(place)), value]
        return self.call(row.begin, "named_struct", *args)

    def _like_each(self, begin: int, value: nodes.Node, name: str) -> nodes.Node:
        """value LIKE ANY (pattern, ...); NOT before LIKE belongs to each pattern."""
        every = self.next().key == "ALL"
        negated = self._tokens[self._index - 3].key == "NOT"
        self.expect("(")
        patterns = self.expressions_until_parenthesis()
        if not patterns:
            raise self.error("LIKE has an empty list - name at least one pattern", begin)
        if negated:
            raise self.refused("NOT LIKE with ANY or ALL", "write NOT (x LIKE ANY (...))", begin)
        if name == "ilike":
            raise self.refused("ILIKE with ANY or ALL", "write one ILIKE for each pattern", begin)
        result = self.call(begin, "like", value, patterns[0], shown="like any")
        for pattern in patterns[1:]:
            result = self.call(begin, "and" if every else "or", result,
                               self.call(begin, "like", value, pattern))
        return result

    def _like(self, begin: int, value: nodes.Node, name: str = "like") -> nodes.Node:
        if self.at_any("ANY", "SOME", "ALL") and self.peek().key == "(":
            return self._like_each(begin, value, name)
        pattern = self.value()
        if name == "ilike":  # ILIKE is LIKE of both in lower case, in Spark too
            pattern = self.call(pattern.begin, "lower", pattern)
        if not self.take("ESCAPE"):
            return self.call(begin, "like", value, pattern, shown=name)
        escape = self.token
        if escape.kind != STRING or len(escape.value) != 1:
            raise self.error("ESCAPE needs a string of one character - write one, like ESCAPE '!'")
        self.next()
        return self.call(begin, "like", value, pattern, self.string(escape.begin, escape.value),
                         shown=name)

    # Comparisons are one left-associative level in Spark: a = b < c is (a = b) < c.
    def value(self) -> nodes.Node:
        left = self._bits()
        while self.token.key in _COMPARISONS:
            token = self.next()
            left = self.call(token.begin, _COMPARISONS[token.key], left, self._bits())
        return left

    def _bits(self, level: int = 0) -> nodes.Node:
        """| binds less than ^, ^ less than &, & less than +."""
        if level == len(_BITS):
            return self._sum()
        symbol, name = _BITS[level]
        left = self._bits(level + 1)
        while self.at_any(symbol):
            token = self.next()
            left = self.call(token.begin, name, left, self._bits(level + 1))
        return left

    def _sum(self) -> nodes.Node:
        left = self._product()
        while self.at_any("+", "-", "||"):
            token = self.next()
            right = self._product()
            if isinstance(left, _INTERVALS) or isinstance(right, _INTERVALS):
                left = self._shifted(token, left, right)
            elif token.key != "||":
                left = self.call(token.begin, "add" if token.key == "+" else "subtract", left,
                                 right)
            elif functions.resolve("concat") is None:
                raise self.refused("the operator ||", "concatenate before", token.begin)
            else:
                left = self.call(token.begin, "concat", left, right, shown="concat")
        return left

    def _shifted(self, token, left: nodes.Node, right: nodes.Node) -> nodes.Node:
        """A time and an interval, or two intervals."""
        if token.key == "||":
            raise self.refused("an interval here", "add it to a date or a timestamp", token.begin)
        sign = -1 if token.key == "-" else 1
        if isinstance(left, nodes.Interval) and (isinstance(right, nodes.Interval) or sign < 0):
            return self.call(token.begin, "add" if sign > 0 else "subtract", left, right)
        if isinstance(left, _INTERVALS):
            if sign < 0 or isinstance(right, _INTERVALS):
                raise self.refused("make_interval here", "add it to a date or a timestamp", token.begin)
            left, right = right, left
        if isinstance(right, nodes.MakeInterval):
            return made_intervals.shifted(self, token.begin, left, right, sign)
        if right.months is not None:
            months = sign * right.months
            return self.call(token.begin, "add_months_interval", left,
                             nodes.Literal(right.begin, "int", months, str(months)))
        micros = str(sign * right.micros)
        name = "add_days_interval" if right.days_only else "add_time_interval"
        return self.call(token.begin, name, left,
                         nodes.Literal(right.begin, "bigint", micros, micros))

    def _product(self) -> nodes.Node:
        left = self._unary()
        while self.at_any("*", "/", "%", "DIV"):
            token = self.next()
            left = self.call(token.begin, _PRODUCTS[token.key], left, self._unary())
        return left

    def _unary(self) -> nodes.Node:
        signs = []
        while self.at_any("-", "+", "~"):
            if self.at("-") and self.peek().kind == NUMBER:
                break
            token = self.next()
            signs.append((token.begin, _SIGNS[token.key]))
        result = self._postfix(self._primary())
        for begin, name in reversed(signs):
            if not isinstance(result, nodes.Interval):
                result = self.call(begin, name, result)
            elif name == "negative":
                months = None if result.months is None else -result.months
                result = nodes.Interval(begin, months, -result.micros, result.days_only, result.type)
        return result

    def _postfix(self, result: nodes.Node) -> nodes.Node:
        while True:
            begin = self.token.begin
            if self.take("["):
                index = self.value()
                self.expect("]")
                result = self.call(begin, "get_item", result, index)
            elif self.at(".") and self.peek().kind in (WORD, QUOTED_NAME):
                self.next()
                token = self.next()
                name = token.value if token.kind == QUOTED_NAME else token.text
                result = self.call(begin, "get_field", result,
                                   nodes.Literal(token.begin, "string", name, name))
            elif self.at_any("::"):
                raise self.error(":: is no operator of Spark 3.5 - write CAST(x AS type)")
            elif self.at(":") and self.peek().kind == WORD and isinstance(result, nodes.Column):
                path = f"$.{self.peek().text}"
                raise self.error(f"column:path is no operator of Spark 3.5 - write get_json_object({result.parts[-1]}, "
                                 f"'{path}')")
            elif self.at_any("->"):
                raise self.error(
                    "a lambda, ->, stands where a value should - give it to transform, filter, "
                    "aggregate or the like")
            else:
                return result
