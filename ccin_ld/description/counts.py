"""What there is in the published triples, counted once for each build (VoID, sections 4.2 to 4.6)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self
from urllib.parse import urlsplit

import pyoxigraph as ox

from ..namespaces import OWL, RDF, RDFS, SKOS

# The properties that tie a thing here to a thing elsewhere.
LINKING = (OWL + "sameAs", RDFS + "seeAlso", SKOS + "exactMatch", SKOS + "closeMatch")


@dataclass(frozen=True)
class Linkset:
    """Links of one kind to one place: what the targets' IRIs begin with, the property, and how many."""

    target: str
    predicate: str
    triples: int


@dataclass(frozen=True)
class Counts:
    """The sizes of one set of triples.

    *entities* are the things with an IRI under the base; *classes* gives the things of each class,
    *properties* the triples of each property, *properties_of* both together: class, property, triples.
    """

    triples: int
    entities: int
    subjects: int
    objects: int
    classes: Mapping[str, int]
    properties: Mapping[str, int]
    properties_of: Mapping[str, Mapping[str, int]]
    linksets: tuple[Linkset, ...]

    def to_json(self) -> dict[str, Any]:
        """Return what is counted as JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """Return what ``to_json`` wrote."""
        return cls(**{**found, "linksets": tuple(Linkset(**one) for one in found["linksets"])})


def count(triples: Iterable[ox.Triple], base: str) -> Counts:
    """Return the sizes of *triples*, each given once; our own IRIs begin with *base*."""
    by_subject: dict[Any, list[ox.Triple]] = defaultdict(list)
    objects, properties, links = set(), Counter[str](), Counter[tuple[str, str]]()
    total = 0
    for triple in triples:
        total += 1
        by_subject[triple.subject].append(triple)
        objects.add(triple.object)
        properties[triple.predicate.value] += 1
        if target := _elsewhere(triple, base):
            links[target, triple.predicate.value] += 1
    classes, inside = Counter[str](), defaultdict[str, Counter[str]](Counter)
    for own in by_subject.values():
        used = Counter(one.predicate.value for one in own)
        kinds = {one.object for one in own if one.predicate.value == RDF + "type"}
        for kind in kinds:
            if isinstance(kind, ox.NamedNode):
                classes[kind.value] += 1
                inside[kind.value].update(used)
    named = [one.value for one in by_subject if isinstance(one, ox.NamedNode)]
    entities = sum(one.startswith(f"{base}id/") and "#" not in one for one in named)
    return Counts(
        triples=total,
        entities=entities,
        subjects=len(by_subject),
        objects=len(objects),
        classes=dict(sorted(classes.items())),
        properties=dict(sorted(properties.items())),
        properties_of={kind: dict(sorted(used.items())) for kind, used in sorted(inside.items())},
        linksets=tuple(Linkset(*pair, number) for pair, number in sorted(links.items())),
    )


def _elsewhere(triple: ox.Triple, base: str) -> str | None:
    """Return what the IRIs of the place begin with that a triple links one of our things to, or None."""
    subject, value = triple.subject, triple.object
    if triple.predicate.value not in LINKING or not isinstance(value, ox.NamedNode):
        return None
    if not isinstance(subject, ox.NamedNode) or not subject.value.startswith(f"{base}id/"):
        return None
    if value.value.startswith(base):
        return None
    parts = urlsplit(value.value)
    return f"{parts.scheme}://{parts.netloc}/" if parts.netloc else None
