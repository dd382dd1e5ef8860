"""What changed from Release to Release, Resource by Resource: one list, folded out of the ledger.

A Resource is what has a document of its own: a thing with its parts and what is said of its document, a
vocabulary, a scheme, a source. All of them together are the default graph, so that whoever applies every
change in its order has the data of the newest Release, exactly.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from .iris import Base
from .ledger import Ledger, Release, triple_of
from .namespaces import CCIN, ONTOLOGY_BASE, RDF

CREATE, UPDATE, DELETE = "create", "update", "delete"
_TOMBSTONE = f"<{RDF}type> <{CCIN}Tombstone>"
# A node without a name that nothing leads to can only be of the ontology: an axiom.
_ROOTLESS = ONTOLOGY_BASE + "def/ccin"


@dataclass(frozen=True)
class Change:
    """One Resource that a Release made, changed or took away.

    ``lines`` are what is said of it from then on, as sorted N-Triples: nothing, or its tombstone, where it
    was taken away. ``mentioned`` are the things that it spoke of before or speaks of now.
    """

    release: Release
    iri: str
    kind: str
    lines: tuple[str, ...]
    mentioned: frozenset[str]

    @property
    def has_tombstone(self) -> bool:
        """Whether the Resource was published in error, and a tombstone says so."""
        return _is_tombstone(self.iri, self.lines)


def changes(ledger: Ledger, base: Base) -> Iterator[Change]:
    """Yield every change of every Release, the oldest first, in one by IRI. Raises BadRecord."""
    fold = _Fold(base)
    for release in ledger.releases:
        yield from fold.take(release, *ledger.changes(release))


class _Fold:
    """What is published after the Releases taken so far."""

    def __init__(self, base: Base) -> None:
        self._base = base
        self._said: Counter[str] = Counter()
        self._overruled: frozenset[str] = frozenset()
        self._leads: dict[str, str] = {}
        self._resources: dict[str, frozenset[str]] = {}

    def take(self, release: Release, added: Collection[str], removed: Collection[str]) -> Iterator[Change]:
        """Take one more Release, and yield what it changed."""
        came, went = self._moved(release, added, removed)
        for triple in came:
            subject, _, value = triple.split(" ", 2)
            if value.startswith("_:"):
                self._leads[value] = subject
        changed = {
            owner: (came_here, went_here) for owner, came_here, went_here in self._by_owner(came, went)
        }
        for iri in sorted(changed):
            before = self._resources.get(iri, frozenset())
            after = (before - changed[iri][1]) | changed[iri][0]
            if after != before:
                self._resources[iri] = after
                yield self._change(release, iri, before, after)

    def _moved(
        self, release: Release, added: Collection[str], removed: Collection[str]
    ) -> tuple[set[str], set[str]]:
        """Return the triples that came into the default graph with a Release, and those that went."""
        overruled = frozenset(release.overruled)
        touched = {triple_of(line) for line in (*added, *removed)} | (overruled ^ self._overruled)
        before = set(filter(self._is_published, touched))
        self._said.update(map(triple_of, added))
        self._said.subtract(map(triple_of, removed))
        self._overruled = overruled
        after = set(filter(self._is_published, touched))
        return after - before, before - after

    def _is_published(self, triple: str) -> bool:
        return self._said[triple] > 0 and triple not in self._overruled

    def _by_owner(
        self, came: Iterable[str], went: Iterable[str]
    ) -> Iterator[tuple[str, frozenset[str], frozenset[str]]]:
        owned: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
        for place, triples in enumerate((came, went)):
            for triple in triples:
                owned[self._owner(triple.partition(" ")[0])][place].append(triple)
        for owner, (here, gone) in owned.items():
            yield owner, frozenset(here), frozenset(gone)

    def _owner(self, node: str) -> str:
        """Return the IRI of the Resource that a subject is, or is a part of."""
        seen = set()
        while node.startswith("_:"):
            if node in seen or node not in self._leads:
                return _ROOTLESS
            seen.add(node)
            node = self._leads[node]
        iri = node[1:-1].partition("#")[0]
        if not iri.startswith((self._base.iri, ONTOLOGY_BASE)):
            return self._base.iri + "data"  # what others named: the catalogue says what it is
        document = self._base.iri + "doc/"
        return f"{self._base.iri}id/{iri.removeprefix(document)}" if iri.startswith(document) else iri

    def _change(self, release: Release, iri: str, before: frozenset[str], after: frozenset[str]) -> Change:
        was, is_ = (bool(said) and not _is_tombstone(iri, said) for said in (before, after))
        kind = DELETE if not is_ else UPDATE if was else CREATE
        mentioned = frozenset(self._things(before | after)) - {iri}
        return Change(release, iri, kind, tuple(sorted(f"{one} ." for one in after)), mentioned)

    def _things(self, triples: Iterable[str]) -> Iterator[str]:
        start = f"<{self._base.iri}id/"
        for triple in triples:
            value = triple.split(" ", 2)[2]
            if value.startswith(start):
                yield value[1:-1].partition("#")[0]


def _is_tombstone(iri: str, said: Iterable[str]) -> bool:
    return any(one.startswith(f"<{iri}> {_TOMBSTONE}") for one in said)
