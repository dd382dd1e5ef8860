"""Which lines of a page may not be kept: contact details and staff named with their job.

A councillor or a chair named as such holds a public office; that is another kind of fact, and not found here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence

# What stands in a kept copy for a line that was left out; so the numbers of the other lines stay.
LEFT_OUT = "[a line is left out here]"
# Every pattern is bounded, so that the time it takes grows with the length of the line and no faster.
_MAIL = re.compile(r"@|\be-?mail protected\b|\be-?mail\s*:|\(at\)|\[at\]", re.IGNORECASE)
_ADDRESS = re.compile(r"[\w.+-]{1,64}(?:@|%40)[\w-]{1,64}\.\w{2}", re.IGNORECASE)
_EMPTY_BRACKETS = re.compile(r"\(\s{0,9}\)|\[\s{0,9}\]|<\s{0,9}>")
_TELEPHONE = re.compile(
    r"(?<!\d)(?:\+\d{1,3}|0)(?:[\s().-]{0,3}\d){8,13}(?!\d)|"
    r"\b(?:tel|telephone|phone|mobile)\b\.? ?(?:no\.?|number)? ?:",
    re.IGNORECASE,
)
_CONTACT = re.compile(r"\bcontact(?:s|ing|ed)?\b|\bget in touch\b", re.IGNORECASE)
_NAME = r"[A-Z][a-z]{1,30}(?:[-'’][A-Z][a-z]{1,30})?(?: [A-Z]\.?)? [A-Z][a-z'’-]{1,30}(?:[A-Z][a-z]{1,30})?"
_JOB = (
    r"(?:[Cc]hief [Ee]xecutive|[Dd]irector|[Mm]anager|[Oo]fficer|[Cc]o-?ordinator|[Aa]dvis[eo]r|"
    r"[Aa]dministrator|[Ss]ecretary|[Aa]nalyst|[Cc]onsultant|[Hh]ead(?= of ))"
)
_JOB_BEFORE = re.compile(
    rf"\b{_JOB}(?: (?:of|for)(?: [\w&-]{{1,30}}){{1,6}}?)?(?: ?[,:–-])? (?P<name>{_NAME})\b"
)
_JOB_AFTER = re.compile(rf"\b(?P<name>{_NAME}) ?[,(–-] ?(?:[\w&-]{{1,30}} ){{0,5}}?(?:{_JOB}|[Ll]ead)\b")
_HONORIFIC = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor)\.? (?P<name>[A-Z][a-z]{1,30}\b)")
_NAME_ALONE = re.compile(r"(?:[A-Z][\w'’-]{1,30}|[A-Z]\.?)(?: (?:[A-Z][\w'’-]{1,30}|[A-Z]\.?)){1,3}")
_JOB_WITHIN = re.compile(rf"\b{_JOB}\b")
# Two words in capitals that end in one of these name a body, not a person.
_BODIES = frozenset((
    "association", "authority", "board", "borough", "cabinet", "city", "college", "commission",
    "committee", "council", "councils", "county", "department", "district", "forum", "government", "group",
    "network", "office", "party", "partnership", "service", "services", "society", "team", "town", "trust",
    "union", "university",
))  # fmt: skip
_NEAR = 3
# A word of a name: letters, with a hyphen, an apostrophe or a full stop between; never a digit or a bracket.
_NAME_WORD = re.compile(r"[^\W\d_]+(?:[.'’-][^\W\d_]+)*\.?")
_LONGEST_NAME = 8


def why_private(line: str) -> str | None:
    """Return why a line is dropped, in words that repeat nothing of it, or None when it may be kept."""
    if line == LEFT_OUT:
        return "it was left out when the page was kept"
    plain = unicodedata.normalize("NFKC", line)
    if _MAIL.search(plain):
        return "an e-mail address or the place of one"
    if _EMPTY_BRACKETS.search(plain):
        return "empty brackets, where an address may have been"
    if _TELEPHONE.search(plain):
        return "a telephone number"
    if _CONTACT.search(plain):
        return "the word for contact details"
    if _names_staff(plain):
        return "a job title beside a name"
    return None


def why_more_than_a_name(text: str) -> str | None:
    """Return why a cell for the holder of a public office may not be kept, or None when it is a name alone.

    Here a name with Cllr, Dr or OBE is what is asked for; whatever stands beside it is not.
    """
    plain = unicodedata.normalize("NFKC", text).split()
    if len(plain) > _LONGEST_NAME or not all(_NAME_WORD.fullmatch(word) for word in plain):
        return "more than the name of the person who holds the office"
    return "a job title" if _JOB_WITHIN.search(text) or _CONTACT.search(text) else None


def _names_staff(line: str) -> bool:
    found = [*_JOB_BEFORE.finditer(line), *_JOB_AFTER.finditer(line), *_HONORIFIC.finditer(line)]
    return any(_BODIES.isdisjoint(match["name"].lower().split()) for match in found)


def holds_address(text: str) -> bool:
    """Say whether there is an e-mail address in an attribute or a web address, where @ alone means little."""
    return _ADDRESS.search(text) is not None


def private_lines(
    lines: Sequence[str], known: Callable[[str], bool], marked: Mapping[int, str] | None = None
) -> dict[int, str]:
    """Return the places of the lines that may not be kept, with the reason of each.

    A name alone, or a job alone, goes too when it stands beside such a line or beside one another. *known*
    says of a line that it is one that pages print, such as a field or a principle: that is never a name.
    *marked* are lines that hold more than their words show, such as a link to an address.
    """
    found = {place: why for place, line in enumerate(lines) if (why := why_private(line))}
    found |= marked or {}
    filled = [place for place, line in enumerate(lines) if line]
    bare = {place for place in filled if place not in found and not known(lines[place])}
    names = {place for place in bare if _is_name(lines[place])}
    jobs = {place for place in bare if _is_job(lines[place])}
    order = {place: index for index, place in enumerate(filled)}
    paired = {
        filled[index + step]
        for place in jobs
        for step in (-1, 1)
        if 0 <= (index := order[place]) + step < len(filled) and filled[index + step] in names
    }
    for place in paired:
        found[place] = "a name beside a job title"
    # A line left out before has taken its neighbours with it: a kept copy is read as the page itself was.
    for start in sorted(place for place in found if lines[place] not in ("", LEFT_OUT)):
        for step in (-1, 1):
            for place in _outwards(filled, order[start], step):
                if place not in names | jobs:
                    break
                found.setdefault(place, "a name or a job beside a line that is left out")
    return found


def _outwards(filled: Sequence[int], start: int, step: int) -> list[int]:
    """Return the next few lines before or after one, blank ones not counted."""
    places = range(start + step, start + step * (_NEAR + 1), step)
    return [filled[index] for index in places if 0 <= index < len(filled)]


def _is_name(line: str) -> bool:
    return bool(_NAME_ALONE.fullmatch(line)) and _BODIES.isdisjoint(line.lower().split())


def _is_job(line: str) -> bool:
    plain = line.rstrip(" ,;")
    return (
        len(plain.split()) <= 8
        and not plain.endswith((".", "!", "?", ":"))
        and bool(_JOB_WITHIN.search(plain))
    )
