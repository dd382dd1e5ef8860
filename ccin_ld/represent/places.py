"""Things on a map: GeoJSON (RFC 7946). A thing without a known place is there too, without a geometry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import pyoxigraph as ox

from ..model import ClassShape
from ..namespaces import CCIN, GEO, RDFS, WGS84
from ..resource import Object, Resource
from .table import words

# The properties by which a thing has a place of its own, or that of its area.
_AREA, _POINT = CCIN + "area", GEO + "hasCentroid"


class Triples(Protocol):
    """What is asked of a Store."""

    def objects(self, iri: str, predicate: str) -> list[Object]: ...


def have_places(shape: ClassShape | None) -> bool:
    """Say whether things of a class have places, as its shape tells."""
    return shape is not None and any(field.path in (_AREA, _POINT) for field in shape.fields)


def has_place(resource: Resource) -> bool:
    """Say whether a place of the thing, or an area, is recorded."""
    return bool(resource.iris(_POINT) or resource.iris(_AREA))


def feature(resource: Resource, shape: ClassShape | None, store: Triples) -> dict[str, Any]:
    """Return a thing as a feature: its point, else the first point of its areas, and the shape's fields."""
    properties: dict[str, Any] = {"label": resource.label()}
    for field in shape.fields if shape else ():
        values = [words(resource, one) for one in resource.objects(field.path)]
        if values and field.path not in (_POINT, RDFS + "label"):
            properties.setdefault(field.name, values[0] if len(values) == 1 else sorted(values))
    return {
        "type": "Feature",
        "id": resource.iri,
        "geometry": _geometry(resource, store),
        "properties": properties,
    }


def _geometry(resource: Resource, store: Triples) -> dict[str, Any] | None:
    nodes = resource.iris(_POINT)
    for area in resource.iris(_AREA):
        nodes += [one.value for one in store.objects(area, _POINT) if isinstance(one, ox.NamedNode)]
    for node in nodes:
        long, lat = (_number(store.objects(node, WGS84 + name)) for name in ("long", "lat"))
        if long is not None and lat is not None:
            return {"type": "Point", "coordinates": [long, lat]}  # RFC 7946, 3.1.1: longitude first
    return None


def _number(values: Sequence[Object]) -> float | None:
    return next((float(one.value) for one in values if isinstance(one, ox.Literal)), None)


def collection(features: Iterable[dict[str, Any]], **told: Any) -> dict[str, Any]:
    """Return features as one collection; *told* is said beside them (RFC 7946, 6.1)."""
    return {"type": "FeatureCollection", **told, "features": list(features)}
