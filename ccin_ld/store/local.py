"""The triples index of a build, on this disk: pyoxigraph's store, opened read-only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from ..errors import BadQuery, BuildFailed, UnknownResource
from ..iris import Base
from ..namespaces import PREFIXES, RDFS
from ..resource import Object, Resource
from . import guard

_LABEL = ox.NamedNode(RDFS + "label")
_DEFAULT = ox.DefaultGraph()


class LocalStore:
    """The default graph and named graphs of one build, read-only and safe to share between threads."""

    def __init__(self, folder: Path, base: Base) -> None:
        """Open the store in *folder*. Raises BuildFailed when it is not one."""
        try:
            self._store = ox.Store.read_only(str(folder))
        except OSError as error:
            raise BuildFailed(f"the triples index in {folder} cannot be opened: {error}") from error
        self.folder, self.base = folder, base

    def __len__(self) -> int:
        """Return the number of triples of the default graph and all named graphs together."""
        return len(self._store)

    def check(self) -> None:
        """Return: what is open answers."""

    def prefetch(self, iris: Iterable[str]) -> None:
        """Do nothing: every question is as quick by itself."""

    def describe(self, iri: str) -> Resource:
        """Return the Resource that *iri* names: its triples, its parts', its document's, and linked labels.

        SPARQL 1.1 Query, 16.4, leaves DESCRIBE open: ours is a concise bounded description in which parts
        (hash IRIs) and blank nodes are followed. Raises UnknownResource when no triple has it as subject.
        """
        document = self.base.document(iri)
        own = list(self._about(ox.NamedNode(iri), iri))
        if not own:
            raise UnknownResource(iri)
        if document != iri:
            own += self._of(ox.NamedNode(document))
        own = list(dict.fromkeys(own))
        return Resource(iri, document, (*own, *self.labels_of(own)))

    def _about(self, node: ox.NamedNode | ox.BlankNode, owner: str) -> Iterator[ox.Triple]:
        waiting, seen = [node], {node}
        for subject in waiting:
            for triple in self._of(subject):
                yield triple
                value = triple.object
                part = isinstance(value, ox.NamedNode) and value.value.startswith(owner + "#")
                if (part or isinstance(value, ox.BlankNode)) and value not in seen:
                    assert isinstance(value, ox.NamedNode | ox.BlankNode)
                    seen.add(value)
                    waiting.append(value)

    def _of(self, subject: ox.NamedNode | ox.BlankNode) -> list[ox.Triple]:
        return [quad.triple for quad in self._store.quads_for_pattern(subject, None, None, _DEFAULT)]

    def labels_of(self, triples: Iterable[ox.Triple]) -> list[ox.Triple]:
        """Return the rdfs:label triples of every IRI that *triples* link to, less those already there."""
        triples = list(triples)
        linked = dict.fromkeys(t.object for t in triples if isinstance(t.object, ox.NamedNode))
        found = [
            quad.triple
            for node in linked
            for quad in self._store.quads_for_pattern(node, _LABEL, None, _DEFAULT)
        ]
        known = set(triples)
        return [triple for triple in found if triple not in known]

    def labels(self, iris: Iterable[str]) -> dict[str, list[ox.Literal]]:
        """Return the labels of each IRI; one without a label is absent."""
        found: dict[str, list[ox.Literal]] = {}
        for iri in dict.fromkeys(iris):
            quads = self._store.quads_for_pattern(ox.NamedNode(iri), _LABEL, None, _DEFAULT)
            labels = [quad.object for quad in quads if isinstance(quad.object, ox.Literal)]
            if labels:
                found[iri] = labels
        return found

    def objects(self, iri: str, predicate: str) -> list[Object]:
        """Return the values of one property in the default graph."""
        pattern = (ox.NamedNode(iri), ox.NamedNode(predicate), None, _DEFAULT)
        return [quad.object for quad in self._store.quads_for_pattern(*pattern)]

    def triples_with(self, predicate: str) -> list[ox.Triple]:
        """Return every triple of the default graph that has the predicate."""
        pattern = (None, ox.NamedNode(predicate), None, _DEFAULT)
        return [quad.triple for quad in self._store.quads_for_pattern(*pattern)]

    def subjects_of(self, predicate: str, value: str) -> list[str]:
        """Return the sorted IRIs that have the IRI *value* for *predicate* in the default graph."""
        pattern = (None, ox.NamedNode(predicate), ox.NamedNode(value), _DEFAULT)
        subjects = (quad.subject for quad in self._store.quads_for_pattern(*pattern))
        return sorted(node.value for node in subjects if isinstance(node, ox.NamedNode))

    def select(self, query: str) -> list[ox.QuerySolution]:
        """Return the rows of a SPARQL SELECT, evaluated in this process.

        Raises BadQuery for a mistake or another kind of query, QueryForbidden for SERVICE.
        """
        guard.check(query, max_bytes=1 << 20, max_nesting=100)
        try:
            found = self._store.query(query, prefixes=PREFIXES)
        except SyntaxError as error:
            raise BadQuery(f"the query has a mistake: {error.msg}", hint="see docs/sparql.md") from error
        if not isinstance(found, ox.QuerySolutions):
            raise BadQuery("this is not a SELECT query", hint="begin it with SELECT")
        return list(found)

    def graph(self, iri: str) -> list[ox.Triple]:
        """Return the triples of one named graph; none when there is no such graph."""
        return [q.triple for q in self._store.quads_for_pattern(None, None, None, ox.NamedNode(iri))]

    def default_graph(self) -> Iterator[ox.Triple]:
        """Yield every triple of the default graph."""
        return (quad.triple for quad in self._store.quads_for_pattern(None, None, None, _DEFAULT))

    def quads(self, triples: Iterable[ox.Triple]) -> list[ox.Quad]:
        """Return *triples* in each named graph that says them: who said what."""
        return [quad for triple in triples for quad in self._said(triple)]

    def _said(self, triple: ox.Triple) -> list[ox.Quad]:
        pattern = (triple.subject, triple.predicate, triple.object)
        said = self._store.quads_for_pattern(*pattern, None)
        return [quad for quad in said if isinstance(quad.graph_name, ox.NamedNode)]

    def graphs_of(self, iri: str) -> list[str]:
        """Return the sorted IRIs of the named graphs, that is the sources, that speak of the thing."""
        quads = self._store.quads_for_pattern(ox.NamedNode(iri), None, None, None)
        graphs = {q.graph_name.value for q in quads if isinstance(q.graph_name, ox.NamedNode)}
        return sorted(graphs)

    def values(self, iri: str, predicate: str) -> list[tuple[str, str]]:
        """Return (written value, graph IRI) of every named graph's value of one property: conflicts too."""
        pattern = (ox.NamedNode(iri), ox.NamedNode(predicate), None, None)
        return sorted(
            (str(quad.object), quad.graph_name.value)
            for quad in self._store.quads_for_pattern(*pattern)
            if isinstance(quad.graph_name, ox.NamedNode)
        )
