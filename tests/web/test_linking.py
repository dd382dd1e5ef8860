"""Look-up by any identifier, "is it a member", our links to others, how to link here. Rows I11, L5, V4."""

from __future__ import annotations

import json
import re
from datetime import date

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import Client

from ccin_ld.build import Build
from ccin_ld.description import outgoing
from ccin_ld.history import Status
from ccin_ld.identifiers import membership, resolve
from ccin_ld.iris import Base
from ccin_ld.links import outgoing as all_outgoing
from ccin_ld.namespaces import CCIN, DCT, FOAF, OWL, RDF, RDFS, VOID

OLDHAM, AREA = "/id/council/oldham", "/id/area/e08000004"


@pytest.mark.parametrize(
    ("identifier", "location"),
    [
        pytest.param("https://w3id.org/ccin/id/council/oldham", OLDHAM, id="our IRI"),
        pytest.param("<https://w3id.org/ccin/id/council/oldham>", OLDHAM, id="in brackets"),
        pytest.param("http://w3id.org/ccin/id/council/oldham", OLDHAM, id="with http"),
        pytest.param("https://w3id.org/ccin/doc/council/oldham", OLDHAM, id="the document about it"),
        pytest.param("https://w3id.org/ccin/doc/council/oldham.ttl", OLDHAM, id="a format of it"),
        pytest.param("http://localhost/doc/council/oldham?incoming=2", OLDHAM, id="a page of this server"),
        pytest.param("council/oldham", OLDHAM, id="kind and key"),
        pytest.param("/id/council/oldham", OLDHAM, id="our path"),
        pytest.param("http://www.wikidata.org/entity/Q17017730", OLDHAM, id="sameAs, to the letter"),
        pytest.param("https://www.wikidata.org/entity/Q17017730", OLDHAM, id="sameAs, with https"),
        pytest.param("https://www.wikidata.org/wiki/Q17017730", OLDHAM, id="the page of the item"),
        pytest.param("https://m.wikidata.org/wiki/Q17017730#P31", OLDHAM, id="the page for telephones"),
        pytest.param("Q17017730", OLDHAM, id="the item's number"),
        pytest.param("wd:q17017730", OLDHAM, id="with a prefix, small"),
        pytest.param("OLD", OLDHAM, id="the register's code"),
        pytest.param("old", OLDHAM, id="in small letters"),
        pytest.param("E08000004", AREA, id="a GSS code is the place's"),
        pytest.param("e08000004 ", AREA, id="small, with a blank"),
        pytest.param("http://statistics.data.gov.uk/id/statistical-geography/E08000004", AREA, id="ONS"),
        pytest.param("https://statistics.data.gov.uk/id/statistical-geography/E08000004/", AREA, id="ONS, loosely"),
        pytest.param("http://data.ordnancesurvey.co.uk/id/7000000000025639", "/id/area/e06000010", id="OS"),
        pytest.param("7000000000025639", "/id/area/e06000010", id="the number of OS"),
        pytest.param("E07000101", "/id/area/e07000243", id="a former GSS code"),
        pytest.param("S12000043", "/id/area/s12000049", id="another former one"),
        pytest.param("http://statistics.gov.scot/id/statistical-geography/S12000049", "/id/area/s12000049", id="Scotland"),
        pytest.param("http://opendatacommunities.org/id/metropolitan-district-council/oldham", OLDHAM, id="MHCLG"),
        pytest.param("https://www.planning.data.gov.uk/entity/249", OLDHAM, id="see also"),
        pytest.param("http://WWW.OLDHAM.GOV.UK", OLDHAM, id="its own site"),
        pytest.param("https://www.councils.coop/eoi-action-learning-set/", "/id/page/eoi-action-learning-set", id="a source"),
        pytest.param("https://w3id.org/ccin/def/ccin#Project", "/def/ccin#Project", id="a term"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["iri", "uri"])
def test_each_kind_of_identifier(client: Client, name: str, identifier: str, location: str) -> None:
    answer = client.get("/resolve", query_string={name: identifier}, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["Location"]) == (303, location)
    told = client.get("/resolve.json", query_string={name: identifier}).json
    assert [one["id"].removeprefix("https://w3id.org/ccin") for one in told["items"]] == [location]


def test_every_identifier_that_the_record_holds(built: Build) -> None:
    for how in (OWL + "sameAs", FOAF + "homepage"):
        for triple in built.store.triples_with(how):
            assert isinstance(triple.object, ox.NamedNode)
            item = built.index.item(triple.subject.value)  # type: ignore[union-attr]
            if item and item.kind:
                assert item in [one.item for one in resolve(triple.object.value, built)]
    for how in (CCIN + "gssCode", CCIN + "registerCode", CCIN + "formerGssCode"):
        for triple in built.store.triples_with(how):
            assert isinstance(triple.object, ox.Literal)
            (match,) = resolve(triple.object.value, built)
            assert (match.item.iri, match.how) == (triple.subject.value, how)  # type: ignore[union-attr]


def test_every_thing_is_found_by_its_own(built: Build) -> None:
    for item in built.index.things(limit=300):
        (match,) = resolve(item.iri, built)
        assert (match.item.iri, match.how) == (item.iri, "")


def test_nothing_known(client: Client) -> None:
    answer = client.get("/resolve?iri=Q999999999", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert "Nothing here is known by this identifier." in answer.text
    assert 'href="/search?q=Q999999999"' in answer.text
    problem = client.get("/resolve?iri=Q999999999", headers={"Accept": "application/json"})
    assert (problem.status_code, problem.headers["Content-Type"]) == (404, "application/problem+json")


def test_names_are_not_guessed(client: Client) -> None:
    for name in ("Oldham Council", "Newcastle", "<x>", "x" * 500, "\u202e"):
        assert client.get("/resolve", query_string={"iri": name}).status_code == 404


@pytest.mark.parametrize(
    ("query", "status"),
    [("iri=a&iri=b", 400), ("iri=a&uri=b", 400), ("iri=" + "x" * 501, 400), ("iri=a%0Ab", 400), ("iri=", 200), ("", 200)],
)  # fmt: skip
def test_what_is_no_question(client: Client, query: str, status: int) -> None:
    assert client.get(f"/resolve?{query}", headers={"Accept": "text/html"}).status_code == status


def test_several(singers: Client, choir: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    """What two things have leads to neither: a list of both."""
    items = choir.index.of_class(CCIN + "Body", limit=2)
    same = "https://example.org/one"
    rows = [
        {"thing": ox.NamedNode(one.iri), "how": ox.NamedNode(RDFS + "seeAlso"), "value": ox.NamedNode(same)}
        for one in items
    ]
    monkeypatch.setattr(type(choir.store), "select", lambda _self, _query: rows)
    answer = singers.get("/resolve", query_string={"iri": same}, headers={"Accept": "text/html"})
    assert answer.status_code == 300
    assert all(one.label in answer.text for one in items)
    told = singers.get("/resolve", query_string={"iri": same}, headers={"Accept": "application/json"}).json
    assert [one["id"] for one in told["items"]] == sorted(one.iri for one in items)


def test_a_firm_tie_goes_before_a_loose_one(choir: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = choir.index.of_class(CCIN + "Body", limit=2)
    same = ox.NamedNode("https://example.org/one")
    rows = [
        {"thing": ox.NamedNode(first.iri), "how": ox.NamedNode(RDFS + "seeAlso"), "value": same},
        {"thing": ox.NamedNode(second.iri), "how": ox.NamedNode(OWL + "sameAs"), "value": same},
    ]
    monkeypatch.setattr(type(choir.store), "select", lambda _self, _query: rows)
    assert [one.item.iri for one in resolve(same.value, choir)] == [second.iri]


def test_who_takes_rdf_is_led_to_the_thing(client: Client) -> None:
    answer = client.get("/resolve?iri=OLD", headers={"Accept": "text/turtle"}, follow_redirects=True)
    assert answer.headers["Content-Type"] == "text/turtle; charset=utf-8"
    assert "Oldham Council" in answer.text


def test_the_list_of_everything_looks_up_too(client: Client) -> None:
    answer = client.get("/id?uri=Q17017730", follow_redirects=True, headers={"Accept": "text/turtle"})
    assert answer.request.path == "/doc/council/oldham"
    assert client.get("/id", headers={"Accept": "text/html"}).status_code == 200


def test_what_was_taken_back_says_so(singers: Client) -> None:
    gone = singers.get(
        "/resolve?iri=organisation/hymn", headers={"Accept": "text/turtle"}, follow_redirects=True
    )
    assert gone.status_code == 410


@given(st.text(max_size=80))
@settings(max_examples=60, deadline=None)
def test_any_text_is_looked_up(built: Build, text: str) -> None:
    for match in resolve(text, built):
        assert built.index.item(match.item.iri) is not None


# Is it a member?


@pytest.mark.parametrize(
    ("identifier", "day", "status"),
    [
        pytest.param("OLD", "2020-07-01", "member", id="attested"),
        pytest.param("E08000004", "2020-07-01", "member", id="by the code of its place"),
        pytest.param("https://www.wikidata.org/wiki/Q17017730", "2026-01-01", "member when last known", id="since"),
        pytest.param("council/oldham", "1990-01-01", "not listed", id="before any source"),
        pytest.param("council/tameside", "2026-01-01", "not listed", id="not yet a member"),
        pytest.param("council/greater-manchester", "2019-01-01", "member", id="a named beginning"),
        pytest.param("organisation/anthony-collins-solicitors", "2020-07-01", "not known", id="no source speaks of it"),
    ],
)  # fmt: skip
def test_is_member(client: Client, built: Build, identifier: str, day: str, status: str) -> None:
    told = client.get(
        "/is-member", query_string={"iri": identifier, "on": day}, headers={"Accept": "application/json"}
    )
    (answer,) = told.json["answers"]
    assert (answer["status"], told.json["on"]) == (status, day)
    page = client.get(
        "/is-member", query_string={"code": identifier, "on": day}, headers={"Accept": "text/html"}
    )
    assert f"<strong>{status[0].upper()}{status[1:]}</strong>" in page.text
    # It rests on statements with their sources, but where there are none.
    assert bool(answer["source"]) == bool(answer["derivedFrom"]) == (status != "not known")
    for iri in answer["derivedFrom"]:
        assert (
            f'href="{iri.removeprefix("https://w3id.org/ccin").replace("/id/", "/doc/")}"' in page.text
            or (iri.removeprefix("https://w3id.org/ccin") in page.text)
        )
    if status == "member when last known":
        assert answer["notAfter"] < day
    item = built.index.item(answer["id"])
    assert item is not None
    assert membership(item, built, date.fromisoformat(day)).status == status


def test_nobody_is_said_to_be_no_member(client: Client) -> None:
    told = client.get("/is-member.json?iri=nowhere")
    assert (told.status_code, told.json["status"], told.json["answers"]) == (200, "not known", [])
    for query in ("iri=nowhere", "iri=council/tameside", "iri=organisation/anthony-collins-solicitors"):
        words = client.get(f"/is-member?{query}", headers={"Accept": "text/html"}).text
        assert "That is not to say that it" in words
    page = client.get("/is-member?iri=project/eoi-action-learning-set", headers={"Accept": "text/html"})
    assert "is not of a body" in page.text


def test_it_agrees_with_the_list_of_members(client: Client, built: Build) -> None:
    day = date(2021, 1, 1)
    listed = {item.iri: str(one.status) for item, one in built.members_on(day)}
    for item in built.index.of_class(CCIN + "Body", limit=500):
        found = membership(item, built, day)
        known = found.status in (Status.MEMBER, Status.LAST_KNOWN)
        assert known == (item.iri in listed)
        assert not known or listed[item.iri] == found.status


def test_today_is_not_kept(client: Client) -> None:
    """The day moves: neither the form nor an answer without a day may be of the day it was made on."""
    form = client.get("/is-member", headers={"Accept": "text/html"})
    assert 'type="date" value=""' in form.text
    assert client.get("/is-member?iri=OLD&on=soon").status_code == 400
    assert client.get("/is-member.json").status_code == 400


# Our links to others


def test_the_sets_are_all_links_and_no_others(client: Client, built: Build) -> None:
    told = client.get("/data/links.json").json
    expected = {
        (one.subject, one.predicate, one.address)
        for one in all_outgoing(built.store.default_graph(), built.base)
        if one.predicate in outgoing.PROPERTIES
    }
    found: set[tuple[str, str, str]] = set()
    for one in told["items"]:
        for media_type, address in one["files"].items():
            answer = client.get(address.removeprefix("http://localhost"))
            assert answer.headers["Content-Type"].split(";")[0] == media_type
            links = read(answer.data, media_type)
            assert len(links) == one["triples"]
            assert all(target.startswith(one["uriSpace"]) for _, _, target in links)
            found |= links
    assert found == expected
    assert {"wikidata.org", "statistics.data.gov.uk"} <= {one["host"] for one in told["items"]}


def read(data: bytes, media_type: str) -> set[tuple[str, str, str]]:
    """Return the links of a file in any of its formats."""
    if media_type == "application/linkset+json":
        return {
            (one["anchor"], rel, target["href"])
            for one in json.loads(data)["linkset"]
            for rel, targets in one.items()
            if rel != "anchor"
            for target in targets
        }
    if media_type == "application/linkset":
        lines = re.findall(r'<([^>]+)>; rel="([^"]+)"; anchor="([^"]+)"', data.decode())
        return {(anchor, rel, href) for href, rel, anchor in lines}
    kind = ox.RdfFormat.from_media_type(media_type)
    return {
        (quad.subject.value, quad.predicate.value, quad.object.value) for quad in ox.parse(data, format=kind)
    }


def test_void_says_of_them_what_is_so(client: Client, built: Build) -> None:
    triples = {
        quad.triple for quad in ox.parse(client.get("/data/links.nt").data, format=ox.RdfFormat.N_TRIPLES)
    }
    said: dict[tuple[str, str], list[str]] = {}
    for one in triples:
        said.setdefault((str(one.subject)[1:-1], one.predicate.value), []).append(
            getattr(one.object, "value", "")
        )
    dumps = {subject: values for (subject, name), values in said.items() if name == VOID + "dataDump"}
    assert len(dumps) == client.get("/data/links.json").json["total"]
    for subject, values in dumps.items():
        assert said[subject, VOID + "subjectsTarget"] == [built.model.site.dataset]
        assert said[subject, DCT + "license"] == [built.model.site.licence]
        for address in values:
            data = client.get(address.removeprefix("https://w3id.org/ccin")).data
            kind = ox.RdfFormat.from_extension(address.rpartition(".")[2])
            assert len(list(ox.parse(data, format=kind))) == int(said[subject, VOID + "triples"][0])


def test_several_properties_are_parts() -> None:
    def link(how: str, end: str) -> ox.Triple:
        return ox.Triple(
            ox.NamedNode("https://a.example/id/x/y"),
            ox.NamedNode(how),
            ox.NamedNode(f"https://b.example/{end}"),
        )

    one = outgoing.LinksTo(
        "b-example", "b.example", (link(OWL + "sameAs", "id/1"), link(RDFS + "seeAlso", "id/22"))
    )
    assert one.space == "https://b.example/id/"
    made = outgoing.described([one], Base("https://a.example/"), "https://a.example/data/d", "")
    parts = [t for t in made if t.predicate.value == VOID + "subset"]
    assert len(parts) == 2
    assert (
        len([t for t in made if t.predicate.value == RDF + "type" and str(t.object).endswith("Linkset>")])
        == 3
    )


def test_a_browser_is_led_to_the_page(client: Client) -> None:
    answer = client.get("/data/links/wikidata-org", headers={"Accept": "text/html,*/*;q=0.8"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/data/links#wikidata-org")
    page = client.get("/data/links", headers={"Accept": "text/html"}).text
    assert 'id="wikidata-org"' in page
    assert client.get("/data/links/nowhere.nt").status_code == 404


# How to link here


def test_the_page_says_how(client: Client) -> None:
    page = client.get("/link-to-us?iri=OLD", headers={"Accept": "text/html"}).text
    iri = "https://w3id.org/ccin/id/council/oldham"
    for text in (
        f"&lt;a href=&#34;{iri}&#34;&gt;Oldham Council&lt;/a&gt;",
        f"[Oldham Council]({iri})",
        f"owl:sameAs &lt;{iri}&gt;",
    ):
        assert text in page
    assert "The data does not say which item of Wikidata the network is." in page
    assert client.get("/link-to-us?iri=nowhere", headers={"Accept": "text/html"}).status_code == 200


def test_the_item_of_the_network_is_never_guessed(client: Client) -> None:
    assert client.get("/data/links/quickstatements.txt").status_code == 400
    for wrong in ("42", "Q0", "Q1\tP31", "P463"):
        assert (
            client.get("/data/links/quickstatements.txt", query_string={"network": wrong}).status_code == 400
        )


LINE = re.compile(
    r'Q[1-9]\d*\tP463\tQ42(\t(P580|P582)\t\+\d{4}-\d\d-\d\dT00:00:00Z/(9|10|11))?\tS854\t"https?://[^"\t]+"(\tS813\t\+[0-9-]+T00:00:00Z/11)?'
)


def test_the_statements_for_wikidata(client: Client, built: Build) -> None:
    answer = client.get("/data/links/quickstatements.txt?network=Q42")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    lines = answer.text.splitlines()
    assert lines
    assert all(LINE.fullmatch(line) for line in lines)
    # Only bodies that are themselves an item, only what a source with an address attests.
    addresses = {one.object.value for one in built.store.triples_with(CCIN + "address")}  # type: ignore[union-attr]
    for line in lines:
        cells = line.split("\t")
        (match,) = resolve(cells[0], built)
        assert match.how == OWL + "sameAs"
        assert CCIN + "Body" in match.item.types
        assert cells[cells.index("S854") + 1].strip('"') in addresses
        said = [one for one in built.statements[match.item.iri] if one.attests]
        assert said
        assert ("P580" in cells) <= any(one.starts for one in said)
    (manchester,) = [line for line in lines if "2018-07-00T00:00:00Z/10" in line]
    assert "\tP580\t" in manchester


def test_the_second_network(singers: Client, choir: Build) -> None:
    """No council, no item, no links: everything answers, and nothing of ours is in it."""
    body = choir.index.of_class(CCIN + "Body", limit=1)[0]
    found = singers.get("/resolve", query_string={"iri": body.iri}, headers={"Accept": "text/html"})
    assert found.status_code == 303
    assert singers.get("/data/links.json").json == {"total": 0, "items": []}
    assert singers.get("/data/links/quickstatements.txt?network=Q1").text == ""
    for path in (
        "/resolve",
        "/is-member",
        "/link-to-us",
        "/data/links",
        "/def/profile",
        "/doc/organisation/alto?explain",
    ):
        page = singers.get(path, headers={"Accept": "text/html"}).text
        assert "Oldham" not in page.split("<main")[0]
    told = singers.get("/is-member.json", query_string={"iri": body.iri, "on": "2021-01-01"}).json
    assert told["answers"][0]["id"] == body.iri
    org = singers.get(f"/doc/{body.iri.split('/id/')[1]}.nt?_profile=org")
    assert org.status_code == 200
    assert CCIN not in org.text
