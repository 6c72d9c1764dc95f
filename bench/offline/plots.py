# The plots of docs/performance.md, as SVG.
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import math

WIDTH, HEIGHT, LEFT, TOP, BAR = 720, 24, 210, 30, 16
COLOURS = ("#2b6cb0", "#a0aec0", "#dd6b20", "#38a169")
Points = list[tuple[float, float]]


def bars(seconds: dict[str, float], beyond: dict[str, float]) -> str:
    """A bar for each contender, ours in colour; `beyond` are those that were stopped, with the seconds after which."""
    longest = max([*seconds.values(), *beyond.values()])
    parts = []
    for i, (label, taken) in enumerate([*seconds.items(), *beyond.items()]):
        y, width = TOP + i * HEIGHT, (WIDTH - LEFT - 90) * taken / longest
        colour = COLOURS[0] if label.startswith(("gnomon", "kernel")) else COLOURS[1]
        style = f'fill="{colour}"' if label in seconds else f'fill="none" stroke="{colour}" stroke-dasharray="4 3"'
        words = f"{taken:.2f} s" if label in seconds else f"&gt; {taken:.0f} s"
        parts.append(f'<text x="{LEFT - 8}" y="{y + 12}" text-anchor="end">{label}</text>'
                     f'<rect x="{LEFT}" y="{y}" width="{width:.1f}" height="{BAR}" {style}/>'
                     f'<text x="{LEFT + width + 6:.1f}" y="{y + 12}">{words}</text>')
    return _svg(TOP + (len(seconds) + len(beyond)) * HEIGHT + 10, parts)


def logarithmic(points: Points) -> str:
    """One curve, both scales logarithmic, each point with its words."""
    placed = _place([(math.log10(x), math.log10(max(y, 1e-3))) for x, y in points])
    marks = [_mark(at, COLOURS[0], f"{x:,.0f}: {y:.2f} s") for at, (x, y) in zip(placed, points)]
    return _svg(270, [_line(placed, COLOURS[0]), *marks])


def curves(series: dict[str, Points]) -> str:
    """Curves from zero, both scales linear; at the end of each stands its name."""
    every = [point for points in series.values() for point in points]
    frame = [(0.0, 0.0), (max(x for x, _ in every), max(y for _, y in every))]
    parts = ['<path d="M60 50V240H620" fill="none" stroke="#718096"/>']
    for x in sorted({x for x, _ in every}):
        at = _place([(x, 0.0)], frame)[0]
        parts.append(f'<text x="{at[0]:.1f}" y="256" text-anchor="middle">{x:,.0f}</text>')
    for (name, points), colour in zip(series.items(), COLOURS):
        placed = _place(points, frame)
        parts += [_line(placed, colour), *(_mark(at, colour, f"{y:.2f}") for at, (_, y) in zip(placed[:-1], points))]
        parts.append(_mark(placed[-1], colour, f"{name} {points[-1][1]:.2f} s"))
    return _svg(270, parts)


def _place(points: Points, frame: Points | None = None) -> Points:
    xs, ys = zip(*(frame or points))
    low_x, low_y = min(xs), min(ys)
    scale_x = max(max(xs) - low_x, 1e-9)
    scale_y = max(max(ys) - low_y, 1e-9)
    return [(60 + (x - low_x) / scale_x * (WIDTH - 200), 240 - (y - low_y) / scale_y * 190) for x, y in points]


def _line(placed: Points, colour: str) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'


def _mark(at: tuple[float, float], colour: str, words: str) -> str:
    x, y = at
    return (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>'
            f'<text x="{x + 8:.1f}" y="{y - 6:.1f}">{words}</text>')


def _svg(height: int, parts: list[str]) -> str:
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" font-family="sans-serif" '
            f'font-size="12"><rect width="100%" height="100%" fill="white"/>{"".join(parts)}</svg>\n')
