"""What is matched, what is only offered, and what it is worth: the scale that docs/reconciliation.md tells."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from ccin_ld.build import Build
from ccin_ld.index import Index, write
from ccin_ld.iris import Base
from ccin_ld.model import Model
from ccin_ld.namespaces import CCIN, RDF, RDFS, SKOS
from ccin_ld.namings import Registered
from ccin_ld.reconcile.matcher import Matcher, _has_form
from ccin_ld.reconcile.queries import ALL, EXACT, NONE, SHOULD, WILDCARD, Candidate, Condition, Query
from ccin_ld.store.local import LocalStore

from .measure import matcher

BASE = Base("https://example.org/")
HILL, VALE, DALE = (BASE.thing("council", name) for name in ("hill", "vale", "dale"))


@pytest.fixture(scope="module")
def found(built: Build) -> Matcher:
    return matcher(built)


def first(found: Matcher, query: Query) -> tuple[str, float, bool]:
    """Return id, score and match of the first candidate."""
    one = found.match(query)[0]
    return found.key(one.iri), one.score, one.match


@pytest.mark.parametrize(
    ("name", "key", "score", "match"),
    [
        pytest.param("Oldham Council", "council/oldham", 100, True, id="letter for letter"),
        pytest.param("oldham  COUNCIL", "council/oldham", 100, True, id="capitals and blanks"),
        pytest.param("Oldham MBC", "council/oldham", 98, True, id="written out"),
        pytest.param("Oldham Borough Council", "council/oldham", 95, True, id="another type"),
        pytest.param("Oldam Council", "council/oldham", 88.4, True, id="one letter wrong"),
        pytest.param("Basset Law DC", "council/bassetlaw", 93.1, True, id="two words for one"),
        pytest.param("OMBC", "council/oldham", 80, False, id="initials"),
        pytest.param("GMCA", "council/greater-manchester", 100, True, id="initials that are a name"),
        pytest.param("Telford", "council/telford-and-wrekin", 80, False, id="a part, even if accepted"),
        pytest.param("Witney", "council/witney-town-council", 80, False, id="the place of a town council"),
        pytest.param("Newcastle", "council/newcastle-upon-tyne", 61, False, id="of two"),
        pytest.param("E08000004", "council/oldham", 100, True, id="GSS code"),
        pytest.param("e08000004", "council/oldham", 100, True, id="in small letters"),
        pytest.param("E07000101", "council/stevenage", 100, True, id="former GSS code"),
        pytest.param("OLD", "council/oldham", 100, True, id="code of the register"),
        pytest.param("Q17017730", "council/oldham", 100, True, id="Wikidata"),
        pytest.param("https://www.wikidata.org/wiki/Q17017730", "council/oldham", 100, True, id="its page"),
        pytest.param("http://opendatacommunities.org/id/metropolitan-district-council/oldham", "council/oldham", 100, True, id="sameAs"),
        pytest.param("https://www.oldham.gov.uk", "council/oldham", 100, True, id="website"),
        pytest.param("council/oldham", "council/oldham", 100, True, id="our id"),
        pytest.param("https://w3id.org/ccin/id/council/oldham", "council/oldham", 100, True, id="our IRI"),
        pytest.param("County leadership and a new role for councillors", "principle/community-leadership-and-a-new-role-for-councillors", 80, False, id="words for types in a title"),
        pytest.param("Co-production", "principle/co-production", 100, True, id="a principle"),
    ],
)  # fmt: skip
def test_first_candidate(found: Matcher, name: str, key: str, score: float, match: bool) -> None:
    assert first(found, Query((name,))) == (key, score, match)


@pytest.mark.parametrize(
    "name", ["", " ", "&", "…", "zzzz", "https://example.org/", "E99999999", "(", "\u0301"]
)
def test_names_of_nothing(found: Matcher, name: str) -> None:
    assert found.match(Query((name,))) == []


def test_the_best_come_first_and_no_more_than_wanted(found: Matcher) -> None:
    candidates = found.match(Query(("Newcastle",), limit=2))
    assert [one.score for one in candidates] == sorted((one.score for one in candidates), reverse=True)
    assert len(candidates) == 2
    assert len(found.match(Query(("Newcastle",), limit=1))) == 1


def test_types_are_a_filter(found: Matcher) -> None:
    assert first(found, Query(("Oldham",), types=("ccin:Area",)))[0] == "area/e08000004"
    assert first(found, Query(("Oldham",), types=(CCIN + "Area",)))[0] == "area/e08000004"
    assert not [
        one for one in found.match(Query(("Oldham",), types=("ccin:Principle",))) if "oldham" in one.iri
    ]
    assert found.match(Query(("Oldham",), types=("nothing",))) == []
    both = Query(("Oldham",), types=("ccin:Body", "ccin:Council"), strict=ALL)
    assert first(found, both)[0] == "council/oldham"
    assert found.match(Query(("Locality",), types=("ccin:Body", "ccin:Council"), strict=ALL)) == []


def test_a_type_that_should_be(found: Matcher) -> None:
    assert first(found, Query(("Oldham",), types=("ccin:Organisation",), strict=SHOULD)) == (
        "council/oldham",
        50,
        False,
    )
    assert first(found, Query(("Oldham",), types=("ccin:Council",), strict=SHOULD)) == (
        "council/oldham",
        100,
        True,
    )


REGION = "ccinsh:facet-region"


def test_a_property_tells_namesakes_apart(found: Matcher) -> None:
    query = Query(("Newcastle",), conditions=(Condition(REGION, ("North East",)),))
    assert first(found, query) == ("council/newcastle-upon-tyne", 96.5, True)
    part = first(found, Query(("Telford",), conditions=(Condition(REGION, ("West Midlands",)),)))
    assert part == ("council/telford-and-wrekin", 86, False)
    query = Query(("Newcastle",), conditions=(Condition(REGION, ("West Midlands",)),))
    assert first(found, query)[0] == "council/newcastle-under-lyme"


def test_a_property_that_is_another_stands_against_a_match(found: Matcher) -> None:
    assert first(found, Query(("Oldham",), conditions=(Condition(REGION, ("London",)),))) == (
        "council/oldham",
        70,
        False,
    )
    required = Condition(REGION, ("London",), required=True)
    assert not [
        one
        for one in found.match(Query(("Oldham",), conditions=(required,)))
        if one.iri.endswith("council/oldham")
    ]


def test_what_is_not_recorded_says_nothing(found: Matcher) -> None:
    conditions = (Condition(REGION, ("London",)), Condition("ex:unknown", ("x",)))
    assert first(found, Query(("Locality",), conditions=conditions)) == ("organisation/locality", 100, True)


@pytest.mark.parametrize(
    ("condition", "share"),
    [
        pytest.param(Condition("ccin:area/ccin:gssCode", ("E08000004",)), 100, id="a code"),
        pytest.param(Condition(CCIN + "registerCode", ("OLD",)), 100, id="by IRI"),
        pytest.param(Condition("ccin:councilKind", ("metropolitan district",)), 100, id="a name"),
        pytest.param(Condition("ccin:councilKind", ("metropolitan district",), qualifier=EXACT), 0, id="exactly"),
        pytest.param(Condition("ccin:councilKind", ("council-kind/metropolitan-district",)), 100, id="an id"),
        pytest.param(Condition("ccin:councilKind", ("Metro*dist*",), qualifier=WILDCARD), 100, id="with a wildcard"),
        pytest.param(Condition("ccin:councilKind", ("(Metro*",), qualifier=WILDCARD), 0, id="nothing but a wildcard"),
        pytest.param(Condition("ccinsh:facet-role", ("Lead", "nothing")), 100, id="any"),
        pytest.param(Condition("ccinsh:facet-role", ("Lead", "nothing"), quantifier=ALL), 0, id="all"),
        pytest.param(Condition("ccinsh:facet-role", ("Lead",), quantifier=NONE), 0, id="none"),
        pytest.param(Condition("ccinsh:facet-role", ("nothing",), quantifier=NONE), 100, id="none of them"),
    ],
)  # fmt: skip
def test_conditions(found: Matcher, condition: Condition, share: float) -> None:
    one = next(
        each
        for each in found.match(Query(("Oldham",), conditions=(condition,)))
        if each.iri.endswith("council/oldham")
    )
    assert dict(one.features)["properties"] == share


@pytest.mark.parametrize(
    ("text", "wanted", "fits"),
    [
        ("abc", "abc", True), ("abc", "*", True), ("", "*", True), ("abc", "a*", True), ("abc", "*c", True),
        ("abc", "a*c", True), ("abc", "*b*", True), ("abc", "ab*bc", False), ("abc", "b*", False), ("abcbc", "a*b*bc", True),
        ("aXbXc", "a*c*b", False), ("abc", "abcd", False),
    ],
)  # fmt: skip
def test_wildcards(text: str, wanted: str, fits: bool) -> None:
    assert _has_form(text, wanted) is fits


def test_properties_alone(found: Matcher) -> None:
    query = Query(conditions=(Condition("ccin:area/ccin:gssCode", ("E08000004",)),))
    assert first(found, query) == ("council/oldham", 100, True)
    many = found.match(Query(conditions=(Condition(REGION, ("North East",)),), limit=3))
    assert len(many) == 3
    assert not any(one.match for one in many)
    assert found.match(Query(conditions=(Condition("ex:unknown", ("x",)),))) == []


def test_suggestions(found: Matcher) -> None:
    assert found.key(found.suggested("old", 5)[0]) == "council/oldham"
    assert found.key(found.suggested("E08000004", 5)[0]) == "council/oldham"
    assert found.key(found.suggested("Oldam", 5)[0]) == "council/oldham"
    assert all("/project/" in iri for iri in found.suggested("co", 20, ["ccin:Project"]))


# A small index, with a register that knows more


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Matcher:
    """Hill District is ours; so is Dale, which took the place of Vale. The register knows Hull, Mill and Vale."""
    folder = tmp_path_factory.mktemp("small")
    labels = {HILL: "Hillton District Council", DALE: "Daleham Council"}
    triples = []
    for iri, label in labels.items():
        for predicate in (RDFS + "label", SKOS + "prefLabel"):
            triples.append(
                ox.Triple(ox.NamedNode(iri), ox.NamedNode(predicate), ox.Literal(label, language="en"))
            )
        triples.append(ox.Triple(ox.NamedNode(iri), ox.NamedNode(RDF + "type"), ox.NamedNode(CCIN + "Body")))
    others = [
        Registered(HILL, "Hillton District Council", ("Hillton", "Hilltonshire", "MDC"), "Non-metropolitan district", True),
        Registered(BASE.thing("council", "mill"), "Millton District Council", ("Millton",), "Non-metropolitan district", True),
        Registered(BASE.thing("council", "moss"), "Mosston District Council", (), "Non-metropolitan district", True),
        Registered(VALE, "Valebury Borough Council", ("Valebury",), "Non-metropolitan district", False, (DALE,)),
        Registered(BASE.thing("council", "x"), "Hillton and Wold District Council", (), "Non-metropolitan district", False),
    ]  # fmt: skip
    write(folder / "index.sqlite", triples, Model((), BASE), BASE, registered=others)
    store = ox.Store(str(folder / "store"))
    store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    store.flush()
    del store
    model = Model((), BASE)
    return Matcher(Index(folder / "index.sqlite", model), LocalStore(folder / "store", BASE), model, BASE)


def told(candidates: list[Candidate]) -> list[tuple[str, float, bool]]:
    return [(one.name, one.score, one.match) for one in candidates]


def test_the_registers_names_of_ours_count(small: Matcher) -> None:
    assert told(small.match(Query(("Hilltonshire",)))) == [("Hillton District Council", 100, True)]


def test_a_name_of_another_is_not_ours_however_like(small: Matcher) -> None:
    assert not any(one.match for one in small.match(Query(("Millton DC",))))
    assert small.match(Query(("Millton District Council",))) == []


def test_a_predecessors_name_is_offered_and_not_matched(small: Matcher) -> None:
    [one] = small.match(Query(("Valebury BC",)))
    assert (one.name, one.match) == ("Daleham Council", False)
    assert one.score <= 70
    assert dict(one.features)["predecessor"] is True


def test_a_body_of_the_past_is_no_rival(small: Matcher) -> None:
    assert told(small.match(Query(("Hillton Council",)))) == [("Hillton District Council", 95, True)]


def test_a_name_as_a_whole_is_better_than_the_initials_of_several(small: Matcher) -> None:
    assert told(small.match(Query(("MDC",)))) == [("Hillton District Council", 100, True)]
