"""A briefing fits on one sheet of paper, and a problem is reported with and without script."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from werkzeug.serving import make_server

from ccin_ld.build import Build
from ccin_ld.config import Settings
from ccin_ld.namespaces import CCIN
from ccin_ld.reports import read_reports
from ccin_ld.web.app import create_app

BASE = "https://w3id.org/ccin/id/"


def busiest(built: Build) -> str:
    """Return the kind and key of the body that took part in most projects."""
    bodies = built.index.of_class(CCIN + "Council", limit=1000)
    took = {one.iri: built.index.incoming_counts(one.iri).get(CCIN + "tookPart", 0) for one in bodies}
    return max(took, key=lambda iri: took[iri]).partition("/id/")[2]


@pytest.mark.parametrize("name", ["council/oldham", "the busiest"])
@pytest.mark.parametrize("language", ["", "/cy"])
def test_a_briefing_is_one_sheet_of_a4(
    browser: Browser, address: str, built: Build, name: str, language: str
) -> None:
    page = browser.new_page()
    page.goto(f"{address}{language}/briefing/{busiest(built) if name == 'the busiest' else name}")
    assert page.locator(".sheet section").count() == 6
    data = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", data)) == 1
    # 210 mm by 297 mm in points.
    boxes = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", data)
    assert [(round(float(width)), round(float(height))) for width, height in boxes] == [(595, 842)]
    page.close()


@pytest.fixture
def taking(built: Build, settings: Settings, tmp_path: Path) -> Iterator[str]:
    """The site with a folder for reports, on a port of its own."""
    app = create_app(replace(settings, reports=tmp_path), build=built)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    app.close()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_problem_is_reported_from_a_page(
    browser: Browser, taking: str, tmp_path: Path, script: bool
) -> None:
    context = browser.new_context(java_script_enabled=script)
    page = context.new_page()
    page.goto(f"{taking}/doc/council/oldham")
    page.get_by_role("link", name="Report a problem with this page").click()
    # What nobody sees, nobody reaches with the keyboard either.
    assert page.locator("#website").get_attribute("tabindex") == "-1"
    page.get_by_label("What is wrong, or what do you know?").fill("The region is wrong.")
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    (one,) = read_reports(tmp_path)
    assert (one.about, one.words) == (BASE + "council/oldham", "The region is wrong.")
    assert context.cookies() == []
    context.close()


def test_whom_to_talk_to_by_form_and_back(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/doc/council/oldham")
    page.get_by_role("link", name="Who should we talk to?").click()
    assert page.get_by_label("Your council, or another body").input_value() == "oldham"
    page.get_by_label("The principle of the work").select_option(label="Learning")
    page.get_by_role("button", name="Show whom to talk to").click()
    assert page.get_by_role("heading", name="For Oldham Council on Learning").is_visible()
    assert "principle=learning" in page.url
    page.go_back()
    assert page.get_by_role("heading", name="Which principle is your work about?").is_visible()
    context.close()
