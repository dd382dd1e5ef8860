"""Text fragments: the words in a link are the words on the page, and no sign in them is read as another."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccin_ld.build import Build
from ccin_ld.namespaces import CCIN
from ccin_ld.represent import fragments
from ccin_ld.represent.fragments import with_words
from ccin_ld.represent.pages.reader import Reader

PAGE = "https://example.org/page"


@pytest.mark.parametrize(
    ("words", "fragment"),
    [
        pytest.param(["Oldham Council"], "text=Oldham%20Council", id="a blank"),
        pytest.param(["Co-operative"], "text=Co%2Doperative", id="a dash would make a prefix or suffix"),
        pytest.param(["a, b & c"], "text=a%2C%20b%20%26%20c", id="a comma and an ampersand"),
        pytest.param(["100%"], "text=100%25", id="a per cent sign"),
        pytest.param(["Café"], "text=Caf%C3%A9", id="letters beyond ASCII"),
        pytest.param(["one\n  two"], "text=one%20two", id="white space as the page shows it"),
        pytest.param(["a", "b"], "text=a&text=b", id="two wordings"),
        pytest.param(["", "b"], "text=b", id="nothing to look for is left out"),
        pytest.param(
            ["word " * 40],
            "text=word%20word%20word%20word%20word,word%20word%20word%20word%20word",
            id="long words by their two ends",
        ),
    ],
)
def test_the_directive(words: list[str], fragment: str) -> None:
    assert with_words(PAGE, words) == f"{PAGE}#:~:{fragment}"


def test_a_fragment_of_the_page_stays() -> None:
    assert with_words(f"{PAGE}#part", ["a"]) == f"{PAGE}#part:~:text=a"
    assert with_words(f"{PAGE}#part:~:text=old", ["a"]) == f"{PAGE}#part:~:text=a"


def test_without_words_there_is_no_link() -> None:
    assert with_words(PAGE, []) is None
    assert with_words(PAGE, [" ", ""]) is None


@given(st.text(min_size=1, max_size=60).filter(lambda text: text.split() != []))
def test_any_words_come_back(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        return  # half of a surrogate pair is no text
    link = with_words(PAGE, [text])
    assert link is not None
    directive = link.partition("#:~:text=")[2]
    assert not set(directive) & set(' ,&-#"<>')
    assert unquote(directive) == " ".join(text.split())


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("2022", True),
        ("July 2022", True),
        ("19 March 2019", True),
        ("Gorffennaf 2022", True),
        ("2025/26", True),
        ("2019-2020", True),
        pytest.param("2019-03-19", False, id="a day as sheets have it"),
        pytest.param("2018-07", False, id="a month as sheets have it"),
        ("about 2020", False),
        ("since 2014", False),
        ("later, undated", False),
        ("2012 or 2013: sources differ", False),
        ("2017 to 2021 at least", False),
    ],
)
def test_a_date_that_a_page_may_print(text: str, printed: bool) -> None:
    assert fragments.is_date(text) is printed


def test_no_remark_of_who_kept_the_sheet_is_looked_for(built: Build) -> None:
    reader = Reader(built)
    words = {
        text
        for item in built.index.of_kind("statement", limit=500)
        for text in fragments.printed(item.iri, reader)
    }
    assert "2022" in words
    assert not [text for text in words if "named on a project page" in text or "undated" in text]


def test_only_what_a_source_prints_is_looked_for(built: Build) -> None:
    reader, base = Reader(built), built.base.iri + "id/"
    participation = base + "participation/eoi-action-learning-set--oldham--participant"
    links = fragments.links(participation, reader)
    assert links
    assert all(link.endswith("#:~:text=Oldham%20Council") for link in links)
    assert (
        fragments.links(base + "council/oldham", reader) == []
    )  # no source prints words of the council itself
    # Who keeps the sheet wrote the day in this form, and the remark in brackets.
    statement = base + "statement/oldham--co-operative-councils-update--1"
    assert fragments.printed(statement, reader) == ["Oldham", "member council"]
    assert reader.texts(statement, CCIN + "dateAsPrinted") == ["2019-03-19"]


def test_every_statement_with_an_address_leads_to_its_words(built: Build) -> None:
    reader = Reader(built)
    statements = built.index.of_kind("statement", limit=500)
    linked = [item.iri for item in statements if fragments.links(item.iri, reader)]
    with_page = [item.iri for item in statements if fragments.addresses(item.iri, reader)]
    assert len(linked) == len([iri for iri in with_page if fragments.printed(iri, reader)]) > 100
