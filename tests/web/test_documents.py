"""Documents about things: redirects, headers, validators, methods. Rows I1, I4, I7 to I9, I12, W2, X1 to X5, X7."""

from __future__ import annotations

import gzip
import re
from datetime import UTC, datetime

import pytest
from werkzeug.http import http_date
from werkzeug.test import Client

from ccin_ld.represent import DOCUMENTS, PLACED_DOCUMENTS
from ccin_ld.web.app import App

from ..page_kinds import RELEASE

COUNCIL = "/doc/council/oldham"
THING = "https://w3id.org/ccin/id/council/oldham"


def links(header: str) -> set[tuple[str, str, str | None]]:
    """Return (address, relation, type) of each link, read strictly: comma and blank between them."""
    found = set()
    for link in header.split(", <"):
        match = re.fullmatch(r'<?([^>]+)>; rel="([^"]+)"(?:; type="([^"]+)")?(?:; profile="[^"]+")?', link)
        assert match, link
        found.add((match[1], match[2], match[3]))
    return found


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/id/council/oldham", "/doc/council/oldham"),
        ("/id/council/oldham.ttl", "/doc/council/oldham.ttl"),
        ("/id/council/oldham?_format=nt", "/doc/council/oldham?_format=nt"),
        (
            "/id/claim/eoi-action-learning-set--learning--eoi-action-learning-set--1",
            "/doc/claim/eoi-action-learning-set--learning--eoi-action-learning-set--1",
        ),
    ],
)
def test_a_thing_answers_303(client: Client, path: str, location: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.headers["Location"]) == (303, location)
    assert "Accept" in response.headers["Vary"]


@pytest.mark.parametrize(
    "path",
    [
        "/def/ccin",
        "/def/shapes",
        "/def/principles",
        "/def/project-kinds",
        "/data",
        "/data/ccin",
        "/data/graph/register",
        "/def/context.jsonld",
        "/def/prefixes",
    ],
)
def test_information_resources_answer_200(client: Client, path: str) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/id/council/oldham/", "/id/council/oldham"),
        ("/id/Council/Oldham", "/id/council/oldham"),
        ("/doc/council/OLDHAM?x=Y", "/doc/council/oldham?x=Y"),
        ("/members/", "/members"),
        ("/def/ccin/", "/def/ccin"),
    ],
)
def test_other_spellings_go_to_the_one(client: Client, path: str, location: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.headers["Location"]) == (301, location)


@pytest.mark.parametrize("path", ["//evil.example/x/", "/\\evil.example/"])
def test_no_redirect_leaves_the_site(client: Client, path: str) -> None:
    response = client.get("/", environ_overrides={"PATH_INFO": path})
    assert not response.headers.get("Location", "/x").startswith(("//", "/\\", "http"))


@pytest.mark.parametrize(
    "path",
    [
        "/id/council/nowhere",
        "/doc/council/nowhere",
        "/doc/nothing/x",
        "/id/council/a---b",
        "/nowhere",
        "/.well-known/x",
        "/def/nothing",
        "/data/graph/none",
        "/static/x.css",
        "/doc/council/oldham.pdf",
        "/members?page=99",
    ],
)
def test_nothing_there(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_headers_of_a_document(client: Client) -> None:
    response = client.get(COUNCIL, headers={"Accept": "text/turtle"})
    headers = response.headers
    assert headers["Content-Location"] == COUNCIL + ".ttl"
    assert headers["Vary"] == "Accept, Accept-Encoding, Accept-Profile, Accept-Datetime"
    assert headers["Cache-Control"] == "no-cache"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    day = re.search(r'dct:modified "([0-9-]+)"\^\^xsd:date', response.text)
    assert day
    assert headers["Last-Modified"] == http_date(datetime.fromisoformat(day[1]).replace(tzinfo=UTC))
    assert re.fullmatch(r'"[0-9a-f]{24}"', headers["ETag"])


def test_links_of_a_document(client: Client) -> None:
    header = client.get(COUNCIL, headers={"Accept": "text/turtle"}).headers["Link"]
    found = links(header)
    assert (THING, "cite-as", None) in found
    assert ("http://localhost" + COUNCIL, "canonical", None) in found
    alternates = {
        (one.media_type, f"{COUNCIL}.{one.extension}")
        for one in PLACED_DOCUMENTS
        if one.media_type != "text/turtle"
    }
    alternates.add(("application/atom+xml", "/feed/council/oldham.atom"))
    assert alternates == {(kind, href) for href, rel, kind in found if rel == "alternate" and "?" not in href}
    assert ("http://localhost" + COUNCIL, "original timegate", None) in found
    assert (f"{COUNCIL}.ttl", "describedby", "text/turtle") in found
    assert len(header) < 3000


def test_every_format_is_linked_in_the_head_too(client: Client) -> None:
    page = client.get(COUNCIL, headers={"Accept": "text/html"}).text
    head = page.split("</head>")[0]
    for one in DOCUMENTS[1:]:
        assert re.search(
            rf'<link rel="alternate(?: describedby)?" type="{re.escape(one.media_type)}" href="{COUNCIL}\.{one.extension}"',
            head,
        )
    assert f'<link rel="canonical" href="http://localhost{COUNCIL}"' in head
    assert f'<link rel="cite-as" href="{THING}"' in head


def test_plain_json_names_its_context(client: Client) -> None:
    header = client.get(COUNCIL + ".json").headers["Link"]
    assert ("/def/context.jsonld", "http://www.w3.org/ns/json-ld#context", "application/ld+json") in links(
        header
    )
    assert client.get("/def/context.jsonld").headers["Content-Type"] == "application/ld+json"


@pytest.mark.parametrize("one", DOCUMENTS, ids=lambda one: one.extension)
def test_validators_differ_by_format_and_304_works(client: Client, one: object) -> None:
    path = f"{COUNCIL}.{one.extension}"  # type: ignore[attr-defined]
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    for name in ("ETag", "Cache-Control", "Vary"):
        assert again.headers[name] == first.headers[name]
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    assert client.get(path, headers={"If-Modified-Since": first.headers["Last-Modified"]}).status_code == 304
    # RFC 9110, 13.1.3: If-None-Match is the one that counts when both are sent.
    both = {"If-None-Match": '"other"', "If-Modified-Since": first.headers["Last-Modified"]}
    assert client.get(path, headers=both).status_code == 200


def test_no_two_formats_share_a_validator(client: Client) -> None:
    tags = [client.get(f"{COUNCIL}.{one.extension}").headers["ETag"] for one in DOCUMENTS]
    assert len(set(tags)) == len(DOCUMENTS)


def test_compressed_answers_have_their_own_validator(client: Client) -> None:
    plain = client.get(COUNCIL + ".ttl")
    packed = client.get(COUNCIL + ".ttl", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] != plain.headers["ETag"]
    again = client.get(
        COUNCIL + ".ttl", headers={"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]}
    )
    assert again.status_code == 304
    refused = client.get(COUNCIL + ".ttl", headers={"Accept-Encoding": "gzip;q=0, identity"})
    assert "Content-Encoding" not in refused.headers


PATHS = ["/", "/members", "/projects.csv", "/id/council/oldham", COUNCIL, COUNCIL + ".nq", "/def/ccin", "/data", "/sparql",
         "/sparql?query=ASK%7B%7D", "/search?q=oldham", "/about", "/theme.css", "/healthz", "/nowhere", "/id/council", "/data/ccin/latest/dataset.nq"]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_head_is_get_without_a_body(client: Client, path: str) -> None:
    get, head = client.get(path, buffered=True), client.head(path, buffered=True)
    assert head.status_code == get.status_code
    assert head.data == b""
    assert dict(head.headers) == dict(get.headers)


@pytest.mark.parametrize("path", PATHS)
def test_methods(client: Client, path: str) -> None:
    response = client.delete(path)
    options = client.options(path)
    if path == "/nowhere":
        assert response.status_code in (404, 405)
        return
    assert response.status_code == 405
    assert options.status_code == 204
    assert set(response.headers["Allow"].split(", ")) == set(options.headers["Allow"].split(", "))
    assert {"GET", "HEAD", "OPTIONS"} <= set(options.headers["Allow"].split(", "))
    assert (
        options.headers["Access-Control-Allow-Headers"]
        == "Accept, Accept-Datetime, Accept-Profile, Content-Type, If-None-Match"
    )
    for method in set(options.headers["Allow"].split(", ")) - {"POST"}:
        assert client.open(path, method=method, buffered=True).status_code < 400


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("text/html", "text/html; charset=utf-8"),
        ("application/json", "application/problem+json"),
        ("application/problem+json", "application/problem+json"),
        ("text/plain", "text/plain; charset=utf-8"),
        ("image/png", "application/problem+json"),
        ("", "text/html; charset=utf-8"),
    ],
)
def test_errors_come_in_the_format_asked_for(client: Client, accept: str, content_type: str) -> None:
    response = client.get("/doc/council/nowhere", headers={"Accept": accept} if accept else {})
    assert (response.status_code, response.headers["Content-Type"]) == (404, content_type)
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    if "problem" in content_type:
        assert response.json["status"] == 404
        assert response.json["title"]


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        pytest.param("", "application/problem+json", id="no word on formats"),
        pytest.param("*/*", "application/problem+json", id="anything"),
        pytest.param("text/html,*/*;q=0.8", "text/html; charset=utf-8", id="a browser"),
    ],
)
def test_who_asks_for_data_by_its_suffix_is_told_in_data(
    client: Client, accept: str, content_type: str
) -> None:
    for path in ("/doc/council/nowhere.json", "/members.csv?page=99", "/doc/council/nowhere.ttl"):
        response = client.get(path, headers={"Accept": accept} if accept else {})
        assert (response.status_code, response.headers["Content-Type"]) == (404, content_type)


def test_only_registered_media_types_leave(client: Client) -> None:
    registered = {"text/html", "application/ld+json", "text/turtle", "application/n-triples", "application/rdf+xml",
                  "application/json", "application/trig", "application/n-quads", "text/csv", "text/markdown"}  # fmt: skip
    assert {one.media_type for one in DOCUMENTS} <= registered


def test_public_url_is_ours_and_identifiers_stay(built: object, settings: object) -> None:
    from dataclasses import replace

    from ccin_ld.web.app import create_app

    made = create_app(replace(settings, public_url="https://data.example.org"), build=built)  # type: ignore[type-var, arg-type]
    response = Client(made).get(COUNCIL + ".ttl", headers={"Host": "evil.example"})
    assert "https://data.example.org/doc/council/oldham" in response.headers["Link"]
    assert "evil.example" not in response.headers["Link"]
    assert THING in response.text


def test_proxies_are_believed_only_when_counted(built: object, settings: object) -> None:
    from dataclasses import replace

    from ccin_ld.web.app import create_app

    forwarded = {"X-Forwarded-Host": "front.example", "X-Forwarded-Proto": "https"}
    plain = Client(create_app(settings, build=built)).get(COUNCIL + ".ttl", headers=forwarded)  # type: ignore[arg-type]
    assert "front.example" not in plain.headers["Link"]
    behind = create_app(replace(settings, trusted_proxies=1), build=built)  # type: ignore[type-var, arg-type]
    assert (
        "https://front.example/doc" in Client(behind).get(COUNCIL + ".ttl", headers=forwarded).headers["Link"]
    )


@pytest.mark.parametrize("host", ['a.example>; rel="x", <b', "a b", "a/b", "<script>"])
def test_a_host_that_is_no_name(client: Client, host: str) -> None:
    assert client.get(COUNCIL + ".ttl", headers={"Host": host}).status_code == 400


def test_the_cache_gives_the_same_answer(app: App, client: Client) -> None:
    for accept in ("text/html", "text/turtle", "application/ld+json"):
        first = client.get(COUNCIL, headers={"Accept": accept})
        kept = len(app.cached.cache)
        again = client.get(COUNCIL, headers={"Accept": accept})
        assert len(app.cached.cache) == kept
        assert (first.data, dict(first.headers)) == (again.data, dict(again.headers))
        assert (
            client.get(
                COUNCIL, headers={"Accept": accept, "If-None-Match": first.headers["ETag"]}
            ).status_code
            == 304
        )


def test_the_cache_tells_unknown_parameters_and_hosts_apart(app: App, client: Client) -> None:
    before = len(app.cached.cache)
    for number in range(5):
        assert client.get(f"{COUNCIL}?utm={number}").status_code == 200
    assert len(app.cached.cache) == before
    one = client.get(COUNCIL + ".nt", headers={"Host": "a.example"}).headers["Link"]
    two = client.get(COUNCIL + ".nt", headers={"Host": "b.example"}).headers["Link"]
    assert "a.example" in one
    assert "b.example" in two


def test_a_release_is_called_by_its_title(client: Client) -> None:
    """A Release is not in the index, whose labels the headings of all other things come from."""
    page = client.get(f"/data/ccin/{RELEASE}", headers={"Accept": "text/html"}).text
    (title,) = re.findall(r"<h1[^>]*>([^<]+)</h1>", page)
    assert re.fullmatch(rf"Release of \d+ \w+ \d{{4}} \({RELEASE.rpartition('-')[2]}\)", title)
    assert f"<title>{title} – " in page
