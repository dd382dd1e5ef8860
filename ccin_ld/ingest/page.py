"""The stored text of a page, read into facts: no RDF here, and nothing is left out without a notice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from rapidfuzz import fuzz, process

from ..errors import BadInput
from .labels import ABOUT, KIND, LEAD, PARTICIPANT, PRINCIPLES, YEAR, Field, Labels, Principle, words
from .private import why_private

MAX_BYTES = 2_000_000
MAX_LINE = 50_000
# Notices about the page as a whole stand after those about a line.
_LAST = MAX_BYTES
_BULLETS = "•●▪◦‣∙·*"
_BULLET = re.compile(rf"^(?:[{_BULLETS}]\s*|[-–—]\s+)")
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


@dataclass(frozen=True)
class Met:
    """A principle that a page lists: its IRI, the form of the item, its statement when it is whole."""

    principle: str
    form: str
    line: int
    statement: str | None


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
    """What a page says. None, or an empty tuple, means that the page does not say it: it is not known."""

    leads: tuple[Printed, ...] = ()
    participants: tuple[Printed, ...] = ()
    years: Years | None = None
    kind: Printed | None = None
    met: tuple[Met, ...] = ()
    lists_principles: bool = False
    cut: bool = False
    paragraphs: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def form(self) -> str | None:
        """The form of the capture, a, b or c; where items differ, the one that shows the least."""
        return min((one.form for one in self.met), default=None, key="acb".index)


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
        _check_line(one, number, file)
    if not text.strip():
        raise BadInput("this file is empty", file=file, hint="save the text of the page again")
    return lines


def _check_line(line: str, number: int, file: Path | str) -> None:
    control = next((place for place, sign in enumerate(line, start=1) if sign < " " and sign != "\t"), None)
    if control is not None:
        hint = "save the text of the page, not the file of another program"
        raise BadInput("this is not plain text", file=file, line=number, column=control, hint=hint)
    if len(line) > MAX_LINE:
        hint = f"a line has at most {MAX_LINE:,} signs; save the page's text with its line ends"
        raise BadInput("this line is too long to be a page's", file=file, line=number, hint=hint)


def parse_page(data: bytes, file: Path | str, labels: Labels) -> PageFacts:
    """Return what the stored text of a page says.

    Raises BadInput when it is not text, or when nothing in it is known to be printed on such pages.
    """
    reading = _Reading(labels)
    for number, line in enumerate(decode(data, file), start=1):
        reading.take(number, " ".join(line.split()))
    facts = reading.facts()
    if not (reading.fields or facts.met or facts.lists_principles):
        hint = "check that this is the stored text of a page of this network (data/graphs/page-fields.ttl)"
        raise BadInput("nothing in this file is known to be printed on a page", file=file, hint=hint)
    return facts


@dataclass
class _Item:
    """One item of the list of principles while it is being read."""

    principle: Principle
    form: str
    line: int
    text: str
    inner: list[str] = field(default_factory=list)

    @property
    def opens_list(self) -> bool:
        return bool(self.inner) or self.text.rstrip().endswith(":") or bool(_INNER_BULLET.search(self.text))


class _Reading:
    """A page while it is read line by line: the header, then the principles, then the text about it."""

    def __init__(self, labels: Labels) -> None:
        self.labels = labels
        self.fields: dict[str, Printed] = {}
        self.items: list[_Item] = []
        self.prose: list[list[str]] = []
        self.notices: list[Notice] = []
        self.problems: list[Problem] = []
        self.lists_principles = False
        self._zone = self._header
        self._after_blank = True

    def take(self, number: int, text: str) -> None:
        """Read one line, its blanks already made single."""
        if not text:
            self._after_blank = True
            return
        why = why_private(text)
        if why:
            self._note(f"this line is left out: {why}", number)
        elif not self._heading(number, text):
            self._zone(number, text)
        self._after_blank = False

    def _heading(self, number: int, text: str) -> bool:
        """Say whether the line opens the principles or the text about the project, and open it."""
        if self._zone == self._about:
            return False
        found = self._labelled(text)
        if found is None or found[0].fills not in (PRINCIPLES, ABOUT):
            return False
        self._zone = self._principles if found[0].fills == PRINCIPLES else self._about
        self.lists_principles |= found[0].fills == PRINCIPLES
        self._after_blank = True
        if found[1]:
            self._zone(number, found[1])
        return True

    def _labelled(self, text: str) -> tuple[Field, str] | None:
        """Return the field whose label starts the line, and the value after it (with or without a colon)."""
        plain = _BULLET.sub("", text)
        for one in self.labels.fields:
            start, rest = plain[: len(one.label)], plain[len(one.label) :]
            if start.casefold() == one.label.casefold() and not rest[:1].isalnum():
                return one, rest.lstrip(" :")
        return None

    def _header(self, number: int, text: str) -> None:
        found = self._labelled(text)
        if found is not None:
            self._field(found[0], Printed(found[1], number))
        elif self._item(number, text):
            self.lists_principles = True
            self._zone = self._principles
        else:
            self._note("this line is in no known field and is left out", number)

    def _field(self, known: Field, value: Printed) -> None:
        if known.fills in self.fields:
            first = self.fields[known.fills].line
            message = f"“{known.label}” fills what line {first} has filled"
            self._problem(message, value.line, "keep one of the two; two pages may stand in one file")
        elif value.text:
            self.fields[known.fills] = value
        else:
            self._note(f"“{known.label}” has no value: it is not known", value.line)

    def _principles(self, number: int, text: str) -> None:
        if self._item(number, text) or self._inner(text):
            return
        if _BULLET.match(text):
            hint = f"{self._nearest(text)}; add the principle to data/graphs/principles.ttl, or mend the line"
            self._problem("this item is no known principle", number, hint)
            return
        self._zone = self._about
        self._note("no heading before the text about the project; it is taken to start here", number)
        self._about(number, text)

    def _item(self, number: int, text: str) -> bool:
        """Take the line as a principle, known by its first words or short title; say whether it is one."""
        plain = _BULLET.sub("", text)
        found = _known(plain, self.labels.principles)
        if found is None:
            return False
        principle, form, statement = found
        if any(one.principle == principle for one in self.items):
            self._note(f"“{principle.title}” is listed twice; it counts once", number)
        else:
            self.items.append(_Item(principle, form, number, statement))
        return True

    def _inner(self, text: str) -> bool:
        """Take the line as an inner bullet of the item before it; say whether it is one."""
        if not (self.items and self.items[-1].opens_list):
            return False
        plain = _BULLET.sub("", text)
        if not _INNER_TITLE.match(plain) or (plain == text and self._after_blank):
            return False
        self.items[-1].inner.append(plain)
        return True

    def _nearest(self, text: str) -> str:
        titles = {one.title: " ".join(one.key_words) for one in self.labels.principles}
        best = process.extractOne(" ".join(words(text[:400])[:8]), titles, scorer=fuzz.ratio)
        return f"the nearest is “{best[2]}” ({best[1]:.0f} of 100)" if best else "no principle is known"

    def _about(self, number: int, text: str) -> None:
        if text.casefold().rstrip(" .…»>") in _LINKS:
            self._note("this line is a link's words and is left out", number)
        elif _DAY.fullmatch(text) or (_HEADLINE.fullmatch(text) and len(text.split()) <= 16):
            self._note("this line is a date or another page's headline and is left out", number)
        elif self._after_blank or not self.prose:
            self.prose.append([text])
        else:
            self.prose[-1].append(text)

    def facts(self) -> PageFacts:
        """Return what was read, with a notice for each thing that is missing."""
        met = tuple(self._met())
        # A list with nothing after it may have gone on: what would come later is not known. (Of short titles
        # alone, a page may well end with the list.)
        cut = bool(met) and met[-1].form != "c" and not self.prose
        self._missing(cut)
        return PageFacts(
            self._names(LEAD),
            self._names(PARTICIPANT),
            self._years(),
            self.fields.get(KIND),
            met,
            self.lists_principles,
            cut,
            tuple(_paragraph(lines) for lines in self.prose),
            tuple(sorted(self.notices, key=lambda one: one.line or _LAST)),
            tuple(self.problems),
        )

    def _met(self) -> Iterator[Met]:
        statements = {one.line: self._statement(one) for one in self.items}
        for one in self.items:
            statement = statements[one.line]
            if statement is not None:
                statement = self._without_tail(one, statement, statements)
            yield Met(one.principle.iri, one.form, one.line, statement)

    def _statement(self, item: _Item) -> str | None:
        """Return the statement with its inner bullets on lines of their own, or None when it is cut off."""
        parts = [*_INNER_BULLET.split(item.text), *item.inner]
        ends = list(_SENTENCE_END.finditer(parts[-1]))
        rest = parts[-1][ends[-1].end() :].strip() if ends else parts[-1]
        if item.form == "c":
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
        return Years(value.text, match[1], last)

    def _missing(self, cut: bool) -> None:
        for fills in (LEAD, PARTICIPANT, YEAR, KIND):
            if fills not in self.fields:
                self._note(f"“{self.labels.name(fills)}” is not on this page: it is not known")
        if not self.lists_principles:
            self._note(f"“{self.labels.name(PRINCIPLES)}” is not on this page: no principle is known")
        elif not self.items:
            self._note("no principle stands in the list: none is known")
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


def _known(text: str, principles: Sequence[Principle]) -> tuple[Principle, str, str] | None:
    """Return the principle that the text begins with, the form of the item and the statement in it."""
    start = words(text[:400])
    for one in principles:
        title, key = one.title_words, one.key_words
        if key and start[: len(key)] == key:
            return one, "a", text
        if title and start[: len(title)] == title:
            if start[len(title) : len(title) + len(key)] == key and key:
                return one, "b", _after_dash(text, one)
            if len(text) < 400 and start == title:
                return one, "c", ""
    return None


def _after_dash(text: str, principle: Principle) -> str:
    """Return what stands after the short title and its dash."""
    return text[len(principle.title) :].lstrip(" -–—:")


def _paragraph(lines: Sequence[str]) -> str:
    """Return the lines of a block as one paragraph; a bullet keeps its line."""
    made = lines[0]
    for line in lines[1:]:
        made += ("\n" if _BULLET.match(line) else " ") + line
    return made


def with_problems(facts: PageFacts, problems: Sequence[Problem], notices: Sequence[Notice] = ()) -> PageFacts:
    """Return the facts with more problems and notices."""
    return replace(facts, problems=(*facts.problems, *problems), notices=(*facts.notices, *notices))
