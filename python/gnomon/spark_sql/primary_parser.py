# SPDX-License-Identifier: Apache-2.0
"""The smallest expressions: literals, columns, calls, CAST and CASE. The base of ExpressionParser,
which gives `expression`."""

from . import functions, intervals, literals, macros, nodes, special_forms
from .token_stream import KEYWORDS, TokenStream
from .tokens import MACRO, NUMBER, QUOTED_NAME, STRING, WORD

NESTING_MAX = 60
DEPTH_MAX = 250
SIZE_MAX = 500_000

_TYPES = {
    "boolean": "boolean",
    "tinyint": "tinyint",
    "byte": "tinyint",
    "smallint": "smallint",
    "short": "smallint",
    "int": "int",
    "integer": "int",
    "bigint": "bigint",
    "long": "bigint",
    "float": "float",
    "real": "float",
    "double": "double",
    "string": "string",
    "date": "date",
    "timestamp": "timestamp",
    "timestamp_ltz": "timestamp",
    "timestamp_ntz": "timestamp_ntz",
    "binary": "binary"
}
# Keywords that are names of functions too.
_FUNCTION_WORDS = frozenset("LEFT RIGHT LIKE EXISTS RLIKE REGEXP DIV ANY WINDOW".split())
_ARITHMETIC = frozenset(
    "add subtract multiply divide modulo negative div positive bit_and bit_or bit_xor bit_not "
    "add_months_interval add_days_interval add_time_interval".split())


# The types whose literals are `TYPE 'text'`.
_LITERAL_TYPES = {
    "DATE": ("date", literals.date),
    "TIMESTAMP": ("timestamp", literals.timestamp),
    "TIMESTAMP_LTZ": ("timestamp", literals.timestamp),
    "TIMESTAMP_NTZ": ("timestamp_ntz", literals.timestamp_ntz)
}


class PrimaryParser(TokenStream):

    allows_run_day = False  # {{ CHRONON_RUN_DS }} in strings, which the engine fills in.

    # The calls of window() in the SELECT that is read; None where it has no place.
    time_windows: list[nodes.Node] | None = None

    def __init__(self, text: str, tokens=None, with_macros: bool = False) -> None:
        super().__init__(text, tokens)
        self._nesting = 0
        self._with_macros = with_macros
        self._variables: list[list[str]] = []  # of the lambdas around, the innermost last

    # Every node is made here, so that no tree outgrows those who walk it.
    def make(self, node: nodes.Node, *children: nodes.Node | None) -> nodes.Node:
        node.depth = 1 + max((child.depth for child in children if child is not None), default=0)
        if node.depth > DEPTH_MAX:
            raise self.error(
                f"the expression is nested more than {DEPTH_MAX} levels deep - split it into "
                f"several columns",
                node.begin)
        node.size = 1 + sum(child.size for child in children if child is not None)
        if node.size > SIZE_MAX:
            raise self.error(
                f"the expression has more than {SIZE_MAX:,} parts - compute parts of it in a query "
                "before", node.begin)
        return node

    def call(self,
             begin: int,
             name: str,
             *args: nodes.Node,
             shown: str | None = None) -> nodes.Node:
        args = tuple(map(self._value_of, args))
        for arg in args:
            if isinstance(arg, nodes.MakeInterval):
                raise self.refused("make_interval here", "add it to a date or a timestamp, or use make_dt_interval",
                                   arg.begin)
            if isinstance(arg, nodes.Row):
                raise self.refused("a row of several values, (a, b),", "compare the columns one by one",
                                   arg.begin)
        if name in _ARITHMETIC:
            for arg in args:
                if isinstance(arg, nodes.Macro):
                    raise self.error(
                        f"the macro {arg.text} takes part in arithmetic without quotes - put "
                        "quotes around it, or a cast to date", arg.begin)
        return self.make(nodes.Call(begin, name, list(args), shown), *args)

    def _value_of(self, node: nodes.Node) -> nodes.Node:
        """An interval as what the evaluator makes of its number."""
        if not isinstance(node, nodes.Interval):
            return node
        number = str(node.micros if node.months is None else node.months)
        literal = nodes.Literal(node.begin, "bigint" if node.months is None else "int",
                                number if node.months is None else node.months, number)
        return self.make(nodes.Cast(node.begin, node.type, literal), literal)

    def enter(self) -> None:
        """One level deeper; leaving is `self._nesting -= 1`."""
        self._nesting += 1
        if self._nesting > NESTING_MAX:
            raise self.error(
                f"the text is nested more than {NESTING_MAX} levels deep - split it into several "
                "columns or queries")

    def expression(self) -> nodes.Node:
        raise NotImplementedError

    def refused(self, what: str, advice: str, begin: int | None = None) -> Exception:
        return self.error(f"{what} is not proven equal to Spark's - {advice}", begin)

    # A row's expression has neither; queries (query_parser.py) do.
    def aggregate_or_window(self, name: str, begin: int) -> nodes.Node:
        raise self.error(
            f"the function {name} looks at many rows, but this expression sees one - use an "
            "aggregation of the GroupBy, or a StagingQuery", begin)

    def generator(self, name: str, begin: int) -> nodes.Node:
        raise self.error(
            f"the function {name} makes several rows of one, but this expression gives one - use "
            "it in a StagingQuery", begin)

    def parenthesized_query(self) -> nodes.Query:
        raise self.error(
            "a query stands inside of an expression over one row - use a StagingQuery or a Join")

    def _primary(self) -> nodes.Node:
        token = self.token
        if token.kind == NUMBER or token.key == "-":
            negative = self.take("-")
            return literals.number(self.text, token.begin, self.next().text, negative)
        if token.kind == STRING:
            return self._strings()
        if token.kind == MACRO:
            return self._macro()
        if self.at("("):
            return self._parenthesized()
        if token.kind == WORD:
            special = self._special_word(token)
            if special is not None:
                return special
        if token.kind in (WORD, QUOTED_NAME) and self.peek().key == "(":
            return self._function()
        return self._column()

    def _special_word(self, token) -> nodes.Node | None:
        following = self.peek()
        if token.key == "NULL":
            self.next()
            return nodes.Literal(token.begin, "void", None, "NULL")
        if token.key in ("TRUE", "FALSE"):
            self.next()
            return nodes.Literal(token.begin, "boolean", token.key == "TRUE", token.key.lower())
        if token.key == "CASE":
            return self._case()
        if token.key in ("CAST", "TRY_CAST") and following.key == "(":
            return self._cast()
        if token.key in _LITERAL_TYPES and following.kind == STRING:
            return self._typed_literal()
        if token.key == "X" and following.kind == STRING:
            return self._binary_literal()
        if token.key == "INTERVAL" and (following.kind in (STRING, NUMBER) or
                                        following.key in ("-", "(")):
            return intervals.interval(self)
        return None

    def _binary_literal(self) -> nodes.Literal:
        begin = self.next().begin
        digits = self.next().value
        if len(digits) % 2:
            digits = "0" + digits
        try:
            value = bytes.fromhex(digits).hex()
        except ValueError:
            raise self.error(f"X'{digits}' is not hexadecimal - write two digits a byte",
                             begin) from None
        return nodes.Literal(begin, "binary", value, f"X'{value.upper()}'")

    def _strings(self) -> nodes.Literal:
        begin = self.token.begin
        pieces = []
        while self.token.kind == STRING:
            pieces.append(self.next().value)
        return self.string(begin, "".join(pieces))

    def string(self, begin: int, value: str) -> nodes.Literal:
        others = macros.RUN_DAY.sub("", value) if self.allows_run_day else value
        if not self._with_macros and macros.MACRO.search(others):
            raise self.error(
                "macros work in the query of a StagingQuery only - write the date itself, or "
                "filter in a StagingQuery", begin)
        if "\0" in value:
            raise self.refused("a string with the character \\0", "leave it out", begin)
        return nodes.Literal(begin, "string", value, value)

    def _macro(self) -> nodes.Node:
        token = self.next()
        if not self._with_macros:
            raise self.error(
                f"the macro {token.text} stands outside of a StagingQuery's query - macros work "
                f"only there",
                token.begin)
        macros.check(self.text, token.text, token.begin)
        return nodes.Macro(token.begin, token.text)

    def _parenthesized(self) -> nodes.Node:
        begin = self.token.begin
        if self.peek().key in ("SELECT", "WITH", "VALUES"):
            query = self.parenthesized_query()
            return self.make(nodes.ScalarQuery(begin, query), query)
        self.next()
        inner = self.expression()
        if not self.at(","):
            self.expect(")")
            return inner
        values = [inner]
        while self.take(","):
            values.append(self.expression())
        self.expect(")")
        return self.make(nodes.Row(begin, values), *values)

    def _case(self) -> nodes.Node:
        begin = self.next().begin
        subject = None if self.at("WHEN") else self.expression()
        whens = []
        while self.take("WHEN"):
            condition = self.expression()
            if subject is not None:
                condition = self.call(condition.begin, "eq", subject, condition)
            self.expect("THEN")
            whens.append((condition, self._value_of(self.expression())))
        if not whens:
            raise self.unexpected("WHEN")
        if len(whens) > DEPTH_MAX // 2:
            raise self.error(
                f"CASE has more than {DEPTH_MAX // 2} branches - join a table of the values "
                "instead",
                begin)
        otherwise = self._value_of(self.expression()) if self.take("ELSE") else None
        self.expect("END")
        node = nodes.Case(begin, whens, otherwise)
        self.make(node, otherwise, *(part for pair in whens for part in pair))
        node.depth += len(whens)  # it becomes as many ifs, one inside of the other
        return node

    def _cast(self) -> nodes.Node:
        token = self.next()
        self.expect("(")
        arg = self.expression()
        self.expect("AS")
        type_name = self.type_name()
        self.expect(")")
        if token.key == "TRY_CAST":
            return self.call(token.begin, "try_cast", arg,
                             nodes.Literal(token.begin, "string", type_name, type_name))
        return self.make(nodes.Cast(token.begin, type_name, arg), arg)

    def type_name(self) -> str:
        token = self.next()
        name = token.text.lower()
        if token.kind == WORD and name in ("decimal", "dec", "numeric"):
            return self._decimal_type(token.begin)
        if token.kind == WORD and name in ("array", "map", "struct") and self.at("<"):
            return self._nested_type(name)
        if token.kind == WORD and name in _TYPES and not self.at("<") and not self.at("("):
            return _TYPES[name]
        raise self.refused(
            f"the type {token.text}", f"use one of {', '.join(sorted(set(_TYPES.values())))} or "
            "decimal(p,s), array<...>, map<...,...>, struct<name:type>", token.begin)

    def _nested_type(self, name: str) -> str:
        self.enter()
        self.expect("<")
        parts = []
        while not parts or self.take(","):
            field = ""
            if name == "struct":
                field = self.name("a field's name") + ":"
                self.take(":")
            parts.append(field + self.type_name())
        self.expect(">")
        self._nesting -= 1
        wanted = {"array": 1, "map": 2}.get(name, len(parts))
        if len(parts) != wanted:
            raise self.error(f"{name}<...> has {len(parts)} types - give it {wanted}")
        return f"{name}<{','.join(parts)}>"

    def _decimal_type(self, begin: int) -> str:
        sizes = [10, 0]
        if self.take("("):
            sizes = [self.integer("the precision"), 0]
            if self.take(","):
                sizes[1] = self.integer("the scale")
            self.expect(")")
        if not 1 <= sizes[0] <= 38 or sizes[1] > sizes[0]:
            raise self.error(
                f"decimal({sizes[0]},{sizes[1]}) is not a type - the precision is 1 to 38, the "
                "scale at most the precision", begin)
        return f"decimal({sizes[0]},{sizes[1]})"

    def integer(self, what: str) -> int:
        token = self.token
        if token.kind != NUMBER or not token.text.isdigit() or len(token.text) > 9:
            raise self.unexpected(f"a whole number for {what}")
        return int(self.next().text)

    def _typed_literal(self) -> nodes.Node:
        kind = self.next()
        string = self.next()
        type_name, read = _LITERAL_TYPES[kind.key]
        if macros.MACRO.search(string.value):
            arg = self.string(string.begin, string.value)
            return self.make(nodes.Cast(kind.begin, type_name, arg), arg)
        if type_name != "date" and literals.names_zone(string.value):
            # Not self.string: no macro stands in it.
            arg = nodes.Literal(string.begin, "string", string.value, string.value)
            return self.call(kind.begin, f"{type_name}_literal", arg)
        return read(self.text, kind.begin, string.value)

    def _function(self) -> nodes.Node:
        token = self.next()
        name = (token.value if token.kind == QUOTED_NAME else token.text).lower()
        if token.key in KEYWORDS - _FUNCTION_WORDS:
            self._index -= 1
            raise self.unexpected("an expression")
        self.expect("(")
        if name in functions.AGGREGATES or name in functions.WINDOW_FUNCTIONS:
            return self.aggregate_or_window(name, token.begin)
        if name in functions.GENERATORS:
            return self.generator(name, token.begin)
        if self.at_any("DISTINCT"):
            raise self.error(
                f"DISTINCT stands in {name}, which is no aggregate function - remove it")
        if name in functions.CAST_FUNCTIONS:
            return self._cast_function(name, token.begin)
        special = special_forms.FORMS.get(name)
        if special is not None:
            node = special(self, token.begin)
            if node is not None:
                return node
        resolved = functions.resolve(name)
        if resolved is None:
            raise self.refused(
                f"the function {name}",
                functions.suggestion(name) or "compute the value in another way, or before",
                token.begin)
        args = self._arguments()
        self._check_arity(name, resolved, args, token.begin)
        return self.call(token.begin, resolved, *args, shown=name)

    def _arguments(self) -> list[nodes.Node]:
        """Those of a function, which may be lambdas; up to the closing parenthesis."""
        args = []
        if self.take(")"):
            return args
        args.append(self._argument())
        while self.take(","):
            args.append(self._argument())
        self._close_arguments()
        return args

    def _argument(self) -> nodes.Node:
        parameters = self._lambda_parameters()
        if parameters is None:
            return self.expression()
        begin = self.token.begin
        lowered = [name.lower() for name in parameters]
        if len(set(lowered)) != len(lowered):
            raise self.error("two parameters of a lambda have one name - rename one", begin)
        self._variables.append(parameters)
        body = self.expression()
        self._variables.pop()
        return self.make(nodes.Lambda(begin, parameters, body), body)

    def _lambda_parameters(self) -> list[str] | None:
        """Reads `x ->` or `(x, y) ->`; None, and nothing read, where something else stands."""
        if self.token.kind in (WORD, QUOTED_NAME) and self.peek().key == "->":
            name = self.name("a parameter")
            self.next()
            return [name]
        ahead = 1
        while self.at("(") and self.peek(ahead).kind in (WORD, QUOTED_NAME) and self.peek(
                ahead + 1).key == ",":
            ahead += 2
        if not (self.at("(") and ahead > 1 and self.peek(ahead + 1).key == ")" and
                self.peek(ahead + 2).key == "->"):
            return None
        names = self.names_in_parentheses("a parameter")
        self.expect("->")
        return names

    def _check_arity(self, name: str, resolved: str, args: list[nodes.Node], begin: int) -> None:
        """Where a synonym takes fewer arguments than what it stands for, and for operators, which
        take what they take."""
        counts = {
            "nvl": 2,
            "ifnull": 2,
            "mod": 2,
            "isnull": 1,
            "isnotnull": 1,
            "isnan": 1,
            "if": 3,
            "negative": 1,
            "positive": 1
        }
        if name in ("dateadd", "date_add", "datediff", "date_diff") and len(args) == 3:
            raise self.refused(f"{name} with a unit", "give it two arguments, or use add_months", begin)
        wanted = counts.get(name)
        if wanted is not None and len(args) != wanted or name == "like" and len(args) not in (
                2, 3) or (resolved == "coalesce" and not args):
            raise self.error(
                f"the function {name} has {len(args)} arguments - give it "
                f"{wanted or 'as many as it takes'}",
                begin)

    def _cast_function(self, name: str, begin: int) -> nodes.Node:
        args = self.expressions_until_parenthesis()
        if len(args) != 1:
            raise self.error(f"the function {name} has {len(args)} arguments - give it one", begin)
        type_name = "decimal(10,0)" if name == "decimal" else name
        return self.make(nodes.Cast(begin, type_name, args[0], shown=False), args[0])

    def expressions_until_parenthesis(self) -> list[nodes.Node]:
        expressions = []
        if self.take(")"):
            return expressions
        expressions.append(self.expression())
        while self.take(","):
            expressions.append(self.expression())
        self._close_arguments()
        return expressions

    def _close_arguments(self) -> None:
        if self.token.key in ("FROM", "FOR", "IN", "AS"):
            raise self.refused(f"{self.token.key} inside of a function's arguments",
                               "close the bracket before it, or separate them by commas")
        self.expect(")")

    def star(self, begin: int) -> nodes.Star | None:
        """`*`, `table.*` or `column.field.*`; None, and nothing read, where something else stands."""
        ahead = 0
        while self.peek(ahead).kind in (WORD, QUOTED_NAME) and self.peek(ahead + 1).key == ".":
            ahead += 2
        if self.peek(ahead).key != "*":
            return None
        path = []
        while not self.take("*"):
            path.append(self.name("a table's name"))
            self.next()
        if self.at_any("EXCEPT", "REPLACE", "EXCLUDE"):
            raise self.error(f"* {self.token.key} is not supported - name the columns")
        return nodes.Star(begin, tuple(path))

    def _column(self) -> nodes.Node:
        begin = self.token.begin
        is_window = self.at("WINDOW") and self.peek().key == "."  # the column that window() makes
        parts = [self.next().text if is_window else self.name("an expression")]
        while self.at(".") and self.peek().kind in (WORD, QUOTED_NAME):
            self.next()
            token = self.next()
            parts.append(token.value if token.kind == QUOTED_NAME else token.text)
        variable = self._variable(parts[0])
        if variable is None:
            return nodes.Column(begin, tuple(parts))
        result = nodes.Variable(begin, variable)
        for part in parts[1:]:
            result = self.call(begin, "get_field", result,
                               nodes.Literal(begin, "string", part, part))
        return result

    def _variable(self, name: str) -> str | None:
        """The parameter of a lambda around that is meant, as it was declared."""
        for parameters in reversed(self._variables):
            for parameter in parameters:
                if parameter.lower() == name.lower():
                    return parameter
        return None
