# SPDX-License-Identifier: Apache-2.0
# The one error that ends a command. Its text is the line the user sees after `error: `, in the form
# `<what failed>: <where> - <what to do>`; nothing else is printed and there is no stack trace.
import os
import signal
import sys

EXIT_USER_ERROR = 2
EXIT_DEFECT = 70
EXIT_STOPPED = 130
# As src/cli/pasted_commands.h has it.
_GIVEN_REPOSITORY = "GNOMON_GIVEN_REPO"
# As the engine says it.
_STOPPED = "stopped: nothing is half-written - the same command again goes on"


class CommandError(Exception):
    """A failure that the user can mend."""

    def __init__(self, what, where="", remedy="", exit_status=EXIT_USER_ERROR):
        self.what, self.where, self.remedy = what, where, remedy
        self.exit_status = exit_status
        super().__init__(
            one_line(f"{what}{': ' + where if where else ''}{' - ' + remedy if remedy else ''}")
        )


def one_line(text):
    return " ".join(str(text).split())


def give_repository(folder):
    """Remembers, for this process and the engine, the folder that the user gave with --repo: commands
    in error sentences are to find it, too.
    """
    if folder:
        os.environ[_GIVEN_REPOSITORY] = folder


def _with_given_repository(sentence):
    folder = os.environ.get(_GIVEN_REPOSITORY)
    if not folder:
        return sentence
    import shlex

    return sentence.replace("run.py --", f"run.py --repo={shlex.quote(folder)} --")


def print_error(error):
    from gnomon.terminal import bold_red  # Only ever needed on the way to an end.

    sentence = _with_given_repository(one_line(error))
    print(f"{bold_red('error:', sys.stderr)} {sentence}", file=sys.stderr)


def print_warning(text):
    print(f"warning: {one_line(text)}", file=sys.stderr)


def run_main(main):
    """Runs `main(arguments)` as a program: its result, or one error sentence, becomes the exit
    status.
    """
    from gnomon.standard_streams import restore_standard_streams

    restore_standard_streams()
    try:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        sys.exit(_run(main))
    except CommandError as error:
        print_error(error)
        sys.exit(error.exit_status)
    except Exception as error:
        if os.environ.get("GNOMON_DEBUG"):
            raise
        what = f"a defect of this program ({type(error).__name__}: {error})"
        print_error(f"{what} - report it with what GNOMON_DEBUG=1 prints")
        sys.exit(EXIT_DEFECT)
    except KeyboardInterrupt:
        # A second Ctrl-C must not hit what is left to do.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        print_error(_STOPPED)
        sys.exit(EXIT_STOPPED)


def _run(main):
    """Runs `main` and sees that all of what it printed has arrived. Returns the exit status."""
    from gnomon.standard_streams import flush_standard_output

    try:
        status = main(sys.argv[1:])
    except SystemExit as ended:
        status = ended.code
    except OSError:
        flush_standard_output()  # Says so, if it is the output that cannot be written.
        raise
    flush_standard_output()
    return status
