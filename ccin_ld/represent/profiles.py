"""Profiles of a Resource: the same thing told in other vocabularies (Profiles Vocabulary, W3C Note).

Each profile is a mapping of the Resource's own triples. The one in standard vocabularies follows the
ontology's ``rdfs:subClassOf`` and ``rdfs:subPropertyOf``, so a term aligned there is told here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from ..description import schemaorg
from ..graph import name_blanks
from ..iris import Base
from ..namespaces import CCIN, FOAF, ORG, RDF, RDFS, SCHEMA, SHAPES, SKOS
from ..resource import Resource
from ..words import N_
from . import JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TRIG, TURTLE
from .jsonld import encode

Supers = Mapping[str, Sequence[str]]
LABELS = (RDFS + "label", SKOS + "prefLabel", SKOS + "altLabel", SKOS + "hiddenLabel")
_TYPE = RDF + "type"
# Every format that holds any triples; HTML, plain JSON and GeoJSON are told in our own words only.
FORMATS = (JSON_LD, TURTLE, N_TRIPLES, RDF_XML, TRIG, N_QUADS)
# What schema.org defines as an address: all else that it has as text is text.
_ADDRESSES = ("url", "sameAs", "additionalType", "license", "mainEntityOfPage", "contentUrl")
SCHEMA_CONTEXT: Mapping[str, Any] = {
    "@vocab": SCHEMA,
    **{name: {"@type": "@id"} for name in _ADDRESSES},
}


@dataclass(frozen=True)
class Profile:
    """One way to tell of a thing: its token in addresses, its words, and what it is a profile of."""

    token: str
    label: str
    description: str
    of: tuple[str, ...] = ()

    def iri(self, base: Base) -> str:
        """Return the IRI of the profile, which names it in headers and leads to its description."""
        return base.scheme(f"profile/{self.token}")


FULL = Profile(
    "full",
    N_("Everything"),
    N_("All that is known of a thing, in the terms of this site’s ontology and of the standards it uses."),
)
SCHEMA_ORG = Profile(
    "schema",
    N_("schema.org"),
    N_("The thing in the words of schema.org, as search engines read them in its page."),
    (SCHEMA,),
)
STANDARD = Profile(
    "org",
    N_("Standard vocabularies"),
    N_(
        "The thing in ORG, FOAF, SKOS, PROV and other standard vocabularies alone: each own term as the "
        "nearest terms that it is aligned to; what has no alignment is left out."
    ),
    (ORG.rstrip("#"), FOAF),
)
NAMES = Profile(
    "labels",
    N_("Names"),
    N_("The names of the thing and of all that it is linked to, and nothing else."),
    (RDFS.rstrip("#"),),
)
# The first is what is sent when nothing else is asked for.
PROFILES = (FULL, SCHEMA_ORG, STANDARD, NAMES)


def offered(resource: Resource) -> tuple[Profile, ...]:
    """Return the profiles that a Resource comes in: schema.org has no word for some things."""
    if resource.document == resource.iri:
        return (FULL,)
    return PROFILES if schemaorg.kind_of(resource) else (FULL, STANDARD, NAMES)


def triples(profile: Profile, resource: Resource, supers: Supers, page: str) -> list[ox.Triple]:
    """Return what a profile tells of a Resource. *supers*: terms of the ontology with what they are under.

    *page* is the address of the thing's page, as schema.org names it.
    """
    if profile is SCHEMA_ORG:
        return list(_in_schema_org(resource, page))
    if profile is STANDARD:
        return aligned(resource, supers)
    if profile is NAMES:
        return [one for one in resource.triples if one.predicate.value in LABELS]
    return list(resource.triples)


def schema_document(resource: Resource, page: str) -> bytes:
    """Return the thing in schema.org as JSON-LD: the page's own block, with a context that is all here."""
    return encode({"@context": SCHEMA_CONTEXT, **(schemaorg.of_resource(resource, page) or {})})


def _in_schema_org(resource: Resource, page: str) -> Iterator[ox.Triple]:
    quads = ox.parse(schema_document(resource, page), format=ox.RdfFormat.JSON_LD)
    # The parser names blank nodes anew each time; the same thing has to give the same bytes.
    yield from name_blanks((quad.triple for quad in quads), "schema")


def aligned(resource: Resource, supers: Supers) -> list[ox.Triple]:
    """Return the Resource without any own term: each is replaced by the nearest others that it is under."""
    kept = dict.fromkeys(one for triple in resource.triples for one in _aligned(triple, supers))
    told = {
        term for one in kept if one.predicate.value not in LABELS for term in (one.subject, one.object)
    } | {ox.NamedNode(resource.iri)}
    # A label of what is linked to no more would hang in the air.
    return [one for one in kept if one.predicate.value not in LABELS or one.subject in told]


def _aligned(triple: ox.Triple, supers: Supers) -> Iterator[ox.Triple]:
    subject, predicate, value = triple.subject, triple.predicate.value, triple.object
    if is_own(subject):
        return
    values: list[Any] = [value]
    if is_own(value):
        if predicate != _TYPE or not isinstance(value, ox.NamedNode):
            return
        values = [ox.NamedNode(one) for one in nearest(value.value, supers)]
    for one in nearest(predicate, supers):
        yield from (ox.Triple(subject, ox.NamedNode(one), term) for term in values)


def is_own(term: object) -> bool:
    """Say whether a term belongs to the ontology or the shapes."""
    return isinstance(term, ox.NamedNode) and term.value.startswith((CCIN, SHAPES))


def nearest(iri: str, supers: Supers) -> list[str]:
    """Return the terms of others that stand nearest above a term: itself where it is not an own one."""
    found, waiting = [], [iri]
    for one in waiting:
        if one.startswith(CCIN):
            waiting += [above for above in supers.get(one, ()) if above not in waiting]
        elif one not in found:
            found.append(one)
    return sorted(found)
