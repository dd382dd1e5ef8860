"""Pages for those who link: look-up by identifier, "is it a member", how to link here, our own links."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from ...description.outgoing import FORMATS, LinksTo
from ...history import Status
from ...identifiers import NOT_KNOWN, Answer, Match
from ...index import Item
from ...words import N_
from ..quickstatements import Made
from .context import PageContext
from .days import when
from .membership import StandingRow, rows
from .shared import Maker
from .snippets import Snippet
from .terms import Shown

_STATUS = {
    Status.MEMBER: N_("Member"),
    Status.LAST_KNOWN: N_("Member when last known"),
    Status.NOT_LISTED: N_("Not listed"),
    NOT_KNOWN: N_("Not known"),
}


@dataclass(frozen=True)
class Found:
    """One thing that has an identifier: its link, its kind, by which property, as it is recorded."""

    link: Shown
    css: str
    kind: str
    how: Shown | None
    value: str


@dataclass(frozen=True)
class Said:
    """What is known of one body: the status in words, what it rests on, and each statement."""

    link: Shown
    css: str
    status: str
    key: str
    row: StandingRow | None
    statements: tuple[tuple[Shown, Shown, str, tuple[Shown, ...]], ...]


class Linking:
    """Makes these pages from one build."""

    def __init__(self, maker: Maker, page: Callable[..., str]) -> None:
        self._maker, self._page = maker, page
        self.words = maker.words

    def resolve(self, ctx: PageContext, asked: str, matches: Sequence[Match]) -> str:
        """Return the form for an identifier, with the things that have the one that was asked for."""
        title = self.words.gettext("Find a thing by its identifier")
        crumbs = [("/link-to-us", self.words.gettext("Link to us"))]
        found = [self._found(one) for one in matches]
        return self._page("resolve.html", ctx, title, asked=asked, found=found, crumbs=crumbs, current="data")

    def _found(self, one: Match) -> Found:
        terms = self._maker.terms
        return Found(
            link=terms.link(one.item.iri, one.item.label),
            css=terms.css(one.item.iri),
            kind=self._maker.kind_of_item(one.item),
            how=terms.link(one.how) if one.how else None,
            value=one.value,
        )

    def is_member(
        self,
        ctx: PageContext,
        asked: tuple[str, str],
        day: date,
        answers: Sequence[Answer],
        others: Sequence[Item],
    ) -> str:
        """Return what is known of the membership of bodies on a day; *asked*: identifier and day as asked.

        *others* have the identifier, and are no bodies and no places of any.
        """
        return self._page(
            "is-member.html",
            ctx,
            self.words.gettext("Is it a member?"),
            asked=asked[0],
            on=asked[1],
            day=day.isoformat(),
            answers=[self._said(one) for one in answers],
            others=[self._maker.terms.link(one.iri, one.label) for one in others],
            crumbs=[("/members", self.words.gettext("Members"))],
            current="members",
        )

    def _said(self, one: Answer) -> Said:
        maker, listed = self._maker, one.status in (Status.MEMBER, Status.LAST_KNOWN)
        row = rows([(one.item, one.standing)], maker)[0] if listed else None
        return Said(
            link=maker.terms.link(one.item.iri, one.item.label),
            css=maker.terms.css(one.item.iri),
            status=self.words.gettext(_STATUS[one.status]),
            key=one.status.replace(" ", "-"),
            row=row,
            statements=tuple(
                (
                    maker.terms.link(said.iri),
                    maker.terms.link(maker.base.thing("statement-kind", said.says)),
                    when(said, self.words),
                    tuple(maker.pages(said.sources)),
                )
                for said in one.statements
            ),
        )

    def link_to_us(
        self, ctx: PageContext, example: Item | None, network: str | None, made: Made | None, asked: str
    ) -> str:
        """Return how to link here, for one thing; *network* is its item, *made* the statements for it."""
        link = self._maker.terms.link(example.iri, example.label) if example else None
        return self._page(
            "link-to-us.html",
            ctx,
            self.words.gettext("Link to us"),
            example=example,
            link=link,
            snippets=_snippets(example, ctx.origin) if example else [],
            item_of_network=network,
            asked=asked,
            lines=len(made.lines) if made else 0,
            left_out=len(made.left_out) if made else 0,
            crumbs=[("/data", self.words.gettext("Data"))],
            current="data",
        )

    def links(self, ctx: PageContext, found: Sequence[LinksTo]) -> str:
        """Return the list of the other datasets that the data links to, each with its files."""
        sets = [
            (
                one,
                [(self._maker.terms.link(name), count) for name, count in one.properties.items()],
                [
                    (form.label, form.media_type, f"/data/links/{one.key}.{form.extension}")
                    for form in FORMATS
                ],
            )
            for one in found
        ]
        title = self.words.gettext("Links to other datasets")
        crumbs = [("/data", self.words.gettext("Data"))]
        return self._page("links.html", ctx, title, sets=sets, crumbs=crumbs, current="data")


def _snippets(item: Item, origin: str) -> list[Snippet]:
    """Return what to copy into a page, a text, RDF and Wikidata, so that it leads to a thing here."""
    iri, label = item.iri, item.label
    plain = label.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    marked = label.replace("[", r"\[").replace("]", r"\]")
    return [
        Snippet("HTML", f'<a href="{iri}">{plain}</a>'),
        Snippet("Markdown", f"[{marked}]({iri})"),
        Snippet(
            "Turtle",
            "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
            f"<https://example.org/your-thing> owl:sameAs <{iri}> .",
        ),
        Snippet("JSON-LD, schema.org", f'"sameAs": "{iri}"'),
        Snippet("Wikidata", f"P973\t{iri}"),
        Snippet("curl", f"curl -sL -H 'Accept: text/turtle' '{origin}/resolve?iri={iri}'"),
    ]
