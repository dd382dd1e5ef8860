"""The choirs with a past of three Releases, two of them on one day: renamed, withdrawn, removed."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

from ccin_ld.config import Settings
from ccin_ld.release import release

from .choir import BASE, CHOIR, body

FIRST, SECOND = date(2022, 1, 31), date(2022, 3, 2)
RENAMED, WITHDRAWN = body("bass"), body("hymn")
REMOVED = f"{BASE}id/statement/fugue--list-one--1"


def with_a_past(folder: Path) -> Settings:
    """Return settings for a copy of the choirs in *folder* that has had three Releases."""
    settings = Settings(data_dir=folder / "data", var_dir=folder / "var")
    shutil.copytree(CHOIR, settings.data_dir)
    tombstones = settings.data_dir / "tombstones.ttl"
    all_of_them = tombstones.read_text(encoding="utf-8")
    tombstones.write_text(without(all_of_them, WITHDRAWN), encoding="utf-8")
    release(settings, FIRST)
    tombstones.write_text(all_of_them, encoding="utf-8")
    replace(settings, "choirs", "Bass Union", "Bass Unison")
    release(settings, SECOND)
    path = settings.data_dir / "graphs" / "list-one.ttl"
    path.write_text(without(path.read_text(encoding="utf-8"), REMOVED), encoding="utf-8")
    replace(settings, "choirs", "Bass Unison", "Bass United")
    release(settings, SECOND)
    return settings


def without(text: str, iri: str) -> str:
    """Return Turtle of our layout without the block of one thing."""
    found, count = re.subn(rf"\n<{re.escape(iri)}>\n(?:    .*\n)+", "", text)
    assert count == 1
    return found


def replace(settings: Settings, graph: str, old: str, new: str) -> None:
    """Write other words into a source."""
    path = settings.data_dir / "graphs" / f"{graph}.ttl"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
