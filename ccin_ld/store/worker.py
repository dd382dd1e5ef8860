"""One worker: ``python -m ccin_ld.store.worker FD`` answers queries over the socket FD until it closes.

The walls stand before the first query: no new sockets, bounded memory; before each query,
bounded processor time. Whatever goes wrong in here costs one query, never the server.

What is said over the socket are frames: four bytes of length, one letter, the body.
To the worker: ``S`` settings (once), ``Q`` a query; both JSON. From the worker: ``R`` ready (with "cpu"),
``D`` a piece of the answer, ``E`` the end of it, as JSON with "kind", "rows", "cut" or "error", and "cpu":
the seconds of processor time that this process has had so far.
"""

from __future__ import annotations

import json
import os
import resource
import select
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from ccin_ld.store import serialise, syntax

if TYPE_CHECKING:
    from ccin_ld.errors import BadQuery

PIECE = 64 * 1024
# The engine walks long chains ("1+1+1…", OPTIONAL after OPTIONAL) by recursion, and the usual 8 MB end the
# process at some thousand links. Only what is used takes memory: 60 kB of "+1" made a process of 73 MB.
_STACK = 512 << 20
_HEAD = struct.Struct("!Ic")


def send(channel: socket.socket, letter: bytes, body: bytes) -> None:
    """Send one frame."""
    channel.sendall(_HEAD.pack(len(body), letter) + body)


def receive(channel: socket.socket) -> tuple[bytes, bytes]:
    """Return letter and body of the next frame. Raises EOFError when the other side is gone."""
    length, letter = _HEAD.unpack(_read(channel, _HEAD.size))
    return letter, _read(channel, length)


def _read(channel: socket.socket, size: int) -> bytes:
    parts, missing = [], size
    while missing:
        part = channel.recv(min(missing, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def run(work: Callable[[], None]) -> None:
    """Do *work* in a thread with a deep stack; end the process when it is done, or the other side is gone."""
    failed: list[BaseException] = []

    def guarded() -> None:
        threading.stack_size(0)  # for the threads that come after this one
        try:
            work()
        except (EOFError, BrokenPipeError, ConnectionResetError):
            pass  # the other side is gone: nothing is left to do
        except BaseException as error:
            failed.append(error)
            raise

    threading.stack_size(_STACK)
    thread = threading.Thread(target=guarded, daemon=True)
    thread.start()
    with suppress(KeyboardInterrupt):
        thread.join()
    sys.exit(bool(failed))


def main() -> None:
    """Answer queries until the parent is gone."""
    channel = socket.socket(fileno=int(sys.argv[1]))
    _no_new_sockets()
    _end_with_parent(channel)
    settings = json.loads(receive(channel)[1])
    _limit(resource.RLIMIT_CORE, 0)
    store = ox.Store.read_only(settings["store"])
    _limit(resource.RLIMIT_AS, _address_space() + settings["memory"])
    send(channel, b"R", json.dumps({"cpu": time.process_time()}).encode())
    while True:
        request = json.loads(receive(channel)[1])
        _limit_time(request["seconds"])
        end = _answer(store, request, settings["prefixes"], channel)
        send(channel, b"E", json.dumps({**end, "cpu": time.process_time()}).encode())


def _limit(what: int, value: int) -> None:
    hard = resource.getrlimit(what)[1]
    resource.setrlimit(what, (value if hard < 0 else min(value, hard), hard))


def _address_space() -> int:
    """Return the bytes of address space in use: an open store, threads and libraries take some."""
    try:
        with open("/proc/self/statm", encoding="ascii") as numbers:
            return int(numbers.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 1 << 30  # no /proc: more than is in use


def _limit_time(seconds: float) -> None:
    # The parent kills sooner; this one holds when there is no parent any more.
    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime + seconds) + 2)


def _end_with_parent(channel: socket.socket) -> None:
    """Watch from a thread for the other end of *channel* to close; the engine lets threads run meanwhile."""

    def watch() -> None:
        poll = select.poll()
        poll.register(channel.fileno(), 0)  # only POLLHUP and POLLERR are told
        poll.poll()
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


def _no_new_sockets() -> bool:
    """Ask the kernel (Linux, seccomp) to refuse socket() and connect() from now on; say whether it will.

    A second wall behind the refusal of SERVICE: without it, or elsewhere, that refusal stands alone.
    """
    calls = {"x86_64": (0xC000003E, 41, 42), "aarch64": (0xC00000B7, 198, 203)}.get(os.uname().machine)
    if sys.platform != "linux" or calls is None:
        return False
    import ctypes

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]

    code = b"".join(_filter(*calls))
    letters = ctypes.create_string_buffer(code)
    program = Program(len(code) // 8, ctypes.addressof(letters))
    prctl = ctypes.CDLL(None).prctl
    prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
    no_new_privileges, seccomp, by_filter = 38, 22, 2
    return not prctl(no_new_privileges, 1, 0, 0, 0) and not prctl(
        seccomp, by_filter, ctypes.addressof(program), 0, 0
    )


def _filter(machine: int, socket_call: int, connect_call: int) -> list[bytes]:
    # struct sock_filter of linux/filter.h: load word, jump if equal, return.
    def step(code: int, if_so: int, if_not: int, value: int) -> bytes:
        return struct.pack("HBBI", code, if_so, if_not, value)

    load, equal, give, allow, refuse = 0x20, 0x15, 0x06, 0x7FFF0000, 0x00050001  # refuse: errno EPERM
    return [
        step(load, 0, 0, 4),  # the architecture
        step(equal, 0, 4, machine),
        step(load, 0, 0, 0),  # the call
        step(equal, 2, 0, socket_call),
        step(equal, 1, 0, connect_call),
        step(give, 0, 0, allow),
        step(give, 0, 0, refuse),
    ]


def _answer(
    store: ox.Store, request: dict[str, Any], prefixes: dict[str, str], channel: socket.socket
) -> dict[str, Any]:
    """Evaluate one query, send its answer piece by piece, and return what its end frame says."""
    query = request["query"]
    try:
        chosen, dataset = _dataset(store, request)
        found = chosen.query(query, base_iri=request["base"], **dataset)
        kind = _kind(found)
        form = request["graph" if kind == "graph" else "results"]
        if form is None:
            return {"error": "format", "kind": kind}
        pieces = _Pieces(channel)
        written = _write(found, query, form, request, prefixes, pieces.write)
        pieces.flush()
    except SyntaxError as error:
        return _mistake(query, request["base"], str(error))
    except serialise.NoPlaces:
        return {"error": "format", "kind": "select without places"}
    except serialise.NoRows:
        return {"error": "format", "kind": "ask"}
    except MemoryError:
        return {"error": "memory"}
    except RuntimeError as error:
        # "The custom function <...> is not supported", or a failure while evaluating.
        if "custom function" in str(error):
            return unknown_function(query, str(error))
        return {"error": "engine", "text": str(error)}
    except (OSError, ValueError) as error:
        if "does not support RDF 1.2" in str(error):  # triple terms, of which JSON-LD has no notion
            return {"error": "format", "kind": "graph with triple terms"}
        return {"error": "engine", "text": str(error)}
    return {"kind": kind, "rows": written.rows, "cut": written.cut, "form": form}


def _dataset(store: ox.Store, request: dict[str, Any]) -> tuple[ox.Store, dict[str, Any]]:
    """Return the store and the engine's arguments for the dataset that the protocol, else FROM, names.

    SPARQL 1.1 Protocol, 2.1.4: naming one kind of graph leaves the other empty.
    """
    default, named = request["default_graphs"], request["named_graphs"]
    if not default and not named:
        default, named = _from_clauses(request["query"], request["base"])
        if len(default) < 2:
            return store, {}
    defaults = [ox.NamedNode(iri) for iri in dict.fromkeys(default)]
    others = [ox.NamedNode(iri) for iri in dict.fromkeys(named)]
    if len(defaults) < 2:
        return store, {"default_graph": defaults, "named_graphs": others}
    return _merged(store, defaults, others), {"default_graph": [ox.DefaultGraph()], "named_graphs": others}


def _from_clauses(query: str, base: str | None) -> tuple[list[str], list[str]]:
    """Return the graphs that FROM and FROM NAMED name in *query*; none when there are no two FROM."""
    if query.upper().count("FROM") < 2:
        return [], []
    return syntax.from_clauses(query, base)


def _merged(store: ox.Store, defaults: list[ox.NamedNode], others: list[ox.NamedNode]) -> ox.Store:
    """Return a store in memory with *defaults* as one default graph, and *others* as they are.

    SPARQL 1.1 Query, 13.2.1: several FROM make one merged graph. The engine counts a triple that stands
    in two of them twice, so the merge is made here.
    """
    merged = ox.Store()
    for graph in defaults:
        merged.extend(ox.Quad(*quad.triple) for quad in store.quads_for_pattern(None, None, None, graph))
    for graph in others:
        merged.extend(store.quads_for_pattern(None, None, None, graph))
    return merged


_Found = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


def _kind(found: _Found) -> str:
    if isinstance(found, ox.QueryBoolean):
        return "ask"
    return "graph" if isinstance(found, ox.QueryTriples) else "select"


def _write(
    found: _Found,
    query: str,
    form: str,
    request: dict[str, Any],
    prefixes: dict[str, str],
    write: Callable[[bytes], object],
) -> serialise.Written:
    limits = serialise.Limits(request["rows"], request["bytes"])
    if isinstance(found, ox.QueryBoolean):
        return serialise.boolean(bool(found), form, write)
    if isinstance(found, ox.QueryTriples):
        return serialise.graph(found, form, prefixes, limits, write)
    return serialise.solutions(found, _names(found, query), form, limits, write)


def _names(found: ox.QuerySolutions, query: str) -> list[str]:
    """Return the variables in the order of SELECT; for SELECT *, in the order of the query's text.

    The engine's order for * is the alphabet's.
    """
    names = [variable.value for variable in found.variables]
    return syntax.in_order_of_text(query, names) if "*" in query else names


class _Pieces:
    """Collects what is written and sends it in pieces."""

    def __init__(self, channel: socket.socket) -> None:
        self.channel, self.kept, self.size = channel, list[bytes](), 0

    def write(self, data: bytes) -> None:
        """Keep *data*, and send what is kept once it is a piece."""
        self.kept.append(data)
        self.size += len(data)
        if self.size >= PIECE:
            self.flush()

    def flush(self) -> None:
        """Send what is kept."""
        if self.kept:
            send(self.channel, b"D", b"".join(self.kept))
            self.kept, self.size = [], 0


def _mistake(query: str, base: str | None, message: str) -> dict[str, Any]:
    empty = ox.Store()

    def complaint(text: str) -> str | None:
        try:
            empty.query(text, base_iri=base)
        except SyntaxError as error:
            return str(error)
        except (RuntimeError, OSError, ValueError):
            return None
        return None

    from ccin_ld.store import mistakes  # most workers never meet a mistake

    offset, located = syntax.locate(query, complaint)
    return told_of_mistake(mistakes.explain(query, offset, located or message))


def unknown_function(query: str, message: str) -> dict[str, Any]:
    """Return what the end frame says of a function that nobody has."""
    from ccin_ld.store import mistakes

    return told_of_mistake(mistakes.unknown_function(query, message))


def told_of_mistake(error: BadQuery) -> dict[str, Any]:
    """Return what the end frame says of a mistake in a query.

    It is explained in here, where time is bounded: to look at 64 kB of nonsense may take seconds, in which
    the web process would answer nobody.
    """
    return {
        "error": "query", "text": error.message, "line": error.line, "column": error.column,
        "token": error.token, "hint": error.hint,
    }  # fmt: skip


if __name__ == "__main__":
    run(main)
