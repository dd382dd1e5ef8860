"""Representations: a Resource in one media type each. One ordered tuple answers for all formats."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox


@dataclass(frozen=True)
class Representation:
    """One media type that documents come in; ``rdf`` is the engine's format, where it writes it."""

    name: str
    label: str
    media_type: str
    extension: str
    rdf: ox.RdfFormat | None = None
    text: bool = True
    aliases: tuple[str, ...] = ()
    negotiable: bool = True  # whether Accept may choose it; else only a suffix or its name does

    @property
    def content_type(self) -> str:
        """The value of Content-Type: text types say their charset, JSON types do not (RFC 8259, 8.1)."""
        return f"{self.media_type}; charset=utf-8" if self.text else self.media_type


HTML = Representation("html", "Web page", "text/html", "html")
JSON_LD = Representation("jsonld", "JSON-LD", "application/ld+json", "jsonld", text=False)
TURTLE = Representation(
    "turtle",
    "Turtle",
    "text/turtle",
    "ttl",
    ox.RdfFormat.TURTLE,
    aliases=("application/x-turtle", "application/turtle"),
)
N_TRIPLES = Representation(
    "ntriples", "N-Triples", "application/n-triples", "nt", ox.RdfFormat.N_TRIPLES, text=False
)
RDF_XML = Representation("rdfxml", "RDF/XML", "application/rdf+xml", "rdf", ox.RdfFormat.RDF_XML, text=False)
JSON = Representation("json", "JSON", "application/json", "json", text=False)
TRIG = Representation("trig", "TriG", "application/trig", "trig", ox.RdfFormat.TRIG, text=False)
N_QUADS = Representation("nquads", "N-Quads", "application/n-quads", "nq", ox.RdfFormat.N_QUADS, text=False)
MARKDOWN = Representation("markdown", "Markdown", "text/markdown", "md")
CSV = Representation("csv", "CSV", "text/csv", "csv")
# JSON Lines has no registered media type: it is sent as the text that it is.
JSON_LINES = Representation(
    "jsonl", "JSON Lines", "text/plain", "jsonl", aliases=("ndjson",), negotiable=False
)
GEO_JSON = Representation("geojson", "GeoJSON", "application/geo+json", "geojson", text=False)
# The list of an address's versions (RFC 7089, section 5), and a feed (RFC 4287).
LINK_FORMAT = Representation(
    "link-format", "TimeMap", "application/link-format", "link", text=False, aliases=("timemap",)
)
ATOM = Representation("atom", "Atom feed", "application/atom+xml", "atom", text=False)

# Our preference settles a tie (conventions.md d.2).
DOCUMENTS = (HTML, JSON_LD, TURTLE, N_TRIPLES, RDF_XML, JSON, TRIG, N_QUADS, MARKDOWN)
# A thing taken back is told of to people and in RDF; plain JSON gets a problem (RFC 9457).
TOMBSTONES = tuple(one for one in DOCUMENTS if one not in (JSON, MARKDOWN))
LISTS = (HTML, JSON_LD, TURTLE, N_TRIPLES, RDF_XML, JSON, CSV, JSON_LINES)
# A version holds what was believed, not who said it. Of a stream, JSON and CSV tell of the changes only.
VERSIONS = tuple(one for one in DOCUMENTS if one not in (TRIG, N_QUADS))
STREAM = (HTML, JSON_LD, TRIG, N_QUADS, TURTLE, N_TRIPLES, JSON, CSV)
TIMEMAPS = (LINK_FORMAT, HTML, JSON)
# Of things that have a place, and lists of them.
PLACED_DOCUMENTS, PLACED_LISTS = (*DOCUMENTS, GEO_JSON), (*LISTS, GEO_JSON)
ALL = (*DOCUMENTS, CSV, JSON_LINES, GEO_JSON, LINK_FORMAT, ATOM)
