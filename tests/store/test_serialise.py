"""Result documents: the standards' forms, and limits that leave them whole."""

from __future__ import annotations

import csv
import io
import json
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest

from ccin_ld.store import serialise
from ccin_ld.store.serialise import Limits

PLENTY = Limits(1000, 1 << 20)
SRX = "{http://www.w3.org/2005/sparql-results#}"
EVERY_TERM = """
SELECT ?iri ?plain ?language ?direction ?integer ?decimal ?double ?yes ?date ?blank ?none ?odd ?statement {
  BIND(<http://e/?a=1&b=2> AS ?iri) BIND("a \\"b\\", <c> & d\\n\\te\\\\" AS ?plain) BIND("é"@fr AS ?language)
  BIND("x"@ar--rtl AS ?direction) BIND(5 AS ?integer) BIND(1.5 AS ?decimal) BIND(1e3 AS ?double) BIND(true AS ?yes)
  BIND("2020-01-01"^^<http://www.w3.org/2001/XMLSchema#date> AS ?date) BIND(BNODE() AS ?blank)
  BIND("\\r" AS ?odd) BIND(<<( <http://e/s> <http://e/p> "o"@en )>> AS ?statement)
}"""


def written(
    query: str, form: str, limits: Limits = PLENTY, store: ox.Store | None = None
) -> tuple[str, bool, int]:
    found = (store or ox.Store()).query(query)
    out = io.BytesIO()
    if isinstance(found, ox.QueryBoolean):
        done = serialise.boolean(bool(found), form, out.write)
    elif isinstance(found, ox.QueryTriples):
        done = serialise.graph(found, form, {"e": "http://e/", "unused": "http://u/"}, limits, out.write)
    else:
        names = [variable.value for variable in found.variables]
        done = serialise.solutions(found, names, form, limits, out.write)
    return out.getvalue().decode(), done.cut, done.rows


FORMATS = {
    "json": ox.QueryResultsFormat.JSON, "xml": ox.QueryResultsFormat.XML, "tsv": ox.QueryResultsFormat.TSV,
}  # fmt: skip


@pytest.mark.parametrize("form", FORMATS)
def test_a_reader_gets_every_term_back(form: str) -> None:
    text, _, rows = written(EVERY_TERM, form)
    assert rows == 1
    back = ox.parse_query_results(text, format=FORMATS[form])
    assert isinstance(back, ox.QuerySolutions)
    expected = ox.Store().query(EVERY_TERM)
    assert isinstance(expected, ox.QuerySolutions)
    assert [v.value for v in back.variables] == [v.value for v in expected.variables]
    (row,), (wanted,) = list(back), list(expected)
    for name in (variable.value for variable in expected.variables):
        if name == "blank":
            assert isinstance(row[name], ox.BlankNode)
        else:
            assert row[name] == wanted[name], name


def test_json() -> None:
    text, _, _ = written("SELECT ?b ?a { VALUES (?a ?b) { (1 UNDEF) ('x'@en <http://e/>) } }", "json")
    assert json.loads(text) == {
        "head": {"vars": ["b", "a"]},
        "results": {
            "bindings": [
                {
                    "a": {
                        "type": "literal",
                        "value": "1",
                        "datatype": "http://www.w3.org/2001/XMLSchema#integer",
                    }
                },
                {
                    "b": {"type": "uri", "value": "http://e/"},
                    "a": {"type": "literal", "value": "x", "xml:lang": "en"},
                },
            ]
        },
    }


def test_xml() -> None:
    text, _, _ = written("SELECT ?a { VALUES ?a { 'a\\u0001<' } }", "xml")
    root = ElementTree.fromstring(text)
    assert [one.get("name") for one in root.iter(SRX + "variable")] == ["a"]
    assert [one.text for one in root.iter(SRX + "literal")] == ["a\ufffd<"]  # XML 1.0 cannot hold U+0001


def test_csv() -> None:
    text, _, _ = written(
        "SELECT ?a ?b { VALUES (?a ?b) { ('x,\"y\"\\n'@en UNDEF) (<http://e/> 1.50) } }", "csv"
    )
    assert text == 'a,b\r\n"x,""y""\n",\r\nhttp://e/,1.5\r\n'
    assert list(csv.reader(io.StringIO(text, newline="")))[1] == ['x,"y"\n', ""]


def test_tsv() -> None:
    text, _, _ = written(
        "SELECT ?a ?b ?c { VALUES (?a ?b ?c) { ('x\\ty\\n'@en UNDEF 7) (<http://e/> '7' true) } }", "tsv"
    )
    assert text == '?a\t?b\t?c\n"x\\ty\\n"@en\t\t7\n<http://e/>\t"7"\t' + text.rpartition("\t")[2]
    assert text.endswith('"true"^^<http://www.w3.org/2001/XMLSchema#boolean>\n')


@pytest.mark.parametrize("form", ["csv", "tsv"])
def test_a_triple_term_in_a_table(form: str) -> None:
    text, _, _ = written("SELECT ?t { BIND(<<( <http://e/s> <http://e/p> 5 )>> AS ?t) }", form)
    term = '<<( <http://e/s> <http://e/p> "5"^^<http://www.w3.org/2001/XMLSchema#integer> )>>'
    assert text.splitlines()[1].replace('""', '"').strip('"') == term


@pytest.mark.parametrize(("form", "expected"), [("csv", "true\r\n"), ("tsv", "true\n")])
def test_ask_in_a_table_is_one_word(form: str, expected: str) -> None:
    assert written("ASK {}", form)[0] == expected


def test_ask() -> None:
    assert json.loads(written("ASK {}", "json")[0]) == {"head": {}, "boolean": True}
    root = ElementTree.fromstring(written("ASK { ?s ?p ?o }", "xml")[0])
    assert root.findtext(SRX + "boolean") == "false"


TEN = "SELECT ?x { VALUES ?x { 0 1 2 3 4 5 6 7 8 9 } }"


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
@pytest.mark.parametrize(("rows", "cut"), [(3, True), (10, False), (11, False)])
def test_a_row_limit_is_told_and_leaves_the_document_whole(form: str, rows: int, cut: bool) -> None:
    text, was_cut, count = written(TEN, form, Limits(rows, 1 << 20))
    assert (was_cut, count) == (cut, min(rows, 10))
    if form in FORMATS:
        assert len(list(ox.parse_query_results(text, format=FORMATS[form]))) == count  # type: ignore[arg-type]
    if form == "xml":
        assert ("cut after 3 rows" in text) is cut


@pytest.mark.parametrize(("rows", "cut"), [(1, True), (2, False)])
def test_geojson_says_that_it_is_cut(rows: int, cut: bool) -> None:
    query = "SELECT ?lat ?long { VALUES (?lat ?long) { (53 -2) (54 -1) } }"
    told = json.loads(written(query, "geojson", Limits(rows, 1 << 20))[0])
    assert (len(told["features"]), told.get("cut", False)) == (rows, cut)


def test_no_rows_at_all_is_whole_too() -> None:
    assert json.loads(written("SELECT ?x { ?x ?p ?o }", "json")[0])["results"]["bindings"] == []


def test_a_byte_limit_ends_between_two_rows() -> None:
    text, cut, rows = written(TEN, "json", Limits(1000, 300))
    assert cut
    assert 0 < rows < 10
    assert len(json.loads(text)["results"]["bindings"]) == rows


@pytest.fixture
def many() -> ox.Store:
    """A store with fifty triples."""
    store = ox.Store()
    store.extend(
        ox.Quad(ox.NamedNode(f"http://e/s{n:02}"), ox.NamedNode("http://e/p"), ox.Literal(str(n)))
        for n in range(50)
    )
    return store


CONSTRUCT = "CONSTRUCT { ?s ?p ?o . ?s <http://e/q> <http://e/o> . <http://e/same> ?p 1 } WHERE { ?s ?p ?o }"
GRAPHS = {
    "ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES, "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD, "trig": ox.RdfFormat.TRIG, "nq": ox.RdfFormat.N_QUADS,
}  # fmt: skip


@pytest.mark.parametrize("form", GRAPHS)
def test_a_graph_is_the_same_in_every_format(form: str, many: ox.Store) -> None:
    text, cut, count = written(CONSTRUCT, form, store=many)
    assert (cut, count) == (False, 101)  # a graph is a set: the same triple is written once
    found = many.query(CONSTRUCT)
    assert isinstance(found, ox.QueryTriples)
    assert {quad.triple for quad in ox.parse(text, GRAPHS[form])} == set(found)


@pytest.mark.parametrize("form", GRAPHS)
def test_a_cut_graph_is_whole_and_says_so(form: str, many: ox.Store) -> None:
    text, cut, count = written(CONSTRUCT, form, Limits(7, 1 << 20), many)
    assert (cut, count) == (True, 7)
    assert len(list(ox.parse(text, GRAPHS[form]))) == 7
    assert ("cut after 7 triples" in text) is (form != "jsonld")


def test_turtle_declares_the_prefixes_in_use(many: ox.Store) -> None:
    text, _, _ = written(CONSTRUCT, "ttl", store=many)
    assert "@prefix e: <http://e/>" in text
    assert "unused" not in text


def test_a_small_graph_has_the_same_bytes_every_time(many: ox.Store) -> None:
    other = ox.Store()
    other.extend(reversed(list(many)))
    assert written(CONSTRUCT, "ttl", store=many) == written(CONSTRUCT, "ttl", store=other)
