"""A SPARQL engine of somebody else's, over HTTP: one function asks it, one tells it to change.

SPARQL 1.1 Protocol and Graph Store HTTP Protocol. Requests are made by SPARQLWrapper, and sent here, for
it follows redirects with the credentials in hand and has no deadline for a whole answer.
"""

from __future__ import annotations

import base64
import http.client
import logging
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from typing import IO, Any, TypeVar, cast
from urllib.parse import quote, urlsplit

import pyoxigraph as ox
from SPARQLWrapper import POST, SPARQLWrapper

from ccin_ld.config import Secret, Settings
from ccin_ld.errors import BadSettings, EndpointBusy, EngineFailed, EngineTimeout, QueryUnsupported

log = logging.getLogger("ccin_ld.engine")

_AGENT = "ccin-ld"
# XML before JSON: Virtuoso writes booleans as 0 and 1 in JSON.
_TABLES = {
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/xml": ox.QueryResultsFormat.XML,
    "application/json": ox.QueryResultsFormat.JSON,
}
_GRAPHS = {
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "text/plain": ox.RdfFormat.N_TRIPLES,
}
_ACCEPT_TABLE = "application/sparql-results+xml, application/sparql-results+json;q=0.9"
_ACCEPT_GRAPH = "application/n-triples, text/turtle;q=0.9, application/rdf+xml;q=0.8"
_TOLD = 300  # letters of an engine's complaint that are passed on
_AGAIN_AFTER = 0.2  # seconds

_Item = TypeVar("_Item")


class _Stream(Iterator[_Item]):
    """What comes out of a parser, which is let go of when the answer is closed.

    A parser may only be freed by the thread that made it. An error's traceback holds on to what stood in
    each frame, until another thread clears it away: so no frame but ours ever has the parser itself.
    """

    def __init__(self, source: Iterator[Any]) -> None:
        self._source: Iterator[Any] | None = source

    def __next__(self) -> _Item:
        if self._source is None:
            raise StopIteration
        return self._take(next(self._source))

    def _take(self, item: Any) -> _Item:
        taken: _Item = item
        return taken

    def close(self) -> None:
        """Let go of the parser."""
        self._source = None


class Rows(_Stream[ox.QuerySolution]):
    """The rows of an answer to SELECT, and the names of its variables."""

    def __init__(self, source: ox.QuerySolutions) -> None:
        super().__init__(source)
        self.variables = source.variables


class Triples(_Stream[ox.Triple]):
    """The triples of an answer to CONSTRUCT or DESCRIBE."""

    def _take(self, item: ox.Quad) -> ox.Triple:
        return item.triple


Found = Rows | Triples | bool


@dataclass(frozen=True)
class Engine:
    """Where an engine is and how it is asked; secrets are never shown."""

    query: str
    update: str | None = None
    graphs: str | None = None
    seconds: float = 5.0
    digest: bool = False
    user: str | None = None
    password: Secret | None = field(default=None, repr=False)
    token: Secret | None = field(default=None, repr=False)

    @classmethod
    def of(cls, settings: Settings) -> Engine | None:
        """Return the engine that *settings* name, or None. Raises BadSettings when a file is not there."""
        if settings.endpoint is None:
            return None
        return cls(
            query=settings.endpoint,
            update=settings.endpoint_update,
            graphs=settings.endpoint_graphs,
            seconds=settings.endpoint_timeout,
            digest=settings.endpoint_auth == "digest",
            user=settings.endpoint_user,
            password=settings.secret("endpoint_password"),
            token=settings.secret("endpoint_token"),
        )

    @property
    def name(self) -> str:
        """The machine and port, for messages to the keepers."""
        return urlsplit(self.query).netloc

    def to_dict(self) -> dict[str, Any]:
        """Return all of it with the secrets, for the pipe to a worker and nothing else."""
        told = asdict(self)
        for name in ("password", "token"):
            secret: Secret | None = getattr(self, name)
            told[name] = secret.reveal() if secret is not None else None
        return told

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Engine:
        """Return what ``to_dict`` gave."""
        secrets = {name: Secret(told[name]) for name in ("password", "token") if told[name] is not None}
        return cls(**{**told, **secrets})


@contextmanager
def ask(
    engine: Engine,
    query: str,
    kind: str,
    *,
    default: Sequence[str] = (),
    named: Sequence[str] = (),
    seconds: float | None = None,
) -> Iterator[tuple[Found, int | None]]:
    """Send *query*, of *kind* "select", "ask" or "graph"; give its answer, which is read as it comes.

    *default* and *named* are the dataset (SPARQL 1.1 Protocol, 2.1.4). The second value is how many rows the
    engine gives at most, where it says so. A query is safe to repeat: one that got no answer at all is sent
    once more. Raises EngineFailed, EngineTimeout, EndpointBusy, QueryUnsupported, also while the answer is
    read.
    """
    made = _Request(engine.query, kind)
    made.setQuery(query)
    for iri in default:
        made.addDefaultGraph(iri)
    for iri in named:
        made.addNamedGraph(iri)
    made.addCustomHttpHeader("Accept", _ACCEPT_GRAPH if kind == "graph" else _ACCEPT_TABLE)
    with _sent(engine, made._createRequest(), seconds or engine.seconds, again=True) as response:
        if response.headers.get("X-SQL-State") == "S1TAT":
            raise EngineTimeout(
                "the engine behind this site stopped in the middle", detail=f"{engine.name}: partial answer"
            )
        found: Found | None = None
        try:
            found = _parsed(response, kind, engine)
            yield found, _number(response.headers.get("X-SPARQL-MaxRows"))
        except SyntaxError as error:
            raise _wrong(engine, f"its answer breaks off or is not what it says: {error}") from error
        finally:
            if isinstance(found, _Stream):
                found.close()


def update(engine: Engine, text: str, *, seconds: float | None = None) -> None:
    """Send a SPARQL Update. It is never sent twice. Raises EngineFailed, EngineTimeout, BadSettings."""
    if engine.update is None:
        raise BadSettings(
            "no address for updates is known",
            hint="give it with --update or CCIN_LD_ENDPOINT_UPDATE",
        )
    made = _Request(engine.update, "update")
    made.setQuery(text)
    with _sent(engine, made._createRequest(), seconds or engine.seconds, again=False) as response:
        while response.read(1 << 16):
            pass


def put_graph(engine: Engine, iri: str, triples: bytes, *, seconds: float | None = None) -> None:
    """Replace a named graph by N-Triples (Graph Store HTTP Protocol, 5.3). Raises EngineFailed."""
    assert engine.graphs is not None
    joined = "&" if "?" in engine.graphs else "?"
    # Virtuoso 7 knows the graph by the name of its own parameter only; others pass it over.
    name = quote(iri, safe="")
    address = f"{engine.graphs}{joined}graph={name}"
    if engine.graphs.rstrip("/").endswith(("sparql-graph-crud", "sparql-graph-crud-auth")):
        address = f"{engine.graphs}{joined}graph-uri={name}"
    request = urllib.request.Request(address, data=triples, method="PUT")
    request.add_header("Content-Type", "application/n-triples")
    request.add_header("User-Agent", _AGENT)
    with _sent(engine, request, seconds or engine.seconds, again=False) as response:
        while response.read(1 << 16):
            pass


class _Request(SPARQLWrapper):
    """A request as SPARQLWrapper makes it, by POST; it is told what kind it is and need not guess."""

    def __init__(self, address: str, kind: str) -> None:
        self._kind = {"select": "SELECT", "ask": "ASK", "graph": "CONSTRUCT", "update": "INSERT"}[kind]
        super().__init__(address, agent=_AGENT)
        self.setMethod(POST)
        self.setOnlyConneg(True)

    def _parseQueryType(self, query: str) -> str:
        # Theirs runs regular expressions over the query, which a stranger may have written.
        return self._kind


class _Deadline:
    """Ends a connection when its time is over, however slowly it drips."""

    def __init__(self, seconds: float) -> None:
        self.passed, self.seconds = False, seconds
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self._timer.start()

    def watch(self, connected: socket.socket | None) -> None:
        """Remember the connection; end it now when the time is over already."""
        self._socket = connected
        if self.passed:
            self._end()

    def _end(self) -> None:
        self.passed = True
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def cancel(self) -> None:
        """Let the connection be."""
        self._timer.cancel()


class _Http(urllib.request.HTTPHandler, urllib.request.HTTPSHandler):
    """Opens connections that the deadline watches."""

    def __init__(self, deadline: _Deadline) -> None:
        urllib.request.HTTPSHandler.__init__(self)
        self._deadline = deadline

    def http_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        """Open an http: address."""
        return self._do(http.client.HTTPConnection, request)

    def https_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        """Open an https: address; the certificate is checked."""
        return self._do(http.client.HTTPSConnection, request)

    def _do(self, kind: Any, request: urllib.request.Request) -> http.client.HTTPResponse:
        deadline = self._deadline

        # The base is one of two classes, known when it is called only.
        class Watched(kind):  # type: ignore[misc]
            def connect(self) -> None:
                super().connect()
                deadline.watch(self.sock)

        return self.do_open(cast(Any, Watched), request)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Follow none: the credentials are for one address."""


def _opener(deadline: _Deadline) -> urllib.request.OpenerDirector:
    # No proxy of the environment stands between us and the engine.
    handlers: list[Any] = [_Http(deadline), _NoRedirect(), urllib.request.ProxyHandler({})]
    opener = urllib.request.OpenerDirector()
    for handler in (*handlers, urllib.request.HTTPErrorProcessor(), urllib.request.HTTPDefaultErrorHandler()):
        opener.add_handler(handler)
    return opener


def _authorize(request: urllib.request.Request, engine: Engine) -> None:
    if engine.token is not None:
        request.add_unredirected_header("Authorization", f"Bearer {engine.token.reveal()}")
    elif engine.user is not None and engine.password is not None and not engine.digest:
        pair = f"{engine.user}:{engine.password.reveal()}".encode()
        request.add_unredirected_header("Authorization", "Basic " + base64.b64encode(pair).decode())


def _answer_challenge(request: urllib.request.Request, engine: Engine, deadline: _Deadline) -> None:
    """Add what an engine that wants digest authentication asks for (RFC 7616); nothing if it asks nothing.

    It is asked by a GET first: one that refuses a long body closes the connection while it is being sent.
    """
    if not engine.digest or engine.user is None or engine.password is None:
        return
    first = urllib.request.Request(request.full_url, headers={"User-Agent": _AGENT})
    try:
        _opener(deadline).open(first, timeout=deadline.seconds).close()
        return
    except urllib.error.HTTPError as error:
        with error:
            scheme, _, challenge = error.headers.get("WWW-Authenticate", "").partition(" ")
    if scheme.lower() != "digest":
        return
    known = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    known.add_password(None, request.full_url, engine.user, engine.password.reveal())
    asked = urllib.request.parse_keqv_list(urllib.request.parse_http_list(challenge))
    answer = urllib.request.HTTPDigestAuthHandler(known).get_authorization(request, asked)
    request.add_unredirected_header("Authorization", f"Digest {answer}")


class _Response:
    """The body of an answer, as a file that says when it was cut short."""

    def __init__(self, response: http.client.HTTPResponse, engine: Engine, deadline: _Deadline) -> None:
        self._response, self._engine, self._deadline = response, engine, deadline
        self.headers = response.headers

    def read(self, size: int = -1) -> bytes:
        """Return at most *size* bytes. Raises EngineFailed when the connection is lost before the end."""
        try:
            data = self._response.read(size if size >= 0 else 1 << 16)
        except (OSError, http.client.HTTPException) as error:
            raise self._lost(error) from error
        if not data and (self._response.length or self._deadline.passed):
            raise self._lost(None)
        return data

    def _lost(self, error: Exception | None) -> EngineFailed:
        if self._deadline.passed or isinstance(error, TimeoutError):
            return _slow(self._engine, self._deadline.seconds)
        return _wrong(self._engine, "the connection was lost in the middle of the answer")


@contextmanager
def _sent(
    engine: Engine, request: urllib.request.Request, seconds: float, *, again: bool
) -> Iterator[_Response]:
    """Send a request and give its answer; errors of the network and of HTTP become ours."""
    _authorize(request, engine)
    deadline = _Deadline(seconds)
    try:
        opened = _opened(engine, request, deadline, again=again)
        with opened:
            yield _Response(opened, engine, deadline)
    finally:
        deadline.cancel()


def _opened(
    engine: Engine, request: urllib.request.Request, deadline: _Deadline, *, again: bool
) -> http.client.HTTPResponse:
    try:
        _answer_challenge(request, engine, deadline)
        return cast(http.client.HTTPResponse, _opener(deadline).open(request, timeout=deadline.seconds))
    except urllib.error.HTTPError as error:
        with error:
            raise _refused(engine, error) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "reason", error)
        if deadline.passed or isinstance(reason, TimeoutError):
            raise _slow(engine, deadline.seconds) from error
        if again and isinstance(reason, ConnectionError):
            time.sleep(_AGAIN_AFTER)
            return _opened(engine, request, deadline, again=False)
        if isinstance(reason, http.client.HTTPException) and not isinstance(reason, ConnectionError):
            raise _wrong(engine, "what it answers is not HTTP") from error
        # Never str(error): what we sent may be quoted in it, a secret too.
        words = reason.strerror if isinstance(reason, OSError) and reason.strerror else type(reason).__name__
        log.warning("the engine at %s cannot be reached: %s", engine.name, words)
        raise EngineFailed(
            "the engine behind this site cannot be reached", detail=f"{engine.name}: {words}"
        ) from None


def _refused(engine: Engine, error: urllib.error.HTTPError) -> Exception:
    """Return what a status other than 200 means."""
    status = error.code
    told = _words(error)
    log.warning("the engine at %s answered %s: %s", engine.name, status, told)
    if status in (429, 503):
        return EndpointBusy(min(60, _number(error.headers.get("Retry-After")) or 5))
    if status in (408, 504):
        return _slow(engine, engine.seconds)
    if status in (400, 413, 414, 422, 501):
        return QueryUnsupported("the engine behind this endpoint does not take this query", hint=told or None)
    if status in (401, 403):
        return _wrong(engine, f"it does not accept our name, password or token (status {status})")
    if 300 <= status < 400:
        return _wrong(engine, f"it answered with a redirect (status {status}), which is not followed")
    if status >= 500:
        detail = f"{engine.name}: status {status}: {told}"
        return EngineFailed("the engine behind this site answered with an error", detail=detail)
    return _wrong(engine, f"it answered with status {status}: {told}")


def _words(error: urllib.error.HTTPError) -> str:
    """Return the first line of what an engine says is wrong, if it is plain text."""
    try:
        data = error.read(4096)
    except (OSError, http.client.HTTPException):
        return ""
    if not error.headers.get("Content-Type", "text/plain").startswith("text/plain"):
        return ""
    lines = data.decode("utf-8", "replace").strip().splitlines()
    return "".join(sign for sign in (lines[0] if lines else "") if sign.isprintable())[:_TOLD]


def _slow(engine: Engine, seconds: float) -> EngineTimeout:
    log.warning("the engine at %s did not answer within %g seconds", engine.name, seconds)
    return EngineTimeout(
        "the engine behind this site did not answer in time",
        detail=f"{engine.name}: not within {seconds:g} seconds",
    )


def _wrong(engine: Engine, what: str) -> EngineFailed:
    log.warning("the engine at %s: %s", engine.name, what)
    return EngineFailed("the engine behind this site gave a wrong answer", detail=f"{engine.name}: {what}")


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else None


def _parsed(response: _Response, kind: str, engine: Engine) -> Found:
    """Return the answer, read as it comes. Raises EngineFailed when it is of another kind than asked for."""
    media_type = response.headers.get_content_type()
    if kind == "graph":
        rdf = _GRAPHS.get(media_type)
        if rdf is None:
            raise _wrong(engine, f"it answered with {media_type}, which is no RDF")
        return Triples(ox.parse(cast(IO[bytes], response), format=rdf, base_iri=engine.query))
    table = _TABLES.get(media_type)
    if table is None:
        raise _wrong(engine, f"it answered with {media_type}, which holds no SPARQL results")
    body = _PlainNodes(response) if table is ox.QueryResultsFormat.XML else response
    found = _table(cast(IO[bytes], body), table)
    if isinstance(found, bool) != (kind == "ask"):
        if isinstance(found, Rows):
            found.close()
        raise _wrong(engine, "it answered another kind of query than was asked")
    return found


def _table(body: IO[bytes], form: ox.QueryResultsFormat) -> Rows | bool:
    found = ox.parse_query_results(body, format=form)
    return Rows(found) if isinstance(found, ox.QuerySolutions) else bool(found)


class _PlainNodes:
    """SPARQL results in XML in which Virtuoso's names of blank nodes, nodeID://b1, are made names: b1.

    No letter of a literal is touched: in XML, none of them is a "<".
    """

    _THEIRS, _OURS = b"<bnode>nodeID://", b"<bnode>"

    def __init__(self, body: _Response) -> None:
        self._body, self._kept = body, b""

    def read(self, size: int = -1) -> bytes:
        """Return some bytes, not more than *size*; none at the end."""
        while True:
            data = self._body.read(size - len(self._kept) if size > len(self._kept) else 1)
            whole = (self._kept + data).replace(self._THEIRS, self._OURS)
            held = self._begun(whole) if data else 0
            self._kept = whole[len(whole) - held :]
            ready = whole[: len(whole) - held]
            if ready or not data:
                return ready

    def _begun(self, whole: bytes) -> int:
        """Return how many bytes at the end may be the beginning of one of their names."""
        lengths = range(min(len(whole), len(self._THEIRS) - 1), 0, -1)
        return next((length for length in lengths if whole.endswith(self._THEIRS[:length])), 0)
