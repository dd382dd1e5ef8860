"""What a validation found: one Finding for each constraint that fails, and the Report that holds them all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from ..namespaces import RDF, RDFS, SH, XSD
from ..resource import Object

SEVERITIES = ("violation", "warning", "info")
_PLACED = "graphs"


@dataclass(frozen=True)
class Finding:
    """One constraint that one thing fails, in a sentence for people and in the terms of SHACL.

    ``focus`` and ``shape`` are IRIs; ``path`` is an IRI, or SPARQL's way to write a longer path.
    """

    severity: str
    focus: str
    path: str | None
    value: Object | None
    component: str
    shape: str | None
    message: str
    file: Path | None = None
    line: int | None = None
    hint: str | None = None

    def at(self, file: Path | None, line: int | None) -> Finding:
        """Return the same finding with the place where it can be mended."""
        return replace(self, file=file, line=line)

    @property
    def place(self) -> str:
        """File and line as an editor reads them; empty when the record does not hold the thing."""
        return ":".join(str(part) for part in (self.file, self.line) if part is not None)

    def to_text(self) -> str:
        """Return the finding as two or three lines for a terminal."""
        lines = [f"{self.place}: {self.severity}" if self.place else self.severity, f"  {self.message}"]
        if self.hint:
            lines.append(f"  What to do: {self.hint}")
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Return the finding as plain data; the file is named so that it is the same on every machine."""
        return {
            "severity": self.severity,
            "message": self.message,
            "hint": self.hint,
            "focus": self.focus,
            "path": self.path,
            "value": str(self.value) if self.value is not None else None,
            "component": self.component,
            "shape": self.shape,
            "file": _short(self.file) if self.file else None,
            "line": self.line,
        }

    def triples(self, iri: str) -> list[ox.Triple]:
        """Return the finding as a sh:ValidationResult with the given IRI (SHACL, section 3.6.2)."""
        node = ox.NamedNode(iri)
        made: dict[str, ox.NamedNode | ox.Literal] = {
            RDF + "type": ox.NamedNode(SH + "ValidationResult"),
            SH + "resultSeverity": ox.NamedNode(SH + self.severity.capitalize()),
            SH + "sourceConstraintComponent": ox.NamedNode(self.component),
            SH + "focusNode": ox.NamedNode(self.focus),
            SH + "resultMessage": ox.Literal(self.message, language="en"),
        }
        if self.shape:
            made[SH + "sourceShape"] = ox.NamedNode(self.shape)
        if self.path and _is_iri(self.path):  # a longer path would need blank nodes
            made[SH + "resultPath"] = ox.NamedNode(self.path)
        if isinstance(self.value, ox.NamedNode | ox.Literal):
            made[SH + "value"] = self.value
        return [ox.Triple(node, ox.NamedNode(predicate), value) for predicate, value in made.items()]


def _order(finding: Finding) -> tuple[int, str, str, str, str, str, str]:
    return (
        SEVERITIES.index(finding.severity),
        finding.focus,
        finding.path or "",
        finding.shape or "",
        finding.component,
        str(finding.value),
        finding.message,
    )


def _short(file: Path) -> str:
    return f"{_PLACED}/{file.name}" if file.parent.name == _PLACED else file.name


def _is_iri(path: str) -> bool:
    return not path.startswith(("(", "^", "<"))


@dataclass(frozen=True)
class Report:
    """Everything a validation found, violations first; the same data gives the same order."""

    findings: tuple[Finding, ...]

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> Report:
        """Return a Report of findings in any order, each once."""
        return cls(tuple(sorted(set(findings), key=_order)))

    def with_more(self, findings: Iterable[Finding]) -> Report:
        """Return a Report that holds these findings too."""
        return Report.of([*self.findings, *findings])

    @property
    def conforms(self) -> bool:
        """Whether the data may be published: nothing is violated. Warnings are counted and let pass."""
        return self.counts["violation"] == 0

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many findings there are of each severity."""
        counted = Counter(finding.severity for finding in self.findings)
        return {severity: counted[severity] for severity in SEVERITIES}

    def to_text(self) -> str:
        """Return the report for a terminal: the findings, then the counts."""
        return "\n\n".join([*(finding.to_text() for finding in self.findings), self.summary])

    @property
    def summary(self) -> str:
        """One sentence that counts: ``2 violations, 10 warnings.``"""
        words = [_counted(count, severity) for severity, count in self.counts.items() if count]
        return ", ".join(words) + "." if words else "Nothing is wrong."

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data for JSON."""
        return {
            "conforms": self.conforms,
            "counts": self.counts,
            "findings": [finding.to_dict() for finding in self.findings],
        }

    def triples(self, iri: str) -> list[ox.Triple]:
        """Return the report as a sh:ValidationReport named *iri*; its results are ``#result-1`` and so on."""
        node = ox.NamedNode(iri)
        # SHACL, section 3.6.1.1: a report conforms only when it has no result at all, warnings included.
        strict = ox.Literal("false" if self.findings else "true", datatype=ox.NamedNode(XSD + "boolean"))
        made = [
            ox.Triple(node, ox.NamedNode(RDF + "type"), ox.NamedNode(SH + "ValidationReport")),
            ox.Triple(node, ox.NamedNode(RDFS + "label"), ox.Literal("Validation report", language="en")),
            ox.Triple(node, ox.NamedNode(SH + "conforms"), strict),
        ]
        for number, finding in enumerate(self.findings, start=1):
            name = f"{iri}#result-{number}"
            made.append(ox.Triple(node, ox.NamedNode(SH + "result"), ox.NamedNode(name)))
            made += finding.triples(name)
        return made


def _counted(count: int, word: str) -> str:
    plural = {"info": "notes"}.get(word, word + "s")
    singular = {"info": "note"}.get(word, word)
    return f"{count} {singular if count == 1 else plural}"
