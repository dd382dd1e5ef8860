"""What a Store is: the triples of one build, wherever they are kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

import pyoxigraph as ox

from ..iris import Base
from ..resource import Object, Resource


class Store(Protocol):
    """The default graph and the named graphs of one build, read-only; LocalStore and RemoteStore are two.

    Whatever is asked of a store that is far away may raise EngineFailed, EngineTimeout or EndpointBusy.
    """

    base: Base

    def __len__(self) -> int:
        """Return the number of triples of the default graph and all named graphs together."""
        ...

    def check(self) -> None:
        """Return when the store answers and holds this build. Raises EngineFailed or BuildFailed."""
        ...

    def prefetch(self, iris: Iterable[str]) -> None:
        """Read at once what is about to be asked of each of these things, where that saves time."""
        ...

    def describe(self, iri: str) -> Resource:
        """Return the Resource that *iri* names: its triples, parts, document, and linked labels.

        Raises UnknownResource when no triple has it as subject.
        """
        ...

    def labels_of(self, triples: Iterable[ox.Triple]) -> list[ox.Triple]:
        """Return the rdfs:label triples of every IRI that *triples* link to, less those already there."""
        ...

    def labels(self, iris: Iterable[str]) -> dict[str, list[ox.Literal]]:
        """Return the labels of each IRI; one without a label is absent."""
        ...

    def objects(self, iri: str, predicate: str) -> list[Object]:
        """Return the values of one property in the default graph."""
        ...

    def triples_with(self, predicate: str) -> list[ox.Triple]:
        """Return every triple of the default graph that has the predicate."""
        ...

    def subjects_of(self, predicate: str, value: str) -> list[str]:
        """Return the sorted IRIs that have the IRI *value* for *predicate* in the default graph."""
        ...

    def select(self, query: str) -> list[ox.QuerySolution]:
        """Return the rows of a SPARQL SELECT. Raises BadQuery, QueryForbidden."""
        ...

    def graph(self, iri: str) -> list[ox.Triple]:
        """Return the triples of one named graph; none when there is no such graph."""
        ...

    def default_graph(self) -> Iterator[ox.Triple]:
        """Yield every triple of the default graph."""
        ...

    def quads(self, triples: Iterable[ox.Triple]) -> list[ox.Quad]:
        """Return *triples* in each named graph that says them: who said what."""
        ...

    def graphs_of(self, iri: str) -> list[str]:
        """Return the sorted IRIs of the named graphs, that is the sources, that speak of the thing."""
        ...

    def values(self, iri: str, predicate: str) -> list[tuple[str, str]]:
        """Return (written value, graph IRI) of every named graph's value of one property."""
        ...
