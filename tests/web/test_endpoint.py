"""The endpoint over HTTP: the protocol, formats, description, errors. Rows S1 to S7."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from werkzeug.test import Client

from ccin_ld.build import Build
from ccin_ld.web.examples import examples

QUERIES = Path(__file__).parent.parent.parent / "examples" / "queries"
ALL = "SELECT ?s WHERE { ?s ?p ?o } LIMIT 3"
PROJECT = "https://w3id.org/ccin/id/project/eoi-action-learning-set"


@pytest.mark.parametrize(
    ("method", "args"),
    [
        pytest.param("GET", {"query_string": {"query": ALL}}, id="GET"),
        pytest.param("POST", {"data": {"query": ALL}}, id="form"),
        pytest.param("POST", {"data": ALL, "content_type": "application/sparql-query"}, id="direct"),
        pytest.param(
            "POST",
            {"data": ALL, "content_type": "application/sparql-query; charset=UTF-8"},
            id="direct with charset",
        ),
    ],
)
def test_three_ways_in(client: Client, method: str, args: dict[str, object]) -> None:
    response = client.open("/sparql", method=method, **args)  # type: ignore[arg-type]
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/sparql-results+json"
    assert len(json.loads(response.data)["results"]["bindings"]) == 3


@pytest.mark.parametrize(
    ("query", "accept", "content_type"),
    [
        (ALL, "application/sparql-results+json", "application/sparql-results+json"),
        (ALL, "application/sparql-results+xml", "application/sparql-results+xml"),
        (ALL, "text/csv", "text/csv; charset=utf-8; header=present"),
        (ALL, "text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        (ALL, "*/*", "application/sparql-results+json"),
        ("ASK {}", "application/sparql-results+xml", "application/sparql-results+xml"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "text/turtle", "text/turtle; charset=utf-8"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "application/ld+json", "application/ld+json"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "application/n-triples", "application/n-triples"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "application/rdf+xml", "application/rdf+xml"),
        ("DESCRIBE <https://w3id.org/ccin/id/council/oldham>", "*/*", "text/turtle; charset=utf-8"),
    ],
)
def test_formats(client: Client, query: str, accept: str, content_type: str) -> None:
    response = client.get("/sparql", query_string={"query": query}, headers={"Accept": accept})
    assert (response.status_code, response.headers["Content-Type"]) == (200, content_type)
    assert response.headers["Vary"] == "Accept, Accept-Encoding"


@pytest.mark.parametrize(
    ("args", "status"),
    [
        pytest.param(
            {"query_string": {"query": ALL}, "headers": {"Accept": "image/png"}}, 406, id="no format"
        ),
        pytest.param(
            {"query_string": {"query": ALL}, "headers": {"Accept": "text/turtle"}},
            406,
            id="a graph format for a table",
        ),
        pytest.param({"query_string": {"query": "SELEC"}}, 400, id="syntax"),
        pytest.param({"query_string": [("query", ALL), ("query", ALL)]}, 400, id="two queries"),
        pytest.param(
            {"query_string": {"query": ALL, "timeout": "soon"}}, 400, id="timeout that is no number"
        ),
        pytest.param(
            {"query_string": {"query": ALL, "default-graph-uri": "not an iri"}},
            400,
            id="graph that is no IRI",
        ),
        pytest.param(
            {"query_string": {"query": "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }"}},
            403,
            id="SERVICE",
        ),
        pytest.param(
            {"query_string": {"query": "INSERT DATA { <a:a> <a:b> 1 }"}}, 403, id="an update as a query"
        ),
        pytest.param({"query_string": {"update": "CLEAR ALL"}}, 403, id="update by GET"),
        pytest.param({"method": "POST", "data": {"update": "CLEAR ALL"}}, 403, id="update by form"),
        pytest.param(
            {"method": "POST", "data": "CLEAR ALL", "content_type": "application/sparql-update"},
            403,
            id="update direct",
        ),
        pytest.param(
            {"method": "POST", "data": "x", "content_type": "text/plain"}, 415, id="body of another type"
        ),
        pytest.param(
            {"method": "POST", "data": "#" * 2_000_000, "content_type": "application/sparql-query"},
            413,
            id="2 MB query",
        ),
        pytest.param({"method": "PUT"}, 405, id="PUT"),
    ],
)
def test_refusals(client: Client, args: dict[str, object], status: int) -> None:
    response = client.open("/sparql", **args)  # type: ignore[arg-type]
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.json["status"] == status
    assert response.json["detail"]
    if status == 415:
        assert "application/sparql-query" in response.headers["Accept-Post"]
    if status == 405:
        assert "POST" in response.headers["Allow"]


@pytest.mark.parametrize(
    ("query", "there", "not_there"),
    [(ALL, "text/csv", "text/turtle"), ("CONSTRUCT WHERE { ?s ?p ?o }", "text/turtle", "text/csv")],
)
def test_not_acceptable_says_what_there_is(client: Client, query: str, there: str, not_there: str) -> None:
    told = client.get("/sparql", query_string={"query": query}, headers={"Accept": "image/png"}).json
    assert "image/png" in told["detail"]
    assert there in told["formats"]
    assert not_there not in told["formats"]


@pytest.mark.parametrize("length", [70_000, 2_000_000])
def test_a_person_gets_a_page_for_a_query_that_is_too_long(client: Client, length: int) -> None:
    response = client.post("/sparql", data={"query": "#" * length}, headers={"Accept": "text/html"})
    assert (response.status_code, response.mimetype) == (413, "text/html")
    assert "The request is too large" in response.text


def test_a_mistake_is_told_with_its_place(client: Client) -> None:
    response = client.get("/sparql", query_string={"query": "SELECT ?x WHERE {\n  ?x foaf:name ?y }"})
    told = response.json
    assert (response.status_code, told["line"], told["token"]) == (400, 2, "foaf:name")
    assert "PREFIX foaf: <http://xmlns.com/foaf/0.1/>" in told["hint"]


def test_dataset_parameters_override_from(client: Client, built: Build) -> None:
    query = "SELECT (COUNT(*) AS ?n) FROM <urn:nothing> { ?s ?p ?o }"
    register = built.base.graph("register")

    def count(**more: str) -> int:
        response = client.get("/sparql", query_string={"query": query, **more})
        return int(response.json["results"]["bindings"][0]["n"]["value"])

    assert count() == 0
    assert count(**{"default-graph-uri": register}) == built.manifest["counts"]["graphs"][register]
    assert count(**{"named-graph-uri": register}) == 0


def test_counts_mean_what_the_standard_says(client: Client, built: Build) -> None:
    def count(query: str) -> int:
        return int(
            client.get("/sparql", query_string={"query": query}).json["results"]["bindings"][0]["n"]["value"]
        )

    assert count("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == built.manifest["counts"]["triples"]
    graphs = built.manifest["counts"]["graphs"]
    assert count("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }") == sum(graphs.values())


@pytest.mark.parametrize(
    ("accept", "rdf_format"),
    [
        ("", "text/turtle"),
        ("text/turtle", "text/turtle"),
        ("application/ld+json", "application/ld+json"),
        ("application/rdf+xml", "application/rdf+xml"),
    ],
)
def test_service_description(client: Client, built: Build, accept: str, rdf_format: str) -> None:
    response = client.get("/sparql", headers={"Accept": accept} if accept else {})
    assert response.headers["Content-Type"].startswith(rdf_format)
    kind = ox.RdfFormat.from_media_type(rdf_format)
    triples = {quad.triple for quad in ox.parse(response.data, format=kind)}
    said = {(t.predicate.value.rpartition("#")[2], getattr(t.object, "value", "")) for t in triples}
    assert ("endpoint", "http://localhost/sparql") in said
    assert ("supportedLanguage", "http://www.w3.org/ns/sparql-service-description#SPARQL11Query") in said
    assert ("triples", str(built.manifest["counts"]["triples"])) in said
    names = {value for name, value in said if name == "name"}
    assert names == set(built.manifest["counts"]["graphs"])
    assert not any(
        name == "feature" and value.endswith(("UnionDefaultGraph", "DereferencesURIs", "BasicFederatedQuery"))
        for name, value in said
    )


def test_a_browser_gets_the_query_page(client: Client) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    form = client.get("/sparql", headers=browser)
    assert form.headers["Content-Type"].startswith("text/html")
    assert "<textarea" in form.text
    for example in examples(QUERIES):
        assert example.title in form.text
    result = client.get("/sparql", query_string={"query": examples(QUERIES)[1].query}, headers=browser)
    assert "Oldham Council" in result.text
    assert result.headers["X-Robots-Tag"] == "noindex, nofollow"
    mistake = client.get("/sparql", query_string={"query": "SELECT <script>"}, headers=browser)
    assert mistake.status_code == 400
    assert "<script>" not in mistake.text.replace('<script type="application/ld+json"', "")
    download = client.get("/sparql", query_string={"query": ALL, "format": "csv"}, headers=browser)
    assert download.headers["Content-Type"].startswith("text/csv")


def test_a_cut_answer_says_so(client: Client) -> None:
    query = {"query": "SELECT * { ?s ?p ?o }", "maxrows": "5"}
    response = client.get("/sparql", query_string=query)
    assert response.headers["X-Result-Cut"] == "rows=5"
    assert len(response.json["results"]["bindings"]) == 5
    whole = client.get("/sparql", query_string={"query": "SELECT * { ?s ?p ?o } LIMIT 5", "maxrows": "5"})
    assert "X-Result-Cut" not in whole.headers


def test_answers_have_validators(client: Client) -> None:
    first = client.get("/sparql", query_string={"query": ALL})
    again = client.get(
        "/sparql", query_string={"query": ALL}, headers={"If-None-Match": first.headers["ETag"]}
    )
    assert again.status_code == 304


FIRST_PAGE = "CCIN Action Learning: Co-operation through Covid-19"


def rows(client: Client, number: int) -> list[list[str]]:
    query = examples(QUERIES)[number - 1].query
    text = client.get("/sparql", query_string={"query": query, "format": "csv"}).text
    return list(csv.reader(io.StringIO(text)))[1:]


def test_there_are_six_examples_with_words() -> None:
    found = examples(QUERIES)
    assert len(found) == 6
    assert all(one.title and one.description and "# title" not in one.query for one in found)


def test_example_who_took_part(client: Client) -> None:
    roles = [row[1] for row in rows(client, 1) if row[0] == FIRST_PAGE]
    assert (roles.count("Lead"), roles.count("Participant")) == (1, 22)


def test_example_councils_in_the_north_west(client: Client) -> None:
    names = [row[1] for row in rows(client, 2)]
    assert names == [
        "Cheshire West and Chester Council",
        "Greater Manchester Combined Authority",
        "Knowsley Metropolitan Borough Council",
        "Liverpool City Council",
        "Manchester City Council",
        "Oldham Council",
        "Rochdale Metropolitan Borough Council",
        "Wigan Metropolitan Borough Council",
    ]


def test_example_principles(client: Client) -> None:
    states: dict[str, list[str]] = {}
    for project, state, principle in rows(client, 3):
        if project != FIRST_PAGE:
            continue
        states.setdefault(state.lower(), []).append(principle)
    assert {state: len(found) for state, found in states.items()} == {
        "met": 7,
        "not listed": 1,
        "not known": 2,
    }
    assert states["not listed"] == ["Maximising social value"]
    assert states["not known"] == ["Democratic engagement", "Social partnership"]


def test_example_how_many(client: Client) -> None:
    assert [row[1:] for row in rows(client, 4) if row[0] == FIRST_PAGE] == [["1", "22", "23"]]


def test_example_codes(client: Client) -> None:
    found = rows(client, 5)
    oldham = next(row for row in found if row[1] == "Oldham Council")
    assert oldham[2:] == ["E08000004", "http://www.wikidata.org/entity/Q17017730", "53.552", "-2.0508"]


def test_example_sources(client: Client, built: Build) -> None:
    counted = {row[0]: int(row[2]) for row in rows(client, 6)}
    assert counted == built.manifest["counts"]["graphs"]
    assert all(row[1] for row in rows(client, 6))
