"""The pages of bodies: councils, political groups, organisations and the network itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from ...namespaces import CCIN, RDF, RDFS
from ...resource import Resource
from ...words import N_, Words
from . import membership, network
from .membership import MembershipView
from .messages import joined, spoken
from .network import NetworkView
from .shared import Maker
from .terms import Shown

_READ = 200
_PROJECTS = 50
_OTHERS = 60
SHOWN = frozenset({CCIN + "councilKind", CCIN + "tier", CCIN + "groupOn", RDFS + "seeAlso"})


@dataclass(frozen=True)
class ProjectRow:
    """One project on the page of another thing: its link, what is said beside it, its year."""

    link: Shown
    role: str
    detail: str
    year: str


@dataclass(frozen=True)
class BodyView:
    """What the page of a body shows by its own design."""

    projects: tuple[ProjectRow, ...]
    projects_total: int
    leads_total: int
    case_studies: tuple[Shown, ...]
    others: tuple[tuple[Shown, int], ...]
    others_total: int
    principles: tuple[tuple[Shown, int], ...]
    kinds: tuple[Shown, ...]
    tiers: tuple[Shown, ...]
    areas: tuple[Shown, ...]
    regions: tuple[Shown, ...]
    nations: tuple[Shown, ...]
    codes: tuple[Shown, ...]
    group_on: tuple[Shown, ...]
    groups: tuple[Shown, ...]
    membership: MembershipView
    network: NetworkView | None
    same_as: tuple[Shown, ...]
    see_also: tuple[Shown, ...]
    is_network: bool
    is_council: bool
    lede: str


def view(resource: Resource, maker: Maker) -> BodyView:
    """Return the view of a body."""
    reader, iri = maker.reader, resource.iri
    projects = reader.latest(reader.linking(iri, CCIN + "tookPart", _READ))
    leads = {project for project in projects if iri in reader.iris(project, CCIN + "lead")}
    others = _others(iri, projects, maker)
    areas = resource.iris(CCIN + "area")
    region = reader.region(iri)
    codes = [reader.objects(area, CCIN + "gssCode") for area in areas]
    body = BodyView(
        projects=tuple(
            project_row(one, maker, maker.words.gettext(_ROLES[one in leads])) for one in projects[:_PROJECTS]
        ),
        projects_total=reader.linking_count(iri, CCIN + "tookPart"),
        leads_total=reader.linking_count(iri, CCIN + "lead"),
        case_studies=tuple(
            maker.links(reader.things_linking(iri, CCIN + "about", CCIN + "CaseStudy", _READ))
        ),
        others=tuple((maker.terms.link(one), times) for one, times in others[:_OTHERS]),
        others_total=len(others),
        principles=_principles(projects, maker),
        kinds=tuple(maker.links(resource.iris(CCIN + "councilKind"))),
        tiers=tuple(maker.links(resource.iris(CCIN + "tier"))),
        areas=tuple(maker.links(areas)),
        regions=(maker.terms.link(region),) if region else (),
        nations=tuple(maker.links({one for area in areas for one in reader.iris(area, CCIN + "nation")})),
        codes=tuple(maker.terms.show(one) for found in codes for one in found),
        group_on=tuple(maker.links(resource.iris(CCIN + "groupOn"))),
        groups=tuple(maker.links(reader.linking(iri, CCIN + "groupOn", _OTHERS))),
        membership=membership.view(iri, maker),
        network=network.view(maker) if CCIN + "Network" in resource.types else None,
        same_as=tuple(maker.same_as(resource)),
        see_also=tuple(maker.links(resource.iris(RDFS + "seeAlso"))),
        is_network=CCIN + "Network" in resource.types,
        is_council=CCIN + "Council" in resource.types,
        lede="",
    )
    return _with_lede(body, maker.words)


_ROLES = {True: N_("Led"), False: N_("Took part")}


def project_row(project: str, maker: Maker, role: str = "") -> ProjectRow:
    """Return a line about a project: kind, who led if no role is told, how many took part, year."""
    reader = maker.reader
    if CCIN + "CaseStudy" in reader.iris(project, RDF + "type"):
        return _case_study_row(project, maker, role)
    words = maker.words
    parts = [spoken(one) for one in maker.links(reader.iris(project, CCIN + "projectKind"))]
    leads = maker.links(reader.iris(project, CCIN + "lead"))
    if not role:
        who = joined(spoken(one) for one in leads)
        parts.append(words.say("led by %(who)s", who=who) if leads else words.say("lead not recorded"))
    took_part = len(reader.iris(project, CCIN + "tookPart"))
    parts.append(
        words.say_count("%(num)s body took part", "%(num)s bodies took part", took_part)
        if took_part
        else words.say("participants not recorded")
    )
    return ProjectRow(
        link=maker.terms.link(project),
        role=role,
        detail=joined(parts),
        year=reader.year(project) or words.gettext("Year not recorded"),
    )


def _case_study_row(study: str, maker: Maker, role: str) -> ProjectRow:
    """Return a line about a case study: of whom it tells. Its pages have no kind, lead or year."""
    words = maker.words
    about = [spoken(one) for one in maker.links(maker.reader.iris(study, CCIN + "about"))]
    told = (
        words.say("Case study, about %(who)s", who=joined(about))
        if about
        else words.say("Case study, whom it tells of is not recorded")
    )
    return ProjectRow(maker.terms.link(study), role, told, "")


def _others(body: str, projects: list[str], maker: Maker) -> list[tuple[str, int]]:
    """Return the bodies that took part in the same projects and in how many, the most first."""
    times: Counter[str] = Counter()
    for project in projects[:_PROJECTS]:
        times.update(set(maker.reader.iris(project, CCIN + "tookPart")) - {body})
    return sorted(times.items(), key=lambda one: (-one[1], maker.reader.sort_key(one[0])))


def _principles(projects: list[str], maker: Maker) -> tuple[tuple[Shown, int], ...]:
    times: Counter[str] = Counter()
    for project in projects[:_PROJECTS]:
        times.update(maker.reader.iris(project, CCIN + "meetsPrinciple"))
    ordered = sorted(times.items(), key=lambda one: (-one[1], maker.reader.sort_key(one[0])))
    return tuple((maker.terms.link(iri), number) for iri, number in ordered)


def _with_lede(body: BodyView, words: Words) -> BodyView:
    """Return the view with its one sentence: what it is, where, and what it did, as far as is recorded."""
    what = [spoken(one) for one in (*body.kinds, *body.regions)]
    sentences = [joined(what) + "."] if what else []
    if body.group_on:
        sentences = [words.say("A political group on %(council)s.", council=spoken(body.group_on[0]))]
    took = body.projects_total - body.leads_total
    if body.leads_total:
        sentences.append(words.say_count("Led %(num)s project.", "Led %(num)s projects.", body.leads_total))
    if took and body.leads_total:
        sentences.append(words.say_count("Took part in %(num)s more.", "Took part in %(num)s more.", took))
    elif took:
        sentences.append(
            words.say_count("Took part in %(num)s project.", "Took part in %(num)s projects.", took)
        )
    if body.others_total and body.projects_total:
        sentences.append(
            words.say_count(
                "%(num)s other body took part with it.",
                "%(num)s other bodies took part with it.",
                body.others_total,
            )
        )
    return replace(body, lede=joined(sentences, " "))
