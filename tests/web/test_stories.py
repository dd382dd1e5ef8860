"""Stories over HTTP: the words, the answers of the day with their table, and what fails in its place. Row G4."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from pathlib import Path

import pytest
from werkzeug.test import Client

from ccin_ld.build import Build
from ccin_ld.config import Settings
from ccin_ld.errors import BadInput
from ccin_ld.web.app import create_app

from ..represent.pages_check import read

HTML = {"Accept": "text/html"}
KEYS = ("who-works-with-whom", "what-is-known-of-members", "where-the-councils-are")


def test_the_list_leads_to_each(client: Client) -> None:
    page = client.get("/stories", headers=HTML)
    assert page.status_code == 200
    links = {href for href, _ in read(page.text).links}
    assert {f"/stories/{key}" for key in KEYS} <= links
    assert "/stories" in {href for href, _ in read(client.get("/data", headers=HTML).text).links}
    assert f"/stories/{KEYS[0]}" in {href for href, _ in read(client.get("/", headers=HTML).text).links}


@pytest.mark.parametrize("key", KEYS)
def test_every_answer_is_what_its_question_gives(client: Client, key: str) -> None:
    """The rows that a story shows are those of the file beside it, and none was written down."""
    page = client.get(f"/stories/{key}", headers=HTML).text
    found = re.findall(r'<section class="section live".*?</section>', page, re.DOTALL)
    assert found
    for section in found:
        shown = len(re.findall(r"<tr>", section)) - 1
        (address,) = re.findall(r'href="(/questions/[^"]+)" type="text/csv"', section)
        told = list(csv.reader(io.StringIO(client.get(unescape(address)).text)))
        assert shown == len(told) - 1 > 0
        (question,) = re.findall(r'href="(/questions/[^".]+)"', section)
        assert client.get(unescape(question), headers=HTML).status_code == 200


@pytest.mark.parametrize("key", KEYS)
def test_the_page_is_well_formed_and_each_picture_has_its_table(client: Client, key: str) -> None:
    page = client.get(f"/stories/{key}", headers=HTML).text
    found = read(page)
    assert found.faults == []
    assert len(found.ids) == len(set(found.ids))
    for section in re.findall(r'<section class="section live".*?</section>', page, re.DOTALL):
        assert "<table>" in section
    labels = re.findall(r'role="region" aria-label="([^"]+)"', page)
    assert len(labels) == len(set(labels))


def test_english_words_are_marked_on_a_welsh_page(client: Client) -> None:
    page = client.get(f"/cy/stories/{KEYS[0]}", headers=HTML).text
    assert '<html lang="cy' in page
    assert '<div class="prose section" lang="en">' in page
    assert 'href="/cy/unknown"' in page


def test_what_a_day_decides_is_not_kept_and_the_rest_is(
    built: Build, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "moving.md").write_text(
        "# A\n\nB.\n\n![Members of today](/questions/members-on-a-day)\n", encoding="utf-8"
    )
    (tmp_path / "still.md").write_text(
        "# A\n\nB.\n\n![Projects](/questions/projects-by-size)\n", encoding="utf-8"
    )
    app = create_app(Settings(**{**vars(settings), "stories_dir": tmp_path}), build=built)
    client = Client(app)
    for path in ("/stories/moving", "/stories/still"):
        assert client.get(path, headers=HTML).status_code == 200
    assert len(app.cached.cache) == 1
    app.close()


def test_one_answer_that_fails_leaves_the_rest_readable(
    built: Build, settings: Settings, tmp_path: Path
) -> None:
    text = "# A\n\nB.\n\n![Its projects](/questions/projects-of-a-council?council=atlantis)\n\nMore words.\n"
    (tmp_path / "a.md").write_text(text, encoding="utf-8")
    app = create_app(Settings(**{**vars(settings), "stories_dir": tmp_path}), build=built)
    page = Client(app).get("/stories/a", headers=HTML)
    app.close()
    assert page.status_code == 200
    assert "This cannot be answered from the data of today." in page.text
    assert "atlantis" in page.text
    assert "More words." in page.text


def test_a_story_that_cannot_be_told_is_told_of_at_the_start(
    built: Build, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "a.md").write_text("# A\n\nB.\n\n![x](/questions/none)\n", encoding="utf-8")
    with pytest.raises(BadInput, match="no saved question"):
        create_app(Settings(**{**vars(settings), "stories_dir": tmp_path}), build=built)


@pytest.mark.parametrize(
    ("path", "accept", "status"),
    [
        pytest.param("/stories/none", "text/html", 404, id="no such story"),
        pytest.param("/stories", "text/turtle", 406, id="a story is a page"),
        pytest.param("/stories/who-works-with-whom", "text/turtle", 406, id="and so is each"),
    ],
)
def test_what_is_not_there(client: Client, path: str, accept: str, status: int) -> None:
    assert client.get(path, headers={"Accept": accept}).status_code == status


@pytest.mark.parametrize(
    "path",
    ["/stories/where-the-councils-are", "/questions/members-in-a-region?region=e12000002&view=map"],
)
def test_every_map_says_whose_coast_it_shows(client: Client, path: str) -> None:
    page = client.get(path, headers=HTML).text
    assert 'class="land"' in page
    assert page.count("Coast: Office for National Statistics") == 1
