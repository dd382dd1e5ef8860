"""The changes for those who follow them: stream, thin feed, list, Atom. Rows C2, C3, C4; opportunity 6."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest
from werkzeug.test import Client

from ccin_ld.build import Build
from ccin_ld.represent import STREAM
from ccin_ld.validation import validate

from ..choir import body
from ..harvester import AS, AT, ATOM, LDES, TREE, Graph, Member, faults_of, replayed, walk
from ..past import REMOVED, RENAMED, WITHDRAWN
from ..represent.pages_check import read

RDF = {"application/trig": ox.RdfFormat.TRIG, "application/n-quads": ox.RdfFormat.N_QUADS,
       "application/ld+json": ox.RdfFormat.JSON_LD}  # fmt: skip
PUBLISHED = AS + "published"


def getting(client: Client, accept: str) -> Callable[[str], list[ox.Quad]]:
    """Return what gets quads from an address of the site."""

    def get(url: str) -> list[ox.Quad]:
        parts = urlsplit(url)
        assert parts.netloc == "localhost"
        answer = client.get(parts.path, headers={"Accept": accept})
        assert (answer.status_code, answer.mimetype) == (200, accept)
        return list(ox.parse(answer.data, format=RDF[accept]))

    return get


@pytest.fixture(params=RDF)
def stream(request: pytest.FixtureRequest, then: Client) -> tuple[list[Member], dict[str, Graph]]:
    return walk(getting(then, request.param), "http://localhost/changes")


class TestStream:
    def test_replayed_from_zero_it_gives_the_data_exactly(
        self, past: Build, stream: tuple[list[Member], dict[str, Graph]]
    ) -> None:
        assert replayed(stream[0]) == set(past.store.default_graph())

    def test_so_does_that_of_the_record(self, client: Client, built: Build) -> None:
        members, _ = walk(getting(client, "application/n-quads"), "http://localhost/changes")
        newest = built.ledger.newest
        assert newest
        quads = built.ledger.quads_of(newest)
        assert replayed(members) == {q.triple for q in quads if isinstance(q.graph_name, ox.DefaultGraph)}
        if built.manifest["release"] == newest.name:
            assert replayed(members) == set(built.store.default_graph())

    def test_what_happened(self, stream: tuple[list[Member], dict[str, Graph]]) -> None:
        def kinds(iri: str) -> list[str]:
            return [one.kind.removeprefix(AS) for one in stream[0] if one.of == iri]

        assert kinds(RENAMED) == ["Create", "Update", "Update"]
        assert kinds(WITHDRAWN) == kinds(REMOVED) == ["Create", "Delete"]
        assert kinds(body("alto-soc")) == ["Delete"]
        gone = {one.of: one.triples for one in stream[0] if one.kind == AS + "Delete"}
        assert gone[REMOVED] == frozenset()
        assert any("It is a building" in str(one.object) for one in gone[WITHDRAWN])

    def test_the_rules_of_the_root(self, stream: tuple[list[Member], dict[str, Graph]], past: Build) -> None:
        root = stream[1]["http://localhost/changes"]
        ((iri, view),) = root.all(TREE + "view")
        assert (iri, view) == (f"{past.base.iri}changes#stream", "http://localhost/changes")
        once = (
            "timestampPath",
            "versionOfPath",
            "pollingInterval",
            "versionCreateObject",
            "versionDeletePath",
        )
        for name in once:
            assert len(root.values(iri, LDES + name)) == 1
        assert len(root.values(iri, TREE + "shape")) == 1
        assert len(root.values(iri, LDES + "retentionPolicy")) <= 1
        assert root.values(view, LDES + "immutable") == []

    def test_the_rules_of_relations(self, stream: tuple[list[Member], dict[str, Graph]]) -> None:
        """LDES server primer, "Relations": one node, one path, one value; both bounds; and they are true."""
        for url, page in stream[1].items():
            bounds: dict[str, dict[str, str]] = {}
            for relation in page.values(url, TREE + "relation"):
                kind = page.one(relation, "http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
                assert page.one(relation, TREE + "path") == PUBLISHED
                target = page.one(relation, TREE + "node")
                bounds.setdefault(target, {})[kind.removeprefix(TREE)] = page.one(relation, TREE + "value")
            for target, both in bounds.items():
                low, high = both["GreaterThanOrEqualToRelation"], both["LessThanOrEqualToRelation"]
                assert low.endswith("Z")
                assert high.endswith("Z")
                there = [at for _, at in stream[1][target].all(PUBLISHED)]
                assert there
                assert all(low <= at <= high for at in there)

    def test_members_have_the_shape_that_the_stream_names(
        self, stream: tuple[list[Member], dict[str, Graph]]
    ) -> None:
        shape = [one.triple for one in stream[1]["http://localhost/changes"].quads]
        for page in stream[1].values():
            plain = [one.triple for one in page.quads if isinstance(one.graph_name, ox.DefaultGraph)]
            assert validate(plain, shape).conforms
        broken = [one for one in plain if one.predicate.value != PUBLISHED]
        assert not validate(broken, shape).conforms

    def test_pages_never_change_and_the_root_may(self, then: Client, past: Build) -> None:
        release = past.ledger.releases[0].name
        page = then.get(f"/changes/{release}/1.trig")
        assert page.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        graph = Graph(ox.parse(page.data, format=ox.RdfFormat.TRIG))
        assert graph.one(f"http://localhost/changes/{release}/1", LDES + "immutable") == "true"
        root = then.get("/changes", headers={"Accept": "text/turtle"})
        assert (root.headers["Cache-Control"], root.headers["Vary"]) == (
            "no-cache",
            "Accept, Accept-Encoding",
        )
        assert then.get("/changes", headers={"Accept": "text/turtle", "If-None-Match": root.headers["ETag"]}
                        ).status_code == 304  # fmt: skip

    def test_pages_are_of_a_size_and_lead_on(self, then: Client, past: Build) -> None:
        moment = past.archive and past.archive.moments[0]
        assert moment
        assert moment.size > 100
        first = then.get(f"/changes/{moment.name}/1.json")
        assert len(json.loads(first.data)["changes"]) == 100
        assert f'</changes/{moment.name}/2.json>; rel="next"' in first.headers["Link"]
        last = then.get(f"/changes/{moment.name}/2.json")
        assert len(json.loads(last.data)["changes"]) == moment.size - 100
        assert 'rel="next"' not in last.headers["Link"]

    @pytest.mark.parametrize("rest", ["2022-01-31-aaaaaaaa/1", "{}/0", "{}/99", "{}/01", "{}/x", "{}/1.rdf"])
    def test_what_is_no_page(self, then: Client, past: Build, rest: str) -> None:
        path = rest.format(past.ledger.releases[0].name)
        assert then.get(f"/changes/{path}").status_code == 404

    def test_every_member_dereferences_to_what_the_stream_says(
        self, then: Client, past: Build, stream: tuple[list[Member], dict[str, Graph]]
    ) -> None:
        for one in stream[0]:
            path = past.base.path(one.iri)
            answer = then.get(f"{path}.nt")
            assert answer.status_code == (410 if one.kind == AS + "Delete" else 200)
            if one.triples:
                found = {q.triple for q in ox.parse(answer.data, format=ox.RdfFormat.N_TRIPLES)}
                assert found >= one.triples

    def test_since_leaves_out_what_was_before(self, then: Client, past: Build) -> None:
        first, *_, last = past.ledger.releases
        text = then.get("/changes.ttl?since=2022-03-02").text
        assert f"/changes/{last.name}/1>" in text
        assert first.name not in text
        assert then.get("/changes.ttl?since=2022-03-02").headers["Content-Type"].startswith("text/turtle")


class TestThinFeed:
    def read(self, client: Client, path: str) -> dict[str, Any]:
        answer = client.get(path)
        assert (answer.status_code, answer.mimetype) == (200, "application/json")
        told: dict[str, Any] = json.loads(answer.data)
        return told

    @pytest.mark.parametrize("limit", [7, 100, 1000])
    def test_cursors_lead_through_all_of_it(self, then: Client, past: Build, limit: int) -> None:
        told = self.read(then, f"/changes.json?limit={limit}")
        found = list(told["changes"])
        while told["more"]:
            assert len(told["changes"]) == limit
            told = self.read(then, told["next"])
            found += told["changes"]
        assert past.archive
        assert [one["version"] for one in found] == [
            past.base.iri + one.version[1:] for one in past.archive.since(1, limit=10_000)
        ]
        again = self.read(then, f"/changes.json?cursor={told['cursor']}")
        assert (again["changes"], again["cursor"], again["more"]) == ([], told["cursor"], False)

    def test_a_deletion(self, then: Client) -> None:
        told = self.read(then, "/changes.json?since=2022-03-02")
        gone = next(one for one in told["changes"] if one["thing"] == WITHDRAWN)
        assert (gone["change"], gone["label"], gone["at"]) == ("delete", "Hymn Hall", "2022-03-02T00:00:00Z")
        assert gone["sentences"] == ["Taken back: Hymn Hall. It is a building, not a body."]

    @pytest.mark.parametrize(
        ("since", "releases"),
        [("", 3), ("2021-01-01", 3), ("2022-01-31", 3), ("2022-02-01", 2), ("2022-03-02", 2),
         ("2022-03-02T00:00:01Z", 1), ("2022-03-02T01:00:01+01:00", 1), ("2022-03-02T01:00:01%2B01:00", 1),
         ("2022-03-03", 0)],
    )  # fmt: skip
    def test_since(self, then: Client, since: str, releases: int) -> None:
        told = self.read(then, f"/changes.json?since={since}&limit=1000")
        assert len({one["release"] for one in told["changes"]}) == releases
        assert told["cursor"]

    @pytest.mark.parametrize(
        ("query", "status"),
        [("since=yesterday", 400), ("sinse=2022-01-01", 400), ("since=2022-13-01", 400), ("since=2022-03-02T00:00:00", 400),
         ("since=20220302", 400), ("cursor=x", 400), ("limit=0", 400), ("limit=1001", 400), ("limit=x", 400),
         ("cursor=2022-01-31-aaaaaaaa.5", 410), ("cursor=2019-01-01-00000000.0", 410)],
    )  # fmt: skip
    @pytest.mark.parametrize("extension", ["json", "csv"])
    def test_mistakes(self, then: Client, query: str, status: int, extension: str) -> None:
        answer = then.get(f"/changes.{extension}?{query}")
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
        told = json.loads(answer.data)
        assert told["status"] == status
        if status == 410:
            assert told["start"] == "http://localhost/changes.json"

    def test_a_cursor_past_the_end_of_its_release_is_stale(self, then: Client, past: Build) -> None:
        name = past.ledger.releases[-1].name
        assert then.get(f"/changes.json?cursor={name}.7").status_code == 200
        assert then.get(f"/changes.json?cursor={name}.8").status_code == 410

    def test_a_cursor_and_a_day_are_one_too_many(self, then: Client, past: Build) -> None:
        name = past.ledger.releases[0].name
        assert then.get(f"/changes.json?cursor={name}.1&since=2022-01-01").status_code == 400

    def test_as_a_table(self, then: Client) -> None:
        answer = then.get("/changes.csv?since=2022-03-02")
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
        rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
        assert len(rows) == 14
        assert {row["change"] for row in rows} == {"update", "delete"}


class TestPage:
    def test_it_tells_of_every_change(self, then: Client) -> None:
        page = read(then.get("/changes?since=2022-03-02", headers={"Accept": "text/html"}).text)
        assert page.faults == []
        for words in (
            "Bass United: the name changed from “Bass Unison” to “Bass United”.",
            "Hymn Hall",
            "Gone",
        ):
            assert words in page.text
        assert "14 changes" in page.text

    def test_it_turns(self, then: Client) -> None:
        first = then.get("/changes", headers={"Accept": "text/html"}).text
        assert 'href="/changes?page=2"' in first
        second = then.get("/changes?page=2", headers={"Accept": "text/html"})
        assert second.status_code == 200
        assert then.get("/changes?page=9", headers={"Accept": "text/html"}).status_code == 404

    def test_a_day_that_is_none(self, then: Client) -> None:
        answer = then.get("/changes?since=soon", headers={"Accept": "text/html"})
        page = read(answer.text)
        assert (answer.status_code, page.faults) == (400, [])
        assert "neither a day nor a time" in page.text

    def test_nothing_since(self, then: Client) -> None:
        page = read(then.get("/changes?since=2030-01-01", headers={"Accept": "text/html"}).text)
        assert "No Release since then has changed anything." in page.text

    def test_pages_of_a_release(self, then: Client, past: Build) -> None:
        path = f"/changes/{past.ledger.releases[0].name}/2"
        answer = then.get(path, headers={"Accept": "text/html"})
        assert (answer.headers["Cache-Control"], read(answer.text).faults) == ("no-cache", [])

    @pytest.mark.parametrize("offer", STREAM, ids=lambda one: one.extension)
    def test_every_format_is_there(self, then: Client, offer: Any) -> None:
        by_suffix = then.get(f"/changes.{offer.extension}")
        by_accept = then.get("/changes", headers={"Accept": offer.media_type})
        assert by_suffix.mimetype == by_accept.mimetype == offer.media_type
        assert by_accept.headers["Content-Location"] == f"/changes.{offer.extension}"

    def test_the_page_of_a_release_leads_there(self, then: Client, past: Build) -> None:
        name = past.ledger.releases[1].name
        text = then.get(f"/data/choirs/{name}", headers={"Accept": "text/html"}).text
        assert f'href="/changes/{name}/1"' in text


class TestAtom:
    @pytest.mark.parametrize("path", ["/feed.atom", "/feed.atom?page=2", "/feed/organisation/bass.atom",
                                      "/feed/organisation/hymn.atom", "/feed/statement/fugue--list-one--1.atom"])  # fmt: skip
    def test_it_keeps_to_the_standard(self, then: Client, path: str) -> None:
        answer = then.get(path)
        assert (answer.status_code, answer.mimetype) == (200, "application/atom+xml")
        assert faults_of(answer.data) == []

    @pytest.mark.parametrize("kind", ["council", "project", "principle", "group"])
    def test_every_thing_of_the_record_has_one(self, client: Client, built: Build, kind: str) -> None:
        for item in built.index.of_kind(kind, limit=1000):
            path = built.base.path(item.iri)
            assert path
            assert built.archive
            if built.archive.has(path.replace("/id/", "/doc/")):
                answer = client.get(f"/feed/{path.removeprefix('/id/')}.atom")
                assert faults_of(answer.data) == [], path
                page = client.get(path.replace("/id/", "/doc/"), headers={"Accept": "application/json"})
                assert f'</feed/{path.removeprefix("/id/")}.atom>; rel="alternate"; type="application/atom+xml"' in page.headers["Link"]  # fmt: skip

    def test_the_checker_finds_faults(self, then: Client) -> None:
        good = then.get("/feed.atom").data
        for old, new in (
            (b"<updated>2022-03-02T00:00:01Z</updated>", b"<updated>yesterday</updated>"),
            (b"<name>", b"<nom>"),
            (b' rel="self"', b' rel="me"'),
            (b"<title>", b"<title/><title>"),
            (b'term="update"', b'term=""'),
            (b'ref="https', b'ref=" https'),
        ):
            bad = good.replace(old, new).replace(
                b"</name>", new.replace(b"<", b"</") if b"nom" in new else b"</name>"
            )
            assert bad != good
            assert faults_of(bad), old

    def test_what_has_gone_is_deleted_from_it(self, then: Client, past: Build) -> None:
        feed = ET.fromstring(then.get("/feed/organisation/hymn.atom").data)
        (gone,) = feed.findall(AT + "deleted-entry")
        first, second, _ = past.ledger.releases
        assert gone.attrib == {
            "ref": f"{past.base.iri}version/{first.name}/doc/organisation/hymn",
            "when": "2022-03-02T00:00:00Z",
        }
        (entry,) = feed.findall(ATOM + "entry")
        assert entry.findtext(ATOM + "id") == f"{past.base.iri}version/{second.name}/doc/organisation/hymn"
        assert entry.findtext(ATOM + "title") == "Gone: Hymn Hall (Organisation)"
        assert entry.findtext(ATOM + "summary") == "Taken back: Hymn Hall. It is a building, not a body."

    def test_the_feed_of_a_body_tells_of_what_is_said_of_it(self, then: Client) -> None:
        feed = ET.fromstring(then.get("/feed/organisation/fugue.atom").data)
        titles = [one.findtext(ATOM + "title") or "" for one in feed.findall(ATOM + "entry")]
        assert any("Gone: Fugue Group: full member, 1 June 2020" in one for one in titles)
        assert "New: Fugue Group (Organisation)" in titles

    def test_every_link_of_a_feed_leads_somewhere(self, then: Client) -> None:
        feed = ET.fromstring(then.get("/feed/organisation/bass.atom").data)
        for link in feed.iter(ATOM + "link"):
            href, kind = link.get("href", ""), link.get("type")
            if href.startswith("http://localhost"):
                answer = then.get(href.removeprefix("http://localhost"))
                assert answer.status_code == 200, href
                assert kind in (None, answer.mimetype), href

    def test_its_pages_hold_every_change_once(self, then: Client, past: Build) -> None:
        path, ids = "/feed.atom", []
        while path:
            feed = ET.fromstring(then.get(path).data)
            ids += [one.findtext(ATOM + "id") for one in feed.findall(ATOM + "entry")]
            following = [
                one.get("href", "") for one in feed.findall(ATOM + "link") if one.get("rel") == "next"
            ]
            path = following[0].removeprefix("http://localhost") if following else ""
        assert past.archive
        assert len(ids) == len(set(ids)) == past.archive.count_about(None)

    @pytest.mark.parametrize("path", ["/feed/organisation/nobody.atom", "/feed/Organisation/bass.atom", "/feed.atom?page=99",
                                      "/feed/organisation/.atom"])  # fmt: skip
    def test_what_is_no_feed(self, then: Client, path: str) -> None:
        assert then.get(path).status_code == 404

    def test_a_page_names_its_feed(self, then: Client) -> None:
        text = then.get("/doc/organisation/bass", headers={"Accept": "text/html"}).text
        assert '<link rel="alternate" type="application/atom+xml" href="/feed/organisation/bass.atom"' in text
        # That of everything is named where there is none of one's own.
        home = then.get("/", headers={"Accept": "text/html"}).text
        assert ('href="/feed.atom"' in text, 'href="/feed.atom"' in home) == (False, True)


@pytest.mark.parametrize("path", ["/changes", "/changes.json", "/feed.atom", "/feed/organisation/bass.atom",
                                  "/timemap/doc/organisation/bass", "/version/2022-01-31-00000000/doc/organisation/bass"])  # fmt: skip
def test_a_network_without_releases_has_none(singers: Client, path: str) -> None:
    assert singers.get(path).status_code == 404
    page = singers.get("/doc/organisation/bass", headers={"Accept": "text/html"}).text
    assert "/changes" not in page
    assert "atom" not in page
