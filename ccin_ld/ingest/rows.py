"""Rows as triples: which thing a row is about, what each of its cells says, and what said so before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, count

import pyoxigraph as ox

from ..graph import TripleIndex
from ..iris import is_key, key, numbered, slug
from ..namespaces import CCIN, DCT, PROV, RDF, SKOS, XSD
from ..network_facts import EVENT, FIGURE, FUNDING_ROUND, OFFICE_HOLDING
from ..resource import Object
from .cells import Cell, Fault, ReadRow, There
from .claims import link, says
from .columns import ADDRESS, FORM, LEAD, MEETS, PARTICIPANT, Columns, Field, Kind, fields_of
from .known import IN_BRACKETS, Known, Value, page_name
from .labels import words
from .match import Match
from .values import NotRead, short
from .workbook import letter

STATEMENT, PAGE, PROJECT, CASE_STUDY = (
    CCIN + name for name in ("MembershipStatement", "Page", "Project", "CaseStudy")
)
BODY, SOURCE, PRINTED = CCIN + "body", DCT + "source", CCIN + "nameAsPrinted"
ROLES = {LEAD: "lead", PARTICIPANT: "participant"}
_LABELS = (SKOS + "prefLabel", DCT + "title")
# What makes the key of a new thing that has no name of its own. Never a person's name: keys stay for ever.
KEYED_BY = {
    FIGURE: (CCIN + "measure", CCIN + "membershipKind", CCIN + "notBefore", CCIN + "count"),
    OFFICE_HOLDING: (CCIN + "office", CCIN + "fromYear"),
    FUNDING_ROUND: (CCIN + "projectKind", CCIN + "fromYear"),
    EVENT: (CCIN + "eventKind", CCIN + "notBefore"),
}
_TYPE, _LAST_DAY, _DERIVED = RDF + "type", CCIN + "notAfter", PROV + "wasDerivedFrom"


@dataclass(frozen=True)
class Thing:
    """What a row is about: its IRI, class and key; of a row that tells of a page, that and its capture."""

    iri: str
    cls: str
    key: str
    page: str | None = None
    capture: str | None = None


class Unclear(ValueError):
    """A row of which it cannot be said what it is about; carries the fault."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


class Rows:
    """The rows of one sheet on their way into the graph of one source."""

    def __init__(
        self, known: Known, kind: Kind, columns: Columns, source: str, captured_before: date | None = None
    ) -> None:
        self.known, self.kind, self.columns, self.source = known, kind, columns, source
        self._captured_before = captured_before
        self._fields: dict[str, dict[str, Field]] = {}
        self._claims_of_graph: tuple[TripleIndex, Mapping[str, list[str]]] | None = None
        self._origin = known.base.graph(source)

    def fields_of(self, cls: str) -> dict[str, Field]:
        """Return the fields that a thing of this class can have, by property."""
        if cls not in self._fields:
            self._fields[cls] = fields_of([cls], self.known.model, self.known.shapes)
        return self._fields[cls]

    # Which thing

    def cls(self, row: ReadRow) -> str:
        """Return the class of what a row is about. Raises Unclear."""
        classes = self.classes
        if not row.type:
            if self.kind.target == PAGE or len(classes) == 1:
                return self.kind.target if self.kind.target == PAGE else classes[0]
            raise Unclear(self._missing(row, "rdf:type", "Type", f"it is one of {self._class_names()}"))
        for iri in classes:
            if (
                words(self.class_name(iri)) == words(row.type)
                or self.known.model.segments.get(iri) == row.type
            ):
                return iri
        raise Unclear(
            self._fault(row, "rdf:type", row.type, f"“{short(row.type)}” is no type of this sheet",
                        f"it is one of {self._class_names()}")
        )  # fmt: skip

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes that a row of this sheet can be of."""
        return (PAGE, PROJECT, CASE_STUDY) if self.kind.target == PAGE else self.kind.classes

    def class_name(self, iri: str) -> str:
        """Return the name of a class as the shapes have it."""
        return self.known.class_name(iri)

    def _class_names(self) -> str:
        return ", ".join(self.class_name(iri) for iri in self.classes)

    def thing(self, row: ReadRow) -> Thing:
        """Return what a row is about that tells of a thing by its name, key or page. Raises Unclear.

        Of a thing that was entered twice that is the entry that stays.
        """
        return self._stays(row, self._thing(row))

    def _stays(self, row: ReadRow, about: Thing) -> Thing:
        try:
            iri = self.known.stays(about.iri)
            others = [one for one in (about.page, about.capture) if one and self.known.stays(one) != one]
        except NotRead as error:
            raise Unclear(self._of_row(row, error.message, error.hint)) from error
        if iri == about.iri and not others:
            return about
        if about.page or about.cls not in self.known.types.get(iri, ()):
            gone = next(iter(others), about.iri)
            raise Unclear(self._of_row(row, *self.entered_twice(gone)))
        return Thing(iri, about.cls, iri.rpartition("/")[2])

    def entered_twice(self, iri: str) -> tuple[str, str]:
        """Return what is wrong with naming a thing that was entered twice, and what to do."""
        now = self.known.short_name(self.known.stays(iri))
        message = f"{self.known.short_name(iri)} was entered twice, and is {now} now"
        return message, f"say it of {now}, or take the row out"

    def _of_row(self, row: ReadRow, message: str, hint: str) -> Fault:
        """Return a fault at the cell that says what a row is about."""
        paths = (DCT + "identifier", *_LABELS, ADDRESS)
        path = next((one for one in paths if one in row.cells or self.place(one)[0]), paths[0])
        found = row.identifier or (value.text if (value := row.first(path)) else "")
        return self._fault(row, path, found, message, hint)

    def taken_back(self, cell: Cell, row: ReadRow, made: Iterable[ox.Triple]) -> Fault | None:
        """Return a fault when what a cell says is something that was taken back, such as a participation."""
        subjects = {one.subject.value: None for one in made if isinstance(one.subject, ox.NamedNode)}
        for iri in subjects:
            try:
                stays = self.known.stays(iri)
                if stays == iri:
                    continue
                message, hint = self.entered_twice(iri)
            except NotRead as error:
                message, hint = error.message, error.hint
            return Fault(row.number, cell.column, cell.header, short(cell.values[0].text), message, hint)
        return None

    def _thing(self, row: ReadRow) -> Thing:
        cls = self.cls(row)
        segment = self.known.model.segments[cls]
        if self.kind.target == PAGE:
            name = self._page_key(row)
            base = self.known.base
            capture = key(name, self.source)
            return Thing(
                base.thing(segment, name), cls, name, base.thing("page", name), base.thing("capture", capture)
            )
        label = self._label(row)
        if CCIN + "Body" in self.known.model.superclasses(cls) and label:
            body = self.known.existing.directory.match(label.text)
            if isinstance(body, Match) and self.known.model.segments[cls] == body.body.kind:
                return Thing(self.known.base.thing(body.body.kind, body.body.key), cls, body.body.key)
        name = self._own_key(row, label, cls)
        return Thing(self.known.base.thing(segment, name), cls, name)

    def _page_key(self, row: ReadRow) -> str:
        address = row.first(ADDRESS)
        if row.identifier:
            name = slug(row.identifier)
        elif address and isinstance(address.term, ox.NamedNode):
            name = page_name(address.term.value)
        else:
            raise Unclear(self._missing(row, ADDRESS, "Web address", "give the address of the page"))
        return name

    def _own_key(self, row: ReadRow, label: Value | None, cls: str) -> str:
        if row.identifier and is_key(row.identifier):
            return row.identifier
        if row.identifier:
            hint = "a key is of small letters, digits and single hyphens"
            message = f"“{short(row.identifier)}” cannot be a key"
            raise Unclear(self._fault(row, DCT + "identifier", row.identifier, message, hint))
        if cls in KEYED_BY:
            return self._made_key(row, KEYED_BY[cls])
        if label is None or not any(sign.isalnum() and sign.isascii() for sign in label.text):
            raise Unclear(self._missing(row, *self._label_field(cls)))
        return slug(label.text)

    def _made_key(self, row: ReadRow, paths: Iterable[str]) -> str:
        given = [value.term for path in paths if (value := row.first(path))]
        parts = [
            slug(one.value.rpartition("/")[2]) for one in given if isinstance(one, ox.NamedNode | ox.Literal)
        ]
        if not parts:
            raise Unclear(
                self._missing(row, DCT + "identifier", "Identifier", "fill in what the row is about")
            )
        return key(*parts)

    def _label(self, row: ReadRow) -> Value | None:
        return next((value for path in _LABELS if (value := row.first(path))), None)

    def _label_field(self, cls: str) -> tuple[str, str, str]:
        fields = self.fields_of(cls)
        path = next((path for path in _LABELS if path in fields), _LABELS[0])
        name = fields[path].name if path in fields else "Name"
        return path, name, "give it a name"

    def statements(
        self, rows: Sequence[ReadRow], graph: TripleIndex
    ) -> Iterator[tuple[ReadRow, Thing | Fault]]:
        """Yield each row of a sheet of statements with the statement that it is, or what is wrong.

        A statement is known by its body, its page and a number; where one page says several things of a body,
        each keeps the number under which it stands in *graph*.
        """
        groups: dict[str, list[ReadRow]] = defaultdict(list)
        for row in rows:
            body, source = row.first(BODY), row.first(SOURCE)
            if body is None or source is None:
                path, name = (BODY, "Body") if body is None else (SOURCE, "Source")
                yield row, self._missing(row, path, name, "fill it in: without it nothing is said of anybody")
            else:
                groups[key(_key_of(body), _key_of(source))].append(row)
        prefix = self.known.base.thing("statement", "")
        there = _numbers(graph, prefix)
        gone = self.known.existing.withdrawn
        for start, same in groups.items():
            taken = {number for one in gone for at, number in [numbered(one)] if at == prefix + start}
            numbers = _Numbers(there.get(start, {}), graph, taken)
            for row in [*same]:
                if number := numbers.of_the_same(row):
                    same.remove(row)
                    yield row, self._statement(start, number)
            for row in same:
                yield row, self._statement(start, numbers.next())

    def _statement(self, start: str, number: int) -> Thing:
        name = key(start, str(number))
        return Thing(self.known.base.thing("statement", name), STATEMENT, name)

    # What is wrong with a row

    def place(self, path: str) -> tuple[str, str]:
        """Return the letter and the header of the column that fills a property; empty when there is none."""
        for column in self.columns.read:
            special = column.special in (path, path.replace("rdf:", RDF))
            if special or any(one.path == path for one in column.fields):
                return letter(column.number), column.header
        return "", ""

    def _fault(self, row: ReadRow, path: str, found: str, message: str, hint: str) -> Fault:
        return Fault(row.number, *self.place(path), short(found), message, hint)

    def _missing(self, row: ReadRow, path: str, name: str, hint: str) -> Fault:
        return self._fault(row, path, "", f"“{name}” is missing", hint)

    def lacking(self, row: ReadRow, about: Thing) -> list[Fault]:
        """Return a fault for each property that a new thing must have and nothing gives."""
        given = set(row.cells) | {PRINTED, MEETS, *ROLES}
        if self.kind.target == PAGE:
            given |= {CCIN + "describedOn"}
        return [
            self._missing(row, path, field.name, f"fill it in. {field.description}".strip())
            for path, field in self.fields_of(about.cls).items()
            if field.required and path not in given and not self.known.said.objects(about.iri, path)
        ]

    def there(self, about: Thing, *graphs: TripleIndex) -> There:
        """Return what the first of the graphs that knows it has for a property of a thing, as text."""
        return lambda path: next(
            (one.value for graph in graphs for one in graph.literals(about.iri, path)), None
        )

    # What a row says

    def base(self, thing: Thing, row: ReadRow) -> list[ox.Triple]:
        """Return what is so because there is a row at all: the kind of thing, and on which page."""
        made = [link(thing.iri, _TYPE, thing.cls)]
        if thing.cls == STATEMENT and PRINTED not in row.cells and (body := row.first(BODY)):
            made.append(says(thing.iri, PRINTED, printed_name(body.text)))
        if thing.page is None or thing.capture is None:
            return made
        title = row.first(DCT + "title")
        name = title.text if title else _words(thing.key)
        made += [
            link(thing.page, _TYPE, PAGE),
            link(thing.capture, _TYPE, CCIN + "Capture"),
            link(thing.capture, CCIN + "captureOf", thing.page),
            says(thing.capture, DCT + "title", f"{name}, as told in the sheet “{self.kind.name}”"),
        ]
        if self._captured_before:
            made.append(says(thing.capture, _LAST_DAY, self._captured_before.isoformat(), XSD + "date"))
        return made if thing.iri == thing.page else [*made, link(thing.iri, CCIN + "describedOn", thing.page)]

    def cell(self, thing: Thing, cell: Cell, row: ReadRow) -> list[ox.Triple]:
        """Return what one cell says of the thing of its row."""
        path = cell.field.path
        if path in ROLES:
            return [t for one in cell.values for t in self.participation(thing, ROLES[path], one)]
        if path == MEETS:
            return self._claims(thing, cell, row)
        subjects = [thing.iri]
        if thing.page and path == ADDRESS:
            subjects = [thing.page]
        elif thing.capture and path == FORM:
            subjects = [thing.capture]
        elif thing.page and path == DCT + "title":
            subjects = list(dict.fromkeys([thing.iri, thing.page]))
        made = [
            ox.Triple(ox.NamedNode(subject), ox.NamedNode(path), _term(one))
            for subject in subjects
            for one in cell.values
        ]
        return made + [t for one in cell.values if one.page for t in _page(one)]

    def participation(self, thing: Thing, role: str, value: Value) -> list[ox.Triple]:
        """Return the participation of one body in one role."""
        assert isinstance(value.term, ox.NamedNode)
        iri = self.known.base.thing("participation", key(thing.key, _key_of(value), role))
        return [
            link(thing.iri, PROV + "qualifiedAssociation", iri),
            link(iri, _TYPE, CCIN + "Participation"),
            link(iri, CCIN + "project", thing.iri),
            link(iri, PROV + "agent", value.term.value),
            link(iri, PROV + "hadRole", self.known.base.thing("role", role)),
            says(iri, PRINTED, printed_name(value.text)),
            link(iri, DCT + "source", thing.capture or self._origin),
        ]

    def _claims(self, thing: Thing, cell: Cell, row: ReadRow) -> list[ox.Triple]:
        """Return a claim for every principle: met, not listed, or not known where the form may hide it.

        Without a form nobody can say what the page could have shown, so there are no claims.
        """
        form = row.first(FORM)
        if thing.capture is None or form is None:
            return []
        met = {one.term for one in cell.values}
        made = []
        for principle in self.known.existing.labels.principles:
            state = "met" if ox.NamedNode(principle.iri) in met else "notListed"
            if state != "met" and _key_of(form) in principle.hidden_in:
                state = "notKnown"
            made += self.claim(thing, principle.iri, state)
        return made

    def claim(self, thing: Thing, principle: str, state: str) -> list[ox.Triple]:
        """Return the claim on one principle."""
        told = thing.capture.rpartition("/")[2] if thing.capture else self.source
        iri = self.known.base.thing("claim", key(thing.key, principle.rpartition("/")[2], told))
        on = CCIN + ("project" if thing.cls == PROJECT else "concerns")
        return [
            link(iri, _TYPE, CCIN + "PrincipleClaim"),
            link(iri, on, thing.iri),
            link(iri, CCIN + "principle", principle),
            link(iri, CCIN + "claimState", CCIN + state),
            link(iri, PROV + "wasDerivedFrom", thing.capture or self._origin),
        ]

    # What the graph of the source said before

    def extent(self, thing: Thing, path: str, graph: TripleIndex) -> set[ox.Triple]:
        """Return what a cell for this property said before: all that its saying anew replaces."""
        if path in ROLES:
            role = self.known.base.thing("role", ROLES[path])
            mine = graph.iris(thing.iri, PROV + "qualifiedAssociation")
            gone = [one for one in mine if role in graph.iris(one, PROV + "hadRole")]
            links = {link(thing.iri, PROV + "qualifiedAssociation", one) for one in gone}
            return links | {t for one in gone for t in block(graph, one)}
        if path == MEETS:
            return {t for one in self._claims_of(thing, graph) for t in block(graph, one)}
        subjects = {thing.iri}
        if thing.page and path in (ADDRESS, DCT + "title"):
            subjects |= {thing.page}
        if thing.capture and path == FORM:
            subjects |= {thing.capture}
        return {
            ox.Triple(ox.NamedNode(subject), ox.NamedNode(path), value)
            for subject in subjects
            for value in graph.objects(subject, path)
        }

    def _claims_of(self, thing: Thing, graph: TripleIndex) -> list[str]:
        told = thing.capture or self._origin
        return [one for one in self._claims_in(graph)[thing.iri] if told in graph.iris(one, _DERIVED)]

    def _claims_in(self, graph: TripleIndex) -> Mapping[str, list[str]]:
        """Return the claims in a graph by what they are on."""
        if self._claims_of_graph is None or self._claims_of_graph[0] is not graph:
            found: dict[str, list[str]] = defaultdict(list)
            for name in ("project", "concerns"):
                for iri, value in graph.pairs(CCIN + name):
                    if isinstance(value, ox.NamedNode):
                        found[value.value].append(iri)
            self._claims_of_graph = graph, found
        return self._claims_of_graph[1]

    def base_extent(self, thing: Thing, row: ReadRow, graph: TripleIndex) -> set[ox.Triple]:
        """Return what a row's being there said before, where saying it anew replaces it."""
        found = {t for t in block(graph, thing.iri) if t.predicate.value == _TYPE}
        if thing.capture:
            named = {DCT + "title", *([_LAST_DAY] if self._captured_before else [])}
            found |= {t for t in block(graph, thing.capture) if t.predicate.value in named}
        if thing.cls == STATEMENT and BODY in row.cells and PRINTED not in row.cells:
            found |= {t for t in block(graph, thing.iri) if t.predicate.value == PRINTED}
        return found

    def values(self, thing: Thing, path: str, graph: TripleIndex) -> list[Object]:
        """Return the values that the graph gave for what a cell fills."""
        if path in ROLES:
            role = self.known.base.thing("role", ROLES[path])
            mine = graph.iris(thing.iri, PROV + "qualifiedAssociation")
            return [
                agent
                for one in mine
                if role in graph.iris(one, PROV + "hadRole")
                for agent in graph.objects(one, PROV + "agent")
            ]
        if path == MEETS:
            met = [
                one
                for one in self._claims_of(thing, graph)
                if CCIN + "met" in graph.iris(one, CCIN + "claimState")
            ]
            return [value for one in met for value in graph.objects(one, CCIN + "principle")]
        subject = thing.page if thing.page and path == ADDRESS else thing.iri
        subject = thing.capture if thing.capture and path == FORM else subject
        return graph.objects(subject, path)

    def whole(self, thing: Thing, graph: TripleIndex) -> set[ox.Triple]:
        """Return all that the graph says because of one row."""
        found = {t for path in ROLES for t in self.extent(thing, path, graph)}
        found |= self.extent(thing, MEETS, graph)
        for iri in {thing.iri, thing.page, thing.capture} - {None}:
            found |= block(graph, str(iri))
        return found


def _numbers(graph: TripleIndex, prefix: str) -> dict[str, dict[int, str]]:
    """Return the statements in a graph by number, for each body and page."""
    found: dict[str, dict[int, str]] = defaultdict(dict)
    for iri in graph.of_type(STATEMENT):
        start, _, number = iri.removeprefix(prefix).rpartition("--")
        if number.isdecimal():
            found[start][int(number)] = iri
    return found


class _Numbers:
    """The numbers of what one page says of one body: those in use, each given once, then new ones."""

    def __init__(self, there: Mapping[int, str], graph: TripleIndex, taken: Collection[int] = ()) -> None:
        # A number of something that was taken back is never given again.
        self._there = dict(sorted(there.items()))
        self._graph = graph
        self._by_words: dict[tuple[str, ...], dict[frozenset[object], list[int]]] = {}
        self._given: set[int] = set()
        numbers = chain(self._there, (number for number in count(1) if number not in taken))
        self._free = (number for number in numbers if number not in self._given)

    def of_the_same(self, row: ReadRow) -> int | None:
        """Return the number of a statement that says what this row says, as far as the row says anything."""
        if not self._there:
            return None
        paths = tuple(sorted(row.cells))
        if paths not in self._by_words:
            self._by_words[paths] = self._said(paths)
        said = frozenset((path, frozenset(one.term for one in row.cells[path].values)) for path in paths)
        number = next((n for n in self._by_words[paths].get(said, ()) if n not in self._given), None)
        self._given |= {number} if number else set()
        return number

    def _said(self, paths: tuple[str, ...]) -> dict[frozenset[object], list[int]]:
        found: dict[frozenset[object], list[int]] = defaultdict(list)
        for number, iri in self._there.items():
            said = frozenset((path, frozenset(self._graph.objects(iri, path))) for path in paths)
            found[said].append(number)
        return found

    def next(self) -> int:
        """Return a number in use that is not given yet, else a new one."""
        number = next(self._free)
        self._given.add(number)
        return number


def block(graph: TripleIndex, iri: str) -> set[ox.Triple]:
    """Return the triples about one thing."""
    return set(graph.about(iri))


def _term(value: Value) -> ox.NamedNode | ox.Literal:
    assert isinstance(value.term, ox.NamedNode | ox.Literal)
    return value.term


def _key_of(value: Value) -> str:
    assert isinstance(value.term, ox.NamedNode)
    return value.term.value.rpartition("/")[2]


def _page(value: Value) -> list[ox.Triple]:
    assert isinstance(value.term, ox.NamedNode)
    assert value.page
    return [link(value.term.value, _TYPE, PAGE), link(value.term.value, ADDRESS, value.page)]


def printed_name(text: str) -> str:
    """Return a name without the kind and key that an export puts behind one that several things have."""
    return IN_BRACKETS.sub("", text)


def _words(name: str) -> str:
    return name.replace("-", " ")


def with_names(triples: Iterable[ox.Triple], labels: Mapping[str, str]) -> list[ox.Triple]:
    """Return a source's triples with the names that it prints for bodies as other labels of these.

    *labels* are the preferred labels that the record gives: a label of a thing is not another label too
    (SKOS Reference, S13).
    """
    kept = list(triples)
    alternative = ox.NamedNode(SKOS + "altLabel")
    made = {
        ox.Triple(body, alternative, printed)
        for body, printed in _printed_names(kept)
        if labels.get(body.value) != printed.value
    }
    return [*kept, *sorted(made.difference(kept), key=str)]


def without_names(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Return a source's triples without the other labels that `with_names` makes from printed names."""
    kept = list(triples)
    printed = _printed_names(kept)
    alternative = ox.NamedNode(SKOS + "altLabel")
    return [t for t in kept if not (t.predicate == alternative and (t.subject, t.object) in printed)]


def _printed_names(triples: Iterable[ox.Triple]) -> set[tuple[ox.NamedNode, ox.Literal]]:
    """Return each body with the names that participations and statements print for it."""
    bodies: dict[object, ox.NamedNode] = {}
    names: list[tuple[object, ox.Literal]] = []
    for one in triples:
        if one.predicate.value in (PROV + "agent", BODY) and isinstance(one.object, ox.NamedNode):
            bodies[one.subject] = one.object
        elif one.predicate.value == PRINTED and isinstance(one.object, ox.Literal):
            names.append((one.subject, one.object))
    return {(bodies[subject], name) for subject, name in names if subject in bodies}
