"""Whether a remote engine holds a build, and holds it still."""

from __future__ import annotations

import time

import pyoxigraph as ox

from ccin_ld.errors import BuildFailed, EngineFailed
from ccin_ld.store.engine import Engine, Rows, ask
from ccin_ld.store.names import Names

_SURE_FOR = 0.5  # seconds in which an engine that held the build holds it still


class Held:
    """Asks *engine* for one version of the data at *base*.

    An engine answers a question about a graph that is gone as if nothing were known. So who has an answer
    that may be of a lost build looks afterwards, before anybody is told.
    """

    def __init__(self, engine: Engine, base: str, version: str) -> None:
        self._engine, self._names, self._version = engine, Names(base), version
        self._seen = float("-inf")

    def check(self) -> None:
        """Return when the engine answers and holds the version. Raises EngineFailed or BuildFailed."""
        query = f"SELECT ?v {{ GRAPH <{self._names.state}> {{ ?s <{self._names.says('holds')}> ?v }} }}"
        with ask(self._engine, query, "select") as (found, _):
            assert isinstance(found, Rows)
            held = {row[0].value for row in found if isinstance(row[0], ox.Literal)}
        if self._version not in held:
            raise BuildFailed(
                f"the engine does not hold the version {self._version} of the data, that of the build here;"
                " run: ccin-ld push current --to its address"
            )
        self._seen = time.monotonic()

    def still(self) -> None:
        """Return when the engine has not lost the version. Raises EngineFailed."""
        if time.monotonic() - self._seen < _SURE_FOR:
            return
        try:
            self.check()
        except BuildFailed as error:
            raise EngineFailed(
                "the engine behind this site holds other data than this site shows", detail=str(error)
            ) from error
