"""A saved web page, read into lines as the stored text of a page has them: no site's own names in here.

The page's own text is found by what the record knows to be printed on such pages (fields, principles), and
by what HTML itself says of a part: a menu, a footer, a side column. Words in attributes are never read.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bs4 import BeautifulSoup, XMLParsedAsHTMLWarning
from bs4.dammit import EncodingDetector
from bs4.element import CData, NavigableString, Tag
from bs4.exceptions import ParserRejectedMarkup

from ..errors import BadInput
from .labels import ABOUT, BULLET, LEAD, PARTICIPANT, PRINCIPLES, Labels
from .private import holds_address, why_private

# A parser for the web stops nesting at 512 too; more is an attack or a broken file.
MAX_DEPTH = 512
_START = re.compile(
    rb"\s*(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_START_TAG = re.compile(r"<(?:\"[^\"]*\"|'[^']*'|[^'\">])*>")
_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "dir", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hgroup", "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "search",
    "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
))  # fmt: skip
# These begin a line and leave no gap before it.
_LINES = frozenset(("li", "tr", "dt", "dd", "br"))
_CELLS = frozenset(("td", "th", "dd"))
_UNSEEN = frozenset((
    "applet", "audio", "base", "button", "canvas", "datalist", "embed", "head", "iframe", "input", "link",
    "map", "math", "meta", "noscript", "object", "optgroup", "option", "script", "select", "style", "svg",
    "template", "textarea", "title", "video",
))  # fmt: skip
_PARTS = {"nav": "a menu", "footer": "a footer", "aside": "a side column", "dialog": "a dialogue"}
_ROLES = {
    "navigation": "a menu", "menu": "a menu", "menubar": "a menu", "contentinfo": "a footer",
    "complementary": "a side column", "banner": "the head of the site", "search": "a search box",
    "dialog": "a dialogue", "alertdialog": "a dialogue",
}  # fmt: skip
# Names that authors of many sites give to such parts; a word of class or id, whole.
_NAMES = {
    "sidebar": "a side column", "widget-area": "a side column", "secondary": "a side column",
    "menu": "a menu", "navbar": "a menu", "breadcrumb": "a menu", "breadcrumbs": "a menu",
    "cookie-notice": "a notice about cookies", "cookie-banner": "a notice about cookies",
    "cookie-consent": "a notice about cookies", "cookie-bar": "a notice about cookies",
    "cookies": "a notice about cookies", "cookie": "a notice about cookies",
    "skip-link": "a link past the menu", "screen-reader-text": "words for screen readers only",
    "sr-only": "words for screen readers only", "visually-hidden": "words for screen readers only",
    "social-share": "links to share it", "share-buttons": "links to share it", "site-footer": "a footer",
    "related-posts": "links to other pages", "comments": "comments",
}  # fmt: skip
_COOKIES = re.compile(r"(?:^|[-_])cookies?(?:[-_]|$)", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_ADDRESS_LINK = re.compile(
    r"\s*(?:mailto|tel|sms|callto|skype|whatsapp):|.*/cdn-cgi/l/email-protection", re.IGNORECASE
)
_SENTENCE = re.compile(r"[.!?…][\"'”’)]*$")
_SIDE = ("a side column", "the head of the site")


@dataclass(frozen=True)
class Line:
    """One line of text and the line of the file where it begins; ``why`` says that it may not be kept."""

    text: str
    number: int
    why: str | None = None


@dataclass(frozen=True)
class Saved:
    """What a saved web page holds: its own lines, its title and addresses, and what was left out where."""

    lines: tuple[Line, ...]
    title: str | None
    addresses: tuple[str, ...]
    left_out: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class _Block:
    """A run of text without a line's end in it, and the element that it stands in."""

    text: str
    line: int
    element: Tag
    gap: bool
    item: bool
    why: str | None
    part: Tag | None


def is_html(data: bytes) -> bool:
    """Say whether the bytes are a web page rather than the text of one."""
    return _START.match(data.removeprefix(b"\xef\xbb\xbf")[:4000]) is not None


def decode_html(data: bytes, file: Path | str) -> str:
    """Return the page as text, by its mark, as UTF-8, or as it says itself. Raises BadInput otherwise."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise BadInput("this is UTF-16 text", file=file, line=1, hint="save it again as UTF-8")
    declared = EncodingDetector.find_declared_encoding(data[:2000], is_html=True)
    # WHATWG Encoding, 4.2: what calls itself Latin-1 is read as Windows-1252.
    named = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252"}
    for encoding in filter(None, ("utf-8-sig", named.get((declared or "").lower(), declared))):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    raise BadInput("this is not UTF-8 text", file=file, hint="save the page again as UTF-8")


def read_html(text: str, file: Path | str, labels: Labels) -> Saved:
    """Return what a saved web page holds. Raises BadInput when it is nested too deeply or is no HTML."""
    soup = _soup(text, file)
    walk = _Walk(text, labels, file)
    walk.over(soup)
    blocks = _joined(walk.blocks, labels)
    own, left_out = _own(blocks, walk.parts, labels)
    return Saved(tuple(_lines(own)), _title(soup), tuple(_addresses(soup)), tuple(left_out))


def _soup(text: str, file: Path | str) -> BeautifulSoup:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)  # XHTML is HTML to us
            return BeautifulSoup(text, "html.parser")
    except (ParserRejectedMarkup, RecursionError) as error:
        raise BadInput("this HTML cannot be read", file=file, hint="save the page again") from error


# The page as a row of blocks


class _Walk:
    """A walk over the elements of a page in their order, which cuts its text into blocks."""

    def __init__(self, text: str, labels: Labels, file: Path | str) -> None:
        self.blocks: list[_Block] = []
        self.parts: dict[int, tuple[Tag, str, int]] = {}
        self._source = text
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self._labels = labels
        self._file = file
        self._words: list[str] = []
        self._line = self._first = 1
        self._blank = True
        self._gap = self._item = False
        self._why: str | None = None
        self._element: Tag | None = None
        self._part: Tag | None = None
        self._person: Tag | None = None

    def over(self, soup: BeautifulSoup) -> None:
        """Walk over the whole page."""
        stack: list[tuple[Tag, Iterator[object]]] = [(soup, iter(list(soup.contents)))]
        self._element = soup
        while stack:
            tag, children = stack[-1]
            child = next(children, None)
            if child is None:
                stack.pop()
                self._close(tag)
            elif isinstance(child, Tag):
                if self._open(child):
                    stack.append((child, iter(list(child.contents))))
                    if len(stack) > MAX_DEPTH:
                        hint = "save the page again, or its text"
                        raise BadInput(
                            "this HTML is nested too deeply", file=self._file, line=self._line, hint=hint
                        )
                else:
                    inside = (one for one in child.descendants if isinstance(one, NavigableString))
                    self._line += sum(str(one).count("\n") for one in inside)
            elif isinstance(child, NavigableString):
                self._text(child)
        self._flush()

    def _open(self, tag: Tag) -> bool:
        """Begin an element; say whether what is in it is read."""
        self._line = self._line_of(tag)
        if tag.name in _UNSEEN:
            return False
        if tag.name == "br":
            self._flush()
            return False
        if tag.name in _CELLS and self._words and self._same_row(tag):
            self._words.append(" ")
        elif tag.name in _BLOCKS:
            self._flush()
            self._gap |= tag.name not in _LINES
            self._item |= tag.name == "li"
        if tag.name in _BLOCKS:
            self._element = tag
        self._begin_part(tag)
        if self._person is None and _is_person(tag):
            self._person = tag
        if _private(tag):
            self._why = self._why or "a link to an e-mail address or a telephone number"
            self._first = self._line if self._blank else self._first
        return True

    def _line_of(self, tag: Tag) -> int:
        """Return the line on which the start tag of an element ends."""
        if tag.sourceline is None or tag.sourceline > len(self._starts):
            return self._line
        start = self._starts[tag.sourceline - 1] + (tag.sourcepos or 0)
        found = _START_TAG.match(self._source[start : start + 5000])
        return tag.sourceline + (found[0].count("\n") if found else 0)

    def _same_row(self, tag: Tag) -> bool:
        """Say whether the words so far are the cell, or the term, before this one."""
        return tag.name != "dd" or (self._element is not None and self._element.name == "dt")

    def _begin_part(self, tag: Tag) -> None:
        if self._part is None:
            why = _part(tag)
            if why:
                self._flush()
                self._part = tag
                self.parts[id(tag)] = (tag, why, self._line)

    def _close(self, tag: Tag) -> None:
        if tag.name in _BLOCKS:
            if not (tag.name in _CELLS or tag.name == "dt"):
                self._flush()
            self._gap |= tag.name not in _LINES and tag.name not in _CELLS
            if tag.name == "li":
                self._item = False
            if tag.name == "dd":
                self._flush()
            self._element = tag.parent if isinstance(tag.parent, Tag) else tag
        elif len(self._words) < 8 and self._is_label("".join(self._words)):
            self._words.append(" ")  # a label and its value may be kept apart by the style only
        if tag is self._part:
            self._flush()
            self._part = None
        if tag is self._person:
            self._person = None

    def _is_label(self, text: str) -> bool:
        plain = " ".join(text.split())
        found = self._labels.field(plain) if plain else None
        return found is not None and not found[1]

    def _text(self, string: NavigableString) -> None:
        if type(string) in (NavigableString, CData):
            plain = str(string)
            if plain.strip() and self._blank:
                self._first = self._line + plain[: len(plain) - len(plain.lstrip())].count("\n")
                self._blank = False
            if plain.strip() and self._person is not None:
                self._why = self._why or "it is marked as a person"
            self._words.append(plain)
        self._line += str(string).count("\n")

    def _flush(self) -> None:
        text = _plain("".join(self._words))
        self._words.clear()
        self._blank = True
        if not text and self._why is None:
            return
        assert self._element is not None
        self.blocks.append(
            _Block(text, self._first, self._element, self._gap, self._item, self._why, self._part)
        )
        self._gap = self._item = False
        self._why = None


def _plain(text: str) -> str:
    """Return the text with single blanks, and without signs that a text file may not hold."""
    return " ".join("".join(sign if sign >= " " else " " for sign in text).split())


def _private(tag: Tag) -> bool:
    """Say whether an element says, or links to, an e-mail address or a telephone number."""
    if tag.has_attr("data-cfemail") or _words_of(tag, "itemprop") & {"email", "telephone", "faxnumber"}:
        return True
    if "__cf_email__" in _words_of(tag, "class"):
        return True
    link = str(tag.get("href") or "")
    if _ADDRESS_LINK.match(link) or holds_address(link):
        return True
    return any(
        holds_address(str(tag.get(name) or "")) for name in ("title", "alt", "aria-label", "data-email")
    )


def _is_person(tag: Tag) -> bool:
    """Say whether an element is marked as telling of a person: schema.org, or the hCard microformat."""
    types = _words_of(tag, "itemtype") | _words_of(tag, "typeof")
    cards = _words_of(tag, "class") & {"vcard", "h-card"}
    return bool(cards) or any(re.search(r"(?:[/#:]|^)person$", one) for one in types)


def _words_of(tag: Tag, attribute: str) -> set[str]:
    value = tag.get(attribute)
    words = value if isinstance(value, list) else str(value or "").split()
    return {str(word).lower() for word in words}


def _part(tag: Tag) -> str | None:
    """Return what an element is when it is not the page's own text, or None."""
    if tag.name in _PARTS:
        return _PARTS[tag.name]
    if tag.name == "header" and tag.find_parent(["main", "article"]) is None:
        return "the head of the site"
    for role in _words_of(tag, "role") & _ROLES.keys():
        return _ROLES[role]
    if (
        tag.has_attr("hidden")
        or tag.get("aria-hidden") == "true"
        or _HIDDEN.search(str(tag.get("style") or ""))
    ):
        return "a hidden part"
    if tag.name in ("html", "body", "main", "article"):
        return None
    names = _words_of(tag, "class") | _words_of(tag, "id")
    for name in sorted(names & _NAMES.keys()):
        return _NAMES[name]
    return "a notice about cookies" if any(_COOKIES.search(name) for name in names) else None


# Labels and their values


def _joined(blocks: Sequence[_Block], labels: Labels) -> list[_Block]:
    """Return the blocks, each label that stands alone joined to the value, or list of values, after it."""
    made: list[_Block] = []
    place = 0
    while place < len(blocks):
        block = blocks[place]
        values = _values(blocks, place, labels)
        if values:
            separator = ", " if values[0].item else " "
            words = f"{block.text} {separator.join(one.text for one in values)}"
            why = next((one.why for one in (block, *values) if one.why), None)
            block = replace(block, text=words, why=why)
        made.append(block)
        place += 1 + len(values)
    return made


def _values(blocks: Sequence[_Block], place: int, labels: Labels) -> list[_Block]:
    """Return the blocks after a label alone that are its value: one beside it, or the items of one list."""
    label = blocks[place]
    found = labels.field(label.text)
    if label.why or found is None or found[1] or found[0].fills in (PRINCIPLES, ABOUT, ""):
        return []
    after = list(blocks[place + 1 : place + 2])
    if not after or not _is_value(label, after[0], labels):
        return []
    if not after[0].item:
        return after
    # An item after an item is the next field; a list after a label is its values.
    if label.item or found[0].fills not in (LEAD, PARTICIPANT):
        return []
    values: list[_Block] = []
    for block in blocks[place + 1 :]:
        if not (block.item and _is_value(label, block, labels)):
            break
        values.append(block)
    return values


def _is_value(label: _Block, block: _Block, labels: Labels) -> bool:
    near = label.element.parent
    # Never with == or "in": elements are then compared with all that is in them, to any depth.
    beside = near is not None and _within(block.element, near)
    return beside and block.part is label.part and bool(block.text) and not labels.knows(block.text)


# The page's own text


def _own(
    blocks: Sequence[_Block], parts: dict[int, tuple[Tag, str, int]], labels: Labels
) -> tuple[list[_Block], list[tuple[int, str]]]:
    """Return the blocks of the page's own text, and what was left out with the line where it begins."""
    marks = [one for one in blocks if _weight(one, labels)]
    facts = _side_facts(marks, parts, labels)
    free = [one if one.part not in facts else replace(one, part=None) for one in blocks]
    open_marks = [one for one in free if one.part is None and _weight(one, labels)]
    if not open_marks and marks:
        # All that is known stands in a part that HTML calls a side: then it is not one here.
        facts = {one.part for one in marks if one.part is not None}
        free = [one if one.part not in facts else replace(one, part=None) for one in blocks]
        open_marks = [one for one in free if one.part is None and _weight(one, labels)]
    root = _root(free, open_marks, labels)
    inside = [one for one in free if one.part is None and (root is None or _within(one.element, root))]
    beside = [one for one in inside if _in_any(one.element, facts)]
    own = _fields_first([*beside, *(one for one in inside if not _in_any(one.element, facts))], labels)
    left = [
        (line, why) for key, (tag, why, line) in parts.items() if tag not in facts and _has_text(free, tag)
    ]
    chosen = {id(one) for one in own}
    around = [one for one in free if one.part is None and id(one) not in chosen]
    if around:
        count = f"{len(around)} piece{'' if len(around) == 1 else 's'} of text around the page's own"
        left.append((around[0].line, count))
    return own, sorted(left)


def _fields_first(blocks: list[_Block], labels: Labels) -> list[_Block]:
    """Return the blocks, fields that stand after the text in the file before it: the style may place them."""
    known = [_filled(one, labels) for one in blocks]
    first = next((place for place, one in enumerate(blocks) if _opens_text(one, labels)), len(blocks))
    if any(fills in (LEAD, PARTICIPANT) for fills in known[:first]):
        return blocks
    later = [place for place in range(first, len(blocks)) if known[place] in (LEAD, PARTICIPANT)]
    if not later:
        return blocks
    start, end = later[0], later[-1] + 1
    while known[start - 1] is not None and start > first:
        start -= 1
    while end < len(blocks) and known[end] is not None:
        end += 1
    return [*blocks[start:end], *blocks[:start], *blocks[end:]]


def _filled(block: _Block, labels: Labels) -> str | None:
    """Return what a block that is a field with its value fills, "" for a field that is not kept, or None."""
    found = labels.field(block.text) if not block.why else None
    return found[0].fills if found and found[1] and found[0].fills not in (PRINCIPLES, ABOUT) else None


def _opens_text(block: _Block, labels: Labels) -> bool:
    found = labels.field(block.text)
    return (found is not None and found[0].fills in (PRINCIPLES, ABOUT)) or labels.item(
        block.text
    ) is not None


def _weight(block: _Block, labels: Labels) -> int:
    """Return how surely a block is of the page's own text: 2 for a principle or a body, 1 for less, or 0."""
    if block.why:
        return 0
    item = labels.item(block.text)
    if item is not None:
        return 1 if item.printed == "title" else 2
    found = labels.field(block.text)
    if found is None or not found[0].fills:
        return 0
    known, value = found
    if known.fills in (PRINCIPLES, ABOUT):
        return (2 if known.fills == PRINCIPLES else 1) if not value else 0
    if not value or len(block.text) > len(known.label) + 2000:
        return 0
    return 2 if known.fills in (LEAD, PARTICIPANT) else 1


def _side_facts(
    marks: Iterable[_Block], parts: dict[int, tuple[Tag, str, int]], labels: Labels
) -> set[Tag | None]:
    """Return the side columns that hold the page's fields, when nothing else does."""
    named = [
        one for one in marks if (found := labels.field(one.text)) and found[0].fills in (LEAD, PARTICIPANT)
    ]
    if any(one.part is None for one in named):
        return set()
    return {one.part for one in named if one.part is not None and parts[id(one.part)][1] in _SIDE}


def _root(blocks: Sequence[_Block], marks: Sequence[_Block], labels: Labels) -> Tag | None:
    """Return the element that holds the page's own text, or None when the whole page may be it."""
    sure = [one for one in marks if _weight(one, labels) == 2] or list(marks)
    if not sure:
        return next((found for one in blocks if (found := _declared(one.element)) is not None), None)
    shared = _shared([one.element for one in sure])
    declared = _declared(shared)
    if declared is not None:
        return declared
    known = {id(one) for one in marks}
    prose = [one for one in blocks if one.part is None and id(one) not in known and _is_prose(one, labels)]
    for element in (shared, *shared.parents):
        if any(_within(one.element, element) for one in prose):
            return element
    return shared


def _declared(element: Tag) -> Tag | None:
    """Return the nearest element around that HTML calls the page's own text."""
    for one in (element, *element.parents):
        if one.name in ("main", "article") or "main" in _words_of(one, "role"):
            return one
    return None


def _shared(elements: Sequence[Tag]) -> Tag:
    """Return the innermost element that holds all of *elements*."""
    common = [elements[0], *elements[0].parents]
    for element in elements[1:]:
        around = {id(one) for one in (element, *element.parents)}
        common = [one for one in common if id(one) in around]
    return common[0]


def _is_prose(block: _Block, labels: Labels) -> bool:
    long = len(block.text.split()) >= 12 and _SENTENCE.search(block.text)
    return bool(long) and not labels.knows(block.text) and not why_private(block.text)


def _within(element: Tag, root: Tag) -> bool:
    return element is root or any(one is root for one in element.parents)


def _in_any(element: Tag, roots: Iterable[Tag | None]) -> bool:
    return any(root is not None and _within(element, root) for root in roots)


def _has_text(blocks: Iterable[_Block], part: Tag) -> bool:
    return any(one.part is part for one in blocks)


def _lines(blocks: Iterable[_Block]) -> Iterator[Line]:
    for block in blocks:
        if block.gap:
            yield Line("", block.line)
        sign = "• " if block.item and not BULLET.match(block.text) else ""
        yield Line(sign + block.text, block.line, block.why)


# The head of the page


def _title(soup: BeautifulSoup) -> str | None:
    """Return the page's title: its one heading of the first rank, when it has one."""
    for found in (soup.select("main h1, article h1"), soup.find_all("h1")):
        titles = [_plain(one.get_text(" ")) for one in found]
        if len(titles) == 1 and titles[0] and not why_private(titles[0]):
            return titles[0]
    return None


def _addresses(soup: BeautifulSoup) -> Iterator[str]:
    """Yield the addresses that the page gives as its own: the canonical one and the short one."""
    for tag in soup.find_all("link"):
        link = str(tag.get("href") or "")
        if _words_of(tag, "rel") & {"canonical", "shortlink"}:
            yield link
