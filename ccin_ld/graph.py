"""A few triples in memory, asked by subject and predicate: what the build and the model read from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from .namespaces import RDF
from .resource import Object, pick

_FIRST, _REST, _NIL = RDF + "first", RDF + "rest", RDF + "nil"
Node = ox.NamedNode | ox.BlankNode | ox.Triple


class TripleIndex:
    """Triples by subject and by predicate. Subjects and predicates are given as IRIs, objects as terms."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._by_subject: dict[Node, dict[str, list[Object]]] = defaultdict(lambda: defaultdict(list))
        self._by_predicate: dict[str, list[tuple[Node, Object]]] = defaultdict(list)
        for triple in dict.fromkeys(triples):
            self._by_subject[triple.subject][triple.predicate.value].append(triple.object)
            self._by_predicate[triple.predicate.value].append((triple.subject, triple.object))

    def objects(self, subject: str | Node, predicate: str) -> list[Object]:
        """Return the objects of one subject and predicate."""
        node = ox.NamedNode(subject) if isinstance(subject, str) else subject
        return self._by_subject[node][predicate] if node in self._by_subject else []

    def iris(self, subject: str | Node, predicate: str) -> list[str]:
        """Return the IRIs among the objects of one subject and predicate."""
        return [o.value for o in self.objects(subject, predicate) if isinstance(o, ox.NamedNode)]

    def iri(self, subject: str | Node, predicate: str) -> str | None:
        """Return the first IRI in sorted order, or None."""
        return min(self.iris(subject, predicate), default=None)

    def literals(self, subject: str | Node, predicate: str) -> list[ox.Literal]:
        """Return the literals among the objects of one subject and predicate."""
        return [o for o in self.objects(subject, predicate) if isinstance(o, ox.Literal)]

    def text(self, subject: str | Node, predicate: str, language: str = "en") -> str | None:
        """Return the literal that suits *language* best, or None."""
        return pick(self.literals(subject, predicate), language)

    def pairs(self, predicate: str) -> Iterator[tuple[str, Object]]:
        """Yield the subject IRI and object of every triple with the predicate."""
        for subject, value in self._by_predicate.get(predicate, ()):
            if isinstance(subject, ox.NamedNode):
                yield subject.value, value

    def of_type(self, iri: str) -> list[str]:
        """Return the sorted IRIs of the things that have the class as a stated type."""
        wanted = ox.NamedNode(iri)
        return sorted({subject for subject, value in self.pairs(RDF + "type") if value == wanted})

    def subjects(self) -> list[str]:
        """Return the sorted IRIs of all subjects."""
        return sorted(node.value for node in self._by_subject if isinstance(node, ox.NamedNode))

    def list_items(self, head: Object | None) -> list[Object]:
        """Return the members of an RDF list; an unfinished one ends where its cells do."""
        items: list[Object] = []
        while isinstance(head, ox.NamedNode | ox.BlankNode) and head != ox.NamedNode(_NIL):
            items += self.objects(head, _FIRST)[:1]
            head = next(iter(self.objects(head, _REST)), None)
        return items
