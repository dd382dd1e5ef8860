"""Sheets as files: CSV as people and Excel write it, and XLSX; every cell keeps its sheet, row and column."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ..errors import BadInput
from .workbook import EXPLANATIONS, MAX_ROWS, Merged, read_workbook

MAX_BYTES = 20_000_000
MAX_COLUMNS = 500
MAX_CELL = 100_000
_DELIMITERS = ",;\t|"
# How compound files begin: XLS, and XLSX with a password ([MS-CFB], 2.2).
_OLD_WORKBOOK = bytes.fromhex("d0cf11e0a1b11ae1")
# What other files begin with, in small letters, and what they are: nobody should be told of their columns.
_OTHER_FILES = (
    (b"%pdf", "a PDF"),
    (b"{\\rtf", "a document of a text program (RTF)"),
    (b"<!doctype", "a web page"),
    (b"<html", "a web page"),
)
# A program that opens a CSV takes a cell that begins so for a formula: an apostrophe keeps it text.
_FORMULA = "=+-@\t\r"


@dataclass(frozen=True)
class Row:
    """One row: its number in the sheet, counted as Excel does, and its cells by their column's number."""

    number: int
    cells: Mapping[int, str]


@dataclass(frozen=True)
class Table:
    """A sheet that was read: its header, its rows that are not empty, and what it could lose unseen.

    ``sheet`` is its title in a workbook; a CSV has none.
    """

    file: Path
    sheet: str
    header_row: int
    header: Mapping[int, str]
    rows: tuple[Row, ...]
    merged: tuple[Merged, ...] = ()
    others: tuple[str, ...] = ()


def read_bytes(path: Path) -> bytes:
    """Return what is in the file. Raises BadInput when it cannot be read or is no sheet by its size."""
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= MAX_BYTES else b""
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise BadInput(
            f"cannot be read: {reason}", file=path, hint="name a CSV or XLSX file that is there"
        ) from error
    if size > MAX_BYTES:
        hint = f"a sheet has at most {MAX_BYTES // 1_000_000} MB; divide it"
        raise BadInput("the file is too large", file=path, hint=hint)
    return data


def read_table(data: bytes, path: Path) -> Table:
    """Return the sheet that *data* holds; *path* names it in errors.

    Of a workbook the first sheet is read that is not hidden.

    Raises BadInput when it is no sheet, or has no header and no row.
    """
    book = read_workbook(data, path) if data[:2] == b"PK" else None
    rows = book.rows if book else _csv(data, path)
    header_row, header = 0, {}
    kept = []
    for number, cells in rows:
        found = {column: text for column, text in cells.items() if text.strip()}
        if any(len(text) > MAX_CELL for text in found.values()):
            hint = f"a cell has at most {MAX_CELL:,} signs; see whether it holds a whole table by mistake"
            raise BadInput("a cell of this row is too long", file=path, line=number, hint=hint)
        if found and (number > MAX_ROWS or max(found) > MAX_COLUMNS):
            hint = f"a sheet has at most {MAX_ROWS:,} rows and {MAX_COLUMNS} columns; divide it"
            raise BadInput("the sheet is too large", file=path, line=number, hint=hint)
        if not header_row and found:
            header_row, header = number, {column: " ".join(text.split()) for column, text in found.items()}
        elif found:
            kept.append(Row(number, found))
    if not header_row:
        raise BadInput(
            "there is nothing in this file",
            file=path,
            hint="give a sheet with names of columns in its first row",
        )
    if book is None:
        return Table(path, "", header_row, header, tuple(kept))
    return Table(path, book.title, header_row, header, tuple(kept), book.merged, book.others)


# CSV


def _csv(data: bytes, path: Path) -> Iterator[tuple[int, dict[int, str]]]:
    text = _decoded(data, path)
    first = next((line for line in text.splitlines() if line.strip()), "")
    if first.casefold().startswith("sep=") and len(first.strip()) == 5:
        # Excel's own way to name the delimiter, in a line before the sheet.
        return _csv_rows(text, first.strip()[4], path, skip=1)
    return _csv_rows(text, _delimiter(text), path)


def _csv_rows(text: str, delimiter: str, path: Path, skip: int = 0) -> Iterator[tuple[int, dict[int, str]]]:
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if number > skip:
                yield number, {place: _unquoted(one) for place, one in enumerate(cells, start=1) if one}
    except csv.Error as error:
        hint = "see that every quotation mark in this row has its partner, or save the sheet again as CSV"
        raise BadInput(
            f"this row cannot be read as CSV: {error}", file=path, line=number + 1, hint=hint
        ) from error


def _decoded(data: bytes, path: Path) -> str:
    """Return the text of a CSV: UTF-8 with its mark or without, UTF-16 as Excel has it, or Windows-1252."""
    if data[:8] == _OLD_WORKBOOK:
        hint = "open it, take the password off if it has one, and save it as XLSX"
        raise BadInput(
            "this is a workbook of the old kind (XLS), or one with a password", file=path, hint=hint
        )
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:20].lower()
    if what := next((what for sign, what in _OTHER_FILES if start.startswith(sign)), None):
        hint = "open the sheet itself, and save it as CSV in UTF-8, or as XLSX"
        raise BadInput(f"this is {what}, not a sheet", file=path, hint=hint)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]
    elif data[:200].count(b"\0") > len(data[:200]) // 4:
        encodings = ["utf-16-le" if data[1:2] == b"\0" else "utf-16-be"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise BadInput(
        "this is neither text nor a workbook", file=path, hint="save the sheet as CSV in UTF-8, or as XLSX"
    )


def _delimiter(text: str) -> str:
    """Return the delimiter of the header: the one that it has most of, outside quotation marks."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    plain = re.sub(r'"[^"]*"', "", first)
    return max(_DELIMITERS, key=plain.count)


def _unquoted(text: str) -> str:
    return text[1:] if text[:1] == "'" and text[1:2] and text[1] in _FORMULA + "'" else text


# Writing


@dataclass(frozen=True)
class Heading:
    """One column of a sheet to be written: its name and meaning, how it is written, and what is allowed."""

    name: str
    explanation: str
    kind: str = "text"
    allowed: tuple[str, ...] = ()
    many: bool = False


@dataclass(frozen=True)
class Sheet:
    """A sheet to be written: its title, its columns, and its rows as texts."""

    title: str
    headings: tuple[Heading, ...]
    rows: Sequence[Sequence[str]] = field(default_factory=tuple)


def write_csv(sheet: Sheet) -> bytes:
    """Return the sheet as CSV in UTF-8 with the mark by which Excel knows it; lines end as RFC 4180 says."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([one.name for one in sheet.headings])
    writer.writerows([_quoted(cell) for cell in row] for row in sheet.rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _quoted(text: str) -> str:
    is_formula = text[:1] in _FORMULA if text else False
    return f"'{text}" if is_formula or (text[:1] == "'" and text[1:2] in (*_FORMULA, "'")) else text


def write_xlsx(sheet: Sheet) -> bytes:
    """Return the sheet as a workbook: the rows, what each column means, and the lists of allowed values."""
    from openpyxl import Workbook

    book = Workbook()
    # The same sheet gives the same bytes, so no clock: the day that such files begin with.
    book.properties.created = book.properties.modified = datetime(1980, 1, 1)
    first = book.worksheets[0]
    first.title = sheet.title[:31]
    _fill(first, sheet)
    _explain(book.create_sheet(EXPLANATIONS), sheet)
    _allow(book.create_sheet("Lists"), first, sheet)
    return _same_each_time(book)


def _fill(target: Any, sheet: Sheet) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    for place, heading in enumerate(sheet.headings, start=1):
        target.cell(1, place, heading.name).font = Font(bold=True)
        target.column_dimensions[get_column_letter(place)].width = 28
    for number, row in enumerate(sheet.rows, start=2):
        for place, (heading, text) in enumerate(zip(sheet.headings, row, strict=True), start=1):
            if text:
                _put(target.cell(number, place), heading.kind, text)
    target.freeze_panes = "B2"


def _put(cell: Any, kind: str, text: str) -> None:
    if kind == "number" and re.fullmatch(r"-?\d{1,15}", text):
        cell.value = int(text)
    elif kind == "date" and re.fullmatch(r"(?:19|20|21)\d\d-\d\d-\d\d", text):
        cell.value = date.fromisoformat(text)
        cell.number_format = "yyyy-mm-dd"
    else:
        _write_text(cell, text)


def _write_text(cell: Any, text: str) -> None:
    cell.value = re.sub(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]", "", text)
    cell.data_type = "s"  # what begins with = is no formula


def _explain(target: Any, sheet: Sheet) -> None:
    from openpyxl.styles import Font

    lines = [("Column", "What it means", "What may stand in it")]
    for heading in sheet.headings:
        values = "; ".join(heading.allowed[:40])
        several = "several, separated by a semicolon" if heading.many else "one"
        lines.append((heading.name, heading.explanation, f"{several}: {values}" if values else several))
    for number, line in enumerate(lines, start=1):
        for place, text in enumerate(line, start=1):
            cell = target.cell(number, place)
            _write_text(cell, text)
            if number == 1:
                cell.font = Font(bold=True)
    for column, width in (("A", 28), ("B", 80), ("C", 80)):
        target.column_dimensions[column].width = width


def _allow(target: Any, first: Any, sheet: Sheet) -> None:
    """Write the allowed values and bind them to their columns, strictly where a cell holds one."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    target.sheet_state = "hidden"
    last = max(len(sheet.rows) + 1, 2) + 1000
    place = 0
    for number, heading in enumerate(sheet.headings, start=1):
        if not heading.allowed:
            continue
        place += 1
        for line, text in enumerate((heading.name, *heading.allowed), start=1):
            _write_text(target.cell(line, place), text)
        column = get_column_letter(place)
        rule = DataValidation(
            type="list", formula1=f"Lists!${column}$2:${column}${len(heading.allowed) + 1}", allow_blank=True
        )
        rule.showErrorMessage = not heading.many
        rule.add(f"{get_column_letter(number)}2:{get_column_letter(number)}{last}")
        first.add_data_validation(rule)


def _same_each_time(book: Any) -> bytes:
    """Return the workbook with no time of writing in it."""
    written, made = io.BytesIO(), io.BytesIO()
    book.save(written)
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.infolist():
            data = old.read(one)
            if one.filename == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>1980-01-01T00:00:00Z", data)
            new.writestr(zipfile.ZipInfo(one.filename), data, zipfile.ZIP_DEFLATED)
    return made.getvalue()


WRITERS: Mapping[str, Callable[[Sheet], bytes]] = {"csv": write_csv, "xlsx": write_xlsx}


def rows_of(columns: Iterable[Mapping[str, str]], names: Sequence[str]) -> list[list[str]]:
    """Return rows of texts in the order of *names* from rows by name; what a row lacks is empty."""
    return [[one.get(name, "") for name in names] for one in columns]
