"""The way from a fact to the term that it is said with, in a browser, with script off."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from .test_pages import findings, opened


def place(page: Page, anchor: str) -> float:
    """Return how far below the top of the window an element is."""
    box = page.locator(f'[id="{anchor}"]').bounding_box()
    assert box is not None
    return box["y"]


def test_from_a_fact_to_its_term_and_its_own_page(browser: Browser, address: str) -> None:
    context = browser.new_context(
        java_script_enabled=False, reduced_motion="reduce", viewport={"width": 1280, "height": 900}
    )
    page = context.new_page()
    page.goto(f"{address}/doc/council/oldham")
    page.get_by_role("link", name="ccin:registerCode", exact=True).first.click()
    page.wait_for_url("**/def/ccin#registerCode")
    assert 0 <= place(page, "registerCode") < 100
    page.locator("#registerCode h3 a").click()
    page.wait_for_url("**/def/ccin/registerCode")
    assert page.get_by_role("heading", level=1).inner_text() == "register code"
    page.get_by_role("link", name="Council", exact=True).first.click()
    page.wait_for_url("**/def/ccin#Council")
    page.go_back()
    page.wait_for_url("**/def/ccin/registerCode")
    context.close()


@pytest.mark.parametrize("width", [1280, 320])
def test_a_rule_is_where_its_anchor_says(browser: Browser, address: str, width: int) -> None:
    with opened(browser, f"{address}/def/shapes#council-kind", width) as watched:
        assert 0 <= place(watched.page, "council-kind") < 100


def test_the_picture_leads_to_its_terms(browser: Browser, address: str) -> None:
    with opened(browser, f"{address}/def/ccin", 1280) as watched:
        page = watched.page
        page.locator("svg.onto a", has_text="Participation").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/def/ccin#Participation")
        assert 0 <= place(page, "Participation") < 100


@pytest.mark.parametrize(
    "path", ["/cy/def/ccin", "/cy/def/ccin/Project", "/cy/def/shapes/Council", "/def/council-kinds"]
)
def test_axe_finds_nothing_in_welsh_either(browser: Browser, address: str, path: str) -> None:
    with opened(browser, address + path, 390, "dark") as watched:
        assert findings(watched.page) == []
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        watched.page.set_viewport_size({"width": 320, "height": 800})
        assert watched.page.evaluate(wide) == 0
