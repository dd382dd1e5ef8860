"""Search, suggestions and facets in a browser: by keyboard, on a phone, with the back button, without script."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from .test_pages import findings, opened

NARROWED = "/members?type=council&region=e12000002&sort=-projects"


def typed(page: Page, text: str) -> None:
    """Type into the search field of the masthead and wait for the suggestions."""
    field = page.get_by_role("combobox", name="Search members, projects and principles")
    expect(field).to_be_visible()
    field.focus()
    field.press_sequentially(text)
    expect(page.get_by_role("listbox")).to_be_visible()


def path(page: Page) -> str:
    parts = urlsplit(page.url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def test_suggestions_by_keyboard(browser: Browser, address: str) -> None:
    with opened(browser, f"{address}/about", 1280) as watched:
        page = watched.page
        typed(page, "oldh")
        field, box = page.locator("#q"), page.get_by_role("listbox")
        expect(field).to_have_attribute("aria-expanded", "true")
        options = box.get_by_role("option")
        expect(options.first).to_contain_text("Oldham Council")
        expect(page.locator(".search [role=status]")).to_have_text(f"{options.count()} suggestions")
        assert findings(page) == []
        page.keyboard.press("ArrowUp")
        expect(options.last).to_have_attribute("aria-selected", "true")
        page.keyboard.press("ArrowDown")
        assert field.get_attribute("aria-activedescendant") is None
        assert box.locator("[aria-selected=true]").count() == 0
        page.keyboard.press("ArrowDown")
        expect(options.first).to_have_attribute("aria-selected", "true")
        active = field.get_attribute("aria-activedescendant")
        assert active == options.first.get_attribute("id")
        page.keyboard.press("Escape")
        expect(box).to_be_hidden()
        assert field.input_value() == "oldh"
        page.keyboard.press("ArrowDown")
        expect(box).to_be_visible()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url("**/doc/council/oldham")
        assert page.evaluate("window.violations") == []
        assert watched.hosts == {urlsplit(address).netloc}


def test_enter_without_a_choice_searches_for_what_is_typed(browser: Browser, address: str) -> None:
    with opened(browser, f"{address}/about", 1280) as watched:
        page = watched.page
        typed(page, "oldh")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search?q=oldh")
        expect(page.get_by_role("link", name="Oldham Council", exact=True)).to_be_visible()


def test_a_suggestion_by_mouse_and_leaving_the_field(browser: Browser, address: str) -> None:
    with opened(browser, f"{address}/about", 390) as watched:
        page = watched.page
        typed(page, "wrek")
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) == 0
        page.keyboard.press("Tab")
        expect(page.get_by_role("listbox")).to_be_hidden()
        typed(page, "i")
        page.get_by_role("option").first.click()
        page.wait_for_url("**/doc/council/telford-and-wrekin")


def test_facets_back_and_deep_links(browser: Browser, address: str) -> None:
    with opened(browser, f"{address}/members", 1280) as watched:
        page = watched.page
        everything = page.locator(".rows > li").count()
        page.get_by_label("Council", exact=False).and_(page.locator("[value=council]")).check()
        page.get_by_role("button", name="Apply").last.click()
        page.wait_for_url("**type=council**")
        councils = page.locator(".rows > li").count()
        assert 0 < councils < everything
        page.locator("summary", has_text="Region").click()
        page.locator("[name=region][value=e12000002]").check()
        page.get_by_label("Sort by").select_option("-projects")
        page.get_by_role("button", name="Apply").first.click()
        page.wait_for_url("**region=e12000002**")
        northern = page.locator(".rows > li").all_text_contents()
        assert 0 < len(northern) < councils
        told = page.locator(".facet label", has=page.locator("[value=e12000002]")).locator(".more")
        assert told.text_content() == str(len(northern))
        page.go_back()
        assert page.locator(".rows > li").count() == councils
        assert not page.locator("[name=region][value=e12000002]").is_checked()
        page.go_forward()
        assert page.locator(".rows > li").all_text_contents() == northern
        deep = page.url
    with opened(browser, deep, 1280) as watched:
        page = watched.page
        assert page.locator(".rows > li").all_text_contents() == northern
        assert page.get_by_label("Sort by").input_value() == "-projects"
        page.get_by_role("link", name="Region: North West").click()
        assert page.locator(".rows > li").count() == councils
        page.get_by_role("list", name="What is chosen").get_by_role("link", name="Clear all").click()
        assert path(page) == "/members"
        assert page.locator(".rows > li").count() == everything


def test_facets_on_a_phone(browser: Browser, address: str) -> None:
    with opened(browser, f"{address}/projects", 390, "dark") as watched:
        page = watched.page
        box = page.locator("[name=year][value='2020']")
        expect(box).to_be_hidden()  # the list comes first, not a screen of filters
        page.locator(".filters > summary").focus()
        page.keyboard.press("Enter")
        expect(box).to_be_visible()
        size = page.locator("label", has=box).bounding_box()
        assert size
        assert size["height"] >= 24
        box.focus()
        page.keyboard.press("Space")
        page.keyboard.press("Enter")  # a form is sent from any of its boxes
        page.wait_for_url("**year=2020**")
        assert page.locator(".rows > li").count() == 1
        assert findings(page) == []


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize(
    "place",
    [NARROWED, "/search?q=plymouth&type=council", "/search?q=oldam", "/members?type=group&kind=county"],
)
def test_axe_finds_nothing_on_what_is_narrowed(
    browser: Browser, address: str, place: str, width: int
) -> None:
    with opened(browser, address + place, width, "light" if width > 400 else "dark") as watched:
        assert watched.page.evaluate("window.violations") == []
        assert findings(watched.page) == []


@pytest.mark.parametrize("place", [NARROWED, "/search?q=plymouth", "/case-studies"])
def test_nothing_is_wider_than_a_small_screen(browser: Browser, address: str, place: str) -> None:
    with opened(browser, address + place, 320) as watched:
        for details in watched.page.locator("details:not([open]) > summary").all():
            if details.is_visible():
                details.click()
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert watched.page.evaluate(wide) == 0


def test_without_script_search_and_facets_work(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/about")
    field = page.get_by_role("searchbox")
    field.fill("E08000004")
    field.press("Enter")
    assert path(page) == "/search?q=E08000004"
    page.get_by_role("link", name="Oldham Council", exact=True).click()
    assert path(page) == "/doc/council/oldham"
    page.goto(f"{address}/projects")
    page.locator("[name=year][value='2020']").check()
    page.get_by_role("button", name="Apply").first.click()
    assert "year=2020" in page.url
    assert page.locator(".rows > li").count() == 1
    context.close()
