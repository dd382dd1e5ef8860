"""A few triples in memory, asked by subject and predicate, and names for their nodes that have no IRI."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

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

    def having(self, predicate: str) -> list[ox.Triple]:
        """Return the triples with the predicate."""
        name = ox.NamedNode(predicate)
        return [ox.Triple(subject, name, value) for subject, value in self._by_predicate.get(predicate, ())]

    def has(self, subject: str | Node) -> bool:
        """Say whether anything is said of a subject."""
        return (ox.NamedNode(subject) if isinstance(subject, str) else subject) in self._by_subject

    def about(self, iri: str) -> list[ox.Triple]:
        """Return the triples with this subject."""
        node = ox.NamedNode(iri)
        if node not in self._by_subject:
            return []
        return [
            ox.Triple(node, ox.NamedNode(predicate), value)
            for predicate, values in self._by_subject[node].items()
            for value in values
        ]

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


def name_blanks(triples: Iterable[ox.Triple], prefix: str) -> list[ox.Triple]:
    """Return the triples, sorted, with each blank node named by where it stands and what it holds.

    The names do not depend on the names in the file, and a change elsewhere leaves them as they are, so that
    two versions of a graph can be compared line by line. Nodes in a circle get their names from RDFC-1.0.
    """
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    # The order of these names settles which of two equal nodes comes first.
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    known = [quad.triple for quad in dataset]
    names = _Blanks(known).names(prefix)

    def named(term: Node | Object) -> Node | Object:
        return names[term] if isinstance(term, ox.BlankNode) else term

    # A name takes the place of a blank node only, and a blank node may stand wherever its name may.
    return sorted((ox.Triple(named(t.subject), t.predicate, named(t.object)) for t in known), key=str)  # type: ignore[arg-type]


class _Blanks:
    """The blank nodes of a graph: what each holds, and the way to it."""

    def __init__(self, triples: Sequence[ox.Triple]) -> None:
        self._held: dict[ox.BlankNode, list[ox.Triple]] = defaultdict(list)
        self._holders: dict[ox.BlankNode, list[ox.Triple]] = defaultdict(list)
        nodes = {term for t in triples for term in (t.subject, t.object) if isinstance(term, ox.BlankNode)}
        self._nodes = sorted(nodes, key=str)
        for triple in triples:
            if isinstance(triple.subject, ox.BlankNode):
                self._held[triple.subject].append(triple)
            if isinstance(triple.object, ox.BlankNode):
                self._holders[triple.object].append(triple)

    def names(self, prefix: str) -> Mapping[ox.BlankNode, ox.BlankNode]:
        contents = self._contents()
        made: dict[ox.BlankNode, ox.BlankNode] = {}
        times: dict[str, int] = defaultdict(int)
        for node in self._nodes:
            text = f"{self._way(node)}\n{contents.get(node, node.value)}"
            name = hashlib.sha256(text.encode()).hexdigest()[:16]
            times[name] += 1
            again = f"-{times[name]}" if times[name] > 1 else ""
            made[node] = ox.BlankNode(f"{prefix}-{name}{again}")
        return made

    def _contents(self) -> dict[object, str]:
        """Return a digest of all that hangs on each node; nodes in a circle have none."""
        done: dict[object, str] = {}
        waiting = {node: self._below(node) for node in self._nodes}
        above: dict[ox.BlankNode, list[ox.BlankNode]] = defaultdict(list)
        for node, below in waiting.items():
            for one in below:
                above[one].append(node)
        ready = [node for node in self._nodes if not waiting[node]]
        for node in ready:
            lines = sorted(f"{t.predicate} {done.get(t.object, t.object)}" for t in self._held[node])
            done[node] = hashlib.sha256("\n".join(lines).encode()).hexdigest()
            for one in above[node]:
                waiting[one].discard(node)
                if not waiting[one]:
                    ready.append(one)
        return done

    def _below(self, node: ox.BlankNode) -> set[ox.BlankNode]:
        return {t.object for t in self._held[node] if isinstance(t.object, ox.BlankNode)}

    def _way(self, node: ox.BlankNode) -> str:
        """Return the properties that lead to a node from a thing with an IRI, as far as it is one way."""
        steps: list[str] = []
        seen: set[Node] = set()
        here: Node = node
        while isinstance(here, ox.BlankNode) and here not in seen and len(self._holders[here]) == 1:
            seen.add(here)
            holder = self._holders[here][0]
            steps.append(str(holder.predicate))
            here = holder.subject
        return " ".join([*steps, str(here) if isinstance(here, ox.NamedNode) else ""])
