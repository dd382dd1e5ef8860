"""Reads a picture back: its texts with the place that each takes up, its links, its shapes."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass
from itertools import combinations

from ccin_ld.represent.pictures.svg import LINE, Box, box_of


@dataclass(frozen=True)
class Text:
    """One text of a picture: its lines, and the place they take up."""

    lines: tuple[str, ...]
    box: Box
    css: str


@dataclass(frozen=True)
class Drawing:
    """A picture as it was read."""

    root: ET.Element
    width: float
    height: float
    texts: tuple[Text, ...]
    links: tuple[tuple[str, str], ...]  # where each goes, and its words

    def overlaps(self) -> list[tuple[str, str]]:
        """Return the pairs of texts that meet."""
        return [
            (" ".join(one.lines), " ".join(two.lines))
            for one, two in combinations(self.texts, 2)
            if one.box.meets(two.box)
        ]

    def outside(self) -> list[str]:
        """Return the texts that leave the picture, by more than the breadth of a line."""
        frame = Box(-1, -1, self.width + 1, self.height + 1)
        return [
            " ".join(one.lines)
            for one in self.texts
            if one.box.left < frame.left
            or one.box.top < frame.top
            or one.box.right > frame.right
            or one.box.bottom > frame.bottom
        ]

    def count(self, css: str) -> int:
        """Return how many elements have a class."""
        return sum(css in (one.get("class") or "").split() for one in self.root.iter())


def read(svg: str) -> Drawing:
    """Return a picture read as XML. Raises ParseError where it is not well formed."""
    root = ET.fromstring(svg)
    _, _, width, height = map(float, (root.get("viewBox") or "").split())
    texts: list[Text] = []
    _walk(root, 0.0, 0.0, texts)
    links = [
        (one.get("href") or "", " ".join("".join(text.itertext()) for text in one.iter("text")))
        for one in root.iter("a")
    ]
    return Drawing(root, width, height, tuple(texts), tuple(links))


def _walk(node: ET.Element, dx: float, dy: float, texts: list[Text]) -> None:
    move = node.get("transform") or ""
    if move.startswith("translate("):
        x, _, y = move.removeprefix("translate(").partition(")")[0].partition(" ")
        dx, dy = dx + float(x), dy + float(y)
    if node.tag == "text":
        lines = [node.text or "", *(one.text or "" for one in node.iter("tspan"))]
        css = node.get("class") or ""
        size = 12.0 if "tick" in css else 13.0 if css == "count" else 14.0
        first = float(node.get("y") or 0) + dy
        middle = first + (len(lines) - 1) * LINE / 2
        box = box_of(
            lines, float(node.get("x") or 0) + dx, middle, node.get("text-anchor") or "start", size=size
        )
        # The signs themselves are lower than the line.
        texts.append(Text(tuple(lines), Box(box.left, box.top + 1, box.right, box.bottom - 1), css))
    for child in node:
        _walk(child, dx, dy, texts)
