"""What there is in the published triples, counted once for each build (VoID, sections 4.2 to 4.6)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

import pyoxigraph as ox

from ..namespaces import RDF


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

    def to_json(self) -> dict[str, Any]:
        """Return what is counted as JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """Return what ``to_json`` wrote."""
        return cls(**found)


def count(triples: Iterable[ox.Triple], base: str) -> Counts:
    """Return the sizes of *triples*, each given once; our own IRIs begin with *base*."""
    by_subject: dict[Any, list[ox.Triple]] = defaultdict(list)
    objects, properties = set(), Counter[str]()
    total = 0
    for triple in triples:
        total += 1
        by_subject[triple.subject].append(triple)
        objects.add(triple.object)
        properties[triple.predicate.value] += 1
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
    )
