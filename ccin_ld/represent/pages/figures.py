"""Figures on pages: the others of the same measure, kind and period that give another number."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from ...graph import TripleIndex
from ...namespaces import CCIN, DCT, RDF
from ...network_facts import FIGURE, Figure, disagreeing, figures_of
from ...resource import Resource
from .shared import Maker
from .terms import Shown

_READ = 500
_READ_OF_EACH = (
    *(CCIN + name for name in ("body", "measure", "membershipKind", "count", "notBefore", "notAfter")),
    DCT + "source",
)


@dataclass(frozen=True)
class FigureView:
    """Every figure of the same period as this one where they differ, this one too, with its pages."""

    differing: tuple[tuple[Shown, tuple[Shown, ...]], ...]


def view(resource: Resource, maker: Maker) -> FigureView:
    """Return the view of a figure."""
    pairs = differing(maker)
    mine = {two for one, other in pairs for two in (one, other) if resource.iri in (one.iri, other.iri)}
    ordered = sorted(mine, key=lambda one: -one.count)
    return FigureView(tuple((maker.terms.link(one.iri), tuple(maker.links(one.sources))) for one in ordered))


def differing(maker: Maker) -> list[tuple[Figure, Figure]]:
    """Return the pairs of figures in a build that differ, of those that a page may read."""
    reader = maker.reader
    iris = [item.iri for item in reader.index.of_class(FIGURE, limit=_READ)]
    triples = [
        ox.Triple(ox.NamedNode(iri), ox.NamedNode(path), value)
        for iri in iris
        for path in _READ_OF_EACH
        for value in reader.objects(iri, path)
    ]
    kind = ox.NamedNode(RDF + "type")
    triples += [ox.Triple(ox.NamedNode(iri), kind, ox.NamedNode(FIGURE)) for iri in iris]
    return disagreeing(figures_of(TripleIndex(triples)))
