"""The import of a page, from its arguments to the written record.

``run`` works everything out and writes nothing; ``apply`` writes what the preview holds. The clock is read
once for each source, at its first import, for the table of imports; nothing else depends on it.
"""

from __future__ import annotations

import errno
import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pyoxigraph as ox

from .. import __version__, record
from ..errors import BadInput
from ..graph import TripleIndex
from ..iris import is_name, slug
from ..namespaces import CCIN
from .changes import Changes, compare
from .claims import Capture
from .existing import Existing, read_existing
from .files import changed_files, received_files, touched
from .imports import Import
from .match import Match, NoMatch
from .page import Notice, PageFacts, Problem, parse_page, read_page, with_problems
from .preview import Preview

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
    title: str,
    data_dir: Path,
    captured: date | None = None,
    captured_before: date | None = None,
    source_key: str | None = None,
    today: Callable[[], date] = date.today,
) -> Preview:
    """Return what importing the stored text *page* would do; nothing is written.

    *captured* is the day of the capture, *captured_before* the last day it can have been made (that day
    included). Raises BadInput for a page, an argument or a record that cannot be used. Names and lines
    that a person must settle are the preview's problems.
    """
    name = _page_key(url)
    _check_days(captured, captured_before)
    title = _title(title)
    data = read_page(page)
    existing = read_existing(data_dir)
    facts = parse_page(data, page, existing.labels)
    digest = hashlib.sha256(data).hexdigest()
    source = _source(existing, name, digest, source_key)
    imported = _imported(existing, source, name, digest, today)
    if captured and captured > date.fromisoformat(imported.first_imported):
        hint = f"it came in on {imported.first_imported}; give the day it was made"
        raise BadInput(f"the page cannot have been captured on {captured}", file=page, hint=hint)
    bounds = (captured, captured or captured_before)
    addresses = _addresses(existing, source, name, url)
    capture = Capture(name, source.number, source.key, title, addresses, imported.file, digest, *bounds)
    names = _names(existing, facts)
    facts = _settled(existing, facts, names, capture)
    return _preview(page, data, existing, imported, capture, facts, names)


def apply(preview: Preview) -> list[Path]:
    """Write what the preview holds, all files or none, and return those that changed.

    Raises BadInput when a problem is unsettled, or when the files cannot be written.
    """
    if preview.problems:
        raise preview.error()
    try:
        return record.save(preview.files)
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        hint = "make room on the disk" if full else "make the folder one that you may write to"
        raise BadInput(
            f"cannot be written: {error.strerror}; the record is as it was", file=preview.folder, hint=hint
        ) from error


# The arguments


def _page_key(url: str) -> str:
    """Return the key of the page at an address: the last part of its path."""
    hint = "give the page's own address, for example https://www.example.org/project/name/"
    try:
        parts = urlsplit(url)
        host = parts.hostname
        ox.NamedNode(url)
    except ValueError as error:
        raise BadInput(f"{url!r} is not a web address", hint=hint) from error
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc or parts.fragment:
        raise BadInput(f"{url!r} is not the web address of a page", hint=hint)
    last = parts.path.rstrip("/").rpartition("/")[2]
    if not re.search(r"[A-Za-z0-9]", last):
        raise BadInput(f"the address {url!r} has no name of a page in it", hint=hint)
    return slug(re.sub(r"\.(?:html?|php|aspx?)$", "", last))


def _title(title: str) -> str:
    plain = " ".join(title.split())
    if not plain or len(plain) > MAX_TITLE or not plain.isprintable():
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


def _source(existing: Existing, page: str, digest: str, given: str | None) -> _Source:
    """Return the source that the file is: a known one when it came in before, else a new one."""
    same = next((one for one in existing.imports if one.sha256 == digest), None)
    if same is not None:
        key, number = _parts(same.source)
        if key != page or given not in (None, same.source):
            hint = "one page under several addresses is one page: give the address whose last part is its key"
            raise BadInput(f"this text is already in the record, as {same.source}", hint=hint)
        return _Source(same.source, number)
    key = given or f"{page}--{1 + max((n for p, n in _imported_parts(existing) if p == page), default=0)}"
    if not is_name(key) or _parts(key)[0] != page or _parts(key)[1] < 1:
        raise BadInput(
            f"{key!r} cannot be the key of this source", hint=f"it is {page}--1, or a later number"
        )
    if any(one.source == key for one in existing.imports):
        raise BadInput(f"{key!r} is the key of another text", hint="leave the key out, or give another")
    return _Source(key, _parts(key)[1])


def _imported_parts(existing: Existing) -> list[tuple[str, int]]:
    return [_parts(one.source) for one in existing.imports]


def _parts(source: str) -> tuple[str, int]:
    page, _, number = source.rpartition("--")
    return page, int(number) if number.isascii() and number.isdecimal() else 0


def _imported(
    existing: Existing, source: _Source, page: str, digest: str, today: Callable[[], date]
) -> Import:
    """Return the source's row of the table of imports; only for a new source is the clock read."""
    for one in existing.imports:
        if one.source == source.key:
            return one
    file = f"{page}.txt" if source.number == 1 else f"{source.key}.txt"
    return Import(source.key, file, digest, today().isoformat(), __version__)


def _addresses(existing: Existing, source: _Source, page: str, url: str) -> tuple[str, ...]:
    """Return the addresses under which this capture's page is known, the given one among them."""
    iri = existing.base.thing("page", page)
    known = TripleIndex(existing.triples()).iris(iri, CCIN + "address")
    if known and all(_site_and_name(one) != _site_and_name(url) for one in known):
        hint = "two pages have names that begin alike, or stand on two sites; check the address"
        raise BadInput(f"the page {page!r} is known at {known[0]}", hint=hint)
    own = TripleIndex(existing.graphs.get(source.key, ())).iris(iri, CCIN + "address")
    return tuple(sorted({*own, url}))


def _site_and_name(url: str) -> tuple[str, str]:
    """Return what stays the same in a page's addresses: the host without www, and the path's last part."""
    parts = urlsplit(url)
    return (parts.hostname or "").removeprefix("www."), parts.path.rstrip("/").rpartition("/")[2]


# Names and labels


def _names(existing: Existing, facts: PageFacts) -> tuple[Match | NoMatch, ...]:
    printed = dict.fromkeys(one.text for one in (*facts.leads, *facts.participants))
    return tuple(existing.directory.find(name) for name in printed)


def _settled(
    existing: Existing, facts: PageFacts, names: Sequence[Match | NoMatch], capture: Capture
) -> PageFacts:
    """Return the facts with a problem for each name or kind that is not known, and with notices."""
    lines = {one.text: one.line for one in (*facts.leads, *facts.participants)}
    problems = [
        Problem(one.message, lines[one.printed], one.hint) for one in names if isinstance(one, NoMatch)
    ]
    if facts.kind and existing.labels.kind(facts.kind.text) is None:
        kinds = ", ".join(label for label, _ in existing.labels.kinds)
        hint = f"it is one of {kinds}; or add the kind to data/graphs/page-fields.ttl"
        problems.append(Problem("this is no known kind of project", facts.kind.line, hint))
    notices = _doubled(facts, [one for one in names if isinstance(one, Match)])
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


# The preview


def _preview(
    page: Path,
    data: bytes,
    existing: Existing,
    imported: Import,
    capture: Capture,
    facts: PageFacts,
    names: tuple[Match | NoMatch, ...],
) -> Preview:
    graphs: dict[str, list[ox.Triple]] = {}
    changes: list[Changes] = []
    files: dict[Path, bytes] = {}
    if not facts.problems:
        graphs = touched(existing, capture, facts, [one for one in names if isinstance(one, Match)])
        old = {**existing.graphs, "sources": existing.sources}
        changes = [compare(name, old.get(name, ()), new) for name, new in graphs.items()]
        files = changed_files(existing, graphs, changes)
        files |= received_files(existing, imported, data)
    triples = (*existing.triples(), *(one for new in graphs.values() for one in new))
    return Preview(
        page, existing.folder, capture, facts, names, existing.labels, tuple(changes), files, triples
    )
