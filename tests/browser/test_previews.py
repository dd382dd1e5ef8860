"""Previews of imports as pages, in a browser: axe, both schemes, narrow screens, nothing from elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from ccin_ld.ingest import run
from ccin_ld.ingest.sheet import run_sheet

from ..ingest.conftest import DATA, DAY, PAGE, TITLE, URL, bare_record
from ..ingest.sheets import as_csv, statements, written
from ..ingest.test_sheet_faults import TEN

DOUBTFUL = Path(__file__).parent.parent / "ingest" / "pages" / "project-doubtful.txt"


@pytest.fixture(scope="module")
def previews(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Previews of each sort: refused, with doubles, with much that is new, with nothing that changes."""
    home = tmp_path_factory.mktemp("previews")
    folder = bare_record(home / "data")
    faulty = written(
        home, as_csv(statements({}, {}, *({column: bad} for column, bad, _, _ in TEN))), "faulty.csv"
    )
    sheets = DATA / "sources"
    return {
        "a sheet refused": run_sheet(faulty, kind="members", data_dir=folder).to_html(),
        "a sheet": run_sheet(sheets / "projects.csv", kind="projects", data_dir=folder).to_html(),
        "no changes": run_sheet(sheets / "members.csv", kind="members", data_dir=DATA).to_html(),
        "a page": run(PAGE, url=URL, title=TITLE, data_dir=folder, captured_before=DAY).to_html(),
        "a page refused": run(DOUBTFUL, url=f"{URL}2", data_dir=folder).to_html(),
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390, 320])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    browser: Browser, previews: dict[str, str], width: int, scheme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for name, text in previews.items():
        page.set_content(text)
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        assert page.get_by_role("heading", level=1).count() == 1
    assert asked == []
    context.close()


def test_the_verdict_comes_first(browser: Browser, previews: dict[str, str]) -> None:
    page = browser.new_page()
    for name, words in (
        ("a sheet refused", "Refused: 10 faults"),
        ("a page refused", "Refused: 5 problems"),
        ("no changes", "No changes"),
        ("a page", "Nothing is refused"),
    ):
        page.set_content(previews[name])
        assert page.locator("main p").first.inner_text().startswith(words)
    page.close()
