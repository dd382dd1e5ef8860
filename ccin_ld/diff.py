"""What differs between two graphs: as RDF, and thing by thing in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from typing import Any

import pyoxigraph as ox

from . import record
from .dataset import ONTOLOGY_FILES, shipped_ontology
from .graph import TripleIndex, name_blanks
from .iris import Base
from .model import Model
from .namespaces import DCT, FOAF, OWL, RDF, RDFS, SKOS, XSD, shorten
from .resource import Object

_NAMES = (RDFS + "label", SKOS + "prefLabel", DCT + "title", FOAF + "name")
_VERBS = {"new": "New", "gone": "Gone", "changed": "Changed"}
_LONGEST = 200


@dataclass(frozen=True)
class FactChange:
    """One property of a thing whose values are not the same any more: what went, what came, in words."""

    predicate: str
    name: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The change as half a sentence: ``the website changed from … to …``."""
        name = _in_sentence(self.name)
        if len(self.before) == len(self.after) == 1:
            return f"the {name} changed from {self.before[0]} to {self.after[0]}"
        parts = [
            f"{', '.join(values)} {verb}"
            for values, verb in ((self.after, "added"), (self.before, "removed"))
            if values
        ]
        return f"the {name}: {'; '.join(parts)}"


@dataclass(frozen=True)
class ThingChange:
    """One thing that is new, gone or changed."""

    iri: str
    label: str
    kind: str
    change: str
    facts: tuple[FactChange, ...]

    @property
    def sentences(self) -> list[str]:
        """What happened to the thing, a sentence each."""
        if self.change != "changed":
            kind = f" ({self.kind})" if self.kind else ""
            return [f"{_VERBS[self.change]}: {self.label}{kind}."]
        return [f"{self.label}: {fact.sentence}." for fact in self.facts]

    def to_dict(self) -> dict[str, Any]:
        """Return the change as plain data, with its sentences."""
        return {**asdict(self), "sentences": self.sentences}


@dataclass(frozen=True)
class Diff:
    """What was added and removed between two graphs."""

    added: tuple[ox.Quad, ...]
    removed: tuple[ox.Quad, ...]
    things: tuple[ThingChange, ...]
    by_graph: tuple[tuple[str, int, int], ...] = ()

    @property
    def same(self) -> bool:
        """Whether the two are the same graphs."""
        return not self.added and not self.removed

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many things are new, gone and changed."""
        return {name: sum(one.change == name for one in self.things) for name in _VERBS}

    @cached_property
    def statements(self) -> tuple[int, int]:
        """How many statements came and went: those of sources where there are any, each source's once."""
        named = [
            [isinstance(q.graph_name, ox.NamedNode) for q in part] for part in (self.added, self.removed)
        ]
        if any(named[0]) or any(named[1]):
            return sum(named[0]), sum(named[1])
        return len(self.added), len(self.removed)

    @property
    def summary(self) -> str:
        """One sentence that counts."""
        if self.same:
            return "Nothing has changed."
        counted = [f"{count:,} {name}" for name, count in self.counts.items() if count]
        things = ", ".join(counted) or "none that has a name of its own"
        added, removed = self.statements
        return f"{added:,} statements added, {removed:,} removed; things: {things}."

    def to_text(self) -> str:
        """Return the difference for a terminal: the counts, then thing by thing."""
        lines = [self.summary]
        for change in _VERBS:
            these = [one for one in self.things if one.change == change]
            if these:
                lines += ["", _VERBS[change]]
                lines += [f"  {text}" for one in these for text in _told(one)]
        if self.by_graph:
            lines += ["", "By source"]
            lines += [f"  {name}: {added:,} added, {gone:,} removed" for name, added, gone in self.by_graph]
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Return the difference in words as plain data; the statements themselves are in the N-Quads."""
        return {
            "summary": self.summary,
            "added": self.statements[0],
            "removed": self.statements[1],
            "counts": self.counts,
            "things": [one.to_dict() for one in self.things],
            "sources": [{"name": n, "added": a, "removed": r} for n, a, r in self.by_graph],
        }

    def n_quads(self) -> tuple[bytes, bytes]:
        """Return the added and the removed statements as sorted N-Quads."""
        return _n_quads(self.added), _n_quads(self.removed)


def _told(change: ThingChange) -> list[str]:
    if change.change == "changed":
        return change.sentences
    return [f"{change.label} ({change.kind})" if change.kind else change.label]


def _n_quads(quads: Iterable[ox.Quad]) -> bytes:
    return "".join(sorted(f"{quad} .\n" for quad in quads)).encode()


def compare(old: Iterable[ox.Quad], new: Iterable[ox.Quad], base: Base | None = None) -> Diff:
    """Return what differs between two sets of quads, blank nodes compared by what they hold.

    *base* tells our own things from others; documents about things are left out of the words.
    """
    before, after = set(_named(old)), set(_named(new))
    added, removed = sorted(after - before, key=str), sorted(before - after, key=str)
    words = _Words(_believed(before), _believed(after), base or Base())
    things = words.changes(_without_what_follows(before), _without_what_follows(after))
    return Diff(tuple(added), tuple(removed), tuple(things), tuple(_by_graph(added, removed, words)))


def _named(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """Yield the quads, graph by graph, blank nodes named so that equal ones are equal."""
    graphs: dict[Any, list[ox.Triple]] = defaultdict(list)
    for quad in quads:
        graphs[quad.graph_name].append(quad.triple)
    for graph, triples in graphs.items():
        if any(isinstance(term, ox.BlankNode) for t in triples for term in (t.subject, t.object)):
            triples = name_blanks(triples, "b")
        yield from (ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples)


def _believed(quads: Iterable[ox.Quad]) -> set[ox.Triple]:
    """Return the triples of the default graph, or of all graphs when it is empty."""
    quads = list(quads)
    default = {quad.triple for quad in quads if isinstance(quad.graph_name, ox.DefaultGraph)}
    return default or {quad.triple for quad in quads}


def _without_what_follows(quads: Iterable[ox.Quad]) -> set[ox.Triple]:
    """Return what is believed, less labels, classes and documents that only follow from something else."""
    quads = list(quads)
    derived, documents, said = (set[ox.Triple]() for _ in range(3))
    kinds = {"/data/graph/derived": derived, "/data/graph/documents": documents}
    for quad in quads:
        if isinstance(quad.graph_name, ox.NamedNode):
            graph = quad.graph_name.value
            next((kind for end, kind in kinds.items() if graph.endswith(end)), said).add(quad.triple)
    follow = {t for t in derived if t.predicate.value in (RDFS + "label", RDF + "type")}
    return _believed(quads) - ((follow | documents) - said)


def _by_graph(
    added: Sequence[ox.Quad], removed: Sequence[ox.Quad], words: _Words
) -> Iterator[tuple[str, int, int]]:
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for place, quads in enumerate((added, removed)):
        for quad in quads:
            if isinstance(quad.graph_name, ox.NamedNode):
                counts[quad.graph_name.value][place] += 1
    named = sorted((words.label(iri), came, went) for iri, (came, went) in counts.items())
    yield from named


class _Words:
    """Says in words what changed: it knows the names of both sides."""

    def __init__(self, before: set[ox.Triple], after: set[ox.Triple], base: Base) -> None:
        self._before, self._after = TripleIndex(before), TripleIndex(after)
        self._base = base
        self._model = Model(after, base)
        if not self._model.shapes:
            self._model = _shipped_model(base)

    def changes(self, before: set[ox.Triple], after: set[ox.Triple]) -> list[ThingChange]:
        """Return every thing about which the two sides differ, new ones first, by name."""
        went, came = _by_owner(before - after), _by_owner(after - before)
        subjects = [iri for iri in {**went, **came} if self._counts(iri)]
        made = [self._thing(iri, went.get(iri, []), came.get(iri, [])) for iri in subjects]
        order = list(_VERBS)
        found = [one for one in made if one.change != "changed" or one.facts]
        return sorted(found, key=lambda one: (order.index(one.change), one.label.casefold(), one.iri))

    def _counts(self, iri: str) -> bool:
        return not iri.startswith(self._base.iri + "doc/")

    def _thing(self, iri: str, went: list[ox.Triple], came: list[ox.Triple]) -> ThingChange:
        here, there = (graph.has(iri) for graph in (self._before, self._after))
        change = "changed" if here and there else "new" if there else "gone"
        facts = tuple(self._facts(iri, went, came)) if change == "changed" else ()
        return ThingChange(iri, self.label(iri), self._kind(iri), change, facts)

    def _facts(self, iri: str, went: list[ox.Triple], came: list[ox.Triple]) -> Iterator[FactChange]:
        places = sorted({_place(t) for t in (*went, *came)})
        for subject, predicate in places:
            before = self._values(went, subject, predicate, self._before)
            after = self._values(came, subject, predicate, self._after)
            part = f" of its part “{subject.partition('#')[2]}”" if subject != iri else ""
            yield FactChange(predicate, self._property(predicate) + part, before, after)

    def _values(
        self, triples: list[ox.Triple], subject: str, predicate: str, graph: TripleIndex
    ) -> tuple[str, ...]:
        values = [t.object for t in triples if _place(t) == (subject, predicate)]
        return tuple(sorted(self._shown(value, graph) for value in values))

    def _shown(self, value: Object, graph: TripleIndex) -> str:
        if isinstance(value, ox.NamedNode):
            return self.label(value.value)
        if isinstance(value, ox.Literal):
            return _literal(value)
        items = graph.list_items(value)
        return (
            f"({', '.join(self._shown(one, graph) for one in items)})" if items else "a part without a name"
        )

    def label(self, iri: str) -> str:
        """Return the newest name of a thing, else its short address."""
        for graph in (self._after, self._before):
            found = next((text for name in _NAMES if (text := graph.text(iri, name))), None)
            if found:
                return found
        return self._model.term_label(iri) or shorten(iri)

    def _property(self, predicate: str) -> str:
        known = {
            RDF + "type": "kind of thing",
            RDFS + "label": "label",
            OWL + "sameAs": "same thing elsewhere",
        }
        return self._model.field_name(predicate) or known.get(predicate) or shorten(predicate)

    def _kind(self, iri: str) -> str:
        for graph in (self._after, self._before):
            types = graph.iris(iri, RDF + "type")
            shape = self._model.shape_for(types)
            if shape:
                return shape.label
            if types:
                return self._model.term_label(min(types)) or shorten(min(types))
        return ""


def _by_owner(triples: Iterable[ox.Triple]) -> dict[str, list[ox.Triple]]:
    """Return triples by the thing that they are about; a list shows in the property that leads to it."""
    found: dict[str, list[ox.Triple]] = defaultdict(list)
    for triple in triples:
        if isinstance(triple.subject, ox.NamedNode):
            found[_owner(triple.subject.value)].append(triple)
    return found


def _owner(iri: str) -> str:
    # A part goes with its owner; a term of an ontology is a thing of its own.
    head, hash_, _ = iri.partition("#")
    return head if hash_ and "/id/" in head else iri


def _place(triple: ox.Triple) -> tuple[str, str]:
    subject = triple.subject
    return (subject.value if isinstance(subject, ox.NamedNode) else str(subject)), triple.predicate.value


def _literal(value: ox.Literal) -> str:
    if value.datatype.value == XSD + "date":
        return _day(value.value)
    text = value.value if len(value.value) <= _LONGEST else value.value[: _LONGEST - 1] + "…"
    tag = f" ({value.language})" if value.language and not value.language.startswith("en") else ""
    return f"“{text}”{tag}"


def _day(text: str) -> str:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{found.day} {found:%B} {found.year}"


def _in_sentence(name: str) -> str:
    # A name in capitals, as "GSS code", stays.
    return name if name[1:2].isupper() or ":" in name else name[:1].lower() + name[1:]


def _shipped_model(base: Base) -> Model:
    triples = [t for name in ONTOLOGY_FILES for t in record.read(shipped_ontology() / name)]
    return Model(triples, base)
