"""Linking in and out: look-up by any identifier, "is it a member", our links to others, how to link to us."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox
from flask import Blueprint, Response, request

from ..description import outgoing
from ..errors import BadRequest, NotAcceptable, UnknownResource
from ..history import Statement, Status
from ..identifiers import Answer, Match, bodies_of, membership, resolve
from ..namespaces import CCIN, OWL, PROV
from ..represent import DOCUMENTS, HTML, JSON, JSON_LD, N_TRIPLES, RDF_XML, TURTLE, quickstatements, standings
from ..represent.jsonld import encode
from ..represent.linkset import LINKSETS, Link, written
from ..represent.pages.linking import Linking
from ..represent.rdf import serialize
from .documents import document_links, html_pages, page_context, public_url, site
from .negotiation import choose, negotiate, parse_accept, split_suffix
from .respond import Body, respond, see_other

bp = Blueprint("linking", __name__)
# The names under which an identifier may be given.
NAMES = ("iri", "uri", "code")
_NO_INDEX = ("X-Robots-Tag", "noindex")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PATH = "/data/links"
_LISTED = (HTML, JSON_LD, TURTLE, N_TRIPLES, RDF_XML, JSON)
_TEXT = "text/plain; charset=utf-8"


def _pages() -> Linking:
    return html_pages().linking


def asked() -> str:
    """Return the identifier that the query gives, "" for none. Raises BadRequest for more, or a long one."""
    found = [one for name in NAMES for one in request.args.getlist(name) if one.strip()]
    if len(found) > 1:
        raise BadRequest(f"give one identifier, by one of {', '.join(NAMES)}")
    if any(len(one) > 500 or any(ord(sign) < 32 for sign in one) for one in found):
        raise BadRequest("an identifier is at most 500 letters on one line")
    return found[0].strip() if found else ""


def wants_json(extension: str | None) -> bool:
    """Say whether plain JSON is asked for; whoever takes RDF is led on to the thing."""
    try:
        if extension or any(request.args.get(name) for name in ("_format", "_mediatype", "format")):
            return negotiate("", request.args, extension, DOCUMENTS) is JSON
        return choose(parse_accept(request.headers.get("Accept", "")), DOCUMENTS) is JSON
    except NotAcceptable:
        return False


# Which thing is it?


@bp.get("/resolve", defaults={"extension": None})
@bp.get("/resolve.<any(json):extension>")
def resolved(extension: str | None) -> Response:
    """The thing that has an identifier: 303 to it, 300 with a list of several, 404 with help for none."""
    text, as_json = asked(), wants_json(extension)
    matches = resolve(text, site().build, public_url())
    if as_json:
        return _json_matches(text, matches)
    if len(matches) == 1:
        iri = matches[0].item.iri
        return see_other(site().build.base.path(iri) or iri, links=[Link(iri, "cite-as")])
    page = _pages().resolve(page_context("/resolve", offers=()), text, matches)
    status = 300 if matches else 404 if text else 200
    return respond(Body(page.encode(), HTML.content_type, status=status, headers=[_NO_INDEX]))


def _json_matches(text: str, matches: Iterable[Match]) -> Response:
    if not text:
        raise BadRequest("name the identifier: /resolve.json?iri=")
    items = [_match(one) for one in matches]
    if not items:
        raise UnknownResource(text)
    told = {"query": text, "total": len(items), "items": items}
    return respond(Body(encode(told), JSON.content_type, headers=[_NO_INDEX]))


def _match(one: Match) -> dict[str, Any]:
    return {
        "id": one.item.iri,
        "label": {"en": one.item.label},
        "type": list(one.item.types),
        "page": public_url() + (site().build.base.path(site().build.base.document(one.item.iri)) or ""),
        "by": one.how or None,
        "identifier": one.value,
    }


# Is it a member?


@bp.get("/is-member", defaults={"extension": None})
@bp.get("/is-member.<any(json):extension>")
def is_member(extension: str | None) -> Response:
    """What is known of the membership of a body on a day: never "no", for nobody says that."""
    text, build = asked(), site().build
    day = _day_asked()
    matches = resolve(text, build, public_url())
    bodies = {item.iri: item for one in matches for item in bodies_of(one, build)}
    answers = [membership(item, build, day) for item in bodies.values()]
    if wants_json(extension):
        if not text:
            raise BadRequest("name the body: /is-member.json?iri= or code=")
        told = {
            "query": text,
            "on": day.isoformat(),
            "total": len(answers),
            "answers": [_told(one) for one in answers],
        }
        if not answers:
            told |= {
                "status": "not known",
                "words": "Nothing here is known by this identifier: not that it is no member.",
            }
        return respond(Body(encode(told), JSON.content_type, headers=[_NO_INDEX]))
    others = [] if bodies else [one.item for one in matches]
    context, on = page_context("/is-member", offers=()), request.args.get("on", "").strip()
    page = _pages().is_member(context, (text, on), day, answers, others)
    return respond(Body(page.encode(), HTML.content_type, headers=[_NO_INDEX]))


def _day_asked() -> date:
    text = request.args.get("on", "").strip()
    if not text:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text if _DAY.fullmatch(text) else "")
    except ValueError as error:
        raise BadRequest(f"on={text[:40]!r} is not a day; write year, month and day: 2020-07-01") from error


def _told(one: Answer) -> dict[str, Any]:
    build = site().build
    who = {"id": one.item.iri, "label": {"en": one.item.label}, "type": list(one.item.types)}
    if one.status in (Status.MEMBER, Status.LAST_KNOWN):
        return {**who, **standings.json_standing(one.standing, build.base, build.name)}
    sources = dict.fromkeys(source for said in one.statements for source in said.sources)
    words = (
        "Sources speak of its membership, and none attests it on or before that day."
        if one.statements
        else "No source here speaks of its membership."
    )
    return {
        **who,
        "status": one.status,
        "words": f"{words} That is not to say that it was no member.",
        "source": [{"id": iri, "label": {"en": build.name(iri)}} for iri in sources],
        "derivedFrom": [said.iri for said in one.statements],
    }


# Our links to others


@bp.get(_PATH, defaults={"extension": None})
@bp.get(f"{_PATH}.<extension>")
def links(extension: str | None) -> Response:
    """The other datasets that the data links to: a page, and their link sets as VoID has them."""
    build = site().build
    choice = negotiate(request.headers.get("Accept", ""), request.args, extension, _LISTED)
    found = outgoing.targets(build.store.triples_with, build.base)
    triples = outgoing.described(found, build.base, build.model.site.dataset, build.model.site.licence)
    if choice is HTML:
        data = _pages().links(page_context(_PATH, offers=_LISTED), found).encode()
    elif choice is JSON:
        data = encode({"total": len(found), "items": [_target(one) for one in found]})
    else:
        data = build.context.graph(triples) if choice.rdf is None else serialize(triples, choice.rdf)
    return respond(
        Body(
            data,
            choice.content_type,
            links=document_links(_PATH, choice, _LISTED, None),
            content_location=None if extension else f"{_PATH}.{choice.extension}",
            modified=build.manifest["modified"],
        )
    )


def _target(one: outgoing.LinksTo) -> dict[str, Any]:
    files = {
        form.media_type: f"{public_url()}{_PATH}/{one.key}.{form.extension}" for form in outgoing.FORMATS
    }
    return {
        "id": outgoing.address(one, site().build.base),
        "host": one.host,
        "uriSpace": one.space,
        "triples": len(one.triples),
        "properties": dict(one.properties),
        "files": files,
    }


@bp.get(f"{_PATH}/<name>")
def links_to(name: str) -> Response:
    """All links to one other dataset, as RDF and as a link set (RFC 9264)."""
    build = site().build
    key, extension = split_suffix(name, outgoing.FORMATS)
    one = next(
        (found for found in outgoing.targets(build.store.triples_with, build.base) if found.key == key), None
    )
    if one is None:
        raise UnknownResource(f"{build.base.iri}{outgoing.PATH}/{key}")
    if extension is None and parse_accept(request.headers.get("Accept", "")).best == HTML.media_type:
        return see_other(f"{_PATH}#{key}")
    choice = negotiate(request.headers.get("Accept", ""), request.args, extension, outgoing.FORMATS)
    if choice in LINKSETS:
        data = written(one.contexts(), choice)
    elif choice is JSON_LD:
        data = build.context.graph(one.triples)
    else:
        assert choice.rdf is not None
        data = serialize(one.triples, choice.rdf)
    dataset = build.base.path(build.model.site.dataset) or build.model.site.dataset
    kinds = [
        Link(f"{_PATH}/{key}.{form.extension}", "alternate", form.media_type) for form in outgoing.FORMATS
    ]
    return respond(
        Body(
            data,
            choice.content_type,
            links=[
                Link(dataset, "collection", HTML.media_type),
                *(one for one in kinds if one.type != choice.media_type),
            ],
            content_location=None if extension else f"{_PATH}/{key}.{choice.extension}",
            modified=build.manifest["modified"],
        )
    )


# How to link to us


@bp.get("/link-to-us")
def link_to_us() -> Response:
    """Patterns and texts to copy, and the statements for Wikidata."""
    negotiate(request.headers.get("Accept", ""), request.args, None, (HTML,))
    build, text = site().build, asked()
    matches = resolve(text, build, public_url())
    bodies = (
        []
        if text
        else build.index.of_class(CCIN + "Council", limit=1) or build.index.of_class(CCIN + "Body", limit=1)
    )
    example = next((one.item for one in matches), None) or next(iter(bodies), None)
    network = _network_item()
    page = _pages().link_to_us(
        page_context("/link-to-us", offers=()),
        example,
        network,
        _statements(network) if network else None,
        text,
    )
    return respond(Body(page.encode(), HTML.content_type))


@bp.get(f"{_PATH}/quickstatements.txt")
def statements_for_wikidata() -> Response:
    """Memberships as QuickStatements, to be looked through; the item of the network is never guessed."""
    network = request.args.get("network", "").strip() or _network_item()
    if not network:
        hint = "the data does not say which item of Wikidata the network is: add ?network= and its number, Q…"
        raise BadRequest(hint)
    if not quickstatements.QID.fullmatch(network):
        raise BadRequest(f"network={network[:40]!r} is not the number of an item of Wikidata, such as Q42")
    text = "".join(f"{line}\n" for line in _statements(network).lines)
    headers = [("Content-Disposition", 'inline; filename="quickstatements.txt"'), _NO_INDEX]
    return respond(Body(text.encode(), _TEXT, headers=headers))


def _network_item() -> str | None:
    network = site().build.model.site.network
    return _item_of(network) if network else None


def _item_of(iri: str) -> str | None:
    values = site().build.store.objects(iri, OWL + "sameAs")
    return quickstatements.qid_of(one.value for one in values if isinstance(one, ox.NamedNode))


def _statements(network: str) -> quickstatements.Made:
    build = site().build
    day = build.manifest["modified"]
    today = date.fromisoformat(day) if day else datetime.now(UTC).date()
    said: Mapping[str, Any] = build.statements
    return quickstatements.made(said, _item_of, _source_of, network, today)


def _source_of(statement: Statement) -> quickstatements.Source | None:
    """Return the address of a statement's page, and the day of its capture where that is known."""
    store = site().build.store

    def iris(iri: str, name: str) -> list[str]:
        return sorted(one.value for one in store.objects(iri, name) if isinstance(one, ox.NamedNode))

    def day(iri: str, name: str) -> str:
        return next((one.value for one in store.objects(iri, CCIN + name) if isinstance(one, ox.Literal)), "")

    for source in statement.sources:
        pages = [source, *iris(source, CCIN + "captureOf"), *iris(source, PROV + "wasDerivedFrom")]
        addresses = [one for page in pages for one in iris(page, CCIN + "address")]
        # QuickStatements ends a text at the next quotation mark.
        plain = [one for one in addresses if '"' not in one and one.startswith(("http://", "https://"))]
        if plain:
            first, last = day(source, "notBefore"), day(source, "notAfter")
            retrieved = date.fromisoformat(first) if first and first == last else None
            return quickstatements.Source(plain[0], retrieved)
    return None


def by_query() -> Response | None:
    """Return where ``/id?iri=`` leads, or None when it asks for no identifier."""
    text = asked() if any(request.args.get(name) for name in NAMES[:2]) else ""
    return see_other(f"/resolve?iri={quote(text, safe='')}") if text else None
