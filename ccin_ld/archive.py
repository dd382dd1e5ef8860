"""The archive of a build: every version of every Resource, and every change in its order, ready to be asked.

Made from the ledger when the build is made (``changes``), so that no request replays it.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from .changes import DELETE, Change, changes
from .database import Database
from .iris import Base
from .ledger import Ledger
from .model import Model
from .namespaces import CCIN, RDFS, shorten
from .resource import Resource, pick

NAME = "archive.sqlite"
_LABEL = ox.NamedNode(RDFS + "label")
_SCHEMA = """
CREATE TABLE release (n INTEGER PRIMARY KEY, name TEXT, at TEXT, first INTEGER, last INTEGER);
CREATE TABLE thing (id INTEGER PRIMARY KEY, iri TEXT UNIQUE, path TEXT UNIQUE);
CREATE TABLE change (id INTEGER PRIMARY KEY, release INTEGER, thing INTEGER, kind TEXT, gone INTEGER,
                     label TEXT, language TEXT, type TEXT, said TEXT, data BLOB);
CREATE INDEX change_thing ON change (thing, release);
CREATE TABLE mention (thing INTEGER, change INTEGER, PRIMARY KEY (thing, change)) WITHOUT ROWID;
CREATE TABLE label (iri TEXT, release INTEGER, labels TEXT, PRIMARY KEY (iri, release)) WITHOUT ROWID;
"""
_ENTRY = """
SELECT c.id, r.name, r.at, t.iri, t.path, c.kind, c.gone, c.label, c.language, c.type, c.said
FROM change c JOIN release r ON r.n = c.release JOIN thing t ON t.id = c.thing
"""
# What has gone takes its earlier versions with it: a feed tells of its removal, and of nothing before.
_STANDING = "NOT EXISTS (SELECT 1 FROM change g WHERE g.thing = c.thing AND g.gone = 1 AND g.id > c.id)"
_OF_THING = "AND c.id IN (SELECT change FROM mention WHERE thing = (SELECT id FROM thing WHERE path = ?))"
_MANY = 500


@dataclass(frozen=True)
class Moment:
    """One Release as it stands in the archive: its name, its time, its first and its last change."""

    name: str
    at: datetime
    first: int
    last: int

    @property
    def size(self) -> int:
        """How many changes it holds."""
        return self.last - self.first + 1


@dataclass(frozen=True)
class Entry:
    """One change: which Resource, in which Release, what happened to it, and that in words.

    ``gone`` says that nothing but, perhaps, a tombstone is left. ``path`` is that of its document.
    """

    id: int
    release: str
    at: datetime
    iri: str
    path: str
    kind: str
    gone: bool
    label: str
    language: str
    type: str
    sentences: tuple[str, ...]

    @property
    def version(self) -> str:
        """The path of this version of the document."""
        return version_path(self.release, self.path)


def version_path(release: str, path: str) -> str:
    """Return the path of the version that a document had in a Release."""
    return f"/version/{release}{path}"


def write(path: Path, ledger: Ledger, model: Model, base: Base) -> None:
    """Make the archive of a ledger at *path*. Raises BadRecord when the ledger is broken."""
    db = sqlite3.connect(path)
    try:
        db.executescript(_SCHEMA)
        _Writer(db, ledger, model, base).write()
        db.commit()
    finally:
        db.close()


class _Writer:
    """Writes one change after the other."""

    def __init__(self, db: sqlite3.Connection, ledger: Ledger, model: Model, base: Base) -> None:
        self._db, self._ledger, self._model, self._base = db, ledger, model, base
        self._number = {one.name: place for place, one in enumerate(ledger.releases, start=1)}
        self._ids: dict[str, int] = {}
        self._labels: dict[str, str] = {}
        self._size = 0

    def write(self) -> None:
        words = {one.name: _sentences(self._ledger.summary(one)) for one in self._ledger.releases}
        last = dict.fromkeys(self._number, 0)
        for change in changes(self._ledger, self._base):
            self._size += 1
            last[change.release.name] = self._size
            self._write(change, words[change.release.name].get(change.iri, []))
        self._write_releases(last)

    def _write_releases(self, last: Mapping[str, int]) -> None:
        before = 0
        for one in self._ledger.releases:
            end = max(last[one.name], before)
            at = self._ledger.moment(one).isoformat()
            row = (self._number[one.name], one.name, at, before + 1, end)
            self._db.execute("INSERT INTO release VALUES (?, ?, ?, ?, ?)", row)
            before = end

    def _write(self, change: Change, sentences: Sequence[str]) -> None:
        text = "\n".join(change.lines)
        resource = Resource(change.iri, self._base.document(change.iri), _triples(text))
        release, thing = self._number[change.release.name], self._thing(change.iri)
        label, language, type_ = *self._label(resource), self._type(resource)
        if change.kind == DELETE:
            label, language, type_ = self._before(thing) or (label, language, type_)
            reason = " ".join(resource.texts(CCIN + "reason"))
            sentences = [f"Taken back: {label}. {reason}".strip()] if change.has_tombstone else sentences
        self._db.execute(
            "INSERT INTO change VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                self._size,
                release,
                thing,
                change.kind,
                change.kind == DELETE,
                label,
                language,
                type_,
                json.dumps(list(sentences), ensure_ascii=False),
                zlib.compress(text.encode()),
            ),
        )
        things = {thing, *map(self._thing, change.mentioned)}
        self._db.executemany("INSERT INTO mention VALUES (?, ?)", [(one, self._size) for one in things])
        self._write_labels(resource, release)

    def _label(self, resource: Resource) -> tuple[str, str]:
        """Return what a Resource is called, and in which language: in English where it can be."""
        found = [one for one in resource.objects(RDFS + "label") if isinstance(one, ox.Literal)]
        text = pick(found)
        if text is None:
            return self._name(resource.iri), ""
        return text, next((one.language or "" for one in found if one.value == text), "")

    def _before(self, thing: int) -> tuple[str, str, str] | None:
        """Return what a Resource was called when it was there, and what it was."""
        sql = "SELECT label, language, type FROM change WHERE thing = ? ORDER BY release DESC LIMIT 1"
        found: tuple[str, str, str] | None = self._db.execute(sql, (thing,)).fetchone()
        return found

    def _thing(self, iri: str) -> int:
        """Return the number of a Resource; one that is only spoken of, as yet, has one too."""
        if iri not in self._ids:
            self._ids[iri] = len(self._ids) + 1
            path = self._base.path(self._base.document(iri)) or iri
            self._db.execute("INSERT INTO thing VALUES (?, ?, ?)", (self._ids[iri], iri, path))
        return self._ids[iri]

    def _type(self, resource: Resource) -> str:
        shape = self._model.shape_for(tuple(resource.types))
        if shape:
            return shape.label
        if not resource.types:
            return ""
        first = min(resource.types)
        return self._model.term_label(first) or shorten(first)

    def _name(self, iri: str) -> str:
        short = shorten(iri)
        return short if short != iri else iri.removeprefix(self._base.iri)

    def _write_labels(self, resource: Resource, release: int) -> None:
        """Keep the labels of a Resource and of its parts, where they are other ones than before."""
        found: dict[str, list[str]] = defaultdict(list)
        for triple in resource.triples:
            if triple.predicate == _LABEL and isinstance(triple.subject, ox.NamedNode):
                found[triple.subject.value].append(str(triple.object))
        # A part that has gone is not looked for: nothing links to it any more.
        for iri in {*found, resource.iri}:
            labels = "\n".join(sorted(found.get(iri, ())))
            if self._labels.get(iri, "") != labels:
                self._labels[iri] = labels
                self._db.execute("INSERT INTO label VALUES (?, ?, ?)", (iri, release, labels))


def _sentences(summary: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return what a Release's own summary says in words, by Resource."""
    found: dict[str, list[str]] = defaultdict(list)
    for one in summary.get("things", ()):
        found[one["iri"].partition("#")[0]] += one["sentences"]
    return found


def _triples(text: str) -> tuple[ox.Triple, ...]:
    return tuple(quad.triple for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES))


class Archive(Database):
    """Reads one archive."""

    def __init__(self, path: Path, base: Base) -> None:
        super().__init__(path)
        self._base = base

    @cached_property
    def moments(self) -> tuple[Moment, ...]:
        """The Releases, the oldest first."""
        rows = self._db.execute("SELECT name, at, first, last FROM release ORDER BY n").fetchall()
        return tuple(Moment(name, datetime.fromisoformat(at), first, last) for name, at, first, last in rows)

    def moment(self, name: str) -> Moment | None:
        """Return the Release of that name, or None."""
        return next((one for one in self.moments if one.name == name), None)

    def _entries(self, rest: str, *values: object) -> list[Entry]:
        return [_entry(row) for row in self._db.execute(_ENTRY + rest, values)]

    # In their order

    def since(self, number: int, *, limit: int) -> list[Entry]:
        """Return the changes from the one with this number on, in their order."""
        return self._entries("WHERE c.id >= ? ORDER BY c.id LIMIT ?", number, limit)

    @property
    def size(self) -> int:
        """How many changes there are in all."""
        return self.moments[-1].last if self.moments else 0

    def newest(self, first: int, *, limit: int, offset: int) -> list[Entry]:
        """Return the changes from number *first* on, the newest Release's first."""
        rest = "WHERE c.id >= ? ORDER BY c.release DESC, c.id LIMIT ? OFFSET ?"
        return self._entries(rest, first, limit, offset)

    # Of one Resource

    def has(self, path: str) -> bool:
        """Say whether the document at a path has a past."""
        return (
            self._count(
                "SELECT COUNT(*) FROM change WHERE thing = (SELECT id FROM thing WHERE path = ?)", path
            )
            > 0
        )

    def versions(self, path: str) -> list[Entry]:
        """Return every version of the document at a path, the oldest first."""
        return self._entries("WHERE t.path = ? ORDER BY c.id", path)

    def version(self, path: str, release: str) -> Entry | None:
        """Return the version that a document had in a Release; None when it was not there yet."""
        moment = self.moment(release)
        if moment is None:
            return None
        found = self._entries("WHERE t.path = ? AND c.id <= ? ORDER BY c.id DESC LIMIT 1", path, moment.last)
        return found[0] if found else None

    def about(self, path: str | None, *, limit: int, offset: int = 0) -> list[Entry]:
        """Return what changed of a Resource and of what speaks of it, the newest first; else of all."""
        of = f"WHERE {_STANDING} {_OF_THING if path else ''} ORDER BY c.release DESC, c.id LIMIT ? OFFSET ?"
        return self._entries(of, *([path] if path else []), limit, offset)

    def count_about(self, path: str | None) -> int:
        """Return how many changes ``about`` tells of."""
        of = f"SELECT COUNT(*) FROM change c WHERE {_STANDING} {_OF_THING if path else ''}"
        return self._count(of, *([path] if path else []))

    def before(self, entry: Entry) -> list[Entry]:
        """Return the earlier changes of the same Resource, the oldest first."""
        return [one for one in self.versions(entry.path) if one.id < entry.id]

    def triples(self, entry: Entry) -> tuple[ox.Triple, ...]:
        """Return what is said of a Resource in one of its versions."""
        (data,) = self._db.execute("SELECT data FROM change WHERE id = ?", (entry.id,)).fetchone()
        return _triples(zlib.decompress(data).decode())

    def describe(self, entry: Entry) -> Resource:
        """Return a Resource as it was, with the labels that what it links to had in the same Release."""
        own = self.triples(entry)
        linked = {one.object.value for one in own if isinstance(one.object, ox.NamedNode)}
        labels = self._labels(sorted(linked), entry)
        more = [ox.Triple(ox.NamedNode(iri), _LABEL, one) for iri, found in labels.items() for one in found]
        return Resource(entry.iri, self._base.document(entry.iri), tuple(dict.fromkeys((*own, *more))))

    def _labels(self, iris: Iterable[str], entry: Entry) -> dict[str, list[ox.Literal]]:
        (release,) = self._db.execute("SELECT release FROM change WHERE id = ?", (entry.id,)).fetchone()
        wanted = list(iris)
        found: dict[str, str] = {}
        for start in range(0, len(wanted), _MANY):
            some = wanted[start : start + _MANY]
            marks = ",".join("?" * len(some))
            sql = f"SELECT iri, labels FROM label WHERE iri IN ({marks}) AND release <= ? ORDER BY release"
            found.update(self._db.execute(sql, (*some, release)).fetchall())
        return {iri: _literals(text) for iri, text in found.items()}


def _entry(row: tuple[Any, ...]) -> Entry:
    number, release, at, iri, path, kind, gone, label, language, type_, said = row
    time, words = datetime.fromisoformat(at), tuple(json.loads(said))
    return Entry(number, release, time, iri, path, kind, bool(gone), label, language, type_, words)


def _literals(text: str) -> list[ox.Literal]:
    """Return literals that stand one a line as N-Triples writes them."""
    lines = "".join(f"<x:x> <x:x> {one} .\n" for one in text.split("\n") if one)
    return [one.object for one in _triples(lines) if isinstance(one.object, ox.Literal)]
