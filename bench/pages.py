"""Pages: how large each kind is, and what it costs in processor time, the first time and after.

``python -m bench.pages`` prints a table. Cold is the first answer of a process that has only opened the
build. New is the first of its kind in a process that has answered others: its template is compiled. Warm is
the second answer, from the cache. Ends with 1 when a page is too large or the home page too slow.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click
from werkzeug.test import create_environ

from ccin_ld.build import Build, build, open_build
from ccin_ld.config import Settings
from ccin_ld.web.app import App, create_app

from .load import WrongAnswer

ROOT = Path(__file__).parent.parent
LARGEST = 60_000  # bytes of a page before compression
COLD, WARM = 100.0, 5.0  # milliseconds of processor time for the home page
_SITE = (
    "/",
    "/members",
    "/projects",
    "/principles",
    "/search?q=council",
    "/data",
    "/quality",
    "/about",
    "/sparql",
)


@dataclass(frozen=True)
class Cost:
    """One page: bytes as they are and compressed, milliseconds of processor time new and warm."""

    path: str
    size: int
    packed: int
    new: float
    warm: float


def one_of_each(built: Build) -> list[str]:
    """Return the pages of the site, and of each kind of thing the one that most things link to."""
    kinds = [_busiest(built, kind) for kind in built.index.kinds()]
    return [*_SITE, *(f"/doc/{iri.partition('/id/')[2]}" for iri in kinds)]


def _busiest(built: Build, kind: str) -> str:
    items = built.index.of_kind(kind, limit=1000)
    return max(items, key=lambda one: (built.index.count_news(one.iri), one.iri)).iri


def answered(app: App, path: str) -> tuple[bytes, float]:
    """Return a page and the milliseconds of processor time it took. Raises WrongAnswer."""
    environ = create_environ(path, headers={"Accept": "text/html"})
    begun: list[Any] = []
    before = time.process_time_ns()
    body = b"".join(app(environ, lambda *head: begun.extend(head[:2])))
    took = (time.process_time_ns() - before) / 1e6
    if not begun[0].startswith("200 "):
        raise WrongAnswer(f"{path}: {begun[0]}")
    return body, took


def costs(app: App, paths: Iterable[str]) -> Iterator[Cost]:
    """Yield what each page costs in a process that has answered another page before."""
    answered(app, "/privacy")
    for path in paths:
        body, new = answered(app, path)
        _, warm = answered(app, path)
        yield Cost(path, len(body), len(gzip.compress(body, 6)), new, warm)


def home_cold(folder: Path) -> tuple[float, float]:
    """Return what the home page costs first and second in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.pages", "--one", str(folder.resolve())],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    first, second = json.loads(done.stdout)
    return float(first), float(second)


def _one(folder: Path) -> None:
    app = create_app(Settings(var_dir=folder.parent), build=open_build(folder))
    print(json.dumps([answered(app, "/")[1], answered(app, "/")[1]]))
    app.close()


@click.command()
@click.option("--one", type=click.Path(path_type=Path), hidden=True)
@click.option("--json", "plain", is_flag=True, help="Print JSON in place of a table.")
def main(one: Path | None, plain: bool) -> None:
    """Measure one page of each kind of thing, and the pages of the site."""
    if one:
        _one(one)
        return
    with tempfile.TemporaryDirectory(prefix="ccin-ld-pages-") as name:
        settings = Settings(var_dir=Path(name))
        built = build(settings)
        first, second = min((home_cold(built.folder) for _ in range(3)), key=lambda pair: pair[0])
        app = create_app(settings, build=built)
        found = list(costs(app, one_of_each(built)))
        app.close()
    if plain:
        click.echo(json.dumps({"home": [first, second], "pages": [asdict(row) for row in found]}, indent=1))
    else:
        click.echo(table(found, first, second))
    large = [row.path for row in found if row.size >= LARGEST]
    if large or first >= COLD or second >= WARM:
        click.echo(f"bench.pages: over the limit: {large or 'the home page'}", err=True)
        sys.exit(1)


def table(found: Iterable[Cost], first: float, second: float) -> str:
    """Return the costs as a Markdown table."""
    rows = [
        f"| {one.path} | {one.size:,} | {one.packed:,} | {one.new:.1f} | {one.warm:.2f} |"
        for one in sorted(found, key=lambda one: -one.size)
    ]
    head = ["| page | bytes | compressed | new, ms | warm, ms |", "| --- | ---: | ---: | ---: | ---: |"]
    home = f"Home page in a process of its own: {first:.0f} ms of processor time cold, {second:.2f} ms warm."
    return "\n".join([home, "", *head, *rows])


if __name__ == "__main__":
    main()
