"""The export on real hosts: nginx and Apache with the configuration it brings, and one that only has files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from ccin_ld.build import Build
from ccin_ld.export import Export
from ccin_ld.export.names import SERVER_ONLY, spoken
from ccin_ld.represent import ALL, DOCUMENTS, PLACED_DOCUMENTS, Representation
from ccin_ld.web.embeds import CSP as FRAME_CSP
from ccin_ld.web.respond import CSP

from ..crawler import Crawl, crawl
from .conftest import Host, apache, plain

COUNCIL = "/doc/council/oldham"
CHOIR = "/doc/organisation/alto"
WITHDRAWN, MERGED = "/doc/organisation/hymn", "/doc/organisation/alto-soc"


@pytest.fixture(scope="module")
def crawled(served: Host) -> Crawl:
    return crawl(served.fetch)


def test_every_local_link_of_every_page_leads_somewhere(crawled: Crawl, built: Build, export: Export) -> None:
    assert crawled.broken == {}
    assert export.broken == {}
    # The same as of the live site: every statement and every claim has a page that some other page leads to.
    kinds = built.index.kinds()
    of_kinds = {kind: sum(path.startswith(f"/doc/{kind}/") for path in crawled.seen) for kind in kinds}
    assert {kind: size for kind, size in kinds.items() if of_kinds[kind] < size} == {}


def test_every_page_of_the_export_is_led_to(crawled: Crawl, export: Export) -> None:
    names = {path[1:] or "index.html" for path in crawled.seen}
    # Routes that no page names: other names of the home page and of the list of everything, and of services.
    alone = {"en", "doc", *(path[1:] for path in SERVER_ONLY)}
    found = {
        name
        for address, name in export.places.items()
        if name.endswith(".html") and spoken(address.partition("?")[0])[1][1:] not in alone
    }
    assert len(found) > 3000
    assert found - names == set()


def test_every_iri_dereferences(served: Host, built: Build) -> None:
    broken = {}
    for kind, size in built.index.kinds().items():
        for item in built.index.of_kind(kind, limit=size):
            path = built.base.path(item.iri)
            assert path
            status, headers, _ = served.get(path)
            if status != 303 or served.get(headers["location"])[0] != 200:
                broken[path] = status
    assert broken == {}


@pytest.mark.parametrize("one", PLACED_DOCUMENTS, ids=lambda one: one.extension)
def test_suffix_and_accept_choose_the_format(
    served: Host, export: Export, root: Path, one: Representation
) -> None:
    by_suffix = served.get(f"{COUNCIL}.{one.extension}")
    by_accept = served.get(COUNCIL, Accept=one.media_type)
    wanted = (root / f"{COUNCIL[1:]}.{one.extension}").read_bytes()
    for status, headers, data in (by_suffix, by_accept):
        assert (status, headers["content-type"].lower()) == (200, one.content_type)
        assert data == wanted
    if one.rdf:
        assert len(list(ox.parse(wanted, format=one.rdf))) > 10


@pytest.mark.parametrize(
    ("accept", "extension"),
    [
        pytest.param("*/*", "html", id="anything"),
        pytest.param("text/html,application/xhtml+xml,*/*;q=0.8", "html", id="a browser"),
        pytest.param("application/rdf+xml, text/turtle;q=0.9, */*;q=0.1", "rdf", id="named first"),
        pytest.param("application/xhtml+xml, text/turtle", "ttl", id="the one that there is"),
        pytest.param("image/png", "html", id="none that there is"),
    ],
)
def test_accept(served: Host, root: Path, accept: str, extension: str) -> None:
    status, headers, data = served.get(COUNCIL, Accept=accept)
    assert (status, data) == (200, (root / f"{COUNCIL[1:]}.{extension}").read_bytes())
    assert "Accept" in headers["vary"]


def test_a_program_is_led_from_the_thing_to_its_triples(served: Host) -> None:
    status, headers, _ = served.get("/id/council/oldham.ttl")
    assert (status, headers["location"]) == (303, "/doc/council/oldham.ttl")
    assert served.get(headers["location"])[0] == 200


@pytest.mark.parametrize(
    ("path", "policy"),
    [(COUNCIL, CSP), ("/", CSP), ("/embed/council/oldham", FRAME_CSP), ("/cy/embed/map", FRAME_CSP)],
)
def test_headers(served: Host, path: str, policy: str) -> None:
    _, headers, _ = served.get(path)
    assert headers["content-security-policy"] == policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["access-control-allow-origin"] == "*"
    assert ("x-frame-options" in headers) == (policy == CSP)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        pytest.param("/members", 200, id="a page by its address"),
        pytest.param("/doc/claim?page=2", 200, id="a state that has a file"),
        pytest.param("/.well-known/void", 200, id="an address without ending that is no page"),
        pytest.param("/members?region=e12000002&sort=-projects", 501, id="a state that needs a server"),
        pytest.param("/sparql?query=ASK%20%7B%7D", 501, id="queries"),
        pytest.param("/search?q=old", 501, id="search"),
        pytest.param("/doc/council/nowhere", 404, id="nothing"),
        pytest.param("/members/", 301, id="a slash too many"),
    ],
)
def test_status(served: Host, path: str, status: int) -> None:
    assert served.get(path)[0] == status


def test_what_never_changes_is_kept(served: Host, export: Export) -> None:
    style = next(name for name in sorted(export.immutable) if name.startswith("static/style."))
    assert "immutable" in served.get(f"/{style}")[1]["cache-control"]
    assert served.get(COUNCIL)[1]["cache-control"] == "no-cache"


@pytest.fixture(scope="module", params=["nginx", "apache"])
def host(
    request: pytest.FixtureRequest,
    choir_export: Export,
    choir_root: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Host]:
    """The choirs under a path, on each host that is configured."""
    if request.param == "nginx":
        yield request.getfixturevalue("singing")
        return
    with apache(choir_root, tmp_path_factory.mktemp("apache"), "/songs") as running:
        yield running


@pytest.mark.parametrize(
    ("accept", "extension"), [(one.media_type, one.extension) for one in DOCUMENTS if one.negotiable]
)
def test_formats_on_every_host(host: Host, choir_root: Path, accept: str, extension: str) -> None:
    wanted = (choir_root / "songs" / f"{CHOIR[1:]}.{extension}").read_bytes()
    usual = next(one.content_type for one in ALL if one.extension == extension)
    for path, headers in ((f"{CHOIR}.{extension}", {}), (CHOIR, {"Accept": accept})):
        status, told, data = host.get(host.base + path, **headers)
        assert (status, told["content-type"].lower(), data) == (200, usual, wanted)


@pytest.mark.parametrize(
    ("path", "status", "location"),
    [
        pytest.param("/", 200, "", id="home"),
        pytest.param("/members", 200, "", id="a page"),
        pytest.param("/members?view=map", 200, "", id="a state that has a file"),
        pytest.param("/members?sort=name", 501, "", id="a state that needs a server"),
        pytest.param("/cy/sparql", 501, "", id="queries"),
        pytest.param("/id/organisation/alto", 303, "/doc/organisation/alto", id="a thing"),
        pytest.param(WITHDRAWN, 410, "", id="withdrawn"),
        pytest.param(WITHDRAWN + ".ttl", 410, "", id="withdrawn, in Turtle"),
        pytest.param(MERGED, 301, "/doc/organisation/alto", id="entered twice"),
        pytest.param(MERGED + ".ttl", 301, "/doc/organisation/alto.ttl", id="entered twice, in Turtle"),
        pytest.param("/.well-known/void", 200, "", id="no page and no ending"),
        pytest.param("/doc/organisation/nobody", 404, "", id="nothing"),
        pytest.param("/members/", 301, "/members", id="a slash too many"),
    ],
)
def test_status_on_every_host(host: Host, path: str, status: int, location: str) -> None:
    found, headers, _ = host.get(host.base + path)
    assert found == status
    at = headers.get("location", "").removeprefix(f"http://127.0.0.1:{host.port}")
    assert at == (host.base + location if location else "")
    assert headers["content-security-policy"] == CSP


def test_what_is_said_with_a_status(host: Host) -> None:
    withdrawn = host.get(host.base + WITHDRAWN)[2].decode()
    assert "It is a building, not a body." in withdrawn
    turtle = host.get(host.base + WITHDRAWN + ".ttl")
    assert turtle[1]["content-type"] == "text/turtle; charset=utf-8"
    assert any("Tombstone" in str(one.object) for one in ox.parse(turtle[2], format=ox.RdfFormat.TURTLE))
    assert "needs a server" in host.get(host.base + "/sparql")[2].decode()
    lost = host.get(host.base + "/doc/organisation/nobody")[2].decode()
    assert 'href="/songs/index.html"' in lost


def test_every_link_on_every_host(host: Host) -> None:
    found = crawl(host.fetch, start=host.base + "/")
    # A page about what was withdrawn says so, and is led to by no other.
    assert {path: one for path, one in found.broken.items() if one[0] != 410} == {}
    assert found.pages > 500


def test_a_host_that_only_has_files(choir_export: Export, choir_root: Path, choir: Build) -> None:
    """Under a path, without configuration: no broken link, and a thing leads to its document."""
    with plain(choir_root, "/songs") as host:
        found = crawl(host.fetch, start="/songs/index.html")
        assert found.broken == {}
        assert all(path.startswith("/songs/") for path in found.seen)
        kinds = choir.index.kinds()
        of_kinds = {kind: sum(f"/doc/{kind}/" in path for path in found.seen) for kind in kinds}
        assert {kind: size for kind, size in kinds.items() if of_kinds[kind] < size} == {}
        moved = host.get("/songs/id/organisation/alto.html")[2].decode()
        assert 'http-equiv="refresh" content="0; url=../../doc/organisation/alto.html"' in moved
        assert host.get("/songs/doc/organisation/alto.html")[0] == 200
