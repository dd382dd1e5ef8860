"""The language of a page is in its address: ``/cy/members`` is ``/members`` with the interface in Welsh.

English has no prefix. Only the home page looks at ``Accept-Language``; ``/en`` is the home page in English,
whatever a browser asks for.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask import request
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from ..words import DEFAULT, LANGUAGES

# What the middleware finds out and the routes read.
LANGUAGE, ADDRESS, WANTED = "ccin.language", "ccin.address", "ccin.wanted-language"
_LONGEST = 500


def take(environ: dict[str, Any]) -> None:
    """Move the language from the start of the path into *environ*; routes never see it."""
    path = environ.get("PATH_INFO", "")
    first = path.split("/", 2)[1] if path.startswith("/") else ""
    environ[ADDRESS], environ[LANGUAGE], environ[WANTED] = path, DEFAULT, ""
    if first in LANGUAGES:
        environ[LANGUAGE] = first
        environ["PATH_INFO"] = path[len(first) + 1 :] or "/"
    elif path == "/":
        environ[WANTED] = wanted(environ.get("HTTP_ACCEPT_LANGUAGE", ""))


def wanted(header: str) -> str:
    """Return the language of the interface that suits an ``Accept-Language`` header best."""
    return _wanted(header) if 0 < len(header) < _LONGEST else DEFAULT


@lru_cache(maxsize=256)
def _wanted(header: str) -> str:
    return parse_accept_header(header, LanguageAccept).best_match(LANGUAGES, default=DEFAULT)


def moved(environ: dict[str, Any]) -> str | None:
    """Return the path that stands for the one asked for: English has no prefix, ``/cy/`` no final slash."""
    path, language = environ[ADDRESS], environ[LANGUAGE]
    if path == f"/{language}/":
        return f"/{language}"
    if path.startswith(f"/{DEFAULT}/"):
        return str(environ["PATH_INFO"])
    return None


def code() -> str:
    """Return the language of the page that this request asks for."""
    return str(request.environ.get(LANGUAGE, DEFAULT))


def prefix() -> str:
    """Return what the paths of pages in the language of this request begin with: '' or ``/cy``."""
    return "" if code() == DEFAULT else f"/{code()}"
