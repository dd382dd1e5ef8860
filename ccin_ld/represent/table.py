"""Lists as tables: the columns come from the shape of the class, the values are labels."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from ..model import ClassShape
from ..namespaces import RDFS
from ..resource import Object, Resource, pick

_JOINT = " | "


def rows(resources: Iterable[Resource], shape: ClassShape) -> tuple[list[str], list[list[str]]]:
    """Return the header and one row for each Resource: its IRI, its label, then each field of the shape.

    Several values of one field share a cell, separated by a bar between blanks.
    """
    fields = [field for field in shape.fields if field.path != RDFS + "label"]
    header = ["id", "label", *(field.name for field in fields)]
    body = []
    for resource in resources:
        cells = [
            _JOINT.join(sorted(_words(resource, one) for one in resource.objects(f.path))) for f in fields
        ]
        body.append([resource.iri, resource.label() or "", *cells])
    return header, body


def _words(resource: Resource, value: Object) -> str:
    if isinstance(value, ox.NamedNode):
        return resource.label(value.value) or value.value
    return value.value if isinstance(value, ox.Literal) else str(value)


def csv_bytes(header: Sequence[str], body: Iterable[Sequence[str]]) -> bytes:
    """Return RFC 4180 CSV: a header line, CRLF, UTF-8."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(body)
    return text.getvalue().encode()


def tsv(lines: Iterable[Sequence[str]]) -> str:
    """Return lines of cells with tabs between; tabs and line ends within a cell become blanks."""
    return "".join("\t".join(" ".join(cell.split()) for cell in line) + "\n" for line in lines)


def label_map(resource: Resource, iri: str) -> Mapping[str, str]:
    """Return the labels of a linked thing by language, ``@none`` for one without."""
    found: dict[str, list[ox.Literal]] = {}
    for value in resource.objects(RDFS + "label", iri):
        if isinstance(value, ox.Literal):
            found.setdefault(value.language or "@none", []).append(value)
    return {tag: pick(values, tag) or "" for tag, values in sorted(found.items())}


def json_rows(resources: Iterable[Resource]) -> list[dict[str, Any]]:
    """Return id, labels and classes of each Resource, for the plain JSON of a list."""
    return [
        {"id": one.iri, "label": dict(label_map(one, one.iri)), "type": sorted(one.types)}
        for one in resources
    ]
