"""Statements of membership as QuickStatements (V1), for a person to look through and send to Wikidata.

One line a body: ``member of`` (P463) the network, with the start (P580) where a source names one, and the
source's address as its reference (S854). Nothing is sent from here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ..history import Statement, Status, standing

MEMBER_OF, START, END, REFERENCE, RETRIEVED = "P463", "P580", "P582", "S854", "S813"
QID = re.compile(r"Q[1-9][0-9]{0,11}")
_ENTITY = re.compile(r"https?://www\.wikidata\.org/entity/(Q[1-9][0-9]*)")
# Why a body is not among the lines.
NO_ITEM, NO_SOURCE, NOT_LISTED, NO_STATEMENT = "no item", "no address", "not listed", "no statement"


@dataclass(frozen=True)
class Source:
    """What a statement refers to: the address of its page, and the day of the capture where that is known."""

    address: str
    retrieved: date | None = None


@dataclass(frozen=True)
class Made:
    """The lines, and the bodies that have none, each with the reason."""

    lines: tuple[str, ...]
    left_out: Mapping[str, str]


def qid_of(iris: Iterable[str]) -> str | None:
    """Return the one item of Wikidata among IRIs, or None for none and for several."""
    found = {match[1] for iri in iris if (match := _ENTITY.fullmatch(iri))}
    return found.pop() if len(found) == 1 else None


def day_of(first: date | None, last: date | None) -> str | None:
    """Return two bounds as a day, month or year of Wikidata, or None for a period that is none of these.

    ``+2020-00-00T00:00:00Z/9``: 9 is the precision of a year, 10 of a month, 11 of a day.
    """
    if first is None or last is None or first.year < 1000:
        return None
    if first == last:
        return f"+{first.isoformat()}T00:00:00Z/11"
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) and first.year == last.year:
        return f"+{first.year}-00-00T00:00:00Z/9"
    ends_month = last == date.max or (last + timedelta(days=1)).day == 1
    if first.day == 1 and ends_month and (first.year, first.month) == (last.year, last.month):
        return f"+{first.year}-{first.month:02}-00T00:00:00Z/10"
    return None


def made(
    statements: Mapping[str, Sequence[Statement]],
    item_of: Callable[[str], str | None],
    source_of: Callable[[Statement], Source | None],
    network: str,
    today: date,
) -> Made:
    """Return the lines for every body that sources attest as a member of the item *network*.

    *item_of* gives the item of a body, *source_of* what a statement refers to.
    """
    lines: list[str] = []
    left_out: dict[str, str] = {}
    for body in sorted(statements):
        said = [one for one in statements[body] if one.attests]
        item = item_of(body)
        sourced = [(one, source) for one in said if (source := source_of(one))]
        reason = (
            NO_STATEMENT if not said
            else NO_ITEM if item is None
            else NOT_LISTED if _contradicted(statements[body], today)
            else NO_SOURCE if not sourced
            else ""
        )  # fmt: skip
        if reason or item is None:
            left_out[body] = reason
        else:
            lines += _of_body(item, network, sourced)
    return Made(tuple(lines), left_out)


def _contradicted(said: Sequence[Statement], today: date) -> bool:
    """Say whether what is known last speaks against a membership: a named end does not, it is a qualifier."""
    ended = any(one.attests and one.ends for one in said)
    return standing(said, today).status is Status.NOT_LISTED and not ended


def _of_body(item: str, network: str, sourced: Sequence[tuple[Statement, Source]]) -> list[str]:
    starts = _named(sourced, lambda one: one.starts)
    ends = _named(sourced, lambda one: one.ends)
    dated = [
        _line(item, network, (name, found[0]), found[1])
        for name, found in ((START, starts), (END, ends))
        if found
    ]
    newest = max(sourced, key=lambda pair: (pair[0].not_after or date.min, pair[0].iri))
    # QuickStatements adds the second line's qualifier and reference to the statement of the first.
    return dated or [_line(item, network, None, newest[1])]


def _named(
    sourced: Sequence[tuple[Statement, Source]], wanted: Callable[[Statement], bool]
) -> tuple[str, Source] | None:
    """Return the one day that sources name, with one of them; None for none and where they disagree."""
    found = {
        day: source
        for one, source in sorted(sourced, key=lambda pair: pair[0].iri, reverse=True)
        if wanted(one) and (day := day_of(one.not_before, one.not_after))
    }
    return next(iter(found.items())) if len(found) == 1 else None


def _line(item: str, network: str, qualifier: tuple[str, str] | None, source: Source) -> str:
    cells = [item, MEMBER_OF, network, *(qualifier or ()), REFERENCE, f'"{source.address}"']
    if source.retrieved:
        cells += [RETRIEVED, f"+{source.retrieved.isoformat()}T00:00:00Z/11"]
    return "\t".join(cells)
