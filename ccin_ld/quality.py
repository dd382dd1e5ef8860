"""How good the data of a build is, counted: gaps, facts without a source, conflicts, links that fail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import pyoxigraph as ox

from .graph import TripleIndex
from .iris import Base
from .ledger import Release
from .links import BROKEN, OK, REFUSED, Checked, Outgoing
from .model import ClassShape, Model
from .namespaces import CCIN, DCT, PROV, RDF, RDFS
from .validation import Finding

_SOURCES = (DCT + "source", PROV + "wasDerivedFrom")
_BODIES = (PROV + "agent", CCIN + "body", CCIN + "about")


@dataclass(frozen=True)
class FieldCount:
    """How many things of one kind have one field; ``wanted`` when the rules ask for it."""

    path: str
    name: str
    have: int
    wanted: bool


@dataclass(frozen=True)
class KindCount:
    """How many things of one kind there are, and how many have each field of its shape."""

    iri: str
    shape: str
    label: str
    things: int
    fields: tuple[FieldCount, ...]


@dataclass(frozen=True)
class Named:
    """A thing that a measure counts, and its name."""

    iri: str
    label: str


@dataclass(frozen=True)
class BrokenLink:
    """A link of a thing to an address that did not answer."""

    thing: str
    label: str
    name: str
    predicate: str
    address: str
    answer: str
    checked_on: str


@dataclass(frozen=True)
class LinkCounts:
    """How many addresses of others there are, and what the last check found of them."""

    total: int
    ok: int
    broken: int
    refused: int

    @property
    def unchecked(self) -> int:
        """How many addresses nobody has looked at."""
        return self.total - self.ok - self.broken - self.refused


@dataclass(frozen=True)
class Measured:
    """The measures of one Release, or of the data as it stands (``release`` is None)."""

    release: str | None
    date: str | None
    measures: Mapping[str, float]


@dataclass(frozen=True)
class Quality:
    """Everything that was counted in one build, and the same of the Releases before it."""

    findings: Mapping[str, int]
    triples: int
    kinds: tuple[KindCount, ...]
    without_source: tuple[Named, ...]
    by_hand: int
    conflicts: int
    unmatched: tuple[Named, ...]
    links: LinkCounts
    broken: tuple[BrokenLink, ...]
    checked: Mapping[str, str]
    past: tuple[Measured, ...] = ()
    release: str | None = None
    date: str | None = None

    @cached_property
    def measures(self) -> dict[str, float]:
        """The numbers that a trend is made of, by the names in METRICS."""
        wanted = [
            (one.have, kind.things)
            for kind in self.kinds
            for one in kind.fields
            if one.wanted and kind.things
        ]
        asked = sum(things for _, things in wanted)
        filled = sum(have for have, _ in wanted)
        return {
            "violations": self.findings.get("violation", 0),
            "warnings": self.findings.get("warning", 0),
            "statements": self.triples,
            "things": sum(kind.things for kind in self.kinds),
            "completeness": round(100 * filled / asked, 2) if asked else 100.0,
            "missing": asked - filled,
            "without-source": len(self.without_source),
            "by-hand": self.by_hand,
            "conflicts": self.conflicts,
            "unmatched": len(self.unmatched),
            "links": self.links.total,
            "links-broken": self.links.broken,
            "links-refused": self.links.refused,
            "links-unchecked": self.links.unchecked,
        }

    @property
    def trend(self) -> tuple[Measured, ...]:
        """The measures of each Release, the oldest first, then those of this build."""
        return (*self.past, Measured(self.release, self.date, self.measures))

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data for JSON."""
        told = asdict(self)
        told.pop("findings"), told.pop("past")
        told["links"]["unchecked"] = self.links.unchecked
        return {**told, "measures": self.measures, "trend": [asdict(one) for one in self.trend]}


# What each measure counts, in words; the order is that of the report.
METRICS: dict[str, tuple[str, str, str]] = {
    "violations": (
        "Rules broken",
        "Results of severity sh:Violation. A build with one is not published.",
        "conformance",
    ),
    "warnings": (
        "Warnings",
        "Results of severity sh:Warning: gaps and doubts that may stand.",
        "conformance",
    ),
    "statements": ("Statements", "Triples of the default graph, each counted once.", "amount"),
    "things": ("Things", "Things that a shape describes.", "amount"),
    "completeness": (
        "Fields filled, in per cent",
        "Of the fields that the rules ask for, how many in a hundred are filled.",
        "completeness",
    ),
    "missing": (
        "Fields not filled",
        "Fields that the rules ask for and that a thing has not.",
        "completeness",
    ),
    "without-source": (
        "Facts without a source",
        "Things that ought to name a source and do not, and sources of which nothing says what they were "
        "made from.",
        "traceability",
    ),
    "by-hand": (
        "Statements kept by hand",
        "Statements in sources of the kind “by hand”: no page or sheet stands behind them.",
        "traceability",
    ),
    "conflicts": (
        "Conflicts",
        "Properties of one value about which sources disagree.",
        "consistency",
    ),
    "unmatched": (
        "Names not matched",
        "Printed names that are not matched with a body.",
        "consistency",
    ),
    "links": ("Links to other sites", "Addresses of others, each counted once.", "availability"),
    "links-broken": (
        "Broken links",
        "Addresses that did not answer, or answered that there is nothing.",
        "availability",
    ),
    "links-refused": (
        "Links that keep programs out",
        "Addresses whose server answered but would not let a program look.",
        "availability",
    ),
    "links-unchecked": (
        "Links not checked",
        "Addresses that no check has looked at yet.",
        "availability",
    ),
}
DIMENSIONS: dict[str, str] = {
    "conformance": "Conformance to the rules",
    "amount": "Amount",
    "completeness": "Completeness",
    "traceability": "Traceability to a source",
    "consistency": "Consistency of sources",
    "availability": "Availability of what is linked to",
}


def past_of(releases: Iterable[Release]) -> tuple[Measured, ...]:
    """Return what the ledger keeps of each Release, the oldest first."""
    return tuple(Measured(one.name, one.date, one.measures) for one in releases)


def measure(
    default: Sequence[ox.Triple],
    quads: Iterable[ox.Quad],
    model: Model,
    *,
    findings: Mapping[str, int],
    conflicts: int,
    links: Sequence[Outgoing],
    checked: Mapping[str, Checked],
    past: tuple[Measured, ...] = (),
    release: str | None = None,
    date: str | None = None,
) -> Quality:
    """Return the quality of a default graph and the sources it was made from."""
    graph = TripleIndex(default)
    things = _things(graph, model)
    addresses = {one.address for one in links}
    known = {address: checked[address] for address in sorted(addresses) if address in checked}
    return Quality(
        findings=findings,
        triples=len(default),
        kinds=tuple(_kinds(graph, things)),
        without_source=tuple(_without_source(graph, things, model)),
        by_hand=_by_hand(graph, quads, model.base),
        conflicts=conflicts,
        unmatched=tuple(_unmatched(graph)),
        links=_counted(addresses, known),
        broken=tuple(_broken(graph, model, links, known)),
        checked={address: one.status for address, one in known.items()},
        past=past,
        release=release,
        date=date,
    )


def _things(graph: TripleIndex, model: Model) -> dict[str, ClassShape]:
    """Return every thing and source under our base with the shape that fits it most closely."""
    starts = (model.base.iri + "id/", model.base.graph(""))
    found: dict[str, ClassShape] = {}
    shapes: dict[tuple[str, ...], ClassShape | None] = {}
    for iri in graph.subjects():
        if iri.startswith(starts) and "#" not in iri:
            types = tuple(graph.iris(iri, RDF + "type"))
            if types not in shapes:
                shapes[types] = model.shape_for(types)
            if shape := shapes[types]:
                found[iri] = shape
    return found


def _kinds(graph: TripleIndex, things: Mapping[str, ClassShape]) -> list[KindCount]:
    by_shape: dict[ClassShape, list[str]] = defaultdict(list)
    for iri, shape in things.items():
        by_shape[shape].append(iri)
    made = [
        KindCount(
            iri=shape.target,
            shape=shape.iri,
            label=shape.label,
            things=len(iris),
            fields=tuple(
                FieldCount(
                    path=field.path,
                    name=field.name,
                    have=sum(bool(graph.objects(iri, field.path)) for iri in iris),
                    wanted=field.min_count > 0,
                )
                for field in shape.fields
            ),
        )
        for shape, iris in by_shape.items()
    ]
    return sorted(made, key=lambda one: (one.label.casefold(), one.iri))


def _label(graph: TripleIndex, iri: str) -> str:
    return graph.text(iri, RDFS + "label") or iri


def _without_source(graph: TripleIndex, things: Mapping[str, ClassShape], model: Model) -> list[Named]:
    built = model.base.thing("source-kind", "build")
    found = []
    for iri, shape in things.items():
        if shape.target == CCIN + "Source":
            told = graph.iris(iri, PROV + "wasDerivedFrom") or graph.objects(iri, CCIN + "sourceFile")
            good = bool(told) or built in graph.iris(iri, CCIN + "sourceKind")
        else:
            asked = [field.path for field in shape.fields if field.path in _SOURCES]
            good = not asked or any(graph.objects(iri, path) for path in asked)
        if not good:
            found.append(Named(iri, _label(graph, iri)))
    return found


def _by_hand(graph: TripleIndex, quads: Iterable[ox.Quad], base: Base) -> int:
    hand = base.thing("source-kind", "hand")
    graphs = {iri for iri, kind in graph.pairs(CCIN + "sourceKind") if kind == ox.NamedNode(hand)}
    return sum(
        isinstance(quad.graph_name, ox.NamedNode) and quad.graph_name.value in graphs for quad in quads
    )


def _unmatched(graph: TripleIndex) -> list[Named]:
    """Return the things that print a name and lead to no body."""
    return [
        Named(iri, name.value)
        for iri, name in sorted(graph.pairs(CCIN + "nameAsPrinted"), key=str)
        if isinstance(name, ox.Literal) and not any(graph.iris(iri, path) for path in _BODIES)
    ]


def _counted(addresses: set[str], known: Mapping[str, Checked]) -> LinkCounts:
    def of(status: str) -> int:
        return sum(one.status == status for one in known.values())

    return LinkCounts(len(addresses), of(OK), of(BROKEN), of(REFUSED))


def _broken(
    graph: TripleIndex, model: Model, links: Iterable[Outgoing], known: Mapping[str, Checked]
) -> list[BrokenLink]:
    return [
        BrokenLink(
            thing=link.subject,
            label=_label(graph, link.subject),
            name=model.field_name(link.predicate) or link.predicate,
            predicate=link.predicate,
            address=link.address,
            answer=known[link.address].answer,
            checked_on=known[link.address].checked_on,
        )
        for link in links
        if link.address in known and known[link.address].status == BROKEN
    ]


def link_findings(broken: Iterable[BrokenLink]) -> list[Finding]:
    """Return a warning for each broken link."""
    return [
        Finding(
            severity="warning",
            focus=one.thing,
            path=one.predicate,
            value=ox.NamedNode(one.address),
            component=CCIN + "LinkAnswersConstraint",
            shape=None,
            message=f"{one.label}: “{one.name}” leads to <{one.address}>, which was broken on "
            f"{one.checked_on} ({one.answer}).",
            hint="Look for the new address, or take the link out; then run ccin-ld check-links again.",
        )
        for one in broken
    ]
