"""How like two names are: of 0 to 1, by the words that tell; and whether the types they say can be one."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rapidfuzz.distance import OSA

from .forms import CITY_OR_COUNTY, Form

# What a word is worth with one wrong letter, with two; and words of a name written as one, or apart.
_WRONG = (1.0, 0.93, 0.88)
_RUN_TOGETHER = 0.98
# At most, if one of the names has a word that the other has not: "Est Staffordshire" is not the county.
_MORE = 0.85
# So many letters a word needs for one to be wrong, and for two.
_ONE, _TWO = 5, 8
_COUNCILS = frozenset(("council", "borough", "district", "county", "city", "metropolitan", CITY_OR_COUNTY))
# What may be called a borough, rightly or not.
_BOROUGHS = frozenset(("borough", "district", "city", "metropolitan", "london", "unitary", "welsh"))
_LOCAL = frozenset(("town", "parish", "community"))


def likeness(asked: Form, named: Form, vocabulary: Collection[str]) -> float:
    """Return how like the words that tell are, of 0 to 1.

    A word of the *vocabulary* is no misspelling of another one: "Stafford" is not "Salford".
    """
    if sorted(asked.core) == sorted(named.core):
        return 1.0
    if asked.joined == named.joined:
        return _RUN_TOGETHER
    return max(_by_words(asked.core, named.core, vocabulary), _run_together(asked, named, vocabulary))


def _by_words(asked: Sequence[str], named: Sequence[str], vocabulary: Collection[str]) -> float:
    """Return the letters of the words that both have, of the letters of all."""
    left, lost, common = list(named), 0, 0.0
    for word in sorted(asked, key=len, reverse=True):
        best = max(left, key=lambda other: spelling(word, other, vocabulary), default="")
        worth = spelling(word, best, vocabulary) if best else 0.0
        if worth:
            left.remove(best)
            common += worth * (len(word) + len(best)) / 2
        else:
            lost += 1
    like = 2 * common / (sum(map(len, asked)) + sum(map(len, named)))
    return min(like, _MORE) if left or lost else like


def _run_together(asked: Form, named: Form, vocabulary: Collection[str]) -> float:
    if len(asked.core) == len(named.core) or not _lacks(asked.core, vocabulary):
        return 0.0
    return _RUN_TOGETHER * spelling(asked.joined, named.joined, ())


def _lacks(words: Sequence[str], vocabulary: Collection[str]) -> bool:
    return any(word not in vocabulary for word in words)


def spelling(asked: str, named: str, vocabulary: Collection[str]) -> float:
    """Return what a word is worth as a spelling of another: 1 the same, less with a wrong letter, 0."""
    if asked == named:
        return 1.0
    if not (asked.isalpha() and named.isalpha()):
        return 0.0  # codes and years are right or wrong
    shorter = min(len(asked), len(named))
    allowed = (shorter >= _ONE) + (shorter >= _TWO)
    if not allowed or asked[0] != named[0] or asked in vocabulary:
        return 0.0
    wrong = OSA.distance(asked, named, score_cutoff=allowed)
    return _WRONG[wrong] if wrong <= allowed else 0.0


def fits(said: frozenset[str], has: frozenset[str]) -> bool:
    """Say whether the types that a name says can be those of a body; one that says none fits all."""
    wanted = said - {"council", "royal", "authority"}
    if not said or not has:
        return not wanted or not has
    if "combined" in has or "combined" in said:
        return "combined" in has and ("combined" in said or not said & _COUNCILS)
    if wanted & _LOCAL:
        return bool(has & _LOCAL)
    if "county" in wanted and "borough" not in wanted:
        return not has.isdisjoint(("county", "welsh"))
    if CITY_OR_COUNTY in wanted:
        return not has.isdisjoint(("city", "county", "welsh"))
    if "london" in wanted or "district" in wanted:
        return has >= wanted & {"london", "district"}
    return "borough" not in wanted or not has.isdisjoint(_BOROUGHS)


def is_unsure(said: frozenset[str], has: frozenset[str]) -> bool:
    """Say whether a name leaves out what tells a body from its place: "Witney" is a town, and no council."""
    special = has & (_LOCAL | {"combined"})
    return bool(special) and not said & special
