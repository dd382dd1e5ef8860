"""Saved questions: what a file says, what it may not say, and how values get into a query. Rows Q2 and Q4."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccin_ld.errors import BadInput
from ccin_ld.iris import Base
from ccin_ld.questions import Parameter, Question, month_before, questions, read

FOLDER = Path(__file__).parent.parent / "examples" / "queries"
GOOD = """# title: Who is it
# description: One sentence.
# keywords: one, two
# any other comment
# parameter: who
#   type: thing of ccin:Body
#   label: Who
# parameter: words
#   type: text
SELECT ?name WHERE {
  VALUES $who { <https://w3id.org/ccin/id/council/oldham> }
  VALUES ?words { "old" }
  $who <urn:name> ?name
}
"""


def test_the_shipped_files_are_read_in_their_order() -> None:
    found = questions(FOLDER)
    assert [one.key for one in found][:3] == [
        "who-took-part",
        "councils-in-a-region",
        "principles-of-a-project",
    ]
    everyday = [one.key for one in found if one.parameters][:6]
    assert everyday == ["members-on-a-day", "projects-of-a-council", "members-in-a-region",
                        "claims-of-a-project", "joined-or-left", "changed-since"]  # fmt: skip
    assert {one.kind for each in found for one in each.parameters} == {
        "thing",
        "value",
        "date",
        "year",
        "text",
        "integer",
    }
    assert all(one.title and one.description and "# title" not in one.query for one in found)


def test_what_a_file_says(tmp_path: Path) -> None:
    (tmp_path / "7-who-is-it.rq").write_text(GOOD, encoding="utf-8")
    (one,) = questions(tmp_path)
    assert (one.key, one.title, one.description, one.keywords) == (
        "who-is-it",
        "Who is it",
        "One sentence.",
        ("one", "two"),
    )
    who, words = one.parameters
    assert (who.kind, who.of, who.label, who.optional) == (
        "thing",
        ("https://w3id.org/ccin/def/ccin#Body",),
        "Who",
        False,
    )
    assert who.default == ox.NamedNode("https://w3id.org/ccin/id/council/oldham")
    assert (words.kind, words.label, words.default) == ("text", "words", ox.Literal("old"))
    assert one.query.startswith("SELECT")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param("SELECT ?name", "SELEC ?name", "mistake", id="syntax"),
        pytest.param("SELECT ?name", "CONSTRUCT { ?who <urn:x> ?name }", "has to be a SELECT", id="no SELECT"),
        pytest.param("  VALUES ?words", "  FILTER(true) VALUES ?words", "stands on 0 lines", id="not on a line of its own"),
        pytest.param("type: text", "type: colour", "no type", id="unknown type"),
        pytest.param("type: text", "type: date", "is no date", id="default of another type"),
        pytest.param("type: text", "type: integer", "is no integer", id="text for a number"),
        pytest.param('{ "old" }', "{ old }", "is no term", id="no term"),
        pytest.param("ccin:Body", "nobody:Body", "no name with a known prefix", id="unknown prefix"),
        pytest.param("# keywords", "# keyword", "'keyword' is not known", id="unknown word"),
        pytest.param("#   label", "#   lable", "'lable' is not known", id="unknown word of a parameter"),
        pytest.param("parameter: words", "parameter: who", "cannot name a parameter", id="twice"),
        pytest.param("parameter: words", "parameter: my words", "cannot name a parameter", id="no name"),
        pytest.param("#   type: text", "#   type: text\n#   default: today", "cannot be 'today'", id="today for a text"),
    ],
)  # fmt: skip
def test_what_a_file_may_not_say(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in GOOD
    path = tmp_path / "who.rq"
    path.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadInput, match=re.escape(message)) as raised:
        read(path)
    assert str(path) in str(raised.value)


def test_two_files_cannot_have_one_key(tmp_path: Path) -> None:
    for name in ("1-who.rq", "2-who.rq"):
        (tmp_path / name).write_text(GOOD, encoding="utf-8")
    with pytest.raises(BadInput, match="two questions have the key who"):
        questions(tmp_path)


def test_no_folder_has_no_questions(tmp_path: Path) -> None:
    assert questions(tmp_path / "nowhere") == ()


TEXT = Parameter("words", "text", "Words", default=ox.Literal("none"))
MORE = Parameter("more", "text", "More", default=ox.Literal("kept"))
ECHO = Question(
    "echo",
    "echo",
    "Echo",
    "",
    'SELECT ?words ?more WHERE {\n  VALUES $words { "none" }\n  VALUES $more { "kept" }\n}\n',
    (TEXT, MORE),
)


def echoed(query: str) -> list[tuple[str, str]]:
    found = ox.Store().query(query)
    assert isinstance(found, ox.QuerySolutions)
    return [(row["words"].value, row["more"].value) for row in found]


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs"])))
def test_a_value_stays_a_value(text: str) -> None:
    """Whatever is written, the query gives it back as one literal, and nothing else changes."""
    assert echoed(ECHO.bound({"words": ox.Literal(text)})) == [(text, "kept")]


def test_values_that_try_to_leave_their_place() -> None:
    hostile = [
        '" } VALUES $more { "changed',
        '"\n  VALUES $more { "changed" }\n#',
        '"\r  VALUES $more { "changed" }',
        "\\",
        '\\"',
        "} SERVICE <http://127.0.0.1/> { ?s ?p ?o",
        "\u2028  VALUES $more { 'x' }",
        "\\g<1>\\1",
    ]
    for text in hostile:
        query = ECHO.bound({"words": ox.Literal(text)})
        assert query.count("\n") == ECHO.query.count("\n")
        assert echoed(query) == [(text, "kept")]


def test_none_stands_for_any_value(tmp_path: Path) -> None:
    path = tmp_path / "who.rq"
    path.write_text(GOOD, encoding="utf-8")
    query = read(path).bound({"who": None})
    assert "VALUES $who { UNDEF }" in query
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("urn:a"), ox.NamedNode("urn:name"), ox.Literal("A")))
    assert [row["name"].value for row in store.query(query)] == ["A"]  # type: ignore[union-attr]


def test_defaults_follow_another_base(tmp_path: Path) -> None:
    path = tmp_path / "who.rq"
    path.write_text(GOOD, encoding="utf-8")
    moved = read(path).moved(Base("https://example.org/data/"))
    assert moved.parameters[0].default == ox.NamedNode("https://example.org/data/id/council/oldham")
    assert "<https://example.org/data/id/council/oldham>" in moved.query
    assert "w3id.org" not in moved.query


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2026-11-24", "2026-10-24"), ("2026-03-31", "2026-02-28"), ("2024-03-30", "2024-02-29"), ("2026-01-05", "2025-12-05")],
)  # fmt: skip
def test_a_month_before(day: str, expected: str) -> None:
    assert month_before(date.fromisoformat(day)).isoformat() == expected


def test_a_default_that_moves_with_the_day() -> None:
    members = next(one for one in questions(FOLDER) if one.key == "members-on-a-day")
    assert (
        str(members.parameters[0].at(date(2026, 11, 24)))
        == '"2026-11-24"^^<http://www.w3.org/2001/XMLSchema#date>'
    )
    changed = next(one for one in questions(FOLDER) if one.key == "changed-since")
    assert str(changed.parameters[0].at(date(2026, 11, 24))).startswith('"2026-10-24"')


def test_the_example_in_the_docs_is_a_question(tmp_path: Path) -> None:
    text = (FOLDER.parent.parent / "docs" / "questions.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```sparql\n(.*?)```", text, re.DOTALL)
    (tmp_path / "20-projects-of-one-year.rq").write_text(block, encoding="utf-8")
    question = read(tmp_path / "20-projects-of-one-year.rq")
    assert (question.key, question.parameters[0].kind) == ("projects-of-one-year", "year")
    told = set(re.findall(r"`/questions/([a-z-]+)`", text))
    assert told == {one.key for one in questions(FOLDER) if one.parameters} - {
        "projects-of-a-year",
        "who-took-part-in-what",
        "projects-by-size",
        "bodies-by-name",
    }
