"""The changes as a Linked Data Event Stream: one stream, one root, and pages that never change.

Each member is a version of a Resource, typed as:Create, as:Update or as:Delete; what is said of the Resource
from then on stands in the named graph that has the member's IRI (LDES, "Versions"; LDES server primer,
"Members"). The pages of a Release are full when it is made: only the root grows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import pyoxigraph as ox

from ..archive import Entry, Moment
from ..iris import Base
from ..namespaces import AS, DCT, LDES, RDF, RDFS, SH, TREE, XSD

# Members on a page, and the seconds between two looks for new ones that are worth a client's while.
PAGE_SIZE = 100
_POLLING = 3600
KINDS = {"create": AS + "Create", "update": AS + "Update", "delete": AS + "Delete"}
_BOUNDS = (("from", "GreaterThanOrEqualToRelation"), ("until", "LessThanOrEqualToRelation"))


@dataclass(frozen=True)
class Stream:
    """Where the stream stands: its IRIs begin with the base, its pages with the address of this server."""

    base: Base
    here: str
    dataset: str
    title: str
    licence: str
    rights: tuple[str, ...]

    @property
    def iri(self) -> str:
        """The IRI of the stream."""
        return f"{self.base.iri}changes#stream"

    @property
    def root(self) -> str:
        """The address of its root node."""
        return f"{self.here}/changes"

    def page(self, moment: Moment, number: int) -> str:
        """Return the address of a page."""
        return f"{self.root}/{moment.name}/{number}"

    def version(self, entry: Entry) -> str:
        """Return the IRI of a member."""
        return self.base.iri + entry.version[1:]


def pages_of(moment: Moment) -> int:
    """Return how many pages a Release has."""
    return -(-moment.size // PAGE_SIZE)


def timestamp(at: datetime) -> str:
    """Return a time as xsd:dateTime, with its zone."""
    return at.isoformat().replace("+00:00", "Z")


def root(stream: Stream, moments: Iterable[Moment]) -> list[ox.Triple]:
    """Return the root node: what the stream is, and where the first page of each Release is."""
    made = list(_stream(stream))
    for moment in moments:
        if moment.size:
            made += _leads(stream.root, moment, stream.page(moment, 1), moment.name)
    return made


def _stream(stream: Stream) -> Iterator[ox.Triple]:
    iri, shape = stream.iri, f"{stream.base.iri}changes#member"
    yield _link(iri, RDF + "type", LDES + "EventStream")
    yield _words(iri, DCT + "title", f"Changes of {stream.title}")
    yield _words(iri, RDFS + "label", f"Changes of {stream.title}")
    if stream.licence:
        yield _link(iri, DCT + "license", stream.licence)
    for words in stream.rights:
        yield _words(iri, DCT + "rights", words)
    yield _link(iri, DCT + "source", stream.dataset)
    yield _link(iri, TREE + "view", stream.root)
    yield _link(iri, TREE + "shape", shape)
    yield _link(iri, LDES + "timestampPath", AS + "published")
    yield _link(iri, LDES + "versionOfPath", AS + "object")
    for name, kind in KINDS.items():
        yield _link(iri, f"{LDES}version{name.capitalize()}Path", RDF + "type")
        yield _link(iri, f"{LDES}version{name.capitalize()}Object", kind)
    yield _number(iri, LDES + "pollingInterval", _POLLING)
    yield _link(stream.root, RDF + "type", TREE + "Node")
    yield from _shape(shape)


def _shape(iri: str) -> Iterator[ox.Triple]:
    """Yield the shape of a member (SHACL): what happened to which Resource, when, in which Release."""
    yield _link(iri, RDF + "type", SH + "NodeShape")
    yield _link(iri, SH + "targetObjectsOf", TREE + "member")
    wanted = ((RDF + "type", "IRI"), (AS + "object", "IRI"), (DCT + "isPartOf", "IRI"))
    for path, kind in (*wanted, (AS + "published", "Literal")):
        part = f"{iri}-{path.rpartition('#')[2].rpartition('/')[2]}"
        yield _link(iri, SH + "property", part)
        yield _link(part, RDF + "type", SH + "PropertyShape")
        yield _link(part, SH + "path", path)
        yield _number(part, SH + "minCount", 1)
        yield _number(part, SH + "maxCount", 1)
        yield _link(part, SH + "nodeKind", SH + kind)
        if kind == "Literal":
            yield _link(part, SH + "datatype", XSD + "dateTime")


def _leads(node: str, moment: Moment, to: str, name: str) -> Iterator[ox.Triple]:
    """Yield both bounds of a page: all its members have the time of their Release."""
    for bound, kind in _BOUNDS:
        relation = f"{node}#{name}-{bound}"
        yield _link(node, TREE + "relation", relation)
        yield _link(relation, RDF + "type", TREE + kind)
        yield _link(relation, TREE + "path", AS + "published")
        yield _time(relation, TREE + "value", moment.at)
        yield _link(relation, TREE + "node", to)


def page(stream: Stream, moment: Moment, number: int, entries: Sequence[Entry]) -> list[ox.Triple]:
    """Return one page of a Release without what its members hold: who they are, and where the next one is."""
    here = stream.page(moment, number)
    made = [
        _link(here, RDF + "type", TREE + "Node"),
        _link(stream.iri, RDF + "type", LDES + "EventStream"),
        ox.Triple(ox.NamedNode(here), ox.NamedNode(LDES + "immutable"), _true()),
    ]
    if number < pages_of(moment):
        made += _leads(here, moment, stream.page(moment, number + 1), "next")
    for entry in entries:
        made += _member(stream, entry)
    return made


def _member(stream: Stream, entry: Entry) -> Iterator[ox.Triple]:
    iri = stream.version(entry)
    yield _link(stream.iri, TREE + "member", iri)
    yield _link(iri, RDF + "type", KINDS[entry.kind])
    yield _link(iri, AS + "object", entry.iri)
    yield _time(iri, AS + "published", entry.at)
    yield _link(iri, DCT + "isPartOf", f"{stream.dataset}/{entry.release}")


def content(stream: Stream, entry: Entry, triples: Iterable[ox.Triple]) -> list[ox.Quad]:
    """Return what a member holds: the triples of the Resource, in the graph of the member's name."""
    graph = ox.NamedNode(stream.version(entry))
    return [ox.Quad(one.subject, one.predicate, one.object, graph) for one in triples]


def _link(subject: str, predicate: str, value: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(value))


def _words(subject: str, predicate: str, words: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.Literal(words, language="en"))


def _number(subject: str, predicate: str, value: int) -> ox.Triple:
    literal = ox.Literal(str(value), datatype=ox.NamedNode(XSD + "integer"))
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), literal)


def _time(subject: str, predicate: str, at: datetime) -> ox.Triple:
    literal = ox.Literal(timestamp(at), datatype=ox.NamedNode(XSD + "dateTime"))
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), literal)


def _true() -> ox.Literal:
    return ox.Literal("true", datatype=ox.NamedNode(XSD + "boolean"))
