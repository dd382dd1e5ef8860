"""What crawlers read: every page and the day on which it changed, and what they are asked to leave alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape

import pyoxigraph as ox
from flask import Blueprint, Response

from ..description import llms
from ..namespaces import DCT
from ..represent import MARKDOWN
from ..represent.pages.language import localised
from ..words import LANGUAGES
from .catalog import told
from .documents import TOMBSTONE, public_url, site
from .questions import all_questions
from .respond import Body, respond

bp = Blueprint("crawlers", __name__)
_SITEMAP_LIMIT = 50_000
# Pages of the site that are no things of the data; those that never end or ask for words stay out.
_PAGES = (
    "/", "/network", "/charts", "/questions", "/talk", "/unknown", "/quality", "/about", "/accessibility",
    "/licence", "/privacy", "/data", "/def/ccin", "/def/shapes", "/sparql", "/changes", "/data/links",
    "/link-to-us", "/stories",
)  # fmt: skip
_CLOSED = (
    "/search", "/suggest", "/report", "/cite", "/oembed", "/resolve", "/is-member", "/reconcile",
    "/version/", "/timemap/", "/*?*sort=", "/*?*page=", "/*?*incoming=", "/*?*explain",
)  # fmt: skip


@bp.get("/sitemap.xml")
def sitemap() -> Response:
    """Every canonical page with the day on which its data changed last (sitemaps.org, 0.9)."""
    entries = list(_entries())
    if len(entries) > _SITEMAP_LIMIT:
        parts = range(1, -(-len(entries) // _SITEMAP_LIMIT) + 1)
        return _xml("sitemapindex", "sitemap", ((f"{public_url()}/sitemap-{n}.xml", None) for n in parts))
    return _xml("urlset", "url", entries)


@bp.get("/sitemap-<int:number>.xml")
def part_of_sitemap(number: int) -> Response:
    """One part of a sitemap that is too large for one file."""
    entries = list(_entries())
    return _xml("urlset", "url", entries[(number - 1) * _SITEMAP_LIMIT : number * _SITEMAP_LIMIT])


def _entries() -> Iterator[tuple[str, str | None]]:
    """Yield the address and the day of each page: those of the site, the lists, then every document."""
    build, here = site().build, public_url()
    newest = build.manifest["modified"]
    days: dict[str, str | None] = {
        triple.subject.value: triple.object.value
        for triple in build.store.triples_with(DCT + "modified")
        if isinstance(triple.subject, ox.NamedNode) and isinstance(triple.object, ox.Literal)
    }
    for path in (*_PAGES, *(f"/{name}" for name in sorted(build.model.lists))):
        yield here + path, newest
    dataset = build.model.site.dataset
    yield here + str(build.base.path(dataset)), newest
    for kind, size in build.index.kinds().items():
        for item in build.index.of_kind(kind, limit=size):
            name = item.iri.removeprefix(build.base.iri + "id/")
            if TOMBSTONE not in item.types:
                yield f"{here}/doc/{name}", days.get(f"{build.base.iri}doc/{name}", newest)


def _xml(outer: str, inner: str, entries: Iterable[tuple[str, str | None]]) -> Response:
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    lines.append(f'<{outer} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">')
    for address, day in entries:
        when = f"<lastmod>{day}</lastmod>" if day else ""
        lines.append(f"<{inner}><loc>{escape(address)}</loc>{when}</{inner}>")
    lines.append(f"</{outer}>\n")
    return respond(
        Body("\n".join(lines).encode(), "application/xml", modified=site().build.manifest["modified"])
    )


@bp.get("/robots.txt")
def robots() -> Response:
    """What robots are asked to leave alone (RFC 9309): queries and searches are pages without end."""
    asked = [localised("/sparql", code) + "?" for code in LANGUAGES]
    closed = [localised(path, code) for code in LANGUAGES for path in _CLOSED]
    lines = [f"Disallow: {path}\n" for path in (*asked, *closed)]
    text = f"User-agent: *\n{''.join(lines)}\nSitemap: {public_url()}/sitemap.xml\n"
    return respond(Body(text.encode(), "text/plain; charset=utf-8"))


@bp.get("/llms.txt")
def for_language_models() -> Response:
    """Where everything is, for programs that read words."""
    build = site().build
    text = llms.text(told(), build.model, list(build.index.kinds()), all_questions())
    return respond(Body(text.encode(), MARKDOWN.content_type, modified=build.manifest["modified"]))
