# SPDX-License-Identifier: Apache-2.0
# How numbers, times and tables read as plain text.
import datetime
import unicodedata


def count(number, noun, plural=None):
    """Returns `1 row`, `1,234 rows`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def bytes_text(size):
    """Returns `812 B`, `1.5 MiB`."""
    if size is None:
        return ""
    value = float(size)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if value < 1024:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1024
    return f"{value:.1f} TiB"


def elapsed_text(elapsed_ms):
    """Returns `0.34 s`, `2 min 5 s`."""
    if elapsed_ms is None:
        return ""
    seconds = elapsed_ms / 1000
    if seconds < 60:
        return f"{seconds:.2f} s"
    return f"{int(seconds // 60)} min {int(seconds % 60)} s"


def time_text(time):
    """Returns a UTC time, datetime or milliseconds, to the second."""
    if time is None:
        return ""
    if not isinstance(time, datetime.datetime):
        time = datetime.datetime.fromtimestamp(time / 1000, datetime.timezone.utc)
    return time.strftime("%Y-%m-%d %H:%M:%S")


def day_text(day, name):
    """Returns a day given as a date, datetime or `YYYY-MM-DD` as text, or None for None. Raises
    ValueError.
    """
    if day is None:
        return None
    if isinstance(day, datetime.datetime):
        day = day.date()
    try:
        if isinstance(day, datetime.date):
            return day.isoformat()
        if len(day) == 10:
            return datetime.date.fromisoformat(day).isoformat()
    except (TypeError, ValueError):
        pass
    raise ValueError(f"{name} is no day: {day!r} - write {name}='YYYY-MM-DD'")


def aligned(headers, rows):
    """Returns a plain text table; data cannot break its lines or steer a terminal."""
    lines = [[_printable(cell) for cell in row] for row in [headers, *rows]]
    widths = [max(len(line[i]) for line in lines) for i in range(len(headers))]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines
    )


def _printable(cell):
    text = "NULL" if cell is None else str(cell)
    return "".join(
        c if unicodedata.category(c)[0] != "C" else c.encode("unicode_escape").decode("ascii")
        for c in text
    )
