"""Validators of queries: one for each answer there can be, none where the answer changes, and 304 for free."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

import pytest
from werkzeug.test import Client

from ccin_ld.build import Build
from ccin_ld.config import Settings
from ccin_ld.represent.results import BY_FORM
from ccin_ld.store.workers import Pool
from ccin_ld.web.app import App, create_app
from ccin_ld.web.cache import RepresentationCache
from ccin_ld.web.protocol import QueryRequest
from ccin_ld.web.query_tag import Answering, held, query_tag

ASKED = QueryRequest("SELECT * { ?s ?p ?o }", results=BY_FORM["json"], graph=BY_FORM["ttl"])
HERE = Answering("build", "http://localhost/sparql", 100, 1000)
GROUPED = "SELECT DISTINCT ?class (COUNT(*) AS ?n) { ?s a ?class OPTIONAL { ?s ?p ?o } } GROUP BY ?class"


@pytest.mark.parametrize(
    "other",
    [
        pytest.param((replace(ASKED, query="SELECT * { ?s ?p ?o } "), HERE), id="query"),
        pytest.param((replace(ASKED, results=BY_FORM["xml"]), HERE), id="format of tables"),
        pytest.param((replace(ASKED, graph=BY_FORM["nt"]), HERE), id="format of graphs"),
        pytest.param((replace(ASKED, results=None), HERE), id="no format"),
        pytest.param((replace(ASKED, default_graphs=("x:a",)), HERE), id="default graph"),
        pytest.param((replace(ASKED, named_graphs=("x:a",)), HERE), id="named graph"),
        pytest.param((replace(ASKED, rows=5), HERE), id="rows"),
        pytest.param((ASKED, replace(HERE, build="another")), id="build"),
        pytest.param((ASKED, replace(HERE, address="http://example.org/sparql")), id="address"),
        pytest.param((ASKED, replace(HERE, rows=50)), id="row limit"),
        pytest.param((ASKED, replace(HERE, bytes=50)), id="byte limit"),
    ],
)
def test_whatever_the_answer_depends_on_is_in_the_tag(other: tuple[QueryRequest, Answering]) -> None:
    assert query_tag(*other) not in (None, query_tag(ASKED, HERE))


def test_what_the_answer_does_not_depend_on_is_not() -> None:
    assert query_tag(replace(ASKED, seconds=3.0, rows=1000), HERE) == query_tag(ASKED, HERE)


@pytest.mark.parametrize(
    "query",
    ["SELECT (NOW() AS ?n) {}", "SELECT (rand() AS ?n) {}", "SELECT (StrUUID() AS ?n) {}", "SELECT (BNODE() AS ?n) {}",
     "CONSTRUCT { _:a ?p ?o } { ?s ?p ?o }", "CONSTRUCT { [] ?p ?o } { ?s ?p ?o }", "SELECT (\\u004eOW() AS ?n) {}"],
)  # fmt: skip
def test_what_changes_has_no_tag(query: str) -> None:
    assert query_tag(replace(ASKED, query=query), HERE) is None


def test_held() -> None:
    assert held("qa", '"qa"') == "qa"
    assert held("qa", 'W/"qa-gzip", "qb"') == "qa-gzip"
    assert held("qa", '"qb"') is None
    assert held("qa", "*") is None
    assert held("qa", None) is None


def ask(client: Client, query: str, **headers: str) -> tuple[int, str | None, bytes]:
    response = client.get("/sparql?query=" + quote(query), headers=headers)
    return response.status_code, response.headers.get("ETag"), response.data


def test_asking_again_evaluates_nothing(app: App, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    status, tag, _ = ask(client, GROUPED)
    assert (status, tag is not None) == (200, True)
    monkeypatch.setattr(app.cached, "answers", RepresentationCache(1 << 20))
    monkeypatch.setattr(Pool, "run", lambda *_, **__: pytest.fail("the query was evaluated"))
    assert ask(client, GROUPED, **{"If-None-Match": str(tag)}) == (304, tag, b"")
    with pytest.raises(pytest.fail.Exception):
        ask(client, GROUPED, **{"If-None-Match": '"another"'})


def test_a_coding_has_a_tag_of_its_own(client: Client) -> None:
    query = "SELECT * { ?s a ?class } LIMIT 100"
    response = client.get("/sparql?query=" + quote(query), headers={"Accept-Encoding": "gzip"})
    tag = str(response.headers["ETag"])
    assert response.headers["Content-Encoding"] == "gzip"
    assert tag.endswith('-gzip"')
    assert ask(client, query)[1] == tag.replace("-gzip", "")
    again = client.get(
        "/sparql?query=" + quote(query), headers={"Accept-Encoding": "gzip", "If-None-Match": tag}
    )
    assert (again.status_code, again.headers["ETag"]) == (304, tag)


def test_two_processes_answer_with_the_same_bytes(built: Build, settings: Settings) -> None:
    """A strong validator promises it: other workers, another server, the same build."""
    answers = []
    for _ in range(2):
        app = create_app(settings, build=built)
        answers.append(
            [ask(Client(app), query) for query in (GROUPED, "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 500")]
        )
        app.close()
    assert answers[0] == answers[1]


def test_a_large_answer_has_the_tag_too(client: Client) -> None:
    query = "SELECT * { ?s ?p ?o . ?s ?q ?r } LIMIT 20000"
    _, tag, body = ask(client, query)
    assert len(body) > 1 << 20
    assert ask(client, query, **{"If-None-Match": str(tag)}) == (304, tag, b"")


def test_what_changes_is_told_by_its_bytes(client: Client) -> None:
    first, second = ask(client, "SELECT (RAND() AS ?r) {}"), ask(client, "SELECT (RAND() AS ?r) {}")
    assert first[1] != second[1]
    assert not str(first[1]).startswith('"q')


def test_robots_are_asked_to_leave_queries_alone(client: Client) -> None:
    response = client.get("/robots.txt")
    assert (response.status_code, response.mimetype) == (200, "text/plain")
    assert "User-agent: *\nDisallow: /sparql?\n" in response.text
