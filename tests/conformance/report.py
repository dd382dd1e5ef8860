"""Compares the verdicts with the committed list of failures, and counts them in tables."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .run import ENGINE, GRAPHS, OWN, TABLES, Verdict
from .suites import DESCRIPTION, EVALUATION, PROTOCOL, SYNTAX, UPDATE

LIST = Path(__file__).parent / "failures.toml"
DOCUMENT = Path(__file__).parents[2] / "docs" / "conformance.md"
BEGIN, END = "<!-- counts: make conformance -->\n", "<!-- end of counts -->\n"
_VERSIONS = {"sparql10": "SPARQL 1.0", "sparql11": "SPARQL 1.1", "sparql12": "SPARQL 1.2"}
_FORMS = {
    "json": "JSON", "xml": "XML", "csv": "CSV", "tsv": "TSV",
    "ttl": "Turtle", "jsonld": "JSON-LD", "nt": "N-Triples", "rdf": "RDF/XML",
}  # fmt: skip
_REFUSED = ("sparql11/service", "sparql11/syntax-fed")


@dataclass(frozen=True)
class Known:
    """Tests that are known to fail for one reason."""

    reason: str
    tests: tuple[str, ...]
    forms: tuple[str, ...] | None  # None: in all formats

    def fails(self, verdict: Verdict) -> bool:
        """Say whether the test of a verdict is known to fail in its format."""
        form = "json" if verdict.form == OWN else verdict.form
        return verdict.case.name in self.tests and (self.forms is None or form in self.forms)


def known(path: Path = LIST) -> list[Known]:
    """Return the committed list of failures."""
    groups = tomllib.loads(path.read_text(encoding="utf-8"))["failures"]
    return [
        Known(one["reason"], tuple(one["tests"]), tuple(one["forms"]) if "forms" in one else None)
        for one in groups
    ]


def differences(verdicts: Iterable[Verdict], listed: Sequence[Known]) -> list[str]:
    """Return a line for each failure that is not listed, and for each listed one that did not happen."""
    served = [one for one in verdicts if one.form != ENGINE]
    return [
        *_unlisted(served, listed),
        *_passed(served, listed),
        *sorted(_names(listed) - {one.case.name for one in served}),
    ]


def _unlisted(served: list[Verdict], listed: Sequence[Known]) -> Iterator[str]:
    for one in served:
        if not one.passed and not any(group.fails(one) for group in listed):
            yield f"{one.case.name} fails in {one.form} and is not listed: {one.said[:300]}"


def _passed(served: list[Verdict], listed: Sequence[Known]) -> Iterator[str]:
    for one in served:
        if one.passed and any(group.fails(one) for group in listed):
            yield f"{one.case.name} passes in {one.form} and is listed as a failure"


def _names(listed: Sequence[Known]) -> set[str]:
    return {name for group in listed for name in group.tests}


def counts(verdicts: Sequence[Verdict]) -> str:
    """Return the counts as Markdown tables."""
    parts = [_answers(verdicts, TABLES), _answers(verdicts, GRAPHS), _others(verdicts), _sum(verdicts)]
    return "\n".join(parts)


def _answers(verdicts: Sequence[Verdict], forms: tuple[str, ...]) -> str:
    first = "SELECT and ASK" if forms is TABLES else "CONSTRUCT and DESCRIBE"
    rows = [[first, "tests", *(_FORMS[form] for form in forms), "engine alone"]]
    asked = [one for one in verdicts if one.case.kind == EVALUATION]
    for version, title in _VERSIONS.items():
        names = {one.case.name for one in asked if one.form in forms and one.case.version == version}
        here = [one for one in asked if one.case.name in names]
        passed = [sum(one.passed for one in here if one.form == form) for form in (*forms, ENGINE)]
        rows.append([title, str(len(names)), *map(str, passed)])
    return _table(rows)


def _others(verdicts: Sequence[Verdict]) -> str:
    rows = [["other suites", "tests", "passed", "engine alone"]]
    for version, title in _VERSIONS.items():
        rows.append(
            _row(f"{title}: syntax", [one for one in verdicts if one.case.version == version], SYNTAX)
        )
    rows.append(_row("SPARQL 1.1: protocol", verdicts, PROTOCOL))
    rows.append(_row("SPARQL 1.1: service description", verdicts, DESCRIPTION))
    rows.append(_row("all updates: refused with 403", verdicts, UPDATE))
    own = [one for one in verdicts if one.form == OWN]
    passed = sum(one.passed for one in own)
    rows.append(["over the served default graph, again", str(len(own)), str(passed), ""])
    return _table(rows)


def _row(title: str, verdicts: Sequence[Verdict], kind: str) -> list[str]:
    here = [one for one in verdicts if one.case.kind == kind]
    served = [one for one in here if one.form == "status"]
    alone = [one for one in here if one.form == ENGINE]
    passed = sum(one.passed for one in served)
    return [title, str(len(served)), str(passed), str(sum(one.passed for one in alone)) if alone else ""]


def total(verdicts: Iterable[Verdict], form: str) -> tuple[int, int]:
    """Return how many evaluation and syntax tests of SPARQL 1.0 and 1.1 pass, SERVICE left out, and of how many.

    *form* is "json", which stands for N-Triples where the answer is a graph, or ENGINE.
    """
    forms = {ENGINE} if form == ENGINE else {"json", "nt", "status"}
    here = [
        one
        for one in verdicts
        if one.form in forms
        and one.case.kind in (EVALUATION, SYNTAX)
        and one.case.version != "sparql12"
        and not one.case.name.startswith(_REFUSED)
    ]
    return sum(one.passed for one in here), len(here)


def _sum(verdicts: Sequence[Verdict]) -> str:
    ours, of = total(verdicts, "json")
    alone, _ = total(verdicts, ENGINE)
    return (
        f"Queries of SPARQL 1.0 and 1.1, evaluation and syntax, without SERVICE: {ours} of {of} pass "
        f"(the engine alone: {alone}).\n"
    )


def _table(rows: list[list[str]]) -> str:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    lines.insert(1, "| " + " | ".join("-" * width for width in widths) + " |")
    return "\n".join(lines) + "\n"


def failures(listed: Sequence[Known]) -> str:
    """Return the list of failures with their reasons as Markdown."""
    parts = []
    for group in listed:
        forms = f" ({', '.join(_FORMS[form] for form in group.forms)})" if group.forms else ""
        parts.append(f"{group.reason}{forms}\n\n" + "\n".join(f"- `{name}`" for name in group.tests) + "\n")
    return "\n".join(parts)


def section(verdicts: Sequence[Verdict], listed: Sequence[Known]) -> str:
    """Return what docs/conformance.md has between its two marks."""
    return f"\n{counts(verdicts)}\n## What does not pass\n\n{failures(listed)}\n"


def in_document(text: str) -> str:
    """Return the section between the marks of docs/conformance.md."""
    return text.partition(BEGIN)[2].partition(END)[0]


def with_section(text: str, new: str) -> str:
    """Return docs/conformance.md with *new* between its marks."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    return before + begin + new + end + after
