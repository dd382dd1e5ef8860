"""The committed record without its sheets: the first page, the register, what is kept by hand.

It builds in a third of the time, for tests that build often and ask nothing of the sheets.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

DATA = Path(__file__).parent.parent / "data"


def copy_first_page(folder: Path) -> Path:
    """Copy the record without sheets, Releases and link checks to *folder*, which is new; return *folder*."""
    skipped = shutil.ignore_patterns("sheet-*.ttl", "releases", "links.csv")
    shutil.copytree(DATA, folder, ignore=skipped)
    sources = folder / "sources.ttl"
    head, *blocks = re.split(r"\n\n(?=<)", sources.read_text(encoding="utf-8"))
    kept = [block.rstrip() for block in blocks if "/data/graph/sheet-" not in block.split("\n")[0]]
    sources.write_text("\n\n".join([head, *kept]) + "\n", encoding="utf-8")
    imports = folder / "sources" / "imports.csv"
    lines = imports.read_text(encoding="utf-8").splitlines(keepends=True)
    imports.write_text("".join(line for line in lines if not line.startswith("sheet-")), encoding="utf-8")
    return folder
