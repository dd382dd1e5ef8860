"""The pages of the ontology and of the shapes: every term with its words and its facts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from ...graph import TripleIndex
from ...model import ClassShape, Term
from ...namespaces import CCIN, DCT, RDFS, SH, SHAPES, SKOS, VS, shorten
from ...resource import Object
from .facts import Fact, fact
from .shared import Maker
from .terms import Shown

_OF_THE_TERM = frozenset({RDFS + "label", SKOS + "definition", SKOS + "example", VS + "term_status"})
_TITLES = {"class": "Classes", "property": "Properties", "individual": "Individuals"}


class Statements(TripleIndex):
    """The triples of a vocabulary, asked also for the properties of a term."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        kept = list(triples)
        super().__init__(kept)
        self._paths: dict[str, dict[str, None]] = defaultdict(dict)
        for triple in kept:
            if isinstance(triple.subject, ox.NamedNode):
                self._paths[triple.subject.value][triple.predicate.value] = None

    def predicates(self, iri: str) -> list[str]:
        """Return the properties of a term, sorted."""
        return sorted(self._paths.get(iri, ()))


@dataclass(frozen=True)
class TermView:
    """One term: the anchor, its words, and the facts that place it among other terms."""

    anchor: str
    name: str
    label: Shown
    definitions: tuple[Shown, ...]
    examples: tuple[Shown, ...]
    planned: bool
    status: str
    facts: tuple[Fact, ...]
    used: int | None


@dataclass(frozen=True)
class VocabularyView:
    """A vocabulary: what is said of it as a whole, and its terms by kind."""

    title: str
    description: tuple[Shown, ...]
    facts: tuple[Fact, ...]
    kinds: tuple[tuple[str, tuple[TermView, ...]], ...]


def ontology(maker: Maker) -> VocabularyView:
    """Return the view of the ontology, from the graph that holds it."""
    graph = Statements(maker.reader.store.graph(maker.base.graph("ontology")))
    terms = maker.model.terms
    kinds = tuple(
        (title, tuple(_term(one, graph, maker) for one in terms if one.kind == kind))
        for kind, title in _TITLES.items()
    )
    return _whole(CCIN.rstrip("#"), graph, tuple(one for one in kinds if one[1]), maker)


def _whole(
    iri: str, graph: Statements, kinds: tuple[tuple[str, tuple[TermView, ...]], ...], maker: Maker
) -> VocabularyView:
    described = [maker.terms.show(one) for one in graph.literals(iri, DCT + "description")]
    return VocabularyView(
        title=graph.text(iri, DCT + "title") or maker.terms.name(iri),
        description=tuple(described),
        facts=_facts(iri, graph, maker, frozenset({DCT + "title", DCT + "description"})),
        kinds=kinds,
    )


def _term(term: Term, graph: Statements, maker: Maker) -> TermView:
    counted = term.kind == "class"
    label = next(iter(graph.literals(term.iri, RDFS + "label")), ox.Literal(term.label))
    return TermView(
        anchor=term.name,
        name=shorten(term.iri),
        label=maker.terms.show(label),
        definitions=_literals(graph, term.iri, SKOS + "definition", maker),
        examples=_literals(graph, term.iri, SKOS + "example", maker),
        planned=term.status == "planned",
        status=term.status,
        facts=_facts(term.iri, graph, maker, _OF_THE_TERM),
        used=maker.reader.index.count_class(term.iri) if counted else None,
    )


def _literals(graph: Statements, iri: str, predicate: str, maker: Maker) -> tuple[Shown, ...]:
    return tuple(maker.terms.show(one) for one in graph.literals(iri, predicate))


def _facts(iri: str, graph: Statements, maker: Maker, hidden: frozenset[str]) -> tuple[Fact, ...]:
    return tuple(
        fact(path, _unlisted(graph, graph.objects(iri, path)), None, maker.terms)
        for path in graph.predicates(iri)
        if path not in hidden
    )


def _unlisted(graph: Statements, values: Sequence[Object]) -> list[Object]:
    """Return the values with each RDF list replaced by its members."""
    found: list[Object] = []
    for value in values:
        items = graph.list_items(value) if isinstance(value, ox.BlankNode) else []
        found += items or [value]
    return found


@dataclass(frozen=True)
class ShapeView:
    """One kind of thing as its shape describes it: the class, its list, its fields in the order of a page."""

    term: TermView
    target: Shown
    list_path: str | None
    fields: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class ShapesView:
    """All shapes: what is said of them as a whole, each kind of thing, and every field and group."""

    whole: VocabularyView
    shapes: tuple[ShapeView, ...]


def shapes(maker: Maker) -> ShapesView:
    """Return the view of the shapes, from the graph that holds them."""
    graph = Statements(maker.reader.store.graph(maker.base.graph("shapes")))
    node_shapes = {shape.iri for shape in maker.model.shapes}
    parts = [iri for iri in graph.subjects() if iri.startswith(SHAPES) and iri not in node_shapes]
    kinds = (("Fields and groups", tuple(_part(iri, graph, maker) for iri in parts)),)
    views = tuple(_shape(one, graph, maker) for one in maker.model.shapes if one.iri.startswith(SHAPES))
    return ShapesView(_whole(SHAPES.rstrip("#"), graph, kinds, maker), views)


def _shape(shape: ClassShape, graph: Statements, maker: Maker) -> ShapeView:
    fields = tuple((_anchor(field.iri), field.name, field.description) for field in shape.fields)
    return ShapeView(
        term=_part(shape.iri, graph, maker),
        target=maker.terms.link(shape.target),
        list_path=shape.list_path,
        fields=fields,
    )


def _anchor(iri: str) -> str:
    return iri.rpartition("#")[2]


def _part(iri: str, graph: Statements, maker: Maker) -> TermView:
    named = SH + "name" if graph.literals(iri, SH + "name") else RDFS + "label"
    name = graph.literals(iri, named)
    return TermView(
        anchor=_anchor(iri),
        name=shorten(iri),
        label=maker.terms.show(name[0]) if name else Shown(shorten(iri)),
        definitions=_literals(graph, iri, SH + "description", maker),
        examples=(),
        planned=False,
        status="",
        facts=_facts(iri, graph, maker, frozenset({SH + "description", named})),
        used=None,
    )
