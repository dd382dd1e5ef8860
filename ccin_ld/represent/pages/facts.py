"""The facts of a Resource in the order and the words of its shape, below what a page shows by design."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from ...model import ClassShape, FieldShape
from ...namespaces import CCIN, RDF, shorten
from ...resource import Object, Resource
from ...words import N_
from .terms import Shown, Terms

_REST = N_("More")


@dataclass(frozen=True)
class Fact:
    """One property of a thing: its name, what it means, its prefixed name and values."""

    name: str
    meaning: str
    term: str
    href: str | None
    values: tuple[Shown, ...]


@dataclass(frozen=True)
class FactGroup:
    """Facts under one heading; *anchor* is the fragment of a part that has an IRI of its own."""

    title: str
    anchor: str
    facts: tuple[Fact, ...]


def groups(
    resource: Resource, shape: ClassShape | None, terms: Terms, *, shown: Collection[str] = ()
) -> list[FactGroup]:
    """Return every fact of the thing but the properties in *shown*, then its parts' and its document's."""
    found = list(_own(resource, shape, terms, shown))
    for subject in subjects(resource):
        if subject == resource.iri:
            continue
        about = resource.document == subject
        title = N_("About this document") if about else resource.label(subject) or subject.rpartition("#")[2]
        anchor = "document" if about else subject.rpartition("#")[2]
        facts = tuple(_facts(resource, subject, None, terms, ()))
        if facts:
            found.append(FactGroup(title, anchor, facts))
    return found


def subjects(resource: Resource) -> list[str]:
    """Return the thing, its parts and its document, and any node without a name that belongs to them."""
    blank = sorted({str(t.subject) for t in resource.triples if isinstance(t.subject, ox.BlankNode)})
    return resource.subjects() + blank


def _own(
    resource: Resource, shape: ClassShape | None, terms: Terms, shown: Collection[str]
) -> Iterator[FactGroup]:
    by_title: dict[str, list[Fact]] = {}
    fields = {field.path: field for field in shape.fields} if shape else {}
    for fact, field in _facts_and_fields(resource, resource.iri, fields, terms, shown):
        by_title.setdefault((field.group if field else "") or _REST, []).append(fact)
    rest = by_title.pop(_REST, [])
    for title, facts in by_title.items():
        yield FactGroup(title, "", tuple(facts))
    if rest:
        yield FactGroup(_REST if by_title else "", "", tuple(rest))


def _facts(
    resource: Resource, subject: str, shape: ClassShape | None, terms: Terms, shown: Collection[str]
) -> Iterator[Fact]:
    fields = {field.path: field for field in shape.fields} if shape else {}
    return (fact for fact, _ in _facts_and_fields(resource, subject, fields, terms, shown))


def _facts_and_fields(
    resource: Resource, subject: str, fields: dict[str, FieldShape], terms: Terms, shown: Collection[str]
) -> Iterator[tuple[Fact, FieldShape | None]]:
    properties = resource.properties(subject)
    paths = [path for path in fields if path in properties]
    paths += sorted((path for path in properties if path not in fields), key=_after)
    for path in paths:
        if path not in shown:
            yield fact(path, properties[path], fields.get(path), terms), fields.get(path)


def _after(path: str) -> tuple[bool, bool, str]:
    # Our own terms first, the kind of thing last: it is the least news.
    return path == RDF + "type", not path.startswith(CCIN), path


def fact(path: str, values: list[Object], field: FieldShape | None, terms: Terms) -> Fact:
    """Return one property with its values, sorted by what is read."""
    name = field.name if field else terms.property_name(path)
    made = sorted((terms.show(value) for value in values), key=lambda one: (one.text.casefold(), one.text))
    return Fact(
        name=name if name != path else shorten(path),
        meaning=field.description if field else "",
        term=shorten(path),
        href=terms.href(path),
        values=tuple(made),
    )


def above(resource: Resource, terms: Terms, shown: Collection[str]) -> list[Shown]:
    """Return links to the terms of the facts that the page shows by its own design."""
    found = sorted(path for path in resource.properties() if path in shown)
    return [Shown(shorten(path), href=terms.href(path)) for path in found]


def missing(resource: Resource, shape: ClassShape | None) -> list[FieldShape]:
    """Return the fields that the shape wants and the thing has not, so that a page can say so."""
    fields = shape.fields if shape else ()
    properties = resource.properties()
    return [field for field in fields if field.min_count and field.path not in properties]
