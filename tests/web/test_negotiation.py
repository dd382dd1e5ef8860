"""Content negotiation (RFC 9110, 12.5.1; conventions.md d.1 and d.2). Rows I2, I3, I5."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import Client

from ccin_ld.errors import BadRequest, NotAcceptable
from ccin_ld.represent import ALL, DOCUMENTS, Representation
from ccin_ld.web.negotiation import choose, negotiate, parse_accept, signature, split_suffix

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "extension"),
    [
        pytest.param("", "html", id="no header: our first offer"),
        pytest.param("*/*", "html", id="a tie is ours to settle"),
        pytest.param("text/turtle", "ttl", id="one type"),
        pytest.param("TEXT/TURTLE", "ttl", id="media types have no case"),
        pytest.param("text/turtle;q=0.4, application/ld+json", "jsonld", id="the higher q wins"),
        pytest.param(
            "text/turtle;q=0.4, application/ld+json;q=0.2", "ttl", id="order does not matter, q does"
        ),
        pytest.param("text/*", "html", id="wildcard subtype"),
        pytest.param("text/*;q=0.5, text/turtle", "ttl", id="the specific beats the wildcard"),
        pytest.param("*/*, text/html;q=0", "jsonld", id="q=0 refuses"),
        pytest.param("*/*;q=0.1, application/rdf+xml", "rdf", id="wildcard as a last resort"),
        pytest.param("text/turtle;charset=utf-8", "ttl", id="a parameter does not matter"),
        pytest.param(
            'text/turtle;profile="http://a.example/x,y"', "ttl", id="a quoted parameter with a comma"
        ),
        pytest.param("text/turtle;version=1.1;q=0.9, text/html;q=0.8", "ttl", id="parameter and q"),
        pytest.param("application/n-triples, application/json;q=0.9", "nt", id="N-Triples"),
        pytest.param("application/json", "json", id="plain JSON"),
        pytest.param("application/trig", "trig", id="TriG"),
        pytest.param("application/n-quads", "nq", id="N-Quads"),
        pytest.param(BROWSER, "html", id="a browser"),
        pytest.param("application/xml, text/turtle;q=0.1", "ttl", id="application/xml is not RDF/XML"),
    ],
)
def test_choose(accept: str, extension: str) -> None:
    assert choose(parse_accept(accept), DOCUMENTS).extension == extension


@pytest.mark.parametrize(
    "accept", ["image/png", "text/html;q=0", "application/pdf, image/*", "nonsense", "text/turtle;q=0"]
)
def test_nothing_suits(accept: str, client: Client) -> None:
    with pytest.raises(NotAcceptable):
        choose(parse_accept(accept), DOCUMENTS)
    response = client.get("/doc/council/oldham", headers={"Accept": accept})
    assert response.status_code == 406
    assert "text/turtle" in response.text
    assert response.headers["Vary"] == "Accept, Accept-Encoding, Accept-Profile, Accept-Datetime"


@pytest.mark.parametrize(
    ("path", "accept", "content_type"),
    [
        pytest.param(
            "/doc/council/oldham.ttl?_format=jsonld",
            "text/html",
            "text/turtle; charset=utf-8",
            id="suffix beats query",
        ),
        pytest.param(
            "/doc/council/oldham?_format=jsonld", "text/html", "application/ld+json", id="query beats Accept"
        ),
        pytest.param(
            "/doc/council/oldham?_mediatype=application/rdf+xml",
            "text/html",
            "application/rdf+xml",
            id="a plus not escaped",
        ),
        pytest.param(
            "/doc/council/oldham?format=nt", "text/html", "application/n-triples", id="the alias format"
        ),
        pytest.param(
            "/doc/council/oldham?_format=text/turtle", "*/*", "text/turtle; charset=utf-8", id="a media type"
        ),
        pytest.param("/doc/council/oldham", "text/turtle", "text/turtle; charset=utf-8", id="Accept"),
    ],
)
def test_suffix_query_accept(client: Client, path: str, accept: str, content_type: str) -> None:
    response = client.get(path, headers={"Accept": accept})
    assert (response.status_code, response.headers["Content-Type"]) == (200, content_type)


@pytest.mark.parametrize(
    ("word", "status"), [("pdf", 406), ("application/pdf", 406), ("a b c/", 400), ("<x>", 400)]
)
def test_unknown_formats(client: Client, word: str, status: int) -> None:
    response = client.get("/doc/council/oldham", query_string={"_format": word})
    assert response.status_code == status


def test_split_suffix() -> None:
    assert split_suffix("/doc/a/b.ttl", DOCUMENTS) == ("/doc/a/b", "ttl")
    assert split_suffix("/doc/a/b.pdf", DOCUMENTS) == ("/doc/a/b.pdf", None)
    assert split_suffix("/doc/a.ttl/b", DOCUMENTS) == ("/doc/a.ttl/b", None)


@given(st.text(max_size=200))
def test_any_header_is_answered_or_refused(header: str) -> None:
    try:
        chosen: Representation = negotiate(header, {}, None, DOCUMENTS)
    except (NotAcceptable, BadRequest):
        return
    assert chosen in DOCUMENTS
    assert len(signature(header, ALL)) == len(ALL)


MEDIA = st.sampled_from([one.media_type for one in ALL] + ["*/*", "text/*", "image/png"])


@given(
    st.lists(st.tuples(MEDIA, st.integers(0, 1000)), min_size=1, max_size=6, unique_by=lambda pair: pair[0])
)
def test_the_choice_has_the_highest_quality(asked: list[tuple[str, int]]) -> None:
    header = ", ".join(f"{name};q={quality / 1000:.3f}" for name, quality in asked)
    rated = dict(asked)

    def quality(one: Representation) -> int:
        kind = one.media_type.split("/")[0]
        return rated.get(one.media_type, rated.get(f"{kind}/*", rated.get("*/*", 0)))

    best = max(quality(one) for one in DOCUMENTS)
    try:
        assert quality(choose(parse_accept(header), DOCUMENTS)) == best
    except NotAcceptable:
        assert best == 0
