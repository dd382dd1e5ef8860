"""Pages for frames on other sites, and oEmbed, by which other sites find them (oembed.com, section 2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

from flask import Blueprint, Response, request

from ..errors import BadRequest, LinkedDataError, UnknownResource, Withdrawn
from ..iris import is_key, is_name
from ..namespaces import CCIN
from ..represent import DOCUMENTS
from ..represent.jsonld import encode
from ..represent.pages import embeds
from ..represent.pages.embeds import Embed, Size
from ..resource import Resource
from ..words import LANGUAGES
from .documents import TOMBSTONE, html_pages, page_context, public_url, site
from .negotiation import split_suffix
from .problems import Problem, answer, problem_of
from .respond import Body, Link, common_headers, respond

bp = Blueprint("embeds", __name__)
# A frame is allowed here and nowhere else; nothing runs in it and nothing is kept.
CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors *"
)
COUNCIL, MEMBERS = "council", "members"
_TYPES = {"json": "application/json", "xml": "text/xml; charset=utf-8"}
_HTML = "text/html; charset=utf-8"
_LONGEST = 10_000  # pixels
_DAY = 86_400  # seconds


@bp.get("/embed/<kind>/<name>")
def card(kind: str, name: str) -> Response:
    """The card of a body or a project."""
    return framed(lambda: _card(kind, name))


@bp.get("/embed/projects")
def projects() -> Response:
    """The latest projects of the body that the query names, or of all."""
    return framed(_projects)


@bp.get("/embed/map")
def on_map() -> Response:
    """The members and other bodies on a map."""
    return framed(_map)


def framed(make: Callable[[], tuple[str, Embed]]) -> Response:
    """Return a page that other sites may frame; what goes wrong is told in the frame too."""
    try:
        page, embed = make()
    except LinkedDataError as error:
        problem = problem_of(error)
        headers = common_headers()
        headers["Content-Type"] = _HTML
        page = html_pages().embed_problem(problem.title, problem.detail, page_context("/", offers=()))
        return _frameable(Response(page, problem.status, headers))
    links = [Link(public_url() + embed.page, "canonical")]
    noindex = [("X-Robots-Tag", "noindex")]
    modified = site().build.manifest["modified"]
    return _frameable(respond(Body(page.encode(), _HTML, links=links, modified=modified, headers=noindex)))


def _frameable(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = CSP
    response.headers.pop("X-Frame-Options", None)
    return response


def preview(kind: str, name: str) -> Response:
    """Return a small page about anything: its card, or what it is called and described as, for a frame."""

    def page() -> tuple[str, Embed]:
        resource = _described(kind, name)
        path, title = _document(resource), resource.label() or resource.iri
        if embeds.has_card(resource.types):
            return _card(kind, name)
        embed = embeds.brief_of(path, title)
        return html_pages().embed_brief(resource, embed, page_context(embed.path, offers=())), embed

    return framed(page)


def _card(kind: str, name: str) -> tuple[str, Embed]:
    resource = _described(kind, name)
    embed = embeds.of_document(_document(resource), resource.types, resource.label() or resource.iri)
    if embed is None:
        raise UnknownResource(f"{site().build.base.iri}embed/{kind}/{name}")
    return html_pages().embed_card(resource, embed, page_context(embed.path, offers=())), embed


def _described(kind: str, name: str) -> Resource:
    """Return a thing that is there. Raises UnknownResource, and Withdrawn for what was taken back."""
    base = site().build.base
    if not is_key(kind) or not is_name(name):
        raise UnknownResource(f"{base.iri}id/{kind}/{name}")
    resource = site().build.store.describe(base.thing(kind, name))
    if TOMBSTONE in resource.types:
        day, reason = (" ".join(resource.texts(CCIN + part)) for part in ("withdrawnOn", "reason"))
        raise Withdrawn(resource.iri, day, reason)
    return resource


def _document(resource: Resource) -> str:
    return site().build.base.path(resource.document) or ""


def _projects() -> tuple[str, Embed]:
    wanted = request.args.get(COUNCIL, "")
    body = _body(wanted) if wanted else None
    embed = _list_of(body)
    return html_pages().embed_projects(body, embed, page_context("/embed/projects", offers=())), embed


def _list_of(body: Resource | None) -> Embed:
    if body is None:
        return embeds.all_projects(html_pages().words)
    return embeds.projects_of(_document(body), body.label() or body.iri, html_pages().words)


def _body(wanted: str) -> Resource:
    """Return the body that a key, or kind and key (``group/...``), names. Raises UnknownResource."""
    build = site().build
    kind, slash, name = wanted.partition("/")
    kinds = [kind] if slash else sorted(build.index.kinds())
    for one in kinds:
        iri = build.base.thing(one, name if slash else wanted)
        item = build.index.item(iri)
        if item and CCIN + "Body" in item.types:
            return build.store.describe(iri)
    raise UnknownResource(f"{build.base.iri}embed/projects?{COUNCIL}={wanted}")


def _map() -> tuple[str, Embed]:
    if MEMBERS not in site().build.model.lists:
        raise UnknownResource(f"{site().build.base.iri}embed/map")
    embed = embeds.all_on_map(html_pages().words)
    iris = [one.iri for one in site().build.index.items(MEMBERS, limit=embeds.MOST_NAMED)]
    return html_pages().embed_map(iris, embed, page_context(embed.path, offers=())), embed


@bp.get("/oembed")
def oembed() -> Response:
    """What to put on another site for an address of this one (oembed.com, sections 2.2 and 2.3)."""
    form = request.args.get("format", "json")
    if form not in _TYPES:
        detail = f"oEmbed answers here come as json or xml, not as {form[:40]!r}"
        return answer(Problem(501, "This format is not offered", detail), None)
    address = request.args.get("url", "")
    if not address:
        raise BadRequest("url is missing: the address of the page to embed")
    limits = _limit("maxwidth"), _limit("maxheight")
    embed = _embed_of(address)
    told = _told(embed, embed.size.within(*limits))
    data = encode(told) if form == "json" else _xml(told)
    return respond(Body(data, _TYPES[form], modified=site().build.manifest["modified"]))


def _limit(name: str) -> int | None:
    text = request.args.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 6 and int(text) > 0):
        raise BadRequest(f"{name} is a number of pixels above 0, not {text[:40]!r}")
    return min(int(text), _LONGEST)


def _embed_of(address: str) -> Embed:
    """Return what stands for an address of this site. Raises UnknownResource (status 404: no response)."""
    path, query = _local(address)
    stem, _ = split_suffix(path.rstrip("/"), DOCUMENTS)
    first, *rest = stem.strip("/").split("/")
    model = site().build.model
    if stem in ("/projects", "/embed/projects"):
        wanted = parse_qs(query).get(COUNCIL, [""])[0]
        return _list_of(_body(wanted) if wanted else None)
    if stem in ("/members", "/embed/map") and MEMBERS in model.lists:
        return embeds.all_on_map(html_pages().words)
    if stem == "/network" and model.site.network:
        return _embed_of(model.site.network)
    if first in ("id", "doc", "embed") and len(rest) == 2:
        resource = _described(*rest)
        found = embeds.of_document(_document(resource), resource.types, resource.label() or resource.iri)
        if found:
            return found
    raise UnknownResource(address[:200])


def _local(address: str) -> tuple[str, str]:
    """Return path and query of an address here, by this server's name or the permanent one."""
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise UnknownResource(address[:200]) from error
    if parts.scheme in ("http", "https"):
        for start in (public_url() + "/", site().build.base.iri):
            ours = urlsplit(start)
            if parts.netloc == ours.netloc and parts.path.startswith(ours.path):
                path = "/" + parts.path[len(ours.path) :]
                first, _, rest = path[1:].partition("/")
                # The page in another language is the same page: its frame comes in the language asked for.
                return (f"/{rest}" if first in LANGUAGES else path), parts.query
    raise UnknownResource(address[:200])


def _told(embed: Embed, size: Size) -> dict[str, str | int]:
    origin = public_url()
    return {
        "version": "1.0",
        "type": "rich",
        "title": embed.title,
        "provider_name": site().build.model.site.title,
        "provider_url": origin + "/",
        "cache_age": _DAY,
        "html": embeds.code(embed, origin, size),
        "width": size.width,
        "height": size.height,
    }


def _xml(told: Mapping[str, str | int]) -> bytes:
    lines = "".join(f"<{name}>{escape(str(value))}</{name}>\n" for name, value in told.items())
    return f'<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<oembed>\n{lines}</oembed>\n'.encode()
