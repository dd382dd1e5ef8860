"""What other sites may show in a frame: a card, a list of projects, a map; the code that puts it there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import escape

from ...namespaces import CCIN
from ...resource import Resource
from ...words import Words
from . import bodies, project
from .bodies import ProjectRow
from .shared import Head, Maker
from .terms import Shown

# Of a list in a frame: the page that it leads to has them all.
_ROWS = 10
_LATEST = 200
_ON_CARD = 3
# A frame names no more bodies than this; the list here has them all.
MOST_NAMED = 150


@dataclass(frozen=True)
class Size:
    """How large a frame is, in CSS pixels."""

    width: int
    height: int

    def within(self, width: int | None, height: int | None) -> Size:
        """Return the size, made no wider and no higher than the limits given."""
        return Size(min(self.width, width or self.width), min(self.height, height or self.height))


CARD, LIST, MAP = Size(400, 480), Size(400, 520), Size(400, 640)


@dataclass(frozen=True)
class Embed:
    """One thing to put on another site: its path here, its title, the page it stands for, its size."""

    path: str
    title: str
    page: str
    size: Size


@dataclass(frozen=True)
class Line:
    """One fact of a card: what it is called, and its values."""

    name: str
    values: tuple[Shown, ...]


@dataclass(frozen=True)
class Card:
    """What a card shows of a body or a project."""

    head: Head
    lede: str
    lines: tuple[Line, ...]
    projects: tuple[ProjectRow, ...]


@dataclass(frozen=True)
class ProjectList:
    """The latest projects of one body, or of all; *total* is how many there are."""

    of: Shown | None
    projects: tuple[ProjectRow, ...]
    total: int
    page: str


def has_card(types: Iterable[str]) -> bool:
    """Say whether things of these classes have a card."""
    return not {CCIN + "Body", CCIN + "Project"}.isdisjoint(types)


def of_document(path: str, types: Sequence[str], title: str) -> Embed | None:
    """Return what may be embedded of the document at *path* (``/doc/...``), or None."""
    if not path.startswith("/doc/") or not has_card(types):
        return None
    return Embed("/embed/" + path.removeprefix("/doc/"), title, path, CARD)


def brief_of(path: str, title: str) -> Embed:
    """Return the few words about a thing that has no card; the document at *path* has the rest."""
    return Embed(path, title, path, CARD)


def projects_of(path: str, title: str, words: Words) -> Embed:
    """Return the list of the projects of the body whose document is at *path*."""
    thing = path.removeprefix("/doc/")
    told = words.gettext("Projects of %(body)s", body=title)
    return Embed(f"/embed/projects?council={quote(thing, safe='')}", told, path, LIST)


def all_projects(words: Words) -> Embed:
    """Return the list of the latest projects of all bodies."""
    return Embed("/embed/projects", words.gettext("Latest projects"), "/projects", LIST)


def all_on_map(words: Words) -> Embed:
    """Return the map of all members and other bodies."""
    return Embed("/embed/map", words.gettext("Map of members and other bodies"), "/members", MAP)


def of_list(list_path: str, words: Words) -> Embed | None:
    """Return what may be embedded of the list at *list_path*, or None."""
    return {"projects": all_projects, "members": all_on_map}.get(list_path, lambda _: None)(words)


def code(embed: Embed, origin: str, size: Size | None = None) -> str:
    """Return the HTML that shows an embed on another site: a frame that may open tabs and do no more."""
    size = size or embed.size
    return (
        f'<iframe src="{escape(origin + embed.path)}" title="{escape(embed.title)}"'
        f' width="{size.width}" height="{size.height}" loading="lazy" referrerpolicy="no-referrer"'
        ' sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>'
    )


def card(resource: Resource, maker: Maker, head: Head) -> Card:
    """Return the card of a body or a project."""
    return _of_project(resource, maker, head) if _is_project(resource) else _of_body(resource, maker, head)


def _is_project(resource: Resource) -> bool:
    return CCIN + "Project" in resource.types


def _of_body(resource: Resource, maker: Maker, head: Head) -> Card:
    view = bodies.view(resource, maker)
    _ = maker.terms.words.gettext
    lines = [] if view.is_network else [Line(_("Membership"), _words(view.membership.summary))]
    if view.regions:
        lines.append(Line(_("Region"), view.regions))
    if view.principles:
        met = tuple(principle for principle, times in view.principles[:_ON_CARD])
        lines.append(Line(_("Principles in practice"), met))
    return Card(head, view.lede, tuple(lines), view.projects[:_ON_CARD])


def _of_project(resource: Resource, maker: Maker, head: Head) -> Card:
    view = project.view(resource, maker)
    _, ngettext = maker.terms.words.gettext, maker.terms.words.ngettext
    took_part = ngettext("%(num)s body", "%(num)s bodies", view.took_part) if view.took_part else ""
    lines = (
        Line(_("Kind of project"), view.kinds),
        Line(_("Year"), _words(view.year)),
        Line(_("Lead"), view.leads),
        Line(_("Took part"), _words(took_part)),
        Line(_("Principles met"), tuple(one.principle for one in view.principles.met[:_ON_CARD])),
    )
    return Card(head, "", lines, ())


def _words(text: str) -> tuple[Shown, ...]:
    return (Shown(text),) if text else ()


def projects(body: Resource | None, maker: Maker) -> ProjectList:
    """Return the latest projects that a body took part in; without a body, the latest of all."""
    reader, _ = maker.reader, maker.terms.words.gettext
    if body is None:
        found = [one.iri for one in reader.index.of_class(CCIN + "Project", limit=_LATEST)]
        total, of, page = reader.index.count_class(CCIN + "Project"), None, "/projects"
        rows = [bodies.project_row(one, maker) for one in reader.latest(found)[:_ROWS]]
    else:
        found = reader.linking(body.iri, CCIN + "tookPart", _LATEST)
        total, of = reader.linking_count(body.iri, CCIN + "tookPart"), maker.terms.link(body.iri)
        page = of.href or "/projects"
        leads = {one for one in found if body.iri in reader.iris(one, CCIN + "lead")}
        rows = [
            bodies.project_row(one, maker, _("Led") if one in leads else _("Took part"))
            for one in reader.latest(found)[:_ROWS]
        ]
    return ProjectList(of, tuple(rows), total, page)
