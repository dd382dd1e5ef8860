"""Mistakes in queries: where they are and what we say. Raw words of the engine are never all there is."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccin_ld.errors import BadQuery
from ccin_ld.store import mistakes, syntax
from ccin_ld.store.workers import Pool

from .conftest import MakePool

CASES = [
    # query, line, column, token, words of the message, words of the hint
    pytest.param("SELECT * {\n ?s foaf:name ?o }", 2, 5, "foaf:name", "prefix foaf: is not declared",
                 "PREFIX foaf: <http://xmlns.com/foaf/0.1/>", id="undeclared prefix that we know"),
    pytest.param("SELECT * { ?s foof:name ?o }", 1, 15, "foof:name", "foof: is not declared", "Did you mean foaf?",
                 id="undeclared prefix, misspelt"),
    pytest.param("SELECT * { ?s :p ?o }", 1, 15, ":p", "prefix : is not declared", "PREFIX : <...>", id="empty prefix"),
    pytest.param("PREFIX foaf <http://a/> ASK {}", 1, 8, "foaf", "name, a colon and an IRI", "PREFIX foaf:", id="PREFIX without colon"),
    pytest.param("PREFIX foaf: http://a/ ASK {}", 1, 14, "http:", "a colon and an IRI", "PREFIX foaf:", id="PREFIX without < >"),
    pytest.param("SELECT * { ?s ?p ?o ", 1, 20, None, "{ at line 1, column 10 is not closed", "Add }", id="missing brace"),
    pytest.param("SELECT * { ?s ?p ?o }}", 1, 22, "}", "closes nothing", "Take it out", id="extra brace"),
    pytest.param("SELECT * { ?s ?p ?o FILTER(?o = 'x' }", 1, 37, "}", "( at line 1, column 27 is not closed", "Add )",
                 id="brace for a parenthesis"),
    pytest.param("SELECT * { ?s ?p ?o\n  ?s ?q ?r }", 2, 3, "?s", "before ?s is not ended", '"."', id="missing dot"),
    pytest.param("SELECT ?s ?o (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s", 1, 11, "?o", "not grouped by it",
                 "Add ?o to GROUP BY", id="variable not grouped"),
    pytest.param("SELECT ?s (SUM(?o) AS ?n) { ?s ?p ?o }", 1, 8, "?s", "not grouped by it", "SAMPLE(?s)", id="aggregate, no GROUP BY"),
    pytest.param("SELECT * { ?s ?p ?o } GROUP BY ?s", 1, 8, "*", "SELECT * cannot be used", "Name the variables", id="star and GROUP BY"),
    pytest.param("SELECT (1 AS ?s) { ?s ?p ?o }", 1, 14, "?s", "another variable", "another name", id="name taken"),
    pytest.param('SELECT * { ?s ?p "abc }', 1, 18, '"', "never ends", "Close it with", id="open string"),
    pytest.param("SELECT * { ?s ?p '''abc }", 1, 18, "'''", "never ends", "'''", id="open long string"),
    pytest.param("SELECT * { ?s ?p 'a\\qb' }", 1, 18, "'a\\qb'", "means nothing", "write two", id="bad escape"),
    pytest.param("SELECT * { ?s <http://e/a b> ?o }", 1, 15, "<http://e/a b>", "is not an IRI", "%20", id="IRI with a blank"),
    pytest.param("SELECT * { ?s <name> ?o }", 1, 15, "<name>", "not a whole IRI", "BASE", id="relative IRI"),
    pytest.param("SELECT (SIZE(?s) AS ?n) { ?s ?p ?o }", 1, 9, "SIZE", "not a function", "17.4", id="unknown function"),
    pytest.param("ASK { ?s ?p ?o FILTER(STRLENGTH(?o) > 1) }", 1, 23, "STRLENGTH", "not a function", "STRLEN?", id="misspelt function"),
    pytest.param("SELECT (<http://e/f>(?s) AS ?n) { ?s ?p ?o }", 1, 9, "<http://e/f>", "not known here", "casts", id="IRI function"),
    pytest.param("SELCT * { ?s ?p ?o }", 1, 1, "SELCT", "not a word of SPARQL", "SELECT?", id="misspelt SELECT"),
    pytest.param("SELECT * { ?s ?p ?o OPTINAL { ?o ?p ?x } }", 1, 21, "OPTINAL", "not a word", "OPTIONAL?", id="misspelt OPTIONAL"),
    pytest.param("SELECT * { ?s ?p ?o FLITER(?o > 1) }", 1, 21, "FLITER", "not a word", "FILTER?", id="misspelt FILTER"),
    pytest.param("SELECT * { ?s ?p ?o } LIMIT ten", 1, 29, "ten", "whole number", "LIMIT 10", id="LIMIT in words"),
    pytest.param("SELECT * { ?s ?p ?o } LIMIT -1", 1, 29, "-", "whole number", "LIMIT 10", id="LIMIT below zero"),
    pytest.param("SELECT * { ?s ?p ?o BIND(1 AS ?o) }", 1, 31, "?o", "in use already", "new name", id="BIND of a taken name"),
    pytest.param(" \n# nothing\n", 2, 10, None, "is empty", "Try:", id="empty"),
    pytest.param("SELECT ?s, ?p { ?s ?p ?o }", 1, 10, ",", "comma", "Leave it out", id="comma in SELECT"),
    pytest.param("SELECT COUNT(*) { ?s ?p ?o }", 1, 8, "COUNT", "without brackets", "(COUNT(*) AS ?count)", id="bare COUNT"),
    pytest.param("SELECT (COUNT(*)) { ?s ?p ?o }", 1, 17, ")", "no name", "(COUNT(*) AS ?count)", id="no AS"),
    pytest.param("SELECT * { ?s ?p ?o FILTER ?o > 1 }", 1, 28, "?o", "needs brackets", "FILTER(", id="FILTER without brackets"),
    pytest.param("SELECT * { ?s <http://e/p> }", 1, 28, "}", "not complete", "three parts", id="half a statement"),
    pytest.param("SELECT * { ?s ?p ?o } ORDER ?s", 1, 29, "?s", "cannot stand here", "BY", id="ORDER without BY"),
    pytest.param("@prefix e: <http://e/> .\nASK {}", 1, 1, "@prefix", "is Turtle", "Write PREFIX", id="Turtle's @prefix"),
    pytest.param("PREFIX e: <http://e/> . ASK {}", 1, 23, ".", "full stop", "Take it out", id="full stop after PREFIX"),
    pytest.param("BASE <http://e/> . ASK {}", 1, 18, ".", "full stop", "Take it out", id="full stop after BASE"),
    pytest.param("ASK { ?s ?p ?o FILTER(?o == 1) }", 1, 27, "=", "== is not an operator", "Write = once", id="=="),
    pytest.param("ASK { ?s ?p ?o FILTER(?o !== 1) }", 1, 28, "=", "!== is not an operator", "Write != once", id="!=="),
    pytest.param("ASK { ?s ?p ?o FILTER(?o <> 1) }", 1, 26, "<>", "<> is not an operator", "!=", id="<>"),
    pytest.param("ASK { ?s ?p ?o FILTER(?o = 1 AND ?s = ?p) }", 1, 30, "AND", "not an operator", "&&", id="AND"),
    pytest.param("ASK { ?s ?p ?o FILTER(?o = 1 or ?s = ?p) }", 1, 30, "or", "not an operator", "||", id="or"),
    pytest.param("ASK { ?s ?p ?o FILTER(?o LIKE 'x%') }", 1, 26, "LIKE", "not an operator", "CONTAINS", id="LIKE"),
    pytest.param("SELECT * { ?s ?p ?o } LIMIT 5 ORDER BY ?s", 1, 31, "ORDER", "ORDER stands behind LIMIT", "The order is", id="LIMIT first"),
    pytest.param("SELECT ?s { ?s ?p ?o } ORDER BY ?s GROUP BY ?s", 1, 36, "GROUP", "GROUP stands behind ORDER", "The order is", id="ORDER first"),
    pytest.param("SELECT * { { SELECT * { ?s ?p ?o } LIMIT 5 } } ORDER BY", 1, 56, None, "ends too early", "Possible", id="LIMIT inside"),
    pytest.param("SELECT ?s WHERE ?s ?p ?o", 1, 17, "?s", "WHERE needs braces", "WHERE {", id="WHERE without braces"),
    pytest.param("ASK { ?s ?p ?o OPTIONAL ?o ?p ?x }", 1, 25, "?o", "OPTIONAL needs braces", "OPTIONAL {", id="OPTIONAL without braces"),
    pytest.param("ASK { ?s ?p ?o BIND(STR(?o)) }", 1, 28, ")", "no name", "AS ?name", id="BIND without AS"),
    pytest.param("SELECT (COUNT(?s) ?n) { ?s ?p ?o }", 1, 19, "?n", "no AS before ?n", "AS ?name", id="name without AS"),
    pytest.param("ASK { ?s ?p ?o FILTER STRLEN(?o) > 3 }", 1, 34, ">", "FILTER needs brackets", "FILTER(STRLEN(", id="FILTER of a call"),
    pytest.param("SELECT ?s { ?s ?p ?o } GROUP BY ?s HAVING COUNT(?o) > 1", 1, 53, ">", "HAVING needs brackets", "HAVING(COUNT(", id="HAVING of a call"),
    pytest.param("SELECT (DISTINCT ?s) { ?s ?p ?o }", 1, 9, "DISTINCT", "in brackets", "SELECT DISTINCT", id="DISTINCT in brackets"),
    pytest.param("SELECT * { ?s ?p ?o } LIMIT 5;", 1, 30, ";", "; after the query", "Take it out", id="ended as in SQL"),
    pytest.param("ASK { ?s ?p \u201cx\u201d }", 1, 13, "\u201c", "left double quotation mark", "straight", id="curly quotes"),
    pytest.param("ASK { ?s ?p \u2018x\u2019 }", 1, 13, "\u2018", "left single quotation mark", "straight", id="curly single quotes"),
    pytest.param("ASK {\u00a0?s ?p ?o }", 1, 6, "\u00a0", "no-break space", "ordinary blank", id="a blank from a web page"),
    pytest.param("ASK { ?s ?p ?o FILTER(?o = ) }", 1, 28, ")", "cannot stand here", "A value is expected", id="nothing to compare with"),
]  # fmt: skip


@pytest.fixture(scope="module")
def asked(store_folder: object) -> object:
    """One pool for all mistakes."""
    from pathlib import Path

    from ccin_ld.store.workers import Limits

    assert isinstance(store_folder, Path)
    with Pool(store_folder, Limits(seconds=5.0)) as pool:
        yield pool


@pytest.mark.parametrize(("query", "line", "column", "token", "message", "hint"), CASES)
def test_mistake(
    asked: Pool, query: str, line: int, column: int, token: str | None, message: str, hint: str
) -> None:
    with pytest.raises(BadQuery) as raised:
        asked.run(query)
    error = raised.value
    assert message in error.message
    assert hint in (error.hint or "")
    assert (error.line, error.column, error.token) == (line, column, token)
    assert "[_]" not in f"{error.message}{error.hint}"
    assert "error at" not in f"{error.message}{error.hint}"


_PIECES = ["{", "}", "(", ")", ".", ";", ",", "=", "<>", "?s", "ex:a", "<http://e/>", "'x'", "\u201c", "\u00a0", "\x07", "@prefix",
           "SELECT", "DISTINCT", "*", "WHERE", "FILTER", "STRLEN", "BIND", "AS", "AND", "LIKE", "ORDER", "BY", "LIMIT", "5",
           "GROUP", "HAVING", "COUNT", "OPTIONAL", "PREFIX", "BASE", "VALUES"]  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES), max_size=12), st.sampled_from([" ", "\n", ""]))
def test_whatever_is_refused_gets_a_place_inside_the_query(pieces: list[str], between: str) -> None:
    query = "SELECT * { ?s ?p ?o " + between.join(pieces)

    def complaint(text: str) -> str | None:
        try:
            ox.Store().query(text)
        except SyntaxError as error:
            return str(error)
        return None

    if complaint(query):
        error = mistakes.explain(query, *syntax.locate(query, complaint))
        lines = query.split("\n")
        assert error.line
        assert error.column
        assert error.message
        assert error.line <= len(lines)
        assert error.column <= len(lines[error.line - 1]) + 1
        if error.token:
            at = sum(len(line) + 1 for line in lines[: error.line - 1]) + error.column - 1
            assert query.startswith(error.token, at)


def test_the_engine_still_words_its_errors_as_we_read_them(make_pool: MakePool) -> None:
    with pytest.raises(SyntaxError) as raised:
        ox.Store().query("SELECT *\n{ ?s foaf:name ?o }")
    text = str(raised.value)
    assert text.startswith("error at 2:15: expected ")
    assert "Prefix not found" in text
    assert syntax.offset_in("SELECT *\n{ ?s foaf:name ?o }", text) == 9 + 14


@pytest.mark.parametrize("query", ["SELEC", "SELECT (<http://e/f>(1) AS ?x) {}"])
def test_a_mistake_is_explained_in_the_worker(
    asked: Pool, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    """Seconds over 64 kB of nonsense are the worker's, which is stopped; this process answers others."""
    for name in ("explain", "unknown_function"):
        monkeypatch.setattr(mistakes, name, lambda *_: pytest.fail("explained in the web process"))
    with pytest.raises(BadQuery):
        asked.run(query)


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_place_counts_lines_and_letters_from_one(line_end: str) -> None:
    text = f"é b{line_end}  x"
    assert syntax.place(text, 2) == (1, 3)
    assert syntax.place(text, text.index("x")) == (2, 3)


def test_from_clauses() -> None:
    query = "PREFIX g: <http://g/> SELECT ?from FROM <http://a/> FROM NAMED g:b FROM g:c { ?from ?p 'FROM <x:y>' }"
    assert syntax.from_clauses(query) == (["http://a/", "http://g/c"], ["http://g/b"])


def test_order_of_variables_after_star() -> None:
    assert syntax.in_order_of_text("SELECT DISTINCT * { ?z ?y ?x }", ["x", "y", "z"]) == ["z", "y", "x"]
    assert syntax.in_order_of_text("SELECT ?x ?z { { SELECT * { ?z ?y ?x } } }", ["x", "z"]) == ["x", "z"]
