"""oEmbed (oembed.com, version 1.0): what a consumer gets for an address of this site, and for others."""

from __future__ import annotations

import re
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from werkzeug.test import Client

OLDHAM = "http://localhost/doc/council/oldham"


def asked(client: Client, url: str, **more: str) -> dict[str, object]:
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in {"url": url, **more}.items())
    response = client.get(f"/oembed?{query}")
    assert response.status_code == 200, response.text
    assert response.json
    return dict(response.json)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        pytest.param(OLDHAM, "/embed/council/oldham", id="the page"),
        pytest.param(OLDHAM + ".html", "/embed/council/oldham", id="the page with its suffix"),
        pytest.param("http://localhost/id/council/oldham", "/embed/council/oldham", id="the thing here"),
        pytest.param(
            "https://w3id.org/ccin/id/council/oldham", "/embed/council/oldham", id="its permanent link"
        ),
        pytest.param("http://localhost/embed/council/oldham", "/embed/council/oldham", id="the frame itself"),
        pytest.param("http://localhost/cy/doc/council/oldham", "/embed/council/oldham", id="in Welsh"),
        pytest.param("http://localhost/network", "/embed/network/ccin", id="the network"),
        pytest.param("http://localhost/projects", "/embed/projects", id="the list"),
        pytest.param("http://localhost/members", "/embed/map", id="the map"),
        pytest.param(
            "http://localhost/embed/projects?council=oldham",
            "/embed/projects?council=council%2Foldham",
            id="of one",
        ),
    ],
)
def test_addresses_that_have_a_frame(client: Client, url: str, path: str) -> None:
    found = asked(client, url)
    # Section 2.3.4: what every answer has, and what the type "rich" needs.
    assert (found["version"], found["type"]) == ("1.0", "rich")
    assert f'src="http://localhost{path}"' in str(found["html"])
    assert f'width="{found["width"]}" height="{found["height"]}"' in str(found["html"])
    assert found["title"]
    assert found["provider_name"]


@pytest.mark.parametrize(
    ("limits", "size"),
    [
        pytest.param({}, (400, 480), id="none"),
        pytest.param({"maxwidth": "300"}, (300, 480), id="narrow"),
        pytest.param({"maxheight": "200"}, (400, 200), id="low"),
        pytest.param({"maxwidth": "320", "maxheight": "240"}, (320, 240), id="both"),
        pytest.param({"maxwidth": "2000", "maxheight": "2000"}, (400, 480), id="more than is needed"),
    ],
)
def test_the_frame_keeps_within_the_limits(
    client: Client, limits: dict[str, str], size: tuple[int, int]
) -> None:
    found = asked(client, OLDHAM, **limits)
    assert (found["width"], found["height"]) == size


def test_xml_says_the_same_as_json(client: Client) -> None:
    response = client.get(f"/oembed?url={quote(OLDHAM, safe='')}&format=xml")
    assert response.headers["Content-Type"] == "text/xml; charset=utf-8"
    root = ElementTree.fromstring(response.data)
    assert root.tag == "oembed"
    assert {one.tag: one.text for one in root} == {
        name: str(value) for name, value in asked(client, OLDHAM).items()
    }


@pytest.mark.parametrize(
    ("query", "status"),
    [
        pytest.param("", 400, id="no address"),
        pytest.param("url=" + quote("http://localhost/doc/council/nowhere"), 404, id="nothing there"),
        pytest.param("url=" + quote("http://localhost/about"), 404, id="a page without a frame"),
        pytest.param(
            "url=" + quote("http://localhost/doc/area/e08000004"), 404, id="a thing without a frame"
        ),
        pytest.param("url=" + quote("http://elsewhere.example/doc/council/oldham"), 404, id="another site"),
        pytest.param(
            "url=" + quote("http://localhost.example/doc/council/oldham"), 404, id="a name that begins so"
        ),
        pytest.param("url=" + quote("javascript:alert(1)"), 404, id="no web address"),
        pytest.param("url=" + quote("http://[::1/doc"), 404, id="a broken address"),
        pytest.param("url=" + quote(OLDHAM) + "&format=yaml", 501, id="a format that is not offered"),
        pytest.param("url=" + quote(OLDHAM) + "&maxwidth=0", 400, id="no width"),
        pytest.param("url=" + quote(OLDHAM) + "&maxwidth=wide", 400, id="a word for a width"),
        pytest.param("url=" + quote(OLDHAM) + "&maxheight=-5", 400, id="less than nothing"),
    ],
)
def test_what_has_no_answer(client: Client, query: str, status: int) -> None:
    response = client.get(f"/oembed?{query}")
    assert response.status_code == status


@pytest.mark.parametrize(
    "path",
    [
        "/doc/council/oldham",
        "/doc/project/eoi-action-learning-set",
        "/doc/network/ccin",
        "/projects",
        "/members",
    ],
)
def test_a_page_tells_where_to_ask(client: Client, path: str) -> None:
    page = client.get(path).text
    links = re.findall(
        r'<link rel="alternate" type="(application/json|text/xml)\+oembed" href="([^"]+)"', page
    )
    assert [kind for kind, _ in links] == ["application/json", "text/xml"]
    for kind, href in links:
        response = client.get(href.replace("&amp;", "&").removeprefix("http://localhost"))
        assert response.status_code == 200
        assert response.headers["Content-Type"].startswith(kind)
