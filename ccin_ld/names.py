"""Names as they are compared in search: accents, "&", hyphens and the words for a kind of council aside."""

from __future__ import annotations

import re
import unicodedata

# Words for the type of a council, in English and Welsh: "London Borough of Brent" is Brent.
TYPE_WORDS = frozenset(
    ("council", "borough", "city", "district", "metropolitan", "county", "london", "royal", "the", "of")
)
_LOOSE = TYPE_WORDS | {"and", "cyngor", "bwrdeistref", "dinas", "sir", "sirol", "y", "yr"}
_WORD = re.compile(r"[^\W_]+")
_CHUNK = re.compile(r"[^\W_]+(?:[-‐‑–][^\W_]+)*")
_HYPHENS = re.compile(r"[-‐‑–]")
_APOSTROPHES = re.compile("['’‘`´]")
# A word for a type is taken for unfinished from so many letters on.
_UNFINISHED = 2
_LONGEST = 20


def folded(text: str) -> str:
    """Return text in small letters without accents and apostrophes, "&" as "and"."""
    plain = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text.replace("&", " and ")))
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).casefold()


def words(text: str) -> list[str]:
    """Return the words of a text, folded."""
    return _WORD.findall(folded(text))


def plain(text: str) -> str:
    """Return what names are compared by: the folded words, without those for a type where others are left."""
    found = words(text)
    return " ".join([word for word in found if word not in _LOOSE] or found)


def indexed(text: str) -> str:
    """Return text as it goes into the full-text index: folded, hyphened words in one piece too."""
    found = folded(text)
    joined = [_HYPHENS.sub("", chunk) for chunk in _CHUNK.findall(found) if _HYPHENS.search(chunk)]
    return " ".join([found, *joined])


def last_part(text: str) -> str:
    """Return the last part of an address, and any other text as it is: codes and keys stand at the end."""
    return re.split(r"[/#]", text.strip().rstrip("/"))[-1] if "://" in text else text


def address(iri: str) -> str:
    """Return an IRI as it is compared: without http or https, a final slash, and case."""
    return folded(re.sub(r"^https?://", "", iri.strip(), flags=re.IGNORECASE).rstrip("/"))


def asked(text: str) -> str | None:
    """Return the full-text query for what a person typed, or None where there is no word in it.

    Every word has to be there, the last one as a beginning; words for a type only where there are no others.
    A hyphened word is found in one piece and in several.
    """
    chunks = _CHUNK.findall(folded(last_part(text)))[:_LONGEST]
    if not chunks:
        return None
    terms = [_term(chunk, last=place == len(chunks) - 1) for place, chunk in enumerate(chunks)]
    needed = [term for term, chunk in zip(terms, chunks, strict=True) if chunk not in _LOOSE]
    if len(needed) > 1 and _begins_loose(chunks[-1]):
        needed = needed[: len(needed) - (chunks[-1] not in _LOOSE)]
    if not needed or len(needed) == len(terms):
        return " AND ".join(terms)
    # The other words are not needed, but what has them comes first.
    wished = [term for term in terms if term not in needed]
    return f"{' AND '.join(needed)} AND ({' OR '.join([needed[0], *wished])})"


def _begins_loose(chunk: str) -> bool:
    return len(chunk) >= _UNFINISHED and any(word.startswith(chunk) for word in _LOOSE)


def _term(chunk: str, *, last: bool) -> str:
    star = "*" if last else ""
    pieces = _HYPHENS.split(chunk)
    # Each word is quoted, so that none is read as an operator.
    apart = " AND ".join(f'"{piece}"{star if piece is pieces[-1] else ""}' for piece in pieces)
    return f'("{"".join(pieces)}"{star} OR ({apart}))' if len(pieces) > 1 else apart


__all__ = ["TYPE_WORDS", "address", "asked", "folded", "indexed", "last_part", "plain", "words"]
