"""The catalogue for harvesters: DCAT 3 as DCAT-AP 3.0.1 and the UK's model want it (conventions.md d.5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyoxigraph as ox

from .. import __version__
from ..graph import TripleIndex
from ..namespaces import CCIN, DCAT, DCT, FOAF, HYDRA, RDF, RDFS, SKOS, SPDX, UKGOV, VCARD
from .about import IANA, About, Published
from .triples import link, number, text, typed, words

_EU = "http://publications.europa.eu/resource/authority/"
_SPARQL = "https://www.w3.org/TR/sparql11-protocol/"
_RECONCILIATION = "https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/"
# Each service: its name, title, words, address, where it is described, and the standard that it keeps.
_SERVICES = (
    ("sparql", "SPARQL endpoint", "Questions in SPARQL 1.1, by GET and POST.", "/sparql", "/sparql", _SPARQL),
    ("json", "Plain JSON over HTTP", "Lists, things and answers as JSON.", "/", "/openapi.json", None),
    (
        "reconciliation",
        "Reconciliation",
        "Matches lists of names and codes of others to the things here.",
        "/reconcile",
        "/reconcile",
        _RECONCILIATION,
    ),
    (
        "changes",
        "Changes",
        "What changed, as a stream of events and feeds.",
        "/changes",
        "/changes.ttl",
        None,
    ),
)
_OF_THE_WAY_IN = (DCT + "accessRights", DCAT + "contactPoint", UKGOV + "securityClassification")
# The UK's model has three types of services, and names them so; SPARQL goes under this one.
_REST = "https://www.wikidata.org/wiki/Q749568"
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
    DCT + "rights": DCT + "RightsStatement",
    DCT + "spatial": DCT + "Location",
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
    triples += _paged(about)
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
    yield text(catalog, DCT + "identifier", catalog)
    for name, *_ in _SERVICES:
        yield link(catalog, DCAT + "service", f"{catalog}#{name}")
    for place, _ in about.places:
        yield link(catalog, DCT + "spatial", place)
    yield from _days(catalog, about)


def _paged(about: About) -> Iterator[ox.Triple]:
    """Yield that this is the first page of one (Hydra, 5): harvesters that turn pages know where to stop."""
    catalog, page = about.site.catalog, f"{about.public}/catalog?page=1"
    yield link(catalog, RDF + "type", HYDRA + "Collection")
    yield number(catalog, HYDRA + "totalItems", 1)
    yield link(catalog, HYDRA + "member", about.site.dataset)
    yield link(catalog, HYDRA + "view", page)
    yield link(page, RDF + "type", HYDRA + "PartialCollectionView")
    for name in ("first", "last"):
        yield link(page, HYDRA + name, page)


def _of_dataset(about: About) -> Iterator[ox.Triple]:
    dataset = about.site.dataset
    yield text(dataset, DCT + "identifier", dataset)
    yield link(dataset, DCAT + "landingPage", about.public + about.path)
    yield link(dataset, DCT + "conformsTo", CCIN.rstrip("#"))
    # Between two Releases it is that of its day.
    yield text(dataset, DCAT + "version", about.version or about.modified or __version__)
    yield from _days(dataset, about)
    if about.facts.years:
        period = f"{dataset}#period"
        yield link(dataset, DCT + "temporal", period)
        yield link(period, RDF + "type", DCT + "PeriodOfTime")
        for name, year in zip(("startDate", "endDate"), about.facts.years, strict=True):
            yield typed(period, DCAT + name, year, "gYear")
    for file in about.files:
        yield link(dataset, DCAT + "distribution", part(about, file))


def _days(node: str, about: About) -> Iterator[ox.Triple]:
    for name, day in (("issued", about.issued), ("modified", about.modified)):
        if day:
            yield typed(node, DCT + name, day, "date")


def part(about: About, file: Published) -> str:
    """Return the IRI of a distribution: a part of the dataset, by the file's name."""
    return f"{about.site.dataset}#{file.name}"


def distribution(about: About, file: Published) -> Iterator[ox.Triple]:
    """Yield what is said of one file: where it is, what it is, how large, its checksum, its licence."""
    iri, checksum = part(about, file), f"{part(about, file)}-sha256"
    yield link(iri, RDF + "type", DCAT + "Distribution")
    yield words(iri, DCT + "title", file.title)
    yield link(iri, DCAT + "accessURL", file.url)
    yield link(iri, DCAT + "downloadURL", file.url)
    yield link(iri, DCAT + "mediaType", IANA + file.media_type)
    yield link(IANA + file.media_type, RDF + "type", DCT + "MediaType")
    if file.file_type:
        yield link(iri, DCT + "format", file.file_type)
        yield link(file.file_type, RDF + "type", DCT + "MediaTypeOrExtent")
    if file.is_packed:
        yield link(iri, DCAT + "compressFormat", IANA + "application/gzip")
    yield typed(iri, DCAT + "byteSize", file.bytes, "nonNegativeInteger")
    yield link(iri, SPDX + "checksum", checksum)
    yield link(checksum, RDF + "type", SPDX + "Checksum")
    yield link(checksum, SPDX + "algorithm", SPDX + "checksumAlgorithm_sha256")
    yield typed(checksum, SPDX + "checksumValue", file.sha256, "hexBinary")
    yield link(SPDX + "checksumAlgorithm_sha256", RDF + "type", SPDX + "ChecksumAlgorithm")
    if about.site.licence:
        yield link(iri, DCT + "license", about.site.licence)
    # Quoted words are not under the licence: the page says which they are.
    yield link(iri, DCT + "rights", f"{about.base}licence")
    yield from _days(iri, about)


def _services(about: About) -> Iterator[ox.Triple]:
    stated, dataset = TripleIndex(about.stated), about.site.dataset
    for name, title, told, path, description, standard in _SERVICES:
        iri = f"{about.site.catalog}#{name}"
        yield link(iri, RDF + "type", DCAT + "DataService")
        yield link(iri, DCT + "type", _REST)
        yield words(iri, DCT + "title", title)
        yield words(iri, DCT + "description", told)
        yield link(iri, DCAT + "endpointURL", f"{about.public}{path}")
        yield link(iri, DCAT + "endpointDescription", f"{about.public}{description}")
        yield link(iri, DCAT + "servesDataset", dataset)
        yield text(iri, DCAT + "version", __version__)
        yield from _days(iri, about)
        # Who is behind the dataset, and who may ask, is so of its services too.
        for predicate in (DCT + "publisher", DCT + "creator", DCT + "license", *_OF_THE_WAY_IN):
            for value in stated.objects(dataset, predicate):
                yield ox.Triple(ox.NamedNode(iri), ox.NamedNode(predicate), value)
        if standard:
            yield link(iri, DCT + "conformsTo", standard)
            yield link(standard, RDF + "type", DCT + "Standard")


def _what_values_are(triples: list[ox.Triple]) -> Iterator[ox.Triple]:
    labels = TripleIndex(triples)
    for triple in triples:
        if not isinstance(triple.object, ox.NamedNode):
            continue
        if kind := _KINDS.get(triple.predicate.value):
            yield link(triple.object.value, RDF + "type", kind)
        if triple.object.value.startswith(_EU):
            scheme, _, code = triple.object.value.removeprefix(_EU).rpartition("/")
            if scheme:
                yield link(triple.object.value, RDF + "type", SKOS + "Concept")
                yield link(triple.object.value, SKOS + "inScheme", _EU + scheme)
                label = labels.text(triple.object.value, RDFS + "label") or code
                yield words(triple.object.value, SKOS + "prefLabel", label)
    yield link(CCIN.rstrip("#"), RDF + "type", DCT + "Standard")


def data_json(about: About) -> list[dict[str, Any]]:
    """Return the catalogue as data.gov.uk's second harvester reads it: an array of datasets."""
    page = f"{about.public}{about.path}"
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
            "temporal": "/".join(about.facts.years) if about.facts.years else None,
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
