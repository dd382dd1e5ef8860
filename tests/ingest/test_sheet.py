"""A sheet as received: what it says becomes the graph of a source; nothing is guessed, nothing deleted."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from ccin_ld import record
from ccin_ld.cli import main
from ccin_ld.errors import BadInput
from ccin_ld.graph import TripleIndex
from ccin_ld.ingest.sheet import apply_sheet, run_sheet
from ccin_ld.ingest.sheet_preview import SheetPreview
from ccin_ld.namespaces import CCIN, DCT, ONTOLOGY_BASE, PROV, RDF, SKOS

from .conftest import DATA, DAY, bare_record, digest, preview_in
from .sheets import GOOD, STATEMENTS, as_csv, as_xlsx, statements, written

Giving = Callable[..., SheetPreview]
THING = ONTOLOGY_BASE + "id/"


@pytest.fixture
def giving(folder: Path, tmp_path: Path) -> Giving:
    """Preview the import of rows, or of bytes, as a sheet of statements unless told otherwise."""

    def preview(content: object, kind: str = "members", **more: object) -> SheetPreview:
        data = content if isinstance(content, bytes) else as_csv(content)  # type: ignore[arg-type]
        path = written(tmp_path, data)
        return preview_in(folder, path, kind, **more)

    return preview


def graph(folder: Path, name: str) -> TripleIndex:
    return TripleIndex(record.read(folder / "graphs" / f"{name}.ttl"))


@cache
def committed(name: str) -> TripleIndex:
    return graph(DATA, name)


# The sheets that came with the network


def rows_of(kind: str) -> list[dict[str, str]]:
    with (DATA / "sources" / f"{kind}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_row_of_members_is_a_statement() -> None:
    said = committed("sheet-members")
    found = said.of_type(CCIN + "MembershipStatement")
    assert len(found) == len(rows_of("members")) == 153
    kinds = Counter(iri.rpartition("/")[2] for one in found for iri in said.iris(one, CCIN + "says"))
    assert kinds == Counter(row["statement"].replace(" ", "-") for row in rows_of("members"))
    printed = {one.value for iri in found for one in said.literals(iri, CCIN + "nameAsPrinted")}
    assert len(printed) == 85


def test_every_statement_has_a_page_and_a_body() -> None:
    said = committed("sheet-members")
    known = {row["source_url"] for row in rows_of("members")}
    for iri in said.of_type(CCIN + "MembershipStatement"):
        (page,) = said.iris(iri, DCT + "source")
        assert set(said.iris(page, CCIN + "address")) & known
        assert len(said.iris(iri, CCIN + "body")) == 1


def test_two_newcastles_are_two_councils() -> None:
    said = committed("sheet-members")
    bodies = {
        text.value: iri.rpartition("/")[2]
        for one in said.of_type(CCIN + "MembershipStatement")
        for text in said.literals(one, CCIN + "nameAsPrinted")
        for iri in said.iris(one, CCIN + "body")
        if "Newcastle" in text.value
    }
    assert bodies == {
        "Newcastle City Council": "newcastle-upon-tyne",
        "Newcastle on Tyne": "newcastle-upon-tyne",
        "Newcastle under Lyme": "newcastle-under-lyme",
    }


def test_only_one_statement_names_a_beginning() -> None:
    said = committed("sheet-members")
    (iri,) = [
        one for one in said.of_type(CCIN + "MembershipStatement") if said.text(one, CCIN + "statesStart")
    ]
    assert "greater-manchester" in iri
    assert [said.text(iri, CCIN + name) for name in ("notBefore", "notAfter")] == ["2018-07-01", "2018-07-31"]


def test_nothing_is_said_of_who_holds_an_office() -> None:
    text = (DATA / "graphs" / "sheet-members.ttl").read_text(encoding="utf-8")
    said = committed("sheet-members")
    office = ox.NamedNode(THING + "statement-kind/office")
    offices = [iri for iri, value in said.pairs(CCIN + "says") if value == office]
    assert len(offices) == 4
    assert not any(said.literals(iri, CCIN + "asPrinted") for iri in offices)
    for name in ("Cllr", "Robbins", "Gittins", "Taylor"):
        assert name not in text


def test_the_45_pages() -> None:
    said = committed("sheet-projects")
    rows = rows_of("projects")
    assert len(said.of_type(CCIN + "Page")) == len(said.of_type(CCIN + "Capture")) == len(rows) == 45
    counts = Counter(row["page_type"] for row in rows)
    assert len(said.of_type(CCIN + "Project")) == counts["project"]
    assert len(said.of_type(CCIN + "CaseStudy")) == counts["case study"]
    assert len(said.of_type(CCIN + "Page")) - counts["project"] - counts["case study"] == counts["not known"]


def test_participations_as_the_rows_have_them() -> None:
    said = committed("sheet-projects")
    for role, column in (("lead", "lead_members"), ("participant", "participating_members")):
        names = sum(
            len([one for one in row[column].split(";") if one.strip()]) for row in rows_of("projects")
        )
        node = ox.NamedNode(f"{THING}role/{role}")
        assert len([iri for iri, value in said.pairs(PROV + "hadRole") if value == node]) == names


@pytest.mark.parametrize("row", rows_of("projects"), ids=lambda row: row["slug"][:30])
def test_claims_by_the_rule_of_forms(row: dict[str, str]) -> None:
    """What the form cannot show is not known; without a form or a list there are no claims."""
    said = committed("sheet-projects")
    captures = [
        iri for iri in said.of_type(CCIN + "Capture") if iri.startswith(f"{THING}capture/{row['slug'][:60]}")
    ]
    assert len(captures) == 1
    claims = [iri for iri, value in said.pairs(PROV + "wasDerivedFrom") if value == ox.NamedNode(captures[0])]
    states = {
        said.iris(one, CCIN + "principle")[0].rpartition("/")[2]: said.iris(one, CCIN + "claimState")[
            0
        ].rpartition("#")[2]
        for one in claims
    }
    listed = {one.strip() for one in row["principles"].split(";") if one.strip()}
    titles = {iri.rpartition("/")[2]: text for iri, text in principle_titles().items()}
    if not row["form"] or not listed:
        assert states == {}
        return
    assert len(states) == 10
    assert {titles[name] for name, state in states.items() if state == "met"} == listed
    hidden = {
        "A": {"democratic-engagement", "social-partnership"},
        "B": set(),
        "C": {"co-production", "innovation", "learning"},
    }[row["form"]]
    assert {name for name, state in states.items() if state == "notKnown"} == {
        name for name in hidden if titles[name] not in listed
    }


def principle_titles() -> dict[str, str]:
    said = committed("sheet-principles")
    return {iri: said.text(iri, SKOS + "prefLabel") or "" for iri in said.of_type(CCIN + "Principle")}


def test_a_place_that_is_named_is_not_its_council() -> None:
    said = committed("sheet-projects")
    rows = {row["slug"]: row for row in rows_of("projects") if row["related_body"]}
    about = {iri.rpartition("/")[2] for iri, _ in said.pairs(CCIN + "about")}
    places = {slug for slug, row in rows.items() if row["related_basis"].startswith("place")}
    assert len(places) == 8
    assert not places & about
    assert len(about) == len(rows) - len(places)


def test_years_and_kinds_of_a_project() -> None:
    said = committed("sheet-projects")
    iri = THING + "project/co-operative-governance"
    assert said.text(iri, CCIN + "yearAsPrinted") == said.text(iri, CCIN + "fromYear") == "2024"
    assert said.text(iri, CCIN + "kindAsPrinted") == "Policy Labs"
    assert said.iris(iri, CCIN + "projectKind") == [THING + "project-kind/policy-lab"]
    assert said.text(iri, DCT + "title") is None  # it was not seen


def test_again_from_the_command_line_there_are_no_changes(folder: Path, tmp_path: Path) -> None:
    for kind in ("principles", "projects", "members"):
        path = DATA / "sources" / f"{kind}.csv"
        command = ["ingest", str(path), "--as", kind, "--data-dir", str(folder)]
        if kind == "projects":
            command += ["--captured-before", "2026-11-23"]
        shown = tmp_path / f"{kind}.html"
        before = digest(folder)
        first = CliRunner().invoke(main, [*command, "--preview", str(shown)])
        assert (first.exit_code, "Nothing is written yet" in first.output) == (0, True), first.output
        assert digest(folder) == before
        page = shown.read_text(encoding="utf-8")
        assert "<h2>Added" in page
        assert "<script" not in page
        assert "http-equiv" not in page
        assert CliRunner().invoke(main, [*command, "--yes"]).exit_code == 0
        before = digest(folder)
        again = CliRunner().invoke(main, [*command, "--yes"])
        assert (again.exit_code, again.output.splitlines()[-1]) == (0, "no changes")
        assert digest(folder) == before


# How a sheet may be written


def test_columns_in_another_order_and_under_other_names_say_the_same(giving: Giving) -> None:
    first = giving(statements({}))
    renamed = ["Source", "Not after", "not_before", "Kind of membership", "asPrinted", "Body", "says"]
    row = [
        GOOD[name]
        for name in (
            "source_url",
            "not_after",
            "not_before",
            "kind_code",
            "kind_as_printed",
            "name",
            "statement",
        )
    ]
    second = giving([renamed, row])
    name = "sheet-members.ttl"
    made = [next(data for path, data in one.files.items() if path.name == name) for one in (first, second)]
    assert made[0] == made[1]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_excel_s_encodings_say_the_same(giving: Giving, encoding: str) -> None:
    name = {"kind_as_printed": "“Full” – 500 £"}
    plain = giving(as_csv(statements(name)))
    other = giving(as_csv(statements(name), ";", encoding))
    graphs = [
        {p.name: d for p, d in one.files.items() if p.name == "sheet-members.ttl"} for one in (plain, other)
    ]
    assert graphs[0] == graphs[1]


def test_date_cells_and_numbers_of_a_workbook(giving: Giving, folder: Path) -> None:
    row = [GOOD["name"], "member", "full", "", date(2020, 1, 1), 2020, True, GOOD["source_url"]]
    apply_sheet(giving(as_xlsx([STATEMENTS, row])))
    said = graph(folder, "sheet-members")
    (iri,) = said.of_type(CCIN + "MembershipStatement")
    assert [said.text(iri, CCIN + one) for one in ("notBefore", "notAfter", "statesStart")] == [
        "2020-01-01", "2020-12-31", "true",
    ]  # fmt: skip
    assert (folder / "sources" / "members.xlsx").exists()


def test_a_year_is_its_first_and_its_last_day(giving: Giving, folder: Path) -> None:
    apply_sheet(giving(statements({"not_before": "2019-2020", "not_after": "Jan 2021"})))
    said = graph(folder, "sheet-members")
    (iri,) = said.of_type(CCIN + "MembershipStatement")
    assert [said.text(iri, CCIN + one) for one in ("notBefore", "notAfter")] == ["2019-01-01", "2021-01-31"]


def test_a_half_filled_row_says_what_it_says(giving: Giving, folder: Path) -> None:
    apply_sheet(
        giving(statements(dict.fromkeys(["kind_code", "kind_as_printed", "not_before", "not_after"], "")))
    )
    said = graph(folder, "sheet-members")
    (iri,) = said.of_type(CCIN + "MembershipStatement")
    assert said.iris(iri, CCIN + "membershipKind") == []


PAGES = ("slug", "url", "title", "page_type", "form", "lead_members", "participating_members", "principles")
PAGE_ROW = (
    "filler", "https://www.councils.coop/project/filler/", "Filler", "project", "B", "Oldham Council",
    "Oldham Council\nWigan Council", "Innovation | Learning",
)  # fmt: skip


def test_lists_in_a_cell(giving: Giving, folder: Path) -> None:
    apply_sheet(giving([PAGES, PAGE_ROW], "projects", captured_before=DAY))
    said = graph(folder, "sheet-projects")
    assert len(said.of_type(CCIN + "Participation")) == 3
    assert len([1 for _, v in said.pairs(CCIN + "claimState") if v == ox.NamedNode(CCIN + "met")]) == 2
    assert said.text(THING + "capture/filler--sheet-projects", CCIN + "notAfter") == DAY.isoformat()


def test_without_a_form_there_are_no_claims(giving: Giving, folder: Path) -> None:
    row = [*PAGE_ROW[:4], "", *PAGE_ROW[5:]]
    apply_sheet(giving([PAGES, row], "projects"))
    assert graph(folder, "sheet-projects").of_type(CCIN + "PrincipleClaim") == []


def test_a_sheet_of_one_s_own_needs_no_entry_in_the_table(giving: Giving, folder: Path) -> None:
    apply_sheet(giving([("Name", "Website"), ("Filler Trust", "https://www.example.org/")], "organisations"))
    said = graph(folder, "sheet-organisations")
    assert said.of_type(CCIN + "Organisation") == [THING + "organisation/filler-trust"]


# What changes, and what stays


def test_a_changed_cell_is_one_change(giving: Giving, folder: Path) -> None:
    apply_sheet(giving(statements({}, {"name": "Wigan Council"})))
    second = giving(statements({}, {"name": "Wigan Council", "kind_code": "associate"}))
    assert [(one.what, one.place, one.words) for one in second.items] == [
        ("changed", "row 3, column C “kind_code”", "Full member → Associate member")
    ]
    assert "sheet-members: 1 added, 1 removed" in second.to_text()
    apply_sheet(second)
    assert (folder / "sources" / "members--2.csv").exists()
    assert not giving(statements({}, {"name": "Wigan Council", "kind_code": "associate"})).changed


def test_an_empty_cell_deletes_nothing(giving: Giving) -> None:
    apply_sheet(giving(statements({})))
    assert (
        giving(statements({"kind_code": "", "not_before": "", "kind_as_printed": "unknown"})).summary
        == "no changes"
    )


def test_a_row_left_out_deletes_nothing(giving: Giving) -> None:
    apply_sheet(giving(statements({}, {"name": "Wigan Council"})))
    preview = giving(statements({}))
    assert preview.summary == "no changes"
    assert len(preview.left_out) == 1
    assert "staying as they are (1)" in preview.to_text()


def test_a_missing_column_deletes_nothing(giving: Giving) -> None:
    apply_sheet(giving(statements({})))
    header = [name for name in STATEMENTS if name not in ("kind_code", "not_after")]
    assert giving(statements({}, header=header)).summary == "no changes"


def test_rows_in_another_order_are_the_same_rows(giving: Giving) -> None:
    changes = [{"kind_code": kind} for kind in ("full", "associate", "affiliate")]
    apply_sheet(giving(statements(*changes)))
    assert giving(statements(*reversed(changes))).summary == "no changes"


def test_a_row_is_withdrawn_by_saying_so(giving: Giving, folder: Path) -> None:
    apply_sheet(giving(statements({}, {"name": "Wigan Council"})))
    rows = [
        [*row, mark]
        for row, mark in zip(statements({"name": "Wigan Council"}), ["Withdraw", "yes"], strict=True)
    ]
    preview = giving(rows)
    assert [(one.what, one.name) for one in preview.items] == [("withdrawn", "Wigan Council")]
    apply_sheet(preview)
    said = graph(folder, "sheet-members")
    assert len(said.of_type(CCIN + "MembershipStatement")) == 1
    assert "wigan" not in (folder / "graphs" / "sheet-members.ttl").read_text(encoding="utf-8")


def test_a_name_taken_out_of_a_list_is_withdrawn(giving: Giving, folder: Path) -> None:
    apply_sheet(giving([PAGES, PAGE_ROW], "projects"))
    fewer = [*PAGE_ROW[:6], "Oldham Council; Bury Council", PAGE_ROW[7]]
    preview = giving([PAGES, fewer], "projects")
    assert [(one.what, one.header, one.words) for one in preview.items] == [
        ("added", "participating_members", "Bury Metropolitan Borough Council"),
        ("withdrawn", "participating_members", "Wigan Metropolitan Borough Council"),
    ]
    apply_sheet(preview)
    assert "wigan" not in (folder / "graphs" / "sheet-projects.ttl").read_text(encoding="utf-8")


def test_suspected_doubles_are_named_and_not_settled(giving: Giving) -> None:
    same = giving(statements({}, {}))
    assert same.doubles == ("row 3: “Oldham Council” says what row 2 says",)
    other = [
        *PAGE_ROW[:0],
        "filler-2",
        "https://www.councils.coop/project/filler-2/",
        "Fillers",
        *PAGE_ROW[3:],
    ]
    near = giving(
        [
            PAGES,
            [*PAGE_ROW[:2], "The Filler of Anytown", *PAGE_ROW[3:]],
            [*other[:2], "The Fillers of Anytown", *other[3:]],
        ],
        "projects",
    )
    assert len(near.doubles) == 1
    # The name as it is written, not its words in their order.
    assert near.doubles[0].startswith("row 3: “The Fillers of Anytown” is much like project/")
    assert "(“The Filler of Anytown”, " in near.doubles[0]
    assert near.files


def test_a_blank_more_makes_no_other_name(giving: Giving) -> None:
    second = ["filler-2", "https://www.councils.coop/project/filler-2/", "Tool Kit", *PAGE_ROW[3:]]
    near = giving([PAGES, [*PAGE_ROW[:2], "Toolkit", *PAGE_ROW[3:]], second], "projects")
    assert len(near.doubles) == 1
    assert near.doubles[0].endswith("(“Toolkit”, 100 of 100)")


def test_the_same_thing_twice_is_refused(giving: Giving) -> None:
    preview = giving([PAGES, PAGE_ROW, PAGE_ROW], "projects")
    assert [(one.row, one.message) for one in preview.faults] == [
        (3, "this row is about what row 2 is about")
    ]


def test_two_sites_can_call_their_pages_alike(giving: Giving, folder: Path) -> None:
    apply_sheet(giving(statements({}, {"source_url": "https://other.example/list"})))
    said = graph(folder, "sheet-members")
    assert len(said.of_type(CCIN + "Page")) == 2


def test_one_page_under_several_addresses_is_one_page(giving: Giving, folder: Path) -> None:
    apply_sheet(giving(statements({}, {"name": "Wigan Council", "source_url": "http://example.org/list"})))
    said = graph(folder, "sheet-members")
    (page,) = said.of_type(CCIN + "Page")
    assert len(said.iris(page, CCIN + "address")) == 2


def test_a_label_is_not_another_label_too(giving: Giving, folder: Path) -> None:
    apply_sheet(giving(statements({"name": "Oldham Metropolitan Borough Council"}, {"name": "Oldham"})))
    said, register = graph(folder, "sheet-members"), graph(folder, "register")
    iri = THING + "council/oldham"
    assert register.text(iri, SKOS + "prefLabel") == "Oldham Metropolitan Borough Council"
    assert [one.value for one in said.literals(iri, SKOS + "altLabel")] == ["Oldham"]


def test_the_source_is_described(giving: Giving, folder: Path) -> None:
    apply_sheet(giving(statements({})))
    told = TripleIndex(record.read(folder / "sources.ttl"))
    iri = ONTOLOGY_BASE + "data/graph/sheet-members"
    assert told.iris(iri, RDF + "type") == [CCIN + "Source"]
    assert told.iris(iri, CCIN + "sourceKind") == [THING + "source-kind/sheet"]
    assert told.text(iri, CCIN + "sourceFile") == "sources/members.csv"
    assert len(told.text(iri, CCIN + "sha256") or "") == 64
    assert "names its page" in (told.text(iri, DCT + "rights") or "")


# What stops an import


@pytest.mark.parametrize(
    ("kind", "words"),
    [("memberz", "no kind of sheet"), ("", "no kind of sheet"), ("../x", "no kind of sheet")],
)
def test_kinds_that_there_are_not(giving: Giving, kind: str, words: str) -> None:
    with pytest.raises(BadInput, match=words) as raised:
        giving(statements({}), kind)
    assert "members" in (raised.value.hint or "")


def test_a_fault_writes_nothing(giving: Giving, folder: Path) -> None:
    before = digest(folder)
    preview = giving(statements({}, {"name": "Newcastle"}))
    assert preview.files == {}
    with pytest.raises(BadInput, match="can mean") as raised:
        apply_sheet(preview)
    assert "row 3, column A" in str(raised.value)
    assert digest(folder) == before


def test_a_sheet_without_its_kind_on_the_command_line(folder: Path, tmp_path: Path) -> None:
    path = written(tmp_path, as_csv(statements({})))
    done = CliRunner().invoke(main, ["ingest", str(path), "--data-dir", str(folder)])
    assert done.exit_code == 2
    assert "it is not said what this file is" in done.output


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("x\n", "the column 'sheet' is missing"),
        ("sheet,column,fills,when,note\nmembers,name\n", "too many or too few cells"),
        ("sheet,column,fills,when,note\nmembers,name,nope:body,,\n", "no property"),
        ("sheet,column,fills,when,note\nmembers,name,ccin:body,odd,\n", "no condition"),
    ],
)
def test_a_table_of_columns_that_cannot_be_used(giving: Giving, folder: Path, table: str, words: str) -> None:
    (folder / "reference" / "sheets.csv").write_text(table, encoding="utf-8")
    with pytest.raises(BadInput, match=words) as raised:
        giving(statements({}))
    assert raised.value.file == folder / "reference" / "sheets.csv"


def test_the_clock_is_read_for_the_table_of_imports_only(folder: Path, tmp_path: Path) -> None:
    path = written(tmp_path, as_csv(statements({})))
    apply_sheet(run_sheet(path, kind="members", data_dir=folder, today=lambda: date(2031, 1, 2)))
    for one in folder.rglob("*"):
        if one.is_file() and one.name != "imports.csv":
            assert b"2031" not in one.read_bytes(), one
    assert ",2031-01-02," in (folder / "sources" / "imports.csv").read_text(encoding="utf-8")


def test_another_network_has_its_own_sheets(tmp_path: Path) -> None:
    """No entry in the table of columns, another base: the same shapes make the same columns."""
    folder = bare_record(tmp_path / "data")
    (folder / "reference" / "sheets.csv").unlink()
    path = written(
        tmp_path,
        as_csv([("Title", "Lead", "First year", "Last year"), ("Filler", "Oldham Council", "2020", "2021")]),
    )
    preview = run_sheet(path, kind="projects", data_dir=folder, today=lambda: DAY)
    assert preview.faults == ()
    assert [one.name for one in preview.items] == ["Filler"]


def test_a_name_is_accepted_at_the_import(giving: Giving, folder: Path) -> None:
    rows = statements({"name": "Owdham"})
    assert giving(rows).faults
    preview = giving(rows, accept=("Owdham=council/oldham",))
    assert preview.faults == ()
    apply_sheet(preview)
    assert "Owdham,council/oldham," in (folder / "reference" / "aliases.csv").read_text(encoding="utf-8")
    assert giving(rows).summary == "no changes"


@pytest.mark.parametrize("option", ["--title", "--also", "--key", "--captured"])
def test_options_that_are_for_pages(folder: Path, tmp_path: Path, option: str) -> None:
    path = written(tmp_path, as_csv(statements({})))
    command = ["ingest", str(path), "--as", "members", option, "2020-01-01", "--data-dir", str(folder)]
    done = CliRunner().invoke(main, command)
    assert (done.exit_code, f"{option} is for pages" in done.output) == (2, True)


def test_the_bench_runs() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.sheets", "--rows", "20"],
        cwd=DATA.parent, capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    lines = done.stdout.splitlines()
    assert len(lines) == 5
    assert [line.endswith("no changes") for line in lines] == [False, False, False, True, True]
    assert [" 0 refused" in line for line in lines[:3]] == [True, True, False]
