"""The pages of the ontology: all terms at once, one term, a version of before; and what the data uses."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from ...graph import TripleIndex
from ...model import FieldShape, Model, Term
from ...namespaces import CCIN, DCT, ONTOLOGY_BASE, OWL, RDF, RDFS, SH, SHAPES, SKOS, XSD, shorten
from ...resource import Object, Resource
from ...words import N_, Words
from . import diagram
from .facts import Fact, fact
from .shared import Maker
from .terms import Shown

ONTOLOGY = CCIN.rstrip("#")
_OF_THE_WHOLE = frozenset(
    {DCT + "title", DCT + "description", SKOS + "changeNote", SKOS + "historyNote", RDF + "type"}
)
# What the page of a term shows by design, not in its list of facts.
_OF_THE_TERM = frozenset(
    {RDFS + "label", SKOS + "definition", SKOS + "example", SKOS + "changeNote", SKOS + "historyNote"}
)
_KINDS = {"class": N_("Class"), "property": N_("Property"), "individual": N_("Individual")}
# How a term stands to others, in the order in which an entry tells it.
_RELATIONS = (
    (RDFS + "subClassOf", N_("A kind of")),
    (RDFS + "subPropertyOf", N_("A way of saying")),
    (RDFS + "domain", N_("Said of")),
    (RDFS + "range", N_("Its value")),
    (RDFS + "seeAlso", N_("Nearest elsewhere")),
)
# The same from the other side: what other terms say of this one.
_FROM_OTHERS = (
    (RDFS + "subClassOf", N_("Kinds of it")),
    (RDFS + "subPropertyOf", N_("Narrower ways of saying it")),
    (RDFS + "domain", N_("Properties said of it alone")),
    (RDFS + "range", N_("Properties whose value it is")),
    (OWL + "disjointWith", N_("Never also one of it")),
    (RDFS + "seeAlso", N_("Terms that point to it")),
    (RDF + "type", N_("Individuals")),
    (DCT + "isReplacedBy", N_("Stands for these deprecated terms")),
)
_DATATYPES = {
    RDF + "langString": N_("words with their language"),
    XSD + "string": N_("text"),
    XSD + "date": N_("a day"),
    XSD + "gYear": N_("a year"),
    XSD + "integer": N_("a whole number"),
    XSD + "decimal": N_("a number"),
    XSD + "boolean": N_("true or false"),
    XSD + "anyURI": N_("an address"),
}
_VALUES = 3
_VERSION = re.compile(r"[0-9]+(?:\.[0-9]+)*")


class Statements(TripleIndex):
    """The triples of a vocabulary, asked also for the properties of a term and for what points to it."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        # Each engine has an order of its own, and a page has one.
        self.kept = sorted(triples, key=str)
        super().__init__(self.kept)
        self._paths: dict[str, dict[str, None]] = defaultdict(dict)
        self._pointing: dict[str, list[ox.Triple]] = defaultdict(list)
        for triple in self.kept:
            if isinstance(triple.subject, ox.NamedNode):
                self._paths[triple.subject.value][triple.predicate.value] = None
                if isinstance(triple.object, ox.NamedNode):
                    self._pointing[triple.object.value].append(triple)

    def predicates(self, iri: str) -> list[str]:
        """Return the properties of a term, sorted."""
        return sorted(self._paths.get(iri, ()))

    def pointing(self, iri: str) -> list[ox.Triple]:
        """Return the triples that have the term as their object and an IRI as their subject."""
        return self._pointing.get(iri, [])

    def whole(self, iri: str) -> list[ox.Triple]:
        """Return what is said of a term, with the nodes without a name that belong to it."""
        found = self.about(iri)
        waiting = [one.object for one in found if isinstance(one.object, ox.BlankNode)]
        for node in waiting:
            more = [triple for triple in self.kept if triple.subject == node]
            waiting += [one.object for one in more if isinstance(one.object, ox.BlankNode)]
            found += more
        return found


@dataclass(frozen=True)
class Entry:
    """One term among all: the anchor, its words, how it stands to others, how often the data uses it."""

    anchor: str
    name: str
    href: str
    label: Shown
    definitions: tuple[Shown, ...]
    examples: tuple[Shown, ...]
    notes: tuple[Shown, ...]
    segments: tuple[str, ...]
    relations: tuple[tuple[str, tuple[Shown, ...]], ...]
    planned: bool
    deprecated: bool
    instead: tuple[Shown, ...]
    used: str


@dataclass(frozen=True)
class Group:
    """Terms under one heading."""

    title: str
    anchor: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Overview:
    """The ontology: what is said of it as a whole, its versions and changes, and its terms in groups."""

    title: str
    version: str
    is_present: bool
    description: tuple[Shown, ...]
    facts: tuple[Fact, ...]
    changes: tuple[tuple[str, str], ...]
    groups: tuple[Group, ...]
    status: str
    deprecated: tuple[Entry, ...]
    picture: diagram.Diagram | None
    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class FieldRow:
    """One property of one class: how many, of what, and whether a sheet has a column for it."""

    name: str
    term: Shown
    href: str
    of: Shown
    how_many: str
    values: tuple[Shown, ...]
    pattern: str
    wish: str
    description: str
    group: str
    column: str


@dataclass(frozen=True)
class TermPage:
    """One term: its words, its facts, where the shapes have it, an example and the uses in the data."""

    kind: str
    is_class: bool
    entry: Entry
    facts: tuple[Fact, ...]
    from_others: tuple[tuple[str, tuple[Shown, ...]], ...]
    rows: tuple[FieldRow, ...]
    example: Shown | None
    example_values: tuple[Shown, ...]
    query: str
    shape: Shown | None


class Vocabulary:
    """The ontology and the shapes of one build, read once."""

    def __init__(self, maker: Maker) -> None:
        self.maker, self.words = maker, maker.terms.words

    @cached_property
    def ontology(self) -> Statements:
        """The triples of the ontology."""
        return self._graph("ontology")

    @cached_property
    def shapes(self) -> Statements:
        """The triples of the shapes."""
        return self._graph("shapes")

    def _graph(self, source: str) -> Statements:
        return Statements(self.maker.reader.store.graph(self.maker.base.graph(source)))

    @cached_property
    def uses(self) -> Mapping[str, int]:
        """How many things have each class, and how many statements each property."""
        index = self.maker.reader.index
        return {**index.properties(), **index.classes()}

    @cached_property
    def _terms(self) -> Mapping[str, Term]:
        return {term.name: term for term in self.maker.model.terms}

    @cached_property
    def _node_shapes(self) -> frozenset[str]:
        return frozenset(shape.iri for shape in self.maker.model.shapes if shape.iri.startswith(SHAPES))

    def resource(self, vocabulary: str, name: str) -> Resource | None:
        """Return the Resource of a term (*vocabulary* ``ccin``) or of the shape of a class, or None."""
        if vocabulary == "ccin":
            return self._term_resource(name)
        iri = SHAPES + name
        return self._shape_resource(iri, name) if iri in self._node_shapes else None

    def _term_resource(self, name: str) -> Resource | None:
        if name not in self._terms:
            return None
        iri = CCIN + name
        own = [*self.ontology.whole(iri), *self.ontology.pointing(iri)]
        return self._made(iri, f"{ONTOLOGY}/{name}", own)

    def _shape_resource(self, iri: str, name: str) -> Resource:
        graph = self.shapes
        paths = (SH + "property", SH + "sparql", CCIN + "facet", CCIN + "sortedBy")
        parts = {part for path in paths for part in graph.iris(iri, path)}
        own = [triple for one in (iri, *sorted(parts)) for triple in graph.whole(one)]
        return self._made(iri, f"{ONTOLOGY_BASE}def/shapes/{name}", own)

    def _made(self, iri: str, document: str, own: Sequence[ox.Triple]) -> Resource:
        triples = tuple(dict.fromkeys(own))
        return Resource(iri, document, (*triples, *self.maker.reader.store.labels_of(triples)))

    # All terms

    def overview(self) -> Overview:
        """Return the view of the ontology as it is now."""
        return self._overview(self.ontology, self.maker.model, is_present=True)

    def before(self, triples: Sequence[ox.Triple]) -> Overview:
        """Return the view of a version of before, from its triples."""
        return self._overview(Statements(triples), Model(triples, self.maker.base), is_present=False)

    def _overview(self, graph: Statements, model: Model, *, is_present: bool) -> Overview:
        entries = {term.iri: self._entry(term, graph, is_present=is_present) for term in model.terms}
        kinds = [sum(term.kind == kind for term in model.terms) for kind in _KINDS]
        return Overview(
            title=graph.text(ONTOLOGY, DCT + "title") or shorten(ONTOLOGY),
            version=graph.text(ONTOLOGY, OWL + "versionInfo") or "",
            is_present=is_present,
            description=self._literals(graph, ONTOLOGY, DCT + "description"),
            facts=self.facts(graph, ONTOLOGY, _OF_THE_WHOLE),
            changes=changes(graph, ONTOLOGY),
            groups=tuple(_grouped(model, entries, self.words)),
            status=_usual_status(model),
            deprecated=tuple(one for one in entries.values() if one.deprecated),
            picture=diagram.ontology(self.maker) if is_present and model.terms else None,
            counts=tuple(zip(("classes", "properties", "individuals"), kinds, strict=True)),
        )

    def _entry(self, term: Term, graph: Statements, *, is_present: bool) -> Entry:
        label = next(iter(graph.literals(term.iri, RDFS + "label")), ox.Literal(term.label))
        return Entry(
            anchor=term.name,
            name=shorten(term.iri),
            href=f"/def/ccin/{term.name}" if is_present else "",
            label=self.maker.terms.show(label),
            definitions=self._literals(graph, term.iri, SKOS + "definition"),
            examples=self._literals(graph, term.iri, SKOS + "example"),
            notes=self._notes(graph, term.iri),
            segments=tuple(one.value for one in graph.literals(term.iri, CCIN + "pathSegment")),
            relations=self._relations(term.iri, graph),
            planned=term.status == "planned",
            deprecated=is_deprecated(graph, term.iri),
            instead=self._links(graph.iris(term.iri, DCT + "isReplacedBy")),
            used=self._used(term) if is_present else "",
        )

    def _notes(self, graph: Statements, iri: str) -> tuple[Shown, ...]:
        found = [*graph.literals(iri, SKOS + "changeNote"), *graph.literals(iri, SKOS + "historyNote")]
        return tuple(self.maker.terms.show(one) for one in sorted(found, key=lambda one: one.value))

    def _relations(self, iri: str, graph: Statements) -> tuple[tuple[str, tuple[Shown, ...]], ...]:
        _ = self.words.gettext
        told = [(_(name), tuple(map(_near, sorted(graph.iris(iri, path))))) for path, name in _RELATIONS]
        return tuple((name, links) for name, links in told if links)

    def _links(self, iris: Iterable[str]) -> tuple[Shown, ...]:
        return tuple(self.maker.links(iris))

    def _used(self, term: Term) -> str:
        """Return how often the data uses a term, in words; '' for one that is only planned."""
        words = self.words
        if term.kind == "individual":
            size = sum(self.maker.reader.index.incoming_counts(term.iri).values())
            return words.ngettext("value of %(num)s statement", "value of %(num)s statements", size)
        size = self.uses.get(term.iri, 0)
        if term.status == "planned" and not size:
            return ""
        if term.kind == "class":
            return words.ngettext("%(num)s thing", "%(num)s things", size)
        return words.ngettext("%(num)s statement", "%(num)s statements", size)

    def _literals(self, graph: Statements, iri: str, predicate: str) -> tuple[Shown, ...]:
        return tuple(self.maker.terms.show(one) for one in graph.literals(iri, predicate))

    def facts(self, graph: Statements, iri: str, hidden: frozenset[str]) -> tuple[Fact, ...]:
        """Return every property of a term but the *hidden* ones, lists told by their members."""
        return tuple(
            fact(path, _unlisted(graph, graph.objects(iri, path)), None, self.maker.terms)
            for path in graph.predicates(iri)
            if path not in hidden
        )

    # One term

    def term(self, resource: Resource) -> TermPage:
        """Return the view of one term of the ontology, given its Resource."""
        iri = resource.iri
        term = self._terms[iri.removeprefix(CCIN)]
        shape = next((one for one in self.maker.model.shapes if one.target == iri), None)
        example, values = self._example(term)
        return TermPage(
            kind=self.words.gettext(_KINDS[term.kind]),
            is_class=term.kind == "class",
            entry=self._entry(term, self.ontology, is_present=True),
            facts=self.facts(self.ontology, iri, _OF_THE_TERM),
            from_others=self._from_others(iri),
            rows=tuple(self.rows_of_class(iri) if term.kind == "class" else self._rows_of_property(iri)),
            example=example,
            example_values=values,
            query=_query(term) if example else "",
            shape=Shown(shape.label, href=f"/def/shapes/{_local(shape.iri)}") if shape else None,
        )

    def _from_others(self, iri: str) -> tuple[tuple[str, tuple[Shown, ...]], ...]:
        by_path: dict[str, list[str]] = defaultdict(list)
        for triple in self.ontology.pointing(iri):
            if isinstance(triple.subject, ox.NamedNode):
                by_path[triple.predicate.value].append(triple.subject.value)
        _ = self.words.gettext
        known = {path: _(name) for path, name in _FROM_OTHERS}
        paths = [path for path in known if path in by_path]
        paths += sorted(path for path in by_path if path not in known)
        other = self.maker.terms.property_name
        return tuple(
            (
                known.get(path) or _("Terms of which it is the “%(property)s”", property=other(path)),
                self._links(by_path[path]),
            )
            for path in paths
        )

    def _example(self, term: Term) -> tuple[Shown | None, tuple[Shown, ...]]:
        """Return one thing of the data that has the class, or has the property and with which values."""
        reader, link = self.maker.reader, self.maker.terms.link
        if term.kind == "individual":
            found = next(iter(reader.index.incoming(term.iri, limit=1)), None)
            return (link(found.subject.iri) if found else None), ()
        subject = reader.index.example(term.iri)
        if subject is None or term.kind == "class":
            return (link(subject.iri) if subject else None), ()
        values = sorted(reader.objects(subject.iri, term.iri), key=str)[:_VALUES]
        return link(subject.iri), tuple(self.maker.terms.show(one) for one in values)

    # Properties of classes, as the shapes have them

    def rows_of_class(self, iri: str) -> list[FieldRow]:
        """Return the properties that the shapes give a class, those of the classes above it included."""
        by_target = {shape.target: shape for shape in self.maker.model.shapes}
        fields: dict[str, list[FieldShape]] = {}
        # All of them hold; the words are those of the nearest class.
        for name in self.maker.model.superclasses(iri):
            for one in by_target[name].fields if name in by_target else ():
                fields.setdefault(one.path, []).append(one)
        ordered = sorted(fields.values(), key=lambda same: (same[0].order, same[0].path))
        return [self._row(iri, same) for same in ordered]

    def _rows_of_property(self, path: str) -> list[FieldRow]:
        """Return the classes whose shapes have a property, each with what they say of it."""
        found = []
        for shape in self.maker.model.shapes:
            same = [field for field in shape.fields if field.path == path]
            if same:
                found.append(self._row(shape.target, same))
        return found

    def _row(self, target: str, same: Sequence[FieldShape]) -> FieldRow:
        strict = [one for one in same if not one.is_wish]
        first = same[0]
        wishes = any(one.min_count for one in same if one.is_wish)
        return FieldRow(
            name=first.name,
            term=Shown(shorten(first.path), href=self.maker.terms.href(first.path), code=True),
            href=f"/def/shapes#{_local(first.iri)}" if first.iri.startswith(SHAPES) else "",
            of=self.maker.terms.link(target),
            how_many=how_many(strict, self.words),
            values=tuple(dict.fromkeys(value for one in same for value in self._values(one))),
            pattern=next((text for one in same if (text := self.shapes.text(one.iri, SH + "pattern"))), ""),
            wish=self.words.gettext("A warning says where there is none.") if wishes else "",
            description=first.description,
            group=first.group,
            column=first.name if first.in_sheets else "",
        )

    def _values(self, field: FieldShape) -> list[Shown]:
        """Return what a property may have as value, as the shape says."""
        _ = self.words.gettext
        if field.values:
            return [self.maker.terms.show(one) for one in field.values]
        if field.node_class:
            return [self.maker.terms.link(field.node_class)]
        if field.datatype:
            words, short = _DATATYPES.get(field.datatype), shorten(field.datatype)
            return [Shown(_(words), beside=short) if words else Shown(short, code=True)]
        kind = self.shapes.iri(field.iri, SH + "nodeKind")
        return [Shown(_("a link"))] if kind == SH + "IRI" else []


def is_deprecated(graph: Statements, iri: str) -> bool:
    """Say whether a term is marked ``owl:deprecated``."""
    return graph.text(iri, OWL + "deprecated") == "true"


def changes(graph: Statements, iri: str) -> tuple[tuple[str, str], ...]:
    """Return what each version changed, the newest first: its number and the words of the change note.

    A note begins with the number of its version and a colon; one that does not comes last, without number.
    """
    notes = [one.value for name in ("changeNote", "historyNote") for one in graph.literals(iri, SKOS + name)]
    found = []
    for note in notes:
        head, colon, rest = note.partition(":")
        version = head.split(",")[0].strip()
        numbered = bool(colon) and _VERSION.fullmatch(version) is not None
        found.append((version if numbered else "", head + colon + rest))

    def rank(pair: tuple[str, str]) -> tuple[list[int], str]:
        return [-int(part) for part in pair[0].split(".")] if pair[0] else [1], pair[1]

    return tuple(sorted(found, key=rank))


def how_many(strict: Sequence[FieldShape], words: Words) -> str:
    """Return how many values a property must and may have, in words."""
    least = max((one.min_count for one in strict), default=0)
    most = min((one.max_count for one in strict if one.max_count is not None), default=None)
    _ = words.gettext
    if any(one.one_a_language for one in strict) and most is None:
        return _("1 or more, one in each language") if least else _("any number, one in each language")
    if most is None:
        return _("%(least)s or more", least=least) if least else _("any number")
    if least == most:
        return _("exactly %(number)s", number=most)
    return _("%(least)s to %(most)s", least=least, most=most) if least else _("at most %(most)s", most=most)


def _query(term: Term) -> str:
    """Return a query that finds the things of a class, or what has a property or has an individual for it."""
    name = shorten(term.iri)
    where = {"class": f"?thing a {name}", "property": f"?thing {name} ?value"}
    pattern = where.get(term.kind, f"?thing ?property {name}")
    return f"PREFIX ccin: <{CCIN}>\nSELECT * WHERE {{ {pattern} }} LIMIT 100"


def _usual_status(model: Model) -> str:
    """Return the status that terms have unless their entry says another."""
    return "stable" if any(term.status == "stable" for term in model.terms) else ""


def _grouped(model: Model, entries: Mapping[str, Entry], words: Words) -> Iterable[Group]:
    """Yield the classes, the properties class by class, those of several classes, and the individuals."""
    _ = words.gettext
    of_kind: dict[str, list[Term]] = defaultdict(list)
    for term in model.terms:
        of_kind[term.kind].append(term)
    by_class: dict[str, list[Entry]] = defaultdict(list)
    for term in of_kind["property"]:
        by_class[_home(term, model)].append(entries[term.iri])
    found = [Group(_("Classes"), "classes", tuple(entries[term.iri] for term in of_kind["class"]))]
    found += [
        Group(_("Properties: %(kind)s", kind=term.name), f"of-{term.name}", tuple(by_class[term.iri]))
        for term in of_kind["class"]
    ]
    found += [
        Group(_("Properties of several kinds of thing"), "of-several", tuple(by_class["several"])),
        Group(_("Properties of terms and lists"), "of-terms", tuple(by_class[""])),
        Group(_("Individuals"), "individuals", tuple(entries[one.iri] for one in of_kind["individual"])),
    ]
    return (group for group in found if group.entries)


def _home(term: Term, model: Model) -> str:
    """Return the class under which a property stands, ``several``, or '' for one that no shape has."""
    own = {iri for iri in term.domains if iri.startswith(CCIN)}
    if not own:
        own = {
            shape.target
            for shape in model.shapes
            for field in shape.fields
            if field.path == term.iri and shape.target.startswith(CCIN)
        }
    if len(own) == 1:
        return own.pop()
    return "several" if own else ""


def _unlisted(graph: Statements, values: Sequence[Object]) -> list[Object]:
    """Return the values with each RDF list replaced by its members."""
    found: list[Object] = []
    for value in values:
        items = graph.list_items(value) if isinstance(value, ox.BlankNode) else []
        found += items or [value]
    return found


def _near(iri: str) -> Shown:
    """Return the name of a term for a line of an entry: of ours the local one, with its place on the page."""
    return Shown(_local(iri), href=f"#{_local(iri)}") if iri.startswith(CCIN) else Shown(shorten(iri))


def _local(iri: str) -> str:
    return iri.rpartition("#")[2]
