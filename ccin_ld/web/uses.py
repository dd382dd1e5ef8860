"""What visitors come for: whom to talk to, what is not known, briefings, citations, reports of problems."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, current_app, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from .. import reports
from ..errors import BadRequest, ReportRefused, ReportTooLong, UnknownResource
from ..gaps import KINDS
from ..ingest.private import holds_address
from ..iris import is_key, is_name
from ..namespaces import CCIN, PREFIXES
from ..represent import CSV, HTML, JSON, Representation, citation, table, talk
from ..represent.jsonld import encode
from ..represent.pages.context import PageContext
from ..represent.pages.uses import ON_PAGE, Uses, report_address
from ..store.shares import household
from .documents import document_links, html_pages, page_context, public_url, site
from .endpoint import CUT_HEADER
from .negotiation import negotiate
from .parameters import MOST_OPTIONS, Option, options
from .respond import Body, Link, only, page_number, respond, see_other
from .slots import KEY as SLOTS

bp = Blueprint("uses", __name__)
RATE = "ccin.reports"
OFFERS = (HTML, JSON, CSV)
FORM_TYPE = "application/x-www-form-urlencoded"
# Bytes of a report as a form sends it: every letter may take twelve.
_MOST_SENT = 64 * 1024
_FIELD = re.compile(r"https?://[^\s<>\"{}|\\^`]{1,180}")
_NO_INDEX = ("X-Robots-Tag", "noindex")


def _uses() -> Uses:
    return html_pages().uses


def _context(path: str, query: str = "", offers: tuple[Representation, ...] = ()) -> PageContext:
    return page_context(path, offers=offers, query=query)


def _one(name: str, longest: int = 300) -> str:
    """Return a parameter of the address, '' when it is not there. Raises BadRequest for two or a long one."""
    found = request.args.getlist(name)
    if len(found) > 1 or any(len(one) > longest for one in found):
        raise BadRequest(f"{name} stands once in the address, with at most {longest} letters")
    return found[0].strip() if found else ""


# Who should we talk to?


@bp.get("/talk", defaults={"extension": None})
@bp.get("/talk.<extension>")
def who_to_talk_to(extension: str | None) -> Response:
    """Bodies that did work which claims a principle, the best to talk to first, each with the reason."""
    only("council", "principle")
    choice = negotiate(request.headers.get("Accept", ""), request.args, extension, OFFERS)
    bodies, principles = (options(site().build, "thing", (CCIN + one,)) for one in ("Body", "Principle"))
    given = _one("council"), _one("principle")
    asked = _chosen(given[0], bodies, "Body"), _chosen(given[1], principles, "Principle")
    query = urlencode([(n, v) for n, v in zip(("council", "principle"), given, strict=True) if v], safe="/:")
    if choice is HTML:
        return _talk_page(bodies, principles, given, asked, query)
    if asked[1] is None:
        raise BadRequest("name a principle: /talk?principle=co-production; a council is welcome beside it")
    words, reader = _uses().words, _uses().reader
    found = talk.found(asked[1], asked[0], reader, words)
    place = talk.place_of(asked[0], reader) if asked[0] else None
    rows = [talk.row(one, place, reader, words) for one in found]
    told = {"council": asked[0], "principle": asked[1], "total": len(rows), "items": rows}
    return _data(choice, "/talk", f"?{query}", told, talk.HEADER, rows, extension)


def _talk_page(
    bodies: tuple[Option, ...],
    principles: tuple[Option, ...],
    given: tuple[str, str],
    asked: tuple[str | None, str | None],
    query: str,
) -> Response:
    # More than a form can offer are typed.
    councils = [(one.value, one.label) for one in bodies] if len(bodies) <= MOST_OPTIONS else []
    listed = [(one.value, one.label) for one in principles]
    short = {one.iri: one.value for one in (*bodies, *principles)}
    kept = tuple(short.get(iri or "", text) for iri, text in zip(asked, given, strict=True))
    number = page_number("page")
    address = f"?{query}" + (f"&page={number}" if number > 1 else "") if query else ""
    offers = OFFERS if asked[1] else ()
    page = _uses().talk(
        _context("/talk", address, offers), councils, listed, (kept[0], kept[1]), asked, number
    )
    return respond(Body(page.encode(), HTML.content_type))


def _chosen(text: str, offered: tuple[Option, ...], kind: str) -> str | None:
    """Return the IRI that a key, a kind and key, a name or an IRI stands for; None for none.

    Raises BadRequest for one that is not there.
    """
    if not text:
        return None
    build = site().build
    for one in offered:
        if text in (one.value, one.iri) or text.casefold() == one.label.casefold():
            return one.iri
    iri = text if text.startswith(build.base.iri) else build.base.iri + "id/" + text.removeprefix("/")
    item = build.index.item(iri) if len(iri) < 300 else None
    if item is None or CCIN + kind not in item.types:
        word = "council or other body" if kind == "Body" else "principle"
        raise BadRequest(f"there is no {word} {text!r} here")
    return iri


def _data(
    choice: Representation,
    path: str,
    query: str,
    told: Mapping[str, Any],
    header: tuple[str, ...],
    rows: list[dict[str, Any]],
    extension: str | None,
    headers: tuple[tuple[str, str], ...] = (),
    links: tuple[Link, ...] = (),
) -> Response:
    """Return rows as JSON or CSV; several values of a cell have a bar between blanks between them."""
    if choice is JSON:
        data, kind = encode(told), JSON.content_type
    else:
        data = table.csv_bytes(list(header), [[_cell(row[name]) for name in header] for row in rows])
        kind = f"{CSV.content_type}; header=present"
    body = Body(
        data,
        kind,
        links=[*document_links(path, choice, OFFERS, None, query), *links],
        content_location=None if extension else f"{path}.{choice.extension}{query}",
        modified=site().build.manifest["modified"],
        headers=[("X-Total-Count", str(told["total"])), *headers],
    )
    return respond(body)


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return " | ".join(value)
    return "" if value is None else str(value)


# What we do not know


@bp.get("/unknown", defaults={"extension": None})
@bp.get("/unknown.<extension>")
def what_is_not_known(extension: str | None) -> Response:
    """Every claim that is not known, field not recorded and conflict, by body, each with a way to answer."""
    only("body", "about", "kind")
    choice = negotiate(request.headers.get("Accept", ""), request.args, extension, OFFERS)
    asked, number = _filters(), page_number("page")
    found = _uses().chosen(asked)
    pages = max(1, math.ceil(len(found) / ON_PAGE))
    if number > pages:
        raise UnknownResource(f"{site().build.base.iri}unknown?page={number}")
    pairs = [
        *((name, value) for name, value in asked.items() if value),
        *[("page", str(number))][: number > 1],
    ]
    query = f"?{urlencode(pairs, safe='/:')}" if pairs else ""
    if choice is HTML:
        page = _uses().unknown(_context("/unknown", query, OFFERS), found, asked, number)
        return respond(Body(page.encode(), HTML.content_type))
    rows = [_gap_row(one) for one in found[(number - 1) * ON_PAGE : number * ON_PAGE]]
    told = {"total": len(found), "page": number, "pages": pages, "items": rows}
    cut = ((CUT_HEADER, f"rows={ON_PAGE}"),) if pages > 1 else ()
    links = tuple(_turn(asked, choice, to, rel) for rel, to in _turns(number, pages))
    return _data(choice, "/unknown", query, told, _GAP_HEADER, rows, extension, cut, links)


_GAP_HEADER = ("kind", "body", "thing", "label", "field", "name", "words", "answer")


def _gap_row(gap: Any) -> dict[str, Any]:
    return {
        "kind": gap.kind,
        "body": list(gap.bodies),
        "thing": gap.thing,
        "label": gap.label,
        "field": gap.field or None,
        "name": gap.name or None,
        "words": gap.words,
        "answer": public_url() + report_address(gap.thing, gap.field),
    }


def _turns(number: int, pages: int) -> list[tuple[str, int]]:
    return [(rel, to) for rel, to in (("prev", number - 1), ("next", number + 1)) if 1 <= to <= pages]


def _turn(asked: Mapping[str, str], choice: Representation, to: int, rel: str) -> Link:
    pairs = [*((name, value) for name, value in asked.items() if value), ("page", str(to))]
    return Link(f"/unknown.{choice.extension}?{urlencode(pairs, safe='/:')}", rel)


def _filters() -> dict[str, str]:
    """Return the filters of the address: a body, a thing, a kind of gap. Raises BadRequest."""
    kind, body, about = _one("kind"), _one("body"), _one("about")
    if kind and kind not in KINDS:
        raise BadRequest(f"kind={kind!r} is none of {', '.join(KINDS)}")
    base = site().build.base.iri
    body = body.removeprefix(base + "id/")
    if body and site().build.index.item(base + "id/" + body) is None:
        raise BadRequest(f"there is no body {body!r} here; write its kind and key: council/oldham")
    return {"body": body, "about": _known(about), "kind": kind}


# A briefing


@bp.get("/briefing/<kind>/<name>")
def briefing(kind: str, name: str) -> Response:
    """What is known of one body on one sheet of paper."""
    build = site().build
    if not is_key(kind) or not is_name(name):
        raise UnknownResource(f"{build.base.iri}briefing/{kind}/{name}")
    resource = build.store.describe(build.base.thing(kind, name))
    if CCIN + "Body" not in resource.types or CCIN + "Network" in resource.types:
        raise UnknownResource(f"{build.base.iri}briefing/{kind}/{name}")
    negotiate(request.headers.get("Accept", ""), request.args, None, (HTML,))
    page = _uses().briefing(resource, _context(f"/briefing/{kind}/{name}"))
    return respond(Body(page.encode(), HTML.content_type, modified=build.manifest["modified"]))


# A citation


@bp.get("/cite", defaults={"extension": None})
@bp.get("/cite.<extension>")
def cite(extension: str | None) -> Response:
    """How to cite one record: as text, BibTeX or CSL-JSON, with the Release that it is from."""
    only("about")
    choice = negotiate(request.headers.get("Accept", ""), request.args, extension, citation.FORMATS)
    about = _known(_one("about"))
    if not about:
        raise BadRequest("name what to cite: /cite.bib?about= and its permanent link")
    uses = _uses()
    data = uses.citation(about, talk.name_of(about, uses.reader, uses.words)).written(choice)
    name = f"{citation.key_of(about)}.{choice.extension}"
    headers = [("Content-Disposition", f'inline; filename="{name}"'), _NO_INDEX]
    return respond(Body(data, choice.content_type, headers=headers))


def _known(iri: str) -> str:
    """Return the IRI of something that this site has a page for, or ''. Raises UnknownResource."""
    build = site().build
    if not iri:
        return ""
    dataset = build.model.site.dataset
    release = build.ledger.find(iri.removeprefix(f"{dataset}/")) if iri.startswith(f"{dataset}/") else None
    if release is None and build.index.item(iri) is None and not build.store.labels([iri]):
        raise UnknownResource(iri)
    return iri


# Reports of problems


@bp.get("/report")
def report_form() -> Response:
    """The form for a problem, with the thing and the field that it is about filled in."""
    only("about", "field")
    return _form(_known(_one("about")), _field(_one("field")))


def _form(about: str, field: str, *, status: int = 200, **filled: str) -> Response:
    taken = site().settings.reports is not None
    context = _context("/report")
    page = _uses().report(context, about, field, taken=taken, longest=reports.LONGEST, **filled)
    return respond(Body(page.encode(), HTML.content_type, status=status, headers=[_NO_INDEX]))


def _field(text: str) -> str:
    """Return the IRI of a property from its prefixed name or IRI, or ''. Raises BadRequest."""
    prefix, colon, local = text.partition(":")
    iri = PREFIXES[prefix] + local if colon and prefix in PREFIXES and not local.startswith("//") else text
    if iri and not _FIELD.fullmatch(iri):
        raise BadRequest(
            "field is the permanent link or the prefixed name of a property, such as ccin:region"
        )
    return iri


@bp.post("/report")
def report() -> Response:
    """Keep a report, and go on to a page that says thanks.

    Refused are forms of other sites (ReportRefused, 403), too much (ReportTooLong, 413), too many of one
    client (ClientBusy, 429); a form without words comes back with what is filled in.
    """
    folder = site().settings.reports
    if folder is None:
        raise ReportRefused("reports by form are not taken here")
    _same_origin()
    sent = _sent()
    about, field = _known(sent.get("about", "")), _field(sent.get("field", ""))
    words, source = sent.get("words", "").strip(), sent.get("source", "").strip()
    if sent.get("website"):
        # Only a program fills in what nobody sees. It is thanked, so that it does not try another way.
        return see_other("/report/sent")
    if mistake := _mistake(words, source):
        return _form(about, field, status=400, words=words, source=source, mistake=mistake)
    made = reports.report_at(datetime.now(UTC), about=about, field=field, words=words, source=source)
    current_app.extensions[RATE].enter(household(request.remote_addr or ""))
    reports.keep(folder, made)
    return see_other("/report/sent")


def _mistake(words: str, source: str) -> str:
    """Return which mistake a form has: no words, or an e-mail address in them; '' for none."""
    if not words:
        return "empty"
    return "address" if holds_address(words) or holds_address(source) else ""


def _same_origin() -> None:
    """Raise ReportRefused unless a page of ours sent the form: no cookie, and so no token, is needed for it.

    A browser says where a form was sent from (Fetch Metadata; RFC 6454, section 7); what says nothing at
    all is no browser.
    """
    fetched = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin") or request.headers.get("Referer", "")
    if fetched is not None:
        ours = fetched == "same-origin"
    else:
        parts, own = urlsplit(origin), urlsplit(public_url())
        ours = (parts.scheme, parts.netloc) == (own.scheme, own.netloc)
    if not ours:
        raise ReportRefused("a report is sent from the form on this site")


def _sent() -> MultiDict[str, str]:
    """Return what a form sends. Raises BadRequest for another kind of body, ReportTooLong for a long one."""
    give_back = request.environ[SLOTS].take()
    try:
        if request.mimetype != FORM_TYPE:
            raise BadRequest(f"a report is sent as a form: {FORM_TYPE}")
        request.max_content_length = request.max_form_memory_size = _MOST_SENT
        return request.form
    except RequestEntityTooLarge as error:
        raise ReportTooLong("the report is longer than what is taken here") from error
    finally:
        give_back()


@bp.get("/report/sent")
def report_sent() -> Response:
    """Thanks for a report."""
    page = _uses().thanks(_context("/report/sent"))
    return respond(Body(page.encode(), HTML.content_type, headers=[_NO_INDEX]))


__all__ = ["RATE", "bp"]
