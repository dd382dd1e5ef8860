"""Pages for people: one method for each kind of page, from a build and a PageContext to HTML text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ..description import releases
from ..history import Standing, in_words
from ..index import Item
from ..ledger import ADDED, CHANGES, DATASET, REMOVED, Ledger, Release
from ..links import outgoing
from ..model import ClassShape
from ..namespaces import CCIN, DCAT, DCT, SKOS
from ..quality import METRICS
from ..questions import Question
from ..resource import Resource
from .pages import bodies, concepts, facts, figures, membership, project, question, told, vocabulary
from .pages import query as queries
from .pages.context import Alternate, Answer, Example, Limits, PageContext, Problem
from .pages.question import Asked
from .pages.reader import Published, Reader
from .pages.shared import Maker, Pages, paging
from .pages.terms import Shown, Terms, broken, count, day, many, number
from .pages.theme import theme_css

__all__ = ["Alternate", "Answer", "Html", "PageContext", "theme_css"]

TEMPLATES = Path(__file__).parent.parent / "web" / "templates"
_LISTS = ("members", "projects", "principles")
_BRAND = re.compile(r"(.*\S)\s+(linked (?:open )?data)", re.IGNORECASE)
_ROWS = 5
# As many as a list has on a page.
MEMBERS_ON_PAGE = 100


@cache
def _environment() -> Environment:
    """Return the templates, compiled once for all builds. Every value that a page shows is escaped."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        auto_reload=False,
    )
    environment.filters.update(
        day=lambda text: day(text) or text,
        number=number,
        count=count,
        broken=broken,
        query=_quoted,
        many=many,
        measured=lambda value: f"{value:,g}" if value < 1e6 else number(int(value)),
    )
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


class PublishedBuild(Published, Protocol):
    """A build whose folder holds the report and whose manifest holds the counts."""

    @property
    def folder(self) -> Path: ...
    @property
    def manifest(self) -> Mapping[str, Any]: ...
    @property
    def ledger(self) -> Ledger: ...


class Html:
    """The pages of one build. Every method returns a whole page; nothing here knows of requests."""

    def __init__(self, build: PublishedBuild) -> None:
        self._build = build
        self._reader = Reader(build)
        self._report = _read_report(build.folder)
        self._terms = Terms(build.base, build.model, self._reader.labels, self._notes())
        self._maker = Maker(self._reader, self._terms)
        self._shape_for = lru_cache(1000)(build.model.shape_for)
        self._site = self._site_values()

    def _notes(self) -> dict[str, str]:
        """Return what stands beside a link to another site that a check found broken."""
        return {
            one["address"]: f"did not answer on {day(one['checked_on'])}"
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
            "brand": (brand[1], brand[2]) if brand else (site.title, "Linked data"),
            "lists": [path for path in _LISTS if path in lists],
            "search_words": _search_words(lists),
            "network": next(iter(self._reader.index.of_class(CCIN + "Network", limit=1)), None),
            "report": self._report_address(),
            "licence": self._terms.link(site.licence) if site.licence else None,
            "manifest": self._build.manifest,
            "base": self._build.base.iri,
        }

    def _report_address(self) -> str:
        contact = self._build.model.site.contact_url
        href = self._terms.href(contact) if contact else None
        return href if href and not href.startswith("/about") else "/about#report"

    def _page(self, template: str, ctx: PageContext, title: str, **values: Any) -> str:
        values.setdefault("crumbs", ())
        values.setdefault("current", "")
        found = _environment().get_template(template)
        return found.render(self._site, ctx=ctx, title=title, data=_data_block(ctx.data_json), **values)

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
            self._terms.link(resource.iri).text,
            head=self._maker.head(resource, shape),
            view=view,
            sentence=self._sentence(resource),
            iri=resource.iri,
            unlicensed=CCIN + "Source" in resource.types and not resource.iris(DCT + "license"),
            shape=shape,
            groups=facts.groups(resource, shape, self._terms, shown=shown),
            missing=facts.missing(resource, shape),
            conflicts=self._maker.conflicts(resource),
            sources=self._maker.sources(resource),
            incoming=self._maker.incoming(resource, ctx.path, incoming_page),
            modified=self._modified(resource),
            unchecked=self._unchecked(resource),
            current=self._current(ctx.path, list_path, is_network),
            crumbs=() if is_network else self._crumbs(ctx.path, resource, list_path),
        )

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
            SKOS + "ConceptScheme": ("scheme.html", lambda one: concepts.scheme(one, maker), definition),
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
        local = self._terms.href(resource.iri) or ""
        return {
            "words": self._words(DCT + "description")(resource),
            "files": [
                {**one, "href": f"{local}/latest/{one['name']}"} for one in self._build.manifest["files"]
            ],
            "graphs": [(self._maker.source_link(iri), size) for iri, size in graphs.items()],
            "releases": self._releases(),
        }

    def _releases(self) -> list[tuple[Shown, Release]]:
        """Return the Releases with a link to each, the newest first."""
        dataset = self._build.model.site.dataset
        found = [
            (self._terms.link(releases.address(one, dataset), releases.title(one)), one)
            for one in self._build.ledger.releases
        ]
        return found[::-1]

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
            return [(f"/{list_path}", list_title(list_path))]
        for scheme in resource.iris(SKOS + "inScheme"):
            return [(self._terms.href(scheme) or "/data", self._terms.link(scheme).text)]
        if path.startswith("/data/"):
            return [("/data", "Data")]
        kind = path.split("/")[2] if path.startswith("/doc/") else ""
        return [(f"/doc/{kind}", many(kind))] if kind else []

    # Lists

    def listing(
        self, list_path: str, items: Sequence[Item], total: int, page: int, pages: int, ctx: PageContext
    ) -> str:
        """Return one page of a list; *list_path* is the list's, or ``id/{kind}`` for all of a kind."""
        shape = self._build.model.lists.get(list_path)
        turns = Pages(
            page, pages, total, len(items), _turn(ctx, page - 1, pages), _turn(ctx, page + 1, pages)
        )
        # Every page but the last is full.
        first = total - len(items) + 1 if page == pages else (page - 1) * len(items) + 1
        return self._page(
            "listing.html",
            ctx,
            list_title(list_path),
            list_path=list_path,
            rows=[(concepts.row(item, self._maker), self._terms.css(item.iri)) for item in items],
            total=total,
            first=first,
            last=first + len(items) - 1,
            pages=turns,
            shape=shape,
            others=[] if shape else self._kinds(),
            case_studies=self._reader.index.count_class(CCIN + "CaseStudy") if list_path == "projects" else 0,
            current=list_path if shape else "",
        )

    def members_on(
        self,
        day: date,
        pairs: Sequence[tuple[Item, Standing]],
        counts: tuple[int, int],
        page: int,
        ctx: PageContext,
    ) -> str:
        """Return one page of the members on a day; *counts* are members, and members when last known."""
        total = sum(counts)
        turns = paging(total, page, MEMBERS_ON_PAGE, lambda to: f"{ctx.path}?as-of={day}&page={to}")
        return self._page(
            "as_of.html",
            ctx,
            f"Members on {in_words(day)}",
            rows=membership.rows(pairs, self._maker),
            members=counts[0],
            last_known=counts[1],
            total=total,
            day=day.isoformat(),
            pages=turns,
            current="members",
            crumbs=[("/members", "Members")],
        )

    def _kinds(self) -> list[tuple[str, int]]:
        return list(self._reader.index.kinds().items())

    def search(
        self, ctx: PageContext, text: str, total: int, items: Sequence[Item], page: int, pages: int
    ) -> str:
        """Return one page of what a search found."""
        turns = paging(total, page, 20, lambda to: f"/search?q={_quoted(text)}&page={to}")
        title = f"Search: {text}" if text else "Search"
        maker, css = self._maker, self._terms.css
        rows = [(concepts.row(one, maker), maker.kind_of_item(one), css(one.iri)) for one in items]
        return self._page(
            "search.html", ctx, title, text=text, total=total, rows=rows, pages=turns, all_pages=pages
        )

    # The site

    def home(self, ctx: PageContext, questions: Sequence[Question] = ()) -> str:
        """Return the home page, with the saved questions that have a form."""
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
            "Home",
            counts=counts,
            latest=[bodies.project_row(one, self._maker) for one in newest],
            principles=[
                (self._terms.link(one.iri), reader.linking_count(one.iri, met)) for one in principles
            ],
            tries=[
                self._terms.link(iri).text
                for iri in [*known[:1], *titled, *(one.iri for one in principles[:1])]
            ],
            case_studies=index.count_class(CCIN + "CaseStudy"),
            questions=[one for one in questions if one.parameters],
            example=example,
            example_path=self._build.base.path(example) if example else None,
        )

    def text(self, name: str, ctx: PageContext) -> str:
        """Return a page about the site: about, quality, accessibility, licence or privacy."""
        values: dict[str, Any] = {}
        if name == "quality":
            values = self._quality()
        if name == "licence":
            values = {"sources": self._all_sources()}
        return self._page(f"text/{name}.html", ctx, _TEXTS[name], **values)

    def _quality(self) -> dict[str, Any]:
        report = self._report
        findings = report["findings"] if report else []
        rows = self._grouped(findings)
        dataset = self._build.model.site.dataset
        named = {
            one.name: self._terms.link(releases.address(one, dataset), releases.title(one))
            for one in self._build.ledger.releases
        }
        link = self._terms.link
        return {
            "found": report,
            "total": len(findings),
            "rows": rows,
            "metrics": METRICS,
            "releases": named,
            "kinds": [(link(one["iri"], one["label"]), one) for one in report["kinds"]] if report else [],
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

    def error(self, status: int, title: str, detail: str, hints: Sequence[str], ctx: PageContext) -> str:
        """Return the page for an error: what happened, and two ways on."""
        return self._page("error.html", ctx, title, status=status, detail=detail, hints=hints)

    # The data pages

    def ontology(self, ctx: PageContext) -> str:
        """Return the page of the ontology: every term under its own anchor."""
        view = vocabulary.ontology(self._maker)
        return self._page("ontology.html", ctx, view.title, view=view, iri=CCIN.rstrip("#"), current="data")

    def shapes(self, ctx: PageContext) -> str:
        """Return the page of the shapes: each kind of thing with its fields, and every field."""
        view = vocabulary.shapes(self._maker)
        return self._page("shapes.html", ctx, view.whole.title, view=view, current="data")

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
        crumbs = [("/data", "Data")]
        return self._page("questions.html", ctx, "Questions", questions=found, crumbs=crumbs, current="data")

    def question(self, ctx: PageContext, asked: Asked, most: int) -> str:
        """Return the page of a saved question: its form, and the answer; a file holds *most* rows."""
        return self._page(
            "question.html",
            ctx,
            asked.question.title,
            asked=asked,
            result=question.view(asked, self._maker),
            most=most,
            crumbs=[("/data", "Data"), ("/questions", "Questions")],
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
    ) -> str:
        """Return the query page: the form, the examples, and a result or a problem where there is one."""
        return self._page(
            "sparql.html",
            ctx,
            "Query the data with SPARQL",
            query_text=query,
            examples=examples,
            result=queries.view(result, query, ctx.canonical, self._maker) if result else None,
            problem=problem,
            mistake=queries.mistake(query, problem) if problem else None,
            limits=limits,
            current="data",
        )


def _read_report(folder: Path) -> dict[str, Any] | None:
    """Return the report of a build, or None for one that was not checked."""
    path = folder / "files" / "report.json"
    found: dict[str, Any] | None = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
    return found


_TEXTS = {
    "about": "About this site",
    "quality": "How good is the data?",
    "accessibility": "Accessibility statement",
    "licence": "Licence and reuse",
    "privacy": "Privacy",
}


def list_title(path: str) -> str:
    """Return the title of a list from its path: ``members`` is Members, ``id/capture`` is Captures."""
    if path in ("id", "doc"):
        return "Everything"
    head, _, kind = path.rpartition("/")
    return many(kind) if head else kind.capitalize()


def _turn(ctx: PageContext, page: int, pages: int) -> str:
    return f"{ctx.path}?page={page}" if 1 <= page <= pages else ""


def _quoted(text: str) -> str:
    return quote(text, safe="")


def _search_words(lists: Mapping[str, ClassShape]) -> str:
    known = [path for path in _LISTS if path in lists]
    if not known:
        return "Search"
    return "Search " + (", ".join(known[:-1]) + " and " if len(known) > 1 else "") + known[-1]


def _data_block(text: str) -> Markup:
    # Only "<" could end the script element; JSON has a second way to write it.
    return Markup(text.replace("<", "\\u003c"))
