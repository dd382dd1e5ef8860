"""What is asked of the service, in either version, and what it answers: as values, before and after JSON.

Version 0.2: a batch is an object of queries by key. The 1.0 draft: a list of queries, each with conditions.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..errors import BadRequest, TooMany
from .properties import Type

# Queries in a batch, conditions of one, values of one condition.
BATCH, _CONDITIONS, _VALUES = 50, 20, 100
# Names and values of a batch together, as each is likened to many: no row of cells ever has more.
TEXTS = BATCH * (_CONDITIONS + 1)
LIMIT, _MOST = 10, 100
ANY, ALL, NONE, SHOULD = "any", "all", "none", "should"
NAME, ID, PROPERTY = "name", "id", "property"
# How a condition is compared: as names are, letter for letter, or with * for any letters.
LIKE, EXACT, WILDCARD = "LikeMatch", "ExactMatch", "WildcardMatch"
QUALIFIERS = {LIKE: "Like it, as names are", EXACT: "Letter for letter", WILDCARD: "With * for any letters"}


# What speaks for a candidate, in words; docs/reconciliation.md says more.
FEATURES = {
    "name": "Likeness of the name, of 100",
    "whole_name": "It is one of its names as a whole",
    "kind": "The type that the name says may be its",
    "predecessor": "The name is that of a body whose place it took",
    "rivals": "How many others the name fits as well",
    "code": "It is one of its codes or identifiers",
    "type": "It is of the type asked for",
    "properties": "Properties that are as asked for, of 100",
}


@dataclass(frozen=True)
class Condition:
    """A property and the values that it should have, one of them or all, or none of them."""

    property: str
    values: tuple[str, ...]
    quantifier: str = ANY
    required: bool = False
    qualifier: str = LIKE


@dataclass(frozen=True)
class Query:
    """What a row of a list says: names, identifiers, classes, properties; how many candidates it wants."""

    names: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    strict: str = ANY
    conditions: tuple[Condition, ...] = ()
    limit: int = LIMIT


@dataclass(frozen=True)
class Candidate:
    """A thing that a row may mean, what that is worth, and why."""

    iri: str
    name: str
    description: str
    types: tuple[Type, ...]
    score: float
    match: bool
    features: tuple[tuple[str, bool | float], ...]


def parsed(text: str, what: str) -> Any:
    """Return the value of a JSON text. Raises BadRequest, also for letters that no text can hold."""
    try:
        value = json.loads(text)
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise BadRequest(f"{what} is not JSON: {str(error)[:100]}") from error
    return value


def batch(value: Any) -> dict[str, Query]:
    """Return the queries of a batch of version 0.2 by key. Raises BadRequest, TooMany."""
    if not isinstance(value, dict):
        raise BadRequest('queries is a JSON object of queries by key, such as {"q0": {"query": "…"}}')
    _not_too_many(value, "queries")
    found = {key: _of_02(one, f"query {key[:40]!r}") for key, one in value.items()}
    _not_too_long(found.values())
    return found


def conditions(value: Any) -> list[Query]:
    """Return the queries of a batch of the 1.0 draft. Raises BadRequest, TooMany."""
    found = value.get("queries") if isinstance(value, dict) else None
    if not isinstance(found, list):
        raise BadRequest('the body is a JSON object with a list, such as {"queries": [{"conditions": […]}]}')
    _not_too_many(found, "queries")
    read = [_of_draft(one, f"query {place}") for place, one in enumerate(found)]
    _not_too_long(read)
    return read


def _not_too_many(found: Sequence[Any] | Mapping[str, Any], what: str) -> None:
    if len(found) > BATCH:
        raise TooMany(f"{len(found)} {what} are too many at once; send at most {BATCH}")


def _not_too_long(found: Iterable[Query]) -> None:
    texts = sum(len(one.names) + len(one.ids) + sum(len(c.values) for c in one.conditions) for one in found)
    if texts > TEXTS:
        raise TooMany(f"{texts} names and values are too many at once; send at most {TEXTS}")


def _of_02(one: Any, where: str) -> Query:
    if isinstance(one, str):
        # Version 0.1 takes the name alone.
        one = {"query": one}
    if not isinstance(one, dict):
        raise BadRequest(f"{where} is not a JSON object")
    _only(one, {"query", "type", "type_strict", "limit", "properties"}, where)
    given = one.get("query")
    if given is not None and not isinstance(given, str | int | float):
        raise BadRequest(f"{where}: query is a text")
    strict = one.get("type_strict", ANY)
    if strict not in (ANY, ALL, SHOULD):
        raise BadRequest(f"{where}: type_strict is any, all or should")
    found = [_pair(pair, where) for pair in _list(one.get("properties", []), f"{where}: properties")]
    if given is None and not found:
        raise BadRequest(f"{where} has neither query nor properties")
    return Query(
        names=(str(given),) if given is not None else (),
        types=_types(one.get("type"), where),
        strict=strict,
        conditions=tuple(found),
        limit=_limit(one.get("limit"), where),
    )


def _only(one: Mapping[str, Any], known: Collection[str], where: str) -> None:
    """Raise BadRequest for what no query has: a misspelt word would be passed over in silence."""
    unknown = sorted(name for name in one if name not in known)
    if unknown:
        raise BadRequest(f"{where}: {unknown[0][:40]!r} is nothing that a query has")


def _pair(pair: Any, where: str) -> Condition:
    if not isinstance(pair, dict) or not isinstance(pair.get("pid"), str) or "v" not in pair:
        raise BadRequest(f"{where}: each of its properties has pid, a text, and v")
    return Condition(pair["pid"], _values(pair["v"], where))


def _of_draft(one: Any, where: str) -> Query:
    if not isinstance(one, dict):
        raise BadRequest(f"{where} is not a JSON object")
    _only(one, {"type", "limit", "lang", "dir", "conditions"}, where)
    if one.get("type") is not None and not isinstance(one["type"], str):
        raise BadRequest(f"{where}: type is one text")
    query = Query(types=_types(one.get("type"), where), limit=_limit(one.get("limit"), where))
    found = _list(one.get("conditions"), f"{where}: conditions")
    if not found:
        raise BadRequest(f"{where} has no conditions")
    for condition in found:
        query = _with(query, condition, where)
    return query


def _with(query: Query, given: Any, where: str) -> Query:
    """Return the query with one more condition of the 1.0 draft."""
    if not isinstance(given, dict) or "propertyValue" not in given:
        raise BadRequest(f"{where}: each condition has matchType and propertyValue")
    values = _values(given["propertyValue"], where)
    match given.get("matchType"):
        case "name":
            return replace(query, names=(*query.names, *values))
        case "id":
            return replace(query, ids=(*query.ids, *values))
        case "property":
            return replace(query, conditions=(*query.conditions, _condition(given, values, where)))
        case _:
            raise BadRequest(f"{where}: matchType is {NAME}, {ID} or {PROPERTY}")


def _condition(given: Mapping[str, Any], values: tuple[str, ...], where: str) -> Condition:
    name, quantifier = given.get("propertyId"), given.get("matchQuantifier") or ANY
    qualifier, required = given.get("matchQualifier") or LIKE, given.get("required", False)
    if not isinstance(name, str) or not name:
        raise BadRequest(f"{where}: a condition on a property has a propertyId")
    if quantifier not in (ANY, ALL, NONE):
        raise BadRequest(f"{where}: matchQuantifier is {ANY}, {ALL} or {NONE}")
    if not isinstance(required, bool):
        raise BadRequest(f"{where}: required is true or false")
    if qualifier not in QUALIFIERS:
        raise BadRequest(f"{where}: matchQualifier is {', '.join(QUALIFIERS)}, not {str(qualifier)[:40]!r}")
    return Condition(name, values, quantifier, required, qualifier)


def _values(value: Any, where: str) -> tuple[str, ...]:
    found = tuple(_text(one, where) for one in (value if isinstance(value, list) else [value]))
    if len(found) > _VALUES:
        raise TooMany(f"{where}: {len(found)} values are too many; give at most {_VALUES}")
    return found


def _text(value: Any, where: str) -> str:
    if isinstance(value, dict):
        value = value.get("id")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise BadRequest(f"{where}: a value is a text, a number, true, false, or an object with an id")


def _types(value: Any, where: str) -> tuple[str, ...]:
    found = value if isinstance(value, list) else [value] if value else []
    # What some clients send: the type as an object.
    names = [one.get("id") if isinstance(one, dict) else one for one in found]
    if not all(isinstance(name, str) for name in names) or len(names) > _VALUES:
        raise BadRequest(f"{where}: type is the id of a type, or a list of them")
    return tuple(name for name in names if name)


def _limit(value: Any, where: str) -> int:
    if value is None:
        return LIMIT
    if isinstance(value, bool) or not isinstance(value, int | float) or not 1 <= value < 1e9 or value % 1:
        raise BadRequest(f"{where}: limit is a whole number above 0")
    return min(int(value), _MOST)


def _list(value: Any, what: str) -> list[Any]:
    if not isinstance(value, list):
        raise BadRequest(f"{what} is a list")
    if len(value) > _CONDITIONS:
        raise TooMany(f"{what}: {len(value)} are too many; give at most {_CONDITIONS}")
    return value
