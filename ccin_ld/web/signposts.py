"""Signposting, level 1 on every page about a thing, and the link set of each (level 2; RFC 9264).

The header stays short: what does not fit into it, profiles by formats, is in the link set (design, 5).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from flask import Blueprint, Response, request

from ..description import schemaorg, void
from ..description.about import About
from ..description.profiles import suffix
from ..errors import UnknownResource
from ..namespaces import CCIN, DCT, SCHEMA, VOID
from ..represent import DOCUMENTS, HTML, JSON_LD, MARKDOWN, TURTLE, Representation
from ..represent.linkset import LINKSET, LINKSETS, Context, Link, written
from ..represent.profiles import offered
from ..resource import Resource
from . import profiles
from .negotiation import negotiate, split_suffix
from .respond import Body, respond
from .site import Site

bp = Blueprint("signposts", __name__)
ABOUT_PAGE = SCHEMA + "AboutPage"
_PATH = "/linkset"
LONGEST_HEADER = 3000
_COMMON = (JSON_LD.media_type, TURTLE.media_type)


def is_rdf(one: Representation) -> bool:
    """Say whether a format is RDF, which describes what its page tells of."""
    return one.rdf is not None or one is JSON_LD


def links_of(resource: Resource, path: str, site: Site) -> list[Link]:
    """Return the signposts of a page that do not depend on its formats: type, licence, author, collection.

    The permanent address and the formats (``cite-as``, ``describedby``) are links of every document.
    """
    said, about = site.build.model.site, resource.document
    kind = schemaorg.kind_of(resource)
    licence = next(iter(sorted(resource.iris(DCT + "license", about))), said.licence)
    author = next(iter(sorted(resource.iris(DCT + "publisher", about))), said.publisher)
    dataset = next(iter(sorted(resource.iris(VOID + "inDataset", about))), said.dataset)
    types = [SCHEMA + kind] if kind else _own_kind(resource, site)
    return [
        Link(ABOUT_PAGE, "type"),
        *(Link(one, "type") for one in types),
        *([Link(licence, "license")] if licence else []),
        Link(author, "author"),
        Link(site.build.base.path(dataset) or dataset, "collection", HTML.media_type),
        *(Link(f"{address(path)}.{one.extension}", "linkset", one.media_type) for one in LINKSETS),
    ]


def links_of_dataset(about: About, page: str, *, whole: bool) -> list[Link]:
    """Return the signposts of the dataset's page: its descriptions, and its files as items.

    The header and the head name the files that hold everything (Signposting, level 1); the link set,
    *whole*, names all of them (level 2).
    """
    said = about.site
    files = about.files if whole else about.dumps
    start = page.partition("/data/")[0] if whole else ""
    return [
        Link(said.dataset, "cite-as"),
        Link(ABOUT_PAGE, "type"),
        Link(SCHEMA + "Dataset", "type"),
        *([Link(said.licence, "license")] if said.licence else []),
        Link(said.publisher, "author"),
        Link(f"{start}/{void.PATH}", "describedby", TURTLE.media_type),
        Link(f"{start}/catalog.ttl", "describedby", TURTLE.media_type),
        *(Link(f"{page}/latest/{one.name}", "item", one.media_type) for one in files),
    ]


def contexts_of_dataset(about: About) -> list[Context]:
    """Return every link of the dataset's page, and from each file back to it (RFC 9264)."""
    page = about.public + about.path
    links = links_of_dataset(about, page, whole=True)
    twins = [
        Link(f"{page}.{form.extension}", "describedby", form.media_type) for form in DOCUMENTS if is_rdf(form)
    ]
    back = [Link(page, "collection", HTML.media_type)]
    files = [Context(f"{page}/latest/{one.name}", back) for one in about.files]
    return [Context(page, [*links, *twins]), *files]


def _own_kind(resource: Resource, site: Site) -> list[str]:
    """Return the nearest class of the ontology, for what schema.org has no word for."""
    shape = site.build.model.shape_for(resource.types)
    own = [shape.target] if shape else sorted(one for one in resource.types if one.startswith(CCIN))
    return own[:1]


def fitting(links: Sequence[Link]) -> list[Link]:
    """Return the links of a header that stays under 3 KB (design, 5): what is left out is in the link set.

    First go other profiles, then formats that are named as ``describedby`` too, then rarer formats, and the
    second form of the link set.
    """
    kept = list(links)
    described = {one.href for one in links if one.rel == "describedby"}
    steps: tuple[Callable[[Link], bool], ...] = (
        lambda one: bool(one.profile),
        lambda one: one.rel == "alternate" and one.href in described,
        lambda one: one.rel == "describedby" and one.type not in _COMMON,
        lambda one: one.rel == "alternate" and one.type == MARKDOWN.media_type,
        lambda one: one.rel == "linkset" and one.type == LINKSET.media_type,
    )
    for drop in steps:
        if sum(len(str(one)) + 2 for one in kept) < LONGEST_HEADER:
            break
        kept = [one for one in kept if not drop(one)]
    return kept


def address(path: str) -> str:
    """Return the path of the link set of the document at *path*, without a suffix."""
    return _PATH + path.removeprefix("/doc")


def contexts(
    resource: Resource, path: str, offers: Sequence[Representation], site: Site, public: str
) -> list[Context]:
    """Return every link of a page, of the thing that it is about and of its formats, with whole addresses."""
    base, page = site.build.base, public + path
    pairs = [(one, form) for one in offered(resource) for form in profiles.formats(one, offers)]
    links = [Link(resource.iri, "cite-as")]
    links += [
        Link(page + suffix(profile, form), "describedby", form.media_type)
        for profile, form in pairs
        if is_rdf(form)
    ]
    # The profile is told of alternates alone: RFC 9264, 4.2.4.3, makes it an array, and the readers of
    # Signposting, which look at describedby and not at these, fail on one.
    links += [
        Link(page + suffix(profile, form), "alternate", form.media_type, profile.iri(base))
        for profile, form in pairs
        if form is not HTML
    ]
    links += [
        Link(public + one.href if one.href.startswith("/") else one.href, one.rel, one.type)
        for one in links_of(resource, path, site)
        if one.rel != "linkset"
    ]
    twins = [Context(page + suffix(*pair), _back(page)) for pair in pairs if is_rdf(pair[1])]
    return [
        Context(page, links),
        Context(resource.iri, [Link(page, "describedby", HTML.media_type)]),
        *twins,
    ]


def _back(page: str) -> list[Link]:
    return [Link(page, "describes", HTML.media_type)]


@bp.get("/linkset/<kind>/<path:name>")
def linkset(kind: str, name: str) -> Response:
    """The link set of the page about a thing: every profile in every format, and all its signposts."""
    from .documents import TOMBSTONE, offers_of, public_url, site, thing_iri

    stem, extension = split_suffix(name, LINKSETS)
    choice = negotiate(request.headers.get("Accept", ""), request.args, extension, LINKSETS)
    iri = thing_iri(kind, stem)
    resource = site().build.store.describe(iri)
    if TOMBSTONE in resource.types:
        raise UnknownResource(f"{site().build.base.iri}linkset/{kind}/{stem}")
    path = f"/doc/{kind}/{stem}"
    found = contexts(resource, path, offers_of(resource), site(), public_url())
    location = None if extension else f"{address(path)}.{choice.extension}"
    body = Body(
        written(found, choice),
        choice.content_type,
        links=[Link(path, "about")],
        content_location=location,
        modified=site().build.manifest["modified"],
    )
    return respond(body)


@bp.get("/linkset/data/<name>")
def linkset_of_dataset(name: str) -> Response:
    """The link set of the dataset: its descriptions and all its files (Signposting, level 2)."""
    from .documents import public_url, site

    stem, extension = split_suffix(name, LINKSETS)
    choice = negotiate(request.headers.get("Accept", ""), request.args, extension, LINKSETS)
    build = site().build
    if not build.is_record or f"{build.base.iri}data/{stem}" != build.model.site.dataset:
        raise UnknownResource(f"{build.base.iri}linkset/data/{stem}")
    found = contexts_of_dataset(replace(build.about, public=public_url()))
    path = build.about.path
    body = Body(
        written(found, choice),
        choice.content_type,
        links=[Link(path, "about")],
        content_location=None if extension else f"{_PATH}{path}.{choice.extension}",
        modified=build.manifest["modified"],
    )
    return respond(body)
