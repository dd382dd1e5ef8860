"""Values for the parameters of saved questions: what a person or a program wrote, as a term of RDF.

Each value is checked and becomes a term before a query is made with it. Things are named by key
(``oldham``), by kind and key (``council/oldham``), by IRI, or by their whole name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pyoxigraph as ox

from ..build import Build
from ..errors import BadParameter
from ..index import Item
from ..namespaces import XSD
from ..questions import A_MONTH_AGO, DATATYPES, TODAY, Parameter, Question, Term, month_before

# As many things as a form offers to choose from; of more, the name or key is typed.
MOST_OPTIONS = 500
_LONGEST = 200
_INTEGER = re.compile(r"-?[0-9]{1,15}")


@dataclass(frozen=True)
class Option:
    """One thing to choose: what stands for it in an address, its words, its IRI."""

    value: str
    label: str
    iri: str


def options(build: Build, kind: str, of: tuple[str, ...]) -> tuple[Option, ...]:
    """Return what a parameter takes, by name; at most one more than a form offers."""
    items: dict[str, Item] = {}
    for one in of:
        if kind == "thing":
            found = build.index.of_class(one, limit=MOST_OPTIONS + 1)
        else:
            found = build.index.values_of(one)
        items.update((item.iri, item) for item in found if item.kind)
    listed = sorted(items.values(), key=lambda item: (item.label.casefold(), item.iri))[: MOST_OPTIONS + 1]
    keys = Counter(_key(item.iri) for item in listed)
    return tuple(Option(_short(build, item.iri, keys), item.label, item.iri) for item in listed)


def _key(iri: str) -> str:
    return iri.rpartition("/")[2]


def _short(build: Build, iri: str, keys: Mapping[str, int]) -> str:
    local = build.base.path(iri) or iri
    # A key that two kinds of thing share needs its kind.
    return _key(iri) if keys[_key(iri)] == 1 else local.removeprefix("/id/")


def values_of(
    question: Question, given: Mapping[str, Sequence[str]], build: Build, today: date
) -> dict[str, Term | None]:
    """Return a term for each parameter: what is *given*, else its default, else None where it is optional.

    Raises BadParameter.
    """
    known = {one.name for one in question.parameters}
    for name, texts in given.items():
        if name not in known:
            there = f"it has {', '.join(sorted(known))}" if known else "it has none"
            raise BadParameter(name, f"this question has no such parameter; {there}")
        if len(texts) > 1:
            raise BadParameter(name, "it is there more than once")
    return {
        one.name: value_of(one, (given.get(one.name) or [""])[0].strip(), build, today)
        for one in question.parameters
    }


def value_of(parameter: Parameter, text: str, build: Build, today: date) -> Term | None:
    """Return the term that *text* stands for; the default for none. Raises BadParameter."""
    if len(text) > _LONGEST or any(ord(sign) < 32 or ord(sign) == 127 for sign in text):
        raise BadParameter(parameter.name, f"a value is at most {_LONGEST} letters on one line")
    if not text:
        return _default(parameter, build, today)
    if parameter.kind in DATATYPES:
        return _literal(parameter, text, today)
    return ox.NamedNode(_thing(parameter, text, build).iri)


def _default(parameter: Parameter, build: Build, today: date) -> Term | None:
    default = parameter.at(today)
    if isinstance(default, ox.NamedNode) and build.index.item(default.value) is None:
        raise BadParameter(parameter.name, "it needs a value: say which")  # the default is of another record
    return default


def _literal(parameter: Parameter, text: str, today: date) -> ox.Literal:
    name = parameter.name
    match parameter.kind:
        case "date":
            return _day(name, text, today)
        case "year" if not re.fullmatch(r"[0-9]{4}", text):
            raise BadParameter(name, f"{text!r} is not a year of four digits")
        case "integer" if not _INTEGER.fullmatch(text):
            raise BadParameter(name, f"{text!r} is not a whole number")
        case "integer":
            text = str(int(text))
    return ox.Literal(text, datatype=ox.NamedNode(DATATYPES[parameter.kind]))


def _day(name: str, text: str, today: date) -> ox.Literal:
    moving = {TODAY: today, A_MONTH_AGO: month_before(today)}
    try:
        plain = re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text)
        found = date.fromisoformat(text) if plain else moving[text.lower()]
    except (ValueError, KeyError) as error:
        message = f"{text!r} is not a day; write year, month and day: 2020-07-01"
        raise BadParameter(name, message) from error
    return ox.Literal(found.isoformat(), datatype=ox.NamedNode(XSD + "date"))


def _thing(parameter: Parameter, text: str, build: Build) -> Item:
    found = _by_address(parameter, text, build) or _by_name(parameter, text, build)
    if len(found) == 1:
        return found[0]
    if found:
        base = build.base.iri + "id/"
        which = ", ".join(sorted(item.iri.removeprefix(base) for item in found))
        raise BadParameter(parameter.name, f"{text!r} may be more than one thing: {which}")
    raise BadParameter(parameter.name, f"nothing here that fits is called {text!r}")


def _by_address(parameter: Parameter, text: str, build: Build) -> list[Item]:
    """Return the things with this IRI, this kind and key, or this key of any kind that fits."""
    base = build.base
    if "://" in text:
        iris = [text]
    elif "/" in text:
        iris = [base.iri + "id/" + text.removeprefix("/").removeprefix("id/")]
    else:
        iris = [base.thing(kind, text) for kind in build.index.kinds()]
    items = (build.index.item(iri) for iri in iris)
    return [item for item in items if item and _fits(parameter, item, build)]


def _fits(parameter: Parameter, item: Item, build: Build) -> bool:
    if parameter.kind == "thing":
        return bool(item.kind) and not set(parameter.of).isdisjoint(item.types)
    counts = build.index.incoming_counts(item.iri)
    return any(counts.get(one) for one in parameter.of)


def _by_name(parameter: Parameter, text: str, build: Build) -> list[Item]:
    """Return the things whose label, or one of whose names, is *text*; small and capital letters alike."""
    wanted = " ".join(text.casefold().split())
    _, found = build.index.search(text, limit=50)
    fitting = [item for item in found if _fits(parameter, item, build)]
    exact = [item for item in fitting if item.label.casefold() == wanted]
    return exact or fitting[:5]
