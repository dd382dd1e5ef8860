"""One run: the site and the yardstick side by side, measured in turns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from ccin_ld.build import build, open_build
from ccin_ld.config import Settings

from . import cases, hello, load
from .cases import Case
from .cold import Cold, cold
from .load import Measured
from .servers import ROOT, Cores, Server, on_core, running

CONNECTIONS = 16
_AT_ITS_LIMIT = 0.9  # of a core: past it the load itself may have been what was measured


@dataclass
class Turns:
    """What one server did in its turns."""

    rates: list[float] = field(default_factory=list)
    answers: int = 0
    cpu: float | None = 0.0
    busy: float = 0.0

    def add(self, measured: Measured, cpu: float | None) -> None:
        """Add a turn."""
        self.rates.append(measured.rate)
        self.answers += measured.answers
        self.cpu = None if cpu is None or self.cpu is None else self.cpu + cpu
        self.busy = max(self.busy, measured.busy)

    @property
    def rate(self) -> float:
        """The median of answers a second."""
        return median(self.rates)

    @property
    def cpu_each(self) -> float | None:
        """The microseconds of processor time that one answer took, workers counted."""
        return None if self.cpu is None else self.cpu / self.answers * 1e6


@dataclass(frozen=True)
class Row:
    """One case beside the yardstick."""

    case: Case
    ours: Turns
    flask: Turns

    @property
    def ratio(self) -> float:
        """The median of the ratios, turn by turn, of our rate and the rate of bare Flask."""
        return median(ours / flask for ours, flask in zip(self.ours.rates, self.flask.rates, strict=True))

    @property
    def load_was_the_limit(self) -> bool:
        """Whether the server may be faster than the load could ask."""
        return self.ours.busy > _AT_ITS_LIMIT


@dataclass(frozen=True)
class Weight:
    """What a server is when it starts, and after the load."""

    first_good: float
    memory: int | None
    memory_after: int | None


@dataclass(frozen=True)
class Results:
    """All that one run found."""

    cores: Cores
    rows: Sequence[Row]
    cold: Sequence[Cold]
    ours: Weight
    flask: Weight


def measure(var_dir: Path, *, rounds: int, seconds: float) -> Results:
    """Build, serve and measure the record. Raises WrongAnswer, NotStarted, LinkedDataError."""
    settings = Settings(data_dir=ROOT / "data", queries_dir=ROOT / "examples" / "queries", var_dir=var_dir)
    made = build(settings)
    cores = Cores.of_this_machine()
    with _both(settings, cores) as (site, flask), on_core(cores.load):
        begun = [(server.first_good(cases.get("/")), server.memory()) for server in (site, flask)]
        yardstick = cases.hello_case(flask.address, hello.BODY)
        asked = [
            *cases.resource_cases(open_build(made.folder), site.address),
            *cases.sparql_cases(open_build(made.folder), site.address),
        ]
        rows = [Row(case, Turns(), Turns()) for case in asked]
        for case in (yardstick, *asked):
            _turn(flask if case is yardstick else site, case, seconds / 4)
        for _ in range(rounds):
            for row in rows:
                row.flask.add(*_turn(flask, yardstick, seconds))
                row.ours.add(*_turn(site, row.case, seconds))
        ours, theirs = (
            Weight(*start, server.memory()) for start, server in zip(begun, (site, flask), strict=True)
        )
    with on_core(cores.load):
        return Results(cores, rows, list(cold(made.folder, settings)), ours, theirs)


@contextmanager
def _both(settings: Settings, cores: Cores) -> Iterator[tuple[Server, Server]]:
    serve = [
        "ccin_ld.cli", "serve", "--port", "0", "--data-dir", str(settings.data_dir),
        "--queries-dir", str(settings.queries_dir), "--var-dir", str(settings.var_dir),
    ]  # fmt: skip
    with running(serve, cores.server) as site, running(["bench.hello"], cores.server) as flask:
        yield site, flask


def _turn(server: Server, case: Case, seconds: float) -> tuple[Measured, float | None]:
    """Return what one turn of load found, and the processor time that the server used for it."""
    before = server.cpu()
    measured = load.run(server.address, case.exchanges, connections=CONNECTIONS, seconds=seconds)
    after = server.cpu()
    return measured, None if before is None or after is None else after - before
