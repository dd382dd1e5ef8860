"""What an import changes in the record: new triples against old ones, in plain words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from ..graph import TripleIndex
from ..namespaces import DCT, FOAF, RDF, RDFS, SKOS

SHOWN = 20


@dataclass(frozen=True)
class Changes:
    """The triples of one file of the record that an import adds, takes away and leaves as they are.

    They come in no order; ``sentences`` puts those that it shows into one.
    ``kept`` are the things of which it says something before and after.
    """

    source: str
    added: tuple[ox.Triple, ...]
    removed: tuple[ox.Triple, ...]
    unchanged: int
    kept: frozenset[ox.NamedNode | ox.BlankNode | ox.Triple] = frozenset()

    @property
    def none(self) -> bool:
        """Whether the file stays as it is."""
        return not (self.added or self.removed)

    @property
    def summary(self) -> str:
        """How much changes, as one line."""
        if self.none:
            return f"{self.source}: no changes"
        counts = f"{len(self.added)} added, {len(self.removed)} removed, {self.unchanged} unchanged"
        return f"{self.source}: {counts}"


def compare(source: str, old: Iterable[ox.Triple], new: Iterable[ox.Triple]) -> Changes:
    """Return how *new* triples differ from the *old* ones of the same file."""
    before, after = set(old), set(new)
    return Changes(
        source,
        tuple(after - before),
        tuple(before - after),
        len(after & before),
        frozenset(one.subject for one in after & before),
    )


def names_of(triples: Iterable[ox.Triple]) -> Callable[[str], str]:
    """Return a function that gives the name of a thing, or words made from its IRI."""
    graph = TripleIndex(triples)
    predicates = (SKOS + "prefLabel", DCT + "title", FOAF + "name", RDFS + "label")

    def name(iri: str) -> str:
        found = (graph.text(iri, predicate) for predicate in predicates)
        return next((text for text in found if text), None) or _words_of(iri)

    return name


def sentences(changes: Changes, name: Callable[[str], str]) -> list[str]:
    """Return a line for each change of what was there before, at most SHOWN, and one for all that is new."""
    known = {one.subject for one in changes.removed} | set(changes.kept)
    fresh = {one.subject for one in changes.added} - known
    found = [f"  - {_sentence(one, name)}" for one in sorted(changes.removed, key=str)]
    again = (one for one in changes.added if one.subject not in fresh)
    found += [f"  + {_sentence(one, name)}" for one in sorted(again, key=str)]
    lines = found[:SHOWN] + ([f"  and {len(found) - SHOWN} more"] if len(found) > SHOWN else [])
    return lines + ([f"  + {len(fresh)} new thing{'' if len(fresh) == 1 else 's'}"] if fresh else [])


def _sentence(triple: ox.Triple, name: Callable[[str], str]) -> str:
    assert isinstance(triple.subject, ox.NamedNode)
    return f"{name(triple.subject.value)}: {_property(triple.predicate.value)}: {_value(triple.object, name)}"


def _property(iri: str) -> str:
    return "is a" if iri == RDF + "type" else _words_of(iri)


def _value(term: object, name: Callable[[str], str]) -> str:
    if isinstance(term, ox.NamedNode):
        return name(term.value)
    text = term.value if isinstance(term, ox.Literal) else str(term)
    plain = " ".join(text.split())
    return plain if len(plain) <= 80 else plain[:77] + "…"


_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def _words_of(iri: str) -> str:
    """Return the last part of an IRI in words: ``notListed`` as "not listed"."""
    last = re.split(r"[/#]", iri.rstrip("/#"))[-1]
    return _CAMEL.sub(" ", last).lower() if "#" in iri else last.replace("--", ", ").replace("-", " ")
