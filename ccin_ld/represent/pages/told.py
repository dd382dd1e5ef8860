"""The pages of statements, memberships, parts taken and claims: each in words, with who says so."""

from __future__ import annotations

from dataclasses import dataclass

from ...namespaces import CCIN, DCT, PROV
from ...resource import Resource
from ...words import N_
from .membership import Said, said_of
from .project import MET, NOT_LISTED, reason
from .shared import Maker
from .terms import Shown

_WORKED_OUT = N_("Worked out from what the sources say.")
_NO_MORE = N_(
    "No source here speaks of the days before and after, nor of those between two days that are named."
)
_NO_MEMBER = N_("Taking part or holding an office does not make a member.")
_STATES = {
    MET: N_("The page lists it."),
    NOT_LISTED: N_("The page lists principles, and this is not among them."),
}
_NOT_KNOWN = N_("Not known is not the same as not met.")


@dataclass(frozen=True)
class Told:
    """One claim in words, the sources that make it with the day of each, and the statements it rests on."""

    words: str
    sources: tuple[tuple[Shown, str], ...]
    statements: tuple[Said, ...]


def statement(resource: Resource, maker: Maker) -> Told:
    """Return the view of a statement about a membership."""
    says = {iri.rpartition("/")[2] for iri in resource.iris(CCIN + "says")}
    words = "" if says & {"member", "announced", "not-yet"} else maker.words.gettext(_NO_MEMBER)
    return Told(words, _dated(maker.pages(resource.iris(DCT + "source"))), ())


def membership(resource: Resource, maker: Maker) -> Told:
    """Return the view of a membership: the statements that it was worked out from."""
    wanted = set(resource.iris(PROV + "wasDerivedFrom"))
    found = [one for body in resource.iris(CCIN + "body") for one in said_of(body, maker)]
    rows = tuple(one for one in found if one.iri in wanted)
    sources = {source.text: source for one in rows for source in one.sources}
    said = [_WORKED_OUT] if resource.objects(CCIN + "start") else [_WORKED_OUT, _NO_MORE]
    words = " ".join(maker.words.gettext(one) for one in said)
    return Told(words, _dated(list(sources.values())), rows)


def participation(resource: Resource, maker: Maker) -> Told:
    """Return the view of a part taken in a project: the captures that name it."""
    return Told("", _captures(resource.iris(DCT + "source"), maker), ())


def claim(resource: Resource, maker: Maker) -> Told:
    """Return the view of a claim on a principle: what its capture shows, or why it cannot know."""
    state = next(iter(resource.iris(CCIN + "claimState")), "")
    captures = resource.iris(PROV + "wasDerivedFrom")
    why = [reason(one, [resource.iri], maker) for one in resource.iris(CCIN + "principle")]
    _ = maker.words.gettext
    if state in _STATES:
        return Told(_(_STATES[state]), _captures(captures, maker), ())
    because = (_(one) for one in why if one)
    told = [*(f"{one[0].upper()}{one[1:]}." for one in because), _(_NOT_KNOWN)]
    return Told(" ".join(told), _captures(captures, maker), ())


def _captures(iris: list[str], maker: Maker) -> tuple[tuple[Shown, str], ...]:
    return tuple((maker.terms.link(iri), maker.captured(iri)) for iri in iris)


def _dated(pages: list[Shown]) -> tuple[tuple[Shown, str], ...]:
    return tuple((one, "") for one in pages)
