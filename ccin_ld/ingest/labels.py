"""What the network prints on its pages: labels of fields, principles and kinds, read from the record."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from ..graph import TripleIndex
from ..namespaces import CCIN, DCT, SKOS

LEAD = CCIN + "lead"
PARTICIPANT = CCIN + "participant"
YEAR = CCIN + "yearAsPrinted"
KIND = CCIN + "projectKind"
PRINCIPLES = CCIN + "meetsPrinciple"
ABOUT = DCT + "description"

_QUOTES = str.maketrans({"‘": "'", "’": "'", "‛": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"'})
_WORD = re.compile(r"\w+(?:['-]\w+)*")
_DASHES = re.compile(r"[–—―−]")


def words(text: str) -> tuple[str, ...]:
    """Return the words of *text* to compare by: case, quotes, dashes, blanks and punctuation do not count."""
    plain = _DASHES.sub(" - ", text.translate(_QUOTES).casefold())
    return tuple(_WORD.findall(plain))


@dataclass(frozen=True)
class Field:
    """A label that a page prints before a value, and the IRI of what the value fills."""

    label: str
    fills: str


@dataclass(frozen=True)
class Principle:
    """A principle as a page may print it; ``never_in`` holds the keys of the forms that never show it."""

    iri: str
    title: str
    title_words: tuple[str, ...]
    key_words: tuple[str, ...]
    order: int
    never_in: frozenset[str]


@dataclass(frozen=True)
class Labels:
    """Everything that is known of how pages print things."""

    fields: tuple[Field, ...]
    principles: tuple[Principle, ...]
    kinds: tuple[tuple[str, str], ...]

    def name(self, fills: str) -> str:
        """Return the label printed for what fills *fills*, or plain words when no label is known."""
        return next((one.label for one in self.fields if one.fills == fills), fills.rpartition("#")[2])

    def kind(self, printed: str) -> str | None:
        """Return the IRI of the one kind of project that has this label, or None."""
        found = {iri for label, iri in self.kinds if words(label) == words(printed)}
        return found.pop() if len(found) == 1 else None


def read_labels(triples: Iterable[ox.Triple], base_iri: str) -> Labels:
    """Return the labels that the record's triples hold."""
    graph = TripleIndex(triples)
    fields = [
        Field(label, fills)
        for iri in graph.of_type(CCIN + "PageField")
        for fills in graph.iris(iri, CCIN + "fills")
        for label in _printings(graph, iri)
    ]
    principles = [_principle(graph, iri) for iri in graph.of_type(CCIN + "Principle")]
    scheme = ox.NamedNode(base_iri + "def/project-kinds")
    kinds = [iri for iri, value in graph.pairs(SKOS + "inScheme") if value == scheme]
    return Labels(
        tuple(sorted(fields, key=lambda one: (-len(one.label), one.label))),
        tuple(sorted(principles, key=lambda one: (one.order, one.iri))),
        tuple(sorted((label, iri) for iri in kinds for label in _printings(graph, iri))),
    )


def _principle(graph: TripleIndex, iri: str) -> Principle:
    title = graph.text(iri, SKOS + "prefLabel") or ""
    order = graph.text(iri, CCIN + "displayOrder") or ""
    return Principle(
        iri,
        title,
        words(title),
        words(graph.text(iri, CCIN + "matchingKey") or ""),
        int(order) if order.isdecimal() else 0,
        frozenset(form.rpartition("/")[2] for form in graph.iris(iri, CCIN + "neverShownIn")),
    )


def _printings(graph: TripleIndex, iri: str) -> list[str]:
    """Return the preferred label first, then the other printings."""
    preferred = [one.value for one in graph.literals(iri, SKOS + "prefLabel")]
    return preferred + sorted(one.value for one in graph.literals(iri, SKOS + "altLabel"))
