"""Pictures as a browser draws them: names apart, everything inside, links by keyboard, all colour schemes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from ..page_kinds import PAGES
from .test_pages import Scheme, findings, opened

# Every page kind with a picture that is not small.
NAMES = (
    "home",
    "who works with whom",
    "charts",
    "map",
    "council",
    "project",
    "ontology",
    "result as a chart",
    "result as a map",
    "result as a network",
)
_TEXTS = """svg => [...svg.querySelectorAll("text")].map(one => {
  const box = one.getBoundingClientRect();
  // Signs are not as high as the line that they stand on.
  return [one.textContent, box.left, box.top + box.height * .12, box.right, box.bottom - box.height * .12];
})"""
Text = tuple[str, float, float, float, float]


def overlapping(texts: list[Text]) -> list[tuple[str, str]]:
    """Return the pairs of texts that meet, by more than a dot of the screen."""
    return [
        (one[0], two[0])
        for place, one in enumerate(texts)
        for two in texts[:place]
        if one[1] < two[3] - 1 and two[1] < one[3] - 1 and one[2] < two[4] - 1 and two[2] < one[4] - 1
    ]


def faults(page: Page) -> list[str]:
    """Return what is wrong with the pictures that are seen: names that meet, or leave the picture."""
    found = []
    for svg in page.query_selector_all("main svg[viewBox]"):
        if not svg.is_visible() or svg.get_attribute("aria-hidden"):
            continue
        css, frame = svg.get_attribute("class"), svg.bounding_box()
        assert frame
        texts: list[Text] = svg.evaluate(_TEXTS)
        seen = [one for one in texts if one[3] > one[1]]
        found += [f"{css}: {one} meets {two}" for one, two in overlapping(seen)]
        right, bottom = frame["x"] + frame["width"] + 2, frame["y"] + frame["height"] + 2
        found += [
            f"{css}: {text} is outside"
            for text, x, y, to_x, to_y in seen
            if x < frame["x"] - 2 or y < frame["y"] - 2 or to_x > right or to_y > bottom
        ]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_no_name_meets_another_at_any_width(browser: Browser, address: str, name: str) -> None:
    with opened(browser, address + PAGES[name], 1280) as watched:
        for width in (1280, 800, 390):
            watched.page.set_viewport_size({"width": width, "height": 900})
            assert faults(watched.page) == [], width
            if width == 1280:
                shapes = watched.page.query_selector_all("main svg[viewBox] :is(.mark, .dot, .bar, .box)")
                assert [one for one in shapes if one.is_visible()]


@pytest.mark.parametrize(
    ("width", "scheme"), [pytest.param(1280, "dark", id="wide"), pytest.param(390, "light", id="narrow")]
)
@pytest.mark.parametrize("name", ["who works with whom", "charts", "map", "result as a network"])
def test_axe_finds_nothing(browser: Browser, address: str, name: str, width: int, scheme: Scheme) -> None:
    with opened(browser, address + PAGES[name], width, scheme) as watched:
        assert watched.page.evaluate("window.violations") == []
        assert findings(watched.page) == []


def test_the_tab_key_lights_a_project_and_its_lines(browser: Browser, address: str) -> None:
    with opened(browser, f"{address}/network", 1280) as watched:
        page = watched.page
        link = page.locator(".lanes .lane a").nth(1)
        page.locator(".lanes .lane a").first.focus()
        page.keyboard.press("Tab")
        assert link.evaluate("one => one === document.activeElement")
        lit = page.locator(".lanes .lane .edge").nth(1).evaluate("one => getComputedStyle(one).strokeWidth")
        dark = page.locator(".lanes .lane .edge").nth(0).evaluate("one => getComputedStyle(one).strokeWidth")
        assert float(lit.removesuffix("px")) > float(dark.removesuffix("px"))
        page.keyboard.press("Enter")
        page.wait_for_url("**/doc/project/**")


def test_a_choice_of_year_is_an_address_and_back_works(browser: Browser, address: str) -> None:
    with opened(browser, f"{address}/network", 1280) as watched:
        page = watched.page
        page.get_by_label("Year").select_option("2020")
        page.get_by_role("button", name="Show").click()
        page.wait_for_url("**/network?year=2020*")
        assert page.locator(".lanes .lane").count() == 1
        page.go_back()
        assert page.locator(".lanes .lane").count() > 1


@pytest.mark.parametrize("name", ["who works with whom", "council", "map"])
def test_on_a_phone_the_list_takes_the_place_of_small_names(
    browser: Browser, address: str, name: str
) -> None:
    with opened(browser, address + PAGES[name], 390) as watched:
        page = watched.page
        assert page.locator(".lanes:visible, .flow:visible, .map.named:visible").count() == 0
        assert page.locator("main a:visible").count() > 20


def test_forced_colours_keep_the_marks(browser: Browser, address: str) -> None:
    with opened(browser, f"{address}/network", 1280, forced=True) as watched:
        mark = watched.page.locator(".lanes .mark").first
        fill, line = (
            watched.page.locator(one).first.evaluate("(one, key) => getComputedStyle(one)[key]", key)
            for one, key in ((".lanes .mark", "fill"), (".lanes .edge", "stroke"))
        )
        paper = watched.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert mark.is_visible()
        assert paper not in (fill, line)


def test_pictures_print_on_white(browser: Browser, address: str) -> None:
    with opened(browser, f"{address}/network", 1280, "dark") as watched:
        watched.page.emulate_media(media="print", color_scheme="light")
        assert watched.page.locator(".lanes").is_visible()
        assert faults(watched.page) == []
