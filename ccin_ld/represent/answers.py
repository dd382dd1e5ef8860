"""The answers to saved questions for programs and spreadsheets: plain values, labels beside IRIs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from ..resource import Object, pick
from ..store.serialise import plain
from .table import json_lines

Row = Sequence[Object | None]
Labels = Mapping[str, Sequence[ox.Literal]]


def labels_in(rows: Sequence[Row]) -> list[str]:
    """Return the IRIs in an answer, each once: those whose labels are wanted."""
    return list(dict.fromkeys(one.value for row in rows for one in row if isinstance(one, ox.NamedNode)))


def value(term: Object | None, labels: Labels) -> Any:
    """Return a term as plain JSON has it: ``{"id", "label"}`` for a thing, else a number, truth or text."""
    if isinstance(term, ox.NamedNode):
        return {"id": term.value, "label": pick(labels.get(term.value, ()))}
    return plain(term)


def objects(columns: Sequence[str], rows: Sequence[Row], labels: Labels) -> list[dict[str, Any]]:
    """Return each row as an object with every column, null where there is no value."""
    return [{name: value(one, labels) for name, one in zip(columns, row, strict=True)} for row in rows]


def lines(columns: Sequence[str], rows: Sequence[Row], labels: Labels) -> bytes:
    """Return the rows as JSON Lines."""
    return json_lines(objects(columns, rows, labels))


def table(columns: Sequence[str], rows: Sequence[Row], labels: Labels) -> tuple[list[str], list[list[str]]]:
    """Return header and rows as text: each column, and after one of things a column with their labels.

    The labels are left out where another column says just the same.
    """
    cells = [[_text(one) for one in row] for row in rows]
    names = [
        [pick(labels.get(one.value, ())) or "" if isinstance(one, ox.NamedNode) else "" for one in row]
        for row in rows
    ]
    header, made = list[str](), list[list[str]]()
    for place, column in enumerate(columns):
        header.append(column)
        made.append([row[place] for row in cells])
        words = [row[place] for row in names]
        if any(words) and not _said(words, cells, len(columns)):
            header.append(f"{column} label")
            made.append(words)
    return header, [list(row) for row in zip(*made, strict=True)]


def _text(term: Object | None) -> str:
    if term is None:
        return ""
    return str(term) if isinstance(term, ox.BlankNode | ox.Triple) else term.value


def _said(words: Sequence[str], cells: Sequence[Sequence[str]], columns: int) -> bool:
    return any([row[place] for row in cells] == list(words) for place in range(columns))
