"""What pages read of a build beside the Resource they show: neighbours, sources and counts, each kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Protocol

import pyoxigraph as ox

from ...history import Statement
from ...index import Item, Link
from ...iris import Base
from ...model import Model
from ...namespaces import CCIN, DCT, PROV, RDFS, SKOS
from ...resource import Object, Resource
from . import work

_KEPT = 20_000
_CONCEPTS = 500


class Triples(Protocol):
    """What pages ask of a Store."""

    def describe(self, iri: str) -> Resource: ...
    def objects(self, iri: str, predicate: str) -> list[Object]: ...
    def labels(self, iris: Sequence[str]) -> dict[str, list[ox.Literal]]: ...
    def triples_with(self, predicate: str) -> list[ox.Triple]: ...
    def labels_of(self, triples: Iterable[ox.Triple]) -> list[ox.Triple]: ...
    def subjects_of(self, predicate: str, value: str) -> list[str]: ...
    def graph(self, iri: str) -> list[ox.Triple]: ...
    def graphs_of(self, iri: str) -> list[str]: ...
    def quads(self, triples: Sequence[ox.Triple]) -> list[ox.Quad]: ...
    def values(self, iri: str, predicate: str) -> list[tuple[str, str]]: ...


class Lists(Protocol):
    """What pages ask of an Index."""

    def items(self, list_path: str, *, limit: int = 100, offset: int = 0) -> list[Item]: ...
    def count(self, list_path: str) -> int: ...
    def of_class(self, class_iri: str, *, limit: int = 100, offset: int = 0) -> list[Item]: ...
    def count_class(self, class_iri: str) -> int: ...
    def kinds(self) -> dict[str, int]: ...
    def values_of(self, predicate: str) -> list[Item]: ...
    def classes(self) -> dict[str, int]: ...
    def properties(self) -> dict[str, int]: ...
    def example(self, term: str) -> Item | None: ...
    def incoming(
        self, iri: str, *, predicate: str | None = None, limit: int = 100, offset: int = 0
    ) -> list[Link]: ...
    def incoming_counts(self, iri: str) -> dict[str, int]: ...
    def news(self, iri: str, *, limit: int = 100, offset: int = 0) -> list[Link]: ...
    def count_news(self, iri: str) -> int: ...


class Published(Protocol):
    """What pages ask of a build."""

    @property
    def id(self) -> str: ...
    @property
    def base(self) -> Base: ...
    @property
    def store(self) -> Triples: ...
    @property
    def index(self) -> Lists: ...
    @property
    def model(self) -> Model: ...
    @property
    def statements(self) -> Mapping[str, Sequence[Statement]]: ...


class Reader:
    """Asks one build, and keeps the answers: a build never changes."""

    def __init__(self, build: Published) -> None:
        self.base, self.store, self.index, self.model = build.base, build.store, build.index, build.model
        self.statements = build.statements
        self.objects = lru_cache(_KEPT)(self._objects)
        self.labels = lru_cache(_KEPT)(self._labels)
        self.region = lru_cache(_KEPT)(self._region)
        self.year = lru_cache(_KEPT)(self._year)
        self.statement_rights = lru_cache(_KEPT)(self._statement_rights)

    @cached_property
    def work(self) -> work.Work:
        """Return who took part in what, when and where: all of the build, read once."""
        size = self.index.count_class(CCIN + "Project")
        found = self.index.of_class(CCIN + "Project", limit=max(1, size))
        return work.read(self.store, (item.iri for item in found))

    def _objects(self, iri: str, predicate: str) -> tuple[Object, ...]:
        return tuple(self.store.objects(iri, predicate))

    def _labels(self, iri: str) -> list[ox.Literal]:
        return [one for one in self.objects(iri, RDFS + "label") if isinstance(one, ox.Literal)]

    def iris(self, iri: str, predicate: str) -> list[str]:
        """Return the sorted IRIs among the values of a property."""
        return sorted(o.value for o in self.objects(iri, predicate) if isinstance(o, ox.NamedNode))

    def iri(self, iri: str, predicate: str) -> str | None:
        """Return the first IRI among the values of a property, or None."""
        return next(iter(self.iris(iri, predicate)), None)

    def texts(self, iri: str, predicate: str) -> list[str]:
        """Return the sorted values of the literals of a property."""
        return sorted(o.value for o in self.objects(iri, predicate) if isinstance(o, ox.Literal))

    def text(self, iri: str, predicate: str) -> str | None:
        """Return the first literal of a property, or None."""
        return next(iter(self.texts(iri, predicate)), None)

    def sort_key(self, iri: str) -> tuple[float, str]:
        """Return what puts a thing in order of display, then of name."""
        order = self.text(iri, CCIN + "displayOrder")
        label = self.labels(iri)
        return float(order) if order else float("inf"), (label[0].value if label else iri).casefold()

    def linking(self, iri: str, predicate: str, limit: int) -> list[str]:
        """Return at most *limit* things that have *iri* for a property, by name: a page costs no more."""
        found = self.index.incoming(iri, predicate=predicate, limit=limit)
        return [link.subject.iri for link in found]

    def concepts(self, scheme: str) -> list[str]:
        """Return the concepts of a scheme, in order of display."""
        return sorted(self.linking(scheme, SKOS + "inScheme", _CONCEPTS), key=self.sort_key)

    def things_linking(self, iri: str, predicate: str, class_iri: str, limit: int) -> list[str]:
        """Return the things of one class among at most *limit* that have *iri* for a property, by name."""
        found = self.index.incoming(iri, predicate=predicate, limit=limit)
        return [link.subject.iri for link in found if class_iri in link.subject.types]

    def linking_count(self, iri: str, predicate: str) -> int:
        """Return how many things have *iri* for a property."""
        return self.index.incoming_counts(iri).get(predicate, 0)

    def latest(self, projects: list[str]) -> list[str]:
        """Return projects, the latest first and those of one year by name."""
        return sorted(sorted(projects, key=self.sort_key), key=self.year, reverse=True)

    def _region(self, body: str) -> str | None:
        """Return the region of a body: of its area, or of the area of the council it is a group on."""
        places = self.iris(body, CCIN + "area")
        for council in self.iris(body, CCIN + "groupOn"):
            places += self.iris(council, CCIN + "area")
        seen: set[str] = set()
        while places:
            area = places.pop(0)
            if area in seen:
                continue
            seen.add(area)
            if region := self.iri(area, CCIN + "region"):
                return region
            places += self.iris(area, CCIN + "within")
        return None

    def _year(self, project: str) -> str:
        """Return the year or years of a project as one text, or ''."""
        years = [self.text(project, CCIN + name) for name in ("fromYear", "toYear")]
        found = sorted({year for year in years if year})
        return "–".join(found) or self.text(project, CCIN + "yearAsPrinted") or ""

    def rights_of(self, iri: str, predicate: str) -> list[str]:
        """Return the rights of the sources without a licence that say this property of the thing."""
        triples = [
            ox.Triple(ox.NamedNode(iri), ox.NamedNode(predicate), value)
            for value in self.objects(iri, predicate)
        ]
        names = {quad.graph_name for quad in self.store.quads(triples)}
        graphs = {name.value for name in names if isinstance(name, ox.NamedNode)}
        unlicensed = [graph for graph in sorted(graphs) if not self.objects(graph, DCT + "license")]
        return [text for graph in unlicensed for text in self.texts(graph, DCT + "rights")]

    def _statement_rights(self, principle: str) -> list[str]:
        return self.rights_of(principle, SKOS + "definition")

    def captures_of(self, source: str) -> list[str]:
        """Return the captures that a source was read from."""
        return self.iris(source, PROV + "wasDerivedFrom")
