"""The dataset for query editors and crawlers: VoID, with class and property partitions and linksets."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pyoxigraph as ox

from ..namespaces import DCT, FOAF, RDF, RDFS, VOID, XSD, shorten
from .about import IANA, About

PATH = ".well-known/void"
_RDF_TYPES = ("text/turtle", "application/ld+json", "application/n-triples", "application/rdf+xml")


def description(about: About) -> list[ox.Triple]:
    """Return the description of the dataset and of the document that this is (VoID, sections 2 to 6)."""
    document, dataset = about.base + PATH, about.site.dataset
    triples = [
        _link(document, RDF + "type", VOID + "DatasetDescription"),
        _words(document, DCT + "title", f"Description of: {about.title}"),
        _link(document, FOAF + "primaryTopic", dataset),
        _link(document, FOAF + "topic", dataset),
        _link(document, DCT + "publisher", about.site.publisher),
        _link(dataset, RDF + "type", VOID + "Dataset"),
        _words(dataset, DCT + "title", about.title),
        _words(dataset, DCT + "description", about.description),
        _link(dataset, DCT + "publisher", about.site.publisher),
        _text(about.site.publisher, FOAF + "name", about.site.publisher_name),
        _text(dataset, VOID + "uriSpace", about.base),
        _link(dataset, VOID + "sparqlEndpoint", f"{about.public}/sparql"),
        _link(dataset, VOID + "uriLookupEndpoint", f"{about.public}/resolve?iri="),
        _link(dataset, VOID + "openSearchDescription", f"{about.public}/opensearch.xml"),
        _link(dataset, FOAF + "homepage", f"{about.public}/"),
        *(_link(dataset, VOID + "vocabulary", one) for one in about.vocabularies),
        *(_link(dataset, VOID + "exampleResource", one) for one in about.examples),
        *(_link(dataset, VOID + "feature", f"http://www.w3.org/ns/formats/{one}") for one in _FORMATS),
    ]
    if about.site.licence:
        triples.append(_link(dataset, DCT + "license", about.site.licence))
    for name, day in (("issued", about.issued), ("modified", about.modified)):
        if day:
            value = ox.Literal(day, datatype=ox.NamedNode(XSD + "date"))
            triples.append(ox.Triple(ox.NamedNode(dataset), ox.NamedNode(DCT + name), value))
    for file in about.files:
        if file.media_type in _RDF_TYPES or file.media_type in ("application/n-quads", "application/trig"):
            triples.append(_link(dataset, VOID + "dataDump", file.url))
            triples.append(_link(file.url, DCT + "format", IANA + file.media_type))
    return list(dict.fromkeys([*triples, *_sizes(about), *_partitions(about), *_linksets(about)]))


_FORMATS = ("Turtle", "JSON-LD", "N-Triples", "RDF_XML", "N-Quads", "TriG")


def _sizes(about: About) -> Iterator[ox.Triple]:
    counts, dataset = about.counts, about.site.dataset
    for name, size in (
        ("triples", counts.triples),
        ("entities", counts.entities),
        ("classes", len(counts.classes)),
        ("properties", len(counts.properties)),
        ("distinctSubjects", counts.subjects),
        ("distinctObjects", counts.objects),
    ):
        yield _number(dataset, VOID + name, size)


def _partitions(about: About) -> Iterator[ox.Triple]:
    """Yield a partition for each class, in it one for each property, and one for each property of all."""
    start, dataset, counts = f"{about.base}{PATH}#", about.site.dataset, about.counts
    for kind, size in counts.classes.items():
        part = f"{start}class-{_name(kind)}"
        yield _link(dataset, VOID + "classPartition", part)
        yield _link(part, VOID + "class", kind)
        yield _number(part, VOID + "entities", size)
        for path, triples in counts.properties_of[kind].items():
            inner = f"{part}-property-{_name(path)}"
            yield _link(part, VOID + "propertyPartition", inner)
            yield _link(inner, VOID + "property", path)
            yield _number(inner, VOID + "triples", triples)
    for path, triples in counts.properties.items():
        part = f"{start}property-{_name(path)}"
        yield _link(dataset, VOID + "propertyPartition", part)
        yield _link(part, VOID + "property", path)
        yield _number(part, VOID + "triples", triples)


def _linksets(about: About) -> Iterator[ox.Triple]:
    """Yield a linkset for each place and property (VoID, section 5)."""
    start, dataset = f"{about.base}{PATH}#", about.site.dataset
    for one in about.counts.linksets:
        host = one.target.partition("://")[2].strip("/")
        linkset, target = f"{start}links-{host}-{_name(one.predicate)}", f"{start}target-{host}"
        yield _link(dataset, VOID + "subset", linkset)
        yield _link(linkset, RDF + "type", VOID + "Linkset")
        yield _words(linkset, RDFS + "label", f"Links to {host} by {shorten(one.predicate)}")
        yield _link(linkset, VOID + "subjectsTarget", dataset)
        yield _link(linkset, VOID + "objectsTarget", target)
        yield _link(linkset, VOID + "linkPredicate", one.predicate)
        yield _number(linkset, VOID + "triples", one.triples)
        yield _link(target, RDF + "type", VOID + "Dataset")
        yield _text(target, VOID + "uriSpace", one.target)


def _name(iri: str) -> str:
    """Return a name for the end of an IRI: the prefixed one, or a digest where there is no prefix."""
    short = shorten(iri)
    return short.replace(":", "-") if short != iri else hashlib.sha256(iri.encode()).hexdigest()[:12]


def _link(subject: str, predicate: str, value: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(value))


def _text(subject: str, predicate: str, text: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.Literal(text))


def _words(subject: str, predicate: str, text: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.Literal(text, language="en"))


def _number(subject: str, predicate: str, number: int) -> ox.Triple:
    value = ox.Literal(str(number), datatype=ox.NamedNode(XSD + "integer"))
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), value)
