"""Memberships as of a day: what follows from dated statements, and what does not (design, section 3).

A statement speaks of one day between two bounds; a year is 1 January to 31 December. The rules:

- Only ``member`` attests a membership. Holding an office and taking part prove none.
- A source that gives only a period is taken to speak of that whole period, unless another statement shows
  that it cannot: after a body is said not to be a member yet, or a beginning is named, the part of the period
  before that day no longer counts; after a named end, the part behind it. ``Standing.exact`` says whether a
  day lies between days that are sure, or only inside such a period.
- With one bound alone there is no period: "on or before" counts from that day on, "on or after" up to it.
- *Member* on a day: attested on or before it and on or after it, in the same kind, with nothing contrary
  between; or begun by then in a source's words, with nothing contrary since and no end named.
- *Member when last known*: attested before, not shown to have gone on, and not contradicted since.
- Contrary are another kind, joining announced, not yet a member, and a named end. "Kind not said"
  contradicts no kind. Against the very day that a source names, only a source of that same day counts.
- A statement without a day counts for no day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from .graph import TripleIndex
from .namespaces import CCIN, DCT

SAYS_MEMBER, ANNOUNCED, NOT_YET = "member", "announced", "not-yet"
NOT_SAID = "not-said"
# The properties that a statement is read from.
STATED = (
    CCIN + "body", CCIN + "says", CCIN + "membershipKind", CCIN + "notBefore", CCIN + "notAfter",
    CCIN + "statesStart", CCIN + "statesEnd", DCT + "source",
)  # fmt: skip
_DENIALS = frozenset({ANNOUNCED, NOT_YET})
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


class Status(StrEnum):
    """What is known of a body on a day."""

    MEMBER = "member"
    LAST_KNOWN = "member when last known"
    NOT_LISTED = "not listed"


@dataclass(frozen=True)
class Statement:
    """What one source says of one body; *says* and *kind* are the keys of the concepts."""

    iri: str
    body: str
    says: str
    kind: str = NOT_SAID
    not_before: date | None = None
    not_after: date | None = None
    starts: bool = False
    ends: bool = False
    sources: tuple[str, ...] = ()

    @property
    def attests(self) -> bool:
        """Whether it says that the body is a member."""
        return self.says == SAYS_MEMBER

    @property
    def denies(self) -> bool:
        """Whether it says that the body is not a member yet."""
        return self.says in _DENIALS


@dataclass(frozen=True)
class Span:
    """The days of one statement, made narrower by what others say; one side may be open."""

    statement: Statement
    first: date | None
    last: date | None

    @property
    def opens(self) -> date | None:
        """The day from which on it counts as said on or before a day."""
        return self.first if self.first and self.last else self.last

    @property
    def closes(self) -> date | None:
        """The day up to which it counts as said on or after a day."""
        return self.last if self.first and self.last else self.first


@dataclass(frozen=True)
class Standing:
    """What is known of a body on a day, in one kind, and the statements that it rests on.

    *first* and *last* are the bounds of the attested day, or days, nearest to the day asked for; *since* is
    the day by which the membership had begun where only a named beginning speaks for the day. *contrary* are
    statements that speak against it, *others* the standings of the same body in other kinds.
    """

    status: Status
    kind: str | None = None
    first: date | None = None
    last: date | None = None
    since: date | None = None
    exact: bool = False
    statements: tuple[Statement, ...] = ()
    contrary: tuple[Statement, ...] = ()
    others: tuple[Standing, ...] = ()


@dataclass(frozen=True)
class Membership:
    """The membership of one body in one kind, from all its statements."""

    body: str
    kind: str
    first: date | None
    last: date | None
    starts: tuple[date, ...]
    ends: tuple[date, ...]
    statements: tuple[Statement, ...]


class About(StrEnum):
    """What two statements disagree about."""

    KIND = "kind"
    MEMBERSHIP = "membership"
    START = "start"


@dataclass(frozen=True)
class Disagreement:
    """Two statements that cannot both be right, or can only if the body changed in that time."""

    about: About
    first: Statement
    second: Statement


def standing(statements: Iterable[Statement], day: date) -> Standing:
    """Return what is known of one body on *day*: its first standing, with those in other kinds beside it.

    *statements* are all of that body, in any order.
    """
    found = standings(statements, day)
    return replace(found[0], others=tuple(found[1:])) if found else Standing(Status.NOT_LISTED)


def standings(statements: Iterable[Statement], day: date) -> list[Standing]:
    """Return what is known of one body on *day* in each kind: members first, then the newest."""
    said = _ordered(statements)
    found = [_in_kind(said, kind, day) for kind in _kinds(said)]
    listed = [one for one in found if one.status is not Status.NOT_LISTED]
    listed.sort(key=lambda one: one.last or date.min, reverse=True)
    listed.sort(key=lambda one: (one.status is not Status.MEMBER, _silent(one)))
    return [one for one in listed if not _says_nothing_new(one, listed)]


def _silent(one: Standing) -> bool:
    return one.status is Status.MEMBER and one.kind == NOT_SAID


def _says_nothing_new(one: Standing, found: Sequence[Standing]) -> bool:
    """Say whether a standing of no said kind only repeats what one of a said kind tells."""
    if one.kind != NOT_SAID:
        return False
    better = [two for two in found if two.kind != NOT_SAID]
    if one.status is Status.MEMBER:
        return any(two.status is Status.MEMBER and two.exact >= one.exact for two in better)
    return any(
        two.status is Status.MEMBER or (two.last or date.min) >= (one.last or date.min) for two in better
    )


def _in_kind(said: Sequence[Statement], kind: str, day: date) -> Standing:
    spans = attestations(said, kind)
    before = [one for one in spans if one.opens and one.opens <= day and not _ended(said, kind, one, day)]
    after = [one for one in spans if one.closes and one.closes >= day]
    against = _contrary(said, kind)
    return (
        _between(kind, before, after, against, day)
        or _since_start(said, kind, against, day)
        or _last_known(said, kind, before, against, day)
    )


def _between(
    kind: str, before: Sequence[Span], after: Sequence[Span], against: Sequence[Span], day: date
) -> Standing | None:
    """Return the standing of a day between two attestations, preferring days that are sure, or None."""
    sure_before = [one for one in before if one.last and one.last <= day]
    sure_after = [one for one in after if one.first and one.first >= day]
    for exact, earlier, later in ((True, sure_before, sure_after), (False, before, after)):
        if not (earlier and later):
            continue
        start, end = max(earlier, key=_opens), min(later, key=_closes)
        if any(_comes_between(one, _opens(start), _closes(end)) for one in against):
            continue
        rests_on = tuple(dict.fromkeys((start.statement, end.statement)))
        return Standing(
            Status.MEMBER, kind, first=_opens(start), last=_closes(end), exact=exact, statements=rests_on
        )
    return None


def _since_start(said: Sequence[Statement], kind: str, against: Sequence[Span], day: date) -> Standing | None:
    """Return the standing that a named beginning without a named end gives, or None."""
    begun = [one for one in said if one.attests and one.starts and one.kind == kind and one.not_after]
    for one in sorted(begun, key=lambda one: one.not_after or date.max, reverse=True):
        start = one.not_after
        if start and start <= day and not any(_meets(other, start, day) for other in against):
            return Standing(
                Status.MEMBER,
                kind,
                first=one.not_before,
                last=start,
                since=start,
                exact=True,
                statements=(one,),
            )
    return None


def _last_known(
    said: Sequence[Statement], kind: str, before: Sequence[Span], against: Sequence[Span], day: date
) -> Standing:
    newest = max(before, key=lambda one: (_closes_at(one), _opens(one)), default=None)
    if newest is None:
        return Standing(Status.NOT_LISTED)
    if any(one.opens and one.opens <= day and _after(one, newest) for one in _replacing(said, kind)):
        return Standing(Status.NOT_LISTED)
    contrary = [one.statement for one in against if _meets(one, _opens(newest), day)]
    return Standing(
        Status.LAST_KNOWN,
        kind,
        first=newest.first,
        last=newest.last,
        statements=(newest.statement,),
        contrary=tuple(dict.fromkeys(contrary)),
    )


def _replacing(said: Sequence[Statement], kind: str) -> list[Span]:
    """Return what, said later, ends what was last known of a kind: another kind, or that it is no member."""
    others = [
        span for other in _kinds(said) if NOT_SAID not in (kind, other) and other != kind
        for span in attestations(said, other)
    ]  # fmt: skip
    return others + [_raw(one) for one in said if one.denies and _concerns(one, kind)]


def _after(one: Span, other: Span) -> bool:
    """Say whether one is surely later than the other."""
    return one.first is not None and other.last is not None and one.first > other.last


def attestations(statements: Iterable[Statement], kind: str) -> list[Span]:
    """Return the spans of the statements that say *member* in one kind, as narrow as the others make them."""
    said = _ordered(statements)
    return [_narrowed(one, said) for one in said if one.attests and one.kind == kind and _has_day(one)]


def _narrowed(one: Statement, said: Sequence[Statement]) -> Span:
    if one.ends:
        # It was still a member when the period in which it left began.
        return Span(one, one.not_before, one.not_before)
    first, last = one.not_before, one.not_after
    if first and last and first < last:
        lows = [low for other in said if (low := _not_until(other, one)) and first < low <= last]
        highs = [high for other in said if (high := _not_beyond(other, one)) and first <= high < last]
        low, high = max(lows, default=first), min(highs, default=last)
        if low <= high:
            return Span(one, low, high)
    return Span(one, first, last)


def _not_until(other: Statement, one: Statement) -> date | None:
    """Return the first day on which *one* can be true, if *other* bears on that."""
    if other.denies and _concerns(other, one.kind) and other.not_before:
        return _next(other.not_before)
    if other.attests and other.starts and other is not one and other.kind in (one.kind, NOT_SAID):
        return other.not_before
    return None


def _not_beyond(other: Statement, one: Statement) -> date | None:
    """Return the last day on which *one* can be true, if *other* names an end."""
    if other.attests and other.ends and _concerns(other, one.kind):
        return other.not_after
    return None


def _ended(said: Sequence[Statement], kind: str, span: Span, day: date) -> bool:
    """Say whether a named end, over by *day*, is not earlier than the span."""
    last = _closes_at(span)
    ends = [one.not_after for one in said if one.attests and one.ends and _concerns(one, kind)]
    return any(end is not None and end < day and last <= end for end in ends)


def _contrary(said: Sequence[Statement], kind: str) -> list[Span]:
    return [
        *_replacing(said, kind),
        *(_end(one) for one in said if one.attests and one.ends and _concerns(one, kind) and _has_day(one)),
    ]


def _end(one: Statement) -> Span:
    """Return the days on which a membership with a named end may first have been over."""
    return Span(one, _next(_first(one)), _next(_last(one)))


def _concerns(one: Statement, kind: str) -> bool:
    """Say whether a denial or an end speaks of a kind: where either does not say which, it may."""
    return one.kind == kind or NOT_SAID in (one.kind, kind)


def _comes_between(span: Span, first: date, last: date) -> bool:
    """Say whether a contrary span speaks against a membership from *first* to *last*.

    Against a single day that a source names, only another source that names the same day.
    """
    if first == last and span.first != span.last:
        return False
    return _meets(span, first, last)


def _meets(span: Span, first: date, last: date) -> bool:
    """Say whether what a span speaks of may lie between two days, both included."""
    return (span.first or span.last or date.max) <= last and (span.last or span.first or date.min) >= first


def _kinds(said: Iterable[Statement]) -> list[str]:
    return sorted({one.kind for one in said if one.attests})


def _has_day(one: Statement) -> bool:
    return bool(one.not_before or one.not_after)


def _raw(one: Statement) -> Span:
    return Span(one, one.not_before, one.not_after)


def _opens(span: Span) -> date:
    return span.opens or date.max


def _closes(span: Span) -> date:
    return span.closes or date.min


def _closes_at(span: Span) -> date:
    return span.last or span.first or date.min


def _next(day: date) -> date:
    return day if day == date.max else day + timedelta(days=1)


def _ordered(statements: Iterable[Statement]) -> list[Statement]:
    """Return what bears on a membership, each once, in one order; offices and taking part do not."""
    return sorted({one for one in statements if one.attests or one.denies}, key=lambda one: one.iri)


def memberships(statements: Iterable[Statement]) -> list[Membership]:
    """Return the memberships of one body, one for each kind that a source says it is a member in."""
    said = _ordered(statements)
    return [_membership(said, kind) for kind in _kinds(said)]


def _membership(said: Sequence[Statement], kind: str) -> Membership:
    spans = attestations(said, kind)
    own = [one for one in said if one.attests and one.kind == kind]
    days = [day for span in spans for day in (span.first, span.last) if day]
    return Membership(
        body=own[0].body,
        kind=kind,
        first=min(days, default=None),
        last=max(days, default=None),
        starts=tuple(sorted({one.not_after for one in own if one.starts and one.not_after})),
        ends=tuple(sorted({one.not_after for one in own if one.ends and one.not_after})),
        statements=tuple(own),
    )


def disagreements(statements: Iterable[Statement]) -> list[Disagreement]:
    """Return the pairs of one body's statements that disagree, those without a day left out.

    Two kinds for days that overlap; *not yet a member* at or after a day that another attests; a membership
    attested before its named beginning, or two beginnings named that cannot be the same day.
    """
    said = [one for one in _ordered(statements) if _has_day(one)]
    pairs = [(one, two) for place, one in enumerate(said) for two in said[place + 1 :]]
    found = []
    for one, two in pairs:
        about = _about(one, two) or _about(two, one)
        if about:
            found.append(Disagreement(about, one, two))
    return found


def _about(one: Statement, two: Statement) -> About | None:
    """Return what *two* says against *one*, a statement that attests, or None."""
    if not one.attests or one.ends:
        return None
    first, last = _first(one), _last(one)
    if two.denies and _concerns(two, one.kind):
        return About.MEMBERSHIP if last <= _first(two) else None
    if not two.attests or two.ends:
        return None
    if two.starts and two.kind in (one.kind, NOT_SAID) and last < _first(two):
        return About.START
    if one.kind != two.kind and NOT_SAID not in (one.kind, two.kind):
        return About.KIND if first <= _last(two) and _first(two) <= last else None
    return None


def _first(one: Statement) -> date:
    return one.not_before or one.not_after or date.min


def _last(one: Statement) -> date:
    return one.not_after or one.not_before or date.max


def period(first: date | None, last: date | None) -> str:
    """Return two bounds in words: a day, a month, a year, or from when to when; '' without any."""
    if first is None or last is None:
        if last:
            return f"on or before {in_words(last)}"
        return f"on or after {in_words(first)}" if first else ""
    if first == last:
        return in_words(first)
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) and first.year == last.year:
        return str(first.year)
    if first.day == 1 and _next(last).day == 1 and (first.year, first.month) == (last.year, last.month):
        return f"{_MONTHS[first.month - 1]} {first.year}"
    return f"from {in_words(first)} to {in_words(last)}"


def dated(first: date | None, last: date | None) -> str:
    """Return two bounds in words, with *on* or *in* before a day, a month or a year; '' without any."""
    words = period(first, last)
    if words[:1].isdigit() and first == last:
        return f"on {words}"
    return words if not words or words.startswith(("from", "on or")) else f"in {words}"


def when(one: Statement) -> str:
    """Return the day or period of a statement in words, and whether it is a beginning or an end."""
    words = period(one.not_before, one.not_after)
    if not words:
        return "day not recorded"
    start = "since " if one.starts else "until " if one.ends else ""
    return start + (words.removeprefix("from ") if start else words)


def told(one: Standing) -> str:
    """Return on which days a standing rests, in words; nothing of what it is."""
    if one.since:
        return f"since {period(one.first, one.last).removeprefix('from ')}, with no end named"
    if one.status is Status.LAST_KNOWN:
        return f"last known {_some_day(one.first, one.last)}"
    days = " and ".join(_some_day(said.not_before, said.not_after) for said in one.statements)
    return f"attested {days}" + ("" if one.exact else ", without a day")


def _some_day(first: date | None, last: date | None) -> str:
    words = dated(first, last)
    if first and last and words.startswith("from "):
        return f"between {in_words(first)} and {in_words(last)}"
    return words


def in_words(day: date) -> str:
    """Return a day as ``1 July 2020``."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def statements_of(graph: TripleIndex, iris: Iterable[str]) -> dict[str, list[Statement]]:
    """Return the statements with these IRIs by the body each is about; one without a body is left out."""
    found: dict[str, list[Statement]] = {}
    for iri in iris:
        body = graph.iri(iri, CCIN + "body")
        if body is not None:
            found.setdefault(body, []).append(_statement(graph, iri, body))
    return found


def _statement(graph: TripleIndex, iri: str, body: str) -> Statement:
    return Statement(
        iri=iri,
        body=body,
        says=_key(graph.iri(iri, CCIN + "says")),
        kind=_key(graph.iri(iri, CCIN + "membershipKind")) or NOT_SAID,
        not_before=_day(graph.text(iri, CCIN + "notBefore")),
        not_after=_day(graph.text(iri, CCIN + "notAfter")),
        starts=graph.text(iri, CCIN + "statesStart") == "true",
        ends=graph.text(iri, CCIN + "statesEnd") == "true",
        sources=tuple(sorted(graph.iris(iri, DCT + "source"))),
    )


def _key(iri: str | None) -> str:
    return (iri or "").rpartition("/")[2]


def _day(text: str | None) -> date | None:
    """Return an xsd:date as a day, or None: a date with a time zone or a year beyond 9999 is no plain day."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
