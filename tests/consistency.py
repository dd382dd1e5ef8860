"""Whether statements contradict one another under the ontologies they use (OWL 2 RL, in full)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import owlrl
import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Identifier

VOCABULARIES = ("prov-o.ttl", "org.ttl", "skos.ttl", "foaf.rdf")
_ERROR = URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")


def contradictions(triples: Iterable[ox.Triple]) -> list[str]:
    """Return a sentence for each contradiction in what follows from *triples*; none when they are consistent.

    Disjoint classes with something in common, things that are both the same and different, values outside
    their datatype (OWL 2 Profiles, section 4.3, the rules that conclude "false").
    """
    graph = Graph(bind_namespaces="none")
    for triple in triples:
        graph.add((_node(triple.subject), _node(triple.predicate), _node(triple.object)))
    closure = owlrl.DeductiveClosure(
        owlrl.OWLRL_Semantics, rdfs_closure=False, axiomatic_triples=False, datatype_axioms=False
    )
    closure.expand(graph)
    return sorted(str(text) for text in graph.objects(None, _ERROR))


def vocabularies(folder: Path) -> list[ox.Triple]:
    """Return the outside ontologies that ours stands on, from copies in *folder*."""
    return [
        quad.triple for name in VOCABULARIES for quad in ox.parse(path=folder / name, rename_blank_nodes=True)
    ]


def _node(term: object) -> Identifier:
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    assert isinstance(term, ox.Literal)
    if term.language:
        return Literal(term.value, lang=term.language)
    return Literal(term.value, datatype=URIRef(term.datatype.value), normalize=False)
