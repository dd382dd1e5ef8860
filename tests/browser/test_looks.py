"""What was ugly or crowded when the pictures of all pages were looked at, and must not come back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from ..page_kinds import PAGES
from .test_pages import opened

# Elements whose words are wider than the place they have.
_BURST = """selector => [...document.querySelectorAll(selector)]
  .filter(one => one.checkVisibility() && one.scrollWidth > one.clientWidth)
  .map(one => one.textContent.trim())"""
_LINES = """selector => [...document.querySelectorAll(selector)].filter(one => {
  const range = document.createRange();
  range.selectNodeContents(one);
  return new Set([...range.getClientRects()].map(box => Math.round(box.top))).size > 1;
}).map(one => one.textContent.trim())"""


def top(page: Page, selector: str) -> float:
    """Return how far down the first element stands."""
    found: float = page.locator(selector).first.evaluate("one => one.getBoundingClientRect().top + scrollY")
    return found


@pytest.mark.parametrize("name", ["home", "home in Welsh"])
@pytest.mark.parametrize("width", [320, 390])
def test_numbers_and_their_names_fit_into_their_cards(
    browser: Browser, address: str, name: str, width: int
) -> None:
    with opened(browser, address + PAGES[name], width) as watched:
        cards = watched.page.locator(".cards.four .card")
        assert cards.count() == 4
        assert watched.page.evaluate(_BURST, ".cards.four .big, .cards.four h3") == []
        # A name that does not fit on its line would be cut inside a word.
        widest = watched.page.evaluate(
            """() => Math.max(...[...document.querySelectorAll(".cards.four h3 a")].map(one => {
                const copy = one.cloneNode(true);
                copy.style.cssText = "position:absolute;width:min-content;overflow-wrap:normal";
                one.parentNode.append(copy);
                const wide = copy.getBoundingClientRect().width - one.parentNode.clientWidth;
                copy.remove();
                return wide;
            }))"""
        )
        assert widest <= 0


@pytest.mark.parametrize("name", ["home", "home in Welsh", "council in Welsh"])
def test_the_menu_stays_on_one_line_of_a_phone(browser: Browser, address: str, name: str) -> None:
    with opened(browser, address + PAGES[name], 390) as watched:
        tops = watched.page.evaluate(
            "[...document.querySelectorAll('.menu li')].map(one => one.getBoundingClientRect().top)"
        )
        assert len(tops) == 5
        assert len(set(tops)) == 1


@pytest.mark.parametrize("width", [390, 1280])
def test_a_short_number_at_the_end_of_a_row_is_not_broken(browser: Browser, address: str, width: int) -> None:
    with opened(browser, address + "/principles", width) as watched:
        assert watched.page.locator(".rows .more").count() == 10
        assert watched.page.evaluate(_LINES, ".rows .more") == []
        assert watched.page.get_by_role("button", name="Apply").count() <= 1


def test_after_filters_a_phone_shows_what_was_found(browser: Browser, address: str) -> None:
    with opened(browser, address + PAGES["narrowed list"], 390) as watched:
        page = watched.page
        expect(page.locator(".filters form")).to_be_hidden()
        assert top(page, ".rows > li") < 844
        assert page.locator(".filters > summary").text_content()
    with opened(browser, address + PAGES["narrowed list"], 1280) as watched:
        expect(watched.page.locator(".filters form")).to_be_visible()


def test_a_result_stands_before_the_examples_on_a_phone(browser: Browser, address: str) -> None:
    with opened(browser, address + PAGES["result"], 390) as watched:
        assert top(watched.page, "#res") < top(watched.page, "#ex")
    with opened(browser, address + PAGES["result"], 1280) as watched:
        page = watched.page
        assert abs(top(page, "#ex") - top(page, "[for=query]")) < 60
        wide = page.locator(".result .table").bounding_box()
        form = page.locator("form[action='/sparql']").bounding_box()
        assert wide
        assert form
        assert wide["width"] > form["width"]


def test_the_two_choices_of_the_network_keep_their_words_beside_them(browser: Browser, address: str) -> None:
    with opened(browser, address + "/network", 390) as watched:
        for name in ("yr", "pr"):
            label = watched.page.locator(f"label[for={name}]").bounding_box()
            control = watched.page.locator(f"#{name}").bounding_box()
            assert label
            assert control
            assert control["y"] <= label["y"] + label["height"] / 2 <= control["y"] + control["height"]
            assert control["x"] + control["width"] <= 390


def test_a_network_in_a_story_is_a_table_on_a_phone(browser: Browser, address: str) -> None:
    with opened(browser, address + PAGES["story"], 390) as watched:
        page = watched.page
        live = page.get_by_role("region", name="Who took part in what", exact=True)
        expect(live.locator("svg")).to_be_hidden()
        live.locator("summary").focus()
        page.keyboard.press("Enter")
        expect(live.locator("tbody tr").first).to_be_visible()
    with opened(browser, address + PAGES["story"], 1280) as watched:
        live = watched.page.get_by_role("region", name="Who took part in what", exact=True)
        expect(live.locator("svg")).to_be_visible()
