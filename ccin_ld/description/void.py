"""The dataset for query editors and crawlers: VoID, with class and property partitions and linksets."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pyoxigraph as ox

from ..iris import Base
from ..namespaces import DCT, FOAF, RDF, VOID, shorten
from . import outgoing
from .about import IANA, About
from .triples import link, number, text, typed, words

PATH = ".well-known/void"
_RDF_TYPES = ("text/turtle", "application/ld+json", "application/n-triples", "application/rdf+xml")


def graph(base: Base) -> str:
    """Return the name of the graph in which the store holds the description: its well-known address."""
    return base.iri + PATH


def quads(about: About) -> list[ox.Quad]:
    """Return the description as it stands in the store, so that who asks the endpoint finds it there."""
    name = ox.NamedNode(about.base + PATH)
    return [ox.Quad(one.subject, one.predicate, one.object, name) for one in description(about)]


def description(about: About) -> list[ox.Triple]:
    """Return the description of the dataset and of the document that this is (VoID, sections 2 to 6)."""
    document, dataset = about.base + PATH, about.site.dataset
    triples = [
        link(document, RDF + "type", VOID + "DatasetDescription"),
        words(document, DCT + "title", f"Description of: {about.title}"),
        link(document, FOAF + "primaryTopic", dataset),
        link(document, FOAF + "topic", dataset),
        link(document, DCT + "publisher", about.site.publisher),
        link(dataset, RDF + "type", VOID + "Dataset"),
        words(dataset, DCT + "title", about.title),
        words(dataset, DCT + "description", about.description),
        link(dataset, DCT + "publisher", about.site.publisher),
        text(about.site.publisher, FOAF + "name", about.site.publisher_name),
        text(dataset, VOID + "uriSpace", about.base),
        link(dataset, VOID + "sparqlEndpoint", f"{about.public}/sparql"),
        link(dataset, VOID + "uriLookupEndpoint", f"{about.public}/resolve?iri="),
        link(dataset, VOID + "openSearchDescription", f"{about.public}/opensearch.xml"),
        link(dataset, FOAF + "homepage", f"{about.public}/"),
        *(link(dataset, VOID + "vocabulary", one) for one in about.facts.vocabularies),
        *(link(dataset, VOID + "exampleResource", one) for one in about.facts.examples),
        *(link(dataset, VOID + "feature", f"http://www.w3.org/ns/formats/{one}") for one in _FORMATS),
    ]
    if about.site.licence:
        triples.append(link(dataset, DCT + "license", about.site.licence))
    for name, day in (("issued", about.issued), ("modified", about.modified)):
        if day:
            triples.append(typed(dataset, DCT + name, day, "date"))
    for file in about.files:
        if file.media_type in _RDF_TYPES or file.media_type in ("application/n-quads", "application/trig"):
            triples.append(link(dataset, VOID + "dataDump", file.url))
            triples.append(link(file.url, DCT + "format", IANA + file.media_type))
    linksets = outgoing.described(
        about.facts.linked, Base(about.base), about.site.dataset, about.site.licence
    )
    return list(dict.fromkeys([*triples, *_sizes(about), *_partitions(about), *linksets]))


_FORMATS = ("Turtle", "JSON-LD", "N-Triples", "RDF_XML", "N-Quads", "TriG")


def _sizes(about: About) -> Iterator[ox.Triple]:
    counts, dataset = about.facts.counts, about.site.dataset
    for name, size in (
        ("triples", counts.triples),
        ("entities", counts.entities),
        ("classes", len(counts.classes)),
        ("properties", len(counts.properties)),
        ("distinctSubjects", counts.subjects),
        ("distinctObjects", counts.objects),
    ):
        yield number(dataset, VOID + name, size)


def _partitions(about: About) -> Iterator[ox.Triple]:
    """Yield a partition for each class, in it one for each property, and one for each property of all."""
    start, dataset, counts = f"{about.base}{PATH}#", about.site.dataset, about.facts.counts
    for kind, size in counts.classes.items():
        part = f"{start}class-{_name(kind)}"
        yield link(dataset, VOID + "classPartition", part)
        yield link(part, VOID + "class", kind)
        yield number(part, VOID + "entities", size)
        for path, triples in counts.properties_of[kind].items():
            inner = f"{part}-property-{_name(path)}"
            yield link(part, VOID + "propertyPartition", inner)
            yield link(inner, VOID + "property", path)
            yield number(inner, VOID + "triples", triples)
    for path, triples in counts.properties.items():
        part = f"{start}property-{_name(path)}"
        yield link(dataset, VOID + "propertyPartition", part)
        yield link(part, VOID + "property", path)
        yield number(part, VOID + "triples", triples)


def _name(iri: str) -> str:
    """Return a name for the end of an IRI: the prefixed one, or a digest where there is no prefix."""
    short = shorten(iri)
    return short.replace(":", "-") if short != iri else hashlib.sha256(iri.encode()).hexdigest()[:12]
