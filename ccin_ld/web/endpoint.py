"""The SPARQL endpoint at /sparql: the protocol for programs, the query page for browsers."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import lru_cache
from typing import IO, Any
from urllib.parse import parse_qsl

import pyoxigraph as ox
from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from ..description.service import ServiceLimits, service_description
from ..errors import BadRequest, LinkedDataError, NotAcceptable
from ..represent import HTML, JSON_LD, N_TRIPLES, RDF_XML, TURTLE, Representation
from ..represent.html import Answer as Shown
from ..represent.jsonld import Context
from ..represent.pages.query import VIEWS
from ..represent.pages.snippets import Dataset
from ..represent.rdf import serialize
from ..represent.results import BY_FORM, not_acceptable
from ..store.workers import Answer
from .documents import html_pages, page_context, public_url, site
from .examples import examples
from .negotiation import PARAMETERS, by_name, choose, parse_accept
from .problems import TITLES, Problem, answer, problem_of
from .protocol import (
    ACCEPT_POST,
    ALLOW,
    FORM_TYPE,
    FORMAT_PARAMETERS,
    DescriptionRequest,
    ProtocolError,
    QueryRequest,
    read_request,
)
from .query_tag import Answering, held, query_tag
from .respond import Body, Link, common_headers, not_modified, respond, unchanged
from .slots import KEY as SLOTS
from .slots import Held

bp = Blueprint("endpoint", __name__)
PATH = "/sparql"
CUT_HEADER = "X-Result-Cut"
_DESCRIPTIONS = (TURTLE, JSON_LD, RDF_XML, N_TRIPLES, HTML)
_SHOWN_ROWS = 1000
_SHOWN_BYTES = 4 << 20  # of an answer that is read into memory for a page
_IN_MEMORY = 1 << 20
_CHUNK = 64 * 1024
_PARTS = ("subject", "predicate", "object")
_OF_ROWS = tuple(name for name in VIEWS if name != "raw")
_DRAINED = 16 * 1024 * 1024


@bp.route(PATH, methods=["GET", "POST"])
def sparql() -> Response:
    """Answer a query, or say what this endpoint is."""
    query, dataset = "", tuple[tuple[str, str], ...]()
    try:
        give_back = request.environ[SLOTS].take() if request.method == "POST" else lambda: None
        try:
            asked, named = _read()
        finally:
            give_back()
        if isinstance(asked, DescriptionRequest):
            return _description()
        query, dataset = asked.query, asked.dataset
        return _answer(asked) if named or not _prefers_html() else _page(asked)
    except LinkedDataError as error:
        return _failed(error, query, dataset)


def _read() -> tuple[QueryRequest | DescriptionRequest, bool]:
    """Return what the request asks, and whether it names a format beside ``Accept``."""
    limit = site().settings.query_length
    request.max_content_length = most = 3 * limit + 8192
    if (request.content_length or 0) > most:
        _drain()
    try:
        body = request.get_data(cache=False, parse_form_data=False) if request.method == "POST" else b""
    except RequestEntityTooLarge as error:
        raise ProtocolError(413, "the query is longer than this endpoint reads") from error
    method = "GET" if request.method == "HEAD" else request.method
    asked = read_request(
        method,
        request.query_string.decode("latin-1"),
        content_type=request.headers.get("Content-Type", ""),
        body=body,
        accept=request.headers.get("Accept"),
        max_bytes=limit,
    )
    pairs = parse_qsl(body.decode("utf-8", "replace")) if request.mimetype == FORM_TYPE else []
    return asked, any(name in FORMAT_PARAMETERS for name, _ in [*request.args.items(multi=True), *pairs])


def _drain() -> None:
    """Read what a client sends in vain, up to a bound: one that still writes would not read our answer."""
    stream, left = request.environ["wsgi.input"], min(request.content_length or 0, _DRAINED)
    while left > 0 and (piece := stream.read(min(left, _CHUNK))):
        left -= len(piece)


def _run(
    asked: QueryRequest,
    *,
    results: str | None,
    graph: str | None,
    rows: int | None,
    length: int | None = None,
) -> Answer:
    try:
        return site().pool.run(
            asked.query,
            results=results,
            graph=graph,
            default_graphs=asked.default_graphs,
            named_graphs=asked.named_graphs,
            base=public_url() + PATH,
            seconds=asked.seconds,
            rows=rows,
            length=length,
            client=request.remote_addr or "",
        )
    except NotAcceptable as error:
        # The workers know the kind of the answer; what there is for it is known here.
        chosen = asked.graph if error.wanted.startswith("graph") else asked.results
        raise not_acceptable(error.wanted, chosen, request.headers.get("Accept", "")) from error


def _answer(asked: QueryRequest) -> Response:
    """Return the answer in a SPARQL results format or in RDF (SPARQL 1.1 Protocol, 2.1.6)."""
    tag = _tag(asked)
    known = held(tag, request.headers.get("If-None-Match")) if tag else None
    if known:
        return unchanged(known)
    results = asked.results.form if asked.results else None
    graph = asked.graph.form if asked.graph else None
    found = _run(asked, results=results, graph=graph, rows=asked.rows)
    headers = [(CUT_HEADER, f"rows={found.rows}")] if found.cut else []
    content_type = BY_FORM[found.form].content_type
    if found.length <= _IN_MEMORY:
        with found.body as body:
            data = body.read()
        return respond(Body(data, content_type, headers=headers, tag=tag))
    return _streamed(found, content_type, headers, tag or found.digest)


def _tag(asked: QueryRequest) -> str | None:
    """Return the validator of the answer when it is known beforehand: a remote engine may change its data."""
    build, settings = site().build, site().settings
    if settings.endpoint or request.method == "POST":
        return None
    name = f"{build.folder.name} {build.id}"
    limits = settings.query_rows, settings.query_bytes
    return query_tag(asked, Answering(name, public_url() + PATH, *limits))


def _streamed(found: Answer, content_type: str, extra: list[tuple[str, str]], tag: str) -> Response:
    headers = common_headers()
    headers["Content-Type"] = content_type
    headers["Cache-Control"] = "no-cache"
    headers["ETag"] = f'"{tag}"'
    headers.extend(extra)
    if not_modified(tag, None):
        found.body.close()
        headers.remove("Content-Type")
        return Response(b"", 304, headers)
    headers["Content-Length"] = str(found.length)
    try:
        give_back = request.environ[SLOTS].take()
    except LinkedDataError:
        found.body.close()
        raise
    pieces = Held(_pieces(found.body), give_back, found.body.close)
    return Response(pieces, 200, headers, direct_passthrough=True)


def _pieces(body: IO[bytes]) -> Iterator[bytes]:
    with body:
        while piece := body.read(_CHUNK):
            yield piece


def _prefers_html() -> bool:
    return _html_first(request.headers.get("Accept", "")[:1000])


@lru_cache(maxsize=256)
def _html_first(header: str) -> bool:
    accept = parse_accept(header)
    html = accept.quality("text/html")
    others = [accept.quality(one.media_type) for one in BY_FORM.values() if one.negotiable]
    return bool(html > max(others))


def _page(asked: QueryRequest) -> Response:
    """Return the query page with the answer in it, as a table or raw."""
    rows = min(asked.rows or _SHOWN_ROWS, _SHOWN_ROWS)
    view = request.args.get("view") or ""
    if view not in ("", *VIEWS):
        raise BadRequest(f"there is no view {view[:40]!r}; there are {', '.join(VIEWS)}")
    graph = "nt" if view in _OF_ROWS else "ttl"
    found = _run(asked, results="json", graph=graph, rows=rows, length=_SHOWN_BYTES)
    with found.body as body:
        shown = _shown(found, body.read(), view)
    page = _html(asked.query, asked.dataset, result=shown)
    if found.cut:
        page.headers[CUT_HEADER] = f"rows={found.rows}"
    return page


def _shown(found: Answer, data: bytes, view: str = "table") -> Shown:
    """Return an answer in JSON, Turtle or N-Triples as a page shows it; no *view* is the usual one."""
    if found.kind == "graph":
        if view in _OF_ROWS:
            triples = [[*one.triple] for one in ox.parse(data, format=ox.RdfFormat.N_TRIPLES)]
            return Shown(variables=_PARTS, rows=triples, cut=found.cut, is_graph=True, view=view)
        return Shown(raw=data.decode(), cut=found.cut, is_graph=True, view="raw")
    parsed = ox.parse_query_results(io.BytesIO(data), format=ox.QueryResultsFormat.JSON)
    if isinstance(parsed, ox.QueryBoolean):
        return Shown(boolean=bool(parsed))
    assert isinstance(parsed, ox.QuerySolutions)
    names = [variable.value for variable in parsed.variables]
    rows = [[solution[name] for name in names] for solution in parsed]
    raw = data.decode() if view == "raw" else ""
    return Shown(variables=names, rows=rows, cut=found.cut, raw=raw, view=view or "table")


def _html(
    query: str, dataset: Dataset = (), *, result: Shown | None = None, problem: Problem | None = None
) -> Response:
    context = page_context(PATH, offers=())
    html = html_pages().sparql(
        context,
        query,
        examples(site().settings.queries_dir),
        result=result,
        problem=problem,
        limits=_Shown(),
        dataset=dataset,
    )
    if problem:
        return answer(problem, lambda _: html)
    return respond(Body(html.encode(), HTML.content_type, headers=_robots()))


def _robots() -> list[tuple[str, str]]:
    # A query's answer is not a page of the site: robots need not follow every query there can be.
    return [("X-Robots-Tag", "noindex, nofollow")] if request.query_string else []


class _Shown:
    """The limits as the query page says them."""

    @property
    def timeout(self) -> float:
        return site().settings.query_timeout

    @property
    def rows(self) -> int:
        return site().settings.query_rows

    @property
    def bytes(self) -> int:
        return site().settings.query_bytes

    @property
    def length(self) -> int:
        return site().settings.query_length


def _failed(error: LinkedDataError, query: str, dataset: Dataset) -> Response:
    problem = _protocol_problem(error) if isinstance(error, ProtocolError) else problem_of(error)
    if _prefers_html():
        # A query that is too long to be read is too long to be shown.
        shown = query or request.args.get("query", "")[: site().settings.query_length]
        return _html(shown, dataset, problem=problem)
    return answer(problem, None)


def _protocol_problem(error: ProtocolError) -> Problem:
    more: tuple[tuple[str, str], ...] = ()
    if error.status == 405:
        more = (("Allow", ALLOW),)
    if error.status == 415:
        more = (("Accept-Post", ACCEPT_POST),)
    return Problem(error.status, TITLES[error.status], str(error), headers=more)


def _description() -> Response:
    """Return the service description, or the query page to a browser (SPARQL 1.1 Service Description)."""
    choice = _description_format()
    if choice is HTML:
        return _html("")
    triples = description(public_url() + PATH)
    data = _serialized(triples, choice)
    links = [Link(site().build.model.site.dataset, "describes")] if site().build.is_record else []
    return respond(Body(data, choice.content_type, links=links))


def _description_format() -> Representation:
    for name in PARAMETERS:
        if request.args.get(name):
            return by_name(request.args[name], _DESCRIPTIONS)
    return choose(parse_accept(request.headers.get("Accept", "")), _DESCRIPTIONS)


def description(endpoint: str) -> list[ox.Triple]:
    """Return what the endpoint says of itself, with the true counts of the build."""
    build, settings = site().build, site().settings
    limits = ServiceLimits(
        settings.query_timeout, settings.query_rows, settings.query_bytes, settings.query_length
    )
    return service_description(
        endpoint,
        default_triples=build.manifest["counts"]["triples"],
        named_graphs=build.manifest["counts"]["graphs"],
        limits=limits,
        title=f"SPARQL endpoint: {build.model.site.title}" if build.is_record else "SPARQL endpoint",
        dataset=build.model.site.dataset if build.is_record else None,
    )


def _serialized(triples: list[ox.Triple], choice: Representation) -> bytes:
    if choice is JSON_LD:
        context: Context = site().build.context
        return context.graph(triples)
    assert choice.rdf is not None
    return serialize(triples, choice.rdf)


def options_headers() -> list[tuple[str, Any]]:
    """Return what OPTIONS adds for the endpoint."""
    return [("Accept-Post", ACCEPT_POST)]
