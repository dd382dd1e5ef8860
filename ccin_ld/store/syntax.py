"""The words of a query, and the place of a mistake among them; ``mistakes`` says what it is.

The engine gives the place only in its text ("error at 1:35: expected OPTIONAL"), and by up to the length
of its longest keyword too far: a keyword is tried by reading as many letters as it has. ``locate`` undoes
that: it asks again with wide gaps between the words, so that a place names one word only.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import urljoin

_GAP = " " * 24  # wider than the longest keyword, ENCODE_FOR_URI
PLACE = re.compile(r"error at (\d+):(\d+): expected (.*)", re.DOTALL)
_TOKEN = re.compile(
    r'''(?P<blank>[ \t\r\n]+|\#[^\n\r]*)
    |(?P<iri><[^\x00-\x20<>"{}|^`]*>)
    |(?P<long>"""(?:[^\\]|\\.)*?"""|\'\'\'(?:[^\\]|\\.)*?\'\'\')
    |(?P<open_long>"""|\'\'\')
    |(?P<string>"(?:[^"\\\n\r]|\\.)*+"|'(?:[^'\\\n\r]|\\.)*+')
    |(?P<open>["'])
    |(?P<variable>[?$]\w+)
    |(?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    |(?P<label>_:\w+)
    |(?P<name>(?:[^\W\d_][\w.-]*+(?<!\.))?+:(?:(?:[\w:%-]|\\.)(?:[\w.:%-]|\\.)*(?<!\.))?)
    |(?P<number>[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?)
    |(?P<word>[^\W\d_]\w*)
    |(?P<sign>\^\^|&&|\|\||!=|<=|>=|<<\(|\)>>|<<|>>|\{\||\|\}|.)''',
    re.VERBOSE | re.DOTALL,
)

FUNCTIONS = frozenset(
    """
    ABS AVG BNODE BOUND CEIL COALESCE CONCAT CONTAINS COUNT DATATYPE DAY ENCODE_FOR_URI EXISTS FLOOR
    GROUP_CONCAT HASLANG HASLANGDIR HOURS IF IN IRI ISBLANK ISIRI ISLITERAL ISNUMERIC ISTRIPLE ISURI LANG
    LANGDIR LANGMATCHES LCASE MAX MD5 MIN MINUTES MONTH NOW OBJECT PREDICATE RAND REGEX REPLACE ROUND
    SAMETERM SAMPLE SECONDS SHA1 SHA256 SHA384 SHA512 STR STRAFTER STRBEFORE STRDT STRENDS STRLANG
    STRLANGDIR STRLEN STRSTARTS STRUUID SUBJECT SUBSTR SUM TIMEZONE TRIPLE TZ UCASE URI UUID YEAR
    """.split()  # noqa: SIM905 - one name a line would be seventy lines
)
KEYWORDS = frozenset(
    """
    A AS ASC ASK BASE BIND BY CONSTRUCT DESC DESCRIBE DISTINCT FALSE FILTER FROM GRAPH GROUP HAVING LIMIT
    MINUS NAMED NOT OFFSET OPTIONAL ORDER PREFIX REDUCED SELECT SEPARATOR SERVICE SILENT TRUE UNDEF UNION
    VALUES VERSION WHERE
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True)
class Token:
    """One word, sign or value of a query, and where it begins."""

    kind: str
    text: str
    start: int

    @property
    def upper(self) -> str:
        """The text in capitals, for comparing with keywords."""
        return self.text.upper()


def tokens(query: str) -> list[Token]:
    """Return the words of *query*, blanks and comments left out."""
    return [
        Token(str(match.lastgroup), match.group(), match.start())
        for match in _TOKEN.finditer(query)
        if match.lastgroup != "blank"
    ]


def place(query: str, offset: int) -> tuple[int, int]:
    """Return line and column, both from 1, of *offset* in *query*."""
    before = query[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def offset_in(query: str, message: str) -> int | None:
    """Return the offset that an engine's *message* names, or None when it names none."""
    found = PLACE.match(message)
    if not found:
        return None
    line, column = int(found[1]), int(found[2])
    lines = query.split("\n")
    return sum(len(text) + 1 for text in lines[: line - 1]) + column - 1


def locate(query: str, complaint: Callable[[str], str | None]) -> tuple[int, str]:
    """Return the offset of the word that the engine stumbles over in *query*, and its message about it.

    *complaint* gives the engine's message about a query, or None when it has none.
    """
    padded = f"{query}\n{_GAP}"
    message = complaint(padded) or ""
    reported = offset_in(padded, message)
    if reported is None:
        return len(query), message
    words = tokens(query)
    first = max(0, bisect_right([word.start for word in words], reported) - 30)
    spaced, starts = _respaced(query, words[first:])
    again = complaint(spaced)
    offset = offset_in(spaced, again) if again else None
    if offset is None or not starts or offset < starts[0]:
        return min(reported, len(query)), message
    index = first + bisect_right(starts, offset) - 1
    return (words[index].start if index < len(words) else len(query)), str(again)


def from_clauses(query: str, base: str | None = None) -> tuple[list[str], list[str]]:
    """Return the IRIs after FROM and after FROM NAMED; relative ones are left out when there is no base."""
    words = tokens(query)
    for word, after in pairwise(words):
        if word.upper == "BASE" and after.kind == "iri":
            base = urljoin(base or "", after.text[1:-1])
    prefixes = {
        name.text[:-1]: iri.text[1:-1]
        for word, name, iri in zip(words, words[1:], words[2:], strict=False)
        if word.upper == "PREFIX" and iri.kind == "iri"
    }
    default, named = list[str](), list[str]()
    for index, word in enumerate(words[:-2]):
        if word.kind == "word" and word.upper == "FROM":
            is_named = words[index + 1].upper == "NAMED"
            iri = _whole_iri(words[index + 1 + is_named], prefixes, base)
            (named if is_named else default).extend([iri] if iri else [])
    return default, named


def in_order_of_text(query: str, names: list[str]) -> list[str]:
    """Return the variables *names* as SELECT has them; after SELECT *, as they first stand in *query*."""
    words = tokens(query)
    first = next((index for index, word in enumerate(words) if word.upper == "SELECT"), len(words))
    after = [word.upper for word in words[first + 1 : first + 3]]
    if "*" not in (after[:1] if after[:1] not in (["DISTINCT"], ["REDUCED"]) else after[1:]):
        return names
    found = dict.fromkeys(word.text[1:] for word in words if word.kind == "variable")
    places = {name: place for place, name in enumerate(found)}
    return sorted(names, key=lambda name: places.get(name, len(places)))


def _whole_iri(word: Token, prefixes: dict[str, str], base: str | None) -> str | None:
    if word.kind == "iri":
        whole = urljoin(base or "", word.text[1:-1])
        return whole if ":" in whole else None
    prefix, colon, local = word.text.partition(":")
    return prefixes[prefix] + local.replace("\\", "") if colon and prefix in prefixes else None


def _respaced(query: str, words: list[Token]) -> tuple[str, list[int]]:
    """Return *query* with wide gaps between its last *words*, and where each of them, and its end, now is."""
    parts, starts = [query[: words[0].start]] if words else [], []
    length = len(parts[0]) if parts else 0
    for word in words:
        starts.append(length)
        parts += [word.text, _GAP]
        length += len(word.text) + len(_GAP)
    return "".join(parts) + _GAP, [*starts, length]
