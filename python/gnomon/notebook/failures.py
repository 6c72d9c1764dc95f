# SPDX-License-Identifier: Apache-2.0
# Errors of gnomon's own Python parts (CommandError, the fetcher's builtin exceptions) as those of
# gnomon.exceptions.
import contextlib

from gnomon import exceptions
from gnomon.errors import CommandError

_BY_BUILTIN = (
    (NotImplementedError, "Unimplemented"),
    (KeyError, "NotFound"),
    (ConnectionError, "Unavailable"),
    (ValueError, "InvalidArgument"),
    (TypeError, "InvalidArgument"),
    (RuntimeError, "Corruption"),
)


@contextlib.contextmanager
def as_gnomon_errors():
    """Lets no other exception of ours out than those of gnomon.exceptions."""
    try:
        yield
    except exceptions.GnomonError:
        raise
    except CommandError as error:
        raise exceptions.InvalidArgumentError(str(error)) from None
    except (ValueError, KeyError, TypeError, ConnectionError, RuntimeError) as error:
        code = next(code for builtin, code in _BY_BUILTIN if isinstance(error, builtin))
        message = str(error.args[0]) if error.args else str(error)
        raise exceptions.make_exception(code, message) from None
