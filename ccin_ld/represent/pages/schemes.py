"""The pages of concept schemes: the concepts as a tree, each with its definition and how often it is used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...namespaces import SKOS
from ...resource import Resource
from .shared import Maker
from .terms import Shown

_READ = 500
# How a scheme and its concepts hang together; every other link to a concept is a use of it.
_STRUCTURE = frozenset(
    SKOS + name
    for name in (
        "inScheme", "topConceptOf", "hasTopConcept", "broader", "narrower", "related", "member",
        "broaderTransitive", "narrowerTransitive", "semanticRelation",
        "exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch",
    )
)  # fmt: skip


@dataclass(frozen=True)
class ConceptRow:
    """One concept: its link, its definition, how many statements have it as value, and the narrower ones."""

    link: Shown
    definition: Shown | None
    uses: int
    narrower: tuple[ConceptRow, ...]


@dataclass(frozen=True)
class SchemeView:
    """A concept scheme: its words, its concepts in order of display, and how many there are."""

    words: tuple[Shown, ...]
    concepts: tuple[ConceptRow, ...]
    total: int
    used: int


def view(resource: Resource, maker: Maker) -> SchemeView:
    """Return the view of a concept scheme."""
    reader = maker.reader
    members = set(reader.linking(resource.iri, SKOS + "inScheme", _READ))
    members |= set(resource.iris(SKOS + "hasTopConcept"))
    ordered = sorted(members, key=reader.sort_key)
    uses = {iri: _uses(iri, maker) for iri in ordered}
    tree = _Tree(ordered, maker, uses)
    return SchemeView(
        words=tuple(maker.terms.show(one) for one in resource.objects(SKOS + "definition")),
        concepts=tree.rows(),
        total=len(ordered),
        used=sum(1 for size in uses.values() if size),
    )


def _uses(iri: str, maker: Maker) -> int:
    counts = maker.reader.index.incoming_counts(iri)
    return sum(size for path, size in counts.items() if path not in _STRUCTURE)


class _Tree:
    """The concepts of one scheme under those that are broader; a circle is cut where it is met again."""

    def __init__(self, ordered: Sequence[str], maker: Maker, uses: Mapping[str, int]) -> None:
        self._ordered, self._maker, self._uses = ordered, maker, uses
        self._below: dict[str, list[str]] = defaultdict(list)
        self._seen: set[str] = set()
        for iri in ordered:
            for above in self._above(iri):
                self._below[above].append(iri)

    def _above(self, iri: str) -> list[str]:
        """Return the broader concepts of the same scheme, whichever of the two says so."""
        said = {*self._maker.reader.iris(iri, SKOS + "broader")}
        said |= set(self._maker.reader.linking(iri, SKOS + "narrower", _READ))
        return [one for one in self._ordered if one in said and one != iri]

    def rows(self) -> tuple[ConceptRow, ...]:
        """Return the concepts that have none above them, then what stands only in a circle."""
        top = [self._row(iri) for iri in self._ordered if not self._above(iri)]
        return (*top, *(self._row(iri) for iri in self._ordered if iri not in self._seen))

    def _row(self, iri: str) -> ConceptRow:
        self._seen.add(iri)
        reader, terms = self._maker.reader, self._maker.terms
        definition = reader.objects(iri, SKOS + "definition")
        return ConceptRow(
            link=terms.link(iri),
            definition=terms.show(definition[0]) if definition else None,
            uses=self._uses[iri],
            narrower=tuple(self._row(one) for one in self._below[iri] if one not in self._seen),
        )
