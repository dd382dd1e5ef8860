"""What was published in error or twice and taken back: read from the record, added to it, kept out of builds.

``data/tombstones.ttl`` holds one block for each thing taken back. The files of the sources stay as they are,
so that they can be made again from what was received; a build leaves out what they say of such a thing, and
where it was entered twice, lets every link to it lead to the other entry (design, section 2).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyoxigraph as ox

from . import record
from .errors import BadInput, BadRecord
from .iris import Base
from .namespaces import CCIN, DCT, RDF, XSD

SOURCE = "tombstones"
_TYPE = ox.NamedNode(RDF + "type")
_TOMBSTONE = ox.NamedNode(CCIN + "Tombstone")
_REPLACED = ox.NamedNode(DCT + "isReplacedBy")


@dataclass(frozen=True)
class Tombstone:
    """One thing taken back: the day, the reason, and the other entry where it was entered twice."""

    iri: str
    withdrawn_on: date
    reason: str
    replaced_by: str | None = None

    def triples(self) -> list[ox.Triple]:
        """Return the tombstone's block in the record."""
        node = ox.NamedNode(self.iri)
        day = ox.Literal(self.withdrawn_on.isoformat(), datatype=ox.NamedNode(XSD + "date"))
        made = [
            ox.Triple(node, _TYPE, _TOMBSTONE),
            ox.Triple(node, ox.NamedNode(CCIN + "withdrawnOn"), day),
            ox.Triple(node, ox.NamedNode(CCIN + "reason"), ox.Literal(self.reason, language="en")),
        ]
        if self.replaced_by:
            made.append(ox.Triple(node, _REPLACED, ox.NamedNode(self.replaced_by)))
        return made


def read_tombstones(folder: Path) -> dict[str, Tombstone]:
    """Return the tombstones in the folder of the record by IRI, each with the entry that stands for it now.

    Raises BadRecord, with file and line where there is one, for a file that cannot be read.
    """
    path = folder / f"{SOURCE}.ttl"
    triples = record.read(path) if path.is_file() else []
    said: dict[str, dict[str, str]] = {}
    for one in triples:
        if isinstance(one.subject, ox.NamedNode) and isinstance(one.object, ox.Literal):
            said.setdefault(one.subject.value, {})[one.predicate.value] = one.object.value
    found = {}
    for iri, other in replacements(triples, path).items():
        words = said.get(iri, {})
        try:
            day = date.fromisoformat(words.get(CCIN + "withdrawnOn", ""))
        except ValueError as error:
            hint = "give it a block as ccin-ld withdraw writes it"
            raise BadRecord(f"it is not said when <{iri}> was taken back", file=path, hint=hint) from error
        found[iri] = Tombstone(iri, day, words.get(CCIN + "reason", "no reason is recorded"), other)
    return found


def replacements(triples: Iterable[ox.Triple], file: Path | None = None) -> dict[str, str | None]:
    """Return for each thing taken back the thing that stands for it now, or None.

    Where that was taken back too, the last of the line stands. Raises BadRecord when the line is a circle.
    """
    found: dict[str, str | None] = {}
    for triple in triples:
        if isinstance(triple.subject, ox.NamedNode) and triple.object == _TOMBSTONE:
            found.setdefault(triple.subject.value, None)
        if isinstance(triple.subject, ox.NamedNode) and triple.predicate == _REPLACED:
            assert isinstance(triple.object, ox.NamedNode)
            found[triple.subject.value] = triple.object.value
    return {iri: _last(iri, found, file) for iri in found}


def _last(iri: str, found: Mapping[str, str | None], file: Path | None) -> str | None:
    seen, here = [iri], found[iri]
    while here is not None and here in found:
        if here in seen:
            hint = "let one of them be the entry that stays: take its block out"
            raise BadRecord(f"<{iri}> is replaced by itself in a circle", file=file, hint=hint)
        seen.append(here)
        if found[here] is None:
            return here
        here = found[here]
    return here


def without_withdrawn(
    triples: Sequence[ox.Triple], replaced: Mapping[str, str | None]
) -> tuple[ox.Triple, ...]:
    """Return what is left of a source: nothing said of things taken back, links led to what replaced them."""
    if not replaced:
        return tuple(triples)
    kept = [triple for triple in triples if _owner(triple.subject) not in replaced]
    return tuple(dict.fromkeys(_led(triple, replaced) for triple in kept))


def _owner(node: object) -> str:
    return node.value.partition("#")[0] if isinstance(node, ox.NamedNode) else ""


def _led(triple: ox.Triple, replaced: Mapping[str, str | None]) -> ox.Triple:
    other = replaced.get(triple.object.value) if isinstance(triple.object, ox.NamedNode) else None
    return ox.Triple(triple.subject, triple.predicate, ox.NamedNode(other)) if other else triple


def withdraw(
    data_dir: Path, base: Base, known: Iterable[ox.Triple], tombstone: Tombstone
) -> tuple[Path, bytes]:
    """Return the file of tombstones in *data_dir* and its new content with one more, not yet written.

    *known* is all that the record says. Raises BadInput when it tells of no such thing, when that was taken
    back before, when the other entry is none, or without a reason.
    """
    types = {(_owner(t.subject), t.object) for t in known if t.predicate == _TYPE}
    there = {iri for iri, _ in types if iri.startswith(base.iri + "id/")}
    gone = {iri for iri, kind in types if kind == _TOMBSTONE}
    path = data_dir / f"{SOURCE}.ttl"
    _check(tombstone, there, gone, path)
    before = record.read(path) if path.is_file() else []
    return path, record.write([*before, *tombstone.triples()])


def _check(tombstone: Tombstone, there: set[str], gone: set[str], path: Path) -> None:
    if tombstone.iri in gone:
        raise BadInput(
            f"<{tombstone.iri}> was taken back before", hint=f"to change what it says, edit {path}"
        )
    if tombstone.replaced_by == tombstone.iri:
        raise BadInput("a thing cannot be replaced by itself", hint="name the entry that stays")
    if tombstone.replaced_by in gone:
        hint = "name the entry that stays"
        raise BadInput(f"<{tombstone.replaced_by}> was taken back itself", hint=hint)
    for iri in (tombstone.iri, tombstone.replaced_by):
        if iri is not None and iri not in there:
            hint = "give the permanent link of a thing as its page shows it, without a part (#...)"
            raise BadInput(f"the record tells of no thing <{iri}>", hint=hint)
    if not tombstone.reason.strip():
        raise BadInput("no reason is given", hint='say why, in a sentence: --reason "Entered twice."')
