"""How IRIs are made from keys, and how they map to paths of the site (design, section 2)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from .errors import BadInput
from .namespaces import ONTOLOGY_BASE

MAX_KEY = 80
_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_COMPOSITE = re.compile(r"[a-z0-9]+(?:--?[a-z0-9]+)*")
_NUMBERED = re.compile(r"(.*)--([0-9]{1,9})((?:--[a-z][a-z0-9-]*)?)")
_DIGITS = 9
# The ontology and the shapes are the same in every build; all else follows the base.
_FIXED = (ONTOLOGY_BASE + "def/ccin", ONTOLOGY_BASE + "def/shapes")


def is_key(text: str) -> bool:
    """Say whether *text* may be the key of one thing: ``[a-z0-9]+(-[a-z0-9]+)*``, at most 80 characters."""
    return len(text) <= MAX_KEY and _KEY.fullmatch(text) is not None


def is_name(text: str) -> bool:
    """Say whether *text* is a key or several keys joined with ``--``."""
    if _COMPOSITE.fullmatch(text) is None:
        return False
    return len(text) <= MAX_KEY or all(len(part) <= MAX_KEY for part in text.split("--"))


def slug(text: str) -> str:
    """Return a key made from words: accents dropped, '&' as 'and', at most 80 characters, cut at a word.

    Raises BadInput when no letter or digit is left.
    """
    plain = unicodedata.normalize("NFKD", text.replace("&", " and ").replace("'", "").replace("’", ""))
    plain = plain.encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    if not words:
        raise BadInput(f"no key can be made from {text!r}", hint="give a name with letters or digits in it")
    made: str = words[0][:MAX_KEY]
    for word in words[1:]:
        if len(made) + 1 + len(word) > MAX_KEY:
            break
        made = f"{made}-{word}"
    return made


def key(*parts: str) -> str:
    """Return a composite key: its parts joined with ``--``. Raises BadInput on a part that is no key."""
    for part in parts:
        if not is_name(part):
            raise BadInput(f"{part!r} is not a key", hint="keys are small letters, digits and single hyphens")
    return "--".join(parts)


def numbered(name: str) -> tuple[str, int]:
    """Return a composite key or an IRI without the number among its keys, and that number, else 0.

    Later captures of a page have higher numbers: as text, ``--10`` would stand before ``--9``.
    """
    match = _NUMBERED.fullmatch(name)
    return (match[1] + match[3], int(match[2])) if match else (name, 0)


def in_order(text: str) -> str:
    """Return what puts texts in the order that people expect: 9 before 10, small letters as capitals."""
    return re.sub(r"[0-9]+", lambda digits: digits[0].zfill(_DIGITS), text.casefold())


@dataclass(frozen=True)
class Base:
    """The start of every IRI that a build mints, ending in a slash."""

    iri: str = ONTOLOGY_BASE

    def __post_init__(self) -> None:
        if not re.fullmatch(r"https?://[^\s<>\"{}|\\^`#?]+/", self.iri):
            raise BadInput(
                f"{self.iri!r} cannot be a base IRI", hint="it starts with http(s):// and ends in a slash"
            )

    def thing(self, kind: str, name: str) -> str:
        """Return the IRI of a thing, ``{base}id/{kind}/{name}``."""
        return f"{self.iri}id/{kind}/{name}"

    def scheme(self, name: str) -> str:
        """Return the IRI of a concept scheme, ``{base}def/{name}``."""
        return f"{self.iri}def/{name}"

    def graph(self, source: str) -> str:
        """Return the IRI of a source and of its named graph, ``{base}data/graph/{source}``."""
        return f"{self.iri}data/graph/{source}"

    def document(self, iri: str) -> str:
        """Return the IRI of the document about *iri*: ``/doc/...`` for a thing, else *iri* less its hash."""
        owner = iri.split("#", 1)[0]
        start = self.iri + "id/"
        return f"{self.iri}doc/{owner[len(start) :]}" if owner.startswith(start) else owner

    def path(self, iri: str) -> str | None:
        """Return the local path that serves *iri* (things as ``/id/...``), or None for an IRI of others."""
        for start in (self.iri, *(fixed for fixed in _FIXED if iri.startswith(fixed))):
            if iri.startswith(start):
                return "/" + iri[len(self.iri if start == self.iri else ONTOLOGY_BASE) :]
        return None

    def moved(self, iri: str, old: str) -> str:
        """Return *iri* with the base *old* replaced by this one; the ontology's and shapes' own IRIs stay."""
        if not iri.startswith(old) or iri.startswith(_FIXED):
            return iri
        return self.iri + iri[len(old) :]
