"""Links that open a page at its very words: text fragments (WICG, "URL Fragment Text Directives")."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Protocol
from urllib.parse import quote

from ..namespaces import CCIN, DCT

# The words as a source prints them, the most telling first: a browser goes to the first that it finds.
PRINTED = tuple(
    CCIN + name for name in ("nameAsPrinted", "kindAsPrinted", "asPrinted", "dateAsPrinted", "yearAsPrinted")
)
# Longer words are found by how they begin and end; both ends must then be long enough to be found rightly.
_LONGEST, _ENDS = 120, 5
# Dates as pages print them: a year, two years, or a day or a month in words. All others, as 2019-03-19, or
# "about 2020", were written by whoever kept the sheet.
_DATE = re.compile(r"(?:(?:\d{1,2} )?[^\W\d_]+ )?\d{4}(?:/\d{2}(?:\d{2})?)?|\d{4} ?[-–] ?\d{4}")
_KEPT = re.compile(r"(?:about|around|before|by|circa|since|until)\b", re.IGNORECASE)
# What stands in brackets behind the words for a kind or a date was added by whoever kept the sheet.
_REMARK = re.compile(r"\s*\([^()]*(?:\([^()]*\)[^()]*)*\)\s*$")


class Source(Protocol):
    """What is asked of a build to find the page that prints something."""

    def iris(self, iri: str, predicate: str) -> list[str]: ...
    def texts(self, iri: str, predicate: str) -> list[str]: ...


def with_words(address: str, words: Iterable[str]) -> str | None:
    """Return *address* with a text directive for each of *words*; None when there are no words."""
    directives = [f"text={one}" for text in words if (one := _directive(text))]
    if not directives:
        return None
    # A fragment of the page's own stays before the directives.
    start = address.partition(":~:")[0]
    return f"{start}{'' if '#' in start else '#'}:~:{'&'.join(directives)}"


def _directive(words: str) -> str:
    parts = words.split()
    plain = " ".join(parts)
    if len(plain) > _LONGEST and len(parts) >= 2 * _ENDS:
        return f"{_encoded(' '.join(parts[:_ENDS]))},{_encoded(' '.join(parts[-_ENDS:]))}"
    return _encoded(plain)


def _encoded(text: str) -> str:
    # Section 3.3: a dash, a comma and an ampersand have a meaning of their own in a directive.
    return quote(text, safe="").replace("-", "%2D")


def printed(iri: str, reader: Source) -> list[str]:
    """Return the words that a source prints for a thing, without what others added to them."""
    found = []
    for path in PRINTED:
        for text in reader.texts(iri, path):
            plain = text if path == CCIN + "nameAsPrinted" else _REMARK.sub("", text)
            if plain and (path != CCIN + "dateAsPrinted" or is_date(plain)):
                found.append(plain)
    return list(dict.fromkeys(found))


def is_date(text: str) -> bool:
    """Say whether a date is in words that a page may print."""
    return _DATE.fullmatch(text) is not None and not _KEPT.match(text)


def addresses(iri: str, reader: Source) -> list[str]:
    """Return the web addresses of the pages that say what is recorded of a thing."""
    sources = [*reader.iris(iri, DCT + "source"), *reader.iris(iri, CCIN + "describedOn")]
    pages = [page for one in sources for page in (reader.iris(one, CCIN + "captureOf") or [one])]
    found = [one for page in dict.fromkeys(pages) for one in reader.iris(page, CCIN + "address")[:1]]
    return [one for one in dict.fromkeys(found) if one.startswith(("http://", "https://"))]


def links(iri: str, reader: Source) -> list[str]:
    """Return a link to each page that prints words for a thing, at these words."""
    words = printed(iri, reader)
    made = (with_words(address, words) for address in addresses(iri, reader))
    return [one for one in made if one]


def joined(texts: Sequence[str]) -> str:
    """Return printed words as one text, each in quotation marks."""
    return ", ".join(f"“{one}”" for one in texts)
