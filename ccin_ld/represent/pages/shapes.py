"""The pages of the shapes: every rule at once, and the rules of one class with its columns in sheets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from ...model import ClassShape
from ...namespaces import CCIN, DCT, RDF, RDFS, SH, SHAPES, SKOS, shorten
from ...resource import Resource
from .facts import Fact
from .shared import Maker
from .terms import Shown
from .vocabulary import FieldRow, Statements, Vocabulary, changes

WHOLE = SHAPES.rstrip("#")
# What an entry of a rule tells in words of its own or by its place; all other values stand as they are.
_TOLD = frozenset(
    {RDF + "type", RDFS + "isDefinedBy", RDFS + "label", RDFS + "comment", SKOS + "definition"}
    | {CCIN + name for name in ("listPath", "facet", "sortedBy")}
    | {
        SH + name
        for name in ("path", "name", "description", "order", "group", "severity", "property", "targetClass")
    }
)
# How the shape of a class names its rules.
_PARTS = (SH + "property", SH + "sparql", CCIN + "facet", CCIN + "sortedBy")
_OF_THE_WHOLE = frozenset(
    {DCT + name for name in ("title", "description")} | {RDF + "type"}
    | {SKOS + name for name in ("changeNote", "historyNote")}
)  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """One rule among all: its anchor, its words, the property it is about, and what it demands."""

    anchor: str
    name: str
    description: str
    path: str
    is_wish: bool
    demands: tuple[tuple[str, str], ...]
    codes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Kind:
    """One kind of thing: its shape, the rules of its own, and how many it shares with others."""

    anchor: str
    href: str
    label: Shown
    comments: tuple[Shown, ...]
    target: Shown | None
    list_path: str | None
    rules: tuple[Rule, ...]
    shared: int
    more: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class RulesView:
    """All rules: what is said of them as a whole, each kind of thing, what several share, and the groups."""

    title: str
    description: tuple[Shown, ...]
    facts: tuple[Fact, ...]
    changes: tuple[tuple[str, str], ...]
    kinds: tuple[Kind, ...]
    shared: tuple[Rule, ...]
    groups: tuple[Rule, ...]


@dataclass(frozen=True)
class ShapePage:
    """The rules of one class: a row for each property, what is checked beside that, and its sheet."""

    label: str
    comments: tuple[Shown, ...]
    target: Shown
    list_path: str | None
    rows: tuple[FieldRow, ...]
    rules: tuple[Rule, ...]
    sheet: str
    columns: tuple[str, ...]
    facts: tuple[Fact, ...]
    above: tuple[Shown, ...]
    named: tuple[Shown, ...]


class Rules:
    """Makes the pages of the shapes from a Vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary, self._maker = vocabulary, vocabulary.maker

    @property
    def _graph(self) -> Statements:
        return self._vocabulary.shapes

    def overview(self) -> RulesView:
        """Return the view of all rules."""
        graph, maker = self._graph, self._maker
        node_shapes = graph.of_type(SH + "NodeShape")
        owners = self._owners(node_shapes)
        own: dict[str, list[str]] = defaultdict(list)
        for part, of in owners.items():
            own[of[0] if len(of) == 1 else ""].append(part)
        groups = graph.of_type(SH + "PropertyGroup")
        parts = {one for one in graph.subjects() if one.startswith(SHAPES)} - {*node_shapes, *groups}
        return RulesView(
            title=graph.text(WHOLE, DCT + "title") or shorten(WHOLE),
            description=_shown(maker, graph, WHOLE, DCT + "description"),
            facts=self._vocabulary.facts(graph, WHOLE, _OF_THE_WHOLE),
            changes=changes(graph, WHOLE),
            kinds=tuple(self._kind(iri, own[iri], owners) for iri in node_shapes),
            shared=tuple(self._rule(one) for one in self._ordered(set(own[""]) | (parts - set(owners)))),
            groups=tuple(self._rule(one) for one in self._ordered(groups)),
        )

    def _owners(self, node_shapes: Iterable[str]) -> Mapping[str, list[str]]:
        """Return the node shapes that have each rule."""
        owners: dict[str, list[str]] = defaultdict(list)
        for shape in node_shapes:
            for part in self._parts(shape):
                owners[part].append(shape)
        return owners

    def _parts(self, shape: str) -> list[str]:
        """Return the rules of a shape, and what its list is narrowed and sorted by."""
        return [part for path in _PARTS for part in self._graph.iris(shape, path)]

    def _kind(self, iri: str, own: Sequence[str], owners: Mapping[str, Sequence[str]]) -> Kind:
        graph, maker = self._graph, self._maker
        target = graph.iri(iri, SH + "targetClass")
        label = graph.literals(iri, RDFS + "label")
        return Kind(
            anchor=_local(iri),
            href=f"/def/shapes/{_local(iri)}" if target else "",
            label=maker.terms.show(label[0]) if label else Shown(shorten(iri)),
            comments=self._comments(iri),
            target=maker.terms.link(target) if target else None,
            list_path=graph.text(iri, CCIN + "listPath"),
            rules=tuple(self._rule(one) for one in self._ordered(own)),
            shared=sum(1 for part, of in owners.items() if iri in of and part not in own),
            more=tuple(self._demands(iri, code=False)),
        )

    def _comments(self, iri: str) -> tuple[Shown, ...]:
        told = (RDFS + "comment", SH + "description")
        return tuple(one for name in told for one in _shown(self._maker, self._graph, iri, name))

    def _ordered(self, parts: Iterable[str]) -> list[str]:
        graph = self._graph

        def rank(iri: str) -> tuple[float, float, str]:
            group = graph.iri(iri, SH + "group")
            first = graph.text(group, SH + "order") if group else None
            return float(first or 99), float(graph.text(iri, SH + "order") or 99), iri

        return sorted(parts, key=rank)

    def _name(self, iri: str) -> str:
        graph = self._graph
        return graph.text(iri, SH + "name") or graph.text(iri, RDFS + "label") or shorten(iri)

    def _rule(self, iri: str) -> Rule:
        graph = self._graph
        path = graph.iri(iri, SH + "path")
        told = (SH + "description", RDFS + "comment", SKOS + "definition")
        texts = [one.value for name in told for one in graph.literals(iri, name)]
        return Rule(
            anchor=_local(iri),
            name=self._name(iri),
            description=" ".join(texts),
            path=shorten(path) if path else "",
            is_wish=graph.iri(iri, SH + "severity") == SH + "Warning",
            demands=tuple(self._demands(iri, code=False)),
            codes=tuple(self._demands(iri, code=True)),
        )

    def _demands(self, iri: str, *, code: bool) -> Iterable[tuple[str, str]]:
        """Yield what a rule says beside its words: each property of SHACL in short, and its value.

        With *code*, texts of several lines (queries) only; without, all others.
        """
        graph = self._graph
        for path in graph.predicates(iri):
            if path in _TOLD:
                continue
            for value in graph.objects(iri, path):
                text = self._written(value)
                if path == SH + "in" and isinstance(value, ox.BlankNode):
                    text = ", ".join(self._written(one) for one in self._graph.list_items(value))
                if ("\n" in text) == code:
                    yield shorten(path), text

    def _written(self, value: object) -> str:
        if isinstance(value, ox.NamedNode):
            return shorten(value.value)
        if isinstance(value, ox.Literal):
            return value.value
        return self._written_node(value) if isinstance(value, ox.BlankNode) else str(value)

    def _written_node(self, node: ox.BlankNode) -> str:
        """Return a list or a path as SPARQL writes paths: one after the other, one of several, backwards."""
        for name, between, before in ((SH + "alternativePath", " | ", ""), (SH + "inversePath", "", "^")):
            for value in self._graph.objects(node, name):
                items = self._graph.list_items(value) or [value]
                text = between.join(self._written(one) for one in items)
                return f"({text})" if len(items) > 1 else before + text
        return " / ".join(self._written(one) for one in self._graph.list_items(node))

    # One class

    def page(self, resource: Resource) -> ShapePage:
        """Return the view of the rules of one class, given the Resource of its shape."""
        model, iri = self._maker.model, resource.iri
        shape = next(one for one in model.shapes if one.iri == iri)
        rows = tuple(self._vocabulary.rows_of_class(shape.target))
        sheet = next((name for name, target in model.sheets.items() if target == shape.target), "")
        return ShapePage(
            label=shape.label,
            comments=self._comments(iri),
            target=self._maker.terms.link(shape.target),
            list_path=shape.list_path,
            rows=rows,
            rules=tuple(self._rule(one) for one in self._ordered(self._parts(iri))),
            sheet=sheet,
            columns=tuple(dict.fromkeys(row.column for row in rows if row.column)) if sheet else (),
            facts=self._vocabulary.facts(
                self._graph,
                iri,
                frozenset({RDFS + "label", RDFS + "comment", SH + "description", SH + "property"}),
            ),
            above=tuple(self._above(shape)),
            named=tuple(self._maker.links(_named(resource))),
        )

    def _above(self, shape: ClassShape) -> Iterable[Shown]:
        """Yield links to the shapes of the classes above, whose rules hold for this one too."""
        by_target = {one.target: one for one in self._maker.model.shapes}
        for target in self._maker.model.superclasses(shape.target)[1:]:
            if target in by_target:
                one = by_target[target]
                yield Shown(one.label, href=f"/def/shapes/{_local(one.iri)}")


def _named(resource: Resource) -> set[str]:
    """Return what the rules of a class link to and that has a label: properties, classes, values, groups."""
    linked = {t.object.value for t in resource.triples if isinstance(t.object, ox.NamedNode)}
    return {iri for iri in linked if iri != resource.iri and resource.texts(RDFS + "label", iri)}


def _shown(maker: Maker, graph: Statements, iri: str, predicate: str) -> tuple[Shown, ...]:
    return tuple(maker.terms.show(one) for one in graph.literals(iri, predicate))


def _local(iri: str) -> str:
    return iri.rpartition("#")[2]
