"""Reports of problems: kept whole or not at all, by many at once, and never too often."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from ccin_ld.cli import main
from ccin_ld.errors import BadInput, ClientBusy, ReportNotKept, ReportTooLong
from ccin_ld.reports import LONGEST, NAME, ProblemReport, Rate, keep, read_reports, report_at

NOW = datetime(2026, 11, 24, 3, 4, 5, 678, tzinfo=UTC)


def made(words: str = "The region is wrong.", **more: str) -> ProblemReport:
    return report_at(NOW, **{"about": "", "field": "", "source": "", "words": words, **more})


def test_what_is_kept_is_what_was_sent(tmp_path: Path) -> None:
    first = made(about="https://x/id/council/a", field="https://x/region", source="https://y")
    second = made("Two\nlines: “ü” \t end")
    keep(tmp_path / "new" / "folder", first)
    keep(tmp_path / "new" / "folder", second)
    assert read_reports(tmp_path / "new" / "folder") == [first, second]
    assert first.at == "2026-11-24T03:04:05Z"
    assert set(first.__dataclass_fields__) == {"at", "about", "field", "words", "source"}
    mode = (tmp_path / "new" / "folder" / NAME).stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_the_time_is_told_in_utc() -> None:
    east = NOW.astimezone(timezone(timedelta(hours=5)))
    assert report_at(east, about="", field="", words="x", source="").at == "2026-11-24T03:04:05Z"


@given(st.text(max_size=200))
def test_any_words_are_one_line_and_come_back(words: str) -> None:
    one = made(words)
    line = one.to_line().decode()
    assert line.count("\n") == 1
    assert not set(one.words) & set(map(chr, [0, 7, 8, 13, 27, 127, 155]))
    try:
        words.encode()
    except UnicodeEncodeError:
        return  # half of a surrogate pair is written as a question mark
    assert ProblemReport.read(line) == one


@pytest.mark.parametrize("name", LONGEST)
def test_a_part_too_long_is_refused_not_cut(name: str) -> None:
    made(**{name: "x" * LONGEST[name]})
    with pytest.raises(ReportTooLong, match=name):
        made(**{name: "x" * (LONGEST[name] + 1)})


def test_many_at_once_leave_whole_lines(tmp_path: Path) -> None:
    wanted = [made(f"{number} " + "long " * 500) for number in range(60)]
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda one: keep(tmp_path, one), wanted))
    assert sorted(one.words for one in read_reports(tmp_path)) == sorted(one.words for one in wanted)


def test_a_full_file_takes_no_more(tmp_path: Path) -> None:
    size = len(made().to_line())
    keep(tmp_path, made(), most=2 * size)
    keep(tmp_path, made(), most=2 * size)
    with pytest.raises(ReportNotKept, match="full"):
        keep(tmp_path, made(), most=2 * size)
    assert len(read_reports(tmp_path)) == 2


def test_a_full_disk_leaves_no_half_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(tmp_path, made("kept"))
    real = os.write
    monkeypatch.setattr("ccin_ld.reports.os.write", lambda handle, data: real(handle, data[: len(data) // 2]))
    with pytest.raises(ReportNotKept):
        keep(tmp_path, made("lost"))
    monkeypatch.undo()
    keep(tmp_path, made("kept too"))
    assert [one.words for one in read_reports(tmp_path)] == ["kept", "kept too"]


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ReportNotKept, match="cannot be written"):
        keep(tmp_path / "file", made())


@pytest.mark.parametrize("line", ["nonsense", "[]", '{"at": 1}', '{"at": "x"}', '{"extra": "x"}'])
def test_a_broken_line_is_told_with_its_number(tmp_path: Path, line: str) -> None:
    keep(tmp_path, made())
    with (tmp_path / NAME).open("a") as file:
        file.write(line + "\n")
    with pytest.raises(BadInput, match=r"reports\.jsonl:2"):
        read_reports(tmp_path)


def test_the_rate_is_of_each_client_and_of_all() -> None:
    clock = [0.0]
    rate = Rate(2, 3600, clock=lambda: clock[0])
    rate.enter("a")
    clock[0] = 600
    rate.enter("a")
    with pytest.raises(ClientBusy) as refused:
        rate.enter("a")
    assert refused.value.retry_after == 3001
    rate.enter("b")
    clock[0] = 3601
    rate.enter("a")  # the first is forgotten
    with pytest.raises(ClientBusy):
        rate.enter("a")
    for number in range(17):
        rate.enter(f"c{number}")
    with pytest.raises(ClientBusy, match="everybody"):
        rate.enter("nobody before")
    clock[0] = 99999
    rate.enter("a")
    assert len(rate) == 1


def test_staff_list_the_reports(tmp_path: Path) -> None:
    keep(tmp_path, made("First\nsecond line", about="https://x/id/council/a", source="https://y/page"))
    # What another program wrote is no safer: a terminal obeys an escape sign.
    with (tmp_path / NAME).open("a") as file:
        file.write('{"at": "now", "about": "", "field": "", "words": "\\u001b[31mred", "source": ""}\n')
    run = CliRunner().invoke(main, ["reports", "--reports", str(tmp_path)])
    assert run.exit_code == 0
    assert (
        "2026-11-24T03:04:05Z  https://x/id/council/a\n  First\n  second line\n  Seen at: https://y/page"
        in run.output
    )
    assert "the site as a whole" in run.output
    assert "\x1b" not in run.output
    as_json = CliRunner().invoke(main, ["reports", "--json", "--reports", str(tmp_path)])
    assert ProblemReport.read(as_json.output.splitlines()[0]).words == "First\nsecond line"


def test_without_a_folder_staff_are_told_what_to_set() -> None:
    run = CliRunner().invoke(main, ["reports"])
    assert run.exit_code == 2
    assert "CCIN_LD_REPORTS" in run.output
