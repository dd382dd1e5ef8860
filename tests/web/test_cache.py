"""What the cache keeps of the endpoint's answers, and what it must never give to somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from unittest import mock

import pytest
from werkzeug.test import Client, TestResponse

from ccin_ld.build import Build
from ccin_ld.config import Settings
from ccin_ld.store.workers import Pool
from ccin_ld.web.app import App, create_app

COUNCIL = "https://w3id.org/ccin/id/council/oldham"
JSON = "application/sparql-results+json"
LABELS = f"SELECT ?label WHERE {{ <{COUNCIL}> <http://www.w3.org/2000/01/rdf-schema#label> ?label }}"


@pytest.fixture
def fresh(built: Build, settings: Settings) -> Iterator[App]:
    """A site whose cache is empty."""
    made = create_app(settings, build=built)
    yield made
    made.close()


def ask(app: App, query: str, accept: str = JSON, **more: str) -> TestResponse:
    return Client(app).get("/sparql", query_string={"query": query, **more}, headers={"Accept": accept})


def test_a_query_asked_again_is_not_evaluated_again(fresh: App) -> None:
    first = ask(fresh, LABELS)
    assert first.status_code == 200
    with mock.patch.object(Pool, "run", side_effect=AssertionError("evaluated again")):
        again = ask(fresh, LABELS)
        head = Client(fresh).head("/sparql", query_string={"query": LABELS}, headers={"Accept": JSON})
    assert (again.status_code, again.data, list(again.headers)) == (200, first.data, list(first.headers))
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", first.headers["ETag"])
    unchanged = Client(fresh).get(
        "/sparql",
        query_string={"query": LABELS},
        headers={"Accept": JSON, "If-None-Match": first.headers["ETag"]},
    )
    assert (unchanged.status_code, unchanged.data) == (304, b"")


def test_formats_and_parameters_are_told_apart(fresh: App) -> None:
    answers = {
        ask(fresh, LABELS, accept, **more).data
        for accept, more in (
            (JSON, {}),
            ("text/csv", {}),
            ("application/sparql-results+xml", {}),
            ("text/html", {}),
            (JSON, {"format": "tsv"}),
            (JSON, {"default-graph-uri": "https://nothing.example/"}),
        )
    }
    assert len(answers) == 6


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("SELECT (NOW() AS ?x) {}", id="NOW"),
        pytest.param("SELECT (rand() AS ?x) {}", id="rand, small letters"),
        pytest.param("SELECT (UUID() AS ?x) {}", id="UUID"),
        pytest.param("SELECT (STRUUID() AS ?x) {}", id="STRUUID"),
        pytest.param("SELECT (STRUUID # why not\n () AS ?x) {}", id="a comment between"),
        pytest.param("SELECT (1/RAND() AS ?x) {}", id="behind a slash"),
        pytest.param('SELECT ("\\u0041" AS ?x) {}', id="an escape could spell any of them"),
    ],
)
def test_what_answers_otherwise_each_time_is_not_kept(fresh: App, query: str) -> None:
    assert ask(fresh, query).status_code == 200
    assert len(fresh.cached.answers) == 0


def test_per_cent_signs_hide_nothing(fresh: App) -> None:
    hidden = "/sparql?query=SELECT%20(S%54R%55%55%49D()%20AS%20%3Fx)%20%7B%7D"
    one, two = (Client(fresh).get(hidden, headers={"Accept": JSON}) for _ in range(2))
    assert one.status_code == 200
    assert one.data != two.data


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("SELECT nonsense", id="400"),
        pytest.param("SELECT * { SERVICE <http://x.example/> {} }", id="403"),
    ],
)
def test_no_refusal_is_kept(fresh: App, query: str) -> None:
    assert ask(fresh, query).status_code >= 400
    assert len(fresh.cached.answers) == 0


def test_queries_never_drive_pages_out(fresh: App) -> None:
    page = Client(fresh).get("/doc/council/oldham", headers={"Accept": "text/turtle"})
    assert page.status_code == 200
    before = len(fresh.cached.cache)
    for number in range(1, 6):
        assert ask(fresh, f"{LABELS} LIMIT {number}").status_code == 200
    assert len(fresh.cached.answers) == 5
    assert len(fresh.cached.cache) == before == 1


@pytest.mark.parametrize("coding", ["*", "GZIP", "gzip", "identity;q=0, *", "gzip;q=0", "br"])
def test_only_who_takes_gzip_gets_it(fresh: App, coding: str) -> None:
    address = "/doc/council/oldham.ttl"
    first = Client(fresh).get(address, headers={"Accept-Encoding": coding})
    assert (first.headers.get("Content-Encoding") == "gzip") == (coding not in ("gzip;q=0", "br"))
    plain = Client(fresh).get(address)
    assert "Content-Encoding" not in plain.headers
    assert plain.data.startswith(b"@prefix")


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        pytest.param("/doc/council/oldham.ttl?page=" + "1" * 300, {}, id="query"),
        pytest.param("/doc/council/oldham.ttl", {"Accept": "text/turtle, " + "x/y, " * 400}, id="Accept"),
        pytest.param("/sparql?query=ASK%7B%7D%23" + "x" * 5000, {}, id="endpoint"),
    ],
)
def test_long_requests_take_no_room(fresh: App, path: str, headers: dict[str, str]) -> None:
    assert Client(fresh).get(path, headers=headers).status_code == 200
    assert len(fresh.cached.cache) + len(fresh.cached.answers) == 0


def test_a_long_accept_encoding_is_one_more_plain_client(fresh: App) -> None:
    for number in range(3):
        coding = f"gzip, x{number}" + ", y" * 300
        response = Client(fresh).get("/doc/council/oldham.ttl", headers={"Accept-Encoding": coding})
        assert "Content-Encoding" not in response.headers
    assert len(fresh.cached.cache) == 1
