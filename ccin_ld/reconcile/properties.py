"""The properties that the shapes give each class: what rows can be narrowed by, and columns filled from.

Each field of a class is one; of a thing that a field has once, such as an area, each of its fields; and each
facet of a list, which leads further.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import pyoxigraph as ox

from ..model import ClassShape, Facet, FieldShape, Model
from ..namespaces import PREFIXES, RDF, shorten
from ..paths import Chain, Path, Step, Walker
from ..resource import Object
from ..store.protocol import Store


@dataclass(frozen=True)
class Property:
    """One property: its id in the service, its words, the way to its values, and their class if any."""

    id: str
    name: str
    description: str
    path: Path
    node_class: str | None


@dataclass(frozen=True)
class Type:
    """One class of things: its id in the service, its words, and the ids of those right above it."""

    id: str
    iri: str
    name: str
    description: str
    broader: tuple[str, ...]


def expand(name: str) -> str:
    """Return the IRI of a class or a property that an id stands for; any other text as it is."""
    prefix, colon, local = name.partition(":")
    return PREFIXES[prefix] + local if colon and prefix in PREFIXES else name


class _Stored:
    """The triples of a store, as paths are followed in them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def objects(self, subject: str, predicate: str, /) -> list[Object]:
        return self._store.objects(subject, predicate)

    def pairs(self, predicate: str, /) -> Iterator[tuple[str, Object]]:
        for triple in self._store.triples_with(predicate):
            if isinstance(triple.subject, ox.NamedNode):
                yield triple.subject.value, triple.object


class Schema:
    """The types and properties of one build: those that its shapes describe and that things here have."""

    def __init__(self, model: Model, store: Store, classes: Iterable[str]) -> None:
        self._model = model
        self._used = frozenset(classes)
        self._walker = Walker(_Stored(store))
        self._labels: dict[tuple[str, ...], str] = {}

    @cached_property
    def types(self) -> tuple[Type, ...]:
        """The classes that have things with names, those with a list first."""
        shapes = [shape for shape in self._model.shapes if shape.target in self._used]
        shapes.sort(key=lambda shape: (shape.list_path is None, shape.label))
        known = {shape.target for shape in shapes}
        return tuple(self._type(shape, known) for shape in shapes)

    def _type(self, shape: ClassShape, known: set[str]) -> Type:
        above = [iri for iri in self._model.superclasses(shape.target)[1:] if iri in known]
        return Type(
            shorten(shape.target),
            shape.target,
            shape.label,
            shape.description,
            tuple(shorten(iri) for iri in above[:1]),
        )

    @cached_property
    def defaults(self) -> tuple[Type, ...]:
        """The classes that have a list: what is matched where a query names no type."""
        listed = {shape.target for shape in self._model.lists.values()}
        return tuple(one for one in self.types if one.iri in listed)

    def type(self, name: str) -> Type | None:
        """Return the type with this id or IRI, or None."""
        return self._types.get(expand(name))

    @cached_property
    def _types(self) -> dict[str, Type]:
        return {one.iri: one for one in self.types}

    def of_types(self, iris: Iterable[str]) -> list[Type]:
        """Return the types among the classes of a thing."""
        wanted = set(iris)
        return [one for one in self.types if one.iri in wanted]

    def label_of(self, types: Sequence[str]) -> str:
        """Return the words for the most special of the classes of a thing."""
        key = tuple(types)
        if key not in self._labels:
            shape = self._model.shape_for(types)
            self._labels[key] = shape.label if shape else ""
        return self._labels[key]

    def properties_of(self, name: str) -> tuple[Property, ...]:
        """Return the properties of a type, with those of the classes above it; none for an unknown one."""
        found = self.type(name)
        shape = self._model.shape_for([found.iri]) if found else None
        return tuple(self._properties(shape)) if shape else ()

    @cached_property
    def properties(self) -> dict[str, Property]:
        """Every property of every type, by id: those of types with a list first."""
        found: dict[str, Property] = {}
        for one in self.types:
            for each in self.properties_of(one.id):
                found.setdefault(each.id, each)
        return found

    def property(self, name: str) -> Property | None:
        """Return the property with this id, or with this IRI, or None."""
        return self.properties.get(name) or self.properties.get(shorten(name))

    def values(self, iri: str, name: Property) -> list[Object]:
        """Return the values of a property of a thing, sorted."""
        return sorted(self._walker.values(iri, name.path), key=str)

    def _properties(self, shape: ClassShape) -> Iterator[Property]:
        fields = [self._with_class(field) for field in shape.fields]
        yield from map(_of_field, fields)
        for field in fields:
            inner = self._model.shape_for([field.node_class]) if field.node_class else None
            # Of what it has several, columns side by side would not say which belongs to which.
            if inner and field.path in self._model.functional and field.node_class in self._model.segments:
                yield from (_of_inner(field, one) for one in inner.fields if one.in_sheets)
        own = {field.path for field in shape.fields}
        for facet in self._facets(shape):
            if not isinstance(facet.path, Step) or facet.path.iri not in own | {RDF + "type"}:
                yield Property(shorten(facet.iri), facet.label, facet.description, facet.path, None)

    def _with_class(self, field: FieldShape) -> FieldShape:
        """Return a field with the class of its values, which the shape of a class above it may know."""
        return field if field.node_class else replace(field, node_class=self._node_classes.get(field.path))

    @cached_property
    def _node_classes(self) -> dict[str, str]:
        fields = (field for shape in self._model.shapes for field in shape.fields)
        return {field.path: field.node_class for field in fields if field.node_class}

    def _facets(self, shape: ClassShape) -> tuple[Facet, ...]:
        listed = {one.target: one for one in self._model.lists.values()}
        above = (listed[iri] for iri in self._model.superclasses(shape.target) if iri in listed)
        return next((one.facets for one in above), ())


def _of_field(field: FieldShape) -> Property:
    return Property(shorten(field.path), field.name, field.description, Step(field.path), field.node_class)


def _of_inner(outer: FieldShape, inner: FieldShape) -> Property:
    return Property(
        f"{shorten(outer.path)}/{shorten(inner.path)}",
        f"{outer.name}: {inner.name}",
        inner.description,
        Chain((Step(outer.path), Step(inner.path))),
        inner.node_class,
    )
