# SPDX-License-Identifier: Apache-2.0
# stdin, stdout and stderr as a program may find them: closed, full, or a pipe whose reader is gone.
# The engine does the same (src/cli/standard_streams.cc).
import io
import os
import signal
import sys

from gnomon.errors import CommandError

EXIT_UNAVAILABLE = 3
_STDIN, _STDOUT, _STDERR = range(3)


def restore_standard_streams():
    """Puts something into the place of a closed stream, so that no file can get its number and be
    printed into; printing to a closed stdout still fails. Lets a pipe without a reader end the
    program quietly, as it ends others.
    """
    for stream in (_STDIN, _STDOUT, _STDERR):
        try:
            os.fstat(stream)
        except OSError:
            # The lowest free number, which is the closed stream's.
            os.open(os.devnull, os.O_WRONLY if stream == _STDERR else os.O_RDONLY)
    sys.stdout = _text_stream(_Output(_STDOUT, "w", closefd=False))
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)


class _Output(io.FileIO):
    """stdout, which remembers that a write failed: argparse, for one, passes over it."""

    failure = None

    def write(self, data):
        try:
            return super().write(data)
        except OSError as error:
            self.failure = self.failure or error
            raise


def _text_stream(output):
    # A path that is no UTF-8 is printed as the bytes it has.
    return io.TextIOWrapper(
        io.BufferedWriter(output),
        encoding=getattr(sys.stdout, "encoding", "utf-8"),
        errors="surrogateescape",
        line_buffering=output.isatty(),
    )


def flush_standard_output():
    """Writes out what was printed. Raises CommandError if any of it could not be written."""
    try:
        sys.stdout.flush()
    except OSError:
        # What is left would be tried again, and complained about, at the end of the process.
        os.dup2(os.open(os.devnull, os.O_WRONLY), _STDOUT)
    failure = sys.stdout.buffer.raw.failure
    if failure:
        raise CommandError(
            "the output cannot be written",
            "standard output",
            f"make room, or write it to another place: {failure.strerror}",
            EXIT_UNAVAILABLE,
        )
