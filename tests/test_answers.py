"""docs/answers.md: every table is what its query answers today, and what the lists and commands say too."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from werkzeug.test import Client

ROOT = Path(__file__).parent.parent
SECTION = re.compile(
    r"^## (?P<title>[^\n]+)\n.*?```sparql\n(?P<query>.*?)```\n+(?P<table>(?:\|[^\n]*\n)+)", re.M | re.S
)


def answers() -> dict[str, tuple[str, list[list[str]]]]:
    """Return the query and the table of each section, by its title."""
    text = (ROOT / "docs" / "answers.md").read_text(encoding="utf-8")
    found = {}
    for match in SECTION.finditer(text):
        lines = match["table"].strip().splitlines()
        cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
        found[match["title"]] = (match["query"], [cells[0], *cells[2:]])
    return found


@pytest.mark.parametrize("title", answers())
def test_the_table_is_the_answer(client: Client, title: str) -> None:
    query, table = answers()[title]
    answer = client.get("/sparql", query_string={"query": query, "format": "csv"})
    assert answer.status_code == 200, answer.text
    assert list(csv.reader(io.StringIO(answer.text))) == table


def test_the_questions_that_are_answered() -> None:
    assert len(answers()) == 4


def test_the_list_of_the_day_says_the_same(client: Client) -> None:
    table = next(table for title, (_, table) in answers().items() if "1 July 2020" in title)
    listed = csv.DictReader(io.StringIO(client.get("/members.csv?as-of=2020-07-01").text))
    assert [[row["status"], row["label"], row["kind"]] for row in listed] == [row[:3] for row in table[1:]]
