"""A push: whole or not at all, again without harm, and only what differs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from ccin_ld.build import Build
from ccin_ld.config import Settings
from ccin_ld.errors import BadInput, BadSettings, BuildFailed, EngineFailed
from ccin_ld.release import version_and_quads
from ccin_ld.store import push as pushing
from ccin_ld.store.engine import Engine, Rows, ask, update
from ccin_ld.store.names import Names, version_of
from ccin_ld.store.push import push, state
from ccin_ld.store.remote import RemoteStore

from ..conftest import ROOT
from .conftest import push_build
from .engines import Running, oxigraph, virtuoso
from .fake import fake

BASE = "http://example.org/"
G = BASE + "data/graph/"
NAMES = Names(BASE)
P = ox.NamedNode(BASE + "p")


def quad(subject: str, value: str, graph: str | None = None) -> ox.Quad:
    where = ox.NamedNode(G + graph) if graph else ox.DefaultGraph()
    return ox.Quad(ox.NamedNode(BASE + subject), P, ox.Literal(value), where)


ONE = [
    quad("a", "1"),
    quad("b", "2"),
    quad("a", "1", "first"),
    quad("b", "2", "second"),
    quad("b", "2", "third"),
]
TWO = [quad("a", "1"), quad("b", "3"), quad("a", "1", "first"), quad("b", "3", "second")]


def graphs(engine: Engine) -> dict[str, int]:
    query = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
    with ask(engine, query, "select") as (found, _):
        assert isinstance(found, Rows)
        counted = {row["g"].value: int(row["n"].value) for row in found}
    ours = (BASE, NAMES.start)
    return {name: count for name, count in counted.items() if name.startswith(ours) and name != NAMES.state}


@pytest.fixture(scope="module", params=[oxigraph, virtuoso], ids=["oxigraph", "virtuoso"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine of each kind, empty."""
    start: Callable[[Path], Running] = request.param
    running = start(tmp_path_factory.mktemp("push"))
    yield running.engine
    running.end()


def test_first_again_then_what_differs(engine: Engine) -> None:
    first = push(engine, BASE, "v1", ONE)
    assert (first.sent, first.triples, first.kept, first.dropped) == (4, 5, 0, 0)
    assert graphs(engine) == {NAMES.default("v1"): 2, G + "first": 1, G + "second": 1, G + "third": 1}
    again = push(engine, BASE, "v1", ONE)
    assert (again.sent, again.triples, again.kept, again.dropped) == (0, 0, 3, 0)

    second = push(engine, BASE, "v2", TWO)
    assert (second.sent, second.triples, second.kept, second.dropped) == (2, 3, 1, 1)
    # Who still shows the first version goes on reading its default graph.
    assert graphs(engine) == {NAMES.default("v1"): 2, NAMES.default("v2"): 2, G + "first": 1, G + "second": 1}
    assert state(engine, NAMES).versions == ("v2", "v1")

    push(engine, BASE, "v3", TWO)
    assert state(engine, NAMES).versions == ("v3", "v2")
    assert NAMES.default("v1") not in graphs(engine)
    back = push(engine, BASE, "v2", TWO)
    assert back.sent == 0
    assert state(engine, NAMES).versions == ("v2", "v3")


def test_by_updates_alone_with_blank_nodes_and_signs(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine without the Graph Store Protocol gets the same, in several requests."""
    monkeypatch.setattr(pushing, "_LINES", 3)
    other = "http://example.com/"
    blank = [ox.BlankNode("one"), ox.BlankNode("two")]
    quads = [
        ox.Quad(ox.NamedNode(f"{other}{n}"), P, ox.Literal(f'“é”\n"\\ {n}', language="en")) for n in range(8)
    ]
    quads += [ox.Quad(blank[0], P, blank[1]), ox.Quad(blank[1], P, ox.Literal("end"))]
    done = push(replace(engine, graphs=None), other, "v1", quads)
    assert done.triples == 10
    with ask(engine, f"SELECT ?s ?o {{ GRAPH <{Names(other).default('v1')}> {{ ?s ?p ?o }} }}", "select") as (
        found,
        _,
    ):
        assert isinstance(found, Rows)
        rows = [tuple(row) for row in found]
    assert {str(o) for s, o in rows if isinstance(s, ox.NamedNode)} == {str(q.object) for q in quads[:8]}
    ends = [s for s, o in rows if o == ox.Literal("end")]
    assert [o for _, o in rows if isinstance(o, ox.BlankNode)] == ends


def test_broken_off_anywhere_nothing_is_switched(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """After each failure readers see what they saw; the next push goes on where it was."""
    push(engine, BASE, "old", ONE)
    before = {name: count for name, count in graphs(engine).items() if name.startswith(G)}
    real = pushing._send
    for step in range(2):
        left = [step]

        def breaks(*given: object, left: list[int] = left) -> int:
            if not left[0]:
                raise EngineFailed("the power is gone")
            left[0] -= 1
            return real(*given)  # type: ignore[arg-type]

        monkeypatch.setattr(pushing, "_send", breaks)
        with pytest.raises(EngineFailed):
            push(engine, BASE, "new", TWO)
        assert state(engine, NAMES).versions[0] == "old"
        assert {name: count for name, count in graphs(engine).items() if name.startswith(G)} == before
    monkeypatch.setattr(pushing, "_send", real)
    done = push(engine, BASE, "new", TWO)
    assert done.sent == 1  # the default graph was there, whole, from the second try
    assert state(engine, NAMES).versions[0] == "new"


def test_a_graph_that_was_not_kept_whole_is_not_switched_to(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    push(engine, BASE, "old", ONE)
    monkeypatch.setattr(pushing, "_COUNTED_FOR", 0.1)
    monkeypatch.setattr(pushing, "put_graph", lambda *_, **__: None)
    with pytest.raises(EngineFailed, match="kept 0 of the 1 triples"):
        push(engine, BASE, "lost", [quad("x", "9")])
    assert state(engine, NAMES).versions[0] == "old"


def test_a_moved_graph_whose_state_was_lost_is_put_right(engine: Engine) -> None:
    """An engine that does not do a request as a whole may die in the middle of the switch."""
    push(engine, BASE, "old", ONE)
    update(engine, f"MOVE GRAPH <{G}second> TO GRAPH <{G}third>")
    update(engine, f"DROP SILENT GRAPH <{NAMES.state}>")
    push(engine, BASE, "old", ONE)
    assert graphs(engine)[G + "second"] == graphs(engine)[G + "third"] == 1
    assert state(engine, NAMES).versions == ("old",)


def test_a_site_opens_only_what_the_engine_holds(
    small: Running, choir: Build, choir_settings: Settings
) -> None:
    with pytest.raises(BuildFailed, match="does not hold"):
        Build(choir.folder, small.engine)
    done = push_build(small.engine, choir_settings)
    assert done.version == version_of(choir.manifest)
    store = Build(choir.folder, small.engine).store
    assert isinstance(store, RemoteStore)
    assert len(store) == len(choir.store)
    assert canonical(store.default_graph()) == canonical(choir.store.default_graph())
    rows = "SELECT ?x { ?x a ccin:Organisation } ORDER BY ?x"
    assert [str(row[0]) for row in store.select(rows)] == [str(row[0]) for row in choir.store.select(rows)]
    for iri in choir.manifest["counts"]["graphs"]:
        assert len(store.graph(iri)) == len(choir.store.graph(iri)), iri
    assert store.graph(NAMES.state) == []


def canonical(triples: Iterable[ox.Triple]) -> list[str]:
    dataset = ox.Dataset(ox.Quad(*triple) for triple in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(map(str, dataset))


def test_the_command(small: Running, choir: Build, choir_settings: Settings) -> None:
    where = ["--data-dir", str(choir_settings.data_dir), "--var-dir", str(choir_settings.var_dir)]

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "ccin_ld.cli", "push", *arguments, *where]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=ROOT)

    to = ["--to", small.engine.query, "--update", str(small.engine.update)]
    done = run("current", *to, "--graphs", str(small.engine.graphs))
    assert (done.returncode, done.stderr) == (0, "")
    assert f"The engine holds the version {version_of(choir.manifest)}" in done.stdout
    assert " 0 graphs sent with 0 triples" in run("current", *to).stdout
    none = run("2020-01-01-abcdefgh", *to)
    assert (none.returncode, none.stderr.splitlines()[0]) == (
        2,
        "ccin-ld: there is no Release 2020-01-01-abcdefgh",
    )
    assert "--to" in run("current").stderr
    assert "no address for updates" in run("current", "--to", small.engine.query).stderr
    small.kill()
    gone = run("current", *to)
    assert (gone.returncode, gone.stderr.splitlines()[-2]) == (
        2,
        "ccin-ld: the engine behind this site cannot be reached",
    )


def test_nothing_without_an_address_for_updates() -> None:
    with fake() as server, pytest.raises(BadSettings):
        push(Engine(server.url), BASE, "v", ONE)
    assert server.seen == []


def test_a_release_is_pushed_as_it_was(choir_settings: Settings, choir: Build) -> None:
    base, version, quads = version_and_quads(choir_settings, "current")
    assert (base, version) == (choir.manifest["base"], version_of(choir.manifest))
    assert (
        sum(isinstance(one.graph_name, ox.DefaultGraph) for one in quads)
        == choir.manifest["counts"]["triples"]
    )
    with pytest.raises(BadInput):
        version_and_quads(choir_settings, "nothing")
