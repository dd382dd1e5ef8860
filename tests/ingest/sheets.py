"""Sheets for the tests of the import: rows as CSV in the encodings that people use, and as workbooks."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

Cells = Sequence[str]

STATEMENTS = (
    "name", "statement", "kind_code", "kind_as_printed", "not_before", "not_after", "starts", "source_url",
)  # fmt: skip
GOOD = {
    "name": "Oldham Council",
    "statement": "member",
    "kind_code": "full",
    "kind_as_printed": "Full Council Member",
    "not_before": "2020-01-01",
    "not_after": "2020-12-31",
    "starts": "",
    "source_url": "https://www.example.org/list/",
}


def as_csv(rows: Iterable[Cells], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """Return rows, the header first, as CSV."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def as_xlsx(rows: Iterable[Sequence[Any]]) -> bytes:
    """Return rows, the header first, as a workbook with the cells as they are given."""
    book, made = Workbook(), io.BytesIO()
    for row in rows:
        book.worksheets[0].append(list(row))
    book.save(made)
    return made.getvalue()


def statements(*changes: Mapping[str, str], header: Cells = STATEMENTS) -> list[Cells]:
    """Return a sheet of statements: a good row for each of *changes*, with these cells changed."""
    return [header, *([{**GOOD, **one}.get(name, "") for name in header] for one in changes)]


def written(folder: Path, data: bytes, name: str = "sheet.csv") -> Path:
    """Write a sheet and return its path."""
    path = folder / name
    path.write_bytes(data)
    return path
