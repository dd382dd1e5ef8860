"""Pages in Welsh in a real browser: nothing scrolls sideways on a phone, axe finds nothing, links keep Welsh."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

_TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
PATHS = [
    "/cy",
    "/cy/members",
    "/cy/projects",
    "/cy/doc/council/oldham",
    "/cy/doc/project/eoi-action-learning-set",
    "/cy/doc/principle/social-partnership",
    "/cy/quality",
    "/cy/accessibility",
    "/cy/sparql",
    "/cy/nowhere",
]


@pytest.fixture(scope="module", params=[390, 320])
def phone(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    """A page as narrow as a phone."""
    page = browser.new_page(viewport={"width": request.param, "height": 800}, base_url=address)
    yield page
    page.close()


@pytest.mark.parametrize("path", PATHS)
def test_nothing_scrolls_sideways(phone: Page, path: str) -> None:
    phone.goto(path)
    assert phone.evaluate("document.documentElement.lang") == "cy"
    assert phone.evaluate(_TOO_WIDE) == 0


def test_axe_finds_nothing_and_the_language_goes_along(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 800}, base_url=address)
    page.goto("/cy/doc/council/oldham")
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
    page.get_by_role("link", name="Aelodau", exact=True).first.click()
    assert page.url == f"{address}/cy/members"
    page.get_by_role("link", name="English").click()
    assert page.url == f"{address}/members"
    assert page.evaluate("document.documentElement.lang") == "en-GB"
    page.get_by_role("link", name="Cymraeg").click()
    assert page.url == f"{address}/cy/members"
    page.close()


def test_a_browser_that_prefers_welsh_begins_in_welsh(browser: Browser, address: str) -> None:
    page = browser.new_page(locale="cy-GB", base_url=address)
    page.goto("/")
    assert page.url == f"{address}/cy"
    page.get_by_role("link", name="English").click()
    assert page.url == f"{address}/en"
    assert page.evaluate("document.documentElement.lang") == "en-GB"
    page.close()
