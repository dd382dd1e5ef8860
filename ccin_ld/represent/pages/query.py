"""The query page: the form, what a query gave as a table, and where a mistake is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from ...namespaces import GEO
from ...resource import Object
from ...words import N_, Words
from ..pictures import Node
from . import views
from .context import Alternate, Answer, Problem
from .shared import Maker
from .snippets import Dataset, Snippet, address_of, of_query
from .terms import Shown, broken
from .views import View

VIEWS = ("table", *views.PICTURES, "raw")
_VIEWS = {
    "table": N_("Table"),
    "chart": N_("Chart"),
    "map": N_("Map"),
    "network": N_("Network"),
    "raw": N_("Raw"),
}
_RESULTS = {True: N_("Result as Turtle"), False: N_("Result as JSON")}
# Addresses longer than this are cut by some programs and mail readers.
LONG_ADDRESS = 2000
_CONTEXT_LINES = 2
_LABELLED = 2000  # different things of one result whose labels are looked up
_RAW = 100_000  # letters of a raw answer that a page shows
_TABLES = (
    ("CSV", "text/csv", "csv"),
    ("TSV", "text/tab-separated-values", "tsv"),
    ("JSON", "application/sparql-results+json", "json"),
    ("XML", "application/sparql-results+xml", "xml"),
)
_GEOJSON = ("GeoJSON", "application/geo+json", "geojson")
_JSON_LINES = ("JSON Lines", "text/plain", "jsonl")
_GRAPHS = (
    ("Turtle", "text/turtle", "ttl"),
    ("JSON-LD", "application/ld+json", "jsonld"),
    ("N-Triples", "application/n-triples", "nt"),
    ("RDF/XML", "application/rdf+xml", "rdf"),
)


@dataclass(frozen=True)
class Cell:
    """One value of a result: as people read it, and beside a label the pieces of the IRI it stands for."""

    shown: Shown
    iri: tuple[str, ...] = ()


@dataclass(frozen=True)
class TableView:
    """A result as a table: its columns, those of numbers told apart, and its cells; None is "no value"."""

    variables: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[Cell | None, ...], ...]


@dataclass(frozen=True)
class ResultView:
    """A result as a page shows it, with the other ways to have it."""

    summary: str
    cut: bool
    table: TableView | None
    picture: View | None
    text: str  # the raw answer, or ''
    text_cut: bool
    label: str
    views: tuple[tuple[str, str, bool], ...]  # words, address, whether it is this one
    downloads: tuple[Alternate, ...]
    snippets: tuple[Snippet, ...]
    address: str
    length: int  # of the address, when it is long


def view(answer: Answer, query: str, dataset: Dataset, endpoint: str, maker: Maker) -> ResultView:
    """Return a result of /sparql; *endpoint* is its address from outside, *dataset* what was asked."""
    start = address_of("/sparql", query, dataset)
    length = len(endpoint) + len(start) - len("/sparql")
    names = [] if answer.boolean is not None else VIEWS
    return ResultView(
        summary=summary(answer, maker.words),
        cut=answer.cut,
        table=table(answer, maker) if answer.variables and answer.view == "table" else None,
        picture=picture(answer, maker),
        text=answer.raw[:_RAW],
        text_cut=len(answer.raw) > _RAW,
        label=maker.words.gettext(_RESULTS[answer.is_graph]),
        views=view_links([(name, f"{start}&view={name}") for name in names], answer.view, maker.words),
        downloads=tuple(downloads(start, answer)),
        snippets=tuple(of_query(endpoint, query, dataset, is_graph=answer.is_graph)),
        address=start,
        length=length if length > LONG_ADDRESS else 0,
    )


@dataclass(frozen=True)
class MistakeView:
    """The lines of a query around a mistake, each with its number and cut at the token to mark."""

    lines: tuple[tuple[int, str, str, str], ...]


def table(answer: Answer, maker: Maker) -> TableView:
    """Return the rows of an answer: things by their labels with the IRI beside, values as they are."""
    labels = labels_of(answer, maker)
    cells = {cell: _cell(cell, labels, maker) for row in answer.rows for cell in row if cell is not None}
    rows = tuple(tuple(cells[one] if one is not None else None for one in row) for row in answer.rows)
    numeric = tuple(
        bool(rows) and all(_is_number(row[place]) for row in rows) for place in range(len(answer.variables))
    )
    return TableView(tuple(answer.variables), numeric, rows)


def view_links(
    addresses: Sequence[tuple[str, str]], here: str, words: Words
) -> tuple[tuple[str, str, bool], ...]:
    """Return the words and the address of each view of an answer, and whether it is this one."""
    return tuple((words.gettext(_VIEWS[name]), address, name == here) for name, address in addresses)


def picture(answer: Answer, maker: Maker, name: str = "result") -> View | None:
    """Return an answer as the picture that its view asks for, or None for another view.

    Where several are on one page each has a *name* of its own.
    """
    if answer.view not in views.PICTURES:
        return None
    labels = labels_of(answer, maker)

    def node(term: Object) -> Node:
        shown = _cell(term, labels, maker).shown
        return Node(shown.text, shown.href, shown.css or "k-concept")

    title = maker.words.gettext("The result as a picture")
    return views.draw(answer, node, maker.words, title, name)


def labels_of(answer: Answer, maker: Maker) -> dict[str, list[ox.Literal]]:
    """Return the labels of the things in an answer: one look-up for all, or for as many as a page needs."""
    iris = dict.fromkeys(cell.value for row in answer.rows for cell in row if isinstance(cell, ox.NamedNode))
    return maker.reader.store.labels(list(iris)[:_LABELLED])


def _cell(term: Object, labels: dict[str, list[ox.Literal]], maker: Maker) -> Cell:
    if not isinstance(term, ox.NamedNode):
        return Cell(maker.terms.show(term))
    shown = maker.terms.labelled(term.value, labels.get(term.value, []))
    return Cell(shown, () if shown.text == term.value else tuple(broken(term.value)))


def _is_number(cell: Cell | None) -> bool:
    if cell is None or cell.shown.href is not None:
        return False
    return cell.shown.text.lstrip("+-").replace(".", "", 1).isdigit()


def has_places(answer: Answer) -> bool:
    """Say whether the columns, or a value in WKT, tell where things are."""
    names = {name.lower() for name in answer.variables}
    if names & {"lat", "latitude"} and names & {"long", "lon", "lng", "longitude"}:
        return True
    cells = (cell for row in answer.rows for cell in row if isinstance(cell, ox.Literal))
    return any(cell.datatype.value == GEO + "wktLiteral" for cell in cells)


def summary(answer: Answer, words: Words) -> str:
    """Return what came back, in words."""
    _ = words.gettext
    if answer.boolean is not None:
        return _("Yes: the data has a match.") if answer.boolean else _("No: the data has no match.")
    if answer.is_graph and answer.view != "raw":
        return words.ngettext("A graph of %(num)s triple.", "A graph of %(num)s triples.", len(answer.rows))
    if answer.is_graph:
        return _("A graph came back, shown as Turtle.")
    rows = words.ngettext("%(num)s row", "%(num)s rows", len(answer.rows))
    columns = words.ngettext("%(num)s column", "%(num)s columns", len(answer.variables))
    return f"{rows}, {columns}."


def downloads(start: str, answer: Answer) -> list[Alternate]:
    """Return where the same answer is found in the other formats of its kind."""
    if answer.is_graph:
        offers = [*_GRAPHS]
    elif answer.boolean is not None:
        offers = [*_TABLES]
    else:
        offers = [*_TABLES, *([_GEOJSON] if has_places(answer) else []), _JSON_LINES]
    return [Alternate(label, media, f"{start}&_format={name}") for label, media, name in offers]


def mistake(query: str, problem: Problem) -> MistakeView | None:
    """Return the lines around the mistake with the token marked, or None when the line is not known."""
    told = dict(problem.more)
    line, token = told.get("line"), str(told.get("token") or "")
    lines = query.splitlines()
    if not isinstance(line, int) or not 1 <= line <= len(lines):
        return None
    first, last = max(1, line - _CONTEXT_LINES), min(len(lines), line + _CONTEXT_LINES)
    return MistakeView(tuple(_marked(lines, number, line, token) for number in range(first, last + 1)))


def _marked(lines: Sequence[str], number: int, wrong: int, token: str) -> tuple[int, str, str, str]:
    text = lines[number - 1]
    if number != wrong:
        return number, text, "", ""
    if token and token in text:
        before, _, after = text.partition(token)
        return number, before, token, after
    body = text.strip()
    start = text.index(body) if body else len(text)
    return number, text[:start], body or " ", text[start + len(body) :]
