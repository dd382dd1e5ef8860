"""The files that a build publishes besides the dumps: tables, places, packed copies, checksums.

All bytes follow from the triples alone: no clock, no order that a run could change.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping

from ..graph import TripleIndex
from ..ledger import SUMS
from ..model import Model
from ..represent import places
from .tables import METADATA, Table, described, resource_of, tables

__all__ = ["MEDIA_TYPES", "PACKED", "SUMS", "Table", "more_files"]

CSV_ZIP, PLACES, PACKED = "csv.zip", "places.geojson", ".gz"
MEDIA_TYPES = {
    ".csv": "text/csv",
    ".geojson": "application/geo+json",
    ".gz": "application/gzip",
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".nq": "application/n-quads",
    ".trig": "application/trig",
    ".ttl": "text/turtle",
    ".zip": "application/zip",
    METADATA: "application/csvm+json",
    ".txt": "text/plain",
}
# The first day that a ZIP file can name: the day of the build would make the bytes differ.
_NO_DAY = (1980, 1, 1, 0, 0, 0)


def media_type(name: str) -> str:
    """Return the media type of a published file, by its name or the end of it."""
    return MEDIA_TYPES.get(name) or MEDIA_TYPES["." + name.rpartition(".")[2]]


def more_files(
    dumps: Mapping[str, bytes], graph: TripleIndex, model: Model, *, licence: str
) -> dict[str, bytes]:
    """Return the files to publish beside *dumps*, by name.

    *graph* holds what may stand under the one *licence*: without what is quoted, since a table has no place
    to name rights row by row. The dumps are packed too, and the checksums are of every file but their own.
    """
    found = tables(graph, model)
    made = {table.name: table.data for table in found}
    made[METADATA] = _json(described(found, title=model.site.title, licence=licence))
    made[CSV_ZIP] = zipped(made)
    made[PLACES] = _json(_places(graph, model))
    made |= {name + PACKED: gzip.compress(data, mtime=0) for name, data in dumps.items()}
    everything = {**dumps, **made}
    made[SUMS] = "".join(
        f"{hashlib.sha256(everything[name]).hexdigest()}  {name}\n" for name in sorted(everything)
    ).encode()
    return made


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return the files as one ZIP archive, in the order of their names and without their days."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _NO_DAY)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, files[name])
    return packed.getvalue()


def _places(graph: TripleIndex, model: Model) -> dict[str, object]:
    """Return every thing that has a place of its own or by its area, as one GeoJSON collection."""
    shapes = [shape for shape in model.shapes if places.have_places(shape) and shape.target in model.segments]
    iris = sorted({iri for shape in shapes for iri in graph.of_type(shape.target)})
    resources = [resource_of(iri, graph) for iri in iris]
    features = [
        places.feature(one, model.shape_for(one.types), graph) for one in resources if places.has_place(one)
    ]
    return places.collection(one for one in features if one["geometry"])


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
