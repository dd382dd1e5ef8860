"""The service description: true, whole, and without blank nodes."""

from __future__ import annotations

import pyoxigraph as ox

from ccin_ld.description.service import ServiceLimits, service_description
from ccin_ld.represent.results import RESULT_FORMATS

ENDPOINT = "http://localhost:8000/sparql"
LIMITS = ServiceLimits(seconds=10, rows=100_000, bytes=64 << 20, length=64 << 10)
PREFIXES = (
    "PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> PREFIX void: <http://rdfs.org/ns/void#> "
)


def described() -> ox.Store:
    store = ox.Store()
    graphs = {"http://e/graph/b": 2, "http://e/graph/a": 5}
    triples = service_description(ENDPOINT, default_triples=7, named_graphs=graphs, limits=LIMITS)
    store.extend(ox.Quad(*triple) for triple in triples)
    return store


def values(query: str) -> list[list[str]]:
    found = described().query(PREFIXES + query)
    assert isinstance(found, ox.QuerySolutions)
    return sorted([getattr(term, "value", "") for term in row] for row in found)


def test_the_endpoint_is_the_address_asked() -> None:
    assert values("SELECT ?e { ?s a sd:Service ; sd:endpoint ?e }") == [[ENDPOINT]]


def test_every_format_is_named() -> None:
    assert values("SELECT ?f { ?s sd:resultFormat ?f }") == sorted(
        [one.iri] for one in RESULT_FORMATS if one.iri
    )


def test_only_what_is_so_is_claimed() -> None:
    assert values("SELECT ?l { ?s sd:supportedLanguage ?l }") == [
        ["http://www.w3.org/ns/sparql-service-description#SPARQL11Query"]
    ]
    assert values("SELECT ?f { ?s sd:feature ?f }") == []


def test_counts() -> None:
    default = "?s sd:defaultDataset/sd:defaultGraph/void:triples ?n"
    assert values(f"SELECT ?n {{ {default} }}") == [["7"]]
    named = "?s sd:defaultDataset/sd:namedGraph ?g . ?g sd:name ?name ; sd:graph/void:triples ?n"
    assert values(f"SELECT ?name ?n {{ {named} }}") == [["http://e/graph/a", "5"], ["http://e/graph/b", "2"]]


def test_limits_are_told_in_words() -> None:
    ((words,),) = values("SELECT ?c { ?s <http://www.w3.org/2000/01/rdf-schema#comment> ?c }")
    for word in ("10 seconds", "100,000 rows", "65,536 bytes", "timeout", "maxrows", "SERVICE"):
        assert word in words


def test_no_blank_nodes() -> None:
    assert not any(isinstance(term, ox.BlankNode) for quad in described() for term in quad.triple)
