"""What the endpoint says of itself: SPARQL 1.1 Service Description."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from ccin_ld.namespaces import DCT, RDF, RDFS, SD, VOID, XSD
from ccin_ld.represent.results import RESULT_FORMATS

_A = ox.NamedNode(RDF + "type")


@dataclass(frozen=True)
class ServiceLimits:
    """The limits that the description tells of."""

    seconds: float
    rows: int
    bytes: int
    length: int

    def in_words(self) -> str:
        """Return one paragraph that says the limits."""
        return (
            f"A query is stopped after {self.seconds:g} seconds, and may be {self.length:,} bytes long. "
            f"An answer holds at most {self.rows:,} rows or triples, and about {self.bytes:,} bytes. "
            "A longer one is cut and says so. The parameters timeout (seconds) and maxrows lower these "
            "limits for one query. SERVICE and updates are refused."
        )


def service_description(
    endpoint: str,
    *,
    default_triples: int,
    named_graphs: Mapping[str, int],
    limits: ServiceLimits,
    title: str = "SPARQL endpoint",
    dataset: str | None = None,
) -> list[ox.Triple]:
    """Return the triples about the endpoint at the address *endpoint*.

    *named_graphs* gives the number of triples for each graph's IRI; *dataset* is the IRI of the published
    Dataset. Only features that are so are named: graphs are not joined into the default graph
    (sd:UnionDefaultGraph), IRIs in FROM are not fetched (sd:DereferencesURIs), SERVICE is refused
    (sd:BasicFederatedQuery). All nodes have names.
    """
    service = ox.NamedNode(endpoint + "#service")
    data = ox.NamedNode(endpoint + "#dataset")
    default = ox.NamedNode(endpoint + "#default-graph")
    triples = [
        ox.Triple(service, _A, _sd("Service")),
        ox.Triple(service, _sd("endpoint"), ox.NamedNode(endpoint)),
        ox.Triple(service, _sd("supportedLanguage"), _sd("SPARQL11Query")),
        ox.Triple(service, _sd("defaultDataset"), data),
        ox.Triple(service, ox.NamedNode(DCT + "title"), _english(title)),
        ox.Triple(service, ox.NamedNode(RDFS + "label"), _english(title)),
        ox.Triple(service, ox.NamedNode(RDFS + "comment"), _english(limits.in_words())),
        *(
            ox.Triple(service, _sd("resultFormat"), ox.NamedNode(one.iri))
            for one in RESULT_FORMATS
            if one.iri
        ),
        ox.Triple(data, _A, _sd("Dataset")),
        ox.Triple(data, _sd("defaultGraph"), default),
        ox.Triple(default, _A, _sd("Graph")),
        ox.Triple(default, ox.NamedNode(VOID + "triples"), _number(default_triples)),
    ]
    if dataset is not None:
        triples.append(ox.Triple(data, ox.NamedNode(DCT + "source"), ox.NamedNode(dataset)))
    for number, (name, count) in enumerate(sorted(named_graphs.items()), 1):
        triples += _named_graph(data, endpoint, number, name, count)
    return triples


def _named_graph(data: ox.NamedNode, endpoint: str, number: int, name: str, count: int) -> list[ox.Triple]:
    named = ox.NamedNode(f"{endpoint}#named-graph-{number}")
    graph = ox.NamedNode(f"{endpoint}#graph-{number}")
    return [
        ox.Triple(data, _sd("namedGraph"), named),
        ox.Triple(named, _A, _sd("NamedGraph")),
        ox.Triple(named, _sd("name"), ox.NamedNode(name)),
        ox.Triple(named, _sd("graph"), graph),
        ox.Triple(graph, _A, _sd("Graph")),
        ox.Triple(graph, ox.NamedNode(VOID + "triples"), _number(count)),
    ]


def _sd(name: str) -> ox.NamedNode:
    return ox.NamedNode(SD + name)


def _english(text: str) -> ox.Literal:
    return ox.Literal(text, language="en")


def _number(value: int) -> ox.Literal:
    return ox.Literal(str(value), datatype=ox.NamedNode(XSD + "integer"))
