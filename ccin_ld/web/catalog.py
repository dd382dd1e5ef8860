"""What harvesters, crawlers and other portals read first: catalogue, VoID, API catalogue, sitemap, robots."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from xml.sax.saxutils import escape

import pyoxigraph as ox
from flask import Blueprint, Response, request

from ..description import dcat, void
from ..description.about import About, published
from ..namespaces import CCIN, DCT, PREFIXES
from ..represent import JSON, JSON_LD, N_TRIPLES, RDF_XML, TURTLE, Representation
from ..represent.jsonld import encode
from ..represent.pages.language import localised
from ..represent.rdf import serialize
from ..words import LANGUAGES
from .documents import public_url, site
from .negotiation import negotiate
from .respond import Body, Link, representation_links, respond

bp = Blueprint("catalog", __name__)
LINKSET = "application/linkset+json"
_API_CATALOG = "https://www.rfc-editor.org/info/rfc9727"
_RDF = (TURTLE, JSON_LD, N_TRIPLES, RDF_XML)
# Harvesters ask for the catalogue as XML, too: of RDF there is one.
_XML = Representation(
    "xml", "RDF/XML", "application/rdf+xml", "xml", RDF_XML.rdf, text=False, negotiable=False
)
_SITEMAP_LIMIT = 50_000
# Pages of the site that are no things of the data; those that never end or ask for words stay out.
_PAGES = (
    "/", "/network", "/charts", "/questions", "/talk", "/unknown", "/quality", "/about", "/accessibility",
    "/licence", "/privacy", "/data", "/def/ccin", "/def/shapes", "/sparql",
)  # fmt: skip
_CLOSED = ("/search", "/suggest", "/report", "/cite", "/oembed", "/*?*sort=", "/*?*page=", "/*?*incoming=")


def about() -> About:
    """Return what the site says of itself, with the address under which it was asked."""
    build = site().build
    info = build.model.site
    releases = build.ledger.releases
    kinds = ("network", "council", "project", "principle", "membership")
    examples = [item.iri for kind in kinds for item in build.index.of_kind(kind, limit=1)]
    used = {*build.counts.classes, *build.counts.properties}
    return About(
        public=public_url(),
        site=info,
        stated=tuple(build.store.graph(build.base.graph("catalog"))),
        files=published(build.manifest["files"], info.dataset),
        counts=build.counts,
        graphs=build.manifest["counts"]["graphs"],
        issued=releases[0].date if releases else build.manifest["modified"],
        modified=build.manifest["modified"],
        release=build.manifest["release"],
        places=tuple((one.iri, one.label) for one in build.index.values_of(CCIN + "nation")),
        years=build.years,
        examples=tuple(examples),
        vocabularies=tuple(
            sorted({one for one in PREFIXES.values() if any(iri.startswith(one) for iri in used)})
        ),
    )


@bp.get("/catalog", defaults={"extension": None})
@bp.get("/catalog.<extension>")
def catalogue(extension: str | None) -> Response:
    """The catalogue for harvesters: DCAT, and as JSON the array that data.gov.uk reads."""
    return _told("/catalog", extension, (*_RDF, _XML, JSON), lambda: dcat.catalogue(about()))


@bp.get("/.well-known/void", defaults={"extension": None})
@bp.get("/.well-known/void.<extension>")
def dataset(extension: str | None) -> Response:
    """The dataset's sizes, partitions, links, files and endpoint (VoID, section 7.2)."""
    return _told("/.well-known/void", extension, _RDF, lambda: void.description(about()))


def _told(
    path: str,
    extension: str | None,
    offers: Sequence[Representation],
    make: Callable[[], Sequence[ox.Triple]],
) -> Response:
    choice = negotiate(request.headers.get("Accept", ""), request.args, extension, offers)
    links = [Link(public_url() + path, "canonical")]
    links += [one for one in representation_links(path, offers) if one.type != choice.media_type]
    body = Body(
        data=encode(dcat.data_json(about())) if choice is JSON else _written(make(), choice),
        content_type=choice.content_type,
        links=links,
        content_location=None if extension else f"{path}.{choice.extension}",
        modified=site().build.manifest["modified"],
    )
    return respond(body)


def _written(triples: Sequence[ox.Triple], choice: Representation) -> bytes:
    build = site().build
    if choice is JSON_LD:
        return build.context.graph(triples)
    assert choice.rdf is not None
    return serialize(triples, choice.rdf, first=[build.model.site.catalog, build.model.site.dataset])


@bp.get("/.well-known/api-catalog")
def api_catalog() -> Response:
    """What can be asked here by programs, and where each is described (RFC 9727, RFC 9264)."""
    here = public_url()
    services: list[tuple[str, list[tuple[str, str, str]]]] = [
        ("/sparql", [("service-desc", "/sparql", "text/turtle"), ("service-doc", "/sparql", "text/html")]),
        ("/reconcile", [("service-desc", "/reconcile", "application/json")]),
        (
            "/questions",
            [
                ("service-desc", "/questions.json", "application/json"),
                ("service-doc", "/questions", "text/html"),
            ],
        ),
        ("/changes", [("service-doc", "/changes", "text/html")]),
        ("/catalog", [("service-desc", "/catalog.ttl", "text/turtle")]),
    ]
    told: list[dict[str, object]] = [
        {"anchor": f"{here}/.well-known/api-catalog", "item": [{"href": here + path} for path, _ in services]}
    ]
    for path, links in services:
        entry: dict[str, object] = {"anchor": here + path}
        for rel, href, kind in links:
            entry[rel] = [{"href": here + href, "type": kind}]
        told.append(entry)
    content_type = f'{LINKSET}; profile="{_API_CATALOG}"'
    links_here = [Link(_API_CATALOG, "profile")]
    return respond(Body(encode({"linkset": told}), content_type, links=links_here))


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
    days = {
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
            path = build.base.path(item.iri)
            if path and path.startswith("/id/"):
                document = f"{build.base.iri}doc/{path[4:]}"
                yield f"{here}/doc/{path[4:]}", days.get(document, newest)


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
