"""What many tests need: the committed record built once, and a way to say what a bare machine lacks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import pytest
from werkzeug.test import Client, TestResponse

from ccin_ld.build import Build, build
from ccin_ld.config import Settings
from ccin_ld.export.asking import ORIGIN
from ccin_ld.web.app import App, create_app

from .choir import CHOIR
from .past import with_a_past

ROOT = Path(__file__).parent.parent


def missing(what: str) -> NoReturn:
    """Skip with the reason; in CI, where everything is required, fail."""
    if os.environ.get("CCIN_LD_REQUIRE") == "all":
        pytest.fail(f"{what}, and CCIN_LD_REQUIRE=all")
    pytest.skip(what)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a file together when files run beside each other; those that need all of the site too.

    What a session makes once, each process makes once: asking for the whole site takes a minute.
    """
    whole = {item.path for item in items if "whole" in getattr(item, "fixturenames", ())}
    for item in items:
        item.add_marker(pytest.mark.xdist_group("whole" if item.path in whole else str(item.path)))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real material and standards' suites beside the project."""
    folder = Path(os.environ.get("CCIN_LD_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        missing(f"the folder {folder} is not there")
    return folder


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings for the committed record, with builds in a temporary folder."""
    return Settings(
        data_dir=ROOT / "data",
        ontology_dir=ROOT / "ontology",
        queries_dir=ROOT / "examples" / "queries",
        var_dir=tmp_path_factory.mktemp("var"),
    )


@pytest.fixture(scope="session")
def built(settings: Settings) -> Build:
    """The committed record, built."""
    return build(settings)


@pytest.fixture(scope="session")
def app(built: Build, settings: Settings) -> Iterator[App]:
    """The site of the committed record, as a WSGI application."""
    made = create_app(settings, build=built)
    yield made
    made.close()


@pytest.fixture(scope="session")
def past_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings for the invented choirs, which have had three Releases."""
    return with_a_past(tmp_path_factory.mktemp("past"))


@pytest.fixture(scope="session")
def past(past_settings: Settings) -> Build:
    """The choirs with a past, built."""
    return build(past_settings)


@pytest.fixture(scope="session")
def past_app(past: Build, past_settings: Settings) -> Iterator[App]:
    """The site of the choirs with a past."""
    made = create_app(past_settings, build=past)
    yield made
    made.close()


@pytest.fixture(scope="session")
def whole(built: Build, settings: Settings) -> Iterator[App]:
    """The site for whoever asks for all of it: what one test has asked for is kept for the next."""
    made = create_app(replace(settings, public_url=ORIGIN, cache_bytes=1 << 30), build=built)
    yield made
    made.close()


@pytest.fixture(scope="session")
def choir_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings for the record of the choirs."""
    return Settings(data_dir=CHOIR, var_dir=tmp_path_factory.mktemp("choir"))


@pytest.fixture(scope="session")
def choir(choir_settings: Settings) -> Build:
    """The record of the choirs, built."""
    return build(choir_settings)


class ReadingClient(Client):
    """A client that reads each answer to its end and closes it, as a connection does: no place stays taken."""

    def open(self, *args: Any, buffered: bool = True, **kwargs: Any) -> TestResponse:
        """Send a request and return the whole answer."""
        return super().open(*args, buffered=buffered, **kwargs)


@pytest.fixture
def client(app: App) -> Client:
    """A client of the site, without a network between."""
    return ReadingClient(app)


@pytest.fixture
def then(past_app: App) -> Client:
    """A client of the site of the choirs with a past."""
    return ReadingClient(past_app)
