"""Asking the application for an address, without a network between."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

# The site under this name is what is asked; in what it answers the name gives way to the public address.
ORIGIN = "https://export.invalid"
# A page where there is one; else the format that the site itself prefers.
ACCEPT = "text/html, */*;q=0.5"

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass(frozen=True)
class Answer:
    """What the site answers: the status, the headers by their names in small letters, the bytes."""

    status: int
    headers: dict[str, str]
    data: bytes

    @property
    def media_type(self) -> str:
        """The media type, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0]


def ask(app: WsgiApp, address: str) -> Answer:
    """Return what *app* answers to GET for a local address, path and query."""
    path, _, query = address.partition("?")
    begun: dict[str, Any] = {}

    def begin(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        begun.update(status=int(status[:3]), headers={name.lower(): value for name, value in headers})

    body = app(_environ(unquote(path, "latin-1"), query), begin)
    try:
        data = b"".join(body)
    finally:
        close = getattr(body, "close", None)
        if close:
            close()
    return Answer(begun["status"], begun["headers"], data)


def _environ(path: str, query: str) -> dict[str, Any]:
    """Return a request as PEP 3333 says it."""
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": ORIGIN.partition("//")[2],
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": ORIGIN.partition("//")[2],
        "HTTP_ACCEPT": ACCEPT,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "https",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
