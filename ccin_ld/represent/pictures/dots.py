"""Maps of dots: the outline of the land, and things at their places, moved apart where they would touch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, hypot, isfinite, radians, sin, sqrt

from markupsafe import Markup, escape

from .projection import Outline, united_kingdom
from .svg import LINE, Node, followed, linked, n, picture, words, wrapped

# More dots than this are gathered into circles with a number; more than that have no names beside the map.
GATHERED, NAMED = 150, 80
_RADIUS, _STEPS, _CELL = 7.0, 300, 34.0
_COLUMN, _WRAP, _GAP = 240.0, 212.0, 6.0
_OWN = 600.0  # how wide and high a map without an outline is

Place = tuple[float, float]


@dataclass(frozen=True)
class Spot:
    """A thing at a longitude and a latitude; one that is not *main* is there to compare with."""

    node: Node
    long: float
    lat: float
    main: bool = True

    @property
    def is_somewhere(self) -> bool:
        """Whether there is such a place."""
        return isfinite(self.long) and isfinite(self.lat) and abs(self.long) <= 180 and abs(self.lat) <= 90


@dataclass(frozen=True)
class Frame:
    """The picture that spots are put into: its size, the land if it is drawn, and where each spot is."""

    width: float
    height: float
    land: str
    places: tuple[Place, ...]


def frame_of(spots: Sequence[Spot], outline: Outline) -> Frame:
    """Return the frame for spots: the outline when it holds them all, else one that is just large enough."""
    if all(outline.holds(one.long, one.lat) for one in spots):
        places = tuple(outline.projection.place(one.long, one.lat) for one in spots)
        return Frame(outline.width, outline.height, outline.land, places)
    middle = cos(radians(sum(one.lat for one in spots) / len(spots)))
    xs, ys = [one.long * max(middle, 0.2) for one in spots], [-one.lat for one in spots]
    scale = (_OWN - 60) / max(max(xs) - min(xs), max(ys) - min(ys), 0.02)
    places = tuple(
        (30 + (x - min(xs)) * scale, 30 + (y - min(ys)) * scale) for x, y in zip(xs, ys, strict=True)
    )
    return Frame(60 + (max(xs) - min(xs)) * scale, 60 + (max(ys) - min(ys)) * scale, "", places)


def dot_map(
    spots: Sequence[Spot], title: str, description: str, *, name: str = "map", coast: str = ""
) -> Markup:
    """Return a map to look at; very many dots are gathered into circles with a number; no spot is nowhere.

    *coast* is the address of a file that has the outline, which is larger than all else in the picture.
    """
    frame = frame_of(spots, united_kingdom())
    inner = _ground(frame, coast)
    if len(spots) > GATHERED:
        return picture(
            "map", name, frame.width, frame.height, title, description, inner + _gathered(spots, frame)
        )
    places = apart(frame.places, _RADIUS * 2 + 2, frame.width, frame.height)
    inner += _ties(frame.places, places)
    others = [place for one, place in zip(spots, places, strict=True) if not one.main]
    inner += _others(others)
    size = _RADIUS * 1.6 if others else _RADIUS
    inner += "".join(_dot(place, size) for one, place in zip(spots, places, strict=True) if one.main)
    return picture("map", name, frame.width, frame.height, title, description, inner)


def named_map(spots: Sequence[Spot], title: str) -> Markup | None:
    """Return a map with the name of each spot beside it as a link and a line to its dot; None for too many.

    The names stand in two columns, so that none meets another. Every spot is somewhere.
    """
    if not 0 < len(spots) <= NAMED:
        return None
    frame = frame_of(spots, united_kingdom())
    places = apart(frame.places, _RADIUS * 2 + 2, frame.width, frame.height)
    by_x = sorted(range(len(spots)), key=lambda one: (places[one][0], one))
    sides = [
        sorted(half, key=lambda one: (places[one][1], one))
        for half in (by_x[: len(by_x) // 2], by_x[len(by_x) // 2 :])
    ]
    labels = [[wrapped(spots[one].node.label, _WRAP, lines=3) for one in side] for side in sides]
    height = max(frame.height, *(sum(len(lines) * LINE + _GAP for lines in side) + 12 for side in labels))
    down = (height - frame.height) / 2
    inner = (
        f'<g transform="translate({n(_COLUMN)} {n(down)})">{_ground(frame)}{_ties(frame.places, places)}</g>'
    )
    for side, order, column in zip((0, 1), sides, labels, strict=True):
        wanted = [places[one][1] + down for one in order]
        rows = spread(wanted, [len(lines) * LINE + _GAP for lines in column], height)
        for one, lines, y in zip(order, column, rows, strict=True):
            x, dot_y = places[one][0] + _COLUMN, places[one][1] + down
            edge = _COLUMN - 14 if side == 0 else _COLUMN + frame.width + 14
            text = words(
                lines, edge - 6 if side == 0 else edge + 6, y, anchor="end" if side == 0 else "start"
            )
            lead = f'<path class="lead" d="M{n(edge)} {n(y)}L{n(x)} {n(dot_y)}"/>'
            inner += f'<g class="lane">{lead}{linked(spots[one].node, _dot((x, dot_y)) + text)}</g>'
    return followed("map named", 2 * _COLUMN + frame.width, height, title, inner)


def _ground(frame: Frame, coast: str = "") -> str:
    sea = f'<rect class="sea" width="{n(frame.width)}" height="{n(frame.height)}"/>'
    inline = f'<path class="land" d="{frame.land}"/>'
    land = f'<use class="land" href="{escape(coast)}"/>' if coast else inline
    return sea + (land if frame.land else "")


def _dot(place: Place, size: float = _RADIUS) -> str:
    return f'<circle class="dot" cx="{n(place[0])}" cy="{n(place[1])}" r="{n(size)}"/>'


def _others(places: Sequence[Place]) -> str:
    """Return dots to compare with as one path: points without a length, drawn with a round brush."""
    path = "".join(f"M{n(x)} {n(y)}h0" for x, y in places)
    return f'<path class="dots rim" d="{path}"/><path class="dots" d="{path}"/>' if path else ""


def _ties(true: Sequence[Place], moved: Sequence[Place]) -> str:
    """Return lines back to the true places of the dots that were moved."""
    far = [
        pair
        for pair in zip(true, moved, strict=True)
        if hypot(pair[0][0] - pair[1][0], pair[0][1] - pair[1][1]) > 3
    ]
    path = "".join(f"M{n(x)} {n(y)}L{n(to_x)} {n(to_y)}" for (x, y), (to_x, to_y) in far)
    return f'<path class="tie" d="{path}"/>' if path else ""


def apart(places: Sequence[Place], space: float, width: float, height: float) -> list[Place]:
    """Return places moved until no two are nearer than *space*, as far as the steps allow."""
    found = list(places)
    for _ in range(_STEPS):
        cells: dict[tuple[int, int], list[int]] = defaultdict(list)
        for one, (x, y) in enumerate(found):
            cells[int(x // space), int(y // space)].append(one)
        moved = False
        for one in range(len(found)):
            for two in _near(found[one], cells, space):
                if two > one and (step := _push(found[one], found[two], space, one)):
                    moved = True
                    found[one] = _inside(found[one][0] - step[0], found[one][1] - step[1], width, height)
                    found[two] = _inside(found[two][0] + step[0], found[two][1] + step[1], width, height)
        if not moved:
            break
    return found


def _near(place: Place, cells: dict[tuple[int, int], list[int]], space: float) -> list[int]:
    column, row = int(place[0] // space), int(place[1] // space)
    return [one for dx in (-1, 0, 1) for dy in (-1, 0, 1) for one in cells.get((column + dx, row + dy), ())]


def _push(one: Place, two: Place, space: float, turn: int) -> Place | None:
    dx, dy = two[0] - one[0], two[1] - one[1]
    far = hypot(dx, dy)
    if far >= space - 0.2:
        return None
    if far < 0.01:
        return cos(turn) * space / 2, sin(turn) * space / 2
    return dx / far * (space - far) / 2, dy / far * (space - far) / 2


def _inside(x: float, y: float, width: float, height: float) -> Place:
    edge = _RADIUS + 1
    return min(max(x, edge), max(width - edge, edge)), min(max(y, edge), max(height - edge, edge))


def spread(wanted: Sequence[float], sizes: Sequence[float], height: float) -> list[float]:
    """Return places near those that are wanted, in the same order, where rows of these sizes do not meet."""
    found: list[float] = []
    edge = 0.0
    for want, size in zip(wanted, sizes, strict=True):
        middle = max(want, edge + size / 2)
        found.append(middle)
        edge = middle + size / 2
    edge = height
    for one in reversed(range(len(found))):
        found[one] = min(found[one], edge - sizes[one] / 2)
        edge = found[one] - sizes[one] / 2
    return found


def _gathered(spots: Sequence[Spot], frame: Frame) -> str:
    """Return circles with the number of dots near each, the larger the more."""
    cells: dict[tuple[int, int], list[Place]] = defaultdict(list)
    for one, (x, y) in zip(spots, frame.places, strict=True):
        if one.main:
            cells[int(x // _CELL), int(y // _CELL)].append((x, y))
    inner = ""
    for (column, row), places in sorted(cells.items()):
        size = min(_CELL / 2 - 1, 9 + sqrt(len(places)))
        # Within its cell, so that no two circles meet.
        x, y = (
            min(
                max(sum(one[axis] for one in places) / len(places), cell * _CELL + size),
                (cell + 1) * _CELL - size,
            )
            for axis, cell in ((0, column), (1, row))
        )
        count = len(places)
        text = str(count) if count < 1000 else f"{count // 1000}k"
        inner += f'<circle class="dot" cx="{n(x)}" cy="{n(y)}" r="{n(size)}"/>'
        inner += f'<text class="count" x="{n(x)}" y="{n(y)}" text-anchor="middle">{text}</text>'
    return inner
