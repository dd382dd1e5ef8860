"""What things are called, in the index: ours by every name they have, and bodies that are not ours.

A register knows more bodies than a network has. A name that is one of those is not one of ours, however alike
they are: so their names are kept too, with the bodies of ours that took their place.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from .graph import TripleIndex
from .namespaces import CCIN, DCT, FOAF, RDF, RDFS, SKOS
from .resource import pick

SCHEMA = """
CREATE TABLE naming (id INTEGER PRIMARY KEY, thing INTEGER, label TEXT, kind TEXT, current INTEGER);
CREATE TABLE called (naming INTEGER, name TEXT, PRIMARY KEY (naming, name)) WITHOUT ROWID;
CREATE TABLE successor (naming INTEGER, thing INTEGER, PRIMARY KEY (naming, thing)) WITHOUT ROWID;
"""
# What is only labelled, such as a claim, got its label from us: nobody writes it in a list of theirs.
_GIVEN = (
    SKOS + "prefLabel",
    SKOS + "altLabel",
    SKOS + "hiddenLabel",
    CCIN + "officialName",
    DCT + "title",
    FOAF + "name",
)


@dataclass(frozen=True)
class Registered:
    """A body as a register knows it: its IRI if it were ours, its names, the words for its type."""

    iri: str
    label: str
    names: tuple[str, ...]
    kind: str
    is_current: bool
    # The IRIs of the bodies that took its place.
    successors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Naming:
    """One thing and all it is called. ``iri`` is None for a body that is not ours."""

    id: int
    iri: str | None
    label: str
    kind: str
    is_current: bool
    types: tuple[str, ...]
    names: tuple[str, ...]
    successors: tuple[str, ...]


def write(
    db: sqlite3.Connection,
    graph: TripleIndex,
    number: Mapping[str, int],
    listed: Collection[str],
    registered: Iterable[Registered],
) -> None:
    """Write the names of the things that *number* numbers, and those of a register's bodies.

    *listed* are the classes that have a list: their things are called by their labels too.
    """
    known = {one.iri: one for one in registered}
    for iri, place in number.items():
        names = _names(graph, iri, listed)
        if not names:
            continue
        same = known.get(iri)
        label = pick(graph.literals(iri, RDFS + "label")) or names[0]
        kinds = {graph.text(kind, RDFS + "label") or "" for kind in graph.iris(iri, CCIN + "councilKind")}
        kind = ", ".join(sorted(kinds - {""})) or (same.kind if same else "")
        _write_one(db, place, label, kind, True, [*names, *(same.names if same else ())])
    strangers = [one for one in known.values() if one.iri not in number]
    for id_, one in enumerate(strangers, start=1):
        _write_one(db, -id_, one.label, one.kind, one.is_current, one.names)
        after = sorted({number[iri] for iri in one.successors if iri in number})
        db.executemany("INSERT INTO successor VALUES (?, ?)", [(-id_, thing) for thing in after])


def _names(graph: TripleIndex, iri: str, listed: Collection[str]) -> list[str]:
    """Return what a thing is called; nothing for what has but a label that was made for it."""
    found = {one.value for name in _GIVEN for one in graph.literals(iri, name)}
    if found or not set(listed).isdisjoint(graph.iris(iri, RDF + "type")):
        found |= {one.value for one in graph.literals(iri, RDFS + "label")}
    return sorted(found)


def _write_one(
    db: sqlite3.Connection, id_: int, label: str, kind: str, current: bool, names: Iterable[str]
) -> None:
    thing = id_ if id_ > 0 else None
    db.execute("INSERT INTO naming VALUES (?, ?, ?, ?, ?)", (id_, thing, label, kind, int(current)))
    rows = sorted({(id_, name) for name in (label, *names) if name.strip()})
    db.executemany("INSERT INTO called VALUES (?, ?)", rows)


def read(db: sqlite3.Connection) -> tuple[Naming, ...]:
    """Return every naming of an index: ours in the order of their names, then the others."""
    names, successors = _grouped(db, "called", "name"), _grouped(db, "successor", "thing")
    iris: dict[object, str] = dict(db.execute("SELECT id, iri FROM thing").fetchall())
    rows = db.execute(
        "SELECT n.id, t.iri, n.label, n.kind, n.current, COALESCE(t.types, '') FROM naming n"
        " LEFT JOIN thing t ON t.id = n.thing ORDER BY n.thing IS NULL, t.sort, n.id DESC"
    ).fetchall()
    return tuple(
        Naming(
            id=id_,
            iri=iri,
            label=label,
            kind=kind,
            is_current=bool(current),
            types=tuple(types.split()),
            names=tuple(str(name) for name in names.get(id_, ())),
            successors=tuple(iris[thing] for thing in successors.get(id_, ())),
        )
        for id_, iri, label, kind, current, types in rows
    )


def _grouped(db: sqlite3.Connection, table: str, column: str) -> dict[int, list[object]]:
    found: dict[int, list[object]] = {}
    for naming, value in db.execute(f"SELECT naming, {column} FROM {table} ORDER BY naming, {column}"):
        found.setdefault(naming, []).append(value)
    return found
