"""One thing, what it is in, and what else is in that: a council, its projects, and those it works with."""

from __future__ import annotations

from markupsafe import Markup

from .svg import LINE, Node, followed, linked, mark, n, widest, words, wrapped
from .web import Web, barycentre, ordered

_WIDTH, _CENTRE, _MIDDLE, _RIGHT = 760.0, 22.0, 250.0, 470.0
_GAP, _PAD, _WRAP = 9.0, 10.0, 200.0


def flow(centre: Node, web: Web, title: str) -> Markup:
    """Return *centre* on the left, what it is in in the middle, and the others on the right."""
    of_left, of_right = web.of_left(), web.of_right()
    order = sorted(
        range(len(web.right)),
        key=lambda one: (-len(of_right[one]), _mean(of_right[one]), one),
    )
    right = [wrapped(web.right[one].label, _WIDTH - _RIGHT - 22) for one in order]
    middle = [wrapped(one.label, _WRAP) for one in web.left]
    name = wrapped(centre.label, _MIDDLE - 130, lines=6)
    high = sum(len(lines) * LINE + _GAP for lines in right)
    tall = sum(len(lines) * LINE + 42 for lines in middle)
    height = 2 * _PAD + max(high, tall, 2 * (len(name) * LINE + 28))
    right_at, y = dict[int, float](), _PAD + (height - 2 * _PAD - high) / 2
    for one, lines in zip(order, right, strict=True):
        size = len(lines) * LINE + _GAP
        right_at[one], y = y + size / 2, y + size
    places = _middle_order(web, right_at)
    middle_at, y = dict[int, float](), _PAD
    spare = (height - 2 * _PAD - tall) / max(1, len(middle))
    for one in places:
        size = len(middle[one]) * LINE + 42 + spare
        # The words stand above the mark.
        middle_at[one], y = y + size / 2 + len(middle[one]) * LINE / 2, y + size
    at = height / 2
    inner = []
    for one, node in enumerate(web.left):
        y = middle_at[one]
        edge = _curve(_CENTRE, at, _MIDDLE, y) + "".join(
            _curve(_MIDDLE, y, _RIGHT, right_at[two]) for two in of_left[one]
        )
        shape = mark(node, _MIDDLE, y, 9)
        label = words(middle[one], _MIDDLE, y - 14 - len(middle[one]) * LINE / 2, anchor="middle", css="halo")
        inner.append(f'<g class="lane"><path class="edge" d="{edge}"/>{linked(node, shape + label)}</g>')
    inner.append(mark(centre, _CENTRE, at, 13))
    inner.append(
        words(name, max(6.0, _CENTRE - widest(name) / 2), at + 22 + len(name) * LINE / 2, css="halo")
    )
    for one, lines in zip(order, right, strict=True):
        node = web.right[one]
        size = 8 if len(of_right[one]) > 1 else 5
        inner.append(
            linked(node, mark(node, _RIGHT, right_at[one], size) + words(lines, _RIGHT + 16, right_at[one]))
        )
    return followed("flow", _WIDTH, height, title, "".join(inner))


def _mean(many: list[int]) -> float:
    return sum(many) / len(many) if many else float("inf")


def _middle_order(web: Web, right_at: dict[int, float]) -> list[int]:
    """Return the middle column by where its lines go; what leads nowhere else stands first."""
    means = barycentre(web.of_left(), [right_at[one] for one in range(len(web.right))])
    return ordered([mean if mean != float("inf") else -1.0 for mean in means])


def _curve(x: float, y: float, to_x: float, to_y: float) -> str:
    half = (x + to_x) / 2
    return f"M{n(x)} {n(y)}C{n(half)} {n(y)} {n(half)} {n(to_y)} {n(to_x)} {n(to_y)}"
