"""The plain JSON that can be asked for here, as OpenAPI 3.1: from the shapes, the lists and the questions.

Pages for people have the same addresses without ``.json``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..model import Model
from ..questions import Question
from .about import About

Json = dict[str, Any]
VERSION = "3.1.0"
PROBLEM = "application/problem+json"
_JSON = "application/json"
_VALUES: dict[str, Json] = {"integer": {"type": "integer"}, "date": {"type": "string", "format": "date"}}


@dataclass(frozen=True)
class Operation:
    """One address that answers GET with JSON: what it is for, what it takes, and the schema of its answer."""

    path: str
    name: str
    summary: str
    schema: str
    parameters: tuple[Json, ...] = ()
    media_type: str = _JSON
    failures: tuple[str, ...] = ("400", "404", "406")

    def to_json(self) -> Json:
        """Return the operation as OpenAPI has it (4.8.10)."""
        answer = {self.media_type: {"schema": _ref(self.schema)}}
        return {
            "operationId": self.name,
            "summary": self.summary,
            "parameters": list(self.parameters),
            "responses": {
                "200": {"description": "The answer", "content": answer},
                **{code: {"$ref": f"#/components/responses/{code}"} for code in self.failures},
            },
        }


@dataclass(frozen=True)
class Facet:
    """One way to narrow a list: its name in addresses, its words, and the values that there are."""

    name: str
    label: str
    values: tuple[str, ...] = field(default=())


def document(
    about: About,
    model: Model,
    facets: Mapping[str, Sequence[Facet]],
    kinds: Sequence[str],
    questions: Iterable[Question],
    more: Sequence[Operation] = (),
) -> Json:
    """Return the whole description. *facets* are those of each list by its path, *kinds* those of things."""
    operations = [*_lists(model, facets), *_things(kinds), *_questions(questions), *_OTHERS, *more]
    return {
        "openapi": VERSION,
        "info": {
            "title": about.site.title,
            "summary": "Plain JSON over HTTP: lists, things, saved questions, what is not known.",
            "description": about.description,
            "version": about.version or about.modified or "unreleased",
            "license": {"name": about.site.licence_label or "licence", "url": about.site.licence},
            "contact": {"name": about.contact_name, "url": f"{about.public}/about"},
        },
        "servers": [{"url": about.public}],
        "paths": {one.path: {"get": one.to_json()} for one in operations},
        "components": {"schemas": _SCHEMAS, "responses": _responses()},
    }


def _lists(model: Model, facets: Mapping[str, Sequence[Facet]]) -> list[Operation]:
    found = []
    for path, shape in sorted(model.lists.items()):
        orders = ["name", *(one.name for one in shape.sorted_by)]
        orders = [text for name in orders for text in (name, f"-{name}")]
        parameters = (
            PAGE,
            _query("q", "Words to look for", {"type": "string", "maxLength": 200}),
            _query("sort", "The order; a hyphen turns it round", {"type": "string", "enum": orders}),
            *(_facet(one) for one in facets.get(path, ())),
        )
        name = "list" + path.title().replace("-", "")
        found.append(Operation(f"/{path}.json", name, f"A list: {path}", "List", parameters))
    return found


def _facet(facet: Facet) -> Json:
    values: Json = {"type": "string"}
    if facet.values:
        values["enum"] = list(facet.values)
    schema = {"type": "array", "items": values, "uniqueItems": True}
    return {**_query(facet.name, facet.label, schema), "explode": True}


def _things(kinds: Sequence[str]) -> list[Operation]:
    kind = _in_path("kind", "The kind of thing", {"type": "string", "enum": list(kinds)})
    key = _in_path("key", "The key of the thing", {"type": "string", "pattern": "^[a-z0-9]+(-+[a-z0-9]+)*$"})
    incoming = _query("incoming", "Which page of the links to the thing", _POSITIVE)
    failures = ("400", "404", "406", "410")
    return [
        Operation("/doc/{kind}.json", "listOfKind", "Everything of one kind", "List", (kind, PAGE)),
        Operation(
            "/doc/{kind}/{key}.json", "thing", "One thing", "Thing", (kind, key, incoming), failures=failures
        ),
    ]


def _questions(questions: Iterable[Question]) -> list[Operation]:
    found = [Operation("/questions.json", "questions", "The saved questions", "Questions")]
    for one in questions:
        parameters = tuple(
            _query(given.name, given.description or given.label, _VALUES.get(given.kind, _TEXT))
            for given in one.parameters
        )
        name = "question-" + one.key
        failures = ("400", "404", "406", "503", "504")
        found.append(
            Operation(f"/questions/{one.key}.json", name, one.title, "Answer", parameters, failures=failures)
        )
    return found


def _query(name: str, description: str, schema: Json, *, required: bool = False) -> Json:
    return {
        "name": name,
        "in": "query",
        "description": description,
        "required": required,
        "schema": schema,
    }


def _in_path(name: str, description: str, schema: Json) -> Json:
    return {**_query(name, description, schema, required=True), "in": "path"}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(properties: Json, *optional: str, more: bool = False) -> Json:
    """Return the schema of an object with these properties, all of them there but the *optional*."""
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": more,
    }


def _list_of(items: Json) -> Json:
    return {"type": "array", "items": items}


_POSITIVE: Json = {"type": "integer", "minimum": 1, "maximum": 9_999_999}
PAGE = _query("page", "Which page of the list", _POSITIVE)
_IRI: Json = {"type": "string", "format": "iri"}
_TEXT: Json = {"type": "string"}
_COUNT: Json = {"type": "integer", "minimum": 0}
# Words by language: one, or several where there are several.
_WORDS: Json = {
    "type": "object",
    "additionalProperties": {"oneOf": [_TEXT, _list_of(_TEXT)]},
}
_LABELLED = _object({"id": _IRI, "label": _TEXT}, "label")
_SCHEMAS: Json = {
    "Item": _object({"id": _IRI, "label": _WORDS, "type": _list_of(_IRI)}),
    "Value": _object(
        {
            "value": _TEXT,
            "label": _TEXT,
            "iri": {"type": ["string", "null"]},
            "count": _COUNT,
            "chosen": {"type": "boolean"},
        },
        "iri",
        more=True,
    ),
    "List": _object(
        {
            "id": _IRI,
            "total": _COUNT,
            "page": _COUNT,
            "pages": _COUNT,
            "items": _list_of(_ref("Item")),
            "facets": {"type": "object", "additionalProperties": _list_of(_ref("Value"))},
        },
        "facets",
        more=True,
    ),
    "Thing": {
        "type": "object",
        "properties": {"id": _IRI, "type": _list_of(_TEXT), "label": _WORDS},
        "required": ["id"],
        "description": "Every property by the name that the JSON-LD context gives it.",
    },
    "Found": _object(
        {"query": _TEXT, "total": _COUNT, "page": _COUNT, "items": _list_of(_ref("Item"))}, more=True
    ),
    "Suggestions": _object({"query": _TEXT, "words": _TEXT, "suggestions": {"type": "array"}}),
    "Questions": _object(
        {
            "items": _list_of(
                _object(
                    {
                        "id": _IRI,
                        "title": _TEXT,
                        "description": _TEXT,
                        "answer": _TEXT,
                        "parameters": {"type": "array"},
                    },
                    more=True,
                )
            )
        }
    ),
    "Answer": _object(
        {
            "id": _IRI,
            "title": _TEXT,
            "parameters": {"type": "object"},
            "columns": _list_of(_TEXT),
            "total": _COUNT,
            "cut": {"type": "boolean"},
            "rows": _list_of({"type": "object"}),
        },
        more=True,
    ),
    "Resolved": _object({"query": _TEXT, "total": _COUNT, "items": _list_of({"type": "object"})}, more=True),
    "Membership": _object(
        {"query": _TEXT, "on": _TEXT, "total": _COUNT, "answers": _list_of({"type": "object"})}, more=True
    ),
    "Changes": _object({"id": _IRI, "changes": _list_of({"type": "object"})}, more=True),
    "LinkSets": _object({"total": _COUNT, "items": _list_of({"type": "object"})}, more=True),
    "Unknown": _object(
        {"total": _COUNT, "page": _COUNT, "pages": _COUNT, "items": _list_of({"type": "object"})}, more=True
    ),
    "Network": _object({"id": _IRI, "total": _COUNT, "items": _list_of({"type": "object"})}, more=True),
    "Catalogue": _list_of({"type": "object", "required": ["identifier", "title", "distribution"]}),
    "Problem": {
        "type": "object",
        "description": "RFC 9457",
        "properties": {"type": _TEXT, "title": _TEXT, "status": _COUNT, "detail": _TEXT},
        "required": ["title", "status"],
    },
}
_OTHERS = (
    Operation(
        "/search",
        "search",
        "Search over names, other names, codes and descriptions",
        "Found",
        (
            _query("q", "Words to look for", {"type": "string", "maxLength": 200}),
            _query("_format", "json", {"type": "string", "const": "json"}, required=True),
            PAGE,
        ),
    ),
    Operation(
        "/suggest",
        "suggest",
        "Suggestions for what was typed so far",
        "Suggestions",
        (_query("q", "What was typed", {"type": "string", "maxLength": 200}),),
    ),
    Operation(
        "/resolve.json",
        "resolve",
        "The things that have an identifier: an IRI, a code or a number of any register that is known",
        "Resolved",
        (_query("iri", "The identifier", {"type": "string", "minLength": 1}, required=True),),
    ),
    Operation(
        "/is-member.json",
        "isMember",
        "What is known of a body's membership on a day, and on which sources it rests",
        "Membership",
        (
            _query("code", "The body, by any identifier", {"type": "string", "minLength": 1}, required=True),
            _query("on", "The day; today when it is not given", {"type": "string", "format": "date"}),
        ),
    ),
    Operation(
        "/changes.json",
        "changes",
        "What changed, Release by Release, removals too; next leads on",
        "Changes",
        (
            _query("since", "Only what changed after this day", {"type": "string", "format": "date"}),
            _query("cursor", "Where the last answer ended", _TEXT),
        ),
        failures=("400", "404", "406", "410"),
    ),
    Operation("/data/links.json", "links", "The sets of links to other datasets", "LinkSets"),
    Operation("/unknown.json", "unknown", "What is not known or in conflict", "Unknown", (PAGE,)),
    Operation("/network.json", "network", "Who works with whom", "Network"),
    Operation("/catalog.json", "catalogue", "The dataset and its files", "Catalogue"),
)


def _responses() -> Json:
    content = {PROBLEM: {"schema": _ref("Problem")}}
    words = {
        "400": "The request cannot be understood; the detail says what is wrong",
        "404": "There is nothing of this name",
        "406": "There is no such format",
        "410": "It was published in error and taken back; the detail says why and when",
        "503": "Too much is asked at once; Retry-After says when to come back",
        "504": "It took too long",
    }
    return {code: {"description": text, "content": content} for code, text in words.items()}


__all__ = ["PAGE", "Facet", "Operation", "document"]
