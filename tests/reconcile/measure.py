"""What matching is worth, measured on printed names: ``python -m tests.reconcile.measure [--write]``.

``tuning.csv`` is what rules and thresholds were found with; ``measuring.csv`` has names of other bodies. A
row says what a name should give: a *match* with a body, or none, because it is *ambiguous* or nobody's here.
"""

from __future__ import annotations

import csv
import re
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ccin_ld.build import Build, build
from ccin_ld.config import Settings
from ccin_ld.reconcile.matcher import Matcher
from ccin_ld.reconcile.queries import Candidate, Query

from ..conftest import ROOT

FOLDER = Path(__file__).parent
DOCUMENT = ROOT / "docs" / "reconciliation.md"
SETS = ("tuning", "measuring")
_SECTION = re.compile(r"(<!-- measured -->\n).*?(<!-- /measured -->)", re.DOTALL)
_THRESHOLDS = (95, 85, 75, 60)


@dataclass(frozen=True)
class Row:
    """A name as printed, what it should give, and the bodies that it means or may mean."""

    printed: str
    expect: str
    bodies: tuple[str, ...]
    form: str


@dataclass(frozen=True)
class Measured:
    """A row and the candidates that it got, their IRIs as kind and key."""

    row: Row
    candidates: tuple[Candidate, ...]
    keys: tuple[str, ...]

    @property
    def wanted(self) -> str | None:
        """The body that should be matched."""
        return self.row.bodies[0] if self.row.expect == "match" else None

    @property
    def matched(self) -> str | None:
        """The body that was matched without a person."""
        return self.keys[0] if self.candidates and self.candidates[0].match else None

    def first(self, score: float) -> str | None:
        """Return the first candidate, if it has at least this score."""
        return self.keys[0] if self.candidates and self.candidates[0].score >= score else None


def rows(name: str) -> list[Row]:
    """Return the rows of a set."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [
            Row(one["printed"], one["expect"], tuple(filter(None, one["body"].split("|"))), one["form"])
            for one in csv.DictReader(file)
        ]


def matcher(built: Build) -> Matcher:
    """Return what matches names to the things of a build."""
    return Matcher(built.index, built.store, built.model, built.base)


def measure(name: str, found: Matcher) -> list[Measured]:
    """Return what each row of a set gets."""
    measured = []
    for row in rows(name):
        candidates = tuple(found.match(Query((row.printed,))))
        measured.append(Measured(row, candidates, tuple(found.key(one.iri) for one in candidates)))
    return measured


def precision_and_recall(given: Sequence[tuple[str | None, str | None]]) -> tuple[float, float]:
    """Return precision and recall of (wanted, given) pairs."""
    right = sum(wanted == one for wanted, one in given if one)
    return right / sum(one is not None for _, one in given), right / sum(
        wanted is not None for wanted, _ in given
    )


def table(built: Build) -> str:
    """Return the tables of the document."""
    found = matcher(built)
    measured = {name: measure(name, found) for name in SETS}
    return "\n".join(
        [*_sets(measured), "", *_thresholds(measured["measuring"]), "", *_missed(measured["measuring"]), ""]
    )


def _sets(measured: dict[str, list[Measured]]) -> list[str]:
    lines = [
        "| set | names | of members | ambiguous | of nobody here | matched | rightly | precision | recall |",
        "| --- | --: | --: | --: | --: | --: | --: | --: | --: |",
    ]
    for name, ones in measured.items():
        given = [(one.wanted, one.matched) for one in ones]
        counts = [sum(one.row.expect == kind for one in ones) for kind in ("match", "ambiguous", "none")]
        matched = [pair for pair in given if pair[1]]
        right = sum(wanted == one for wanted, one in matched)
        precision, recall = precision_and_recall(given)
        cells = [name, len(ones), *counts, len(matched), right, f"{precision:.3f}", f"{recall:.3f}"]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return lines


def _thresholds(ones: Sequence[Measured]) -> list[str]:
    lines = ["| *measuring*: who takes the first candidate | precision | recall |", "| --- | --: | --: |"]
    for least in _THRESHOLDS:
        precision, recall = precision_and_recall([(one.wanted, one.first(least)) for one in ones])
        lines.append(f"| from a score of {least} on | {precision:.3f} | {recall:.3f} |")
    named = [one for one in ones if one.wanted]
    among = sum(one.wanted in one.keys[:3] for one in named)
    lines.append(f"| the right one is among the first three | | {among / len(named):.3f} |")
    return lines


def _missed(ones: Sequence[Measured]) -> list[str]:
    lines = ["| *measuring*: not matched, or wrongly | first candidate | score |", "| --- | --- | --: |"]
    for one in ones:
        if one.matched != one.wanted:
            first = one.candidates[0] if one.candidates else None
            lines.append(
                f"| {one.row.printed} | {first.name if first else ''} | {first.score if first else ''} |"
            )
    return lines


def section(text: str) -> str:
    """Return the part of a document between its marks."""
    found = _SECTION.search(text)
    return found[0] if found else ""


def with_section(text: str, told: str) -> str:
    """Return the document with this part between its marks."""
    return _SECTION.sub(lambda found: f"{found[1]}{told}{found[2]}", text)


def main(arguments: list[str]) -> int:
    """Print the tables; with --write put them into docs/reconciliation.md."""
    with tempfile.TemporaryDirectory(prefix="ccin-ld-measure-") as folder:
        told = table(
            build(Settings(data_dir=ROOT / "data", ontology_dir=ROOT / "ontology", var_dir=Path(folder)))
        )
    print(told)
    if "--write" in arguments:
        DOCUMENT.write_text(with_section(DOCUMENT.read_text(encoding="utf-8"), told), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
