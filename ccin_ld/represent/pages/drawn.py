"""The pictures of pages: what each is made of, and the list or table with the same facts.

The words of a picture are the page's: a template gives title and description to the methods here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from ...namespaces import CCIN
from ...resource import Resource
from .. import pictures
from ..pictures import Node, Spot, Web
from .shared import Maker
from .terms import Shown
from .work import BODIES_ON_PAGE, Project, Work, in_pages

# More than these do not go on the ring, or into the picture of one body.
_RING_PROJECTS, _RING_BODIES, _FLOW_PROJECTS, _FLOW_BODIES = 40, 120, 12, 60
_GRID = 800  # cells of a table of bodies by projects; a larger one is told as a list
_SPOTS = 20_000


def node(iri: str, maker: Maker) -> Node:
    """Return a thing as it stands in a picture."""
    link = maker.terms.link(iri)
    return Node(link.text, link.href, link.css or "k-concept")


def web_of(projects: Sequence[Project], work: Work, maker: Maker, *, without: str = "") -> Web:
    """Return projects on the left and who took part on the right, by name."""
    bodies = sorted({body for one in projects for body in one.bodies} - {without}, key=work.name)
    place = {body: number for number, body in enumerate(bodies)}
    edges = tuple(
        (number, place[body]) for number, one in enumerate(projects) for body in one.bodies if body in place
    )
    return Web(
        tuple(node(one.iri, maker) for one in projects), tuple(node(one, maker) for one in bodies), edges
    )


def _spots(bodies: Iterable[str], work: Work, maker: Maker, main: frozenset[str] | None = None) -> list[Spot]:
    found = (
        Spot(node(body, maker), *work.places[body], main=main is None or body in main)
        for body in bodies
        if body in work.places
    )
    return [one for one in found if one.is_somewhere]


# The home page


@dataclass(frozen=True)
class Ring:
    """The ring of the whole network, or of its most joined part."""

    web: Web
    projects: int
    bodies: int
    largest: Shown | None
    largest_size: int

    @property
    def is_whole(self) -> bool:
        """Whether every project that someone took part in is drawn, and everyone who did."""
        return len(self.web.left) == self.projects and len(self.web.right) == self.bodies

    def draw(self, title: str, description: str) -> Markup:
        """Return the picture."""
        return pictures.ring(self.web, title, description)


def ring(maker: Maker) -> Ring | None:
    """Return the ring of a build, or None where nobody took part in anything."""
    work = maker.reader.work
    shared = [one for one in work.projects if one.bodies]
    if not shared:
        return None
    most = sorted(shared, key=lambda one: -len(one.bodies))
    web = pictures.trimmed(web_of(most[:_RING_PROJECTS], work, maker), _RING_PROJECTS, _RING_BODIES)
    everyone = {body for one in shared for body in one.bodies}
    return Ring(web, len(shared), len(everyone), maker.terms.link(most[0].iri), len(most[0].bodies))


# One thing


@dataclass(frozen=True)
class Flow:
    """A body, its projects, and the bodies that took part in them."""

    centre: Node
    web: Web
    is_whole: bool

    def draw(self, title: str) -> Markup:
        """Return the picture."""
        return pictures.flow(self.centre, self.web, title)


@dataclass(frozen=True)
class Map:
    """Dots on a map; the names of those without a place are beside it."""

    spots: tuple[Spot, ...]
    others: int = 0  # how many are there to compare with
    unplaced: tuple[Shown, ...] = ()

    @property
    def size(self) -> int:
        """How many of the dots the map is of."""
        return len(self.spots) - self.others

    @property
    def is_gathered(self) -> bool:
        """Whether there are so many dots that they are gathered into circles."""
        return len(self.spots) > pictures.GATHERED

    def draw(self, title: str, description: str, name: str = "map", coast: str = "") -> Markup:
        """Return the picture to look at; *coast* is the address of the outline, else it is in the picture."""
        return pictures.dot_map(self.spots, title, description, name=name, coast=coast)

    def named(self, title: str) -> Markup | None:
        """Return the picture with names as links, or None for too many."""
        return pictures.named_map(self.spots, title)


@dataclass(frozen=True)
class Pictures:
    """The pictures on the page of one thing."""

    flow: Flow | None = None
    map: Map | None = None
    of_body: bool = False


def of_resource(resource: Resource, maker: Maker) -> Pictures:
    """Return the pictures of a body or of a project; other things have none."""
    if CCIN + "Network" in resource.types:
        return Pictures()
    if CCIN + "Body" in resource.types:
        return Pictures(_flow(resource.iri, maker), _map_of_body(resource.iri, maker), of_body=True)
    if CCIN + "Project" in resource.types:
        return Pictures(map=_map_of_project(resource, maker))
    return Pictures()


def _flow(body: str, maker: Maker) -> Flow | None:
    work = maker.reader.work
    mine = [one for one in work.projects if body in one.bodies]
    if not mine:
        return None
    whole = web_of(mine, work, maker, without=body)
    web = pictures.trimmed(whole, _FLOW_PROJECTS, _FLOW_BODIES)
    if not web.right:
        return None
    return Flow(
        node(body, maker), web, (len(web.left), len(web.right)) == (len(whole.left), len(whole.right))
    )


def _map_of_body(body: str, maker: Maker) -> Map | None:
    work = maker.reader.work
    if body not in work.places or len(work.places) > pictures.GATHERED:
        shown = [body] if body in work.places else []
    else:
        shown = sorted(work.places)
    spots = _spots(shown, work, maker, frozenset({body}))
    return Map(tuple(spots), len(spots) - 1) if spots else None


def _map_of_project(project: Resource, maker: Maker) -> Map | None:
    work = maker.reader.work
    bodies = sorted({*project.iris(CCIN + "tookPart"), *project.iris(CCIN + "lead")}, key=work.name)
    spots = _spots(bodies, work, maker)
    return Map(tuple(spots), unplaced=_unplaced(bodies, work, maker)) if spots else None


def _unplaced(bodies: Sequence[str], work: Work, maker: Maker) -> tuple[Shown, ...]:
    return tuple(maker.terms.link(body) for body in bodies if body not in work.places)


# All members


def map_of(bodies: Sequence[str], maker: Maker) -> Map:
    """Return a map of bodies; those without a place are named beside it."""
    work = maker.reader.work
    return Map(tuple(_spots(bodies[:_SPOTS], work, maker)), unplaced=_unplaced(bodies, work, maker))


# The whole network


@dataclass(frozen=True)
class Row:
    """One project of the network: who led it, and who else took part."""

    project: Shown
    years: str
    leads: tuple[Shown, ...]
    others: tuple[Shown, ...]


@dataclass(frozen=True)
class NetworkPage:
    """One page of the projects of the network with who took part: a picture, and a table or a list."""

    web: Web | None
    rows: tuple[Row, ...]
    grid: tuple[tuple[Shown, tuple[str, ...]], ...]  # each body with "lead", "part" or "" for each project
    bodies: int
    years: tuple[int, ...]
    principles: tuple[tuple[str, Shown], ...]

    def draw(self, title: str) -> Markup:
        """Return the picture, where there is one."""
        return pictures.lanes(self.web, title) if self.web else Markup()


def network(projects: Sequence[Project], maker: Maker) -> NetworkPage:
    """Return what the page of the network shows of these projects, with the choices that there are."""
    work = maker.reader.work
    # A project of which nobody is known to have taken part is in the table alone.
    shared = [one for one in projects if one.bodies]
    web = web_of(shared, work, maker)
    dated = (
        replace(there, label=f"{there.label} ({years_of(one)})") if one.years else there
        for there, one in zip(web.left, shared, strict=True)
    )
    web = replace(web, left=tuple(dated))
    bodies = sorted({body for one in projects for body in one.bodies}, key=work.name)
    is_small = len(bodies) * len(projects) <= _GRID
    return NetworkPage(
        web=web if 0 < len(bodies) <= BODIES_ON_PAGE else None,
        rows=tuple(_row(one, work, maker) for one in projects),
        grid=tuple((maker.terms.link(body), _cells(body, projects)) for body in bodies) if is_small else (),
        bodies=len(bodies),
        years=tuple(work.years()),
        principles=tuple(
            (key_of(iri), maker.terms.link(iri))
            for iri in sorted(work.principles(), key=maker.reader.sort_key)
        ),
    )


def key_of(iri: str) -> str:
    """Return the last part of an IRI: what an address says for a principle."""
    return iri.rpartition("/")[2]


def _row(one: Project, work: Work, maker: Maker) -> Row:
    leads = tuple(maker.terms.link(body) for body in sorted(one.leads, key=work.name))
    others = sorted(set(one.bodies) - set(one.leads), key=work.name)
    return Row(
        maker.terms.link(one.iri), years_of(one), leads, tuple(maker.terms.link(body) for body in others)
    )


def years_of(one: Project) -> str:
    """Return the year or years of a project, or ''."""
    return "–".join(str(year) for year in dict.fromkeys((*one.years[:1], *one.years[-1:])))


def _cells(body: str, projects: Sequence[Project]) -> tuple[str, ...]:
    return tuple("lead" if body in one.leads else "part" if body in one.bodies else "" for one in projects)


def pages_of(projects: Sequence[Project]) -> list[list[Project]]:
    """Return projects in pages that each have a picture of a size that is read well."""
    return in_pages(projects)


def sizes(projects: Iterable[Project]) -> Counter[int]:
    """Return how many projects there are of each year; one of several years counts in each."""
    return Counter(year for one in projects for year in one.years)
