"""What sources say, as triples: one function for each kind of source; no file is read or written here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pyoxigraph as ox

from .. import record
from ..errors import BadInput
from ..iris import Base, key, slug
from ..namespaces import CCIN, DCT, FOAF, GEO, OWL, PROV, RDF, RDFS, SKOS, WGS84, XSD
from .labels import Labels, Principle
from .match import Body, Directory, Match, Row
from .page import PageFacts, Printed

ENGLISH = "en"
CLASSES = {
    "council": "Council",
    "group": "PoliticalGroup",
    "network": "Network",
    "organisation": "Organisation",
}
# Said of a source whose file is not the one that was received.
CLEANED = (
    "The file that is kept is the page's own text, without the lines that hold personal data; "
    "the digest of the capture is that of the file as received."
)
# The kind and the tier of a council that the register does not hold: it holds every other tier.
_LOCAL_COUNCIL = ("town-or-parish-council", "parish")


@dataclass(frozen=True)
class Capture:
    """One stored text of a page: keys, title, addresses, file and digest, and the bounds of its day.

    ``kind`` is what the page tells of: "project", "case-study", or "page" when that is not known. ``sha256``
    is the digest of the file as received; ``kept`` that of the file which is kept, where they differ.
    """

    page: str
    number: int
    source: str
    title: str | None
    addresses: tuple[str, ...]
    file: str
    sha256: str
    not_before: date | None
    not_after: date | None
    kind: str = "project"
    kept: str | None = None

    @property
    def name(self) -> str:
        """The page's title, or its key when the title is not known."""
        return self.title or self.page


def subject(base: Base, capture: Capture) -> str:
    """Return the IRI of what a page tells of: its project, its case study, or the page itself."""
    return base.thing(capture.kind, capture.page)


def thing(base: Base, body: Body) -> str:
    """Return the IRI of a body."""
    return base.thing(body.kind, body.key)


def link(subject: str, predicate: str, value: str) -> ox.Triple:
    """Return a triple whose object is an IRI. Raises BadInput when one of the three is none."""
    try:
        return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(value))
    except ValueError as error:
        raise BadInput(f"{value!r} is not an IRI", hint="mend the address where it is given") from error


def says(subject: str, predicate: str, text: str, datatype: str | None = None) -> ox.Triple:
    """Return a triple with words in English, or with a value of a datatype in its canonical form."""
    literal = ox.Literal(text, language=ENGLISH) if datatype is None else _typed(text, datatype)
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), literal)


def _typed(text: str, datatype: str) -> ox.Literal:
    return record.canonical_literal(ox.Literal(text, datatype=ox.NamedNode(datatype)))


def _a(subject: str, name: str) -> ox.Triple:
    return link(subject, RDF + "type", CCIN + name)


# A page and its capture


def capture_triples(
    base: Base,
    capture: Capture,
    facts: PageFacts,
    names: Sequence[Match],
    labels: Labels,
    known: Mapping[str, str],
) -> list[ox.Triple]:
    """Return the facts of one capture; *known* gives the labels of bodies that have one elsewhere."""
    return [
        *_page(base, capture, facts),
        *(_project(base, capture, facts, labels) if capture.kind == "project" else ()),
        *(_participations(base, capture, facts, names) if capture.kind == "project" else ()),
        *(_case_study(base, capture, facts, names) if capture.kind == "case-study" else ()),
        *_claims(base, capture, facts, labels),
        *_labels(base, names, known),
    ]


def quotation_triples(base: Base, capture: Capture, facts: PageFacts) -> list[ox.Triple]:
    """Return the words quoted from one capture: about the project, and the principles' statements."""
    made = [
        says(one.principle, SKOS + "definition", one.statement)
        for one in facts.met
        if one.statement is not None
    ]
    if facts.paragraphs:
        made.append(says(subject(base, capture), DCT + "description", "\n\n".join(facts.paragraphs)))
    return made


def capture_sources(
    base: Base, capture: Capture, licence: str | None, rights: str, quotes: bool
) -> list[ox.Triple]:
    """Return what ``data/sources.ttl`` says of a capture and of the words quoted from it."""
    file = f"sources/{capture.file}"
    title = f"capture {capture.number} of “{capture.name}”"
    made = source_triples(base, capture.source, f"What is said by {title}", "capture", file, licence)
    iris = [base.graph(capture.source)]
    if quotes:
        quoted = f"{capture.source}--quotations"
        made += source_triples(base, quoted, f"Words quoted from {title}", "capture", file, None)
        iris.append(base.graph(quoted))
        made.append(says(iris[1], DCT + "rights", rights))
    for iri in iris:
        made.append(link(iri, PROV + "wasDerivedFrom", base.thing("capture", capture.source)))
        made.append(says(iri, CCIN + "sha256", capture.kept or capture.sha256, XSD + "string"))
        if capture.kept:
            made.append(says(iri, RDFS + "comment", CLEANED))
    return made


def source_triples(
    base: Base, source: str, title: str, kind: str, file: str, licence: str | None
) -> list[ox.Triple]:
    """Return what ``data/sources.ttl`` says of any source."""
    iri = base.graph(source)
    made = [
        _a(iri, "Source"),
        says(iri, DCT + "title", title),
        link(iri, CCIN + "sourceKind", base.thing("source-kind", kind)),
        says(iri, CCIN + "sourceFile", file, XSD + "string"),
    ]
    return [*made, link(iri, DCT + "license", licence)] if licence else made


def _page(base: Base, capture: Capture, facts: PageFacts) -> Iterator[ox.Triple]:
    page, iri = base.thing("page", capture.page), base.thing("capture", capture.source)
    yield _a(page, "Page")
    if capture.title:
        yield says(page, DCT + "title", capture.title)
    for address in capture.addresses:
        yield link(page, CCIN + "address", address)
    yield _a(iri, "Capture")
    yield says(iri, DCT + "title", f"{capture.name}, capture {capture.number}")
    yield link(iri, CCIN + "captureOf", page)
    yield says(iri, CCIN + "sha256", capture.sha256, XSD + "string")
    if facts.form:
        yield link(iri, CCIN + "form", base.thing("capture-form", facts.form))
    for bound, day in (("notBefore", capture.not_before), ("notAfter", capture.not_after)):
        if day:
            yield says(iri, CCIN + bound, day.isoformat(), XSD + "date")


def _project(base: Base, capture: Capture, facts: PageFacts, labels: Labels) -> Iterator[ox.Triple]:
    iri = base.thing("project", capture.page)
    yield _a(iri, "Project")
    if capture.title:
        yield says(iri, DCT + "title", capture.title)
    yield link(iri, CCIN + "describedOn", base.thing("page", capture.page))
    if facts.years:
        yield says(iri, CCIN + "yearAsPrinted", facts.years.printed, XSD + "string")
        yield says(iri, CCIN + "fromYear", facts.years.first, XSD + "gYear")
        yield says(iri, CCIN + "toYear", facts.years.last, XSD + "gYear")
    if facts.kind:
        yield says(iri, CCIN + "kindAsPrinted", facts.kind.text)
        kind = labels.kind(facts.kind.text)
        if kind:
            yield link(iri, CCIN + "projectKind", kind)


def _case_study(
    base: Base, capture: Capture, facts: PageFacts, names: Sequence[Match]
) -> Iterator[ox.Triple]:
    """Yield a case study; whom it is about is said only where the page itself names it."""
    iri = subject(base, capture)
    yield _a(iri, "CaseStudy")
    if capture.title:
        yield says(iri, DCT + "title", capture.title)
    yield link(iri, CCIN + "describedOn", base.thing("page", capture.page))
    bodies = {one.printed: one.body for one in names}
    for body in _once(bodies, facts.subjects):
        yield link(iri, CCIN + "about", thing(base, body))


def _participations(
    base: Base, capture: Capture, facts: PageFacts, names: Sequence[Match]
) -> Iterator[ox.Triple]:
    bodies = {one.printed: one.body for one in names}
    project = base.thing("project", capture.page)
    for role, printed in (("lead", facts.leads), ("participant", facts.participants)):
        for body, name in _once(bodies, printed).items():
            iri = base.thing("participation", key(capture.page, body.key, role))
            yield link(project, PROV + "qualifiedAssociation", iri)
            yield _a(iri, "Participation")
            yield link(iri, CCIN + "project", project)
            yield link(iri, PROV + "agent", thing(base, body))
            yield link(iri, PROV + "hadRole", base.thing("role", role))
            yield says(iri, CCIN + "nameAsPrinted", name)
            yield link(iri, DCT + "source", base.thing("capture", capture.source))


def _once(bodies: Mapping[str, Body], printed: Iterable[Printed]) -> dict[Body, str]:
    """Return each body once with its first printed name."""
    found: dict[Body, str] = {}
    for one in printed:
        if one.text in bodies:
            found.setdefault(bodies[one.text], one.text)
    return found


def state(facts: PageFacts, principle: Principle, labels: Labels) -> str:
    """Return what a page says of a principle: met, notListed or notKnown.

    What the page could not have shown is not known: no list at all, a form that may not show the principle,
    or a list cut off before its place, or begun after it.
    """
    if any(one.principle == principle.iri for one in facts.met):
        return "met"
    if not facts.met or facts.form in principle.hidden_in:
        return "notKnown"
    orders = {one.iri: one.order for one in labels.principles}
    if facts.cut and principle.order > orders[facts.met[-1].principle]:
        return "notKnown"
    if facts.starts_inside and principle.order < orders[facts.met[0].principle]:
        return "notKnown"
    return "notListed"


def _claims(base: Base, capture: Capture, facts: PageFacts, labels: Labels) -> Iterator[ox.Triple]:
    about = subject(base, capture)
    for principle in labels.principles:
        name = key(capture.page, principle.iri.rpartition("/")[2], capture.source)
        iri = base.thing("claim", name)
        yield _a(iri, "PrincipleClaim")
        yield link(iri, CCIN + ("project" if capture.kind == "project" else "concerns"), about)
        yield link(iri, CCIN + "principle", principle.iri)
        yield link(iri, CCIN + "claimState", CCIN + state(facts, principle, labels))
        yield link(iri, PROV + "wasDerivedFrom", base.thing("capture", capture.source))


def _labels(base: Base, names: Sequence[Match], known: Mapping[str, str]) -> Iterator[ox.Triple]:
    """Yield the printed name as preferred label at a body's first naming, as another label after that."""
    labels = dict(known)
    for one in names:
        iri = thing(base, one.body)
        if iri not in labels and not one.is_accepted:
            labels[iri] = one.printed
            yield says(iri, SKOS + "prefLabel", one.printed)
        elif labels.get(iri) != one.printed:
            yield says(iri, SKOS + "altLabel", one.printed)


# The register of councils


def register_triples(
    base: Base,
    directory: Directory,
    councils: Iterable[Body],
    areas: Iterable[Body],
    labels: Mapping[str, str],
) -> list[ox.Triple]:
    """Return what the register says of *councils*, and of the areas of these and of *areas*.

    *labels* gives the preferred labels that captures print; a council that none prints has its official name.
    """
    councils = list(councils)
    rows = {one.row["gss_code"]: one.row for one in [*councils, *areas] if one.row["gss_code"]}
    codes = _region_codes(directory)
    made = [triple for one in councils for triple in _council(base, one, labels)]
    made += [triple for row in rows.values() for triple in _area(base, row, codes)]
    used = {
        codes[row[column]] for row in rows.values() for column in ("nation", "region") if row[column] in codes
    }
    return made + [triple for row in directory.regions for triple in _region(base, row, used)]


def _region_codes(directory: Directory) -> dict[str, str]:
    return {row["name"]: row["gss_code"] for row in directory.regions}


def _council(base: Base, body: Body, labels: Mapping[str, str]) -> Iterator[ox.Triple]:
    iri, row = thing(base, body), body.row
    yield _a(iri, "Council")
    yield says(iri, CCIN + "officialName", body.name)
    yield says(iri, CCIN + "registerCode", row["local_authority_code"], XSD + "string")
    yield link(iri, CCIN + "councilKind", base.thing("council-kind", slug(row["type_name"])))
    yield link(iri, CCIN + "tier", base.thing("tier", slug(row["tier"])))
    # SKOS Reference, S13: a preferred label is not another label too.
    label = SKOS + ("prefLabel" if iri not in labels else "altLabel")
    if labels.get(iri) != body.name:
        yield says(iri, label, body.name)
    if row["official_name_cy"]:
        welsh = ox.Literal(row["official_name_cy"], language="cy")
        yield ox.Triple(ox.NamedNode(iri), ox.NamedNode(SKOS + "altLabel"), welsh)
    if row["gss_code"]:
        yield link(iri, CCIN + "area", _area_iri(base, row["gss_code"]))
    if row["wikidata_council"]:
        yield link(iri, OWL + "sameAs", "http://www.wikidata.org/entity/" + row["wikidata_council"])
    if row["opendatacommunities_uri"]:
        yield link(iri, OWL + "sameAs", row["opendatacommunities_uri"])
    if row["planning_data_entity"]:
        entity = "https://www.planning.data.gov.uk/entity/" + row["planning_data_entity"]
        yield link(iri, RDFS + "seeAlso", entity)
    if row["website"]:
        yield link(iri, FOAF + "homepage", row["website"])


def _area_iri(base: Base, code: str) -> str:
    return base.thing("area", code.lower())


def _area(base: Base, row: Row, codes: Mapping[str, str]) -> Iterator[ox.Triple]:
    iri = _area_iri(base, row["gss_code"])
    yield from _place(iri, row["gss_code"], row["ons_area_name"] or row["nice_name"])
    for former in filter(None, row["former_gss_codes"].split("|")):
        yield says(iri, CCIN + "formerGssCode", former, XSD + "string")
    for column in ("nation", "region"):
        if row[column] in codes:
            yield link(iri, CCIN + column, _area_iri(base, codes[row[column]]))
    if row["statistics_uri"]:
        yield link(iri, OWL + "sameAs", row["statistics_uri"])
    if row["wikidata_area"]:
        # Keyed by its ISO code the item may be the city instead of the council's area: no sameAs then.
        same = OWL + "sameAs" if row["wikidata_area_source"] == "gss" else RDFS + "seeAlso"
        yield link(iri, same, "http://www.wikidata.org/entity/" + row["wikidata_area"])
    if row["os_uri"]:
        yield link(iri, RDFS + "seeAlso", row["os_uri"])
    if row["lat"] and row["long"]:
        yield from _point(iri, row["lat"], row["long"])


def _place(iri: str, code: str, name: str) -> Iterator[ox.Triple]:
    yield _a(iri, "Area")
    yield says(iri, SKOS + "prefLabel", name)
    yield says(iri, CCIN + "gssCode", code, XSD + "string")


def _point(area: str, latitude: str, longitude: str) -> Iterator[ox.Triple]:
    iri = area + "#point"
    yield link(area, GEO + "hasCentroid", iri)
    yield link(iri, RDF + "type", GEO + "Geometry")
    yield link(iri, RDF + "type", WGS84 + "Point")
    lat, long = _typed(latitude, XSD + "decimal"), _typed(longitude, XSD + "decimal")
    yield ox.Triple(ox.NamedNode(iri), ox.NamedNode(WGS84 + "lat"), lat)
    yield ox.Triple(ox.NamedNode(iri), ox.NamedNode(WGS84 + "long"), long)
    # GeoSPARQL 1.0, 8.5.1: without a reference system named the order is longitude, latitude.
    yield says(iri, GEO + "asWKT", f"POINT({long.value} {lat.value})", GEO + "wktLiteral")


def _region(base: Base, row: Row, used: set[str]) -> Iterator[ox.Triple]:
    if row["gss_code"] not in used:
        return
    iri = _area_iri(base, row["gss_code"])
    yield from _place(iri, row["gss_code"], row["name"])
    if row["nation_gss_code"]:
        yield link(iri, CCIN + "nation", _area_iri(base, row["nation_gss_code"]))


# The bodies kept by hand


def body_triples(base: Base, directory: Directory, bodies: Iterable[Body]) -> list[ox.Triple]:
    """Return what ``data/reference/bodies.csv`` says of *bodies*."""
    return [triple for one in bodies for triple in _body(base, directory, one)]


def _body(base: Base, directory: Directory, body: Body) -> Iterator[ox.Triple]:
    iri, row = thing(base, body), body.row
    yield _a(iri, CLASSES[body.kind])
    yield says(iri, SKOS + "prefLabel", body.name)
    for name in body.other_names:
        yield says(iri, SKOS + "altLabel", name)
    if row["homepage"]:
        yield link(iri, FOAF + "homepage", row["homepage"])
    if body.kind == "council":
        yield link(iri, CCIN + "councilKind", base.thing("council-kind", _LOCAL_COUNCIL[0]))
        yield link(iri, CCIN + "tier", base.thing("tier", _LOCAL_COUNCIL[1]))
    related = directory.council(row["related_local_authority_code"])
    if related and row["related_as"] == "group on":
        yield link(iri, CCIN + "groupOn", thing(base, related))
    if row["gss_code"]:
        yield from _hand_area(base, iri, row, related, _region_codes(directory))


def _hand_area(
    base: Base, iri: str, row: Row, within: Body | None, codes: Mapping[str, str]
) -> Iterator[ox.Triple]:
    area = _area_iri(base, row["gss_code"])
    yield link(iri, CCIN + "area", area)
    yield from _place(area, row["gss_code"], row["area_name"] or row["name"])
    if within is None:
        return
    if within.row["gss_code"]:
        yield link(area, CCIN + "within", _area_iri(base, within.row["gss_code"]))
    for column in ("nation", "region"):
        if within.row[column] in codes:
            yield link(area, CCIN + column, _area_iri(base, codes[within.row[column]]))
