"""What the tests of the import share: the record before any import, and the one page that came with it."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from copy import copy
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from ccin_ld import record
from ccin_ld.ingest import Preview, run
from ccin_ld.ingest.export import sheet_of
from ccin_ld.ingest.known import Known, read_known
from ccin_ld.ingest.labels import Labels, read_labels
from ccin_ld.ingest.sheet import preview_table
from ccin_ld.ingest.sheet_preview import SheetPreview
from ccin_ld.ingest.table import read_bytes, read_table
from ccin_ld.namespaces import ONTOLOGY_BASE, PROV

DATA = Path(__file__).parent.parent.parent / "data"
PAGE = DATA / "sources" / "eoi-action-learning-set.txt"
URL = "https://www.councils.coop/eoi-action-learning-set/"
TITLE = "CCIN Action Learning: Co-operation through Covid-19"
DAY = date(2026, 11, 23)
# The sheets with facts about the network came a day later.
FACTS = ("figures", "office-holdings", "funding-rounds", "events")
DAY_OF_FACTS = date(2026, 11, 24)
MADE = (
    "aliases",
    "register",
    "bodies",
    "eoi-action-learning-set--1",
    "eoi-action-learning-set--1--quotations",
    "sheet-principles",
    "sheet-projects",
    "sheet-members",
    "sheet-figures",
    "sheet-office-holdings",
    "sheet-funding-rounds",
    "sheet-events",
)

Importing = Callable[..., Preview]


@pytest.fixture
def text() -> str:
    """The text of the page."""
    return PAGE.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def labels() -> Labels:
    """What is known of how pages print things."""
    files = (DATA / "graphs" / f"{name}.ttl" for name in ("principles", "page-fields"))
    return read_labels([triple for path in files for triple in record.read(path)], ONTOLOGY_BASE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The record as it was before any import: what is kept by hand, and the reference tables."""
    return bare_record(tmp_path / "data")


def bare_record(folder: Path) -> Path:
    """Make *folder* the record without what imports made."""
    shutil.copytree(DATA, folder, ignore=shutil.ignore_patterns("sources", *(f"{name}.ttl" for name in MADE)))
    triples = record.read(DATA / "sources.ttl")
    imported = {triple.subject for triple in triples if triple.predicate.value == PROV + "wasDerivedFrom"}
    sheets = {ox.NamedNode(f"{ONTOLOGY_BASE}data/graph/{name}") for name in MADE if name.startswith("sheet-")}
    kept = [triple for triple in triples if triple.subject not in imported | sheets]
    (folder / "sources.ttl").write_bytes(record.write(kept))
    return folder


@pytest.fixture
def importing(folder: Path, tmp_path: Path) -> Importing:
    """Preview the import of a text or of bytes, as the seed's page unless told otherwise."""

    def preview(content: str | bytes | None = None, **given: Any) -> Preview:
        page = PAGE
        if content is not None:
            page = tmp_path / "page.txt"
            page.write_bytes(content if isinstance(content, bytes) else content.encode())
        options = {
            "url": URL,
            "title": TITLE,
            "data_dir": folder,
            "captured_before": DAY,
            "today": lambda: DAY,
        }
        return run(page, **{**options, **given})

    return preview


_READ: dict[tuple[tuple[str, str], ...], Known] = {}
_KEPT = 6


def known_in(folder: Path) -> Known:
    """Return the record in *folder*; the same files are read once in all tests, wherever they stand."""
    name = tuple(digest(folder).items())
    if name not in _READ:
        if len(_READ) == _KEPT:
            del _READ[next(iter(_READ))]
        _READ[name] = read_known(folder, None)
        sheet_of(_READ[name], "principles")  # what is believed is worked out before it is shared
    _READ[name] = _READ.pop(name)  # the last used is the last to go
    known = copy(_READ[name])
    labels = known.existing.labels
    known.existing = replace(known.existing, folder=folder)
    known.existing.__dict__["labels"] = labels  # the same files have the same labels
    return known


def preview_in(folder: Path, path: Path, kind: str, **more: Any) -> SheetPreview:
    """Preview the import of a sheet as ``run_sheet`` does, with the record read once for many tests."""
    data = read_bytes(path)
    options = {"today": lambda: DAY, **more}
    return preview_table(data, read_table(data, path), known_in(folder), kind=kind, **options)


def digest(folder: Path) -> dict[str, str]:
    """Return the digest of every file in a folder, hidden ones too."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
