"""RDF in the engine's formats: the same triples give the same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pyoxigraph as ox

from ..namespaces import PREFIXES

_WITH_PREFIXES = {ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG, ox.RdfFormat.RDF_XML}


def serialize(
    statements: Iterable[ox.Triple | ox.Quad],
    rdf_format: ox.RdfFormat,
    *,
    first: Sequence[str] = (),
    prefixes: Mapping[str, str] = PREFIXES,
) -> bytes:
    """Return triples or quads as bytes, sorted, with the subjects named in *first* on top.

    Only the prefixes in use are declared.
    """
    ranks = {iri: place for place, iri in enumerate(first)}
    ordered = sorted(set(statements), key=lambda one: _place(one, ranks))
    used = _used(ordered, prefixes) if rdf_format in _WITH_PREFIXES else None
    # The stubs know no sequence of triples and quads together; the function takes both.
    return ox.serialize(ordered, format=rdf_format, prefixes=used) or b""  # type: ignore[arg-type]


def _place(statement: ox.Triple | ox.Quad, ranks: Mapping[str, int]) -> tuple[str, int, str, bool, str, str]:
    graph = str(statement.graph_name) if isinstance(statement, ox.Quad) else ""
    subject = statement.subject
    name = subject.value if isinstance(subject, ox.NamedNode) else "~"
    predicate = statement.predicate.value
    is_type = predicate.endswith("#type")
    return graph, ranks.get(name, len(ranks)), str(subject), not is_type, predicate, str(statement.object)


def _used(statements: Iterable[ox.Triple | ox.Quad], prefixes: Mapping[str, str]) -> dict[str, str]:
    iris: set[str] = set()
    for statement in statements:
        iris.add(statement.predicate.value)
        for term in (statement.subject, statement.object):
            if isinstance(term, ox.NamedNode):
                iris.add(term.value)
            elif isinstance(term, ox.Literal):
                iris.add(term.datatype.value)
    return {
        prefix: namespace
        for prefix, namespace in prefixes.items()
        if any(iri.startswith(namespace) for iri in iris)
    }
