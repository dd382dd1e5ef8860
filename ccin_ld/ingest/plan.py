"""What the import of a sheet will do, as it is worked out: changes in words, faults, and what stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from ..namespaces import CCIN, DCT, SKOS
from .cells import Cell, Fault, ReadRow
from .match import Body
from .rows import KEYED_BY, Thing

_NAMED_BY = (SKOS + "prefLabel", DCT + "title", CCIN + "body", CCIN + "nameAsPrinted")


@dataclass(frozen=True)
class Item:
    """One change: whether something is added, changed or withdrawn, at which cell, of what, and the words."""

    what: str
    row: int
    column: str
    header: str
    name: str
    words: str

    @property
    def place(self) -> str:
        """The cell as a spreadsheet names it, with the name of its column."""
        return f"row {self.row}, column {self.column} “{self.header}”" if self.column else f"row {self.row}"


@dataclass
class Plan:
    """What a sheet would make of the graph of its source, and everything that a person should know of it."""

    source: str
    old: list[ox.Triple]
    new: list[ox.Triple] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    doubles: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    bodies: set[Body] = field(default_factory=set)


def items_of(row: ReadRow, cell: Cell, name: str, before: Sequence[str], now: Sequence[str]) -> list[Item]:
    """Return the changes of one cell in words: what is added, what is changed, what is taken back."""
    place = (row.number, cell.column, cell.header, name)
    gone, new = [one for one in before if one not in now], [one for one in now if one not in before]
    if gone and new and cell.field.single:
        return [Item("changed", *place, f"{brief(', '.join(gone))} → {brief(', '.join(new))}")]
    made = [Item("added", *place, brief(one)) for one in new]
    return made + [Item("withdrawn", *place, brief(one)) for one in gone]


def name_of_row(row: ReadRow, about: Thing) -> str:
    """Return the words by which a person knows what a row is about."""
    if about.cls in KEYED_BY:
        return about.key  # several of one body: its name would tell nothing
    return next((brief(value.text) for path in _NAMED_BY if (value := row.first(path))), about.key)


def brief(text: str) -> str:
    """Return a text in one line of at most 80 signs."""
    plain = " ".join(text.split())
    return plain if len(plain) <= 80 else plain[:79] + "…"
