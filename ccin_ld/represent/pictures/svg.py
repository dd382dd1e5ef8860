"""What every picture is written with: text that is measured and wrapped, marks, links, the frame."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup, escape

LINE = 17.0
# Widths in parts of the size of the letters, on the wide side: the system's typeface is not known here.
_NARROW, _SLIM, _WIDE = frozenset("iljI.,:;'’|! "), frozenset('frt-()[]/\\"'), frozenset("mwMW@%&—…")
_PARTS = re.compile(r"[^-/_]*[-/_]+|[^-/_]+")
_MANY = 120  # a longer label is shortened in the picture; the list beside it has all of it


@dataclass(frozen=True)
class Node:
    """A thing in a picture: its words, where a link goes, and the class of its kind (k-council...)."""

    label: str
    href: str | None = None
    css: str = "k-concept"


@dataclass(frozen=True)
class Box:
    """A rectangle that something takes up."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Say whether two rectangles share any place."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def inside(self, width: float, height: float) -> bool:
        """Say whether it stays within a picture."""
        return self.left >= 0 and self.top >= 0 and self.right <= width and self.bottom <= height


def even(text: str) -> str:
    """Return words with one blank between, without signs that XML does not have (XML 1.0, 2.2)."""
    return " ".join("".join(sign if _is_sign(sign) else " " for sign in text).split())


def _is_sign(sign: str) -> bool:
    code = ord(sign)
    return (
        code >= 0x20
        and not 0x7F <= code < 0xA0
        and not 0xD800 <= code < 0xE000
        and code not in (0xFFFE, 0xFFFF)
    )


@lru_cache(maxsize=4096)
def _width_of(sign: str) -> float:
    if sign in _NARROW:
        return 0.34
    if sign in _SLIM:
        return 0.46
    if sign in _WIDE:
        return 0.98
    if ord(sign) > 0x2E7F or unicodedata.east_asian_width(sign) in "WF":
        return 1.4
    if unicodedata.combining(sign):
        return 0.0
    if ord(sign) > 0x24F:
        return 1.0
    return 0.72 if sign.isupper() or sign.isdigit() else 0.6


def width_of(text: str, size: float = 14) -> float:
    """Return about how wide a text is at most, at a size of letters."""
    return sum(map(_width_of, text)) * size


def wrapped(text: str, width: float, *, lines: int = 4) -> list[str]:
    """Return a text as lines no wider than *width*; what does not go into *lines* ends with an ellipsis."""
    words = even(text)
    words = words if len(words) <= _MANY else words[: _MANY - 1].rstrip() + "…"
    found = [""]
    for word in words.split(" "):
        joined = f"{found[-1]} {word}".strip()
        if width_of(joined) <= width:
            found[-1] = joined
            continue
        pieces = _pieces(word, width)
        found = [*(found if found[-1] else found[:-1]), *pieces]
    return found if len(found) <= lines else [*found[: lines - 1], _cut(found[lines - 1], width)]


def _cut(line: str, width: float) -> str:
    """Return a line with an ellipsis at its end, which takes the place of as many signs as it needs."""
    kept = line.rstrip(" …")
    while kept and width_of(f"{kept}…") > width:
        kept = kept[:-1].rstrip(" …")
    return f"{kept}…"


def _pieces(word: str, width: float) -> list[str]:
    """Return a word that is wider than a line in pieces, cut after a hyphen or a slash where there is one."""
    found = [""]
    for part in _PARTS.findall(word):
        if width_of(found[-1] + part) <= width:
            found[-1] += part
            continue
        found.append("")
        for sign in part:
            if found[-1] and width_of(found[-1] + sign) > width:
                found.append("")
            found[-1] += sign
    return [piece for piece in found if piece]


def widest(lines: Iterable[str], size: float = 14) -> float:
    """Return how wide lines are together."""
    return max((width_of(line, size) for line in lines), default=0.0)


def n(value: float) -> str:
    """Return a length in as few letters as it takes: a tenth is exact enough."""
    text = f"{value:.1f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def words(lines: Sequence[str], x: float, y: float, *, anchor: str = "start", css: str = "") -> str:
    """Return lines of text whose middle is at *y*."""
    first = y - (len(lines) - 1) * LINE / 2
    kind = f' class="{css}"' if css else ""
    side = f' text-anchor="{anchor}"' if anchor != "start" else ""
    more = "".join(f'<tspan x="{n(x)}" dy="{n(LINE)}">{escape(line)}</tspan>' for line in lines[1:])
    return f'<text{kind} x="{n(x)}" y="{n(first)}"{side}>{escape(lines[0])}{more}</text>'


def box_of(lines: Sequence[str], x: float, y: float, anchor: str, *, size: float = 14) -> Box:
    """Return the rectangle that such text takes up."""
    wide, high = widest(lines, size), len(lines) * LINE
    left = {"start": x, "middle": x - wide / 2, "end": x - wide}[anchor]
    return Box(left, y - high / 2, left + wide, y + high / 2)


def mark(node: Node, x: float, y: float, r: float) -> str:
    """Return the shape of a kind of thing: circle, square, diamond, hexagon, arch or triangle."""
    css = f'class="mark {escape(node.css)}"'
    if node.css == "k-project":
        return f'<rect {css} x="{n(x - r)}" y="{n(y - r)}" width="{n(2 * r)}" height="{n(2 * r)}" rx="3"/>'
    if node.css == "k-council":
        return f'<circle {css} cx="{n(x)}" cy="{n(y)}" r="{n(r)}"/>'
    points = _POINTS.get(node.css, _POINTS["k-concept"])
    path = "L".join(f"{n(x + dx * r)} {n(y + dy * r)}" for dx, dy in points)
    return f'<path {css} d="M{path}z"/>'


_POINTS: dict[str, tuple[tuple[float, float], ...]] = {
    "k-principle": ((0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)),
    "k-concept": ((-0.55, -1), (0.55, -1), (1.1, 0), (0.55, 1), (-0.55, 1), (-1.1, 0)),
    "k-dataset": ((-1, 1), (-1, -0.3), (-0.6, -0.85), (0, -1.05), (0.6, -0.85), (1, -0.3), (1, 1)),
    "k-term": ((0, -1.1), (1.1, 1), (-1.1, 1)),
}


def linked(node: Node, inner: str) -> str:
    """Return what is drawn as a link, where there is somewhere to go."""
    return f'<a href="{escape(node.href)}">{inner}</a>' if node.href else inner


def picture(
    css: str, name: str, width: float, height: float, title: str, description: str, inner: str
) -> Markup:
    """Return a picture that is looked at as one thing; *name* makes the ids of its title and description."""
    ids = f"{name}-t {name}-d" if description else f"{name}-t"
    told = f'<title id="{name}-t">{escape(even(title))}</title>'
    told += f'<desc id="{name}-d">{escape(even(description))}</desc>' if description else ""
    return Markup(
        f'<svg class="{css}" viewBox="0 0 {n(width)} {n(height)}" role="img" aria-labelledby="{ids}">'
        f"{told}{inner}</svg>"
    )


def followed(css: str, width: float, height: float, title: str, inner: str) -> Markup:
    """Return a picture whose parts are links."""
    label = escape(even(title))
    frame = f'viewBox="0 0 {n(width)} {n(height)}"'
    return Markup(f'<svg class="{css}" {frame} role="group" aria-label="{label}">{inner}</svg>')
