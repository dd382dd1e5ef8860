"""What several kinds of page share: the heading, where the facts come from, what links here, and paging."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import pyoxigraph as ox

from ...index import Item
from ...model import ClassShape
from ...namespaces import CCIN, DCT, OWL, PROV, SKOS, shorten
from ...resource import Object, Resource
from .reader import Reader
from .terms import Shown, Terms, day

# As many as the data of a document holds: page and data say the same (a test compares).
INCOMING = 20
_PARTS = 20
# Sources that a build makes, or that say how the record is kept: they have no title of their own.
_OURS = {
    "derived": "Worked out from the sources when the data was published",
    "documents": "What is said of the documents",
    "catalog": "The catalogue",
    "sources": "The list of sources",
    "ontology": "The ontology",
    "concepts": "General concepts",
    "shapes": "The shapes",
}


@dataclass(frozen=True)
class Head:
    """The heading of a record: its kind, colour and shape, its name, one sentence, a line of facts."""

    kind: str
    css: str
    title: Shown
    lede: str = ""
    meta: tuple[tuple[str, Shown], ...] = ()


@dataclass(frozen=True)
class SourceOf:
    """One source of a page: its title and link, when it was captured, its rights or its licence."""

    link: Shown
    captured: str
    licence: Shown | None
    rights: tuple[str, ...]


@dataclass(frozen=True)
class Pages:
    """Which page of how many; *address* gives the link to another one."""

    page: int
    pages: int
    total: int
    size: int
    before: str = ""
    after: str = ""

    @property
    def first(self) -> int:
        """The number of the first line on this page."""
        return min((self.page - 1) * self.size + 1, self.total)

    @property
    def last(self) -> int:
        """The number of the last line on this page."""
        return min(self.page * self.size, self.total)


@dataclass(frozen=True)
class Incoming:
    """One page of the links to a thing: who links and how."""

    rows: tuple[tuple[Shown, str], ...]
    pages: Pages


@dataclass(frozen=True)
class Conflict:
    """A value that a source gives and that a more trusted source overrules."""

    name: str
    value: Shown
    source: Shown


class Maker:
    """Makes the parts of pages from one build."""

    def __init__(self, reader: Reader, terms: Terms) -> None:
        self.reader, self.terms = reader, terms
        self.model, self.base = reader.model, reader.base

    def links(self, iris: Iterable[str]) -> list[Shown]:
        """Return links to things, sorted by their words."""
        return sorted((self.terms.link(iri) for iri in iris), key=lambda one: one.text.casefold())

    def head(self, resource: Resource, shape: ClassShape | None, *, lede: str = "") -> Head:
        """Return the heading of a Resource."""
        title = self.terms.link(resource.iri)
        kind = self.kind(resource, shape)
        return Head(kind=kind, css=self.css(resource), title=replace(title, href=None), lede=lede)

    def kind(self, resource: Resource, shape: ClassShape | None) -> str:
        """Return the words for what a thing is: its class in the ontology, else its scheme or its class."""
        if any(iri.startswith(CCIN) for iri in resource.types) and shape:
            return shape.label
        for scheme in resource.iris(SKOS + "inScheme"):
            return self.terms.link(scheme).text
        if shape:
            return shape.label
        return next((self.terms.class_name(iri) for iri in sorted(resource.types)), "Thing")

    def kind_of_item(self, item: Item) -> str:
        """Return the words for what a line of a list is: the label of its most specific class of ours."""
        ours = [iri for iri in item.types if iri.startswith(CCIN)]
        if ours:
            nearest = max(ours, key=lambda iri: len(self.model.superclasses(iri)))
            return self.model.term_label(nearest) or shorten(nearest)
        for scheme in self.reader.iris(item.iri, SKOS + "inScheme"):
            return self.terms.link(scheme).text
        return next((self.terms.class_name(iri) for iri in sorted(item.types)), "Thing")

    def css(self, resource: Resource) -> str:
        """Return the class of colour and shape for a Resource."""
        local = self.base.path(resource.iri)
        if local is not None and not local.startswith("/id/"):
            return self.terms.css(resource.iri)
        return self.terms.css_of_types(resource.types)

    def sources(self, resource: Resource) -> list[SourceOf]:
        """Return the sources that speak of a thing; what we wrote and derived ourselves comes last."""
        store = self.reader.store
        # What a body took part in is said of its participations, what it is a member of in statements.
        links = (PROV + "agent", CCIN + "body")
        told = [
            resource.iri,
            *(one for how in links for one in self.reader.linking(resource.iri, how, _PARTS)),
        ]
        graphs = sorted({graph for iri in told for graph in store.graphs_of(iri)})
        found = [self.source(iri) for iri in graphs if iri.rpartition("/")[2] != "documents"]
        return sorted(found, key=lambda one: (one.link.text.startswith("/"), one.link.text))

    def source_link(self, graph: str) -> Shown:
        """Return the link to a source by its title, or by what we call one that we made."""
        name = _OURS.get(graph.rpartition("/")[2])
        return self.terms.link(graph, name if name and not self.reader.labels(graph) else None)

    def source(self, graph: str) -> SourceOf:
        """Return what is said of one source."""
        reader = self.reader
        licence = reader.iri(graph, DCT + "license")
        words = [self.captured(capture) for capture in reader.captures_of(graph)]
        return SourceOf(
            link=self.source_link(graph),
            captured=next((one for one in words if one), ""),
            licence=self.terms.link(licence) if licence else None,
            rights=tuple(reader.texts(graph, DCT + "rights")) if not licence else (),
        )

    def captured(self, capture: str) -> str:
        """Return when a capture was made: on a day, on or before one, or between two; '' if not known."""
        first, last = (self.reader.text(capture, CCIN + name) for name in ("notBefore", "notAfter"))
        words = day(last or "") or last
        if first and first == last:
            return f"captured on {words}"
        if first and last:
            return f"captured between {day(first) or first} and {words}"
        return f"captured on or before {words}" if last else ""

    def incoming(self, resource: Resource, path: str, page: int) -> Incoming | None:
        """Return one page of what links to a thing that the thing does not link to itself, or None."""
        index = self.reader.index
        total = index.count_news(resource.iri)
        pages = paging(total, page, INCOMING, lambda number: f"{path}?incoming={number}#incoming")
        if not total:
            return None
        links = index.news(resource.iri, limit=INCOMING, offset=(pages.page - 1) * INCOMING)
        rows = tuple(
            (self.terms.link(one.subject.iri), self.terms.property_name(one.predicate)) for one in links
        )
        return Incoming(rows, pages)

    def conflicts(self, resource: Resource) -> list[Conflict]:
        """Return what sources say of a thing's one-value properties and the page does not believe."""
        found = []
        for path in sorted(self.model.functional.intersection(resource.properties())):
            believed = {str(one) for one in resource.objects(path)}
            for text, graph in self.reader.store.values(resource.iri, path):
                if text not in believed:
                    value = self.terms.show(_term(text))
                    found.append(Conflict(self.terms.property_name(path), value, self.source_link(graph)))
        return found

    def same_as(self, resource: Resource) -> list[Shown]:
        """Return the outside things that are said to be the same."""
        return self.links(resource.iris(OWL + "sameAs"))


def _term(text: str) -> Object:
    """Return the term that *text* is in N-Triples."""
    line = f"<x:x> <x:x> {text} .".encode()
    value: Object = next(iter(ox.parse(line, format=ox.RdfFormat.N_TRIPLES))).object
    return value


def paging(total: int, page: int, size: int, address: Callable[[int], str]) -> Pages:
    """Return the Pages of a list; a page past the end is the last. *address* makes a link from a number."""
    last = max(1, -(-total // size))
    here = min(max(page, 1), last)
    return Pages(
        page=here,
        pages=last,
        total=total,
        size=size,
        before=address(here - 1) if here > 1 else "",
        after=address(here + 1) if here < last else "",
    )
