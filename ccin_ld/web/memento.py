"""Any document as it was: ``Accept-Datetime``, lists of versions, and the versions (RFC 7089).

A document is its own TimeGate (pattern 1.1, section 4.1.1): with ``Accept-Datetime`` it answers 302 to the
version of that time, without it with what is so now.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, request
from werkzeug.http import http_date, parse_date

from ..archive import Archive, Entry, version_path
from ..errors import BadRequest, NoLonger, UnknownResource
from ..namespaces import CCIN
from ..represent import (
    DOCUMENTS,
    HTML,
    JSON,
    JSON_LD,
    LINK_FORMAT,
    MARKDOWN,
    TIMEMAPS,
    VERSIONS,
    Representation,
    markdown,
    timemap,
)
from ..represent.jsonld import encode
from ..represent.rdf import serialize
from ..resource import Resource
from . import language
from .changes import archive, feed_link
from .documents import document_links, feed_path, html_pages, page_context, public_url, site
from .negotiation import negotiate, split_suffix
from .respond import FOREVER, Body, Link, is_timed, query_suffix, redirect_to, respond, see_other

bp = Blueprint("memento", __name__)
TIMEMAP = "/timemap"
_TOMBSTONE = CCIN + "Tombstone"


def gate() -> Response | None:
    """Answer a request that names a time, or return None where none is named or nothing is kept.

    Raises BadRequest for a time that is none (RFC 7089, section 4.5.3).
    """
    text = request.headers.get("Accept-Datetime")
    kept = site().build.archive
    if text is None or kept is None or request.method not in ("GET", "HEAD") or not is_timed(request.path):
        return None
    wanted = parse_date(text)
    if wanted is None:
        raise BadRequest(f"Accept-Datetime: {text[:60]!r} is not a time such as {http_date(0)}")
    path, extension = split_suffix(request.path, DOCUMENTS)
    if path.startswith("/id/"):
        document = "/doc/" + path.removeprefix("/id/")
        return see_other(document + _suffix(extension) + query_suffix()) if kept.has(document) else None
    versions = kept.versions(path)
    if not versions:
        return None
    # Before the first version the first is nearest (section 4.5.3).
    chosen = next((one for one in reversed(versions) if one.at <= wanted), versions[0])
    here = language.prefix() + request.path
    links = [
        Link(public_url() + here, "original timegate"),
        *_all_versions(path),
        *_ends(kept, versions, extension),
    ]
    where = f"{public_url()}{language.prefix()}{chosen.version}{_suffix(extension)}{query_suffix()}"
    return redirect_to(where, links=links, status=302)


def _suffix(extension: str | None) -> str:
    return f".{extension}" if extension else ""


def _all_versions(path: str) -> list[Link]:
    return [Link(f"{public_url()}{TIMEMAP}{path}", "timemap", LINK_FORMAT.media_type)]


def _ends(kept: Archive, versions: Sequence[Entry], extension: str | None) -> list[Link]:
    """Return links to the first and the last version."""
    found = [(public_url() + one.version + _suffix(extension), one) for one in versions]
    return [
        Link(href, rel, datetime=http_date(at))
        for href, rel, at in timemap.mementos(found)
        if rel != "memento"
    ]


@bp.get("/timemap/<path:name>")
def versions_of(name: str) -> Response:
    """Every version of a document: in link format, as JSON, and for people."""
    stem, extension = split_suffix(name, TIMEMAPS)
    path = f"/{stem}"
    versions = archive().versions(path)
    if not versions:
        raise UnknownResource(site().build.base.iri + request.path[1:])
    choice = negotiate(request.headers.get("Accept", ""), request.args, extension, TIMEMAPS)
    original, here = public_url() + path, f"{TIMEMAP}{path}"
    listed = [(public_url() + one.version, one) for one in versions]
    if choice is HTML:
        context = page_context(here, offers=TIMEMAPS, feed=feed_path(path))
        data = html_pages().past.history(versions, context).encode()
    elif choice is JSON:
        data = encode(timemap.as_json(original, public_url() + here, listed))
    else:
        data = timemap.link_format(original, public_url() + here, listed)
    links = [*document_links(here, choice, TIMEMAPS, None), Link(original, "original timegate")]
    return respond(
        Body(
            data,
            choice.content_type,
            links=[*links, *(feed_link(one) for one in [feed_path(path)] if one)],
            content_location=None if extension else f"{here}.{choice.extension}",
            modified=versions[-1].at.date().isoformat(),
        )
    )


@bp.get("/version/<release>/<path:name>")
def version(release: str, name: str) -> Response:
    """A document as it was in a Release; where it had not changed, 302 to the Release that it is from."""
    stem, extension = split_suffix(name, VERSIONS)
    path = f"/{stem}"
    entry = archive().version(path, release)
    if entry is None:
        raise UnknownResource(site().build.base.iri + request.path[1:])
    if entry.release != release:
        where = version_path(entry.release, path) + _suffix(extension) + query_suffix()
        return redirect_to(language.prefix() + where, status=302)
    resource = archive().describe(entry)
    if not resource.triples:
        raise NoLonger(entry.iri, entry.release)
    choice = negotiate(request.headers.get("Accept", ""), request.args, extension, VERSIONS)
    versions = archive().versions(path)
    here = entry.version
    return respond(
        Body(
            data=_rendered(resource, entry, versions, choice),
            content_type=choice.content_type,
            links=[*document_links(here, choice, VERSIONS, None), *_of_version(versions, entry, extension)],
            content_location=None if extension else f"{here}.{choice.extension}",
            modified=entry.at.date().isoformat(),
            cache_control="no-cache" if choice is HTML else FOREVER,
            # What was published in error is told of by its tombstone, as it is now.
            status=410 if _TOMBSTONE in resource.types else 200,
            headers=[("Memento-Datetime", http_date(entry.at))],
        )
    )


def _of_version(versions: Sequence[Entry], entry: Entry, extension: str | None) -> list[Link]:
    """Return the links of a memento (RFC 7089, section 4.2): original and gate, list, neighbours."""
    suffix = _suffix(extension)
    before, after = _around(versions, entry)
    near = [("prev memento", before), ("next memento", after)]
    return [
        Link(public_url() + entry.path + suffix, "original timegate"),
        *_all_versions(entry.path),
        *(
            Link(public_url() + one.version + suffix, rel, datetime=http_date(one.at))
            for rel, one in near
            if one
        ),
    ]


def _around(versions: Sequence[Entry], entry: Entry) -> tuple[Entry | None, Entry | None]:
    place = [one.id for one in versions].index(entry.id)
    return (versions[place - 1] if place else None), next(iter(versions[place + 1 :]), None)


def _rendered(resource: Resource, entry: Entry, versions: Sequence[Entry], choice: Representation) -> bytes:
    context = site().build.context
    if choice is HTML:
        start = site().build.base.iri + "id/"
        # The data of a vocabulary would be many times the page.
        data = "" if entry.path.startswith("/def/") else context.dense(resource, start).decode()
        where = page_context(entry.version, offers=VERSIONS, data=data)
        return html_pages().past.version(resource, entry, _around(versions, entry), where).encode()
    if choice is JSON_LD:
        return context.document_of(resource)
    if choice is JSON:
        return context.plain(resource)
    if choice is MARKDOWN:
        return markdown.of_resource(resource, site().build.model.shape_for(resource.types)).encode()
    assert choice.rdf is not None
    return serialize(resource.triples, choice.rdf, first=resource.subjects())
