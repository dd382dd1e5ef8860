"""The catalogue for harvesters: DCAT 3 as DCAT-AP 3.0.1 and the UK's model want it (conventions.md d.5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyoxigraph as ox

from ..graph import TripleIndex
from ..namespaces import CCIN, DCAT, DCT, FOAF, RDF, RDFS, SKOS, SPDX, VCARD, XSD
from .about import IANA, About, Published

_SPARQL = "https://www.w3.org/TR/sparql11-protocol/"
_EU = "http://publications.europa.eu/resource/authority/"
# DCAT-AP wants to be told what the values of these properties are.
_KINDS = {
    DCAT + "accessURL": RDFS + "Resource",
    DCAT + "downloadURL": RDFS + "Resource",
    DCAT + "endpointDescription": RDFS + "Resource",
    DCAT + "endpointURL": RDFS + "Resource",
    DCAT + "landingPage": FOAF + "Document",
    FOAF + "homepage": FOAF + "Document",
    VCARD + "hasURL": RDFS + "Resource",
    DCT + "accessRights": DCT + "RightsStatement",
    DCT + "language": DCT + "LinguisticSystem",
    DCT + "accrualPeriodicity": DCT + "Frequency",
    DCT + "license": DCT + "LicenseDocument",
}


def catalogue(about: About) -> list[ox.Triple]:
    """Return the whole catalogue: one dataset to be listed, its files, its services, who is behind it.

    Releases and the graphs of sources are left out: a harvester would list each as a dataset of its own.
    """
    triples = [one for one in about.stated if not _is_of_void(one)]
    triples += _of_catalogue(about)
    triples += _of_dataset(about)
    for file in about.files:
        triples += distribution(about, file)
    triples += _services(about)
    triples += _what_values_are(triples)
    return list(dict.fromkeys(triples))


def _is_of_void(triple: ox.Triple) -> bool:
    kind = triple.object
    return triple.predicate.value == RDF + "type" and isinstance(kind, ox.NamedNode) and "void#" in kind.value


def _of_catalogue(about: About) -> Iterator[ox.Triple]:
    catalog = about.site.catalog
    yield _text(catalog, DCT + "identifier", catalog)
    for name in ("sparql", "json"):
        yield _link(catalog, DCAT + "service", f"{catalog}#{name}")
    for place, label in about.places:
        yield _link(catalog, DCT + "spatial", place)
        yield _link(place, RDF + "type", DCT + "Location")
        yield _words(place, RDFS + "label", label)
    yield from _days(catalog, about)


def _of_dataset(about: About) -> Iterator[ox.Triple]:
    dataset = about.site.dataset
    yield _text(dataset, DCT + "identifier", dataset)
    yield _link(dataset, DCAT + "landingPage", about.public + _page(about))
    yield _link(dataset, DCT + "conformsTo", CCIN.rstrip("#"))
    for place, _ in about.places:
        yield _link(dataset, DCT + "spatial", place)
    if about.version:
        yield _text(dataset, DCAT + "version", about.version)
    yield from _days(dataset, about)
    if about.years:
        period = f"{dataset}#period"
        yield _link(dataset, DCT + "temporal", period)
        yield _link(period, RDF + "type", DCT + "PeriodOfTime")
        for name, year in zip(("startDate", "endDate"), about.years, strict=True):
            yield ox.Triple(ox.NamedNode(period), ox.NamedNode(DCAT + name), _typed(year, XSD + "gYear"))
    for file in about.files:
        yield _link(dataset, DCAT + "distribution", part(about, file))


def _page(about: About) -> str:
    """Return the local path of the dataset's page."""
    return "/" + about.site.dataset.removeprefix(about.base)


def _days(node: str, about: About) -> Iterator[ox.Triple]:
    for name, day in (("issued", about.issued), ("modified", about.modified)):
        if day:
            yield ox.Triple(ox.NamedNode(node), ox.NamedNode(DCT + name), _typed(day, XSD + "date"))


def part(about: About, file: Published) -> str:
    """Return the IRI of a distribution: a part of the dataset, by the file's name."""
    return f"{about.site.dataset}#{file.name}"


def distribution(about: About, file: Published) -> Iterator[ox.Triple]:
    """Yield what is said of one file: where it is, what it is, how large, its checksum, its licence."""
    iri, checksum = part(about, file), f"{part(about, file)}-sha256"
    yield _link(iri, RDF + "type", DCAT + "Distribution")
    yield _words(iri, DCT + "title", file.title)
    yield _link(iri, DCAT + "accessURL", file.url)
    yield _link(iri, DCAT + "downloadURL", file.url)
    yield _link(iri, DCAT + "mediaType", IANA + file.media_type)
    yield _link(IANA + file.media_type, RDF + "type", DCT + "MediaType")
    if file.file_type:
        yield _link(iri, DCT + "format", file.file_type)
        yield _link(file.file_type, RDF + "type", DCT + "MediaTypeOrExtent")
    if file.is_packed:
        yield _link(iri, DCAT + "compressFormat", IANA + "application/gzip")
    yield ox.Triple(
        ox.NamedNode(iri),
        ox.NamedNode(DCAT + "byteSize"),
        _typed(str(file.bytes), XSD + "nonNegativeInteger"),
    )
    yield _link(iri, SPDX + "checksum", checksum)
    yield _link(checksum, RDF + "type", SPDX + "Checksum")
    yield _link(checksum, SPDX + "algorithm", SPDX + "checksumAlgorithm_sha256")
    yield ox.Triple(
        ox.NamedNode(checksum),
        ox.NamedNode(SPDX + "checksumValue"),
        _typed(file.sha256, XSD + "hexBinary"),
    )
    yield _link(SPDX + "checksumAlgorithm_sha256", RDF + "type", SPDX + "ChecksumAlgorithm")
    if about.site.licence:
        yield _link(iri, DCT + "license", about.site.licence)
    yield from _days(iri, about)


def _services(about: About) -> Iterator[ox.Triple]:
    services = (
        (
            "sparql",
            "SPARQL endpoint",
            "Questions in SPARQL 1.1, by GET and POST.",
            "/sparql",
            "/sparql",
            _SPARQL,
        ),
        ("json", "Plain JSON over HTTP", "Lists, things and answers as JSON.", "/", "/openapi.json", None),
    )
    rights = TripleIndex(about.stated).iri(about.site.dataset, DCT + "accessRights")
    contact = TripleIndex(about.stated).iri(about.site.dataset, DCAT + "contactPoint")
    for name, title, words, path, description, standard in services:
        iri = f"{about.site.catalog}#{name}"
        yield _link(iri, RDF + "type", DCAT + "DataService")
        yield _words(iri, DCT + "title", title)
        yield _words(iri, DCT + "description", words)
        yield _link(iri, DCAT + "endpointURL", f"{about.public}{path}")
        yield _link(iri, DCAT + "endpointDescription", f"{about.public}{description}")
        yield _link(iri, DCAT + "servesDataset", about.site.dataset)
        for predicate, value in (
            (DCT + "publisher", about.site.publisher),
            (DCT + "license", about.site.licence),
            (DCT + "accessRights", rights),
            (DCAT + "contactPoint", contact),
            (DCT + "conformsTo", standard),
        ):
            if value:
                yield _link(iri, predicate, value)
        if standard:
            yield _link(standard, RDF + "type", DCT + "Standard")


def _what_values_are(triples: list[ox.Triple]) -> Iterator[ox.Triple]:
    labels = TripleIndex(triples)
    for triple in triples:
        if not isinstance(triple.object, ox.NamedNode):
            continue
        if kind := _KINDS.get(triple.predicate.value):
            yield _link(triple.object.value, RDF + "type", kind)
        if triple.object.value.startswith(_EU):
            scheme, _, code = triple.object.value.removeprefix(_EU).rpartition("/")
            if scheme:
                yield _link(triple.object.value, RDF + "type", SKOS + "Concept")
                yield _link(triple.object.value, SKOS + "inScheme", _EU + scheme)
                label = labels.text(triple.object.value, RDFS + "label") or code
                yield _words(triple.object.value, SKOS + "prefLabel", label)
    yield _link(CCIN.rstrip("#"), RDF + "type", DCT + "Standard")


def data_json(about: About) -> list[dict[str, Any]]:
    """Return the catalogue as data.gov.uk's second harvester reads it: an array of datasets."""
    page = f"{about.public}{_page(about)}"
    return [
        {
            "@type": "dcat:Dataset",
            "identifier": about.site.dataset,
            "title": about.title,
            "description": about.description,
            "keyword": about.keywords,
            "issued": about.issued,
            "modified": about.modified,
            "publisher": {"@type": "org:Organization", "name": about.site.publisher_name},
            "contactPoint": {"@type": "vcard:Contact", "fn": about.contact_name},
            "accessLevel": "public",
            "license": about.site.licence,
            "landingPage": page,
            "spatial": ", ".join(label for _, label in about.places),
            "temporal": "/".join(about.years) if about.years else None,
            "distribution": [
                {
                    "@type": "dcat:Distribution",
                    "title": one.title,
                    "downloadURL": one.url,
                    "mediaType": one.media_type,
                    "byteSize": one.bytes,
                }
                for one in about.files
            ],
        }
    ]


def _link(subject: str, predicate: str, value: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(value))


def _text(subject: str, predicate: str, text: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.Literal(text))


def _words(subject: str, predicate: str, text: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.Literal(text, language="en"))


def _typed(text: str, datatype: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(datatype))
