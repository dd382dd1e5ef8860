"""Documents about things: find the Resource, choose the representation, respond."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pyoxigraph as ox
from flask import Blueprint, Response, request

from ..description import releases
from ..description.profiles import OWN_PREFIXES, alternates
from ..description.profiles import as_json as alternates_json
from ..errors import NotAcceptable, UnknownResource, Withdrawn
from ..iris import is_key, is_name
from ..namespaces import CCIN, DCT, ONTOLOGY_BASE, PREFIXES, SH, XSD
from ..represent import (
    ATOM,
    DOCUMENTS,
    GEO_JSON,
    HTML,
    JSON,
    JSON_LD,
    LINK_FORMAT,
    MARKDOWN,
    N_QUADS,
    N_TRIPLES,
    PLACED_DOCUMENTS,
    RDF_XML,
    TOMBSTONES,
    TRIG,
    TURTLE,
    Representation,
    markdown,
    places,
)
from ..represent.html import Alternate, Html, PageContext
from ..represent.jsonld import encode
from ..represent.linkset import LINKSET, LINKSETS
from ..represent.profiles import FULL, SCHEMA_ORG, Profile, offered, schema_document
from ..represent.profiles import triples as triples_in
from ..represent.rdf import serialize
from ..resource import Resource
from . import language, profiles
from .negotiation import negotiate, split_suffix
from .problems import answer, problem_of
from .respond import Body, Link, page_number, query_suffix, representation_links, respond, see_other
from .signposts import fitting, is_rdf, links_of, links_of_dataset
from .site import Site

bp = Blueprint("documents", __name__)
TOMBSTONE = CCIN + "Tombstone"
# The formats of the list of profiles and formats.
LISTED = (HTML, JSON_LD, TURTLE, N_TRIPLES, RDF_XML, JSON)
_CONTEXT_REL = "http://www.w3.org/ns/json-ld#context"
# Documents that describe every term of a vocabulary: the whole graph is their description.
_WHOLE_GRAPHS = {"def/ccin": "ontology", "def/shapes": "shapes"}


def site() -> Site:
    """Return the Site that this request is answered from."""
    found = request.environ["ccin.site"]
    assert isinstance(found, Site)
    return found


def html_pages() -> Html:
    """Return what makes pages, in the language of this request."""
    return site().html_in(language.code())


def public_url() -> str:
    """Return the address under which the client reaches us, without a final slash (design, section 2)."""
    return (site().settings.public_url or request.host_url).rstrip("/")


@bp.get("/id/<kind>/<path:name>")
def thing(kind: str, name: str) -> Response:
    """A thing: 303 to the document about it, suffix and query kept (conventions.md d.1, rule 2)."""
    stem, extension = split_suffix(name, PLACED_DOCUMENTS)
    iri = thing_iri(kind, stem)
    item = site().build.index.item(iri)
    if item is None:
        raise UnknownResource(iri)
    if TOMBSTONE in item.types:
        return gone(site().build.store.describe(iri), f"/id/{kind}/{stem}", extension)
    suffix = f".{extension}" if extension else ""
    return see_other(f"/doc/{kind}/{stem}{suffix}{query_suffix()}", links=[Link(iri, "cite-as")])


@bp.get("/doc/<kind>/<path:name>")
def document(kind: str, name: str) -> Response:
    """The document about a thing, in the representation the client prefers."""
    stem, extension = split_suffix(name, PLACED_DOCUMENTS)
    iri = thing_iri(kind, stem)
    resource = site().build.describe(iri, page=page_number("incoming"))
    if TOMBSTONE in resource.types:
        return gone(resource, f"/doc/{kind}/{stem}", extension)
    return represent(resource, f"/doc/{kind}/{stem}", extension, cite_as=iri)


def gone(resource: Resource, path: str, extension: str | None) -> Response:
    """Return 301 to what stands for a thing that was entered twice, else 410 with its tombstone.

    Plain JSON and what else is asked for gets the problem: raises Withdrawn (design, section 2).
    """
    other = next(iter(resource.iris(DCT + "isReplacedBy")), None)
    local = site().build.base.path(other) if other else None
    if local:
        start = path.split("/")[1]
        suffix = f".{extension}" if extension else ""
        return see_other(f"/{start}{local.removeprefix('/id')}{suffix}{query_suffix()}", status=301)
    day, reason = (" ".join(resource.texts(CCIN + name)) for name in ("withdrawnOn", "reason"))
    withdrawn = Withdrawn(resource.iri, day, reason)
    try:
        choice = negotiate(request.headers.get("Accept", ""), request.args, extension, DOCUMENTS)
    except NotAcceptable as error:
        raise withdrawn from error
    if choice not in TOMBSTONES:
        return answer(problem_of(withdrawn), None)
    return _tombstone(resource, choice, path.replace("/id/", "/doc/", 1), extension)


def _tombstone(resource: Resource, choice: Representation, document: str, extension: str | None) -> Response:
    return respond(
        Body(
            data=rendered(resource, choice, document),
            content_type=choice.content_type,
            links=document_links(document, choice, TOMBSTONES, resource.iri),
            status=410,
        )
    )


@bp.get("/def/context")
@bp.get("/def/context.jsonld")
def context() -> Response:
    """The JSON-LD context of plain JSON."""
    data = (site().build.folder / "files" / "context.jsonld").read_bytes()
    return respond(Body(data, JSON_LD.content_type, links=[Link("/def/ccin", "describedby")]))


@bp.get("/def/prefixes", defaults={"extension": None})
@bp.get("/def/prefixes.<extension>")
def prefixes(extension: str | None) -> Response:
    """The prefixes in use: as JSON, or declared in Turtle (SHACL, section 5.2.1)."""
    choice = negotiate(request.headers.get("Accept", ""), request.args, extension, (JSON, TURTLE))
    data = encode(PREFIXES) if choice is JSON else serialize(_declared(), ox.RdfFormat.TURTLE)
    location = None if extension else f"/def/prefixes.{choice.extension}"
    return respond(Body(data, choice.content_type, content_location=location))


def _declared() -> list[ox.Triple]:
    start = site().build.base.iri + "def/prefixes"
    triples = []
    for prefix, namespace in PREFIXES.items():
        node = ox.NamedNode(f"{start}#{prefix}")
        iri = ox.Literal(namespace, datatype=ox.NamedNode(XSD + "anyURI"))
        triples += [
            ox.Triple(ox.NamedNode(start), ox.NamedNode(SH + "declare"), node),
            ox.Triple(node, ox.NamedNode(SH + "prefix"), ox.Literal(prefix)),
            ox.Triple(node, ox.NamedNode(SH + "namespace"), iri),
        ]
    return triples


@bp.get("/def/<name>")
@bp.get("/data", defaults={"name": None})
@bp.get("/data.<extension>", defaults={"name": None})
@bp.get("/data/<path:name>")
def information(name: str | None, extension: str | None = None) -> Response:
    """An ontology, scheme, catalogue, dataset or source: it is its own document, answered with 200."""
    stem, extension = split_suffix(request.path[1:], DOCUMENTS)
    return represent(described(stem), f"/{stem}", extension)


def described(path: str) -> Resource:
    """Return the information resource at a path. Raises UnknownResource."""
    build = site().build
    if path in _WHOLE_GRAPHS:
        return _whole_graph(ONTOLOGY_BASE + path, _WHOLE_GRAPHS[path])
    iri, dataset = build.base.iri + path, build.model.site.dataset
    if iri.startswith(f"{dataset}/"):
        return _release(iri, dataset)
    resource = build.describe(iri, page=page_number("incoming"))
    content = build.store.graph(resource.iri)
    if iri == dataset:
        # Releases are no part of what they release, so they are not in the store.
        content = releases.of_dataset(build.ledger.releases, dataset)
    if not content:
        return resource
    triples = list(dict.fromkeys((*resource.triples, *content)))
    return Resource(resource.iri, resource.document, (*triples, *build.store.labels_of(triples)))


def _release(iri: str, dataset: str) -> Resource:
    """Return a Release of the dataset, from the ledger. Raises UnknownResource."""
    build = site().build
    found = build.ledger.find(iri.removeprefix(f"{dataset}/"))
    if found is None:
        raise UnknownResource(iri)
    kept = build.archive.moment(found.name) if build.archive else None
    stream = f"{build.base.iri}changes/{found.name}/1" if kept and kept.size else None
    triples = releases.of_release(found, build.ledger, dataset, stream)
    return Resource(iri, iri, (*triples, *build.store.labels_of(triples)))


def _whole_graph(iri: str, source: str) -> Resource:
    store = site().build.store
    triples = store.graph(site().build.base.graph(source))
    return Resource(iri, iri, tuple(dict.fromkeys((*triples, *store.labels_of(triples)))))


def thing_iri(kind: str, name: str) -> str:
    """Return the IRI of a thing from its path. Raises UnknownResource for what can be none."""
    base = site().build.base
    if not is_key(kind) or not is_name(name):
        raise UnknownResource(base.iri + f"id/{kind}/{name}")
    return base.thing(kind, name)


def represent(
    resource: Resource, path: str, extension: str | None, *, cite_as: str | None = None
) -> Response:
    """Return a Resource in the profile and representation that suffix, query and headers choose."""
    offers, base = offers_of(resource), site().build.base
    if profiles.is_list(request.args):
        return _alternates(resource, path, extension, cite_as)
    choice = profiles.choose(request.headers, request.args, extension, offered(resource), offers, base)
    query = _asked(choice.profile)
    links = document_links(path, choice.representation, offers, cite_as, _asked(FULL))
    if path.startswith(profiles.STARTS):
        links += [*links_of(resource, path, site()), profiles.profile_link(choice.profile, base)]
        links += profiles.others(path, choice.profile, offered(resource), base)
    links += _of_dataset(resource)
    body = Body(
        data=profiled(resource, choice, path),
        content_type=choice.representation.content_type,
        links=fitting([*links, *_past_links(path)]),
        content_location=f"{path}.{choice.representation.extension}{query}" if not extension else None,
        modified=modified(resource),
    )
    return respond(body)


def _of_dataset(resource: Resource) -> list[Link]:
    """Return the signposts of the dataset's own page, its link sets among them; of any other page none."""
    build = site().build
    if not build.is_record or resource.iri != build.model.site.dataset:
        return []
    path = build.about.path
    sets = [Link(f"/linkset{path}.{one.extension}", "linkset", one.media_type) for one in LINKSETS]
    return [*links_of_dataset(build.about, path, whole=False), *sets]


def _asked(profile: Profile) -> str:
    """Return the query that leads to this answer: the page of incoming links, and the profile."""
    number = page_number("incoming")
    parts = [f"incoming={number}" if number > 1 else "", profiles.asked(profile)]
    text = "&".join(part for part in parts if part)
    return f"?{text}" if text else ""


def offers_of(resource: Resource) -> tuple[Representation, ...]:
    """Return the formats that a Resource comes in."""
    return PLACED_DOCUMENTS if places.has_place(resource) else DOCUMENTS


def profiled(resource: Resource, choice: profiles.Choice, path: str) -> bytes:
    """Return the bytes of a Resource in one profile and representation."""
    form, profile = choice.representation, choice.profile
    if profile is FULL:
        return rendered(resource, form, path)
    page_address, build = public_url() + path, site().build
    if profile is SCHEMA_ORG and form is JSON_LD:
        return schema_document(resource, page_address)
    triples = triples_in(profile, resource, build.model.supers, page_address)
    if form is JSON_LD:
        return build.context.graph(triples)
    assert form.rdf is not None
    return serialize(triples, form.rdf, first=resource.subjects())


def _alternates(resource: Resource, path: str, extension: str | None, cite_as: str | None) -> Response:
    """Return the list of all profiles and formats of a Resource, itself a page, RDF and JSON."""
    build = site().build
    choice = negotiate(request.headers.get("Accept", ""), request.args, extension, LISTED)
    offers = [(one, profiles.formats(one, offers_of(resource))) for one in offered(resource)]
    document = build.base.document(resource.iri)
    triples = alternates(document, offers, build.base)
    if choice is HTML:
        context = page_context(path, offers=())
        data = html_pages().alternates(context, resource, offers).encode()
    elif choice is JSON:
        data = encode(alternates_json(public_url() + path, offers, build.base))
    elif choice.rdf is None:
        data = build.context.graph(triples)
    else:
        data = serialize(triples, choice.rdf, first=[document], prefixes=OWN_PREFIXES)
    links = [
        Link(public_url() + path, "canonical"),
        *([Link(cite_as, "cite-as")] if cite_as else []),
        Link(profiles.MODEL, "profile"),
    ]
    location = f"{path}.{choice.extension}?{profiles.PARAMETER}={profiles.LISTS[0]}"
    body = Body(
        data, choice.content_type, links=links, content_location=None if extension else location,
        modified=modified(resource), headers=[("X-Robots-Tag", "noindex")],
    )  # fmt: skip
    return respond(body)


def rendered(resource: Resource, choice: Representation, path: str) -> bytes:
    """Return the bytes of a Resource in one representation."""
    build = site().build
    if choice is HTML:
        return page(resource, path).encode()
    if choice is JSON_LD:
        return build.context.document_of(resource)
    if choice is JSON:
        return build.context.plain(resource)
    if choice is GEO_JSON:
        return encode(places.feature(resource, build.model.shape_for(resource.types), build.store))
    if choice is MARKDOWN:
        return markdown.of_resource(resource, build.model.shape_for(resource.types)).encode()
    assert choice.rdf is not None
    if choice in (TRIG, N_QUADS):
        return serialize(_who_said_it(resource), choice.rdf, first=resource.subjects())
    return serialize(resource.triples, choice.rdf, first=resource.subjects())


def _who_said_it(resource: Resource) -> list[ox.Quad]:
    return site().build.store.quads(resource.triples)


def page(resource: Resource, path: str) -> str:
    """Return the HTML page of a Resource; which one, its classes and path decide."""
    html, build = html_pages(), site().build
    is_thing = resource.document != resource.iri
    # The page of a whole vocabulary or of a source names its files; their data would be many times the page.
    whole = path in ("/def/ccin", "/def/shapes") or path.startswith(("/def/shapes/", "/data/graph/"))
    data = "" if whole else build.context.dense(resource, build.base.iri + "id/").decode()
    thing = resource.iri if is_thing else None
    kept = build.archive is not None and build.archive.has(path)
    past = {"feed": feed_path(path), "timemap": f"/timemap{path}"} if kept else {}
    offers = offers_of(resource)
    context = page_context(path, thing=thing, offers=offers, data=data, query=_asked(FULL), **past)
    if path.startswith(profiles.STARTS):
        # One link set will do in the head: pages stay small.
        posts = [one for one in links_of(resource, path, site()) if one.type != LINKSET.media_type]
        context = replace(context, signposts=posts, profiles=offered(resource))
    if posts := _of_dataset(resource):
        context = replace(context, signposts=posts)
    if path == "/def/ccin":
        return html.ontology(context)
    if path == "/def/shapes":
        return html.shapes(context)
    if path == "/def/profile" or path.startswith("/def/profile/"):
        return html.profiles(context, resource.iri)
    if path.startswith("/def/ccin/"):
        if resource.iri.startswith(CCIN):
            return html.term(resource, context)
        return html.ontology_before(resource.triples, resource.iri, replace(context, data_json=""))
    if path.startswith("/def/shapes/"):
        return html.shape(resource, context)
    return html.resource(resource, context, incoming_page=page_number("incoming"))


def page_context(
    path: str,
    *,
    thing: str | None = None,
    offers: Sequence[Representation] = DOCUMENTS,
    data: str = "",
    query: str = "",
    feed: str = "",
    timemap: str = "",
) -> PageContext:
    """Return what a page needs to know of where it stands."""
    alternates = [
        Alternate(
            offer.label,
            offer.media_type,
            f"{path}.{offer.extension}{query}",
            "alternate describedby" if thing and is_rdf(offer) else "alternate",
        )
        for offer in offers
        if offer is not HTML
    ]
    return PageContext(
        path=path,
        canonical=public_url() + path + query,
        thing=thing,
        alternates=alternates,
        # In a script element only "<" could end the block; JSON has a second way to write it.
        data_json=data.replace("<", "\\u003c"),
        query_string=request.query_string.decode("latin-1"),
        asset=site().asset,
        asset_if_any=site().asset_if_any,
        language=language.code(),
        feed=feed,
        timemap=timemap,
    )


def feed_path(path: str) -> str:
    """Return the path of the feed of the thing whose document is at *path*; '' for what is no thing."""
    return f"/feed/{path.removeprefix('/doc/')}.atom" if path.startswith("/doc/") else ""


def _past_links(path: str) -> list[Link]:
    """Return the links to what the document at *path* was: its gate, its versions (RFC 7089), its feed."""
    archive = site().build.archive
    if archive is None or not archive.has(path):
        return []
    here = public_url() + language.prefix() + request.path
    links = [
        Link(here, "original timegate"),
        Link(f"{public_url()}/timemap{path}", "timemap", LINK_FORMAT.media_type),
    ]
    feed = feed_path(path)
    return [*links, Link(feed, "alternate", ATOM.media_type)] if feed else links


def document_links(
    path: str, choice: Representation, offers: Sequence[Representation], cite_as: str | None, query: str = ""
) -> list[Link]:
    """Return the Link header of a document: formats, canonical address, permanent one, description."""
    spoken = language.prefix() if choice is HTML else ""
    links = [Link(public_url() + spoken + path + query, "canonical")]
    if cite_as:
        links.append(Link(cite_as, "cite-as"))
    links += [one for one in representation_links(path, offers, query) if one.type != choice.media_type]
    links += [
        Link(f"{path}.{one.extension}{query}", "describedby", one.media_type) for one in offers if is_rdf(one)
    ]
    if choice is JSON:
        links.append(Link("/def/context.jsonld", _CONTEXT_REL, JSON_LD.media_type))
    return links


def modified(resource: Resource) -> str | None:
    """Return the day on which the thing's data changed last, or None when it is not known."""
    days = resource.texts(DCT + "modified", resource.document)
    return max(days, default=None) or site().build.manifest["modified"]
