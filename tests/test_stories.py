"""Stories: what a file says, what it may not say, and that nothing in it becomes markup of its own. Row G4."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccin_ld.errors import BadInput
from ccin_ld.questions import questions
from ccin_ld.stories import Live, Passage, stories

from .represent.pages_check import read

EXAMPLES = Path(__file__).parent.parent / "examples"
QUESTIONS = questions(EXAMPLES / "queries")
HEAD = "# Title *here*\n\nWhat it is\nabout.\n\n"


def told(folder: Path, text: str, name: str = "3-a-story.md") -> tuple[Passage | Live, ...]:
    (folder / name).write_text(text, encoding="utf-8")
    stories.cache_clear()
    (story,) = stories(folder, QUESTIONS)
    assert (story.key, story.title, story.description) == ("a-story", "Title here", "What it is about.")
    return story.parts


def test_the_shipped_stories_are_read_in_their_order() -> None:
    found = stories(EXAMPLES / "stories", QUESTIONS)
    assert [one.key for one in found] == [
        "who-works-with-whom",
        "what-is-known-of-members",
        "where-the-councils-are",
    ]
    assert {part.view for one in found for part in one.parts if isinstance(part, Live)} >= {
        "chart",
        "network",
        "map",
        "table",
    }


def test_a_folder_that_is_not_there_tells_nothing(tmp_path: Path) -> None:
    assert stories(tmp_path / "none", QUESTIONS) == ()


def test_text_and_answers_stand_in_their_order(tmp_path: Path) -> None:
    text = (
        "## One\n\nWords with a [link](/unknown).\n\n"
        "![How *many*](/questions/projects-by-size?least=2&view=chart)\n\n- last\n"
    )
    first, live, last = told(tmp_path, HEAD + text)
    assert isinstance(first, Passage)
    assert first.html == '<h2>One</h2>\n<p>Words with a <a href="/unknown">link</a>.</p>\n'
    assert isinstance(live, Live)
    assert (live.caption, live.question.key, live.arguments, live.view) == (
        "How many",
        "projects-by-size",
        (("least", "2"),),
        "chart",
    )
    assert isinstance(last, Passage)
    assert last.html == "<ul>\n<li>last</li>\n</ul>\n"


@pytest.mark.parametrize(
    ("text", "said", "line"),
    [
        pytest.param("No title.\n", "begins with its title", 1, id="no title"),
        pytest.param("", "begins with its title", 1, id="nothing"),
        pytest.param("# Title\n\n- list\n", "begins with its title", 1, id="nothing on what it is about"),
        pytest.param(HEAD + "# Another\n", "has one title", 6, id="two titles"),
        pytest.param(HEAD + "> # Another\n", "has one title", 6, id="a title in a quotation"),
        pytest.param(HEAD + "![a](/questions/nothing)\n", "no saved question", 6, id="an unknown question"),
        pytest.param(HEAD + "![a](https://x.example/questions/projects-by-size)\n", "no saved question", 6, id="another host"),
        pytest.param(HEAD + "![a](picture.png)\n", "no saved question", 6, id="a picture"),
        pytest.param(HEAD + "![a](/questions/projects-by-size?most=2)\n", "parameter 'most'", 6, id="an unknown parameter"),
        pytest.param(HEAD + "![a](/questions/projects-by-size?view=pie)\n", "view 'pie'", 6, id="an unknown view"),
        pytest.param(HEAD + "![](/questions/projects-by-size)\n", "no words above it", 6, id="no words"),
        pytest.param(HEAD + "See ![a](/questions/projects-by-size) here.\n", "among words", 6, id="among words"),
        pytest.param(HEAD + "- ![a](/questions/projects-by-size)\n- b\n", "among words", 6, id="in a list"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_is_refused_with_its_line(
    tmp_path: Path, text: str, said: str, line: int
) -> None:
    (tmp_path / "a-story.md").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=said) as refused:
        stories(tmp_path, QUESTIONS)
    assert (refused.value.file, refused.value.line) == (tmp_path / "a-story.md", line)


def test_a_name_that_is_no_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "A story.md").write_text(HEAD, encoding="utf-8")
    with pytest.raises(BadInput, match="no name for a story"):
        stories(tmp_path, QUESTIONS)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<b onclick=x>b</b>",
        "[a](javascript:alert(1))",
        "[a](JaVaScript:alert(1))",
        "[a](data:text/html,x)",
        "[a](vbscript:x)",
    ],
)
def test_no_markup_and_no_script_of_its_own(tmp_path: Path, text: str) -> None:
    (part,) = told(tmp_path, HEAD + "Words " + text)
    assert isinstance(part, Passage)
    assert "<script" not in part.html
    assert "<b" not in part.html
    assert "href" not in part.html


@given(st.text(alphabet=st.sampled_from("# *_`<>[]()!&\"'-\n\tab/:")))
@settings(max_examples=100, deadline=None)
def test_any_text_is_a_story_or_is_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.mktemp("stories")
    (folder / "a.md").write_text(HEAD + text, encoding="utf-8")
    try:
        (story,) = stories(folder, QUESTIONS)
    except BadInput:
        return
    page = read("".join(one.html for one in story.parts if isinstance(one, Passage)))
    assert page.faults == []
    for tag, attributes in page.tags:
        assert tag not in ("script", "style", "img", "h1")
        assert set(attributes) <= {"href", "title", "class", "start"}
        assert (attributes.get("href") or "/").partition(":")[0].lower() not in ("javascript", "data")
