"""Classes as boxes in a grid, and properties as arrows between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from .svg import LINE, Node, followed, n, words, wrapped

_WIDE, _HIGH, _ACROSS, _DOWN, _PAD = 150.0, 56.0, 290.0, 132.0, 14.0


@dataclass(frozen=True)
class Class:
    """A box: its words, where its link goes, and its column and row."""

    node: Node
    column: int
    row: int


@dataclass(frozen=True)
class Arrow:
    """A property from one box to another in the same row or column, next to each other; boxes by number."""

    node: Node
    start: int
    end: int


def boxes(classes: Sequence[Class], arrows: Sequence[Arrow], title: str) -> Markup:
    """Return the boxes and the arrows, each a link; several between two boxes share the side."""
    columns, rows = max(one.column for one in classes) + 1, max(one.row for one in classes) + 1
    width = 2 * _PAD + (columns - 1) * _ACROSS + _WIDE
    height = 2 * _PAD + (rows - 1) * _DOWN + _HIGH
    pairs = [tuple(sorted((one.start, one.end))) for one in arrows]
    inner = "".join(
        _arrow(one, classes[one.start], classes[one.end], pairs[:number].count(pair), pairs.count(pair))
        for number, (one, pair) in enumerate(zip(arrows, pairs, strict=True))
    )
    return followed("onto", width, height, title, inner + "".join(_box(one) for one in classes))


def _corner(one: Class) -> tuple[float, float]:
    return _PAD + one.column * _ACROSS, _PAD + one.row * _DOWN


def _box(one: Class) -> str:
    x, y = _corner(one)
    rect = f'<rect class="box" x="{n(x)}" y="{n(y)}" width="{n(_WIDE)}" height="{n(_HIGH)}" rx="6"/>'
    label = words(wrapped(one.node.label, _WIDE - 16, lines=3), x + _WIDE / 2, y + _HIGH / 2, anchor="middle")
    return f'<a class="{escape(one.node.css)}" href="{escape(one.node.href or "")}">{rect}{label}</a>'


def _arrow(one: Arrow, start: Class, end: Class, place: int, count: int) -> str:
    (x, y), (to_x, to_y) = _corner(start), _corner(end)
    if start.row == end.row:
        level = y + _HIGH * (place + 1) / (count + 1)
        right = to_x > x
        a, b = (x + _WIDE, to_x - 2) if right else (x, to_x + _WIDE + 2)
        line, turn, tip = f"M{n(a)} {n(level)}H{n(b)}", 0 if right else 180, (b, level)
        lines = wrapped(one.node.label, _ACROSS - _WIDE - 20, lines=2)
        middle, at, anchor = (a + b) / 2, level - 4 - len(lines) * LINE / 2, "middle"
    else:
        middle = x + _WIDE * (place + 1) / (count + 1)
        down = to_y > y
        a, b = (y + _HIGH, to_y - 2) if down else (y, to_y + _HIGH + 2)
        line, turn, tip = f"M{n(middle)} {n(a)}V{n(b)}", 90 if down else -90, (middle, b)
        lines = wrapped(one.node.label, 130, lines=2)
        middle, at, anchor = middle + 8, (a + b) / 2, "start"
    move = f"translate({n(tip[0])} {n(tip[1])}) rotate({turn})"
    head = f'<path class="head" transform="{move}" d="M2 0L-9 -5V5z"/>'
    label = words(lines, middle, at, anchor=anchor, css="tick halo thin")
    return f'<path class="arrow" d="{line}"/>{head}<a href="{escape(one.node.href or "")}">{label}</a>'
