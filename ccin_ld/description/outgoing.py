"""The links to other datasets, a set for each: what others can fetch, and what VoID says of it (VoID, 5)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol
from urllib.parse import urlsplit

import pyoxigraph as ox

from ..iris import Base, slug
from ..namespaces import DCT, OWL, RDF, RDFS, SKOS, VOID, XSD
from ..represent import JSON_LD, N_TRIPLES, TURTLE
from ..represent.linkset import LINKSETS, Context, Link

# The properties that tie a thing here to a thing elsewhere; pages about it (foaf:homepage) are no such tie.
PROPERTIES = (
    OWL + "sameAs", SKOS + "exactMatch", SKOS + "closeMatch", SKOS + "broadMatch", SKOS + "narrowMatch",
    SKOS + "relatedMatch", RDFS + "seeAlso",
)  # fmt: skip
PATH = "data/links"
Having = Callable[[str], Iterable[ox.Triple]]
FORMATS = (N_TRIPLES, TURTLE, JSON_LD, *LINKSETS)


class Linked(Protocol):
    """What has to be known of a set of links to describe it."""

    @property
    def key(self) -> str: ...
    @property
    def host(self) -> str: ...
    @property
    def space(self) -> str: ...
    @property
    def properties(self) -> Mapping[str, int]: ...


@dataclass(frozen=True)
class Counted:
    """A set of links without the links: what ``LinksTo`` says of itself."""

    key: str
    host: str
    space: str
    properties: Mapping[str, int]


@dataclass(frozen=True)
class LinksTo:
    """All links to one other dataset: its key in addresses, its host, and the links as triples."""

    key: str
    host: str
    triples: Sequence[ox.Triple]

    @cached_property
    def space(self) -> str:
        """What the IRIs of the other dataset begin with."""
        values = [_value(one.object) for one in self.triples]
        # What the first and the last in order begin with, all between them begin with too.
        first, last = min(values), max(values)
        same = next(
            (place for place, sign in enumerate(first) if last[place : place + 1] != sign), len(first)
        )
        return first[: max(first.rfind("/", 0, same), first.rfind("#", 0, same)) + 1]

    @cached_property
    def properties(self) -> Mapping[str, int]:
        """How many links there are by each property."""
        return dict(sorted(Counter(one.predicate.value for one in self.triples).items()))

    def counted(self) -> Counted:
        """Return the set without its links."""
        return Counted(self.key, self.host, self.space, self.properties)

    def contexts(self) -> list[Context]:
        """Return the links as a link set: the relation is the property's IRI (RFC 8288, 2.1.2)."""
        found: dict[str, list[Link]] = defaultdict(list)
        for one in sorted(self.triples, key=str):
            found[_value(one.subject)].append(Link(_value(one.object), one.predicate.value))
        return [Context(anchor, links) for anchor, links in found.items()]


def targets(having: Having, base: Base) -> list[LinksTo]:
    """Return the links to each other dataset, the most first. A dataset is what one host serves.

    *having* gives the triples that have a property.
    """
    found: dict[str, list[ox.Triple]] = defaultdict(list)
    for triple in _links(having, base):
        found[urlsplit(_value(triple.object)).netloc.lower().removeprefix("www.")].append(triple)
    made = [LinksTo(slug(host), host, tuple(sorted(triples, key=str))) for host, triples in found.items()]
    return sorted(made, key=lambda one: (-len(one.triples), one.key))


def _links(having: Having, base: Base) -> Iterator[ox.Triple]:
    for name in PROPERTIES:
        for triple in having(name):
            value = triple.object
            if not isinstance(value, ox.NamedNode) or base.path(value.value) is not None:
                continue
            ours = _value(triple.subject).startswith(base.iri + "id/")
            if ours and value.value.startswith(("http://", "https://")):
                yield triple


def _value(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode) else str(term)


def described(found: Sequence[Linked], base: Base, dataset: str, licence: str) -> list[ox.Triple]:
    """Return each set as a ``void:Linkset`` with its dumps, and a subset for each property of several."""
    return [triple for one in found for triple in _described(one, base, dataset, licence)]


def address(one: Linked, base: Base) -> str:
    """Return the IRI of a set of links."""
    return f"{base.iri}{PATH}/{one.key}"


def _described(one: Linked, base: Base, dataset: str, licence: str) -> Iterator[ox.Triple]:
    iri = address(one, base)
    target = f"{iri}#target"
    yield from _linkset(iri, one.properties, dataset, target)
    yield ox.Triple(
        ox.NamedNode(iri), ox.NamedNode(DCT + "title"), ox.Literal(f"Links to {one.host}", language="en")
    )
    yield ox.Triple(
        ox.NamedNode(iri), ox.NamedNode(RDFS + "label"), ox.Literal(f"Links to {one.host}", language="en")
    )
    if licence:
        yield _link(iri, DCT + "license", licence)
    for form in (N_TRIPLES, TURTLE, JSON_LD):
        yield _link(iri, VOID + "dataDump", f"{iri}.{form.extension}")
    yield _link(target, RDF + "type", VOID + "Dataset")
    yield ox.Triple(ox.NamedNode(target), ox.NamedNode(VOID + "uriSpace"), ox.Literal(one.space))
    if len(one.properties) > 1:
        for place, (name, count) in enumerate(one.properties.items(), start=1):
            part = f"{iri}#part-{place}"
            yield _link(iri, VOID + "subset", part)
            yield from _linkset(part, {name: count}, dataset, target)


def _linkset(iri: str, properties: Mapping[str, int], dataset: str, target: str) -> Iterator[ox.Triple]:
    number = ox.Literal(str(sum(properties.values())), datatype=ox.NamedNode(XSD + "integer"))
    yield _link(iri, RDF + "type", VOID + "Linkset")
    yield _link(iri, VOID + "subjectsTarget", dataset)
    yield _link(iri, VOID + "objectsTarget", target)
    yield from (_link(iri, VOID + "linkPredicate", name) for name in properties)
    yield ox.Triple(ox.NamedNode(iri), ox.NamedNode(VOID + "triples"), number)


def _link(subject: str, predicate: str, value: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(value))
