"""Names as search compares them. Row B8 of the features."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccin_ld.names import asked, folded, indexed, last_part, plain


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("London Borough of Brent", "Brent Council", id="words for the type"),
        pytest.param("Telford & Wrekin", "Telford and Wrekin Council", id="ampersand"),
        pytest.param("Cyngor Caerdydd", "caerdydd", id="Welsh words for the type"),
        pytest.param("Rhondda Cynon Tâf", "rhondda cynon taf", id="accents"),
        pytest.param("King's Lynn", "Kings Lynn", id="apostrophe"),
        pytest.param("Sŵn y Môr", "Swn y Mor", id="Welsh accents"),
    ],
)
def test_names_that_are_alike(one: str, other: str) -> None:
    assert plain(one) == plain(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [("Brent", "Trent"), ("City of London", "City of York"), ("Labour Group", "Co-operative Group")],
)
def test_names_that_are_not(one: str, other: str) -> None:
    assert plain(one) != plain(other)


def test_a_name_of_words_for_the_type_alone_keeps_them() -> None:
    assert plain("City of London") == "city of london"


def test_an_accent_on_its_own_is_no_word() -> None:
    assert folded("É\u0301") == "e"


@pytest.mark.parametrize(
    ("typed", "text", "found"),
    [
        ("co-operative", "Co-operative Councils", True),
        ("cooperative", "Co-operative Councils", True),
        ("co-operative", "Cooperative Councils", True),
        ("co operative", "Co-operative Councils", True),
        ("stockton-on-tees", "Stockton on Tees", True),
        ("coun", "Oldham Council", True),
        ("oldham coun", "Oldham", True),
        ("the council of oldham", "Oldham", True),
        ("borough council", "Oldham Council", False),
        ("old ham", "Oldham", False),
        ("ldham", "Oldham", False),
        ("http://www.wikidata.org/entity/Q17017730", "Oldham Q17017730", True),
        ('oldham" OR "hull', "Oldham", False),
        ("NOT oldham", "Oldham", False),
    ],
)
def test_what_is_typed_finds(typed: str, text: str, found: bool) -> None:
    query = asked(typed)
    assert query
    assert matches(query, text) is found


def matches(query: str, text: str) -> bool:
    with sqlite3.connect(":memory:") as db:
        db.execute("CREATE VIRTUAL TABLE words USING fts5(label, tokenize='unicode61 remove_diacritics 2')")
        db.execute("INSERT INTO words VALUES (?)", (indexed(text),))
        return bool(db.execute("SELECT 1 FROM words WHERE words MATCH ?", (query,)).fetchall())


@given(st.text(min_size=1, max_size=30))
def test_no_text_breaks_a_query_and_each_finds_itself(text: str) -> None:
    query = asked(text)
    if query is None:
        return
    found = matches(query, text)
    # The index keeps letters and digits of any script; signs that only look like words may be lost.
    assert found or not text.isascii()


def test_the_last_part_of_an_address() -> None:
    assert last_part("http://www.wikidata.org/entity/Q1/") == "Q1"
    assert last_part("and/or") == "and/or"
    assert asked("  –  ") is None
