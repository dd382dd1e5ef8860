"""Every kind of page in a browser: axe, the content security policy, other hosts, narrow screens, the keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from ..page_kinds import PAGES, SELECT

ALL = pytest.mark.parametrize("path", [pytest.param(path, id=name) for name, path in PAGES.items()])
_WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", e => window.violations.push(e.violatedDirective));
"""
Scheme = Literal["light", "dark"]


@dataclass
class Watched:
    """A page and what it asked of the network."""

    page: Page
    hosts: set[str] = field(default_factory=set)


@contextmanager
def opened(
    browser: Browser, url: str, width: int, scheme: Scheme = "light", *, forced: bool = False
) -> Iterator[Watched]:
    colours: Literal["active", "none"] = "active" if forced else "none"
    # Who wants no movement is not kept waiting by pages that scroll smoothly.
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        forced_colors=colours,
        reduced_motion="reduce",
    )
    watched = Watched(context.new_page())
    watched.page.on("request", lambda one: watched.hosts.add(urlsplit(one.url).netloc))
    watched.page.add_init_script(_WATCH)
    watched.page.goto(url)
    try:
        yield watched
    finally:
        context.close()


def findings(page: Page) -> list[str]:
    """Return what axe has against a page: the rule and the places."""
    violations = Axe().run(page).response["violations"]
    return [f"{one['id']}: {[node['target'] for node in one['nodes']][:4]}" for one in violations]


# The words of the page as it was served, which no script has touched, and as they are now.
_WORDS = """text => {
  const served = new DOMParser().parseFromString(text, "text/html");
  return [served, document].map(one => one.querySelector("main").textContent.replace(/\\s+/g, " ").trim());
}"""
_TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# What scrolls by itself says so and takes the keyboard.
_UNMARKED = """[...document.querySelectorAll("main *")].filter(one =>
  one.scrollWidth > one.clientWidth + 1 && ["auto", "scroll"].includes(getComputedStyle(one).overflowX)
  && one.tagName !== "TEXTAREA" && one.tabIndex !== 0).map(one => one.outerHTML.slice(0, 80))"""


@ALL
def test_a_page_is_for_everybody(browser: Browser, address: str, path: str) -> None:
    """One visit: no word needs a script, the policy is kept, no other host, no cookie, axe finds nothing,
    nothing scrolls sideways.
    """
    with opened(browser, address + path, 1280) as watched:
        page = watched.page
        assert page.evaluate("window.violations") == []
        assert watched.hosts == {urlsplit(address).netloc}
        assert page.context.cookies() == []
        # The editor of the query page takes the place of the form, which another test fills in without script.
        # What explains an answer shows what was sent: here the two do not send the same.
        if not path.startswith("/sparql") and "explain" not in path:
            text = page.context.request.get(page.url, headers={"Accept": "text/html"}).text()
            served, now = page.evaluate(_WORDS, text)
            assert served == now
            assert len(served) > 40
        # A screen 1280 pixels wide is as narrow as this when it is made so much larger (WCAG 1.4.4, 1.4.10).
        for width in (640, 320):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate(_TOO_WIDE) == 0, width
            assert page.evaluate(_UNMARKED) == [], width
        page.set_viewport_size({"width": 1280, "height": 900})
        assert findings(page) == []
        # The same page made narrow and dark: layout, targets, regions and colours differ.
        page.set_viewport_size({"width": 390, "height": 844})
        page.emulate_media(color_scheme="dark")
        assert findings(page) == []


@pytest.mark.parametrize("path", ["/", "/doc/council/oldham", "/sparql"])
def test_the_keyboard_reaches_the_skip_link_first(browser: Browser, address: str, path: str) -> None:
    with opened(browser, address + path, 1280) as watched:
        page = watched.page
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        box = page.locator(".skip").bounding_box()
        assert box is not None
        assert box["y"] >= 0
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize(
    ("device", "choice", "paper"),
    [
        pytest.param("light", "dark", "rgb(16, 23, 26)", id="dark against the device"),
        pytest.param("dark", "light", "rgb(246, 245, 240)", id="light against the device"),
        pytest.param("dark", "device", "rgb(16, 23, 26)", id="as the device"),
    ],
)
def test_the_colour_choice_stays(
    browser: Browser, address: str, device: Scheme, choice: str, paper: str
) -> None:
    with opened(browser, f"{address}/about", 1280, device) as watched:
        page = watched.page
        page.select_option("#theme", choice)
        page.get_by_role("button", name="Save").click()
        page.wait_for_url("**/about")
        page.goto(f"{address}/members")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == paper
        assert page.evaluate("window.violations") == []


def test_the_current_page_shows_in_forced_colours(browser: Browser, address: str) -> None:
    with opened(browser, f"{address}/members", 1280, forced=True) as watched:
        colours = watched.page.evaluate(
            "[...document.querySelectorAll('.menu a')].map(one => getComputedStyle(one).borderBottomColor)"
        )
        assert len(set(colours[1:])) == 1
        assert colours[0] != colours[1]


def test_the_query_form_works_without_script(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/sparql")
    page.get_by_label("SPARQL query").fill(SELECT)
    page.get_by_role("button", name="Run query").click()
    expect(page.get_by_role("heading", name="Results")).to_be_visible()
    assert page.get_by_text("no value").count() == 3
    assert page.get_by_label("SPARQL query").input_value() == SELECT
    context.close()


def test_paper_is_white_and_says_where_it_is_from(browser: Browser, address: str) -> None:
    with opened(browser, f"{address}/doc/council/oldham", 1280, "dark") as watched:
        watched.page.select_option("#theme", "dark")
        watched.page.get_by_role("button", name="Save").click()
        watched.page.emulate_media(media="print")
        paper = "getComputedStyle(document.body).backgroundColor"
        assert watched.page.evaluate(paper) == "rgb(255, 255, 255)"
        printed = "getComputedStyle(document.querySelector('.record'), '::after').content"
        assert "https://w3id.org/ccin/id/council/oldham" in watched.page.evaluate(printed)
