"""The query editor in a browser: what it does for the hand and the eye, and that the page is whole without it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from werkzeug.serving import make_server

import ccin_ld.web.site
from ccin_ld.build import Build
from ccin_ld.config import Settings
from ccin_ld.web.app import create_app
from ccin_ld.web.site import has_editor

from ..conftest import missing
from ..page_kinds import PREFIX, SELECT
from .test_pages import Scheme, Watched, findings, opened

RDFS = "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
MISTAKE = PREFIX + "SELECT * WHERE {\n  ?s a ccin:Project\n  ?y ccin:lead ?x .\n}"
NO_STORAGE = """
Object.defineProperty(window, "localStorage", { get() { throw new DOMException("blocked", "SecurityError"); } });
"""
FULL_STORAGE = """
Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
"""


@pytest.fixture(autouse=True)
def bundled() -> None:
    """The editor is a product of npm: where it could not be made there is nothing to test."""
    if not has_editor():
        missing("the query editor is not bundled (pip install -e . makes it where npm's registry is reached)")


@contextmanager
def editing(
    browser: Browser,
    address: str,
    query: str = "",
    width: int = 1280,
    scheme: Scheme = "light",
    script: str = "",
) -> Iterator[Page]:
    """The query page with the editor in it; what breaks the policy or asks another host fails the test."""
    path = "/sparql" + (f"?query={quote(query)}" if query else "")
    with opened(browser, address + path, width, scheme) as watched:
        if script:
            watched.page.add_init_script(script)
            watched.page.reload()
        expect(editor(watched.page)).to_be_visible()
        yield watched.page
        assert_kept_the_rules(watched, address)


def assert_kept_the_rules(watched: Watched, address: str) -> None:
    assert watched.page.evaluate("window.violations") == []
    assert watched.hosts == {urlsplit(address).netloc}


def editor(page: Page) -> Locator:
    return page.get_by_role("textbox", name="SPARQL query")


def text(page: Page) -> str:
    """Return what the form would send."""
    found: str = page.evaluate("document.querySelector('textarea').value")
    return found


def write(page: Page, words: str) -> None:
    """Type at the end of the editor, as a person does."""
    editor(page).focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(words)


def options(page: Page) -> Locator:
    return page.get_by_role("listbox").get_by_role("option")


def choose(page: Page, words: str, name: str) -> None:
    """Type a word and take the first suggestion, which has to be *name*."""
    write(page, words)
    expect(options(page).first).to_contain_text(name)
    # CodeMirror takes no Enter in the first moments of a list, so that nobody accepts what they did not see.
    page.wait_for_timeout(100)
    page.keyboard.press("Enter")
    expect(page.get_by_role("listbox")).to_have_count(0)


def run(page: Page, query: str) -> None:
    """Write a query over what is there and run it from the keyboard."""
    editor(page).focus()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(query)
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")


def test_it_takes_the_place_of_the_field(browser: Browser, address: str) -> None:
    with editing(browser, address, SELECT) as page:
        assert page.locator("textarea").is_hidden()
        assert editor(page).get_attribute("aria-multiline") == "true"
        assert "?body a ccin:Council" in editor(page).inner_text()
        page.get_by_text("SPARQL query", exact=True).click()
        expect(editor(page)).to_be_focused()


def test_its_description_is_inside_the_shadow_root(browser: Browser, address: str) -> None:
    with editing(browser, address) as page:
        described = page.evaluate(
            """(() => { const root = document.querySelector(".field > div").shadowRoot;
                 return root.getElementById(root.querySelector("[role=textbox]").getAttribute("aria-describedby")).textContent; })()"""
        )
        assert "Tab leaves the editor" in described
        assert "SERVICE and updates are refused" in described


def test_what_is_written_is_what_runs(browser: Browser, address: str) -> None:
    with editing(browser, address) as page:
        run(page, SELECT)
        assert parse_qs(urlsplit(page.url).query)["query"][0].replace("\r\n", "\n") == SELECT
        expect(page.get_by_role("heading", name="Results")).to_be_visible()
        assert page.get_by_text("no value").count() == 3
        assert text(page) == SELECT


def test_the_button_runs_it_too(browser: Browser, address: str) -> None:
    with editing(browser, address) as page:
        write(page, "ASK { ?s ?p ?o }")
        page.get_by_role("button", name="Run query").click()
        expect(page.get_by_text("Yes: the data has a match.")).to_be_visible()


def test_start_again_brings_back_what_there_was(browser: Browser, address: str) -> None:
    with editing(browser, address, SELECT) as page:
        write(page, "\n# more")
        assert text(page).endswith("# more")
        page.get_by_role("button", name="Start again").click()
        expect(editor(page)).not_to_contain_text("# more")
        assert text(page) == SELECT


def test_going_back_shows_the_query_that_was_there(browser: Browser, address: str) -> None:
    with editing(browser, address) as page:
        write(page, "ASK { ?s ?p ?o }")
        page.get_by_role("link", name="Accessibility statement").click()
        page.wait_for_url("**/accessibility")
        page.go_back()
        expect(editor(page)).to_contain_text("ASK { ?s ?p ?o }")
        assert text(page) == "ASK { ?s ?p ?o }"


def test_tab_leaves_it_both_ways(browser: Browser, address: str) -> None:
    with editing(browser, address, SELECT) as page:
        editor(page).focus()
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Run query")).to_be_focused()
        page.keyboard.press("Shift+Tab")
        expect(editor(page)).to_be_focused()
        page.keyboard.press("Shift+Tab")
        expect(editor(page)).not_to_be_focused()
        assert text(page) == SELECT


def test_the_list_from_the_keyboard(browser: Browser, address: str) -> None:
    with editing(browser, address) as page:
        write(page, "SELECT * WHERE { ?s a ccin:C")
        page.keyboard.press("Escape")
        expect(page.get_by_role("listbox")).to_have_count(0)
        page.keyboard.press("Control+Space")
        expect(options(page).first).to_be_visible()
        names = options(page).all_inner_texts()
        assert all("ccin:" in name for name in names)
        assert any("ccin:Council" in name for name in names)
        assert any("ccin:CaseStudy" in name for name in names)
        first = editor(page).get_attribute("aria-activedescendant")
        page.wait_for_timeout(100)
        page.keyboard.press("ArrowDown")
        assert editor(page).get_attribute("aria-activedescendant") not in (None, first)


def test_a_term_brings_its_prefix_once(browser: Browser, address: str) -> None:
    with editing(browser, address) as page:
        write(page, "SELECT * WHERE { ?s a ")
        choose(page, "Counc", "ccin:Council")
        choose(page, " ; ccin:are", "ccin:area")
        choose(page, " ?a . ?s lab", "rdfs:label")
        write(page, " ?name }")
        assert (
            text(page)
            == PREFIX + RDFS + "SELECT * WHERE { ?s a ccin:Council ; ccin:area ?a . ?s rdfs:label ?name }"
        )
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("heading", name="Results")).to_be_visible()


def test_the_prefix_of_the_query_goes_before_ours(browser: Browser, address: str) -> None:
    with editing(browser, address) as page:
        own = PREFIX.replace("ccin:", "c:", 1) + "SELECT * WHERE { ?s a "
        page.get_by_role("textbox", name="SPARQL query").focus()
        page.keyboard.insert_text(own)
        choose(page, "Counc", "ccin:Council")
        assert text(page) == own + "c:Council"


def test_a_prefix_that_means_something_else_stays(browser: Browser, address: str) -> None:
    with editing(browser, address) as page:
        other = "PREFIX ccin: <http://example.org/>\nSELECT * WHERE { ?s a "
        editor(page).focus()
        page.keyboard.insert_text(other)
        choose(page, "Counc", "ccin:Council")
        assert text(page) == other + "<https://w3id.org/ccin/def/ccin#Council>"


@pytest.mark.parametrize(
    ("typed", "added"),
    [
        pytest.param("SELECT * { ?s rdfs:label ?o }", RDFS, id="known"),
        pytest.param("SELECT * { ?s nowhere:label ?o }", "", id="not known"),
        pytest.param("# see rdfs:label", "", id="comment"),
        pytest.param('SELECT * { ?s ?p "rdfs:label" }', "", id="string"),
        pytest.param("PREFIX rdfs: <http://example.org/>", "", id="declaration"),
    ],
)
def test_a_prefix_written_by_hand_is_declared(browser: Browser, address: str, typed: str, added: str) -> None:
    with editing(browser, address) as page:
        with page.expect_response("**/vocab.json"):
            editor(page).focus()
        page.keyboard.press("Control+End")
        page.keyboard.type(typed)
        assert text(page) == added + typed


def test_a_declaration_is_finished(browser: Browser, address: str) -> None:
    with editing(browser, address) as page:
        choose(page, "PREFIX sko", "skos:")
        assert text(page) == "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>"


def test_concepts_and_variables_are_suggested(browser: Browser, address: str) -> None:
    with editing(browser, address) as page:
        write(page, "SELECT ?somebody WHERE { ?claim ?says ")
        choose(page, "Co-pro", "Co-production")
        choose(page, " . ?some", "?somebody")
        assert text(page).endswith("?says <https://w3id.org/ccin/id/principle/co-production> . ?somebody")


def test_without_the_vocabulary_keywords_are_still_suggested(browser: Browser, address: str) -> None:
    with opened(browser, f"{address}/sparql", 1280) as watched:
        page = watched.page
        page.route("**/vocab.json", lambda route: route.abort())
        choose(page, "SELEC", "SELECT")
        assert text(page) == "SELECT"


def test_a_mistake_is_marked_at_its_place(browser: Browser, address: str) -> None:
    with editing(browser, address, MISTAKE) as page:
        assert (
            page.get_by_role("alert").get_by_role("heading").inner_text()
            == "The query has a mistake on line 4"
        )
        mark = page.locator(".cm-lintRange-error")
        assert mark.all_inner_texts() == ["?y"]
        lines = page.locator(".cm-line").all_inner_texts()
        assert lines[3].startswith("  ?y")
        # The note is where the page begins, and the excerpt for browsers without script is gone.
        assert page.evaluate("scrollY") == 0
        assert page.locator("[data-mistake]").count() == 0
        # The mark is ours: the package's own is a picture that the policy forbids.
        assert mark.evaluate("one => getComputedStyle(one).backgroundImage") == "none"
        mark.hover()
        expect(page.get_by_role("tooltip").or_(page.locator(".cm-tooltip-hover"))).to_contain_text("?y")
        run(page, SELECT)
        expect(page.get_by_role("heading", name="Results")).to_be_visible()
        assert page.locator(".cm-lintRange-error").count() == 0


def test_a_query_too_slow_or_refused_marks_nothing(browser: Browser, address: str) -> None:
    with editing(browser, address, "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }") as page:
        expect(page.get_by_role("alert")).to_be_visible()
        marks = page.locator(".cm-lintRange-error").count()
        assert marks == (1 if page.locator("textarea").get_attribute("data-line") else 0)


def history(page: Page) -> Locator:
    return page.get_by_role("region", name="Your queries")


def test_queries_are_kept_in_the_browser(browser: Browser, address: str) -> None:
    with editing(browser, address) as page:
        expect(history(page)).to_contain_text("in this browser only. The list is never sent.")
        assert history(page).get_by_role("link").count() == 0
        for query in ("ASK { ?s ?p 1 }", "# Councils\n" + SELECT, "ASK { ?s ?p 1 }"):
            run(page, query)
        links = history(page).get_by_role("link")
        assert links.all_inner_texts() == ["ASK { ?s ?p 1 }", "Councils"]
        links.nth(1).click()
        expect(page.get_by_role("heading", name="Results")).to_be_visible()
        assert text(page) == "# Councils\n" + SELECT
        assert findings(page) == []


def test_the_list_can_be_cleared(browser: Browser, address: str) -> None:
    with editing(browser, address) as page:
        run(page, "ASK { ?s ?p 1 }")
        history(page).get_by_role("button", name="Clear this list").click()
        assert history(page).get_by_role("link").count() == 0
        expect(history(page).get_by_role("status")).to_be_focused()
        page.reload()
        expect(history(page)).to_contain_text("will be kept here")
        assert history(page).get_by_role("link").count() == 0


def test_only_the_last_twenty_are_kept(browser: Browser, address: str) -> None:
    many = "JSON.stringify([...Array(30).keys()].map(n => ({ query: `ASK { ?s ?p ${n} }`, at: '2026-01-01T10:00:00Z' })))"
    with editing(browser, address) as page:
        page.evaluate(f"localStorage.setItem('ccin-ld.queries', {many})")
        run(page, "ASK { ?s ?p 100 }")
        links = history(page).get_by_role("link")
        assert links.count() == 5
        history(page).get_by_text("15 earlier").click()
        assert links.count() == 20
        assert links.first.inner_text() == "ASK { ?s ?p 100 }"


@pytest.mark.parametrize(
    "kept", ["not JSON", "{}", "null", '[1, {"query": 2}, {"query": "ASK {}", "at": "?"}]']
)
def test_what_others_left_in_the_storage_does_no_harm(browser: Browser, address: str, kept: str) -> None:
    with editing(browser, address) as page:
        page.evaluate("kept => localStorage.setItem('ccin-ld.queries', kept)", kept)
        page.reload()
        expect(editor(page)).to_be_visible()
        assert history(page).get_by_role("link").count() == (1 if "ASK" in kept else 0)
        run(page, "ASK { ?s ?p 7 }")
        assert history(page).get_by_role("link").first.inner_text() == "ASK { ?s ?p 7 }"


@pytest.mark.parametrize(
    ("script", "words"),
    [
        pytest.param(NO_STORAGE, "does not let the page keep your queries", id="blocked"),
        pytest.param(FULL_STORAGE, "will be kept here", id="full"),
    ],
)
def test_it_works_where_nothing_can_be_kept(browser: Browser, address: str, script: str, words: str) -> None:
    with editing(browser, address, script=script) as page:
        run(page, "ASK { ?s ?p ?o }")
        expect(page.get_by_text("Yes: the data has a match.")).to_be_visible()
        expect(history(page)).to_contain_text(words)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_with_the_list_open(
    browser: Browser, address: str, width: int, scheme: Scheme
) -> None:
    with opened(browser, f"{address}/sparql?query={quote(MISTAKE)}", width, scheme) as watched:
        page = watched.page
        write(page, "\n# note\nSELECT ccin:")
        expect(options(page).first).to_be_visible()
        box = page.locator(".cm-tooltip-autocomplete").bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        # axe puts a style element into the page itself: what breaks the policy is counted before.
        assert_kept_the_rules(watched, address)
        assert findings(page) == []
        expect(options(page).first).to_be_visible()


def test_the_colours_are_the_pages_in_both_schemes(browser: Browser, address: str) -> None:
    seen = {}
    schemes: list[Scheme] = ["light", "dark"]
    for scheme in schemes:
        with editing(browser, address, SELECT, scheme=scheme) as page:
            ground = "getComputedStyle(document.querySelector('.panel')).backgroundColor"
            assert page.locator(".cm-editor").evaluate(
                "one => getComputedStyle(one).backgroundColor"
            ) == page.evaluate(ground)
            keyword = page.locator(".cm-line span").first
            seen[scheme] = keyword.evaluate("one => getComputedStyle(one).color")
    assert seen == {"light": "rgb(143, 45, 91)", "dark": "rgb(240, 160, 194)"}


@pytest.mark.parametrize("width", [320, 390])
def test_long_lines_scroll_inside_it_on_a_phone(browser: Browser, address: str, width: int) -> None:
    with editing(browser, address, SELECT, width) as page:
        page_wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(page_wide) == 0
        inside = page.locator(".cm-scroller").evaluate("one => one.scrollWidth - one.clientWidth")
        assert inside > 0


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_what_is_said_of_a_suggestion_is_wide_enough_to_read(
    browser: Browser, address: str, width: int
) -> None:
    """It stands beside the list, or nowhere: not in the margin, a letter on each line."""
    with editing(browser, address, width=width) as page:
        write(page, PREFIX + "SELECT ?project ?name WHERE {\n?project ccin:le")
        expect(options(page).first).to_contain_text("ccin:lead")
        expect(page.locator(".cm-completionInfo")).to_have_count(1)
        page.wait_for_timeout(300)  # it is measured again once it is there
        info = page.locator(".cm-completionInfo")
        shown = info.is_visible()
        assert shown or width < 1280
        if shown:
            assert info.evaluate("one => one.getBoundingClientRect().width") > 200
        assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.fixture
def plain_address(
    built: Build, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[str]:
    """The site of an installation that has no editor."""
    static = Path(ccin_ld.web.site.STATIC)
    for path in static.glob("*.*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(ccin_ld.web.site, "STATIC", tmp_path)
    app = create_app(settings, build=built)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    app.close()


def test_without_the_bundle_the_form_is_plain_and_works(browser: Browser, plain_address: str) -> None:
    with opened(browser, f"{plain_address}/sparql", 1280) as watched:
        page = watched.page
        scripts = [one.get_attribute("src") or "" for one in page.locator("script[src]").all()]
        assert [urlsplit(one).path.split("/")[-1].split(".")[0] for one in scripts] == ["suggest"]
        assert page.get_by_text("Ctrl").count() == 0
        page.locator("textarea").fill(MISTAKE)
        page.get_by_role("button", name="Run query").click()
        expect(page.get_by_label("Query with the mistake marked")).to_be_visible()
        page.locator("textarea").fill(SELECT)
        page.get_by_role("button", name="Run query").click()
        expect(page.get_by_role("heading", name="Results")).to_be_visible()
        assert_kept_the_rules(watched, plain_address)


def test_with_script_off_the_mistake_is_shown(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/sparql?query={quote(MISTAKE)}")
    expect(page.locator("textarea")).to_be_visible()
    expect(page.get_by_label("Query with the mistake marked")).to_contain_text("?y ccin:lead")
    assert page.get_by_text("Your queries").count() == 0
    context.close()
