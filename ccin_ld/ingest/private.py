"""Which lines of a page may not be kept: contact details and staff named with their job.

A councillor or a chair named as such holds a public office; that is another kind of fact, and not found here.
"""

from __future__ import annotations

import re

# Every pattern is bounded, so that the time it takes grows with the length of the line and no faster.
_MAIL = re.compile(r"@|\be-?mail protected\b|\be-?mail\s*:|\(at\)|\[at\]", re.IGNORECASE)
_EMPTY_BRACKETS = re.compile(r"\(\s{0,9}\)|\[\s{0,9}\]|<\s{0,9}>")
_TELEPHONE = re.compile(r"(?<!\d)(?:\+\d{2}|0)(?:[\s().-]{0,3}\d){8,11}(?!\d)")
_CONTACT = re.compile(r"\bcontact(?:s|ing|ed)?\b", re.IGNORECASE)
_NAME = r"[A-Z][a-z]{1,30}(?:[-'’][A-Z][a-z]{1,30})?(?: [A-Z]\.?)? [A-Z][a-z'’-]{1,30}(?:[A-Z][a-z]{1,30})?"
_JOB = (
    r"(?:[Cc]hief [Ee]xecutive|[Dd]irector|[Mm]anager|[Oo]fficer|[Cc]o-?ordinator|[Aa]dvis[eo]r|"
    r"[Aa]dministrator|[Ss]ecretary|[Hh]ead(?= of ))"
)
_JOB_BEFORE = re.compile(
    rf"\b{_JOB}(?: (?:of|for)(?: [\w&-]{{1,30}}){{1,6}}?)?(?: ?[,:–-])? (?P<name>{_NAME})\b"
)
_JOB_AFTER = re.compile(rf"\b(?P<name>{_NAME}) ?[,(–-] ?(?:[\w&-]{{1,30}} ){{0,5}}?{_JOB}\b")
# Two words in capitals that end in one of these name a body, not a person.
_BODIES = frozenset((
    "association", "authority", "board", "borough", "cabinet", "city", "college", "commission",
    "committee", "council", "councils", "county", "department", "district", "forum", "government", "group",
    "network", "office", "party", "partnership", "service", "services", "society", "team", "town", "trust",
    "union", "university",
))  # fmt: skip


def why_private(line: str) -> str | None:
    """Return why a line is dropped, in words that repeat nothing of it, or None when it may be kept."""
    if _MAIL.search(line):
        return "an e-mail address or the place of one"
    if _EMPTY_BRACKETS.search(line):
        return "empty brackets, where an address may have been"
    if _TELEPHONE.search(line):
        return "a telephone number"
    if _CONTACT.search(line):
        return "the word for contact details"
    if _names_staff(line):
        return "a job title beside a name"
    return None


def _names_staff(line: str) -> bool:
    found = [*_JOB_BEFORE.finditer(line), *_JOB_AFTER.finditer(line)]
    return any(_BODIES.isdisjoint(match["name"].lower().split()) for match in found)
