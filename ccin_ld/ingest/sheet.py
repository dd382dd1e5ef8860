"""The import of a sheet, from its arguments to the written record.

A sheet as received is a source of its own: what it says stands in the graph ``sheet-{kind}``. An export that
is given back is compared with what the record believes, cell by cell: only what differs is kept, as a
correction, in ``sheet-{kind}--corrections``. An empty cell was not seen, and a row that is left out stays:
neither deletes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

import pyoxigraph as ox
from rapidfuzz import fuzz, process

from .. import __version__
from ..graph import TripleIndex
from ..namespaces import CCIN, DCT, RDF, SKOS, XSD
from .aliases import GRAPH as ALIASES
from .aliases import accepting, alias_source, alias_triples, table_with
from .cells import Cell, Fault, Reading, ReadRow, Shown, disorder, read_rows, unpaired
from .changes import Changes, compare
from .claims import says, source_triples, thing
from .columns import IDENTIFIER, MEETS, Columns, Field, Kind, fields_of, find_kind, read_entries, recognise
from .corrections import Corrections
from .existing import BODIES, CORRECTIONS, REGISTER, Existing
from .files import bodies_graph, changed_files, received_files, register_graph, save_files, together
from .imports import Import
from .known import Known, read_known
from .labels import words
from .plan import Item, Plan, brief, items_of, name_of_row
from .rows import PAGE, STATEMENT, Rows, Thing, Unclear, with_names, without_names
from .sheet_preview import SheetPreview
from .table import Table, read_bytes, read_table
from .workbook import letter

# Two names that are so much alike (of 100) may be one thing entered twice.
_ALIKE = 92
_LABELS = (SKOS + "prefLabel", DCT + "title")


def run_sheet(
    path: Path,
    *,
    kind: str,
    data_dir: Path,
    ontology_dir: Path | None = None,
    captured_before: date | None = None,
    accept: Sequence[str] = (),
    today: Callable[[], date] = date.today,
) -> SheetPreview:
    """Return what importing the sheet *path* as a *kind* of sheet would do; nothing is written.

    *captured_before* is the last day on which the pages that it tells of can have been captured; *accept*
    holds printed names that a person accepts for a body, as ``Name=council/anytown``. Raises
    BadInput for a file, an argument or a record that cannot be used. What is wrong with cells is the
    preview's faults.
    """
    data = read_bytes(path)
    table = read_table(data, path)
    known = read_known(data_dir, ontology_dir)
    return preview_table(
        data, table, known, kind=kind, captured_before=captured_before, accept=accept, today=today
    )


def preview_table(
    data: bytes,
    table: Table,
    known: Known,
    *,
    kind: str,
    captured_before: date | None = None,
    accept: Sequence[str] = (),
    today: Callable[[], date] = date.today,
) -> SheetPreview:
    """Return what importing a sheet that was read would do to a record that was read.

    *data* is the file that holds the *table*; all else is as for ``run_sheet``, which reads both. *known*
    stays as it is, so that several sheets can be held against one record.
    """
    is_export = any(words(header) == ("identifier",) for header in table.header.values())
    known = known.for_one_import(f"sheet-{kind}{CORRECTIONS if is_export else ''}")
    data_dir = known.existing.folder
    known.existing, aliases = accepting(known.existing, accept, f"sheet-{kind}")
    entries = {} if is_export else read_entries(data_dir / "reference")
    wanted = find_kind(kind, known.model, entries)
    plan = _corrected(table, known, wanted) if is_export else _told(table, known, wanted, captured_before)
    if plan.faults:
        plan.new = plan.old
    return _preview(data, table, known, wanted, plan, table_with(data_dir, aliases), today)


def _columns(
    table: Table, known: Known, kind: Kind, classes: Sequence[str]
) -> tuple[Columns, dict[str, Field]]:
    fields = fields_of(classes, known.model, known.shapes)
    labels = [(one.label, one.fills) for one in known.existing.labels.fields]
    return recognise(table, kind, fields, labels), fields


# A sheet as received


def _told(table: Table, known: Known, kind: Kind, captured_before: date | None) -> Plan:
    """Return the plan for a sheet that is a source of its own."""
    source = f"sheet-{kind.name}"
    rows = Rows(known, kind, Columns((), (), ()), source, captured_before)
    rows.columns, fields = _columns(table, known, kind, rows.classes)
    reading = read_rows(table, rows.columns, known)
    plan = _plan(known, source, reading)
    old = TripleIndex(plan.old)
    merged = _Merged(rows, plan, old)
    for row, about in _identified(rows, reading, old, plan):
        allowed = {*rows.fields_of(about.cls), *_BESIDE_PAGES} if about.page else None
        there = rows.there(about, old, known.said)
        plan.faults += [*disorder(row, fields, there), *unpaired(row, fields, there)]
        plan.faults += _misplaced(row, about.cls, allowed, known)
        if not plan.old or not old.objects(about.iri, RDF + "type"):
            plan.faults += rows.lacking(row, about)
        merged.take(row, about)
    plan.new = merged.triples()
    # Of a row at fault it is not known what it is about, so what is left out is not known yet.
    plan.left_out = [] if plan.faults else merged.left_out()
    plan.doubles += _doubles(rows, merged.fresh, known)
    return plan


# What a row of pages says beside what its class takes: of the page, and of the capture.
_BESIDE_PAGES = (CCIN + "address", CCIN + "form", MEETS, DCT + "title", CCIN + "describedOn")


def _plan(known: Known, source: str, reading: Reading) -> Plan:
    old = without_names(known.existing.graphs.get(source, []))
    return Plan(source, old, old, [], reading.faults, reading.notices)


def _identified(
    rows: Rows, reading: Reading, old: TripleIndex, plan: Plan
) -> Iterable[tuple[ReadRow, Thing]]:
    """Yield each row with what it is about; a row that does not say so, or is about another's, is a fault."""
    sound = [row for row in reading.rows if not row.faulty]
    if rows.kind.target == STATEMENT:
        pairs = sorted(rows.statements(sound, old), key=lambda pair: pair[0].number)
    else:
        pairs = [(row, _about(rows, row)) for row in sound]
    seen: dict[str, int] = {}
    for row, about in pairs:
        if isinstance(about, Fault):
            plan.faults.append(about)
        elif about.iri in seen:
            plan.faults.append(_again(rows, row, seen[about.iri]))
        else:
            seen[about.iri] = row.number
            yield row, about


def _about(rows: Rows, row: ReadRow) -> Thing | Fault:
    try:
        return rows.thing(row)
    except Unclear as error:
        return error.fault


def _again(rows: Rows, row: ReadRow, first: int) -> Fault:
    column = rows.columns.special(IDENTIFIER) or (rows.columns.read[0] if rows.columns.read else None)
    place = (letter(column.number), column.header) if column else ("", "")
    message = f"this row is about what row {first} is about"
    return Fault(
        row.number, *place, row.identifier, message, "keep one of the two rows, with all that is known"
    )


def _misplaced(row: ReadRow, cls: str, allowed: Iterable[str] | None, known: Known) -> list[Fault]:
    """Return a fault for each cell that a thing of this class cannot have."""
    if allowed is None:
        return []
    name = known.class_name(cls).lower()
    fits = set(allowed)
    return [
        Fault(
            row.number, cell.column, cell.header, cell.values[0].text,
            f"a {name} has no “{cell.field.name}”",
            "empty this cell, or correct the type of the row",
        )
        for path, cell in row.cells.items()
        if path not in fits
    ]  # fmt: skip


class _Merged:
    """The graph of a source with the rows of its sheet merged into it."""

    def __init__(self, rows: Rows, plan: Plan, old: TripleIndex) -> None:
        self._rows, self._plan, self._old = rows, plan, old
        self._gone: set[ox.Triple] = set()
        self._made: set[ox.Triple] = set()
        self._seen: set[str] = set()
        self._shown = Shown(rows.known, rows.known.said)
        self.fresh: list[tuple[ReadRow, Thing]] = []

    def take(self, row: ReadRow, about: Thing) -> None:
        """Merge one row."""
        self._seen.add(about.iri)
        is_there = bool(self._old.objects(about.iri, RDF + "type"))
        if row.withdraw:
            if is_there:
                self._gone |= self._rows.whole(about, self._old)
                self._plan.items.append(
                    self._item("withdrawn", row, None, name_of_row(row, about), "the whole row")
                )
            return
        self._gone |= self._rows.base_extent(about, row, self._old)
        self._made |= set(self._rows.base(about, row))
        if not is_there:
            self.fresh.append((row, about))
            self._plan.items.append(
                self._item("added", row, None, name_of_row(row, about), self._summary(row))
            )
        for path, cell in row.cells.items():
            made = self._rows.cell(about, cell, row)
            if fault := self._rows.taken_back(cell, row, made):
                self._plan.faults.append(fault)
                continue
            if is_there:
                self._compare(row, about, path, cell)
            self._gone |= self._rows.extent(about, path, self._old)
            self._made |= set(made)
            self._plan.bodies |= {one.body for one in cell.values if one.body}

    def _compare(self, row: ReadRow, about: Thing, path: str, cell: Cell) -> None:
        before = self._rows.values(about, path, self._old)
        self._plan.items += items_of(
            row,
            cell,
            name_of_row(row, about),
            self._shown.texts(before, cell.field),
            self._shown.texts([one.term for one in cell.values], cell.field),
        )

    def _item(self, what: str, row: ReadRow, cell: Cell | None, name: str, words_: str) -> Item:
        return Item(what, row.number, cell.column if cell else "", cell.header if cell else "", name, words_)

    def _summary(self, row: ReadRow) -> str:
        shown = []
        for cell in list(row.cells.values())[:6]:
            texts = [one.text for one in cell.values]
            more = f" and {len(texts) - 3} more" if len(texts) > 3 else ""
            shown.append(f"{cell.header}: {', '.join(brief(one) for one in texts[:3])}{more}")
        return "; ".join(dict.fromkeys(shown))

    def triples(self) -> list[ox.Triple]:
        """Return what the graph says after the merge."""
        kept = (set(self._plan.old) - self._gone) | self._made
        return list(_tidied(kept) if self._gone - self._made else kept)

    def left_out(self) -> list[str]:
        """Return the names of what the graph tells of and the sheet does not."""
        classes = self._rows.classes
        things = [iri for cls in classes for iri in self._old.of_type(cls)]
        owners = {iri for iri in things if self._is_row(iri)}
        return sorted(self._rows.known.name(iri) for iri in owners - self._seen)

    def _is_row(self, iri: str) -> bool:
        if self._rows.kind.target != PAGE or "/id/page/" not in iri:
            return True
        node = ox.NamedNode(iri)
        return not any(value == node for _, value in self._old.pairs(CCIN + "describedOn"))


def _tidied(triples: set[ox.Triple]) -> set[ox.Triple]:
    """Return the triples without pages that nothing speaks of any more."""
    graph = TripleIndex(triples)
    told = {t.object for t in triples} | {ox.NamedNode(i) for i, _ in graph.pairs(DCT + "title")}
    concerned = {t.subject for t in triples if t.predicate.value not in (RDF + "type", CCIN + "address")}
    orphans = {ox.NamedNode(one) for one in graph.of_type(PAGE)} - told - concerned
    return {t for t in triples if t.subject not in orphans}


def _doubles(rows: Rows, fresh: Sequence[tuple[ReadRow, Thing]], known: Known) -> list[str]:
    """Return a sentence for each new thing that may be there already, under a name much like its own."""
    if rows.kind.target == STATEMENT:
        return _same_statements(fresh)
    shown = _labels_there(rows, known)
    names = {iri: _sorted_words(text) for iri, text in shown.items()}
    # “Tool Kit” and “Toolkit” are alike, whatever their words are.
    closed = {"".join(words(text)): iri for iri, text in shown.items()}
    found = []
    for row, about in fresh:
        label = name_of_row(row, about)
        plain = _sorted_words(label)
        near = None
        if set(_LABELS) & set(row.cells):
            own = {about.iri, about.page}
            same = closed.get("".join(words(label)))
            near = (same, 100) if same and same not in own else _near(plain, names, own)
        if near:
            there = f"{known.short_name(near[0])} (“{shown[near[0]]}”, {near[1]} of 100)"
            found.append(f"row {row.number}: “{label}” is much like {there}")
        names[about.iri], shown[about.iri] = plain, label
        closed.setdefault("".join(words(label)), about.iri)
    return found


def _near(plain: str, names: Mapping[str, str], own: Iterable[str | None]) -> tuple[str, int] | None:
    """Return the thing whose name is most like these words, and how much; other numbers make other names."""
    likely = process.extract(plain, names, scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=8)
    numbers = re.findall(r"\d+", plain)
    return next(
        (
            (iri, round(score))
            for text, score, iri in likely
            if iri not in own and re.findall(r"\d+", text) == numbers
        ),
        None,
    )


def _sorted_words(text: str) -> str:
    return " ".join(sorted(words(text)))


def _labels_there(rows: Rows, known: Known) -> dict[str, str]:
    things = sorted({iri for cls in rows.classes for iri in known.said.of_type(cls)})
    texts = ((iri, known.said.text(iri, path)) for iri in things for path in _LABELS)
    return {iri: text for iri, text in texts if text}


def _same_statements(fresh: Sequence[tuple[ReadRow, Thing]]) -> list[str]:
    seen: dict[tuple[object, ...], int] = {}
    found = []
    for row, about in fresh:
        said = tuple(
            (path, frozenset(value.term for value in cell.values)) for path, cell in sorted(row.cells.items())
        )
        if said in seen:
            found.append(f"row {row.number}: “{name_of_row(row, about)}” says what row {seen[said]} says")
        seen.setdefault(said, row.number)
    return found


# An export that is given back


def _corrected(table: Table, known: Known, kind: Kind) -> Plan:
    """Return the plan for an export that was edited: what differs from what is believed."""
    source = f"sheet-{kind.name}{CORRECTIONS}"
    columns = _columns(table, known, kind, kind.classes)[0]
    reading = read_rows(table, columns, known)
    plan = _plan(known, source, reading)
    rows = Rows(known, kind, columns, source)
    corrections = Corrections(rows, plan)
    for row in reading.rows:
        if row.faulty:
            corrections.look(row)
        else:
            corrections.take(row)
    plan.new = corrections.triples()
    if left_out := corrections.left_out():
        of = "1 row of the export is" if left_out == 1 else f"{left_out:,} rows of the export are"
        stays = "it stays as it is" if left_out == 1 else "they stay as they are"
        plan.notices.append(f"{of} not in this sheet; {stays}")
    plan.doubles += _doubles(rows, corrections.fresh, known)
    return plan


# The preview


def _preview(
    data: bytes,
    table: Table,
    known: Known,
    kind: Kind,
    plan: Plan,
    accepted: Mapping[Path, bytes],
    today: Callable[[], date],
) -> SheetPreview:
    existing = known.existing
    changes: list[Changes] = []
    files: dict[Path, bytes] = {}
    if not plan.faults:
        imported = _imported(existing, plan.source, data, today) if set(plan.new) != set(plan.old) else None
        graphs = _graphs(existing, known, kind, plan, imported)
        old = {**existing.graphs, "sources": existing.sources}
        changes = [compare(name, old.get(name, ()), new) for name, new in graphs.items()]
        files = changed_files(existing, graphs, changes)
        files |= received_files(existing, imported, data) if imported else {}
        files |= accepted
    return SheetPreview(
        file=table.file,
        folder=existing.folder,
        kind=kind.name,
        sheet=table.sheet,
        source=plan.source,
        rows=len(table.rows),
        items=tuple(plan.items),
        faults=tuple(sorted(plan.faults, key=lambda one: (one.row, len(one.column), one.column))),
        notices=tuple(plan.notices),
        doubles=tuple(plan.doubles),
        left_out=tuple(plan.left_out),
        changes=tuple(changes),
        files=files,
    )


def _graphs(
    existing: Existing, known: Known, kind: Kind, plan: Plan, imported: Import | None
) -> dict[str, list[ox.Triple]]:
    """Return the triples of every file of the record that the import touches, by the file's name."""
    base = existing.base
    hand = together(existing.bodies_in(BODIES), (one for one in plan.bodies if not one.in_register))
    bodies = sorted(plan.bodies, key=lambda one: (one.kind, one.key))
    printed = existing.labelled(without=plan.source)
    labels = {**printed, **{thing(base, one): one.name for one in hand}}
    graphs = {
        BODIES: bodies_graph(existing, hand),
        REGISTER: register_graph(existing, bodies, hand, labels),
    }
    official = {thing(base, one): one.name for one in known.existing.directory.bodies if one.in_register}
    graphs[plan.source] = with_names(plan.new, {**official, **labels})
    named = existing.bodies() | {
        t.subject.value
        for name in (BODIES, REGISTER)
        for t in graphs[name]
        if isinstance(t.subject, ox.NamedNode)
    }
    graphs[ALIASES] = alias_triples(base, existing.directory, named, labels)
    graphs = {name: triples for name, triples in graphs.items() if triples or name in existing.graphs}
    return {**graphs, "sources": _sources(existing, kind, plan, imported, graphs)}


def _sources(
    existing: Existing,
    kind: Kind,
    plan: Plan,
    imported: Import | None,
    graphs: Mapping[str, list[ox.Triple]],
) -> list[ox.Triple]:
    """Return ``data/sources.ttl`` with the sheet's block made anew, if anything in it is, and all others."""
    base = existing.base
    described = {triple.subject for triple in existing.sources}
    made: list[ox.Triple] = []
    for source, source_kind, title, file in (
        (REGISTER, "register", "Register of councils: the councils that are named", "uk-councils.csv"),
        (BODIES, "hand", "Bodies that the register of councils does not hold", "bodies.csv"),
    ):
        if source in graphs and ox.NamedNode(base.graph(source)) not in described:
            made += source_triples(base, source, title, source_kind, f"reference/{file}", existing.licence)
    if ALIASES in graphs and ox.NamedNode(base.graph(ALIASES)) not in described:
        made += alias_source(existing)
    if imported is None:
        return [*existing.sources, *made]
    own = ox.NamedNode(base.graph(plan.source))
    made += _own_source(existing, kind, plan.source, imported)
    return [*(one for one in existing.sources if one.subject != own), *made]


def _own_source(existing: Existing, kind: Kind, source: str, imported: Import) -> list[ox.Triple]:
    is_correction = source.endswith(CORRECTIONS)
    iri = existing.base.graph(source)
    title = f"Corrections to “{kind.name}”, from sheets" if is_correction else f"The sheet “{kind.name}”"
    how = "correction" if is_correction else "sheet"
    made = source_triples(existing.base, source, title, how, f"sources/{imported.file}", existing.licence)
    made.append(says(iri, CCIN + "sha256", imported.sha256, XSD + "string"))
    if kind.credit and not is_correction:
        made.append(says(iri, DCT + "rights", kind.credit))
    return made


def _imported(existing: Existing, source: str, data: bytes, today: Callable[[], date]) -> Import:
    """Return the file's row of the table of imports; only for a new file is the clock read."""
    digest = hashlib.sha256(data).hexdigest()
    mine = [one for one in existing.imports if one.source == source]
    same = next((one for one in mine if one.sha256 == digest), None)
    if same is not None:
        return same
    ending = ".xlsx" if data[:2] == b"PK" else ".csv"
    taken = {one.file for one in existing.imports}
    start, number = source.removeprefix("sheet-"), len(mine) + 1
    name = f"{start}{ending}"
    if name in taken or number > 1:
        name = f"{start}--{number}{ending}"
    return Import(source, name, digest, today().isoformat(), __version__)


def apply_sheet(preview: SheetPreview) -> list[Path]:
    """Write what the preview holds, all files or none, and return those that changed.

    Raises BadInput when a cell is at fault, or when the files cannot be written.
    """
    if preview.faults:
        raise preview.error()
    return save_files(preview.files, preview.folder)
