"""Facets: paths from the shapes, sets in the index, counts that equal those of the triples. Rows B2, B3."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccin_ld.build import Build
from ccin_ld.errors import BadRecord
from ccin_ld.facets import NOT_RECORDED, Wanted, bits_of, within
from ccin_ld.graph import TripleIndex
from ccin_ld.index import Index, write
from ccin_ld.namespaces import CCIN, RDF, RDFS, XSD
from ccin_ld.paths import Chain, Choice, Step, Walker, read

START = "https://w3id.org/ccin/id/"
# Each facet as a question to the triples: an independent way to the same answer.
PLACE = "(ccin:area|(ccin:area/ccin:within)|(ccin:groupOn/ccin:area))"
ASKED = {
    ("members", "kind"): "?thing ccin:councilKind ?value",
    ("members", "region"): f"?thing {PLACE}/ccin:region ?value",
    ("members", "nation"): f"?thing {PLACE}/ccin:nation ?value",
    ("members", "membership"): "?m org:member ?thing ; ccin:membershipKind ?value",
    ("members", "status"): "?s ccin:body ?thing ; ccin:says ?value",
    ("members", "role"): "?p prov:agent ?thing ; prov:hadRole ?value",
    ("members", "principle"): "?thing (^ccin:tookPart|^ccin:about)/ccin:meetsPrinciple ?value",
    ("projects", "kind"): "?thing ccin:projectKind ?value",
    ("projects", "principle"): "?thing ccin:meetsPrinciple ?value",
    ("projects", "took-part"): "?thing ccin:tookPart ?value",
    ("projects", "lead"): "?thing ccin:lead ?value",
    ("projects", "region"): f"?thing ccin:tookPart/{PLACE}/ccin:region ?value",
    ("case-studies", "about"): "?thing ccin:about ?value",
}


def having(built: Build, list_path: str, facet: str) -> dict[str, set[str]]:
    """Return the things of a list by the key of each value that they have."""
    target = built.model.lists[list_path].target
    query = f"SELECT DISTINCT ?thing ?value {{ ?thing a <{target}> . {ASKED[list_path, facet]} }}"
    found: dict[str, set[str]] = {}
    for row in built.store.select(query):
        found.setdefault(row["value"].value.rpartition("/")[2], set()).add(row["thing"].value)
    return found


@pytest.mark.parametrize(("list_path", "facet"), ASKED, ids="-".join)
def test_a_facet_counts_what_the_triples_say(built: Build, list_path: str, facet: str) -> None:
    wanted = having(built, list_path, facet)
    assert wanted
    (counted,) = [one for one in built.index.find(list_path, Wanted()).facets if one.name == facet]
    assert {one.value: one.count for one in counted.values if one.value != NOT_RECORDED} == {
        value: len(things) for value, things in wanted.items()
    }
    for value, things in wanted.items():
        assert built.index.fitting(list_path, Wanted(((facet, (value,)),))) == things
    without = built.index.fitting(list_path, Wanted(((facet, (NOT_RECORDED,)),)))
    total = built.index.find(list_path, Wanted()).total
    assert len(without) == total - len(set().union(*wanted.values()))


def test_every_facet_of_the_shapes_is_checked_here(built: Build) -> None:
    declared = {(path, one.name) for path, shape in built.model.lists.items() for one in shape.facets}
    # Classes and years are worked out by rules of their own, tested below; two are the same as others.
    own_rules = {("members", "type"), ("members", "year"), ("projects", "year")}
    assert declared - ASKED.keys() - own_rules == {("case-studies", "region"), ("case-studies", "principle")}


def test_the_kind_of_a_body_is_its_place_in_addresses(built: Build) -> None:
    (counted,) = [one for one in built.index.find("members", Wanted()).facets if one.name == "type"]
    assert {one.value: one.count for one in counted.values} == {
        kind: built.index.count_kind(kind) for kind in ("council", "group", "network", "organisation")
    }


# Several at once, against sets


def naive(built: Build, chosen: dict[str, tuple[str, ...]]) -> set[str]:
    left = built.index.fitting("projects", Wanted())
    for facet, values in chosen.items():
        sets = having(built, "projects", facet)
        left &= set().union(*(sets.get(value, set()) for value in values))
    return left


@pytest.mark.parametrize(
    "chosen",
    [
        {"principle": ("co-production", "learning")},
        {"principle": ("co-production",), "took-part": ("oldham",)},
        {
            "region": ("e12000002", "e12000008"),
            "kind": ("policy-lab",),
            "principle": ("innovation", "learning"),
        },
        {"lead": ("oldham",), "principle": ("walking-the-talk",)},
    ],
)
def test_several_at_once(built: Build, chosen: dict[str, tuple[str, ...]]) -> None:
    """Values of one facet widen, facets narrow; each facet is counted under the choices of the others."""
    wanted = Wanted(tuple(chosen.items()))
    found = built.index.find("projects", wanted, limit=1000)
    assert {one.iri for one in found.items} == naive(built, chosen)
    assert found.total == len(found.items)
    for counted in found.facets:
        if ("projects", counted.name) not in ASKED:
            continue
        others = naive(built, {name: values for name, values in chosen.items() if name != counted.name})
        sets = having(built, "projects", counted.name)
        for one in counted.values:
            if one.value != NOT_RECORDED:
                assert one.count == len(sets[one.value] & others), (counted.name, one.value)
            assert one.chosen is (one.value in chosen.get(counted.name, ()))


def test_words_narrow_too(built: Build) -> None:
    found = built.index.find("members", Wanted(text="labour group"), limit=100)
    assert found.total == len(found.items) > 1
    assert all("group" in one.label.casefold() for one in found.items)
    (types,) = [one for one in found.facets if one.name == "type"]
    assert sum(one.count for one in types.values) == found.total
    assert built.index.find("members", Wanted(text="zzzz")).total == 0


# Orders


def test_orders(built: Build) -> None:
    def names(sort: str) -> list[str]:
        return [one.iri for one in built.index.find("members", Wanted(sort=sort), limit=1000).items]

    counts = {iri: built.index.incoming_counts(iri).get(CCIN + "tookPart", 0) for iri in names("")}
    most = [counts[iri] for iri in names("-projects")]
    assert most == sorted(most, reverse=True)
    assert most[0] > most[-1]
    fewest = [counts[iri] for iri in names("projects") if counts[iri]]
    assert fewest == sorted(fewest)
    # What has no projects stands last both ways.
    assert counts[names("projects")[-1]] == counts[names("-projects")[-1]] == 0
    assert names("-name") == names("")[::-1]
    assert names("name") == names("")
    pages = [
        one.iri
        for offset in range(0, 100, 30)
        for one in built.index.find("members", Wanted(sort="-projects"), limit=30, offset=offset).items
    ]
    assert pages == names("-projects")


def test_the_latest_year_first(built: Build) -> None:
    items = built.index.find("projects", Wanted(sort="-year"), limit=100).items
    years = [built.store.objects(one.iri, CCIN + "toYear") for one in items]
    known = [found[0].value for found in years if found and isinstance(found[0], ox.Literal)]
    assert known == sorted(known, reverse=True)
    assert [bool(found) for found in years] == sorted((bool(found) for found in years), reverse=True)


# A record of our own


def project(name: str, *facts: tuple[str, ox.NamedNode | ox.Literal]) -> list[ox.Triple]:
    node = ox.NamedNode(f"{START}project/{name}")
    stated: list[tuple[str, ox.NamedNode | ox.Literal]] = [
        (RDF + "type", ox.NamedNode(CCIN + "Project")),
        (RDFS + "label", ox.Literal(name, language="en")),
        *facts,
    ]
    return [ox.Triple(node, ox.NamedNode(predicate), value) for predicate, value in stated]


def year(text: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(XSD + "gYear"))


def indexed(built: Build, path: Path, triples: list[ox.Triple]) -> Index:
    write(path, triples, built.model, built.base)
    return Index(path, built.model)


def test_work_over_years_is_work_of_each(built: Build, tmp_path: Path) -> None:
    long = project("long", (CCIN + "fromYear", year("2018")), (CCIN + "toYear", year("2021")))
    short = project("short", (CCIN + "fromYear", year("2020")), (CCIN + "toYear", year("2020")))
    body = ox.NamedNode(f"{START}council/anytown")
    took = [
        ox.Triple(one[0].subject, ox.NamedNode(CCIN + "tookPart"), body)
        for one in (project("early", (CCIN + "fromYear", year("2001"))), short)
    ]
    early = project("early", (CCIN + "fromYear", year("2001")), (CCIN + "toYear", year("2001")))
    town = [ox.Triple(body, ox.NamedNode(RDF + "type"), ox.NamedNode(CCIN + "Body"))]
    index = indexed(built, tmp_path / "index", [*long, *short, *early, *took, *town, *project("none")])
    assert index.fitting("projects", Wanted((("year", ("2019",)),))) == {f"{START}project/long"}
    assert index.find("projects", Wanted((("year", ("2020",)),))).total == 2
    assert index.find("projects", Wanted((("year", (NOT_RECORDED,)),))).total == 1
    # A body that took part in work of 2001 and of 2020 did nothing in the years between.
    (years,) = [one for one in index.find("members", Wanted()).facets if one.name == "year"]
    assert [one.value for one in years.values] == ["2020", "2001"]


def test_two_values_of_one_key_have_their_kind_in_the_address(built: Build, tmp_path: Path) -> None:
    bodies = [ox.NamedNode(f"{START}{kind}/acorn") for kind in ("council", "group")]
    triples = project("oak", *((CCIN + "tookPart", body) for body in bodies))
    index = indexed(built, tmp_path / "index", triples)
    (took,) = [one for one in index.find("projects", Wanted()).facets if one.name == "took-part"]
    assert {one.value for one in took.values} == {"council/acorn", "group/acorn"}


def test_a_facet_of_very_many_values_is_not_told_whole(built: Build, tmp_path: Path) -> None:
    triples = [
        triple
        for number in range(400)
        for triple in project(f"p{number}", (CCIN + "lead", ox.NamedNode(f"{START}council/c{number}")))
    ]
    index = indexed(built, tmp_path / "index", triples)
    found = index.find("projects", Wanted((("lead", ("c7",)),)))
    assert [one.iri for one in found.items] == [f"{START}project/p7"]
    (lead,) = [one for one in found.facets if one.name == "lead"]
    assert [(one.value, one.count, one.chosen) for one in lead.values] == [("c7", 1, True)]
    assert index.facets(CCIN + "Project").values("lead") == []


@settings(max_examples=60)
@given(st.sets(st.integers(0, 5000)), st.sets(st.integers(0, 5000)))
def test_bits_are_sets(one: set[int], other: set[int]) -> None:
    both = bits_of(sorted(one)) & bits_of(sorted(other))
    assert within(range(5001), both) == sorted(one & other)
    assert both.bit_count() == len(one & other)


# Paths


def paths(turtle: str) -> TripleIndex:
    head = "@prefix : <urn:> . @prefix sh: <http://www.w3.org/ns/shacl#> . "
    return TripleIndex(
        quad.triple
        for quad in ox.parse((head + turtle).encode(), format=ox.RdfFormat.TURTLE, rename_blank_nodes=False)
    )


@pytest.mark.parametrize(
    ("written", "path", "found"),
    [
        (":next", Step("urn:next"), {"b"}),
        ("( :next :next )", Chain((Step("urn:next"), Step("urn:next"))), {"c"}),
        ("[ sh:inversePath :next ]", Step("urn:next", backwards=True), {"z"}),
        (
            "[ sh:alternativePath ( :next :other ) ]",
            Choice((Step("urn:next"), Step("urn:other"))),
            {"b", "o"},
        ),
        (
            "( :next [ sh:alternativePath ( [ sh:inversePath :other ] :next ) ] )",
            Chain((Step("urn:next"), Choice((Step("urn:other", backwards=True), Step("urn:next"))))),
            {"c", "y"},
        ),
    ],
)
def test_paths(written: str, path: object, found: set[str]) -> None:
    graph = paths(
        f":shape :path {written} . :z :next :a . :a :next :b ; :other :o . :b :next :c . :y :other :b ."
    )
    (node,) = graph.objects("urn:shape", "urn:path")
    assert read(graph, node) == path
    assert {str(one).strip("<>") for one in Walker(graph).values("urn:a", read(graph, node))} == {
        f"urn:{one}" for one in found
    }


@pytest.mark.parametrize(
    "written", ['"text"', "[]", "[ sh:zeroOrMorePath :next ]", "[ sh:inversePath ( :a :b ) ]"]
)
def test_a_path_that_we_do_not_follow_is_told_of(written: str) -> None:
    graph = paths(f":shape :path {written} .")
    (node,) = graph.objects("urn:shape", "urn:path")
    with pytest.raises(BadRecord, match="cannot be followed"):
        read(graph, node)
