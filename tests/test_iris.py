"""Keys and IRIs (design, section 2)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccin_ld.errors import BadInput
from ccin_ld.iris import Base, in_order, is_key, is_name, key, numbered, slug


@pytest.mark.parametrize(
    ("words", "made"),
    [
        ("Oldham Council", "oldham-council"),
        ("Telford & Wrekin Council", "telford-and-wrekin-council"),
        ("King’s Lynn", "kings-lynn"),
        ("Ynys Môn", "ynys-mon"),
        ("  a -- b  ", "a-b"),
        ("x" * 100, "x" * 80),
        ("word " * 40, "-".join(["word"] * 16)),
    ],
)
def test_slug(words: str, made: str) -> None:
    assert slug(words) == made


def test_slug_of_nothing() -> None:
    with pytest.raises(BadInput, match="no key can be made"):
        slug("— … —")


@given(st.text(min_size=1))
def test_slug_makes_keys_or_says_why_not(words: str) -> None:
    try:
        made = slug(words)
    except BadInput:
        return
    assert is_key(made)


@pytest.mark.parametrize(
    ("text", "good"),
    [("a", True), ("a-b", True), ("A", False), ("a--b", False), ("-a", False), ("a-", False), ("", False), ("a/b", False),
     ("a" * 80, True), ("a" * 81, False)],
)  # fmt: skip
def test_is_key(text: str, good: bool) -> None:
    assert is_key(text) is good


def test_composite_keys() -> None:
    assert key("a-b", "c", "d") == "a-b--c--d"
    assert is_name("a-b--c--d")
    assert not is_name("a---b")
    with pytest.raises(BadInput):
        key("a", "B")


@pytest.mark.parametrize(
    "iri", ["http://x.org", "x/", "https://x.org/a?b/", "https://x.org/a b/", "ftp://x.org/"]
)
def test_bases_that_cannot_be(iri: str) -> None:
    with pytest.raises(BadInput, match="cannot be a base IRI"):
        Base(iri)


def test_documents_paths_and_moves() -> None:
    base, old = Base("https://data.example.org/x/"), "https://w3id.org/ccin/"
    thing = base.thing("council", "oldham")
    assert base.document(thing + "#point") == "https://data.example.org/x/doc/council/oldham"
    assert base.path(thing) == "/id/council/oldham"
    assert base.path("https://w3id.org/ccin/def/ccin#Project") == "/def/ccin#Project"
    assert base.path("http://www.wikidata.org/entity/Q1") is None
    assert base.moved(old + "id/role/lead", old) == "https://data.example.org/x/id/role/lead"
    assert base.moved(old + "def/ccin#lead", old) == old + "def/ccin#lead"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("filler--9", ("filler", 9)),
        ("filler--10", ("filler", 10)),
        ("filler--2--quotations", ("filler--quotations", 2)),
        ("filler", ("filler", 0)),
        ("a--b--c", ("a--b--c", 0)),
        ("https://n.example/data/graph/filler--10", ("https://n.example/data/graph/filler", 10)),
    ],
)
def test_the_number_among_keys(name: str, expected: tuple[str, int]) -> None:
    assert numbered(name) == expected


def test_nine_stands_before_ten() -> None:
    names = ["b", "A 10", "a 9", "a", "10 by 10", "9 lives"]
    assert sorted(names, key=in_order) == ["9 lives", "10 by 10", "a", "a 9", "A 10", "b"]
