"""What several kinds of page share: the heading, where the facts come from, what links here, and paging."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import urlsplit

import pyoxigraph as ox

from ...index import Item, Link
from ...iris import in_order
from ...model import ClassShape
from ...namespaces import CCIN, DCT, OWL, PROV, RDFS, SKOS, shorten
from ...resource import Object, Resource
from ...words import N_
from .messages import named
from .reader import Reader
from .terms import Shown, Terms

# As many as the data of a document holds: page and data say the same (a test compares).
INCOMING = 12
_PARTS = 100
# Sources that a build makes, or that say how the record is kept: they have no title of their own.
_OURS = {
    "derived": N_("Worked out from the sources when the data was published"),
    "documents": N_("What is said of the documents"),
    "catalog": N_("The catalogue"),
    "sources": N_("The list of sources"),
    "ontology": N_("The ontology"),
    "concepts": N_("General concepts"),
    "shapes": N_("The shapes"),
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
    """One page of the links to a thing: who links, under what they are and how they link."""

    groups: tuple[tuple[str, tuple[Shown, ...]], ...]
    pages: Pages


@dataclass(frozen=True)
class Side:
    """One value of a conflict and the sources that give it; the page shows one, the chosen."""

    value: Shown
    sources: tuple[Shown, ...]
    chosen: bool


@dataclass(frozen=True)
class Conflict:
    """A property of which sources give different values, side by side, the one the page shows first."""

    name: str
    sides: tuple[Side, ...]


class Maker:
    """Makes the parts of pages from one build."""

    def __init__(self, reader: Reader, terms: Terms) -> None:
        self.reader, self.terms = reader, terms
        self.model, self.base, self.words = reader.model, reader.base, terms.words
        self._shape_for = lru_cache(1000)(reader.model.shape_for)

    def links(self, iris: Iterable[str]) -> list[Shown]:
        """Return links to things, sorted by their words; things of one name by their IRIs."""
        return sorted((self.terms.link(iri) for iri in sorted(iris)), key=lambda one: in_order(one.text))

    def pages(self, iris: Iterable[str]) -> list[Shown]:
        """Return links to pages of other sites, each with the site it is on beside it."""
        found = [replace(self.terms.link(iri), beside=self._site(iri)) for iri in sorted(iris)]
        return sorted(found, key=lambda one: one.text.casefold())

    def _site(self, page: str) -> str:
        hosts = {urlsplit(address).netloc.removeprefix("www.") for address in self._addresses(page)}
        return self.words.gettext("on %(site)s", site=self.words.listed(sorted(hosts))) if hosts else ""

    def _addresses(self, page: str) -> list[str]:
        return self.reader.iris(page, CCIN + "address")

    def head(self, resource: Resource, shape: ClassShape | None, *, lede: str = "") -> Head:
        """Return the heading of a Resource."""
        title = self.title(resource)
        kind = self.kind(resource, shape)
        return Head(kind=kind, css=self.css(resource), title=replace(title, href=None), lede=lede)

    def title(self, resource: Resource) -> Shown:
        """Return what a thing is called. One that the store does not hold, as a Release, says it itself."""
        if self.reader.labels(resource.iri):
            return self.terms.link(resource.iri)
        own = [one for one in resource.objects(RDFS + "label") if isinstance(one, ox.Literal)]
        return self.terms.labelled(resource.iri, own)

    def kind(self, resource: Resource, shape: ClassShape | None) -> str:
        """Return the words for what a thing is: its class in the ontology, else its scheme or its class."""
        if any(iri.startswith(CCIN) for iri in resource.types) and shape:
            return shape.label
        for scheme in resource.iris(SKOS + "inScheme"):
            return self.terms.link(scheme).text
        if shape:
            return shape.label
        return self._class_of(resource.types)

    def kind_of_item(self, item: Item) -> str:
        """Return the words for what a line of a list is: the label of its most specific class of ours."""
        ours = [iri for iri in item.types if iri.startswith(CCIN)]
        if ours:
            nearest = max(ours, key=lambda iri: len(self.model.superclasses(iri)))
            return self.model.term_label(nearest) or shorten(nearest)
        for scheme in self.reader.iris(item.iri, SKOS + "inScheme"):
            return self.terms.link(scheme).text
        return self._class_of(item.types)

    def _class_of(self, types: Iterable[str]) -> str:
        """Return the words for what a thing is, from a class that has words where there is one."""
        names = {iri: self.terms.class_name(iri) for iri in sorted(types)}
        worded = [name for iri, name in names.items() if name != shorten(iri)]
        return next(iter([*worded, *names.values()]), "Thing")

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
        own = self.words.gettext(name) if name and not self.reader.labels(graph) else None
        return self.terms.link(graph, own)

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
        _, day = self.words.gettext, self.words.day
        words = day(last or "") or last
        if first and first == last:
            return _("captured on %(day)s", day=words)
        if first and last:
            return _("captured between %(first)s and %(last)s", first=day(first) or first, last=words)
        return _("captured on or before %(day)s", day=words) if last else ""

    def incoming(self, resource: Resource, path: str, page: int) -> Incoming | None:
        """Return one page of what links to a thing that the thing does not link to itself, or None."""
        index = self.reader.index
        total = index.count_news(resource.iri)
        pages = paging(total, page, INCOMING, lambda number: f"{path}?incoming={number}#incoming")
        if not total:
            return None
        links = index.news(resource.iri, limit=INCOMING, offset=(pages.page - 1) * INCOMING)
        groups: dict[str, list[Shown]] = {}
        for one in links:
            words = self.words.say(
                "%(kind)s: its “%(field)s”",
                kind=named(self.kind_of_item(one.subject), self.words),
                field=named(self._field_name(one), self.words),
            )
            groups.setdefault(words, []).append(self.terms.link(one.subject.iri))
        return Incoming(tuple((words, tuple(rows)) for words, rows in groups.items()), pages)

    def _field_name(self, link: Link) -> str:
        """Return the words for a link from the shape of the thing that has it: kinds differ in them."""
        shape = self._shape_for(link.subject.types)
        names = [field.name for field in shape.fields if field.path == link.predicate] if shape else []
        return names[0] if names else self.terms.property_name(link.predicate)

    def conflicts(self, resource: Resource) -> list[Conflict]:
        """Return the one-value properties of a thing of which sources give different values."""
        found = []
        for path in sorted(self.model.functional.intersection(resource.properties())):
            believed = {str(one) for one in resource.objects(path)}
            said: dict[str, list[str]] = {text: [] for text in sorted(believed)}
            for text, graph in self.reader.store.values(resource.iri, path):
                said.setdefault(text, []).append(graph)
            if said.keys() - believed:
                sides = tuple(
                    Side(self.terms.show(_term(text)), self._source_links(graphs), text in believed)
                    for text, graphs in said.items()
                )
                found.append(Conflict(self.terms.property_name(path), sides))
        return found

    def _source_links(self, graphs: Iterable[str]) -> tuple[Shown, ...]:
        return tuple(self.source_link(graph) for graph in sorted(set(graphs)))

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
