"""The letters of a query, before anything parses it."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccin_ld.errors import QueryForbidden, QueryTooLong
from ccin_ld.store import guard

# Port 1 is one that the engine refuses to call: an OSError says that it took SERVICE for the keyword.
CALL = "SERVICE <http://127.0.0.1:1/> {?a ?b ?c}"


def check(query: str) -> None:
    guard.check(query, max_bytes=64 * 1024, max_nesting=100)


@pytest.mark.parametrize(
    "query",
    [
        pytest.param(f"SELECT * {{ {CALL} }}", id="plain"),
        pytest.param(f"SELECT * {{ {CALL.lower()} }}", id="small letters"),
        pytest.param("SELECT * { sErViCe <http://a/> {} }", id="mixed letters"),
        pytest.param("SELECT * { SERVICE SILENT ?x {} }", id="silent, variable"),
        pytest.param("PREFIX x:<http://a/> SELECT * { SERVICEx:{} }", id="glued to a prefix"),
        pytest.param("SELECT * { SERVICE:x{} }", id="reads like a prefixed name"),
        pytest.param("SELECT * { ?s ?p 1SERVICE<http://a/>{} }", id="glued to a number"),
        pytest.param(f"SELECT * {{ FILTER EXISTS {{ {CALL} }} }}", id="in EXISTS"),
        pytest.param(f"SELECT * {{ {{ SELECT * {{ {CALL} }} }} }}", id="in a subselect"),
        pytest.param(f"SELECT * {{ ?s ?p ?o #' \n {CALL} #'\n }}", id="between comments with quotes"),
        pytest.param(f"SELECT * {{ ?s ?p ?o #' \r {CALL} #'\n }}", id="comment ends at CR"),
        pytest.param(f"SELECT * {{ FILTER(1<2) {CALL} FILTER(3>2) }}", id="between comparisons"),
        pytest.param(f"SELECT * {{ FILTER(?o<?a&&'>'='') {CALL} }}", id="> in a string after <"),
        pytest.param(f"SELECT * {{ ?s <http://a/#x> ?o . {CALL} }}", id="after # in an IRI"),
        pytest.param(f"SELECT * {{ ?s <a'> ?o . {CALL} FILTER(?o='') }}", id="after ' in a relative IRI"),
        pytest.param(f"SELECT * {{ ?s ?p 'a\\\\' . {CALL} FILTER(?o='') }}", id="escaped backslash"),
        pytest.param(
            f"SELECT * {{ VALUES ?x {{'''a'}} {CALL} FILTER(?x='') }}", id="empty string, then another"
        ),
        pytest.param(f"SELECT * {{ ?s x:a\\'b ?o . {CALL} FILTER(?o='') }}", id="quote in a local name"),
        pytest.param("SELECT * { \\u0053ERVICE <http://a/> {} }", id="escaped, for engines that decode"),
        pytest.param(
            "SELECT * { ?s ?p '\\u0027 . SERVICE <http://a/> {} #' }", id="escaped quote, decoded early"
        ),
    ],
)
def test_service_is_refused(query: str) -> None:
    with pytest.raises(QueryForbidden, match="SERVICE"):
        check(query)


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("SELECT ?service { ?service ?p ?o }", id="a variable"),
        pytest.param("SELECT $service { $service ?p ?o }", id="a variable with $"),
        pytest.param(
            "PREFIX s:<http://a/> SELECT * { ?x s:service ?y ; s:Service-type s:customer_service }",
            id="local names",
        ),
        pytest.param("SELECT * { ?s <http://www.w3.org/ns/sparql-service-description#x> ?o }", id="an IRI"),
        pytest.param(
            "PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> ASK { ?s a sd:Service }", id="sd:"
        ),
        pytest.param("SELECT * { ?s ?p 'public service' }", id="a string"),
        pytest.param("SELECT * { ?s ?p '''it's a service''' }", id="a long string"),
        pytest.param("SELECT * { ?s ?p ?o } # no SERVICE here", id="a comment"),
        pytest.param("SELECT * { ?s ?p 'x' FILTER(?o < 5 && ?p > 3) }", id="comparisons"),
    ],
)
def test_the_word_service_elsewhere_is_allowed(query: str) -> None:
    check(query)


PIECES = st.sampled_from(
    [*"'\"<>#\\{}().?:;", "'''", '"""', "\n", "\r", " ", "SERVICE ", "SERVICE", CALL, "?o", "<http://e/p>", "<a'b>",
     "x:a", "x:", "x:a\\'", "1", "'a'", "FILTER(", "?s ?p ?o . ", "&&", "OPTIONAL{", "VALUES ?x {", "\\u0027", "=", "true"]
)  # fmt: skip


@settings(max_examples=1500, deadline=None)
@given(st.lists(PIECES, max_size=14))
def test_the_engine_never_sees_a_service_that_we_did_not(pieces: list[str]) -> None:
    query = f"PREFIX x:<http://e/> SELECT * {{ {''.join(pieces)} }}"
    if guard.asks_elsewhere(query):
        return
    assert not reaches_out(query)


def reaches_out(query: str) -> bool:
    """Say whether the engine takes something in *query* for the keyword SERVICE, and calls."""
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("http://e/s"), ox.NamedNode("http://e/p"), ox.Literal("x")))
    try:
        for _ in store.query(query):  # type: ignore[union-attr]
            pass
    except OSError:
        return True
    except RuntimeError as error:
        return "service" in str(error)
    except (SyntaxError, ValueError):
        return False
    return False


def test_the_oracle_knows_a_call() -> None:
    assert reaches_out(f"SELECT * {{ {CALL} }}")
    assert reaches_out("SELECT * { SERVICE ?x {} }")
    assert not reaches_out("SELECT * { ?s ?p 'SERVICE' }")


SWALLOWING = st.sampled_from(
    ["FILTER('a'='b')", "FILTER(1<2)", "FILTER(3>2)", "FILTER(?o<'>')", "FILTER(?o<?s&&?s>'')", "VALUES ?x {'''a'}",
     "VALUES ?x {'''''b'}", "# it's\n", "# <a\r", "?s <http://e/'> ?o .", "?s <http://e/#a> ?o .", "?s x:a\\'b ?o .",
     "?s ?p 'a\\'b' .", "?s ?p '''a'' \\''' ''' .", '?s ?p "\'" .', "?s ?p '\"' .", "FILTER(?o<'#')", "?s x:a#b\n ?o ."]
)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(st.lists(SWALLOWING, max_size=4), st.lists(SWALLOWING, max_size=4))
def test_a_call_between_whole_pieces_is_seen(before: list[str], after: list[str]) -> None:
    query = f"PREFIX x:<http://e/> SELECT * {{ {' '.join(before)} {CALL} {' '.join(after)} }}"
    assert guard.asks_elsewhere(query) or not reaches_out(query)


@pytest.mark.parametrize("form", guard.UPDATE_FORMS)
@pytest.mark.parametrize("prologue", ["", "# x\n PREFIX a: <http://a/#b>\nBASE<http://b/>", "\ufeff \n"])
def test_updates_are_refused(form: str, prologue: str) -> None:
    with pytest.raises(QueryForbidden, match=form) as raised:
        check(f"{prologue} {form.lower()} DATA {{}}")
    assert raised.value.hint


def test_a_query_about_updates_is_not_one() -> None:
    check("PREFIX insert: <http://a/> SELECT ?delete { ?delete insert:x 'DROP' }")


def test_length_is_counted_in_bytes() -> None:
    guard.check("é" * 50, max_bytes=100, max_nesting=1)
    with pytest.raises(QueryTooLong, match="102 bytes"):
        guard.check("é" * 51, max_bytes=100, max_nesting=1)


@pytest.mark.parametrize(
    ("query", "depth"),
    [
        ("ASK {}", 1),
        ("ASK {{{}}}", 3),
        ("ASK { FILTER((1)=(1)) [ ?p () ] }", 3),
        ("ASK { ?s ?p '((((' } # ((((", 1),
        ("ASK { ')' ( ')' ( ')' ( ))) }", 4),
    ],
)
def test_nesting(query: str, depth: int) -> None:
    assert guard.nesting(query) == depth
    assert guard.nesting(query, enough=1) == min(depth, 2)


def test_nesting_has_a_limit() -> None:
    guard.check("ASK " + "{" * 100 + "}" * 100, max_bytes=1000, max_nesting=100)
    with pytest.raises(QueryTooLong, match="100 deep"):
        guard.check("ASK " + "{" * 101 + "}" * 101, max_bytes=1000, max_nesting=100)


@pytest.mark.parametrize(
    "piece", ["<", "<'", "'''", "'\"<", "'''\\'", '"', "?service ", "<x:service>", "<'''", "#\r"]
)
def test_reading_takes_time_in_proportion(piece: str) -> None:
    import time

    query = (piece * 64_000)[:64_000] + " service"
    started = time.process_time()
    guard.nesting(query)
    guard.asks_elsewhere(query)
    assert time.process_time() - started < 2.0
