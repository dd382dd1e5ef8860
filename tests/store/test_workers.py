"""The pool: whole answers, each limit with its own error, and recovery after each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from ccin_ld.config import Settings
from ccin_ld.errors import (
    BadQuery,
    BuildFailed,
    ClientBusy,
    EndpointBusy,
    NotAcceptable,
    QueryTimeout,
    QueryTooLarge,
)
from ccin_ld.represent.results import TRIPLE_TERMS
from ccin_ld.store.workers import Answer, Limits, Pool

from .conftest import EX, MakePool

pytestmark = pytest.mark.alone

LOOK_UP = f"SELECT ?name {{ <{EX}s7> ?p ?name }}"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


def rows(answer: Answer) -> list[dict[str, str]]:
    with answer.body:
        bindings = json.load(answer.body)["results"]["bindings"]
    return [{name: value["value"] for name, value in row.items()} for row in bindings]


def test_select(pool: Pool) -> None:
    answer = pool.run(LOOK_UP)
    assert (answer.kind, answer.form, answer.rows, answer.cut) == ("select", "json", 1, False)
    assert answer.length == len(answer.body.read())
    answer.body.seek(0)
    assert rows(answer) == [{"name": "name 7"}]


def test_ask_and_graph(pool: Pool) -> None:
    assert pool.run("ASK { ?s ?p ?o }", results="csv").body.read() == b"true\r\n"
    answer = pool.run(f"DESCRIBE <{EX}s7>", graph="ttl")
    assert (answer.kind, answer.form, answer.rows) == ("graph", "ttl", 1)
    assert b'foaf:name "name 7"@en' in answer.body.read()


def test_the_digest_is_that_of_the_bytes(pool: Pool) -> None:
    first, again, other = (pool.run(query) for query in (LOOK_UP, LOOK_UP, "ASK {}"))
    assert first.digest == again.digest != other.digest


def test_a_worker_is_used_again(pool: Pool) -> None:
    pool.run(LOOK_UP)
    before = set(pool.workers())
    for _ in range(20):
        pool.run(LOOK_UP)
    assert before & set(pool.workers())
    assert len(pool.workers()) <= 2  # the one, and perhaps a spare


@pytest.mark.skipif(
    not hasattr(os, "sched_getaffinity") or len(os.sched_getaffinity(0)) < 2,
    reason="there is one processor, or no telling which",
)
def test_one_processor_is_left_to_those_who_answer(pool: Pool) -> None:
    pool.run(LOOK_UP)
    mine = os.sched_getaffinity(0)
    for worker in pool.workers():
        assert os.sched_getaffinity(worker) < mine
    assert os.sched_getaffinity(0) == mine


def test_nothing_starts_before_the_first_query(make_pool: MakePool) -> None:
    assert make_pool().workers() == []


def test_variables_stand_in_the_order_of_the_query(pool: Pool) -> None:
    answer = pool.run("SELECT * { ?z ?y ?x } LIMIT 1")
    assert json.load(answer.body)["head"]["vars"] == ["z", "y", "x"]


@pytest.mark.parametrize(
    ("query", "default", "named", "expected"),
    [
        pytest.param("SELECT ?o { ?s ?p ?o }", ["graph/b"], [], ["in both", "only b"], id="one graph"),
        pytest.param("SELECT ?o { ?s ?p ?o }", ["graph/a", "graph/b"], [], ["in both", "only b"], id="two, merged"),
        pytest.param("SELECT ?o { ?s ?p ?o }", [], ["graph/a"], [], id="named only: an empty default graph"),
        pytest.param("SELECT ?o { GRAPH ?g { ?s ?p ?o } }", ["graph/a"], [], [], id="default only: no named graphs"),
        pytest.param("SELECT ?o { GRAPH ?g { ?s ?p ?o } }", [], ["graph/a"], ["in both"], id="one named graph"),
        pytest.param("SELECT ?o FROM <{}graph/a> {{ ?s ?p ?o }}", ["graph/b"], [], ["in both", "only b"], id="overrides FROM"),
        pytest.param("SELECT ?o FROM <{}graph/a> {{ ?s ?p ?o }}", [], [], ["in both"], id="FROM"),
        pytest.param("SELECT ?o FROM <{0}graph/a> FROM <{0}graph/b> {{ ?s ?p ?o }}", [], [], ["in both", "only b"], id="two FROM, merged"),
        pytest.param("SELECT ?o { ?s ?p ?o }", ["graph/none"], [], [], id="an unknown graph is empty"),
        pytest.param("SELECT ?o FROM <file:///etc/passwd> { ?s ?p ?o }", [], [], [], id="FROM a file reads nothing"),
    ],
)  # fmt: skip
def test_dataset(pool: Pool, query: str, default: list[str], named: list[str], expected: list[str]) -> None:
    answer = pool.run(
        query.format(EX) if "{}" in query or "{0}" in query else query,
        default_graphs=[EX + name for name in default],
        named_graphs=[EX + name for name in named],
    )
    assert sorted(row["o"] for row in rows(answer)) == expected


def test_relative_iris_are_resolved_against_the_base(pool: Pool) -> None:
    asked = "SELECT ?name FROM <graph/a> FROM <graph/b> { <s> <p> ?name }"
    assert sorted(row["name"] for row in rows(pool.run(asked, base=EX))) == ["in both", "only b"]
    asked = f"BASE <{EX}> " + asked
    assert len(rows(pool.run(asked, base="http://localhost/sparql"))) == 2
    with pytest.raises(BadQuery, match="is not a whole IRI"):
        pool.run("SELECT * { <s> ?p ?o }")


def test_json_ld_has_no_triple_terms(pool: Pool) -> None:
    asked = "CONSTRUCT { <x:a> <x:b> <<( <x:c> <x:d> <x:e> )>> } {}"
    with pytest.raises(NotAcceptable) as raised:
        pool.run(asked, graph="jsonld")
    assert raised.value.wanted == TRIPLE_TERMS
    with pool.run(asked, graph="nt").body as body:
        assert b"<<( <x:c> <x:d> <x:e> )>>" in body.read()


def test_a_format_that_the_client_does_not_take(pool: Pool) -> None:
    with pytest.raises(NotAcceptable):
        pool.run(LOOK_UP, results=None, graph="ttl")
    with pytest.raises(NotAcceptable):
        pool.run("CONSTRUCT WHERE { ?s ?p ?o }", graph=None)


def test_row_limits(make_pool: MakePool) -> None:
    pool = make_pool(rows=100)
    cut = pool.run("SELECT * { ?s ?p ?o }")
    assert (cut.rows, cut.cut) == (100, True)
    assert len(rows(cut)) == 100
    lower, higher = pool.run("SELECT * { ?s ?p ?o }", rows=5), pool.run("SELECT * { ?s ?p ?o }", rows=200)
    assert (lower.rows, higher.rows) == (5, 100)


def test_byte_limit(make_pool: MakePool) -> None:
    answer = make_pool(bytes=5000).run("SELECT * { ?s ?p ?o }")
    assert answer.cut
    assert answer.length <= 5200
    assert len(rows(answer)) == answer.rows


def test_a_row_longer_than_an_answer_is_not_sent(make_pool: MakePool) -> None:
    pool = make_pool(bytes=1000)
    answer = pool.run("SELECT (GROUP_CONCAT(?o) AS ?all) { ?s ?p ?o }")
    assert (answer.rows, answer.cut) == (0, True)


def test_a_long_answer_lies_in_an_unlinked_file(make_pool: MakePool) -> None:
    answer = make_pool(seconds=10.0).run("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 20000")
    assert answer.length > 1 << 20
    assert answer.body.fileno() > 0
    assert len(rows(answer)) == 20000


@pytest.mark.parametrize("seconds", [None, 0.4])
def test_deadline(pool: Pool, seconds: float | None) -> None:
    started = time.monotonic()
    with pytest.raises(QueryTimeout) as raised:
        pool.run(ENDLESS, seconds=seconds)
    assert raised.value.seconds == (seconds or 1.0)
    assert time.monotonic() - started < (seconds or 1.0) + 0.75
    assert rows(pool.run(LOOK_UP)) == [{"name": "name 7"}]


def test_a_client_cannot_raise_the_deadline(make_pool: MakePool) -> None:
    with pytest.raises(QueryTimeout) as raised:
        make_pool(seconds=0.4).run(ENDLESS, seconds=60.0)
    assert raised.value.seconds == 0.4


def test_memory(make_pool: MakePool) -> None:
    pool = make_pool(seconds=20.0, memory=400 << 20)
    with pytest.raises(QueryTooLarge):
        pool.run("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i")
    assert rows(pool.run(LOOK_UP)) == [{"name": "name 7"}]


def in_threads(count: int, work: object) -> list[BaseException | None]:
    """Run work(number) in threads; return what each raised."""
    raised: list[BaseException | None] = [None] * count

    def run(number: int) -> None:
        try:
            work(number)  # type: ignore[operator]
        except Exception as error:  # noqa: BLE001 - the test looks at whatever it was
            raised[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return raised


def test_slow_places_are_few(make_pool: MakePool) -> None:
    pool = make_pool(workers=4, slow_workers=1, seconds=3.0)
    pool.run(LOOK_UP)
    raised = in_threads(4, lambda number: pool.run(ENDLESS, client=f"client {number}"))
    kinds = sorted(type(error).__name__ for error in raised)
    assert kinds == ["EndpointBusy", "EndpointBusy", "EndpointBusy", "QueryTimeout"]
    busy = next(error for error in raised if isinstance(error, EndpointBusy))
    assert busy.retry_after >= 1


def test_a_client_has_one_slow_place(make_pool: MakePool) -> None:
    pool = make_pool(workers=4, slow_workers=3)
    raised = in_threads(2, lambda number: pool.run(ENDLESS, client="the same"))
    assert sorted(type(error).__name__ for error in raised) == ["ClientBusy", "QueryTimeout"]
    raised = in_threads(2, lambda number: pool.run(ENDLESS, client=f"client {number}"))
    assert sorted(type(error).__name__ for error in raised) == ["QueryTimeout", "QueryTimeout"]


def test_the_queue_is_bounded(make_pool: MakePool) -> None:
    pool = make_pool(workers=1, slow_workers=1, queue=1)
    raised = in_threads(12, lambda number: pool.run(ENDLESS, client=f"client {number}"))
    assert sum(isinstance(error, EndpointBusy) for error in raised) >= 10
    assert all(isinstance(error, EndpointBusy | QueryTimeout) for error in raised)


def test_a_client_has_its_share_of_the_places(make_pool: MakePool) -> None:
    pool = make_pool(workers=1, slow_workers=1, queue=16, client_places=3)
    raised = in_threads(8, lambda number: pool.run(ENDLESS, client="192.0.2.7"))
    assert (
        sum(isinstance(error, ClientBusy) and "queries here already" in str(error) for error in raised) == 5
    )
    assert rows(pool.run(LOOK_UP, client="192.0.2.7")) == [{"name": "name 7"}]


def test_a_client_has_its_seconds(make_pool: MakePool) -> None:
    pool = make_pool(client_seconds=0.3)
    with pytest.raises(QueryTimeout):
        pool.run(ENDLESS, seconds=0.5, client="192.0.2.7")
    with pytest.raises(ClientBusy) as raised:
        pool.run(LOOK_UP, client="192.0.2.7")
    assert 20 <= raised.value.retry_after <= 120
    assert rows(pool.run(LOOK_UP, client="192.0.2.8")) == [{"name": "name 7"}]


def test_whoever_has_least_is_next(make_pool: MakePool) -> None:
    """Eight of one client wait; one of another comes last, and is not answered last."""
    pool = make_pool(workers=2, slow_workers=1, queue=16, slow_after=20.0, seconds=30.0)
    pool.run(LOOK_UP)
    order: list[str] = []
    a_while = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }"

    def ask(number: int) -> None:
        time.sleep(0.05 if number == 8 else 0)
        client = "quiet" if number == 8 else "loud"
        pool.run(a_while, client=client)
        order.append(client)

    assert in_threads(9, ask) == [None] * 9
    # In the order of coming it would be the ninth; some of the loud are done before it comes.
    assert order.index("quiet") <= 6, order


def test_the_greedy_make_room_in_a_full_queue(make_pool: MakePool) -> None:
    pool = make_pool(workers=1, slow_workers=1, queue=2, slow_after=20.0, seconds=30.0)
    pool.run(LOOK_UP)

    def ask(number: int) -> None:
        time.sleep(0.2 * number)
        query, seconds = (ENDLESS, 1.5) if number == 0 else (LOOK_UP, None)
        pool.run(query, seconds=seconds, client="quiet" if number == 4 else "loud").body.close()

    raised = in_threads(5, ask)
    assert isinstance(raised[0], QueryTimeout)
    assert raised[1] is None
    # The third of the greedy found the queue full; its second was sent away for the other client's sake.
    assert [type(error).__name__ for error in raised[2:]] == ["EndpointBusy", "EndpointBusy", "NoneType"]


def test_one_that_waits_too_long_leaves_the_queue(make_pool: MakePool) -> None:
    pool = make_pool(workers=1, slow_workers=1, queue=4, slow_after=5.0)
    raised = in_threads(3, lambda number: pool.run(ENDLESS, client=f"client {number}", seconds=0.5))
    assert sorted(type(error).__name__ for error in raised) == [
        "EndpointBusy",
        "EndpointBusy",
        "QueryTimeout",
    ]
    assert rows(pool.run(LOOK_UP)) == [{"name": "name 7"}]


def test_each_query_is_told_of(store_folder: Path) -> None:
    told: list[tuple[str, bool, str]] = []

    def watch(query: str, seconds: float, error: Exception | None) -> None:
        told.append((query, 0 < seconds < 2, type(error).__name__))

    with Pool(store_folder, Limits(seconds=0.5), watch=watch) as pool:
        pool.run(LOOK_UP).body.close()
        with pytest.raises(QueryTimeout):
            pool.run(ENDLESS)
    assert told == [(LOOK_UP, True, "NoneType"), (ENDLESS, True, "QueryTimeout")]


def test_many_threads_get_right_answers(pool: Pool) -> None:
    def ask(number: int) -> None:
        for turn in range(10):
            wanted = f"name {number * 10 + turn}"
            found = rows(pool.run(f"SELECT ?o {{ <{EX}s{number * 10 + turn}> ?p ?o }}"))
            assert found == [{"o": wanted}]

    assert in_threads(16, ask) == [None] * 16


def test_a_closed_pool_leaves_no_worker(store_folder: Path) -> None:
    with Pool(store_folder, Limits(seconds=1.0)) as pool:
        pool.run(LOOK_UP)
        processes = [Path(f"/proc/{number}") for number in pool.workers()]
        assert processes
    time.sleep(0.3)
    assert not any(process.exists() for process in processes)


def test_a_store_that_is_not_there(tmp_path: Path) -> None:
    with Pool(tmp_path / "none") as pool, pytest.raises(BuildFailed, match="triples index"):
        pool.run("ASK {}")


def test_limits_come_from_the_settings() -> None:
    limits = Limits.of(Settings(query_timeout=3.0, query_rows=7, query_workers=5, query_slow_workers=4))
    assert (limits.seconds, limits.rows, limits.workers, limits.slow_workers) == (3.0, 7, 5, 4)
    assert Limits.of(Settings()).slow_workers >= 1


def test_a_worker_imports_the_engine_and_nothing_else() -> None:
    code = (
        "import sys; before = set(sys.modules); import ccin_ld.store.worker;"
        "print(' '.join(sorted({name.partition('.')[0] for name in set(sys.modules) - before})))"
    )
    root = Path(__file__).parents[2]
    found = subprocess.run([sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {[str(root), *sys.path]!r}; {code}"],
                           capture_output=True, text=True, check=True)  # fmt: skip
    ours = {name for name in found.stdout.split() if name not in sys.stdlib_module_names}
    assert ours == {"ccin_ld", "pyoxigraph"}


def test_a_worker_loads_few_of_our_modules() -> None:
    code = (
        "import sys, ccin_ld.store.worker; print(sorted(n for n in sys.modules if n.startswith('ccin_ld')))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                           cwd=Path(__file__).parents[2])  # fmt: skip
    assert found.stdout.strip() == str(
        ["ccin_ld", "ccin_ld.store", "ccin_ld.store.serialise", "ccin_ld.store.syntax", "ccin_ld.store.worker"]
    )  # fmt: skip
