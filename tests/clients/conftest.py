"""The production server on a free port, for clients that other people wrote."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ..web.test_server import Server


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """``ccin-ld serve`` over the committed record."""
    started = Server(var_dir=tmp_path_factory.mktemp("clients"))
    yield started
    started.end()
