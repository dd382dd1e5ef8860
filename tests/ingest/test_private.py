"""Lines that may not be kept, and lines like them that may."""

from __future__ import annotations

import pytest

from ccin_ld.ingest.private import why_private


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("filler@example.org", "e-mail"),
        ("[email protected]", "e-mail"),
        ("filler (at) example.org", "e-mail"),
        ("Write to Jane ()", "brackets"),
        ("01234 567890", "telephone"),
        ("(0161) 496 0000", "telephone"),
        ("+44 (0)20 7946 0000", "telephone"),
        ("For more CONTACT the team", "contact"),
        ("contacts", "contact"),
        ("Policy Officer Jane Filler", "job title"),
        ("Chief Executive, Jane Filler-Smith", "job title"),
        ("Head of Adult Fillers Jane Filler", "job title"),
        ("Jane Filler, Director of Fillers", "job title"),
        ("Jane O’Filler (project manager)", "job title"),
    ],
)
def test_dropped(line: str, why: str) -> None:
    reason = why_private(line)
    assert reason is not None
    assert why in reason
    assert "Filler" not in reason


@pytest.mark.parametrize(
    "line",
    [
        "Lead Member Oldham Council",
        "Year 2019-2020",
        "In 2020, 2021 and 2022 councils spent 1,000,000 pounds.",
        "The Officer Network met twice.",
        "The chief executive of Oldham Council spoke.",
        "Head Start Programme",
        "Anthony Collins Solicitors, Oldham Council, Co-operative College",
        "Councillor Jane Filler opened it.",
    ],
)
def test_kept(line: str) -> None:
    assert why_private(line) is None
