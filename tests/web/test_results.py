"""Results of /sparql for people, and the formats that are not the W3C's: GeoJSON and JSON Lines. Rows Q3, F5 to F7."""

from __future__ import annotations

import html
import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox
import pytest
from werkzeug.test import Client

from ccin_ld.build import Build
from ccin_ld.config import Settings
from ccin_ld.store.serialise import plain
from ccin_ld.web import endpoint
from ccin_ld.web.app import create_app

HTML = {"Accept": "text/html"}
PREFIXES = """PREFIX ccin: <https://w3id.org/ccin/def/ccin#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX geo: <http://www.opengis.net/ont/geosparql#>
PREFIX wgs84: <http://www.w3.org/2003/01/geo/wgs84_pos#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
LEAD = PREFIXES + "SELECT ?project ?lead { ?project ccin:lead ?lead }"
COLUMNS = (
    PREFIXES
    + "SELECT ?council ?lat ?long { ?council a ccin:Council ; ccin:area/geo:hasCentroid [ wgs84:lat ?lat ; wgs84:long ?long ] }"
)
WKT = (
    PREFIXES
    + "SELECT ?council ?place { ?council a ccin:Council OPTIONAL { ?council ccin:area/geo:hasCentroid/geo:asWKT ?place } }"
)


def page(client: Client, query: str, **more: str) -> str:
    response = client.get("/sparql", query_string={"query": query, **more}, headers=HTML)
    assert response.status_code == 200
    return response.text


def main(text: str) -> str:
    return text[text.index('<section class="section" aria-labelledby="res">') : text.index("</main>")]


def geojson(client: Client, query: str) -> dict[str, Any]:
    response = client.get("/sparql", query_string={"query": query, "format": "geojson"})
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/geo+json")
    found: dict[str, Any] = json.loads(response.data)
    return found


def test_a_table_has_labels_beside_iris(client: Client) -> None:
    text = main(page(client, LEAD))
    assert (
        '<a href="/doc/project/eoi-action-learning-set">CCIN Action Learning: Co-operation through Covid-19</a>'
        in text
    )
    assert "https://w3id.org/ccin/id/project/eoi-action-learning-set" in re.sub("<wbr>", "", text)
    assert re.search(r'<a href="[^"]+&amp;view=table" aria-current="page">Table</a>', text)


def test_raw_is_what_a_program_gets(client: Client) -> None:
    text = page(client, LEAD, view="raw")
    shown = re.search(r'<pre[^>]*aria-label="Result as JSON">(.*?)</pre>', text, re.DOTALL)
    assert shown
    answer = json.loads(shown[1].replace("&#34;", '"').replace("&#39;", "'").replace("&amp;", "&"))
    assert answer == client.get("/sparql", query_string={"query": LEAD}).json
    assert re.search(r'<a href="[^"]+&amp;view=raw" aria-current="page">Raw</a>', text)


def test_a_graph_as_table_and_as_turtle(client: Client) -> None:
    query = PREFIXES + "CONSTRUCT WHERE { ?project ccin:lead ?lead }"
    usual, table = main(page(client, query)), main(page(client, query, view="table"))
    assert 'aria-label="Result as Turtle"' in usual
    assert "ccin:lead" in usual
    assert '<th scope="col">predicate</th>' in table
    assert "CCIN Action Learning: Co-operation through Covid-19" in table
    assert main(page(client, query, view="raw")) == usual


def test_a_view_that_is_not_there(client: Client) -> None:
    response = client.get("/sparql", query_string={"query": LEAD, "view": "hologram"}, headers=HTML)
    assert response.status_code == 400
    assert "table, chart, map, network, raw" in response.text


def test_a_yes_or_no_has_no_views(client: Client) -> None:
    text = main(page(client, "ASK {}"))
    assert "view=" not in text
    assert "Yes: the data has a match." in text


def test_a_page_that_shows_a_part_says_so(client: Client, built: Build, settings: Settings) -> None:
    query = "SELECT * { ?s ?p ?o }"
    response = client.get("/sparql", query_string={"query": query}, headers=HTML)
    assert response.headers["X-Result-Cut"] == "rows=1000"
    assert "This is not all of it" in response.text
    assert "a download holds up to 100,000 rows" in response.text
    whole = client.get("/sparql", query_string={"query": query + " LIMIT 1000"}, headers=HTML)
    assert "X-Result-Cut" not in whole.headers
    assert "This is not all of it" not in whole.text


@pytest.mark.parametrize(("values", "rows"), [("'a' 'LONG'", 1), ("'LONG' 'a'", 0)])
@pytest.mark.parametrize("view", ["table", "raw"])
def test_a_page_reads_no_answer_of_any_size_into_memory(
    client: Client, monkeypatch: pytest.MonkeyPatch, values: str, rows: int, view: str
) -> None:
    """A value of 16 MB was more than its reader takes, and a 500."""
    monkeypatch.setattr(endpoint, "_SHOWN_BYTES", 5000)
    query = f"SELECT ?x {{ VALUES ?x {{ {values.replace('LONG', 'é' * 6000)} }} }}"
    response = client.get("/sparql", query_string={"query": query, "view": view}, headers=HTML)
    assert (response.status_code, response.headers["X-Result-Cut"]) == (200, f"rows={rows}")
    assert "This is not all of it" in response.text
    assert "found nothing" not in response.text
    assert "é" * 6000 not in main(response.text).partition("Download")[0]
    whole = client.get("/sparql", query_string={"query": query}, headers={"Accept": "text/csv"})
    assert "X-Result-Cut" not in whole.headers


def test_labels_are_looked_up_together(
    built: Build, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One look-up for a page of results, and never for more things than a page needs."""
    asked: list[int] = []
    labels = built.store.labels

    def counted(iris: Any) -> Any:
        iris = list(iris)
        asked.append(len(iris))
        return labels(iris)

    app = create_app(settings, build=built)
    client = Client(app)
    page(client, LEAD)  # what every page of the site shows is now known
    monkeypatch.setattr(built.store, "labels", counted)
    page(client, "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?p ?s LIMIT 900")
    assert len(asked) == 1
    assert 900 < asked[0] <= 2000
    app.close()


def test_geojson_from_two_columns(client: Client) -> None:
    found = geojson(client, COLUMNS)
    (oldham,) = [one for one in found["features"] if one["id"].endswith("/council/oldham")]
    assert oldham["geometry"] == {"type": "Point", "coordinates": [-2.0508, 53.552]}
    assert oldham["properties"] == {"council": oldham["id"], "lat": 53.552, "long": -2.0508}


def test_geojson_from_wkt(client: Client) -> None:
    found = geojson(client, WKT)["features"]
    (oldham,) = [one for one in found if one["id"].endswith("/council/oldham")]
    assert oldham["geometry"]["coordinates"] == [-2.0508, 53.552]
    # A thing without a known place is there too.
    assert [one["geometry"] for one in found if one["id"].endswith("/council/burntwood-town-council")] == [
        None
    ]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param('"POINT(-2.5 53)"^^geo:wktLiteral', [-2.5, 53.0], id="plain"),
        pytest.param('"point (1e1 2.0E0)"^^geo:wktLiteral', [10.0, 2.0], id="exponents"),
        pytest.param('"<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POINT(1 2)"^^geo:wktLiteral', [1.0, 2.0], id="CRS84"),
    ],
)  # fmt: skip
def test_points_in_wkt(client: Client, values: str, expected: list[float]) -> None:
    (one,) = geojson(client, f"{PREFIXES}SELECT ?x {{ VALUES ?x {{ {values} }} }}")["features"]
    assert one["geometry"]["coordinates"] == expected


@pytest.mark.parametrize(
    "query",
    [
        pytest.param(LEAD, id="no place"),
        pytest.param('SELECT ?x { BIND("POINT(1 2)" AS ?x) }', id="a text that looks like one"),
        pytest.param(PREFIXES + 'SELECT ?x { VALUES ?x { "<http://www.opengis.net/def/crs/EPSG/0/4326> POINT(53 -2)"^^geo:wktLiteral } }', id="another reference system"),
        pytest.param(PREFIXES + 'SELECT ?x { VALUES ?x { "POINT(200 2)"^^geo:wktLiteral } }', id="not on earth"),
        pytest.param("ASK {}", id="a yes or no"),
    ],
)  # fmt: skip
def test_geojson_where_nothing_has_a_place(client: Client, query: str) -> None:
    response = client.get("/sparql", query_string={"query": query, "format": "geojson"})
    assert response.status_code == 406
    assert "application/sparql-results+json" in response.json["formats"]
    assert "application/geo+json" not in response.json["formats"]
    why = "application/geo+json" if query == "ASK {}" else "GeoJSON needs columns lat and long"
    assert why in response.json["detail"]


def test_rows_without_a_number_have_no_place(client: Client) -> None:
    query = 'SELECT ?lat ?long { VALUES (?lat ?long) { (53.5 -2.5) ("far" 1) (UNDEF 1) (95 1) } }'
    assert [one["geometry"] for one in geojson(client, query)["features"]] == [
        {"type": "Point", "coordinates": [-2.5, 53.5]}, None, None, None,
    ]  # fmt: skip


def test_json_lines(client: Client) -> None:
    query = PREFIXES + (
        'SELECT ?a ?b ?c ?d ?e { VALUES (?a ?b ?c ?d ?e) { (<urn:a> 1 true 1.5 "x\\ny"@en) (UNDEF "INF"^^xsd:double 2e0 -3 "7"^^xsd:gYear) } }'
    )
    response = client.get("/sparql", query_string={"query": query, "format": "jsonl"})
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert [json.loads(line) for line in response.text.splitlines()] == [
        {"a": "urn:a", "b": 1, "c": True, "d": 1.5, "e": "x\ny"},
        {"a": None, "b": "INF", "c": 2.0, "d": -3, "e": "7"},
    ]
    assert (
        client.get("/sparql", query_string={"query": LEAD}, headers={"Accept": "text/plain"}).status_code
        == 406
    )
    assert client.get("/sparql", query_string={"query": "ASK {}", "format": "jsonl"}).status_code == 406


def test_json_ld_for_triple_terms(client: Client) -> None:
    query = "CONSTRUCT { <x:a> <x:b> <<( <x:c> <x:d> <x:e> )>> } {}"
    response = client.get("/sparql", query_string={"query": query, "format": "jsonld"})
    assert response.status_code == 406
    assert "triple terms" in response.json["detail"]
    assert "application/ld+json" not in response.json["formats"]


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (None, None),
        (ox.Literal("007", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")), 7),
        (ox.Literal("x", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")), "x"),
        (ox.Literal("1e999", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#double")), "1e999"),
        (ox.Literal("0", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#boolean")), False),
        (ox.Literal("2020-01-01", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#date")), "2020-01-01"),
        (ox.BlankNode("b"), "_:b"),
    ],
)  # fmt: skip
def test_plain_values(term: Any, expected: object) -> None:
    found = plain(term)
    assert (found, type(found)) == (expected, type(expected))


def test_downloads_offer_geojson_only_where_there_are_places(client: Client) -> None:
    assert "_format=geojson" in main(page(client, COLUMNS))
    assert "_format=geojson" in main(page(client, WKT))
    assert "_format=geojson" not in main(page(client, LEAD))


def test_every_download_of_a_page_works(client: Client) -> None:
    for query in (COLUMNS, "ASK {}", PREFIXES + "CONSTRUCT WHERE { ?project ccin:lead ?lead }"):
        found = re.findall(r'<a href="([^"]+)" type="([^"]+)"', main(page(client, query)))
        assert len(found) >= 4
        for href, media_type in found:
            response = client.get(href.replace("&amp;", "&"), headers=HTML)
            assert (response.status_code, response.headers["Content-Type"].partition(";")[0]) == (
                200,
                media_type,
            )


COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def test_a_page_about_some_graphs_leads_to_answers_about_the_same(client: Client, built: Build) -> None:
    """Views, downloads and the address of the query keep the dataset, and the form sends it again."""
    graph = built.base.graph("register")
    count = str(built.manifest["counts"]["graphs"][graph])
    asked = {"query": COUNT, "default-graph-uri": graph, "named-graph-uri": "urn:a&b"}
    shown = client.get("/sparql", query_string=asked, headers=HTML).text
    links = {html.unescape(one) for one in re.findall(r'href="(/sparql[^"]+-uri=[^"]+)"', main(shown))}
    assert len(links) == 11  # five views, five downloads, the query
    for link in links:
        answer = client.get(link, headers={"Accept": "text/csv"})
        assert parse_qs(urlsplit(link).query)["named-graph-uri"] == ["urn:a&b"]
        assert count in answer.text, link
    hidden = re.findall(r'<input type="hidden" name="([^"]+-uri)" value="([^"]+)">', shown)
    assert dict(hidden) == {"default-graph-uri": graph, "named-graph-uri": "urn:a&amp;b"}
    assert "Only these graphs are asked" in shown
    assert "Only these graphs are asked" not in page(client, COUNT)
    wrong = client.get("/sparql", query_string={**asked, "query": "SELEC"}, headers=HTML)
    assert wrong.status_code == 400
    assert f'value="{graph}"' in wrong.text
