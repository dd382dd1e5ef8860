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
    VS,
    WGS84,
    XSD,
    shorten,
)
from ...resource import Object, pick
from ...words import N_, Words, words

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
    DCAT + "contactPoint": N_("Contact"),
    DCAT + "dataset": N_("Datasets"),
    DCAT + "distribution": N_("Files"),
    DCAT + "downloadURL": N_("Download"),
    DCAT + "hasCurrentVersion": N_("Newest Release"),
    DCAT + "hasVersion": N_("Releases"),
    DCAT + "isVersionOf": N_("Release of"),
    DCAT + "keyword": N_("Keywords"),
    DCAT + "mediaType": N_("Format"),
    DCAT + "previousVersion": N_("Release before"),
    DCAT + "version": N_("Version"),
    DCT + "conformsTo": N_("Keeps to the rules"),
    DCT + "created": N_("First imported"),
    DCT + "hasFormat": N_("Other formats"),
    DCT + "identifier": N_("Identifier"),
    DCT + "issued": N_("Published"),
    DCT + "license": N_("Licence"),
    DCT + "modified": N_("Last changed"),
    DCT + "publisher": N_("Publisher"),
    DCT + "rights": N_("Rights"),
    DCT + "title": N_("Title"),
    DCT + "description": N_("Description"),
    DQV + "hasQualityMetadata": N_("Quality report"),
    FOAF + "name": N_("Name"),
    FOAF + "page": N_("Web page"),
    FOAF + "primaryTopic": N_("Tells of"),
    GEO + "asWKT": N_("Position as text"),
    GEO + "hasCentroid": N_("Centre point"),
    OWL + "disjointWith": N_("Never also"),
    OWL + "inverseOf": N_("The other way round"),
    OWL + "versionIRI": N_("This version"),
    OWL + "deprecated": N_("Deprecated"),
    OWL + "imports": N_("Builds on"),
    OWL + "oneOf": N_("One of"),
    OWL + "priorVersion": N_("Version before"),
    OWL + "versionInfo": N_("Version"),
    OWL + "sameAs": N_("Same as"),
    PROV + "qualifiedAssociation": N_("Parts taken"),
    PROV + "wasRevisionOf": N_("Revision of"),
    RDF + "type": N_("Kind of thing"),
    RDFS + "comment": N_("Note"),
    RDFS + "domain": N_("Said of"),
    RDFS + "isDefinedBy": N_("Defined by"),
    RDFS + "label": N_("Label"),
    RDFS + "range": N_("Its value"),
    RDFS + "seeAlso": N_("See also"),
    RDFS + "subClassOf": N_("A kind of"),
    RDFS + "subPropertyOf": N_("A way of saying"),
    SKOS + "altLabel": N_("Also called"),
    SKOS + "definition": N_("Definition"),
    SKOS + "inScheme": N_("In the scheme"),
    SKOS + "prefLabel": N_("Name"),
    SKOS + "topConceptOf": N_("Top concept of"),
    VANN + "preferredNamespacePrefix": N_("Prefix"),
    VANN + "preferredNamespaceUri": N_("Namespace"),
    VOID + "class": N_("Kind of thing"),
    VOID + "classPartition": N_("Things by kind"),
    VOID + "entities": N_("Things"),
    VOID + "triples": N_("Statements"),
    VOID + "uriSpace": N_("Its links begin with"),
    VOID + "inDataset": N_("In the dataset"),
    VS + "term_status": N_("Status"),
    WGS84 + "lat": N_("Latitude"),
    WGS84 + "long": N_("Longitude"),
}
_CLASSES = {
    DCAT + "Catalog": N_("Catalogue"),
    DCAT + "Dataset": N_("Dataset"),
    SKOS + "Concept": N_("Concept"),
    SKOS + "ConceptScheme": N_("List of concepts"),
}
_KEPT = 20_000
_PLAIN = {
    XSD + name for name in ("string", "integer", "decimal", "boolean", "double", "float", "gYear", "anyURI")
} | {RDF + "langString"}
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


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
        language: Words | None = None,
    ) -> None:
        self.base = base
        self.words = language or words()
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
            return literal(term, self.words)
        # Only the ontology, the shapes and foreign data have these.
        return Shown(
            self.words.gettext("a node without a name") if isinstance(term, ox.BlankNode) else str(term),
            code=True,
        )

    def _link(self, iri: str, text: str | None = None) -> Shown:
        """Return a link to *iri* by its label, or by its best name when it has none."""
        return self.labelled(iri, self._labels(iri), text)

    def labelled(self, iri: str, found: list[ox.Literal], text: str | None = None) -> Shown:
        """Return a link to *iri* whose labels are *found*: one look-up may bring those of many."""
        label = text or pick(found, self.words.code) or self._own_label(iri)
        chosen = next((one for one in found if one.value == label), None)
        others = sorted((one.value, language(one, self.words)) for one in found if one is not chosen)
        return Shown(
            label or self.name(iri),
            href=self.href(iri),
            css=self.css(iri),
            lang=language(chosen, self.words) if chosen else None,
            others=tuple((value, tag) for value, tag in others if value != label),
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


def language(one: ox.Literal, spoken: Words) -> str | None:
    """Return the language to mark a text with, or None where it is the page's own."""
    return one.language if one.language and not spoken.is_own(one.language) else None


def literal(one: ox.Literal, spoken: Words) -> Shown:
    """Return a literal as a page in *spoken* shows it; what is written stays to be read."""
    kind = one.datatype.value
    if kind == XSD + "date" and (found := spoken.day(one.value)):
        return Shown(found, beside=one.value, machine=one.value)
    if one.language:
        tag = language(one, spoken)
        return Shown(one.value, lang=tag, beside=spoken.language(tag) if tag else "")
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
