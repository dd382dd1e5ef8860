"""The import of a page, from its arguments to the written record.

``run`` works everything out and writes nothing; ``apply`` writes what the preview holds. The clock is read
once for each source, at its first import, for the table of imports; nothing else depends on it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pyoxigraph as ox

from .. import __version__
from ..derivation import claimed
from ..errors import BadInput
from ..graph import TripleIndex
from ..iris import is_name
from ..namespaces import CCIN, PROV, RDF
from .address import KINDS, check_address, is_address, kind_of_address, page_key, site
from .aliases import Alias, accepting, table_with
from .changes import Changes, compare
from .claims import Capture, state, subject, thing
from .existing import Existing, TakenBack, read_existing
from .files import changed_files, received_files, save_files, touched
from .imports import Import
from .labels import KIND, LEAD, PARTICIPANT, SUBJECT, YEAR
from .match import Match, NoMatch
from .page import Notice, PageFacts, Printed, Problem, parse_page, read_page, with_problems
from .preview import Preview
from .private import why_private
from .values import short

MAX_TITLE = 300
_EARLIEST = date(1991, 8, 6)  # the first page of the web


@dataclass(frozen=True)
class _Source:
    """The source that a page is imported as: its key, and its number among the page's captures."""

    key: str
    number: int


def run(
    page: Path,
    *,
    url: str,
    data_dir: Path,
    title: str | None = None,
    kind: str | None = None,
    key: str | None = None,
    also: Sequence[str] = (),
    accept: Sequence[str] = (),
    captured: date | None = None,
    captured_before: date | None = None,
    source_key: str | None = None,
    today: Callable[[], date] = date.today,
) -> Preview:
    """Return what importing *page*, stored text or saved HTML, would do; nothing is written.

    *captured* is the day of the capture, *captured_before* the last day it can have been made (that day
    included). *kind* is what the page tells of (project, case-study or page), *key* the page's key when its
    address gives none, *also* more addresses of it, *accept* printed names as ``Name=council/anytown``.
    Raises BadInput for a page, an argument or a record that cannot be used. Names and lines that a person
    must settle are the preview's problems.
    """
    for one in (url, *also):
        check_address(one)
    _check_days(captured, captured_before)
    title = _title(title) if title is not None else None
    data = read_page(page)
    existing = read_existing(data_dir)
    kind = _kind(kind) or kind_of_address(url)
    facts = parse_page(data, page, existing.labels, kind=kind)
    given = (url, *also, *_own_addresses(url, facts))
    digest = hashlib.sha256(data).hexdigest()
    name, source = _standing(existing, page_key(existing, given, key), digest, source_key)
    existing, aliases = accepting(existing, accept, source.key)
    kept = facts.kept if facts.kept is not None else data
    imported = _imported(existing, source, name, digest, kept, today)
    if captured and captured > date.fromisoformat(imported.first_imported):
        hint = f"it came in on {imported.first_imported}; give the day it was made"
        raise BadInput(f"the page cannot have been captured on {captured}", file=page, hint=hint)
    capture = Capture(
        page=name,
        number=source.number,
        source=source.key,
        title=title or facts.title,
        addresses=_addresses(existing, source, name, given),
        file=imported.file,
        sha256=imported.original,
        not_before=captured,
        not_after=captured or captured_before,
        kind=_settled_kind(existing, name, source, kind, facts),
        kept=imported.sha256 if imported.received else None,
    )
    names = _names(existing, facts, capture)
    facts = _settled(existing, facts, names, capture)
    kept = data if digest == imported.sha256 else kept
    return _preview(page, kept, existing, imported, capture, facts, names, aliases)


def apply(preview: Preview) -> list[Path]:
    """Write what the preview holds, all files or none, and return those that changed.

    Raises BadInput when a problem is unsettled, or when the files cannot be written.
    """
    if preview.problems:
        raise preview.error()
    return save_files(preview.files, preview.folder)


# The arguments


def _kind(kind: str | None) -> str | None:
    if kind is not None and kind not in KINDS:
        raise BadInput(f"{kind!r} is nothing that a page tells of", hint=f"it is one of {', '.join(KINDS)}")
    return kind


def _own_addresses(url: str, facts: PageFacts) -> list[str]:
    """Return the addresses that the page gives as its own, as far as they are on the same site."""
    return [one for one in facts.addresses if one != url and is_address(one) and site(one) == site(url)]


def _settled_kind(existing: Existing, page: str, source: _Source, kind: str | None, facts: PageFacts) -> str:
    """Return what the page tells of: as said, as another capture of it says, or as its fields show."""
    graphs = {name: one for name, one in existing.graphs.items() if name != source.key}
    types = {
        triple.subject.value
        for triples in graphs.values()
        for triple in triples
        if triple.predicate.value == RDF + "type" and isinstance(triple.subject, ox.NamedNode)
    }
    known = next((one for one in KINDS[:2] if existing.base.thing(one, page) in types), None)
    if known:
        return known
    fields = facts.leads or facts.participants or facts.years or facts.kind
    return kind or ("project" if fields else "page")


def _title(title: str) -> str:
    plain = " ".join(title.split())
    if not plain or len(plain) > MAX_TITLE or not plain.isprintable() or why_private(plain):
        hint = f"give the title that the page has, of 1 to {MAX_TITLE} signs"
        raise BadInput("this cannot be the title of a page", hint=hint)
    return plain


def _check_days(captured: date | None, captured_before: date | None) -> None:
    if captured and captured_before:
        raise BadInput("the day of the capture is given twice", hint="give --captured or --captured-before")
    day = captured or captured_before
    if day and day < _EARLIEST:
        raise BadInput(f"no page of the web was captured on {day}", hint="look at the year")


# The source


def _standing(existing: Existing, page: str, digest: str, given: str | None) -> tuple[str, _Source]:
    """Return the key of the page and its source; of a page entered twice, of the entry that stays.

    Raises BadInput for a page that was taken back.
    """
    source = _source(existing, page, digest, given)
    try:
        iri = existing.stands_for(existing.base.thing("page", page), source.key)
    except TakenBack as error:
        raise BadInput(error.message, hint=error.hint) from error
    stays = iri.rpartition("/")[2]
    return (page, source) if stays == page else (stays, _source(existing, stays, digest, given))


def _source(existing: Existing, page: str, digest: str, given: str | None) -> _Source:
    """Return the source that the file is: a known one when it came in before, else a new one."""
    same = next((one for one in existing.imports if digest in (one.sha256, one.received)), None)
    if same is not None:
        key, number = _parts(same.source)
        if key != page or given not in (None, same.source):
            hint = "one page under several addresses is one page: give an address of it, or --key"
            raise BadInput(f"this text is already in the record, as {same.source}", hint=hint)
        return _Source(same.source, number)
    numbers = [n for p, n in [*_imported_parts(existing), *_captured_parts(existing)] if p == page]
    key = given or f"{page}--{1 + max(numbers, default=0)}"
    if not is_name(key) or _parts(key)[0] != page or _parts(key)[1] < 1:
        raise BadInput(
            f"{key!r} cannot be the key of this source", hint=f"it is {page}--1, or a later number"
        )
    if any(one.source == key for one in existing.imports):
        raise BadInput(f"{key!r} is the key of another text", hint="leave the key out, or give another")
    return _Source(key, _parts(key)[1])


def _imported_parts(existing: Existing) -> list[tuple[str, int]]:
    return [_parts(one.source) for one in existing.imports]


def _captured_parts(existing: Existing) -> list[tuple[str, int]]:
    """Return the captures that the record knows without a file of their own, such as those of a sheet."""
    start = existing.base.thing("capture", "")
    # The number of a capture that was taken back is not given again.
    captures = [*existing.index.of_type(CCIN + "Capture"), *existing.withdrawn]
    return [_parts(iri[len(start) :]) for iri in captures if iri.startswith(start)]


def _parts(source: str) -> tuple[str, int]:
    page, _, number = source.rpartition("--")
    return page, int(number) if number.isascii() and number.isdecimal() else 0


def _imported(
    existing: Existing, source: _Source, page: str, digest: str, kept: bytes, today: Callable[[], date]
) -> Import:
    """Return the source's row of the table of imports; only for a new source is the clock read."""
    for one in existing.imports:
        if one.source == source.key:
            return one
    file = f"{page}.txt" if source.number == 1 else f"{source.key}.txt"
    own = hashlib.sha256(kept).hexdigest()
    received = digest if digest != own else ""
    return Import(source.key, file, own, today().isoformat(), __version__, received)


def _addresses(existing: Existing, source: _Source, page: str, given: Sequence[str]) -> tuple[str, ...]:
    """Return the addresses under which this capture's page is known, the given ones among them."""
    iri = existing.base.thing("page", page)
    own = TripleIndex(existing.graphs.get(source.key, ())).iris(iri, CCIN + "address")
    return tuple(sorted({*own, *given}))


# Names and labels


def _printed(facts: PageFacts, capture: Capture) -> tuple[Printed, ...]:
    """Return the names that what the page tells of can have: a case study has no lead and no participants."""
    if capture.kind == "project":
        return (*facts.leads, *facts.participants)
    return facts.subjects if capture.kind == "case-study" else ()


def _names(existing: Existing, facts: PageFacts, capture: Capture) -> tuple[Match | NoMatch, ...]:
    printed = dict.fromkeys(one.text for one in _printed(facts, capture))
    found = (existing.directory.find(name) for name in printed)
    return tuple(_led(one, existing, capture) if isinstance(one, Match) else one for one in found)


def _led(match: Match, existing: Existing, capture: Capture) -> Match | NoMatch:
    """Return the match of a name, led to the entry that stays where its body was entered twice."""
    iri = thing(existing.base, match.body)
    try:
        now = existing.stands_for(iri, capture.source)
    except TakenBack as error:
        return NoMatch(match.printed, (), (), (f"“{match.printed}”: {error.message}", error.hint))
    if now == iri:
        return match
    name = existing.short_name(now)
    body = existing.directory.get(*name.split("/", 1))
    if body is None:
        hint = f"give {name} a row in data/reference/bodies.csv"
        return NoMatch(
            match.printed, (), (), (f"“{match.printed}” was entered twice, and is {name} now", hint)
        )
    return replace(match, body=body, how=f"{existing.short_name(iri)} was entered twice")


def _check_taken_back(existing: Existing, capture: Capture, said: Iterable[ox.Triple]) -> None:
    """Raise BadInput when the capture speaks of something that was taken back."""
    for iri in sorted({one.subject.value for one in said if isinstance(one.subject, ox.NamedNode)}):
        try:
            now = existing.stands_for(iri, capture.source)
        except TakenBack as error:
            raise BadInput(error.message, hint=error.hint) from error
        if now != iri:
            old, new = existing.short_name(iri), existing.short_name(now)
            raise BadInput(f"{old} was entered twice, and is {new} now", hint=f"say it of {new}")


def _settled(
    existing: Existing, facts: PageFacts, names: Sequence[Match | NoMatch], capture: Capture
) -> PageFacts:
    """Return the facts with a problem for each name or kind that is not known, and with notices."""
    lines = {one.text: one.line for one in _printed(facts, capture)}
    problems = [
        Problem(one.message, lines[one.printed], one.hint) for one in names if isinstance(one, NoMatch)
    ]
    if facts.kind and capture.kind == "project" and existing.labels.kind(facts.kind.text) is None:
        kinds = ", ".join(label for label, _ in existing.labels.kinds)
        hint = f"it is one of {kinds}; or add the kind to data/graphs/page-fields.ttl"
        message = f"“{short(facts.kind.text)}” is no known kind of project"
        problems.append(Problem(message, facts.kind.line, hint))
    notices = _doubled(facts, [one for one in names if isinstance(one, Match)])
    notices += _not_kept(existing, facts, capture)
    notices += _conflicts(existing, facts, capture)
    if capture.title is None:
        notices.append(Notice("no title is given, and the page has none: it is not known"))
    if capture.not_after is None:
        notices.append(Notice("no day of capture is given: it is not known"))
    return with_problems(facts, problems, notices)


def _doubled(facts: PageFacts, names: Iterable[Match]) -> list[Notice]:
    """Return a notice for each body that one field names twice; it counts once."""
    bodies = {one.printed: one.body for one in names}
    notices = []
    for printed in (facts.leads, facts.participants):
        seen: set[str] = set()
        for one in printed:
            body = bodies.get(one.text)
            if body and body.key in seen:
                notices.append(Notice(f"“{one.text}” is named twice in one field; it counts once", one.line))
            seen |= {body.key} if body else set()
    return notices


def _not_kept(existing: Existing, facts: PageFacts, capture: Capture) -> list[Notice]:
    """Return a notice for each field that what the page tells of cannot have."""
    if capture.kind == "project":
        found = {SUBJECT: facts.subjects[0].line} if facts.subjects else {}
    else:
        found = {
            fills: line
            for fills, line in (
                (LEAD, facts.leads[0].line if facts.leads else None),
                (PARTICIPANT, facts.participants[0].line if facts.participants else None),
                (YEAR, facts.years.line if facts.years else None),
                (KIND, facts.kind.line if facts.kind else None),
            )
            if line is not None
        }
    what = {"project": "a project", "case-study": "a case study", "page": "a page of unknown kind"}
    return [
        Notice(
            f"“{existing.labels.name(fills)}” is not kept: {what[capture.kind]} has no such field; "
            f"say --as if the page tells of something else",
            line,
        )
        for fills, line in found.items()
    ]


def _conflicts(existing: Existing, facts: PageFacts, capture: Capture) -> list[Notice]:
    """Return a notice for each principle that one capture lists as met and another does not list."""
    about = subject(existing.base, capture)
    others = TripleIndex(
        triple for name, triples in existing.graphs.items() if name != capture.source for triple in triples
    )
    said: dict[tuple[str | None, str], str] = {}
    for claim, value in others.pairs(CCIN + "claimState"):
        if claimed(others, claim) == about and isinstance(value, ox.NamedNode):
            source = (others.iri(claim, PROV + "wasDerivedFrom") or "").rpartition("/")[2]
            said[others.iri(claim, CCIN + "principle"), value.value.rpartition("#")[2]] = source
    found = []
    for one in existing.labels.principles:
        here = state(facts, one, existing.labels)
        other = {"met": "notListed", "notListed": "met"}.get(here)
        if other and (one.iri, other) in said:
            words = {"met": "lists it as met", "notListed": "does not list it"}
            found.append(
                Notice(
                    f"conflict about “{one.title}”: this capture {words[here]}, and {said[one.iri, other]} "
                    f"{words[other]}; both stay, the newest is believed"
                )
            )
    return found


# The preview


def _preview(
    page: Path,
    data: bytes,
    existing: Existing,
    imported: Import,
    capture: Capture,
    facts: PageFacts,
    names: tuple[Match | NoMatch, ...],
    aliases: tuple[Alias, ...],
) -> Preview:
    graphs: dict[str, list[ox.Triple]] = {}
    changes: list[Changes] = []
    files: dict[Path, bytes] = {}
    if not facts.problems:
        graphs = touched(existing, capture, facts, [one for one in names if isinstance(one, Match)])
        _check_taken_back(existing, capture, graphs[capture.source])
        old = {**existing.graphs, "sources": existing.sources}
        changes = [compare(name, old.get(name, ()), new) for name, new in graphs.items()]
        files = changed_files(existing, graphs, changes)
        files |= received_files(existing, imported, data)
        files |= table_with(existing.folder, aliases)
    triples = (*existing.triples(), *(one for new in graphs.values() for one in new))
    return Preview(
        page, existing.folder, capture, facts, names, existing.labels, tuple(changes), files, triples
    )
