"""The site of the invented choirs, which has memberships and tombstones."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from werkzeug.test import Client

from ccin_ld.build import Build
from ccin_ld.config import Settings
from ccin_ld.web.app import create_app


@pytest.fixture
def singers(choir: Build, choir_settings: Settings) -> Iterator[Client]:
    """A client of the choirs' site."""
    app = create_app(choir_settings, build=choir)
    yield Client(app)
    app.close()
