"""The table of imports: read, written, and refused when it is spoilt."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccin_ld.errors import BadInput
from ccin_ld.ingest.imports import NAME, Import, read_imports, write_imports

ROWS = [
    Import("b--1", "b.txt", "0" * 64, "2026-11-23", "0.1.0"),
    Import("a--1", "a.txt", "1" * 64, "2026-11-24", "1"),
]


def test_round_trip_in_the_order_of_the_sources(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(write_imports(ROWS))
    assert read_imports(tmp_path) == sorted(ROWS, key=lambda one: one.source)
    assert write_imports(read_imports(tmp_path)) == write_imports(ROWS)


def test_no_table(tmp_path: Path) -> None:
    assert read_imports(tmp_path) == []


@pytest.mark.parametrize(
    ("content", "line"),
    [
        pytest.param(b"", 1, id="empty"),
        pytest.param(b"source,file\n", 1, id="other columns"),
        pytest.param(write_imports(ROWS) + b"c--1,c.txt\n", 4, id="too few cells"),
        pytest.param(write_imports(ROWS) + b"c--1,c.txt,0,yesterday,1\n", 4, id="no day"),
        pytest.param(b"\xff\xfe", None, id="no text"),
    ],
)
def test_spoilt(tmp_path: Path, content: bytes, line: int | None) -> None:
    (tmp_path / NAME).write_bytes(content)
    with pytest.raises(BadInput) as raised:
        read_imports(tmp_path)
    assert (raised.value.file, raised.value.line) == (tmp_path / NAME, line)
