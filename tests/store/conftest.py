"""A small store on disk, and pools over it that end with the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from ccin_ld.store.workers import Limits, Pool

EX = "http://example.org/"
FOAF_NAME = ox.NamedNode("http://xmlns.com/foaf/0.1/name")
MakePool = Callable[..., Pool]


def quads() -> Iterator[ox.Quad]:
    """Yield 400 names, and one triple that stands in two named graphs."""
    for number in range(400):
        yield ox.Quad(ox.NamedNode(f"{EX}s{number}"), FOAF_NAME, ox.Literal(f"name {number}", language="en"))
    shared = (ox.NamedNode(EX + "s"), ox.NamedNode(EX + "p"), ox.Literal("in both"))
    for graph in "ab":
        yield ox.Quad(*shared, ox.NamedNode(f"{EX}graph/{graph}"))
    yield ox.Quad(
        ox.NamedNode(EX + "s"), ox.NamedNode(EX + "p"), ox.Literal("only b"), ox.NamedNode(EX + "graph/b")
    )


@pytest.fixture(scope="session")
def store_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store with those quads."""
    folder = tmp_path_factory.mktemp("store") / "index"
    store = ox.Store(str(folder))
    store.bulk_extend(quads())
    store.flush()
    return folder


@pytest.fixture
def make_pool(store_folder: Path) -> Iterator[MakePool]:
    """Make pools over the store, with a deadline of one second unless told otherwise."""
    pools: list[Pool] = []

    def make(**limits: Any) -> Pool:
        pools.append(Pool(store_folder, Limits(**({"seconds": 1.0} | limits))))
        return pools[-1]

    yield make
    for pool in pools:
        pool.close()


@pytest.fixture
def pool(make_pool: MakePool) -> Pool:
    """A pool with a deadline of one second."""
    return make_pool()
