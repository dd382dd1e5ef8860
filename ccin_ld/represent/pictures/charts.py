"""Charts: bars for numbers of things, and lines for numbers over time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from markupsafe import Markup

from .dots import spread
from .svg import LINE, Node, followed, linked, n, picture, width_of, words, wrapped

_WIDTH, _LABELS, _ROW, _PAD = 720.0, 270.0, 10.0, 4.0
_LINE_HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 330.0, 56.0, 500.0, 14.0, 296.0
STYLES = 6
_MARKED = 60


@dataclass(frozen=True)
class Bar:
    """One number with the thing or the words it is of."""

    node: Node
    value: float


@dataclass(frozen=True)
class Series:
    """Numbers over time under one name: pairs of a time, in years, and a value."""

    name: str
    points: tuple[tuple[float, float], ...]


def ticks(low: float, high: float, *, most: int = 6) -> list[float]:
    """Return round numbers from *low* or less to *high* or more, at most *most* and one."""
    least = max(abs(low), abs(high), 1e-6) * 1e-6
    if high - low < least:
        high = low + max(least, 1.0 if high <= low else 0.0)
    rough = (high - low) / (most - 1)
    power = 10.0 ** floor(log10(rough))
    step = next(size * power for size in (1, 2, 2.5, 5, 10) if size * power >= rough * 0.999)
    if step < 1 and float(low).is_integer() and float(high).is_integer():
        step = 1.0
    first, last = floor(low / step), ceil(high / step)
    return [place * step for place in range(first, last + 1)]


def told(value: float) -> str:
    """Return a number as people read it."""
    if float(value).is_integer() and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:,.4g}" if abs(value) < 1e15 else f"{value:.3g}"


def bars(rows: Sequence[Bar], title: str, description: str, *, name: str = "bars") -> Markup:
    """Return a bar for each row, with its words before and its number after; links where there are some."""
    low, high = min(0.0, *(one.value for one in rows)), max(0.0, *(one.value for one in rows))
    marks = ticks(low, high)
    room = max(width_of(told(one.value)) for one in rows) + 12
    start = _LABELS + (room if low < 0 else 0)
    scale = (_WIDTH - room - start) / (marks[-1] - marks[0])
    zero = start - marks[0] * scale
    labels = [wrapped(one.node.label, _LABELS - 20) for one in rows]
    height = sum(max(22.0, len(lines) * LINE) + _ROW for lines in labels) + _PAD
    inner = _axis(marks, start, scale, height)
    y = _PAD
    for one, lines in zip(rows, labels, strict=True):
        size = max(22.0, len(lines) * LINE)
        inner += linked(one.node, _bar(one, lines, zero, scale, y + size / 2))
        y += size + _ROW
    if any(one.node.href for one in rows):
        return followed("chart", _WIDTH, height + 26, title, inner)
    return picture("chart", name, _WIDTH, height + 26, title, description, inner)


def _axis(marks: Sequence[float], start: float, scale: float, height: float) -> str:
    inner, edge = "", -1e9
    for one in marks:
        x, text = start + (one - marks[0]) * scale, told(one)
        inner += f'<path class="grid" d="M{n(x)} 0V{n(height)}"/>'
        if x - width_of(text, 12) / 2 > edge:
            inner += words([text], x, height + 14, anchor="middle", css="tick")
            edge = x + width_of(text, 12) / 2 + 6
    return inner


def _bar(one: Bar, lines: Sequence[str], zero: float, scale: float, y: float) -> str:
    wide = abs(one.value) * scale
    left = zero - (wide if one.value < 0 else 0)
    rect = f'<rect class="bar" x="{n(left)}" y="{n(y - 11)}" width="{n(wide)}" height="22" rx="2"/>'
    side = ("end", left - 6) if one.value < 0 else ("start", left + wide + 6)
    return (
        words(lines, _LABELS - 10, y, anchor="end")
        + rect
        + words([told(one.value)], side[1], y, anchor=side[0])
    )


def lines(series: Sequence[Series], title: str, description: str, *, name: str = "lines") -> Markup:
    """Return a line for each series, with its name at its end; each has a mark and a dash of its own.

    Where a series has several values at one time, all are marked and the line goes through none of them.
    """
    points = [point for one in series for point in one.points]
    times, values = [time for time, _ in points], [value for _, value in points]
    across = ticks(floor(min(times)), ceil(max(times)), most=8)
    up = ticks(min(0.0, *values), max(0.0, *values))
    wide, high = (_RIGHT - _LEFT) / (across[-1] - across[0]), (_BOTTOM - _TOP) / (up[-1] - up[0])

    def place(point: tuple[float, float]) -> tuple[float, float]:
        return _LEFT + (point[0] - across[0]) * wide, _BOTTOM - (point[1] - up[0]) * high

    inner = ""
    for value in up:
        y = place((across[0], value))[1]
        inner += f'<path class="grid" d="M{n(_LEFT)} {n(y)}H{n(_RIGHT)}"/>'
        inner += words([told(value)], _LEFT - 8, y, anchor="end", css="tick")
    for time in across:
        if float(time).is_integer():
            inner += words(
                [str(int(time))], place((time, up[0]))[0], _BOTTOM + 18, anchor="middle", css="tick"
            )
    for number, one in enumerate(series):
        inner += _series(sorted(place(point) for point in one.points), number % STYLES)
    return picture("chart", name, _WIDTH, _LINE_HEIGHT, title, description, inner + _ends(series, place))


def _series(points: Sequence[tuple[float, float]], style: int) -> str:
    at: dict[float, list[float]] = {}
    for x, y in points:
        at.setdefault(x, []).append(y)
    single = [(x, ys[0]) for x, ys in at.items() if len(set(ys)) == 1]
    path = "L".join(f"{n(x)} {n(y)}" for x, y in single)
    line = f'<path class="series s{style}" d="M{path}"/>' if len(single) > 1 else ""
    # So many marks would hide the line; those that it does not go through stay.
    marked = points if len(points) <= _MARKED else [(x, ys[0]) for x, ys in at.items() if len(set(ys)) > 1]
    return line + "".join(_point(x, y, style) for x, y in marked)


def _point(x: float, y: float, style: int) -> str:
    css = f'class="point s{style}"'
    if style % 3 == 0:
        return f'<circle {css} cx="{n(x)}" cy="{n(y)}" r="5"/>'
    if style % 3 == 1:
        return f'<rect {css} x="{n(x - 4.5)}" y="{n(y - 4.5)}" width="9" height="9"/>'
    return f'<path {css} d="M{n(x)} {n(y - 6)}L{n(x + 6)} {n(y)}L{n(x)} {n(y + 6)}L{n(x - 6)} {n(y)}z"/>'


def _ends(series: Sequence[Series], place: Callable[[tuple[float, float]], tuple[float, float]]) -> str:
    """Return the name of each series at the right, near its last point."""
    last = sorted((place(max(one.points))[1], number) for number, one in enumerate(series))
    labels = [wrapped(series[number].name, _WIDTH - _RIGHT - 44, lines=2) for _, number in last]
    rows = spread([y for y, _ in last], [len(one) * LINE + 5 for one in labels], _LINE_HEIGHT)
    inner = ""
    for (y, number), label, row in zip(last, labels, rows, strict=True):
        x = place(max(series[number].points))[0]
        inner += f'<path class="lead" d="M{n(x + 7)} {n(y)}L{n(_RIGHT + 14)} {n(row)}"/>'
        inner += _point(_RIGHT + 22, row, number % STYLES) + words(label, _RIGHT + 34, row)
    return inner
