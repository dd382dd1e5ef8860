"""``?explain`` on any address: how language, suffix, query, headers and profile led to the answer.

The address is asked as it is, without the word; the answer that it gives is looked at and not sent. What is
told is never kept: the cache knows no such parameter, and the answer says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from flask import Response, request
from werkzeug.datastructures import Headers
from werkzeug.test import run_wsgi_app

from ..errors import NotAcceptable
from ..represent import HTML, JSON, Representation
from ..represent.jsonld import encode
from ..represent.profiles import PROFILES
from . import language, profiles
from .documents import html_pages, page_context, site
from .endpoint import PATH as ENDPOINT
from .negotiation import DECISIONS, PARAMETERS, Decision, choose, parse_accept
from .respond import common_headers

PARAMETER = "explain"
# What would give an answer without content, or a part of it.
_CONDITIONS = (
    "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_RANGE",
    "HTTP_ACCEPT_ENCODING",
)  # fmt: skip
_SHOWN = ("Content-Type", "Content-Location", "Location", "Content-Language", "Vary", "ETag", "Last-Modified",
          "Cache-Control", "Content-Length", "Link")  # fmt: skip
_LONGEST = 200
# Why there was no choice of a format, by status.
_OTHERWISE = {
    301: "a redirect has no format",
    303: "a redirect has no format",
    400: "the request cannot be understood",
    404: "there is nothing at this address",
    406: "what is asked for is not on offer",
    410: "what was here has been taken back",
}


def is_asked() -> bool:
    """Say whether a request asks for the explanation of its answer."""
    return PARAMETER in request.args and request.method in ("GET", "HEAD")


def answer(app: Callable[..., Iterable[bytes]]) -> Response:
    """Return how *app* would answer this request without the word, and why, as a page or as JSON."""
    query = _without(request.query_string.decode("latin-1"))
    token = DECISIONS.set([])
    try:
        _, status, headers = run_wsgi_app(app, _inner(query), buffered=True)
        noted = list(DECISIONS.get() or ())
    finally:
        DECISIONS.reset(token)
    told = _told(query, int(status.split()[0]), headers, noted)
    choice = _form()
    if choice is HTML:
        context = page_context(request.path, offers=(), query=f"?{query}" if query else "")
        data = html_pages().explanation(context, told).encode()
    else:
        data = encode(told)
    made = common_headers()
    made["Content-Type"], made["Cache-Control"] = choice.content_type, "no-store"
    made["X-Robots-Tag"] = "noindex"
    return Response(data, 200, made)


def _without(query: str) -> str:
    """Return a query without the word, all else as it stands."""
    parts = [part for part in query.split("&") if part and unquote_plus(part.partition("=")[0]) != PARAMETER]
    return "&".join(parts)


def _inner(query: str) -> dict[str, Any]:
    left = {
        key: value for key, value in request.environ.items() if not key.startswith(("werkzeug.", "flask."))
    }
    for name in _CONDITIONS:
        left.pop(name, None)
    return {**left, "QUERY_STRING": query, "REQUEST_METHOD": "HEAD"}


def _form() -> Representation:
    wanted = request.args.get(PARAMETER, "").lower()
    if wanted in (HTML.name, JSON.name):
        return HTML if wanted == HTML.name else JSON
    try:
        return choose(parse_accept(request.headers.get("Accept", "")), (HTML, JSON))
    except NotAcceptable:
        return JSON


def _told(query: str, status: int, headers: Headers, noted: list[Decision]) -> dict[str, Any]:
    asked = dict(parse_qsl(query, keep_blank_values=True))
    return {
        "address": request.environ[language.ADDRESS] + (f"?{query}" if query else ""),
        "status": status,
        "language": _language(headers),
        "format": _format(asked, noted, headers, status),
        "profile": _profile(asked, headers),
        "headers": {name: headers[name] for name in _SHOWN if name in headers},
    }


def _language(headers: Headers) -> dict[str, Any]:
    prefix, path = language.prefix(), request.environ[language.ADDRESS]
    if prefix:
        why = f"the address begins with {prefix}"
    elif path == "/":
        why = "the home page looks at Accept-Language, and leads on when that prefers another language"
    else:
        why = "the address begins with no other language; Accept-Language counts for the home page alone"
    given = request.headers.get("Accept-Language", "")[:_LONGEST] if path == "/" else None
    return {"code": language.code(), "because": why, "header": given, "sent": headers.get("Content-Language")}


def _format(asked: dict[str, str], noted: list[Decision], headers: Headers, status: int) -> dict[str, Any]:
    accept = request.headers.get("Accept", "")
    made: dict[str, Any] = {"sent": headers.get("Content-Type"), "accept": accept[:_LONGEST]}
    if not noted:
        here = "the endpoint has rules of its own: docs/sparql.md" if request.path == ENDPOINT else ""
        rules = here or _OTHERWISE.get(status, "this address comes in one format")
        return {**made, "by": None, "because": rules, "offers": []}
    last = noted[-1]
    named = next((name for name in PARAMETERS if asked.get(name)), None)
    why = {
        "suffix": f"the suffix .{last.given} wins over the query and over Accept",
        "Accept": "no suffix and no query names one, so Accept decides; of equals the first on offer",
    }.get(last.by, f"{last.by}={last.given[:_LONGEST]} in the query wins over Accept")
    rated = parse_accept(accept)
    return {
        **made,
        "by": last.by,
        "given": last.given[:_LONGEST],
        "because": why,
        "overruled": [name for name in (named,) if name and last.by == "suffix"]
        + (["Accept"] if accept and last.by != "Accept" else []),
        "offers": [
            {
                "mediaType": one.media_type,
                "quality": rated.quality(one.media_type) if one.negotiable else None,
                "chosen": one is last.chosen,
            }
            for one in last.offers
        ],
    }


def _profile(asked: dict[str, str], headers: Headers) -> dict[str, Any] | None:
    """Return which profile the answer has and why, or None for what has none."""
    base = site().build.base
    sent = next(
        (one for one in PROFILES if f'<{one.iri(base)}>; rel="profile"' in headers.get("Link", "")),
        None,
    )
    if sent is None:
        return None
    header = request.headers.get(profiles.HEADER, "")
    if asked.get(profiles.PARAMETER):
        by, why = profiles.PARAMETER, "the query wins over the header"
    elif sent.token in profiles.ranked(header, base):
        by, why = (
            profiles.HEADER,
            "of the profiles that the header names it is the best in an acceptable format",
        )
    elif header:
        by, why = (
            None,
            "the header names no profile of ours in an acceptable format, so it is the default one",
        )
    else:
        by, why = None, "nothing asks for another, so it is the default one"
    return {"token": sent.token, "iri": sent.iri(base), "by": by, "because": why, "header": header[:_LONGEST]}
