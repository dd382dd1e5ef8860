"""Finding: what the address of a list asks for, suggestions while typing, and the OpenSearch description."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

from flask import Blueprint, Response, request

from ..errors import BadRequest
from ..facets import EVERYTHING, NAME, Facets, Wanted
from ..index import Item
from ..model import ClassShape
from ..represent import JSON, Representation
from ..represent.jsonld import encode
from ..represent.pages.language import localised
from . import language
from .documents import html_pages, public_url, site
from .negotiation import PARAMETERS, negotiate
from .respond import Body, respond

bp = Blueprint("find", __name__)
TEXT, SORT = "q", "sort"
# Words of the addresses of lists; a facet has another name.
RESERVED = frozenset((*PARAMETERS, TEXT, SORT, "page", "incoming", "as-of", "columns", "view"))
NO_INDEX = ("X-Robots-Tag", "noindex")
SUGGESTIONS = Representation(
    "opensearch", "Suggestions", "application/x-suggestions+json", "suggestions", text=False
)
_OPEN_SEARCH = "application/opensearchdescription+xml"
_LONGEST = 200
_SUGGESTED = 8
_TOLD = 12


def wanted_of(shape: ClassShape) -> Wanted:
    """Return what the request asks of a list. Raises BadRequest for a value or an order that is not there."""
    facets = site().build.index.facets(shape.target)
    sort = request.args.get(SORT, "").strip()
    orders = [NAME, *(one.name for one in shape.sorted_by)]
    if sort and sort.removeprefix("-") not in orders:
        both = [text for name in orders for text in (name, f"-{name}")]
        raise BadRequest(f"{SORT}={sort[:40]!r} is no order of this list; there are: {', '.join(both)}")
    chosen = _chosen(facets, [one.name for one in shape.facets])
    return Wanted(chosen=chosen, text=_text(), sort="" if sort == NAME else sort)


def wanted_of_everything(names: Iterable[str]) -> Wanted:
    """Return what the request asks of the search of the whole site. Raises BadRequest as ``wanted_of``."""
    return Wanted(chosen=_chosen(site().build.index.facets(EVERYTHING), names), text=_text())


def _text() -> str:
    return " ".join(request.args.get(TEXT, "").split())[:_LONGEST]


def _chosen(facets: Facets, names: Iterable[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    chosen = []
    for name in names:
        # An empty value is a form's way of saying nothing.
        values = sorted({value.strip() for value in request.args.getlist(name)} - {""})
        for value in values:
            if facets.value(name, value) is None:
                raise BadRequest(_unknown(name, value, [one.value for one in facets.values(name)]))
        if values:
            chosen.append((name, tuple(values)))
    return tuple(chosen)


def _unknown(name: str, value: str, known: Sequence[str]) -> str:
    told = f"; there are: {', '.join(known[:_TOLD])}" if known else ""
    more = f" and {len(known) - _TOLD} more" if len(known) > _TOLD else ""
    return f"{name}={value[:40]!r} is nothing that this list can be narrowed by{told}{more}"


@bp.get("/suggest")
def suggest() -> Response:
    """Suggestions for what was typed so far: plain JSON, or the arrays of OpenSearch suggestions 1.1."""
    choice = negotiate(request.headers.get("Accept", ""), request.args, None, (JSON, SUGGESTIONS))
    text = _text()
    items = site().build.index.suggest(text, limit=_SUGGESTED)
    rows = [_suggestion(item) for item in items]
    if choice is SUGGESTIONS:
        start = public_url()
        data = encode(
            [
                text,
                [one["label"] for one in rows],
                [one["kind"] for one in rows],
                [start + one["href"] for one in rows],
            ]
        )
    else:
        data = encode({"query": text, "words": html_pages().suggested(len(rows)), "suggestions": rows})
    return respond(Body(data, choice.content_type, headers=[NO_INDEX]))


def _suggestion(item: Item) -> dict[str, str]:
    shown, kind = html_pages().suggestion(item)
    href = localised(shown.href or "", language.code())
    return {"id": item.iri, "label": shown.text, "kind": kind, "href": href, "css": shown.css}


@bp.get("/opensearch.xml")
def open_search() -> Response:
    """How a browser or another site searches here (OpenSearch 1.1)."""
    found = site().build.model.site
    start = public_url()
    urls = [
        ("text/html", "results", f"{start}/search?q={{searchTerms}}&page={{startPage?}}"),
        (JSON.media_type, "results", f"{start}/search?q={{searchTerms}}&page={{startPage?}}&format=json"),
        (SUGGESTIONS.media_type, "suggestions", f"{start}/suggest?q={{searchTerms}}&format=opensearch"),
        (_OPEN_SEARCH, "self", f"{start}/opensearch.xml"),
    ]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">',
        # The standard keeps the name to 16 signs and the description to 1024.
        f"<ShortName>{escape(short_name(found.title))}</ShortName>",
        f"<LongName>{escape(found.title[:48])}</LongName>",
        f"<Description>{escape((found.description or found.title)[:1024])}</Description>",
        f'<Image height="16" width="16" type="image/svg+xml">{start}{site().asset("mark.svg")}</Image>',
        *(
            f"<Url type={quoteattr(kind)} rel={quoteattr(rel)} template={quoteattr(url)}/>"
            for kind, rel, url in urls
        ),
        '<Query role="example" searchTerms="council"/>',
        "<Language>*</Language>",
        "<InputEncoding>UTF-8</InputEncoding>",
        "<OutputEncoding>UTF-8</OutputEncoding>",
        "</OpenSearchDescription>",
    ]
    return respond(Body("\n".join(lines).encode() + b"\n", f"{_OPEN_SEARCH}; charset=utf-8"))


def short_name(title: str) -> str:
    """Return as many whole words of a title as a short name may have, at least part of the first."""
    short = ""
    for word in title.split():
        if len(f"{short} {word}".strip()) > 16:
            break
        short = f"{short} {word}".strip()
    return short or title[:16]
