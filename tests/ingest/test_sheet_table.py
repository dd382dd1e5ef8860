"""Sheets as files: every encoding and delimiter that Excel writes, date cells, and what is no sheet at all."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font

from ccin_ld.errors import BadInput
from ccin_ld.ingest.table import Heading, Sheet, Table, read_bytes, read_table, write_csv, write_xlsx
from ccin_ld.ingest.workbook import letter

from .sheets import as_csv, as_xlsx

ROWS = [("name", "was"), ("Siân’s café – Zürich", "1 £"), ("", ""), ("b", "2")]


def read(data: bytes) -> Table:
    return read_table(data, Path("sheet"))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"], ids=["comma", "semicolon", "tab", "bar"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_what_excel_writes(delimiter: str, encoding: str) -> None:
    table = read(as_csv(ROWS, delimiter, encoding))
    assert table.header == {1: "name", 2: "was"}
    assert [(row.number, dict(row.cells)) for row in table.rows] == [
        (2, {1: "Siân’s café – Zürich", 2: "1 £"}),
        (4, {1: "b", 2: "2"}),
    ]


def test_the_line_by_which_excel_names_the_delimiter() -> None:
    table = read(b"sep=;\r\nname;was, once\r\na;b\r\n")
    assert (table.header_row, table.header) == (2, {1: "name", 2: "was, once"})
    assert [(row.number, dict(row.cells)) for row in table.rows] == [(3, {1: "a", 2: "b"})]


def test_lines_and_quotes_in_a_cell() -> None:
    table = read(b'name,was\r\n"a\nb","say ""so"""\r\nc,d\r\n')
    assert dict(table.rows[0].cells) == {1: "a\nb", 2: 'say "so"'}
    assert table.rows[1].number == 3


def test_an_empty_line_before_the_header_counts() -> None:
    table = read(b"\r\n\r\nname,was\r\na,b\r\n")
    assert (table.header_row, table.rows[0].number) == (3, 4)


def test_cells_of_a_workbook() -> None:
    table = read(
        as_xlsx(
            [
                ("a", "b", "c", "d", "e"),
                (date(2020, 1, 2), datetime(2020, 1, 2), 2020.0, True, 1.5),
                (None, " ", 7, "x", "#N/A"),
            ]
        )
    )
    assert dict(table.rows[0].cells) == {1: "2020-01-02", 2: "2020-01-02", 3: "2020", 4: "yes", 5: "1.5"}
    assert table.rows[1].cells[3] == "7"
    assert table.sheet == "Sheet"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(b"", "nothing in this file", id="empty"),
        pytest.param(b"\n , \n", "nothing in this file", id="blanks"),
        pytest.param(bytes(range(256)) * 3, "neither text nor a workbook", id="bytes"),
        pytest.param(b"PK\x03\x04 broken", "no workbook", id="a broken workbook"),
        pytest.param(b'name\n"open', "cannot be read as CSV", id="an open quotation mark"),
        pytest.param(b"," * 600 + b"x\n", "too large", id="too many columns"),
        pytest.param(b"name\n" + b"x" * 100_001, "cannot be read as CSV", id="a very long cell"),
        pytest.param(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "of the old kind", id="an old workbook"),
        pytest.param(b"%PDF-1.4\n", "this is a PDF, not a sheet", id="a PDF"),
        pytest.param(b"\xef\xbb\xbf <HTML><body>", "this is a web page, not a sheet", id="a web page"),
        pytest.param(b"{\\rtf1 name}", "this is a document of a text program", id="RTF"),
    ],
)
def test_what_is_no_sheet(data: bytes, words: str) -> None:
    with pytest.raises(BadInput, match=words) as raised:
        read(data)
    assert raised.value.hint


def test_a_zip_that_is_no_workbook() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr("hello.txt", "hello")
    with pytest.raises(BadInput, match="no workbook"):
        read(made.getvalue())


def book_of(change: Callable[[Workbook], None], rows: Sequence[Sequence[object]] = ROWS) -> bytes:
    """Return a workbook with these rows, changed."""
    book, made = Workbook(), io.BytesIO()
    for row in rows:
        book.worksheets[0].append(list(row))
    change(book)
    book.save(made)
    return made.getvalue()


def changed(data: bytes, pattern: bytes, new: bytes) -> bytes:
    """Return a workbook with a pattern in its parts replaced."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as written:
        for name in old.namelist():
            written.writestr(name, re.sub(pattern, new, old.read(name)))
    return made.getvalue()


def hide(book: Workbook) -> None:
    book.create_sheet("seen").append(["other"])
    book.worksheets[0].sheet_state = "hidden"


def test_a_hidden_sheet_is_not_the_first() -> None:
    table = read(book_of(hide))
    assert (table.sheet, table.header) == ("seen", {1: "other"})


def test_a_workbook_with_hidden_sheets_only() -> None:
    data = changed(book_of(lambda book: None), rb'state="visible"', b'state="hidden"')
    with pytest.raises(BadInput, match="every sheet of this workbook is hidden"):
        read(data)


def test_a_very_long_cell_of_a_workbook() -> None:
    data = changed(book_of(lambda book: None), rb">was<", b">" + b"x" * 100_001 + b"<")
    with pytest.raises(BadInput, match="too long") as raised:
        read(data)
    assert raised.value.line == 1


def test_empty_rows_with_a_format_do_not_count() -> None:
    def format_far(book: Workbook) -> None:
        book.worksheets[0].cell(150_000, 600).font = Font(bold=True)

    assert [row.number for row in read(book_of(format_far)).rows] == [2, 4]


def test_a_row_that_is_too_far_down_is_not_lost() -> None:
    def fill_far(book: Workbook) -> None:
        book.worksheets[0].cell(150_000, 1, "far")

    with pytest.raises(BadInput, match="the sheet is too large") as raised:
        read(book_of(fill_far))
    assert raised.value.line == 150_000


def merge_title(book: Workbook) -> None:
    book.worksheets[0].insert_rows(1)
    book.worksheets[0]["A1"] = "Filler 2020"
    book.worksheets[0].merge_cells("A1:B1")


def test_merged_cells_are_read_as_their_first() -> None:
    table = read(book_of(merge_title))
    assert table.header == {1: "Filler 2020"}
    assert [(one.first, one.last) for one in table.merged] == [("A1", "B1")]
    assert dict(table.rows[0].cells) == {1: "name", 2: "was"}


def with_formula(result: bytes) -> bytes:
    """Return a workbook in which B2 is a formula with this saved result."""
    data = book_of(lambda book: None, [("name", "sum"), ("a", "=1+1")])
    return changed(data, rb"<v ?/>|<v></v>", result)


def test_of_a_formula_its_saved_result_is_read() -> None:
    assert dict(read(with_formula(b"<v>2</v>")).rows[0].cells) == {1: "a", 2: "2"}


def test_a_formula_without_a_saved_result_is_refused() -> None:
    with pytest.raises(BadInput, match="the result of the formula in cell B2 is not saved"):
        read(with_formula(b"<v></v>"))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path, Path("a\0b")):
        with pytest.raises(BadInput, match="cannot be read"):
            read_bytes(path)


@pytest.mark.parametrize(("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (52, "AZ"), (703, "AAA")])
def test_letters(number: int, letters: str) -> None:
    assert letter(number) == letters


HEADINGS = (
    Heading("Name", "The name."),
    Heading("Kind", "The kind.", allowed=("One", "Two; three"), many=True),
    Heading("Year", "The year.", kind="number"),
    Heading("Day", "The day.", kind="date"),
    Heading("State", "The state.", allowed=("Yes", "No")),
)
FILLED = Sheet("things", HEADINGS, [["=1+1", "One", "2020", "2020-05-01", "Yes"], ["@x", "", "", "", ""]])


def test_a_workbook_says_what_its_columns_mean_and_what_may_stand_in_them() -> None:
    data = write_xlsx(FILLED)
    assert write_xlsx(FILLED) == data  # no clock in it
    book = load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["things", "Explanations", "Lists"]
    assert [cell.value for cell in book["Explanations"][3]][:2] == ["Kind", "The kind."]
    assert "One; Two; three" in str(book["Explanations"][3][2].value)
    assert book["things"]["A2"].data_type == "s"
    assert book["things"]["C2"].value == 2020
    assert book["things"]["D2"].is_date
    rules = {str(rule.sqref).split(":")[0]: rule for rule in book["things"].data_validations.dataValidation}
    assert set(rules) == {"B2", "E2"}
    assert rules["E2"].formula1 == "Lists!$B$2:$B$3"
    assert (rules["B2"].showErrorMessage, rules["E2"].showErrorMessage) == (False, True)


def test_a_cell_is_no_formula() -> None:
    data = write_csv(FILLED)
    assert b"'=1+1" in data
    assert b"'@x" in data
    assert [dict(row.cells)[1] for row in read(data).rows] == ["=1+1", "@x"]


TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufeff\ufffe\uffff"),
    max_size=20,
)


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.tuples(TEXT, TEXT), max_size=8))
def test_what_is_written_is_read_again(rows: list[tuple[str, str]]) -> None:
    sheet = Sheet("things", HEADINGS[:2], [list(row) for row in rows])
    wanted = [{n: text for n, text in enumerate(row, start=1) if text.strip()} for row in rows]
    for data in (write_csv(sheet), write_xlsx(sheet)):
        assert [dict(row.cells) for row in read(data).rows] == [row for row in wanted if row]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_sheet_or_refused(data: bytes) -> None:
    with suppress(BadInput):
        assert read(data).header
