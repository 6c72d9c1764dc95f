# SPDX-License-Identifier: Apache-2.0
"""Expressions by the grammar and precedence of Spark 3.5 (SqlBaseParser.g4). What the grammar has
and we do not is refused by name: nothing is passed on unread."""

from . import functions, nodes
from .primary_parser import PrimaryParser
from .tokens import NUMBER, STRING

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
_PRODUCTS = {"*": "multiply", "/": "divide", "%": "modulo"}


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
        elif self.at_any("RLIKE", "REGEXP", "ILIKE"):
            raise self.refused(f"the operator {self.token.key}", "use LIKE", begin)
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
        if self.at_any("SELECT", "WITH"):
            raise self.refused("IN with a query",
                               "write a LEFT SEMI JOIN (for NOT IN a LEFT ANTI JOIN)", begin)
        options = self.expressions_until_parenthesis()
        if not options:
            raise self.error("IN has an empty list - name at least one value", begin)
        return self.call(begin, "in", value, *options)

    def _like(self, begin: int, value: nodes.Node) -> nodes.Node:
        if self.at_any("ANY", "SOME", "ALL") and self.peek().key == "(":
            raise self.refused(f"LIKE {self.token.key}",
                               "write one LIKE for each pattern, joined by OR or AND", begin)
        pattern = self.value()
        if not self.take("ESCAPE"):
            return self.call(begin, "like", value, pattern)
        escape = self.token
        if escape.kind != STRING or len(escape.value) != 1:
            raise self.error("ESCAPE needs a string of one character - write one, like ESCAPE '!'")
        self.next()
        return self.call(begin, "like", value, pattern, self.string(escape.begin, escape.value))

    # Comparisons are one left-associative level in Spark: a = b < c is (a = b) < c.
    def value(self) -> nodes.Node:
        left = self._sum()
        while self.token.key in _COMPARISONS:
            token = self.next()
            left = self.call(token.begin, _COMPARISONS[token.key], left, self._sum())
        if self.at_any("&", "|", "^"):
            raise self.refused(f"the operator {self.token.text}", "compute it before",
                               self.token.begin)
        return left

    def _sum(self) -> nodes.Node:
        left = self._product()
        while self.at_any("+", "-", "||"):
            token = self.next()
            right = self._product()
            if token.key != "||":
                left = self.call(token.begin, "add" if token.key == "+" else "subtract", left,
                                 right)
            elif functions.resolve("concat") is None:
                raise self.refused("the operator ||", "concatenate before", token.begin)
            else:
                left = self.call(token.begin, "concat", left, right, shown="concat")
        return left

    def _product(self) -> nodes.Node:
        left = self._unary()
        while self.at_any("*", "/", "%", "DIV"):
            token = self.next()
            if token.key == "DIV":
                raise self.refused("the operator DIV",
                                   "write CAST(a / b AS BIGINT) where a double is exact enough",
                                   token.begin)
            left = self.call(token.begin, _PRODUCTS[token.key], left, self._unary())
        return left

    def _unary(self) -> nodes.Node:
        begins = []
        while self.at_any("-", "+"):
            if self.at("-") and self.peek().kind == NUMBER:
                break
            token = self.next()
            if token.key == "-":
                begins.append(token.begin)
            elif not self.at_any("+", "-") and self.token.kind != NUMBER:
                raise self.refused("the operator + before an expression", "leave it out",
                                   token.begin)
        if self.at_any("~"):
            raise self.refused("the operator ~", "compute it before", self.token.begin)
        result = self._primary()
        if self.at_any("["):
            raise self.refused("access to an element, [...],",
                               "bring the field into a column of its own before")
        if self.at_any("."):
            raise self.refused("access to a field of a struct",
                               "bring the field into a column of its own before")
        if self.at_any("::"):
            raise self.error(":: is no operator of Spark 3.5 - write CAST(x AS type)")
        if self.at_any("->"):
            raise self.refused("a lambda function, ->,", "compute it before")
        for begin in reversed(begins):
            result = self.call(begin, "negative", result)
        return result
