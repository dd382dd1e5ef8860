"""What people without a mouse, without script, with large type or on paper get: walked through in a browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser

from ..page_kinds import PAGES
from .test_pages import opened

WALKED = [
    "home", "members", "projects", "council", "project", "who works with whom", "map", "dataset", "query", "search",
    "question",
]  # fmt: skip
# Everything that the Tab key has to reach, as a mark that stays with the element.
_REACHABLE = """() => {
  const can = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  const all = [...document.querySelectorAll(can)].filter(one => !one.disabled && one.checkVisibility());
  all.forEach((one, place) => one.setAttribute("data-place", place));
  return all.length;
}"""
_HERE = """() => {
  let one = document.activeElement;
  const shadowed = one.closest("[data-place]");
  if (shadowed && shadowed !== one) one = shadowed;
  const outlined = getComputedStyle(one);
  const box = one.getBoundingClientRect();
  return {
    place: one.getAttribute("data-place"),
    outlined: outlined.outlineStyle !== "none" && parseFloat(outlined.outlineWidth) >= 2,
    seen: box.bottom > 0 && box.top < innerHeight,
    what: one.outerHTML.slice(0, 90),
  };
}"""


@pytest.mark.parametrize("name", WALKED)
def test_the_tab_key_reaches_everything_and_shows_where_it_is(
    browser: Browser, address: str, name: str
) -> None:
    # Without script: the editor of the query page is walked in test_editor.
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, java_script_enabled=name != "query", reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(address + PAGES[name])
    if name == "query":
        # The page's own scripts stay off; ours still look at it.
        assert page.locator("textarea[name=query]").is_visible()
    total = page.evaluate(_REACHABLE)
    assert total > 10
    places: list[str] = []
    hidden: list[str] = []
    for _ in range(total + 20):
        page.keyboard.press("Tab")
        here = page.evaluate(_HERE)
        if places[-1:] == [here["place"]]:
            continue  # the day, the month and the year of a date are parts of one field
        places.append(here["place"])
        if not (here["outlined"] and here["seen"]):
            hidden.append(here["what"])
        if len(places) == total:
            break
    assert hidden == []
    # In the order in which it is read, each once, and none left out.
    assert places == [str(place) for place in range(total)]
    context.close()


def test_a_search_by_keyboard_and_the_way_back(browser: Browser, address: str) -> None:
    with opened(browser, address + "/", 1280) as watched:
        page = watched.page
        page.get_by_role("searchbox").or_(page.get_by_role("combobox")).first.focus()
        page.keyboard.type("oldham")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search?q=oldham*")
        result = page.locator("main a[href*='/doc/council/oldham']").first
        result.focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/doc/council/oldham")
        assert page.get_by_role("heading", level=1, name="Oldham Council").is_visible()
        page.go_back()
        page.wait_for_url("**/search?q=oldham*")
        assert page.locator("main a[href*='/doc/council/oldham']").first.is_visible()


@pytest.mark.parametrize("path", ["/def/ccin#Project", "/members#on-a-day", "/doc/council/oldham#incoming"])
def test_a_link_to_a_part_of_a_page_leads_there(browser: Browser, address: str, path: str) -> None:
    with opened(browser, address + path, 1280) as watched:
        box = watched.page.locator(f"[id='{path.partition('#')[2]}']").bounding_box()
        assert box is not None
        assert -1 <= box["y"] < 900


def test_details_open_and_close_by_keyboard(browser: Browser, address: str) -> None:
    with opened(browser, address + "/doc/council/oldham", 390) as watched:
        page = watched.page
        summary = page.locator("#embed > summary")
        summary.focus()
        page.keyboard.press("Enter")
        assert page.locator("#embed pre").first.is_visible()
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.tagName") == "PRE"
        summary.focus()
        page.keyboard.press("Space")
        assert not page.locator("#embed pre").first.is_visible()


_HIDDEN_ON_PAPER = (".menu", ".site form", ".skip", ".no-print")


@pytest.mark.parametrize("name", ["council", "project", "members", "principle", "dataset"])
def test_a_page_prints(browser: Browser, address: str, name: str) -> None:
    with opened(browser, address + PAGES[name], 1280, "dark") as watched:
        page = watched.page
        page.emulate_media(media="print")
        for selector in _HIDDEN_ON_PAPER:
            assert not any(one.is_visible() for one in page.locator(selector).all()), selector
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert page.locator("h1").is_visible()
        paper = page.pdf(format="A4")
        assert paper.startswith(b"%PDF-")
        assert 1 <= len(re.findall(rb"/Type\s*/Page\b", paper)) <= 12


@pytest.mark.parametrize("name", ["members", "council", "principles", "card"])
def test_forced_colours_keep_what_colour_says(browser: Browser, address: str, name: str) -> None:
    """Where a device chooses the colours, shapes stay to be seen and the focus has its outline."""
    with opened(browser, address + PAGES[name], 1280, forced=True) as watched:
        page = watched.page
        shapes = page.evaluate(
            """[...document.querySelectorAll("main .shape")].filter(one => one.checkVisibility())
                 .map(one => getComputedStyle(one).backgroundColor)"""
        )
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert shapes
        assert paper not in shapes
        assert "rgba(0, 0, 0, 0)" not in shapes
        page.locator("main a").first.focus()
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"


@pytest.mark.parametrize("name", ["home", "council", "members", "query"])
def test_text_can_be_spaced_out(browser: Browser, address: str, name: str) -> None:
    """Wider spacing of lines, letters and words cuts nothing off (WCAG 1.4.12)."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, bypass_csp=True)
    page = context.new_page()
    page.goto(address + PAGES[name])
    page.add_style_tag(
        content="* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }"
        " p { margin-bottom: 2em !important; }"
    )
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    context.close()


def test_motion_is_only_for_those_who_want_it(browser: Browser, address: str) -> None:
    for wish, behaviour in (("reduce", "auto"), ("no-preference", "smooth")):
        context = browser.new_context(reduced_motion=wish)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{address}/about")
        assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == behaviour
        context.close()
