"""The pool of worker processes that answer public queries, each within its limits.

A query runs in a worker of its own for the time. Past its deadline the worker is killed. One that runs
longer than a quarter of a second becomes a slow one and gives its place to others; there are few places
for slow ones, and one for each client. Answers are taken whole before anybody sees a byte of them.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from ccin_ld.config import Settings
from ccin_ld.errors import (
    BadQuery,
    BuildFailed,
    ClientBusy,
    EndpointBusy,
    EngineFailed,
    EngineTimeout,
    NotAcceptable,
    QueryFailed,
    QueryTimeout,
    QueryTooLarge,
    QueryUnsupported,
)
from ccin_ld.namespaces import PREFIXES
from ccin_ld.store import guard
from ccin_ld.store.shares import QUICK, Load, Shares
from ccin_ld.store.worker import receive, send

log = logging.getLogger("ccin_ld.engine")

_IN_MEMORY = 1 << 20  # bytes of an answer kept in memory; a longer one goes to an unlinked file
_OVER = 1 << 20  # bytes that an answer may pass its limit by before it is given up: one row, at most
_START_SECONDS = 20.0
_LOOK_AGAIN = 0.05  # seconds
_SLOW_NICE = 19
_STARVED = 3  # times slow_after: after that a query is slow, whoever has the processors
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
    client_places: int = 0  # 0: no limit
    client_seconds: float = 0.0  # in a minute; 0: no limit
    slow_after: float = 0.25
    nice: int = 5

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """Return the limits that *settings* name."""
        slow = settings.query_slow_workers
        if slow is None:
            # A remote engine works on cores of its own.
            slow = 4 if settings.endpoint else max(1, (os.cpu_count() or 1) - 1)
        return cls(
            seconds=settings.query_timeout,
            memory=settings.query_memory,
            rows=settings.query_rows,
            bytes=settings.query_bytes,
            length=settings.query_length,
            nesting=settings.query_nesting,
            workers=settings.query_workers,
            slow_workers=slow,
            queue=settings.query_queue,
            client_places=settings.query_client_places,
            client_seconds=settings.query_client_seconds,
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

    def __init__(self, store: Path, limits: Limits, remote: Mapping[str, Any] | None = None) -> None:
        ours, theirs = socket.socketpair()
        number = str(theirs.fileno())
        paths = [str(_PACKAGE), *filter(None, sys.path)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", f"ccin_ld.store.{'remote_' if remote else ''}worker", number],
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
        self.give_way(os.getpriority(os.PRIO_PROCESS, 0) + limits.nice)
        self._leave_one_core()
        self.channel = ours
        self.ready = False
        self.cpu: float | None = None  # seconds of processor time until its last query; None when not told
        settings = {
            "store": str(store), "memory": limits.memory, "prefixes": PREFIXES,
            **(remote or {}),
        }  # fmt: skip
        with suppress(OSError):
            send(ours, b"S", json.dumps(settings).encode())

    def wait_ready(self) -> None:
        """Return once the worker has opened its store. Raises BuildFailed when it cannot."""
        if self.ready:
            return
        try:
            self.channel.settimeout(_START_SECONDS)
            told = receive(self.channel)[1]
        except (OSError, EOFError) as error:
            self.end()
            raise BuildFailed("a query worker cannot open the triples index of this build") from error
        self.ready = True
        self.cpu = json.loads(told)["cpu"] if told else None

    def cpu_since(self) -> float | None:
        """Return the seconds of processor time that the query in hand has had; None when nobody can tell."""
        try:
            fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(") ")[2].split()
        except OSError:
            return None
        # proc(5): utime and stime are the 14th and 15th field, the 12th and 13th behind the name.
        ticks = int(fields[11]) + int(fields[12])
        return None if self.cpu is None else ticks / os.sysconf("SC_CLK_TCK") - self.cpu

    def _leave_one_core(self) -> None:
        """Keep off one processor, where there are several: pages never wait for a query's turn."""
        if hasattr(os, "sched_setaffinity"):  # Linux
            cores = sorted(os.sched_getaffinity(0))
            with suppress(OSError):
                os.sched_setaffinity(self.process.pid, cores[1:] or cores)

    def give_way(self, niceness: int) -> None:
        """Let others have the processors first (setpriority(2))."""
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.process.pid, niceness)

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

    def __init__(
        self,
        store: Path | str,
        limits: Limits | None = None,
        *,
        remote: Mapping[str, Any] | None = None,
        watch: Callable[[str, float, Exception | None], None] | None = None,
    ) -> None:
        """Prepare a pool over the store folder; the first worker starts with the first query.

        With *remote* (what ``store.remote.for_workers`` gives) the workers ask an engine instead. *watch* is
        called after each query that was let in: with its text, the seconds it took, and its error if any.
        """
        self._watch = watch
        self.store, self.limits, self._remote = Path(store), limits or Limits(), remote
        self._free = threading.Condition()
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._quick = self._guests = self._starting = 0
        self._waiting: list[_Ticket] = []
        self._shares = Shares(self.limits.client_places, self.limits.client_seconds)
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
        base: str | None = None,
        seconds: float | None = None,
        rows: int | None = None,
        length: int | None = None,
        client: str = "",
    ) -> Answer:
        """Return the answer to *query*, in the format *results* (SELECT, ASK) or *graph* (the others).

        *base* is what relative IRIs in the query are resolved against, when it names none itself (SPARQL 1.1
        Query, 4.1.1.2). *seconds*, *rows* and *length*, in bytes, may only lower the limits; *client* is the
        address of whoever asks, for fairness.
        Raises QueryTooLong, QueryForbidden, BadQuery, NotAcceptable (the format wanted is None),
        EndpointBusy, ClientBusy, QueryTimeout, QueryTooLarge, QueryFailed.
        """
        limits = self.limits
        guard.check(query, max_bytes=limits.length, max_nesting=limits.nesting)
        allowed = min(limits.seconds, seconds or limits.seconds)
        request = {
            "query": query, "results": results, "graph": graph, "seconds": allowed,
            "default_graphs": list(default_graphs), "named_graphs": list(named_graphs), "base": base,
            "rows": min(limits.rows, limits.rows if rows is None else rows),
            "bytes": min(limits.bytes, limits.bytes if length is None else length),
        }  # fmt: skip
        ticket = _Ticket(self, client, allowed, self._shares.enter(client))
        started = time.monotonic()
        failed: Exception | None = None
        try:
            ticket.enter()
            return ticket.ask(query, request)
        except Exception as error:
            failed = error
            raise
        finally:
            ticket.leave()
            self._shares.leave(client, ticket.used, slow=ticket.was_slow)
            if self._watch:
                self._watch(query, time.monotonic() - started, failed)

    def close(self) -> None:
        """End the idle workers now, and each busy one after its query."""
        with self._free:
            self._closed = True
            idle, self._idle = self._idle, []
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
        worker = worker or _Worker(self.store, self.limits, self._remote)
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
        """Start one more worker, in the background, when fewer are idle than can be needed at once."""
        with self._free:
            if len(self._idle) >= min(2, self.limits.workers) or self._starting or self._closed:
                return
            self._starting += 1
        threading.Thread(target=self._start_spare, name="ccin-ld spare worker", daemon=True).start()

    def _start_spare(self) -> None:
        try:
            worker = _Worker(self.store, self.limits, self._remote)
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

    def __init__(self, pool: Pool, client: str, seconds: float, load: Load) -> None:
        """Let *client* in, who has had *load* of late."""
        self.pool, self.client, self.seconds = pool, client, seconds
        self.load, self.guest = (load.rank, load.seconds), load.rank != QUICK
        self.was_slow = False
        self.place = "none"
        self.used = 0.0  # seconds of a worker
        self.called = threading.Event()

    def enter(self) -> None:
        """Wait for a quick place. Raises EndpointBusy when too many wait, or the wait is too long."""
        pool, limits = self.pool, self.pool.limits
        with pool._free:
            if self._may_sit():
                self._sit_down()
                return
            if len(pool._waiting) >= limits.queue:
                self._push_in()
            pool._waiting.append(self)
        self.called.wait(self.seconds / 2)  # as long as Retry-After would ask for
        with pool._free:
            if self in pool._waiting:
                pool._waiting.remove(self)
            if self.place == "none":
                raise EndpointBusy(self._retry_after())

    def _push_in(self) -> None:
        """Send away whoever waits with the greatest load. Raises EndpointBusy when that is this one."""
        most = max(self.pool._waiting, key=lambda one: one.load, default=self)
        if most.load <= self.load:
            raise EndpointBusy(self._retry_after())
        self.pool._waiting.remove(most)
        most.called.set()

    def _may_sit(self) -> bool:
        """Say whether a quick place is free; one is kept for clients whose queries are known to be quick."""
        pool, workers = self.pool, self.pool.limits.workers
        if self.guest and workers > 1 and pool._guests >= workers - 1:
            return False
        return pool._quick < workers

    def _sit_down(self) -> None:
        self.pool._quick += 1
        self.pool._guests += self.guest
        self.place = "quick"

    def _stand_up(self) -> None:
        """Leave the quick place to the one that waits with the least load, the first of several."""
        pool = self.pool
        pool._quick -= 1
        pool._guests -= self.guest
        following = min(pool._waiting, key=lambda one: one.load, default=None)
        if following and following._may_sit():
            pool._waiting.remove(following)
            following._sit_down()
            following.called.set()

    def leave(self) -> None:
        """Give the place back."""
        pool = self.pool
        with pool._free:
            if self.place == "quick":
                self._stand_up()
            elif self.place == "slow":
                pool._slow[self.client] -= 1
                pool._slow += Counter()  # drops the zeros
            self.place = "none"

    def become_slow(self) -> None:
        """Change the quick place for a slow one. Raises EndpointBusy without one, ClientBusy for a second."""
        pool = self.pool
        self.was_slow = True
        with pool._free:
            if self.client and pool._slow[self.client]:
                raise ClientBusy(self._retry_after(), "a query of yours is running that takes long")
            if pool._slow.total() >= pool.limits.slow_workers:
                raise EndpointBusy(self._retry_after())
            pool._slow[self.client] += 1
            self._stand_up()
            self.place = "slow"
        pool._keep_spare()

    def ask(self, query: str, request: dict[str, Any]) -> Answer:
        """Return the answer of a worker to *request*; the worker is kept only if it was quick and whole."""
        worker = self.pool._take()
        reusable = False
        spool = _Spool()
        started = time.monotonic()
        try:
            end, length, digest = self._collect(worker, request, spool, started)
            reusable = self.place == "quick"
            worker.cpu = end.pop("cpu", None)
            if "error" in end:
                raise _error(end)
            return Answer(
                end["kind"], end["form"], spool.whole(), length, digest, end["rows"], end["cut"],
                time.monotonic() - started,
            )  # fmt: skip
        except BaseException:
            spool.close()
            raise
        finally:
            self.used = time.monotonic() - started
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
        look = started + self.pool.limits.slow_after
        while True:
            until = started + self.seconds
            if self.place == "quick":
                until = min(until, look)
            if _readable(worker.channel, until - time.monotonic()):
                worker.channel.settimeout(max(0.001, started + self.seconds - time.monotonic()))
                return receive(worker.channel)
            if self.place == "slow" or time.monotonic() >= started + self.seconds:
                raise TimeoutError
            if self._is_starved(worker, started):
                look = time.monotonic() + _LOOK_AGAIN
            else:
                self.become_slow()
                worker.give_way(_SLOW_NICE)

    def _is_starved(self, worker: _Worker, started: float) -> bool:
        """Say whether the query is only slow because others have the processors."""
        slow_after = self.pool.limits.slow_after
        had = worker.cpu_since()
        return had is not None and had < slow_after and time.monotonic() - started < _STARVED * slow_after

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


def _error(end: dict[str, Any]) -> Exception:
    """Return the error that an end frame tells of."""
    kind, text = end["error"], end.get("text", "")
    if kind == "query":
        place = {name: end[name] for name in ("line", "column", "token", "hint")}
        return BadQuery(text, **place)
    if kind == "format":
        return NotAcceptable((), end["kind"])
    if kind == "memory":
        return QueryTooLarge("the query needed more memory than one query may have")
    if kind in ("lost", "slow", "busy", "unsupported"):
        return _of_engine(end)
    return QueryFailed(f"the query could not be evaluated: {text}")


def _of_engine(end: dict[str, Any]) -> Exception:
    """Return the error that an end frame tells of a remote engine."""
    if end["error"] == "busy":
        return EndpointBusy(end["retry_after"])
    if end["error"] == "unsupported":
        return QueryUnsupported(end["text"], hint=end["hint"])
    log.warning("%s: %s", end["text"], end["detail"])
    kind = EngineTimeout if end["error"] == "slow" else EngineFailed
    return kind(end["text"], detail=end["detail"])


__all__ = ["Answer", "BadQuery", "Limits", "Pool"]
