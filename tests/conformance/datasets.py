"""Puts the data of many tests into few files: each graph under a name, so that one server has them all.

A test's default graph is chosen with ``default-graph-uri`` (SPARQL 1.1 Protocol, 2.1.4). Only tests that
give one name to two different graphs need a server more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from .suites import Case, address

Graphs = dict[str, tuple[str, list[ox.Triple]]]  # name: digest and triples
EMPTY = "urn:x-empty"  # a graph that nothing is in


@dataclass(frozen=True)
class Chosen:
    """The graphs that a test is asked over; none of both leave it to FROM."""

    default: tuple[str, ...]
    named: tuple[str, ...]


@dataclass
class Pack:
    """Graphs by name, to be served by one server, and the tests that ask them."""

    graphs: Graphs = field(default_factory=dict)
    cases: list[tuple[Case, Chosen]] = field(default_factory=list)

    def takes(self, graphs: Graphs) -> bool:
        """Say whether no name of *graphs* already means another graph here."""
        return all(self.graphs.get(name, one)[0] == one[0] for name, one in graphs.items())

    def write(self, path: Path) -> Path:
        """Write all graphs to *path* as N-Quads."""
        lines = (_said(triple, name) for name, (_, triples) in self.graphs.items() for triple in triples)
        ox.serialize(lines, str(path), ox.RdfFormat.N_QUADS)
        return path


def packs(cases: Iterable[Case]) -> list[Pack]:
    """Return packs with all *cases*, the first as full as can be."""
    made = [Pack()]
    for case in cases:
        graphs, chosen = dataset(case)
        if any(name.startswith("_:") or not name for name in graphs):
            # A graph that is named by a blank node cannot be chosen: its file is served by itself.
            made.append(Pack(graphs, [(case, Chosen((), ()))]))
            continue
        pack = next((one for one in made if one.takes(graphs)), None)
        if pack is None:
            made.append(pack := Pack())
        pack.graphs.update(graphs)
        pack.cases.append((case, chosen))
    return made


def dataset(case: Case) -> tuple[Graphs, Chosen]:
    """Return the graphs of a test under names, and which of them it is asked over.

    The default graph of a file gets the file's address as its name, unless the file has blank nodes as names.
    """
    if case.names_its_graphs:
        return _beside(case), Chosen((), ())
    graphs: Graphs = {}
    default, named = [], []
    for path in case.data:
        found = read(path)
        own = "" if any(name.startswith("_:") for name in found) else address(path)
        default.append(own)
        for name, triples in found.items():
            graphs[name or own] = _told_apart(path, triples)
            named += [name] if name else []
    for name, path in case.named:
        graphs[name] = _told_apart(path, read(path)[""])
        named.append(name)
    return graphs, Chosen(tuple(default) if default or named else (EMPTY,), tuple(named))


def quads(case: Case) -> Iterator[ox.Quad]:
    """Yield the quads of a test's own dataset: its default graph, its named graphs."""
    if case.names_its_graphs:
        for name, (_, triples) in _beside(case).items():
            yield from (_said(triple, name) for triple in triples)
        return
    for path in case.data:
        for name, triples in read(path).items():
            yield from (_said(_marked(triple, "default"), name) for triple in triples)
    for name, path in case.named:
        yield from (_said(_marked(triple, "named"), name) for triple in read(path)[""])


def _said(triple: ox.Triple, graph: str) -> ox.Quad:
    return ox.Quad(triple.subject, triple.predicate, triple.object, _graph(graph))


def _graph(name: str) -> ox.NamedNode | ox.BlankNode | ox.DefaultGraph:
    if name.startswith("_:"):
        return ox.BlankNode(name[2:])
    return ox.NamedNode(name) if name else ox.DefaultGraph()


def read(path: Path) -> dict[str, list[ox.Triple]]:
    """Return the graphs of a file by name; the default graph's name is empty, a blank node's begins with _:."""
    form = ox.RdfFormat.from_extension(path.suffix.lstrip("."))
    assert form, path
    graphs: dict[str, list[ox.Triple]] = {"": []}
    for quad in ox.parse(path=str(path), format=form, base_iri=address(path)):
        graphs.setdefault(_name(quad.graph_name), []).append(quad.triple)
    return graphs


def _name(graph: ox.NamedNode | ox.BlankNode | ox.DefaultGraph) -> str:
    if isinstance(graph, ox.DefaultGraph):
        return ""
    return graph.value if isinstance(graph, ox.NamedNode) else str(graph)


def _told_apart(path: Path, triples: list[ox.Triple]) -> tuple[str, list[ox.Triple]]:
    """Return a digest of a graph, and its triples with blank nodes that no other file has."""
    mark = hashlib.sha256(str(path).encode()).hexdigest()[:8]
    return mark, [_marked(triple, mark) for triple in triples]


def _marked(triple: ox.Triple, mark: str) -> ox.Triple:
    subject, value = triple.subject, triple.object
    if isinstance(subject, ox.BlankNode):
        subject = ox.BlankNode(f"x{mark}{subject.value}")
    if isinstance(value, ox.BlankNode):
        value = ox.BlankNode(f"x{mark}{value.value}")
    elif isinstance(value, ox.Triple):
        value = _marked(value, mark)
    return ox.Triple(subject, triple.predicate, value)


def _beside(case: Case) -> Graphs:
    """Return the data files in the folder of a query under their addresses: FROM names some of them."""
    assert case.query is not None
    files = sorted(case.query.parent.glob("data*.ttl"))
    return {address(path): _told_apart(path, read(path)[""]) for path in files}
