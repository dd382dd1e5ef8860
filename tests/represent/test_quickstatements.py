"""QuickStatements: days with their precision, what is left out and why, one line for each thing said. Row L5."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ccin_ld.history import Statement
from ccin_ld.represent.quickstatements import (
    NO_ITEM,
    NO_SOURCE,
    NO_STATEMENT,
    NOT_LISTED,
    Made,
    Source,
    day_of,
    made,
    qid_of,
)

TODAY = date(2026, 1, 1)
SAID = Statement(
    iri="https://a/statement/1", body="https://a/body", says="member", kind="full",
    not_before=date(2020, 1, 1), not_after=date(2020, 12, 31), sources=("https://a/page",),
)  # fmt: skip
PAGE = Source("https://example.org/list")


def run(*statements: Statement, item: str | None = "Q7", source: Source | None = PAGE) -> Made:
    return made({SAID.body: statements}, lambda _: item, lambda _: source, "Q42", TODAY)


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        ("2020-01-01", "2020-12-31", "+2020-00-00T00:00:00Z/9"),
        ("2018-07-01", "2018-07-31", "+2018-07-00T00:00:00Z/10"),
        ("2020-02-01", "2020-02-29", "+2020-02-00T00:00:00Z/10"),
        ("2018-07-05", "2018-07-05", "+2018-07-05T00:00:00Z/11"),
        ("2018-07-01", "2018-07-30", None),
        ("2018-01-01", "2019-12-31", None),
        ("2018-07-01", None, None),
        (None, "2018-07-01", None),
    ],
)
def test_precision(first: str | None, last: str | None, text: str | None) -> None:
    assert day_of(*(date.fromisoformat(one) if one else None for one in (first, last))) == text


def test_a_member_without_a_named_start() -> None:
    assert run(SAID).lines == ('Q7\tP463\tQ42\tS854\t"https://example.org/list"',)


def test_a_named_start_and_its_reference() -> None:
    found = run(SAID, replace(SAID, iri="https://a/statement/2", starts=True))
    assert found.lines == ('Q7\tP463\tQ42\tP580\t+2020-00-00T00:00:00Z/9\tS854\t"https://example.org/list"',)


def test_a_named_end_is_said_too() -> None:
    end = replace(
        SAID, iri="https://a/statement/2", ends=True, not_before=date(2024, 5, 1), not_after=date(2024, 5, 1)
    )
    (line,) = run(SAID, end).lines
    assert "\tP582\t+2024-05-01T00:00:00Z/11\t" in line


def test_the_day_of_the_capture_where_it_is_known() -> None:
    (line,) = run(SAID, source=replace(PAGE, retrieved=date(2026, 11, 23))).lines
    assert line.endswith("\tS813\t+2026-11-23T00:00:00Z/11")


def test_two_starts_that_differ_are_none() -> None:
    one = replace(SAID, starts=True)
    two = replace(one, iri="https://a/statement/2", not_before=date(2021, 1, 1), not_after=date(2021, 12, 31))
    (line,) = run(one, two).lines
    assert "P580" not in line


@pytest.mark.parametrize(
    ("statements", "item", "source", "reason"),
    [
        pytest.param((SAID,), None, PAGE, NO_ITEM, id="no item of its own"),
        pytest.param((SAID,), "Q7", None, NO_SOURCE, id="no address"),
        pytest.param((replace(SAID, says="took-part"),), "Q7", PAGE, NO_STATEMENT, id="took part only"),
        pytest.param((replace(SAID, says="not-yet"),), "Q7", PAGE, NO_STATEMENT, id="not yet a member"),
        pytest.param(
            (
                SAID,
                replace(SAID, iri="https://a/statement/2", says="not-yet", not_before=date(2022, 1, 1), not_after=date(2022, 12, 31)),
            ),
            "Q7", PAGE, NOT_LISTED, id="contradicted since",
        ),
    ],
)  # fmt: skip
def test_left_out(
    statements: tuple[Statement, ...], item: str | None, source: Source | None, reason: str
) -> None:
    found = run(*statements, item=item, source=source)
    assert found.lines == ()
    assert dict(found.left_out) == {SAID.body: reason}


def test_two_items_are_none() -> None:
    one, two = (f"http://www.wikidata.org/entity/Q{number}" for number in (1, 2))
    assert qid_of([one]) == qid_of([one, one, "http://example.org/Q3"]) == "Q1"
    assert qid_of([one, two]) is qid_of([]) is None
