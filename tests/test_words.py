"""The words of the interface: every message is in both catalogues, days and lists are said as a language does."""

from __future__ import annotations

import re
from datetime import date

import pytest

from ccin_ld import extraction
from ccin_ld.represent.pages.messages import mark
from ccin_ld.words import LANGUAGES, UNREVIEWED, Words, read_catalogue, words

Forms = tuple[str, ...]
_FILLED = re.compile(r"%\((\w+)\)s")
_MARKS = re.compile(r"</?\w+|href=\"[^\"]*\"")


def forms(one: object) -> Forms:
    """Return the forms of a message or of its translation: one, or one for each number."""
    return (one,) if isinstance(one, str) else tuple(one) if isinstance(one, tuple | list) else ("",)


@pytest.fixture(scope="module")
def wanted() -> dict[str, Forms]:
    """The messages of the package, each with its forms, by the first of them."""
    found = (forms(message.id) for message in extraction.template() if message.id)
    return {one[0]: one for one in found}


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_catalogue_holds_every_message_and_no_other(code: str, wanted: dict[str, Forms]) -> None:
    known = {forms(one.id)[0] for one in read_catalogue(code) if one.id}
    assert wanted.keys() - known == set(), "run: python -m ccin_ld.extraction, and translate what is new"
    assert known - wanted.keys() == set(), "run: python -m ccin_ld.extraction"


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_message_is_translated(code: str) -> None:
    bare = [one.id for one in read_catalogue(code) if one.id and not all(forms(one.string))]
    assert bare == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_translation_keeps_what_is_filled_in_and_the_marks(code: str) -> None:
    for one in read_catalogue(code):
        if not one.id:
            continue
        ids, strings = forms(one.id), forms(one.string)
        names = {name for text in ids for name in _FILLED.findall(text)}
        for text in strings:
            assert set(_FILLED.findall(text)) <= names, one.id
            assert text.replace("%%", "").count("%") == len(_FILLED.findall(text)), one.id
        if len(ids) == 1:
            assert set(_FILLED.findall(strings[0])) == names, one.id
            assert sorted(_MARKS.findall(strings[0])) == sorted(_MARKS.findall(ids[0])), one.id


def test_english_says_what_its_ids_say() -> None:
    for one in read_catalogue("en"):
        if one.id:
            assert one.string == one.id


def test_a_translation_nobody_has_reviewed_says_so() -> None:
    assert words("en").unreviewed == 0
    catalogue = read_catalogue("cy")
    marked = sum(UNREVIEWED in one.user_comments for one in catalogue if one.id)
    assert words("cy").unreviewed == marked
    one = next(one for one in catalogue if UNREVIEWED in one.user_comments)
    one.user_comments = []
    assert Words("cy", "cy", catalogue).unreviewed == marked - 1


def test_extraction_finds_each_way_of_writing_a_message(wanted: dict[str, Forms]) -> None:
    assert wanted["What links here"] == ("What links here",)  # a template
    assert wanted["Took part"] == ("Took part",)  # a table of the code
    assert wanted["%(num)s project"] == ("%(num)s project", "%(num)s projects")
    assert "Page %(page)s of %(pages)s" in wanted  # {% trans %}
    assert "Political group" in wanted  # the ontology
    assert wanted["There is nothing at this address"]  # a title of an error


@pytest.mark.parametrize(
    ("code", "day", "said"),
    [
        ("en", "2026-11-23", "23 November 2026"),
        ("cy", "2026-11-23", "23 Tachwedd 2026"),
        ("cy", "2020-03-01", "1 Mawrth 2020"),
        ("en", "2026-13-01", None),
        ("cy", "2026", None),
    ],
)
def test_days(code: str, day: str, said: str | None) -> None:
    assert words(code).day(day) == said


@pytest.mark.parametrize(
    ("code", "parts", "said"),
    [
        ("en", [], ""),
        ("en", ["a"], "a"),
        ("en", ["a", "b", "c"], "a, b and c"),
        ("cy", ["un", "dau"], "un a dau"),
        ("cy", ["un", "arall"], "un ac arall"),
        ("cy", ["un", "dau", "Ynys Môn"], "un, dau ac Ynys Môn"),
    ],
)
def test_lists(code: str, parts: list[str], said: str) -> None:
    assert words(code).listed(parts) == said


def test_numbers_and_counts() -> None:
    english, welsh = words("en"), words("cy")
    assert english.number(1234567) == welsh.number(1234567) == "1,234,567"
    assert [english.measured(one) for one in (0.25, 12.0, 12345678.0)] == ["0.25", "12", "12,345,678"]
    assert [english.ngettext("%(num)s project", "%(num)s projects", n) for n in (0, 1, 1200)] == [
        "0 projects",
        "1 project",
        "1,200 projects",
    ]
    assert [welsh.ngettext("%(num)s project", "%(num)s projects", n) for n in (0, 1, 1200)] == [
        "0 o brosiectau",
        "1 prosiect",
        "1,200 o brosiectau",
    ]
    assert words("cy").month(date(2026, 5, 1)) == "Mai 2026"


def test_what_fills_a_message_is_escaped() -> None:
    said = words("en").say("Nothing matches “%(text)s”.", text="<script>")
    assert str(said) == "Nothing matches “&lt;script&gt;”."
    assert str(words("en").say_count("%(num)s result for “%(text)s”", "x %(text)s", 1, text="&")).endswith(
        "“&amp;”"
    )


@pytest.mark.parametrize(
    ("tag", "turned"), [("ar", True), ("he", True), ("cy", False), ("en-GB", False), ("x-y", False)]
)
def test_direction_of_languages(tag: str, turned: bool) -> None:
    assert Words.is_right_to_left(tag) is turned
    assert (' dir="rtl"' in mark(tag)) is turned
    assert f' lang="{tag}"' in mark(tag)
    assert mark(None) == ""


def test_names_of_languages() -> None:
    assert (words("en").language("cy"), words("cy").language("en")) == ("Welsh", "Saesneg")
    assert words("en").language("x-nonsense") == "x-nonsense"
    assert (words("en").own_name, words("cy").own_name) == ("English", "Cymraeg")
    assert words("cy").is_own("cy-GB")
    assert not words("en").is_own("cy")
