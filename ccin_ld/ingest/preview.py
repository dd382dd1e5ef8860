"""What an import will do, in plain words, before anything is done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from ..errors import BadInput
from . import preview_page
from .changes import Changes, names_of, sentences
from .claims import Capture, state
from .labels import Labels
from .match import Match, NoMatch
from .page import PageFacts, Printed, Problem

_KINDS = {"project": "a project", "case-study": "a case study", "page": "not known"}
_STATES = {"met": "met", "notListed": "not listed", "notKnown": "not known"}


@dataclass(frozen=True)
class Preview:
    """An import that has been worked out and not yet done; ``files`` are what it would write."""

    page: Path
    folder: Path
    capture: Capture
    facts: PageFacts
    names: tuple[Match | NoMatch, ...]
    labels: Labels
    changes: tuple[Changes, ...]
    files: Mapping[Path, bytes]
    triples: tuple[ox.Triple, ...]

    @property
    def problems(self) -> Sequence[Problem]:
        """What a person must settle first; while there is any, nothing is written."""
        return sorted(self.facts.problems, key=lambda one: one.line or 0)

    @property
    def changed(self) -> bool:
        """Whether there is something to write, or something that keeps it from being worked out."""
        return bool(self.files or self.problems)

    def to_text(self) -> str:
        """Return the whole preview as text for a terminal."""
        return "\n".join(self._lines())

    def to_html(self) -> str:
        """Return the whole preview as one page that needs nothing else; it has no script."""
        detail = [f"The file {self.page.name}, as {self.capture.source}"]
        if self.capture.title is None:
            detail.append("Its title is not known.")
        name = self.capture.title or self.capture.addresses[0]
        return preview_page.page(name, detail, "".join(self._parts()))

    def _parts(self) -> Iterator[str]:
        yield preview_page.note(*self._verdict())
        if self.problems:
            rows = [
                (f"line {one.line}", *map(preview_page.sentence, (one.message, one.hint)))
                for one in self.problems
            ]
            yield preview_page.table("Refused", ("Where", "What is wrong", "What to do"), rows, "refused")
        yield preview_page.facts("What the page says", self._said())
        yield preview_page.facts(
            "Claims on principles", [(word.capitalize(), titles) for word, titles in self._states() if titles]
        )
        told = [
            (f"line {one.line}" if one.line else "the page", preview_page.sentence(one.message))
            for one in self.facts.notices
        ]
        if told:
            yield preview_page.table("Notices", ("Where", "What"), told)
        changes = [line.strip() for line in self._changes()] if self.changed and not self.problems else []
        if changes:
            yield preview_page.lines("What changes in the record", changes[1:])

    def _verdict(self) -> tuple[str, str]:
        """Return how it stands, in one sentence, and the colour of it."""
        if self.problems:
            problems = _count(len(self.problems), "problem")
            return "bad", f"Refused: {problems}. Nothing is written until all are settled."
        if not self.changed:
            return "ok", "No changes: the record says all this already."
        return "ok", "Nothing is refused. This is what would be written."

    def _said(self) -> Iterator[tuple[str, Sequence[str]]]:
        """Yield what the page says, by the name of each part of it."""
        form = self.facts.form.upper() if self.facts.form else "not known"
        yield "Addresses", self.capture.addresses
        yield "Captured", [f"{self._day()}; form {form}"]
        name, parts = "", []
        for line in self._fields():
            if line.startswith("  "):
                parts.append(line.strip())
            else:
                if name:
                    yield name, parts
                name, _, value = line.partition(": ")
                parts = [value]
        yield name, parts
        texts = [f"{one[:70]}{'…' if len(one) > 70 else ''}" for one in self.facts.paragraphs]
        yield "About the project", [_count(len(texts), "paragraph"), *texts]

    def error(self) -> BadInput:
        """Return all problems as the one error that stops the import."""
        first = self.problems[0]
        more = "".join(
            f"\n{self.page}:{one.line}: {one.message}\n  What to do: {one.hint}" for one in self.problems[1:]
        )
        return BadInput(first.message, file=self.page, line=first.line, hint=first.hint + more)

    def _lines(self) -> Iterator[str]:
        yield f"{self.page} as {self.capture.source}: {self._title()}"
        yield f"Page: {', '.join(self.capture.addresses)}"
        form = self.facts.form.upper() if self.facts.form else "not known"
        yield f"Captured: {self._day()}; form {form}"
        yield ""
        yield from self._fields()
        yield from self._principles()
        yield f"About the project: {_count(len(self.facts.paragraphs), 'paragraph')}"
        for paragraph in self.facts.paragraphs:
            yield f"  {paragraph[:70]}{'…' if len(paragraph) > 70 else ''} ({len(paragraph.split())} words)"
        yield from self._notices()
        yield ""
        yield from self._changes()

    def _title(self) -> str:
        return f"“{self.capture.title}”" if self.capture.title else "title not known"

    def _fields(self) -> Iterator[str]:
        yield f"Tells of: {_KINDS[self.capture.kind]}"
        if self.capture.kind == "case-study":
            yield from self._named("About", self.facts.subjects)
        if self.capture.kind == "project":
            yield from self._named("Lead", self.facts.leads)
            yield from self._named("Participants", self.facts.participants)
            yield f"Year: {self.facts.years.printed if self.facts.years else 'not known'}"
            yield f"Kind: {self.facts.kind.text if self.facts.kind else 'not known'}"

    def _day(self) -> str:
        first, last = self.capture.not_before, self.capture.not_after
        if first and last:
            return f"on {last.isoformat()}"
        return f"on {last.isoformat()} or earlier" if last else "day not known"

    def _named(self, role: str, printed: Sequence[Printed]) -> Iterator[str]:
        found = {one.printed: one for one in self.names}
        bodies = {one.body.key for name in printed if isinstance(one := found[name.text], Match)}
        unsettled = len({name.text for name in printed if isinstance(found[name.text], NoMatch)})
        yield f"{role}: {len(bodies) + unsettled or 'not known'}"
        for name in dict.fromkeys(one.text for one in printed):
            yield f"  {_matched(found[name])}"

    def _principles(self) -> Iterator[str]:
        states = self._states()
        counts = ", ".join(f"{len(titles)} {word}" for word, titles in states)
        yield f"Claims on principles: {len(self.labels.principles)}: {counts}"
        for word, titles in states:
            if titles:
                yield f"  {word}: {'; '.join(titles)}"

    def _states(self) -> list[tuple[str, list[str]]]:
        """Return the titles of the principles by what the page says of them, in words."""
        found: dict[str, list[str]] = {name: [] for name in _STATES}
        for principle in self.labels.principles:
            found[state(self.facts, principle, self.labels)].append(principle.title)
        return [(word, found[name]) for name, word in _STATES.items()]

    def _notices(self) -> Iterator[str]:
        if self.facts.notices:
            yield ""
            yield "Notices"
        for notice in self.facts.notices:
            yield f"  line {notice.line}: {notice.message}" if notice.line else f"  {notice.message}"
        if self.problems:
            yield ""
            yield f"{_count(len(self.problems), 'problem')}; nothing is written until they are settled"
        for problem in self.problems:
            yield f"  line {problem.line}: {problem.message}"
            yield f"    What to do: {problem.hint}"

    def _changes(self) -> Iterator[str]:
        if self.problems:
            return
        if not self.files:
            yield "no changes"
            return
        yield "Changes"
        name = names_of(self.triples)
        for one in self.changes:
            if not one.none:
                yield one.summary
                yield from sentences(one, name)
        if self.capture.kept:
            yield "Kept: the page's own text without the lines left out as private, not the file as received"
        yield f"Files: {', '.join(sorted(path.relative_to(self.folder).as_posix() for path in self.files))}"


def _matched(one: Match | NoMatch) -> str:
    if isinstance(one, Match):
        name = "" if one.body.name == one.printed else f"{one.body.name}, "
        return f"{one.printed} → {name}{one.body.kind}/{one.body.key} ({one.how})"
    return f"{one.printed} → not settled: {one.message}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
