"""The formats of answers to queries, each one value: media type, short names, extension, IRI."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import NotAcceptable, Unfit

_W3C = "http://www.w3.org/ns/formats/"


@dataclass(frozen=True)
class ResultFormat:
    """One format in which an answer may be given."""

    form: str  # what the workers call it, and the extension of a file
    media_type: str
    iri: str  # http://www.w3.org/ns/formats/; empty where that list has none
    kinds: tuple[str, ...]  # the kinds of answers it can hold: "select", "ask", "graph"
    short_names: tuple[str, ...]  # what people write in ?format=
    also: tuple[str, ...] = ()  # other media types that are taken to mean this one
    parameters: str = ""  # of Content-Type
    negotiable: bool = True  # whether Accept may choose it; else only its short name does

    @property
    def content_type(self) -> str:
        """The value of Content-Type."""
        return self.media_type + self.parameters


_TABLE, _ROWS, _GRAPH = ("select", "ask"), ("select",), ("graph",)
# What a table is called in which nothing has a place (RFC 7946 has no word for it).
PLACELESS = "select without places"
# And of a graph that JSON-LD cannot hold.
TRIPLE_TERMS = "graph with triple terms"
_UNFIT = {PLACELESS: ("select", "geojson"), TRIPLE_TERMS: ("graph", "jsonld")}
# Why a format cannot hold such an answer.
WHY = {
    PLACELESS: "nothing in the answer has a place: "
    "GeoJSON needs columns lat and long, or a point as geo:wktLiteral",
    TRIPLE_TERMS: "the answer has triple terms, which JSON-LD 1.1 cannot hold",
}
_UTF8 = "; charset=utf-8"

# In our order of preference, which settles ties.
RESULT_FORMATS: tuple[ResultFormat, ...] = (
    ResultFormat(
        "json", "application/sparql-results+json", _W3C + "SPARQL_Results_JSON", _TABLE,
        ("json", "srj"), ("application/json",),
    ),
    ResultFormat(
        "xml", "application/sparql-results+xml", _W3C + "SPARQL_Results_XML", _TABLE,
        ("xml", "srx"), ("application/xml", "text/xml"),
    ),
    ResultFormat(
        "csv", "text/csv", _W3C + "SPARQL_Results_CSV", _TABLE, ("csv",), (), _UTF8 + "; header=present",
    ),
    ResultFormat(
        "tsv", "text/tab-separated-values", _W3C + "SPARQL_Results_TSV", _TABLE, ("tsv",), (), _UTF8,
    ),
    ResultFormat("geojson", "application/geo+json", "", _ROWS, ("geojson",)),
    # JSON Lines has no registered media type: it is sent as the text that it is.
    ResultFormat("jsonl", "text/plain", "", _ROWS, ("jsonl", "ndjson"), (), _UTF8, negotiable=False),
    ResultFormat(
        "ttl", "text/turtle", _W3C + "Turtle", _GRAPH,
        ("ttl", "turtle", "n3"),
        ("application/turtle", "application/x-turtle", "text/n3", "text/rdf+n3"), _UTF8,
    ),
    ResultFormat(
        "jsonld", "application/ld+json", _W3C + "JSON-LD", _GRAPH,
        ("jsonld", "json-ld", "json"), ("application/json",),
    ),
    ResultFormat(
        "nt", "application/n-triples", _W3C + "N-Triples", _GRAPH,
        ("nt", "ntriples", "n-triples"), ("text/plain", "text/ntriples"),
    ),
    ResultFormat(
        "rdf", "application/rdf+xml", _W3C + "RDF_XML", _GRAPH,
        ("rdf", "rdfxml", "rdf+xml", "xml"), ("application/xml", "text/xml"),
    ),
    ResultFormat("trig", "application/trig", _W3C + "TriG", _GRAPH, ("trig",), ("application/x-trig",)),
    ResultFormat(
        "nq", "application/n-quads", _W3C + "N-Quads", _GRAPH, ("nq", "nquads", "n-quads"),
        ("text/x-nquads",),
    ),
)  # fmt: skip

BY_FORM: dict[str, ResultFormat] = {one.form: one for one in RESULT_FORMATS}


def formats_for(kind: str) -> tuple[ResultFormat, ...]:
    """Return the formats for answers of *kind* ("select", "ask" or "graph"), the preferred one first."""
    return tuple(one for one in RESULT_FORMATS if kind in one.kinds)


def by_name(name: str, kind: str) -> ResultFormat | None:
    """Return the format of *kind* with this short name or media type, or None."""
    wanted = name.strip().partition(";")[0].lower()
    for one in formats_for(kind):
        # In a query string, the + of a media type that was not escaped arrives as a blank.
        if wanted.replace(" ", "+") in (*one.short_names, one.media_type, *one.also):
            return one
    return None


def not_acceptable(kind: str, chosen: ResultFormat | None, accept: str) -> NotAcceptable:
    """Return the error for an answer of *kind* that cannot be given.

    *chosen* is the format that was to hold it; None when *accept* takes none for this kind of answer.
    """
    offers, wanted = offered(kind), chosen.media_type if chosen else accept
    return Unfit(offers, wanted, WHY[kind]) if kind in WHY else NotAcceptable(offers, wanted)


def offered(kind: str) -> Sequence[str]:
    """Return the media types for answers of *kind*, for a 406 answer."""
    kind, unfit = _UNFIT.get(kind, (kind, ""))
    return [one.media_type for one in formats_for(kind) if one.negotiable and one.form != unfit]
