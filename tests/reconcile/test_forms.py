"""Names as they are likened."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccin_ld.reconcile.forms import bracketed, form, forms, initials
from ccin_ld.reconcile.likeness import fits, likeness, spelling


@pytest.mark.parametrize(
    ("name", "core", "kinds"),
    [
        ("London Borough of Lambeth", "lambeth", "london borough"),
        ("LB of Lambeth", "lambeth", "london borough"),
        ("Lambeth L.B.C.", "lambeth", "london borough council"),
        ("OLDHAM M B C", "oldham", "metropolitan borough council"),
        ("Oldham Met Borough", "oldham", "metropolitan borough"),
        ("Swindon Borough Counil", "swindon", "borough council"),
        ("Telford & the Wrekin", "telford wrekin", ""),
        ("Cyngor Dinas Caerdydd", "caerdydd", "council city"),
        ("Cyngor Sir Ynys Môn", "ynys mon", "council county"),
        ("City of York", "york", "city"),
        ("York CC", "york", "council city or county"),
        ("Non-metropolitan district", "non", "district"),
        ("N. Herts DC", "north hertfordshire", "district council"),
        ("Newcastle-u-Lyme", "newcastle lyme", ""),
        ("Co-op College", "cooperative college", ""),
        ("The Co-operative College Ltd", "cooperative college", ""),
        ("Leeds (City of )", "leeds", "city"),
        ("Council", "council", "council"),
        ("BC", "bc", ""),
    ],
)  # fmt: skip
def test_form(name: str, core: str, kinds: str) -> None:
    found = form(name)
    assert " ".join(found.core) == core
    wanted = {"city or county"} if "city or county" in kinds else set()
    assert found.kinds == wanted | set(kinds.replace("city or county", "").split())


def test_a_word_of_the_vocabulary_is_no_misspelt_type() -> None:
    assert form("Country Paths").core == ("paths",)
    assert form("Country Paths", {"country"}).core == ("country", "paths")


def test_brackets_and_initials() -> None:
    name = "Greater Manchester Combined Authority (GMCA)"
    assert bracketed(name) == ("GMCA",)
    assert bracketed("Leeds (City of)") == ()
    assert [one.text for one in forms("Bury (Council)")] == ["bury council", "bury"]
    assert initials("Cheshire West and Chester Council") == {"cwacc", "cwcc", "cwac", "cwc"}


@pytest.mark.parametrize(
    ("asked", "named", "worth"),
    [
        ("oldam", "oldham", 0.93),
        ("manchster", "manchester", 0.93),
        ("stcokprot", "stockport", 0.88),
        ("bury", "burt", 0.0),
        ("rochdale", "oldham", 0.0),
        ("e08000002", "e08000004", 0.0),
        ("xldham", "oldham", 0.0),
    ],
)
def test_spelling(asked: str, named: str, worth: float) -> None:
    assert spelling(asked, named, ()) == worth


def test_the_name_of_another_place_is_no_misspelling() -> None:
    assert spelling("stafford", "salford", {"stafford"}) == 0


@pytest.mark.parametrize(
    ("said", "has", "may_be"),
    [
        ("", "council city", True),
        ("council", "combined authority", False),
        ("combined authority", "combined authority", True),
        ("combined authority", "city council", False),
        ("county council", "county council", True),
        ("county council", "unitary authority city council", False),
        ("county council", "welsh unitary authority city council", True),
        ("county borough council", "metropolitan borough council", True),
        ("london borough", "metropolitan borough council", False),
        ("district council", "unitary authority council", False),
        ("borough council", "county council", False),
        ("borough council", "unitary authority council", True),
        ("town council", "metropolitan borough council", False),
        ("parish council", "town parish council", True),
    ],
)
def test_fits(said: str, has: str, may_be: bool) -> None:
    assert fits(frozenset(said.split()), frozenset(has.split())) is may_be


@given(st.text(max_size=60), st.text(max_size=60))
def test_likeness_is_a_share_and_like_itself(one: str, other: str) -> None:
    first, second = form(one), form(other)
    if first.core and second.core:
        assert 0 <= likeness(first, second, ()) <= 1
        assert likeness(first, first, ()) == 1
