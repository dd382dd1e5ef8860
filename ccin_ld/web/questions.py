"""Saved questions at /questions: a page with a form, plain JSON and CSV, and the question as RDF."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from urllib.parse import quote, urlencode

import pyoxigraph as ox
from flask import Blueprint, Response, request

from .. import questions as saved
from ..description import questions as described
from ..errors import BadParameter, BadRequest, LinkedDataError, NotAcceptable, Unfit, UnknownResource
from ..iris import Base
from ..questions import Parameter, Question, Term
from ..represent import (
    CSV,
    GEO_JSON,
    HTML,
    JSON,
    JSON_LD,
    JSON_LINES,
    N_TRIPLES,
    RDF_XML,
    TURTLE,
    Representation,
    answers,
)
from ..represent.html import Alternate
from ..represent.html import Answer as Shown
from ..represent.jsonld import encode
from ..represent.pages.query import VIEWS, has_places
from ..represent.pages.question import Asked, Field
from ..represent.pages.snippets import of_addresses
from ..represent.rdf import serialize
from ..represent.results import WHY
from ..represent.table import csv_bytes
from .documents import document_links, html_pages, page_context, public_url, site
from .endpoint import CUT_HEADER, PATH
from .negotiation import PARAMETERS, negotiate, split_suffix
from .parameters import Option, options, value_of, values_of
from .problems import answer, problem_of
from .respond import Body, respond

bp = Blueprint("questions", __name__)
LIST = (HTML, JSON_LD, TURTLE, N_TRIPLES, RDF_XML, JSON)
# The answer as a table for people, programs and maps; the question itself as RDF.
ANSWERS = (JSON, CSV, JSON_LINES, GEO_JSON)
OFFERS = (HTML, JSON_LD, TURTLE, N_TRIPLES, RDF_XML, *ANSWERS)
# A page shows fewer rows than a file holds; both say when there are more.
_ON_PAGE, _IN_FILE = 1000, 10_000
_MOST_BYTES = 16 << 20  # of an answer that is read into memory to be written anew
_VIEW, _VIEWS = "view", tuple(name for name in VIEWS if name != "raw")


@bp.get("/questions", defaults={"extension": None})
@bp.get("/questions.<extension>")
def every(extension: str | None) -> Response:
    """The list of all saved questions."""
    choice = negotiate(request.headers.get("Accept", ""), request.args, extension, LIST)
    found = all_questions()
    if choice is HTML:
        data = html_pages().questions(page_context("/questions", offers=LIST), found).encode()
    elif choice is JSON:
        data = encode({"items": [_told(one) for one in found]})
    else:
        data = _rdf(described.of_list(found, site().build.base, *_about()), choice)
    location = None if extension else f"/questions.{choice.extension}"
    links = document_links("/questions", choice, LIST, None)
    return respond(Body(data, choice.content_type, links=links, content_location=location))


@bp.get("/questions/<name>")
def one(name: str) -> Response:
    """One question: its answer as a page, JSON, CSV, JSON Lines or GeoJSON; itself as RDF."""
    stem, extension = split_suffix(name, OFFERS)
    question = next((one for one in all_questions() if one.key == stem), None)
    if question is None:
        raise UnknownResource(f"{site().build.base.iri}questions/{stem}")
    choice = negotiate(request.headers.get("Accept", ""), request.args, extension, OFFERS)
    if choice.rdf or choice is JSON_LD:
        return _description(question, choice, extension)
    try:
        return _page(question, extension) if choice is HTML else _file(question, choice, extension)
    except LinkedDataError as error:
        if choice is HTML:
            raise
        return answer(problem_of(error), None)  # whoever asks for data is told in data


def all_questions() -> tuple[Question, ...]:
    """Return the questions as they are asked of this build."""
    return _moved(saved.questions(site().settings.queries_dir), site().build.base.iri)


@lru_cache(maxsize=8)
def _moved(found: tuple[Question, ...], base: str) -> tuple[Question, ...]:
    return tuple(one.moved(Base(base)) for one in found)


def today() -> date:
    return datetime.now(UTC).date()


def _about() -> tuple[str, str | None]:
    """Return the endpoint's address and the IRI of the Dataset, for the descriptions."""
    build = site().build
    return public_url() + PATH, build.model.site.dataset if build.is_record else None


def _rdf(triples: Sequence[ox.Triple], choice: Representation) -> bytes:
    if choice is JSON_LD:
        return site().build.context.graph(triples)
    assert choice.rdf is not None
    return serialize(triples, choice.rdf)


def _description(question: Question, choice: Representation, extension: str | None) -> Response:
    path = f"/questions/{question.key}"
    triples = described.of_question(question, site().build.base, *_about())
    location = None if extension else f"{path}.{choice.extension}"
    links = document_links(path, choice, OFFERS, None)
    return respond(Body(_rdf(triples, choice), choice.content_type, links=links, content_location=location))


def _told(question: Question) -> dict[str, object]:
    """Return what plain JSON says of a question."""
    return {
        "id": described.address(question, site().build.base),
        "title": question.title,
        "description": question.description,
        "answer": f"/questions/{question.key}.json",
        "parameters": [
            {
                "name": one.name,
                "label": one.label,
                "type": one.kind,
                **({"of": list(one.of)} if one.of else {}),
                "optional": one.optional,
                "default": one.moving or (one.default.value if one.default is not None else None),
            }
            for one in question.parameters
        ],
    }


def _given() -> dict[str, list[str]]:
    """Return what the address says of each parameter."""
    return {name: texts for name, texts in request.args.lists() if name not in (*PARAMETERS, _VIEW)}


def run(
    question: Question, values: dict[str, Term | None], rows: int, results: str
) -> tuple[str, bool, bytes]:
    """Return the query that a question comes to, whether its answer was cut, and the answer."""
    query = question.bound(values)
    limit = min(rows, site().settings.query_rows)
    try:
        found = site().pool.run(
            query, results=results, rows=limit, length=_MOST_BYTES, client=request.remote_addr or ""
        )
    except NotAcceptable as error:
        offers = [one.media_type for one in OFFERS if one is not GEO_JSON and one.negotiable]
        raise Unfit(offers, GEO_JSON.media_type, WHY[error.wanted]) from error
    with found.body as body:
        return query, found.cut, body.read()


def _view() -> str:
    """Return the view that the address asks for. Raises BadRequest for one that is not there."""
    name = request.args.get(_VIEW) or _VIEWS[0]
    if name not in _VIEWS:
        raise BadRequest(f"there is no view {name[:40]!r}; there are {', '.join(_VIEWS)}")
    return name


def rows_of(
    data: bytes,
) -> tuple[list[str], list[list[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None]]]:
    parsed = ox.parse_query_results(io.BytesIO(data), format=ox.QueryResultsFormat.JSON)
    assert isinstance(parsed, ox.QuerySolutions)
    names = [variable.value for variable in parsed.variables]
    return names, [[solution[name] for name in names] for solution in parsed]


def _file(question: Question, choice: Representation, extension: str | None) -> Response:
    """Return the answer for programs. Raises BadParameter, and NotAcceptable where nothing has a place."""
    values = values_of(question, _given(), site().build, today())
    query, cut, data = run(question, values, _IN_FILE, "geojson" if choice is GEO_JSON else "json")
    asked = _query_of(question)
    if choice is not GEO_JSON:
        columns, rows = rows_of(data)
        labels = site().build.store.labels(answers.labels_in(rows))
        if choice is CSV:
            data = csv_bytes(*answers.table(columns, rows, labels))
        elif choice is JSON_LINES:
            data = answers.lines(columns, rows, labels)
        else:
            told = {
                "id": described.address(question, site().build.base) + asked,
                "title": question.title,
                "parameters": _plain(question, values),
                "columns": columns,
                "total": len(rows),
                "cut": cut,
                "rows": answers.objects(columns, rows, labels),
                "query": query,
            }
            data = encode(told)
    path = f"/questions/{question.key}"
    body = Body(
        data,
        f"{choice.content_type}; header=present" if choice is CSV else choice.content_type,
        links=document_links(path, choice, OFFERS, None, asked),
        content_location=None if extension else f"{path}.{choice.extension}{asked}",
        headers=_cut(cut, _IN_FILE),
    )
    return _sent(body, question)


def _cut(cut: bool, rows: int) -> list[tuple[str, str]]:
    return [(CUT_HEADER, f"rows={min(rows, site().settings.query_rows)}")] if cut else []


def _plain(question: Question, values: dict[str, Term | None]) -> dict[str, object]:
    iris = [value.value for value in values.values() if isinstance(value, ox.NamedNode)]
    labels = site().build.store.labels(iris)
    return {one.name: answers.value(values[one.name], labels) for one in question.parameters}


def _sent(body: Body, question: Question) -> Response:
    response = respond(body)
    if any(one.moving for one in question.parameters):
        request.environ["ccin.cacheable"] = False  # tomorrow the same address has another answer
    return response


def _query_of(question: Question) -> str:
    """Return the query part of the address of a question as it was asked, in the order of its parameters."""
    given = _given()
    pairs = [(one.name, given[one.name][0].strip()) for one in question.parameters if one.name in given]
    text = urlencode([pair for pair in pairs if pair[1]], quote_via=quote)
    return f"?{text}" if text else ""


def _page(question: Question, extension: str | None) -> Response:
    """Return the page of a question: with its answer, or with what is wrong beside the field."""
    given, errors = _given(), dict[str, str]()
    unknown = sorted(set(given) - {one.name for one in question.parameters})
    if unknown:
        values_of(question, given, site().build, today())  # raises: there is no field to say it beside
    values: dict[str, Term | None] = {}
    for one in question.parameters:
        try:
            text = _single(one, given)
            values[one.name] = value_of(one, text, site().build, today())
        except BadParameter as error:
            # Nothing is wrong yet with a question that was only opened.
            errors[one.name] = error.message if given else ""
    fields = tuple(_field(one, given, values, errors.get(one.name, "")) for one in question.parameters)
    path, query = f"/questions/{question.key}", _query_of(question)
    asked = Asked(question, fields) if errors else _asked(question, fields, values, path, query)
    offers = (TURTLE, JSON_LD)
    page = html_pages().question(page_context(path, offers=offers, query=query), asked, _IN_FILE)
    cut = bool(asked.answer and asked.answer.cut)
    robots = [("X-Robots-Tag", "noindex, nofollow")] if request.query_string else []
    body = Body(
        page.encode(),
        HTML.content_type,
        links=document_links(path, HTML, OFFERS, None, query),
        content_location=None if extension else f"{path}.html{query}",
        headers=[*_cut(cut, _ON_PAGE), *robots],
        status=400 if any(errors.values()) else 200,
    )
    return _sent(body, question)


def _single(parameter: Parameter, given: dict[str, list[str]]) -> str:
    texts = given.get(parameter.name, [""])
    if len(texts) > 1:
        raise BadParameter(parameter.name, "it is there more than once")
    return texts[0].strip()


def _asked(
    question: Question, fields: tuple[Field, ...], values: dict[str, Term | None], path: str, query: str
) -> Asked:
    text, cut, data = run(question, values, _ON_PAGE, "json")
    columns, rows = rows_of(data)
    shown = Shown(variables=columns, rows=rows, cut=cut, view=_view())
    offers = [one for one in ANSWERS if one is not GEO_JSON or has_places(shown)]
    start = public_url() + path
    return Asked(
        question,
        fields,
        text,
        shown,
        start + query,
        tuple(Alternate(one.label, one.media_type, f"{path}.{one.extension}{query}") for one in offers),
        tuple(of_addresses(f"{start}.csv{query}", f"{start}.json{query}")),
        tuple((name, f"{path}{query}{'&' if query else '?'}{_VIEW}={name}") for name in _VIEWS),
    )


def _field(
    parameter: Parameter, given: dict[str, list[str]], values: dict[str, Term | None], error: str
) -> Field:
    choices: tuple[Option, ...] = ()
    if parameter.kind in ("thing", "value"):
        choices = options(site().build, parameter.kind, parameter.of)
    value = values.get(parameter.name)
    written = given.get(parameter.name, [""])[0]
    if isinstance(value, ox.NamedNode):
        written = next((one.value for one in choices if one.iri == value.value), written or value.value)
    elif value is not None:
        written = value.value
    return Field(
        name=parameter.name,
        label=parameter.label,
        description=parameter.description,
        kind=parameter.kind,
        value=written,
        choices=tuple((one.value, one.label) for one in choices),
        optional=parameter.optional,
        error=error,
    )
