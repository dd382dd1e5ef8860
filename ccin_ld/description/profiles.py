"""Profiles described in the Profiles Vocabulary, and the representations of a thing in the model of ``altr``.

Content Negotiation by Profile (W3C Working Draft of 3 July 2026), section 6.3, and the Profiles Vocabulary
(W3C Note). Both may still change: the names that they give are here and in ``web/profiles.py`` only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from ..iris import Base
from ..namespaces import ALTR, DCT, ONTOLOGY_BASE, PREFIXES, PROF, PROF_ROLE, RDF, RDFS
from ..represent import Representation
from ..represent.profiles import FULL, PROFILES, STANDARD, Profile
from ..resource import Resource
from ..words import N_

# Not among the prefixes of the data: no thing is told of in these.
OWN_PREFIXES: Mapping[str, str] = {**PREFIXES, "altr": ALTR, "prof": PROF, "role": PROF_ROLE}
_ONTOLOGY, _SHAPES = ONTOLOGY_BASE + "def/ccin", ONTOLOGY_BASE + "def/shapes"
_CONTEXT = "def/context.jsonld"


def of_profile(profile: Profile, base: Base, publisher: str, licence: str) -> Resource:
    """Return the description of a profile: what it is a profile of, its token, and what belongs to it."""
    iri = profile.iri(base)
    made = [
        _link(iri, RDF + "type", PROF + "Profile"),
        _link(iri, RDF + "type", DCT + "Standard"),
        _words(iri, DCT + "title", profile.label),
        _words(iri, RDFS + "label", profile.label),
        _words(iri, DCT + "description", profile.description),
        ox.Triple(ox.NamedNode(iri), ox.NamedNode(PROF + "hasToken"), ox.Literal(profile.token)),
        *(_link(iri, PROF + "isProfileOf", one) for one in profile.of),
        _link(iri, DCT + "publisher", publisher),
        *([_link(iri, DCT + "license", licence)] if licence else []),
        *(triple for parts in parts_of(profile, base) for triple in _descriptor(iri, *parts)),
    ]
    return Resource(iri, iri, tuple(made))


def of_all(base: Base, publisher: str, licence: str) -> Resource:
    """Return the list of the profiles, with the description of each."""
    iri = base.scheme("profile")
    made = [_words(iri, RDFS + "label", "Profiles"), _words(iri, DCT + "title", "Profiles")]
    for one in PROFILES:
        made.append(_link(iri, DCT + "hasPart", one.iri(base)))
        made += of_profile(one, base, publisher, licence).triples
    return Resource(iri, iri, tuple(made))


def parts_of(profile: Profile, base: Base) -> Iterator[tuple[str, str, str, str]]:
    """Yield the role, the words, the address and the media type of what belongs to a profile."""
    if profile is FULL:
        yield "vocabulary", N_("The ontology"), _ONTOLOGY, "text/turtle"
        yield "validation", N_("The shapes"), _SHAPES, "text/turtle"
        yield "schema", N_("The JSON-LD context"), base.iri + _CONTEXT, "application/ld+json"
    if profile is STANDARD:
        yield "mapping", N_("The ontology, whose alignments are followed"), _ONTOLOGY, "text/turtle"


def _descriptor(iri: str, role: str, words: str, artifact: str, media_type: str) -> Iterator[ox.Triple]:
    node = f"{iri}#{role}"
    yield _link(iri, PROF + "hasResource", node)
    yield _link(node, RDF + "type", PROF + "ResourceDescriptor")
    yield _words(node, RDFS + "label", words)
    yield _link(node, PROF + "hasRole", PROF_ROLE + role)
    yield _link(node, PROF + "hasArtifact", artifact)
    yield ox.Triple(ox.NamedNode(node), ox.NamedNode(DCT + "format"), ox.Literal(media_type))


Offer = tuple[Profile, Sequence[Representation]]


def alternates(document: str, offers: Sequence[Offer], base: Base) -> list[ox.Triple]:
    """Return every representation of a document, by profile and format, each under its own address."""
    made = []
    for profile, formats in offers:
        made += [
            _words(profile.iri(base), RDFS + "label", profile.label),
            ox.Triple(
                ox.NamedNode(profile.iri(base)), ox.NamedNode(PROF + "hasToken"), ox.Literal(profile.token)
            ),
        ]
        for place, one in enumerate(formats):
            iri = document + suffix(profile, one)
            default = profile is FULL and place == 0
            how = "hasDefaultRepresentation" if default else "hasRepresentation"
            made += [
                _link(document, ALTR + how, iri),
                _link(iri, RDF + "type", ALTR + "Representation"),
                _link(iri, DCT + "conformsTo", profile.iri(base)),
                ox.Triple(ox.NamedNode(iri), ox.NamedNode(DCT + "format"), ox.Literal(one.media_type)),
            ]
    return made


def as_json(document: str, offers: Sequence[Offer], base: Base) -> dict[str, Any]:
    """Return the same as plain data, with the names of the draft's own example (7.2.2)."""
    return {
        "resource": document,
        "profiles": [
            {
                "token": profile.token,
                "uri": profile.iri(base),
                "title": profile.label,
                "media_types": [one.media_type for one in formats],
                "representations": {one.media_type: document + suffix(profile, one) for one in formats},
            }
            for profile, formats in offers
        ],
    }


def suffix(profile: Profile, one: Representation) -> str:
    """Return what the address of a document ends in for one profile and format."""
    return f".{one.extension}" + (f"?_profile={profile.token}" if profile is not FULL else "")


def _link(subject: str, predicate: str, value: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(value))


def _words(subject: str, predicate: str, text: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.Literal(text, language="en"))


__all__ = ["OWN_PREFIXES", "alternates", "as_json", "of_all", "of_profile", "parts_of", "suffix"]
