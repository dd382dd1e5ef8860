"""Every IRI under the base, in any served graph, dereferences; every link of every page leads somewhere."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl

import pyoxigraph as ox
from werkzeug.test import Client

from ccin_ld.build import Build
from ccin_ld.export.asking import ORIGIN, ask
from ccin_ld.web.app import App

from ..crawler import Fetched, crawl

STATES = 12
# A thing in one format: its kind and the suffix.
FILE = re.compile(r"(/doc/[^/]+/)[^?]*(\.[a-z]+)")
SOURCES = Path(__file__).parents[2] / "data" / "sources"


def rows(name: str) -> int:
    """Return how many rows a sheet has, as it was received."""
    with (SOURCES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.DictReader(file))


def iris_under_the_base(built: Build) -> set[str]:
    found = set()
    for quad in ox.parse(path=str(built.folder / "files" / "dataset.nq")):
        for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
            if isinstance(term, ox.NamedNode) and term.value.startswith(built.base.iri):
                found.add(term.value.partition("#")[0])
    return found


def test_every_iri_dereferences(whole: App, built: Build) -> None:
    iris = iris_under_the_base(built)
    things = sum(built.index.kinds().values())
    assert len(iris) > things > rows("members") + 10 * rows("projects") // 2
    broken = {}
    for iri in sorted(iris):
        path = built.base.path(iri)
        assert path
        answer = ask(whole, path)
        if answer.status in (301, 303):
            answer = ask(whole, answer.headers["location"].removeprefix(ORIGIN))
        if answer.status != 200:
            broken[path] = answer.status
    assert broken == {}


def few_of_each_kind() -> Callable[[str], bool]:
    """Filters, forms and languages have more states than can be tried: return what takes some of each kind."""
    states: Counter[tuple[str, frozenset[str]]] = Counter()

    def follow(target: str) -> bool:
        start, _, query = target.partition("?")
        welsh, file = start.startswith("/cy/"), FILE.fullmatch(start)
        start = "/".join(start.split("/")[:4]) if welsh else start
        start = file[1] + file[2] if file else start
        # So have versions: one kind each, whatever they are of.
        old = start.startswith(("/timemap/", "/version/", "/feed/"))
        start = start.split("/")[1] if old else start
        kind = start, frozenset(name for name, _ in parse_qsl(query, keep_blank_values=True))
        states[kind] += 1
        return target != "/theme" and (not (query or welsh or file or old) or states[kind] <= STATES)

    return follow


def test_every_local_link_of_every_page_leads_somewhere(whole: App, built: Build) -> None:
    def fetch(path: str) -> Fetched:
        answer = ask(whole, path)
        is_page = answer.media_type == "text/html"
        location = answer.headers.get("location", "").removeprefix(ORIGIN)
        return Fetched(answer.status, answer.media_type, answer.data.decode() if is_page else "", location)

    found = crawl(fetch, follow=few_of_each_kind(), read=lambda page: not page.startswith("/sparql?"))
    assert found.broken == {}
    # Every statement and every claim has a page that some other page leads to.
    kinds = built.index.kinds()
    of_kinds = {
        kind: sum(path.startswith(f"/doc/{kind}/") and not FILE.fullmatch(path) for path in found.seen)
        for kind in kinds
    }
    assert {kind: size for kind, size in kinds.items() if of_kinds[kind] < size} == {}


def test_every_anchor_exists(client: Client) -> None:
    """A term of the ontology is a fragment of its page: each has its place there."""
    page = client.get("/def/ccin", headers={"Accept": "text/html"}).text
    anchors = set(re.findall(r'id="([^"]+)"', page))
    context = {
        quad.triple for quad in ox.parse(client.get("/def/ccin.nt").data, format=ox.RdfFormat.N_TRIPLES)
    }
    start = "https://w3id.org/ccin/def/ccin#"
    terms = {
        t.subject.value[len(start) :]
        for t in context
        if isinstance(t.subject, ox.NamedNode) and t.subject.value.startswith(start)
    }
    assert terms
    assert terms <= anchors
