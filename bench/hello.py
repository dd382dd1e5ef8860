"""The yardstick: a bare Flask "hello", served by the very server that serves the site."""

from __future__ import annotations

from types import SimpleNamespace
from unittest import mock

import click
from flask import Flask

from ccin_ld.config import Settings
from ccin_ld.web import server

BODY = "Hello, World!"


class Bare(Flask):
    """Flask with nothing to open before the first visitor comes."""

    sites = SimpleNamespace(get=lambda: None)


def create_app(_: Settings) -> Bare:
    """Return the application: one route, one string."""
    app = Bare("hello")

    @app.get("/")
    def hello() -> str:
        return BODY

    return app


def main() -> None:
    """Serve it on a free port, with the settings that ``ccin-ld serve`` has by default."""
    # Same process model, threads and buffers by construction: only the application differs.
    with mock.patch.object(server, "create_app", create_app):
        server.serve(Settings(port=0), say=click.echo)


if __name__ == "__main__":
    main()
