"""One worker in front of a remote engine: ``python -m ccin_ld.store.remote_worker FD``.

It speaks with the pool as ``store.worker`` does, so the same limits hold: deadline, memory, rows, bytes,
places. A query is read by our own parser first. So mistakes have the same words whatever the engine, and
nothing reaches it that is not SPARQL 1.1, such as a DEFINE or a function of its own. The answer is written
anew, in our formats.
"""

from __future__ import annotations

import json
import re
import resource
import socket
import sys
from collections.abc import Iterator
from typing import Any, cast

import pyoxigraph as ox

from ccin_ld.errors import EndpointBusy, EngineFailed, EngineTimeout, LinkedDataError, QueryUnsupported
from ccin_ld.store import serialise, syntax, worker
from ccin_ld.store.engine import Engine, Found, Triples, ask
from ccin_ld.store.held import Held
from ccin_ld.store.names import Published

_FROM = re.compile(r"\bFROM\b", re.IGNORECASE)
_GRAPH = re.compile(r"graph", re.IGNORECASE)


def main() -> None:
    """Answer queries until the parent is gone."""
    channel = socket.socket(fileno=int(sys.argv[1]))
    worker._end_with_parent(channel)
    settings = json.loads(worker.receive(channel)[1])
    worker._limit(resource.RLIMIT_CORE, 0)
    engine = Engine.from_dict(settings["engine"])
    published = Published(settings["default"], tuple(settings["named"]), settings["nothing"])
    held = Held(engine, settings["base"], settings["version"])
    worker._limit(resource.RLIMIT_AS, worker._address_space() + settings["memory"])
    worker.send(channel, b"R", b"")
    while True:
        request = json.loads(worker.receive(channel)[1])
        worker._limit_time(request["seconds"])
        end = _answer(engine, published, held, request, settings["prefixes"], channel)
        worker.send(channel, b"E", json.dumps(end).encode())


def _answer(
    engine: Engine,
    published: Published,
    held: Held,
    request: dict[str, Any],
    prefixes: dict[str, str],
    channel: socket.socket,
) -> dict[str, Any]:
    """Ask the engine, send its answer piece by piece, and return what the end frame says."""
    query = request["query"]
    try:
        kind, names = _read(query, request["base"])
    except SyntaxError as error:
        return worker._mistake(query, request["base"], str(error))
    except RuntimeError as error:
        if "custom function" in str(error):
            return worker.unknown_function(query, str(error))
        return {"error": "engine", "text": str(error)}
    except ValueError as error:
        return {"error": "engine", "text": str(error)}
    form = request["graph" if kind == "graph" else "results"]
    if form is None:
        return {"error": "format", "kind": kind}
    try:
        end = _asked(engine, published, request, kind, names, form, prefixes, channel)
        held.still()  # the answer is spooled: nobody has seen any of it yet
        return end
    except serialise.NoPlaces:
        return {"error": "format", "kind": "select without places"}
    except serialise.NoRows:
        return {"error": "format", "kind": "ask"}
    except MemoryError:
        return {"error": "memory"}
    except (LinkedDataError, ValueError, OSError) as error:
        return _told(error)


def _read(query: str, base: str | None) -> tuple[str, list[str]]:
    """Return the kind of *query* and its variables in order. Raises SyntaxError, RuntimeError, ValueError."""
    found = ox.Store().query(query, base_iri=base)
    kind = worker._kind(found)
    return kind, worker._names(found, query) if isinstance(found, ox.QuerySolutions) else []


def _asked(
    engine: Engine,
    published: Published,
    request: dict[str, Any],
    kind: str,
    names: list[str],
    form: str,
    prefixes: dict[str, str],
    channel: socket.socket,
) -> dict[str, Any]:
    query, default, named = _with_dataset(published, request)
    pieces = worker._Pieces(channel)
    limits = serialise.Limits(request["rows"], request["bytes"])
    with ask(engine, query, kind, default=default, named=named, seconds=request["seconds"]) as (found, most):
        written = _write(found, names, form, limits, prefixes, pieces)
    pieces.flush()
    # An engine that has a limit of its own does not say when it has come to it.
    cut = written.cut or (most is not None and kind != "ask" and written.rows >= most)
    return {"kind": kind, "rows": written.rows, "cut": cut, "form": form}


def _write(
    found: Found,
    names: list[str],
    form: str,
    limits: serialise.Limits,
    prefixes: dict[str, str],
    pieces: worker._Pieces,
) -> serialise.Written:
    if isinstance(found, bool):
        return serialise.boolean(found, form, pieces.write)
    if isinstance(found, Triples):
        return serialise.graph(found, form, prefixes, limits, pieces.write)
    if {variable.value for variable in found.variables} != set(names):
        raise EngineFailed("the engine behind this site gave a wrong answer", detail="other variables")
    return serialise.solutions(cast(ox.QuerySolutions, found), names, form, limits, pieces.write)


def _with_dataset(published: Published, request: dict[str, Any]) -> tuple[str, list[str], list[str]]:
    """Return the query without FROM, and the graphs to name to the engine instead.

    SPARQL 1.1 Protocol, 2.1.4: what the protocol names goes before FROM. Some engines join the two.
    """
    query = request["query"]
    default, named = request["default_graphs"], request["named_graphs"]
    if _FROM.search(query):
        places = list(_from_places(query))
        if places and not default and not named:
            default, named = syntax.from_clauses(query, request["base"])
            if len(default) + len(named) != len(places):
                raise QueryUnsupported(
                    "FROM needs a whole IRI here", hint="Write FROM <http...>, or use default-graph-uri."
                )
        for start, end in reversed(places):
            query = query[:start] + " " * (end - start) + query[end:]
    if request["base"]:
        query = f"BASE <{request['base']}> {query}"
    has_graph = bool(_GRAPH.search(query)) or "\\u" in query.lower()
    return query, *published.dataset(default, named, graphs=has_graph)


def _from_places(query: str) -> Iterator[tuple[int, int]]:
    """Yield where each FROM clause of *query* begins and ends."""
    words = syntax.tokens(query)
    for index, word in enumerate(words[:-1]):
        if word.kind == "word" and word.upper == "FROM":
            last = words[min(index + 1 + (words[index + 1].upper == "NAMED"), len(words) - 1)]
            yield word.start, last.start + len(last.text)


def _told(error: Exception) -> dict[str, Any]:
    """Return what an end frame says of an error."""
    if isinstance(error, EndpointBusy):
        return {"error": "busy", "text": str(error), "retry_after": error.retry_after}
    if isinstance(error, QueryUnsupported):
        return {"error": "unsupported", "text": str(error), "hint": error.hint}
    if isinstance(error, EngineFailed):
        kind = "slow" if isinstance(error, EngineTimeout) else "lost"
        return {"error": kind, "text": error.message, "detail": error.detail}
    return {"error": "lost", "text": "the engine behind this site gave a wrong answer", "detail": str(error)}


if __name__ == "__main__":
    worker.run(main)
