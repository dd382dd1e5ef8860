"""What the build works out from the record: labels, shortcuts, wider classes, documents, and who is believed.

Derived triples are a source of their own, so that a reader can tell them from what a source says.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from . import network_facts, tombstones
from .dataset import Dataset
from .graph import TripleIndex
from .history import (
    NOT_SAID,
    Disagreement,
    Membership,
    Statement,
    dated,
    disagreements,
    memberships,
    statements_of,
    when,
)
from .iris import Base, numbered
from .model import Model
from .namespaces import CCIN, DCT, DQV, FOAF, ORG, PROV, RDF, RDFS, SHAPES, SKOS, VOID, XSD
from .resource import Object

DERIVED = "derived"
# The properties that rdfs:label is made from.
NAMES = (SKOS + "prefLabel", DCT + "title", FOAF + "name")
DOCUMENTS = "documents"
_COUNTED = ".well-known/void"
SHORTCUTS = {"lead": CCIN + "lead", "participant": CCIN + "participant"}
# The media types of a document about a thing; the web layer offers the same (a test compares).
DOCUMENT_SUFFIXES = ("html", "ttl", "jsonld", "nt", "rdf", "json", "trig", "nq")
_WORDS = {"lead": "led", "participant": "took part in"}
_STATES = {CCIN + "met": "met", CCIN + "notListed": "not listed", CCIN + "notKnown": "not known"}
_ENGLISH = "en"
# Captures are all trusted alike; a source of a kind that is trusted more stands before them.
_UNRANKED = 50
_NO_STANDING = (-_UNRANKED, "", "", 0)
# Their titles are those that a page prints, and not every capture has one.
_UNTITLED = ("Page", "Project", "CaseStudy")


@dataclass(frozen=True)
class Conflict:
    """Sources that disagree about a property which takes one value: what is believed, what is not."""

    subject: str
    predicate: str
    chosen: Object
    chosen_sources: tuple[str, ...]
    refused: tuple[tuple[Object, tuple[str, ...]], ...]


def derive(dataset: Dataset, model: Model) -> list[ox.Triple]:
    """Return the derived triples: shortcuts, principles met, memberships, wider classes and rdfs:label."""
    graph = dataset.index
    made = list(_shortcuts(graph, dataset.base))
    made += _principles_met(graph)
    members = list(_memberships(graph, dataset.base))
    made += members
    made += _wider_classes([*graph.pairs(RDF + "type"), *TripleIndex(members).pairs(RDF + "type")], model)
    made += _labels(graph, dataset.base)
    made += _fact_labels(graph, dataset, model)
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
    """Yield what the newest capture that knows says: *not known* gives way to any that knows."""
    newest: dict[tuple[str, str], tuple[tuple[int, str, str, int], str]] = {}
    pages = set(graph.of_type(CCIN + "Page"))
    for claim in graph.of_type(CCIN + "PrincipleClaim"):
        about, principle = claimed(graph, claim), graph.iri(claim, CCIN + "principle")
        state = graph.iri(claim, CCIN + "claimState")
        if about is None or principle is None or state is None or state == CCIN + "notKnown":
            continue
        if about in pages:
            continue  # of which it is not known what they tell of: a page meets no principle
        told = graph.iris(claim, PROV + "wasDerivedFrom")
        when = max((_standing(graph, one) for one in told), default=_NO_STANDING)
        newest[about, principle] = max(newest.get((about, principle), (_NO_STANDING, "")), (when, state))
    for (about, principle), (_, state) in newest.items():
        if state == CCIN + "met":
            yield _link(about, CCIN + "meetsPrinciple", principle)


def _standing(graph: TripleIndex, told: str) -> tuple[int, str, str, int]:
    """Return how far a claim's source is believed: a correction before captures, of these the newest."""
    kind = graph.iri(told, CCIN + "sourceKind")
    rank = graph.text(kind, CCIN + "trust") if kind else None
    return -int(rank or _UNRANKED), _day(graph, told), *numbered(told)


def claimed(graph: TripleIndex, claim: str) -> str | None:
    """Return what a claim on a principle is about: a project, else a case study or a page."""
    return graph.iri(claim, CCIN + "project") or graph.iri(claim, CCIN + "concerns")


def _day(graph: TripleIndex, capture: str) -> str:
    return graph.text(capture, CCIN + "notAfter") or ""


def _memberships(graph: TripleIndex, base: Base) -> Iterator[ox.Triple]:
    """Yield a membership for each body and kind that a source says it is a member in (design, section 3)."""
    networks = graph.of_type(CCIN + "Network")
    for said in _statements(graph).values():
        for one in memberships(said):
            node, kind = membership_iri(one, base), base.thing("membership-kind", one.kind)
            links = {RDF + "type": CCIN + "Membership", CCIN + "body": one.body, ORG + "member": one.body,
                     CCIN + "membershipKind": kind, ORG + "role": kind}  # fmt: skip
            yield from (_link(node, predicate, value) for predicate, value in links.items())
            yield from (_link(node, ORG + "organization", network) for network in networks[:1])
            yield from (_link(node, PROV + "wasDerivedFrom", two.iri) for two in one.statements)
            days = [("firstAttested", one.first), ("lastAttested", one.last)]
            days += [("start", day) for day in one.starts] + [("end", day) for day in one.ends]
            yield from (_dated(node, CCIN + name, day.isoformat()) for name, day in days if day)
            yield _labelled(node, _membership_label(graph, one, base))


def membership_iri(one: Membership, base: Base) -> str:
    """Return the IRI of a membership: the key of its body and that of its kind."""
    return base.thing("membership", f"{one.body.rpartition('/')[2]}--{one.kind}")


def _statements(graph: TripleIndex) -> dict[str, list[Statement]]:
    return statements_of(graph, graph.of_type(CCIN + "MembershipStatement"))


def _membership_label(graph: TripleIndex, one: Membership, base: Base) -> str:
    words = _small(_name(graph, base.thing("membership-kind", one.kind)))
    days = dated(one.first, one.last)
    attested = f"attested {days}" if days else "on a day not recorded"
    return f"{_name(graph, one.body)}: {words}, {attested}"


def _statement_labels(graph: TripleIndex, base: Base) -> Iterator[tuple[str, str]]:
    for said in _statements(graph).values():
        for one in said:
            scheme, name = ("membership-kind", one.kind) if one.attests else ("statement-kind", one.says)
            words = _small(_name(graph, base.thing(scheme, name))) if name else "not said what"
            if one.denies and one.kind != NOT_SAID:
                words += f" ({_small(_name(graph, base.thing('membership-kind', one.kind)))})"
            yield one.iri, f"{_name(graph, one.body)}: {words}, {when(one)}"


def _small(words: str) -> str:
    """Return the words with a small first letter."""
    return words[:1].lower() + words[1:]


def contradictions(dataset: Dataset) -> list[Disagreement]:
    """Return the pairs of statements about the membership of one body that disagree, body by body."""
    by_body = _statements(dataset.index)
    return [pair for _, said in sorted(by_body.items()) for pair in disagreements(said)]


def _wider_classes(types: Iterable[tuple[str, Object]], model: Model) -> Iterator[ox.Triple]:
    for subject, value in types:
        if isinstance(value, ox.NamedNode):
            for wider in model.superclasses(value.value)[1:]:
                yield _link(subject, RDF + "type", wider)


def _labels(graph: TripleIndex, base: Base) -> Iterator[ox.Triple]:
    """Yield rdfs:label, equal to the name that each vocabulary wants, or made of the labels of the parts."""
    labelled = {subject for subject, _ in graph.pairs(RDFS + "label")}
    for predicate in NAMES:
        for subject, value in graph.pairs(predicate):
            if isinstance(value, ox.Literal) and subject.startswith(base.iri) and subject not in labelled:
                yield ox.Triple(ox.NamedNode(subject), ox.NamedNode(RDFS + "label"), value)
    for subject, words in (*_made_labels(graph), *_statement_labels(graph, base)):
        if subject not in labelled:
            yield _labelled(subject, words)
    for subject in graph.of_type(CCIN + "Tombstone"):
        # Not the name it had: that may be what was wrong.
        yield _labelled(subject, f"Withdrawn: {subject.removeprefix(base.iri + 'id/')}")


def _made_labels(graph: TripleIndex) -> Iterator[tuple[str, str]]:
    for participation in graph.of_type(CCIN + "Participation"):
        body, project = graph.iri(participation, PROV + "agent"), graph.iri(participation, CCIN + "project")
        role = (graph.iri(participation, PROV + "hadRole") or "").rpartition("/")[2]
        yield (
            participation,
            f"{_name(graph, body)} {_WORDS.get(role, 'took part in')} {_name(graph, project)}",
        )
    for claim in graph.of_type(CCIN + "PrincipleClaim"):
        about, principle = claimed(graph, claim), graph.iri(claim, CCIN + "principle")
        state = _STATES.get(graph.iri(claim, CCIN + "claimState") or "", "not known")
        yield claim, f"{_name(graph, principle)}, {state}: {_name(graph, about)}"
    for kind in _UNTITLED:
        for iri in graph.of_type(CCIN + kind):
            if not graph.literals(iri, DCT + "title"):
                yield iri, _name(graph, iri)
    for area, value in graph.pairs("http://www.opengis.net/ont/geosparql#hasCentroid"):
        if isinstance(value, ox.NamedNode):
            yield value.value, f"Centre point of {_name(graph, area)}"


def _fact_labels(graph: TripleIndex, dataset: Dataset, model: Model) -> Iterator[ox.Triple]:
    """Yield the labels of facts about a network, made of what is believed: a correction may change them."""
    facts = {iri for cls in network_facts.FACTS for iri in graph.of_type(cls)}
    if not facts:
        return
    quads = [q for q in dataset.quads() if isinstance(q.subject, ox.NamedNode) and q.subject.value in facts]
    believed = TripleIndex(believe(quads, model, trust_of_sources(dataset))[0])
    for iri, words in network_facts.labels(believed, lambda one: _name(graph, one)):
        if not graph.literals(iri, RDFS + "label"):
            yield _labelled(iri, words)


def _name(graph: TripleIndex, iri: str | None) -> str:
    if iri is None:
        return "something not recorded"
    known = graph.text(iri, SKOS + "prefLabel") or graph.text(iri, DCT + "title")
    return known or f"{_address_of(iri)} (title not recorded)"


def _address_of(iri: str) -> str:
    """Return what a thing is known by without a title: its key, or the number of its page."""
    key = iri.rpartition("/")[2]
    return f"page {key[2:]}" if re.fullmatch(r"p-\d+", key) else key


def documents(
    dataset: Dataset,
    model: Model,
    derived: Iterable[ox.Triple],
    days: Mapping[str, str],
    changed: Mapping[str, str] | None = None,
) -> list[ox.Triple]:
    """Return what is said of the document about each thing; *days* gives the day a source was first imported.

    *changed* is the day on which each thing's data changed last, where there are Releases to say so.
    conventions.md d.1, rule 5. A document that holds a quotation says so beside its licence.
    """
    base, site = dataset.base, model.site
    derived = list(derived)
    labels, described = TripleIndex(derived), TripleIndex(dataset.file("sources").triples)
    licensed = _licensed_sources(dataset, described)
    things = _sources_of_things(dataset)
    things |= _sources_of_memberships(derived, things)
    for iri in labels.subjects():
        if iri.startswith(base.iri + "id/") and "#" not in iri:
            things.setdefault(iri, {DERIVED})  # what only the build speaks of has a document too
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
        imported = sorted(days[source] for source in sources if source in days)
        made += _dates(base.document(thing), imported, (changed or {}).get(thing))
    made += _made_sources(dataset, described, site.licence)
    return sorted(set(made), key=str)


# What the build adds to the sources, or reads beside them: a graph each, so that nothing is unaccounted for.
_MADE_SOURCES = {
    "ontology": "The ontology",
    "concepts": "Concepts that the ontology brings",
    "shapes": "The shapes that the data is checked against",
    "catalog": "The catalogue",
    "sources": "What each source is",
    tombstones.SOURCE: "What was taken back",
    DERIVED: "Worked out by the build: labels, shortcuts and wider classes",
    DOCUMENTS: "What is said of the documents about things",
}


def _made_sources(dataset: Dataset, described: TripleIndex, licence: str) -> Iterator[ox.Triple]:
    kind = dataset.base.thing("source-kind", "build")
    missing = {tombstones.SOURCE} - {item.source for item in dataset.files}
    for source, title in _MADE_SOURCES.items():
        graph = dataset.base.graph(source)
        if source not in missing and not described.literals(graph, DCT + "title"):
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


def _dates(document: str, imported: Sequence[str], changed: str | None) -> list[ox.Triple]:
    named: dict[str, str] = {}
    if imported:
        named[DCT + "created"] = imported[0]
    if changed or imported:
        named[DCT + "modified"] = changed or imported[-1]
    return [_dated(document, predicate, day) for predicate, day in named.items()]


def published(dataset: Dataset, model: Model, day: str | None) -> list[ox.Triple]:
    """Return what the build says of the dataset: its day, the rules it keeps, and the report of its quality.

    DQV, section 4.2; DCAT 3, section 14.
    """
    iri = model.site.dataset
    made = [_link(iri, DQV + "hasQualityMetadata", dataset.base.iri + "quality")]
    made.append(_link(iri, DCT + "conformsTo", SHAPES.rstrip("#")))
    # The graph in which the store keeps the counts is no source, but it has a name for people too.
    counted = ox.Literal("What the dataset holds, counted", language=_ENGLISH)
    made.append(ox.Triple(ox.NamedNode(dataset.base.iri + _COUNTED), ox.NamedNode(RDFS + "label"), counted))
    return [*made, _dated(iri, DCT + "modified", day)] if day else made


def _dated(subject: str, predicate: str, day: str) -> ox.Triple:
    value = ox.Literal(day, datatype=ox.NamedNode(XSD + "date"))
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), value)


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


def _sources_of_memberships(
    derived: Iterable[ox.Triple], things: Mapping[str, set[str]]
) -> dict[str, set[str]]:
    """Return the sources of the statements that each membership was worked out from."""
    graph = TripleIndex(derived)
    return {
        one: {source for iri in graph.iris(one, PROV + "wasDerivedFrom") for source in things.get(iri, ())}
        for one in graph.of_type(CCIN + "Membership")
    }


def believe(
    quads: Sequence[ox.Quad], model: Model, trust: Mapping[str, tuple[int, str]]
) -> tuple[list[ox.Triple], list[Conflict]]:
    """Return the default graph, each triple once, and the conflicts that were settled to make it.

    Where sources disagree about a property that takes one value, the most trusted source's value stays;
    *trust* gives (rank, newest day) by graph IRI, a lower rank and a later day winning. Several values in
    the winning source itself all stay: that is a fault for the shapes to find. Of captures of one page on
    one day the last wins.
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
    def rank(graph: str) -> tuple[int, int, str, int]:
        place, day = trust.get(graph, (99, ""))
        name, number = numbered(graph)
        return place, -int(day.replace("-", "") or 0), name, -number

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
    graph = dataset.index
    ranks: dict[str, tuple[int, str]] = {}
    for item in dataset.files:
        iri = dataset.base.graph(item.source)
        kind = graph.iri(iri, CCIN + "sourceKind")
        rank = graph.text(kind, CCIN + "trust") if kind else None
        days = [_day(graph, capture) for capture in graph.iris(iri, PROV + "wasDerivedFrom")]
        ranks[iri] = (int(rank) if rank else 50, max(days, default=""))
    return ranks


def _labelled(subject: str, words: str) -> ox.Triple:
    literal = ox.Literal(words, language=_ENGLISH)
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(RDFS + "label"), literal)


def _link(subject: str, predicate: str, value: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(value))
