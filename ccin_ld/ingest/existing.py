"""The record as it stands before an import: its base, its graphs, its labels and the imports so far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from .. import record
from ..errors import BadInput
from ..graph import TripleIndex
from ..iris import Base, numbered
from ..namespaces import CCIN, DCAT, DCT, RDF, SKOS, VOID
from ..tombstones import Tombstone, read_tombstones
from .imports import Import, read_imports
from .labels import Labels, read_labels
from .match import Body, Directory, open_directory

REGISTER, BODIES = "register", "bodies"
# How the keys of sources end that only correct what others say.
CORRECTIONS = "--corrections"
_TYPE = ox.NamedNode(RDF + "type")
_PREFERRED = ox.NamedNode(SKOS + "prefLabel")


class TakenBack(ValueError):
    """A thing that was taken back and is named again; says so, and what to do."""

    def __init__(self, gone: Tombstone, name: str) -> None:
        self.message = f"{name} was taken back on {gone.withdrawn_on}: {gone.reason.rstrip('.')}"
        self.hint = "an identifier is never used again: leave it out, or give another thing another name"
        super().__init__(self.message)


@dataclass(frozen=True)
class Existing:
    """Everything in the folder of the record that an import looks at."""

    folder: Path
    base: Base
    licence: str | None
    graphs: Mapping[str, list[ox.Triple]]
    sources: list[ox.Triple]
    directory: Directory
    imports: list[Import]
    withdrawn: Mapping[str, Tombstone] = field(default_factory=dict)

    @cached_property
    def labels(self) -> Labels:
        """What is known of how pages print things."""
        return read_labels(self.triples(), self.base.iri)

    @cached_property
    def index(self) -> TripleIndex:
        """Every triple of every graph, by subject and by predicate; only to be read."""
        return TripleIndex(self.triples())

    def stands_for(self, iri: str, source: str) -> str:
        """Return the IRI itself, or of a thing that was entered twice the one that stays.

        What the graph of *source* says already stays as it is: a build leads its links on. Raises TakenBack
        for a thing that was taken back, since an identifier is never used again.
        """
        gone = self.withdrawn.get(iri)
        if gone is None or iri in self._named_by(source):
            return iri
        if gone.replaced_by is None or gone.replaced_by in self.withdrawn:
            raise TakenBack(gone, self.short_name(iri))
        return gone.replaced_by

    def short_name(self, iri: str) -> str:
        """Return the kind and the key of a thing of ours, or the IRI."""
        return iri.removeprefix(self.base.iri + "id/")

    def _named_by(self, source: str) -> set[str]:
        terms = (term for one in self.graphs.get(source, ()) for term in (one.subject, one.object))
        return {term.value for term in terms if isinstance(term, ox.NamedNode)}

    def triples(self) -> Iterator[ox.Triple]:
        """Yield every triple of every graph."""
        for triples in self.graphs.values():
            yield from triples

    def labelled(self, *, without: str) -> dict[str, str]:
        """Return the preferred labels that captures other than *without* print."""
        left_out = {without, REGISTER, BODIES}
        return {
            triple.subject.value: triple.object.value
            for source, triples in sorted(self.graphs.items(), key=lambda one: numbered(one[0]))
            if source not in left_out and not source.endswith(CORRECTIONS)
            for triple in triples
            if triple.predicate == _PREFERRED
            and isinstance(triple.subject, ox.NamedNode)
            and isinstance(triple.object, ox.Literal)
        }

    def bodies(self) -> set[str]:
        """Return the IRIs of the bodies that the record holds."""
        kinds = {CCIN + name for name in ("Council", "PoliticalGroup", "Network", "Organisation")}
        return {
            triple.subject.value
            for triple in self.triples()
            if triple.predicate == _TYPE
            and isinstance(triple.subject, ox.NamedNode)
            and isinstance(triple.object, ox.NamedNode)
            and triple.object.value in kinds
        }

    def bodies_in(self, source: str) -> list[Body]:
        """Return the bodies that a graph speaks of, in the order of their IRIs."""
        start = self.base.iri + "id/"
        subjects = TripleIndex(self.graphs.get(source, ())).subjects()
        parts = [iri[len(start) :].split("/") for iri in subjects if iri.startswith(start)]
        found = [self.directory.get(*part) for part in parts if len(part) == 2]
        return [one for one in found if one is not None]


def read_existing(folder: Path) -> Existing:
    """Read the record in *folder*. Raises BadInput, with file and line, for what cannot be read."""
    catalog = folder / "catalog.ttl"
    if not catalog.is_file():
        hint = "name the folder of the record with --data-dir"
        raise BadInput("there is no record in this folder", file=folder, hint=hint)
    described = TripleIndex(record.read(catalog))
    spaces = sorted(v.value for _, v in described.pairs(VOID + "uriSpace") if isinstance(v, ox.Literal))
    if len(spaces) != 1:
        hint = 'say of the dataset: void:uriSpace "https://…/", the start of every IRI of the record'
        raise BadInput(f"void:uriSpace is given {len(spaces)} times", file=catalog, hint=hint)
    datasets = described.of_type(DCAT + "Dataset")
    return Existing(
        folder,
        Base(spaces[0]),
        described.iri(datasets[0], DCT + "license") if datasets else None,
        {path.stem: record.read(path) for path in sorted((folder / "graphs").glob("*.ttl"))},
        record.read(folder / "sources.ttl") if (folder / "sources.ttl").exists() else [],
        open_directory(folder / "reference"),
        read_imports(folder / "sources"),
        read_tombstones(folder),
    )
