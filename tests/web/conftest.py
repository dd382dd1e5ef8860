"""The site of the invented choirs, which has memberships and tombstones."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from werkzeug.test import Client

from ccin_ld.build import Build, build
from ccin_ld.config import Settings
from ccin_ld.web.app import create_app

from ..choir import CHOIR


@pytest.fixture(scope="session")
def choir_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings for the record of the choirs."""
    return Settings(data_dir=CHOIR, var_dir=tmp_path_factory.mktemp("choir"))


@pytest.fixture(scope="session")
def choir(choir_settings: Settings) -> Build:
    """The record of the choirs, built."""
    return build(choir_settings)


@pytest.fixture
def singers(choir: Build, choir_settings: Settings) -> Iterator[Client]:
    """A client of the choirs' site."""
    app = create_app(choir_settings, build=choir)
    yield Client(app)
    app.close()
