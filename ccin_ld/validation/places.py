"""Where in the record a finding can be mended: file and line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pyoxigraph as ox

from .. import record
from ..resource import Object
from .report import Finding, Report

_TAIL = re.compile(r"(?<=/)(?:id|def|data)(?:/|#|$).*")


def locate(report: Report, files: Mapping[Path, Sequence[ox.Triple]]) -> Report:
    """Return the report with file and line filled in; *files* holds the triples that came from each file.

    For something missing the line is that of the thing itself. What the files do not hold keeps no place.
    """
    places = _Places(files)
    return Report.of(finding.at(*places.find(finding)) for finding in report.findings)


class _Places:
    """The files, each read only when a finding is about something in it."""

    def __init__(self, files: Mapping[Path, Sequence[ox.Triple]]) -> None:
        self._files = files
        self._subjects: dict[str, list[Path]] = {}
        for path, triples in files.items():
            for subject in {t.subject.value for t in triples if isinstance(t.subject, ox.NamedNode)}:
                self._subjects.setdefault(subject, []).append(path)
        self._lines: dict[Path, tuple[list[str], record.Places]] = {}

    def find(self, finding: Finding) -> tuple[Path | None, int | None]:
        candidates = self._subjects.get(finding.focus, [])
        if not candidates:
            return None, None
        path = max(candidates, key=lambda one: _closeness(finding, self._files[one]))
        return path, self._line(path, finding)

    def _line(self, path: Path, finding: Finding) -> int | None:
        text, places = self._read(path)
        subject = _tail(finding.focus)
        numbers = places.get((subject, finding.path)) or places.get((subject, None)) or []
        sought = _written(finding.value)
        return next((n for n in numbers if sought and sought in text[n - 1]), next(iter(numbers), None))

    def _read(self, path: Path) -> tuple[list[str], record.Places]:
        if path not in self._lines:
            text = path.read_text(encoding="utf-8", errors="replace")
            # By tails: a build under another base has other IRIs than the file.
            places = {
                (_tail(subject), predicate): n for (subject, predicate), n in record.lines(text).items()
            }
            self._lines[path] = text.splitlines(), places
        return self._lines[path]


def _closeness(finding: Finding, triples: Iterable[ox.Triple]) -> int:
    """Say how much of the finding a file holds: its value 3, its property 2, the thing's type 1, else 0."""
    best = 0
    for triple in triples:
        if isinstance(triple.subject, ox.NamedNode) and triple.subject.value == finding.focus:
            if triple.predicate.value == finding.path:
                best = max(best, 3 if triple.object == finding.value else 2)
            elif triple.predicate.value.endswith("#type"):
                best = max(best, 1)
    return best


def _tail(iri: str) -> str:
    found = _TAIL.search(iri)
    return found[0] if found else iri


def _written(value: Object | None) -> str:
    if isinstance(value, ox.Literal):
        return value.value.split("\n")[0][:60]
    if not isinstance(value, ox.NamedNode):
        return ""
    # A term of a vocabulary is written with a prefix, any other IRI in full.
    _, hash_, name = value.value.partition("#")
    return name if hash_ else _tail(value.value) + ">"
