"""The command ``make conformance``: runs the suites against the served endpoint and prints the counts."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from ..conftest import ROOT
from ..web.test_server import Server
from . import report
from .run import run
from .suites import ARCHIVE, unpack


def main(arguments: list[str]) -> int:
    """Print the tables; with --write put them into docs/conformance.md. Return 1 when a verdict is unexpected."""
    shared = Path(os.environ.get("CCIN_LD_SHARED", ROOT.parent / "shared"))
    if not (shared / ARCHIVE).is_file():
        print(f"the suites are not there: {shared / ARCHIVE}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="ccin-ld-suites-") as folder:
        suites = unpack(shared / ARCHIVE, Path(folder))
        verdicts = run(suites, Path(folder), lambda file: Server(str(file), var_dir=Path(folder) / "var"))
    listed = report.known()
    print(report.counts(verdicts))
    wrong = report.differences(verdicts, listed)
    print(*wrong, sep="\n")
    if "--write" in arguments and not wrong:
        text = report.DOCUMENT.read_text(encoding="utf-8")
        new = report.section(verdicts, listed)
        report.DOCUMENT.write_text(report.with_section(text, new), encoding="utf-8")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
