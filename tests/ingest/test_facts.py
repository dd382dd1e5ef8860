"""Sheets with facts about a network: figures, offices, funding rounds, events; names of people in one column only."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from ccin_ld import record
from ccin_ld.build import read
from ccin_ld.config import Settings
from ccin_ld.dataset import shipped_ontology
from ccin_ld.derivation import derive
from ccin_ld.graph import TripleIndex
from ccin_ld.ingest.export import export, sheet_of, write_export
from ccin_ld.ingest.private import why_more_than_a_name
from ccin_ld.ingest.sheet import apply_sheet, run_sheet
from ccin_ld.ingest.sheet_preview import SheetPreview
from ccin_ld.model import Model
from ccin_ld.namespaces import CCIN, DCT, ONTOLOGY_BASE, RDF, RDFS

from .conftest import DATA, DAY_OF_FACTS, FACTS, known_in, preview_in
from .sheets import as_csv, written

THING = ONTOLOGY_BASE + "id/"
CLASSES = dict(zip(FACTS, ("Figure", "OfficeHolding", "FundingRound", "Event"), strict=True))
Giving = Callable[..., SheetPreview]


@pytest.fixture
def giving(folder: Path, tmp_path: Path) -> Giving:
    """Preview the import of rows as a sheet of facts."""

    def preview(kind: str, *rows: tuple[str, ...]) -> SheetPreview:
        path = written(tmp_path, as_csv(rows))
        return preview_in(folder, path, kind, today=lambda: DAY_OF_FACTS)

    return preview


def rows_of(kind: str) -> list[dict[str, str]]:
    with (DATA / "sources" / f"{kind}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def committed(kind: str) -> TripleIndex:
    return TripleIndex(record.read(DATA / "graphs" / f"sheet-{kind}.ttl"))


@pytest.mark.parametrize("kind", FACTS)
def test_every_row_is_a_fact_of_the_network(kind: str) -> None:
    said = committed(kind)
    found = said.of_type(CCIN + CLASSES[kind])
    assert {iri.rpartition("/")[2] for iri in found} == {row["key"] for row in rows_of(kind)}
    assert {iri for one in found for iri in said.iris(one, CCIN + "body")} == {THING + "network/ccin"}
    with_page = {row["key"] for row in rows_of(kind) if row["source_url"]}
    assert {one.rpartition("/")[2] for one in found if said.iris(one, DCT + "source")} == with_page


def test_figures_are_the_numbers_of_the_rows() -> None:
    said = committed("figures")
    for row in rows_of("figures"):
        iri = f"{THING}figure/{row['key']}"
        texts = [said.text(iri, CCIN + name) or "" for name in ("count", "notBefore", "notAfter")]
        assert texts == [row["count"], row["not_before"], row["not_after"]]
        assert said.iris(iri, CCIN + "measure") == [f"{THING}measure/{row['measure']}"]


def test_nothing_but_name_office_years_and_page_is_said_of_a_person() -> None:
    said = committed("office-holdings")
    allowed = {CCIN + one for one in ("body", "office", "holder", "fromYear", "toYear", "dateAsPrinted")}
    for iri in said.of_type(CCIN + "OfficeHolding"):
        assert {t.predicate.value for t in said.about(iri)} <= {*allowed, DCT + "source", RDF + "type"}
        assert not any(word.casefold() in iri for word in (said.text(iri, CCIN + "holder") or "").split())
    others = {path for path in (DATA / "graphs").glob("*.ttl") if path.stem != "sheet-office-holdings"}
    names = {row["holder"].split()[-1] for row in rows_of("office-holdings")}
    assert len(names) == 4
    for path in others:
        text = path.read_text(encoding="utf-8")
        assert [name for name in names if name in text] == [], path


@pytest.mark.parametrize(
    "text", ["Jane Filler", "Cllr Jane Filler OBE", "Dr J. O’Filler-Smith", "Siân Ll\u0175yd", "Ann"]
)
def test_a_name_alone_is_a_holder(giving: Giving, text: str) -> None:
    assert why_more_than_a_name(text) is None
    preview = giving("office-holdings", ("network", "office", "holder"), ("CCIN", "chair", text))
    assert preview.faults == ()


@pytest.mark.parametrize(
    "text",
    [
        "Jane Filler, Anytown Council",
        "Jane Filler (Labour)",
        "jane@example.org",
        "Jane Filler 01234 567890",
        "Policy Officer Jane Filler",
        "Contact Jane Filler",
        "Jane Filler, who has been in the chair for a long time",
        "Jane Filler born in Anytown and now living in Othertown",
        "Jane Filler; https://example.org/",
    ],
)
def test_a_holder_with_anything_beside_the_name_is_refused(giving: Giving, text: str) -> None:
    preview = giving("office-holdings", ("network", "office", "holder"), ("CCIN", "chair", text))
    assert [(one.row, one.header, one.found) for one in preview.faults] == [(2, "holder", "(not repeated)")]
    assert "Filler" not in preview.to_text()
    assert preview.files == {}


@pytest.mark.parametrize("column", ["email", "party", "telephone", "job title"])
def test_there_is_no_column_for_more_about_a_person(giving: Giving, column: str) -> None:
    header, row = ("network", "office", "holder", column), ("CCIN", "chair", "Jane Filler", "x")
    (fault,) = giving("office-holdings", header, row).faults
    assert (fault.row, fault.header, "is not known" in fault.message) == (1, column, True)


@pytest.mark.parametrize(
    ("kind", "column"),
    [
        ("figures", "date_as_printed"),
        ("office-holdings", "date_as_printed"),
        ("funding-rounds", "as_printed"),
    ],
)
def test_other_columns_take_no_staff(giving: Giving, kind: str, column: str) -> None:
    columns = {
        "figures": ("measure", "count"),
        "office-holdings": ("office", "holder"),
        "funding-rounds": ("fund",),
    }
    values = {"figures": ("members", "1"), "office-holdings": ("chair", "Ann"), "funding-rounds": ("1",)}
    row = ("filler", "CCIN", *values[kind], "2020, says Policy Officer Jane Filler")
    (fault,) = giving(kind, ("key", "network", *columns[kind], column), row).faults
    assert (fault.header, "job title beside a name" in fault.message) == (column, True)


@pytest.mark.parametrize(
    ("kind", "row", "key"),
    [
        (
            "figures",
            {"measure": "members", "kind_code": "full", "count": "9", "not_before": "July 2031"},
            "members--full--2031-07-01--9",
        ),
        (
            "office-holdings",
            {"office": "chair", "holder": "Jane Filler", "from_year": "2031", "to_year": "2031"},
            "chair--2031",
        ),
        (
            "funding-rounds",
            {"kind": "policy-lab", "from_year": "2031", "to_year": "2031"},
            "policy-lab--2031",
        ),
        ("events", {"kind": "agm", "not_before": "2031-07-01"}, "agm--2031-07-01"),
    ],
)
def test_a_row_without_a_key_gets_one_from_what_it_is(
    giving: Giving, kind: str, row: dict[str, str], key: str
) -> None:
    preview = giving(kind, ("network", *row), ("CCIN", *row.values()))
    assert preview.faults == ()
    assert [one.name for one in preview.items] == [key]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", FACTS)
def test_an_export_given_back_has_no_changes(kind: str, form: str, tmp_path: Path) -> None:
    sheet = sheet_of(known_in(DATA), kind)
    assert len(sheet.rows) == len(rows_of(kind))
    path = written(tmp_path, write_export(sheet, form), f"{kind}.{form}")
    preview = preview_in(DATA, path, kind, today=lambda: DAY_OF_FACTS)
    assert (preview.faults, preview.summary) == ((), "no changes")


def test_a_number_is_corrected_and_a_row_added_in_an_export(folder: Path, tmp_path: Path) -> None:
    source = DATA / "sources" / "figures.csv"
    apply_sheet(run_sheet(source, kind="figures", data_dir=folder, today=lambda: DAY_OF_FACTS))
    sheet = export("figures", data_dir=folder)
    header = [one.name for one in sheet.headings]
    rows = [list(row) for row in sheet.rows if row[0] == "figure/full-2020-07"]
    rows[0][header.index("Number")] = "32"
    new = {"What is counted": "Residents", "Number": "9000000", "Network": "CCIN", "Not before": "2031"}
    rows.append([new.get(name, "") for name in header])
    path = written(tmp_path, as_csv([header, *rows]))
    preview = run_sheet(path, kind="figures", data_dir=folder, today=lambda: DAY_OF_FACTS)
    assert preview.faults == ()
    assert [(one.what, one.name) for one in preview.items] == [
        ("changed", "full-2020-07"),
        ("added", "residents--2031-01-01--9000000"),
    ]
    apply_sheet(preview)
    there = {row[0]: row[header.index("Number")] for row in export("figures", data_dir=folder).rows}
    assert there["figure/full-2020-07"] == "32"
    assert there["figure/residents--2031-01-01--9000000"] == "9000000"
    dataset = read(Settings(data_dir=folder, ontology_dir=shipped_ontology()))
    derived = TripleIndex(derive(dataset, Model(dataset.triples, dataset.base)))
    words = [one.value for one in derived.literals(f"{THING}figure/full-2020-07", RDFS + "label")]
    assert words == ["32 full members in July 2020"]  # as is believed, not as the sheet said


def test_a_row_that_names_nothing_is_a_fault(giving: Giving) -> None:
    preview = giving("events", ("network", "date_as_printed"), ("CCIN", "once"))
    assert [one.message for one in preview.faults] == ["“Identifier” is missing"]
