"""What is asked, and what must come back: pages in three formats, 304, and small SPARQL look-ups.

A case can only be made from answers that are right: pages with status 200, query results that say what the
triples say. From then on every answer must be the same, to the byte.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count, repeat
from urllib.parse import quote

from ccin_ld.build import Build, select
from ccin_ld.index import Item
from ccin_ld.namespaces import RDFS
from ccin_ld.represent import HTML, JSON_LD, TURTLE, Representation

from . import load
from .load import Exchange, Reply, WrongAnswer

FORMATS = (HTML, TURTLE, JSON_LD)
_THINGS = 50  # how many things the distinct queries go round
_RESULTS = "application/sparql-results+json"
Address = tuple[str, int]


@dataclass(frozen=True)
class Case:
    """One row of the table: endless requests of one sort, and the share of bare Flask that it aims at."""

    name: str
    exchanges: Iterator[Exchange]
    size: int  # bytes of the answer, without its head
    aim: float


def get(path: str, accept: str = "*/*", **headers: str) -> bytes:
    """Return a GET request as it is sent."""
    lines = [f"GET {path} HTTP/1.1", "Host: localhost", f"Accept: {accept}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def things(build: Build) -> list[Item]:
    """Return every thing that the build has a page about."""
    index = build.index
    return [item for kind, n in index.kinds().items() for item in index.of_kind(kind, limit=n, offset=0)]


def page_path(build: Build, iri: str) -> str:
    """Return the local path of the document about a thing."""
    path = build.base.path(build.base.document(iri))
    assert path is not None
    return path


def by_size(build: Build) -> list[Item]:
    """Return every thing, the one with the fewest triples in its description first."""
    return sorted(things(build), key=lambda item: (len(build.describe(item.iri).triples), item.iri))


def resource_cases(build: Build, address: Address) -> list[Case]:
    """Return the warm pages, of the thing of middling size and of the largest one, and the 304 answer."""
    ordered = by_size(build)
    middle, largest = page_path(build, ordered[len(ordered) // 2].iri), page_path(build, ordered[-1].iri)
    return [
        *(_page_case("Middling page", address, middle, form) for form in FORMATS),
        *(_page_case("Largest page", address, largest, form) for form in FORMATS),
        _unchanged_case("Middling page, not modified (304)", address, middle),
    ]


def _page_case(word: str, address: Address, path: str, form: Representation) -> Case:
    request = get(path, form.media_type)
    reply = _good(address, request)
    sent = _header(reply, "content-type").partition(";")[0]
    if sent != form.media_type:
        raise WrongAnswer(f"{path}: {sent} in place of {form.media_type}")
    return Case(f"{word}, {form.label}", _same(request, reply), len(reply.body), 0.8)


def _unchanged_case(name: str, address: Address, path: str) -> Case:
    etag = _header(_good(address, get(path, HTML.media_type)), "etag")
    request = get(path, HTML.media_type, If_None_Match=etag)
    return Case(name, repeat(Exchange(request, 304, b"")), 0, 1.0)


def sparql_cases(build: Build, address: Address) -> list[Case]:
    """Return a small look-up, asked again and again, and asked so that no two queries are the same."""
    chosen = things(build)[:: max(1, len(things(build)) // _THINGS)]
    bodies = {item.iri: _checked_answer(build, address, item.iri) for item in chosen}
    iri, body = next(iter(bodies.items()))
    same = repeat(Exchange(_query(iri, 1000), 200, body))
    return [
        Case("SPARQL look-up, one query again and again", same, len(body), 0.5),
        Case("SPARQL look-up, no query twice", _distinct(bodies), len(body), 0.5),
    ]


def _look_up(iri: str, limit: int) -> str:
    return f"SELECT ?label ?class WHERE {{ <{iri}> <{RDFS}label> ?label ; a ?class }} LIMIT {limit}"


def _query(iri: str, limit: int) -> bytes:
    return get("/sparql?query=" + quote(_look_up(iri, limit), safe=""), _RESULTS)


def _distinct(bodies: Mapping[str, bytes]) -> Iterator[Exchange]:
    # A limit above the number of rows changes the query and not its answer.
    for limit in count(1001):
        for iri, body in bodies.items():
            yield Exchange(_query(iri, limit), 200, body)


def _checked_answer(build: Build, address: Address, iri: str) -> bytes:
    """Return the server's answer to a look-up, having seen that it is what the triples say."""
    body = _good(address, _query(iri, 1000)).body
    sent = Counter(
        (row["label"]["value"], row["class"]["value"]) for row in json.loads(body)["results"]["bindings"]
    )
    held = Counter((row["label"].value, row["class"].value) for row in select(build, _look_up(iri, 1000)))
    if sent != held or not sent:
        raise WrongAnswer(f"the look-up of {iri} gives {dict(sent)} in place of {dict(held)}")
    return body


def hello_case(address: Address, body: str) -> Case:
    """Return the yardstick."""
    request = get("/")
    reply = _good(address, request)
    load.check(reply, Exchange(request, 200, body.encode()))
    return Case("Bare Flask", _same(request, reply), len(reply.body), 1.0)


def _same(request: bytes, reply: Reply) -> Iterator[Exchange]:
    return repeat(Exchange(request, 200, reply.body))


def _good(address: Address, request: bytes) -> Reply:
    reply = load.ask(address, request)
    if reply.status != 200 or not reply.body:
        line = request.partition(b"\r\n")[0].decode("latin-1")
        raise WrongAnswer(f"status {reply.status} with {len(reply.body)} bytes to {line}")
    return reply


def _header(reply: Reply, name: str) -> str:
    for line in reply.head.decode("latin-1").split("\r\n")[1:]:
        key, _, value = line.partition(":")
        if key.lower() == name:
            return value.strip()
    raise WrongAnswer(f"an answer without {name}")
