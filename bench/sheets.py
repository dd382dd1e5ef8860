"""How long the import of a sheet takes, with its preview: ``python -m bench.sheets``."""

from __future__ import annotations

import csv
import io
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from ccin_ld.ingest.export import export, write_export
from ccin_ld.ingest.sheet import run_sheet

DATA = Path(__file__).parent.parent / "data"
STATEMENTS = ("Body", "Says", "Kind of membership", "Not before", "Not after", "Source")
BODIES = ("Oldham Council", "Wigan Council", "Hackney", "Locality", "Burntwood Town Council", "Stevenage")


def statements(rows: int) -> list[Sequence[str]]:
    """Return a sheet of statements about memberships."""
    made: list[Sequence[str]] = [STATEMENTS]
    for number in range(rows):
        page = f"https://www.example.org/list-{number // len(BODIES)}/"
        made.append((BODIES[number % len(BODIES)], "Member", "Full member", "2020", "31/12/2020", page))
    return made


def projects(rows: int) -> list[Sequence[str]]:
    """Return a sheet of projects with participants."""
    made: list[Sequence[str]] = [
        ("Web address", "Type", "Title", "Form", "Lead", "Participants", "Principles met")
    ]
    for number in range(rows):
        address, title = f"https://www.example.org/project/number-{number}/", f"Project number {number}"
        row = (address, "Project", title, "A", BODIES[number % 4], "; ".join(BODIES), "Learning; Innovation")
        made.append(row)
    return made


def faulty(rows: int) -> list[Sequence[str]]:
    """Return a sheet of statements with a fault in every tenth row."""
    made = statements(rows)
    for number in range(1, rows + 1, 10):
        made[number] = (f"Nobody {number}", *made[number][1:])
    return made


SHEETS: tuple[tuple[str, str, Callable[[int], list[Sequence[str]]]], ...] = (
    ("statements", "new statements", statements),
    ("projects", "new projects", projects),
    ("statements", "a fault in every tenth row", faulty),
)


def measure(path: Path, kind: str) -> tuple[float, str]:
    """Return the seconds that an import with its preview as text and page takes, and what it found."""
    start = time.perf_counter()
    preview = run_sheet(path, kind=kind, data_dir=DATA)
    preview.to_text()
    preview.to_html()
    return time.perf_counter() - start, preview.summary


@click.command()
@click.option("--rows", default=1000, show_default=True, type=click.IntRange(1), help="Rows of each sheet.")
def main(rows: int) -> None:
    """Print the seconds that sheets of so many rows take, preview and all; nothing is stored."""
    with tempfile.TemporaryDirectory(prefix="ccin-ld-bench-") as folder:
        path = Path(folder) / "sheet.csv"
        for kind, words, make in SHEETS:
            text = io.StringIO(newline="")
            csv.writer(text).writerows(make(rows))
            path.write_text(text.getvalue(), encoding="utf-8")
            seconds, found = measure(path, kind)
            click.echo(f"{seconds:6.2f} s  {rows:,} rows, {words}: {found}")
        for form in ("csv", "xlsx"):
            sheet = export("statements", data_dir=DATA)
            exported = Path(folder) / f"export.{form}"
            exported.write_bytes(write_export(sheet, form))
            seconds, found = measure(exported, "statements")
            click.echo(f"{seconds:6.2f} s  {len(sheet.rows):,} rows, an export given back ({form}): {found}")


if __name__ == "__main__":
    main()
