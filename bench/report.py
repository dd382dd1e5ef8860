"""The results as people read them, in Markdown, and as programs do, in JSON."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

from .measure import CONNECTIONS, Results, Row, Weight


def markdown(results: Results) -> str:
    """Return the tables."""
    return "\n".join(
        [*_where(results), "", *_rates(results.rows), "", *_cold(results), "", *_weights(results)]
    )


def as_json(results: Results) -> dict[str, Any]:
    """Return the same as plain values: rates a second, bytes, milliseconds, microseconds, seconds."""
    return {
        "machine": _machine(),
        "cores": str(results.cores),
        "connections": CONNECTIONS,
        "warm": [_row(row) for row in results.rows],
        "cold": [asdict(one) for one in results.cold],
        "site": asdict(results.ours),
        "flask": asdict(results.flask),
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "what": row.case.name,
        "bytes": row.case.size,
        "rate": row.ours.rate,
        "flask_rate": row.flask.rate,
        "ratio": row.ratio,
        "aim": row.case.aim,
        "cpu_us": row.ours.cpu_each,
        "flask_cpu_us": row.flask.cpu_each,
        "load_busy": row.ours.busy,
    }


def _machine() -> str:
    parts = [
        f"Python {platform.python_version()}",
        f"granian {version('granian')}",
        f"Flask {version('flask')}",
    ]
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {', '.join(parts)}"


def _where(results: Results) -> list[str]:
    answers = sum(row.ours.answers for row in results.rows)
    rounds = len(results.rows[0].ours.rates)
    busy = max(row.ours.busy for row in results.rows)
    return [
        f"{_machine()}; {results.cores}.",
        f"One process each, {CONNECTIONS} keep-alive connections, {rounds} rounds in turns; medians.",
        f"{answers:,} answers, each as expected to the byte; the load used at most {busy:.0%} of its core.",
    ]


def _rates(rows: Iterable[Row]) -> list[str]:
    head = (
        "warm", "bytes", "requests/s", "bare Flask beside it", "ratio", "aim", "CPU µs each", "bare Flask's",
    )  # fmt: skip
    return _table(
        head,
        [
            (
                row.case.name, f"{row.case.size:,}", f"{row.ours.rate:,.0f}", f"{row.flask.rate:,.0f}",
                ("≥ " if row.load_was_the_limit else "") + f"{row.ratio:.0%}", f"{row.case.aim:.0%}",
                _number(row.ours.cpu_each), _number(row.flask.cpu_each),
            )
            for row in rows
        ],
    )  # fmt: skip


def _cold(results: Results) -> list[str]:
    head = ("cold, CPU ms a page", "pages", "median", "95 in 100 below", "most", "aim")
    return _table(
        head,
        [
            (one.format, str(one.pages), f"{one.median:.2f}", f"{one.p95:.2f}", f"{one.largest:.2f}", "5")
            for one in results.cold
        ],
    )


def _weights(results: Results) -> list[str]:
    head = ("web process", "first good answer", "memory then", "memory after the load")
    return _table(head, [_weight("the site", results.ours), _weight("bare Flask", results.flask)])


def _weight(name: str, weight: Weight) -> tuple[str, ...]:
    return name, f"{weight.first_good:.2f} s", _megabytes(weight.memory), _megabytes(weight.memory_after)


def _megabytes(size: int | None) -> str:
    return "not known" if size is None else f"{size / 1e6:.0f} MB"


def _number(value: float | None) -> str:
    return "not known" if value is None else f"{value:.0f}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return [f"| {' | '.join(line)} |" for line in lines]
