"""Problems that visitors report: kept in one file of JSON lines for staff, with nothing about who sent them.

Kept of a report are its day and time, the thing and field it is about, and the words that were sent.
"""

from __future__ import annotations

import fcntl
import json
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from .errors import BadInput, ClientBusy, ReportNotKept, ReportTooLong

NAME = "reports.jsonl"
# Letters of each part of a report: what is longer is refused, never cut.
LONGEST = {"about": 300, "field": 200, "words": 4000, "source": 500}
# Bytes of the whole file. A full one takes no more: staff read it, and put it away.
MOST_BYTES = 16 * 1024 * 1024
_CLIENTS = 4096
_ALL = "*"  # no address of a client


@dataclass(frozen=True)
class ProblemReport:
    """One problem: when it came, which thing and field it is about, in which words, where to see it."""

    at: str
    about: str
    field: str
    words: str
    source: str

    def to_line(self) -> bytes:
        """Return the report as one line of JSON."""
        return (json.dumps(asdict(self), ensure_ascii=False) + "\n").encode("utf-8", "replace")

    def to_text(self) -> str:
        """Return the report as a few lines for a terminal."""
        about = " ".join(part for part in (self.about or "the site as a whole", self.field) if part)
        told = [f"  {line}" for line in self.words.split("\n")]
        seen = [f"  Seen at: {self.source}"] if self.source else []
        return "\n".join([f"{self.at}  {about}", *told, *seen])

    @classmethod
    def read(cls, line: str) -> ProblemReport:
        """Return the report that a line of the file is. Raises ValueError when it is none."""
        values = json.loads(line)
        if not isinstance(values, dict) or not all(isinstance(one, str) for one in values.values()):
            raise ValueError("not an object of texts")
        try:
            return cls(**{name: _clean(text) for name, text in values.items()})
        except TypeError as error:
            raise ValueError(str(error)) from error


def report_at(now: datetime, *, about: str, field: str, words: str, source: str) -> ProblemReport:
    """Return a report that came at *now*, to the second, in UTC. Raises ReportTooLong for one part."""
    parts = {"about": about, "field": field, "words": words, "source": source}
    for name, text in parts.items():
        if len(text) > LONGEST[name]:
            raise ReportTooLong(f"{name} has {len(text):,} letters, and at most {LONGEST[name]:,} are taken")
    clean = {name: _clean(text) for name, text in parts.items()}
    return ProblemReport(at=f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", **clean)


def _clean(text: str) -> str:
    """Return the text without control signs, which a terminal would obey; line breaks stay."""
    even = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in even if sign in "\n\t" or sign.isprintable()).strip()


def keep(folder: Path, report: ProblemReport, *, most: int = MOST_BYTES) -> None:
    """Append a report to the file in *folder*, whole or not at all. Raises ReportNotKept."""
    line = report.to_line()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # For the keepers' eyes only.
        handle = os.open(folder / NAME, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            size = os.fstat(handle).st_size
            if size + len(line) > most:
                raise ReportNotKept("the file of reports is full")
            if os.write(handle, line) != len(line):
                os.ftruncate(handle, size)  # a full disk takes a part; the file must hold whole lines
                raise ReportNotKept("the disk is full")
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise ReportNotKept(f"the report cannot be written: {error.strerror or error}") from error


def read_reports(folder: Path) -> list[ProblemReport]:
    """Return the reports kept in *folder*, the oldest first. Raises BadInput with file and line."""
    path = folder / NAME
    if not path.exists():
        return []
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"the reports cannot be read: {error}", file=path) from error
    return [_read(line, path, number) for number, line in enumerate(lines, start=1) if line]


def _read(line: str, path: Path, number: int) -> ProblemReport:
    try:
        return ProblemReport.read(line)
    except ValueError as error:
        message = f"this line is not a report: {error}"
        raise BadInput(message, file=path, line=number, hint="mend the line or take it out") from error


class Rate:
    """How often a client may report: *number* in an *hour* each, and ten times as many all together.

    Nothing is kept of a client for longer than its hour, and only in memory.
    """

    def __init__(
        self, number: int = 6, seconds: float = 3600.0, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._number, self._seconds, self._clock = number, seconds, clock
        self._times: OrderedDict[str, list[float]] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """Return how many clients are remembered."""
        return sum(who != _ALL for who in self._times)

    def enter(self, client: str) -> None:
        """Count one more report of *client*. Raises ClientBusy when it is one too many."""
        with self._lock:
            now = self._clock()
            self._forget(now)
            for who, most in ((_ALL, 10 * self._number), (client, self._number)):
                times = self._times.get(who, [])
                if len(times) >= most:
                    wait = int(times[0] + self._seconds - now) + 1
                    every = "everybody together" if who == _ALL else "one visitor"
                    raise ClientBusy(wait, f"at most {most} reports an hour are taken from {every}")
            for who in (_ALL, client):
                self._times.setdefault(who, []).append(now)

    def _forget(self, now: float) -> None:
        for who in list(self._times):
            kept = [one for one in self._times[who] if one > now - self._seconds]
            if kept:
                self._times[who] = kept
            else:
                del self._times[who]
        while len(self._times) > _CLIENTS:
            self._times.popitem(last=False)
