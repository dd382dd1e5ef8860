"""The production server on a free port, for clients that other people wrote."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ccin_ld.build import Build
from ccin_ld.config import Settings

from ..web.test_server import Server


@pytest.fixture(scope="package")
def server(built: Build, settings: Settings) -> Iterator[Server]:
    """``ccin-ld serve`` over the committed record."""
    started = Server(var_dir=settings.var_dir)
    yield started
    started.end()
