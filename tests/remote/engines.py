"""Real engines, each in a temporary folder on a free port, ended by its process id."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

from ccin_ld.config import Secret
from ccin_ld.store.engine import Engine

from ..conftest import missing

_INI = """\
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
FileExtend = 200
MaxCheckpointRemap = 2000
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
CaseMode = 2
DirsAllowed = .
SchedulerInterval = 10
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = .
ServerThreads = 10
[SPARQL]
ResultSetMaxRows = 1000000
MaxQueryExecutionTime = 60
"""


def free_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Running:
    """An engine's process: it can be killed, and started again with what it has."""

    def __init__(self, name: str, folder: Path, engine: Engine, command: list[str]) -> None:
        self.name, self.folder, self.engine, self._command = name, folder, engine, command
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers."""
        log = (self.folder / "out.log").open("ab")
        with log:
            self.process = subprocess.Popen(
                self._command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        until = time.monotonic() + 60
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > until:
                raise AssertionError((self.folder / "out.log").read_text(errors="replace")[-2000:])
            time.sleep(0.05)

    def answers(self) -> bool:
        """Say whether it answers HTTP."""
        try:
            with urllib.request.urlopen(self.engine.query + "?query=ASK%7B%7D", timeout=5):
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False

    def kill(self) -> None:
        """End it at once, as a power cut does."""
        self.process.kill()
        self.process.wait(20)

    def pause(self) -> None:
        """Let it hang: it takes connections and answers nothing."""
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it work again."""
        self.process.send_signal(signal.SIGCONT)

    def end(self) -> None:
        """End it, whatever its state."""
        with suppress(ProcessLookupError):
            self.go_on()
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()


def oxigraph(folder: Path, *, seconds: float = 10.0) -> Running:
    """Start ``oxigraph serve`` of PyPI's package; skips without it."""
    beside = Path(sys.executable).parent / "oxigraph"
    program = str(beside) if beside.is_file() else shutil.which("oxigraph")
    if program is None:
        missing("the oxigraph program is not installed (pip install oxigraph)")
    port = free_port()
    start = f"http://127.0.0.1:{port}"
    engine = Engine(f"{start}/query", update=f"{start}/update", graphs=f"{start}/store", seconds=seconds)
    command = [program, "serve", "--location", str(folder / "db"), "--bind", f"127.0.0.1:{port}"]
    return Running("oxigraph", folder, engine, command)


def virtuoso(folder: Path, *, seconds: float = 20.0) -> Running:
    """Start Virtuoso 7 of Debian's package; skips without it."""
    program = shutil.which("virtuoso-t")
    if program is None:
        missing("Virtuoso is not installed (apt-get install virtuoso-opensource-7)")
    port = free_port()
    (folder / "virtuoso.ini").write_text(_INI.format(sql=free_port(), http=port))
    start = f"http://127.0.0.1:{port}"
    engine = Engine(
        f"{start}/sparql",
        update=f"{start}/sparql-auth",
        graphs=f"{start}/sparql-graph-crud-auth",
        seconds=seconds,
        digest=True,
        user="dba",
        password=Secret("dba"),
    )
    return Running("virtuoso", folder, engine, [program, "+foreground", "+configfile", "virtuoso.ini"])
