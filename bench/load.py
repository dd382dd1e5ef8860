"""Load: some keep-alive connections that ask without pause, and read every answer to its last byte.

Plain sockets and one ``select`` loop, so that it needs no tool and one core of it outruns the servers it
measures. It says how much of its own core it used; near all of it means that the load was the limit.
"""

from __future__ import annotations

import re
import selectors
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_AT_ONCE = 1 << 18
_PATIENCE = 20.0  # seconds without any answer before the server counts as stuck


class WrongAnswer(Exception):
    """A server answered something else than it must."""


@dataclass(frozen=True)
class Exchange:
    """A request as it is sent, and the answer that must come back."""

    request: bytes
    status: int
    body: bytes


@dataclass(frozen=True)
class Measured:
    """What one run of load found: whole, right answers in so many seconds."""

    answers: int
    seconds: float
    busy: float  # the share of one core that the load itself used

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds


@dataclass(frozen=True)
class Reply:
    """One answer as it came."""

    status: int
    head: bytes
    body: bytes


class Connection:
    """One keep-alive connection."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address, timeout=_PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = bytearray()
        self.expected: Exchange | None = None

    def send(self, exchange: Exchange) -> None:
        """Send a request."""
        self.expected = exchange
        self._received.clear()
        self.socket.sendall(exchange.request)

    def receive(self) -> Reply | None:
        """Read what has come; return the answer once it is whole. Raises WrongAnswer when it cannot be."""
        data = self.socket.recv(_AT_ONCE)
        if not data:
            raise WrongAnswer("the server closed the connection in the middle")
        self._received += data
        end = self._received.find(b"\r\n\r\n") + 4
        if end < 4:
            return None
        head = bytes(self._received[:end])
        status = int(head[9:12])
        length = _length(head, status)
        if len(self._received) < end + length:
            return None
        return Reply(status, head, bytes(self._received[end:]))

    def close(self) -> None:
        """Close the connection."""
        self.socket.close()


def _length(head: bytes, status: int) -> int:
    if status in (204, 304):
        return 0  # RFC 9112, 6.3: these have no content, whatever their fields say
    found = _LENGTH.search(head)
    if found is None:
        raise WrongAnswer(f"an answer {status} without Content-Length")
    return int(found[1])


def ask(address: tuple[str, int], request: bytes) -> Reply:
    """Return the answer to one request. Raises OSError when nobody answers."""
    connection = Connection(address)
    try:
        connection.send(Exchange(request, 0, b""))
        while (reply := connection.receive()) is None:
            pass
        return reply
    finally:
        connection.close()


def run(
    address: tuple[str, int], exchanges: Iterator[Exchange], *, connections: int, seconds: float
) -> Measured:
    """Ask for so many seconds over so many connections. Raises WrongAnswer at the first wrong one.

    What is under way at the end is waited for, so every answer is whole, checked and counted.
    """
    with ExitStack() as stack:
        selector = stack.enter_context(selectors.DefaultSelector())
        for _ in range(connections):
            connection = Connection(address)
            stack.callback(connection.close)
            selector.register(connection.socket, selectors.EVENT_READ, connection)
        try:
            return _run(selector, exchanges, seconds)
        except OSError as error:
            raise WrongAnswer(f"a connection broke: {error}") from error


def _run(selector: selectors.BaseSelector, exchanges: Iterator[Exchange], seconds: float) -> Measured:
    open_ones: list[Connection] = [key.data for key in selector.get_map().values()]
    began, used, answers, under_way = time.perf_counter(), time.process_time(), 0, len(open_ones)
    end = began + seconds
    for connection in open_ones:
        connection.send(next(exchanges))
    while under_way:
        ready = selector.select(_PATIENCE)
        if not ready:
            raise WrongAnswer(f"no answer for {_PATIENCE:.0f} seconds")
        going_on = time.perf_counter() < end
        for key, _ in ready:
            connection = key.data
            reply = connection.receive()
            if reply is None:
                continue
            check(reply, connection.expected)
            answers += 1
            if going_on:
                connection.send(next(exchanges))
            else:
                under_way -= 1
    took = time.perf_counter() - began
    return Measured(answers, took, (time.process_time() - used) / took)


def check(reply: Reply, expected: Exchange) -> None:
    """Raise WrongAnswer unless the answer has the status and, to the byte, the body that is expected."""
    if reply.status != expected.status:
        raise WrongAnswer(f"status {reply.status} in place of {expected.status} to {_first_line(expected)}")
    if reply.body != expected.body:
        sizes = f"{len(reply.body)} bytes that are not the {len(expected.body)} expected"
        raise WrongAnswer(f"{sizes} to {_first_line(expected)}")


def _first_line(exchange: Exchange) -> str:
    return exchange.request.partition(b"\r\n")[0].decode("latin-1")
