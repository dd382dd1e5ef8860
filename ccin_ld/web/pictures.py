"""Pictures of all of a network: who works with whom at /network, charts at /charts, members on a map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlencode

import pyoxigraph as ox
from flask import Blueprint, Response, request

from ..errors import BadRequest, UnknownResource
from ..facets import Wanted
from ..index import Item
from ..namespaces import CCIN, DCT, RDF, RDFS, VOID
from ..represent import CSV, HTML, JSON, LISTS, Representation
from ..represent.jsonld import encode
from ..represent.pages.drawn import key_of, pages_of
from ..represent.pages.work import Project, Work
from ..represent.rdf import serialize
from ..represent.table import csv_bytes, json_lines
from .documents import document_links, html_pages, page_context, site
from .negotiation import negotiate
from .respond import Body, Link, page_number, respond

bp = Blueprint("pictures", __name__)
NOT_RECORDED = "not-recorded"
VIEW, MAP = "view", "map"
_HEADER = ("project", "project label", "year", "body", "body label", "part")


@bp.get("/network", defaults={"extension": None})
@bp.get("/network.<extension>")
def network(extension: str | None) -> Response:
    """Projects and who took part in them, by year and principle: a picture and a table; the same as data."""
    work, html = html_pages().work, html_pages()
    if not site().build.model.site.network:
        raise UnknownResource(f"{site().build.base.iri}network")
    choice = negotiate(request.headers.get("Accept", ""), request.args, extension, LISTS)
    year, undated = _year()
    principle = _principle(work)
    chosen = work.chosen(year, undated, principle)
    pages, number = pages_of(chosen), page_number("page")
    if number > len(pages):
        raise UnknownResource(f"{site().build.base.iri}network?page={number}")
    asked = _asked(number)
    if choice is HTML:
        context = page_context("/network", offers=LISTS, query=_asked(1))
        selected = (request.args.get("year", ""), request.args.get("principle", ""))
        data = html.network(pages[number - 1], len(chosen), number, len(pages), selected, context).encode()
    else:
        data = _data(choice, chosen, work)
    # A filtered list is the same things once more: robots need the whole one only.
    robots = [("X-Robots-Tag", "noindex, follow")] if year or undated or principle else []
    query = asked if choice is HTML else _asked(1)
    body = Body(
        data,
        f"{choice.content_type}; header=present" if choice is CSV else choice.content_type,
        links=[*document_links("/network", choice, LISTS, None, query), *_turns(number, len(pages), choice)],
        content_location=None if extension else f"/network.{choice.extension}{query}",
        modified=site().build.manifest["modified"],
        headers=robots,
    )
    return respond(body)


def _asked(number: int) -> str:
    pairs = [(name, request.args[name]) for name in ("year", "principle") if request.args.get(name)]
    text = urlencode([*pairs, *([("page", str(number))] if number > 1 else [])], quote_via=quote)
    return f"?{text}" if text else ""


def _turns(number: int, pages: int, choice: Representation) -> list[Link]:
    if choice is not HTML:
        return []
    turns = [("prev", number - 1), ("next", number + 1)]
    return [Link(f"/network{_asked(to)}", rel) for rel, to in turns if 1 <= to <= pages]


def _year() -> tuple[int | None, bool]:
    """Return the year that is asked for, and whether projects without one are. Raises BadRequest."""
    text = request.args.get("year", "")
    if text in ("", NOT_RECORDED):
        return None, text == NOT_RECORDED
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise BadRequest(f"year={text[:40]!r} is not a year; write it as 2020, or {NOT_RECORDED}")
    return int(text), False


def _principle(work: Work) -> str | None:
    text = request.args.get("principle", "")
    if not text:
        return None
    index = site().build.index
    known = [item.iri for item in index.of_class(CCIN + "Principle", limit=500)]
    found = next((iri for iri in [*known, *work.principles()] if key_of(iri) == text), None)
    if found is None:
        raise BadRequest(f"there is no principle {text[:60]!r}; its key is the end of its permanent link")
    return found


def _data(choice: Representation, chosen: Sequence[Project], work: Work) -> bytes:
    if choice is CSV:
        return csv_bytes(_HEADER, ([str(cell or "") for cell in row] for row in _rows(chosen, work)))
    if choice is JSON:
        return encode(
            {"id": site().build.base.iri + "network", "total": len(chosen), "items": _items(chosen, work)}
        )
    if choice.rdf is None and choice.extension == "jsonl":
        return json_lines(_items(chosen, work))
    triples = _triples(chosen)
    if choice.rdf is None:
        return site().build.context.graph(triples)
    return serialize(triples, choice.rdf)


def _rows(chosen: Sequence[Project], work: Work) -> list[tuple[str, ...]]:
    """Return a row for each part that a body took; a project of which none is known has a row of its own."""
    found: list[tuple[str, ...]] = []
    for one in chosen:
        years = "/".join(str(year) for year in dict.fromkeys((*one.years[:1], *one.years[-1:])))
        start = (one.iri, one.label, years)
        for body in sorted(one.bodies, key=work.name):
            part = "lead" if body in one.leads else "took part"
            found.append((*start, body, work.labels.get(body, ""), part))
        if not one.bodies:
            found.append((*start, "", "", ""))
    return found


def _items(chosen: Sequence[Project], work: Work) -> list[dict[str, Any]]:
    def told(iris: Sequence[str]) -> list[dict[str, str]]:
        return [{"id": iri, "label": work.labels.get(iri, "")} for iri in sorted(iris, key=work.name)]

    return [
        {
            "id": one.iri,
            "label": one.label,
            "years": list(one.years),
            "lead": told(one.leads),
            "tookPart": told(one.bodies),
            "meetsPrinciple": told(one.principles),
        }
        for one in chosen
    ]


def _triples(chosen: Sequence[Project]) -> list[ox.Triple]:
    """Return the same as RDF: who led and took part, the years, the principles, and all labels."""
    build = site().build
    whole = ox.NamedNode(build.base.iri + "network")
    triples = [ox.Triple(whole, ox.NamedNode(VOID + "inDataset"), ox.NamedNode(build.model.site.dataset))]
    if build.model.site.licence:
        licence = ox.NamedNode(build.model.site.licence)
        triples.append(ox.Triple(whole, ox.NamedNode(DCT + "license"), licence))
    paths = [CCIN + name for name in ("tookPart", "lead", "fromYear", "toYear", "meetsPrinciple")]
    for one in chosen:
        subject = ox.NamedNode(one.iri)
        triples.append(ox.Triple(subject, ox.NamedNode(RDF + "type"), ox.NamedNode(CCIN + "Project")))
        triples += [
            ox.Triple(subject, ox.NamedNode(path), value)
            for path in (*paths, RDFS + "label")
            for value in build.store.objects(one.iri, path)
        ]
    return [*triples, *build.store.labels_of(triples)]


@bp.get("/charts")
def charts() -> Response:
    """The charts, each with its table, its query and its numbers as CSV."""
    negotiate(request.headers.get("Accept", ""), request.args, None, (HTML,))
    page = html_pages().charts(page_context("/charts", offers=()))
    return respond(Body(page.encode(), HTML.content_type, modified=site().build.manifest["modified"]))


def members_map(path: str, items: Sequence[Item], wanted: Wanted) -> Response:
    """Return the things of a list on a map: all, or those that facets leave."""
    negotiate(request.headers.get("Accept", ""), request.args, None, (HTML,))
    query = urlencode([(VIEW, MAP), *wanted.pairs()], quote_via=quote)
    context = page_context(f"/{path}", offers=(), query=f"?{query}")
    page = html_pages().on_map(path, [item.iri for item in items], wanted.query(), context)
    robots = [("X-Robots-Tag", "noindex, follow")] if wanted else []
    return respond(
        Body(page.encode(), HTML.content_type, headers=robots, modified=site().build.manifest["modified"])
    )
