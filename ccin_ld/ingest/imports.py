"""``data/sources/imports.csv``: which file was imported as which source, first when, and by which version.

This is the only place that keeps a day read from a clock, and it is read once for each source.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date
from pathlib import Path

from ..errors import BadInput
from ..iris import numbered

NAME = "imports.csv"


@dataclass(frozen=True)
class Import:
    """One row: the source, its file in ``data/sources``, the file's digest, and its first import.

    ``received`` is the digest of the file as received, when what is kept is a copy without personal data.
    """

    source: str
    file: str
    sha256: str
    first_imported: str
    version: str
    received: str = ""

    @property
    def original(self) -> str:
        """The digest of the file as received."""
        return self.received or self.sha256


_COLUMNS = [one.name for one in fields(Import)]


def read_imports(folder: Path) -> list[Import]:
    """Return the rows of the table in *folder*, none when there is no table.

    Raises BadInput with file and line for a row that cannot be used.
    """
    path = folder / NAME
    if not path.exists():
        return []
    try:
        reader = csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline=""), strict=True)
        rows = list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput(
            f"cannot be read as a table: {error}", file=path, hint="restore it from git"
        ) from error
    if rows[:1] not in ([_COLUMNS], [_COLUMNS[:-1]]):  # the last column came later
        hint = f"the first line is {','.join(_COLUMNS)}; restore the file from git"
        raise BadInput("this is not the table of imports", file=path, line=1, hint=hint)
    return [_row(row, path, number) for number, row in enumerate(rows[1:], start=2)]


def _row(row: Sequence[str], path: Path, number: int) -> Import:
    try:
        made = Import(*row)
        date.fromisoformat(made.first_imported)
    except (TypeError, ValueError) as error:
        hint = "restore the file from git"
        raise BadInput("this row is not an import", file=path, line=number, hint=hint) from error
    return made


def write_imports(rows: Sequence[Import]) -> bytes:
    """Return the table as CSV, in the order of the sources."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows(
        astuple(one) for one in sorted(rows, key=lambda one: (*numbered(one.source), astuple(one)))
    )
    return text.getvalue().encode()
