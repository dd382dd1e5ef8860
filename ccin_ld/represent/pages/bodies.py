"""The pages of bodies: councils, political groups, organisations and the network itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from ...namespaces import CCIN, RDF, RDFS
from ...resource import Resource
from . import membership, network
from .membership import MembershipView
from .network import NetworkView
from .shared import Maker
from .terms import Shown, count

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
        projects=tuple(project_row(one, maker, _role(one, leads)) for one in projects[:_PROJECTS]),
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
    return _with_lede(body)


def _role(project: str, leads: set[str]) -> str:
    return "Led" if project in leads else "Took part"


def project_row(project: str, maker: Maker, role: str = "") -> ProjectRow:
    """Return a line about a project: kind, who led if no role is told, how many took part, year."""
    reader = maker.reader
    if CCIN + "CaseStudy" in reader.iris(project, RDF + "type"):
        return _case_study_row(project, maker, role)
    parts = [one.text for one in maker.links(reader.iris(project, CCIN + "projectKind"))]
    leads = maker.links(reader.iris(project, CCIN + "lead"))
    if not role:
        parts.append("led by " + " and ".join(one.text for one in leads) if leads else "lead not recorded")
    took_part = len(reader.iris(project, CCIN + "tookPart"))
    parts.append(
        f"{count(took_part, 'body', 'bodies')} took part" if took_part else "participants not recorded"
    )
    return ProjectRow(
        link=maker.terms.link(project),
        role=role,
        detail=", ".join(parts),
        year=reader.year(project) or "Year not recorded",
    )


def _case_study_row(study: str, maker: Maker, role: str) -> ProjectRow:
    """Return a line about a case study: of whom it tells. Its pages have no kind, lead or year."""
    about = [one.text for one in maker.links(maker.reader.iris(study, CCIN + "about"))]
    told = f"about {' and '.join(about)}" if about else "whom it tells of is not recorded"
    return ProjectRow(maker.terms.link(study), role, f"Case study, {told}", "")


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


def _with_lede(body: BodyView) -> BodyView:
    """Return the view with its one sentence: what it is, where, and what it did, as far as is recorded."""
    what = [one.text for one in (*body.kinds, *body.regions)]
    sentences = [", ".join(what) + "."] if what else []
    if body.group_on:
        sentences = [f"A political group on {body.group_on[0].text}."]
    took = body.projects_total - body.leads_total
    did = [f"led {count(body.leads_total, 'project')}"] if body.leads_total else []
    if took:
        did.append(f"took part in {took} more" if did else f"took part in {count(took, 'project')}")
    if did:
        told = " and ".join(did)
        if body.others_total:
            told += f", with {count(body.others_total, 'other body', 'other bodies')}"
        sentences.append(told[0].upper() + told[1:] + ".")
    return replace(body, lede=" ".join(sentences))
