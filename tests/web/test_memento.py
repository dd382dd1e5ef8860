"""Any document as it was: original, TimeGate, TimeMap, mementos (RFC 7089). Row C7."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import NamedTuple

import pyoxigraph as ox
import pytest
from werkzeug.http import http_date, parse_date
from werkzeug.test import Client, TestResponse

from ccin_ld.build import Build
from ccin_ld.namespaces import RDFS, SKOS

from ..past import RENAMED
from ..represent.pages_check import read

PATH = "/doc/organisation/bass"
NAMES = ["Bass Union", "Bass Unison", "Bass United"]
HERE = "http://localhost"


class Link(NamedTuple):
    """One link of application/link-format or of a Link header (RFC 8288)."""

    href: str
    rel: frozenset[str]
    values: dict[str, str]


def links(text: str) -> list[Link]:
    found = []
    for href, rest in re.findall(r"<([^>]*)>((?:; *[a-z-]+=\"[^\"]*\")*)", text):
        values = dict(re.findall(r'; *([a-z-]+)="([^"]*)"', rest))
        found.append(Link(href, frozenset(values.pop("rel").split()), values))
    return found


def one(found: list[Link], rel: str) -> Link:
    (link,) = [each for each in found if rel in each.rel]
    return link


def get(client: Client, url: str, **headers: str) -> TestResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get(url.removeprefix(HERE), headers=named)


def label(answer: TestResponse) -> str:
    found = {q.predicate.value: q.object for q in ox.parse(answer.data, format=ox.RdfFormat.TURTLE)
             if q.subject == ox.NamedNode(RENAMED)}  # fmt: skip
    name = found[SKOS + "prefLabel"]
    assert name == found[RDFS + "label"]
    return str(name.value)


def moments(build: Build) -> list[datetime]:
    return [build.ledger.moment(one) for one in build.ledger.releases]


@pytest.mark.parametrize("accept", ["text/turtle", "text/html", "application/ld+json"])
def test_the_walk(then: Client, past: Build, accept: str) -> None:
    """From the original to the gate, to a memento, to the list, and to every memento."""
    original = get(then, PATH, Accept=accept)
    assert original.status_code == 200
    assert "Memento-Datetime" not in original.headers
    assert "Accept-Datetime" in original.headers["Vary"]
    gate = one(links(original.headers["Link"]), "timegate")
    assert gate.href == one(links(original.headers["Link"]), "original").href == HERE + PATH
    for place, at in enumerate(moments(past)):
        answer = get(then, gate.href, Accept=accept, Accept_Datetime=http_date(at))
        assert (answer.status_code, answer.data[:4]) == (302, b"See ")
        assert "Accept-Datetime" in answer.headers["Vary"]
        assert "Memento-Datetime" not in answer.headers
        assert one(links(answer.headers["Link"]), "original").href == HERE + PATH
        memento = get(then, answer.headers["Location"], Accept=accept)
        assert (memento.status_code, memento.mimetype) == (200, accept)
        assert parse_date(memento.headers["Memento-Datetime"]) == at
        told = links(memento.headers["Link"])
        assert one(told, "original").href == one(told, "timegate").href == HERE + PATH
        # Its page says too what it was called before.
        told_of = re.findall("<h1.*</h1>", memento.text)[0] if accept == "text/html" else memento.text
        assert [name for name in NAMES if name in told_of] == [NAMES[place]]
    timemap = get(then, one(told, "timemap").href)
    assert timemap.mimetype == "application/link-format"
    listed = links(timemap.text)
    assert one(listed, "self").href == HERE + "/timemap" + PATH
    assert one(listed, "original").href == one(listed, "timegate").href == HERE + PATH
    mementos = [each for each in listed if "memento" in each.rel]
    assert [parse_date(each.values["datetime"]) for each in mementos] == moments(past)
    assert ("first" in mementos[0].rel, "last" in mementos[-1].rel) == (True, True)
    names = [label(get(then, each.href, Accept="text/turtle")) for each in mementos]
    assert names == NAMES


@pytest.mark.parametrize(
    ("at", "place"),
    [
        pytest.param(datetime(2000, 1, 1, tzinfo=UTC), 0, id="before the first: the first"),
        pytest.param(datetime(2022, 1, 31, tzinfo=UTC), 0, id="at the first"),
        pytest.param(datetime(2022, 3, 1, 23, 59, 59, tzinfo=UTC), 0, id="a second before the next"),
        pytest.param(datetime(2022, 3, 2, tzinfo=UTC), 1, id="the first of two on a day"),
        pytest.param(datetime(2022, 3, 2, 0, 0, 1, tzinfo=UTC), 2, id="the second of two on a day"),
        pytest.param(datetime(2030, 1, 1, tzinfo=UTC), 2, id="after the last: the last"),
    ],
)
def test_the_gate_chooses(then: Client, past: Build, at: datetime, place: int) -> None:
    answer = get(then, PATH + ".ttl", Accept_Datetime=http_date(at))
    release = past.ledger.releases[place].name
    assert answer.headers["Location"] == f"{HERE}/version/{release}{PATH}.ttl"
    assert label(get(then, answer.headers["Location"])) == NAMES[place]


@pytest.mark.parametrize("text", ["", "yesterday", "2022-03-02", "1646179200", "x" * 5000])
def test_a_time_that_is_none(then: Client, text: str) -> None:
    answer = get(then, PATH, Accept_Datetime=text, Accept="application/json")
    assert answer.status_code == 400
    assert "Accept-Datetime" in json.loads(answer.data)["detail"]


def test_the_thing_leads_to_its_document(then: Client) -> None:
    at = http_date(datetime(2022, 2, 1, tzinfo=UTC))
    answer = get(then, "/id/organisation/bass", Accept_Datetime=at)
    assert (answer.status_code, answer.headers["Location"]) == (303, PATH)
    assert "Accept-Datetime" in answer.headers["Vary"]


def test_what_was_withdrawn(then: Client, past: Build) -> None:
    """It is as it was before, and a tombstone since; the address itself stays a tombstone."""
    first, second, third = (one.name for one in past.ledger.releases)
    path = "/doc/organisation/hymn"
    assert get(then, path).status_code == 410
    for at, status in zip(moments(past), (200, 410, 410), strict=True):
        for start in (path, "/id/organisation/hymn"):
            answer = get(then, start, Accept="text/turtle", Accept_Datetime=http_date(at))
            while answer.status_code in (302, 303):
                answer = get(
                    then, answer.headers["Location"], Accept="text/turtle", Accept_Datetime=http_date(at)
                )
            assert answer.status_code == status
            assert ("Hymn Hall" in answer.text) is (status == 200)
            assert ("It is a building, not a body." in answer.text) is (status == 410)
    assert get(then, f"/version/{third}{path}").headers["Location"] == f"/version/{second}{path}"
    page = get(then, f"/version/{second}{path}", Accept="text/html")
    assert (page.status_code, read(page.text).faults) == (410, [])
    assert get(then, f"/version/{first}{path}", Accept="text/html").status_code == 200


def test_what_was_taken_out_without_a_word(then: Client, past: Build) -> None:
    first, _, third = (one.name for one in past.ledger.releases)
    path = "/doc/statement/fugue--list-one--1"
    assert get(then, path).status_code == 404
    assert get(then, f"/version/{first}{path}").status_code == 200
    gone = get(then, f"/version/{third}{path}", Accept="application/json")
    assert gone.status_code == 410
    assert third in json.loads(gone.data)["detail"]
    at = http_date(datetime(2022, 2, 1, tzinfo=UTC))
    assert first in get(then, path, Accept_Datetime=at).headers["Location"]
    assert [read(get(then, f"/timemap{path}", Accept="text/html").text).faults] == [[]]


def test_what_was_not_there_yet(client: Client, built: Build) -> None:
    first, newest = built.ledger.releases[0], built.ledger.releases[-1]
    archive = built.archive
    assert archive
    new = next(one for one in archive.since(archive.moments[1].first, limit=5000) if one.kind == "create")
    answer = get(client, f"/version/{first.name}{new.path}", Accept="application/json")
    assert answer.status_code == 404
    then_ = get(client, f"/version/{newest.name}{new.path}")
    assert then_.status_code in (200, 302)


@pytest.mark.parametrize("path", ["/version/2022-01-31-aaaaaaaa/doc/organisation/bass", "/version/x/doc/organisation/bass",
                                  "/timemap/doc/organisation/nobody", "/timemap/search", "/version/latest/members"])  # fmt: skip
def test_what_is_nothing(then: Client, path: str) -> None:
    assert get(then, path).status_code == 404


@pytest.mark.parametrize(
    "path", ["/members", "/", "/search?q=bass", "/sparql", "/def/prefixes.json", "/healthz"]
)
def test_what_has_no_past_answers_as_ever(then: Client, path: str) -> None:
    at = http_date(datetime(2022, 2, 1, tzinfo=UTC))
    assert get(then, path, Accept_Datetime=at).status_code == get(then, path).status_code


def test_every_kind_of_document_has_one(client: Client, built: Build) -> None:
    """Things, vocabularies, schemes, catalogue, dataset and sources."""
    release = built.ledger.releases[0].name
    for path in (
        "/def/ccin",
        "/def/shapes",
        "/def/tiers",
        "/data",
        "/data/ccin",
        "/data/graph/register",
        "/doc/area/e08000004",
    ):
        answer = get(client, path, Accept="text/turtle", Accept_Datetime="Mon, 23 Nov 2026 00:00:00 GMT")
        assert answer.headers["Location"] == f"{HERE}/version/{release}{path}", path
        for accept in (
            "text/turtle",
            "text/html",
            "application/json",
            "application/ld+json",
            "application/rdf+xml",
        ):
            found = get(client, answer.headers["Location"], Accept=accept)
            assert (found.status_code, found.mimetype) == (200, accept)
            assert found.headers["Memento-Datetime"] == "Mon, 23 Nov 2026 00:00:00 GMT"
            if accept == "text/html":
                page = read(found.text)
                assert (page.faults, len(found.data) < 60_000) == ([], True), path


def test_the_same_triples_in_every_format(then: Client, past: Build) -> None:
    path = f"/version/{past.ledger.releases[1].name}{PATH}"
    found = {
        kind: {q.triple for q in ox.parse(get(then, f"{path}.{kind}").data, format=rdf)}
        for kind, rdf in (("ttl", ox.RdfFormat.TURTLE), ("nt", ox.RdfFormat.N_TRIPLES),
                          ("rdf", ox.RdfFormat.RDF_XML), ("jsonld", ox.RdfFormat.JSON_LD))
    }  # fmt: skip
    assert len({frozenset(one) for one in found.values()}) == 1
    text = get(then, f"{path}.html").text
    block = re.search(r'<script type="application/ld\+json" id="data">(.*?)</script>', text, re.S)
    assert block
    assert {q.triple for q in ox.parse(block[1], format=ox.RdfFormat.JSON_LD)} == found["ttl"]


def test_versions_are_kept_for_ever_and_pages_are_not(then: Client, past: Build) -> None:
    path = f"/version/{past.ledger.releases[0].name}{PATH}"
    assert "immutable" in get(then, f"{path}.ttl").headers["Cache-Control"]
    page = get(then, path, Accept="text/html")
    assert page.headers["Cache-Control"] == "no-cache"
    assert '<meta name="robots" content="noindex, follow">' in page.text
    again = get(then, path, Accept="text/html", If_None_Match=page.headers["ETag"])
    assert (again.status_code, again.headers["Memento-Datetime"]) == (304, page.headers["Memento-Datetime"])


def test_a_cached_page_is_not_given_to_who_asks_for_another_time(then: Client) -> None:
    at = http_date(datetime(2022, 2, 1, tzinfo=UTC))
    for _ in range(2):
        assert get(then, PATH, Accept="text/html").status_code == 200
        assert get(then, PATH, Accept="text/html", Accept_Datetime=at).status_code == 302


def test_the_list_as_json(then: Client, past: Build) -> None:
    told = json.loads(get(then, f"/timemap{PATH}.json").data)
    assert told["original_uri"] == told["timegate_uri"] == HERE + PATH
    listed = told["mementos"]["list"]
    assert [one["datetime"] for one in listed] == [
        "2022-01-31T00:00:00Z", "2022-03-02T00:00:00Z", "2022-03-02T00:00:01Z",
    ]  # fmt: skip
    assert (told["mementos"]["first"]["uri"], told["mementos"]["last"]["uri"]) == (
        listed[0]["uri"],
        listed[-1]["uri"],
    )
    assert [one["release"] for one in listed] == [one.name for one in past.ledger.releases]


def test_the_list_for_people(then: Client) -> None:
    page = read(get(then, f"/timemap{PATH}", Accept="text/html").text)
    assert page.faults == []
    assert "3 versions have been published." in page.text
    for name in NAMES:
        assert name in page.text


def test_in_welsh(then: Client, past: Build) -> None:
    at = http_date(datetime(2022, 2, 1, tzinfo=UTC))
    answer = get(then, f"/cy{PATH}", Accept="text/html", Accept_Datetime=at)
    release = past.ledger.releases[0].name
    assert answer.headers["Location"] == f"{HERE}/cy/version/{release}{PATH}"
    page = get(then, answer.headers["Location"], Accept="text/html")
    assert page.headers["Content-Language"] == "cy"
    assert read(page.text).faults == []


def test_clients_in_a_browser_may_ask(then: Client) -> None:
    answer = then.options(PATH)
    assert "Accept-Datetime" in answer.headers["Access-Control-Allow-Headers"]
    assert "Memento-Datetime" in answer.headers["Access-Control-Expose-Headers"]
    assert "Link" in answer.headers["Access-Control-Expose-Headers"]
