"""The engine ``shacl``: fast, optional."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

import pyoxigraph as ox
from shacl import Shapes

from ..resource import Object
from .engines import Result, severity, unusable


def run(data: Sequence[ox.Triple], shapes: Sequence[ox.Triple]) -> list[Result]:
    """Return what the shapes find in the data. Raises BadInput when they cannot be used."""
    try:
        compiled = Shapes.from_text(_n_triples(shapes), format="ntriples")
        report = compiled.validate_text(_n_triples(data), format="ntriples")
    except ValueError as error:
        raise unusable(error) from error
    return [
        Result(
            focus=_term(found.focus_node),
            shape=_iri(found.source_shape),
            component=found.component_iri,
            severity=severity(found.severity_iri),
            value=_term(found.value) if found.value is not None else None,
        )
        for found in report.results
    ]


def _n_triples(triples: Iterable[ox.Triple]) -> str:
    buffer = io.BytesIO()
    ox.serialize(triples, buffer, format=ox.RdfFormat.N_TRIPLES)
    return buffer.getvalue().decode()


def _iri(text: str | None) -> str:
    term = _term(text) if text else None
    return term.value if isinstance(term, ox.NamedNode) else ""


def _term(text: str) -> Object:
    """Return the term that is written in N-Triples."""
    line = f"<urn:x> <urn:x> {text} .".encode()
    term: Object = next(iter(ox.parse(io.BytesIO(line), format=ox.RdfFormat.N_TRIPLES))).object
    return term
