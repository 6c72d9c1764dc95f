# SPDX-License-Identifier: Apache-2.0
# Chronon's compiled JSON: two spaces, fields by thrift id, booleans as 1 and 0, enums as numbers,
# unset fields left out and no newline at the end. Byte for byte what Chronon's own compiler writes,
# so other engines read it.
import json

from ai.chronon.api import ttypes
from ai.chronon.errors import ConfigError, did_you_mean
from ai.chronon.struct import Struct


def thrift_simple_json(obj):
    """Returns the compiled JSON of a struct. Raises ConfigError, with the field, for a value of a
    wrong type.
    """
    return json.dumps(to_plain(obj), indent=2)


def thrift_json(obj):
    return thrift_simple_json(obj)


def json2thrift(json_str, thrift_class):
    """Returns the struct of a compiled JSON text; unknown fields are ignored and true/false are
    accepted.
    """
    return from_plain(json.loads(json_str), thrift_class)


def file2thrift(path, thrift_class):
    with open(path, encoding="utf-8") as file:
        return json2thrift(file.read(), thrift_class)


def to_plain(obj, path=""):
    """Returns a struct as dicts, lists and scalars; `path` is where it stands, for errors."""
    plain = {}
    for name, kind in obj.FIELDS:
        value = getattr(obj, name, None)
        if value is not None:
            plain[name] = _plain_value(value, kind, f"{path}.{name}" if path else name)
    _require_one_member(type(obj), len(plain), path)
    return plain


def _require_one_member(thrift_class, count, path):
    if thrift_class.UNION and count != 1:
        names = ", ".join(name for name, _ in thrift_class.FIELDS)
        what = f"a {thrift_class.__name__} holds {count} of its members"
        raise ConfigError(what, path, f"set one of {names}")


def _plain_value(value, kind, path):
    if isinstance(kind, tuple):
        if kind[0] == "list":
            _require(isinstance(value, (list, tuple)), value, path, "a list")
            return [_plain_value(v, kind[1], f"{path}[{i}]") for i, v in enumerate(value)]
        _require(isinstance(value, dict), value, path, "a dict")
        for key in value:
            _require(isinstance(key, str), key, path, "a dict with strings as keys")
        return {k: _plain_value(v, kind[1], f"{path}.{k}") for k, v in value.items()}
    if kind in _SCALARS:
        return _SCALARS[kind](value, path)
    thrift_class = getattr(ttypes, kind)
    if issubclass(thrift_class, Struct):
        _require(isinstance(value, thrift_class), value, path, f"a {kind}")
        return to_plain(value, path)
    known = thrift_class._VALUES_TO_NAMES
    _require(
        _is_int(value) and value in known, value, path, f"one of {kind}.{', '.join(known.values())}"
    )
    return value


def _is_int(value):
    return isinstance(value, int) and not isinstance(value, bool)


def _require(condition, value, path, expected):
    if not condition:
        shown = repr(value)
        shown = shown if len(shown) <= 60 else shown[:57] + "..."
        remedy = f"give {expected} instead of {shown}"
        if isinstance(value, str) and expected == "a list":
            remedy = f"write [{shown}]"
        raise ConfigError(f"{path.rpartition('.')[2]} must be {expected}", path, remedy)


def _string(value, path):
    _require(isinstance(value, str), value, path, "a string")
    return value


def _bool(value, path):
    _require(isinstance(value, bool) or value in (0, 1), value, path, "True or False")
    return int(value)


def _i32(value, path):
    _require(_is_int(value) and -(2**31) <= value < 2**31, value, path, "a whole number")
    return value


def _double(value, path):
    _require(_is_int(value) or isinstance(value, float), value, path, "a number")
    return float(value)


_SCALARS = {"string": _string, "bool": _bool, "i32": _i32, "double": _double}


def from_plain(plain, thrift_class, path=""):
    """Returns the struct of dicts, lists and scalars as json.loads gives them."""
    _require(isinstance(plain, dict), plain, path, "an object")
    obj = thrift_class()
    known = [name for name, _ in thrift_class.FIELDS if plain.get(name) is not None]
    _require_one_member(thrift_class, len(known), path)
    for name, kind in thrift_class.FIELDS:
        if plain.get(name) is not None:
            where = f"{path}.{name}" if path else name
            setattr(obj, name, _from_value(plain[name], kind, where))
    return obj


def _from_value(value, kind, path):
    if isinstance(kind, tuple):
        if kind[0] == "list":
            _require(isinstance(value, list), value, path, "a list")
            return [_from_value(v, kind[1], f"{path}[{i}]") for i, v in enumerate(value)]
        _require(isinstance(value, dict), value, path, "an object")
        return {k: _from_value(v, kind[1], f"{path}.{k}") for k, v in value.items()}
    if kind == "bool":
        return bool(_bool(value, path))
    if kind in _SCALARS:
        return _SCALARS[kind](value, path)
    thrift_class = getattr(ttypes, kind)
    if issubclass(thrift_class, Struct):
        return from_plain(value, thrift_class, path)
    if isinstance(value, str) and value in thrift_class._NAMES_TO_VALUES:
        return thrift_class._NAMES_TO_VALUES[value]
    known = thrift_class._VALUES_TO_NAMES
    if not (_is_int(value) and value in known):
        raise ConfigError(
            f"{kind} has no value {value!r}", path, did_you_mean(str(value), known.values())
        )
    return value
