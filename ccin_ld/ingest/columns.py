"""Which columns a sheet can have: from the shapes, and from the table of columns of sheets as received.

A column is known by its name in the shapes, by the name of its property, by a label that pages print before
the value, or by an entry in ``data/reference/sheets.csv``; order does not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
from rapidfuzz import fuzz, process

from ..errors import BadInput
from ..graph import TripleIndex
from ..iris import is_key
from ..model import ClassShape, FieldShape, Model
from ..namespaces import CCIN, DCT, PREFIXES, PROV, RDF, RDFS, SH, SKOS, XSD
from .labels import words
from .reference import read_reference
from .table import Table
from .workbook import letter

TABLE = "sheets.csv"
IDENTIFIER = DCT + "identifier"
TYPE = RDF + "type"
WITHDRAW = "withdraw"
IDENTIFIER_NAME, TYPE_NAME, WITHDRAW_NAME = "Identifier", "Type", "Withdraw"
ADDRESS, FORM = CCIN + "address", CCIN + "form"
LEAD, PARTICIPANT, MEETS = CCIN + "lead", CCIN + "participant", CCIN + "meetsPrinciple"
# What names a thing of ours of one kind or another: a body, a project, a page.
ANYTHING = RDFS + "Resource"
_NAMES_ANYTHING = {CCIN + "about", CCIN + "concerns"}
_CONCEPTS = {SKOS + "Concept", PROV + "Role", CCIN + "Principle"}
# Years that the shapes hold in order by a query, since engines do not compare years alike.
_IN_ORDER = {CCIN + "fromYear": CCIN + "toYear"}
_NEAR = 60
_TABLE_COLUMNS = ("sheet", "column", "fills", "when", "note")


@dataclass(frozen=True)
class Field:
    """What a column fills: a property, with what the shapes say of its values."""

    path: str
    name: str
    description: str
    shape: str
    datatype: str | None = None
    node_class: str | None = None
    is_link: bool = False
    required: bool = False
    one: bool = False
    one_a_language: bool = False
    pattern: str | None = None
    least: float | None = None
    most: float | None = None
    not_after: str | None = None
    given_with: tuple[str, ...] = ()
    values: tuple[str, ...] = ()

    @property
    def single(self) -> bool:
        """Whether a cell holds one value, which may then have separators in it."""
        return self.one or self.one_a_language

    @property
    def is_concept(self) -> bool:
        """Whether the values are of a list of terms, known by their labels."""
        return bool(self.values) or self.node_class in _CONCEPTS

    @property
    def holds_addresses(self) -> bool:
        """Whether the values are addresses, or pages known by them."""
        return (self.is_link and self.node_class is None) or self.node_class == CCIN + "Page"


@dataclass(frozen=True)
class Condition:
    """The column that a cell depends on, and the values of it with which the cell is read."""

    column: str
    values: frozenset[tuple[str, ...]]


@dataclass(frozen=True)
class Entry:
    """A row of the table of columns: what the column of a sheet as received fills, and when."""

    column: str
    fills: str | None
    when: Condition | None
    note: str


@dataclass(frozen=True)
class Kind:
    """A kind of sheet: its name, the class of its rows and the narrower classes, and columns by entry."""

    name: str
    title: str
    target: str
    classes: tuple[str, ...]
    entries: tuple[Entry, ...] = ()
    credit: str | None = None


@dataclass(frozen=True)
class Column:
    """A column of a sheet that was read: its number, its header and what it fills."""

    number: int
    header: str
    fields: tuple[Field, ...]
    special: str | None = None
    when: Condition | None = None


@dataclass(frozen=True)
class Unknown:
    """A header that no column has, and the names that are nearest to it."""

    number: int
    header: str
    near: tuple[str, ...]
    message: str | None = None


@dataclass(frozen=True)
class Columns:
    """The columns of a sheet: those that are read, those left out on purpose, and those that nobody knows."""

    read: tuple[Column, ...]
    left_out: tuple[tuple[str, str], ...]
    unknown: tuple[Unknown, ...]

    def special(self, name: str) -> Column | None:
        """Return the column that fills something special, or None."""
        return next((one for one in self.read if one.special == name), None)


# Kinds


def kinds(model: Model) -> dict[str, str]:
    """Return the class of each kind of sheet that there can be, by every name that it can be called."""
    return model.sheets


def find_kind(name: str, model: Model, entries: Mapping[str, Sequence[Entry]] | None = None) -> Kind:
    """Return the kind of sheet with this name; *entries* are those of the table of columns, by sheet.

    Raises BadInput, naming the kinds that there are.
    """
    known = kinds(model)
    own = tuple((entries or {}).get(name, ()))
    star = next((one for one in own if one.column == "*"), None)
    target = (star.fills if star else None) or known.get(name)
    if target is None or not is_key(name):
        raise BadInput(f"“{name}” is no kind of sheet", hint=f"it is one of {', '.join(sorted(known))}")
    shape = model.shape_for([target])
    if shape is None:
        raise BadInput(f"nothing describes <{target}>", hint=f"mend the line of {name} in reference/{TABLE}")
    return Kind(
        name,
        shape.label,
        target,
        narrower(target, model),
        tuple(one for one in own if one.column != "*"),
        star.note or None if star else None,
    )


def narrower(target: str, model: Model) -> tuple[str, ...]:
    """Return the class and those below it that have a shape, a path and no class of their own below."""
    shaped = {shape.target for shape in model.shapes}
    below = [
        iri for iri in model.segments if iri in shaped and iri != target and target in model.superclasses(iri)
    ]
    own = [target] if target in model.segments else []
    return tuple(own + sorted(below))


def read_entries(folder: Path) -> dict[str, list[Entry]]:
    """Return the table of columns in the folder of reference tables, by sheet; none when there is no table.

    Raises BadInput with file and line for a row that cannot be used.
    """
    path = folder / TABLE
    found: dict[str, list[Entry]] = {}
    for number, row in enumerate(read_reference(path, _TABLE_COLUMNS), start=2):
        found.setdefault(row["sheet"], []).append(_entry(row, path, number))
    return found


def _entry(row: Mapping[str, str], path: Path, number: int) -> Entry:
    prefix, _, local = row["fills"].partition(":")
    if row["fills"] and prefix not in PREFIXES:
        hint = f"write it with a prefix: one of {', '.join(PREFIXES)}"
        raise BadInput(f"“{row['fills']}” is no property", file=path, line=number, hint=hint)
    column, equals, values = row["when"].partition("=")
    if row["when"] and not equals:
        hint = "write it as column=value|value"
        raise BadInput(f"“{row['when']}” is no condition", file=path, line=number, hint=hint)
    when = Condition(column, frozenset(words(one) for one in values.split("|"))) if equals else None
    return Entry(row["column"], PREFIXES[prefix] + local if row["fills"] else None, when, row["note"])


# Fields


def fields_of(classes: Iterable[str], model: Model, shapes: TripleIndex) -> dict[str, Field]:
    """Return the fields that things of these classes can have, by property, in the order of the shapes."""
    found: dict[str, tuple[tuple[float, float], Field]] = {}
    targets = {shape.target: shape for shape in model.shapes}
    for iri in classes:
        line = [targets[name] for name in model.superclasses(iri) if name in targets]
        for path, same in _by_path(line).items():
            if path not in found and same[0].in_sheets:
                found[path] = (same[0].order, _field(same, shapes))
    return {path: field for path, (_, field) in sorted(found.items(), key=lambda one: one[1][0])}


def _by_path(line: Sequence[ClassShape]) -> dict[str, list[FieldShape]]:
    grouped: dict[str, list[FieldShape]] = {}
    for shape in line:
        for field in shape.fields:
            grouped.setdefault(field.path, []).append(field)
    return grouped


def _field(same: Sequence[FieldShape], shapes: TripleIndex) -> Field:
    """Return the one field that several shapes of one property make."""
    strict = [one for one in same if not one.is_wish]
    counts = [one.max_count for one in strict if one.max_count is not None]

    def rule(name: str) -> str | None:
        terms = [term for one in same for term in shapes.objects(one.iri, SH + name)]
        return next((t.value for t in terms if isinstance(t, ox.NamedNode | ox.Literal)), None)

    least, most = rule("minInclusive"), rule("maxInclusive")
    return Field(
        path=same[0].path,
        name=same[0].name,
        description=same[0].description,
        shape=(strict or list(same))[0].iri,
        datatype=next((one.datatype for one in same if one.datatype), None),
        node_class=next(
            (one.node_class for one in same if one.node_class),
            ANYTHING if same[0].path in _NAMES_ANYTHING else None,
        ),
        is_link=rule("nodeKind") == SH + "IRI",
        required=any(one.min_count for one in strict),
        one=min(counts, default=2) == 1,
        one_a_language=any(one.one_a_language for one in strict),
        pattern=rule("pattern"),
        least=float(least) if least else None,
        most=float(most) if most else None,
        not_after=rule("lessThanOrEquals") or _IN_ORDER.get(same[0].path),
        given_with=_given_with(same[0].path, shapes),
        values=tuple(t.value for one in same for t in one.values if isinstance(t, ox.NamedNode)),
    )


def _given_with(path: str, shapes: TripleIndex) -> tuple[str, ...]:
    """Return the properties that whatever has this one must have too (SHACL, 2.1.3.4)."""
    aimed = [shape for shape, of in shapes.pairs(SH + "targetSubjectsOf") if of == ox.NamedNode(path)]
    asked = [one for shape in aimed for one in shapes.iris(shape, SH + "property")]
    paths = [shapes.iri(one, SH + "path") for one in asked if shapes.objects(one, SH + "minCount")]
    return tuple(one for one in paths if one and one != path)


def extra_field(path: str) -> Field | None:
    """Return the field of a property that a row of pages has beside its own: the form of the capture."""
    # These belong to the capture and to the page of a row, so no shape of the row's class names them.
    extras = {
        FORM: Field(
            path, "Form", "How the page shows its principles.", "", node_class=SKOS + "Concept", one=True
        ),
        ADDRESS: Field(
            path, "Web address", "The address of the page.", "", is_link=True, pattern="^https?://"
        ),
    }
    return extras.get(path)


# Headers


def recognise(
    table: Table, kind: Kind, fields: Mapping[str, Field], labels: Iterable[tuple[str, str]]
) -> Columns:
    """Return what each column of the sheet is; *labels* are printed labels and the properties they fill."""
    entries: dict[tuple[str, ...], list[Entry]] = {}
    for entry in kind.entries:
        entries.setdefault(words(entry.column), []).append(entry)
    names = _names(fields, labels)
    read: list[Column] = []
    left_out, unknown = [], []
    taken: dict[str, str] = {}
    for number, header in sorted(table.header.items()):
        own = entries.get(words(header), [])
        if header.startswith("#"):
            left_out.append((header, "its name begins with #"))
        elif own and all(one.fills is None for one in own):
            left_out.append((header, own[0].note or "it is not part of the record"))
        elif column := _column(number, header, own, names, fields):
            filled = [one.path for one in column.fields] or [column.special or ""]
            doubled = next((taken[path] for path in filled if path in taken), None)
            if doubled:
                unknown.append(Unknown(number, header, (), f"is for the same as column {doubled}"))
            else:
                taken |= dict.fromkeys(filled, f"{letter(number)} “{header}”")
                read.append(column)
        else:
            unknown.append(Unknown(number, header, _nearest(header, fields, kind)))
    return Columns(tuple(read), tuple(left_out), tuple(unknown))


def _names(fields: Mapping[str, Field], labels: Iterable[tuple[str, str]]) -> dict[tuple[str, ...], str]:
    """Return the property that each possible header fills; the words of the shapes win."""
    names = {words(one): one_path for one, one_path in labels if one_path in fields}
    names |= {words(_local(path)): path for path in fields}
    names |= {words(field.name): path for path, field in fields.items()}
    special = {IDENTIFIER_NAME: IDENTIFIER, TYPE_NAME: TYPE, WITHDRAW_NAME: WITHDRAW}
    return names | {words(name): path for name, path in special.items()}


def _local(path: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", re.split(r"[#/]", path)[-1])


def _column(
    number: int,
    header: str,
    entries: Sequence[Entry],
    names: Mapping[tuple[str, ...], str],
    fields: Mapping[str, Field],
) -> Column | None:
    plain = words(re.sub(r"[_*]", " ", header))
    named = names.get(plain) or names.get(words(_local(header)))
    paths = [one.fills for one in entries if one.fills] or ([named] if named else [])
    if len(paths) == 1 and paths[0] in (IDENTIFIER, TYPE, WITHDRAW) and paths[0] not in fields:
        return Column(number, header, (), special=paths[0])
    found = [fields.get(path) or extra_field(path) for path in paths]
    filled = tuple(one for one in found if one)
    when = next((one.when for one in entries if one.when), None)
    return Column(number, header, filled, when=when) if filled else None


def _nearest(header: str, fields: Mapping[str, Field], kind: Kind) -> tuple[str, ...]:
    known = dict.fromkeys([*(one.name for one in fields.values()), *(one.column for one in kind.entries)])
    found = process.extract(
        " ".join(words(header)), {name: " ".join(words(name)) for name in known}, scorer=fuzz.ratio,
        score_cutoff=_NEAR, limit=3,
    )  # fmt: skip
    return tuple(name for _, _, name in found)


def how_written(field: Field) -> str:
    """Return how a workbook keeps the values: as number, date or text."""
    if field.single and field.datatype in (XSD + "integer", XSD + "gYear"):
        return "number"
    return "date" if field.single and field.datatype == XSD + "date" else "text"
