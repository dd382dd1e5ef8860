"""A million triples over the wire: whole, or cut and said so, and the web process as small as before."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from .test_server import Server, children_of

TRIPLES = 1_000_000
CONSTRUCT = "/sparql?query=" + quote("CONSTRUCT WHERE { ?s ?p ?o }")

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc")


def lines() -> Iterator[str]:
    """Yield a million triples about a thousand things."""
    for number in range(TRIPLES):
        yield f'<http://example.org/{number // 1000}> <http://example.org/p{number % 10}> "value {number}" .\n'


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("large")
    with (folder / "large.nt").open("w") as file:
        file.writelines(lines())
    limits = ("--query-rows", str(2 * TRIPLES), "--query-bytes", str(1 << 30), "--query-timeout", "300")
    started = Server(str(folder / "large.nt"), *limits, "--query-client-seconds", "0", var_dir=folder / "var")
    yield started
    started.end()


def greatest_memory(server: Server) -> int:
    """Return the most bytes that the web process has ever had resident."""
    found = 0
    for process in children_of(server.process.pid):
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                found = max(found, int(line.split()[1]) * 1024)
    return found


def fetch(server: Server, path: str) -> tuple[http.client.HTTPResponse, int, int]:
    """Return the response to a request, and the bytes and lines of its body, read piece by piece."""
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=300)
    connection.request("GET", path, headers={"Accept": "application/n-triples"})
    response = connection.getresponse()
    size = count = 0
    while piece := response.read(1 << 20):
        size += len(piece)
        count += piece.count(b"\n")
    connection.close()
    return response, size, count


def test_a_million_triples_arrive_whole(server: Server) -> None:
    response, size, count = fetch(server, CONSTRUCT)
    assert (response.status, response.headers["X-Result-Cut"]) == (200, None)
    assert count == TRIPLES
    assert size == int(response.headers["Content-Length"]) > 60_000_000
    assert 30 << 20 < greatest_memory(server) < 200 << 20


def test_past_the_limit_the_answer_is_cut_and_says_so(server: Server) -> None:
    response, _, count = fetch(server, CONSTRUCT + "&maxrows=300000")
    assert (response.status, response.headers["X-Result-Cut"]) == (200, "rows=300000")
    assert count == 300_001  # and a comment that says so
    assert greatest_memory(server) < 200 << 20
