"""Published files: whole, in parts, kept, and a place for each slow client that is given back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from werkzeug.test import Client

from ccin_ld.build import Build
from ccin_ld.config import Settings
from ccin_ld.web.app import create_app

from ..conftest import ReadingClient

FILE = "/data/ccin/latest/dataset.nq"


@pytest.fixture
def narrow(built: Build, settings: Settings) -> Iterator[Client]:
    """A site that lets one slow client in at a time."""
    app = create_app(replace(settings, threads=2), build=built)
    yield ReadingClient(app)
    app.close()


def test_a_part_is_the_bytes_that_it_names(client: Client, built: Build) -> None:
    """RFC 9110, 14."""
    whole = (built.folder / "files" / "dataset.nq").read_bytes()
    part = client.get(FILE, headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.data) == (206, whole[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(whole)}"
    last = client.get(FILE, headers={"Range": "bytes=-10", "If-Range": part.headers["ETag"]})
    assert (last.status_code, last.data) == (206, whole[-10:])
    changed = client.get(FILE, headers={"Range": "bytes=-10", "If-Range": '"another"'})
    assert (changed.status_code, changed.data) == (200, whole)
    beyond = client.get(FILE, headers={"Range": f"bytes={len(whole)}-"})
    assert beyond.status_code == 416


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({}, 200, id="whole"),
        pytest.param({"Range": "bytes=0-9"}, 206, id="a part"),
        pytest.param({"Range": "bytes=999999999-"}, 416, id="no part"),
        pytest.param({"If-None-Match": "*"}, 304, id="kept"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_every_place_is_given_back(narrow: Client, method: str, headers: dict[str, str], status: int) -> None:
    for _ in range(3):
        assert narrow.open(FILE, method=method, headers=headers).status_code == status
    assert narrow.get(FILE).status_code == 200


def test_one_too_many_is_told_to_wait(narrow: Client) -> None:
    slow = narrow.open(FILE, buffered=False)
    busy = narrow.get(FILE)
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "1")
    slow.close()
    assert narrow.get(FILE).status_code == 200
