"""What a network's site is for: whom to talk to, what is not known, how to cite, where else, what to mend."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from ...gaps import CONFLICT, KINDS, Gap, read_gaps
from ...links import BROKEN, OK, REFUSED
from ...namespaces import CCIN, DCT, FOAF, OWL, RDFS, shorten
from ...resource import Resource
from ...words import N_
from .. import fragments
from .. import talk as advice
from ..citation import Citation, key_of
from . import bodies, messages
from .bodies import BodyView
from .context import PageContext
from .shared import Maker, Pages, SourceOf, paging
from .terms import Shown

# As many as a page of a record, and a briefing, show of each.
_GAPS, _NAMES = 6, 60
_BRIEF_PROJECTS, _BRIEF_BODIES, _BRIEF_GAPS, _BRIEF_SOURCES = 8, 14, 5, 5
ON_PAGE = 50
TALKED = 20
# What an outside address says of a thing, by its property.
_OUTSIDE = {
    OWL + "sameAs": N_("the same thing"),
    RDFS + "seeAlso": N_("more about it"),
    FOAF + "homepage": N_("its own site"),
}
_STATES = {
    OK: N_("answered when it was checked"),
    BROKEN: N_("did not answer when it was checked"),
    REFUSED: N_("keeps programs out, so it could not be checked"),
}
_UNCHECKED = N_("unchecked")


@dataclass(frozen=True)
class Elsewhere:
    """One address of others for a thing or its area: the link, what it says, and what a check found."""

    link: Shown
    says: str
    of: str
    state: str
    checked: bool


@dataclass(frozen=True)
class OwnWords:
    """What the pages of one site print for a thing, each wording with a link that opens its page at it."""

    site: str
    words: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ShownGap:
    """One gap on a page: its kind, the thing it is about, its field, in words, and where to answer."""

    kind: str
    link: Shown
    field: str
    words: str
    answer: str
    bodies: tuple[Shown, ...]


@dataclass(frozen=True)
class Beside:
    """What every record page has beside its facts."""

    citation: Citation
    cite: str
    report: str
    gaps: tuple[ShownGap, ...]
    gaps_total: int
    gaps_link: str
    checked: bool
    own_words: tuple[OwnWords, ...]
    elsewhere: tuple[Elsewhere, ...]
    talk: str
    briefing: str


@dataclass(frozen=True)
class Advice:
    """One body to talk to: its link, why, and the work that it did, each with its role and year."""

    link: Shown
    css: str
    reason: str
    works: tuple[tuple[Shown, str, str], ...]
    more: int


@dataclass(frozen=True)
class Brief:
    """One body on one sheet of paper; each list is cut, and says how many more there are."""

    body: BodyView
    projects: tuple[Any, ...]
    others: tuple[tuple[Shown, int], ...]
    gaps: tuple[ShownGap, ...]
    gaps_total: int
    sources: tuple[SourceOf, ...]
    sources_total: int


class Uses:
    """Makes these pages from one build in one language. *page* renders a template into a whole page."""

    def __init__(
        self, maker: Maker, page: Callable[..., str], build: Any, report: Mapping[str, Any] | None
    ) -> None:
        self._maker, self._page, self._build, self._report = maker, page, build, report
        self.reader, self.words = maker.reader, maker.terms.words
        self._folder: Path = build.folder

    # On every record

    @cached_property
    def gaps(self) -> tuple[Gap, ...] | None:
        """Everything that the build does not know; None when it was not checked."""
        return read_gaps(self._folder)

    @cached_property
    def _by_thing(self) -> dict[str, list[Gap]]:
        found: dict[str, list[Gap]] = {}
        for gap in self.gaps or ():
            for iri in {gap.about, gap.thing, *gap.bodies}:
                found.setdefault(iri, []).append(gap)
        return found

    def beside(self, resource: Resource) -> Beside:
        """Return what stands beside the facts of a Resource on its page."""
        iri = resource.iri
        gaps = self._by_thing.get(iri, [])
        gaps = sorted(gaps, key=lambda one: self._nearness(one, iri))
        is_body = CCIN + "Body" in resource.types and CCIN + "Network" not in resource.types
        key = self.key(iri)
        return Beside(
            citation=self.citation(iri, self._maker.terms.link(iri).text),
            cite=f"about={_in_query(iri)}",
            report=report_address(iri),
            gaps=tuple(self._shown(one) for one in gaps[:_GAPS]),
            gaps_total=len(gaps),
            gaps_link="/unknown?" + (f"body={key}" if is_body else f"about={_in_query(iri)}"),
            checked=self.gaps is not None,
            own_words=tuple(self._own_words(resource)),
            elsewhere=tuple(self._elsewhere(resource)),
            talk=self._talk_link(resource, key, is_body=is_body),
            briefing=f"/briefing/{key}" if is_body else "",
        )

    def _nearness(self, gap: Gap, iri: str) -> tuple[bool, bool, bool]:
        """Return what puts gaps of the thing itself first, and what pages and captures lack last."""
        told = self.key(gap.about).partition("/")[0] in ("page", "capture")
        return iri not in (gap.about, gap.thing), gap.kind != CONFLICT, told

    def key(self, iri: str) -> str:
        """Return the kind and key of a thing, as ``council/oldham``; '' for what is no thing under /id."""
        local = self._maker.base.path(iri) or ""
        return local.removeprefix("/id/") if local.startswith("/id/") else ""

    def _talk_link(self, resource: Resource, key: str, *, is_body: bool) -> str:
        if is_body:
            return f"/talk?council={key}"
        return f"/talk?principle={key}" if CCIN + "Principle" in resource.types else ""

    def citation(self, iri: str, title: str) -> Citation:
        """Return how to cite the record of a thing: in the Release that this build is, or in the build."""
        build, site = self._build, self._build.model.site
        release = build.manifest.get("release")
        # What is quoted stands under the rights of its source, never under the data's licence.
        rights = None if self.reader.iri(iri, DCT + "license") else self.reader.texts(iri, DCT + "rights")
        return Citation(
            key=key_of(iri),
            title=title,
            container=self._maker.terms.link(site.dataset).text if site.dataset else site.title,
            publisher=site.publisher_name or site.title or "Linked data",
            version=f"Release {release}" if release else f"unreleased build {build.id}",
            day=build.manifest["modified"],
            url=iri,
            licence=None if rights else self.reader.iri(iri, DCT + "license") or site.licence,
            rights=rights[0] if rights else None,
        )

    def _shown(self, gap: Gap) -> ShownGap:
        return ShownGap(
            kind=gap.kind,
            link=self._maker.terms.link(gap.about),
            field=gap.name,
            words=gap.words,
            answer=report_address(gap.thing, gap.field),
            bodies=tuple(self._maker.links(gap.bodies)),
        )

    def _own_words(self, resource: Resource) -> list[OwnWords]:
        """Return what sources print for a thing and, of a project, for each part taken in it."""
        things = [resource.iri]
        if CCIN + "Project" in resource.types:
            parts = self.reader.store.subjects_of(CCIN + "project", resource.iri)
            things += [one for one in parts if self.reader.texts(one, CCIN + "nameAsPrinted")][:_NAMES]
        found: dict[str, dict[tuple[str, str], None]] = {}
        for iri in things:
            words = fragments.joined(fragments.printed(iri, self.reader))
            for href in fragments.links(iri, self.reader):
                found.setdefault(_host(href), {})[words, href] = None
        return [OwnWords(host, tuple(pairs)) for host, pairs in found.items()]

    def _elsewhere(self, resource: Resource) -> list[Elsewhere]:
        """Return the addresses that others have for a body and for its area."""
        if CCIN + "Body" not in resource.types:
            return []
        checked = (self._report or {}).get("checked", {})
        found = []
        for thing in (resource.iri, *resource.iris(CCIN + "area")):
            for path, says in _OUTSIDE.items():
                for iri in self.reader.iris(thing, path):
                    if self._maker.base.path(iri) is None:
                        state = _STATES.get(checked.get(iri, ""), _UNCHECKED)
                        area = self._maker.terms.link(thing).text if thing != resource.iri else ""
                        link = self._maker.terms.link(iri)
                        found.append(Elsewhere(link, says, area, state, iri in checked))
        return found

    # Who should we talk to?

    def talk(
        self,
        ctx: PageContext,
        bodies: Sequence[tuple[str, str]],
        principles: Sequence[tuple[str, str]],
        asked: tuple[str, str],
        iris: tuple[str | None, str | None],
        number: int,
    ) -> str:
        """Return the page: the form with what was *asked*, and those to talk to when a principle was."""
        body, principle = iris
        found = advice.found(principle, body, self.reader, self.words) if principle else []
        place = advice.place_of(body, self.reader) if body else None
        query = urlencode([pair for pair in zip(("council", "principle"), asked, strict=True) if pair[1]])
        pages = paging(len(found), number, TALKED, lambda to: f"/talk?{query}&page={to}")
        here = found[(pages.page - 1) * TALKED : pages.page * TALKED]
        link = self._maker.terms.link
        return self._page(
            "talk.html",
            ctx,
            self.words.gettext("Who should we talk to?"),
            council_options=bodies,
            principle_options=principles,
            asked=asked,
            council=link(body) if body else None,
            principle=link(principle) if principle else None,
            advice=[self._advice(one, place) for one in here],
            place_known=bool(place and (place.region or place.nation)),
            pages=pages,
            query=query,
        )

    def _advice(self, one: advice.Candidate, place: advice.Place | None) -> Advice:
        _ = self.words.gettext
        roles = {**dict.fromkeys(one.told, _("told of")), **dict.fromkeys(one.joined, _("took part"))}
        roles |= dict.fromkeys(one.led, _("led"))
        terms = self._maker.terms
        return Advice(
            link=terms.link(one.iri),
            css=terms.css(one.iri),
            reason=advice.reason(one, place, self.reader, self.words),
            works=tuple((terms.link(work), roles[work], self.reader.year(work)) for work in one.works[:5]),
            more=max(0, len(one.works) - 5),
        )

    # What we do not know

    def unknown(self, ctx: PageContext, found: Sequence[Gap], asked: Mapping[str, str], number: int) -> str:
        """Return one page of the list of gaps, by body; *found* are those of the filters in *asked*."""
        pages = paging(len(found), number, ON_PAGE, lambda to: unknown_address(asked, page=str(to)))
        here = found[(pages.page - 1) * ON_PAGE : pages.page * ON_PAGE]
        groups: list[tuple[tuple[Shown, ...], list[ShownGap]]] = []
        for gap in here:
            shown = self._shown(gap)
            if not groups or groups[-1][0] != shown.bodies:
                groups.append((shown.bodies, []))
            groups[-1][1].append(shown)
        link = self._maker.terms.link
        return self._page(
            "unknown.html",
            ctx,
            self.words.gettext("What we do not know"),
            groups=groups,
            kinds=self._kinds(asked),
            pages=pages,
            asked=asked,
            checked=self.gaps is not None,
            body=link(self._maker.base.iri + "id/" + asked["body"]) if asked.get("body") else None,
            about=link(asked["about"]) if asked.get("about") else None,
        )

    def _kinds(self, asked: Mapping[str, str]) -> list[tuple[str, str, int, str, bool]]:
        """Return each kind of gap: key, words, how many there are, its address, whether it is chosen."""
        others = {name: value for name, value in asked.items() if name != "kind"}
        there = self.chosen(others)
        made = [("", N_("Everything"), len(there), unknown_address(others), not asked.get("kind"))]
        for kind, words in KINDS.items():
            size = sum(one.kind == kind for one in there)
            address = unknown_address({**others, "kind": kind})
            made.append((kind, words, size, address, asked.get("kind") == kind))
        return made

    def chosen(self, asked: Mapping[str, str]) -> list[Gap]:
        """Return the gaps that fit every filter, by body and those of no one body last."""
        body = self._maker.base.iri + "id/" + asked["body"] if asked.get("body") else ""
        about, kind = asked.get("about", ""), asked.get("kind", "")
        there = self._by_thing.get(body or about, []) if body or about else list(self.gaps or ())
        found = [
            one
            for one in there
            if (not kind or one.kind == kind)
            and (not body or body in one.bodies)
            and (not about or about in (one.about, one.thing, *one.bodies))
        ]
        return sorted(found, key=self._order)

    def _order(self, gap: Gap) -> tuple[object, ...]:
        names = [self.reader.sort_key(one)[1] for one in gap.bodies]
        return not gap.bodies, names, self._nearness(gap, gap.bodies[0] if gap.bodies else "")

    # One sheet of paper

    def briefing(self, resource: Resource, ctx: PageContext) -> str:
        """Return the page of one body that prints on one sheet of A4."""
        view = bodies.view(resource, self._maker)
        gaps = [one for one in self._by_thing.get(resource.iri, []) if resource.iri in one.bodies]
        gaps.sort(key=lambda one: self._nearness(one, resource.iri))
        sources = self._maker.sources(resource)
        title = self._maker.terms.link(resource.iri)
        return self._page(
            "briefing.html",
            ctx,
            self.words.gettext("Briefing: %(name)s", name=title.text),
            head=self._maker.head(resource, self._build.model.shape_for(tuple(resource.types))),
            iri=resource.iri,
            path=self._maker.terms.href(resource.iri),
            brief=Brief(
                body=view,
                projects=view.projects[:_BRIEF_PROJECTS],
                others=view.others[:_BRIEF_BODIES],
                gaps=tuple(self._shown(one) for one in gaps[:_BRIEF_GAPS]),
                gaps_total=len(gaps),
                sources=tuple(sources[:_BRIEF_SOURCES]),
                sources_total=len(sources),
            ),
            citation=self.citation(resource.iri, title.text),
            crumbs=[(self._maker.terms.href(resource.iri) or "/", messages.spoken(title))],
        )

    # Report a problem

    def report(
        self,
        ctx: PageContext,
        about: str,
        field: str,
        *,
        taken: bool,
        words: str = "",
        source: str = "",
        mistake: str = "",
        longest: Mapping[str, int],
    ) -> str:
        """Return the form for a problem; where reports are not *taken*, a mail or an address instead."""
        site = self._build.model.site
        contact = site.contact_url or ""
        name = self._maker.terms.property_name(field) if field else ""
        return self._page(
            "report.html",
            ctx,
            self.words.gettext("Report a problem"),
            about=self._maker.terms.link(about) if about else None,
            about_iri=about,
            field=field,
            field_name=name if name != field else shorten(field),
            taken=taken,
            written=words,
            source=source,
            mistake=mistake,
            mail=_mail(contact, about, name) if contact.startswith("mailto:") else "",
            contact=contact if contact.startswith("http") and not self._is_ours(contact) else "",
            longest=longest,
        )

    def _is_ours(self, address: str) -> bool:
        return self._maker.base.path(address) is not None

    def thanks(self, ctx: PageContext) -> str:
        """Return the page that thanks for a report."""
        return self._page("report-sent.html", ctx, self.words.gettext("Thank you"))


def report_address(about: str, field: str = "") -> str:
    """Return the address of the form for a problem with a thing, or with one of its fields."""
    more = f"&field={_in_query(shorten(field))}" if field else ""
    return f"/report?about={_in_query(about)}{more}"


def unknown_address(asked: Mapping[str, str], **more: str) -> str:
    """Return the address of the list of gaps with these filters."""
    pairs = [f"{name}={_in_query(value)}" for name, value in {**asked, **more}.items() if value]
    return "/unknown" + (f"?{'&'.join(pairs)}" if pairs else "")


def _in_query(text: str) -> str:
    # RFC 3986, 3.4: a query may hold these as they are.
    return quote(text, safe=":/")


def _mail(contact: str, about: str, field: str) -> str:
    subject = f"A problem with {about}" if about else "A problem"
    body = f"{about}\n{field}\n\n".lstrip()
    joint = "&" if "?" in contact else "?"
    return f"{contact}{joint}subject={quote(subject, safe='')}&body={quote(body, safe='')}"


def _host(address: str) -> str:
    return urlsplit(address).netloc.removeprefix("www.")


__all__ = ["ON_PAGE", "Beside", "Pages", "Uses", "report_address", "unknown_address"]
