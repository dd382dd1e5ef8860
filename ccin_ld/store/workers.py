"""The pool of worker processes that answer public queries, each within its limits.

A query runs in a worker of its own for the time. Past its deadline the worker is killed. One that runs
longer than a quarter of a second becomes a slow one and gives its place to others; there are few places
for slow ones, and one for each client. Answers are taken whole before anybody sees a byte of them.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from ccin_ld.config import Settings
from ccin_ld.errors import (
    BadQuery,
    BuildFailed,
    EndpointBusy,
    NotAcceptable,
    QueryFailed,
    QueryTimeout,
    QueryTooLarge,
)
from ccin_ld.namespaces import PREFIXES
from ccin_ld.store import guard, syntax
from ccin_ld.store.worker import receive, send

_IN_MEMORY = 1 << 20  # bytes of an answer kept in memory; a longer one goes to an unlinked file
_OVER = 1 << 20  # bytes that an answer may pass its limit by before it is given up: one row, at most
_START_SECONDS = 20.0
_PACKAGE = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Limits:
    """What one query may use, and how many may run."""

    seconds: float = 10.0
    memory: int = 1536 << 20
    rows: int = 100_000
    bytes: int = 64 << 20
    length: int = 64 << 10
    nesting: int = 100
    workers: int = 2
    slow_workers: int = 1
    queue: int = 16
    slow_after: float = 0.25
    nice: int = 5

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """Return the limits that *settings* name."""
        slow = settings.query_slow_workers
        return cls(
            seconds=settings.query_timeout,
            memory=settings.query_memory,
            rows=settings.query_rows,
            bytes=settings.query_bytes,
            length=settings.query_length,
            nesting=settings.query_nesting,
            workers=settings.query_workers,
            slow_workers=max(1, (os.cpu_count() or 1) - 1) if slow is None else slow,
            queue=settings.query_queue,
        )


@dataclass(frozen=True)
class Answer:
    """One whole answer, ready to be sent; close ``body`` after use."""

    kind: str  # "select", "ask" or "graph"
    form: str  # the short name of its format: json xml csv tsv, or ttl nt rdf jsonld trig nq
    body: IO[bytes]
    length: int
    digest: str  # of the bytes, for an ETag
    rows: int  # rows, or triples
    cut: bool  # whether a limit left rows out
    seconds: float


class _Worker:
    """One worker process and the socket to it."""

    def __init__(self, store: Path, limits: Limits) -> None:
        ours, theirs = socket.socketpair()
        number = str(theirs.fileno())
        paths = [str(_PACKAGE), *filter(None, sys.path)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ccin_ld.store.worker", number],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={
                "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths)),
                "LC_ALL": "C.UTF-8",
                "MALLOC_ARENA_MAX": "2",
            },
        )
        theirs.close()
        self.channel = ours
        self.ready = False
        settings = {
            "store": str(store), "memory": limits.memory, "nice": limits.nice, "prefixes": PREFIXES,
        }  # fmt: skip
        with suppress(OSError):
            send(ours, b"S", json.dumps(settings).encode())

    def wait_ready(self) -> None:
        """Return once the worker has opened its store. Raises BuildFailed when it cannot."""
        if self.ready:
            return
        try:
            self.channel.settimeout(_START_SECONDS)
            receive(self.channel)
        except (OSError, EOFError) as error:
            self.end()
            raise BuildFailed("a query worker cannot open the triples index of this build") from error
        self.ready = True

    def alive(self) -> bool:
        """Say whether the process still runs."""
        return self.process.poll() is None

    def end(self) -> int:
        """Kill the process, wait for it, and return how it ended (minus the number of a signal)."""
        with suppress(ProcessLookupError):
            self.process.kill()
        self.channel.close()
        return self.process.wait()

    def left(self) -> int:
        """Return how a process that closed its socket ended; kill it if it lingers."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(1.0)
        return self.end()


class Pool:
    """Worker processes over the triples index of one build; safe to use from many threads."""

    def __init__(self, store: Path | str, limits: Limits | None = None) -> None:
        """Prepare a pool over the store folder; the first worker starts with the first query."""
        self.store, self.limits = Path(store), limits or Limits()
        self._free = threading.Condition()
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._quick = self._waiting = self._starting = 0
        self._slow: Counter[str] = Counter()
        self._closed = False

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def run(
        self,
        query: str,
        *,
        results: str | None = "json",
        graph: str | None = "ttl",
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        seconds: float | None = None,
        rows: int | None = None,
        client: str = "",
    ) -> Answer:
        """Return the answer to *query*, in the format *results* (SELECT, ASK) or *graph* (the others).

        *seconds* and *rows* may only lower the limits; *client* is whoever asks, for fairness.
        Raises QueryTooLong, QueryForbidden, BadQuery, NotAcceptable (the format wanted is None),
        EndpointBusy, QueryTimeout, QueryTooLarge, QueryFailed.
        """
        limits = self.limits
        guard.check(query, max_bytes=limits.length, max_nesting=limits.nesting)
        allowed = min(limits.seconds, seconds or limits.seconds)
        request = {
            "query": query, "results": results, "graph": graph, "seconds": allowed,
            "default_graphs": list(default_graphs), "named_graphs": list(named_graphs),
            "rows": min(limits.rows, limits.rows if rows is None else rows), "bytes": limits.bytes,
        }  # fmt: skip
        ticket = _Ticket(self, client, allowed)
        ticket.enter()
        try:
            return ticket.ask(query, request)
        finally:
            ticket.leave()

    def close(self) -> None:
        """End the idle workers now, and each busy one after its query."""
        with self._free:
            self._closed = True
            idle, self._idle = self._idle, []
            self._free.notify_all()
        for worker in idle:
            worker.end()

    def workers(self) -> list[int]:
        """Return the process ids of all workers."""
        with self._free:
            return [worker.process.pid for worker in (*self._idle, *self._busy) if worker.alive()]

    def _take(self) -> _Worker:
        """Return a worker that is ready, an idle one if there is one, and see to it that a spare is too."""
        worker = None
        with self._free:
            while self._idle and worker is None:
                found = self._idle.pop()
                worker = found if found.alive() else None
        worker = worker or _Worker(self.store, self.limits)
        with self._free:
            self._busy.add(worker)
        try:
            worker.wait_ready()
        except BuildFailed:
            with self._free:
                self._busy.discard(worker)
            raise
        self._keep_spare()
        return worker

    def _give_back(self, worker: _Worker, reusable: bool) -> None:
        with self._free:
            self._busy.discard(worker)
            if reusable and not self._closed and len(self._idle) < self.limits.workers + 1:
                self._idle.append(worker)
                return
        worker.end()

    def _keep_spare(self) -> None:
        """Start one more worker, in the background, when none is idle."""
        with self._free:
            if self._idle or self._starting or self._closed:
                return
            self._starting += 1
        threading.Thread(target=self._start_spare, name="ccin-ld spare worker", daemon=True).start()

    def _start_spare(self) -> None:
        try:
            worker = _Worker(self.store, self.limits)
            worker.wait_ready()
            self._give_back(worker, True)
        except (BuildFailed, OSError):
            pass  # the query that needs it starts one itself, and says what is wrong
        finally:
            with self._free:
                self._starting -= 1


class _Spool:
    """An answer on its way in: in memory, and once it is long, in a file without a name."""

    def __init__(self) -> None:
        self.file: IO[bytes] = io.BytesIO()

    def write(self, data: bytes) -> None:
        """Add *data*."""
        if isinstance(self.file, io.BytesIO) and self.file.tell() + len(data) > _IN_MEMORY:
            memory, self.file = self.file, tempfile.TemporaryFile()  # noqa: SIM115 - the answer carries it
            self.file.write(memory.getvalue())
        self.file.write(data)

    def whole(self) -> IO[bytes]:
        """Return the file, at its beginning."""
        self.file.seek(0)
        return self.file

    def close(self) -> None:
        """Throw all away."""
        self.file.close()


class _Ticket:
    """One query on its way through the pool: it holds a quick place, then perhaps a slow one."""

    def __init__(self, pool: Pool, client: str, seconds: float) -> None:
        self.pool, self.client, self.seconds = pool, client, seconds
        self.place = "none"

    def enter(self) -> None:
        """Wait for a quick place. Raises EndpointBusy when too many wait, or the wait is too long."""
        pool, limits = self.pool, self.pool.limits
        with pool._free:
            if pool._quick >= limits.workers and pool._waiting >= limits.queue:
                raise EndpointBusy(self._retry_after())
            pool._waiting += 1
            try:
                free = pool._free.wait_for(lambda: pool._quick < limits.workers, timeout=self.seconds)
            finally:
                pool._waiting -= 1
            if not free:
                raise EndpointBusy(self._retry_after())
            pool._quick += 1
            self.place = "quick"

    def leave(self) -> None:
        """Give the place back."""
        pool = self.pool
        with pool._free:
            if self.place == "quick":
                pool._quick -= 1
            elif self.place == "slow":
                pool._slow[self.client] -= 1
                pool._slow += Counter()  # drops the zeros
            self.place = "none"
            pool._free.notify()

    def become_slow(self) -> bool:
        """Change the quick place for a slow one; say whether there was one."""
        pool = self.pool
        with pool._free:
            if pool._slow.total() >= pool.limits.slow_workers or pool._slow[self.client]:
                return False
            pool._slow[self.client] += 1
            pool._quick -= 1
            self.place = "slow"
            pool._free.notify()
        pool._keep_spare()
        return True

    def ask(self, query: str, request: dict[str, Any]) -> Answer:
        """Return the answer of a worker to *request*; the worker is kept only if it was quick and whole."""
        worker = self.pool._take()
        reusable = False
        spool = _Spool()
        try:
            started = time.monotonic()
            end, length, digest = self._collect(worker, request, spool, started)
            reusable = self.place == "quick"
            if "error" in end:
                raise _error(end, query)
            return Answer(
                end["kind"], end["form"], spool.whole(), length, digest, end["rows"], end["cut"],
                time.monotonic() - started,
            )  # fmt: skip
        except BaseException:
            spool.close()
            raise
        finally:
            self.pool._give_back(worker, reusable)

    def _collect(
        self, worker: _Worker, request: dict[str, Any], spool: _Spool, started: float
    ) -> tuple[dict[str, Any], int, str]:
        """Send *request*, write the answer to *spool*; return its end frame, length and digest."""
        length, digest = 0, hashlib.blake2b(digest_size=16)
        try:
            worker.channel.settimeout(self.seconds)
            send(worker.channel, b"Q", json.dumps(request).encode())
            while True:
                letter, body = self._frame(worker, started)
                if letter == b"E":
                    return json.loads(body), length, digest.hexdigest()
                length += len(body)
                digest.update(body)
                if length > self.pool.limits.bytes + _OVER:
                    raise QueryTooLarge("one row of the answer is longer than a whole answer may be")
                spool.write(body)
        except TimeoutError as error:
            raise QueryTimeout(self.seconds) from error
        except (EOFError, ConnectionError) as error:
            raise _ended(worker.left(), self.seconds) from error
        except OSError as error:
            raise QueryFailed(f"the answer cannot be kept: {error.strerror or error}") from error

    def _frame(self, worker: _Worker, started: float) -> tuple[bytes, bytes]:
        """Return the next frame. Raises TimeoutError at the deadline, EndpointBusy without a slow place."""
        while True:
            until = started + self.seconds
            if self.place == "quick":
                until = min(until, started + self.pool.limits.slow_after)
            if _readable(worker.channel, until - time.monotonic()):
                worker.channel.settimeout(max(0.001, started + self.seconds - time.monotonic()))
                return receive(worker.channel)
            if self.place == "slow" or time.monotonic() >= started + self.seconds:
                raise TimeoutError
            if not self.become_slow():
                raise EndpointBusy(self._retry_after())

    def _retry_after(self) -> int:
        return max(1, round(self.pool.limits.seconds / 2))


def _readable(channel: socket.socket, seconds: float) -> bool:
    import select

    poll = select.poll()
    poll.register(channel.fileno(), select.POLLIN)
    return bool(poll.poll(max(0.0, seconds) * 1000))


def _ended(code: int, seconds: float) -> Exception:
    """Return the error for a worker that ended with *code* in the middle of a query."""
    if code == -signal.SIGXCPU:
        return QueryTimeout(seconds)
    if code in (-signal.SIGSEGV, -signal.SIGABRT, -signal.SIGBUS):
        # A stack overflow, or memory refused by RLIMIT_AS: the engine gives up at both.
        return QueryTooLarge("the query needed more memory than one query may have")
    return QueryFailed(f"the query worker ended without an answer ({code})")


def _error(end: dict[str, Any], query: str) -> Exception:
    """Return the error that an end frame tells of."""
    kind, text = end["error"], end.get("text", "")
    if kind == "syntax":
        return syntax.explain(query, end["offset"], text)
    if kind == "function":
        return syntax.unknown_function(query, text)
    if kind == "format":
        return NotAcceptable((), end["kind"])
    if kind == "memory":
        return QueryTooLarge("the query needed more memory than one query may have")
    return QueryFailed(f"the query could not be evaluated: {text}")


__all__ = ["Answer", "BadQuery", "Limits", "Pool"]
