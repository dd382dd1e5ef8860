"""Every kind of page is under 60 KB before compression (its style sheet is a file of its own, and kept)."""

from __future__ import annotations

import re

import pytest
from werkzeug.test import Client

from bench.pages import LARGEST, one_of_each
from ccin_ld.build import Build

from ..page_kinds import PAGES

# The kinds of page that tell of a mistake; all others are found.
FAULTS = {
    "not found": 404,
    "look-up of nothing": 404,
    "nothing in a frame": 404,
    "mistake": 400,
    "question with a mistake": 400,
}


def size(client: Client, path: str) -> int:
    return len(client.get(path, headers={"Accept": "text/html"}, buffered=True).data)


@pytest.mark.parametrize(("name", "path"), PAGES.items())
def test_a_page_is_small(client: Client, name: str, path: str) -> None:
    page = client.get(path, headers={"Accept": "text/html"})
    assert page.status_code == FAULTS.get(name, 200)
    assert 500 < len(page.data) < LARGEST


def test_so_is_the_busiest_thing_of_every_kind(client: Client, built: Build) -> None:
    paths = one_of_each(built)
    assert {path.split("/")[2] for path in paths if path.startswith("/doc/")} == set(built.index.kinds())
    sizes = {path: size(client, path) for path in paths}
    assert {path: number for path, number in sizes.items() if number >= LARGEST} == {}


def test_so_is_every_page_in_welsh(client: Client) -> None:
    sizes = {path: size(client, f"/cy{path}".rstrip("/")) for path in PAGES.values() if path[:3] != "/cy"}
    assert {path: number for path, number in sizes.items() if number >= LARGEST} == {}


def test_the_style_sheet_is_kept_for_ever(client: Client) -> None:
    href = re.search(r'<link rel="stylesheet" href="(/static/style\.[^"]+)"', client.get("/").text)
    assert href
    assert "immutable" in client.get(href[1]).headers["Cache-Control"]
