"""What was taken back and is named again: refused, since identifiers are never used again; or led on."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from ccin_ld import record
from ccin_ld.cli import main
from ccin_ld.errors import BadInput
from ccin_ld.graph import TripleIndex
from ccin_ld.ingest import apply, run
from ccin_ld.ingest.sheet import apply_sheet
from ccin_ld.ingest.sheet_preview import SheetPreview
from ccin_ld.namespaces import CCIN, DCT, ONTOLOGY_BASE, PROV
from ccin_ld.tombstones import Tombstone

from .conftest import DATA, DAY, bare_record, preview_in
from .sheets import as_csv, statements, written

THING = ONTOLOGY_BASE + "id/"
REASON = "Entered in error."
LIST = "https://www.example.org/list/"


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """A copy of the committed record."""
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def take_back(folder: Path, *pairs: tuple[str, str | None]) -> None:
    """Give the record a tombstone for each thing, led to the other entry where there is one."""
    made = [Tombstone(THING + one, date(2026, 1, 2), REASON, other and THING + other) for one, other in pairs]
    path = folder / "tombstones.ttl"
    path.write_bytes(record.write(triple for one in made for triple in one.triples()))


def give(folder: Path, rows: object, kind: str = "members") -> SheetPreview:
    path = written(folder.parent, as_csv(rows))  # type: ignore[arg-type]
    return preview_in(folder, path, kind)


def told(preview: SheetPreview) -> list[tuple[int, str, str]]:
    return [(one.row, one.column, one.message) for one in preview.faults]


def test_a_body_that_was_taken_back_is_refused_at_its_cell(folder: Path) -> None:
    take_back(folder, ("council/wigan", None))
    preview = give(folder, statements({}, {"name": "Wigan Council"}, {"name": "council/wigan"}))
    message = "council/wigan was taken back on 2026-01-02: Entered in error"
    assert told(preview) == [(3, "A", message), (4, "A", message)]
    assert "never used again" in preview.faults[0].hint
    assert not preview.files


def test_a_body_entered_twice_leads_to_the_entry_that_stays(folder: Path) -> None:
    take_back(folder, ("council/wigan", "council/oldham"))
    apply_sheet(give(folder, statements({"name": "Wigan Council"})))
    said = TripleIndex(record.read(folder / "graphs" / "sheet-members.ttl"))
    (statement,) = said.of_type(CCIN + "MembershipStatement")
    assert said.iris(statement, CCIN + "body") == [THING + "council/oldham"]
    assert said.text(statement, CCIN + "nameAsPrinted") == "Wigan Council"
    assert "/council/wigan>" not in (folder / "graphs" / "register.ttl").read_text(encoding="utf-8")


def test_what_a_source_said_before_stays_and_comes_again_without_changes(whole: Path) -> None:
    """Sources can be made again from what was received: only what is new is refused or led on."""
    take_back(whole, ("council/wigan", "council/oldham"), ("group/co-operative-party", None))
    for kind in ("principles", "projects", "members"):
        path = DATA / "sources" / f"{kind}.csv"
        before = DAY if kind == "projects" else None
        assert preview_in(whole, path, kind, captured_before=before).summary == "no changes"


def test_a_new_thing_does_not_get_the_identifier_of_one_taken_back(folder: Path) -> None:
    rows = [("Name",), ("Filler Trust",)]
    apply_sheet(give(folder, rows, "organisations"))
    (folder / "graphs" / "sheet-organisations.ttl").unlink()
    take_back(folder, ("organisation/filler-trust", None))
    assert [(row, column) for row, column, _ in told(give(folder, rows, "organisations"))] == [(2, "A")]


def test_a_new_row_for_a_thing_entered_twice_is_of_the_entry_that_stays(folder: Path) -> None:
    apply_sheet(give(folder, [("Name",), ("Filler",)], "organisations"))
    take_back(folder, ("organisation/fillers", "organisation/filler"))
    rows = [("Name", "Website"), ("Fillers", LIST)]
    preview = give(folder, rows, "organisations")
    assert preview.faults == ()
    assert [(one.what, one.header) for one in preview.items] == [("changed", "Name"), ("added", "Website")]


def test_a_participation_that_was_taken_back_is_not_said_again(folder: Path) -> None:
    rows = [("url", "page_type", "lead_members"), (f"{LIST}filler", "project", "Wigan Council")]
    take_back(folder, ("participation/filler--wigan--lead", None))
    ((row, column, message),) = told(give(folder, rows, "projects"))
    assert (row, column) == (2, "C")
    assert message.startswith("participation/filler--wigan--lead was taken back")


def test_the_number_of_a_statement_taken_back_is_not_given_again(folder: Path) -> None:
    take_back(folder, ("statement/oldham--list--1", None))
    apply_sheet(give(folder, statements({})))
    said = TripleIndex(record.read(folder / "graphs" / "sheet-members.ttl"))
    assert said.of_type(CCIN + "MembershipStatement") == [THING + "statement/oldham--list--2"]


def test_an_export_with_a_row_that_was_taken_back(whole: Path) -> None:
    take_back(whole, ("organisation/locality", None), ("council/bury", "council/oldham"))
    rows = [("Identifier", "Website"), ("organisation/locality", LIST), ("council/bury", LIST)]
    assert told(give(whole, rows)) == [
        (2, "A", "organisation/locality was taken back on 2026-01-02: Entered in error"),
        (3, "A", "council/bury was entered twice, and is council/oldham now"),
    ]


def test_a_title_of_something_taken_back_is_not_just_unknown(whole: Path) -> None:
    take_back(whole, ("project/social-value-toolkit", None))
    name = "participation/accredited-online-training-programme--co-operative-college--lead"
    rows = [("Identifier", "Project"), (name, "Social Value Toolkit")]
    ((row, column, message),) = told(give(whole, rows, "participations"))
    assert (row, column) == (2, "B")
    assert message.startswith("project/social-value-toolkit was taken back")


PAGE = "Lead Member Oldham Council\nParticipating Members Wigan Council\nYear 2020\n"
URL = "https://www.councils.coop/project/filler/"


def page(folder: Path, url: str = URL, text: str = PAGE) -> Path:
    path = folder.parent / "page.txt"
    path.write_text(text, encoding="utf-8")
    apply(run(path, url=url, title="Filler", data_dir=folder, captured_before=DAY, today=lambda: DAY))
    return folder / "graphs" / "filler--1.ttl"


def test_a_page_that_names_a_body_taken_back(folder: Path) -> None:
    take_back(folder, ("council/wigan", None))
    with pytest.raises(BadInput, match="council/wigan was taken back on 2026-01-02") as raised:
        page(folder)
    assert raised.value.line == 2


def test_a_page_that_names_a_body_entered_twice(folder: Path) -> None:
    take_back(folder, ("council/wigan", "council/bury"))
    said = TripleIndex(record.read(page(folder)))
    agents = {
        iri.rpartition("/")[2]
        for one in said.of_type(CCIN + "Participation")
        for iri in said.iris(one, PROV + "agent")
    }
    assert agents == {"oldham", "bury"}


@pytest.mark.parametrize(
    "gone", ["page/filler", "project/filler", "participation/filler--wigan--participant"]
)
def test_a_page_whose_things_were_taken_back(folder: Path, gone: str) -> None:
    take_back(folder, (gone, None))
    with pytest.raises(BadInput, match=f"{gone} was taken back"):
        page(folder)


def test_a_page_entered_twice_is_imported_as_the_one_that_stays(folder: Path) -> None:
    take_back(folder, ("page/old-filler", "page/filler"), ("project/old-filler", "project/filler"))
    made = page(folder, "https://www.councils.coop/project/old-filler/")
    said = TripleIndex(record.read(made))
    assert said.of_type(CCIN + "Project") == [THING + "project/filler"]
    assert said.text(THING + "project/filler", DCT + "title") == "Filler"


def test_the_number_of_a_capture_taken_back_is_not_given_again(folder: Path) -> None:
    take_back(folder, ("capture/filler--1", None))
    page(folder)
    assert (folder / "graphs" / "filler--2.ttl").exists()


def test_on_the_command_line_a_withdrawn_body_is_refused(tmp_path: Path) -> None:
    folder = bare_record(tmp_path / "data")
    path = written(tmp_path, as_csv(statements({})))
    command = ["ingest", str(path), "--as", "members", "--data-dir", str(folder)]
    assert CliRunner().invoke(main, [*command, "--yes"]).exit_code == 0
    gone = [
        "withdraw",
        THING + "council/oldham",
        "--reason",
        REASON,
        "--on",
        "2026-01-02",
        "--data-dir",
        str(folder),
    ]
    assert CliRunner().invoke(main, gone).exit_code == 0
    # The sheet has named it before: what it says of it stays in its file, and builds leave it out.
    again = CliRunner().invoke(main, command)
    assert (again.exit_code, again.output.splitlines()[-1]) == (0, "no changes")
    other = written(
        tmp_path, as_csv([("Body", "Says", "Source"), ("Oldham Council", "Member", LIST)]), "other.csv"
    )
    fresh = ["ingest", str(other), "--as", "statements", "--data-dir", str(folder)]
    refused = CliRunner().invoke(main, fresh)
    assert refused.exit_code == 1
    assert "row 2, column A “Body”: council/oldham was taken back on 2026-01-02" in refused.output
