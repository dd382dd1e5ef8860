"""Two columns of named things with curves between: every name is horizontal, and none meets another."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from .svg import LINE, followed, linked, mark, n, words, wrapped
from .web import Web, barycentre, ordered, ranks

_WIDTH, _LEFT, _RIGHT = 980.0, 380.0, 640.0
_GAP, _PAD = 7.0, 8.0


def lanes(web: Web, title: str) -> Markup:
    """Return the left side in its own order, and the right side ordered by what it is joined to.

    Marks grow with the number of lines. One group for each thing on the left: CSS lights its lines.
    """
    of_left, of_right = web.of_left(), web.of_right()
    order = ordered(barycentre(of_right, ranks(range(len(web.left)))))
    left = [wrapped(one.label, _LEFT - 28) for one in web.left]
    right = [wrapped(web.right[one].label, _WIDTH - _RIGHT - 26) for one in order]
    height = max(_height(left), _height(right))
    left_at, right_places = _spread(left, height), _spread(right, height)
    right_at = {one: right_places[place] for place, one in enumerate(order)}
    inner = []
    for place, node in enumerate(web.left):
        y = left_at[place]
        curves = "".join(_curve(y, right_at[two]) for two in of_left[place])
        edge = f'<path class="edge" d="{curves}"/>' if curves else ""
        shape = mark(node, _LEFT, y, _size(len(of_left[place]), 6.5))
        label = words(left[place], _LEFT - 20, y, anchor="end")
        inner.append(f'<g class="lane">{edge}{linked(node, shape + label)}</g>')
    for place, one in enumerate(order):
        node, y = web.right[one], right_places[place]
        shape = mark(node, _RIGHT, y, _size(len(of_right[one]), 4))
        inner.append(linked(node, shape + words(right[place], _RIGHT + 18, y)))
    return followed("lanes", _WIDTH, height, title, "".join(inner))


def _height(labels: Sequence[Sequence[str]]) -> float:
    return 2 * _PAD + sum(len(lines) * LINE + _GAP for lines in labels)


def _spread(labels: Sequence[Sequence[str]], height: float) -> list[float]:
    """Return the middle of each label when they share a height evenly."""
    spare = (height - _height(labels)) / max(1, len(labels))
    found, y = [], _PAD
    for lines in labels:
        size = len(lines) * LINE + _GAP + spare
        found.append(y + size / 2)
        y += size
    return found


def _curve(y: float, to: float) -> str:
    return f"M{n(_LEFT)} {n(y)}C490 {n(y)} 530 {n(to)} {n(_RIGHT)} {n(to)}"


def _size(times: int, least: float) -> float:
    return float(min(least + 1.5 * max(0, times - 1) ** 0.75, least * 2.2, 11.0))
