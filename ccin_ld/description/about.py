"""What the site says of itself, gathered once for each build and told in many forms.

DCAT, VoID, schema.org, data.json, the link set, the API catalogue and the page of the dataset are made from
one ``About``, so that titles, counts, dates and addresses cannot differ between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Self

import pyoxigraph as ox

from ..graph import TripleIndex
from ..ledger import Ledger
from ..model import Model, Site
from ..namespaces import CCIN, DCAT, DCT, FOAF, PREFIXES, RDFS, VCARD
from . import outgoing
from .counts import Counts, count

NAME = "about.json"

IANA = "https://www.iana.org/assignments/media-types/"
_FILE_TYPE = "http://publications.europa.eu/resource/authority/file-type/"
# What a file holds, by the start of its name, and the code of its format in the EU's list of file types.
_WHAT = (
    ("dataset.nq", "Everything, with the source of each statement (N-Quads)", "RDF_N_QUADS"),
    ("dataset.trig", "Everything, with the source of each statement (TriG)", "RDF_TRIG"),
    ("dataset.ttl", "Everything, each statement once (Turtle)", "RDF_TURTLE"),
    ("dataset.jsonld", "Everything, each statement once (JSON-LD)", "JSON_LD"),
    ("csv-metadata.json", "What the columns of the tables mean (CSV on the Web)", None),
    ("sha256sums.txt", "The checksums of all files", None),
    ("context.jsonld", "The JSON-LD context of plain JSON", None),
    ("report.ttl", "The quality report (Turtle)", None),
    ("report.json", "The quality report (JSON)", None),
    ("csv.zip", "All tables with their description (ZIP of CSV)", "ZIP"),
    ("places.geojson", "Everything that has a place (GeoJSON)", "GEOJSON"),
)


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
    def holds_everything(self) -> bool:
        """Whether it is a dump, all tables, or all places: what most people want."""
        return self.name.startswith("dataset.") or self.name in ("csv.zip", "places.geojson")

    @property
    def is_packed(self) -> bool:
        """Whether the file is a packed copy of another one."""
        return self.name.endswith(".gz")


@dataclass(frozen=True)
class Facts:
    """What is worked out from the published triples, once for each build."""

    counts: Counts
    years: tuple[str, str] | None
    examples: tuple[str, ...]
    vocabularies: tuple[str, ...]
    linked: tuple[outgoing.Counted, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the facts as JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """Return what ``to_json`` wrote."""
        years = found["years"]
        return cls(
            counts=Counts.from_json(found["counts"]),
            years=(years[0], years[1]) if years else None,
            examples=tuple(found["examples"]),
            vocabularies=tuple(found["vocabularies"]),
            linked=tuple(outgoing.Counted(**one) for one in found["linked"]),
        )


def gather(default: Sequence[ox.Triple], model: Model) -> Facts:
    """Return what the triples of the default graph tell: sizes, years, examples, vocabularies."""
    graph = TripleIndex(default)
    counts = count(default, model.base.iri)
    years = sorted(
        value.value
        for name in ("fromYear", "toYear")
        for _, value in graph.pairs(CCIN + name)
        if isinstance(value, ox.Literal)
    )
    listed = [graph.of_type(shape.target) for shape in model.lists.values()]
    linked = outgoing.targets(graph.having, model.base)
    used = {*counts.classes, *counts.properties}
    return Facts(
        counts=counts,
        years=(years[0], years[-1]) if years else None,
        examples=tuple(min(iris) for iris in listed if iris),
        linked=tuple(one.counted() for one in linked),
        vocabularies=tuple(
            sorted({one for one in PREFIXES.values() if any(iri.startswith(one) for iri in used)})
        ),
    )


@dataclass(frozen=True)
class About:
    """The description of one build. IRIs and download addresses are canonical; ``public`` is this server."""

    public: str
    site: Site
    stated: tuple[ox.Triple, ...]
    files: tuple[Published, ...]
    facts: Facts
    issued: str | None
    modified: str | None
    version: str | None

    @property
    def base(self) -> str:
        """What all our IRIs begin with."""
        return self.site.catalog.removesuffix("data")

    @property
    def path(self) -> str:
        """The local path of the dataset and its page."""
        return "/" + self.site.dataset.removeprefix(self.base)

    @property
    def dumps(self) -> tuple[Published, ...]:
        """The files that hold everything, not packed."""
        return tuple(one for one in self.files if one.name.startswith("dataset.") and not one.is_packed)

    @cached_property
    def _graph(self) -> TripleIndex:
        return TripleIndex(self.stated)

    def text(self, subject: str, predicate: str) -> str | None:
        """Return the English words that the catalogue gives a node, or None."""
        return self._graph.text(subject, predicate)

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
        found = self._graph.literals(self.site.dataset, DCAT + "keyword")
        return sorted(one.value for one in found)

    @property
    def places(self) -> list[tuple[str, str]]:
        """The places that the dataset is about, as the catalogue names them: IRIs and labels."""
        found = sorted(self._graph.iris(self.site.dataset, DCT + "spatial"))
        return [(iri, self.text(iri, RDFS + "label") or iri) for iri in found]

    @property
    def contact_name(self) -> str:
        """Whom to ask, as the catalogue names them."""
        contact = self._graph.iri(self.site.dataset, DCAT + "contactPoint")
        return (self._graph.text(contact, VCARD + "fn") if contact else None) or self.site.publisher_name

    @property
    def homepage(self) -> str | None:
        """The home page of the catalogue."""
        return self._graph.iri(self.site.catalog, FOAF + "homepage")


def about(
    stated: Iterable[ox.Triple], model: Model, manifest: Mapping[str, Any], facts: Facts, ledger: Ledger
) -> About:
    """Return the description of a build, under its canonical address.

    *stated* is the catalogue as its keepers wrote it, *manifest* what the build says of itself.
    """
    modified, site = manifest["modified"], model.site
    tables = {
        f"{segment}.csv": f"{shape.label}, as a table (CSV)"
        for target, segment in model.segments.items()
        if (shape := model.shape_for([target]))
    }
    return About(
        public=manifest["base"].rstrip("/"),
        site=site,
        stated=tuple(stated),
        files=tuple(_published(one, site.dataset, tables) for one in manifest["files"]),
        facts=facts,
        issued=ledger.releases[0].date if ledger.releases else modified,
        modified=modified,
        version=manifest["release"],
    )


def _published(file: Mapping[str, Any], dataset: str, tables: Mapping[str, str]) -> Published:
    """Return a file of a build's manifest with its title and its canonical address."""
    name: str = file["name"]
    plain = name.removesuffix(".gz")
    known = {start: (words, kind) for start, words, kind in _WHAT}
    title, kind = known.get(plain) or (tables.get(plain, name), "CSV" if plain in tables else None)
    return Published(
        name=name,
        media_type=file["media_type"],
        bytes=file["bytes"],
        sha256=file["sha256"],
        title=f"{title}, packed with gzip" if name != plain else title,
        file_type=_FILE_TYPE + ("GZIP" if name != plain else kind) if kind else None,
        url=f"{dataset}/latest/{name}",
    )
