# SPDX-License-Identifier: Apache-2.0
# Whether a stream takes colours: https://no-color.org and https://bixense.com/clicolors, as
# base/terminal.h in C++.
import os


def takes_colours(stream):
    """True if what is printed to `stream` may be coloured."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("CLICOLOR_FORCE", "0") not in ("", "0"):
        return True
    return os.environ.get("TERM") != "dumb" and stream is not None and stream.isatty()


def bold_red(text, stream):
    """Returns `text`, in bold red if `stream` takes colours."""
    return f"\x1b[1;31m{text}\x1b[0m" if takes_colours(stream) else text


def highlighted(text, word, stream):
    """Returns `text`, each `word` in it bold, whatever its case, if `stream` takes colours."""
    if not word or not takes_colours(stream):
        return text
    import re  # Only ever needed in a terminal.

    return re.sub(re.escape(word), lambda found: f"\x1b[1m{found[0]}\x1b[0m", text, flags=re.I)
