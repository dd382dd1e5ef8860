"""Faults in a sheet: each is told once, at its cell, with what to do; a person mends them from the report."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from ccin_ld.ingest.sheet import apply_sheet
from ccin_ld.ingest.sheet_preview import SheetPreview
from ccin_ld.ingest.workbook import letter

from .conftest import DATA, bare_record, digest, preview_in
from .sheets import GOOD, STATEMENTS, as_csv, as_xlsx, statements, written

COLUMN = {name: letter(number) for number, name in enumerate(STATEMENTS, start=1)}

# A cell that is wrong, the words of the report, and what a person who reads it writes.
TEN: list[tuple[str, str, str, str]] = [
    ("name", "Oldam Council", "is the name of no known body", "Oldham Metropolitan Borough Council"),
    ("name", "Newcastle", "can mean “Newcastle City Council” or", "Newcastle City Council"),
    ("name", "", "“Body” is missing", "Wigan Council"),
    ("statement", "membr", "is not in the list", "Member"),
    ("kind_code", "full; associate", "it may be given once", "full"),
    ("kind_as_printed", "Member. Write to someone@example.org", "may not be kept", "Member"),
    ("not_before", "31/02/2020", "is no day", "28/02/2020"),
    ("not_before", "2021-06-01", "which is later than “Not after”", "2020-06-01"),
    ("starts", "perhaps", "is neither yes nor no", ""),
    ("source_url", "www.example.org/list", "is no web address", "https://www.example.org/list"),
]
GOOD_NAMES = (
    "Oldham Council",
    "Wigan Council",
    "Bury Council",
    "Locality",
    "Hackney",
    "Burntwood Town Council",
)


def preview_of(folder: Path, tmp_path: Path, rows: object, kind: str = "members") -> SheetPreview:
    path = written(tmp_path, as_csv(rows))  # type: ignore[arg-type]
    return preview_in(folder, path, kind)


def places(preview: SheetPreview) -> Counter[tuple[int, str]]:
    return Counter((one.row, one.column) for one in preview.faults)


def test_ten_faults_are_told_each_once_at_its_cell(folder: Path, tmp_path: Path) -> None:
    before = digest(folder)
    preview = preview_of(folder, tmp_path, statements(*({column: bad} for column, bad, _, _ in TEN)))
    assert places(preview) == Counter((n, COLUMN[column]) for n, (column, *_) in enumerate(TEN, start=2))
    shown = preview.to_text()
    assert "Refused (10): nothing is written until they are settled" in shown
    for number, ((column, bad, words, _), fault) in enumerate(zip(TEN, preview.faults, strict=True), start=2):
        assert words in fault.message
        assert fault.hint
        assert f"row {number}, column {COLUMN[column]} “{column}”: {fault.message}" in shown
        if "@" in bad:
            assert bad not in shown + preview.to_html()  # reported by its place, never by its content
    assert digest(folder) == before


def test_a_person_mends_ten_faults_from_the_report_alone(folder: Path, tmp_path: Path) -> None:
    rows = [list(row) for row in statements(*({column: bad} for column, bad, _, _ in TEN))]
    mends = {(n, COLUMN[column]): good for n, (column, _, _, good) in enumerate(TEN, start=2)}
    for fault in preview_of(folder, tmp_path, rows).faults:
        rows[fault.row - 1][STATEMENTS.index(fault.header)] = mends[fault.row, fault.column]
    preview = preview_of(folder, tmp_path, rows)
    assert preview.faults == ()
    assert len(preview.of("added")) == 10
    apply_sheet(preview)
    assert preview_of(folder, tmp_path, rows).summary == "no changes"


# What a person does who reads only what is wrong and what to do.
READ = (
    (re.compile(r"nearest: “([^”]+)”"), lambda found: found[1]),
    (re.compile(r"can mean “([^”]+)”.*write the full name", re.DOTALL), lambda found: found[1]),
    (re.compile(r"take one of: ([^;]+)"), lambda found: found[1]),
    (re.compile(r"write it as (\S+),"), lambda found: found[1]),
    (re.compile(r"give the whole address, such as (\S+)"), lambda found: found[1]),
    (re.compile(r"leave the cell empty|take it out of the sheet"), lambda found: ""),
    (re.compile(r"given twice \(“([^”]+)”.*keep the right one", re.DOTALL), lambda found: found[1]),
    (
        re.compile(r"“(\d{4})-.*later than.*in the right order", re.DOTALL),
        lambda found: f"{int(found[1]) - 1}",
    ),
    (re.compile(r"“Body” is missing.*fill it in", re.DOTALL), lambda found: "Oldham Council"),
)


def as_told(told: str) -> str:
    """Return what a reader writes into the cell that a fault is told of."""
    return next(write(found) for words, write in READ if (found := words.search(told)))


def test_the_report_alone_says_what_to_write(folder: Path, tmp_path: Path) -> None:
    rows = [list(row) for row in statements(*({column: bad} for column, bad, _, _ in TEN))]
    report = preview_of(folder, tmp_path, rows).to_text()
    lines = re.findall(
        r"^  row (\d+), column ([A-Z]+) “.*?”: (.*)\n    What to do: (.*)$", report, re.MULTILINE
    )
    assert len(lines) == 10
    for row, column, wrong, do in lines:
        rows[int(row) - 1][list(COLUMN.values()).index(column)] = as_told(f"{wrong}\n{do}")
    assert preview_of(folder, tmp_path, rows).faults == ()


HEADERS = [
    pytest.param("Coments", "is not known", id="nobody knows it"),
    pytest.param("kind codes", "is not known", id="misspelt"),
    pytest.param("Not before", "is for the same as column E “not_before”", id="there twice"),
]


@pytest.mark.parametrize(("header", "words"), HEADERS)
def test_a_column_that_is_not_known(folder: Path, tmp_path: Path, header: str, words: str) -> None:
    rows = [[*row, "x"] for row in statements({})]
    rows[0][-1] = header
    preview = preview_of(folder, tmp_path, rows)
    assert places(preview) == {(1, "I"): 1}
    assert words in preview.faults[0].message
    rows[0][-1] = f"# {header}"
    mended = preview_of(folder, tmp_path, rows)
    assert mended.faults == ()
    assert any("begins with #" in one for one in mended.notices)


def test_the_nearest_columns_are_named(folder: Path, tmp_path: Path) -> None:
    rows = [list(row) for row in statements({})]
    rows[0][STATEMENTS.index("kind_code")] = "kind codes"
    (fault,) = preview_of(folder, tmp_path, rows).faults
    assert fault.hint.startswith("rename it to “kind_code”")


def test_a_title_above_the_header_is_one_fault(folder: Path, tmp_path: Path) -> None:
    preview = preview_of(folder, tmp_path, [["Members of the network, 2020"], [], *statements({}, {})])
    (fault,) = preview.faults
    assert (fault.row, fault.column) == (1, "A")
    assert fault.hint.startswith("take out rows above the names of the columns")
    assert preview_of(folder, tmp_path, [[], [], *statements({}, {})]).faults == ()


def test_of_a_file_that_is_no_such_sheet_nothing_is_left_out(whole_sheet: SheetPreview) -> None:
    assert [one.row for one in whole_sheet.faults] == [1]
    assert whole_sheet.left_out == ()


def test_a_row_at_fault_is_not_told_as_left_out(tmp_path: Path) -> None:
    sheet = (DATA / "sources" / "principles.csv").read_text(encoding="utf-8").replace(",1,yes", ",first,yes")
    preview = preview_in(DATA, written(tmp_path, sheet.encode()), "principles")
    assert [(one.row, one.header) for one in preview.faults] == [(2, "display_order")]
    assert preview.left_out == ()


def test_merged_cells_are_refused_once(shared: Path, tmp_path: Path) -> None:
    book = Workbook()
    for row in statements({}, {"name": "Wigan Council"}, {"name": "Bury Council"}):
        book.worksheets[0].append(list(row))
    book.worksheets[0].merge_cells("E2:E3")
    book.worksheets[0].merge_cells("J8:K9")  # empty: nothing is lost
    book.save(tmp_path / "sheet.xlsx")
    preview = preview_in(shared, tmp_path / "sheet.xlsx", "members")
    (fault,) = preview.faults
    assert (fault.row, fault.column, fault.header, fault.found) == (2, "E", "not_before", "2020-01-01")
    assert fault.message.startswith("the cells E2 to E3 are merged")
    assert [one.row for one in preview.items] == [4]


def test_a_sheet_beside_the_one_that_is_read_is_named(shared: Path, tmp_path: Path) -> None:
    book = Workbook()
    for row in statements({}):
        book.worksheets[0].append(list(row))
    book.create_sheet("Later").append(["name", "Wigan Council"])
    book.create_sheet("Empty")
    book.create_sheet("Explanations").append(["Column"])
    hidden = book.create_sheet("Hidden")
    hidden.append(["name"])
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "sheet.xlsx")
    preview = preview_in(shared, tmp_path / "sheet.xlsx", "members")
    assert [one for one in preview.notices if "of this workbook" in one] == [
        "the sheet “Later” of this workbook is not read: give it as a file of its own"
    ]


@pytest.mark.parametrize(
    ("text", "wrong", "do"),
    [
        pytest.param("Peopleâ€™s place", "those of another encoding", "write “People’s place”", id="a quote"),
        pytest.param("CafÃ© â€œxâ€\x9d", "those of another encoding", "write “Café “x””", id="letters"),
        pytest.param("Ffordd yr WÅ·n", "those of another encoding", "write “Ffordd yr Wŷn”", id="Welsh"),
        pytest.param("Caf\ufffd", "a letter was lost", "write it again", id="a gap"),
    ],
)
def test_letters_that_were_lost(shared: Path, tmp_path: Path, text: str, wrong: str, do: str) -> None:
    (fault,) = preview_of(shared, tmp_path, statements({"kind_as_printed": text})).faults
    assert (fault.row, fault.column) == (2, COLUMN["kind_as_printed"])
    assert wrong in fault.message
    assert do in fault.hint


def test_names_divided_by_commas(shared: Path, tmp_path: Path) -> None:
    rows = [
        ("slug", "url", "page_type", "participating_members"),
        ("x", "https://www.councils.coop/x/", "project", "Bury Council, Wigan Council"),
        ("y", "https://www.councils.coop/y/", "project", "Bury Council, Nobody"),
    ]
    first, second = preview_of(shared, tmp_path, rows, "projects").faults
    assert first.hint == "divide them by semicolons: Bury Council; Wigan Council"
    assert "is the name of no known body" in second.message


@pytest.mark.parametrize(
    ("years", "column", "words"),
    [
        pytest.param(("2021", "2020"), "E", "which is later than “Last year”", id="in the wrong order"),
        pytest.param(("2021", ""), "E", "“First year” is given, and “Last year” is not", id="no last year"),
        pytest.param(("", "2021"), "F", "“Last year” is given, and “First year” is not", id="no first year"),
    ],
)
def test_years_in_pairs_and_in_order(
    shared: Path, tmp_path: Path, years: tuple[str, str], column: str, words: str
) -> None:
    rows = [
        ("slug", "url", "page_type", "kind", "from_year", "to_year"),
        ("x", "https://www.councils.coop/x/", "project", "Policy Labs", *years),
        ("y", "https://www.councils.coop/y/", "project", "Policy Labs", "2020", "2021"),
    ]
    (fault,) = preview_of(shared, tmp_path, rows, "projects").faults
    assert (fault.row, fault.column) == (2, column)
    assert words in fault.message


@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#name?"])
def test_an_error_of_the_spreadsheet_program(folder: Path, tmp_path: Path, error: str) -> None:
    (fault,) = preview_of(folder, tmp_path, statements({"kind_as_printed": error})).faults
    assert (fault.row, fault.column) == (2, COLUMN["kind_as_printed"])
    assert "is an error of the spreadsheet program" in fault.message


def test_a_day_shown_as_a_number(folder: Path, tmp_path: Path) -> None:
    (fault,) = preview_of(folder, tmp_path, statements({"not_before": "43831"})).faults
    assert fault.hint.startswith("it may be a day that is shown as a number: format the cell as a date")


def test_a_value_in_a_column_without_a_name(folder: Path, tmp_path: Path) -> None:
    rows = [list(row) for row in statements({}, {"name": "Wigan Council"})]
    rows[2].append("stray")
    assert places(preview_of(folder, tmp_path, rows)) == {(3, "I"): 1}


def test_each_of_several_names_in_one_cell_is_told(folder: Path, tmp_path: Path) -> None:
    rows = [
        ("slug", "url", "page_type", "participating_members"),
        ("x", "https://www.councils.coop/x/", "project", "Oldam; Wigan Council; Newcastle"),
    ]
    preview = preview_of(folder, tmp_path, rows, "projects")
    assert [(one.row, one.column, one.found) for one in preview.faults] == [
        (2, "D", "Oldam"),
        (2, "D", "Newcastle"),
    ]


@pytest.mark.parametrize(
    ("kind", "rows", "place", "words"),
    [
        pytest.param("projects", [("slug", "url", "page_type"), ("x", "https://e.org/x", "journey")], (2, "C"), "no type of this sheet", id="a type that there is not"),
        pytest.param("projects", [("title", "page_type"), ("X", "project")], (2, ""), "“Web address” is missing", id="no address"),
        pytest.param("projects", [("slug", "url", "page_type", "lead"), ("x", "https://e.org/x", "case study", "Wigan")], (2, "D"), "a case study has no “Lead”", id="a lead of a case study"),
        pytest.param("principles", [("key", "short_title", "display_order"), ("learning", "Learning", "first")], (2, "C"), "no whole number", id="words for a number"),
        pytest.param("principles", [("key", "short_title", "display_order"), ("learning", "Learning", "0")], (2, "C"), "the least it can be is 1", id="too small a number"),
        pytest.param("principles", [("key", "short_title"), ("Not A Key", "Learning")], (2, "A"), "cannot be a key", id="a key that is none"),
        pytest.param("organisations", [("Name", "Website"), ("Filler", "example.org")], (2, "B"), "no web address", id="half an address"),
        pytest.param("organisations", [("Name", "Website"), ("Filler", "ftp://example.org/")], (2, "B"), "not written in the right form", id="an address of another sort"),
        pytest.param("organisations", [("Name",), ("…",)], (2, "A"), "“Name” is missing", id="a name without a letter"),
        pytest.param("areas", [("Name", "GSS code"), ("X", "E0700019")], (2, "B"), "not written in the right form", id="a code cut off"),
        pytest.param("groups", [("Name", "Group on"), ("X", "Locality")], (2, "B"), "not of the kind “Council”", id="a group on no council"),
    ],
)  # fmt: skip
def test_faults_of_other_kinds_of_sheet(
    folder: Path, tmp_path: Path, kind: str, rows: object, place: tuple[int, str], words: str
) -> None:
    preview = preview_of(folder, tmp_path, rows, kind)
    assert place in places(preview), preview.to_text()
    assert max(places(preview).values()) == 1
    assert any(words in one.message for one in preview.faults), preview.to_text()


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes |= {name for name, _ in attrs}


def test_the_preview_as_a_page_needs_nothing_else(folder: Path, tmp_path: Path) -> None:
    rows = statements({"name": "<script>alert(1)</script>"}, {"name": "Newcastle"}, {})
    page = preview_of(folder, tmp_path, rows).to_html()
    tags = _Tags()
    tags.feed(page)
    assert not {"script", "link", "img", "iframe", "form"} & set(tags.tags)
    assert not {"src", "href", "onclick", "style"} & tags.attributes
    assert (tags.tags["h1"], tags.tags["style"], tags.tags["html"]) == (1, 1, 1)
    assert "&lt;script&gt;alert(1)" in page
    assert page.count("<tr>") == 1 + 2 + 1 + 1  # the faults, and what would be added, each with its heads


# Generated sheets

SEEDS: list[tuple[str, str]] = [
    (column, bad) for column, bad, *_ in TEN if (column, bad) != ("not_before", "2021-06-01")
]


def sheet_with(rows: int, faults: dict[int, int], chance: random.Random) -> list[list[str]]:
    """Return a sheet of statements with that many rows; *faults* gives a seed by row, counted from 0."""
    made = [list(STATEMENTS)]
    for number in range(rows):
        cells = {
            **GOOD,
            "name": chance.choice(GOOD_NAMES),
            "source_url": f"https://www.example.org/{number % 7}/",
        }
        if chance.random() < 0.3:
            cells["kind_as_printed"] = cells["not_after"] = ""
        if number in faults:
            column, bad = SEEDS[faults[number]]
            cells[column] = bad
        made.append([cells[name] for name in STATEMENTS])
    return made


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record that no test of this fixture may change."""
    return bare_record(tmp_path_factory.mktemp("record") / "data")


@pytest.fixture
def whole_sheet(tmp_path: Path) -> SheetPreview:
    """The preview of a sheet whose header nobody knows, given where there is much that it lacks."""
    return preview_in(DATA, written(tmp_path, as_csv([["Anything"], ["x"]])), "members")


def check(folder: Path, path: Path, rows: list[list[str]], faults: dict[int, int]) -> None:
    before = digest(folder)
    preview = preview_in(folder, path, "members")
    expected = {(number + 2, COLUMN[SEEDS[seed][0]]) for number, seed in faults.items()}
    assert places(preview) == dict.fromkeys(expected, 1)
    # Every row without a fault is worked out as if the others were not there.
    assert {one.row for one in preview.items} == set(range(2, len(rows) + 1)) - {row for row, _ in expected}
    assert bool(preview.files) != bool(faults)
    assert preview.to_text()
    assert preview.to_html().startswith("<!DOCTYPE html>")
    assert digest(folder) == before


SHEETS = st.integers(1, 200).flatmap(
    lambda rows: st.tuples(
        st.just(rows), st.dictionaries(st.integers(0, rows - 1), st.integers(0, len(SEEDS) - 1), max_size=12)
    )
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sheet=SHEETS, seed=st.integers(0, 10**6), write=st.sampled_from([as_csv, as_xlsx]))
def test_every_seeded_fault_is_reported_at_its_cell(
    shared: Path,
    tmp_path: Path,
    sheet: tuple[int, dict[int, int]],
    seed: int,
    write: Callable[..., bytes],
) -> None:
    count, faults = sheet
    rows = sheet_with(count, faults, random.Random(seed))
    check(shared, written(tmp_path, write(rows)), rows, faults)


def test_ten_thousand_rows(shared: Path, tmp_path: Path) -> None:
    chance = random.Random(7)
    faults = {row: chance.randrange(len(SEEDS)) for row in chance.sample(range(10_000), 200)}
    rows = sheet_with(10_000, faults, chance)
    check(shared, written(tmp_path, as_csv(rows)), rows, faults)


PAGE_COLUMNS = ("slug", "url", "page_type", "form", "principles", "related_body", "related_basis", "title")
CELL = st.one_of(
    st.sampled_from(
        [*GOOD.values(), *(bad for _, bad in SEEDS), "=1+1", "'x", "\u202e", "x" * 5000, ";;|", "\n;"]
    ),
    st.sampled_from(
        ["project", "Case study", "A", "Innovation; Learning", "council/oldham", "Council", "yes"]
    ),
    st.text(max_size=12),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    header=st.lists(
        st.sampled_from(
            [*STATEMENTS, *PAGE_COLUMNS, "Identifier", "Type", "Withdraw", "Name", "Title", "Lead"]
        ),
        min_size=1,
        unique=True,
    ),
    rows=st.lists(st.lists(CELL, max_size=11), max_size=6),
    kind=st.sampled_from(["members", "statements", "projects", "organisations", "claims"]),
)
def test_any_cells_are_imported_or_refused(
    shared: Path, tmp_path: Path, header: list[str], rows: list[list[str]], kind: str
) -> None:
    before = digest(shared)
    text = as_csv([header, *rows]).decode("utf-8", "replace").replace("\0", "")
    preview = preview_in(shared, written(tmp_path, text.encode()), kind)
    assert preview.to_text()
    assert all(one.hint and one.message for one in preview.faults)
    assert not (preview.faults and preview.files)
    assert digest(shared) == before
