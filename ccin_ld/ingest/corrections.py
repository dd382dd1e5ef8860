"""An export that is given back: what differs, cell by cell, from what the record believes.

Where a property takes one value, the correction is believed, since a correction is trusted most. Where it
takes several, a sheet can add values and take back its own; what another source says stays said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pyoxigraph as ox

from ..graph import TripleIndex
from ..namespaces import DCT, PROV, RDF, SKOS
from ..resource import Object
from .cells import Cell, Fault, ReadRow, Shown, disorder, unpaired
from .columns import MEETS, TYPE, Field
from .labels import words
from .plan import Item, Plan, brief, items_of, name_of_row
from .rows import KEYED_BY, ROLES, STATEMENT, Rows, Thing, Unclear, block
from .values import NotRead, short

_NAMED_BY = {SKOS + "prefLabel", DCT + "title"}
_FIRST_TRUST = 1


def present(rows: Rows, iri: str, path: str) -> list[Object]:
    """Return the values that are believed, without what is only quoted: what an export shows in a cell."""
    subject, predicate = ox.NamedNode(iri), ox.NamedNode(path)
    found = rows.known.believed.objects(iri, path)
    return [
        value
        for value in found
        if not isinstance(value, ox.BlankNode)
        and ox.Triple(subject, predicate, value) not in rows.known.quoted
    ]


class Corrections:
    """The graph of corrections of one kind of sheet, with the rows of an edited export taken in."""

    def __init__(self, rows: Rows, plan: Plan) -> None:
        self._rows, self._plan = rows, plan
        self._known = rows.known
        self._shown = Shown(rows.known, rows.known.believed)
        self._new = set(plan.old)
        self._old = TripleIndex(plan.old)
        self._seen: dict[str, int] = {}
        self._fresh_statements: list[ReadRow] = []
        self.fresh: list[tuple[ReadRow, Thing]] = []

    def triples(self) -> list[ox.Triple]:
        """Return what the graph of corrections says with all rows taken in."""
        self._take_statements()
        return sorted(self._new, key=str)

    def left_out(self) -> int:
        """Return how many things an export would have that the sheet does not."""
        there = {iri for cls in self._rows.classes for iri in self._known.believed.of_type(cls)}
        return len(there - set(self._seen))

    def take(self, row: ReadRow) -> None:
        """Take in one row: one of the export's, or a new one."""
        if row.identifier:
            about = self._there(row)
        elif STATEMENT in self._rows.classes:
            self._fresh_statements.append(row)
            return
        else:
            about = self._made(row)
        if isinstance(about, Fault):
            self._plan.faults.append(about)
        elif self._once(row, about):
            self._take(row, about)

    def look(self, row: ReadRow) -> None:
        """See what a row is about that has a fault already: its identifier may be at fault too."""
        about = self._there(row) if row.identifier else None
        if isinstance(about, Fault):
            self._plan.faults.append(about)
        elif about:
            self._once(row, about)

    def _once(self, row: ReadRow, about: Thing) -> bool:
        if about.iri in self._seen:
            message = f"this row is about what row {self._seen[about.iri]} is about"
            hint = "keep one of the two rows, with all that is known"
            self._plan.faults.append(self._at(row, DCT + "identifier", row.identifier, message, hint))
            return False
        self._seen[about.iri] = row.number
        return True

    def _at(self, row: ReadRow, path: str, found: str, message: str, hint: str) -> Fault:
        return Fault(row.number, *self._rows.place(path), short(found), message, hint)

    # Which thing

    def _there(self, row: ReadRow) -> Thing | Fault:
        iri = self._known.by_short_name(row.identifier)
        if iri is not None:
            try:
                if self._known.stays(iri) != iri:
                    message, hint = self._rows.entered_twice(iri)
                    return self._at(row, DCT + "identifier", row.identifier, message, hint)
            except NotRead as error:
                return self._at(row, DCT + "identifier", row.identifier, error.message, error.hint)
        types = set(self._known.believed.iris(iri, RDF + "type")) if iri else set()
        if iri is None or not types:
            hint = "look for a slip; leave it empty for a row that is new"
            message = f"“{short(row.identifier)}” is the identifier of nothing that is known"
            return self._at(row, DCT + "identifier", row.identifier, message, hint)
        cls = next((one for one in reversed(self._rows.classes) if one in types), None)
        if cls is None:
            message = f"“{short(row.identifier)}” is not of the kind that this sheet is for"
            hint = "put the row into the sheet of its own kind"
            return self._at(row, DCT + "identifier", row.identifier, message, hint)
        if row.type and words(row.type) != words(self._rows.class_name(cls)):
            hint = f"write {self._rows.class_name(cls)}; for another thing, make a row without an identifier"
            return self._at(row, TYPE, row.type, "the type of a thing cannot be changed here", hint)
        return Thing(iri, cls, iri.rpartition("/")[2])

    def _made(self, row: ReadRow) -> Thing | Fault:
        try:
            about = self._rows.thing(row)
        except Unclear as error:
            return error.fault
        if about.cls not in KEYED_BY and not _NAMED_BY & set(self._rows.fields_of(about.cls)):
            hint = "give the identifier of the row as the export has it"
            return self._at(row, DCT + "identifier", "", "rows cannot be added to this kind of sheet", hint)
        if self._known.believed.objects(about.iri, RDF + "type") and not self._is_own(about):
            name = self._known.short_name(about.iri)
            hint = f"write {name} as its identifier if it is meant, or give the new one another name"
            return self._at(row, DCT + "identifier", "", f"there is already {name}", hint)
        return about

    def _is_own(self, about: Thing) -> bool:
        """Say whether it is this graph that made the thing: the same file may come in again."""
        return bool(self._old.objects(about.iri, RDF + "type"))

    def _take_statements(self) -> None:
        if not self._fresh_statements:
            return
        for row, about in self._rows.statements(self._fresh_statements, self._known.said):
            if isinstance(about, Fault):
                self._plan.faults.append(about)
            elif self._once(row, about):
                self._take(row, about)
        self._fresh_statements = []

    # What differs

    def _take(self, row: ReadRow, about: Thing) -> None:
        fields = self._rows.fields_of(about.cls)
        there = self._rows.there(about, self._known.believed)
        faults = [*disorder(row, fields, there), *unpaired(row, fields, there)]
        faults += self._misplaced(row, about, fields)
        is_new = not self._known.believed.objects(about.iri, RDF + "type")
        if is_new:
            faults += self._rows.lacking(row, about)
        self._plan.faults += faults
        if faults:
            return
        if row.withdraw:
            self._withdraw(row, about)
            return
        if is_new:
            self.fresh.append((row, about))
            self._new |= set(self._rows.base(about, row))
            said = "; ".join(f"{one.header}: {brief(one.values[0].text)}" for one in row.cells.values())
            self._plan.items.append(Item("added", row.number, "", "", name_of_row(row, about), said))
        for cell in row.cells.values():
            self._cell(row, about, cell, is_new=is_new)

    def _misplaced(self, row: ReadRow, about: Thing, fields: Mapping[str, Field]) -> list[Fault]:
        name = self._rows.class_name(about.cls).lower()
        hint = "empty this cell, or correct the identifier or the type of the row"
        return [
            self._fault(row, one, f"“{one.field.name}” does not go with a {name}", hint)
            for path, one in row.cells.items()
            if path not in fields
        ]  # fmt: skip

    def _withdraw(self, row: ReadRow, about: Thing) -> None:
        whole = self._rows.whole(about, self._old)
        others = [t for t in block(self._known.said, about.iri) if t not in whole]
        if others or not whole:
            source = self._source_name(others[0]) if others else "the build"
            hint = "take the row out where that source is kept"
            message = f"this row cannot be taken back here: it is said by {source}"
            self._plan.faults.append(self._at(row, "withdraw", "yes", message, hint))
            return
        self._new -= whole
        self._plan.items.append(
            Item("withdrawn", row.number, "", "", name_of_row(row, about), "the whole row")
        )

    def _cell(self, row: ReadRow, about: Thing, cell: Cell, *, is_new: bool) -> None:
        path = cell.field.path
        there = present(self._rows, about.iri, path)
        before = {self._shown.text(term, cell.field): term for term in there}
        now = {self._shown.text(one.term, cell.field): one for one in cell.values}
        gone = [text for text in before if text is not None and text not in now]
        new = [text for text in now if text not in before]
        if not gone and not new:
            return
        added = replace(cell, values=tuple(now[text] for text in new))
        if path not in (MEETS,) and (
            fault := self._rows.taken_back(cell, row, self._rows.cell(about, added, row))
        ):
            self._plan.faults.append(fault)
            return
        if not is_new:
            if fault := self._refused(row, about, cell, [before[text] for text in gone], added):
                self._plan.faults.append(fault)
                return
            texts = [text for text in before if text is not None]
            shown = self._after(texts, gone, new, cell, added, before)
            self._plan.items += items_of(row, cell, name_of_row(row, about), texts, shown)
        self._store(row, about, cell, [before[text] for text in gone], added)
        self._plan.bodies |= {one.body for one in added.values if one.body}

    def _after(
        self,
        texts: Sequence[str],
        gone: Sequence[str],
        new: Sequence[str | None],
        cell: Cell,
        added: Cell,
        before: Mapping[str | None, Object],
    ) -> list[str]:
        """Return what the cell will show: of words in several languages only the given ones change."""
        if cell.field.one_a_language:
            languages = {_language(one.term) for one in added.values}
            gone = [text for text in gone if _language(before[text]) in languages]
        return [*(text for text in texts if text not in gone), *(text for text in new if text)]

    def _refused(
        self, row: ReadRow, about: Thing, cell: Cell, gone: Sequence[Object], added: Cell
    ) -> Fault | None:
        """Return why a cell cannot be changed so, or None."""
        if not self._known.said.about(about.iri):
            hint = "change what it is worked out from: the sheet of statements, participations or claims"
            return self._fault(row, cell, "this row is worked out from other rows and cannot be edited", hint)
        path = cell.field.path
        # The build chooses between sources only where every kind of thing has one value: Model.functional.
        if cell.field.single and path in self._known.model.functional:
            return self._outranked(row, about, cell)
        if path == MEETS:
            return None
        for term in gone:
            source = self._said_elsewhere(about, path, term)
            if source:
                what = self._shown.text(term, cell.field) or "it"
                hint = "put it back into the cell; if it is wrong, it must be mended in that source"
                return self._fault(
                    row, cell, f"“{brief(what)}” cannot be taken out: it is said by {source}", hint
                )
        return None

    def _fault(self, row: ReadRow, cell: Cell, message: str, hint: str) -> Fault:
        return Fault(row.number, cell.column, cell.header, short(cell.values[0].text), message, hint)

    def _outranked(self, row: ReadRow, about: Thing, cell: Cell) -> Fault | None:
        own = self._known.base.graph(self._rows.source)
        for term in self._known.said.objects(about.iri, cell.field.path):
            triple = ox.Triple(ox.NamedNode(about.iri), ox.NamedNode(cell.field.path), _node(term))
            for graph in self._known.sources_of(triple):
                rank, day = self._known.trust.get(graph, (99, ""))
                if graph != own and rank <= _FIRST_TRUST and (day, own) > ("", graph):
                    hint = "mend it in that source"
                    return self._fault(
                        row, cell, f"{self._known.name(graph)} is trusted more than this sheet", hint
                    )
        return None

    def _said_elsewhere(self, about: Thing, path: str, term: Object) -> str | None:
        """Return the name of another source that says so, or None when only this sheet does."""
        if path in ROLES:
            role = self._known.base.thing("role", ROLES[path])
            triples = [
                ox.Triple(ox.NamedNode(one), ox.NamedNode(PROV + "agent"), _node(term))
                for one in self._known.said.iris(about.iri, PROV + "qualifiedAssociation")
                if role in self._known.said.iris(one, PROV + "hadRole")
                and term in self._known.said.objects(one, PROV + "agent")
            ]
        else:
            triples = [ox.Triple(ox.NamedNode(about.iri), ox.NamedNode(path), _node(term))]
        return next((name for one in triples if (name := self._source_name(one))), None)

    def _source_name(self, triple: ox.Triple) -> str | None:
        own = self._known.base.graph(self._rows.source)
        found = [one for one in self._known.sources_of(triple) if one != own]
        return f"“{self._known.name(found[0])}”" if found else None

    def _store(self, row: ReadRow, about: Thing, cell: Cell, gone: Sequence[Object], added: Cell) -> None:
        path = cell.field.path
        if path == MEETS:
            self._claim(about, [one.term for one in added.values], "met")
            self._claim(about, gone, "notListed")
            return
        if path in ROLES:
            role = self._known.base.thing("role", ROLES[path])
            for one in self._old.iris(about.iri, PROV + "qualifiedAssociation"):
                its = self._old.objects(one, PROV + "agent")
                if role in self._old.iris(one, PROV + "hadRole") and any(term in its for term in gone):
                    self._new -= block(self._old, one)
                    self._new.discard(
                        ox.Triple(
                            ox.NamedNode(about.iri),
                            ox.NamedNode(PROV + "qualifiedAssociation"),
                            ox.NamedNode(one),
                        )
                    )
        elif cell.field.single:
            languages = {_language(one.term) for one in added.values}
            whole = not cell.field.one_a_language
            self._new -= {
                t
                for t in self._rows.extent(about, path, self._old)
                if whole or _language(t.object) in languages
            }
        else:
            self._new -= {t for t in self._rows.extent(about, path, self._old) if t.object in gone}
        self._new |= set(self._rows.cell(about, added, row))

    def _claim(self, about: Thing, principles: Sequence[Object], state: str) -> None:
        for one in principles:
            assert isinstance(one, ox.NamedNode)
            made = self._rows.claim(about, one.value, state)
            assert isinstance(made[0].subject, ox.NamedNode)
            self._new -= block(self._old, made[0].subject.value)
            self._new |= set(made)


def _language(term: Object) -> str:
    return term.language or "" if isinstance(term, ox.Literal) else ""


def _node(term: Object) -> ox.NamedNode | ox.Literal:
    assert isinstance(term, ox.NamedNode | ox.Literal)
    return term
