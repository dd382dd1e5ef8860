"""The page of a project: who took part, region by region, and which principles it is listed as meeting."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from ...namespaces import CCIN, DCT, PROV, SKOS
from ...resource import Resource
from .shared import Maker
from .terms import Shown, count

MET, NOT_LISTED, NOT_KNOWN = CCIN + "met", CCIN + "notListed", CCIN + "notKnown"
# What this page shows by its own design, so that "Everything recorded here" need not show it again.
_SHOWN = frozenset(
    {
        DCT + "description",
        CCIN + "lead",
        CCIN + "participant",
        CCIN + "projectKind",
        CCIN + "describedOn",
        CCIN + "meetsPrinciple",
    }
)


@dataclass(frozen=True)
class Claimed:
    """One principle as a project claims it: its state, its text if recorded, and why it is not known."""

    iri: str
    principle: Shown
    statement: Shown | None
    state: str
    reason: str = ""
    disputed: bool = False


@dataclass(frozen=True)
class ProjectView:
    """What the page of a project shows by its own design."""

    about: tuple[Shown, ...]
    rights: tuple[str, ...]
    pages: tuple[Shown, ...]
    leads: tuple[Shown, ...]
    regions: tuple[tuple[str, tuple[Shown, ...]], ...]
    participants: int
    took_part: int
    kinds: tuple[Shown, ...]
    year: str
    met: tuple[Claimed, ...]
    not_listed: tuple[Claimed, ...]
    not_known: tuple[Claimed, ...]
    statement_rights: tuple[str, ...]
    who: str
    summary: str
    shown: frozenset[str]


def view(resource: Resource, maker: Maker) -> ProjectView:
    """Return the view of a project."""
    reader, terms = maker.reader, maker.terms
    leads, participants = resource.iris(CCIN + "lead"), resource.iris(CCIN + "participant")
    named = {*leads, *participants}
    took_part = len({*named, *resource.iris(CCIN + "tookPart")})
    claims = _claims(resource, maker)
    by_state = {
        state: tuple(one for one in claims if one.state == state) for state in (MET, NOT_LISTED, NOT_KNOWN)
    }
    principles = [claim.iri for claim in by_state[MET]]
    return ProjectView(
        about=tuple(terms.show(one) for one in resource.objects(DCT + "description")),
        rights=tuple(reader.rights_of(resource.iri, DCT + "description")),
        pages=tuple(maker.links(resource.iris(CCIN + "describedOn"))),
        leads=tuple(maker.links(leads)),
        regions=_by_region(participants, maker),
        participants=len(participants),
        took_part=took_part,
        kinds=tuple(maker.links(resource.iris(CCIN + "projectKind"))),
        year=reader.year(resource.iri),
        met=by_state[MET],
        not_listed=by_state[NOT_LISTED],
        not_known=by_state[NOT_KNOWN],
        statement_rights=_statement_rights(principles, maker),
        who=_who(len(leads), len(participants), took_part),
        summary=_summary(by_state[MET], by_state[NOT_LISTED], by_state[NOT_KNOWN]),
        # Whoever took part with no role told must still be seen.
        shown=_SHOWN | {CCIN + "tookPart"} if took_part == len(named) else _SHOWN,
    )


def _who(leads: int, participants: int, took_part: int) -> str:
    if not took_part:
        return "No source here says who took part."
    took = f"{count(took_part, 'body', 'bodies')} took part"
    return f"{count(leads, 'lead')} and {count(participants, 'participant')}: {took} in all."


def _by_region(bodies: list[str], maker: Maker) -> tuple[tuple[str, tuple[Shown, ...]], ...]:
    found: dict[str, list[str]] = defaultdict(list)
    for body in bodies:
        region = maker.reader.region(body)
        found[maker.terms.link(region).text if region else ""].append(body)
    # A body without a region stands last, and the page says so.
    ordered = sorted(found, key=lambda name: (not name, name))
    return tuple((name, tuple(maker.links(found[name]))) for name in ordered)


def _claims(resource: Resource, maker: Maker) -> list[Claimed]:
    """Return what is claimed of each principle, in order of display; what captures say is put together."""
    reader = maker.reader
    met = set(resource.iris(CCIN + "meetsPrinciple"))
    states: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for claim in reader.store.subjects_of(CCIN + "project", resource.iri):
        for principle in reader.iris(claim, CCIN + "principle"):
            for state in reader.iris(claim, CCIN + "claimState"):
                states[principle][state].append(claim)
    for principle in met:
        states[principle][MET] += []
    ordered = sorted(states, key=reader.sort_key)
    return [_claimed(principle, states[principle], principle in met, maker) for principle in ordered]


def _claimed(principle: str, states: dict[str, list[str]], met: bool, maker: Maker) -> Claimed:
    # "Not known" gives way to any capture that knows (design, section 3).
    state = MET if met else NOT_LISTED if NOT_LISTED in states else NOT_KNOWN
    definition = maker.reader.objects(principle, SKOS + "definition")
    return Claimed(
        iri=principle,
        principle=maker.terms.link(principle),
        statement=maker.terms.show(definition[0]) if definition else None,
        state=state,
        reason=_reason(principle, states.get(NOT_KNOWN, []), maker) if state == NOT_KNOWN else "",
        disputed=MET in states and NOT_LISTED in states,
    )


def _reason(principle: str, claims: list[str], maker: Maker) -> str:
    """Return why the captures of these claims cannot know about the principle, or ''."""
    reader = maker.reader
    blind = set(reader.iris(principle, CCIN + "neverShownIn"))
    captures = {capture for claim in claims for capture in reader.iris(claim, PROV + "wasDerivedFrom")}
    forms = {form for capture in captures for form in reader.iris(capture, CCIN + "form")}
    return "this form of page never shows it" if forms and forms <= blind else ""


def _statement_rights(principles: list[str], maker: Maker) -> tuple[str, ...]:
    """Return the rights of the sources that word these principles, each once."""
    found = [text for iri in principles for text in maker.reader.statement_rights(iri)]
    return tuple(dict.fromkeys(found))


def _summary(
    met: tuple[Claimed, ...], not_listed: tuple[Claimed, ...], not_known: tuple[Claimed, ...]
) -> str:
    """Return how many principles are met, not listed and not known, each told apart, as one sentence."""
    total = len(met) + len(not_listed) + len(not_known)
    if not total:
        return "No source here says which principles this project meets."
    parts = [f"{len(met)} of {count(total, 'principle')} {_is(len(met))} listed as met"]
    if not_listed:
        parts.append(f"{len(not_listed)} {_is(len(not_listed))} not listed")
    if not_known:
        pronoun = "it" if len(not_known) == 1 else "them"
        known = f"{len(not_known)} {_is(len(not_known))} not known"
        why = all(one.reason for one in not_known)
        parts.append(known + (f", because this form of page never shows {pronoun}" if why else ""))
    return "; ".join(parts) + "."


def _is(number: int) -> str:
    return "is" if number == 1 else "are"
