"""SPARQL 1.1 Protocol: a request in, what it asks for out. Nothing here knows the framework's requests.

Errors are those of ``ccin_ld.errors`` and, for what only HTTP has words for, ProtocolError with its status.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header, parse_options_header

from ccin_ld.errors import BadRequest, QueryForbidden
from ccin_ld.represent.results import ResultFormat, by_name, formats_for

FORM_TYPE = "application/x-www-form-urlencoded"
QUERY_TYPE = "application/sparql-query"
UPDATE_TYPE = "application/sparql-update"
ACCEPT_POST = f"{QUERY_TYPE}, {FORM_TYPE}"
ALLOW = "GET, HEAD, OPTIONS, POST"
# The names that clients give to the parameter; SPARQLWrapper sends three of them together.
FORMAT_PARAMETERS = ("_format", "format", "output", "results", "_mediatype")

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]*")
_NO_UPDATES = "Updates are not taken here: the data is changed by its keepers, not over the web."

Pairs = Sequence[tuple[str, str]]


class ProtocolError(BadRequest):
    """A request that the protocol has a status of its own for: 405, 413, 414 or 415."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class QueryRequest:
    """One query and all that the client said about how to answer it."""

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    results: ResultFormat | None = None  # for SELECT and ASK; None: the client takes none of ours
    graph: ResultFormat | None = None  # for CONSTRUCT and DESCRIBE
    seconds: float | None = None  # may only lower the limit
    rows: int | None = None  # may only lower the limit

    @property
    def dataset(self) -> tuple[tuple[str, str], ...]:
        """The parameters that name graphs, each with its IRI."""
        return (
            *(("default-graph-uri", iri) for iri in self.default_graphs),
            *(("named-graph-uri", iri) for iri in self.named_graphs),
        )


@dataclass(frozen=True)
class DescriptionRequest:
    """GET without a query: the client asks what this endpoint is."""


def read_request(
    method: str,
    query_string: str,
    *,
    content_type: str = "",
    body: bytes = b"",
    accept: str | None = None,
    max_bytes: int = 64 * 1024,
) -> QueryRequest | DescriptionRequest:
    """Return what a request to the endpoint asks for (SPARQL 1.1 Protocol, 2.1).

    *query_string* is the part of the address after "?", not decoded; *accept* is None without that header.
    Raises BadRequest (400), QueryForbidden (an update, 403), ProtocolError (405, 413, 414, 415).
    """
    if method in ("GET", "HEAD"):
        _check_size(len(query_string.encode()), max_bytes, 414)
        pairs = _pairs(query_string)
        if not any(name in ("query", "update") for name, _ in pairs):
            return DescriptionRequest()
        return _from_pairs(pairs, accept)
    if method != "POST":
        raise ProtocolError(405, f"{method} is not for this address; use GET or POST")
    return _from_post(query_string, content_type, body, accept, max_bytes)


def _from_post(
    query_string: str, content_type: str, body: bytes, accept: str | None, max_bytes: int
) -> QueryRequest:
    kind, options = parse_options_header(content_type)
    kind = kind.lower()
    _check_size(len(body), max_bytes, 413)
    if kind == UPDATE_TYPE:
        raise QueryForbidden("this endpoint only answers queries", hint=_NO_UPDATES)
    if kind == FORM_TYPE:
        # The parameters belong in the body; some clients leave the format in the address.
        address = [(name, value) for name, value in _pairs(query_string) if name in FORMAT_PARAMETERS]
        return _from_pairs([*_pairs(_text(body)), *address], accept)
    if kind == QUERY_TYPE:
        _check_charset(options.get("charset", "utf-8"))
        pairs = _pairs(query_string)
        if any(name == "query" for name, _ in pairs):
            raise BadRequest("the query is in the body and in the address; send it once")
        return _from_pairs([("query", _text(body)), *pairs], accept)
    raise ProtocolError(415, f"a body of type {kind or 'unknown'} cannot be read; send {ACCEPT_POST}")


def _check_size(size: int, max_bytes: int, status: int) -> None:
    # Per cent signs make a query up to three times as long on its way.
    if size > 3 * max_bytes + 8192:
        raise ProtocolError(status, f"the request is longer than this endpoint reads ({max_bytes:,} bytes)")


def _check_charset(charset: str) -> None:
    if charset.lower().replace("_", "-") not in ("utf-8", "utf8", "us-ascii"):
        raise BadRequest(f"the query is said to be in {charset}; only UTF-8 is read")


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadRequest(f"the body is not UTF-8 (byte {error.start + 1})") from error


def _pairs(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=200)
    except UnicodeDecodeError as error:
        raise BadRequest("a parameter is not UTF-8 once its per cent signs are decoded") from error
    except ValueError as error:
        raise BadRequest("there are more parameters than this endpoint reads") from error


def _from_pairs(pairs: Pairs, accept: str | None) -> QueryRequest:
    queries = [value for name, value in pairs if name == "query"]
    if any(name in ("update", "using-graph-uri", "using-named-graph-uri") for name, _ in pairs):
        raise QueryForbidden("this endpoint only answers queries", hint=_NO_UPDATES)
    if len(queries) != 1:
        raise BadRequest(f"there has to be exactly one query parameter; there are {len(queries)}")
    return QueryRequest(
        query=queries[0].removeprefix("\ufeff"),
        default_graphs=_graphs(pairs, "default-graph-uri"),
        named_graphs=_graphs(pairs, "named-graph-uri"),
        results=choose("select", pairs, accept),
        graph=choose("graph", pairs, accept),
        seconds=_seconds(pairs),
        rows=_rows(pairs),
    )


def _graphs(pairs: Pairs, parameter: str) -> tuple[str, ...]:
    graphs = tuple(value for name, value in pairs if name == parameter)
    for graph in graphs:
        if not _IRI.fullmatch(graph):
            raise BadRequest(f"{parameter} has to be a whole IRI, not {graph!r}")
    return graphs


def _last(pairs: Pairs, parameter: str) -> str | None:
    return next((value for name, value in reversed(pairs) if name == parameter and value), None)


def _seconds(pairs: Pairs) -> float | None:
    text = _last(pairs, "timeout")
    if text is None:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not (seconds > 0 and math.isfinite(seconds)):
        raise BadRequest(f"timeout has to be a number of seconds above 0, not {text!r}")
    return seconds


def _rows(pairs: Pairs) -> int | None:
    text = _last(pairs, "maxrows")
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text) > 0):
        raise BadRequest(f"maxrows has to be a whole number above 0, not {text!r}")
    return int(text)


def choose(kind: str, pairs: Pairs, accept: str | None) -> ResultFormat | None:
    """Return the format for answers of *kind*: a known name in a parameter, else the best for *accept*.

    A name that we do not know counts as not sent. None when *accept* takes none of our formats.
    """
    for parameter in FORMAT_PARAMETERS:
        for name, value in pairs:
            if name == parameter and (one := by_name(value, kind)):
                return one
    return _accepted(kind, accept and accept[:1000])


@lru_cache(maxsize=256)
def _accepted(kind: str, accept: str | None) -> ResultFormat | None:
    formats = [one for one in formats_for(kind) if one.negotiable]
    # RFC 9110, 12.5.1: no header means that anything will do.
    if accept is None or not accept.strip():
        return formats[0]
    # Parameters such as version or charset do not choose between our formats.
    asked = parse_accept_header(accept, MIMEAccept)
    wanted = MIMEAccept([(value.partition(";")[0].strip(), quality) for value, quality in asked])
    best, best_quality = None, 0.0
    for one in formats:
        quality = _quality(wanted, one)
        if quality > best_quality:
            best, best_quality = one, quality
    return best


def _quality(wanted: MIMEAccept, one: ResultFormat) -> float:
    # A type that only stands for the format counts when it is named, never through a wildcard.
    named = {value.lower(): quality for value, quality in reversed(list(wanted))}
    others = [named[media_type] for media_type in one.also if media_type in named]
    own = wanted.quality(one.media_type)
    return float(max([own, *others]))
