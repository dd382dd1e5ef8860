"""Reads expected and given answers, and says whether they are the same."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox

from ccin_ld.graph import Node, TripleIndex
from ccin_ld.namespaces import XSD

from .suites import address

# Of a number the value counts, not how it is written: the suites have "2.0", an engine may say "2".
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_NUMBERS = {XSD + name for name in ("integer", "decimal", "float", "double")}
RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Row = dict[str, Term]
Flat = tuple[object, ...]


@dataclass(frozen=True)
class Table:
    """The answer to a SELECT."""

    names: tuple[str, ...]
    rows: tuple[Row, ...]
    ordered: bool = False


@dataclass(frozen=True)
class Cells:
    """A table of which only the letters are known, as in CSV."""

    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Answer = Table | Cells | bool | ox.Dataset


def expected(path: Path) -> Answer:
    """Return the answer that a result file of the suites tells."""
    data = path.read_bytes()
    if path.suffix in (".srx", ".srj", ".tsv"):
        return given(data, {".srx": "xml", ".srj": "json", ".tsv": "tsv"}[path.suffix])
    if path.suffix == ".csv":
        return given(data, "csv")
    form = ox.RdfFormat.from_extension(path.suffix.lstrip("."))
    assert form, path
    quads = list(ox.parse(data, format=form, base_iri=address(path)))
    index = TripleIndex(quad.triple for quad in quads)
    sets = [quad.subject for quad in quads if quad.object == ox.NamedNode(RS + "ResultSet")]
    return _result_set(index, sets[0]) if sets else _graph(quads)


def given(data: bytes, form: str) -> Answer:
    """Return the answer in *data*, a document of the format *form*."""
    if form == "csv":
        return _csv(data)
    if form in _RESULTS:
        return of_engine(ox.parse_query_results(_no_word(data, form), format=_RESULTS[form]))
    return _graph(list(ox.parse(data, format=_GRAPHS[form], base_iri="http://localhost/")))


def of_engine(found: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples) -> Answer:
    """Return the answer that the engine's own classes hold."""
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    if isinstance(found, ox.QueryTriples):
        return _graph([ox.Quad(*triple) for triple in found])
    names = tuple(variable.value for variable in found.variables)
    rows = [{name: value for name in names if (value := solution[name]) is not None} for solution in found]
    return Table(names, tuple(rows))


def same(wanted: Answer, got: Answer, *, ordered: bool = False, lax: bool = False) -> bool:
    """Say whether two answers are the same, whatever blank nodes are called (RDF 1.1 Concepts, 3.6)."""
    if isinstance(wanted, bool) or isinstance(got, bool):
        return _as_word(wanted) == _as_word(got)
    if isinstance(wanted, ox.Dataset) or isinstance(got, ox.Dataset):
        return wanted == got
    if isinstance(wanted, Cells) or isinstance(got, Cells):
        return _same_cells(_cells(wanted), _cells(got), ordered=ordered, lax=lax)
    if set(wanted.names) != set(got.names):
        return False
    ordered = ordered or wanted.ordered
    left = [_flat_row(row, wanted.names) for row in wanted.rows]
    right = [_flat_row(row, wanted.names) for row in got.rows]
    return _match(left, right, ordered=ordered, lax=lax)


def _as_word(answer: Answer) -> object:
    """Return an ASK's answer; CSV and TSV have no form for it, ours is the one word as the only line."""
    if isinstance(answer, Cells) and not answer.rows and len(answer.names) == 1:
        return {"true": True, "false": False}.get(answer.names[0])
    return answer if isinstance(answer, bool) else None


_RESULTS = {
    "json": ox.QueryResultsFormat.JSON, "xml": ox.QueryResultsFormat.XML, "tsv": ox.QueryResultsFormat.TSV,
}  # fmt: skip
_GRAPHS = {
    "ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES, "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}  # fmt: skip


def _no_word(data: bytes, form: str) -> bytes:
    return data if form != "tsv" or data.strip() not in (b"true", b"false") else data.strip()


def _csv(data: bytes) -> Cells:
    lines = list(csv.reader(io.StringIO(data.decode(), newline=""))) or [[]]
    width = len(lines[0])
    # One unbound variable is an empty line: csv.reader gives it as no cell at all.
    return Cells(tuple(lines[0]), tuple(tuple(line) if line else ("",) * width for line in lines[1:]))


def _graph(quads: Sequence[ox.Quad]) -> ox.Dataset:
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def _result_set(index: TripleIndex, node: Node) -> Answer:
    """Return the answer told in the DAWG's result set vocabulary."""
    booleans = index.literals(node, RS + "boolean")
    if booleans:
        return booleans[0].value == "true"
    names = tuple(literal.value for literal in index.literals(node, RS + "resultVariable"))
    rows: list[tuple[int, Row]] = []
    for solution in index.objects(node, RS + "solution"):
        assert isinstance(solution, ox.NamedNode | ox.BlankNode)
        place = index.literals(solution, RS + "index")
        rows.append((int(place[0].value) if place else -1, _row(index, solution)))
    ordered = bool(rows) and all(place >= 0 for place, _ in rows)
    if ordered:
        rows.sort(key=lambda pair: pair[0])
    return Table(names, tuple(row for _, row in rows), ordered)


def _row(index: TripleIndex, solution: ox.NamedNode | ox.BlankNode) -> Row:
    row: Row = {}
    for binding in index.objects(solution, RS + "binding"):
        assert isinstance(binding, ox.NamedNode | ox.BlankNode)
        name = index.literals(binding, RS + "variable")[0].value
        row[name] = index.objects(binding, RS + "value")[0]
    return row


def _cells(answer: Answer) -> Cells:
    """Return the letters of a table as CSV has them (SPARQL 1.1 Results CSV and TSV, 3.2)."""
    if isinstance(answer, Cells):
        return answer
    assert isinstance(answer, Table)
    rows = [tuple(_letters(row.get(name)) for name in answer.names) for row in answer.rows]
    return Cells(answer.names, tuple(rows))


def _letters(term: Term | None) -> str:
    if term is None:
        return ""
    if isinstance(term, ox.BlankNode):
        return f"_:{term.value}"
    if isinstance(term, ox.Triple):
        return f"<<( {' '.join(_quoted(part) for part in term)} )>>"
    return term.value


def _quoted(term: Term) -> str:
    return f"<<( {' '.join(_quoted(part) for part in term)} )>>" if isinstance(term, ox.Triple) else str(term)


def _same_cells(wanted: Cells, got: Cells, *, ordered: bool, lax: bool) -> bool:
    if sorted(wanted.names) != sorted(got.names):
        return False
    places = [got.names.index(name) for name in wanted.names]
    left = [tuple(map(_flat_cell, row)) for row in wanted.rows]
    right = [tuple(_flat_cell(row[place]) for place in places) for row in got.rows]
    return _match(left, right, ordered=ordered, lax=lax)


def _flat_cell(text: str) -> Flat:
    if text.startswith("_:"):
        return ("blank", text)
    if text.startswith("<<("):
        line = f"<x:s> <x:p> {text} .".encode()
        return _flat(
            next(iter(ox.parse(line, format=ox.RdfFormat.N_TRIPLES, rename_blank_nodes=False))).object
        )
    return ("number", _value(text)) if _NUMBER.fullmatch(text) else ("text", text)


def _flat_row(row: Row, names: Sequence[str]) -> Flat:
    return tuple(_flat(row.get(name)) for name in names)


def _flat(term: Term | None) -> Flat:
    if term is None:
        return ("none",)
    if isinstance(term, ox.BlankNode):
        return ("blank", term.value)
    if isinstance(term, ox.Triple):
        return ("triple", *(_flat(part) for part in term))
    if isinstance(term, ox.Literal) and term.datatype.value in _NUMBERS and _NUMBER.fullmatch(term.value):
        return ("number", term.datatype.value, _value(term.value))
    return ("term", str(term))


def _value(number: str) -> Decimal:
    return Decimal(number).normalize()


def _match(left: Sequence[Flat], right: Sequence[Flat], *, ordered: bool, lax: bool) -> bool:
    """Say whether there is one renaming of blank nodes that makes *right* of *left*."""
    if lax:
        # REDUCED: every solution at least once, none more often than without it.
        fewer = Counter(map(_shape, right))
        most = Counter(map(_shape, left))
        return set(fewer) == set(most) and all(fewer[one] <= most[one] for one in fewer)
    if len(left) != len(right) or Counter(map(_shape, left)) != Counter(map(_shape, right)):
        return False
    if ordered:
        names: dict[str, str] = {}
        return all(_renamed(one, other, names) for one, other in zip(left, right, strict=True))
    with_blanks = [row for row in left if _shape(row) != row]
    return _search(with_blanks, [row for row in right if _shape(row) != row], {})


def _shape(flat: Flat) -> Flat:
    if flat and flat[0] == "blank":
        return ("blank",)
    return tuple(_shape(part) if isinstance(part, tuple) else part for part in flat)


def _search(left: list[Flat], right: list[Flat], names: dict[str, str]) -> bool:
    if not left:
        return True
    first, rest = left[0], left[1:]
    for place, other in enumerate(right):
        tried = dict(names)
        if _renamed(first, other, tried) and _search(rest, right[:place] + right[place + 1 :], tried):
            return True
    return False


def _renamed(one: Flat, other: Flat, names: dict[str, str]) -> bool:
    """Say whether *one* can be *other* under the renaming *names*, which grows; a name stands for one node."""
    if one and one[0] == "blank":
        if not other or other[0] != "blank":
            return False
        mine, theirs = str(one[1]), str(other[1])
        if mine not in names and theirs not in names.values():
            names[mine] = theirs
        return names.get(mine) == theirs
    if len(one) != len(other):
        return False
    return all(
        _renamed(a, b, names) if isinstance(a, tuple) and isinstance(b, tuple) else a == b
        for a, b in zip(one, other, strict=True)
    )
