"""Memberships as of a day: the rules as a table, and what holds whatever the statements are. Rows M5, M6."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccin_ld import record
from ccin_ld.graph import TripleIndex
from ccin_ld.history import (
    NOT_SAID,
    About,
    Standing,
    Statement,
    Status,
    disagreements,
    memberships,
    period,
    standing,
    statements_of,
    told,
)

BODY = "https://net.example/id/council/one"
MEMBER, LAST, NOT = Status.MEMBER, Status.LAST_KNOWN, Status.NOT_LISTED


def day(text: str) -> date:
    return date.fromisoformat(text)


def bounds(text: str) -> tuple[date | None, date | None]:
    """Read ``2020``, ``2020-07-01``, ``2020-01-01/2020-06-30``, ``../2020-06-30`` or ````."""
    if not text:
        return None, None
    if len(text) == 4:
        return day(f"{text}-01-01"), day(f"{text}-12-31")
    first, _, last = text.partition("/")
    last = last or first
    return (None if first == ".." else day(first)), (None if last == ".." else day(last))


def made(words: str, number: int = 1) -> Statement:
    """Return a statement from words such as ``member full 2020`` or ``member since 2018-07-01/2018-07-31``."""
    says, *rest = words.split(" ")
    flags = [one for one in rest if one in ("since", "until")]
    kinds = [one for one in rest if one in ("full", "associate", "affiliate", "not-said")]
    days = [one for one in rest if one not in (*flags, *kinds)]
    first, last = bounds(days[0] if days else "")
    return Statement(
        f"https://net.example/id/statement/one--s--{number}", BODY, says, kinds[0] if kinds else NOT_SAID,
        first, last, "since" in flags, "until" in flags,
    )  # fmt: skip


def known(words: str, on: str) -> Standing:
    return standing([made(one, number) for number, one in enumerate(words.split("; ")) if one], day(on))


@pytest.mark.parametrize(
    ("words", "on", "status", "kind"),
    [
        pytest.param("", "2020-07-01", NOT, None, id="nobody says anything"),
        pytest.param("member full 2020-07-01", "2020-07-01", MEMBER, "full", id="on the very day"),
        pytest.param("member full 2020-07-01", "2020-06-30", NOT, None, id="the day before: not attested yet"),
        pytest.param("member full 2020-07-01", "2020-07-02", LAST, "full", id="the day after: last known"),
        pytest.param("member full 2020", "2020-01-01", MEMBER, "full", id="a year from its first day"),
        pytest.param("member full 2020", "2020-12-31", MEMBER, "full", id="to its last"),
        pytest.param("member full 2020", "2021-01-01", LAST, "full", id="and no further"),
        pytest.param("member full 2020", "2019-12-31", NOT, None, id="nor sooner"),
        pytest.param("member full 2019; member full 2022", "2020-07-01", MEMBER, "full", id="between two of one kind"),
        pytest.param("member full 2019; member associate 2022", "2020-07-01", LAST, "full", id="between two kinds"),
        pytest.param("member full 2019; member 2022", "2020-07-01", LAST, "full", id="kind not said does not prove a kind"),
        pytest.param("member full 2019; member 2020; member full 2022", "2021-07-01", MEMBER, "full", id="nor does it contradict one"),
        pytest.param("member full 2019; member associate 2020; member full 2022", "2021-07-01", LAST, "associate", id="another kind stated between"),
        pytest.param("member full 2019; not-yet 2020; member full 2022", "2021-07-01", NOT, None, id="not yet a member, stated between"),
        pytest.param("member full 2019; announced 2020; member full 2022", "2019-12-31", MEMBER, "full", id="contrary later than the day, in a year of its own"),
        pytest.param("member associate 2019; member full 2021", "2022-01-01", LAST, "full", id="the newer kind takes the place of the older"),
        pytest.param("member associate 2019; member full 2021", "2020-06-01", LAST, "associate", id="not before it is attested"),
        pytest.param("member full 2020; member associate 2020-07-01", "2020-07-01", MEMBER, "associate", id="a day within a year of another kind"),
        pytest.param("member 2019-03-19; member full 2020", "2020-07-01", MEMBER, "full", id="the kind that is said"),
        pytest.param("member full 2019; member 2021", "2022-01-01", LAST, NOT_SAID, id="the newest that is known"),
        pytest.param("member since 2018-07-01/2018-07-31", "2020-07-01", MEMBER, NOT_SAID, id="a named beginning goes on"),
        pytest.param("member since 2018-07-01/2018-07-31", "2018-06-30", NOT, None, id="not before it"),
        pytest.param("member since 2018; member until 2020", "2019-06-01", MEMBER, NOT_SAID, id="begun and not yet over"),
        pytest.param("member since 2018; member until 2020", "2020-06-01", LAST, NOT_SAID, id="in the year of its end"),
        pytest.param("member since 2018; member until 2020", "2021-01-01", NOT, None, id="over"),
        pytest.param("member since 2018; member until 2020; member 2022", "2022-05-01", MEMBER, NOT_SAID, id="back again"),
        pytest.param("member since 2018; member until 2020; member 2022", "2021-05-01", NOT, None, id="in between it was none"),
        pytest.param("member until 2020-03-31; member full 2020", "2020-03-31", MEMBER, "full", id="its last day"),
        pytest.param("member until 2020-03-31; member full 2020", "2020-04-01", NOT, None, id="the year ends with the membership"),
        pytest.param("member associate since 2018; member full 2020", "2021-01-01", LAST, "full", id="a beginning gives way to another kind"),
        pytest.param("announced 2020-07-06; member full 2020", "2020-07-01", NOT, None, id="announced later: the year begins after it"),
        pytest.param("announced 2020-07-06; member full 2020", "2020-07-06", NOT, None, id="on the day of the announcement"),
        pytest.param("announced 2020-07-06; member full 2020", "2020-07-07", MEMBER, "full", id="from the next day the year counts"),
        pytest.param("announced associate 2020-07-06; member full 2020", "2020-07-01", MEMBER, "full", id="announced in another kind"),
        pytest.param("member since 2020-07-01/2020-07-31; member full 2020", "2020-06-30", NOT, None, id="a named beginning narrows a year"),
        pytest.param("announced 2020-07-06", "2021-01-01", NOT, None, id="announced is no member"),
        pytest.param("not-yet", "2021-01-01", NOT, None, id="not yet, without a day"),
        pytest.param("office 2020-11-04", "2020-11-04", NOT, None, id="an office makes no member"),
        pytest.param("took-part 2020", "2020-07-01", NOT, None, id="taking part makes no member"),
        pytest.param("member full", "2020-07-01", NOT, None, id="without a day: for no day"),
        pytest.param("member full ../2020-06-30", "2020-06-29", NOT, None, id="on or before a day: not sooner"),
        pytest.param("member full ../2020-06-30", "2020-07-01", LAST, "full", id="on or before a day: last known after it"),
        pytest.param("member full 2020-06-30/..", "2020-07-01", NOT, None, id="on or after a day: not known before it"),
        pytest.param("member full 2019; member full 2020-06-30/..", "2020-03-01", MEMBER, "full", id="but it closes a gap"),
        pytest.param("member full 2019; not-yet 2021", "2022-01-01", NOT, None, id="contradicted since"),
        pytest.param("member full 2021; not-yet 2019", "2022-01-01", LAST, "full", id="a denial that is older changes nothing"),
    ],
)  # fmt: skip
def test_standing(words: str, on: str, status: Status, kind: str | None) -> None:
    found = known(words, on)
    assert (found.status, found.kind) == (status, kind)


@pytest.mark.parametrize(
    ("words", "on", "exact"),
    [
        pytest.param("member full 2020-07-01", "2020-07-01", True, id="a day"),
        pytest.param("member full 2020", "2020-07-01", False, id="only a year that holds it"),
        pytest.param(
            "member full 2019; member full 2021", "2020-07-01", True, id="years before and after it"
        ),
        pytest.param(
            "member full 2019; member full 2020", "2020-07-01", False, id="a year before it, one around it"
        ),
        pytest.param("member since 2018", "2019-01-01", True, id="begun in an earlier year"),
        pytest.param("member since 2018", "2018-06-01", False, id="begun at some time in that year"),
    ],
)
def test_a_standing_says_whether_the_day_is_sure(words: str, on: str, exact: bool) -> None:
    found = known(words, on)
    assert found.status is MEMBER
    assert found.exact is exact


def test_a_standing_names_what_it_rests_on_and_what_speaks_against_it() -> None:
    between = known("member full 2019; member full 2022; member full 2015", "2020-07-01")
    assert [one.iri[-1] for one in between.statements] == ["0", "1"]
    last = known("member full 2019; member associate 2019-06-01", "2020-07-01")
    assert [one.kind for one in last.statements] == ["full"]
    assert [one.kind for one in last.contrary] == ["associate"]
    assert [one.kind for one in last.others] == ["associate"]


def test_a_beginning_of_no_kind_stands_beside_the_kind_last_known() -> None:
    found = known("member since 2018-07-01/2018-07-31; member full 2020", "2021-07-01")
    assert (found.status, found.kind, found.since) == (MEMBER, NOT_SAID, day("2018-07-31"))
    assert [(one.status, one.kind) for one in found.others] == [(LAST, "full")]


def test_a_sure_beginning_stands_beside_a_kind_without_a_day() -> None:
    found = known("member since 2018-07-01/2018-07-31; member full 2020", "2020-07-01")
    assert (found.status, found.kind, found.exact) == (MEMBER, "full", False)
    assert [(one.status, one.kind, one.exact) for one in found.others] == [(MEMBER, NOT_SAID, True)]


def test_memberships() -> None:
    said = ["member full 2020", "member full 2022-05-01", "member 2019-03-19", "member since 2018", "took-part 2024",
            "announced affiliate 2025", "member full"]  # fmt: skip
    found = memberships(made(one, number) for number, one in enumerate(said))
    assert [(one.kind, one.first, one.last, one.starts, len(one.statements)) for one in found] == [
        ("full", day("2020-01-01"), day("2022-05-01"), (), 3),
        (NOT_SAID, day("2018-01-01"), day("2019-03-19"), (day("2018-12-31"),), 2),
    ]


@pytest.mark.parametrize(
    ("words", "about"),
    [
        pytest.param("member full 2020; member associate 2020-06-01", [About.KIND], id="two kinds, days that overlap"),
        pytest.param("member full 2020; member associate 2021", [], id="two kinds, one after the other"),
        pytest.param("member full 2020; member 2020", [], id="kind not said"),
        pytest.param("member full 2020; not-yet 2021", [About.MEMBERSHIP], id="not yet, after it was"),
        pytest.param("member full 2020; announced 2020-07-06", [], id="announced within the year"),
        pytest.param("member full 2020; announced associate 2021", [], id="another kind announced"),
        pytest.param("member full 2020-07-06; not-yet 2020-07-06", [About.MEMBERSHIP], id="on one day"),
        pytest.param("member 2017; member since 2018-07-01", [About.START], id="attested before the beginning"),
        pytest.param("member since 2012; member since 2013", [About.START], id="two beginnings"),
        pytest.param("member full; member associate", [], id="without days"),
        pytest.param("took-part 2020; office 2020; not-yet 2021", [], id="nobody says member"),
    ],
)  # fmt: skip
def test_disagreements(words: str, about: list[About]) -> None:
    said = [made(one, number) for number, one in enumerate(words.split("; "))]
    assert [one.about for one in disagreements(said)] == about
    assert [one.about for one in disagreements(reversed(said))] == about


@pytest.mark.parametrize(
    ("words", "on", "expected"),
    [
        pytest.param("member full 2020-07-01", "2020-07-01", "attested on 1 July 2020", id="a day"),
        pytest.param("member full 2020", "2020-07-01", "attested in 2020, without a day", id="a year"),
        pytest.param("member 2019; member 2021", "2020-01-01", "attested in 2019 and in 2021", id="between"),
        pytest.param("member since 2018-07-01/2018-07-31", "2020-01-01", "since July 2018, with no end named", id="begun"),
        pytest.param("member full 2020", "2022-01-01", "last known in 2020", id="last known"),
        pytest.param("announced 2020-07-06; member full 2020", "2022-01-01",
                     "last known between 7 July 2020 and 31 December 2020", id="in a part of a year"),
        pytest.param("member full ../2020-02-29", "2022-01-01", "last known on or before 29 February 2020", id="on or before"),
    ],
)  # fmt: skip
def test_a_standing_in_words(words: str, on: str, expected: str) -> None:
    assert told(known(words, on)) == expected


@pytest.mark.parametrize(
    ("bounds_of", "expected"),
    [
        ("2020", "2020"),
        ("2020-02-01/2020-02-29", "February 2020"),
        ("2020-02-01/2020-02-28", "from 1 February 2020 to 28 February 2020"),
        ("2019-01-01/2020-12-31", "from 1 January 2019 to 31 December 2020"),
        ("2020-07-01", "1 July 2020"),
        ("../2020-07-01", "on or before 1 July 2020"),
        ("2020-07-01/..", "on or after 1 July 2020"),
        ("", ""),
    ],
)
def test_a_period_in_words(bounds_of: str, expected: str) -> None:
    assert period(*bounds(bounds_of)) == expected


def test_statements_are_read_from_triples() -> None:
    turtle = """
        @prefix ccin: <https://w3id.org/ccin/def/ccin#> . @prefix dct: <http://purl.org/dc/terms/> .
        @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix id: <https://net.example/id/> .
        <https://net.example/id/statement/one--s--1> ccin:body <https://net.example/id/council/one> ;
            ccin:says <https://net.example/id/statement-kind/member> ; ccin:statesStart true ;
            ccin:membershipKind <https://net.example/id/membership-kind/full> ; ccin:notBefore "2018-07-01"^^xsd:date ;
            ccin:notAfter "2018-07-31"^^xsd:date ; dct:source <https://net.example/id/page/p> .
        <https://net.example/id/statement/two--s--1> ccin:says <https://net.example/id/statement-kind/member> .
        <https://net.example/id/statement/three--s--1> ccin:body <https://net.example/id/council/three> ;
            ccin:notAfter "12018-07-31"^^xsd:date .
    """
    graph = TripleIndex(record.parse(turtle.encode(), "a test"))
    found = statements_of(graph, graph.subjects())
    one = replace(made("member full since 2018-07-01/2018-07-31"), sources=("https://net.example/id/page/p",))
    assert found[BODY] == [one]
    assert found["https://net.example/id/council/three"][0].not_after is None
    assert len(found) == 2


# What holds for any statements

DAYS = st.dates(date(2018, 1, 1), date(2023, 12, 31))
KINDS = st.sampled_from(["full", "associate", NOT_SAID])


@st.composite
def a_statement(draw: st.DrawFn, says: Sequence[str] = ("member", "announced", "not-yet", "office", "took-part")) -> Statement:  # fmt: skip
    first = draw(DAYS)
    last = first + timedelta(days=draw(st.sampled_from([0, 0, 30, 364])))
    word, kind = draw(st.sampled_from(says)), draw(KINDS)
    shape = draw(st.sampled_from(["both", "both", "both", "first", "last", "none"]))
    flag = draw(st.sampled_from(["", "", "", "since", "until"])) if word == "member" else ""
    return Statement(
        f"urn:{draw(st.integers(0, 10**6))}", BODY, word, kind,
        first if shape in ("both", "first") else None, last if shape in ("both", "last") else None,
        flag == "since", flag == "until",
    )  # fmt: skip


STATEMENTS = st.lists(a_statement(), max_size=6, unique_by=lambda one: one.iri)
many = settings(max_examples=300, deadline=None)


@many
@given(STATEMENTS, DAYS)
def test_nobody_is_a_member_without_a_statement_that_says_so(said: list[Statement], on: date) -> None:
    found = standing(said, on)
    for one in (found, *found.others):
        assert (one.status is NOT) == (not one.statements)
        assert all(basis in said and basis.attests and basis.kind == one.kind for basis in one.statements)
        assert all(basis.not_before or basis.not_after for basis in one.statements)


@many
@given(STATEMENTS, st.lists(a_statement(("office", "took-part")), max_size=3), DAYS)
def test_offices_and_taking_part_change_nothing(
    said: list[Statement], more: list[Statement], on: date
) -> None:
    fresh = [replace(one, iri=f"{one.iri}-more-{number}") for number, one in enumerate(more)]
    assert standing([*said, *fresh], on) == standing(said, on)


@many
@given(STATEMENTS, st.randoms(), DAYS)
def test_the_order_of_statements_changes_nothing(said: list[Statement], chance: object, on: date) -> None:
    mixed = list(said)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert standing(mixed, on) == standing(said, on)
    assert memberships(mixed) == memberships(said)
    assert disagreements(mixed) == disagreements(said)


@many
@given(STATEMENTS, DAYS)
def test_a_member_is_inside_its_membership(said: list[Statement], on: date) -> None:
    """What the build writes of a membership never says less than what is said of a day."""
    found = standing(said, on)
    by_kind = {one.kind: one for one in memberships(said)}
    for one in (found, *found.others):
        if one.status is MEMBER:
            whole = by_kind[one.kind or ""]
            assert whole.first
            assert whole.first <= on
            assert whole.last
            assert on <= whole.last or any(start <= on for start in whole.starts)


@many
@given(STATEMENTS, DAYS)
def test_what_was_last_known_was_known_by_then(said: list[Statement], on: date) -> None:
    found = standing(said, on)
    for one in (found, *found.others):
        if one.status is LAST:
            assert one.last
            assert (one.first or one.last) <= min(one.last, on)


@many
@given(STATEMENTS, DAYS, st.integers(1, 700))
def test_nothing_new_is_known_later_without_a_statement(said: list[Statement], on: date, days: int) -> None:
    """Who is not listed on a day is listed later only because a statement speaks of a day between."""
    later = on + timedelta(days=days)
    if standing(said, on).status is NOT and standing(said, later).status is not NOT:
        spoken = {one for s in said if s.attests for one in (s.not_before, s.not_after) if one}
        bounds_of_denials = {one for s in said if s.denies for one in (s.not_before, s.not_after) if one}
        assert any(on <= one <= later for one in spoken | bounds_of_denials)


@many
@given(
    st.lists(a_statement(("member",)), max_size=5, unique_by=lambda one: one.iri),
    a_statement(("announced", "not-yet")),
    DAYS,
)
def test_a_denial_never_makes_a_member(said: list[Statement], denial: Statement, on: date) -> None:  # fmt: skip
    """In one kind: of two, a denial may show that only one of them can be meant."""
    one_kind = [replace(one, kind="full") for one in said if not one.ends]
    denial = replace(denial, iri=denial.iri + "-no", kind=NOT_SAID)
    if standing([*one_kind, denial], on).status is MEMBER:
        assert standing(one_kind, on).status is MEMBER


@many
@given(STATEMENTS, DAYS)
def test_a_sure_day_is_between_days_that_are_sure(said: list[Statement], on: date) -> None:
    found = standing(said, on)
    if found.exact and not found.since:
        by_then = [one.not_before if one.ends else one.not_after for one in found.statements]
        not_sooner = [one.not_before for one in found.statements]
        assert any(day and day <= on for day in by_then)
        assert any(day and day >= on for day in not_sooner)


def test_a_literal_that_is_no_day_is_none() -> None:
    graph = TripleIndex([ox.Triple(ox.NamedNode("urn:s"), ox.NamedNode("https://w3id.org/ccin/def/ccin#body"), ox.NamedNode(BODY))])  # fmt: skip
    assert statements_of(graph, ["urn:s"])[BODY][0].not_before is None
