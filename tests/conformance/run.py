"""Asks a served endpoint every test, and judges what it answers."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.parse import urlencode, urlsplit

import pyoxigraph as ox

from ccin_ld.represent.results import BY_FORM

from . import protocol
from .answers import Answer, expected, given, of_engine, same
from .datasets import EMPTY, Chosen, Pack, packs, quads
from .suites import DESCRIPTION, EVALUATION, PROTOCOL, SYNTAX, UPDATE, Case, Suites

TABLES = ("json", "xml", "csv", "tsv")
GRAPHS = ("ttl", "jsonld", "nt", "rdf")
ENGINE = "engine"  # pyoxigraph in this process, over the test's own default graph
OWN = "own"  # the endpoint, serving the test's own default graph
_ORDERED = re.compile(r"\bORDER\s+BY\b[^}]*\Z", re.IGNORECASE)  # not in a query within the query
_ENTAILMENT = "entailment"


class Server(Protocol):
    """What a started server has."""

    url: str

    def end(self) -> int:
        """End it."""


class Start(Protocol):
    """Starts ``ccin-ld serve FILE``."""

    def __call__(self, file: Path) -> Server: ...


@dataclass(frozen=True)
class Verdict:
    """How one test went in one format ("status" for those without)."""

    case: Case
    form: str
    passed: bool
    said: str = ""  # what was answered, when that was not right

    @property
    def refused(self) -> bool:
        """Whether the endpoint answered 403: it takes no SERVICE and no updates."""
        return self.said.startswith("403")


@dataclass
class Client:
    """One kept connection to an endpoint, asking in each of the protocol's three ways in turn."""

    url: str
    turn: int = 0
    _connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=60)

    def ask(self, query: str, accept: str, chosen: Chosen) -> tuple[int, str, bytes]:
        """Return status, media type and body of the answer to *query*."""
        graphs = [("default-graph-uri", iri) for iri in chosen.default]
        graphs += [("named-graph-uri", iri) for iri in chosen.named]
        pairs = [("query", query), *graphs]
        self.turn += 1
        if self.turn % 3 == 0:
            return self.send("GET", "/sparql?" + urlencode(pairs), {"Accept": accept})
        if self.turn % 3 == 1:
            headers = {"Accept": accept, "Content-Type": "application/x-www-form-urlencoded"}
            return self.send("POST", "/sparql", headers, urlencode(pairs).encode())
        headers = {"Accept": accept, "Content-Type": "application/sparql-query"}
        return self.send("POST", "/sparql?" + urlencode(graphs), headers, query.encode())

    def send(
        self, method: str, path: str, headers: dict[str, str], body: bytes | None = None
    ) -> tuple[int, str, bytes]:
        """Return status, media type and body of what one request is answered with."""
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        data = response.read()
        return response.status, response.headers.get_content_type(), data

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def run(suites: Suites, folder: Path, start: Start) -> list[Verdict]:
    """Return the verdict on every test in every format; *folder* is for the files that are served."""
    cases = [case for case in suites.cases() if case.folder != _ENTAILMENT]
    asked = [case for case in cases if case.kind in (EVALUATION, SYNTAX, UPDATE)]
    verdicts = [verdict for case in asked if case.kind == EVALUATION for verdict in engine_alone(case)]
    verdicts += [engine_parses(case) for case in asked if case.kind == SYNTAX]
    for number, pack in enumerate(packs(asked)):
        verdicts += _over(start(pack.write(folder / f"pack-{number}.nq")), _pack(pack))
    verdicts += _own_default_graphs(asked, folder, start)
    others = [case for case in cases if case.kind in (PROTOCOL, DESCRIPTION)]
    server = start(protocol.write_data(suites, folder / "protocol.nq"))
    return verdicts + _over(server, lambda client: _others(suites, others, client))


class _Asking(Protocol):
    def __call__(self, client: Client) -> Iterable[Verdict]: ...


def _over(server: Server, asking: _Asking) -> list[Verdict]:
    client = Client(server.url)
    try:
        return list(asking(client))
    finally:
        client.close()
        server.end()


def _pack(pack: Pack) -> _Asking:
    def asking(client: Client) -> Iterator[Verdict]:
        for case, chosen in pack.cases:
            if case.kind == EVALUATION:
                yield from evaluate(client, case, chosen)
            elif case.kind == SYNTAX:
                yield parses(client, case)
            else:
                yield refuses(client, case)

    return asking


def _own_default_graphs(cases: Iterable[Case], folder: Path, start: Start) -> Iterator[Verdict]:
    """Serve the data of the tests that share a file most as a default graph of its own, and ask again."""
    by_data: dict[tuple[Path, ...], list[Case]] = {}
    for case in cases:
        if case.kind == EVALUATION and case.data and not case.named:
            by_data.setdefault(case.data, []).append(case)
    most = sorted(by_data.items(), key=lambda pair: (-len(pair[1]), pair[0]))[:4]
    for number, (data, alike) in enumerate(most):
        path = folder / f"own-{number}{data[0].suffix}"
        path.write_bytes(data[0].read_bytes())
        yield from _over(start(path), _own(alike))


def _own(cases: list[Case]) -> _Asking:
    def asking(client: Client) -> Iterator[Verdict]:
        for case in cases:
            for verdict in evaluate(client, case, Chosen((), ()), forms=("json",)):
                yield Verdict(case, OWN, verdict.passed, verdict.said)

    return asking


def evaluate(
    client: Client, case: Case, chosen: Chosen, forms: tuple[str, ...] | None = None
) -> Iterator[Verdict]:
    """Yield the verdict on an evaluation test for each format of its kind of answer."""
    assert case.result is not None
    wanted = expected(case.result)
    for form in forms or (GRAPHS if isinstance(wanted, ox.Dataset) else TABLES):
        if isinstance(wanted, ox.Dataset) and form == "json":
            form = "nt"
        status, media_type, data = client.ask(case.text, BY_FORM[form].media_type, chosen)
        if status != 200:
            yield Verdict(case, form, False, f"{status} {data[:200].decode(errors='replace')}")
            continue
        right = media_type == BY_FORM[form].media_type and _same(wanted, data, form, case)
        yield Verdict(
            case, form, right, "" if right else f"another answer: {data[:2000].decode(errors='replace')}"
        )


def _same(wanted: Answer, data: bytes, form: str, case: Case) -> bool:
    try:
        return _alike(wanted, given(data, form), case)
    except (SyntaxError, ValueError):
        return False  # what we answered is no document of the format


def _alike(wanted: Answer, got: Answer, case: Case) -> bool:
    return same(wanted, got, ordered=bool(_ORDERED.search(case.text)), lax=case.lax)


def parses(client: Client, case: Case) -> Verdict:
    """Return the verdict on a syntax test: 200 for what is SPARQL, 400 for what is not."""
    accept = "application/sparql-results+json, text/turtle"
    status, _, data = client.ask(case.text, accept, Chosen((EMPTY,), ()))
    passed = status == (400 if case.negative else 200)
    if not passed and status == 400:
        # The suites' made up functions are no mistake of syntax, and the answer says that they are read.
        passed = json.loads(data)["detail"].endswith("is not known here")
    return Verdict(
        case, "status", passed, "" if passed else f"{status} {data[:200].decode(errors='replace')}"
    )


def refuses(client: Client, case: Case) -> Verdict:
    """Return whether an update is refused as documented: 403, however it is sent."""
    assert case.query is not None
    update = case.query.read_bytes()
    form = urlencode([("update", update)]).encode()
    statuses = {
        client.send("POST", "/sparql", {"Content-Type": "application/sparql-update"}, update)[0],
        client.send("POST", "/sparql", {"Content-Type": "application/x-www-form-urlencoded"}, form)[0],
    }
    return Verdict(case, "status", statuses == {403}, "" if statuses == {403} else f"{statuses}")


def engine_alone(case: Case) -> Iterator[Verdict]:
    """Yield what the engine alone makes of an evaluation test, without the endpoint."""
    if case.folder == "service":
        yield Verdict(case, ENGINE, False, "SERVICE is not asked of strangers")
        return
    assert case.result is not None
    assert case.query is not None
    wanted, store = expected(case.result), ox.Store()
    store.extend(quads(case))
    try:
        got = of_engine(store.query(case.text))
    except (SyntaxError, RuntimeError, OSError, ValueError) as error:
        yield Verdict(case, ENGINE, False, str(error))
        return
    yield Verdict(case, ENGINE, _alike(wanted, got, case))


def engine_parses(case: Case) -> Verdict:
    """Return what the engine alone makes of a syntax test."""
    if "service" in case.text.lower():
        return Verdict(case, ENGINE, False, "SERVICE is not asked of strangers")
    try:
        ox.Store().query(case.text)
    except SyntaxError as error:
        return Verdict(case, ENGINE, case.negative, str(error))
    except (RuntimeError, OSError, ValueError) as error:
        return Verdict(case, ENGINE, not case.negative, str(error))
    return Verdict(case, ENGINE, not case.negative)


def _others(suites: Suites, cases: list[Case], client: Client) -> Iterator[Verdict]:
    for case in cases:
        check = protocol.check if case.kind == PROTOCOL else protocol.describe
        said = check(suites, case, client)
        yield Verdict(case, "status", not said, said)
