"""What a preview lets pass keeps every rule: nobody learns of a violation after a sheet was written."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

from ccin_ld import record
from ccin_ld.build import prepare
from ccin_ld.dataset import open_dataset, shipped_ontology
from ccin_ld.ingest.columns import kinds
from ccin_ld.ingest.export import sheet_of, write_export
from ccin_ld.ingest.sheet_preview import SheetPreview
from ccin_ld.ingest.table import Sheet

from .conftest import DATA, known_in, preview_in
from .sheets import written

# What people put into cells of any column: some of it fits, most of it does not.
ANYTHING = (
    "", "", "2019", "2020", "2031", "2020-07-01", "1 May 2031", "7", "0", "-1", "yes", "Learning", "Locality",
    "Oldham Council", "Oldham Council; Wigan Council", "council/oldham", "Policy Lab", "Full member", "Member",
    "https://www.example.org/a/", "https://www.councils.coop/project/filler/", "mailto:a", "Filler", "E07000193",
    "Siân [cy]", "Filler\nFilling", "England", "Unitary", "Chair", "ABC",
)  # fmt: skip
EDITED = sorted(set(kinds(known_in(DATA).model)) - {"imports", "memberships"})
_CHANGED, _NEW = 0.15, 25


def edited(kind: str, chance: random.Random) -> Sheet:
    """Return the export of a kind with cells changed at random, taking values of the same column or any."""
    sheet = sheet_of(known_in(DATA), kind)
    columns = [sorted({row[place] for row in sheet.rows}) or [""] for place in range(len(sheet.headings))]

    def cell(place: int) -> str:
        return chance.choice([chance.choice(columns[place]), chance.choice(ANYTHING)])

    def changed(row: list[str]) -> list[str]:
        return [
            row[0],
            *(cell(n) if chance.random() < _CHANGED else row[n] for n in range(1, len(row))),
        ]

    rows = [changed(list(row)) for row in chance.sample(list(sheet.rows), min(60, len(sheet.rows)))]
    rows += [["", *(cell(n) for n in range(1, len(sheet.headings)))] for _ in range(_NEW)]
    return Sheet(kind, sheet.headings, rows)


def accepted(kind: str, folder: Path) -> SheetPreview:
    """Return the preview of an edited export without the rows in which something is refused."""
    sheet = edited(kind, random.Random(kind))
    while True:
        preview = preview_in(DATA, written(folder, write_export(sheet, "csv")), kind)
        refused = {one.row for one in preview.faults}
        if not refused:
            return preview
        kept = [row for number, row in enumerate(sheet.rows, start=2) if number not in refused]
        assert len(kept) < len(sheet.rows), preview.to_text()
        sheet = Sheet(kind, sheet.headings, kept)


def test_what_is_not_refused_passes_the_shapes(tmp_path: Path) -> None:
    """Every kind is edited at random and held against the committed record; all corrections are built at once."""
    whole = Path(shutil.copytree(DATA, tmp_path / "data", ignore=shutil.ignore_patterns("releases")))
    sources, changed = {*record.read(whole / "sources.ttl")}, []
    for kind in EDITED:
        preview = accepted(kind, tmp_path)
        name = Path("graphs") / f"{preview.source}.ttl"
        files = {path.relative_to(DATA): data for path, data in preview.files.items()}
        if name in files:
            (whole / name).write_bytes(files[name])
            sources |= set(record.parse(files[Path("sources.ttl")], "sources.ttl"))
            changed.append(kind)
    (whole / "sources.ttl").write_bytes(record.write(sources))
    assert len(changed) > len(EDITED) // 2, changed
    report = prepare(open_dataset(whole, shipped_ontology())).report
    assert report.counts["violation"] == 0, "\n".join(
        f"{one.message} {one.focus}" for one in report.findings if one.severity == "violation"
    )
