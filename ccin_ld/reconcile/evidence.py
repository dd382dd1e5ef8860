"""What a name is worth as evidence that a thing is meant, of 0 to 100 (docs/reconciliation.md)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from .forms import CITY_OR_COUNTY, Form, forms
from .known import Known, Names, Scope, compared
from .likeness import fits, is_unsure, likeness

# The scale: a name letter for letter; with its abbreviations written out; by the words that tell.
WHOLE, WRITTEN_OUT, BY_WORDS = 100.0, 98.0, 95.0
# From here on a candidate may be matched without a person.
SURE = 85.0
# What it is worth at most: a part of a name or a place, initials, a name of several, a predecessor's name.
_PART, _INITIALS, _OF_SEVERAL, PREDECESSOR = 80.0, 80.0, 60.0, 70.0
_WRONG_KIND, _ANOTHERS = 0.75, 0.6
# Another one as near as this makes a name ambiguous.
_NEAR = 5.0


@dataclass(frozen=True)
class Evidence:
    """What a name is worth for one naming: a score, its likeness of 0 to 100, and how it was come by."""

    known: Known
    score: float
    likeness: float
    is_whole: bool = False
    fits: bool = True
    initials: bool = False
    # What else the name fits as well, and what it was worth without them.
    rivals: frozenset[Known] = frozenset()
    alone: float = 0.0

    @property
    def is_sure(self) -> bool:
        """Whether nothing speaks against it."""
        return self.score >= SURE and self.fits and not self.rivals


@dataclass(frozen=True)
class Asked:
    """A name that is asked for, made ready."""

    name: str
    compared: str
    forms: tuple[Form, ...]

    @property
    def kinds(self) -> frozenset[str]:
        """The types that it says."""
        return self.forms[0].kinds


def asked(name: str, names: Names) -> Asked:
    """Return a name made ready to be looked up."""
    return Asked(name, compared(name), forms(name, names.vocabulary))


def alike(ready: Asked, other: Form, names: Names) -> float:
    """Return how like another text is to a name, of 0 to 1: for values that are no names of things here."""
    forms = [one for one in ready.forms if one.core] if other.core else []
    return max((likeness(one, other, names.vocabulary) for one in forms), default=0.0)


def weigh(name: str, names: Names, scope: Scope) -> list[Evidence]:
    """Return what a name is worth for each thing in *scope* that it may mean, before they are compared."""
    ready = asked(name, names)
    if not ready.compared:
        return []
    by_initials = {one.naming.id for one in names.called_by_initials(name) if scope(one.naming)}
    found = [_weighed(ready, one, names) for one in names.near(name, ready.forms, scope)]
    return [_with_initials(one) if one.known.naming.id in by_initials else one for one in found]


def _weighed(ready: Asked, known: Known, names: Names) -> Evidence:
    likes = {each: max(likeness(one, each, names.vocabulary) for one in ready.forms) for each in known.forms}
    like, nearest = max(((worth, each not in known.parts) for each, worth in likes.items()))
    score, is_whole = _by_name(ready, known, like)
    is_fitting = is_whole or fits(ready.kinds, known.kinds)
    if not is_fitting:
        score *= _WRONG_KIND
    if not nearest or _is_place(ready, known) or (not is_whole and _is_of_other_words(ready, known)):
        score, is_whole = min(score, _PART), False
    return Evidence(known, score, 100 * like, is_whole, is_fitting)


def _by_name(ready: Asked, known: Known, like: float) -> tuple[float, bool]:
    """Return what the name is worth by itself, and whether it is one of the names as a whole."""
    if ready.compared in known.whole:
        return WHOLE, True
    if any(one.text in known.texts for one in ready.forms):
        return WRITTEN_OUT, True
    return BY_WORDS * like, False


def _is_of_other_words(ready: Asked, known: Known) -> bool:
    """Say whether what has no type is called by other words that stand for types elsewhere."""
    return not known.kinds and all(one.kinds != each.kinds for one in ready.forms for each in known.forms)


def _is_place(ready: Asked, known: Known) -> bool:
    """Say whether the name is that of a place alone, where the body is of one kind among several there."""
    core = known.forms[0].core
    return is_unsure(ready.kinds, known.kinds) and any(one.core == core for one in ready.forms)


def _with_initials(one: Evidence) -> Evidence:
    if one.score >= _INITIALS:
        return one
    # Initials that nobody has written down as a name are shared too often to be sure.
    return replace(one, score=_INITIALS, initials=True)


def compare(name: str, found: Sequence[Evidence], names: Names) -> list[Evidence]:
    """Return the evidence beside each other: a name of several, or rather another's, is worth less."""
    ready = asked(name, names)
    rivals = [_rivals(ready, one, found, names) for one in found]
    # What is better than every one of several is none of them.
    several = max((one.score for one, others in zip(found, rivals, strict=True) if others), default=0.0)
    strangers = max((one.score for one in found if one.known.naming.iri is None), default=0.0)
    lowered = []
    for one, others in zip(found, rivals, strict=True):
        score = one.score
        if _OF_SEVERAL < score <= several:
            score = _OF_SEVERAL + score / 100
        elif one.known.naming.iri and strangers >= SURE and strangers > score:
            score *= _ANOTHERS
        lowered.append(replace(one, score=score, rivals=others, alone=one.score))
    return lowered


def _rivals(ready: Asked, one: Evidence, found: Sequence[Evidence], names: Names) -> frozenset[Known]:
    """Return what else the name fits as well."""
    if one.score < SURE and not one.initials:
        return frozenset()
    near = {
        other.known
        for other in found
        if other.score >= one.score - _NEAR and other.is_whole >= one.is_whole and other.fits >= one.fits
    }
    if not one.is_whole and not one.initials:
        near.update(_longer(ready, names))
    return frozenset(near - {one.known})


def _longer(ready: Asked, names: Names) -> Iterable[Known]:
    """Yield the bodies that the name may be short for: "Newcastle" has two, "Oxford CC" may be a county."""
    core = ready.forms[0].core
    for other in names.beginning(core):
        if _is_single(other) and other.naming.is_current and fits(ready.kinds, other.kinds):
            yield other
    if CITY_OR_COUNTY in ready.kinds:
        shire = (*core[:-1], f"{core[-1]}shire")
        yield from (other for other in names.with_core(shire) if "county" in other.kinds)


def _is_single(other: Known) -> bool:
    """Say whether it is a body of one type of council, not one of several together."""
    return bool(other.kinds) and "combined" not in other.kinds


def named(found: Collection[Evidence]) -> Iterable[tuple[str, Evidence]]:
    """Yield the IRI of each thing of ours with its evidence; of another's, those that took its place."""
    for one in found:
        if one.known.naming.iri:
            yield one.known.naming.iri, one
        elif one.score >= SURE:
            for iri in one.known.naming.successors:
                yield iri, one
