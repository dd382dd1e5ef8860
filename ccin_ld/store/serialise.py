"""Writes the answers to queries, row by row, and stops at a limit with the document still whole.

Imports pyoxigraph and the standard library only: the workers use it.
SPARQL 1.1 Query Results JSON, XML, CSV and TSV; triple terms as the drafts of SPARQL 1.2 write them.
Beside these, for rows of a table: GeoJSON (RFC 7946) and JSON Lines, with plain values.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from json.encoder import encode_basestring as quoted
from math import isfinite
from typing import IO, cast

import pyoxigraph as ox

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Write = Callable[[bytes], object]

_XSD = "http://www.w3.org/2001/XMLSchema#"
_STRING = _XSD + "string"
# The numbers that Turtle and SPARQL write without quotation marks.
_BARE = {
    _XSD + "integer": re.compile(r"[+-]?[0-9]+"),
    _XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    _XSD + "double": re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]+"),
}
_ROWS_AT_ONCE = 128
_SORTED_UP_TO = 10_000
_ITS = ' xmlns:its="http://www.w3.org/2005/11/its" its:version="2.0" its:dir='


@dataclass
class Limits:
    """How many rows, or triples, and about how many bytes an answer may have."""

    rows: int
    bytes: int


@dataclass
class Written:
    """How many rows, or triples, were written, and whether there were more."""

    rows: int = 0
    cut: bool = False


class NoPlaces(Exception):
    """GeoJSON is asked for, and nothing in the first rows has a place."""


class NoRows(Exception):
    """A format for rows is asked for, and the answer is a yes or no."""


def boolean(value: bool, form: str, write: Write) -> Written:
    """Write the answer to ASK. In CSV and TSV, for which the standard has no form, it is one word.

    Raises NoRows for a format that only rows have.
    """
    if form in _ONLY_ROWS:
        raise NoRows
    word = "true" if value else "false"
    text = {
        "json": f'{{"head":{{}},"boolean":{word}}}\n',
        "xml": f"{_XML_HEAD}<head/><boolean>{word}</boolean></sparql>\n",
        "csv": word + "\r\n",
        "tsv": word + "\n",
    }[form]
    write(text.encode())
    return Written(1)


def solutions(found: ox.QuerySolutions, names: list[str], form: str, limits: Limits, write: Write) -> Written:
    """Write the rows *found*, with the variables *names* in this order, until a limit is reached.

    Raises NoPlaces before anything is written.
    """
    before, row, between, after = _WRITERS[form](names)
    places = [[variable.value for variable in found.variables].index(name) for name in names]
    in_order = places == sorted(places)
    result, size, kept = Written(), 0, [before]
    for solution in _with_places(found, names) if form == "geojson" else found:
        values = list(solution)
        text = row(values if in_order else [values[place] for place in places])
        size += len(text)  # letters; the pool measures the bytes
        if result.rows >= limits.rows or size > limits.bytes:
            result.cut = True
            break
        kept.append(between + text if result.rows else text)
        result.rows += 1
        if len(kept) >= _ROWS_AT_ONCE:
            write("".join(kept).encode())
            kept = []
    write(("".join(kept) + after(result)).encode())
    return result


_Writer = tuple[str, Callable[[list[Term | None]], str], str, Callable[[Written], str]]


def _json(names: list[str]) -> _Writer:
    keys = [quoted(name) for name in names]

    def row(values: list[Term | None]) -> str:
        pairs = zip(keys, values, strict=True)
        return (
            "{" + ",".join([f"{key}:{_json_term(value)}" for key, value in pairs if value is not None]) + "}"
        )

    head = f'{{"head":{{"vars":[{",".join(keys)}]}},"results":{{"bindings":[\n'
    # Nothing in it says that rows were cut: some readers, pyoxigraph among them, refuse unknown members.
    return head, row, ",\n", lambda done: "\n]}}\n"


def _json_term(term: Term) -> str:
    if isinstance(term, ox.NamedNode):
        return f'{{"type":"uri","value":{quoted(term.value)}}}'
    if isinstance(term, ox.BlankNode):
        return f'{{"type":"bnode","value":{quoted(term.value)}}}'
    if isinstance(term, ox.Triple):
        parts = zip(("subject", "predicate", "object"), term, strict=True)
        return f'{{"type":"triple","value":{{{",".join(f"{quoted(k)}:{_json_term(v)}" for k, v in parts)}}}}}'
    start = f'{{"type":"literal","value":{quoted(term.value)}'
    if term.language:
        direction = f',"its:dir":"{term.direction.value}"' if term.direction else ""
        return f'{start},"xml:lang":{quoted(term.language)}{direction}}}'
    kind = term.datatype.value
    return start + "}" if kind == _STRING else f'{start},"datatype":{quoted(kind)}}}'


_XML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<sparql xmlns="http://www.w3.org/2005/sparql-results#">'
_XML_ESCAPES = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;", ord("\r"): "&#13;"}
# XML 1.0 has no way to write these letters; U+FFFD stands for them (JSON and TSV keep them).
_XML_ESCAPES |= dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535), "�")


def _xml(names: list[str]) -> _Writer:
    keys = [name.translate(_XML_ESCAPES) for name in names]

    def row(values: list[Term | None]) -> str:
        pairs = zip(keys, values, strict=True)
        cells = [f'<binding name="{k}">{_xml_term(v)}</binding>' for k, v in pairs if v is not None]
        return f"<result>{''.join(cells)}</result>"

    variables = "".join(f'<variable name="{key}"/>' for key in keys)
    head = f"{_XML_HEAD}<head>{variables}</head><results>\n"
    return head, row, "\n", lambda done: f"\n</results></sparql>\n{_xml_cut(done)}"


def _xml_cut(done: Written) -> str:
    return f"<!-- cut after {done.rows} rows: there are more -->\n" if done.cut else ""


def _xml_term(term: Term) -> str:
    if isinstance(term, ox.Triple):
        parts = zip(("subject", "predicate", "object"), term, strict=True)
        return f"<triple>{''.join(f'<{name}>{_xml_term(part)}</{name}>' for name, part in parts)}</triple>"
    text = term.value.translate(_XML_ESCAPES)
    if isinstance(term, ox.NamedNode):
        return f"<uri>{text}</uri>"
    if isinstance(term, ox.BlankNode):
        return f"<bnode>{text}</bnode>"
    if term.language:
        its = f'{_ITS}"{term.direction.value}"' if term.direction else ""
        return f'<literal xml:lang="{term.language}"{its}>{text}</literal>'
    kind = term.datatype.value
    datatype = "" if kind == _STRING else f' datatype="{kind.translate(_XML_ESCAPES)}"'
    return f"<literal{datatype}>{text}</literal>"


def _csv(names: list[str]) -> _Writer:
    def row(values: list[Term | None]) -> str:
        return ",".join([_csv_cell(value) for value in values]) + "\r\n"

    return ",".join(map(_csv_text, names)) + "\r\n", row, "", lambda done: ""


def _csv_cell(term: Term | None) -> str:
    if term is None:
        return ""
    if isinstance(term, ox.BlankNode | ox.Triple):
        return _csv_text(_turtle_term(term))
    return _csv_text(term.value)


def _csv_text(text: str) -> str:
    # RFC 4180, 2.6 and 2.7.
    if any(letter in text for letter in '",\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def _tsv(names: list[str]) -> _Writer:
    def row(values: list[Term | None]) -> str:
        return "\t".join([_tsv_cell(value) for value in values]) + "\n"

    return "\t".join("?" + name for name in names) + "\n", row, "", lambda done: ""


def _tsv_cell(term: Term | None) -> str:
    if term is None:
        return ""
    if isinstance(term, ox.Literal):
        bare = _BARE.get(term.datatype.value)
        if bare and bare.fullmatch(term.value):
            return term.value
    return _turtle_term(term)


def _turtle_term(term: Term) -> str:
    if isinstance(term, ox.Triple):
        return f"<<( {' '.join(_turtle_term(part) for part in term)} )>>"
    return str(term)  # N-Triples, in which tabs and line ends are escaped


_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
# The kinds of numbers of XSD that JSON can hold as a number; INF and NaN stay words.
_NUMERIC = frozenset(
    _XSD + name
    for name in (
        "integer", "decimal", "double", "float", "long", "int", "short", "byte", "nonNegativeInteger",
        "positiveInteger", "nonPositiveInteger", "negativeInteger", "unsignedLong", "unsignedInt",
        "unsignedShort", "unsignedByte",
    )
)  # fmt: skip
_LATITUDES, _LONGITUDES = frozenset({"lat", "latitude"}), frozenset({"long", "lon", "lng", "longitude"})
_WKT = "http://www.opengis.net/ont/geosparql#wktLiteral"
# GeoSPARQL 1.0, 8.5.1: without the IRI of a reference system it is CRS84, longitude first, as in GeoJSON.
_POINT = re.compile(
    r"(?:<http://www\.opengis\.net/def/crs/OGC/1\.3/CRS84>\s*)?"
    r"POINT\s*\(\s*([+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)\s+([+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)\s*\)",
    re.IGNORECASE,
)
_ROWS_TO_FIND_A_PLACE = 1000


def plain(term: Term | None) -> bool | int | float | str | None:
    """Return a term as the value that a program without RDF wants: a number, true or false, or text."""
    if term is None:
        return None
    if isinstance(term, ox.Literal):
        kind = term.datatype.value
        if kind == _XSD + "boolean":
            return term.value in ("true", "1")
        if kind in _NUMERIC and _NUMBER.fullmatch(term.value):
            return (
                int(term.value)
                if "." not in (text := term.value.lower()) and "e" not in text
                else _float(text)
            )
        return term.value
    return term.value if isinstance(term, ox.NamedNode) else _turtle_term(term)


def _float(text: str) -> float | str:
    number = float(text)
    return number if isfinite(number) else text


def _jsonl(names: list[str]) -> _Writer:
    def row(values: list[Term | None]) -> str:
        return _object(names, values) + "\n"

    return "", row, "", lambda done: ""


def _object(names: list[str], values: list[Term | None]) -> str:
    pairs = {name: plain(value) for name, value in zip(names, values, strict=True)}
    return json.dumps(pairs, ensure_ascii=False, separators=(",", ":"))


def _geojson(names: list[str]) -> _Writer:
    pair = _pair(names)

    def row(values: list[Term | None]) -> str:
        point = _point(values, pair)
        place = f'{{"type":"Point","coordinates":[{point[0]!r},{point[1]!r}]}}' if point else "null"
        iri = next((value.value for value in values if isinstance(value, ox.NamedNode)), None)
        name = f'"id":{quoted(iri)},' if iri else ""
        return f'{{"type":"Feature",{name}"geometry":{place},"properties":{_object(names, values)}}}'

    def end(done: Written) -> str:
        return '\n],"cut":true}\n' if done.cut else "\n]}\n"  # RFC 7946, 6.1: foreign members

    return '{"type":"FeatureCollection","features":[\n', row, ",\n", end


def _pair(names: list[str]) -> tuple[int, int] | None:
    """Return the places of the columns of longitude and latitude, or None."""
    low = [name.lower() for name in names]
    longs = [place for place, name in enumerate(low) if name in _LONGITUDES]
    lats = [place for place, name in enumerate(low) if name in _LATITUDES]
    return (longs[0], lats[0]) if longs and lats else None


def _point(values: list[Term | None], pair: tuple[int, int] | None) -> tuple[float, float] | None:
    """Return longitude and latitude of a row: of its two columns, else of the first point in WKT."""
    if pair:
        long, lat = (plain(values[place]) for place in pair)
        return _on_earth(long, lat)
    for value in values:
        if isinstance(value, ox.Literal) and value.datatype.value == _WKT:
            found = _POINT.fullmatch(value.value.strip())
            if found and (point := _on_earth(found[1], found[2])):
                return point
    return None


def _on_earth(long: object, lat: object) -> tuple[float, float] | None:
    try:
        x, y = float(str(long)), float(str(lat))
    except ValueError:
        return None
    return (x, y) if abs(x) <= 180 and abs(y) <= 90 else None


def _with_places(found: ox.QuerySolutions, names: list[str]) -> Iterator[ox.QuerySolution]:
    """Yield the rows; raises NoPlaces when the columns name none and no early row holds a point."""
    if _pair(names):
        yield from found
        return
    early = list(islice(found, _ROWS_TO_FIND_A_PLACE))
    if not any(_point(list(solution), None) for solution in early):
        raise NoPlaces
    yield from early
    yield from found


_ONLY_ROWS = frozenset({"geojson", "jsonl"})
_WRITERS: dict[str, Callable[[list[str]], _Writer]] = {
    "json": _json, "xml": _xml, "csv": _csv, "tsv": _tsv, "geojson": _geojson, "jsonl": _jsonl,
}  # fmt: skip


class _Counting:
    """A writable thing that counts the bytes passed on."""

    def __init__(self, write: Write) -> None:
        self.pass_on, self.size = write, 0

    def write(self, data: bytes) -> int:
        """Pass *data* on."""
        self.pass_on(bytes(data))
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """Do nothing: whoever is written to flushes by itself."""


def graph(
    found: Iterable[ox.Triple], form: str, prefixes: Mapping[str, str], limits: Limits, write: Write
) -> Written:
    """Write the triples *found*, each once, until a limit is reached; a small answer is sorted.

    *form* is a file extension such as "ttl"; of *prefixes*, those in use are declared.
    """
    result, out = Written(), _Counting(write)
    triples = _limited(_once(found), result, limits, out)
    head = list(islice(triples, _SORTED_UP_TO))
    if len(head) < _SORTED_UP_TO:
        head.sort(key=str)
    chosen = _RDF[form]
    ox.serialize(chain(head, triples), cast(IO[bytes], out), chosen, prefixes=_used(prefixes, head))
    if result.cut:
        write(_graph_cut(form, result).encode())
    return result


_RDF = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
    "trig": ox.RdfFormat.TRIG,
    "nq": ox.RdfFormat.N_QUADS,
}


def _once(found: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    seen: set[ox.Triple] = set()
    for triple in found:
        if triple not in seen:
            seen.add(triple)
            yield triple


def _limited(
    triples: Iterator[ox.Triple], result: Written, limits: Limits, out: _Counting
) -> Iterator[ox.Triple]:
    size = 0
    for triple in triples:
        size += len(str(triple)) if result.rows < _SORTED_UP_TO else 0
        if result.rows >= limits.rows or max(size, out.size) > limits.bytes:
            result.cut = True
            return
        result.rows += 1
        yield triple


def _used(prefixes: Mapping[str, str], triples: list[ox.Triple]) -> dict[str, str]:
    values = {term.value for triple in triples for term in triple if isinstance(term, ox.NamedNode)}
    values |= {t.object.datatype.value for t in triples if isinstance(t.object, ox.Literal)}
    starts = {value[:end] for value in values for end in _name_starts(value)}
    return {prefix: iri for prefix, iri in prefixes.items() if iri in starts}


def _name_starts(iri: str) -> tuple[int, int]:
    return iri.rfind("#") + 1, iri.rfind("/") + 1


def _graph_cut(form: str, result: Written) -> str:
    sentence = f"cut after {result.rows} triples: there are more"
    if form == "jsonld":
        return ""  # JSON has no comments, and the document is one array
    return f"<!-- {sentence} -->\n" if form == "rdf" else f"# {sentence}\n"
