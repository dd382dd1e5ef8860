"""Reconciliation: lists of others are matched to things here (reconciliation-api.github.io/specs).

``/reconcile`` is a service of version 0.2, which OpenRefine speaks. ``/reconcile/draft`` is one of the 1.0
draft. They share every address below them but the manifest, so either may be asked for all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any, TypeVar

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from ..errors import BadRequest, LinkedDataError, UnknownResource
from ..reconcile import extend, queries
from ..reconcile.manifest import draft, version_02
from ..reconcile.matcher import Matcher
from ..reconcile.properties import Property, Type
from ..reconcile.queries import Candidate, Query
from ..represent.jsonld import encode
from ..represent.pages.embeds import CARD
from . import embeds
from .documents import public_url, site
from .find import NO_INDEX
from .problems import answer, problem_of
from .respond import Body, common_headers, respond
from .slots import KEY as SLOTS

bp = Blueprint("reconciliation", __name__)
PATH, DRAFT = "/reconcile", "/reconcile/draft"
_JSON, _SCRIPT = "application/json", "text/javascript; charset=utf-8"
# Names of functions as clients make them: jQuery3310_1, jsonp_1, a.b[0].
_CALLBACK = re.compile(r"[A-Za-z_$][A-Za-z0-9_$.\[\]]{0,99}")
_MOST_SENT = 1_000_000
_SUGGESTED, _MOST_SKIPPED = 10, 10_000
_LONGEST = 200
_One = TypeVar("_One", Property, Type)
_LANGUAGE = ("Content-Language", "en")


def owns(path: str) -> bool:
    """Say whether a path is the service's: its errors are told to programs."""
    return path == PATH or path.startswith(PATH + "/")


@bp.errorhandler(LinkedDataError)
@bp.errorhandler(HTTPException)
def _problem(error: Exception) -> Response:
    return answer(problem_of(error), None)


def _route(path: str, *methods: str) -> Callable[[Callable[[], Response]], Callable[[], Response]]:
    """Serve a view under both services, with and without a final slash."""

    def register(view: Callable[[], Response]) -> Callable[[], Response]:
        for start in (PATH, DRAFT):
            for end in ("", "/"):
                bp.add_url_rule(start + path + end, view.__name__, view, methods=list(methods))
        return view

    return register


def matcher() -> Matcher:
    """Return what matches names to the things of the build that answers."""
    return site().matcher


# The services themselves


@bp.route(PATH, methods=["GET", "POST"])
@bp.route(PATH + "/", methods=["GET", "POST"])
def service() -> Response:
    """The manifest; or a batch of queries, or a data extension query, of version 0.2."""
    given = _given()
    if "queries" in given:
        found = queries.batch(queries.parsed(given["queries"], "queries"))
        return _answer({key: {"result": _candidates(query, "0.2")} for key, query in found.items()})
    if "extend" in given:
        return _answer(_extended(queries.parsed(given["extend"], "extend"), "0.2"))
    if request.method == "POST":
        raise BadRequest("a request by POST has a form with queries, or extend, in it")
    return _answer(version_02(public_url(), site().build, matcher(), _logo(), CARD))


@bp.route(DRAFT, methods=["GET"])
@bp.route(DRAFT + "/", methods=["GET"])
def draft_service() -> Response:
    """The manifest of the 1.0 draft."""
    return _answer(draft(public_url(), site().build, matcher(), _logo(), CARD))


def _logo() -> str:
    return public_url() + site().asset("mark.svg")


@_route("/match", "GET", "POST")
def match() -> Response:
    """A batch of queries of the 1.0 draft, as the JSON body, or in the query as ``queries``."""
    value = _json_of("queries")
    found = [{"candidates": _candidates(query, "1.0")} for query in queries.conditions(value)]
    return _answer({"results": found})


@_route("/extend", "GET", "POST")
def extension() -> Response:
    """A data extension query of the 1.0 draft, as the JSON body, or in the query as ``extend``."""
    return _answer(_extended(_json_of("extend"), "1.0"))


@_route("/extend/propose", "GET")
def propose() -> Response:
    """The properties that things of a type may have values of."""
    name = request.args.get("type", "")
    limit = _number("limit", 1_000)
    found = _properties_of(name)[:limit]
    told = {"properties": [_property(one) for one in found], "limit": limit}
    return _answer({"type": name, **told} if name else told)


def _properties_of(name: str) -> Sequence[Property]:
    """Return the properties of a type; of a type that is not known, or none, those of all."""
    schema = matcher().schema
    return schema.properties_of(name) or tuple(schema.properties.values())


# What is read of a request


def _given() -> Mapping[str, str]:
    """Return the parameters of the query, and of the form of a POST. Raises RequestEntityTooLarge."""
    if request.method != "POST":
        return request.args
    give_back = request.environ[SLOTS].take()
    try:
        request.max_content_length = request.max_form_memory_size = _MOST_SENT
        return {**request.args, **request.form}
    finally:
        give_back()


def _json_of(name: str) -> Any:
    """Return the JSON body of a POST, or the parameter of that name. Raises BadRequest."""
    if request.method != "POST":
        text = request.args.get(name)
        if text is None:
            raise BadRequest(f"send a JSON body by POST, or {name} in the query")
        return queries.parsed(text, name)
    if request.mimetype == "application/x-www-form-urlencoded":
        text = _given().get(name, "")
        return queries.parsed(text, name)
    give_back = request.environ[SLOTS].take()
    try:
        request.max_content_length = _MOST_SENT
        data = request.get_data(cache=False)
    finally:
        give_back()
    try:
        return queries.parsed(data.decode(), "the body")
    except UnicodeDecodeError as error:
        raise BadRequest("the body is not text in UTF-8") from error


def _number(name: str, most: int, default: int | None = None) -> int:
    text = request.args.get(name, "")
    if not text:
        return most if default is None else default
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        raise BadRequest(f"{name} is a whole number, not {text[:40]!r}")
    return min(int(text), most)


# What is told


def _answer(value: Any) -> Response:
    """Return JSON, or a script that calls what ``callback`` names with it."""
    callback = request.args.get("callback", "")
    if callback and not _CALLBACK.fullmatch(callback):
        raise BadRequest("callback is the name of a function")
    # In a script two signs that JSON may hold would end a line: as ASCII it holds neither.
    data = f"/**/{callback}({json.dumps(value)});\n".encode() if callback else encode(value)
    kind = _SCRIPT if callback else _JSON
    if request.method in ("GET", "HEAD"):
        return respond(Body(data, kind, headers=[NO_INDEX, _LANGUAGE]))
    headers = common_headers()
    headers.extend([("Content-Type", kind), ("Cache-Control", "no-store"), _LANGUAGE])
    return Response(data, 200, headers)


def _candidates(query: Query, version: str) -> list[dict[str, Any]]:
    return [_candidate(one, version) for one in matcher().match(query)]


def _candidate(one: Candidate, version: str) -> dict[str, Any]:
    names = queries.FEATURES if version != "0.2" else {}
    features = [
        {"id": name, **({"name": names[name]} if names else {}), "value": value}
        for name, value in one.features
    ]
    return {
        "id": matcher().key(one.iri),
        "name": one.name,
        "description": one.description,
        "type": [{"id": kind.id, "name": kind.name} for kind in one.types],
        "score": one.score,
        "match": one.match,
        "features": features,
    }


def _extended(value: Any, version: str) -> dict[str, Any]:
    asked = extend.table(value, matcher())
    cells = extend.cells(asked, matcher(), site().build.store)
    meta = [_column(column.property) for column in asked.columns]
    if version == "0.2":
        rows: Any = {
            key: {name: [_plain(one) for one in many] for name, many in row.items()}
            for key, row in cells.items()
        }
    else:
        rows = [
            {"id": key, "properties": [{"id": name, "values": many} for name, many in row.items()]}
            for key, row in cells.items()
        ]
    return {"meta": meta, "rows": rows}


def _plain(cell: extend.Cell) -> extend.Cell:
    """Return a cell as version 0.2 has it: without its language."""
    return {name: value for name, value in cell.items() if name != "lang"}


def _column(one: Property) -> dict[str, Any]:
    found = matcher().schema.type(one.node_class) if one.node_class else None
    return {"id": one.id, "name": one.name, **({"type": _reference(found)} if found else {})}


def _reference(one: Type) -> dict[str, Any]:
    return {"id": one.id, "name": one.name}


def _property(one: Property) -> dict[str, Any]:
    return {"id": one.id, "name": one.name, "description": one.description}


# Suggestions and previews


@_route("/suggest/entity", "GET")
def suggest_entity() -> Response:
    """Things whose name, or code, begins with what was typed."""
    skipped = _number("cursor", _MOST_SKIPPED, 0)
    wanted = skipped + _number("limit", _SUGGESTED)
    found = matcher().suggested(
        request.args.get("prefix", "")[:_LONGEST], wanted, request.args.getlist("type")
    )
    return _answer({"result": [_suggested(iri) for iri in found[skipped:]]})


def _suggested(iri: str) -> dict[str, Any]:
    found = matcher()
    naming = found.names.by_iri[iri].naming
    return {
        "id": found.key(iri),
        "name": naming.label,
        "description": found.described(naming),
        "notable": [_reference(one) for one in found.schema.of_types(naming.types)],
    }


@_route("/suggest/property", "GET")
def suggest_property() -> Response:
    """Properties with what was typed in their names; those of a type, where one is named."""
    found = _beginning(_properties_of(request.args.get("type", "")))
    ways = [{"id": name, "name": words} for name, words in queries.QUALIFIERS.items()]
    return _answer({"result": [{**_property(one), "matchQualifiers": ways} for one in found]})


@_route("/suggest/type", "GET")
def suggest_type() -> Response:
    """Types with what was typed in their names."""
    schema = matcher().schema
    told = []
    for one in _beginning(schema.types):
        above = [_reference(found) for found in map(schema.type, one.broader) if found]
        told.append(
            {**_reference(one), "description": one.description, **({"broader": above} if above else {})}
        )
    return _answer({"result": told})


def _beginning(many: Sequence[_One]) -> Sequence[_One]:
    """Return those whose name or id has what was typed, first those whose name begins with it."""
    typed = request.args.get("prefix", "")[:_LONGEST].strip().casefold()
    found = [one for one in many if typed in one.name.casefold() or typed in one.id.casefold()]
    found.sort(key=lambda one: not one.name.casefold().startswith(typed))
    skipped = _number("cursor", _MOST_SKIPPED, 0)
    return found[skipped : skipped + _number("limit", 100)]


@_route("/flyout/entity", "GET")
def flyout_entity() -> Response:
    """A few words about a thing, as HTML in JSON (version 0.2)."""
    iri = _thing()
    naming = matcher().names.by_iri[iri].naming
    others = [name for name in naming.names if name != naming.label]
    return _flyout(naming.label, matcher().described(naming), ", ".join(others))


@_route("/flyout/property", "GET")
def flyout_property() -> Response:
    """A few words about a property (version 0.2)."""
    return _flyout_of(matcher().schema.property(request.args.get("id", "")))


@_route("/flyout/type", "GET")
def flyout_type() -> Response:
    """A few words about a type (version 0.2)."""
    return _flyout_of(matcher().schema.type(request.args.get("id", "")))


def _flyout_of(found: Property | Type | None) -> Response:
    if found is None:
        raise UnknownResource(request.args.get("id", "")[:_LONGEST])
    return _flyout(found.name, found.description, found.id)


def _flyout(name: str, *told: str) -> Response:
    lines = "".join(f"<p>{escape(one)}</p>" for one in told if one)
    html = f"<div><p><strong>{escape(name)}</strong></p>{lines}</div>"
    return _answer({"id": request.args.get("id", ""), "html": html})


def _thing() -> str:
    """Return the IRI of the thing that ``id`` names. Raises UnknownResource."""
    given = request.args.get("id", "")[:_LONGEST]
    iri = matcher().iri(given)
    if iri is None or iri not in matcher().names.by_iri:
        raise UnknownResource(given)
    return iri


@_route("/preview", "GET")
def preview() -> Response:
    """A small page about a thing, for a frame in the client's window."""
    given = request.args.get("id", "")[:_LONGEST]
    iri = matcher().iri(given)
    kind, _, name = matcher().key(iri or given).partition("/")
    return embeds.preview(kind, name)
