"""What harvesters, crawlers and other portals read first: catalogue, VoID, API catalogue, sitemap, robots."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pyoxigraph as ox
from flask import Blueprint, Response, request

from ..description import dcat, openapi, void
from ..description.about import About
from ..errors import UnknownResource
from ..model import ClassShape
from ..represent import JSON, JSON_LD, N_TRIPLES, RDF_XML, TURTLE, Representation
from ..represent.jsonld import encode
from ..represent.rdf import serialize
from .documents import public_url, site
from .negotiation import negotiate
from .questions import all_questions
from .respond import Body, Link, page_number, representation_links, respond

bp = Blueprint("catalog", __name__)
LINKSET = "application/linkset+json"
_API_CATALOG = "https://www.rfc-editor.org/info/rfc9727"
_RDF = (TURTLE, JSON_LD, N_TRIPLES, RDF_XML)
# Harvesters ask for the catalogue as XML, too: of RDF there is one.
# What programs can ask, and where each is described: by its relation (RFC 8631), an address and a media type.
_OPENAPI = ("service-desc", "/openapi.json", "application/json")
_SERVICES = (
    ("/sparql", (("service-desc", "/sparql", "text/turtle"), ("service-doc", "/sparql", "text/html"))),
    ("/members", (_OPENAPI, ("service-doc", "/about", "text/html"))),
    ("/questions", (_OPENAPI, ("service-doc", "/questions", "text/html"))),
    ("/reconcile", (("service-desc", "/reconcile", "application/json"),)),
    ("/resolve", (_OPENAPI, ("service-doc", "/link-to-us", "text/html"))),
    ("/is-member", (_OPENAPI, ("service-doc", "/link-to-us", "text/html"))),
    ("/changes", (_OPENAPI, ("service-doc", "/changes", "text/html"))),
    ("/catalog", (("service-desc", "/catalog.ttl", "text/turtle"),)),
)
_XML = Representation(
    "xml", "RDF/XML", "application/rdf+xml", "xml", RDF_XML.rdf, text=False, negotiable=False
)


def told() -> About:
    """Return what the site says of itself, under the address at which it was asked.

    Raises UnknownResource when it serves loose files: nothing describes those.
    """
    build = site().build
    if not build.is_record:
        raise UnknownResource(build.base.iri + request.path[1:])
    return replace(build.about, public=public_url())


@bp.get("/catalog", defaults={"extension": None})
@bp.get("/catalog.<extension>")
def catalogue(extension: str | None) -> Response:
    """The catalogue for harvesters: DCAT, and as JSON the array that data.gov.uk reads; all on one page."""
    if page_number("page") > 1:
        raise UnknownResource(f"{told().base}catalog?page={page_number('page')}")
    return _told("/catalog", extension, (*_RDF, _XML, JSON), lambda: dcat.catalogue(told()))


@bp.get("/.well-known/void", defaults={"extension": None})
@bp.get("/.well-known/void.<extension>")
def dataset(extension: str | None) -> Response:
    """The dataset's sizes, partitions, links, files and endpoint (VoID, section 7.2)."""
    if extension is not None and extension not in {one.extension for one in _RDF}:
        # RFC 8615: what is not well known is not there, so that nobody who probes is misled.
        raise UnknownResource(told().base + request.path[1:])
    return _told("/.well-known/void", extension, _RDF, lambda: void.description(told()))


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
        data=encode(dcat.data_json(told())) if choice is JSON else _written(make(), choice),
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


@bp.get("/data.json")
def data_json() -> Response:
    """The array of datasets under the name at which harvesters look for it."""
    return respond(
        Body(encode(dcat.data_json(told())), JSON.media_type, modified=site().build.manifest["modified"])
    )


@bp.get("/openapi.json")
def open_api() -> Response:
    """What can be asked for as plain JSON, and what comes back (OpenAPI 3.1)."""
    build = site().build
    facets = {path: _facets(shape) for path, shape in build.model.lists.items()}
    made = openapi.document(told(), build.model, facets, list(build.index.kinds()), all_questions())
    return respond(Body(encode(made), "application/json", links=[Link("/about", "service-doc")]))


def _facets(shape: ClassShape) -> list[openapi.Facet]:
    found = site().build.index.facets(shape.target)
    return [
        openapi.Facet(one.name, one.label, tuple(value.value for value in found.values(one.name)))
        for one in shape.facets
    ]


@bp.get("/.well-known/api-catalog")
def api_catalog() -> Response:
    """What can be asked here by programs, and where each is described (RFC 9727, RFC 9264)."""
    here = public_url()
    entries: list[dict[str, object]] = [
        {
            "anchor": f"{here}/.well-known/api-catalog",
            "item": [{"href": here + path} for path, _ in _SERVICES],
        }
    ]
    for path, links in _SERVICES:
        entry: dict[str, object] = {"anchor": here + path}
        for rel, href, kind in links:
            entry[rel] = [{"href": here + href, "type": kind}]
        entries.append(entry)
    content_type = f'{LINKSET}; profile="{_API_CATALOG}"'
    links_here = [Link(_API_CATALOG, "profile")]
    return respond(Body(encode({"linkset": entries}), content_type, links=links_here))
