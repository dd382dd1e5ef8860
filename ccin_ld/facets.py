"""What lists are narrowed and sorted by: read from the shapes, worked out at build, kept in the index.

Each value of a facet has the set of things that have it, as bits: the bit of a thing is its number in the
index. So a count under any choice is one AND and one count of bits, for 10,000 things in a microsecond.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_, or_
from urllib.parse import quote, urlencode

import pyoxigraph as ox

from .graph import TripleIndex
from .iris import Base, in_order
from .model import ClassShape, Facet, Model
from .namespaces import CCIN, RDF, RDFS, XSD
from .paths import Step, Walker
from .resource import Object, pick

# The class of everything, and the facet of what kind of thing a thing is: for the search of the whole site.
EVERYTHING, TYPE = "", "type"
# What stands in an address for "no value is recorded"; no key can look like it.
NOT_RECORDED = "-"
NAME = "name"
SCHEMA = """
CREATE TABLE facet (class TEXT, name TEXT, value TEXT, iri TEXT, label TEXT, sort TEXT,
                    first INTEGER, things BLOB, PRIMARY KEY (class, name, value));
CREATE TABLE sorting (class TEXT, name TEXT, thing INTEGER, key INTEGER,
                      PRIMARY KEY (class, name, thing)) WITHOUT ROWID;
"""
# A facet of more values is chosen from elsewhere, such as by a link; the page does not count them all.
_MOST_VALUES = 300
_MOST_YEARS = 200
_YEAR = ox.NamedNode(XSD + "gYear")


@dataclass(frozen=True)
class Wanted:
    """What is asked of a list: values by facet, words to search for, what to sort by ("-": the other way)."""

    chosen: tuple[tuple[str, tuple[str, ...]], ...] = ()
    text: str = ""
    sort: str = ""

    def __bool__(self) -> bool:
        return bool(self.chosen or self.text)

    def values(self, name: str) -> tuple[str, ...]:
        """Return the values that are chosen of a facet."""
        return dict(self.chosen).get(name, ())

    def pairs(self) -> list[tuple[str, str]]:
        """Return the parameters of the address that asks for this, in one order."""
        chosen = [(name, value) for name, values in self.chosen for value in sorted(values)]
        text, sort = (
            [(name, value)] if value else [] for name, value in (("q", self.text), ("sort", self.sort))
        )
        return [*text, *chosen, *sort]

    def query(self, page: int = 1) -> str:
        """Return the query part of the address that asks for one page of this, or ''."""
        pairs = [*self.pairs(), *([("page", str(page))] if page > 1 else [])]
        return f"?{urlencode(pairs, quote_via=quote)}" if pairs else ""

    def without(self, name: str, value: str) -> Wanted:
        """Return the same without one value of a facet."""
        kept = [(one, tuple(v for v in values if (one, v) != (name, value))) for one, values in self.chosen]
        return replace(self, chosen=tuple((one, values) for one, values in kept if values))


@dataclass(frozen=True)
class Value:
    """One value of a facet: what stands for it in an address, its label, how many things have it here."""

    value: str
    iri: str | None
    label: str
    count: int
    chosen: bool = False


@dataclass(frozen=True)
class Counted:
    """A facet with its values as they are counted under the other choices."""

    name: str
    values: tuple[Value, ...]


# Writing


def write(
    db: sqlite3.Connection,
    graph: TripleIndex,
    model: Model,
    base: Base,
    number: Mapping[str, int],
    kinds: Mapping[str, str],
) -> None:
    """Put the facets and sort keys of every list into the index. *kinds* is the kind of each thing."""
    writer = _Writer(graph, model, base, number)
    rows = [row for shape in model.lists.values() for row in writer.facets(shape)]
    rows += writer.everything(rows, kinds)
    db.executemany(
        "INSERT INTO facet VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(*row[:-1], *_packed(row[-1])) for row in rows],
    )
    sortings = (one for shape in model.lists.values() for one in writer.sortings(shape))
    db.executemany("INSERT INTO sorting VALUES (?, ?, ?, ?)", sortings)


# class, name, value, iri, label, sort, the numbers of the things
_Row = tuple[str, str, str, str | None, str, str, list[int]]


class _Writer:
    """Works out which things have which value."""

    def __init__(self, graph: TripleIndex, model: Model, base: Base, number: Mapping[str, int]) -> None:
        self._graph, self._model, self._base, self._number = graph, model, base, number
        self._walker = Walker(graph)

    def facets(self, shape: ClassShape) -> Iterator[_Row]:
        """Yield a row for each value of each facet of a class, and for everything in the class."""
        things = self._things(shape)
        yield shape.target, "", "", None, "", "", [self._number[thing] for thing in things]
        for facet in shape.facets:
            yield from self._facet(shape, facet, things)

    def _things(self, shape: ClassShape) -> list[str]:
        return [iri for iri in self._graph.of_type(shape.target) if iri in self._number]

    def _facet(self, shape: ClassShape, facet: Facet, things: Iterable[str]) -> Iterator[_Row]:
        having: dict[Object, list[int]] = defaultdict(list)
        without = []
        for thing in things:
            values = self.values(thing, facet)
            for value in values:
                having[value].append(self._number[thing])
            if not values:
                without.append(self._number[thing])
        for value, text in self._named(having).items():
            iri = value.value if isinstance(value, ox.NamedNode) else None
            yield shape.target, facet.name, text, iri, self._label(value), self._sort(value), having[value]
        if without:
            yield shape.target, facet.name, NOT_RECORDED, None, "", "~", without

    def values(self, thing: str, facet: Facet) -> set[Object]:
        """Return the values of a facet that a thing has; of years, all from the first to the last."""
        owners, last = self._walker.owners(thing, facet.path)
        found: set[Object] = set()
        for owner in owners:
            found |= _spanned(self._walker.values(owner, last))
        if last == Step(RDF + "type"):
            # Of the classes of a thing, the one that has a place in addresses: council, group, ...
            segments = self._model.segments
            found = {one for one in found if isinstance(one, ox.NamedNode) and one.value in segments}
        return found

    def _named(self, values: Iterable[Object]) -> dict[Object, str]:
        """Return what stands for each value in an address: its key; with its kind where two share the key."""
        keys = {value: self._key(value) for value in values}
        times = Counter(keys.values())
        return {
            value: self._whole(value) if times[key] > 1 and isinstance(value, ox.NamedNode) else key
            for value, key in keys.items()
        }

    def _whole(self, node: ox.NamedNode) -> str:
        """Return the kind and key of a thing, or the IRI of what has none here."""
        return (self._base.path(node.value) or node.value).removeprefix("/id/")

    def _key(self, value: Object) -> str:
        if not isinstance(value, ox.NamedNode):
            return str(getattr(value, "value", value))
        if value.value in self._model.segments:
            return self._model.segments[value.value]
        local = self._base.path(value.value)
        return value.value if local is None else local.rpartition("/")[2].rpartition("#")[2]

    def _label(self, value: Object) -> str:
        if not isinstance(value, ox.NamedNode):
            return str(getattr(value, "value", value))
        found = pick(self._graph.literals(value.value, RDFS + "label"))
        return found or self._model.term_label(value.value) or value.value

    def _sort(self, value: Object) -> str:
        if isinstance(value, ox.Literal) and value.datatype == _YEAR and value.value.isdigit():
            return f"{9999 - int(value.value):04}"  # the latest first
        order = (
            self._graph.text(value.value, CCIN + "displayOrder") if isinstance(value, ox.NamedNode) else ""
        )
        name = in_order(self._label(value))
        return f"{int(order):06} {name}" if order and order.isdigit() else name

    def everything(self, rows: Iterable[_Row], kinds: Mapping[str, str]) -> list[_Row]:
        """Return rows for the whole site: what the lists have together, and the kind of each thing."""
        merged: dict[tuple[str, str], _Row] = {}
        for row in rows:
            _, name, value, iri, label, sort, things = row
            if not name or name == TYPE or value == NOT_RECORDED:
                continue
            known = merged.get((name, value))
            numbers = sorted({*known[-1], *things}) if known else things
            merged[name, value] = (EVERYTHING, name, value, iri, label, sort, numbers)
        of_kind: dict[str, list[int]] = defaultdict(list)
        for thing, kind in kinds.items():
            if kind:
                of_kind[kind].append(self._number[thing])
        found = [self._kind(kind, sorted(things)) for kind, things in sorted(of_kind.items())]
        whole = sorted(one for things in of_kind.values() for one in things)
        return [*merged.values(), *found, (EVERYTHING, "", "", None, "", "", whole)]

    def _kind(self, kind: str, things: list[int]) -> _Row:
        """Return the row of a kind of thing; its words are those of the class or scheme of that segment."""
        named = sorted(iri for iri, segment in self._model.segments.items() if segment == kind)
        iri = next((one for one in named if one.startswith(CCIN)), next(iter(named), None))
        label = (self._model.term_label(iri) if iri else None) or kind
        return EVERYTHING, TYPE, kind, iri, label, label.casefold(), things

    def sortings(self, shape: ClassShape) -> Iterator[tuple[str, str, int, int]]:
        """Yield the sort key of each thing: how many things it leads to, or the greatest number or year."""
        for facet in shape.sorted_by:
            for thing in self._things(shape):
                values = self._walker.values(thing, facet.path)
                numbers = [
                    int(one.value) for one in values if isinstance(one, ox.Literal) and one.value.isdigit()
                ]
                linked = sum(isinstance(one, ox.NamedNode) for one in values)
                if numbers or linked:
                    yield shape.target, facet.name, self._number[thing], max(numbers) if numbers else linked


def _spanned(values: set[Object]) -> set[Object]:
    """Return the values, years with those between: work from 2019 to 2021 is work of 2020 too."""
    years = [int(one.value) for one in values if isinstance(one, ox.Literal) and one.datatype == _YEAR]
    if not years or max(years) - min(years) > _MOST_YEARS:
        return values
    between = range(min(years), max(years) + 1)
    return values | {ox.Literal(f"{year:04}", datatype=_YEAR) for year in between}


def _packed(numbers: Sequence[int]) -> tuple[int, bytes]:
    """Return a set of numbers as bits: the number of the first byte, and the bytes from there on."""
    if not numbers:
        return 0, b""
    first = min(numbers) >> 3
    bits = bytearray((max(numbers) >> 3) - first + 1)
    for one in numbers:
        bits[(one >> 3) - first] |= 1 << (one & 7)
    return first, bytes(bits)


def bits_of(numbers: Sequence[int]) -> int:
    """Return a set of numbers as the bits of one number."""
    first, packed = _packed(numbers)
    return _unpacked(first, packed)


def _unpacked(first: int, packed: bytes) -> int:
    return int.from_bytes(packed, "little") << (8 * first)


# Reading


class Facets:
    """The facets of one list, or of everything. *connect* gives the index's connection of this thread."""

    def __init__(self, connect: Callable[[], sqlite3.Connection], class_iri: str) -> None:
        self._connect, self._class = connect, class_iri
        self._orders: dict[str, array[int]] = {}
        sizes = connect().execute(
            "SELECT name, COUNT(*) FROM facet WHERE class = ? AND name <> '' GROUP BY name", (class_iri,)
        )
        self._sizes: dict[str, int] = dict(sizes.fetchall())
        self._values = {name: self._read(name) for name, size in self._sizes.items() if size <= _MOST_VALUES}
        self.all = reduce(or_, (bits for _, bits in self._read("")), 0)

    def _read(self, name: str, value: str | None = None) -> list[tuple[Value, int]]:
        rows = self._connect().execute(
            "SELECT value, iri, label, first, things FROM facet"
            " WHERE class = ? AND name = ? AND (? IS NULL OR value = ?) ORDER BY sort, value",
            (self._class, name, value, value),
        )
        return [
            (Value(text, iri, label, 0), _unpacked(first, things))
            for text, iri, label, first, things in rows.fetchall()
        ]

    def names(self) -> frozenset[str]:
        """Return the names of the facets that any thing has a value of."""
        return frozenset(self._sizes)

    def value(self, name: str, value: str) -> tuple[Value, int] | None:
        """Return a value of a facet with the things that have it, or None where there is none such."""
        if name in self._values:
            return next((pair for pair in self._values[name] if pair[0].value == value), None)
        return next(iter(self._read(name, value)), None)

    def values(self, name: str) -> list[Value]:
        """Return the values of a facet, in their order; none where there are too many to tell."""
        return [value for value, _ in self._values.get(name, ())]

    def narrowed(self, wanted: Wanted, within: int) -> tuple[int, tuple[Counted, ...]]:
        """Return the things that fit every choice, and each facet counted under the choices of the others."""
        sets = {name: self._chosen(name, values) for name, values in wanted.chosen}
        whole = reduce(and_, sets.values(), within)
        counted = []
        for name in self._sizes:
            others = [bits for other, bits in sets.items() if other != name]
            under = reduce(and_, others, within) if name in sets else whole
            picked = wanted.values(name)
            counted.append(Counted(name, tuple(self._counts(name, under, picked))))
        return whole, tuple(counted)

    def _chosen(self, name: str, values: Iterable[str]) -> int:
        found = (self.value(name, value) for value in values)
        return reduce(or_, (pair[1] for pair in found if pair), 0)

    def _counts(self, name: str, under: int, picked: Sequence[str]) -> Iterator[Value]:
        known = self._values.get(name)
        if known is None:  # too many: only what is chosen
            known = [pair for value in picked for pair in self._read(name, value)]
        for value, bits in known:
            yield replace(value, count=(bits & under).bit_count(), chosen=value.value in picked)

    def ordered(self, sort: str) -> array[int]:
        """Return the numbers of all things of the class in the order that *sort* names; "-" turns it.

        What has no such key stands last both ways, and what is equal stands by name.
        """
        if sort not in self._orders:
            self._orders[sort] = array("L", self._sorted(sort))
        return self._orders[sort]

    def _sorted(self, sort: str) -> list[int]:
        name, backwards = sort.removeprefix("-"), sort.startswith("-")
        by_name = self._connect().execute(
            "SELECT thing FROM class WHERE iri = ? ORDER BY sort, thing", (self._class,)
        )
        things: list[int] = [row[0] for row in by_name.fetchall()]
        if name in ("", NAME):
            return things[::-1] if backwards else things
        keys: dict[int, int] = dict(
            self._connect()
            .execute("SELECT thing, key FROM sorting WHERE class = ? AND name = ?", (self._class, name))
            .fetchall()
        )
        having = sorted((one for one in things if one in keys), key=lambda one: keys[one], reverse=backwards)
        return [*having, *(one for one in things if one not in keys)]


def within(numbers: Iterable[int], bits: int) -> list[int]:
    """Return the numbers whose bit is set, in their order."""
    packed = bits.to_bytes((bits.bit_length() + 7) // 8, "little")
    size = len(packed)
    return [one for one in numbers if (place := one >> 3) < size and packed[place] >> (one & 7) & 1]
