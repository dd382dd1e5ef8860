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
# The body or the project that a case study tells of.
SUBJECT = CCIN + "about"
# What stands before words: a sign at the start of a line, or a dash and a blank.
BULLETS = "•●▪◦‣∙·*"
BULLET = re.compile(rf"^(?:[{BULLETS}]\s*|[-–—]\s+)")

_QUOTES = str.maketrans({"‘": "'", "’": "'", "‛": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"'})
_WORD = re.compile(r"\w+(?:['-]\w+)*")
_DASHES = re.compile(r"[–—―−]")


def words(text: str) -> tuple[str, ...]:
    """Return the words of *text* to compare by: case, quotes, dashes, blanks and punctuation do not count."""
    plain = _DASHES.sub(" - ", text.translate(_QUOTES).casefold())
    return tuple(_WORD.findall(plain))


@dataclass(frozen=True)
class Field:
    """A label that a page prints before a value, and the IRI of what the value fills; "" is not kept."""

    label: str
    fills: str


@dataclass(frozen=True)
class Item:
    """An item of a list of principles: which one, how it is printed, and the statement in it.

    ``printed`` is "sentence" (no short title), "dash" (short title, dash, sentence), "plain" (short title
    and sentence without a dash) or "title" (short title only).
    """

    principle: Principle
    printed: str
    statement: str


@dataclass(frozen=True)
class Principle:
    """A principle as a page may print it; ``hidden_in`` holds the keys of forms that may not show it."""

    iri: str
    title: str
    title_words: tuple[str, ...]
    key_words: tuple[str, ...]
    order: int
    hidden_in: frozenset[str]


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

    def field(self, text: str) -> tuple[Field, str] | None:
        """Return the field whose label starts the line, and the value after it (with or without a colon)."""
        plain = BULLET.sub("", text)
        for one in self.fields:
            start, rest = plain[: len(one.label)], plain[len(one.label) :]
            if start.casefold() == one.label.casefold() and not rest[:1].isalnum():
                return one, rest.lstrip(" :")
        return None

    def item(self, text: str) -> Item | None:
        """Return the principle that a line begins with, known by its first words or its short title."""
        plain = BULLET.sub("", text)
        start = words(plain[:400])
        for one in self.principles:
            title, key = one.title_words, one.key_words
            if key and start[: len(key)] == key:
                return Item(one, "sentence", plain)
            if title and start[: len(title)] == title:
                if key and start[len(title) : len(title) + len(key)] == key:
                    rest = plain[len(one.title) :]
                    dash = rest.lstrip()[:1] in tuple("-–—―−:")
                    return Item(one, "dash" if dash else "plain", rest.lstrip(" -–—―−:"))
                if len(plain) < 400 and start == title:
                    return Item(one, "title", "")
        return None

    def knows(self, text: str) -> bool:
        """Say whether a line begins as pages of this network print it: a field, a heading or a principle."""
        return self.field(text) is not None or self.item(text) is not None


def read_labels(triples: Iterable[ox.Triple], base_iri: str) -> Labels:
    """Return the labels that the record's triples hold."""
    graph = _printed(triples)
    fields = [
        Field(label, graph.iri(iri, CCIN + "fills") or "")
        for iri in graph.of_type(CCIN + "PageField")
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


def _printed(triples: Iterable[ox.Triple]) -> TripleIndex:
    """Return what is said of the few things that are a field, a principle or a term of a list."""
    every = list(triples)
    classes = {ox.NamedNode(CCIN + name) for name in ("PageField", "Principle")}
    scheme = ox.NamedNode(SKOS + "inScheme")
    found = {one.subject for one in every if one.object in classes or one.predicate == scheme}
    return TripleIndex(one for one in every if one.subject in found)


def _principle(graph: TripleIndex, iri: str) -> Principle:
    title = graph.text(iri, SKOS + "prefLabel") or ""
    order = graph.text(iri, CCIN + "displayOrder") or ""
    return Principle(
        iri,
        title,
        words(title),
        words(graph.text(iri, CCIN + "matchingKey") or ""),
        int(order) if order.isdecimal() else 0,
        frozenset(
            form.rpartition("/")[2]
            for name in ("neverShownIn", "notAlwaysShownIn")
            for form in graph.iris(iri, CCIN + name)
        ),
    )


def _printings(graph: TripleIndex, iri: str) -> list[str]:
    """Return the preferred label first, then the other printings."""
    preferred = [one.value for one in graph.literals(iri, SKOS + "prefLabel")]
    return preferred + sorted(one.value for one in graph.literals(iri, SKOS + "altLabel"))
