"""The whole network on one ring: bodies on a circle, and inside it what they share."""

from __future__ import annotations

from collections.abc import Iterable
from math import cos, hypot, pi, sin, sqrt

from markupsafe import Markup

from .svg import LINE, Box, box_of, mark, n, picture, words, wrapped
from .web import Web, untangled

_WIDTH, _HEIGHT, _X, _Y, _RADIUS = 760.0, 580.0, 380.0, 290.0, 236.0
_APART, _STEPS, _LABELS, _TITLES = 54.0, 80, 16, 3

Place = tuple[float, float]


def ring(web: Web, title: str, description: str, *, name: str = "ring") -> Markup:
    """Return the left side inside a circle, each at the mean of what it is joined to on the right side.

    Names are written where there is room, those of the most joined first; none meets another.
    """
    of_left, of_right = web.of_left(), web.of_right()
    left_order, right_order = untangled(web)
    right_at = {one: _on_circle(place, len(right_order)) for place, one in enumerate(right_order)}
    left_at = apart({one: _mean([right_at[two] for two in of_left[one]]) for one in left_order})
    small = min(7.0, _RADIUS * pi / max(1, len(web.right)) * 0.8)
    left_size = {one: min(8 + 2 * sqrt(len(of_left[one])), _APART / 2.4) for one in left_at}
    right_size = {one: min(small + (small / 4) * (len(of_right[one]) - 1), small * 1.8) for one in right_at}
    taken = [_around(left_at[one], left_size[one]) for one in left_at]
    taken += [_around(right_at[one], right_size[one]) for one in right_at]
    inner = [_edges(left_at[one], [right_at[two] for two in of_left[one]]) for one in sorted(left_at)]
    inner += [mark(web.left[one], *left_at[one], left_size[one]) for one in sorted(left_at)]
    inner += [mark(web.right[one], *right_at[one], right_size[one]) for one in sorted(right_at)]
    inner += _titles(web, left_at, left_size, of_left, taken)
    inner += _names(web, right_at, right_size, of_right, taken)
    return picture("net", name, _WIDTH, _HEIGHT, title, description, "".join(inner))


def _on_circle(place: int, count: int) -> Place:
    turn = 2 * pi * place / max(1, count) - pi / 2
    return _X + _RADIUS * cos(turn), _Y + _RADIUS * sin(turn)


def _mean(many: list[Place]) -> Place:
    """Return the mean of places, drawn a little to the middle; of none, the middle."""
    if not many:
        return _X, _Y
    x, y = (sum(one[axis] for one in many) / len(many) for axis in (0, 1))
    return _X + (x - _X) * 0.72, _Y + (y - _Y) * 0.72


def apart(places: dict[int, Place]) -> dict[int, Place]:
    """Return places moved until each two are far enough apart and all are well inside the circle."""
    space = min(_APART, 1.5 * _RADIUS / sqrt(max(1, len(places))))
    found = dict(places)
    order = sorted(found)
    for _ in range(_STEPS):
        moved = False
        for number, one in enumerate(order):
            for two in order[number + 1 :]:
                step = _step(found[one], found[two], space, one + two)
                if step:
                    moved = True
                    (ax, ay), (bx, by), (dx, dy) = found[one], found[two], step
                    found[one], found[two] = _within((ax - dx, ay - dy)), _within((bx + dx, by + dy))
        if not moved:
            break
    return found


def _step(one: Place, two: Place, space: float, turn: int) -> Place | None:
    """Return half of the way that two places must move apart, or None."""
    dx, dy = two[0] - one[0], two[1] - one[1]
    far = hypot(dx, dy)
    if far >= space - 0.5:
        return None
    if far < 0.01:  # the same place: a direction for each pair, the same in every run
        dx, dy, far = cos(turn), sin(turn), 1.0
        return dx * space / 2, dy * space / 2
    push = (space - far) / 2
    return dx / far * push, dy / far * push


def _within(place: Place) -> Place:
    x, y = place[0] - _X, place[1] - _Y
    far, most = hypot(x, y), _RADIUS - 46
    return place if far <= most else (_X + x / far * most, _Y + y / far * most)


def _edges(start: Place, ends: Iterable[Place]) -> str:
    x, y = start
    # Lines bend towards the middle, so that those of neighbours run together.
    path = ""
    for ex, ey in ends:
        bend = (x + ex) / 2 * 0.9 + _X * 0.1, (y + ey) / 2 * 0.9 + _Y * 0.1
        path += f"M{n(x)} {n(y)}Q{n(bend[0])} {n(bend[1])} {n(ex)} {n(ey)}"
    return f'<path class="edge" d="{path}"/>' if path else ""


def _around(place: Place, size: float) -> Box:
    return Box(place[0] - size, place[1] - size, place[0] + size, place[1] + size)


def _titles(
    web: Web, at: dict[int, Place], size: dict[int, float], joined: list[list[int]], taken: list[Box]
) -> list[str]:
    """Return the names of the most joined things inside the ring, under or above each; *taken* grows."""
    found: list[str] = []
    for one in sorted(at, key=lambda one: (-len(joined[one]), one))[:_TITLES]:
        lines = wrapped(web.left[one].label, 190, lines=3)
        x, y = at[one]
        reach = size[one] + 5 + len(lines) * LINE / 2
        for middle in (y + reach, y - reach):
            if _fits(box := box_of(lines, x, middle, "middle", size=15), taken):
                taken.append(box)
                found.append(words(lines, x, middle, anchor="middle", css="halo paper"))
                break
    return found


def _names(
    web: Web, at: dict[int, Place], size: dict[int, float], joined: list[list[int]], taken: list[Box]
) -> list[str]:
    """Return the names of the most joined things on the ring, outside it; *taken* grows."""
    found: list[str] = []
    for one in sorted(at, key=lambda one: (-len(joined[one]), one)):
        if len(found) == _LABELS:
            break
        x, y = at[one]
        side = 1 if x >= _X else -1
        room = (_WIDTH - x if side > 0 else x) - size[one] - 12
        lines = wrapped(web.right[one].label, min(room / 1.08, 200.0), lines=4) if room > 60 else []
        if not lines or lines[-1].endswith("…"):
            continue
        far = x + side * (size[one] + 8)
        middle = y + (y - _Y) / _RADIUS * (8 + len(lines) * LINE / 2 - LINE / 2)
        anchor = "start" if side > 0 else "end"
        if _fits(box := box_of(lines, far, middle, anchor, size=15), taken):
            taken.append(box)
            found.append(words(lines, far, middle, anchor=anchor, css="halo paper"))
    return found


def _fits(box: Box, taken: Iterable[Box]) -> bool:
    return box.inside(_WIDTH, _HEIGHT) and not any(box.meets(one) for one in taken)
