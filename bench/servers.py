"""Servers under measurement: started on a core of their own, timed, weighed and stopped."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from . import load

ROOT = Path(__file__).parent.parent
_SERVING = re.compile(r"Serving http://([^/]+):(\d+)/")
_START_SECONDS = 60.0


class NotStarted(Exception):
    """A server did not come up."""


@dataclass(frozen=True)
class Cores:
    """Where the servers run and where the load does; None where the system does not let us choose."""

    server: int | None
    load: int | None

    @classmethod
    def of_this_machine(cls) -> Cores:
        """Return two different cores, or none when there are not two to choose from."""
        allowed = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
        return cls(allowed[0], allowed[-1]) if len(allowed) > 1 else cls(None, None)

    def __str__(self) -> str:
        if self.server is None:
            return "not pinned"
        return f"server pinned to core {self.server}, load to core {self.load}"


@contextmanager
def on_core(core: int | None) -> Iterator[None]:
    """Run this thread, and the processes that it starts, on one core until the block ends."""
    if core is None:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@dataclass(frozen=True)
class Server:
    """A running server: where it listens, its process, and when it was started."""

    address: tuple[str, int]
    process: subprocess.Popen[str]
    started: float

    def first_good(self, request: bytes) -> float:
        """Return the seconds from the start of the process to the first answer 200. Raises NotStarted."""
        while time.perf_counter() - self.started < _START_SECONDS:
            try:
                if load.ask(self.address, request).status == 200:
                    return time.perf_counter() - self.started
            except (OSError, load.WrongAnswer):
                pass
            time.sleep(0.005)
        raise NotStarted(f"no good answer within {_START_SECONDS:.0f} seconds")

    def memory(self) -> int | None:
        """Return the resident bytes of the web process, or None where the system does not tell.

        The web process is the child that answers; query workers are its own children and not counted.
        """
        return max((_resident(pid) for pid in _children(self.process.pid)), default=None)

    def cpu(self) -> float | None:
        """Return the seconds of processor time that the server and its workers have used, or None."""
        used = [_used(pid) for pid in _family(self.process.pid)]
        return sum(used) if used else None


def _family(pid: int) -> list[int]:
    below = [one for child in _children(pid) for one in _family(child)]
    return [pid, *below] if Path(f"/proc/{pid}/stat").is_file() else []


def _children(pid: int) -> list[int]:
    # A process belongs to the thread that started it.
    found: list[int] = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += map(int, path.read_text().split())
    return found


def _resident(pid: int) -> int:
    with suppress(OSError):
        found = re.search(r"^VmRSS:\s+(\d+) kB$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
        return int(found[1]) * 1024 if found else 0
    return 0


def _used(pid: int) -> float:
    with suppress(OSError):
        # proc(5): the name, in brackets, may hold blanks; user and system time are fields 14 and 15.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


@contextmanager
def running(arguments: Sequence[str], core: int | None) -> Iterator[Server]:
    """Start ``python -m ARGUMENTS``, wait for its address, and end it with the block. Raises NotStarted."""
    with tempfile.TemporaryFile("w+") as errors, on_core(core):
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=ROOT,
            env=_environment(),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            address = _address(process, errors)
        except NotStarted:
            _end(process)
            raise
    try:
        yield Server(address, process, started)
    finally:
        _end(process)


def _environment() -> dict[str, str]:
    # Whatever this shell has set, the servers run with their defaults.
    return {name: value for name, value in os.environ.items() if not name.startswith("CCIN_LD_")}


def _address(process: subprocess.Popen[str], errors: IO[str]) -> tuple[str, int]:
    """Return host and port, from the line in which the server says them."""
    assert process.stdout is not None
    too_long = threading.Timer(_START_SECONDS, process.kill)
    too_long.start()
    try:
        for line in process.stdout:
            if found := _SERVING.search(line):
                return found[1], int(found[2])
    finally:
        too_long.cancel()
    errors.seek(0)
    raise NotStarted(f"the server ended before it served: {errors.read().strip()[-2000:]}")


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()
