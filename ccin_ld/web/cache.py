"""Finished representations, answered before routing: the fastest page is the one already made (design, 5)."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from werkzeug.http import is_resource_modified

from ..errors import BuildFailed, EngineFailed, EngineTimeout, LinkedDataError, QueryError
from ..represent import ALL
from . import language, profiles
from .endpoint import PATH as ENDPOINT
from .negotiation import PARAMETERS, signature
from .query_tag import CHANGING
from .respond import takes_gzip
from .site import Site, Sites
from .slots import KEY as SLOTS
from .slots import Slots

KNOWN_PARAMETERS = frozenset(
    (*PARAMETERS, profiles.PARAMETER, "page", "incoming", "as-of", "columns", "sort", "council")
)
Environ = dict[str, Any]
Start = Callable[..., Any]
_OVERHEAD = 600  # bytes that an entry takes beside its body, headers and key, about
_LONGEST = 4096  # letters of an address that is kept


@dataclass(frozen=True)
class Kept:
    """One finished response."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes
    etag: str | None
    modified: str | None


class RepresentationCache:
    """Responses by what was asked, the longest unused going first when the bytes are full."""

    def __init__(self, limit: int) -> None:
        self._limit, self._size = limit, 0
        self._kept: OrderedDict[Any, Kept] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def size(self) -> int:
        """The bytes that are kept, about."""
        return self._size

    def get(self, key: Any) -> Kept | None:
        """Return what was kept under the key, or None."""
        with self._lock:
            found = self._kept.get(key)
            if found:
                self._kept.move_to_end(key)
            return found

    def put(self, key: Any, kept: Kept) -> None:
        """Keep a response, unless it alone is larger than a quarter of the limit."""
        size = _size(key, kept)
        if size > self._limit // 4:
            return
        with self._lock:
            if key in self._kept:
                return
            self._kept[key] = kept
            self._size += size
            while self._size > self._limit:
                self._size -= _size(*self._kept.popitem(last=False))


def _size(key: Any, kept: Kept) -> int:
    """Return the bytes that an entry takes, about."""
    headers = sum(len(name) + len(value) for name, value in kept.headers)
    return len(kept.body) + headers + len(str(key)) + _OVERHEAD


class CachedApp:
    """WSGI: answers from the cache where it can, else asks the application and keeps what it may."""

    def __init__(
        self, app: Callable[[Environ, Start], Iterable[bytes]], sites: Sites, limit: int, slow_clients: int
    ) -> None:
        self._app, self._sites, self._slots = app, sites, Slots(slow_clients)
        # Apart, so that a stream of queries never drives the pages out.
        self.answers = RepresentationCache(limit // 8)
        self.cache = RepresentationCache(limit - limit // 8)

    def __call__(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        try:
            site = environ["ccin.site"] = self._sites.get()
        except (BuildFailed, EngineFailed, QueryError) as error:
            return _not_ready(error, environ, start_response)
        environ[SLOTS] = self._slots
        language.take(environ)
        cache = self.answers if environ["PATH_INFO"] == ENDPOINT else self.cache
        key = _key(environ, site)
        kept = cache.get(key) if key else None
        if kept:
            return _answer(kept, environ, start_response)
        with site.in_use():
            return self._ask(environ, start_response, cache, key)

    def _ask(
        self, environ: Environ, start_response: Start, cache: RepresentationCache, key: Any
    ) -> Iterable[bytes]:
        begun: list[Any] = []

        def begin(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            begun[:] = [status, headers]
            return start_response(status, headers, exc_info) if exc_info else start_response(status, headers)

        body = self._app(environ, begin)
        if not (key and environ.get("ccin.cacheable") and begun and begun[0][:3] in ("200", "301", "303")):
            return body
        data = b"".join(body)
        if hasattr(body, "close"):
            body.close()
        if environ["REQUEST_METHOD"] == "GET" and (cache is self.cache or _repeats(environ)):
            cache.put(key, _kept(begun[0], begun[1], data))
        return [data]


def _not_ready(error: LinkedDataError, environ: Environ, start_response: Start) -> Iterable[bytes]:
    """Answer without any build: the process is alive, and has nothing to show yet (RFC 9457)."""
    alive = environ["PATH_INFO"] == "/healthz"
    title, status = "There is nothing to serve yet", "503 SERVICE UNAVAILABLE"
    if isinstance(error, EngineFailed):
        title = "The engine behind this site gave no answer"
        status = "504 GATEWAY TIMEOUT" if isinstance(error, EngineTimeout) else "502 BAD GATEWAY"
    told = {"type": "about:blank", "title": title, "status": int(status[:3]), "detail": str(error)}
    body = b"alive\n" if alive else json.dumps(told).encode()
    kind = "text/plain; charset=utf-8" if alive else "application/problem+json"
    headers = [("Content-Type", kind), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
    more = [] if alive else [("Retry-After", "5")]
    start_response("200 OK" if alive else status, [*headers, *more])
    return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]


def _key(environ: Environ, site: Site) -> Any:
    """Return what the answer depends on, or None when it cannot be kept."""
    path, accept = environ["PATH_INFO"], environ.get("HTTP_ACCEPT", "")
    if "HTTP_ACCEPT_DATETIME" in environ:
        return None  # who asks for another time is sent there
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or len(path) > _LONGEST or len(accept) > 1000:
        return None
    # What rates our formats alike is alike; the endpoint has formats of its own.
    wanted = accept if path == ENDPOINT else signature(accept, ALL)
    asked = _asked(path, environ.get("QUERY_STRING", ""), site.facet_names)
    if asked is None:
        return None
    here = site.settings.public_url or (
        environ["wsgi.url_scheme"],
        environ.get("HTTP_HOST"),
        *_forwarded(environ, site),
    )
    # The folder, not the id: a Release adds to what a build shows, and its id stays.
    gzip = takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
    spoken = environ[language.ADDRESS], environ[language.WANTED]
    profile = profiles.signature(environ, path, site.build.base)
    return site.build.folder.name, here, spoken, asked, wanted, gzip, profile


def _asked(path: str, query: str, facets: frozenset[str] = frozenset()) -> Any:
    """Return the parameters in an order of their own, or None when there are some that we do not know."""
    if not query:
        return ""
    if path == ENDPOINT:
        return query if len(query) <= _LONGEST else None
    if len(query) > 200:
        return None
    pairs = parse_qsl(query, keep_blank_values=True)
    names = [name for name, _ in pairs]
    # One name twice: which of the two counts is for the application to say. Of a facet all count.
    once = [name for name in names if name not in facets]
    known = KNOWN_PARAMETERS.issuperset(once) and len(set(once)) == len(once)
    return tuple(sorted(pairs)) if known else None


def _repeats(environ: Environ) -> bool:
    """Say whether the same query has the same answer as long as the build is the same."""
    return not CHANGING.search(unquote_plus(environ.get("QUERY_STRING", "")))


def _forwarded(environ: Environ, site: Site) -> tuple[str | None, ...]:
    if not site.settings.trusted_proxies:
        return ()
    return environ.get("HTTP_X_FORWARDED_HOST"), environ.get("HTTP_X_FORWARDED_PROTO")


def _kept(status: str, headers: list[tuple[str, str]], body: bytes) -> Kept:
    named = {name.lower(): value for name, value in headers}
    return Kept(status, headers, body, named.get("etag"), named.get("last-modified"))


def _answer(kept: Kept, environ: Environ, start_response: Start) -> Iterable[bytes]:
    conditional = "HTTP_IF_NONE_MATCH" in environ or "HTTP_IF_MODIFIED_SINCE" in environ
    if conditional and kept.etag and not _modified(kept, environ):
        gone = ("content-type", "content-encoding", "content-length")
        start_response("304 NOT MODIFIED", [pair for pair in kept.headers if pair[0].lower() not in gone])
        return [b""]
    start_response(kept.status, kept.headers)
    return [b""] if environ["REQUEST_METHOD"] == "HEAD" else [kept.body]


def _modified(kept: Kept, environ: Environ) -> bool:
    return is_resource_modified(environ, etag=kept.etag, last_modified=kept.modified)
