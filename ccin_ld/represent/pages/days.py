"""Days and periods in words, in the language of a page: the rules are those of ``history``."""

from __future__ import annotations

from datetime import date, timedelta

from ...history import Standing, Statement, Status
from ...words import Words


def period(first: date | None, last: date | None, words: Words) -> str:
    """Return two bounds in words: a day, a month, a year, or from when to when; '' without any."""
    if first is None or last is None or _one(first, last, words):
        return _bound(first, last, words) or _one(first, last, words)
    return words.gettext("from %(first)s to %(last)s", first=words.day(first), last=words.day(last))


def dated(first: date | None, last: date | None, words: Words) -> str:
    """Return two bounds as they stand in a sentence: *on* a day, *in* a month or year, *between* two days."""
    if first is None or last is None:
        return _bound(first, last, words)
    one = _one(first, last, words)
    if first == last:
        return words.gettext("on %(day)s", day=one)
    if one:
        return words.gettext("in %(period)s", period=one)
    return words.gettext("between %(first)s and %(last)s", first=words.day(first), last=words.day(last))


def _bound(first: date | None, last: date | None, words: Words) -> str:
    """Return a period of which one side is open, '' for any other."""
    if last and not first:
        return words.gettext("on or before %(day)s", day=words.day(last))
    return words.gettext("on or after %(day)s", day=words.day(first)) if first and not last else ""


def _one(first: date | None, last: date | None, words: Words) -> str:
    """Return a period that is one day, one year or one month, '' for any other."""
    if first is None or last is None:
        return ""
    if first == last:
        return words.day(first) or ""
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) and first.year == last.year:
        return str(first.year)
    whole = first.day == 1 and last < date.max and (last + timedelta(days=1)).day == 1
    return words.month(first) if whole and (first.year, first.month) == (last.year, last.month) else ""


def _from_to(first: date | None, last: date | None, words: Words) -> str:
    """Return two bounds as they follow *since* or *until*."""
    if first and last and not _one(first, last, words):
        return words.gettext("%(first)s to %(last)s", first=words.day(first), last=words.day(last))
    return period(first, last, words)


def when(one: Statement, words: Words) -> str:
    """Return the day or period of a statement in words, and whether it is a beginning or an end."""
    if not (one.not_before or one.not_after):
        return words.gettext("day not recorded")
    if one.starts:
        return words.gettext("since %(when)s", when=begun(one, words))
    if one.ends:
        return words.gettext("until %(when)s", when=begun(one, words))
    return period(one.not_before, one.not_after, words)


def begun(one: Statement, words: Words) -> str:
    """Return the day or period of a beginning, as it follows *since*."""
    return _from_to(one.not_before, one.not_after, words) or words.gettext("day not recorded")


def told(one: Standing, words: Words) -> str:
    """Return on which days a standing rests, in words; nothing of what it is."""
    if one.since:
        days = _from_to(one.first, one.last, words)
        return words.gettext("since %(when)s, with no end named", when=days)
    if one.status is Status.LAST_KNOWN:
        return words.gettext("last known %(when)s", when=dated(one.first, one.last, words))
    days = words.listed(dated(said.not_before, said.not_after, words) for said in one.statements)
    if one.exact:
        return words.gettext("attested %(when)s", when=days)
    return words.gettext("attested %(when)s, without a day", when=days)
