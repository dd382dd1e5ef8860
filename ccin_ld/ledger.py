"""The ledger: every Release that the record has had, and the Dataset as it was in each of them.

One folder a Release in ``data/releases/``: ``release.json`` (date, id, digests, counts, the one before),
``added.nq`` and ``removed.nq`` (sorted, in the named graphs of the sources) and ``changes.json`` (in words).
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from .errors import BadInput, BadRecord

FOLDER = "releases"
RECORD, ADDED, REMOVED, CHANGES = "release.json", "added.nq", "removed.nq", "changes.json"
DATASET, SUMS = "dataset.nq", "sha256sums.txt"
# What is said of the documents follows from everything else, the dates in it from the ledger itself.
_DOCUMENTS = "data/graph/documents>"
_NAME = re.compile(r"\d{4}-\d\d-\d\d-[0-9a-f]{8}")
_HINT = "restore the file from git"
# What tells of the program as well as of the data has no address below a Release.
_OF_THE_PROGRAM = frozenset(("context.jsonld", "report.json", "report.ttl"))


@dataclass(frozen=True)
class Published:
    """One file that a Release published, and its digest."""

    name: str
    media_type: str
    bytes: int
    sha256: str

    @property
    def holds_everything(self) -> bool:
        """Whether it is a whole dump, all tables, or all places, and not packed once more."""
        whole_dump = self.name.startswith("dataset.") and not self.name.endswith(".gz")
        return whole_dump or self.name in ("csv.zip", "places.geojson")


@dataclass(frozen=True)
class Release:
    """One Release: its day, the id of its build, and what was counted in it."""

    date: str
    id: str
    previous: str | None
    base: str
    version: str
    files: tuple[Published, ...]
    triples: int
    quads: int
    added: int
    removed: int
    classes: Mapping[str, int] = field(default_factory=dict)
    findings: Mapping[str, int] = field(default_factory=dict)
    measures: Mapping[str, float] = field(default_factory=dict)
    # Triples that sources say and the default graph leaves out, a more trusted source saying otherwise.
    overruled: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The last part of its address: the date and eight characters of the id."""
        return name_of(self.date, self.id)

    def file(self, name: str) -> Published | None:
        """Return the published file of that name, or None."""
        return next((one for one in self.files if one.name == name), None)

    @property
    def lasting(self) -> tuple[Published, ...]:
        """The published files that follow from the data alone: each keeps an address of its own."""
        return tuple(one for one in self.files if one.name not in _OF_THE_PROGRAM)

    def to_json(self) -> bytes:
        """Return the Release as it stands in the ledger."""
        return (json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()

    @classmethod
    def read(cls, path: Path) -> Release:
        """Return the Release that a file of the ledger describes. Raises BadRecord."""
        try:
            values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            date.fromisoformat(values["date"])
            values["files"] = tuple(Published(**one) for one in values["files"])
            values["overruled"] = tuple(values["overruled"])
            made = cls(**values)
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise BadRecord(f"this is not a Release: {error}", file=path, hint=_HINT) from error
        if made.name != path.parent.name:
            raise BadRecord(f"this is the Release {made.name}, in the wrong folder", file=path, hint=_HINT)
        return made


def name_of(day: str, build_id: str) -> str:
    """Return the name of a Release from its day and the id of its build."""
    return f"{day}-{build_id[:8]}"


class Ledger:
    """The Releases in one folder, the oldest first. A folder that is not there holds none."""

    def __init__(self, folder: Path) -> None:
        """Read the ledger. Raises BadRecord when a file is broken or the Releases are no chain."""
        self.folder = folder
        paths = sorted(folder.glob(f"*/{RECORD}"))
        self.releases = _in_order({one.name: one for one in map(Release.read, paths)}, folder)

    @property
    def newest(self) -> Release | None:
        """The newest Release, or None."""
        return self.releases[-1] if self.releases else None

    @cached_property
    def digest(self) -> str:
        """A digest of what the ledger says of all Releases; "" when there is none."""
        text = b"".join(one.to_json() for one in self.releases)
        return hashlib.sha256(text).hexdigest() if text else ""

    def find(self, name: str) -> Release | None:
        """Return the Release of that name, or None."""
        return next((one for one in self.releases if one.name == name), None)

    def get(self, name: str) -> Release:
        """Return the Release of that name; ``latest`` is the newest. Raises BadInput that names them all."""
        found = self.newest if name == "latest" else self.find(name)
        if found is None:
            names = ", ".join(one.name for one in self.releases) or "there is none yet"
            raise BadInput(f"there is no Release {name}", hint=f"one of: {names}")
        return found

    def moment(self, release: Release) -> datetime:
        """Return when a Release was made, as a time that orders all of them.

        The ledger keeps days and reads no clock: the first Release of a day stands at its beginning, each
        other one of that day a second after the one before it.
        """
        same_day = [one for one in self.releases if one.date == release.date]
        start = datetime.fromisoformat(release.date).replace(tzinfo=UTC)
        return start + timedelta(seconds=same_day.index(release))

    def path(self, release: Release, name: str) -> Path:
        """Return the path of a file of a Release."""
        return self.folder / release.name / name

    def has_changes(self, release: Release) -> bool:
        """Say whether the change sets up to this Release are here: a build may leave them out."""
        until = self.releases[: self.releases.index(release) + 1]
        return all(self.path(one, ADDED).is_file() for one in until)

    def changes(self, release: Release) -> tuple[list[str], list[str]]:
        """Return the added and the removed lines of a Release. Raises BadRecord."""
        return _lines(self.path(release, ADDED)), _lines(self.path(release, REMOVED))

    def lines(self, release: Release | None) -> set[str]:
        """Return what the sources said in a Release, as N-Quads lines; None gives nothing.

        Raises BadRecord when a change set does not fit the Release before.
        """
        found: set[str] = set()
        if release is None:
            return found
        for one in self.releases[: self.releases.index(release) + 1]:
            added, removed = self.changes(one)
            if not found.issuperset(removed) or not found.isdisjoint(added):
                message = f"the change set of {one.name} does not fit the Release before it"
                raise BadRecord(message, file=self.path(one, ADDED), hint=_HINT)
            found.difference_update(removed)
            found.update(added)
        return found

    def dataset(self, release: Release) -> bytes:
        """Return the Release's whole dataset as the N-Quads that it published.

        Raises BadRecord when the bytes are not those of the digest that the ledger keeps.
        """
        data = whole(self.lines(release), release.overruled)
        known = release.file(DATASET)
        if known and hashlib.sha256(data).hexdigest() != known.sha256:
            message = f"what the change sets give for {release.name} is not what was published"
            raise BadRecord(message, file=self.path(release, RECORD), hint=_HINT)
        return data

    def quads_of(self, release: Release) -> list[ox.Quad]:
        """Return every quad of a Release, the default graph's too. Raises BadRecord."""
        return list(ox.parse(io.BytesIO(self.dataset(release)), format=ox.RdfFormat.N_QUADS))

    def summary(self, release: Release) -> dict[str, Any]:
        """Return what a Release changed, thing by thing in words; empty when it is not kept here."""
        path = self.path(release, CHANGES)
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        return found

    @cached_property
    def changed(self) -> dict[str, str]:
        """The day on which what is said of each thing changed last, by its IRI."""
        days: dict[str, str] = {}
        for one in self.releases:
            for lines in self.changes(one):
                days.update(dict.fromkeys(subjects(lines), one.date))
        return days


def _in_order(found: Mapping[str, Release], folder: Path) -> tuple[Release, ...]:
    after = {one.previous: one for one in found.values()}
    ordered: list[Release] = []
    while (following := after.get(ordered[-1].name if ordered else None)) and following not in ordered:
        ordered.append(following)
    if len(ordered) != len(found):
        lost = ", ".join(sorted(set(found) - {one.name for one in ordered}))
        message = f"the Releases are not a chain, each with the one before it: {lost} does not fit"
        raise BadRecord(message, file=folder, hint="restore the folder from git")
    return tuple(ordered)


def _lines(path: Path) -> list[str]:
    try:
        # Not splitlines: a literal may hold other signs that end a line.
        return path.read_bytes().decode().split("\n")[:-1]
    except (OSError, ValueError) as error:
        raise BadRecord(f"cannot be read: {error}", file=path, hint=_HINT) from error


def is_name(text: str) -> bool:
    """Say whether *text* has the form of a Release's name."""
    return _NAME.fullmatch(text) is not None


def lines_of(quads: Iterable[ox.Quad]) -> set[str]:
    """Return what stands in named graphs as lines of N-Quads."""
    return {f"{quad} ." for quad in quads if isinstance(quad.graph_name, ox.NamedNode)}


def whole(lines: Iterable[str], overruled: Iterable[str] = ()) -> bytes:
    """Return a whole dataset as sorted N-Quads: *lines*, and each triple once in the default graph."""
    named = set(lines)
    default = {f"{triple_of(line)} ." for line in named}.difference(f"{one} ." for one in overruled)
    return "".join(f"{line}\n" for line in sorted(named | default)).encode()


def triple_of(line: str) -> str:
    """Return the triple of a line of N-Quads, as N-Triples without the full stop."""
    # A line ends in the graph's IRI, a blank and a full stop.
    return line.rsplit(" ", 2)[0]


def subjects(lines: Iterable[str]) -> set[str]:
    """Return the IRIs of the things that lines speak of, parts as their owner; documents do not count."""
    found = {line.partition(" ")[0] for line in lines if not line.endswith(f"{_DOCUMENTS} .")}
    return {one[1:-1].partition("#")[0] for one in found if one.startswith("<")}
