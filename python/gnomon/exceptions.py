# SPDX-License-Identifier: Apache-2.0
# What the Python API raises. Each class is also the builtin exception that base/error_code.h names
# for its code, so that `except KeyError` works as in other libraries; its text is the one sentence
# that the command line prints after `error: `.


class GnomonError(Exception):
    """A failure of gnomon. `code` is the name of its error code, `NotFound` for example."""

    code = "Internal"

    def __init__(self, message):
        super().__init__(message)
        self.message = message

    def __str__(self):
        return self.message  # KeyError would quote it.


class InvalidArgumentError(GnomonError, ValueError):
    """The input is wrong: a statement, a name, a type. The same call fails again."""

    code = "InvalidArgument"


class NotFoundError(GnomonError, KeyError):
    """A table, config, file or key that was named does not exist."""

    code = "NotFound"


class AlreadyExistsError(GnomonError, ValueError):
    """The thing to create is there."""

    code = "AlreadyExists"


class ConflictError(GnomonError, RuntimeError):
    """Somebody else changed it first: the same call may succeed."""

    code = "Conflict"


class UnavailableError(GnomonError, ConnectionError):
    """The world does not answer now: disk full, no permission, store down."""

    code = "Unavailable"


class CorruptionError(GnomonError, RuntimeError):
    """Stored bytes are not what their format says."""

    code = "Corruption"


class UnimplementedError(GnomonError, NotImplementedError):
    """Known, and not supported."""

    code = "Unimplemented"


class InternalError(GnomonError, RuntimeError):
    """A defect of gnomon, or of a library in it."""

    code = "Internal"


_BY_CODE = {cls.code: cls for cls in GnomonError.__subclasses__()}


def make_exception(code, message):
    """Returns the exception of an error code of base/error_code.h; a stop by the user is
    KeyboardInterrupt.
    """
    if code == "Cancelled":
        return KeyboardInterrupt(message)
    return _BY_CODE.get(code, InternalError)(message)
