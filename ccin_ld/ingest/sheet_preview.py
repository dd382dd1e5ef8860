"""What the import of a sheet will do, in plain words: as text, and as a page that can be mailed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import BadInput
from . import preview_page
from .cells import Fault
from .changes import Changes
from .plan import Item

SHOWN = 40
_SECTIONS = (("added", "Added"), ("changed", "Changed"), ("withdrawn", "Withdrawn"))


@dataclass(frozen=True)
class SheetPreview:
    """An import of a sheet that was worked out and not yet done; ``files`` are what it would write."""

    file: Path
    folder: Path
    kind: str
    sheet: str
    source: str
    rows: int
    items: tuple[Item, ...]
    faults: tuple[Fault, ...]
    notices: tuple[str, ...]
    doubles: tuple[str, ...]
    left_out: tuple[str, ...]
    changes: tuple[Changes, ...]
    files: Mapping[Path, bytes]

    @property
    def problems(self) -> Sequence[Fault]:
        """What a person must settle first; while there is any, nothing is written."""
        return self.faults

    @property
    def changed(self) -> bool:
        """Whether there is something to write, or something that keeps it from being worked out."""
        return bool(self.files or self.faults)

    def error(self) -> BadInput:
        """Return all faults as the one error that stops the import."""
        first = self.faults[0]
        more = "".join(
            f"\n{self.file}: {one.place}: {one.message}\n  What to do: {one.hint}" for one in self.faults[1:]
        )
        return BadInput(f"{first.place}: {first.message}", file=self.file, hint=first.hint + more)

    @property
    def summary(self) -> str:
        """How much changes, in one line."""
        if not self.changed:
            return "no changes"
        return ", ".join(f"{count} {words}" for count, words in self._counts())

    def _counts(self) -> list[tuple[int, str]]:
        counts = [(len(self.of(what)), title.lower()) for what, title in _SECTIONS]
        return [*counts, (len(self.doubles), "suspected doubles"), (len(self.faults), "refused")]

    def of(self, what: str) -> list[Item]:
        """Return the changes of one sort: added, changed or withdrawn."""
        return [one for one in self.items if one.what == what]

    def to_text(self) -> str:
        """Return the whole preview as text for a terminal."""
        return "\n".join(self._lines())

    @property
    def _title(self) -> str:
        of_workbook = f", sheet “{self.sheet}”" if self.sheet else ""
        return f"{self.file.name}{of_workbook}, as “{self.kind}”: {_counted(self.rows, 'row')}"

    def _lines(self) -> Iterator[str]:
        yield self._title
        for what, title in _SECTIONS:
            yield from _section(title, [_item(one) for one in self.of(what)])
        yield from _section("Suspected doubles: look whether they are one thing", self.doubles)
        yield from self._refused()
        if self.left_out:
            title = f"Left out of the sheet, and staying as they are ({len(self.left_out)})"
            yield from _section(title, self.left_out, counted=False)
        yield from _section("Notices", self.notices, counted=False)
        yield ""
        if not self.changed:
            yield "no changes"
            return
        yield from (one.summary for one in self.changes if not one.none)
        if self.files:
            names = sorted(path.relative_to(self.folder).as_posix() for path in self.files)
            yield f"Files: {', '.join(names)}"

    def _refused(self) -> Iterator[str]:
        if not self.faults:
            return
        yield ""
        yield f"Refused ({len(self.faults)}): nothing is written until they are settled"
        for one in self.faults:
            yield f"  {one.place}: {one.message}"
            yield f"    What to do: {one.hint}"

    def to_html(self) -> str:
        """Return the whole preview as one page that needs nothing else; it has no script."""
        given = f"Sheet “{self.sheet}”, given" if self.sheet else "Given"
        detail = f"{given} as “{self.kind}”: {_counted(self.rows, 'row')}"
        return preview_page.page(self.file.name, [detail], "".join(self._parts()))

    def _parts(self) -> Iterator[str]:
        yield preview_page.note(*self._verdict())
        if self.changed:
            yield preview_page.counts(self._counts())
        if self.faults:
            rows = [
                (one.place, one.found or "(empty)", *map(preview_page.sentence, (one.message, one.hint)))
                for one in self.faults
            ]
            heads = ("Where", "Found", "What is wrong", "What to do")
            yield preview_page.table("Refused", heads, rows, "refused")
        for what, title in _SECTIONS:
            items = [(one.place, one.name, one.words) for one in self.of(what)]
            if items:
                yield preview_page.table(title, ("Where", "Of", "What"), items)
        lists = (
            ("Suspected doubles: look whether they are one thing", self.doubles),
            ("Left out of the sheet, and staying as they are", self.left_out),
            ("Notices", self.notices),
            ("Files that change", tuple(one.summary for one in self.changes if not one.none)),
        )
        yield from (preview_page.lines(title, texts) for title, texts in lists if texts)

    def _verdict(self) -> tuple[str, str]:
        """Return how it stands, in one sentence, and the colour of it."""
        if self.faults:
            cells = _counted(len(self.faults), "fault")
            return "bad", f"Refused: {cells}. Nothing is written until all are settled."
        if not self.changed:
            return "ok", "No changes: the record says all this already."
        if self.doubles:
            return "warn", "Nothing is refused. Look at the suspected doubles before this is written."
        return "ok", "Nothing is refused. This is what would be written."


def _section(title: str, lines: Sequence[str], *, counted: bool = True) -> Iterator[str]:
    if not lines:
        return
    yield ""
    yield f"{title} ({len(lines)})" if counted else title
    yield from (f"  {line}" for line in lines[:SHOWN])
    if len(lines) > SHOWN:
        yield f"  and {len(lines) - SHOWN} more"


def _item(one: Item) -> str:
    return f"{one.place}: {one.name}: {one.words}"


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"
