"""The pages of principles, of other concepts and their schemes, of areas and of sources."""

from __future__ import annotations

from dataclasses import dataclass

from ...index import Item
from ...namespaces import CCIN, DCT, RDF, SKOS
from ...resource import Resource
from . import membership
from .bodies import ProjectRow, project_row
from .messages import joined, named, spoken
from .project import MET, NOT_KNOWN, NOT_LISTED
from .shared import Maker
from .terms import Shown, many

_ROWS = 100
_READ = 500
_OF_A_KIND = 20


@dataclass(frozen=True)
class PrincipleView:
    """What the page of a principle shows by its own design."""

    statement: Shown | None
    rights: tuple[str, ...]
    projects: tuple[ProjectRow, ...]
    total: int
    summary: str


def principle(resource: Resource, maker: Maker) -> PrincipleView:
    """Return the view of a principle."""
    reader = maker.reader
    ordered = reader.latest(reader.linking(resource.iri, CCIN + "meetsPrinciple", _READ))
    total = reader.linking_count(resource.iri, CCIN + "meetsPrinciple")
    statements = resource.objects(SKOS + "definition")
    return PrincipleView(
        statement=maker.terms.show(statements[0]) if statements else None,
        rights=tuple(reader.rights_of(resource.iri, SKOS + "definition")),
        projects=tuple(project_row(one, maker) for one in ordered[:_ROWS]),
        total=total,
        summary=_summary(resource.iri, set(ordered), total, maker),
    )


def _summary(iri: str, met: set[str], total: int, maker: Maker) -> str:
    """Return how many things meet the principle, do not list it, or are not known, kind by kind."""
    reader = maker.reader
    if reader.linking_count(iri, CCIN + "principle") > _READ:
        # Too many claims to read one by one for a page.
        return maker.words.ngettext(
            "%(num)s project or case study is listed as meeting it.",
            "%(num)s projects and case studies are listed as meeting it.",
            total,
        )
    states: dict[str, set[str]] = {NOT_LISTED: set(), NOT_KNOWN: set(), MET: set()}
    for claim in reader.linking(iri, CCIN + "principle", _READ):
        subjects = [*reader.iris(claim, CCIN + "project"), *reader.iris(claim, CCIN + "concerns")]
        for state in reader.iris(claim, CCIN + "claimState"):
            states.setdefault(state, set()).update(subjects)
    listed = states[MET] | met
    not_listed = states[NOT_LISTED] - listed
    not_known = states[NOT_KNOWN] - listed - not_listed
    return maker.words.gettext(
        "Listed as met: %(met)s. Not listed: %(not_listed)s. Not known: %(not_known)s.",
        met=_by_kind(listed, maker),
        not_listed=_by_kind(not_listed, maker),
        not_known=_by_kind(not_known, maker),
    )


def _by_kind(things: set[str], maker: Maker) -> str:
    """Return how many of some things are projects, case studies, and pages that tell of neither."""
    words = maker.words
    kinds = {thing: maker.reader.iris(thing, RDF + "type") for thing in things}
    projects = sum(CCIN + "Project" in types for types in kinds.values())
    studies = sum(CCIN + "CaseStudy" in types for types in kinds.values())
    found = [words.ngettext("%(num)s project", "%(num)s projects", projects)]
    if studies:
        found.append(words.ngettext("%(num)s case study", "%(num)s case studies", studies))
    if left := len(things) - projects - studies:
        found.append(
            words.ngettext("%(num)s page of no recorded kind", "%(num)s pages of no recorded kind", left)
        )
    return words.listed(found)


@dataclass(frozen=True)
class AreaView:
    """An area: the bodies there and the areas within it."""

    bodies: tuple[Shown, ...]
    inside: tuple[Shown, ...]
    bodies_inside: tuple[tuple[Shown, Shown], ...]


def area(resource: Resource, maker: Maker) -> AreaView:
    """Return the view of an area."""
    reader, iri = maker.reader, resource.iri
    names = ("within", "region", "nation")
    inside = {one for name in names for one in reader.linking(iri, CCIN + name, _READ)}
    bodies = reader.linking(iri, CCIN + "area", _ROWS)
    pairs = [
        (maker.terms.link(body), maker.terms.link(place))
        for place in sorted(inside, key=reader.sort_key)[:_ROWS]
        for body in reader.linking(place, CCIN + "area", _ROWS)
    ]
    return AreaView(tuple(maker.links(bodies)), tuple(maker.links(inside)), tuple(pairs))


@dataclass(frozen=True)
class SourceView:
    """A source: how many statements it makes, of which things, under which terms."""

    triples: int
    kinds: tuple[tuple[str, int, tuple[Shown, ...]], ...]
    things_total: int
    captured: str
    quotation: tuple[str, ...]


def source(resource: Resource, maker: Maker, triples: int) -> SourceView:
    """Return the view of a source, which holds *triples* statements."""
    reader = maker.reader
    start = maker.base.iri + "id/"
    said = {t.subject.value for t in reader.store.graph(resource.iri) if hasattr(t.subject, "value")}
    owners = sorted({iri.partition("#")[0] for iri in said if iri.startswith(start)})
    captures = [maker.captured(one) for one in reader.captures_of(resource.iri)]
    unlicensed = not resource.objects(DCT + "license")
    return SourceView(
        triples=triples,
        kinds=_by_kind_of_thing(owners, maker),
        things_total=len(owners),
        captured=next((one for one in captures if one), ""),
        quotation=tuple(reader.texts(resource.iri, DCT + "rights")) if unlicensed else (),
    )


def _by_kind_of_thing(iris: list[str], maker: Maker) -> tuple[tuple[str, int, tuple[Shown, ...]], ...]:
    """Return things under the words for their kind, with how many there are; the first of each are links."""
    kinds: dict[str, list[str]] = {}
    for iri in iris:
        path = maker.base.path(iri) or ""
        kinds.setdefault(many(path.split("/")[2]), []).append(iri)
    return tuple((kind, len(found), tuple(maker.links(found[:_OF_A_KIND]))) for kind, found in kinds.items())


@dataclass(frozen=True)
class Row:
    """One line of a list: a thing, what it is and where, what stands at its end."""

    link: Shown
    detail: str
    end: str = ""
    statement: Shown | None = None
    membership: str = ""


def row(item: Item, maker: Maker) -> Row:
    """Return the line of a list for a thing, as full as its kind allows."""
    kind = maker.kind_of_item(item)
    if CCIN + "Project" in item.types:
        project = project_row(item.iri, maker)
        return Row(project.link, project.detail, project.year)
    if CCIN + "CaseStudy" in item.types:
        study = project_row(item.iri, maker)
        return Row(study.link, study.detail)
    if CCIN + "Body" in item.types:
        return _body_row(item, kind, maker)
    if CCIN + "Principle" in item.types:
        return _principle_row(item, maker)
    words = [maker.captured(item.iri)] if CCIN + "Capture" in item.types else []
    return Row(maker.terms.link(item.iri), joined([named(kind, maker.words), *words]))


def _body_row(item: Item, kind: str, maker: Maker) -> Row:
    reader = maker.reader
    words = maker.words
    kinds = [spoken(one) for one in maker.links(reader.iris(item.iri, CCIN + "councilKind"))]
    kinds = kinds or [named(kind, words)]
    region = reader.region(item.iri)
    place = [spoken(maker.terms.link(region)) if region else words.say("region not recorded")]
    took, led = (reader.linking_count(item.iri, CCIN + name) for name in ("tookPart", "lead"))
    part = (
        words.ngettext(
            "took part in %(num)s project, led %(led)s",
            "took part in %(num)s projects, led %(led)s",
            took,
            led=led,
        )
        if led
        else words.ngettext("took part in %(num)s project", "took part in %(num)s projects", took)
    )
    is_network = CCIN + "Network" in item.types
    return Row(
        maker.terms.link(item.iri),
        joined(kinds if is_network else [*kinds, *place]),
        part,
        membership=membership.last_known(item.iri, maker),
    )


def _principle_row(item: Item, maker: Maker) -> Row:
    reader = maker.reader
    definition = reader.objects(item.iri, SKOS + "definition")
    total = reader.linking_count(item.iri, CCIN + "meetsPrinciple")
    return Row(
        maker.terms.link(item.iri),
        "",
        maker.words.gettext("met by %(total)s", total=total),
        maker.terms.show(definition[0]) if definition else None,
    )
