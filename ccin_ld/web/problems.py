"""How an error of the domain becomes a response: one table of statuses, one body in the format asked for."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, request
from werkzeug.exceptions import HTTPException

from .. import errors
from ..represent import ALL, HTML, Representation
from ..words import N_
from .negotiation import choose, parse_accept
from .respond import common_headers

STATUS: dict[type[errors.LinkedDataError], int] = {
    errors.UnknownResource: 404,
    errors.Withdrawn: 410,
    errors.NoLonger: 410,
    errors.StaleCursor: 410,
    errors.NotAcceptable: 406,
    errors.TooMany: 413,
    errors.BadRequest: 400,
    errors.BadInput: 400,
    errors.BadQuery: 400,
    errors.QueryForbidden: 403,
    errors.ReportRefused: 403,
    errors.ReportTooLong: 413,
    errors.ReportNotKept: 500,
    errors.QueryTooLong: 413,
    errors.QueryTooLarge: 503,
    errors.QueryTimeout: 504,
    errors.QueryFailed: 500,
    errors.EndpointBusy: 503,
    errors.ClientBusy: 429,
    errors.QueryUnsupported: 501,
    errors.EngineFailed: 502,
    errors.EngineTimeout: 504,
    errors.BuildFailed: 503,
}
TITLES = {
    400: N_("The request cannot be understood"),
    403: N_("This is not allowed here"),
    404: N_("There is nothing at this address"),
    405: N_("This address does not take that method"),
    406: N_("The format asked for is not on offer"),
    410: N_("This is not here any more"),
    413: N_("The request is too large"),
    414: N_("The address is too long"),
    415: N_("The body is of a kind that is not taken here"),
    429: N_("Too many requests"),
    500: N_("Something went wrong on our side"),
    501: N_("The engine cannot do this"),
    502: N_("The engine behind this site gave no answer"),
    503: N_("The service is busy"),
    504: N_("The query took too long"),
}
_PAGE = Representation("html", "Web page", "text/html", "html")
_PROBLEM = Representation("problem", "Problem details", "application/problem+json", "json", text=False)
_TEXT = Representation("text", "Plain text", "text/plain", "txt")
_FORMS = (_PAGE, _PROBLEM, _TEXT)


@dataclass(frozen=True)
class Problem:
    """One error, ready to be told: RFC 9457, with what a person can do."""

    status: int
    title: str
    detail: str
    hints: tuple[str, ...] = ()
    more: tuple[tuple[str, Any], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()

    def said(self, error: Exception) -> tuple[str, Mapping[str, object] | None]:
        """Return the detail for a page: a message with what fills it, or English as it is and None."""
        for kind, (message, names) in _MESSAGES.items():
            if type(error) is kind:
                return message, {name: getattr(error, name) for name in names}
        return (self.detail, {}) if self.detail in _DETAILS else (self.detail, None)


# What is said on pages of the errors that people meet most, and the values of the error that fill it.
_MESSAGES: dict[type[Exception], tuple[str, tuple[str, ...]]] = {
    errors.UnknownResource: (N_("nothing is known about <%(iri)s>"), ("iri",)),
    errors.Withdrawn: (N_("<%(iri)s> was taken back on %(day)s: %(reason)s"), ("iri", "day", "reason")),
    errors.NotAcceptable: (
        N_("none of the formats asked for (%(wanted)s) can be given"),
        ("wanted",),
    ),
    errors.EndpointBusy: (N_("the endpoint is busy with other queries"), ()),
}
_DETAILS = {N_("The error has been logged.")}


def status_of(error: Exception) -> int:
    """Return the status of an error of the domain; 500 for any other."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def problem_of(error: Exception) -> Problem:
    """Return the problem that an error is; an unknown one is a 500 that tells nothing of its inside."""
    if isinstance(error, HTTPException):
        return _of_werkzeug(error)
    status = status_of(error)
    detail = str(error) if isinstance(error, errors.LinkedDataError) else next(iter(_DETAILS))
    problem = Problem(status, TITLES[status], detail)
    if isinstance(error, errors.NotAcceptable):
        more = (("formats", list(error.offered)),)
        return Problem(status, TITLES[status], detail, tuple(error.offered), more)
    if isinstance(error, errors.BadParameter):
        return Problem(status, TITLES[status], detail, more=(("parameter", error.name),))
    if isinstance(error, errors.Withdrawn):
        told = (("withdrawn", error.day), ("reason", error.reason), ("thing", error.iri))
        return Problem(status, TITLES[status], detail, more=told)
    if isinstance(error, errors.StaleCursor):
        stale = (("hint", error.hint), ("start", error.start))
        return Problem(status, TITLES[status], detail, (error.hint,), stale)
    if isinstance(error, errors.BadQuery):
        return _of_query(error, status)
    if isinstance(error, errors.EngineFailed):
        return _of_engine(error, status)
    if isinstance(error, errors.QueryForbidden | errors.QueryUnsupported) and error.hint:
        return Problem(status, TITLES[status], detail, (error.hint,), (("hint", error.hint),))
    if isinstance(error, errors.EndpointBusy):
        return Problem(status, TITLES[status], detail, headers=(("Retry-After", str(error.retry_after)),))
    if isinstance(error, errors.BuildFailed):
        return Problem(status, TITLES[status], detail, headers=(("Retry-After", "5"),))
    if isinstance(error, errors.QueryTimeout):
        hint = "Add a LIMIT, or ask for fewer things at once."
        return Problem(status, TITLES[status], detail, (hint,), (("hint", hint), ("timeout", error.seconds)))
    return problem


def _of_engine(error: errors.EngineFailed, status: int) -> Problem:
    # What it said, and where it is, is for the keepers: the log has it.
    slow = isinstance(error, errors.EngineTimeout)
    title = "The engine behind this site did not answer in time" if slow else TITLES[status]
    hint = "Try again in a minute; if it stays so, the engine cannot answer this."
    return Problem(status, title, str(error), (hint,), (("hint", hint),), (("Retry-After", "10"),))


def _of_query(error: errors.BadQuery, status: int) -> Problem:
    place = {"line": error.line, "column": error.column, "token": error.token, "hint": error.hint}
    title = f"The query has a mistake on line {error.line}" if error.line else "The query has a mistake"
    hints = (error.hint,) if error.hint else ()
    return Problem(status, title, str(error), hints, tuple((k, v) for k, v in place.items() if v is not None))


def _of_werkzeug(error: HTTPException) -> Problem:
    status = error.code or 500
    allow = tuple(("Allow", value) for name, value in error.get_headers() if name.lower() == "allow")
    return Problem(status, TITLES.get(status, error.name), error.description or error.name, headers=allow)


def answer(problem: Problem, page: Callable[[Problem], str] | None) -> Response:
    """Return the problem as HTML, problem+json or plain text by ``Accept``."""
    form = _form() if page else _PROBLEM
    if form is _PAGE and page:
        body = page(problem).encode()
    elif form is _TEXT:
        body = "\n".join([problem.title, problem.detail, *problem.hints, ""]).encode()
    else:
        told = {
            "type": "about:blank",
            "title": problem.title,
            "status": problem.status,
            "detail": problem.detail,
        }
        body = (json.dumps({**told, **dict(problem.more)}, ensure_ascii=False, indent=1) + "\n").encode()
    headers = common_headers()
    headers["Content-Type"] = form.content_type
    headers["Cache-Control"] = "no-store" if problem.status >= 500 or problem.status == 429 else "no-cache"
    headers.extend(problem.headers)
    return Response(body, problem.status, headers)


_OF_DATA = frozenset(one.extension for one in ALL if one is not HTML)


def _form() -> Representation:
    accept = parse_accept(request.headers.get("Accept", ""))
    if request.path.rpartition(".")[2] in _OF_DATA and HTML.media_type not in accept.values():
        return _PROBLEM  # who asks for data by its suffix, and not in a browser, is told in data
    if accept.quality("text/html") == 0 and accept.quality("application/json") > 0:
        return _PROBLEM
    try:
        return choose(accept, _FORMS)
    except errors.NotAcceptable:
        return _PROBLEM
