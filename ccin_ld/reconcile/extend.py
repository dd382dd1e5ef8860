"""Data extension: columns of a table filled with what is known of the things in one of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from ..errors import BadRequest, TooMany
from ..namespaces import XSD
from ..resource import Object, pick
from ..store.protocol import Store
from .matcher import Matcher
from .properties import Property

# What a cell holds of a thing: it, with its name; the name alone; its IRI.
ENTITY, NAME, IRI = "entity", "name", "iri"
CONTENTS = (ENTITY, NAME, IRI)
_MOST_IDS, _MOST_PROPERTIES = 100, 50
_INTEGERS = frozenset(
    XSD + name for name in ("integer", "int", "long", "short", "nonNegativeInteger", "gYear")
)
_FLOATS = frozenset(XSD + name for name in ("decimal", "double", "float"))
_DAY = re.compile(r"-?[0-9]{4,}-(?:1[0-2]|0[1-9])-(?:3[01]|0[1-9]|[12][0-9])")
_MOMENT = re.compile(_DAY.pattern + r"T[0-9:]{8}(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})?")
Cell = dict[str, Any]


@dataclass(frozen=True)
class Column:
    """A property to be fetched: how many values of each thing at most, 0 for all, and what of a thing."""

    property: Property
    limit: int = 0
    content: str = ENTITY


@dataclass(frozen=True)
class Table:
    """What is asked: the ids of things, and columns."""

    ids: tuple[str, ...]
    columns: tuple[Column, ...]


def table(value: Any, matcher: Matcher) -> Table:
    """Return what an extension query asks. Raises BadRequest, TooMany."""
    ids, properties = (
        (value.get(name) for name in ("ids", "properties")) if isinstance(value, dict) else (0, 0)
    )
    if not isinstance(ids, list) or not isinstance(properties, list):
        raise BadRequest(
            'a data extension query is a JSON object with two lists: {"ids": […], "properties": […]}'
        )
    if not all(isinstance(one, str) for one in ids):
        raise BadRequest("ids is a list of texts")
    if len(ids) > _MOST_IDS or len(properties) > _MOST_PROPERTIES:
        raise TooMany(f"ask for at most {_MOST_IDS} ids and {_MOST_PROPERTIES} properties at once")
    return Table(tuple(dict.fromkeys(ids)), tuple(_column(one, matcher) for one in properties))


def _column(value: Any, matcher: Matcher) -> Column:
    name = value.get("id") if isinstance(value, dict) else None
    if not isinstance(name, str):
        raise BadRequest("each of the properties is a JSON object with an id")
    found = matcher.schema.property(name)
    if found is None:
        raise BadRequest(f"{name[:80]!r} is no property here; /reconcile/suggest/property finds them")
    settings = value.get("settings") or {}
    if not isinstance(settings, dict):
        raise BadRequest(f"{name}: settings is a JSON object")
    content = settings.get("content") or ENTITY
    if content not in CONTENTS:
        raise BadRequest(f"{name}: content is {', '.join(CONTENTS)}")
    return Column(found, _limit(settings.get("limit"), name), content)


def _limit(value: Any, name: str) -> int:
    # Clients send what stands in a form: a text.
    text = str(value if value not in (None, "") else 0)
    if not re.fullmatch(r"[0-9]{1,6}(?:\.0)?", text):
        raise BadRequest(f"{name}: limit is a whole number, 0 for no limit")
    return int(text.partition(".")[0])


def cells(asked: Table, matcher: Matcher, store: Store) -> Mapping[str, Mapping[str, Sequence[Cell]]]:
    """Return the values of each column of each thing, by the ids asked for; none for an unknown thing."""
    iris = {key: matcher.iri(key) for key in asked.ids}
    store.prefetch(iri for iri in iris.values() if iri)
    values = {
        (key, column.property.id): matcher.schema.values(iri, column.property) if iri else []
        for key, iri in iris.items()
        for column in asked.columns
    }
    nodes = {one.value for many in values.values() for one in many if isinstance(one, ox.NamedNode)}
    labels = store.labels(sorted(nodes))

    def label(iri: str) -> str:
        return pick(labels.get(iri, ())) or iri

    return {
        key: {
            column.property.id: _cells(values[key, column.property.id], column, matcher.key, label)
            for column in asked.columns
        }
        for key in iris
    }


def _cells(
    values: Iterable[Object], column: Column, key: Callable[[str], str], label: Callable[[str], str]
) -> list[Cell]:
    found = [_cell(value, column.content, key, label) for value in values]
    kept = [one for place, one in enumerate(found) if one and one not in found[:place]]
    return kept[: column.limit or None]


def _cell(value: Object, content: str, key: Callable[[str], str], label: Callable[[str], str]) -> Cell:
    """Return a value as a cell; nothing for a node without a name."""
    if isinstance(value, ox.Literal):
        return _of_literal(value)
    if not isinstance(value, ox.NamedNode):
        return {}
    short, name = key(value.value), label(value.value)
    if content == NAME:
        return {"str": name}
    # Things here can be asked for more; of what others describe, and of parts, there is the address.
    if content == IRI or short == value.value or "#" in short:
        return {"str": value.value}
    return {"id": short, "name": name}


def _of_literal(value: ox.Literal) -> Cell:
    text, kind = value.value, value.datatype.value
    if kind in _INTEGERS and re.fullmatch(r"-?[0-9]{1,15}", text):
        return {"int": int(text)}
    if kind in _FLOATS and re.fullmatch(r"[+-]?[0-9]{1,300}(?:\.[0-9]*)?(?:[eE][+-]?[0-9]{1,2})?", text):
        return {"float": float(text)}
    if kind == XSD + "date" and _DAY.fullmatch(text):
        return {"date": f"{text}T00:00:00Z"}
    if kind == XSD + "dateTime" and _MOMENT.fullmatch(text):
        return {"date": text}
    return {"str": text, "lang": value.language} if value.language else {"str": text}
