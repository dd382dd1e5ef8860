"""Addresses of things taken back: 410 with the tombstone, 301 to the other entry, never in a list. Row I10."""

from __future__ import annotations

import json

import pyoxigraph as ox
import pytest
from werkzeug.test import Client

from ccin_ld.build import Build
from ccin_ld.namespaces import CCIN

from ..choir import BASE, body
from ..represent.pages_check import read

GONE = "organisation/hymn"
RDF = {"ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES, "rdf": ox.RdfFormat.RDF_XML,
       "jsonld": ox.RdfFormat.JSON_LD, "trig": ox.RdfFormat.TRIG, "nq": ox.RdfFormat.N_QUADS}  # fmt: skip


@pytest.mark.parametrize("start", ["/id/", "/doc/"])
@pytest.mark.parametrize("extension", RDF)
def test_the_tombstone_in_rdf(singers: Client, start: str, extension: str) -> None:
    answer = singers.get(f"{start}{GONE}.{extension}")
    assert answer.status_code == 410
    said = {(q.subject, q.predicate.value): q.object for q in ox.parse(answer.data, format=RDF[extension])}
    node = ox.NamedNode(body("hymn"))
    assert said[node, CCIN + "reason"] == ox.Literal("It is a building, not a body.", language="en")
    assert said[node, CCIN + "withdrawnOn"].value == "2022-03-02"
    assert b"Hymn Hall" not in answer.data


@pytest.mark.parametrize("start", ["/id/", "/doc/"])
def test_the_tombstone_by_accept(singers: Client, start: str) -> None:
    answer = singers.get(f"{start}{GONE}", headers={"Accept": "text/turtle"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (410, "text/turtle; charset=utf-8")
    more = ", Accept-Profile" if start == "/doc/" else ""
    assert answer.headers["Vary"] == f"Accept, Accept-Encoding{more}, Accept-Datetime"
    assert "ETag" not in answer.headers


@pytest.mark.parametrize("path", [f"/id/{GONE}", f"/doc/{GONE}", f"/doc/{GONE}.html"])
def test_the_tombstone_for_people(singers: Client, path: str) -> None:
    answer = singers.get(path, headers={"Accept": "text/html"})
    page = read(answer.text)
    assert answer.status_code == 410
    assert page.faults == []
    assert "It is a building, not a body." in page.text
    assert "2 March 2022" in page.text
    assert "taken back" in page.text
    assert "Hymn Hall" not in page.text


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        (f"/doc/{GONE}.json", "*/*"),
        (f"/id/{GONE}.json", ""),
        (f"/doc/{GONE}", "application/json"),
        (f"/id/{GONE}", "application/problem+json"),
        (f"/doc/{GONE}", "image/png"),
    ],
)
def test_the_problem_for_programs(singers: Client, path: str, accept: str) -> None:
    answer = singers.get(path, headers={"Accept": accept})
    assert (answer.status_code, answer.headers["Content-Type"]) == (410, "application/problem+json")
    told = json.loads(answer.data)
    assert (told["status"], told["withdrawn"]) == (410, "2022-03-02")
    assert told["reason"] == "It is a building, not a body."


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/id/organisation/alto-soc", "/id/organisation/alto"),
        ("/doc/organisation/alto-soc", "/doc/organisation/alto"),
        ("/doc/organisation/alto-soc.ttl", "/doc/organisation/alto.ttl"),
        ("/id/organisation/alto-soc.jsonld", "/id/organisation/alto.jsonld"),
        ("/doc/organisation/alto-soc?_format=nt", "/doc/organisation/alto?_format=nt"),
    ],
)
def test_a_doubled_thing_moves_for_good(singers: Client, path: str, location: str) -> None:
    answer = singers.get(path)
    assert (answer.status_code, answer.headers["Location"]) == (301, location)
    assert singers.get(path, follow_redirects=True).status_code == 200


def test_links_lead_to_the_entry_that_stays(choir: Build) -> None:
    took_part = choir.describe(f"{BASE}id/project/concert").iris(CCIN + "tookPart")
    assert sorted(took_part) == [body("alto"), body("echo")]


@pytest.mark.parametrize(
    "path",
    ["/members.json", "/id.json", "/doc/organisation.json", "/members.json?as-of=2020-07-01", "/search?q=alto+soc",
     "/search?q=hymn", "/search?q=withdrawn"],
)  # fmt: skip
def test_they_are_in_no_list(singers: Client, path: str) -> None:
    text = singers.get(path).text
    for key in ("organisation/hymn", "organisation/alto-soc"):
        assert key not in text


def test_another_network_has_none(client: Client) -> None:
    assert client.get("/id/organisation/hymn").status_code == 404
    assert client.get("/data/graph/tombstones").status_code == 404


def test_the_source_of_tombstones_is_described(singers: Client) -> None:
    page = read(singers.get("/data/graph/tombstones", headers={"Accept": "text/html"}).text)
    assert "What was taken back" in page.text


def test_head(singers: Client) -> None:
    answer = singers.head(f"/doc/{GONE}.ttl")
    assert (answer.status_code, answer.data) == (410, b"")
