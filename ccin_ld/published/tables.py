"""One CSV file for each class of things, and what their columns are (CSV on the Web: CSVW metadata)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from ..graph import TripleIndex
from ..model import ClassShape, Model
from ..namespaces import RDFS
from ..represent.table import csv_bytes, rows
from ..resource import Resource

# Where readers look for the description of the tables beside it (Tabular Data Model, 5.3).
METADATA = "csv-metadata.json"
_CELL_SEPARATOR = " | "


@dataclass(frozen=True)
class Table:
    """The things of one class: the file's name, its shape, its header and its bytes."""

    name: str
    shape: ClassShape
    header: tuple[str, ...]
    rows: int
    data: bytes


def tables(graph: TripleIndex, model: Model) -> list[Table]:
    """Return a table for each class that has things with addresses of their own, by file name."""
    found = []
    for target, segment in sorted(model.segments.items(), key=lambda pair: pair[1]):
        shape = model.shape_for([target])
        iris = graph.of_type(target)
        if shape and iris:
            header, body = rows([resource_of(iri, graph) for iri in iris], shape)
            found.append(Table(f"{segment}.csv", shape, tuple(header), len(body), csv_bytes(header, body)))
    return found


def resource_of(iri: str, graph: TripleIndex) -> Resource:
    """Return what a graph says of a thing, with the labels of what it links to."""
    own = graph.about(iri)
    linked = {one.object.value for one in own if isinstance(one.object, ox.NamedNode)} - {iri}
    return Resource(iri, iri, (*own, *_labels(sorted(linked), graph)))


def _labels(iris: Iterable[str], graph: TripleIndex) -> Iterable[ox.Triple]:
    for iri in iris:
        for label in graph.literals(iri, RDFS + "label"):
            yield ox.Triple(ox.NamedNode(iri), ox.NamedNode(RDFS + "label"), label)


def described(found: Sequence[Table], *, title: str, licence: str) -> dict[str, Any]:
    """Return the description of the tables as CSVW metadata (Metadata Vocabulary for Tabular Data, 5)."""
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": title,
        "dc:license": {"@id": licence},
        "tables": [_table(one) for one in found],
    }


def _table(table: Table) -> dict[str, Any]:
    fields = {field.name: field for field in table.shape.fields}
    columns: list[dict[str, Any]] = [
        {"name": "id", "titles": "id", "datatype": "anyURI", "required": True, "suppressOutput": True},
        {"name": "label", "titles": "label", "propertyUrl": RDFS + "label", "lang": "en"},
    ]
    taken = {"id", "label"}
    for title in table.header[2:]:
        field = fields.get(title) or fields[title.rpartition(" (")[0]]
        column = {"name": _name(title, taken), "titles": title, "separator": _CELL_SEPARATOR}
        if field.description:
            column["dc:description"] = field.description
        columns.append(column)
    return {
        "url": table.name,
        "dc:title": table.shape.label,
        "dc:description": table.shape.description,
        "tableSchema": {"aboutUrl": "{+id}", "primaryKey": "id", "columns": columns},
    }


def _name(title: str, taken: set[str]) -> str:
    """Return a name of a column that no other has, of letters, digits and low lines."""
    plain = re.sub(r"[^a-z0-9]+", "_", title.casefold()).strip("_") or "column"
    name, number = plain, 2
    while name in taken:
        name, number = f"{plain}_{number}", number + 1
    taken.add(name)
    return name
