"""The tables of reference in ``data/reference``, kept by hand, as rows of named cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from ..errors import BadInput


def read_reference(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """Return the rows of the table by column, none when there is no table.

    Raises BadInput with file and line for a table that cannot be read, or lacks one of *columns* or a cell.
    """
    if not path.exists():
        return []
    try:
        reader = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""), strict=True)
        rows = list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput(
            f"cannot be read as a table: {error}", file=path, hint="restore it, or save it as CSV in UTF-8"
        ) from error
    missing = [name for name in columns if name not in (reader.fieldnames or ())]
    if missing:
        raise BadInput(f"the column {missing[0]!r} is missing", file=path, line=1, hint="restore the columns")
    for number, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            hint = "give every row as many cells as the first line"
            raise BadInput("this row has too many or too few cells", file=path, line=number, hint=hint)
    return rows
