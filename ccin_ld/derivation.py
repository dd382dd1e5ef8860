"""What the build works out from the record: labels, shortcuts, wider classes, documents, and who is believed.

Derived triples are a source of their own, so that a reader can tell them from what a source says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from .dataset import Dataset
from .graph import TripleIndex
from .iris import Base
from .model import Model
from .namespaces import CCIN, DCT, FOAF, PROV, RDF, RDFS, SKOS, VOID, XSD
from .resource import Object

DERIVED = "derived"
DOCUMENTS = "documents"
SHORTCUTS = {"lead": CCIN + "lead", "participant": CCIN + "participant"}
# The media types of a document about a thing; the web layer offers the same (a test compares).
DOCUMENT_SUFFIXES = ("html", "ttl", "jsonld", "nt", "rdf", "json", "trig", "nq")
_WORDS = {"lead": "led", "participant": "took part in"}
_STATES = {CCIN + "met": "met", CCIN + "notListed": "not listed", CCIN + "notKnown": "not known"}
_ENGLISH = "en"


@dataclass(frozen=True)
class Conflict:
    """Sources that disagree about a property which takes one value: what is believed, what is not."""

    subject: str
    predicate: str
    chosen: Object
    chosen_sources: tuple[str, ...]
    refused: tuple[tuple[Object, tuple[str, ...]], ...]


def derive(dataset: Dataset, model: Model) -> list[ox.Triple]:
    """Return the derived triples: shortcuts, principles met, wider classes and rdfs:label."""
    graph = TripleIndex(dataset.triples)
    made = list(_shortcuts(graph, dataset.base))
    made += _principles_met(graph)
    made += _wider_classes(graph, model)
    made += _labels(graph, dataset.base)
    return sorted(set(made).difference(dataset.triples), key=str)


def _shortcuts(graph: TripleIndex, base: Base) -> Iterator[ox.Triple]:
    roles = {base.thing("role", name): shortcut for name, shortcut in SHORTCUTS.items()}
    for participation in graph.of_type(CCIN + "Participation"):
        for project in graph.iris(participation, CCIN + "project"):
            for agent in graph.iris(participation, PROV + "agent"):
                yield _link(project, CCIN + "tookPart", agent)
                for role in graph.iris(participation, PROV + "hadRole"):
                    if role in roles:
                        yield _link(project, roles[role], agent)


def _principles_met(graph: TripleIndex) -> Iterator[ox.Triple]:
    """Yield what the newest capture that knows says: *not known* gives way to any capture that knows."""
    newest: dict[tuple[str, str], tuple[tuple[str, str], str]] = {}
    for claim in graph.of_type(CCIN + "PrincipleClaim"):
        project, principle = graph.iri(claim, CCIN + "project"), graph.iri(claim, CCIN + "principle")
        state = graph.iri(claim, CCIN + "claimState")
        if project is None or principle is None or state is None or state == CCIN + "notKnown":
            continue
        when = max(
            ((_day(graph, capture), capture) for capture in graph.iris(claim, PROV + "wasDerivedFrom")),
            default=("", ""),
        )
        newest[project, principle] = max(newest.get((project, principle), (("", ""), "")), (when, state))
    for (project, principle), (_, state) in newest.items():
        if state == CCIN + "met":
            yield _link(project, CCIN + "meetsPrinciple", principle)


def _day(graph: TripleIndex, capture: str) -> str:
    return graph.text(capture, CCIN + "notAfter") or ""


def _wider_classes(graph: TripleIndex, model: Model) -> Iterator[ox.Triple]:
    for subject, value in graph.pairs(RDF + "type"):
        if isinstance(value, ox.NamedNode):
            for wider in model.superclasses(value.value)[1:]:
                yield _link(subject, RDF + "type", wider)


def _labels(graph: TripleIndex, base: Base) -> Iterator[ox.Triple]:
    """Yield rdfs:label, equal to the name that each vocabulary wants, or made of the labels of the parts."""
    labelled = {subject for subject, _ in graph.pairs(RDFS + "label")}
    for predicate in (SKOS + "prefLabel", DCT + "title", FOAF + "name"):
        for subject, value in graph.pairs(predicate):
            if isinstance(value, ox.Literal) and subject.startswith(base.iri) and subject not in labelled:
                yield ox.Triple(ox.NamedNode(subject), ox.NamedNode(RDFS + "label"), value)
    for subject, words in _made_labels(graph):
        if subject not in labelled:
            literal = ox.Literal(words, language=_ENGLISH)
            yield ox.Triple(ox.NamedNode(subject), ox.NamedNode(RDFS + "label"), literal)


def _made_labels(graph: TripleIndex) -> Iterator[tuple[str, str]]:
    for participation in graph.of_type(CCIN + "Participation"):
        body, project = graph.iri(participation, PROV + "agent"), graph.iri(participation, CCIN + "project")
        role = (graph.iri(participation, PROV + "hadRole") or "").rpartition("/")[2]
        yield (
            participation,
            f"{_name(graph, body)} {_WORDS.get(role, 'took part in')} {_name(graph, project)}",
        )
    for claim in graph.of_type(CCIN + "PrincipleClaim"):
        project, principle = graph.iri(claim, CCIN + "project"), graph.iri(claim, CCIN + "principle")
        state = _STATES.get(graph.iri(claim, CCIN + "claimState") or "", "not known")
        yield claim, f"{_name(graph, principle)}, {state}: {_name(graph, project)}"
    for area, value in graph.pairs("http://www.opengis.net/ont/geosparql#hasCentroid"):
        if isinstance(value, ox.NamedNode):
            yield value.value, f"Centre point of {_name(graph, area)}"


def _name(graph: TripleIndex, iri: str | None) -> str:
    if iri is None:
        return "something not recorded"
    return graph.text(iri, SKOS + "prefLabel") or graph.text(iri, DCT + "title") or iri


def documents(
    dataset: Dataset, model: Model, derived: Iterable[ox.Triple], days: Mapping[str, str]
) -> list[ox.Triple]:
    """Return what is said of the document about each thing; *days* gives the day a source was first imported.

    conventions.md d.1, rule 5. A document that holds a quotation says so beside its licence.
    """
    base, site = dataset.base, model.site
    labels, described = TripleIndex(derived), TripleIndex(dataset.file("sources").triples)
    licensed = _licensed_sources(dataset, described)
    things = _sources_of_things(dataset)
    made = []
    for thing, sources in things.items():
        made += _document(thing, base, site.dataset, site.publisher)
        label = labels.text(thing, RDFS + "label")
        if label:
            name = ox.Literal(f"About {label}", language=_ENGLISH)
            made.append(ox.Triple(ox.NamedNode(base.document(thing)), ox.NamedNode(RDFS + "label"), name))
        if site.licence:
            made.append(_link(base.document(thing), DCT + "license", site.licence))
        for source in sources - licensed:
            words = described.literals(base.graph(source), DCT + "rights")
            made += [
                ox.Triple(ox.NamedNode(base.document(thing)), ox.NamedNode(DCT + "rights"), one)
                for one in words
            ]
        made += [_link(base.document(thing), DCT + "source", base.graph(source)) for source in sources]
        made += _dates(base.document(thing), sorted(days[source] for source in sources if source in days))
    made += _made_sources(dataset, described, site.licence)
    return sorted(set(made), key=str)


# What the build adds to the sources, or reads beside them: a graph each, so that nothing is unaccounted for.
_MADE_SOURCES = {
    "ontology": "The ontology",
    "concepts": "Concepts that the ontology brings",
    "shapes": "The shapes that the data is checked against",
    "catalog": "The catalogue",
    "sources": "What each source is",
    DERIVED: "Worked out by the build: labels, shortcuts and wider classes",
    DOCUMENTS: "What is said of the documents about things",
}


def _made_sources(dataset: Dataset, described: TripleIndex, licence: str) -> Iterator[ox.Triple]:
    kind = dataset.base.thing("source-kind", "build")
    for source, title in _MADE_SOURCES.items():
        graph = dataset.base.graph(source)
        if not described.literals(graph, DCT + "title"):
            words = ox.Literal(title, language=_ENGLISH)
            yield _link(graph, RDF + "type", CCIN + "Source")
            yield _link(graph, CCIN + "sourceKind", kind)
            yield ox.Triple(ox.NamedNode(graph), ox.NamedNode(DCT + "title"), words)
            yield ox.Triple(ox.NamedNode(graph), ox.NamedNode(RDFS + "label"), words)
            if licence:
                yield _link(graph, DCT + "license", licence)
            yield _link(graph, RDF + "type", PROV + "Entity")


def _document(thing: str, base: Base, dataset: str, publisher: str) -> list[ox.Triple]:
    document = base.document(thing)
    triples = [
        _link(document, RDF + "type", FOAF + "Document"),
        _link(document, FOAF + "primaryTopic", thing),
        _link(document, DCT + "publisher", publisher),
        _link(document, VOID + "inDataset", dataset),
    ]
    return triples + [_link(document, DCT + "hasFormat", f"{document}.{one}") for one in DOCUMENT_SUFFIXES]


def _dates(document: str, days: Sequence[str]) -> list[ox.Triple]:
    if not days:
        return []
    named = {DCT + "created": days[0], DCT + "modified": days[-1]}
    return [
        ox.Triple(
            ox.NamedNode(document),
            ox.NamedNode(predicate),
            ox.Literal(day, datatype=ox.NamedNode(XSD + "date")),
        )
        for predicate, day in named.items()
    ]


def _licensed_sources(dataset: Dataset, described: TripleIndex) -> set[str]:
    start = dataset.base.graph("")
    licensed = {s[len(start) :] for s, _ in described.pairs(DCT + "license") if s.startswith(start)}
    # What we wrote ourselves, beside the sources, is under the data's licence.
    return licensed | {item.source for item in dataset.files if item.path.parent.name != "graphs"}


def _sources_of_things(dataset: Dataset) -> dict[str, set[str]]:
    start = dataset.base.iri + "id/"
    things: dict[str, set[str]] = defaultdict(set)
    for item in dataset.files:
        for triple in item.triples:
            if isinstance(triple.subject, ox.NamedNode) and triple.subject.value.startswith(start):
                things[triple.subject.value.split("#")[0]].add(item.source)
    return dict(things)


def believe(
    quads: Sequence[ox.Quad], model: Model, trust: Mapping[str, tuple[int, str]]
) -> tuple[list[ox.Triple], list[Conflict]]:
    """Return the default graph, each triple once, and the conflicts that were settled to make it.

    Where sources disagree about a property that takes one value, the most trusted source's value stays;
    *trust* gives (rank, newest day) by graph IRI, a lower rank and a later day winning. Several values in
    the winning source itself all stay: that is a fault for the shapes to find.
    """
    said: dict[ox.Triple, list[str]] = defaultdict(list)
    values: dict[tuple[Object, str, str], list[ox.Triple]] = defaultdict(list)
    for quad in quads:
        triple = quad.triple
        if triple not in said and quad.predicate.value in model.functional:
            values[quad.subject, quad.predicate.value, _language(quad.object)].append(triple)
        said[triple].append(quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else "")
    conflicts = []
    for (subject, predicate, _), triples in values.items():
        if len(triples) > 1 and isinstance(subject, ox.NamedNode):
            conflict = _settle(subject.value, predicate, triples, said, trust)
            if conflict:
                conflicts.append(conflict)
                for value, _ in conflict.refused:
                    del said[ox.Triple(subject, ox.NamedNode(predicate), value)]
    return list(said), conflicts


def _language(value: Object) -> str:
    return value.language or "" if isinstance(value, ox.Literal) else ""


def doubled(quads: Iterable[ox.Quad], model: Model) -> list[tuple[str, str, str, tuple[Object, ...]]]:
    """Return (thing, property, graph, values) wherever one source gives several values for what takes one."""
    values: dict[tuple[str, str, str, str], list[Object]] = defaultdict(list)
    for quad in quads:
        if quad.predicate.value in model.functional and isinstance(quad.subject, ox.NamedNode):
            graph = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
            values[quad.subject.value, quad.predicate.value, graph, _language(quad.object)].append(
                quad.object
            )
    return [(s, p, g, tuple(found)) for (s, p, g, _), found in values.items() if len(found) > 1]


def _settle(
    subject: str,
    predicate: str,
    triples: Sequence[ox.Triple],
    said: Mapping[ox.Triple, Sequence[str]],
    trust: Mapping[str, tuple[int, str]],
) -> Conflict | None:
    def rank(graph: str) -> tuple[int, int, str]:
        place, day = trust.get(graph, (99, ""))
        return place, -int(day.replace("-", "") or 0), graph

    best = {triple: min(rank(graph) for graph in said[triple]) for triple in triples}
    first = min(best.values())
    stay = [triple for triple in triples if best[triple] == first]
    refused = [triple for triple in triples if triple not in stay]
    if not refused:
        return None
    return Conflict(
        subject,
        predicate,
        stay[0].object,
        tuple(sorted(said[stay[0]])),
        tuple((triple.object, tuple(sorted(said[triple]))) for triple in refused),
    )


def trust_of_sources(dataset: Dataset) -> dict[str, tuple[int, str]]:
    """Return (rank, newest day) for each source's graph, from sources.ttl and the source kinds."""
    graph = TripleIndex(dataset.triples)
    ranks: dict[str, tuple[int, str]] = {}
    for item in dataset.files:
        iri = dataset.base.graph(item.source)
        kind = graph.iri(iri, CCIN + "sourceKind")
        rank = graph.text(kind, CCIN + "trust") if kind else None
        days = [_day(graph, capture) for capture in graph.iris(iri, PROV + "wasDerivedFrom")]
        ranks[iri] = (int(rank) if rank else 50, max(days, default=""))
    return ranks


def _link(subject: str, predicate: str, value: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(value))
