"""What the build works out: who is believed, which capture counts, wider classes, documents (design, 1.2 and 3)."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from ccin_ld.build import Build
from ccin_ld.derivation import _principles_met, believe, doubled
from ccin_ld.graph import TripleIndex
from ccin_ld.model import Model
from ccin_ld.namespaces import CCIN, DCT, FOAF, ORG, PROV, RDF, SKOS, XSD

ID = "https://w3id.org/ccin/id/"
YEAR, TITLE = CCIN + "fromYear", DCT + "title"


def node(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)


def claims(*said: tuple[str, str, str]) -> TripleIndex:
    """Return claims of one project on one principle: (capture, its day, state)."""
    triples = []
    for capture, day, state in said:
        claim = node(f"{ID}claim/{capture}")
        triples += [
            ox.Triple(claim, node(RDF + "type"), node(CCIN + "PrincipleClaim")),
            ox.Triple(claim, node(CCIN + "project"), node(ID + "project/p")),
            ox.Triple(claim, node(CCIN + "principle"), node(ID + "principle/q")),
            ox.Triple(claim, node(CCIN + "claimState"), node(CCIN + state)),
            ox.Triple(claim, node(PROV + "wasDerivedFrom"), node(f"{ID}capture/{capture}")),
            ox.Triple(
                node(f"{ID}capture/{capture}"),
                node(CCIN + "notAfter"),
                ox.Literal(day, datatype=node(XSD + "date")),
            ),
        ]
    return TripleIndex(triples)


@pytest.mark.parametrize(
    ("said", "met"),
    [
        pytest.param([("a", "2020-01-01", "met")], True, id="met"),
        pytest.param([("a", "2020-01-01", "notListed")], False, id="not listed"),
        pytest.param([("a", "2020-01-01", "notKnown")], False, id="not known is not met"),
        pytest.param(
            [("a", "2020-01-01", "met"), ("b", "2021-01-01", "notKnown")], True, id="not known gives way"
        ),
        pytest.param(
            [("a", "2020-01-01", "met"), ("b", "2021-01-01", "notListed")], False, id="the newest that knows"
        ),
        pytest.param(
            [("b", "2020-01-01", "notListed"), ("a", "2021-01-01", "met")],
            True,
            id="newest by day, not by name",
        ),
        pytest.param(
            [("p--9", "2020-01-01", "notListed"), ("p--10", "2020-01-01", "met")],
            True,
            id="the tenth, not the ninth",
        ),
    ],
)
def test_which_capture_counts(said: list[tuple[str, str, str]], met: bool) -> None:
    assert bool(list(_principles_met(claims(*said)))) is met


def quad(value: ox.Literal, graph: str, predicate: str = YEAR) -> ox.Quad:
    return ox.Quad(node(ID + "project/p"), node(predicate), value, node(graph))


def year(text: str) -> ox.Literal:
    return ox.Literal(text, datatype=node(XSD + "gYear"))


TRUST = {
    "urn:correction": (1, ""),
    "urn:sheet": (2, ""),
    "urn:old": (3, "2020-01-01"),
    "urn:new": (3, "2021-01-01"),
}


@pytest.fixture(scope="module")
def model(built: Build) -> Model:
    return built.model


def test_every_triple_once_and_nothing_lost(model: Model) -> None:
    quads = [quad(year("2020"), "urn:old"), quad(year("2020"), "urn:new")]
    default, conflicts = believe(quads, model, TRUST)
    assert len(default) == 1
    assert conflicts == []


@pytest.mark.parametrize(
    ("graphs", "winner"),
    [
        (["urn:old", "urn:new"], "urn:new"),
        (["urn:new", "urn:sheet"], "urn:sheet"),
        (["urn:sheet", "urn:correction"], "urn:correction"),
        (["urn:unknown", "urn:old"], "urn:old"),
        (["urn:page--9", "urn:page--10"], "urn:page--10"),
        (["urn:page--10", "urn:page--9"], "urn:page--10"),
    ],
)
def test_the_order_of_trust(model: Model, graphs: list[str], winner: str) -> None:
    quads = [quad(year(str(2000 + number)), graph) for number, graph in enumerate(graphs)]
    default, conflicts = believe(quads, model, TRUST)
    assert [triple.object for triple in default] == [year(str(2000 + graphs.index(winner)))]
    assert conflicts[0].chosen_sources == (winner,)
    assert [sources for _, sources in conflicts[0].refused] == [
        tuple(graph for graph in graphs if graph != winner)
    ]


def test_one_value_a_language(model: Model) -> None:
    quads = [
        quad(ox.Literal("a", language="en"), "urn:old", TITLE),
        quad(ox.Literal("b", language="en"), "urn:new", TITLE),
        quad(ox.Literal("c", language="cy"), "urn:old", TITLE),
    ]
    default, conflicts = believe(quads, model, TRUST)
    assert {triple.object.value for triple in default if isinstance(triple.object, ox.Literal)} == {"b", "c"}
    assert len(conflicts) == 1


def test_several_values_of_what_takes_several_stay(model: Model) -> None:
    quads = [
        quad(ox.Literal(text, language="en"), graph, SKOS + "altLabel")
        for text, graph in [("a", "urn:old"), ("b", "urn:new")]
    ]
    default, conflicts = believe(quads, model, TRUST)
    assert (len(default), conflicts) == (2, [])


def test_a_source_against_itself_is_left_for_the_shapes(model: Model) -> None:
    quads = [quad(year("2020"), "urn:old"), quad(year("2021"), "urn:old")]
    default, conflicts = believe(quads, model, TRUST)
    assert (len(default), conflicts) == (2, [])
    assert [(graph, len(values)) for _, _, graph, values in doubled(quads, model)] == [("urn:old", 2)]


def test_wider_classes_and_documents(built: Build) -> None:
    council = built.describe(ID + "council/oldham")
    assert {CCIN + "Body", ORG + "FormalOrganization", ORG + "Organization"} <= set(council.types)
    document = council.document
    assert council.iris(FOAF + "primaryTopic", document) == [council.iri]
    assert council.iris(DCT + "license", document) == ["https://creativecommons.org/licenses/by/4.0/"]
    project = built.describe(ID + "project/eoi-action-learning-set")
    assert any("quoted" in words for words in project.texts(DCT + "rights", project.document))
    assert council.texts(DCT + "rights", document) != project.texts(DCT + "rights", project.document)
