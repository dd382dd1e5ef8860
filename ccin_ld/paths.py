"""Paths from a thing to values some links away, as SHACL writes them (section 2.3.1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import pyoxigraph as ox

from .errors import BadRecord
from .graph import TripleIndex
from .namespaces import SH
from .resource import Object


@dataclass(frozen=True)
class Step:
    """One property, followed from subject to object, or backwards."""

    iri: str
    backwards: bool = False


@dataclass(frozen=True)
class Chain:
    """Paths one after another."""

    parts: tuple[Path, ...]


@dataclass(frozen=True)
class Choice:
    """Paths of which any will do."""

    parts: tuple[Path, ...]


Path = Step | Chain | Choice


def read(graph: TripleIndex, node: Object) -> Path:
    """Return the path that a node of the shapes stands for. Raises BadRecord for one we cannot follow."""
    if isinstance(node, ox.NamedNode):
        return Step(node.value)
    if isinstance(node, ox.BlankNode):
        for inner in graph.objects(node, SH + "inversePath"):
            if isinstance(inner, ox.NamedNode):
                return Step(inner.value, backwards=True)
        for inner in graph.objects(node, SH + "alternativePath"):
            return Choice(tuple(read(graph, one) for one in graph.list_items(inner)))
        if items := graph.list_items(node):
            return Chain(tuple(read(graph, one) for one in items))
    raise BadRecord(
        f"a path cannot be followed at {node}",
        hint="write it as a property, a list of paths, sh:inversePath of a property, or sh:alternativePath",
    )


class Triples(Protocol):
    """Where paths can be followed: triples in memory, or a store."""

    def objects(self, subject: str, predicate: str, /) -> Sequence[Object]:
        """Return the objects of one subject and predicate."""
        ...

    def pairs(self, predicate: str, /) -> Iterable[tuple[str, Object]]:
        """Yield the subject IRI and object of every triple with the predicate."""
        ...


class Walker:
    """Follows paths in a graph."""

    def __init__(self, graph: Triples) -> None:
        self._graph = graph
        self._subjects: dict[str, dict[str, list[str]]] = {}

    def values(self, start: str, path: Path) -> set[Object]:
        """Return what the path leads to from a thing."""
        return self._follow({ox.NamedNode(start)}, path)

    def owners(self, start: str, path: Path) -> tuple[list[str], Path]:
        """Return the things at which the last step of a path begins, and that step."""
        if not isinstance(path, Chain):
            return [start], path
        found = self._follow({ox.NamedNode(start)}, Chain(path.parts[:-1]))
        return sorted(one.value for one in found if isinstance(one, ox.NamedNode)), path.parts[-1]

    def _follow(self, nodes: Iterable[Object], path: Path) -> set[Object]:
        found = set(nodes)
        if isinstance(path, Choice):
            return {value for part in path.parts for value in self._follow(found, part)}
        if isinstance(path, Chain):
            for part in path.parts:
                found = self._follow(found, part)
            return found
        iris = [node.value for node in found if isinstance(node, ox.NamedNode)]
        if path.backwards:
            back = self._backwards(path.iri)
            return {ox.NamedNode(one) for iri in iris for one in back.get(iri, ())}
        return {value for iri in iris for value in self._graph.objects(iri, path.iri)}

    def _backwards(self, predicate: str) -> dict[str, list[str]]:
        """Return who has each thing as a value of a property: read once for each property."""
        if predicate not in self._subjects:
            found = defaultdict(list)
            for subject, value in self._graph.pairs(predicate):
                if isinstance(value, ox.NamedNode):
                    found[value.value].append(subject)
            self._subjects[predicate] = found
        return self._subjects[predicate]
