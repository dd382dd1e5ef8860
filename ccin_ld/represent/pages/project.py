"""The pages of projects, case studies and other pages: who took part, which principles are listed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from ...namespaces import CCIN, DCT, PROV, SKOS
from ...resource import Resource
from ...words import N_, Words
from .shared import Maker
from .terms import Shown

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


_NEVER = N_("this form of page never shows it")
_SOMETIMES = N_("this form of page does not always show it")
_READ = 100


@dataclass(frozen=True)
class Claimed:
    """One principle as a project claims it: its state, its text if recorded, and why it is not known."""

    iri: str
    principle: Shown
    statement: Shown | None
    state: str
    reason: str = ""
    disputed: tuple[tuple[str, tuple[Shown, ...]], ...] = ()


@dataclass(frozen=True)
class Principles:
    """What a project or a case study claims of each principle, and the rights of their words."""

    met: tuple[Claimed, ...]
    not_listed: tuple[Claimed, ...]
    not_known: tuple[Claimed, ...]
    rights: tuple[str, ...]
    summary: str


@dataclass(frozen=True)
class CaseStudyView:
    """What the page of a case study, or of a page of no known kind, shows by its own design."""

    about: tuple[Shown, ...]
    words: tuple[Shown, ...]
    rights: tuple[str, ...]
    pages: tuple[Shown, ...]
    addresses: tuple[Shown, ...]
    captures: tuple[tuple[Shown, str], ...]
    principles: Principles | None
    is_page: bool
    shown: frozenset[str]


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
    principles: Principles
    who: str
    shown: frozenset[str]


def view(resource: Resource, maker: Maker) -> ProjectView:
    """Return the view of a project."""
    reader, terms = maker.reader, maker.terms
    leads, participants = resource.iris(CCIN + "lead"), resource.iris(CCIN + "participant")
    named = {*leads, *participants}
    took_part = len({*named, *resource.iris(CCIN + "tookPart")})
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
        principles=principles_of(resource, maker),
        who=_who(len(leads), len(participants), took_part, maker.words),
        # Whoever took part with no role told must still be seen.
        shown=_SHOWN | {CCIN + "tookPart"} if took_part == len(named) else _SHOWN,
    )


def case_study(resource: Resource, maker: Maker) -> CaseStudyView:
    """Return the view of a case study, or of a page: whom it tells of and the principles that it lists."""
    reader, iri = maker.reader, resource.iri
    is_page = CCIN + "Page" in resource.types
    captures = reader.linking(iri, CCIN + "captureOf", _READ) if is_page else []
    return CaseStudyView(
        about=tuple(maker.links(resource.iris(CCIN + "about"))),
        words=tuple(maker.terms.show(one) for one in resource.objects(DCT + "description")),
        rights=tuple(reader.rights_of(iri, DCT + "description")),
        pages=tuple(maker.pages(resource.iris(CCIN + "describedOn"))),
        addresses=tuple(maker.terms.show(one) for one in resource.objects(CCIN + "address")),
        captures=tuple((maker.terms.link(one), maker.captured(one)) for one in captures),
        # A page that tells of a project or a case study leaves the principles to that.
        principles=principles_of(resource, maker) if not is_page or _claims_on(iri, maker) else None,
        is_page=is_page,
        shown=frozenset({DCT + "description", CCIN + "about", CCIN + "describedOn", CCIN + "meetsPrinciple"}),
    )


def _who(leads: int, participants: int, took_part: int, words: Words) -> str:
    if not took_part:
        return words.gettext("No source here says who took part.")
    return words.gettext(
        "%(leads)s and %(participants)s: %(bodies)s in all.",
        leads=words.ngettext("%(num)s lead", "%(num)s leads", leads),
        participants=words.ngettext("%(num)s participant", "%(num)s participants", participants),
        bodies=words.ngettext("%(num)s body took part", "%(num)s bodies took part", took_part),
    )


def _by_region(bodies: list[str], maker: Maker) -> tuple[tuple[str, tuple[Shown, ...]], ...]:
    found: dict[str, list[str]] = defaultdict(list)
    for body in bodies:
        region = maker.reader.region(body)
        found[maker.terms.link(region).text if region else ""].append(body)
    # A body without a region stands last, and the page says so.
    ordered = sorted(found, key=lambda name: (not name, name))
    return tuple((name, tuple(maker.links(found[name]))) for name in ordered)


def _claims_on(iri: str, maker: Maker) -> list[str]:
    """Return the claims about a thing: of a project, of a case study, or of a page of no known kind."""
    store = maker.reader.store
    return [*store.subjects_of(CCIN + "project", iri), *store.subjects_of(CCIN + "concerns", iri)]


def principles_of(resource: Resource, maker: Maker) -> Principles:
    """Return what is claimed of each principle, in order of display; what captures say is put together."""
    reader = maker.reader
    met = set(resource.iris(CCIN + "meetsPrinciple"))
    states: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for claim in _claims_on(resource.iri, maker):
        for principle in reader.iris(claim, CCIN + "principle"):
            for state in reader.iris(claim, CCIN + "claimState"):
                states[principle][state].append(claim)
    for principle in met:
        states[principle][MET] += []
    is_page = CCIN + "Page" in resource.types
    claims = [
        _claimed(one, states[one], one in met or (is_page and MET in states[one]), maker)
        for one in sorted(states, key=reader.sort_key)
    ]
    listed, not_listed, not_known = (
        tuple(one for one in claims if one.state == state) for state in (MET, NOT_LISTED, NOT_KNOWN)
    )
    return Principles(
        listed,
        not_listed,
        not_known,
        _statement_rights([one.iri for one in listed], maker),
        _summary(listed, not_listed, not_known, maker.words),
    )


def _claimed(principle: str, states: dict[str, list[str]], met: bool, maker: Maker) -> Claimed:
    # "Not known" gives way to any capture that knows (design, section 3).
    state = MET if met else NOT_LISTED if NOT_LISTED in states else NOT_KNOWN
    definition = maker.reader.objects(principle, SKOS + "definition")
    return Claimed(
        iri=principle,
        principle=maker.terms.link(principle),
        statement=maker.terms.show(definition[0]) if definition else None,
        state=state,
        reason=_why(principle, states, maker) if state == NOT_KNOWN else "",
        disputed=_sides(states, maker) if states.get(MET) and NOT_LISTED in states else (),
    )


def _why(principle: str, states: dict[str, list[str]], maker: Maker) -> str:
    why = reason(principle, states.get(NOT_KNOWN, []), maker)
    return maker.words.gettext(why) if why else ""


def _sides(states: dict[str, list[str]], maker: Maker) -> tuple[tuple[str, tuple[Shown, ...]], ...]:
    """Return which captures list a principle and which do not, side by side."""
    return tuple(
        (maker.words.gettext(words), tuple(maker.links(_captures(states[state], maker))))
        for words, state in ((N_("Listed"), MET), (N_("Not listed"), NOT_LISTED))
    )


def _captures(claims: list[str], maker: Maker) -> set[str]:
    return {one for claim in claims for one in maker.reader.iris(claim, PROV + "wasDerivedFrom")}


def reason(principle: str, claims: list[str], maker: Maker) -> str:
    """Return why the captures of these claims cannot know about the principle, in English, or ''."""
    reader = maker.reader
    forms = {form for capture in _captures(claims, maker) for form in reader.iris(capture, CCIN + "form")}
    never, sometimes = (
        set(reader.iris(principle, CCIN + name)) for name in ("neverShownIn", "notAlwaysShownIn")
    )
    if forms and forms <= never:
        return _NEVER
    return _SOMETIMES if forms and forms <= never | sometimes else ""


def _statement_rights(principles: list[str], maker: Maker) -> tuple[str, ...]:
    """Return the rights of the sources that word these principles, each once."""
    found = [text for iri in principles for text in maker.reader.statement_rights(iri)]
    return tuple(dict.fromkeys(found))


def _summary(
    met: tuple[Claimed, ...], not_listed: tuple[Claimed, ...], not_known: tuple[Claimed, ...], words: Words
) -> str:
    """Return how many principles are met, not listed and not known, each told apart."""
    total = len(met) + len(not_listed) + len(not_known)
    if not total:
        return words.gettext("No source here says which principles it meets.")
    parts = [
        words.ngettext(
            "%(num)s of %(principles)s is listed as met.",
            "%(num)s of %(principles)s are listed as met.",
            len(met),
            principles=words.ngettext("%(num)s principle", "%(num)s principles", total),
        )
    ]
    if not_listed:
        parts.append(words.ngettext("%(num)s is not listed.", "%(num)s are not listed.", len(not_listed)))
    if not_known:
        parts.append(_not_known(not_known, words))
    return " ".join(parts)


def _not_known(not_known: tuple[Claimed, ...], words: Words) -> str:
    if all(one.reason == words.gettext(_NEVER) for one in not_known):
        return words.ngettext(
            "%(num)s is not known, because this form of page never shows it.",
            "%(num)s are not known, because this form of page never shows them.",
            len(not_known),
        )
    return words.ngettext("%(num)s is not known.", "%(num)s are not known.", len(not_known))
