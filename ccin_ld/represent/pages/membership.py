"""Memberships on pages: what each source says, where sources disagree, and who was a member on a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from ...history import (
    NOT_SAID,
    About,
    Standing,
    Statement,
    Status,
    disagreements,
    standing,
)
from ...index import Item
from ...namespaces import CCIN
from ...words import N_
from .. import fragments
from ..standings import kind_iri, sources
from .days import begun, told, when
from .messages import joined, named, spoken
from .shared import Maker
from .terms import Shown

_DISPUTED = {
    About.KIND: N_("the kind of membership"),
    About.MEMBERSHIP: N_("whether it was a member"),
    About.START: N_("when membership began"),
}
_STATUS = {True: N_("Member when last known"), False: N_("Member")}


@dataclass(frozen=True)
class Said:
    """One statement on the page of its body: what it says, of when, in which words, by whom."""

    iri: str
    link: Shown
    says: Shown
    when: str
    words: tuple[str, ...]
    printed: str
    sources: tuple[Shown, ...]
    seen: str = ""


@dataclass(frozen=True)
class Disputed:
    """Two statements that do not fit together, side by side."""

    about: str
    sides: tuple[Said, Said]


@dataclass(frozen=True)
class Known:
    """What is known of a membership in one kind, in words: which kind, of when, who says so."""

    kind: Shown
    status: str
    words: str
    since: str
    sources: tuple[Shown, ...]


@dataclass(frozen=True)
class MembershipView:
    """What is recorded of the membership of one body.

    *said* bears on membership; *besides* are the statements that do not: taking part, holding an office.
    """

    summary: str
    since: str
    known: tuple[Known, ...]
    said: tuple[Said, ...]
    besides: tuple[Said, ...]
    disputed: tuple[Disputed, ...]


@dataclass(frozen=True)
class StandingRow:
    """One line of the list of members on a day."""

    link: Shown
    css: str
    kind: Shown
    words: str
    sources: tuple[Shown, ...]
    others: tuple[str, ...]
    contrary: tuple[Shown, ...]
    is_member: bool


def view(body: str, maker: Maker) -> MembershipView:
    """Return what sources say of a body's membership, the newest first and what has no day last."""
    statements = maker.reader.statements.get(body, ())
    ordered = sorted(statements, key=lambda one: (_day(one), one.iri), reverse=True)
    known = _known(statements, maker)
    return MembershipView(
        summary=last_known(body, maker),
        since=maker.words.listed(one.since for one in known if one.since),
        known=known,
        said=tuple(_said(one, maker) for one in ordered if one.attests or one.denies),
        besides=tuple(_said(one, maker) for one in ordered if not (one.attests or one.denies)),
        disputed=tuple(
            Disputed(
                maker.words.gettext(_DISPUTED[one.about]), (_said(one.first, maker), _said(one.second, maker))
            )
            for one in disagreements(statements)
        ),
    )


def said_of(body: str, maker: Maker) -> tuple[Said, ...]:
    """Return the statements about a body's membership, the newest first."""
    return view(body, maker).said


def _known(statements: Sequence[Statement], maker: Maker) -> tuple[Known, ...]:
    """Return what is known last of a body in each kind, the newest first."""
    found = standing(statements, date.max)
    return tuple(
        Known(
            kind=maker.terms.link(kind_iri(one, maker.base)),
            status=maker.words.gettext(_STATUS[one.status is Status.LAST_KNOWN]),
            words=told(one, maker.words),
            since=maker.words.listed(_beginnings(one.kind, statements, maker), either=True),
            sources=tuple(maker.pages(sources(one))),
        )
        for one in (found, *found.others)
        if one.kind
    )


def _beginnings(kind: str, statements: Sequence[Statement], maker: Maker) -> list[str]:
    """Return each beginning that a source names for a membership of this kind, in words."""
    found = [one for one in statements if one.attests and one.starts and one.kind == kind]
    return list(dict.fromkeys(begun(one, maker.words) for one in sorted(found, key=_day)))


def _day(one: Statement) -> date:
    return one.not_after or one.not_before or date.min


def last_known(body: str, maker: Maker) -> Markup:
    """Return the newest that is known of a body's membership, as a few words; '' when nothing is.

    Not a word on today, which the data does not know: what is known is of a day.
    """
    known = standing(maker.reader.statements.get(body, ()), date.max)
    return joined((_words(one, maker) for one in (known, *known.others) if one.kind), "; ")


def _words(one: Standing, maker: Maker) -> Markup:
    return joined([spoken(maker.terms.link(kind_iri(one, maker.base))), told(one, maker.words)])


def _said(one: Statement, maker: Maker) -> Said:
    says = maker.base.thing("statement-kind", one.says)
    kind = maker.base.thing("membership-kind", one.kind)
    words = [
        maker.reader.text(one.iri, CCIN + name) for name in ("asPrinted", "dateAsPrinted", "nameAsPrinted")
    ]
    _ = maker.words.say
    labels = (N_("%(words)s"), N_("date: %(words)s"), N_("name: %(words)s"))
    shown = maker.terms.link(kind if one.attests else says)
    if one.denies and one.kind != NOT_SAID:
        shown = maker.terms.link(says, f"{shown.text}: {maker.terms.link(kind).text}")
    return Said(
        iri=one.iri,
        link=maker.terms.link(one.iri),
        says=shown,
        when=when(one, maker.words),
        printed=words[0] or "",
        words=tuple(
            _(label, words=named(word, maker.words))
            for label, word in zip(labels, words, strict=True)
            if word
        ),
        sources=tuple(maker.pages(one.sources)),
        seen=next(iter(fragments.links(one.iri, maker.reader)), ""),
    )


def rows(pairs: Iterable[tuple[Item, Standing]], maker: Maker) -> list[StandingRow]:
    """Return the lines of the list of members on a day."""
    return [
        StandingRow(
            link=maker.terms.link(item.iri, item.label),
            css=maker.terms.css(item.iri),
            kind=maker.terms.link(kind_iri(one, maker.base)),
            words=told(one, maker.words),
            sources=tuple(maker.pages(sources(one))),
            others=tuple(_words(two, maker) for two in one.others),
            contrary=tuple(maker.links(said.iri for said in one.contrary)),
            is_member=one.status is Status.MEMBER,
        )
        for item, one in pairs
    ]
