"""The command ``python -m bench.hostile``: pages and small queries while sixteen clients attack.

A good client asks one thing after the other, first alone, then beside the others. Each client has an address
of its own, which a counted proxy would tell. The aims are the design's: a page within twice its quiet 99th
percentile, a small query within twice its own and a quarter of a second.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import quantiles
from urllib.parse import quote

from ccin_ld.build import build
from ccin_ld.config import Settings

from . import load
from .cases import Address, get, page_path, things
from .load import WrongAnswer
from .servers import ROOT, Server, running

CLIENTS = 16
DOCUMENTED = {200, 400, 403, 413, 429, 503, 504}
_CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
ATTACKS = (
    f"SELECT (COUNT(*) AS ?n) {{ {_CROSS} }}",
    f"SELECT * {{ {_CROSS} }} ORDER BY ?c ?f ?i ?l",
    f"SELECT (GROUP_CONCAT(?c) AS ?x) {{ {_CROSS} }}",
    "ASK " + "{" * 5000 + "}" * 5000,
    "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
    "ASK { FILTER(1" + "+1" * 20000 + " > 5) }",
    "SELECT * { ?s ?p",
)


@dataclass(frozen=True)
class Waits:
    """How long a good client waited, in seconds."""

    pages: list[float]
    queries: list[float]


def p99(waits: list[float]) -> float:
    """Return the 99th percentile."""
    return quantiles(waits, n=100)[98]


def measure(seconds: float) -> tuple[Waits, Waits, Counter[int]]:
    """Return the waits alone and under attack, and what the attackers got. Raises WrongAnswer."""
    with tempfile.TemporaryDirectory(prefix="ccin-ld-bench-") as folder:
        settings = Settings(data_dir=ROOT / "data", var_dir=Path(folder))
        made = build(settings)
        one = things(made)[0].iri
        serve = [
            "ccin_ld.cli", "serve", "--port", "0", "--data-dir", str(settings.data_dir), "--var-dir", folder,
            "--trusted-proxies", "1", "--query-workers", str(os.cpu_count() or 1),
        ]  # fmt: skip
        with running(serve, None) as server:
            server.first_good(get("/"))
            requests = _good(page_path(made, one), one)
            _wait(server.address, requests, 0.5)
            quiet = _wait(server.address, requests, seconds)
            attacked, statuses = _under_attack(server, requests, seconds)
    return quiet, attacked, statuses


def _good(path: str, iri: str) -> Iterator[tuple[bytes, bytes]]:
    """Yield a page and a query, no query twice."""
    for limit in count(1001):
        query = f"SELECT ?p ?o {{ <{iri}> ?p ?o }} LIMIT {limit}"
        yield get(path, "text/html"), _asking(query, "198.51.100.1")


def _asking(query: str, client: str) -> bytes:
    return get("/sparql?query=" + quote(query), "application/json", X_Forwarded_For=client)


def _wait(address: Address, requests: Iterator[tuple[bytes, bytes]], seconds: float) -> Waits:
    waits, until = Waits([], []), time.perf_counter() + seconds
    while time.perf_counter() < until:
        page, query = next(requests)
        waits.pages.append(_timed(address, page))
        waits.queries.append(_timed(address, query))
        time.sleep(0.002)
    return waits


def _timed(address: Address, request: bytes) -> float:
    began = time.perf_counter()
    reply = load.ask(address, request)
    if reply.status != 200:
        raise WrongAnswer(f"a good client got {reply.status}")
    return time.perf_counter() - began


def _under_attack(
    server: Server, requests: Iterator[tuple[bytes, bytes]], seconds: float
) -> tuple[Waits, Counter[int]]:
    statuses: Counter[int] = Counter()
    done = threading.Event()

    def attack(number: int) -> None:
        for turn in count(number):
            if done.is_set():
                return
            reply = load.ask(server.address, _attack(turn, number))
            statuses[reply.status] += 1
            if reply.status in (429, 503):
                done.wait(0.1)  # Retry-After asks for more

    threads = [threading.Thread(target=attack, args=(number,)) for number in range(CLIENTS)]
    _each(threads, threading.Thread.start)
    try:
        time.sleep(0.5)
        waits = _wait(server.address, requests, seconds)
    finally:
        done.set()
        _each(threads, threading.Thread.join)
    if not set(statuses) <= DOCUMENTED:
        raise WrongAnswer(f"attackers got {dict(statuses)}")
    return waits, statuses


def _attack(turn: int, number: int) -> bytes:
    query, client = ATTACKS[turn % len(ATTACKS)], f"203.0.113.{number}"
    head = ["POST /sparql HTTP/1.1", "Host: localhost", f"X-Forwarded-For: {client}"]
    head += ["Content-Type: application/sparql-query", f"Content-Length: {len(query)}"]
    return ("\r\n".join(head) + "\r\n\r\n" + query).encode()


def _each(threads: list[threading.Thread], what: Callable[[threading.Thread], None]) -> None:
    for thread in threads:
        what(thread)


def report(quiet: Waits, attacked: Waits, statuses: Counter[int]) -> str:
    """Return the table."""
    rows = [
        ("page", quiet.pages, attacked.pages, 2 * p99(quiet.pages)),
        ("small query", quiet.queries, attacked.queries, 2 * p99(quiet.queries) + 0.25),
    ]
    lines = [
        f"| beside {CLIENTS} attackers, ms | asked | p99 alone | p99 attacked | aim |",
        "| --- | ---: | ---: | ---: | ---: |",
        *(
            _row(name, beside, *(1000 * one for one in (p99(alone), p99(beside), aim)))
            for name, alone, beside, aim in rows
        ),
    ]
    told = ", ".join(f"{number} × {status}" for status, number in sorted(statuses.items()))
    return "\n".join([*lines, "", f"The attackers got {told}."])


def _row(name: str, asked: list[float], alone: float, attacked: float, aim: float) -> str:
    return f"| {name} | {len(asked):,} | {alone:.1f} | {attacked:.1f} | {aim:.0f} |"


def main() -> int:
    """Print the table; return 1 when an answer was wrong, however slow the others were."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    try:
        print(report(*measure(seconds)))
    except WrongAnswer as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
