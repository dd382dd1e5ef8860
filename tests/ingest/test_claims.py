"""What the import of the first page says, as triples."""

from __future__ import annotations

from datetime import date

import pyoxigraph as ox
import pytest

from ccin_ld import record
from ccin_ld.graph import TripleIndex
from ccin_ld.ingest import Preview
from ccin_ld.namespaces import CCIN, DCT, FOAF, GEO, ONTOLOGY_BASE, OWL, PROV, RDFS, SKOS, WGS84

from .conftest import DAY, PAGE, Importing

ID = ONTOLOGY_BASE + "id/"
PROJECT = ID + "project/eoi-action-learning-set"
CAPTURE = ID + "capture/eoi-action-learning-set--1"


def written(preview: Preview, name: str) -> TripleIndex:
    """Return the triples of one file that the preview would write."""
    path = next(path for path in preview.files if path.stem == name)
    return TripleIndex(record.parse(preview.files[path], path))


@pytest.fixture
def facts(importing: Importing) -> TripleIndex:
    """The facts of the first capture."""
    return written(importing(), "eoi-action-learning-set--1")


@pytest.fixture
def register(importing: Importing) -> TripleIndex:
    """What the register says of the councils of the first page."""
    return written(importing(), "register")


def test_participations(facts: TripleIndex) -> None:
    roles = [facts.iri(one, PROV + "hadRole") for one in facts.of_type(CCIN + "Participation")]
    assert roles.count(ID + "role/lead") == 1
    assert roles.count(ID + "role/participant") == len(roles) - 1 == 22
    oldham = ID + "participation/eoi-action-learning-set--oldham--participant"
    assert facts.iri(oldham, PROV + "agent") == ID + "council/oldham"
    assert facts.text(oldham, CCIN + "nameAsPrinted") == "Oldham Council"
    assert facts.iri(oldham, DCT + "source") == CAPTURE
    assert sorted(facts.iris(PROJECT, PROV + "qualifiedAssociation")) == facts.of_type(CCIN + "Participation")


def test_claims(facts: TripleIndex) -> None:
    claims = facts.of_type(CCIN + "PrincipleClaim")
    states = [facts.iri(one, CCIN + "claimState") for one in claims]
    assert [states.count(CCIN + name) for name in ("met", "notListed", "notKnown")] == [7, 1, 2]
    known = {facts.iri(one, CCIN + "principle"): facts.iri(one, CCIN + "claimState") for one in claims}
    assert known[ID + "principle/maximising-social-value"] == CCIN + "notListed"
    assert known[ID + "principle/social-partnership"] == CCIN + "notKnown"
    assert known[ID + "principle/democratic-engagement"] == CCIN + "notKnown"
    assert {facts.iri(one, PROV + "wasDerivedFrom") for one in claims} == {CAPTURE}


def test_a_list_cut_off_knows_nothing_of_what_would_come_later(importing: Importing, text: str) -> None:
    facts = written(importing(text[: text.index("to drive positive change")]), "eoi-action-learning-set--1")
    claims = facts.of_type(CCIN + "PrincipleClaim")
    states = [facts.iri(one, CCIN + "claimState") for one in claims]
    assert [states.count(CCIN + name) for name in ("met", "notListed", "notKnown")] == [4, 0, 6]


def test_a_page_without_a_list_knows_nothing_of_principles(importing: Importing, text: str) -> None:
    facts = written(importing(text[: text.index("Principles met")]), "eoi-action-learning-set--1")
    claims = facts.of_type(CCIN + "PrincipleClaim")
    assert {facts.iri(one, CCIN + "claimState") for one in claims} == {CCIN + "notKnown"}
    assert facts.iri(CAPTURE, CCIN + "form") is None


def test_the_project(facts: TripleIndex) -> None:
    assert facts.text(PROJECT, CCIN + "yearAsPrinted") == "2020"
    assert [str(one) for one in facts.literals(PROJECT, CCIN + "fromYear")] == [
        '"2020"^^<http://www.w3.org/2001/XMLSchema#gYear>'
    ]
    assert facts.iri(PROJECT, CCIN + "projectKind") == ID + "project-kind/policy-lab"
    assert facts.text(PROJECT, CCIN + "kindAsPrinted") == "Policy Labs"
    assert facts.text(PROJECT, DCT + "description") is None  # quotations stand in a graph of their own


@pytest.mark.parametrize(
    ("given", "first", "last"),
    [
        pytest.param({"captured_before": DAY}, None, "2026-11-23", id="the last day it can have been made"),
        pytest.param(
            {"captured": date(2021, 5, 1), "captured_before": None}, "2021-05-01", "2021-05-01", id="its day"
        ),
        pytest.param({"captured_before": None}, None, None, id="not known"),
    ],
)
def test_the_day_of_the_capture(
    importing: Importing, given: dict[str, date | None], first: str | None, last: str | None
) -> None:
    facts = written(importing(**given), "eoi-action-learning-set--1")
    assert facts.text(CAPTURE, CCIN + "notBefore") == first
    assert facts.text(CAPTURE, CCIN + "notAfter") == last
    assert facts.iri(CAPTURE, CCIN + "form") == ID + "capture-form/a"


def test_quotations(importing: Importing) -> None:
    quoted = written(importing(), "eoi-action-learning-set--1--quotations")
    assert len((quoted.text(PROJECT, DCT + "description") or "").split("\n\n")) == 3
    assert len(list(quoted.pairs(SKOS + "definition"))) == 7
    assert quoted.subjects() == sorted([PROJECT, *(one for one, _ in quoted.pairs(SKOS + "definition"))])


def test_sources(importing: Importing) -> None:
    sources = written(importing(), "sources")
    capture, quoted = (
        ONTOLOGY_BASE + f"data/graph/eoi-action-learning-set--1{end}" for end in ("", "--quotations")
    )
    assert sources.iri(capture, DCT + "license") == "https://creativecommons.org/licenses/by/4.0/"
    assert sources.iri(quoted, DCT + "license") is None
    assert "quoted; no licence known" in (sources.text(quoted, DCT + "rights") or "")
    for iri in (capture, quoted):
        assert sources.iri(iri, PROV + "wasDerivedFrom") == CAPTURE
        assert sources.text(iri, CCIN + "sourceFile") == f"sources/{PAGE.name}"


def test_councils_of_the_register(register: TripleIndex) -> None:
    councils = register.of_type(CCIN + "Council")
    assert len(councils) == 18 + 3
    for council in councils:
        area = register.iri(council, CCIN + "area")
        assert area is not None
        assert register.text(area, CCIN + "gssCode", "") == area.rpartition("/")[2].upper()
        assert any("wikidata" in iri for iri in register.iris(council, OWL + "sameAs"))
        assert any("/statistical-geography/" in iri for iri in register.iris(area, OWL + "sameAs"))
        assert any("ordnancesurvey" in iri for iri in register.iris(area, RDFS + "seeAlso"))
        assert register.iri(council, FOAF + "homepage")
        assert register.iri(area, CCIN + "nation")
        assert register.iri(area, CCIN + "region")
        point = register.iri(area, GEO + "hasCentroid")
        assert point == f"{area}#point"
        assert register.text(point, WGS84 + "lat")


def test_a_council_and_its_area_in_full(register: TripleIndex) -> None:
    oldham, area = ID + "council/oldham", ID + "area/e08000004"
    assert register.text(oldham, CCIN + "officialName") == "Oldham Metropolitan Borough Council"
    assert register.text(oldham, SKOS + "altLabel") == "Oldham Metropolitan Borough Council"
    assert register.text(oldham, SKOS + "prefLabel") is None  # the page names it, so the capture says it
    assert register.text(oldham, CCIN + "registerCode") == "OLD"
    assert register.iri(oldham, CCIN + "councilKind") == ID + "council-kind/metropolitan-district"
    assert sorted(register.iris(oldham, OWL + "sameAs")) == [
        "http://opendatacommunities.org/id/metropolitan-district-council/oldham",
        "http://www.wikidata.org/entity/Q17017730",
    ]
    assert register.iris(oldham, RDFS + "seeAlso") == ["https://www.planning.data.gov.uk/entity/249"]
    assert register.iri(area, CCIN + "region") == ID + "area/e12000002"
    assert register.text(area + "#point", WGS84 + "lat") == "53.552"  # canonical: 53.5520 in the register
    assert register.text(area + "#point", GEO + "asWKT") == "POINT(-2.0508 53.552)"
    assert register.text(ID + "area/e12000002", SKOS + "prefLabel") == "North West"


def test_welsh_and_former_codes(register: TripleIndex) -> None:
    names = register.literals(ID + "council/cardiff", SKOS + "altLabel")
    assert ox.Literal("Cyngor Dinas Caerdydd", language="cy") in names
    former = register.literals(ID + "area/s12000049", CCIN + "formerGssCode")
    assert sorted(one.value for one in former) == ["S12000043", "S12000046"]


def test_no_label_is_both_preferred_and_another(importing: Importing) -> None:
    # SKOS Reference, S13.
    preview = importing()
    labels: dict[str, set[tuple[str, str]]] = {"prefLabel": set(), "altLabel": set()}
    for path in preview.files:
        if path.suffix == ".ttl":
            graph = TripleIndex(record.parse(preview.files[path], path))
            for name, found in labels.items():
                found |= {(subject, str(value)) for subject, value in graph.pairs(SKOS + name)}
    assert not labels["prefLabel"] & labels["altLabel"]
    assert len({subject for subject, _ in labels["prefLabel"]}) == len(labels["prefLabel"])


def test_bodies_that_the_register_does_not_hold(importing: Importing) -> None:
    bodies = written(importing(), "bodies")
    assert len(bodies.of_type(CCIN + "PoliticalGroup")) == 3
    assert bodies.of_type(CCIN + "Network") == [ID + "network/ccin"]
    assert bodies.of_type(CCIN + "Council") == [ID + "council/burntwood-town-council"]
    group = ID + "group/hillingdon-labour-and-co-op-group"
    assert bodies.iri(group, CCIN + "groupOn") == ID + "council/hillingdon"
    parish = bodies.iri(ID + "council/burntwood-town-council", CCIN + "area")
    assert parish == ID + "area/e04008917"
    assert bodies.iri(parish, CCIN + "within") == ID + "area/e07000194"


def test_every_link_has_its_thing(importing: Importing) -> None:
    preview = importing()
    subjects = {triple.subject for triple in preview.triples}
    linked = {
        triple.object
        for triple in preview.triples
        if isinstance(triple.object, ox.NamedNode) and triple.object.value.startswith(ID)
    }
    general = ("role/", "council-kind/", "tier/", "source-kind/", "capture-form/")  # in the ontology
    assert not [one for one in linked - subjects if not one.value.removeprefix(ID).startswith(general)]
