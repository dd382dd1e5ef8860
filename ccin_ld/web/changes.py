"""What changed: a list since a day, a thin feed with cursors, an event stream (LDES) and Atom feeds."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox
from flask import Blueprint, Response, request

from ..archive import Archive, Entry, Moment
from ..description import stream
from ..description.stream import PAGE_SIZE, Stream, timestamp
from ..errors import BadRequest, StaleCursor, UnknownResource
from ..iris import is_key, is_name
from ..represent import ATOM, CSV, HTML, JSON, JSON_LD, N_QUADS, STREAM, TRIG, Representation, atom, table
from ..represent.jsonld import encode
from ..represent.pages.shared import Pages
from ..represent.rdf import serialize
from .documents import document_links, html_pages, page_context, public_url, site
from .negotiation import negotiate, split_suffix
from .respond import FOREVER, Body, Link, only, page_number, respond

bp = Blueprint("changes", __name__)
PATH, FEED = "/changes", "/feed.atom"
SINCE, CURSOR, LIMIT = "since", "cursor", "limit"
_CURSOR = re.compile(r"(\d{4}-\d\d-\d\d-[0-9a-f]{8})\.(\d{1,9})")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOST, _ON_FEED = 1000, 50
HEADER = ("change", "thing", "label", "type", "release", "at", "version", "sentences")


def archive() -> Archive:
    """Return the past of the build that this request is answered from. Raises UnknownResource without one."""
    found = site().build.archive
    if found is None:
        raise UnknownResource(site().build.base.iri + request.path[1:])
    return found


def the_stream() -> Stream:
    """Return the event stream of the build."""
    build = site().build
    about = build.model.site
    return Stream(build.base, public_url(), about.dataset, about.title, about.licence, about.rights)


@bp.get(PATH, defaults={"extension": None})
@bp.get(f"{PATH}.<extension>")
def changes(extension: str | None) -> Response:
    """What is new, changed or gone: a page, lists for programs, and the root of the event stream."""
    only(SINCE, CURSOR, LIMIT)
    choice = negotiate(request.headers.get("Accept", ""), request.args, extension, STREAM)
    if choice is HTML:
        return _page_of_changes(extension)
    if choice in (JSON, CSV):
        return _listed(choice, extension)
    since = _since()
    found = [one for one in archive().moments if since is None or one.at >= since]
    triples = stream.root(the_stream(), found)
    return _stream_answer(choice, extension, triples, _query(SINCE), archive().moments)


def _stream_answer(
    choice: Representation,
    extension: str | None,
    triples: Sequence[ox.Triple | ox.Quad],
    query: str,
    moments: Sequence[Moment],
) -> Response:
    return respond(
        Body(
            data=_rdf(choice, triples),
            content_type=choice.content_type,
            links=document_links(PATH, choice, STREAM, None),
            content_location=None if extension else f"{PATH}.{choice.extension}{query}",
            modified=moments[-1].at.date().isoformat() if moments else None,
        )
    )


def _rdf(choice: Representation, statements: Sequence[ox.Triple | ox.Quad]) -> bytes:
    """Return triples, and quads where the format has graphs, as bytes."""
    if choice in (TRIG, N_QUADS, JSON_LD):
        return serialize(statements, choice.rdf or ox.RdfFormat.JSON_LD)
    assert choice.rdf is not None
    return serialize([one for one in statements if isinstance(one, ox.Triple)], choice.rdf)


@bp.get(f"{PATH}/<release>/<name>")
def page(release: str, name: str) -> Response:
    """One page of the changes of a Release. It never changes."""
    stem, extension = split_suffix(name, STREAM)
    moment = archive().moment(release)
    number = int(stem) if re.fullmatch(r"[1-9][0-9]{0,5}", stem) else 0
    if moment is None or not 1 <= number <= stream.pages_of(moment):
        raise UnknownResource(f"{site().build.base.iri}changes/{release}/{name}")
    entries = archive().since(moment.first + (number - 1) * PAGE_SIZE, limit=PAGE_SIZE)
    entries = [one for one in entries if one.id <= moment.last]
    choice = negotiate(request.headers.get("Accept", ""), request.args, extension, STREAM)
    path = f"{PATH}/{release}/{stem}"
    return respond(
        Body(
            data=_page_bytes(choice, moment, number, entries, path),
            content_type=choice.content_type,
            links=[*document_links(path, choice, STREAM, None), *_turns(moment, number, extension)],
            content_location=None if extension else f"{path}.{choice.extension}",
            modified=moment.at.date().isoformat(),
            # The page for people is made anew by each version of the program.
            cache_control="no-cache" if choice is HTML else FOREVER,
        )
    )


def _turns(moment: Moment, number: int, extension: str | None) -> list[Link]:
    suffix = f".{extension}" if extension else ""
    turns = [("prev", number - 1), ("next", number + 1)]
    last = stream.pages_of(moment)
    found = [Link(f"{PATH}/{moment.name}/{to}{suffix}", rel) for rel, to in turns if 1 <= to <= last]
    return [*found, Link(f"{public_url()}{PATH}", "collection")]


def _page_bytes(
    choice: Representation, moment: Moment, number: int, entries: Sequence[Entry], path: str
) -> bytes:
    if choice is HTML:
        here, pages = f"{PATH}/{moment.name}", stream.pages_of(moment)
        turns = Pages(
            number,
            pages,
            moment.size,
            PAGE_SIZE,
            f"{here}/{number - 1}" if number > 1 else "",
            f"{here}/{number + 1}" if number < pages else "",
        )
        context = page_context(path, offers=STREAM)
        return html_pages().past.changes(entries, turns, "", "", context).encode()
    if choice is JSON:
        return encode({"id": the_stream().iri, "release": moment.name, "changes": [*map(_told, entries)]})
    if choice is CSV:
        return table.csv_bytes(list(HEADER), [_row(one) for one in entries])
    made: list[ox.Triple | ox.Quad] = [*stream.page(the_stream(), moment, number, entries)]
    for one in entries:
        made += stream.content(the_stream(), one, archive().triples(one))
    return _rdf(choice, made)


# Since a day


def _since() -> datetime | None:
    """Return the time that the query names: a day, or a time with its zone. Raises BadRequest."""
    text = request.args.get(SINCE, "").strip()
    if not text:
        return None
    try:
        # A "+" that was not escaped comes as a blank.
        found = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
    except ValueError:
        found = None
    if found is None or (found.tzinfo is None and not _DAY.fullmatch(text)):
        hint = "write a day, 2026-11-24, or a time with its zone, 2026-11-24T00:00:00Z"
        raise BadRequest(f"since {text[:40]!r} is neither a day nor a time; {hint}")
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _first(since: datetime | None) -> int:
    """Return the number of the first change at or after a time."""
    found = [one.first for one in archive().moments if since is None or one.at >= since]
    return min(found, default=archive().size + 1)


def _query(*names: str) -> str:
    pairs = [(name, request.args[name]) for name in names if request.args.get(name)]
    return "?" + "&".join(f"{name}={quote(text, safe=':')}" for name, text in pairs) if pairs else ""


def _page_of_changes(extension: str | None) -> Response:
    try:
        since, mistake = _since(), ""
    except BadRequest as error:
        since, mistake = None, str(error)
    first, number = _first(since), page_number("page")
    total = archive().size - first + 1
    pages = max(1, math.ceil(total / PAGE_SIZE))
    if number > pages:
        raise UnknownResource(f"{site().build.base.iri}changes?page={number}")
    asked = _query(SINCE) if since else ""
    start = f"{PATH}{asked}{'&' if asked else '?'}page="
    turns = Pages(
        number,
        pages,
        total,
        PAGE_SIZE,
        f"{start}{number - 1}" if number > 1 else "",
        f"{start}{number + 1}" if number < pages else "",
    )
    entries = archive().newest(first, limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE)
    context = page_context(PATH, offers=STREAM, query=asked)
    told = request.args.get(SINCE, "") if since else ""
    html = html_pages().past.changes(entries, turns, told[:10], mistake, context)
    links = document_links(PATH, HTML, STREAM, None, asked)
    query = f"{asked}{'&' if asked else '?'}page={number}" if number > 1 else asked
    return respond(
        Body(
            html.encode(),
            HTML.content_type,
            links=[*links, feed_link(FEED)],
            content_location=None if extension else f"{PATH}.html{query}",
            status=400 if mistake else 200,
        )
    )


def feed_link(path: str) -> Link:
    """Return the link to a feed."""
    return Link(path, "alternate", ATOM.media_type)


# The thin feed


def _listed(choice: Representation, extension: str | None) -> Response:
    """The changes in their order from a day or a cursor on, and the cursor to go on from."""
    start = _start()
    limit = _limit()
    entries = archive().since(start, limit=limit)
    end = start + len(entries) - 1
    more = end < archive().size
    cursor = _cursor(end)
    following = f"{PATH}.{choice.extension}?{CURSOR}={cursor}" + (
        f"&{LIMIT}={limit}" if limit != PAGE_SIZE else ""
    )
    links = [*document_links(PATH, choice, STREAM, None), *([Link(following, "next")] if more else [])]
    if choice is CSV:
        data = table.csv_bytes(list(HEADER), [_row(one) for one in entries])
    else:
        told = {"id": the_stream().iri, "changes": [*map(_told, entries)], "cursor": cursor, "more": more}
        data = encode({**told, "next": following} if more else told)
    query = _query(SINCE, CURSOR, LIMIT)
    location = None if extension else f"{PATH}.{choice.extension}{query}"
    header = f"{choice.content_type}; header=present" if choice is CSV else choice.content_type
    return respond(Body(data, header, links=links, content_location=location))


def _start() -> int:
    """Return the number of the first change that is asked for. Raises BadRequest, StaleCursor."""
    text = request.args.get(CURSOR, "")
    if not text:
        return _first(_since())
    if request.args.get(SINCE):
        raise BadRequest("a cursor and a day cannot both say where to begin; leave one of them out")
    match = _CURSOR.fullmatch(text)
    if match is None:
        raise BadRequest(f"the cursor {text[:40]!r} is none; take it from the answer before")
    moment = archive().moment(match[1])
    if moment is None or int(match[2]) > moment.size:
        raise StaleCursor(text, f"{public_url()}{PATH}.json")
    return moment.first + int(match[2])


def _cursor(number: int) -> str:
    """Return the cursor that stands behind the change of that number."""
    moments = archive().moments
    # A Release that changed nothing stands where the one before it ended.
    found = next((one for one in moments if one.first <= number <= one.last), moments[0])
    return f"{found.name}.{max(0, number - found.first + 1)}"


def _limit() -> int:
    text = request.args.get(LIMIT, str(PAGE_SIZE))
    if not re.fullmatch(r"[0-9]{1,6}", text) or not 1 <= int(text) <= _MOST:
        raise BadRequest(f"the limit is a number from 1 to {_MOST}, not {text[:40]!r}")
    return int(text)


def _told(one: Entry) -> dict[str, Any]:
    return {
        "change": one.kind,
        "thing": one.iri,
        "label": one.label,
        "type": one.type,
        "release": one.release,
        "at": timestamp(one.at),
        "version": site().build.base.iri + one.version[1:],
        "data": f"{public_url()}{one.version}",
        "sentences": list(one.sentences),
    }


def _row(one: Entry) -> list[str]:
    told = _told(one)
    return [*(told[name] for name in HEADER[:-1]), " ".join(one.sentences)]


# Atom


@bp.get(FEED)
def feed() -> Response:
    """The feed of every change."""
    title = f"{site().build.model.site.title}: changes"
    return _feed(FEED, None, title, PATH)


@bp.get("/feed/<kind>/<name>.atom")
def feed_of(kind: str, name: str) -> Response:
    """The feed of one thing: of what is said of it, and of what speaks of it."""
    path = f"/doc/{kind}/{name}"
    versions = archive().versions(path) if is_key(kind) and is_name(name) else []
    if not versions:
        raise UnknownResource(f"{site().build.base.iri}id/{kind}/{name}")
    page = f"/timemap{path}.html" if versions[-1].gone else path
    return _feed(f"/feed/{kind}/{name}.atom", path, f"{versions[-1].label}: changes", page)


def _feed(path: str, of: str | None, title: str, page: str) -> Response:
    number, total = page_number("page"), archive().count_about(of)
    pages = max(1, math.ceil(total / _ON_FEED))
    if number > pages:
        raise UnknownResource(f"{site().build.base.iri}{path[1:]}?page={number}")
    entries = archive().about(of, limit=_ON_FEED, offset=(number - 1) * _ON_FEED)
    before = {one.id: archive().before(one) for one in entries if one.gone}
    newest = archive().about(of, limit=1)[0].at if total else archive().moments[-1].at
    about = site().build.model.site
    told = atom.Feed(
        path, title, page, about.publisher_name or about.title, " ".join(about.rights), about.licence,
        newest, public_url(),
    )  # fmt: skip
    data = atom.feed(told, entries, site().build.base, _feed_turns(path, number, pages), before)
    return respond(
        Body(data, ATOM.content_type, links=[Link(page, "alternate", HTML.media_type)],
             modified=newest.date().isoformat())
    )  # fmt: skip


def _feed_turns(path: str, number: int, pages: int) -> dict[str, str]:
    """Return the links between the pages of a feed (RFC 5005, section 3)."""

    def at(to: int) -> str:
        return path if to == 1 else f"{path}?page={to}"

    turns = {"self": at(number), "first": at(1), "last": at(pages)}
    if number > 1:
        turns["previous"] = at(number - 1)
    if number < pages:
        turns["next"] = at(number + 1)
    return turns
