# SPDX-License-Identifier: Apache-2.0
# The base of all structs of ai.chronon.api.ttypes. A struct is its list of FIELDS, in the order of
# their thrift ids; constructor, equality and JSON all read that list. A field's type is "string",
# "bool", "i32", "double", the name of another struct or of an enum, ("list", type) or ("map",
# type): keys of maps are always strings.
from ai.chronon.errors import ConfigError, did_you_mean


def camel_case(name):
    """Returns `input_column` as `inputColumn`; the documents use both."""
    head, *rest = name.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


class Struct:
    FIELDS = ()
    UNION = False

    def __init__(self, *args, **kwargs):
        fields = self.FIELDS
        if len(args) > len(fields):
            raise TypeError(f"{type(self).__name__}() takes {len(fields)} arguments: {len(args)}")
        for (name, _), value in zip(fields, args):
            setattr(self, name, value)
        for name, _ in fields[len(args) :]:
            setattr(self, name, self.default_of(name))
        given = {name for name, _ in fields[: len(args)]}
        for key, value in kwargs.items():
            name = self._field_named(key)
            if name in given:
                raise TypeError(f"{type(self).__name__}() got multiple values for argument '{key}'")
            given.add(name)
            setattr(self, name, value)

    @classmethod
    def default_of(cls, name):
        return None

    @classmethod
    def _field_named(cls, key):
        names = [name for name, _ in cls.FIELDS]
        for candidate in (key, camel_case(key)):
            if candidate in names:
                return candidate
        raise ConfigError(f"{cls.__name__} has no argument '{key}'", "", did_you_mean(key, names))

    def clone(self):
        """Returns a copy whose fields are the same objects; Python attributes beside the fields
        come along.
        """
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__)
        return other

    def __eq__(self, other):
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name, _ in self.FIELDS)

    __hash__ = None

    def __repr__(self):
        shown = [
            f"{n}={getattr(self, n)!r}" for n, _ in self.FIELDS if getattr(self, n) is not None
        ]
        return f"{type(self).__name__}({', '.join(shown)})"
