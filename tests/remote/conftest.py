"""Both engines with the committed record in them, and sites in front of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from werkzeug.test import Client

from ccin_ld.build import Build, build
from ccin_ld.config import Settings
from ccin_ld.release import version_and_quads
from ccin_ld.store.engine import Engine
from ccin_ld.store.push import Pushed, push
from ccin_ld.web.app import App, create_app

from ..choir import CHOIR
from .engines import Running, oxigraph, virtuoso

STARTS = {"oxigraph": oxigraph, "virtuoso": virtuoso}


def push_build(engine: Engine, settings: Settings, what: str = "current") -> Pushed:
    """Push what the settings have as the current build."""
    return push(engine, *version_and_quads(settings, what))


def remote_site(engine: Engine, made: Build, settings: Settings) -> App:
    """Return the site of a build whose triples are in an engine."""
    # What the site reads is asked without a name: only who pushes has one.
    return create_app(settings, build=Build(made.folder, replace(engine, user=None, password=None)))


@pytest.fixture(scope="session")
def held_by(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, settings: Settings, built: Build
) -> Iterator[Running]:
    """The engine named by the parameter, with the committed record in it."""
    running = STARTS[request.param](tmp_path_factory.mktemp(request.param))
    try:
        push_build(running.engine, settings)
        yield running
    finally:
        running.end()


@pytest.fixture(scope="session")
def far(held_by: Running, built: Build, settings: Settings) -> Iterator[Client]:
    """A client of the site in front of that engine."""
    app = remote_site(held_by.engine, built, settings)
    yield Client(app)
    app.close()


@pytest.fixture(scope="session")
def near(app: App) -> Client:
    """A client of the site over the build's own index."""
    return Client(app)


@pytest.fixture(scope="session")
def choir_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings for the small record of the choirs."""
    return Settings(
        data_dir=CHOIR,
        var_dir=tmp_path_factory.mktemp("choir-remote"),
        query_timeout=2.0,
        endpoint_timeout=2.0,
    )


@pytest.fixture(scope="session")
def choir(choir_settings: Settings) -> Build:
    """The record of the choirs, built."""
    return build(choir_settings)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Running]:
    """An empty engine of its own for a test that ends or changes it."""
    running = oxigraph(tmp_path, seconds=2.0)
    yield running
    running.end()
