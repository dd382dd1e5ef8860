"""Draw the coast of the United Kingdom once, from a TopoJSON file of boundaries, as one small SVG path.

Run: ``python -m bench.outline BOUNDARIES.topojson > ccin_ld/represent/pictures/uk.json``. The file is kept;
this is run again only when the boundaries change.
"""

from __future__ import annotations

import heapq
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from ccin_ld.represent.pictures.projection import Projection, transverse_mercator

Point = tuple[float, float]

_MERIDIAN = -2.0
_HEIGHT, _MARGIN = 720.0, 14.0
# In square units of the picture: a corner that spans less is left out, and so is a smaller island.
_CORNER, _ISLAND = 3.0, 8.0


def decoded(topology: dict[str, Any]) -> list[list[Point]]:
    """Return the arcs of a quantised topology as longitude and latitude (TopoJSON, 2.1.3 and 2.1.4)."""
    (wide, high), (left, low) = topology["transform"]["scale"], topology["transform"]["translate"]
    found = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((x * wide + left, y * high + low))
        found.append(line)
    return found


def coast(topology: dict[str, Any]) -> list[int]:
    """Return the arcs that only one country has: the coast, and the land border of Northern Ireland."""
    countries = topology["objects"]["country"]["geometries"]
    used = [arc for one in countries for arc in _flat(one["arcs"])]
    times = Counter(arc if arc >= 0 else ~arc for arc in used)
    return [arc for arc in used if times[arc if arc >= 0 else ~arc] == 1]


def _flat(arcs: Iterable[Any]) -> Iterator[int]:
    for one in arcs:
        if isinstance(one, int):
            yield one
        else:
            yield from _flat(one)


def rings(arcs: Sequence[int], lines: Sequence[list[Point]]) -> list[list[Point]]:
    """Return closed rings made of arcs that meet end to end; ``~n`` is the arc *n* backwards."""
    paths = [lines[arc] if arc >= 0 else lines[~arc][::-1] for arc in arcs]
    by_start: dict[Point, list[list[Point]]] = {}
    for path in paths:
        by_start.setdefault(path[0], []).append(path)
    found = []
    while by_start:
        start = next(iter(by_start))
        ring = [start]
        while ring[-1] in by_start:
            here = by_start[ring[-1]]
            ring += here.pop()[1:]
            if not here:
                del by_start[next(key for key, left in by_start.items() if left is here)]
        found.append(ring)
    return found


def simplified(ring: Sequence[Point], least: float) -> list[Point]:
    """Return a ring without the corners whose triangles are smallest, one after another (Visvalingam)."""
    count = len(ring)
    before, after = [(n - 1) % count for n in range(count)], [(n + 1) % count for n in range(count)]
    gone = [False] * count
    size = [_triangle(ring[before[n]], ring[n], ring[after[n]]) for n in range(count)]
    heap = [(area, n) for n, area in enumerate(size)]
    heapq.heapify(heap)
    left = count
    while heap and left > 4:
        area, n = heapq.heappop(heap)
        if gone[n] or area != size[n]:
            continue
        if area >= least:
            break
        gone[n], left = True, left - 1
        after[before[n]], before[after[n]] = after[n], before[n]
        for near in (before[n], after[n]):
            size[near] = max(area, _triangle(ring[before[near]], ring[near], ring[after[near]]))
            heapq.heappush(heap, (size[near], near))
    return [point for n, point in enumerate(ring) if not gone[n]]


def _triangle(one: Point, two: Point, three: Point) -> float:
    return abs((two[0] - one[0]) * (three[1] - one[1]) - (three[0] - one[0]) * (two[1] - one[1])) / 2


def area(ring: Sequence[Point]) -> float:
    """Return the area inside a ring."""
    pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
    return abs(sum(one[0] * two[1] - two[0] * one[1] for one, two in pairs)) / 2


def path_of(found: Iterable[Sequence[Point]]) -> str:
    """Return rings as path data: whole numbers, each point told from the one before."""
    parts = []
    for ring in found:
        points = [(round(x), round(y)) for x, y in ring]
        points = [p for n, p in enumerate(points) if p != points[n - 1]]
        steps = [f"{x - px}{y - py if y - py < 0 else f' {y - py}'}" for (px, py), (x, y) in pairwise(points)]
        text = f"M{points[0][0]} {points[0][1]}l"
        for step in steps:
            text += step if text.endswith("l") or step.startswith("-") else f" {step}"
        parts.append(text + "z")
    return "".join(parts)


def outline(topology: dict[str, Any]) -> dict[str, object]:
    """Return what uk.json holds: the projection, the frame, and the land as a path."""
    lines = decoded(topology)
    plane = [
        [transverse_mercator(long, lat, _MERIDIAN) for long, lat in ring]
        for ring in rings(coast(topology), lines)
    ]
    xs, ys = [x for ring in plane for x, _ in ring], [y for ring in plane for _, y in ring]
    scale = (_HEIGHT - 2 * _MARGIN) / (max(ys) - min(ys))
    made = Projection(_MERIDIAN, scale, _MARGIN - min(xs) * scale, _MARGIN + max(ys) * scale)
    drawn = [[made.place_of(x, y) for x, y in ring] for ring in plane]
    kept = [simplified(ring, _CORNER) for ring in drawn if area(ring) >= _ISLAND]
    kept.sort(key=area, reverse=True)
    return {
        "meridian": made.meridian,
        "scale": round(made.scale, 3),
        "left": round(made.left, 3),
        "top": round(made.top, 3),
        "width": round((max(xs) - min(xs)) * scale + 2 * _MARGIN),
        "height": round(_HEIGHT),
        "land": path_of(kept),
    }


if __name__ == "__main__":
    print(json.dumps(outline(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))))
