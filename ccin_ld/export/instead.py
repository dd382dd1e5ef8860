"""The page that says what a copy without a server cannot do, and what there is instead."""

from __future__ import annotations

from html import escape

from ..build import Build
from ..represent.pages.language import localised
from ..words import Words, words
from . import pages


def needs_server_page(about: str, code: str, build: Build) -> str:
    """Return the page in the language *code*, in the frame of the page *about*; its links are the site's."""
    own = words(code)
    day = own.day(build.manifest["modified"] or "")
    lede = own.gettext("This is a copy of the site as plain files.")
    if day:
        lede += " " + own.gettext("Its data is of %(day)s.", day=day)
    what = own.gettext(
        "Searching, narrowing and sorting lists, queries in SPARQL, matching, other vocabularies, "
        "what things were before and reports of problems need a server, which this copy does not have."
    )
    title, heading = own.gettext("This needs a server"), own.gettext("What there is instead")
    rows = "\n".join(
        f'<li><a href="{escape(localised(href, code))}">{escape(text)}</a></li>'
        for href, text in _instead(own, build)
    )
    content = (
        f'<p class="lede mt">{escape(lede)}</p>\n<p class="mt">{escape(what)}</p>\n'
        f'<h2 class="mt">{escape(heading)}</h2>\n<ul class="bullets mt">\n{rows}\n</ul>'
    )
    return pages.framed(about, title, content)


def _instead(own: Words, build: Build) -> list[tuple[str, str]]:
    """Return the addresses that answer without a server, and what each is."""
    dataset = build.base.path(build.model.site.dataset) or "/data"
    return [
        ("/id", own.gettext("Every record, in lists by kind")),
        ("/questions", own.gettext("Questions with their answers")),
        ("/data", own.gettext("The data to download, whole and in parts")),
        (
            f"{dataset}/latest/dataset.nq",
            own.gettext("Everything in one file, to query with a program of your own"),
        ),
    ]
