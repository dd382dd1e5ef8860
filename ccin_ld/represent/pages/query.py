"""The query page: the form, what a query gave as a table, and where a mistake is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from .context import Alternate, Answer, Problem
from .shared import Maker
from .terms import Shown, count

_CONTEXT_LINES = 2
_TABLES = (
    ("CSV", "text/csv", "csv"),
    ("TSV", "text/tab-separated-values", "tsv"),
    ("JSON", "application/sparql-results+json", "json"),
    ("XML", "application/sparql-results+xml", "xml"),
)
_GRAPHS = (
    ("Turtle", "text/turtle", "ttl"),
    ("JSON-LD", "application/ld+json", "jsonld"),
    ("N-Triples", "application/n-triples", "nt"),
    ("RDF/XML", "application/rdf+xml", "rdf"),
)


@dataclass(frozen=True)
class TableView:
    """A result as a table: its columns, those of numbers told apart, and its cells; None is "no value"."""

    variables: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[Shown | None, ...], ...]


@dataclass(frozen=True)
class MistakeView:
    """The lines of a query around a mistake, each with its number and cut at the token to mark."""

    lines: tuple[tuple[int, str, str, str], ...]


def table(answer: Answer, maker: Maker) -> TableView:
    """Return the rows of an answer: things by their labels, values as they are."""
    rows = tuple(
        tuple(maker.terms.show(cell) if cell is not None else None for cell in row) for row in answer.rows
    )
    numeric = tuple(
        bool(rows) and all(_is_number(row[place]) for row in rows) for place in range(len(answer.variables))
    )
    return TableView(tuple(answer.variables), numeric, rows)


def _is_number(cell: Shown | None) -> bool:
    return cell is not None and cell.href is None and cell.text.lstrip("+-").replace(".", "", 1).isdigit()


def summary(answer: Answer) -> str:
    """Return what came back, in words."""
    if answer.boolean is not None:
        return "Yes: the data has a match." if answer.boolean else "No: the data has no match."
    if answer.graph is not None:
        return "A graph came back, shown as Turtle."
    return f"{count(len(answer.rows), 'row')}, {count(len(answer.variables), 'column')}."


def downloads(query: str, answer: Answer) -> list[Alternate]:
    """Return where the same answer is found in the other formats of its kind."""
    is_graph = answer.graph is not None
    start = f"/sparql?query={quote(query, safe='')}&_format="
    return [
        Alternate(label, media, start + name) for label, media, name in (_GRAPHS if is_graph else _TABLES)
    ]


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
