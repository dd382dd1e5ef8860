"""How long lists, facets, search and suggestions take in a large network: ``python -m bench.find``.

A network of invented councils and projects is made, its index and triples as a build has them, and asked over
WSGI without the cache. What is told is processor time for the whole answer, from request to last byte: how
long it takes when nobody else uses the core.
"""

from __future__ import annotations

import json
import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import click
import pyoxigraph as ox
from werkzeug.test import create_environ

from ccin_ld import __version__, index
from ccin_ld.build import Build
from ccin_ld.config import Settings
from ccin_ld.dataset import Dataset, open_dataset
from ccin_ld.model import Model
from ccin_ld.namespaces import CCIN, DCT, ORG, PROV, RDF, RDFS, SKOS, XSD
from ccin_ld.web.app import App, create_app
from ccin_ld.web.browse import PAGE_SIZE

from .load import WrongAnswer

ROOT = Path(__file__).parent.parent
_TURNS = 15
_YEARS = range(2008, 2027)
_KINDS = (
    "metropolitan-district",
    "unitary-authority",
    "county",
    "london-borough",
    "non-metropolitan-district",
)
_TYPES = ("City Council", "Borough Council", "District Council", "Council", "County Council")
_ENDS = ("ton", "ham", "ford", "bury", "wick", "mouth", "field", "by", "stead", "worth", "combe", "minster")
_THEMES = (
    "Energy",
    "Housing",
    "Food",
    "Care",
    "Youth",
    "Transport",
    "Libraries",
    "Co-operative",
    "Skills",
    "Parks",
)
_WORKS = (
    "Partnership",
    "Pilot",
    "Toolkit",
    "Forum",
    "Charter",
    "Fund",
    "Network",
    "Review",
    "Academy",
    "Lab",
)
_CASES = {
    "list": "/members",
    "list, last page": "/members?page={last}",
    "list, by number of projects": "/members?sort=-projects",
    "two facets": "/members?region=r3&kind=county&kind=london-borough",
    "four facets, sorted": "/members?region=r1&region=r2&principle=p4&role=lead&year=2019&sort=-projects",
    "projects of a year": "/projects?year=2015&sort=-year",
    "projects of a council": "/projects?took-part=c77",
    "words in a list": "/projects?q=energy",
    "search, one thing": "/search?q=c4321",
    "search, a common word": "/search?q=council",
    "search, many found": "/search?q=housing+lab",
    "search with a facet": "/search?q=housing&type=project&year=2020",
    "search, misspelt": "/search?q=enrgy+housng",
    "suggest, one letter": "/suggest?q=b",
    "suggest, two words": "/suggest?q=housing+ac",
    "suggest, middle word": "/suggest?q=toolk",
}


def network(size: int, base: str) -> Iterator[ox.Triple]:
    """Yield the default graph of a network of so many councils and as many projects, the same every time."""
    chance = random.Random(size)
    thing = f"{base}id/"

    def said(subject: str, predicate: str, value: str | ox.Literal) -> ox.Triple:
        term = value if isinstance(value, ox.Literal) else ox.NamedNode(value)
        return ox.Triple(ox.NamedNode(thing + subject), ox.NamedNode(predicate), term)

    def labelled(subject: str, label: str, *types: str) -> Iterator[ox.Triple]:
        yield said(subject, RDFS + "label", ox.Literal(label, language="en"))
        yield from (said(subject, RDF + "type", one) for one in types)

    for number in range(9):
        yield from labelled(f"area/r{number}", f"Region {number}", CCIN + "Area")
    for number in range(10):
        yield from labelled(
            f"principle/p{number}", f"Principle {number}", CCIN + "Principle", SKOS + "Concept"
        )
    for number in range(size):
        key, area = f"council/c{number}", f"area/a{number}"
        name = f"{chance.choice(_THEMES)[:4]}{chance.choice(_ENDS)}{number} {chance.choice(_TYPES)}"
        yield from labelled(key, name, CCIN + "Body", CCIN + "Council")
        yield from labelled(area, name.split()[0], CCIN + "Area")
        yield said(key, CCIN + "area", thing + area)
        yield said(key, CCIN + "councilKind", f"{thing}council-kind/{chance.choice(_KINDS)}")
        yield said(area, CCIN + "region", f"{thing}area/r{chance.randrange(9)}")
        yield said(area, CCIN + "gssCode", ox.Literal(f"E{number:08}"))
        membership = f"membership/c{number}--full"
        yield from labelled(membership, f"{name}: full member", CCIN + "Membership")
        yield said(membership, ORG + "member", thing + key)
        yield said(membership, CCIN + "membershipKind", f"{thing}membership-kind/full")
    for number in range(size):
        key = f"project/x{number}"
        name = f"{chance.choice(_THEMES)} {chance.choice(_WORKS)} {chance.choice(_THEMES)} {number}"
        yield from labelled(key, name, CCIN + "Project")
        years = sorted(chance.choices(_YEARS, k=2))
        for name, year in zip(("fromYear", "toYear"), (years[0], min(years[1], years[0] + 2)), strict=True):
            yield said(key, CCIN + name, ox.Literal(str(year), datatype=ox.NamedNode(XSD + "gYear")))
        for principle in chance.sample(range(10), 4):
            yield said(key, CCIN + "meetsPrinciple", f"{thing}principle/p{principle}")
        for place, body in enumerate(chance.sample(range(size), min(size, 5))):
            yield said(key, CCIN + "tookPart", f"{thing}council/c{body}")
            role = "lead" if place == 0 else "participant"
            yield said(key, CCIN + role, f"{thing}council/c{body}")
            part = f"participation/x{number}--c{body}--{role}"
            yield from labelled(part, f"Council {body} took part in project {number}", CCIN + "Participation")
            yield said(part, PROV + "agent", f"{thing}council/c{body}")
            yield said(part, PROV + "hadRole", f"{thing}role/{role}")
        words = "What was done, with whom, and what came of it for residents and for the council."
        yield said(key, DCT + "description", ox.Literal(words, language="en"))


def made(folder: Path, size: int) -> Build:
    """Return a build, as far as lists need one, of a network of so many councils and projects."""
    dataset = open_dataset(ROOT / "data", ROOT / "ontology")
    shared = [
        triple for item in dataset.files if item.path.parent.name != "graphs" for triple in item.triples
    ]
    default = list(dict.fromkeys([*shared, *network(size, dataset.base.iri)]))
    files = folder / "files"
    files.mkdir(parents=True)
    (files / "context.jsonld").write_text(dataset.context_file.read_text(encoding="utf-8"), encoding="utf-8")
    store = ox.Store(str(folder / "store"))
    store.bulk_extend([*(ox.Quad(t.subject, t.predicate, t.object) for t in default), *_graphs(dataset)])
    store.flush()
    del store
    index.write(folder / "index.sqlite", default, Model(default, dataset.base), dataset.base)
    manifest = {"id": f"bench-{size}", "base": dataset.base.iri, "record": False, "version": __version__,
                "format": index.FORMAT, "modified": None, "counts": {"triples": len(default), "graphs": {}},
                "findings": {}, "files": []}  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return Build(folder)


def _graphs(dataset: Dataset) -> Iterator[ox.Quad]:
    """Yield what the model of a build is read from: ontology, shapes, concepts and catalogue."""
    for item in dataset.files:
        if item.path.parent.name != "graphs":
            graph = ox.NamedNode(dataset.base.graph(item.source))
            yield from (ox.Quad(t.subject, t.predicate, t.object, graph) for t in item.triples)


def timed(app: App, path: str) -> tuple[float, int]:
    """Return the milliseconds of processor time that one answer takes, and its size. Raises WrongAnswer."""
    begun: list[Any] = []
    accept = "application/json" if path.startswith("/suggest") else "text/html"
    environ = create_environ(path, headers={"Accept": accept})
    before = time.process_time_ns()
    body = b"".join(app(environ, lambda *head: begun.extend(head[:2])))
    took = (time.process_time_ns() - before) / 1e6
    if not begun[0].startswith("200 ") or not body:
        raise WrongAnswer(f"{path}: {begun[0]}, {len(body)} bytes")
    return took, len(body)


def measure(app: App, turns: int, size: int = 10_000) -> Iterator[tuple[str, float, float, float, int]]:
    """Yield for each case the first, the median and the 95th percentile in ms, and the bytes of it."""
    timed(app, "/principles")  # templates and model are opened once in a server's life
    for words, path in _CASES.items():
        asked = path.format(last=-(-size // PAGE_SIZE))
        answers = [timed(app, asked) for _ in range(turns + 1)]
        later = [took for took, _ in answers[1:]]
        yield words, answers[0][0], median(later), quantiles(later, n=20)[-1], answers[0][1]


@click.command()
@click.option(
    "--size", default=10_000, show_default=True, type=click.IntRange(100), help="Councils, and projects."
)
@click.option(
    "--turns", default=_TURNS, show_default=True, type=click.IntRange(2), help="Answers of each sort."
)
def main(size: int, turns: int) -> None:
    """Print what each sort of list and search costs, uncached, in milliseconds of processor time."""
    with tempfile.TemporaryDirectory(prefix="ccin-ld-bench-") as folder:
        start = time.perf_counter()
        build = made(Path(folder) / "build", size)
        database = (build.folder / "index.sqlite").stat().st_size / 1e6
        click.echo(f"{size:,} councils, {size:,} projects: {build.manifest['counts']['triples']:,} triples,")
        click.echo(f"index of {database:.1f} MB, made in {time.perf_counter() - start:.1f} s\n")
        app = create_app(replace(Settings(var_dir=Path(folder)), cache_bytes=0), build=build)
        click.echo("| asked | first ms | median ms | 95 % ms | KB |\n| --- | ---: | ---: | ---: | ---: |")
        for words, first, middle, p95, size_of in measure(app, turns, size):
            click.echo(f"| {words} | {first:.1f} | {middle:.1f} | {p95:.1f} | {size_of / 1000:.0f} |")
        app.close()


if __name__ == "__main__":
    main()
