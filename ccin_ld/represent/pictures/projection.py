"""From longitude and latitude to a place in a picture, and the outline of the land behind it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from math import atan2, atanh, cos, isfinite, radians, sin, tan
from pathlib import Path

_UK = Path(__file__).parent / "uk.json"


def transverse_mercator(long: float, lat: float, meridian: float) -> tuple[float, float]:
    """Return a place on the plane of a transverse Mercator projection of the sphere, of radius 1."""
    east, north = radians(long - meridian), radians(lat)
    return atanh(cos(north) * sin(east)), atan2(tan(north), cos(east))


@dataclass(frozen=True)
class Projection:
    """A transverse Mercator projection, scaled and moved into a picture whose y grows downwards."""

    meridian: float
    scale: float
    left: float
    top: float

    def place_of(self, x: float, y: float) -> tuple[float, float]:
        """Return where a place of the plane is in the picture."""
        return x * self.scale + self.left, self.top - y * self.scale

    def place(self, long: float, lat: float) -> tuple[float, float]:
        """Return where a longitude and a latitude are in the picture."""
        return self.place_of(*transverse_mercator(long, lat, self.meridian))


@dataclass(frozen=True)
class Outline:
    """The land behind a map: its projection, the size of the picture, and the land as path data."""

    projection: Projection
    width: float
    height: float
    land: str

    def holds(self, long: float, lat: float) -> bool:
        """Say whether a longitude and a latitude fall into the picture."""
        if not (
            isfinite(long) and isfinite(lat) and abs(lat) < 85 and abs(long - self.projection.meridian) < 60
        ):
            return False
        x, y = self.projection.place(long, lat)
        return 0 <= x <= self.width and 0 <= y <= self.height


@cache
def united_kingdom() -> Outline:
    """Return the outline of the United Kingdom that is shipped; bench/outline.py made it."""
    told = json.loads(_UK.read_text(encoding="utf-8"))
    made = Projection(told["meridian"], told["scale"], told["left"], told["top"])
    return Outline(made, told["width"], told["height"], told["land"])
