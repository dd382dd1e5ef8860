"""Swapping builds without a seam, the cache's bounds, colours without scripts (design, 1.4 and 5)."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import Client

from ccin_ld.build import build
from ccin_ld.config import Settings
from ccin_ld.errors import BuildFailed
from ccin_ld.web.cache import Kept, RepresentationCache
from ccin_ld.web.site import CurrentSite

from ..first_page import copy_first_page
from ..page_kinds import PAGES

ROOT = Path(__file__).parent.parent.parent


class Clock:
    """A clock that a test turns by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def settings_here(tmp_path: Path) -> Settings:
    copy_first_page(tmp_path / "data")
    return Settings(data_dir=tmp_path / "data", var_dir=tmp_path / "var")


def test_a_new_build_is_seen_within_a_second_and_the_old_one_stays_open_for_who_uses_it(
    settings_here: Settings,
) -> None:
    first = build(settings_here).id
    clock = Clock()
    sites = CurrentSite(settings_here, clock=clock)
    old = sites.get()
    with old.in_use():
        assert old.pool.run("ASK {}").kind == "ask"
        second = build(replace(settings_here, quotations=False)).id
        assert sites.get().build.id == first  # looked a moment ago
        clock.now = 1.5
        assert sites.get().build.id == second
        assert old.pool.run("ASK {}").kind == "ask"  # a request keeps the build it began with
        assert old.pool.workers()
    until = time.monotonic() + 10
    while old.pool.workers():  # one that was just being started ends as soon as it stands
        assert time.monotonic() < until
        time.sleep(0.02)
    sites.close()


def test_no_build_at_all(settings_here: Settings) -> None:
    with pytest.raises(BuildFailed, match="ccin-ld build"):
        CurrentSite(settings_here).get()


def test_a_folder_that_vanishes_does_not_stop_the_site(settings_here: Settings) -> None:
    build(settings_here)
    clock = Clock()
    sites = CurrentSite(settings_here, clock=clock)
    before = sites.get().build.id
    (settings_here.var_dir / "current").unlink()
    clock.now = 5
    assert sites.get().build.id == before


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 5000)), max_size=60))
def test_the_cache_never_grows_past_its_bytes(puts: list[tuple[int, int]]) -> None:
    cache = RepresentationCache(20_000)
    for key, size in puts:
        cache.put(key, Kept("200 OK", [], b"x" * size, None, None))
        assert cache.size <= 20_000


def test_the_longest_unused_goes_first() -> None:
    cache = RepresentationCache(10_000)
    for key in ("a", "b", "c", "d"):
        cache.put(key, Kept("200 OK", [], b"x" * 1800, None, None))
    assert cache.get("a")
    cache.put("e", Kept("200 OK", [], b"x" * 1800, None, None))
    assert cache.get("a")
    assert cache.get("b") is None


def test_colours_without_scripts_and_pages_without_cookies(client: Client) -> None:
    plain = client.get("/", headers={"Accept": "text/html"})
    assert "Set-Cookie" not in plain.headers
    saved = client.post("/theme", data={"theme": "dark", "back": "/members"})
    assert (saved.status_code, saved.headers["Location"]) == (303, "/members")
    cookie = saved.headers["Set-Cookie"]
    assert "theme=dark" in cookie
    assert "Path=/theme.css" in cookie
    css = client.get("/theme.css", headers={"Cookie": "theme=dark"})
    assert "--paper: #10171a" in css.text
    assert css.headers["Cache-Control"] == "private, no-cache"
    assert client.get("/", headers={"Accept": "text/html", "Cookie": "theme=dark"}).data == plain.data


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/\\evil.example", "/x\r\nSet-Cookie: a=b", ""]
)
def test_the_colour_form_leads_back_to_this_site_only(client: Client, back: str) -> None:
    saved = client.post("/theme", data={"theme": "dark", "back": back})
    assert saved.headers["Location"] == "/"
    assert "a=b" not in saved.headers["Set-Cookie"]


def test_the_form_on_every_page_says_where_it_is(client: Client) -> None:
    page = client.get("/members", headers={"Accept": "text/html"}).text
    assert '<input type="hidden" name="back" value="/members">' in page


def test_static_files_are_kept_for_ever_and_only_under_their_digest(client: Client) -> None:
    page = client.get("/", headers={"Accept": "text/html"}).text
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]
    response = client.get(address)
    assert response.status_code == 200
    assert "immutable" in response.headers["Cache-Control"]
    assert client.get("/static/style.css").status_code == 404
    assert client.get("/static/..%2f..%2fapp.py").status_code == 404


def test_every_page_has_the_same_menu(client: Client) -> None:
    menus = {}
    for name, path in PAGES.items():
        page = client.get(path, headers={"Accept": "text/html"}).text
        menu = re.search(r'<nav class="menu.*?</nav>', page, re.DOTALL)
        if menu and not path.startswith("/cy"):
            menus[name] = re.findall(r'href="([^"]+)"', menu[0])
    assert len(menus) > 80
    odd = {name: menu for name, menu in menus.items() if menu != menus["home"]}
    assert odd == {}
