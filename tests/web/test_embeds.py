"""Pages for frames on other sites: what they say, who may frame them, that nothing else may be framed."""

from __future__ import annotations

import html
import re

import pytest
from werkzeug.test import Client

from ccin_ld.build import Build

from ..represent.pages_check import read

CARD = "/embed/council/oldham"
FRAMES = [
    CARD,
    "/embed/project/eoi-action-learning-set",
    "/embed/group/hillingdon-labour-and-co-op-group",
    "/embed/network/ccin",
    "/embed/projects",
    "/embed/projects?council=oldham",
    "/embed/projects?council=group/hillingdon-labour-and-co-op-group",
    "/embed/map",
]


@pytest.mark.parametrize("path", FRAMES)
def test_a_frame_is_small_sound_and_without_cookie_or_script(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers
    assert response.headers["X-Robots-Tag"] == "noindex"
    page = read(response.text)
    assert page.faults == []
    assert {tag for tag, _ in page.tags} & {"script", "style", "form", "iframe"} == set()
    assert not [
        found for _, found in page.tags if "style" in found or any(name.startswith("on") for name in found)
    ]
    sheets = [found["href"] for tag, found in page.tags if tag == "link" and found.get("rel") == "stylesheet"]
    assert [re.sub(r"\.[0-9a-f]{8}\.", ".", str(one)) for one in sheets] == ["/static/embed.css"]
    assert len(response.data) < (40_000 if path == "/embed/map" else 10_000)
    assert "OGL" in page.text or "Open Government Licence" in page.text


@pytest.mark.parametrize("path", FRAMES)
def test_every_link_of_a_frame_opens_a_tab_of_its_own(client: Client, path: str) -> None:
    links = [found for tag, found in read(client.get(path).text).tags if tag == "a"]
    assert links
    for one in links:
        assert (one["target"], one["rel"]) == ("_blank", "noopener")
        assert str(one["href"]).startswith("http")


@pytest.mark.parametrize("path", [*FRAMES, "/embed/council/nowhere", "/embed/area/e08000004"])
def test_frames_may_be_framed_by_anybody(client: Client, path: str) -> None:
    response = client.get(path)
    assert "frame-ancestors *" in response.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in response.headers


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/doc/council/oldham",
        "/sparql",
        "/id/council/oldham",
        "/nowhere",
        "/static/x.css",
        "/oembed?url=x",
    ],
)
def test_nothing_else_may_be_framed(client: Client, path: str) -> None:
    response = client.get(path)
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Frame-Options"] == "DENY"


def test_a_frame_is_kept_and_answered_again_with_its_own_policy(client: Client) -> None:
    first = client.get(CARD)
    again = client.get(CARD, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert "frame-ancestors *" in again.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in again.headers


def test_a_card_says_what_the_page_says(client: Client) -> None:
    card, page = (read(client.get(path).text).text for path in (CARD, "/doc/council/oldham"))
    for words in (
        "Oldham Council",
        "Full member, last known in 2020",
        "North West",
        "Enterprise and social economy",
    ):
        assert words in card
        assert words in page
    assert "an independent publication" in card.lower()


def test_a_card_of_a_project_says_who_and_when(client: Client) -> None:
    card = read(client.get("/embed/project/eoi-action-learning-set").text).text
    for words in ("CCIN Action Learning", "2020", "23 bodies", "Co-operative Councils' Innovation Network"):
        assert words in card


def test_what_is_not_recorded_is_said_so(client: Client) -> None:
    card = read(client.get("/embed/project/living-well-at-home-lwah").text).text
    assert "Not recorded" in card


def test_the_list_has_the_latest_projects_of_one_body(client: Client, built: Build) -> None:
    page = read(client.get("/embed/projects?council=oldham").text)
    shown = [href for href, _ in page.links if "/doc/project/" in href]
    body = built.base.thing("council", "oldham")
    took_part = {
        f"http://localhost/doc/project/{one.subject.iri.rpartition('/')[2]}"
        for one in built.index.incoming(body, predicate="https://w3id.org/ccin/def/ccin#tookPart")
    }
    assert set(shown) == took_part
    assert len(shown) == len(took_part)


def test_the_map_names_every_body_that_has_a_list(client: Client, built: Build) -> None:
    page = read(client.get("/embed/map").text)
    named = [href for href, _ in page.links if "/doc/" in href]
    assert len(named) == len(set(named)) == min(150, built.index.count("members"))
    assert client.get("/embed/map").text.count('class="dot"') > 20


@pytest.mark.parametrize(
    ("path", "status"),
    [
        pytest.param("/embed/council/nowhere", 404, id="no such body"),
        pytest.param("/embed/area/e08000004", 404, id="no card for an area"),
        pytest.param("/embed/projects?council=nowhere", 404, id="no such body in the list"),
        pytest.param("/embed/projects?council=area/e08000004", 404, id="an area has no projects"),
        pytest.param("/embed/Council/Oldham", 404, id="keys are in small letters"),
    ],
)
def test_what_cannot_be_framed_is_told_in_the_frame(client: Client, path: str, status: int) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert read(response.text).faults == []
    assert "<nav" not in response.text


def test_what_was_taken_back_has_no_card(singers: Client) -> None:
    assert singers.get("/embed/organisation/alto").status_code == 200
    response = singers.get("/embed/organisation/hymn")
    assert response.status_code == 410
    assert "It is a building, not a body." in response.text


def test_a_record_page_offers_the_code_that_shows_it(client: Client) -> None:
    page = client.get("/doc/council/oldham").text
    codes = [html.unescape(one) for one in re.findall(r"&lt;iframe .*?&lt;/iframe&gt;", page)]
    assert len(codes) == 2
    for code in codes:
        address = re.search(r'src="http://localhost(/embed/[^"]+)"', code)
        assert address
        assert client.get(html.unescape(address[1])).status_code == 200
        assert 'title="' in code


@pytest.mark.parametrize("path", ["/doc/area/e08000004", "/doc/capture/eoi-action-learning-set--1", "/data"])
def test_other_pages_offer_none(client: Client, path: str) -> None:
    page = client.get(path).text
    assert "iframe" not in page
    assert "oembed" not in page
