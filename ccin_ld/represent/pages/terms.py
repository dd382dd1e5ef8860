"""Terms of RDF as people read them: words, a link where there is one, and what a machine gets beside them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from urllib.parse import unquote, urlsplit

import pyoxigraph as ox

from ...iris import Base
from ...model import Model
from ...namespaces import (
    CCIN,
    DCAT,
    DCT,
    DQV,
    FOAF,
    GEO,
    OWL,
    PROV,
    RDF,
    RDFS,
    SKOS,
    VANN,
    VOID,
    WGS84,
    XSD,
    shorten,
)
from ...resource import Object, pick

# Outside hosts whose addresses end in a code that people know; every other address is shown whole.
_KNOWN_HOSTS = {
    "creativecommons.org": "Creative Commons",
    "data.ordnancesurvey.co.uk": "Ordnance Survey",
    "opendatacommunities.org": "Open Data Communities",
    "statistics.data.gov.uk": "ONS",
    "statistics.gov.scot": "Statistics Scotland",
    "www.planning.data.gov.uk": "Planning Data",
    "www.wikidata.org": "Wikidata",
}
# One colour and shape for each kind of thing (design, "Kinds of thing"); all other things are concepts.
_CSS_OF_CLASS = {
    "Body": "council",
    "Network": "council",
    "Council": "council",
    "PoliticalGroup": "council",
    "Organisation": "council",
    "Membership": "council",
    "MembershipStatement": "council",
    "OfficeHolding": "council",
    "Project": "project",
    "Participation": "project",
    "CaseStudy": "project",
    "Principle": "principle",
    "PrincipleClaim": "principle",
    "Page": "dataset",
    "Capture": "dataset",
    "Source": "dataset",
    "Import": "dataset",
    "Release": "dataset",
}
# Words for terms of other vocabularies that stand in descriptions, where no shape names them.
_NAMES = {
    DCAT + "contactPoint": "Contact",
    DCAT + "dataset": "Datasets",
    DCAT + "distribution": "Files",
    DCAT + "downloadURL": "Download",
    DCAT + "hasCurrentVersion": "Newest Release",
    DCAT + "hasVersion": "Releases",
    DCAT + "isVersionOf": "Release of",
    DCAT + "keyword": "Keywords",
    DCAT + "mediaType": "Format",
    DCAT + "previousVersion": "Release before",
    DCAT + "version": "Version",
    DCT + "conformsTo": "Keeps to the rules",
    DCT + "created": "First imported",
    DCT + "hasFormat": "Other formats",
    DCT + "identifier": "Identifier",
    DCT + "issued": "Published",
    DCT + "license": "Licence",
    DCT + "modified": "Last changed",
    DCT + "publisher": "Publisher",
    DCT + "rights": "Rights",
    DCT + "title": "Title",
    DCT + "description": "Description",
    DQV + "hasQualityMetadata": "Quality report",
    FOAF + "name": "Name",
    FOAF + "page": "Web page",
    FOAF + "primaryTopic": "Tells of",
    GEO + "asWKT": "Position as text",
    GEO + "hasCentroid": "Centre point",
    OWL + "disjointWith": "Never also",
    OWL + "inverseOf": "The other way round",
    OWL + "versionIRI": "This version",
    OWL + "versionInfo": "Version",
    OWL + "sameAs": "Same as",
    PROV + "qualifiedAssociation": "Parts taken",
    PROV + "wasRevisionOf": "Revision of",
    RDF + "type": "Kind of thing",
    RDFS + "comment": "Note",
    RDFS + "domain": "Said of",
    RDFS + "isDefinedBy": "Defined by",
    RDFS + "label": "Label",
    RDFS + "range": "Its value",
    RDFS + "seeAlso": "See also",
    RDFS + "subClassOf": "A kind of",
    RDFS + "subPropertyOf": "A way of saying",
    SKOS + "altLabel": "Also called",
    SKOS + "definition": "Definition",
    SKOS + "inScheme": "In the scheme",
    SKOS + "prefLabel": "Name",
    SKOS + "topConceptOf": "Top concept of",
    VANN + "preferredNamespacePrefix": "Prefix",
    VANN + "preferredNamespaceUri": "Namespace",
    VOID + "class": "Kind of thing",
    VOID + "classPartition": "Things by kind",
    VOID + "entities": "Things",
    VOID + "triples": "Statements",
    VOID + "uriSpace": "Its links begin with",
    VOID + "inDataset": "In the dataset",
    WGS84 + "lat": "Latitude",
    WGS84 + "long": "Longitude",
}
_CLASSES = {
    DCAT + "Catalog": "Catalogue",
    DCAT + "Dataset": "Dataset",
    SKOS + "Concept": "Concept",
    SKOS + "ConceptScheme": "List of concepts",
}
_KEPT = 20_000
_PLAIN = {
    XSD + name for name in ("string", "integer", "decimal", "boolean", "double", "float", "gYear", "anyURI")
} | {RDF + "langString"}
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_ENGLISH = re.compile(r"en(-gb)?", re.IGNORECASE)


@dataclass(frozen=True)
class Shown:
    """One value of a page: its words and, where given, a link, a kind, a language and what stands beside."""

    text: str
    href: str | None = None
    css: str = ""
    lang: str | None = None
    beside: str = ""
    machine: str | None = None
    others: tuple[tuple[str, str | None], ...] = ()
    code: bool = False
    note: str = ""

    @property
    def paragraphs(self) -> list[str]:
        """The words, split at blank lines."""
        return [part.strip() for part in re.split(r"\n\s*\n", self.text) if part.strip()]


class Terms:
    """Makes Shown values under one base. *labels* gives the rdfs:label literals of an IRI.

    *notes* are words to stand beside a link to another site, by its address.
    """

    def __init__(
        self,
        base: Base,
        model: Model,
        labels: Callable[[str], list[ox.Literal]],
        notes: Mapping[str, str] | None = None,
    ) -> None:
        self.base = base
        self._notes = notes or {}
        self.link = lru_cache(_KEPT)(self._link)
        self.property_name = lru_cache(_KEPT)(self._property_name)
        self._model = model
        self._labels = labels
        self._css = {
            segment: _CSS_OF_CLASS.get(iri.removeprefix(CCIN), "concept")
            for iri, segment in model.segments.items()
        }

    def show(self, term: Object) -> Shown:
        """Return any term as a page shows it."""
        if isinstance(term, ox.NamedNode):
            return self.link(term.value)
        if isinstance(term, ox.Literal):
            return literal(term)
        # Only the ontology, the shapes and foreign data have these.
        return Shown("a node without a name" if isinstance(term, ox.BlankNode) else str(term), code=True)

    def _link(self, iri: str, text: str | None = None) -> Shown:
        """Return a link to *iri* by its label, or by its best name when it has none."""
        return self.labelled(iri, self._labels(iri), text)

    def labelled(self, iri: str, found: list[ox.Literal], text: str | None = None) -> Shown:
        """Return a link to *iri* whose labels are *found*: one look-up may bring those of many."""
        words = text or pick(found) or self._own_label(iri)
        chosen = next((one for one in found if one.value == words), None)
        others = tuple(sorted((one.value, language(one)) for one in found if one is not chosen))
        return Shown(
            words or self.name(iri),
            href=self.href(iri),
            css=self.css(iri),
            lang=language(chosen) if chosen else None,
            others=tuple((value, tag) for value, tag in others if value != words),
            note=self._notes.get(iri, ""),
        )

    def _own_label(self, iri: str) -> str | None:
        return self._model.term_label(iri) if iri.startswith(CCIN) else None

    def _property_name(self, path: str) -> str:
        """Return the words for a property that the shape at hand does not name."""
        return self._model.field_name(path) or _NAMES.get(path) or shorten(path)

    def class_name(self, iri: str) -> str:
        """Return the words for a class: its label here, or the name of one of others."""
        return self._model.term_label(iri) or _CLASSES.get(iri) or shorten(iri)

    def name(self, iri: str) -> str:
        """Return the best name of an IRI without a label: prefixed, host and code, or the address itself."""
        short = shorten(iri)
        if short != iri:
            return short
        local = self.base.path(iri)
        if local is not None:
            last = local.rpartition("/")[2]
            return last if "." in last else local
        return outside_name(iri)

    def href(self, iri: str) -> str | None:
        """Return where a link to *iri* goes: a local document, an outside address, or None."""
        local = self.base.path(iri)
        if local is not None:
            return "/doc/" + local.removeprefix("/id/") if local.startswith("/id/") else local
        return iri if iri.lower().startswith(("http://", "https://", "mailto:")) else None

    def css(self, iri: str) -> str:
        """Return the class that gives colour and shape to the kind of thing *iri* is, or ''."""
        local = self.base.path(iri)
        if local is None:
            return ""
        first, _, rest = local.removeprefix("/").partition("/")
        if first in ("id", "doc"):
            return "k-" + self._css.get(rest.partition("/")[0], "concept")
        if first == "data":
            return "k-dataset"
        return "k-term" if iri.startswith((CCIN, CCIN.replace("ccin#", "shapes"))) else "k-concept"

    def css_of_types(self, types: list[str]) -> str:
        """Return the class for a thing of these types."""
        for iri in types:
            name = iri.removeprefix(CCIN)
            if name in _CSS_OF_CLASS:
                return "k-" + _CSS_OF_CLASS[name]
        return "k-concept"


def outside_name(iri: str) -> str:
    """Return a short name for an address of others: known host and code, or the address without scheme."""
    parts = urlsplit(iri)
    if parts.scheme not in ("http", "https"):
        return iri.removeprefix("mailto:")
    path = unquote(parts.path).strip("/")
    if parts.netloc in _KNOWN_HOSTS and path:
        code = path.removeprefix("licenses/").rpartition("/")[2]
        if parts.netloc == "creativecommons.org":
            code = path.removeprefix("licenses/").replace("/", " ").upper()
        return f"{_KNOWN_HOSTS[parts.netloc]} {code}" + (f" {parts.fragment}" if parts.fragment else "")
    rest = iri.split("://", 1)[1].rstrip("/")
    return rest.removeprefix("www.") if path else rest


def language(one: ox.Literal) -> str | None:
    """Return the language to mark a text with, or None where it is the page's own."""
    return one.language if one.language and not _ENGLISH.fullmatch(one.language) else None


def literal(one: ox.Literal) -> Shown:
    """Return a literal as a page shows it; what is written stays to be read, whatever stands beside it."""
    kind = one.datatype.value
    if kind == XSD + "date" and (words := day(one.value)):
        return Shown(words, beside=one.value, machine=one.value)
    if one.language:
        tag = language(one)
        return Shown(one.value, lang=tag, beside=tag or "")
    if kind == GEO + "wktLiteral":
        return Shown(one.value, code=True)
    return Shown(one.value, beside="" if kind in _PLAIN else shorten(kind))


def day(text: str) -> str | None:
    """Return an xsd:date in words, as ``23 November 2026``, or None when it is no plain day."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return f"{found.day} {_MONTHS[found.month - 1]} {found.year}"


def number(value: int) -> str:
    """Return a count with a comma at the thousands."""
    return f"{value:,}"


def count(value: int, one: str, many: str | None = None) -> str:
    """Return ``1 project`` or ``2 projects``."""
    return f"{number(value)} {one if value == 1 else many or one + 's'}"


def broken(iri: str) -> list[str]:
    """Return the pieces of an IRI between which a line may break: after the host and after each slash."""
    head, slashes, rest = iri.partition("://")
    pieces = rest.split("/")
    pieces = [piece + "/" for piece in pieces[:-1]] + [pieces[-1]]
    return [head + slashes + pieces[0], *pieces[1:]] if slashes else [iri]


def many(kind: str) -> str:
    """Return the words for many things of a kind: ``case-study`` is *Case studies*."""
    words = kind.replace("-", " ").capitalize()
    return f"{words[:-1]}ies" if words.endswith("y") else f"{words}s"
