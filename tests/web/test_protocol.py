"""SPARQL 1.1 Protocol, section 2.1: what a request asks for."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest

from ccin_ld.errors import BadRequest, QueryForbidden
from ccin_ld.represent.results import BY_FORM, RESULT_FORMATS, by_name, formats_for
from ccin_ld.web import protocol
from ccin_ld.web.protocol import DescriptionRequest, ProtocolError, QueryRequest, read_request

ASK = "ASK { ?s ?p 'é+&' }"
FORM, DIRECT = protocol.FORM_TYPE, protocol.QUERY_TYPE


def get(accept: str | None = None, **parameters: str) -> QueryRequest:
    found = read_request("GET", urlencode(parameters), accept=accept)
    assert isinstance(found, QueryRequest)
    return found


@pytest.mark.parametrize(
    ("method", "address", "content_type", "body"),
    [
        pytest.param("GET", urlencode({"query": ASK}), "", b"", id="GET"),
        pytest.param("HEAD", urlencode({"query": ASK}), "", b"", id="HEAD"),
        pytest.param("POST", "", FORM, urlencode({"query": ASK}).encode(), id="form"),
        pytest.param(
            "POST", "", FORM + "; charset=UTF-8", urlencode({"query": ASK}).encode(), id="form, charset"
        ),
        pytest.param("POST", "", DIRECT, ASK.encode(), id="direct"),
        pytest.param("POST", "", DIRECT + ';charset="utf-8"', ASK.encode(), id="direct, charset"),
        pytest.param("POST", "", "Application/SPARQL-Query", ASK.encode(), id="direct, capitals"),
        pytest.param("POST", "", DIRECT, b"\xef\xbb\xbf" + ASK.encode(), id="direct, byte order mark"),
    ],
)
def test_three_ways_in(method: str, address: str, content_type: str, body: bytes) -> None:
    found = read_request(method, address, content_type=content_type, body=body)
    assert isinstance(found, QueryRequest)
    assert found.query == ASK


def test_dataset_parameters_of_each_way() -> None:
    dataset = [
        ("default-graph-uri", "http://a/"),
        ("default-graph-uri", "http://b/"),
        ("named-graph-uri", "http://c/"),
    ]
    text = urlencode(dataset)
    for found in (
        read_request("GET", f"query=ASK+%7B%7D&{text}"),
        read_request("POST", "", content_type=FORM, body=f"query=ASK+%7B%7D&{text}".encode()),
        read_request("POST", text, content_type=DIRECT, body=b"ASK {}"),
    ):
        assert isinstance(found, QueryRequest)
        assert (found.default_graphs, found.named_graphs) == (("http://a/", "http://b/"), ("http://c/",))


def test_get_without_query_asks_for_the_description() -> None:
    for text in ("", "format=ttl", "_format=html"):
        assert isinstance(read_request("GET", text), DescriptionRequest)


@pytest.mark.parametrize(
    ("method", "address", "content_type", "body", "error", "status"),
    [
        pytest.param("GET", "query=a&query=b", "", b"", BadRequest, 400, id="two queries"),
        pytest.param("POST", "", FORM, b"format=json", BadRequest, 400, id="POST without query"),
        pytest.param("POST", "query=a", DIRECT, b"ASK {}", BadRequest, 400, id="query in body and address"),
        pytest.param("GET", "query=%ff", "", b"", BadRequest, 400, id="GET, not UTF-8"),
        pytest.param("POST", "", DIRECT, b"\xff", BadRequest, 400, id="direct, not UTF-8"),
        pytest.param("POST", "", DIRECT + "; charset=latin-1", b"ASK {}", BadRequest, 400, id="another charset"),
        pytest.param("GET", "query=ASK{}&default-graph-uri=a", "", b"", BadRequest, 400, id="a relative graph"),
        pytest.param("GET", "query=ASK{}&named-graph-uri=http://a b", "", b"", BadRequest, 400, id="a graph with a blank"),
        pytest.param("GET", "query=ASK{}&timeout=0", "", b"", BadRequest, 400, id="timeout 0"),
        pytest.param("GET", "query=ASK{}&timeout=nan", "", b"", BadRequest, 400, id="timeout nan"),
        pytest.param("GET", "query=ASK{}&timeout=soon", "", b"", BadRequest, 400, id="timeout in words"),
        pytest.param("GET", "query=ASK{}&maxrows=-1", "", b"", BadRequest, 400, id="maxrows below zero"),
        pytest.param("GET", "&".join(["a=b"] * 300) + "&query=x", "", b"", BadRequest, 400, id="300 parameters"),
        pytest.param("GET", "update=CLEAR+ALL", "", b"", QueryForbidden, None, id="update by GET"),
        pytest.param("POST", "", FORM, b"update=CLEAR+ALL", QueryForbidden, None, id="update by form"),
        pytest.param("POST", "", protocol.UPDATE_TYPE, b"CLEAR ALL", QueryForbidden, None, id="update, direct"),
        pytest.param("PUT", "query=ASK{}", "", b"", ProtocolError, 405, id="PUT"),
        pytest.param("DELETE", "", "", b"", ProtocolError, 405, id="DELETE"),
        pytest.param("POST", "", DIRECT, b"x" * 300_000, ProtocolError, 413, id="a long body"),
        pytest.param("GET", "query=" + "x" * 300_000, "", b"", ProtocolError, 414, id="a long address"),
        pytest.param("POST", "", "text/plain", b"ASK {}", ProtocolError, 415, id="another type"),
        pytest.param("POST", "", "", b"ASK {}", ProtocolError, 415, id="no type"),
        pytest.param("POST", "", "multipart/form-data; boundary=x", b"", ProtocolError, 415, id="multipart"),
    ],
)  # fmt: skip
def test_refusals(
    method: str, address: str, content_type: str, body: bytes, error: type[Exception], status: int | None
) -> None:
    with pytest.raises(error) as raised:
        read_request(method, address, content_type=content_type, body=body)
    assert getattr(raised.value, "status", 400 if error is BadRequest else None) == status


@pytest.mark.parametrize(
    ("accept", "results", "graph"),
    [
        pytest.param(None, "json", "ttl", id="no header"),
        pytest.param("", "json", "ttl", id="an empty one"),
        pytest.param("*/*", "json", "ttl", id="anything"),
        pytest.param("application/sparql-results+xml", "xml", None, id="XML"),
        pytest.param("application/sparql-results+json;q=0.5, text/csv", "csv", None, id="the higher q wins"),
        pytest.param("text/csv;q=0.5, */*;q=0.1", "csv", "ttl", id="a named type before a wildcard"),
        pytest.param("text/*", "csv", "ttl", id="a range"),
        pytest.param("application/json", "json", "jsonld", id="plain JSON"),
        pytest.param("application/xml", "xml", "rdf", id="plain XML"),
        pytest.param("text/plain", None, "nt", id="plain text"),
        pytest.param("application/rdf+xml, application/n-triples;q=0.9", None, "rdf", id="graphs only"),
        pytest.param("application/sparql-results+json;q=0, */*", "xml", "ttl", id="q=0 excludes"),
        pytest.param("text/turtle;version=1.2", None, "ttl", id="a parameter"),
        pytest.param("image/png", None, None, id="none of ours"),
        pytest.param("application/turtle, application/rdf+xml;q=0.5", None, "ttl", id="the old name of Turtle"),
        pytest.param("application/sparql-results+json,application/json,text/javascript,application/javascript",
                     "json", "jsonld", id="SPARQLWrapper"),
        pytest.param("\x00;;q=,,", None, None, id="nonsense"),
    ],
)  # fmt: skip
def test_accept(accept: str | None, results: str | None, graph: str | None) -> None:
    found = get(accept, query="ASK {}")
    assert (found.results and found.results.form, found.graph and found.graph.form) == (results, graph)


@pytest.mark.parametrize("parameter", protocol.FORMAT_PARAMETERS)
@pytest.mark.parametrize(
    ("value", "results", "graph"),
    [
        ("xml", "xml", "rdf"), ("JSON", "json", "jsonld"), ("csv", "csv", "ttl"), ("nt", "json", "nt"),
        ("rdf+xml", "json", "rdf"), ("text/tab-separated-values", "tsv", "ttl"), ("application/ld+json", "json", "jsonld"),
        ("turtle", "json", "ttl"), ("unheard-of", "json", "ttl"),
    ],
)  # fmt: skip
def test_aliases(parameter: str, value: str, results: str, graph: str) -> None:
    found = get("*/*", **{"query": "ASK {}", parameter: value})
    assert found.results
    assert found.graph
    assert (found.results.form, found.graph.form) == (results, graph)


def test_an_alias_with_an_unescaped_plus() -> None:
    found = read_request("GET", "query=ASK{}&format=application/sparql-results+xml")
    assert isinstance(found, QueryRequest)
    assert found.results is BY_FORM["xml"]


def test_an_unknown_alias_falls_back_to_accept() -> None:
    assert get("text/csv", query="ASK {}", output="unheard-of").results is BY_FORM["csv"]
    assert get("image/png", query="ASK {}", output="unheard-of").results is None


def test_a_form_may_leave_the_format_in_the_address() -> None:
    found = read_request("POST", "format=csv", content_type=FORM, body=b"query=" + quote(ASK).encode())
    assert isinstance(found, QueryRequest)
    assert found.results is BY_FORM["csv"]


def test_limits() -> None:
    found = get(query="ASK {}", timeout="1.5", maxrows="20")
    assert (found.seconds, found.rows) == (1.5, 20)
    assert (get(query="ASK {}").seconds, get(query="ASK {}").rows) == (None, None)


def test_formats_are_told_apart() -> None:
    assert len({one.form for one in RESULT_FORMATS}) == len(RESULT_FORMATS) == 12
    assert len({one.media_type for one in RESULT_FORMATS}) == len(RESULT_FORMATS)
    for kind in ("select", "ask", "graph"):
        names = [name for one in formats_for(kind) for name in (*one.short_names, one.media_type, *one.also)]
        assert len(names) == len(set(names)), kind
        assert all(by_name(one.form, kind) is one for one in formats_for(kind))
    assert BY_FORM["csv"].content_type == "text/csv; charset=utf-8; header=present"
    assert BY_FORM["json"].content_type == "application/sparql-results+json"
