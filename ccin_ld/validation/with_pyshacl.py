"""The engine pyshacl: the reference, in pure Python, always installed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pyoxigraph as ox
import pyshacl
from pyshacl.errors import ReportableRuntimeError, ShapeLoadError
from rdflib import RDF as RDF_
from rdflib import SH as SH_
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Identifier, Node

from ..namespaces import XSD
from ..resource import Object
from .engines import Result, severity, unusable


def run(data: Sequence[ox.Triple], shapes: Sequence[ox.Triple]) -> list[Result]:
    """Return what the shapes find in the data. Raises BadInput when they cannot be used."""
    try:
        _, report, _ = pyshacl.validate(_graph(data), shacl_graph=_graph(shapes), inference="none")
    except (ReportableRuntimeError, ShapeLoadError) as error:
        raise unusable(error) from error
    return [_result(report, node) for node in report.subjects(RDF_.type, SH_.ValidationResult)]


def _result(report: Graph, node: Node) -> Result:
    found = {predicate: value for _, predicate, value in report.triples((node, None, None))}
    shape, value = found[SH_.sourceShape], found.get(SH_.value)
    return Result(
        focus=_from_rdflib(found[SH_.focusNode]),
        shape=str(shape) if isinstance(shape, URIRef) else "",
        component=str(found[SH_.sourceConstraintComponent]),
        severity=severity(str(found[SH_.resultSeverity])),
        value=_from_rdflib(value) if value is not None else None,
    )


def _graph(triples: Iterable[ox.Triple]) -> Graph:
    # Without prefixes of its own: else rdflib renames ours. Never a view of an Oxigraph store: its string
    # equality makes pyshacl report faults that are none.
    graph = Graph(bind_namespaces="none")
    for triple in triples:
        graph.add((_to_rdflib(triple.subject), _to_rdflib(triple.predicate), _to_rdflib(triple.object)))
    return graph


def _to_rdflib(term: object) -> Identifier:
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    assert isinstance(term, ox.Literal)
    if term.language:
        return Literal(term.value, lang=term.language)
    if term.datatype.value == XSD + "string":
        return Literal(term.value)
    # Not normalised: rdflib would write numbers and days in its own way.
    return Literal(term.value, datatype=URIRef(term.datatype.value), normalize=False)


def _from_rdflib(node: Node) -> Object:
    if isinstance(node, URIRef):
        return ox.NamedNode(str(node))
    if isinstance(node, BNode):
        return ox.BlankNode(str(node))
    assert isinstance(node, Literal)
    if node.language:
        return ox.Literal(str(node), language=node.language)
    datatype = ox.NamedNode(str(node.datatype)) if node.datatype else None
    return ox.Literal(str(node), datatype=datatype)
