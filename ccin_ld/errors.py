"""Every error this package raises, as one tree.

LinkedDataError
├── BadInput               a file, page or argument that cannot be read (file, line, column, hint)
│   ├── BadRecord          a file of the record (Turtle) that cannot be read
│   │   └── BadStatement   a statement that the record may not hold
│   └── BadSettings        a setting with a value that means nothing
├── ShapesViolated         the record breaks a shape; carries the report
├── BuildFailed            a build could not be made or opened
├── UnknownResource        nothing is known about an IRI
├── Withdrawn              a thing that was taken back
├── NotAcceptable          no representation suits the client
│   └── Unfit              the format asked for cannot hold this answer
├── BadRequest             a request that makes no sense
│   ├── BadParameter       a parameter with a value that means nothing
│   └── TooMany            a request for more at once than is answered
├── EngineFailed           the remote engine cannot be reached, or answers wrongly
│   └── EngineTimeout      the remote engine does not answer in time
└── QueryError
    ├── BadQuery           a query with a mistake (line, column, token, hint)
    ├── QueryForbidden     SERVICE or an update
    ├── QueryTooLong       longer or more deeply nested than the limits
    ├── QueryTimeout       stopped at its deadline
    ├── QueryTooLarge      stopped at its memory limit
    ├── QueryFailed        the engine ended or answered with nonsense
    ├── QueryUnsupported   good SPARQL that the remote engine does not take
    └── EndpointBusy       no worker is free; try again later
        └── ClientBusy     this client has had its share; try again later
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any


class LinkedDataError(Exception):
    """The base of every error that this package raises on purpose."""


class BadInput(LinkedDataError):
    """Something given to us cannot be used; says what, where and what to do."""

    def __init__(
        self,
        message: str,
        *,
        file: Path | str | None = None,
        line: int | None = None,
        column: int | None = None,
        hint: str | None = None,
    ) -> None:
        self.message, self.file, self.line, self.column, self.hint = message, file, line, column, hint
        place = ":".join(str(part) for part in (file, line, column) if part is not None)
        sentence = f"{place}: {message}" if place else message
        super().__init__(f"{sentence}\n  What to do: {hint}" if hint else sentence)


class BadRecord(BadInput):
    """A file of the record cannot be read."""


class BadStatement(BadRecord):
    """The record says what it may not: a node without an IRI, a literal that a store would rewrite."""


class BadSettings(BadInput):
    """A setting has a value that means nothing."""


class ShapesViolated(LinkedDataError):
    """The record breaks at least one shape; ``report`` says which, where and what to do."""

    def __init__(self, report: Any) -> None:
        super().__init__(report.to_text())
        self.report = report


class BuildFailed(LinkedDataError):
    """A build could not be made or opened."""


class UnknownResource(LinkedDataError):
    """The build has no triple about this IRI."""

    def __init__(self, iri: str) -> None:
        super().__init__(f"nothing is known about <{iri}>")
        self.iri = iri


class Withdrawn(LinkedDataError):
    """The thing was published in error and taken back, on a day (ISO) and for a reason."""

    def __init__(self, iri: str, day: str, reason: str) -> None:
        super().__init__(f"<{iri}> was taken back on {day}: {reason}")
        self.iri, self.day, self.reason = iri, day, reason


class NoLonger(LinkedDataError):
    """A Release took this Resource away, and nothing is said of it any more."""

    def __init__(self, iri: str, release: str) -> None:
        super().__init__(f"<{iri}> is not in the data any more since the Release {release}")
        self.iri, self.release = iri, release


class StaleCursor(LinkedDataError):
    """The changes that a cursor points into are not, or no longer, in the ledger."""

    def __init__(self, cursor: str, start: str) -> None:
        super().__init__(f"the cursor {cursor} leads nowhere")
        self.cursor, self.start = cursor, start
        self.hint = f"begin anew at {start}, and take in everything that it gives"


class NotNotified(LinkedDataError):
    """The Release stands, and not everybody who is to be told of it has been told."""

    def __init__(self, release: str, failures: Sequence[str]) -> None:
        super().__init__(f"the Release {release} stands, but was not told to {'; '.join(failures)}")
        self.failures = tuple(failures)
        self.hint = f"when that is mended: ccin-ld notify {release}"


class NotAcceptable(LinkedDataError):
    """None of the representations on offer suits the client; ``offered`` are media types."""

    def __init__(self, offered: Sequence[str], wanted: str = "") -> None:
        super().__init__(f"none of the formats asked for ({wanted or 'none named'}) can be given")
        self.offered = tuple(offered)
        self.wanted = wanted


class Unfit(NotAcceptable):
    """The format asked for is on offer, but cannot hold this answer; the message says why."""

    def __init__(self, offered: Sequence[str], wanted: str, why: str) -> None:
        super().__init__(offered, wanted)
        self.why = why

    def __str__(self) -> str:
        return self.why


class BadRequest(LinkedDataError):
    """The request makes no sense; the message says why."""


class ReportRefused(LinkedDataError):
    """A report of a problem came from another site than ours, or from no page at all."""


class ReportTooLong(LinkedDataError):
    """A report of a problem is longer than what is kept."""


class ReportNotKept(LinkedDataError):
    """A report of a problem cannot be written where reports are kept, or reports are not taken here."""


class BadParameter(BadRequest):
    """A parameter of a saved question has a value that means nothing, or none where it needs one."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name, self.message = name, message


class TooMany(BadRequest):
    """A request asks for more at once than is answered; the message says how much is."""


class EngineFailed(LinkedDataError):
    """The remote engine that holds the triples cannot be reached, or its answer is wrong.

    The message is for everybody. ``detail`` is for the keepers: which machine, what it said. It never holds
    a secret.
    """

    def __init__(self, message: str, *, detail: str = "") -> None:
        super().__init__(message)
        self.message, self.detail = message, detail

    @property
    def hint(self) -> str | None:
        """What the command line adds to the message."""
        return self.detail or None


class EngineTimeout(EngineFailed):
    """The remote engine did not answer in time."""


class QueryError(LinkedDataError):
    """A SPARQL query that gets no answer."""


class BadQuery(QueryError):
    """A query with a mistake: where it is, and one hint."""

    def __init__(
        self,
        message: str,
        *,
        line: int | None = None,
        column: int | None = None,
        token: str | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message, self.line, self.column, self.token, self.hint = message, line, column, token, hint


class QueryForbidden(QueryError):
    """A query that asks for what is never allowed here: SERVICE or an update."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


class QueryTooLong(QueryError):
    """A query longer or more deeply nested than the limits."""


class QueryTimeout(QueryError):
    """A query stopped at its deadline, in seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the query was stopped after {seconds:g} seconds")
        self.seconds = seconds


class QueryTooLarge(QueryError):
    """A query stopped because it needed more memory than one may have."""


class QueryFailed(QueryError):
    """The engine ended without an answer."""


class QueryUnsupported(QueryError):
    """A good query that the remote engine does not take; ``hint`` says what it said."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


class EndpointBusy(QueryError):
    """Every worker is taken; ``retry_after`` is in whole seconds."""

    def __init__(self, retry_after: int = 2) -> None:
        super().__init__("the endpoint is busy with other queries")
        self.retry_after = retry_after


class ClientBusy(EndpointBusy):
    """One client asks for more than its share; ``retry_after`` is in whole seconds."""

    def __init__(self, retry_after: int, why: str) -> None:
        super().__init__(retry_after)
        self.args = (f"{why}; others ask too. Try again in {retry_after} s.",)
