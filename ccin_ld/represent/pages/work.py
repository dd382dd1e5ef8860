"""Who took part in what, when and where: read once of a build, for the pictures of all of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import pyoxigraph as ox

from ...namespaces import CCIN, GEO, RDFS, WGS84
from ...resource import pick

# A page of the whole network: its picture and its table stay readable, and small.
PROJECTS_ON_PAGE, BODIES_ON_PAGE, PARTS_ON_PAGE = 16, 80, 120


class Triples(Protocol):
    """What is asked of a Store."""

    def triples_with(self, predicate: str) -> list[ox.Triple]: ...


@dataclass(frozen=True)
class Project:
    """A project: its years if recorded, the principles it meets, who led it, and all who took part."""

    iri: str
    label: str
    years: tuple[int, ...]
    principles: tuple[str, ...]
    leads: tuple[str, ...]
    bodies: tuple[str, ...]


@dataclass(frozen=True)
class Work:
    """All projects, the newest first, the labels of all things, and the place of each body that has one."""

    projects: tuple[Project, ...]
    labels: dict[str, str]
    places: dict[str, tuple[float, float]]

    def years(self) -> list[int]:
        """Return the years of all projects, the newest first."""
        return sorted({year for one in self.projects for year in one.years}, reverse=True)

    def principles(self) -> list[str]:
        """Return the principles that any project meets."""
        return sorted({iri for one in self.projects for iri in one.principles})

    def chosen(self, year: int | None, undated: bool, principle: str | None) -> list[Project]:
        """Return the projects of a year, or those whose year is not recorded, that meet a principle."""
        found = [one for one in self.projects if principle is None or principle in one.principles]
        if undated:
            return [one for one in found if not one.years]
        return found if year is None else [one for one in found if year in one.years]

    def name(self, iri: str) -> tuple[str, str]:
        """Return what puts things in order of their names."""
        return self.labels.get(iri, iri).casefold(), iri


def read(store: Triples, projects: Iterable[str]) -> Work:
    """Return the work of a build; *projects* are the IRIs of its projects."""
    labels = _labels(store)
    bodies, leads, met = (_links(store, CCIN + name) for name in ("tookPart", "lead", "meetsPrinciple"))
    years = [_texts(store, CCIN + name) for name in ("fromYear", "toYear")]
    found = [
        Project(
            iri=iri,
            label=labels.get(iri, iri),
            years=_span([text for one in years for text in one.get(iri, ())]),
            principles=tuple(sorted(met.get(iri, ()))),
            leads=tuple(sorted(leads.get(iri, ()))),
            bodies=tuple(sorted({*bodies.get(iri, ()), *leads.get(iri, ())})),
        )
        for iri in projects
    ]
    found.sort(key=lambda one: (-max(one.years, default=0), one.label.casefold(), one.iri))
    return Work(tuple(found), labels, _places(store))


def _labels(store: Triples) -> dict[str, str]:
    found: dict[str, list[ox.Literal]] = defaultdict(list)
    for triple in store.triples_with(RDFS + "label"):
        if isinstance(triple.subject, ox.NamedNode) and isinstance(triple.object, ox.Literal):
            found[triple.subject.value].append(triple.object)
    return {iri: pick(many) or iri for iri, many in found.items()}


def _links(store: Triples, predicate: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for triple in store.triples_with(predicate):
        if isinstance(triple.subject, ox.NamedNode) and isinstance(triple.object, ox.NamedNode):
            found[triple.subject.value].add(triple.object.value)
    return found


def _texts(store: Triples, predicate: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for triple in store.triples_with(predicate):
        if isinstance(triple.subject, ox.NamedNode) and isinstance(triple.object, ox.Literal):
            found[triple.subject.value].append(triple.object.value)
    return found


def _span(texts: Sequence[str]) -> tuple[int, ...]:
    """Return every year from the first to the last; a hundred at most."""
    found = sorted({int(text) for text in texts if text.isascii() and text.isdigit()})
    return tuple(range(found[0], min(found[-1], found[0] + 99) + 1)) if found else ()


def _places(store: Triples) -> dict[str, tuple[float, float]]:
    """Return longitude and latitude of each body: of its area, or of that of the council it is a group on."""
    points = _links(store, GEO + "hasCentroid")
    longs, lats = (_texts(store, WGS84 + name) for name in ("long", "lat"))
    areas, groups = _links(store, CCIN + "area"), _links(store, CCIN + "groupOn")
    found = {}
    for body in sorted({*areas, *groups}):
        own = {
            *areas.get(body, ()),
            *(one for council in groups.get(body, ()) for one in areas.get(council, ())),
        }
        nodes = [node for area in sorted(own) for node in sorted(points.get(area, ()))]
        place = next((at for node in nodes if (at := _point(longs.get(node, ()), lats.get(node, ())))), None)
        if place:
            found[body] = place
    return found


def _point(longs: Sequence[str], lats: Sequence[str]) -> tuple[float, float] | None:
    try:
        return float(min(longs)), float(min(lats))
    except ValueError:  # none, or one that is no number
        return None


def in_pages(projects: Sequence[Project]) -> list[list[Project]]:
    """Return projects in pages, each with as many as a picture shows well; one page at least."""
    pages: list[list[Project]] = [[]]
    bodies: set[str] = set()
    parts = 0
    for one in projects:
        joined, taken = bodies | set(one.bodies), parts + len(one.bodies)
        full = len(pages[-1]) == PROJECTS_ON_PAGE or len(joined) > BODIES_ON_PAGE or taken > PARTS_ON_PAGE
        if pages[-1] and full:
            pages.append([])
            joined, taken = set(one.bodies), len(one.bodies)
        pages[-1].append(one)
        bodies, parts = joined, taken
    return pages
