# SPDX-License-Identifier: Apache-2.0
# HTML for notebooks: no scripts, no colours of its own (text and lines take those of the page, so
# that light and dark both work), and everything that comes from data or configs is escaped.
import html

_STYLE = (
    "<style>"
    # More exact than the rules of notebooks, which set all cells of tables to the right.
    "div.gnomon{font-size:13px;line-height:1.45;max-width:100%;overflow-x:auto}"
    "div.gnomon table{font-size:inherit;border-collapse:collapse;margin:.4em 0;color:inherit;"
    "background:none}"
    "div.gnomon table tr th,div.gnomon table tr td{border:1px solid rgba(128,128,128,.35);"
    "padding:2px 8px;text-align:left!important;vertical-align:top;white-space:pre-wrap;background:none;"
    "color:inherit}"
    "div.gnomon table.lines tr td,div.gnomon table.lines tr th{white-space:pre}"
    "div.gnomon table tr th{background:rgba(128,128,128,.14);font-weight:600}"
    "div.gnomon table tr td.number,div.gnomon table tr th.number{text-align:right!important;"
    "font-variant-numeric:tabular-nums}"
    "div.gnomon .quiet{opacity:.65;font-weight:400}"
    "div.gnomon h4{margin:.8em 0 .2em;font-size:13px;font-weight:600}"
    "div.gnomon .title{font-size:15px;font-weight:600}"
    "div.gnomon pre{margin:.3em 0;padding:6px 8px;background:rgba(128,128,128,.1);"
    "white-space:pre-wrap}"
    "</style>"
)


class Html(str):
    """Text that is HTML already and is not escaped again."""


def escape(value):
    """Returns a value as HTML: Html as it is, None as a quiet NULL, all else as escaped text."""
    if isinstance(value, Html):
        return value
    if value is None:
        return Html('<span class="quiet">NULL</span>')
    return Html(html.escape(str(value), quote=True))


def quiet(value):
    return Html(f'<span class="quiet">{escape(value)}</span>')


def code(value):
    return Html(f"<code>{escape(value)}</code>")


def join(parts, separator=", "):
    return Html(escape(separator).join(escape(part) for part in parts))


def page(title, *parts, subtitle=""):
    """Returns what a `_repr_html_` gives: a title and parts below each other; empty ones go."""
    head = f'<div class="title">{escape(title)} {quiet(subtitle) if subtitle else ""}</div>'
    body = "".join(escape(part) for part in parts if part)
    return Html(f'{_STYLE}<div class="gnomon">{head}{body}</div>')


def heading(text):
    return Html(f"<h4>{escape(text)}</h4>")


def paragraph(text):
    return Html(f"<div>{escape(text)}</div>")


def preformatted(text):
    return Html(f"<pre>{escape(text)}</pre>")


def section(title, body):
    """Returns a heading with `body` below it, or nothing without a body."""
    return Html(heading(title) + escape(body)) if body else Html()


def table(headers, rows, numbers=(), wraps=True):
    """Returns a table; the columns at the indices `numbers` are set to the right. Unless it `wraps`,
    its cells are not broken into lines.
    """
    classes = [' class="number"' if i in numbers else "" for i in range(len(headers))]
    head = "".join(f"<th{c}>{escape(h)}</th>" for c, h in zip(classes, headers))
    lines = (
        "<tr>" + "".join(f"<td{c}>{escape(v)}</td>" for c, v in zip(classes, row)) + "</tr>"
        for row in rows
    )
    kind = "" if wraps else ' class="lines"'
    return Html(f"<table{kind}><thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>")


def facts(pairs):
    """Returns a table of names and values; a value of "" or an empty list goes."""
    rows = "".join(
        f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>"
        for name, value in pairs
        if value != "" and value != []
    )
    return Html(f"<table><tbody>{rows}</tbody></table>")
