"""The import from its arguments to the written record, and everything that must leave the record alone."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ccin_ld import record
from ccin_ld.cli import main
from ccin_ld.errors import BadInput
from ccin_ld.ingest import apply, run

from .conftest import DAY, PAGE, TITLE, URL, Importing, bare_record, digest

WITH_LEAD = "Lead Member Oldham Council\nParticipating Members {}\nYear 2020\nStatus Policy Labs\n"


def test_the_preview_says_what_will_be_added(importing: Importing, folder: Path) -> None:
    before = digest(folder)
    shown = importing().to_text()
    for words in (
        "Lead: 1",
        "Participants: 22",
        "Year: 2020",
        "Kind: Policy Labs",
        "Claims on principles: 10: 7 met, 1 not listed, 2 not known",
        "not listed: Maximising social value",
        "not known: Democratic engagement; Social partnership",
        "About the project: 3 paragraphs",
        "Captured: on 2026-11-23 or earlier; form A",
        "Brent Council → London Borough of Brent, council/brent (by its name less the words for its type)",
        "line 13: the last 14 words",
        "register: 564 added, 0 removed, 0 unchanged",
    ):
        assert words in shown
    assert digest(folder) == before


def test_a_second_run_changes_nothing(importing: Importing, folder: Path) -> None:
    assert len(apply(importing())) == 8
    before = digest(folder)
    again = importing(today=lambda: date(2040, 1, 1))
    assert not again.changed
    assert again.to_text().endswith("no changes")
    assert apply(again) == []
    assert digest(folder) == before


def test_a_changed_day_is_shown_before_it_is_written(importing: Importing, folder: Path) -> None:
    apply(importing())
    again = importing(captured_before=date(2026, 11, 22))
    assert "eoi-action-learning-set--1: 1 added, 1 removed, 246 unchanged" in again.to_text()
    assert f"- {TITLE}, capture 1: not after: 2026-11-23" in again.to_text()
    assert apply(again) == [folder / "graphs" / "eoi-action-learning-set--1.ttl"]


def test_another_text_of_a_page_is_another_capture(importing: Importing, folder: Path, text: str) -> None:
    apply(importing())
    second = importing(
        text.replace("2020\n", "2020-2021\n"), url="http://councils.coop/eoi-action-learning-set"
    )
    assert second.capture.source == "eoi-action-learning-set--2"
    apply(second)
    assert (folder / "sources" / "eoi-action-learning-set--2.txt").exists()
    assert not importing().changed


def test_another_address_of_a_page_is_added(importing: Importing, folder: Path) -> None:
    apply(importing())
    apply(importing(url="http://councils.coop/project/eoi-action-learning-set"))
    kept = (folder / "graphs" / "eoi-action-learning-set--1.ttl").read_text(encoding="utf-8")
    assert kept.count("ccin:address") == 2


def test_no_day_is_noticed(importing: Importing) -> None:
    assert "no day of capture is given" in importing(captured_before=None).to_text()


def test_the_lead_among_the_participants_is_not_counted_twice(importing: Importing) -> None:
    shown = importing(WITH_LEAD.format("Oldham Council, Wigan Council")).to_text()
    assert "Lead: 1" in shown
    assert "Participants: 2" in shown


def test_a_participant_twice_counts_once(importing: Importing) -> None:
    preview = importing(WITH_LEAD.format("Wigan Council, Wigan Metropolitan Borough Council, Wigan Council"))
    assert "Participants: 1" in preview.to_text()
    assert preview.to_text().count("named twice in one field") == 2
    made = next(data for path, data in preview.files.items() if path.stem == "eoi-action-learning-set--1")
    assert made.count(b"a ccin:Participation") == 2
    assert made.count(b"ccin:nameAsPrinted") == 2
    assert b'ccin:nameAsPrinted "Wigan Council"@en' in made  # the first printed


def test_a_folder_with_nothing_but_a_catalogue(tmp_path: Path) -> None:
    folder = tmp_path / "small"
    (folder / "graphs").mkdir(parents=True)
    (folder / "catalog.ttl").write_text(
        "<https://small.example/data/x> a <http://www.w3.org/ns/dcat#Dataset> ; "
        '<http://rdfs.org/ns/void#uriSpace> "https://small.example/" .\n',
        encoding="utf-8",
    )
    with pytest.raises(BadInput, match="nothing in this file"):
        run(PAGE, url=URL, title=TITLE, data_dir=folder)


# What is refused, each with one clear error that says what, where and what to do


def unreadable(folder: Path) -> None:
    """Spoil a graph of the record."""
    (folder / "graphs" / "principles.ttl").write_text("<a> <b> .\n<c> oops", encoding="utf-8")


def no_catalogue(folder: Path) -> None:
    """Take the catalogue away."""
    (folder / "catalog.ttl").unlink()


def other_text_there(folder: Path) -> None:
    """Put another text where the page would be kept."""
    (folder / "sources").mkdir()
    (folder / "sources" / PAGE.name).write_text("another", encoding="utf-8")


def bad_table(folder: Path) -> None:
    """Spoil the table of imports."""
    (folder / "sources").mkdir()
    (folder / "sources" / "imports.csv").write_text("what?\n", encoding="utf-8")


def bad_register(folder: Path) -> None:
    """Spoil the register."""
    (folder / "reference" / "uk-councils.csv").write_bytes(b"\xff\xfe\0\0")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        pytest.param(unreadable, "not Turtle", id="wrong Turtle in a graph"),
        pytest.param(no_catalogue, "no record in this folder", id="no catalogue"),
        pytest.param(other_text_there, "cannot take the page", id="another text in its place"),
        pytest.param(bad_table, "not the table of imports", id="a spoilt table of imports"),
        pytest.param(bad_register, "cannot be read as a table", id="a spoilt register"),
    ],
)
def test_a_spoilt_record(
    importing: Importing, folder: Path, spoil: Callable[[Path], None], words: str
) -> None:
    spoil(folder)
    before = digest(folder)
    with pytest.raises(BadInput, match=words) as raised:
        apply(importing())
    assert raised.value.file is not None
    assert raised.value.hint
    assert digest(folder) == before


def test_wrong_turtle_is_placed(importing: Importing, folder: Path) -> None:
    unreadable(folder)
    with pytest.raises(BadInput) as raised:
        importing()
    assert raised.value.line in (1, 2)
    assert raised.value.column is not None


ARGUMENTS: list[Any] = [
    pytest.param({"url": "ftp://councils.coop/filler/"}, "web address", id="not http"),
    pytest.param({"url": "councils.coop/filler"}, "web address", id="no scheme"),
    pytest.param({"url": "https:///filler"}, "web address", id="no host"),
    pytest.param({"url": "https://a b/filler"}, "web address", id="a blank in the address"),
    pytest.param({"url": "https://me:secret@councils.coop/filler"}, "web address", id="a password"),
    pytest.param({"url": "https://councils.coop/filler#part"}, "web address", id="a part of a page"),
    pytest.param({"url": "https://councils.coop/"}, "no name of a page", id="a site, not a page"),
    pytest.param({"url": "https://councils.coop/?s=filler"}, "no name of a page", id="a search, not a page"),
    pytest.param({"url": "https://[::1/filler"}, "web address", id="a broken address"),
    pytest.param({"url": ""}, "web address", id="no address"),
    pytest.param({"title": ""}, "title", id="no title"),
    pytest.param({"title": " \n\t"}, "title", id="a title of blanks"),
    pytest.param({"title": "a\0b"}, "title", id="NUL in the title"),
    pytest.param({"title": "x" * 301}, "title", id="a huge title"),
    pytest.param({"captured": DAY}, "given twice", id="a day and a last day"),
    pytest.param(
        {"captured": date(2026, 11, 24), "captured_before": None}, "cannot have been captured", id="future"
    ),
    pytest.param({"captured_before": date(1970, 1, 1)}, "no page of the web", id="before the web"),
    pytest.param({"source_key": "Not A Key"}, "cannot be the key", id="no key"),
    pytest.param({"source_key": "other-page--1"}, "cannot be the key", id="another page's key"),
    pytest.param({"source_key": "../escape--1"}, "cannot be the key", id="a way out of the folder"),
    pytest.param({"data_dir": Path("/nowhere")}, "no record", id="no folder"),
]


@pytest.mark.parametrize(("given", "words"), ARGUMENTS)
def test_arguments_that_cannot_be(
    importing: Importing, folder: Path, given: dict[str, Any], words: str
) -> None:
    before = digest(folder)
    with pytest.raises(BadInput, match=words) as raised:
        importing(**given)
    assert raised.value.hint
    assert digest(folder) == before


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"", "empty", id="empty"),
        pytest.param(os.urandom(64) + b"\0\xff", "not", id="binary"),
        pytest.param("Lead Member Zoë".encode("utf-16"), "UTF-16", id="UTF-16"),
        pytest.param("Lead Member Zoë".encode("latin-1"), "not UTF-8", id="Latin-1"),
        pytest.param(b"Year 2020\n" + b"x" * 3_000_000, "too large", id="a huge file"),
        pytest.param("Year soon\n", "no year", id="a bad date"),
        pytest.param("Status Filler Labs\n", "no known kind", id="an unknown kind"),
        pytest.param(WITH_LEAD.format("Filler Council"), "no known body", id="an unmatched name"),
        pytest.param(WITH_LEAD.format("Newcastle"), "can mean", id="an ambiguous name"),
        pytest.param("Year 2020\nYear 2021\n", "fills what line 1", id="a field twice"),
        pytest.param("Principles met\n• We will do other things.\n", "no known principle", id="a principle"),
        pytest.param(PAGE.read_bytes()[:600], "no known body", id="half a page"),
    ],
)
def test_pages_that_cannot_be(importing: Importing, folder: Path, content: str | bytes, words: str) -> None:
    before = digest(folder)
    with pytest.raises(BadInput, match=words) as raised:
        apply(importing(content))
    assert str(raised.value.file).endswith("page.txt")
    assert raised.value.hint
    assert digest(folder) == before


def test_every_problem_is_told_at_once(importing: Importing) -> None:
    preview = importing("Lead Member Oldam Council\nParticipating Members Newcastle, Filler\nYear soon\n")
    assert [one.line for one in preview.problems] == [1, 2, 2, 3]
    with pytest.raises(BadInput) as raised:
        apply(preview)
    for words in ("Oldam", "Newcastle", "Filler", "no year", "Oldham Metropolitan Borough Council"):
        assert words in str(raised.value)
        assert words in preview.to_text()


def test_the_same_text_at_another_page(importing: Importing) -> None:
    apply(importing())
    with pytest.raises(BadInput, match="already in the record, as eoi-action-learning-set--1"):
        importing(url="https://www.councils.coop/filler/")


def test_the_same_name_on_another_site(importing: Importing, text: str) -> None:
    apply(importing())
    with pytest.raises(BadInput, match="is known at"):
        importing(text + "\n\nMore.", url="https://elsewhere.example/eoi-action-learning-set/")


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(lambda folder: folder, id="a folder"),
        pytest.param(lambda folder: folder / "nothing.txt", id="no file"),
        pytest.param(lambda folder: folder / ("x" * 300), id="a name too long"),
        pytest.param(lambda folder: Path("a\0b"), id="NUL in the name"),
    ],
)
def test_files_that_are_no_page(folder: Path, page: Callable[[Path], Path]) -> None:
    with pytest.raises(BadInput, match="cannot be read") as raised:
        run(page(folder), url=URL, title=TITLE, data_dir=folder)
    assert raised.value.hint


# Writing: all files or none


@pytest.mark.parametrize("fails_at", range(7))
def test_a_full_disk_leaves_nothing_half_written(
    importing: Importing, folder: Path, monkeypatch: pytest.MonkeyPatch, fails_at: int
) -> None:
    preview, before = importing(), digest(folder)
    calls = iter(range(100))
    real = os.fsync

    def fsync(handle: int) -> None:
        if next(calls) == fails_at:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(BadInput, match="No space left on device; the record is as it was") as raised:
        apply(preview)
    assert raised.value.hint == "make room on the disk"
    assert digest(folder) == before


@pytest.mark.parametrize("fails_at", range(7))
def test_a_file_that_cannot_be_replaced_puts_the_others_back(
    importing: Importing, folder: Path, monkeypatch: pytest.MonkeyPatch, fails_at: int
) -> None:
    preview, before = importing(), digest(folder)
    calls = iter(range(100))
    real = os.replace

    def replace(old: str, new: Path) -> None:
        if next(calls) == fails_at:
            raise PermissionError(errno.EACCES, "Permission denied")
        real(old, new)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(BadInput, match="Permission denied; the record is as it was"):
        apply(preview)
    assert digest(folder) == before


def test_a_folder_that_is_read_only(
    importing: Importing, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview, before = importing(), digest(folder)

    def mkstemp(**given: object) -> NoReturn:
        # As the system answers there; a real read-only folder would not stop root, which CI may be.
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(tempfile, "mkstemp", mkstemp)
    with pytest.raises(BadInput, match="cannot be written: Read-only file system") as raised:
        apply(preview)
    assert raised.value.file == folder
    assert raised.value.hint == "make the folder one that you may write to"
    assert digest(folder) == before


def test_a_folder_in_the_place_of_a_file(importing: Importing, folder: Path) -> None:
    preview = importing()
    (folder / "graphs" / "register.ttl").mkdir()
    before = digest(folder)
    with pytest.raises(BadInput, match="cannot be written"):
        apply(preview)
    assert digest(folder) == before


def test_a_bad_day_on_the_command_line(folder: Path) -> None:
    command = ["ingest", str(PAGE), "--url", URL, "--title", TITLE, "--data-dir", str(folder)]
    done = CliRunner().invoke(main, [*command, "--captured", "2026-02-30", "--yes"])
    assert done.exit_code == 2
    assert "'2026-02-30' is not a day" in done.output
    assert "What to do" in done.output
    assert not (folder / "sources").exists()


# Anything at all


@pytest.fixture(scope="module")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record that no test of this fixture may change."""
    return bare_record(tmp_path_factory.mktemp("record") / "data")


PARTS = st.one_of(
    st.sampled_from(PAGE.read_text(encoding="utf-8").split("\n")),
    st.sampled_from(["Lead Member ", "Participating Members ", "Newcastle, ", "Oldham Council, ", "Year 20"]),
    st.text(max_size=40),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    parts=st.lists(PARTS, max_size=25), ends=st.lists(st.sampled_from(["\n", "", "\r\n", " "]), min_size=25)
)
def test_any_text_is_imported_or_refused(
    tmp_path: Path, shared_folder: Path, parts: list[str], ends: list[str]
) -> None:
    page = tmp_path / "page.txt"
    page.write_bytes("".join(map("".join, zip(parts, ends, strict=False))).encode("utf-8", "surrogatepass"))
    before = digest(shared_folder)
    try:
        preview = run(page, url=URL, title=TITLE, data_dir=shared_folder, captured_before=DAY)
    except BadInput:
        preview = None
    assert digest(shared_folder) == before
    if preview is not None:
        assert preview.to_text()
        assert len(preview.facts.met) <= 10
        assert bool(preview.problems) != bool(preview.files)
        for path, data in preview.files.items():
            if path.suffix == ".ttl":
                assert record.write(record.parse(data, path)) == data
