"""Who was a member on a day, for programs: rows of a table, plain JSON, and RDF."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import pyoxigraph as ox

from ..history import Standing, Status, told
from ..index import Item
from ..iris import Base
from ..namespaces import CCIN, DCT, HYDRA, PROV, RDF, XSD

HEADER = (
    "id", "label", "status", "kind", "attested not before", "attested not after", "begun by", "day is sure",
    "in words", "also", "sources", "statements",
)  # fmt: skip
STATUS_KEYS = {Status.MEMBER: "member", Status.LAST_KNOWN: "last-known"}
Pair = tuple[Item, Standing]
Labels = Callable[[str], str]
_JOINT = " | "


def kind_iri(one: Standing, base: Base) -> str:
    """Return the IRI of the kind of membership of a standing."""
    return base.thing("membership-kind", one.kind or "")


def sources(one: Standing) -> list[str]:
    """Return the sources of the statements that a standing rests on."""
    return list(dict.fromkeys(source for said in one.statements for source in said.sources))


def rows(pairs: Iterable[Pair], base: Base, label: Labels) -> list[list[str]]:
    """Return one row under HEADER for each body; *label* gives the words for an IRI."""
    return [[item.iri, item.label, *_cells(one, base, label)] for item, one in pairs]


def _cells(one: Standing, base: Base, label: Labels) -> list[str]:
    days = [day.isoformat() if day else "" for day in (one.first, one.last, one.since)]
    also = [f"{label(kind_iri(two, base))}, {told(two)}" for two in one.others]
    return [
        one.status,
        label(kind_iri(one, base)),
        *days,
        "yes" if one.exact else "no",
        told(one),
        _JOINT.join(also),
        _JOINT.join(label(source) for source in sources(one)),
        _JOINT.join(said.iri for said in one.statements),
    ]


def json_items(pairs: Iterable[Pair], base: Base, label: Labels) -> list[dict[str, Any]]:
    """Return each body with its standing, for the plain JSON of a list."""
    return [
        {
            "id": item.iri,
            "label": {"en": item.label},
            "type": list(item.types),
            **json_standing(one, base, label),
        }
        for item, one in pairs
    ]


def json_standing(one: Standing, base: Base, label: Labels) -> dict[str, Any]:
    """Return a standing as plain data, those in other kinds within it."""
    kind = kind_iri(one, base)
    told_of: dict[str, Any] = {
        "status": one.status,
        "membershipKind": {"id": kind, "label": {"en": label(kind)}},
        "notBefore": one.first.isoformat() if one.first else None,
        "notAfter": one.last.isoformat() if one.last else None,
        "exact": one.exact,
        "words": told(one),
        "source": [{"id": source, "label": {"en": label(source)}} for source in sources(one)],
        "derivedFrom": [said.iri for said in one.statements],
        "contrary": [said.iri for said in one.contrary],
        "others": [json_standing(two, base, label) for two in one.others],
    }
    if one.since:
        told_of["start"] = one.since.isoformat()
    return told_of


def triples(pairs: Sequence[Pair], base: Base, collection: str, day: date, total: int) -> list[ox.Triple]:
    """Return the list as a Hydra collection whose parts, by hash IRI, are the standings of its members."""
    node = ox.NamedNode(collection)
    number = ox.Literal(str(total), datatype=ox.NamedNode(XSD + "integer"))
    made = [
        _link(node, RDF + "type", HYDRA + "Collection"),
        ox.Triple(node, ox.NamedNode(HYDRA + "totalItems"), number),
        _dated(node, CCIN + "asOf", day),
    ]
    for item, one in pairs:
        made.append(_link(node, HYDRA + "member", item.iri))
        made += [_link(ox.NamedNode(item.iri), RDF + "type", kind) for kind in item.types]
        for each in (one, *one.others):
            made += _standing(ox.NamedNode(f"{collection}#{_anchor(item, each)}"), item, each, base, day)
    return made


def _anchor(item: Item, one: Standing) -> str:
    return f"{item.kind}-{item.iri.rpartition('/')[2]}--{one.kind}"


def _standing(node: ox.NamedNode, item: Item, one: Standing, base: Base, day: date) -> Iterator[ox.Triple]:
    yield _link(node, RDF + "type", CCIN + "Standing")
    yield _link(node, CCIN + "body", item.iri)
    yield _link(node, CCIN + "status", base.thing("standing", STATUS_KEYS[one.status]))
    yield _link(node, CCIN + "membershipKind", kind_iri(one, base))
    yield _dated(node, CCIN + "asOf", day)
    days = {CCIN + "notBefore": one.first, CCIN + "notAfter": one.last, CCIN + "start": one.since}
    yield from (_dated(node, predicate, bound) for predicate, bound in days.items() if bound)
    yield from (_link(node, PROV + "wasDerivedFrom", said.iri) for said in one.statements)
    yield from (_link(node, DCT + "source", source) for source in sources(one))


def _dated(node: ox.NamedNode, predicate: str, day: date) -> ox.Triple:
    literal = ox.Literal(day.isoformat(), datatype=ox.NamedNode(XSD + "date"))
    return ox.Triple(node, ox.NamedNode(predicate), literal)


def _link(node: ox.NamedNode, predicate: str, value: str) -> ox.Triple:
    return ox.Triple(node, ox.NamedNode(predicate), ox.NamedNode(value))
