"""A page, stored as text or as HTML, read into facts: no RDF here; nothing is left out without a notice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from rapidfuzz import fuzz, process

from ..errors import BadInput
from .garbled import why_garbled
from .html import Line, Saved, decode_html, is_html, read_html
from .labels import (
    ABOUT,
    BULLET,
    KIND,
    LEAD,
    PARTICIPANT,
    PRINCIPLES,
    SUBJECT,
    YEAR,
    Field,
    Labels,
    Principle,
    words,
)
from .private import LEFT_OUT, private_lines
from .values import short

MAX_BYTES = 2_000_000
MAX_LINE = 50_000
# Notices about the page as a whole stand after those about a line.
_LAST = MAX_BYTES
# A dash or an asterisk may stand inside a sentence, so only these open a bullet within a line.
_INNER_BULLET = re.compile(r"\s*[•●▪◦‣∙]\s*")
_INNER_TITLE = re.compile(r"[^\s:.][^:.]{0,60}:\s")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)]*(?=\s|$)")
_ABBREVIATIONS = frozenset(("e.g.", "i.e.", "etc.", "approx.", "incl.", "vs.", "no.", "p."))
_YEAR = re.compile(r"(\d{4})(?:\s*(?:[-–—/]|to)\s*(\d{4}|\d{2}))?")
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)"
)
_DAY = re.compile(
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)? )?{_MONTH},? (?:\d{{1,2}},? )?\d{{4}}|\d{{1,2}}/\d{{1,2}}/\d{{4}}"
)
_HEADLINE = re.compile(rf".{{1,160}}\b{_MONTH} \d{{4}}")
_LINKS = frozenset(("read more", "find out more", "share this", "back to top"))
_LINK_AFTER = re.compile(r"(?<=[.!?…])\s+(?:read|find out) more[ .…»>]*$", re.IGNORECASE)
_COOKIES = re.compile(r"\bcookies?\b", re.IGNORECASE)
_OF_COOKIES = re.compile(
    r"\b(?:site|website|browser|consent|accept|preferences|experience|policy|settings)\b", re.IGNORECASE
)
_FIELDS = (LEAD, PARTICIPANT, YEAR, KIND, SUBJECT)


@dataclass(frozen=True)
class Printed:
    """Words as a page prints them, and the line they stand on."""

    text: str
    line: int


@dataclass(frozen=True)
class Years:
    """The years of a project: as printed, the first and the last."""

    printed: str
    first: str
    last: str
    line: int = 0


@dataclass(frozen=True)
class Met:
    """A principle that a page lists: its IRI, how the item is printed, its statement when it is whole.

    ``one_word`` says that its short title is one word, which form C loses.
    """

    principle: str
    printed: str
    line: int
    statement: str | None
    one_word: bool = False


@dataclass(frozen=True)
class Notice:
    """Something worth knowing that stops nothing."""

    message: str
    line: int | None = None


@dataclass(frozen=True)
class Problem:
    """Something that a person must settle before anything is written."""

    message: str
    line: int | None
    hint: str


@dataclass(frozen=True)
class PageFacts:
    """What a page says. None, or an empty tuple, means that the page does not say it: it is not known.

    ``cut``: the list of principles stops in the middle; ``starts_inside``: it may have begun before the text
    does. ``kept`` is what may be kept of the page instead of the file as received, when that may not be.
    """

    leads: tuple[Printed, ...] = ()
    participants: tuple[Printed, ...] = ()
    subjects: tuple[Printed, ...] = ()
    years: Years | None = None
    kind: Printed | None = None
    met: tuple[Met, ...] = ()
    lists_principles: bool = False
    starts_inside: bool = False
    cut: bool = False
    paragraphs: tuple[str, ...] = ()
    title: str | None = None
    addresses: tuple[str, ...] = ()
    kept: bytes | None = None
    notices: tuple[Notice, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def form(self) -> str | None:
        """The form of the capture, a, b or c; where items differ, the one that shows the least: a, then c."""
        printed = {one.printed for one in self.met}
        bare = [one for one in self.met if one.printed == "sentence"]
        if not printed:
            return None
        if "dash" in printed:
            # Where the text starts inside the list, the first item has lost its title by the cut alone.
            if bare and not (self.starts_inside and bare == [self.met[0]]):
                return "a"
            return "b" if printed <= {"dash", "sentence"} else "c"
        return "c" if len(bare) < len(self.met) and all(one.one_word for one in bare) else "a"


def read_page(path: Path) -> bytes:
    """Return the bytes of a page. Raises BadInput when there is no such file, or it cannot be a text."""
    try:
        if path.is_file() and path.stat().st_size > MAX_BYTES:
            hint = f"a page has at most {MAX_BYTES:,} bytes; keep only the page's own text"
            raise BadInput("this file is too large to be a page", file=path, hint=hint)
        return path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        hint = "name a text file that is there and that you may read"
        why = getattr(error, "strerror", None) or error
        raise BadInput(f"cannot be read: {why}", file=path, hint=hint) from error


def decode(data: bytes, file: Path | str) -> list[str]:
    """Return the lines of a stored text. Raises BadInput when it is not text in UTF-8."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise BadInput("this is UTF-16 text", file=file, line=1, hint="save it again as UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        line, column = before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1
        hint = "it may be Windows or Latin text: save it again as UTF-8"
        raise BadInput("this is not UTF-8 text", file=file, line=line, column=column, hint=hint) from error
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, one in enumerate(lines, start=1):
        _check_signs(one, number, file)
        if len(one) > MAX_LINE:
            hint = f"a line has at most {MAX_LINE:,} signs; save the page's text with its line ends"
            raise BadInput("this line is too long to be a page's", file=file, line=number, hint=hint)
    if not text.strip():
        raise BadInput("this file is empty", file=file, hint="save the text of the page again")
    return lines


def _check_signs(line: str, number: int, file: Path | str) -> None:
    control = next((place for place, sign in enumerate(line, start=1) if sign < " " and sign != "\t"), None)
    if control is not None:
        hint = "save the text of the page, not the file of another program"
        raise BadInput("this is not plain text", file=file, line=number, column=control, hint=hint)


def parse_page(data: bytes, file: Path | str, labels: Labels, *, kind: str | None = None) -> PageFacts:
    """Return what a page says, from its stored text or from the HTML that was saved of it.

    *kind* is what it tells of, where that is known: the page of a project or a case study may print no field
    and no principle at all. Raises BadInput when it is neither text nor HTML, or when nothing in it is known
    to be printed on such pages.
    """
    html = is_html(data)
    saved = _saved(data, file, labels) if html else _stored(data, file)
    # A line that holds a link to an address is a mark for its neighbours too, whatever its words are.
    marked = {place: line.why for place, line in enumerate(saved.lines) if line.why}
    dropped = private_lines([line.text for line in saved.lines], labels.knows, marked)
    reading = _Reading(labels, saved.title, kind)
    for place, line in enumerate(saved.lines):
        reading.take(line.number, line.text, dropped.get(place))
        if place not in dropped and (garbled := why_garbled(line.text)):
            why = f"{garbled[0]}; kept as it is: look whether the page can be saved anew in UTF-8"
            reading.notices.append(Notice(why, line.number))
    for number, what in saved.left_out:
        reading.notices.append(Notice(f"{what}: left out", number))
    facts = reading.facts()
    if not (reading.recognised or facts.paragraphs):
        hint = "check that this is the stored text of a page of this network (data/graphs/page-fields.ttl)"
        raise BadInput("nothing in this file is known to be printed on a page", file=file, hint=hint)
    kept = _kept(data, saved, dropped, html)
    return replace(facts, title=saved.title, addresses=saved.addresses, kept=kept)


def _saved(data: bytes, file: Path | str, labels: Labels) -> Saved:
    text = decode_html(data, file).replace("\r\n", "\n").replace("\r", "\n")
    for number, line in enumerate(text.split("\n"), start=1):
        _check_signs(line, number, file)
    return read_html(text, file, labels)


def _stored(data: bytes, file: Path | str) -> Saved:
    lines = enumerate(decode(data, file), start=1)
    return Saved(tuple(Line(" ".join(line.split()), number) for number, line in lines), None, (), ())


def _kept(data: bytes, saved: Saved, dropped: Mapping[int, str], html: bool) -> bytes | None:
    """Return the page's own text with each dropped line marked, or None when the file itself may be kept.

    Of a web page only that text is kept: the rest of the file holds links, scripts and other people's words.
    """
    if not (html or dropped):
        return None
    printed = [*(line.text for line in saved.lines), ""] if html else decode(data, "")
    kept = "\n".join(LEFT_OUT if place in dropped else line for place, line in enumerate(printed)).encode()
    return None if kept == data else kept


@dataclass
class _Item:
    """One item of the list of principles while it is being read."""

    principle: Principle
    printed: str
    line: int
    text: str
    inner: list[str] = field(default_factory=list)

    @property
    def opens_list(self) -> bool:
        return bool(self.inner) or self.text.rstrip().endswith(":") or bool(_INNER_BULLET.search(self.text))


class _Reading:
    """A page while it is read line by line: the header, then the principles, then the text about it."""

    def __init__(self, labels: Labels, title: str | None = None, kind: str | None = None) -> None:
        self.labels = labels
        self.title = title
        self.kind = kind
        self.fields: dict[str, Printed] = {}
        self.items: list[_Item] = []
        self.loose: list[tuple[int, str, bool]] = []
        self.prose: list[list[str]] = []
        self.prose_lines: list[int] = []
        self.notices: list[Notice] = []
        self.problems: list[Problem] = []
        self.lists_principles = self.starts_inside = self.heads_text = False
        self._zone = self._header
        self._after_blank = True
        self._value_follows = False

    @property
    def recognised(self) -> bool:
        """Whether anything has been read that pages are known to print."""
        return bool(self.fields or self.items or self.lists_principles or self.heads_text)

    def take(self, number: int, text: str, why: str | None = None) -> None:
        """Read one line, its blanks already made single; *why* says that it may not be kept."""
        if not text and not why:
            self._after_blank = True
            return
        if why:
            self._note(f"this line is left out: {why}", number)
            self._lost_field(number, text)
        elif not self._heading(number, text) and not self._is_foreign(number, text):
            self._zone(number, text)
        self._after_blank = False

    def _lost_field(self, number: int, text: str) -> None:
        found = self.labels.field(text)
        if found and found[0].fills in _FIELDS and self._zone == self._header:
            self._note(f"“{found[0].label}” stands on a line that is left out: it is not known", number)

    def _heading(self, number: int, text: str) -> bool:
        """Say whether the line opens the principles or the text about the project, and open it."""
        found = self.labels.field(text)
        if found is None or found[0].fills not in (PRINCIPLES, ABOUT):
            return False
        if self._zone == self._about and (found[0].fills != ABOUT or found[1] or self.heads_text):
            return False
        for line in self.prose_lines:
            self._note("this text stands before the heading of its own and is left out", line)
        self.prose, self.prose_lines = [], []
        self._zone = self._principles if found[0].fills == PRINCIPLES else self._about
        self.lists_principles |= found[0].fills == PRINCIPLES
        self.heads_text |= found[0].fills == ABOUT
        self._after_blank = True
        if found[1]:
            self._zone(number, found[1])
        return True

    def _is_foreign(self, number: int, text: str) -> bool:
        """Say whether the line is no part of what the page says, and say in a notice what it is."""
        follows, self._value_follows = self._value_follows, False
        found = self.labels.field(text)
        short = len(text.split()) <= 12 and not _SENTENCE_END.search(text[-3:])
        if found and not found[0].fills and (short or self._zone == self._header):
            self._note(f"“{found[0].label}” is a field that is not kept; this line is left out", number)
            self._value_follows = not found[1]
        elif follows and short and len(text.split()) <= 6 and not self.labels.knows(text):
            self._note("this line is the value of a field that is not kept and is left out", number)
        elif text.casefold().rstrip(" .…»>") in _LINKS:
            self._note("this line is a link's words and is left out", number)
        elif _DAY.fullmatch(text) or (_HEADLINE.fullmatch(text) and len(text.split()) <= 16 and not found):
            self._note("this line is a date or another page's headline and is left out", number)
        elif _COOKIES.search(text) and _OF_COOKIES.search(text):
            self._note("this line is a notice about cookies and is left out", number)
        else:
            return False
        return True

    def _header(self, number: int, text: str) -> None:
        found = self.labels.field(text)
        if found is not None and _is_field(text, found):
            self._field(found[0], Printed(found[1], number))
        elif self._item(number, text):
            self.starts_inside = not (self.fields or self.lists_principles)
            self.lists_principles = True
            self._zone = self._principles
        elif self.fields and _is_prose(text):
            self._zone = self._about
            self._note("no heading before the text about the project; it is taken to start here", number)
            self._about(number, text)
        elif self.title is None or words(text) != words(self.title):
            self.loose.append((number, text, self._after_blank))

    def _field(self, known: Field, value: Printed) -> None:
        first = self.fields.get(known.fills)
        if first and first.text == value.text:
            self._note(f"“{known.label}” is printed twice, alike; it counts once", value.line)
        elif first:
            message = f"“{known.label}” fills what line {first.line} has filled"
            self._problem(message, value.line, "keep one of the two; two pages may stand in one file")
        elif value.text:
            self.fields[known.fills] = value
        else:
            self._note(f"“{known.label}” has no value: it is not known", value.line)

    def _principles(self, number: int, text: str) -> None:
        if self._item(number, text) or self._inner(text):
            return
        if BULLET.match(text):
            found = self.labels.field(text)
            if found is not None and found[0].fills in _FIELDS and _is_field(text, found):
                self._field(found[0], Printed(found[1], number))
                return
            hint = f"{self._nearest(text)}; add the principle to data/graphs/principles.ttl, or mend the line"
            self._problem(f"“{short(BULLET.sub('', text, count=1))}” is no known principle", number, hint)
            return
        self._zone = self._about
        self._note("no heading before the text about the project; it is taken to start here", number)
        self._about(number, text)

    def _item(self, number: int, text: str) -> bool:
        """Take the line as a principle, known by its first words or short title; say whether it is one."""
        found = self.labels.item(text)
        if found is None:
            return False
        if any(one.principle == found.principle for one in self.items):
            self._note(f"“{found.principle.title}” is listed twice; it counts once", number)
        else:
            self.items.append(_Item(found.principle, found.printed, number, found.statement))
        return True

    def _inner(self, text: str) -> bool:
        """Take the line as an inner bullet of the item before it; say whether it is one."""
        if not (self.items and self.items[-1].opens_list):
            return False
        plain = BULLET.sub("", text)
        if not _INNER_TITLE.match(plain) or (plain == text and self._after_blank):
            return False
        self.items[-1].inner.append(plain)
        return True

    def _nearest(self, text: str) -> str:
        titles = {one.title: " ".join(one.key_words) for one in self.labels.principles}
        best = process.extractOne(" ".join(words(text[:400])[:8]), titles, scorer=fuzz.ratio)
        return f"the nearest is “{best[2]}” ({best[1]:.0f} of 100)" if best else "no principle is known"

    def _about(self, number: int, text: str) -> None:
        plain = _LINK_AFTER.sub("", text)
        if plain != text:
            self._note("a link's words at the end of this line are left out", number)
        if self._after_blank or not self.prose:
            self.prose.append([plain])
            self.prose_lines.append(number)
        else:
            self.prose[-1].append(plain)

    def facts(self) -> PageFacts:
        """Return what was read, with a notice for each thing that is missing."""
        self._settle_loose()
        met = tuple(self._met())
        # A list with nothing after it may have gone on: what would come later is not known. (Of short titles
        # alone, a page may well end with the list.)
        cut = bool(met) and met[-1].printed != "title" and not self.prose
        self._missing(cut)
        return PageFacts(
            leads=self._names(LEAD),
            participants=self._names(PARTICIPANT),
            subjects=self._names(SUBJECT),
            years=self._years(),
            kind=self.fields.get(KIND),
            met=met,
            lists_principles=self.lists_principles,
            starts_inside=self.starts_inside,
            cut=cut,
            paragraphs=tuple(_paragraph(lines) for lines in self.prose),
            notices=tuple(sorted(self.notices, key=lambda one: one.line or _LAST)),
            problems=tuple(self.problems),
        )

    def _settle_loose(self) -> None:
        """Take the lines in no known field as the text, when the page has nothing else; else report each."""
        starts = [place for place, (_, text, _) in enumerate(self.loose) if _is_prose(text)]
        alone = self.kind in ("project", "case-study") and not self.recognised and bool(starts)
        first = starts[0] if alone else len(self.loose)
        for number, _, _ in self.loose[:first]:
            self._note("this line is in no known field and is left out", number)
        if alone:
            self._note("only text stands on this page; it is taken to start here", self.loose[first][0])
        for number, text, after_blank in self.loose[first:]:
            self._after_blank = after_blank
            self._about(number, text)

    def _met(self) -> Iterator[Met]:
        statements = {one.line: self._statement(one) for one in self.items}
        for one in self.items:
            statement = statements[one.line]
            if statement is not None:
                statement = self._without_tail(one, statement, statements)
            one_word = len(one.principle.title_words) == 1
            yield Met(one.principle.iri, one.printed, one.line, statement, one_word)

    def _statement(self, item: _Item) -> str | None:
        """Return the statement with its inner bullets on lines of their own, or None when it is cut off."""
        parts = [*_INNER_BULLET.split(item.text), *item.inner]
        ends = list(_SENTENCE_END.finditer(parts[-1]))
        rest = parts[-1][ends[-1].end() :].strip() if ends else parts[-1]
        if item.printed == "title":
            return None
        if not ends or len(rest.split()) > 4:
            self._note(f"the statement of “{item.principle.title}” is cut off and not recorded", item.line)
            return None
        if rest:
            self._note(f"{len(rest.split())} words after “{item.principle.title}” are left out", item.line)
        return "\n• ".join([*parts[:-1], parts[-1][: ends[-1].end()]])

    def _without_tail(self, item: _Item, statement: str, all_of_them: dict[int, str | None]) -> str:
        """Return the statement without what follows a full stop in small letters: a tail copied to it."""
        for end in _SENTENCE_END.finditer(statement):
            head, tail = statement[: end.end()], statement[end.end() :].strip()
            if tail[:1].islower() and head.rpartition(" ")[2].lower() not in _ABBREVIATIONS:
                copied = words(tail)
                owner = next(
                    (
                        other.principle.title
                        for other in self.items
                        if other is not item
                        and words(all_of_them[other.line] or "")[-len(copied) :] == copied
                    ),
                    None,
                )
                whose = f"the end of “{owner}”" if owner else "no sentence of its own"
                self._note(
                    f"the last {len(copied)} words after “{item.principle.title}” are {whose}; left out",
                    item.line,
                )
                return head
        return statement

    def _names(self, fills: str) -> tuple[Printed, ...]:
        value = self.fields.get(fills)
        names = re.split(r",(?:\s+|$)", value.text) if value else []
        return tuple(Printed(name.strip(), value.line) for name in names if name.strip()) if value else ()

    def _years(self) -> Years | None:
        value = self.fields.get(YEAR)
        if value is None:
            return None
        match = _YEAR.fullmatch(value.text) if value.text.isascii() or "–" in value.text else None
        last = (match[2] or match[1]) if match else ""
        if match and len(last) == 2:
            last = match[1][:2] + last
        if not match or last < match[1]:
            self._problem(
                "this is no year and no range of years", value.line, "print it as 2020 or 2019-2020"
            )
            return None
        return Years(value.text, match[1], last, value.line)

    def _missing(self, cut: bool) -> None:
        for fills in (LEAD, PARTICIPANT, YEAR, KIND):
            if fills not in self.fields and self.kind != "case-study":
                self._note(f"“{self.labels.name(fills)}” is not on this page: it is not known")
        if not self.lists_principles:
            self._note(f"“{self.labels.name(PRINCIPLES)}” is not on this page: no principle is known")
        elif not self.items:
            self._note("no principle stands in the list: none is known")
        if self.starts_inside:
            self._note("the list of principles has no heading: those before its first are not known")
        if cut:
            self._note("the list of principles is cut off: those that would come later are not known")
        if not self.prose:
            self._note(f"“{self.labels.name(ABOUT)}” is not on this page: it is not known")
        elif not _SENTENCE_END.search(self.prose[-1][-1][-3:]):
            self._note("the last paragraph does not end its sentence: the page may be cut off")

    def _note(self, message: str, line: int | None = None) -> None:
        self.notices.append(Notice(message, line))

    def _problem(self, message: str, line: int, hint: str) -> None:
        self.problems.append(Problem(message, line, hint))


def _is_field(text: str, found: tuple[Field, str]) -> bool:
    """Say whether a line is a field and no sentence that begins with the word of a label."""
    known, value = found
    marked = BULLET.match(text) or text[len(known.label) :].lstrip().startswith(":")
    return bool(marked) or known.fills not in (YEAR, KIND) or len(value.split()) <= 6


def _is_prose(text: str) -> bool:
    return len(text.split()) >= 12 and _SENTENCE_END.search(text[-3:]) is not None


def _paragraph(lines: Sequence[str]) -> str:
    """Return the lines of a block as one paragraph; a bullet keeps its line."""
    made = lines[0]
    for line in lines[1:]:
        made += ("\n" if BULLET.match(line) else " ") + line
    return made


def with_problems(facts: PageFacts, problems: Sequence[Problem], notices: Sequence[Notice] = ()) -> PageFacts:
    """Return the facts with more problems and notices."""
    return replace(facts, problems=(*facts.problems, *problems), notices=(*facts.notices, *notices))
