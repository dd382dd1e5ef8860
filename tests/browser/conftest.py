"""A browser and the site on a real port. Where there is no Chromium the tests are skipped and say so."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, sync_playwright
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from ccin_ld.web.app import App

from ..conftest import missing

CHROMIUM = Path("/usr/bin/chromium")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def address(app: App) -> Iterator[str]:
    """The site, served on a port of its own."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, with nothing of its own to say to the network."""
    if not CHROMIUM.exists():
        missing(f"{CHROMIUM} is not there")
    with sync_playwright() as playwright:
        try:
            started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
        except Error as error:
            missing(f"Chromium does not start: {error.message.splitlines()[0]}")
        yield started
        started.close()


@pytest.fixture(scope="module")
def elsewhere(address: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Another site, on an origin of its own: its address, and its pages, which tests write."""
    pages: dict[str, str] = {}

    @Request.application
    def app(request: Request) -> Response:
        body = f'<!doctype html><html lang="en"><title>Elsewhere</title><h1>Elsewhere</h1>{pages[request.path]}</html>'
        response = Response(body, mimetype="text/html")
        response.headers["Content-Security-Policy"] = f"default-src 'none'; frame-src {address}"
        return response

    # Another name of this machine: another host, and so another site, not only another port.
    server = make_server("localhost", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}", pages
    server.shutdown()
    thread.join()
    server.server_close()
