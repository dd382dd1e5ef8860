"""Reads a page as a person and as a strict parser do: its visible words, its links, and what is wrong in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"meta", "link", "br", "hr", "img", "input", "wbr"}
# All other elements stand apart from what is beside them, as white space does.
_INLINE = {"a", "b", "code", "i", "mark", "span", "strong", "time", "wbr"}
_UNSEEN = {"script", "style", "head"}


@dataclass
class Read:
    """What a page holds."""

    faults: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The visible words with white space made even."""
        return " ".join("".join(self.words).split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.read = Read()
        self._open: list[str] = []
        self._link: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if len(found) != len(attrs):
            self.read.faults.append(f"<{tag}> repeats an attribute")
        self.read.tags.append((tag, found))
        self.read.ids += [value for name, value in attrs if name == "id" and value is not None]
        if tag == "a":
            self._link = []
        self._part(tag)
        if tag not in _VOID:
            self._open.append(tag)

    def _part(self, tag: str) -> None:
        if tag not in _INLINE:
            self.read.words.append(" ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not {"svg", "g"} & set(self._open):
            self.read.faults.append(f"<{tag}/> closes itself")

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.read.faults.append(f"</{tag}> closes what is not open")
        self._part(tag)
        if tag == "a" and self._link is not None:
            hrefs = [found.get("href") for name, found in self.read.tags if name == "a"]
            self.read.links.append((hrefs[-1] or "", " ".join("".join(self._link).split())))
            self._link = None

    def handle_data(self, data: str) -> None:
        if not _UNSEEN & set(self._open):
            self.read.words.append(data)
            if self._link is not None:
                self._link.append(data)

    def close(self) -> None:
        super().close()
        self.read.faults += [f"<{tag}> is never closed" for tag in self._open]


def read(page: str) -> Read:
    """Return what the page holds and what is wrong in it: tags, attributes and ids that do not fit."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    found = reader.read
    found.faults += [f"id {one!r} stands twice" for one in sorted(found.ids) if found.ids.count(one) > 1]
    return found
