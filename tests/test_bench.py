"""The benchmark: it notices a wrong answer, and runs. Nothing here depends on how fast anything is."""

from __future__ import annotations

import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import repeat
from pathlib import Path

import pytest

from bench.load import Exchange, Measured, Reply, WrongAnswer, check, run
from bench.measure import Row, Turns

pytestmark = pytest.mark.alone

ROOT = Path(__file__).parent.parent
HELLO = Exchange(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", 200, b"hello")
RIGHT = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


def test_it_runs_and_every_answer_is_right() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--check"], cwd=ROOT, capture_output=True, text=True, timeout=180
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Right: ")
    assert "warm answers of 9 sorts" in done.stdout


def test_good_clients_are_answered_beside_hostile_ones() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.hostile", "1"], cwd=ROOT, capture_output=True, text=True, timeout=180
    )
    assert done.returncode == 0, done.stderr
    assert "| page |" in done.stdout
    assert " × 503" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("status", "body"),
    [
        pytest.param(500, b"hello", id="another status"),
        pytest.param(200, b"hell", id="too short"),
        pytest.param(200, b"hello!", id="too long"),
        pytest.param(200, b"jello", id="as long, and different"),
    ],
)
def test_a_wrong_answer_is_noticed(status: int, body: bytes) -> None:
    check(Reply(200, b"", b"hello"), HELLO)
    with pytest.raises(WrongAnswer, match="GET /"):
        check(Reply(status, b"", body), HELLO)


@contextmanager
def answering(*answers: bytes) -> Iterator[tuple[str, int]]:
    """Serve these answers, in turn and then the last for ever, in pieces; an empty one ends a connection."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            left = list(answers)
            while self.request.recv(4096):
                answer = left.pop(0) if len(left) > 1 else left[0]
                if not answer:
                    return
                self.request.sendall(answer[:20])
                self.request.sendall(answer[20:])

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = False

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield "127.0.0.1", server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def test_answers_in_pieces_are_whole_and_counted() -> None:
    with answering(RIGHT) as address:
        done = run(address, repeat(HELLO), connections=3, seconds=0.05)
    assert done.answers >= 3
    assert done.rate == done.answers / done.seconds


@pytest.mark.parametrize(
    ("later", "words"),
    [
        pytest.param(RIGHT.replace(b"hello", b"jello"), "not the 5 expected", id="another body"),
        pytest.param(RIGHT.replace(b"200 OK", b"503 Busy"), "status 503", id="another status"),
        pytest.param(RIGHT + b"more", "9 bytes", id="bytes behind the end"),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\nhello", "without Content-Length", id="no length"),
        pytest.param(b"", "the connection|a connection", id="no answer"),
    ],
)
def test_a_run_ends_at_the_first_wrong_answer(later: bytes, words: str) -> None:
    with answering(RIGHT, RIGHT, later) as address, pytest.raises(WrongAnswer, match=words):
        run(address, repeat(HELLO), connections=2, seconds=5)


def test_the_ratio_is_taken_turn_by_turn() -> None:
    # A machine that was slow for the middle turn of both: the ratio of the medians would be 1.5.
    ours, flask = Turns(), Turns()
    for mine, theirs in ((300, 100), (30, 20), (200, 100)):
        ours.add(Measured(mine, 1.0, 0.1), 0.5)
        flask.add(Measured(theirs, 1.0, 0.1), None)
    row = Row(None, ours, flask)  # type: ignore[arg-type]
    assert row.ratio == 2.0
    assert ours.cpu_each == pytest.approx(1.5 / 530 * 1e6)
    assert flask.cpu_each is None
    assert not row.load_was_the_limit
    ours.add(Measured(1, 1.0, 0.95), 0.5)
    assert row.load_was_the_limit


def test_lists_of_a_large_network_are_measured() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.find", "--size", "120", "--turns", "2"],
        cwd=ROOT, capture_output=True, text=True, timeout=180,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "| four facets, sorted |" in done.stdout


def test_matching_is_measured_and_right() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.reconcile", "--size", "120", "--names", "60", "--turns", "1"],
        cwd=ROOT, capture_output=True, text=True, timeout=180,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "| 60 names |" in done.stdout
