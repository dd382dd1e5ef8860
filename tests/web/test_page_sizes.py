"""Every kind of page is under 60 KB before compression (its style sheet is a file of its own, and kept)."""

from __future__ import annotations

import re

import pytest
from werkzeug.test import Client

from bench.pages import LARGEST, one_of_each
from ccin_ld.build import Build

from ..page_kinds import PAGES


def size(client: Client, path: str) -> int:
    return len(client.get(path, headers={"Accept": "text/html"}, buffered=True).data)


@pytest.mark.parametrize("path", [pytest.param(path, id=name) for name, path in PAGES.items()])
def test_a_page_is_small(client: Client, path: str) -> None:
    assert 500 < size(client, path) < LARGEST


def test_so_is_the_busiest_thing_of_every_kind(client: Client, built: Build) -> None:
    paths = one_of_each(built)
    assert {path.split("/")[2] for path in paths if path.startswith("/doc/")} == set(built.index.kinds())
    sizes = {path: size(client, path) for path in paths}
    assert {path: number for path, number in sizes.items() if number >= LARGEST} == {}


def test_the_style_sheet_is_kept_for_ever(client: Client) -> None:
    href = re.search(r'<link rel="stylesheet" href="(/static/style\.[^"]+)"', client.get("/").text)
    assert href
    assert "immutable" in client.get(href[1]).headers["Cache-Control"]
