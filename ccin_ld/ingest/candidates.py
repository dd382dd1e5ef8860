"""Candidates for links: records elsewhere, and the things here that each may be, with evidence and a score.

Only what a person accepts is a link. A score says how firm the evidence is, of 100; it decides nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

import pyoxigraph as ox
from rapidfuzz import fuzz, process

from .. import names
from ..errors import BadInput
from ..graph import TripleIndex
from ..iris import Base
from ..namespaces import CCIN, DCT, OWL, RDF, RDFS, SKOS
from .table import read_bytes, read_table

COLUMNS = ("iri", "name", "code", "relation", "thing", "accept")
RELATIONS = {
    "sameAs": OWL + "sameAs",
    "seeAlso": RDFS + "seeAlso",
    **{f"{one}Match": f"{SKOS}{one}Match" for one in ("exact", "close", "broad", "narrow", "related")},
}
YES = frozenset(("yes", "y", "true", "1", "x"))
NO = frozenset(("", "no", "n", "false", "0"))
MOST = 3  # things that are proposed for one record
# How firm the evidence is, of 100.
BY_LINK, BY_CODE, BY_LABEL, BY_NAME, BY_PLACE, SHARED, TAKEN = 100, 95, 90, 80, 70, 30, 40
LEAST = 50
_LIKE = 85  # of 100, for words that are only alike
_CODES = (CCIN + "gssCode", CCIN + "registerCode", CCIN + "formerGssCode", SKOS + "notation")
_LABELS = (SKOS + "prefLabel", DCT + "title")
_NAMES = (*_LABELS, SKOS + "altLabel", CCIN + "officialName")


@dataclass(frozen=True)
class Candidate:
    """One record elsewhere as the file has it; *thing* is the kind and key that a person has named."""

    row: int
    iri: str
    name: str
    codes: tuple[str, ...]
    relation: str
    thing: str
    accepted: bool


@dataclass(frozen=True)
class Proposal:
    """A thing that a candidate may be: why, and how firm that is. *known*: the record has the link."""

    candidate: Candidate
    thing: str
    label: str
    score: int
    evidence: tuple[str, ...]
    known: bool = False


def read_candidates(path: Path, base: Base) -> tuple[list[Candidate], bytes]:
    """Return the candidates of a CSV or XLSX file, and its bytes. Raises BadInput with file and line."""
    data = read_bytes(path)
    table = read_table(data, path)
    columns = {name.casefold(): column for column, name in table.header.items()}
    if "iri" not in columns:
        hint = f"name the columns in the first row: {', '.join(COLUMNS)}; only iri has to be there"
        raise BadInput("there is no column iri", file=path, line=table.header_row, hint=hint)
    found = []
    for row in table.rows:
        cells = {name: " ".join(row.cells.get(column, "").split()) for name, column in columns.items()}
        found.append(_candidate(cells, path, row.number, base))
    return found, data


def _candidate(cells: Mapping[str, str], path: Path, number: int, base: Base) -> Candidate:
    iri, relation = cells["iri"], cells.get("relation") or "sameAs"
    accept = cells.get("accept", "").casefold()
    if not iri.startswith(("http://", "https://")) or base.path(iri) is not None or not _is_iri(iri):
        hint = "give the IRI of a record at another site, beginning with http:// or https://"
        raise BadInput(f"{iri!r} is not the IRI of a record elsewhere", file=path, line=number, hint=hint)
    if relation not in RELATIONS:
        hint = f"write one of {', '.join(RELATIONS)}"
        raise BadInput(f"{relation!r} is no relation", file=path, line=number, hint=hint)
    if accept not in YES | NO:
        raise BadInput(
            f"{accept!r} says neither yes nor no", file=path, line=number, hint="write yes, or nothing"
        )
    codes = tuple(one.strip() for one in cells.get("code", "").split("|") if one.strip())
    return Candidate(
        number, iri, cells.get("name", ""), codes, relation, cells.get("thing", ""), accept in YES
    )


def _is_iri(text: str) -> bool:
    return bool(urlsplit(text).netloc) and not any(sign in text for sign in ' <>"{}|\\^`')


class Things:
    """What the record says of its things, as candidates are compared with it."""

    def __init__(
        self, triples: Iterable[ox.Triple], base: Base, is_shared: Callable[[str], bool] = lambda _: False
    ) -> None:
        """*is_shared* says of a name whether it may mean several bodies, also such as have no record."""
        self.base, self._graph, self._is_shared = base, TripleIndex(triples), is_shared
        start = base.iri + "id/"
        self.iris = [
            iri
            for iri in self._graph.subjects()
            if iri.startswith(start)
            and "#" not in iri
            and any(self._graph.literals(iri, one) for one in _NAMES)
        ]

    def label(self, iri: str) -> str:
        """Return the words for a thing, or its kind and key."""
        found = (self._graph.text(iri, one) for one in _LABELS)
        return next((one for one in found if one), self.short(iri))

    def short(self, iri: str) -> str:
        """Return the kind and key of a thing."""
        return iri.removeprefix(self.base.iri + "id/")

    def iri(self, thing: str) -> str | None:
        """Return the IRI of a thing that the record holds, by its kind and key or its IRI."""
        iri = thing if thing.startswith(self.base.iri) else f"{self.base.iri}id/{thing.removeprefix('/')}"
        return iri if self._graph.has(iri) else None

    def is_concept(self, iri: str) -> bool:
        """Say whether a thing is in a concept scheme: only then it matches as concepts do (SKOS, 10)."""
        return bool(self._graph.iris(iri, SKOS + "inScheme")) or SKOS + "Concept" in self._graph.iris(
            iri, RDF + "type"
        )

    def links(self, iri: str) -> set[tuple[str, str]]:
        """Return the relations that a thing has, and to what."""
        return {(name, value) for name in RELATIONS.values() for value in self._graph.iris(iri, name)}

    def rival(self, iri: str, candidate: Candidate) -> str | None:
        """Return what else the thing is said to be the same as at the candidate's site, or None."""
        host = urlsplit(candidate.iri).netloc
        same = (value for name, value in self.links(iri) if name == OWL + "sameAs")
        others = (one for one in sorted(same) if urlsplit(one).netloc == host)
        return next((one for one in others if _bare(one) != _bare(candidate.iri)), None)

    def knows(self, iri: str, candidate: Candidate) -> bool:
        """Say whether the record has the link; http and https make no difference."""
        wanted = RELATIONS[candidate.relation], _bare(candidate.iri)
        return wanted in {(name, _bare(value)) for name, value in self.links(iri)}

    @cached_property
    def _by_code(self) -> Mapping[str, list[tuple[str, str]]]:
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for name in _CODES:
            for iri, value in self._graph.pairs(name):
                if isinstance(value, ox.Literal):
                    found[value.value.casefold()].append((iri, name.rpartition("#")[2]))
        return found

    @cached_property
    def _by_link(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for name in (OWL + "sameAs", SKOS + "exactMatch"):
            for iri, value in self._graph.pairs(name):
                if isinstance(value, ox.NamedNode):
                    found[_bare(value.value)].append(iri)
        return found

    @cached_property
    def _by_name(self) -> Mapping[str, list[tuple[str, str]]]:
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for iri in self.iris:
            for name in _NAMES:
                for one in self._graph.literals(iri, name):
                    entry = (iri, one.value)
                    if entry not in found[names.plain(one.value)]:
                        found[names.plain(one.value)].append(entry)
        return found

    @cached_property
    def _of_place(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for iri, value in self._graph.pairs(CCIN + "area"):
            if isinstance(value, ox.NamedNode):
                found[value.value].append(iri)
        return found

    def evidence(self, candidate: Candidate) -> Iterator[tuple[str, int, str]]:
        """Yield each thing that a candidate may be with a score and the reason; one thing may come again."""
        for iri in self._by_link.get(_bare(candidate.iri), ()):
            yield iri, BY_LINK, f"the record links it to <{candidate.iri}>"
        for code in dict.fromkeys((*candidate.codes, names.last_part(candidate.iri))):
            for iri, name in self._by_code.get(code.casefold(), ()):
                yield iri, BY_CODE, f"{name} {code}"
                for body in self._of_place.get(iri, ()):
                    yield body, BY_PLACE, f"its place has {name} {code}"
            for iri in self._by_link.get(_bare(code), ()) if "://" in code else ():
                yield iri, BY_LINK, f"both are <{code}>"
        if candidate.name:
            yield from self._named(candidate.name)

    def _named(self, name: str) -> Iterator[tuple[str, int, str]]:
        plain = names.plain(name)
        exact = self._by_name.get(plain, [])
        whole = {iri for iri, known in exact if names.folded(known) == names.folded(name)}
        # Where a name is whole, one that is the same but for the words for a type is another's.
        firm = whole or {iri for iri, _ in exact}
        several = len(firm) > 1 or self._is_shared(name)
        for iri in sorted(firm):
            known = min(
                (one for other, one in exact if other == iri),
                key=lambda one: (names.folded(one) != names.folded(name), one),
            )
            yield (
                iri,
                (BY_LABEL if iri in whole else BY_NAME) - (SHARED if several else 0),
                f"the name “{known}”" + (", which is of several" if several else ""),
            )
        if not exact and plain:
            near = process.extract(
                plain, list(self._by_name), scorer=fuzz.ratio, score_cutoff=_LIKE, limit=MOST
            )
            yield from self._alike(near)

    def _alike(self, near: Iterable[tuple[str, float, int]]) -> Iterator[tuple[str, int, str]]:
        for words, ratio, _ in near:
            for iri in sorted({iri for iri, _ in self._by_name[words]}):
                known = min(one for other, one in self._by_name[words] if other == iri)
                yield iri, int(ratio * BY_PLACE / 100), f"a name like “{known}” ({ratio:.0f} of 100)"


def _bare(iri: str) -> str:
    """Return an address without what is written in two ways: the scheme, www, a final slash."""
    return iri.partition("://")[2].removeprefix("www.").rstrip("/").casefold()


def propose(candidates: Sequence[Candidate], things: Things, *, least: int = LEAST) -> list[Proposal]:
    """Return what each candidate may be, the firmest first, at most MOST each; what a person names always."""
    return [one for candidate in candidates for one in _proposals(candidate, things, least)]


def _proposals(candidate: Candidate, things: Things, least: int) -> list[Proposal]:
    reasons: dict[str, dict[str, int]] = defaultdict(dict)
    for iri, score, words in things.evidence(candidate):
        reasons[iri][words] = max(score, reasons[iri].get(words, 0))
    named = things.iri(candidate.thing) if candidate.thing else None
    made = [
        _proposal(candidate, iri, reasons[iri], things)
        for iri in dict.fromkeys([*reasons, *([named] if named else [])])
    ]
    made.sort(key=lambda one: (-one.score, one.thing))
    if named:
        return [one for one in made if one.thing == named]
    return [one for one in made if one.score >= least][:MOST]


def _proposal(candidate: Candidate, iri: str, reasons: Mapping[str, int], things: Things) -> Proposal:
    score, evidence = max(reasons.values(), default=0), list(reasons)
    known = things.knows(iri, candidate)
    rival = things.rival(iri, candidate) if candidate.relation == "sameAs" and not known else None
    if rival:
        score, evidence = (
            max(0, score - TAKEN),
            [*evidence, f"but the record says it is the same as <{rival}>"],
        )
    return Proposal(candidate, iri, things.label(iri), score, tuple(evidence), known)
