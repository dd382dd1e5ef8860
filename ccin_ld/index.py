"""The SQLite index of a build: lists, counts, incoming links and search, without asking the triples."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox
from rapidfuzz import fuzz, process

from . import facets, names, namings
from .database import Database
from .facets import EVERYTHING, Counted, Facets, Wanted
from .graph import TripleIndex
from .iris import Base, in_order
from .model import Model
from .namespaces import CCIN, DCT, FOAF, ORG, OWL, RDF, RDFS, SKOS
from .namings import Naming, Registered
from .resource import pick

# Part of a build's id: a new layout makes new builds.
FORMAT = 9
_SCHEMA = """
CREATE TABLE thing (id INTEGER PRIMARY KEY, iri TEXT UNIQUE, kind TEXT, label TEXT, types TEXT, sort TEXT);
CREATE TABLE class (iri TEXT, thing INTEGER, sort TEXT, PRIMARY KEY (iri, sort, thing)) WITHOUT ROWID;
CREATE TABLE link (object INTEGER, predicate TEXT, sort TEXT, subject INTEGER,
                   PRIMARY KEY (object, predicate, sort, subject)) WITHOUT ROWID;
CREATE TABLE property (iri TEXT PRIMARY KEY, uses INTEGER) WITHOUT ROWID;
CREATE TABLE example (iri TEXT PRIMARY KEY, thing INTEGER) WITHOUT ROWID;
CREATE INDEX link_subject ON link (subject, object);
CREATE INDEX thing_kind ON thing (kind, sort);
CREATE TABLE name (plain TEXT, thing INTEGER, PRIMARY KEY (plain, thing)) WITHOUT ROWID;
CREATE TABLE code (code TEXT, thing INTEGER, PRIMARY KEY (code, thing)) WITHOUT ROWID;
CREATE TABLE word (word TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5(label, other, tokenize='unicode61 remove_diacritics 2', prefix='2 3');
"""
_NEWS = """
FROM link l JOIN thing t ON t.id = l.subject
WHERE l.object = (SELECT id FROM thing WHERE iri = ?)
  AND NOT EXISTS (SELECT 1 FROM link own WHERE own.subject = l.object AND own.object = l.subject)
"""
_NAMES = (SKOS + "altLabel", SKOS + "hiddenLabel", CCIN + "officialName")
_TEXTS = (DCT + "description", SKOS + "definition")
_CODES = (CCIN + "gssCode", CCIN + "formerGssCode", CCIN + "registerCode")
# The end of an identifier that others give to the same thing is a code: Q17017730, E08000004.
_IDENTIFIERS = (OWL + "sameAs", RDFS + "seeAlso")
# So many hits are ranked; of more, those with the words in their label come first.
_RANKED = 2000
_SUGGESTED = 400
# Words of a misspelt search that are mended, and how like one of ours a word has to be (of 100).
_WORDS, _LIKE = 8, 70
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
class Found:
    """What fits what is asked of a list: how many, one page of them, and the facets with their counts."""

    total: int
    items: tuple[Item, ...]
    facets: tuple[Counted, ...]


@dataclass(frozen=True)
class Meant:
    """What a search that found nothing may have meant: other words, and the first things that they find."""

    text: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Link:
    """One incoming link: who links, and by which property."""

    subject: Item
    predicate: str


def write(
    path: Path,
    triples: Iterable[ox.Triple],
    model: Model,
    base: Base,
    *,
    everything: bool = False,
    registered: Iterable[Registered] = (),
) -> None:
    """Make the index of a default graph at *path*; with *everything*, of things outside the base too.

    *registered* are the bodies that a register knows by name, ours among them.
    """
    triples = list(triples)
    graph = TripleIndex(triples)
    iris = [iri for iri in graph.subjects() if everything or _is_listed(iri, base)]
    # What has a list of its own comes first: facets are sets of these numbers, and small ones are short.
    targets = {shape.target for shape in model.lists.values()}
    iris.sort(key=lambda iri: targets.isdisjoint(graph.iris(iri, RDF + "type")))
    number = {iri: place for place, iri in enumerate(iris, start=1)}
    db = sqlite3.connect(path)
    try:
        db.executescript(_SCHEMA + facets.SCHEMA + namings.SCHEMA)
        sorts = {iri: _sort(graph, iri) for iri in iris}
        for iri in iris:
            _write_thing(db, graph, base, iri, number[iri], sorts[iri])
            _write_words(db, graph, base, iri, number[iri])
            if not targets.isdisjoint(graph.iris(iri, RDF + "type")):
                _write_names(db, graph, iri, number[iri])
        kinds = {iri: _kind(graph, base, iri) for iri in iris}
        facets.write(db, graph, model, base, number, kinds)
        things = {iri: place for iri, place in number.items() if kinds[iri]}
        namings.write(db, graph, things, targets, registered)
        db.executemany("INSERT OR IGNORE INTO link VALUES (?, ?, ?, ?)", _links(triples, number, sorts))
        uses = Counter(triple.predicate.value for triple in triples)
        db.executemany("INSERT INTO property VALUES (?, ?)", sorted(uses.items()))
        db.executemany("INSERT INTO example VALUES (?, ?)", _examples(triples, number, sorts, base))
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
    row = (place, iri, _kind(graph, base, iri), label, " ".join(types), sort)
    db.execute("INSERT INTO thing VALUES (?, ?, ?, ?, ?, ?)", row)
    db.executemany("INSERT INTO class VALUES (?, ?, ?)", [(one, place, sort) for one in types])


def _kind(graph: TripleIndex, base: Base, iri: str) -> str:
    # What was taken back keeps its identifier, and stands in no list.
    return "" if CCIN + "Tombstone" in graph.iris(iri, RDF + "type") else kind_of(iri, base)


def _write_words(db: sqlite3.Connection, graph: TripleIndex, base: Base, iri: str, place: int) -> None:
    """Write what a thing is found by: its label, its other names, codes and descriptions."""
    if not _kind(graph, base, iri):
        return
    label = pick(graph.literals(iri, RDFS + "label")) or iri
    codes = _codes(graph, iri)
    other = [*sorted(_named(graph, iri) - {label}), *codes, _key(iri)]
    texts = sorted({one.value for name in _TEXTS for one in graph.literals(iri, name)})
    row = (place, names.indexed(label), " \n".join(names.indexed(one) for one in [*other, *texts]))
    db.execute("INSERT INTO words (rowid, label, other) VALUES (?, ?, ?)", row)
    found = {(names.folded(code), place) for code in [*codes, _key(iri)]}
    found |= {(names.address(one), place) for one in _addresses(graph, iri)}
    db.executemany("INSERT OR IGNORE INTO code VALUES (?, ?)", sorted(found))


def _named(graph: TripleIndex, iri: str) -> set[str]:
    return {one.value for name in (RDFS + "label", *_NAMES) for one in graph.literals(iri, name)}


def _codes(graph: TripleIndex, iri: str) -> list[str]:
    """Return the codes of a thing and of its area, and what others' identifiers of it end in."""
    found = set()
    for owner in (iri, *graph.iris(iri, CCIN + "area")):
        found |= {one.value for name in _CODES for one in graph.literals(owner, name)}
        found |= {_key(one) for name in _IDENTIFIERS for one in graph.iris(owner, name)}
    return sorted(found - {""})


def _addresses(graph: TripleIndex, iri: str) -> set[str]:
    """Return the identifiers that others give a thing and its area, and its website."""
    owners = (iri, *graph.iris(iri, CCIN + "area"))
    found = {one for owner in owners for name in _IDENTIFIERS for one in graph.iris(owner, name)}
    return found.union(graph.iris(iri, FOAF + "homepage"))


def _key(iri: str) -> str:
    return names.last_part(iri)


def _write_names(db: sqlite3.Connection, graph: TripleIndex, iri: str, place: int) -> None:
    """Write the names of a thing that has a list: for suggestions, and for what a misspelt word may mean."""
    named = _named(graph, iri)
    plain = {(names.plain(one), place) for one in named} | {
        (" ".join(names.words(one)), place) for one in named
    }
    db.executemany("INSERT OR IGNORE INTO name VALUES (?, ?)", sorted(plain))
    words = sorted({(word,) for one in named for word in names.words(one) if len(word) > 1})
    db.executemany("INSERT OR IGNORE INTO word VALUES (?)", words)


def _links(
    triples: Iterable[ox.Triple], number: dict[str, int], sorts: dict[str, str]
) -> Iterable[tuple[int, str, str, int]]:
    for triple in triples:
        subject, value = triple.subject, triple.object
        if not (isinstance(subject, ox.NamedNode) and isinstance(value, ox.NamedNode)):
            continue
        if subject.value in number and value.value in number and triple.predicate.value not in _NOT_LINKS:
            yield number[value.value], triple.predicate.value, sorts[subject.value], number[subject.value]


def _examples(
    triples: Sequence[ox.Triple], number: dict[str, int], sorts: dict[str, str], base: Base
) -> list[tuple[str, int]]:
    """Return one thing for each class and property: of those that have it, the one of which most is said."""
    told = Counter(t.subject.value for t in triples if isinstance(t.subject, ox.NamedNode))
    best: dict[str, tuple[bool, int, str, int]] = {}
    for triple in triples:
        subject, path, value = triple.subject, triple.predicate.value, triple.object
        if not isinstance(subject, ox.NamedNode) or subject.value not in number:
            continue
        iri = subject.value
        rank = (not kind_of(iri, base), -told[iri], sorts[iri], number[iri])
        for term in (path, value.value if path == RDF + "type" and isinstance(value, ox.NamedNode) else None):
            if term:
                best[term] = min(best.get(term, rank), rank)
    return sorted((term, rank[3]) for term, rank in best.items())


def kind_of(iri: str, base: Base) -> str:
    """Return the path segment of a thing's kind (``council``), or ``""`` for what is no thing under /id."""
    start = base.iri + "id/"
    if not iri.startswith(start) or "#" in iri:
        return ""
    return iri[len(start) :].partition("/")[0]


class Index(Database):
    """Reads one index file."""

    def __init__(self, path: Path, model: Model) -> None:
        super().__init__(path)
        self._model = model
        self._facets: dict[str, Facets] = {}

    def _items(self, sql: str, *values: object) -> list[Item]:
        rows = self._db.execute(sql, values).fetchall()
        return [Item(iri, label, kind, tuple(types.split())) for iri, label, kind, types in rows]

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

    def example(self, term: str) -> Item | None:
        """Return one thing that has the class or the property, or None where no thing has it."""
        sql = (
            "SELECT t.iri, t.label, t.kind, t.types FROM example e JOIN thing t ON t.id = e.thing"
            " WHERE e.iri = ?"
        )
        return next(iter(self._items(sql, term)), None)

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

    def facets(self, class_iri: str) -> Facets:
        """Return the facets of a list, or of everything: read once, as a build never changes."""
        found = self._facets.get(class_iri)
        if found is None:
            found = self._facets[class_iri] = Facets(lambda: self._db, class_iri)
        return found

    def find(self, list_path: str, wanted: Wanted, *, limit: int = 100, offset: int = 0) -> Found:
        """Return what fits of the list at *list_path*, in the order asked for. Raises KeyError."""
        here = self.facets(self._model.lists[list_path].target)
        inside = here.all & facets.bits_of(self._matching(wanted.text)) if wanted.text else here.all
        whole, counted = here.narrowed(wanted, inside)
        order = facets.within(here.ordered(wanted.sort), whole)
        return Found(len(order), self._numbered(order[offset : offset + limit]), counted)

    def fitting(self, list_path: str, wanted: Wanted) -> set[str]:
        """Return the IRIs of all that fits of the list at *list_path*. Raises KeyError."""
        return {item.iri for item in self.find(list_path, wanted, limit=2**31).items}

    def find_anything(self, wanted: Wanted, *, limit: int = 20, offset: int = 0) -> Found:
        """Return what fits of everything, the best first."""
        here = self.facets(EVERYTHING)
        # Without words, what the other choices leave, by kind and name.
        ranked = self._ranked(wanted.text) if wanted.text or not wanted.chosen else self._by_kind
        whole, counted = here.narrowed(wanted, facets.bits_of(ranked) & here.all)
        order = facets.within(ranked, whole) if wanted.chosen else ranked
        return Found(len(order), self._numbered(order[offset : offset + limit]), counted)

    def search(self, text: str, *, limit: int = 20, offset: int = 0) -> tuple[int, list[Item]]:
        """Return how many things match every word of *text*, and one page of them, the best first."""
        found = self.find_anything(Wanted(text=text), limit=limit, offset=offset)
        return found.total, list(found.items)

    def _numbered(self, numbers: Sequence[int]) -> tuple[Item, ...]:
        """Return the things of these numbers, in this order."""
        found: dict[int, Item] = {}
        for start in range(0, len(numbers), 500):
            part = numbers[start : start + 500]
            rows = self._db.execute(
                f"SELECT id, iri, label, kind, types FROM thing WHERE id IN ({', '.join('?' * len(part))})",
                list(part),
            )
            found |= {
                one: Item(iri, label, kind, tuple(types.split())) for one, iri, label, kind, types in rows
            }
        return tuple(found[one] for one in numbers)

    def _matching(self, text: str) -> list[int]:
        query = names.asked(text)
        if query is None:
            return []
        return self._first("SELECT rowid FROM words WHERE words MATCH ?", query)

    def _ranked(self, text: str) -> list[int]:
        """Return what matches a text, the best first: its code, then what has a list, then all else."""
        query = names.asked(text)
        if query is None:
            return []
        code = names.folded(names.last_part(text)).strip()
        exact = self._first("SELECT thing FROM code WHERE code = ? ORDER BY thing", code)
        last = self._last_listed
        ranked = [*self._by_rank(query, 0, last), *self._by_rank(query, last, 2**62)]
        return list(dict.fromkeys([*exact, *ranked])) if exact else ranked

    def _by_rank(self, query: str, after: int, upto: int) -> list[int]:
        sql = "SELECT rowid FROM words WHERE words MATCH ? AND rowid > ? AND rowid <= ?"
        found = self._first(sql, query, after, upto)
        if len(found) <= _RANKED:
            return self._first(f"{sql} ORDER BY bm25(words, 10.0, 1.0), rowid", query, after, upto)
        if after:
            return found
        named = self._first(sql, f"{{label}} : ({query})", after, upto)
        return list(dict.fromkeys([*named, *found]))

    def _first(self, sql: str, *values: object) -> list[int]:
        """Return the first column of what a query gives."""
        return [one for (one,) in self._db.execute(sql, values).fetchall()]

    @cached_property
    def _by_kind(self) -> list[int]:
        """The numbers of all things, by kind and name."""
        return self._first("SELECT id FROM thing WHERE kind <> '' ORDER BY kind, sort, id")

    @cached_property
    def _last_listed(self) -> int:
        """The greatest number of a thing that has a list."""
        return int(self._db.execute("SELECT COALESCE(MAX(thing), 0) FROM name").fetchone()[0])

    def suggest(self, text: str, *, limit: int = 8) -> list[Item]:
        """Return things whose name begins with what was typed, then those that have its words."""
        typed = " ".join(names.words(text))
        if not typed:
            return []
        starts = [typed, names.plain(text)]
        found: dict[int, None] = {}
        for start in dict.fromkeys(starts):
            rows = self._db.execute(
                "SELECT DISTINCT thing FROM name WHERE plain >= ? AND plain < ? ORDER BY plain LIMIT ?",
                (start, start + "\U0010ffff", _SUGGESTED),
            ).fetchall()
            found.update(dict.fromkeys(row[0] for row in rows[:limit]))
        if len(found) < limit and len(typed) > 1:
            found.update(dict.fromkeys(self._suggested_words(text, limit)))
        return list(self._numbered(list(found)[:limit]))

    def _suggested_words(self, text: str, limit: int) -> list[int]:
        sql = "SELECT rowid FROM words WHERE words MATCH ? AND rowid <= ? LIMIT ?"
        rows = self._db.execute(sql, (names.asked(text), self._last_listed, _SUGGESTED)).fetchall()
        few = sql.replace("LIMIT", "ORDER BY bm25(words, 10.0, 1.0) LIMIT")
        if len(rows) < _SUGGESTED:
            rows = self._db.execute(few, (names.asked(text), self._last_listed, limit)).fetchall()
        return [row[0] for row in rows[:limit]]

    def meant(self, text: str) -> str | None:
        """Return the text with unknown words as names have them, or None where nothing is like them."""
        typed = names.words(text)[:_WORDS]
        joined = "".join(typed)
        if len(typed) > 1 and joined in self._words:
            return joined
        mended = [self._known(word) for word in typed]
        new = " ".join(word for word in mended if word)
        return new if new and new != " ".join(typed) and self._matching(new) else None

    def meaning(self, text: str, *, limit: int = 5) -> Meant | None:
        """Return what ``meant`` gives with the first things found by it, or None."""
        found = self.meant(text)
        return Meant(found, self.find_anything(Wanted(text=found), limit=limit).items) if found else None

    def _known(self, word: str) -> str | None:
        """Return a word as names have it: itself, or the one most like it, or None."""
        if word in self._words or word.isdigit():
            return word
        near = process.extractOne(word, self._words, scorer=fuzz.ratio, score_cutoff=_LIKE)
        return near[0] if near else None

    @cached_property
    def _words(self) -> dict[str, str]:
        """The words of all names, sorted."""
        rows = self._db.execute("SELECT word FROM word ORDER BY word").fetchall()
        return {row[0]: row[0] for row in rows}

    def namings(self) -> tuple[Naming, ...]:
        """Return what things are called, ours by name and then the bodies that are not ours."""
        return namings.read(self._db)

    def coded(self, code: str) -> list[Item]:
        """Return the things that have a code, or an identifier that is an IRI or ends in the code."""
        sql = (
            "SELECT t.iri, t.label, t.kind, t.types FROM code c JOIN thing t ON t.id = c.thing"
            " WHERE c.code = ? ORDER BY t.sort, t.id"
        )
        return self._items(sql, names.address(code) if "://" in code else names.folded(code).strip())

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
