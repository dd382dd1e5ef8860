"""What every response owes, written once: validators, Link, Vary, caching, security, CORS, HEAD and 304."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import quote

from flask import Response, request
from werkzeug.datastructures import Accept, Headers
from werkzeug.http import http_date, is_resource_modified, parse_accept_header

from ..errors import BadRequest
from ..represent import HTML, Representation
from ..represent.linkset import Link
from ..words import LANGUAGES
from . import language, profiles
from .negotiation import PARAMETERS

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
EXPOSED = (
    "Link, ETag, Content-Location, Location, Memento-Datetime, Retry-After, Vary, X-Result-Cut, X-Total-Count"
)
# One value for every address and status: answers and errors may both depend on them (conventions.md d.2).
VARY = ("Accept", "Accept-Encoding")
ALLOWED_HEADERS = "Accept, Accept-Datetime, Accept-Profile, Content-Type, If-None-Match"
NO_CACHE = "no-cache"
FOREVER = "public, max-age=31536000, immutable"
# Addresses that may be asked for a time (RFC 7089): documents, and the things that lead to them.
_TIMED = re.compile(r"/(?:id|doc)/[^/]+/.+|/def/.+|/data(?:[./].*)?")
_COMPRESSIBLE = 1024


@dataclass(frozen=True)
class Body:
    """What there is to send: the bytes, what they are, and how they may be kept."""

    data: bytes
    content_type: str
    links: Sequence[Link] = ()
    content_location: str | None = None
    modified: str | None = None
    cache_control: str = NO_CACHE
    status: int = 200
    headers: Sequence[tuple[str, str]] = field(default=())
    tag: str | None = None  # a validator known beforehand; else it is a digest of the data


def respond(body: Body) -> Response:
    """Return the response for *body*: the one place where ``Vary``, ``ETag``, ``Link`` and 304 are made."""
    headers = common_headers()
    headers["Content-Type"] = body.content_type
    headers["Cache-Control"] = body.cache_control
    if body.links:
        headers["Link"] = ", ".join(str(link) for link in body.links)
    if body.content_location:
        headers["Content-Location"] = body.content_location
    if body.content_type == HTML.content_type:
        headers["Content-Language"] = LANGUAGES[language.code()]
        if body.content_location:
            headers["Content-Location"] = language.prefix() + body.content_location
    if body.modified:
        headers["Last-Modified"] = http_day(body.modified)
    headers.extend(body.headers)
    data, coding = _coded(body.data)
    etag = coded_tag(body.tag, coding) if body.tag else etag_of(body.data, coding)
    if coding:
        headers["Content-Encoding"] = coding
    if body.status == 200:
        headers["ETag"] = f'"{etag}"'
        request.environ["ccin.cacheable"] = True
        if not_modified(etag, headers.get("Last-Modified")):
            return _unchanged(headers)
    return Response(data, body.status, headers)


def common_headers(vary: Iterable[str] = VARY) -> Headers:
    """Return the headers of every response, errors included. Vary is one constant value for each address."""
    headers = Headers()
    headers["Vary"] = ", ".join(_varying() if vary is VARY else vary)
    headers["Content-Security-Policy"] = CSP
    headers["X-Frame-Options"] = "DENY"  # for browsers that do not know frame-ancestors
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Access-Control-Allow-Origin"] = "*"
    headers["Access-Control-Expose-Headers"] = EXPOSED
    return headers


def _varying() -> tuple[str, ...]:
    """Return the headers of the request that answers at this address depend on."""
    varying: tuple[str, ...] = VARY
    if request.environ.get(language.ADDRESS) == "/":
        varying = (*varying, "Accept-Language")  # the home page alone looks at it
    if request.path.startswith(profiles.STARTS):
        varying = (*varying, profiles.HEADER)
    return (*varying, "Accept-Datetime") if is_timed(request.path) else varying


def is_timed(path: str) -> bool:
    """Say whether an address may be asked for a time, with ``Accept-Datetime``."""
    return _TIMED.fullmatch(path) is not None


def etag_of(data: bytes, coding: str | None) -> str:
    """Return a strong validator: a digest of the bytes, told apart by content coding (RFC 9110, 8.8.3)."""
    return coded_tag(hashlib.blake2b(data, digest_size=12).hexdigest(), coding)


def coded_tag(tag: str, coding: str | None) -> str:
    """Return the validator of what *tag* is for, in a content coding."""
    return f"{tag}-{coding}" if coding else tag


def unchanged(tag: str, cache_control: str = NO_CACHE) -> Response:
    """Return 304 for the answer that the client holds under *tag*."""
    headers = common_headers()
    headers["Cache-Control"] = cache_control
    headers["ETag"] = f'"{tag}"'
    return Response(b"", 304, headers)


def not_modified(etag: str, modified: str | None) -> bool:
    """Say whether the client has it: If-None-Match before If-Modified-Since (RFC 9110, 13.2.2)."""
    return not is_resource_modified(request.environ, etag=etag, last_modified=modified)


def _unchanged(headers: Headers) -> Response:
    # RFC 9110, 15.4.5: a 304 repeats these, and has no content to describe.
    for name in ("Content-Type", "Content-Encoding"):
        headers.remove(name)
    return Response(b"", 304, headers)


def _coded(data: bytes) -> tuple[bytes, str | None]:
    if len(data) < _COMPRESSIBLE or not takes_gzip(request.headers.get("Accept-Encoding", "")):
        return data, None
    # mtime=0: the same bytes every time.
    return gzip.compress(data, compresslevel=6, mtime=0), "gzip"


def takes_gzip(accept_encoding: str) -> bool:
    """Say whether a client takes gzip (RFC 9110, 12.5.3). Without the header it may, and is not asked to."""
    return 0 < len(accept_encoding) < 500 and _takes_gzip(accept_encoding)


@lru_cache(maxsize=256)
def _takes_gzip(accept_encoding: str) -> bool:
    return bool(parse_accept_header(accept_encoding, Accept).quality("gzip") > 0)


def http_day(day: str) -> str:
    """Return an ISO date as an HTTP date, at the start of that day."""
    return http_date(datetime.fromisoformat(day).replace(tzinfo=UTC))


def see_other(location: str, *, links: Sequence[Link] = (), status: int = 303) -> Response:
    """Return a redirect; a 303 from a thing to the document about it unless *status* says another.

    A local path leads to the page in the language of the request.
    """
    local = location.startswith("/") and not location.startswith("//")
    kept = f"{language.prefix()}{location}".rstrip("/") or "/" if local else location
    return redirect_to(kept, links=links, status=status)


def redirect_to(location: str, *, links: Sequence[Link] = (), status: int = 301) -> Response:
    """Return a redirect to exactly this address."""
    headers = common_headers()
    headers["Location"] = location
    headers["Cache-Control"] = NO_CACHE
    if links:
        headers["Link"] = ", ".join(str(link) for link in links)
    headers["Content-Type"] = "text/plain; charset=utf-8"
    if status in (301, 303):
        request.environ["ccin.cacheable"] = True
    return Response(f"See {location}\n", status, headers)


def page_number(name: str) -> int:
    """Return the number of a page that the query names, 1 when it names none. Raises BadRequest."""
    text = request.args.get(name, "1")
    # Not isdigit(): a superscript two is a digit and no number.
    if not (text.isascii() and text.isdecimal() and len(text) <= 7 and int(text) > 0):
        raise BadRequest(f"{name} is the number of a page, not {text[:40]!r}")
    return int(text)


def only(*known: str) -> None:
    """Raise BadRequest for a parameter that this address does not know: a misspelt filter is no filter."""
    extra = sorted(set(request.args) - {*known, "page", *PARAMETERS})
    if extra:
        raise BadRequest(f"{extra[0]!r} is no parameter here; there are {', '.join(known)}")


def query_suffix() -> str:
    """Return the query of the request as it goes into another address, escaped where it has to be."""
    text = quote(request.query_string, safe="%/:?&=+,;@!$'()*[]~-._")
    return f"?{text}" if text else ""


def options(allow: Sequence[str], extra: Sequence[tuple[str, str]] = ()) -> Response:
    """Return the answer to OPTIONS: what the address allows, also as a CORS preflight."""
    headers = common_headers()
    headers["Allow"] = ", ".join(allow)
    headers["Access-Control-Allow-Methods"] = ", ".join(allow)
    headers["Access-Control-Allow-Headers"] = ALLOWED_HEADERS
    headers["Access-Control-Max-Age"] = "86400"
    headers.extend(extra)
    response = Response(b"", 204, headers)
    del response.headers["Content-Type"]  # there is no content to have a type
    return response


def representation_links(path: str, offers: Sequence[Representation], query: str = "") -> list[Link]:
    """Return a link to each format of the document at *path*."""
    return [Link(f"{path}.{offer.extension}{query}", "alternate", offer.media_type) for offer in offers]


__all__ = [
    "ALLOWED_HEADERS",
    "Body",
    "Link",
    "common_headers",
    "etag_of",
    "http_day",
    "not_modified",
    "only",
    "options",
    "representation_links",
    "respond",
    "see_other",
    "takes_gzip",
    "unchanged",
]
