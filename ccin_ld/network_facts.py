"""Facts about a network: figures, offices, funding rounds and events; their labels, and which disagree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from .graph import TripleIndex
from .history import dated, in_words
from .namespaces import CCIN, DCT

FIGURE, OFFICE_HOLDING, FUNDING_ROUND, EVENT = (
    CCIN + "Figure", CCIN + "OfficeHolding", CCIN + "FundingRound", CCIN + "Event",
)  # fmt: skip
FACTS = (FIGURE, OFFICE_HOLDING, FUNDING_ROUND, EVENT)
_NO_YEAR = "year not recorded"

Naming = Callable[[str | None], str]


@dataclass(frozen=True)
class Figure:
    """A number of a body as of a period; *kind* is the kind of membership that it counts, if it does."""

    iri: str
    body: str
    measure: str
    kind: str | None
    count: int
    first: date | None = None
    last: date | None = None
    sources: tuple[str, ...] = ()


def figures_of(graph: TripleIndex) -> list[Figure]:
    """Return the figures in a graph; what has no number or measure is none, and is for the shapes to find."""
    found = []
    for iri in graph.of_type(FIGURE):
        body, measure = graph.iri(iri, CCIN + "body"), graph.iri(iri, CCIN + "measure")
        count = _number(graph, iri, CCIN + "count")
        if body and measure and count is not None:
            first, last = _bounds(graph, iri)
            kind = graph.iri(iri, CCIN + "membershipKind")
            sources = tuple(sorted(graph.iris(iri, DCT + "source")))
            found.append(Figure(iri, body, measure, kind, count, first, last, sources))
    return found


def disagreeing(figures: Iterable[Figure]) -> list[tuple[Figure, Figure]]:
    """Return the pairs of figures of one body, measure, kind and period that give different numbers.

    Two figures without a day may be of different days: they never disagree.
    """
    alike: dict[tuple[object, ...], list[Figure]] = defaultdict(list)
    for one in sorted(figures, key=lambda one: one.iri):
        if one.first or one.last:
            alike[one.body, one.measure, one.kind, one.first, one.last].append(one)
    pairs = [pair for same in alike.values() for pair in combinations(same, 2)]
    return [(one, two) for one, two in pairs if one.count != two.count]


def labels(graph: TripleIndex, name: Naming) -> Iterator[tuple[str, str]]:
    """Yield each fact in *graph* with the words under which it is listed; *name* gives a concept's words."""
    for one in figures_of(graph):
        words = several(name(one.kind or one.measure), one.count)
        yield one.iri, f"{one.count:,} {words}{_when(one.first, one.last)}"
    for iri in graph.of_type(OFFICE_HOLDING):
        holder = graph.text(iri, CCIN + "holder") or "somebody not recorded"
        office = _small(name(graph.iri(iri, CCIN + "office")))
        yield iri, f"{holder}, {office}, {years(graph, iri) or _NO_YEAR}"
    for iri in graph.of_type(FUNDING_ROUND):
        kind = graph.iri(iri, CCIN + "projectKind")
        purpose = f" for {several(name(kind))}" if kind else ""
        yield iri, f"Funding round{purpose}, {years(graph, iri) or _NO_YEAR}"
    for iri in graph.of_type(EVENT):
        yield iri, name(graph.iri(iri, CCIN + "eventKind")) + _when(*_bounds(graph, iri))


def several(words: str, number: int = 2) -> str:
    """Return the name of a kind as it stands behind a number: ``Full member`` as ``full members``."""
    first, comma, rest = _small(words).partition(",")
    if number != 1:
        first = first if first.endswith("s") else f"{first}s"
    return f"{first}{comma}{rest}"


def years(graph: TripleIndex, iri: str) -> str:
    """Return the years of a fact in words, '' without any."""
    found = [graph.text(iri, CCIN + name) for name in ("fromYear", "toYear")]
    return " to ".join(dict.fromkeys(year for year in found if year))


def period(first: date | None, last: date | None) -> str:
    """Return the bounds of a day in words: on a day, in a month or a year, or between two days."""
    words = dated(first, last)
    if first and last and words.startswith("from "):
        return f"between {in_words(first)} and {in_words(last)}"
    return words


def _when(first: date | None, last: date | None) -> str:
    words = period(first, last)
    return f", {words}" if words.startswith("between") else f" {words}" if words else ", day not recorded"


def _small(words: str) -> str:
    """Return words with a small first letter, but for a name that has capitals within."""
    return words if words[1:] != words[1:].lower() else words[:1].lower() + words[1:]


def _number(graph: TripleIndex, iri: str, predicate: str) -> int | None:
    text = graph.text(iri, predicate)
    try:
        return int(text) if text else None
    except ValueError:  # the shapes say of it that it is no whole number
        return None


def _bounds(graph: TripleIndex, iri: str) -> tuple[date | None, date | None]:
    return _day(graph, iri, CCIN + "notBefore"), _day(graph, iri, CCIN + "notAfter")


def _day(graph: TripleIndex, iri: str, predicate: str) -> date | None:
    text = graph.text(iri, predicate)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:  # the shapes say of it that it is no day
        return None
