"""Names as they are likened: abbreviations written out, and the words for a type apart from those that tell.

"LB of Lambeth", "Lambeth LBC" and "London Borough of Lambeth" tell *lambeth*, and say *london*, *borough*.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from .. import names

# Words for a type of body, in English and Welsh, and the one word that stands for each.
KINDS = {
    **{word: word for word in names.TYPE_WORDS if word not in ("the", "of")},
    **{word: word for word in ("town", "parish", "community", "unitary", "combined", "mayoral")},
    "authority": "authority",
    "cyngor": "council",
    "bwrdeistref": "borough",
    "sir": "county",
    "sirol": "county",
    "dinas": "city",
    "tref": "town",
    "cymuned": "community",
    "gymuned": "community",
    "welsh": "welsh",
}
# "CC" is a city council, or a county council.
CITY_OR_COUNTY = "city or county"
_TYPES = {
    "lb": ("london", "borough"),
    "lbc": ("london", "borough", "council"),
    "rb": ("royal", "borough"),
    "mb": ("metropolitan", "borough"),
    "mbc": ("metropolitan", "borough", "council"),
    "mdc": ("metropolitan", "district", "council"),
    "mc": ("metropolitan", "council"),
    "cbc": ("county", "borough", "council"),
    "bc": ("borough", "council"),
    "dc": ("district", "council"),
    "tc": ("town", "council"),
    "pc": ("parish", "council"),
    "ua": ("unitary", "authority"),
    "ca": ("combined", "authority"),
    "mca": ("mayoral", "combined", "authority"),
    "cca": ("combined", "county", "authority"),
    "cc": (CITY_OR_COUNTY, "council"),
    "met": ("metropolitan",),
    "metro": ("metropolitan",),
    "boro": ("borough",),
    "cncl": ("council",),
}
_WORDS = {
    "n": "north", "s": "south", "e": "east", "w": "west", "nth": "north", "sth": "south",
    "gt": "great", "gtr": "greater", "st": "saint", "coop": "cooperative", "coops": "cooperatives",
    "beds": "bedfordshire", "berks": "berkshire", "bucks": "buckinghamshire", "cambs": "cambridgeshire",
    "derbys": "derbyshire", "glos": "gloucestershire", "hants": "hampshire", "herts": "hertfordshire",
    "lancs": "lancashire", "leics": "leicestershire", "lincs": "lincolnshire",
    "northants": "northamptonshire", "notts": "nottinghamshire", "oxon": "oxfordshire",
    "salop": "shropshire", "staffs": "staffordshire", "warks": "warwickshire", "wilts": "wiltshire",
    "worcs": "worcestershire", "yorks": "yorkshire",
}  # fmt: skip
# "Co-op" and "co-operative" come apart at the hyphen.
_APART = {
    ("co", "op"): "cooperative",
    ("co", "ops"): "cooperatives",
    ("co", "operative"): "cooperative",
    ("co", "operatives"): "cooperatives",
    ("co", "operation"): "cooperation",
}
# Forms of a company tell no more than a type does, and small words nothing.
LEGAL = frozenset(("limited", "ltd", "llp", "plc", "cic", "cio", "inc", "lp"))
_SMALL = frozenset(("the", "of", "and", "upon", "on", "under", "in", "with", "u", "o", "a", "y", "yr", "ar"))
_BRACKETS = re.compile(r"\s*\(([^()]*)\)")
# A word for a type is known with one wrong letter from so many letters on, with two from so many.
_ONE_WRONG, _TWO_WRONG = 5, 8
_LONGEST = 300


@dataclass(frozen=True)
class Form:
    """A name to be likened: its words in full, those that tell, and the types that it says."""

    text: str
    core: tuple[str, ...]
    kinds: frozenset[str]

    @property
    def joined(self) -> str:
        """The words that tell, without blanks: "Basset Law" is "Bassetlaw"."""
        return "".join(self.core)


def form(name: str, vocabulary: Collection[str] = ()) -> Form:
    """Return the form of a name. Words of the *vocabulary* are no misspelt words for a type."""
    spelt = [_typed(word, vocabulary) for word in _joined(names.words(name[:_LONGEST]))]
    words = [part for word in spelt for part in _full(word, alone=len(spelt) == 1)]
    kinds = _kinds(words)
    core = [word for word in words if not _is_loose(word)]
    return Form(" ".join(words), tuple(core or words), kinds)


def forms(name: str, vocabulary: Collection[str] = ()) -> tuple[Form, ...]:
    """Return the forms of a name: with what stands in brackets, and without; initials there are a name."""
    whole = form(name, vocabulary)
    bare = _BRACKETS.sub("", name).strip()
    if not bare or bare == name.strip():
        return (whole,)
    return (whole, form(bare, vocabulary))


def bracketed(name: str) -> tuple[str, ...]:
    """Return the initials of a name that stand in brackets behind it: "GMCA" of "... (GMCA)"."""
    bare = initials(_BRACKETS.sub("", name))
    return tuple(found for found in _BRACKETS.findall(name) if names.folded(found) in bare)


def initials(name: str) -> frozenset[str]:
    """Return the initials of a name: of all its words, without the small ones, of those that tell."""
    words = names.words(name)
    large = [word for word in words if word not in _SMALL]
    telling = [word for word in words if word not in KINDS and word not in LEGAL]
    core = [word for word in telling if word not in _SMALL]
    return frozenset("".join(word[0] for word in part) for part in (words, large, telling, core) if part)


def _joined(words: list[str]) -> list[str]:
    """Return the words with single letters in a row as one ("M B C"), and "co op" as one."""
    joined: list[str] = []
    run = ""
    for word in [*words, ""]:
        if len(word) == 1:
            run += word
            continue
        # One letter alone, or two of names ("T & W" has a word between), stay as they are.
        joined += [run] if len(run) > 2 else list(run)
        run = ""
        pair = _APART.get((joined[-1] if joined else "", word))
        if pair:
            joined[-1] = pair
        elif word:
            joined.append(word)
    return joined


def _full(word: str, *, alone: bool) -> Iterable[str]:
    """Return what an abbreviation stands for, and any other word as it is; alone it is no abbreviation."""
    if not alone and word in _TYPES:
        return _TYPES[word]
    return (_WORDS.get(word, word),) if not alone else (word,)


def _typed(word: str, vocabulary: Collection[str]) -> str:
    """Return the word for a type that a word is, misspelt, or the word itself."""
    if len(word) < _ONE_WRONG or word in KINDS or word in vocabulary:
        return word
    wrong = 2 if len(word) >= _TWO_WRONG else 1
    for kind in KINDS:
        if kind[0] == word[0] and len(kind) >= _ONE_WRONG and OSA.distance(word, kind) <= wrong:
            return kind
    return word


def _kinds(words: list[str]) -> frozenset[str]:
    # A non-metropolitan district is no metropolitan one.
    pairs = zip(["", *words], words, strict=False)
    return frozenset(
        KINDS.get(word, word)
        for before, word in pairs
        if (word in KINDS or word == CITY_OR_COUNTY) and before != "non"
    )


def _is_loose(word: str) -> bool:
    return word in KINDS or word in _SMALL or word in LEGAL or word == CITY_OR_COUNTY
