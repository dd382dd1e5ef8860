"""The SQLite index of a build: lists, counts, incoming links and search, without asking the triples."""

from __future__ import annotations

import re
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from .graph import TripleIndex
from .iris import Base, in_order
from .model import Model
from .namespaces import CCIN, DCT, FOAF, ORG, RDF, RDFS, SKOS
from .resource import pick

# Part of a build's id: a new layout makes new builds.
FORMAT = 5
_SCHEMA = """
CREATE TABLE thing (id INTEGER PRIMARY KEY, iri TEXT UNIQUE, kind TEXT, label TEXT, types TEXT, sort TEXT);
CREATE TABLE class (iri TEXT, thing INTEGER, sort TEXT, PRIMARY KEY (iri, sort, thing)) WITHOUT ROWID;
CREATE TABLE link (object INTEGER, predicate TEXT, sort TEXT, subject INTEGER,
                   PRIMARY KEY (object, predicate, sort, subject)) WITHOUT ROWID;
CREATE TABLE property (iri TEXT PRIMARY KEY, uses INTEGER) WITHOUT ROWID;
CREATE INDEX link_subject ON link (subject, object);
CREATE INDEX thing_kind ON thing (kind, sort);
CREATE VIRTUAL TABLE words USING fts5(label, other, tokenize='unicode61 remove_diacritics 2', prefix='2 3');
"""
_NEWS = """
FROM link l JOIN thing t ON t.id = l.subject
WHERE l.object = (SELECT id FROM thing WHERE iri = ?)
  AND NOT EXISTS (SELECT 1 FROM link own WHERE own.subject = l.object AND own.object = l.subject)
"""
_NAMES = (SKOS + "altLabel", SKOS + "hiddenLabel", CCIN + "officialName", CCIN + "gssCode")
_TEXTS = (DCT + "description", SKOS + "definition")
# What a document is about is no link between things; org:member says again what ccin:body says.
_NOT_LINKS = {RDF + "type", FOAF + "primaryTopic", DCT + "hasFormat", ORG + "member"}


@dataclass(frozen=True)
class Item:
    """One line of a list: a thing, its label and its classes."""

    iri: str
    label: str
    kind: str
    types: tuple[str, ...]


@dataclass(frozen=True)
class Link:
    """One incoming link: who links, and by which property."""

    subject: Item
    predicate: str


def write(
    path: Path, triples: Iterable[ox.Triple], model: Model, base: Base, *, everything: bool = False
) -> None:
    """Make the index of a default graph at *path*; with *everything*, of things outside the base too."""
    triples = list(triples)
    graph = TripleIndex(triples)
    iris = [iri for iri in graph.subjects() if everything or _is_listed(iri, base)]
    number = {iri: place for place, iri in enumerate(iris, start=1)}
    db = sqlite3.connect(path)
    try:
        db.executescript(_SCHEMA)
        sorts = {iri: _sort(graph, iri) for iri in iris}
        for iri in iris:
            _write_thing(db, graph, base, iri, number[iri], sorts[iri])
        db.executemany("INSERT OR IGNORE INTO link VALUES (?, ?, ?, ?)", _links(triples, number, sorts))
        uses = Counter(triple.predicate.value for triple in triples)
        db.executemany("INSERT INTO property VALUES (?, ?)", sorted(uses.items()))
        db.commit()
        db.execute("INSERT INTO words(words) VALUES ('optimize')")
        db.commit()
    finally:
        db.close()


def _is_listed(iri: str, base: Base) -> bool:
    return iri.startswith((base.iri + "id/", base.iri + "data", base.iri + "def/", CCIN))


def _sort(graph: TripleIndex, iri: str) -> str:
    order = graph.text(iri, CCIN + "displayOrder")
    label = pick(graph.literals(iri, RDFS + "label")) or iri
    # Things of one label, such as the captures of a page, stand in the order of their keys.
    name = f"{in_order(label)}\n{in_order(iri.rpartition('/')[2])}"
    return f"{int(order):06} {name}" if order and order.isdigit() else name


def _write_thing(
    db: sqlite3.Connection, graph: TripleIndex, base: Base, iri: str, place: int, sort: str
) -> None:
    label = pick(graph.literals(iri, RDFS + "label")) or iri
    types = sorted(graph.iris(iri, RDF + "type"))
    # What was taken back keeps its identifier, and stands in no list.
    kind = "" if CCIN + "Tombstone" in types else kind_of(iri, base)
    row = (place, iri, kind, label, " ".join(types), sort)
    db.execute("INSERT INTO thing VALUES (?, ?, ?, ?, ?, ?)", row)
    db.executemany("INSERT INTO class VALUES (?, ?, ?)", [(one, place, sort) for one in types])
    if row[2]:
        labels = {one.value for one in graph.literals(iri, RDFS + "label")}
        named = {one.value for name in _NAMES for one in graph.literals(iri, name)} | labels - {label}
        texts = {one.value for name in _TEXTS for one in graph.literals(iri, name)}
        words = (place, label, " \n".join([*sorted(named), *sorted(texts)]))
        db.execute("INSERT INTO words (rowid, label, other) VALUES (?, ?, ?)", words)


def _links(
    triples: Iterable[ox.Triple], number: dict[str, int], sorts: dict[str, str]
) -> Iterable[tuple[int, str, str, int]]:
    for triple in triples:
        subject, value = triple.subject, triple.object
        if not (isinstance(subject, ox.NamedNode) and isinstance(value, ox.NamedNode)):
            continue
        if subject.value in number and value.value in number and triple.predicate.value not in _NOT_LINKS:
            yield number[value.value], triple.predicate.value, sorts[subject.value], number[subject.value]


def kind_of(iri: str, base: Base) -> str:
    """Return the path segment of a thing's kind (``council``), or ``""`` for what is no thing under /id."""
    start = base.iri + "id/"
    if not iri.startswith(start) or "#" in iri:
        return ""
    return iri[len(start) :].partition("/")[0]


class Index:
    """Reads one index file; one connection a thread."""

    def __init__(self, path: Path, model: Model) -> None:
        self._path, self._model = path, model
        self._local = threading.local()

    @property
    def _db(self) -> sqlite3.Connection:
        db: sqlite3.Connection | None = getattr(self._local, "db", None)
        if db is None:
            # immutable: nothing writes to a finished build, so no locks are needed.
            db = sqlite3.connect(f"file:{self._path}?immutable=1", uri=True, check_same_thread=False)
            self._local.db = db
        return db

    def _items(self, sql: str, *values: object) -> list[Item]:
        rows = self._db.execute(sql, values).fetchall()
        return [Item(iri, label, kind, tuple(types.split())) for iri, label, kind, types in rows]

    def _count(self, sql: str, *values: object) -> int:
        return int(self._db.execute(sql, values).fetchone()[0])

    def items(self, list_path: str, *, limit: int = 100, offset: int = 0) -> list[Item]:
        """Return one page of the list at *list_path*. Raises KeyError when no class has such a list."""
        return self.of_class(self._model.lists[list_path].target, limit=limit, offset=offset)

    def count(self, list_path: str) -> int:
        """Return how many things the list at *list_path* holds. Raises KeyError as ``items`` does."""
        return self.count_class(self._model.lists[list_path].target)

    def of_class(self, class_iri: str, *, limit: int = 100, offset: int = 0) -> list[Item]:
        """Return one page of the things of a class, in order of display or of name."""
        return self._items(
            "SELECT t.iri, t.label, t.kind, t.types FROM class c JOIN thing t ON t.id = c.thing"
            " WHERE c.iri = ? ORDER BY c.sort, c.thing LIMIT ? OFFSET ?",
            class_iri, limit, offset,
        )  # fmt: skip

    def count_class(self, class_iri: str) -> int:
        """Return how many things have the class."""
        return self._count("SELECT COUNT(*) FROM class WHERE iri = ?", class_iri)

    def of_kind(self, kind: str, *, limit: int = 100, offset: int = 0) -> list[Item]:
        """Return one page of the things at ``/id/{kind}/``."""
        sql = "SELECT iri, label, kind, types FROM thing WHERE kind = ? ORDER BY sort, id LIMIT ? OFFSET ?"
        return self._items(sql, kind, limit, offset)

    def things(self, *, limit: int = 100, offset: int = 0) -> list[Item]:
        """Return one page of everything at ``/id/``, by kind and name."""
        sql = "SELECT iri, label, kind, types FROM thing WHERE kind <> '' ORDER BY kind, sort, id"
        return self._items(f"{sql} LIMIT ? OFFSET ?", limit, offset)

    def count_kind(self, kind: str) -> int:
        """Return how many things are at ``/id/{kind}/``."""
        return self._count("SELECT COUNT(*) FROM thing WHERE kind = ?", kind)

    def kinds(self) -> dict[str, int]:
        """Return how many things there are of each kind."""
        sql = "SELECT kind, COUNT(*) FROM thing WHERE kind <> '' GROUP BY kind ORDER BY kind"
        return dict(self._db.execute(sql).fetchall())

    def classes(self) -> dict[str, int]:
        """Return how many things there are of each class."""
        return dict(self._db.execute("SELECT iri, COUNT(*) FROM class GROUP BY iri ORDER BY iri").fetchall())

    def values_of(self, predicate: str) -> list[Item]:
        """Return every thing that something has as a value of the property, by name."""
        return self._items(
            "SELECT iri, label, kind, types FROM thing WHERE EXISTS"
            " (SELECT 1 FROM link WHERE link.object = thing.id AND link.predicate = ?) ORDER BY sort, id",
            predicate,
        )

    def properties(self) -> dict[str, int]:
        """Return how many triples of the default graph have each property."""
        return dict(self._db.execute("SELECT iri, uses FROM property ORDER BY iri").fetchall())

    def incoming(
        self, iri: str, *, predicate: str | None = None, limit: int = 100, offset: int = 0
    ) -> list[Link]:
        """Return one page of the links to a thing, by property and then by the name of who links."""
        rows = self._db.execute(
            "SELECT t.iri, t.label, t.kind, t.types, l.predicate FROM link l JOIN thing t ON t.id = l.subject"
            " WHERE l.object = (SELECT id FROM thing WHERE iri = ?) AND (? IS NULL OR l.predicate = ?)"
            " ORDER BY l.predicate, l.sort, l.subject LIMIT ? OFFSET ?",
            (iri, predicate, predicate, limit, offset),
        ).fetchall()
        return [Link(Item(a, b, c, tuple(d.split())), e) for a, b, c, d, e in rows]

    def incoming_counts(self, iri: str) -> dict[str, int]:
        """Return how many things link to a thing, by property."""
        sql = (
            "SELECT predicate, COUNT(*) FROM link WHERE object = (SELECT id FROM thing WHERE iri = ?)"
            " GROUP BY predicate ORDER BY predicate"
        )
        return dict(self._db.execute(sql, (iri,)).fetchall())

    def news(self, iri: str, *, limit: int = 100, offset: int = 0) -> list[Link]:
        """Return one page of the links to a thing from things that it does not link to itself.

        What a thing links to is in its own description already; this is what that leaves out.
        """
        rows = self._db.execute(
            f"SELECT t.iri, t.label, t.kind, t.types, l.predicate {_NEWS}"
            " ORDER BY l.predicate, l.sort, l.subject LIMIT ? OFFSET ?",
            (iri, limit, offset),
        ).fetchall()
        return [Link(Item(a, b, c, tuple(d.split())), e) for a, b, c, d, e in rows]

    def count_news(self, iri: str) -> int:
        """Return how many links ``news`` has."""
        return self._count(f"SELECT COUNT(*) {_NEWS}", iri)

    def search(self, text: str, *, limit: int = 20, offset: int = 0) -> tuple[int, list[Item]]:
        """Return how many things match every word of *text*, and one page of them, the best first."""
        words = re.findall(r"\w+", text)
        if not words:
            return 0, []
        # Each word is quoted, so that none is read as an operator; the last may be the start of a word.
        query = " ".join(f'"{word}"' for word in words) + "*"
        total = self._count("SELECT COUNT(*) FROM words WHERE words MATCH ?", query)
        # What has a list of its own is what people look for: it comes before what is said of it.
        lists = [shape.target for shape in self._model.lists.values()]
        listed = f"c.iri IN ({', '.join('?' * len(lists))}) AND c.sort = t.sort AND c.thing = t.id"
        items = self._items(
            "SELECT t.iri, t.label, t.kind, t.types FROM words w JOIN thing t ON t.id = w.rowid"
            f" WHERE words MATCH ? ORDER BY NOT EXISTS (SELECT 1 FROM class c WHERE {listed}),"
            " bm25(words, 10.0, 1.0), t.sort LIMIT ? OFFSET ?",
            query, *lists, limit, offset,
        )  # fmt: skip
        return total, items

    def item(self, iri: str) -> Item | None:
        """Return the thing with this IRI, or None."""
        sql = "SELECT iri, label, kind, types FROM thing WHERE iri = ?"
        return next(iter(self._items(sql, iri)), None)

    def label(self, iri: str) -> str | None:
        """Return the label of the thing with this IRI, or None."""
        found = self.item(iri)
        return found.label if found else None

    def under(self, start: str) -> list[str]:
        """Return the sorted IRIs that begin with *start*: the terms or parts that one document describes."""
        sql = "SELECT iri FROM thing WHERE iri >= ? AND iri < ? ORDER BY iri"
        return [row[0] for row in self._db.execute(sql, (start, start + "\U0010ffff"))]
