"""What people write in a cell: read as they mean it, or refused with what to do."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccin_ld.ingest.values import (
    NotRead,
    is_nothing,
    joined,
    listed,
    one_day,
    period,
    whole_number,
    year,
    yes_or_no,
)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        pytest.param("2020-01-02", "2020-01-02", "2020-01-02", id="year, month, day"),
        pytest.param("02/01/2020", "2020-01-02", "2020-01-02", id="the day first, as in Britain"),
        pytest.param("2.1.2020", "2020-01-02", "2020-01-02", id="with points"),
        pytest.param("2 January 2020", "2020-01-02", "2020-01-02", id="a month in words"),
        pytest.param("2nd Jan 2020", "2020-01-02", "2020-01-02", id="a short month, an ordinal"),
        pytest.param("Jan 2020", "2020-01-01", "2020-01-31", id="a month"),
        pytest.param("february 2020", "2020-02-01", "2020-02-29", id="a leap month"),
        pytest.param("Sept 2020", "2020-09-01", "2020-09-30", id="Sept"),
        pytest.param("2020-07", "2020-07-01", "2020-07-31", id="year and month"),
        pytest.param("07/2020", "2020-07-01", "2020-07-31", id="month and year"),
        pytest.param("2020", "2020-01-01", "2020-12-31", id="a year"),
        pytest.param("2020.0", "2020-01-01", "2020-12-31", id="a year as a number with a point"),
        pytest.param("2019-2020", "2019-01-01", "2020-12-31", id="years"),
        pytest.param("2019–20", "2019-01-01", "2020-12-31", id="years, the second short, with a long dash"),
        pytest.param("2020-01-02 00:00:00", "2020-01-02", "2020-01-02", id="a day with midnight"),
        pytest.param("2020/01/02", "2020-01-02", "2020-01-02", id="year first, with strokes"),
        pytest.param("02-01-2020", "2020-01-02", "2020-01-02", id="day first, with hyphens"),
        pytest.param("2-Jan-2020", "2020-01-02", "2020-01-02", id="as Excel shows a day"),
        pytest.param("Thursday, 2nd of January 2020", "2020-01-02", "2020-01-02", id="a day of the week"),
        pytest.param("January 2, 2020", "2020-01-02", "2020-01-02", id="the month in words before the day"),
        pytest.param("Jan-2020", "2020-01-01", "2020-01-31", id="month and year with a hyphen"),
        pytest.param("2025/26", "2025-01-01", "2026-12-31", id="years with a stroke"),
        pytest.param("2019-20", "2019-01-01", "2020-12-31", id="years that are no month"),
        pytest.param("2011-12", "2011-12-01", "2011-12-31", id="a month that could be years"),
        pytest.param("  2020-01-02\n", "2020-01-02", "2020-01-02", id="blanks around"),
    ],
)
def test_period(text: str, first: str, last: str) -> None:
    found = period(text)
    assert (found.first.isoformat(), found.last.isoformat()) == (first, last)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "31/02/2020",
        "2020-02-30",
        "32 January 2020",
        "02/01/20",
        "Sunday",
        "Fri 2020-02-30",
        "2020-13",
        "2020-13-01",
        "2020-2019",
        "0000",
        "Foo 2020",
        "1/1/1",
        "2019-21-22",
    ],
)
def test_no_period(text: str) -> None:
    with pytest.raises(NotRead) as raised:
        period(text)
    assert raised.value.hint


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        pytest.param("2-Jan-20", "write the year with four digits", id="a short year"),
        pytest.param("Jan-20", "write the year with four digits", id="a month with a short year"),
        pytest.param("2020-01-02 09:30:00", "leave the time out: 2020-01-02", id="a time"),
        pytest.param("########", "the column was too narrow", id="a narrow column"),
    ],
)
def test_what_to_do_about_no_period(text: str, hint: str) -> None:
    with pytest.raises(NotRead) as raised:
        period(text)
    assert raised.value.hint.startswith(hint)


def test_the_month_is_never_put_first() -> None:
    with pytest.raises(NotRead, match="there is no month 13") as raised:
        period("02/13/2020")
    assert "day before the month" in raised.value.hint


def test_one_day_is_one_day() -> None:
    assert one_day("1 May 2021").isoformat() == "2021-05-01"
    with pytest.raises(NotRead, match="more than one day"):
        one_day("May 2021")


@pytest.mark.parametrize(
    ("text", "said"), [("2020", "2020"), ("2020.0", "2020"), ("2020-05-01", "2020"), (" 2020 ", "2020")]
)
def test_year(text: str, said: str) -> None:
    assert year(text) == said


@pytest.mark.parametrize("text", ["2019-2020", "20", "next", "20200"])
def test_no_year(text: str) -> None:
    with pytest.raises(NotRead, match="no year"):
        year(text)


def test_numbers_and_yes() -> None:
    assert [whole_number(one) for one in ("7", " 1,200 ", "7.0", "-3", "+4")] == ["7", "1200", "7", "-3", "4"]
    assert [yes_or_no(one) for one in ("Yes", "x", "TRUE", "no", "0")] == [
        "true",
        "true",
        "true",
        "false",
        "false",
    ]
    with pytest.raises(NotRead):
        whole_number("7.5")
    with pytest.raises(NotRead):
        yes_or_no("perhaps")


@pytest.mark.parametrize(
    ("text", "values"),
    [
        pytest.param("A; B;C", ["A", "B", "C"], id="semicolons"),
        pytest.param("A | B", ["A", "B"], id="bars"),
        pytest.param("A\nB\r\nC", ["A", "B", "C"], id="lines"),
        pytest.param("A; B\nC", ["A; B", "C"], id="lines win"),
        pytest.param("A, B and C", ["A, B and C"], id="a comma divides nothing"),
        pytest.param("A;;A; ", ["A"], id="each once"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_listed(text: str, values: list[str]) -> None:
    assert listed(text) == values


@given(
    st.lists(
        st.text(st.characters(exclude_characters="\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), min_size=1)
        .map(str.strip)
        .filter(bool),
        min_size=1,
        unique=True,
    )
)
def test_what_is_joined_is_listed_again(values: list[str]) -> None:
    assert listed(joined(values)) == values


@pytest.mark.parametrize("text", ["", "  ", "Not known", "n/a", "?", "not  seen"])
def test_words_for_nothing(text: str) -> None:
    assert is_nothing(text)


def test_no_is_something() -> None:
    assert not is_nothing("no")
    assert not is_nothing("none of these")


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in (period, one_day, year, whole_number, yes_or_no):
        with suppress(NotRead):
            assert read(text)
