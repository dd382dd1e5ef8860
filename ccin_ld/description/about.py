"""What the site says of itself, gathered once for each build and told in many forms.

DCAT, VoID, schema.org, data.json, the link set, the API catalogue and the page of the dataset are made from
one ``About``, so that titles, counts, dates and addresses cannot differ between them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from ..graph import TripleIndex
from ..model import Site
from ..namespaces import DCAT, DCT, FOAF, VCARD
from .counts import Counts

IANA = "https://www.iana.org/assignments/media-types/"
_FILE_TYPE = "http://publications.europa.eu/resource/authority/file-type/"
# What a file holds, by the start of its name, and the code of its format in the EU's list of file types.
_WHAT = (
    ("dataset.nq", "Everything, with the source of each statement (N-Quads)", "RDF_N_QUADS"),
    ("dataset.trig", "Everything, with the source of each statement (TriG)", "RDF_TRIG"),
    ("dataset.ttl", "Everything, each statement once (Turtle)", "RDF_TURTLE"),
    ("dataset.jsonld", "Everything, each statement once (JSON-LD)", "JSON_LD"),
    ("csv.zip", "All tables with their description (ZIP of CSV)", "ZIP"),
    ("places.geojson", "Everything that has a place (GeoJSON)", "GEOJSON"),
)
DISTRIBUTED = frozenset(name for name, _, _ in _WHAT)


@dataclass(frozen=True)
class Published:
    """One file: its name, media type, size in bytes, SHA-256, title and where it can be had."""

    name: str
    media_type: str
    bytes: int
    sha256: str
    title: str
    file_type: str | None
    url: str

    @property
    def is_packed(self) -> bool:
        """Whether the file is a packed copy of another one."""
        return self.name.endswith(".gz")


@dataclass(frozen=True)
class About:
    """The description of one build. IRIs and download addresses are canonical; ``public`` is this server."""

    public: str
    site: Site
    stated: tuple[ox.Triple, ...]
    files: tuple[Published, ...]
    counts: Counts
    graphs: Mapping[str, int]
    issued: str | None
    modified: str | None
    release: str | None
    places: tuple[tuple[str, str], ...]
    years: tuple[str, str] | None
    examples: tuple[str, ...]
    vocabularies: tuple[str, ...]

    @property
    def base(self) -> str:
        """What all our IRIs begin with."""
        return self.site.catalog.removesuffix("data")

    @property
    def version(self) -> str | None:
        """The name of the Release that this is."""
        return self.release

    def text(self, subject: str, predicate: str) -> str | None:
        """Return the English words that the catalogue gives a node, or None."""
        return TripleIndex(self.stated).text(subject, predicate)

    @property
    def title(self) -> str:
        """The title of the dataset."""
        return self.text(self.site.dataset, DCT + "title") or self.site.title

    @property
    def description(self) -> str:
        """The description of the dataset."""
        return self.text(self.site.dataset, DCT + "description") or self.site.description

    @property
    def keywords(self) -> list[str]:
        """The keywords of the dataset, sorted."""
        found = TripleIndex(self.stated).literals(self.site.dataset, DCAT + "keyword")
        return sorted(one.value for one in found)

    @property
    def contact_name(self) -> str:
        """Whom to ask, as the catalogue names them."""
        graph = TripleIndex(self.stated)
        contact = graph.iri(self.site.dataset, DCAT + "contactPoint")
        return (graph.text(contact, VCARD + "fn") if contact else None) or self.site.publisher_name

    @property
    def homepage(self) -> str | None:
        """The home page of the catalogue."""
        return TripleIndex(self.stated).iri(self.site.catalog, FOAF + "homepage")


def published(files: Sequence[Mapping[str, Any]], dataset: str) -> tuple[Published, ...]:
    """Return the files of a build's manifest with their titles and canonical addresses."""
    return tuple(_published(one, dataset) for one in files)


def _published(file: Mapping[str, Any], dataset: str) -> Published:
    name = file["name"]
    plain = name.removesuffix(".gz")
    title, kind = next(((words, kind) for start, words, kind in _WHAT if start == plain), (name, None))
    return Published(
        name=name,
        media_type=file["media_type"],
        bytes=file["bytes"],
        sha256=file["sha256"],
        title=f"{title}, packed with gzip" if name != plain else title,
        file_type=_FILE_TYPE + ("GZIP" if name != plain else kind) if kind else None,
        url=f"{dataset}/latest/{name}",
    )
