"""The past for people: what changed, the history of one thing, and a thing as it was in a Release."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import pyoxigraph as ox
from markupsafe import Markup

from ...archive import Entry
from ...description import releases
from ...namespaces import DCT, RDFS
from ...resource import Resource
from ...words import N_
from . import facts
from .context import PageContext
from .messages import spoken
from .shared import Maker, Pages
from .terms import Shown, Terms

# As many sentences are said of one change, and of so long a Resource only what is its own.
_SENTENCES, _LONG = 6, 500
CHANGED = {"create": N_("New"), "update": N_("Changed"), "delete": N_("Gone")}


@dataclass(frozen=True)
class Row:
    """One change on a page: the thing, what it is, what happened, in words, and where its version is."""

    link: Shown
    type: str
    change: str
    sentences: tuple[str, ...]
    more: int
    version: str
    history: str


class Past:
    """Makes these pages from one build in one language. *page* renders a template into a whole page."""

    def __init__(self, maker: Maker, page: Callable[..., str], build: Any) -> None:
        self._maker, self._page, self._build = maker, page, build
        self._terms, self._words = maker.terms, maker.words

    def has(self, release: str) -> bool:
        """Say whether the changes of a Release are kept here, and there are any."""
        kept = self._build.archive.moment(release) if self._build.archive else None
        return bool(kept and kept.size)

    def changes(
        self, entries: Sequence[Entry], pages: Pages, since: str, mistake: str, ctx: PageContext
    ) -> str:
        """Return one page of changes by Release; *since* is the day asked for, *mistake* its fault."""
        groups = [
            (self._release(name), [self._row(one) for one in found])
            for name, found in groupby(entries, key=lambda one: one.release)
        ]
        return self._page(
            "changes-list.html",
            ctx,
            self._words.gettext("What changed"),
            groups=groups,
            pages=pages,
            since=since,
            mistake=mistake,
            crumbs=[("/data", self._words.gettext("Data"))],
            current="data",
        )

    def _release(self, name: str) -> Shown:
        found = self._build.ledger.get(name)
        dataset = self._build.model.site.dataset
        link = self._terms.link(releases.address(found, dataset), releases.title(found))
        return link if self._words.is_own("en") else Shown(link.text, link.href, link.css, lang="en")

    def _row(self, one: Entry) -> Row:
        # What a new thing is called stands beside it already.
        sentences = one.sentences if one.kind == "update" else ()
        # A prefixed name is for programs.
        kind = "" if ":" in one.type else one.type
        link = self._link(one)
        return Row(
            link,
            kind,
            CHANGED[one.kind],
            sentences[:_SENTENCES],
            len(sentences[_SENTENCES:]),
            one.version,
            f"/timemap{one.path}",
        )

    def _link(self, one: Entry) -> Shown:
        """Return a thing by the name that it had, with a link where it is still there."""
        tag = one.language if one.language and not self._words.is_own(one.language) else None
        return Shown(one.label, None if one.gone else one.path, self._terms.css(one.iri), lang=tag)

    def _history(self, one: Entry) -> Markup:
        return self._words.say("History of %(thing)s", thing=spoken(self._link(one)))

    def history(self, versions: Sequence[Entry], ctx: PageContext) -> str:
        """Return every version of one thing, the newest first."""
        newest = versions[-1]
        rows = [(self._release(one.release), self._row(one), one.at) for one in reversed(versions)]
        return self._page(
            "history.html",
            ctx,
            self._history(newest),
            rows=rows,
            here=None if newest.gone else newest.path,
            crumbs=[("/changes", self._words.gettext("What changed"))],
            current="data",
        )

    def version(
        self, resource: Resource, entry: Entry, around: tuple[Entry | None, Entry | None], ctx: PageContext
    ) -> str:
        """Return a thing as it was in a Release: nothing on this page is of another day but its links."""
        terms = Terms(self._terms.base, self._maker.model, _labels(resource), language=self._words)
        shape = self._maker.model.shape_for(tuple(resource.types))
        old = Maker(self._maker.reader, terms)
        before, after = around
        return self._page(
            "version.html",
            ctx,
            self._words.say("%(thing)s, an old version", thing=spoken(self._link(entry))),
            head=old.head(resource, shape),
            iri=resource.iri,
            groups=facts.groups(_short(resource), shape, terms),
            cut=len(resource.triples) > _LONG,
            release=self._release(entry.release),
            row=self._row(entry),
            sources=[self._maker.source(one) for one in resource.iris(DCT + "source", resource.document)],
            before=before.version if before else None,
            after=after.version if after else None,
            modified=entry.at.date().isoformat(),
            here=entry.path,
            crumbs=[(f"/timemap{entry.path}", self._history(entry))],
            current="data",
        )


def _short(resource: Resource) -> Resource:
    """Return a Resource as it is; of a whole vocabulary only what is said of itself, not of its terms."""
    if len(resource.triples) <= _LONG:
        return resource
    own = [one for one in resource.triples if one.subject == ox.NamedNode(resource.iri)]
    linked = {one.object for one in own}
    labels = [
        one for one in resource.triples if one.predicate.value == RDFS + "label" and one.subject in linked
    ]
    return Resource(resource.iri, resource.document, (*own, *labels))


def _labels(resource: Resource) -> Callable[[str], list[ox.Literal]]:
    """Return what gives the labels that things had then."""
    return lambda iri: [one for one in resource.objects(RDFS + "label", iri) if isinstance(one, ox.Literal)]
