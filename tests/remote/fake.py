"""An engine that behaves as badly as a test wants."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

XML = "application/sparql-results+xml"
HEAD = '<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="s"/></head>'
HOLDS = (
    '<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="v"/></head><results>'
    '<result><binding name="v"><literal>{}</literal></binding></result></results></sparql>'
)
ROW = '<result><binding name="s"><uri>http://example.org/{}</uri></binding></result>'


class Handler(BaseHTTPRequestHandler):
    """Gives each request to the server's ``behave``."""

    protocol_version = "HTTP/1.1"
    server: Fake

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _do(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.server.holds and b"holds%3E" in body:
            self.answer(200, HOLDS.format(self.server.holds).encode())
            return
        self.server.seen.append((self.command, self.path, dict(self.headers), parse_qs(body.decode())))
        self.server.behave(self)

    do_GET = do_POST = do_PUT = _do

    def answer(self, status: int, data: bytes, kind: str = XML, **headers: str) -> None:
        """Send a whole answer."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def half(self, data: bytes, kind: str = XML) -> None:
        """Say that twice as much comes, and close."""
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(2 * len(data)))
        self.end_headers()
        self.wfile.write(data)
        self.wfile.flush()
        self.close_connection = True

    def drip(self, data: bytes, every: float) -> None:
        """Send one byte at a time, for ever."""
        self.send_response(200)
        self.send_header("Content-Type", XML)
        self.end_headers()
        while True:
            self.wfile.write(data[:1])
            self.wfile.flush()
            time.sleep(every)

    def hang_up(self) -> None:
        """Close without a word."""
        self.close_connection = True


class Fake(ThreadingHTTPServer):
    """The server; ``behave`` is what the next requests meet, ``seen`` what came."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen: list[tuple[str, str, dict[str, str], dict[str, list[str]]]] = []
        self.behave: Callable[[Handler], None] = Handler.hang_up
        self.holds: str | None = None  # the version that it says it holds, to who asks for that
        self.url = f"http://127.0.0.1:{self.server_address[1]}/sparql"

    def handle_error(self, *_: object) -> None:
        """Clients that go are part of the game."""


@contextmanager
def fake() -> Iterator[Fake]:
    """Serve until the block ends."""
    with Fake() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join(5)


def rows(*names: str) -> bytes:
    """Return results with one variable, s."""
    return (HEAD + "<results>" + "".join(ROW.format(name) for name in names) + "</results></sparql>").encode()
