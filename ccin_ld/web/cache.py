"""Finished representations, answered before routing: the fastest page is the one already made (design, 5)."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from werkzeug.http import is_resource_modified

from ..represent import ALL
from .negotiation import PARAMETERS, signature
from .site import Site, Sites

KNOWN_PARAMETERS = frozenset((*PARAMETERS, "page", "incoming", "as-of"))
Environ = dict[str, Any]
Start = Callable[..., Any]
_OVERHEAD = 600  # bytes that an entry takes beside its body, about


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
        size = len(kept.body) + _OVERHEAD
        if size > self._limit // 4:
            return
        with self._lock:
            if key in self._kept:
                return
            self._kept[key] = kept
            self._size += size
            while self._size > self._limit:
                _, oldest = self._kept.popitem(last=False)
                self._size -= len(oldest.body) + _OVERHEAD


class CachedApp:
    """WSGI: answers from the cache where it can, else asks the application and keeps what it may."""

    def __init__(self, app: Callable[[Environ, Start], Iterable[bytes]], sites: Sites, limit: int) -> None:
        self._app, self._sites = app, sites
        self.cache = RepresentationCache(limit)

    def __call__(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        site = environ["ccin.site"] = self._sites.get()
        key = _key(environ, site)
        kept = self.cache.get(key) if key else None
        if kept:
            return _answer(kept, environ, start_response)
        with site.in_use():
            return self._ask(environ, start_response, key)

    def _ask(self, environ: Environ, start_response: Start, key: Any) -> Iterable[bytes]:
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
        if environ["REQUEST_METHOD"] == "GET":
            self.cache.put(key, _kept(begun[0], begun[1], data))
        return [data]


def _key(environ: Environ, site: Site) -> Any:
    """Return what the answer depends on, or None when it cannot be kept."""
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
        return None
    query = environ.get("QUERY_STRING", "")
    if query:
        asked = parse_qsl(query, keep_blank_values=True)
        if any(name not in KNOWN_PARAMETERS for name, _ in asked) or len(query) > 200:
            return None
        query = tuple(sorted(asked))
    accept = environ.get("HTTP_ACCEPT", "")
    rated = signature(accept, ALL) if len(accept) < 1000 else None
    if rated is None:
        return None
    here = site.settings.public_url or (
        environ["wsgi.url_scheme"],
        environ.get("HTTP_HOST"),
        *_forwarded(environ, site),
    )
    gzip = "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")
    coding = environ.get("HTTP_ACCEPT_ENCODING", "") if gzip else ""
    # The folder, not the id: a Release adds to what a build shows, and its id stays.
    return site.build.folder.name, here, environ["PATH_INFO"], query, rated, coding


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
