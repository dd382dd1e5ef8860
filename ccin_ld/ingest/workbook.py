"""Workbooks (XLSX): the first sheet that people see, with its cells as the text that a person would write.

What a sheet would lose without a word is found as well: cells that are merged, other sheets, and formulas
whose result was not saved.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from ..errors import BadInput

MAX_ROWS = 100_000
# What an XLSX may unpack to: a small file can hold a very large one.
MAX_UNPACKED = 400_000_000
# The sheet of an export that says what its columns mean; it has nothing to be read.
EXPLANATIONS = "Explanations"
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >]")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell ")
_LOOKED_AT = 200


@dataclass(frozen=True)
class Merged:
    """Cells that are one cell: its first and last row, its column, and what the first and last are called."""

    row: int
    last_row: int
    column: int
    first: str
    last: str


@dataclass(frozen=True)
class ReadSheet:
    """A sheet of a workbook: its title, its rows by number, what is merged, and the sheets beside it."""

    title: str
    rows: Sequence[tuple[int, dict[int, str]]]
    merged: tuple[Merged, ...]
    others: tuple[str, ...]


def letter(column: int) -> str:
    """Return the letters that Excel shows above a column: 1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def read_workbook(data: bytes, path: Path) -> ReadSheet:
    """Return the first sheet that is not hidden; *path* names the file in errors.

    Raises BadInput when *data* is no workbook, shows no sheet, or has a formula without a saved result.
    """
    from openpyxl import load_workbook

    try:
        has_formulas, has_merged = _has(data, path)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = _visible(book, path)
        rows = list(_filled(sheet))
        read = ReadSheet(sheet.title, rows, _merged(data, path) if has_merged else (), _others(book, sheet))
        book.close()
        if has_formulas:
            _check_formulas(data, path, rows)
    except BadInput:
        raise
    except Exception as error:
        # openpyxl raises whatever its parsers do on a spoilt file: zlib, zipfile, XML, KeyError, …
        hint = "open it, save it again as XLSX, or save it as CSV in UTF-8"
        raise BadInput("this is no workbook that can be read", file=path, hint=hint) from error
    return read


def _has(data: bytes, path: Path) -> tuple[bool, bool]:
    """Say whether any sheet has formulas, and whether any has merged cells: both need a second look."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if sum(one.file_size for one in packed.infolist()) > MAX_UNPACKED:
            raise BadInput("the workbook is too large", file=path, hint="divide it, or save it as CSV")
        texts = [packed.read(one) for one in packed.namelist() if one.startswith("xl/worksheets/")]
    return any(map(_FORMULA.search, texts)), any(map(_MERGED.search, texts))


def _visible(book: Any, path: Path) -> Any:
    """Return the first sheet that people see. Raises BadInput when all are hidden."""
    found = next((one for one in book.worksheets if one.sheet_state == "visible"), None)
    if found is None:
        raise BadInput("every sheet of this workbook is hidden", file=path, hint="show the one that is meant")
    if hasattr(found, "reset_dimensions"):  # only a sheet that is read as a stream has it
        found.reset_dimensions()
    return found


def _others(book: Any, sheet: Any) -> tuple[str, ...]:
    """Return the titles of the other sheets that people see and that have something in them."""
    seen = [one for one in book.worksheets if one.sheet_state == "visible" and one.title != sheet.title]
    return tuple(
        one.title
        for one in seen
        if one.title != EXPLANATIONS
        and any(
            value is not None for row in one.iter_rows(values_only=True, max_row=_LOOKED_AT) for value in row
        )
    )


def _rows_of(sheet: Any) -> Iterator[tuple[int, tuple[Any, ...]]]:
    return enumerate(sheet.iter_rows(values_only=True), start=1)


def _filled(sheet: Any) -> Iterator[tuple[int, dict[int, str]]]:
    """Yield the rows that have something in them, down to the first one that is too far down.

    Programs keep empty rows that have a format only, often to the last row that a sheet can have.
    """
    for number, values in _rows_of(sheet):
        cells = {place: _text(one) for place, one in enumerate(values, start=1) if one is not None}
        if cells:
            yield number, cells
            if number > MAX_ROWS:
                return


def _merged(data: bytes, path: Path) -> tuple[Merged, ...]:
    """Return what is merged in the sheet that is read: of such cells only the first has a value."""
    from openpyxl import load_workbook

    # Only a workbook that is read whole knows what is merged.
    book = load_workbook(io.BytesIO(data), data_only=True)
    found = [
        Merged(
            one.min_row,
            one.max_row,
            one.min_col,
            f"{letter(one.min_col)}{one.min_row}",
            f"{letter(one.max_col)}{one.max_row}",
        )
        for one in _visible(book, path).merged_cells.ranges
    ]
    book.close()
    return tuple(sorted(found, key=lambda one: (one.row, one.column)))


def _check_formulas(data: bytes, path: Path, rows: Sequence[tuple[int, Mapping[int, str]]]) -> None:
    """Raise BadInput for a formula whose result was not saved: it would be read as an empty cell."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data), read_only=True)
    known = dict(rows)
    for number, cells in islice(_rows_of(_visible(book, path)), MAX_ROWS):
        for place, value in enumerate(cells, start=1):
            is_formula = not isinstance(value, str | int | float | date | type(None)) or str(value)[:1] == "="
            if is_formula and place not in known.get(number, {}):
                hint = "open it in a spreadsheet program and save it again, or write the value itself"
                cell = f"{letter(place)}{number}"
                raise BadInput(f"the result of the formula in cell {cell} is not saved", file=path, hint=hint)
    book.close()


def _text(value: Any) -> str:
    """Return a cell of a workbook as the text that a person would write: a date by year, month and day."""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == value.min.time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
