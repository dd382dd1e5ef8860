"""Pages for people: one method for each kind of page, from a build and a PageContext to HTML text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

import pyoxigraph as ox
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from ..archive import Archive
from ..description import releases, schemaorg
from ..description.about import About
from ..description.about import Published as File
from ..description.profiles import parts_of, suffix
from ..facets import Counted, Wanted
from ..history import Standing
from ..index import Found, Item, Meant
from ..ledger import ADDED, CHANGES, DATASET, REMOVED, Ledger, Release
from ..links import outgoing
from ..model import ClassShape, Facet
from ..namespaces import CCIN, DCAT, DCT, SKOS
from ..quality import METRICS
from ..questions import Question
from ..resource import Resource
from ..stories import Passage, Story
from ..words import LANGUAGES, N_, Words, words
from . import JSON, JSON_LD, N_TRIPLES, RDF_XML, TURTLE, Representation
from .pages import (
    bodies,
    charts,
    concepts,
    drawn,
    embeds,
    facts,
    figures,
    find,
    membership,
    messages,
    project,
    question,
    schemes,
    story,
    told,
    vocabulary,
)
from .pages import query as queries
from .pages import shapes as rules
from .pages.context import Alternate, Answer, Example, Limits, PageContext, Problem
from .pages.language import keep
from .pages.linking import Linking
from .pages.past import Past
from .pages.question import Asked
from .pages.reader import Published, Reader
from .pages.shared import Maker, Pages, paging
from .pages.snippets import Dataset
from .pages.terms import Shown, Terms, broken, count, many
from .pages.theme import theme_css
from .pages.uses import Uses, report_address
from .pages.work import Project, Work
from .profiles import PROFILES, Profile

__all__ = ["Alternate", "Answer", "Html", "PageContext", "theme_css"]

TEMPLATES = Path(__file__).parent.parent / "web" / "templates"
_LISTS = ("members", "projects", "principles")
_BRAND = re.compile(r"(.*\S)\s+(linked (?:open )?data)", re.IGNORECASE)
_ROWS = 5
_INDENT = re.compile(r"\n[ \n]+<")
_KEPT_BLANKS = re.compile(r"(<(?:pre|textarea|script)\b.*?</(?:pre|textarea|script)>)", re.DOTALL)
_BRIEF = 300
# As many as a list has on a page.
MEMBERS_ON_PAGE = 100


@cache
def _environment(words: Words) -> Environment:
    """Return the templates in one language, compiled once for all builds. Every value shown is escaped."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        auto_reload=False,
    )
    messages.install(environment, words)
    environment.globals["list_title"] = lambda path: list_title(path, words)
    environment.filters.update(
        day=lambda text: words.day(text) or text,
        number=words.number,
        count=count,
        broken=broken,
        query=_quoted,
        many=lambda kind: list_title(f"doc/{kind}", words),
        measured=words.measured,
    )
    for name in ("macros.html", "base.html", "home.html"):
        environment.get_template(name)  # every page needs the first two: no visitor waits for them
    return environment


@dataclass(frozen=True)
class Finding:
    """What the check of the data says of one or more things: which, file by file, with the line of each."""

    message: str
    hint: str
    severity: str
    files: tuple[tuple[str, tuple[tuple[Shown, int | None], ...]], ...]

    @property
    def size(self) -> int:
        """How many things it is said of."""
        return sum(len(things) for _, things in self.files)


def _without_indents(page: str) -> str:
    """Return a page without the blanks before its tags, but where blanks are text: a fiftieth of its size."""
    parts = _KEPT_BLANKS.split(page)
    return "".join(part if place % 2 else _INDENT.sub("\n<", part) for place, part in enumerate(parts))


class PublishedBuild(Published, Protocol):
    """A build whose folder holds the report and whose manifest holds the counts."""

    @property
    def folder(self) -> Path: ...
    @property
    def manifest(self) -> Mapping[str, Any]: ...

    @property
    def about(self) -> About: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def archive(self) -> Archive | None: ...


class Html:
    """The pages of one build. Every method returns a whole page; nothing here knows of requests."""

    def __init__(
        self, build: PublishedBuild, language: Words | None = None, reader: Reader | None = None
    ) -> None:
        self._build = build
        self._reader = reader or Reader(build)
        self._report = _read_report(build.folder)
        self.words = language or words()
        self._terms = Terms(build.base, build.model, self._labels, self._notes(), self.words)
        self._maker = Maker(self._reader, self._terms)
        self._shape_for = lru_cache(1000)(build.model.shape_for)
        self._site = self._site_values()
        _environment(self.words)

    def _labels(self, iri: str) -> list[ox.Literal]:
        """Return the labels of a thing, and where none is in the page’s language, other names that are."""
        found = self._reader.labels(iri)
        if self.words.is_own("en") or any(self.words.is_own(one.language or "") for one in found):
            return found
        names = self._reader.objects(iri, SKOS + "altLabel")
        own = (one for one in names if isinstance(one, ox.Literal) and self.words.is_own(one.language or ""))
        return [*found, *own]

    def in_words(self, language: Words) -> Html:
        """Return the pages of the same build in another language; what is read of the build is shared."""
        return Html(self._build, language, self._reader)

    def _notes(self) -> dict[str, str]:
        """Return what stands beside a link to another site that a check found broken."""
        return {
            one["address"]: self.words.gettext(
                "did not answer on %(day)s", day=self.words.day(one["checked_on"])
            )
            for one in (self._report or {}).get("broken", ())
        }

    def _unchecked(self, resource: Resource) -> int:
        """Return how many of the thing's links to other sites no check has looked at."""
        checked = (self._report or {}).get("checked", {})
        found = {one.address for one in outgoing(resource.triples, self._build.base)}
        return len(found.difference(checked)) if self._report else 0

    def _site_values(self) -> dict[str, Any]:
        """Return what every page says of the site."""
        site, lists = self._build.model.site, self._build.model.lists
        brand = _BRAND.fullmatch(site.title)
        return {
            "site": site,
            "brand": (brand[1], brand[2]) if brand else (site.title, N_("Linked data")),
            "lists": [path for path in _LISTS if path in lists],
            "search_words": _search_words(lists, self.words),
            "languages": LANGUAGES,
            "language_names": {code: words(code).own_name for code in LANGUAGES},
            "unreviewed": any(words(code).unreviewed for code in LANGUAGES),
            "network": next(iter(self._reader.index.of_class(CCIN + "Network", limit=1)), None),
            "report": "/report",
            "has_past": self._build.archive is not None,
            "licence": self._terms.link(site.licence) if site.licence else None,
            "manifest": self._build.manifest,
            "base": self._build.base.iri,
        }

    @cached_property
    def uses(self) -> Uses:
        """The pages that tell whom to talk to and what is not known, the briefings and the report form."""
        return Uses(self._maker, self._page, self._build, self._report)

    @cached_property
    def linking(self) -> Linking:
        """The pages for those who link here, and of the links from here."""
        return Linking(self._maker, self._page)

    @cached_property
    def past(self) -> Past:
        """The pages of what changed and of what things were."""
        return Past(self._maker, self._page, self._build)

    def _page(self, template: str, ctx: PageContext, title: str, **values: Any) -> str:
        values.setdefault("crumbs", ())
        values.setdefault("current", "")
        values.setdefault("embeds", ())
        crumbs = [(href, messages.plain(words)) for href, words in values["crumbs"]]
        way = schemaorg.breadcrumbs(ctx.origin, crumbs, messages.plain(title))
        schema = schemaorg.block([values.pop("schema", None), way])
        told = json.dumps(schema, ensure_ascii=False, separators=(",", ":")) if schema else ""
        values["schema"] = _data_block(told)
        found = _environment(self.words).get_template(template)
        data = _data_block(ctx.data_json)
        page = found.render(self._site, ctx=ctx, title=title, data=data, words=self.words, **values)
        return keep(_without_indents(page), self.words.code)

    # Things

    def resource(self, resource: Resource, ctx: PageContext, *, incoming_page: int = 1) -> str:
        """Return the page of a thing, or of a scheme, the catalogue, a dataset or a source."""
        shape = self._shape_for(tuple(resource.types))
        template, view, shown = self._designed(resource)
        list_path = shape.list_path if shape else None
        is_network = CCIN + "Network" in resource.types
        return self._page(
            template,
            ctx,
            messages.spoken(self._maker.title(resource)),
            head=self._maker.head(resource, shape),
            view=view,
            sentence=self._sentence(resource),
            iri=resource.iri,
            unlicensed=CCIN + "Source" in resource.types and not resource.iris(DCT + "license"),
            shape=shape,
            groups=facts.groups(resource, shape, self._terms, shown=shown),
            above=facts.above(resource, self._terms, shown),
            missing=facts.missing(resource, shape),
            conflicts=self._maker.conflicts(resource),
            sources=self._maker.sources(resource),
            incoming=self._maker.incoming(resource, ctx.path, incoming_page),
            # Who opens a concept or a page wants what it is said of.
            links_first=not {SKOS + "Concept", CCIN + "Page"}.isdisjoint(resource.types),
            modified=self._modified(resource),
            unchecked=self._unchecked(resource),
            embeds=self._embeds(resource, ctx),
            pictures=drawn.of_resource(resource, self._maker),
            beside=self.uses.beside(resource),
            report=report_address(resource.iri),
            schema=self._in_schema_org(resource, ctx),
            current=self._current(ctx.path, list_path, is_network),
            crumbs=() if is_network else self._crumbs(ctx.path, resource, list_path),
        )

    def alternates(
        self, ctx: PageContext, resource: Resource, offers: Sequence[tuple[Profile, Sequence[Representation]]]
    ) -> str:
        """Return the list of the profiles and formats that a thing comes in."""
        base, about = self._build.base, self._terms.link(resource.iri)
        rows = [
            (
                one,
                one.iri(base),
                [(form.label, form.media_type, ctx.path + suffix(one, form)) for form in forms],
            )
            for one, forms in offers
        ]
        return self._page(
            "alternates.html",
            ctx,
            self.words.gettext("Profiles and formats"),
            about=about,
            rows=rows,
            listed=[(one.label, one.extension) for one in (JSON_LD, TURTLE, N_TRIPLES, RDF_XML, JSON)],
            crumbs=[(ctx.path, messages.spoken(about))],
        )

    def explanation(self, ctx: PageContext, told: Mapping[str, Any]) -> str:
        """Return why an address answers as it does, for a person."""
        return self._page("explain.html", ctx, self.words.gettext("Why this answer"), told=told)

    def profiles(self, ctx: PageContext, iri: str) -> str:
        """Return the page of all profiles, or of the one with this IRI."""
        base, link = self._build.base, self._terms.link
        shown = [one for one in PROFILES if one.iri(base) == iri] or list(PROFILES)
        things = self._reader.index.of_class(CCIN + "Body", limit=1)
        about = next((base.path(base.document(one.iri)) for one in things), None)
        rows = [
            (
                one,
                one.iri(base),
                [link(of) for of in one.of],
                [(words, link(address)) for _, words, address, _ in parts_of(one, base)],
                about + suffix(one, TURTLE) if about else None,
            )
            for one in shown
        ]
        _ = self.words.gettext
        title = _(shown[0].label) if len(shown) == 1 else _("Profiles")
        crumbs = [("/data", _("Data")), *([("/def/profile", _("Profiles"))] if len(shown) == 1 else [])]
        modified = self._build.manifest["modified"]
        values = {"rows": rows, "iri": iri, "modified": modified, "crumbs": crumbs, "current": "data"}
        return self._page("profiles.html", ctx, title, **values)

    def _embeds(self, resource: Resource, ctx: PageContext) -> list[tuple[str, embeds.Embed, str]]:
        """Return what other sites may show of a thing: its words, where it is, and the code to copy."""
        title = self._terms.link(resource.iri).text
        card = embeds.of_document(ctx.path, resource.types, title)
        _ = self.words.gettext
        found = [(_("A card"), card)] if card else []
        if card and self._reader.linking_count(resource.iri, CCIN + "tookPart"):
            found.append((_("Its projects"), embeds.projects_of(ctx.path, title, self.words)))
        return [(words, one, embeds.code(one, ctx.start)) for words, one in found]

    def _in_schema_org(self, resource: Resource, ctx: PageContext) -> schemaorg.Block | None:
        page = f"{ctx.origin}{ctx.path}"
        found = schemaorg.of_resource(resource, page)
        site = self._build.model.site
        if found is None or resource.iri != site.dataset or not self._build.manifest["record"]:
            return found
        return {**found, **schemaorg.for_dataset(self._build.about, ctx.origin, page)}

    # Pages for frames on other sites

    def embed_card(self, resource: Resource, embed: embeds.Embed, ctx: PageContext) -> str:
        """Return the card of a body or a project, for a frame."""
        head = self._maker.head(resource, self._shape_for(tuple(resource.types)))
        card = embeds.card(resource, self._maker, head)
        return self._page("embed/card.html", ctx, embed.title, origin=ctx.start, card=card, page=embed.page)

    def embed_brief(self, resource: Resource, embed: embeds.Embed, ctx: PageContext) -> str:
        """Return what a thing is called and described as, for a frame."""
        described = [*resource.texts(DCT + "description"), *resource.texts(SKOS + "definition")]
        lede = described[0] if described else ""
        head = self._maker.head(resource, self._shape_for(tuple(resource.types)), lede=lede[:_BRIEF])
        card = embeds.Card(head, head.lede, (), ())
        return self._page("embed/card.html", ctx, embed.title, origin=ctx.start, card=card, page=embed.page)

    def embed_projects(self, body: Resource | None, embed: embeds.Embed, ctx: PageContext) -> str:
        """Return the latest projects of a body, or of all, for a frame."""
        found = embeds.projects(body, self._maker)
        return self._page(
            "embed/projects.html", ctx, embed.title, origin=ctx.start, list=found, page=embed.page
        )

    def embed_map(self, iris: Sequence[str], embed: embeds.Embed, ctx: PageContext) -> str:
        """Return a map of bodies with their names as a list, for a frame."""
        found, names = drawn.map_of(iris, self._maker), self._maker.links(iris)
        return self._page(
            "embed/map.html", ctx, embed.title, origin=ctx.start, map=found, names=names, page=embed.page
        )

    def embed_problem(self, title: str, detail: str, ctx: PageContext) -> str:
        """Return what went wrong, for a frame."""
        return self._page("embed/problem.html", ctx, title, origin=ctx.start, detail=detail, page="")

    def _designed(self, resource: Resource) -> tuple[str, object, frozenset[str]]:
        """Return the template, the view and the properties shown by design for the kind of a Resource."""
        for iri, (template, make, shown) in self._designs.items():
            if iri in resource.types:
                view = make(resource)
                return template, view, getattr(view, "shown", shown)
        return "thing.html", None, frozenset()

    @cached_property
    def _designs(self) -> dict[str, tuple[str, Callable[[Resource], object], frozenset[str]]]:
        # The first class that a thing has decides.
        reason = frozenset({CCIN + "reason"})
        maker = self._maker
        definition, description = frozenset({SKOS + "definition"}), frozenset({DCT + "description"})
        return {
            CCIN + "Tombstone": ("tombstone.html", self._words(CCIN + "reason"), reason),
            CCIN + "Project": ("project.html", lambda one: project.view(one, maker), frozenset()),
            CCIN + "CaseStudy": ("case-study.html", lambda one: project.case_study(one, maker), frozenset()),
            CCIN + "Page": ("case-study.html", lambda one: project.case_study(one, maker), frozenset()),
            CCIN + "MembershipStatement": ("told.html", lambda one: told.statement(one, maker), frozenset()),
            CCIN + "Membership": ("told.html", lambda one: told.membership(one, maker), frozenset()),
            CCIN + "Participation": ("told.html", lambda one: told.participation(one, maker), frozenset()),
            CCIN + "PrincipleClaim": ("told.html", lambda one: told.claim(one, maker), frozenset()),
            CCIN + "Figure": ("figure.html", lambda one: figures.view(one, maker), frozenset()),
            CCIN + "Body": ("body.html", lambda one: bodies.view(one, maker), bodies.SHOWN),
            CCIN + "Principle": ("principle.html", lambda one: concepts.principle(one, maker), definition),
            CCIN + "Area": ("area.html", lambda one: concepts.area(one, maker), frozenset()),
            CCIN + "Source": ("source.html", self._source, frozenset()),
            CCIN + "Release": ("release.html", self._release, description),
            SKOS + "ConceptScheme": ("scheme.html", lambda one: schemes.view(one, maker), definition),
            SKOS + "Concept": ("concept.html", self._words(SKOS + "definition"), definition),
            DCAT + "Catalog": ("catalog.html", self._words(DCT + "description"), description),
            DCAT + "Dataset": ("dataset.html", self._dataset, description),
        }  # fmt: skip

    def _sentence(self, resource: Resource) -> str:
        """Return one sentence about a thing without a design of its own, or ''."""
        words = self._maker.captured(resource.iri) if CCIN + "Capture" in resource.types else ""
        return f"{words[0].upper()}{words[1:]}." if words else ""

    def _words(self, predicate: str) -> Callable[[Resource], list[Shown]]:
        """Return what shows the literals of one property of a Resource."""
        return lambda resource: [self._terms.show(one) for one in resource.objects(predicate)]

    def _source(self, resource: Resource) -> object:
        triples = self._build.manifest["counts"]["graphs"].get(resource.iri, 0)
        return concepts.source(resource, self._maker, triples)

    def _dataset(self, resource: Resource) -> object:
        graphs = self._build.manifest["counts"]["graphs"]
        files = self._build.about.files if self._build.manifest["record"] else ()
        local = self._terms.href(resource.iri) or ""
        return {
            "words": self._words(DCT + "description")(resource),
            "files": [self._file(one, local) for one in files if one.holds_everything],
            "more": [self._file(one, local) for one in files if not one.holds_everything],
            "graphs": [(self._maker.source_link(iri), size) for iri, size in graphs.items()],
            "releases": self._releases(),
        }

    def _file(self, file: File, local: str) -> tuple[dict[str, object], Shown]:
        """Return a file with its address, and what it holds."""
        return {**vars(file), "href": f"{local}/latest/{file.name}"}, self._english(Shown(file.title))

    def _releases(self) -> list[tuple[Shown, Release]]:
        """Return the Releases with a link to each, the newest first."""
        found = [(self._release_link(one), one) for one in self._build.ledger.releases]
        return found[::-1]

    def _release_link(self, release: Release) -> Shown:
        """Return the link to a Release, whose title is English as all that the ledger says."""
        dataset = self._build.model.site.dataset
        return self._english(self._terms.link(releases.address(release, dataset), releases.title(release)))

    def _english(self, link: Shown) -> Shown:
        """Return a link whose words are English and no label, marked so on a page in another language."""
        return link if self.words.is_own("en") or link.lang else replace(link, lang="en")

    def _release(self, resource: Resource) -> object:
        ledger = self._build.ledger
        found = ledger.get(resource.iri.rpartition("/")[2])
        local = self._terms.href(resource.iri) or ""
        names = (DATASET, ADDED, REMOVED, CHANGES) if ledger.has_changes(found) else ()
        kinds = [(self._terms.link(kind), number) for kind, number in found.classes.items()]
        return {
            "release": found,
            "files": [(name, f"{local}/{name}") for name in names],
            "before": next((link for link, one in self._releases() if one.name == found.previous), None),
            "after": next((link for link, one in self._releases() if one.previous == found.name), None),
            "kinds": sorted(kinds, key=lambda one: one[0].text.casefold()),
            "changes": ledger.summary(found),
            "stream": f"/changes/{found.name}/1" if self.past.has(found.name) else "",
        }

    def _modified(self, resource: Resource) -> str | None:
        found: str | None = max(resource.texts(DCT + "modified", resource.document), default=None)
        return found or self._build.manifest["modified"]

    def _current(self, path: str, list_path: str | None, is_network: bool) -> str:
        if is_network:
            return "network"
        if list_path:
            return list_path
        return "data" if path.startswith(("/data", "/def", "/sparql")) else ""

    def _crumbs(self, path: str, resource: Resource, list_path: str | None) -> list[tuple[str, str]]:
        if list_path and list_path in self._build.model.lists:
            return [(f"/{list_path}", list_title(list_path, self.words))]
        for scheme in resource.iris(SKOS + "inScheme"):
            return [(self._terms.href(scheme) or "/data", messages.spoken(self._terms.link(scheme)))]
        if path.startswith("/data/"):
            return [("/data", self.words.gettext("Data"))]
        kind = path.split("/")[2] if path.startswith("/doc/") else ""
        return [(f"/doc/{kind}", list_title(f"doc/{kind}", self.words))] if kind else []

    # Lists

    def listing(
        self,
        list_path: str,
        items: Sequence[Item],
        total: int,
        page: int,
        pages: int,
        ctx: PageContext,
        asked: tuple[Wanted, Sequence[Counted]] | None = None,
    ) -> str:
        """Return one page of a list; *list_path* is the list's, or ``id/{kind}`` for all of a kind.

        *asked* is what narrows and sorts it, with the counts of its facets.
        """
        shape = self._build.model.lists.get(list_path)
        narrowed = self._narrowed(shape, *asked) if shape and asked else None
        turned = narrowed.page if narrowed else lambda number: f"{ctx.path}?page={number}"
        turns = Pages(
            page,
            pages,
            total,
            len(items),
            turned(page - 1) if page > 1 else "",
            turned(page + 1) if page < pages else "",
        )
        # Every page but the last is full.
        first = total - len(items) + 1 if page == pages else (page - 1) * len(items) + 1
        return self._page(
            "listing.html",
            ctx,
            list_title(list_path, self.words),
            list_path=list_path,
            rows=[(concepts.row(item, self._maker), self._terms.css(item.iri)) for item in items],
            total=total,
            first=first,
            last=first + len(items) - 1,
            pages=turns,
            shape=shape,
            find=narrowed,
            whole=self._reader.index.count(list_path) if shape else total,
            others=[] if shape else self._kinds(),
            case_studies=self._reader.index.count_class(CCIN + "CaseStudy") if list_path == "projects" else 0,
            embeds=self._list_embeds(list_path, ctx),
            current=list_path if shape else "",
        )

    def _list_embeds(self, list_path: str, ctx: PageContext) -> list[tuple[str, embeds.Embed, str]]:
        """Return what other sites may show of a list."""
        found = embeds.of_list(list_path, self.words)
        return [(found.title, found, embeds.code(found, ctx.start))] if found else []

    def _narrowed(self, shape: ClassShape, wanted: Wanted, counted: Sequence[Counted]) -> find.FindView:
        """Return what narrows and sorts the list of a shape."""
        path = f"/{shape.list_path}"
        return find.view(path, shape.facets, shape.sorted_by, wanted, counted, self._maker)

    def suggestion(self, item: Item) -> tuple[Shown, str]:
        """Return a thing as it is suggested: its words and address, and the words for its kind."""
        kind = self._maker.kind_of_item(item)
        return self._terms.link(item.iri), self.words.translated(kind) or kind

    def suggested(self, count: int) -> str:
        """Return what is said of so many suggestions to somebody who does not see them."""
        return self.words.ngettext("%(num)s suggestion", "%(num)s suggestions", count)

    @property
    def facets_of_everything(self) -> list[Facet]:
        """The facets of the search of the whole site."""
        return find.facets_of_everything(self._build.model, self.words.gettext("Kind of thing"))

    def members_on(
        self,
        day: date,
        pairs: Sequence[tuple[Item, Standing]],
        counts: tuple[int, int],
        page: int,
        ctx: PageContext,
        asked: tuple[Wanted, Sequence[Counted]] | None = None,
    ) -> str:
        """Return one page of the members on a day; *counts* are members, and members when last known.

        *asked* is what narrows the list, with the counts of its facets among all bodies.
        """
        shape = self._build.model.lists.get(ctx.path.lstrip("/"))
        narrowed = self._narrowed(shape, *asked) if shape and asked and asked[0] else None
        more = (
            "".join(f"&{_quoted(name)}={_quoted(value)}" for name, value in asked[0].pairs()) if asked else ""
        )
        total = sum(counts)
        turns = paging(total, page, MEMBERS_ON_PAGE, lambda to: f"{ctx.path}?as-of={day}{more}&page={to}")
        return self._page(
            "as_of.html",
            ctx,
            self.words.gettext("Members on %(day)s", day=self.words.day(day)),
            rows=membership.rows(pairs, self._maker),
            members=counts[0],
            last_known=counts[1],
            total=total,
            day=day.isoformat(),
            find=narrowed,
            pages=turns,
            current="members",
            crumbs=[("/members", self.words.gettext("Members"))],
        )

    def _kinds(self) -> list[tuple[str, int]]:
        return list(self._reader.index.kinds().items())

    def search(
        self, ctx: PageContext, wanted: Wanted, found: Found, page: int, meant: Meant | None = None
    ) -> str:
        """Return one page of what a search found, with what was *meant* where it found nothing."""
        maker, css = self._maker, self._terms.css
        narrowed = find.of_everything(self.facets_of_everything, wanted, found.facets, maker)
        return self._page(
            "search.html",
            ctx,
            self.words.gettext("Search: %(text)s", text=wanted.text)
            if wanted.text
            else self.words.gettext("Search"),
            text=wanted.text,
            total=found.total,
            rows=[(concepts.row(one, maker), maker.kind_of_item(one), css(one.iri)) for one in found.items],
            pages=paging(found.total, page, 20, narrowed.page),
            find=narrowed,
            meant=meant,
            near=[(concepts.row(one, maker), css(one.iri)) for one in meant.items] if meant else [],
        )

    # The site

    def home(
        self, ctx: PageContext, questions: Sequence[Question] = (), stories: Sequence[Story] = ()
    ) -> str:
        """Return the home page, with the saved questions that have a form, and the stories."""
        index, reader, met = self._reader.index, self._reader, CCIN + "meetsPrinciple"
        lists = self._build.model.lists
        counts = {path: index.count(path) for path in _LISTS if path in lists}
        latest = index.of_class(CCIN + "Project", limit=200) if "projects" in lists else []
        newest = reader.latest([one.iri for one in latest])[:_ROWS]
        principles = index.items("principles", limit=40) if "principles" in lists else []
        members = index.items("members", limit=1) if "members" in lists else []
        # Names to try are ones that people know: a project with a title, and who led it.
        titled = [iri for iri in newest if reader.text(iri, DCT + "title")][:1]
        known = [one for iri in titled for one in reader.iris(iri, CCIN + "lead")] or [
            one.iri for one in members
        ]
        example = next(iter([*titled, *newest, *known]), None)
        return self._page(
            "home.html",
            ctx,
            self.words.gettext("Home"),
            counts=counts,
            latest=[bodies.project_row(one, self._maker) for one in newest],
            principles=[
                (self._terms.link(one.iri), reader.linking_count(one.iri, met)) for one in principles
            ],
            tries=[
                self._terms.link(iri) for iri in [*known[:1], *titled, *(one.iri for one in principles[:1])]
            ],
            case_studies=index.count_class(CCIN + "CaseStudy"),
            questions=[one for one in questions if one.parameters],
            stories=stories,
            example=example,
            example_path=self._build.base.path(example) if example else None,
            ring=drawn.ring(self._maker),
        )

    # Pictures of all of the network

    @property
    def work(self) -> Work:
        """Who took part in what: read once of the build."""
        return self._reader.work

    def network(
        self,
        projects: Sequence[Project],
        total: int,
        page: int,
        pages: int,
        chosen: tuple[str, str],
        ctx: PageContext,
    ) -> str:
        """Return one page of projects with who took part; *chosen*: year and principle as asked."""
        asked = "".join(
            f"{name}={_quoted(one)}&" for name, one in zip(("year", "principle"), chosen, strict=True) if one
        )
        turns = Pages(
            page,
            pages,
            total,
            len(projects),
            f"/network?{asked}page={page - 1}" if page > 1 else "",
            f"/network?{asked}page={page + 1}" if page < pages else "",
        )
        return self._page(
            "network.html",
            ctx,
            self.words.gettext("The network"),
            view=drawn.network(projects, self._maker),
            total=total,
            pages=turns,
            year=chosen[0],
            principle=chosen[1],
            about=self._terms.link(self._build.model.site.network or ""),
            current="network",
        )

    def charts(self, ctx: PageContext) -> str:
        """Return the charts with their tables."""
        crumbs = [("/network", self.words.gettext("The network"))]
        title = self.words.gettext("Charts")
        return self._page(
            "charts.html", ctx, title, view=charts.view(self._maker), crumbs=crumbs, current="network"
        )

    def on_map(self, list_path: str, iris: Sequence[str], asked: str, ctx: PageContext) -> str:
        """Return the things of a list on a map; *asked* is the query of the list's own address."""
        title = list_title(list_path, self.words)
        return self._page(
            "on_map.html",
            ctx,
            title,
            map=drawn.map_of(iris, self._maker),
            names=self._maker.links(iris),
            list_path=list_path,
            asked=asked,
            crumbs=[(f"/{list_path}", title)],
            embeds=self._list_embeds(list_path, ctx),
            current=list_path,
        )

    def text(self, name: str, ctx: PageContext) -> str:
        """Return a page about the site: about, quality, accessibility, licence or privacy."""
        values: dict[str, Any] = {}
        if name == "quality":
            values = self._quality()
        if name == "licence":
            values = {"sources": self._all_sources()}
        return self._page(f"text/{name}.html", ctx, self.words.gettext(_TEXTS[name]), **values)

    def _quality(self) -> dict[str, Any]:
        report = self._report
        findings = report["findings"] if report else []
        rows = self._grouped(findings)
        named = {one.name: self._release_link(one) for one in self._build.ledger.releases}
        link = self._terms.link
        return {
            "found": report,
            "total": len(findings),
            "rows": rows,
            "metrics": METRICS,
            "releases": named,
            "kinds": [(self._english(link(one["iri"], one["label"])), one) for one in report["kinds"]]
            if report
            else [],
            "broken": [(link(one["thing"]), one) for one in report["broken"]] if report else [],
            "named": {
                key: [link(one["iri"], one["label"]) for one in report[key]] if report else []
                for key in ("without_source", "unmatched")
            },
        }

    def _grouped(self, findings: Sequence[Mapping[str, Any]]) -> list[Finding]:
        """Return the findings, those of one message together: it is told once, and each thing is named."""
        found: dict[tuple[str, str, str], dict[str, list[tuple[Shown, int | None]]]] = {}
        for one in findings:
            link = self._terms.link(one["focus"])
            # A message may begin with the name of its thing, which the link says.
            key = (one["message"].removeprefix(f"{link.text}: "), one["hint"] or "", one["severity"])
            files = found.setdefault(key, {})
            files.setdefault(one["file"] or "", []).append((link, one["line"]))
        return [
            Finding(*key, tuple((file, tuple(things)) for file, things in files.items()))
            for key, files in found.items()
        ]

    def _all_sources(self) -> list[Any]:
        items = self._reader.index.of_class(CCIN + "Source", limit=200)
        return [self._maker.source(item.iri) for item in items]

    def error(
        self,
        status: int,
        title: str,
        detail: str,
        hints: Sequence[str],
        ctx: PageContext,
        said: Mapping[str, object] | None = None,
    ) -> str:
        """Return the page for an error: what happened, and two ways on.

        Where *said* is given, *detail* is a message and *said* holds what fills it.
        """
        if said is not None:
            detail = escape(messages.sentence(self.words.gettext(detail, **said)))
        title = messages.named(title, self.words)
        return self._page("error.html", ctx, title, status=status, detail=detail, hints=hints)

    # The data pages

    @cached_property
    def known_terms(self) -> vocabulary.Vocabulary:
        """The ontology and the shapes of the build."""
        return vocabulary.Vocabulary(self._maker)

    @cached_property
    def _rules(self) -> rules.Rules:
        return rules.Rules(self.known_terms)

    def _of_vocabulary(self, template: str, ctx: PageContext, title: str, iri: str, view: object) -> str:
        modified = self._build.manifest["modified"]
        values = {"view": view, "iri": iri, "modified": modified, "current": "data"}
        return self._page(template, ctx, messages.named(title, self.words), **values)

    def ontology(self, ctx: PageContext) -> str:
        """Return the page of the ontology: every term under its own anchor."""
        view = self.known_terms.overview()
        return self._of_vocabulary("ontology.html", ctx, view.title, vocabulary.ONTOLOGY, view)

    def ontology_before(self, triples: Sequence[ox.Triple], iri: str, ctx: PageContext) -> str:
        """Return the page of a version of before of the ontology, from its triples."""
        view = self.known_terms.before(triples)
        return self._of_vocabulary("ontology.html", ctx, f"{view.title} {view.version}", iri, view)

    def term(self, resource: Resource, ctx: PageContext) -> str:
        """Return the page of one term of the ontology."""
        view = self.known_terms.term(resource)
        return self._of_vocabulary("term.html", ctx, view.entry.label.text, resource.iri, view)

    def shapes(self, ctx: PageContext) -> str:
        """Return the page of the shapes: each kind of thing, and every rule under its own anchor."""
        view = self._rules.overview()
        return self._of_vocabulary("shapes.html", ctx, view.title, rules.WHOLE, view)

    def shape(self, resource: Resource, ctx: PageContext) -> str:
        """Return the page of the rules of one class."""
        view = self._rules.page(resource)
        return self._of_vocabulary("shape.html", ctx, view.label, resource.iri, view)

    def scheme(self, resource: Resource, ctx: PageContext) -> str:
        """Return the page of a concept scheme."""
        return self.resource(resource, ctx)

    def catalog(self, ctx: PageContext) -> str:
        """Return the page of the catalogue. Raises UnknownResource when the build has none."""
        return self.resource(self._build.store.describe(self._build.model.site.catalog), ctx)

    def dataset(self, ctx: PageContext) -> str:
        """Return the page of the dataset. Raises UnknownResource when the build has none."""
        return self.resource(self._build.store.describe(self._build.model.site.dataset), ctx)

    def questions(self, ctx: PageContext, found: Sequence[Question]) -> str:
        """Return the list of saved questions: those with a form first."""
        _ = self.words.gettext
        crumbs = [("/data", _("Data"))]
        return self._page(
            "questions.html", ctx, _("Questions"), questions=found, crumbs=crumbs, current="data"
        )

    def question(self, ctx: PageContext, asked: Asked, most: int) -> str:
        """Return the page of a saved question: its form, and the answer; a file holds *most* rows."""
        return self._page(
            "question.html",
            ctx,
            messages.named(asked.question.title, self.words),
            asked=asked,
            result=question.view(asked, self._maker),
            most=most,
            crumbs=[("/data", self.words.gettext("Data")), ("/questions", self.words.gettext("Questions"))],
            current="data",
        )

    def stories(self, ctx: PageContext, found: Sequence[Story]) -> str:
        """Return the list of stories."""
        _ = self.words.gettext
        crumbs = [("/data", _("Data"))]
        return self._page("stories.html", ctx, _("Stories"), stories=found, crumbs=crumbs, current="data")

    def story(self, ctx: PageContext, told: Story, found: Sequence[Passage | story.Answered]) -> str:
        """Return the page of a story with its answers."""
        _ = self.words.gettext
        return self._page(
            "story.html",
            ctx,
            messages.named(told.title, self.words),
            story=told,
            parts=story.parts(found, self._maker),
            modified=self._build.manifest["modified"],
            crumbs=[("/data", _("Data")), ("/stories", _("Stories"))],
            current="data",
        )

    def sparql(
        self,
        ctx: PageContext,
        query: str = "",
        examples: Sequence[Example] = (),
        result: Answer | None = None,
        problem: Problem | None = None,
        limits: Limits | None = None,
        dataset: Dataset = (),
    ) -> str:
        """Return the query page: the form, the examples, and a result or a problem where there is one.

        *dataset* are the parameters of the protocol that say which graphs are asked.
        """
        return self._page(
            "sparql.html",
            ctx,
            self.words.gettext("Query the data with SPARQL"),
            query_text=query,
            examples=examples,
            result=queries.view(result, query, dataset, ctx.canonical, self._maker) if result else None,
            problem=problem,
            mistake=queries.mistake(query, problem) if problem else None,
            limits=limits,
            dataset=dataset,
            current="data",
        )


def _read_report(folder: Path) -> dict[str, Any] | None:
    """Return the report of a build, or None for one that was not checked."""
    path = folder / "files" / "report.json"
    found: dict[str, Any] | None = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
    return found


_TEXTS = {
    "about": N_("About this site"),
    "quality": N_("How good is the data?"),
    "accessibility": N_("Accessibility statement"),
    "licence": N_("Licence and reuse"),
    "privacy": N_("Privacy"),
}


_LIST_TITLES = {"members": N_("Members"), "projects": N_("Projects"), "principles": N_("Principles")}


def list_title(path: str, words: Words) -> str:
    """Return the title of a list from its path: ``members`` is Members, ``id/capture`` is Captures."""
    if path in ("id", "doc"):
        return words.gettext("Everything")
    if path in _LIST_TITLES:
        return words.gettext(_LIST_TITLES[path])
    head, _, kind = path.rpartition("/")
    return messages.named(many(kind) if head else kind.replace("-", " ").capitalize(), words)


def _quoted(text: str) -> str:
    return quote(text, safe="")


def _search_words(lists: Mapping[str, ClassShape], words: Words) -> str:
    known = [path for path in _LISTS if path in lists]
    if known == list(_LISTS):
        return words.gettext("Search members, projects and principles")
    if not known:
        return words.gettext("Search")
    titles = [messages.plain(list_title(path, words)).lower() for path in known]
    return words.gettext("Search %(lists)s", lists=words.listed(titles))


def _data_block(text: str) -> Markup:
    # Only "<" could end the script element; JSON has a second way to write it.
    return Markup(text.replace("<", "\\u003c"))
