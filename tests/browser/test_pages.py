"""Every kind of page in a browser: axe, the content security policy, other hosts, narrow screens, the keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import quote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

PREFIX = "PREFIX ccin: <https://w3id.org/ccin/def/ccin#>\n"
SELECT = PREFIX + "SELECT ?body ?none { ?body a ccin:Council OPTIONAL { ?body ccin:lead ?none } } LIMIT 3"
PAGES = {
    "home": "/",
    "members": "/members",
    "members on a day": "/members?as-of=2020-07-01",
    "members on a day before any": "/members?as-of=1900-01-01",
    "projects": "/projects",
    "principles": "/principles",
    "network": "/doc/network/ccin",
    "everything": "/id",
    "project": "/doc/project/eoi-action-learning-set",
    "project of a sheet": "/doc/project/social-value-toolkit",
    "project of little": "/doc/project/living-well-at-home-lwah",
    "case study": "/doc/case-study/armed-forces-community-commitment-oldham",
    "case studies": "/doc/case-study",
    "page": "/doc/page/co-operative-councils-update",
    "page of no known kind": "/doc/page/p-15086",
    "statement": "/doc/statement/oldham--co-operative-councils-update--1",
    "statements": "/doc/statement",
    "membership": "/doc/membership/brent--full",
    "import": "/doc/import/sheet-members",
    "capture of a sheet": "/doc/capture/armed-forces-community-commitment-oldham--sheet-projects",
    "figures": "/doc/figure",
    "incoming": "/doc/capture/eoi-action-learning-set--1?incoming=2",
    "council": "/doc/council/oldham",
    "council with a beginning": "/doc/council/greater-manchester",
    "council not yet a member": "/doc/council/tameside",
    "organisation": "/doc/organisation/anthony-collins-solicitors",
    "town council": "/doc/council/burntwood-town-council",
    "group": "/doc/group/hillingdon-labour-and-co-op-group",
    "principle": "/doc/principle/co-production",
    "principle without text": "/doc/principle/democratic-engagement",
    "area": "/doc/area/e08000004",
    "claim": "/doc/claim/eoi-action-learning-set--co-production--eoi-action-learning-set--1",
    "capture": "/doc/capture/eoi-action-learning-set--1",
    "participation": "/doc/participation/eoi-action-learning-set--oldham--participant",
    "concept": "/doc/tier/unitary",
    "scheme": "/def/tiers",
    "ontology": "/def/ccin",
    "shapes": "/def/shapes",
    "catalogue": "/data",
    "dataset": "/data/ccin",
    "source": "/data/graph/register",
    "sheet": "/data/graph/sheet-projects",
    "derived": "/data/graph/derived",
    "quotations": "/data/graph/eoi-action-learning-set--1--quotations",
    "query": "/sparql",
    "result": "/sparql?query=" + quote(SELECT),
    "no result": "/sparql?query=" + quote(PREFIX + "SELECT * { ?s a ccin:Nothing }"),
    "yes": "/sparql?query=" + quote("ASK { ?s ?p ?o }"),
    "graph": "/sparql?query=" + quote(PREFIX + "CONSTRUCT WHERE { ?s ccin:lead ?o }"),
    "raw result": "/sparql?view=raw&query=" + quote(SELECT),
    "graph as a table": "/sparql?view=table&query=" + quote(PREFIX + "CONSTRUCT WHERE { ?s ccin:lead ?o }"),
    "questions": "/questions",
    "question": "/questions/projects-of-a-council?council=oldham",
    "question with a mistake": "/questions/members-on-a-day?day=soon",
    "question without an answer": "/questions/bodies-by-name?words=zzzz",
    "mistake": "/sparql?query=" + quote("SELECT * WHERE {\n  ?s ?p\n}"),
    "search": "/search?q=old",
    "many found": "/search?q=plymouth",
    "nothing found": "/search?q=zzzz",
    "about": "/about",
    "quality": "/quality",
    "accessibility": "/accessibility",
    "licence": "/licence",
    "privacy": "/privacy",
    "not found": "/doc/council/nowhere",
}
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
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, forced_colors=colours
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


@ALL
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, address: str, path: str, scheme: Scheme) -> None:
    with opened(browser, address + path, 1280, scheme) as watched:
        assert watched.page.evaluate("window.violations") == []
        assert watched.hosts == {urlsplit(address).netloc}
        assert findings(watched.page) == []
        # The same page made narrow: layout, targets and regions differ.
        watched.page.set_viewport_size({"width": 390, "height": 844})
        assert findings(watched.page) == []


@ALL
@pytest.mark.parametrize("width", [pytest.param(320, id="400 %"), pytest.param(640, id="200 %")])
def test_nothing_scrolls_sideways_on_a_narrow_screen(
    browser: Browser, address: str, path: str, width: int
) -> None:
    """A screen 1280 pixels wide is as narrow as this when it is made so much larger (WCAG 1.4.4, 1.4.10)."""
    with opened(browser, address + path, width) as watched:
        wide = watched.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide == 0
        unmarked = watched.page.evaluate(
            """[...document.querySelectorAll("main *")].filter(one =>
                 one.scrollWidth > one.clientWidth + 1 && ["auto", "scroll"].includes(getComputedStyle(one).overflowX)
                 && one.tagName !== "TEXTAREA" && one.tabIndex !== 0).map(one => one.outerHTML.slice(0, 80))"""
        )
        assert unmarked == []


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
    assert page.get_by_role("heading", name="Results").is_visible()
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
