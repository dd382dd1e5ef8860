"""Queries that mean harm: each ends inside its limit with its error, and others are answered meanwhile."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pyoxigraph as ox
import pytest

from ccin_ld.errors import (
    BadQuery,
    EndpointBusy,
    LinkedDataError,
    QueryForbidden,
    QueryTimeout,
    QueryTooLarge,
    QueryTooLong,
)
from ccin_ld.store.workers import Pool

from .conftest import EX, MakePool
from .test_workers import ENDLESS, LOOK_UP, in_threads, rows

pytestmark = pytest.mark.alone

ROOT = Path(__file__).parents[2]
NEVER = "FILTER(STRLEN(CONCAT(STR(?a), STR(?d), STR(?g), STR(?j))) < 3)"
CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
ENDS = (QueryTimeout, QueryTooLarge)

HOSTILE = [
    pytest.param(ENDLESS, QueryTimeout, id="cross product"),
    pytest.param(f"SELECT * {{ {CROSS} }} ORDER BY ?c ?f ?i ?l", ENDS, id="ORDER BY bomb"),
    pytest.param(f"SELECT DISTINCT ?c ?f ?i ?l {{ {CROSS} }} OFFSET 9999999", ENDS, id="DISTINCT bomb"),
    pytest.param(f"SELECT (GROUP_CONCAT(?c) AS ?x) {{ {CROSS} }}", ENDS, id="GROUP_CONCAT bomb"),
    pytest.param(f"ASK {{ {CROSS} {NEVER} }}", QueryTimeout, id="ASK that looks for ever"),
    pytest.param(f"CONSTRUCT {{ ?a ?b ?l }} WHERE {{ {CROSS} {NEVER} }}", QueryTimeout, id="CONSTRUCT"),
    pytest.param("SELECT * { ?a !<x:y>* ?d . ?g !<x:y>* ?j . ?c !<x:y>* ?f " + NEVER + "}", ENDS, id="paths"),
    pytest.param("ASK " + "{" * 5000 + "}" * 5000, QueryTooLong, id="5,000 nested groups"),
    pytest.param("ASK { FILTER(" + "(" * 5000 + "1" + ")" * 5000 + ") }", QueryTooLong, id="5,000 nested parentheses"),
    pytest.param("SELECT * { ?s ?p " + "[ ?p " * 5000 + "1" + "]" * 5000 + " }", QueryTooLong, id="5,000 blank nodes"),
    pytest.param("ASK { " + "?s ?p ?o . " * 200_000 + "}", QueryTooLong, id="2 MB"),
    pytest.param("INSERT DATA { <http://e/s> <http://e/p> 1 }", QueryForbidden, id="INSERT"),
    pytest.param("DELETE WHERE { ?s ?p ?o }", QueryForbidden, id="DELETE"),
    pytest.param("LOAD <http://127.0.0.1/>", QueryForbidden, id="LOAD"),
    pytest.param("ASK {} ; DROP ALL", BadQuery, id="DROP behind a query"),
    pytest.param("SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", QueryForbidden, id="SERVICE"),
    pytest.param("ASK { ?s ?p '\x00' } \x00", BadQuery, id="NUL"),
    pytest.param("SELECT * { <a: " + " " * 64000, BadQuery, id="an IRI that never ends"),
    pytest.param("SELECT * { " + "a.a." * 16000, (BadQuery, QueryTimeout), id="names without a colon"),
    pytest.param("SELECT * { " + '"\\' * 32000, (BadQuery, QueryTimeout), id="escaped quotation marks"),
    pytest.param("ASK { ?s ?p '\ud800' }", LinkedDataError, id="half a surrogate"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "error"), HOSTILE)
def test_it_ends_in_time_with_its_error(
    make_pool: MakePool, query: str, error: type[BaseException] | tuple[type[BaseException], ...]
) -> None:
    pool = make_pool(memory=768 << 20)
    started = time.monotonic()
    with pytest.raises(error):
        pool.run(query)
    assert time.monotonic() - started < 2.5
    assert rows(pool.run(LOOK_UP)) == [{"name": "name 7"}]


LONG_CHAINS = [
    pytest.param("ASK { " + "OPTIONAL { ?s ?p ?o } " * 2500 + "}", id="OPTIONAL"),
    pytest.param("ASK { " + "{ ?s ?p ?o } UNION " * 3000 + "{} }", id="UNION"),
    pytest.param("ASK { FILTER(1" + "+1" * 20000 + " > 5) }", id="plus"),
    pytest.param("ASK { FILTER(true" + "&&true" * 9000 + ") }", id="and"),
    pytest.param("ASK { ?s " + "<x:y>/" * 9000 + "<x:y> ?o }", id="path"),
    pytest.param("ASK { ?s " + "^" * 30000 + "<x:y> ?o }", id="inverse of inverse"),
    pytest.param("ASK { ?s ?p ?o " + "FILTER NOT EXISTS{?s ?p ?q}" * 2000 + "}", id="NOT EXISTS"),
    pytest.param("ASK { ?s ?p ?o " + "MINUS{?s ?p ?q}" * 3000 + "}", id="MINUS"),
    pytest.param("SELECT * { " + " ".join(f"BIND({n} AS ?v{n})" for n in range(3000)) + "}", id="BIND"),
    pytest.param("ASK { VALUES ?x {" + "1 " * 30000 + "} }", id="VALUES"),
]


@pytest.mark.parametrize("query", LONG_CHAINS)
def test_long_chains_cost_a_worker_at_most(make_pool: MakePool, query: str) -> None:
    pool = make_pool()
    started = time.monotonic()
    with suppress(QueryTimeout, QueryTooLarge, BadQuery):
        pool.run(query)
    assert time.monotonic() - started < 2.5
    assert rows(pool.run(LOOK_UP)) == [{"name": "name 7"}]


DEEP = [
    pytest.param("ASK { FILTER(" + "!" * 30000 + "true) }", id="30,000 times not"),
]


@pytest.mark.parametrize("query", DEEP)
def test_what_is_deep_but_cheap_is_answered_and_costs_no_worker(make_pool: MakePool, query: str) -> None:
    """The stack of 8 MB that a process usually has ended it at some thousand links of such a chain."""
    pool = make_pool(workers=1)
    pool.run(LOOK_UP)
    until = time.monotonic() + 10
    while not (there := set(pool.workers())):
        assert time.monotonic() < until
    answer = pool.run(query)
    assert answer.kind == "ask"
    assert b"true" in answer.body.read()
    assert set(pool.workers()) & there


@pytest.fixture
def listener() -> Iterator[tuple[str, list[bytes]]]:
    """An address on loopback, and what was heard there."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        done = threading.Event()

        def listen() -> None:
            while not done.is_set():
                try:
                    caller, _ = server.accept()
                except TimeoutError:
                    continue
                heard.append(b"somebody")
                caller.close()

        thread = threading.Thread(target=listen)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/", heard
        time.sleep(0.2)
        done.set()
        thread.join()


CALLS = [
    "SELECT * { SERVICE <A> { ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT <A> { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o FILTER EXISTS { SERVICE <A> { ?s ?p ?o } } }",
    "SELECT * { { SELECT * { SERVICE <A> { ?s ?p ?o } } } }",
    "SELECT * { ?s ?p ?o #'\n SERVICE <A> { ?s ?p ?o } #'\n }",
    "SELECT * { ?s ?p ?o #\r SERVICE <A> { ?s ?p ?o } }",
    "SELECT * { BIND(<A> AS ?x) SERVICE ?x { ?s ?p ?o } }",
    "PREFIX x: <A> SELECT * { SERVICEx:{ ?s ?p ?o } }",
    "SELECT * { VALUES ?x { '''a'} SERVICE <A> { ?s ?p ?o } FILTER(?x = '') }",
    "SELECT * { \\u0053ERVICE <A> { ?s ?p ?o } }",
    "SELECT * FROM <A> { ?s ?p ?o }",
    "SELECT * FROM NAMED <A> { GRAPH ?g { ?s ?p ?o } }",
    "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
    "DESCRIBE <A>",
    "LOAD <A>",
    "INSERT { ?s ?p ?o } WHERE { SERVICE <A> { ?s ?p ?o } }",
]


def test_the_engine_alone_would_call(listener: tuple[str, list[bytes]]) -> None:
    address, heard = listener
    with suppress(OSError):  # what the listener does with the call is its own affair
        list(ox.Store().query(CALLS[0].replace("A>", address + ">")))  # type: ignore[arg-type]
    time.sleep(0.2)
    assert heard


def test_nobody_is_called(make_pool: MakePool, listener: tuple[str, list[bytes]]) -> None:
    address, heard = listener
    pool = make_pool()
    for query in CALLS:
        try:
            answer = pool.run(query.replace("A>", address + ">"))
        except (QueryForbidden, BadQuery):
            continue
        assert answer.rows == 0, query
    assert pool.run("ASK {}", default_graphs=[address]).rows == 1
    assert not heard


@pytest.mark.skipif(
    sys.platform != "linux", reason="seccomp is the wall of Linux; elsewhere the guard stands alone"
)
def test_behind_the_guard_stands_a_wall(
    make_pool: MakePool, listener: tuple[str, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, heard = listener
    monkeypatch.setattr("ccin_ld.store.guard.asks_elsewhere", lambda query: False)
    with pytest.raises(LinkedDataError):
        make_pool().run(CALLS[0].replace("A>", address + ">"))
    assert not heard


def test_others_are_answered_while_sixteen_attack(make_pool: MakePool) -> None:
    pool = make_pool(workers=2, slow_workers=1)
    pool.run(LOOK_UP)
    done = threading.Event()
    waits: list[float] = []
    busy: list[int] = []

    def attack(number: int) -> None:
        while not done.is_set():
            try:
                pool.run(ENDLESS, client=f"bad {number}")
            except EndpointBusy:
                time.sleep(0.2)  # half as long as it is asked to wait would be polite
            except QueryTimeout:
                pass

    def ask(_: int) -> None:
        until = time.monotonic() + 4
        while time.monotonic() < until:
            started = time.monotonic()
            try:
                assert rows(pool.run(LOOK_UP, client="good")) == [{"name": "name 7"}]
                waits.append(time.monotonic() - started)
            except EndpointBusy:
                busy.append(1)
                time.sleep(0.05)
        done.set()

    raised = in_threads(17, lambda number: ask(number) if number == 16 else attack(number))
    assert raised == [None] * 17
    assert len(waits) >= 3, (waits, busy)


PARENT = """
    import sys, threading, time
    from ccin_ld.store.workers import Limits, Pool
    pool = Pool(sys.argv[1], Limits(seconds=60.0, slow_workers=2))
    pool.run("ASK {}")
    threading.Thread(target=lambda: pool.run(sys.argv[2])).start()
    time.sleep(0.8)
    print(*pool.workers(), flush=True)
    time.sleep(60)
"""


def running(number: int) -> bool:
    """Say whether the process runs (one that nobody has waited for does not)."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")
def test_no_worker_outlives_its_server(store_folder: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(PARENT), str(store_folder), ENDLESS],
        stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert parent.stdout is not None
    workers = [int(number) for number in parent.stdout.readline().split()]
    try:
        assert workers
        assert all(map(running, workers))
    finally:
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        parent.stdout.close()
    until = time.monotonic() + 2
    while any(map(running, workers)) and time.monotonic() < until:
        time.sleep(0.02)
    assert not [number for number in workers if running(number)]


def test_the_examples_of_this_file_are_all_there() -> None:
    assert (len(HOSTILE), len(DEEP), len(LONG_CHAINS), len(CALLS)) == (21, 1, 10, 16)
    assert EX.endswith("/")
    assert isinstance(Pool, type)
