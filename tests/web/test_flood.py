"""Sixteen clients that mean harm, over HTTP, through a proxy that says who they are; and one client that floods."""

from __future__ import annotations

import http.client
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from ccin_ld.build import Build
from ccin_ld.config import Settings

from ..store.test_hostile import HOSTILE, LONG_CHAINS
from .test_server import Server, children_of, wait_for, workers_of

DOCUMENTED = {200, 400, 403, 413, 429, 503, 504}
CLIENTS = 16
SECONDS = 8.0
PROXIED = ("--trusted-proxies", "1", "--query-client-seconds", "6")
LOOK_UP = "SELECT ?p ?o { <https://w3id.org/ccin/id/council/oldham> ?p ?o }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"

pytestmark = [
    pytest.mark.alone,
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc"),
]


@pytest.fixture(scope="module")
def server(built: Build, settings: Settings) -> Iterator[Server]:
    started = Server(*PROXIED, "--query-timeout", "1", "--query-log-after", "0.5", var_dir=settings.var_dir)
    yield started
    started.end()


@pytest.fixture
def patient(built: Build, settings: Settings) -> Iterator[Server]:
    """The same with two seconds for a query, so that one waits a second before it is turned away."""
    started = Server(*PROXIED, "--query-timeout", "2", var_dir=settings.var_dir)
    yield started
    started.end()


def ask(server: Server, query: bytes, client: str, path: str = "/sparql") -> tuple[int, dict[str, str]]:
    """Return status and header of the answer to a query that a proxy passes on for *client*."""
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=60)
    headers = {"Content-Type": "application/sparql-query", "X-Forwarded-For": client}
    connection.request("POST", path, query, headers)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status, {name.lower(): value for name, value in response.getheaders()}


def resident(server: Server) -> int:
    """Return the resident bytes of the web process."""
    pages = [
        int(Path(f"/proc/{process}/statm").read_text().split()[1])
        for process in children_of(server.process.pid)
    ]
    return max(pages) * os.sysconf("SC_PAGESIZE")


def all_at_once(number: int, work: Callable[[int], None]) -> None:
    threads = [threading.Thread(target=work, args=(one,)) for one in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_sixteen_hostile_clients(server: Server) -> None:
    """Nothing but documented statuses; the web process as small as before; workers replaced, none left over."""
    queries = [str(one.values[0]).encode("utf-8", "replace") for one in (*HOSTILE, *LONG_CHAINS)]
    statuses: Counter[int] = Counter()
    missing: list[int] = []

    def attack(until: float, number: int) -> None:
        turn = number
        while time.monotonic() < until:
            status, headers = ask(server, queries[turn % len(queries)], f"203.0.113.{number}")
            statuses[status] += 1
            if status == 429 and "retry-after" not in headers:
                missing.append(status)
            turn += 1

    # Threads, each with a heap of its own, and caches come with the first clients: 30 MB here, once.
    all_at_once(CLIENTS, partial(attack, time.monotonic() + SECONDS / 2))
    before, workers = resident(server), set(workers_of(server.process.pid))
    assert workers
    all_at_once(CLIENTS, partial(attack, time.monotonic() + SECONDS))
    assert set(statuses) <= DOCUMENTED, statuses
    assert {403, 413, 504} <= set(statuses), statuses
    assert not missing
    time.sleep(2)
    assert ask(server, LOOK_UP.encode(), "198.51.100.1")[0] == 200
    left = set(workers_of(server.process.pid))
    assert not workers <= left  # a spare one that nobody asked may have stayed
    assert len(left) <= 4
    assert resident(server) - before < 16 << 20, (before, resident(server))


def test_one_client_that_floods_is_told_so_and_others_are_answered(patient: Server) -> None:
    """The client is who the proxy says it is, not what it says of itself."""
    statuses: list[int] = []
    waits: list[int] = []
    done = threading.Event()

    def flood(number: int) -> None:
        while not done.is_set():
            # What a client writes into the header itself stands before the proxy's own entry.
            status, headers = ask(patient, ENDLESS.encode(), f"192.0.2.{number}, 203.0.113.99")
            statuses.append(status)
            if status == 429:
                waits.append(int(headers["retry-after"]))
                time.sleep(0.05)

    def be_good(number: int) -> None:
        try:
            wait_for(lambda: statuses.count(429) > 20, 30)
            for _ in range(5):
                good.append(ask(patient, LOOK_UP.encode(), "203.0.113.7")[0])
        finally:
            done.set()

    good: list[int] = []
    all_at_once(9, lambda number: be_good(number) if number == 8 else flood(number))
    assert set(statuses) <= {429, 503, 504}, Counter(statuses)
    assert all(1 <= wait <= 60 for wait in waits)
    assert good == [200] * 5


def test_without_a_counted_proxy_the_header_says_nothing(built: Build, settings: Settings) -> None:
    options = ("--query-client-seconds", "0.5", "--query-timeout", "1")
    server = Server(*options, var_dir=settings.var_dir)
    try:
        statuses = [ask(server, ENDLESS.encode(), f"203.0.113.{number}")[0] for number in range(3)]
        assert statuses[0] == 504
        assert statuses[1:] == [429, 429]
    finally:
        server.end()


def test_slow_queries_are_logged_without_whoever_asked(server: Server) -> None:
    marked = ENDLESS.replace("?n", "?somebody")
    assert ask(server, marked.encode(), "203.0.113.77")[0] == 504
    server.end()
    log = "".join(server.said)
    assert f"status 504, {len(marked)} bytes, digest " in log
    assert "203.0.113" not in log
    assert "somebody" not in log
