"""The same requests to a site over its own index and to one in front of an engine get the same answers.

What differs is listed in docs/engines.md with its reason. One that is not listed fails, and so does one that
is listed and does not happen any more.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from werkzeug.test import Client, TestResponse

from ccin_ld.build import Build
from ccin_ld.store.names import Names, published

from .asked import FORMATS, NO_ANSWER, PAGES, QUERIES, B
from .engines import Running

DOC = Path(__file__).parents[2] / "docs" / "engines.md"
ENGINES = ("oxigraph", "virtuoso")
BOTH = pytest.mark.parametrize("held_by", ENGINES, indirect=True)
DOCUMENTS = ("html", "ttl", "jsonld", "json", "trig")


def listed(engine: str) -> dict[str, str]:
    """Return the requests that docs/engines.md lists for an engine, each with its reason."""
    text = DOC.read_text(encoding="utf-8").split(f'<a id="differences-{engine}"></a>')[1].split("<a id=")[0]
    rows = re.findall(r"^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \|$", text, re.MULTILINE)
    return {name: reason.strip() for name, _, reason in rows}


def ask(client: Client, query: str, form: str, **more: Any) -> TestResponse:
    return client.post("/sparql", data={"query": query, "format": form, **more})


def plain(answer: TestResponse) -> Any:
    """Return what an answer says, without the names of its blank nodes and the order of a graph."""
    kind, data = answer.mimetype or "", answer.data
    if answer.status_code != 200 or kind in ("text/html", "application/json", "application/geo+json"):
        return answer.status_code, kind, data
    rdf = ox.RdfFormat.from_media_type(kind)
    if rdf is not None:
        found = ox.Dataset(ox.parse(io.BytesIO(data), format=rdf))
        found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        return kind, sorted(map(str, found))
    table = {"application/sparql-results+json": ox.QueryResultsFormat.JSON}.get(kind)
    if table is None:
        return kind, data
    head = json.loads(data)["head"].get("vars")
    parsed = ox.parse_query_results(io.BytesIO(data), format=table)
    if isinstance(parsed, ox.QueryBoolean):
        return kind, bool(parsed)
    assert isinstance(parsed, ox.QuerySolutions)
    return (
        kind,
        head,
        [tuple("_:" if isinstance(one, ox.BlankNode) else str(one) for one in row) for row in parsed],
    )


def compare(engine: str, prefix: str, asked: Iterable[str], pair: Callable[[str], tuple[Any, Any]]) -> None:
    """Make the pair of answers to each request, and compare what differs with what is listed."""
    pairs = {f"{prefix}{name}": pair(name) for name in asked}
    differing = {name: answers for name, answers in pairs.items() if answers[0] != answers[1]}
    expected = {name for name in listed(engine) if name.startswith(prefix)}
    shown = {name: (str(a)[:500], str(b)[:500]) for name, (a, b) in differing.items() if name not in expected}
    assert sorted(shown) == [], f"not listed in docs/engines.md: {shown}"
    assert sorted(expected - set(differing)) == [], "listed in docs/engines.md, and does not happen any more"


def form_for(query: str) -> str:
    return "nt" if re.search(r"CONSTRUCT|DESCRIBE", query) else "json"


@BOTH
def test_queries(held_by: Running, near: Client, far: Client) -> None:
    def pair(name: str) -> tuple[Any, Any]:
        query, form = QUERIES[name], form_for(QUERIES[name])
        return plain(ask(near, query, form)), plain(ask(far, query, form))

    compare(held_by.name, "query: ", QUERIES, pair)


def test_the_queries_ask_for_something(near: Client) -> None:
    """A list of queries without answers would compare nothing."""
    empty = set()
    for name, query in QUERIES.items():
        answer = ask(near, query, form_for(query))
        if (answer.status_code == 200 and b'"bindings":[\n\n]' in answer.data) or not answer.data.strip():
            empty.add(name)
    assert empty == NO_ANSWER


@BOTH
def test_formats(held_by: Running, near: Client, far: Client) -> None:
    queries = {"SELECT": QUERIES["members"], "CONSTRUCT": QUERIES["construct"]}
    asked = {form: queries[kind] for kind, forms in FORMATS.items() for form in forms}

    def pair(form: str) -> tuple[Any, Any]:
        return plain(ask(near, asked[form], form)), plain(ask(far, asked[form], form))

    compare(held_by.name, "format: ", asked, pair)


@BOTH
def test_what_the_protocol_says_of_the_dataset(
    held_by: Running, near: Client, far: Client, built: Build
) -> None:
    graph, other = B + "data/graph/sheet-members", B + "data/graph/concepts"
    count, each = QUERIES["count"], QUERIES["count graphs"]
    cases: dict[str, tuple[str, dict[str, Any]]] = {
        "one default graph": (count, {"default-graph-uri": graph}),
        "two default graphs": (count, {"default-graph-uri": [graph, other]}),
        "an unknown one": (count, {"default-graph-uri": "http://example.org/none"}),
        "a named graph": (each, {"named-graph-uri": graph}),
        "a named graph and nothing else": (count, {"named-graph-uri": graph}),
        "both": (each, {"default-graph-uri": other, "named-graph-uri": graph}),
        "before FROM": (QUERIES["from"], {"default-graph-uri": other}),
        "where the default graph is kept": (count, {"default-graph-uri": published(built.manifest).default}),
        "where the state is kept": (count, {"named-graph-uri": Names(B).state}),
    }

    def pair(name: str) -> tuple[Any, Any]:
        query, more = cases[name]
        return plain(ask(near, query, "json", **more)), plain(ask(far, query, "json", **more))

    compare(held_by.name, "dataset: ", cases, pair)


@BOTH
def test_limits(held_by: Running, near: Client, far: Client) -> None:
    for query, form in ((QUERIES["distinct"], "json"), (QUERIES["construct"], "nt")):
        answers = [ask(client, query, form, maxrows="3") for client in (near, far)]
        assert [answer.headers["X-Result-Cut"] for answer in answers] == ["rows=3"] * 2
        assert answers[0].data.count(b"\n") == answers[1].data.count(b"\n")


@BOTH
def test_the_same_etag(held_by: Running, near: Client, far: Client) -> None:
    query = {"query": QUERIES["members"], "format": "json"}
    first, second = (client.get("/sparql", query_string=query) for client in (near, far))
    assert first.headers["ETag"] == second.headers["ETag"]
    again = far.get("/sparql", query_string=query, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


@BOTH
def test_pages(held_by: Running, near: Client, far: Client) -> None:
    compare(held_by.name, "page: ", PAGES, lambda path: (plain(near.get(path)), plain(far.get(path))))


@BOTH
def test_a_thing_of_each_kind(held_by: Running, near: Client, far: Client) -> None:
    """A thing of every class of ours, in each format of its document."""
    query = f"SELECT ?t (MIN(?s) AS ?x) {{ ?s a ?t FILTER(STRSTARTS(STR(?s), '{B}id/')) }} GROUP BY ?t"
    rows = json.loads(ask(near, query, "json").data)["results"]["bindings"]
    things = {row["t"]["value"]: row["x"]["value"].partition("#")[0] for row in rows}
    things = {iri.rpartition("#")[2].rpartition("/")[2]: thing for iri, thing in things.items()}
    concepts = json.loads(
        ask(near, f"SELECT ?c (MIN(?s) AS ?x) {{ ?s <http://www.w3.org/2004/02/skos/core#inScheme> ?c FILTER(STRSTARTS(STR(?s), '{B}id/')) }} GROUP BY ?c", "json").data
    )["results"]["bindings"]  # fmt: skip
    things |= {"of " + row["c"]["value"].rpartition("/")[2]: row["x"]["value"] for row in concepts}
    assert len(things) >= 20

    def pair(name: str) -> tuple[Any, Any]:
        paths = [things[name].replace(B + "id/", "/doc/") + "." + form for form in DOCUMENTS]
        answers = [[plain(client.get(path)) for path in paths] for client in (near, far)]
        assert [near.get(path).status_code for path in paths] == [200] * len(paths)
        return answers[0], answers[1]

    compare(held_by.name, "thing: ", things, pair)


@BOTH
@pytest.mark.parametrize(
    ("query", "more"),
    [
        pytest.param("SELECT * {\n ?s ?p \n}", {}, id="mistake"),
        pytest.param("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", {}, id="SERVICE"),
        pytest.param("INSERT DATA { <a:a> <a:b> <a:c> }", {}, id="update"),
        pytest.param("ASK " + "{" * 500 + "}" * 500, {}, id="nested"),
        pytest.param("ASK { " + "?s ?p ?o . " * 20_000 + "}", {}, id="long"),
        pytest.param('DEFINE get:soft "soft" SELECT * { ?s ?p ?o }', {}, id="a pragma of Virtuoso's"),
        pytest.param(
            "SELECT (<bif:http_get>('http://127.0.0.1:9/') AS ?x) {}", {}, id="a function of Virtuoso's"
        ),
        pytest.param("SELECT * { ?s ?p ?o }", {"timeout": "-1"}, id="parameter"),
    ],
)
def test_refusals(held_by: Running, near: Client, far: Client, query: str, more: dict[str, str]) -> None:
    """What we refuse, we refuse before any engine sees it, in the same words."""
    first, second = (ask(client, query, "json", **more) for client in (near, far))
    assert first.status_code >= 400
    assert (second.status_code, second.json) == (first.status_code, first.json)


@pytest.mark.parametrize("engine", ENGINES)
def test_each_difference_has_a_reason(engine: str) -> None:
    assert all(len(reason) > 20 for reason in listed(engine).values())
    starts = ("query: ", "format: ", "dataset: ", "page: ", "thing: ")
    assert [name for name in listed(engine) if not name.startswith(starts)] == []
