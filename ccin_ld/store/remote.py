"""The triples of a build in a SPARQL engine somewhere else: the same answers as LocalStore gives, over HTTP.

In the engine a build's default graph is a named graph, ``urn:ccin-ld:…:default:VERSION``, for what a default
graph is differs from engine to engine (in Virtuoso it is the union of all). The sources' graphs have the
names they are published under. What is there, whole, stands in a graph of its own; ``store.push`` writes it.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar

import pyoxigraph as ox

from ..errors import BadQuery, EngineFailed, UnknownResource
from ..iris import Base
from ..namespaces import PREFIXES, RDFS
from ..resource import Object, Resource
from . import guard
from .engine import Engine, Rows, ask
from .held import Held
from .names import published, version_of

log = logging.getLogger("ccin_ld.engine")

_LABEL = ox.NamedNode(RDFS + "label")
_KEPT = 20_000  # things whose triples are kept; a build never changes
_AT_ONCE = 200  # things asked for in one query


def for_workers(engine: Engine, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the workers of a pool need to ask *engine* for the build with this manifest."""
    what = published(manifest)
    told = {"default": what.default, "named": list(what.named), "nothing": what.nothing}
    return {"engine": engine.to_dict(), "base": manifest["base"], "version": version_of(manifest), **told}


class RemoteStore:
    """The triples of one build in a remote engine; safe to share between threads.

    What is read of a thing is kept: pages ask for many labels, and a build never changes. Blank nodes are
    not followed, for their names hold for one answer only; the record has none.
    """

    def __init__(self, engine: Engine, base: Base, manifest: Mapping[str, Any]) -> None:
        self.engine, self.base = engine, base
        self.version = version_of(manifest)
        self.published = published(manifest)
        self._graphs = frozenset(self.published.named)
        self._counts = manifest["counts"]
        self._held = Held(engine, base.iri, self.version)
        self._own: _Kept[ox.Triple] = _Kept(self._read_own)
        self._said: _Kept[ox.Quad] = _Kept(self._read_said)

    def __len__(self) -> int:
        """Return the number of triples of the default graph and all named graphs, as the build has them."""
        named: int = sum(self._counts["graphs"].values())
        return int(self._counts["triples"]) + named

    def check(self) -> None:
        """Return when the engine answers and holds this build. Raises EngineFailed or BuildFailed."""
        self._held.check()

    def prefetch(self, iris: Iterable[str]) -> None:
        """Read at once what is about to be asked of each of these things."""
        self._own.of_all(iris)

    def describe(self, iri: str) -> Resource:
        """Return the Resource that *iri* names. Raises UnknownResource when no triple has it as subject."""
        document = self.base.document(iri)
        self._own.of_all([iri, document])
        own = self._with_parts(iri)
        if not own:
            raise UnknownResource(iri)
        if document != iri:
            own += self._own.of(document)
        own = list(dict.fromkeys(own))
        return Resource(iri, document, (*own, *self.labels_of(own)))

    def _with_parts(self, owner: str) -> list[ox.Triple]:
        found, waiting, seen = list[ox.Triple](), [owner], {owner}
        while waiting:
            triples = [triple for triples in self._own.of_all(waiting).values() for triple in triples]
            found += triples
            parts = (t.object.value for t in triples if isinstance(t.object, ox.NamedNode))
            waiting = [iri for iri in dict.fromkeys(parts) if iri.startswith(owner + "#") and iri not in seen]
            seen.update(waiting)
        return found

    def labels_of(self, triples: Iterable[ox.Triple]) -> list[ox.Triple]:
        """Return the rdfs:label triples of every IRI that *triples* link to, less those already there."""
        triples = list(triples)
        linked = dict.fromkeys(t.object.value for t in triples if isinstance(t.object, ox.NamedNode))
        known = set(triples)
        return [
            triple
            for about in self._own.of_all(linked).values()
            for triple in about
            if triple.predicate == _LABEL and triple not in known
        ]

    def labels(self, iris: Iterable[str]) -> dict[str, list[ox.Literal]]:
        """Return the labels of each IRI; one without a label is absent."""
        found = {
            iri: [t.object for t in about if t.predicate == _LABEL and isinstance(t.object, ox.Literal)]
            for iri, about in self._own.of_all(iris).items()
        }
        return {iri: labels for iri, labels in found.items() if labels}

    def objects(self, iri: str, predicate: str) -> list[Object]:
        """Return the values of one property in the default graph."""
        return [triple.object for triple in self._own.of(iri) if triple.predicate.value == predicate]

    def triples_with(self, predicate: str) -> list[ox.Triple]:
        """Return every triple of the default graph that has the predicate."""
        node = ox.NamedNode(predicate)
        rows = self._rows(f"SELECT ?s ?o {{ GRAPH <{self.published.default}> {{ ?s {node} ?o }} }}")
        return [ox.Triple(s, node, o) for s, o in rows]

    def subjects_of(self, predicate: str, value: str) -> list[str]:
        """Return the sorted IRIs that have the IRI *value* for *predicate* in the default graph."""
        how, what = ox.NamedNode(predicate), ox.NamedNode(value)
        rows = self._rows(f"SELECT ?s {{ GRAPH <{self.published.default}> {{ ?s {how} {what} }} }}")
        return sorted(row[0].value for row in rows if isinstance(row[0], ox.NamedNode))

    def select(self, query: str) -> list[ox.QuerySolution]:
        """Return the rows of a SPARQL SELECT, asked of the engine; our prefixes are known.

        Raises BadQuery for a mistake or another kind of query, QueryForbidden for SERVICE.
        """
        guard.check(query, max_bytes=1 << 20, max_nesting=100)
        try:
            kind = ox.Store().query(query, prefixes=PREFIXES)
        except SyntaxError as error:
            raise BadQuery(f"the query has a mistake: {error.msg}", hint="see docs/sparql.md") from error
        if not isinstance(kind, ox.QuerySolutions):
            raise BadQuery("this is not a SELECT query", hint="begin it with SELECT")
        lines = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
        default, named = self.published.dataset((), (), graphs=True)
        with ask(self.engine, lines + query, "select", default=default, named=named) as (found, _):
            assert isinstance(found, Rows)
            return list(found)

    def graph(self, iri: str) -> list[ox.Triple]:
        """Return the triples of one named graph; none when there is no such published graph."""
        return list(self._triples(iri)) if iri in self._graphs else []

    def default_graph(self) -> Iterator[ox.Triple]:
        """Yield every triple of the default graph."""
        return self._triples(self.published.default)

    def quads(self, triples: Iterable[ox.Triple]) -> list[ox.Quad]:
        """Return *triples* in each named graph that says them: who said what."""
        triples = list(triples)
        said = self._said.of_all(t.subject.value for t in triples if isinstance(t.subject, ox.NamedNode))
        found: dict[ox.Triple, list[ox.Quad]] = {}
        for quad in (quad for quads in said.values() for quad in quads):
            found.setdefault(quad.triple, []).append(quad)
        return [quad for triple in triples for quad in found.get(triple, ())]

    def graphs_of(self, iri: str) -> list[str]:
        """Return the sorted IRIs of the named graphs, that is the sources, that speak of the thing."""
        names = (quad.graph_name for quad in self._said.of(iri))
        return sorted({name.value for name in names if isinstance(name, ox.NamedNode)})

    def values(self, iri: str, predicate: str) -> list[tuple[str, str]]:
        """Return (written value, graph IRI) of every named graph's value of one property: conflicts too."""
        return sorted(
            (str(quad.object), quad.graph_name.value)
            for quad in self._said.of(iri)
            if quad.predicate.value == predicate and isinstance(quad.graph_name, ox.NamedNode)
        )

    def _read_own(self, iris: Sequence[str]) -> Iterator[tuple[str, ox.Triple]]:
        graph, things = self.published.default, " ".join(f"<{iri}>" for iri in iris)
        rows = self._rows(f"SELECT ?s ?p ?o {{ GRAPH <{graph}> {{ VALUES ?s {{ {things} }} ?s ?p ?o }} }}")
        if not rows:
            self._held.still()  # before it is kept that there is nothing
        for subject, predicate, value in rows:
            yield subject.value, ox.Triple(subject, predicate, value)

    def _read_said(self, iris: Sequence[str]) -> Iterator[tuple[str, ox.Quad]]:
        things = " ".join(f"<{iri}>" for iri in iris)
        rows = self._rows(f"SELECT ?g ?s ?p ?o {{ GRAPH ?g {{ VALUES ?s {{ {things} }} ?s ?p ?o }} }}")
        for graph, subject, predicate, value in rows:
            if graph.value in self._graphs:
                yield subject.value, ox.Quad(subject, predicate, value, graph)

    def _triples(self, graph: str) -> Iterator[ox.Triple]:
        rows = self._rows(f"SELECT ?s ?p ?o {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
        return (ox.Triple(*row) for row in rows)

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        with ask(self.engine, query, "select") as (found, most):
            assert isinstance(found, Rows)
            rows = [tuple(row) for row in found]
        if most is not None and len(rows) >= most:
            raise EngineFailed(
                "the engine behind this site does not give whole answers",
                detail=f"{self.engine.name}: it gives {most} rows at most; raise that limit",
            )
        return rows


_Item = TypeVar("_Item")


class _Kept(Generic[_Item]):
    """What was read of each thing, the longest unused going first."""

    def __init__(self, read: Callable[[Sequence[str]], Iterable[tuple[str, _Item]]]) -> None:
        self._read, self._lock = read, threading.Lock()
        self._kept: OrderedDict[str, tuple[_Item, ...]] = OrderedDict()

    def of(self, iri: str) -> tuple[_Item, ...]:
        """Return what there is of one thing."""
        return self.of_all([iri]).get(iri, ())

    def of_all(self, iris: Iterable[str]) -> dict[str, tuple[_Item, ...]]:
        """Return what there is of each thing, in their order; what is not kept is read at once."""
        wanted = [iri for iri in dict.fromkeys(iris) if _is_iri(iri)]
        found: dict[str, tuple[_Item, ...]] = {}
        with self._lock:
            for iri in wanted:
                if iri in self._kept:
                    self._kept.move_to_end(iri)
                    found[iri] = self._kept[iri]
        missing = [iri for iri in wanted if iri not in found]
        for start in range(0, len(missing), _AT_ONCE):
            some = missing[start : start + _AT_ONCE]
            read: dict[str, list[_Item]] = {iri: [] for iri in some}
            for iri, item in self._read(some):
                read.setdefault(iri, []).append(item)
            found.update((iri, tuple(items)) for iri, items in read.items())
        self._keep({iri: found[iri] for iri in missing})
        return {iri: found[iri] for iri in wanted}

    def _keep(self, read: Mapping[str, tuple[_Item, ...]]) -> None:
        with self._lock:
            self._kept.update(read)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)


def _is_iri(text: str) -> bool:
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return not any(sign in text for sign in '<>"{}|^`\\ \n')
