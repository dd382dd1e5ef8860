"""Lists as tables: the columns come from the shape of the class, the values are labels."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from ..errors import BadRequest
from ..model import ClassShape
from ..namespaces import RDFS, shorten
from ..resource import Object, Resource, pick

_JOINT = " | "


def rows(resources: Iterable[Resource], shape: ClassShape) -> tuple[list[str], list[list[str]]]:
    """Return the header and one row for each Resource: its IRI, its label, then each field of the shape.

    Several values of one field share a cell, separated by a bar between blanks.
    """
    # A property may have two shapes: what has to be, and what is wished for.
    fields = list(
        {field.path: field for field in reversed(shape.fields) if field.path != RDFS + "label"}.values()
    )
    fields.reverse()
    names = [field.name for field in fields]
    # Two properties may have one name; a column has one of its own.
    alone = [
        field.name if names.count(field.name) == 1 else f"{field.name} ({shorten(field.path)})"
        for field in fields
    ]
    header = ["id", "label", *alone]
    body = []
    for resource in resources:
        cells = [
            _JOINT.join(sorted(words(resource, one) for one in resource.objects(f.path))) for f in fields
        ]
        body.append([resource.iri, resource.label() or "", *cells])
    return header, body


def words(resource: Resource, value: Object) -> str:
    """Return a value as text: of a thing its label, or its IRI where it has none."""
    if isinstance(value, ox.NamedNode):
        return resource.label(value.value) or value.value
    return value.value if isinstance(value, ox.Literal) else str(value)


def chosen(
    header: Sequence[str], body: Iterable[Sequence[str]], columns: str
) -> tuple[list[str], list[list[str]]]:
    """Return only the columns that *columns* names, with commas between and in that order.

    Small and capital letters are alike, and so are blanks, hyphens and underscores. Raises BadRequest for a
    name that is not there.
    """
    places = {_plain(name): place for place, name in enumerate(header)}
    wanted = [name for name in columns.split(",") if name.strip()]
    unknown = [name.strip() for name in wanted if _plain(name) not in places]
    if unknown or not wanted:
        which = f"there is no column {unknown[0][:60]!r}" if unknown else "columns names none"
        raise BadRequest(f"{which}; there are: {', '.join(header)}")
    found = [places[_plain(name)] for name in wanted]
    return [header[place] for place in found], [[row[place] for place in found] for row in body]


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("-", " ").replace("_", " ").split())


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


def json_lines(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return each row as JSON on a line of its own."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def json_rows(resources: Iterable[Resource]) -> list[dict[str, Any]]:
    """Return id, labels and classes of each Resource, for the plain JSON of a list."""
    return [
        {"id": one.iri, "label": dict(label_map(one, one.iri)), "type": sorted(one.types)}
        for one in resources
    ]
