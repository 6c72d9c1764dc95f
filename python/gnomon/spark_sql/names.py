# SPDX-License-Identifier: Apache-2.0
"""The name that Spark gives to a projection without an alias: `count(1)`, `min(ds)`, `(a + b)`."""

from . import nodes

# Spark shows these in upper case, and the default of an argument that was left out.
_UPPER_CASE = frozenset(
    (("sqrt", 1), ("exp", 1), ("floor", 1), ("ceil", 1), ("power", 2), ("atan2", 2), ("hypot", 2), ("log", 2), ("pi",
        0), ("e", 0),
     ("rlike", 2), ("regexp_like", 2), ("regexp", 2)) + tuple((name, 1) for name in (
         "log10 log2 log1p expm1 sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh cot sec csc cbrt "
         "degrees radians "
         "signum").split()))
_DEFAULTS = {
    ("substring", 2): "2147483647",
    ("substr", 2): "2147483647",
    ("round", 1): "0",
    ("bround", 1): "0",
    ("replace", 2): "",
    ("from_unixtime", 1): "yyyy-MM-dd HH:mm:ss",
    ("unix_timestamp", 1): "yyyy-MM-dd HH:mm:ss",
    ("to_unix_timestamp", 1): "yyyy-MM-dd HH:mm:ss",
    ("lpad", 2): " ",
    ("rpad", 2): " ",
    ("locate", 2): "1",
    ("position", 2): "1",
    ("overlay", 3): "-1",
    ("regexp_replace", 3): "1",
    ("regexp_extract", 2): "1",
    ("regexp_extract_all", 2): "1",
    ("regexp_instr", 2): "0",
    ("split", 2): "-1",
    ("months_between", 2): "true",
    ("sort_array", 1): "true"
}

# Synonyms under which Spark shows another name.
_SHOWN_AS = {"dateadd": "date_add", "to_varchar": "to_char"}
# Operators that _shown_call writes in their own way.
_SHAPED = frozenset("not ne is_null is_not_null in like negative positive".split())
_UNNAMED = frozenset(
    "get_item get_field ilike array_sort array_join str_to_map random curdate dateadd timestampadd "
    "map named_struct mask".split()) | {"like any"}
_UNNAMED_WITH = frozenset((("log", 1), ("unix_timestamp", 0), ("datediff", 3), ("assert_true", 1)))

_INFIX = {
    "add": "+",
    "subtract": "-",
    "multiply": "*",
    "divide": "/",
    "modulo": "%",
    "div": "div",
    "bit_and": "&",
    "bit_or": "|",
    "bit_xor": "^",
    "eq": "=",
    "lt": "<",
    "le": "<=",
    "gt": ">",
    "ge": ">=",
    "eq_null_safe": "<=>",
    "and": "AND",
    "or": "OR"
}


def column_name(node: nodes.Node) -> str | None:
    """None where Spark's name depends on more than the text."""
    if isinstance(node, nodes.Window):
        return None
    if isinstance(node, nodes.Column):
        return node.parts[-1]
    if _is_unnamed(node):
        return None
    if isinstance(node, nodes.ScalarQuery):
        return "scalarsubquery()"
    if isinstance(node, nodes.Cast) and isinstance(node.arg, nodes.Column):
        return node.arg.parts[-1]  # the cast of a column keeps its name
    return None if _depends_on_types(node) else _shown(node)


def _is_unnamed(node: nodes.Node) -> bool:
    """What Spark names in ways that are not written down here."""
    if isinstance(node, (nodes.Lambda, nodes.Variable, nodes.InQuery, nodes.Window, nodes.Interval, nodes.StructOf)):
        return True
    if isinstance(node, nodes.Call):
        return node.name in _UNNAMED or node.shown in _UNNAMED or (
            node.shown, len(node.args)) in _UNNAMED_WITH or node.shown is None and (
            node.name not in _INFIX and node.name not in _SHAPED) or any(map(_is_unnamed, node.args))
    if isinstance(node, nodes.Aggregate):
        return node.name not in ("count", "sum", "avg", "min", "max", "max_by", "min_by") or any(
            map(_is_unnamed, node.args))
    if isinstance(node, nodes.Case):
        return any(map(_is_unnamed, (part for pair in node.whens for part in pair))) or (
            node.otherwise is not None and _is_unnamed(node.otherwise))
    return isinstance(node, nodes.Cast) and ("<" in node.type or node.type.startswith("interval") or
                                             _is_unnamed(node.arg))


def _depends_on_types(node: nodes.Node) -> bool:
    """Spark rewrites comparisons of integers with decimals (i < 1.5 becomes i < 2) before it names
    them."""
    if isinstance(node, nodes.Call):
        if node.name in ("eq", "ne", "lt", "le", "gt", "ge", "eq_null_safe") and any(
                isinstance(arg, nodes.Literal) and arg.type.startswith("decimal")
                for arg in node.args):
            return True
        return any(map(_depends_on_types, node.args))
    return isinstance(node, nodes.Cast) and _depends_on_types(node.arg)


def _shown(node: nodes.Node) -> str:
    if isinstance(node, nodes.Column):
        return ".".join(node.parts) if len(node.parts) > 1 else node.parts[0]
    if isinstance(node, nodes.Literal):
        return node.shown
    if isinstance(node, nodes.Macro):
        return node.text
    if isinstance(node, nodes.Cast):
        return f"CAST({_shown(node.arg)} AS {node.type.upper()})" if node.shown else _shown(
            node.arg)
    if isinstance(node, nodes.Case):
        whens = " ".join(
            f"WHEN {_shown(condition)} THEN {_shown(value)}" for condition, value in node.whens)
        otherwise = f" ELSE {_shown(node.otherwise)}" if node.otherwise is not None else ""
        return f"CASE {whens}{otherwise} END"
    if isinstance(node, nodes.Aggregate):
        distinct = "DISTINCT " if node.distinct else ""
        shown = f"{node.shown}({distinct}{', '.join(map(_shown, node.args)) or '1'})"
        if node.condition is None:
            return shown
        return f"{shown} FILTER (WHERE {_shown(node.condition)})"
    if isinstance(node, nodes.ScalarQuery):
        return "scalarsubquery()"
    if isinstance(node, nodes.Exists):
        return "exists()"
    if isinstance(node, nodes.Call):
        return _shown_call(node)
    raise AssertionError(type(node).__name__)


def _shown_call(node: nodes.Call) -> str:
    args = [_shown(arg) for arg in node.args]
    if node.shown == "from_json":
        # What is read as a map has the name of Spark's own wrapping of it.
        return "entries" if args[1].lower().startswith("map") else f"from_json({args[0]})"
    if node.shown == "if":
        return f"(IF({', '.join(args)}))"
    if node.name == "not":
        return f"(NOT {args[0]})"
    if node.name == "ne":
        return f"(NOT ({args[0]} = {args[1]}))"
    if node.name == "is_null":
        return f"({args[0]} IS NULL)"
    if node.name == "is_not_null":
        return f"({args[0]} IS NOT NULL)"
    if node.name == "in":
        return f"({args[0]} IN ({', '.join(args[1:])}))"
    if node.name == "like":
        return f"{args[0]} LIKE {args[1]}"
    if node.shown is None and node.name == "negative":
        return f"(- {args[0]})"
    if node.name == "positive":
        return f"(+ {args[0]})"
    if (node.shown is None or node.name == "div") and node.name in _INFIX:
        return f"({args[0]} {_INFIX[node.name]} {args[1]})"
    if node.shown == "convert_timezone" and len(args) == 2:
        args.insert(0, "current_timezone()")
    default = _DEFAULTS.get((node.shown, len(args)))
    if default is not None:
        args.append(default)
    shown = _SHOWN_AS.get(node.shown, node.shown)
    return f"{shown.upper() if (shown, len(args)) in _UPPER_CASE else shown}({', '.join(args)})"
