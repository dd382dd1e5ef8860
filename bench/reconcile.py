"""How long 1,000 names take to be matched: ``python -m bench.reconcile``.

The names are those of the committed record and its register: as they are, with abbreviations, with a letter
wrong, without their types. They are sent over WSGI in batches, as OpenRefine sends them, and beside that, in
turns in the same run, likened one by one to every name by rapidfuzz alone: what a service without an index
does. What is told is processor time, so of one core; a name that is ours must be found or nothing is told.
"""

from __future__ import annotations

import json
import random
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

import click
from rapidfuzz import fuzz, process
from werkzeug.test import create_environ

from ccin_ld.build import Build, build
from ccin_ld.config import Settings
from ccin_ld.names import folded
from ccin_ld.reconcile.queries import BATCH
from ccin_ld.web.app import App, create_app

from .find import made
from .load import WrongAnswer

ROOT = Path(__file__).parent.parent
_SHORT = {
    "London Borough of ": "LB ",
    "Metropolitan Borough Council": "MBC",
    "Borough Council": "BC",
    "District Council": "DC",
    "County Council": "CC",
    " and ": " & ",
}


def names_of(built: Build, count: int) -> list[tuple[str, str | None]]:
    """Return so many names, the same every time, each with the IRI that it must find if it is ours.

    Of ours it is those that are looked at when no type is asked for.
    """
    chance = random.Random(count)
    listed = {shape.target for shape in built.model.lists.values()}
    namings = (one for one in built.index.namings() if one.iri is None or not listed.isdisjoint(one.types))
    known = [(name, one.iri) for one in namings for name in one.names]
    owners: dict[str, set[str | None]] = {}
    for name, iri in known:
        owners.setdefault(name, set()).add(iri)
    found = []
    for name, iri in chance.choices(known, k=count):
        written = chance.choice((str, _shortened, lambda one: _misspelt(one, chance)))(name)
        is_ours = written == name and iri is not None and owners[name] == {iri}
        found.append((written, iri if is_ours else None))
    return found


def _shortened(name: str) -> str:
    for whole, short in _SHORT.items():
        name = name.replace(whole, short)
    return name


def _misspelt(name: str, chance: random.Random) -> str:
    place = chance.randrange(len(name))
    return name[:place] + name[place + 1 :]


def asked(app: App, names: Sequence[tuple[str, str | None]], base: str) -> float:
    """Return the seconds of processor time that the service takes for the names. Raises WrongAnswer."""
    took = 0.0
    for start in range(0, len(names), BATCH):
        part = names[start : start + BATCH]
        queries = {f"q{place}": {"query": name} for place, (name, _) in enumerate(part)}
        environ = create_environ("/reconcile", method="POST", data={"queries": json.dumps(queries)})
        begun: list[Any] = []
        before = time.process_time()
        body = b"".join(app(environ, lambda *head, begun=begun: begun.extend(head[:2])))
        took += time.process_time() - before
        if not begun[0].startswith("200 "):
            raise WrongAnswer(f"/reconcile: {begun[0]}")
        _check(json.loads(body), part, base)
    return took


def _check(answer: dict[str, Any], names: Sequence[tuple[str, str | None]], base: str) -> None:
    for place, (name, iri) in enumerate(names):
        ids = {f"{base}id/{one['id']}" for one in answer[f"q{place}"]["result"]}
        if iri and iri not in ids:
            raise WrongAnswer(f"{name!r} is a name of <{iri}>, which was not found")


def likened(names: Sequence[tuple[str, str | None]], known: Sequence[str]) -> float:
    """Return the seconds of processor time that likening each name to every known one takes."""
    before = time.process_time()
    for name, _ in names:
        process.extract(folded(name), known, scorer=fuzz.WRatio, limit=10)
    return time.process_time() - before


@click.command()
@click.option("--names", "count", default=1_000, show_default=True, type=click.IntRange(1), help="How many.")
@click.option("--turns", default=3, show_default=True, type=click.IntRange(1), help="Turns of each.")
@click.option("--size", default=0, help="Ask an invented network of so many councils in place of the record.")
def main(count: int, turns: int, size: int) -> None:
    """Print how long names take to be matched, and to be likened one by one, in seconds of processor time."""
    with tempfile.TemporaryDirectory(prefix="ccin-ld-bench-") as folder:
        settings = Settings(data_dir=ROOT / "data", ontology_dir=ROOT / "ontology", var_dir=Path(folder))
        built = made(Path(folder) / "build", size) if size else build(settings)
        names = names_of(built, count)
        known = [folded(name) for one in built.index.namings() for name in one.names]
        app = create_app(settings, build=built)
        first = asked(app, names[:1], built.base.iri)
        rounds = [(asked(app, names, built.base.iri), likened(names, known)) for _ in range(turns)]
        app.close()
    ours, theirs = median(one for one, _ in rounds), median(one for _, one in rounds)
    ratio = median(one / other for one, other in rounds)
    click.echo(
        f"{count:,} names, {len(known):,} known; the first name, which makes them ready: {first:.2f} s\n"
    )
    click.echo("| processor time, s | matched by the service | likened one by one | ratio | aim |")
    click.echo("| --- | ---: | ---: | ---: | ---: |")
    click.echo(f"| {count:,} names | {ours:.2f} | {theirs:.2f} | {ratio:.0%} | {5 * count / 1000:g} |")


if __name__ == "__main__":
    main()
