"""The committed record is what the command makes, byte for byte."""

from __future__ import annotations

import shlex
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from ccin_ld import record
from ccin_ld.cli import main
from ccin_ld.ingest import apply, run
from ccin_ld.ingest.sheet import apply_sheet, run_sheet

from .conftest import (
    DATA,
    DAY,
    DAY_OF_FACTS,
    FACTS,
    MADE,
    PAGE,
    TITLE,
    URL,
    Importing,
    bare_record,
    digest,
)

ROOT = DATA.parent


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The record with the page and the sheets ingested, in the order of docs/ingest.md and docs/sheets.md."""
    folder = bare_record(tmp_path_factory.mktemp("record") / "data")
    page = run(PAGE, url=URL, title=TITLE, data_dir=folder, captured_before=DAY, today=lambda: DAY)
    apply(page)
    for kind in ("principles", "projects", "members", *FACTS):
        before = DAY if kind == "projects" else None
        path = DATA / "sources" / f"{kind}.csv"
        day = DAY_OF_FACTS if kind in FACTS else DAY
        sheet = run_sheet(path, kind=kind, data_dir=folder, captured_before=before, today=lambda day=day: day)  # type: ignore[misc]
        apply_sheet(sheet)
    return folder


def commands() -> list[list[str]]:
    """Return the arguments of the commands in the docs that made the record, in their order."""
    texts = ((ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8") for name in ("ingest", "sheets"))
    lines = (line for text in texts for line in text.replace("\\\n", " ").splitlines())
    return [shlex.split(line)[1:] for line in lines if line.startswith("ccin-ld ingest data/sources/")]


def test_the_commands_of_the_docs_make_the_record(tmp_path: Path) -> None:
    """On another day, in another folder; what is kept by hand and the tables are there before."""
    folder, before = bare_record(tmp_path / "elsewhere" / "data"), date.today()
    for command in commands():
        path = str(ROOT / command[1])
        options = [one for one in command[2:] if one != "--yes"]
        done = CliRunner().invoke(main, ["ingest", path, *options, "--yes", "--data-dir", str(folder)])
        assert done.exit_code == 0, done.output
        assert "Wrote" in done.output
    for name in [*(f"graphs/{one}.ttl" for one in MADE), "sources.ttl"]:
        assert (folder / name).read_bytes() == (DATA / name).read_bytes(), name
    rows = (folder / "sources" / "imports.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert len(rows) == len(commands())
    assert {row.split(",")[3] for row in rows} <= {before.isoformat(), date.today().isoformat()}


@pytest.mark.parametrize("name", [*(f"graphs/{one}.ttl" for one in MADE), "sources.ttl"])
def test_committed_files_are_made_again(ingested: Path, name: str) -> None:
    assert (ingested / name).read_bytes() == (DATA / name).read_bytes()


def test_the_table_of_imports_is_made_again(ingested: Path) -> None:
    """Row by row: what is kept by hand has rows that no import makes."""
    made, there = ((one / "sources" / "imports.csv").read_text().splitlines() for one in (ingested, DATA))
    assert len(made) == 5 + len(FACTS)
    assert set(made) <= set(there)


@pytest.mark.parametrize("kind", ["principles", "projects", "members", *FACTS])
def test_sheets_are_kept_as_received(ingested: Path, kind: str) -> None:
    name = f"sources/{kind}.csv"
    assert (ingested / name).read_bytes() == (DATA / name).read_bytes()


def test_the_day_of_the_import_is_only_in_the_table_of_imports(importing: Importing, folder: Path) -> None:
    apply(importing(today=lambda: date(2031, 1, 2)))
    for path in folder.rglob("*"):
        if path.is_file() and path.name != "imports.csv":
            assert b"2031" not in path.read_bytes(), path
    assert ",2031-01-02," in (folder / "sources" / "imports.csv").read_text(encoding="utf-8")


def test_the_page_is_kept_as_received(importing: Importing, folder: Path) -> None:
    apply(importing())
    assert (folder / "sources" / PAGE.name).read_bytes() == PAGE.read_bytes()


@pytest.mark.parametrize("path", sorted(DATA.rglob("*.ttl")), ids=lambda path: path.stem)
def test_every_file_has_the_layout_of_the_record(path: Path) -> None:
    assert record.write(record.read(path)) == path.read_bytes()


def test_a_second_page_leaves_the_facts_of_the_first(importing: Importing, folder: Path) -> None:
    apply(importing())
    before = digest(folder)
    page = "Lead Member Oldham Metropolitan Borough Council\nParticipating Members Wigan Council\nYear 2019-2020\n"
    url = "https://www.councils.coop/project/filler/"
    preview = importing(page, url=url, title="Filler")
    apply(preview)
    changed = {name for name, one in digest(folder).items() if before.get(name) != one}
    assert changed == {
        "graphs/filler--1.ttl",
        "graphs/register.ttl",
        "sources.ttl",
        "sources/filler.txt",
        "sources/imports.csv",
    }
    text = (folder / "graphs" / "filler--1.ttl").read_text(encoding="utf-8")
    assert 'skos:prefLabel "Wigan Council"@en' in text
    assert 'skos:altLabel "Oldham Metropolitan Borough Council"@en' in text  # the first page named it
    assert not importing().changed
    assert not importing(page, url=url, title="Filler").changed


def test_a_council_known_by_its_group_gets_its_label_when_a_page_names_it(
    importing: Importing, folder: Path
) -> None:
    apply(importing())
    register = folder / "graphs" / "register.ttl"
    official = 'skos:{}Label "London Borough of Hillingdon"@en'
    assert official.format("pref") in register.read_text(encoding="utf-8")
    page, url = "Lead Member Hillingdon Council\n", "https://www.councils.coop/project/filler/"
    apply(importing(page, url=url, title="Filler"))
    assert official.format("pref") not in register.read_text(encoding="utf-8")
    assert official.format("alt") in register.read_text(encoding="utf-8")
    assert not importing().changed
    assert not importing(page, url=url, title="Filler").changed


def test_what_stands_in_the_graph_of_bodies_by_hand_stays(importing: Importing, folder: Path) -> None:
    mine = (
        "<https://w3id.org/ccin/id/organisation/filler> a <https://w3id.org/ccin/def/ccin#Organisation> .\n"
    )
    (folder / "graphs" / "bodies.ttl").write_text(mine, encoding="utf-8")
    apply(importing())
    assert "organisation/filler" in (folder / "graphs" / "bodies.ttl").read_text(encoding="utf-8")
