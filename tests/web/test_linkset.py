"""Link sets (RFC 9264), and the header that stays short because there are some (design, section 5)."""

from __future__ import annotations

import re

import pytest
from werkzeug.test import Client

from ccin_ld.build import Build
from ccin_ld.represent.linkset import Context, Link, as_json, as_text
from ccin_ld.web.signposts import LONGEST_HEADER, fitting

LINK = re.compile(r'<([^>]+)>; rel="([^"]+)"(?:; type="[^"]+")?(?:; profile="[^"]+")?; anchor="([^"]+)"')


def test_the_two_formats() -> None:
    """RFC 9264, 4.1: a comma between links, new lines allowed; 4.2.4.3: arrays of what RFC 8288 lacks."""
    contexts = [
        Context(
            "http://a/", [Link("http://b/", "type"), Link("http://c/", "describedby", "text/turtle", "urn:p")]
        ),
        Context("http://d/", [Link("http://a/", "describes")]),
    ]
    assert as_text(contexts).decode() == (
        '<http://b/>; rel="type"; anchor="http://a/",\n'
        '<http://c/>; rel="describedby"; type="text/turtle"; profile="urn:p"; anchor="http://a/",\n'
        '<http://a/>; rel="describes"; anchor="http://d/"\n'
    )
    assert b'"profile": [\n' in as_json(contexts)


@pytest.mark.parametrize(
    ("path", "accept", "status", "content_type"),
    [
        ("/linkset/council/oldham", "", 200, "application/linkset+json"),
        ("/linkset/council/oldham", "application/json", 406, "application/problem+json"),
        ("/linkset/council/oldham", "application/linkset", 200, "application/linkset"),
        ("/linkset/council/oldham.txt", "", 200, "application/linkset"),
        ("/linkset/council/oldham.json", "text/html", 200, "application/linkset+json"),
        ("/linkset/council/nowhere", "", 404, "text/html; charset=utf-8"),
        ("/linkset/council/a---b", "", 404, "text/html; charset=utf-8"),
    ],
)
def test_which_format(client: Client, path: str, accept: str, status: int, content_type: str) -> None:
    answer = client.get(path, headers={"Accept": accept or "application/linkset+json, */*;q=0.1"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, content_type)


def test_every_line_is_a_link(client: Client, built: Build) -> None:
    for item in [*built.index.of_kind("council", limit=2), *built.index.of_kind("statement", limit=2)]:
        name = item.iri.split("/id/")[1]
        text = client.get(f"/linkset/{name}.txt").text
        found = [LINK.fullmatch(line.rstrip(",")) for line in text.splitlines()]
        assert all(found)
        assert {match[3] for match in found if match} >= {item.iri, f"http://localhost/doc/{name}"}


def test_a_thing_taken_back_has_none(singers: Client) -> None:
    assert singers.get("/doc/organisation/hymn.ttl").status_code == 410
    assert singers.get("/linkset/organisation/hymn").status_code == 404


def test_no_header_is_long(client: Client, built: Build) -> None:
    paths = [built.base.path(built.base.document(one.iri)) for one in built.index.things(limit=5000)]
    for path in sorted((one for one in paths if one), key=len)[-40:]:
        header = client.get(f"{path}.nt").headers["Link"]
        assert len(header) < LONGEST_HEADER + 100, path
        assert 'rel="linkset"' in header
        assert 'rel="describedby"; type="text/turtle"' in header


def test_what_is_left_out_first() -> None:
    long = "/doc/claim/" + "x" * 400
    links = [Link(f"{long}.{n}", rel, f"text/{n}") for n in range(8) for rel in ("alternate", "describedby")]
    links += [
        Link(f"{long}.ttl", "describedby", "text/turtle"),
        Link(f"{long}.ttl?p", "alternate", None, "urn:p"),
    ]
    kept = fitting(links)
    assert [(one.href, one.rel) for one in kept] == [(f"{long}.ttl", "describedby")]
    short = [Link(f"/a.{n}", "alternate", None, "urn:p") for n in range(3)]
    assert fitting(short) == short
