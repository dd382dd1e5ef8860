"""Lists, search, home and the pages about the site: for people, and the lists for programs too."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox
from flask import Blueprint, Response, request

from ..errors import BadRequest, UnknownResource
from ..facets import Counted, Wanted
from ..history import Status
from ..index import Found, Item, Meant
from ..iris import is_key
from ..model import ClassShape
from ..namespaces import CCIN, DCT, HYDRA, RDF, RDFS, VOID, XSD
from ..represent import (
    CSV,
    GEO_JSON,
    HTML,
    JSON,
    JSON_LD,
    JSON_LINES,
    LISTS,
    N_QUADS,
    N_TRIPLES,
    PLACED_LISTS,
    RDF_XML,
    TRIG,
    TURTLE,
    Representation,
    completion,
    places,
    standings,
    table,
)
from ..represent.html import theme_css
from ..represent.jsonld import encode
from ..represent.rdf import serialize
from ..resource import Resource
from ..words import DEFAULT
from . import find, language, linking, pictures
from .documents import described, document_links, html_pages, page_context, represent, site
from .endpoint import CUT_HEADER
from .negotiation import negotiate, split_suffix
from .questions import all_questions
from .respond import FOREVER, Body, Link, common_headers, page_number, redirect_to, respond, see_other
from .site import STATIC, STATIC_TYPES
from .stories import all_stories

bp = Blueprint("browse", __name__)
PAGE_SIZE, SEARCH_PAGE = 100, 20
# What is wanted of a list, and the counts of its facets.
Asked = tuple[Wanted, Sequence[Counted]]
NOTHING: Asked = (Wanted(), ())
AS_OF, COLUMNS = "as-of", "columns"
TEXTS = ("about", "accessibility", "licence", "privacy")
REPORTS = (HTML, JSON_LD, TURTLE, N_TRIPLES, RDF_XML, JSON)
THEMES = {"light": "light", "dark": "dark"}
_HTML_TYPE = HTML.content_type
_CATALOGUE = (JSON_LD, TURTLE, N_TRIPLES, RDF_XML, JSON, TRIG, N_QUADS)


@bp.get("/")
def home() -> Response:
    """The home page; for programs, the catalogue."""
    if _choice((HTML, *_CATALOGUE)) is not HTML:
        return represent(described("data"), "/data", None)
    wanted = request.environ[language.WANTED]
    if wanted not in ("", DEFAULT):
        return redirect_to(f"/{wanted}", status=303)
    return _page(
        html_pages().home(page_context("/", offers=()), all_questions(), all_stories()),
        links=[Link("/sparql", "service-desc")],
    )


@bp.get("/id", defaults={"kind": ""})
@bp.get("/doc", defaults={"kind": ""})
@bp.get("/id/<kind>")
@bp.get("/doc/<kind>")
def of_kind(kind: str) -> Response:
    """Everything of one kind, or of any: the path of a thing, shortened, is a list."""
    if not kind and (elsewhere := linking.by_query()):
        return elsewhere
    stem, extension = split_suffix(request.path, PLACED_LISTS)
    kind = stem.split("/")[2] if kind else ""
    index = site().build.index
    if kind and (not is_key(kind) or not index.count_kind(kind)):
        raise UnknownResource(site().build.base.iri + stem[1:])
    number = page_number("page")
    if kind:
        total = index.count_kind(kind)
        items = index.of_kind(kind, limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE)
    else:
        total = sum(index.kinds().values())
        items = index.things(limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE)
    shape = site().build.model.shape_for(items[0].types) if items and kind else None
    return _listed(stem, extension, items, total, number, shape)


@bp.get("/<name>")
def listing(name: str) -> Response:
    """A list that a shape declares (``ccin:listPath``), or a page about the site."""
    stem, extension = split_suffix(name, PLACED_LISTS)
    if stem in ("id", "doc"):
        return of_kind("")
    if stem in site().build.model.lists:
        return _list(stem, extension)
    if extension is None and name in TEXTS:
        _choice((HTML,))
        return _page(html_pages().text(name, page_context(f"/{name}", offers=())))
    raise UnknownResource(f"{site().build.base.iri}{name}")


def _choice(offers: Sequence[Representation], extension: str | None = None) -> Representation:
    return negotiate(request.headers.get("Accept", ""), request.args, extension, offers)


def _list(path: str, extension: str | None) -> Response:
    if AS_OF in request.args:
        return _members_on(path, extension, _asked_day())
    build, number = site().build, page_number("page")
    shape = build.model.lists[path]
    wanted = find.wanted_of(shape)
    if extension is None and request.args.get(pictures.VIEW) == pictures.MAP and places.have_places(shape):
        return pictures.members_map(path, build.index.find(path, wanted, limit=2**31).items, wanted)
    found = build.index.find(path, wanted, limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE)
    return _listed(f"/{path}", extension, found.items, found.total, number, shape, (wanted, found.facets))


def _asked_day() -> date:
    text = request.args.get(AS_OF, "")
    try:
        found = date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        found = None
    if found is None:
        raise BadRequest(f"{AS_OF}={text!r} is not a day; write year, month and day: 2020-07-01")
    return found


def _members_on(path: str, extension: str | None, day: date) -> Response:
    """The bodies that were members on a day, or were when last known, in every format of a list."""
    if site().build.model.lists[path].target != CCIN + "Body":
        raise BadRequest(f"the list /{path} is not of members, so it cannot be asked for a day")
    found, number = site().build.members_on(day), page_number("page")
    wanted = replace(find.wanted_of(site().build.model.lists[path]), sort="")
    if wanted:
        fitting = site().build.index.fitting(path, wanted)
        found = [pair for pair in found if pair[0].iri in fitting]
    asked = f"{AS_OF}={day}{wanted.query().replace('?', '&', 1)}"
    total, pages = len(found), max(1, math.ceil(len(found) / PAGE_SIZE))
    if number > pages:
        raise UnknownResource(f"{site().build.base.iri}{path}?{asked}&page={number}")
    choice = negotiate(request.headers.get("Accept", ""), request.args, extension, PLACED_LISTS)
    query = f"?{asked}" + (f"&page={number}" if number > 1 else "")
    body = Body(
        data=_members_bytes(choice, path, day, found, number, query, wanted),
        content_type=f"{choice.content_type}; header=present" if choice is CSV else choice.content_type,
        links=[
            *document_links(f"/{path}", choice, PLACED_LISTS, None, query),
            *_turns(f"/{path}", choice, extension, number, pages, f"{asked}&"),
        ],
        content_location=f"/{path}.{choice.extension}{_with_columns(query, choice)}"
        if not extension
        else None,
        modified=site().build.manifest["modified"],
        headers=_counted(choice, total, pages),
    )
    return respond(body)


def _counted(choice: Representation, total: int, pages: int) -> list[tuple[str, str]]:
    """Return the headers that say how long a list is, and that a file holds one page of several."""
    cut = [(CUT_HEADER, f"rows={PAGE_SIZE}")] if pages > 1 and choice is not HTML else []
    return [("X-Total-Count", str(total)), *cut]


def _with_columns(query: str, choice: Representation) -> str:
    """Return the query part of an address with the columns that the request chooses, where it does."""
    wanted = request.args.get(COLUMNS)
    if wanted is None or choice is not CSV:
        return query
    return f"{query}{'&' if query else '?'}{COLUMNS}={quote(wanted, safe='')}"


def _columns(header: list[str], rows: list[list[str]]) -> bytes:
    """Return CSV, of the columns that the request names if it does."""
    wanted = request.args.get(COLUMNS)
    return table.csv_bytes(*(table.chosen(header, rows, wanted) if wanted is not None else (header, rows)))


def _members_bytes(
    choice: Representation,
    path: str,
    day: date,
    found: Sequence[standings.Pair],
    number: int,
    query: str,
    wanted: Wanted,
) -> bytes:
    build = site().build
    here = found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    collection = f"{build.base.iri}{path}?{AS_OF}={day}{wanted.query().replace('?', '&', 1)}"
    if choice is HTML:
        members = sum(one.status is Status.MEMBER for _, one in found)
        context = page_context(f"/{path}", offers=PLACED_LISTS, query=query)
        return (
            html_pages()
            .members_on(day, here, (members, len(found) - members), number, context, _counts(path, wanted))
            .encode()
        )
    if choice is CSV:
        return _columns(list(standings.HEADER), standings.rows(here, build.base, build.name))
    pages = max(1, math.ceil(len(found) / PAGE_SIZE))
    told = {"id": collection, "asOf": day.isoformat(), "total": len(found), "page": number, "pages": pages}
    if choice in (JSON, JSON_LINES):
        items = standings.json_items(here, build.base, build.name)
        return encode({**told, "items": items}) if choice is JSON else table.json_lines(items)
    if choice is GEO_JSON:
        return encode(places.collection(_standing_features(here), **told))
    triples = standings.triples(here, build.base, collection, day, len(found))
    triples += build.store.labels_of(triples)
    if choice is JSON_LD:
        return build.context.graph(triples)
    assert choice.rdf is not None
    return serialize(triples, choice.rdf, first=[collection])


def _standing_features(here: Sequence[standings.Pair]) -> Iterator[dict[str, Any]]:
    build = site().build
    for item, one in here:
        resource = build.store.describe(item.iri)
        made = places.feature(resource, build.model.shape_for(item.types), build.store)
        made["properties"].update(status=one.status, kind=build.name(standings.kind_iri(one, build.base)))
        yield made


def _counts(path: str, wanted: Wanted) -> Asked:
    """Return what is wanted of a list with the counts of its facets."""
    return wanted, site().build.index.find(path, wanted, limit=0).facets


def _listed(
    path: str,
    extension: str | None,
    items: Sequence[Item],
    total: int,
    number: int,
    shape: ClassShape | None,
    asked: Asked = NOTHING,
) -> Response:
    pages = max(1, math.ceil(total / PAGE_SIZE))
    if number > pages:
        raise UnknownResource(f"{site().build.base.iri}{path[1:]}{asked[0].query(number)}")
    offers = PLACED_LISTS if places.have_places(shape) else LISTS
    choice = negotiate(request.headers.get("Accept", ""), request.args, extension, offers)
    query = asked[0].query(number)
    before = f"{asked[0].query()[1:]}&" if asked[0].pairs() else ""
    body = Body(
        data=_list_bytes(choice, path, items, total, number, pages, shape, asked),
        content_type=f"{choice.content_type}; header=present" if choice is CSV else choice.content_type,
        links=[
            *document_links(path, choice, offers, None, query),
            *_turns(path, choice, extension, number, pages, before),
        ],
        content_location=f"{path}.{choice.extension}{_with_columns(query, choice)}"
        if not extension
        else None,
        modified=site().build.manifest["modified"],
        headers=[*_counted(choice, total, pages), *([find.NO_INDEX] if before else [])],
    )
    return respond(body)


def _list_bytes(
    choice: Representation,
    path: str,
    items: Sequence[Item],
    total: int,
    number: int,
    pages: int,
    shape: ClassShape | None,
    asked: Asked,
) -> bytes:
    build = site().build
    build.store.prefetch(item.iri for item in items)
    collection = build.base.iri + path[1:] + asked[0].query()
    if choice is HTML:
        offers = PLACED_LISTS if places.have_places(shape) else LISTS
        query = asked[0].query(number)
        context = replace(page_context(path, offers=offers, query=query), query_string=query[1:])
        here = asked if path[1:] in build.model.lists else None
        return html_pages().listing(path.lstrip("/"), items, total, number, pages, context, here).encode()
    resources = [build.store.describe(item.iri) for item in items]
    if choice is CSV:
        return _columns(*_rows(resources, shape))
    if choice is JSON:
        return encode(_json_list(path, resources, total, number, pages, asked))
    if choice is JSON_LINES:
        return table.json_lines(table.json_rows(resources))
    if choice is GEO_JSON:
        shape_for = build.model.shape_for
        features = [places.feature(one, shape_for(one.types), build.store) for one in resources]
        told = {"id": collection, "total": total, "page": number, "pages": pages}
        return encode(places.collection(features, **told))
    triples = _list_triples(path, items, total, number, pages, asked[0])
    if choice is JSON_LD:
        return build.context.graph(triples)
    assert choice.rdf is not None
    return serialize(triples, choice.rdf, first=[collection])


def _rows(resources: Sequence[Resource], shape: ClassShape | None) -> tuple[list[str], list[list[str]]]:
    if shape:
        return table.rows(resources, shape)
    return ["id", "label"], [[one.iri, one.label() or ""] for one in resources]


def _json_list(
    path: str, resources: Sequence[Resource], total: int, number: int, pages: int, asked: Asked
) -> dict[str, Any]:
    wanted, facets = asked
    listed: dict[str, Any] = {
        "id": site().build.base.iri + path[1:] + wanted.query(),
        "total": total,
        "page": number,
        "pages": pages,
        "items": table.json_rows(resources),
    }
    if number < pages:
        listed["next"] = f"{path}.json{wanted.query(number + 1)}"
    if number > 1:
        listed["previous"] = f"{path}.json{wanted.query(number - 1) or '?page=1'}"
    if facets:
        listed["facets"] = {one.name: [asdict(value) for value in one.values] for one in facets}
    return listed


def _list_triples(
    path: str, items: Sequence[Item], total: int, number: int, pages: int, wanted: Wanted
) -> list[ox.Triple]:
    """Return a list as a Hydra collection: its members on this page with class and label, and the total."""
    build = site().build
    collection = build.base.iri + path[1:] + wanted.query()
    start = f"{collection}{'&' if wanted.pairs() else '?'}page="
    view = f"{start}{number}"
    count = ox.Literal(str(total), datatype=ox.NamedNode(XSD + "integer"))
    triples = [
        _link(collection, RDF + "type", HYDRA + "Collection"),
        ox.Triple(ox.NamedNode(collection), ox.NamedNode(HYDRA + "totalItems"), count),
        _link(collection, VOID + "inDataset", build.model.site.dataset),
        _link(collection, HYDRA + "view", view),
        _link(view, RDF + "type", HYDRA + "PartialCollectionView"),
        *([_link(collection, DCT + "license", build.model.site.licence)] if build.model.site.licence else []),
        *(_link(view, HYDRA + "next", f"{start}{number + 1}") for _ in range(number < pages)),
        *(_link(view, HYDRA + "previous", f"{start}{number - 1}") for _ in range(number > 1)),
    ]
    shape = build.model.lists.get(path[1:])
    if shape and shape.description:
        words = ox.Literal(shape.description, language="en")
        triples.append(ox.Triple(ox.NamedNode(collection), ox.NamedNode(RDFS + "comment"), words))
    labels = build.store.labels(item.iri for item in items)
    for item in items:
        triples.append(_link(collection, HYDRA + "member", item.iri))
        triples += [_link(item.iri, RDF + "type", one) for one in item.types]
        triples += [
            ox.Triple(ox.NamedNode(item.iri), ox.NamedNode(RDFS + "label"), one)
            for one in labels.get(item.iri, ())
        ]
    return triples


def _link(subject: str, predicate: str, value: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(value))


def _turns(
    path: str, choice: Representation, extension: str | None, number: int, pages: int, asked: str = ""
) -> list[Link]:
    suffix = f".{extension}" if extension else ""
    turns = [("prev", number - 1), ("next", number + 1)]
    return [
        Link(path + suffix + _with_columns(f"?{asked}page={to}", choice), rel)
        for rel, to in turns
        if 1 <= to <= pages
    ]


@bp.get("/search")
def search() -> Response:
    """Search over names, other names, codes and descriptions: a page, or JSON."""
    choice, number, build = _choice((HTML, JSON)), page_number("page"), site().build
    wanted = find.wanted_of_everything(one.name for one in html_pages().facets_of_everything)
    found = build.index.find_anything(wanted, limit=SEARCH_PAGE, offset=(number - 1) * SEARCH_PAGE)
    meant = None if found.total or wanted.chosen else build.index.meaning(wanted.text)
    if choice is JSON:
        return _found_json(wanted, found, number, meant)
    query = wanted.query(number)
    context = replace(page_context("/search", offers=(), query=query), query_string=query[1:])
    body = html_pages().search(context, wanted, found, number, meant).encode()
    return respond(Body(body, _HTML_TYPE, headers=[find.NO_INDEX]))


def _found_json(wanted: Wanted, found: Found, number: int, meant: Meant | None) -> Response:
    told: dict[str, Any] = {
        "query": wanted.text,
        "total": found.total,
        "page": number,
        "items": table.json_rows(site().build.store.describe(item.iri) for item in found.items),
        "facets": {
            one.name: [asdict(value) for value in one.values if value.count or value.chosen]
            for one in found.facets
        },
    }
    if meant:
        told["meant"] = meant.text
    return respond(Body(encode(told), JSON.content_type, headers=[find.NO_INDEX]))


@bp.get("/vocab.json")
def vocab() -> Response:
    """The words that the query editor suggests: prefixes, terms and named concepts of the build."""
    build = site().build
    data = encode(completion.vocabulary(build.model, build.index))
    return respond(Body(data, JSON.content_type, modified=build.manifest["modified"]))


@bp.get("/theme.css")
def theme_style() -> Response:
    """The colour choice: the one address that reads the cookie (design, section 5)."""
    css = theme_css(THEMES.get(request.cookies.get("theme", "")))
    headers = common_headers(("Cookie",))
    headers["Cache-Control"] = "private, no-cache"
    headers["Content-Type"] = "text/css; charset=utf-8"
    return Response(css, 200, headers)


@bp.post("/theme")
def theme() -> Response:
    """Keep the colour choice in a cookie, and go back to the page it was made on."""
    back = request.form.get("back", "/")
    if not back.startswith("/") or back.startswith(("//", "/\\")) or any(ord(sign) < 32 for sign in back):
        back = "/"
    response = see_other(back)
    choice = THEMES.get(request.form.get("theme", ""))
    if choice:
        response.set_cookie(
            "theme", choice, max_age=365 * 86400, httponly=True, samesite="Lax", path="/theme.css"
        )
    else:
        response.delete_cookie("theme", path="/theme.css", httponly=True, samesite="Lax")
    return response


@bp.get("/static/<name>")
def static(name: str) -> Response:
    """A static file under its hashed name: immutable. They belong to the package, not to a build."""
    known = {hashed: plain for plain, hashed in site().assets.items()}
    if name not in known:
        raise UnknownResource(f"{site().build.base.iri}static/{name}")
    content_type = STATIC_TYPES[Path(known[name]).suffix]
    data = (STATIC / known[name]).read_bytes()
    return respond(Body(data, content_type, cache_control=FOREVER))


@bp.get("/quality", defaults={"extension": None})
@bp.get("/quality.<extension>")
def quality(extension: str | None) -> Response:
    """How good the data is: what the shapes found, what was counted, and the trend over the Releases."""
    build = site().build
    offers = REPORTS if build.is_record else (HTML,)
    choice = negotiate(request.headers.get("Accept", ""), request.args, extension, offers)
    body = Body(
        data=_report(choice),
        content_type=choice.content_type,
        links=document_links("/quality", choice, offers, None),
        content_location=f"/quality.{choice.extension}" if not extension else None,
        modified=build.manifest["modified"],
    )
    return respond(body)


def _report(choice: Representation) -> bytes:
    build = site().build
    if choice is HTML:
        offers = REPORTS if build.is_record else ()
        return html_pages().text("quality", page_context("/quality", offers=offers)).encode()
    folder = build.folder / "files"
    if choice is JSON:
        return (folder / "report.json").read_bytes()
    triples = [quad.triple for quad in ox.parse(path=str(folder / "report.ttl"))]
    if choice is JSON_LD:
        return build.context.graph(triples)
    assert choice.rdf is not None
    return serialize(triples, choice.rdf, first=[build.base.iri + "quality"])


@bp.get("/healthz")
def healthz() -> Response:
    """Alive: the process answers."""
    return _plain("alive\n")


@bp.get("/readyz")
def readyz() -> Response:
    """Ready: a whole build is open, and the engine that holds its triples answers."""
    site().build.store.check()
    return _plain(f"ready: build {site().build.id}\n")


def _plain(text: str) -> Response:
    headers = common_headers()
    headers["Content-Type"] = "text/plain; charset=utf-8"
    headers["Cache-Control"] = "no-store"
    return Response(text, 200, headers)


def _page(html: str, *, links: Sequence[Link] = ()) -> Response:
    return respond(Body(html.encode(), _HTML_TYPE, links=links, modified=None))
