"""The row-level Spark SQL that the model's configs use: names, literals, operators, and a few functions.

It is no second implementation of Spark: what it does not know it refuses. Spark's own answers are the oracle of
expressions (test/spark_answers); here they only carry columns into aggregations and derivations.
"""
# SPDX-License-Identifier: Apache-2.0
import functools
import re

_TOKEN = re.compile(r"\s*(?:(\d+\.\d+|\d+)|'((?:[^'\\]|\\.)*)'|([A-Za-z_]\w*)|(<=|>=|<>|!=|==|[-+*/%(),<>=]))")
_PRECEDENCE = [("or",), ("and",), ("not",), ("=", "==", "<>", "!=", "<", ">", "<=", ">=", "is", "in"), ("+", "-"),
               ("*", "/", "%")]


def evaluate(text, row):
    """The value of an expression over a row, a dict of columns; null is None."""
    return _parsed(text)(row)


@functools.lru_cache(maxsize=None)
def _parsed(text):
    parser = _Parser(text)
    node = parser.binary(0)
    parser.expect(None)
    return node


def _tokens(text):
    position, found = 0, []
    while text[position:].strip():
        match = _TOKEN.match(text, position)
        assert match, f"cannot read {text[position:]!r}"
        number, string, name, symbol = match.groups()
        if number is not None:
            found.append(("literal", float(number) if "." in number else int(number)))
        elif string is not None:
            found.append(("literal", re.sub(r"\\(.)", r"\1", string)))
        elif name is not None:
            found.append(("name", name))
        else:
            found.append(("symbol", symbol))
        position = match.end()
    return found


class _Parser:
    def __init__(self, text):
        self.tokens, self.position = _tokens(text), 0

    def peek(self):
        """The next operator, keyword or name in lower case; None at the end or before a literal."""
        if self.position == len(self.tokens) or self.tokens[self.position][0] == "literal":
            return None
        return self.tokens[self.position][1].lower()

    def accept(self, word):
        if self.peek() != word:
            return False
        self.position += 1
        return True

    def expect(self, word):
        if word is None:
            assert self.position == len(self.tokens), f"unexpected {self.tokens[self.position][1]!r}"
        else:
            assert self.accept(word), f"{word!r} expected"

    def binary(self, level):
        if level == len(_PRECEDENCE):
            return self.unary()
        if _PRECEDENCE[level] == ("not",):
            if self.accept("not"):
                return _null_safe(lambda value: not value, self.binary(level))
            return self.binary(level + 1)
        left = self.binary(level + 1)
        while self.peek() in _PRECEDENCE[level]:
            left = self.operation(self.tokens[self.position][1].lower(), left, level)
        return left

    def operation(self, operator, left, level):
        self.position += 1
        if operator == "is":
            negated = self.accept("not")
            self.expect("null")
            return lambda row: (left(row) is None) != negated
        if operator == "in":
            choices = self.arguments()
            return _null_safe(lambda value, *others: value in others, left, *choices)
        right = self.binary(level + 1)
        if operator in ("and", "or"):
            decisive = operator == "or"
            return lambda row: _logical(left(row), right(row), decisive)
        return _null_safe(_OPERATORS[operator], left, right)

    def arguments(self):
        self.expect("(")
        found = []
        while not self.accept(")"):
            found.append(self.binary(0))
            self.accept(",")
        return found

    def unary(self):
        if self.accept("-"):
            return _null_safe(lambda value: -value, self.unary())
        if self.accept("("):
            node = self.binary(0)
            self.expect(")")
            return node
        kind, value = self.tokens[self.position]
        self.position += 1
        if kind == "literal":
            return lambda row: value
        if kind == "name" and value.lower() == "null":
            return lambda row: None
        if kind == "name" and self.peek() == "(":
            return _FUNCTIONS[value.lower()](*self.arguments())
        assert kind == "name", f"unexpected {value!r}"
        return lambda row: row[value]


def _null_safe(function, *nodes):
    def call(row):
        values = [node(row) for node in nodes]
        return None if any(value is None for value in values) else function(*values)
    return call


def _logical(left, right, decisive):
    if left is decisive or right is decisive:
        return decisive
    return None if left is None or right is None else not decisive


def _if(condition, then, otherwise):
    return lambda row: then(row) if condition(row) else otherwise(row)


def _coalesce(*nodes):
    return lambda row: next((value for value in (node(row) for node in nodes) if value is not None), None)


def _order(left, right):
    """As Spark compares: NaN equals itself and lies above all other numbers."""
    left, right = (left != left, 0 if left != left else left), (right != right, 0 if right != right else right)
    return (left > right) - (left < right)


_OPERATORS = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b,
    "/": lambda a, b: None if b == 0 else float(a) / float(b), "%": lambda a, b: None if b == 0 else abs(a) % b,
    "=": lambda a, b: _order(a, b) == 0, "==": lambda a, b: _order(a, b) == 0, "<>": lambda a, b: _order(a, b) != 0,
    "!=": lambda a, b: _order(a, b) != 0, "<": lambda a, b: _order(a, b) < 0, ">": lambda a, b: _order(a, b) > 0,
    "<=": lambda a, b: _order(a, b) <= 0, ">=": lambda a, b: _order(a, b) >= 0,
}
_FUNCTIONS = {
    "if": _if, "coalesce": _coalesce, "upper": lambda node: _null_safe(str.upper, node),
    "lower": lambda node: _null_safe(str.lower, node), "abs": lambda node: _null_safe(abs, node),
}
