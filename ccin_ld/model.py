"""What the ontology, the shapes and the catalogue say of how things look: read once for each build."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from .errors import BadRecord
from .graph import TripleIndex
from .iris import Base
from .namespaces import CCIN, DCAT, DCT, FOAF, GEO, OWL, PROV, RDF, RDFS, SH, SKOS, VCARD, VS
from .paths import Path, read
from .resource import Object

# What no cell of a sheet can hold: the build makes it, or its values are things without a name of their own.
_NOT_IN_SHEETS = {
    RDFS + "label",
    CCIN + "tookPart",
    PROV + "qualifiedAssociation",
    GEO + "hasCentroid",
}


@dataclass(frozen=True)
class FieldShape:
    """One property of a class as its shape describes it, in words for people."""

    iri: str
    path: str
    name: str
    description: str
    group: str
    order: tuple[float, float]
    min_count: int
    max_count: int | None
    datatype: str | None
    node_class: str | None
    severity: str
    values: tuple[Object, ...]
    one_a_language: bool = False

    @property
    def is_wish(self) -> bool:
        """Whether the shape only warns: it wishes for a value, and says nothing of how many there may be."""
        return self.severity != SH + "Violation"

    @property
    def in_sheets(self) -> bool:
        """Whether a sheet can have a column for it."""
        return self.path not in _NOT_IN_SHEETS


@dataclass(frozen=True)
class Facet:
    """What a list can be narrowed or sorted by: its name in an address, its words, the way to its values."""

    iri: str
    name: str
    label: str
    description: str
    order: float
    path: Path


@dataclass(frozen=True)
class ClassShape:
    """A class as its node shape describes it."""

    iri: str
    target: str
    label: str
    description: str
    fields: tuple[FieldShape, ...]
    list_path: str | None
    facets: tuple[Facet, ...] = ()
    sorted_by: tuple[Facet, ...] = ()


@dataclass(frozen=True)
class Term:
    """One class, property or individual of the ontology."""

    iri: str
    kind: str
    label: str
    definition: str
    examples: tuple[str, ...]
    status: str
    supers: tuple[str, ...]
    see_also: tuple[str, ...]
    domains: tuple[str, ...]
    ranges: tuple[str, ...]

    @property
    def name(self) -> str:
        """The local name, which is the anchor of the term."""
        return self.iri.rpartition("#")[2]


@dataclass(frozen=True)
class Site:
    """What the catalogue says of the site as a whole."""

    catalog: str
    dataset: str
    title: str
    description: str
    publisher: str
    publisher_name: str
    licence: str
    licence_label: str
    rights: tuple[str, ...]
    notice: str
    contact_url: str | None
    network: str | None
    network_label: str


_TERM_KINDS = {
    OWL + "Class": "class",
    RDFS + "Class": "class",
    OWL + "ObjectProperty": "property",
    OWL + "DatatypeProperty": "property",
    OWL + "AnnotationProperty": "property",
    RDF + "Property": "property",
    OWL + "NamedIndividual": "individual",
}


class Model:
    """The classes, fields, lists, terms and site of one build. Input: every triple of its default graph."""

    def __init__(self, triples: Iterable[ox.Triple], base: Base) -> None:
        self._graph = TripleIndex(triples)
        self.base = base

    @cached_property
    def shapes(self) -> tuple[ClassShape, ...]:
        """Every node shape that has a target class, sorted by IRI."""
        named = [
            (iri, self._graph.iris(iri, SH + "targetClass")) for iri in self._graph.of_type(SH + "NodeShape")
        ]
        return tuple(self._class_shape(iri, target) for iri, targets in named for target in sorted(targets))

    @cached_property
    def lists(self) -> dict[str, ClassShape]:
        """The node shapes whose class has a list page, by its path."""
        return {shape.list_path: shape for shape in self.shapes if shape.list_path}

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """Every term of the ontology, classes first, then properties and individuals, by label."""
        kinds: dict[str, str] = {}
        for subject, value in self._graph.pairs(RDF + "type"):
            kind = _TERM_KINDS.get(value.value) if isinstance(value, ox.NamedNode) else None
            if kind and subject.startswith(CCIN):
                kinds.setdefault(subject, kind)
        order = ["class", "property", "individual"]
        terms = [self._term(iri, kind) for iri, kind in kinds.items()]
        return tuple(sorted(terms, key=lambda term: (order.index(term.kind), term.name.lower())))

    @cached_property
    def supers(self) -> dict[str, tuple[str, ...]]:
        """What each term of the ontology is a subclass or subproperty of, by its IRI."""
        return {term.iri: term.supers for term in self.terms}

    @cached_property
    def segments(self) -> dict[str, str]:
        """The path segment of each class that has one (``council``, ``project``, …)."""
        pairs = self._graph.pairs(CCIN + "pathSegment")
        return {iri: value.value for iri, value in pairs if isinstance(value, ox.Literal)}

    @cached_property
    def sheets(self) -> dict[str, str]:
        """The class of each kind of sheet that there can be, by every name that it can be called."""
        found = {path: shape.target for path, shape in self.lists.items()}
        shaped = {shape.target for shape in self.shapes}
        for iri, segment in sorted(self.segments.items()):
            if iri in shaped:
                found.setdefault(_plural(segment), iri)
        return found

    @cached_property
    def functional(self) -> frozenset[str]:
        """The properties that take one value (``sh:maxCount 1``), or one a language (``sh:uniqueLang``)."""
        fields = [field for shape in self.shapes for field in shape.fields if not field.is_wish]
        several = {field.path for field in fields if field.max_count != 1 and not field.one_a_language}
        return frozenset({field.path for field in fields} - several)

    def superclasses(self, iri: str) -> list[str]:
        """Return the class and all it is a subclass of, nearest first."""
        found = [iri]
        for name in found:
            found += [sup for sup in sorted(self._graph.iris(name, RDFS + "subClassOf")) if sup not in found]
        return found

    def shape_for(self, types: Sequence[str]) -> ClassShape | None:
        """Return the most specific shape for a thing of these types, its inherited fields included."""
        targets = {shape.target: shape for shape in self.shapes}
        known = [iri for iri in types if iri in targets]
        if not known:
            return None
        nearest = min(known, key=lambda iri: (-len(self.superclasses(iri)), iri))
        line = [targets[name] for name in self.superclasses(nearest) if name in targets]
        return _joined(line)

    def term_label(self, iri: str) -> str | None:
        """Return the label of a term, or of anything else the build labels."""
        return self._graph.text(iri, RDFS + "label")

    def field_name(self, path: str) -> str | None:
        """Return the name that the shapes give a property, or its label."""
        for shape in self.shapes:
            for field in shape.fields:
                if field.path == path:
                    return field.name
        return self.term_label(path)

    @cached_property
    def site(self) -> Site:
        """The catalogue's words about the site."""
        graph = self._graph
        catalog = next(iter(graph.of_type(DCAT + "Catalog")), self.base.iri + "data")
        dataset = next(iter(graph.of_type(DCAT + "Dataset")), catalog)
        publisher = graph.iri(dataset, DCT + "publisher") or graph.iri(catalog, DCT + "publisher") or catalog
        licence = graph.iri(dataset, DCT + "license") or ""
        contact = graph.iri(dataset, DCAT + "contactPoint")
        network = next(iter(graph.of_type(CCIN + "Network")), None)
        return Site(
            catalog=catalog,
            dataset=dataset,
            title=graph.text(catalog, DCT + "title") or graph.text(dataset, DCT + "title") or "Linked data",
            description=graph.text(catalog, DCT + "description") or "",
            publisher=publisher,
            publisher_name=graph.text(publisher, FOAF + "name") or "",
            licence=licence,
            licence_label=(graph.text(licence, RDFS + "label") if licence else None) or licence,
            rights=tuple(sorted({one.value for one in graph.literals(dataset, DCT + "rights")})),
            notice=graph.text(catalog, RDFS + "comment") or "",
            contact_url=graph.iri(contact, VCARD + "hasURL") if contact else None,
            network=network,
            network_label=(graph.text(network, RDFS + "label") if network else None) or "the network",
        )

    def _class_shape(self, iri: str, target: str) -> ClassShape:
        graph = self._graph
        fields = [self._field(one) for one in graph.iris(iri, SH + "property")]
        return ClassShape(
            iri=iri,
            target=target,
            label=graph.text(iri, RDFS + "label") or graph.text(target, RDFS + "label") or iri,
            description=graph.text(iri, SH + "description") or graph.text(target, SKOS + "definition") or "",
            fields=tuple(sorted((one for one in fields if one), key=lambda one: (one.order, one.iri))),
            list_path=graph.text(iri, CCIN + "listPath"),
            facets=self._facets(iri, CCIN + "facet"),
            sorted_by=self._facets(iri, CCIN + "sortedBy"),
        )

    def _facets(self, shape: str, how: str) -> tuple[Facet, ...]:
        """Return the facets that a node shape names, in their order. Raises BadRecord for a path unknown."""
        found = [self._facet(one) for one in self._graph.iris(shape, how)]
        return tuple(sorted(found, key=lambda one: (one.order, one.name)))

    def _facet(self, iri: str) -> Facet:
        graph = self._graph
        path = next(iter(graph.objects(iri, CCIN + "facetPath")), None)
        name = graph.text(iri, CCIN + "parameterName")
        if path is None or not name:
            raise BadRecord(
                f"the facet <{iri}> has no way to its values, or no name for addresses",
                hint="give it ccin:facetPath and ccin:parameterName",
            )
        return Facet(
            iri=iri,
            name=name,
            label=graph.text(iri, RDFS + "label") or name,
            description=graph.text(iri, SKOS + "definition") or "",
            order=self._number(iri, SH + "order"),
            path=read(graph, path),
        )

    def _field(self, iri: str) -> FieldShape | None:
        graph = self._graph
        path = graph.iri(iri, SH + "path")
        if path is None:
            return None
        group = graph.iri(iri, SH + "group")
        return FieldShape(
            iri=iri,
            path=path,
            name=graph.text(iri, SH + "name") or self.term_label(path) or path,
            description=graph.text(iri, SH + "description") or "",
            group=(graph.text(group, RDFS + "label") if group else None) or "",
            order=(self._number(group, SH + "order") if group else 99.0, self._number(iri, SH + "order")),
            min_count=int(self._number(iri, SH + "minCount", 0)),
            max_count=int(count) if (count := self._number(iri, SH + "maxCount", -1)) >= 0 else None,
            datatype=graph.iri(iri, SH + "datatype"),
            node_class=graph.iri(iri, SH + "class"),
            severity=graph.iri(iri, SH + "severity") or SH + "Violation",
            values=tuple(graph.list_items(next(iter(graph.objects(iri, SH + "in")), None))),
            one_a_language=graph.text(iri, SH + "uniqueLang") == "true",
        )

    def _number(self, subject: str | None, predicate: str, default: float = 99) -> float:
        text = self._graph.text(subject, predicate) if subject else None
        return float(text) if text is not None else default

    def _term(self, iri: str, kind: str) -> Term:
        graph = self._graph
        supers = [*graph.iris(iri, RDFS + "subClassOf"), *graph.iris(iri, RDFS + "subPropertyOf")]
        return Term(
            iri=iri,
            kind=kind,
            label=graph.text(iri, RDFS + "label") or iri,
            definition=graph.text(iri, SKOS + "definition") or "",
            examples=tuple(sorted(one.value for one in graph.literals(iri, SKOS + "example"))),
            status=graph.text(iri, VS + "term_status") or "stable",
            supers=tuple(sorted(supers)),
            see_also=tuple(sorted(graph.iris(iri, RDFS + "seeAlso"))),
            domains=tuple(sorted(graph.iris(iri, RDFS + "domain"))),
            ranges=tuple(sorted(graph.iris(iri, RDFS + "range"))),
        )


def _plural(segment: str) -> str:
    return f"{segment[:-1]}ies" if segment.endswith("y") else f"{segment}s"


def _joined(line: Sequence[ClassShape]) -> ClassShape:
    """Return the nearest shape with the fields of those it inherits from, the nearest word winning."""
    fields: dict[str, FieldShape] = {}
    for shape in line:
        for field in shape.fields:
            fields.setdefault(field.path, field)
    first = line[0]
    ordered = tuple(sorted(fields.values(), key=lambda one: (one.order, one.iri)))
    list_path = next((shape.list_path for shape in line if shape.list_path), None)
    return ClassShape(first.iri, first.target, first.label, first.description, ordered, list_path)
