"""An export that is given back: unedited it changes nothing, one edited cell is one change."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from ccin_ld import record
from ccin_ld.build import prepare
from ccin_ld.cli import main
from ccin_ld.dataset import open_dataset, shipped_ontology
from ccin_ld.graph import TripleIndex
from ccin_ld.ingest.columns import kinds
from ccin_ld.ingest.export import sheet_of, write_export
from ccin_ld.ingest.known import Known
from ccin_ld.ingest.sheet import apply_sheet
from ccin_ld.ingest.sheet_preview import SheetPreview
from ccin_ld.ingest.table import Sheet
from ccin_ld.namespaces import CCIN, DCT, ONTOLOGY_BASE

from .conftest import DATA, digest, known_in, preview_in
from .sheets import written

THING = ONTOLOGY_BASE + "id/"
KINDS = sorted(kinds(known_in(DATA).model))
Row = dict[str, str]


@pytest.fixture
def known() -> Known:
    """The committed record."""
    return known_in(DATA)


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """A copy of the committed record."""
    return Path(shutil.copytree(DATA, tmp_path / "data"))


@pytest.fixture
def giving_back(whole: Path, tmp_path: Path) -> Callable[..., SheetPreview]:
    """Export a kind, edit its rows, and preview giving it back."""

    def give(kind: str, edit: Callable[[list[Row]], None], form: str = "csv") -> SheetPreview:
        return give_back(whole, tmp_path, kind, edit, form)

    return give


def give_back(
    home: Path, folder: Path, kind: str, edit: Callable[[list[Row]], None], form: str = "csv"
) -> SheetPreview:
    """Export a kind, edit its rows, write that to *folder*, and preview giving it back to the record."""
    sheet = sheet_of(known_in(home), kind)
    names = [one.name for one in sheet.headings]
    rows = [dict(zip(names, row, strict=True)) for row in sheet.rows]
    edit(rows)
    edited = Sheet(kind, sheet.headings, [[row.get(name, "") for name in names] for row in rows])
    path = written(folder, write_export(edited, form), f"edited.{form}")
    return preview_in(home, path, kind)


def row_of(rows: list[Row], identifier: str) -> Row:
    return next(row for row in rows if row["Identifier"] == identifier)


def corrections(folder: Path, kind: str) -> TripleIndex:
    return TripleIndex(record.read(folder / "graphs" / f"sheet-{kind}--corrections.ttl"))


# Round trip


def test_every_class_with_a_shape_and_a_path_can_be_exported() -> None:
    assert {"members", "projects", "principles", "statements", "case-studies", "pages", "claims"} <= set(
        KINDS
    )


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", KINDS)
def test_unedited_there_are_no_changes(known: Known, tmp_path: Path, kind: str, form: str) -> None:
    sheet = sheet_of(known, kind)
    path = written(tmp_path, write_export(sheet, form), f"sheet.{form}")
    preview = preview_in(DATA, path, kind)
    assert preview.faults == ()
    assert preview.summary == "no changes"
    assert preview.rows == len(sheet.rows)


def test_the_exports_are_not_empty(known: Known) -> None:
    counts = {
        kind: len(sheet_of(known, kind).rows) for kind in ("members", "projects", "principles", "statements")
    }
    assert counts["statements"] == 153
    assert counts["principles"] == 10
    assert counts["members"] > 60
    assert counts["projects"] == 13


def test_columns_come_from_the_shapes(known: Known) -> None:
    sheet = sheet_of(known, "projects")
    headings = {one.name: one for one in sheet.headings}
    assert list(headings)[:2] == ["Identifier", "Title"]
    assert headings["Lead"].explanation == "The body that is printed as the lead."
    assert headings["Kind of project"].allowed == ("Policy Lab", "Policy Prototype")
    assert "Innovation" in headings["Principles met"].allowed
    assert (headings["First year"].kind, headings["Lead"].many, headings["Title"].many) == (
        "number",
        True,
        False,
    )
    assert not {"Label", "Who took part", "Participations"} & set(headings)


def test_words_that_are_only_quoted_are_not_exported(known: Known) -> None:
    for kind, column in (("projects", "About the project"), ("principles", "Statement")):
        sheet = sheet_of(known, kind)
        place = [one.name for one in sheet.headings].index(column)
        assert {row[place] for row in sheet.rows} == {""}


def test_columns_in_another_order_and_fewer_of_them(known: Known, whole: Path, tmp_path: Path) -> None:
    sheet = sheet_of(known, "members")
    fewer = Sheet("members", sheet.headings[2::-1], [row[2::-1] for row in reversed(sheet.rows)])
    path = written(tmp_path, write_export(fewer, "csv"))
    assert preview_in(whole, path, "members").summary == "no changes"


# One cell

EDITS = [
    pytest.param("members", "council/oldham", "Name", "Oldham", "changed", id="a name"),
    pytest.param("members", "council/oldham", "Website", "https://www.example.org/", "changed", id="an address"),
    pytest.param("councils", "council/oldham", "Tier", "Upper tier", "changed", id="a term of a list"),
    pytest.param("councils", "council/oldham", "Other names", "+Owdham", "added", id="another name"),
    pytest.param("groups", "group/gloucester-labour-group", "Group on", "Gloucester City Council", "added", id="a thing"),
    pytest.param("projects", "project/social-value-toolkit", "Title", "Another", "changed", id="a title"),
    pytest.param("projects", "project/social-value-toolkit", "First year", "2024", "changed", id="a year"),
    pytest.param("projects", "project/social-value-toolkit", "Lead", "+Bury Council", "added", id="a lead"),
    pytest.param("projects", "project/social-value-toolkit", "Principles met", "+Learning", "added", id="a principle"),
    pytest.param("principles", "principle/learning", "Order of display", "7", "changed", id="a number"),
    pytest.param("case-studies", "case-study/10-by-10", "Title", "10 by 10", "added", id="a title not yet known"),
    pytest.param("case-studies", "case-study/10-by-10", "About", "+Oldham Council", "added", id="whom it is about"),
    pytest.param("pages", "page/10-by-10", "Web address", "+https://www.councils.coop/10-by-10", "added", id="a page's address"),
    pytest.param("areas", "area/e08000004", "Name", "Oldham, the borough", "changed", id="an area"),
    pytest.param("captures", "capture/eoi-action-learning-set--1", "Form", "Form B: short title, dash, sentence", "changed", id="a form"),
    pytest.param("networks", "network/ccin", "Website", "https://www.example.org/", "changed", id="the network"),
    pytest.param("organisations", "organisation/locality", "Website", "https://www.example.org/", "added", id="an organisation"),
    pytest.param("page-fields", "page-field/year", "Other names", "+Years", "added", id="a field of a page"),
    pytest.param("statements", "statement/action-together-cio--co-operative-governance--1", "As printed", "Partner", "added", id="a statement"),
    pytest.param("participations", "participation/accredited-online-training-programme--co-operative-college--lead", "Name as printed", "+The College", "added", id="a participation"),
    pytest.param("claims", "claim/10-by-10--co-production--10-by-10--sheet-projects", "State", "not known", "changed", id="a claim"),
    pytest.param("figures", "figure/affiliate-2020-07", "Number", "26", "changed", id="a figure"),
    pytest.param("office-holdings", "office-holding/chair-2013", "Last year", "2014", "changed", id="an office"),
    pytest.param("funding-rounds", "funding-round/2020-2024", "First year", "2019", "changed", id="a funding round"),
    pytest.param("events", "event/agm", "Date as printed", "each year", "added", id="an event"),
]  # fmt: skip


# Kinds of which no cell can be edited: what the build works out, and what has no row here.
NOT_EDITED = {"memberships", "imports"}


def test_every_kind_has_a_cell_that_is_edited() -> None:
    assert {one.values[0] for one in EDITS} == set(KINDS) - NOT_EDITED


def edit_cell(rows: list[Row], identifier: str, column: str, value: str) -> None:
    row = row_of(rows, identifier)
    row[column] = f"{row[column]}; {value[1:]}" if value.startswith("+") else value


@pytest.mark.parametrize(("kind", "identifier", "column", "value", "what"), EDITS)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_one_edited_cell_is_one_change(
    giving_back: Callable[..., SheetPreview], whole: Path, kind: str, identifier: str, column: str, value: str,
    what: str, form: str,
) -> None:  # fmt: skip
    before = digest(whole)
    preview = giving_back(kind, lambda rows: edit_cell(rows, identifier, column, value), form)
    assert [(one.what, one.header) for one in preview.items] == [(what, column)], preview.to_text()
    assert digest(whole) == before


@pytest.fixture(scope="module")
def corrected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The committed record with every edit in it: the corrections of all kinds of sheets side by side."""
    folder = tmp_path_factory.mktemp("corrected")
    home = Path(shutil.copytree(DATA, folder / "data"))
    made: dict[Path, set[ox.Triple]] = {}
    for kind in sorted({str(one.values[0]) for one in EDITS}):

        def edit(rows: list[Row], kind: str = kind) -> None:
            for one in EDITS:
                if one.values[0] == kind:
                    edit_cell(rows, *map(str, one.values[1:4]))

        for path, data in give_back(home, folder, kind, edit).files.items():
            if path.suffix == ".ttl":
                made.setdefault(path, set()).update(record.parse(data, path))
    graphs = {path.stem.removesuffix("--corrections") for path in made if "--corrections" in path.stem}
    assert graphs == {f"sheet-{one.values[0]}" for one in EDITS}
    for path, triples in made.items():
        path.write_bytes(record.write(triples))
    return home


@pytest.mark.parametrize(("kind", "identifier", "column", "value", "what"), EDITS)
def test_what_was_given_is_believed(
    corrected: Path, kind: str, identifier: str, column: str, value: str, what: str
) -> None:
    sheet = sheet_of(known_in(corrected), kind)
    place = [one.name for one in sheet.headings].index(column)
    shown = next(row for row in sheet.rows if row[0] == identifier)
    # Shown are the names that are believed; that of Oldham is edited here too.
    names = {"Bury Council": "Bury Metropolitan Borough Council", "Oldham Council": "Oldham"}
    wanted = names.get(value.lstrip("+"), value.lstrip("+"))
    assert wanted in shown[place]


@pytest.mark.parametrize("kind", sorted({str(one.values[0]) for one in EDITS}))
def test_given_back_once_more_there_are_no_changes(corrected: Path, tmp_path: Path, kind: str) -> None:
    assert give_back(corrected, tmp_path, kind, lambda rows: None).summary == "no changes"


def test_what_is_worked_out_cannot_be_edited(giving_back: Callable[..., SheetPreview]) -> None:
    def edit(rows: list[Row]) -> None:
        rows[0]["First attested"] = "1999-01-01"

    preview = giving_back("memberships", edit)
    assert [one.header for one in preview.faults] == ["First attested"]
    assert "worked out" in preview.faults[0].message


def test_a_correction_is_of_its_own_source(giving_back: Callable[..., SheetPreview], whole: Path) -> None:
    apply_sheet(
        giving_back("projects", lambda rows: row_of(rows, "project/social-value-toolkit").update(Title="X"))
    )
    assert corrections(whole, "projects").text(THING + "project/social-value-toolkit", DCT + "title") == "X"
    told = TripleIndex(record.read(whole / "sources.ttl"))
    iri = ONTOLOGY_BASE + "data/graph/sheet-projects--corrections"
    assert told.iris(iri, CCIN + "sourceKind") == [THING + "source-kind/correction"]
    assert (whole / "sources" / "projects--corrections.csv").exists()
    apply_sheet(
        giving_back("projects", lambda rows: row_of(rows, "project/social-value-toolkit").update(Title="Y"))
    )
    assert corrections(whole, "projects").text(THING + "project/social-value-toolkit", DCT + "title") == "Y"
    assert (whole / "sources" / "projects--corrections--2.csv").exists()


def test_a_principle_taken_out_is_not_listed(giving_back: Callable[..., SheetPreview], whole: Path) -> None:
    def edit(rows: list[Row]) -> None:
        row_of(rows, "project/social-value-toolkit")["Principles met"] = "Co-production"

    preview = giving_back("projects", edit)
    assert [(one.what, one.words) for one in preview.items] == [
        ("withdrawn", "Enterprise and social economy")
    ]
    apply_sheet(preview)
    (claim,) = corrections(whole, "projects").of_type(CCIN + "PrincipleClaim")
    assert corrections(whole, "projects").iris(claim, CCIN + "claimState") == [CCIN + "notListed"]
    shown = {row[0]: row for row in sheet_of(known_in(whole), "projects").rows}
    assert "Co-production" in shown["project/social-value-toolkit"]
    assert "Enterprise" not in " ".join(shown["project/social-value-toolkit"])


def test_what_another_source_says_cannot_be_taken_out(giving_back: Callable[..., SheetPreview]) -> None:
    def edit(rows: list[Row]) -> None:
        row = row_of(rows, "project/social-value-toolkit")
        row["Participants"] = row["Participants"].replace("E3M; ", "")

    preview = giving_back("projects", edit)
    (fault,) = preview.faults
    assert "“E3M” cannot be taken out: it is said by “The sheet “projects””" in fault.message
    assert not preview.files


def test_a_participant_that_the_sheet_gave_can_be_taken_out(
    giving_back: Callable[..., SheetPreview], whole: Path
) -> None:
    def give(rows: list[Row]) -> None:
        row_of(rows, "project/social-value-toolkit")["Participants"] += "; Bury Council"

    def take(rows: list[Row]) -> None:
        row = row_of(rows, "project/social-value-toolkit")
        row["Participants"] = "; ".join(one for one in row["Participants"].split("; ") if "Bury" not in one)

    apply_sheet(giving_back("projects", give))
    preview = giving_back("projects", take)
    assert [(one.what, one.words) for one in preview.items] == [
        ("withdrawn", "Bury Metropolitan Borough Council")
    ]
    apply_sheet(preview)
    assert corrections(whole, "projects").of_type(CCIN + "Participation") == []


def test_an_empty_cell_and_a_row_left_out_delete_nothing(giving_back: Callable[..., SheetPreview]) -> None:
    def edit(rows: list[Row]) -> None:
        row_of(rows, "project/social-value-toolkit").update(Title="", Participants="")
        rows.pop(0)

    preview = giving_back("projects", edit)
    assert preview.summary == "no changes"
    assert "1 row of the export is not in this sheet; it stays as it is" in preview.to_text()


def test_a_new_row_is_a_new_thing(giving_back: Callable[..., SheetPreview], whole: Path) -> None:
    def edit(rows: list[Row]) -> None:
        rows.append(
            {"Title": "Filler project", "Lead": "Oldham Council", "First year": "2020", "Last year": "2021"}
        )

    preview = giving_back("projects", edit)
    assert [(one.what, one.name) for one in preview.items] == [("added", "Filler project")]
    apply_sheet(preview)
    said = corrections(whole, "projects")
    assert said.of_type(CCIN + "Project") == [THING + "project/filler-project"]
    assert len(said.of_type(CCIN + "Participation")) == 1
    assert giving_back("projects", lambda rows: None).summary == "no changes"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        pytest.param({"Identifier": "project/none", "Title": "X"}, "the identifier of nothing", id="of nothing"),
        pytest.param({"Identifier": "council/oldham", "Title": "X"}, "not of the kind", id="of another kind"),
        pytest.param({"Title": "Social Value Toolkit"}, "there is already project/social-value-toolkit", id="there"),
        pytest.param({"Lead": "Oldham Council"}, "“Title” is missing", id="without a name"),
        pytest.param({"Identifier": "project/social-value-toolkit", "Title": "X"}, "is about what row", id="twice"),
    ],
)  # fmt: skip
def test_rows_that_are_refused(giving_back: Callable[..., SheetPreview], row: Row, words: str) -> None:
    preview = giving_back("projects", lambda rows: rows.append(row))
    assert [words in one.message for one in preview.faults] == [True], preview.to_text()
    assert preview.faults[0].hint


def test_a_member_that_is_new_needs_a_type(giving_back: Callable[..., SheetPreview]) -> None:
    preview = giving_back("members", lambda rows: rows.append({"Name": "Filler"}))
    assert [(one.header, one.message) for one in preview.faults] == [("Type", "“Type” is missing")]
    assert "Political group" in preview.faults[0].hint


def test_every_fault_of_a_row_is_told_at_once(giving_back: Callable[..., SheetPreview]) -> None:
    def edit(rows: list[Row]) -> None:
        rows[0].update({"First year": "20", "Last year": "2x"})
        rows[1].update({"Identifier": "project/nothing", "First year": "20"})
        rows[2].update({"Identifier": rows[0]["Identifier"], "Title": "Peopleâ€™s"})

    preview = giving_back("projects", edit)
    assert [(one.row, one.header) for one in preview.faults] == [
        (2, "First year"), (2, "Last year"), (3, "Identifier"), (3, "First year"), (4, "Identifier"), (4, "Title"),
    ]  # fmt: skip
    # The row with a fault is there, so only the two whose identifiers were lost are not.
    assert preview.notices == ("2 rows of the export are not in this sheet; they stay as they are",)


def test_a_cell_that_does_not_go_with_the_type(giving_back: Callable[..., SheetPreview]) -> None:
    preview = giving_back("members", lambda rows: row_of(rows, "network/ccin").update(Tier="Unitary"))
    assert ["“Tier” does not go with a network" in one.message for one in preview.faults] == [True]


def test_corrections_pass_the_shapes(giving_back: Callable[..., SheetPreview], whole: Path) -> None:
    def edit(rows: list[Row]) -> None:
        row = row_of(rows, "project/social-value-toolkit")
        row["Lead"] += "; Bury Council"
        row["Principles met"] = "Learning"
        rows.append({"Title": "Filler", "Described on": "https://www.councils.coop/project/filler/"})

    apply_sheet(giving_back("projects", edit))
    report = prepare(open_dataset(whole, shipped_ontology())).report
    assert report.counts["violation"] == 0, report.to_text()


def test_languages_other_than_english_are_marked(
    giving_back: Callable[..., SheetPreview], whole: Path
) -> None:
    rows = {row[0]: row for row in sheet_of(known_in(whole), "councils").rows}
    assert "Cyngor Dinas Caerdydd [cy]" in " ".join(rows["council/cardiff"])
    preview = giving_back(
        "councils", lambda rows: row_of(rows, "council/cardiff").update(Name="Caerdydd [cy]")
    )
    assert [(one.what, one.words) for one in preview.items] == [("added", "Caerdydd [cy]")]
    apply_sheet(preview)
    made = corrections(whole, "councils").literals(
        THING + "council/cardiff", "http://www.w3.org/2004/02/skos/core#prefLabel"
    )
    assert made == [ox.Literal("Caerdydd", language="cy")]


def test_from_the_command_line(whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "members.xlsx"
    command = ["export", "members", "--to", "xlsx", "--out", str(out), "--data-dir", str(whole)]
    done = CliRunner().invoke(main, command)
    assert (done.exit_code, done.output.startswith(f"Wrote {out}: ")) == (0, True)
    again = CliRunner().invoke(main, ["ingest", str(out), "--as", "members", "--data-dir", str(whole)])
    assert (again.exit_code, again.output.splitlines()[-1]) == (0, "no changes")
    assert (
        CliRunner().invoke(main, ["export", "things", "--out", str(out), "--data-dir", str(whole)]).exit_code
        == 2
    )
    nowhere = ["export", "members", "--out", str(tmp_path / "no" / "x.csv"), "--data-dir", str(whole)]
    assert "cannot be written" in CliRunner().invoke(main, nowhere).output
