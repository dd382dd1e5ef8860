"""What the import of a sheet will do, in plain words: as text, and as a page that can be mailed."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import BadInput
from .cells import Fault
from .changes import Changes
from .plan import Item

SHOWN = 40
_SECTIONS = (("added", "Added"), ("changed", "Changed"), ("withdrawn", "Withdrawn"))
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;"
    "background:#fff}h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2rem}table{border-collapse:collapse;"
    "width:100%}th,td{border-bottom:1px solid #767676;padding:.3rem .5rem;text-align:left;vertical-align:top}"
    "caption{text-align:left;padding:.3rem .5rem}pre{white-space:pre-wrap;font:inherit}"
    ".refused td:first-child{border-left:4px solid #a3001b}"
)


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
        counts = [(len(self.of(what)), title.lower()) for what, title in _SECTIONS]
        counts += [(len(self.doubles), "suspected doubles"), (len(self.faults), "refused")]
        return ", ".join(f"{count} {words}" for count, words in counts)

    def of(self, what: str) -> list[Item]:
        """Return the changes of one sort: added, changed or withdrawn."""
        return [one for one in self.items if one.what == what]

    def to_text(self) -> str:
        """Return the whole preview as text for a terminal."""
        return "\n".join(self._lines())

    @property
    def _title(self) -> str:
        return f"{self.file.name}, sheet “{self.sheet}”, as “{self.kind}”: {_counted(self.rows, 'row')}"

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
        return _page(self._title, f"<p>{html.escape(self.summary)}</p>\n{''.join(self._parts())}")

    def _parts(self) -> Iterator[str]:
        if self.faults:
            rows = [(one.place, one.found, one.message, one.hint) for one in self.faults]
            caption = "Nothing is written until these are settled."
            heads = ("Where", "Found", "What is wrong", "What to do")
            yield _table("Refused", heads, rows, caption, "refused")
        for what, title in _SECTIONS:
            rows_ = [(one.place, one.name, one.words) for one in self.of(what)]
            if rows_:
                yield _table(title, ("Where", "Of", "What"), rows_)
        lists = (
            ("Suspected doubles", self.doubles),
            ("Left out of the sheet, and staying as they are", self.left_out),
            ("Notices", self.notices),
            ("Files that change", tuple(one.summary for one in self.changes if not one.none)),
        )
        yield from (_list(title, texts) for title, texts in lists if texts)


def text_page(text: str) -> str:
    """Return a preview that is text as a page that needs nothing else: its first line is the heading."""
    title, _, rest = text.partition("\n")
    return _page(title, f"<pre>{html.escape(rest.strip())}</pre>\n")


def _page(title: str, body: str) -> str:
    plain = html.escape(title)
    return (
        '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{plain}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{plain}</h1>\n{body}</main>\n</body>\n</html>\n"
    )


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


def _table(
    title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], caption: str = "", kind: str = ""
) -> str:
    head = "".join(f'<th scope="col">{html.escape(one)}</th>' for one in heads)
    body = "".join(f"<tr>{''.join(f'<td>{html.escape(one)}</td>' for one in row)}</tr>\n" for row in rows)
    words = f"<caption>{html.escape(caption)}</caption>\n" if caption else ""
    attribute = f' class="{kind}"' if kind else ""
    return (
        f"<h2>{html.escape(title)} ({len(rows)})</h2>\n"
        f"<table{attribute}>\n{words}<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{body}</tbody>\n</table>\n"
    )


def _list(title: str, texts: Sequence[str]) -> str:
    items = "".join(f"<li>{html.escape(one)}</li>\n" for one in texts)
    return f"<h2>{html.escape(title)} ({len(texts)})</h2>\n<ul>\n{items}</ul>\n"
