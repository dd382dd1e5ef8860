"""Cells: from the text that a person wrote to terms of the record, and from terms to text for an export."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pyoxigraph as ox

from .. import record
from ..errors import BadRecord
from ..graph import TripleIndex
from ..namespaces import CCIN, RDF, SH, SKOS, XSD
from ..resource import Object
from ..validation.words import KINDS_OF_VALUE, SENTENCES, Found
from .claims import ENGLISH
from .columns import IDENTIFIER, TYPE, WITHDRAW, Column, Columns, Condition, Field, Unknown
from .garbled import why_garbled
from .known import Known, Value
from .labels import words
from .private import why_more_than_a_name, why_private
from .table import Row, Table
from .values import (
    SEPARATORS,
    NotRead,
    is_nothing,
    listed,
    one_day,
    period,
    short,
    whole_number,
    year,
    yes_or_no,
)
from .workbook import Merged, letter

# What a spreadsheet program shows in a cell whose formula has no result.
_ERRORS = {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#SPILL!", "#CALC!", "#FIELD!"}
_LANGUAGE = re.compile(r"\s*\[([a-z]{2,3})\]$")


@dataclass(frozen=True)
class Fault:
    """What is wrong with one cell: where it is, what was found, and what to do."""

    row: int
    column: str
    header: str
    found: str
    message: str
    hint: str

    @property
    def place(self) -> str:
        """The cell as a spreadsheet names it, with the name of its column."""
        return f"row {self.row}, column {self.column} “{self.header}”" if self.column else f"row {self.row}"


# What the record has for a property of the thing that a row is about, as text.
There = Callable[[str], str | None]


@dataclass(frozen=True)
class Cell:
    """A cell that says something: its place, and its values."""

    column: str
    header: str
    field: Field
    values: tuple[Value, ...]


@dataclass
class ReadRow:
    """A row that was read: its cells by property, and what it says of the thing that it is about."""

    number: int
    cells: dict[str, Cell] = field(default_factory=dict)
    identifier: str = ""
    type: str = ""
    withdraw: bool = False
    faulty: bool = False

    def first(self, path: str) -> Value | None:
        """Return the first value of a property, or None."""
        return self.cells[path].values[0] if path in self.cells and self.cells[path].values else None


@dataclass
class Reading:
    """Everything that a sheet's cells said: rows, what is wrong, and what was left out."""

    rows: list[ReadRow]
    faults: list[Fault]
    notices: list[str]


def read_rows(table: Table, columns: Columns, known: Known) -> Reading:
    """Return the rows of the sheet as terms; each fault is told once, at its cell."""
    return _Reader(table, columns, known).read()


class _Reader:
    """One sheet being read: its columns, and what is found wrong or left out on the way."""

    def __init__(self, table: Table, columns: Columns, known: Known) -> None:
        self._table, self._columns, self._known = table, columns, known
        self._headers = {words(header): number for number, header in table.header.items()}
        self._named = {one.number for one in columns.read} | set(table.header)
        self._left_out: Counter[tuple[Column, Condition]] = Counter()
        self._faults: list[Fault] = []

    def read(self) -> Reading:
        if self._columns.unknown and not self._columns.read:
            return Reading([], [self._no_header()], list(self._notices()))
        self._faults += [self._unknown(one) for one in self._columns.unknown]
        merged = dict(self._merged())
        self._faults += merged.values()
        rows = [self._row(row) for row in self._table.rows]
        for row in rows:
            # What such a row lacks follows from the merging: that is told once.
            row.faulty |= any(one.row <= row.number <= one.last_row for one in merged)
        return Reading(rows, self._faults, list(self._notices()))

    def _no_header(self) -> Fault:
        """Return the one fault of a sheet whose first row has no name of a column in it, such as a title."""
        first = self._columns.unknown[0]
        return Fault(
            self._table.header_row, letter(first.number), first.header, short(first.header),
            "no name of a column that is known stands in this row",
            "take out rows above the names of the columns, such as a title, or name them as an export does",
        )  # fmt: skip

    def _unknown(self, one: Unknown) -> Fault:
        near = " or ".join(f"“{name}”" for name in one.near)
        hint = (
            f"rename it to {near}" if near else "give it the name of a column that an export of this kind has"
        )
        if one.message:
            hint = "keep one of the two columns, with all that is known"
        return Fault(
            self._table.header_row,
            letter(one.number),
            one.header,
            one.header,
            f"the column “{one.header}” {one.message or 'is not known'}",
            f"{hint}; or put # before its name, and it is left out",
        )

    def _merged(self) -> Iterator[tuple[Merged, Fault]]:
        """Yield merged cells that hold something, and what is wrong with them."""
        rows = {row.number: row.cells for row in self._table.rows}
        rows[self._table.header_row] = self._table.header
        for one in self._table.merged:
            if text := rows.get(one.row, {}).get(one.column):
                place = (one.row, letter(one.column), self._table.header.get(one.column, ""))
                message = (
                    f"the cells {one.first} to {one.last} are merged, so only the first of them has a value"
                )
                hint = "take the merging off, and write the value in each cell that it is meant for"
                yield one, Fault(*place, short(text), message, hint)

    def _notices(self) -> Iterator[str]:
        for title in self._table.others:
            yield f"the sheet “{title}” of this workbook is not read: give it as a file of its own"
        for header, why in self._columns.left_out:
            yield f"the column “{header}” is left out: {why}"
        for (column, condition), count in self._left_out.items():
            yield (
                f"column {letter(column.number)} “{column.header}” is left out in {count} "
                f"row{'' if count == 1 else 's'}: what stands in “{condition.column}” says so"
            )

    def _row(self, row: Row) -> ReadRow:
        made = ReadRow(row.number)
        for number in sorted(set(row.cells) - self._named):
            found = short(row.cells[number])
            message = f"“{found}” stands in a column without a name"
            hint = "give the column a name, or move the value to where it belongs"
            self._faults.append(Fault(row.number, letter(number), "", found, message, hint))
            made.faulty = True
        for column in self._columns.read:
            text = row.cells.get(column.number, "")
            if is_nothing(text) and not self._is_term(text, column):
                continue
            if column.when and not self._holds(column.when, row):
                self._left_out[column, column.when] += 1
            else:
                self._cell(text, column, made)
        return made

    def _is_term(self, text: str, column: Column) -> bool:
        """Say whether “not known” or the like is a term of the list that this column takes values from."""
        return any(one.is_concept and self._known.has_term(text, one) for one in column.fields)

    def _holds(self, condition: Condition, row: Row) -> bool:
        number = self._headers.get(words(condition.column))
        return number is not None and words(row.cells.get(number, "")) in condition.values

    def _cell(self, text: str, column: Column, made: ReadRow) -> None:
        place = (made.number, letter(column.number), column.header)
        wrong: list[tuple[str, NotRead]]
        garbled = why_garbled(text)
        if garbled:
            wrong = [(short(text), _garbled(*garbled))]
        elif text.strip().upper() in _ERRORS:
            hint = "mend the formula in this cell, or write the value itself"
            wrong = [(short(text), NotRead(f"“{short(text)}” is an error of the spreadsheet program", hint))]
        elif column.special:
            wrong = [(short(text), one) for one in _special(text, column.special, made)]
        else:
            wrong = self._filled(text, column, made)
        # Several properties of one cell can find the same fault: it is told once.
        for found, one in dict(wrong).items():
            self._faults.append(Fault(*place, found, one.message, one.hint))
            made.faulty = True

    def _filled(self, text: str, column: Column, made: ReadRow) -> list[tuple[str, NotRead]]:
        wrong: list[tuple[str, NotRead]] = []
        for field_ in column.fields:
            values, found = read_cell(text, field_, self._known)
            wrong += found
            if values:
                made.cells[field_.path] = Cell(letter(column.number), column.header, field_, tuple(values))
        return wrong


def _garbled(why: str, meant: str) -> NotRead:
    meant = f"write “{short(meant)}”, or " if meant else "write it again, or "
    return NotRead(why, f"{meant}save the sheet anew as CSV in UTF-8 or as XLSX")


def _special(text: str, special: str, made: ReadRow) -> list[NotRead]:
    if special == IDENTIFIER:
        made.identifier = text.strip()
    elif special == TYPE:
        made.type = text.strip()
    elif special == WITHDRAW:
        try:
            made.withdraw = yes_or_no(text) == "true"
        except NotRead as error:
            return [error]
    return []


def read_cell(text: str, field: Field, known: Known) -> tuple[list[Value], list[tuple[str, NotRead]]]:
    """Return the values in a cell, each once, and what is wrong, each with the words it is about."""
    why = None
    if field.path == CCIN + "holder":
        why = why_more_than_a_name(text)
    elif field.datatype in (RDF + "langString", XSD + "string"):
        why = why_private(text)
    if why:
        hint = "take it out of the sheet: names and addresses of staff are never kept"
        return [], [("(not repeated)", NotRead(f"this cell holds what may not be kept: {why}", hint))]
    parts = [text.strip().replace("\r\n", "\n")] if field.single and not _is_named(field) else listed(text)
    values: dict[Object, Value] = {}
    wrong: list[tuple[str, NotRead]] = []
    for part in parts:
        try:
            value = read_value(part, field, known)
        except NotRead as error:
            wrong.append((short(part), _with_commas(part, field, known) or error))
        else:
            values.setdefault(value.term, value)
    if field.one and len(values) > 1 and not wrong:
        shown = ", ".join(f"“{short(one.text)}”" for one in values.values())
        found = Found(field.name, "", "1", shown, len(values))
        wrong.append((short(text), _sentence("MaxCountConstraintComponent", found)))
    return ([] if wrong else list(values.values())), wrong


def _with_commas(text: str, field: Field, known: Known) -> NotRead | None:
    """Return what is wrong with names that only commas divide, or None when they are no such names."""
    names = [one.strip() for one in text.split(",")]
    if field.one or len(names) < 2 or not _is_named(field):
        return None
    try:
        for name in names:
            read_value(name, field, known)
    except NotRead:
        return None
    return NotRead(f"“{short(text)}” is several names", f"divide them by semicolons: {'; '.join(names)}")


def _is_named(field: Field) -> bool:
    """Say whether a value is a name: where one is wanted, several are several all the same."""
    return field.node_class is not None or bool(field.values)


def _sentence(component: str, found: Found) -> NotRead:
    what, do = SENTENCES[SH + component](found)
    return NotRead(what, do[:1].lower() + do[1:].rstrip("."))


def read_value(text: str, field: Field, known: Known) -> Value:
    """Return the one value that a text means for a field. Raises NotRead."""
    if _is_named(field):
        value = known.meant(text, field)
    elif field.is_link:
        value = _link(text)
    else:
        value = Value(_literal(text, field), text)
    _check(value, field)
    return value


def _link(text: str) -> Value:
    try:
        node = ox.NamedNode(text)
    except ValueError:
        node = None
    if node is None or not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:\S+$", text):
        raise NotRead(
            f"“{short(text)}” is no web address",
            "give the whole address, such as https://www.example.org/name/",
        )
    return Value(node, text)


def _literal(text: str, field: Field) -> ox.Literal:
    kind = field.datatype or RDF + "langString"
    if kind == RDF + "langString":
        named = _LANGUAGE.search(text)
        if named and text[: named.start()]:
            return ox.Literal(text[: named.start()], language=named[1])
        return ox.Literal(text, language=ENGLISH)
    plain = _plain(text, field, kind)
    try:
        return record.canonical_literal(ox.Literal(plain, datatype=ox.NamedNode(kind)))
    except BadRecord as error:
        wanted = KINDS_OF_VALUE.get(kind, "of the right kind")
        found = Found(field.name, f"“{short(text)}”", wanted, "", 1)
        raise _sentence("DatatypeConstraintComponent", found) from error


def _plain(text: str, field: Field, kind: str) -> str:
    if kind == XSD + "date":
        if field.path == CCIN + "notBefore":
            return period(text).first.isoformat()
        return (period(text).last if field.path == CCIN + "notAfter" else one_day(text)).isoformat()
    if kind == XSD + "gYear":
        return year(text)
    if kind == XSD + "integer":
        return whole_number(text)
    if kind == XSD + "boolean":
        return yes_or_no(text)
    return text


def _check(value: Value, field: Field) -> None:
    """Hold the value against what the shapes say of it. Raises NotRead with the sentence of that rule."""
    text = value.term.value if isinstance(value.term, ox.NamedNode | ox.Literal) else ""
    found = Found(field.name, f"“{short(text)}”", "", "", 1)
    if field.pattern and not _is_named(field) and not re.search(field.pattern, text):
        what, do = SENTENCES[SH + "PatternConstraintComponent"](found)
        raise NotRead(what, do[:1].lower() + do[1:] + (f" {field.description}" if field.description else ""))
    if field.least is not None and float(text) < field.least:
        raise _sentence("MinInclusiveConstraintComponent", replace(found, limit=f"{field.least:g}"))
    if field.most is not None and float(text) > field.most:
        raise _sentence("MaxInclusiveConstraintComponent", replace(found, limit=f"{field.most:g}"))


def disorder(row: ReadRow, fields: Mapping[str, Field], there: There) -> Iterator[Fault]:
    """Yield a fault where a day or year of a row is later than one that it must not be later than.

    What the row does not say of one of the two is what is *there*, the value that the record has.
    """
    for path, field_ in fields.items():
        other = field_.not_after
        if not other or not (path in row.cells or other in row.cells):
            continue
        early, late = (_said(row, one) or there(one) or "" for one in (path, other))
        # Both are days or years, with all their digits.
        if early and late and early > late:
            first, last = row.first(path), row.first(other)
            found = Found(field_.name, f"“{first.text if first else early}”", fields[other].name, "", 1)
            wrong = _sentence("LessThanOrEqualsConstraintComponent", found)
            known = "" if first and last else f"; “{found.limit}” is “{last.text if last else late}”"
            cell = row.cells[path if first else other]
            yield Fault(
                row.number, cell.column, cell.header, cell.values[0].text, wrong.message, wrong.hint + known
            )


def _said(row: ReadRow, path: str) -> str | None:
    value = row.first(path)
    return value.term.value if value and isinstance(value.term, ox.Literal) else None


def unpaired(row: ReadRow, fields: Mapping[str, Field], there: There) -> Iterator[Fault]:
    """Yield a fault where a row gives a property and not the one that must be given with it."""
    for cell in row.cells.values():
        for other in cell.field.given_with:
            if other in fields and other not in row.cells and not there(other):
                name = fields[other].name
                message = f"“{cell.field.name}” is given, and “{name}” is not"
                hint = f"fill in “{name}” too. {fields[other].description}".strip()
                yield Fault(row.number, cell.column, cell.header, cell.values[0].text, message, hint)


# Terms as text


class Shown:
    """How terms are written in a cell, so that they are read as the same terms again."""

    def __init__(self, known: Known, labels: TripleIndex) -> None:
        self._known, self._labels = known, labels
        self._cache: dict[tuple[str, str], str] = {}

    def text(self, term: Object, field: Field) -> str | None:
        """Return a term as the text of a cell; None for what no cell can hold."""
        if isinstance(term, ox.Literal):
            return self._literal(term, field)
        if not isinstance(term, ox.NamedNode):
            return None
        if not _is_named(field):
            return term.value
        found = self._cache.get((term.value, field.path))
        if found is None:
            found = self._cache[term.value, field.path] = self._named(term.value, field)
        return found

    def texts(self, terms: Iterable[Object], field: Field) -> list[str]:
        """Return terms as the texts of one cell, sorted as people sort."""
        found = {text for term in terms if (text := self.text(term, field))}
        return sorted(found, key=lambda one: (one.casefold(), one))

    def _literal(self, term: ox.Literal, field: Field) -> str | None:
        text = term.value.replace("\r\n", "\n").strip()
        if term.datatype.value == XSD + "boolean":
            return "yes" if text == "true" else "no"
        if not text or (not field.single and "\n" in text):
            return None
        return f"{text} [{term.language}]" if term.language and term.language != ENGLISH else text

    def _named(self, iri: str, field: Field) -> str:
        if field.node_class == CCIN + "Page":
            addresses = self._known.said.iris(iri, CCIN + "address")
            candidates: Sequence[str] = sorted(addresses)
        else:
            label = self._labels.text(iri, SKOS + "prefLabel") or self._known.name(iri)
            candidates = [label, f"{label} ({self._known.short_name(iri)})"]
        return next((one for one in candidates if self._means(one, iri, field)), self._known.short_name(iri))

    def _means(self, text: str, iri: str, field: Field) -> bool:
        if any(sign in text for sign in SEPARATORS) or (is_nothing(text) and not field.is_concept):
            return False
        try:
            return read_value(text, field, self._known).term == ox.NamedNode(iri)
        except NotRead:
            return False
