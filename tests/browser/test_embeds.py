"""A page of another site, under a strict policy of its own, shows our frames with the code that we give."""

from __future__ import annotations

import html
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Frame, Page


def shown(browser: Browser, url: str, *, scheme: str = "light") -> tuple[Page, Frame, list[str]]:
    context = browser.new_context(viewport={"width": 800, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda one: said.append(one.text))
    page.goto(url)
    page.wait_for_load_state("networkidle")
    return page, page.frames[1], said


def codes(browser: Browser, page_address: str) -> list[str]:
    """Return the texts to copy that a page offers, as a person would copy them."""
    page = browser.new_page()
    page.goto(page_address)
    page.locator("#embed > summary").click()
    found = [one.inner_text() for one in page.locator("#embed pre").all()]
    page.close()
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_card_on_another_site(
    browser: Browser, address: str, elsewhere: tuple[str, dict[str, str]], scheme: str
) -> None:
    site, pages = elsewhere
    pages["/card"] = codes(browser, f"{address}/doc/council/oldham")[0]
    page, frame, said = shown(browser, f"{site}/card", scheme=scheme)
    assert said == []  # a browser tells there of what a policy stopped
    assert frame.url == f"{address}/embed/council/oldham"
    assert frame.locator("h1").inner_text() == "Oldham Council"
    # Its own style sheet is there: the policy of the frame takes it, though the frame has no origin.
    paper = {"light": "rgb(255, 255, 255)", "dark": "rgb(24, 34, 39)"}[scheme]
    assert frame.evaluate("getComputedStyle(document.body).backgroundColor") == paper
    assert frame.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert page.context.cookies() == []
    page.context.close()


def test_a_link_in_a_frame_opens_our_page_beside_the_other_site(
    browser: Browser, address: str, elsewhere: tuple[str, dict[str, str]]
) -> None:
    site, pages = elsewhere
    pages["/list"] = codes(browser, f"{address}/doc/council/oldham")[1]
    page, frame, _ = shown(browser, f"{site}/list")
    with page.expect_popup() as opened:
        frame.locator("main a").nth(1).click()
    ours = opened.value
    ours.wait_for_load_state()
    assert ours.url.startswith(f"{address}/doc/project/")
    assert ours.evaluate("window.opener") is None
    # Out of the sandbox: there the page is as it is for everybody.
    assert ours.locator("form[role=search]").is_visible()
    assert page.url == f"{site}/list"
    page.context.close()


def test_a_frame_is_reached_by_keyboard_and_axe_finds_nothing(
    browser: Browser, address: str, elsewhere: tuple[str, dict[str, str]]
) -> None:
    site, pages = elsewhere
    pages["/axe"] = f"<main>{codes(browser, f'{address}/doc/project/eoi-action-learning-set')[0]}</main>"
    page, frame, _ = shown(browser, f"{site}/axe")
    page.locator("h1").click()
    page.keyboard.press("Tab")
    # The frame itself takes no focus, what is in it does; a frame that scrolls may take it first.
    for _ in range(2):
        if frame.evaluate("document.activeElement.tagName") == "A":
            break
        page.keyboard.press("Tab")
    assert frame.evaluate("document.activeElement.tagName") == "A"
    page.context.close()
    # axe cannot look into a sandbox: the page of the frame is looked at by itself, as wide as it is there.
    alone = browser.new_page(viewport={"width": 400, "height": 340})
    alone.goto(f"{address}/embed/project/eoi-action-learning-set")
    assert Axe().run(alone).response["violations"] == []
    alone.close()


def test_the_code_of_oembed_is_that_of_the_page(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/doc/council/oldham")
    href = page.locator('link[type="application/json+oembed"]').get_attribute("href")
    assert href
    told = page.request.get(href).json()
    assert told["html"] == codes(browser, f"{address}/doc/council/oldham")[0]
    page.close()


@pytest.mark.parametrize("path", ["/", "/doc/council/oldham", "/sparql"])
def test_other_pages_are_not_shown_in_a_frame(
    browser: Browser, address: str, elsewhere: tuple[str, dict[str, str]], path: str
) -> None:
    site, pages = elsewhere
    pages["/refused"] = f'<iframe src="{html.escape(address + path)}" title="ours"></iframe>'
    page, frame, said = shown(browser, f"{site}/refused")
    assert frame.url == "chrome-error://chromewebdata/"
    assert any(re.search("frame-ancestors|X-Frame-Options", one) for one in said)
    page.context.close()
