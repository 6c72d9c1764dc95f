# SPDX-License-Identifier: Apache-2.0
"""Which expressions can stop a query by themselves, which only the rows that reach them may do."""

from . import nodes
from .tree import case_parts

# Functions that are there to end a query.
_MEANT_TO = frozenset("raise_error assert_true".split())
# Functions that end in an error at some rows, by Spark's recorded answers: a text that a pattern does not
# fit, a key that stands twice in a map, an index of 0, a zone that does not exist. What only a number out of
# all use would bring about, such as a year beyond 290,000, is left out.
_RAISING = _MEANT_TO | frozenset(
    "to_number try_to_number to_binary to_date to_timestamp to_timestamp_ntz try_to_timestamp unix_timestamp "
    "date_format from_unixtime from_utc_timestamp to_utc_timestamp convert_timezone make_timestamp "
    "make_timestamp_ltz make_timestamp_ntz element_at slice sequence array_insert array_sort split_part bit_get "
    "map map_concat map_from_arrays map_from_entries str_to_map transform_keys regexp_extract regexp_extract_all "
    "regexp_replace regexp_count rlike split like format_string encode decode url_decode unbase64 parse_url".split())
# These do so only where one of these arguments is no constant: a pattern, an index, a charset, a zone.
_CONSTANT = {
    **{name: (1,) for name in (
        "regexp_extract_all regexp_count regexp_replace rlike split like encode decode from_utc_timestamp "
        "to_utc_timestamp element_at date_format from_unixtime".split())},
    "regexp_extract": (1, 2),
    "split_part": (2,),
    "slice": (1, 2),
    "parse_url": (2,),
    "format_string": (0,),
}


def is_conditional(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Case) or isinstance(node, nodes.Call) and node.name in (
        "if", "coalesce", "and", "or")


def is_meant_to_raise(node: nodes.Node) -> bool:
    return _contains(node, lambda call: call.name in _MEANT_TO)


def conjuncts(node: nodes.Node) -> list[nodes.Node]:
    """The conditions of a chain of ANDs, in their order."""
    if isinstance(node, nodes.Call) and node.name == "and":
        return [part for arg in node.args for part in conjuncts(arg)]
    return [node]


def raises(node: nodes.Node) -> bool:
    """Whether it stops the query by itself, which only the rows that reach it may do."""
    return _contains(node, _raises_itself)


def _contains(node: nodes.Node, test) -> bool:
    """Whether a call of it passes the test."""
    if isinstance(node, nodes.Call):
        return test(node) or any(_contains(arg, test) for arg in node.args)
    if isinstance(node, nodes.Cast):
        return _contains(node.arg, test)
    return isinstance(node, nodes.Case) and any(_contains(part, test) for part in case_parts(node))


def _raises_itself(node: nodes.Call) -> bool:
    if node.name not in _RAISING:
        return False
    if node.name in ("to_date", "to_timestamp", "unix_timestamp") and len(node.args) < 2:
        return False  # a cast, which gives NULL
    places = range(0, len(node.args), 2) if node.name == "map" else _CONSTANT.get(node.name)
    return places is None or not all(
        isinstance(node.args[place], nodes.Literal) for place in places if place < len(node.args))
