"""Search, facets, sorting, paging and suggestions over HTTP. Rows B1 to B8 and F3."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
from werkzeug.test import Client

from ccin_ld.build import Build
from ccin_ld.namespaces import HYDRA
from ccin_ld.web import browse, find

HTML = {"Accept": "text/html"}
JSON = {"Accept": "application/json"}
ASKED = "/members?type=council&region=e12000002&region=e12000003&sort=-projects"
NORTH = "/members?region=e12000002"


def page(client: Client, path: str) -> str:
    response = client.get(path, headers=HTML)
    assert response.status_code == 200, response.text
    return response.text


def data(client: Client, path: str) -> dict[str, Any]:
    response = client.get(path, headers=JSON)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = json.loads(response.data)
    return found


def linked(text: str) -> list[str]:
    """Return the things that the rows of a list link to, in order."""
    rows = text.partition('<ul class="rows')[2].partition("</ul>")[0]
    return re.findall(r'<div><a href="(/doc/[^"]+)"', rows)


def ids(client: Client, path: str) -> list[str]:
    return ["/doc/" + one["id"].partition("/id/")[2] for one in data(client, path)["items"]]


# The same list in every format


def test_every_format_gives_the_same_list(client: Client) -> None:
    wanted = ids(client, ASKED)
    assert len(wanted) > 5
    assert linked(page(client, ASKED)) == wanted
    query = urlsplit(ASKED).query
    table = list(csv.DictReader(io.StringIO(client.get(f"/members.csv?{query}").text, newline="")))
    assert ["/doc/" + row["id"].partition("/id/")[2] for row in table] == wanted
    places = client.get(f"/members.geojson?{query}").json["features"]
    assert ["/doc/" + one["id"].partition("/id/")[2] for one in places] == wanted
    lines = [json.loads(line) for line in client.get(f"/members.jsonl?{query}").text.splitlines()]
    assert ["/doc/" + one["id"].partition("/id/")[2] for one in lines] == wanted
    for extension in ("ttl", "nt", "rdf"):
        response = client.get(f"/members.{extension}?{query}")
        rdf = {"ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES, "rdf": ox.RdfFormat.RDF_XML}
        triples = [one.triple for one in ox.parse(response.data, format=rdf[extension])]
        members = {one.object.value for one in triples if one.predicate.value == HYDRA + "member"}
        assert {"/doc/" + one.partition("/id/")[2] for one in members} == set(wanted)
        (total,) = [one.object.value for one in triples if one.predicate.value == HYDRA + "totalItems"]
        assert int(total) == len(wanted)
        assert response.headers["X-Total-Count"] == total


def test_the_collection_of_a_narrowed_list_has_an_address_of_its_own(client: Client) -> None:
    whole, narrow = data(client, "/members"), data(client, NORTH)
    assert narrow["id"] == "https://w3id.org/ccin/members?region=e12000002"
    assert whole["id"] == "https://w3id.org/ccin/members"
    assert narrow["total"] < whole["total"]
    assert (
        next(one["count"] for one in whole["facets"]["region"] if one["value"] == "e12000002")
        == narrow["total"]
    )


def test_the_links_to_formats_keep_what_is_asked(client: Client) -> None:
    response = client.get(NORTH, headers=HTML)
    assert '<a href="/members.csv?region=e12000002"' in response.text
    assert '</members.ttl?region=e12000002>; rel="alternate"' in response.headers["Link"]
    assert response.headers["Content-Location"] == "/members.html?region=e12000002"


# Addresses


def test_the_order_of_parameters_does_not_matter(client: Client) -> None:
    one = client.get("/members?type=council&region=e12000003&region=e12000002", headers=HTML)
    two = client.get("/members?region=e12000002&type=council&sort=&region=e12000003&q=+", headers=HTML)
    assert one.data == two.data
    canonical = re.search(r'rel="canonical" href="([^"]+)"', one.text)
    assert canonical
    assert canonical[1].endswith("/members?type=council&amp;region=e12000002&amp;region=e12000003")
    assert canonical[1].replace("&amp;", "&") in one.headers["Link"]


@pytest.mark.parametrize(
    ("path", "kept_out"),
    [
        ("/members", False),
        (NORTH, True),
        ("/members?sort=-name", True),
        ("/members?q=old", True),
        ("/search?q=old", True),
    ],
)
def test_robots_keep_only_whole_lists(client: Client, path: str, kept_out: bool) -> None:
    response = client.get(path, headers=HTML)
    assert ('<meta name="robots" content="noindex, follow">' in response.text) is kept_out
    assert (response.headers.get("X-Robots-Tag") == "noindex") is kept_out


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/members?region=nowhere", "region='nowhere'"),
        ("/members?sort=colour", "sort='colour'"),
        ("/members?type=council&type=nothing", "type='nothing'"),
        ("/search?q=a&type=nothing", "type='nothing'"),
        ("/members?as-of=2020-07-01&region=nowhere", "region='nowhere'"),
        ("/members?page=0", "page is the number"),
    ],
)
def test_what_is_not_there_is_told_of(client: Client, path: str, words: str) -> None:
    response = client.get(path, headers=JSON)
    assert response.status_code == 400
    assert words in response.json["detail"]


def test_a_value_that_is_not_there_comes_with_those_that_are(client: Client) -> None:
    detail = client.get("/members?type=counci", headers=JSON).json["detail"]
    assert "there are: council, network, organisation, group" in detail


def test_unknown_parameters_do_no_harm(client: Client) -> None:
    assert ids(client, NORTH + "&utm_source=mail") == ids(client, NORTH)


def test_no_facet_has_a_name_that_lists_use_otherwise(built: Build) -> None:
    names = {one.name for shape in built.model.lists.values() for one in (*shape.facets, *shape.sorted_by)}
    assert not {one.name for shape in built.model.lists.values() for one in shape.facets} & find.RESERVED
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", name) for name in names)


def test_the_cache_tells_choices_apart_and_knows_the_same(client: Client, app: Any) -> None:
    app.cached.cache.__init__(10_000_000)
    bodies = {path: client.get(path, headers=HTML).data for path in ("/members", NORTH, ASKED)}
    assert len(set(bodies.values())) == 3
    before = len(app.cached.cache)
    client.get("/members?sort=-projects&region=e12000003&type=council&region=e12000002", headers=HTML)
    assert len(app.cached.cache) == before == 3
    assert client.get("/members?page=1&page=2", headers=HTML).data == bodies["/members"]
    assert len(app.cached.cache) == 3, "one name twice is not kept, but for a facet"


# The page


def test_each_choice_can_be_taken_away_alone_and_all_together(client: Client) -> None:
    text = page(client, ASKED)
    chips = text.partition('<ul class="chips')[2].partition("</ul>")[0]
    addresses = [one.replace("&amp;", "&") for one in re.findall(r'href="([^"]+)"', chips)]
    assert addresses == [
        "/members?region=e12000002&region=e12000003&sort=-projects",
        "/members?type=council&region=e12000003&sort=-projects",
        "/members?type=council&region=e12000002&sort=-projects",
        "/members",
    ]
    assert text.count(" checked>") == 3
    assert '<option value="-projects" selected>' in text


def test_each_box_leads_to_as_many_as_it_says(client: Client) -> None:
    """A box that is ticked beside what is chosen gives the list of which it tells the size."""
    text = page(client, "/members?type=council")
    boxes = re.findall(
        r'name="([a-z-]+)" value="([^"]+)"> <span[^>]*>[^<]*</span> <span class="more">([0-9,]+)<', text
    )
    assert len(boxes) > 40
    for name, value, told in boxes:
        if name != "type":
            assert data(client, f"/members?type=council&{name}={value}")["total"] == int(told), (name, value)


def test_a_choice_that_nothing_fits_offers_ways_on(client: Client) -> None:
    text = page(client, "/members?type=group&kind=county")
    assert "Nothing in this list fits all that is chosen." in text
    assert '<a href="/members">See the whole list</a>' in text


def test_members_of_a_day_can_be_narrowed(client: Client) -> None:
    day = "/members?as-of=2020-07-01"
    whole, narrow = data(client, day), data(client, f"{day}&region=e12000002")
    inside = set(ids(client, NORTH))
    assert [one["id"] for one in narrow["items"]] == [
        one["id"] for one in whole["items"] if "/doc/" + one["id"].partition("/id/")[2] in inside
    ]
    assert 0 < narrow["total"] < whole["total"]
    text = page(client, f"{day}&region=e12000002")
    assert "Only those that fit what is chosen" in text


# Paging


def test_pages_of_a_narrowed_list(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = ids(client, ASKED)
    monkeypatch.setattr(browse, "PAGE_SIZE", 4)
    seen: list[str] = []
    path: str | None = "/members.json?type=council&region=e12000002&region=e12000003&sort=-projects&x=1"
    for _ in range(10):
        assert path
        response = client.get(path)
        told: dict[str, Any] = json.loads(response.data)
        seen += ["/doc/" + one["id"].partition("/id/")[2] for one in told["items"]]
        found = [one for one in response.headers["Link"].split(", ") if 'rel="next"' in one]
        path = found[0].partition(">")[0][1:] if found else None
        assert (path is not None) is ("next" in told)
        if path is None:
            break
        assert told["next"] == path
    assert seen == whole
    text = client.get(ASKED + "&page=2&x=1", headers=HTML).text
    turns = text.partition('<nav class="turns"')[2].partition("</nav>")[0].replace("&amp;", "&")
    asked = "type=council&region=e12000002&region=e12000003&sort=-projects"
    assert f'rel="prev" href="/members?{asked}"' in turns
    assert f'rel="next" href="/members?{asked}&page=3"' in turns
    assert client.get(ASKED + "&page=99&x=1", headers=HTML).status_code == 404


# Search


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("oldham", "council/oldham"),
        ("E08000004", "council/oldham"),
        ("OLD", "council/oldham"),
        ("Q17017730", "council/oldham"),
        ("http://www.wikidata.org/entity/Q17017730", "council/oldham"),
        ("https://w3id.org/ccin/id/council/oldham", "council/oldham"),
        ("London Borough of Brent", "council/brent"),
        ("Telford & Wrekin", "council/telford-and-wrekin"),
        ("cyngor caerdydd", "council/cardiff"),
        ("cooperative futures", "organisation/co-operative-futures"),
        ("walking the tálk", "principle/walking-the-talk"),
    ],
)
def test_search_finds_by_name_and_code(client: Client, typed: str, first: str) -> None:
    response = client.get("/search", query_string={"q": typed}, headers=JSON)
    assert response.json["items"][0]["id"] == f"https://w3id.org/ccin/id/{first}"


def test_search_can_be_narrowed(client: Client) -> None:
    whole = data(client, "/search?q=plymouth")
    kinds = {one["value"]: one["count"] for one in whole["facets"]["type"]}
    assert sum(kinds.values()) == whole["total"]
    assert set(kinds) >= {"council", "statement"}
    for kind, count in kinds.items():
        found = data(client, f"/search?q=plymouth&type={kind}")
        assert found["total"] == count
        assert {one["id"].split("/id/")[1].split("/")[0] for one in found["items"]} == {kind}
    text = page(client, "/search?q=plymouth&type=council")
    assert '<input type="hidden" name="q" value="plymouth">' in text
    assert linked(text) == ["/doc/council/plymouth"]


def test_a_kind_can_be_chosen_without_words(client: Client, built: Build) -> None:
    assert data(client, "/search?type=council")["total"] == built.index.count_kind("council")


@pytest.mark.parametrize(
    ("typed", "meant", "first"),
    [
        ("oldam", "oldham", "council/oldham"),
        ("Manchestr counsil", "manchester council", "council/manchester"),
        ("gaerdydd", "caerdydd", "council/cardiff"),
        ("roch dale", "rochdale", "council/rochdale"),
    ],
)
def test_a_misspelt_search_is_helped(client: Client, typed: str, meant: str, first: str) -> None:
    text = client.get("/search", query_string={"q": typed}, headers=HTML).text
    assert f'/search?q={meant.replace(" ", "%20")}">{meant}</a>' in text
    assert linked(text)[0] == f"/doc/{first}"
    assert client.get("/search", query_string={"q": typed}, headers=JSON).json["meant"] == meant


def test_what_is_like_nothing_is_not_guessed(client: Client) -> None:
    found = data(client, "/search?q=zzzzqqqq")
    assert (found["total"], "meant" in found) == (0, False)
    assert "Check the spelling" in page(client, "/search?q=zzzzqqqq")


def test_an_empty_search_says_what_it_is_for(client: Client) -> None:
    assert "What to search for" in page(client, "/search")
    assert data(client, "/search?q=%20")["total"] == 0


def test_what_is_typed_is_text_on_the_page(client: Client) -> None:
    text = page(client, "/search?q=%3Cscript%3Ealert(1)%3C/script%3E&page=1")
    assert "<script>alert" not in text
    assert page(client, "/members?q=%22%3E%3Cb%3E").count("<b>") == 1  # the one in the masthead


# Suggestions


def test_suggestions(client: Client) -> None:
    response = client.get("/suggest?q=oldh")
    assert response.headers["Content-Type"] == "application/json"
    assert response.json["suggestions"][0] == {
        "id": "https://w3id.org/ccin/id/council/oldham",
        "label": "Oldham Council",
        "kind": "Council",
        "href": "/doc/council/oldham",
        "css": "k-council",
    }
    count = len(response.json["suggestions"])
    assert response.json["words"] == (f"{count} suggestions" if count > 1 else "1 suggestion")


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("o", "Oldham Council"),
        ("london borough of br", "Brent Council"),
        ("Q170177", "Oldham Council"),
        ("wrek", "Telford and Wrekin Council"),
        ("telford &", "Telford and Wrekin Council"),
        ("co-op", "Co-operative College"),
        ("coop", "Co-operative College"),
    ],
)
def test_suggested(client: Client, typed: str, label: str) -> None:
    found = client.get("/suggest", query_string={"q": typed}).json["suggestions"]
    assert label in [one["label"] for one in found]
    assert len(found) == len({one["id"] for one in found}) <= 8


def test_nothing_is_suggested_for_nothing(client: Client) -> None:
    for typed in ("", " ", "%", "zzzzqqqq"):
        assert client.get("/suggest", query_string={"q": typed}).json["suggestions"] == []


def test_suggestions_keep_the_language(client: Client) -> None:
    assert client.get("/cy/suggest?q=oldh").json["suggestions"][0]["href"] == "/cy/doc/council/oldham"


def test_opensearch_suggestions(client: Client) -> None:
    response = client.get("/suggest?q=oldh&format=opensearch")
    assert response.headers["Content-Type"] == "application/x-suggestions+json"
    typed, labels, kinds, addresses = json.loads(response.data)
    assert (typed, labels[0], kinds[0]) == ("oldh", "Oldham Council", "Council")
    assert addresses[0] == "http://localhost/doc/council/oldham"
    assert len(labels) == len(kinds) == len(addresses)
    accepted = client.get("/suggest?q=oldh", headers={"Accept": "application/x-suggestions+json"})
    assert accepted.json == response.json


def test_the_opensearch_description(client: Client) -> None:
    text = page(client, "/")
    assert '<link rel="search" type="application/opensearchdescription+xml" href="/opensearch.xml"' in text
    response = client.get("/opensearch.xml")
    assert response.headers["Content-Type"] == "application/opensearchdescription+xml; charset=utf-8"
    namespace = "{http://a9.com/-/spec/opensearch/1.1/}"
    root = ElementTree.fromstring(response.data)
    assert root.tag == f"{namespace}OpenSearchDescription"
    name = root.findtext(f"{namespace}ShortName")
    assert name
    assert len(name) <= 16
    urls = {one.get("type"): one.get("template", "") for one in root.iter(f"{namespace}Url")}
    for kind in ("text/html", "application/json", "application/x-suggestions+json"):
        address = urls[kind].replace("{searchTerms}", "oldham").replace("{startPage?}", "1")
        parts = urlsplit(address)
        answer = client.get(parts.path, query_string=parse_qs(parts.query), headers={"Accept": "*/*"})
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith(kind)
        assert "Oldham Council" in answer.text


@pytest.mark.parametrize(
    ("title", "short"), [("CCIN Linked Data", "CCIN Linked Data"), ("An orchard of apple trees", "An orchard of"),
                         ("Llanfairpwllgwyngyll", "Llanfairpwllgwyn")],
)  # fmt: skip
def test_a_short_name_is_of_whole_words(title: str, short: str) -> None:
    assert find.short_name(title) == short


# Another network


def test_another_network_has_its_own_facets(singers: Client) -> None:
    """No facet is made for one network: the choirs have those that the shapes declare, with their values."""
    found = json.loads(singers.get("/members.json").data)
    assert found["total"] > 0
    assert sum(one["count"] for one in found["facets"]["type"]) == found["total"]
    for one in found["facets"]["type"]:
        assert json.loads(singers.get(f"/members.json?type={one['value']}").data)["total"] == one["count"]


def test_a_search_has_one_order_and_keeps_its_words(client: Client) -> None:
    """The best come first; what is chosen goes without the words."""
    text = page(client, "/search?q=plymouth&type=council")
    assert 'name="sort"' not in text
    chips = text.partition('<ul class="chips')[2].partition("</ul>")[0]
    assert set(re.findall(r'href="([^"]+)"', chips)) == {"/search?q=plymouth", "/search?type=council"}
    assert '<a class="chip" href="/search?q=plymouth">Clear all</a>' in chips
    names = list(
        dict.fromkeys(re.findall(r'type="checkbox" name="([a-z-]+)"', page(client, "/search?q=plymouth")))
    )
    assert names[0] == "type"
    assert names.index("region") < names.index("role")
