"""Imports as RDF: which file came in as which source, first when, by which version (PROV-O, section 3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

import pyoxigraph as ox

from ..dataset import Dataset
from ..graph import TripleIndex
from ..namespaces import CCIN, DCT, PROV, RDF, RDFS, XSD


class ImportRow(Protocol):
    """One row of the committed table of imports."""

    @property
    def source(self) -> str: ...
    @property
    def file(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def first_imported(self) -> str: ...
    @property
    def version(self) -> str: ...


def triples(rows: Iterable[ImportRow], dataset: Dataset) -> list[ox.Triple]:
    """Return the description of each import of a source that the Dataset holds.

    The first import of a source bears the source's key; a later one, of another file, eight characters of the
    file's digest too.
    """
    held = {item.source for item in dataset.files}
    titles = TripleIndex(dataset.file("sources").triples)
    seen: set[str] = set()
    made: list[ox.Triple] = []
    for row in sorted(rows, key=lambda one: (one.source, one.first_imported)):
        if row.source in held:
            again = f"--{row.sha256[:8]}" if row.source in seen else ""
            seen.add(row.source)
            graph = dataset.base.graph(row.source)
            title = titles.text(graph, DCT + "title") or row.source
            made += _import(dataset.base.thing("import", row.source + again), graph, title, row)
    return made


def _import(iri: str, graph: str, title: str, row: ImportRow) -> Iterator[ox.Triple]:
    file = f"{iri}#file"
    for kind in (CCIN + "Import", PROV + "Activity"):
        yield _link(iri, RDF + "type", kind)
    yield _text(iri, RDFS + "label", ox.Literal(f"Import of: {title}", language="en"))
    yield _text(iri, CCIN + "importedOn", ox.Literal(row.first_imported, datatype=ox.NamedNode(XSD + "date")))
    yield _text(iri, CCIN + "importedBy", ox.Literal(row.version))
    yield _link(iri, PROV + "used", file)
    yield _link(file, RDF + "type", PROV + "Entity")
    yield _text(file, CCIN + "sha256", ox.Literal(row.sha256))
    yield _text(file, RDFS + "label", ox.Literal(f"File: {row.file}", language="en"))
    yield _link(graph, PROV + "wasGeneratedBy", iri)


def _link(subject: str, predicate: str, value: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(value))


def _text(subject: str, predicate: str, value: ox.Literal) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), value)
