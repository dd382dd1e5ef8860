"""What strangers send: addresses, numbers and formats that make no sense are refused, each in its way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from werkzeug.test import Client

from ccin_ld.build import Build
from ccin_ld.config import Settings
from ccin_ld.web.app import create_app
from ccin_ld.web.respond import is_timed


@pytest.mark.parametrize(
    "path", ["/\t/evil.example/", "/\r\nX-A: b/", "/\\evil.example/", "/id/\x00/x/", "/\x7f"]
)
def test_addresses_that_browsers_read_in_another_way(client: Client, path: str) -> None:
    response = client.get("/", environ_overrides={"PATH_INFO": path})
    assert response.status_code == 400
    assert "Location" not in response.headers


@pytest.mark.parametrize("number", ["²", "9" * 5000, "0", "-1", "1.0", "", "x", "٣"])
@pytest.mark.parametrize("path", ["/members?page=", "/doc/council/oldham?incoming=", "/search?q=a&page="])
def test_numbers_of_pages(client: Client, path: str, number: str) -> None:
    assert client.get(path + number).status_code == 400


@pytest.mark.parametrize("path", ["/members?page=99", "/doc/council/oldham?incoming=99"])
def test_pages_past_the_end(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_same_parameter_twice_is_not_mixed_up_by_the_cache(client: Client) -> None:
    one = client.get("/doc/council/oldham?_format=ttl&_format=nt")
    two = client.get("/doc/council/oldham?_format=nt&_format=ttl")
    assert one.headers["Content-Type"].startswith("text/turtle")
    assert two.headers["Content-Type"] == "application/n-triples"


def test_the_endpoint_lists_its_formats(client: Client) -> None:
    table = client.get(
        "/sparql", query_string={"query": "SELECT * { ?s ?p ?o }"}, headers={"Accept": "image/png"}
    )
    graph = client.get(
        "/sparql", query_string={"query": "CONSTRUCT WHERE { ?s ?p ?o }"}, headers={"Accept": "text/csv"}
    )
    assert "application/sparql-results+json" in table.json["formats"]
    assert "text/turtle" in graph.json["formats"]
    assert (table.status_code, graph.status_code) == (406, 406)


@pytest.mark.parametrize("path", ["/about", "/privacy", "/search?q=oldham"])
def test_pages_for_people_are_not_sent_as_data(client: Client, path: str) -> None:
    assert client.get(path, headers={"Accept": "text/turtle"}).status_code == 406


def test_home_is_the_catalogue_for_programs(client: Client) -> None:
    response = client.get("/", headers={"Accept": "text/turtle"})
    assert response.headers["Content-Type"].startswith("text/turtle")
    assert "dcat:Catalog" in response.text


def test_the_quality_report_in_every_format(client: Client, built: Build) -> None:
    assert "sh:ValidationReport" in client.get("/quality.ttl").text
    assert (
        client.get("/quality", headers={"Accept": "application/ld+json"}).headers["Content-Location"]
        == "/quality.jsonld"
    )
    assert (
        json.loads(client.get("/quality.json").data)["counts"]["warning"]
        == built.manifest["findings"]["warning"]
        > 0
    )
    assert "not recorded" in client.get("/quality", headers={"Accept": "text/html"}).text


def test_search_as_json(client: Client) -> None:
    told = client.get("/search?q=oldham", headers={"Accept": "application/json"}).json
    assert told["total"] >= 1
    assert "Oldham Council" in [item["label"]["en"] for item in told["items"]]


PATHS = [
    "/",
    "/members",
    "/doc/council/oldham",
    "/doc/council/oldham.ttl",
    "/id/council/oldham",
    "/sparql",
    "/about",
    "/nowhere",
    "/quality",
]


@pytest.mark.parametrize("path", PATHS)
def test_vary_is_one_value_for_every_status(client: Client, path: str) -> None:
    answers = [
        client.get(path),
        client.get(path if path == "/" else path + "/"),
        client.delete(path),
        client.options(path),
        client.get(path, headers={"Accept": "image/png"}),
        client.get(path, headers={"If-None-Match": client.get(path).headers.get("ETag", "")}),
    ]
    # Only the home page asks what language a browser prefers, only documents about things what profile.
    more = ", Accept-Language" if path == "/" else ", Accept-Profile" if path.startswith("/doc/") else ""
    # Of documents one may ask what they were.
    more += ", Accept-Datetime" if is_timed(path) else ""
    assert {response.headers["Vary"] for response in answers} == {f"Accept, Accept-Encoding{more}"}


def test_a_browser_keeps_the_query_it_posted(client: Client) -> None:
    browser = {"Accept": "text/html,*/*;q=0.1"}
    wrong = client.post("/sparql", data={"query": "SELECT mistaken"}, headers=browser)
    assert wrong.status_code == 400
    assert "SELECT mistaken" in wrong.text
    named = client.post("/sparql", data={"query": "ASK {}", "output": "json"}, headers=browser)
    assert named.headers["Content-Type"] == "application/sparql-results+json"


def test_headers_that_a_page_elsewhere_may_read(client: Client) -> None:
    exposed = client.get("/members.json").headers["Access-Control-Expose-Headers"]
    assert {"X-Result-Cut", "X-Total-Count"} <= set(exposed.split(", "))


def test_options_has_no_content_to_name(client: Client) -> None:
    assert "Content-Type" not in client.options("/members").headers


def test_without_a_build_the_process_is_alive_and_says_what_is_missing(tmp_path: Path) -> None:
    made = Client(create_app(Settings(var_dir=tmp_path)))
    assert made.get("/healthz").status_code == 200
    for path in ("/readyz", "/", "/sparql"):
        response = made.get(path)
        assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
        assert "ccin-ld build" in response.json["detail"]


def test_quotations_never_stand_under_the_licence(client: Client) -> None:
    source = "/data/graph/eoi-action-learning-set--1--quotations"
    page = client.get(source, headers={"Accept": "text/html"}).text
    main = page.split("<main")[1].split("</main>")[0]
    assert "creativecommons.org" not in main
    assert "none known" in main
    assert "dct:license" not in client.get(source + ".ttl").text.split("\n\n")[0]
    assert "kept apart, each with its source and rights" in client.get("/data/ccin.ttl").text


def test_data_says_its_source_and_its_day(client: Client) -> None:
    for name in (
        "council/oldham",
        "group/hillingdon-labour-and-co-op-group",
        "principle/learning",
        "area/w06000015",
    ):
        turtle = client.get(f"/doc/{name}.ttl").text
        assert "dct:source" in turtle
        assert "dct:modified" in turtle
