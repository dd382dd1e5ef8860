"""Loads the triples of a build or a Release into a remote engine, and switches over when all is there.

Everything is loaded beside what is served: the default graph under a name of its own, the sources' graphs
that differ in waiting places. Each is counted. Then one update request moves them to where they are read,
and says so in the state. What was loaded whole is remembered there, so a push that was broken off goes on
where it was, and the next one sends only what differs.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from ..errors import BadSettings, EngineFailed
from .engine import Engine, Rows, ask, put_graph, update
from .names import Names

_LINES = 2000  # triples in one INSERT DATA; Virtuoso refuses very long ones
_COUNTED_FOR = 10.0  # seconds in which an engine may take to show what it was given
_KEPT_VERSIONS = 2


@dataclass(frozen=True)
class Graph:
    """One graph as it is sent: sorted N-Triples, and a digest of them."""

    lines: tuple[str, ...]
    digest: str

    @classmethod
    def of(cls, triples: Iterable[ox.Triple]) -> Graph:
        """Return the graph of some triples, each once."""
        lines = tuple(sorted({f"{triple} ." for triple in triples}))
        return cls(lines, hashlib.blake2b("\n".join(lines).encode(), digest_size=12).hexdigest())


@dataclass(frozen=True)
class State:
    """What the engine says it holds: versions whole, the newest first, and the digest of each graph."""

    versions: tuple[str, ...]
    graphs: Mapping[str, str]


@dataclass(frozen=True)
class Pushed:
    """What a push has done."""

    version: str
    sent: int  # graphs
    triples: int  # in them
    kept: int  # graphs that were there already
    dropped: int


def push(
    engine: Engine,
    base: str,
    version: str,
    quads: Iterable[ox.Quad],
    *,
    say: Callable[[str], None] = lambda _: None,
) -> Pushed:
    """Make *engine* hold the quads as *version* of the data at *base*; all is there before it switches.

    Raises EngineFailed when the engine cannot be reached or has not kept what it was given, BadSettings when
    there is no address to send updates to. Run again, it goes on.
    """
    if engine.update is None:
        raise BadSettings(
            "no address for updates is known", hint="give it with --update or CCIN_LD_ENDPOINT_UPDATE"
        )
    names = Names(base)
    default, named = _by_graph(quads)
    before = state(engine, names)
    sent = [_send(engine, names.default(version), default, "the default graph", say)]
    changed = {iri: graph for iri, graph in named.items() if before.graphs.get(iri) != graph.digest}
    sent += [_send(engine, _waiting(names, iri, graph), graph, iri, say) for iri, graph in changed.items()]
    gone = sorted(set(before.graphs) - set(named))
    after = State(tuple(dict.fromkeys((version, *before.versions)))[:_KEPT_VERSIONS], _digests(named))
    old = [one for one in before.versions if one not in after.versions]
    if changed or gone or after != before:
        update(engine, _switch(names, changed, gone, before, after), seconds=_patience(engine))
        _check_switched(engine, names, after)
    _tidy(engine, [names.default(one) for one in old])
    return Pushed(version, sum(map(bool, sent)), sum(sent), len(named) - len(changed), len(gone))


def _by_graph(quads: Iterable[ox.Quad]) -> tuple[Graph, dict[str, Graph]]:
    default, named = list[ox.Triple](), dict[str, list[ox.Triple]]()
    for quad in quads:
        if isinstance(quad.graph_name, ox.NamedNode):
            named.setdefault(quad.graph_name.value, []).append(quad.triple)
        else:
            default.append(quad.triple)
    return Graph.of(default), {iri: Graph.of(triples) for iri, triples in named.items()}


def _digests(named: Mapping[str, Graph]) -> dict[str, str]:
    return {iri: graph.digest for iri, graph in named.items()}


def state(engine: Engine, names: Names) -> State:
    """Return what the engine holds. Raises EngineFailed."""
    query = f"SELECT ?s ?p ?o {{ GRAPH <{names.state}> {{ ?s ?p ?o }} }}"
    versions, graphs = list[tuple[int, str]](), dict[str, str]()
    with ask(engine, query, "select", seconds=_patience(engine)) as (found, _):
        assert isinstance(found, Rows)
        for subject, predicate, value in (tuple(row) for row in found):
            if predicate.value == names.says("digest"):
                graphs[subject.value] = value.value
            elif predicate.value == names.says("holds"):
                versions.append((int(subject.value.rpartition(":")[2]), value.value))
    return State(tuple(version for _, version in sorted(versions)), graphs)


def _send(engine: Engine, target: str, graph: Graph, what: str, say: Callable[[str], None]) -> int:
    """Load a graph into the place *target*, in whose stead whatever stood there goes; return its triples.

    The names of the places come from what is in them: one that has its triples is whole, and left alone.
    """
    if _count(engine, target) == len(graph.lines):
        return 0
    say(f"Sending {what}: {len(graph.lines):,} triples")
    if engine.graphs is not None:
        put_graph(engine, target, ("\n".join(graph.lines) + "\n").encode(), seconds=_patience(engine))
    else:
        update(engine, f"DROP SILENT GRAPH <{target}>", seconds=_patience(engine))
        for text in _inserts(target, graph.lines):
            update(engine, text, seconds=_patience(engine))
    _check_count(engine, target, len(graph.lines), what)
    return len(graph.lines)


def _inserts(target: str, lines: tuple[str, ...]) -> Iterator[str]:
    """Yield the updates that add the lines to a graph, in pieces."""
    blank = [line for line in lines if line.startswith("_:") or " _:" in line]
    if blank:
        # All in one, for in each request they are new nodes; Virtuoso takes none in INSERT DATA.
        text = "\n".join(blank)
        yield f"INSERT {{ GRAPH <{target}> {{\n{text}\n}} }} WHERE {{}}"
    left = frozenset(blank)
    rest = [line for line in lines if line not in left]
    for start in range(0, len(rest), _LINES):
        text = "\n".join(rest[start : start + _LINES])
        yield f"INSERT DATA {{ GRAPH <{target}> {{\n{text}\n}} }}"


def _patience(engine: Engine) -> float:
    """Return the seconds to wait for a step of a push, which may be long: 300 at least."""
    return max(300.0, engine.seconds)


def _count(engine: Engine, iri: str) -> int:
    query = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}"
    with ask(engine, query, "select", seconds=_patience(engine)) as (found, _):
        assert isinstance(found, Rows)
        return int(next(iter(found))[0].value)


def _check_count(engine: Engine, iri: str, wanted: int, what: str) -> None:
    """Return when the graph has so many triples. Raises EngineFailed when it has others after a while."""
    until = time.monotonic() + _COUNTED_FOR
    while (found := _count(engine, iri)) != wanted:
        if time.monotonic() > until:
            raise EngineFailed(
                f"the engine kept {found:,} of the {wanted:,} triples of {what}; nothing was switched over",
                detail=f"{engine.name}: see its log for what it refuses, and push again",
            )
        time.sleep(0.5)


def _waiting(names: Names, iri: str, graph: Graph) -> str:
    """Return the place where a source's graph waits; two that say the same wait apart."""
    return names.staged(hashlib.blake2b(f"{iri} {graph.digest}".encode(), digest_size=12).hexdigest())


def _switch(
    names: Names, changed: Mapping[str, Graph], gone: Iterable[str], before: State, after: State
) -> str:
    """Return the one request that puts the graphs in their places and says what there is.

    At no moment does the state leave out a version that is held: not every engine does it all in one.
    """
    steps = [
        f"MOVE SILENT GRAPH <{_waiting(names, iri, graph)}> TO GRAPH <{iri}>"
        for iri, graph in sorted(changed.items())
    ]
    steps += [f"DROP SILENT GRAPH <{iri}>" for iri in gone]
    then, now = _said(names, before), _said(names, after)
    for verb, lines in (("INSERT", now - then), ("DELETE", then - now)):
        if lines:
            text = "\n".join(sorted(lines))
            steps.append(f"{verb} DATA {{ GRAPH <{names.state}> {{\n{text}\n}} }}")
    return " ;\n".join(steps)


def _said(names: Names, what: State) -> set[str]:
    """Return the triples that say a state."""
    holds, digest = names.says("holds"), names.says("digest")
    places = {f'<{names.start}place:{n}> <{holds}> "{one}" .' for n, one in enumerate(what.versions)}
    return places | {f'<{iri}> <{digest}> "{value}" .' for iri, value in what.graphs.items()}


def _check_switched(engine: Engine, names: Names, wanted: State) -> None:
    until = time.monotonic() + _COUNTED_FOR
    while state(engine, names) != wanted:
        if time.monotonic() > until:
            raise EngineFailed(
                "the engine does not show what it was told; push again",
                detail=f"{engine.name}: its state is not the one that was written",
            )
        time.sleep(0.5)


def _tidy(engine: Engine, graphs: Iterable[str]) -> None:
    """Drop what nobody reads any more."""
    text = " ;\n".join(f"DROP SILENT GRAPH <{iri}>" for iri in graphs)
    if text:
        update(engine, text, seconds=_patience(engine))
